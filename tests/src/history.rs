//! The past of the town: what its sensors said, frame by frame.

use crate::dice::Dice;
use crate::payload::Instrument;
use crate::traffic::{SEED, Traffic};
use model::{DevEui, Municipality, Sensor, SensorId, Timestamp};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

const QUARTER: Duration = Duration::from_mins(15);
const HOUR: Duration = Duration::from_hours(1);

/// One uplink of the past, as the device had it before encryption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryFrame {
    /// When it was heard.
    pub at: Timestamp,
    /// From which device.
    pub dev_eui: DevEui,
    /// LoRaWAN port.
    pub f_port: u8,
    /// The plain payload.
    pub payload: Vec<u8>,
}

/// All uplinks of a municipality's sensors from `from` up to, not including, `to`, in time order: people counters report
/// each quarter of an hour while their place is open, all else each hour.
pub fn history(municipality: &Municipality, from: Timestamp, to: Timestamp) -> impl Iterator<Item = HistoryFrame> {
    let sensors: Vec<Post> = municipality.sensors.iter().filter_map(Post::of).collect();
    // Devices were switched on at odd minutes, so they do not all speak at once.
    let first =
        |sensor: &Post| from + Duration::from_millis(Dice::of(SEED, &sensor.dev_eui.to_string(), 2).next() % 900_000);
    let due = sensors.iter().enumerate().map(|(index, sensor)| Reverse((first(sensor), index))).collect();
    History { traffic: Traffic::of(municipality, SEED), last: vec![None; sensors.len()], sensors, due, to }
}

struct Post {
    id: SensorId,
    dev_eui: DevEui,
    instrument: Instrument,
}

impl Post {
    fn of(sensor: &Sensor) -> Option<Self> {
        Some(Self { id: sensor.id.clone(), dev_eui: sensor.device.dev_eui, instrument: Instrument::of(sensor)? })
    }
}

struct History {
    traffic: Traffic,
    sensors: Vec<Post>,
    /// When each reported last.
    last: Vec<Option<Timestamp>>,
    /// When each reports next, soonest first.
    due: BinaryHeap<Reverse<(Timestamp, usize)>>,
    to: Timestamp,
}

impl Iterator for History {
    type Item = HistoryFrame;

    fn next(&mut self) -> Option<HistoryFrame> {
        let Reverse((at, index)) = self.due.pop().filter(|Reverse((at, _))| *at < self.to)?;
        let Post { id, dev_eui, instrument } = self.sensors.get(index)?;
        let busy = self.traffic.counts(id) && self.traffic.is_open(id, at);
        let every = if busy { QUARTER } else { HOUR };
        let since = self.last.get_mut(index)?.replace(at).unwrap_or(at - every);
        let (f_port, payload) = instrument.encode(&self.traffic.report(id, since, at));
        self.due.push(Reverse((at + every, index)));
        Some(HistoryFrame { at, dev_eui: *dev_eui, f_port, payload })
    }
}
