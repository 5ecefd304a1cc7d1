use super::super::{Almanac, Calendar, ChannelId, Day, Language, Slug, Timestamp, Words};
use std::str::FromStr;

/// A channel as the municipality wrote it down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelPlan {
    /// Its name in the folder.
    pub id: ChannelId,
    /// Its name for people.
    pub title: Words,
    /// Who speaks by it.
    pub plugin: Slug,
    /// What the plugin is told; JSON.
    pub settings: String,
    /// Whom it may reach.
    pub grants: Vec<HostGrant>,
    /// Root certificate of an issuer of the municipality's own, PEM.
    pub root: Option<Vec<u8>>,
    /// Languages it speaks, best first; never empty.
    pub languages: Vec<Language>,
    /// Posts a minute at most.
    pub per_minute: u32,
    /// When nothing is sent.
    pub quiet: Option<QuietHours>,
    /// Billable units a calendar month at most; none: no limit.
    pub cost_per_month: Option<u32>,
}

/// A host that a channel may reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostGrant {
    /// Name or address.
    pub host: String,
    /// Only that port; none: the usual one.
    pub port: Option<u16>,
    /// It is on the municipality's own network: private addresses and no encryption are fine.
    pub own: bool,
}

/// Hours of each day in which nothing is sent, local. They may go over midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuietHours {
    /// Minute of the day with which they begin.
    from: u16,
    /// Minute of the day with which they end.
    to: u16,
    /// Whether public holidays are quiet as a whole.
    holidays: bool,
}

/// A text is no span of hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("quiet hours are written as 22:00-07:00")]
pub struct ParseQuietHoursError;

/// Holidays follow one another for days, not for weeks.
const DAYS_LOOKED_AHEAD: i32 = 14;

impl QuietHours {
    /// The same hours, and public holidays as a whole, or not.
    #[must_use]
    pub const fn also_on_holidays(self, holidays: bool) -> Self {
        Self { holidays, ..self }
    }

    /// The end of the quiet in which `now` lies; none when it is not quiet.
    pub fn end(&self, calendar: &Calendar, almanac: &Almanac, now: Timestamp) -> Option<Timestamp> {
        if !self.is_quiet(calendar, almanac, now) {
            return None;
        }
        // The next moments at which quiet can end: the ends of hours, and of days.
        let today = calendar.day(now);
        let mut ends: Vec<Timestamp> = Vec::new();
        for ahead in 0..DAYS_LOOKED_AHEAD {
            let day = Day(today.0 + ahead);
            let midnight = calendar.day_start(day);
            let at = calendar.parse(&format!("{day} {:02}:{:02}", self.to / 60, self.to % 60)).unwrap_or(midnight);
            ends.extend([midnight, at]);
        }
        ends.sort_unstable();
        let end = ends.iter().find(|end| **end > now && !self.is_quiet(calendar, almanac, **end));
        end.or(ends.last()).copied()
    }

    fn is_quiet(self, calendar: &Calendar, almanac: &Almanac, at: Timestamp) -> bool {
        if self.holidays && almanac.holiday(calendar.day(at)).is_some() {
            return true;
        }
        let local = calendar.civil(at);
        let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0);
        if self.from <= self.to {
            (self.from..self.to).contains(&minute)
        } else {
            minute >= self.from || minute < self.to
        }
    }
}

impl FromStr for QuietHours {
    type Err = ParseQuietHoursError;

    fn from_str(text: &str) -> Result<Self, ParseQuietHoursError> {
        let minute = |text: &str| {
            let (hours, minutes) = text.trim().split_once(':').ok_or(ParseQuietHoursError)?;
            let number = |text: &str, below: u16| {
                let plain = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
                text.parse().ok().filter(|n: &u16| plain && *n < below).ok_or(ParseQuietHoursError)
            };
            Ok(number(hours, 24)? * 60 + number(minutes, 60)?)
        };
        let (from, to) = text.split_once('-').ok_or(ParseQuietHoursError)?;
        let (from, to) = (minute(from)?, minute(to)?);
        if from == to { Err(ParseQuietHoursError) } else { Ok(Self { from, to, holidays: false }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Country;

    #[test]
    fn quiet_hours_go_over_midnight_and_over_holidays() {
        let calendar = Calendar::named("Europe/Oslo").unwrap();
        let almanac = Almanac { country: Some(Country::Norway), school_breaks: Vec::new() };
        let end = |quiet: &QuietHours, at: &str| {
            let end = quiet.end(&calendar, &almanac, calendar.parse(at).unwrap())?;
            Some(calendar.civil(end).to_string())
        };
        let night: QuietHours = "22:00-07:30".parse().unwrap();
        assert_eq!(end(&night, "2026-05-12 12:00"), None);
        assert_eq!(end(&night, "2026-05-12 22:00").as_deref(), Some("2026-05-13T07:30:00"));
        assert_eq!(end(&night, "2026-05-13 07:29").as_deref(), Some("2026-05-13T07:30:00"));
        assert_eq!(end(&night, "2026-05-13 07:30"), None);
        // The night before a holiday lasts until the morning behind it; the night on which the clock springs ahead, to its hour.
        let holy = QuietHours { holidays: true, ..night };
        assert_eq!(end(&holy, "2026-05-16 23:00").as_deref(), Some("2026-05-18T07:30:00"));
        assert_eq!(end(&night, "2026-03-29 01:00").as_deref(), Some("2026-03-29T07:30:00"));
        let noon: QuietHours = "12:00-13:00".parse().unwrap();
        assert_eq!(end(&noon, "2026-05-12 12:30").as_deref(), Some("2026-05-12T13:00:00"));
        assert_eq!(
            end(&QuietHours { holidays: true, ..noon }, "2026-05-17 20:00").as_deref(),
            Some("2026-05-18T00:00:00")
        );
    }

    #[test]
    fn what_is_no_span_of_hours_is_refused() {
        for text in ["", "22-7", "22:00", "22:00-22:00", "24:00-07:00", "2:00-7:00", "22:60-07:00", "+2:00-07:00"] {
            assert!(text.parse::<QuietHours>().is_err(), "{text}");
        }
    }
}
