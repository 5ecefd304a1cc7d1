use crate::Speaker;
use model::Value;

/// How many decimals are worth telling: what stands here is known by experience, the rest has one.
fn decimals(property: &str) -> u8 {
    match property {
        "acceleration-x" | "acceleration-y" | "acceleration-z" | "formaldehyde" | "ozone" | "soil-conductivity" => 2,
        "co2" | "distance" | "fill-level" | "light-intensity" | "pressure" | "relative-humidity" | "snow-depth"
        | "soil-nitrogen" | "soil-phosphorus" | "soil-potassium" | "solar-radiation" | "sound-level"
        | "sound-level-peak" | "water" | "water-conductivity" | "water-level" | "wind-direction" => 0,
        _ if model::property(property).is_some_and(|known| known.of_people) => 0,
        _ => 1,
    }
}

impl Speaker {
    /// The value of a sensor in a sentence: `Vannet er 18,4 grader.` A property without a sentence of its own is told by its word
    /// and its UCUM `unit`.
    pub fn value_sentence(&self, property: &str, part: Option<&str>, value: &Value, unit: &str) -> String {
        let key = format!("value-{property}");
        let written = self.value(property, value);
        let sentence = if self.knows(&key) {
            self.text(&key, &[("value", (&written).into()), ("count", choice(property, value).into())])
        } else {
            let written = if unit == "1" { written } else { format!("{written}\u{a0}{unit}") };
            self.text("value-other", &[("property", property.into()), ("value", (&written).into())])
        };
        match part {
            Some(part) => self.text("value-of-part", &[("part", part.into()), ("sentence", (&sentence).into())]),
            None => sentence,
        }
    }

    /// What a value means to a person, where there is more to say than the number: `Kaldt: passer for et kort bad.`
    pub fn value_meaning(&self, property: &str, value: &Value) -> Option<String> {
        meaning(property, value.as_number()?).map(|key| self.text(key, &[]))
    }

    /// A value alone, with the decimals worth telling.
    pub fn value(&self, property: &str, value: &Value) -> String {
        match value {
            Value::Text(text) => text.clone(),
            Value::Flag(true) => self.text("yes", &[]),
            Value::Flag(false) => self.text("no", &[]),
            Value::Integer(_) => self.number(value.as_number().unwrap_or(f64::NAN), 0),
            Value::Number(number) => self.number(*number, decimals(property)),
        }
    }
}

/// The class of a value. Water: what bathers call it. Sound: what one can do in it. Carbon dioxide: Folkehelseinstituttet and
/// Folkhalsomyndigheten take 1000 ppm as the sign that a room needs air.
fn meaning(property: &str, number: f64) -> Option<&'static str> {
    Some(match property {
        "water-temperature" => match number {
            n if n < 10.0 => "class-water-icy",
            n if n < 17.0 => "class-water-cold",
            n if n < 22.0 => "class-water-fresh",
            _ => "class-water-warm",
        },
        "sound-level" => match number {
            n if n < 45.0 => "class-sound-quiet",
            n if n < 65.0 => "class-sound-talk",
            n if n < 80.0 => "class-sound-loud",
            _ => "class-sound-very-loud",
        },
        "ice-temperature" => {
            if number <= -2.0 {
                "class-ice-hard"
            } else {
                "class-ice-soft"
            }
        }
        "co2" => match number {
            n if n < 800.0 => "class-air-fresh",
            n if n < 1000.0 => "class-air-used",
            _ => "class-air-stuffy",
        },
        _ => return None,
    })
}

/// The value as a count, to pick between "one" and "many" or "yes" and "no"; of a direction, which of the eight winds it is.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast saturates; NaN becomes 0")]
fn choice(property: &str, value: &Value) -> u32 {
    let number = value.as_number().unwrap_or(0.0);
    match property {
        "wind-direction" => (number.rem_euclid(360.0) / 45.0).round() as u32 % 8,
        _ => number.ceil() as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Language, property};

    #[track_caller]
    fn check(property: &str, value: &Value, unit: &str, expect: [&str; 4]) {
        let said = Language::ALL.map(|l| Speaker::of(l).value_sentence(property, None, value, unit));
        assert_eq!(said, expect);
    }

    #[test]
    fn a_temperature_is_told_in_degrees() {
        check(
            "water-temperature",
            &Value::Number(18.42),
            "Cel",
            [
                "Vannet er 18,4 grader.",
                "Vatnet er 18,4 grader.",
                "Vattnet är 18,4 grader.",
                "The water is 18.4 degrees.",
            ],
        );
        check(
            "ice-temperature",
            &Value::Number(-4.26),
            "Cel",
            [
                "Temperaturen i isen er \u{2212}4,3 grader.",
                "Temperaturen i isen er \u{2212}4,3 grader.",
                "Temperaturen i isen är \u{2212}4,3 grader.",
                "The temperature in the ice is -4.3 degrees.",
            ],
        );
    }

    #[test]
    fn a_flag_is_told_as_what_it_means() {
        let en = Speaker::of(Language::En);
        for taken in [Value::Flag(true), Value::Integer(1), Value::Number(1.0)] {
            assert_eq!(en.value_sentence("parking-occupied", Some("bay-2"), &taken, "1"), "bay-2: The space is taken.");
        }
        assert_eq!(en.value_sentence("parking-occupied", None, &Value::Flag(false), "1"), "The space is free.");
    }

    /// People, and what else only staff are told of one reading: the public sees them through the gate.
    #[test]
    fn what_only_staff_are_told_has_a_sentence_in_every_language() {
        check(
            "people-in",
            &Value::Number(3.0),
            "1",
            [
                "3 kom inn siden forrige måling.",
                "3 kom inn sidan førre måling.",
                "3 kom in sedan förra mätningen.",
                "3 came in since the last reading.",
            ],
        );
        let words = ["people-count", "people-in-total", "people-out", "people-out-total"];
        for word in words.into_iter().chain(["bicycles", "motion", "occupied", "votes", "device-temperature"]) {
            assert!(property(word).is_some_and(|p| p.of_device || p.of_people), "{word}");
            for language in Language::ALL {
                assert!(Speaker::of(language).knows(&format!("value-{word}")), "{language} {word}");
            }
        }
    }

    #[test]
    fn the_wind_comes_from_one_of_eight_corners() {
        let south = [
            "Vinden kommer fra sør.",
            "Vinden kjem frå sør.",
            "Vinden kommer från söder.",
            "The wind is coming from the south.",
        ];
        for degrees in [157.6, 180.0, 202.4, 540.0, -180.0] {
            check("wind-direction", &Value::Number(degrees), "deg", south);
        }
        for (degrees, corner) in
            [(0.0, "north"), (359.0, "north"), (338.0, "north"), (337.0, "north-west"), (45.0, "north-east")]
        {
            let said = Speaker::of(Language::En).value_sentence("wind-direction", None, &Value::Number(degrees), "deg");
            assert_eq!(said, format!("The wind is coming from the {corner}."), "{degrees}");
        }
    }

    #[test]
    fn a_property_without_a_sentence_is_told_by_its_word_and_unit() {
        check(
            "river-flow",
            &Value::Number(3.25),
            "m3/s",
            [
                "river-flow: 3,2\u{a0}m3/s",
                "river-flow: 3,2\u{a0}m3/s",
                "river-flow: 3,2\u{a0}m3/s",
                "river-flow: 3.2\u{a0}m3/s",
            ],
        );
    }

    #[test]
    fn every_word_of_the_vocabulary_that_may_be_shown_has_a_sentence_in_every_language() {
        let words = [
            "acceleration-x",
            "acceleration-y",
            "acceleration-z",
            "co2",
            "contact-open",
            "dew-point",
            "distance",
            "fill-level",
            "formaldehyde",
            "ice-temperature",
            "ice-thickness",
            "light-intensity",
            "lightning",
            "ozone",
            "parking-occupied",
            "pm1",
            "pm10",
            "pm2-5",
            "pm4",
            "pressure",
            "rain",
            "rain-intensity",
            "relative-humidity",
            "snow-depth",
            "soil-conductivity",
            "soil-moisture",
            "soil-nitrogen",
            "soil-ph",
            "soil-phosphorus",
            "soil-potassium",
            "soil-temperature",
            "solar-radiation",
            "sound-level",
            "sound-level-peak",
            "surface-temperature",
            "temperature",
            "vehicles",
            "water",
            "water-conductivity",
            "water-leak",
            "water-level",
            "water-temperature",
            "wind-direction",
            "wind-gust",
            "wind-speed",
        ];
        for word in words {
            assert!(property(word).is_some_and(|p| !p.of_device && !p.of_people), "{word}");
            for language in Language::ALL {
                assert!(Speaker::of(language).knows(&format!("value-{word}")), "{language} {word}");
            }
        }
    }

    #[test]
    fn a_number_that_means_something_to_a_person_says_what() {
        let means =
            |property: &str, number: f64| Speaker::of(Language::En).value_meaning(property, &Value::Number(number));
        assert_eq!(means("water-temperature", 18.4).as_deref(), Some("Cool: fine for a swim."));
        assert_eq!(means("water-temperature", 4.2).as_deref(), Some("Ice-cold: go in only if you are used to it."));
        assert_eq!(means("sound-level", 72.0).as_deref(), Some("Loud: you have to raise your voice."));
        assert_eq!(means("ice-temperature", -4.3).as_deref(), Some("The ice is hard."));
        assert_eq!(
            means("co2", 1200.0).as_deref(),
            Some("The air is stuffy: there are many people here, or a window needs opening.")
        );
        assert_eq!(means("wind-speed", 3.0), None);
    }

    #[test]
    fn an_absurd_value_is_a_sentence_and_no_panic() {
        for value in
            [Value::Number(f64::MAX), Value::Number(f64::NAN), Value::Integer(i64::MIN), Value::Text("<b>".into())]
        {
            assert!(!Speaker::of(Language::Sv).value_sentence("motion", None, &value, "1").is_empty());
        }
    }
}
