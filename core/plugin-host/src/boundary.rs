//! Where answers of a plugin become `model` types: the one place that checks them.

use model::{Blame, Decoded, DecodedObservation, Slug, Timestamp, Value};

use crate::bindings::exports::allting::decoder::decoding as wit;
use crate::decoder::Request;

/// A frame of 242 bytes can hold that many readings of one byte.
const OBSERVATIONS_MAX: usize = 256;
const WARNINGS_MAX: usize = 16;
/// Characters of a warning, a fault or any other line for people. Longer ones are cut.
const LINE_CHARS_MAX: usize = 500;
/// Bytes of a text that was observed.
const TEXT_BYTES_MAX: usize = 1024;
const UNIT_BYTES_MAX: usize = 32;
/// What the vendor's own codec may say, bytes of JSON.
const RAW_BYTES_MAX: usize = 64 << 10;
/// Devices that were out of reach send what they missed; none remembers a year.
const AGE_S_MAX: u32 = 366 * 86_400;

pub(crate) fn uplink(request: &Request<'_>) -> wit::Uplink {
    wit::Uplink {
        f_port: request.f_port,
        payload: request.payload.to_vec(),
        received_at_ms: u64::try_from(request.received_at.as_ms()).unwrap_or(0),
        settings: request.settings.to_owned(),
        extra: Vec::new(),
    }
}

pub(crate) fn timestamp(ms: u64) -> Timestamp {
    Timestamp::from_ms(i64::try_from(ms).unwrap_or(i64::MAX))
}

/// What was decoded, checked. The error says what the plugin did that it may not.
///
/// `extra` is room for the contract to grow, and whoever does not know a name there ignores it (`decoder.wit`). The box knows none
/// yet, so nothing in it is looked at, checked or kept: what is kept would have to be bounded, shown and understood for ever.
pub(crate) fn decoded(said: wit::Decoded) -> Result<Decoded, String> {
    let wit::Decoded { observations, warnings, raw, extra: _ } = said;
    if observations.len() > OBSERVATIONS_MAX {
        return Err(format!("gave {} observations for one frame; at most {OBSERVATIONS_MAX}", observations.len()));
    }
    Ok(Decoded {
        observations: observations.into_iter().map(observation).collect::<Result<_, _>>()?,
        warnings: warnings.iter().take(WARNINGS_MAX).map(|w| one_line(w)).collect(),
        raw: raw.map(|json| checked_json(json, "raw output")).transpose()?,
    })
}

fn observation(said: wit::Observation) -> Result<DecodedObservation, String> {
    let wit::Observation { property, value, unit, age_s, part, extra: _ } = said;
    if Slug::new(&property).is_err() {
        return Err(format!("calls a property `{}`; a word has 1 to 64 of a-z, 0-9 and -", one_line(&property)));
    }
    if let Some(part) = &part
        && Slug::new(part).is_err()
    {
        return Err(format!("calls a part of {property} `{}`; a word has 1 to 64 of a-z, 0-9 and -", one_line(part)));
    }
    if let Some(unit) = &unit
        && (unit.len() > UNIT_BYTES_MAX || !unit.bytes().all(|b| b.is_ascii_graphic()))
    {
        return Err(format!("gives {property} the unit `{}`, which is not UCUM", one_line(unit)));
    }
    if age_s > AGE_S_MAX {
        return Err(format!("says {property} was measured {age_s} s ago, more than a year"));
    }
    Ok(DecodedObservation { value: checked_value(value, &property)?, property, unit, age_s, part })
}

fn checked_value(said: wit::Value, property: &str) -> Result<Value, String> {
    match said {
        wit::Value::Number(number) if number.is_finite() => Ok(Value::Number(number)),
        wit::Value::Number(number) => Err(format!("says {property} is {number}, which is no number")),
        wit::Value::Integer(integer) => Ok(Value::Integer(integer)),
        wit::Value::Flag(flag) => Ok(Value::Flag(flag)),
        wit::Value::Text(text) if text.len() <= TEXT_BYTES_MAX => Ok(Value::Text(one_line(&text))),
        wit::Value::Text(text) => Err(format!("gives {property} as {} bytes; at most {TEXT_BYTES_MAX}", text.len())),
    }
}

/// JSON of at most 64 KiB.
pub(crate) fn checked_json(json: String, what: &str) -> Result<String, String> {
    if json.len() > RAW_BYTES_MAX {
        return Err(format!("gives {what} of {} bytes; at most {RAW_BYTES_MAX}", json.len()));
    }
    serde_json::from_str::<serde::de::IgnoredAny>(&json).map_err(|e| format!("gives {what} that is no JSON: {e}"))?;
    Ok(json)
}

/// A fault the plugin reports itself: all but the last kind count against the device.
pub(crate) fn fault(said: &wit::Fault) -> (Blame, String) {
    match said {
        wit::Fault::UnsupportedPort(port) => (Blame::Device, format!("does not know port {port}")),
        wit::Fault::Malformed(what) => (Blame::Device, format!("cannot read the frame: {}", one_line(what))),
        wit::Fault::UnsupportedCommand(what) => {
            (Blame::Device, format!("does not know the command: {}", one_line(what)))
        }
        wit::Fault::Other(what) => (Blame::Plugin, one_line(what)),
    }
}

/// Safe to print: no control characters, nothing that turns the direction of writing, and not endless.
pub(crate) fn one_line(text: &str) -> String {
    let safe = |c: char| if c.is_control() || turns_writing(c) { ' ' } else { c };
    text.chars().take(LINE_CHARS_MAX).map(safe).collect()
}

const fn turns_writing(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(value: wit::Value) -> wit::Observation {
        wit::Observation { property: "co2".into(), value, unit: None, age_s: 0, part: None, extra: Vec::new() }
    }

    #[track_caller]
    fn refuses(observation: wit::Observation, because: &str) {
        let said = wit::Decoded { observations: vec![observation], warnings: vec![], raw: None, extra: vec![] };
        let why = decoded(said).unwrap_err();
        assert!(why.contains(because), "{why}");
    }

    #[test]
    fn a_number_that_is_none_is_refused() {
        refuses(said(wit::Value::Number(f64::NAN)), "no number");
        refuses(said(wit::Value::Number(f64::NEG_INFINITY)), "no number");
    }

    #[test]
    fn words_that_cannot_stand_in_an_address_are_refused() {
        refuses(wit::Observation { property: "../etc".into(), ..said(wit::Value::Flag(true)) }, "../etc");
        refuses(wit::Observation { part: Some(String::new()), ..said(wit::Value::Flag(true)) }, "part");
        refuses(wit::Observation { unit: Some("deg C".into()), ..said(wit::Value::Flag(true)) }, "UCUM");
        refuses(wit::Observation { age_s: u32::MAX, ..said(wit::Value::Flag(true)) }, "a year");
    }

    #[test]
    fn endless_answers_are_refused_or_cut() {
        refuses(said(wit::Value::Text("x".repeat(2000))), "2000 bytes");
        let warnings = vec!["long ".repeat(1000); 100];
        let observations = vec![said(wit::Value::Flag(true)); 300];
        let many = wit::Decoded { observations, warnings: vec![], raw: None, extra: vec![] };
        assert!(decoded(many).unwrap_err().contains("300 observations"));
        let wordy = wit::Decoded { observations: vec![], warnings, raw: None, extra: vec![] };
        let kept = decoded(wordy).unwrap().warnings;
        assert_eq!((kept.len(), kept[0].len()), (WARNINGS_MAX, LINE_CHARS_MAX));
        let raw =
            |json: &str| wit::Decoded { observations: vec![], warnings: vec![], raw: Some(json.into()), extra: vec![] };
        assert!(decoded(raw(&format!("\"{}\"", "x".repeat(RAW_BYTES_MAX)))).is_err());
        assert!(decoded(raw("{oops")).unwrap_err().contains("no JSON"));
    }

    #[test]
    fn names_in_extra_that_the_box_does_not_know_are_ignored_whatever_they_hold() {
        let extra = || vec![("a later version\n".to_owned(), wit::Value::Number(f64::NAN))];
        let observation = wit::Observation { extra: extra(), ..said(wit::Value::Flag(true)) };
        let all = wit::Decoded { observations: vec![observation], warnings: vec![], raw: None, extra: extra() };
        let plain = wit::Decoded {
            observations: vec![said(wit::Value::Flag(true))],
            warnings: vec![],
            raw: None,
            extra: vec![],
        };
        assert_eq!(decoded(all), decoded(plain));
    }

    #[test]
    fn a_fault_cannot_forge_a_line_of_the_log() {
        let (blame, what) = fault(&wit::Fault::Other("bad\n2026-01-01 admin logged in\u{202E}".into()));
        assert_eq!((blame, what.as_str()), (Blame::Plugin, "bad 2026-01-01 admin logged in "));
    }
}
