use super::answer::Answer;
use super::entry::{Author, Draft, EntryId, Moment, Role};
use super::path::{PagePath, Tag};
use crate::{PlaceId, Words};

/// Where an activity stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Staff try it; nothing is counted.
    Preview,
    /// It is known that it comes.
    Announced,
    /// It takes answers.
    Open,
    /// It takes no more answers.
    Closed,
}

/// Who looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Viewer {
    /// As author of what they may say.
    pub who: Author,
    /// Best first; never empty.
    pub languages: Vec<Tag>,
    /// The only clock a method has.
    pub now: Moment,
    /// Where the activity stands.
    pub phase: Phase,
    /// The same for this person in this activity every time: for random order.
    pub seed: u64,
}

/// For whom findings are told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audience {
    /// What they may see.
    pub role: Role,
    /// Best first; never empty.
    pub languages: Vec<Tag>,
    /// The only clock a method has.
    pub now: Moment,
    /// Where the activity stands.
    pub phase: Phase,
}

/// Which button sent a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Press {
    /// On, or done.
    #[default]
    Send,
    /// To the page before; what is missing may be missing.
    Back,
    /// To go on another day.
    Pause,
}

/// A form that was sent. Its values have been checked against the page it stands on.
#[derive(Clone, Debug, PartialEq)]
pub struct Action {
    /// The page it stands on.
    pub path: PagePath,
    /// Its key.
    pub form: String,
    /// Which button.
    pub press: Press,
    /// The entry it was offered at.
    pub about: Option<EntryId>,
    /// What was filled in.
    pub values: Vec<Answer>,
}

/// What a method makes of a form: what to remember, and where to go.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decision {
    /// All of them are stored, or none.
    pub drafts: Vec<Draft>,
    /// The next page.
    pub next: PagePath,
}

/// What is wrong with a form or with settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Key of a field, or JSON Pointer into the settings; empty for the whole.
    pub at: String,
    /// For the person.
    pub text: String,
    /// Whether it must be mended first.
    pub stops: bool,
}

/// What an activity is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// JSON that fits the method's schema.
    pub settings: String,
    /// What it is called.
    pub title: Words,
    /// Languages it is held in, the first is the default. Never empty.
    pub languages: Vec<Tag>,
    /// The public places it is about.
    pub places: Vec<(PlaceId, Words)>,
}
