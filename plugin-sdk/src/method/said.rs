//! Short ways to read what was said and to say what shall be remembered.

use super::{
    Action, Answer, Contribution, Decision, Draft, Entry, Moment, Problem, Setup, Shape, Subject, Value, Whose,
};

impl Value {
    /// The keys that were chosen; none when it is no choice.
    pub fn chosen(&self) -> Option<&[String]> {
        match self {
            Self::Choices(keys) => Some(keys),
            _ => None,
        }
    }

    /// The number; none when it is no finite number.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) if number.is_finite() => Some(*number),
            _ => None,
        }
    }

    /// The words; none when it is no text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// What was drawn.
    pub fn as_shape(&self) -> Option<&Shape> {
        match self {
            Self::Shape(shape) => Some(shape),
            _ => None,
        }
    }
}

impl Entry {
    /// The answer to a question; the last, should there be several.
    pub fn answer(&self, question: &str) -> Option<&Value> {
        self.said.answers.iter().rev().find(|answer| answer.question == question).map(|answer| &answer.value)
    }
}

impl Action {
    /// What was filled into a field; none when it was left empty.
    pub fn value(&self, field: &str) -> Option<&Value> {
        self.values.iter().find(|answer| answer.question == field).map(|answer| &answer.value)
    }
}

impl Draft {
    /// Answers about the activity, not finished yet.
    pub fn answers(answers: &[Answer]) -> Self {
        Self {
            subject: Subject::Whole,
            whose: Whose::Personal,
            answers: answers.to_vec(),
            contribution: None,
            note: Vec::new(),
            finished: false,
        }
    }

    /// Something put forward.
    pub fn contribution(contribution: Contribution) -> Self {
        Self { contribution: Some(contribution), ..Self::answers(&[]) }.finished()
    }

    /// The same, about something else than the activity as a whole.
    #[must_use]
    pub fn about(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }

    /// The same, standing for all.
    #[must_use]
    pub fn shared(mut self) -> Self {
        self.whose = Whose::Shared;
        self
    }

    /// The same, and with it the person has taken part.
    #[must_use]
    pub fn finished(mut self) -> Self {
        self.finished = true;
        self
    }

    /// The same, with something for the method alone: no personal data, no person's words.
    #[must_use]
    pub fn note(mut self, note: impl Into<Vec<u8>>) -> Self {
        self.note = note.into();
        self
    }
}

impl Contribution {
    /// Words of a kind: "problem", "idea".
    pub fn new(kind: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            text: text.into(),
            shape: None,
            categories: Vec::new(),
            files: Vec::new(),
            cites: Vec::new(),
        }
    }
}

impl Decision {
    /// One thing to remember, and the next page.
    pub fn remember(draft: Draft, next: impl Into<String>) -> Self {
        Self { drafts: vec![draft], next: next.into() }
    }

    /// Nothing to remember: only the next page.
    pub fn go(next: impl Into<String>) -> Self {
        Self { drafts: Vec::new(), next: next.into() }
    }
}

impl Problem {
    /// It must be mended: in the field of this key, or at this JSON Pointer of the settings.
    pub fn stop(at: impl Into<String>, text: impl Into<String>) -> Self {
        Self { at: at.into(), text: text.into(), stops: true }
    }

    /// It is odd, and may be meant.
    pub fn odd(at: impl Into<String>, text: impl Into<String>) -> Self {
        Self { at: at.into(), text: text.into(), stops: false }
    }
}

impl Setup {
    /// Settings for tests: in Bokmal, about no place.
    pub fn new(settings: &str) -> Self {
        Self {
            settings: settings.to_owned(),
            title: vec![("nb".to_owned(), "En aktivitet".to_owned())],
            languages: vec!["nb".to_owned()],
            places: Vec::new(),
            extra: Vec::new(),
        }
    }

    /// The same, about one more public place.
    #[must_use]
    pub fn place(mut self, id: &str, name: &str) -> Self {
        self.places.push((id.to_owned(), vec![("nb".to_owned(), name.to_owned())]));
        self
    }
}

const MINUTES_OF_DAY: i64 = 24 * 60;

impl Moment {
    /// Hour of the local day, 0 to 23.
    pub fn hour(&self) -> u8 {
        u8::try_from(self.local_minutes().rem_euclid(MINUTES_OF_DAY) / 60).unwrap_or(0)
    }

    /// The local calendar day, as days since 1970-01-01.
    pub fn day(&self) -> i64 {
        self.local_minutes().div_euclid(MINUTES_OF_DAY)
    }

    /// Day of the local week: 0 is Monday.
    pub fn weekday(&self) -> u8 {
        // 1970-01-01 was a Thursday.
        u8::try_from((self.day() + 3).rem_euclid(7)).unwrap_or(0)
    }

    fn local_minutes(&self) -> i64 {
        i64::try_from(self.ms / 60_000).unwrap_or(0) + i64::from(self.offset_minutes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_time_is_that_of_the_municipality() {
        // 2026-07-02 (a Thursday) 23:30 UTC is half past one on Friday in Oslo.
        let moment = Moment { ms: 1_783_035_000_000, offset_minutes: 120 };
        assert_eq!((moment.hour(), moment.weekday(), moment.day()), (1, 4, 20_637));
        let before_1970 = Moment { ms: 0, offset_minutes: -60 };
        assert_eq!((before_1970.hour(), before_1970.day()), (23, -1));
    }
}
