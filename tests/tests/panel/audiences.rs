//! Whom a survey reaches: everybody, the panel, and parts of it by profile, area and what they took part in; and what it tells of them.

use crate::stage::{PUBLIC, Panel, code_in, now};
use anyhow::{Context, Result};
use app::{Counting, ImportLetters, ImportPlan, PANEL_ROWS_MAX, PanelError, Sheet};
use engagement::{PublicCell, PublicCount};
use model::activity::{OpenTo, Tag};
use model::{Language, Member, Segment, Slug};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Forty members: by turns young and old, every fourth of the hill, and ten of them tried the map, as they say.
fn forty(panel: &Panel) -> Result<()> {
    let app = &panel.stage.running.app;
    let row = |n: u32| {
        let (age, area) =
            (if n.is_multiple_of(2) { "15-39" } else { "40" }, if n.is_multiple_of(4) { "hill" } else { "shore" });
        format!("m{n}@x.example;ja;{age};{area};walks, bikes\n")
    };
    let rows: String = (0..40).map(row).collect();
    let sheet = Sheet::read(format!("e-post;samtykke;age;area;moves\n{rows}").as_bytes(), PANEL_ROWS_MAX)?;
    let plan = app.panel_plan().context("a panel")?;
    let import = ImportPlan { letters: ImportLetters::None, ..ImportPlan::guessed(&sheet, &plan) };
    let imported = app.take_panel_list(&sheet, &import, now(), |_, _| Ok(()))?;
    assert_eq!((imported.added, imported.untold), (40, 0), "{imported:?}");
    let municipality = app.municipality();
    let members: Vec<Member> = app.store().read()?.members()?.filter_map(std::result::Result::ok).collect();
    let is_old = |member: &Member| member.profile.get("age").is_some_and(|told| told.contains("40"));
    let transaction = app.store().begin(&municipality.calendar)?;
    for member in members.into_iter().filter(is_old).take(10) {
        let took_part = [Slug::new("kart")?].into();
        transaction.put_listed_members(&[Member { took_part, ..member }])?;
    }
    transaction.commit(store::Durability::Now)?;
    Ok(())
}

fn part(item: &str, option: &str) -> Segment {
    Segment { profile: [(item.to_owned(), BTreeSet::from([option.to_owned()]))].into(), ..Segment::default() }
}

const PROFILE: (&str, &str) = (
    "panel.toml",
    r#"
title = "Lillevik innbyggerpanel"
letters = 2
smallest_segment = 5
welcome = "park"
[[profile]]
id = "age"
name = "Alder"
reason = "Da ser vi hvem vi ikke hører fra."
option = [{ id = "15-39", name = "15–39" }, { id = "40", name = "40 og over" }]
[[profile]]
id = "area"
name = "Sted"
reason = "Noen spørsmål gjelder bare ett sted."
option = [{ id = "hill", name = "Åsen" }, { id = "shore", name = "Sjøen" }]
[[profile]]
id = "moves"
name = "Hvordan du kommer fram"
reason = "Så vi kan spørre dem det gjelder."
several = true
option = [{ id = "walks", name = "Går" }, { id = "bikes", name = "Sykler" }, { id = "drives", name = "Kjører" }]
"#,
);

#[tokio::test(flavor = "multi_thread")]
async fn parts_of_the_panel_are_chosen_by_profile_area_and_what_they_took_part_in() -> Result<()> {
    let panel = Panel::with(&[PROFILE]).await?;
    if !panel.asks() {
        return Ok(());
    }
    forty(&panel)?;
    let (app, park) = (&panel.stage.running.app, Slug::new("park")?);
    let many = |segment: &Segment| app.panel_audience(&park, segment, now()).map(|audience| audience.members);
    assert_eq!(many(&part("age", "40"))?, 20);
    assert_eq!(many(&part("area", "hill"))?, 10);
    assert_eq!(many(&part("moves", "bikes"))?, 40, "of an item that allows several, one is enough");
    assert!(matches!(many(&part("moves", "drives")), Err(PanelError::SmallSegment(5))));
    let both = Segment {
        profile: [part("age", "15-39").profile, part("area", "hill").profile].into_iter().flatten().collect(),
        ..Segment::default()
    };
    assert_eq!(many(&both)?, 10, "both must hold");
    let tried = Segment { took_part: [Slug::new("kart")?].into(), ..Segment::default() };
    assert_eq!(many(&tried)?, 10, "those who say that they tried the map");
    assert_eq!(app.ask_panel(&park, &tried, now(), |_, _| Ok(()))?, 10);
    // What they took part in goes with no invitation, and stands in no letter: their answers cannot tell it.
    let strata = app.store().read()?.invited_strata(&park)?;
    assert_eq!(strata.len(), 10);
    let known: BTreeSet<&str> = strata.iter().flatten().map(|answer| answer.question.as_str()).collect();
    assert!(known.iter().all(|question| ["age", "area", "moves"].contains(question)), "{known:?}");
    let asked: Vec<Member> = app.store().read()?.members()?.filter_map(std::result::Result::ok).collect();
    let asked = asked.iter().find(|member| !member.asked.is_empty()).context("somebody who was asked")?;
    let letter = panel.letter(asked.address.as_str(), 1).await?;
    assert!(!letter.contains("kart"), "{letter}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_joins_is_welcomed_with_a_first_survey_that_costs_no_letter() -> Result<()> {
    let panel = Panel::with(&[PROFILE]).await?;
    if !panel.asks() {
        return Ok(());
    }
    let (app, park) = (&panel.stage.running.app, Slug::new("park")?);
    let mut browser = panel.stage.browser();
    panel.member(&mut browser, "kari@x.example").await?;
    let welcome = panel.letter("kari@x.example", 2).await?;
    assert!(welcome.contains("Det første vi vil spørre deg om: «Parken»"), "{welcome}");
    let invited = code_in(&welcome, &format!("{PUBLIC}/nb/invited/park/")).context("a link to answer by")?;
    let sending = app.panel_sending(&park, now())?;
    assert_eq!((sending.asked, sending.answered, sending.to_remind), (1, 0, 0));
    panel.answers(&mut browser, &invited).await?;
    let sending = app.panel_sending(&park, now() + Duration::from_hours(24 * 30))?;
    assert_eq!((sending.asked, sending.answered, sending.to_remind), (1, 1, 0), "answered: nobody is reminded");
    let plan = app.panel_plan().context("a panel")?;
    let member = app.store().read()?.members()?.find_map(std::result::Result::ok).context("a member")?;
    assert_eq!(plan.letters_left(&member, now()), 2);
    assert!(matches!(app.ask_panel(&park, &Segment::default(), now(), |_, _| Ok(())), Err(PanelError::Nobody)));
    // Their page takes several options of an item that allows it, one of others, and none that there is not.
    let own = code_in(&welcome, "/nb/panel/me/").context("their page")?;
    let fields = [
        ("me", own.as_str()),
        ("do", "save"),
        ("item.moves", "walks"),
        ("item.moves", "bikes"),
        ("item.moves", "flies"),
        ("item.age", "40"),
        ("item.age", "15-39"),
        ("letters", "yes"),
    ];
    let saved = browser.post("/nb/panel/me", &fields).await?.text().await?;
    assert!(saved.contains("Du kan velge flere."), "{saved}");
    let member = app.store().read()?.members()?.find_map(std::result::Result::ok).context("a member")?;
    assert_eq!(member.profile["moves"], BTreeSet::from(["bikes".to_owned(), "walks".to_owned()]));
    assert_eq!(member.profile["age"].len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_that_have_not_left_are_taken_back_and_their_members_can_be_asked_again() -> Result<()> {
    let panel = Panel::with(&[PROFILE]).await?;
    if !panel.asks() {
        return Ok(());
    }
    forty(&panel)?;
    panel.closes();
    let (app, park) = (&panel.stage.running.app, Slug::new("park")?);
    assert_eq!(app.ask_panel(&park, &part("area", "hill"), now(), |_, _| Ok(()))?, 10);
    let waiting = || -> Result<usize> {
        let snapshot = app.store().read()?;
        Ok(snapshot.deliveries()?.filter_map(std::result::Result::ok).filter(|(_, letter)| letter.is_waiting()).count())
    };
    assert_eq!(waiting()?, 10, "the mail server is away");
    assert_eq!(
        app.withdraw_panel_letters(&park, now(), |_, many| {
            assert_eq!(many, 10);
            Ok(())
        })?,
        10
    );
    assert_eq!(waiting()?, 0);
    assert_eq!(app.panel_sending(&park, now())?.asked, 0);
    let plan = app.panel_plan().context("a panel")?;
    for member in app.store().read()?.members()? {
        assert_eq!(plan.letters_left(&member?, now()), 2, "what never left does not count");
    }
    assert_eq!(app.withdraw_panel_letters(&park, now(), |_, _| Ok(()))?, 0, "there is nothing left to take back");
    assert_eq!(app.ask_panel(&park, &part("area", "hill"), now(), |_, _| Ok(()))?, 10, "they can be asked again");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn everybody_and_the_panel_answer_at_once_and_are_told_apart_by_door() -> Result<()> {
    let panel = Panel::new().await?;
    if !panel.asks() {
        return Ok(());
    }
    forty_young(&panel)?;
    let (app, park) = (&panel.stage.running.app, Slug::new("park")?);
    let activity = app.activity_list().into_iter().find(|one| one.id == park).context("the survey")?;
    assert_eq!(activity.open_to, OpenTo::Everyone, "members are asked about what is open to all");
    app.ask_panel(&park, &Segment::default(), now(), |_, _| Ok(()))?;
    let mut browser = panel.stage.browser();
    for n in 0..6 {
        let letter = panel.letter(&format!("m{n}@x.example"), 1).await?;
        let invited = code_in(&letter, "/nb/invited/park/").context("a link")?;
        panel.answers(&mut browser, &invited).await?;
    }
    for _ in 0..7 {
        let first = browser.page("/nb/take-part/park/answer").await?;
        panel.sends(&mut browser, &first).await?;
    }
    let languages = [Tag::from(Language::Nb)];
    let report = app.report(&park, &languages, now(), Counting::All)?;
    assert_eq!(report.taking.finished, PublicCount::Exactly(13));
    assert_eq!(report.invited, Some((40, PublicCount::Exactly(6))), "the rate is of those who were asked alone");
    let doors: Vec<_> = report.taking.doors.rows.iter().map(|row| (row.label.as_str(), row.cells[0].clone())).collect();
    let count = |people| PublicCell::Count(PublicCount::Exactly(people));
    assert_eq!(doors, [("", count(7)), ("invitation", count(6))]);
    assert_eq!(app.panel_sending(&park, now())?.answered, 6);
    // The names of the profile and of the doors are for programs; people read what they are called.
    let mut owner = panel.stage.claimed().await?;
    let page = owner.page("/nb/staff/activities/park/report").await?;
    for said in ["Alder", "Invitasjon"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    for name in [">age<", ">invitation<"] {
        assert!(!page.contains(name), "{name}: {page}");
    }
    Ok(())
}

fn forty_young(panel: &Panel) -> Result<()> {
    let app = &panel.stage.running.app;
    let rows: Vec<String> = (0..40).map(|n| format!("m{n}@x.example;ja;15-39")).collect();
    let sheet = Sheet::read(format!("e-post;samtykke;age\n{}", rows.join("\n")).as_bytes(), PANEL_ROWS_MAX)?;
    let plan = app.panel_plan().context("a panel")?;
    let import = ImportPlan { letters: ImportLetters::None, ..ImportPlan::guessed(&sheet, &plan) };
    app.take_panel_list(&sheet, &import, now(), |_, _| Ok(()))?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_of_a_hundred_thousand_in_latin_1_is_looked_at_in_seconds_and_one_row_more_is_refused() -> Result<()> {
    let panel = Panel::new().await?;
    let app = &panel.stage.running.app;
    let mut list = b"E-post;Alder;Samtykke\r\n".to_vec();
    for n in 0..PANEL_ROWS_MAX {
        // Every tenth stands there twice.
        let who = n - usize::from(n % 10 == 9);
        list.extend_from_slice(format!("medlem{who}@x.example;15-39;ja, p").as_bytes());
        list.extend_from_slice(b"\xe5 nett\r\n");
    }
    let begun = Instant::now();
    let sheet = Sheet::read(&list, PANEL_ROWS_MAX)?;
    assert!(sheet.rows[0].cells[2].ends_with("p\u{e5} nett"), "{:?}", sheet.rows[0]);
    let plan = app.panel_plan().context("a panel")?;
    let tried = app.try_panel_list(&sheet, &ImportPlan::guessed(&sheet, &plan), now())?;
    let took = begun.elapsed();
    assert_eq!((tried.added, tried.doubled), (PANEL_ROWS_MAX / 10 * 9, PANEL_ROWS_MAX / 10));
    assert_eq!(tried.faults.len(), 100, "the first are told one by one, and not all");
    assert!(took < Duration::from_mins(1), "{took:?}");
    list.extend_from_slice(b"one@x.example;15-39;ja\r\n");
    assert!(Sheet::read(&list, PANEL_ROWS_MAX).is_err());
    Ok(())
}
