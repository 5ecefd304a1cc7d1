//! The devices and gateways of the town against a socket that only looks: is it LoRaWAN, is it GWMP, and does a gateway
//! judge downlinks as a packet forwarder does?

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test fails by panicking"
)]

use model::{Activation, AppKey, CounterRule, DevEui, Device, GatewayEui, JoinEui, MacVersion};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::timeout;
use town::radio::{Air, EndDevice, GatewayEvent, Memory, Refusal};

const GATEWAYS: [GatewayEui; 2] = [GatewayEui([0xA8, 0, 0, 0, 0, 0, 0, 1]), GatewayEui([0xA8, 0, 0, 0, 0, 0, 0, 2])];
const PUSH_DATA: u8 = 0;
const PULL_DATA: u8 = 2;
const TX_ACK: u8 = 5;

/// A server that acknowledges and remembers, and decides nothing.
struct Bystander {
    socket: UdpSocket,
}

impl Bystander {
    async fn new() -> Self {
        Self { socket: UdpSocket::bind("127.0.0.1:0").await.unwrap() }
    }

    fn address(&self) -> SocketAddr {
        self.socket.local_addr().unwrap()
    }

    /// The next datagram of that kind: from where, from which gateway, and its JSON.
    async fn next(&self, kind: u8) -> (SocketAddr, GatewayEui, Value) {
        let mut buffer = [0; 2048];
        loop {
            let received = timeout(Duration::from_secs(10), self.socket.recv_from(&mut buffer)).await;
            let (length, from) = received.expect("nothing came").unwrap();
            let bytes = &buffer[..length];
            assert_eq!(bytes[0], 2, "protocol version");
            if bytes[3] != TX_ACK {
                self.socket
                    .send_to(&[2, bytes[1], bytes[2], if bytes[3] == PUSH_DATA { 1 } else { 4 }], from)
                    .await
                    .unwrap();
            }
            if bytes[3] == kind {
                let eui = GatewayEui(bytes[4..12].try_into().unwrap());
                return (from, eui, serde_json::from_slice(&bytes[12..]).unwrap_or(Value::Null));
            }
        }
    }

    /// The next radio frame.
    async fn frame(&self) -> (GatewayEui, Value) {
        loop {
            let (_, eui, json) = self.next(PUSH_DATA).await;
            if let Some(rxpk) = json["rxpk"].get(0) {
                return (eui, rxpk.clone());
            }
        }
    }

    async fn pull_resp(&self, to: SocketAddr, txpk: &Value) {
        let mut bytes = vec![2, 0xAB, 0xCD, 3];
        bytes.extend(json!({ "txpk": txpk }).to_string().into_bytes());
        self.socket.send_to(&bytes, to).await.unwrap();
    }
}

fn device(number: u8, mac_version: MacVersion) -> Device {
    let join_eui = JoinEui([1, 2, 3, 4, 5, 6, 7, 8]);
    let activation = Activation::Otaa { join_eui, app_key: AppKey::new([number; 16]) };
    let dev_eui = DevEui([0xA8, 0x40, 0x41, 0, 0, 0, 0, number]);
    Device { dev_eui, mac_version, activation, counter_rule: CounterRule::default() }
}

/// Undoes base64 with padding.
fn plain(text: &Value) -> Vec<u8> {
    let value = |c: u8| "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".find(char::from(c));
    let sixes: Vec<usize> = text.as_str().unwrap().bytes().filter_map(value).collect();
    let whole = sixes.chunks(4).flat_map(|four| {
        let bits = four.iter().fold(0, |bits, six| bits << 6 | six) << (6 * (4 - four.len()));
        [bits >> 16, bits >> 8, bits].into_iter().take(four.len() - 1)
    });
    whole.map(|byte| (byte & 0xFF) as u8).collect()
}

async fn nonces_asked_with(mac_version: MacVersion, memory: Memory) -> Vec<[u8; 2]> {
    let server = Bystander::new().await;
    let (events, _) = mpsc::unbounded_channel();
    let air = Air::with_gateways(server.address(), &GATEWAYS[..1], events).await.unwrap();
    let mut device = EndDevice::new(&device(7, mac_version), &air, memory);
    let mut nonces = Vec::new();
    for _ in 0..2 {
        let (joined, (eui, rxpk)) = tokio::join!(device.join(), server.frame());
        assert_eq!((joined, eui), (None, GATEWAYS[0]), "nobody answered");
        let bytes = plain(&rxpk["data"]);
        assert_eq!(bytes.len(), 23);
        assert_eq!(rxpk["size"], 23);
        // MHDR; JoinEUI and DevEUI least byte first (LoRaWAN 1.0.4, 6.2.2).
        assert_eq!(bytes[..9], [0, 8, 7, 6, 5, 4, 3, 2, 1]);
        assert_eq!(bytes[9..17], [7, 0, 0, 0, 0, 0x41, 0x40, 0xA8]);
        let freq = rxpk["freq"].as_f64().unwrap();
        assert!([868.1, 868.3, 868.5].contains(&freq), "{freq}");
        nonces.push([bytes[17], bytes[18]]);
    }
    assert_eq!(device.memory().joins, memory.joins + 2);
    nonces
}

#[tokio::test]
async fn a_device_of_1_0_4_counts_its_nonces_and_goes_on_after_a_restart() {
    let memory = Memory { joins: 0x01FF, f_cnt_up: 0 };
    assert_eq!(nonces_asked_with(MacVersion::V1_0_4, memory).await, [[0xFF, 0x01], [0x00, 0x02]]);
}

#[tokio::test]
async fn a_device_of_1_0_3_throws_its_nonces_and_never_the_same_after_a_restart() {
    let (first, later) = tokio::join!(
        nonces_asked_with(MacVersion::V1_0_3, Memory::default()),
        nonces_asked_with(MacVersion::V1_0_3, Memory { joins: 2, f_cnt_up: 0 })
    );
    let all: std::collections::BTreeSet<_> = first.iter().chain(&later).collect();
    assert_eq!(all.len(), 4);
}

#[tokio::test]
async fn a_gateway_judges_downlinks_as_a_packet_forwarder_does() {
    let server = Bystander::new().await;
    let (events, mut told) = mpsc::unbounded_channel();
    let air = Air::with_gateways(server.address(), &GATEWAYS[..1], events).await.unwrap();
    let (address, eui, _) = server.next(PULL_DATA).await;
    assert_eq!(eui, GATEWAYS[0]);

    let mut device = EndDevice::new(&device(9, MacVersion::V1_0_4), &air, Memory::default());
    let asking = tokio::spawn(async move { device.join().await });
    let tmst = server.frame().await.1["tmst"].as_u64().unwrap();
    let at = |later: u64| (tmst + later) & 0xFFFF_FFFF;
    let good = json!({
        "imme": false, "tmst": at(5_000_000), "freq": 868.1, "rfch": 0, "powe": 14, "modu": "LORA", "datr": "SF7BW125",
        "codr": "4/5", "ipol": true, "size": 3, "data": "AQID"
    });
    let but = |key: &str, value: Value| {
        let mut txpk = good.clone();
        txpk[key] = value;
        txpk
    };
    let cases = [
        (good.clone(), None),
        (but("tmst", at(5_010_000).into()), Some(Refusal::Collision)),
        (but("tmst", at(0).into()), Some(Refusal::TooLate)),
        (but("tmst", at(100_000_000).into()), Some(Refusal::TooEarly)),
        (but("freq", 915.0.into()), Some(Refusal::Frequency)),
        (but("powe", 30.into()), Some(Refusal::Power)),
        (but("ipol", false.into()), Some(Refusal::Unheard)),
        (but("size", 4.into()), Some(Refusal::Unheard)),
    ];
    for (txpk, refusal) in cases {
        server.pull_resp(address, &txpk).await;
        let (_, _, ack) = server.next(TX_ACK).await;
        let event = told.recv().await.unwrap();
        match refusal {
            None => {
                assert_eq!(event, GatewayEvent::Sends { gateway: eui, bytes: vec![1, 2, 3] });
                assert_eq!(ack["txpk_ack"]["error"], "NONE");
            }
            Some(why) => {
                assert_eq!(event, GatewayEvent::Refuses { gateway: eui, why });
                assert_ne!(ack["txpk_ack"]["error"], "NONE", "{txpk}");
            }
        }
    }
    // What it hears in its window is no join accept.
    assert_eq!(asking.await.unwrap(), None);
}

#[tokio::test]
async fn most_devices_are_heard_by_two_gateways_each_in_its_own_way() {
    let server = Bystander::new().await;
    let (events, _) = mpsc::unbounded_channel();
    let air = Air::with_gateways(server.address(), &GATEWAYS, events).await.unwrap();
    let heard_twice = (0..60).filter(|&n| air.hears(device(n, MacVersion::V1_0_3).dev_eui).len() == 2);
    let heard_twice: Vec<u8> = heard_twice.collect();
    assert!((30..=50).contains(&heard_twice.len()), "{heard_twice:?}");

    let mut device = EndDevice::new(&device(heard_twice[0], MacVersion::V1_0_3), &air, Memory::default());
    tokio::spawn(async move { device.join().await });
    let ((one, first), (other, second)) = (server.frame().await, server.frame().await);
    assert_ne!(one, other);
    assert_eq!(first["data"], second["data"]);
    assert_ne!((&first["tmst"], &first["lsnr"]), (&second["tmst"], &second["lsnr"]));
}
