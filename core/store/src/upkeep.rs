//! What a box does at night, in steps that are over before anybody waits: it forgets what is past keeping, and reads every row
//! to find damage while it can still be repaired.

use crate::error::{Corrupt, StoreError, unless_damaged};
use crate::keys::{Moment, Note, SeriesKey, UplinkKey};
use crate::record::is_whole;
use crate::store::{Durability, Store};
use crate::stored::named;
use crate::table::{Raw, typed};
use crate::tables::{self, DATASTREAM_IDS, DATASTREAMS, DAYS, HOURS, LATEST, NOTES, OBSERVATIONS, UPLINKS};
use crate::transaction::Transaction;
use crate::view::sound;
use crate::write::Write;
use model::{Calendar, DatastreamId, Day, DevEui, Hour, Timestamp};
use std::ops::Bound;

/// What is past keeping, by kind: all that is older. Days are kept for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Raw uplinks received before this.
    pub uplinks: Timestamp,
    /// Observations of hours that end before this.
    pub observations: Timestamp,
    /// Hours of UTC days that end before this.
    pub hours: Timestamp,
}

/// What one step of [`Store::forget`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten {
    /// Rows that are gone.
    pub rows: u64,
    /// Whether nothing that old is left.
    pub finished: bool,
}

/// A damaged row, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Damage {
    /// It was made anew from other rows.
    Repaired(Corrupt),
    /// An observation, which can be decoded again while its uplink is kept.
    Observation(DatastreamId, Timestamp),
    /// A raw uplink: of which device, received when.
    Uplink(DevEui, Timestamp),
    /// Something else, which only a copy can give back.
    Lost(Corrupt),
}

/// What one step of [`Store::scrub`] found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scrubbed {
    /// Rows that were read.
    pub rows: u64,
    /// Those that were damaged.
    pub damage: Vec<Damage>,
    /// Whether this was the last row; the next step begins with the first again.
    pub finished: bool,
}

/// The next row to look at: the number of its table, and its key or one before it.
#[derive(Debug, Default)]
pub(crate) struct Position {
    table: u8,
    after: Option<Vec<u8>>,
}

impl Store {
    /// Forgets rows past keeping, oldest first and no more than `rows_max`, in one short `Soon` transaction. The room they took is
    /// used again. What comes late for a time before `observations` is not taken in any more: nothing could tell whether its
    /// hour already counts it.
    pub fn forget(&self, retention: Retention, rows_max: usize) -> Result<Forgotten, StoreError> {
        let (mut turn, write) = self.disk().begin_write()?;
        let observed_from = raise(&write, Note::OBSERVED_FROM, start_of_bucket::<Timestamp>(retention.observations))?;
        let hours_from = raise(&write, Note::HOURS_FROM, Hour::of(retention.hours).start())?;
        let first_kept: [(&'static Raw, Vec<u8>); 3] = [
            (&UPLINKS.raw, UplinkKey::first_at(retention.uplinks).to_vec()),
            (&OBSERVATIONS.raw, SeriesKey::first_of_bucket(observed_from).to_vec()),
            (&HOURS.raw, SeriesKey::first_of_bucket(Hour::of(hours_from)).to_vec()),
        ];
        let mut left = rows_max;
        for (table, first_kept) in first_kept {
            left -= forget_oldest(&write, table, &first_kept, left)?;
        }
        self.disk().commit(&mut turn, write, Durability::Soon)?;
        Ok(Forgotten { rows: (rows_max - left) as u64, finished: left > 0 })
    }

    /// Reads up to `rows_max` rows from where the last step ended, and repairs what can be made anew from other rows. When redb's
    /// own pages are damaged it is [`StoreError::Damaged`]: time for [`Store::restore`].
    pub fn scrub(&self, calendar: &Calendar, rows_max: usize) -> Result<Scrubbed, StoreError> {
        let mut position = self.scrubbing();
        let mut damaged = Vec::new();
        let rows = sound(|| self.walk(&mut position, rows_max, &mut damaged))??;
        let finished = tables::numbered(position.table).is_none();
        if finished {
            *position = Position::default();
        }
        let mut scrubbed = Scrubbed { rows, damage: Vec::new(), finished };
        if !damaged.is_empty() {
            let transaction = self.begin(calendar)?;
            for (table, key) in damaged {
                scrubbed.damage.push(repair(&transaction, table, &key)?);
            }
            transaction.commit(Durability::Soon)?;
        }
        self.count(&scrubbed);
        Ok(scrubbed)
    }

    /// Moves on by so many rows; says over how many, and which are damaged.
    fn walk(
        &self,
        position: &mut Position,
        rows_max: usize,
        damaged: &mut Vec<(&'static Raw, Vec<u8>)>,
    ) -> Result<u64, StoreError> {
        let read = self.disk().begin_read()?;
        let mut left = rows_max;
        while let Some(table) = tables::numbered(position.table) {
            let from = position.after.take();
            let from = from.as_deref().map_or(Bound::Unbounded, Bound::Excluded);
            let mut rows = read.open(table)?.range((from, Bound::Unbounded))?;
            for row in rows.by_ref().take(left) {
                let (key, sealed) = row?;
                left -= 1;
                position.after = Some(key.to_vec());
                if !is_whole(&key, &sealed) {
                    damaged.push((table, key.to_vec()));
                }
            }
            if left == 0 {
                break;
            }
            *position = Position { table: position.table + 1, after: None };
        }
        Ok((rows_max - left) as u64)
    }
}

/// Moves a limit up, never down; gives where it is.
fn raise(write: &Write, note: Note, to: Timestamp) -> Result<Timestamp, StoreError> {
    let found = unless_damaged(NOTES.get_written(write, &note))?.map(Timestamp::from_ms);
    if found.is_none_or(|found| found < to) {
        NOTES.put(write, &note, &to.as_ms());
        return Ok(to);
    }
    Ok(found.unwrap_or(to))
}

fn start_of_bucket<M: Moment>(at: M) -> M {
    M::from_number(at.number().div_euclid(M::PER_BUCKET).saturating_mul(M::PER_BUCKET))
}

/// Removes the oldest rows before a key; says how many.
fn forget_oldest(write: &Write, table: &'static Raw, first_kept: &[u8], rows_max: usize) -> Result<usize, StoreError> {
    let opened = write.open(table)?;
    let mut older = opened.range((Bound::Unbounded, Bound::Excluded(first_kept)))?;
    let end = older.nth(rows_max).transpose()?.map_or(first_kept.to_vec(), |(key, _)| key.to_vec());
    drop(older);
    write.remove_range(table, [].as_slice()..end.as_slice())
}

fn repair(transaction: &Transaction<'_>, table: &'static Raw, key: &[u8]) -> Result<Damage, StoreError> {
    let is = |other: &Raw| table.number == other.number;
    let write = transaction.write();
    if is(&OBSERVATIONS.raw) {
        let key: SeriesKey<Timestamp> = typed(key);
        return Ok(Damage::Observation(key.datastream, key.at));
    }
    if is(&UPLINKS.raw) {
        let key: UplinkKey = typed(key);
        return Ok(Damage::Uplink(key.dev_eui, key.received_at));
    }
    if is(&HOURS.raw) {
        let SeriesKey { datastream, at } = typed::<16, SeriesKey<Hour>>(key);
        transaction.remake_hour(datastream, at)?;
    } else if is(&DAYS.raw) {
        let SeriesKey { datastream, at } = typed::<16, SeriesKey<Day>>(key);
        transaction.remake_day(datastream, at)?;
    } else if is(&LATEST.raw) {
        transaction.remake_latest(typed(key))?;
    } else if is(&DATASTREAM_IDS.raw) {
        transaction.remake_datastream_id(key)?;
    } else if is(&DATASTREAMS.raw) {
        remake_datastream(write, typed(key))?;
    }
    let mended = write.get(table, key)?.is_none_or(|sealed| is_whole(key, &sealed));
    let corrupt = table.corrupt(key);
    Ok(if mended { Damage::Repaired(corrupt) } else { Damage::Lost(corrupt) })
}

/// Makes the row that names a number anew: the names know their numbers too.
pub(crate) fn remake_datastream(write: &Write, id: DatastreamId) -> Result<(), StoreError> {
    if let Some(datastream) = DATASTREAM_IDS.names_of(write, &id)?.and_then(|name| named(&name)) {
        DATASTREAMS.put(write, &id, &datastream);
    }
    Ok(())
}
