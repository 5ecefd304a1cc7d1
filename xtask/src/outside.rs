//! Tools that nobody here wrote: readers of feeds, a mail server and a push service for every sweep; for the long one html-validate,
//! pa11y, Lighthouse and the MDN HTTP Observatory from npm; schemathesis, a Matrix server, Home Assistant, a reader of `OpenMetrics` and
//! one of Cayenne LPP from `PyPI`.

use crate::run::{self, exists};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Packages of `PyPI`, and the folder of `target/` where each gets an environment of its own.
const PACKAGES: [(&str, &str); 5] = [
    ("schemathesis", "schemathesis==4.32.5"),
    ("openmetrics", "prometheus_client==0.26.0"),
    ("pycayennelpp", "pycayennelpp==2.4.0"),
    ("synapse", "matrix-synapse==1.163.2"),
    ("home-assistant", HOME_ASSISTANT),
];

/// The newest that runs on Python 3.11, and what it would fetch by itself when it starts.
const HOME_ASSISTANT: &str = "homeassistant==2024.3.3 josepy<2 paho-mqtt==1.6.1 home-assistant-frontend==20240307.0 \
     Pillow==10.2.0 janus==1.0.0 psutil-home-assistant==0.0.1 SQLAlchemy==2.0.27 fnv-hash-fast==0.5.0 \
     aiohttp_cors==0.7.0 aiohttp-fast-url-dispatcher==0.3.0 aiohttp-zlib-ng==0.3.1 securetar==2024.2.1";

/// What reads and receives what leaves the box. They are small, so every sweep has them.
const PEERS: [(&str, &str); 3] = [
    ("feeds", "feedparser==6.0.14 icalendar==7.3.0 jsonschema==4.26.0"),
    ("mail", "aiosmtpd==1.4.6 dkimpy==1.1.8"),
    ("webhooks", "standardwebhooks==1.0.1"),
];

/// Brings what every sweep talks to; each error says what is missing and how it is had.
pub(crate) fn prepare_peers(root: &Path) -> Vec<anyhow::Error> {
    let packages = PEERS.iter().map(|(folder, packages)| from_pypi(root, folder, packages));
    packages.chain([push_service(root)]).filter_map(Result::err).collect()
}

/// Brings what the long sweep needs; each error says what is missing and how it is had.
pub(crate) fn prepare(root: &Path) -> Vec<anyhow::Error> {
    let packages = PACKAGES.iter().map(|(folder, package)| from_pypi(root, folder, package));
    [checkers(root), observatory(root)].into_iter().chain(packages).filter_map(Result::err).collect()
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

fn observatory(root: &Path) -> Result<()> {
    let folder = root.join("tests/browser/observatory");
    if folder.join("node_modules/@mdn/mdn-http-observatory/package.json").is_file() {
        return Ok(());
    }
    if !exists("npm") {
        bail!("the MDN HTTP Observatory needs npm; Debian's packages are nodejs and npm");
    }
    // Its scripts would fetch a list from elsewhere.
    run::run(Command::new("npm").args(["ci", "--silent", "--ignore-scripts"]).current_dir(&folder))
        .context("npm could not fetch the MDN HTTP Observatory")
}

fn push_service(root: &Path) -> Result<()> {
    let folder = root.join("tests/push-service");
    if folder.join("node_modules/web-push-testing/package.json").is_file() {
        return Ok(());
    }
    if !exists("npm") {
        bail!("web-push-testing needs npm; Debian's packages are nodejs and npm");
    }
    run::run(Command::new("npm").args(["ci", "--silent", "--ignore-scripts"]).current_dir(&folder))
        .context("npm could not fetch web-push-testing")
}

fn from_pypi(root: &Path, folder: &str, packages: &str) -> Result<()> {
    // Not where cargo builds, which may be elsewhere: the tests look for it here.
    let venv = root.join("target").join(folder);
    // Written last, so that an environment that was cut short is made again.
    let whole = venv.join("whole");
    if whole.is_file() {
        return Ok(());
    }
    run::run(Command::new("python3").args(["-m", "venv"]).arg(&venv))
        .with_context(|| format!("{packages} needs Python; Debian's packages are python3 and python3-venv"))?;
    run::run(Command::new(venv.join("bin/pip")).args(["install", "--quiet"]).args(packages.split(' ')))
        .with_context(|| format!("pip could not fetch {packages}"))?;
    Ok(fs::write(whole, packages)?)
}
