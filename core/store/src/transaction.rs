use crate::disk::{Disk, Turn};
use crate::error::StoreError;
use crate::keys::{Note, SeriesKey, UplinkKey};
use crate::store::Durability;
use crate::stored::{Joins, Seen, index_key};
use crate::tables::{DATASTREAM_IDS, DATASTREAMS, JOINS, LATEST, NOTES, OBSERVATIONS, SESSIONS, UPLINKS};
use crate::write::Write;
use model::{
    Calendar, Datastream, DatastreamId, DevEui, DeviceState, Observation, Session, StoredUplink, Timestamp, Value,
};
use std::cell::OnceCell;
use std::fmt;
use std::sync::MutexGuard;

/// One use case: all of it is kept, or nothing. Dropped without [`commit`](Self::commit) it leaves no trace.
/// It stays on the thread that began it, and others wait for their turn meanwhile.
pub struct Transaction<'s> {
    write: Write,
    turn: MutexGuard<'s, Turn>,
    disk: &'s Disk,
    calendar: &'s Calendar,
    observed_from: OnceCell<Timestamp>,
}

impl<'s> Transaction<'s> {
    pub(crate) fn new(disk: &'s Disk, (turn, write): (MutexGuard<'s, Turn>, Write), calendar: &'s Calendar) -> Self {
        Self { write, turn, disk, calendar, observed_from: OnceCell::new() }
    }

    /// Keeps an uplink. The same one again (device, counter and time received) takes the place of the first: so a late copy adds
    /// its reception.
    pub fn put_uplink(&self, stored: &StoredUplink) -> Result<(), StoreError> {
        UPLINKS.put(&self.write, &UplinkKey::of(stored), stored);
        Ok(())
    }

    /// Keeps one value of a datastream, which gets its number at first sight, and adds a number or a flag to its hour and day.
    /// None when the datastream already has a value for that moment, which is kept as it is and not counted twice, and when the
    /// moment is past keeping ([`Store::forget`](crate::Store::forget)).
    pub fn observe(
        &self,
        datastream: &Datastream,
        phenomenon_time: Timestamp,
        result_time: Timestamp,
        result: &Value,
    ) -> Result<Option<Observation>, StoreError> {
        if phenomenon_time < self.observed_from()? {
            return Ok(None);
        }
        let id = self.datastream_id(datastream)?;
        let key = SeriesKey { datastream: id, at: phenomenon_time };
        let seen = Seen { result_time, result: result.clone() };
        let latest = match LATEST.get_written(&self.write, &id) {
            // A damaged row heals with the next observation.
            Err(StoreError::Corrupt(_)) => None,
            found => found?.map(|latest| latest.phenomenon_time),
        };
        if latest.is_some_and(|latest| latest < phenomenon_time) {
            // Newer than the newest is new: no need to look.
            OBSERVATIONS.put(&self.write, &key, &seen);
        } else if !OBSERVATIONS.put_new(&self.write, &key, &seen)? {
            return Ok(None);
        }
        let observation = Observation { datastream: id, phenomenon_time, result_time, result: seen.result };
        if latest.is_none_or(|latest| latest <= phenomenon_time) {
            LATEST.put(&self.write, &id, &observation);
        }
        if let Some(number) = result.as_number() {
            self.roll_up(id, phenomenon_time, number)?;
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
        JOINS.put(&self.write, &device, &joins);
        Ok(())
    }

    /// Keeps the session in use, and with it the counters. Nonces and pending session stay as they are and are not written.
    pub fn put_session(&self, device: DevEui, session: &Session) -> Result<(), StoreError> {
        SESSIONS.put(&self.write, &device, session);
        Ok(())
    }

    /// Ends the transaction.
    pub fn commit(mut self, durability: Durability) -> Result<(), StoreError> {
        self.disk.commit(&mut self.turn, self.write, durability)
    }

    /// The newest observation of a datastream, as this transaction sees it.
    pub fn latest(&self, datastream: &Datastream) -> Result<Option<Observation>, StoreError> {
        let Some(id) = DATASTREAM_IDS.get_written(&self.write, &index_key(datastream))? else { return Ok(None) };
        LATEST.get_written(&self.write, &id)
    }

    pub(crate) fn write(&self) -> &Write {
        &self.write
    }

    pub(crate) fn calendar(&self) -> &Calendar {
        self.calendar
    }

    /// The number of a datastream, which it gets at first sight.
    pub(crate) fn datastream_id(&self, datastream: &Datastream) -> Result<DatastreamId, StoreError> {
        let name = index_key(datastream);
        if let Some(id) = DATASTREAM_IDS.get_written(&self.write, &name)? {
            return Ok(id);
        }
        let id = DatastreamId(DATASTREAMS.last_key(&self.write)?.map_or(0, |last| last.0.saturating_add(1)));
        DATASTREAMS.put(&self.write, &id, datastream);
        DATASTREAM_IDS.put(&self.write, &name, &id);
        Ok(id)
    }

    /// Observations before this are past keeping.
    pub(crate) fn observed_from(&self) -> Result<Timestamp, StoreError> {
        if let Some(known) = self.observed_from.get() {
            return Ok(*known);
        }
        let found = self.limit(Note::OBSERVED_FROM)?;
        Ok(*self.observed_from.get_or_init(|| found))
    }

    /// Hours before this are past keeping.
    pub(crate) fn hours_from(&self) -> Result<Timestamp, StoreError> {
        self.limit(Note::HOURS_FROM)
    }

    fn limit(&self, note: Note) -> Result<Timestamp, StoreError> {
        Ok(Timestamp::from_ms(NOTES.get_written(&self.write, &note)?.unwrap_or(i64::MIN)))
    }
}

impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}
