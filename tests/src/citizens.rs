//! Made-up people who take part in activities, page by page, as a browser would: what they are shown they fill in, and the box takes it.

use crate::dice::Dice;
use anyhow::{Context, Result, bail};
use app::{App, Pass, SentForm, Shown, Taken, Trap, Visitor};
use engagement::Sent;
use model::activity::{
    Activity, Answer, ChoiceField, Content, Field, FieldKind, Form, OpenTo, PagePath, Press, Reach, Role, Shape,
    ShapeKind, Target, Value,
};
use model::{Position, Timestamp};
use std::time::Duration;

/// A page leads to a page; more than this is a circle.
const PAGES_MAX: usize = 30;
/// Where people come from, the first most often.
const DOORS: [Option<&str>; 5] = [Some("post"), Some("poster"), Some("mail"), Some("screen"), None];
/// One in so many stops on the way.
const STOPS: u64 = 12;

/// What somebody writes.
const WORDS: [&str; 10] = [
    "Flere benker langs turveien, så er det lettere å gå til butikken.",
    "Det er for mørkt ved bussholdeplassen om vinteren.",
    "Biblioteket burde være åpent på søndager.",
    "Jeg savner et sted der unge og gamle kan møtes.",
    "Fortauet er smalt, og rullatoren kommer ikke fram når det er snø.",
    "Vi trenger mer plass til sykler ved stasjonen.",
    "Bra som det er. Ta vare på trærne.",
    "Skilt som er lette å lese.",
    "Gratis kaffe en gang i uka, så kommer naboene.",
    "Lavere fart i Kirkeveien.",
];

/// How far a made-up person came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Came {
    /// To the end.
    ToTheEnd,
    /// Not so far; they may come back.
    PartOfTheWay,
}

/// Lets a made-up person take part in an activity at a moment; `who` says which person.
pub fn take_part(app: &App, activity: &Activity, who: u64, at: Timestamp) -> Result<Came> {
    let mut dice = Dice::of(crate::traffic::SEED, activity.id.as_str(), i64::try_from(who).unwrap_or(i64::MAX));
    let door = DOORS.get(usize::try_from(dice.next() % 9 % 5)?).copied().flatten().map(str::to_owned);
    let pass = match activity.open_to {
        OpenTo::Everyone => Pass::Newcomer,
        OpenTo::Invited => {
            let codes = app.invite(&activity.id, vec![Vec::new()])?;
            Pass::Invited(*codes.first().context("no invitation was made")?)
        }
    };
    let languages = activity.languages.clone();
    let mut person = Visitor { pass, role: Role::Anyone, door, languages, client: None, now: at };
    let mut path = PagePath::front();
    for _ in 0..PAGES_MAX {
        let shown = app.page_of(&activity.id, &person, &path)?;
        person.pass = shown.pass;
        let Some((at_block, form)) = form_of(&shown) else {
            match way_on(&shown) {
                Some(next) if next != path => path = next,
                _ => return Ok(Came::PartOfTheWay),
            }
            continue;
        };
        if path != PagePath::front() && dice.next().is_multiple_of(STOPS) {
            return Ok(Came::PartOfTheWay);
        }
        person.now = person.now + Duration::from_secs(20 + dice.next() % 60);
        let sent =
            Sent { form: &form.key, press: Press::Send, about: None, values: filled(&shown, at_block, &mut dice) };
        let form = SentForm { path: path.clone(), sent, token: shown.token, trap: Trap::Untouched };
        match app.take_answer(&activity.id, &person, &form)? {
            Taken::Kept(thanks) | Taken::Before(thanks) if thanks.finished => return Ok(Came::ToTheEnd),
            Taken::Kept(thanks) | Taken::Before(thanks) => (path, person.pass) = (thanks.next, thanks.pass),
            other => bail!("{}, page `{path}`: {other:?}", activity.id),
        }
    }
    Ok(Came::PartOfTheWay)
}

/// The first form that is offered once and asks something.
fn form_of(shown: &Shown) -> Option<(usize, &Form)> {
    shown.page.page.blocks.iter().enumerate().find_map(|(at, block)| match &block.is {
        Content::Form(form) if form.reach == Reach::Once && shown.page.page.fields_of(at).next().is_some() => {
            Some((at, form))
        }
        _ => None,
    })
}

fn way_on(shown: &Shown) -> Option<PagePath> {
    let links = shown.page.page.blocks.iter().filter_map(|block| match &block.is {
        Content::Links(links) => Some(links),
        _ => None,
    });
    links.flatten().find_map(|link| match &link.to {
        Target::Path(path) => Some(path.clone()),
        _ => None,
    })
}

fn filled(shown: &Shown, form: usize, dice: &mut Dice) -> Vec<Answer> {
    let mut answers: Vec<Answer> = Vec::new();
    for field in shown.page.page.fields_of(form) {
        let said = |key: &str| answers.iter().find(|answer| answer.question == key).map(|answer| &answer.value);
        let is_asked = field.when.iter().all(|condition| condition.holds.holds(said(&condition.field)));
        let skips = !field.required && dice.next().is_multiple_of(6);
        if let Some(value) = Some(field).filter(|_| is_asked && !skips).and_then(|field| value(field, dice)) {
            answers.push(Answer { question: field.key.clone(), value });
        }
    }
    answers
}

/// What a person may answer; none to what needs a photo, an address or a thing of the box.
fn value(field: &Field, dice: &mut Dice) -> Option<Value> {
    Some(match &field.kind {
        FieldKind::Text(most) | FieldKind::LongText(most) => {
            let words = WORDS.get(usize::try_from(dice.next()).unwrap_or(0) % WORDS.len())?;
            Value::Text(words.chars().take(*most as usize).collect())
        }
        FieldKind::Number { least, most, whole, .. } => {
            let least = least.unwrap_or(0.0);
            let number = dice.between(least, most.unwrap_or(least + 20.0));
            Value::Number(if *whole { number.floor() } else { (number * 10.0).floor() / 10.0 }.max(least))
        }
        FieldKind::Date { first, last } => Value::Date(first.clone().or_else(|| last.clone())?),
        FieldKind::Choice(choice) => Value::Choices(chosen(choice, dice)),
        FieldKind::Scale { first, last, .. } => {
            // Two throws, so that the ends are rarer than the middle, and the upper half more common.
            let throw = f64::midpoint(dice.unit(), dice.unit()).powf(0.8);
            let steps = f64::from(last - first + 1);
            Value::Number((f64::from(*first) + (throw * steps).floor()).min(f64::from(*last)))
        }
        FieldKind::Shape { kinds, .. } => {
            let mut point = || Position { latitude: dice.between(59.88, 59.94), longitude: dice.between(10.45, 10.6) };
            let kind = *kinds.first()?;
            let many = match kind {
                ShapeKind::Point => 1,
                ShapeKind::Line => 2,
                ShapeKind::Area => 3,
            };
            Value::Shape(Shape { kind, points: (0..many).map(|_| point()).collect() })
        }
        FieldKind::Consent => Value::Flag(true),
        FieldKind::Photo(_) | FieldKind::Cite(_) | FieldKind::Contact | FieldKind::Other(_) => return None,
    })
}

fn chosen(choice: &ChoiceField, dice: &mut Dice) -> Vec<String> {
    let many = u64::try_from(choice.options.len()).unwrap_or(1).max(1);
    // The first options are the likely ones, as in life.
    let mut draw = || usize::try_from((dice.next() % many).min(dice.next() % many)).unwrap_or(0);
    let first = draw();
    let mut keys: Vec<usize> = vec![first];
    let alone = |at: usize| choice.options.get(at).is_some_and(|option| option.alone);
    while keys.len() < choice.most as usize && keys.len() < choice.options.len() && !alone(first) {
        let next = draw();
        let is_enough = keys.len() >= choice.least.max(1) as usize;
        if alone(next) || keys.contains(&next) {
            if is_enough {
                break;
            }
            // A draw may miss for long; the next that is free will do.
            let free = (0..choice.options.len()).find(|at| !keys.contains(at) && !alone(*at));
            let Some(free) = free else { break };
            keys.push(free);
        } else {
            keys.push(next);
        }
    }
    keys.into_iter().filter_map(|at| choice.options.get(at)).map(|option| option.key.clone()).collect()
}
