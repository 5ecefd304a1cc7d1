//! Folders that are too large, not text, or try to make the box say a key.

use config::{Colour, Diagnostic, Folder, Severity, read};

const KEY: &str = "8f3a5c7e9b1d2f4a6c8e0b2d4f6a8c0e";

fn folder(files: &[(&str, &str)]) -> Folder {
    files.iter().copied().collect()
}

fn everything_said(folder: &Folder) -> String {
    let (Ok((_, found)) | Err(found)) = read(folder);
    let said = |d: &Diagnostic| format!("{}\n{}\n{d:?}\n", d.render(Colour::Ansi), d.to_json());
    found.iter().map(said).collect::<String>() + &config::printed(folder) + &format!("{folder:?}")
}

#[test]
fn no_diagnostic_ever_shows_a_key_wherever_it_was_pasted() {
    let sensor = "[[sensor]]\nid = \"door\"\nplace = \"hall\"\ndev_eui = \"a840410000000001\"\ndecoder = \"elsys\"\n";
    let cases = [
        ("secrets.toml", format!("[sensor.door]\napp_key = {KEY}\n")),
        ("secrets.toml", format!("[sensor.door]\napp_key = \"{KEY}\n")),
        ("secrets.toml", format!("[sensor.door]\napp_key = \"{KEY}00\"\n")),
        ("secrets.toml", format!("[sensor.door]\nappkey = \"{KEY}\"\n")),
        ("secrets.toml", format!("[sensor.door]\n{KEY}\n")),
        ("secrets.toml", format!("[sensor.door]\n{KEY} = 1\n")),
        ("secrets.toml", format!("[sensor.{KEY}]\napp_key = \"{KEY}\"\n")),
        ("secrets.toml", format!("app_key: {KEY}\n")),
        ("secrets.toml", format!("[[token]]\nname = \"{KEY}\"\nsha256 = \"{KEY}\"\n")),
        ("sensors.toml", format!("{sensor}app_key = \"{KEY}\"\n")),
        ("sensors.toml", format!("{sensor}app_key = {KEY}\n")),
        ("sensors.toml", format!("{sensor}test = \"{KEY}\"\n")),
        ("sensors.toml", format!("{sensor}kind = \"{KEY}\"\nactivation = \"{KEY}\"\n")),
        ("sensors.toml", format!("{sensor}dev_addr = \"{KEY}\"\njoin_eui = \"{KEY}\"\n")),
        (
            "places.toml",
            format!("[[place]]\nid = \"{KEY}{KEY}{KEY}\"\n[[place]]\nid = \"{KEY}\"\n[[place]]\nid = \"{KEY}\"\n"),
        ),
        ("plugins.toml", format!("[[plugin]]\nid = \"{KEY}\"\nfile = \"{KEY}\"\nsha256 = \"{KEY}\"\n")),
    ];
    for (file, text) in cases {
        let said = everything_said(&folder(&[(file, &text)]));
        assert!(!said.contains(&KEY[..16]), "{file} with\n{text}\nsays\n{said}");
    }
}

#[test]
fn a_municipality_and_its_keys_can_be_logged() {
    let good = folder(&[
        ("places.toml", "[[place]]\nid = \"hall\"\n"),
        (
            "sensors.toml",
            "[[sensor]]\nid = \"door\"\nplace = \"hall\"\ndev_eui = \"a840410000000001\"\ndecoder = \"elsys\"\n",
        ),
        ("secrets.toml", &format!("[sensor.door]\napp_key = \"{KEY}\"\n")),
    ]);
    let (municipality, warnings) = read(&good).unwrap();
    assert_eq!(warnings.len(), 1, "the decoder is not installed: the box starts all the same");
    assert!(!format!("{municipality:?}").contains(&KEY[..8]));
}

#[test]
fn a_file_that_is_no_text_is_named_with_its_line() {
    let files = [("places.toml", b"[[place]]\nid = \"caf\xe9\"\n".to_vec())];
    let found = read(&files.into_iter().collect()).unwrap_err();
    assert_eq!(found[0].message, "line 2 is not UTF-8 text");
    assert!(found[0].help.as_ref().unwrap().contains("UTF-8"));
}

#[test]
fn a_file_that_is_too_large_is_refused_with_both_sizes() {
    let files = [("places.toml", vec![b'#'; config::TOML_BYTES_MAX + 1])];
    let found = read(&files.into_iter().collect()).unwrap_err();
    assert_eq!(found[0].message, "this file has 1048577 bytes, at most 1048576 are read");
}

#[test]
fn a_place_in_a_file_that_cannot_be_read_is_not_reported_missing() {
    let sensor = "[[sensor]]\nid = \"door\"\nplace = \"hall\"\ndev_eui = \"a840410000000001\"\ndecoder = \"elsys\"\n";
    let found = read(&folder(&[("places.toml", "[[place]]\nid = hall\n"), ("sensors.toml", sensor)])).unwrap_err();
    let errors: Vec<_> = found.iter().filter(|d| d.severity == Severity::Error).map(|d| d.message.as_str()).collect();
    assert_eq!(errors, ["the text of `id` must stand in quotation marks", "`door` has no `app_key`"]);
}

#[test]
fn deep_nesting_is_an_answer_and_not_an_overflow() {
    let text = format!("x = {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    assert!(read(&folder(&[("municipality.toml", &text)])).is_err());
}

#[test]
fn any_cut_through_a_good_file_is_answered() {
    let text = "version = 1\nname = { sv = \"Norsj\u{f6}\", en = 'N' }\nlanguages = [\"sv\", \"en\"]\n\
                [[x]]\n\"\"\"a\\u00e5\"\"\" = 1979-05-27\n";
    for cut in (0..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
        for part in [&text[..cut], &text[cut..]] {
            everything_said(&folder(&[("municipality.toml", part), ("places.toml", part), ("secrets.toml", part)]));
        }
    }
}
