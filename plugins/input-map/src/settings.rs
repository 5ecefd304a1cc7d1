use std::collections::BTreeSet;

use allting_plugin_sdk::method::{Phrase, Point, Problem, Setup, Shape, ShapeKind, Text};
use serde::Deserialize;

/// What may stand in the settings, for the box's editor.
pub(crate) const SCHEMA: &str = include_str!("settings.schema.json");

/// What is asked on the map.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Said above the map.
    pub intro: Option<Text>,
    /// What people are asked to write.
    pub ask: Text,
    /// Said to who has written.
    pub thanks: Option<Text>,
    /// Kinds of input, each a layer: idea, problem. None: all are `input`.
    #[serde(default)]
    pub layer: Vec<Named>,
    /// What an input may be about; several each.
    pub category: Vec<Named>,
    /// Label of "none of these".
    pub none_fits: Option<Text>,
    /// What may be drawn; a point when it says nothing.
    #[serde(default)]
    pub draw: Vec<Drawn>,
    /// Most photos to an input.
    #[serde(default)]
    pub photos: u32,
    /// Most characters.
    pub characters: Option<u32>,
    /// Whether people may support what others wrote.
    #[serde(default)]
    pub support: Support,
    /// What the map shows first.
    pub frame: Option<Frame>,
    /// `GeoJSON` files: the plan, the route.
    #[serde(default)]
    pub overlay: Vec<String>,
}

/// A layer or category.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Named {
    /// Names it in the log.
    pub key: String,
    /// For people.
    pub label: Text,
    /// What belongs to it.
    pub help: Option<Text>,
}

/// What may be drawn on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drawn {
    /// A place.
    Point,
    /// A way.
    Line,
    /// An area.
    Area,
}

/// Whether people may support what others wrote. Who cannot be known again cannot: one person could count as many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Support {
    /// Nobody.
    #[default]
    Off,
    /// Whoever the activity knows again.
    On,
}

/// The corners of a map, in degrees.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// Longitude.
    pub west: f64,
    /// Latitude.
    pub south: f64,
    /// Longitude.
    pub east: f64,
    /// Latitude.
    pub north: f64,
}

/// Categories are bits of a set, "none of these" one of them.
const CATEGORIES_MAX: usize = 40;
const LAYERS_MAX: usize = 10;
const OVERLAYS_MAX: usize = 20;
const CHARACTERS_MAX: u32 = 20_000;
const PHOTOS_MAX: u32 = 10;
const LABEL_CHARS_MAX: usize = 500;
const PROSE_CHARS_MAX: usize = 20_000;

macro_rules! phrases {
    ($($name:ident: $nb:literal, $nn:literal, $sv:literal, $en:literal;)*) => {$(
        const $name: Phrase = Phrase { nb: $nb, nn: $nn, sv: $sv, en: $en };
    )*};
}

phrases! {
    NO_WORDS: "Teksten mangler.", "Teksten manglar.", "Texten saknas.", "The text is missing.";
    TOO_LONG:
        "Teksten er for lang: høyst 500 tegn, i innledning og takk 20 000.",
        "Teksten er for lang: høgst 500 teikn, i innleiing og takk 20 000.",
        "Texten är för lång: högst 500 tecken, i inledning och tack 20 000.",
        "The text is too long: at most 500 characters, in introduction and thanks 20 000.";
    UNTRANSLATED:
        "Teksten mangler på et av språkene; der vises et annet språk.",
        "Teksten manglar på eitt av språka; der blir eit anna språk vist.",
        "Texten saknas på ett av språken; där visas ett annat språk.",
        "The text is missing in one of the languages; another is shown there.";
    BAD_KEY:
        "Nøkkelen skal ha 1 til 64 tegn av a-z, 0-9 og -, stå én gang og ikke være «none».",
        "Nøkkelen skal ha 1 til 64 teikn av a-z, 0-9 og -, stå éin gong og ikkje vere «none».",
        "Nyckeln ska ha 1 till 64 tecken av a-z, 0-9 och -, stå en gång och inte vara ”none”.",
        "The key has 1 to 64 characters of a-z, 0-9 and -, stands once, and is not none.";
    HOW_MANY:
        "Kartet skal ha 1 til 40 kategorier, høyst 10 lag og høyst 20 kartfiler.",
        "Kartet skal ha 1 til 40 kategoriar, høgst 10 lag og høgst 20 kartfiler.",
        "Kartan ska ha 1 till 40 kategorier, högst 10 lager och högst 20 kartfiler.",
        "The map has 1 to 40 categories, at most 10 layers and at most 20 files.";
    BAD_FRAME:
        "Kartutsnittet må ligge på jorden, med vest før øst og sør før nord.",
        "Kartutsnittet må liggje på jorda, med vest før aust og sør før nord.",
        "Kartutsnittet måste ligga på jorden, med väst före öst och syd före nord.",
        "The frame lies on Earth: west before east and south before north.";
    BAD_FILE:
        "Skriv fila slik: file/plan.geojson",
        "Skriv fila slik: file/plan.geojson",
        "Skriv filen så här: file/plan.geojson",
        "Write the file like this: file/plan.geojson";
    TOO_MANY:
        "Høyst 10 bilder, og 1 til 20 000 tegn.",
        "Høgst 10 bilete, og 1 til 20 000 teikn.",
        "Högst 10 bilder, och 1 till 20 000 tecken.",
        "At most 10 photos, and 1 to 20 000 characters.";
}

impl Settings {
    pub(crate) fn check(&self, setup: &Setup) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut stop = |at: String, why: Phrase| problems.push(Problem::stop(at, why.to(&setup.languages)));
        if !(1..=CATEGORIES_MAX).contains(&self.category.len())
            || self.layer.len() > LAYERS_MAX
            || self.overlay.len() > OVERLAYS_MAX
        {
            stop("/category".to_owned(), HOW_MANY);
            return problems;
        }
        if self.frame.is_some_and(|frame| !frame.is_on_earth()) {
            stop("/frame".to_owned(), BAD_FRAME);
        }
        if self.photos > PHOTOS_MAX || self.characters.is_some_and(|most| !(1..=CHARACTERS_MAX).contains(&most)) {
            stop("/photos".to_owned(), TOO_MANY);
        }
        for (at, file) in self.overlay.iter().enumerate() {
            if !is_file(file) {
                stop(format!("/overlay/{at}"), BAD_FILE);
            }
        }
        let mut texts = vec![("/ask".to_owned(), &self.ask, LABEL_CHARS_MAX)];
        for (at, text) in [("/intro", &self.intro), ("/thanks", &self.thanks)] {
            texts.extend(text.as_ref().map(|text| (at.to_owned(), text, PROSE_CHARS_MAX)));
        }
        texts.extend(self.none_fits.as_ref().map(|text| ("/none_fits".to_owned(), text, LABEL_CHARS_MAX)));
        for (list, named) in [("layer", &self.layer), ("category", &self.category)] {
            let mut keys = BTreeSet::from([crate::NONE]);
            for (at, named) in named.iter().enumerate() {
                if !is_key(&named.key) || !keys.insert(&named.key) {
                    stop(format!("/{list}/{at}/key"), BAD_KEY);
                }
                texts.push((format!("/{list}/{at}/label"), &named.label, LABEL_CHARS_MAX));
                texts.extend(named.help.as_ref().map(|help| (format!("/{list}/{at}/help"), help, LABEL_CHARS_MAX)));
            }
        }
        for (at, text, most) in texts {
            check_text(at, text, most, setup, &mut problems);
        }
        problems
    }

    pub(crate) fn kinds(&self) -> Vec<ShapeKind> {
        let kind = |drawn: &Drawn| match drawn {
            Drawn::Point => ShapeKind::Point,
            Drawn::Line => ShapeKind::Line,
            Drawn::Area => ShapeKind::Area,
        };
        if self.draw.is_empty() { vec![ShapeKind::Point] } else { self.draw.iter().map(kind).collect() }
    }
}

fn check_text(at: String, text: &Text, most: usize, setup: &Setup, problems: &mut Vec<Problem>) {
    let long = match text {
        Text::One(text) => text.chars().count() > most,
        Text::Many(texts) => texts.values().any(|text| text.chars().count() > most),
    };
    if text.is_empty() {
        problems.push(Problem::stop(at, NO_WORDS.to(&setup.languages)));
    } else if long {
        problems.push(Problem::stop(at, TOO_LONG.to(&setup.languages)));
    } else if !text.lacks(&setup.languages).is_empty() {
        problems.push(Problem::odd(at, UNTRANSLATED.to(&setup.languages)));
    }
}

impl Frame {
    pub(crate) fn shape(self) -> Shape {
        let corner = |longitude, latitude| Point { longitude, latitude };
        let Self { west, south, east, north } = self;
        let points = vec![corner(west, south), corner(east, south), corner(east, north), corner(west, north)];
        Shape { kind: ShapeKind::Area, points }
    }

    fn is_on_earth(self) -> bool {
        let Self { west, south, east, north } = self;
        -180.0 <= west && west < east && east <= 180.0 && -90.0 <= south && south < north && north <= 90.0
    }
}

fn is_key(key: &str) -> bool {
    let fits = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (1..=64).contains(&key.len()) && key.bytes().all(fits)
}

fn is_file(file: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_' | b'/');
    let steps_out = file.split('/').any(|step| matches!(step, "" | "." | ".."));
    file.starts_with("file/") && file.len() <= 200 && !steps_out && file.bytes().all(fits)
}
