//! What a replay decodes and what it compares, by the names and places that sensors had then.

use super::ReplayError;
use crate::decode::Heard;
use crate::doors::ALL_DOORS;
use crate::meaning::doors_stream;
use crate::portal::{App, Configured};
use crate::views::LiveUplink;
use model::{Datastream, DevEui, PlaceId, SensorId, StoredUplink, Timestamp, property};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use store::StoreError;

/// Which sensors are decoded, and which of their datastreams are compared.
#[derive(Debug)]
pub(super) struct Chosen {
    /// Devices to decode: where doors are counted, all of a place, for they count together.
    devices: BTreeMap<DevEui, PlaceId>,
    /// Names under which the compared devices' values are kept. A sensor may have had another name.
    sensors: BTreeSet<SensorId>,
    compared: BTreeSet<DevEui>,
    names: BTreeMap<SensorId, DevEui>,
    /// Places where who is inside is told by doors that were all decoded.
    doors: BTreeSet<PlaceId>,
    /// Where a sensor was that has been moved: since when at which place, oldest first.
    moved: BTreeMap<SensorId, Vec<(Timestamp, PlaceId)>>,
    /// Sensors whose decoder is not there, and are left as they are.
    pub(super) left: Vec<SensorId>,
}

impl Chosen {
    pub(super) fn of(app: &App, configured: &Configured, only: Option<&SensorId>) -> Result<Self, ReplayError> {
        let municipality = &configured.municipality;
        let known = |id: &SensorId| municipality.sensors.iter().find(|s| s.id == *id);
        let only = only.map(|id| known(id).ok_or_else(|| ReplayError::UnknownSensor(id.clone()))).transpose()?;
        let counted = |place: &PlaceId| doors_stream(municipality, place).is_some();
        let mut chosen = Self {
            devices: BTreeMap::new(),
            sensors: BTreeSet::new(),
            compared: BTreeSet::new(),
            names: BTreeMap::new(),
            doors: BTreeSet::new(),
            moved: moved(app)?,
            left: Vec::new(),
        };
        for sensor in &municipality.sensors {
            let compared = only.is_none_or(|only| only.id == sensor.id);
            let counts_with = only.is_some_and(|only| only.place == sensor.place && counted(&sensor.place));
            if !compared && !counts_with {
                continue;
            }
            let device = sensor.device.dev_eui;
            chosen.names.insert(sensor.id.clone(), device);
            if !configured.decoders.understands(sensor) {
                chosen.left.push(sensor.id.clone());
                continue;
            }
            chosen.devices.insert(device, sensor.place.clone());
            if compared {
                chosen.sensors.insert(sensor.id.clone());
                chosen.compared.insert(device);
            }
        }
        let undecoded = |place: &PlaceId| chosen.left.iter().filter_map(known).any(|s| s.place == *place);
        let places = chosen.devices.values().filter(|place| counted(place) && !undecoded(place));
        chosen.doors = places.cloned().collect();
        Ok(chosen)
    }

    pub(super) fn decodes(&self, device: DevEui) -> bool {
        self.devices.contains_key(&device)
    }

    pub(super) fn compares(&self, sensor: &SensorId) -> bool {
        self.sensors.contains(sensor)
    }

    pub(super) fn compares_stream(&self, stream: &Datastream) -> bool {
        if stream.sensor.as_str() == ALL_DOORS {
            return self.doors.contains(&stream.place);
        }
        self.sensors.contains(&stream.sensor)
    }

    /// Whether what comes later depends on the newest value of this datastream.
    pub(super) fn remembers(&self, stream: &Datastream) -> bool {
        let is_total = property(&stream.property).is_some_and(|p| p.counts().is_some());
        stream.sensor.as_str() == ALL_DOORS || (is_total && self.names.contains_key(&stream.sensor))
    }

    /// Whether a device can have said something of a datastream.
    pub(super) fn may_say(&self, device: DevEui, stream: &Datastream) -> bool {
        if stream.sensor.as_str() == ALL_DOORS {
            return self.devices.contains_key(&device);
        }
        self.names.get(&stream.sensor) == Some(&device)
    }

    /// Values of a device under a name that it had then are its own.
    pub(super) fn note_name(&mut self, sensor: &SensorId, device: DevEui) {
        if !self.names.contains_key(sensor) {
            self.names.insert(sensor.clone(), device);
        }
        if self.compared.contains(&device) && !self.sensors.contains(sensor) {
            self.sensors.insert(sensor.clone());
        }
    }

    /// What was heard, under the name that its sensor had then and at the place where it was.
    pub(super) fn as_it_was(&self, frame: &StoredUplink, heard: Heard) -> LiveUplink {
        let mut heard = Arc::unwrap_or_clone(heard);
        if let Some(sensor) = &frame.sensor {
            heard.sensor.clone_from(sensor);
        }
        if let Some(places) = self.moved.get(&heard.sensor) {
            let then = places.iter().rev().find(|(since, _)| *since <= frame.uplink.received_at);
            if let Some((_, place)) = then.or(places.first()) {
                heard.place.clone_from(place);
            }
        }
        heard
    }
}

/// Sensors that have datastreams at several places: where they were, by when the first value came from there.
fn moved(app: &App) -> Result<BTreeMap<SensorId, Vec<(Timestamp, PlaceId)>>, StoreError> {
    let snapshot = app.store().read()?;
    let mut streams = BTreeMap::<SensorId, BTreeMap<PlaceId, Vec<model::DatastreamId>>>::new();
    for row in snapshot.datastreams()? {
        let (id, Datastream { sensor, place, .. }) = row?;
        if sensor.as_str() != ALL_DOORS {
            streams.entry(sensor).or_default().entry(place).or_default().push(id);
        }
    }
    let ever = Timestamp::from_ms(i64::MIN)..Timestamp::from_ms(i64::MAX);
    let mut moved = BTreeMap::new();
    for (sensor, places) in streams.into_iter().filter(|(_, places)| places.len() > 1) {
        let mut since = Vec::new();
        for (place, ids) in places {
            let mut first = None;
            for id in ids {
                let oldest = snapshot.observations(id, ever.clone())?.flatten().next().map(|o| o.result_time);
                first = [first, oldest].into_iter().flatten().min();
            }
            since.extend(first.map(|first| (first, place)));
        }
        since.sort();
        moved.insert(sensor, since);
    }
    Ok(moved)
}
