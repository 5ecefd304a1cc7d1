//! Two files beside each other: what observations say now, and what they would say when history is lived through once more.

use crate::error::StoreError;
use crate::keys::{Moment, SeriesKey};
use crate::snapshot::Snapshot;
use crate::stored::Seen;
use crate::table::typed;
use crate::tables::OBSERVATIONS;
use crate::transaction::Transaction;
use model::{Datastream, DatastreamId, Hour, Timestamp, Value};
use std::cmp::Ordering;
use std::collections::BTreeSet;
use std::iter::Peekable;
use std::ops::{Bound, Range};

/// What a file has for a datastream at a moment.
#[derive(Clone, Debug, PartialEq)]
pub enum Kept {
    /// Nothing.
    Nothing,
    /// A row that cannot be read.
    Damaged,
    /// An observation.
    Seen {
        /// When the box knew.
        result_time: Timestamp,
        /// What was observed.
        result: Value,
    },
}

/// A datastream at a moment, as two files have it. At least one has something.
#[derive(Clone, Debug, PartialEq)]
pub struct Pair {
    /// Which datastream.
    pub datastream: DatastreamId,
    /// Phenomenon time.
    pub at: Timestamp,
    /// In the one file.
    pub before: Kept,
    /// In the other.
    pub after: Kept,
}

/// What a datastream should say of a moment.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// Phenomenon time.
    pub at: Timestamp,
    /// Result time and result; none: nothing.
    pub seen: Option<(Timestamp, Value)>,
}

type Row = (SeriesKey<Timestamp>, Kept);

impl Snapshot {
    /// What this file and another, which numbers its datastreams alike, observed in a span: hour by hour, in each by datastream,
    /// oldest first. Equal pairs are among them. Stop at the first error.
    pub fn beside<'s>(
        &'s self,
        other: &'s Self,
        span: &Range<Timestamp>,
    ) -> Result<impl Iterator<Item = Result<Pair, StoreError>> + use<'s>, StoreError> {
        let (before, after) = (self.observed(span)?.peekable(), other.observed(span)?.peekable());
        Ok(Merged { before, after })
    }

    fn observed(
        &self,
        span: &Range<Timestamp>,
    ) -> Result<impl Iterator<Item = Result<Row, StoreError>> + use<'_>, StoreError> {
        let (from, to) = (SeriesKey::first_of_bucket(span.start), SeriesKey::first_of_bucket(last_of_bucket(span.end)));
        let rows = self.view().open(&OBSERVATIONS.raw)?.range((Bound::Included(&from), Bound::Excluded(&to)))?;
        let span = span.clone();
        let rows = rows.map(|row| {
            let (key, sealed) = row?;
            let kept = match OBSERVATIONS.unsealed(&key, &sealed) {
                Ok(Seen { result_time, result }) => Kept::Seen { result_time, result },
                Err(_) => Kept::Damaged,
            };
            Ok((typed::<16, SeriesKey<Timestamp>>(&key), kept))
        });
        Ok(rows.filter(move |row| !matches!(row, Ok((key, _)) if !span.contains(&key.at))))
    }
}

/// A moment whose bucket begins where the one that `end` still touches is over.
fn last_of_bucket(end: Timestamp) -> Timestamp {
    let buckets = end.number().div_euclid(Timestamp::PER_BUCKET);
    Timestamp::from_number(buckets.saturating_add(1).saturating_mul(Timestamp::PER_BUCKET))
}

struct Merged<B: Iterator, A: Iterator> {
    before: Peekable<B>,
    after: Peekable<A>,
}

impl<B, A> Iterator for Merged<B, A>
where
    B: Iterator<Item = Result<Row, StoreError>>,
    A: Iterator<Item = Result<Row, StoreError>>,
{
    type Item = Result<Pair, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        let order = match (self.before.peek(), self.after.peek()) {
            (None, None) => return None,
            (Some(Ok((before, _))), Some(Ok((after, _)))) => place(before).cmp(&place(after)),
            // An error comes out at once; else there is only the other.
            (Some(Err(_)), _) | (Some(Ok(_)), None) => Ordering::Less,
            (None, Some(_)) | (Some(Ok(_)), Some(Err(_))) => Ordering::Greater,
        };
        let before = if order == Ordering::Greater { None } else { self.before.next() };
        let after = if order == Ordering::Less { None } else { self.after.next() };
        paired(before, after).transpose()
    }
}

fn place(key: &SeriesKey<Timestamp>) -> (i64, DatastreamId, Timestamp) {
    (key.at.number().div_euclid(Timestamp::PER_BUCKET), key.datastream, key.at)
}

fn paired(
    before: Option<Result<Row, StoreError>>,
    after: Option<Result<Row, StoreError>>,
) -> Result<Option<Pair>, StoreError> {
    let (before, after) = (before.transpose()?, after.transpose()?);
    let Some(key) = before.as_ref().or(after.as_ref()).map(|(key, _)| *key) else { return Ok(None) };
    let kept = |row: Option<Row>| row.map_or(Kept::Nothing, |(_, kept)| kept);
    Ok(Some(Pair { datastream: key.datastream, at: key.at, before: kept(before), after: kept(after) }))
}

impl Transaction<'_> {
    /// Makes a datastream say what it should; its hours, its days and its newest observation follow. What is past keeping is
    /// not touched.
    pub fn correct(&self, datastream: &Datastream, corrections: &[Correction]) -> Result<(), StoreError> {
        let id = self.datastream_id(datastream)?;
        let observed_from = self.observed_from()?;
        let mut hours = BTreeSet::new();
        for Correction { at, seen } in corrections.iter().filter(|correction| correction.at >= observed_from) {
            let key = SeriesKey { datastream: id, at: *at };
            match seen {
                Some((result_time, result)) => {
                    let seen = Seen { result_time: *result_time, result: result.clone() };
                    OBSERVATIONS.put(self.write(), &key, &seen);
                }
                None => drop(OBSERVATIONS.remove(self.write(), &key)?),
            }
            hours.insert(Hour::of(*at));
        }
        self.remake(id, hours)?;
        let Some(newest) = corrections.iter().map(|correction| correction.at).max() else { return Ok(()) };
        match self.latest(datastream) {
            Ok(Some(latest)) if latest.phenomenon_time > newest => Ok(()),
            Err(error) if error.closes_file() => Err(error),
            _ => self.remake_latest(id),
        }
    }
}
