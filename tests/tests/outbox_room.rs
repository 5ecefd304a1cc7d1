//! Staff read why something did not leave the box, and send it again or let it go.

mod staff;

use anyhow::{Context, Result};
use app::NewLetter;
use model::{Delivery, DeliveryId, DeliveryState, Language, Letter, Timestamp};
use reqwest::StatusCode;
use staff::{Browser, Stage, hidden};
use store::Durability;

/// A letter that a server refused for good.
fn give_up(stage: &Stage, now: Timestamp) -> Result<()> {
    let app = &stage.running.app;
    let letter = Letter {
        to: "kari@example.org".parse()?,
        language: Language::Nb,
        subject: "Velkommen".to_owned(),
        page: "Hei!".to_owned(),
        unsubscribe: None,
    };
    let municipality = app.municipality();
    let transaction = app.store().begin(&municipality.calendar)?;
    app.queue_letter(&transaction, &NewLetter::new("join/1", "somebody wants to join", &letter, now))?;
    let delivery = transaction.delivery(DeliveryId(1))?.context("a delivery")?;
    let said = "550 5.1.1 <[address]>: no such user".to_owned();
    transaction.note_delivery(&Delivery { state: DeliveryState::Dead, said, tries: 1, ..delivery }, None)?;
    Ok(transaction.commit(Durability::Now)?)
}

fn state(stage: &Stage) -> Result<DeliveryState> {
    Ok(stage.running.app.store().read()?.delivery(DeliveryId(1))?.context("a delivery")?.state)
}

async fn press(owner: &mut Browser, what: &str) -> Result<String> {
    let page = owner.page("/nb/staff/outbox/1").await?;
    let token = hidden(&page).into_iter().find(|(name, _)| name == "token").context("a token")?.1;
    let answer = owner.post(&format!("/nb/staff/outbox/1/{what}"), &[("token", &token)]).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let next = answer.headers()["location"].to_str()?.to_owned();
    owner.page(&next).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_given_up_is_read_and_sent_again_or_let_go() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = stage.claimed().await?;
    let empty = owner.page("/nb/staff/outbox").await?;
    assert!(empty.contains("Ingenting har forlatt boksen ennå."), "{empty}");
    give_up(&stage, Timestamp::from_seconds(1_795_097_100))?;
    let overview = owner.page("/nb/staff/").await?;
    assert!(overview.contains("Gitt opp og ikke sendt: 1"), "{overview}");
    let room = owner.page("/nb/staff/outbox").await?;
    for shown in ["somebody wants to join", "Gitt opp", "550 5.1.1 &lt;[address]&gt;: no such user", "lang=\"en\""] {
        assert!(room.contains(shown), "{shown}: {room}");
    }
    assert!(!room.contains("kari@") && !room.contains("Velkommen"), "whom it is for is nobody's business: {room}");

    let told = press(&mut owner, "resend").await?;
    assert!(told.contains("Den sendes på nytt"), "{told}");
    assert_eq!(state(&stage)?, DeliveryState::Waiting);
    let told = press(&mut owner, "resend").await?;
    assert!(told.contains("Det var for sent"), "pressed twice: {told}");
    let told = press(&mut owner, "drop").await?;
    assert!(told.contains("Den er trukket tilbake"), "{told}");
    assert_eq!(state(&stage)?, DeliveryState::Withdrawn);
    assert_eq!(stage.running.app.store().read()?.delivery_content(DeliveryId(1))?, None, "what it said is gone");
    let log = owner.page("/nb/staff/history").await?;
    assert!(log.contains("Den sendes på nytt: 1") && log.contains("Den er trukket tilbake: 1"), "{log}");

    let stranger = stage.browser().get("/nb/staff/outbox").await?;
    assert_eq!(stranger.status(), StatusCode::SEE_OTHER, "a stranger is asked who they are");
    stage.running.stop().await
}
