//! A browser for the tests and the pictures: Debian's Chromium, driven by packages of npm that a lock file names.

use crate::run::{self, exists};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

/// Debian's packages for what is missing.
const PACKAGES: [(&str, &str); 3] = [("chromium", "chromium"), ("node", "nodejs"), ("npm", "npm")];

/// Brings browser and packages; `Err` says what is missing and how it is had.
pub(crate) fn prepare(root: &Path) -> Result<()> {
    let missing: Vec<&str> =
        PACKAGES.iter().filter(|(program, _)| !exists(program)).map(|(_, package)| *package).collect();
    if !missing.is_empty() {
        install(&missing)?;
    }
    let folder = root.join("tests/browser");
    if !folder.join("node_modules/playwright-core/package.json").is_file() {
        run::run(Command::new("npm").args(["ci", "--silent"]).current_dir(&folder))
            .context("npm could not fetch the browser tests' packages")?;
    }
    Ok(())
}

fn install(packages: &[&str]) -> Result<()> {
    let by_hand = format!("apt-get install --no-install-recommends {}", packages.join(" "));
    if !exists("apt-get") || !is_root()? {
        bail!("missing for the browser tests: {}; as root: {by_hand}", packages.join(", "));
    }
    run::run(Command::new("apt-get").args(["update", "-qq"]))?;
    run::run(Command::new("apt-get").args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages))
        .with_context(|| format!("could not install the browser; try: {by_hand}"))
}

fn is_root() -> Result<bool> {
    Ok(run::output(Command::new("id").arg("-u"))? == "0")
}

/// Takes the pictures of `docs/screenshots` of a box that runs at `base`, and can be claimed with `code`.
pub(crate) fn screenshots(root: &Path, base: &str, code: &str) -> Result<()> {
    let out = root.join("docs/screenshots");
    std::fs::create_dir_all(&out)?;
    run::run(Command::new("node").arg(root.join("tests/browser/screenshots.mjs")).arg(base).arg(out).arg(code))
        .context("the pictures were not taken")
}
