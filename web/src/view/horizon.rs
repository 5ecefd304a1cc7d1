use crate::reader::Reader;
use app::PlacePage;
use engagement::PublicCount;
use model::Measure;
use serde::Serialize;
use std::fmt::Write as _;
use std::ops::Range;

/// Height of the drawing, in its own units; the width is a thousand.
const HEIGHT: f64 = 200.0;
/// The highest a hill gets: above it is sky.
const SUMMIT: f64 = 160.0;
/// Where the land begins when nobody is there: the hours are written below it, clear of a sun that stands on it.
const SHORE: f64 = 48.0;
/// The sun stays this far from the sides, so that on the narrowest phone it is whole.
const SIDE: f64 = 40.0;
/// So many hours are shown at least.
const HOURS_MIN: usize = 8;

/// The usual day as a hill, and now as the sun above it or behind it: the sun stands high when a place is busier than usual. The
/// words beside it and the table of the week say the same.
#[derive(Debug, Serialize)]
pub(crate) struct Horizon {
    /// The hill of a usual day such as this.
    pub(crate) hill: String,
    /// The hill behind it: the busiest day of the week at each hour.
    pub(crate) far: String,
    /// Hours along the shore.
    pub(crate) ticks: Vec<Tick>,
    pub(crate) sun: Option<Sun>,
    /// What the hill shows, in words.
    pub(crate) label: String,
}

/// An hour along the shore.
#[derive(Debug, Serialize)]
pub(crate) struct Tick {
    pub(crate) x: String,
    pub(crate) hour: String,
}

/// Where the sun stands, as SVG writes lengths.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Sun {
    pub(crate) x: String,
    pub(crate) y: String,
}

impl Horizon {
    /// None when too little is known of the day.
    pub(crate) fn of(page: &PlacePage, reader: &Reader) -> Option<Self> {
        let today = reader.municipality.calendar.hour_of_week(reader.now);
        let known = |cell: &Option<app::WeekCell>| cell.and_then(|cell| cell.usual.known());
        let day: Vec<Option<u32>> = page.week.get(usize::from(today.weekday))?.iter().map(known).collect();
        let busiest = |hour: usize| page.week.iter().filter_map(|day| known(day.get(hour)?)).max();
        let first = (0..24).find(|hour| busiest(*hour).is_some_and(|n| n > 0))?;
        let last = (0..24).rfind(|hour| busiest(*hour).is_some_and(|n| n > 0))?;
        let (first, last) = widened(first.saturating_sub(1), (last + 2).min(24));
        let amount =
            page.card.now.filter(|_| matches!(page.card.freshness, app::Freshness::Fresh(_))).map(|now| now.amount);
        let top = (0..24).filter_map(busiest).chain(amount.and_then(PublicCount::known)).max()?;
        let scale = Scale { first, last, top: f64::from(top.max(1)) };
        let hours = first..last;
        let heights = |amount: &dyn Fn(usize) -> Option<u32>| {
            hours.clone().map(|hour| scale.point(hour, amount(hour).unwrap_or(0))).collect::<Vec<_>>()
        };
        Some(Self {
            hill: land(&heights(&|hour| day.get(hour).copied().flatten())),
            far: land(&heights(&busiest)),
            ticks: hour_ticks(hours.clone()),
            sun: amount.and_then(|amount| scale.sun(amount, page, reader)),
            label: reader.speaker.text("horizon", &[("weekday", (&reader.speaker.weekday(today.weekday)).into())]),
        })
    }
}

/// At least so many hours that a hill is a hill.
pub(crate) fn widened(first: usize, last: usize) -> (usize, usize) {
    let missing = HOURS_MIN.saturating_sub(last - first);
    let first = first.saturating_sub(missing);
    (first, last.max(first + HOURS_MIN).min(24))
}

/// A usual day as a hill over these hours, from how many there are at each, and the hours along its shore.
pub(crate) fn hill(hours: Range<usize>, amount: impl Fn(usize) -> u32) -> (String, Vec<Tick>) {
    let top = hours.clone().map(&amount).max().unwrap_or(0);
    let scale = Scale { first: hours.start, last: hours.end, top: f64::from(top.max(1)) };
    let points: Vec<_> = hours.clone().map(|hour| scale.point(hour, amount(hour))).collect();
    (land(&points), hour_ticks(hours))
}

/// Every third hour, where it stands along a drawing of these.
pub(crate) fn hour_ticks(hours: Range<usize>) -> Vec<Tick> {
    let scale = Scale { first: hours.start, last: hours.end, top: 1.0 };
    hours.filter(|hour| hour % 3 == 0).map(|hour| scale.tick(hour)).collect()
}

struct Scale {
    first: usize,
    last: usize,
    top: f64,
}

impl Scale {
    /// The middle of an hour, in the drawing's units.
    #[expect(clippy::cast_precision_loss, reason = "hours of a day")]
    fn x(&self, hour: f64) -> f64 {
        (hour - self.first as f64) / (self.last - self.first) as f64 * 1000.0
    }

    #[expect(clippy::cast_precision_loss, reason = "hours of a day")]
    fn point(&self, hour: usize, amount: u32) -> (f64, f64) {
        (self.x(hour as f64 + 0.5), self.y(f64::from(amount)))
    }

    fn y(&self, amount: f64) -> f64 {
        HEIGHT - SHORE - (amount / self.top).min(1.0) * (SUMMIT - SHORE)
    }

    #[expect(clippy::cast_precision_loss, reason = "hours of a day")]
    fn tick(&self, hour: usize) -> Tick {
        Tick { x: format!("{:.1}%", self.x(hour as f64 + 0.5) / 10.0), hour: format!("{hour:02}") }
    }

    /// A hidden amount stands at the shore, where none would stand. Before the first hour of the hill and after its last it is down.
    fn sun(&self, amount: PublicCount, page: &PlacePage, reader: &Reader) -> Option<Sun> {
        let local = reader.municipality.calendar.civil(reader.now);
        let mut hour = f64::from(local.hour()) + f64::from(local.minute()) / 60.0;
        // Most of "the last hour" lies half an hour back.
        if page.card.place.measure == Some(Measure::Visits) {
            hour -= 0.5;
        }
        let x = self.x_of_sun(hour)? / 10.0;
        let y = self.y(amount.known().map_or(0.0, f64::from)) / HEIGHT * 100.0;
        Some(Sun { x: format!("{x:.1}%"), y: format!("{y:.1}%") })
    }

    fn x_of_sun(&self, hour: f64) -> Option<f64> {
        let x = self.x(hour);
        (0.0..=1000.0).contains(&x).then(|| x.clamp(SIDE, 1000.0 - SIDE))
    }
}

/// A smooth line through the points, closed along the bottom. Its tangents are flat where the data turn, so it never overshoots.
fn land(points: &[(f64, f64)]) -> String {
    let Some(first) = points.first() else { return String::new() };
    let mut path = format!("M0 {HEIGHT}V{:.0}H{:.0}", first.1, first.0);
    let slope = |at: usize| -> f64 {
        let (Some(before), Some(here), Some(after)) =
            (at.checked_sub(1).and_then(|b| points.get(b)), points.get(at), points.get(at + 1))
        else {
            return 0.0;
        };
        let (rise, fall) = (here.1 - before.1, after.1 - here.1);
        // Fritsch and Carlson: the harmonic mean keeps a curve monotone between its points.
        if rise * fall <= 0.0 { 0.0 } else { 2.0 * rise * fall / (rise + fall) }
    };
    for (at, pair) in points.windows(2).enumerate() {
        let [from, to] = pair else { continue };
        let third = (to.0 - from.0) / 3.0;
        let _ = write!(
            path,
            "C{:.0} {:.0} {:.0} {:.0} {:.0} {:.0}",
            from.0 + third,
            from.1 + slope(at) / 3.0,
            to.0 - third,
            to.1 - slope(at + 1) / 3.0,
            to.0,
            to.1
        );
    }
    let _ = write!(path, "H1000V{HEIGHT}z");
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_never_leaves_the_span_of_its_points() {
        let path = land(&[(0.0, 186.0), (100.0, 50.0), (200.0, 50.0), (300.0, 186.0)]);
        assert_eq!(path, "M0 200V186H0C33 186 67 50 100 50C133 50 167 50 200 50C233 50 267 186 300 186H1000V200z");
        assert_eq!(land(&[]), "");
    }

    /// At three at night it once stood at the first hour of the hill, as if it were nine.
    #[test]
    fn the_sun_is_down_before_the_first_hour_and_after_the_last() {
        let day = Scale { first: 8, last: 18, top: 20.0 };
        let at = |hour: f64| day.x_of_sun(hour);
        assert_eq!((at(3.2), at(18.5)), (None, None));
        assert_eq!((at(8.0), at(13.0), at(18.0)), (Some(SIDE), Some(500.0), Some(1000.0 - SIDE)));
    }

    #[test]
    fn a_short_day_still_has_room_for_a_hill() {
        assert_eq!(widened(12, 14), (6, 14));
        assert_eq!(widened(0, 3), (0, 8));
        assert_eq!(widened(6, 22), (6, 22));
    }
}
