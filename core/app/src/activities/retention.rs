//! What the box does with answers at night: begun and never finished ones are swept, past keeping they are erased, and what could say which
//! link gave which answer is wiped.

use super::{Warmth, lock};
use crate::portal::App;
use model::Timestamp;
use model::activity::{ActivityId, EntryId, Pseudonym};
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;
use store::{Durability, StoreError};

/// Who began and did not come to the end is forgotten after so long.
const BEGUN_KEPT: Duration = Duration::from_hours(30 * 24);

/// As many answers at least are taken over together.
const UNLINKED_TOGETHER: u32 = 5;

const DAY: Duration = Duration::from_hours(24);

impl App {
    /// Looks after the answers of all activities once; says how many rows went. Each activity is a step of its own.
    pub(crate) fn look_after_answers(&self, now: Timestamp) -> Result<usize, StoreError> {
        let mut gone = 0;
        for activity in self.activity_list() {
            let keeps = DAY * activity.retention_days;
            gone += if activity.closes.is_some_and(|closes| now >= closes + keeps) {
                self.erase_all(&activity.id, now)?
            } else {
                self.sweep_begun(&activity.id, now)?
            };
            gone += self.sweep_photos(&activity.id, now)?;
        }
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        for activity in self.activity_list() {
            transaction.spend_used(&activity.id)?;
        }
        gone += transaction.sweep_drafts()?;
        transaction.commit(Durability::Now)?;
        Ok(gone)
    }

    /// Once enough answers by invitation or with an address have come, has the data file take them over together and the journal wiped: until then it holds
    /// which link or address goes with which. What is fewer waits for the night.
    pub(crate) fn unlink_answers(&self) {
        if self.activities().linked.load(Ordering::Relaxed) < UNLINKED_TOGETHER {
            return;
        }
        self.activities().linked.store(0, Ordering::Relaxed);
        if let Err(error) = self.store().settle() {
            tracing::error!(%error, "the journal could not be wiped; it is tried again at night");
        }
    }

    /// Past keeping: all that people gave is erased. The figures stay as the published report has them; one that was never published is
    /// frozen now, for staff.
    fn erase_all(&self, id: &ActivityId, now: Timestamp) -> Result<usize, StoreError> {
        let snapshot = self.store().read()?;
        let has_answers = snapshot.entries(id, EntryId(0))?.next().is_some();
        if has_answers && snapshot.report(id)?.is_none() {
            // Without its plugin there are no figures to keep; that is no reason to keep what must go.
            if let Err(error) = self.freeze_report(id, now) {
                tracing::warn!("the report on {id} could not be made before its answers were erased: {error}");
            }
        }
        self.change_past(id, |transaction| transaction.erase_activity(id))
    }

    fn sweep_begun(&self, id: &ActivityId, now: Timestamp) -> Result<usize, StoreError> {
        let mut begun: BTreeMap<Pseudonym, (Timestamp, bool)> = BTreeMap::new();
        for entry in self.store().read()?.entries(id, EntryId(0))? {
            let entry = entry?;
            let Some(author) = entry.by.pseudonym else { continue };
            let known = begun.entry(author).or_insert((entry.at.at, false));
            known.0 = known.0.max(entry.at.at);
            // What was put forward or is for all stays, finished or not.
            let is_lasting = entry.said.contribution.is_some() || entry.said.whose == model::activity::Whose::Shared;
            known.1 |= entry.said.finished || is_lasting;
        }
        let is_old = |(at, stays): &(Timestamp, bool)| !stays && now.since(*at) > BEGUN_KEPT;
        let old: Vec<Pseudonym> = begun.iter().filter(|(_, person)| is_old(person)).map(|(who, _)| *who).collect();
        if old.is_empty() {
            return Ok(0);
        }
        self.change_past(id, |transaction| old.iter().map(|who| Ok(transaction.erase_author(id, *who)?.len())).sum())
    }

    fn change_past(
        &self,
        id: &ActivityId,
        change: impl FnOnce(&store::Transaction<'_>) -> Result<usize, StoreError>,
    ) -> Result<usize, StoreError> {
        let Ok(running) = self.running(id) else { return Ok(0) };
        let mut warmth = lock(&running.warmth);
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        let gone = change(&transaction)?;
        if gone > 0 {
            transaction.commit(Durability::Now)?;
            *warmth = Warmth::default();
        }
        Ok(gone)
    }
}
