//! What a person may do with their receipt: see what they said, and have it erased. To change an answer, open a page with
//! [`Pass::Holder`](super::Pass::Holder) and send its form.

use super::digest::letter_name;
use super::moderation::{decisions, visibility};
use super::outcomes::{outcomes_by_entry, outcomes_of};
use super::visitor::Visitor;
use super::{ActivityError, Pass, Warmth, lock};
use crate::portal::App;
use engagement::Visibility;
use model::activity::{ActivityId, Code, Entry, EntryId, Outcome};
use std::collections::BTreeMap;
use store::Durability;

/// What the box holds of somebody in an activity.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    /// What they said, in the order they said it.
    pub entries: Vec<Entry>,
    /// The address they left.
    pub contact: Option<String>,
    /// Who sees what they put forward, by entry.
    pub seen: BTreeMap<EntryId, Visibility>,
    /// What became of it, the newest first.
    pub outcomes: BTreeMap<EntryId, Vec<Outcome>>,
}

/// What was erased.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Erased {
    /// How many entries.
    pub entries: usize,
    /// Whether there was an address: how many.
    pub contacts: usize,
}

impl App {
    /// What somebody said in an activity and left there, by their receipt; nothing when there is none of that code, or it was erased.
    /// `visitor` brings the receipt as [`Pass::Holder`]; wrong codes from one place are counted, and too many are refused.
    pub fn by_receipt(&self, id: &ActivityId, visitor: &Visitor) -> Result<Option<Held>, ActivityError> {
        let running = self.running(id)?;
        if let Some(wait) = self.activities().limits.asks(visitor) {
            return Err(ActivityError::Refused(wait));
        }
        let Pass::Holder(code) = visitor.pass else { return Ok(None) };
        let snapshot = self.store().read()?;
        let entries = snapshot.entries_of(id, self.pseudonym(&running, "author", code.bytes()))?;
        let contact = snapshot.contact(id, &self.digest(&running, "contact", &code))?;
        if entries.is_empty() && contact.is_none() {
            self.activities().limits.note_wrong_code(visitor);
            return Ok(None);
        }
        let decisions = decisions(&running, &snapshot)?;
        let put_forward = entries.iter().filter(|entry| entry.said.contribution.is_some());
        let seen = put_forward.map(|entry| (entry.id, visibility(&decisions, &snapshot, id, entry))).collect();
        let told = outcomes_by_entry(&snapshot, id)?;
        let own = |id: EntryId| entries.iter().find(|entry| entry.id == id).cloned();
        let outcomes = entries.iter().map(|entry| (entry.id, outcomes_of(&told, entry, own))).collect();
        Ok(Some(Held { entries, contact, seen, outcomes }))
    }

    /// Erases all that somebody said in an activity, and the address they left: from the log, from every figure, and from every copy of
    /// the file, for the keys that could read it are destroyed. The code of an invitation erases the address that was left with it.
    pub fn erase_by_receipt(&self, id: &ActivityId, code: &Code) -> Result<Erased, ActivityError> {
        let running = self.running(id)?;
        let mut warmth = lock(&running.warmth);
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        let gone = transaction.erase_author(id, self.pseudonym(&running, "author", code.bytes()))?;
        let digest = self.digest(&running, "contact", code);
        let contact = transaction.erase_contact(id, &digest)?;
        // A letter that still waits has their address too.
        if let Some(made_at) = self.store().read()?.told_until(id)? {
            self.withdraw_delivery(&transaction, &letter_name(id, made_at, &digest), made_at)?;
        }
        transaction.commit(Durability::Now)?;
        // The past has changed: the next look builds it from the log as it now stands.
        *warmth = Warmth::default();
        drop(warmth);
        self.tell_activity(id);
        Ok(Erased { entries: gone.len(), contacts: usize::from(contact) })
    }

    /// Erases one entry, as a steward does with what must not stand; the rest of what its author said stays.
    pub fn erase_entry(&self, id: &ActivityId, entry: EntryId) -> Result<(), ActivityError> {
        let running = self.running(id)?;
        let mut warmth = lock(&running.warmth);
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        transaction.erase_entry(id, entry)?;
        transaction.commit(Durability::Now)?;
        *warmth = Warmth::default();
        drop(warmth);
        self.tell_activity(id);
        Ok(())
    }
}
