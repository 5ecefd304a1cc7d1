//! What forms change in the folder: texts in, texts out, with comments and the order of lines kept.

mod activities;
mod rules;
mod tables;

pub use self::activities::ActivityEntry;
use self::activities::{write_activity, write_dates};
pub use self::rules::RuleEntry;
use self::rules::{write_off, write_rule};
use self::tables::{write_place, write_sensor, write_test};
use crate::edit::{EditError, list_of, new_entry, set};
use crate::file::File;
use crate::folder::{Folder, TOML_BYTES_MAX};
use crate::import::Texts;
use model::activity::ActivityId;
use model::{
    AppKey, AppSKey, DecoderId, DevAddr, DevEui, Gateway, GatewayEui, Hex, JoinEui, Language, MacVersion, NwkSKey,
    Place, PlaceId, RuleId, SensorId,
};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use toml_edit::{DocumentMut, Item as TomlItem, Table};

/// One thing of the folder that a form shows and changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A place.
    Place(PlaceId),
    /// A sensor.
    Sensor(SensorId),
    /// A gateway.
    Gateway(GatewayEui),
    /// An activity, which has a file of its own.
    Activity(ActivityId),
    /// A rule, which has a file of its own.
    Rule(RuleId),
}

/// How an item stood in its file when it was shown. Two that are equal say that nobody changed it in between.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revision(String);

/// One step of a person's work.
#[derive(Clone, Debug)]
pub struct Edit {
    /// What shall be.
    pub change: Change,
    /// How the item stood when the person began; none when there was no such item.
    pub seen: Option<Revision>,
}

/// What shall be in the folder.
#[derive(Clone, Debug)]
pub enum Change {
    /// This place, new or changed. Of its names and areas, those in `languages` are the form's; others stay.
    Place {
        /// What it shall be.
        place: Place,
        /// The languages of the portal, the first first.
        languages: Vec<Language>,
    },
    /// This sensor, new or changed.
    Sensor(Box<SensorEntry>),
    /// Whether this sensor is still being tested.
    Testing {
        /// Which one.
        sensor: SensorId,
        /// Whether it is.
        test: bool,
    },
    /// This gateway, new or with another name.
    Gateway(Gateway),
    /// This activity, new or changed.
    Activity(Box<ActivityEntry>),
    /// When this activity opens and closes, and whether staff still work on it.
    Opening {
        /// Which one.
        activity: ActivityId,
        /// From when on, as written.
        opens: Option<String>,
        /// Until when.
        closes: Option<String>,
        /// Nobody but staff sees it.
        draft: bool,
    },
    /// This rule, new or changed.
    Rule(RuleId, Box<RuleEntry>),
    /// Whether this rule is silent.
    Silence {
        /// Which one.
        rule: RuleId,
        /// It says nothing for now.
        off: bool,
    },
    /// Not this any more. A sensor's keys go with it.
    Remove(Item),
}

/// A sensor as a form has it.
#[derive(Clone, Debug)]
pub struct SensorEntry {
    /// Its short name.
    pub id: SensorId,
    /// What staff call it.
    pub name: Option<String>,
    /// Where it is.
    pub place: PlaceId,
    /// Its radio identity.
    pub dev_eui: DevEui,
    /// Who understands it.
    pub decoder: DecoderId,
    /// `LoRaWAN` version; none leaves what is there.
    pub mac_version: Option<MacVersion>,
    /// How it gets its session keys.
    pub activation: ActivationEntry,
    /// Whether it is still being tested.
    pub test: bool,
    /// Settings of its plugin by name: a value, or none to leave it to the plugin. Settings not named here stay.
    pub settings: BTreeMap<String, Option<serde_json::Value>>,
}

/// How a sensor gets its session keys. A key that is none stays as it is in `secrets.toml`.
#[derive(Clone, Debug)]
pub enum ActivationEntry {
    /// It joins.
    Otaa {
        /// The `JoinEUI` it asks for; none when it has none.
        join_eui: Option<JoinEui>,
        /// Its root key.
        app_key: Option<AppKey>,
    },
    /// It was born with a session.
    Abp {
        /// Its address.
        dev_addr: DevAddr,
        /// Its network session key.
        nwk_s_key: Option<NwkSKey>,
        /// Its application session key.
        app_s_key: Option<AppSKey>,
    },
}

impl Revision {
    fn of(text: &str) -> Self {
        let mut hash = DefaultHasher::new();
        text.hash(&mut hash);
        Self(format!("{:016x}", hash.finish()))
    }

    /// As a form brought it back.
    pub fn from_form(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// For a hidden field of a form.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Item {
    /// Its file, its list, the key that names it, and its name.
    fn place(&self) -> Option<(File, &'static str, &'static str, String)> {
        Some(match self {
            Self::Place(id) => (File::Places, "place", "id", id.to_string()),
            Self::Sensor(id) => (File::Sensors, "sensor", "id", id.to_string()),
            Self::Gateway(eui) => (File::Gateways, "gateway", "eui", eui.to_string()),
            Self::Activity(_) | Self::Rule(_) => return None,
        })
    }

    /// The file that it has for itself.
    fn file(&self) -> Option<String> {
        match self {
            Self::Activity(id) => Some(format!("activities/{id}.toml")),
            Self::Rule(id) => Some(format!("rules/{id}.toml")),
            Self::Place(_) | Self::Sensor(_) | Self::Gateway(_) => None,
        }
    }

    /// How it stands in the folder now; none when it is not there.
    pub fn revision(&self, folder: &Folder) -> Option<Revision> {
        if let Some(file) = self.file() {
            let text = folder.text(&file, TOML_BYTES_MAX)?.ok()?;
            return (!text.trim().is_empty()).then(|| Revision::of(text));
        }
        let (file, heading, key, name) = self.place()?;
        let document: DocumentMut = folder.text(file.name(), TOML_BYTES_MAX)?.ok()?.parse().ok()?;
        let list = document.get(heading)?.as_array_of_tables()?;
        let table = list.iter().find(|table| is_named(table, key, &name))?;
        Some(Revision::of(&table.to_string()))
    }
}

impl Change {
    /// What it is about.
    pub fn item(&self) -> Item {
        match self {
            Self::Place { place, .. } => Item::Place(place.id.clone()),
            Self::Sensor(entry) => Item::Sensor(entry.id.clone()),
            Self::Testing { sensor, .. } => Item::Sensor(sensor.clone()),
            Self::Gateway(gateway) => Item::Gateway(gateway.eui),
            Self::Activity(entry) => Item::Activity(entry.id.clone()),
            Self::Opening { activity, .. } => Item::Activity(activity.clone()),
            Self::Rule(rule, _) | Self::Silence { rule, .. } => Item::Rule(rule.clone()),
            Self::Remove(item) => item.clone(),
        }
    }
}

/// The new texts of the files that these edits change, all or none. The folder they make is still to be read: it may be wrong.
pub fn edit(folder: &Folder, edits: &[Edit]) -> Result<Texts, EditError> {
    let mut texts = Texts::new();
    for Edit { change, seen } in edits {
        let now = folder.with(&texts);
        let item = change.item();
        match (item.revision(&now), seen) {
            (Some(_), None) => return Err(EditError::Exists),
            (None, Some(_)) => return Err(EditError::Gone),
            (is, was) if is != *was => return Err(EditError::ChangedMeanwhile),
            _ => {}
        }
        apply(&now, change, &item, &mut texts)?;
    }
    Ok(texts)
}

fn apply(folder: &Folder, change: &Change, item: &Item, texts: &mut Texts) -> Result<(), EditError> {
    let Some((file, heading, key, name)) = item.place() else { return apply_to_file(folder, change, item, texts) };
    let mut document = document(folder, file.name())?;
    match change {
        Change::Remove(_) => list_of(&mut document, heading)?.retain(|table| !is_named(table, key, &name)),
        Change::Place { place, languages } => {
            with_entry(&mut document, heading, (key, &name), |table| write_place(table, place, languages))?;
        }
        Change::Sensor(entry) => {
            with_entry(&mut document, heading, (key, &name), |table| write_sensor(table, entry))?;
        }
        Change::Testing { test, .. } => with_entry(&mut document, heading, (key, &name), |t| write_test(t, *test))?,
        Change::Gateway(gateway) => {
            with_entry(&mut document, heading, (key, &name), |t| set(t, "name", gateway.name.as_str()))?;
        }
        Change::Activity(_) | Change::Opening { .. } | Change::Rule(..) | Change::Silence { .. } => {}
    }
    texts.insert(file.name().to_owned(), document.to_string());
    let keys = match change {
        Change::Sensor(entry) => keys_of(&entry.activation),
        Change::Remove(Item::Sensor(_)) => return forget_keys(folder, &name, texts),
        _ => return Ok(()),
    };
    if keys.iter().any(|(_, key)| key.is_some()) { put_keys(folder, &name, &keys, texts) } else { Ok(()) }
}

/// One that is taken away leaves an empty file, which says nothing: so it can be put back.
fn apply_to_file(folder: &Folder, change: &Change, item: &Item, texts: &mut Texts) -> Result<(), EditError> {
    let Some(file) = item.file() else { return Ok(()) };
    let mut document = document(folder, &file)?;
    match change {
        Change::Activity(entry) => write_activity(&mut document, entry),
        Change::Opening { opens, closes, draft, .. } => {
            write_dates(document.as_table_mut(), opens.as_deref(), closes.as_deref(), *draft);
        }
        Change::Rule(_, entry) => write_rule(&mut document, entry),
        Change::Silence { off, .. } => write_off(document.as_table_mut(), *off),
        _ => document = DocumentMut::new(),
    }
    texts.insert(file, document.to_string());
    Ok(())
}

fn document(folder: &Folder, file: &str) -> Result<DocumentMut, EditError> {
    match folder.text(file, TOML_BYTES_MAX) {
        None => Ok(DocumentMut::new()),
        Some(Ok(text)) => text.parse().map_err(|_| EditError::NotToml),
        Some(Err(_)) => Err(EditError::NotToml),
    }
}

/// Works on the table of the list `heading` that has this name, and adds one when none has.
fn with_entry(
    document: &mut DocumentMut,
    heading: &str,
    (key, name): (&str, &str),
    write: impl FnOnce(&mut Table),
) -> Result<(), EditError> {
    let found = list_of(document, heading)?.iter_mut().find(|table| is_named(table, key, name));
    match found {
        Some(table) => write(table),
        None => write(new_entry(document, heading, (key, name))?),
    }
    Ok(())
}

/// EUIs are compared as what they mean: a person may have written them in capitals or with dashes.
fn is_named(table: &Table, key: &str, name: &str) -> bool {
    let written = table.get(key).and_then(TomlItem::as_str);
    written.is_some_and(|w| w == name || w.parse::<GatewayEui>().is_ok_and(|eui| eui.to_string() == name))
}

/// The names and digits of a sensor's keys.
type Keys = [(&'static str, Option<String>); 3];

fn keys_of(activation: &ActivationEntry) -> Keys {
    match activation {
        ActivationEntry::Otaa { app_key, .. } => [
            ("app_key", app_key.as_ref().map(|k| Hex(&k.bytes()).to_string())),
            ("nwk_s_key", None),
            ("app_s_key", None),
        ],
        ActivationEntry::Abp { nwk_s_key, app_s_key, .. } => [
            ("app_key", None),
            ("nwk_s_key", nwk_s_key.as_ref().map(|k| Hex(&k.bytes()).to_string())),
            ("app_s_key", app_s_key.as_ref().map(|k| Hex(&k.bytes()).to_string())),
        ],
    }
}

fn put_keys(folder: &Folder, sensor: &str, keys: &Keys, texts: &mut Texts) -> Result<(), EditError> {
    let mut document = document(folder, File::Secrets.name())?;
    let sensors = document.entry("sensor").or_insert_with(|| {
        let mut table = Table::new();
        // No heading of its own: `[sensor]` alone says nothing.
        table.set_implicit(true);
        TomlItem::Table(table)
    });
    let sensors = sensors.as_table_mut().ok_or(EditError::NotAList)?;
    let table = sensors.entry(sensor).or_insert_with(|| TomlItem::Table(Table::new()));
    let table = table.as_table_mut().ok_or(EditError::NotAList)?;
    for (name, digits) in keys {
        if let Some(digits) = digits {
            set(table, name, digits.as_str());
        }
    }
    texts.insert(File::Secrets.name().to_owned(), document.to_string());
    Ok(())
}

fn forget_keys(folder: &Folder, sensor: &str, texts: &mut Texts) -> Result<(), EditError> {
    let mut document = document(folder, File::Secrets.name())?;
    let sensors = document.get_mut("sensor").and_then(TomlItem::as_table_mut);
    if sensors.and_then(|sensors| sensors.remove(sensor)).is_some() {
        texts.insert(File::Secrets.name().to_owned(), document.to_string());
    }
    Ok(())
}
