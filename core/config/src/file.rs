use crate::diagnostic::{Diagnostic, Fault, Severity, without_keys};
use crate::folder::{Folder, TOML_BYTES_MAX};
use crate::said::say;
use crate::written::Written;
use crate::{channels, gateways, general, panel, places, plugins, secrets, sensors, shape, syntax};
use model::{ParseIdError, Slug};
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;
use std::sync::Arc;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

/// The TOML files of a municipality. Each may be missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum File {
    /// `municipality.toml`: what holds for the whole box.
    Municipality,
    /// `places.toml`: public places.
    Places,
    /// `sensors.toml`: devices and who understands them.
    Sensors,
    /// `gateways.toml`: adopted gateways.
    Gateways,
    /// `plugins.toml`: installed plugins.
    Plugins,
    /// `panel.toml`: the citizen panel.
    Panel,
    /// `channels.toml`: ways out of the box.
    Channels,
    /// `secrets.toml`: keys.
    Secrets,
}

impl File {
    /// All of them, in the order they are read.
    pub const ALL: [Self; 8] = [
        Self::Municipality,
        Self::Places,
        Self::Sensors,
        Self::Gateways,
        Self::Plugins,
        Self::Channels,
        Self::Panel,
        Self::Secrets,
    ];

    /// Name within the folder.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Municipality => "municipality.toml",
            Self::Places => "places.toml",
            Self::Sensors => "sensors.toml",
            Self::Gateways => "gateways.toml",
            Self::Plugins => "plugins.toml",
            Self::Panel => "panel.toml",
            Self::Channels => "channels.toml",
            Self::Secrets => "secrets.toml",
        }
    }

    /// JSON Schema (2020-12) of what may stand in it, without references.
    pub(crate) fn schema(self) -> Value {
        match self {
            Self::Municipality => schema_of::<general::MunicipalityFile>(),
            Self::Places => schema_of::<places::PlacesFile>(),
            Self::Sensors => schema_of::<sensors::SensorsFile>(),
            Self::Gateways => schema_of::<gateways::GatewaysFile>(),
            Self::Plugins => schema_of::<plugins::PluginsFile>(),
            Self::Panel => schema_of::<panel::PanelFile>(),
            Self::Channels => schema_of::<channels::ChannelsFile>(),
            Self::Secrets => schema_of::<secrets::SecretsFile>(),
        }
    }
}

/// The JSON Schemas of all files, as one JSON object by file name: for editors, and for forms.
pub fn schema() -> String {
    let schemas: Map<String, Value> =
        File::ALL.into_iter().map(|file| (file.name().to_owned(), file.schema())).collect();
    format!("{:#}", Value::Object(schemas))
}

pub(crate) fn schema_of<T: JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|s| s.inline_subschemas = true);
    let mut schema = settings.into_generator().into_root_schema_for::<T>().to_value();
    remove_null(&mut schema);
    schema
}

/// TOML has no null: an optional key is simply not there.
fn remove_null(schema: &mut Value) {
    match schema {
        Value::Object(keywords) => {
            if let Some(Value::Array(types)) = keywords.get_mut("type") {
                types.retain(|t| t != "null");
                if let [only] = types.as_slice() {
                    let only = only.clone();
                    keywords.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(choices)) = keywords.get_mut("anyOf") {
                choices.retain(|choice| choice.get("type") != Some(&Value::from("null")));
                if let [Value::Object(only)] = choices.as_slice() {
                    let only = only.clone();
                    keywords.remove("anyOf");
                    only.into_iter().for_each(|(name, value)| _ = keywords.entry(name).or_insert(value));
                }
            }
            keywords.retain(|name, value| !(name == "default" && value.is_null()));
            keywords.values_mut().for_each(remove_null);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_null),
        _ => {}
    }
}

/// One file while it is read: its values with their places in the text, and what is wrong so far.
#[derive(Debug)]
pub(crate) struct Toml<'f> {
    file: File,
    text: &'f str,
    table: DeTable<'f>,
    faults: Vec<Fault>,
    /// Why there is no text at all.
    unreadable: Option<Diagnostic>,
    /// It has faults of syntax: what is missing in it may only be unread.
    broken: bool,
}

/// One table of a list such as `[[place]]`.
#[derive(Debug)]
pub(crate) struct Listed<'f, T> {
    pub(crate) entry: T,
    pub(crate) table: DeTable<'f>,
}

/// Where each name was first used.
#[derive(Debug, Default)]
pub(crate) struct Unique(BTreeMap<String, Range<usize>>);

impl Unique {
    /// The earlier place of the same name, if there is one.
    pub(crate) fn earlier(&mut self, name: impl Display, span: Range<usize>) -> Option<Range<usize>> {
        match self.0.entry(name.to_string()) {
            Entry::Occupied(first) => Some(first.get().clone()),
            Entry::Vacant(free) => {
                free.insert(span);
                None
            }
        }
    }
}

impl<'f> Toml<'f> {
    /// Parses the file and checks its shape. A missing file is an empty one.
    pub(crate) fn open(folder: &'f Folder, file: File) -> Self {
        let mut toml =
            Self { file, text: "", table: DeTable::new(), faults: Vec::new(), unreadable: None, broken: false };
        match folder.text(file.name(), TOML_BYTES_MAX) {
            None => {}
            Some(Ok(text)) => toml.parse(text),
            Some(Err(problem)) => {
                let (message, help) = problem.explain();
                toml.unreadable = Some(Diagnostic::of_file(Severity::Error, file.name(), message, help));
                toml.broken = true;
            }
        }
        toml
    }

    fn parse(&mut self, text: &'f str) {
        self.text = text;
        let (table, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            self.table = table.into_inner();
            shape::check_table(&self.file.schema(), self.file.name(), &mut self.table, &(0..0), &mut self.faults);
        } else {
            // What recovery guessed is not worth checking: one lost quotation mark would be reported ten times.
            self.broken = true;
            self.faults = syntax::explain(text, &errors);
        }
    }

    /// True when the file could not be parsed, so that what it lacks proves nothing.
    pub(crate) fn is_broken(&self) -> bool {
        self.broken
    }

    /// True when nothing stands in it.
    pub(crate) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// True when something in the file could not be understood.
    pub(crate) fn has_errors(&self) -> bool {
        self.broken || !self.faults.is_empty()
    }

    pub(crate) fn report(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// The whole file as `T`.
    pub(crate) fn whole<T: DeserializeOwned + Default>(&mut self) -> T {
        let table = DeValue::Table(self.table.clone());
        self.deserialize(Spanned::new(0..0, table)).unwrap_or_default()
    }

    /// The tables of the list `key` in which nothing needed is missing.
    pub(crate) fn list<T: DeserializeOwned>(&mut self, key: &str) -> Vec<Listed<'f, T>> {
        let Some(DeValue::Array(items)) = self.table.get(key).map(Spanned::get_ref) else { return Vec::new() };
        let items: Vec<_> = items.iter().cloned().collect();
        items
            .into_iter()
            .filter_map(|item| {
                let DeValue::Table(table) = item.get_ref().clone() else { return None };
                self.deserialize(item).map(|entry| Listed { entry, table })
            })
            .collect()
    }

    /// All texts under `name` in the list `key`, those of incomplete tables included, so that a fault in a place
    /// does not make its sensors homeless.
    pub(crate) fn names(&self, key: &str, name: &str) -> Vec<&str> {
        let items = self.table.get(key).and_then(|list| list.get_ref().as_array());
        let names = items.into_iter().flat_map(|items| items.iter());
        names.filter_map(|item| item.get_ref().as_table()?.get(name)?.get_ref().as_str()).collect()
    }

    /// The place of the key of the table `name` under `key`.
    pub(crate) fn span_of(&self, key: &str, name: &str) -> Range<usize> {
        let table = self.table.get(key).and_then(|value| value.get_ref().as_table());
        table.and_then(|table| table.get_key_value(name)).map_or(0..0, |(key, _)| key.span())
    }

    /// The place of a key at the top of the file.
    pub(crate) fn key_span(&self, key: &str) -> Range<usize> {
        self.table.get_key_value(key).map_or(0..0, |(key, _)| key.span())
    }

    /// A short name, or a report of what is wrong with it.
    pub(crate) fn slug(&mut self, key: &str, text: &Written<String>) -> Option<Slug> {
        slug(key, text, &mut self.faults)
    }

    /// An identifier or key in hexadecimal digits, or a report of what is wrong with it, which does not repeat it.
    pub(crate) fn parsed<T: FromStr<Err = ParseIdError>>(&mut self, key: &str, text: &Written<String>) -> Option<T> {
        let parsed = text.value.parse();
        parsed
            .map_err(|error: ParseIdError| {
                let fault = Fault::error(text.span.clone(), say!("unreadable", "`{key}` cannot be read", key));
                let expected = say!(
                    "expect-hex",
                    "expected {expected} hexadecimal digits (spaces, `-` and `:` between them are fine), found {found}",
                    expected = error.expected,
                    found = error.found
                );
                let help = say!("compare-digits", "compare with the label or data sheet; digits are 0-9 and a-f");
                self.report(fault.expected(expected).help(help));
            })
            .ok()
    }

    /// A SHA-256 sum, or a report of what is wrong with it.
    pub(crate) fn digest(&mut self, key: &str, text: &Written<String>) -> Option<[u8; 32]> {
        let digest = parse_digest(&text.value);
        if digest.is_none() {
            let fault = Fault::error(text.span.clone(), say!("no-sum", "`{key}` is no SHA-256 sum", key));
            let fault = fault.expected(say!("expect-sum", "expected 64 hexadecimal digits"));
            self.report(
                fault.help(say!(
                    "sums-written",
                    "`allting plugin install` and `allting token new` write the right lines"
                )),
            );
        }
        digest
    }

    fn deserialize<T: DeserializeOwned>(&mut self, value: Spanned<DeValue<'f>>) -> Option<T> {
        match T::deserialize(ValueDeserializer::from(value)) {
            Ok(entry) => Some(entry),
            Err(error) => {
                // The schema and the type come from one source, so the shape check has said it already, and better.
                if self.faults.is_empty() {
                    self.faults.push(syntax::misread(&error));
                }
                None
            }
        }
    }

    /// All that was found, in the order of the text.
    pub(crate) fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.faults.sort_by_key(Fault::start);
        let shown: Arc<str> = without_keys(self.text).into();
        let name = self.file.name();
        let found = self.faults.into_iter().map(|fault| match self.file {
            File::Secrets => fault.in_secret_text(name, self.text),
            _ => fault.in_text(name, &shown),
        });
        self.unreadable.into_iter().chain(found).collect()
    }
}

/// A short name; none exactly when a fault says why.
pub(crate) fn slug(key: &str, text: &Written<String>, faults: &mut Vec<Fault>) -> Option<Slug> {
    let written = &text.value;
    let slug = Slug::new(written).ok();
    if slug.is_none() {
        let fault =
            Fault::error(text.span.clone(), say!("cannot-be", "`{key}` cannot be `{found}`", key, found = written));
        let fault = fault.expected(say!("expect-slug", "expected 1 to 64 characters of a-z, 0-9 and `-`"));
        let fits = plain_letters(written);
        faults.push(if fits.is_empty() { fault } else { fault.rewritten(format!("{key} = \"{fits}\"")) });
    }
    slug
}

/// A name as near to `text` as an address allows.
pub(crate) fn plain_letters(text: &str) -> String {
    let lower = text.trim().to_lowercase();
    let letters = lower.chars().take(64).map(|c| match c {
        '\u{e5}' | '\u{e4}' | '\u{e6}' => 'a',
        '\u{f6}' | '\u{f8}' => 'o',
        'a'..='z' | '0'..='9' => c,
        _ => '-',
    });
    letters.collect::<String>().trim_matches('-').to_owned()
}

fn parse_digest(text: &str) -> Option<[u8; 32]> {
    let mut digest = [0; 32];
    if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (at, byte) in digest.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(at * 2..at * 2 + 2)?, 16).ok()?;
    }
    Some(digest)
}
