//! Forms: what a field is, what was filled in, and what is wrong with it.

use super::room::{Post, Table};
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::{Reader, header};
use crate::view::Fragment;
use axum::body::Bytes;
use axum::extract::{Form as UrlEncoded, FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use model::Language;
use serde::Serialize;

/// What came with a form.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filled {
    texts: Vec<(String, String)>,
    /// Files by field, with what each is called; a field that was left empty has none.
    files: Vec<(String, String, Bytes)>,
}

/// The most parts a form has that comes with a file.
const PARTS_MAX: usize = 64;

impl FromRequest<Portal> for Filled {
    type Rejection = Problem;

    async fn from_request(request: Request, portal: &Portal) -> Result<Self, Problem> {
        let with_files = header(request.headers(), &CONTENT_TYPE).is_some_and(|kind| kind.starts_with("multipart/"));
        if with_files {
            let parts = Multipart::from_request(request, portal).await.map_err(|_| Problem::bad_form())?;
            return Self::of_parts(parts).await;
        }
        let read = UrlEncoded::<Vec<(String, String)>>::from_request(request, portal).await;
        let texts = read.map(|UrlEncoded(pairs)| pairs).map_err(|refused| Problem::form(refused.status()))?;
        Ok(Self { texts, files: Vec::new() })
    }
}

impl Filled {
    async fn of_parts(mut parts: Multipart) -> Result<Self, Problem> {
        let mut filled = Self::default();
        for _ in 0..PARTS_MAX {
            let Some(part) = parts.next_field().await.map_err(|refused| Problem::form(refused.status()))? else {
                return Ok(filled);
            };
            let name = part.name().unwrap_or_default().to_owned();
            let file = part.file_name().map(str::to_owned);
            let content = part.bytes().await.map_err(|refused| Problem::form(refused.status()))?;
            match file {
                Some(file) if !content.is_empty() => filled.files.push((name, file, content)),
                Some(_) => {}
                None => filled.texts.push((name, String::from_utf8_lossy(&content).into_owned())),
            }
        }
        Err(Problem::bad_form())
    }

    /// Name and content of the file of a field.
    pub(crate) fn file(&self, name: &str) -> Option<(&str, &Bytes)> {
        self.files.iter().find(|(known, ..)| known == name).map(|(_, file, content)| (file.as_str(), content))
    }

    /// The text of a field without blanks around it; empty when it was not sent.
    pub(crate) fn get(&self, name: &str) -> &str {
        self.raw(name).trim()
    }

    /// The text of a field as it was typed: a password may begin with a blank.
    pub(crate) fn raw(&self, name: &str) -> &str {
        self.texts.iter().find(|(known, _)| known == name).map_or("", |(_, text)| text)
    }

    /// None when the field was left empty.
    pub(crate) fn some(&self, name: &str) -> Option<&str> {
        Some(self.get(name)).filter(|text| !text.is_empty())
    }

    /// The same with these fields filled in.
    pub(crate) fn with(&self, found: &[(&str, String)]) -> Self {
        let others = self.texts.iter().filter(|(name, _)| found.iter().all(|(known, _)| known != name)).cloned();
        let texts = others.chain(found.iter().map(|(name, text)| ((*name).to_owned(), text.clone()))).collect();
        Self { texts, files: self.files.clone() }
    }

    /// All texts of a name: of a list of boxes to tick.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.texts.iter().filter(move |(known, _)| known == name).map(|(_, text)| text.trim())
    }
}

/// One thing to choose.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) chosen: bool,
}

/// One field.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Field {
    name: String,
    /// `text`, `long`, `prose`, `moment`, `password`, `code`, `select`, `radio`, `checkbox`, `file` or `hidden`.
    kind: &'static str,
    label: Fragment,
    hint: Option<Fragment>,
    value: String,
    wrong: Option<String>,
    choices: Vec<Choice>,
    autocomplete: &'static str,
    /// The language of what is written in it, when that is not the page's.
    lang: Option<&'static str>,
    /// The first and the last of those that most people leave alone: they lie under a heading that opens.
    opens: bool,
    closes: bool,
}

impl Field {
    /// A field whose label is the text `staff-{key}`, with the hint `staff-{key}-hint` where there is one.
    pub(crate) fn text(reader: &Reader, name: &str, key: &str, value: &str) -> Self {
        let hint = format!("staff-{key}-hint");
        Self {
            name: name.to_owned(),
            kind: "text",
            label: Fragment::plain(reader.text(&format!("staff-{key}"))),
            hint: reader.speaker.knows(&hint).then(|| Fragment::plain(reader.text(&hint))),
            value: value.to_owned(),
            wrong: None,
            choices: Vec::new(),
            autocomplete: "off",
            lang: None,
            opens: false,
            closes: false,
        }
    }

    pub(crate) fn hidden(name: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: "hidden",
            label: Fragment::plain(""),
            hint: None,
            value: value.to_owned(),
            wrong: None,
            choices: Vec::new(),
            autocomplete: "off",
            lang: None,
            opens: false,
            closes: false,
        }
    }

    pub(crate) fn password(reader: &Reader, name: &str, key: &str, autocomplete: &'static str) -> Self {
        Self { kind: "password", autocomplete, ..Self::text(reader, name, key, "") }
    }

    /// Letters and digits that are not words: an EUI, a key, a code.
    pub(crate) fn code(reader: &Reader, name: &str, key: &str, value: &str) -> Self {
        Self { kind: "code", ..Self::text(reader, name, key, value) }
    }

    pub(crate) fn select(reader: &Reader, name: &str, key: &str, choices: Vec<Choice>) -> Self {
        Self { kind: "select", choices, ..Self::text(reader, name, key, "") }
    }

    pub(crate) fn radio(reader: &Reader, name: &str, key: &str, choices: Vec<Choice>) -> Self {
        Self { kind: "radio", choices, ..Self::text(reader, name, key, "") }
    }

    /// Text of many lines.
    pub(crate) fn long(reader: &Reader, name: &str, key: &str) -> Self {
        Self { kind: "long", ..Self::text(reader, name, key, "") }
    }

    /// Sentences, for people.
    pub(crate) fn prose(reader: &Reader, name: &str, key: &str, value: &str) -> Self {
        Self { kind: "prose", ..Self::text(reader, name, key, value) }
    }

    /// A local date and time, as HTML writes it: `2026-11-22T10:05`.
    pub(crate) fn moment(reader: &Reader, name: &str, key: &str, value: &str) -> Self {
        Self { kind: "moment", ..Self::text(reader, name, key, value) }
    }

    /// For what is written in a language, which its label names when there are several. Its hint stays with the first.
    pub(crate) fn in_language(self, language: Language, named: Option<String>, is_first: bool) -> Self {
        let text = named.map_or_else(|| self.label.text.clone(), |name| format!("{} ({name})", self.label.text));
        let hint = self.hint.filter(|_| is_first);
        Self { label: Fragment { text, ..self.label }, hint, lang: Some(language.tag()), ..self }
    }

    /// A file to be sent along.
    pub(crate) fn file(reader: &Reader, name: &str, key: &str) -> Self {
        Self { kind: "file", ..Self::text(reader, name, key, "") }
    }

    /// Yes, when it is ticked.
    pub(crate) fn checkbox(reader: &Reader, name: &str, key: &str) -> Self {
        Self { kind: "checkbox", ..Self::text(reader, name, key, "") }
    }

    /// With this in it.
    pub(crate) fn holding(self, value: &str) -> Self {
        Self { value: value.to_owned(), ..self }
    }

    /// A box that is ticked, or not.
    pub(crate) fn ticked(self, on: bool) -> Self {
        self.holding(if on { "yes" } else { "" })
    }

    /// A label and a hint that come from elsewhere, such as a plugin's own words.
    pub(crate) fn labelled(self, label: Fragment, hint: Option<Fragment>) -> Self {
        Self { label, hint, ..self }
    }

    /// Puts fields under a heading that opens.
    pub(crate) fn folded(mut fields: Vec<Self>) -> Vec<Self> {
        fields.iter_mut().take(1).for_each(|first| first.opens = true);
        fields.iter_mut().next_back().into_iter().for_each(|last| last.closes = true);
        fields
    }

    pub(crate) fn autocomplete(self, autocomplete: &'static str) -> Self {
        Self { autocomplete, ..self }
    }
}

/// A page with one form.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Form {
    pub(crate) title: String,
    pub(crate) lead: Option<String>,
    /// One sentence for search engines, of a form that may be found by them.
    pub(crate) description: Option<String>,
    pub(crate) action: String,
    pub(crate) fields: Vec<Field>,
    pub(crate) submit: String,
    /// It takes something away.
    pub(crate) grave: bool,
    pub(crate) back: Option<String>,
    pub(crate) token: Option<String>,
    /// What is wrong and belongs to no field.
    pub(crate) wrong: Vec<Fragment>,
    /// A picture to be scanned, as SVG made here.
    pub(crate) picture: Option<String>,
    /// What stands under the picture, to be typed instead.
    pub(crate) typed: Option<String>,
    /// Further links under the form.
    pub(crate) links: Vec<(String, String)>,
    /// Something else that can be done here.
    pub(crate) also: Option<Post>,
    /// What was understood so far, under the form.
    pub(crate) tables: Vec<Table>,
}

/// What is wrong with a form: field and text. A field of no name is the form itself.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wrongs(Vec<(String, Fragment)>);

impl Wrongs {
    /// Notes that a field is wrong, with the text `staff-{key}`.
    pub(crate) fn add(&mut self, reader: &Reader, field: &str, key: &str) {
        self.say(field, Fragment::plain(reader.text(&format!("staff-wrong-{key}"))));
    }

    pub(crate) fn say(&mut self, field: &str, text: Fragment) {
        self.0.push((field.to_owned(), text));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Form {
    /// The form with what was filled in and what is wrong with it.
    pub(crate) fn with(mut self, filled: &Filled, wrongs: Wrongs) -> Self {
        for field in self.fields.iter_mut().filter(|field| !["password", "file"].contains(&field.kind)) {
            let typed = filled.raw(&field.name);
            field.choices.iter_mut().for_each(|choice| choice.chosen = choice.value == typed);
            typed.clone_into(&mut field.value);
        }
        self.but(wrongs)
    }

    /// The form as it is, and what is wrong with it.
    pub(crate) fn but(mut self, wrongs: Wrongs) -> Self {
        for (name, text) in wrongs.0 {
            match self.fields.iter_mut().find(|field| field.name == name && field.kind != "hidden") {
                Some(field) => field.wrong = Some(text.text),
                None => self.wrong.push(text),
            }
        }
        self
    }

    /// Shows the fields that lie under a heading.
    pub(crate) fn unfold(&mut self) {
        self.fields.iter_mut().for_each(|field| (field.opens, field.closes) = (false, false));
    }

    /// Names of the fields.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| field.name.as_str())
    }

    /// Puts another value into a field.
    pub(crate) fn renew(&mut self, name: &str, value: &str) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            value.clone_into(&mut field.value);
        }
    }

    pub(crate) fn is_wrong(&self) -> bool {
        !self.wrong.is_empty() || self.fields.iter().any(|field| field.wrong.is_some())
    }
}
