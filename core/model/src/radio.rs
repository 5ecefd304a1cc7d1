use crate::hex::{Hex, unhex};
use crate::{DeviceStatus, DownlinkQueue, LinkSettings, Timestamp};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// Text that is no identifier or key of the expected length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} hexadecimal digits (spaces, `-` and `:` between them are fine), found {found}")]
pub struct ParseIdError {
    /// How many digits it should have.
    pub expected: usize,
    /// How many it had; characters that are no digits count too.
    pub found: usize,
}

fn parse_hex<const N: usize>(text: &str) -> Result<[u8; N], ParseIdError> {
    let digits = text.replace([' ', '-', ':'], "");
    let error = ParseIdError { expected: N * 2, found: digits.chars().count() };
    unhex(&digits).and_then(|bytes| bytes.try_into().ok()).ok_or(error)
}

macro_rules! eui {
    ($name:ident, $doc:literal) => {
        #[doc = $doc]
        /// Eight bytes, most significant first, as printed on the label.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub [u8; 8]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                Hex(&self.0).fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                parse_hex(text).map(Self)
            }
        }
    };
}

eui!(GatewayEui, "Identifies a gateway.");
eui!(DevEui, "Identifies an end-device for its whole life (LoRaWAN 1.0.4 section 6.1.1.2).");
eui!(JoinEui, "Identifies the join server a device asks for; called AppEUI before LoRaWAN 1.0.4.");

macro_rules! key {
    ($name:ident, $doc:literal) => {
        #[doc = $doc]
        /// Never printed: `Debug` shows its name only, and there is no `Display`.
        #[derive(Clone, PartialEq, Eq)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The key from its bytes, most significant first.
            pub const fn new(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The bytes, for the cipher and the store.
            pub const fn bytes(&self) -> [u8; 16] {
                self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                parse_hex(text).map(Self)
            }
        }
    };
}

key!(AppKey, "Root key of a device that joins.");
key!(NwkSKey, "Session key that signs frames and encrypts MAC commands.");
key!(AppSKey, "Session key that encrypts payloads.");

/// Address of a device within one session. Several devices may share one; the MIC tells them apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DevAddr(pub u32);

impl fmt::Display for DevAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

impl fmt::Debug for DevAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DevAddr({self})")
    }
}

impl FromStr for DevAddr {
    type Err = ParseIdError;
    fn from_str(text: &str) -> Result<Self, ParseIdError> {
        parse_hex(text).map(|bytes| Self(u32::from_be_bytes(bytes)))
    }
}

/// A device's number for one join attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DevNonce(pub u16);

/// LoRaWAN version of a device. It decides the rules for nonces and counters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MacVersion {
    /// 1.0.0: random `DevNonce`.
    V1_0_0,
    /// 1.0.1: random `DevNonce`.
    V1_0_1,
    /// 1.0.2: random `DevNonce`.
    V1_0_2,
    /// 1.0.3: random `DevNonce`.
    #[default]
    V1_0_3,
    /// 1.0.4: `DevNonce` rises by each join.
    V1_0_4,
}

impl MacVersion {
    /// As it is written in a folder: `1.0.3`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V1_0_0 => "1.0.0",
            Self::V1_0_1 => "1.0.1",
            Self::V1_0_2 => "1.0.2",
            Self::V1_0_3 => "1.0.3",
            Self::V1_0_4 => "1.0.4",
        }
    }
}

/// How a device gets its session keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Activation {
    /// Over the air: it joins.
    Otaa {
        /// The join server it asks for.
        join_eui: JoinEui,
        /// Its root key.
        app_key: AppKey,
    },
    /// By personalization: it was born with a session.
    Abp {
        /// Its address.
        dev_addr: DevAddr,
        /// Its network session key.
        nwk_s_key: NwkSKey,
        /// Its application session key.
        app_s_key: AppSKey,
    },
}

/// What to think of a counter that goes back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CounterRule {
    /// It is a replay.
    #[default]
    OnlyRises,
    /// The device was born with its session and has no memory: with each new battery it counts from 0 again. Whoever recorded
    /// its first frames can play them again, so this is for devices that know no better.
    MayRestart,
}

/// A device the box listens to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Which one.
    pub dev_eui: DevEui,
    /// LoRaWAN version it speaks.
    pub mac_version: MacVersion,
    /// Its keys.
    pub activation: Activation,
    /// Whether its counter may begin again.
    pub counter_rule: CounterRule,
}

/// Keys and counters of one session. Ground truth: it is kept on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Address in this session.
    pub dev_addr: DevAddr,
    /// Signs.
    pub nwk_s_key: NwkSKey,
    /// Encrypts.
    pub app_s_key: AppSKey,
    /// Newest accepted uplink counter, all 32 bits; none before the first uplink.
    pub f_cnt_up: Option<u32>,
    /// Next downlink counter to use.
    pub f_cnt_down: u32,
    /// First downlink counter not reserved yet. After a restart the next counter is this one: what was reserved and not used is burnt.
    pub f_cnt_down_reserved: u32,
    /// Delay from the end of an uplink to RX1.
    pub rx1_delay: Duration,
    /// When it began.
    pub since: Timestamp,
    /// What the device was told of its radio and confirmed.
    pub link: LinkSettings,
}

/// All that the network server must remember of one device over a restart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceState {
    /// The session in use.
    pub session: Option<Session>,
    /// The session offered by the newest join accept. It takes over with its first valid uplink; until then the old one lives on, for a join accept may be lost.
    pub pending: Option<Session>,
    /// Nonces used in joins. From 1.0.4 on only the highest counts.
    pub dev_nonces: BTreeSet<DevNonce>,
    /// Next join nonce, 24 bits. Never repeats for one `AppKey`.
    pub join_nonce: u32,
    /// What applications want to say to it.
    pub downlinks: DownlinkQueue,
    /// What it last said of itself.
    pub status: Option<DeviceStatus>,
}

/// Modulation of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DataRate {
    /// `LoRa`, the usual one.
    Lora {
        /// Spreading factor, 5 to 12.
        spreading_factor: u8,
        /// Bandwidth in kHz: 125, 250 or 500.
        bandwidth_khz: u16,
    },
    /// Frequency-shift keying.
    Fsk {
        /// Bits per second.
        bit_rate: u32,
    },
    /// Long-range frequency hopping.
    LrFhss,
}

/// One gateway's hearing of one uplink.
#[derive(Clone, Debug, PartialEq)]
pub struct Reception {
    /// Who heard it.
    pub gateway: GatewayEui,
    /// Received signal strength, dBm.
    pub rssi_dbm: f32,
    /// Signal-to-noise ratio, dB; FSK has none.
    pub snr_db: Option<f32>,
    /// When the box got it.
    pub received_at: Timestamp,
}

/// A data frame whose MIC, counter and address were checked, decrypted.
#[derive(Clone, Debug, PartialEq)]
pub struct Uplink {
    /// From which device.
    pub dev_eui: DevEui,
    /// Under which address.
    pub dev_addr: DevAddr,
    /// Frame counter, all 32 bits.
    pub f_cnt: u32,
    /// Port; none when the frame carries no port, 0 for MAC commands alone.
    pub f_port: Option<u8>,
    /// Decrypted application payload; empty for ports none and 0.
    pub frm_payload: Vec<u8>,
    /// The device wants an acknowledgement.
    pub confirmed: bool,
    /// The device lets the network choose its data rate.
    pub adr: bool,
    /// When the first copy arrived.
    pub received_at: Timestamp,
    /// On which frequency, hertz.
    pub frequency_hz: u32,
    /// In which modulation.
    pub data_rate: DataRate,
    /// Who heard it, first copy first. Grows while late copies come.
    pub receptions: Vec<Reception>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_eui_is_read_as_labels_print_it() {
        let eui: DevEui = "A8-40:41 00 01 02 03 04".parse().unwrap();
        assert_eq!(eui.to_string(), "a840410001020304");
    }

    #[test]
    fn a_short_eui_is_refused_with_both_lengths() {
        let error = "a84041".parse::<DevEui>().unwrap_err();
        assert_eq!((error.expected, error.found), (16, 6));
        assert!("a84041000102030g".parse::<DevEui>().is_err());
        assert!("\u{e5}84041000102030".parse::<DevEui>().is_err());
    }

    #[test]
    fn a_key_never_prints_itself() {
        let key: AppKey = "000102030405060708090a0b0c0d0e0f".parse().unwrap();
        assert_eq!(format!("{key:?}"), "AppKey(hidden)");
    }
}
