use crate::disk::{Disk, Turn};
use crate::error::{StoreError, unless_damaged};
use crate::keyring::{Keyring, Slot};
use crate::keys::{Note, SeriesKey, UplinkKey};
use crate::store::Durability;
use crate::stored::{Joins, Seen, index_key};
use crate::tables::{DATASTREAM_IDS, DATASTREAMS, JOINS, LATEST, NOTES, OBSERVATIONS, SESSIONS, UPLINKS};
use crate::write::Write;
use model::{
    Calendar, Datastream, DatastreamId, DevEui, DeviceState, Observation, Session, StoredUplink, Timestamp, Value,
};
use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeSet;
use std::fmt;
use std::sync::MutexGuard;

/// Among so many slots one is chosen that must not tell when it was given.
const APART_WITHIN: u32 = 1024;

/// One use case: all of it is kept, or nothing. Dropped without [`commit`](Self::commit) it leaves no trace.
/// It stays on the thread that began it, and others wait for their turn meanwhile.
pub struct Transaction<'s> {
    write: Write,
    turn: MutexGuard<'s, Turn>,
    disk: &'s Disk,
    calendar: &'s Calendar,
    observed_from: OnceCell<Timestamp>,
    keyring: &'s Keyring,
    /// Keys to destroy for good before the commit: what was erased must not come back, whatever happens then.
    erased: RefCell<Vec<Slot>>,
    /// Keys to destroy after it: until then they may be needed.
    spent: RefCell<Vec<Slot>>,
    /// What it changes must not stay in the journal.
    veiled: Cell<bool>,
}

impl<'s> Transaction<'s> {
    pub(crate) fn new(
        disk: &'s Disk,
        (turn, write): (MutexGuard<'s, Turn>, Write),
        calendar: &'s Calendar,
        keyring: &'s Keyring,
    ) -> Self {
        let (erased, spent) = (RefCell::default(), RefCell::default());
        Self {
            write,
            turn,
            disk,
            calendar,
            observed_from: OnceCell::new(),
            keyring,
            erased,
            spent,
            veiled: Cell::new(false),
        }
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
        // A damaged row heals with the next observation.
        let latest = unless_damaged(LATEST.get_written(&self.write, &id))?.map(|latest| latest.phenomenon_time);
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
        let erased = self.erased.take();
        if !erased.is_empty() {
            self.keyring.erase(&erased)?;
        }
        if self.veiled.get() {
            self.turn.veil();
        }
        self.disk.commit(&mut self.turn, self.write, durability)?;
        let spent = self.spent.take();
        if spent.is_empty() { Ok(()) } else { self.keyring.shred(&spent) }
    }

    /// The newest observation of a datastream, as this transaction sees it.
    pub fn latest(&self, datastream: &Datastream) -> Result<Option<Observation>, StoreError> {
        let Some(id) = self.known_id(datastream)? else { return Ok(None) };
        match LATEST.get_written(&self.write, &id) {
            Err(StoreError::Corrupt(_)) => {
                self.remake_latest(id)?;
                LATEST.get_written(&self.write, &id)
            }
            found => found,
        }
    }

    pub(crate) fn keyring(&self) -> &Keyring {
        self.keyring
    }

    /// A slot with a key that nobody had.
    pub(crate) fn new_slot(&self) -> Result<Slot, StoreError> {
        let known = NOTES.get_written(&self.write, &Note::NEXT_SLOT)?;
        if known.is_none() {
            NOTES.put(&self.write, &Note::KEYRING, &self.keyring.id().cast_signed());
        }
        let mut next = known.unwrap_or(0);
        loop {
            let slot = Slot(u32::try_from(next).unwrap_or(u32::MAX));
            next = next.saturating_add(1);
            if slot.is_apart() {
                continue;
            }
            self.keyring.fill(slot)?;
            // A data file from a backup may know less than the keys have lived through: what was destroyed stays so.
            if self.keyring.holds(slot)? {
                NOTES.put(&self.write, &Note::NEXT_SLOT, &next);
                return Ok(slot);
            }
        }
    }

    /// A slot for something whose place must not tell when it came: slots rise, so an address would stand beside the answer it came with. It
    /// is one of the next thousand, by chance, of those that nothing else gets. `taken` says which are in use.
    pub(crate) fn new_slot_apart(&self, taken: &BTreeSet<Slot>) -> Result<Slot, StoreError> {
        let known = NOTES.get_written(&self.write, &Note::NEXT_SLOT)?;
        if known.is_none() {
            NOTES.put(&self.write, &Note::KEYRING, &self.keyring.id().cast_signed());
            NOTES.put(&self.write, &Note::NEXT_SLOT, &0);
        }
        let next = u32::try_from(known.unwrap_or(0)).unwrap_or(u32::MAX);
        let mut within = APART_WITHIN;
        loop {
            let end = next.saturating_add(within);
            self.keyring.fill(Slot(end))?;
            let mut free = Vec::new();
            for slot in (next..end).map(Slot).filter(|slot| slot.is_apart() && !taken.contains(slot)) {
                if self.keyring.holds(slot)? {
                    free.push(slot);
                }
            }
            let mut dice = [0; 4];
            crate::keyring::random(&mut dice);
            let at = (u32::from_le_bytes(dice) as usize).checked_rem(free.len());
            if let Some(slot) = at.and_then(|at| free.get(at)) {
                return Ok(*slot);
            }
            within = within.saturating_mul(2);
        }
    }

    /// Destroys a key for good, just before the commit.
    pub(crate) fn erase_slot(&self, slot: Slot) {
        self.erased.borrow_mut().push(slot);
    }

    /// Destroys a key just after the commit.
    pub(crate) fn spend_slot(&self, slot: Slot) {
        self.spent.borrow_mut().push(slot);
    }

    /// Has the journal wiped once redb has taken over what is changed here.
    pub(crate) fn veil(&self) {
        self.veiled.set(true);
    }

    pub(crate) fn write(&self) -> &Write {
        &self.write
    }

    pub(crate) fn calendar(&self) -> &Calendar {
        self.calendar
    }

    /// The number of a datastream, which it gets at first sight.
    pub(crate) fn datastream_id(&self, datastream: &Datastream) -> Result<DatastreamId, StoreError> {
        if let Some(id) = self.known_id(datastream)? {
            return Ok(id);
        }
        let id = DatastreamId(DATASTREAMS.last_key(&self.write)?.map_or(0, |last| last.0.saturating_add(1)));
        DATASTREAMS.put(&self.write, &id, datastream);
        DATASTREAM_IDS.put(&self.write, &index_key(datastream), &id);
        Ok(id)
    }

    fn known_id(&self, datastream: &Datastream) -> Result<Option<DatastreamId>, StoreError> {
        let name = index_key(datastream);
        match DATASTREAM_IDS.get_written(&self.write, &name) {
            Err(StoreError::Corrupt(_)) => self.remake_datastream_id(&name),
            found => found,
        }
    }

    /// Makes the row that numbers a datastream anew: the numbers know their names too.
    pub(crate) fn remake_datastream_id(&self, name: &[u8]) -> Result<Option<DatastreamId>, StoreError> {
        let all = DATASTREAMS.all_written::<Vec<_>>(&self.write)?;
        let found = all.into_iter().find(|(_, datastream)| index_key(datastream) == name).map(|(id, _)| id);
        if let Some(id) = &found {
            DATASTREAM_IDS.put(&self.write, name, id);
        }
        Ok(found)
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
        // Without it a value may count once more than it should; with an error none would count until the night.
        Ok(Timestamp::from_ms(unless_damaged(NOTES.get_written(&self.write, &note))?.unwrap_or(i64::MIN)))
    }
}

impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}
