//! Made-up people who take part in activities, page by page, as a browser would: what they are shown they fill in, and the box takes it.

use crate::dice::Dice;
use crate::taps::Tap;
use anyhow::{Context, Result, bail};
use app::{App, Pass, SentForm, Shown, Taken, Trap, Visitor};
use engagement::Sent;
use model::activity::{
    Activity, Answer, ChoiceField, Code, Content, Field, FieldKind, Form, OpenTo, PagePath, Press, Reach, Role, Shape,
    ShapeKind, Target, Value,
};
use model::{Position, Timestamp};
use std::time::Duration;

/// A page leads to a page; more than this is a circle.
const PAGES_MAX: usize = 30;
/// Where people come from, the first most often.
const DOORS: [Option<&str>; 5] = [Some("post"), Some("poster"), Some("mail"), Some("screen"), None];
/// Where those come from who answer with one tap, at the place: the page of the place or the code on its wall.
const TAP_DOORS: [&str; 3] = ["place", "poster", "poster"];
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
    let mut mind = Mind::of(app, activity, activity.id.as_str(), i64::try_from(who).unwrap_or(i64::MAX));
    let door = DOORS.get(usize::try_from(mind.dice.next() % 9 % 5)?).copied().flatten().map(str::to_owned);
    walk(app, activity, (None, door, PagePath::front(), at), &mut mind)
}

/// Lets a member of the panel answer by the link of their letter; `who` says which.
pub fn answer_letter(app: &App, activity: &Activity, (who, code): (u64, Code), at: Timestamp) -> Result<Came> {
    let mut mind = Mind::of(app, activity, "panel", i64::try_from(who).unwrap_or(i64::MAX));
    walk(app, activity, (Some(code), None, PagePath::front(), at), &mut mind)
}

/// Lets somebody at a place answer its quick question. What they say follows from how full it is there.
pub fn tap(app: &App, activity: &Activity, tap: &Tap) -> Result<Came> {
    let mut mind = Mind::of(app, activity, tap.place.as_str(), tap.at.as_ms());
    let door = TAP_DOORS.get(usize::try_from(mind.dice.next() % 3)?).map(|door| (*door).to_owned());
    mind.leaning = Some((tap.fullness * 2.5).clamp(0.0, 1.0));
    let path = PagePath::at_place(&tap.place).context("a place has a page")?;
    walk(app, activity, (None, door, path, tap.at), &mut mind)
}

/// Somebody comes by a link or through a door to a page at a moment, and goes on from there.
fn walk(
    app: &App,
    activity: &Activity,
    (invited, door, from, at): (Option<Code>, Option<String>, PagePath, Timestamp),
    mind: &mut Mind,
) -> Result<Came> {
    let pass = match (invited, activity.open_to) {
        (Some(code), _) => Pass::Invited(code),
        (None, OpenTo::Everyone) => Pass::Newcomer,
        (None, OpenTo::Invited) => {
            let codes = app.invite(&activity.id, vec![Vec::new()])?;
            Pass::Invited(*codes.first().context("no invitation was made")?)
        }
    };
    let languages = activity.languages.clone();
    let mut person = Visitor { pass, role: Role::Anyone, door, languages, client: None, now: at };
    let mut path = from.clone();
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
        if path != from && mind.dice.next().is_multiple_of(STOPS) {
            return Ok(Came::PartOfTheWay);
        }
        person.now = person.now + Duration::from_secs(20 + mind.dice.next() % 60);
        let sent = Sent { form: &form.key, press: Press::Send, about: None, values: mind.filled(&shown, at_block) };
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

/// What somebody thinks.
pub(crate) struct Mind {
    pub(crate) dice: Dice,
    /// Towards which end of a choice they lean, 0 the first and 1 the last; none who leans nowhere.
    leaning: Option<f64>,
    /// Where they know their way about.
    around: Position,
    /// What they would write in a field of that key, one after another.
    pub(crate) notes: &'static [(&'static str, &'static str)],
    written: usize,
}

impl Mind {
    pub(crate) fn of(app: &App, activity: &Activity, name: &str, when: i64) -> Self {
        let municipality = app.municipality();
        let place = activity.places.iter().find_map(|(id, _)| municipality.place(id)?.position);
        let around = place.or_else(|| municipality.places.iter().find_map(|place| place.position));
        let around = around.unwrap_or(Position { latitude: 60.0, longitude: 10.0 });
        Self { dice: Dice::of(crate::traffic::SEED, name, when), leaning: None, around, notes: &[], written: 0 }
    }

    /// What they fill in a form, question by question.
    pub(crate) fn filled(&mut self, shown: &Shown, form: usize) -> Vec<Answer> {
        let mut answers: Vec<Answer> = Vec::new();
        for field in shown.page.page.fields_of(form) {
            let said = |key: &str| answers.iter().find(|answer| answer.question == key).map(|answer| &answer.value);
            let is_asked = field.when.iter().all(|condition| condition.holds.holds(said(&condition.field)));
            let skips = !field.required && self.dice.next().is_multiple_of(6);
            if let Some(value) = Some(field).filter(|_| is_asked && !skips).and_then(|field| self.value(field)) {
                answers.push(Answer { question: field.key.clone(), value });
            }
        }
        answers
    }

    /// What a person may answer; none to what needs a photo, an address or a thing of the box.
    pub(crate) fn value(&mut self, field: &Field) -> Option<Value> {
        let dice = &mut self.dice;
        Some(match &field.kind {
            FieldKind::Text(most) | FieldKind::LongText(most) => {
                let own: Vec<&str> =
                    self.notes.iter().filter(|(key, _)| *key == field.key).map(|(_, words)| *words).collect();
                let words = if own.is_empty() {
                    WORDS.get(usize::try_from(dice.next()).unwrap_or(0) % WORDS.len())?
                } else {
                    self.written += 1;
                    own.get(self.written % own.len())?
                };
                Value::Text(words.chars().take(*most as usize).collect())
            }
            FieldKind::Number { least, most, whole, .. } => {
                let least = least.unwrap_or(0.0);
                let number = dice.between(least, most.unwrap_or(least + 20.0));
                Value::Number(if *whole { number.floor() } else { (number * 10.0).floor() / 10.0 }.max(least))
            }
            FieldKind::Date { first, last } => Value::Date(first.clone().or_else(|| last.clone())?),
            FieldKind::Choice(choice) => Value::Choices(self.chosen(choice)),
            FieldKind::Scale { first, last, .. } => {
                // Two throws, so that the ends are rarer than the middle, and the upper half more common.
                let throw = f64::midpoint(dice.unit(), dice.unit()).powf(0.8);
                let steps = f64::from(last - first + 1);
                Value::Number((f64::from(*first) + (throw * steps).floor()).min(f64::from(*last)))
            }
            FieldKind::Shape { kinds, .. } => self.drawn(*kinds.first()?),
            FieldKind::Consent => Value::Flag(true),
            FieldKind::Photo(_) | FieldKind::Cite(_) | FieldKind::Contact | FieldKind::Other(_) => return None,
        })
    }

    /// Something on the map, within a walk of where they know their way about.
    fn drawn(&mut self, kind: ShapeKind) -> Value {
        let Position { latitude, longitude } = self.around;
        let mut point = || Position {
            latitude: latitude + self.dice.between(-0.012, 0.012),
            longitude: longitude + self.dice.between(-0.03, 0.03),
        };
        let many = match kind {
            ShapeKind::Point => 1,
            ShapeKind::Line => 2,
            ShapeKind::Area => 3,
        };
        Value::Shape(Shape { kind, points: (0..many).map(|_| point()).collect() })
    }

    fn chosen(&mut self, choice: &ChoiceField) -> Vec<String> {
        let many = u64::try_from(choice.options.len()).unwrap_or(1).max(1);
        // The first options are the likely ones, as in life, but for who leans elsewhere.
        let (leaning, dice) = (self.leaning, &mut self.dice);
        let mut draw = || match leaning {
            Some(leaning) => at_step(f64::midpoint(dice.unit(), leaning), choice.options.len()),
            None => usize::try_from((dice.next() % many).min(dice.next() % many)).unwrap_or(0),
        };
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
}

/// The option at that share of the way from the first to the last.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a few options")]
fn at_step(share: f64, options: usize) -> usize {
    let steps = u32::try_from(options).unwrap_or(u32::MAX);
    ((share * f64::from(steps)) as usize).min(options.saturating_sub(1))
}
