use crate::place::Freshness;
use crate::{Amount, FreeState, PlaceState, Speaker};
use model::{Calendar, HourOfWeek, News, PublicationText, RuleText, Slot, Timestamp, Value, Words};

/// What the text of a rule is filled from. All of it has passed the gate before it comes here.
#[derive(Clone, Debug)]
pub struct RuleFacts<'a> {
    /// The place it tells of.
    pub place: Option<PlaceFacts<'a>>,
    /// Usual weeks: of that place, or of all places by their names.
    pub free: Vec<(&'a Words, PlaceState, FreeState)>,
    /// What the municipality is called, for what is about no place.
    pub municipality: &'a Words,
    /// What people call the activity, and what happened to it.
    pub activity: Option<(&'a Words, News)>,
    /// When it is said.
    pub now: Timestamp,
    /// The local time there.
    pub calendar: &'a Calendar,
}

/// How a place is, for a rule.
#[derive(Clone, Debug)]
pub struct PlaceFacts<'a> {
    /// Its name.
    pub name: &'a Words,
    /// How it is now.
    pub state: PlaceState,
    /// How many it is made for.
    pub capacity: Option<u32>,
    /// The calmest hour of the rest of the day, with its usual amount.
    pub calmest: Option<(HourOfWeek, Amount)>,
    /// The value of another sensor that the rule is about: its word, value and unit.
    pub value: Option<(String, Value, &'static str)>,
}

impl Speaker {
    /// What a rule says, in this language; the first gap that could not be filled, when one could not.
    pub fn rule_text(&self, text: &RuleText, facts: &RuleFacts<'_>) -> Result<PublicationText, Slot> {
        let fill = |slot| self.slot(slot, facts);
        let title = text.title.filled(fill)?.replace('\n', " ");
        Ok(PublicationText { language: text.language, title, body: text.body.filled(fill)? })
    }

    /// What a picture of the place shows, for those who do not see it: the same sentence.
    pub fn rule_picture(&self, facts: &RuleFacts<'_>) -> Option<String> {
        let name = self.slot(Slot::Place, facts)?;
        let sentence = self.slot(Slot::Sentence, facts)?;
        Some(self.text("picture-alt", &[("name", (&name).into()), ("sentence", (&sentence).into())]))
    }

    fn slot(&self, slot: Slot, facts: &RuleFacts<'_>) -> Option<String> {
        let place = facts.place.as_ref();
        let use_now = place.and_then(PlaceFacts::use_now);
        match slot {
            Slot::Place => {
                let name = place.map_or(facts.municipality, |place| place.name);
                Some(name.best(self.language()).0.to_owned())
            }
            Slot::Value => {
                let place = place?;
                match &place.value {
                    Some((property, value, _)) => Some(self.value(property, value)),
                    None => use_now.map(|now| self.amount(place.state.kind, now.measure, now.amount)),
                }
            }
            Slot::Share => match (use_now?.amount, place?.capacity?) {
                (Amount::Exactly(count), capacity @ 1..) => {
                    let percent = self.number(f64::from(count) / f64::from(capacity) * 100.0, 0);
                    Some(self.text("rule-percent", &[("number", (&percent).into())]))
                }
                _ => None,
            },
            Slot::Free => use_now?.free.map(|free| self.number(free.into(), 0)),
            Slot::Usual => use_now?.usual.map(|usual| self.count(usual)),
            Slot::Best => place?.calmest.map(|(at, _)| self.hour(at.hour)),
            Slot::Age => match place?.state.freshness {
                Freshness::Fresh(at) => Some(self.ago(facts.now, at)),
                Freshness::Never | Freshness::SilentSince(_) => None,
            },
            Slot::Sentence => {
                let place = place?;
                match &place.value {
                    Some((property, value, unit)) => Some(self.value_sentence(property, None, value, unit)),
                    None => Some(self.state_sentence(&place.state, facts.now, facts.calendar)),
                }
            }
            Slot::Calmest => {
                let (place, now) = (place?, use_now?);
                let present = now.hour;
                place.calmest.map(|calmest| self.calmest(place.state.kind, now.measure, present, calmest))
            }
            Slot::Summary => self.summary(facts),
            Slot::Activity => facts.activity.map(|(title, _)| title.best(self.language()).0.to_owned()),
            Slot::News => facts.activity.map(|(_, news)| self.text(news_key(news), &[])),
        }
    }

    /// One place needs no name; of several each has a paragraph.
    fn summary(&self, facts: &RuleFacts<'_>) -> Option<String> {
        let said = |state: &PlaceState, free| {
            let measure = state.use_now.map_or(model::Measure::PeopleNow, |now| now.measure);
            self.free_capacity(state.kind, measure, free)
        };
        match facts.free.as_slice() {
            [] => None,
            [(_, state, free)] if facts.place.is_some() => Some(said(state, free)),
            many => {
                let each = many
                    .iter()
                    .map(|(name, state, free)| format!("{}: {}", name.best(self.language()).0, said(state, free)));
                Some(each.collect::<Vec<_>>().join("\n\n"))
            }
        }
    }
}

impl PlaceFacts<'_> {
    /// What was is not what is: a silent place tells no number.
    fn use_now(&self) -> Option<crate::UseNow> {
        self.state.use_now.filter(|_| matches!(self.state.freshness, Freshness::Fresh(_)))
    }
}

const fn news_key(news: News) -> &'static str {
    match news {
        News::Opens => "rule-news-opens",
        News::Closes => "rule-news-closes",
        News::Reported => "rule-news-reported",
        News::OutcomeSet => "rule-news-outcome",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::UseNow;
    use model::{Busyness, Language, Measure, PlaceKind, Template};
    use std::time::Duration;

    /// Thursday 2026-11-19, 15:05 in Oslo.
    const NOW: Timestamp = Timestamp::from_seconds(1_795_097_100);

    fn name() -> Words {
        [(Language::Nb, "Biblioteket".to_owned())].into_iter().collect()
    }

    fn library(amount: Amount, usual: Option<Amount>) -> PlaceState {
        PlaceState {
            kind: PlaceKind::Library,
            use_now: Some(UseNow {
                measure: Measure::PeopleNow,
                amount,
                busyness: Some(Busyness::Busy),
                usual,
                hour: HourOfWeek { weekday: 3, hour: 15 },
                free: Some(12),
            }),
            freshness: Freshness::Fresh(NOW - Duration::from_mins(4)),
        }
    }

    #[track_caller]
    fn said(state: PlaceState, title: &str, body: &str) -> Result<(String, String), Slot> {
        let (name, oslo) = (name(), Calendar::named("Europe/Oslo").unwrap());
        let calmest = Some((HourOfWeek { weekday: 3, hour: 19 }, Amount::FewerThan(5)));
        let place = PlaceFacts { name: &name, state, capacity: Some(60), calmest, value: None };
        let facts = RuleFacts {
            place: Some(place),
            free: Vec::new(),
            municipality: &name,
            activity: None,
            now: NOW,
            calendar: &oslo,
        };
        let parse = |text| Template::parse(text).unwrap();
        let text = RuleText { language: Language::Nb, title: parse(title), body: parse(body) };
        Speaker::of(Language::Nb).rule_text(&text, &facts).map(|text| (text.title, text.body))
    }

    #[test]
    fn a_text_is_filled_with_what_the_page_says() {
        let busy = library(Amount::Exactly(48), Some(Amount::Exactly(20)));
        let (title, body) =
            said(busy, "Mye folk: {place}", "{value} ({share}), {age}. [Vanlig: {usual}.] Best {best}. Ledig: {free}.")
                .unwrap();
        assert_eq!(title, "Mye folk: Biblioteket");
        assert_eq!(body, "48 personer (80\u{a0}%), for 4 minutter siden. Vanlig: 20. Best kl.\u{a0}19. Ledig: 12.");
        let (_, sentence) = said(busy, "x", "{sentence} {calmest}").unwrap();
        assert!(sentence.starts_with("Mer folk enn vanlig n\u{e5}. 48 personer er her."), "{sentence}");
    }

    #[test]
    fn a_hidden_count_stays_hidden_in_a_post() {
        let few = library(Amount::FewerThan(5), Some(Amount::FewerThan(5)));
        let (_, body) = said(few, "x", "{value}. Vanlig: {usual}. [{share} fullt.]").unwrap();
        assert_eq!(body, "f\u{e6}rre enn 5 personer. Vanlig: f\u{e6}rre enn 5.");
    }

    #[test]
    fn what_is_not_known_is_left_out_or_told() {
        let new = library(Amount::Exactly(48), None);
        assert_eq!(said(new, "x", "{value}.[ Vanlig: {usual}.]").unwrap().1, "48 personer.");
        assert_eq!(said(new, "x", "{value}. Vanlig: {usual}."), Err(Slot::Usual));
        let silent = PlaceState { freshness: Freshness::SilentSince(NOW), ..new };
        assert_eq!(said(silent, "x", "{value}"), Err(Slot::Value), "an old number is not told as new");
    }
}
