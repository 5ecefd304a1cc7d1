//! Pages: the front, a step, the board, what hinders and helps.

use std::collections::BTreeSet;

use allting_plugin_sdk::method::{
    Blocks, Choice, Field, FieldKind, Form, Group, Item, Link, Page, Phase, Phrase, Step, StepState, Text, Tone, Viewer,
};

use crate::log::{Is, Priority, Said};
use crate::settings::{Board, Named, Part, Whose};
use crate::{GRACE_MS, Guide, PROBLEM, SOLUTION, leads, words};

const ON_PAGE_MAX: usize = 1000;
pub(crate) const THEMES_MAX: usize = 30;
const NOTE_CHARS: u32 = 300;
const WORDS_CHARS: u32 = 4000;

impl Guide {
    pub(crate) fn show(&self, viewer: &Viewer, path: &str) -> Page {
        let languages = &viewer.languages;
        let (title, language) = self.title.best(languages);
        let title = if title.is_empty() { words::GUIDE.to(languages) } else { title };
        let step = self.settings.step.iter().find(|step| step.key == path.trim_end_matches("/board"));
        let board = self.settings.board.as_ref().filter(|board| path == format!("{}/board", board.step));
        let page = Page::new(title, language, |page| match (path, step, board) {
            ("whole", ..) => self.whole(page, viewer),
            ("barriers", ..) if self.settings.barriers != Whose::Off => self.barriers(page, viewer),
            (_, _, Some(board)) => self.board(page, board, viewer),
            (_, Some(step), None) => self.step(page, step, viewer),
            _ => self.front(page, viewer),
        });
        match self.next_ring(viewer).filter(|_| board.is_some()) {
            Some(ms) => page.until(ms),
            None => page,
        }
    }

    fn front(&self, page: &mut Blocks, viewer: &Viewer) {
        let languages = &viewer.languages;
        if let Some(intro) = &self.settings.intro {
            prose(page, intro, viewer);
        }
        if viewer.phase == Phase::Closed {
            page.notice(Tone::Calm, words::CLOSED.to(languages));
        }
        page.section(words::STEPS.to(languages), |page| page.steps(self.steps(viewer)));
        if !self.settings.principle.is_empty() {
            page.section(words::PRINCIPLES.to(languages), |page| {
                page.prose(self.principles(viewer));
                led(page, "principles", viewer, |form| form.field(self.which_principles(viewer)));
            });
        }
        let mut ways = Vec::new();
        if let Some(board) = &self.settings.board {
            ways.push(Link::to(words::BOARD.to(languages), format!("{}/board", board.step)));
        }
        if self.settings.barriers != Whose::Off {
            ways.push(Link::to(words::BARRIERS.to(languages), "barriers"));
        }
        page.links(ways);
    }

    fn step(&self, page: &mut Blocks, step: &Part, viewer: &Viewer) {
        let languages = &viewer.languages;
        page.steps(self.steps(viewer));
        page.section(step.title.to(languages), |page| {
            if let Some(purpose) = &step.purpose {
                prose(page, purpose, viewer);
            }
            for field in &step.canvas {
                let key = format!("{}-{}", step.key, field.key);
                let items = self.log.canvas.get(&key).map(|entry| Item::new(*entry));
                page.notes(Group::new(&key, field.label.to(languages), items), |notes| {
                    led(notes, &key, viewer, |form| form.field(canvas(step, field, viewer)));
                });
            }
            if self.settings.board.as_ref().is_some_and(|board| board.step == step.key) {
                page.links([Link::to(words::BOARD.to(languages), format!("{}/board", step.key))]);
            }
        });
        if let Some(template) = &step.template {
            page.section(words::TEMPLATE.to(languages), |page| prose(page, template, viewer));
        }
        if step.evidence != Whose::Off {
            self.evidence(page, step, viewer);
        }
        led(page, "state", viewer, |form| form.field(state(step, viewer).buttons()));
    }

    fn evidence(&self, page: &mut Blocks, step: &Part, viewer: &Viewer) {
        let of_step = |said: &&Said| matches!(&said.is, Is::Evidence(of) if *of == step.key);
        let title = words::EVIDENCE.to(&viewer.languages);
        page.notes(Group::new("evidence", title, self.items(|said| of_step(&said))), |notes| {
            let form = Form::new("evidence");
            if takes_answers(viewer) && (step.evidence == Whose::Anyone || leads(viewer)) {
                notes.form(form, |form| evidence(form, step, viewer));
            }
        });
        let cited: BTreeSet<&String> = self.log.said.values().filter(of_step).flat_map(|said| &said.cites).collect();
        cited.into_iter().take(20).for_each(|reference| page.card(reference));
    }

    fn barriers(&self, page: &mut Blocks, viewer: &Viewer) {
        let languages = &viewer.languages;
        page.notes(
            Group::new("barrier", words::BARRIER.to(languages), self.items(|said| said.is == Is::Barrier)),
            |_| {},
        );
        page.notes(
            Group::new("promoter", words::PROMOTER.to(languages), self.items(|said| said.is == Is::Promoter)),
            |_| {},
        );
        if takes_answers(viewer) && (self.settings.barriers == Whose::Anyone || leads(viewer)) {
            page.form(Form::new("barrier"), |form| barrier(form, viewer));
        }
    }

    fn board(&self, page: &mut Blocks, board: &Board, viewer: &Viewer) {
        let languages = &viewer.languages;
        if let Some(task) = &board.task {
            prose(page, task, viewer);
        }
        let now = viewer.now.ms;
        let writes = self.log.rings_ms.is_some_and(|rings| now < rings.saturating_add(GRACE_MS));
        match self.log.rings_ms {
            Some(rings) if now < rings => page.timer(words::LEFT.to(languages), rings),
            Some(_) if writes => page.notice(Tone::Warning, words::TIME_IS_UP.to(languages)),
            _ if takes_answers(viewer) && !leads(viewer) => page.notice(Tone::Calm, words::WAIT.to(languages)),
            _ => {}
        }
        led(page, "clock", viewer, |form| form.field(clock(viewer).buttons()));
        if takes_answers(viewer) && (writes || leads(viewer)) {
            page.form(Form::new("note"), |form| note(form, board, viewer));
        }
        page.board(self.columns(board, viewer), |inside| {
            if leads(viewer) && takes_answers(viewer) {
                inside.form(Form::new("move").each().shared(), |form| form.field(self.column(board, viewer)));
                inside.form(Form::new("priority").each().shared(), |form| form.field(priority(viewer)));
            }
        });
        led(page, "theme", viewer, |form| form.field(theme(viewer)));
        page.notes(
            Group::new("solutions", words::PARKED.to(languages), self.items(|said| matches!(said.is, Is::Solution(_)))),
            |_| {},
        );
        if !board.group.is_empty() {
            page.figure(self.coverage(board, languages));
        }
        page.links([Link::to(words::STEPS.to(languages), "")]);
    }

    /// Columns of the settings, then themes that people named; in each the most important first.
    fn columns(&self, board: &Board, viewer: &Viewer) -> Vec<Group> {
        let items = |key: &str| {
            let mut notes: Vec<&Said> =
                self.log.said.values().filter(|said| matches!(said.is, Is::Problem(_))).collect();
            notes.retain(|said| self.log.column_of(&self.settings, said) == key);
            notes.sort_by_key(|said| (said.priority.is_none(), said.priority));
            notes.truncate(ON_PAGE_MAX);
            notes.into_iter().map(|said| Item::new(said.shown)).collect::<Vec<_>>()
        };
        let fixed = board
            .column
            .iter()
            .map(|column| Group::new(&column.key, column.label.to(&viewer.languages), items(&column.key)));
        let named = self
            .themes()
            .map(|(key, said)| Group::new(key, words::A_THEME.to(&viewer.languages), items(key)).titled_by(said.shown));
        fixed.chain(named).collect()
    }

    /// The first ones; a board of more is a wall.
    fn themes(&self) -> impl Iterator<Item = (&str, &Said)> {
        let themes = self.log.themes.iter().take(THEMES_MAX);
        themes.filter_map(|(key, first)| Some((key.as_str(), self.log.said.get(first)?)))
    }

    fn column(&self, board: &Board, viewer: &Viewer) -> Field {
        let languages = &viewer.languages;
        let field = Field::choice("column", words::MOVE.to(languages)).menu();
        let field =
            board.column.iter().fold(field, |field, column| field.option(&column.key, column.label.to(languages)));
        self.themes()
            .zip(1..)
            .fold(field, |field, ((key, _), at)| field.option(key, format!("{} {at}", words::A_THEME.to(languages))))
    }

    /// All there is to fill in, for paper and for staff who key it in.
    fn whole(&self, page: &mut Blocks, viewer: &Viewer) {
        page.form(Form::new("whole"), |form| {
            if !self.settings.principle.is_empty() {
                form.field(self.which_principles(viewer));
            }
            for step in &self.settings.step {
                form.section(step.title.to(&viewer.languages), |form| {
                    form.field(state(step, viewer));
                    step.canvas.iter().for_each(|field| form.field(canvas(step, field, viewer)));
                    if step.evidence != Whose::Off {
                        evidence(form, step, viewer);
                    }
                });
            }
            if self.settings.barriers != Whose::Off {
                barrier(form, viewer);
            }
            if let Some(board) = &self.settings.board {
                form.field(clock(viewer));
                note(form, board, viewer);
                form.field(theme(viewer));
                form.field(self.column(board, viewer));
                form.field(priority(viewer));
            }
        });
    }

    fn steps(&self, viewer: &Viewer) -> Vec<Step> {
        let here = self.settings.step.iter().position(|step| !self.log.done.contains(&step.key));
        let named = self.settings.step.iter().enumerate();
        let state = |at: usize, step: &Part| match here {
            _ if self.log.done.contains(&step.key) => StepState::Done,
            Some(here) if here == at => StepState::Here,
            _ => StepState::Ahead,
        };
        named.map(|(at, step)| Step::new(step.title.to(&viewer.languages), &step.key, state(at, step))).collect()
    }

    fn principles(&self, viewer: &Viewer) -> String {
        let languages = &viewer.languages;
        let line = |principle: &Named| {
            let used = self.log.principles.contains(&principle.key);
            let used = if used { format!(" ({})", words::IN_USE.to(languages)) } else { String::new() };
            let help = principle.help.as_ref().map_or("", |help| help.to(languages));
            format!("- **{}**{used} {help}\n", principle.label.to(languages))
        };
        self.settings.principle.iter().map(line).collect()
    }

    fn which_principles(&self, viewer: &Viewer) -> Field {
        let most = u32::try_from(self.settings.principle.len()).unwrap_or(1).max(1);
        let field = Field::several("principles", words::WHICH_PRINCIPLES.to(&viewer.languages), 0, most);
        self.settings.principle.iter().fold(field, |field, named| field.with_option(choice(named, viewer)))
    }

    fn items(&self, wanted: impl Fn(&Said) -> bool) -> Vec<Item> {
        let said = self.log.said.values().rev().filter(|said| wanted(said));
        said.take(ON_PAGE_MAX).map(|said| Item::new(said.shown)).collect()
    }

    /// When the board changes though nobody writes: the clock rings, and then the last sentence ends.
    fn next_ring(&self, viewer: &Viewer) -> Option<u64> {
        let rings = self.log.rings_ms?;
        [rings, rings.saturating_add(GRACE_MS)].into_iter().find(|ms| *ms > viewer.now.ms)
    }
}

fn evidence(form: &mut Blocks, step: &Part, viewer: &Viewer) {
    let languages = &viewer.languages;
    form.field(Field::long_text(format!("evidence-{}", step.key), words::ADD_EVIDENCE.to(languages), WORDS_CHARS));
    if leads(viewer) {
        let kinds = ["datastream", "activity", "file"].map(str::to_owned).into();
        form.field(Field::new(format!("cites-{}", step.key), words::CITES.to(languages), FieldKind::Cite(kinds)));
    }
}

fn barrier(form: &mut Blocks, viewer: &Viewer) {
    form.field(options(
        "barrier-kind",
        words::WHICH,
        [("barrier", words::BARRIER), ("promoter", words::PROMOTER)],
        viewer,
    ));
    form.field(Field::long_text("barrier", words::DESCRIBE.to(&viewer.languages), WORDS_CHARS));
}

fn note(form: &mut Blocks, board: &Board, viewer: &Viewer) {
    form.field(options(
        "note-kind",
        words::NOTE_KIND,
        [(PROBLEM, words::PROBLEM), (SOLUTION, words::SOLUTION)],
        viewer,
    ));
    if !board.group.is_empty() {
        let field = Field::choice("group", words::GROUP.to(&viewer.languages));
        form.field(board.group.iter().fold(field, |field, group| field.with_option(choice(group, viewer))));
    }
    form.field(Field::text("note", words::NOTE.to(&viewer.languages), NOTE_CHARS));
}

fn canvas(step: &Part, field: &Named, viewer: &Viewer) -> Field {
    let help = field.help.as_ref().map_or("", |help| help.to(&viewer.languages));
    let key = format!("{}-{}", step.key, field.key);
    Field::long_text(key, field.label.to(&viewer.languages), WORDS_CHARS).help(help)
}

fn state(step: &Part, viewer: &Viewer) -> Field {
    options(&format!("state-{}", step.key), words::STATE, [("at-work", words::AT_WORK), ("done", words::DONE)], viewer)
}

fn clock(viewer: &Viewer) -> Field {
    options("clock", words::CLOCK, [("start", words::START), ("stop", words::STOP)], viewer)
}

fn theme(viewer: &Viewer) -> Field {
    Field::text("theme", words::THEME.to(&viewer.languages), NOTE_CHARS)
}

fn priority(viewer: &Viewer) -> Field {
    let [high, medium, low] = Priority::ALL.map(|(_, key)| key);
    options("priority", words::PRIORITY, [(high, words::HIGH), (medium, words::MEDIUM), (low, words::LOW)], viewer)
}

fn options<const N: usize>(key: &str, ask: Phrase, options: [(&str, Phrase); N], viewer: &Viewer) -> Field {
    let field = Field::choice(key, ask.to(&viewer.languages));
    options.into_iter().fold(field, |field, (key, label)| field.option(key, label.to(&viewer.languages)))
}

fn choice(named: &Named, viewer: &Viewer) -> Choice {
    let help = named.help.as_ref().map_or("", |help| help.to(&viewer.languages)).to_owned();
    Choice { help, ..Choice::new(&named.key, named.label.to(&viewer.languages)) }
}

fn prose(page: &mut Blocks, text: &Text, viewer: &Viewer) {
    let (words, language) = text.best(&viewer.languages);
    page.in_language(language, |page| page.prose(words));
}

fn takes_answers(viewer: &Viewer) -> bool {
    matches!(viewer.phase, Phase::Open | Phase::Preview)
}

/// A form of those who lead, standing for all.
fn led(page: &mut Blocks, key: &str, viewer: &Viewer, write: impl FnOnce(&mut Blocks)) {
    if leads(viewer) && takes_answers(viewer) {
        page.form(Form::new(key).shared(), write);
    }
}
