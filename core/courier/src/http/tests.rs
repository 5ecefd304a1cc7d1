//! Peers that answer wrong, half, never, or far too much; and names that lead where they should not.

use super::*;
use crate::reach::{Grant, Network};
use hyper::header::LOCATION;
use model::channel::Encoding;
use model::{Secret, Slug};
use std::future::ready as at_once;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::rustls::RootCertStore;

/// Somebody who answers each caller in their own way.
struct Peer {
    port: u16,
    calls: Arc<AtomicUsize>,
}

impl Peer {
    async fn new<F: Future<Output = ()> + Send + 'static>(answer: impl Fn(TcpStream) -> F + Send + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let (port, calls) = (listener.local_addr().unwrap().port(), Arc::new(AtomicUsize::new(0)));
        let counted = Arc::clone(&calls);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::Relaxed);
                tokio::spawn(answer(stream));
            }
        });
        Self { port, calls }
    }

    /// One that says this to everybody, and hangs up.
    async fn saying(text: &'static str) -> Self {
        Self::new(move |mut stream| async move {
            heard(&mut stream).await;
            let _ = stream.write_all(text.as_bytes()).await;
            let _ = stream.shutdown().await;
        })
        .await
    }

    async fn asked(&self, request: HttpRequest) -> Result<HttpResponse, Broken> {
        let grant = Grant { host: "peer.example".to_owned(), port: Some(self.port), network: Network::Own };
        http(&[Ipv4Addr::LOCALHOST]).send(&request, &Reach::of(&["*".to_owned()], &[grant]), &secrets()).await
    }

    async fn get(&self) -> Result<HttpResponse, Broken> {
        self.asked(get(&format!("http://peer.example:{}/path?x=1", self.port))).await
    }
}

/// The head of a request, and what of its body came with it.
async fn heard(stream: &mut TcpStream) -> String {
    let mut all = vec![0; 16 << 10];
    let length = stream.read(&mut all).await.unwrap_or(0);
    all.truncate(length);
    String::from_utf8_lossy(&all).into_owned()
}

/// Every name leads to these.
fn http(addresses: &[Ipv4Addr]) -> Http {
    let addresses: Vec<IpAddr> = addresses.iter().copied().map(IpAddr::from).collect();
    Http::with(Dialler::new(RootCertStore::empty(), move |_| Box::pin(at_once(Ok(addresses.clone())))))
}

fn get(url: &str) -> HttpRequest {
    HttpRequest {
        verb: Verb::Get,
        url: Slot::Plain(url.to_owned()),
        headers: Vec::new(),
        body: Body::Empty,
        keep: Vec::new(),
    }
}

fn name(text: &str) -> Slug {
    Slug::new(text).unwrap()
}

fn secrets() -> Secrets {
    let secret = |value: &str, host: &str| Secret::new(value.to_owned(), vec![host.to_owned()]);
    [
        (name("token"), secret("a-token-of-the-town", "peer.example")),
        (name("other"), secret("for-somebody-else", "other.example")),
        (name("webhook"), secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "peer.example")),
    ]
    .into_iter()
    .collect()
}

#[tokio::test]
async fn answers_are_answers_whatever_their_code() {
    for (text, status) in [
        ("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", 200),
        ("HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nhi", 429),
        ("HTTP/1.1 500 No\r\nConnection: close\r\n\r\nhi", 500),
    ] {
        let response = Peer::saying(text).await.get().await.unwrap();
        assert_eq!((response.status, response.body.as_slice()), (status, b"hi".as_slice()));
    }
}

#[tokio::test]
async fn garbage_half_answers_and_silence_are_told_as_such() {
    for text in ["\0\u{1}\u{2}nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "", "HTTP/1.1 2"]
    {
        let broken = Peer::saying(text).await.get().await.unwrap_err();
        assert!(matches!(&broken, Broken::Garbled(why) if why.contains("peer.example")), "{text:?}: {broken:?}");
    }
    let nobody = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap().local_addr().unwrap().port();
    let away = Peer { port: nobody, calls: Arc::default() };
    assert!(matches!(away.get().await, Err(Broken::Unreachable(_))));
}

#[tokio::test(start_paused = true)]
async fn who_never_answers_is_left_after_a_minute() {
    let peer = Peer::new(|mut stream| async move {
        heard(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        std::future::pending::<()>().await;
    });
    let peer = peer.await;
    assert_eq!(peer.get().await, Err(Broken::TimedOut));
}

#[tokio::test]
async fn three_gigabytes_are_not_read() {
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&sent);
    let peer = Peer::new(move |mut stream| {
        let counted = Arc::clone(&counted);
        async move {
            heard(&mut stream).await;
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 3221225472\r\n\r\n").await;
            while stream.write_all(&[b'x'; 8192]).await.is_ok() {
                counted.fetch_add(8192, Ordering::Relaxed);
            }
        }
    });
    let peer = peer.await;
    assert_eq!(peer.get().await, Err(Broken::TooBig));
    assert!(sent.load(Ordering::Relaxed) < 64 << 20, "only what lay between the two was sent");
    let endless = Peer::new(|mut stream| async move {
        heard(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n").await;
        while stream.write_all(b"X-Header: and another one, and another one\r\n").await.is_ok() {}
    });
    assert!(matches!(endless.await.get().await, Err(Broken::Garbled(_))), "a head without end");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_nobody_follows_it() {
    let box_itself = Peer::saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let target = format!("http://127.0.0.1:{}/staff", box_itself.port);
    let text = format!("HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n");
    let response = Peer::saying(text.leak()).await.get().await.unwrap();
    assert_eq!(response.status, 302);
    assert!(response.headers.contains(&(LOCATION.to_string(), target)));
    assert_eq!(box_itself.calls.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_name_that_leads_to_this_network_is_never_dialled() {
    let own = Peer::saying("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await;
    let grant = Grant { host: "peer.example".to_owned(), port: Some(own.port), network: Network::World };
    let reach = Reach::of(&["*".to_owned()], &[grant]);
    let stranger = Ipv4Addr::new(193, 10, 252, 1);
    for addresses in [vec![Ipv4Addr::LOCALHOST], vec![Ipv4Addr::new(10, 0, 0, 1)], vec![stranger, Ipv4Addr::LOCALHOST]]
    {
        let request = get(&format!("https://peer.example:{}/", own.port));
        let sent = http(&addresses).send(&request, &reach, &secrets()).await;
        assert!(matches!(&sent, Err(Broken::NotGranted(why)) if why.contains("on this network")), "{sent:?}");
    }
    assert_eq!(own.calls.load(Ordering::Relaxed), 0);
}

/// A resolver that says something else the second time has no second time.
#[tokio::test]
async fn a_name_is_looked_up_once() {
    let (own, asked) = (Peer::saying("HTTP/1.1 204 No\r\n\r\n").await, Arc::new(AtomicUsize::new(0)));
    let counted = Arc::clone(&asked);
    let dialler = Dialler::new(RootCertStore::empty(), move |_| {
        let first = counted.fetch_add(1, Ordering::Relaxed) == 0;
        let address = if first { Ipv4Addr::LOCALHOST } else { Ipv4Addr::new(10, 9, 8, 7) };
        Box::pin(at_once(Ok(vec![IpAddr::from(address)])))
    });
    let grant = Grant { host: "peer.example".to_owned(), port: Some(own.port), network: Network::Own };
    let request = get(&format!("http://peer.example:{}/", own.port));
    let sent = Http::with(dialler).send(&request, &Reach::of(&["*".to_owned()], &[grant]), &secrets()).await;
    assert_eq!((sent.unwrap().status, asked.load(Ordering::Relaxed)), (204, 1));
}

#[tokio::test]
async fn secrets_stand_in_their_slots_for_their_host_and_are_blanked_in_what_comes_back() {
    let peer = Peer::new(|mut stream| async move {
        let request = heard(&mut stream).await;
        let head =
            format!("HTTP/1.1 200 OK\r\nX-Echo: a-token-of-the-town\r\nContent-Length: {}\r\n\r\n", request.len());
        let _ = stream.write_all((head + &request).as_bytes()).await;
    });
    let peer = peer.await;
    let url = Slot::Plain(format!("http://peer.example:{}/", peer.port));
    let header = |slot| vec![("authorization".to_owned(), slot)];
    let body = Body::Json(vec![("password".to_owned(), Slot::Secret(name("token")))]);
    let request = HttpRequest {
        verb: Verb::Post,
        url: url.clone(),
        headers: header(Slot::Bearer(name("token"))),
        body,
        keep: Vec::new(),
    };
    let response = peer.asked(request.clone()).await.unwrap();
    let text = String::from_utf8(response.body).unwrap();
    assert!(text.contains("authorization: Bearer [secret]") && text.contains("{\"password\":\"[secret]\"}"), "{text}");
    assert!(response.headers.contains(&("x-echo".to_owned(), "[secret]".to_owned())));
    for slot in [Slot::Bearer(name("other")), Slot::Secret(name("nowhere"))] {
        let sent = peer.asked(HttpRequest { headers: header(slot), ..request.clone() }).await;
        assert!(matches!(&sent, Err(Broken::NotGranted(why)) if !why.contains("somebody-else")), "{sent:?}");
    }
    for (name, value) in [("Host", "evil.example"), ("Content-Length", "0"), ("x\r\ny", "z"), ("x", "a\r\nb: c")] {
        let headers = vec![(name.to_owned(), Slot::Plain(value.to_owned()))];
        let sent = peer.asked(HttpRequest { headers, ..request.clone() }).await;
        assert!(matches!(sent, Err(Broken::Unfit(_))), "{name}: {sent:?}");
    }
}

/// The example of the Standard Webhooks specification.
#[test]
fn a_signature_is_the_one_of_the_standard() {
    let over = b"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{\"test\": 2432232314}".to_vec();
    let (secret, before, encoding) = (name("webhook"), "v1,".to_owned(), Encoding::Base64);
    let signed = filled(&Slot::Hmac { secret, over, before, encoding }, "peer.example", &secrets());
    assert_eq!(signed.unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}
