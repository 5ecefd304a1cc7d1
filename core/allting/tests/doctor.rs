//! `allting doctor` and `allting claim` at the command line.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code outside of test functions")]

mod town;

use std::fs;
use town::{allting, text};

#[test]
fn a_box_that_does_not_run_gets_plain_advice() {
    let (folder, data) = (town::municipality(&[("door", "elsys", "")]), tempfile::tempdir().unwrap());
    // Ports that nobody has, so that a box on this machine is not taken for this one.
    fs::write(
        folder.path().join("municipality.toml"),
        "web_listen = \"127.0.0.1:1\"\ngwmp_listen = \"127.0.0.1:0\"\ntrust_clock = true\n",
    )
    .unwrap();
    let said = allting(["doctor", text(folder.path()), "--data", text(data.path())], 1);
    for line in [
        "by the word of `trust_clock`",
        "ok    disk",
        "ok    data folder",
        "CARE  plugins: none",
        "CARE  gateways: none",
        "CARE  portal",
    ] {
        assert!(said.contains(line), "no `{line}` in\n{said}");
    }
    fs::write(folder.path().join("places.toml"), "[[place]]\nid = 7\n").unwrap();
    let said = allting(["doctor", text(folder.path()), "--data", text(data.path())], 1);
    assert!(said.contains("CARE  configuration: it has errors"), "{said}");
}

#[test]
fn claim_shows_a_code_and_keeps_only_its_digest() {
    let data = tempfile::tempdir().unwrap();
    let said = allting(["claim", "--data", text(data.path())], 0);
    let code = said.lines().next().unwrap();
    assert_eq!((code.len(), code.matches('-').count()), (14, 2), "{said}");
    let kept = fs::read_to_string(data.path().join("claim")).unwrap();
    assert!(!kept.contains(code) && !kept.contains(&code.replace('-', "")), "{kept}");
    let again = allting(["claim", "--data", text(data.path())], 0);
    assert_ne!(again.lines().next().unwrap(), code);
}

/// The portal tells people that `allting claim` on the box makes a new code: nothing more shall be needed on a box of the package.
#[test]
fn claim_and_doctor_know_where_the_package_keeps_the_data() {
    for command in ["claim", "doctor"] {
        let said = allting([command, "--help"], 0);
        assert!(said.contains("[default: /var/lib/allting]"), "{said}");
    }
}

#[test]
fn a_file_of_map_tiles_that_is_cut_short_needs_care() {
    let (folder, data) = (town::municipality(&[]), tempfile::tempdir().unwrap());
    let toml = fs::read_to_string(folder.path().join("municipality.toml")).unwrap();
    let toml = toml + "[map]\ntiles = \"town.pmtiles\"\n";
    fs::write(folder.path().join("municipality.toml"), toml).unwrap();
    let mut tiles = vec![0; 127];
    tiles[..8].copy_from_slice(b"PMTiles\x03");
    // The tiles begin at 127 and have 20 bytes.
    (tiles[56], tiles[64]) = (127, 20);
    for (bytes, line) in
        [(147, "ok    map tiles: town.pmtiles is whole"), (140, "CARE  map tiles: `town.pmtiles` is not shown")]
    {
        tiles.resize(bytes, 7);
        fs::write(folder.path().join("town.pmtiles"), &tiles).unwrap();
        let said = allting(["doctor", text(folder.path()), "--data", text(data.path())], 1);
        assert!(said.contains(line), "no `{line}` in\n{said}");
    }
}

/// What a machine's clock rests on is told: of one of which nobody knows, what to do; and never that all is well.
#[test]
fn the_quality_of_the_clock_is_told() {
    let (folder, data) = (town::municipality(&[]), tempfile::tempdir().unwrap());
    let said = allting(["doctor", text(folder.path()), "--data", text(data.path())], 1);
    let line = said.lines().find(|line| line.contains("clock: ")).unwrap();
    let known = ["by a time server", "kept by the machine"].iter().any(|word| line.contains(word));
    assert_eq!(line.starts_with("ok "), known, "{line}");
    assert!(known || line.contains("let it reach a time server"), "{line}");
}
