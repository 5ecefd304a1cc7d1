//! A page that a method describes, as the parts a template shows one after another. Here it becomes a form that can be filled in, a map
//! with its list, a chart with its table; nothing in it is markup of a plugin.

mod asked;
mod chart;
mod conditions;
mod hours;
mod part;
mod prose;
mod said;

pub(crate) use asked::{OTHER, Written, name_of, pairs_of, sort_name};
pub(crate) use chart::{Chart, count_told};
pub(crate) use hours::{Grows, Stack, is_by_hour, spoken, stack_key, stacks};
pub(crate) use part::{FormHead, Part, Way};
pub(crate) use prose::prose;

use crate::reader::Reader;
use crate::take_part::{Pairs, Photos, told_why};
use crate::view::Fragment;
use app::{Seen, SeenEntries};
use asked::{Asked, wrong_of};
use engagement::{PublicPage, Visibility};
use model::activity::{
    Activity, Block, Content, EntryId, Field, FieldKind, Form, Group, Page, PhotoId, Progress, Reach, Tag, Target,
    Value,
};
use model::{Position, Slug};
use part::{FormFoot, Stage};
use std::collections::BTreeMap;

/// All that is known when a page is drawn.
pub(crate) struct Sheet<'a> {
    pub(crate) reader: &'a Reader,
    pub(crate) activity: &'a Activity,
    /// Words given before for "other", by the key of the field.
    pub(crate) free: &'a BTreeMap<String, String>,
    /// The entries that the page names, as far as whoever looks may see them.
    pub(crate) seen: &'a SeenEntries,
    /// All activities, to be named.
    pub(crate) others: &'a [Activity],
    /// Photos that whoever looks has sent, by number.
    pub(crate) photos: &'a Photos,
    /// A form that just came back with something to mend.
    pub(crate) written: Option<&'a Written>,
}

/// A page, ready to be shown.
#[derive(Debug, serde::Serialize)]
pub(crate) struct Shown {
    pub(crate) title: Fragment,
    /// At, of, and how much of it in percent.
    pub(crate) progress: Option<(u32, u32, String)>,
    pub(crate) parts: Vec<Part>,
    /// What must be mended: where, and what.
    pub(crate) wrongs: Vec<(String, String)>,
    /// When it changes by itself.
    pub(crate) until_ms: Option<i64>,
    /// Contributions lie on a map.
    pub(crate) has_map: bool,
}

impl Shown {
    /// Whether one tap answers all it asks.
    pub(crate) fn is_tap(&self) -> bool {
        let forms = self.parts.iter().filter(|part| matches!(part, Part::FormEnd(_))).count();
        forms == 1 && self.parts.iter().any(|part| matches!(part, Part::FormEnd(foot) if foot.tap))
    }

    /// Leaves out what is drawn along the hours: it is shown elsewhere.
    pub(crate) fn without_hours(&mut self) {
        self.parts.retain(|part| !matches!(part, Part::Figure(chart) if chart.is_by_hour()));
    }

    /// Gives all ids a beginning of their own, for a page on which several are shown.
    pub(crate) fn keep_apart(&mut self, beginning: &str) {
        part::keep_apart(&mut self.parts, beginning);
        for (id, _) in self.wrongs.iter_mut().filter(|(id, _)| !id.is_empty()) {
            *id = format!("{beginning}-{id}");
        }
    }
}

/// Entries that a page names: their words are needed to show it.
pub(crate) fn named(page: &Page) -> Vec<EntryId> {
    let groups = page.blocks.iter().flat_map(|block| groups(&block.is));
    groups.flat_map(|group| group.titled_by.into_iter().chain(group.items.iter().map(|item| item.entry))).collect()
}

fn groups(content: &Content) -> &[Group] {
    match content {
        Content::Map(map) => &map.groups,
        Content::Board(groups) => groups,
        Content::Notes(group) => std::slice::from_ref(group),
        _ => &[],
    }
}

/// Draws a page.
pub(crate) fn shown(public: &PublicPage, sheet: &Sheet<'_>) -> Shown {
    let page = &public.page;
    let mut drawing =
        Drawing { public, sheet, children: children(&page.blocks), parts: Vec::new(), wrongs: Vec::new() };
    let roots: Vec<usize> =
        (0..page.blocks.len()).filter(|at| drawing.block(*at).is_some_and(|b| b.parent.is_none())).collect();
    for at in roots {
        drawing.draw(at, 2, None);
    }
    let Drawing { parts, mut wrongs, .. } = drawing;
    let written = sheet.written.into_iter().flat_map(|written| &written.wrongs);
    let unplaced = written.filter(|wrong| wrong.at.is_empty() || !wrongs.iter().any(|(key, ..)| *key == wrong.at));
    let whole: Vec<_> = unplaced.map(|wrong| (String::new(), String::new(), told_why(sheet.reader, wrong))).collect();
    wrongs.extend(whole);
    Shown {
        title: sheet.fragment(&page.title, Some(&page.language)),
        progress: page
            .progress
            .map(|Progress { at, of }| (at, of, format!("{}%", u64::from(at) * 100 / u64::from(of.max(1))))),
        has_map: parts.iter().any(|part| matches!(part, Part::Said { stage: Stage::Map(Some(_)), .. })),
        parts,
        wrongs: wrongs.into_iter().map(|(_, id, text)| (id, text)).collect(),
        until_ms: page.until.map(model::Timestamp::as_ms),
    }
}

fn children(blocks: &[Block]) -> Vec<Vec<usize>> {
    let mut children = vec![Vec::new(); blocks.len()];
    for (at, block) in blocks.iter().enumerate() {
        if let Some(of) = block.parent.filter(|parent| *parent < at).and_then(|parent| children.get_mut(parent)) {
            of.push(at);
        }
    }
    children
}

struct Drawing<'a, 's> {
    public: &'a PublicPage,
    sheet: &'a Sheet<'s>,
    children: Vec<Vec<usize>>,
    parts: Vec<Part>,
    /// Key, id and text.
    wrongs: Vec<(String, String, String)>,
}

/// The form that is being drawn.
struct Inside<'a> {
    key: &'a str,
    about: Option<EntryId>,
    prefix: String,
    others_must: bool,
    fields: Vec<&'a Field>,
    given: Pairs,
}

impl<'a> Drawing<'a, '_> {
    fn block(&self, at: usize) -> Option<&'a Block> {
        self.public.page.blocks.get(at)
    }

    fn draw(&mut self, at: usize, level: u8, inside: Option<&Inside<'a>>) {
        let Some(block) = self.block(at) else { return };
        let lang = self.lang(block);
        match &block.is {
            Content::Section(title) if inside.is_some() => {
                self.parts.push(Part::Group { title: title.clone(), lang });
                self.draw_children(at, level, inside);
                self.parts.push(Part::GroupEnd);
            }
            Content::Section(title) => {
                self.parts.push(Part::Section {
                    level: level.min(6),
                    title: title.clone(),
                    lang,
                    id: format!("part-{at}"),
                });
                self.draw_children(at, level + 1, inside);
                self.parts.push(Part::SectionEnd);
            }
            Content::Form(form) if form.reach == Reach::Once => self.form(at, form, None, level),
            // One that is offered at entries is drawn with them.
            Content::Form(_) => {}
            Content::Field(field) => {
                if let Some(inside) = inside {
                    let asked = self.asked(field, inside, lang);
                    self.parts.push(Part::Ask(Box::new(asked)));
                }
            }
            Content::Map(_) | Content::Board(_) | Content::Notes(_) => self.contributed(at, block, level),
            Content::Figure(_) => {
                let figure = self.public.figures.get(&at);
                self.parts.extend(figure.map(|figure| Part::Figure(Box::new(Chart::of(figure, self.sheet.reader)))));
            }
            other => self.parts.extend(part::plain(other, lang, level, self.sheet)),
        }
    }

    fn draw_children(&mut self, at: usize, level: u8, inside: Option<&Inside<'a>>) {
        for child in self.children.get(at).cloned().unwrap_or_default() {
            self.draw(child, level, inside);
        }
    }

    fn form(&mut self, at: usize, form: &'a Form, about: Option<EntryId>, level: u8) {
        let fields: Vec<&Field> = self.public.page.fields_of(at).collect();
        let prefix = match about {
            Some(entry) => format!("{}-{entry}-", form.key),
            None => format!("{}-", form.key),
        };
        let tap = match fields.as_slice() {
            [only] => matches!(&only.kind, FieldKind::Choice(c) if c.look == model::activity::ChoiceLook::Buttons),
            _ => false,
        };
        let given = self.sheet.given(form, about, &fields);
        let carries = fields.iter().any(|field| matches!(field.kind, FieldKind::Photo(_)));
        let others_must = fields.iter().any(|field| field.required);
        let inside = Inside { key: &form.key, about, prefix, others_must, fields, given };
        self.parts.push(Part::Form(FormHead {
            key: form.key.clone(),
            about: about.map(|entry| entry.0),
            compact: about.is_some(),
            carries,
        }));
        self.draw_children(at, level, Some(&inside));
        let pause = self.public.page.progress.is_some_and(|progress| progress.of > 1);
        self.parts.push(Part::FormEnd(FormFoot { submit: form.submit.clone(), back: form.back.is_some(), pause, tap }));
    }

    fn asked(&mut self, field: &'a Field, inside: &Inside<'a>, lang: Option<String>) -> Asked {
        let wrong = wrong_of(self.sheet, inside.key, inside.about.map(|entry| entry.0), &field.key);
        let asked = Asked::of(field, &inside.given, &inside.prefix, lang, self.sheet)
            .with_condition(conditions::condition(field, &inside.fields, self.sheet))
            .marked(inside.others_must)
            .with_wrong(wrong.clone());
        self.wrongs.extend(wrong.map(|text| (field.key.clone(), asked.first_id(), text)));
        asked
    }

    /// A map, a board or notes, with the forms that are offered at their entries.
    fn contributed(&mut self, at: usize, block: &'a Block, level: u8) {
        let groups = groups(&block.is);
        let numbers = if matches!(block.is, Content::Map(_)) { said::placed(groups, self.sheet) } else { Vec::new() };
        let column = |group| said::column(group, &self.public.page, &self.public.tallies, &numbers, self.sheet);
        let mut columns: Vec<_> = groups.iter().map(column).collect();
        let shown: Vec<Vec<EntryId>> = groups.iter().map(|group| self.sheet.known(group)).collect();
        for child in self.children.get(at).cloned().unwrap_or_default() {
            let Some(Content::Form(form)) = self.block(child).map(|block| &block.is) else { continue };
            if form.reach == Reach::Once {
                continue;
            }
            for (column, entries) in columns.iter_mut().zip(&shown) {
                for (item, entry) in column.items.iter_mut().zip(entries) {
                    let offered = match &form.reach {
                        Reach::These(entries) => entries.contains(entry),
                        _ => true,
                    };
                    if offered {
                        let before = std::mem::take(&mut self.parts);
                        self.form(child, form, Some(*entry), level);
                        item.forms.extend(std::mem::replace(&mut self.parts, before));
                    }
                }
            }
        }
        let stage = match &block.is {
            Content::Board(_) => Stage::Board,
            Content::Map(_) => Stage::Map(said::map(&numbers, self.sheet).map(Box::new)),
            _ => Stage::Notes,
        };
        self.parts.push(Part::Said { stage, columns, level: level.min(6) });
        for child in self.children.get(at).cloned().unwrap_or_default() {
            if matches!(self.block(child).map(|b| &b.is), Some(Content::Form(form)) if form.reach == Reach::Once) {
                self.draw(child, level, None);
            }
        }
    }

    fn lang(&self, block: &Block) -> Option<String> {
        let spoken = block.language.as_ref().unwrap_or(&self.public.page.language);
        self.sheet.foreign(spoken)
    }
}

impl Sheet<'_> {
    /// The language as an attribute, when it is not the reader's.
    fn foreign(&self, spoken: &Tag) -> Option<String> {
        (spoken.as_str() != self.reader.language().tag()).then(|| spoken.as_str().to_owned())
    }

    fn fragment(&self, text: &str, spoken: Option<&Tag>) -> Fragment {
        let lang = spoken.and_then(|tag| tag.as_str().parse::<model::Language>().ok());
        Fragment {
            text: text.to_owned(),
            lang: lang.filter(|lang| *lang != self.reader.language()).map(model::Language::tag),
        }
    }

    /// The entries of a group whose words are known.
    fn known(&self, group: &Group) -> Vec<EntryId> {
        let has_words =
            |id: &EntryId| self.seen.entries.get(id).is_some_and(|seen| seen.entry.said.contribution.is_some());
        group.items.iter().map(|item| item.entry).filter(has_words).collect()
    }

    /// What stands in a form: what was just written, else what was answered before or is suggested.
    fn given(&self, form: &Form, about: Option<EntryId>, fields: &[&Field]) -> Pairs {
        let number = about.map(|entry| entry.0);
        if let Some(written) = self.written.filter(|w| w.form == form.key && w.about == number) {
            return written.pairs.clone();
        }
        let mut pairs = Vec::new();
        for field in fields {
            let ranked = matches!(&field.kind, FieldKind::Choice(choice) if choice.ranked);
            if let Some(value) = &field.value {
                pairs.extend(pairs_of(&field.key, value, ranked));
            }
            if let Some(words) = self.free.get(&field.key) {
                let other = format!("{}{}", field.key, FieldKind::OTHER_SUFFIX);
                pairs.extend(pairs_of(&other, &Value::Text(words.clone()), ranked));
            }
        }
        Pairs::new(pairs)
    }

    /// Public places that lie somewhere: name in a form, name for people, where. Those of the activity first.
    pub(crate) fn places(&self) -> Vec<(String, String, Position)> {
        let own = |id: &Slug| self.activity.places.iter().any(|(own, _)| own == id);
        let mut places: Vec<_> = self.reader.municipality.places.iter().collect();
        places.sort_by_key(|place| !own(&place.id));
        let named = places.into_iter().filter_map(|place| {
            let name = Fragment::of(&place.name, self.reader.language()).text;
            Some((place.id.to_string(), name, place.position?))
        });
        named.collect()
    }

    /// What the map shows first: south, west, north, east.
    fn bounds(&self) -> Option<String> {
        crate::view::bounds_of(&self.places().into_iter().map(|(_, _, at)| at).collect::<Vec<_>>())
    }

    /// Things that may be cited: reference and name.
    fn citable(&self, kinds: &[String]) -> Vec<(String, String)> {
        let wants = |kind: &str| kinds.iter().any(|wanted| wanted == kind);
        let language = self.reader.language();
        let activities = self.others.iter().filter(|other| wants("activity") && other.id != self.activity.id);
        let activities =
            activities.map(|other| (format!("activity/{}", other.id), Fragment::of(&other.title, language).text));
        let places = self.reader.municipality.places.iter().filter(|_| wants("place") || wants("datastream"));
        let kind = if wants("place") { "place" } else { "datastream" };
        activities.chain(places.map(|p| (format!("{kind}/{}", p.id), Fragment::of(&p.name, language).text))).collect()
    }

    /// What a reference is called and where it leads; none for a thing the box does not know.
    fn thing(&self, reference: &str) -> Option<(Fragment, String)> {
        let (kind, id) = reference.split_once('/')?;
        let language = self.reader.language();
        match kind {
            "place" | "datastream" => {
                let place = self.reader.municipality.places.iter().find(|place| place.id.as_str() == id)?;
                Some((Fragment::of(&place.name, language), format!("/{language}/places/{id}")))
            }
            "activity" => {
                let other = self.others.iter().find(|other| other.id.as_str() == id)?;
                Some((Fragment::of(&other.title, language), format!("/{language}/take-part/{id}")))
            }
            _ => None,
        }
    }

    /// The photos that an entry put forward: their addresses; while only some may see them, each in its own.
    fn photos_of(&self, Seen { entry, visibility, .. }: &Seen) -> Vec<String> {
        let files = entry.said.contribution.iter().flat_map(|put| &put.files);
        let files: Vec<PhotoId> = files.filter_map(|file| PhotoId::of_reference(file)).collect();
        if *visibility != Visibility::Public {
            return files.iter().filter_map(|photo| self.photos.get(photo).cloned()).collect();
        }
        let all = entry.said.photos().count();
        let about = format!("/{}/take-part/{}/photo", self.reader.language(), self.activity.id);
        (all - files.len()..all).map(|at| format!("{about}/{}/{at}", entry.id)).collect()
    }

    /// Where a link leads.
    fn way(&self, label: &str, to: &Target) -> Option<Way> {
        let way = |href: String, kind| Some(Way { label: label.to_owned(), href, kind });
        match to {
            Target::Path(path) => way(path.as_str().to_owned(), "path"),
            Target::Thing(thing) => way(self.thing(thing)?.1, "thing"),
            Target::Web(address) if address.starts_with("https://") => way(address.clone(), "web"),
            Target::Web(_) => None,
        }
    }
}
