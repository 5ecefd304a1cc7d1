//! Words of a sentence with their places, and the few numbers that have a form of their own.

use std::ops::Range;
use std::time::Duration;

/// Nothing is waited for longer.
const HELD_MAX: Duration = Duration::from_hours(30 * 24);

/// A word, and where in the file it stands.
#[derive(Clone, Debug)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    pub(super) span: Range<usize>,
}

/// A local time as a minute of the day.
pub(super) fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.split_once([':', '.'])?;
    let digits = |text: &str| (1..=2).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    let (hour, minute): (u16, u16) = (
        digits(hour).then(|| hour.parse().ok())??,
        (minute.len() == 2 && digits(minute)).then(|| minute.parse().ok())??,
    );
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// A length of time such as `20 min`.
pub(super) fn duration(text: &str) -> Option<Duration> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(digits);
    length(number, unit.trim())
}

/// A length of time, number and unit apart.
pub(super) fn length(number: &str, unit: &str) -> Option<Duration> {
    let number: u64 = number.parse().ok()?;
    let seconds = match unit {
        "s" | "second" | "seconds" => 1,
        "m" | "min" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3600,
        "d" | "day" | "days" => 24 * 3600,
        _ => return None,
    };
    Some(Duration::from_secs(number.checked_mul(seconds)?)).filter(|long| *long <= HELD_MAX)
}

/// Words and signs, each with its place. Where the text is not in the file as it is (it has escapes), all stand where it stands.
pub(super) fn words<'w>(value: &'w str, span: &Range<usize>, file: &str) -> Vec<Word<'w>> {
    let start = file.get(span.clone()).and_then(|raw| raw.find(value)).map(|at| span.start + at);
    let at = |from: usize, to: usize| start.map_or(span.clone(), |start| start + from..start + to);
    let mut words: Vec<Word<'w>> = Vec::new();
    let mut begun: Option<usize> = None;
    let sorts = |c: char| {
        if c.is_whitespace() {
            0
        } else if "<>=".contains(c) {
            1
        } else if "%,".contains(c) {
            2
        } else {
            3
        }
    };
    let mut sort = 0;
    for (index, letter) in value.char_indices().chain([(value.len(), ' ')]) {
        // A sign of the third sort stands alone.
        if sorts(letter) != sort || sort == 2 {
            if let Some(from) = begun.take() {
                words.extend(value.get(from..index).map(|text| Word { text, span: at(from, index) }));
            }
            sort = sorts(letter);
            begun = (sort != 0).then_some(index);
        }
    }
    words
}
