//! Figures, and how they are told.

use std::fmt::Write;
use std::time::Duration;

/// One line of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    what: String,
    figure: String,
    reach: String,
}

impl Row {
    /// `reach` is what the figure should be; empty when nothing was promised.
    pub(crate) fn new(what: impl Into<String>, figure: impl Into<String>, reach: impl Into<String>) -> Self {
        Self { what: what.into(), figure: figure.into(), reach: reach.into() }
    }
}

/// A Markdown table with columns as wide as their longest cell.
pub(crate) fn render(rows: &[Row]) -> String {
    let head = Row::new("what", "figure", "reach");
    let all = || std::iter::once(&head).chain(rows);
    let width = |cell: fn(&Row) -> &str| all().map(|row| cell(row).chars().count()).max().unwrap_or(0);
    let widths = (width(|row| &row.what), width(|row| &row.figure), width(|row| &row.reach));
    let mut text = String::new();
    for (index, Row { what, figure, reach }) in all().enumerate() {
        let _ = writeln!(text, "| {what:w$} | {figure:f$} | {reach:r$} |", w = widths.0, f = widths.1, r = widths.2);
        if index == 0 {
            let _ =
                writeln!(text, "| {:-<w$} | {:-<f$} | {:-<r$} |", "", "", "", w = widths.0, f = widths.1, r = widths.2);
        }
    }
    text
}

/// Durations in order, for medians and the like.
#[derive(Clone, Debug, Default)]
pub(crate) struct Spread(Vec<Duration>);

impl Spread {
    pub(crate) fn of(durations: impl IntoIterator<Item = Duration>) -> Self {
        let mut sorted: Vec<Duration> = durations.into_iter().collect();
        sorted.sort_unstable();
        Self(sorted)
    }

    /// The smallest duration that `percent` of all do not exceed (nearest rank); zero when there are none.
    pub(crate) fn percentile(&self, percent: usize) -> Duration {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0.get(rank - 1).copied().unwrap_or_default()
    }

    pub(crate) fn median(&self) -> Duration {
        self.percentile(50)
    }

    pub(crate) fn max(&self) -> Duration {
        self.0.last().copied().unwrap_or_default()
    }
}

/// With three digits that count: `0.123 ms`, `12.3 ms`, `1.23 s`.
pub(crate) fn duration(duration: Duration) -> String {
    let us = duration.as_secs_f64() * 1e6;
    match us {
        _ if us < 1e3 => format!("{} us", digits(us)),
        _ if us < 1e6 => format!("{} ms", digits(us / 1e3)),
        _ => format!("{} s", digits(us / 1e6)),
    }
}

/// Three digits that count, at most two behind the point.
pub(crate) fn digits(number: f64) -> String {
    match number {
        _ if number < 10.0 => format!("{number:.2}"),
        _ if number < 100.0 => format!("{number:.1}"),
        _ => format!("{number:.0}"),
    }
}

/// Thousands apart.
pub(crate) fn thousands(number: u64) -> String {
    let plain = number.to_string();
    let mut spaced = String::new();
    for (index, digit) in plain.chars().enumerate() {
        if index > 0 && (plain.len() - index).is_multiple_of(3) {
            spaced.push(' ');
        }
        spaced.push(digit);
    }
    spaced
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_longest_cell() {
        let table = render(&[Row::new("uplinks/s", "1 234", ""), Row::new("p99", "20 ms", "<= 20 ms")]);
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[0], "| what      | figure | reach    |");
        assert!(lines.iter().all(|line| line.len() == lines[0].len()), "{table}");
    }

    #[test]
    fn a_percentile_is_one_of_the_durations() {
        let spread = Spread::of((1..=200).rev().map(Duration::from_millis));
        assert_eq!(spread.median(), Duration::from_millis(100));
        assert_eq!(spread.percentile(99), Duration::from_millis(198));
        assert_eq!(spread.max(), Duration::from_millis(200));
        assert_eq!(Spread::default().percentile(99), Duration::ZERO);
        assert_eq!(Spread::of([Duration::from_secs(3)]).percentile(99), Duration::from_secs(3));
    }

    #[test]
    fn figures_have_three_digits_that_count() {
        assert_eq!(duration(Duration::from_nanos(12_340)), "12.3 us");
        assert_eq!(duration(Duration::from_micros(1_234)), "1.23 ms");
        assert_eq!(duration(Duration::from_millis(1_234)), "1.23 s");
        assert_eq!(thousands(1_234_567), "1 234 567");
        assert_eq!(thousands(123), "123");
    }
}
