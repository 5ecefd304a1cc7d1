//! `cargo xtask deb`: the Debian package.

use crate::plugins;
use crate::run::{self, cargo, exists, target_folder};
use anyhow::{Result, bail};
use std::path::Path;

pub(crate) fn run(root: &Path) -> Result<()> {
    if !exists("cargo-deb") {
        bail!("missing: cargo-deb, which writes Debian packages; `cargo install cargo-deb --locked` brings it");
    }
    crate::assets::try_bring(root);
    plugins::build()?;
    run::run(&mut cargo(root, &["deb", "--package", "allting"]))?;
    say(&format!("the package lies in {}", target_folder(root).join("debian").display()));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "a command for a person at a terminal")]
fn say(line: &str) {
    println!("{line}");
}
