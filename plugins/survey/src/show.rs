//! Pages: one of questions, all on one, and what stands around them.

use allting_plugin_sdk::method::{
    Blocks, Choice, ChoiceField, ChoiceLook, Condition, DateField, Field, FieldKind, Form, Language, Link, NumberField,
    Page, Phase, ScaleField, ShapeField, Text, Tone, Viewer,
};

use crate::plan::Way;
use crate::settings::{Kind, Look, Order, Question};
use crate::{FORM, Survey, THANKS, order, words};

/// One line that nobody limited.
const CHARACTERS: u32 = 200;
/// Many lines that nobody limited.
const MANY_CHARACTERS: u32 = 2000;

/// What is asked on a page.
#[derive(Clone, Copy)]
enum Range<'a> {
    /// Of one page, what this way leads to; in the order of this seed.
    One { page: usize, way: &'a Way, seed: u64 },
    /// All that may ever be asked, as written, with all conditions.
    All,
}

impl Survey {
    /// Where a person stands: at the start, in the middle, done.
    pub(crate) fn front(&self, viewer: &Viewer) -> Page {
        let languages = &viewer.languages;
        let person = viewer.who.pseudonym.and_then(|who| self.people.get(&who));
        let first = self.plan.pages.first().map(|page| page.path.clone()).unwrap_or_default();
        match person {
            _ if matches!(viewer.phase, Phase::Closed | Phase::Announced) => self.shut(viewer),
            _ if viewer.who.pseudonym.is_none() => self.whole(viewer),
            Some(person) if person.finished => self.page(viewer, None, |page| {
                page.notice(Tone::Success, words::HEARD.to(languages));
                page.links([Link::to(words::CHANGE.to(languages), first)]);
            }),
            Some(person) => {
                let way = self.plan.way(&person.sheet(&self.plan));
                let next =
                    (0..self.plan.pages.len()).find(|at| way.pages.get(*at) == Some(&true) && !person.has_sent(*at));
                let next = next.and_then(|at| self.plan.pages.get(at)).map_or(first.clone(), |page| page.path.clone());
                self.page(viewer, None, |page| {
                    page.notice(Tone::Calm, words::BEGUN.to(languages));
                    let mut ways = vec![Link::to(words::GO_ON.to(languages), next)];
                    ways.push(Link::to(words::FROM_START.to(languages), first));
                    page.links(ways);
                })
            }
            None => self.leaf(viewer, 0),
        }
    }

    /// One page of questions.
    pub(crate) fn leaf(&self, viewer: &Viewer, page: usize) -> Page {
        let languages = &viewer.languages;
        let (Some(leaf), Some(plan)) = (self.settings.page.get(page), self.plan.pages.get(page)) else {
            return self.shut(viewer);
        };
        let sheet = self.sheet_of(viewer);
        let way = self.plan.way(&sheet);
        let shown = |at: &usize| way.pages.get(*at) == Some(&true);
        if !shown(&page) {
            return self.page(viewer, None, |blocks| {
                blocks.notice(Tone::Calm, words::NOT_ASKED.to(languages));
                blocks.links([Link::to(words::GO_ON.to(languages), "")]);
            });
        }
        let before: Vec<usize> = (0..page).filter(shown).collect();
        let after = (page + 1..self.plan.pages.len()).filter(shown).count();
        let mut form = Form::new(FORM).submit(if after == 0 { words::SEND } else { words::NEXT }.to(languages));
        if let Some(back) = before.last().and_then(|at| self.plan.pages.get(*at)) {
            form = form.back(back.path.clone());
        }
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let progress = (number(before.len() + 1), number(before.len() + 1 + after));
        let shown = self.page(viewer, leaf.title.as_ref(), |blocks| {
            if let Some(intro) = self.settings.intro.as_ref().filter(|_| before.is_empty()) {
                prose(blocks, intro, viewer);
            }
            if let Some(text) = &leaf.text {
                prose(blocks, text, viewer);
            }
            let range = Range::One { page, way: &way, seed: viewer.seed };
            blocks.form(form, |form| self.ask(form, range, viewer, &plan.path));
        });
        if progress.1 > 1 { shown.progress(progress.0, progress.1) } else { shown }
    }

    /// All fields on one page: on paper, for keying in, as columns of the export, and for whom no second page can know.
    pub(crate) fn whole(&self, viewer: &Viewer) -> Page {
        self.page(viewer, None, |blocks| {
            if let Some(intro) = &self.settings.intro {
                prose(blocks, intro, viewer);
            }
            blocks.form(Form::new(FORM).submit(words::SEND.to(&viewer.languages)), |form| {
                for (at, leaf) in self.settings.page.iter().enumerate() {
                    match &leaf.title {
                        Some(title) => {
                            section(form, title, viewer, |form| self.part(form, at, leaf.text.as_ref(), viewer));
                        }
                        None => self.part(form, at, leaf.text.as_ref(), viewer),
                    }
                }
            });
        })
    }

    pub(crate) fn thanked(&self, viewer: &Viewer) -> Page {
        self.page(viewer, None, |page| {
            page.notice(Tone::Success, words::THANKS.to(&viewer.languages));
            if let Some(thanks) = &self.settings.thanks {
                prose(page, thanks, viewer);
            }
        })
    }

    fn shut(&self, viewer: &Viewer) -> Page {
        let why = if viewer.phase == Phase::Announced { words::NOT_YET } else { words::CLOSED };
        self.page(viewer, None, |page| {
            if let Some(intro) = self.settings.intro.as_ref().filter(|_| viewer.phase == Phase::Announced) {
                prose(page, intro, viewer);
            }
            page.notice(Tone::Calm, why.to(&viewer.languages));
        })
    }

    fn page(&self, viewer: &Viewer, title: Option<&Text>, write: impl FnOnce(&mut Blocks)) -> Page {
        let title = title.filter(|title| !title.is_empty()).unwrap_or(&self.title);
        let (title, language) = title.best(&viewer.languages);
        let title = if title.is_empty() { THANKS } else { title };
        Page::new(title, language, write)
    }

    fn part(&self, form: &mut Blocks, page: usize, text: Option<&Text>, viewer: &Viewer) {
        if let Some(text) = text {
            prose(form, text, viewer);
        }
        for at in 0..self.settings.page.get(page).map_or(0, |leaf| leaf.question.len()) {
            self.question(form, page, at, Range::All, viewer);
        }
    }

    /// The questions of one page, in the order of the person who looks.
    fn ask(&self, form: &mut Blocks, range: Range<'_>, viewer: &Viewer, path: &str) {
        let Range::One { page, seed, .. } = range else { return };
        let Some(leaf) = self.settings.page.get(page) else { return };
        let pinned = |_: usize| leaf.order == Order::AsWritten;
        for at in order::mixed(leaf.question.len(), seed, path, pinned) {
            self.question(form, page, at, range, viewer);
        }
    }

    fn question(&self, form: &mut Blocks, page: usize, at: usize, range: Range<'_>, viewer: &Viewer) {
        let Some(question) = self.settings.page.get(page).and_then(|leaf| leaf.question.get(at)) else { return };
        let Some(asked) = self.plan.questions.iter().find(|asked| asked.page == page && asked.at == at) else { return };
        let languages = &viewer.languages;
        let mut fields = Vec::new();
        for (index, (key, label)) in asked.fields.clone().zip(question.fields()) {
            if matches!(range, Range::One { way, .. } if way.offered.get(index) != Some(&true)) {
                continue;
            }
            let (label, language) = label.best(languages);
            let kind = kind(question, range, languages);
            let mut field = Field::new(key, label, kind);
            field.required = question.required;
            field.when = self.conditions(index, range);
            fields.push((field, language));
        }
        if fields.is_empty() {
            return;
        }
        let help = question.help.as_ref().map_or("", |help| help.to(languages));
        if question.kind == Kind::Matrix {
            section(form, &question.ask, viewer, |section| {
                if !help.is_empty() {
                    section.prose(help);
                }
                for (field, language) in fields {
                    put(section, field, language);
                }
            });
        } else if let Some((field, language)) = fields.pop() {
            put(form, field.help(help), language);
        }
    }

    fn conditions(&self, index: usize, range: Range<'_>) -> Vec<Condition> {
        let Some(field) = self.plan.fields.get(index) else { return Vec::new() };
        let here = |on: usize| self.plan.fields.get(on).is_some_and(|other| other.page == field.page);
        let own = field.when.iter();
        match range {
            Range::One { .. } => own.filter(|hangs| here(hangs.on)).map(|hangs| hangs.told.clone()).collect(),
            Range::All => {
                let of_page = self.plan.pages.get(field.page).map_or(&[][..], |page| &page.when);
                of_page.iter().chain(own).map(|hangs| hangs.told.clone()).collect()
            }
        }
    }
}

fn put(form: &mut Blocks, field: Field, language: &str) {
    form.in_language(language, |form| form.field(field));
}

fn prose(page: &mut Blocks, text: &Text, viewer: &Viewer) {
    let (words, language) = text.best(&viewer.languages);
    page.in_language(language, |page| page.prose(words));
}

fn section(page: &mut Blocks, title: &Text, viewer: &Viewer, write: impl FnOnce(&mut Blocks)) {
    let (title, language) = title.best(&viewer.languages);
    page.in_language(language, |page| page.section(title, write));
}

fn kind(question: &Question, range: Range<'_>, languages: &[Language]) -> FieldKind {
    let say = |text: &Option<Text>| text.as_ref().map(|text| text.to(languages).to_owned());
    if question.has_options() {
        return FieldKind::Choice(choice(question, range, languages));
    }
    if let Some((first, last)) = question.steps() {
        let (low, high) = (say(&question.low).unwrap_or_default(), say(&question.high).unwrap_or_default());
        return FieldKind::Scale(ScaleField { first, last, low, high, unsure: say(&question.unsure) });
    }
    match question.kind {
        Kind::LongText => FieldKind::LongText(question.most.unwrap_or(MANY_CHARACTERS)),
        Kind::Number => {
            let (least, most, whole) = (question.from, question.to, question.whole);
            FieldKind::Number(NumberField { least, most, whole, unit: say(&question.unit).unwrap_or_default() })
        }
        Kind::Date => FieldKind::Date(DateField { first: question.first.clone(), last: question.last.clone() }),
        Kind::Position => FieldKind::Shape(ShapeField { kinds: question.shapes(), frame: None }),
        Kind::Photo => FieldKind::Photo(question.most.unwrap_or(1)),
        Kind::Consent => FieldKind::Consent,
        _ => FieldKind::Text(question.most.unwrap_or(CHARACTERS)),
    }
}

fn choice(question: &Question, range: Range<'_>, languages: &[Language]) -> ChoiceField {
    let seed = match range {
        Range::One { seed, .. } if question.order == Order::Random => Some(seed),
        _ => None,
    };
    let pinned =
        |at: usize| seed.is_none() || question.option.get(at).is_some_and(|option| option.last || option.alone);
    let order = order::mixed(question.option.len(), seed.unwrap_or(0), &question.key, pinned);
    let options = order.into_iter().filter_map(|at| question.option.get(at)).map(|option| Choice {
        help: option.help.as_ref().map_or("", |help| help.to(languages)).to_owned(),
        alone: option.alone,
        ..Choice::new(option.key.clone(), option.label.to(languages))
    });
    ChoiceField {
        options: options.collect(),
        least: question.least.unwrap_or(0).min(question.options_most()),
        most: question.options_most(),
        ranked: question.kind == Kind::Ranking,
        look: if question.look == Look::Menu { ChoiceLook::Menu } else { ChoiceLook::List },
        other: question.other.as_ref().filter(|_| question.takes_other()).map(|text| text.to(languages).to_owned()),
    }
}
