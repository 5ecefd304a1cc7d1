//! What a rule says: its texts with gaps, checked before anything is said.

use super::{About, Reading};
use crate::diagnostic::Fault;
use crate::nearest::nearest;
use crate::written::Written;
use model::{Language, Piece, RuleText, Slot, Template, TemplateFault, Trigger};
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;

/// What a rule says in one language.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SaidTable {
    /// One line: `"Mycket folk på {place}"`.
    #[schemars(length(min = 1, max = 200))]
    title: Written<String>,
    /// What stands under it: `"{value} nu, {age}. [Det vanliga är {usual}.]"`.
    #[schemars(length(min = 1, max = 2000))]
    body: Written<String>,
}

impl SaidTable {
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
    tables: &BTreeMap<String, SaidTable>,
    languages: &[Language],
    about: &About<'_>,
) -> Vec<RuleText> {
    for (tag, table) in tables {
        let known = languages.iter().any(|language| language.tag() == tag);
        if !known {
            let fault = Fault::error(table.title.span.clone(), format!("the rule does not speak `{tag}`"));
            let tags: Vec<&str> = languages.iter().map(|language| language.tag()).collect();
            reading.faults.push(
                fault
                    .expected(format!("expected one of: {}", tags.join(", ")))
                    .help("add it to `languages`, or take the text away"),
            );
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
        let fault = Fault::error(span, format!("`{word}` is nothing that this rule knows"));
        reading.faults.push(fault.expected(format!("expected one of: {}", about.words())).help(match slot {
            Slot::Activity | Slot::News => "only a rule about an activity knows one",
            _ => "say what it is about with `place = \"...\"`",
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
            let fault = Fault::error(at(range), format!("nothing is called `{{{word}}}`"));
            match nearest(word.trim(), Slot::ALL.into_iter().map(Slot::word)) {
                Some(meant) => fault.expected(format!("did you mean `{{{meant}}}`?")),
                None => fault.expected("expected one of the words below"),
            }
            .help(format!("what can be filled in here: {}", about.words()))
        }
        TemplateFault::Alone(range) => {
            let fault = Fault::error(at(range), "this bracket has no other half");
            fault
                .expected("expected { } around a word, or [ ] around what can be left out")
                .help("`{{` and `[[` stand for the brackets themselves")
        }
        TemplateFault::Nested(range) => Fault::error(at(range), "what can be left out stands in what can be left out")
            .expected("expected [ ] side by side"),
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
