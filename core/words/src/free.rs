use crate::{Amount, Speaker};
use model::{Measure, PlaceKind};
use std::ops::Range;

/// What a usual week of a place has too much and too little of. It has passed the gate before it comes here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FreeState {
    /// Crowded spans, fullest first.
    pub crowded: Vec<FreeSpan>,
    /// Spans that have room, longest first.
    pub unused: Vec<FreeSpan>,
    /// How many weeks it rests on, the fewest and the most; none when too little is known.
    pub weeks: Option<(u32, u32)>,
}

/// Hours of one weekday that are alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FreeSpan {
    /// 0 is Monday.
    pub weekday: u8,
    /// From its first hour to the one after its last.
    pub hours: Range<u8>,
    /// Half of the weeks lay between these.
    pub between: (Amount, Amount),
}

/// Spans that a sentence names at most.
const NAMED_MAX: usize = 3;

impl Speaker {
    /// When a place is usually crowded, when there is room, and how sure that is.
    pub fn free_capacity(&self, kind: PlaceKind, measure: Measure, free: &FreeState) -> String {
        let Some((fewest, most)) = free.weeks else { return self.text("free-unknown", &[]) };
        let said = |spans: &[FreeSpan], some: &str, none: &str| match spans {
            [] => self.text(none, &[]),
            spans => {
                let named: Vec<String> =
                    spans.iter().take(NAMED_MAX).map(|span| self.free_span(kind, measure, span)).collect();
                self.text(some, &[("spans", (&named.join(", ")).into())])
            }
        };
        let weeks = if fewest == most {
            self.text("free-weeks", &[("count", most.into())])
        } else {
            self.text("free-weeks-between", &[("low", fewest.into()), ("high", most.into())])
        };
        let crowded = said(&free.crowded, "free-crowded", "free-crowded-none");
        let unused = said(&free.unused, "free-unused", "free-unused-none");
        format!("{crowded} {unused} {weeks}")
    }

    /// One span of hours: `tirsdag kl. 10–12 (41–55 personer)`.
    pub fn free_span(&self, kind: PlaceKind, measure: Measure, span: &FreeSpan) -> String {
        let (from, to) = (span.hours.start.to_string(), span.hours.end.to_string());
        let hours = self.text("free-hours", &[("from", (&from).into()), ("to", (&to).into())]);
        let amount = self.between(kind, measure, span.between);
        let weekday = self.weekday(span.weekday);
        let args = [("weekday", (&weekday).into()), ("hours", (&hours).into()), ("amount", (&amount).into())];
        self.text("free-span", &args)
    }

    fn between(&self, kind: PlaceKind, measure: Measure, (low, high): (Amount, Amount)) -> String {
        let top = self.amount(kind, measure, high);
        match (low, high) {
            (low, high) if low == high => top,
            (Amount::Exactly(low), Amount::Exactly(_)) => format!("{}\u{2013}{top}", self.number(low.into(), 0)),
            _ => self.text("free-up-to", &[("amount", (&top).into())]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Language;

    fn span(weekday: u8, hours: Range<u8>, between: (Amount, Amount)) -> FreeSpan {
        FreeSpan { weekday, hours, between }
    }

    #[test]
    fn says_when_it_is_crowded_when_there_is_room_and_how_sure_that_is() {
        let hidden = Amount::FewerThan(5);
        let free = FreeState {
            crowded: vec![span(5, 12..14, (Amount::Exactly(41), Amount::Exactly(55)))],
            unused: vec![span(0, 9..11, (hidden, hidden)), span(1, 10..11, (hidden, Amount::Exactly(7)))],
            weeks: Some((6, 8)),
        };
        let said = Language::ALL.map(|l| Speaker::of(l).free_capacity(PlaceKind::Library, Measure::PeopleNow, &free));
        assert_eq!(
            said,
            [
                "Mest folk er det vanligvis l\u{f8}rdag kl.\u{a0}12\u{2013}14 (41\u{2013}55 personer). God \
                 plass er det vanligvis mandag kl.\u{a0}9\u{2013}11 (f\u{e6}rre enn 5 personer), tirsdag \
                 kl.\u{a0}10\u{2013}11 (opptil 7 personer). Dette bygger p\u{e5} 6 til 8 uker, og i \
                 halvparten av dem l\u{e5} tallene innenfor det som st\u{e5}r her.",
                "Mest folk er det vanlegvis laurdag kl.\u{a0}12\u{2013}14 (41\u{2013}55 personar). God plass \
                 er det vanlegvis m\u{e5}ndag kl.\u{a0}9\u{2013}11 (f\u{e6}rre enn 5 personar), tysdag \
                 kl.\u{a0}10\u{2013}11 (opptil 7 personar). Dette byggjer p\u{e5} 6 til 8 veker, og i \
                 halvparten av dei l\u{e5}g tala innanfor det som st\u{e5}r her.",
                "Mest folk brukar det vara l\u{f6}rdag kl.\u{a0}12\u{2013}14 (41\u{2013}55 personer). Gott om \
                 plats brukar det vara m\u{e5}ndag kl.\u{a0}9\u{2013}11 (f\u{e4}rre \u{e4}n 5 personer), \
                 tisdag kl.\u{a0}10\u{2013}11 (upp till 7 personer). Det bygger p\u{e5} 6 till 8 veckor, och \
                 i h\u{e4}lften av dem l\u{e5}g siffrorna inom det som st\u{e5}r h\u{e4}r.",
                "It is usually most crowded on Saturday 12\u{2013}14 (41\u{2013}55 people). There is usually \
                 plenty of room on Monday 9\u{2013}11 (fewer than 5 people), Tuesday 10\u{2013}11 (up to 7 \
                 people). This rests on 6 to 8 weeks, and in half of them the figures lay within what is said \
                 here.",
            ]
        );
    }

    #[test]
    fn says_so_when_nothing_is_crowded_and_when_too_little_is_known() {
        let en = Speaker::of(Language::En);
        let even = FreeState { weeks: Some((8, 8)), ..FreeState::default() };
        assert_eq!(
            en.free_capacity(PlaceKind::Library, Measure::Visits, &even),
            "No hours are usually crowded. No hours usually have much more room than others. This rests \
             on 8 weeks, and in half of them the figures lay within what is said here."
        );
        let unknown = en.free_capacity(PlaceKind::Library, Measure::Visits, &FreeState::default());
        assert_eq!(unknown, "We do not yet know enough about a usual week here.");
    }
}
