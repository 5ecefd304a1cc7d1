//! How the sensors are: when each was heard, whether its silence is worth telling, its battery, and how well the radio reaches it.

mod watch;

pub(crate) use watch::GATEWAY_SILENT_AFTER;
pub use watch::run_watch;

use crate::portal::App;
use crate::views::LiveUplink;

use model::{
    Battery, Calendar, DataRate, DatastreamId, DevEui, DeviceStatus, GatewayEui, PlaceId, Reception, Rhythm, SensorId,
    StoredUplink, Timestamp,
};
use netserver::{DeviceReport, Report};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use store::StoreError;

/// A sensor of which too little is known is called silent after this.
const SILENT_AFTER: Duration = Duration::from_mins(150);

/// Gateways that heard a device within this time count as hearing it.
const HEARS_STILL: Duration = Duration::from_hours(24);

/// Gateways remembered for each device.
const GATEWAYS_MAX: usize = 16;

/// How much a frame weighs in how well a device is heard now, and in how well it is heard usually.
const NOW_WEIGHS: f32 = 1.0 / 8.0;
const USUALLY_WEIGHS: f32 = 1.0 / 128.0;

/// Something that is wrong with the box as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nothing can be stored: the disk is full or fails.
    NotStoring,
    /// Nobody told the box the time.
    TimeUnknown,
    /// The data file had to be replaced, and a part of the history is gone.
    HistoryLost,
}

impl Trouble {
    /// A short name that does not change, for programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::NotStoring => "not-storing",
            Self::TimeUnknown => "time-unknown",
            Self::HistoryLost => "history-lost",
        }
    }
}

/// How one sensor is.
#[derive(Clone, Debug, PartialEq)]
pub struct SensorHealth {
    /// Which one.
    pub sensor: SensorId,
    /// Where.
    pub place: PlaceId,
    /// When it was last heard.
    pub last_heard: Option<Timestamp>,
    /// After how long its silence is worth telling.
    pub silent_after: Duration,
    /// Since when it is silent, if it is.
    pub silent_since: Option<Timestamp>,
    /// What is known of its supply.
    pub battery: BatteryHealth,
    /// How well the radio reaches it.
    pub link: LinkHealth,
    /// Frames since the start.
    pub uplinks: u64,
    /// How many of these were not understood.
    pub faults: u64,
    /// Why the newest of them was not.
    pub fault: Option<String>,
}

/// The supply of a sensor, as far as it tells.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BatteryHealth {
    /// By the LoRaWAN status answer (`DevStatusAns`).
    pub status: Option<Battery>,
    /// As its frames say, percent.
    pub percent: Option<f64>,
    /// As its frames say, volts.
    pub volts: Option<f64>,
}

/// How well a sensor is heard, and hears.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LinkHealth {
    /// Signal-to-noise ratio of late, dB.
    pub snr_db: Option<f32>,
    /// By how much that is better than usual, dB.
    pub snr_trend_db: Option<f32>,
    /// Spreading factor of the newest frame.
    pub spreading_factor: Option<u8>,
    /// Signal-to-noise ratio at which it heard the network, dB, as it said last.
    pub margin_db: Option<i8>,
    /// Frames of late that no gateway heard, percent.
    pub lost_percent: Option<u8>,
    /// How many gateways heard it within a day. With one, that gateway is all that it has.
    pub gateways: usize,
}

/// What is remembered of each sensor. It is learned again at every start.
#[derive(Debug, Default)]
pub(crate) struct Health {
    sensors: Mutex<HashMap<SensorId, Remembered>>,
    /// Bounded by the plugins that are installed.
    faults_by_plugin: Mutex<BTreeMap<String, u64>>,
}

#[derive(Clone, Debug, Default)]
struct Remembered {
    rhythm: Rhythm,
    snr_now_db: Option<f32>,
    snr_usually_db: Option<f32>,
    spreading_factor: Option<u8>,
    gateways: Vec<(GatewayEui, Timestamp)>,
    uplinks: u64,
    faults: u64,
    fault: Option<String>,
}

impl Health {
    /// Takes in a frame that was just heard.
    pub(crate) fn note(&self, calendar: &Calendar, heard: &LiveUplink) {
        self.change(&heard.sensor, |known| {
            let uplink = &heard.uplink;
            known.uplinks += 1;
            known.rhythm.heard(calendar, uplink.received_at);
            if let DataRate::Lora { spreading_factor, .. } = uplink.data_rate {
                known.spreading_factor = Some(spreading_factor);
            }
            known.note_receptions(&uplink.receptions);
            if let Err(fault) = &heard.outcome {
                known.faults += 1;
                known.fault = Some(fault.to_string());
            }
        });
        if let Err(fault) = &heard.outcome {
            let mut faults = self.faults_by_plugin.lock().unwrap_or_else(PoisonError::into_inner);
            *faults.entry(fault.plugin.clone()).or_default() += 1;
        }
    }

    /// Takes in who else heard it.
    pub(crate) fn note_again(&self, stored: &StoredUplink) {
        if let (Some(sensor), Some(newest)) = (&stored.sensor, stored.uplink.receptions.last()) {
            self.change(sensor, |known| known.note_gateway(newest.gateway, newest.received_at));
        }
    }

    /// Takes over what was learned of the time before the start.
    pub(crate) fn learn(&self, sensor: &SensorId, earlier: Rhythm) {
        self.change(sensor, |known| known.rhythm = std::mem::take(&mut known.rhythm).preceded_by(earlier));
    }

    /// After how long the silence of a sensor is worth telling; none as long as too little is known of it.
    fn silent_after(&self, sensor: &SensorId) -> Option<Duration> {
        let sensors = self.sensors.lock().unwrap_or_else(PoisonError::into_inner);
        sensors.get(sensor).and_then(|known| known.rhythm.silent_after())
    }

    /// Times were corrected: what was heard lies elsewhere now, and no silence is between.
    pub(crate) fn correct_clock(&self, by_ms: i64) {
        let mut sensors = self.sensors.lock().unwrap_or_else(PoisonError::into_inner);
        for known in sensors.values_mut() {
            known.rhythm.correct_clock(by_ms);
            known.gateways.iter_mut().for_each(|(_, at)| *at = at.moved(by_ms));
        }
    }

    /// How many frames each plugin did not understand.
    pub(crate) fn faults_by_plugin(&self) -> BTreeMap<String, u64> {
        self.faults_by_plugin.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn known(&self, sensor: &SensorId) -> Remembered {
        self.sensors.lock().unwrap_or_else(PoisonError::into_inner).get(sensor).cloned().unwrap_or_default()
    }

    fn change(&self, sensor: &SensorId, change: impl FnOnce(&mut Remembered)) {
        let mut sensors = self.sensors.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = sensors.get_mut(sensor) {
            change(known);
        } else {
            change(sensors.entry(sensor.clone()).or_default());
        }
    }

    /// Forgets sensors that are not configured any more.
    pub(crate) fn retain(&self, is_configured: impl Fn(&SensorId) -> bool) {
        self.sensors.lock().unwrap_or_else(PoisonError::into_inner).retain(|sensor, _| is_configured(sensor));
    }
}

impl Remembered {
    fn note_receptions(&mut self, receptions: &[Reception]) {
        let best = receptions.iter().filter_map(|r| r.snr_db).reduce(f32::max);
        if let Some(best) = best {
            self.snr_now_db = Some(nearer(self.snr_now_db, best, NOW_WEIGHS));
            self.snr_usually_db = Some(nearer(self.snr_usually_db, best, USUALLY_WEIGHS));
        }
        for reception in receptions {
            self.note_gateway(reception.gateway, reception.received_at);
        }
    }

    fn note_gateway(&mut self, gateway: GatewayEui, at: Timestamp) {
        self.gateways.retain(|(known, heard_at)| *known != gateway && at.since(*heard_at) <= HEARS_STILL);
        if self.gateways.len() < GATEWAYS_MAX {
            self.gateways.push((gateway, at));
        }
    }
}

fn nearer(known: Option<f32>, new: f32, weighs: f32) -> f32 {
    known.map_or(new, |known| known + (new - known) * weighs)
}

impl App {
    /// How every sensor is, in the order of the configuration; `radio` is the network server's newest report.
    pub fn sensor_health(&self, now: Timestamp, radio: Option<&Report>) -> Result<Vec<SensorHealth>, StoreError> {
        let (configured, snapshot, streams) = (self.configured(), self.store().read()?, self.streams());
        let devices: BTreeMap<DevEui, &DeviceReport> =
            radio.into_iter().flat_map(|report| &report.devices).map(|device| (device.dev_eui, device)).collect();
        let mut all = Vec::new();
        for sensor in &configured.municipality.sensors {
            let mut said = BTreeMap::<&str, f64>::new();
            let own = streams.of_place(&sensor.place).iter().filter(|(_, stream)| stream.sensor == sensor.id);
            let mut newest = None;
            for (id, stream) in own {
                let Some(latest) = snapshot.latest(*id)? else { continue };
                newest = newest.max(Some(latest.result_time));
                if let Some(value) = latest.result.as_number() {
                    said.insert(&stream.property, value);
                }
            }
            let known = self.health().known(&sensor.id);
            let device = devices.get(&sensor.device.dev_eui).copied();
            let last_heard = known.rhythm.last_heard().max(newest);
            let silent_after = known.rhythm.silent_after().unwrap_or(SILENT_AFTER);
            let (percent, volts) = (said.get("battery-level").copied(), said.get("battery-voltage").copied());
            all.push(SensorHealth {
                sensor: sensor.id.clone(),
                place: sensor.place.clone(),
                last_heard,
                silent_after,
                silent_since: last_heard.filter(|at| now.since(*at) > silent_after),
                battery: BatteryHealth { status: device.and_then(|d| d.status).map(|s| s.battery), percent, volts },
                link: link(&known, device, now),
                uplinks: known.uplinks,
                faults: known.faults,
                fault: known.fault,
            });
        }
        Ok(all)
    }

    /// Learns how often sensors speak from what was heard in a span before the start. Takes memory for sensors, not for frames.
    pub(crate) fn learn(
        &self,
        learned: &mut HashMap<DevEui, Rhythm>,
        span: std::ops::Range<Timestamp>,
    ) -> Result<(), StoreError> {
        let configured = self.configured();
        for row in self.store().read()?.heard(span)? {
            let (device, at) = row?;
            learned.entry(device).or_default().heard(&configured.municipality.calendar, at);
        }
        Ok(())
    }

    /// Takes over what was learned.
    pub(crate) fn take_learned(&self, mut learned: HashMap<DevEui, Rhythm>) {
        for sensor in &self.configured().municipality.sensors {
            if let Some(rhythm) = learned.remove(&sensor.device.dev_eui) {
                self.health().learn(&sensor.id, rhythm);
            }
        }
    }

    /// After how long the newest value of a sensor is old.
    pub(crate) fn sensor_silent_after(&self, sensor: &SensorId) -> Duration {
        self.health().silent_after(sensor).unwrap_or(SILENT_AFTER)
    }

    /// After how long a place is called silent whose newest value is of these datastreams: as soon as the most patient of their
    /// sensors is.
    pub(crate) fn silent_after(&self, place: &PlaceId, ids: &[DatastreamId]) -> Duration {
        let (streams, configured) = (self.streams(), self.configured());
        let own = streams.of_place(place).iter().filter(|(id, _)| ids.contains(id));
        let mut patience: Option<Duration> = None;
        for (_, stream) in own {
            let after = if stream.sensor.as_str() == crate::doors::ALL_DOORS {
                let sensors = configured.municipality.sensors_of(place);
                sensors.filter_map(|sensor| self.health().silent_after(&sensor.id)).max()
            } else {
                self.health().silent_after(&stream.sensor)
            };
            patience = patience.max(after);
        }
        patience.unwrap_or(SILENT_AFTER)
    }
}

fn link(known: &Remembered, device: Option<&DeviceReport>, now: Timestamp) -> LinkHealth {
    let status: Option<DeviceStatus> = device.and_then(|d| d.status);
    LinkHealth {
        snr_db: known.snr_now_db,
        snr_trend_db: known.snr_now_db.zip(known.snr_usually_db).map(|(now, usually)| now - usually),
        spreading_factor: known.spreading_factor,
        margin_db: status.map(|s| s.margin_db),
        lost_percent: device.and_then(|d| d.lost_percent),
        gateways: known.gateways.iter().filter(|(_, at)| now.since(*at) <= HEARS_STILL).count(),
    }
}
