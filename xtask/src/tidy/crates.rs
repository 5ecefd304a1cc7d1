//! Floors of the crates, and homes of the dependencies that each of them hides.

use super::Violation;
use cargo_metadata::{DependencyKind, Metadata, Package};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// Where a crate stands. An arrow points only to a lower floor (docs/DESIGN.md, rooms and floors).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Floor {
    /// Outside the house: what integrators build with, and what they build. It sees nothing of ours but the SDK.
    Guest,
    /// A numbered floor of the house.
    Number(u8),
    /// Above the roof: it may see everything, and nothing sees it.
    Top,
}

/// Every crate of ours. A new one is entered here first.
const FLOORS: [(&str, Floor); 16] = [
    ("model", Floor::Number(0)),
    ("config", Floor::Number(1)),
    ("words", Floor::Number(1)),
    ("netserver", Floor::Number(1)),
    ("engagement", Floor::Number(1)),
    ("photo", Floor::Number(1)),
    ("store", Floor::Number(2)),
    ("plugin-host", Floor::Number(2)),
    ("courier", Floor::Number(2)),
    ("backup", Floor::Number(2)),
    ("app", Floor::Number(3)),
    ("tls", Floor::Number(3)),
    ("web", Floor::Number(4)),
    ("allting", Floor::Number(5)),
    ("town", Floor::Top),
    ("xtask", Floor::Top),
];

/// The only crate of ours that a plugin knows.
const SDK: &str = "allting-plugin-sdk";

/// Dependencies that are an outside world, and the crates that hide them.
const HOMES: [(&str, &[&str]); 46] = [
    ("toml", &["config"]),
    ("toml_edit", &["config"]),
    ("annotate-snippets", &["config"]),
    ("serde-saphyr", &["config"]),
    ("schemars", &["config"]),
    ("fluent-bundle", &["words"]),
    ("unic-langid", &["words"]),
    ("icu", &["words"]),
    ("lrwn", &["netserver"]),
    ("image", &["photo"]),
    ("microlp", &["engagement"]),
    ("redb", &["store"]),
    ("wasmtime", &["plugin-host"]),
    ("reqwest", &["courier", "town"]),
    ("lettre", &["courier"]),
    ("ring", &["courier"]),
    ("axum", &["web"]),
    ("hyper", &["courier", "web"]),
    ("hyper-util", &["courier", "web"]),
    ("argon2", &["app"]),
    ("tower", &["web"]),
    ("tower-http", &["web"]),
    ("minijinja", &["web"]),
    ("resvg", &["web"]),
    ("qrcode", &["web"]),
    ("pulldown-cmark", &["courier", "web"]),
    ("rustls", &["tls"]),
    ("tokio-rustls", &["courier", "tls"]),
    ("rcgen", &["tls"]),
    ("x509-parser", &["tls"]),
    ("instant-acme", &["tls"]),
    ("age", &["backup"]),
    ("tar", &["backup"]),
    ("mdns-sd", &["allting"]),
    // Asynchronous code begins at floor 3; the courier is the one below that talks to slow strangers.
    ("tokio", &["courier", "app", "tls", "web", "allting", "town"]),
    ("anyhow", &["allting", "town", "xtask"]),
    ("clap", &["allting", "town", "xtask"]),
    ("sd-notify", &["allting"]),
    ("getrandom", &["allting", "store"]),
    ("chacha20poly1305", &["store"]),
    ("hkdf", &["store"]),
    ("wit-bindgen", &[SDK]),
    ("rquickjs", &["js-codec"]),
    ("wit-component", &["xtask", "plugin-host"]),
    // Both were named for the hot path, and both die of one datagram or frame: there they serve as the other side.
    ("semtech-udp", &["town"]),
    ("lorawan-device", &["town"]),
];

pub(super) fn check(metadata: &Metadata, root: &Path) -> Vec<Violation> {
    let packages = metadata.workspace_packages();
    let folder = |package: &Package| {
        let folder = package.manifest_path.parent().map_or(root, |folder| folder.as_std_path());
        folder.strip_prefix(root).unwrap_or(folder).to_string_lossy().into_owned()
    };
    let ours: Ours = packages.iter().filter_map(|p| Some((p.name.to_string(), floor(&p.name, &folder(p))?))).collect();
    packages.iter().flat_map(|package| manifest(package, &folder(package), &ours, root)).collect()
}

/// The crates of the workspace that have a floor.
type Ours = BTreeMap<String, Floor>;

fn floor(name: &str, folder: &str) -> Option<Floor> {
    let guest = folder == "plugin-sdk" || folder.starts_with("plugins/");
    let numbered = FLOORS.iter().find(|(known, _)| *known == name).map(|(_, floor)| *floor);
    if guest { Some(Floor::Guest) } else { numbered }
}

fn manifest(package: &Package, folder: &str, ours: &Ours, root: &Path) -> Vec<Violation> {
    let text = fs::read_to_string(&package.manifest_path).unwrap_or_default();
    let at = |start: &str, what: String| {
        let line = text.lines().position(|line| line.starts_with(start)).map_or(1, |index| index + 1);
        Violation { path: format!("{folder}/Cargo.toml"), line, what }
    };
    let name = package.name.as_str();
    let mut found = Vec::new();
    for dependency in &package.dependencies {
        found.extend(arrow(name, &dependency.name, ours).map(|what| at(&dependency.name, what)));
        // What only the tests of a crate use does not ship.
        if dependency.kind != DependencyKind::Development {
            found.extend(homeless(name, &dependency.name).map(|what| at(&dependency.name, what)));
        }
    }
    if !ours.contains_key(name) {
        found.push(at("name", format!("`{name}` has no floor: enter it in xtask/src/tidy/crates.rs")));
    }
    if !text.contains("[lints]\nworkspace = true") {
        found.push(at("[package]", "the lints of the house are missing: add [lints] and workspace = true".to_owned()));
    }
    if folder.starts_with("plugins/") {
        let missing = ["README.md", "quality.toml"].into_iter().filter(|file| !root.join(folder).join(file).exists());
        found.extend(
            missing.map(|file| at("[package]", format!("the plugin has no {file}: write one as its neighbours have"))),
        );
    }
    found
}

/// What is wrong with `from` depending on `to`.
fn arrow(from: &str, to: &str, ours: &Ours) -> Option<String> {
    match (ours.get(from)?, ours.get(to)?) {
        (Floor::Guest, _) if to != SDK => Some(format!("a guest knows only `{SDK}`: remove `{to}`")),
        (Floor::Number(_), Floor::Guest) => Some(format!("the house does not know its guests: remove `{to}`")),
        (Floor::Number(_), Floor::Top) => Some(format!("nothing depends on `{to}`, it is above the roof: remove it")),
        (Floor::Number(a), Floor::Number(b)) if b >= a => Some(format!(
            "an arrow points down, and `{from}` is on floor {a}, `{to}` on {b}: hand the data over instead"
        )),
        _ => None,
    }
}

/// What is wrong with `name` using `dependency`.
fn homeless(name: &str, dependency: &str) -> Option<String> {
    let (_, homes) = HOMES.iter().find(|(hidden, _)| *hidden == dependency)?;
    let at_home = homes.join(", ");
    (!homes.contains(&name)).then(|| format!("`{dependency}` is at home in {at_home}: ask there for what you need"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn house() -> Ours {
        let guests = ["elsys", SDK].map(|name| (name.to_owned(), Floor::Guest));
        FLOORS.iter().map(|(name, floor)| ((*name).to_owned(), *floor)).chain(guests).collect()
    }

    #[test]
    fn an_arrow_may_point_down_and_from_the_roof_anywhere() {
        for (from, to) in [("store", "model"), ("web", "app"), ("town", "store"), ("elsys", SDK), ("model", "serde")] {
            assert_eq!(arrow(from, to, &house()), None, "{from} -> {to}");
        }
    }

    #[test]
    fn an_arrow_may_not_point_up_or_sideways_or_across_the_fence() {
        for (from, to) in [
            ("model", "config"),
            ("words", "config"),
            ("app", "web"),
            ("app", "elsys"),
            ("elsys", "model"),
            ("web", "town"),
        ] {
            assert!(arrow(from, to, &house()).is_some(), "{from} -> {to}");
        }
    }

    #[test]
    fn a_crate_is_a_guest_by_its_folder() {
        assert_eq!(floor("elsys", "plugins/elsys"), Some(Floor::Guest));
        assert_eq!(floor("store", "core/store"), Some(Floor::Number(2)));
        assert_eq!(floor("utils", "core/utils"), None);
    }

    #[test]
    fn a_heavy_dependency_stays_at_home() {
        assert_eq!(homeless("store", "redb"), None);
        assert_eq!(homeless("app", "redb").unwrap(), "`redb` is at home in store: ask there for what you need");
        assert_eq!(
            homeless("netserver", "semtech-udp").unwrap(),
            "`semtech-udp` is at home in town: ask there for what you need"
        );
        assert_eq!(homeless("app", "thiserror"), None);
    }
}
