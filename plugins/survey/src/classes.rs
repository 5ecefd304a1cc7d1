//! Classes into which numbers are counted. They follow from the settings alone, so that no answer moves another's class.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use crate::settings::{Kind, Question};

/// About how many classes there are between two bounds.
const CLASSES: f64 = 10.0;

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Classes {
    how: How,
    whole: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum How {
    /// From each of these on.
    Borders(Vec<f64>),
    /// As wide as this, from a multiple of it on; what lies outside the bounds counts at the nearest.
    Even { width: f64, from: f64, to: f64 },
    /// 0, 1, 2, 5, 10, 20, 50 ... and the same below zero.
    Growing,
}

impl Classes {
    pub(crate) fn of(question: &Question) -> Self {
        let how = match (question.from, question.to) {
            _ if !question.classes.is_empty() => How::Borders(question.classes.clone()),
            (Some(from), Some(to)) if question.kind == Kind::Number && to > from => {
                How::Even { width: width(from, to, question.whole), from, to }
            }
            _ => How::Growing,
        };
        Self { how, whole: question.whole }
    }

    /// The class a number is in; a greater number is never in a smaller one.
    pub(crate) fn index(&self, number: f64) -> i32 {
        match &self.how {
            How::Borders(borders) => {
                i32::try_from(borders.iter().filter(|border| number >= **border).count()).unwrap_or(0)
            }
            How::Even { width, from, to } => saturated((number.clamp(*from, *to) / width).floor()),
            How::Growing if number < 0.0 => -1 - growing(-number),
            How::Growing => growing(number),
        }
    }

    /// The classes to show: all there are, or from the first to the last that somebody is in. An empty one between is shown too, for a
    /// gap would tell that nobody is in it.
    pub(crate) fn shown(&self, counts: &BTreeMap<i32, u32>) -> RangeInclusive<i32> {
        match &self.how {
            How::Borders(borders) => 0..=i32::try_from(borders.len()).unwrap_or(0),
            How::Even { from, to, .. } => self.index(*from)..=self.index(*to),
            How::Growing => {
                let first = counts.first_key_value().map_or(0, |(first, _)| *first);
                let last = counts.last_key_value().map_or(0, |(last, _)| *last);
                first.min(0)..=last.max(0)
            }
        }
    }

    /// `10-19` of whole numbers, `10 - <20` of others.
    pub(crate) fn label(&self, index: i32) -> String {
        let (from, to) = self.bounds(index);
        match (from, to) {
            (None, Some(to)) => format!("< {}", plain(to)),
            (Some(from), None) => format!("≥ {}", plain(from)),
            (Some(from), Some(to)) if self.whole && to - from <= 1.0 => plain(from),
            (Some(from), Some(to)) if self.whole => format!("{}–{}", plain(from), plain(to - 1.0)),
            (Some(from), Some(to)) => format!("{} – <{}", plain(from), plain(to)),
            (None, None) => String::new(),
        }
    }

    fn bounds(&self, index: i32) -> (Option<f64>, Option<f64>) {
        match &self.how {
            How::Borders(borders) => {
                let at = |index: i32| usize::try_from(index).ok().and_then(|at| borders.get(at)).copied();
                (at(index - 1), at(index))
            }
            How::Even { width, .. } => (Some(f64::from(index) * width), Some(f64::from(index + 1) * width)),
            How::Growing if index < 0 => (Some(-grown(-index)), Some(-grown(-index - 1))),
            How::Growing => (Some(grown(index)), Some(grown(index + 1))),
        }
    }
}

/// 1, 2 or 5 times a power of ten, so that there are about [`CLASSES`].
fn width(from: f64, to: f64, whole: bool) -> f64 {
    let wanted = (to - from) / CLASSES;
    let mut power = if whole { 1.0 } else { 1e-6 };
    while power * 10.0 <= wanted && power < 1e15 {
        power *= 10.0;
    }
    [1.0, 2.0, 5.0, 10.0].map(|step| step * power).into_iter().find(|width| *width >= wanted).unwrap_or(power)
}

/// 0 below 1, then one more at 1, 2, 5, 10, 20 ...
fn growing(number: f64) -> i32 {
    (0..GROWN_MAX).rev().find(|index| number >= grown(*index)).unwrap_or(0)
}

const GROWN_MAX: i32 = 46;

fn grown(index: i32) -> f64 {
    match index {
        ..=0 => 0.0,
        _ => {
            [1.0, 2.0, 5.0].get(usize::try_from((index - 1) % 3).unwrap_or(0)).unwrap_or(&1.0)
                * 10_f64.powi((index - 1) / 3)
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "`as` saturates, which is what is wanted")]
fn saturated(number: f64) -> i32 {
    // One less at both ends: the next class has a bound too.
    (number as i32).clamp(i32::MIN + 1, i32::MAX - 1)
}

fn plain(number: f64) -> String {
    // Sums of decimal fractions are not exact; nobody asks for a millionth.
    let text = format!("{number:.6}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    text.strip_prefix('-').map_or_else(|| text.to_owned(), |size| format!("\u{2212}{size}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn even(from: f64, to: f64, whole: bool) -> How {
        How::Even { width: width(from, to, whole), from, to }
    }

    #[track_caller]
    fn check(how: How, whole: bool, expected: &[(f64, &str)]) {
        let classes = Classes { how, whole };
        for (number, label) in expected {
            assert_eq!(classes.label(classes.index(*number)), *label, "{number}");
        }
    }

    #[test]
    fn numbers_fall_into_classes_with_plain_names() {
        check(even(0.0, 120.0, true), true, &[(0.0, "0–19"), (67.0, "60–79"), (120.0, "120–139"), (1e9, "120–139")]);
        check(even(0.0, 5.0, true), true, &[(3.0, "3")]);
        check(even(0.0, 1.0, false), false, &[(0.35, "0.3 – <0.4")]);
        check(How::Borders(vec![18.0, 67.0]), true, &[(17.0, "< 18"), (18.0, "18–66"), (99.0, "≥ 67")]);
        check(
            How::Growing,
            true,
            &[(0.0, "0"), (1.0, "1"), (4.0, "2–4"), (99.0, "50–99"), (-3.0, "\u{2212}5–\u{2212}3")],
        );
    }

    #[test]
    fn a_number_beyond_all_reason_has_a_class() {
        for how in [How::Growing, even(0.0, 1e-5, false), How::Borders(vec![0.0])] {
            let classes = Classes { how, whole: false };
            for number in [f64::MAX, f64::MIN, -0.0, 1e18, f64::MIN_POSITIVE] {
                assert!(!classes.label(classes.index(number)).is_empty());
            }
            assert!(classes.index(-1.0) <= classes.index(1.0));
        }
    }
}
