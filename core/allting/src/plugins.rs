//! From files to plugins that are ready to work.

use app::DecoderSet;
use model::{DecoderId, Municipality, SensorId, Slug};
use plugin_host::{Channel, Decoder, Host, Method, Options, Plugin};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

/// Larger files are no plugin: the largest known, a Python runtime, has 18 MB.
pub(crate) const PLUGIN_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// What came of the configured plugins.
#[derive(Debug, Default)]
pub struct Loaded {
    /// Decoders that work, by name.
    pub decoders: HashMap<DecoderId, Decoder>,
    /// Methods that work, by name.
    pub methods: HashMap<Slug, Method>,
    /// Ways out that work, by name.
    pub channels: HashMap<Slug, Channel>,
    /// What is wrong with the others, a sentence each. The box starts without them and says so.
    pub refused: Vec<String>,
    /// Sensors whose codec fails its examples, and why.
    pub withheld: HashMap<SensorId, String>,
}

impl Loaded {
    /// What the app decodes with.
    pub(crate) fn set(self) -> DecoderSet {
        DecoderSet { decoders: self.decoders, refused: self.withheld }
    }
}

/// The plugins of a running box. One that was loaded stays so while its file's digest in `plugins.toml` is the same.
#[derive(Debug)]
pub(crate) struct Plugins {
    host: Host,
    loaded: HashMap<(Slug, [u8; 32]), Plugin>,
}

impl Plugins {
    pub(crate) fn new(host: Host) -> Self {
        Self { host, loaded: HashMap::new() }
    }

    /// Those that a municipality names; the others are let go.
    pub(crate) fn load(&mut self, folder: &Path, municipality: &Municipality) -> Loaded {
        let before = std::mem::take(&mut self.loaded);
        let fresh: Vec<_> = municipality.plugins.iter().filter(|p| !before.contains_key(&key(p))).cloned().collect();
        let mut loaded = load_plugins(&self.host, folder, &fresh);
        let kept = municipality.plugins.iter().filter_map(|p| Some((p.id.clone(), before.get(&key(p))?.clone())));
        kept.for_each(|(id, plugin)| loaded.put(id, plugin));
        for plugin in &municipality.plugins {
            if let Some(working) = loaded.plugin(&plugin.id) {
                self.loaded.insert(key(plugin), working);
            }
        }
        loaded
    }
}

impl Loaded {
    fn put(&mut self, id: Slug, plugin: Plugin) {
        match plugin {
            Plugin::Decoder(decoder) => drop(self.decoders.insert(id, decoder)),
            Plugin::Method(method) => drop(self.methods.insert(id, method)),
            Plugin::Channel(channel) => drop(self.channels.insert(id, channel)),
        }
    }

    /// The plugin of that name.
    pub(crate) fn plugin(&self, id: &Slug) -> Option<Plugin> {
        let decoder = self.decoders.get(id).cloned().map(Plugin::Decoder);
        let method = || self.methods.get(id).cloned().map(Plugin::Method);
        decoder.or_else(method).or_else(|| self.channels.get(id).cloned().map(Plugin::Channel))
    }
}

fn key(plugin: &model::Plugin) -> (Slug, [u8; 32]) {
    (plugin.id.clone(), plugin.sha256)
}

/// Loads what `plugins.toml` names: the file must be the one that was installed, and pass its own examples here and now.
pub fn load_plugins(host: &Host, folder: &Path, plugins: &[model::Plugin]) -> Loaded {
    let mut loaded = Loaded::default();
    for plugin in plugins {
        match load(host, folder, plugin) {
            Ok(working) => loaded.put(plugin.id.clone(), working),
            Err(why) => loaded.refused.push(format!("plugin {} ({}) is not loaded: {why}", plugin.id, plugin.file)),
        }
    }
    loaded
}

fn load(host: &Host, folder: &Path, plugin: &model::Plugin) -> Result<Plugin, String> {
    let wasm = read_plugin(&folder.join(&plugin.file))?;
    if digest(&wasm) != plugin.sha256 {
        return Err("the file is another than the one that was installed; \
                    if you meant to change it, install it with `allting plugin install`"
            .to_owned());
    }
    let working = host.load_any(&plugin.id, &wasm).map_err(|e| e.to_string())?;
    let failed: Vec<String> = working.run_examples().iter().filter_map(failure).collect();
    if failed.is_empty() { Ok(working) } else { Err(format!("it fails its own examples: {}", failed.join("; "))) }
}

/// Takes a plugin in, as an operator does: it must load and pass its own examples; the file is copied into the folder, and
/// named in `plugins.toml` with its digest. `Err` says what was wrong.
pub fn install_plugin(file: &Path, folder: &Path) -> Result<Plugin, String> {
    let wasm = read_built(file)?;
    let refused = |why: String| format!("{} was not installed: {why}", file.display());
    let plugin = load_unnamed(&wasm).map_err(refused)?;
    let failed: Vec<String> = plugin.run_examples().iter().filter_map(failure).collect();
    if !failed.is_empty() {
        return Err(refused(format!("it fails its own examples: {}", failed.join("; "))));
    }
    let id = own_name(&plugin).map_err(refused)?;
    let cannot = |why: io::Error| format!("could not write to {}: {why}", folder.display());
    let name = format!("plugins/{id}.wasm");
    let list = folder.join("plugins.toml");
    let before = if list.exists() { fs::read_to_string(&list).map_err(cannot)? } else { String::new() };
    let after = config::install_plugin(&before, &id, &name, &digest(&wasm)).map_err(|e| refused(e.to_string()))?;
    // The file first, the list last: a power cut between them leaves a box that says why it does not load the file.
    fs::create_dir_all(folder.join("plugins")).map_err(cannot)?;
    replace(&folder.join(&name), &wasm).map_err(cannot)?;
    replace(&list, after.as_bytes()).map_err(cannot)?;
    Ok(plugin)
}

/// Loads a plugin that is not installed, before it has said its name.
pub(crate) fn load_unnamed(wasm: &[u8]) -> Result<Plugin, String> {
    let host = Host::new(Options::default()).map_err(|e| e.to_string())?;
    let unnamed = Slug::new("unnamed").map_err(|e| e.to_string())?;
    host.load_any(&unnamed, wasm).map_err(|e| e.to_string())
}

/// The name a plugin gives itself.
pub(crate) fn own_name(plugin: &Plugin) -> Result<Slug, String> {
    let name = plugin.own_name();
    Slug::new(name).map_err(|e| format!("it calls itself `{name}`; {e}"))
}

/// Writes beside and renames into place: a power cut leaves the old file or the new one.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let beside = path.with_extension("new");
    fs::write(&beside, bytes)?;
    fs::File::open(&beside)?.sync_all()?;
    fs::rename(&beside, path)
}

/// What is wrong with an example's outcome; none when it passed.
pub(crate) fn failure(outcome: &plugin_host::ExampleOutcome) -> Option<String> {
    let why = outcome.failure.as_ref()?;
    Some(format!("{}: {why}", outcome.title))
}

/// Reads a text that goes into a plugin's settings.
pub(crate) fn read_text(path: &Path) -> Result<String, String> {
    String::from_utf8(read_plugin(path)?).map_err(|_| format!("{} is not UTF-8 text", path.display()))
}

/// Reads a plugin that somebody has built: what cargo gives is a core module, which is wrapped as a component first.
pub(crate) fn read_built(path: &Path) -> Result<Vec<u8>, String> {
    plugin_host::wrapped(read_plugin(path)?).map_err(|why| format!("{}: {why}", path.display()))
}

/// Reads a plugin file, and no more than a plugin can be.
pub(crate) fn read_plugin(path: &Path) -> Result<Vec<u8>, String> {
    let cannot = |why: io::Error| format!("could not read {}: {why}", path.display());
    let mut wasm = Vec::new();
    fs::File::open(path).map_err(cannot)?.take(PLUGIN_BYTES_MAX + 1).read_to_end(&mut wasm).map_err(cannot)?;
    if wasm.len() as u64 > PLUGIN_BYTES_MAX {
        return Err(format!("{} is larger than {} MiB, so it is no plugin", path.display(), PLUGIN_BYTES_MAX >> 20));
    }
    Ok(wasm)
}

/// SHA-256.
pub(crate) fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
