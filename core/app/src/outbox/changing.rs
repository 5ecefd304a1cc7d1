//! What is on its way, or out, is put right or taken back: durably, as a delivery of its own behind the first one.

use super::content::Content;
use super::progress::Progress;
use super::{NewPublication, QueueError, publication_name};
use crate::portal::App;
use model::channel::{Power, Receipt};
use model::{ChannelId, Delivery, DeliveryState, Timestamp};
use store::{NewDelivery, Queued, StoreError, Transaction};

/// What is done to something that is out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Errand {
    /// It is sent.
    Send,
    /// Another text takes its place.
    Correct(u32),
    /// It is taken back.
    Withdraw,
}

impl Errand {
    /// Under which name it lies in the outbox.
    pub(crate) fn name(self, publication: &str, channel: &ChannelId) -> String {
        let sent = publication_name(publication, channel);
        match self {
            Self::Send => sent,
            Self::Correct(revision) => format!("{sent} corrected {revision}"),
            Self::Withdraw => format!("{sent} withdrawn"),
        }
    }
}

/// What a peer calls the posts of a delivery that is out.
pub(super) fn receipts(sent: &Delivery) -> Vec<Receipt> {
    let handles = sent.handle.as_deref().unwrap_or_default().lines();
    let receipt = |handle: &str| Receipt { handle: handle.to_owned(), link: sent.link.clone(), people: None };
    handles.map(receipt).collect()
}

impl App {
    /// Takes back what was put for a publication, in the transaction of its cause: what nobody outside knows of simply stays here, and what
    /// is out or under way is taken back where its channel can.
    pub(crate) fn take_back_publication(
        &self,
        tx: &Transaction<'_>,
        (publication, corrected): (&str, u32),
        cause: &str,
        now: Timestamp,
    ) -> Result<(), QueueError> {
        for channel in self.channel_ids() {
            for revision in 1..=corrected {
                self.withdraw_delivery(tx, &Errand::Correct(revision).name(publication, &channel), now)?;
            }
            let of = publication_name(publication, &channel);
            let Some(delivery) = tx.delivery_named(&of)? else { continue };
            match delivery.state {
                DeliveryState::Waiting | DeliveryState::Dead if !self.may_be_out(tx, &delivery)? => {
                    tx.note_delivery(&Delivery { state: DeliveryState::Withdrawn, changed_at: now, ..delivery }, None)?;
                }
                DeliveryState::Withdrawn | DeliveryState::Expired => {}
                _ if self.can(&channel, Power::Withdraw) => {
                    let name = Errand::Withdraw.name(publication, &channel);
                    put(tx, &channel, &name, cause, &Content::Withdrawal(of), now)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Puts another text in the place of what was put for a publication, in the transaction of its cause: what nobody outside knows of is
    /// written anew, and what is out or under way is put right where its channel can.
    pub(crate) fn correct_publication_sent(
        &self,
        tx: &Transaction<'_>,
        new: &NewPublication<'_>,
        revision: u32,
    ) -> Result<(), QueueError> {
        let publication = new.publication;
        for channel in self.channel_ids() {
            let of = publication_name(&publication.name, &channel);
            let Some(delivery) = tx.delivery_named(&of)? else { continue };
            let approved = new.approved.and_then(|posts| posts.get(&channel)).cloned();
            match delivery.state {
                DeliveryState::Waiting | DeliveryState::Dead if !self.may_be_out(tx, &delivery)? => {
                    let content = Content::Publication(Box::new(publication.clone()), approved);
                    tx.note_delivery(&delivery, Some(&content.to_bytes()))?;
                    // What the old text became is not what is sent.
                    tx.forget_progress(delivery.id)?;
                }
                DeliveryState::Withdrawn | DeliveryState::Expired => {}
                _ if self.can(&channel, Power::Correct) => {
                    // Of two corrections the later one is what is to be read.
                    for earlier in 1..revision {
                        self.withdraw_delivery(
                            tx,
                            &Errand::Correct(earlier).name(&publication.name, &channel),
                            new.now,
                        )?;
                    }
                    let name = Errand::Correct(revision).name(&publication.name, &channel);
                    let content = Content::Correction(of, Box::new(publication.clone()), approved);
                    put(tx, &channel, &name, new.cause, &content, new.now)?;
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether anybody outside may know of a delivery: it was begun, or some of it was out before it was given up.
    fn may_be_out(&self, tx: &Transaction<'_>, delivery: &Delivery) -> Result<bool, StoreError> {
        if delivery.state != DeliveryState::Dead {
            return tx.is_begun(delivery.id);
        }
        let kept = self.store().read()?.delivery_progress(delivery.id)?;
        let progress = kept.and_then(|bytes| Progress::from_bytes(&bytes));
        Ok(progress.is_some_and(|progress| !progress.out.is_empty()))
    }

    /// Whether a channel can do more than post. One whose plugin does not work now is asked when it does.
    fn can(&self, channel: &ChannelId, power: Power) -> bool {
        self.channel(channel).is_none_or(|ready| ready.plugin.description().powers.contains(&power))
    }

    fn channel_ids(&self) -> Vec<ChannelId> {
        self.municipality().channels.iter().map(|plan| plan.id.clone()).collect()
    }
}

fn put(
    tx: &Transaction<'_>,
    channel: &ChannelId,
    name: &str,
    cause: &str,
    content: &Content,
    now: Timestamp,
) -> Result<Queued, QueueError> {
    let (queued_at, due_at, content) = (now, now, content.to_bytes());
    let new = NewDelivery { channel, name, cause, queued_at, due_at, expires_at: None, cost: 0, content: &content };
    Ok(tx.put_delivery(&new)??)
}
