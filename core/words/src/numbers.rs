use crate::Speaker;
use icu::calendar::Gregorian;
use icu::calendar::types::RataDie;
use icu::datetime::FixedCalendarDateTimeFormatter as DateFormatter;
use icu::datetime::fieldsets::{E, MD, YMD};
use icu::datetime::input::Date;
use icu::decimal::DecimalFormatter;
use icu::decimal::input::Decimal;
use icu::decimal::options::DecimalFormatterOptions;
use icu::locale::Locale;
use model::{Calendar, Day, Holiday, Language, Timestamp};

/// How one language writes numbers and dates.
pub(crate) struct Numbers {
    decimal: DecimalFormatter,
    weekday: DateFormatter<Gregorian, E>,
    weekday_short: DateFormatter<Gregorian, E>,
    date: DateFormatter<Gregorian, MD>,
    date_short: DateFormatter<Gregorian, MD>,
    date_with_year: DateFormatter<Gregorian, YMD>,
}

impl Numbers {
    #[expect(clippy::expect_used, reason = "the tables of all four languages are compiled in; the tests make each")]
    pub(crate) fn of(language: Language) -> Self {
        // British English writes dates as the Nordic countries do: day before month.
        let tag = if language == Language::En { "en-GB" } else { language.tag() };
        let locale: Locale = tag.parse().expect("a sound tag");
        let compiled = "compiled in";
        Self {
            decimal: DecimalFormatter::try_new((&locale).into(), DecimalFormatterOptions::default()).expect(compiled),
            weekday: DateFormatter::try_new((&locale).into(), E::long()).expect(compiled),
            weekday_short: DateFormatter::try_new((&locale).into(), E::medium()).expect(compiled),
            date: DateFormatter::try_new((&locale).into(), MD::long()).expect(compiled),
            date_short: DateFormatter::try_new((&locale).into(), MD::medium()).expect(compiled),
            date_with_year: DateFormatter::try_new((&locale).into(), YMD::long()).expect(compiled),
        }
    }
}

impl Speaker {
    /// A number with so many decimals: `1 250,5`. What is no number is a dash.
    pub fn number(&self, value: f64, decimals: u8) -> String {
        let written = format!("{value:.*}", usize::from(decimals));
        // -0.04 with one decimal is 0.0, and nobody says "minus zero".
        let written =
            if written.chars().all(|c| matches!(c, '-' | '0' | '.')) { written.replace('-', "") } else { written };
        Decimal::try_from_str(&written)
            .map_or_else(|_| "\u{2013}".to_owned(), |d| self.numbers.decimal.format(&d).to_string())
    }

    /// Weekday and date: `lørdag 21. november`.
    pub fn date(&self, day: Day) -> String {
        // Not ICU's own pattern for both: CLDR's Norwegian one lacks the full stop after the day.
        format!("{} {}", self.weekday(day.weekday()), self.numbers.date.format(&gregorian(day)))
    }

    /// Date, short: `21. nov.`
    pub fn date_short(&self, day: Day) -> String {
        self.numbers.date_short.format(&gregorian(day)).to_string()
    }

    /// Date with year: `21. november 2026`.
    pub fn date_with_year(&self, day: Day) -> String {
        self.numbers.date_with_year.format(&gregorian(day)).to_string()
    }

    /// Name of a weekday, 0 is Monday: `torsdag`.
    pub fn weekday(&self, weekday: u8) -> String {
        self.numbers.weekday.format(&gregorian(some(weekday))).to_string()
    }

    /// Name of a weekday in a narrow column, 0 is Monday: `to.`
    pub fn weekday_short(&self, weekday: u8) -> String {
        self.numbers.weekday_short.format(&gregorian(some(weekday))).to_string()
    }

    /// Name of a public holiday, as it stands in a sentence: `langfredag`.
    pub fn holiday(&self, holiday: Holiday) -> String {
        let key = match holiday {
            Holiday::NewYear => "holiday-new-year",
            Holiday::Epiphany => "holiday-epiphany",
            Holiday::MaundyThursday => "holiday-maundy-thursday",
            Holiday::GoodFriday => "holiday-good-friday",
            Holiday::EasterEve => "holiday-easter-eve",
            Holiday::EasterDay => "holiday-easter-day",
            Holiday::EasterMonday => "holiday-easter-monday",
            Holiday::LabourDay => "holiday-labour-day",
            Holiday::Ascension => "holiday-ascension",
            Holiday::NorwayDay => "holiday-norway-day",
            Holiday::SwedenDay => "holiday-sweden-day",
            Holiday::Pentecost => "holiday-pentecost",
            Holiday::WhitMonday => "holiday-whit-monday",
            Holiday::MidsummerEve => "holiday-midsummer-eve",
            Holiday::MidsummerDay => "holiday-midsummer-day",
            Holiday::AllSaints => "holiday-all-saints",
            Holiday::ChristmasEve => "holiday-christmas-eve",
            Holiday::ChristmasDay => "holiday-christmas-day",
            Holiday::BoxingDay => "holiday-boxing-day",
            Holiday::NewYearsEve => "holiday-new-years-eve",
        };
        self.text(key, &[])
    }

    /// Local time: `kl. 15.05`.
    pub fn time_of_day(&self, t: Timestamp, calendar: &Calendar) -> String {
        let local = calendar.civil(t);
        let (hour, minute) = (local.hour().to_string(), format!("{:02}", local.minute()));
        self.text("time-of-day", &[("hour", (&hour).into()), ("minute", (&minute).into())])
    }

    /// A full hour of the day: `kl. 15`.
    pub fn hour(&self, hour: u8) -> String {
        self.text("hour-of-day", &[("hour", (&hour.to_string()).into())])
    }

    /// A moment as seen from `now`: its time when it is today, else its date too, with the year where that is another.
    pub fn moment(&self, t: Timestamp, now: Timestamp, calendar: &Calendar) -> String {
        let time = self.time_of_day(t, calendar);
        let day = calendar.day(t);
        if day == calendar.day(now) {
            return time;
        }
        let same_year = calendar.civil(t).year() == calendar.civil(now).year();
        let date = if same_year { self.date(day) } else { self.date_with_year(day) };
        self.text("moment", &[("date", (&date).into()), ("time", (&time).into())])
    }

    /// How long ago: `for 4 minutter siden`. Under a minute, or a clock that stepped back, is "just now".
    pub fn ago(&self, now: Timestamp, then: Timestamp) -> String {
        let minutes = u32::try_from(now.since(then).as_secs() / 60).unwrap_or(u32::MAX);
        match minutes {
            0 => self.text("ago-now", &[]),
            1..60 => self.text("ago-minutes", &[("count", minutes.into())]),
            60..1440 => self.text("ago-hours", &[("count", (minutes / 60).into())]),
            _ => self.text("ago-days", &[("count", (minutes / 1440).into())]),
        }
    }
}

fn gregorian(day: Day) -> Date<Gregorian> {
    /// 1970-01-01, counted from the first day of year 1.
    const EPOCH: i64 = 719_163;
    Date::from_rata_die(RataDie::new(EPOCH + i64::from(day.0)), Gregorian)
}

/// Some day that is such a weekday: 1970-01-05 was a Monday.
fn some(weekday: u8) -> Day {
    Day(4 + i32::from(weekday % 7))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// Thursday 2026-11-19, 14:05 in Oslo.
    const THURSDAY: Timestamp = Timestamp::from_seconds(1_795_093_500);

    fn oslo() -> Calendar {
        Calendar::named("Europe/Oslo").unwrap()
    }

    #[track_caller]
    fn check(say: impl Fn(&Speaker) -> String, expect: [&str; 4]) {
        assert_eq!(Language::ALL.map(|language| say(Speaker::of(language))), expect);
    }

    #[test]
    fn numbers_are_written_as_people_write_them() {
        check(|s| s.number(1250.55, 1), ["1\u{a0}250,5", "1\u{a0}250,5", "1\u{a0}250,5", "1,250.5"]);
        check(|s| s.number(-4.25, 1), ["\u{2212}4,2", "\u{2212}4,2", "\u{2212}4,2", "-4.2"]);
    }

    #[test]
    fn zero_has_no_sign_and_what_is_no_number_is_a_dash() {
        let en = Speaker::of(Language::En);
        assert_eq!(en.number(-0.04, 1), "0.0");
        assert_eq!(en.number(f64::NAN, 1), "\u{2013}");
        assert_eq!(en.number(f64::INFINITY, 0), "\u{2013}");
    }

    #[test]
    fn dates_and_weekdays_are_written_as_people_write_them() {
        let day = oslo().day(THURSDAY);
        check(
            |s| s.date(day),
            ["torsdag 19. november", "torsdag 19. november", "torsdag 19 november", "Thursday 19 November"],
        );
        check(|s| s.date_short(day), ["19. nov.", "19. nov.", "19 nov.", "19 Nov"]);
        check(
            |s| s.date_with_year(day),
            ["19. november 2026", "19. november 2026", "19 november 2026", "19 November 2026"],
        );
        check(|s| s.weekday(3), ["torsdag", "torsdag", "torsdag", "Thursday"]);
        check(|s| s.weekday_short(6), ["s\u{f8}.", "s\u{f8}.", "s\u{f6}n", "Sun"]);
    }

    #[test]
    fn a_moment_of_another_day_says_which() {
        check(
            |s| s.moment(THURSDAY, THURSDAY, &oslo()),
            ["kl.\u{a0}14.05", "kl.\u{a0}14.05", "kl.\u{a0}14.05", "14:05"],
        );
        let later = THURSDAY + Duration::from_hours(24);
        check(
            |s| s.moment(THURSDAY, later, &oslo()),
            [
                "torsdag 19. november kl.\u{a0}14.05",
                "torsdag 19. november kl.\u{a0}14.05",
                "torsdag 19 november kl.\u{a0}14.05",
                "Thursday 19 November at 14:05",
            ],
        );
        // What is scheduled for the spring after next is not for this one.
        let year = THURSDAY + Duration::from_hours(365 * 24);
        check(
            |s| s.moment(year, THURSDAY, &oslo()),
            [
                "19. november 2027 kl.\u{a0}14.05",
                "19. november 2027 kl.\u{a0}14.05",
                "19 november 2027 kl.\u{a0}14.05",
                "19 November 2027 at 14:05",
            ],
        );
    }

    #[test]
    fn ago_rounds_down_and_knows_one_from_many() {
        let nb = Speaker::of(Language::Nb);
        let ago = |seconds| nb.ago(THURSDAY + Duration::from_secs(seconds), THURSDAY);
        assert_eq!(ago(59), "akkurat n\u{e5}");
        assert_eq!(ago(60), "for 1 minutt siden");
        assert_eq!(ago(4 * 60 + 30), "for 4 minutter siden");
        assert_eq!(ago(90 * 60), "for 1 time siden");
        assert_eq!(ago(3 * 86_400), "for 3 dager siden");
        assert_eq!(
            nb.ago(THURSDAY, THURSDAY + Duration::from_hours(1)),
            "akkurat n\u{e5}",
            "a clock that stepped back"
        );
    }

    #[test]
    fn the_first_and_last_day_there_is_do_not_panic() {
        for day in [i32::MIN, i32::MAX] {
            assert!(!Speaker::of(Language::Sv).date_with_year(Day(day)).is_empty());
        }
    }
}
