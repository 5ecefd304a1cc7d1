//! Rules as staff see them: how each stands, what a change would have made it say, and what waits for a second pair of eyes.

use super::{ChangeError, Colleague, Staff, line};
use crate::publications::{LookError, Waiting};
use crate::rules::{RuleReport, WouldPost};
use config::{Diagnostic, Edit, RuleEntry, Severity};
use model::{PublicationId, PublicationRecord, PublicationState, Rule, RuleId, Timestamp};
use store::StoreError;

/// What a change would make of a rule.
#[derive(Clone, Debug, Default)]
pub struct TriedRule {
    /// What is wrong with its file; with any of it, it would say nothing.
    pub faults: Vec<Diagnostic>,
    /// What is odd about it.
    pub warnings: Vec<Diagnostic>,
    /// As it would be; none when the file is wrong.
    pub rule: Option<Rule>,
    /// What it would have said.
    pub posts: Vec<WouldPost>,
}

/// How far back a form looks.
pub const TRIED_DAYS: u32 = 30;

impl Staff {
    /// The rules, and how each stands.
    pub fn rules(&self) -> Result<Vec<RuleReport>, StoreError> {
        self.app.rule_reports()
    }

    /// What stands in the file of a rule; none when there is none, or it cannot be read.
    pub fn rule_entry(&self, id: &RuleId) -> Option<RuleEntry> {
        config::rule_entry(&self.filing.read().ok()?, id)
    }

    /// Makes these edits on paper, and lives through the last days with the rule as it would be, switched on.
    pub fn try_rule(&self, id: &RuleId, edits: &[Edit], now: Timestamp) -> Result<TriedRule, ChangeError> {
        let folder = self.filing.read()?;
        let after = folder.with(&config::edit(&folder, edits)?);
        let (activities, _) = config::activities(&after, &self.app.municipality());
        let (rules, faults) = config::rules(&after, &self.app.municipality(), &activities);
        let file = format!("rules/{id}.toml");
        let own = faults.into_iter().filter(|fault| fault.file == file);
        let (faults, warnings) = own.partition(|fault| fault.severity == Severity::Error);
        let rule = rules.into_iter().find(|rule| rule.id == *id);
        let posts = match &rule {
            Some(rule) => self.app.replay_rules(&[Rule { off: false, ..rule.clone() }], TRIED_DAYS, now)?,
            None => Vec::new(),
        };
        Ok(TriedRule { faults, warnings, rule, posts })
    }

    /// What waits for a second pair of eyes.
    pub fn publications_waiting(&self, now: Timestamp) -> Result<Vec<Waiting>, StoreError> {
        self.app.publications_waiting(now)
    }

    /// What was said or is to be said, newest first.
    pub fn publications(&self, at_most: usize) -> Result<Vec<PublicationRecord>, StoreError> {
        self.app.newest_publications(at_most)
    }

    /// One of them.
    pub fn publication(&self, id: PublicationId) -> Result<Option<PublicationRecord>, StoreError> {
        self.app.store().read()?.publication(id)
    }

    /// Somebody looked at what waits, and says what becomes of it.
    pub fn decide_publication(
        &self,
        by: &Colleague,
        id: PublicationId,
        decision: PublicationState,
        now: Timestamp,
    ) -> Result<(), LookError> {
        self.app.decide_publication(id, &by.login, decision, now)?;
        let what = if decision == PublicationState::Queued { "post-approved" } else { "post-refused" };
        Ok(self.write(|tx| tx.audit(&line(now, Some(&by.login), what, &id.0.to_string())))?)
    }
}
