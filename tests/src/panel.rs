//! The made-up members of a panel: they come in by a list, as from a panel that was kept elsewhere, and answer what they are asked.

use crate::citizens::{Came, answer_letter};
use crate::dice::Dice;
use anyhow::{Context, Result, ensure};
use app::{App, ImportLetters, ImportPlan, PANEL_ROWS_MAX, Sheet, Willing};
use model::activity::{Activity, Code};
use model::{Segment, Timestamp};
use std::fmt::Write as _;
use std::time::Duration;

/// As many as the panel that this is about has.
pub const MEMBERS: u64 = 600;
/// A letter is answered by so many in a thousand.
const ANSWERS: u64 = 430;
/// Within so long.
const WITHIN: Duration = Duration::from_hours(20 * 24);

/// The list of a panel that was kept in a spreadsheet: semicolons, Latin-1, headings as offices write them.
pub fn list(app: &App) -> Vec<u8> {
    let municipality = app.municipality();
    let items = municipality.panel.iter().flat_map(|plan| &plan.profile);
    let items: Vec<_> = items.collect();
    let mut text = "E-post;Samtykke;Spr\u{e5}k".to_owned();
    for item in &items {
        text = text + ";" + item.id.as_str();
    }
    for who in 0..MEMBERS {
        let mut dice = Dice::of(crate::traffic::SEED, "panel", i64::try_from(who).unwrap_or(0));
        let tongue = if dice.next().is_multiple_of(12) { "nynorsk" } else { "bokm\u{e5}l" };
        let _ = write!(text, "\r\nmedlem{who}@panel.example;ja, p\u{e5} nett i 2023;{tongue}");
        for item in &items {
            // Not all tell everything, and the middle of a list is more common than its ends.
            let many = u64::try_from(item.options.len()).unwrap_or(1).max(1);
            let at = usize::try_from((dice.next() % many).midpoint(dice.next() % many)).unwrap_or(0);
            let told = if dice.next().is_multiple_of(7) { None } else { item.options.get(at) };
            text = text + ";" + told.map_or("", |option| option.id.as_str());
        }
    }
    // Every letter of it is one byte in Latin-1.
    text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap_or(b'?')).collect()
}

/// Takes the members in at a moment.
pub fn move_in(app: &App, at: Timestamp) -> Result<usize> {
    let sheet = Sheet::read(&list(app), PANEL_ROWS_MAX)?;
    let plan = app.panel_plan().context("there is no panel")?;
    let import = ImportPlan { letters: ImportLetters::None, ..ImportPlan::guessed(&sheet, &plan) };
    let imported = app.take_panel_list(&sheet, &import, at, |_, _| Ok(()))?;
    ensure!(imported.faults.is_empty(), "the list of members has faults: {:?}", imported.faults);
    Ok(imported.added)
}

/// As many as wanted to come where this happened: so many put themselves on the list, and fewer seats there were.
const WILLING: u64 = 39;

/// People put themselves on the list of an activity by its form, and confirm by the link of their letter. Gives how many.
pub fn put_themselves_on_the_list(app: &App, activity: &Activity, at: Timestamp) -> Result<usize> {
    let Some(plan) = &activity.recruiting else { return Ok(0) };
    let before: u64 = app.store().read()?.deliveries()?.filter_map(Result::ok).map(|(id, _)| id.0).max().unwrap_or(0);
    for who in 0..WILLING {
        let mut dice = Dice::of(crate::traffic::SEED, activity.id.as_str(), i64::try_from(who)?);
        let mut told = |item: &model::ProfileItem| {
            let many = u64::try_from(item.options.len()).ok().filter(|many| *many > 0)?;
            let option = item.options.get(usize::try_from(dice.next() % many).ok()?)?;
            Some((item.id.to_string(), option.id.to_string()))
        };
        let willing = Willing {
            name: format!("Innbygger {}", who + 1),
            address: Some(format!("innbygger{}@list.example", who + 1).parse()?),
            language: model::Language::Nb,
            profile: plan.profile.iter().filter_map(&mut told).collect(),
            // Some live together.
            home: format!("Storgata {}", who - u64::from(who % 8 == 7)),
        };
        // So many letters in an hour, and no more.
        app.join_list(activity, &willing, None, at + Duration::from_mins(who))?;
    }
    let snapshot = app.store().read()?;
    for letter in snapshot.deliveries_after(model::DeliveryId(before), usize::try_from(WILLING)?)? {
        let content = snapshot.delivery_content(letter.id)?.context("a letter says something")?;
        let code = code_in(&String::from_utf8_lossy(&content), "/seat/").context("a letter has a link")?;
        app.confirm_willing(activity, &code, at + Duration::from_hours(1))?;
    }
    Ok(app.recruiting(&activity.id)?.confirmed().count())
}

/// Asks all members about an activity, and has some of them answer by the links of their letters. Gives how many were asked and answered.
pub fn ask(app: &App, activity: &Activity, at: Timestamp) -> Result<(usize, usize)> {
    let before: u64 = app.store().read()?.deliveries()?.filter_map(Result::ok).map(|(id, _)| id.0).max().unwrap_or(0);
    let asked = app.ask_panel(&activity.id, &Segment::default(), at, |_, _| Ok(()))?;
    let snapshot = app.store().read()?;
    let letters = snapshot.deliveries_after(model::DeliveryId(before), asked)?;
    let mut answered = 0;
    for (who, letter) in letters.iter().enumerate() {
        let who = u64::try_from(who)?;
        let mut dice = Dice::of(crate::traffic::SEED, activity.id.as_str(), i64::try_from(who)?);
        if dice.next() % 1000 >= ANSWERS {
            continue;
        }
        let content = snapshot.delivery_content(letter.id)?.context("a letter says something")?;
        let code = code_in(&String::from_utf8_lossy(&content), &format!("/invited/{}/", activity.id))
            .context("a letter has a link")?;
        let when = at + WITHIN / 1000 * u32::try_from(dice.next() % 1000)?;
        answered += usize::from(answer_letter(app, activity, (who, code), when)? == Came::ToTheEnd);
    }
    Ok((asked, answered))
}

/// The code of the link in a letter.
fn code_in(letter: &str, before: &str) -> Option<Code> {
    let (_, from) = letter.split_once(before)?;
    Code::parse(from.split([')', '\\', ' ', '"']).next()?)
}
