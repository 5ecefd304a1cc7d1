//! Reads the municipality's folder of TOML and points at what is wrong in it.
//!
//! Hides TOML, spans, schemas and the drawing of arrows. [`read`] turns a [`Folder`] of texts into a checked
//! [`model::Municipality`], or into [`Diagnostic`]s: all of them at once, each with file, line, what was expected and
//! what to do. One set of Rust types says what may stand in a [`File`]; the reader, the JSON Schema for editors
//! ([`schema`]) and the commented print for people ([`printed`]) all come from it.
//!
//! ```
//! use config::{Colour, Folder};
//! let empty = config::read(&Folder::default()).unwrap();
//! assert!(empty.0.places.is_empty(), "an empty folder is a valid box");
//!
//! let folder: Folder = [("places.toml", "[[place]]\nid = \"library\"\ncapasity = 60\n")].into_iter().collect();
//! let wrong = config::read(&folder).unwrap_err();
//! assert!(wrong[0].render(Colour::Plain).contains("did you mean `capacity`?"));
//! ```
//!
//! It deliberately touches no disk: `allting` reads and writes the files. It never shows a key: lines that hold one are
//! blanked before they become part of a diagnostic.

mod activities;
mod almanac;
mod change;
mod channels;
mod diagnostic;
mod door;
mod drawing;
mod edit;
mod enrol;
mod file;
mod folder;
mod gateways;
mod general;
mod import;
mod look;
mod mail;
mod map;
mod nearest;
mod panel;
mod places;
mod plugins;
mod printed;
mod profile;
mod rules;
mod said;
mod screens;
mod secrets;
mod sensors;
mod settings;
mod shape;
mod sheet;
mod syntax;
mod talk;
mod text;
mod vectors;
mod written;

#[cfg(test)]
mod tests;

pub use activities::{activities, activity_schema};
pub use change::{ActivationEntry, ActivityEntry, Change, Edit, Item, Revision, RuleEntry, SensorEntry, edit};
pub use channels::{ChannelSchema, ChannelWishes, check_channels};
pub use diagnostic::{Colour, Diagnostic, Severity};
pub use edit::{EditError, install_plugin, put_own_key, put_recipient, put_token};
pub use enrol::{
    Choices, Enrolled, Enrolment, Field, Known, LIST_BYTES_MAX, List, Maker, NewPlaces, Qr, QrError, Stage, enrol,
};
pub use file::{File, schema};
pub use folder::{Folder, SETTING_FILE_BYTES_MAX, TOML_BYTES_MAX};
pub use import::{Import, ImportError, Proposal, Texts, import_devices};
pub use printed::printed;
pub use rules::{RULES_MAX, rule_entry, rule_schema, rules};
pub use sensors::check_sensors;
pub use sheet::{Sheet, SheetFault, SheetRow};
pub use vectors::{Asks, Beside, Gives, Vector, VectorError, read_vectors, vectors_beside};

use file::Toml;
use model::Municipality;

/// Reads and checks the whole folder. With the municipality come warnings: the box starts, and says so.
pub fn read(folder: &Folder) -> Result<(Municipality, Vec<Diagnostic>), Vec<Diagnostic>> {
    let [mut general, mut places, mut sensors, mut gateways, mut plugins, mut channels, mut panel, mut secrets] =
        File::ALL.map(|file| Toml::open(folder, file));

    let place_names = (!places.is_broken()).then(|| places.names("place", "id"));
    let general_facts = general::read(&mut general, folder, place_names.as_deref());
    let place_list = places::read(&mut places, general_facts.first_language());
    let plugin_list = plugins::read(&mut plugins);
    let panel_plan = panel::read(&mut panel, general_facts.first_language());
    let keys = secrets::read(&mut secrets);
    let sensor_list = sensors::read(&mut sensors, folder, &places, &plugin_list, &keys);
    let gateway_list = gateways::read(&mut gateways);
    keys.report_unused(&mut secrets, &sensors);
    let mail = general_facts.mail(&mut general, folder, &keys);
    let channel_list = channels::read(&mut channels, folder, &plugin_list, general_facts.languages());

    let mut diagnostics = folder.strangers();
    for file in [general, places, sensors, gateways, plugins, channels, panel, secrets] {
        diagnostics.extend(file.into_diagnostics());
    }
    let starts = diagnostics.iter().all(|d| d.severity != Severity::Error);
    let leaving = (mail, panel_plan, channel_list, keys);
    match general_facts.with(place_list, sensor_list, gateway_list, plugin_list, leaving) {
        Some(municipality) if starts => Ok((municipality, diagnostics)),
        _ => Err(diagnostics),
    }
}
