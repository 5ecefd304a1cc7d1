//! Webhooks as the standard has them, and peers of all manners.

use super::stage::{PATIENCE, SECRET, Stage, all_are, deliveries, now, publication, put, stuck, town, webhook};
use anyhow::{Result, ensure};
use app::PreviewError;
use model::{Delivery, DeliveryState, Language, Publication, PublicationText};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};
use store::Durability;
use tokio::time::sleep;
use town::peer::{Asked, Peer, Says, says};

#[tokio::test(flavor = "multi_thread")]
async fn a_publication_reaches_a_webhook_once_and_signed_as_the_standard_has_it() -> Result<()> {
    let peer = Peer::new(|_, _| says(200, "{}")).await?;
    let Some(stage) = Stage::webhook(peer.port, "")? else { return Ok(()) };
    let running = stage.start().await?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    let preview = running.app.preview(&publication("rule/1"), &town())?;
    assert_eq!((preview[0].title.as_str(), preview[0].language), ("Rolig på biblioteket", Language::Nb));
    let begun = Instant::now();
    put(&running, &[publication("rule/1")], None)?;
    let asked = peer.was_asked(1).await?.remove(0);
    println!("from the outbox to the request: {} ms", begun.elapsed().as_millis());
    let sent = all_are(&running, DeliveryState::Sent).await?.remove(0);
    assert_eq!((sent.handle.as_deref(), sent.tries), (Some("rule/1"), 1));
    // Put once more: the same cause is the same delivery.
    put(&running, &[publication("rule/1")], None)?;
    let body: serde_json::Value = serde_json::from_slice(&asked.body)?;
    assert_eq!(body["data"]["link"], "https://lillevik.example/go/her?door=town");
    assert_eq!(body["data"]["texts"][1]["title"], "Calm at the library");
    assert_eq!(asked.headers["webhook-id"], sent.key.to_string());
    verified(&stage, &asked)?;
    running.stop().await?;
    assert_eq!(peer.asked().len(), 1);
    Ok(())
}

/// The library of the standard's authors believes the request, and believes no other.
fn verified(stage: &Stage, asked: &Asked) -> Result<()> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/webhooks/bin/python");
    if !python.parent().is_some_and(|bin| bin.join("../whole").is_file()) {
        println!("skipped: standardwebhooks: pip could not bring it");
        return Ok(());
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("outside/webhook.py");
    let mut says = Vec::new();
    for body in [String::from_utf8(asked.body.clone())?, String::from_utf8(asked.body.clone())?.replace("god", "ond")] {
        let file = stage.stage.path().join("asked.json");
        fs::write(&file, serde_json::json!({ "headers": asked.headers, "body": body }).to_string())?;
        let done = Command::new(&python).arg(&script).arg(&file).arg(SECRET).output()?;
        says.push(String::from_utf8_lossy(&done.stdout).trim().to_owned());
        ensure!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    let [ours, forged] = says.as_slice() else { anyhow::bail!("two verdicts") };
    ensure!(ours == "sound" && forged.starts_with("WebhookVerificationError"), "{says:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_approved_is_what_is_sent() -> Result<()> {
    let peer = Peer::new(|_, _| says(200, "")).await?;
    let Some(stage) = Stage::webhook(peer.port, "languages = [\"en\"]")? else { return Ok(()) };
    let running = stage.start().await?;
    let mut posts = running.app.preview(&publication("rule/1"), &town())?;
    assert_eq!(posts[0].language, Language::En);
    posts[0].note = posts[0].note.iter().map(|byte| if *byte == b'!' { b'.' } else { *byte }).collect();
    let note = String::from_utf8(posts[0].note.clone())?.replace("room now", "room, said the clerk");
    posts[0].note = note.into_bytes();
    put(&running, &[publication("rule/1")], Some(posts))?;
    let asked = peer.was_asked(1).await?.remove(0);
    ensure!(String::from_utf8_lossy(&asked.body).contains("room, said the clerk"));
    let long = Publication {
        texts: vec![PublicationText { language: Language::En, title: String::new(), body: "x".repeat(30_000) }],
        ..publication("rule/2")
    };
    let refused = running.app.preview(&long, &town());
    ensure!(matches!(&refused, Err(PreviewError::Unfit(why)) if why.contains("make the texts shorter")), "{refused:?}");
    running.stop().await
}

/// A post that its plugin would not compose was noted as begun, with nothing to send; so the next try found nothing left to do, and called it
/// sent. What could not be composed is composed anew at each try: whoever sends it again reads the same reason, and nobody that it is out.
#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_composed_is_never_called_sent() -> Result<()> {
    let peer = Peer::new(|_, _| says(200, "")).await?;
    let Some(stage) = Stage::webhook(peer.port, "")? else { return Ok(()) };
    let running = stage.start().await?;
    let text = PublicationText { language: Language::En, title: String::new(), body: "x".repeat(30_000) };
    put(&running, &[Publication { texts: vec![text], ..publication("rule/1") }], None)?;
    for _ in 0..3 {
        let dead = all_are(&running, DeliveryState::Dead).await?.remove(0);
        ensure!(dead.said.contains("make the texts shorter"), "{}", dead.said);
        running.app.resend_delivery(dead.id, now())?;
    }
    all_are(&running, DeliveryState::Dead).await?;
    ensure!(peer.asked().is_empty());
    running.stop().await
}

/// A peer that is away, answers late, half, garbage, too much, sends elsewhere or asks for patience costs nothing, and hears it once more.
#[tokio::test(flavor = "multi_thread")]
async fn peers_that_misbehave_are_tried_again_and_hear_the_same_name() -> Result<()> {
    let peer = Peer::new(|number, _| match number {
        0 => Says::Answer(429, "Retry-After: 1\r\n".to_owned(), String::new()),
        1 => says(500, "<html>"),
        2 => Says::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        3 => Says::Bytes(b"\0\x01 nonsense\r\n\r\n"),
        _ => says(200, ""),
    })
    .await?;
    let Some(stage) = Stage::webhook(peer.port, "")? else { return Ok(()) };
    let mut running = stage.start().await?;
    put(&running, &[publication("rule/1")], None)?;
    for tries in 1..=4 {
        peer.was_asked(tries).await?;
        let begun = Instant::now();
        while deliveries(&running)?[0].tries < u32::try_from(tries)? {
            ensure!(begun.elapsed() < PATIENCE, "{:?}", deliveries(&running)?);
            sleep(Duration::from_millis(20)).await;
        }
        // Nobody waits for the backoff here: a box that starts anew knows when it is due, so that is set back.
        let delivery = deliveries(&running)?.remove(0);
        assert_eq!(delivery.state, DeliveryState::Waiting);
        running.stop().await?;
        let (app, _) = allting::assemble(&stage.folder(), &stage.stage.path().join("data"))?;
        let municipality = app.municipality();
        let transaction = app.store().begin(&municipality.calendar)?;
        transaction.note_delivery(&Delivery { due_at: now(), ..delivery }, None)?;
        transaction.commit(Durability::Now)?;
        drop(app);
        running = stage.start().await?;
    }
    let sent = all_are(&running, DeliveryState::Sent).await?.remove(0);
    running.stop().await?;
    let ids: Vec<String> = peer.asked().iter().map(|asked| asked.headers["webhook-id"].clone()).collect();
    assert_eq!((ids.len(), sent.tries), (5, 5));
    assert!(ids.iter().all(|id| *id == sent.key.to_string()), "{ids:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_peer_will_not_have_waits_for_staff_and_what_it_says_shows_no_secret() -> Result<()> {
    let peer = Peer::new(|number, _| match number {
        0 => says(422, &format!("no {SECRET}")),
        1 => Says::Answer(302, "Location: http://127.0.0.1:1/staff\r\n".to_owned(), String::new()),
        _ => says(200, ""),
    })
    .await?;
    let Some(stage) = Stage::webhook(peer.port, "")? else { return Ok(()) };
    let running = stage.start().await?;
    put(&running, &[publication("rule/1")], None)?;
    let dead = all_are(&running, DeliveryState::Dead).await?.remove(0);
    assert_eq!(dead.said, "It answered 422: no [secret]");
    running.app.resend_delivery(dead.id, now())?;
    // A redirect is not followed: the channel stands still, and says why.
    let why = stuck(&running).await?;
    ensure!(why.contains("302") && why.contains("is the address right?"), "{why}");
    assert_eq!(peer.asked().len(), 2);
    // Staff mend it: the folder changes, and it is tried at once.
    fs::write(
        stage.folder().join("channels.toml"),
        webhook(peer.port, "per_minute = 600").replace("per_minute = 6000\n", ""),
    )?;
    all_are(&running, DeliveryState::Sent).await?;
    ensure!(running.app.outbox_report(10, now())?.stuck.is_empty());
    running.stop().await
}
