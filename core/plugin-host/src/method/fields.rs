//! Questions of a form, checked.

use super::bindings::exports::allting::method::deciding as wit;
use super::heard::{Heard, at_most, date, finite, name, shape, shape_kind, value};
use model::activity::{Choice, ChoiceField, ChoiceLook, Condition, Field, FieldKind, Test};
use std::collections::BTreeSet;

const TEXT_CHARS_MAX: u32 = 1000;
const LONG_TEXT_CHARS_MAX: u32 = 20_000;
const OPTIONS_MAX: usize = 500;
const CONDITIONS_MAX: usize = 20;
const PHOTOS_MAX: u32 = 10;
const SCALE_STEPS_MAX: i64 = 21;

impl Heard {
    pub(super) fn field(&mut self, said: wit::Field) -> Result<Field, String> {
        let key = name(&said.key, "a field")?;
        at_most(said.when.len(), CONDITIONS_MAX, "conditions of a field")?;
        let label = self.words(said.label)?;
        if label.trim().is_empty() {
            return Err(format!("asks nothing in the field `{key}`"));
        }
        Ok(Field {
            label,
            help: self.words(said.help)?,
            required: said.required,
            when: said.when.into_iter().map(condition).collect::<Result<_, _>>()?,
            kind: self.kind(said.kind, &key)?,
            value: said.value.map(value).transpose()?,
            key,
        })
    }

    fn kind(&mut self, said: wit::FieldKind, key: &str) -> Result<FieldKind, String> {
        Ok(match said {
            wit::FieldKind::Text(most) => FieldKind::Text(within(most, TEXT_CHARS_MAX, key)?),
            wit::FieldKind::LongText(most) => FieldKind::LongText(within(most, LONG_TEXT_CHARS_MAX, key)?),
            wit::FieldKind::Number(number) => FieldKind::Number {
                least: number.least.map(finite).transpose()?,
                most: number.most.map(finite).transpose()?,
                whole: number.whole,
                unit: self.words(number.unit)?,
            },
            wit::FieldKind::Date(span) => FieldKind::Date {
                first: span.first.as_deref().map(date).transpose()?,
                last: span.last.as_deref().map(date).transpose()?,
            },
            wit::FieldKind::Choice(choice) => FieldKind::Choice(self.choice(choice, key)?),
            wit::FieldKind::Scale(scale) => {
                let steps = i64::from(scale.last) - i64::from(scale.first) + 1;
                if !(2..=SCALE_STEPS_MAX).contains(&steps) {
                    return Err(format!("gives the scale `{key}` {steps} steps; 2 to {SCALE_STEPS_MAX}"));
                }
                FieldKind::Scale {
                    first: scale.first,
                    last: scale.last,
                    low: self.words(scale.low)?,
                    high: self.words(scale.high)?,
                    unsure: scale.unsure.map(|words| self.words(words)).transpose()?,
                }
            }
            wit::FieldKind::Shape(drawn) => FieldKind::Shape {
                kinds: drawn.kinds.into_iter().map(shape_kind).take(3).collect(),
                frame: drawn.frame.map(shape).transpose()?,
            },
            wit::FieldKind::Photo(most) => FieldKind::Photo(within(most, PHOTOS_MAX, key)?),
            wit::FieldKind::Cite(kinds) => {
                FieldKind::Cite(kinds.iter().take(20).map(|kind| name(kind, "a kind")).collect::<Result<_, _>>()?)
            }
            wit::FieldKind::Consent => FieldKind::Consent,
            wit::FieldKind::Contact => FieldKind::Contact,
            wit::FieldKind::Other(kind) => FieldKind::Other(name(&kind, "a kind of field")?),
        })
    }

    fn choice(&mut self, said: wit::ChoiceField, key: &str) -> Result<ChoiceField, String> {
        at_most(said.options.len(), OPTIONS_MAX, "options")?;
        let mut keys = BTreeSet::new();
        let mut options = Vec::with_capacity(said.options.len());
        for option in said.options {
            if !keys.insert(option.key.clone()) {
                return Err(format!("offers the option `{}` of `{key}` twice", name(&option.key, "an option")?));
            }
            options.push(Choice {
                key: name(&option.key, "an option")?,
                label: self.words(option.label)?,
                help: self.words(option.help)?,
                alone: option.alone,
            });
        }
        if options.is_empty() || said.most == 0 || said.least > said.most {
            return Err(format!("offers {} options in `{key}`, of which {} to {}", keys.len(), said.least, said.most));
        }
        Ok(ChoiceField {
            options,
            least: said.least,
            most: said.most,
            ranked: said.ranked,
            look: match said.look {
                wit::ChoiceLook::List => ChoiceLook::List,
                wit::ChoiceLook::Menu => ChoiceLook::Menu,
                wit::ChoiceLook::Buttons => ChoiceLook::Buttons,
            },
            other: said.other.map(|words| self.words(words)).transpose()?,
        })
    }
}

fn condition(said: wit::Condition) -> Result<Condition, String> {
    let keys = |keys: Vec<String>| {
        at_most(keys.len(), OPTIONS_MAX, "options of a condition")?;
        keys.iter().map(|key| name(key, "an option")).collect::<Result<Vec<_>, _>>()
    };
    let holds = match said.holds {
        wit::Test::Answered => Test::Answered,
        wit::Test::Chosen(chosen) => Test::Chosen(keys(chosen)?),
        wit::Test::NotChosen(chosen) => Test::NotChosen(keys(chosen)?),
        wit::Test::Between((least, most)) => Test::Between(finite(least)?, finite(most)?),
    };
    Ok(Condition { field: name(&said.field, "the field of a condition")?, holds })
}

fn within(most: u32, bound: u32, key: &str) -> Result<u32, String> {
    if (1..=bound).contains(&most) { Ok(most) } else { Err(format!("lets `{key}` take {most}; 1 to {bound}")) }
}
