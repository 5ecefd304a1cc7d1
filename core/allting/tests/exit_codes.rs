//! What each command ends with, as docs/OPERATING.md says it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code outside of test functions")]

mod town;

use std::fs;
use std::net::{TcpListener, UdpSocket};
use std::path::Path;
use std::process::{Command, Stdio};
use town::{allting, text};

#[test]
fn what_was_given_is_right() {
    let (folder, data) = (town::municipality(&[]), tempfile::tempdir().unwrap());
    let folder = text(folder.path()).to_owned();
    allting(["check", &folder], 0);
    allting(["check", &folder, "--json"], 0);
    allting(["claim", "--data", text(data.path())], 0);
    allting(["config", "schema"], 0);
    allting(["config", "show", &folder], 0);
    allting(["backup", "key", &folder], 0);
    allting(["--help"], 0);
    allting(["--version"], 0);
}

#[test]
fn what_was_given_is_wrong() {
    let (folder, data) = (town::municipality(&[]), tempfile::tempdir().unwrap());
    fs::write(folder.path().join("places.toml"), "[[place]]\nid = 7\n").unwrap();
    let (folder, data) = (text(folder.path()), text(data.path()));
    allting(["check", folder], 1);
    allting(["check", "/nowhere/at/all"], 1);
    allting(["serve", folder, "--data", data], 1);
    allting(["doctor", folder, "--data", data], 1);
    allting(["config", "show", "/nowhere/at/all"], 1);
    allting(["backup", "key", "/nowhere/at/all"], 1);
    allting(["backup", folder, "--data", data, "--to", &format!("{data}/x.age")], 1);
    let no_code = allting(["claim", "--data", "/nowhere/at/all"], 1);
    assert!(no_code.contains("say with --data"), "{no_code}");
    assert!(!Path::new("/nowhere").exists(), "a slip makes no folder");
    let key = format!("{data}/key");
    fs::write(&key, "").unwrap();
    for key in ["/nowhere/key", &key] {
        allting(["restore", "/nowhere/at/all", "--key-file", key], 1);
    }
}

#[test]
fn what_was_not_understood() {
    for words in [
        &["sreve"][..],
        &["serve"],
        &["check", "--yaml", "x"],
        &["config", "scheme"],
        &["restore"],
        &["backup", "--to"],
        &[],
    ] {
        allting(words, 2);
    }
}

#[test]
fn what_the_box_could_not_do() {
    let (folder, data) = (town::municipality(&[]), tempfile::tempdir().unwrap());
    allting(["status", "--data", text(data.path())], 3);
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let toml = format!("web_listen = \"{}\"\ngwmp_listen = \"127.0.0.1:0\"\n", taken.local_addr().unwrap());
    fs::write(folder.path().join("municipality.toml"), toml).unwrap();
    let said = allting(["serve", text(folder.path()), "--data", text(data.path())], 3);
    assert!(said.contains("`web_listen` in municipality.toml sets it"), "{said}");
    let radio = UdpSocket::bind("127.0.0.1:0").unwrap();
    let toml = format!("web_listen = \"127.0.0.1:0\"\ngwmp_listen = \"{}\"\n", radio.local_addr().unwrap());
    fs::write(folder.path().join("municipality.toml"), toml).unwrap();
    allting(["serve", text(folder.path()), "--data", text(data.path())], 3);
    fs::write(folder.path().join("municipality.toml"), "").unwrap();
    let whole = ["backup", text(folder.path()), "--data", "/nowhere", "--to", "/nowhere/x.age", "--recipient"];
    allting([&whole[..], &["age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"]].concat(), 3);
}

#[test]
fn a_box_that_is_asked_to_stop_ends_well() {
    let (folder, data) = (town::municipality(&[]), tempfile::tempdir().unwrap());
    fs::write(folder.path().join("municipality.toml"), "web_listen = \"127.0.0.1:0\"\ngwmp_listen = \"127.0.0.1:0\"\n")
        .unwrap();
    let mut serving = Command::new(env!("CARGO_BIN_EXE_allting"))
        .args(["serve", text(folder.path()), "--data", text(data.path())])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = std::io::BufReader::new(serving.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("the portal is at") {
        line.clear();
        assert!(std::io::BufRead::read_line(&mut said, &mut line).unwrap() > 0, "it ended by itself");
    }
    Command::new("kill").args(["-TERM", &serving.id().to_string()]).status().unwrap();
    std::io::copy(&mut said, &mut std::io::sink()).unwrap();
    assert_eq!(serving.wait().unwrap().code(), Some(0));
}
