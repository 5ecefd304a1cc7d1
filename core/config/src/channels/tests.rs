use super::*;
use crate::{Colour, Diagnostic};

const PLUGINS: &str = "[[plugin]]\nid = \"board\"\nfile = \"plugins/board.wasm\"\n\
                       sha256 = \"0000000000000000000000000000000000000000000000000000000000000000\"\n";
const SECRETS: &str = "[secret.board]\nvalue = \"a token\"\nhosts = [\"board.example\"]\nends = \"2026-12-01\"\n";
const SCHEMA: &str = r#"{"type":"object","additionalProperties":false,"required":["address","token"],"properties":{
    "address":{"type":"string","format":"address","maxLength":200},
    "token":{"type":"string","format":"secret"},
    "also":{"type":"array","items":{"type":"string","format":"host"}}}}"#;

fn folder(channels: &str) -> Folder {
    [("plugins.toml", PLUGINS), ("secrets.toml", SECRETS), ("channels.toml", channels)].into_iter().collect()
}

fn channel(lines: &str, settings: &str) -> String {
    format!("[[channel]]\nid = \"town\"\nplugin = \"board\"\n{lines}\n[channel.settings]\n{settings}\n")
}

fn shown(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|d| d.render(Colour::Plain)).collect()
}

fn checked(channels: &str) -> (Vec<(ChannelPlan, ChannelWishes)>, String) {
    let folder = folder(channels);
    let (municipality, warnings) = crate::read(&folder).unwrap_or_else(|faults| panic!("{}", shown(&faults)));
    assert!(warnings.is_empty(), "{}", shown(&warnings));
    let schema = ChannelSchema { settings: serde_json::from_str(SCHEMA).unwrap(), hosts: vec!["fixed.example".into()] };
    let schemas = [(Slug::new("board").unwrap(), schema)].into_iter().collect();
    let (sound, faults) = check_channels(&folder, &municipality.channels, &schemas);
    (sound, shown(&faults))
}

#[test]
fn a_channel_is_read_with_whom_it_may_reach_and_what_it_wishes_for() {
    let lines = "title = \"Tavla\"\nhosts = [\"Board.example\", \"other.example:8443\", \"*.below.example\"]\n\
                 own_hosts = [\"10.0.0.7:1883\"]\n\
                 languages = [\"sv\", \"en\"]\nquiet = \"22:00-07:00\"\nquiet_on_holidays = true\ncost_per_month = 50";
    let (sound, faults) = checked(&channel(lines, "address = \"https://board.example/x\"\ntoken = \"board\""));
    assert_eq!(faults, "");
    let [(plan, wishes)] = sound.as_slice() else { panic!("one channel") };
    let grant = |host: &str, port, own| HostGrant { host: host.to_owned(), port, own };
    let grants = [
        grant("board.example", None, false),
        grant("other.example", Some(8443), false),
        grant("*.below.example", None, false),
        grant("10.0.0.7", Some(1883), true),
    ];
    assert_eq!(plan.grants, grants);
    assert_eq!((plan.languages.as_slice(), plan.per_minute), (&[Language::Sv, Language::En][..], 30));
    let quiet: QuietHours = "22:00-07:00".parse().unwrap();
    assert_eq!(plan.quiet, Some(quiet.also_on_holidays(true)));
    assert_eq!(plan.settings, "{\"address\":\"https://board.example/x\",\"token\":\"board\"}");
    assert_eq!(wishes.hosts, ["fixed.example", "board.example", "board.example"]);
    assert_eq!(wishes.secrets.iter().map(Slug::as_str).collect::<Vec<_>>(), ["board"]);
}

#[test]
fn settings_that_do_not_fit_the_plugin_are_pointed_at() {
    let hosts = "hosts = [\"board.example\"]";
    for (settings, expected) in [
        ("address = \"https://board.example/\"", "`channel.settings` has no `token`"),
        ("adress = \"https://board.example/\"\ntoken = \"board\"", "did you mean `address`?"),
        ("address = 7\ntoken = \"board\"", "`address` must be a text"),
        ("address = \"https://board.example/\"\ntoken = \"bord\"", "there is no secret `bord`"),
        ("address = \"https://evil.example/\"\ntoken = \"board\"", "may not reach `evil.example`"),
        ("address = \"https://board.example@evil.example/\"\ntoken = \"board\"", "may not reach `evil.example`"),
        (
            "address = \"https://board.example/\"\ntoken = \"board\"\nalso = [\"x.example\"]",
            "may not reach `x.example`",
        ),
    ] {
        let (sound, faults) = checked(&channel(hosts, settings));
        assert!(
            sound.is_empty() && faults.contains(expected) && faults.contains("channels.toml"),
            "{settings}: {faults}"
        );
    }
    let (_, faults) =
        checked(&channel("hosts = [\"x.example\"]", "address = \"https://x.example/\"\ntoken = \"board\""));
    assert!(faults.contains("may be shown to nobody here") && faults.contains("[secret.board]"), "{faults}");
}

#[test]
fn what_is_wrong_in_the_file_is_pointed_at() {
    for (lines, expected) in [
        ("hosts = [\"https://board.example\"]", "is no host"),
        ("hosts = [\"board.example:0\"]", "is no host"),
        ("own_hosts = [\"a b\"]", "is no host"),
        ("own_hosts = [\"*.lan.example\"]", "is no host"),
        ("hosts = [\"*.example\"]", "is no host"),
        ("hosts = [\"a.*.example\"]", "is no host"),
        ("quiet = \"22-7\"", "\"22:00-07:00\""),
        ("quiet_on_holidays = true", "says nothing without `quiet`"),
        ("per_minute = 0", "out of range"),
        ("host = [\"a.example\"]", "did you mean `hosts`?"),
        ("root = \"no.pem\"", "is no certificate in this folder"),
    ] {
        let faults = shown(&crate::read(&folder(&channel(lines, ""))).unwrap_err());
        assert!(faults.contains(expected) && faults.contains("channels.toml"), "{lines}: {faults}");
    }
    for (text, expected) in [
        ("[[channel]]\nid = \"town\"\nplugin = \"bord\"\n", "did you mean `board`?"),
        ("[[channel]]\nid = \"mail\"\nplugin = \"board\"\n", "a channel that the box has by itself"),
        ("[[channel]]\nid = \"push\"\nplugin = \"board\"\n", "a channel that the box has by itself"),
        (
            "[[channel]]\nid = \"a\"\nplugin = \"board\"\n[[channel]]\nid = \"a\"\nplugin = \"board\"\n",
            "`a` stands here twice",
        ),
    ] {
        let faults = shown(&crate::read(&folder(text)).unwrap_err());
        assert!(faults.contains(expected), "{text}: {faults}");
    }
}

#[test]
fn a_channel_whose_plugin_does_not_work_is_told_and_left_out() {
    let folder = folder(&channel("", ""));
    let (municipality, _) = crate::read(&folder).unwrap();
    let (sound, faults) = check_channels(&folder, &municipality.channels, &BTreeMap::new());
    assert!(sound.is_empty() && shown(&faults).contains("`board` is no working channel"), "{}", shown(&faults));
}
