//! Makers of devices that the box has a decoder for, and keys that the whole world knows.

use crate::said::{Said, say};
use model::DevEui;

/// A maker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Maker {
    /// What it is called.
    pub name: &'static str,
    /// The decoder for its devices.
    pub decoder: &'static str,
    /// The decoder must be told the model.
    pub asks_model: bool,
    /// Its number at the `LoRa` Alliance, as in the code on a label.
    vendor: u16,
    /// How its `DevEUI`s begin: what IEEE gave it, hexadecimal digits.
    prefix: &'static str,
}

/// Numbers as the `LoRa` Alliance and IEEE have published them.
const MAKERS: &[Maker] = &[
    Maker { name: "Bosch", decoder: "bosch-parking", asks_model: false, vendor: 69, prefix: "fcd6bd" },
    Maker { name: "Decentlab", decoder: "decentlab", asks_model: true, vendor: 109, prefix: "70b3d57ba" },
    Maker { name: "Dragino", decoder: "dragino", asks_model: true, vendor: 676, prefix: "a84041" },
    Maker { name: "Elsys", decoder: "elsys", asks_model: false, vendor: 132, prefix: "a81758" },
    Maker { name: "Milesight", decoder: "milesight", asks_model: true, vendor: 601, prefix: "24e124" },
    Maker { name: "Sensative", decoder: "sensative", asks_model: false, vendor: 625, prefix: "70b3d52c0" },
];

/// Other makers' numbers, only to see which way round an EUI stands: Abeeway, Adeunis, Microchip, Netvox, RAK, Seeed, ST, Tektelic.
const OTHER_PREFIXES: [&str; 11] =
    ["20635f", "0018b2", "0004a3", "801f12", "00137a", "ac1f09", "2cf7f1", "0080e1", "647fda", "70b3d5", "8cf957"];

/// Keys that stand in manuals and source code, and why they are known.
const COUNTING_KEYS: [u128; 5] = [
    0x0011_2233_4455_6677_8899_aabb_ccdd_eeff,
    0x0001_0203_0405_0607_0809_0a0b_0c0d_0e0f,
    0x0102_0304_0506_0708_090a_0b0c_0d0e_0f10,
    0x0123_4567_89ab_cdef_0123_4567_89ab_cdef,
    0xfedc_ba98_7654_3210_fedc_ba98_7654_3210,
];
/// The key of the examples of FIPS 197.
const AES_EXAMPLE_KEY: u128 = 0x2b7e_1516_28ae_d2a6_abf7_1588_09cf_4f3c;

impl Maker {
    /// By its number at the `LoRa` Alliance.
    pub(super) fn of_vendor(vendor: u16) -> Option<Self> {
        MAKERS.iter().find(|maker| maker.vendor == vendor).copied()
    }

    /// By what a list calls it: `Milesight IoT`, `ELSYS.se`, `milesight-iot`.
    pub(super) fn of_name(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        MAKERS.iter().find(|maker| name.contains(&maker.name.to_lowercase())).copied()
    }

    /// By how the `DevEUI` begins.
    pub fn of_eui(dev_eui: DevEui) -> Option<Self> {
        let digits = dev_eui.to_string();
        MAKERS.iter().find(|maker| digits.starts_with(maker.prefix)).copied()
    }

    /// By the decoder.
    pub fn of_decoder(decoder: &str) -> Option<Self> {
        MAKERS.iter().find(|maker| maker.decoder == decoder).copied()
    }
}

/// True when the eight bytes are a maker's number only when read from the end: a tool for developers wrote them.
pub(super) fn is_back_to_front(dev_eui: DevEui) -> bool {
    let known = |eui: DevEui| {
        let digits = eui.to_string();
        MAKERS.iter().map(|maker| &maker.prefix).chain(&OTHER_PREFIXES).any(|prefix| digits.starts_with(prefix))
    };
    !known(dev_eui) && known(reversed(dev_eui))
}

/// The same, last byte first.
pub(super) fn reversed(DevEui(mut bytes): DevEui) -> DevEui {
    bytes.reverse();
    DevEui(bytes)
}

/// Why a key is no secret; none when it may be one.
pub(super) fn known_key(key: [u8; 16]) -> Option<Said> {
    let [first, rest @ ..] = key;
    if rest.iter().all(|byte| *byte == first) {
        return Some(say!("word-alike", "all its bytes are the same"));
    }
    match u128::from_be_bytes(key) {
        _ if key == *b"Ur@LinkLoRa2018#" => {
            Some(say!("word-factory", "{maker} sets it in every device at the factory", maker = "Milesight"))
        }
        AES_EXAMPLE_KEY => Some(say!("word-example", "it is the example of the AES standard, and of many device kits")),
        key if COUNTING_KEYS.contains(&key) => Some(say!("word-counts", "its digits count up or down")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_an_eui_stands_is_seen_by_its_maker() {
        let milesight = DevEui([0x24, 0xe1, 0x24, 0x13, 0x6b, 0x50, 0x22, 0x17]);
        assert!(!is_back_to_front(milesight) && is_back_to_front(reversed(milesight)));
        assert_eq!(Maker::of_eui(milesight).map(|maker| maker.decoder), Some("milesight"));
        assert!(!is_back_to_front(DevEui([1, 2, 3, 4, 5, 6, 7, 8])));
    }

    #[test]
    fn a_key_of_a_manual_is_known() {
        assert!(known_key([0; 16]).is_some() && known_key([0xff; 16]).is_some());
        assert!(known_key(*b"Ur@LinkLoRa2018#").unwrap().english.contains("Milesight"));
        assert_eq!(known_key([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 17]), None);
    }
}
