//! iCalendar (RFC 5545) of activities: the day each opens and its last day, or its hours when it lasts less than a day.

use super::{Subject, tag};
use crate::problem::Problem;
use crate::reader::Reader;
use crate::view::Fragment;
use axum::extract::Path;
use axum::response::Response;
use model::activity::Activity;
use model::{Day, Timestamp};

/// A line is at most so many octets, without its end (section 3.1).
const LINE_MAX: usize = 75;

/// `GET /{lang}/calendar.ics`
pub(super) async fn all(reader: Reader) -> Response {
    let name = Fragment::of(&reader.municipality.name, reader.language()).text;
    calendar(&reader, &name, |_| true)
}

/// `GET /{lang}/places/{id}/calendar.ics`
pub(super) async fn of_place(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let subject = Subject::place(&reader, &id)?;
    Ok(calendar(&reader, subject.name.as_deref().unwrap_or_default(), |one| subject.is_about(&one.places)))
}

/// `GET /{lang}/take-part/{id}/calendar.ics`
pub(super) async fn of_activity(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let activity = crate::take_part::hall(&reader.portal)?.public(&id)?;
    let name = Fragment::of(&activity.title, reader.language()).text;
    Ok(calendar(&reader, &name, |one| one.id == activity.id))
}

fn calendar(reader: &Reader, name: &str, is_wanted: impl Fn(&Activity) -> bool) -> Response {
    let mut lines = Lines::default();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Allting//Allting//EN", "CALSCALE:GREGORIAN"] {
        lines.put(line);
    }
    lines.put(&format!("X-WR-CALNAME:{}", escaped(name)));
    let activities = reader.portal.hall.as_ref().map(|hall| hall.app.activity_list()).unwrap_or_default();
    for activity in activities.iter().filter(|one| !one.draft && is_wanted(one)) {
        for event in events(activity, reader) {
            event.write(activity, reader, &mut lines);
        }
    }
    lines.put("END:VCALENDAR");
    reader.answer_if_new("text/calendar; charset=utf-8", lines.0)
}

/// What a calendar shows of an activity.
struct Event {
    /// The end of its name: one thing in the calendar keeps its name when its date moves.
    what: &'static str,
    title: String,
    when: [String; 2],
}

fn events(activity: &Activity, reader: &Reader) -> Vec<Event> {
    let calendar = &reader.municipality.calendar;
    let title = Fragment::of(&activity.title, reader.language()).text;
    let named = |key: &str| reader.speaker.text(key, &[("title", (&title).into())]);
    let whole_day = |what, key: &str, at: Timestamp| {
        let day = calendar.day(at);
        let when = [day, Day(day.0 + 1)].map(|day| day.to_string().replace('-', ""));
        let [start, end] = when;
        Event {
            what,
            title: named(key),
            when: [format!("DTSTART;VALUE=DATE:{start}"), format!("DTEND;VALUE=DATE:{end}")],
        }
    };
    let last = |closes: Timestamp| Timestamp::from_ms(closes.as_ms() - 1);
    match (activity.opens, activity.closes) {
        (Some(opens), Some(closes)) if opens < closes && calendar.day(opens) == calendar.day(last(closes)) => {
            let when = [format!("DTSTART:{}", utc(opens)), format!("DTEND:{}", utc(closes))];
            vec![Event { what: "held", title, when }]
        }
        (opens, closes) => {
            let opens = opens.map(|at| whole_day("opens", "calendar-opens", at));
            let closes = closes.map(|at| whole_day("closes", "calendar-closes", last(at)));
            opens.into_iter().chain(closes).collect()
        }
    }
}

impl Event {
    fn write(&self, activity: &Activity, reader: &Reader, lines: &mut Lines) {
        let language = reader.language();
        let name = tag(reader, &format!("activity/{}/{}", activity.id, self.what));
        let today = reader.municipality.calendar.day(reader.now);
        let places = activity.places.iter().map(|(_, name)| Fragment::of(name, language).text);
        lines.put("BEGIN:VEVENT");
        lines.put(&format!("UID:{}", escaped(&name)));
        // When the file was made: the day is near enough, and the same file all day long need not be sent again.
        lines.put(&format!("DTSTAMP:{}", utc(reader.municipality.calendar.day_start(today))));
        self.when.iter().for_each(|when| lines.put(when));
        lines.put(&format!("SUMMARY:{}", escaped(&self.title)));
        let place = places.collect::<Vec<_>>().join(", ");
        let purpose = Fragment::of(&activity.purpose, language).text;
        for (what, text) in [("LOCATION", place), ("DESCRIPTION", purpose)] {
            if !text.is_empty() {
                lines.put(&format!("{what}:{}", escaped(&text)));
            }
        }
        lines.put(&format!("URL:{}/{language}/take-part/{}", reader.origin(), activity.id));
        lines.put("TRANSP:TRANSPARENT");
        lines.put("END:VEVENT");
    }
}

/// `20261119T140500Z`
fn utc(at: Timestamp) -> String {
    let text = at.to_string();
    let (date, time) = text.split_once('T').unwrap_or((&text, "00:00:00"));
    let time: String = time.chars().take(8).collect();
    format!("{}T{}Z", date.replace('-', ""), time.replace(':', ""))
}

/// A text as a value (section 3.3.11).
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => safe.extend(['\\', c]),
            '\n' => safe.push_str("\\n"),
            c if c.is_control() => {}
            c => safe.push(c),
        }
    }
    safe
}

/// Lines, folded where they are too long.
#[derive(Default)]
struct Lines(String);

impl Lines {
    fn put(&mut self, line: &str) {
        let mut room = LINE_MAX;
        for c in line.chars() {
            if c.len_utf8() > room {
                // The space that begins a continued line counts.
                self.0.push_str("\r\n ");
                room = LINE_MAX - 1;
            }
            room -= c.len_utf8();
            self.0.push(c);
        }
        self.0.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_between_letters() {
        let mut lines = Lines::default();
        lines.put(&format!("SUMMARY:{}", "\u{e5}".repeat(100)));
        assert!(lines.0.lines().all(|line| line.len() <= LINE_MAX && !line.is_empty()));
        assert_eq!(lines.0.replace("\r\n ", ""), format!("SUMMARY:{}\r\n", "\u{e5}".repeat(100)));
    }

    #[test]
    fn a_title_cannot_bring_a_line_along() {
        assert_eq!(escaped("a;b,c\\d\r\nEND:VEVENT"), "a\\;b\\,c\\\\d\\nEND:VEVENT");
    }

    #[test]
    fn a_moment_is_written_in_utc() {
        assert_eq!(utc(Timestamp::from_seconds(1_795_097_100)), "20261119T140500Z");
    }
}
