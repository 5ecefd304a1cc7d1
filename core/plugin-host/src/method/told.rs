//! From `model` to the words of the contract. Nothing is checked here: it comes from the box.

use super::bindings::exports::allting::method::deciding as wit;
use model::activity::{
    Action, Answer, Audience, Author, Contribution, Draft, Entry, Moment, Phase, Press, Role, Setup, Shape, ShapeKind,
    Subject, Tag, Value, Viewer, Whose,
};
use model::{Language, Words};

pub(super) fn setup(setup: &Setup) -> wit::Setup {
    wit::Setup {
        settings: setup.settings.clone(),
        title: words(&setup.title),
        languages: tags(&setup.languages),
        places: setup.places.iter().map(|(id, name)| (id.to_string(), words(name))).collect(),
        extra: Vec::new(),
    }
}

pub(super) fn entry(entry: &Entry) -> wit::Entry {
    wit::Entry { id: entry.id.0, at: moment(entry.at), by: author(&entry.by), said: draft(&entry.said), extra: vec![] }
}

pub(super) fn viewer(viewer: &Viewer) -> wit::Viewer {
    wit::Viewer {
        who: author(&viewer.who),
        languages: tags(&viewer.languages),
        now: moment(viewer.now),
        phase: phase(viewer.phase),
        seed: viewer.seed,
        extra: Vec::new(),
    }
}

pub(super) fn audience(audience: &Audience) -> wit::Audience {
    wit::Audience {
        role: role(audience.role),
        languages: tags(&audience.languages),
        now: moment(audience.now),
        phase: phase(audience.phase),
        extra: Vec::new(),
    }
}

pub(super) fn action(action: &Action) -> wit::Action {
    wit::Action {
        path: action.path.to_string(),
        form: action.form.clone(),
        press: match action.press {
            Press::Send => wit::Press::Send,
            Press::Back => wit::Press::Back,
            Press::Pause => wit::Press::Pause,
        },
        about: action.about.map(|id| id.0),
        values: answers(&action.values),
        extra: Vec::new(),
    }
}

/// About how many bytes an entry is on its way into the sandbox.
pub(super) fn entry_bytes(entry: &Entry) -> usize {
    const FRAME: usize = 160;
    let answers =
        |answers: &[Answer]| answers.iter().map(|a| FRAME / 2 + a.question.len() + value_bytes(&a.value)).sum();
    let said = &entry.said;
    let put_forward = said.contribution.as_ref().map_or(0, |c| {
        let lists = [&c.categories, &c.files, &c.cites].into_iter().flatten().map(|text| text.len() + 8);
        c.text.len() + c.shape.as_ref().map_or(0, |shape| shape.points.len() * 16) + lists.sum::<usize>()
    });
    let answered: usize = answers(&said.answers);
    let known: usize = answers(&entry.by.fields);
    FRAME + answered + known + put_forward + said.note.len()
}

fn value_bytes(value: &Value) -> usize {
    match value {
        Value::Flag(_) | Value::Number(_) => 0,
        Value::Text(text) | Value::Date(text) => text.len(),
        Value::Choices(keys) | Value::References(keys) => keys.iter().map(|key| key.len() + 8).sum(),
        Value::Shape(shape) => shape.points.len() * 16,
    }
}

fn words(words: &Words) -> Vec<(String, String)> {
    let text = |language: Language| {
        let (text, is_in) = words.best(language);
        (is_in == language && !text.is_empty()).then(|| (language.tag().to_owned(), text.to_owned()))
    };
    Language::ALL.into_iter().filter_map(text).collect()
}

fn tags(tags: &[Tag]) -> Vec<String> {
    tags.iter().map(ToString::to_string).collect()
}

fn moment(moment: Moment) -> wit::Moment {
    wit::Moment { ms: u64::try_from(moment.at.as_ms()).unwrap_or(0), offset_minutes: moment.offset_minutes }
}

fn phase(phase: Phase) -> wit::Phase {
    match phase {
        Phase::Preview => wit::Phase::Preview,
        Phase::Announced => wit::Phase::Announced,
        Phase::Open => wit::Phase::Open,
        Phase::Closed => wit::Phase::Closed,
    }
}

fn role(role: Role) -> wit::Role {
    match role {
        Role::Anyone => wit::Role::Anyone,
        Role::Member => wit::Role::Member,
        Role::Facilitator => wit::Role::Facilitator,
        Role::Steward => wit::Role::Steward,
    }
}

fn author(author: &Author) -> wit::Author {
    wit::Author {
        pseudonym: author.pseudonym.map(|pseudonym| pseudonym.0),
        role: role(author.role),
        door: author.door.clone(),
        fields: answers(&author.fields),
    }
}

fn draft(draft: &Draft) -> wit::Draft {
    wit::Draft {
        subject: match &draft.subject {
            Subject::Whole => wit::Subject::Whole,
            Subject::Entry(id) => wit::Subject::Entry(id.0),
            Subject::InsteadOf(id) => wit::Subject::InsteadOf(id.0),
            Subject::Thing(reference) => wit::Subject::Thing(reference.clone()),
        },
        whose: match draft.whose {
            Whose::Personal => wit::Whose::Personal,
            Whose::Shared => wit::Whose::Shared,
        },
        answers: answers(&draft.answers),
        contribution: draft.contribution.as_ref().map(contribution),
        note: draft.note.clone(),
        finished: draft.finished,
    }
}

fn contribution(contribution: &Contribution) -> wit::Contribution {
    let Contribution { kind, text, shape, categories, files, cites } = contribution.clone();
    wit::Contribution { kind, text, shape: shape.as_ref().map(self::shape), categories, files, cites }
}

fn answers(answers: &[Answer]) -> Vec<wit::Answer> {
    answers.iter().map(|a| wit::Answer { question: a.question.clone(), value: value(&a.value) }).collect()
}

fn value(value: &Value) -> wit::Value {
    match value {
        Value::Flag(flag) => wit::Value::Flag(*flag),
        Value::Number(number) => wit::Value::Number(*number),
        Value::Text(text) => wit::Value::Text(text.clone()),
        Value::Date(date) => wit::Value::Date(date.clone()),
        Value::Choices(keys) => wit::Value::Choices(keys.clone()),
        Value::Shape(drawn) => wit::Value::Shape(shape(drawn)),
        Value::References(references) => wit::Value::References(references.clone()),
    }
}

fn shape(shape: &Shape) -> wit::Shape {
    let point = |p: &model::Position| wit::Point { longitude: p.longitude, latitude: p.latitude };
    wit::Shape {
        kind: match shape.kind {
            ShapeKind::Point => wit::ShapeKind::Point,
            ShapeKind::Line => wit::ShapeKind::Line,
            ShapeKind::Area => wit::ShapeKind::Area,
        },
        points: shape.points.iter().map(point).collect(),
    }
}
