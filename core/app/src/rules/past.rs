//! A month lived through again: what rules would have said, by the code that says it.

use super::looking::{Subject, events, look, tells_summary, title_of, view};
use crate::past::{Past, TYPICAL_HOURS, VISITS_SPAN, Viewed, hours, measured_by, typical, word_of};
use crate::portal::{App, Configured, ReadError, freshness};
use crate::streams::Streams;
use crate::views::{OtherValue, PlaceCard};
use engagement::rules::{Event, Seen, step};
use model::{
    DatastreamId, Day, Hour, HourUse, Measure, Place, PublicationText, Rule, RuleId, RuleState, SensorId, Slot,
    Timestamp, Trigger, TypicalWeek, Value,
};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;
use store::{Snapshot, StoreError};

/// A look at least so often, as when it is lived.
const TICK: Duration = Duration::from_mins(1);

/// Values of one place that are lived through at most; a month of a sensor a second has more, and only its newest are.
const VALUES_MAX: usize = 1_000_000;

/// Further back nothing is lived through again.
const DAYS_MAX: u32 = 366;

/// What a rule would have said.
#[derive(Clone, Debug, PartialEq)]
pub struct WouldPost {
    /// Which rule.
    pub rule: RuleId,
    /// When.
    pub at: Timestamp,
    /// The words; or the gap that could not be filled, so that it would have been silent.
    pub texts: Result<Vec<PublicationText>, Slot>,
}

/// A value, and when it was known.
#[derive(Clone, Debug)]
struct Known {
    heard_at: Timestamp,
    at: Timestamp,
    stream: DatastreamId,
    value: Value,
}

impl App {
    /// What these rules would have said in the last days, oldest first, by what the box still knows of them. They need not be in the folder.
    pub fn replay_rules(&self, rules: &[Rule], days: u32, now: Timestamp) -> Result<Vec<WouldPost>, ReadError> {
        let from = now - Duration::from_hours(24 * u64::from(days.min(DAYS_MAX)));
        let snapshot = self.store().read()?;
        let mut by_place: BTreeMap<Option<&model::PlaceId>, Vec<&Rule>> = BTreeMap::new();
        for rule in rules {
            by_place.entry(rule.place.as_ref()).or_default().push(rule);
        }
        let mut posts = Vec::new();
        for (place, rules) in by_place {
            posts.extend(self.lived(&snapshot, place, &rules, &(from..now))?);
        }
        posts.sort_by(|one, other| (one.at, &one.rule).cmp(&(other.at, &other.rule)));
        Ok(posts)
    }

    fn lived(
        &self,
        snapshot: &Snapshot,
        place: Option<&model::PlaceId>,
        rules: &[&Rule],
        span: &Range<Timestamp>,
    ) -> Result<Vec<WouldPost>, StoreError> {
        let configured = self.configured();
        let municipality = &configured.municipality;
        let streams = self.streams();
        let happened = events(self, snapshot, rules)?;
        let all: Vec<Event> = happened.iter().map(|one| one.event.clone()).collect();
        let place = place.and_then(|id| municipality.place(id));
        let mut past =
            place.map(|place| PastPlace::read(self, &configured, snapshot, &streams, place, span)).transpose()?;
        // Of all places only what is usual is told, and that at the end of the span: it hardly differs within it.
        let every = if rules.iter().any(|rule| tells_summary(rule) && rule.place.is_none()) {
            self.every_view(snapshot, span.end)?
        } else {
            Vec::new()
        };
        let mut states: Vec<RuleState> = rules.iter().map(|_| RuleState::default()).collect();
        let mut posts = Vec::new();
        let mut now = span.start;
        while now < span.end {
            let viewed: Option<Viewed> = past.as_mut().map(|past| past.at(&configured, now));
            let seen_look = viewed.as_ref().map(|(card, _)| look(card, now, |sensor| self.sensor_silent_after(sensor)));
            for (rule, state) in rules.iter().zip(&mut states) {
                let step =
                    step(rule, state, now, Seen { look: seen_look.as_ref(), events: &all }, &municipality.calendar);
                let mut unsaid = false;
                for occasion in &step.posts {
                    let news = if let Trigger::Happens(happening) = &rule.when { Some(happening.news) } else { None };
                    let texts = Subject {
                        rule,
                        place: viewed.as_ref(),
                        summed: viewed.iter().chain(every.iter().filter(|_| rule.place.is_none())).collect(),
                        activity: title_of(&happened, occasion.activity.as_ref()).zip(news),
                        municipality,
                        now,
                    }
                    .texts();
                    unsaid |= texts.is_err();
                    let told = texts.is_ok()
                        || posts.last().is_none_or(|last: &WouldPost| last.rule != rule.id || last.texts != texts);
                    if told {
                        posts.push(WouldPost { rule: rule.id.clone(), at: now, texts });
                    }
                }
                // As in a round: what could not be said is tried again.
                *state = if unsaid { RuleState { since: step.state.since, ..state.clone() } } else { step.state };
            }
            let change = past.as_ref().and_then(PastPlace::next_change);
            now = change.filter(|at| *at > now).map_or(now + TICK, |at| at.min(now + TICK));
        }
        Ok(posts)
    }

    fn every_view(&self, snapshot: &Snapshot, now: Timestamp) -> Result<Vec<Viewed>, StoreError> {
        let municipality = self.municipality();
        let measured = municipality.places.iter().filter(|place| place.measure.is_some());
        let views = measured.map(|place| view(self, snapshot, &place.id, now)).collect::<Result<Vec<_>, _>>()?;
        Ok(views.into_iter().flatten().collect())
    }
}

/// A place as it was, moment after moment.
struct PastPlace {
    place: Place,
    /// Datastreams that its measure is made of.
    measured: Vec<DatastreamId>,
    /// Other datastreams that its page shows, as the page shows them.
    others: Vec<(DatastreamId, OtherValue)>,
    patience: (Duration, Duration),
    /// What was not known yet, soonest last.
    coming: Vec<Known>,
    latest: HashMap<DatastreamId, (Timestamp, Value)>,
    /// Visits of the last hour, and their sum.
    visits: VecDeque<(Timestamp, f64)>,
    hours: Vec<HourUse>,
    week: Option<(Day, Arc<Past>)>,
}

impl PastPlace {
    fn read(
        app: &App,
        configured: &Configured,
        snapshot: &Snapshot,
        streams: &Streams,
        place: &Place,
        span: &Range<Timestamp>,
    ) -> Result<Self, StoreError> {
        let measured = measured_by(streams, &configured.hidden, place);
        let others = configured.shown(streams, place);
        let mut coming = Vec::new();
        // A bathing place speaks once an hour: what was newest at the beginning is from before it.
        let from = span.start - Duration::from_hours(6);
        for id in measured.iter().chain(others.iter().map(|(id, _)| id)) {
            for observation in snapshot.observations(*id, from..span.end)?.rev().take(VALUES_MAX) {
                let observation = match observation {
                    Err(StoreError::Corrupt(_)) => continue,
                    found => found?,
                };
                coming.push(Known {
                    heard_at: observation.result_time.max(observation.phenomenon_time),
                    at: observation.phenomenon_time,
                    stream: *id,
                    value: observation.result,
                });
            }
        }
        coming.sort_by_key(|known| std::cmp::Reverse(known.heard_at));
        let range = Hour(Hour::of(span.start).0.saturating_sub(TYPICAL_HOURS))..Hour::of(span.end);
        let other_ids: Vec<DatastreamId> = others.iter().map(|(id, _)| *id).collect();
        Ok(Self {
            hours: place.measure.map_or(Ok(Vec::new()), |measure| hours(snapshot, &measured, measure, &range))?,
            patience: (app.silent_after(&place.id, &measured), app.silent_after(&place.id, &other_ids)),
            place: place.clone(),
            measured,
            others,
            coming,
            latest: HashMap::new(),
            visits: VecDeque::new(),
            week: None,
        })
    }

    /// When something new was known.
    fn next_change(&self) -> Option<Timestamp> {
        self.coming.last().map(|known| known.heard_at)
    }

    fn take_in(&mut self, now: Timestamp) {
        while let Some(known) = self.coming.pop_if(|known| known.heard_at <= now) {
            if self.place.measure == Some(Measure::Visits) && self.measured.contains(&known.stream) {
                self.visits.push_back((known.at, known.value.as_number().unwrap_or(0.0)));
            }
            let newest = self.latest.get(&known.stream).is_none_or(|(at, _)| *at <= known.at);
            if newest {
                self.latest.insert(known.stream, (known.at, known.value));
            }
        }
        // What came late may stand out of order; a few that are kept too long are not counted below.
        while self.visits.front().is_some_and(|(at, _)| *at + VISITS_SPAN <= now) {
            self.visits.pop_front();
        }
    }

    fn at(&mut self, configured: &Configured, now: Timestamp) -> Viewed {
        self.take_in(now);
        let others: Vec<OtherValue> = self
            .others
            .iter()
            .filter_map(|(id, shown)| {
                let (at, value) = self.latest.get(id)?;
                Some(OtherValue { value: value.clone(), at: *at, ..shown.clone() })
            })
            .collect();
        let Some(measure) = self.place.measure else {
            let freshness = freshness(others.iter().map(|o| o.at).max(), self.patience.1, now);
            return (PlaceCard { place: self.place.clone(), now: None, freshness, others }, None);
        };
        let latest = || self.measured.iter().filter_map(|id| self.latest.get(id));
        let amount: f64 = match measure {
            Measure::Visits => {
                self.visits.iter().filter(|(at, _)| *at + VISITS_SPAN > now).map(|(_, count)| count).sum()
            }
            Measure::PeopleNow | Measure::BaysTaken => latest().filter_map(|(_, value)| value.as_number()).sum(),
        };
        let freshness = freshness(latest().map(|(at, _)| *at).max(), self.patience.0, now);
        let past = self.past(configured, now);
        let fresh = matches!(freshness, crate::views::Freshness::Fresh(_));
        let use_now = fresh.then(|| configured.now(&self.place, measure, amount, &past, now));
        (PlaceCard { place: self.place.clone(), now: use_now, freshness, others }, Some(past))
    }

    /// What was usual on that day: of one hour of the week it is the same all day.
    fn past(&mut self, configured: &Configured, now: Timestamp) -> Arc<Past> {
        let calendar = &configured.municipality.calendar;
        let today = calendar.day(now);
        if let Some((day, past)) = &self.week
            && *day == today
        {
            return Arc::clone(past);
        }
        let hour = Hour::of(calendar.day_start(today));
        let first = Hour(hour.0.saturating_sub(TYPICAL_HOURS));
        let until = self.hours.partition_point(|one| one.hour < hour);
        let from = self.hours.partition_point(|one| one.hour < first);
        let days = (calendar, &configured.municipality.almanac);
        let week: TypicalWeek = typical(days, self.hours.get(from..until).unwrap_or_default(), today);
        let past = Arc::new(Past { hour, week, days: Vec::new(), years: Vec::new() });
        self.week = Some((today, Arc::clone(&past)));
        past
    }
}

impl Configured {
    /// The other datastreams that the page of a place shows, as it shows them but for their values.
    fn shown(&self, streams: &Streams, place: &Place) -> Vec<(DatastreamId, OtherValue)> {
        let measured = place.measure.map(word_of);
        let hidden = |sensor: &SensorId| self.hidden.contains(sensor);
        let of_place = streams.of_place(&place.id).iter();
        let shown = of_place.filter_map(|(id, stream)| {
            let property = model::property(&stream.property).filter(|word| self.gate.shows(word.name))?;
            if hidden(&stream.sensor) || measured == Some(property.name) {
                return None;
            }
            let value = OtherValue {
                sensor: stream.sensor.clone(),
                property: stream.property.clone(),
                part: stream.part.clone(),
                value: Value::Flag(false),
                unit: property.unit,
                at: Timestamp::from_ms(0),
            };
            Some((*id, value))
        });
        shown.collect()
    }
}
