use crate::reader::Reader;
use crate::view::amount;
use app::{DayMean, PlacePage};
use model::DayKind;
use serde::Serialize;

/// One row of the comparison with last year: a sort of days, and what they come to.
#[derive(Debug, Serialize)]
pub(crate) struct Years {
    pub(crate) kind: String,
    pub(crate) this: String,
    pub(crate) last: String,
}

impl Years {
    pub(crate) fn of(page: &PlacePage, reader: &Reader) -> Vec<Self> {
        let Some(measure) = page.card.place.measure else { return Vec::new() };
        let told = |mean: DayMean| reader.speaker.amount(page.card.place.kind, measure, amount(mean.amount));
        let row = |years: &app::YearOnYear| Self {
            kind: reader.text(match years.kind {
                DayKind::Ordinary => "kind-ordinary",
                DayKind::SchoolBreak => "kind-school-break",
                DayKind::Holiday => "kind-holiday",
            }),
            this: told(years.this),
            last: told(years.last),
        };
        page.years.iter().map(row).collect()
    }
}
