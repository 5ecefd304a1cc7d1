use crate::activity::ActivityId;
use crate::{Busyness, Calendar, ChannelId, Day, Language, PlaceId, Slug, Timestamp};
use std::time::Duration;

mod template;

pub use template::{Piece, Slot, Template, TemplateFault};

/// Name of a rule: that of its file.
pub type RuleId = Slug;

/// When the box says something by itself, and what.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Which one.
    pub id: RuleId,
    /// It says nothing for now.
    pub off: bool,
    /// When it speaks.
    pub when: Trigger,
    /// What must hold before it may speak again; unless written, that its condition was over for a while.
    pub until: Option<Condition>,
    /// `when` and `until` as written: what was found out about other wording says nothing about this one.
    pub wording: String,
    /// What it tells of; none where it is about all places, or about an activity.
    pub place: Option<PlaceId>,
    /// Hours of the day at which it is silent.
    pub quiet: Option<QuietHours>,
    /// Posts on one local day, at most.
    pub at_most: u8,
    /// What it says, best language first. Never empty.
    pub texts: Vec<RuleText>,
    /// A picture of the place goes with it.
    pub picture: bool,
    /// Where people can answer.
    pub reply: Reply,
    /// By which channels; none: by all.
    pub channels: Option<Vec<ChannelId>>,
    /// A second pair of eyes looks at each post before it leaves.
    pub approval: bool,
    /// So long a post is worth sending.
    pub valid_for: Duration,
}

/// What makes a rule speak.
#[derive(Clone, Debug, PartialEq)]
pub enum Trigger {
    /// Something holds at a place.
    Holds(Condition),
    /// The clock.
    At(Schedule),
    /// Something happens to an activity.
    Happens(Happening),
}

/// Something that holds at a place, for a while.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Where.
    pub place: PlaceId,
    /// What.
    pub test: Test,
    /// For how long it must have held.
    pub held_for: Duration,
}

/// A question about a place with the answer yes or no.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// A number against a bound.
    Is(Quantity, Than, Bound),
    /// The word that the page of the place says.
    Mood(Busyness),
}

/// What is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// What the place is told by: people, visits in the last hour, or taken bays.
    Amount,
    /// The same as a part of what the place is made for, percent.
    Occupancy,
    /// How many more there is room for.
    Free,
    /// A word of the vocabulary that is about the place: `water-temperature`.
    Value(String),
}

/// On which side of a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Than {
    /// More.
    Above,
    /// So much or more.
    AtLeast,
    /// Less.
    Below,
    /// So much or less.
    AtMost,
}

/// What is compared with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// A number, in the unit of the quantity.
    Number(f64),
    /// The usual amount of this hour of the week, and so many percent of it beyond.
    UsualBy(f64),
}

/// Local times at which something is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// On which weekdays, Monday first.
    pub days: [bool; 7],
    /// Minute of the day, 0 to 1439.
    pub minute: u16,
}

/// What happens to which activity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Happening {
    /// What.
    pub news: News,
    /// To which one; none: to any.
    pub activity: Option<ActivityId>,
}

/// What can happen to an activity that people want to hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum News {
    /// Answers are taken from now on.
    Opens,
    /// No more answers are taken.
    Closes,
    /// Its report was published.
    Reported,
    /// Staff said what came of what people put forward.
    OutcomeSet,
}

/// Hours of the day, over midnight when they end before they begin. Minutes of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// From.
    pub from: u16,
    /// Until.
    pub to: u16,
}

/// What a rule says in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleText {
    /// Which.
    pub language: Language,
    /// One line.
    pub title: Template,
    /// What stands under it.
    pub body: Template,
}

/// Where a post sends people who want to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// To no page.
    Nowhere,
    /// To the page of what it tells of: there they can answer too.
    Page,
    /// To this activity.
    Activity(ActivityId),
}

/// What a rule knows from one look to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleState {
    /// The wording that this is about.
    pub wording: String,
    /// Since when its condition holds.
    pub since: Option<Timestamp>,
    /// It has spoken of what began then, and waits for the end of it.
    pub told: Option<Timestamp>,
    /// Since when that may be over.
    pub over_since: Option<Timestamp>,
    /// Times and events up to here are dealt with.
    pub handled: Option<Timestamp>,
    /// When it spoke, newest last; as many as a day can have.
    pub posts: Vec<Timestamp>,
}

impl Rule {
    /// Posts on one day that a rule may be allowed at all: one an hour.
    pub const AT_MOST_MAX: u8 = 24;

    /// The text for a reader of a language: that one, or the rule's first.
    pub fn text(&self, language: Language) -> Option<&RuleText> {
        self.texts.iter().find(|text| text.language == language).or_else(|| self.texts.first())
    }
}

impl Schedule {
    /// The newest moment up to `now` at which it was due. A local time that a change of the clock skips is due an hour later; one that
    /// comes twice is due once.
    pub fn last_until(&self, calendar: &Calendar, now: Timestamp) -> Option<Timestamp> {
        let today = calendar.day(now);
        (0..8).filter_map(|back| self.on(calendar, Day(today.0 - back))).find(|due| *due <= now)
    }

    /// The next moment after `now` at which it is due.
    pub fn next_after(&self, calendar: &Calendar, now: Timestamp) -> Option<Timestamp> {
        let today = calendar.day(now);
        (0..9).filter_map(|ahead| self.on(calendar, Day(today.0 + ahead))).find(|due| *due > now)
    }

    fn on(&self, calendar: &Calendar, day: Day) -> Option<Timestamp> {
        let is_due = self.days.get(usize::from(day.weekday())).copied().unwrap_or(false);
        is_due.then(|| calendar.at(day, self.minute))
    }
}

impl QuietHours {
    /// Whether a minute of the day lies in them.
    pub const fn contains(self, minute: u16) -> bool {
        if self.from <= self.to {
            self.from <= minute && minute < self.to
        } else {
            minute >= self.from || minute < self.to
        }
    }

    /// When they end, if it is quiet now.
    pub fn until(self, calendar: &Calendar, now: Timestamp) -> Option<Timestamp> {
        let local = calendar.civil(now);
        let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0);
        if !self.contains(minute) {
            return None;
        }
        let today = calendar.day(now);
        let end = calendar.at(today, self.to);
        Some(if end > now { end } else { calendar.at(Day(today.0 + 1), self.to) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn oslo() -> Calendar {
        Calendar::named("Europe/Oslo").unwrap()
    }

    fn at(text: &str) -> Timestamp {
        oslo().parse(text).unwrap()
    }

    #[test]
    fn a_friday_at_14_is_found_before_and_after() {
        let fridays = Schedule { days: [false, false, false, false, true, false, false], minute: 14 * 60 };
        let sunday = at("2026-11-22 10:00");
        assert_eq!(fridays.last_until(&oslo(), sunday), Some(at("2026-11-20 14:00")));
        assert_eq!(fridays.next_after(&oslo(), sunday), Some(at("2026-11-27 14:00")));
        let itself = at("2026-11-20 14:00");
        assert_eq!(fridays.last_until(&oslo(), itself), Some(itself));
        assert_eq!(fridays.next_after(&oslo(), itself), Some(at("2026-11-27 14:00")));
    }

    #[test]
    fn the_nights_on_which_the_clock_changes_have_each_time_once() {
        let daily = Schedule { days: [true; 7], minute: 2 * 60 + 30 };
        // 2026-03-29 has no 02:30, and 2026-10-25 has it twice.
        for (noon, due) in [("2026-03-29 12:00", 1_774_747_800), ("2026-10-25 12:00", 1_792_888_200)] {
            let due = Timestamp::from_seconds(due);
            assert_eq!(daily.last_until(&oslo(), at(noon)), Some(due), "{noon}");
            let before = daily.last_until(&oslo(), due - Duration::from_millis(1)).unwrap();
            assert_eq!(oslo().day(before).0, oslo().day(due).0 - 1, "{noon}");
        }
    }

    #[test]
    fn quiet_hours_go_over_midnight() {
        let quiet = QuietHours { from: 21 * 60, to: 7 * 60 };
        assert_eq!(quiet.until(&oslo(), at("2026-11-22 20:59")), None);
        assert_eq!(quiet.until(&oslo(), at("2026-11-22 21:00")), Some(at("2026-11-23 07:00")));
        assert_eq!(quiet.until(&oslo(), at("2026-11-23 06:59")), Some(at("2026-11-23 07:00")));
        assert_eq!(quiet.until(&oslo(), at("2026-11-23 07:00")), None);
    }
}
