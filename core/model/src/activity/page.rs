use super::entry::{EntryId, Subject, Whose};
use super::field::Field;
use super::finding::Figure;
use super::path::{PagePath, Tag};
use crate::Timestamp;

/// What a method wants shown. The box renders it, and puts in people's words, photos, moderation and outcomes.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// Its heading.
    pub title: String,
    /// The language of its words.
    pub language: Tag,
    /// Which page of how many.
    pub progress: Option<Progress>,
    /// When it changes though nobody says anything.
    pub until: Option<Timestamp>,
    /// In reading order; never empty.
    pub blocks: Vec<Block>,
}

/// Which page of how many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// From 1.
    pub at: u32,
    /// How many there are.
    pub of: u32,
}

/// A part of a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// Index of the block it stands in, an earlier one.
    pub parent: Option<usize>,
    /// Where it differs from the page's.
    pub language: Option<Tag>,
    /// What it is.
    pub is: Content,
}

/// What a block is.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A heading and what is under it.
    Section(String),
    /// `CommonMark`; HTML and images in it are not rendered.
    Prose(String),
    /// Something to notice.
    Notice(Notice),
    /// A picture of the municipality.
    Picture(Picture),
    /// Something to fill in; its fields are blocks within it.
    Form(Form),
    /// A question.
    Field(Field),
    /// Contributions on a map.
    Map(MapContent),
    /// Contributions in columns.
    Board(Vec<Group>),
    /// Contributions one after another.
    Notes(Group),
    /// A table with a look.
    Figure(Figure),
    /// The steps of a guide or meeting.
    Steps(Vec<Step>),
    /// Counts down.
    Timer {
        /// What ends.
        label: String,
        /// When.
        ends: Timestamp,
    },
    /// Ways on.
    Links(Vec<Link>),
    /// The box's own card for a thing it knows, by reference.
    Card(String),
    /// A block of a later day: its words.
    Other(String),
}

/// Something to notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How it is meant.
    pub tone: Tone,
    /// What it says.
    pub text: String,
}

/// How a notice is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tone {
    /// Good to know.
    #[default]
    Calm,
    /// It went well.
    Success,
    /// Take care.
    Warning,
}

/// A picture of the municipality's own folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Which, by reference.
    pub file: String,
    /// What it shows.
    pub alternative: String,
    /// Under it; may be empty.
    pub caption: String,
}

/// Something to fill in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Form {
    /// Unique on the page.
    pub key: String,
    /// The button; empty lets the box say it.
    pub submit: String,
    /// Where it is offered.
    pub reach: Reach,
    /// For whom its answers stand.
    pub whose: Whose,
    /// What its answers are about.
    pub subject: Subject,
    /// A second button, which keeps what is written and goes there.
    pub back: Option<PagePath>,
}

/// Where a form within a map, board or notes is offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Reach {
    /// Once.
    #[default]
    Once,
    /// At each entry shown.
    Each,
    /// At these entries.
    These(Vec<EntryId>),
}

/// Contributions on a map.
#[derive(Clone, Debug, PartialEq)]
pub struct MapContent {
    /// Its layers.
    pub groups: Vec<Group>,
    /// What it shows first; none: all there is.
    pub frame: Option<super::answer::Shape>,
    /// `GeoJSON` files, by reference.
    pub overlays: Vec<String>,
}

/// Entries to show together, best first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Its name on the page.
    pub key: String,
    /// Its heading.
    pub title: String,
    /// The entry whose words are the heading.
    pub titled_by: Option<EntryId>,
    /// What stands in it.
    pub items: Vec<Item>,
}

/// An entry among others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Which.
    pub entry: EntryId,
    /// How many people did what with it.
    pub tallies: Vec<Tally>,
}

/// How many people did something with an entry; has not passed the gate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// What they did.
    pub label: String,
    /// How many.
    pub people: u32,
}

/// A step of a guide or meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What it is called.
    pub title: String,
    /// Its page.
    pub to: PagePath,
    /// How far it is.
    pub state: StepState,
}

/// How far a step is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepState {
    /// Behind us.
    Done,
    /// Where we are.
    Here,
    /// Before us.
    Ahead,
}

/// A way on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it says.
    pub label: String,
    /// Where it leads.
    pub to: Target,
}

/// Where a link leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Another page of the activity.
    Path(PagePath),
    /// A thing of the box, by reference.
    Thing(String),
    /// Away: an https address.
    Web(String),
}

impl Page {
    /// Where the form of that key stands among the blocks.
    pub fn form(&self, key: &str) -> Option<(usize, &Form)> {
        self.blocks.iter().enumerate().find_map(|(at, block)| match &block.is {
            Content::Form(form) if form.key == key => Some((at, form)),
            _ => None,
        })
    }

    /// The fields of the form at that index, those in its sections too, in reading order.
    pub fn fields_of(&self, form: usize) -> impl Iterator<Item = &Field> {
        let within = move |at: usize| {
            let mut above = self.blocks.get(at).and_then(|block| block.parent);
            while let Some(parent) = above {
                if parent == form {
                    return true;
                }
                // Parents are earlier blocks, so this ends.
                above = self.blocks.get(parent).and_then(|block| block.parent).filter(|p| *p < parent);
            }
            false
        };
        self.blocks.iter().enumerate().filter_map(move |(at, block)| match &block.is {
            Content::Field(field) if within(at) => Some(field),
            _ => None,
        })
    }
}
