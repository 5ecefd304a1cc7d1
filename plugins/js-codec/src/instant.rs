//! Times as codecs write them.

use serde_json::Value as Json;

/// Unix seconds reach this in the year 5138; milliseconds had passed it in 1973.
const SECONDS_MAX: f64 = 1e11;

/// Unix time, milliseconds: from a number of seconds or milliseconds, or from text after RFC 3339.
pub(crate) fn read_ms(json: &Json) -> Option<i64> {
    match json {
        Json::Number(number) => from_number(number.as_f64()?),
        Json::String(text) => text.trim().parse().ok().and_then(from_number).or_else(|| from_text(text.trim())),
        _ => None,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "checked just before")]
fn from_number(number: f64) -> Option<i64> {
    let ms = if number.abs() < SECONDS_MAX { number * 1000.0 } else { number };
    (ms.abs() < 1e15).then_some(ms as i64)
}

/// `2026-01-31T23:59:59.5+01:00`. Without a zone it is UTC, as the codecs run with.
fn from_text(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let [year, month, day] = numbers(date, '-')?;
    let (clock, offset_minutes) = split_zone(time)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
    let [hour, minute, second] = numbers(clock, ':')?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let minutes = (days_since_1970(year, month, day) * 24 + hour) * 60 + minute - offset_minutes;
    let ms: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    Some((minutes * 60 + second) * 1000 + ms)
}

fn split_zone(time: &str) -> Option<(&str, i64)> {
    if let Some(clock) = time.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = time.rfind(['+', '-']) else { return Some((time, 0)) };
    let (clock, zone) = time.split_at_checked(at)?;
    let (sign, zone) = (if zone.starts_with('-') { -1 } else { 1 }, zone.get(1..)?);
    let [hours, minutes] = numbers(zone, ':')?;
    Some((clock, sign * (hours * 60 + minutes)))
}

/// Exactly `N` numbers without signs.
fn numbers<const N: usize>(text: &str, between: char) -> Option<[i64; N]> {
    let read = |part: &str| part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse().ok()).flatten();
    let numbers: Vec<i64> = text.split(between).map(read).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

/// Days of the proleptic Gregorian calendar, counted in years that begin in March, so that a leap day is the last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let year = year.clamp(-9999, 9999);
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    365 * year + leap_days + (153 * month + 2) / 5 + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::read_ms;
    use serde_json::json;

    #[test]
    fn a_time_is_read_in_every_form_that_codecs_use() {
        for same in [
            json!(1_767_225_600),
            json!(1_767_225_600_000_i64),
            json!("1767225600"),
            json!("2026-01-01T00:00:00Z"),
            json!("2026-01-01T00:00:00.000Z"),
            json!("2026-01-01 01:00:00+01:00"),
            json!("2025-12-31T23:30:00-00:30"),
        ] {
            assert_eq!(read_ms(&same), Some(1_767_225_600_000), "{same}");
        }
        assert_eq!(read_ms(&json!("2024-02-29T12:00:00.25Z")), Some(1_709_208_000_250));
    }

    #[test]
    fn what_is_no_time_is_none() {
        for other in [
            json!(null),
            json!(true),
            json!("yesterday"),
            json!("2026-13-01T00:00:00Z"),
            json!(1e300),
            json!("2026-01-01"),
            json!("9223372036854775807-01-01T00:00:00Z"),
            json!("2026-01-01T00:00:00+"),
        ] {
            assert_eq!(read_ms(&other).filter(|ms| *ms < 200_000_000_000_000), None, "{other}");
        }
    }
}
