//! What a peer said, and what usually follows from it.

use serde_json::Value;

use super::{Breakage, Reply, Response, Turn};
use crate::method::day_of_date;

/// So long a peer is left alone that says "later" and not when, seconds.
const LATER_S: u32 = 60;
/// The longest wait that a peer may ask for, seconds: a day.
const LATER_S_MAX: u32 = 86_400;
/// Characters of a peer's answer that staff are shown.
const QUOTED_CHARS_MAX: usize = 200;

/// In [`Harvest::extra`](super::Harvest): when the token of the channel ends, where its peer says so; Unix time in milliseconds. The box
/// collects once a day, also from a channel with nothing out, and tells staff two weeks ahead.
pub const TOKEN_ENDS: &str = "token-ends-at-ms";

/// Unix time in milliseconds of `2026-07-02T10:00:00.000Z`, or `+0000` at its end; parts of a second are left out.
pub fn utc_ms(utc: &str) -> Option<u64> {
    let (date, time) = utc.split_once('T')?;
    let day = u64::try_from(day_of_date(date)?).ok()?;
    let mut parts = time.get(..8)?.split(':').map(|part| part.parse::<u64>().ok());
    let [hour, minute, second] = [parts.next()??, parts.next()??, parts.next()??];
    Some((day * 86_400 + hour * 3600 + minute * 60 + second) * 1000)
}

impl Response {
    /// An answer of 2xx.
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// The value of a header; names are small letters.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// What it says as JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A text or number of its JSON, by its JSON Pointer.
    pub fn text(&self, pointer: &str) -> Option<String> {
        match self.json()?.pointer(pointer)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// For how many seconds the peer asks to be left alone (RFC 9110, section 10.2.3; a date counts as a minute).
    pub fn retry_after_s(&self) -> Option<u32> {
        let written = self.header("retry-after")?.trim();
        Some(written.parse().unwrap_or(LATER_S).min(LATER_S_MAX))
    }

    /// The beginning of what it says, on one line, for staff.
    pub fn quoted(&self) -> String {
        let text = String::from_utf8_lossy(&self.body);
        let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
        words.collect::<Vec<_>>().join(" ").chars().take(QUOTED_CHARS_MAX).collect()
    }
}

impl Turn {
    /// What usually follows from a reply that is no success: later for a peer that is busy or broken, staff for a token that is not
    /// taken, and never for what the peer will not have.
    pub fn refused(reply: &Reply) -> Self {
        match reply {
            Reply::Http(response) => Self::refused_http(response),
            Reply::Broken(Breakage::NotGranted(why)) => Self::stuck(format!("It was not granted: {why}.")),
            Reply::Broken(Breakage::Unreachable(why) | Breakage::Garbled(why) | Breakage::Other(why)) => {
                Self::again(format!("It could not be asked: {why}."), LATER_S)
            }
            Reply::Broken(Breakage::TimedOut) => Self::again("It took too long to answer.", LATER_S),
            Reply::Broken(Breakage::TooBig) => Self::fail("It answered with more than anybody reads."),
            Reply::Sent(_) | Reply::Waited | Reply::Other(_) => Self::fail("The box answered another question."),
        }
    }

    fn refused_http(response: &Response) -> Self {
        let said = format!("It answered {}: {}", response.status, response.quoted());
        match response.status {
            408 | 425 | 429 | 500..=599 => Self::again(said, response.retry_after_s().unwrap_or(LATER_S)),
            401 | 402 | 403 | 407 => Self::stuck(said),
            300..=399 => Self::stuck(format!("{said} (it sends us elsewhere; is the address right?)")),
            _ => Self::fail(said),
        }
    }
}
