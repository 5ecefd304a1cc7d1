//! What pages, feeds and programs read: everything for the public goes through the gate here.

use crate::activities::Activities;
use crate::box_time::BoxTime;
use crate::channels::Channels;
use crate::decode::{DecoderSet, Decoders, Heard};

use crate::health::Health;
use crate::outbox::Tray;
use crate::past::{self, Past, VISITS_SPAN, Viewed, measured_by, visits};
use crate::rules::{IntoState, Rules};
use crate::streams::Streams;
use crate::subscriptions::Subscribers;
use crate::talk::Talk;
use crate::views::{
    DayMean, DayUse, Freshness, LiveUplink, NowUse, OpenHour, OtherValue, PlaceCard, PlacePage, WeekCell, YearOnYear,
};
use engagement::{FreeCapacity, Gate, PublicCount};
use model::{DatastreamId, Day, DevEui, Hour, HourOfWeek, Measure, Municipality, Place, PlaceId, SensorId, Timestamp};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};
use std::time::Duration;
use store::{Snapshot, Store, StoreError};
use tokio::sync::{broadcast, watch};

/// How many events a slow follower may lag behind before it loses the oldest.
const LIVE_BACKLOG: usize = 256;

/// Why a page could not be read.
pub type ReadError = StoreError;

/// The box as its readers see it. Cheap to share, all calls take milliseconds and block.
#[derive(Debug)]
pub struct App {
    configured: watch::Sender<Arc<Configured>>,
    store: Store,
    activities: Activities,
    pub(crate) rules: Rules,
    pub(crate) channels: Channels,
    streams: RwLock<Arc<Streams>>,
    health: Health,
    pub(crate) tray: Tray,
    pub(crate) subscribers: Subscribers,
    pub(crate) talk: Talk,
    pub(crate) time: OnceLock<Arc<BoxTime>>,
    places: broadcast::Sender<PlaceId>,
    uplinks: broadcast::Sender<Arc<LiveUplink>>,
}

/// Who follows along, and how far the slowest of them is behind.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Followers {
    pub(crate) places: usize,
    pub(crate) places_waiting: usize,
    pub(crate) uplinks: usize,
    pub(crate) uplinks_waiting: usize,
}

/// What follows from the municipality's folder. A reader takes it once, so a change in between cannot tear an answer.
#[derive(Debug)]
pub(crate) struct Configured {
    pub(crate) municipality: Arc<Municipality>,
    pub(crate) decoders: Decoders,
    pub(crate) gate: Gate,
    pub(crate) hidden: BTreeSet<SensorId>,
    /// What is usual rests on the sensors that are configured, so it is forgotten with them.
    pasts: RwLock<HashMap<PlaceId, Arc<Past>>>,
}

impl Configured {
    fn new(municipality: Municipality, decoders: DecoderSet) -> Arc<Self> {
        let gate = Gate::new(municipality.smallest_count);
        let hidden = municipality.sensors.iter().filter(|s| !gate.lets_through(s)).map(|s| s.id.clone()).collect();
        let decoders = Decoders::new(&municipality.sensors, decoders);
        Arc::new(Self { municipality: Arc::new(municipality), decoders, gate, hidden, pasts: RwLock::default() })
    }
}

impl App {
    /// Puts the box together.
    pub fn new(municipality: Municipality, store: Store, decoders: impl Into<DecoderSet>) -> Result<Self, StoreError> {
        let streams = catalogue(&store)?;
        Ok(Self {
            configured: watch::Sender::new(Configured::new(municipality, decoders.into())),
            streams: RwLock::new(Arc::new(streams)),
            health: Health::default(),
            tray: Tray::default(),
            subscribers: Subscribers::default(),
            talk: Talk::default(),
            time: OnceLock::new(),
            places: broadcast::channel(LIVE_BACKLOG).0,
            uplinks: broadcast::channel(LIVE_BACKLOG).0,
            activities: Activities::default(),
            rules: Rules::default(),
            channels: Channels::default(),
            store,
        })
    }

    /// Takes over a changed configuration. What was heard stays; the radio learns of new devices and gateways by itself.
    pub fn reconfigure(&self, municipality: Municipality, decoders: impl Into<DecoderSet>) {
        let places: BTreeSet<PlaceId> = municipality.places.iter().map(|p| p.id.clone()).collect();
        let sensors: BTreeSet<SensorId> = municipality.sensors.iter().map(|s| s.id.clone()).collect();
        self.health.retain(|sensor| sensors.contains(sensor));
        self.configured.send_replace(Configured::new(municipality, decoders.into()));
        for place in places {
            let _ = self.places.send(place);
        }
    }

    pub(crate) fn activities(&self) -> &Activities {
        &self.activities
    }

    pub(crate) fn gate(&self) -> Gate {
        self.configured.borrow().gate
    }

    /// What is configured.
    pub fn municipality(&self) -> Arc<Municipality> {
        Arc::clone(&self.configured.borrow().municipality)
    }

    /// All places, in the order of the configuration, with how they are now.
    pub fn home(&self, now: Timestamp) -> Result<Vec<PlaceCard>, ReadError> {
        let (configured, snapshot, streams) = (self.configured(), self.store.read()?, self.streams());
        let places = configured.municipality.places.iter();
        places.map(|p| Ok(self.card(&configured, &snapshot, &streams, p, now)?.0)).collect()
    }

    /// All about one place; none when there is no such place.
    pub fn place(&self, id: &PlaceId, now: Timestamp) -> Result<Option<PlacePage>, ReadError> {
        let configured = self.configured();
        let Some(place) = configured.municipality.place(id) else { return Ok(None) };
        let snapshot = self.store.read()?;
        let streams = self.streams();
        let (card, past) = self.card(&configured, &snapshot, &streams, place, now)?;
        let page = PlacePage { card, week: Vec::new(), days: Vec::new(), years: Vec::new(), free: None };
        let Some((measure, past)) = place.measure.zip(past) else { return Ok(Some(page)) };
        let (week, days) = (configured.week(measure, &past), configured.days(measure, &past));
        let years = past.years.iter().map(|years| configured.year_on_year(measure, years)).collect();
        let free = Some(FreeCapacity::of(&past.week, configured.gate, measure, place.capacity).into_state());
        Ok(Some(PlacePage { week, days, years, free, ..page }))
    }

    /// Open data of a place, hour by hour, for local days; none when there is no such place or it has no measure.
    pub fn hours(&self, id: &PlaceId, days: Range<Day>) -> Result<Option<Vec<OpenHour>>, ReadError> {
        let configured = self.configured();
        let Some((place, measure)) = configured.municipality.place(id).and_then(|p| Some((p, p.measure?))) else {
            return Ok(None);
        };
        let calendar = &configured.municipality.calendar;
        let range = Hour::of(calendar.day_start(days.start))..Hour::of(calendar.day_start(days.end));
        let ids = measured_by(&self.streams(), &configured.hidden, place);
        let hours = past::hours(&self.store.read()?, &ids, measure, &range)?;
        let open = |h: model::HourUse| OpenHour { hour: h.hour, amount: configured.public(measure, h.amount) };
        Ok(Some(hours.into_iter().map(open).collect()))
    }

    /// Names of places as something of them changes. A slow reader loses the oldest.
    pub fn follow_places(&self) -> broadcast::Receiver<PlaceId> {
        self.places.subscribe()
    }

    /// Every verified uplink as it comes, for programs that hold a token. It has not passed the public gate.
    pub fn follow_uplinks(&self) -> broadcast::Receiver<Arc<LiveUplink>> {
        self.uplinks.subscribe()
    }

    /// The data file.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The sensor of a device.
    pub(crate) fn sensor_of(&self, dev_eui: DevEui) -> Option<SensorId> {
        self.configured.borrow().decoders.sensor_of(dev_eui)
    }

    pub(crate) fn configured(&self) -> Arc<Configured> {
        Arc::clone(&self.configured.borrow())
    }

    pub(crate) fn follow_configuration(&self) -> watch::Receiver<Arc<Configured>> {
        self.configured.subscribe()
    }

    pub(crate) fn knows_stream(&self, id: DatastreamId) -> bool {
        self.streams().knows(id)
    }

    /// Tells what was just committed to whoever follows.
    pub(crate) fn tell(&self, heard: &[Heard], new_stream: bool) {
        if new_stream {
            match catalogue(&self.store) {
                Ok(streams) => *self.streams.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(streams),
                // What was committed stays committed; the next new datastream tries again.
                Err(error) => tracing::error!(%error, "the catalogue of datastreams could not be read"),
            }
        }
        let calendar = self.municipality().calendar.clone();
        for one in heard {
            self.health.note(&calendar, one);
            if let Err(fault) = &one.outcome {
                let (sensor, f_cnt) = (&one.sensor, one.uplink.f_cnt);
                tracing::warn!("sensor {sensor}, frame {f_cnt}: {fault}; the frame is kept");
            }
            // An error only says that nobody listens.
            let _ = self.uplinks.send(Arc::clone(one));
            if !one.test {
                let _ = self.places.send(one.place.clone());
            }
        }
    }

    pub(crate) fn followers(&self) -> Followers {
        Followers {
            places: self.places.receiver_count(),
            places_waiting: self.places.len(),
            uplinks: self.uplinks.receiver_count(),
            uplinks_waiting: self.uplinks.len(),
        }
    }

    /// What is usual is read again when it is next asked for.
    pub(crate) fn forget_pasts(&self) {
        self.configured().pasts.write().unwrap_or_else(PoisonError::into_inner).clear();
    }

    pub(crate) fn health(&self) -> &Health {
        &self.health
    }

    pub(crate) fn streams(&self) -> Arc<Streams> {
        Arc::clone(&self.streams.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn card(
        &self,
        configured: &Configured,
        snapshot: &Snapshot,
        streams: &Streams,
        place: &Place,
        now: Timestamp,
    ) -> Result<Viewed, StoreError> {
        let ids = measured_by(streams, &configured.hidden, place);
        let others = configured.others(snapshot, streams, place)?;
        let Some(measure) = place.measure else {
            let ids: Vec<DatastreamId> = streams.of_place(&place.id).iter().map(|(id, _)| *id).collect();
            let silent_after = self.silent_after(&place.id, &ids);
            let freshness = freshness(others.iter().map(|o| o.at).max(), silent_after, now);
            return Ok((PlaceCard { place: place.clone(), now: None, freshness, others }, None));
        };
        let past = configured.past(snapshot, place, &ids, measure, now)?;
        let mut amount = 0.0;
        let mut newest = None;
        for id in &ids {
            let id = *id;
            let Some(latest) = snapshot.latest(id)? else { continue };
            newest = newest.max(Some(latest.phenomenon_time));
            amount += match measure {
                Measure::Visits => visits(snapshot, id, now)?,
                Measure::PeopleNow | Measure::BaysTaken => latest.result.as_number().unwrap_or(0.0),
            };
        }
        let freshness = freshness(newest, self.silent_after(&place.id, &ids), now);
        let fresh = matches!(freshness, Freshness::Fresh(_));
        let use_now = fresh.then(|| configured.now(place, measure, amount, &past, now));
        Ok((PlaceCard { place: place.clone(), now: use_now, freshness, others }, Some(past)))
    }
}

impl Configured {
    fn past(
        &self,
        snapshot: &Snapshot,
        place: &Place,
        ids: &[DatastreamId],
        measure: Measure,
        now: Timestamp,
    ) -> Result<Arc<Past>, StoreError> {
        let known = self.pasts.read().unwrap_or_else(PoisonError::into_inner).get(&place.id).cloned();
        if let Some(past) = known.filter(|p| p.hour == Hour::of(now)) {
            return Ok(past);
        }
        let days = (&self.municipality.calendar, &self.municipality.almanac);
        let past = Arc::new(Past::read(snapshot, days, ids, measure, now)?);
        self.pasts.write().unwrap_or_else(PoisonError::into_inner).insert(place.id.clone(), Arc::clone(&past));
        Ok(past)
    }

    pub(crate) fn now(&self, place: &Place, measure: Measure, amount: f64, past: &Past, now: Timestamp) -> NowUse {
        // Most of "the last hour" lies in the hour of half an hour ago.
        let meant = if measure == Measure::Visits { now - VISITS_SPAN / 2 } else { now };
        let hour = self.municipality.calendar.hour_of_week(meant);
        let public = self.public(measure, amount);
        let free = |taken: u32| place.capacity.map(|capacity| capacity.saturating_sub(taken));
        let calmest = past.week.calmest_after(self.municipality.calendar.hour_of_week(now));
        let usual = past.week.at(hour).map(|usual| self.public(measure, usual.median));
        let told = public.known().or(usual.and_then(PublicCount::known)).is_some();
        NowUse {
            measure,
            amount: public,
            // Between two hidden numbers a verdict would tell which is larger.
            busyness: past.week.verdict(hour, amount).filter(|_| told),
            usual,
            hour,
            free: if measure == Measure::Visits { None } else { public.known().and_then(free) },
            calmest: calmest.map(|(at, usual)| (at, self.public(measure, usual.median))),
        }
    }

    fn week(&self, measure: Measure, past: &Past) -> Vec<[Option<WeekCell>; 24]> {
        let peak = past.week.peak();
        let cell = |weekday: u8, hour: usize| {
            let at = HourOfWeek { weekday, hour: u8::try_from(hour).ok()? };
            let usual = self.public(measure, past.week.at(at)?.median);
            Some(WeekCell { usual, share: usual.share_of(peak) })
        };
        (0..7).map(|weekday| std::array::from_fn(|hour| cell(weekday, hour))).collect()
    }

    fn days(&self, measure: Measure, past: &Past) -> Vec<DayUse> {
        let full = past.days.iter().filter_map(|(_, amount)| *amount).fold(0.0, f64::max);
        let day = |(day, amount): &(Day, Option<f64>)| {
            let amount = amount.map(|a| self.public(measure, a));
            DayUse { day: *day, amount, share: amount.map(|a| a.share_of(full)).unwrap_or_default() }
        };
        past.days.iter().map(day).collect()
    }

    fn year_on_year(&self, measure: Measure, years: &crate::years::YearOnYear) -> YearOnYear {
        let side = |(days, mean): (usize, f64)| DayMean { days, amount: self.public(measure, mean) };
        YearOnYear { kind: years.kind, this: side(years.this), last: side(years.last) }
    }

    fn others(&self, snapshot: &Snapshot, streams: &Streams, place: &Place) -> Result<Vec<OtherValue>, StoreError> {
        let measured = place.measure.map(past::word_of);
        let mut others = Vec::new();
        for (id, stream) in streams.of_place(&place.id) {
            let word = stream.property.as_str();
            let Some(property) = model::property(word).filter(|_| self.gate.shows(word)) else { continue };
            if self.hidden.contains(&stream.sensor) || measured == Some(word) {
                continue;
            }
            if let Some(latest) = snapshot.latest(*id)? {
                others.push(OtherValue {
                    sensor: stream.sensor.clone(),
                    property: stream.property.clone(),
                    part: stream.part.clone(),
                    value: latest.result,
                    unit: property.unit,
                    at: latest.phenomenon_time,
                });
            }
        }
        self.tell_apart(&mut others);
        Ok(others)
    }

    /// Where several sensors say the same sort of thing, each is called by its name.
    fn tell_apart(&self, others: &mut [OtherValue]) {
        let mut times = BTreeMap::<(String, Option<String>), usize>::new();
        for other in others.iter() {
            *times.entry((other.property.clone(), other.part.clone())).or_default() += 1;
        }
        for other in others {
            if times.get(&(other.property.clone(), other.part.clone())).is_some_and(|n| *n > 1) {
                let sensor = self.municipality.sensors.iter().find(|s| s.id == other.sensor);
                let name = sensor.map_or_else(|| other.sensor.to_string(), |s| s.name.clone());
                other.part = Some(other.part.take().map_or(name.clone(), |part| format!("{name}, {part}")));
            }
        }
    }

    fn public(&self, measure: Measure, amount: f64) -> PublicCount {
        match measure {
            Measure::PeopleNow | Measure::Visits => self.gate.count(amount),
            Measure::BaysTaken => self.gate.things(amount),
        }
    }
}

fn catalogue(store: &Store) -> Result<Streams, StoreError> {
    let snapshot = store.read()?;
    let known = snapshot.datastreams()?.filter(|row| !matches!(row, Err(StoreError::Corrupt(_))));
    Ok(Streams::new(known.collect::<Result<Vec<_>, _>>()?))
}

pub(crate) fn freshness(newest: Option<Timestamp>, silent_after: Duration, now: Timestamp) -> Freshness {
    match newest {
        None => Freshness::Never,
        Some(at) if now.since(at) > silent_after => Freshness::SilentSince(at),
        Some(at) => Freshness::Fresh(at),
    }
}

#[cfg(test)]
mod tests;
