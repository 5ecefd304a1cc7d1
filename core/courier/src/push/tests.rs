use super::sealed::record;
use super::*;
use crate::reach::{Grant, Network};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

const NOW: Timestamp = Timestamp::from_seconds(1_795_097_100);

fn bytes(text: &str) -> Vec<u8> {
    BASE64URL.decode(text).unwrap()
}

/// The browser of RFC 8291, section 5.
fn browser(endpoint: &str) -> Browser {
    let key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
    Browser::new(endpoint, &bytes(key), &bytes("BTBZMqHH6r4Tts7J_aSIgg")).unwrap()
}

fn message<'a>(to: &'a Browser, said: &'a [u8]) -> PushMessage<'a> {
    PushMessage { to, said, topic: "library-calm", lifetime: Duration::from_hours(6) }
}

fn key() -> PushKey {
    PushKey::read(&PushKey::make().unwrap()).unwrap()
}

fn header<'a>(request: &'a HttpRequest, name: &str) -> &'a str {
    match request.headers.iter().find(|(known, _)| known == name) {
        Some((_, Slot::Plain(value))) => value,
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn the_example_of_the_standard_is_encrypted_as_the_standard_has_it() {
    let shared = bytes("kyrL1jIIOHEzg3sM2ZWRHDRB62YACZhhSlknJ672kSs");
    let ours = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
    let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
    let ours = bytes(ours).try_into().unwrap();
    let said = b"When I grow up, I want to be a watermelon";
    let made = record(said, &browser("https://push.example.net/"), &shared, &ours, salt).unwrap();
    let expected = concat!(
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIg",
        "Dll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_",
        "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN",
    );
    assert_eq!(BASE64URL.encode(made), expected);
}

#[test]
fn a_message_fits_into_what_push_services_take_and_no_two_are_alike() {
    let to = browser("https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV");
    let longest = vec![b'x'; PUSH_BYTES_MAX];
    let sent = |said: &[u8]| sealed(said, &to).unwrap();
    assert_eq!(sent(&longest).len(), 4096);
    assert_ne!(sent(b"calm"), sent(b"calm"));
    assert_eq!(sealed(&[longest, vec![b'x']].concat(), &to), None);
    // A key that is no point on the curve.
    let mut off = *to.p256dh();
    off[40] ^= 1;
    assert_eq!(sealed(b"calm", &Browser::new(to.endpoint(), &off, to.auth()).unwrap()), None);
}

#[test]
fn the_box_says_who_it_is_to_the_service_it_speaks_to_and_for_half_a_day() {
    let (key, to) = (key(), browser("https://push.example.net:8443/push/abc?d=1"));
    let made = request(&message(&to, b"calm"), &key, "https://lillevik.example", NOW).unwrap();
    assert_eq!(made.url, Slot::Plain(to.endpoint().to_owned()));
    for (name, value) in
        [("ttl", "21600"), ("urgency", "normal"), ("topic", "library-calm"), ("content-encoding", "aes128gcm")]
    {
        assert_eq!(header(&made, name), value);
    }
    let (token, public) = header(&made, "authorization").strip_prefix("vapid t=").unwrap().split_once(",k=").unwrap();
    assert_eq!(public, key.public());
    let (said, signature) = token.rsplit_once('.').unwrap();
    let public = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(public));
    public.verify(said.as_bytes(), &bytes(signature)).unwrap();
    let claims: serde_json::Value = serde_json::from_slice(&bytes(said.split_once('.').unwrap().1)).unwrap();
    let expected = json(r#"{"aud":"https://push.example.net:8443","exp":1795140300,"sub":"https://lillevik.example"}"#);
    assert_eq!(claims, expected);
    assert!(!format!("{key:?}").contains("pair"));
    for nonsense in ["", "abc", "!!", &BASE64URL.encode([7; 138])] {
        assert!(PushKey::read(nonsense).is_none(), "{nonsense}");
    }
}

fn json(text: &str) -> serde_json::Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn each_answer_of_a_push_service_means_one_thing() {
    let said = |status, headers: &[(&str, &str)]| {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        heard(&HttpResponse {
            status,
            headers,
            body: b"no https://push.example.net/push/abc".to_vec(),
            kept: Vec::new(),
        })
    };
    for status in [200, 201, 202, 204] {
        assert_eq!(said(status, &[]), Pushed::Taken);
    }
    for status in [404, 410] {
        assert_eq!(said(status, &[]), Pushed::Gone);
    }
    assert_eq!(said(429, &[("retry-after", "120")]), Pushed::Busy(Some(Duration::from_mins(2))));
    assert_eq!(said(429, &[("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT")]), Pushed::Busy(None));
    for (status, hope) in
        [(500, Hope::Later), (503, Hope::Later), (301, Hope::None), (403, Hope::None), (413, Hope::None)]
    {
        let Pushed::Failed(failure) = said(status, &[]) else { panic!("{status}") };
        assert_eq!((failure.hope, failure.text), (hope, format!("the push service answered {status}")));
    }
}

/// Whoever asks for messages names an address: what if it is that of the box, or of the machine beside it?
#[tokio::test]
async fn no_address_of_a_stranger_leads_to_the_municipalitys_own_network() {
    let world = |host: &str| Grant { host: host.to_owned(), port: None, network: Network::World };
    let reach = Reach::of(
        &["*".to_owned()],
        &[world("fcm.example"), world("*.notify.example"), world("127.0.0.1"), world("localhost")],
    );
    for endpoint in [
        "https://evil.example/x",
        "http://fcm.example/x",
        "https://fcm.example:22/x",
        "https://user@fcm.example/x",
        "https://fcm.example.evil.example/x",
        "https://notify.example/x",
        "https://notify.example.evil.example/x",
        "https://127.0.0.1/x",
        "https://2130706433/x",
        "https://0x7f.1/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://\\127.0.0.1/x",
        "https://10.0.0.1/x",
    ] {
        let to = browser(endpoint);
        let said = Http::new().push(&message(&to, b"calm"), &key(), "https://a.example", &reach, NOW).await;
        let Pushed::Failed(failure) = said else { panic!("{endpoint}: {said:?}") };
        assert!(failure.hope == Hope::None && failure.text.starts_with("not granted"), "{endpoint}: {failure}");
    }
    for sound in ["https://fcm.example/x", "https://wns2-am3p.notify.example/w/?token=1"] {
        assert!(reach.check(sound).is_ok(), "{sound}");
    }
}
