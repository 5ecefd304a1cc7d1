//! Any list of sensors, and any code of a label. What is taken in must be read again, and no message may show a key.
#![no_main]

use config::{Choices, Colour, Diagnostic, Folder, Known, List, NewPlaces, Qr, enrol};

const PLACES: &str = "[[place]]\nid = \"library\"\nname = { sv = \"Biblioteket\" }\n";

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    if let Ok(text) = std::str::from_utf8(input)
        && let Ok(code) = Qr::parse(text)
    {
        assert!(!code.fields().is_empty());
    }
    let folder: Folder = [("places.toml", PLACES)].into_iter().collect();
    let choices = Choices {
        place: Some("library".into()),
        decoder: Some("elsys".into()),
        new_places: NewPlaces::Add,
        known: Known::Skip,
        ..Choices::default()
    };
    match List::read("list.csv", input) {
        Ok(list) => match enrol(&folder, &list, &choices) {
            Ok(enrolment) => {
                let mut texts: Vec<(&str, &str)> = vec![("places.toml", PLACES)];
                texts.extend(enrolment.files.iter().map(|(file, text)| (file.as_str(), text.as_str())));
                let after: Folder = texts.into_iter().collect();
                let (municipality, _) = config::read(&after).expect("what was taken in is right");
                assert_eq!(municipality.sensors.len(), enrolment.sensors.len());
                silent(&enrolment.warnings);
            }
            Err(wrong) => silent(&wrong),
        },
        Err(wrong) => silent(&[*wrong]),
    }
});

/// No diagnostic holds as many hexadecimal digits in a row as a key has.
fn silent(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        let shown = diagnostic.render(Colour::Plain);
        let longest = shown.split(|c: char| !c.is_ascii_hexdigit()).map(str::len).max().unwrap_or(0);
        assert!(longest < 32, "{shown}");
    }
}
