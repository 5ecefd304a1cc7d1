use crate::disk::Turn;
use crate::error::{Corrupt, StoreError};
use crate::keys::{Moment, SeriesKey, UplinkKey};
use crate::store::Durability;
use crate::stored::{Joins, Seen, index_key};
use crate::table::Table;
use crate::tables::{DATASTREAM_IDS, DATASTREAMS, DAYS, HOURS, JOINS, LATEST, OBSERVATIONS, SESSIONS, UPLINKS};
use model::{
    Calendar, Datastream, DatastreamId, Day, DevEui, DeviceState, Hour, Observation, Rollup, Session, StoredUplink,
    Timestamp, Value,
};
use redb::WriteTransaction;
use std::fmt;
use std::ops::Range;
use std::sync::MutexGuard;

/// One use case: all of it is kept, or nothing. Dropped without [`commit`](Self::commit) it leaves no trace.
/// It stays on the thread that began it, and others wait for their turn meanwhile.
pub struct Transaction<'s> {
    // Before `turn`: the write ends while it is still our turn.
    write: WriteTransaction,
    turn: MutexGuard<'s, Turn>,
    calendar: &'s Calendar,
}

impl<'s> Transaction<'s> {
    pub(crate) fn new(write: WriteTransaction, turn: MutexGuard<'s, Turn>, calendar: &'s Calendar) -> Self {
        Self { write, turn, calendar }
    }

    /// Keeps an uplink. The same one again (device, counter and time received) takes the place of the first: so a late copy adds
    /// its reception.
    pub fn put_uplink(&self, stored: &StoredUplink) -> Result<(), StoreError> {
        UPLINKS.put(&self.write, &UplinkKey::of(stored), stored)
    }

    /// Keeps one value of a datastream, which gets its number at first sight, and adds a number or a flag to its hour and day.
    /// None when the datastream already has a value for that moment: it is kept as it is and not counted twice.
    pub fn observe(
        &self,
        datastream: &Datastream,
        phenomenon_time: Timestamp,
        result_time: Timestamp,
        result: &Value,
    ) -> Result<Option<Observation>, StoreError> {
        let id = self.datastream_id(datastream)?;
        let seen = Seen { result_time, result: result.clone() };
        if !OBSERVATIONS.put_new(&self.write, &SeriesKey { datastream: id, at: phenomenon_time }, &seen)? {
            return Ok(None);
        }
        let observation = Observation { datastream: id, phenomenon_time, result_time, result: seen.result };
        self.keep_latest(&observation)?;
        if let Some(number) = result.as_number() {
            let hour = Hour::of(phenomenon_time);
            let hour_span = hour.start()..Hour(hour.0.saturating_add(1)).start();
            self.roll_up(&HOURS, hour, hour_span, &observation, number)?;
            let day = self.calendar.day(phenomenon_time);
            let day_span = self.calendar.day_start(day)..self.calendar.day_start(Day(day.0.saturating_add(1)));
            self.roll_up(&DAYS, day, day_span, &observation, number)?;
        }
        Ok(Some(observation))
    }

    /// Keeps all that is known of a device: after a join, when a pending session takes over, and when its downlinks changed.
    pub fn put_device_state(&self, device: DevEui, state: &DeviceState) -> Result<(), StoreError> {
        match &state.session {
            Some(session) => self.put_session(device, session)?,
            None => drop(SESSIONS.remove(&self.write, &device)?),
        }
        let DeviceState { session: _, pending, dev_nonces, join_nonce, downlinks, status } = state.clone();
        let joins = Joins { pending, dev_nonces, join_nonce, downlinks, status };
        JOINS.put(&self.write, &device, &joins)
    }

    /// Keeps the session in use, and with it the counters. Nonces and pending session stay as they are and are not written.
    pub fn put_session(&self, device: DevEui, session: &Session) -> Result<(), StoreError> {
        SESSIONS.put(&self.write, &device, session)
    }

    /// Ends the transaction.
    pub fn commit(self, durability: Durability) -> Result<(), StoreError> {
        commit(self.write, self.turn, durability)
    }

    fn datastream_id(&self, datastream: &Datastream) -> Result<DatastreamId, StoreError> {
        DATASTREAM_IDS.get_or_put(&self.write, &index_key(datastream), || {
            let id = DatastreamId(DATASTREAMS.last_key(&self.write)?.map_or(0, |last| last.0.saturating_add(1)));
            DATASTREAMS.put(&self.write, &id, datastream)?;
            Ok(id)
        })
    }

    fn keep_latest(&self, observation: &Observation) -> Result<(), StoreError> {
        LATEST.update(&self.write, &observation.datastream, |found| match found {
            Ok(Some(latest)) if latest.phenomenon_time > observation.phenomenon_time => Ok(latest),
            // A damaged row heals with the next observation.
            _ => Ok(observation.clone()),
        })
    }

    /// Adds a number to the rollup of its hour or day. A damaged rollup is made anew from the observations of its `span`.
    fn roll_up<M: Moment + 'static>(
        &self,
        table: &'static Table<16, SeriesKey<M>, Rollup>,
        at: M,
        span: Range<Timestamp>,
        observation: &Observation,
        number: f64,
    ) -> Result<(), StoreError> {
        let id = observation.datastream;
        table.update(&self.write, &SeriesKey { datastream: id, at }, |found| match found {
            Ok(Some(rollup)) => Ok(rollup.with(observation.phenomenon_time, number)),
            Ok(None) => Ok(Rollup::of(observation.phenomenon_time, number)),
            Err(Corrupt { .. }) => {
                let counted = self.observed(id, span)?;
                Ok(counted.unwrap_or(Rollup::of(observation.phenomenon_time, number)))
            }
        })
    }

    /// What the observations of a span come to. A damaged one does not count.
    fn observed(&self, id: DatastreamId, span: Range<Timestamp>) -> Result<Option<Rollup>, StoreError> {
        let rows = OBSERVATIONS.open_to_write(&self.write)?;
        let mut total: Option<Rollup> = None;
        for row in OBSERVATIONS.series(rows, id, span)? {
            match row {
                Ok((at, seen)) => {
                    let Some(number) = seen.result.as_number() else { continue };
                    total = Some(total.map_or(Rollup::of(at, number), |rollup| rollup.with(at, number)));
                }
                Err(StoreError::Corrupt(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(total)
    }
}

impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}

/// Commits while it is still the writer's turn, and counts what is not on disk yet.
pub(crate) fn commit(
    mut write: WriteTransaction,
    mut turn: MutexGuard<'_, Turn>,
    durability: Durability,
) -> Result<(), StoreError> {
    match durability {
        Durability::Soon => write.set_durability(redb::Durability::None)?,
        // Two-phase: no order of writes can fake a commit. Quick repair: a start after a power cut scans nothing.
        Durability::Now => {
            write.set_two_phase_commit(true);
            write.set_quick_repair(true);
        }
    }
    write.commit()?;
    turn.soon = match durability {
        Durability::Soon => turn.soon.saturating_add(1),
        Durability::Now => 0,
    };
    Ok(())
}
