//! What staff may know of the outbox.

use super::content::Content;
use crate::portal::App;
use model::{ChannelId, DeliveryId, DeliveryState, PublicationText, Timestamp};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use store::StoreError;

/// How the outbox stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OutboxReport {
    /// How many wait.
    pub waiting: usize,
    /// The oldest of them is so old.
    pub oldest: Option<Timestamp>,
    /// How many left in the last 30 days.
    pub sent: usize,
    /// How many were given up and wait for staff to look at them.
    pub dead: usize,
    /// Why a channel stands still, and since when.
    pub stuck: Vec<(ChannelId, String, Timestamp)>,
    /// Those that staff look at: given up first, then the newest.
    pub lines: Vec<OutboxLine>,
}

/// One delivery, for staff: whom it is for is not told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutboxLine {
    /// Which one.
    pub id: DeliveryId,
    /// By what it leaves.
    pub channel: ChannelId,
    /// What caused it.
    pub cause: String,
    /// How far it has come.
    pub state: DeliveryState,
    /// Since when it is so.
    pub changed_at: Timestamp,
    /// When it is tried next, while it waits.
    pub due_at: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// What was last said about it.
    pub said: String,
    /// Where it can be seen, once it is out.
    pub link: Option<String>,
}

/// Why channels stand still.
#[derive(Debug, Default)]
pub(crate) struct Told(Mutex<BTreeMap<ChannelId, (String, Timestamp)>>);

impl Told {
    /// Notes that a channel stands still; says whether that is news.
    pub(crate) fn stuck(&self, channel: &ChannelId, why: &str, now: Timestamp) -> bool {
        let mut stuck = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let since = stuck.get(channel).map_or(now, |(_, since)| *since);
        stuck.insert(channel.clone(), (why.to_owned(), since)).is_none_or(|(before, _)| before != why)
    }

    pub(crate) fn moves(&self, channel: &ChannelId) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(channel);
    }

    /// Which stand still, why, and since when.
    pub(crate) fn all(&self) -> Vec<(ChannelId, String, Timestamp)> {
        let stuck = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        stuck.iter().map(|(channel, (why, since))| (channel.clone(), why.clone(), *since)).collect()
    }
}

/// Days over which what left is counted.
const COUNTED: std::time::Duration = std::time::Duration::from_hours(30 * 24);

impl App {
    /// Why a channel stands still, and since when.
    pub(crate) fn stands_still(&self, channel: &ChannelId) -> Option<(String, Timestamp)> {
        self.tray.told.0.lock().unwrap_or_else(PoisonError::into_inner).get(channel).cloned()
    }

    /// What a post in the outbox says, while it is kept; none of a letter, for it may name a person.
    pub fn delivery_texts(&self, id: DeliveryId) -> Result<Option<Vec<PublicationText>>, StoreError> {
        let content = self.store().read()?.delivery_content(id)?;
        Ok(match content.and_then(|bytes| Content::from_bytes(&bytes)) {
            Some(Content::Publication(publication, _) | Content::Correction(_, publication, _)) => {
                Some(publication.texts)
            }
            _ => None,
        })
    }

    /// How the outbox stands, with at most so many lines. Reads every row: some thousands.
    pub fn outbox_report(&self, lines_max: usize, now: Timestamp) -> Result<OutboxReport, StoreError> {
        let mut report = OutboxReport { stuck: self.tray.told.all(), ..OutboxReport::default() };
        let (mut dead, mut others) = (Vec::new(), Vec::new());
        for row in self.store().read()?.deliveries()?.rev() {
            let Ok((id, delivery)) = row else { continue };
            match delivery.state {
                DeliveryState::Waiting => {
                    report.waiting += 1;
                    report.oldest = Some(delivery.queued_at);
                }
                DeliveryState::Sent if delivery.changed_at > now - COUNTED => report.sent += 1,
                DeliveryState::Dead => report.dead += 1,
                _ => {}
            }
            let of_state = if delivery.state == DeliveryState::Dead { &mut dead } else { &mut others };
            if of_state.len() < lines_max {
                of_state.push(OutboxLine {
                    id,
                    channel: delivery.channel,
                    cause: delivery.cause,
                    state: delivery.state,
                    changed_at: delivery.changed_at,
                    due_at: delivery.due_at,
                    tries: delivery.tries,
                    said: delivery.said,
                    link: delivery.link,
                });
            }
        }
        dead.extend(others);
        dead.truncate(lines_max);
        report.lines = dead;
        Ok(report)
    }
}
