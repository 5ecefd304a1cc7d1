//! Builds every folder of `plugins/` into one component: `target/plugins/<name>.wasm`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Error, Result, ensure};
use wit_component::ComponentEncoder;

use crate::toolchain::{TARGET, Toolchain};

/// Plugins are read from a slow card and compiled on a slow processor: small is fast.
const PROFILE: &str = "plugin";

/// Builds all plugins. Cargo knows what has changed; when nothing has, this takes a second.
pub(crate) fn build() -> Result<()> {
    let root = workspace()?;
    let out = root.join("target/plugins");
    fs::create_dir_all(&out)?;
    let names = plugin_names(&root.join("plugins"))?;

    let toolchain = Toolchain::find(&out)?;
    say(&format!("plugins: {}", toolchain.way()));
    let mut cargo = toolchain.cargo();
    cargo.current_dir(root).args(["build", "--target", TARGET, "--profile", PROFILE, "--target-dir"]).arg(&out);
    for name in &names {
        cargo.args(["--package", name]);
    }
    ensure!(cargo.status().context("cargo does not start")?.success(), "the plugins do not compile");

    for name in &names {
        let module = out.join(TARGET).join(PROFILE).join(format!("{}.wasm", name.replace('-', "_")));
        componentize(&module, &out.join(format!("{name}.wasm"))).with_context(|| format!("plugin {name}"))?;
    }
    Ok(())
}

/// Builds a decoder crate that lies elsewhere, and says where the module is; `allting plugin install` makes it a component.
pub(crate) fn build_one(folder: &Path) -> Result<()> {
    let out = workspace()?.join("target/plugins");
    fs::create_dir_all(&out)?;
    let mut cargo = Toolchain::find(&out)?.cargo();
    cargo.current_dir(folder).args(["build", "--release", "--target", TARGET, "--target-dir"]).arg(&out);
    ensure!(cargo.status().context("cargo does not start")?.success(), "{} does not compile", folder.display());
    say(&format!("plugins: built in {}", out.join(TARGET).join("release").display()));
    Ok(())
}

/// Builds the examples in other languages: each has a script, which brings its own compiler. Gives why some could not be built.
pub(crate) fn examples() -> Vec<Error> {
    ["javascript", "python"].into_iter().filter_map(|language| example(language).err()).collect()
}

fn example(language: &str) -> Result<()> {
    let script = workspace()?.join("examples/plugins").join(language).join("build.sh");
    let status = Command::new("sh").arg(&script).status().with_context(|| script.display().to_string())?;
    ensure!(status.success(), "the plugin in {language} could not be built; {} says how", script.display());
    Ok(())
}

/// The components that the last [`build`] wrote.
pub(crate) fn built() -> Result<Vec<PathBuf>> {
    let root = workspace()?;
    let names = plugin_names(&root.join("plugins"))?;
    Ok(names.iter().map(|name| root.join(format!("target/plugins/{name}.wasm"))).collect())
}

fn workspace() -> Result<&'static Path> {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask lies in the workspace")
}

/// Wraps a core module into a component, checks it, and writes it when it has changed.
fn componentize(module: &Path, component: &Path) -> Result<()> {
    let bytes = fs::read(module).with_context(|| module.display().to_string())?;
    let encoded = ComponentEncoder::default().validate(true).module(&bytes)?.encode()?;
    if fs::read(component).is_ok_and(|old| old == encoded) {
        return Ok(());
    }
    let fresh = component.with_extension("wasm.new");
    fs::write(&fresh, &encoded)?;
    fs::rename(&fresh, component)?;
    say(&format!("plugins: wrote {} ({} KB)", component.display(), encoded.len() / 1000));
    Ok(())
}

fn plugin_names(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().join("Cargo.toml").is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

#[expect(clippy::print_stderr, reason = "a task tells the person at the terminal what it does")]
pub(crate) fn say(what: &str) {
    eprintln!("{what}");
}
