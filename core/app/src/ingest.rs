//! `take_uplink`: what the network server heard becomes observations, in one write transaction, and only then is it told.

use crate::decode::Heard;
use crate::doors::{ALL_DOORS, Doors, Passed, counting_day};
use crate::portal::{App, Configured};
use crate::totals::{counted, stream_of};
use crate::views::LiveUplink;
use model::{Datastream, DecodedObservation, DevEui, Measure, Slug, StoredUplink, Timestamp, Uplink, Value};
use netserver::{Action, Change};
use plugin_host::Breaker;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::{Durability, StoreError, Transaction};
use tokio::sync::watch;

/// Plain uplinks are written to disk after this many, even when the configured seconds are not over: it bounds what a power cut may take.
pub const UPLINKS_PER_COMMIT_MAX: u32 = 500;

/// History older than this is a device whose clock is wrong: a year of frames would not fit in its memory.
const AGE_MAX: Duration = Duration::from_hours(366 * 24);

/// A datagram that may leave once it has been given out: all that it rests on is on disk.
pub type Departure = (SocketAddr, Vec<u8>);

/// The one writer of the box.
#[derive(Debug)]
pub struct Ingest {
    app: Arc<App>,
    doors: Doors,
    breaker: Breaker<DevEui>,
    /// Each device's newest frame, for receptions that come later.
    newest: HashMap<DevEui, StoredUplink>,
    /// Uplinks taken since the last durable commit, and when the first of them came.
    unsaved: Option<(u32, Timestamp)>,
}

impl Ingest {
    /// The writer of `app`. There must be only one.
    pub fn new(app: Arc<App>) -> Self {
        Self { app, doors: Doors::default(), breaker: Breaker::default(), newest: HashMap::new(), unsaved: None }
    }

    /// Takes what the network server wants done, in its order, as one transaction; gives the downlinks that may leave now.
    ///
    /// On an error nothing was stored and nothing may leave: the same call can be made again.
    pub fn take(&mut self, now: Timestamp, actions: &[Action]) -> Result<Vec<Departure>, StoreError> {
        let uplinks: Vec<&Uplink> = actions.iter().filter_map(uplink_of).collect();
        let configured = self.app.configured();
        let heard = configured.decoders.decode(now, &uplinks, &mut self.breaker);
        let mut doors = self.doors.clone();
        let tx = self.app.store().begin(&configured.municipality.calendar)?;
        let mut new_stream = false;
        for one in &heard {
            new_stream |= take_uplink(&self.app, &tx, &mut doors, one)?;
        }
        let heard_again = self.heard_again(&heard, actions);
        heard_again.iter().try_for_each(|stored| tx.put_uplink(stored))?;
        changes_of(actions).try_for_each(|change| persist(&tx, change))?;
        let departures = departures_of(actions);

        let (count, since) = self.unsaved.unwrap_or((0, now));
        let count = count.saturating_add(u32::try_from(heard.len()).unwrap_or(u32::MAX));
        let durable = self.must_be_durable(actions, count, now.since(since));
        tx.commit(if durable { Durability::Now } else { Durability::Soon })?;
        self.unsaved = (!durable).then_some((count, since));
        self.doors = doors;
        self.newest.extend(heard.iter().map(|h| stored(h)).chain(heard_again).map(|s| (s.uplink.dev_eui, s)));
        self.app.tell(&heard, new_stream);
        Ok(departures)
    }

    /// Writes to disk what is not there yet.
    pub fn flush(&mut self) -> Result<(), StoreError> {
        if self.unsaved.is_some() {
            self.app.store().sync()?;
            self.unsaved = None;
        }
        Ok(())
    }

    /// What is configured, and when that changes.
    pub(crate) fn follow_configuration(&self) -> watch::Receiver<Arc<Configured>> {
        self.app.follow_configuration()
    }

    /// When [`Ingest::flush`] is due at the latest; none while everything is on disk.
    pub fn flush_due(&self) -> Option<Timestamp> {
        self.unsaved.map(|(_, since)| since + self.window())
    }

    /// How long a plain uplink may wait for the disk.
    fn window(&self) -> Duration {
        Duration::from_secs(self.app.municipality().uplink_commit_seconds.into())
    }

    /// Whether the outside is about to be told something that rests on this transaction, or enough has gathered.
    fn must_be_durable(&self, actions: &[Action], count: u32, age: Duration) -> bool {
        let told = actions.iter().any(|a| matches!(a, Action::Transmit { .. } | Action::Joined { .. }));
        told || count >= UPLINKS_PER_COMMIT_MAX || (count > 0 && age >= self.window())
    }

    /// Frames to store once more, with the receptions that came after them.
    fn heard_again(&self, heard: &[Heard], actions: &[Action]) -> Vec<StoredUplink> {
        let mut again = HashMap::<DevEui, StoredUplink>::new();
        for action in actions {
            let Action::Reception { dev_eui, f_cnt, reception } = action else { continue };
            let just_now = heard.iter().rev().find(|h| h.uplink.dev_eui == *dev_eui).map(|h| stored(h));
            let known = again.get(dev_eui).cloned().or(just_now).or_else(|| self.newest.get(dev_eui).cloned());
            if let Some(mut frame) = known.filter(|frame| frame.uplink.f_cnt == *f_cnt) {
                frame.uplink.receptions.push(reception.clone());
                again.insert(*dev_eui, frame);
            }
        }
        again.into_values().collect()
    }
}

fn uplink_of(action: &Action) -> Option<&Uplink> {
    if let Action::Uplink(uplink) = action { Some(uplink) } else { None }
}

fn changes_of(actions: &[Action]) -> impl Iterator<Item = &Change> {
    actions.iter().filter_map(|a| if let Action::Persist(change) = a { Some(change) } else { None })
}

fn departures_of(actions: &[Action]) -> Vec<Departure> {
    let departure = |a: &Action| match a {
        Action::Transmit { to, bytes } => Some((*to, bytes.clone())),
        _ => None,
    };
    actions.iter().filter_map(departure).collect()
}

fn stored(heard: &LiveUplink) -> StoredUplink {
    StoredUplink {
        uplink: heard.uplink.clone(),
        sensor: Some(heard.sensor.clone()),
        fault: heard.outcome.as_ref().err().map(ToString::to_string),
    }
}

fn persist(tx: &Transaction<'_>, change: &Change) -> Result<(), StoreError> {
    match change {
        Change::Device { dev_eui, state } => tx.put_device_state(*dev_eui, state),
        Change::Session { dev_eui, session } => tx.put_session(*dev_eui, session),
    }
}

/// Stores a frame and what it means. True when it began a datastream.
fn take_uplink(app: &App, tx: &Transaction<'_>, doors: &mut Doors, heard: &Heard) -> Result<bool, StoreError> {
    tx.put_uplink(&stored(heard))?;
    let Ok(decoded) = &heard.outcome else { return Ok(false) };
    let mut observations: Vec<DecodedObservation> =
        decoded.observations.iter().filter(|o| age(o) <= AGE_MAX).cloned().collect();
    // Oldest first: a total counts from the one before it.
    observations.sort_by_key(|o| std::cmp::Reverse(o.age_s));
    let mut new_stream = false;
    let mut counts = Vec::new();
    for said in &observations {
        let stream = stream_of(&heard.place, &heard.sensor, said);
        let at = phenomenon_time(&heard.uplink, said);
        counts.extend(counted(said, at, tx.latest(&stream)?.as_ref()));
        new_stream |= observe(app, tx, &stream, at, &heard.uplink, &said.value)?;
    }
    // A device that also says the count itself is believed.
    counts.retain(|c| !observations.iter().any(|o| o.property == c.property && o.part == c.part));
    for count in &counts {
        let stream = stream_of(&heard.place, &heard.sensor, count);
        new_stream |= observe(app, tx, &stream, phenomenon_time(&heard.uplink, count), &heard.uplink, &count.value)?;
    }
    observations.append(&mut counts);
    new_stream |= count_inside(app, tx, doors, heard, &observations)?;
    Ok(new_stream)
}

fn observe(
    app: &App,
    tx: &Transaction<'_>,
    stream: &Datastream,
    at: Timestamp,
    uplink: &Uplink,
    value: &Value,
) -> Result<bool, StoreError> {
    let observation = tx.observe(stream, at, uplink.received_at, value)?;
    Ok(observation.is_some_and(|o| !app.knows_stream(o.datastream)))
}

/// Keeps how many people are inside, where doors count in and out and the place is told by that.
fn count_inside(
    app: &App,
    tx: &Transaction<'_>,
    doors: &mut Doors,
    heard: &Heard,
    observations: &[DecodedObservation],
) -> Result<bool, StoreError> {
    let municipality = app.municipality();
    let told_by_people_now = municipality.place(&heard.place).is_some_and(|p| p.measure == Some(Measure::PeopleNow));
    let (true, false, Some(passed), Ok(all_doors)) =
        (told_by_people_now, heard.test, Passed::of(observations), Slug::new(ALL_DOORS))
    else {
        return Ok(false);
    };
    let at = heard.uplink.received_at;
    let stream =
        Datastream { place: heard.place.clone(), sensor: all_doors, property: "people-count".into(), part: None };
    let day = counting_day(&municipality.calendar, at);
    let inside = doors.take(&heard.place, day, passed, || app.inside_on(&stream, day))?;
    observe(app, tx, &stream, at, &heard.uplink, &Value::Number(inside))
}

fn phenomenon_time(uplink: &Uplink, said: &DecodedObservation) -> Timestamp {
    uplink.received_at - age(said)
}

fn age(said: &DecodedObservation) -> Duration {
    Duration::from_secs(said.age_s.into())
}
