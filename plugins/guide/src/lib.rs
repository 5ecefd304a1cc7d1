//! Engagement method: a co-creation guide in steps, with evidence, principles, barriers, and a board with a clock.
//!
//! Those who lead (facilitators and stewards) fill in the canvas of each step, say which steps are done, start the clock, move notes and
//! set priorities; all read, add what a step rests on where the settings let them, and write notes while the clock runs. Problems go to
//! the board, solutions beside it, so that nobody solves what is not understood yet.

mod found;
mod log;
mod settings;
mod show;
mod words;

use allting_plugin_sdk::export_method;
use allting_plugin_sdk::method::{
    Action, Answer, Audience, Contribution, Decision, Description, Draft, Entry, Finding, Method, Page, Press, Problem,
    Role, Setup, Subject, Text, Value, Viewer,
};

use log::Log;
pub use settings::{Board, Named, Part, Settings, Whose};

/// Keys of fields that every guide may ask.
const FIELDS: [&str; 10] =
    ["principles", "barrier", "barrier-kind", "note", "note-kind", "group", "theme", "clock", "column", "priority"];
const EVIDENCE: &str = "evidence";
const PROBLEM: &str = "problem";
const SOLUTION: &str = "solution";
const THEME: &str = "theme";
/// Who was writing when the clock ran out, finishes the sentence.
const GRACE_MS: u64 = 120_000;

/// One guide.
#[derive(Debug)]
pub struct Guide {
    settings: Settings,
    title: Text,
    log: Log,
}

impl Method for Guide {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new("guide", env!("CARGO_PKG_VERSION"))
            .title("nb", "Veileder for samskaping")
            .title("nn", "Rettleiar for samskaping")
            .title("sv", "Vägledning för samskapande")
            .title("en", "Co-creation guide")
            .help("nb", "Trinn med maler og grunnlag, og en tavle med klokke til møtet.")
            .help("nn", "Trinn med malar og grunnlag, og ei tavle med klokke til møtet.")
            .help("sv", "Steg med mallar och underlag, och en tavla med klocka till mötet.")
            .help("en", "Steps with templates and evidence, and a board with a clock for the meeting.")
            .schema(settings::SCHEMA)
            .example("nb", "Samskaping i fem trinn", include_str!("examples/five-steps.json"))
            .example("nb", "Problemverksted", include_str!("examples/problem-workshop.json"))
    }

    fn check(settings: &Settings, setup: &Setup) -> Vec<Problem> {
        settings.check(setup)
    }

    fn open(settings: Settings, setup: &Setup) -> Self {
        let title = Text::Many(setup.title.iter().cloned().collect());
        Self { settings, title, log: Log::default() }
    }

    fn apply(&mut self, entry: &Entry) {
        self.log.take(&self.settings, entry);
    }

    fn view(&self, viewer: &Viewer, path: &str) -> Page {
        self.show(viewer, path)
    }

    fn decide(&self, viewer: &Viewer, action: &Action) -> Result<Decision, Vec<Problem>> {
        if action.press != Press::Send {
            return Ok(Decision::remember(Draft::answers(&action.values), ""));
        }
        let staff_only = action.values.iter().find(|answer| !leads(viewer) && self.is_for_staff(&answer.question));
        if let Some(answer) = staff_only {
            return Err(vec![Problem::stop(&answer.question, words::ONLY_STAFF.to(&viewer.languages))]);
        }
        let mut drafts: Vec<Draft> =
            action.values.iter().filter_map(|answer| self.draft(viewer, action, answer)).collect();
        // What was written on a sheet and keyed in belongs to one sitting, and each part of it stands alone.
        drafts.truncate(100);
        Ok(Decision { drafts, next: action.path.clone() })
    }

    fn findings(&self, audience: &Audience) -> Vec<Finding> {
        self.found(&audience.languages)
    }
}

export_method!(Guide);

impl Guide {
    /// What one filled field asks to remember; none of those that only say more about another.
    fn draft(&self, viewer: &Viewer, action: &Action, answer: &Answer) -> Option<Draft> {
        let shared = |about: Subject| Draft::answers(std::slice::from_ref(answer)).shared().about(about).finished();
        let words = answer.value.as_text().map(str::trim).filter(|text| !text.is_empty());
        match answer.question.as_str() {
            "principles" => Some(shared(Subject::Whole)),
            "column" | "priority" => action.about.map(|entry| shared(Subject::Entry(entry))),
            "clock" => {
                let minutes = self.settings.board.as_ref().map_or(0, |board| board.minutes);
                let ends = viewer.now.ms + u64::from(minutes) * 60_000;
                Some(shared(Subject::Whole).note(ends.to_string()))
            }
            "theme" => {
                let key = format!("t{}", viewer.now.ms);
                words.map(|text| Draft::contribution(Contribution::new(THEME, text)).note(key))
            }
            "barrier" => {
                let kind = chosen(action, "barrier-kind").unwrap_or("barrier");
                words.map(|text| Draft::contribution(Contribution::new(kind, text)))
            }
            "note" => words.map(|text| {
                let mut note = Contribution::new(chosen(action, "note-kind").unwrap_or(PROBLEM), text);
                note.categories = chosen(action, "group").map(str::to_owned).into_iter().collect();
                Draft::contribution(note)
            }),
            key => self
                .settings
                .step
                .iter()
                .find_map(|step| match key.strip_suffix(step.key.as_str())? {
                    "state-" => Some(shared(Subject::Whole)),
                    "evidence-" => {
                        let mut evidence = Contribution::new(EVIDENCE, words?);
                        evidence.categories = vec![step.key.clone()];
                        if let Some(Value::References(cites)) = action.value(&format!("cites-{}", step.key)) {
                            evidence.cites.clone_from(cites);
                        }
                        Some(Draft::contribution(evidence))
                    }
                    _ => None,
                })
                .or_else(|| self.filled_in(answer, words?)),
        }
    }

    /// A field of a canvas: all read it, so it is a contribution; it stands for all, so it is a shared answer too, which the box puts
    /// back into the form.
    fn filled_in(&self, answer: &Answer, text: &str) -> Option<Draft> {
        let key = self.settings.step.iter().flat_map(canvas_of).find(|key| *key == answer.question)?;
        let contribution = Some(Contribution::new(key, text));
        Some(Draft { contribution, ..Draft::answers(std::slice::from_ref(answer)).shared().finished() })
    }

    fn is_for_staff(&self, key: &str) -> bool {
        let of_staff = |step: &Part| {
            let evidence = key.strip_suffix(step.key.as_str()) == Some("evidence-") && step.evidence != Whose::Anyone;
            let state = matches!(key.strip_suffix(step.key.as_str()), Some("state-" | "cites-"));
            evidence || state || canvas_of(step).any(|canvas| canvas == key)
        };
        let barrier = key == "barrier" && self.settings.barriers != Whose::Anyone;
        matches!(key, "principles" | "column" | "priority" | "clock" | "theme")
            || barrier
            || self.settings.step.iter().any(of_staff)
    }
}

fn chosen<'a>(action: &'a Action, key: &str) -> Option<&'a str> {
    action.value(key)?.chosen()?.first().map(String::as_str)
}

fn leads(viewer: &Viewer) -> bool {
    matches!(viewer.who.role, Role::Facilitator | Role::Steward)
}

fn canvas_of(step: &Part) -> impl Iterator<Item = String> + '_ {
    step.canvas.iter().map(|field| format!("{}-{}", step.key, field.key))
}

/// Keys of all fields that belong to a step.
fn fields_of(step: &Part) -> Vec<String> {
    let own = ["state", "evidence", "cites"].map(|word| format!("{word}-{}", step.key));
    own.into_iter().chain(canvas_of(step)).collect()
}

/// Whether it is the key of a column that people named: `t` and the moment it was named.
fn is_theme(column: &str) -> bool {
    column.strip_prefix('t').is_some_and(|ms| !ms.is_empty() && ms.len() < 20 && ms.bytes().all(|b| b.is_ascii_digit()))
}

#[cfg(test)]
mod tests;
