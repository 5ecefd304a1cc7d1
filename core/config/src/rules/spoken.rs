//! What a rule says: its texts with gaps, checked before anything is said.

use super::{About, Reading};
use crate::diagnostic::Fault;
use crate::nearest::nearest;
use crate::said::say;
use crate::written::Written;
use model::{Language, Piece, RuleText, Slot, Template, TemplateFault, Trigger};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// What a rule says in one language.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SpokenTable {
    /// One line: `"Mycket folk på {place}"`.
    #[schemars(length(min = 1, max = 200))]
    title: Written<String>,
    /// What stands under it: `"{value} nu, {age}. [Det vanliga är {usual}.]"`.
    #[schemars(length(min = 1, max = 2000))]
    body: Written<String>,
}

impl SpokenTable {
    /// The title, as written.
    pub(super) fn title(&self) -> String {
        self.title.value.clone()
    }

    /// The body, as written.
    pub(super) fn body(&self) -> String {
        self.body.value.clone()
    }
}

/// A text for each language, in their order; where there is none, what the box says by itself.
pub(super) fn texts(
    reading: &mut Reading<'_>,
    tables: &BTreeMap<String, SpokenTable>,
    languages: &[Language],
    about: &About<'_>,
) -> Vec<RuleText> {
    for (tag, table) in tables {
        let known = languages.iter().any(|language| language.tag() == tag);
        if !known {
            let message = say!("rule-mute", "the rule does not speak `{language}`", language = tag);
            let tags: Vec<&str> = languages.iter().map(|language| language.tag()).collect();
            let expected = say!("expect-one-of", "expected one of: {words}", words = tags.join(", "));
            let help = say!("add-language", "add it to `languages`, or take the text away");
            reading.faults.push(Fault::error(table.title.span.clone(), message).expected(expected).help(help));
        }
    }
    // One text is enough: a reader of another language gets that rather than none. Without any, the box speaks all of them.
    let spoken = languages.iter().filter(|language| tables.is_empty() || tables.contains_key(language.tag()));
    let texts: Vec<RuleText> = spoken
        .map(|language| match tables.get(language.tag()) {
            Some(table) => RuleText {
                language: *language,
                title: template(reading, &table.title, about),
                body: template(reading, &table.body, about),
            },
            None => usual(*language, about),
        })
        .collect();
    texts
}

/// What the box says where nothing is written: whole sentences, so that it is right in each language.
fn usual(language: Language, about: &About<'_>) -> RuleText {
    let one = |slot| Template::of(vec![Piece::Slot(slot)]);
    let (title, body) = match about.trigger {
        Trigger::Happens(_) => (one(Slot::Activity), one(Slot::News)),
        Trigger::At(_) if about.summary => (one(Slot::Place), one(Slot::Summary)),
        _ => {
            let calmest = Piece::Optional(vec![Piece::Words(" ".to_owned()), Piece::Slot(Slot::Calmest)]);
            (one(Slot::Place), Template::of(vec![Piece::Slot(Slot::Sentence), calmest]))
        }
    };
    RuleText { language, title, body }
}

fn template(reading: &mut Reading<'_>, written: &Written<String>, about: &About<'_>) -> Template {
    let template = match Template::parse(&written.value) {
        Ok(template) => template,
        Err(fault) => {
            let fault = explain(&fault, written, reading.text, about);
            reading.faults.push(fault);
            return Template::default();
        }
    };
    for slot in template.slots().filter(|slot| !about.can_fill(*slot)) {
        let word = format!("{{{}}}", slot.word());
        let span = part(written, reading.text, &word);
        let fault = Fault::error(span, say!("slot-empty", "`{word}` is nothing that this rule knows", word));
        let expected = say!("expect-one-of", "expected one of: {words}", words = about.words());
        reading.faults.push(fault.expected(expected).help(match slot {
            Slot::Activity | Slot::News => say!("slot-of-activity", "only a rule about an activity knows one"),
            _ => say!("slot-of-place", "say what it is about with `{line}`", line = "place = \"...\""),
        }));
    }
    template
}

fn explain(fault: &TemplateFault, written: &Written<String>, file: &str, about: &About<'_>) -> Fault {
    let at = |range: &Range<usize>| {
        let token = written.value.get(range.clone()).unwrap_or_default();
        // A bracket alone says nothing of where it is; the text around it does.
        let start = raw(written, file).and_then(|start| {
            file.get(start..start + written.value.len()).filter(|text| *text == written.value).map(|_| start)
        });
        start.map_or_else(|| part(written, file, token), |start| start + range.start..start + range.end)
    };
    match fault {
        TemplateFault::UnknownSlot(range, word) => {
            let slot = format!("{{{word}}}");
            let near = nearest(word.trim(), Slot::ALL.into_iter().map(Slot::word)).map(|meant| format!("{{{meant}}}"));
            Fault::error(at(range), say!("no-slot", "nothing is called `{slot}`", slot))
                .meant(near.as_deref(), say!("one-below", "expected one of the words below"))
                .help(say!("slots-known", "what can be filled in here: {words}", words = about.words()))
        }
        TemplateFault::Alone(range) => {
            let fault = Fault::error(at(range), say!("half-bracket", "this bracket has no other half"));
            let expected = say!(
                "expect-half",
                "expected {curly} around a word, or [ ] around what can be left out",
                curly = "{ }"
            );
            let help =
                say!("brackets-themselves", "`{curly}` and `[[` stand for the brackets themselves", curly = "{{");
            fault.expected(expected).help(help)
        }
        TemplateFault::Nested(range) => {
            let message = say!("nested", "what can be left out stands in what can be left out");
            Fault::error(at(range), message).expected(say!("side-by-side", "expected [ ] side by side"))
        }
    }
}

/// Where the text begins in the file, if it stands there as it is.
fn raw(written: &Written<String>, file: &str) -> Option<usize> {
    file.get(written.span.clone())?.find(&written.value).map(|at| written.span.start + at)
}

/// The first place of a part of the text; all of the text where it is not found.
fn part(written: &Written<String>, file: &str, token: &str) -> Range<usize> {
    let found = file.get(written.span.clone()).and_then(|text| text.find(token)).filter(|_| !token.is_empty());
    found.map_or_else(|| written.span.clone(), |at| written.span.start + at..written.span.start + at + token.len())
}

impl About<'_> {
    fn can_fill(&self, slot: Slot) -> bool {
        match slot {
            Slot::Activity | Slot::News => matches!(self.trigger, Trigger::Happens(_)),
            // A summary without a place is one of all places, under the name of the municipality.
            Slot::Summary => true,
            Slot::Place => self.place || self.summary,
            _ => self.place,
        }
    }

    fn words(&self) -> String {
        let known = Slot::ALL.into_iter().filter(|slot| self.can_fill(*slot));
        known.map(|slot| format!("{{{}}}", slot.word())).collect::<Vec<_>>().join(", ")
    }
}
