//! Tools that nobody here wrote, for the long sweep: html-validate, pa11y and Lighthouse from npm, schemathesis from `PyPI`.

use crate::run::{self, exists, target_folder};
use anyhow::{Context, Result, bail};
use std::path::Path;
use std::process::Command;

const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// Brings them all; each error says what is missing and how it is had.
pub(crate) fn prepare(root: &Path) -> Vec<anyhow::Error> {
    [checkers(root), schemathesis(root)].into_iter().filter_map(Result::err).collect()
}

fn checkers(root: &Path) -> Result<()> {
    let folder = root.join("tests/browser/outside");
    if folder.join("node_modules/pa11y/package.json").is_file() {
        return Ok(());
    }
    if !exists("npm") {
        bail!("html-validate, pa11y and Lighthouse need npm; Debian's packages are nodejs and npm");
    }
    run::run(Command::new("npm").args(["ci", "--silent"]).current_dir(&folder))
        .context("npm could not fetch html-validate, pa11y and Lighthouse")
}

fn schemathesis(root: &Path) -> Result<()> {
    let venv = target_folder(root).join("schemathesis");
    if venv.join("bin/schemathesis").is_file() {
        return Ok(());
    }
    run::run(Command::new("python3").args(["-m", "venv"]).arg(&venv))
        .context("schemathesis needs Python; Debian's packages are python3 and python3-venv")?;
    run::run(Command::new(venv.join("bin/pip")).args(["install", "--quiet", SCHEMATHESIS]))
        .context("pip could not fetch schemathesis")
}
