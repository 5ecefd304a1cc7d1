//! What people reply to a post comes back, is looked at, stands beside the curve of its place, and is answered the way it came.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test says when it cannot run; its box reads the real clock, and patience is measured"
)]

mod activity;
mod portal;
#[path = "../staff/mod.rs"]
mod staff;
mod stage;

use allting::Running;
use anyhow::{Context, Result, ensure};
use app::{REMARKS_SHOWN, Sort};
use model::activity::Verdict;
use model::{About, DeliveryState, Language, Remark, RemarkId, Sight, Slug};
use serde_json::json;
use stage::{Stage, all_out, general, now, publish, until};
use std::collections::BTreeSet;
use town::peer::{Says, says};
use town::social::{Shared, lock, server};

fn library() -> Result<About> {
    Ok(About::Place(Slug::new("library")?))
}

/// Every remark the box holds, the oldest first.
fn remarks(running: &Running) -> Result<Vec<Remark>> {
    let room = running.app.remark_room(Sort::All, (0, usize::MAX), now())?;
    let mut all: Vec<Remark> = room.voices.into_iter().map(|voice| voice.remark).collect();
    all.sort_by_key(|remark| remark.id);
    Ok(all)
}

async fn come(running: &Running, count: usize) -> Result<Vec<Remark>> {
    until(running, "replies", || Ok(Some(remarks(running)?).filter(|all| all.len() == count))).await
}

/// A post of the box is out; gives its number over there.
async fn posted(running: &Running, social: &Shared, name: &str) -> Result<u64> {
    let before = lock(social).own().len();
    publish(running, name)?;
    until(running, "the post", || Ok(lock(social).own().get(before).map(|(id, _)| *id))).await
}

/// Asks the server once more and waits until it was asked to the end: for what must not change anything.
async fn asked_again(running: &Running, social: &Shared) -> Result<()> {
    lock(social).asked.clear();
    let whole = |social: &Shared| lock(social).asked.iter().any(|path| path.starts_with("/api/v1/statuses/"));
    until(running, "another look", || Ok(whole(social).then_some(()))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_comes_back_is_looked_at_and_its_answer_goes_back_the_way_it_came() -> Result<()> {
    let (peer, social) = server().await?;
    let Some(stage) = Stage::new(peer.port)? else { return Ok(()) };
    let running = stage.start().await?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    let post = posted(&running, &social, "rule/1").await?;
    let reply = lock(&social).reply(post, "kari@a.example", "<p>Er det åpent <b>i morgen</b>?</p>");
    lock(&social).reply(reply, "ola@b.example", "<p>Lurer jeg også på</p>");
    lock(&social).reply(999, "spam@c.example", "<p>kjøp sko</p>");
    let [first, second] = &come(&running, 2).await?[..] else { unreachable!() };
    assert_eq!((first.text.as_str(), second.text.as_str()), ("Er det åpent i morgen?", "Lurer jeg også på"));
    assert_eq!((first.about.clone(), second.about.clone()), (library()?, library()?), "a reply to a reply, too");

    let app = &running.app;
    let shown = app.talk_about(&library()?, None, REMARKS_SHOWN)?;
    assert!(shown.remarks.is_empty() && shown.waiting.is_some(), "nobody has looked at it");
    assert!(app.answer_remark(first.id, "Ja", Language::Nb, now()).is_err(), "what nobody sees is not answered");
    app.moderate_remark(first.id, &Verdict::LetThrough)?;
    app.moderate_remark(second.id, &Verdict::Hidden("sagt før".to_owned()))?;
    let shown = app.talk_about(&library()?, None, REMARKS_SHOWN)?;
    assert_eq!(shown.remarks.iter().map(|remark| remark.id).collect::<Vec<_>>(), [first.id]);
    assert_eq!(shown.channels.keys().map(Slug::as_str).collect::<Vec<_>>(), ["social"], "a door of its own");
    for path in ["", "/talk", "/talk.csv", "/talk.json", "/talk/feed.atom", "/talk/feed.json"] {
        let page = reqwest::get(format!("http://{}/nb/places/library{path}", running.web)).await?.text().await?;
        ensure!(
            page.contains("Er det åpent i morgen?") && !page.contains("kari"),
            "who wrote it is told nobody: {page}"
        );
    }

    app.answer_remark(first.id, "Ja, fra ti.", Language::Nb, now())?;
    assert!(app.answer_remark(first.id, "Nei.", Language::Nb, now()).is_err(), "an answer is given once");
    let (_, answer) = until(&running, "the answer", || Ok(lock(&social).own().get(1).cloned())).await?;
    assert_eq!((answer.to, answer.html.as_str()), (Some(reply), "<p>@kari@a.example Ja, fra ti.</p>"));
    all_out(&running, 2).await?;
    // Our own answer mentions nobody here; but somebody writes under it, and that comes back.
    let under = lock(&social).own()[1].0;
    lock(&social).reply(under, "kari@a.example", "<p>Takk!</p>");
    let all = come(&running, 3).await?;
    assert_eq!((all[2].about.clone(), all[2].text.as_str()), (library()?, "Takk!"));
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_reply_stands_once_and_what_its_author_changes_or_deletes_is_so_here_too() -> Result<()> {
    let (peer, social) = server().await?;
    let Some(stage) = Stage::new(peer.port)? else { return Ok(()) };
    let mut running = stage.start().await?;
    let post = posted(&running, &social, "rule/1").await?;
    let [one, two] = ["ett", "to"].map(|text| lock(&social).reply(post, "kari@a.example", &format!("<p>{text}</p>")));
    come(&running, 2).await?;
    for remark in remarks(&running)? {
        running.app.moderate_remark(remark.id, &Verdict::LetThrough)?;
    }
    // The same reply under another name, as relays have it; and the box starts anew and asks from the beginning.
    {
        let mut social = lock(&social);
        let (relayed, at) = (social.reply(post, "kari@a.example", "<p>to</p>"), social.statuses[&two].at.clone());
        social.statuses.get_mut(&relayed).context("it")?.at = at;
    }
    running.stop().await?;
    running = stage.start().await?;
    asked_again(&running, &social).await?;
    asked_again(&running, &social).await?;
    assert_eq!(remarks(&running)?.len(), 2);

    {
        let mut social = lock(&social);
        let one = social.statuses.get_mut(&one).context("the first")?;
        (one.html, one.edited) = ("<p>ettere</p>".to_owned(), Some("2026-11-22T09:05:00.000Z".to_owned()));
        social.statuses.remove(&two);
    }
    let left = come(&running, 1).await?.remove(0);
    let changed =
        until(&running, "the change", || Ok(remarks(&running)?.into_iter().find(|remark| remark.text == "ettere")))
            .await?;
    assert_eq!(changed.id, left.id);
    assert_eq!(changed.sight, Sight::Waiting, "what is written anew is looked at anew");
    assert!(changed.edited.is_some());
    // Erased by staff, it is not brought back.
    running.app.erase_remark(changed.id)?;
    asked_again(&running, &social).await?;
    assert!(remarks(&running)?.is_empty());
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_offline_loses_no_reply_and_no_answer() -> Result<()> {
    let (peer, social) = server().await?;
    let Some(stage) = Stage::new(peer.port)? else { return Ok(()) };
    let mut running = stage.start().await?;
    let post = posted(&running, &social, "rule/1").await?;
    lock(&social).reply(post, "kari@a.example", "<p>Før</p>");
    let before = come(&running, 1).await?.remove(0);
    for (day, broken) in [
        says(503, "<html>"),
        Says::Bytes(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
        says(200, "{}"),
        says(200, "[[[["),
        Says::Bytes(b"\0\x01 nonsense"),
        Says::Answer(429, "Retry-After: 1\r\n".to_owned(), String::new()),
        says(401, r#"{"error":"revoked"}"#),
    ]
    .into_iter()
    .enumerate()
    {
        lock(&social).reply(post, "kari@a.example", &format!("<p>Dag {day}</p>"));
        lock(&social).broken = Some(broken);
        running.app.collect_replies();
        if day == 2 {
            running.app.moderate_remark(before.id, &Verdict::LetThrough)?;
            running.app.answer_remark(before.id, "Svar", Language::Nb, now())?;
        }
        running.stop().await?;
        running = stage.start().await?;
    }
    assert_eq!(remarks(&running)?.len(), 1, "what the server could not tell is not made up");
    lock(&social).broken = None;
    let all = come(&running, 8).await?;
    assert_eq!(all.iter().map(|remark| remark.text.as_str()).collect::<BTreeSet<_>>().len(), 8);
    until(&running, "the answer", || {
        // The account had to be mended first: staff send it again.
        for (id, delivery) in running.app.store().read()?.deliveries()?.filter_map(Result::ok) {
            if delivery.state == DeliveryState::Dead {
                running.app.resend_delivery(id, now())?;
            }
        }
        Ok((lock(&social).own().len() == 2).then_some(()))
    })
    .await?;
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_replies_harm_nobody_and_numbers_that_make_no_sense_are_left_out() -> Result<()> {
    let (peer, social) = server().await?;
    let Some(stage) = Stage::new(peer.port)? else { return Ok(()) };
    stage.write("municipality.toml", &general("[talk]\nmoderation = \"after\"\n"))?;
    let running = stage.start().await?;
    let post = posted(&running, &social, "rule/1").await?;
    {
        let mut social = lock(&social);
        social.liked = json!(u64::MAX);
        social.reply(post, "a@x", "<script>alert(1)</script><img src=x onerror=alert(2)>&lt;b&gt;fet&lt;/b&gt;");
        social.reply(post, "b@x", "<p>\u{202e}snart\u{2066} \u{5e9}\u{5dc}\u{5d5}\u{5dd}</p>");
        let giant = format!("<p>{}</p>", "x".repeat(1 << 20));
        social.reply(post, "c@x", &giant);
        social.reply(post, "d@x", "<p>Ring 48 21 30 11</p>");
        let odd = social.reply(post, "e@x", "<p>fra fremtiden</p>");
        social.statuses.get_mut(&odd).context("it")?.at = "9999-99-99T99:99:99.999Z".to_owned();
        let secret = social.reply(post, "f@x", "<p>hemmelig</p>");
        social.statuses.get_mut(&secret).context("it")?.seen_by = "direct";
        for number in 0..8 {
            social.reply(post, "g@x", &format!("<p>nr {number}</p>"));
        }
    }
    until(&running, "the last", || Ok(remarks(&running)?.into_iter().find(|remark| remark.text == "nr 7"))).await?;
    let all = remarks(&running)?;
    let find = |text: &str| all.iter().find(|remark| remark.text.contains(text));
    assert_eq!(find("alert").map(|remark| remark.text.as_str()), Some("alert(1)<b>fet</b>"));
    assert_eq!(find("snart").map(|remark| remark.text.as_str()), Some("snart \u{5e9}\u{5dc}\u{5d5}\u{5dd}"));
    assert!(find("xxx").is_none() && find("hemmelig").is_none());
    assert_eq!(find("48 21").map(|remark| &remark.sight), Some(&Sight::Waiting), "it may tell who somebody is");
    assert_eq!(find("nr 7").map(|remark| &remark.sight), Some(&Sight::Shown));
    assert!(find("fremtiden").is_some_and(|remark| remark.at <= now()));
    let room = running.app.remark_room(Sort::All, (0, 0), now())?;
    let counts = &room.reach.first().context("reach")?.3.counts;
    assert!(counts.iter().all(|(what, _)| what != "liked"), "{counts:?}");
    assert!(counts.contains(&("shared".to_owned(), 2)), "{counts:?}");

    let client = reqwest::Client::new();
    let page = client.get(format!("http://{}/nb/places/library", running.web)).send().await?.text().await?;
    ensure!(page.contains("alert(1)&lt;b&gt;fet&lt;/b&gt;") && !page.contains("<b>fet"), "{page}");
    ensure!(!page.contains('\u{202e}') && page.contains("\u{5e9}\u{5dc}\u{5d5}\u{5dd}"));
    running.stop().await
}

/// A conversation of thousands comes page by page, and stops where staff could not follow any more.
#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_replies_come_page_by_page_and_wait_over_there_where_they_are_too_many() -> Result<()> {
    let (peer, social) = server().await?;
    let Some(stage) = Stage::new(peer.port)? else { return Ok(()) };
    let running = stage.start().await?;
    let post = posted(&running, &social, "rule/1").await?;
    for number in 0..10_000 {
        lock(&social).reply(post, &format!("p{number}@x"), &format!("<p>nr {number}</p>"));
    }
    let begun = std::time::Instant::now();
    let waiting = until(&running, "the most that wait", || {
        let (waiting, _) = running.app.remark_room(Sort::Waiting, (0, 0), now())?.waiting;
        Ok((waiting >= 5000).then_some(waiting))
    })
    .await?;
    println!("{waiting} replies after {} ms", begun.elapsed().as_millis());
    let why = until(&running, "the word to staff", || Ok(running.app.collecting_stuck().pop())).await?.1;
    ensure!(why.contains("look at these first"), "{why}");
    let begun = std::time::Instant::now();
    let client = reqwest::Client::new();
    client.get(format!("http://{}/nb/places/library", running.web)).send().await?.error_for_status()?;
    println!("the page beside them took {} ms", begun.elapsed().as_millis());
    // Staff look at the oldest thousand: so many more come, and none twice.
    for id in 1..=1000 {
        running.app.moderate_remark(RemarkId(id), &Verdict::LetThrough)?;
    }
    until(&running, "more", || Ok((remarks(&running)?.len() >= 6000).then_some(()))).await?;
    let all = remarks(&running)?;
    assert_eq!(all.iter().map(|remark| remark.text.as_str()).collect::<BTreeSet<_>>().len(), all.len());
    let page = running.app.talk_about(&library()?, None, REMARKS_SHOWN)?;
    assert_eq!((page.remarks.len(), page.older.is_some()), (REMARKS_SHOWN, true));
    running.stop().await
}
