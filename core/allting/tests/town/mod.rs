//! A small municipality in a folder of its own, and the command line run on it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    dead_code,
    reason = "test code outside of test functions; each test uses its part"
)]

pub(crate) mod web;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use tempfile::TempDir;

/// An activity that asks one thing.
pub(crate) const SURVEY: &str = r#"
method = "survey"
title.nb = "Byparken"
[settings]
[[settings.page]]
[[settings.page.question]]
key = "words"
kind = "text"
ask.nb = "Hva mangler?"
"#;

/// The root of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A built plugin. None when there is none; the test then says so and passes.
#[expect(clippy::print_stdout, reason = "`cargo xtask test` counts these lines")]
pub(crate) fn built(name: &str) -> Option<PathBuf> {
    let path = root().join("target/plugins").join(format!("{name}.wasm"));
    if path.is_file() {
        return Some(path);
    }
    let examples = if name.contains('/') { " --examples" } else { "" };
    println!("skipped: {name}.wasm is not built; run cargo xtask plugins{examples} first");
    None
}

/// A folder with one place and these sensors, each with its decoder and its settings in TOML.
pub(crate) fn municipality(sensors: &[(&str, &str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| fs::write(folder.path().join(name), text).unwrap();
    let town = "name = { sv = \"Norsjö kommun\" }\nlanguages = [\"sv\", \"nb\", \"nn\", \"en\"]\n\
                time_zone = \"Europe/Stockholm\"\n";
    write("municipality.toml", town.to_owned());
    write(
        "places.toml",
        "[[place]]\nid = \"library\"\nname = { sv = \"Biblioteket\" }\nkind = \"library\"\n".to_owned(),
    );
    let (mut all, mut keys) = (String::new(), String::new());
    for (at, (id, decoder, settings)) in sensors.iter().enumerate() {
        let dev_eui = format!("00000000000000{at:02x}");
        all.extend(["[[sensor]]\nid = \"", id, "\"\nplace = \"library\"\ndev_eui = \"", &dev_eui]);
        all.extend(["\"\ndecoder = \"", decoder, "\"\n[sensor.settings]\n", settings, "\n"]);
        keys.extend(["[sensor.", id, "]\napp_key = \"", &"0f".repeat(16), "\"\n"]);
    }
    write("sensors.toml", all);
    write("secrets.toml", keys);
    folder
}

/// Runs `allting` and gives what it said. Panics when it did not end as expected.
#[track_caller]
pub(crate) fn allting<'a>(arguments: impl AsRef<[&'a str]>, ends: i32) -> String {
    let arguments = arguments.as_ref();
    let Output { status, stdout, stderr } =
        Command::new(env!("CARGO_BIN_EXE_allting")).args(arguments).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert_eq!(status.code(), Some(ends), "{arguments:?}\n{said}");
    said
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
