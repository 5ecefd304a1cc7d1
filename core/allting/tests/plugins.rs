//! A plugin's way from nothing into the box, in Rust and in other languages.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code outside of test functions")]

mod town;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use town::{allting, built, municipality, root, text};

/// Installs a plugin, starts a box with a sensor that uses it, and decodes a frame as that box would.
#[track_caller]
fn counts_people(plugin: &Path, id: &str) {
    let folder = municipality(&[("door", id, "")]);
    let path = text(folder.path());
    assert!(allting(["plugin", "test", text(plugin)], 0).contains("2 of 2 examples pass."));
    allting(["plugin", "install", text(plugin), path], 0);
    let (_, warnings) = allting::assemble(folder.path(), &folder.path().join("data")).unwrap();
    assert!(warnings.iter().all(|warning| !warning.contains("plugin")), "{warnings:?}");
    let said = allting(["decode", "--sensor", "door", "--folder", path, "--port", "2", "00 03 00 01"], 0);
    let said: serde_json::Value = serde_json::from_str(&said).unwrap();
    let seen: Vec<_> = said["observations"].as_array().unwrap().iter().map(|o| (&o["property"], &o["value"])).collect();
    assert_eq!(serde_json::json!(seen), serde_json::json!([["people-in", 3], ["people-out", 1]]));
    let listed = allting(["plugin", "list", path], 0);
    assert!(listed.starts_with(&format!("{id} 0.1.0")) && listed.contains("decodes 1 sensors"), "{listed}");
}

/// `allting check` called a folder right whose channel the box then could not use: it had not asked the plugin what it can be set to.
#[test]
fn a_channel_that_is_set_to_what_its_plugin_does_not_know_is_told_by_check() {
    let Some(webhook) = built("webhook") else { return };
    let folder = municipality(&[]);
    let path = text(folder.path());
    allting(["plugin", "install", text(&webhook), path], 0);
    let channel = |settings: &str| {
        let start = "[[channel]]\nid = \"heating\"\nplugin = \"webhook\"\nhosts = [\"hooks.example\"]\n";
        fs::write(folder.path().join("channels.toml"), format!("{start}[channel.settings]\n{settings}\n")).unwrap();
    };
    let secret = "[secret.hook]\nvalue = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"\nhosts = [\"hooks.example\"]\n";
    fs::write(folder.path().join("secrets.toml"), secret).unwrap();
    channel("url = \"https://hooks.example/a\"\nsecret = \"hook\"");
    allting(["check", path], 1);
    let data = tempfile::tempdir().unwrap();
    let said = allting(["doctor", path, "--data", text(data.path())], 1);
    assert!(said.contains("ok    plugin webhook") && said.contains("CARE  channels: unknown key `url`"), "{said}");
    channel("address = \"https://hooks.example/a\"\nsecret = \"hook\"");
    allting(["check", path], 0);
    // Without the plugin beside it there is nobody to ask.
    fs::remove_dir_all(folder.path().join("plugins")).unwrap();
    allting(["check", path], 0);
}

/// The port 300, or a word that is misspelled, once passed `allting check`, and then each frame was said to be the plugin's fault.
#[test]
fn a_sensor_that_is_set_to_what_its_decoder_does_not_know_is_told_by_check_and_by_the_box() {
    let (Some(elsys), Some(js_codec)) = (built("elsys"), built("js-codec")) else { return };
    let with = |plugins: &[&PathBuf], sensors: &[(&str, &str, &str)]| {
        let folder = municipality(sensors);
        fs::create_dir_all(folder.path().join("codecs")).unwrap();
        fs::write(folder.path().join("codecs/x.js"), "function decodeUplink() { return { data: {} } }").unwrap();
        for plugin in plugins {
            allting(["plugin", "install", text(plugin), text(folder.path())], 0);
        }
        folder
    };
    let codec = "codec = { file = \"codecs/x.js\" }\ndownlink_port = 9\nvariables = { floor = 2 }\n\
                 [sensor.settings.map]\nin = \"people-in\"\nlevel = { property = \"fill-level\", factor = 0.5 }\n";
    let door = ("door", "elsys", "port = 7\npulse1 = \"people-in\"\n");
    let right = with(&[&elsys, &js_codec], &[door, ("gate", "js-codec", codec)]);
    allting(["check", text(right.path())], 0);
    let (_, warnings) = allting::assemble(right.path(), &right.path().join("data")).unwrap();
    assert_eq!(warnings, [] as [String; 0]);
    for (settings, said) in [
        ("port = 300", "`port` is out of range"),
        ("port = \"7\"", "`port` must be a whole number"),
        ("puls1 = \"people-in\"", "unknown key `puls1`"),
    ] {
        let wrong = with(&[&elsys], &[("door", "elsys", settings)]);
        let told = allting(["check", text(wrong.path())], 1);
        assert!(told.contains(said) && told.contains("sensors.toml:"), "{settings}: {told}");
        let (_, warnings) = allting::assemble(wrong.path(), &wrong.path().join("data")).unwrap();
        assert!(warnings.iter().any(|warning| warning.contains(said)), "{settings}: {warnings:?}");
    }
}

/// The five minutes of CONTRIBUTING.md: a template, its tests, a build with plain cargo, and into the box.
#[test]
fn a_new_plugin_goes_from_nothing_to_running_in_the_box() {
    if std::env::var_os("ALLTING_LONG").is_none() {
        println!("skipped: plugin new: builds the standard library anew; `cargo xtask test --long` does it");
        return;
    }
    if built("elsys").is_none() {
        return;
    }
    let around = tempfile::tempdir().unwrap();
    let plugin = written_and_built(&around.path().join("door-counter"), &[]);
    counts_people(&plugin, "door-counter");
}

/// The same for a channel: written, tested, built, and let into a box that knows its settings.
#[test]
fn a_new_channel_goes_from_nothing_to_ready_in_the_box() {
    if std::env::var_os("ALLTING_LONG").is_none() {
        println!("skipped: a new channel: builds the standard library anew; `cargo xtask test --long` does it");
        return;
    }
    let around = tempfile::tempdir().unwrap();
    let source = around.path().join("notice-board");
    let plugin = written_and_built(&source, &["--kind", "channel"]);
    assert!(allting(["plugin", "test", text(&plugin)], 0).contains("1 of 1 examples pass."));
    let folder = municipality(&[]);
    allting(["plugin", "install", text(&plugin), text(folder.path())], 0);
    // What its README says is to be written down.
    let readme = fs::read_to_string(source.join("README.md")).unwrap();
    for block in readme.split("```toml\n# ").skip(1).map(|block| block.split("```").next().unwrap()) {
        let (file, lines) = block.split_once('\n').unwrap();
        let before = fs::read_to_string(folder.path().join(file)).unwrap_or_default();
        fs::write(folder.path().join(file), format!("{before}\n{lines}")).unwrap();
    }
    let (app, warnings) = allting::assemble(folder.path(), &folder.path().join("data")).unwrap();
    assert!(warnings.iter().all(|warning| !warning.contains("board")), "{warnings:?}");
    let channels = app.channels();
    assert_eq!((channels.len(), channels[0].powers.as_deref()), (1, Some(&[][..])), "it works: {channels:?}");
}

/// Has the template of a plugin written and built, as CONTRIBUTING.md says; gives the module.
fn written_and_built(folder: &Path, kind: &[&str]) -> PathBuf {
    let walk = Walk::begin();
    let sdk = root().join("plugin-sdk");
    allting([&["plugin", "new", text(folder), "--sdk", text(&sdk)], kind].concat(), 0);
    walk.says("the template is written");
    // The versions that are at hand: this test asks no registry.
    fs::copy(root().join("Cargo.lock"), folder.join("Cargo.lock")).unwrap();
    let cargo = |arguments: &[&str], at: &Path| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(arguments).current_dir(at).env("CARGO_NET_OFFLINE", "true").env_remove("CARGO_TARGET_DIR");
        let output = cargo.output().unwrap();
        assert!(output.status.success(), "{arguments:?}\n{}", String::from_utf8_lossy(&output.stderr));
    };
    cargo(&["test", "--quiet"], folder);
    walk.says("its tests pass");
    // Plain cargo, with a Rust for the web wherever this machine has one.
    cargo(&["xtask", "plugins", text(folder)], &root());
    walk.says("it is built");
    let name = folder.file_name().unwrap().to_string_lossy().replace('-', "_");
    root().join("target/plugins/wasm32-unknown-unknown/release").join(format!("{name}.wasm"))
}

/// The five minutes, told as they pass.
struct Walk(Instant);

impl Walk {
    #[expect(clippy::disallowed_methods, reason = "a person waits for it, so a person's clock measures it")]
    fn begin() -> Self {
        Self(Instant::now())
    }

    #[expect(clippy::print_stdout, reason = "the time is what this test shows")]
    fn says(&self, what: &str) {
        println!("plugin new: {what} after {} s", self.0.elapsed().as_secs());
    }
}

#[test]
fn a_new_plugin_is_written_once_and_under_a_name_that_it_can_have() {
    let around = tempfile::tempdir().unwrap();
    let folder = around.path().join("door-counter");
    let sdk = root().join("plugin-sdk");
    assert!(allting(["plugin", "new", text(&folder)], 1).contains("Say --sdk"));
    assert!(
        allting(["plugin", "new", text(&around.path().join("Door Counter")), "--sdk", text(&sdk)], 1)
            .contains("cannot name")
    );
    allting(["plugin", "new", text(&folder), "--sdk", text(&sdk)], 0);
    assert!(allting(["plugin", "new", text(&folder), "--sdk", text(&sdk)], 1).contains("is there already"));
    let readme = fs::read_to_string(folder.join("README.md")).unwrap();
    assert!(readme.contains("release/door_counter.wasm FOLDER"), "{readme}");
    let board = around.path().join("board");
    assert!(allting(["plugin", "new", text(&board), "--sdk", text(&sdk), "--kind", "method"], 2).contains("channel"));
    allting(["plugin", "new", text(&board), "--sdk", text(&sdk), "--kind", "channel"], 0);
    let written = fs::read_to_string(board.join("src/lib.rs")).unwrap();
    assert!(written.contains("impl Channel for Board") && !written.contains("{name}"), "{written}");
}

#[test]
fn explain_says_in_plain_words_what_a_plugin_is_and_what_it_may_do() {
    let Some(js_codec) = built("js-codec") else { return };
    let said = allting(["plugin", "explain", text(&js_codec)], 0);
    for words in
        ["It may only compute", "codec (a file, needed): The vendor's payload codec", "send: Send", "Examples ("]
    {
        assert!(said.contains(words), "{words}\n{said}");
    }
}

#[test]
fn explain_puts_what_a_command_takes_under_it() {
    let Some(milesight) = built("milesight") else { return };
    let said = allting(["plugin", "explain", text(&milesight)], 0);
    let told = "  report-interval: Set how often it reports\n    \
                minutes (a whole number, needed): Minutes between two reports\n  \
                reboot: Restart the sensor\n\n";
    assert!(said.contains(told), "{said}");
}

#[test]
fn list_names_a_plugin_that_is_not_what_was_installed() {
    let Some(elsys) = built("elsys") else { return };
    let folder = municipality(&[]);
    allting(["plugin", "install", text(&elsys), text(folder.path())], 0);
    fs::write(folder.path().join("plugins/elsys.wasm"), "changed").unwrap();
    let said = allting(["plugin", "list", text(folder.path())], 1);
    assert!(said.contains("another than the one that was installed") && said.contains("1 of 1 plugins"), "{said}");
}

#[test]
fn a_decoder_written_in_javascript_works_in_the_box() {
    let Some(plugin) = built("examples/door-counter-js") else { return };
    counts_people(&plugin, "door-counter-js");
}

#[test]
fn a_decoder_written_in_python_works_in_the_box() {
    let Some(plugin) = built("examples/door-counter-py") else { return };
    counts_people(&plugin, "door-counter-py");
}
