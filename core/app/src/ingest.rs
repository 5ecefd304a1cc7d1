//! `take_uplink`: what the network server heard becomes observations, in one write transaction, and only then is it told.

use crate::box_time::Step;
use crate::decode::Heard;
use crate::doors::Doors;
use crate::meaning::{stored, take_uplink};
use crate::orders::Entry;
use crate::portal::{App, Configured};
use model::{ClockSpan, DevEui, DownlinkId, DownlinkState, StoredUplink, Timestamp, Uplink};
use netserver::{Action, Change, DownlinkEvent};
use plugin_host::Breaker;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use store::{Durability, StoreError, Transaction};
use tokio::sync::watch;

/// Plain uplinks are written to disk after this many, even when the configured seconds are not over: it bounds what a power cut may take.
pub const UPLINKS_PER_COMMIT_MAX: u32 = 500;

/// Rows that a correction of the clock moves in one transaction: what they change must fit in the memory of a small box.
const CORRECTED_AT_ONCE: usize = 2000;

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

    /// The box that it writes for.
    pub(crate) fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Takes what the network server wants done, in its order, as one transaction; gives the downlinks that may leave now.
    ///
    /// On an error nothing was stored and nothing may leave: the same call can be made again.
    pub fn take(&mut self, now: Timestamp, actions: &[Action]) -> Result<Vec<Departure>, StoreError> {
        self.take_with(now, actions, None)
    }

    /// The same for what an order led to, which is on disk when this returns: somebody waits to be told.
    pub(crate) fn take_order(
        &mut self,
        now: Timestamp,
        actions: &[Action],
        entry: &Entry,
    ) -> Result<Vec<Departure>, StoreError> {
        self.take_with(now, actions, Some(entry))
    }

    fn take_with(
        &mut self,
        now: Timestamp,
        actions: &[Action],
        entry: Option<&Entry>,
    ) -> Result<Vec<Departure>, StoreError> {
        let uplinks: Vec<&Uplink> = actions.iter().filter_map(uplink_of).collect();
        let configured = self.app.configured();
        let heard = configured.decoders.decode(now, &uplinks, &mut self.breaker);
        let mut doors = self.doors.clone();
        let tx = self.app.store().begin(&configured.municipality.calendar)?;
        let mut newest_stream = None;
        for one in &heard {
            newest_stream = newest_stream.max(take_uplink(&configured.municipality, &tx, &mut doors, one)?);
        }
        let heard_again = self.heard_again(&heard, actions);
        heard_again.iter().try_for_each(|stored| tx.put_uplink(stored))?;
        changes_of(actions).try_for_each(|change| persist(&tx, change))?;
        entry.map_or(Ok(()), |entry| enter(&tx, now, entry))?;
        news_of(actions).try_for_each(|(dev_eui, id, state)| tx.note_downlink(dev_eui, id, state, now))?;
        let departures = departures_of(actions);

        let (count, since) = self.unsaved.unwrap_or((0, now));
        let count = count.saturating_add(u32::try_from(heard.len()).unwrap_or(u32::MAX));
        let durable = entry.is_some() || self.must_be_durable(actions, count, now.since(since));
        tx.commit(if durable { Durability::Now } else { Durability::Soon })?;
        self.unsaved = (!durable).then_some((count, since));
        self.doors = doors;
        for stored in &heard_again {
            self.app.health().note_again(stored);
        }
        self.newest.extend(heard.iter().map(|h| stored(h)).chain(heard_again).map(|s| (s.uplink.dev_eui, s)));
        self.app.tell(&heard, newest_stream.is_some_and(|id| !self.app.knows_stream(id)));
        Ok(departures)
    }

    /// A better time became known: moves all that was taken by the time that was not certain. When this returns it is on disk. On an
    /// error what was moved stays moved, and the same call goes on.
    pub(crate) fn correct_clock(&mut self, step: &Step) -> Result<(), StoreError> {
        let calendar = self.app.municipality().calendar.clone();
        let known = self.app.store().read()?.clock_spans()?;
        // Called again after an error, the span says how far it is.
        if known.iter().all(|span| span.from != step.ended.from || span.until.is_none()) {
            let tx = self.app.store().begin(&calendar)?;
            tx.put_clock_span(&step.ended)?;
            step.begins.iter().try_for_each(|span| tx.put_clock_span(span))?;
            tx.commit(Durability::Soon)?;
            tracing::info!("the time is known now; what was taken before it was is moved by {} ms", step.by_ms);
        }
        self.finish_correction()?;
        self.app.health().correct_clock(step.by_ms);
        self.app.forget_pasts();
        Ok(())
    }

    /// Goes on with a correction that was cut short. Nothing may be taken before that.
    pub(crate) fn finish_correction(&mut self) -> Result<(), StoreError> {
        let calendar = self.app.municipality().calendar.clone();
        loop {
            let spans = self.app.store().read()?.clock_spans()?;
            let unfinished = |span: &&ClockSpan| span.correction.is_some_and(|correction| correction.left.is_some());
            let Some(span) = spans.iter().find(unfinished) else { break };
            self.app.store().correct_clock(&calendar, span, CORRECTED_AT_ONCE)?;
            // What is remembered of the file lies elsewhere now.
            (self.doors, self.unsaved) = (Doors::default(), None);
            self.newest.clear();
        }
        self.app.store().sync()
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

/// What became of downlinks.
fn news_of(actions: &[Action]) -> impl Iterator<Item = (DevEui, DownlinkId, DownlinkState)> {
    actions.iter().filter_map(|action| {
        let Action::Downlink { dev_eui, id, event } = action else { return None };
        let state = match *event {
            DownlinkEvent::Sent { gateway } => DownlinkState::Sent(gateway),
            DownlinkEvent::Acknowledged => DownlinkState::Acknowledged,
            DownlinkEvent::Failed(why) => DownlinkState::Failed(why),
        };
        Some((*dev_eui, *id, state))
    })
}

fn enter(tx: &Transaction<'_>, now: Timestamp, entry: &Entry) -> Result<(), StoreError> {
    match entry {
        Entry::Queued(record) => tx.put_downlink(record),
        Entry::Withdrawn(dev_eui, ids) => {
            ids.iter().try_for_each(|id| tx.note_downlink(*dev_eui, *id, DownlinkState::Withdrawn, now))
        }
    }
}

fn departures_of(actions: &[Action]) -> Vec<Departure> {
    let departure = |a: &Action| match a {
        Action::Transmit { to, bytes } => Some((*to, bytes.clone())),
        _ => None,
    };
    actions.iter().filter_map(departure).collect()
}

fn persist(tx: &Transaction<'_>, change: &Change) -> Result<(), StoreError> {
    match change {
        Change::Device { dev_eui, state } => tx.put_device_state(*dev_eui, state),
        Change::Session { dev_eui, session } => tx.put_session(*dev_eui, session),
    }
}
