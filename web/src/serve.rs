//! The web socket: takes connections, bounds them, and hangs up on those who never finish a request.

use crate::leftover::Leftover;
use crate::line::Encrypted;
use crate::{Portal, router};
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderValue;
use axum::http::header::HOST;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tls::{Acceptor, TlsStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

/// Connections at once: 500 viewers, each with a stream and two lines for pages, and as many again who only read. An idle one costs little.
const CONNECTIONS_MAX: usize = 2048;
/// Connections of one machine elsewhere: 500 viewers may sit behind one address.
const CONNECTIONS_OF_ONE_MAX: usize = 1536;
/// A browser sends its headers in one go. Who needs longer keeps a seat from somebody else.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// What a browser asks for at once over one line of HTTP/2: a page and all it brings along.
const STREAMS_MAX: u32 = 64;
/// Headers of a request, together.
const HEADER_BYTES_MAX: u32 = 16 * 1024;
/// A line of HTTP/2 is asked so often whether its other end is still there, and given up after half of that.
const STILL_THERE_EVERY: Duration = Duration::from_secs(30);
/// How long requests under way are waited for when the box stops.
const FAREWELL: Duration = Duration::from_secs(10);
/// Pause after the system could not give a connection: it may be out of files.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// What is spoken at a socket.
#[derive(Clone, Debug)]
pub enum Entrance {
    /// HTTP, for everybody on the way to read.
    Plain,
    /// HTTPS.
    Encrypted(Acceptor),
}

/// Serves the portal until `stop` turns true. Live streams end then, and requests under way are answered.
pub async fn serve(
    listener: TcpListener,
    entrance: Entrance,
    portal: Portal,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let answers = router(portal.clone());
    let seats = Arc::new(Seats::default());
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            // An error says that nobody can tell us any more: that is a reason to stop as well.
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
            continue;
        };
        // Without a seat the line is dropped: a browser tries again, and an attacker costs nothing.
        let of = peer.ip().to_canonical();
        // A proxy brings everybody.
        let proxy = of.is_loopback() || portal.municipality().trusted_proxies.contains(&of);
        let most = if proxy { CONNECTIONS_MAX } else { CONNECTIONS_OF_ONE_MAX };
        if let Some(seat) = seats.take(of, most) {
            connections.spawn(converse(stream, peer, entrance.clone(), answers.clone(), stop.clone(), seat));
        }
    }
    portal.close();
    let _ = tokio::time::timeout(FAREWELL, async { while connections.join_next().await.is_some() {} }).await;
    Ok(())
}

async fn converse(
    stream: TcpStream,
    peer: SocketAddr,
    entrance: Entrance,
    answers: Router,
    stop: watch::Receiver<bool>,
    _seat: Seat,
) {
    let _ = stream.set_nodelay(true);
    // How a stranger's connection ends is no news.
    match entrance {
        Entrance::Plain => speak_http1(stream, Caller { peer, encrypted: None, answers }, stop).await,
        Entrance::Encrypted(acceptor) => {
            let Ok(Some(stream)) = acceptor.accept(stream).await else { return };
            let caller = Caller { peer, encrypted: Some(Encrypted), answers };
            match stream.get_ref().1.alpn_protocol() {
                Some(b"h2") => speak_http2(stream, caller, stop).await,
                _ => speak_http1(stream, caller, stop).await,
            }
        }
    }
}

/// Who is at the other end, and what answers them.
#[derive(Clone)]
struct Caller {
    peer: SocketAddr,
    encrypted: Option<Encrypted>,
    answers: Router,
}

impl Caller {
    async fn answer(
        self,
        mut request: Request<Incoming>,
    ) -> Result<axum::response::Response, std::convert::Infallible> {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        if let Some(encrypted) = self.encrypted {
            request.extensions_mut().insert(encrypted);
        }
        // HTTP/2 has the name in the address; whoever looks for it looks in one place.
        let named = request.uri().authority().and_then(|name| HeaderValue::from_str(name.as_str()).ok());
        if let Some(name) = named {
            request.headers_mut().entry(HOST).or_insert(name);
        }
        self.answers.oneshot(request.map(Leftover::body)).await
    }
}

async fn speak_http1<S>(stream: S, caller: Caller, mut stop: watch::Receiver<bool>)
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(HEADERS_WITHIN);
    let answer = service_fn(move |request| caller.clone().answer(request));
    let mut connection = std::pin::pin!(protocol.serve_connection(TokioIo::new(stream), answer));
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

async fn speak_http2(stream: TlsStream<TcpStream>, caller: Caller, mut stop: watch::Receiver<bool>) {
    let mut protocol = http2::Builder::new(TokioExecutor::new());
    protocol.timer(TokioTimer::new()).max_concurrent_streams(STREAMS_MAX).max_header_list_size(HEADER_BYTES_MAX);
    protocol.keep_alive_interval(STILL_THERE_EVERY).keep_alive_timeout(STILL_THERE_EVERY / 2);
    let (asked, mut first) = watch::channel(false);
    let answer = service_fn(move |request| {
        asked.send_replace(true);
        caller.clone().answer(request)
    });
    let mut connection = std::pin::pin!(protocol.serve_connection(TokioIo::new(stream), answer));
    // hyper bounds the headers of HTTP/1 by time, but not those of HTTP/2.
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = first.wait_for(|asked| *asked) => {}
        () = tokio::time::sleep(HEADERS_WITHIN) => return,
        _ = stop.wait_for(|stop| *stop) => {}
    }
    tokio::select! {
        _ = connection.as_mut() => return,
        _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// Who is connected.
#[derive(Debug, Default)]
struct Seats(Mutex<HashMap<IpAddr, usize>>);

/// One connection's seat, free again when it is dropped.
#[derive(Debug)]
struct Seat {
    of: IpAddr,
    seats: Arc<Seats>,
}

impl Seats {
    /// A seat, unless this machine has `most` of them, or all are taken.
    fn take(self: &Arc<Self>, of: IpAddr, most: usize) -> Option<Seat> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(&of).copied().unwrap_or(0);
        if own >= most || taken.values().sum::<usize>() >= CONNECTIONS_MAX {
            return None;
        }
        taken.insert(of, own + 1);
        Some(Seat { of, seats: Arc::clone(self) })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.0.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.of) {
            Some(own) if *own > 1 => *own -= 1,
            _ => _ = taken.remove(&self.of),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_machine_cannot_take_every_seat_and_gives_them_back() {
        let seats = Arc::new(Seats::default());
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let taken: Vec<Seat> = std::iter::from_fn(|| seats.take(one, CONNECTIONS_OF_ONE_MAX)).collect();
        assert_eq!(taken.len(), CONNECTIONS_OF_ONE_MAX);
        assert!(seats.take(other, CONNECTIONS_OF_ONE_MAX).is_some());
        drop(taken);
        assert!(seats.take(one, CONNECTIONS_OF_ONE_MAX).is_some());
        assert!(seats.0.lock().unwrap().is_empty());
    }

    #[test]
    fn a_proxy_may_bring_everybody() {
        let seats = Arc::new(Seats::default());
        let taken: Vec<Seat> =
            std::iter::from_fn(|| seats.take(IpAddr::from([127, 0, 0, 1]), CONNECTIONS_MAX)).collect();
        assert_eq!(taken.len(), CONNECTIONS_MAX);
    }
}
