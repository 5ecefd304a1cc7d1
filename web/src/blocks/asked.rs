//! A field of a method as HTML asks it: what it is called, what may be filled in, what stands in it.

use super::{Sheet, told_why};
use crate::take_part::{Pairs, Wrong, megabytes};
use model::activity::{Choice, ChoiceField, ChoiceLook, Field, FieldKind, PhotoId, ShapeKind, Value};
use serde::Serialize;

/// A form as it was sent, and what is wrong with it.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) form: String,
    pub(crate) about: Option<u64>,
    pub(crate) pairs: Pairs,
    pub(crate) wrongs: Vec<Wrong>,
}

/// A question as the template shows it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Asked {
    id: String,
    name: String,
    /// How it is asked: `text`, `long-text`, `number`, `date`, `one`, `many`, `menu`, `buttons`, `ranking`, `scale`, `shape`, `photo`, `cite`,
    /// `consent` or `contact`.
    kind: &'static str,
    label: String,
    lang: Option<String>,
    help: String,
    /// It may be left out, where others may not.
    optional: bool,
    required: bool,
    value: String,
    /// Characters, photos.
    most: Option<u32>,
    least: Option<String>,
    greatest: Option<String>,
    unit: String,
    /// What fits, in words.
    limit: Option<String>,
    options: Vec<Offered>,
    other: Option<Other>,
    low: String,
    high: String,
    /// What is asked beside: sorts of shapes.
    sorts: Vec<Offered>,
    /// Places whose middle may stand for a point.
    middles: Vec<Offered>,
    /// When it is asked, in words and for the script.
    condition: Option<String>,
    when: Option<String>,
    wrong: Option<String>,
    described: bool,
    /// Where the map begins.
    bounds: Option<String>,
    /// Photos that were sent: reference as its value, picture as its label.
    photos: Vec<Offered>,
    /// How many more may be.
    more: u32,
}

/// Something that can be chosen.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Offered {
    id: String,
    value: String,
    label: String,
    help: String,
    chosen: bool,
    alone: bool,
    /// Name of its own field, where each has one.
    name: String,
    /// The places in an order, and which is taken.
    ranks: Vec<(usize, bool)>,
}

/// The free answer beside the options.
#[derive(Debug, Serialize)]
pub(crate) struct Other {
    id: String,
    label: String,
    name: String,
    value: String,
    chosen: bool,
}

/// What the choice "other" is sent as: no key of an option can be that.
pub(crate) const OTHER: &str = ".other";

/// The name of a field in a form.
pub(crate) fn name_of(key: &str) -> String {
    format!("f.{key}")
}

impl Asked {
    /// The question with what stands in it, on a form whose ids begin with `prefix`.
    pub(crate) fn of(field: &Field, given: &Pairs, prefix: &str, lang: Option<String>, sheet: &Sheet<'_>) -> Self {
        let name = name_of(&field.key);
        let mut asked = Self {
            id: format!("{prefix}{}", field.key),
            label: field.label.clone(),
            lang,
            help: field.help.clone(),
            required: field.required,
            value: given.get(&name).to_owned(),
            name,
            kind: "text",
            ..Self::default()
        };
        asked.fill(field, given, sheet);
        let many = matches!(asked.kind, "one" | "many" | "ranking" | "scale" | "shape" | "photo" | "cite");
        asked.described = !asked.help.is_empty() || asked.limit.is_some() || (many && asked.condition.is_some());
        asked
    }

    fn fill(&mut self, field: &Field, given: &Pairs, sheet: &Sheet<'_>) {
        let reader = sheet.reader;
        let said = |key: &str, count: u32| Some(reader.speaker.text(key, &[("count", count.into())]));
        match &field.kind {
            FieldKind::Text(most) => self.most = Some(*most),
            FieldKind::LongText(most) => {
                (self.kind, self.most, self.limit) = ("long-text", Some(*most), said("ask-characters", *most));
            }
            FieldKind::Number { least, most, unit, .. } => {
                self.kind = "number";
                self.unit.clone_from(unit);
                self.limit = between(sheet, *least, *most);
            }
            FieldKind::Date { first, last } => {
                (self.kind, self.least, self.greatest) = ("date", first.clone(), last.clone());
            }
            FieldKind::Choice(choice) => self.choose(choice, given, sheet),
            FieldKind::Scale { first, last, low, high, unsure } => {
                self.kind = "scale";
                (self.low, self.high) = (low.clone(), high.clone());
                let steps = (*first..=*last).map(|step| (step.to_string(), step.to_string()));
                let unsure = unsure.iter().map(|label| (FieldKind::UNSURE.to_owned(), label.clone()));
                let chosen = self.value.clone();
                self.options = steps.chain(unsure).map(|(value, label)| self.offered(value, label, &chosen)).collect();
            }
            FieldKind::Shape { kinds, .. } => self.place(kinds, given, sheet),
            FieldKind::Photo(most) => self.photograph(*most, given, sheet),
            FieldKind::Cite(kinds) => {
                self.kind = "cite";
                let things = sheet.citable(kinds);
                let chosen: Vec<&str> = given.all(&self.name).collect();
                let offer = |(value, label): (String, String)| {
                    let chosen = chosen.contains(&value.as_str());
                    Offered { chosen, ..self.offered(value, label, "\0") }
                };
                self.options = things.into_iter().map(offer).collect();
            }
            FieldKind::Consent => self.kind = "consent",
            FieldKind::Contact => self.kind = "contact",
            FieldKind::Other(_) => self.most = Some(1000),
        }
    }

    fn choose(&mut self, choice: &ChoiceField, given: &Pairs, sheet: &Sheet<'_>) {
        let several = choice.most > 1;
        self.kind = match choice.look {
            _ if choice.ranked => "ranking",
            ChoiceLook::Buttons => "buttons",
            ChoiceLook::Menu if !several => "menu",
            _ if several => "many",
            _ => "one",
        };
        let chosen: Vec<&str> = given.all(&self.name).collect();
        let count = choice.options.len();
        let offer = |option: &Choice| {
            let name = format!("{}.rank.{}", self.name, option.key);
            let rank = given.get(&name).parse::<usize>().ok();
            Offered {
                chosen: chosen.contains(&option.key.as_str()),
                help: option.help.clone(),
                alone: option.alone,
                ranks: if choice.ranked { (1..=count).map(|at| (at, rank == Some(at))).collect() } else { Vec::new() },
                name,
                ..self.offered(option.key.clone(), option.label.clone(), "\0")
            }
        };
        self.options = choice.options.iter().map(offer).collect();
        self.other = choice.other.as_ref().map(|label| Other {
            id: format!("{}-other", self.id),
            label: label.clone(),
            name: format!("{}.other", self.name),
            value: given.get(&format!("{}.other", self.name)).to_owned(),
            chosen: chosen.contains(&OTHER),
        });
        let offered = u32::try_from(count + usize::from(choice.other.is_some())).unwrap_or(u32::MAX);
        let (least, most) = (("least", choice.least.into()), ("most", choice.most.into()));
        let fits = match (choice.least, choice.most) {
            _ if !several => None,
            (least, most) if least > 1 && least == most => Some("ask-exactly"),
            (least, most) if least > 1 && most < offered => Some("ask-from-to"),
            (least, _) if least > 1 => Some("ask-at-least"),
            (_, most) if most < offered => Some("ask-at-most"),
            _ if choice.ranked => Some("ask-rank"),
            _ => Some("ask-several"),
        };
        self.limit = fits.map(|key| sheet.reader.speaker.text(key, &[least, most]));
    }

    fn photograph(&mut self, most: u32, given: &Pairs, sheet: &Sheet<'_>) {
        self.kind = "photo";
        let shown = |reference: &str| {
            let picture = sheet.photos.get(&PhotoId::of_reference(reference)?)?;
            Some(self.offered(reference.to_owned(), picture.clone(), "\0"))
        };
        self.photos = given.all(&self.name).filter_map(shown).collect();
        let here = u32::try_from(self.photos.len()).unwrap_or(u32::MAX);
        self.more = most.saturating_sub(here);
        let limits = [("count", most.into()), ("mb", megabytes().into())];
        self.limit = Some(sheet.reader.speaker.text("ask-photo-limit", &limits));
    }

    fn place(&mut self, kinds: &[ShapeKind], given: &Pairs, sheet: &Sheet<'_>) {
        self.kind = "shape";
        let at = given.get(&format!("{}.at", self.name));
        at.clone_into(&mut self.value);
        let sort = given.get(&format!("{}.sort", self.name));
        let first = kinds.first().map_or("point", |kind| sort_name(*kind));
        let sort = if sort.is_empty() { first } else { sort };
        let named = |kind: &ShapeKind| {
            let name = sort_name(*kind);
            self.offered(name.to_owned(), sheet.reader.text(&format!("ask-sort-{name}")), sort)
        };
        self.sorts = kinds.iter().map(named).collect();
        let middle = given.get(&format!("{}.middle", self.name));
        let places = sheet.places();
        self.middles = places.into_iter().map(|(id, label, _)| self.offered(id, label, middle)).collect();
        self.bounds = sheet.bounds();
    }

    fn offered(&self, value: String, label: String, chosen: &str) -> Offered {
        let id = format!("{}-{}", self.id, value.replace(['/', '.'], "-"));
        Offered { id, chosen: value == chosen, value, label, ..Offered::default() }
    }

    /// Gives its ids a beginning of their own.
    pub(super) fn keep_apart(&mut self, beginning: &str) {
        self.id = format!("{beginning}-{}", self.id);
        for option in &mut self.options {
            option.id = format!("{beginning}-{}", option.id);
        }
        if let Some(other) = &mut self.other {
            other.id = format!("{beginning}-{}", other.id);
        }
    }

    /// The same with what is wrong with it.
    pub(crate) fn with_wrong(self, wrong: Option<String>) -> Self {
        Self { wrong, ..self }
    }

    /// The same with when it is asked.
    pub(crate) fn with_condition(self, condition: Option<(String, String)>) -> Self {
        let (words, script) = condition.unzip();
        Self { condition: words, when: script, ..self }
    }

    /// The same, marked where others must be answered.
    pub(crate) fn marked(self, others_must: bool) -> Self {
        Self { optional: others_must && !self.required, ..self }
    }

    /// Where a link to the field leads: to what can be filled in first.
    pub(crate) fn first_id(&self) -> String {
        let first = match self.kind {
            "one" | "many" | "scale" | "cite" | "buttons" => self.options.first().map(|option| option.id.clone()),
            "ranking" => self.options.first().map(|option| format!("{}-rank", option.id)),
            "shape" => Some(format!("{}-at", self.id)),
            "photo" if self.more > 0 => Some(format!("{}-file", self.id)),
            "photo" => self.photos.first().map(|photo| photo.id.clone()),
            _ => None,
        };
        first.unwrap_or_else(|| self.id.clone())
    }
}

fn between(sheet: &Sheet<'_>, least: Option<f64>, most: Option<f64>) -> Option<String> {
    let number = |number: f64| sheet.reader.speaker.number(number, if number.fract() == 0.0 { 0 } else { 2 });
    let say = |key: &str, args: &[(&str, &String)]| {
        let args: Vec<_> = args.iter().map(|(name, text)| (*name, (*text).into())).collect();
        Some(sheet.reader.speaker.text(key, &args))
    };
    match (least.map(number), most.map(number)) {
        (Some(least), Some(most)) => say("ask-between", &[("least", &least), ("most", &most)]),
        (Some(least), None) => say("ask-from", &[("least", &least)]),
        (None, Some(most)) => say("ask-to", &[("most", &most)]),
        (None, None) => None,
    }
}

/// The name of a sort of shape in a form.
pub(crate) const fn sort_name(kind: ShapeKind) -> &'static str {
    match kind {
        ShapeKind::Point => "point",
        ShapeKind::Line => "line",
        ShapeKind::Area => "area",
    }
}

/// What stands in a form for a value that was given before.
pub(crate) fn pairs_of(key: &str, value: &Value, ranked: bool) -> Vec<(String, String)> {
    let name = name_of(key);
    match value {
        Value::Flag(flag) => flag.then(|| (name, "yes".to_owned())).into_iter().collect(),
        Value::Number(number) => vec![(name, number.to_string())],
        Value::Text(text) => match name.strip_suffix(FieldKind::OTHER_SUFFIX) {
            Some(of) => vec![(of.to_owned(), OTHER.to_owned()), (name.clone(), text.clone())],
            None => vec![(name, text.clone())],
        },
        Value::Date(text) => vec![(name, text.clone())],
        Value::Choices(keys) if ranked => {
            keys.iter().enumerate().map(|(at, key)| (format!("{name}.rank.{key}"), (at + 1).to_string())).collect()
        }
        Value::Choices(keys) | Value::References(keys) => keys.iter().map(|key| (name.clone(), key.clone())).collect(),
        Value::Shape(shape) => {
            let lines = shape.points.iter().map(|p| format!("{:.6}, {:.6}", p.latitude, p.longitude));
            let at = lines.collect::<Vec<_>>().join("\n");
            vec![(format!("{name}.sort"), sort_name(shape.kind).to_owned()), (format!("{name}.at"), at)]
        }
    }
}

/// What is wrong with a field of a form that was just sent, if anything.
pub(crate) fn wrong_of(sheet: &Sheet<'_>, form: &str, about: Option<u64>, key: &str) -> Option<String> {
    let written = sheet.written.filter(|written| written.form == form && written.about == about)?;
    written.wrongs.iter().find(|wrong| wrong.at == key).map(|wrong| told_why(sheet.reader, wrong))
}
