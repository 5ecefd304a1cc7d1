//! Builders of the project: `cargo xtask <task>`.

mod plugins;
mod toolchain;

use clap::Parser;

/// Sets up, builds and checks the project.
#[derive(Debug, Parser)]
enum Task {
    /// Builds all plugins for the sandbox: target/plugins/<name>.wasm
    Plugins,
}

fn main() -> anyhow::Result<()> {
    match Task::parse() {
        Task::Plugins => plugins::build(),
    }
}
