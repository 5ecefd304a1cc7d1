//! A sensor up to now: what it says, how often it was heard in the last days, how well, and what was not understood.

use super::Staff;
use model::{Datastream, Day, Observation, Sensor, SensorId, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;
use store::{Snapshot, StoreError};

/// How far back the page of a sensor looks.
const SPAN: Duration = Duration::from_hours(7 * 24);
/// Frames read for it: one each two minutes of the span. Of a sensor that says more the newest count.
const FRAMES_MAX: usize = 5_040;
/// Faults that are told one by one.
const FAULTS_MAX: usize = 20;

/// The last days of a sensor, the newest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SensorPast {
    /// The newest value of each sort it sends from where it hangs now, under test or not.
    pub says: Vec<(Datastream, Observation)>,
    /// Days on which it was heard.
    pub days: Vec<SensorDay>,
    /// When a frame was not understood, and why.
    pub faults: Vec<(Timestamp, String)>,
}

/// One day of a sensor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SensorDay {
    /// Which.
    pub day: Day,
    /// Frames heard.
    pub frames: u32,
    /// Of these not understood.
    pub faults: u32,
    /// Mean signal-to-noise ratio by the gateway that heard each best, dB.
    pub snr_db: Option<f32>,
}

#[derive(Default)]
struct Sum {
    frames: u32,
    faults: u32,
    snr_db: (f32, f32),
}

impl Staff {
    /// The last days of a sensor; empty when there is none of that name.
    pub fn sensor_past(&self, sensor: &SensorId, now: Timestamp) -> Result<SensorPast, StoreError> {
        let municipality = self.app.municipality();
        let Some(sensor) = municipality.sensors.iter().find(|known| known.id == *sensor) else {
            return Ok(SensorPast::default());
        };
        let snapshot = self.app.store().read()?;
        let frames = snapshot.uplinks_of(sensor.device.dev_eui, now - SPAN..now + Duration::from_secs(1))?;
        let mut days = BTreeMap::<Day, Sum>::new();
        let mut past = SensorPast { says: says(&snapshot, sensor)?, ..SensorPast::default() };
        for frame in frames.rev().take(FRAMES_MAX) {
            let frame = frame?;
            let day = days.entry(municipality.calendar.day(frame.uplink.received_at)).or_default();
            day.frames += 1;
            if let Some(snr) = frame.uplink.receptions.iter().filter_map(|r| r.snr_db).reduce(f32::max) {
                day.snr_db = (day.snr_db.0 + snr, day.snr_db.1 + 1.0);
            }
            if let Some(fault) = frame.fault {
                day.faults += 1;
                if past.faults.len() < FAULTS_MAX {
                    past.faults.push((frame.uplink.received_at, fault));
                }
            }
        }
        let told = |(day, sum): (Day, Sum)| SensorDay {
            day,
            frames: sum.frames,
            faults: sum.faults,
            snr_db: (sum.snr_db.1 > 0.0).then(|| sum.snr_db.0 / sum.snr_db.1),
        };
        past.days = days.into_iter().rev().map(told).collect();
        Ok(past)
    }
}

fn says(snapshot: &Snapshot, sensor: &Sensor) -> Result<Vec<(Datastream, Observation)>, StoreError> {
    let mut newest = Vec::new();
    for row in snapshot.datastreams()? {
        let (id, stream) = row?;
        if stream.sensor == sensor.id && stream.place == sensor.place {
            newest.extend(snapshot.latest(id)?.map(|value| (stream, value)));
        }
    }
    newest.sort_by(|(one, _), (other, _)| (&one.property, &one.part).cmp(&(&other.property, &other.part)));
    Ok(newest)
}
