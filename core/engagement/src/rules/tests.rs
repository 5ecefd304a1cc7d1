use super::*;
use model::{PlaceId, QuietHours, Reply, Slug};

const MINUTE: Duration = Duration::from_mins(1);

fn oslo() -> Calendar {
    Calendar::named("Europe/Oslo").unwrap()
}

fn at(text: &str) -> Timestamp {
    oslo().parse(text).unwrap()
}

fn library() -> PlaceId {
    Slug::new("library").unwrap()
}

fn rule(when: Trigger) -> Rule {
    Rule {
        id: Slug::new("busy").unwrap(),
        off: false,
        wording: format!("{when:?}"),
        when,
        until: None,
        place: Some(library()),
        quiet: None,
        at_most: 24,
        texts: Vec::new(),
        picture: false,
        reply: Reply::Page,
        channels: None,
        approval: false,
        valid_for: Duration::from_hours(2),
    }
}

fn when(quantity: Quantity, than: Than, bound: Bound, minutes: u64) -> Condition {
    Condition { place: library(), test: Test::Is(quantity, than, bound), held_for: Duration::from_mins(minutes) }
}

fn people(count: u32) -> Look {
    let count = crate::Gate::new(5).count(count.into());
    Look { amount: Some(count), capacity: Some(60), ..Look::default() }
}

/// Lives through looks that are a minute apart, and gives the minutes of the posts.
fn lived(rule: &Rule, from: Timestamp, looks: &[Look]) -> Vec<usize> {
    let (mut state, mut posts) = (RuleState::default(), Vec::new());
    for (minute, look) in looks.iter().enumerate() {
        let now = from + MINUTE * u32::try_from(minute).unwrap();
        let step = step(rule, &state, now, Seen { look: Some(look), events: &[] }, &oslo());
        posts.extend(step.posts.iter().map(|_| minute));
        state = step.state;
    }
    posts
}

#[test]
fn speaks_once_when_the_condition_has_held_long_enough() {
    let busy = rule(Trigger::Holds(when(Quantity::Occupancy, Than::Above, Bound::Number(80.0), 20)));
    let looks: Vec<Look> = (0..120).map(|minute| people(if minute < 10 { 30 } else { 50 })).collect();
    assert_eq!(lived(&busy, at("2026-11-23 12:00"), &looks), [30]);
    let short: Vec<Look> = (0..120).map(|minute| people(if minute % 20 == 19 { 40 } else { 50 })).collect();
    assert_eq!(lived(&busy, at("2026-11-23 12:00"), &short), [] as [usize; 0], "it never held for 20 minutes");
}

#[test]
fn what_flutters_about_the_threshold_is_one_occasion() {
    let busy = rule(Trigger::Holds(when(Quantity::Amount, Than::Above, Bound::Number(40.0), 0)));
    let looks: Vec<Look> = (0..60).map(|minute| people(if minute % 2 == 0 { 41 } else { 39 })).collect();
    assert_eq!(lived(&busy, at("2026-11-23 12:00"), &looks), [0]);
    // With an end of its own it may speak again as soon as that was reached.
    let until = Some(when(Quantity::Amount, Than::Below, Bound::Number(40.0), 0));
    assert_eq!(
        lived(&Rule { until, at_most: 3, ..busy }, at("2026-11-23 12:00"), &looks),
        [0, 2, 4],
        "and no more a day"
    );
}

#[test]
fn is_silent_in_quiet_hours_and_speaks_after_them_if_it_is_still_so() {
    let quiet = Some(QuietHours { from: 12 * 60, to: 13 * 60 });
    let busy = Rule { quiet, ..rule(Trigger::Holds(when(Quantity::Amount, Than::AtLeast, Bound::Number(40.0), 5))) };
    let all: Vec<Look> = (0..90).map(|_| people(45)).collect();
    assert_eq!(lived(&busy, at("2026-11-23 12:00"), &all), [60]);
    let over: Vec<Look> = (0..90).map(|minute| people(if minute < 50 { 45 } else { 10 })).collect();
    assert_eq!(lived(&busy, at("2026-11-23 12:00"), &over), [] as [usize; 0]);
}

#[test]
fn silence_is_no_answer_and_does_not_end_what_was_told() {
    let busy = rule(Trigger::Holds(when(Quantity::Amount, Than::Above, Bound::Number(40.0), 10)));
    let looks: Vec<Look> = (0..90)
        .map(|minute| if (5..8).contains(&minute) || (30..60).contains(&minute) { Look::default() } else { people(50) })
        .collect();
    assert_eq!(
        lived(&busy, at("2026-11-23 12:00"), &looks),
        [18],
        "it held for ten minutes after the silence, and once"
    );
}

#[test]
fn no_threshold_can_be_set_so_that_a_post_tells_a_hidden_count() {
    for limit in 0..5 {
        for (than, count) in [(Than::Above, 4), (Than::AtLeast, 4), (Than::Below, 0), (Than::AtMost, 0)] {
            for hidden in [count, 0, 1, 2, 3, 4] {
                let held = truth(&Test::Is(Quantity::Amount, than, Bound::Number(limit.into())), &people(hidden));
                let first = truth(&Test::Is(Quantity::Amount, than, Bound::Number(limit.into())), &people(0));
                assert_eq!(held, first, "{than:?} {limit}: {hidden} people look as none");
            }
        }
    }
    let below = |limit: f64| truth(&Test::Is(Quantity::Amount, Than::Below, Bound::Number(limit)), &people(3));
    assert_eq!((below(4.0), below(5.0)), (Truth::No, Truth::Yes), "fewer than 5 is what the page says");
    let free = |limit: f64| truth(&Test::Is(Quantity::Free, Than::Above, Bound::Number(limit)), &people(3));
    assert_eq!((free(55.0), free(56.0)), (Truth::Yes, Truth::No));
}

#[test]
fn against_the_usual_it_holds_only_when_both_are_known_well_enough() {
    let busy = |amount: u32, usual: u32| {
        let look = Look { usual: people(usual).amount, ..people(amount) };
        truth(&Test::Is(Quantity::Amount, Than::Above, Bound::UsualBy(50.0)), &look)
    };
    assert_eq!((busy(31, 20), busy(30, 20)), (Truth::Yes, Truth::No));
    assert_eq!((busy(6, 3), busy(7, 0)), (Truth::No, Truth::Yes), "a hidden usual may be as much as four");
    let calm = |amount: u32, usual: u32| {
        let look = Look { usual: people(usual).amount, ..people(amount) };
        truth(&Test::Is(Quantity::Amount, Than::Below, Bound::UsualBy(50.0)), &look)
    };
    assert_eq!((calm(0, 20), calm(0, 8), calm(9, 20)), (Truth::Yes, Truth::No, Truth::Yes));
    assert_eq!(truth(&Test::Is(Quantity::Amount, Than::Above, Bound::UsualBy(0.0)), &people(50)), Truth::No);
}

#[test]
fn a_clock_that_is_set_back_makes_nobody_say_a_thing_twice() {
    let busy = Rule { at_most: 1, ..rule(Trigger::Holds(when(Quantity::Amount, Than::Above, Bound::Number(40.0), 0))) };
    let look = people(50);
    let seen = Seen { look: Some(&look), events: &[] };
    let now = at("2026-11-23 12:00");
    let first = step(&busy, &RuleState::default(), now, seen, &oslo());
    assert_eq!(first.posts.len(), 1);
    let calm = people(10);
    let over = Seen { look: Some(&calm), events: &[] };
    let mut state = first.state;
    for minute in 0..30 {
        state = step(&busy, &state, now + MINUTE * minute, over, &oslo()).state;
    }
    let back = step(&busy, &state, now - Duration::from_hours(1), seen, &oslo());
    assert!(matches!(back.stand, Stand::Enough(_)), "{:?}", back.stand);
}

#[test]
fn a_time_is_told_once_and_not_when_it_was_missed() {
    let friday = Trigger::At(Schedule { days: [false, false, false, false, true, false, false], minute: 14 * 60 });
    let weekly = rule(friday);
    let told = |state: &RuleState, now: &str| step(&weekly, state, at(now), Seen::default(), &oslo());
    let new = told(&RuleState::default(), "2026-11-20 14:10");
    assert!(new.posts.is_empty(), "a new rule does not tell what was before it");
    assert_eq!(new.next, Some(at("2026-11-27 14:00")));
    let due = told(&new.state, "2026-11-27 14:00");
    assert_eq!(due.posts[0].name(&weekly), "rule/busy/2026-11-27T13:00:00.000Z");
    assert!(told(&due.state, "2026-11-27 14:01").posts.is_empty());
    assert!(told(&due.state, "2026-11-27 13:30").posts.is_empty(), "the clock was set back");
    assert!(told(&told(&due.state, "2026-11-27 13:30").state, "2026-11-27 14:00").posts.is_empty());
    assert!(told(&new.state, "2026-11-27 15:30").posts.is_empty(), "the box was off");
    // A clock that had been weeks ahead does not make the rule wait for them.
    let ahead = told(&due.state, "2027-02-01 10:00");
    let right = told(&ahead.state, "2026-11-28 10:00");
    assert_eq!(told(&right.state, "2026-12-04 14:00").posts.len(), 1);
}

#[test]
fn news_of_an_activity_is_told_once_each_and_after_the_night() {
    let happening = Happening { news: News::Opens, activity: None };
    let quiet = Some(QuietHours { from: 22 * 60, to: 7 * 60 });
    let opens = Rule { quiet, ..rule(Trigger::Happens(happening)) };
    let event = |when: &str, name: &str| Event { at: at(when), news: News::Opens, activity: Slug::new(name).unwrap() };
    let events =
        [event("2026-11-24 00:00", "map"), event("2026-11-24 00:00", "survey"), event("2026-11-20 08:00", "old")];
    let look =
        |state: &RuleState, now: &str| step(&opens, state, at(now), Seen { look: None, events: &events }, &oslo());
    let new = look(&RuleState::default(), "2026-11-23 12:00");
    assert_eq!((new.posts.len(), new.next), (0, Some(at("2026-11-24 00:00"))));
    let night = look(&new.state, "2026-11-24 00:00");
    assert_eq!(night.stand, Stand::Quiet(at("2026-11-24 07:00")));
    let morning = look(&night.state, "2026-11-24 07:00");
    let names: Vec<String> = morning.posts.iter().map(|post| post.name(&opens)).collect();
    assert_eq!(names.len(), 2);
    assert!(names[0].starts_with("rule/busy/map/") && names[1].starts_with("rule/busy/survey/"), "{names:?}");
    assert!(look(&morning.state, "2026-11-24 07:01").posts.is_empty());
    let one = Rule { at_most: 1, ..opens };
    let first = step(&one, &night.state, at("2026-11-24 07:00"), Seen { look: None, events: &events }, &oslo());
    assert_eq!((first.posts.len(), first.next), (1, Some(at("2026-11-25 00:00"))), "the other waits for its day");
}

#[test]
fn another_wording_begins_anew_and_a_rule_switched_off_forgets() {
    let busy = rule(Trigger::Holds(when(Quantity::Amount, Than::Above, Bound::Number(40.0), 0)));
    let look = people(50);
    let seen = Seen { look: Some(&look), events: &[] };
    let now = at("2026-11-23 12:00");
    let told = step(&busy, &RuleState::default(), now, seen, &oslo()).state;
    let other = Rule { wording: "other".to_owned(), ..busy.clone() };
    let again = step(&other, &told, now + MINUTE, seen, &oslo());
    assert_eq!((again.posts.len(), again.state.posts.len()), (1, 2), "and how often it spoke today stays");
    let off = step(&Rule { off: true, ..busy }, &told, now + MINUTE, seen, &oslo());
    assert_eq!((off.stand, off.state.told), (Stand::Off, None));
}
