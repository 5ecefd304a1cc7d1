//! A machine on the gateways' network that sends datagrams of every hostile kind, as fast as it is told to.

use crate::born::{datagram, downlinks_on};
use anyhow::Result;
use model::GatewayEui;
use std::net::{SocketAddr, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

/// Where it sends from: another address than the gateways'.
const ATTACKER: &str = "127.0.0.2";

/// How a flood went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Flood {
    /// Hostile datagrams that were sent.
    pub sent: u32,
    /// Downlinks that went to the attacker.
    pub stolen: usize,
}

/// Floods a box, in the name of a gateway that it knows and of one that it does not. `now` reads a clock.
pub fn flood(
    to: SocketAddr,
    known: GatewayEui,
    per_second: u32,
    span: Duration,
    now: impl Fn() -> Instant,
) -> Result<Flood> {
    let socket = UdpSocket::bind((ATTACKER, 0))?;
    socket.connect(to)?;
    socket.set_nonblocking(true)?;
    let (kinds, begun) = (kinds(known), now());
    let mut flood = Flood { sent: 0, stolen: 0 };
    loop {
        let passed = now().saturating_duration_since(begun);
        if passed >= span {
            return Ok(flood);
        }
        let due = u64::from(per_second) * u64::try_from(passed.as_millis())? / 1_000;
        while u64::from(flood.sent) < due {
            let kind = usize::try_from(flood.sent)? % kinds.len();
            // A full buffer of this machine is no concern of the box.
            let _ = kinds.get(kind).map(|bytes| socket.send(bytes));
            flood.sent += 1;
        }
        flood.stolen += downlinks_on(&socket);
        thread::sleep(Duration::from_millis(1));
    }
}

fn kinds(known: GatewayEui) -> [Vec<u8>; 8] {
    let stranger = GatewayEui([0xbd; 8]);
    let rxpk =
        r#"{"rxpk":[{"tmst":1,"freq":868.1,"datr":"SF7BW125","rssi":-35,"lsnr":5,"data":"QPF9vkkAAgABlUN4disR/w0="}]}"#;
    [
        datagram(2, known, ""),
        datagram(0, known, rxpk),
        datagram(5, known, r#"{"txpk_ack":{"error":"TOO_LATE"}}"#),
        datagram(0, stranger, rxpk),
        datagram(0, stranger, &"[".repeat(1_000)),
        vec![0x02, 0x1a, 0x34, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x00, 0x02, 0x00],
        vec![0xff; 1_400],
        vec![2],
    ]
}
