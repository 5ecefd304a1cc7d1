//! `panel.toml`: the citizen panel.

use crate::diagnostic::Fault;
use crate::file::Toml;
use crate::profile::{ChoiceEntry, ItemEntry, choices, items};
use crate::said::say;
use crate::text::Text;
use crate::written::Written;
use model::{Language, PanelPlan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);

/// The citizen panel: people who want to be asked. There is one when it has a title. It needs `[mail]` and `public_url`.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct PanelFile {
    /// What it is called: one text, or one for each language.
    title: Option<Text>,
    /// What it is for, in a sentence or two.
    about: Option<Text>,
    /// Members are at least so old. Who wants to join says so; no date of birth is asked for.
    #[schemars(range(min = 13, max = 99))]
    age: u8,
    /// A member gets so many letters that ask something, at most, within `letters_days`. Reminders count.
    #[schemars(range(min = 1, max = 100))]
    letters: u32,
    /// The days for which `letters` is counted.
    #[schemars(range(min = 1, max = 3660))]
    letters_days: u32,
    /// Who has not answered can be reminded after so many days.
    #[schemars(range(min = 1, max = 365))]
    reminder_days: u32,
    /// Who wants to join has so many days for the link of the letter. After that nothing of them is kept.
    #[schemars(range(min = 1, max = 60))]
    confirm_days: u32,
    /// A part of the panel with fewer members than this can be neither asked nor counted: it would be about single people.
    #[schemars(range(min = 5, max = 1000))]
    smallest_segment: u32,
    /// The survey that new members are invited to: the name of its file in `activities/`, without `.toml`.
    welcome: Option<Written<String>>,
    /// One thing that members may tell of themselves, if they like. Give it the name of the same question in your surveys.
    #[schemars(length(max = 10))]
    profile: Vec<ItemEntry>,
    /// One thing that members may want to be asked about.
    #[schemars(length(max = 50))]
    interest: Vec<ChoiceEntry>,
}

impl Default for PanelFile {
    fn default() -> Self {
        Self {
            title: None,
            about: None,
            age: 15,
            letters: 4,
            letters_days: 90,
            reminder_days: 7,
            confirm_days: 7,
            smallest_segment: 20,
            welcome: None,
            profile: Vec::new(),
            interest: Vec::new(),
        }
    }
}

pub(crate) fn read(file: &mut Toml<'_>, first: Language) -> Option<PanelPlan> {
    let written: PanelFile = file.whole();
    let mut faults = Vec::new();
    let profile = items(written.profile, first, &mut faults);
    let interests = choices(written.interest, first, &mut faults);
    for fault in faults {
        file.report(fault);
    }
    let welcome = written.welcome.as_ref().and_then(|name| file.slug("welcome", name));
    let words = |text: Option<Text>| text.map(|text| text.words(first)).unwrap_or_default();
    let title = words(written.title);
    if title.is_empty() {
        if !file.is_empty() && !file.has_errors() {
            let message = say!("missing-key", "`{table}` has no `{key}`", table = "panel.toml", key = "title");
            let expected = say!("expect-line", "expected a line `{key} = ...`", key = "title");
            file.report(Fault::error(0..0, message).expected(expected).help(say!(
                "panel-untitled",
                "without it there is no panel; take the file away if there is to be none"
            )));
        }
        return None;
    }
    Some(PanelPlan {
        title,
        about: words(written.about),
        age: written.age,
        profile,
        interests,
        letters: written.letters,
        letters_within: DAY * written.letters_days,
        reminder_after: DAY * written.reminder_days,
        confirm_within: DAY * written.confirm_days,
        smallest_segment: written.smallest_segment,
        welcome,
    })
}
