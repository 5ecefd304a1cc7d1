//! Rules: the box says something by itself, when what a clerk wrote comes true.
//!
//! A round looks at what the pages of the places say ([`engagement::rules::step`] decides), and puts what is to be said into the outbox
//! and what the rule knows into the data file, both in one transaction. So a power cut at any moment loses nothing and doubles nothing: a
//! post has a name made of its rule and of when that came true. No uplink waits for a round.

mod free;
mod looking;
mod past;
mod posts;
mod round;

#[cfg(test)]
mod tests;

pub(crate) use free::IntoState;
pub use past::WouldPost;
pub use round::run_rules;

use crate::portal::{App, ReadError};
use engagement::rules::Stand;
use model::{Language, PlaceId, Rule, RuleId, Slot, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use tokio::sync::Notify;

/// Draws pictures of places. Only the portal can.
pub trait Painter: Send + Sync {
    /// The picture of a place as it is now, in a language; none when it cannot be drawn.
    fn place(&self, place: &PlaceId, language: Language) -> Option<Drawing>;
}

/// A picture, drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// PNG.
    pub png: Vec<u8>,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
}

/// A rule, and how it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct RuleReport {
    /// The rule as it is in the folder.
    pub rule: Rule,
    /// How it stood at its newest look; none before the first.
    pub stand: Option<Stand>,
    /// It would have spoken, but this gap in its text could not be filled.
    pub unfilled: Option<Slot>,
    /// When it last spoke.
    pub last_post: Option<Timestamp>,
}

/// All rules of a box, and how they stood when they last looked.
#[derive(Debug, Default)]
pub(crate) struct Rules {
    list: RwLock<Arc<Vec<Rule>>>,
    stands: Mutex<BTreeMap<RuleId, Stood>>,
    changed: Notify,
}

#[derive(Clone, Copy, Debug)]
struct Stood {
    stand: Stand,
    unfilled: Option<Slot>,
}

impl App {
    /// Puts the rules of the folder in the place of those before.
    pub fn put_rules(&self, rules: Vec<Rule>) {
        let mut stands = self.rules.stands.lock().unwrap_or_else(PoisonError::into_inner);
        stands.retain(|id, _| rules.iter().any(|rule| rule.id == *id));
        drop(stands);
        *self.rules.list.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
        self.rules.changed.notify_one();
    }

    /// The rules of the folder.
    pub fn rule_list(&self) -> Arc<Vec<Rule>> {
        Arc::clone(&self.rules.list.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The rules, and how each stands.
    pub fn rule_reports(&self) -> Result<Vec<RuleReport>, ReadError> {
        let snapshot = self.store().read()?;
        let stands = self.rules.stands.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let report = |rule: &Rule| {
            let stood = stands.get(&rule.id);
            Ok(RuleReport {
                stand: stood.map(|stood| stood.stand),
                unfilled: stood.and_then(|stood| stood.unfilled),
                last_post: snapshot.rule_state(&rule.id)?.posts.last().copied(),
                rule: rule.clone(),
            })
        };
        self.rule_list().iter().map(report).collect()
    }
}
