//! What is to be done with a publication: it is sent, or what is out of it is put right or taken back.

use super::super::changing::receipts;
use super::super::content::Content;
use super::super::progress::Progress;
use super::{Outcome, Posting, Work, broken};
use model::channel::{Post, Power, Receipt};
use model::{DeliveryState, Publication, PublicationText, Timestamp};
use std::time::Duration;
use store::StoreError;

/// What is put right while it is under way is looked at again after so long.
const UNDER_WAY: Duration = Duration::from_secs(10);

/// What is to be done with a publication.
pub(super) enum Order {
    /// To be sent, with the posts that were approved.
    Send(Option<Vec<Post>>),
    /// To take the place of what was put under this name.
    Correct(String, Option<Vec<Post>>),
    /// What was put under this name is taken back.
    Withdraw(String),
}

impl Posting {
    /// Composes, unless it was approved as it is; and looks whether it may cost so much.
    pub(super) fn begin(
        &mut self,
        work: &Work<'_>,
        order: Order,
        now: Timestamp,
    ) -> Result<Result<Progress, Outcome>, StoreError> {
        let begun = match order {
            Order::Send(approved) => composed(work, approved).map(Progress::of),
            Order::Withdraw(of) => may(work, Power::Withdraw, "taken back")
                .and(self.posted(&of)?)
                .map(|out| Progress::changing(out, Vec::new())),
            Order::Correct(of, approved) => {
                let posted = may(work, Power::Correct, "put right").and(self.posted(&of)?);
                posted.and_then(|posted| in_place_of(posted, composed(work, approved)?))
            }
        };
        let progress = match begun {
            Ok(progress) => progress,
            Err(outcome) => return Ok(Err(outcome)),
        };
        let plan = &work.channel.plan;
        if let Some(max) = plan.cost_per_month {
            let spent = self.spending.this_month(&self.queue.app, &self.queue.channel, now)?;
            if spent + u64::from(progress.cost()) > u64::from(max) {
                let text = format!(
                    "it costs {}, and {spent} of the {max} of this month are spent; raise cost_per_month, or wait",
                    progress.cost()
                );
                return Ok(Err(Outcome::Failed(text, None)));
            }
        }
        Ok(Ok(progress))
    }

    /// What is out of what was put under a name. While that is under way it is waited for.
    fn posted(&self, of: &str) -> Result<Result<Vec<Receipt>, Outcome>, StoreError> {
        let snapshot = self.queue.app.store().read()?;
        let Some(original) = snapshot.delivery_named(of)? else {
            let text = "it went out so long ago that the box does not know any more what it is called there";
            return Ok(Err(Outcome::Failed(text.to_owned(), None)));
        };
        Ok(match original.state {
            DeliveryState::Waiting => Err(Outcome::Later(UNDER_WAY)),
            DeliveryState::Sent => Ok(receipts(&original)),
            // Of several posts some may be out.
            _ => Ok(snapshot
                .delivery_progress(original.id)?
                .and_then(|bytes| Progress::from_bytes(&bytes))
                .map(|progress| progress.out)
                .unwrap_or_default()),
        })
    }
}

/// What is to be done with what a delivery says; none for a letter or a message to a browser.
pub(super) fn ordered(content: Content) -> Option<(Publication, Order)> {
    match content {
        Content::Publication(publication, approved) => Some((*publication, Order::Send(approved))),
        Content::Correction(of, publication, approved) => Some((*publication, Order::Correct(of, approved))),
        Content::Withdrawal(of) => {
            let (texts, door, picture, expires_at) = Default::default();
            Some((Publication { name: of.clone(), texts, door, picture, expires_at }, Order::Withdraw(of)))
        }
        Content::Answer(_, post) => {
            let text = PublicationText { language: post.language, title: String::new(), body: post.body.clone() };
            let (name, door, picture, expires_at) = Default::default();
            Some((Publication { name, texts: vec![text], door, picture, expires_at }, Order::Send(Some(vec![*post]))))
        }
        Content::Letter(_) | Content::Push(_) => None,
    }
}

fn composed(work: &Work<'_>, approved: Option<Vec<Post>>) -> Result<Vec<Post>, Outcome> {
    if let Some(posts) = approved {
        return Ok(posts);
    }
    let plan = &work.channel.plan;
    let composed = work.channel.plugin.compose(work.publication, &plan.languages, &plan.settings);
    composed.map_err(|fault| broken(&fault))?.map_err(|unfit| Outcome::Failed(unfit, None))
}

/// Posts in the place of those that are out, one for one: a plugin can put right, not add.
fn in_place_of(posted: Vec<Receipt>, posts: Vec<Post>) -> Result<Progress, Outcome> {
    if posted.is_empty() || posted.len() == posts.len() {
        return Ok(Progress::changing(posted, posts));
    }
    let (out, new) = (posted.len(), posts.len());
    let text = format!("{out} posts are out, and the new text makes {new}; take it back, and write it anew");
    Err(Outcome::Failed(text, None))
}

fn may(work: &Work<'_>, power: Power, done: &str) -> Result<(), Outcome> {
    if work.channel.plugin.description().powers.contains(&power) {
        return Ok(());
    }
    Err(Outcome::Failed(format!("what is out by this channel cannot be {done} from here"), None))
}
