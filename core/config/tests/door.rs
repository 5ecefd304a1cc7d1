//! HTTPS, addresses and backups in `municipality.toml`: what is right, and what is said of what is wrong.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code outside of test functions")]

use config::{Colour, Folder, read};
use model::{CertificateSource, Door};

const DIRECTORY: &str = "acme = \"https://acme-v02.api.letsencrypt.org/directory\"\n";
const RECIPIENT: &str = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p";

fn folder(text: &str) -> Folder {
    [("municipality.toml", text)].into_iter().collect()
}

fn door(text: &str) -> Door {
    read(&folder(text)).unwrap().0.door
}

#[track_caller]
fn refused(text: &str, words: &[&str]) {
    let found = read(&folder(text)).unwrap_err();
    let said: String = found.iter().map(|d| d.render(Colour::Plain)).collect();
    for word in words {
        assert!(said.contains(word), "no `{word}` in\n{said}");
    }
    assert!(said.contains("--> municipality.toml:"), "it does not point there:\n{said}");
}

#[test]
fn a_box_is_found_as_allting_local_and_speaks_no_https_unless_told() {
    let found = door("");
    assert_eq!(found.local_name.unwrap().as_str(), "allting");
    assert_eq!((found.tls, found.steward_listen), (None, None));
    assert_eq!(door("local_name = \"\"").local_name, None, "an empty name is none");
}

#[test]
fn the_box_makes_its_own_certificate_unless_another_is_named() {
    let source = |text: &str| door(text).tls.unwrap().source;
    assert_eq!(source("[tls]\n"), CertificateSource::Own);
    let files = CertificateSource::Files { certificate: "chain.pem".into(), key: "/etc/key.pem".into() };
    assert_eq!(source("[tls]\ncertificate = \"chain.pem\"\nkey = \"/etc/key.pem\"\n"), files);
    let names = |text: &str| match source(text) {
        CertificateSource::Acme { names, .. } => names,
        other => panic!("{other:?}"),
    };
    let url = "public_url = \"https://Allting.Norsjo.example:8443/\"\n";
    assert_eq!(names(&format!("{url}[tls]\n{DIRECTORY}")), ["allting.norsjo.example"]);
    assert_eq!(
        names(&format!("{url}[tls]\n{DIRECTORY}acme_names = [\"a.example\", \"b.example\"]")),
        ["a.example", "b.example"]
    );
    assert_eq!(door("[tls]").tls.unwrap().listen.port(), 443);
}

#[test]
fn a_certificate_comes_from_one_place_and_whole() {
    refused("[tls]\ncertificate = \"chain.pem\"\n", &["one is missing", "`key = \"privkey.pem\"`"]);
    refused("[tls]\nkey = \"key.pem\"\n", &["one is missing"]);
    refused(&format!("[tls]\ncertificate = \"c\"\nkey = \"k\"\n{DIRECTORY}"), &["not both", "the files"]);
    refused("[tls]\nacme = \"letsencrypt\"\n", &["is no address of an issuer", "acme = \"https://acme-v02"]);
    refused(&format!("[tls]\n{DIRECTORY}"), &["for which name", "acme_names = [\"allting.norsjo.se\"]"]);
    for name in ["allting.local", "10.0.0.5", "allting", "a b.example", "*.norsjo.example", "https://a.example"] {
        refused(&format!("[tls]\n{DIRECTORY}acme_names = [\"{name}\"]"), &["no issuer knows the name"]);
    }
    refused("[tls]\nlisten = \"443\"\n", &["`listen` is no address and port"]);
    refused("[tls]\ncertifikate = \"x\"\n", &["did you mean `certificate`?"]);
    refused("steward_listen = \"10.0.0.5\"\n", &["`steward_listen` is no address and port"]);
    refused("local_name = \"the box\"\n", &["`local_name` cannot be"]);
}

#[test]
fn a_backup_is_locked_to_the_public_half_of_a_key() {
    let plan = door(&format!("[backup]\nrecipients = [\"{RECIPIENT}\"]\nfolder = \"/mnt\"\nkeep = 3\n")).backup;
    assert_eq!((plan.recipients, plan.folder.as_deref(), plan.keep), (vec![RECIPIENT.to_owned()], Some("/mnt"), 3));
    refused("[backup]\nfolder = \"/mnt\"\n", &["somebody to be locked to", "allting backup key"]);
    refused("[backup]\nrecipients = [\"age1short\"]\n", &["no public half of a recovery key"]);
    let secret = "AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ";
    refused(&format!("[backup]\nrecipients = [\"{secret}\"]\n"), &["the secret half", "make a new key"]);
    refused("[backup]\nkeep = 0\n", &["`keep` is out of range"]);
}
