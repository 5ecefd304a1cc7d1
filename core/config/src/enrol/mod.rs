//! Takes sensors into the folder: lists as network servers, makers and spreadsheets write them, and the codes on labels.
//!
//! Texts in, texts out: [`List::read`] reads a list, [`Qr::parse`] a code, [`List::form`] what a person typed; [`enrol`] checks it
//! against the folder and gives the files as they shall be, comments kept, or all that is wrong at once. The command line writes
//! the files; so may a form.

mod desk;
pub(crate) mod encoding;
mod fields;
mod json;
mod keys;
mod list;
mod makers;
mod placing;
mod qr;
pub(crate) mod table;
mod write;

#[cfg(test)]
mod tests;

pub use fields::Field;
pub use list::{LIST_BYTES_MAX, List};
pub use makers::Maker;
pub use qr::{Qr, QrError};

use crate::diagnostic::{Diagnostic, Severity};
use crate::file::plain_letters;
use crate::folder::Folder;
use crate::import::Texts;
use desk::{Desk, Taken};
use model::{Activation, DevEui, MacVersion, PlaceId, Slug};
use std::collections::BTreeMap;

/// What the list does not say, and what to do where it differs from the folder.
#[derive(Clone, Debug, Default)]
pub struct Choices {
    /// Where sensors are that name no place.
    pub place: Option<String>,
    /// Who understands sensors that name no decoder. Without it the maker decides, by name or by how the `DevEUI` begins.
    pub decoder: Option<String>,
    /// Places that the folder does not have.
    pub new_places: NewPlaces,
    /// Sensors that the folder has already, by their `DevEUI`.
    pub known: Known,
    /// Whether they go live at once.
    pub stage: Stage,
    /// What each decoder calls its models, for settings with a `model`; a decoder that is not here is not checked.
    pub models: BTreeMap<String, Vec<String>>,
}

/// What becomes of a place that is not in `places.toml`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NewPlaces {
    /// It is a mistake.
    #[default]
    Refuse,
    /// It is added, with its area and position when the list has them.
    Add,
}

/// What becomes of a sensor that is there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Known {
    /// It is a mistake.
    #[default]
    Refuse,
    /// It stays as it is, and the others are taken in.
    Skip,
}

/// Whether what the sensors say counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Stage {
    /// At once.
    #[default]
    Live,
    /// Once somebody takes the line `test = true` away.
    Test,
}

/// Sensors that can be taken in.
#[derive(Debug)]
pub struct Enrolment {
    /// The files that change, as they shall be.
    pub files: Texts,
    /// Who comes.
    pub sensors: Vec<Enrolled>,
    /// Places that are new.
    pub places: Vec<PlaceId>,
    /// How many are there already, and were left as they are.
    pub known: usize,
    /// What is odd and works nevertheless.
    pub warnings: Vec<Diagnostic>,
}

/// A sensor that comes into the folder.
#[derive(Clone, Debug, PartialEq)]
pub struct Enrolled {
    /// Its short name.
    pub id: Slug,
    /// What staff call it.
    pub name: String,
    /// Where it is.
    pub place: PlaceId,
    /// Which device it is.
    pub dev_eui: DevEui,
    /// LoRaWAN version.
    pub mac_version: MacVersion,
    /// How it gets its session keys.
    pub activation: Activation,
    /// Who understands it.
    pub decoder: Slug,
    /// Still being tested.
    pub test: bool,
    /// Settings of its decoder.
    pub settings: BTreeMap<String, String>,
}

/// Checks a list against a folder. All or nothing: the error is everything that is wrong, each with line and column.
pub fn enrol(folder: &Folder, list: &List, choices: &Choices) -> Result<Enrolment, Vec<Diagnostic>> {
    let (municipality, _) = crate::read(folder)?;
    let mut desk = Desk::open(folder, &municipality, choices);
    let mut known = 0;
    let mut sensors = Vec::new();
    for row in &list.rows {
        match desk.take(list, row) {
            Taken::Sensor(sensor) => sensors.push(*sensor),
            Taken::Known => known += 1,
            Taken::Refused => {}
        }
    }
    desk.doubt_shared_keys(list, &sensors);
    desk.doubt_decoders(&sensors);
    let (new_places, faults) = desk.close();
    let mut found: Vec<Diagnostic> = faults.into_iter().map(|fault| list.points(fault)).collect();
    if found.iter().any(|diagnostic| diagnostic.severity == Severity::Error) {
        found.sort_by_key(|diagnostic| (diagnostic.severity == Severity::Warning, diagnostic.line, diagnostic.column));
        return Err(found);
    }
    let files = write::files(folder, &sensors, &new_places)?;
    // What was written must be read again without a fault: this is the promise, and the file may have grown too long.
    crate::read(&folder.with(&files))?;
    let places = new_places.into_iter().map(|place| place.id).collect();
    Ok(Enrolment { files, sensors, places, known, warnings: found })
}

/// A name as near to `text` as an address allows, without a row of dashes.
fn slug(text: &str) -> String {
    let letters = plain_letters(text);
    letters.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}
