//! Pages that show: tables, facts, and what can be done.

use super::insider::{Answer, Insider};
use crate::view::Fragment;
use app::{Diagnostic, Told};
use model::{Role, Timestamp, Words};
use serde::Serialize;

/// The menu of the rooms.
#[derive(Debug, Serialize)]
pub(crate) struct Menu {
    home: String,
    name: String,
    account: String,
    out: String,
    token: String,
    /// About people, and about things.
    links: [Vec<MenuLink>; 2],
}

#[derive(Debug, Serialize)]
struct MenuLink {
    href: String,
    text: String,
    here: bool,
}

impl Menu {
    pub(crate) fn of(insider: &Insider, section: &str) -> Self {
        let panel = insider.reader.municipality.panel.as_ref().map(|_| "panel");
        let colleagues = (insider.own.role >= Role::Operator).then_some("colleagues");
        // People, then things; what concerns both stands around them.
        let people = ["", "activities"].into_iter().chain(panel).chain(["talk", "publish", "rules", "outbox"]);
        let things = ["places", "sensors", "gateways", "frames", "plugins", "history"].into_iter().chain(colleagues);
        let link = |room: &str| MenuLink {
            href: insider.to(room),
            text: insider.text(&format!("staff-room-{}", if room.is_empty() { "overview" } else { room })),
            here: room == section,
        };
        Self {
            home: insider.to(""),
            name: insider.own.name.clone(),
            account: insider.to("account"),
            out: insider.to("logout"),
            token: insider.own.form_token.clone(),
            links: [people.map(link).collect(), things.map(link).collect()],
        }
    }
}

/// A page that shows.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Room {
    pub(crate) title: String,
    /// The language of the title when that is not the page's.
    pub(crate) lang: Option<&'static str>,
    pub(crate) lead: Option<String>,
    /// What was just done.
    pub(crate) told: Option<String>,
    /// What is wrong.
    pub(crate) warned: Vec<Fragment>,
    /// Ways to look at the same.
    pub(crate) choices: Vec<RoomChoice>,
    pub(crate) actions: Vec<Link>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) tables: Vec<Table>,
    pub(crate) posts: Vec<Post>,
    /// Text to be read line by line, such as a diagnostic.
    pub(crate) texts: Vec<Fragment>,
    /// Address of a feed of rows for the first table.
    pub(crate) live: Option<String>,
    pub(crate) back: Option<String>,
}

/// A way on.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Link {
    pub(crate) href: String,
    pub(crate) text: String,
    pub(crate) quiet: bool,
}

/// A way to look at the same.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct RoomChoice {
    pub(crate) href: String,
    pub(crate) text: String,
    pub(crate) here: bool,
}

/// A line of a summary list.
#[derive(Debug, Serialize)]
pub(crate) struct Fact {
    pub(crate) term: String,
    pub(crate) text: Fragment,
    pub(crate) href: Option<String>,
}

impl Fact {
    pub(crate) fn to(self, href: String) -> Self {
        Self { href: Some(href), ..self }
    }
}

/// A table, or what stands in its place while it is empty.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Table {
    pub(crate) title: Option<String>,
    pub(crate) head: Vec<String>,
    pub(crate) rows: Vec<Vec<Cell>>,
    pub(crate) empty: String,
}

/// One cell.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Cell {
    pub(crate) text: String,
    /// Its language when that is not the page's.
    pub(crate) lang: Option<&'static str>,
    /// What to do about it, under it.
    pub(crate) note: Option<Fragment>,
    pub(crate) href: Option<String>,
    /// `calm`, `busy`, `silent` or `usual`: the colour of a state.
    pub(crate) state: Option<&'static str>,
}

/// A button that does something at once.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Post {
    pub(crate) action: String,
    pub(crate) text: String,
    pub(crate) token: String,
    pub(crate) fields: Vec<(String, String)>,
    pub(crate) grave: bool,
    /// It is seldom wanted.
    pub(crate) quiet: bool,
    /// It carries a whole list.
    pub(crate) long: bool,
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }

    pub(crate) fn link(text: impl Into<String>, href: String) -> Self {
        Self { text: text.into(), href: Some(href), ..Self::default() }
    }

    pub(crate) fn state(text: impl Into<String>, state: &'static str) -> Self {
        Self { text: text.into(), state: Some(state), ..Self::default() }
    }

    /// A text that may be in another language than the page.
    pub(crate) fn fragment(fragment: Fragment) -> Self {
        Self { text: fragment.text, lang: fragment.lang, ..Self::default() }
    }

    pub(crate) fn to(self, href: String) -> Self {
        Self { href: Some(href), ..self }
    }

    /// What it says and what stands under it, in one line.
    pub(crate) fn in_full(&self) -> String {
        self.note.as_ref().map_or_else(|| self.text.clone(), |note| format!("{}: {}", self.text, note.text))
    }

    pub(crate) fn noted(self, note: Option<Fragment>) -> Self {
        Self { note, ..self }
    }
}

impl Insider {
    /// Whether who reads may change things, and not only look.
    pub(crate) fn may_change(&self) -> bool {
        self.own.role >= Role::Steward
    }

    /// Ways to change something: nobody is led to a door that stays shut.
    pub(crate) fn if_may_change(&self, ways: Vec<Link>) -> Vec<Link> {
        if self.may_change() { ways } else { Vec::new() }
    }

    /// A link to a room, labelled with the text `staff-{key}`.
    pub(crate) fn link(&self, path: &str, key: &str) -> Link {
        Link { href: self.to(path), text: self.text(&format!("staff-{key}")), quiet: false }
    }

    pub(crate) fn fact(&self, key: &str, text: impl Into<String>) -> Fact {
        self.fact_of(key, Fragment::plain(text))
    }

    /// A fact that may be in another language than the page.
    pub(crate) fn fact_of(&self, key: &str, text: Fragment) -> Fact {
        Fact { term: self.text(&format!("staff-{key}")), text, href: None }
    }

    /// The best of these words for who reads.
    pub(crate) fn words(&self, words: &Words) -> Fragment {
        Fragment::of(words, self.reader.language())
    }

    /// What a plugin or the reader of the folder says.
    pub(crate) fn english(&self, text: impl Into<String>) -> Fragment {
        Fragment::english(text, self.reader.language())
    }

    /// A mistake in the folder, drawn with an arrow.
    pub(crate) fn mistake(&self, mistake: &Diagnostic) -> Fragment {
        Fragment::plain(app::drawn_in(self.reader.speaker, mistake))
    }

    /// What is told of the folder: mistakes drawn in the language of the page, what plugins and the machine say in English.
    pub(crate) fn of_the_folder(&self, told: &Told) -> Fragment {
        match told {
            Told::Mistake(mistake) => self.mistake(mistake),
            Told::Words(words) => self.english(words),
        }
    }

    /// How long ago something was, or that it never was.
    pub(crate) fn ago(&self, at: Option<Timestamp>) -> String {
        at.map_or_else(|| self.text("staff-never"), |at| self.reader.speaker.ago(self.reader.now, at))
    }

    /// The headings of a table.
    pub(crate) fn head(&self, keys: &[&str]) -> Vec<String> {
        keys.iter().map(|key| self.text(&format!("staff-{key}"))).collect()
    }

    /// The text of what an address says was done.
    pub(crate) fn told(&self, done: Option<&str>) -> Option<String> {
        let key = format!("staff-done-{}", done?);
        self.reader.speaker.knows(&key).then(|| self.text(&key))
    }

    pub(crate) fn room(&self, section: &str, room: &Room) -> Answer {
        self.page("staff/room.html", room.title.clone(), section, room)
    }
}

/// What an address says was done.
#[derive(Debug, Default, serde::Deserialize)]
pub(crate) struct Done {
    #[serde(default)]
    pub(crate) done: Option<String>,
}
