//! What channels are for: a place gets busy, and within seconds a post with a picture, its words and a way to answer has left by every
//! channel: to a web service, to a broker that nobody here wrote, and to a strict fake of a Mastodon server.

mod broker;
mod hamlet;

use anyhow::{Context, Result, ensure};
use broker::Broker;
use hamlet::{DOOR, Hamlet, came_in, told};
use serde_json::Value;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;
use tokio::time::Instant;
use town::peer::{Asked, Peer, Says, says};

/// What is promised: from the uplink to what others hear.
const WITHIN: Duration = Duration::from_secs(5);
const PASSWORD: &str = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const HALL: &str = "[[place]]\nid = \"hall\"\nname = { en = \"The hall\" }\nmeasure = \"people_now\"\ncapacity = 60\n";
const BUSY: &str = "when = \"hall.occupancy > 80 %\"\n\n[text.en]\ntitle = \"Many people at {place}\"\n\
                    body = \"{value} ({share}), {age}.[ Usual is {usual}.]\"\n";

/// What a Mastodon server says, as its documentation has it, to somebody with the right token.
fn mastodon(asked: &Asked) -> Says {
    if asked.headers.get("authorization").is_none_or(|token| token != &format!("Bearer {PASSWORD}")) {
        return says(401, r#"{"error":"The access token is invalid"}"#);
    }
    match (asked.method.as_str(), asked.path.as_str()) {
        ("POST", "/api/v2/media") => says(200, r#"{"id":"22348641","type":"image","url":"https://m.example/1.png"}"#),
        ("POST", "/api/v1/statuses") if asked.headers.contains_key("idempotency-key") => {
            says(200, r#"{"id":"17","url":"https://m.example/@hamlet/17"}"#)
        }
        _ => says(404, r#"{"error":"Record not found"}"#),
    }
}

/// Three channels: `web`, `broker` and `social`. None, and it is said, where a plugin is not built.
fn put_channels(folder: &Path, web: &Peer, broker: &Broker, social: &Peer) -> Result<Option<()>> {
    for plugin in ["webhook", "mqtt", "mastodon"] {
        let wasm = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../target/plugins/{plugin}.wasm"));
        if !wasm.is_file() {
            writeln!(std::io::stdout(), "skipped: {plugin}.wasm is not built; `cargo xtask plugins` does it")?;
            return Ok(None);
        }
        allting::install_plugin(&wasm, folder).map_err(anyhow::Error::msg)?;
    }
    let channel = |id: &str, plugin: &str, port: u16, settings: &str| {
        format!(
            "[[channel]]\nid = \"{id}\"\nplugin = \"{plugin}\"\nown_hosts = [\"127.0.0.1:{port}\"]\n\
             [channel.settings]\n{settings}\n"
        )
    };
    let (web, broker, social) = (web.port, broker.port, social.port);
    let channels = [
        channel("web", "webhook", web, &format!("address = \"http://127.0.0.1:{web}/hook\"\nsecret = \"signature\"")),
        channel(
            "broker",
            "mqtt",
            broker,
            &format!("broker = \"mqtt://127.0.0.1:{broker}\"\nuser = \"box\"\npassword = \"word\""),
        ),
        channel("social", "mastodon", social, &format!("server = \"http://127.0.0.1:{social}\"\ntoken = \"word\"")),
    ];
    fs::write(folder.join("channels.toml"), channels.concat())?;
    let secret = |name: &str, value: &str| format!("[secret.{name}]\nvalue = \"{value}\"\nhosts = [\"127.0.0.1\"]\n");
    let secrets = fs::read_to_string(folder.join("secrets.toml"))?;
    let signature = format!("whsec_{PASSWORD}");
    fs::write(folder.join("secrets.toml"), secrets + &secret("signature", &signature) + &secret("word", PASSWORD))?;
    Ok(Some(()))
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_hall_gets_busy_every_channel_hears_it_within_seconds_with_a_way_to_answer() -> Result<()> {
    let Some(mut hamlet) = Hamlet::new(&DOOR, "public_url = \"https://hamlet.example\"\ntrust_clock = true\n")? else {
        return Ok(());
    };
    let Some(broker) = Broker::start(PASSWORD)? else { return Ok(()) };
    let web = Peer::new(|_, _| says(200, "{}")).await?;
    let social = Peer::new(|_, asked| mastodon(asked)).await?;
    let folder = hamlet.folder();
    fs::write(folder.join("places.toml"), HALL)?;
    fs::create_dir_all(folder.join("rules"))?;
    fs::write(folder.join("rules/busy.toml"), BUSY)?;
    let Some(()) = put_channels(&folder, &web, &broker, &social)? else { return Ok(()) };
    let running = hamlet.start().await?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    let mut uplinks = running.app.follow_uplinks();
    // The first frame of a counter tells how far it has counted; the second what came since.
    hamlet.says(&mut uplinks, &came_in(30)).await?;

    let (dev_eui, f_cnt) = hamlet.born.next().context("the door")?;
    let begun = Instant::now();
    hamlet.sends(&came_in(23)).await?;
    let hooked = web.was_asked(1).await?.remove(0);
    let posted = social.was_asked(2).await?;
    let told_by_broker: Value = serde_json::from_str(&broker.kept("allting/rule-busy")?)?;
    let took = begun.elapsed();
    told(&mut uplinks, dev_eui, f_cnt).await?;
    ensure!(took < WITHIN, "it took {took:?}");

    let hooked: Value = serde_json::from_slice(&hooked.body)?;
    let text = "53 people (88%), just now.";
    assert_eq!(hooked["data"]["texts"][0]["body"], text);
    assert_eq!(hooked["data"]["link"], "https://hamlet.example/en/places/hall?door=web");
    let picture = &hooked["data"]["picture"];
    ensure!(!picture.is_null(), "it has a picture: {hooked}");

    let [media, status] = posted.as_slice() else { anyhow::bail!("a picture and a post: {posted:?}") };
    let (media, status) = (String::from_utf8_lossy(&media.body), form(&status.body)?);
    ensure!(media.contains("image/png") && media.contains("description"), "the picture goes with its words");
    for part in ["Many people at The hall", text, "https://hamlet.example/en/places/hall?door=social", "22348641"] {
        ensure!(status.contains(part), "{part} is missing: {status}");
    }
    assert_eq!((&told_by_broker["title"], &told_by_broker["body"]), (&"Many people at The hall".into(), &text.into()));

    // Whoever follows the link stands before the place, and can say something.
    let page = hamlet::get(&running, "/en/places/hall?door=social").await?;
    ensure!(page.contains("53 people are here."), "{page}");
    running.stop().await?;
    assert_eq!((web.asked().len(), social.asked().len()), (1, 2), "nothing is said twice");
    Ok(())
}

/// The fields of a form that was sent.
fn form(body: &[u8]) -> Result<String> {
    let fields = reqwest::Url::parse(&format!("http://form/?{}", String::from_utf8_lossy(body)))?;
    let fields: Vec<String> = fields.query_pairs().map(|(name, value)| format!("{name}={value}")).collect();
    Ok(fields.join("\n"))
}
