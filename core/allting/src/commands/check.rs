use super::{Failure, complain, say};
use crate::folder::{Wrong, read_folder};
use config::{Colour, Diagnostic};
use std::io::IsTerminal;
use std::path::Path;

/// `allting check`: every fault of a folder, with an arrow.
pub(crate) fn run(folder: &Path, json: bool) -> Result<(), Failure> {
    let (diagnostics, right) = match read_folder(folder) {
        Ok((municipality, warnings)) => (warnings, Some(municipality)),
        Err(Wrong::Configuration(errors)) => (errors, None),
        Err(other) => return Err(Failure::Wrong(other.to_string())),
    };
    if json {
        say(&serde_json::to_string_pretty(&diagnostics.iter().map(Diagnostic::to_json).collect::<Vec<_>>())?);
    } else {
        let colour = if std::io::stderr().is_terminal() { Colour::Ansi } else { Colour::Plain };
        for diagnostic in &diagnostics {
            complain(&diagnostic.render(colour));
        }
    }
    match right {
        Some(_) if json => Ok(()),
        Some(m) => {
            say(&format!(
                "{} is right: {} places, {} sensors, {} gateways, {} plugins.",
                folder.display(),
                m.places.len(),
                m.sensors.len(),
                m.gateways.len(),
                m.plugins.len()
            ));
            Ok(())
        }
        None => Err(Failure::Wrong(format!("{} has errors; the box would not start with it.", folder.display()))),
    }
}
