//! Where rows are looked at, one after the other: what they lack is taken from the choices, and what clashes is told.

use super::fields::Field;
use super::keys;
use super::list::{List, Row};
use super::makers::Maker;
use super::placing::{NewPlace, Places};
use super::{Choices, Enrolled, Known, Stage, slug, write};
use crate::diagnostic::Fault;
use crate::file::plain_letters;
use crate::folder::Folder;
use crate::nearest::nearest;
use crate::said::say;
use model::{Activation, DevEui, Municipality, Slug};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What came of a row.
pub(super) enum Taken {
    Sensor(Box<Enrolled>),
    Known,
    Refused,
}

/// The state of it.
pub(super) struct Desk<'a> {
    choices: &'a Choices,
    municipality: &'a Municipality,
    places: Places<'a>,
    by_eui: HashMap<DevEui, String>,
    taken: BTreeSet<String>,
    /// Devices of this list, and their lines.
    seen: HashMap<DevEui, usize>,
    faults: Vec<Fault>,
}

impl<'a> Desk<'a> {
    pub(super) fn open(folder: &Folder, municipality: &'a Municipality, choices: &'a Choices) -> Self {
        Self {
            choices,
            municipality,
            places: Places::new(municipality, choices.new_places),
            by_eui: municipality.sensors.iter().map(|s| (s.device.dev_eui, s.id.to_string())).collect(),
            taken: write::names_taken(folder, municipality),
            seen: HashMap::new(),
            faults: Vec::new(),
        }
    }

    /// Places that are new, and all that was found.
    pub(super) fn close(self) -> (Vec<NewPlace>, Vec<Fault>) {
        (self.places.into_new(), self.faults)
    }

    pub(super) fn take(&mut self, list: &List, row: &Row) -> Taken {
        let dev_eui = keys::dev_eui(row, &mut self.faults);
        if let Some(dev_eui) = dev_eui {
            let at = row.cells.get(&Field::DevEui).map_or(row.at.clone(), |cell| cell.at.clone());
            if let Some(line) = self.seen.insert(dev_eui, list.line(&row.at)) {
                let fault =
                    Fault::error(at.clone(), say!("eui-twice", "the DevEUI {eui} is in the list twice", eui = dev_eui));
                self.faults.push(
                    fault
                        .expected(say!("eui-line", "it stands in line {line} too", line = line))
                        .help(say!("eui-unique", "a DevEUI is unique in the world: compare with the labels")),
                );
                return Taken::Refused;
            }
            match (self.by_eui.get(&dev_eui), self.choices.known) {
                (Some(_), Known::Skip) => return Taken::Known,
                (Some(sensor), Known::Refuse) => {
                    let fault = Fault::error(
                        at,
                        say!(
                            "eui-known",
                            "the DevEUI {eui} is that of the sensor `{sensor}` already",
                            eui = dev_eui,
                            sensor = sensor
                        ),
                    );
                    self.faults.push(fault.help(say!(
                        "only-new",
                        "take the row out, or import with --only-new to leave such sensors as they are"
                    )));
                    return Taken::Refused;
                }
                (None, _) => {}
            }
        }
        let activation = keys::activation(row, dev_eui, &mut self.faults);
        let decoder = self.decoder(row, dev_eui);
        let place = self.places.of(row, self.choices, &mut self.faults);
        let settings = decoder.as_ref().and_then(|decoder| self.settings(row, decoder));
        let test = self.test(row);
        let (Some(dev_eui), Some((activation, mac_version)), Some(decoder), Some(place), Some(settings), Some(test)) =
            (dev_eui, activation, decoder, place, settings, test)
        else {
            return Taken::Refused;
        };
        let Some((id, name)) = self.name(row, &decoder, dev_eui) else { return Taken::Refused };
        Taken::Sensor(Box::new(Enrolled { id, name, place, dev_eui, mac_version, activation, decoder, test, settings }))
    }

    /// A short name that is free, and what people call it.
    fn name(&mut self, row: &Row, decoder: &Slug, dev_eui: DevEui) -> Option<(Slug, String)> {
        let said = |field| row.cells.get(&field).map(|cell| cell.text.as_str());
        let label = said(Field::Name).or(said(Field::Id));
        let label =
            label.map_or_else(|| format!("{decoder} {}", said(Field::Serial).unwrap_or_default()), str::to_owned);
        let label: String = label.trim().chars().filter(|c| !c.is_control()).take(200).collect();
        let digits = dev_eui.to_string();
        let last_digits = digits.get(digits.len() - 4..).unwrap_or_default();
        let wanted = slug(said(Field::Id).unwrap_or(&label));
        let longer = format!("{}-{last_digits}", wanted.get(..wanted.len().min(59)).unwrap_or_default());
        let candidates = [wanted, longer, format!("sensor-{digits}")];
        // Nobody else has the whole DevEUI, so the last one is free unless somebody took it on purpose.
        let free = candidates
            .into_iter()
            .filter_map(|name| Slug::new(&name).ok())
            .find(|name| !self.taken.contains(name.as_str()));
        let Some(id) = free else {
            self.faults.push(
                Fault::error(row.at.clone(), say!("no-free-name", "no name is free for this sensor"))
                    .help(say!("add-id", "add a column id")),
            );
            return None;
        };
        self.taken.insert(id.to_string());
        Some((id, label))
    }

    fn decoder(&mut self, row: &Row, dev_eui: Option<DevEui>) -> Option<Slug> {
        let cell = row.cells.get(&Field::Decoder);
        let by_name = [Field::Maker, Field::Model].iter().find_map(|field| Maker::of_name(&row.cells.get(field)?.text));
        let maker = || by_name.or_else(|| Maker::of_eui(dev_eui?));
        let said = cell.map(|cell| cell.text.clone()).or_else(|| self.choices.decoder.clone());
        let Some(name) = said.or_else(|| maker().map(|maker| maker.decoder.to_owned())) else {
            // Without a DevEUI the row has its fault already.
            if dev_eui.is_some() {
                self.faults.push(
                    Fault::error(row.at.clone(), say!("decoder-unsaid", "it is not known who understands this sensor"))
                        .help(say!(
                            "say-decoder",
                            "add a column decoder, or say --decoder for all: elsys, milesight, ..., or js-codec"
                        )),
                );
            }
            return None;
        };
        let at = cell.map_or(row.at.clone(), |cell| cell.at.clone());
        let slug = Slug::new(&plain_letters(&name)).ok();
        if slug.is_none() {
            self.faults.push(
                Fault::error(at, say!("no-decoder", "`{name}` is no decoder", name = name))
                    .help(say!("expect-decoder", "expected the `id` of a plugin, such as elsys")),
            );
        }
        slug
    }

    /// Columns `settings.*`, and the model for decoders that ask for it.
    fn settings(&mut self, row: &Row, decoder: &Slug) -> Option<BTreeMap<String, String>> {
        let mut settings = BTreeMap::new();
        for (field, cell) in &row.cells {
            if let Field::Setting(name) = field {
                settings.insert(name.clone(), cell.text.clone());
            }
        }
        let asks_model = Maker::of_decoder(decoder.as_str()).is_some_and(|maker| maker.asks_model);
        if !asks_model || settings.contains_key("model") {
            return Some(settings);
        }
        let Some(cell) = row.cells.get(&Field::Model) else {
            self.faults.push(
                Fault::error(
                    row.at.clone(),
                    say!("model-unsaid", "the decoder `{decoder}` must be told the model", decoder = decoder),
                )
                .help(say!("say-model", "add a column model, with what is printed on the device")),
            );
            return None;
        };
        let plain = slug(&cell.text);
        let Some(known) = self.choices.models.get(decoder.as_str()) else {
            settings.insert("model".to_owned(), plain);
            return Some(settings);
        };
        // Makers add what band and power it has: `EM300-TH-868M`.
        let meant = known.iter().filter(|model| plain.contains(model.as_str())).max_by_key(|model| model.len());
        let Some(meant) = meant else {
            let fault = Fault::error(
                cell.at.clone(),
                say!(
                    "model-unknown",
                    "the decoder `{decoder}` knows no model `{model}`",
                    decoder = decoder,
                    model = cell.text
                ),
            );
            self.faults.push(
                match nearest(&plain, known.iter().map(String::as_str)) {
                    Some(near) => fault.expected(say!("did-you-mean", "did you mean `{meant}`?", meant = near)),
                    None => fault.expected(say!("models-known", "it knows {models}", models = known.join(", "))),
                }
                .help(say!("take-codec", "for another model take js-codec and its maker's codec")),
            );
            return None;
        };
        settings.insert("model".to_owned(), meant.clone());
        Some(settings)
    }

    fn test(&mut self, row: &Row) -> Option<bool> {
        let Some(cell) = row.cells.get(&Field::Test) else { return Some(self.choices.stage == Stage::Test) };
        match cell.text.to_lowercase().as_str() {
            "true" | "yes" | "ja" | "1" | "x" => Some(true),
            "false" | "no" | "nei" | "nej" | "0" => Some(false),
            _ => {
                let fault = Fault::error(
                    cell.at.clone(),
                    say!("neither-yes-nor-no", "`{text}` is neither yes nor no", text = cell.text),
                );
                self.faults.push(fault.expected(say!("expect-true-false", "expected true or false")));
                None
            }
        }
    }

    /// One warning for each key that several have, and not one for each of them.
    pub(super) fn doubt_shared_keys(&mut self, list: &List, sensors: &[Enrolled]) {
        let mut owners: BTreeMap<[u8; 16], Vec<DevEui>> = BTreeMap::new();
        for sensor in sensors {
            if let Activation::Otaa { app_key, .. } = &sensor.activation {
                owners.entry(app_key.bytes()).or_default().push(sensor.dev_eui);
            }
        }
        for owners in owners.values().filter(|owners| owners.len() > 1) {
            let first = owners.first().and_then(|eui| self.seen.get(eui)).copied().unwrap_or_default();
            let at = list.rows.iter().map(|row| row.at.clone()).find(|at| list.line(at) == first);
            let fault = Fault::warning(
                at.unwrap_or(0..0),
                say!("shared-key", "{count} sensors have the same AppKey", count = owners.len()),
            );
            self.faults.push(fault.help(say!(
                "ask-for-keys",
                "who has one of them in hand can listen to all; ask the maker for a key for each"
            )));
        }
    }

    /// Says of each decoder that is not installed how many wait for it.
    pub(super) fn doubt_decoders(&mut self, sensors: &[Enrolled]) {
        let installed: BTreeSet<&str> = self.municipality.plugins.iter().map(|plugin| plugin.id.as_str()).collect();
        let mut waiting: BTreeMap<&Slug, usize> = BTreeMap::new();
        for sensor in sensors.iter().filter(|sensor| !installed.contains(sensor.decoder.as_str())) {
            *waiting.entry(&sensor.decoder).or_default() += 1;
        }
        for (decoder, count) in waiting {
            let fault = Fault::warning(
                0..0,
                say!(
                    "decoder-waiting",
                    "{count} sensors wait for the decoder `{decoder}`, which is not installed",
                    count = count,
                    decoder = decoder
                ),
            );
            let fault = match nearest(decoder.as_str(), installed.iter().copied()) {
                Some(meant) => fault.expected(say!("did-you-mean", "did you mean `{meant}`?", meant = meant)),
                None => fault,
            };
            self.faults.push(fault.help(say!(
                "install-decoder",
                "`allting plugin install {decoder}.wasm FOLDER` installs it; what they send is kept until then",
                decoder = decoder
            )));
        }
    }
}
