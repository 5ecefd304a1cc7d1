//! The devices, their state, and what was just heard of each.

use crate::Hearing;
use crate::adr::Adr;
use crate::clock::Uptime;
use crate::gwmp::RxPacket;
use crate::mac::Dialogue;
use crate::queue::Underway;
use crate::session::burn_reserved;
use model::{Activation, DataRate, DevAddr, DevEui, Device, DeviceState, GatewayEui, LinkSettings, Session, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Copies of one transmission arrive within this time. A device sends the same again only after RX2 opened, 2 s after it ended.
const COPIES_WITHIN: Duration = Duration::from_millis(1500);

/// The default of the standard, for devices born with a session.
pub(crate) const ABP_RX1_DELAY: Duration = Duration::from_secs(1);

/// One gateway's hearing of a transmission, with what it takes to answer through it.
#[derive(Clone, Debug)]
pub(crate) struct Copy {
    pub(crate) gateway: GatewayEui,
    pub(crate) arrived: Uptime,
    pub(crate) tmst: Option<u32>,
    pub(crate) frequency_hz: u32,
    pub(crate) data_rate: DataRate,
    pub(crate) rssi_dbm: f32,
    pub(crate) snr_db: Option<f32>,
}

impl Copy {
    pub(crate) fn new(gateway: GatewayEui, arrived: Uptime, packet: &RxPacket) -> Self {
        let &RxPacket { tmst, frequency_hz, data_rate, rssi_dbm, snr_db, .. } = packet;
        Self { gateway, arrived, tmst, frequency_hz, data_rate, rssi_dbm, snr_db }
    }

    pub(crate) fn hearing(&self) -> Hearing {
        let &Self { rssi_dbm, snr_db, frequency_hz, data_rate, .. } = self;
        Hearing { rssi_dbm, snr_db, frequency_hz, data_rate }
    }
}

/// The newest transmission of a device, and who heard it. At most one copy for each gateway.
#[derive(Clone, Debug)]
pub(crate) struct Heard {
    phy_payload: Vec<u8>,
    since: Uptime,
    /// None for a join request.
    pub(crate) f_cnt: Option<u32>,
    pub(crate) copies: Vec<Copy>,
}

impl Heard {
    pub(crate) fn first(phy_payload: Vec<u8>, f_cnt: Option<u32>, copy: Copy) -> Self {
        Self { phy_payload, since: copy.arrived, f_cnt, copies: vec![copy] }
    }

    fn is_of(&self, phy_payload: &[u8], now: Uptime) -> bool {
        self.phy_payload == phy_payload && now.since(self.since) <= COPIES_WITHIN
    }

    /// Adds a copy; false when this gateway was counted already. A strong device close by is heard on a second, wrong frequency as well, weaker:
    /// of two hearings by one gateway the louder is the true one.
    pub(crate) fn add(&mut self, copy: Copy) -> bool {
        let Some(before) = self.copies.iter_mut().find(|c| c.gateway == copy.gateway) else {
            self.copies.push(copy);
            return true;
        };
        if copy.rssi_dbm > before.rssi_dbm {
            *before = copy;
        }
        false
    }
}

/// One configured device.
#[derive(Debug)]
pub(crate) struct Tracked {
    pub(crate) device: Device,
    pub(crate) state: DeviceState,
    pub(crate) heard: Option<Heard>,
    /// How often the newest uplink was answered again.
    pub(crate) repeats: u8,
    pub(crate) adr: Adr,
    pub(crate) dialogue: Dialogue,
    /// The application downlink that left and is not done.
    pub(crate) underway: Option<Underway>,
}

impl Tracked {
    fn new(device: Device, mut state: DeviceState) -> Self {
        begin_fixed_session(&device.activation, &mut state);
        let (adr, dialogue) = (Adr::default(), Dialogue::default());
        Self { device, state, heard: None, repeats: 0, adr, dialogue, underway: None }
    }

    /// Forgets what was known of the link and agreed on: the device began anew.
    pub(crate) fn begin_anew(&mut self) {
        (self.adr, self.dialogue, self.underway) = (Adr::default(), Dialogue::default(), None);
    }

    /// The transmission these bytes are a copy of.
    pub(crate) fn heard_as(&mut self, phy_payload: &[u8], now: Uptime) -> Option<&mut Heard> {
        self.heard.as_mut().filter(|heard| heard.is_of(phy_payload, now))
    }
}

/// All devices, found by name or by address.
#[derive(Debug, Default)]
pub(crate) struct Devices {
    tracked: BTreeMap<DevEui, Tracked>,
    /// Devices that are not configured (any more). Their nonces are kept: should they come back, none may be used twice.
    retired: BTreeMap<DevEui, DeviceState>,
    /// Several devices may share an address.
    addresses: BTreeSet<(DevAddr, DevEui)>,
}

impl Devices {
    /// States as they came from disk.
    pub(crate) fn restored(states: impl IntoIterator<Item = (DevEui, DeviceState)>) -> Self {
        let burnt = |(dev_eui, mut state): (DevEui, DeviceState)| {
            state.session.iter_mut().chain(&mut state.pending).for_each(burn_reserved);
            (dev_eui, state)
        };
        Self { retired: states.into_iter().map(burnt).collect(), ..Self::default() }
    }

    /// Makes exactly these the configured ones.
    pub(crate) fn configure(&mut self, devices: Vec<Device>) {
        let mut before = std::mem::take(&mut self.tracked);
        for device in devices {
            let dev_eui = device.dev_eui;
            let tracked = match before.remove(&dev_eui) {
                Some(mut tracked) => {
                    if begin_fixed_session(&device.activation, &mut tracked.state) {
                        tracked.begin_anew();
                    }
                    Tracked { device, ..tracked }
                }
                None => Tracked::new(device, self.retired.remove(&dev_eui).unwrap_or_default()),
            };
            self.tracked.insert(dev_eui, tracked);
        }
        self.retired.extend(before.into_iter().map(|(dev_eui, tracked)| (dev_eui, tracked.state)));
        let addresses = self.tracked.iter().flat_map(|(eui, tracked)| addresses(*eui, &tracked.state));
        self.addresses = addresses.collect();
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &Tracked> {
        self.tracked.values()
    }

    pub(crate) fn get(&self, dev_eui: DevEui) -> Option<&Tracked> {
        self.tracked.get(&dev_eui)
    }

    /// The devices that have a session under this address.
    pub(crate) fn at(&self, dev_addr: DevAddr) -> Vec<DevEui> {
        let all = (dev_addr, DevEui([0; 8]))..=(dev_addr, DevEui([0xff; 8]));
        self.addresses.range(all).map(|(_, dev_eui)| *dev_eui).collect()
    }

    /// Changes a device in any way.
    pub(crate) fn change<T>(&mut self, dev_eui: DevEui, change: impl FnOnce(&mut Tracked) -> T) -> Option<T> {
        let tracked = self.tracked.get_mut(&dev_eui)?;
        let before: Vec<_> = addresses(dev_eui, &tracked.state).collect();
        let changed = change(tracked);
        for address in before {
            self.addresses.remove(&address);
        }
        self.addresses.extend(addresses(dev_eui, &tracked.state));
        Some(changed)
    }

    /// An address nobody has: of the 2^25 of private networks, spread by device and join.
    pub(crate) fn free_dev_addr(&self, dev_eui: DevEui, join_nonce: u32) -> DevAddr {
        const MASK: u32 = 0x01ff_ffff;
        let mixed = u64::from_be_bytes(dev_eui.0).wrapping_add(join_nonce.into()).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // The upper 25 bits, where a product is mixed best.
        let start = (mixed >> 39) as u32;
        let all = (0..=MASK).map(|step| DevAddr(start.wrapping_add(step) & MASK));
        let mut free = all.filter(|dev_addr| self.at(*dev_addr).is_empty());
        free.next().unwrap_or(DevAddr(start & MASK))
    }
}

fn addresses(dev_eui: DevEui, state: &DeviceState) -> impl Iterator<Item = (DevAddr, DevEui)> {
    state.session.iter().chain(&state.pending).map(move |session| (session.dev_addr, dev_eui))
}

/// A device born with a session has exactly that one; its counters go on while address and keys stay. True when it is a new one.
fn begin_fixed_session(activation: &Activation, state: &mut DeviceState) -> bool {
    let Activation::Abp { dev_addr, nwk_s_key, app_s_key } = activation else { return false };
    let is_it = |s: &Session| s.dev_addr == *dev_addr && s.nwk_s_key == *nwk_s_key && s.app_s_key == *app_s_key;
    state.pending = None;
    if state.session.as_ref().is_some_and(is_it) {
        return false;
    }
    state.session = Some(Session {
        dev_addr: *dev_addr,
        nwk_s_key: nwk_s_key.clone(),
        app_s_key: app_s_key.clone(),
        f_cnt_up: None,
        f_cnt_down: 0,
        f_cnt_down_reserved: 0,
        rx1_delay: ABP_RX1_DELAY,
        since: Timestamp::default(),
        link: LinkSettings::default(),
    });
    true
}
