//! When a rule speaks. Pure: the same looks give the same posts, whether they are made now or a month is lived through again.
//!
//! A rule looks at what the public may know of a place and at nothing else. So no post can tell more than the page of the place does,
//! however its threshold is set: of a hidden count it is only known that it lies under `smallest_count`, and a condition holds when it
//! holds for every number that it could be.

use crate::PublicCount;
use model::activity::ActivityId;
use model::{
    Bound, Busyness, Calendar, Condition, Happening, News, Quantity, Rule, RuleState, Schedule, Test, Than, Timestamp,
    Trigger,
};
use std::time::Duration;

/// What the public may know of a place at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Look {
    /// What the place is told by; none when it is silent, or nothing is counted there.
    pub amount: Option<PublicCount>,
    /// The usual amount of this hour of the week.
    pub usual: Option<PublicCount>,
    /// The word that its page says.
    pub busyness: Option<Busyness>,
    /// How many it is made for.
    pub capacity: Option<u32>,
    /// What its other sensors say, by their words; none of it is old.
    pub values: Vec<(String, f64)>,
}

/// Something that happened to an activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// When.
    pub at: Timestamp,
    /// What.
    pub news: News,
    /// To which.
    pub activity: ActivityId,
}

/// What a rule is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Seen<'a> {
    /// The place it looks at; none for a rule that looks at none.
    pub look: Option<&'a Look>,
    /// What happened, and what is going to.
    pub events: &'a [Event],
}

/// Whether a condition holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// It does.
    Yes,
    /// It does not, or nobody may know.
    No,
    /// The sensors are silent: nothing is known.
    Silent,
}

/// How a rule stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// It is switched off.
    Off,
    /// Nobody told the box the time, so it says nothing of now.
    TimeUnknown,
    /// Nothing fresh is known of what it looks at.
    Silent,
    /// Its condition does not hold.
    No,
    /// Its condition holds, and has to until then.
    Soon(Timestamp),
    /// It has spoken of what began then, and waits until that is over.
    Told(Timestamp),
    /// It would speak, and it is quiet until then.
    Quiet(Timestamp),
    /// It would speak, and has spoken as often as it may until then.
    Enough(Timestamp),
    /// Its time comes then.
    Next(Timestamp),
    /// It waits for something to happen.
    Waits,
    /// It spoke just now.
    Spoke,
}

/// Why a post is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occasion {
    /// Since when its condition holds, when it was due, or when it happened: with the rule's name, this is the name of the post.
    pub since: Timestamp,
    /// What it is about, if it is about an activity.
    pub activity: Option<ActivityId>,
}

/// What came of a look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What the rule knows from now on.
    pub state: RuleState,
    /// How it stands.
    pub stand: Stand,
    /// What it has to say.
    pub posts: Vec<Occasion>,
    /// When it wants to look again, even if nothing happens.
    pub next: Option<Timestamp>,
}

/// A condition that flutters is one occasion: unless the rule says what ends it, it must have been over for so long.
const OVER_FOR_MIN: Duration = Duration::from_mins(15);
/// What was due longer ago is not told any more: the box was off, or its clock was wrong.
const LATE_MAX: Duration = Duration::from_hours(1);
/// News is news for a day.
const NEWS_FOR: Duration = Duration::from_hours(24);
/// A clock that is set back by more than this had been wrong: what was dealt with in its future says nothing.
const STEP_BACK_MAX: Duration = Duration::from_hours(24);
/// Fewer than so many people more or less are no difference to what is usual.
const DIFFERENCE_MIN: f64 = 2.0;

impl Occasion {
    /// The name of the post: no other has it, and the same occasion always has the same.
    pub fn name(&self, rule: &Rule) -> String {
        match &self.activity {
            Some(activity) => format!("rule/{}/{activity}/{}", rule.id, self.since),
            None => format!("rule/{}/{}", rule.id, self.since),
        }
    }
}

/// Whether a test holds for all that may be, of what is not told.
pub fn truth(test: &Test, look: &Look) -> Truth {
    let holds = match test {
        Test::Mood(mood) => look.amount.map(|_| look.busyness == Some(*mood)),
        Test::Is(quantity, than, bound) => {
            let Some(found) = range(quantity, look) else { return Truth::Silent };
            match bound {
                Bound::Number(number) => Some(compare(found, *than, *number)),
                Bound::UsualBy(percent) => Some(against_usual(found, *than, *percent, look)),
            }
        }
    };
    match holds {
        None => Truth::Silent,
        Some(true) => Truth::Yes,
        Some(false) => Truth::No,
    }
}

/// One look of a rule at what is.
pub fn step(rule: &Rule, state: &RuleState, now: Timestamp, seen: Seen<'_>, calendar: &Calendar) -> Step {
    let mut state = if state.wording == rule.wording { state.clone() } else { renewed(rule, state) };
    if rule.off {
        // Once it is switched on again, what is true then is new.
        (state.since, state.told, state.over_since, state.handled) = (None, None, None, None);
        return Step { state, stand: Stand::Off, posts: Vec::new(), next: None };
    }
    match &rule.when {
        Trigger::Holds(condition) => hold(rule, condition, state, now, seen.look, calendar),
        Trigger::At(schedule) => due(rule, *schedule, state, now, calendar),
        Trigger::Happens(happening) => happen(rule, happening, state, now, seen.events, calendar),
    }
}

/// What was found out about other wording is forgotten; how often the rule spoke is not.
fn renewed(rule: &Rule, state: &RuleState) -> RuleState {
    RuleState { wording: rule.wording.clone(), posts: state.posts.clone(), ..RuleState::default() }
}

fn hold(
    rule: &Rule,
    condition: &Condition,
    mut state: RuleState,
    now: Timestamp,
    look: Option<&Look>,
    calendar: &Calendar,
) -> Step {
    let truth_of = |condition: &Condition| look.map_or(Truth::Silent, |look| truth(&condition.test, look));
    let holds = truth_of(condition);
    state.since = (holds == Truth::Yes).then(|| state.since.filter(|since| *since <= now).unwrap_or(now));
    if let Some(told) = state.told {
        let (over, for_long) = match &rule.until {
            Some(until) => (truth_of(until) == Truth::Yes, until.held_for),
            None => (holds == Truth::No, condition.held_for.max(OVER_FOR_MIN)),
        };
        state.over_since = over.then(|| state.over_since.filter(|since| *since <= now).unwrap_or(now));
        match state.over_since {
            Some(since) if now >= since + for_long => (state.told, state.over_since) = (None, None),
            since => return wait(state, Stand::Told(told), since.map(|since| since + for_long)),
        }
    }
    let Some(since) = state.since else {
        let stand = if holds == Truth::Silent { Stand::Silent } else { Stand::No };
        return wait(state, stand, None);
    };
    let ripe = since + condition.held_for;
    if now < ripe {
        return wait(state, Stand::Soon(ripe), Some(ripe));
    }
    if let Some((stand, until)) = held_back(rule, &state, now, calendar) {
        return wait(state, stand, Some(until));
    }
    state.told = Some(since);
    speak(state, now, vec![Occasion { since, activity: None }], None)
}

fn due(rule: &Rule, schedule: Schedule, mut state: RuleState, now: Timestamp, calendar: &Calendar) -> Step {
    let next = schedule.next_after(calendar, now);
    let handled = state.handled.filter(|handled| handled.since(now) <= STEP_BACK_MAX);
    state.handled = Some(handled.map_or(now, |handled| handled.max(now)));
    let last = schedule.last_until(calendar, now);
    let fresh = last.filter(|last| handled.is_some_and(|handled| *last > handled) && now.since(*last) <= LATE_MAX);
    match fresh {
        Some(since) if held_back(rule, &state, now, calendar).is_none() => {
            speak(state, now, vec![Occasion { since, activity: None }], next)
        }
        _ => wait(state, next.map_or(Stand::Waits, Stand::Next), next),
    }
}

fn happen(
    rule: &Rule,
    happening: &Happening,
    mut state: RuleState,
    now: Timestamp,
    events: &[Event],
    calendar: &Calendar,
) -> Step {
    let is_meant = |event: &&Event| {
        event.news == happening.news && happening.activity.as_ref().is_none_or(|meant| *meant == event.activity)
    };
    let mut meant: Vec<&Event> = events.iter().filter(is_meant).collect();
    meant.sort_by_key(|event| (event.at, &event.activity));
    let next = meant.iter().map(|event| event.at).find(|at| *at > now);
    let Some(handled) = state.handled.filter(|handled| handled.since(now) <= STEP_BACK_MAX) else {
        state.handled = Some(now);
        return wait(state, Stand::Waits, next);
    };
    let fresh = meant.into_iter().filter(|event| event.at > handled && event.at <= now);
    let mut posts = Vec::new();
    for event in fresh.filter(|event| now.since(event.at) <= NEWS_FOR) {
        if let Some((stand, until)) = held_back(rule, &state, now, calendar) {
            // What is held back here is found again when that is over.
            let step =
                if posts.is_empty() { wait(state, stand, Some(until)) } else { spoken(state, posts, Some(until)) };
            return step;
        }
        state.handled = Some(event.at);
        posts.push(Occasion { since: event.at, activity: Some(event.activity.clone()) });
        note_post(&mut state, now);
    }
    state.handled = Some(handled.max(now));
    if posts.is_empty() {
        wait(state, next.map_or(Stand::Waits, Stand::Next), next)
    } else {
        spoken(state, posts, next)
    }
}

/// Why a rule that would speak may not, and until when.
fn held_back(rule: &Rule, state: &RuleState, now: Timestamp, calendar: &Calendar) -> Option<(Stand, Timestamp)> {
    if let Some(until) = rule.quiet.and_then(|quiet| quiet.until(calendar, now)) {
        return Some((Stand::Quiet(until), until));
    }
    let today = calendar.day(now);
    // A clock that was set back makes no room: what was said later today was said today.
    let said = state.posts.iter().filter(|at| **at >= calendar.day_start(today)).count();
    let tomorrow = calendar.day_start(model::Day(today.0 + 1));
    (said >= usize::from(rule.at_most)).then_some((Stand::Enough(tomorrow), tomorrow))
}

fn wait(state: RuleState, stand: Stand, next: Option<Timestamp>) -> Step {
    Step { state, stand, posts: Vec::new(), next }
}

fn speak(mut state: RuleState, now: Timestamp, posts: Vec<Occasion>, next: Option<Timestamp>) -> Step {
    note_post(&mut state, now);
    spoken(state, posts, next)
}

fn spoken(state: RuleState, posts: Vec<Occasion>, next: Option<Timestamp>) -> Step {
    Step { state, stand: Stand::Spoke, posts, next }
}

fn note_post(state: &mut RuleState, now: Timestamp) {
    state.posts.push(now);
    let too_many = state.posts.len().saturating_sub(usize::from(Rule::AT_MOST_MAX));
    state.posts.drain(..too_many);
}

/// All numbers that a count can be, of which only this is told.
fn bounds(count: PublicCount) -> (f64, f64) {
    match count {
        PublicCount::Exactly(number) => (number.into(), number.into()),
        PublicCount::FewerThan(limit) => (0.0, limit.saturating_sub(1).into()),
    }
}

/// From where to where what is looked at can lie; none when nothing is known.
fn range(quantity: &Quantity, look: &Look) -> Option<(f64, f64)> {
    let amount = look.amount.map(bounds);
    let capacity = look.capacity.map(f64::from).filter(|capacity| *capacity > 0.0);
    match quantity {
        Quantity::Amount => amount,
        Quantity::Occupancy => {
            amount.zip(capacity).map(|((low, high), full)| (low / full * 100.0, high / full * 100.0))
        }
        Quantity::Free => {
            amount.zip(capacity).map(|((low, high), full)| ((full - high).max(0.0), (full - low).max(0.0)))
        }
        Quantity::Value(word) => look.values.iter().find(|(name, _)| name == word).map(|(_, value)| (*value, *value)),
    }
}

fn compare((low, high): (f64, f64), than: Than, number: f64) -> bool {
    match than {
        Than::Above => low > number,
        Than::AtLeast => low >= number,
        Than::Below => high < number,
        Than::AtMost => high <= number,
    }
}

fn against_usual((low, high): (f64, f64), than: Than, percent: f64, look: &Look) -> bool {
    let Some((usual_low, usual_high)) = look.usual.map(bounds) else { return false };
    let part = percent / 100.0;
    match than {
        Than::Above | Than::AtLeast => {
            compare((low, high), than, usual_high * (1.0 + part)) && low - usual_high >= DIFFERENCE_MIN
        }
        Than::Below | Than::AtMost => {
            compare((low, high), than, usual_low * (1.0 - part)) && usual_low - high >= DIFFERENCE_MIN
        }
    }
}

#[cfg(test)]
mod tests;
