//! Hours and days. An hour is what its observations come to, a day what its hours come to. They are kept as values come in, and
//! made anew where values were replaced or a row was damaged. An hour whose observations are past keeping stays as it is.

use crate::error::{Corrupt, StoreError};
use crate::keys::{Moment, SeriesKey};
use crate::stored::Seen;
use crate::table::Table;
use crate::tables::{DAYS, HOURS, LATEST, OBSERVATIONS};
use crate::transaction::Transaction;
use model::{DatastreamId, Day, Hour, Observation, Rollup, Timestamp};
use std::collections::BTreeSet;
use std::ops::Range;

impl Transaction<'_> {
    /// Forgets what a datastream said in a span, so that it can be observed anew: after a decoder was corrected. Hours and days
    /// follow at once. What is past keeping is not touched, and neither are its hours. Gives how many were forgotten.
    pub fn forget_observations(&self, id: DatastreamId, span: Range<Timestamp>) -> Result<u64, StoreError> {
        let span = span.start.max(self.observed_from()?)..span.end;
        let times = OBSERVATIONS.moments(self.write(), id, span.clone())?;
        for at in &times {
            OBSERVATIONS.remove(self.write(), &SeriesKey { datastream: id, at: *at })?;
        }
        self.remake(id, times.iter().map(|at| Hour::of(*at)).collect())?;
        match LATEST.get_written(self.write(), &id) {
            Ok(Some(latest)) if !span.contains(&latest.phenomenon_time) => {}
            Ok(None) => {}
            Err(error) if error.closes_file() => return Err(error),
            _ => self.remake_latest(id)?,
        }
        Ok(times.len() as u64)
    }

    /// Makes the hours that a span touches anew from observations, and their days from hours.
    pub fn rebuild_rollups(&self, id: DatastreamId, span: Range<Timestamp>) -> Result<(), StoreError> {
        let observed = OBSERVATIONS.moments(self.write(), id, span.clone())?.into_iter().map(Hour::of);
        let hours = Hour::of(span.start)..Hour(Hour::of(span.end).0.saturating_add(1));
        let rolled_up = HOURS.moments(self.write(), id, hours)?;
        self.remake(id, observed.chain(rolled_up).collect())
    }

    /// Makes the row of the newest observation anew.
    pub(crate) fn remake_latest(&self, id: DatastreamId) -> Result<(), StoreError> {
        let ever = Timestamp::from_ms(i64::MIN)..Timestamp::from_ms(i64::MAX);
        let rows = self.write().open(&OBSERVATIONS.raw)?;
        let newest = OBSERVATIONS.series(rows, id, ever)?.rev().find(|row| !matches!(row, Err(StoreError::Corrupt(_))));
        match newest.transpose()? {
            Some((phenomenon_time, Seen { result_time, result })) => {
                LATEST.put(self.write(), &id, &Observation { datastream: id, phenomenon_time, result_time, result });
                Ok(())
            }
            None => LATEST.remove(self.write(), &id).map(drop),
        }
    }

    /// Adds one number to its hour and its day.
    pub(crate) fn roll_up(&self, id: DatastreamId, at: Timestamp, number: f64) -> Result<(), StoreError> {
        let hour = Hour::of(at);
        match add(&HOURS, self, id, hour, at, number) {
            Err(StoreError::Corrupt(_)) => self.remake_hour(id, hour)?,
            added => added?,
        }
        let day = self.calendar().day(at);
        match add(&DAYS, self, id, day, at, number) {
            Err(StoreError::Corrupt(_)) => self.remake_day(id, day),
            added => added,
        }
    }

    /// Makes hours and their days anew.
    pub(crate) fn remake(&self, id: DatastreamId, hours: BTreeSet<Hour>) -> Result<(), StoreError> {
        let days: BTreeSet<Day> = hours.iter().map(|hour| self.calendar().day(hour.start())).collect();
        hours.into_iter().try_for_each(|hour| self.remake_hour(id, hour))?;
        days.into_iter().try_for_each(|day| self.remake_day(id, day))
    }

    pub(crate) fn remake_hour(&self, id: DatastreamId, hour: Hour) -> Result<(), StoreError> {
        if hour.start() < self.observed_from()? {
            return Ok(());
        }
        let rows = self.write().open(&OBSERVATIONS.raw)?;
        let values = OBSERVATIONS.series(rows, id, hour.start()..next(hour).start())?.filter_map(|row| match row {
            Ok((at, seen)) => seen.result.as_number().map(|number| Ok(Rollup::of(at, number))),
            Err(error) => Some(Err(error)),
        });
        let total = total(values)?;
        replace(&HOURS, self, id, hour, total)
    }

    pub(crate) fn remake_day(&self, id: DatastreamId, day: Day) -> Result<(), StoreError> {
        let start = self.calendar().day_start(day);
        if start < self.hours_from()? {
            return Ok(());
        }
        let end = self.calendar().day_start(Day(day.0.saturating_add(1)));
        let rows = self.write().open(&HOURS.raw)?;
        let hours = HOURS.series(rows, id, Hour::of(start)..Hour::of(end))?.map(|row| row.map(|(_, hour)| hour));
        let total = total(hours)?;
        replace(&DAYS, self, id, day, total)
    }
}

fn next(hour: Hour) -> Hour {
    Hour(hour.0.saturating_add(1))
}

fn add<M: Moment + 'static>(
    table: &'static Table<16, SeriesKey<M>, Rollup>,
    transaction: &Transaction<'_>,
    datastream: DatastreamId,
    moment: M,
    at: Timestamp,
    number: f64,
) -> Result<(), StoreError> {
    table.update(transaction.write(), &SeriesKey { datastream, at: moment }, |found: Result<_, Corrupt>| {
        Ok(found?.map_or(Rollup::of(at, number), |rollup: Rollup| rollup.with(at, number)))
    })
}

fn replace<M: Moment + 'static>(
    table: &'static Table<16, SeriesKey<M>, Rollup>,
    transaction: &Transaction<'_>,
    datastream: DatastreamId,
    at: M,
    rollup: Option<Rollup>,
) -> Result<(), StoreError> {
    let key = SeriesKey { datastream, at };
    match rollup {
        Some(rollup) => table.put(transaction.write(), &key, &rollup),
        None => drop(table.remove(transaction.write(), &key)?),
    }
    Ok(())
}

/// What rollups come to together. A damaged one does not count.
fn total(rollups: impl Iterator<Item = Result<Rollup, StoreError>>) -> Result<Option<Rollup>, StoreError> {
    let mut total: Option<Rollup> = None;
    for rollup in rollups {
        match rollup {
            Ok(rollup) => total = Some(total.map_or(rollup, |total| total.and(rollup))),
            Err(StoreError::Corrupt(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(total)
}
