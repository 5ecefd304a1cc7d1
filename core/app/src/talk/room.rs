//! What staff see of talk.

use super::answer_name;
use crate::outbox::publication_name;
use crate::portal::App;
use engagement::{Personal, personal_data};
use model::{ChannelId, Delivery, PostReach, Remark, RemarkDoor, RemarkHead, RemarkId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use store::StoreError;

/// Posts whose reach is shown.
const POSTS_SHOWN: usize = 20;
/// The span of which it is told by which doors remarks came.
const DOORS_SPAN: Duration = Duration::from_hours(30 * 24);

/// Which remarks somebody looks at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// Nobody has looked at them yet.
    #[default]
    Waiting,
    /// Everybody sees them, and nobody answered.
    Unanswered,
    /// All.
    All,
}

/// A remark, as staff see it.
#[derive(Clone, Debug)]
pub struct Voice {
    /// The remark.
    pub remark: Remark,
    /// What in it may tell who somebody is.
    pub warnings: Vec<Personal>,
    /// How far its answer has come by the channel; none when it stands on the portal alone.
    pub delivery: Option<Delivery>,
}

/// How many came by a door in the last 30 days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TalkDoor {
    /// Which.
    pub door: RemarkDoor,
    /// Remarks.
    pub remarks: usize,
    /// How many of them were answered.
    pub answered: usize,
}

/// The room of what people say.
#[derive(Clone, Debug, Default)]
pub struct RemarkRoom {
    /// How many wait to be looked at, and since when the oldest does.
    pub waiting: (usize, Option<Timestamp>),
    /// How many nobody answered, and since when the oldest is there.
    pub unanswered: (usize, Option<Timestamp>),
    /// Those that are looked at, a page of them.
    pub voices: Vec<Voice>,
    /// How many there are of that sort.
    pub of_sort: usize,
    /// By which doors they came.
    pub doors: Vec<TalkDoor>,
    /// How many the newest posts reached: what it says, by which channel, when it went out, and what was counted.
    pub reach: Vec<(String, ChannelId, Timestamp, PostReach)>,
}

impl App {
    /// What staff see: a page of the remarks of a sort, the oldest first where something is to be done about them.
    pub fn remark_room(
        &self,
        sort: Sort,
        (skip, at_most): (usize, usize),
        now: Timestamp,
    ) -> Result<RemarkRoom, StoreError> {
        let heads = self.remark_heads()?;
        let of = |sort: Sort| {
            let mut of: Vec<&RemarkHead> = heads.iter().filter(|head| is_of(head, sort)).collect();
            of.sort_unstable_by_key(|head| (head.at, head.id));
            if sort == Sort::All {
                of.reverse();
            }
            of
        };
        let oldest = |of: &[&RemarkHead]| (of.len(), of.first().map(|head| head.at));
        let chosen = of(sort);
        let mut voices = Vec::new();
        for head in chosen.iter().skip(skip).take(at_most) {
            voices.extend(self.voice(head.id)?);
        }
        Ok(RemarkRoom {
            waiting: oldest(&of(Sort::Waiting)),
            unanswered: oldest(&of(Sort::Unanswered)),
            voices,
            of_sort: chosen.len(),
            doors: doors(&heads, now),
            reach: self.newest_reach()?,
        })
    }

    /// One remark, as staff see it.
    pub fn voice(&self, id: RemarkId) -> Result<Option<Voice>, StoreError> {
        let snapshot = self.store().read()?;
        let Some(remark) = snapshot.remark(id)? else { return Ok(None) };
        let delivery = snapshot.delivery_named(&answer_name(id))?;
        Ok(Some(Voice { warnings: personal_data(&remark.text), remark, delivery }))
    }

    /// How many wait to be looked at and how many nobody answered, and since when the oldest are there.
    #[expect(clippy::type_complexity, reason = "two pairs of the same sort")]
    pub(crate) fn talk_to_do(&self) -> Result<((usize, Option<Timestamp>), (usize, Option<Timestamp>)), StoreError> {
        let heads = self.remark_heads()?;
        let of = |sort| {
            let of = || heads.iter().filter(|head| is_of(head, sort));
            (of().count(), of().map(|head| head.at).min())
        };
        Ok((of(Sort::Waiting), of(Sort::Unanswered)))
    }

    fn newest_reach(&self) -> Result<Vec<(String, ChannelId, Timestamp, PostReach)>, StoreError> {
        let snapshot = self.store().read()?;
        let municipality = self.municipality();
        let mut reached = Vec::new();
        let publications = snapshot.publications()?.rev().filter(|row| !matches!(row, Err(StoreError::Corrupt(_))));
        for row in publications.take(POSTS_SHOWN) {
            let (_, record) = row?;
            for plan in &municipality.channels {
                let Some(delivery) = snapshot.delivery_named(&publication_name(&record.name, &plan.id))? else {
                    continue;
                };
                let title = record.texts.first().map(|text| text.title.clone()).unwrap_or_default();
                let reach = snapshot.post_reach(delivery.id)?;
                reached.extend(reach.map(|reach| (title, plan.id.clone(), delivery.changed_at, reach)));
            }
        }
        Ok(reached)
    }
}

fn is_of(head: &RemarkHead, sort: Sort) -> bool {
    match sort {
        Sort::Waiting => head.is_waiting(),
        Sort::Unanswered => head.is_unanswered(),
        Sort::All => true,
    }
}

fn doors(heads: &[RemarkHead], now: Timestamp) -> Vec<TalkDoor> {
    let new: Vec<&RemarkHead> = heads.iter().filter(|head| head.at > now - DOORS_SPAN).collect();
    let doors: BTreeSet<&RemarkDoor> = new.iter().map(|head| &head.door).collect();
    let count = |door: &RemarkDoor| TalkDoor {
        door: door.clone(),
        remarks: new.iter().filter(|head| head.door == *door).count(),
        answered: new.iter().filter(|head| head.door == *door && head.reply == model::HeadReply::Given).count(),
    };
    doors.into_iter().map(count).collect()
}

/// Which posts a peer's names stand for.
pub(super) type ByHandle<T> = BTreeMap<String, T>;
