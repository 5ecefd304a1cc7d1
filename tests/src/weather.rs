//! The weather of an inland place at 65 degrees north, as smooth curves over the year and the day.
//!
//! It is made of absolute time alone: one hour of local time more or less does not show in a temperature.

use crate::dice::wander;
use model::Timestamp;
use std::f64::consts::TAU;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// The sky over one town.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weather {
    pub(crate) seed: u64,
}

impl Weather {
    /// Air temperature, degrees Celsius: coldest in late January and at dawn, with spells of some days.
    pub(crate) fn air(self, at: Timestamp) -> f64 {
        let spell = wander(self.seed, "spell", at.as_ms(), 4 * DAY_MS);
        2.0 - 13.5 * year_wave(at, 20.0) - 3.0 * day_wave(at, 4.0) + 5.0 * spell + self.flutter("air", at)
    }

    /// Surface water of a lake: it follows the air a month late and never freezes where the probe hangs.
    pub(crate) fn water(self, at: Timestamp) -> f64 {
        let spell = wander(self.seed, "lake", at.as_ms(), 9 * DAY_MS);
        (8.5 - 10.5 * year_wave(at, 45.0) - 0.6 * day_wave(at, 6.0) + 1.8 * spell).max(0.4)
    }

    /// Snow on open ground, cm: it grows from November and is gone in early May.
    pub(crate) fn snow(self, at: Timestamp) -> f64 {
        let season = (-year_wave(at, 260.0) * 0.5 - 0.1).max(0.0);
        (season * 170.0 * (1.0 + 0.15 * wander(self.seed, "snow", at.as_ms(), 6 * DAY_MS))).round()
    }

    /// Daylight out of doors, lux: midsummer nights are light, December noons are dim.
    pub(crate) fn daylight(self, at: Timestamp) -> f64 {
        let sun = -0.55 * day_wave(at, 0.0) - 0.55 * year_wave(at, 355.0) + 0.1;
        let clouds = 0.6 + 0.4 * wander(self.seed, "clouds", at.as_ms(), 5 * HOUR_MS);
        (sun.max(0.0) * 40_000.0 * clouds).round()
    }

    /// Relative humidity out of doors, percent.
    pub(crate) fn humidity(self, at: Timestamp) -> f64 {
        let spell = wander(self.seed, "humid", at.as_ms(), DAY_MS);
        (74.0 + 10.0 * day_wave(at, 4.0) + 14.0 * spell).clamp(25.0, 99.0)
    }

    fn flutter(self, name: &str, at: Timestamp) -> f64 {
        0.4 * wander(self.seed, name, at.as_ms(), HOUR_MS / 2)
    }
}

/// 1 on the given day of the year, -1 half a year later.
#[expect(clippy::cast_precision_loss, reason = "a date in milliseconds fits a double")]
fn year_wave(at: Timestamp, peak_day: f64) -> f64 {
    let days = at.as_ms() as f64 / DAY_MS as f64;
    (TAU * (days - peak_day) / 365.2425).cos()
}

/// 1 at the given hour of solar time at 20 degrees east, -1 half a day later.
#[expect(clippy::cast_precision_loss, reason = "a time of day in milliseconds fits a double")]
fn day_wave(at: Timestamp, peak_hour: f64) -> f64 {
    let solar = (at.as_ms() + 4 * HOUR_MS / 3).rem_euclid(DAY_MS) as f64 / HOUR_MS as f64;
    (TAU * (solar - peak_hour) / 24.0).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    // Noon UTC.
    const JANUARY: Timestamp = Timestamp::from_seconds(1_768_910_400);
    const JULY: Timestamp = Timestamp::from_seconds(1_784_548_800);

    #[test]
    fn july_is_warm_and_january_is_cold_and_white() {
        let sky = Weather { seed: 1 };
        assert!(sky.air(JULY) > 8.0 && sky.air(JANUARY) < 0.0);
        assert!(sky.water(JULY) > 12.0 && sky.water(JANUARY) < 3.0);
        assert!(sky.snow(JULY) < 1.0 && sky.snow(JANUARY) > 20.0, "{} {}", sky.snow(JULY), sky.snow(JANUARY));
        assert!(sky.daylight(JULY) > sky.daylight(JANUARY));
    }
}
