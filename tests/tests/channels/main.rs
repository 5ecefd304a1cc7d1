//! What is published leaves a whole box by its channels, once, whatever the peer and the power do.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test says when it cannot run; its box reads the real clock, and patience is measured"
)]

#[path = "../broker/mod.rs"]
mod broker;
mod facebook;
#[path = "../hamlet/mod.rs"]
mod hamlet;
mod home_assistant;
mod kannel;
mod matrix;
mod mqtt;
mod sms;
mod stage;
mod synapse;
mod webhook;

use anyhow::{Result, ensure};
use model::{Delivery, DeliveryState, Publication};
use stage::{PATIENCE, Stage, all_are, built, deliveries, now, publication, put, stuck, webhook};
use std::fs;
use std::net::Ipv4Addr;
use std::time::{Duration, Instant};
use tokio::time::sleep;
use town::peer::{Peer, says};

/// The line is down while a week's posts are put, the box is started again and again, and once the peer is there each arrives once.
#[tokio::test(flavor = "multi_thread")]
async fn a_week_offline_loses_nothing_and_doubles_nothing() -> Result<()> {
    let port = Peer::new(|_, _| says(200, "")).await?.port;
    // Nobody is at that port any more.
    let free = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    ensure!(free != port);
    let Some(stage) = Stage::webhook(free, "")? else { return Ok(()) };
    for day in 0..7 {
        let running = stage.start().await?;
        let posts: Vec<Publication> = (0..5).map(|n| publication(&format!("rule/{day}-{n}"))).collect();
        put(&running, &posts, None)?;
        let why = stuck(&running).await?;
        ensure!(why.contains("127.0.0.1"), "{why}");
        running.stop().await?;
    }
    let peer = Peer::at(free, |_, _| says(200, "")).await?;
    let running = stage.start().await?;
    let sent = all_are(&running, DeliveryState::Sent).await?;
    running.stop().await?;
    let mut ids: Vec<String> = peer.asked().iter().map(|asked| asked.headers["webhook-id"].clone()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!((sent.len(), peer.asked().len(), ids.len()), (35, 35, 35));
    assert!(sent.iter().all(|delivery| delivery.tries == 1), "a line that is down is held against no post");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_keeps_its_quiet_hours_and_what_is_worthless_by_then_never_leaves() -> Result<()> {
    let peer = Peer::new(|_, _| says(200, "")).await?;
    // Quiet all day but for the minute before now: the end is at least 22 hours away.
    let local = model::Calendar::named("Europe/Oslo")?.civil(now() - Duration::from_mins(2));
    let (hour, minute) = (local.hour(), local.minute());
    let quiet = format!("quiet = \"{hour:02}:{minute:02}-{:02}:{minute:02}\"", (hour + 22) % 24);
    let Some(town) = Stage::webhook(peer.port, &quiet)? else { return Ok(()) };
    let running = town.start().await?;
    let stale = Publication { expires_at: Some(now() + Duration::from_millis(1)), ..publication("rule/stale") };
    put(&running, &[publication("rule/1"), stale], None)?;
    sleep(Duration::from_millis(700)).await;
    assert!(peer.asked().is_empty() && deliveries(&running)?.iter().all(Delivery::is_waiting));
    fs::write(town.folder().join("channels.toml"), webhook(peer.port, ""))?;
    peer.was_asked(1).await?;
    let begun = Instant::now();
    while deliveries(&running)?.iter().any(Delivery::is_waiting) {
        ensure!(begun.elapsed() < PATIENCE);
        sleep(Duration::from_millis(20)).await;
    }
    let states: Vec<DeliveryState> = deliveries(&running)?.iter().map(|delivery| delivery.state).collect();
    assert_eq!(states, [DeliveryState::Sent, DeliveryState::Expired]);
    running.stop().await?;
    assert_eq!(peer.asked().len(), 1);
    Ok(())
}

const ASKED: &str = r#"
method = "survey"
title.nb = "Byparken"
[settings]
[[settings.page]]
[[settings.page.question]]
key = "words"
kind = "text"
ask.nb = "Hva mangler?"
"#;

/// A post's link named its channel, and the box knew seven doors and no channel: everybody who came by a post came by no door.
#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_by_a_post_is_counted_by_its_channel() -> Result<()> {
    let (Some(stage), Some(survey)) = (Stage::webhook(9, "")?, built("survey")) else { return Ok(()) };
    allting::install_plugin(&survey, &stage.folder()).map_err(anyhow::Error::msg)?;
    fs::create_dir(stage.folder().join("activities"))?;
    fs::write(stage.folder().join("activities/park.toml"), ASKED)?;
    let running = stage.start().await?;
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    for (door, expected) in [
        ("town", "/nb/take-part/park?door=town"),
        ("social", "/nb/take-part/park?door=social"),
        ("x", "/nb/take-part/park"),
    ] {
        let answer = client.get(format!("http://{}/go/park/{door}", running.web)).send().await?;
        let to = answer.headers().get("location").and_then(|to| to.to_str().ok());
        ensure!(to == Some(expected), "{door} leads to {to:?}");
    }
    let begun = client.get(format!("http://{}/nb/take-part/park/answer?door=town", running.web)).send().await?;
    let page = begun.text().await?;
    ensure!(page.contains("name=\"door\" value=\"town\""), "the form carries its door: {page}");
    running.stop().await
}
