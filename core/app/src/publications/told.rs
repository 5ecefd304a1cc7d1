//! What staff are shown of a publication: what it becomes by each channel, and how far it has come by each.

use super::publication;
use crate::channels::PreviewError;
use crate::outbox::Errand;
use crate::portal::App;
use model::channel::{ChannelPlan, Post, Power};
use model::{ChannelId, Delivery, DeliveryState, Picture, PublicationRecord, Timestamp, Words};
use store::StoreError;

/// What a publication becomes by a channel.
#[derive(Debug)]
pub struct Previewed {
    /// Which one.
    pub channel: ChannelId,
    /// Its name for people.
    pub title: Words,
    /// The posts; or why it does not fit.
    pub posts: Result<Vec<Post>, PreviewError>,
    /// Some of the text does not go along: the channel has no room for it.
    pub is_cut: bool,
}

/// How far a publication has come by a channel.
#[derive(Clone, Debug)]
pub struct PostLine {
    /// Which one.
    pub channel: ChannelId,
    /// Its name for people.
    pub title: Words,
    /// What is done.
    pub errand: Errand,
    /// How far that is.
    pub delivery: Delivery,
    /// What it waits for, while it waits.
    pub waits: Option<Waits>,
    /// What its channel can do; none while that does not work.
    pub powers: Option<Vec<Power>>,
}

/// What something in the outbox waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waits {
    /// It is next.
    Nothing,
    /// Its own time.
    Time(Timestamp),
    /// The next try, after one that failed.
    Again(Timestamp),
    /// The end of quiet hours.
    Quiet(Timestamp),
    /// The channel stands still since then, and says why.
    Still(String, Timestamp),
    /// The plugin of the channel does not work.
    NoPlugin,
}

impl App {
    /// What a publication would become by each of its channels.
    pub fn previews(&self, record: &PublicationRecord, picture: Option<Picture>) -> Vec<Previewed> {
        let publication = publication(record, picture);
        let municipality = self.municipality();
        let titled = |channel: ChannelId| {
            let plan = municipality.channels.iter().find(|plan| plan.id == channel);
            let title = plan.map(|plan| plan.title.clone()).unwrap_or_default();
            let posts = self.preview(&publication, &channel);
            let is_cut = posts.as_ref().is_ok_and(|posts| is_cut(record, posts));
            Previewed { channel, title, posts, is_cut }
        };
        self.channels_of(record).into_iter().map(titled).collect()
    }

    /// How far a publication has come, channel by channel in the order of the folder: sent, put right, taken back.
    pub fn publication_log(&self, record: &PublicationRecord, now: Timestamp) -> Result<Vec<PostLine>, StoreError> {
        let snapshot = self.store().read()?;
        let municipality = self.municipality();
        let errands = std::iter::once(Errand::Send)
            .chain((1..=record.revision).map(Errand::Correct))
            .chain(std::iter::once(Errand::Withdraw));
        let errands: Vec<Errand> = errands.collect();
        let mut lines = Vec::new();
        for plan in &municipality.channels {
            let powers = self.channel(&plan.id).map(|ready| ready.plugin.description().powers.clone());
            for errand in &errands {
                let Some(delivery) = snapshot.delivery_named(&errand.name(&record.name, &plan.id))? else { continue };
                let waits = delivery.is_waiting().then(|| self.waits(plan, &delivery, now));
                let (channel, title) = (plan.id.clone(), plan.title.clone());
                lines.push(PostLine { channel, title, errand: *errand, delivery, waits, powers: powers.clone() });
            }
        }
        Ok(lines)
    }

    fn waits(&self, plan: &ChannelPlan, delivery: &Delivery, now: Timestamp) -> Waits {
        if self.channel(&plan.id).is_none() {
            return Waits::NoPlugin;
        }
        if delivery.due_at > now {
            return if delivery.tries == 0 { Waits::Time(delivery.due_at) } else { Waits::Again(delivery.due_at) };
        }
        if let Some((why, since)) = self.stands_still(&plan.id) {
            return Waits::Still(why, since);
        }
        let municipality = self.municipality();
        let quiet = plan.quiet.and_then(|quiet| quiet.end(&municipality.calendar, &municipality.almanac, now));
        quiet.map_or(Waits::Nothing, Waits::Quiet)
    }
}

impl PostLine {
    /// Whether it is out by this channel, as far as the box knows.
    pub fn is_out(&self) -> bool {
        self.delivery.state == DeliveryState::Sent
    }

    /// Whether its channel can do this.
    pub fn can(&self, power: Power) -> bool {
        self.powers.as_ref().is_some_and(|powers| powers.contains(&power))
    }
}

/// Whether words of the text are in none of the posts, in the language of each. A channel may break lines where it likes.
pub(super) fn is_cut(record: &PublicationRecord, posts: &[Post]) -> bool {
    let squeezed = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    record.texts.iter().any(|text| {
        let own = posts.iter().filter(|post| post.language == text.language);
        let said: Vec<String> = own.map(|post| squeezed(&format!("{} {}", post.title, post.body))).collect();
        let whole = squeezed(&text.body);
        !said.is_empty() && !said.join(" ").contains(&whole)
    })
}
