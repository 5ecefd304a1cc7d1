//! Short ways to ask.

use super::{
    Choice, ChoiceField, ChoiceLook, Condition, DateField, Field, FieldKind, NumberField, ScaleField, ShapeField,
    ShapeKind, Test, Value,
};

impl Field {
    /// A question of any kind.
    pub fn new(key: impl Into<String>, label: impl Into<String>, kind: FieldKind) -> Self {
        let (key, label) = (key.into(), label.into());
        Self { key, label, help: String::new(), required: false, when: Vec::new(), kind, value: None }
    }

    /// One line.
    pub fn text(key: impl Into<String>, label: impl Into<String>, characters_max: u32) -> Self {
        Self::new(key, label, FieldKind::Text(characters_max))
    }

    /// Many lines.
    pub fn long_text(key: impl Into<String>, label: impl Into<String>, characters_max: u32) -> Self {
        Self::new(key, label, FieldKind::LongText(characters_max))
    }

    /// A number of any size.
    pub fn number(key: impl Into<String>, label: impl Into<String>, unit: impl Into<String>) -> Self {
        let number = NumberField { least: None, most: None, whole: false, unit: unit.into() };
        Self::new(key, label, FieldKind::Number(number))
    }

    /// A calendar date.
    pub fn date(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(key, label, FieldKind::Date(DateField { first: None, last: None }))
    }

    /// One of some options; add them with [`Field::option`].
    pub fn choice(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self::several(key, label, 0, 1)
    }

    /// Several of some options.
    pub fn several(key: impl Into<String>, label: impl Into<String>, least: u32, most: u32) -> Self {
        let choice =
            ChoiceField { options: Vec::new(), least, most, ranked: false, look: ChoiceLook::List, other: None };
        Self::new(key, label, FieldKind::Choice(choice))
    }

    /// Whole steps from `first` to `last`, with words for both ends.
    pub fn scale(key: impl Into<String>, label: impl Into<String>, first: (i32, &str), last: (i32, &str)) -> Self {
        let (low, high) = (first.1.to_owned(), last.1.to_owned());
        let scale = ScaleField { first: first.0, last: last.0, low, high, unsure: None };
        Self::new(key, label, FieldKind::Scale(scale))
    }

    /// A point on the map.
    pub fn point(key: impl Into<String>, label: impl Into<String>) -> Self {
        let shape = ShapeField { kinds: vec![ShapeKind::Point], frame: None };
        Self::new(key, label, FieldKind::Shape(shape))
    }

    /// Photos.
    pub fn photo(key: impl Into<String>, label: impl Into<String>, photos_max: u32) -> Self {
        Self::new(key, label, FieldKind::Photo(photos_max))
    }

    /// A box to tick.
    pub fn consent(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(key, label, FieldKind::Consent)
    }

    /// An address to be told what happened. No method ever gets it.
    pub fn contact(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self::new(key, label, FieldKind::Contact)
    }

    /// One more option of a choice.
    #[must_use]
    pub fn option(self, key: impl Into<String>, label: impl Into<String>) -> Self {
        self.with_option(Choice::new(key, label))
    }

    /// One more option that cannot go with others: "none of these".
    #[must_use]
    pub fn option_alone(self, key: impl Into<String>, label: impl Into<String>) -> Self {
        self.with_option(Choice { alone: true, ..Choice::new(key, label) })
    }

    /// One more option.
    #[must_use]
    pub fn with_option(self, option: Choice) -> Self {
        self.change_choice(|choice| choice.options.push(option))
    }

    /// A free answer beside the options of a choice.
    #[must_use]
    pub fn or_other(self, label: impl Into<String>) -> Self {
        self.change_choice(|choice| choice.other = Some(label.into()))
    }

    /// The order of the chosen counts.
    #[must_use]
    pub fn ranked(self) -> Self {
        self.change_choice(|choice| choice.ranked = true)
    }

    /// Each option is a button that sends the form: one tap.
    #[must_use]
    pub fn buttons(self) -> Self {
        self.change_choice(|choice| choice.look = ChoiceLook::Buttons)
    }

    /// The options open as a menu.
    #[must_use]
    pub fn menu(self) -> Self {
        self.change_choice(|choice| choice.look = ChoiceLook::Menu)
    }

    /// More about the question.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The form cannot be sent without it.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Asked only when this holds for an earlier field of the form.
    #[must_use]
    pub fn when(mut self, field: impl Into<String>, holds: Test) -> Self {
        self.when.push(Condition { field: field.into(), holds });
        self
    }

    /// What stands in it to begin with.
    #[must_use]
    pub fn suggest(mut self, value: Value) -> Self {
        self.value = Some(value);
        self
    }

    fn change_choice(mut self, change: impl FnOnce(&mut ChoiceField)) -> Self {
        if let FieldKind::Choice(choice) = &mut self.kind {
            change(choice);
        }
        self
    }
}

impl Choice {
    /// An option: its key in the log and its label.
    pub fn new(key: impl Into<String>, label: impl Into<String>) -> Self {
        Self { key: key.into(), label: label.into(), help: String::new(), alone: false, extra: Vec::new() }
    }
}
