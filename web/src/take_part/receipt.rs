//! `/{lang}/take-part/{id}/receipt`: with the code they got, people see, correct and erase what they said, and go on where they left off.

use super::hall;
use super::person::Hall;
use super::read::Arrived;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::templates::Frame;
use crate::view::Fragment;
use app::{Held, Pass, Visitor};
use axum::extract::Path;
use axum::http::header::CACHE_CONTROL;
use axum::response::{Html, IntoResponse, Response};
use engagement::{Standing, Visibility, photos_let_go};
use model::activity::{Activity, Code, Content, Entry, Field, FieldKind, PagePath, Phase, ShapeKind, Subject, Value};
use serde::Serialize;

/// The page of a receipt.
#[derive(Debug, Default, Serialize)]
struct Receipt {
    name: Option<Fragment>,
    activity: String,
    action: String,
    answer: String,
    erase: String,
    /// The code, once it was shown to be right.
    me: Option<String>,
    /// What stands of what they said: the question and the answer.
    said: Vec<(String, String)>,
    /// Photos that stand, each in its own address.
    photos: Vec<String>,
    /// When they first and last said something.
    at: Option<(String, String)>,
    /// It can be changed and gone on with.
    open: bool,
    finished: bool,
    /// `unknown` when what was typed is no code of anybody, `sure` when they asked to erase; else empty.
    step: &'static str,
    typed: String,
    /// So much was erased.
    erased: Option<u32>,
}

pub(crate) async fn get(reader: Reader, Path((_, id)): Path<(String, String)>) -> Result<Response, Problem> {
    let activity = hall(&reader.portal)?.public(&id)?;
    answer(&reader, &Receipt::of(&activity, &reader))
}

pub(crate) async fn post(
    reader: Reader,
    Path((_, id)): Path<(String, String)>,
    arrived: Arrived,
) -> Result<Response, Problem> {
    let hall = hall(&reader.portal)?;
    let activity = hall.public(&id)?;
    let typed = arrived.pairs.get("me").to_owned();
    let blank = Receipt { typed: typed.chars().take(40).collect(), step: "unknown", ..Receipt::of(&activity, &reader) };
    let Some(code) = Code::parse(&typed) else { return answer(&reader, &blank) };
    let (visitor, name) = (hall.visitor(&reader, &activity, Pass::Holder(code)), activity.id.clone());
    let held = hall.work(move |app| app.by_receipt(&name, &visitor)).await?;
    let Some(held) = held else { return answer(&reader, &blank) };
    let fields = questions(&reader, &hall, &activity).await;
    let gone = photos_let_go(&held.entries);
    let stand = held.entries.iter().flat_map(|entry| entry.said.photos()).filter(|photo| !gone.contains(photo));
    let photos = super::photos::small(&hall, &activity.id, stand.collect()).await?;
    let page = Receipt {
        photos: photos.into_values().collect(),
        step: if arrived.pairs.get("ask").is_empty() { "" } else { "sure" },
        ..Receipt::of(&activity, &reader).with(&code, &held, &fields, &reader)
    };
    answer(&reader, &page)
}

/// `POST /{lang}/take-part/{id}/receipt/erase`: gone from the data file and from every figure.
pub(crate) async fn erase(
    reader: Reader,
    Path((_, id)): Path<(String, String)>,
    arrived: Arrived,
) -> Result<Response, Problem> {
    let hall = hall(&reader.portal)?;
    let activity = hall.public(&id)?;
    let code = Code::parse(arrived.pairs.get("me")).ok_or_else(Problem::bad_form)?;
    let name = activity.id.clone();
    let gone = hall.work(move |app| app.erase_by_receipt(&name, &code)).await?;
    let erased = u32::try_from(gone.entries + gone.contacts).unwrap_or(u32::MAX);
    answer(&reader, &Receipt { erased: Some(erased), ..Receipt::of(&activity, &reader) })
}

/// All questions there may be, for their words. Without the plugin what was said is shown by the keys of the questions.
async fn questions(reader: &Reader, hall: &Hall, activity: &Activity) -> Vec<Field> {
    let visitor = Visitor { client: None, ..hall.visitor(reader, activity, hall.trial()) };
    let name = activity.id.clone();
    let whole = hall.work(move |app| app.page_of(&name, &visitor, &PagePath::whole())).await;
    let blocks = whole.map(|shown| shown.page.page.blocks).unwrap_or_default();
    let field = |block: model::activity::Block| match block.is {
        Content::Field(field) => Some(field),
        _ => None,
    };
    blocks.into_iter().filter_map(field).collect()
}

impl Receipt {
    fn of(activity: &Activity, reader: &Reader) -> Self {
        let address = format!("/{}/take-part/{}", reader.language(), activity.id);
        Self {
            name: Some(Fragment::of(&activity.title, reader.language())),
            action: format!("{address}/receipt"),
            erase: format!("{address}/receipt/erase"),
            answer: format!("{address}/answer"),
            activity: address,
            open: activity.phase(reader.now) == Phase::Open,
            ..Self::default()
        }
    }

    fn with(self, code: &Code, held: &Held, fields: &[Field], reader: &Reader) -> Self {
        let entries = &held.entries;
        let standing: Standing = entries.iter().cloned().collect();
        let mut said = Vec::new();
        let mut subjects: Vec<&Subject> = Vec::new();
        for entry in entries {
            if !subjects.contains(&&entry.said.subject) {
                subjects.push(&entry.said.subject);
            }
        }
        let who = entries.iter().find_map(|entry| entry.by.pseudonym);
        for subject in subjects {
            let answers = who.and_then(|who| standing.answers_of(who, subject));
            said.extend(answers.into_iter().flatten().filter_map(|(key, value)| told(key, value, fields, reader)));
        }
        let words = entries.iter().filter_map(|entry| Some((entry.id, entry.said.contribution.as_ref()?)));
        said.extend(words.map(|(id, words)| {
            let state = held.seen.get(&id).and_then(|visibility| seen_by(visibility, reader));
            let mut text = state.map_or(words.text.clone(), |state| format!("{}\n{state}", words.text));
            for outcome in held.outcomes.get(&id).into_iter().flatten().take(1) {
                let state = reader.text(&format!("outcome-{}", outcome.state));
                text = format!("{text}\n{state}: {}", outcome.text.best(reader.language()).0);
            }
            (reader.text("receipt-contribution"), text)
        }));
        said.extend(held.contact.iter().map(|address| (reader.text("receipt-contact"), address.clone())));
        let moment = |entry: &Entry| reader.speaker.moment(entry.at.at, reader.now, &reader.municipality.calendar);
        let at = entries.first().zip(entries.last()).map(|(first, last)| (moment(first), moment(last)));
        Self { me: Some(code.to_string()), said, at, finished: standing.taking().finished > 0, ..self }
    }
}

/// Why not everybody sees it.
fn seen_by(visibility: &Visibility, reader: &Reader) -> Option<String> {
    match visibility {
        Visibility::Public => None,
        Visibility::Waiting => Some(reader.text("said-waits-own")),
        Visibility::Hidden(why) => Some(reader.speaker.text("said-hidden", &[("why", why.into())])),
    }
}

/// A question and its answer in words; none for an answer that was taken back.
fn told(key: &str, value: &Value, fields: &[Field], reader: &Reader) -> Option<(String, String)> {
    let of = key.strip_suffix(FieldKind::OTHER_SUFFIX).unwrap_or(key);
    let field = fields.iter().find(|field| field.key == of);
    let label = field.map_or(of, |field| field.label.as_str()).to_owned();
    let option = |key: &String| match field.map(|field| &field.kind) {
        Some(FieldKind::Choice(choice)) => {
            choice.options.iter().find(|option| option.key == *key).map_or(key.clone(), |o| o.label.clone())
        }
        Some(FieldKind::Scale { unsure: Some(unsure), .. }) if key == FieldKind::UNSURE => unsure.clone(),
        _ => key.clone(),
    };
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let answer = match value {
        Value::Flag(flag) => reader.text(if *flag { "receipt-yes" } else { "receipt-no" }),
        Value::Number(number) => reader.speaker.number(*number, if number.fract() == 0.0 { 0 } else { 2 }),
        Value::Text(text) | Value::Date(text) => text.clone(),
        Value::Choices(keys) => keys.iter().map(option).collect::<Vec<_>>().join(", "),
        Value::References(files) => reader.speaker.text("receipt-photos", &[("count", count(files.len()).into())]),
        Value::Shape(shape) if shape.kind == ShapeKind::Point => {
            shape.points.first().map(|p| format!("{:.5}, {:.5}", p.latitude, p.longitude)).unwrap_or_default()
        }
        Value::Shape(shape) => reader.speaker.text("receipt-points", &[("count", count(shape.points.len()).into())]),
    };
    (!answer.is_empty()).then_some((label, answer))
}

fn answer(reader: &Reader, page: &Receipt) -> Result<Response, Problem> {
    let title = reader.text(if page.step == "unknown" { "receipt-wrong-title" } else { "receipt" });
    let frame = Frame { title, section: "take-part", ..reader.frame() };
    let html = reader.render("take_part/receipt.html", &frame, page)?;
    // Nobody else at this machine shall find it.
    Ok(([(CACHE_CONTROL, "no-store")], Html(html)).into_response())
}
