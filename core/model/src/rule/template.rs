use std::fmt;
use std::ops::Range;

/// A text with gaps. What stands in square brackets is left out when one of its gaps cannot be filled.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template(Vec<Piece>);

/// A part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// Words, as they are.
    Words(String),
    /// A gap.
    Slot(Slot),
    /// What is left out when a gap in it cannot be filled.
    Optional(Vec<Piece>),
}

/// What can stand in a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// The name of the place.
    Place,
    /// How many, with what: `48 people`.
    Value,
    /// That as a part of what the place is made for: `80 %`.
    Share,
    /// How many more there is room for.
    Free,
    /// How many there usually are at this hour of the week.
    Usual,
    /// The hour at which the rest of the day is usually calmest.
    Best,
    /// How old the newest value is: `4 minutes ago`.
    Age,
    /// What the page of the place says.
    Sentence,
    /// When the rest of the day is usually calmest, as a sentence.
    Calmest,
    /// When the place is usually crowded, and when there is room.
    Summary,
    /// What people call the activity.
    Activity,
    /// What happened to it, as a sentence.
    News,
}

/// Why a text is no template, and where in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateFault {
    /// Nothing of that name can stand in a gap.
    UnknownSlot(Range<usize>, String),
    /// A bracket without its other half.
    Alone(Range<usize>),
    /// Square brackets within square brackets.
    Nested(Range<usize>),
}

impl Slot {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Place,
        Self::Value,
        Self::Share,
        Self::Free,
        Self::Usual,
        Self::Best,
        Self::Age,
        Self::Sentence,
        Self::Calmest,
        Self::Summary,
        Self::Activity,
        Self::News,
    ];

    /// As it stands in a text: `{place}`.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Value => "value",
            Self::Share => "share",
            Self::Free => "free",
            Self::Usual => "usual",
            Self::Best => "best",
            Self::Age => "age",
            Self::Sentence => "sentence",
            Self::Calmest => "calmest",
            Self::Summary => "summary",
            Self::Activity => "activity",
            Self::News => "news",
        }
    }

    fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|slot| slot.word() == word)
    }
}

impl Template {
    /// Reads a text. `{{` and `[[` stand for the brackets themselves.
    pub fn parse(text: &str) -> Result<Self, TemplateFault> {
        let (mut outer, mut inner) = (Pieces::default(), None::<(usize, Pieces)>);
        let mut rest = text.char_indices().peekable();
        while let Some((at, letter)) = rest.next() {
            let twice = rest.peek().is_some_and(|(_, next)| *next == letter);
            match letter {
                '{' | '}' | '[' | ']' if twice => {
                    rest.next();
                    current(&mut outer, &mut inner).letter(letter);
                }
                '{' => {
                    let after = text.get(at + 1..).unwrap_or_default();
                    let end = after.find('}').ok_or(TemplateFault::Alone(at..at + 1))?;
                    let word = after.get(..end).unwrap_or_default();
                    let span = at..at + end + 2;
                    let slot = Slot::of(word.trim())
                        .ok_or_else(|| TemplateFault::UnknownSlot(span.clone(), word.to_owned()))?;
                    current(&mut outer, &mut inner).0.push(Piece::Slot(slot));
                    while rest.next_if(|(at, _)| *at < span.end).is_some() {}
                }
                '[' if inner.is_some() => return Err(TemplateFault::Nested(at..at + 1)),
                '[' => inner = Some((at, Pieces::default())),
                ']' => {
                    let (_, pieces) = inner.take().ok_or(TemplateFault::Alone(at..at + 1))?;
                    outer.0.push(Piece::Optional(pieces.0));
                }
                '}' => return Err(TemplateFault::Alone(at..at + 1)),
                other => current(&mut outer, &mut inner).letter(other),
            }
        }
        match inner {
            Some((at, _)) => Err(TemplateFault::Alone(at..at + 1)),
            None => Ok(Self(outer.0)),
        }
    }

    /// A template of these parts.
    pub fn of(pieces: Vec<Piece>) -> Self {
        Self(pieces)
    }

    /// Its parts.
    pub fn pieces(&self) -> &[Piece] {
        &self.0
    }

    /// Every gap in it.
    pub fn slots(&self) -> impl Iterator<Item = Slot> {
        self.0
            .iter()
            .flat_map(|piece| match piece {
                Piece::Optional(inner) => inner.as_slice(),
                one => std::slice::from_ref(one),
            })
            .filter_map(|piece| if let Piece::Slot(slot) = piece { Some(*slot) } else { None })
    }

    /// The text with its gaps filled; the first gap that could not be, where it was not in brackets.
    pub fn filled(&self, fill: impl Fn(Slot) -> Option<String>) -> Result<String, Slot> {
        let mut text = String::new();
        for piece in &self.0 {
            match piece {
                Piece::Words(words) => text.push_str(words),
                Piece::Slot(slot) => text.push_str(&fill(*slot).ok_or(*slot)?),
                Piece::Optional(inner) => {
                    let filled: Option<String> = inner
                        .iter()
                        .map(|piece| match piece {
                            Piece::Slot(slot) => fill(*slot),
                            Piece::Words(words) => Some(words.clone()),
                            Piece::Optional(_) => None,
                        })
                        .collect();
                    text.push_str(&filled.unwrap_or_default());
                }
            }
        }
        Ok(tidied(&text))
    }
}

/// As it was written.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fn write(pieces: &[Piece], f: &mut fmt::Formatter<'_>) -> fmt::Result {
            pieces.iter().try_for_each(|piece| match piece {
                Piece::Words(words) => words.chars().try_for_each(|letter| match letter {
                    '{' | '}' | '[' | ']' => write!(f, "{letter}{letter}"),
                    other => write!(f, "{other}"),
                }),
                Piece::Slot(slot) => write!(f, "{{{}}}", slot.word()),
                Piece::Optional(inner) => {
                    f.write_str("[")?;
                    write(inner, f)?;
                    f.write_str("]")
                }
            })
        }
        write(&self.0, f)
    }
}

/// What was left out leaves no hole behind: one space between words, and no line that ends in one.
fn tidied(text: &str) -> String {
    let lines = text.lines().map(|line| line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "));
    let mut kept: Vec<String> = Vec::new();
    for line in lines {
        // Two empty lines say no more than one.
        if !line.is_empty() || kept.last().is_some_and(|last| !last.is_empty()) {
            kept.push(line);
        }
    }
    kept.join("\n").trim_end().to_owned()
}

/// What is read into just now.
fn current<'p>(outer: &'p mut Pieces, inner: &'p mut Option<(usize, Pieces)>) -> &'p mut Pieces {
    inner.as_mut().map_or(outer, |(_, pieces)| pieces)
}

#[derive(Default)]
struct Pieces(Vec<Piece>);

impl Pieces {
    fn letter(&mut self, letter: char) {
        match self.0.last_mut() {
            Some(Piece::Words(words)) => words.push(letter),
            _ => self.0.push(Piece::Words(letter.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Result<String, Slot> {
        Template::parse(text).unwrap().filled(|slot| match slot {
            Slot::Place => Some("Biblioteket".to_owned()),
            Slot::Value => Some("48 personer".to_owned()),
            _ => None,
        })
    }

    #[test]
    fn gaps_are_filled_and_what_is_not_known_leaves_no_hole() {
        assert_eq!(filled("{place}: {value} nå.").unwrap(), "Biblioteket: 48 personer nå.");
        assert_eq!(filled("{value} nå. [Vanlig er {usual}.] Kom senere!").unwrap(), "48 personer nå. Kom senere!");
        assert_eq!(filled("{value}.\n\n[{best}]\n\nHei [{place}]").unwrap(), "48 personer.\n\nHei Biblioteket");
        assert_eq!(filled("{{place}} [[1]] {place}").unwrap(), "{place} [1] Biblioteket");
    }

    #[test]
    fn a_gap_outside_of_brackets_that_cannot_be_filled_is_told() {
        assert_eq!(filled("Vanlig er {usual}."), Err(Slot::Usual));
    }

    #[test]
    fn what_is_no_template_is_told_with_its_place() {
        let fault = |text: &str| Template::parse(text).unwrap_err();
        assert_eq!(fault("om {plass} nå"), TemplateFault::UnknownSlot(3..10, "plass".to_owned()));
        assert_eq!(fault("{place"), TemplateFault::Alone(0..1));
        assert_eq!(fault("a } b"), TemplateFault::Alone(2..3));
        assert_eq!(fault("a [b"), TemplateFault::Alone(2..3));
        assert_eq!(fault("[a [b]]"), TemplateFault::Nested(3..4));
    }

    #[test]
    fn a_template_is_shown_as_it_was_written() {
        for text in ["{place}: {value}[, {usual}] {{1}} [[2]]", "", "plain"] {
            assert_eq!(Template::parse(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn words_of_a_place_are_never_read_as_a_template() {
        let template = Template::parse("{place}").unwrap();
        assert_eq!(template.filled(|_| Some("{value} [x]".to_owned())).unwrap(), "{value} [x]");
    }
}
