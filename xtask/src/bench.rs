//! `cargo xtask bench`: the figures that the README claims, from a release build.

use crate::run::{self, cargo};
use crate::{plugins, run::target_folder};
use anyhow::Result;
use std::path::Path;
use std::process::Command;

pub(crate) fn run(root: &Path, only: Option<&str>) -> Result<()> {
    crate::assets::try_bring(root);
    plugins::build()?;
    run::run(&mut cargo(root, &["build", "--release", "--package", "allting", "--package", "town"]))?;
    let release = target_folder(root).join("release");
    run::run(
        Command::new(release.join("bench"))
            .current_dir(root)
            .env("ALLTING_BINARY", release.join("allting"))
            .env("ALLTING_PLUGINS", root.join("target/plugins"))
            .args(only),
    )
}
