//! Builders of the project: `cargo xtask demo`, `cargo xtask test` and what they need.

mod assets;
mod bench;
mod browser;
mod deb;
mod demo;
mod fuzz;
mod outside;
mod plugins;
mod run;
mod test;
mod tidy;
mod toolchain;

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Sets up, builds, shows, tests and measures Allting")]
struct Arguments {
    #[command(subcommand)]
    work: Work,
}

#[derive(Subcommand)]
enum Work {
    /// Starts the box with a simulated town and prints one link
    Demo {
        /// A folder of `examples/`
        #[arg(default_value = "norsjo")]
        case: String,
        /// Begin again with an empty data file
        #[arg(long)]
        fresh: bool,
    },
    /// Runs every check and test
    Test {
        /// The full sweep, for an evening
        #[arg(long)]
        long: bool,
        /// How long the full sweep fuzzes each door
        #[arg(long, requires = "long", default_value_t = fuzz::MINUTES)]
        fuzz_minutes: u32,
    },
    /// Sends what strangers may send, without end, to each door or one of them
    Fuzz {
        /// A target of `fuzz/README.md`
        target: Option<String>,
        /// How long each runs
        #[arg(long, default_value_t = fuzz::MINUTES)]
        minutes: u32,
    },
    /// Builds the plugins to `target/plugins`
    Plugins {
        /// A decoder crate elsewhere, to build instead of those of the workspace
        folder: Option<PathBuf>,
        /// Also those of `examples/plugins`; fetches their compilers from npm and `PyPI` into `target`
        #[arg(long, conflicts_with = "folder")]
        examples: bool,
    },
    /// Brings the typeface and the map of the portal from npm to `web/brought`
    Assets,
    /// Checks floors, homes of dependencies and habits
    Tidy,
    /// Prints the figures that the README claims
    Bench {
        /// Only rows whose name contains this
        only: Option<String>,
    },
    /// Builds the Debian package of this machine's architecture
    Deb,
    /// Makes the pictures of `docs/screenshots` anew, of a simulated town
    Screenshots,
}

fn main() -> Result<()> {
    let root = root()?;
    match Arguments::parse().work {
        Work::Demo { case, fresh } => demo::run(&root, &case, fresh),
        Work::Test { long, fuzz_minutes } => test::run(&root, long.then_some(fuzz_minutes)),
        Work::Fuzz { target, minutes } => fuzz::run(&root, target.as_deref(), minutes),
        Work::Plugins { folder: Some(folder), .. } => plugins::build_one(&folder),
        Work::Plugins { examples, .. } => {
            plugins::build()?;
            let missing = if examples { plugins::examples() } else { Vec::new() };
            missing.into_iter().next().map_or(Ok(()), Err)
        }
        Work::Assets => assets::bring(&root),
        Work::Tidy => tidy::run(&root),
        Work::Bench { only } => bench::run(&root, only.as_deref()),
        Work::Deb => deb::run(&root),
        Work::Screenshots => demo::screenshots(&root),
    }
}

/// The folder of the workspace: the parent of this crate's.
fn root() -> Result<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(Path::to_path_buf).context("xtask lies in the workspace")
}
