//! Identifiers and keys of a row, and what is suspicious about them, in words that say what to do.

use super::fields::Field;
use super::list::Row;
use super::makers::{is_back_to_front, known_key, reversed};
use super::table::Cell;
use crate::diagnostic::Fault;
use crate::said::say;
use model::{Activation, AppKey, AppSKey, DevAddr, DevEui, JoinEui, MacVersion, NwkSKey, ParseIdError};
use std::str::FromStr;

/// What is wrong, and what is only odd, in the order it was found. A fault of the first sort is an error.
pub(super) type Faults = Vec<Fault>;

/// Reads `field`; reports when it is there and cannot be read.
pub(super) fn parsed<T: FromStr<Err = ParseIdError>>(row: &Row, field: &Field, faults: &mut Faults) -> Option<T> {
    let cell = row.cells.get(field)?;
    let digits = cell.text.strip_prefix("0x").or_else(|| cell.text.strip_prefix("0X")).unwrap_or(&cell.text);
    match digits.parse() {
        Ok(value) => Some(value),
        Err(wrong) => {
            faults.push(unreadable(field, cell, &wrong));
            None
        }
    }
}

/// Says what most likely happened to the digits, and never what they are.
fn unreadable(field: &Field, cell: &Cell, wrong: &ParseIdError) -> Fault {
    let title = field.title();
    let text = cell.text.as_str();
    let digits: String = text.chars().filter(|c| !matches!(c, ' ' | '-' | ':')).collect();
    let fault = Fault::error(cell.at.clone(), say!("key-unreadable", "the {title} cannot be read", title = title))
        .expected(say!(
            "expect-digits",
            "expected {expected} hexadecimal digits (spaces, `-` and `:` between them are fine), found {found}",
            expected = wrong.expected,
            found = wrong.found
        ));
    let decimal = digits.chars().all(|c| c.is_ascii_digit());
    if text.contains(['E', 'e']) && text.contains('+') && text.replace(',', ".").parse::<f64>().is_ok() {
        return fault.help(say!(
            "sheet-number",
            "a spreadsheet has made a number of it and its digits are lost: \
             make the column text, enter it again from the label, and export again"
        ));
    }
    if decimal && digits.len() < wrong.expected && !digits.is_empty() {
        return fault.help(say!(
            "sheet-zeros",
            "a spreadsheet may have dropped zeros at its front: make the column text, and export again"
        ));
    }
    match (wrong.expected, digits.len()) {
        (16, 32) => return fault.help(say!("long-as-key", "it is as long as a key: have two columns been mixed up?")),
        (32, 16) => return fault.help(say!("long-as-eui", "it is as long as an EUI: have two columns been mixed up?")),
        _ => {}
    }
    if let Some(letter) = digits.chars().find(|c| !c.is_ascii_hexdigit()) {
        let help = match letter {
            'O' | 'o' => say!("letter-o", "it has the letter O: the digit zero was meant"),
            'I' | 'l' | 'L' | 'i' => {
                say!("letter-i", "it has the letter {letter}: the digit one was meant", letter = letter)
            }
            letter => say!("no-digit", "`{letter}` is no hexadecimal digit: those are 0-9 and a-f", letter = letter),
        };
        return fault.help(help);
    }
    fault.help(say!("compare-label", "compare with the label or the delivery note"))
}

/// The `DevEUI` of a row. One that is back to front or nobody's is refused.
pub(super) fn dev_eui(row: &Row, faults: &mut Faults) -> Option<DevEui> {
    let Some(cell) = row.cells.get(&Field::DevEui) else {
        faults.push(
            Fault::error(row.at.clone(), say!("no-eui", "this sensor has no DevEUI"))
                .help(say!("eui-on-label", "it stands on the label: 16 hexadecimal digits")),
        );
        return None;
    };
    let dev_eui: DevEui = parsed(row, &Field::DevEui, faults)?;
    if [[0; 8], [0xff; 8]].contains(&dev_eui.0) {
        let fault = Fault::error(cell.at.clone(), say!("eui-nobodys", "{eui} is no device's DevEUI", eui = dev_eui));
        faults.push(fault.help(say!("eui-from-label", "take it from the label: 16 hexadecimal digits")));
        return None;
    }
    if is_back_to_front(dev_eui) {
        let fault = Fault::error(
            cell.at.clone(),
            say!("eui-backwards", "the DevEUI stands back to front (least significant byte first)"),
        );
        faults.push(fault.expected(say!("eui-likely", "most likely {eui}", eui = reversed(dev_eui))).help(say!(
            "turn-around",
            "turn it around, byte for byte; look at JoinEUI and AppKey too, which may have been turned as well"
        )));
        return None;
    }
    Some(dev_eui)
}

/// How the device gets its session keys.
pub(super) fn activation(row: &Row, dev_eui: Option<DevEui>, faults: &mut Faults) -> Option<(Activation, MacVersion)> {
    let before = faults.len();
    let version = mac_version(row, faults);
    let joins = joins(row, faults);
    let (app_key, nwk_key) = (parsed(row, &Field::AppKey, faults), parsed(row, &Field::NwkKey, faults));
    let join_eui = parsed(row, &Field::JoinEui, faults).unwrap_or(JoinEui([0; 8]));
    if faults.len() > before {
        return None;
    }
    let has_root = app_key.is_some() || nwk_key.is_some();
    let activation = if joins.unwrap_or(has_root || !row.cells.contains_key(&Field::DevAddr)) {
        let app_key = root_key(row, app_key, nwk_key, version.is_1_1, faults)?;
        doubt_app_key(row, &app_key, join_eui, dev_eui, faults);
        Activation::Otaa { join_eui, app_key }
    } else {
        let dev_addr: Option<DevAddr> = needed(row, &Field::DevAddr, faults);
        let nwk_s_key: Option<NwkSKey> = needed(row, &Field::NwkSKey, faults);
        let app_s_key: Option<AppSKey> = needed(row, &Field::AppSKey, faults);
        let (dev_addr, nwk_s_key, app_s_key) = (dev_addr?, nwk_s_key?, app_s_key?);
        doubt(row, &Field::NwkSKey, nwk_s_key.bytes(), faults);
        doubt(row, &Field::AppSKey, app_s_key.bytes(), faults);
        Activation::Abp { dev_addr, nwk_s_key, app_s_key }
    };
    Some((activation, version.mac))
}

fn needed<T: FromStr<Err = ParseIdError>>(row: &Row, field: &Field, faults: &mut Faults) -> Option<T> {
    if !row.cells.contains_key(field) {
        let fault = Fault::error(row.at.clone(), say!("no-key", "this sensor has no {title}", title = field.title()));
        faults.push(fault.help(say!(
            "which-keys",
            "a sensor that does not join (ABP) has DevAddr, NwkSKey and AppSKey; one that joins (OTAA) has an AppKey"
        )));
        return None;
    }
    parsed(row, field, faults)
}

/// What LoRaWAN 1.0 calls the `AppKey`. Exports that know 1.1 too keep it as `NwkKey`, and leave the other empty or zero.
fn root_key(
    row: &Row,
    app_key: Option<AppKey>,
    nwk_key: Option<AppKey>,
    is_1_1: bool,
    faults: &mut Faults,
) -> Option<AppKey> {
    let says_something = |key: &AppKey| key.bytes() != [0; 16];
    match (app_key.clone().filter(says_something), nwk_key.clone().filter(says_something)) {
        (Some(app_key), None) => Some(app_key),
        (None, Some(nwk_key)) => Some(nwk_key),
        (Some(app_key), Some(nwk_key)) if app_key == nwk_key => Some(app_key),
        // A device of 1.1 joins a server of 1.0 with its NwkKey (LoRaWAN 1.1 section 6.1.1.3).
        (Some(_), Some(nwk_key)) if is_1_1 => Some(nwk_key),
        (Some(_), Some(_)) => {
            let at = row.cells.get(&Field::NwkKey).map_or(row.at.clone(), |cell| cell.at.clone());
            faults.push(Fault::error(at, say!("two-keys", "this sensor has an AppKey and another NwkKey")).help(say!(
                "one-key",
                "LoRaWAN 1.0 has one root key: leave the right one in the list (ChirpStack has it as NwkKey); \
                 for a device of 1.1 add a column lorawan_version"
            )));
            None
        }
        (None, None) => {
            let zero = app_key.or(nwk_key);
            if zero.is_none() {
                let fault = Fault::error(row.at.clone(), say!("no-app-key", "this sensor has no AppKey"));
                faults.push(fault.help(say!(
                    "maker-sends-key",
                    "its maker or seller sends it: 32 hexadecimal digits; without it the sensor cannot join"
                )));
            }
            zero
        }
    }
}

/// Warns of a root key that somebody else can know, or that another column slipped into.
fn doubt_app_key(row: &Row, key: &AppKey, join_eui: JoinEui, dev_eui: Option<DevEui>, faults: &mut Faults) {
    let field = if row.cells.contains_key(&Field::AppKey) { Field::AppKey } else { Field::NwkKey };
    let halves = |eui: [u8; 8]| {
        let [a, b] = [key.bytes().first_chunk() == Some(&eui), key.bytes().last_chunk() == Some(&eui)];
        a || b
    };
    let made_of = if dev_eui.is_some_and(|eui| halves(eui.0)) {
        Some(say!("key-of-eui", "the AppKey is made of the DevEUI, which every frame shows"))
    } else if join_eui.0 != [0; 8] && halves(join_eui.0) {
        Some(say!("key-of-join", "the AppKey is made of the JoinEUI, which every join shows"))
    } else {
        None
    };
    match made_of {
        Some(why) => {
            let at = row.cells.get(&field).map_or(row.at.clone(), |cell| cell.at.clone());
            faults.push(Fault::warning(at, why).help(say!(
                "set-another",
                "it works if the device really has this key, but anybody in reach can listen: set another"
            )));
        }
        None => doubt(row, &field, key.bytes(), faults),
    }
}

fn doubt(row: &Row, field: &Field, key: [u8; 16], faults: &mut Faults) {
    if let Some(why) = known_key(key) {
        let at = row.cells.get(field).map_or(row.at.clone(), |cell| cell.at.clone());
        let fault = Fault::warning(
            at,
            say!("key-known", "the {title} is known to everybody: {why}", title = field.title(), why = why),
        );
        faults.push(fault.help(say!(
            "set-key",
            "anybody in reach can listen to the sensor, or speak in its name: set another key in the device"
        )));
    }
}

/// A LoRaWAN version, as the box takes it.
#[derive(Clone, Copy)]
struct Version {
    mac: MacVersion,
    is_1_1: bool,
}

fn mac_version(row: &Row, faults: &mut Faults) -> Version {
    let usual = Version { mac: MacVersion::default(), is_1_1: false };
    let Some(cell) = row.cells.get(&Field::MacVersion) else { return usual };
    // `1.0.3`, `MAC_V1_0_3`, `LORAWAN_1_0_3`, `1.0.2 rev B`: the first three digits.
    let digits: String = cell.text.chars().filter(char::is_ascii_digit).take(3).collect();
    let mac = match digits.as_str() {
        "100" | "10" => MacVersion::V1_0_0,
        "101" => MacVersion::V1_0_1,
        "102" => MacVersion::V1_0_2,
        "103" => MacVersion::V1_0_3,
        "104" => MacVersion::V1_0_4,
        // Numbers its joins as 1.0.4 does.
        "110" | "111" | "11" => return Version { mac: MacVersion::V1_0_4, is_1_1: true },
        _ => {
            let fault =
                Fault::error(cell.at.clone(), say!("no-version", "`{text}` is no LoRaWAN version", text = cell.text));
            faults
                .push(fault.expected(say!("expect-version", "expected 1.0.0 to 1.0.4, or 1.1, as in its data sheet")));
            return usual;
        }
    };
    Version { mac, is_1_1: false }
}

/// Whether the row says that the device joins.
fn joins(row: &Row, faults: &mut Faults) -> Option<bool> {
    let cell = row.cells.get(&Field::Activation)?;
    match cell.text.to_lowercase().as_str() {
        "otaa" | "true" | "yes" | "ja" | "1" => Some(true),
        "abp" | "false" | "no" | "nei" | "nej" | "0" => Some(false),
        _ => {
            let fault =
                Fault::error(cell.at.clone(), say!("no-activation", "`{text}` is no activation", text = cell.text));
            faults.push(
                fault
                    .expected(say!("expect-activation", "expected OTAA (it joins) or ABP (it was born with its keys)")),
            );
            None
        }
    }
}
