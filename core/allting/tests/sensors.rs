//! Sensors taken into a folder, as an operator does it.

#![allow(clippy::unwrap_used, reason = "test code")]

mod town;

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Stdio};
use town::{allting, municipality, text};

const KEY: &str = "3f2e3d4c5b6a79880716253443526170";

#[test]
fn a_list_is_checked_then_taken_in_and_its_keys_are_for_the_box_alone() {
    let folder = municipality(&[("door", "elsys", "")]);
    let path = folder.path();
    let list = path.join("delivery.csv");
    fs::write(&list, format!("Name;DevEUI;AppKey;Sted\r\nB\u{e5}thus;A81758FFFE000002;{KEY};library\r\n")).unwrap();
    let before = fs::read(path.join("sensors.toml")).unwrap();

    let said = allting(["sensor", "import", text(&list), text(path), "--check"], 0);
    assert!(said.contains("1 of 1 sensors are new (elsys 1).") && said.contains("this was a check"), "{said}");
    assert_eq!(fs::read(path.join("sensors.toml")).unwrap(), before);

    let said = allting(["sensor", "import", text(&list), text(path)], 0);
    assert!(said.contains("takes them in by itself") && !said.contains(KEY), "{said}");
    let mode = fs::metadata(path.join("secrets.toml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert!(allting(["check", text(path)], 0).contains("2 sensors"));

    let said = allting(["sensor", "import", text(&list), text(path)], 1);
    assert!(said.contains("delivery.csv:2:") && said.contains("sensor `bathus` already"), "{said}");
    assert!(said.contains("Nothing was written: 1 mistakes."), "{said}");
    assert!(allting(["sensor", "import", text(&list), text(path), "--only-new"], 0).contains("1 are there already"));
}

#[test]
fn the_code_on_a_label_and_the_key_of_the_delivery_note_are_a_sensor() {
    let folder = municipality(&[]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_allting"))
        .args(["sensor", "add", text(folder.path()), "--place", "library", "--name", "Gate"])
        .args(["--qr", "LW:D0:70B3D57ED0000000:A81758FFFE0000AA:00840001:S0042"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(KEY.as_bytes()).unwrap();
    assert!(child.wait_with_output().unwrap().status.success());
    let sensors = fs::read_to_string(folder.path().join("sensors.toml")).unwrap();
    assert!(sensors.contains("id = \"gate\"") && sensors.contains("decoder = \"elsys\""), "{sensors}");
    assert!(allting(["check", text(folder.path())], 0).contains("1 sensors"));
    let said = allting(["sensor", "add", text(folder.path()), "--qr", "https://example.org"], 1);
    assert!(said.contains("no LoRaWAN device code"), "{said}");
}

#[test]
fn two_thousand_sensors_are_taken_in_at_once_and_the_folder_is_right() {
    let folder = municipality(&[]);
    let path = folder.path();
    let mut list = "name,dev_eui,join_eui,app_key,decoder,place\n".to_owned();
    for n in 0..2000 {
        writeln!(list, "Bay {n},a81758fffe01{n:04x},70b3d57ed0000000,{:032x},elsys,library", n + 1_000_003).unwrap();
    }
    fs::write(path.join("bays.csv"), list).unwrap();
    let said = allting(["sensor", "import", text(&path.join("bays.csv")), text(path)], 0);
    assert!(said.contains("2000 of 2000 sensors are new"), "{said}");
    // Some 280 and 130 KB: there is room for three times as many.
    let size = |name: &str| fs::metadata(path.join(name)).unwrap().len();
    assert!(size("sensors.toml") < 300_000 && size("secrets.toml") < 150_000);
    assert!(allting(["check", text(path)], 0).contains("2000 sensors"));
}
