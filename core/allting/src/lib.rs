//! The box as a program: command line, sockets, timers, signals.
//!
//! Hides the process. Wiring only: it reads the folder and the clock, opens the store, loads the plugins and starts the loops of
//! `app` and `web`. A library with a twenty-line `main`, so that a test can [`start`] a whole box.
//!
//! Exit codes of the command line: 0 all is well; 1 something is wrong with what was given (a folder with errors, a plugin that
//! fails its examples); 2 the command itself was not understood; 3 the box could not do it (disk, network).

mod backups;
mod claims;
mod clock;
mod codecs;
mod commands;
mod configuration;
mod control;
mod data;
mod doors;
mod folder;
mod local_name;
mod own_keys;
mod plugins;
mod process;
mod running;
mod tokens;

pub use claims::issue_claim;
pub use clock::now;
pub use configuration::Configuration;
pub use folder::{Wrong, read_folder};
pub use plugins::{Loaded, install_plugin, load_plugins};
pub use running::{Running, Start, assemble, start};
pub use tokens::new_token;

use std::process::ExitCode;

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    commands::run()
}
