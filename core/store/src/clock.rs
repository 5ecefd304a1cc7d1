//! Spans in which the time was not certain, and their correction once it is: everything that was taken in such a span is moved by the
//! same amount, a bounded number of rows in each transaction. How far it is stands in the span's row, so a power cut costs nothing.

use crate::error::StoreError;
use crate::keys::{Moment, SeriesKey, UplinkKey};
use crate::snapshot::{Snapshot, all};
use crate::store::{Durability, Store};
use crate::stored::Seen;
use crate::table::typed;
use crate::tables::{CLOCK_SPANS, DOWNLINKS, LATEST, OBSERVATIONS, UPLINKS};
use crate::transaction::Transaction;
use crate::view::Merged;
use model::{
    Calendar, ClockCorrection, ClockSpan, CorrectionLeft, DatastreamId, DownlinkRecord, Hour, Observation,
    StoredUplink, Timestamp,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Bound, Range};
use std::time::Duration;

/// Spans that are remembered: a box that is started every day without ever hearing the time fills it in a year.
const SPANS_MAX: usize = 400;

/// How long before it was heard a value may have been measured to be corrected with the frame that brought it. Looking further back
/// would read a year of rows for sensors whose memory has room for days.
const HISTORY_MAX: Duration = Duration::from_hours(31 * 24);

/// A row of the observations.
type SeenAt = (SeriesKey<Timestamp>, Seen);

/// The hours that hold what is left to look through, and which of their rows to move.
struct Observed {
    buckets: Range<Timestamp>,
    heard: Range<Timestamp>,
}

impl Transaction<'_> {
    /// Keeps a span in which the time was not certain. What is oldest makes room.
    pub fn put_clock_span(&self, span: &ClockSpan) -> Result<(), StoreError> {
        let known: Vec<(Timestamp, ClockSpan)> = CLOCK_SPANS.all_written(self.write())?;
        let too_many = (known.len() + 1).saturating_sub(SPANS_MAX);
        for (from, _) in known.iter().take(too_many) {
            CLOCK_SPANS.remove(self.write(), from)?;
        }
        CLOCK_SPANS.put(self.write(), &span.from, span);
        Ok(())
    }
}

impl Snapshot {
    /// Spans in which the time was not certain, oldest first; damaged rows are left out.
    pub fn clock_spans(&self) -> Result<Vec<ClockSpan>, StoreError> {
        let rows = all(&CLOCK_SPANS, self.view())?;
        rows.filter(|row| !matches!(row, Err(StoreError::Corrupt(_)))).map(|row| row.map(|(_, span)| span)).collect()
    }

    /// When the newest uplink was received.
    pub fn newest_uplink(&self) -> Result<Option<Timestamp>, StoreError> {
        let ever = Timestamp::from_ms(i64::MIN)..Timestamp::from_ms(i64::MAX);
        Ok(self.heard(ever)?.next_back().transpose()?.map(|(_, at)| at))
    }
}

impl Store {
    /// Does one step of the correction of a span, of at least one and about `rows_max` rows; says what is left. Nothing else may be
    /// written in between: what comes new is timed by the new clock, and lies beside what is moved.
    pub fn correct_clock(
        &self,
        calendar: &Calendar,
        span: &ClockSpan,
        rows_max: usize,
    ) -> Result<Option<CorrectionLeft>, StoreError> {
        let Some(ClockCorrection { by_ms, left: Some(left) }) = span.correction else { return Ok(None) };
        let tx = self.begin(calendar)?;
        let left = match left {
            CorrectionLeft::Uplinks(from) => tx.move_uplinks(span, by_ms, from, rows_max)?,
            CorrectionLeft::Observations(from) => tx.move_observations(span, by_ms, from, rows_max)?,
        };
        if left.is_none() {
            tx.move_downlinks(span, by_ms)?;
        }
        tx.put_clock_span(&ClockSpan { correction: Some(ClockCorrection { by_ms, left }), ..*span })?;
        tx.commit(if left.is_none() { Durability::Now } else { Durability::Soon })?;
        Ok(left)
    }
}

impl Transaction<'_> {
    fn move_uplinks(
        &self,
        span: &ClockSpan,
        by_ms: i64,
        left: Timestamp,
        rows_max: usize,
    ) -> Result<Option<CorrectionLeft>, StoreError> {
        let heard = heard_in(span);
        let (from, to) = if by_ms > 0 { (heard.start, left) } else { (left, heard.end) };
        let (from, to) = (UplinkKey::first_at(from), UplinkKey::first_at(to));
        let opened = self.write().open(&UPLINKS.raw)?;
        let rows = opened.range((Bound::Included(&from), Bound::Excluded(&to)))?;
        let mut moved = Vec::new();
        let mut last = None;
        for row in in_turn(rows, by_ms) {
            let (key, sealed) = row?;
            let key: UplinkKey = typed(&key);
            // What came in one moment is moved in one step, so a moment says how far it is.
            if moved.len() >= rows_max && last != Some(key.received_at) {
                break;
            }
            last = Some(key.received_at);
            moved.push((key, UPLINKS.unsealed(&crate::keys::Key::to_bytes(&key), &sealed).ok()));
        }
        let finished = moved.len() < rows_max;
        for (key, stored) in moved {
            // A damaged row stays where it is: the scrub tells of it.
            let Some(mut stored) = stored else { continue };
            UPLINKS.remove(self.write(), &key)?;
            shift(&mut stored, by_ms);
            self.put_uplink(&stored)?;
        }
        Ok(Some(match last.filter(|_| !finished) {
            Some(last) if by_ms > 0 => CorrectionLeft::Uplinks(last),
            Some(last) => CorrectionLeft::Uplinks(Timestamp::from_ms(last.as_ms().saturating_add(1))),
            None if by_ms > 0 => CorrectionLeft::Observations(next_hour(heard.end)),
            None => CorrectionLeft::Observations(hour(heard.start - HISTORY_MAX)),
        }))
    }

    fn move_observations(
        &self,
        span: &ClockSpan,
        by_ms: i64,
        left: Timestamp,
        rows_max: usize,
    ) -> Result<Option<CorrectionLeft>, StoreError> {
        let heard = heard_in(span);
        let (first, end) = (hour(heard.start - HISTORY_MAX), next_hour(heard.end));
        let buckets = if by_ms > 0 { first..left } else { left..end };
        let (rows, last) = self.next_hours(&Observed { buckets, heard }, by_ms, rows_max)?;
        let mut touched = BTreeMap::<DatastreamId, BTreeSet<Hour>>::new();
        for (key, seen) in rows {
            let (id, to) = (key.datastream, key.at.moved(by_ms));
            OBSERVATIONS.remove(self.write(), &key)?;
            touched.entry(id).or_default().insert(Hour::of(key.at));
            if to < self.observed_from()? {
                continue;
            }
            let seen = Seen { result_time: seen.result_time.moved(by_ms), result: seen.result };
            OBSERVATIONS.put(self.write(), &SeriesKey { datastream: id, at: to }, &seen);
            touched.entry(id).or_default().insert(Hour::of(to));
            let Ok(Some(latest)) = LATEST.get_written(self.write(), &id) else { continue };
            if latest.phenomenon_time == key.at {
                let Seen { result_time, result } = seen;
                LATEST.put(
                    self.write(),
                    &id,
                    &Observation { datastream: id, phenomenon_time: to, result_time, result },
                );
            }
        }
        touched.into_iter().try_for_each(|(id, hours)| self.remake(id, hours))?;
        Ok(last.map(CorrectionLeft::Observations))
    }

    /// Rows of whole hours, in their turn, until they are enough; and where the next hours begin, if there are any.
    fn next_hours(
        &self,
        observed: &Observed,
        by_ms: i64,
        rows_max: usize,
    ) -> Result<(Vec<SeenAt>, Option<Timestamp>), StoreError> {
        let [from, to] = [observed.buckets.start, observed.buckets.end].map(SeriesKey::first_of_bucket);
        let opened = self.write().open(&OBSERVATIONS.raw)?;
        let mut rows = Vec::new();
        let mut walked = None;
        for row in in_turn(opened.range((Bound::Included(&from), Bound::Excluded(&to)))?, by_ms) {
            let (bytes, sealed) = row?;
            let key: SeriesKey<Timestamp> = typed(&bytes);
            let this = hour(key.at);
            if rows.len() >= rows_max && walked.is_some_and(|walked| walked != this) {
                let next = if by_ms > 0 { next_hour(this) } else { this };
                return Ok((rows, Some(next)));
            }
            walked = Some(this);
            if let Ok(seen) = OBSERVATIONS.unsealed(&bytes, &sealed)
                && observed.heard.contains(&seen.result_time)
            {
                rows.push((key, seen));
            }
        }
        Ok((rows, None))
    }

    fn move_downlinks(&self, span: &ClockSpan, by_ms: i64) -> Result<(), StoreError> {
        let heard = heard_in(span);
        let moved = |at: Timestamp| if heard.contains(&at) { at.moved(by_ms) } else { at };
        let known: Vec<(_, DownlinkRecord)> = DOWNLINKS.all_written(self.write())?;
        for (key, record) in known {
            let (queued_at, changed_at) = (moved(record.queued_at), moved(record.changed_at));
            if (queued_at, changed_at) != (record.queued_at, record.changed_at) {
                DOWNLINKS.put(self.write(), &key, &DownlinkRecord { queued_at, changed_at, ..record });
            }
        }
        Ok(())
    }
}

/// Times by which what belongs to a span was heard.
fn heard_in(span: &ClockSpan) -> Range<Timestamp> {
    span.from..span.until.unwrap_or(span.from)
}

/// Newest first when times move forward: so nothing is put where something still lies.
fn in_turn(rows: Merged<'_>, by_ms: i64) -> Box<dyn Iterator<Item = <Merged<'_> as Iterator>::Item> + '_> {
    if by_ms > 0 { Box::new(rows.rev()) } else { Box::new(rows) }
}

fn shift(stored: &mut StoredUplink, by_ms: i64) {
    stored.uplink.received_at = stored.uplink.received_at.moved(by_ms);
    for reception in &mut stored.uplink.receptions {
        reception.received_at = reception.received_at.moved(by_ms);
    }
}

fn hour(at: Timestamp) -> Timestamp {
    Timestamp::from_number(at.number().div_euclid(Timestamp::PER_BUCKET).saturating_mul(Timestamp::PER_BUCKET))
}

fn next_hour(at: Timestamp) -> Timestamp {
    hour(at) + Duration::from_hours(1)
}
