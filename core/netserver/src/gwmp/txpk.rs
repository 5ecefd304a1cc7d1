use super::parse_json;
use crate::TxRefusal;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use model::DataRate;
use serde_json::{Value, json};

/// A downlink that a gateway is asked to send at a moment of its own clock (`txpk`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct TxPacket<'a> {
    /// Microseconds, wrapping, of the clock that stamped the uplink.
    pub(crate) tmst: u32,
    pub(crate) frequency_hz: u32,
    pub(crate) data_rate: DataRate,
    /// Radiated power; the forwarder subtracts its antenna's gain.
    pub(crate) eirp_dbm: i8,
    pub(crate) phy_payload: &'a [u8],
}

impl TxPacket<'_> {
    pub(crate) fn to_json(self) -> String {
        let mut txpk = json!({
            "imme": false,
            "tmst": self.tmst,
            "freq": f64::from(self.frequency_hz) / 1e6,
            "rfch": 0,
            "powe": self.eirp_dbm,
            "size": self.phy_payload.len(),
            "data": STANDARD.encode(self.phy_payload),
        });
        let modulation = match self.data_rate {
            // Downlinks have inverted polarity and no CRC, so that no gateway hears another's (LoRaWAN 1.0.4 section 4.1).
            DataRate::Lora { spreading_factor, bandwidth_khz } => json!({
                "modu": "LORA", "datr": format!("SF{spreading_factor}BW{bandwidth_khz}"), "codr": "4/5",
                "ipol": true, "ncrc": true,
            }),
            DataRate::Fsk { bit_rate } => json!({ "modu": "FSK", "datr": bit_rate, "fdev": bit_rate / 2 }),
            // No region sends it down; a gateway would refuse it.
            DataRate::LrFhss => json!({ "modu": "LR-FHSS" }),
        };
        if let (Value::Object(txpk), Value::Object(modulation)) = (&mut txpk, modulation) {
            txpk.extend(modulation);
        }
        json!({ "txpk": txpk }).to_string()
    }
}

/// What became of a downlink. No JSON, no error and a mere warning mean it will be sent; an error nobody knows is an error.
pub(crate) fn parse_tx_ack(json: &[u8]) -> Result<(), TxRefusal> {
    if json.iter().all(|b| matches!(b, 0 | b' ' | b'\r' | b'\n')) {
        return Ok(());
    }
    let value = parse_json(json).ok_or(TxRefusal::Other)?;
    match value.pointer("/txpk_ack/error") {
        None | Some(Value::Null) => Ok(()),
        Some(error) => match error.as_str() {
            Some("NONE") => Ok(()),
            Some("TOO_LATE") => Err(TxRefusal::TooLate),
            Some("TOO_EARLY") => Err(TxRefusal::TooEarly),
            Some("COLLISION_PACKET" | "COLLISION_BEACON") => Err(TxRefusal::Collision),
            Some("TX_FREQ") => Err(TxRefusal::Frequency),
            Some("TX_POWER") => Err(TxRefusal::Power),
            _ => Err(TxRefusal::Other),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asks_for_a_lora_downlink_as_the_protocol_says() {
        let data_rate = DataRate::Lora { spreading_factor: 12, bandwidth_khz: 125 };
        let packet =
            TxPacket { tmst: 5, frequency_hz: 869_525_000, data_rate, eirp_dbm: 29, phy_payload: &[0x60, 1, 2] };
        let value: Value = serde_json::from_str(&packet.to_json()).unwrap();
        let expect = json!({ "txpk": {
            "imme": false, "tmst": 5, "freq": 869.525, "rfch": 0, "powe": 29, "modu": "LORA", "datr": "SF12BW125",
            "codr": "4/5", "ipol": true, "ncrc": true, "size": 3, "data": "YAEC",
        }});
        assert_eq!(value, expect);
    }

    #[test]
    fn asks_for_an_fsk_downlink_with_a_numeric_rate() {
        let data_rate = DataRate::Fsk { bit_rate: 50_000 };
        let packet = TxPacket { tmst: 0, frequency_hz: 868_800_000, data_rate, eirp_dbm: 16, phy_payload: &[] };
        let value: Value = serde_json::from_str(&packet.to_json()).unwrap();
        assert_eq!((&value["txpk"]["datr"], &value["txpk"]["fdev"]), (&json!(50_000), &json!(25_000)));
        assert_eq!(value["txpk"]["freq"], json!(868.8));
    }

    #[track_caller]
    fn check(json: &str, expect: Result<(), TxRefusal>) {
        assert_eq!(parse_tx_ack(json.as_bytes()), expect, "{json}");
    }

    #[test]
    fn an_empty_acknowledgement_or_a_warning_is_no_failure() {
        check("", Ok(()));
        check("\0", Ok(()));
        check(r#"{"txpk_ack":{"error":"NONE"}}"#, Ok(()));
        check(r#"{"txpk_ack":{"warn":"TX_POWER","value":20}}"#, Ok(()));
        check("{}", Ok(()));
    }

    #[test]
    fn an_error_is_a_failure_also_when_nobody_knows_it() {
        check(r#"{"txpk_ack":{"error":"TOO_LATE"}}"#, Err(TxRefusal::TooLate));
        check(r#"{"txpk_ack":{"error":"COLLISION_BEACON"}}"#, Err(TxRefusal::Collision));
        check(r#"{"txpk_ack":{"error":"QUEUE_FULL"}}"#, Err(TxRefusal::Other));
        check(r#"{"txpk_ack":{"error":7}}"#, Err(TxRefusal::Other));
        check("no json", Err(TxRefusal::Other));
    }
}
