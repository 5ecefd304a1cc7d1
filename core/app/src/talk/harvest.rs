//! What a channel brought becomes remarks: each once, however often and under whichever name it is brought.

use super::answer_name;
use super::room::ByHandle;
use super::taking::WAITING_MAX;
use crate::portal::App;
use engagement::{first_sight, plain_words, sight_when_edited};
use model::channel::{Comment, Harvest, Reach};
use model::{
    About, Bookmark, ChannelId, Heard, PostReach, Remark, RemarkDoor, RemarkId, RemarkReply, Source, TalkPlan,
    Timestamp, Watched,
};
use std::collections::BTreeSet;
use store::{Snapshot, StoreError, Transaction};

/// More than this nobody counted.
const COUNT_MAX: u64 = 1_000_000_000;
/// What is counted.
const COUNTED: [&str; 4] = ["seen", "liked", "shared", "replied"];
/// Answers of ours under which people may have written: the newest.
const ANSWERS_MAX: usize = 200;
/// Languages are told in so many letters.
const TAG_CHARS_MAX: usize = 20;

/// What came of a harvest.
pub(super) struct Gathered {
    /// The next collection begins elsewhere: there may be more.
    pub(super) moved: bool,
}

/// What a channel's names stand for.
struct Known<'a> {
    channel: &'a ChannelId,
    posts: ByHandle<&'a Watched>,
    /// What we answered, and to which remark.
    answers: ByHandle<RemarkId>,
    plan: TalkPlan,
    now: Timestamp,
    /// A number that follows from who wrote, and leads back to nobody.
    author: &'a dyn Fn(&str) -> u64,
}

impl App {
    /// Whether staff get along with what waits already.
    pub(super) fn has_room_for_replies(&self) -> Result<bool, StoreError> {
        Ok(self.remark_heads()?.iter().filter(|head| head.is_waiting()).count() < WAITING_MAX)
    }

    /// Takes in what a channel brought, in one transaction with its bookmark. What stands already costs no write.
    pub(super) fn take_harvest(
        &self,
        channel: &ChannelId,
        watched: &[Watched],
        harvest: Harvest,
        now: Timestamp,
    ) -> Result<Gathered, StoreError> {
        let snapshot = self.store().read()?;
        let before = snapshot.bookmark(channel)?.unwrap_or_default();
        let moved = before.place != harvest.bookmark;
        let reach = reach_of(&snapshot, watched, &harvest.reach, now)?;
        if !moved && reach.is_empty() && harvest.comments.is_empty() && harvest.gone.is_empty() {
            return Ok(Gathered { moved });
        }
        let posts = watched.iter().flat_map(|post| post.handles.iter().map(move |handle| (handle.clone(), post)));
        let author = |name: &str| {
            let derived = self.store().derived("remark author", &[channel.as_str().as_bytes(), name.as_bytes()]);
            derived.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes))
        };
        let known = Known {
            author: &author,
            channel,
            posts: posts.collect(),
            answers: self.answers_by(&snapshot, channel)?,
            plan: self.municipality().talk,
            now,
        };
        drop(snapshot);
        self.change_remarks(|tx| {
            for (delivery, reach) in &reach {
                tx.put_reach(*delivery, reach);
            }
            known.take(tx, harvest.comments)?;
            for handle in &harvest.gone {
                if let Some(id) = tx.remark_named(&by_handle(channel, handle))? {
                    tx.erase_remark(id)?;
                }
            }
            if moved {
                tx.put_bookmark(channel, &Bookmark { place: harvest.bookmark, at: now });
            }
            Ok(())
        })?;
        Ok(Gathered { moved })
    }

    /// What we answered by a channel, as the peer calls it: people may write under that too, and we are no strangers.
    fn answers_by(&self, snapshot: &Snapshot, channel: &ChannelId) -> Result<ByHandle<RemarkId>, StoreError> {
        let heads = self.remark_heads()?;
        let door = RemarkDoor::Channel(channel.clone());
        let answered = heads.iter().rev().filter(|head| head.door == door && head.reply == model::HeadReply::Given);
        let mut answers = ByHandle::new();
        for head in answered.take(ANSWERS_MAX) {
            let delivery = snapshot.delivery_named(&answer_name(head.id))?;
            let handles = delivery.and_then(|delivery| delivery.handle).unwrap_or_default();
            answers.extend(handles.lines().map(|handle| (handle.to_owned(), head.id)));
        }
        Ok(answers)
    }
}

impl Known<'_> {
    /// A comment may come before the one it answers, so what leads nowhere yet is looked at again.
    fn take(&self, tx: &Transaction<'_>, mut comments: Vec<Comment>) -> Result<(), StoreError> {
        comments.retain(|comment| !comment.handle.is_empty() && !self.answers.contains_key(&comment.handle));
        comments.sort_by_key(|comment| comment.at);
        loop {
            let before = comments.len();
            let mut left = Vec::new();
            for comment in comments {
                match self.about(tx, &comment.in_reply_to)? {
                    Some((about, since)) => self.take_one(tx, &comment, about, since)?,
                    None => left.push(comment),
                }
            }
            if left.is_empty() || left.len() == before {
                // Said to somebody else.
                return Ok(());
            }
            comments = left;
        }
    }

    /// What something is about that answers this, and since when that is there.
    fn about(&self, tx: &Transaction<'_>, handle: &str) -> Result<Option<(About, Timestamp)>, StoreError> {
        if let Some(post) = self.posts.get(handle) {
            return Ok(Some((post.about.clone(), post.at)));
        }
        let named = match self.answers.get(handle) {
            Some(id) => Some(*id),
            None => tx.remark_named(&by_handle(self.channel, handle))?,
        };
        let Some(id) = named else { return Ok(None) };
        Ok(tx.remark(id)?.map(|remark| (remark.about, remark.at)))
    }

    fn take_one(
        &self,
        tx: &Transaction<'_>,
        comment: &Comment,
        about: About,
        since: Timestamp,
    ) -> Result<(), StoreError> {
        let text = plain_words(&comment.text);
        if text.is_empty() {
            return Ok(());
        }
        let name = by_handle(self.channel, &comment.handle);
        if let Some(known) = tx.remark_named(&name)? {
            return self.change(tx, known, text);
        }
        let author = (self.author)(&comment.author);
        let at = comment.at;
        let words = format!("{}/{}/{author:016x}/{at} {text}", self.channel, comment.in_reply_to);
        let remark = Remark {
            id: RemarkId(0),
            about,
            source: Source::Channel(Heard {
                channel: self.channel.clone(),
                handle: comment.handle.clone(),
                link: comment.link.clone(),
                author,
            }),
            // A peer's clock may be wrong, or its number garbage: nothing is said before what it answers, nor after now.
            at: if at < since || at > self.now { self.now } else { at },
            edited: None,
            sight: first_sight(self.plan.moderation, &text),
            text,
            language: comment.language.as_ref().map(|tag| tag.chars().take(TAG_CHARS_MAX).collect()),
            reply: RemarkReply::Open,
        };
        tx.put_remark(&[&name, &words], &remark).map(drop)
    }

    /// Its author wrote something else in its place.
    fn change(&self, tx: &Transaction<'_>, id: RemarkId, text: String) -> Result<(), StoreError> {
        let Some(before) = tx.remark(id)?.filter(|before| before.text != text) else { return Ok(()) };
        let sight = sight_when_edited(&before.sight, self.plan.moderation, &text);
        tx.note_remark(&Remark { text, sight, edited: Some(self.now), ..before })
    }
}

fn by_handle(channel: &ChannelId, handle: &str) -> String {
    format!("{channel} {handle}")
}

/// How many each post reached, where that is news. What makes no sense is left out.
fn reach_of(
    snapshot: &Snapshot,
    watched: &[Watched],
    said: &[Reach],
    now: Timestamp,
) -> Result<Vec<(model::DeliveryId, PostReach)>, StoreError> {
    let mut news = Vec::new();
    for post in watched {
        let mut counts: Vec<(String, u64)> = Vec::new();
        for what in COUNTED {
            let mut seen = BTreeSet::new();
            let of = said.iter().filter(|reach| reach.what == what && post.handles.contains(&reach.handle));
            let sound = of.filter(|reach| reach.count <= COUNT_MAX && seen.insert(&reach.handle));
            let sum = sound.map(|reach| reach.count).reduce(u64::saturating_add);
            counts.extend(sum.map(|sum| (what.to_owned(), sum)));
        }
        let known = match snapshot.post_reach(post.delivery) {
            Err(StoreError::Corrupt(_)) => None,
            known => known?,
        };
        if !counts.is_empty() && known.is_none_or(|known| known.counts != counts) {
            news.push((post.delivery, PostReach { at: now, counts }));
        }
    }
    Ok(news)
}
