//! News pushed to browsers, from the page of the portal to a push service that nobody here wrote, which decrypts it; and services that
//! answer wrong, too much, or that the browser is gone.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test says when it cannot run; its box reads the real clock, and patience is measured"
)]

mod push_service;
mod stage;

use anyhow::{Context, Result, ensure};
use model::{Delivery, DeliveryState};
use push_service::{PushService, Subscribed};
use reqwest::StatusCode;
use stage::{Town, now, start, text, texts};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use town::peer::{Peer, Says, says};

/// A browser at a service that answers as a test says.
fn browser_at(port: u16) -> Subscribed {
    Subscribed::at(format!("http://localhost:{port}/push/secret-of-kari"))
}

#[tokio::test(flavor = "multi_thread")]
async fn news_reaches_the_browsers_it_concerns_readable_by_them_alone_and_one_press_erases_them() -> Result<()> {
    let Some(service) = PushService::new().await? else { return Ok(()) };
    let Some(town) = Town::new(service.port, "").await? else { return Ok(()) };
    let (_, place) = town.get("/nb/places/library").await?;
    ensure!(place.contains("href=\"/nb/subscribe?place=library\""), "the page of a place leads to its news");
    let (_, page) = town.get("/nb/subscribe?place=library").await?;
    ensure!(page.contains("value=\"place:library\" checked") && page.contains("begynner med https"), "{page}");
    ensure!(!page.contains("type=\"email\""), "no letters are written here: {page}");
    let (status, worker) = town.get("/subscribe/worker.js").await?;
    ensure!(status == StatusCode::OK && worker.contains("showNotification"), "{worker}");

    let kari = service.browser(&town.key().await?).await?;
    let (status, wrong) = town.asks("nb", &kari, &[]).await?;
    ensure!(status == StatusCode::UNPROCESSABLE_ENTITY && wrong.contains("Velg minst én ting"), "{wrong}");
    let (_, asked) = town.asks("nb", &kari, &["place:library"]).await?;
    ensure!(asked.contains("Et første varsel er på vei"), "{asked}");
    let first = service.pushed(&kari, 1).await?.remove(0);
    assert_eq!(text(&first, "title")?, "Du får nyheter fra Lillevik her");
    assert_eq!(text(&first, "body")?, "Biblioteket");
    assert_eq!(town.says("one", Some("library")).await?.1, "taken for 0", "it has not confirmed");
    for _ in 0..2 {
        let (status, _) = town.post(text(&first, "confirm")?, &[]).await?;
        assert_eq!(status, StatusCode::OK);
    }
    let ola = town.gets(&service, "en", &["everything"]).await?;
    let per = town.gets(&service, "nb", &["kind:pool"]).await?;
    assert_eq!(town.running.app.browser_count()?, 3);

    let (id, said) = town.says("two", Some("library")).await?;
    assert_eq!(said, "taken for 2");
    let news = service.pushed(&kari, 2).await?.remove(1);
    assert_eq!(text(&news, "title")?, "Rolig nå");
    assert_eq!(text(&news, "body")?, "Det er god plass: 5 * 4 stoler.");
    assert_eq!(text(&news, "link")?, "https://lillevik.example/nb/places/library?door=here");
    assert_eq!(text(&news, "lang")?, "nb");
    assert_eq!(text(&service.pushed(&ola, 2).await?.remove(1), "title")?, "Calm now", "each in their language");

    // A correction takes the place of what it corrects.
    town.running.app.correct_publication((id, 0), &texts("Rolig igjen", "Calm again"), now())?;
    let right = service.pushed(&kari, 3).await?.remove(2);
    assert_eq!((text(&right, "title")?, text(&right, "tag")?), ("Rolig igjen", text(&news, "tag")?));

    // One press on a message, and one on the page.
    let (status, _) = town.post(text(&news, "stop")?, &[]).await?;
    assert_eq!(status, StatusCode::OK);
    let (_, stopped) = town.post("/nb/subscribe/browser/stop", &[("endpoint", &ola.endpoint)]).await?;
    let (_, stranger) = town.post("/nb/subscribe/browser/stop", &[("endpoint", "https://a.example/")]).await?;
    ensure!(stopped.contains("er slettet") && stopped == stranger, "{stopped}");
    assert_eq!(town.says("three", None).await?.1, "taken for 0");
    assert_eq!((town.running.app.browser_count()?, service.messages(&per).await?.len()), (1, 1));
    let address = per.endpoint.clone();
    town.running.stop().await?;
    for file in fs::read_dir(town.stage.path().join("data"))? {
        let file = file?.path();
        let bytes = if file.is_file() { fs::read(&file)? } else { continue };
        let clear = bytes.windows(address.len()).any(|window| window == address.as_bytes());
        ensure!(!clear, "an address lies in clear in {}", file.display());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_key_is_made_once_for_the_box_alone_to_read() -> Result<()> {
    let Some(service) = PushService::new().await? else { return Ok(()) };
    let Some(town) = Town::new(service.port, "").await? else { return Ok(()) };
    let browser = town.gets(&service, "nb", &["everything"]).await?;
    let (key, file) = (town.key().await?, town.stage.path().join("folder/secrets.toml"));
    let secrets = fs::read_to_string(&file)?;
    ensure!(secrets.contains("[secret.vapid]") && !secrets.contains(&key), "the private half is what is kept");
    assert_eq!(fs::metadata(&file)?.permissions().mode() & 0o777, 0o600);
    town.running.stop().await?;
    let running = start(town.stage.path()).await?;
    let town = Town { running, ..town };
    assert_eq!((town.key().await?, fs::read_to_string(&file)?), (key, secrets));
    assert_eq!(town.says("one", None).await?.1, "taken for 1");
    service.pushed(&browser, 2).await?;
    town.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_that_takes_no_more_is_erased_with_all_that_waits_for_it() -> Result<()> {
    let Some(service) = PushService::new().await? else { return Ok(()) };
    let Some(town) = Town::new(service.port, "").await? else { return Ok(()) };
    let gone = town.gets(&service, "nb", &["everything"]).await?;
    let stays = town.gets(&service, "nb", &["everything"]).await?;
    service.expire(&gone).await?;
    assert_eq!(town.says("one", None).await?.1, "taken for 2");
    service.pushed(&stays, 2).await?;
    town.soon(|| Ok((town.running.app.browser_count()? == 1).then_some(()))).await?;
    town.soon(|| Ok(town.pushes()?.iter().all(|push| !push.is_waiting()).then_some(()))).await?;
    let states: Vec<DeliveryState> = town.pushes()?.iter().map(|push| push.state).collect();
    assert_eq!(states.iter().filter(|state| **state == DeliveryState::Withdrawn).count(), 1, "{states:?}");
    assert_eq!(town.says("two", None).await?.1, "taken for 1");
    town.running.stop().await
}

/// Whoever asks for news names an address. It must not be that of something on the municipality's own network.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_browser_at_a_granted_service_is_refused_and_nothing_is_sent_there() -> Result<()> {
    let victim = Peer::new(|_, _| says(200, "")).await?;
    let Some(town) = Town::new(9, "").await? else { return Ok(()) };
    let port = victim.port;
    for endpoint in [
        format!("http://127.0.0.1:{port}/x"),
        format!("https://127.0.0.1:{port}/x"),
        format!("http://localhost:{port}/x"),
        format!("http://2130706433:{port}/x"),
        format!("http://[::ffff:7f00:1]:{port}/x"),
        "http://fcm.googleapis.com/x".to_owned(),
        "https://fcm.googleapis.com:22/x".to_owned(),
        "https://fcm.googleapis.com.evil.example/x".to_owned(),
        "https://evil.example/x".to_owned(),
        "https://169.254.169.254/latest/meta-data".to_owned(),
        "https://192.168.1.1/x".to_owned(),
    ] {
        let (status, said) = town.asks("nb", &Subscribed::at(endpoint.clone()), &["everything"]).await?;
        ensure!(status == StatusCode::UNPROCESSABLE_ENTITY, "{endpoint}: {status}: {said}");
        ensure!(said.contains("en tjeneste som kommunen ikke bruker"), "{endpoint}: {said}");
    }
    let sound = Subscribed::at("https://fcm.googleapis.com/fcm/send/x".to_owned());
    let long = format!("https://fcm.googleapis.com/{}", "x".repeat(3000));
    for wrong in [
        Subscribed { endpoint: "file:///etc/passwd".to_owned(), ..sound.clone() },
        Subscribed { endpoint: long, ..sound.clone() },
        Subscribed { p256dh: "AAAA".to_owned(), ..sound.clone() },
        Subscribed { p256dh: "!!".to_owned(), ..sound.clone() },
        Subscribed { auth: String::new(), ..sound },
    ] {
        let (status, said) = town.asks("nb", &wrong, &["everything"]).await?;
        ensure!(status == StatusCode::UNPROCESSABLE_ENTITY && said.contains("Det gikk ikke"), "{status}: {said}");
    }
    ensure!(town.pushes()?.is_empty() && victim.asked().is_empty(), "{:?}", victim.asked());
    town.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_takes_messages_and_is_no_browser_gets_one_and_no_more() -> Result<()> {
    for (answer, is_erased) in [(says(201, ""), false), (says(403, ""), true), (says(301, ""), true)] {
        let service = Peer::new(move |_, _| answer.clone()).await?;
        let Some(town) = Town::new(service.port, "").await? else { return Ok(()) };
        for _ in 0..6 {
            // Three a day, and what is told is the same.
            let (status, _) = town.asks("nb", &browser_at(service.port), &["everything"]).await?;
            assert_eq!(status, StatusCode::OK);
        }
        town.soon(|| Ok(town.pushes()?.iter().all(|push| !push.is_waiting()).then_some(()))).await?;
        assert_eq!(town.says("one", None).await?.1, "taken for 0");
        let asked = service.asked();
        ensure!(asked.len() <= 3, "{asked:?}");
        let headers = &asked.first().context("one")?.headers;
        for (name, value) in [("content-encoding", "aes128gcm"), ("urgency", "normal"), ("topic", "asks")] {
            assert_eq!(headers.get(name).map(String::as_str), Some(value));
        }
        let erased = town.pushes()?.iter().all(|push| push.state == DeliveryState::Withdrawn);
        assert_eq!(erased, is_erased, "{:?}", town.pushes()?);
        town.running.stop().await?;
    }
    Ok(())
}

/// What a service may do once a browser gets news by it.
#[tokio::test(flavor = "multi_thread")]
async fn a_service_that_is_busy_broken_or_endless_costs_no_message_and_no_memory() -> Result<()> {
    const ENDLESS: &[u8] = b"HTTP/1.1 201 Created\r\nContent-Length: 3221225472\r\n\r\n";
    // It reads what its browser was sent by another.
    let Some(reader) = PushService::new().await? else { return Ok(()) };
    for (answer, expected) in [
        (Says::Answer(429, "Retry-After: 1\r\n".to_owned(), String::new()), "sent"),
        (Says::Bytes(b"HTTP/1.1 201 Cre"), "waits"),
        (says(500, "no http://localhost/push/secret-of-kari"), "waits"),
        (Says::Bytes(ENDLESS), "waits"),
        (Says::Answer(201, String::new(), "x".repeat(1 << 20)), "dead"),
        (says(413, "too long: http://localhost/push/secret-of-kari"), "dead"),
    ] {
        let service = Peer::new(move |number, _| if number == 1 { answer.clone() } else { says(201, "") }).await?;
        let Some(town) = Town::new(service.port, "").await? else { return Ok(()) };
        let browser = reader.browser(&town.key().await?).await?;
        let browser = Subscribed { endpoint: browser_at(service.port).endpoint, ..browser };
        town.asks("nb", &browser, &["everything"]).await?;
        let first = town.push(|push| push.state == DeliveryState::Sent).await?;
        let kept = town.running.app.store().read()?;
        ensure!(kept.delivery_content(first.id)?.is_none(), "what is out is kept no longer");
        let first = reader.read(&browser, service.asked().first().context("the first message")?).await?;
        assert_eq!(town.post(text(&first, "confirm")?, &[]).await?.0, StatusCode::OK);
        assert_eq!(town.says("one", None).await?.1, "taken for 1");
        let after = town.push(|push| push.tries > 0).await?;
        ensure!(!after.said.contains("secret-of-kari"), "{}", after.said);
        match expected {
            "sent" => drop(town.push(|push| push.state == DeliveryState::Sent).await?),
            "waits" => ensure!(after.is_waiting() && after.due_at > now(), "{after:?}"),
            _ => assert_eq!(after.state, DeliveryState::Dead, "{after:?}"),
        }
        let sent = service.asked();
        let topics: Vec<_> = sent.iter().skip(1).map(|asked| asked.headers.get("topic")).collect();
        ensure!(topics.windows(2).all(|pair| pair[0] == pair[1]), "tried again under the same name: {topics:?}");
        town.running.stop().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn in_quiet_hours_nothing_rings_but_the_answer_to_who_asks_just_then() -> Result<()> {
    let Some(service) = PushService::new().await? else { return Ok(()) };
    let hour = now().as_ms() / 3_600_000 % 24;
    let quiet = format!("quiet = \"{:02}:00-{:02}:00\"", (hour + 23) % 24, (hour + 2) % 24);
    let Some(town) = Town::new(service.port, &quiet).await? else { return Ok(()) };
    let browser = town.gets(&service, "nb", &["everything"]).await?;
    town.put("one", None)?;
    // What is asked later is answered: the sender has looked meanwhile.
    town.gets(&service, "nb", &["everything"]).await?;
    assert_eq!(service.messages(&browser).await?.len(), 1);
    town.delivery("one", Delivery::is_waiting).await?;
    town.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_and_its_worker_do_their_part_in_a_real_browser() -> Result<()> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
    if !scripts.join("node_modules/playwright-core").is_dir() {
        println!("skipped: browser: `cargo xtask test` brings Chromium and the packages of tests/browser");
        return Ok(());
    }
    let Some(service) = PushService::new().await? else { return Ok(()) };
    let Some(town) = Town::new(service.port, "").await? else { return Ok(()) };
    let (base, by) = (format!("http://{}", town.running.web), format!("http://localhost:{}", service.port));
    let walk = move || Command::new("node").current_dir(scripts).arg("push.mjs").args([base, by]).output();
    let done = tokio::task::spawn_blocking(walk).await??;
    let said = String::from_utf8_lossy(&done.stdout);
    ensure!(done.status.success(), "{said}\n{}", String::from_utf8_lossy(&done.stderr));
    ensure!(said.matches("ok ").count() >= 15, "{said}");
    assert_eq!(town.running.app.browser_count()?, 0, "who pressed the button is erased");
    town.running.stop().await
}
