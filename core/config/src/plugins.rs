use crate::diagnostic::Fault;
use crate::file::{Toml, Unique};
use crate::said::say;
use crate::settings::leaves_folder;
use crate::written::Written;
use model::Plugin;
use schemars::JsonSchema;
use serde::Deserialize;
use std::path::Path;

/// Installed plugins. `allting plugin install` writes this file.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(
    dead_code,
    reason = "the shape of the file; the list is read table by table, so that one fault spares the rest"
)]
pub(crate) struct PluginsFile {
    /// One installed plugin.
    #[serde(default)]
    plugin: Vec<PluginEntry>,
}

/// One installed plugin.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct PluginEntry {
    /// Name by which sensors ask for it: a-z, 0-9 and `-`.
    id: Written<String>,
    /// The `.wasm` file: within this folder, or an absolute path.
    file: Written<String>,
    /// SHA-256 of the file, 64 hexadecimal digits. A changed file is not loaded.
    sha256: Written<String>,
}

pub(crate) fn read(file: &mut Toml<'_>) -> Vec<Plugin> {
    let mut ids = Unique::default();
    let mut plugins = Vec::new();
    for listed in file.list::<PluginEntry>("plugin") {
        let entry = listed.entry;
        let (id, path, sha256) =
            (file.slug("id", &entry.id), path(file, &entry.file), file.digest("sha256", &entry.sha256));
        let (Some(id), Some(path), Some(sha256)) = (id, path, sha256) else { continue };
        if let Some(earlier) = ids.earlier(&id, entry.id.span.clone()) {
            let fault = Fault::twice(entry.id.span.clone(), &id, earlier);
            file.report(fault.help(say!("remove-one", "remove one of the two")));
        }
        plugins.push(Plugin { id, file: path, sha256 });
    }
    plugins
}

fn path(file: &mut Toml<'_>, path: &Written<String>) -> Option<String> {
    let text = &path.value;
    // An operator may keep a plugin where a package put it; `..` is nobody's intention.
    if Path::new(text).extension().is_some_and(|ending| ending == "wasm")
        && !leaves_folder(text.trim_start_matches('/'))
    {
        return Some(text.clone());
    }
    let fault = Fault::error(path.span.clone(), say!("no-plugin-file", "this is no plugin file"))
        .expected(say!("expect-wasm", "expected the path of a .wasm file, without `..`"));
    file.report(fault.help(say!("install-writes", "`allting plugin install FILE FOLDER` writes the right lines")));
    None
}
