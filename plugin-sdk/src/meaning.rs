use std::collections::BTreeMap;

use serde::Deserialize;

use crate::{Decoded, Observation, Uplink, Value};

/// What the municipality calls what a device measures: a setting that most decoders have.
///
/// ```toml
/// [sensor.settings.words]
/// temperature = "water-temperature"       # all of them; parts stay
/// "people-in.line-2" = "bicycles-in"      # one part alone: under its own word it needs no part
/// ```
///
/// A word keeps its unit, so it is replaced by one of the same unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Words(BTreeMap<String, String>);

impl Words {
    fn rename(&self, observation: &mut Observation) {
        let own = observation.part.as_ref().and_then(|part| self.0.get(&format!("{}.{part}", observation.property)));
        if let Some(word) = own {
            observation.property.clone_from(word);
            observation.part = None;
        } else if let Some(word) = self.0.get(&observation.property) {
            observation.property.clone_from(word);
        }
    }
}

/// What a distance to a surface tells: how deep the snow or the water is, in cm, or how full the bin, in per cent.
///
/// ```toml
/// [sensor.settings.gauge]
/// property = "fill-level"
/// empty-mm = 1800         # what the sensor sees of an empty bin, or of bare ground
/// full-mm = 300           # and of a full one; leave it out to get a depth
/// ```
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Gauge {
    property: String,
    empty_mm: f64,
    full_mm: Option<f64>,
}

impl Gauge {
    fn read(&self, distance_mm: f64) -> Observation {
        let depth_mm = (self.empty_mm - distance_mm).max(0.0);
        match self.full_mm.map(|full_mm| self.empty_mm - full_mm) {
            // A bin that is never empty is full.
            Some(span_mm) => {
                let share = if span_mm > 0.0 { (depth_mm / span_mm).min(1.0) } else { 1.0 };
                Observation::number(&self.property, share * 100.0, "%")
            }
            None => Observation::number(&self.property, depth_mm / 10.0, "cm"),
        }
    }
}

impl Decoded {
    /// The same in the municipality's words.
    #[must_use]
    pub fn in_words(mut self, words: &Words) -> Self {
        self.observations.iter_mut().for_each(|observation| words.rename(observation));
        self
    }

    /// The same, and after each `distance` in mm what it tells by the gauge.
    #[must_use]
    pub fn gauged(mut self, gauge: Option<&Gauge>) -> Self {
        let Some(gauge) = gauge else { return self };
        let told = |observation: &Observation| match observation {
            Observation { property, value: Value::Number(mm), .. } if property == "distance" => {
                let (age_s, part) = (observation.age_s, observation.part.clone());
                Some(Observation { age_s, part, ..gauge.read(*mm) })
            }
            _ => None,
        };
        self.observations = self.observations.into_iter().flat_map(|o| [told(&o), Some(o)]).flatten().collect();
        self
    }
}

/// Clocks of devices drift: this far in the future is now.
const DRIFT_MAX_S: u64 = 300;
/// 2020-01-01. A clock that says less was never set.
const CLOCK_SET_S: u64 = 1_577_836_800;

impl Uplink {
    /// How long before the uplink it was when the device's clock said `unix_s`, seconds. Fails, with words for staff, when
    /// that clock is wrong.
    pub fn age_s(&self, unix_s: u64) -> Result<u32, &'static str> {
        let now_s = self.received_at_ms / 1000;
        if unix_s < CLOCK_SET_S {
            return Err("the clock of the device is not set");
        }
        if unix_s > now_s + DRIFT_MAX_S {
            return Err("the clock of the device is in the future");
        }
        u32::try_from(now_s.saturating_sub(unix_s)).map_err(|_| "the clock of the device is not set")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(json: &str) -> Words {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_word_for_one_part_goes_before_the_word_for_all() {
        let words = words(r#"{"people-in":"visits","people-in.line-2":"bicycles-in"}"#);
        let counted = |part: &str| Observation::count("people-in", 3).part(part);
        let decoded = Decoded::of([counted("line-1"), counted("line-2"), Observation::count("people-out", 1)]);
        assert_eq!(
            decoded.in_words(&words).observations,
            [
                Observation::count("visits", 3).part("line-1"),
                Observation::count("bicycles-in", 3),
                Observation::count("people-out", 1)
            ]
        );
    }

    #[test]
    fn a_gauge_tells_depth_or_share_and_keeps_what_it_was_told() {
        let gauge = |json: &str| serde_json::from_str::<Gauge>(json).unwrap();
        let seen = |mm: f64| Decoded::of([Observation::number("distance", mm, "mm").aged(60)]);
        let snow = gauge(r#"{"property":"snow-depth","empty-mm":2500}"#);
        assert_eq!(
            seen(2100.0).gauged(Some(&snow)).observations,
            [
                Observation::number("snow-depth", 40.0, "cm").aged(60),
                Observation::number("distance", 2100.0, "mm").aged(60)
            ]
        );
        let bin = gauge(r#"{"property":"fill-level","empty-mm":1800,"full-mm":300}"#);
        let share = |mm: f64| seen(mm).gauged(Some(&bin)).observations[0].value.clone();
        assert_eq!([share(1050.0), share(100.0), share(9999.0)], [50.0, 100.0, 0.0].map(Value::Number));
        let odd = gauge(r#"{"property":"fill-level","empty-mm":300,"full-mm":300}"#);
        assert_eq!(seen(300.0).gauged(Some(&odd)).observations[0].value, Value::Number(100.0));
    }

    #[test]
    fn a_clock_that_was_never_set_or_runs_ahead_gives_no_age() {
        let uplink = Uplink::new(1, &[], "{}");
        let now_s = uplink.received_at_ms / 1000;
        assert_eq!(uplink.age_s(now_s - 90), Ok(90));
        assert_eq!(uplink.age_s(now_s + 60), Ok(0));
        assert!(uplink.age_s(now_s + 3600).unwrap_err().contains("future"));
        assert!(uplink.age_s(17).unwrap_err().contains("not set"));
    }
}
