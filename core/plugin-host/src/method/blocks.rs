//! Pages of blocks, checked: what stands in what, how deep, how much.

use super::bindings::exports::allting::method::deciding as wit;
use super::heard::{Heard, at_most, name, path, reference, references, shape, subject, tag, whose};
use model::Timestamp;
use model::activity::{
    Block, Content, EntryId, Form, Group, Item, Link, MapContent, Notice, Page, Picture, Progress, Reach, Step,
    StepState, Tally, Target, Tone,
};
use std::collections::BTreeSet;

const BLOCKS_MAX: usize = 2000;
const DEPTH_MAX: usize = 6;
const GROUPS_MAX: usize = 200;
/// Entries on one page: a town's input map of some years.
const ITEMS_MAX: usize = 20_000;
const STEPS_MAX: usize = 60;
const LINKS_MAX: usize = 500;
const TALLIES_MAX: usize = 8;

pub(super) fn page(said: wit::Page) -> Result<Page, String> {
    if said.blocks.is_empty() {
        return Err("shows an empty page".to_owned());
    }
    at_most(said.blocks.len(), BLOCKS_MAX, "blocks")?;
    let mut heard = Heard::default();
    let mut keys = Keys::default();
    let mut blocks: Vec<Block> = Vec::with_capacity(said.blocks.len());
    let mut depths: Vec<usize> = Vec::with_capacity(said.blocks.len());
    for said in said.blocks {
        let parent = said.parent.map(|parent| parent as usize);
        let outer = parent.map(|parent| blocks.get(parent).ok_or("puts a block into a later one")).transpose()?;
        let depth = parent.and_then(|parent| depths.get(parent)).map_or(1, |depth| depth + 1);
        at_most(depth, DEPTH_MAX, "levels of blocks")?;
        let is = heard.content(said.is)?;
        check_place(&is, outer, &blocks)?;
        keys.take(&is)?;
        depths.push(depth);
        blocks.push(Block { parent, language: said.language.as_deref().map(tag).transpose()?, is });
    }
    Ok(Page {
        title: heard.words(said.title)?,
        language: tag(&said.language)?,
        progress: said.progress.map(|progress| Progress { at: progress.at, of: progress.of }),
        until: said.until_ms.map(timestamp),
        blocks,
    })
}

/// Names must be unique, for what comes back is found by them.
#[derive(Default)]
struct Keys {
    forms: BTreeSet<String>,
    fields: BTreeSet<String>,
    items: usize,
}

impl Keys {
    fn take(&mut self, is: &Content) -> Result<(), String> {
        match is {
            Content::Form(form) if !self.forms.insert(form.key.clone()) => {
                Err(format!("shows two forms called `{}`", form.key))
            }
            Content::Field(field) if !self.fields.insert(field.key.clone()) => {
                Err(format!("shows two fields called `{}`", field.key))
            }
            Content::Map(map) => self.count(&map.groups),
            Content::Board(groups) => self.count(groups),
            Content::Notes(group) => self.count(std::slice::from_ref(group)),
            _ => Ok(()),
        }
    }

    fn count(&mut self, groups: &[Group]) -> Result<(), String> {
        self.items += groups.iter().map(|group| group.items.len()).sum::<usize>();
        at_most(self.items, ITEMS_MAX, "entries on one page")
    }
}

fn check_place(is: &Content, outer: Option<&Block>, blocks: &[Block]) -> Result<(), String> {
    let in_form = |block: &Block| {
        let mut above = Some(block);
        while let Some(block) = above {
            if matches!(block.is, Content::Form(_)) {
                return true;
            }
            above = block.parent.and_then(|parent| blocks.get(parent));
        }
        false
    };
    let fits = match outer {
        None => !matches!(is, Content::Field(_)),
        Some(outer) => {
            let fills = matches!(
                is,
                Content::Section(_) | Content::Field(_) | Content::Prose(_) | Content::Notice(_) | Content::Picture(_)
            );
            match &outer.is {
                Content::Section(_) if in_form(outer) => fills,
                Content::Section(_) => !matches!(is, Content::Field(_)),
                Content::Form(_) => fills,
                Content::Map(_) | Content::Board(_) | Content::Notes(_) => matches!(is, Content::Form(_)),
                _ => false,
            }
        }
    };
    if fits {
        Ok(())
    } else {
        Err("puts a block where it cannot stand: a field outside a form, or the like".to_owned())
    }
}

impl Heard {
    fn content(&mut self, said: wit::Content) -> Result<Content, String> {
        Ok(match said {
            wit::Content::Section(title) => Content::Section(self.words(title)?),
            wit::Content::Prose(text) => Content::Prose(self.words(text)?),
            wit::Content::Notice(notice) => Content::Notice(Notice {
                tone: match notice.tone {
                    wit::Tone::Calm => Tone::Calm,
                    wit::Tone::Success => Tone::Success,
                    wit::Tone::Warning => Tone::Warning,
                },
                text: self.words(notice.text)?,
            }),
            wit::Content::Picture(picture) => Content::Picture(Picture {
                file: reference(picture.file)?,
                alternative: self.words(picture.alternative)?,
                caption: self.words(picture.caption)?,
            }),
            wit::Content::Form(form) => Content::Form(self.form(form)?),
            wit::Content::Field(field) => Content::Field(self.field(field)?),
            wit::Content::Map(map) => Content::Map(MapContent {
                groups: self.groups(map.groups)?,
                frame: map.frame.map(shape).transpose()?,
                overlays: references(map.overlays)?,
            }),
            wit::Content::Board(groups) => Content::Board(self.groups(groups)?),
            wit::Content::Notes(group) => Content::Notes(self.group(group)?),
            wit::Content::Figure(figure) => Content::Figure(self.figure(figure)?),
            wit::Content::Steps(steps) => {
                at_most(steps.len(), STEPS_MAX, "steps")?;
                Content::Steps(steps.into_iter().map(|step| self.step(step)).collect::<Result<_, _>>()?)
            }
            wit::Content::Timer(timer) => {
                Content::Timer { label: self.words(timer.label)?, ends: timestamp(timer.ends_ms) }
            }
            wit::Content::Links(links) => {
                at_most(links.len(), LINKS_MAX, "links")?;
                Content::Links(links.into_iter().map(|link| self.link(link)).collect::<Result<_, _>>()?)
            }
            wit::Content::Card(thing) => Content::Card(reference(thing)?),
            wit::Content::Other(other) => Content::Other(self.words(other.words)?),
        })
    }

    fn form(&mut self, said: wit::Form) -> Result<Form, String> {
        Ok(Form {
            key: name(&said.key, "a form")?,
            submit: self.words(said.submit)?,
            reach: match said.reach {
                wit::Reach::Once => Reach::Once,
                wit::Reach::Each => Reach::Each,
                wit::Reach::These(entries) => {
                    at_most(entries.len(), ITEMS_MAX, "entries of a form")?;
                    Reach::These(entries.into_iter().map(EntryId).collect())
                }
            },
            whose: whose(said.whose),
            subject: subject(said.subject)?,
            back: said.back.as_deref().map(path).transpose()?,
        })
    }

    fn groups(&mut self, said: Vec<wit::Group>) -> Result<Vec<Group>, String> {
        at_most(said.len(), GROUPS_MAX, "groups")?;
        said.into_iter().map(|group| self.group(group)).collect()
    }

    fn group(&mut self, said: wit::Group) -> Result<Group, String> {
        Ok(Group {
            key: name(&said.key, "a group")?,
            title: self.words(said.title)?,
            titled_by: said.titled_by.map(EntryId),
            items: said.items.into_iter().map(|item| self.item(item)).collect::<Result<_, _>>()?,
        })
    }

    fn item(&mut self, said: wit::Item) -> Result<Item, String> {
        at_most(said.tallies.len(), TALLIES_MAX, "tallies of an entry")?;
        let tally = |tally: wit::Tally| Ok(Tally { label: self.words(tally.label)?, people: tally.people });
        let tallies: Result<Vec<Tally>, String> = said.tallies.into_iter().map(tally).collect();
        Ok(Item { entry: EntryId(said.entry), tallies: tallies? })
    }

    fn step(&mut self, said: wit::Step) -> Result<Step, String> {
        let state = match said.state {
            wit::StepState::Done => StepState::Done,
            wit::StepState::Here => StepState::Here,
            wit::StepState::Ahead => StepState::Ahead,
        };
        Ok(Step { title: self.words(said.title)?, to: path(&said.to)?, state })
    }

    fn link(&mut self, said: wit::Link) -> Result<Link, String> {
        let to = match said.to {
            wit::Target::Path(to) => Target::Path(path(&to)?),
            wit::Target::Thing(thing) => Target::Thing(reference(thing)?),
            wit::Target::Web(address) => Target::Web(away(self.words(address)?)?),
        };
        Ok(Link { label: self.words(said.label)?, to })
    }
}

/// Another site: https, and nothing that could end an attribute or a line.
fn away(address: String) -> Result<String, String> {
    let plain = address.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\'' | b'<' | b'>' | b'\\'));
    if address.starts_with("https://") && plain && address.len() <= 1000 {
        return Ok(address);
    }
    Err(format!("links to `{}`; only https leads away", crate::boundary::one_line(&address)))
}

fn timestamp(ms: u64) -> Timestamp {
    crate::boundary::timestamp(ms)
}
