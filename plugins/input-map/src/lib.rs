//! Engagement method: a map where people point, write, and support what others wrote.
//!
//! An input is a contribution with a shape, a layer (its kind) and any number of categories. The box shows its words, photo, moderation
//! and outcome, lets staff tag it anew, and offers the list beside the map; here stand only its number, who may have written it, and
//! what it is about. Whoever cannot point, describes the place in words on the list's page.

mod found;
mod settings;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use allting_plugin_sdk::export_method;
use allting_plugin_sdk::method::{
    Action, Audience, Blocks, Choice, Contribution, Decision, Description, Draft, Entry, Field, FieldKind, Finding,
    Form, Group, Item, Link, MapContent, Method, Page, Phase, Press, Problem, Setup, ShapeField, Subject, Text, Tone,
    Value, Viewer,
};

pub use settings::{Drawn, Frame, Named, Settings, Support};

/// "None of these" among the categories.
const NONE: &str = "none";
/// The kind of an input on a map without layers.
const INPUT: &str = "input";
const LIST: &str = "list";
const FOUND: &str = "found";
const THANKS: &str = "thanks";
const WHOLE: &str = "whole";
const CHARACTERS: u32 = 2000;
/// A map of more pins is a carpet; categories show fewer at a time.
const ON_MAP_MAX: usize = 5000;
const ON_LIST_MAX: usize = 500;

/// One map.
#[derive(Debug)]
pub struct InputMap {
    settings: Settings,
    title: Text,
    /// By the number of the first entry, also when a later one took its place.
    inputs: BTreeMap<u64, Input>,
    /// From an entry that took another's place to the first.
    first: BTreeMap<u64, u64>,
    support: BTreeMap<u64, BTreeSet<u64>>,
}

#[derive(Debug)]
struct Input {
    /// The entry that says it now.
    shown: u64,
    by: Option<u64>,
    /// None: a layer that is no longer there, or a map without layers.
    layer: Option<usize>,
    /// One bit each; the one after the last is "none of these".
    categories: u64,
    day: i64,
}

/// How a place is told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Told {
    Pointing,
    InWords,
    Either,
}

impl Method for InputMap {
    type Settings = Settings;

    fn describe() -> Description {
        Description::new("input-map", env!("CARGO_PKG_VERSION"))
            .title("nb", "Innspillskart")
            .title("nn", "Innspelskart")
            .title("sv", "Synpunktskarta")
            .title("en", "Input map")
            .help("nb", "Folk peker på kartet og skriver; ett innspill kan handle om flere ting.")
            .help("nn", "Folk peikar på kartet og skriv; eitt innspel kan handle om fleire ting.")
            .help("sv", "Folk pekar på kartan och skriver; en synpunkt kan handla om flera saker.")
            .help("en", "People point at the map and write; one input may be about several things.")
            .schema(settings::SCHEMA)
            .example("nb", "Et sted som skal planlegges", include_str!("example.json"))
    }

    fn check(settings: &Settings, setup: &Setup) -> Vec<Problem> {
        settings.check(setup)
    }

    fn open(settings: Settings, setup: &Setup) -> Self {
        let title = Text::Many(setup.title.iter().cloned().collect());
        Self { settings, title, inputs: BTreeMap::new(), first: BTreeMap::new(), support: BTreeMap::new() }
    }

    fn apply(&mut self, entry: &Entry) {
        if let Some(contribution) = &entry.said.contribution {
            return self.put(entry, contribution);
        }
        let (Subject::Entry(about), Some(who)) = (&entry.said.subject, entry.by.pseudonym) else { return };
        let input = self.first.get(about).copied().unwrap_or(*about);
        let Some([choice]) = entry.answer("support").and_then(Value::chosen) else { return };
        if !self.inputs.contains_key(&input) {
            return;
        }
        let supporters = self.support.entry(input).or_default();
        if choice == "yes" {
            supporters.insert(who);
        } else {
            supporters.remove(&who);
        }
    }

    fn view(&self, viewer: &Viewer, path: &str) -> Page {
        let (title, language) = self.title.best(&viewer.languages);
        let title = if title.is_empty() { words::INPUTS.to(&viewer.languages) } else { title };
        let category = path.strip_prefix("category/").and_then(|key| self.category(key));
        Page::new(title, language, |page| match path {
            WHOLE => self.input_form(page, viewer, Told::Either),
            LIST => self.list(page, viewer, None),
            FOUND => self.so_far(page, viewer),
            THANKS => self.thanks(page, viewer),
            _ if category.is_some() => self.list(page, viewer, category),
            _ => self.map(page, viewer),
        })
    }

    fn decide(&self, viewer: &Viewer, action: &Action) -> Result<Decision, Vec<Problem>> {
        if action.press != Press::Send {
            return Ok(Decision::remember(Draft::answers(&action.values), ""));
        }
        if let Some(about) = action.about {
            let support: Vec<_> = action.values.iter().filter(|answer| answer.question == "support").cloned().collect();
            let draft = Draft::answers(&support).about(Subject::Entry(about)).finished();
            return Ok(Decision::remember(draft, action.path.clone()));
        }
        let text = action.value("text").and_then(Value::as_text).unwrap_or("");
        if text.trim().is_empty() {
            return Err(vec![Problem::stop("text", words::WRITE.to(&viewer.languages))]);
        }
        let chosen = |key: &str| action.value(key).and_then(Value::chosen).unwrap_or(&[]).to_vec();
        let kind =
            chosen("kind").into_iter().next().or_else(|| self.settings.layer.first().map(|layer| layer.key.clone()));
        let mut contribution = Contribution::new(kind.unwrap_or_else(|| INPUT.to_owned()), text);
        contribution.shape = action.value("where").and_then(Value::as_shape).cloned();
        contribution.categories = chosen("about");
        if let Some(Value::References(files)) = action.value("photo") {
            contribution.files.clone_from(files);
        }
        let mut draft = Draft::contribution(contribution);
        draft.answers = action.values.iter().filter(|answer| answer.question == "place").cloned().collect();
        Ok(Decision::remember(draft, THANKS))
    }

    fn findings(&self, audience: &Audience) -> Vec<Finding> {
        self.found(&audience.languages)
    }
}

export_method!(InputMap);

impl InputMap {
    fn put(&mut self, entry: &Entry, contribution: &Contribution) {
        let first = match &entry.said.subject {
            Subject::Whole => entry.id,
            Subject::InsteadOf(other) => self.first.get(other).copied().unwrap_or(*other),
            Subject::Entry(_) | Subject::Thing(_) => return,
        };
        let layer = self.settings.layer.iter().position(|layer| layer.key == contribution.kind);
        let chosen = contribution.categories.iter().filter_map(|key| self.category(key));
        let categories = chosen.fold(0, |bits, at| bits | (1 << at));
        let input = Input { shown: entry.id, by: entry.by.pseudonym, layer, categories, day: entry.at.day() };
        if first == entry.id {
            self.inputs.insert(first, input);
        } else if let Some(before) = self.inputs.get_mut(&first) {
            // Who wrote it, and when, stays, also when staff mended it.
            *before = Input { by: before.by, day: before.day, ..input };
            self.first.insert(entry.id, first);
        }
    }

    fn category(&self, key: &str) -> Option<usize> {
        let none = self.settings.category.len();
        let listed = self.settings.category.iter().position(|category| category.key == key);
        listed.or((key == NONE && self.settings.none_fits.is_some()).then_some(none))
    }

    /// Categories with their names, "none of these" last.
    fn categories(&self) -> impl Iterator<Item = (&str, &Text)> {
        let listed = self.settings.category.iter().map(|category| (category.key.as_str(), &category.label));
        listed.chain(self.settings.none_fits.as_ref().map(|label| (NONE, label)))
    }

    fn map(&self, page: &mut Blocks, viewer: &Viewer) {
        let languages = &viewer.languages;
        if let Some(intro) = &self.settings.intro {
            page.prose(intro.to(languages));
        }
        if is_open(viewer) {
            page.prose(words::POINT.to(languages));
        } else {
            page.notice(Tone::Calm, words::CLOSED.to(languages));
        }
        let named = self.settings.layer.iter().enumerate();
        let mut groups: Vec<Group> = named
            .map(|(at, layer)| {
                Group::new(&layer.key, layer.label.to(languages), self.items(viewer, |input| input.layer == Some(at)))
            })
            .collect();
        let others = self.items(viewer, |input| input.layer.is_none());
        if groups.is_empty() || !others.is_empty() {
            groups.push(Group::new("inputs", words::INPUTS.to(languages), others));
        }
        let mut left = ON_MAP_MAX;
        for group in &mut groups {
            group.items.truncate(left);
            left -= group.items.len();
        }
        let frame = self.settings.frame.map(Frame::shape);
        let map = MapContent { frame, overlays: self.settings.overlay.clone(), ..MapContent::new(groups) };
        page.map(map, |map| {
            if is_open(viewer) {
                self.input_form(map, viewer, Told::Pointing);
                self.support_form(map, viewer);
            }
        });
        if left == 0 {
            page.prose(words::SHOWN.to(languages));
        }
        let mut ways = vec![Link::to(words::LIST.to(languages), LIST), Link::to(words::FOUND.to(languages), FOUND)];
        ways.extend(self.ways(viewer));
        page.links(ways);
    }

    /// All inputs or those of one category, one after another.
    fn list(&self, page: &mut Blocks, viewer: &Viewer, category: Option<usize>) {
        let languages = &viewer.languages;
        let of = |input: &Input| category.is_none_or(|at| input.categories & (1 << at) != 0);
        let mut items = self.items(viewer, of);
        let cut = items.len() > ON_LIST_MAX;
        items.truncate(ON_LIST_MAX);
        let name = category.and_then(|at| self.categories().nth(at)).map(|(_, label)| label.to(languages));
        page.notes(Group::new("inputs", name.unwrap_or(words::INPUTS.to(languages)), items), |notes| {
            if is_open(viewer) {
                self.support_form(notes, viewer);
            }
        });
        if cut {
            page.prose(words::SHOWN.to(languages));
        }
        let mut ways = vec![Link::to(words::MAP.to(languages), "")];
        ways.extend(self.ways(viewer));
        page.links(ways);
        if is_open(viewer) {
            self.input_form(page, viewer, Told::InWords);
        }
    }

    fn so_far(&self, page: &mut Blocks, viewer: &Viewer) {
        for figure in self.figures(&viewer.languages) {
            page.figure(figure);
        }
        page.links([Link::to(words::MAP.to(&viewer.languages), "")]);
    }

    fn thanks(&self, page: &mut Blocks, viewer: &Viewer) {
        page.notice(Tone::Success, words::THANKS.to(&viewer.languages));
        if let Some(thanks) = &self.settings.thanks {
            page.prose(thanks.to(&viewer.languages));
        }
        page.links([
            Link::to(words::AGAIN.to(&viewer.languages), ""),
            Link::to(words::FOUND.to(&viewer.languages), FOUND),
        ]);
    }

    fn ways<'a>(&'a self, viewer: &'a Viewer) -> impl Iterator<Item = Link> + 'a {
        self.categories().map(|(key, label)| Link::to(label.to(&viewer.languages), format!("category/{key}")))
    }

    /// Newest first.
    fn items(&self, viewer: &Viewer, wanted: impl Fn(&Input) -> bool) -> Vec<Item> {
        let label = words::SUPPORTERS.to(&viewer.languages);
        let item = |(first, input): (&u64, &Input)| {
            let people = self.support.get(first).map_or(0, BTreeSet::len);
            let item = Item::new(input.shown);
            match self.settings.support {
                Support::On => item.tally(label, u32::try_from(people).unwrap_or(u32::MAX)),
                Support::Off => item,
            }
        };
        self.inputs.iter().rev().filter(|(_, input)| wanted(input)).map(item).collect()
    }

    fn input_form(&self, page: &mut Blocks, viewer: &Viewer, told: Told) {
        let languages = &viewer.languages;
        let key = if told == Told::InWords { "input-in-words" } else { "input" };
        page.form(Form::new(key).submit(words::SEND.to(languages)), |form| {
            if told != Told::InWords {
                let frame = self.settings.frame.map(Frame::shape);
                let shape = FieldKind::Shape(ShapeField { kinds: self.settings.kinds(), frame });
                let field = Field::new("where", words::WHERE.to(languages), shape);
                form.field(if told == Told::Pointing { field.required() } else { field });
            }
            if told != Told::Pointing {
                form.field(
                    Field::text("place", words::IN_WORDS.to(languages), 300).help(words::IN_WORDS_HELP.to(languages)),
                );
            }
            if self.settings.layer.len() > 1 {
                let kind = Field::choice("kind", words::KIND.to(languages)).required();
                form.field(
                    self.settings.layer.iter().fold(kind, |field, layer| field.with_option(choice(layer, viewer))),
                );
            }
            let characters = self.settings.characters.unwrap_or(CHARACTERS);
            form.field(Field::long_text("text", self.settings.ask.to(languages), characters).required());
            let most = u32::try_from(self.categories().count()).unwrap_or(1);
            let about = Field::several("about", words::ABOUT.to(languages), 0, most);
            let about = self
                .settings
                .category
                .iter()
                .fold(about, |field, category| field.with_option(choice(category, viewer)));
            form.field(match &self.settings.none_fits {
                Some(label) => about.option_alone(NONE, label.to(languages)),
                None => about,
            });
            if self.settings.photos > 0 {
                form.field(Field::photo("photo", words::PHOTO.to(languages), self.settings.photos));
            }
            if told == Told::Either && self.settings.support == Support::On {
                form.field(support(viewer));
            }
        });
    }

    fn support_form(&self, around: &mut Blocks, viewer: &Viewer) {
        if self.settings.support == Support::On && viewer.who.pseudonym.is_some() {
            around.form(Form::new("support").each(), |form| form.field(support(viewer).buttons()));
        }
    }
}

fn choice(named: &Named, viewer: &Viewer) -> Choice {
    let help = named.help.as_ref().map_or("", |help| help.to(&viewer.languages)).to_owned();
    let choice = Choice::new(&named.key, named.label.to(&viewer.languages));
    Choice { help, ..choice }
}

fn support(viewer: &Viewer) -> Field {
    let languages = &viewer.languages;
    let field = Field::choice("support", words::SUPPORT.to(languages));
    field.option("yes", words::YES.to(languages)).option("no", words::NO.to(languages))
}

fn is_open(viewer: &Viewer) -> bool {
    matches!(viewer.phase, Phase::Open | Phase::Preview)
}

#[cfg(test)]
mod tests;
