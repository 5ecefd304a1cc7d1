//! Asks the peer of a channel how long it takes the channel's token: collects from nothing, and hears what is said beside.

use super::performing::{Performed, Performer};
use crate::channels::ReadyChannel;
use model::Timestamp;
use model::channel::{Job, Power, Step};
use std::time::Duration;

/// How often a peer is asked.
pub(super) const ASKED_EVERY: Duration = Duration::from_hours(24);
/// So long after a peer did not answer it is asked again.
const ASKED_AGAIN: Duration = Duration::from_hours(1);
/// Steps that it may take: there is nothing to collect.
const STEPS_MAX: u32 = 4;

/// What a peer says of a token.
#[derive(Debug)]
pub(super) enum Token {
    /// It is taken, until then where that is said.
    Good(Option<Timestamp>),
    /// It is taken no more, and why.
    Over(String),
    /// Nothing was learned.
    Unsaid,
}

impl Token {
    pub(super) const fn asked_again_after(&self) -> Duration {
        match self {
            Self::Unsaid => ASKED_AGAIN,
            Self::Good(_) | Self::Over(_) => ASKED_EVERY,
        }
    }
}

/// Nothing is written down: to ask changes nothing, so after a power cut it is asked anew.
pub(super) async fn ask(channel: &ReadyChannel, performer: &Performer, now: Timestamp) -> Token {
    if !channel.plugin.description().powers.contains(&Power::Collect) {
        return Token::Unsaid;
    }
    let job = Job { settings: channel.plan.settings.clone(), idempotency_key: "0".repeat(32), now };
    let mut turned = channel.plugin.collect(&[], &[], &job);
    for asked in 0..STEPS_MAX {
        let turn = match turned {
            Ok(turn) => turn,
            Err(fault) => {
                tracing::warn!("{}: {fault}", channel.plan.id);
                return Token::Unsaid;
            }
        };
        match &turn.step {
            Step::Http(_) => {}
            // Who gathers nothing without asking anybody has learned nothing.
            Step::Gathered(_) if asked == 0 => return Token::Unsaid,
            Step::Gathered(harvest) => return Token::Good(harvest.token_ends),
            Step::Fail(failure) if failure.needs_steward => return Token::Over(failure.text.clone()),
            _ => return Token::Unsaid,
        }
        let Performed::Replied(reply, _) = performer.perform(&turn.step, None, performer.secrets()).await else {
            return Token::Unsaid;
        };
        turned = channel.plugin.resume(&turn.state, &reply, &job);
    }
    Token::Unsaid
}
