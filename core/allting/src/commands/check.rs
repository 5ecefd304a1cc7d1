use super::{Failure, complain, say};
use crate::configuration::{schemas, sensor_faults};
use crate::folder::{Wrong, read_files};
use crate::plugins::{Loaded, load_plugins};
use config::{Colour, Diagnostic, Folder, Severity};
use model::{Municipality, Plugin, Slug};
use plugin_host::{Channel, Host, Options};
use std::collections::HashMap;
use std::io::IsTerminal;
use std::path::Path;

/// `allting check`: every fault of a folder, with an arrow.
pub(crate) fn run(folder: &Path, json: bool) -> Result<(), Failure> {
    let (diagnostics, right) = looked(folder).map_err(|wrong| Failure::Wrong(wrong.to_string()))?;
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
        Some((m, rules)) => {
            let rules = if rules == 0 { String::new() } else { format!(", {rules} rules") };
            say(&format!(
                "{} is right: {} places, {} sensors, {} gateways, {} plugins{rules}.",
                folder.display(),
                m.places.len(),
                m.sensors.len(),
                m.gateways.len(),
                m.plugins.len()
            ));
            Ok(())
        }
        None => Err(Failure::Wrong(format!("{} has errors; the box would not work by it.", folder.display()))),
    }
}

/// What is to be said, and the municipality with how many rules it has.
type Looked = (Vec<Diagnostic>, Option<(Municipality, usize)>);

/// All that is to be said of a folder; the municipality and how many rules there are, when nothing in it is wrong.
fn looked(folder: &Path) -> Result<Looked, Wrong> {
    let files = read_files(folder)?;
    let (municipality, mut diagnostics) = match config::read(&files) {
        Ok(read) => read,
        Err(errors) => return Ok((errors, None)),
    };
    let (activities, faults) = config::activities(&files, &municipality);
    diagnostics.extend(faults);
    let (rules, faults) = config::rules(&files, &municipality, &activities);
    diagnostics.extend(faults);
    let plugins = beside(folder, &municipality);
    diagnostics.extend(sensor_faults(&files, &plugins.decoders));
    diagnostics.extend(channel_faults(&files, &municipality, &plugins.channels));
    let is_right = diagnostics.iter().all(|diagnostic| diagnostic.severity != Severity::Error);
    Ok((diagnostics, is_right.then_some((municipality, rules.len()))))
}

/// The plugins of sensors and channels, as far as they are there: a folder need not have its plugins beside it to be looked at.
fn beside(folder: &Path, municipality: &Municipality) -> Loaded {
    let Municipality { plugins, sensors, channels, .. } = municipality;
    let works = |plugin: &&Plugin| {
        let decodes = sensors.iter().any(|sensor| sensor.decoder == plugin.id);
        decodes || channels.iter().any(|channel| channel.plugin == plugin.id)
    };
    let there = |plugin: &&Plugin| folder.join(&plugin.file).is_file();
    let plugins: Vec<Plugin> = plugins.iter().filter(works).filter(there).cloned().collect();
    Host::new(Options::default()).map(|host| load_plugins(&host, folder, &plugins)).unwrap_or_default()
}

/// What is wrong with the settings of channels, which these plugins alone know.
pub(super) fn channel_faults(
    files: &Folder,
    municipality: &Municipality,
    plugins: &HashMap<Slug, Channel>,
) -> Vec<Diagnostic> {
    let asked = municipality.channels.iter().filter(|channel| plugins.contains_key(&channel.plugin));
    let asked: Vec<_> = asked.cloned().collect();
    config::check_channels(files, &asked, &schemas(plugins)).1
}
