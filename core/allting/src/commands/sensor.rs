use super::{Failure, complain, say};
use crate::folder::{read_files, replace_files};
use crate::plugins::{load_unnamed, read_plugin};
use clap::{Args, Subcommand};
use config::{
    Choices, Colour, Diagnostic, Enrolment, Field, Folder, Known, LIST_BYTES_MAX, List, Maker, NewPlaces, Qr, Severity,
    Stage, enrol,
};
use plugin_host::Plugin;
use std::collections::BTreeMap;
use std::fs;
use std::io::{self, IsTerminal, Read};
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// Takes a list in: CSV or JSON as The Things Stack, `ChirpStack`, makers and spreadsheets write it; all of it or nothing
    Import {
        /// The list: its headings (name, `dev_eui`, `app_key`, decoder, place, ...) say what stands where
        list: PathBuf,
        #[command(flatten)]
        into: Into,
        /// Leaves sensors that are there already as they are
        #[arg(long)]
        only_new: bool,
    },
    /// Takes one sensor in by the code on its label; its `AppKey` is read from standard input, so that no other user sees it
    Add {
        /// The text of the code (`LoRa` Alliance TR005): `LW:D0:...`
        #[arg(long)]
        qr: String,
        /// What staff shall call it
        #[arg(long)]
        name: Option<String>,
        /// Which model it is, for decoders that ask
        #[arg(long)]
        model: Option<String>,
        #[command(flatten)]
        into: Into,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Into {
    /// The municipality's folder of TOML
    folder: PathBuf,
    /// Only says what would be written, or what is wrong
    #[arg(long)]
    check: bool,
    /// Where sensors are that name no place
    #[arg(long)]
    place: Option<String>,
    /// Who understands sensors that name no decoder; else the maker decides
    #[arg(long)]
    decoder: Option<String>,
    /// Adds places that are not there
    #[arg(long)]
    new_places: bool,
    /// Takes them in under test: nothing of them is shown as fact
    #[arg(long)]
    test: bool,
}

/// `allting sensor`: many at once, or one.
pub(crate) fn run(what: &What) -> Result<(), Failure> {
    match what {
        What::Import { list, into, only_new } => {
            let name = list.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
            let list = List::read(&name, &bytes(list)?).map_err(|wrong| refused(&[*wrong]))?;
            take(&list, into, if *only_new { Known::Skip } else { Known::Refuse })
        }
        What::Add { qr, name, model, into } => {
            let code = Qr::parse(qr).map_err(|why| Failure::Wrong(why.to_string()))?;
            let mut values = code.fields();
            values.extend(name.clone().map(|name| (Field::Name, name)));
            values.extend(model.clone().map(|model| (Field::Model, model)));
            values.push((Field::AppKey, app_key()?));
            take(&List::form("the code", &values), into, Known::Refuse)
        }
    }
}

fn take(list: &List, into: &Into, known: Known) -> Result<(), Failure> {
    let folder = read_files(&into.folder).map_err(|why| Failure::Wrong(why.to_string()))?;
    let choices = Choices {
        place: into.place.clone(),
        decoder: into.decoder.clone(),
        new_places: if into.new_places { NewPlaces::Add } else { NewPlaces::Refuse },
        known,
        stage: if into.test { Stage::Test } else { Stage::Live },
        models: if list.says(&Field::Model) { models(&into.folder, &folder) } else { BTreeMap::new() },
    };
    let enrolment = enrol(&folder, list, &choices).map_err(|wrong| refused(&wrong))?;
    print(&enrolment.warnings);
    summarize(list, &enrolment);
    if into.check {
        say("Nothing was written: this was a check.");
        return Ok(());
    }
    if enrolment.files.is_empty() {
        return Ok(());
    }
    // Somebody may have written meanwhile; what they wrote must not be lost.
    let now = read_files(&into.folder).map_err(|why| Failure::Wrong(why.to_string()))?;
    if now.differences(&folder).next().is_some() {
        return Err(Failure::Wrong("the folder has changed meanwhile, and nothing was written; try again".to_owned()));
    }
    replace_files(&into.folder, &enrolment.files)?;
    say("They are in the folder; a running box takes them in by itself.");
    Ok(())
}

fn summarize(list: &List, enrolment: &Enrolment) {
    let mut by_decoder = BTreeMap::new();
    for sensor in &enrolment.sensors {
        *by_decoder.entry(sensor.decoder.as_str()).or_insert(0) += 1;
    }
    let decoders: Vec<String> = by_decoder.iter().map(|(decoder, count)| format!("{decoder} {count}")).collect();
    let (sensors, places) = (&enrolment.sensors, &enrolment.places);
    say(&format!("{} of {} sensors are new ({}).", sensors.len(), list.len(), decoders.join(", ")));
    if enrolment.known > 0 {
        say(&format!("{} are there already and stay as they are.", enrolment.known));
    }
    if !places.is_empty() {
        let names: Vec<&str> = places.iter().map(model::PlaceId::as_str).collect();
        say(&format!("{} places are new: {}.", places.len(), names.join(", ")));
    }
    if !list.ignored().is_empty() {
        say(&format!("Columns that say nothing the box needs: {}.", list.ignored().join(", ")));
    }
}

/// What the installed decoders call their models, for those that ask.
fn models(path: &Path, folder: &Folder) -> BTreeMap<String, Vec<String>> {
    let Ok((municipality, _)) = config::read(folder) else { return BTreeMap::new() };
    let asking = municipality.plugins.iter().filter(|p| Maker::of_decoder(p.id.as_str()).is_some_and(|m| m.asks_model));
    let mut models = BTreeMap::new();
    for plugin in asking {
        // A plugin that cannot be loaded checks no model; the box says at its start what is wrong with it.
        let loaded = read_plugin(&path.join(&plugin.file)).and_then(|wasm| load_unnamed(&wasm));
        let Ok(Plugin::Decoder(decoder)) = loaded else { continue };
        let listed = decoder.description().schema.pointer("/properties/model/enum").and_then(|list| list.as_array());
        let names = listed.into_iter().flatten().filter_map(|name| Some(name.as_str()?.to_owned())).collect();
        models.insert(plugin.id.to_string(), names);
    }
    models
}

fn bytes(path: &Path) -> Result<Vec<u8>, Failure> {
    let cannot = |why: io::Error| Failure::Wrong(format!("could not read {}: {why}", path.display()));
    let mut bytes = Vec::new();
    let most = LIST_BYTES_MAX as u64 + 1;
    fs::File::open(path).map_err(cannot)?.take(most).read_to_end(&mut bytes).map_err(cannot)?;
    Ok(bytes)
}

fn app_key() -> Result<String, Failure> {
    if io::stdin().is_terminal() {
        complain("AppKey (32 digits, from the delivery note):");
    }
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line.trim().to_owned())
}

fn refused(wrong: &[Diagnostic]) -> Failure {
    print(wrong);
    let mistakes = wrong.iter().filter(|d| d.severity == Severity::Error).count();
    Failure::Wrong(format!("Nothing was written: {mistakes} mistakes. The list is taken in whole or not at all."))
}

fn print(diagnostics: &[Diagnostic]) {
    let colour = if io::stderr().is_terminal() { Colour::Ansi } else { Colour::Plain };
    for diagnostic in diagnostics {
        complain(&diagnostic.render(colour));
    }
}
