//! What became of an activity and of what was put forward in it: told by staff, seen by everybody, added to and never written over.

use super::moderation::{decisions, standing, visibility};
use super::{ActivityError, lock};
use crate::portal::App;
use engagement::Visibility;
use model::activity::{ActivityId, Entry, EntryId, Evidence, Outcome, OutcomeState, Subject};
use model::{AuditEntry, Timestamp, Words};
use std::collections::BTreeMap;
use store::{Durability, Snapshot, StoreError};

/// Entries that take each other's place in a row; more is no person's doing.
const CHAIN_MAX: usize = 100;

/// What became of an activity, as everybody may see it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcomes {
    /// Of the activity itself, the newest first.
    pub whole: Vec<Outcome>,
    /// Of what was put forward and everybody may see, the newest first.
    pub proposals: Vec<Proposal>,
}

/// Something that was put forward, and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// What was said.
    pub entry: Entry,
    /// What became of it, the newest first.
    pub outcomes: Vec<Outcome>,
    /// When it is to have an answer, at the latest.
    pub due: Option<Timestamp>,
}

/// What is to be told of one thing or of several at once.
#[derive(Clone, Debug)]
pub struct NewOutcome {
    /// Of what was put forward; none among it: of the activity itself.
    pub about: Vec<Option<EntryId>>,
    /// In a word.
    pub state: OutcomeState,
    /// `CommonMark`.
    pub text: Words,
    /// Which office says so.
    pub by: String,
    /// What it rests on.
    pub evidence: Vec<Evidence>,
}

/// What is new in an activity since a moment, for those who took part.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct News {
    /// What was told of the activity itself, the oldest first.
    pub whole: Vec<Outcome>,
    /// Of how many things that were put forward something was told.
    pub proposals: u32,
    /// When the report was published, if since then.
    pub report: Option<Timestamp>,
    /// When the first of it was told.
    pub begins: Timestamp,
}

impl Proposal {
    /// Whether it has an answer.
    pub fn is_answered(&self) -> bool {
        is_answered(&self.outcomes)
    }

    /// Whether it should have one by now.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        !self.is_answered() && self.due.is_some_and(|due| due <= now)
    }
}

impl Outcomes {
    /// How many of the proposals have an answer.
    pub fn answered(&self) -> usize {
        self.proposals.iter().filter(|proposal| proposal.is_answered()).count()
    }

    /// Whether the activity itself has one.
    pub fn is_answered(&self) -> bool {
        is_answered(&self.whole)
    }
}

fn is_answered(outcomes: &[Outcome]) -> bool {
    outcomes.first().is_some_and(|newest| newest.state.answers())
}

impl App {
    /// What became of an activity and of what was put forward in it, as everybody may see it. Asks no plugin.
    pub fn outcomes(&self, id: &ActivityId) -> Result<Outcomes, ActivityError> {
        let running = self.running(id)?;
        let snapshot = self.store().read()?;
        let mut told = outcomes_by_entry(&snapshot, id)?;
        let decisions = decisions(&running, &snapshot)?;
        let mut proposals = Vec::new();
        for (entry, before) in standing(&running, &snapshot)?.into_iter().rev() {
            if visibility(&decisions, &snapshot, id, &entry) != Visibility::Public {
                continue;
            }
            let own = std::iter::once(entry.id).chain(before);
            let mut outcomes: Vec<Outcome> = own.filter_map(|number| told.remove(&Some(number))).flatten().collect();
            outcomes.sort_by_key(|outcome| std::cmp::Reverse(outcome.at));
            let due = running.activity.answer_due(Some(entry.at.at));
            proposals.push(Proposal { entry, outcomes, due });
        }
        Ok(Outcomes { whole: told.remove(&None).unwrap_or_default(), proposals })
    }

    /// Tells what became of something, with a line for the log; says of how many things. What nobody put forward is passed over.
    pub fn tell_outcome(
        &self,
        id: &ActivityId,
        new: &NewOutcome,
        log: &AuditEntry,
        now: Timestamp,
    ) -> Result<usize, ActivityError> {
        let running = self.running(id)?;
        // Whoever erases what they put forward comes before or after, not in between.
        let _still = lock(&running.warmth);
        let snapshot = self.store().read()?;
        // What was gathered for a letter is told: this comes after it.
        let told = snapshot.told_until(id)?;
        let at = told.map_or(now, |until| now.max(until.moved(1)));
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        let mut count = 0;
        for about in &new.about {
            let entry = about.map(|entry| snapshot.entry(id, entry)).transpose()?;
            if entry.is_some_and(|entry| entry.is_none_or(|entry| entry.said.contribution.is_none())) {
                continue;
            }
            let NewOutcome { about: _, state, text, by, evidence } = new.clone();
            transaction.put_outcome(id, &Outcome { about: *about, state, text, by, evidence, at })?;
            count += 1;
        }
        if count > 0 {
            transaction.audit(log)?;
            transaction.commit(Durability::Now)?;
            self.tell_activity(id);
        }
        Ok(count)
    }

    /// How much should have an answer by now and has none: of what was put forward, and the activity itself once its day has come.
    pub fn overdue(&self, id: &ActivityId, now: Timestamp) -> Result<usize, ActivityError> {
        let activity = self.running(id)?.activity.clone();
        if activity.draft {
            return Ok(0);
        }
        let outcomes = self.outcomes(id)?;
        let whole = !outcomes.is_answered() && activity.answer_due(None).is_some_and(|due| due <= now);
        let proposals = outcomes.proposals.iter().filter(|proposal| proposal.is_overdue(now)).count();
        Ok(proposals + usize::from(whole))
    }

    /// What is new in an activity since a moment; none when nothing is.
    pub fn news_since(&self, id: &ActivityId, since: Timestamp) -> Result<Option<News>, ActivityError> {
        let report = self.report_published_at(id)?.filter(|at| *at > since);
        let anything = self.store().read()?.outcomes(id)?.iter().any(|outcome| outcome.at > since);
        if self.running(id)?.activity.draft || (!anything && report.is_none()) {
            return Ok(None);
        }
        let Outcomes { mut whole, proposals } = self.outcomes(id)?;
        whole.retain(|outcome| outcome.at > since);
        whole.reverse();
        let told = proposals.iter().filter_map(|proposal| {
            let new = proposal.outcomes.iter().filter(|outcome| outcome.at > since);
            new.map(|outcome| outcome.at).min()
        });
        let told: Vec<Timestamp> = told.collect();
        let times = whole.iter().map(|outcome| outcome.at).chain(told.iter().copied()).chain(report);
        let Some(begins) = times.min() else { return Ok(None) };
        let proposals = u32::try_from(told.len()).unwrap_or(u32::MAX);
        Ok(Some(News { whole, proposals, report, begins }))
    }
}

/// What was told, by what it is about, the newest first.
pub(super) type ByEntry = BTreeMap<Option<EntryId>, Vec<Outcome>>;

pub(super) fn outcomes_by_entry(snapshot: &Snapshot, id: &ActivityId) -> Result<ByEntry, StoreError> {
    let mut told = ByEntry::new();
    for outcome in snapshot.outcomes(id)?.into_iter().rev() {
        told.entry(outcome.about).or_default().push(outcome);
    }
    Ok(told)
}

/// What became of an entry and of what it took the place of, the newest first.
pub(super) fn outcomes_of(told: &ByEntry, entry: &Entry, entry_of: impl Fn(EntryId) -> Option<Entry>) -> Vec<Outcome> {
    let (mut all, mut number, mut subject) = (Vec::new(), entry.id, entry.said.subject.clone());
    for _ in 0..CHAIN_MAX {
        all.extend(told.get(&Some(number)).into_iter().flatten().cloned());
        let Subject::InsteadOf(replaced) = subject else { break };
        number = replaced;
        subject = entry_of(replaced).map(|entry| entry.said.subject).unwrap_or_default();
    }
    all.sort_by_key(|outcome| std::cmp::Reverse(outcome.at));
    all
}
