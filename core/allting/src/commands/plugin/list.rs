use crate::commands::{Failure, complain, say};
use crate::folder::read_folder;
use crate::plugins::load_plugins;
use model::Language;
use plugin_host::{Host, Options};
use std::path::Path;

/// `allting plugin list`: the installed plugins, whether they work, and who uses them.
pub(super) fn run(folder: &Path) -> Result<(), Failure> {
    let (municipality, _) = read_folder(folder).map_err(|why| Failure::Wrong(why.to_string()))?;
    let loaded = load_plugins(&Host::new(Options::default())?, folder, &municipality.plugins);
    for plugin in &municipality.plugins {
        let Some(decoder) = loaded.decoders.get(&plugin.id) else { continue };
        let description = decoder.description();
        let sensors = municipality.sensors.iter().filter(|sensor| sensor.decoder == plugin.id).count();
        let title = description.title.best(Language::En).0;
        say(&format!("{} {}  {title}; decodes {sensors} sensors", plugin.id, description.version));
    }
    loaded.refused.iter().for_each(|why| complain(why));
    if loaded.refused.is_empty() {
        return Ok(());
    }
    Err(Failure::Wrong(format!("{} of {} plugins are not loaded.", loaded.refused.len(), municipality.plugins.len())))
}
