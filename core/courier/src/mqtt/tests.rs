//! Brokers that refuse, stutter and lie. A real one is met in the tests of whole boxes.

use super::*;
use tokio::io::duplex;

/// What the box says to a broker that says `bytes`, whatever it hears.
async fn meets(bytes: &'static [u8], messages: &[Message]) -> (Result<(), Broken>, Vec<u8>) {
    let (ours, mut theirs) = duplex(64 << 10);
    let broker = tokio::spawn(async move {
        theirs.write_all(bytes).await.unwrap();
        // It says no more, and hears on.
        theirs.shutdown().await.unwrap();
        let mut heard = Vec::new();
        let mut chunk = [0; 4096];
        while let Ok(length @ 1..) = theirs.read(&mut chunk).await {
            heard.extend_from_slice(&chunk[..length]);
            if heard.ends_with(&DISCONNECT) {
                break;
            }
        }
        heard
    });
    let login = Some(("box", "secret".to_owned()));
    let said = say(Box::new(ours), "broker.example", "allting", login, messages).await;
    broker.abort();
    let heard = broker.await.unwrap_or_default();
    (said, heard)
}

fn message(sure: bool) -> Message {
    Message { topic: "a/b".to_owned(), payload: b"hi".to_vec(), retain: true, at_least_once: sure }
}

#[test]
fn packets_are_those_of_the_specification() {
    let login = Some(("u", "p".to_owned()));
    let connect = connect("me", login).unwrap();
    assert_eq!(connect, b"\x10\x14\0\x04MQTT\x04\xc2\0\x3c\0\x02me\0\x01u\0\x01p");
    assert_eq!(publish(&message(true), 7).unwrap(), b"\x33\x09\0\x03a/b\0\x07hi");
    assert_eq!(publish(&message(false), 7).unwrap(), b"\x31\x07\0\x03a/bhi");
    assert_eq!(packet(PUBLISH, &[0; 321]).unwrap()[..3], [0x30, 0xc1, 0x02]);
}

#[tokio::test]
async fn messages_are_out_when_the_broker_has_them() {
    let (said, _) = meets(b"\x20\x02\0\0\x40\x02\0\x01\xd0\0\x40\x02\0\x02", &[message(true), message(true)]).await;
    assert_eq!(said, Ok(()));
    let (said, _) = meets(b"\x20\x02\0\0", &[message(false)]).await;
    assert_eq!(said, Ok(()));
}

#[tokio::test]
async fn brokers_that_refuse_or_make_no_sense_are_told_apart() {
    for (bytes, expected) in [
        (&b"\x20\x02\0\x05"[..], "does not let the box in"),
        (b"\x20\x02\0\x03", "is not ready"),
        (b"HTTP/1.1 400 Bad Request\r\n", "broker.example"),
        (b"\x20\xff\xff\xff\xff\xff", "without an end"),
        (b"\x20\xff\x7f", "more than was asked"),
        (b"\x20\x00", "refuses the box"),
    ] {
        let (said, _) = meets(bytes, &[message(true)]).await;
        let said = said.unwrap_err();
        assert!(said.to_string().contains(expected), "{bytes:?}: {said}");
    }
}
