//! GWMP and the LoRaWAN network server as a pure state machine.
//!
//! Hides the radio side of the world: the gateways' UDP protocol, frames, keys, counters, joins and receive windows, and the crate `lrwn`.
//! [`NetworkServer`] takes datagrams and times and gives [`Action`]s; [`Report`] is what staff may see; [`Rejection`] says why something was dropped.
//!
//! ```
//! use model::{Activation, AppSKey, CounterRule, DevAddr, DevEui, Device, Gateway, GatewayEui, MacVersion, NwkSKey, Timestamp};
//! use netserver::{Action, NetworkServer, Settings};
//!
//! let device = Device {
//!     dev_eui: DevEui([1; 8]),
//!     mac_version: MacVersion::V1_0_3,
//!     activation: Activation::Abp {
//!         dev_addr: "49be7df1".parse()?,
//!         nwk_s_key: "44024241ed4ce9a68c6a8bc055233fd3".parse()?,
//!         app_s_key: "ec925802ae430ca77fd3dd73cb2cc588".parse()?,
//!     },
//!     counter_rule: CounterRule::OnlyRises,
//! };
//! let gateway = Gateway { eui: "aa555a0000000000".parse()?, name: "library roof".to_owned() };
//! let mut server = NetworkServer::new(Settings::default(), vec![device], &[gateway], []);
//!
//! let header = [2, 0x5e, 0x52, 0, 0xaa, 0x55, 0x5a, 0, 0, 0, 0, 0];
//! let json = br#"{"rxpk":[{"tmst":3512348611,"freq":868.1,"datr":"SF7BW125","rssi":-35,"lsnr":5.1,"data":"QPF9vkkAAgABlUN4disR/w0="}]}"#;
//! let actions = server.datagram(Timestamp::from_seconds(1_800_000_000), "10.0.0.2:40000".parse()?, &[&header[..], json].concat());
//!
//! assert!(matches!(&actions[0], Action::Acknowledge { bytes, .. } if bytes[..] == [2, 0x5e, 0x52, 1]));
//! assert!(matches!(&actions[1], Action::Persist(_)));
//! assert!(matches!(&actions[2], Action::Uplink(uplink) if uplink.frm_payload == b"test" && uplink.f_cnt == 2));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Downlinks wait for their device to speak: [`NetworkServer::send`]. Adaptive data rate, MAC commands and the duty cycle of the gateways
//! are its own business.
//!
//! It deliberately opens no socket, reads no clock, writes no disk and rolls no dice. LoRaWAN 1.0.0 to 1.0.4, class A, EU868; what is not
//! supported stands in the README beside this crate.

mod action;
mod adr;
mod airtime;
mod clock;
mod clue;
mod device;
mod downlink;
mod duty_cycle;
mod frame;
mod gateways;
mod gwmp;
mod join;
mod mac;
mod queue;
mod rate;
mod region;
mod rejection;
mod reply;
mod report;
mod server;
mod session;
mod settings;
mod uplink;
mod wants;

pub use action::{Action, Change, Hearing};
pub use clue::Clue;
pub use model::DownlinkFailure;
pub use queue::{DownlinkEvent, SendError};
pub use rejection::{Rejection, TxRefusal};
pub use report::{BandUse, DeviceReport, GatewayReport, GatewayStat, Report, Stranger};
pub use server::NetworkServer;
pub use settings::Settings;
