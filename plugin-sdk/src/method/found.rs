//! Short ways to tell what was found.

use super::{Adds, Cell, Description, Example, Figure, Finding, Look, Row};

/// How many there are.
pub fn count(things: impl Iterator) -> u32 {
    u32::try_from(things.count()).unwrap_or(u32::MAX)
}

impl Finding {
    /// A finding over so many people, without words yet.
    pub fn new(key: impl Into<String>, title: impl Into<String>, language: impl Into<String>, people: u32) -> Self {
        let (key, title, language) = (key.into(), title.into(), language.into());
        Self { key, title, language, words: String::new(), people, figures: Vec::new(), extra: Vec::new() }
    }

    /// What it means, in plain words (`CommonMark`). Numbers of people belong in figures.
    #[must_use]
    pub fn words(mut self, words: impl Into<String>) -> Self {
        self.words = words.into();
        self
    }

    /// One more figure.
    #[must_use]
    pub fn figure(mut self, figure: Figure) -> Self {
        self.figures.push(figure);
        self
    }
}

impl Figure {
    /// A table.
    pub fn table<C: Into<String>>(
        caption: impl Into<String>,
        columns: impl IntoIterator<Item = C>,
        rows: impl IntoIterator<Item = Row>,
    ) -> Self {
        let columns = columns.into_iter().map(Into::into).collect();
        let rows = rows.into_iter().collect();
        Self { caption: caption.into(), look: Look::Table, adds: Adds::Nothing, columns, rows }
    }

    /// A table that is drawn as bars.
    pub fn bars<C: Into<String>>(
        caption: impl Into<String>,
        columns: impl IntoIterator<Item = C>,
        rows: impl IntoIterator<Item = Row>,
    ) -> Self {
        Self { look: Look::Bars, ..Self::table(caption, columns, rows) }
    }

    /// How else it is drawn.
    #[must_use]
    pub fn look(mut self, look: Look) -> Self {
        self.look = look;
        self
    }

    /// Along what its counts may be added, for each person stands there once.
    #[must_use]
    pub fn adds(mut self, adds: Adds) -> Self {
        self.adds = adds;
        self
    }
}

impl Row {
    /// A row: its head, and a cell for each column.
    pub fn new(label: impl Into<String>, cells: impl IntoIterator<Item = Cell>) -> Self {
        Self { label: label.into(), cells: cells.into_iter().collect() }
    }
}

impl Description {
    /// A method without settings; the methods below add to it.
    pub fn new(id: &str, version: &str) -> Self {
        Self {
            id: id.to_owned(),
            version: version.to_owned(),
            title: Vec::new(),
            help: Vec::new(),
            schema: r#"{"type":"object","additionalProperties":false}"#.to_owned(),
            wants: Vec::new(),
            examples: Vec::new(),
            extra: Vec::new(),
        }
    }

    /// Its name in one language (BCP 47 tag).
    #[must_use]
    pub fn title(mut self, language: &str, words: &str) -> Self {
        self.title.push((language.to_owned(), words.to_owned()));
        self
    }

    /// What it is for, in one language.
    #[must_use]
    pub fn help(mut self, language: &str, words: &str) -> Self {
        self.help.push((language.to_owned(), words.to_owned()));
        self
    }

    /// JSON Schema 2020-12 of its settings.
    #[must_use]
    pub fn schema(mut self, schema: &str) -> Self {
        schema.clone_into(&mut self.schema);
        self
    }

    /// One more field of participants it would like to know.
    #[must_use]
    pub fn wants(mut self, field: &str) -> Self {
        self.wants.push(field.to_owned());
        self
    }

    /// Ready settings to start from, called so in one language.
    #[must_use]
    pub fn example(mut self, language: &str, title: &str, settings: &str) -> Self {
        let title = vec![(language.to_owned(), title.to_owned())];
        self.examples.push(Example { title, settings: settings.to_owned() });
        self
    }
}
