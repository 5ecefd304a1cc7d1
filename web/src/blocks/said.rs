//! What people said, on a map, a board or one after another: the words come from the log, never through a method.

use super::{Part, Sheet};
use crate::blocks::chart::count_told;
use crate::take_part::History;
use crate::view::{Fragment, Map, Mark};
use app::Seen;
use engagement::{PublicCount, Visibility};
use model::activity::{Contribution, EntryId, FieldKind, Group, Page};
use serde::Serialize;
use std::collections::BTreeMap;

/// Contributions under one heading.
#[derive(Debug, Serialize)]
pub(crate) struct Column {
    pub(crate) title: String,
    pub(crate) items: Vec<Said>,
    /// So many more are there, and not shown yet.
    waiting: Option<String>,
}

/// One contribution.
#[derive(Debug, Serialize)]
pub(crate) struct Said {
    id: String,
    /// Its number on the map.
    number: Option<usize>,
    /// In the person's own words, whatever language that is.
    text: String,
    categories: Vec<String>,
    photos: Vec<String>,
    cites: Vec<Fragment>,
    /// When, in words.
    ago: String,
    tallies: Vec<String>,
    /// Whoever looks said it.
    own: bool,
    /// Why not everybody sees it.
    state: Option<String>,
    /// What became of it.
    happened: Option<History>,
    /// What can be done with it.
    pub(crate) forms: Vec<Part>,
}

impl Said {
    /// Gives its ids a beginning of their own.
    pub(super) fn keep_apart(&mut self, beginning: &str) {
        self.id = format!("{beginning}-{}", self.id);
        super::part::keep_apart(&mut self.forms, beginning);
    }
}

/// Counts beside entries.
pub(crate) type Tallies = BTreeMap<EntryId, Vec<(String, PublicCount)>>;

/// A group with the words of its entries. One whose entry was erased is left out.
pub(crate) fn column(group: &Group, page: &Page, tallies: &Tallies, numbers: &[EntryId], sheet: &Sheet<'_>) -> Column {
    let said = |id: EntryId| {
        let seen = sheet.seen.entries.get(&id)?;
        let entry = &seen.entry;
        let contribution = entry.said.contribution.as_ref()?;
        Some(Said {
            id: format!("said-{id}"),
            number: numbers.iter().position(|numbered| *numbered == id).map(|at| at + 1),
            text: contribution.text.clone(),
            categories: contribution.categories.iter().filter_map(|key| label_of(key, page)).collect(),
            photos: sheet.photos_of(seen),
            cites: contribution.cites.iter().filter_map(|thing| Some(sheet.thing(thing)?.0)).collect(),
            ago: sheet.reader.speaker.ago(sheet.reader.now, entry.at.at),
            tallies: tallies.get(&id).into_iter().flatten().map(|tally| tallied(tally, sheet)).collect(),
            own: seen.own,
            state: state(seen, sheet),
            happened: History::of(&seen.outcomes, sheet.activity, sheet.reader),
            forms: Vec::new(),
        })
    };
    let named = group.titled_by.and_then(|id| contribution(id, sheet));
    let waiting = group.items.iter().filter(|item| sheet.seen.waiting.contains(&item.entry)).count();
    let waiting = u32::try_from(waiting).unwrap_or(u32::MAX);
    Column {
        waiting: (waiting > 0).then(|| sheet.reader.speaker.text("said-waiting", &[("count", waiting.into())])),
        title: named.map_or_else(|| group.title.clone(), |named| named.text.clone()),
        items: group.items.iter().filter_map(|item| said(item.entry)).collect(),
    }
}

fn tallied((label, count): &(String, PublicCount), sheet: &Sheet<'_>) -> String {
    format!("{label}: {}", count_told(*count, sheet.reader))
}

/// Why not everybody sees it, in words for whoever may; none when everybody does.
fn state(seen: &Seen, sheet: &Sheet<'_>) -> Option<String> {
    match &seen.visibility {
        Visibility::Public => None,
        Visibility::Waiting => Some(sheet.reader.text(if seen.own { "said-waits-own" } else { "said-waits" })),
        Visibility::Hidden(why) => Some(sheet.reader.speaker.text("said-hidden", &[("why", why.into())])),
    }
}

/// What people read for the key of a category: the label it has in a form of the page. A key without one is nothing to read.
fn label_of(key: &str, page: &Page) -> Option<String> {
    let labels = page.blocks.iter().filter_map(|block| match &block.is {
        model::activity::Content::Field(field) => match &field.kind {
            FieldKind::Choice(choice) => choice.options.iter().find(|option| option.key == key),
            _ => None,
        },
        _ => None,
    });
    labels.map(|option| option.label.clone()).next()
}

/// The entries that lie on the map, in the order in which they are numbered there.
pub(crate) fn placed(groups: &[Group], sheet: &Sheet<'_>) -> Vec<EntryId> {
    let all = groups.iter().flat_map(|group| &group.items).map(|item| item.entry);
    all.filter(|id| contribution(*id, sheet).is_some_and(|c| c.shape.is_some())).collect()
}

/// The drawing of what lies on the map; none when nothing does and nothing is to be drawn on.
pub(crate) fn map(numbers: &[EntryId], sheet: &Sheet<'_>) -> Option<Map> {
    let shape = |(at, id): (usize, &EntryId)| {
        let contribution = contribution(*id, sheet)?;
        let label: String = contribution.text.chars().take(60).collect();
        let own = sheet.seen.entries.get(id).is_some_and(|seen| seen.own);
        let label = if own { format!("{}: {label}", sheet.reader.text("said-own")) } else { label };
        let whose = if own { "mine" } else { "several" };
        Some(Mark { number: at + 1, shape: contribution.shape.clone()?, label, href: format!("#said-{id}"), whose })
    };
    let shapes: Vec<_> = numbers.iter().enumerate().filter_map(shape).collect();
    let around: Vec<_> = sheet.places().into_iter().map(|(_, _, at)| at).collect();
    Map::of_shapes(&shapes, &around, sheet.reader)
}

fn contribution<'s>(id: EntryId, sheet: &'s Sheet<'_>) -> Option<&'s Contribution> {
    sheet.seen.entries.get(&id)?.entry.said.contribution.as_ref()
}
