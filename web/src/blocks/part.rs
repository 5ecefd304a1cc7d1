//! The parts of a page, as the template sees them.

use super::Sheet;
use super::asked::Asked;
use super::chart::Chart;
use super::prose::prose;
use super::said::Column;
use crate::view::{Fragment, Map};
use model::activity::{Content, StepState, Tone};
use serde::Serialize;

/// One part after another; what has an end encloses what stands before that.
#[derive(Debug, Serialize)]
#[serde(tag = "is", rename_all = "kebab-case")]
pub(crate) enum Part {
    /// A heading of this level and what is under it.
    Section {
        level: u8,
        title: String,
        lang: Option<String>,
        id: String,
    },
    SectionEnd,
    /// Fields that belong together.
    Group {
        title: String,
        lang: Option<String>,
    },
    GroupEnd,
    Prose {
        html: String,
        lang: Option<String>,
    },
    Notice {
        tone: &'static str,
        text: String,
        lang: Option<String>,
    },
    Picture {
        src: Option<String>,
        alternative: String,
        caption: String,
        lang: Option<String>,
    },
    Form(FormHead),
    FormEnd(FormFoot),
    Ask(Box<Asked>),
    /// What people said.
    Said {
        stage: Stage,
        columns: Vec<Column>,
        level: u8,
    },
    Figure(Box<Chart>),
    Steps {
        steps: Vec<StepShown>,
        lang: Option<String>,
    },
    Timer {
        label: String,
        ends_ms: i64,
        at: String,
        lang: Option<String>,
    },
    Links {
        links: Vec<Way>,
        lang: Option<String>,
    },
    Card {
        name: Fragment,
        href: String,
    },
}

/// How a form begins.
#[derive(Debug, Serialize)]
pub(crate) struct FormHead {
    pub(crate) key: String,
    pub(crate) about: Option<u64>,
    /// It stands within a note.
    pub(crate) compact: bool,
    /// Files come with it.
    pub(crate) carries: bool,
}

/// How a form ends.
#[derive(Debug, Serialize)]
pub(crate) struct FormFoot {
    pub(crate) submit: String,
    pub(crate) back: bool,
    pub(crate) pause: bool,
    /// Its options are its buttons.
    pub(crate) tap: bool,
}

/// On what contributions stand.
#[derive(Debug, Serialize)]
#[serde(tag = "on", content = "map", rename_all = "kebab-case")]
pub(crate) enum Stage {
    Map(Option<Box<Map>>),
    Board,
    Notes,
}

/// A step of a guide.
#[derive(Debug, Serialize)]
pub(crate) struct StepShown {
    title: String,
    path: String,
    state: &'static str,
}

/// A way on. A `path` lies within the activity, a `thing` in the box, the `web` elsewhere.
#[derive(Debug, Serialize)]
pub(crate) struct Way {
    pub(crate) label: String,
    pub(crate) href: String,
    pub(crate) kind: &'static str,
}

/// A block that needs nothing but itself.
pub(super) fn plain(content: &Content, lang: Option<String>, level: u8, sheet: &Sheet<'_>) -> Option<Part> {
    Some(match content {
        Content::Prose(text) | Content::Other(text) => Part::Prose { html: prose(text, level.saturating_sub(1)), lang },
        Content::Notice(notice) => {
            let tone = match notice.tone {
                Tone::Calm => "calm",
                Tone::Success => "success",
                Tone::Warning => "warning",
            };
            Part::Notice { tone, text: notice.text.clone(), lang }
        }
        Content::Picture(picture) => Part::Picture {
            // The folder has no pictures yet: what it shows is said in words.
            src: None,
            alternative: picture.alternative.clone(),
            caption: picture.caption.clone(),
            lang,
        },
        Content::Steps(steps) => {
            let step = |step: &model::activity::Step| StepShown {
                title: step.title.clone(),
                path: step.to.as_str().to_owned(),
                state: match step.state {
                    StepState::Done => "done",
                    StepState::Here => "here",
                    StepState::Ahead => "ahead",
                },
            };
            Part::Steps { steps: steps.iter().map(step).collect(), lang }
        }
        Content::Timer { label, ends } => {
            let reader = sheet.reader;
            let at = reader.speaker.moment(*ends, reader.now, &reader.municipality.calendar);
            Part::Timer { label: label.clone(), ends_ms: ends.as_ms(), at, lang }
        }
        Content::Links(links) => {
            let links: Vec<Way> = links.iter().filter_map(|link| sheet.way(&link.label, &link.to)).collect();
            Part::Links { links, lang }
        }
        Content::Card(thing) => {
            let (name, href) = sheet.thing(thing)?;
            Part::Card { name, href }
        }
        _ => return None,
    })
}

/// Gives the ids of parts a beginning of their own, for a page on which several are shown.
pub(super) fn keep_apart(parts: &mut [Part], beginning: &str) {
    for part in parts {
        match part {
            Part::Ask(asked) => asked.keep_apart(beginning),
            Part::Section { id, .. } => *id = format!("{beginning}-{id}"),
            Part::Said { columns, .. } => {
                columns.iter_mut().flat_map(|column| &mut column.items).for_each(|item| item.keep_apart(beginning));
            }
            _ => {}
        }
    }
}
