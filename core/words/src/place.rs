use crate::Speaker;
use model::{Busyness, Calendar, HourOfWeek, Measure, PlaceKind, Timestamp};

/// A count as the public may know it. It has passed the gate before it comes here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// The number.
    Exactly(u32),
    /// Too few to tell.
    FewerThan(u32),
}

/// How a place is used now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UseNow {
    /// What is counted.
    pub measure: Measure,
    /// How many.
    pub amount: Amount,
    /// How that compares with usual, when usual is known.
    pub busyness: Option<Busyness>,
    /// The usual amount for `hour`.
    pub usual: Option<Amount>,
    /// The hour of the week it is.
    pub hour: HourOfWeek,
    /// How many more there is room for.
    pub free: Option<u32>,
}

/// How old the newest value of a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// No value yet.
    Never,
    /// The newest value is from then.
    Fresh(Timestamp),
    /// Nothing came since, though it should have.
    SilentSince(Timestamp),
}

/// All that the place sentence is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlaceState {
    /// What sort of place: at a trail people pass by, elsewhere they visit.
    pub kind: PlaceKind,
    /// How it is used now; none when nothing is counted there.
    pub use_now: Option<UseNow>,
    /// How fresh that is.
    pub freshness: Freshness,
}

impl Speaker {
    /// THE place sentence with the name of the place, to stand alone: in a list, a notice, a post.
    pub fn place_sentence(&self, name: &str, state: &PlaceState, now: Timestamp, calendar: &Calendar) -> String {
        format!("{name}: {}", with_first(&self.state_sentence(state, now, calendar), char::to_lowercase))
    }

    /// THE place sentence under the name of its place: how it is now, against a usual such hour. A silent place says so and nothing else,
    /// for what was is not what is.
    pub fn state_sentence(&self, state: &PlaceState, now: Timestamp, calendar: &Calendar) -> String {
        match (state.freshness, state.use_now) {
            (Freshness::Never, _) => self.text("never", &[]),
            (Freshness::SilentSince(since), _) => {
                self.text("silent", &[("moment", (&self.moment(since, now, calendar)).into())])
            }
            (Freshness::Fresh(_), Some(use_now)) => self.use_sentence(state.kind, &use_now),
            (Freshness::Fresh(at), None) => self.text("measured", &[("ago", (&self.ago(now, at)).into())]),
        }
    }

    fn use_sentence(&self, kind: PlaceKind, use_now: &UseNow) -> String {
        let verdict = use_now.busyness.map(|b| self.busyness(use_now.measure, b) + ".");
        let usual = use_now.usual.map(|usual| self.usual(use_now, usual));
        let said = [verdict, Some(self.amount_now(kind, use_now)), usual];
        said.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// The verdict in three words: `Roligere enn vanlig`.
    pub fn busyness(&self, measure: Measure, busyness: Busyness) -> String {
        let key = match (busyness, measure) {
            (Busyness::Usual, _) => "as-usual",
            (Busyness::Calm, Measure::BaysTaken) => "calm-bays",
            (Busyness::Busy, Measure::BaysTaken) => "busy-bays",
            (Busyness::Calm, _) => "calm",
            (Busyness::Busy, _) => "busy",
        };
        self.text(key, &[])
    }

    /// A count with its noun: `8 personer`, `færre enn 5 besøk`.
    pub fn amount(&self, kind: PlaceKind, measure: Measure, amount: Amount) -> String {
        let noun = match (measure, kind) {
            (Measure::PeopleNow, _) => ["people", "people-fewer"],
            (Measure::Visits, PlaceKind::Trail | PlaceKind::Square) => ["passages", "passages-fewer"],
            (Measure::Visits, _) => ["visits", "visits-fewer"],
            (Measure::BaysTaken, _) => ["bays", "bays-fewer"],
        };
        let [exactly, fewer] = noun;
        match amount {
            Amount::Exactly(count) => self.text(exactly, &[("count", count.into())]),
            // Fewer than one is none.
            Amount::FewerThan(0 | 1) => self.text(exactly, &[("count", 0.into())]),
            Amount::FewerThan(limit) => self.text(fewer, &[("limit", limit.into())]),
        }
    }

    /// A count as a number alone: `8`, `færre enn 5`.
    pub fn count(&self, amount: Amount) -> String {
        match amount {
            Amount::Exactly(count) => self.number(count.into(), 0),
            Amount::FewerThan(limit) => self.text("fewer-than", &[("limit", limit.into())]),
        }
    }

    /// What the number is a number of, to stand under it: `personer her nå`.
    pub fn unit_of(&self, kind: PlaceKind, measure: Measure, amount: Amount) -> String {
        let key = match (measure, kind) {
            (Measure::PeopleNow, _) => "unit-people",
            (Measure::Visits, PlaceKind::Trail | PlaceKind::Square) => "unit-passages",
            (Measure::Visits, _) => "unit-visits",
            (Measure::BaysTaken, _) => "unit-bays",
        };
        let (Amount::Exactly(count) | Amount::FewerThan(count)) = amount;
        self.text(key, &[("count", count.into())])
    }

    fn amount_now(&self, kind: PlaceKind, use_now: &UseNow) -> String {
        let (Amount::Exactly(count) | Amount::FewerThan(count)) = use_now.amount;
        let amount = self.amount(kind, use_now.measure, use_now.amount);
        let amount = with_first(&amount, char::to_uppercase);
        match (use_now.measure, use_now.free) {
            (Measure::PeopleNow, _) => {
                self.text("people-now", &[("amount", (&amount).into()), ("count", count.into())])
            }
            (Measure::Visits, _) => self.text("visits-now", &[("amount", (&amount).into())]),
            (Measure::BaysTaken, None) => self.text("bays-now", &[("count", count.into())]),
            (Measure::BaysTaken, Some(free)) => {
                self.text("bays-now-free", &[("count", count.into()), ("free", free.into())])
            }
        }
    }

    fn usual(&self, use_now: &UseNow, usual: Amount) -> String {
        let key = match (use_now.measure, usual) {
            // Two hidden numbers need not be said twice.
            (_, Amount::FewerThan(_)) if use_now.amount == usual => "usual-alike",
            (Measure::BaysTaken, _) => "usual-bays",
            _ => "usual",
        };
        let hour = use_now.hour;
        let (amount, weekday, time) = (self.count(usual), self.weekday(hour.weekday), self.hour(hour.hour));
        self.text(key, &[("amount", (&amount).into()), ("weekday", (&weekday).into()), ("hour", (&time).into())])
    }

    /// When the rest of the day is usually calmest. `present` is the hour it is.
    pub fn calmest(
        &self,
        kind: PlaceKind,
        measure: Measure,
        present: HourOfWeek,
        calmest: (HourOfWeek, Amount),
    ) -> String {
        let (hour, amount) = calmest;
        if hour == present {
            return self.text("calmest-now", &[]);
        }
        let amount = self.amount(kind, measure, amount);
        self.text("calmest", &[("hour", (&self.hour(hour.hour)).into()), ("amount", (&amount).into())])
    }

    /// How fresh a page is: `Oppdatert for 4 minutter siden`.
    pub fn freshness(&self, freshness: Freshness, now: Timestamp, calendar: &Calendar) -> String {
        match freshness {
            Freshness::Never => self.text("fresh-never", &[]),
            Freshness::Fresh(at) => self.text("fresh", &[("ago", (&self.ago(now, at)).into())]),
            Freshness::SilentSince(at) => {
                self.text("fresh-silent", &[("moment", (&self.moment(at, now, calendar)).into())])
            }
        }
    }
}

/// The text with its first letter changed. The words are ours, so no name loses its capital.
fn with_first<C: Iterator<Item = char>>(text: &str, change: impl Fn(char) -> C) -> String {
    let mut letters = text.chars();
    letters.next().into_iter().flat_map(change).chain(letters).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Language;
    use std::time::Duration;

    /// Thursday 2026-11-19, 15:05 in Oslo.
    const NOW: Timestamp = Timestamp::from_seconds(1_795_097_100);
    const THURSDAY_AT_15: HourOfWeek = HourOfWeek { weekday: 3, hour: 15 };

    fn library(amount: Amount) -> UseNow {
        UseNow {
            measure: Measure::PeopleNow,
            amount,
            busyness: Some(Busyness::Calm),
            usual: Some(Amount::Exactly(20)),
            hour: THURSDAY_AT_15,
            free: Some(112),
        }
    }

    fn fresh(kind: PlaceKind, use_now: UseNow) -> PlaceState {
        PlaceState { kind, use_now: Some(use_now), freshness: Freshness::Fresh(NOW) }
    }

    #[track_caller]
    fn check(state: &PlaceState, expect: [&str; 4]) {
        let oslo = Calendar::named("Europe/Oslo").unwrap();
        assert_eq!(Language::ALL.map(|l| Speaker::of(l).state_sentence(state, NOW, &oslo)), expect);
    }

    #[test]
    fn the_sentence_says_how_it_is_against_a_usual_thursday_at_15() {
        check(
            &fresh(PlaceKind::Library, library(Amount::Exactly(8))),
            [
                "Roligere enn vanlig n\u{e5}. 8 personer er her. Det vanlige en torsdag kl.\u{a0}15 er 20.",
                "Rolegare enn vanleg no. 8 personar er her. Det vanlege ein torsdag kl.\u{a0}15 er 20.",
                "Lugnare \u{e4}n vanligt nu. 8 personer \u{e4}r h\u{e4}r. \
                 Det vanliga en torsdag kl.\u{a0}15 \u{e4}r 20.",
                "Quieter than usual now. 8 people are here. The usual number on a Thursday at 15:00 is 20.",
            ],
        );
    }

    #[test]
    fn a_hidden_count_reads_fewer_than_and_nothing_more() {
        check(
            &fresh(PlaceKind::Museum, UseNow { usual: None, busyness: None, ..library(Amount::FewerThan(5)) }),
            [
                "F\u{e6}rre enn 5 personer er her.",
                "F\u{e6}rre enn 5 personar er her.",
                "F\u{e4}rre \u{e4}n 5 personer \u{e4}r h\u{e4}r.",
                "Fewer than 5 people are here.",
            ],
        );
    }

    #[test]
    fn visitors_come_and_walkers_pass() {
        let visits = UseNow { measure: Measure::Visits, busyness: None, usual: None, ..library(Amount::Exactly(12)) };
        check(
            &fresh(PlaceKind::SportsHall, visits),
            [
                "12 bes\u{f8}k den siste timen.",
                "12 bes\u{f8}k den siste timen.",
                "12 bes\u{f6}k den senaste timmen.",
                "12 visits in the last hour.",
            ],
        );
        check(
            &fresh(PlaceKind::Trail, UseNow { amount: Amount::Exactly(1), ..visits }),
            [
                "1 passering den siste timen.",
                "1 passering den siste timen.",
                "1 passering den senaste timmen.",
                "1 person passing in the last hour.",
            ],
        );
    }

    #[test]
    fn a_car_park_tells_what_is_free() {
        let bays = UseNow {
            measure: Measure::BaysTaken,
            amount: Amount::Exactly(7),
            busyness: Some(Busyness::Busy),
            usual: Some(Amount::Exactly(5)),
            free: Some(1),
            ..library(Amount::Exactly(7))
        };
        check(
            &fresh(PlaceKind::Parking, bays),
            [
                "Flere biler enn vanlig n\u{e5}. 7 plasser er opptatt, 1 er ledig. \
                 En vanlig torsdag kl.\u{a0}15 er 5 opptatt.",
                "Fleire bilar enn vanleg no. 7 plassar er opptekne, 1 er ledig. \
                 Ein vanleg torsdag kl.\u{a0}15 er 5 opptekne.",
                "Fler bilar \u{e4}n vanligt nu. 7 platser \u{e4}r upptagna, 1 \u{e4}r ledig. \
                 En vanlig torsdag kl.\u{a0}15 \u{e4}r 5 upptagna.",
                "More cars than usual now. 7 spaces are taken, 1 is free. On a usual Thursday at 15:00, 5 are taken.",
            ],
        );
    }

    #[test]
    fn a_silent_place_never_tells_its_old_number_as_new() {
        let state = PlaceState {
            freshness: Freshness::SilentSince(NOW - Duration::from_hours(1)),
            ..fresh(PlaceKind::Library, library(Amount::Exactly(8)))
        };
        check(
            &state,
            [
                "Sensoren har v\u{e6}rt stille siden kl.\u{a0}14.05, s\u{e5} vi vet ikke hvordan det er n\u{e5}.",
                "Sensoren har vore stille sidan kl.\u{a0}14.05, s\u{e5} vi veit ikkje korleis det er no.",
                "Sensorn har varit tyst sedan kl.\u{a0}14.05, s\u{e5} vi vet inte hur det \u{e4}r nu.",
                "The sensor has been silent since 14:05, so we do not know how it is now.",
            ],
        );
    }

    #[test]
    fn a_name_of_any_form_stands_before_a_colon_and_is_not_changed() {
        let oslo = Calendar::named("Europe/Oslo").unwrap();
        let state = fresh(PlaceKind::Museum, UseNow { busyness: None, usual: None, ..library(Amount::FewerThan(5)) });
        let sentence = Speaker::of(Language::Nb).place_sentence("\u{c5}s G\u{e5}rd & S\u{f8}nner", &state, NOW, &oslo);
        assert_eq!(sentence, "\u{c5}s G\u{e5}rd & S\u{f8}nner: f\u{e6}rre enn 5 personer er her.");
    }

    #[test]
    fn none_is_said_as_none_where_nothing_is_hidden() {
        let nb = Speaker::of(Language::Nb);
        for none in [Amount::Exactly(0), Amount::FewerThan(1)] {
            assert_eq!(nb.amount(PlaceKind::Library, Measure::PeopleNow, none), "ingen personer");
        }
    }

    #[test]
    fn the_calmest_hour_is_told_with_its_usual_number() {
        let nb = Speaker::of(Language::Nb);
        let calmest = |hour| {
            let at = HourOfWeek { weekday: 3, hour };
            nb.calmest(PlaceKind::Library, Measure::PeopleNow, THURSDAY_AT_15, (at, Amount::FewerThan(5)))
        };
        assert_eq!(calmest(19), "Resten av dagen er det vanligvis roligst kl.\u{a0}19, med f\u{e6}rre enn 5 personer.");
        assert_eq!(calmest(15), "Roligere enn n\u{e5} pleier det ikke \u{e5} bli resten av dagen.");
    }
}
