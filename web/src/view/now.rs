use crate::reader::Reader;
use app::{OtherValue, PlaceCard};
use model::{Busyness, Measure, Timestamp};
use serde::Serialize;
use words::{Amount, Freshness, PlaceState, Speaker, UseNow};

/// More values than this are no sentence any more; the page lists them all.
const TOLD_MAX: usize = 2;

/// How a place is now, in words and as a gauge. A list, the page and the live stream all say the same.
#[derive(Debug, Serialize)]
pub(crate) struct Now {
    /// `calm`, `usual`, `busy`, `unknown` or `silent`: it picks the colour, and the sentence says the same.
    pub(crate) state: &'static str,
    /// THE place sentence.
    pub(crate) sentence: String,
    /// The number alone, as big as it gets; none without one to show.
    pub(crate) amount: Option<Number>,
    /// How old this is, in words.
    pub(crate) freshness: String,
    /// The same for programs: RFC 3339; none before the first value.
    pub(crate) at: Option<String>,
    /// The amount against what is usual.
    pub(crate) gauge: Option<Gauge>,
    /// How many more there is room for.
    pub(crate) free: Option<String>,
}

/// A number and what it is a number of.
#[derive(Debug, Serialize)]
pub(crate) struct Number {
    /// `8` or `<5`.
    pub(crate) short: String,
    /// `8` or `fewer than 5`, for those who listen.
    pub(crate) long: String,
    /// `people are here now`.
    pub(crate) unit: String,
}

/// How much of the scale is filled, and where usual is. Both in percent, as SVG writes lengths.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Gauge {
    pub(crate) fill: String,
    pub(crate) usual: Option<String>,
    /// What the mark says.
    pub(crate) label: Option<String>,
}

impl Now {
    pub(crate) fn of(card: &PlaceCard, reader: &Reader) -> Self {
        let state = card.state();
        let calendar = &reader.municipality.calendar;
        // What was is not what is: a silent place shows no number.
        let use_now = state.use_now.filter(|_| matches!(state.freshness, Freshness::Fresh(_)));
        Self {
            state: match (state.freshness, use_now.and_then(|u| u.busyness)) {
                (Freshness::SilentSince(_), _) => "silent",
                (_, None) => "unknown",
                (_, Some(Busyness::Calm)) => "calm",
                (_, Some(Busyness::Usual)) => "usual",
                (_, Some(Busyness::Busy)) => "busy",
            },
            sentence: others_sentence(card, reader)
                .unwrap_or_else(|| reader.speaker.state_sentence(&state, reader.now, calendar)),
            amount: use_now.map(|u| Number::of(&u, &state, reader.speaker)),
            freshness: reader.speaker.freshness(state.freshness, reader.now, calendar),
            at: at(state.freshness).map(|t| t.to_string()),
            gauge: use_now.and_then(|u| Gauge::of(&u, card.place.capacity, reader.speaker)),
            free: use_now.and_then(|u| u.free).map(|free| reader.speaker.number(free.into(), 0)),
        }
    }
}

/// Where nothing is counted, the other sensors have the word.
fn others_sentence(card: &PlaceCard, reader: &Reader) -> Option<String> {
    let fresh = matches!(card.freshness, app::Freshness::Fresh(_));
    if card.place.measure.is_some() || !fresh || card.others.is_empty() {
        return None;
    }
    let mut told: Vec<&OtherValue> = Vec::new();
    for other in &card.others {
        // Of two thermometers one is enough here.
        if told.len() < TOLD_MAX && told.iter().all(|t| t.property != other.property) {
            told.push(other);
        }
    }
    Some(told.into_iter().map(|other| value_sentence(other, reader.speaker)).collect::<Vec<_>>().join(" "))
}

/// What another sensor says.
pub(crate) fn value_sentence(other: &OtherValue, speaker: &Speaker) -> String {
    speaker.value_sentence(&other.property, other.part.as_deref(), &other.value, other.unit)
}

impl Number {
    fn of(use_now: &UseNow, state: &PlaceState, speaker: &Speaker) -> Self {
        Self {
            short: short(use_now.amount, speaker),
            long: speaker.count(use_now.amount),
            unit: speaker.unit_of(state.kind, use_now.measure, use_now.amount),
        }
    }
}

impl Gauge {
    /// The scale ends at the capacity, or else at twice the larger of the two. A hidden count has no length and no mark.
    fn of(use_now: &UseNow, capacity: Option<u32>, speaker: &Speaker) -> Option<Self> {
        let (amount, usual) = (known(use_now.amount), use_now.usual.and_then(known));
        let larger = amount.max(usual)?;
        let end = capacity.filter(|_| use_now.measure != Measure::Visits).unwrap_or(larger.saturating_mul(2)).max(1);
        let percent = |count: u32| format!("{:.1}%", (f64::from(count) / f64::from(end) * 100.0).min(100.0));
        let label = |usual: u32| speaker.text("usual-now", &[("amount", (&speaker.number(usual.into(), 0)).into())]);
        Some(Self { fill: percent(amount.unwrap_or(0)), usual: usual.map(percent), label: usual.map(label) })
    }
}

fn known(amount: Amount) -> Option<u32> {
    match amount {
        Amount::Exactly(count) => Some(count),
        Amount::FewerThan(_) => None,
    }
}

/// A count without room for words.
pub(crate) fn short(amount: Amount, speaker: &Speaker) -> String {
    match amount {
        Amount::Exactly(count) => speaker.number(count.into(), 0),
        Amount::FewerThan(limit) => format!("<{limit}"),
    }
}

fn at(freshness: Freshness) -> Option<Timestamp> {
    match freshness {
        Freshness::Never => None,
        Freshness::Fresh(at) | Freshness::SilentSince(at) => Some(at),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{HourOfWeek, Language};

    fn gauge(amount: Amount, usual: Option<Amount>, capacity: Option<u32>) -> Option<(String, Option<String>)> {
        let hour = HourOfWeek { weekday: 3, hour: 15 };
        let use_now = UseNow { measure: Measure::PeopleNow, amount, busyness: None, usual, hour, free: None };
        Gauge::of(&use_now, capacity, Speaker::of(Language::En)).map(|gauge| (gauge.fill, gauge.usual))
    }

    #[test]
    fn a_gauge_ends_at_the_capacity_and_marks_what_is_usual() {
        let half = gauge(Amount::Exactly(30), Some(Amount::Exactly(60)), Some(120));
        assert_eq!(half, Some(("25.0%".into(), Some("50.0%".into()))));
        assert_eq!(gauge(Amount::Exactly(500), None, Some(120)), Some(("100.0%".into(), None)));
        assert_eq!(gauge(Amount::Exactly(0), None, Some(0)), Some(("0.0%".into(), None)));
    }

    #[test]
    fn a_hidden_count_shows_no_length_and_no_mark() {
        let hidden = Amount::FewerThan(5);
        assert_eq!(gauge(hidden, Some(hidden), Some(60)), None);
        assert_eq!(gauge(hidden, Some(Amount::Exactly(30)), Some(60)), Some(("0.0%".into(), Some("50.0%".into()))));
    }
}
