use crate::diagnostic::{Diagnostic, Fault};
use crate::file::{File, Listed, Toml, Unique};
use crate::folder::Folder;
use crate::nearest::nearest;
use crate::said::say;
use crate::secrets::{Key, Keys};
use crate::written::Written;
use crate::{settings, shape};
use model::{Activation, CounterRule, Device, JoinEui, MacVersion, PlaceId, Plugin, Sensor, SensorId, Slug};
use schemars::JsonSchema;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use toml::de::{DeTable, DeValue};

/// Sensors: which device hangs where, and who understands it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "the shape of the file; the list is read table by table, so that one fault spares the rest"
)]
pub(crate) struct SensorsFile {
    /// One sensor.
    #[serde(default)]
    sensor: Vec<SensorEntry>,
}

/// One sensor.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct SensorEntry {
    /// Short name for addresses, columns and `secrets.toml`: a-z, 0-9 and `-`.
    /// Do not change it later: history hangs on it.
    id: Written<String>,
    /// What staff call it. The `id` when there is none.
    #[schemars(length(min = 1, max = 200))]
    name: Option<String>,
    /// Where it is: the `id` of a place in `places.toml`.
    place: Written<String>,
    /// `DevEUI`, as on its label: 16 hexadecimal digits.
    dev_eui: Written<String>,
    /// The plugin that understands it: the `id` of a plugin in `plugins.toml`.
    decoder: Written<String>,
    /// LoRaWAN version of the device, as in its data sheet.
    #[serde(default)]
    mac_version: Version,
    /// How it gets its session keys: `otaa` (it joins, the usual) or `abp` (it was born with them).
    #[serde(default)]
    activation: Activated,
    /// With `otaa`: the `JoinEUI` (once called `AppEUI`) it asks for, 16 hexadecimal digits.
    /// All zeros when there is none.
    join_eui: Option<Written<String>>,
    /// With `abp`: the address it was born with, 8 hexadecimal digits.
    dev_addr: Option<Written<String>>,
    /// With `abp`: what to think of a frame counter that goes back. `only-rises`: it is a replay, and refused (the usual).
    /// `may-restart`: the device counts from 0 with each new battery; whoever recorded its first frames can play them again.
    counter: Option<Written<Counter>>,
    /// It is still being tested: nothing of it is shown as fact.
    #[serde(default)]
    test: bool,
    /// Settings for the plugin; its documentation says which.
    /// `{ file = "codecs/counter.js" }` stands for the text of that file.
    #[serde(default = "no_settings")]
    #[schemars(with = "Option<serde_json::Map<String, Value>>")]
    #[expect(dead_code, reason = "read with the places of its values, see settings.rs")]
    settings: IgnoredAny,
}

fn no_settings() -> IgnoredAny {
    IgnoredAny
}

/// LoRaWAN version.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
enum Version {
    #[serde(rename = "1.0.0")]
    V1_0_0,
    #[serde(rename = "1.0.1")]
    V1_0_1,
    #[serde(rename = "1.0.2")]
    V1_0_2,
    #[default]
    #[serde(rename = "1.0.3")]
    V1_0_3,
    #[serde(rename = "1.0.4")]
    V1_0_4,
}

/// How a device gets its session keys.
#[derive(Clone, Copy, Debug, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Activated {
    /// Over the air: it joins.
    #[default]
    Otaa,
    /// By personalization: it was born with a session.
    Abp,
}

/// What to think of a frame counter that goes back.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Counter {
    /// It is a replay.
    OnlyRises,
    /// The device counts from 0 with each new battery.
    MayRestart,
}

/// What sensors refer to.
struct Surroundings<'a> {
    folder: &'a Folder,
    /// None when `places.toml` cannot be parsed: then no place is missing.
    places: Option<BTreeSet<&'a str>>,
    plugins: BTreeSet<&'a str>,
    keys: &'a Keys,
}

pub(crate) fn read(
    file: &mut Toml<'_>,
    folder: &Folder,
    places: &Toml<'_>,
    plugins: &[Plugin],
    keys: &Keys,
) -> Vec<Sensor> {
    let around = Surroundings {
        folder,
        places: (!places.is_broken()).then(|| places.names("place", "id").into_iter().collect()),
        plugins: plugins.iter().map(|plugin| plugin.id.as_str()).collect(),
        keys,
    };
    let (mut ids, mut dev_euis) = (Unique::default(), Unique::default());
    let listed = file.list("sensor");
    report_not_installed(file, &listed, &around.plugins);
    listed.into_iter().filter_map(|listed| sensor(file, &listed, &around, &mut ids, &mut dev_euis)).collect()
}

/// Holds the settings of sensors against what their decoders say they can be set to (`schemas`, by decoder). Others are left alone.
pub fn check_sensors(folder: &Folder, schemas: &BTreeMap<Slug, Value>) -> Vec<Diagnostic> {
    let schemas: BTreeMap<&str, Value> =
        schemas.iter().map(|(decoder, schema)| (decoder.as_str(), shape::written_out(schema))).collect();
    let mut file = Toml::open(folder, File::Sensors);
    for Listed { entry, table } in file.list::<SensorEntry>("sensor") {
        let Some(schema) = schemas.get(entry.decoder.value.as_str()) else { continue };
        let (mut settings, at) = match table.get_key_value("settings").map(|(key, value)| (key.span(), value.get_ref()))
        {
            Some((at, DeValue::Table(settings))) => (settings.clone(), at),
            _ => (DeTable::new(), entry.id.span.clone()),
        };
        let mut faults = Vec::new();
        shape::check_table(schema, shape::SENSOR_SETTINGS, &mut settings, &at, &mut faults);
        for fault in faults {
            file.report(fault);
        }
    }
    file.into_diagnostics()
}

fn sensor(
    file: &mut Toml<'_>,
    Listed { entry, table }: &Listed<'_, SensorEntry>,
    around: &Surroundings<'_>,
    ids: &mut Unique,
    dev_euis: &mut Unique,
) -> Option<Sensor> {
    let id = file.slug("id", &entry.id);
    let place = place(file, &entry.place, around);
    let dev_eui = file.parsed("dev_eui", &entry.dev_eui);
    let decoder = file.slug("decoder", &entry.decoder);
    let settings = settings::json(file, table, around.folder);
    if let Some(earlier) = id.as_ref().and_then(|id| ids.earlier(id, entry.id.span.clone())) {
        let fault = Fault::twice(entry.id.span.clone(), &entry.id.value, earlier);
        file.report(fault.help(say!("another-id", "give one of them another `id`")));
    }
    if let Some((eui, earlier)) =
        dev_eui.and_then(|eui| Some((eui, dev_euis.earlier(eui, entry.dev_eui.span.clone())?)))
    {
        let fault =
            Fault::error(entry.dev_eui.span.clone(), say!("eui-of-two", "two sensors have the DevEUI {eui}", eui));
        let help = say!("eui-unique", "a DevEUI is unique in the world: compare with the labels");
        file.report(fault.also(earlier, say!("first-one", "the first one")).help(help));
    }
    let id = id?;
    let activation = activation(file, entry, &id, around.keys);
    Some(Sensor {
        name: entry.name.clone().unwrap_or_else(|| id.to_string()),
        id,
        place: place?,
        device: Device {
            dev_eui: dev_eui?,
            mac_version: entry.mac_version.into(),
            activation: activation?,
            counter_rule: entry.counter.as_ref().map_or_else(CounterRule::default, |counter| counter.value.into()),
        },
        decoder: decoder?,
        settings: settings?,
        test: entry.test,
    })
}

fn place(file: &mut Toml<'_>, written: &Written<String>, around: &Surroundings<'_>) -> Option<PlaceId> {
    let name = written.value.as_str();
    let places = around.places.as_ref()?;
    if places.contains(name) {
        // A name that is no slug is reported where the place is.
        return PlaceId::new(name).ok();
    }
    let fault = Fault::error(written.span.clone(), say!("place-unknown", "there is no place `{name}`", name));
    let near = nearest(name, places.iter().copied());
    let fault = fault.meant(near, say!("expect-place-id", "expected the `id` of a place in places.toml"));
    let line = format!("id = \"{name}\"");
    let help = say!("add-place-lines", "add to places.toml: [[place]] and below it {line}", line);
    file.report(if near.is_none() { fault.help(help) } else { fault });
    None
}

/// Says once of each decoder that it is not there, however many sensors wait for it.
fn report_not_installed(file: &mut Toml<'_>, listed: &[Listed<'_, SensorEntry>], plugins: &BTreeSet<&str>) {
    let mut told = BTreeSet::new();
    for Listed { entry, .. } in listed {
        let name = entry.decoder.value.as_str();
        if Slug::new(name).is_ok() && !plugins.contains(name) && told.insert(name) {
            file.report(not_installed(&entry.decoder, plugins));
        }
    }
}

/// A warning only: the box starts, keeps what the sensors send, and decodes it once the plugin is there.
fn not_installed(decoder: &Written<String>, plugins: &BTreeSet<&str>) -> Fault {
    let name = &decoder.value;
    let message = say!("decoder-missing", "the decoder `{name}` is not installed", name);
    let expected = say!("plugin-not-listed", "no plugin of this name is in plugins.toml");
    Fault::warning(decoder.span.clone(), message).meant(nearest(name, plugins.iter().copied()), expected).help(say!(
        "decoder-install",
        "`allting plugin install {name}.wasm FOLDER` installs it; what its sensors send is kept until then",
        name
    ))
}

fn activation(file: &mut Toml<'_>, entry: &SensorEntry, id: &SensorId, keys: &Keys) -> Option<Activation> {
    let sensor = id.as_str();
    match entry.activation {
        Activated::Otaa => {
            misplaced(file, "dev_addr", entry.dev_addr.as_ref(), "abp");
            misplaced(file, "counter", entry.counter.as_ref(), "abp");
            let join_eui = match &entry.join_eui {
                Some(text) => file.parsed("join_eui", text),
                None => Some(JoinEui([0; 8])),
            };
            let app_key = found(file, entry, "app_key", keys.app_key(sensor));
            Some(Activation::Otaa { join_eui: join_eui?, app_key: app_key? })
        }
        Activated::Abp => {
            misplaced(file, "join_eui", entry.join_eui.as_ref(), "otaa");
            if entry.dev_addr.is_none() {
                let message = say!("missing-key", "`{table}` has no `{key}`", table = sensor, key = "dev_addr");
                let expected = say!("expect-dev-addr", "with activation `abp`, expected a line `dev_addr = ...`");
                file.report(Fault::error(entry.id.span.clone(), message).expected(expected));
            }
            let dev_addr = entry.dev_addr.as_ref().and_then(|text| file.parsed("dev_addr", text));
            let nwk_s_key = found(file, entry, "nwk_s_key", keys.nwk_s_key(sensor));
            let app_s_key = found(file, entry, "app_s_key", keys.app_s_key(sensor));
            Some(Activation::Abp { dev_addr: dev_addr?, nwk_s_key: nwk_s_key?, app_s_key: app_s_key? })
        }
    }
}

fn misplaced<T>(file: &mut Toml<'_>, key: &str, written: Option<&Written<T>>, belongs_to: &str) {
    if let Some(written) = written {
        let message = say!("misplaced", "`{key}` belongs to activation `{owner}`", key, owner = belongs_to);
        let line = format!("activation = \"{belongs_to}\"");
        let help = say!("remove-or-write", "remove it, or write {line}", line);
        file.report(Fault::error(written.span.clone(), message).help(help));
    }
}

fn found<K>(file: &mut Toml<'_>, entry: &SensorEntry, name: &str, key: Key<K>) -> Option<K> {
    match key {
        Key::Found(key) => return Some(key),
        Key::Unreadable => {}
        Key::Missing => {
            let sensor = &entry.id.value;
            let message = say!("missing-key", "`{table}` has no `{key}`", table = sensor, key = name);
            let fault = Fault::error(entry.id.span.clone(), message);
            let line = format!("{name} = \"...\"");
            let help = say!(
                "add-sensor-key",
                "add to secrets.toml: [sensor.{sensor}] and below it {line} with 32 hexadecimal digits",
                sensor,
                line
            );
            file.report(fault.expected(say!("keys-in-secrets", "keys stand in secrets.toml")).help(help));
        }
    }
    None
}

impl From<Version> for MacVersion {
    fn from(version: Version) -> Self {
        match version {
            Version::V1_0_0 => Self::V1_0_0,
            Version::V1_0_1 => Self::V1_0_1,
            Version::V1_0_2 => Self::V1_0_2,
            Version::V1_0_3 => Self::V1_0_3,
            Version::V1_0_4 => Self::V1_0_4,
        }
    }
}

impl From<Counter> for CounterRule {
    fn from(counter: Counter) -> Self {
        match counter {
            Counter::OnlyRises => Self::OnlyRises,
            Counter::MayRestart => Self::MayRestart,
        }
    }
}
