//! How people use each kind of place: opening hours, the shape of a day, the shape of a year.

use crate::almanac::DayKind;
use crate::weather::Weather;
use model::{PlaceKind, Timestamp};

/// Opening hours of one day, hours after local midnight.
pub(crate) type Hours = Option<(f64, f64)>;

/// A time of day at which people like to come: when, how wide, and how much on a working day and on a free one.
type Rush = (f64, f64, f64, f64);

/// How one kind of place is used.
pub(crate) struct Habit {
    working: Hours,
    saturday: Hours,
    sunday: Hours,
    rushes: &'static [Rush],
    /// Mean length of a visit, hours.
    pub(crate) stay_h: f64,
    /// How full the busiest usual hour is, as a share of the capacity.
    pub(crate) fill: f64,
}

impl Habit {
    pub(crate) const fn of(kind: PlaceKind) -> &'static Self {
        match kind {
            PlaceKind::Library => &LIBRARY,
            PlaceKind::SwimmingPool => &SWIMMING_POOL,
            PlaceKind::BathingPlace => &BATHING_PLACE,
            PlaceKind::IceRink => &ICE_RINK,
            PlaceKind::SportsHall => &SPORTS_HALL,
            PlaceKind::Trail => &TRAIL,
            PlaceKind::YouthCentre => &YOUTH_CENTRE,
            PlaceKind::Museum => &MUSEUM,
            PlaceKind::Square | PlaceKind::Parking | PlaceKind::Other => &SQUARE,
        }
    }

    /// Opening hours on that sort of day.
    pub(crate) fn hours(&self, day: DayKind) -> Hours {
        let usual = match day.weekday {
            5 => self.saturday,
            6 => self.sunday,
            _ => self.working,
        };
        usual.filter(|_| !day.shut)
    }

    /// How many want to come at that hour, 1 at the busiest.
    pub(crate) fn rush(&self, day: DayKind, hour: f64) -> f64 {
        let bell = |&(at, width, working, free): &Rush| {
            let weight = if day.free { free } else { working };
            weight * (-((hour - at) / width).powi(2)).exp()
        };
        self.rushes.iter().map(bell).sum()
    }
}

/// The year of a kind of place: 0 is out of season, 1 is usual.
pub(crate) fn season(kind: PlaceKind, day: DayKind, noon: Timestamp, sky: Weather) -> f64 {
    let holiday = |in_holiday: f64| if day.school_holiday { in_holiday } else { 1.0 };
    match kind {
        PlaceKind::Library => holiday(0.75),
        // The water is changed in July.
        PlaceKind::SwimmingPool if day.month == 7 => 0.0,
        PlaceKind::SwimmingPool => holiday(1.3),
        PlaceKind::BathingPlace => ((sky.air(noon) - 14.0) / 9.0).clamp(0.0, 1.4) * holiday(1.0),
        PlaceKind::IceRink if (4..=9).contains(&day.month) => 0.0,
        PlaceKind::IceRink => holiday(1.2),
        PlaceKind::SportsHall => holiday(0.35),
        // Ski tracks draw more people than running does, and least in the thaw.
        PlaceKind::Trail => (sky.snow(noon) / 40.0).clamp(0.3, 1.2),
        PlaceKind::YouthCentre => holiday(0.6),
        PlaceKind::Museum => holiday(1.8),
        PlaceKind::Square | PlaceKind::Parking | PlaceKind::Other => 1.0,
    }
}

const LIBRARY: Habit = Habit {
    working: Some((10.0, 19.0)),
    saturday: Some((10.0, 15.0)),
    sunday: None,
    rushes: &[(11.0, 1.3, 0.6, 0.8), (15.5, 1.8, 1.0, 0.3)],
    stay_h: 0.7,
    fill: 0.4,
};

const SWIMMING_POOL: Habit = Habit {
    working: Some((6.5, 20.5)),
    saturday: Some((10.0, 17.0)),
    sunday: Some((10.0, 17.0)),
    rushes: &[(7.2, 0.9, 0.4, 0.0), (12.5, 2.0, 0.25, 0.9), (17.5, 1.6, 0.9, 0.3)],
    stay_h: 1.3,
    fill: 0.45,
};

const BATHING_PLACE: Habit = Habit {
    working: Some((7.0, 22.0)),
    saturday: Some((7.0, 22.0)),
    sunday: Some((7.0, 22.0)),
    rushes: &[(13.5, 2.2, 0.7, 1.0), (17.5, 1.6, 0.6, 0.4)],
    stay_h: 1.8,
    fill: 0.5,
};

const ICE_RINK: Habit = Habit {
    working: Some((8.0, 21.5)),
    saturday: Some((9.0, 19.0)),
    sunday: Some((9.0, 19.0)),
    rushes: &[(10.0, 1.2, 0.3, 0.5), (13.5, 1.8, 0.15, 1.0), (18.0, 1.5, 1.0, 0.3)],
    stay_h: 1.2,
    fill: 0.35,
};

const SPORTS_HALL: Habit = Habit {
    working: Some((8.0, 22.0)),
    saturday: Some((9.0, 19.0)),
    sunday: Some((9.0, 20.0)),
    rushes: &[(10.0, 1.6, 0.5, 0.6), (13.5, 1.6, 0.4, 0.6), (18.3, 1.7, 1.0, 0.5)],
    stay_h: 1.3,
    fill: 0.4,
};

const TRAIL: Habit = Habit {
    working: Some((5.5, 22.0)),
    saturday: Some((6.5, 21.5)),
    sunday: Some((6.5, 21.5)),
    rushes: &[(7.0, 0.9, 0.25, 0.05), (12.0, 2.2, 0.2, 1.0), (17.8, 1.6, 0.8, 0.3)],
    stay_h: 0.9,
    fill: 0.4,
};

const YOUTH_CENTRE: Habit = Habit {
    working: Some((14.0, 21.0)),
    saturday: Some((16.0, 22.0)),
    sunday: None,
    rushes: &[(15.2, 0.9, 0.9, 0.3), (18.3, 1.3, 0.8, 1.0)],
    stay_h: 1.8,
    fill: 0.45,
};

const MUSEUM: Habit = Habit {
    working: Some((11.0, 16.0)),
    saturday: Some((11.0, 16.0)),
    sunday: Some((11.0, 16.0)),
    rushes: &[(12.3, 1.2, 0.4, 0.7), (14.3, 1.0, 0.3, 0.6)],
    stay_h: 1.0,
    fill: 0.3,
};

const SQUARE: Habit = Habit {
    working: Some((6.0, 22.0)),
    saturday: Some((7.0, 23.0)),
    sunday: Some((8.0, 22.0)),
    rushes: &[(8.0, 0.9, 0.3, 0.1), (12.2, 1.3, 0.9, 0.8), (16.5, 1.4, 0.7, 0.4)],
    stay_h: 0.4,
    fill: 0.3,
};
