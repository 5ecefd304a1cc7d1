mod explain;
mod list;
mod new;

use super::{Failure, complain, say};
use crate::plugins::{failure, install_plugin, load_unnamed, own_name, read_built};
use clap::Subcommand;
use model::Language;
use plugin_host::{Decoder, Plugin};
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// Writes a plugin to start from: a crate that builds, with examples and a test
    New {
        /// What it shall be called, such as `door-counter`; also the folder
        name: String,
        /// What it does
        #[arg(long, value_enum, default_value = "decoder")]
        kind: new::Kind,
        /// The folder `plugin-sdk` of the project's source, when the new folder does not lie within it
        #[arg(long)]
        sdk: Option<PathBuf>,
    },
    /// Says what a plugin is, what it may do and what it can be set to, in plain words
    Explain {
        /// The plugin, a `.wasm` file
        file: PathBuf,
    },
    /// Lists the installed plugins, and whether they work
    List {
        /// The municipality's folder of TOML
        folder: PathBuf,
    },
    /// Runs a plugin's own examples with the limits of real work
    Test {
        /// The plugin, a `.wasm` file
        file: PathBuf,
    },
    /// Copies a plugin into the folder and names it in plugins.toml with its digest
    Install {
        /// The plugin, a `.wasm` file
        file: PathBuf,
        /// The municipality's folder of TOML
        folder: PathBuf,
        /// Says nothing when all is well
        #[arg(long)]
        quiet: bool,
    },
}

/// `allting plugin`: what can it do, does it work, take it in.
pub(crate) fn run(what: &What) -> Result<(), Failure> {
    match what {
        What::New { name, kind, sdk } => new::run(name, *kind, sdk.as_deref()),
        What::Explain { file } => explain::run(file),
        What::List { folder } => list::run(folder),
        What::Test { file } => test(file),
        What::Install { file, folder, quiet } => install(file, folder, *quiet),
    }
}

/// Loads a plugin file that is not installed.
pub(crate) fn load(file: &Path) -> Result<Plugin, Failure> {
    let wasm = read_built(file).map_err(Failure::Wrong)?;
    load_unnamed(&wasm).map_err(|why| Failure::Wrong(format!("{}: {why}", file.display())))
}

/// Loads a decoder that is not installed.
pub(crate) fn load_decoder(file: &Path) -> Result<Decoder, Failure> {
    match load(file)? {
        Plugin::Decoder(decoder) => Ok(decoder),
        Plugin::Method(_) => Err(Failure::Wrong(format!("{} is a method; a decoder is wanted", file.display()))),
        Plugin::Channel(_) => Err(Failure::Wrong(format!("{} is a channel; a decoder is wanted", file.display()))),
    }
}

fn test(file: &Path) -> Result<(), Failure> {
    let plugin = load(file)?;
    let name = own_name(&plugin).map_err(|why| Failure::Wrong(format!("{}: {why}", file.display())))?;
    say(&format!("{name} {}: {}", plugin.version(), plugin.title().best(Language::En).0));
    say("It may only compute: it asks for no network, no files, no clock.");
    if let Plugin::Channel(channel) = &plugin {
        for power in explain::powers(channel) {
            say(&power);
        }
    }
    let outcomes = plugin.run_examples();
    let failed: Vec<String> = outcomes.iter().filter_map(failure).collect();
    for failure in &failed {
        complain(&format!("  fails {failure}"));
    }
    let summary = format!("{} of {} examples pass.", outcomes.len() - failed.len(), outcomes.len());
    if !failed.is_empty() {
        return Err(Failure::Wrong(format!("{summary} A plugin that fails its own examples does not go live.")));
    }
    say(&summary);
    Ok(())
}

fn install(file: &Path, folder: &Path, quiet: bool) -> Result<(), Failure> {
    let plugin = install_plugin(file, folder).map_err(Failure::Wrong)?;
    if !quiet {
        say(&format!("{} {} is installed; a running box takes it in by itself.", plugin.own_name(), plugin.version()));
    }
    Ok(())
}
