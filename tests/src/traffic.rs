//! What each sensor of the town would report at a moment.
//!
//! All of it follows from the people who come and go (`visits`) and the weather, and these from a seed: the same sensor
//! at the same moment always reports the same, whether it is asked for a year of history or just now.

use crate::almanac::DayKind;
use crate::dice::{Dice, wander};
use crate::habits::Habit;
use crate::payload::Instrument;
use crate::report::Report;
use crate::visits::{Door, Visits};
use crate::weather::Weather;
use model::{Calendar, Day, Municipality, Place, PlaceId, PlaceKind, Sensor, SensorId, Timestamp};
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::Duration;

/// The town everybody knows. Another seed is another town with the same places.
pub const SEED: u64 = 1;

const MINUTE_MS: i64 = 60_000;
/// A report covers at most this much: a counter that was silent for longer started anew.
const REPORT_SPAN_MAX: Duration = Duration::from_hours(24);
/// A place without a capacity is made for this many.
const CAPACITY_USUAL: u32 = 40;

/// The town as its sensors see it.
#[derive(Clone, Debug)]
pub struct Traffic {
    calendar: Calendar,
    sky: Weather,
    sensors: BTreeMap<SensorId, Spot>,
    /// The doors of each place, in `doors`.
    places: BTreeMap<PlaceId, Range<usize>>,
    doors: Vec<Watched>,
}

/// Where one sensor hangs.
#[derive(Clone, Debug)]
struct Spot {
    kind: PlaceKind,
    /// The doors of its place, in [`Traffic::doors`].
    doors: Range<usize>,
    /// The one it watches.
    own_door: Option<usize>,
    /// The parking bays it watches, of how many in all.
    bays: Range<u32>,
    bays_in_all: u32,
}

/// A door and its visits of the last days asked for.
#[derive(Clone, Debug)]
struct Watched {
    door: Door,
    days: Vec<(Day, Visits)>,
}

impl Traffic {
    /// Opens the town of a municipality.
    pub fn of(municipality: &Municipality, seed: u64) -> Self {
        let mut traffic = Self {
            calendar: municipality.calendar.clone(),
            sky: Weather { seed },
            sensors: BTreeMap::new(),
            places: BTreeMap::new(),
            doors: Vec::new(),
        };
        for place in &municipality.places {
            let sensors: Vec<&Sensor> = municipality.sensors_of(&place.id).collect();
            traffic.furnish(place, &sensors);
        }
        traffic
    }

    fn furnish(&mut self, place: &Place, sensors: &[&Sensor]) {
        let counters = sensors.iter().filter(|sensor| counts_people(sensor)).count();
        // A place nobody counts has people all the same: they breathe, make noise and park.
        let door_count = counters.max(1);
        let doors = self.doors.len()..self.doors.len() + door_count;
        let capacity = f64::from(place.capacity.unwrap_or(CAPACITY_USUAL)) / f64::from(count(door_count));
        self.doors.extend((0..door_count).map(|number| Watched {
            door: Door { name: format!("{} {number}", place.id), kind: place.kind, capacity },
            days: Vec::new(),
        }));

        self.places.insert(place.id.clone(), doors.clone());

        let sensor_count = count(sensors.len());
        // Where cars park, each sensor watches its share of the bays.
        let bays = if place.kind == PlaceKind::Parking { place.capacity.unwrap_or(sensor_count) } else { 0 };
        let mut own_doors = doors.clone();
        for (sensor, turn) in sensors.iter().zip(0..) {
            let spot = Spot {
                kind: place.kind,
                doors: doors.clone(),
                own_door: if counts_people(sensor) { own_doors.next() } else { None },
                bays: bays * turn / sensor_count..bays * (turn + 1) / sensor_count,
                bays_in_all: bays,
            };
            self.sensors.insert(sensor.id.clone(), spot);
        }
    }

    /// What a sensor reports at `at`, when its last report was at `since`; nothing for a sensor that is not of this town.
    pub fn report(&mut self, sensor: &SensorId, since: Timestamp, at: Timestamp) -> Report {
        let Some(spot) = self.sensors.get(sensor).cloned() else { return Report::default() };
        let since = since.max(at - REPORT_SPAN_MAX);
        let (came, went) = spot.own_door.map_or((0, 0), |door| self.passed(door, since, at));
        let room: f64 = spot.doors.clone().map(|door| self.capacity(door)).sum();
        let crowd = count(spot.doors.clone().map(|door| self.inside(door, at)).sum());
        let around = Surroundings {
            sky: self.sky,
            kind: spot.kind,
            name: sensor.as_str(),
            at,
            crowd,
            fullness: f64::from(crowd) / room.max(1.0),
        };
        Report {
            people_in: came,
            people_out: went,
            people_count: spot.own_door.map_or(0, |door| count(self.inside(door, at))),
            bays: self.taken(sensor, &spot, at),
            ..around.measured()
        }
    }

    /// How many came to a place after `since` and not after `at`, and how full it is at `at`: 1 when it has all it is made for.
    pub fn visits_of(&mut self, place: &PlaceId, since: Timestamp, at: Timestamp) -> (u32, f64) {
        let doors = self.places.get(place).cloned().unwrap_or_default();
        let room: f64 = doors.clone().map(|door| self.capacity(door)).sum();
        let crowd: usize = doors.clone().map(|door| self.inside(door, at)).sum();
        let came = doors.map(|door| self.passed(door, since, at).0).sum();
        (came, f64::from(count(crowd)) / room.max(1.0))
    }

    /// Lets so many people come to a place that it has all it is made for; they stay for a while, and not past midnight.
    pub fn fill(&mut self, place: &PlaceId, at: Timestamp, stay: Duration) {
        let day = self.calendar.day(at);
        let midnight = self.calendar.day_start(Day(day.0 + 1)) - Duration::from_secs(1);
        for door in self.places.get(place).cloned().unwrap_or_default() {
            let room = self.capacity(door);
            if let Some(visits) = self.visits(door, day) {
                while f64::from(count(visits.inside(at))) < room {
                    visits.add(at, (at + stay).min(midnight));
                }
            }
        }
    }

    /// Whether the place of that sensor is open.
    pub fn is_open(&self, sensor: &SensorId, at: Timestamp) -> bool {
        let Some(spot) = self.sensors.get(sensor) else { return false };
        let local = self.calendar.civil(at);
        let hour = f64::from(local.hour()) + f64::from(local.minute()) / 60.0;
        let hours = Habit::of(spot.kind).hours(DayKind::of(self.calendar.day(at)));
        // A quarter of an hour after closing the last have gone.
        hours.is_some_and(|(opens, closes)| (opens..closes + 0.25).contains(&hour))
    }

    /// Whether that sensor counts people.
    pub fn counts(&self, sensor: &SensorId) -> bool {
        self.sensors.get(sensor).is_some_and(|spot| spot.own_door.is_some())
    }

    /// Cars follow the people of the town: most come to read, swim, skate or play. The bays nearest the door fill first.
    fn taken(&mut self, sensor: &SensorId, spot: &Spot, at: Timestamp) -> Vec<bool> {
        let draws = |kind| {
            matches!(kind, PlaceKind::Library | PlaceKind::SwimmingPool | PlaceKind::SportsHall | PlaceKind::IceRink)
        };
        let (mut inside, mut room) = (0, 1.0);
        for door in 0..if spot.bays.is_empty() { 0 } else { self.doors.len() } {
            if self.doors.get(door).is_some_and(|watched| draws(watched.door.kind)) {
                inside += self.inside(door, at);
                room += self.capacity(door);
            }
        }
        let demand = 0.05 + 2.5 * f64::from(count(inside)) / room;
        let mut whim = Dice::of(self.sky.seed, sensor.as_str(), at.as_ms().div_euclid(20 * MINUTE_MS));
        let distance = |bay| (f64::from(bay) + 0.5) / f64::from(spot.bays_in_all);
        spot.bays.clone().map(|bay| demand > distance(bay) + whim.between(-0.2, 0.2)).collect()
    }

    fn inside(&mut self, door: usize, at: Timestamp) -> usize {
        let day = self.calendar.day(at);
        self.visits(door, day).map_or(0, |visits| visits.inside(at))
    }

    fn passed(&mut self, door: usize, since: Timestamp, at: Timestamp) -> (u32, u32) {
        let days = self.calendar.day(since).0..=self.calendar.day(at).0;
        days.fold((0, 0), |(came, went), day| match self.visits(door, Day(day)) {
            Some(visits) => (came + count(visits.came(since, at)), went + count(visits.went(since, at))),
            None => (came, went),
        })
    }

    fn capacity(&self, door: usize) -> f64 {
        self.doors.get(door).map_or(0.0, |watched| watched.door.capacity)
    }

    /// The visits of a day. The two newest asked for are kept: a report may reach over midnight.
    fn visits(&mut self, door: usize, day: Day) -> Option<&mut Visits> {
        let watched = self.doors.get_mut(door)?;
        if !watched.days.iter().any(|(known, _)| *known == day) {
            watched.days.truncate(1);
            watched.days.insert(0, (day, Visits::of(&watched.door, &self.calendar, day, self.sky)));
        }
        watched.days.iter_mut().find(|(known, _)| *known == day).map(|(_, visits)| visits)
    }
}

/// What a sensor feels around it.
struct Surroundings<'a> {
    sky: Weather,
    kind: PlaceKind,
    name: &'a str,
    at: Timestamp,
    /// People at the place.
    crowd: u32,
    /// 1 when the place is full.
    fullness: f64,
}

impl Surroundings<'_> {
    fn measured(&self) -> Report {
        let report = if is_indoors(self.kind) { self.indoors() } else { self.outdoors() };
        let loud = f64::from(self.crowd + 1).log10() * 9.0 + if self.crowd > 0 { 4.0 } else { 0.0 };
        let mean = 33.0 + loud + self.noise("hum", 20, 2.0);
        Report {
            motion: self.crowd.saturating_mul(2).min(200),
            sound_level: (mean, mean + 11.0 + self.noise("bang", 10, 3.0)),
            ice_temperature: -4.5 + 0.05 * self.sky.air(self.at) + 1.2 * self.fullness,
            snow_depth: self.sky.snow(self.at),
            battery_voltage: battery(self.name, self.at) + 0.0008 * self.sky.air(self.at).min(0.0),
            ..report
        }
    }

    fn indoors(&self) -> Report {
        let air = self.sky.air(self.at);
        let light =
            if self.crowd > 0 { 420.0 + self.noise("lamp", 60, 40.0) } else { self.sky.daylight(self.at) / 400.0 };
        Report {
            temperature: warmth(self.kind) + 1.4 * self.fullness + self.noise("warm", 300, 0.5),
            relative_humidity: (34.0 + 0.6 * air + 10.0 * self.fullness + self.noise("damp", 400, 4.0))
                .clamp(12.0, 90.0),
            co2: 425.0 + 900.0 * self.fullness + self.noise("breath", 15, 12.0),
            light_intensity: light,
            water_temperature: 27.5 + self.noise("pool", 600, 0.4),
            ..Report::default()
        }
    }

    fn outdoors(&self) -> Report {
        Report {
            temperature: self.sky.air(self.at),
            relative_humidity: self.sky.humidity(self.at),
            co2: 422.0,
            light_intensity: self.sky.daylight(self.at),
            water_temperature: self.sky.water(self.at),
            ..Report::default()
        }
    }

    /// Up and down by `size`, anew each so many minutes.
    fn noise(&self, what: &str, minutes: i64, size: f64) -> f64 {
        size * wander(self.sky.seed, &format!("{what} {}", self.name), self.at.as_ms(), minutes * MINUTE_MS)
    }
}

/// A sensor that counts people watches a door.
fn counts_people(sensor: &Sensor) -> bool {
    Instrument::of(sensor).is_some_and(|instrument| instrument.counts_people())
}

fn is_indoors(kind: PlaceKind) -> bool {
    match kind {
        PlaceKind::Library
        | PlaceKind::SwimmingPool
        | PlaceKind::IceRink
        | PlaceKind::SportsHall
        | PlaceKind::YouthCentre
        | PlaceKind::Museum => true,
        PlaceKind::BathingPlace | PlaceKind::Trail | PlaceKind::Square | PlaceKind::Parking | PlaceKind::Other => false,
    }
}

/// What an empty house is heated to.
fn warmth(kind: PlaceKind) -> f64 {
    match kind {
        PlaceKind::SwimmingPool => 28.5,
        PlaceKind::IceRink => 6.0,
        PlaceKind::SportsHall => 18.0,
        _ => 20.5,
    }
}

/// A lithium cell loses 0.3 V in three years, then somebody changes it.
#[expect(clippy::cast_precision_loss, reason = "three years in milliseconds fit a double")]
fn battery(sensor: &str, at: Timestamp) -> f64 {
    const YEARS_3_MS: i64 = 3 * 365 * 24 * 60 * MINUTE_MS;
    let changed = Dice::of(0, sensor, 0).unit();
    let age = (at.as_ms().rem_euclid(YEARS_3_MS) as f64 / YEARS_3_MS as f64 + changed).fract();
    3.65 - 0.3 * age
}

fn count(people: usize) -> u32 {
    u32::try_from(people).unwrap_or(u32::MAX)
}
