//! A town with gateways and devices, driven by hand.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lrwn::{
    AES128Key, EUI64, FCtrl, FHDR, FRMPayload, FType, JoinAcceptPayload, JoinRequestPayload, JoinType, MACCommand,
    MACCommandSet, MACPayload, MACVersion, MHDR, Major, NetID, Payload, PhyPayload, keys,
};
use model::{
    Activation, AppKey, AppSKey, Battery, CounterRule, DevAddr, DevEui, Device, DeviceState, DeviceStatus, DownlinkId,
    Gateway, GatewayEui, JoinEui, LinkSettings, MacVersion, NwkSKey, Reception, Session, Timestamp, Uplink,
};
use netserver::{Action, Change, DownlinkEvent, NetworkServer, Rejection, Settings};
use serde_json::Value;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

pub const ROOF: Station = Station { eui: GatewayEui([0xa1; 8]), address: "10.0.0.1:40001", tmst: 4_294_000_000 };
pub const MAST: Station = Station { eui: GatewayEui([0xb2; 8]), address: "10.0.0.2:40001", tmst: 77 };
pub const DOOR: DevEui = DevEui([0xd0; 8]);
pub const JOIN_EUI: JoinEui = JoinEui([0x70; 8]);
pub const APP_KEY: [u8; 16] = [0x33; 16];

/// A gateway: its name, machine, and what its clock shows whenever it hears something.
#[derive(Clone, Copy)]
pub struct Station {
    pub eui: GatewayEui,
    pub address: &'static str,
    pub tmst: u32,
}

impl Station {
    pub fn datagram(&self, identifier: u8, json: &str) -> Vec<u8> {
        [&[2, 0x12, 0x34, identifier], &self.eui.0[..], json.as_bytes()].concat()
    }

    /// The same gateway when its clock went on for so long.
    fn after(self, since: Duration) -> Self {
        let micros = u32::try_from(since.as_micros() % (1 << 32)).unwrap();
        Self { tmst: self.tmst.wrapping_add(micros), ..self }
    }

    pub fn rxpk(&self, snr_db: f32, frame: &[u8]) -> String {
        let (tmst, data) = (self.tmst, STANDARD.encode(frame));
        let heard = format!(r#""freq":868.3,"datr":"SF9BW125","codr":"4/5","rssi":-80,"lsnr":{snr_db}"#);
        format!(r#"{{"tmst":{tmst},{heard},"data":"{data}"}}"#)
    }
}

/// When every town begins.
pub const START: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// A device that told how it is, and knows all channels.
fn settled(device: &Device) -> (DevEui, DeviceState) {
    let status = Some(DeviceStatus { battery: Battery::External, margin_db: 9, at: START });
    let session = match &device.activation {
        Activation::Otaa { .. } => None,
        Activation::Abp { dev_addr, nwk_s_key, app_s_key } => Some(Session {
            dev_addr: *dev_addr,
            nwk_s_key: nwk_s_key.clone(),
            app_s_key: app_s_key.clone(),
            f_cnt_up: None,
            f_cnt_down: 0,
            f_cnt_down_reserved: 0,
            rx1_delay: Duration::from_secs(1),
            since: START,
            link: LinkSettings { channels: 0xff, ..LinkSettings::default() },
        }),
    };
    (device.dev_eui, DeviceState { session, status, ..DeviceState::default() })
}

/// The server, a clock, and a disk.
pub struct Town {
    pub server: NetworkServer,
    pub now: Timestamp,
    pub disk: BTreeMap<DevEui, DeviceState>,
}

impl Town {
    /// With devices that have nothing to be asked.
    pub fn new(stations: &[Station], devices: &[Device]) -> Self {
        Self::with(Settings::default(), stations, devices, devices.iter().map(settled).collect(), BTreeMap::new())
    }

    /// With devices that are strangers but for what is on disk.
    pub fn restarted(stations: &[Station], devices: &[Device], disk: BTreeMap<DevEui, DeviceState>) -> Self {
        Self::with(Settings::default(), stations, devices, disk.clone(), disk)
    }

    pub fn with(
        settings: Settings,
        stations: &[Station],
        devices: &[Device],
        states: BTreeMap<DevEui, DeviceState>,
        disk: BTreeMap<DevEui, DeviceState>,
    ) -> Self {
        let gateways: Vec<_> = stations.iter().map(|s| Gateway { eui: s.eui, name: String::new() }).collect();
        let server = NetworkServer::new(settings, devices.to_vec(), &gateways, states);
        let mut town = Self { server, now: START, disk };
        for station in stations {
            town.send(station, 2, "");
        }
        town
    }

    pub fn passes(&mut self, ms: u64) {
        self.now = self.now + Duration::from_millis(ms);
    }

    pub fn from(&mut self, address: &str, bytes: &[u8]) -> Vec<Action> {
        let actions = self.server.datagram(self.now, address.parse().unwrap(), bytes);
        self.keep(&actions);
        actions
    }

    pub fn send(&mut self, station: &Station, identifier: u8, json: &str) -> Vec<Action> {
        self.from(station.address, &station.datagram(identifier, json))
    }

    pub fn hears(&mut self, station: &Station, snr_db: f32, frame: &[u8]) -> Vec<Action> {
        let rxpk = station.after(self.now.since(START)).rxpk(snr_db, frame);
        self.send(station, 0, &format!(r#"{{"rxpk":[{rxpk}]}}"#))
    }

    /// Lets the time pass that an answer waits for other gateways.
    pub fn waits(&mut self) -> Vec<Action> {
        self.passes(150);
        let actions = self.server.wake(self.now);
        self.keep(&actions);
        actions
    }

    /// A gateway speaks of a downlink, from the socket for upstream data, as some do.
    pub fn tx_ack(&mut self, station: &Station, asked: &Asked, json: &str) -> Vec<Action> {
        let bytes = [&[2, asked.token[0], asked.token[1], 5], &station.eui.0[..], json.as_bytes()].concat();
        self.from(&station.address.replace("40001", "40002"), &bytes)
    }

    /// What the first device was told of its radio.
    pub fn link(&self) -> LinkSettings {
        self.server.report().devices[0].link.clone().unwrap()
    }

    pub fn keep(&mut self, actions: &[Action]) {
        for action in actions {
            match action {
                Action::Persist(Change::Device { dev_eui, state }) => {
                    self.disk.insert(*dev_eui, state.clone());
                }
                Action::Persist(Change::Session { dev_eui, session }) => {
                    self.disk.entry(*dev_eui).or_default().session = Some(session.clone());
                }
                _ => {}
            }
        }
    }
}

pub fn uplinks(actions: &[Action]) -> Vec<&Uplink> {
    actions.iter().filter_map(|a| if let Action::Uplink(uplink) = a { Some(uplink) } else { None }).collect()
}

pub fn receptions(actions: &[Action]) -> Vec<(u32, &Reception)> {
    let reception =
        |a| if let &Action::Reception { f_cnt, ref reception, .. } = a { Some((f_cnt, reception)) } else { None };
    actions.iter().filter_map(reception).collect()
}

pub fn rejections(actions: &[Action]) -> Vec<Rejection> {
    actions.iter().filter_map(|a| if let Action::Rejected { why, .. } = a { Some(*why) } else { None }).collect()
}

/// What became of application downlinks.
pub fn news(actions: &[Action]) -> Vec<(DownlinkId, DownlinkEvent)> {
    let news = |a: &Action| if let Action::Downlink { id, event, .. } = a { Some((*id, *event)) } else { None };
    actions.iter().filter_map(news).collect()
}

/// A PULL_RESP as the gateway reads it.
pub struct Asked {
    pub to: SocketAddr,
    pub token: [u8; 2],
    pub txpk: Value,
    pub frame: Vec<u8>,
}

pub fn downlinks(actions: &[Action]) -> Vec<Asked> {
    let asked = |action: &Action| {
        let Action::Transmit { to, bytes } = action else { return None };
        assert_eq!(bytes[3], 3);
        let json: Value = serde_json::from_slice(&bytes[4..]).unwrap();
        let frame = STANDARD.decode(json["txpk"]["data"].as_str().unwrap()).unwrap();
        Some(Asked { to: *to, token: [bytes[1], bytes[2]], txpk: json["txpk"].clone(), frame })
    };
    actions.iter().filter_map(asked).collect()
}

/// An end-device with a session.
#[derive(Clone)]
pub struct Sensor {
    pub dev_eui: DevEui,
    pub dev_addr: DevAddr,
    pub nwk_s_key: [u8; 16],
    pub app_s_key: [u8; 16],
    pub adr_ack_req: bool,
    pub adr: bool,
    pub ack: bool,
    pub f_opts: Vec<u8>,
}

/// A downlink as its device reads it.
#[derive(Debug)]
pub struct Opened {
    pub f_cnt: u32,
    pub confirmed: bool,
    pub f_ctrl: FCtrl,
    pub f_port: Option<u8>,
    /// MAC commands, from wherever they stood.
    pub commands: Vec<u8>,
    pub payload: Vec<u8>,
}

impl Sensor {
    pub fn personalized() -> Self {
        Self {
            dev_eui: DOOR,
            dev_addr: DevAddr(0x0102_0304),
            nwk_s_key: [0x11; 16],
            app_s_key: [0x22; 16],
            adr_ack_req: false,
            adr: false,
            ack: false,
            f_opts: Vec::new(),
        }
    }

    pub fn device(&self) -> Device {
        Device {
            dev_eui: self.dev_eui,
            mac_version: MacVersion::V1_0_3,
            activation: Activation::Abp {
                dev_addr: self.dev_addr,
                nwk_s_key: NwkSKey::new(self.nwk_s_key),
                app_s_key: AppSKey::new(self.app_s_key),
            },
            counter_rule: CounterRule::default(),
        }
    }

    pub fn unconfirmed(&self, f_cnt: u32, payload: &[u8]) -> Vec<u8> {
        self.frame(FType::UnconfirmedDataUp, f_cnt, Some(10), payload)
    }

    pub fn confirmed(&self, f_cnt: u32, payload: &[u8]) -> Vec<u8> {
        self.frame(FType::ConfirmedDataUp, f_cnt, Some(10), payload)
    }

    pub fn frame(&self, f_type: FType, f_cnt: u32, f_port: Option<u8>, payload: &[u8]) -> Vec<u8> {
        let f_opts = if self.f_opts.is_empty() { vec![] } else { vec![MACCommand::Raw(self.f_opts.clone())] };
        let mut phy = PhyPayload {
            mhdr: MHDR { f_type, major: Major::LoRaWANR1 },
            payload: Payload::MACPayload(MACPayload {
                fhdr: FHDR {
                    devaddr: lrwn::DevAddr::from_be_bytes(self.dev_addr.0.to_be_bytes()),
                    f_ctrl: FCtrl { adr_ack_req: self.adr_ack_req, adr: self.adr, ack: self.ack, ..FCtrl::default() },
                    f_cnt,
                    f_opts: MACCommandSet::new(f_opts),
                },
                f_port,
                frm_payload: (!payload.is_empty()).then(|| FRMPayload::Raw(payload.to_vec())),
            }),
            mic: None,
        };
        let nwk_s_key = AES128Key::from_bytes(self.nwk_s_key);
        let app_s_key = AES128Key::from_bytes(self.app_s_key);
        phy.encrypt_frm_payload(if f_port == Some(0) { &nwk_s_key } else { &app_s_key }).unwrap();
        phy.set_uplink_data_mic(MACVersion::LoRaWAN1_0, 0, 0, 0, &nwk_s_key, &nwk_s_key).unwrap();
        phy.to_vec().unwrap()
    }

    /// An uplink that answers MAC commands.
    pub fn saying(&self, f_cnt: u32, f_opts: &[u8]) -> Vec<u8> {
        Self { f_opts: f_opts.to_vec(), ..self.clone() }.unconfirmed(f_cnt, b"x")
    }

    /// Reads a downlink without payload: counter, whether it acknowledges, MAC commands.
    #[track_caller]
    pub fn reads(&self, frame: &[u8]) -> (u32, bool, Vec<u8>) {
        let opened = self.opens(frame);
        assert_eq!((opened.confirmed, opened.f_port), (false, None));
        (opened.f_cnt, opened.f_ctrl.ack, opened.commands)
    }

    /// Reads a downlink as the device would.
    #[track_caller]
    pub fn opens(&self, frame: &[u8]) -> Opened {
        let mut phy = PhyPayload::from_slice(frame).unwrap();
        let nwk_s_key = AES128Key::from_bytes(self.nwk_s_key);
        assert!(phy.validate_downlink_data_mic(MACVersion::LoRaWAN1_0, 0, &nwk_s_key).unwrap());
        let confirmed = phy.mhdr.f_type == FType::ConfirmedDataDown;
        let Payload::MACPayload(sealed) = &phy.payload else { panic!("no data frame") };
        let on_port_0 = sealed.f_port == Some(0);
        phy.decrypt_frm_payload(&if on_port_0 { nwk_s_key } else { AES128Key::from_bytes(self.app_s_key) }).unwrap();
        let Payload::MACPayload(mac) = phy.payload else { panic!("no data frame") };
        let payload = mac.frm_payload.map_or_else(Vec::new, |payload| payload.to_vec().unwrap());
        let f_opts = mac.fhdr.f_opts.to_vec().unwrap();
        let (commands, payload) = if on_port_0 { (payload, Vec::new()) } else { (f_opts, payload) };
        Opened { f_cnt: mac.fhdr.f_cnt, confirmed, f_ctrl: mac.fhdr.f_ctrl, f_port: mac.f_port, commands, payload }
    }
}

pub fn joining(mac_version: MacVersion) -> Device {
    let activation = Activation::Otaa { join_eui: JOIN_EUI, app_key: AppKey::new(APP_KEY) };
    Device { dev_eui: DOOR, mac_version, activation, counter_rule: CounterRule::default() }
}

pub fn join_request(dev_nonce: u16) -> Vec<u8> {
    signed_join_request(DOOR, JOIN_EUI, dev_nonce, APP_KEY)
}

pub fn signed_join_request(dev_eui: DevEui, join_eui: JoinEui, dev_nonce: u16, key: [u8; 16]) -> Vec<u8> {
    let mut phy = PhyPayload {
        mhdr: MHDR { f_type: FType::JoinRequest, major: Major::LoRaWANR1 },
        payload: Payload::JoinRequest(JoinRequestPayload {
            join_eui: EUI64::from_be_bytes(join_eui.0),
            dev_eui: EUI64::from_be_bytes(dev_eui.0),
            dev_nonce,
        }),
        mic: None,
    };
    phy.set_join_request_mic(&AES128Key::from_bytes(key)).unwrap();
    phy.to_vec().unwrap()
}

/// Opens a join accept as the device would.
#[track_caller]
pub fn joined(dev_nonce: u16, accept: &[u8]) -> (Sensor, JoinAcceptPayload) {
    let root = AES128Key::from_bytes(APP_KEY);
    let join_eui = EUI64::from_be_bytes(JOIN_EUI.0);
    let mut phy = PhyPayload::from_slice(accept).unwrap();
    phy.decrypt_join_accept_payload(&root).unwrap();
    assert!(phy.validate_join_accept_mic(JoinType::Join, &join_eui, dev_nonce, &root).unwrap());
    let Payload::JoinAccept(told) = phy.payload else { panic!("no join accept") };
    let net_id = NetID::from_be_bytes([0; 3]);
    let nwk = keys::get_f_nwk_s_int_key(false, &root, &net_id, &join_eui, told.join_nonce, dev_nonce).unwrap();
    let app = keys::get_app_s_key(false, &root, &net_id, &join_eui, told.join_nonce, dev_nonce).unwrap();
    let sensor = Sensor {
        dev_eui: DOOR,
        dev_addr: DevAddr(u32::from_be_bytes(told.devaddr.to_be_bytes())),
        nwk_s_key: nwk.to_bytes(),
        app_s_key: app.to_bytes(),
        ..Sensor::personalized()
    };
    (sensor, told)
}
