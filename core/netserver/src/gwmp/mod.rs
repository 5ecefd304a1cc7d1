//! The Semtech gateway message protocol over UDP, versions 1 and 2 (`PROTOCOL.TXT` of the packet forwarder).
//!
//! Hides bytes and JSON. Lenient with what real gateways send; whatever comes, the answer is a value.

mod packet;
mod rxpk;
mod txpk;

pub(crate) use packet::{Body, DATAGRAM_MAX, Packet, pull_resp};
pub(crate) use rxpk::{Pushed, RxPacket};
pub(crate) use txpk::{TxPacket, parse_tx_ack};

use serde_json::Value;

/// The JSON of a datagram. What C forwarders leave behind its end is cut, and a byte that is no UTF-8 spoils only its own string.
/// `serde_json` refuses to nest deeper than 128, which bounds the stack.
fn parse_json(bytes: &[u8]) -> Option<Value> {
    let text = String::from_utf8_lossy(bytes);
    let value: Value = serde_json::from_str(text.trim_end_matches(['\0', ' ', '\r', '\n'])).ok()?;
    value.is_object().then_some(value)
}
