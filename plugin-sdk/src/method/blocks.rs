use super::{
    Block, Content, Field, Figure, Form, Group, Item, Link, MapContent, Notice, Other, Page, Picture, Progress, Reach,
    Step, StepState, Subject, Tally, Target, Timer, Tone, Whose,
};

/// Writes a page from top to bottom; what is within a block is written in its closure.
#[derive(Debug)]
pub struct Blocks {
    list: Vec<Block>,
    parent: Option<u32>,
    language: Option<String>,
}

impl Page {
    /// A page in one language, written by `write`.
    pub fn new(title: impl Into<String>, language: impl Into<String>, write: impl FnOnce(&mut Blocks)) -> Self {
        let mut blocks = Blocks { list: Vec::new(), parent: None, language: None };
        write(&mut blocks);
        let (title, language) = (title.into(), language.into());
        Self { title, language, progress: None, until_ms: None, blocks: blocks.list, extra: Vec::new() }
    }

    /// The same, as one page of several: the box shows which, and offers to go on another day.
    #[must_use]
    pub fn progress(mut self, at: u32, of: u32) -> Self {
        self.progress = Some(Progress { at, of });
        self
    }

    /// The same, which changes at this time though nobody says anything.
    #[must_use]
    pub fn until(mut self, ms: u64) -> Self {
        self.until_ms = Some(self.until_ms.map_or(ms, |earlier| earlier.min(ms)));
        self
    }
}

impl Blocks {
    /// A heading and what is under it. Around fields: a group with a name.
    pub fn section(&mut self, title: impl Into<String>, write: impl FnOnce(&mut Self)) {
        self.put(Content::Section(title.into()), write);
    }

    /// `CommonMark`, without HTML and images.
    pub fn prose(&mut self, text: impl Into<String>) {
        self.add(Content::Prose(text.into()));
    }

    /// Good to know.
    pub fn notice(&mut self, tone: Tone, text: impl Into<String>) {
        self.add(Content::Notice(Notice { tone, text: text.into() }));
    }

    /// A picture of the municipality's folder, and what it shows for who cannot see it.
    pub fn picture(&mut self, file: impl Into<String>, alternative: impl Into<String>, caption: impl Into<String>) {
        let (file, alternative, caption) = (file.into(), alternative.into(), caption.into());
        self.add(Content::Picture(Picture { file, alternative, caption }));
    }

    /// Something to fill in.
    pub fn form(&mut self, form: Form, write: impl FnOnce(&mut Self)) {
        self.put(Content::Form(form), write);
    }

    /// A question; within a form.
    pub fn field(&mut self, field: Field) {
        self.add(Content::Field(field));
    }

    /// Contributions on a map; a form within it is filled by pointing at the map.
    pub fn map(&mut self, map: MapContent, write: impl FnOnce(&mut Self)) {
        self.put(Content::Map(map), write);
    }

    /// Columns of contributions; a form within it that is offered at each moves one.
    pub fn board(&mut self, columns: impl IntoIterator<Item = Group>, write: impl FnOnce(&mut Self)) {
        self.put(Content::Board(columns.into_iter().collect()), write);
    }

    /// Contributions one after another.
    pub fn notes(&mut self, group: Group, write: impl FnOnce(&mut Self)) {
        self.put(Content::Notes(group), write);
    }

    /// A table with a look.
    pub fn figure(&mut self, figure: Figure) {
        self.add(Content::Figure(figure));
    }

    /// Steps of a guide or meeting.
    pub fn steps(&mut self, steps: impl IntoIterator<Item = Step>) {
        self.add(Content::Steps(steps.into_iter().collect()));
    }

    /// Counts down. The page should say [`Page::until`] as well.
    pub fn timer(&mut self, label: impl Into<String>, ends_ms: u64) {
        self.add(Content::Timer(Timer { label: label.into(), ends_ms }));
    }

    /// Ways on.
    pub fn links(&mut self, links: impl IntoIterator<Item = Link>) {
        self.add(Content::Links(links.into_iter().collect()));
    }

    /// The box's own card for a thing it knows: `place/library`.
    pub fn card(&mut self, reference: impl Into<String>) {
        self.add(Content::Card(reference.into()));
    }

    /// A block of a later day; a box that does not know it shows the words.
    pub fn other(&mut self, name: impl Into<String>, words: impl Into<String>) {
        self.add(Content::Other(Other { name: name.into(), words: words.into() }));
    }

    /// What `write` writes is in this language, where it differs from the page's.
    pub fn in_language(&mut self, language: &str, write: impl FnOnce(&mut Self)) {
        let outer = self.language.replace(language.to_owned());
        write(self);
        self.language = outer;
    }

    fn add(&mut self, is: Content) {
        self.put(is, |_| {});
    }

    fn put(&mut self, is: Content, write: impl FnOnce(&mut Self)) {
        let at = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(Block { parent: self.parent, language: self.language.clone(), is, extra: Vec::new() });
        let outer = self.parent.replace(at);
        write(self);
        self.parent = outer;
    }
}

impl Form {
    /// A form that is offered once, about the activity, for whoever fills it in.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            submit: String::new(),
            reach: Reach::Once,
            whose: Whose::Personal,
            subject: Subject::Whole,
            back: None,
        }
    }

    /// What its button says; else the box says it.
    #[must_use]
    pub fn submit(mut self, label: impl Into<String>) -> Self {
        self.submit = label.into();
        self
    }

    /// It has a second button, which keeps what is written and goes there.
    #[must_use]
    pub fn back(mut self, path: impl Into<String>) -> Self {
        self.back = Some(path.into());
        self
    }

    /// It is offered at each entry of the map, board or notes it stands in.
    #[must_use]
    pub fn each(mut self) -> Self {
        self.reach = Reach::Each;
        self
    }

    /// It is offered at these entries.
    #[must_use]
    pub fn these(mut self, entries: impl IntoIterator<Item = u64>) -> Self {
        self.reach = Reach::These(entries.into_iter().collect());
        self
    }

    /// Its answers stand for all, whoever gave them.
    #[must_use]
    pub fn shared(mut self) -> Self {
        self.whose = Whose::Shared;
        self
    }

    /// What its answers are about.
    #[must_use]
    pub fn about(mut self, subject: Subject) -> Self {
        self.subject = subject;
        self
    }
}

impl MapContent {
    /// Layers of contributions, all in sight.
    pub fn new(groups: impl IntoIterator<Item = Group>) -> Self {
        Self { groups: groups.into_iter().collect(), frame: None, overlays: Vec::new() }
    }
}

impl Group {
    /// Entries under a title.
    pub fn new(key: impl Into<String>, title: impl Into<String>, items: impl IntoIterator<Item = Item>) -> Self {
        Self { key: key.into(), title: title.into(), titled_by: None, items: items.into_iter().collect() }
    }

    /// The same, whose title is what this entry says.
    #[must_use]
    pub fn titled_by(mut self, entry: u64) -> Self {
        self.titled_by = Some(entry);
        self
    }
}

impl Item {
    /// An entry, bare.
    pub fn new(entry: u64) -> Self {
        Self { entry, tallies: Vec::new() }
    }

    /// The same, and how many people did what with it: "votes", 7.
    #[must_use]
    pub fn tally(mut self, label: impl Into<String>, people: u32) -> Self {
        self.tallies.push(Tally { label: label.into(), people });
        self
    }
}

impl Step {
    /// A step and its page.
    pub fn new(title: impl Into<String>, to: impl Into<String>, state: StepState) -> Self {
        Self { title: title.into(), to: to.into(), state, extra: Vec::new() }
    }
}

impl Link {
    /// To another page of the activity.
    pub fn to(label: impl Into<String>, path: impl Into<String>) -> Self {
        Self { label: label.into(), to: Target::Path(path.into()) }
    }
}
