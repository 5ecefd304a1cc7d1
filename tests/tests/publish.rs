//! A colleague writes once: it is previewed, approved, scheduled, sent, put right and taken back, and read on the portal.

#![expect(clippy::print_stderr, reason = "a test says when it cannot run")]

#[path = "../../core/app/tests/people/photo_file.rs"]
mod photo_file;
mod staff;

use anyhow::{Context, Result, ensure};
use model::{DeliveryState, PublicationId, PublicationRecord, PublicationState, Timestamp};
use reqwest::{Response, StatusCode};
use staff::{Browser, Stage, hidden};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::{Instant, sleep};
use town::peer::{Peer, Says, says};

const PATIENCE: Duration = Duration::from_mins(2);
const BOUNDARY: &str = "XxXboundaryXxX";
const PLACES: &str = "[[place]]\nid = \"library\"\nname = { nb = \"Biblioteket\", en = \"The library\" }\n\
                      kind = \"library\"\nmeasure = \"visits\"\n";

/// A server as Mastodon documents it: it names posts, changes them and takes them back.
async fn mastodon() -> Result<Peer> {
    Peer::new(|_, asked| match asked.method.as_str() {
        "DELETE" => says(200, "{}"),
        _ if asked.path == "/api/v2/media" => says(200, r#"{"id":"m1"}"#),
        _ => says(200, r#"{"id":"17","url":"https://social.example/@town/17"}"#),
    })
    .await
}

/// None, and it is said, where a plugin is not built.
fn built(plugin: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../target/plugins/{plugin}.wasm"));
    if !path.is_file() {
        eprintln!("skipped: {plugin}.wasm is not built; `cargo xtask plugins` does it");
        return None;
    }
    Some(path)
}

/// A claimed box with places, and a channel at this port; none where its plugin is not built.
async fn town(port: u16, general: &str, more: &str) -> Result<Option<(Stage, Browser)>> {
    let Some(plugin) = built("mastodon") else { return Ok(None) };
    let stage = tempfile::tempdir()?;
    let folder = stage.path().join("folder");
    fs::create_dir(&folder)?;
    let first = "name = \"Lillevik\"\nlanguages = [\"nb\", \"en\"]\npublic_url = \"https://lillevik.example\"\n\
                 trust_clock = true\n";
    fs::write(folder.join("municipality.toml"), format!("{first}{general}"))?;
    fs::write(folder.join("places.toml"), PLACES)?;
    fs::write(folder.join("secrets.toml"), "[secret.m]\nvalue = \"a token of ours\"\nhosts = [\"127.0.0.1\"]\n")?;
    let channel = format!(
        "[[channel]]\nid = \"fedi\"\ntitle = \"Mastodon\"\nplugin = \"mastodon\"\nown_hosts = [\"127.0.0.1:{port}\"]\n\
         per_minute = 600\n{more}\n[channel.settings]\nserver = \"http://127.0.0.1:{port}\"\ntoken = \"m\"\n"
    );
    fs::write(folder.join("channels.toml"), channel)?;
    allting::install_plugin(&plugin, &folder).map_err(anyhow::Error::msg)?;
    let stage = Stage::on(stage).await?;
    let browser = stage.claimed().await?;
    Ok(Some((stage, browser)))
}

/// Fills in the form at an address as a browser sends it, with what the page had hidden in it.
async fn write(browser: &mut Browser, path: &str, fields: &[(&str, &str)], photo: Option<Vec<u8>>) -> Result<Response> {
    let page = browser.page(path).await?;
    let hidden = hidden(&page);
    send(browser, path, &hidden, fields, photo).await
}

async fn send(
    browser: &mut Browser,
    path: &str,
    hidden: &[(String, String)],
    fields: &[(&str, &str)],
    photo: Option<Vec<u8>>,
) -> Result<Response> {
    let hidden = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut body = Vec::new();
    for (name, value) in hidden.chain(fields.iter().copied()) {
        let head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend([head.as_bytes(), value.as_bytes(), b"\r\n"].concat());
    }
    let name = if photo.is_some() { "wall.png" } else { "" };
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let end = format!("\r\n--{BOUNDARY}--\r\n");
    body.extend([head.as_bytes(), &photo.unwrap_or_default(), end.as_bytes()].concat());
    let request = browser.client.post(format!("{}{path}", browser.base)).header("cookie", browser.jar());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    Ok(request.header("origin", &browser.base).header("content-type", kind).body(body).send().await?)
}

fn to(answer: &Response) -> Result<String> {
    ensure!(answer.status() == StatusCode::SEE_OTHER, "{}", answer.status());
    Ok(answer.headers()["location"].to_str()?.to_owned())
}

async fn press(browser: &mut Browser, page: &str, action: &str) -> Result<String> {
    let shown = browser.page(page).await?;
    let hidden = hidden(&shown);
    let fields: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = browser.post(action, &fields).await?;
    let next = to(&answer)?;
    browser.page(&next).await
}

fn record(stage: &Stage, id: u64) -> Result<PublicationRecord> {
    stage.running.app.store().read()?.publication(PublicationId(id))?.context("a publication")
}

async fn state(stage: &Stage, number: usize, wanted: DeliveryState) -> Result<()> {
    let begun = Instant::now();
    loop {
        let snapshot = stage.running.app.store().read()?;
        let all: Vec<_> = snapshot.deliveries()?.collect::<Result<_, _>>()?;
        if all.get(number).is_some_and(|(_, delivery)| delivery.state == wanted) {
            return Ok(());
        }
        ensure!(begun.elapsed() < PATIENCE, "{all:?}");
        drop(snapshot);
        sleep(Duration::from_millis(20)).await;
    }
}

const NEWS: [(&str, &str); 7] = [
    ("title-nb", "Mandag er stengt"),
    ("body-nb", "Vi maler lokalet.\r\n\r\nVelkommen tirsdag! <script>alert(1)</script>"),
    ("title-en", "Closed on Monday"),
    ("body-en", "We paint the rooms."),
    ("about", "place:library"),
    ("picture", "none"),
    ("channel-fedi", "yes"),
];

#[tokio::test(flavor = "multi_thread")]
async fn staff_see_whom_a_channel_may_reach() -> Result<()> {
    let Some((_stage, mut browser)) = town(9, "", "").await? else { return Ok(()) };
    let room = browser.page("/en/staff/plugins").await?;
    let row = room.split("<tr>").find(|row| row.contains("Mastodon")).context("a row of the channel")?;
    ensure!(row.contains("only to 127.0.0.1:9."), "{row}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_is_written_previewed_sent_read_on_the_portal_put_right_and_taken_back() -> Result<()> {
    let peer = mastodon().await?;
    let Some((stage, mut kari)) = town(peer.port, "", "").await? else { return Ok(()) };
    let preview = to(&write(&mut kari, "/en/staff/publish/new", &NEWS, None).await?)?;
    assert_eq!(preview, "/en/staff/publish/1/preview?done=draft-kept");
    let page = kari.page(&preview).await?;
    for shown in ["Mandag er stengt", "of 500 characters", "door=fedi", "All of it fits", "&lt;script&gt;alert(1)"] {
        ensure!(page.contains(shown), "{shown}: {page}");
    }
    ensure!(!page.contains("<script>alert"), "{page}");
    ensure!(peer.asked().is_empty() && !kari.page("/en/news").await?.contains("Closed"), "nothing is out yet");

    let told = press(&mut kari, &preview, "/en/staff/publish/1/send").await?;
    ensure!(told.contains("It is on its way"), "{told}");
    state(&stage, 0, DeliveryState::Sent).await?;
    let asked = peer.was_asked(1).await?.remove(0);
    let body = String::from_utf8_lossy(&asked.body).into_owned();
    ensure!(asked.path == "/api/v1/statuses" && body.contains("Mandag%20er%20stengt"), "{body}");
    let post = kari.page("/en/staff/posts/1").await?;
    ensure!(post.contains("https://social.example/@town/17") && post.contains("See it there"), "{post}");
    let news = kari.page("/en/news").await?;
    ensure!(news.contains("Closed on Monday") && news.contains("https://lillevik.example"), "{news}");
    ensure!(kari.page("/en/places/library").await?.contains("Closed on Monday"), "the place has its news");
    ensure!(kari.page("/en/").await?.contains("Closed on Monday"), "the home page has it");
    let feed = kari.page("/en/places/library/feed.atom").await?;
    ensure!(feed.contains("news/1</id>") && feed.contains("Closed on Monday"), "{feed}");
    // Pressed twice, and sent again from an old page: it is one post.
    let again = press(&mut kari, "/en/staff/posts/1", "/en/staff/publish/1/send").await?;
    ensure!(again.contains("too late") && peer.asked().len() == 1, "{again}");

    let right = [
        ("title-en", "Closed on Tuesday"),
        ("body-en", "We paint."),
        ("title-nb", "Tirsdag er stengt"),
        ("body-nb", "Vi maler."),
    ];
    let page = kari.page("/en/staff/posts/1/correct").await?;
    let seen = hidden(&page);
    let fields: Vec<(&str, &str)> = seen.iter().map(|(n, v)| (n.as_str(), v.as_str())).chain(right).collect();
    let answer = kari.post("/en/staff/posts/1/correct", &fields).await?;
    assert_eq!(to(&answer)?, "/en/staff/posts/1?done=post-corrected");
    // A colleague who has the old text before them does not write over the correction.
    let late = kari.post("/en/staff/posts/1/correct", &fields).await?.text().await?;
    ensure!(late.contains("Somebody changed this in the meantime"), "{late}");
    state(&stage, 1, DeliveryState::Sent).await?;
    let asked = peer.was_asked(2).await?.remove(1);
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("PUT", "/api/v1/statuses/17"));
    ensure!(String::from_utf8_lossy(&asked.body).contains("Tirsdag%20er%20stengt"));
    let news = kari.page("/en/news/1").await?;
    ensure!(news.contains("Closed on Tuesday") && news.contains("Put right"), "{news}");
    let feed = kari.page("/en/feed.json").await?;
    ensure!(feed.contains("date_modified") && feed.contains("Closed on Tuesday") && !feed.contains("Monday"), "{feed}");

    let told = press(&mut kari, "/en/staff/posts/1/withdraw", "/en/staff/posts/1/withdraw").await?;
    ensure!(told.contains("It is taken back"), "{told}");
    state(&stage, 2, DeliveryState::Sent).await?;
    let asked = peer.was_asked(3).await?.remove(2);
    assert_eq!((asked.method.as_str(), asked.path.as_str()), ("DELETE", "/api/v1/statuses/17"));
    for address in ["/en/news", "/en/news/1", "/en/feed.atom", "/en/feed.json"] {
        let page = kari.page(address).await?;
        ensure!(page.contains("took this back") && !page.contains("We paint"), "{address}: {page}");
    }
    let log = kari.page("/en/staff/history").await?;
    for line in ["It is on its way: 1", "It is put right: 1", "It is taken back: 1"] {
        ensure!(log.contains(line), "{line}: {log}");
    }
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_scheduled_waits_for_its_time_on_the_wall_and_can_be_taken_back_before() -> Result<()> {
    let peer = mastodon().await?;
    let Some((stage, mut kari)) = town(peer.port, "", "").await? else { return Ok(()) };
    let at = |due: &'static str| [&NEWS[..], &[("due", due)]].concat();
    let page = write(&mut kari, "/en/staff/publish/new", &at("2031-03-30T02:30"), None).await?.text().await?;
    ensure!(page.contains("The clocks go forward that night") && page.contains("at 3:30"), "{page}");
    let page = write(&mut kari, "/en/staff/publish/new", &at("tomorrow"), None).await?.text().await?;
    ensure!(page.contains("Write a date and a time") && page.contains("Closed on Monday"), "{page}");
    // A picture of how it is now would be wrong by then.
    let now_drawn =
        [&NEWS[..5], &[("picture", "place"), ("channel-fedi", "yes"), ("due", "2031-10-26T02:30")]].concat();
    let preview = to(&write(&mut kari, "/en/staff/publish/new", &now_drawn, None).await?)?;
    let page = kari.page(&preview).await?;
    ensure!(page.contains("shows it as it is now, and this goes out later") && !page.contains("/1/send\""), "{page}");
    to(&write(&mut kari, "/en/staff/publish/1", &at("2031-10-26T02:30"), None).await?)?;
    let page = kari.page(&preview).await?;
    ensure!(page.contains("this time comes twice") && page.contains("Send at that time"), "{page}");
    let told = press(&mut kari, &preview, "/en/staff/publish/1/send").await?;
    ensure!(told.contains("Waits for its time") && told.contains("26 October 2031"), "{told}");
    ensure!(kari.page("/en/staff/publish").await?.contains("Goes out later"));
    ensure!(!kari.page("/en/news").await?.contains("Closed on Monday"), "it is no news before its time");
    assert_eq!(kari.get("/en/news/1").await?.status(), StatusCode::NOT_FOUND);
    let first = record(&stage, 1)?;
    assert_eq!(first.due_at, stage.running.app.municipality().calendar.parse("2031-10-26 02:30").context("a time")?);
    press(&mut kari, "/en/staff/posts/1/withdraw", "/en/staff/posts/1/withdraw").await?;
    state(&stage, 0, DeliveryState::Withdrawn).await?;
    assert_eq!(kari.get("/en/news/1").await?.status(), StatusCode::NOT_FOUND, "nobody ever read it");
    ensure!(peer.asked().is_empty());
    stage.running.stop().await
}

/// A message to a telephone is out for good: staff hear so before they press the button, and after.
#[tokio::test(flavor = "multi_thread")]
async fn staff_hear_which_channel_cannot_put_right_or_take_back() -> Result<()> {
    let peer = mastodon().await?;
    let (Some((stage, mut kari)), Some(sms)) = (town(peer.port, "", "").await?, built("sms-46elks")) else {
        return Ok(());
    };
    let folder = stage.stage.path().join("folder");
    allting::install_plugin(&sms, &folder).map_err(anyhow::Error::msg)?;
    let port = peer.port;
    let phones = format!(
        "[[channel]]\nid = \"phones\"\ntitle = \"Phones\"\nplugin = \"sms-46elks\"\n\
         own_hosts = [\"127.0.0.1:{port}\"]\n\
         [channel.settings]\nuser = \"u1\"\npassword = \"m\"\nfrom = \"Lillevik\"\nto = [\"+4790000001\"]\n\
         server = \"http://127.0.0.1:{port}\"\n"
    );
    let channels = fs::read_to_string(folder.join("channels.toml"))?;
    fs::write(folder.join("channels.toml"), channels + &phones)?;
    let begun = Instant::now();
    while stage.running.app.channels().iter().filter(|channel| channel.powers.is_some()).count() < 2 {
        ensure!(begun.elapsed() < PATIENCE, "the box takes the folder in by itself");
        sleep(Duration::from_millis(50)).await;
    }
    let both = [&NEWS[..], &[("channel-phones", "yes")]].concat();
    let preview = to(&write(&mut kari, "/en/staff/publish/new", &both, None).await?)?;
    press(&mut kari, &preview, "/en/staff/publish/1/send").await?;
    state(&stage, 0, DeliveryState::Sent).await?;
    state(&stage, 1, DeliveryState::Sent).await?;
    let form = kari.page("/en/staff/posts/1/correct").await?;
    ensure!(form.contains("Cannot be put right from here: Phones."), "only the one that cannot is named: {form}");
    let fields = [("title-nb", "Tirsdag"), ("body-nb", "Rettet"), ("title-en", "Tuesday"), ("body-en", "Corrected")];
    to(&kari.fill("/en/staff/posts/1/correct", &fields).await?)?;
    state(&stage, 2, DeliveryState::Sent).await?;
    let log = kari.page("/en/staff/posts/1").await?;
    ensure!(log.matches("this channel cannot put it right").count() == 1, "{log}");
    let form = kari.page("/en/staff/posts/1/withdraw").await?;
    ensure!(form.contains("Cannot be taken back from here: Phones."), "{form}");
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_colleagues_do_not_write_over_each_other_and_what_is_too_long_says_by_how_much() -> Result<()> {
    let peer = mastodon().await?;
    let Some((stage, mut kari)) = town(peer.port, "", "").await? else { return Ok(()) };
    let form = hidden(&kari.page("/en/staff/publish/new").await?);
    to(&send(&mut kari, "/en/staff/publish/new", &form, &NEWS, None).await?)?;
    let twice = to(&send(&mut kari, "/en/staff/publish/new", &form, &NEWS, None).await?)?;
    assert_eq!(twice, "/en/staff/publish/1/preview?done=draft-kept", "the same form is the same draft");

    let shown = hidden(&kari.page("/en/staff/publish/1").await?);
    let preview = hidden(&kari.page("/en/staff/publish/1/preview").await?);
    let mine = [("title-nb", "Min"), ("body-nb", "Tekst"), ("picture", "none"), ("channel-fedi", "yes")];
    to(&send(&mut kari, "/en/staff/publish/1", &shown, &mine, None).await?)?;
    let yours = [("title-nb", "Din"), ("body-nb", "En annen"), ("picture", "none")];
    let page = send(&mut kari, "/en/staff/publish/1", &shown, &yours, None).await?.text().await?;
    ensure!(page.contains("Somebody changed this in the meantime"), "{page}");
    ensure!(page.contains("value=\"Din\"") && page.contains("Min\nTekst"), "both are there to choose from: {page}");
    assert_eq!(record(&stage, 1)?.texts[0].title, "Min");
    // Who looked at the first writing does not send the second.
    let fields: Vec<(&str, &str)> = preview.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let answer = kari.post("/en/staff/publish/1/send", &fields).await?;
    assert_eq!(to(&answer)?, "/en/staff/publish/1/preview?done=draft-changed");
    ensure!(peer.asked().is_empty());

    let long = "x".repeat(1 << 20);
    let shown = hidden(&kari.page("/en/staff/publish/1").await?);
    let fields = [("title-nb", "A"), ("body-nb", long.as_str())];
    let page = send(&mut kari, "/en/staff/publish/1", &shown, &fields, None).await?.text().await?;
    ensure!(page.contains("This has 1,048,576 characters; at most 10,000 go."), "{}", &page[..2000]);
    // A channel that has less room shows what it cuts; letters that turn the line round are no letters.
    let body = format!("\u{202e}evil\u{2066} {}", "ord ".repeat(400));
    let fields = [("title-nb", "\u{5e9}\u{5dc}\u{5d5}\u{5dd}"), ("body-nb", body.as_str()), ("channel-fedi", "yes")];
    to(&send(&mut kari, "/en/staff/publish/1", &shown, &fields, None).await?)?;
    let page = kari.page("/en/staff/publish/1/preview").await?;
    ensure!(page.contains("Not all of the text fits") && page.contains("dir=\"auto\""), "{page}");
    ensure!(!page.contains('\u{202e}') && !page.contains('\u{2066}'));
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn where_four_eyes_are_wanted_nobody_approves_their_own() -> Result<()> {
    let peer = mastodon().await?;
    let Some((stage, mut kari)) = town(peer.port, "post_approval = true\n", "").await? else { return Ok(()) };
    let preview = to(&write(&mut kari, "/en/staff/publish/new", &NEWS, None).await?)?;
    ensure!(kari.page(&preview).await?.contains("Ask a colleague to approve it"));
    let told = press(&mut kari, &preview, "/en/staff/publish/1/send").await?;
    ensure!(told.contains("A colleague is to look at it now") && told.contains("of 500 characters"), "{told}");
    let own = press(&mut kari, "/en/staff/posts/1", "/en/staff/posts/1/approve").await?;
    ensure!(own.contains("Somebody else has to look at it"), "{own}");
    assert_eq!(record(&stage, 1)?.state, PublicationState::Waiting);
    ensure!(peer.asked().is_empty() && !kari.page("/en/news").await?.contains("Closed"));
    stage.running.app.decide_publication(PublicationId(1), "ola", PublicationState::Queued, now())?;
    state(&stage, 0, DeliveryState::Sent).await?;
    assert_eq!(record(&stage, 1)?.looked_by.as_deref(), Some("ola"));
    ensure!(kari.page("/en/news").await?.contains("Closed on Monday"));
    // One pair of eyes does not write over what two have seen.
    assert_eq!(kari.get("/en/staff/posts/1/correct").await?.status(), StatusCode::FORBIDDEN);
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_goes_out_cleaned_and_only_with_words_for_those_who_do_not_see_it() -> Result<()> {
    let peer = mastodon().await?;
    let Some((stage, mut kari)) = town(peer.port, "", "").await? else { return Ok(()) };
    let red = photo_file::png(640, 480, [200, 0, 0]);
    let fields = [&NEWS[..5], &[("picture", "own"), ("channel-fedi", "yes")]].concat();
    let page = write(&mut kari, "/en/staff/publish/new", &fields, Some(b"<svg onload=alert(1)>".to_vec())).await?;
    ensure!(page.text().await?.contains("This is no JPEG, PNG or WebP."));
    let preview = to(&write(&mut kari, "/en/staff/publish/new", &fields, Some(red)).await?)?;
    let page = kari.page(&preview).await?;
    ensure!(page.contains("say what the photo shows") && !page.contains("/1/send\""), "{page}");
    // Nobody gets around it by pressing a button that is not there.
    let token = hidden(&page);
    let pressed: Vec<(&str, &str)> = token.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let answer = kari.post("/en/staff/publish/1/send", &pressed).await?;
    assert_eq!(to(&answer)?, "/en/staff/publish/1/preview?done=draft-lacks");

    let told = [&fields[..], &[("alternative-nb", "En rød vegg"), ("alternative-en", "A red wall")]].concat();
    to(&write(&mut kari, "/en/staff/publish/1", &told, None).await?)?;
    let photo = kari.get("/en/staff/publish/1/picture").await?;
    assert_eq!(photo.headers()["content-type"], "image/jpeg", "written anew from bare pixels");
    press(&mut kari, "/en/staff/publish/1/preview", "/en/staff/publish/1/send").await?;
    state(&stage, 0, DeliveryState::Sent).await?;
    let asked = peer.was_asked(2).await?;
    let media = String::from_utf8_lossy(&asked[0].body).into_owned();
    ensure!(media.contains("image/jpeg") && media.contains("En rød vegg"), "{}", &media[..400]);
    let news = kari.page("/en/news").await?;
    ensure!(news.contains("alt=\"A red wall\""), "{news}");
    let public = kari.get("/en/news/1/picture").await?;
    assert_eq!((public.status(), public.headers()["content-type"].to_str()?), (StatusCode::OK, "image/jpeg"));
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_channel_will_not_have_is_told_in_plain_words_and_sent_again() -> Result<()> {
    let peer = Peer::new(|number, _| match number {
        0 => Says::Answer(422, String::new(), r#"{"error":"no"}"#.to_owned()),
        _ => says(200, r#"{"id":"17","url":"javascript:alert(1)"}"#),
    })
    .await?;
    let Some((stage, mut kari)) = town(peer.port, "", "cost_per_month = 5").await? else { return Ok(()) };
    let preview = to(&write(&mut kari, "/en/staff/publish/new", &NEWS, None).await?)?;
    press(&mut kari, &preview, "/en/staff/publish/1/send").await?;
    state(&stage, 0, DeliveryState::Dead).await?;
    let post = kari.page("/en/staff/posts/1").await?;
    ensure!(post.contains("Given up") && post.contains("422") && post.contains("Send again"), "{post}");
    let room = kari.page("/en/staff/outbox").await?;
    ensure!(room.contains("What it cost this month") && room.contains("Mastodon"), "{room}");
    let dead = kari.page("/en/staff/outbox/1").await?;
    ensure!(dead.contains("Vi maler lokalet."), "what a dead post says can be read: {dead}");
    press(&mut kari, "/en/staff/outbox/1", "/en/staff/outbox/1/resend").await?;
    state(&stage, 0, DeliveryState::Sent).await?;
    let post = kari.page("/en/staff/posts/1").await?;
    ensure!(post.contains("Done") && !post.contains("javascript:"), "{post}");
    stage.running.stop().await
}

/// The box of this test reads the real clock.
#[expect(clippy::disallowed_methods, reason = "a decision is made at the time of the box, which reads the real clock")]
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(0))
}
