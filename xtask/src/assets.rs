//! What the portal brings along from npm: published packages, named with version and digest in `web/bring/package-lock.json`,
//! fetched into an ignored folder and embedded by the build, never committed. A build without Node does without them.

use crate::run::{self, exists};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Fetches the packages and writes what is embedded; nothing when it is there already and the lock file has not changed.
pub(crate) fn bring(root: &Path) -> Result<()> {
    let folder = root.join("web/bring");
    let (out, stamp) = (root.join("web/brought"), root.join("web/bring/node_modules/.brought"));
    // The stamp is the recipe itself: another recipe, another stamp.
    let recipe = fs::read_to_string(folder.join("package-lock.json"))? + &fs::read_to_string(folder.join("bring.mjs"))?;
    if out.is_dir() && fs::read_to_string(&stamp).is_ok_and(|stamped| stamped == recipe) {
        return Ok(());
    }
    if !exists("npm") {
        bail!("npm is missing; Debian's packages are nodejs and npm");
    }
    run::run(Command::new("npm").args(["ci", "--silent"]).current_dir(&folder))
        .context("npm could not fetch the portal's packages")?;
    run::run(Command::new("node").arg("bring.mjs").arg(&out).current_dir(&folder))?;
    fs::write(stamp, recipe).context("could not note what was brought")
}

/// The same, where the work can go on without.
#[expect(clippy::print_stderr, reason = "a command for a person at a terminal")]
pub(crate) fn try_bring(root: &Path) {
    if let Err(why) = bring(root) {
        eprintln!("skipped: the portal's own typeface and its interactive map: {why:#}");
    }
}
