//! What happened, from a steward's form to the page, the feeds, the tables and a letter that a mail server nobody here wrote receives; and out
//! again by the link in it.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test says when it cannot run; its server is waited for by the clock"
)]

mod mailbox;
mod staff;

use anyhow::{Context, Result, ensure};
use mailbox::Server;
use reqwest::StatusCode;
use staff::{Browser, Stage, hidden};
use std::fs;
use std::path::Path;
use std::process::Command;

const MAP: &str = r#"
method = "input-map"
title.nb = "Bydelen <script>alert(1)</script>"
moderation = "after"
[settings]
ask.nb = "Hva tenker du på?"
[[settings.category]]
key = "traffic"
label.nb = "Trafikk"
[[settings.category]]
key = "green"
label.nb = "Grønt"
"#;
const ANSWER: &str = "/nb/take-part/map/answer";
const ROOM: &str = "/nb/staff/activities/map/outcomes";
const HOSTILE: &str = "<img src=x onerror=alert(1)> \u{202e}snu";

/// A box with a map and a mail server; none where the plugins or the server cannot be had.
async fn stage() -> Result<Option<(Stage, Server)>> {
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/input-map.wasm");
    if !plugin.is_file() {
        println!("skipped: outcomes: the plugins are not built; `cargo xtask plugins` does it");
        return Ok(None);
    }
    let Some(mail) = mailbox::Stage::new()? else { return Ok(None) };
    let folder = mail.path().join("folder");
    fs::create_dir_all(folder.join("activities"))?;
    fs::write(folder.join("activities/map.toml"), MAP)?;
    allting::install_plugin(&plugin, &folder).map_err(anyhow::Error::msg)?;
    let server = mail.serve(0)?;
    let more = "public_url = \"https://lillevik.example\"\n";
    let running = mail.start_with(more, server.port, "a secret of the town").await?;
    Ok(Some((Stage { running, stage: mail.stage }, server)))
}

/// Puts something on the map; gives the code of whoever did.
async fn put(visitor: &mut Browser, words: &str) -> Result<String> {
    let page = visitor.page(ANSWER).await?;
    let carried = hidden(&page);
    let code = carried.iter().find(|(name, _)| name == "me").map(|(_, code)| code.clone());
    let filled = [("f.where.at", "67.28, 14.4"), ("f.text", words), ("f.about", "traffic")];
    let all = carried.iter().map(|(name, value)| (name.as_str(), value.as_str())).chain(filled);
    let told = visitor.post(ANSWER, &all.collect::<Vec<_>>()).await?.text().await?;
    ensure!(!told.contains("Noe må rettes"), "{told}");
    code.context("the page gives a code")
}

async fn tell(owner: &mut Browser, fields: &[(&str, &str)]) -> Result<reqwest::Response> {
    owner.page(ROOM).await?;
    owner.fill(ROOM, fields).await
}

/// What a reader of mail makes of the one letter that came.
async fn letter(stage: &Stage, server: &Server) -> Result<serde_json::Value> {
    let files = server.has(1).await?;
    let file = files.first().context("a letter")?;
    let record = courier::check_dkim_key(&fs::read_to_string(stage.stage.path().join("dkim.pem"))?)?;
    let read = Command::new(mailbox::python()).arg(mailbox::outside()).arg("verify").arg(file).arg(record).output()?;
    ensure!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    let read: serde_json::Value = serde_json::from_slice(&read.stdout)?;
    let signed = read.get("signed").and_then(serde_json::Value::as_bool);
    ensure!(signed == Some(true), "another library does not believe the letter: {read}");
    Ok(read)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_reaches_the_page_the_feed_the_table_and_a_letter_and_the_link_in_it_ends_the_letters()
-> Result<()> {
    let Some((stage, server)) = stage().await? else { return Ok(()) };
    let mut visitor = stage.browser();
    let code = put(&mut visitor, HOSTILE).await?;
    put(&mut visitor, "Flere benker").await?;
    let wrong = visitor.post("/nb/take-part/map/tell-me", &[("me", &code), ("address", "kari")]).await?.text().await?;
    assert!(wrong.contains("Feil: ") && wrong.contains("navn@eksempel.no"), "{wrong}");
    let fields = [("me", code.as_str()), ("address", "kari@example.org")];
    let kept = visitor.post("/nb/take-part/map/tell-me", &fields).await?.text().await?;
    assert!(kept.contains("Du får vite hva som skjer"), "{kept}");

    let mut owner = stage.claimed().await?;
    let refused = tell(&mut owner, &[("about", "1")]).await?.text().await?;
    assert!(
        ["Velg hva det ble til", "Skriv hva som skjedde", "Skriv hvilken enhet"].iter().all(|w| refused.contains(w))
    );
    let said = [
        ("about", "1"),
        ("whole", "yes"),
        ("state", "will-be"),
        ("text.nb", "Lys kommer i **høst**. <script>alert(2)</script>"),
        ("by", "Park og idrett \u{202e}"),
        ("documents", "https://sak.example/17 Vedtaket"),
    ];
    let answer = tell(&mut owner, &said).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    let room = owner.page(ROOM).await?;
    assert!(room.contains("1 av 2 innspill har fått svar") && room.contains("Én har lagt igjen en adresse"), "{room}");

    let about = visitor.page("/nb/take-part/map").await?;
    for shown in ["Hva skjedde", "Blir gjennomført", "<strong>høst</strong>", "Vedtaket", "https://sak.example/17"] {
        assert!(about.contains(shown), "{shown}: {about}");
    }
    assert!(about.contains("&lt;script&gt;alert(2)") && !about.contains("<script>alert"), "{about}");
    let beside = visitor.page(ANSWER).await?;
    assert!(beside.contains("Blir gjennomført"), "beside what was put forward: {beside}");
    let all = visitor.page("/nb/take-part/map/what-happened").await?;
    assert!(all.contains("&lt;img src=x") && !all.contains("<img src=x") && all.contains("Ikke svart ennå"), "{all}");
    let receipt = visitor.post("/nb/take-part/map/receipt", &[("me", &code)]).await?.text().await?;
    assert!(receipt.contains("Blir gjennomført"), "{receipt}");
    let feed = visitor.page("/nb/feed.atom").await?;
    assert!(feed.contains("Blir gjennomført: Bydelen") && feed.contains("Ett innspill har fått svar"), "{feed}");
    let table = visitor.page("/nb/take-part/map/what-happened.csv").await?;
    assert_eq!(table.lines().count(), 4, "{table}");
    assert!(table.contains(",will-be,") && table.contains("2,Flere benker,,,,,"), "{table}");
    let json: serde_json::Value = serde_json::from_str(&visitor.page("/nb/take-part/map/what-happened.json").await?)?;
    assert_eq!((&json["answered"], &json["proposals"]), (&1.into(), &2.into()));

    let token = hidden(&room).into_iter().find(|(name, _)| name == "token").context("a token")?.1;
    let sent = owner.post(&format!("{ROOM}/send"), &[("token", &token)]).await?;
    assert_eq!(sent.status(), StatusCode::SEE_OTHER);
    let letter = letter(&stage, &server).await?;
    let header = |name: &str| letter["headers"][name].as_str().unwrap_or_default().to_owned();
    assert_eq!(header("Subject"), "Hva skjedde: Bydelen <script>alert(1)</script>");
    let text = letter["text"].as_str().unwrap_or_default();
    assert!(text.contains("Blir gjennomført") && text.contains("Ett innspill har fått svar."), "{text}");
    assert!(!text.contains("snu"), "what people wrote stands on the page alone: {text}");
    assert!(!letter["html"].as_str().unwrap_or_default().contains("<script>"), "{letter}");
    let again = owner.post(&format!("{ROOM}/send"), &[("token", &token)]).await?;
    assert!(again.headers()["location"].to_str()?.contains("digest-too-soon"));

    let out = header("List-Unsubscribe").trim_matches(['<', '>']).to_owned();
    let path = out.strip_prefix("https://lillevik.example").context("an address that leads here")?;
    let asked = visitor.page(path).await?;
    assert!(asked.contains("Stoppe brevene?") && !asked.contains("kari"), "{asked}");
    assert!(owner.page(ROOM).await?.contains("Én har lagt igjen"), "what looks at a link first ends nothing");
    // As a mail program does it: without a cookie, and it says not where from (RFC 8058).
    let request = visitor.client.post(format!("{}{path}", visitor.base)).body("List-Unsubscribe=One-Click");
    let ended = request.header("content-type", "application/x-www-form-urlencoded").send().await?;
    assert_eq!(ended.status(), StatusCode::OK);
    assert!(owner.page(ROOM).await?.contains("0 har lagt igjen"));
    let Stage { running, stage: folder } = stage;
    running.stop().await?;
    let file = fs::read(folder.path().join("data/allting.redb"))?;
    assert!(!file.windows(11).any(|part| part == b"example.org"), "an address lies in clear on the disk");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_late_stands_on_the_overview_and_a_viewer_or_stranger_tells_nothing() -> Result<()> {
    let Some((stage, _server)) = stage().await? else { return Ok(()) };
    let mut owner = stage.claimed().await?;
    assert!(!owner.page("/nb/staff/").await?.contains("skulle"), "nothing is late yet");
    let turned = stage.browser().post(ROOM, &[("whole", "yes"), ("state", "not")]).await?;
    assert!(turned.status() != StatusCode::OK && turned.status() != StatusCode::INTERNAL_SERVER_ERROR);
    let forged = owner.post(ROOM, &[("whole", "yes"), ("token", "0")]).await?;
    assert_eq!(forged.status(), StatusCode::FORBIDDEN);
    let file = stage.stage.path().join("folder/activities/map.toml");
    let closed = MAP.replace("moderation", "closes = \"2026-01-31\"\nanswer_days = 30\nmoderation");
    fs::write(file, closed)?;
    owner.once("/nb/staff/", |page| page.contains("skulle én sak ha fått svar")).await?;
    let about = owner.page("/nb/take-part/map").await?;
    assert!(about.contains("Svaret skulle ha vært her nå"), "{about}");
    stage.running.stop().await
}
