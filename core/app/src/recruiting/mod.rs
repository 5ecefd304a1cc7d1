//! Recruiting a small group from those who are willing: the list, the draw that anyone can check, letters with a seat or a polite no, and who
//! moves up when somebody cannot come.
//!
//! Everybody lies in a row of their own, sealed with a key of their own. What is published knows people by codes alone.

mod drawing;
mod letters;
mod people;
mod sheets;
mod willing;

pub use drawing::{DrawError, Terms};
pub use people::{Recruit, Seat};
pub use sheets::{Spread, TableFault, candidates_of, strata_of};
pub use willing::Willing;

use crate::activities::ActivityError;
use crate::portal::App;
use engagement::draw::{Kept, Pool, Proof};
use model::activity::ActivityId;
use model::{AuditEntry, Timestamp};
use people::{read_person, written_person};
use serde_json::{Value, json};
use store::{Durability, Snapshot, StoreError};

/// People on a list at most.
pub const WILLING_MAX: usize = 2_000;

/// How far the recruiting of an activity is.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recruiting {
    /// Who is willing.
    pub people: Vec<Recruit>,
    /// Makes the digest of the pool something nobody can try out; empty before the draw is announced.
    salt: String,
    /// What is published, once the draw is announced.
    pub proof: Option<Proof>,
    /// When that was last changed.
    pub changed_at: Option<Timestamp>,
}

impl Recruiting {
    /// Whether people may still be put on the list.
    pub const fn is_open(&self) -> bool {
        self.proof.is_none()
    }

    /// Those who are on the list for good: whoever has not confirmed is not.
    pub fn confirmed(&self) -> impl Iterator<Item = &Recruit> {
        self.people.iter().filter(|person| person.seat != Seat::Unconfirmed)
    }

    /// How many stand so.
    pub fn count(&self, seat: Seat) -> usize {
        self.people.iter().filter(|person| person.seat == seat).count()
    }

    /// The pool of those who are still on the list, by the rules that were announced.
    fn pool(&self) -> Option<Pool> {
        let rules = self.proof.as_ref()?.announced.rules.clone();
        let candidates = self.people.iter().filter(|own| own.drawn_from).map(|own| own.candidate(&rules.strata));
        Pool::new(candidates.collect(), rules).ok()
    }
}

impl App {
    /// How far the recruiting of an activity is.
    pub fn recruiting(&self, id: &ActivityId) -> Result<Recruiting, ActivityError> {
        let snapshot = self.store().read()?;
        let mut people: Vec<Recruit> =
            snapshot.recruits(id)?.iter().filter_map(|(_, bytes)| read_person(bytes)).collect();
        people.sort_by(|one, other| (&one.name, &one.code).cmp(&(&other.name, &other.code)));
        Ok(match read_draw(id, &snapshot)? {
            Some((at, salt, proof)) => Recruiting { people, salt, proof, changed_at: Some(at) },
            None => Recruiting { people, ..Recruiting::default() },
        })
    }

    /// What is published of a draw, and when it was last changed.
    pub fn published_draw(&self, id: &ActivityId) -> Result<Option<(Timestamp, Proof)>, ActivityError> {
        let draw = read_draw(id, &self.store().read()?)?;
        Ok(draw.and_then(|(at, _, proof)| Some((at, proof?))))
    }

    /// The pool that was announced, for whoever is let look: with it also quotas and fairness can be checked. Without those who had themselves
    /// erased since; then its digest is another.
    pub fn draw_pool(&self, id: &ActivityId) -> Result<Option<Kept>, ActivityError> {
        let list = self.recruiting(id)?;
        let candidates = list.pool().map(|pool| pool.candidates().to_vec());
        Ok(candidates.map(|candidates| Kept { candidates, salt: list.salt }))
    }

    /// By which somebody is found: a keyed hash of their code.
    pub(crate) fn recruit_digest(&self, id: &ActivityId, code: &str) -> [u8; 16] {
        let hash = self.store().derived("recruit", &[id.as_str().as_bytes(), code.as_bytes()]);
        hash.first_chunk().copied().unwrap_or_default()
    }

    /// Makes one change of the list, with its line in the log, on disk before it returns.
    pub(crate) fn change_list<T>(
        &self,
        id: &ActivityId,
        log: Option<&AuditEntry>,
        now: Timestamp,
        change: impl FnOnce(&mut Recruiting, &store::Transaction<'_>) -> Result<T, DrawError>,
    ) -> Result<T, DrawError> {
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        // Read within the turn of the writer: nobody else changes it meanwhile.
        let before = self.recruiting(id)?;
        let mut list = before.clone();
        let done = change(&mut list, &transaction)?;
        for person in list.people.iter().filter(|person| !before.people.contains(person)) {
            transaction.put_recruit(id, &self.recruit_digest(id, &person.code), &written_person(person))?;
        }
        let stays = |code: &str| list.people.iter().any(|person| person.code == code);
        for gone in before.people.iter().filter(|person| !stays(&person.code)) {
            self.withdraw_letters_to(id, gone, &transaction, now)?;
            transaction.erase_recruit(id, &self.recruit_digest(id, &gone.code))?;
        }
        if list.proof != before.proof {
            if let Some(proof) = &list.proof {
                transaction.put_draw(id, now, json!({ "salt": list.salt, "proof": proof }).to_string())?;
            } else {
                transaction.remove_draw(id)?;
            }
        }
        if let Some(log) = log {
            transaction.audit(log)?;
        }
        transaction.commit(Durability::Now)?;
        self.outbox_changed();
        Ok(done)
    }
}

/// When a draw was last changed, the salt of its pool, and what is published of it.
fn read_draw(id: &ActivityId, snapshot: &Snapshot) -> Result<Option<(Timestamp, String, Option<Proof>)>, StoreError> {
    let Some((at, text)) = snapshot.draw(id)? else { return Ok(None) };
    let Ok(draw) = serde_json::from_str::<Value>(&text) else { return Ok(None) };
    let salt = draw.get("salt").and_then(Value::as_str).unwrap_or_default().to_owned();
    let proof = draw.get("proof").and_then(|proof| serde_json::from_value(proof.clone()).ok());
    Ok(Some((at, salt, proof)))
}
