use crate::commands::{Failure, complain, say};
use crate::folder::read_folder;
use crate::plugins::load_plugins;
use model::Language;
use plugin_host::{Host, Options, Plugin};
use std::path::Path;

/// `allting plugin list`: the installed plugins, whether they work, and who uses them.
pub(super) fn run(folder: &Path) -> Result<(), Failure> {
    let (municipality, _) = read_folder(folder).map_err(|why| Failure::Wrong(why.to_string()))?;
    let loaded = load_plugins(&Host::new(Options::default())?, folder, &municipality.plugins);
    for plugin in &municipality.plugins {
        let Some(working) = loaded.plugin(&plugin.id) else { continue };
        let does = match &working {
            Plugin::Decoder(_) => {
                let sensors = municipality.sensors.iter().filter(|sensor| sensor.decoder == plugin.id).count();
                format!("decodes {sensors} sensors")
            }
            Plugin::Method(_) => "leads activities".to_owned(),
            Plugin::Channel(_) => {
                let channels = municipality.channels.iter().filter(|channel| channel.plugin == plugin.id).count();
                format!("speaks by {channels} channels")
            }
        };
        let title = working.title().best(Language::En).0;
        say(&format!("{} {}  {title}; {does}", plugin.id, working.version()));
    }
    loaded.refused.iter().for_each(|why| complain(why));
    if loaded.refused.is_empty() {
        return Ok(());
    }
    Err(Failure::Wrong(format!("{} of {} plugins are not loaded.", loaded.refused.len(), municipality.plugins.len())))
}
