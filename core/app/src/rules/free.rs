//! Free capacity, for words.

use crate::past::Past;
use crate::views::{PlaceCard, said};
use engagement::{FreeCapacity, Gate, WeekSpan};
use words::{FreeSpan, FreeState};

/// When a place is usually crowded, and when it has room.
pub(super) fn free_state(card: &PlaceCard, past: Option<&Past>, gate: Gate) -> FreeState {
    let Some((measure, past)) = card.place.measure.zip(past) else { return FreeState::default() };
    FreeCapacity::of(&past.week, gate, measure, card.place.capacity).into_state()
}

/// The same for words.
pub(crate) trait IntoState {
    fn into_state(self) -> FreeState;
}

impl IntoState for FreeCapacity {
    fn into_state(self) -> FreeState {
        let span = |span: WeekSpan| FreeSpan {
            weekday: span.weekday,
            hours: span.hours,
            between: (said(span.between.0), said(span.between.1)),
        };
        let spans = |spans: Vec<WeekSpan>| spans.into_iter().map(span).collect();
        FreeState { crowded: spans(self.crowded), unused: spans(self.unused), weeks: self.weeks }
    }
}
