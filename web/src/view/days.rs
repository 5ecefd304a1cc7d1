use crate::reader::Reader;
use crate::view::amount;
use app::DayUse;
use model::{Day, Measure, PlaceKind};
use serde::Serialize;
use std::collections::BTreeMap;

/// Width of the chart that one day gets, and height of the chart, in its own units.
const DAY_WIDTH: u32 = 20;
const HEIGHT: u32 = 160;
/// A bar that stands for a hidden number: seen to be there, no more.
const HIDDEN_HEIGHT: u32 = 4;

/// The last days as a bar chart, and the same as a table.
#[derive(Debug, Serialize)]
pub(crate) struct Days {
    /// The busiest day in words: what the chart shows, for those who do not see it.
    pub(crate) peak: Option<String>,
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) bars: Vec<Bar>,
    /// Days on which people said something: where, and how many.
    pub(crate) marks: Vec<DayMark>,
    pub(crate) rows: Vec<DayRow>,
    /// The first and the last day.
    pub(crate) ends: (String, String),
}

/// One bar of the chart.
#[derive(Debug, Serialize)]
pub(crate) struct Bar {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) height: u32,
    /// `bar`, `weekend` or `hidden`.
    pub(crate) class: &'static str,
    /// What it stands for.
    pub(crate) title: String,
}

/// A day on which people said something.
#[derive(Debug, Serialize)]
pub(crate) struct DayMark {
    pub(crate) x: u32,
    /// What it stands for.
    pub(crate) title: String,
}

/// One row of the table.
#[derive(Debug, Serialize)]
pub(crate) struct DayRow {
    pub(crate) date: String,
    /// None when the sensors were silent all day.
    pub(crate) amount: Option<String>,
    /// How many remarks there are of that day.
    pub(crate) said: Option<String>,
}

impl Days {
    /// The chart; none without a single number to show, hidden ones included.
    pub(crate) fn of(days: &[DayUse], kind: PlaceKind, measure: Measure, reader: &Reader) -> Option<Self> {
        let known = |day: &DayUse| day.amount.and_then(engagement::PublicCount::known);
        let peak = days.iter().filter_map(|day| Some((known(day)?, day.day))).max()?;
        let speaker = reader.speaker;
        let told = |day: &DayUse| day.amount.map(|count| speaker.amount(kind, measure, amount(count)));
        let bar = |(x, day): (u32, &DayUse)| {
            let height = match (day.amount?, known(day)) {
                (_, Some(count)) => u64::from(count) * u64::from(HEIGHT) / u64::from(peak.0.max(1)),
                (_, None) => u64::from(HIDDEN_HEIGHT),
            };
            let height = u32::try_from(height).unwrap_or(HEIGHT);
            let class = match (known(day), day.day.weekday()) {
                (None, _) => "hidden",
                (_, 5 | 6) => "weekend",
                _ => "bar",
            };
            let title = format!("{}: {}", speaker.date_short(day.day), told(day)?);
            Some(Bar { x: x * DAY_WIDTH + 3, y: HEIGHT - height, height, class, title })
        };
        let peak_amount = speaker.amount(kind, measure, words::Amount::Exactly(peak.0));
        let peak_date = speaker.date(peak.1);
        Some(Self {
            peak: Some(speaker.text("days-peak", &[("date", (&peak_date).into()), ("amount", (&peak_amount).into())])),
            width: u32::try_from(days.len()).unwrap_or(0) * DAY_WIDTH,
            height: HEIGHT,
            bars: (0..).zip(days).filter_map(bar).collect(),
            marks: Vec::new(),
            rows: days
                .iter()
                .rev()
                .map(|day| DayRow { date: speaker.date(day.day), amount: told(day), said: None })
                .collect(),
            ends: (speaker.date_short(days.first()?.day), speaker.date_short(days.last()?.day)),
        })
    }

    /// Marks the days on which people said something, in the picture and in the table.
    pub(crate) fn mark(&mut self, days: &[DayUse], said: &BTreeMap<Day, u32>, reader: &Reader) {
        let speaker = reader.speaker;
        // The newest day stands first in the table.
        for ((x, day), row) in (0..).zip(days).zip(self.rows.iter_mut().rev()) {
            let Some(count) = said.get(&day.day).filter(|count| **count > 0) else { continue };
            let told = speaker.text("talk-remarks", &[("count", (*count).into())]);
            self.marks
                .push(DayMark { x: x * DAY_WIDTH + 3, title: format!("{}: {told}", speaker.date_short(day.day)) });
            row.said = Some(speaker.number((*count).into(), 0));
        }
    }
}
