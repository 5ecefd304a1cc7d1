use crate::{Day, Words};
use jiff::civil::Date;
use std::ops::RangeInclusive;

/// Which days of a municipality are not like others: its country's public holidays, which follow from rules, and its schools'
/// holidays, which it writes down.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Almanac {
    /// Whose public holidays hold.
    pub country: Option<Country>,
    /// When the schools are closed.
    pub school_breaks: Vec<SchoolBreak>,
}

/// A country whose public holidays the box knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Country {
    /// Norway: lov om 1 og 17 mai som hoytidsdager (1947), lov om helligdager (1995) section 2.
    Norway,
    /// Sweden: lag (1989:253) om allmanna helgdagar; the eves on which everything is closed count too.
    Sweden,
}

/// Days on which the schools are closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchoolBreak {
    /// What it is called: `Sportlov`.
    pub name: Words,
    /// First and last day.
    pub days: RangeInclusive<Day>,
}

/// A public holiday.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is its own name")]
pub enum Holiday {
    NewYear,
    Epiphany,
    MaundyThursday,
    GoodFriday,
    EasterEve,
    EasterDay,
    EasterMonday,
    LabourDay,
    Ascension,
    NorwayDay,
    SwedenDay,
    Pentecost,
    WhitMonday,
    MidsummerEve,
    MidsummerDay,
    AllSaints,
    ChristmasEve,
    ChristmasDay,
    BoxingDay,
    NewYearsEve,
}

/// What sort of day it is. Only days of one sort are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayKind {
    /// Neither of the others.
    Ordinary,
    /// A public holiday.
    Holiday,
    /// The schools are closed, and it is no public holiday.
    SchoolBreak,
}

impl Almanac {
    /// What sort of day it is.
    pub fn kind(&self, day: Day) -> DayKind {
        if self.holiday(day).is_some() {
            DayKind::Holiday
        } else if self.school_break(day).is_some() {
            DayKind::SchoolBreak
        } else {
            DayKind::Ordinary
        }
    }

    /// The public holiday on that day.
    pub fn holiday(&self, day: Day) -> Option<Holiday> {
        let country = self.country?;
        let date = day.civil();
        fixed(country, date).or_else(|| moving(country, date, day))
    }

    /// The school holiday in which that day lies.
    pub fn school_break(&self, day: Day) -> Option<&SchoolBreak> {
        self.school_breaks.iter().find(|b| b.days.contains(&day))
    }
}

fn fixed(country: Country, date: Date) -> Option<Holiday> {
    use Country::{Norway, Sweden};
    Some(match (date.month(), date.day(), country) {
        (1, 1, _) => Holiday::NewYear,
        (1, 6, Sweden) => Holiday::Epiphany,
        (5, 1, _) => Holiday::LabourDay,
        (5, 17, Norway) => Holiday::NorwayDay,
        (6, 6, Sweden) => Holiday::SwedenDay,
        (12, 24, Sweden) => Holiday::ChristmasEve,
        (12, 25, _) => Holiday::ChristmasDay,
        (12, 26, _) => Holiday::BoxingDay,
        (12, 31, Sweden) => Holiday::NewYearsEve,
        _ => return None,
    })
}

fn moving(country: Country, date: Date, day: Day) -> Option<Holiday> {
    let weekday = day.weekday();
    if country == Country::Sweden {
        match (date.month(), date.day(), weekday) {
            // The Friday and Saturday of 19 to 26 June; the Saturday of 31 October to 6 November.
            (6, 19..=25, 4) => return Some(Holiday::MidsummerEve),
            (6, 20..=26, 5) => return Some(Holiday::MidsummerDay),
            (10, 31, 5) | (11, 1..=6, 5) => return Some(Holiday::AllSaints),
            _ => {}
        }
    }
    let after_easter = (date - easter(date.year())).get_days();
    Some(match (after_easter, country) {
        (-3, Country::Norway) => Holiday::MaundyThursday,
        (-2, _) => Holiday::GoodFriday,
        (-1, Country::Sweden) => Holiday::EasterEve,
        (0, _) => Holiday::EasterDay,
        (1, _) => Holiday::EasterMonday,
        (39, _) => Holiday::Ascension,
        (49, _) => Holiday::Pentecost,
        (50, Country::Norway) => Holiday::WhitMonday,
        _ => return None,
    })
}

/// Easter Sunday of a year: the anonymous Gregorian computus (Nature, 20 April 1876).
fn easter(year: i16) -> Date {
    let year_ = i32::from(year);
    let (golden, century, rest) = (year_.rem_euclid(19), year_.div_euclid(100), year_.rem_euclid(100));
    let leap = century / 4;
    let correction = (century + 8) / 25;
    let moon = (19 * golden + century - leap - (century - correction + 1) / 3 + 15).rem_euclid(30);
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - moon - rest % 4).rem_euclid(7);
    let late = (golden + 11 * moon + 22 * weekday) / 451;
    let march = moon + weekday - 7 * late + 114;
    let (month, day) = (i8::try_from(march / 31).unwrap_or(3), i8::try_from(march % 31 + 1).unwrap_or(31));
    Date::new(year, month, day).unwrap_or(Date::constant(1970, 3, 29))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Language;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn of(country: Country) -> Almanac {
        Almanac { country: Some(country), school_breaks: Vec::new() }
    }

    #[test]
    fn easter_falls_where_the_printed_almanacs_have_it() {
        for sunday in ["1999-04-04", "2000-04-23", "2019-04-21", "2024-03-31", "2025-04-20", "2026-04-05", "2038-04-25"]
        {
            assert_eq!(of(Country::Sweden).holiday(day(sunday)), Some(Holiday::EasterDay), "{sunday}");
        }
    }

    #[track_caller]
    fn check(country: Country, year: &str, expect: &[&str]) {
        let first = day(&format!("{year}-01-01"));
        let days = (0..366).map(|n| Day(first.0 + n)).filter(|d| d.to_string().starts_with(year));
        let found: Vec<String> =
            days.filter(|d| of(country).holiday(*d).is_some()).map(|d| d.to_string()[5..].to_owned()).collect();
        assert_eq!(found, expect);
    }

    #[test]
    fn a_norwegian_year_has_its_twelve_holidays() {
        check(
            Country::Norway,
            "2026",
            &[
                "01-01", "04-02", "04-03", "04-05", "04-06", "05-01", "05-14", "05-17", "05-24", "05-25", "12-25",
                "12-26",
            ],
        );
    }

    #[test]
    fn a_swedish_year_has_its_holidays_and_the_eves_on_which_all_is_closed() {
        check(
            Country::Sweden,
            "2026",
            &[
                "01-01", "01-06", "04-03", "04-04", "04-05", "04-06", "05-01", "05-14", "05-24", "06-06", "06-19",
                "06-20", "10-31", "12-24", "12-25", "12-26", "12-31",
            ],
        );
    }

    #[test]
    fn a_school_holiday_is_another_sort_of_day_and_a_public_holiday_in_it_yet_another() {
        let name = [(Language::Sv, "Jullov".to_owned())].into_iter().collect();
        let days = day("2026-12-21")..=day("2027-01-08");
        let almanac = Almanac { country: Some(Country::Sweden), school_breaks: vec![SchoolBreak { name, days }] };
        assert_eq!(almanac.kind(day("2026-12-20")), DayKind::Ordinary);
        assert_eq!(almanac.kind(day("2026-12-21")), DayKind::SchoolBreak);
        assert_eq!(almanac.kind(day("2026-12-24")), DayKind::Holiday);
        assert_eq!(almanac.kind(day("2027-01-08")), DayKind::SchoolBreak);
        assert_eq!(almanac.kind(day("2027-01-09")), DayKind::Ordinary);
        assert_eq!(Almanac::default().kind(day("2026-12-25")), DayKind::Ordinary, "nobody said which country");
    }
}
