//! What rules know from one look to the next.

use crate::error::StoreError;
use crate::snapshot::Snapshot;
use crate::tables::RULE_STATES;
use crate::transaction::Transaction;
use model::{RuleId, RuleState};

impl Transaction<'_> {
    /// Keeps what a rule knows.
    pub fn put_rule_state(&self, rule: &RuleId, state: &RuleState) {
        RULE_STATES.put(self.write(), rule.as_str().as_bytes(), state);
    }
}

impl Snapshot {
    /// What a rule knows; nothing before its first look. What is damaged is nothing known either: the rule begins anew, and its posts have
    /// names that are taken.
    pub fn rule_state(&self, rule: &RuleId) -> Result<RuleState, StoreError> {
        match RULE_STATES.get(self.view(), rule.as_str().as_bytes()) {
            Ok(state) => Ok(state.unwrap_or_default()),
            Err(StoreError::Corrupt(_)) => Ok(RuleState::default()),
            Err(error) => Err(error),
        }
    }
}
