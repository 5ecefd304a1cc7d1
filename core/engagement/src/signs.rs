//! Signs that a form was not filled in by somebody who read it. They are told to stewards; nothing is dropped for them.

use model::activity::{Answer, Content, Field, FieldKind, Page, Value};
use std::time::Duration;

/// What was odd about how an answer came.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Signs(u32);

impl Signs {
    /// Faster than anybody reads.
    pub const FAST: Self = Self(1);
    /// A field that people do not see was filled in.
    pub const TRAP: Self = Self(2);
    /// The same answer to many questions in a row.
    pub const PATTERN: Self = Self(4);
    /// Many finished answers from one place in a short time.
    pub const BURST: Self = Self(8);
    /// The form was not made by this box, or its token was changed.
    pub const FORGED: Self = Self(16);

    /// All there are.
    pub const ALL: [Self; 5] = [Self::FAST, Self::TRAP, Self::PATTERN, Self::BURST, Self::FORGED];

    /// As a number.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// From a number; what is not known is left out.
    pub const fn of_bits(bits: u32) -> Self {
        Self(bits & 31)
    }

    /// Whether nothing was odd.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether it has all of another's.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// Somebody who skims reads ten words a second; most read three.
const WORDS_PER_SECOND: u64 = 10;
/// Fewer of the same in a row are an opinion.
const ROW_MIN: usize = 6;

/// The time it takes at least to read the form that stands at an index of the page.
pub fn reading_time(page: &Page, form: usize) -> Duration {
    let words = |text: &str| text.split_whitespace().count() as u64;
    let of_field = |field: &Field| {
        let options = match &field.kind {
            FieldKind::Choice(choice) => choice.options.iter().map(|option| words(&option.label)).sum(),
            _ => 0,
        };
        words(&field.label) + words(&field.help) + options
    };
    let fields: u64 = page.fields_of(form).map(of_field).sum();
    let one_tap = page.fields_of(form).count() == 1;
    // A tap on a question that stands beside the path is quick.
    if one_tap { Duration::ZERO } else { Duration::from_millis(fields * 1000 / WORDS_PER_SECOND) }
}

/// Whether many scales or choices in a row were answered by the same step.
pub fn is_patterned(page: &Page, answers: &[Answer]) -> bool {
    let fields = page.blocks.iter().filter_map(|block| match &block.is {
        Content::Field(field) => Some(field),
        _ => None,
    });
    let mut longest = 0;
    let (mut row, mut last): (usize, Option<Step>) = (0, None);
    for field in fields {
        let answer = answers.iter().find(|answer| answer.question == field.key);
        let step = answer.and_then(|answer| step_of(field, &answer.value));
        row = match (&step, &last) {
            (Some(step), Some(last)) if step == last => row + 1,
            (Some(_), _) => 1,
            (None, _) => 0,
        };
        longest = longest.max(row);
        last = step;
    }
    longest >= ROW_MIN
}

/// How far along a question an answer lies, so that answers to like questions can be compared.
#[derive(PartialEq)]
enum Step {
    Scale(i64),
    Option(usize, usize),
}

fn step_of(field: &Field, value: &Value) -> Option<Step> {
    match (&field.kind, value) {
        #[expect(clippy::cast_possible_truncation, reason = "a scale has 21 whole steps at most")]
        (FieldKind::Scale { first, .. }, Value::Number(number)) => {
            Some(Step::Scale(*number as i64 - i64::from(*first)))
        }
        (FieldKind::Choice(choice), Value::Choices(keys)) if choice.most == 1 => {
            let key = keys.first()?;
            let at = choice.options.iter().position(|option| option.key == *key)?;
            Some(Step::Option(at, choice.options.len()))
        }
        _ => None,
    }
}
