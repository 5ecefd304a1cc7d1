//! Members who took part are told what came of it, once, and one press ends it.

use crate::stage::{PUBLIC, Panel, code_in, now};
use anyhow::{Context, Result};
use app::{DigestError, NewOutcome};
use model::activity::OutcomeState;
use model::{AuditEntry, Language, Segment, Slug, Timestamp, Words};
use std::time::Duration;

const WEEK: Duration = Duration::from_hours(7 * 24);

fn log(at: Timestamp) -> AuditEntry {
    AuditEntry { at, who: Some("kari".to_owned()), what: "digest-sent".to_owned(), subject: "park".to_owned() }
}

fn tells(panel: &Panel, park: &Slug, text: &str, at: Timestamp) -> Result<()> {
    let text: Words = [(Language::Nb, text.to_owned())].into_iter().collect();
    let (by, evidence) = ("Park og idrett".to_owned(), Vec::new());
    let new = NewOutcome { about: vec![None], state: OutcomeState::WillBe, text, by, evidence };
    panel.stage.running.app.tell_outcome(park, &new, &log(at), at)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn members_who_answered_are_told_once_what_happened_and_one_press_ends_it() -> Result<()> {
    let panel = Panel::new().await?;
    if !panel.asks() {
        return Ok(());
    }
    let (app, park) = (&panel.stage.running.app, Slug::new("park")?);
    let mut browser = panel.stage.browser();
    for address in ["kari@x.example", "ola@x.example", "per@x.example"] {
        panel.member(&mut browser, address).await?;
    }
    assert_eq!(app.ask_panel(&park, &Segment::default(), now(), |_, _| Ok(()))?, 3);
    for address in ["kari@x.example", "ola@x.example"] {
        let letter = panel.letter(address, 3).await?;
        let invited = code_in(&letter, "/nb/invited/park/").context("the link to answer by")?;
        let receipt = panel.answers(&mut browser, &invited).await?;
        if address.starts_with("kari") {
            // She left her address with the answer, too: one mailbox gets one letter.
            let fields = [("me", receipt.as_str()), ("address", "Kari+park@x.example")];
            browser.post("/nb/take-part/park/tell-me", &fields).await?.error_for_status()?;
        }
    }
    assert!(matches!(app.send_digest(&park, &log(now()), now()), Err(DigestError::Nothing)), "nothing was told");
    tells(&panel, &park, "Lys kommer i h\u{f8}st.", now())?;
    let state = app.digest_state(&park, now())?;
    assert_eq!(state.addresses, 2, "who did not answer took no part");
    let told_at = now();
    assert_eq!(app.send_digest(&park, &log(told_at), told_at)?, 2);
    let letter = panel.letter("ola@x.example", 4).await?;
    for shown in ["du svarte p\u{e5}", "Lys kommer i h\u{f8}st.", "/nb/take-part/park/what-happened", "/panel/stop/"] {
        assert!(letter.contains(shown), "{shown}: {letter}");
    }
    assert!(!letter.contains("/invited/") && !letter.contains("Ved elva"), "nothing of what they said: {letter}");
    let snapshot = app.store().read()?;
    let causes: Vec<String> =
        snapshot.deliveries()?.filter_map(std::result::Result::ok).map(|(_, letter)| letter.cause).collect();
    for cause in ["told park", "panel-told park"] {
        assert_eq!(causes.iter().filter(|own| *own == cause).count(), 1, "{cause}: {causes:?}");
    }
    drop(snapshot);
    assert!(matches!(app.send_digest(&park, &log(now()), now()), Err(DigestError::TooSoon(_))), "once");

    // The letter did not count among those that ask something, and a mail program ends them with one press (RFC 8058).
    let members: Vec<_> = app.store().read()?.members()?.filter_map(std::result::Result::ok).collect();
    let plan = app.panel_plan().context("a panel")?;
    assert!(members.iter().all(|member| plan.letters_left(member, now()) == 1));
    let stop = code_in(&letter, &format!("{PUBLIC}/panel/stop/")).context("the way out")?;
    browser.post(&format!("/panel/stop/{stop}"), &[("List-Unsubscribe", "One-Click")]).await?.error_for_status()?;
    let later = told_at + WEEK;
    tells(&panel, &park, "Lyset er p\u{e5}.", later)?;
    assert_eq!(app.send_digest(&park, &log(later), later)?, 1, "only who left an address is left");
    Ok(())
}

/// Who answered, was to be told, and left before the letter did: it stayed in the outbox with their address.
#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_before_the_letter_does_takes_it_along() -> Result<()> {
    let panel = Panel::new().await?;
    if !panel.asks() {
        return Ok(());
    }
    let (app, park) = (&panel.stage.running.app, Slug::new("park")?);
    let mut browser = panel.stage.browser();
    panel.member(&mut browser, "kari@x.example").await?;
    let welcome = panel.letter("kari@x.example", 2).await?;
    let own = code_in(&welcome, "/nb/panel/me/").context("their page")?;
    app.ask_panel(&park, &Segment::default(), now(), |_, _| Ok(()))?;
    let letter = panel.letter("kari@x.example", 3).await?;
    let invited = code_in(&letter, "/nb/invited/park/").context("a link")?;
    panel.answers(&mut browser, &invited).await?;
    panel.closes();
    tells(&panel, &park, "Lys kommer.", now())?;
    assert_eq!(app.send_digest(&park, &log(now()), now())?, 1);
    let waiting = || -> Result<usize> {
        let snapshot = app.store().read()?;
        Ok(snapshot.deliveries()?.filter_map(std::result::Result::ok).filter(|(_, letter)| letter.is_waiting()).count())
    };
    assert_eq!(waiting()?, 1, "the mail server is away");
    browser.post("/nb/panel/me", &[("me", &own), ("do", "leave-now")]).await?.error_for_status()?;
    assert_eq!(waiting()?, 0);
    Ok(())
}
