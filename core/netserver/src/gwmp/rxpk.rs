use super::parse_json;
use crate::Rejection;
use crate::report::GatewayStat;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, Engine, GeneralPurpose, GeneralPurposeConfig};
use model::DataRate;
use serde_json::Value;

/// A concentrator hands over at most 16 packets at a time, and forwarders send what they have at once.
const PACKETS_MAX: usize = 64;

/// A LoRaWAN frame never exceeds the radio's 255 bytes.
const PHY_PAYLOAD_MAX: usize = 255;

/// What a PUSH_DATA brings.
#[derive(Debug, Default)]
pub(crate) struct Pushed {
    /// Each packet by itself: a bad one does not cost the others.
    pub(crate) packets: Vec<Result<RxPacket, Rejection>>,
    pub(crate) stat: Option<GatewayStat>,
}

/// A radio packet as one gateway heard it (`rxpk`).
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct RxPacket {
    pub(crate) phy_payload: Vec<u8>,
    /// The gateway's own clock when the packet ended, microseconds, wrapping. Without it the gateway cannot answer.
    pub(crate) tmst: Option<u32>,
    pub(crate) frequency_hz: u32,
    pub(crate) data_rate: DataRate,
    pub(crate) rssi_dbm: f32,
    pub(crate) snr_db: Option<f32>,
}

impl Pushed {
    pub(crate) fn parse(json: &[u8]) -> Result<Self, Rejection> {
        let value = parse_json(json).ok_or(Rejection::BadJson)?;
        let listed = value.get("rxpk").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let mut packets: Vec<_> = listed.iter().take(PACKETS_MAX).map(parse_packet).collect();
        if listed.len() > PACKETS_MAX {
            packets.push(Err(Rejection::TooLarge));
        }
        Ok(Self { packets, stat: value.get("stat").filter(|s| s.is_object()).map(parse_stat) })
    }
}

fn parse_packet(rxpk: &Value) -> Result<RxPacket, Rejection> {
    if rxpk.get("stat").and_then(Value::as_i64) == Some(-1) {
        return Err(Rejection::CrcFailed);
    }
    let phy_payload = rxpk.get("data").and_then(Value::as_str).and_then(decode_base64).ok_or(Rejection::BadPacket)?;
    if phy_payload.len() > PHY_PAYLOAD_MAX {
        return Err(Rejection::TooLarge);
    }
    let (rssi_dbm, snr_db) = signal(rxpk).ok_or(Rejection::BadPacket)?;
    Ok(RxPacket {
        phy_payload,
        tmst: rxpk.get("tmst").and_then(Value::as_u64).and_then(|t| u32::try_from(t).ok()),
        frequency_hz: rxpk.get("freq").and_then(Value::as_f64).and_then(mhz_to_hz).ok_or(Rejection::BadPacket)?,
        data_rate: parse_data_rate(rxpk).ok_or(Rejection::BadPacket)?,
        rssi_dbm,
        snr_db,
    })
}

/// RSSI in dBm and SNR in dB; of several antennas (`rsig`, JSON version 2) those of the one that heard best.
fn signal(rxpk: &Value) -> Option<(f32, Option<f32>)> {
    if let Some(rssi) = number(rxpk, "rssi") {
        return Some((rssi, number(rxpk, "lsnr")));
    }
    let antennas = rxpk.get("rsig")?.as_array()?.iter();
    let heard = antennas.filter_map(|a| Some((number(a, "rssic")?, number(a, "lsnr"))));
    heard.max_by(|a, b| a.0.total_cmp(&b.0))
}

/// A number as far as a radio can mean it.
#[expect(clippy::cast_possible_truncation, reason = "clamped to what any f32 holds")]
fn number(value: &Value, key: &str) -> Option<f32> {
    value.get(key)?.as_f64().map(|n| n.clamp(-1000.0, 1000.0) as f32)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked to be 1 MHz to 4 GHz")]
fn mhz_to_hz(mhz: f64) -> Option<u32> {
    (1.0..4000.0).contains(&mhz).then(|| (mhz * 1e6).round() as u32)
}

fn parse_data_rate(rxpk: &Value) -> Option<DataRate> {
    match rxpk.get("datr")? {
        // FSK has a number here, and some forwarders leave `modu` out.
        Value::Number(bits) => Some(DataRate::Fsk { bit_rate: bits.as_u64()?.try_into().ok()? }),
        Value::String(datr) if datr.starts_with('M') => Some(DataRate::LrFhss),
        Value::String(datr) => {
            let (spreading_factor, bandwidth_khz) = datr.strip_prefix("SF")?.split_once("BW")?;
            let spreading_factor = spreading_factor.parse().ok().filter(|sf| (5..=12).contains(sf))?;
            let bandwidth_khz = bandwidth_khz.parse().ok().filter(|bw| [125, 250, 500].contains(bw))?;
            Some(DataRate::Lora { spreading_factor, bandwidth_khz })
        }
        _ => None,
    }
}

/// Takes base64 with and without padding, and the URL-safe alphabet that the protocol's own example uses.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    LENIENT.decode(text.trim().replace('-', "+").replace('_', "/")).ok()
}

fn parse_stat(stat: &Value) -> GatewayStat {
    let count = |key| stat.get(key).and_then(Value::as_u64);
    GatewayStat {
        received: count("rxnb"),
        received_intact: count("rxok"),
        forwarded: count("rxfw"),
        acknowledged_percent: number(stat, "ackr"),
        downlinks: count("dwnb"),
        transmitted: count("txnb"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str =
        r#"{"tmst":7,"freq":868.1,"stat":1,"modu":"LORA","datr":"SF7BW125","rssi":-40,"lsnr":9.5,"data":"QAEC"}"#;

    fn parse(json: &str) -> Pushed {
        Pushed::parse(json.as_bytes()).unwrap()
    }

    #[track_caller]
    fn one(rxpk: &str) -> Result<RxPacket, Rejection> {
        parse(&format!(r#"{{"rxpk":[{rxpk}]}}"#)).packets.pop().unwrap()
    }

    #[test]
    fn reads_a_lora_packet() {
        let packet = one(GOOD).unwrap();
        assert_eq!((packet.tmst, packet.frequency_hz, packet.rssi_dbm), (Some(7), 868_100_000, -40.0));
        assert_eq!(packet.data_rate, DataRate::Lora { spreading_factor: 7, bandwidth_khz: 125 });
        assert_eq!((packet.snr_db, packet.phy_payload), (Some(9.5), vec![0x40, 1, 2]));
    }

    #[test]
    fn reads_an_fsk_packet_with_a_numeric_rate_and_no_snr() {
        let packet = one(r#"{"tmst":1,"freq":868.8,"modu":"FSK","datr":50000,"rssi":-75,"data":"QAEC"}"#).unwrap();
        assert_eq!((packet.data_rate, packet.snr_db), (DataRate::Fsk { bit_rate: 50_000 }, None));
    }

    #[test]
    fn reads_an_lr_fhss_packet() {
        let rxpk = r#"{"freq":868.1,"modu":"LR-FHSS","datr":"M0CW137","codr":"2/6","rssi":-75.5,"data":"QAEC"}"#;
        assert_eq!(one(rxpk).unwrap().data_rate, DataRate::LrFhss);
    }

    #[test]
    fn one_bad_packet_never_costs_the_good_ones_beside_it() {
        let bads = ["{}", "null", "7", r#"{"data":"QAEC"}"#, r#"{"freq":868.1,"rssi":-1,"datr":"SF7BW125","data":"#];
        for bad in &bads[..4] {
            let pushed = parse(&format!(r#"{{"rxpk":[{GOOD},{bad},{GOOD}]}}"#));
            let taken: Vec<_> = pushed.packets.iter().map(Result::is_ok).collect();
            assert_eq!(taken, [true, false, true], "{bad}");
        }
        assert_eq!(Pushed::parse(bads[4].as_bytes()).unwrap_err(), Rejection::BadJson);
    }

    #[test]
    fn a_data_rate_that_is_none_is_a_bad_packet_and_no_panic() {
        for datr in [r#""SF1\u00e9BW125""#, r#""SF4BW125""#, r#""SF7BW126""#, r#""SF""#, r#""""#, "-5", "1e9", "[]"] {
            assert_eq!(one(&GOOD.replace(r#""SF7BW125""#, datr)), Err(Rejection::BadPacket), "{datr}");
        }
    }

    #[test]
    fn a_packet_heard_damaged_is_told_apart() {
        assert_eq!(one(&GOOD.replace(r#""stat":1"#, r#""stat":-1"#)), Err(Rejection::CrcFailed));
    }

    #[test]
    fn reads_base64_padded_or_not_url_safe_or_escaped() {
        for data in ["+/8=", "+/8", "-_8", r"+\/8=", "-_8="] {
            assert_eq!(one(&GOOD.replace("QAEC", data)).unwrap().phy_payload, [0xfb, 0xff], "{data}");
        }
        assert_eq!(one(&GOOD.replace("QAEC", "Q A")), Err(Rejection::BadPacket));
    }

    #[test]
    fn reads_the_payload_of_the_protocols_own_example() {
        let data = "-DS4CGaDCdG+48eJNM3Vai-zDpsR71Pn9CPA9uCON84";
        assert_eq!(one(&GOOD.replace("QAEC", data)).unwrap().phy_payload.len(), 32);
    }

    #[test]
    fn takes_the_best_of_several_antennas() {
        let rsig = r#""rsig":[{"ant":0,"rssic":-90,"lsnr":1},{"ant":1,"rssic":-70,"lsnr":8},{}]"#;
        let packet = one(&GOOD.replace(r#""rssi":-40,"lsnr":9.5"#, rsig)).unwrap();
        assert_eq!((packet.rssi_dbm, packet.snr_db), (-70.0, Some(8.0)));
    }

    #[test]
    fn reads_a_stat_alone_also_with_a_null_and_a_nul() {
        let stat = parse("{\"stat\":{\"rxnb\":2,\"ackr\":null,\"lati\":\"x\"}}\0\0").stat.unwrap();
        assert_eq!((stat.received, stat.acknowledged_percent), (Some(2), None));
        assert_eq!(parse(r#"{"stat":{"ackr":100.0}}"#).stat.unwrap().acknowledged_percent, Some(100.0));
    }

    #[test]
    fn a_byte_that_is_no_utf_8_spoils_only_its_own_string() {
        let json = [br#"{"stat":{"desc":"Nors"#, &[0xf6][..], br#""},"rxpk":["#, GOOD.as_bytes(), b"]}"].concat();
        assert!(Pushed::parse(&json).unwrap().packets[0].is_ok());
    }

    #[test]
    fn lists_and_payloads_have_an_end() {
        let many = vec![GOOD; PACKETS_MAX + 9].join(",");
        let pushed = parse(&format!(r#"{{"rxpk":[{many}]}}"#));
        assert_eq!(pushed.packets.len(), PACKETS_MAX + 1);
        assert_eq!(pushed.packets[PACKETS_MAX], Err(Rejection::TooLarge));
        assert_eq!(one(&GOOD.replace("QAEC", &"AAAA".repeat(90))), Err(Rejection::TooLarge));
    }

    #[test]
    fn json_nested_without_end_is_refused() {
        let deep = format!(r#"{{"rxpk":{}{}}}"#, "[".repeat(9_000), "]".repeat(9_000));
        assert_eq!(Pushed::parse(deep.as_bytes()).unwrap_err(), Rejection::BadJson);
        for bad in ["", "[]", "7", "{", "{}{}"] {
            assert_eq!(Pushed::parse(bad.as_bytes()).unwrap_err(), Rejection::BadJson, "{bad}");
        }
        assert!(parse(r#"{"rxpk":null,"stat":7}"#).packets.is_empty());
    }
}
