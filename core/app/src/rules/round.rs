//! The task that lets rules look: when something of their place changed, when their time has come, and once a minute in any case.

use super::looking::{Happened, Subject, Views, events, look, tells_summary, title_of};
use super::posts::{Ready, write};
use super::{Painter, Stood};
use crate::past::Viewed;
use crate::portal::App;
use crate::radio::Clock;
use engagement::rules::{Event, Occasion, Seen, Stand, Step, step};
use model::{ClockQuality, Municipality, PlaceId, Rule, RuleId, RuleState, Timestamp, Trigger};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use store::{Durability, Snapshot, StoreError};
use tokio::runtime::Handle;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::watch;
use tokio::time::sleep;

/// Silence, usual hours and what slides out of "the last hour" change without an uplink: so often every rule looks.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// Lets rules look until `stopped` turns true. A round under way is finished first.
pub async fn run_rules(app: Arc<App>, painter: Arc<dyn Painter>, clock: Clock, stopped: watch::Receiver<bool>) {
    let runtime = Handle::current();
    // A thread of its own: the data file blocks, and a picture takes a moment.
    let ended = tokio::task::spawn_blocking(move || runtime.block_on(watch_over(app, painter, clock, stopped))).await;
    if let Err(error) = ended {
        tracing::error!(%error, "the rules ended unexpectedly; they begin again with the next start");
    }
}

async fn watch_over(app: Arc<App>, painter: Arc<dyn Painter>, clock: Clock, mut stopped: watch::Receiver<bool>) {
    let (mut places, mut activities) = (app.follow_places(), app.follow_activities());
    let mut rounds = Rounds::new(Arc::clone(&app), Some(painter));
    let mut which = Which::All;
    while !*stopped.borrow() {
        let now = clock();
        let wait = match rounds.round(now, &which) {
            Ok(next) => next.map_or(LOOK_EVERY, |next| next.since(now)).min(LOOK_EVERY),
            Err(error) => {
                tracing::warn!(%error, "the rules could not look; they try again in a minute");
                LOOK_EVERY
            }
        };
        which = tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => return,
            changed = places.recv() => whose(changed, &mut places),
            _ = activities.recv() => {
                // One look for all that came at once.
                while activities.try_recv().is_ok() {}
                Which::All
            }
            () = app.rules.changed.notified() => Which::All,
            () = sleep(wait) => Which::All,
        };
    }
}

/// The places that changed, all that came at once.
fn whose(first: Result<PlaceId, RecvError>, places: &mut Receiver<PlaceId>) -> Which {
    let Ok(first) = first else { return Which::All };
    let mut changed = BTreeSet::from([first]);
    loop {
        match places.try_recv() {
            Ok(place) => drop(changed.insert(place)),
            Err(TryRecvError::Lagged(_)) => return Which::All,
            Err(TryRecvError::Empty | TryRecvError::Closed) => return Which::At(changed),
        }
    }
}

/// Which rules look.
pub(super) enum Which {
    All,
    /// Those of these places, and those whose time has come.
    At(BTreeSet<PlaceId>),
}

/// What goes from round to round.
pub(super) struct Rounds {
    app: Arc<App>,
    painter: Option<Arc<dyn Painter>>,
    /// When rules want to look again.
    next: BTreeMap<RuleId, Timestamp>,
}

/// What came of the look of one rule.
struct Looked {
    id: RuleId,
    before: RuleState,
    step: Step,
    ready: Vec<Ready>,
}

impl Rounds {
    pub(super) fn new(app: Arc<App>, painter: Option<Arc<dyn Painter>>) -> Self {
        Self { app, painter, next: BTreeMap::new() }
    }

    /// One round; gives when the next one is wanted.
    pub(super) fn round(&mut self, now: Timestamp, which: &Which) -> Result<Option<Timestamp>, StoreError> {
        let rules = self.app.rule_list();
        self.next.retain(|id, _| rules.iter().any(|rule| rule.id == *id));
        // What is not known to be now is not said of now.
        if self.app.time().is_some_and(|time| time.health().quality == ClockQuality::Unknown) {
            let stood = |rule: &Rule| (rule.id.clone(), Stood { stand: Stand::TimeUnknown, unfilled: None });
            let mut stands = self.app.rules.stands.lock().unwrap_or_else(PoisonError::into_inner);
            *stands = rules.iter().map(stood).collect();
            return Ok(None);
        }
        if matches!(which, Which::All) {
            self.app.expire_publications(now)?;
        }
        let asked: Vec<&Rule> = rules.iter().filter(|rule| self.is_asked(rule, which, now)).collect();
        if !asked.is_empty() {
            let looked = self.look(&asked, now)?;
            self.keep(looked, now)?;
        }
        Ok(self.next.values().min().copied())
    }

    fn is_asked(&self, rule: &Rule, which: &Which, now: Timestamp) -> bool {
        match which {
            Which::All => true,
            Which::At(places) => {
                rule.place.as_ref().is_some_and(|place| places.contains(place))
                    || self.next.get(&rule.id).is_some_and(|next| *next <= now)
            }
        }
    }

    fn look(&mut self, asked: &[&Rule], now: Timestamp) -> Result<Vec<Looked>, StoreError> {
        let municipality = self.app.municipality();
        let snapshot = self.app.store().read()?;
        let mut views = Views::default();
        let happened = events(&self.app, &snapshot, asked)?;
        let all: Vec<Event> = happened.iter().map(|one| one.event.clone()).collect();
        let mut looked = Vec::new();
        for rule in asked {
            let before = snapshot.rule_state(&rule.id)?;
            let viewed = match &rule.place {
                Some(place) => views.of(&self.app, &snapshot, place, now)?,
                None => None,
            };
            let patience = |sensor: &model::SensorId| self.app.sensor_silent_after(sensor);
            let look = viewed.map(|(card, _)| look(card, now, patience));
            let seen = Seen { look: look.as_ref(), events: &all };
            let step = step(rule, &before, now, seen, &municipality.calendar);
            match step.next {
                Some(next) => drop(self.next.insert(rule.id.clone(), next)),
                None => drop(self.next.remove(&rule.id)),
            }
            let one = self.written(rule, (before, step), &mut views, (&snapshot, &happened), &municipality, now)?;
            looked.push(one);
        }
        Ok(looked)
    }

    /// What a rule has to say, written. Where a gap cannot be filled nothing is said, and the rule looks again as if it had not spoken.
    fn written(
        &self,
        rule: &Rule,
        (before, mut step): (RuleState, Step),
        views: &mut Views,
        (snapshot, happened): (&Snapshot, &[Happened]),
        municipality: &Municipality,
        now: Timestamp,
    ) -> Result<Looked, StoreError> {
        let mut ready = Vec::new();
        let mut unfilled = None;
        if !step.posts.is_empty() {
            if tells_summary(rule) && rule.place.is_none() {
                for place in municipality.places.iter().filter(|place| place.measure.is_some()) {
                    views.of(&self.app, snapshot, &place.id, now)?;
                }
            }
            for occasion in &step.posts {
                let subject = subject(rule, occasion, views, happened, municipality, now);
                match write(&subject, occasion, self.painter.as_deref()) {
                    Ok(one) => ready.push(one),
                    Err(slot) => unfilled = Some(slot),
                }
            }
        }
        let stood = Stood { stand: step.stand, unfilled };
        let told = self.app.rules.stands.lock().unwrap_or_else(PoisonError::into_inner).insert(rule.id.clone(), stood);
        if let Some(slot) = unfilled {
            if told.is_none_or(|told| told.unfilled != unfilled) {
                tracing::warn!("rule {} is silent: `{{{}}}` in its text is not known now", rule.id, slot.word());
            }
            if ready.is_empty() {
                // It may be known at the next look. Since when the condition holds stays as it is.
                step.state = RuleState { since: step.state.since, ..before.clone() };
            }
        }
        Ok(Looked { id: rule.id.clone(), before, step, ready })
    }

    /// What rules know and what they say, in one transaction. Only what is said must be on disk at once: what a rule knows it could find
    /// out again.
    fn keep(&self, looked: Vec<Looked>, now: Timestamp) -> Result<(), StoreError> {
        let changed: Vec<Looked> =
            looked.into_iter().filter(|one| one.step.state != one.before || !one.ready.is_empty()).collect();
        if changed.is_empty() {
            return Ok(());
        }
        let municipality = self.app.municipality();
        let tx = self.app.store().begin(&municipality.calendar)?;
        let mut said = Vec::new();
        for one in &changed {
            for ready in &one.ready {
                if self.app.publish(&tx, &ready.record, ready.picture.as_ref())? {
                    said.push(&ready.record.name);
                }
            }
            tx.put_rule_state(&one.id, &one.step.state);
        }
        tx.commit(if said.is_empty() { Durability::Soon } else { Durability::Now })?;
        for name in &said {
            tracing::info!("{name} came true at {now}");
        }
        if !said.is_empty() {
            self.app.outbox_changed();
        }
        Ok(())
    }
}

fn subject<'a>(
    rule: &'a Rule,
    occasion: &Occasion,
    views: &'a Views,
    happened: &'a [Happened],
    municipality: &'a Municipality,
    now: Timestamp,
) -> Subject<'a> {
    let place = rule.place.as_ref().and_then(|place| views.seen(place));
    let summed: Vec<&Viewed> = match place {
        Some(own) => vec![own],
        None => municipality.places.iter().filter_map(|place| views.seen(&place.id)).collect(),
    };
    let news = if let Trigger::Happens(happening) = &rule.when { Some(happening.news) } else { None };
    let activity = title_of(happened, occasion.activity.as_ref()).zip(news);
    Subject { rule, place, summed, activity, municipality, now }
}
