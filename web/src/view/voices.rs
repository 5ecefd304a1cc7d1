use super::horizon::{Tick, hill, widened};
use crate::blocks::{Chart, Grows, Stack, spoken, stack_key, stacks};
use crate::reader::Reader;
use crate::view::Fragment;
use crate::view::now::short;
use app::PlacePage;
use engagement::PublicFigure;
use model::Measure;
use serde::Serialize;
use words::Amount;

/// What people said at a place hour by hour, beside what is usual there: the usual day as a hill, and under its shore the answers of each
/// hour, so that one sees whether it is too full when it is full. The table under it says the same.
#[derive(Debug, Serialize)]
pub(crate) struct Voices {
    /// What was asked.
    question: Fragment,
    hill: String,
    ticks: Vec<Tick>,
    stacks: Vec<Stack>,
    /// The answers, and how deep the tone of each is.
    key: Vec<(usize, String)>,
    /// The answers of each hour, and before them what is usual.
    table: Chart,
}

impl Voices {
    /// None when too little is known of the place's days, or nobody said anything that may be told.
    pub(crate) fn of(question: Fragment, said: &PublicFigure, page: &PlacePage, reader: &Reader) -> Option<Self> {
        // Cars are not people: nothing of them is hidden.
        let is_people = page.card.place.measure != Some(Measure::BaysTaken);
        let limit = if is_people { reader.municipality.smallest_count } else { 0 };
        let usual: Vec<Option<u32>> = (0..24).map(|hour| mean(page, hour)).collect();
        let here = |hour: usize| usual.get(hour).copied().flatten().filter(|count| *count >= limit).unwrap_or(0);
        let (first, last) = spoken(said)?;
        let first = (0..24).find(|hour| here(*hour) > 0)?.min(first);
        let last = (0..24).rfind(|hour| here(*hour) > 0)?.max(last - 1);
        let (first, last) = widened(first.saturating_sub(1), (last + 2).min(24));
        let (hill, ticks) = hill(first..last, here);
        let told = usual.iter().map(|count| match count {
            Some(count) if *count >= limit => short(Amount::Exactly(*count), reader.speaker),
            Some(_) => reader.speaker.text("fewer-than", &[("limit", limit.into())]),
            None => String::new(),
        });
        Some(Self {
            question,
            hill,
            ticks,
            stacks: stacks(said, first..last, Grows::Down),
            key: stack_key(said),
            table: Chart::of(said, reader).with_first_column(reader.text("voices-usual"), told),
        })
    }
}

/// What is usual at an hour, over the days of the week. What is hidden counts as nobody, so this tells no more than the week does.
fn mean(page: &PlacePage, hour: usize) -> Option<u32> {
    let known: Vec<u32> = page
        .week
        .iter()
        .filter_map(|day| day.get(hour).copied().flatten())
        .map(|cell| cell.usual.known().unwrap_or(0))
        .collect();
    let days = u32::try_from(known.len()).ok().filter(|days| *days > 0)?;
    let sum: u32 = known.iter().sum();
    Some((sum + days / 2) / days)
}
