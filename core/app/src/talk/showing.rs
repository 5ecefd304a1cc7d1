//! What everybody reads.

use crate::portal::App;
use engagement::{PublicCount, PublicFigure};
use model::activity::{ActivityId, Adds, Cell, Figure, FindingRow, Look};
use model::{About, ChannelId, Day, Participant, Remark, RemarkDoor, RemarkHead, RemarkId};
use std::collections::BTreeMap;
use store::StoreError;

/// Remarks on one page.
pub const REMARKS_SHOWN: usize = 20;

/// What was said about something, a page of it.
#[derive(Clone, Debug, Default)]
pub struct TalkPage {
    /// The newest first.
    pub remarks: Vec<Remark>,
    /// There are older ones: those before this.
    pub older: Option<RemarkId>,
    /// How many wait to be looked at; it has passed the gate.
    pub waiting: Option<PublicCount>,
    /// How many remarks by people who live here, by visitors, and by channel. They have passed the gate.
    pub citizens: Option<PublicCount>,
    /// By people who come from elsewhere.
    pub visitors: Option<PublicCount>,
    /// By channel.
    pub channels: BTreeMap<ChannelId, PublicCount>,
    /// How many were said on each day.
    pub days: BTreeMap<Day, u32>,
}

impl App {
    /// How many replies under posts about an activity are shown, by channel; none where none is.
    pub(crate) fn replies_to(&self, id: &ActivityId) -> Result<Option<PublicFigure>, StoreError> {
        let heads = self.remark_heads()?;
        let about = About::Activity(id.clone());
        let mut channels: BTreeMap<&ChannelId, u32> = BTreeMap::new();
        for head in heads.iter().filter(|head| head.about == about && head.is_shown()) {
            if let RemarkDoor::Channel(channel) = &head.door {
                *channels.entry(channel).or_default() += 1;
            }
        }
        let row = |(channel, count): (&&ChannelId, &u32)| FindingRow {
            label: channel.to_string(),
            cells: vec![Cell::Count(*count)],
        };
        let rows: Vec<FindingRow> = channels.iter().map(row).collect();
        let (caption, columns) = (String::new(), vec![String::new()]);
        let figure = Figure { caption, look: Look::Bars, adds: Adds::Nothing, columns, rows };
        Ok((!figure.rows.is_empty()).then(|| self.gate().figure(figure)))
    }

    /// What everybody may read about something: the newest, or those before a remark.
    pub fn talk_about(&self, about: &About, before: Option<RemarkId>, at_most: usize) -> Result<TalkPage, StoreError> {
        let (heads, gate, municipality) = (self.remark_heads()?, self.gate(), self.municipality());
        let of = || heads.iter().filter(|head| head.about == *about);
        let mut shown: Vec<&RemarkHead> = of().filter(|head| head.is_shown()).collect();
        shown.sort_unstable_by_key(|head| std::cmp::Reverse((head.at, head.id)));
        let mut page = TalkPage::default();
        for head in &shown {
            *page.days.entry(municipality.calendar.day(head.at)).or_default() += 1;
        }
        let count = |people: usize| {
            #[expect(clippy::cast_precision_loss, reason = "remarks are some thousands")]
            (people > 0).then(|| gate.count(people as f64))
        };
        let by = |door: &RemarkDoor| count(shown.iter().filter(|head| head.door == *door).count());
        page.waiting = count(of().filter(|head| head.is_waiting()).count());
        page.citizens = by(&RemarkDoor::Portal(Participant::Citizen));
        page.visitors = by(&RemarkDoor::Portal(Participant::Visitor));
        for channel in municipality.channels.iter().map(|plan| &plan.id) {
            page.channels.extend(Some(channel.clone()).zip(by(&RemarkDoor::Channel(channel.clone()))));
        }
        // One that is not among them any more, erased or hidden, says nothing of where to go on: from the start, then.
        let from = before.and_then(|id| shown.iter().position(|head| head.id == id)).map_or(0, |at| at + 1);
        let snapshot = self.store().read()?;
        for head in shown.iter().skip(from).take(at_most) {
            page.remarks.extend(snapshot.remark(head.id)?);
        }
        let last = shown.get((from + at_most).saturating_sub(1)).filter(|_| shown.len() > from + at_most);
        page.older = last.map(|head| head.id);
        Ok(page)
    }
}
