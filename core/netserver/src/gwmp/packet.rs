use model::GatewayEui;

/// A forwarder with 64 packets to report stays under this; UDP could carry twice as much.
pub(crate) const DATAGRAM_MAX: usize = 32 * 1024;

const PUSH_DATA: u8 = 0;
const PUSH_ACK: u8 = 1;
const PULL_DATA: u8 = 2;
const PULL_RESP: u8 = 3;
const PULL_ACK: u8 = 4;
const TX_ACK: u8 = 5;

/// A datagram from a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Packet<'a> {
    pub(crate) version: u8,
    pub(crate) token: [u8; 2],
    pub(crate) gateway: GatewayEui,
    pub(crate) body: Body<'a>,
}

/// What it brings; the bytes are JSON that was not looked at yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body<'a> {
    PushData(&'a [u8]),
    PullData,
    TxAck(&'a [u8]),
}

impl<'a> Packet<'a> {
    /// Reads the header: version, token, identifier, gateway. None for anything a gateway does not send.
    pub(crate) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let &[version @ 1..=2, t0, t1, identifier, ref rest @ ..] = bytes else { return None };
        let (eui, json) = rest.split_first_chunk()?;
        let body = match identifier {
            PUSH_DATA => Body::PushData(json),
            PULL_DATA => Body::PullData,
            TX_ACK => Body::TxAck(json),
            _ => return None,
        };
        Some(Self { version, token: [t0, t1], gateway: GatewayEui(*eui), body })
    }

    pub(crate) fn push_ack(&self) -> Vec<u8> {
        vec![self.version, self.token[0], self.token[1], PUSH_ACK]
    }

    pub(crate) fn pull_ack(&self) -> Vec<u8> {
        vec![self.version, self.token[0], self.token[1], PULL_ACK]
    }
}

/// The datagram that asks a gateway to send; its TX_ACK will bring the token back.
pub(crate) fn pull_resp(version: u8, token: u16, json: &str) -> Vec<u8> {
    let [t0, t1] = token.to_be_bytes();
    [&[version, t0, t1, PULL_RESP], json.as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_header_of_both_protocol_versions() {
        for version in [1, 2] {
            let bytes = [version, 0x9f, 0x92, 0x02, 0xaa, 0x55, 0x5a, 1, 2, 3, 4, 5];
            let packet = Packet::parse(&bytes).unwrap();
            assert_eq!(packet.gateway.to_string(), "aa555a0102030405");
            assert_eq!(packet.body, Body::PullData);
            assert_eq!(packet.pull_ack(), [version, 0x9f, 0x92, 0x04]);
        }
    }

    #[test]
    fn refuses_other_versions_what_only_servers_send_and_what_is_cut() {
        let good = [2, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
        assert!(Packet::parse(&good).is_some());
        for length in 0..good.len() {
            assert_eq!(Packet::parse(&good[..length]), None, "{length}");
        }
        for (at, byte) in [(0, 0), (0, 3), (3, 1), (3, 3), (3, 4), (3, 6)] {
            let mut bad = good;
            bad[at] = byte;
            assert_eq!(Packet::parse(&bad), None, "{bad:?}");
        }
    }
}
