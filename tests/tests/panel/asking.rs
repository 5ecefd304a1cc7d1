//! The panel is asked, and staff take members in and erase them.

use crate::staff::hidden;
use crate::stage::{Panel, code_in, now};
use anyhow::{Context, Result};
use app::{ImportLetters, ImportPlan, PANEL_ROWS_MAX, Sheet};
use model::activity::InvitationState;
use model::{Segment, Slug};
use reqwest::StatusCode;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_part_of_the_panel_is_asked_once_reminded_once_and_not_too_often() -> Result<()> {
    let panel = Panel::new().await?;
    if !panel.asks() {
        return Ok(());
    }
    let (app, park) = (&panel.stage.running.app, Slug::new("park")?);
    let row = |n: u32| format!("m{n}@x.example;ja;{}", if n < 4 { "40" } else { "15-39" });
    let rows = (0..30).map(row).collect::<Vec<_>>().join("\n");
    let sheet = Sheet::read(format!("e-post;samtykke;age\n{rows}").as_bytes(), PANEL_ROWS_MAX)?;
    let plan = app.panel_plan().context("a panel")?;
    let import = ImportPlan { letters: ImportLetters::None, ..ImportPlan::guessed(&sheet, &plan) };
    let begun = now() - Duration::from_hours(9 * 24);
    assert_eq!(app.take_panel_list(&sheet, &import, begun, |_, _| Ok(()))?.added, 30);
    let old = Segment { profile: [("age".to_owned(), ["40".to_owned()].into())].into(), ..Segment::default() };
    assert!(matches!(app.panel_audience(&park, &old, begun), Err(app::PanelError::SmallSegment(5))));
    assert!(matches!(app.ask_panel(&park, &old, begun, |_, _| Ok(())), Err(app::PanelError::SmallSegment(5))));
    let young = Segment { profile: [("age".to_owned(), ["15-39".to_owned()].into())].into(), ..Segment::default() };
    assert_eq!(app.ask_panel(&park, &young, begun, |_, _| Ok(()))?, 26);
    assert!(matches!(app.ask_panel(&park, &young, begun, |_, _| Ok(())), Err(app::PanelError::Nobody)));
    assert_eq!(app.ask_panel(&park, &Segment::default(), begun, |_, _| Ok(()))?, 4, "those who were not asked yet");
    assert!(matches!(app.remind_panel(&park, begun, |_, _| Ok(())), Err(app::PanelError::Nobody)), "too early");

    let letter = panel.letter("m7@x.example", 1).await?;
    let first = code_in(&letter, "/nb/invited/park/").context("a link")?;
    let later = now();
    assert_eq!(app.remind_panel(&park, later, |_, _| Ok(()))?, 30);
    assert!(app.remind_panel(&park, later + Duration::from_hours(8 * 24), |_, _| Ok(())).is_err(), "once");
    let letter = panel.letter("m7@x.example", 2).await?;
    let second = code_in(&letter, "/nb/invited/park/").context("another link")?;
    assert_ne!(first, second, "the box does not know the first");
    let mut browser = panel.stage.browser();
    for code in [&first, &second] {
        assert_eq!(browser.get(&format!("/nb/invited/park/{code}")).await?.status(), StatusCode::OK);
    }
    assert_eq!(app.invitations(&park)?, app::Invitations { made: 30, used: 0 }, "two links to one invitation");
    let member = app.store().read()?.members()?.find_map(Result::ok).context("a member")?;
    assert_eq!(plan.letters_left(&member, later), 0, "the reminder counts");
    let digests: Vec<_> = member.asked.values().map(|asked| asked.invitation).collect();
    assert_eq!(app.store().read()?.invitation_states(&park, &digests)?, [Some(InvitationState::Unused)]);
    // Nothing is left to take back of what is out; the one that is not was never asked.
    let one: model::MailAddress = "late@x.example".parse()?;
    app.join_panel(&one, model::Language::Nb, None, later)?;
    assert_eq!(app.panel_audience(&park, &Segment::default(), later)?.to_ask, 0, "who has not confirmed is not asked");
    let history = app.panel_history()?;
    assert_eq!(history.first().map(|used| used.asked), Some(engagement::PublicCount::Exactly(30)));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_looked_at_line_by_line_before_it_is_taken_in() -> Result<()> {
    let panel = Panel::new().await?;
    let app = &panel.stage.running.app;
    let plan = app.panel_plan().context("a panel")?;
    let list = b"Navn;E-post;Alder;Samtykke\nK\xe5re;kare@x.example;15-39;ja\nOla;ola@x.example;40 og over;Ja\n\
        Ola igjen;OLA+x@x.example;40;ja\nPer;per;40;ja\nIda;ida@x.example;40;nei\nLiv;liv@x.example;93;2023-05-01\n";
    let sheet = Sheet::read(list, PANEL_ROWS_MAX)?;
    let import = ImportPlan::guessed(&sheet, &plan);
    assert_eq!((import.address, import.consent), (1, Some(3)));
    let tried = app.try_panel_list(&sheet, &import, now())?;
    assert_eq!((tried.added, tried.doubled, tried.without_consent), (3, 1, 1));
    assert_eq!((tried.without_address, tried.untold, tried.faults.len()), (1, 1, 4));
    assert_eq!(app.store().read()?.members()?.count(), 0, "nothing was taken in");
    app.take_panel_list(&sheet, &import, now(), |_, _| Ok(()))?;
    assert!(panel.letter("liv@x.example", 1).await?.contains("Velkommen"));
    let again = app.take_panel_list(&sheet, &import, now(), |_, _| Ok(()))?;
    assert_eq!((again.added, again.known), (0, 3), "taken in once more, nobody is doubled");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_how_many_ask_remind_take_in_and_erase_and_never_an_address() -> Result<()> {
    let panel = Panel::new().await?;
    let mut owner = panel.stage.claimed().await?;
    let rows = (0..12).map(|n| format!("m{n}@x.example;15-39")).collect::<Vec<_>>().join("\n");
    let page = owner.page("/nb/staff/panel/import").await?;
    let token = hidden(&page).into_iter().find(|(name, _)| name == "token").context("a token")?.1;
    let list = format!("e-post;age\n{rows}");
    let fields =
        [("token", token.as_str()), ("list", &list), ("address", "0"), ("item.age", "1"), ("no_letters", "yes")];
    let looked = owner.post("/nb/staff/panel/import", &fields).await?.text().await?;
    assert!(looked.contains("Uten samtykke") && !looked.contains("Ta inn 12"), "{looked}");
    let fields = [&fields[..], &[("consented", "på nett i 2023")]].concat();
    let looked = owner.post("/nb/staff/panel/import", &fields).await?.text().await?;
    assert!(looked.contains("Ta inn 12 medlemmer"), "{looked}");
    let answer = owner.post("/nb/staff/panel/import", &[&fields[..], &[("step", "take")]].concat()).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let room = owner.page("/nb/staff/panel?done=panel-imported").await?;
    assert!(room.contains("Medlemmene er tatt inn") && room.contains("12") && !room.contains("@x.example"), "{room}");

    if panel.asks() {
        let path = "/nb/staff/panel/ask/park";
        let review = owner.fill(path, &[]).await?.text().await?;
        assert!(review.contains("Send 12 brev") && review.contains("Alle andre kan også svare."), "{review}");
        let sent = owner.post(path, &[("token", &token), ("step", "send")]).await?;
        assert_eq!(sent.status(), StatusCode::SEE_OTHER);
        let stands = owner.page(path).await?;
        assert!(stands.contains("Spør flere"), "{stands}");
        let twice = owner.post(path, &[("token", &token), ("step", "send")]).await?.text().await?;
        assert!(twice.contains("Det er ingen igjen å skrive til"), "{twice}");
        let log = owner.page("/nb/staff/history").await?;
        assert!(log.contains("Panelet er spurt: park, 12"), "{log}");
        panel.letter("m3@x.example", 1).await?;
    }
    let removed = owner.fill("/nb/staff/panel/remove", &[("address", "m3@x.example")]).await?;
    assert_eq!(removed.status(), StatusCode::SEE_OTHER);
    let same = owner.fill("/nb/staff/panel/remove", &[("address", "nobody@x.example")]).await?;
    assert_eq!(removed.headers()["location"], same.headers()["location"]);
    assert_eq!(panel.stage.running.app.store().read()?.members()?.count(), 11);
    let stranger = panel.stage.browser().get("/nb/staff/panel").await?;
    assert_eq!(stranger.status(), StatusCode::SEE_OTHER);
    Ok(())
}
