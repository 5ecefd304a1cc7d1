//! What people put forward, and who may see it. Staff decide; the box takes what is hidden out of the log that a method, a report and a table
//! see, and builds the method again without asking it.

use super::outcomes::{outcomes_by_entry, outcomes_of};
use super::recalled::entries_of_drafts;
use super::visitor::{Kept, Visitor};
use super::{ActivityError, Running, Warmth, lock};
use crate::portal::App;
use engagement::{Decisions, Personal, Visibility, personal_data};
use model::Timestamp;
use model::activity::{ActivityId, Entry, EntryId, Looked, Outcome, Role, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use store::{Durability, Snapshot, StoreError};

/// Something that was put forward, as somebody may see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// What was said.
    pub entry: Entry,
    /// By whom it is seen.
    pub visibility: Visibility,
    /// Whether whoever looks said it.
    pub own: bool,
    /// What became of it, the newest first.
    pub outcomes: Vec<Outcome>,
}

/// What somebody sees of the entries that a page names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeenEntries {
    /// Those they may see.
    pub entries: BTreeMap<EntryId, Seen>,
    /// Those that wait for staff: they are there, and it is said how many.
    pub waiting: BTreeSet<EntryId>,
}

/// Something that was put forward, for the steward who decides whether others see it.
#[derive(Clone, Debug, PartialEq)]
pub struct PutForward {
    /// What was said.
    pub entry: Entry,
    /// Who sees it now.
    pub visibility: Visibility,
    /// What in it may tell who somebody is.
    pub warnings: Vec<Personal>,
}

impl App {
    /// What somebody may see of entries, by their numbers.
    pub fn seen(&self, id: &ActivityId, visitor: &Visitor, named: &[EntryId]) -> Result<SeenEntries, ActivityError> {
        let running = self.running(id)?;
        let snapshot = self.store().read()?;
        let seat = self.seat(&running, &snapshot, visitor, None)?.map_err(ActivityError::Refused)?;
        let mut seen = SeenEntries::default();
        if let Kept::Drafts(_, drafts) | Kept::Preview(drafts) = &seat.kept
            && !drafts.is_empty()
        {
            // Their page was made of their own words alone.
            let own = entries_of_drafts(drafts, &seat.viewer).into_iter().filter(|entry| named.contains(&entry.id));
            let own = own.map(|entry| {
                (entry.id, Seen { entry, visibility: Visibility::Public, own: true, outcomes: Vec::new() })
            });
            seen.entries.extend(own);
            return Ok(seen);
        }
        let decisions = decisions(&running, &snapshot)?;
        let told = outcomes_by_entry(&snapshot, id)?;
        let leads = seat.viewer.who.role >= Role::Facilitator;
        for number in named {
            let Some(entry) = snapshot.entry(id, *number)? else { continue };
            let own = entry.by.pseudonym.is_some() && entry.by.pseudonym == seat.viewer.who.pseudonym;
            let visibility = visibility(&decisions, &snapshot, id, &entry);
            let shows = match visibility {
                Visibility::Public => true,
                Visibility::Waiting => own || leads,
                Visibility::Hidden(_) => own,
            };
            if shows {
                let outcomes = outcomes_of(&told, &entry, |id_of| snapshot.entry(id, id_of).ok()?);
                seen.entries.insert(*number, Seen { entry, visibility, own, outcomes });
            } else if visibility == Visibility::Waiting {
                seen.waiting.insert(*number);
            }
        }
        Ok(seen)
    }

    /// All that people put forward and that still stands: what waits first, then the newest.
    pub fn put_forward(&self, id: &ActivityId) -> Result<Vec<PutForward>, ActivityError> {
        let running = self.running(id)?;
        let snapshot = self.store().read()?;
        let decisions = decisions(&running, &snapshot)?;
        let standing = standing(&running, &snapshot)?.into_iter().map(|(entry, _)| entry);
        let put_forward = |entry: Entry| {
            let visibility = visibility(&decisions, &snapshot, id, &entry);
            let warnings = entry.said.contribution.as_ref().map(|c| personal_data(&c.text)).unwrap_or_default();
            PutForward { entry, visibility, warnings }
        };
        let mut all: Vec<PutForward> = standing.rev().map(put_forward).collect();
        all.sort_by_key(|one| one.visibility != Visibility::Waiting);
        Ok(all)
    }

    /// How many wait to be looked at.
    pub fn waiting(&self, id: &ActivityId) -> Result<usize, ActivityError> {
        let all = self.put_forward(id)?;
        Ok(all.iter().take_while(|one| one.visibility == Visibility::Waiting).count())
    }

    /// Lets something through or hides it. Hidden words leave every page, finding and table at once. Says whether there is such a thing.
    pub fn moderate(
        &self,
        id: &ActivityId,
        entry: EntryId,
        verdict: Verdict,
        now: Timestamp,
    ) -> Result<bool, ActivityError> {
        let running = self.running(id)?;
        let mut warmth = lock(&running.warmth);
        let known = self.store().read()?.entry(id, entry)?;
        if known.is_none_or(|known| known.said.contribution.is_none()) {
            return Ok(false);
        }
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        transaction.moderate(id, entry, &Looked { at: now, verdict })?;
        transaction.commit(Durability::Now)?;
        // The past has changed: the next look builds it from the log as it now stands.
        *warmth = Warmth::default();
        drop(warmth);
        self.tell_activity(id);
        Ok(true)
    }
}

/// What people put forward and still stands, in the order of the numbers, each with the numbers of what it took the place of.
pub(super) fn standing(running: &Running, snapshot: &Snapshot) -> Result<Vec<(Entry, Vec<EntryId>)>, StoreError> {
    let mut warmth = lock(&running.warmth);
    warmth.forward.look(running, snapshot)?;
    let standing = warmth.forward.standing().clone();
    drop(warmth);
    let id = &running.activity.id;
    let entry = |(number, before)| Ok(snapshot.entry(id, number)?.map(|entry| (entry, before)));
    standing.into_iter().filter_map(|one| entry(one).transpose()).collect()
}

/// The log of an activity without what staff have hidden: what methods, reports and tables see.
pub(super) fn log_of(running: &Running, snapshot: &Snapshot) -> Result<Vec<Entry>, StoreError> {
    let mut log: Vec<Entry> = snapshot.entries(&running.activity.id, EntryId(0))?.collect::<Result<_, _>>()?;
    decisions(running, snapshot)?.strip(&mut log);
    Ok(log)
}

pub(super) fn decisions(running: &Running, snapshot: &Snapshot) -> Result<Decisions, StoreError> {
    Ok(Decisions { setting: running.activity.moderation, looked: snapshot.moderated(&running.activity.id)? })
}

pub(super) fn visibility(decisions: &Decisions, snapshot: &Snapshot, id: &ActivityId, entry: &Entry) -> Visibility {
    decisions.visibility(entry, |id_of| Some(snapshot.entry(id, id_of).ok()??.said.subject))
}
