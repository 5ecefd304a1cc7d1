use super::answer::{Shape, ShapeKind, Value};

/// A question on a form.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Names the question in the log and the export, for the life of the activity.
    pub key: String,
    /// The question.
    pub label: String,
    /// More about it; may be empty.
    pub help: String,
    /// Whether the form can be sent without it.
    pub required: bool,
    /// Asked when all of these hold.
    pub when: Vec<Condition>,
    /// What sort of answer.
    pub kind: FieldKind,
    /// A suggestion; the person's standing answer takes its place.
    pub value: Option<Value>,
}

/// Something that must hold for an earlier field of the same form.
#[derive(Clone, Debug, PartialEq)]
pub struct Condition {
    /// Its key.
    pub field: String,
    /// What of it.
    pub holds: Test,
}

/// What may hold for a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// There is an answer.
    Answered,
    /// One of these was chosen.
    Chosen(Vec<String>),
    /// None of these was chosen, or there is no answer.
    NotChosen(Vec<String>),
    /// A number within these bounds, both included.
    Between(f64, f64),
}

/// What sort of answer a field takes.
#[derive(Clone, Debug, PartialEq)]
pub enum FieldKind {
    /// One line of at most so many characters.
    Text(u32),
    /// Many lines of at most so many characters.
    LongText(u32),
    /// A number.
    Number {
        /// Smallest.
        least: Option<f64>,
        /// Greatest.
        most: Option<f64>,
        /// No fractions.
        whole: bool,
        /// Written behind it; may be empty.
        unit: String,
    },
    /// A calendar date after ISO 8601.
    Date {
        /// Earliest.
        first: Option<String>,
        /// Latest.
        last: Option<String>,
    },
    /// One or several of some options.
    Choice(ChoiceField),
    /// Whole steps between two ends.
    Scale {
        /// The lower end.
        first: i32,
        /// The upper end.
        last: i32,
        /// Words for the lower end.
        low: String,
        /// Words for the upper end.
        high: String,
        /// Label of "don't know", answered as the choice `unsure`.
        unsure: Option<String>,
    },
    /// Something drawn on the map.
    Shape {
        /// What may be drawn.
        kinds: Vec<ShapeKind>,
        /// What the map shows first.
        frame: Option<Shape>,
    },
    /// At most so many photos.
    Photo(u32),
    /// Things of the box, of these kinds.
    Cite(Vec<String>),
    /// A box to tick.
    Consent,
    /// An address to be told what happened. It never reaches a method.
    Contact,
    /// A field of a later day; asked as text.
    Other(String),
}

/// One or several of some options.
#[derive(Clone, Debug, PartialEq)]
pub struct ChoiceField {
    /// What can be chosen.
    pub options: Vec<Choice>,
    /// At least so many.
    pub least: u32,
    /// At most so many; 1 for a single choice.
    pub most: u32,
    /// The order counts.
    pub ranked: bool,
    /// How it is shown.
    pub look: ChoiceLook,
    /// Label of a free answer beside the options.
    pub other: Option<String>,
}

/// How options are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ChoiceLook {
    /// One under the other.
    #[default]
    List,
    /// A menu that opens.
    Menu,
    /// Each option is a button that sends the form.
    Buttons,
}

/// One option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Names it in the log.
    pub key: String,
    /// For people.
    pub label: String,
    /// More about it; may be empty.
    pub help: String,
    /// Cannot go with others: "none of these".
    pub alone: bool,
}

impl FieldKind {
    /// The key under which "don't know" is answered on a scale.
    pub const UNSURE: &'static str = "unsure";
    /// What follows the key of a choice for the words of its free answer.
    pub const OTHER_SUFFIX: &'static str = ".other";
}

impl Test {
    /// Whether it holds for what was answered, if anything was.
    pub fn holds(&self, answered: Option<&Value>) -> bool {
        let chosen = answered.map_or(&[][..], Value::chosen);
        match self {
            Self::Answered => answered.is_some_and(|v| *v != Value::Flag(false)),
            Self::Chosen(keys) => chosen.iter().any(|key| keys.contains(key)),
            Self::NotChosen(keys) => !chosen.iter().any(|key| keys.contains(key)),
            Self::Between(least, most) => matches!(answered, Some(Value::Number(n)) if n >= least && n <= most),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_holds_for_what_was_answered_and_not_for_silence() {
        let bus = Value::Choices(vec!["bus".to_owned(), "bike".to_owned()]);
        let keys = |k: &str| vec![k.to_owned()];
        assert!(Test::Chosen(keys("bike")).holds(Some(&bus)));
        assert!(!Test::Chosen(keys("car")).holds(Some(&bus)));
        assert!(!Test::Chosen(keys("bike")).holds(None));
        assert!(Test::NotChosen(keys("bike")).holds(None));
        assert!(!Test::NotChosen(keys("bike")).holds(Some(&bus)));
        assert!(Test::Between(1.0, 3.0).holds(Some(&Value::Number(3.0))));
        assert!(!Test::Between(1.0, 3.0).holds(Some(&Value::Number(f64::NAN))));
        assert!(!Test::Answered.holds(Some(&Value::Flag(false))));
    }
}
