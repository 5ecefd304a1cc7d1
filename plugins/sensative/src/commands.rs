//! Commands and the bytes for them: the first byte says what is to be done on a port. They are the same for all Strips, and a
//! Strip passes over what it has no sensor for.

use allting_plugin_sdk::{Command, CommandKind, Downlink, Fault};
use serde::Deserialize;

/// Port and first byte of each.
const SET: (u8, u8) = (11, 1);
const PROFILE: (u8, u8) = (10, 1);
const HISTORY: (u8, u8) = (2, 1);

/// Settings by name and number, with the least and the most that is let through: below it a battery of ten years is empty in one.
const SETTINGS: [(&str, u8, u32, u32); 13] = [
    ("temperature-every-s", 0x04, 10, 86_400),
    ("temperature-change-mc", 0x05, 100, 50_000),
    ("temperature-slow-change-mc", 0x06, 100, 50_000),
    ("temperature-slow-every-s", 0x07, 10, 86_400),
    ("humidity-every-s", 0x11, 10, 86_400),
    ("humidity-change-percent", 0x12, 1, 100),
    ("light-every-s", 0x13, 10, 86_400),
    ("flood-every-s", 0x18, 10, 86_400),
    ("flood-report-every-s", 0x1B, 60, 604_800),
    ("flood-alarm-percent", 0x1C, 1, 100),
    ("openings-every-s", 0x2D, 60, 604_800),
    ("presence-every-s", 0x2F, 5, 86_400),
    ("presence-timeout-s", 0x31, 10, 86_400),
];

/// What a Strip is used for. Its number is its place here.
const PROFILES: [&str; 10] = [
    "default",
    "comfort-temperature",
    "comfort-temperature-light",
    "comfort-mean-temperature",
    "guard",
    "drip",
    "presence-office",
    "presence-public",
    "disinfection",
    "close-proximity",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Set {
    setting: String,
    value: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Profile {
    profile: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct History {
    first: u16,
    last: u16,
}

pub(crate) fn kinds() -> [CommandKind; 3] {
    [set_kind(), profile_kind(), history_kind()]
}

/// Names as a list in JSON.
fn quoted<const N: usize>(names: [&str; N]) -> String {
    names.map(|name| format!(r#""{name}""#)).join(",")
}

fn set_kind() -> CommandKind {
    let schema = format!(
        r#"{{"type":"object","additionalProperties":false,"required":["setting","value"],"properties":{{
            "setting":{{"enum":[{}],"description":"What to set; the unit is the last part of its name"}},
            "value":{{"type":"integer","minimum":1,"maximum":604800,
                "description":"Seconds, thousandths of a degree or per cent"}}}}}}"#,
        quoted(SETTINGS.map(|(name, ..)| name))
    );
    let refused = |why: &str| Fault::UnsupportedCommand(format!("set: {why}"));
    let set = |payload: [u8; 6]| Downlink::new(11, payload);
    CommandKind::new("set", &schema)
        .title("en", "Change a setting")
        .title("nb", "Endre en innstilling")
        .title("nn", "Endre ei innstilling")
        .title("sv", "Ändra en inställning")
        .gives(r#"{"setting":"temperature-every-s","value":600}"#, "{}", set([1, 0x04, 0x00, 0x00, 0x02, 0x58]))
        .gives(r#"{"setting":"openings-every-s","value":3600}"#, "{}", set([1, 0x2D, 0x00, 0x00, 0x0E, 0x10]))
        .gives(r#"{"setting":"temperature-change-mc","value":1500}"#, "{}", set([1, 0x05, 0x00, 0x00, 0x05, 0xDC]))
        .faults(
            r#"{"setting":"temperature-every-s","value":1}"#,
            "{}",
            refused("temperature-every-s is from 10 to 86400"),
        )
        .faults(r#"{"setting":"color","value":1}"#, "{}", refused("color is no setting"))
}

fn profile_kind() -> CommandKind {
    let schema = format!(
        r#"{{"type":"object","additionalProperties":false,"required":["profile"],"properties":{{
            "profile":{{"enum":[{}],"description":"What the Strip is used for: it sets all settings anew"}}}}}}"#,
        quoted(PROFILES)
    );
    CommandKind::new("profile", &schema)
        .title("en", "Choose what it is used for")
        .title("nb", "Velg hva den brukes til")
        .title("nn", "Vel kva han blir brukt til")
        .title("sv", "Välj vad den används till")
        .gives(r#"{"profile":"default"}"#, "{}", Downlink::new(10, [0x01, 0x00]))
        .gives(r#"{"profile":"presence-public"}"#, "{}", Downlink::new(10, [0x01, 0x07]))
}

fn history_kind() -> CommandKind {
    let schema = r#"{"type":"object","additionalProperties":false,"required":["first","last"],"properties":{
        "first":{"type":"integer","minimum":0,"maximum":65535,"description":"Number of the first entry"},
        "last":{"type":"integer","minimum":0,"maximum":65535,"description":"Number of the last entry"}}}"#;
    let refused = Fault::UnsupportedCommand("history: the last entry is before the first".into());
    CommandKind::new("history", schema)
        .title("en", "Send what was missed")
        .title("nb", "Send det som gikk tapt")
        .title("nn", "Send det som gjekk tapt")
        .title("sv", "Skicka det som missades")
        .gives(r#"{"first":16,"last":258}"#, "{}", Downlink::new(2, [0x01, 0x00, 0x10, 0x01, 0x02]))
        .faults(r#"{"first":2,"last":1}"#, "{}", refused)
}

pub(crate) fn encode(command: &Command) -> Result<Downlink, Fault> {
    let ((port, what), rest) = match &*command.name {
        "set" => {
            let Set { setting, value } = command.arguments()?;
            let known = SETTINGS.iter().find(|(name, ..)| *name == setting);
            let (_, number, least, most) = known.ok_or_else(|| command.refused(&format!("{setting} is no setting")))?;
            if !(least..=most).contains(&&value) {
                return Err(command.refused(&format!("{setting} is from {least} to {most}")));
            }
            let [a, b, c, d] = value.to_be_bytes();
            (SET, vec![*number, a, b, c, d])
        }
        "profile" => {
            let Profile { profile } = command.arguments()?;
            let number = (0_u8..).zip(PROFILES).find(|(_, name)| *name == profile);
            let (number, _) = number.ok_or_else(|| command.refused(&format!("{profile} is no profile")))?;
            (PROFILE, vec![number])
        }
        "history" => {
            let History { first, last } = command.arguments()?;
            if last < first {
                return Err(command.refused("the last entry is before the first"));
            }
            let ([a, b], [c, d]) = (first.to_be_bytes(), last.to_be_bytes());
            (HISTORY, vec![a, b, c, d])
        }
        name => return Err(Fault::UnsupportedCommand(name.to_owned())),
    };
    Ok(Downlink::new(port, [&[what], &rest[..]].concat()))
}

pub(crate) fn decode(downlink: &Downlink) -> Result<String, Fault> {
    let unknown = || Fault::Malformed("no command of ours".into());
    let (what, rest) = downlink.payload.split_first().ok_or_else(unknown)?;
    match ((downlink.f_port, *what), rest) {
        (SET, &[number, a, b, c, d]) => {
            let known = SETTINGS.iter().find(|(_, of, ..)| *of == number);
            let (name, ..) = known.ok_or_else(unknown)?;
            let value = u32::from_be_bytes([a, b, c, d]);
            Ok(format!(r#"{{"command":"set","setting":"{name}","value":{value}}}"#))
        }
        (PROFILE, &[number]) => {
            let name = PROFILES.get(usize::from(number)).ok_or_else(unknown)?;
            Ok(format!(r#"{{"command":"profile","profile":"{name}"}}"#))
        }
        (HISTORY, &[a, b, c, d]) => {
            let (first, last) = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
            Ok(format!(r#"{{"command":"history","first":{first},"last":{last}}}"#))
        }
        _ => Err(unknown()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// Encodes it, reads it back, and finds the same.
    #[track_caller]
    fn goes_round(name: &str, mut arguments: Value) {
        let downlink = encode(&Command::new(name, &arguments.to_string())).unwrap();
        let read: Value = serde_json::from_str(&decode(&downlink).unwrap()).unwrap();
        arguments["command"] = name.into();
        assert_eq!(read, arguments, "{downlink:?}");
    }

    #[test]
    fn what_is_encoded_is_read_back() {
        for (name, _, least, most) in SETTINGS {
            goes_round("set", json!({ "setting": name, "value": least }));
            goes_round("set", json!({ "setting": name, "value": most }));
        }
        for name in PROFILES {
            goes_round("profile", json!({ "profile": name }));
        }
        goes_round("history", json!({ "first": 0, "last": u16::MAX }));
    }

    #[test]
    fn a_downlink_of_somebody_else_is_not_explained() {
        for (port, payload) in
            [(11, &[][..]), (11, &[1, 0x32, 0, 0, 0, 1]), (10, &[8, 0, 5]), (10, &[1, 0xF0]), (1, &[1])]
        {
            assert!(matches!(decode(&Downlink::new(port, payload)), Err(Fault::Malformed(_))), "{port} {payload:?}");
        }
    }

    #[test]
    fn the_schemas_are_json_and_name_all_there_is() {
        let [set, profile, _] = kinds().map(|kind| serde_json::from_str::<Value>(&kind.schema).unwrap());
        assert_eq!(set["properties"]["setting"]["enum"].as_array().unwrap().len(), SETTINGS.len());
        assert_eq!(profile["properties"]["profile"]["enum"].as_array().unwrap().len(), PROFILES.len());
    }
}
