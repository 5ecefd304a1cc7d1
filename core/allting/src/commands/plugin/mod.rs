mod explain;
mod list;
mod new;

use super::{Failure, complain, say};
use crate::plugins::{failure, install_plugin, load_unnamed, own_name, read_built};
use clap::Subcommand;
use model::Language;
use plugin_host::Decoder;
use std::path::{Path, PathBuf};

#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// Writes a decoder to start from: a crate that builds, with examples and a test
    New {
        /// What it shall be called, such as `door-counter`; also the folder
        name: String,
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
        What::New { name, sdk } => new::run(name, sdk.as_deref()),
        What::Explain { file } => explain::run(file),
        What::List { folder } => list::run(folder),
        What::Test { file } => test(file),
        What::Install { file, folder, quiet } => install(file, folder, *quiet),
    }
}

/// Loads a plugin file that is not installed.
pub(crate) fn load(file: &Path) -> Result<Decoder, Failure> {
    let wasm = read_built(file).map_err(Failure::Wrong)?;
    load_unnamed(&wasm).map_err(|why| Failure::Wrong(format!("{}: {why}", file.display())))
}

fn test(file: &Path) -> Result<(), Failure> {
    let decoder = load(file)?;
    let name = own_name(&decoder).map_err(|why| Failure::Wrong(format!("{}: {why}", file.display())))?;
    let description = decoder.description();
    say(&format!("{name} {}: {}", description.version, description.title.best(Language::En).0));
    say("It may only compute: it asks for no network, no files, no clock.");
    let outcomes = decoder.run_examples();
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
    let decoder = install_plugin(file, folder).map_err(Failure::Wrong)?;
    if !quiet {
        let description = decoder.description();
        say(&format!("{} {} is installed; a running box takes it in by itself.", description.id, description.version));
    }
    Ok(())
}
