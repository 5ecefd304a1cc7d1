//! What rules look at, and what their texts are filled from: the very views that the pages show.

use crate::past::Viewed;
use crate::portal::App;
use crate::rules::free::free_state;
use crate::views::{Freshness, PlaceCard, said};
use engagement::Gate;
use engagement::rules::{Event, Look};
use model::activity::ActivityId;
use model::{
    Condition, Municipality, News, PlaceId, PublicationText, Quantity, Rule, Slot, Test, Timestamp, Trigger, Words,
};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use store::{Snapshot, StoreError};
use words::{PlaceFacts, RuleFacts, Speaker};

/// Places as they were looked at in one round.
#[derive(Default)]
pub(super) struct Views(BTreeMap<PlaceId, Option<Viewed>>);

/// Something that happened to an activity, with what people call it.
pub(super) struct Happened {
    pub(super) event: Event,
    pub(super) title: Words,
}

impl Views {
    pub(super) fn of(
        &mut self,
        app: &App,
        snapshot: &Snapshot,
        id: &PlaceId,
        now: Timestamp,
    ) -> Result<Option<&Viewed>, StoreError> {
        if !self.0.contains_key(id) {
            let viewed = view(app, snapshot, id, now)?;
            self.0.insert(id.clone(), viewed);
        }
        Ok(self.0.get(id).and_then(Option::as_ref))
    }

    pub(super) fn seen(&self, id: &PlaceId) -> Option<&Viewed> {
        self.0.get(id).and_then(Option::as_ref)
    }
}

/// How a place is at a moment, with its past; none when there is no such place.
pub(super) fn view(app: &App, snapshot: &Snapshot, id: &PlaceId, now: Timestamp) -> Result<Option<Viewed>, StoreError> {
    let configured = app.configured();
    let Some(place) = configured.municipality.place(id) else { return Ok(None) };
    app.card(&configured, snapshot, &app.streams(), place, now).map(Some)
}

/// What a rule may look at. `patience` says after how long the value of a sensor is old.
pub(super) fn look(card: &PlaceCard, now: Timestamp, patience: impl Fn(&model::SensorId) -> Duration) -> Look {
    let fresh = |other: &&crate::views::OtherValue| now.since(other.at) <= patience(&other.sensor);
    let use_now = card.now.filter(|_| matches!(card.freshness, Freshness::Fresh(_)));
    let mut others: Vec<_> = card.others.iter().filter(fresh).collect();
    // Of two thermometers the newest value is told.
    others.sort_by_key(|other| std::cmp::Reverse(other.at));
    Look {
        amount: use_now.map(|now| now.amount),
        usual: use_now.and_then(|now| now.usual),
        busyness: use_now.and_then(|now| now.busyness),
        capacity: card.place.capacity,
        values: others.iter().filter_map(|other| Some((other.property.clone(), other.value.as_number()?))).collect(),
    }
}

/// What happened to activities, and is going to, as far as it has a moment and one of these rules waits for such a thing.
pub(super) fn events(app: &App, snapshot: &Snapshot, rules: &[&Rule]) -> Result<Vec<Happened>, StoreError> {
    let waited_for =
        |rule: &&Rule| if let Trigger::Happens(happening) = &rule.when { Some(happening.news) } else { None };
    let news: BTreeSet<News> = rules.iter().filter_map(waited_for).collect();
    let mut events = Vec::new();
    if news.is_empty() {
        return Ok(events);
    }
    for activity in app.activity_list().into_iter().filter(|activity| !activity.draft) {
        let mut moments = vec![(News::Opens, activity.opens), (News::Closes, activity.closes)];
        if news.contains(&News::Reported) {
            moments.push((News::Reported, snapshot.report(&activity.id)?.map(|(at, _)| at)));
        }
        if news.contains(&News::OutcomeSet) {
            // What became of the activity: what became of each input is told to whom it belongs.
            let told = snapshot.outcomes(&activity.id)?.into_iter().filter(|outcome| outcome.about.is_none());
            moments.extend(told.map(|outcome| (News::OutcomeSet, Some(outcome.at))));
        }
        for (news, at) in moments {
            let Some(at) = at else { continue };
            let event = Event { at, news, activity: activity.id.clone() };
            events.push(Happened { event, title: activity.title.clone() });
        }
    }
    Ok(events)
}

/// What a post is about.
pub(super) struct Subject<'a> {
    pub(super) rule: &'a Rule,
    pub(super) place: Option<&'a Viewed>,
    /// Places of which a summary tells: that of the rule, or all.
    pub(super) summed: Vec<&'a Viewed>,
    pub(super) activity: Option<(&'a Words, News)>,
    pub(super) municipality: &'a Municipality,
    pub(super) now: Timestamp,
}

impl<'a> Subject<'a> {
    /// What a rule's text is filled from.
    pub(super) fn facts(&self) -> RuleFacts<'a> {
        let gate = Gate::new(self.municipality.smallest_count);
        RuleFacts {
            place: self.place.map(|(card, _)| self.place_facts(card)),
            free: self
                .summed
                .iter()
                .map(|(card, past)| (&card.place.name, card.state(), free_state(card, past.as_deref(), gate)))
                .collect(),
            municipality: &self.municipality.name,
            activity: self.activity,
            now: self.now,
            calendar: &self.municipality.calendar,
        }
    }

    fn place_facts(&self, card: &'a PlaceCard) -> PlaceFacts<'a> {
        let asked = match &self.rule.when {
            Trigger::Holds(Condition { test: Test::Is(Quantity::Value(word), ..), .. }) => Some(word),
            _ => None,
        };
        let mut others: Vec<_> =
            card.others.iter().filter(|other| asked.is_some_and(|word| other.property == *word)).collect();
        others.sort_by_key(|other| std::cmp::Reverse(other.at));
        let value = others.first().map(|other| (other.property.clone(), other.value.clone(), other.unit));
        let mut state = card.state();
        if let Some(other) = others.first() {
            // How old it is, is how old the value is that is told.
            state.freshness = words::Freshness::Fresh(other.at);
        }
        PlaceFacts {
            name: &card.place.name,
            state,
            capacity: card.place.capacity,
            calmest: card.now.and_then(|now| now.calmest).map(|(at, amount)| (at, said(amount))),
            value,
        }
    }

    /// What the rule says, in each language that could be filled; the first gap that could not be, when none could.
    pub(super) fn texts(&self) -> Result<Vec<PublicationText>, Slot> {
        let facts = self.facts();
        let mut failed = None;
        let mut texts = Vec::new();
        for text in &self.rule.texts {
            match Speaker::of(text.language).rule_text(text, &facts) {
                Ok(said) if said.body.is_empty() && said.title.is_empty() => {}
                Ok(said) => texts.push(said),
                Err(slot) => failed = failed.or(Some(slot)),
            }
        }
        match failed {
            Some(slot) if texts.is_empty() => Err(slot),
            _ => Ok(texts),
        }
    }

    /// What its picture shows, in the languages of the rule.
    pub(super) fn alternative(&self) -> Words {
        let facts = self.facts();
        let said = |text: &model::RuleText| Some((text.language, Speaker::of(text.language).rule_picture(&facts)?));
        self.rule.texts.iter().filter_map(said).collect()
    }
}

/// Whether a rule tells of usual weeks.
pub(super) fn tells_summary(rule: &Rule) -> bool {
    rule.texts.iter().any(|text| text.title.slots().chain(text.body.slots()).any(|slot| slot == Slot::Summary))
}

/// The title of the activity that something happened to.
pub(super) fn title_of<'a>(happened: &'a [Happened], activity: Option<&ActivityId>) -> Option<&'a Words> {
    let meant = happened.iter().find(|one| Some(&one.event.activity) == activity)?;
    Some(&meant.title)
}
