//! Invariant 13: whatever leaves towards the public has passed the gate. A box with counts that are too small to be told is asked
//! at every address there is, and the counts are looked for in every answer. A new address without a sample here fails the test.

#![expect(
    clippy::disallowed_methods,
    reason = "the box of this test reads the real clock, so its past must be real too"
)]

use anyhow::{Context, Result, ensure};
use model::{Datastream, Slug, Timestamp, Value};
use reqwest::{Client, StatusCode};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use store::{Durability, Options, Store};
use tempfile::TempDir;
use tokio::time::timeout;

/// Fewer than `smallest_count`: nobody may learn it. In no place by chance: no id, size or coordinate has it alone.
const SECRET: i64 = 83;
/// What the secret could be reckoned from: the capacity less the secret.
const CAPACITY: i64 = 990;
/// What a sensor under test says, and what is nobody's business.
const UNTESTED: f64 = 57.3;
/// How many people a sensor under test counts: enough to be told, if it were not under test.
const UNTESTED_PEOPLE: i64 = 571;

const MUNICIPALITY: &str = r#"
version = 1
name = "Gate"
languages = ["sv"]
time_zone = "Europe/Stockholm"
smallest_count = 100
[[screen]]
id = "wall"
places = ["people", "visits"]
[map]
drawing = "map.geojson"
"#;

const PLACES: &str = r#"
[[place]]
id = "people"
talk = true
capacity = 990
measure = "people_now"
position = { latitude = 64.9, longitude = 19.5 }
[[place]]
id = "visits"
talk = true
measure = "visits"
"#;

/// One that staff are trying out, at both places.
const SENSORS: &str = r#"
[[sensor]]
id = "trial"
place = "people"
dev_eui = "0000000000000001"
decoder = "elsys"
test = true
[[sensor]]
id = "other-trial"
place = "visits"
dev_eui = "0000000000000002"
decoder = "elsys"
test = true
"#;

const SECRETS: &str = r#"
[sensor.trial]
app_key = "00000000000000000000000000000001"
[sensor.other-trial]
app_key = "00000000000000000000000000000002"
"#;

const DRAWING: &str = r#"{"features": [{"properties": {"kind": "label", "name": "Norr"},
    "geometry": {"type": "Point", "coordinates": [19.5, 64.9]}}]}"#;

/// One tap at a place.
const MOOD: &str = r#"
method = "quick-question"
title = "Hur är det här?"
places = ["people"]
[settings]
question = "Hur är det här?"
option = [{ key = "calm", label = "Lugnt" }, { key = "full", label = "För fullt" }]
"#;

/// What is asked at an address; none for one whose answers are the same for every box.
fn samples(address: &str) -> Option<Vec<String>> {
    let filled = |address: &str| address.replace("{lang}", "sv");
    Some(match address {
        // A photo is what somebody took; there is none here.
        "/assets/{name}" | "/map/tiles.pmtiles" | "/{lang}/take-part/{id}/photo/{entry}/{at}" => return None,
        // They say so themselves, and need a token.
        "/api/v1/uplinks/live" | "/api/v1/frames/live" | "/metrics" => vec![address.to_owned()],
        _ if address.contains("{dev_eui}") => {
            vec![address.replace("{dev_eui}", "0000000000000001").replace("{id}", "1")]
        }
        "/screen/{id}" | "/screen/{id}/live" => vec![address.replace("{id}", "wall")],
        "/api/v1/places/{id}/hours.csv" | "/api/v1/places/{id}/hours.json" => {
            ["people", "visits"].map(|id| address.replace("{id}", id) + "?from=").to_vec()
        }
        // What was published passes the same gate; nothing is published here. Word that others added something counts nobody.
        // What is published of a draw knows people by codes alone, and a seat is found by a link of its own; nothing is drawn here,
        // and nobody can join.
        "/{lang}/take-part/{id}/report"
        | "/{lang}/take-part/{id}/live"
        | "/{lang}/take-part/{id}/live/{*path}"
        | "/{lang}/take-part/{id}/join"
        | "/{lang}/take-part/{id}/draw"
        | "/{lang}/take-part/{id}/draw.json"
        | "/{lang}/take-part/{id}/seat/{link}"
        // There is no newsletter here; its pages tell nobody who gets it, which is held to in `newsletter.rs`.
        | "/subscribe/stop/{code}"
        | "/subscribe/worker.js"
        | "/{lang}/subscribe/browser"
        | "/{lang}/subscribe/browser/stop"
        | "/{lang}/subscribe"
        | "/{lang}/subscribe/confirm/{code}"
        | "/{lang}/subscribe/stop/{code}"
        // What staff write is theirs to say, and what a rule says has passed the gate before it was kept; nothing was said here.
        | "/{lang}/news/{id}"
        | "/{lang}/news/{id}/picture"
        // There is no panel here; what its pages tell of its members is held to in `panel/asking.rs`.
        | "/panel/stop/{code}"
        | "/{lang}/panel"
        | "/{lang}/panel/join"
        | "/{lang}/panel/me"
        | "/{lang}/panel/me/{code}"
        | "/{lang}/panel/confirm/{code}"
        | "/{lang}/panel/stop/{code}" => return None,
        // Each has a code of its own, which leads to a form.
        "/invited/{id}/{code}" | "/{lang}/invited/{id}/{code}" => {
            vec![filled(address).replace("{id}", "mood").replace("{code}", "7K3M-Q9XA-00TD-WEHR")]
        }
        _ if address.starts_with("/go/") || address.starts_with("/{lang}/take-part/") => {
            let filled = filled(address).replace("{id}", "mood").replace("{door}", "poster");
            let filled = filled.replace("{entry}", "1").replace("{at}", "0").replace("{mark}", &"0".repeat(32));
            vec![filled.replace("{*path}", "at/people"), filled.replace("{*path}", "thanks")]
        }
        _ if address.contains("{id}") => ["people", "visits"].map(|id| filled(address).replace("{id}", id)).to_vec(),
        "/"
        | "/healthz"
        | "/{lang}"
        | "/{lang}/"
        | "/{lang}/data"
        | "/{lang}/news"
        | "/{lang}/about"
        | "/{lang}/take-part"
        | "/{lang}/feed.atom"
        | "/{lang}/feed.json"
        | "/{lang}/calendar.ics"
        | "/{lang}/components"
        | "/api/v1/openapi.json"
        | "/api/v1/map.geojson"
        | "/api/v1/places"
        | "/api/v1/places.csv"
        | "/api/v1/places.geojson" => vec![filled(address)],
        _ => vec![String::new()],
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn no_way_out_tells_a_count_that_is_too_small() -> Result<()> {
    let stage = TempDir::new()?;
    let (folder, data) = (stage.path().join("municipality"), stage.path().join("data"));
    fs::create_dir_all(&folder)?;
    fs::create_dir_all(&data)?;
    fs::write(folder.join("municipality.toml"), MUNICIPALITY)?;
    fs::write(folder.join("places.toml"), PLACES)?;
    fs::write(folder.join("sensors.toml"), SENSORS)?;
    fs::write(folder.join("secrets.toml"), SECRETS)?;
    fs::write(folder.join("map.geojson"), DRAWING)?;
    fill(&data)?;
    fs::create_dir_all(folder.join("activities"))?;
    fs::write(folder.join("activities/mood.toml"), MOOD)?;
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/quick-question.wasm");
    let answers = plugin.is_file();
    if answers {
        allting::install_plugin(&plugin, &folder).map_err(anyhow::Error::msg)?;
    } else {
        eprintln!("skipped: what people say; the plugins are not built: `cargo xtask plugins` does it");
    }
    let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let start = allting::Start { folder, data, listen: Some((anywhere, anywhere)) };
    let running = allting::start(start).await?;
    let base = format!("http://{}", running.web);
    for _ in 0..if answers { SECRET } else { 0 } {
        tap(&base).await?;
    }
    for address in web::addresses().into_iter().filter(|address| answers || !is_about_answers(address)) {
        for path in samples(address).into_iter().flatten() {
            ensure!(!path.is_empty(), "{address} is a new way out: say in `samples` what this test asks there");
            let text = told(&base, &path).await.with_context(|| path.clone())?;
            let people =
                [SECRET, CAPACITY - SECRET, UNTESTED_PEOPLE, UNTESTED_PEOPLE + SECRET, CAPACITY - UNTESTED_PEOPLE];
            for secret in people.map(|people| people.to_string()).into_iter().chain([UNTESTED.to_string()]) {
                let found = alone(&text, &secret).or_else(|| alone(&text, &secret.replace('.', ",")));
                ensure!(found.is_none(), "{path} tells {secret}: {}", found.unwrap_or_default());
            }
        }
    }
    if answers {
        let page = told(&base, "/sv/take-part/mood/answer/at/people").await?;
        ensure!(page.contains("färre än 100"), "the taps were there to be told: {page}");
    }
    let page = told(&base, "/sv/places/people").await?;
    ensure!(page.contains("Färre än 100 personer är här."), "the secret was there to be told: {page}");
    running.stop().await
}

/// Eight weeks of the secret, the same weeks last year, and what must not be shown at all.
fn fill(data: &Path) -> Result<()> {
    let store = Store::open(&data.join("allting.redb"), Options::default())?;
    let calendar = model::Calendar::named("Europe/Stockholm")?;
    let now = Timestamp::from_seconds(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?);
    let of = |sensor: &str, place: &str, property: &str| -> Result<Datastream> {
        let (place, sensor) = (Slug::new(place)?, Slug::new(sensor)?);
        Ok(Datastream { place, sensor, property: property.to_owned(), part: None })
    };
    let stream = |place: &str, property: &str| of("door", place, property);
    let transaction = store.begin(&calendar)?;
    let say = |stream: &Datastream, ago: Duration, value: Value| -> Result<()> {
        transaction.observe(stream, now - ago, now - ago, &value)?;
        Ok(())
    };
    let (people, visits) = (stream("people", "people-count")?, stream("visits", "people-in")?);
    let trials = [of("trial", "people", "people-count")?, of("other-trial", "visits", "people-in")?];
    for start in [0, 364] {
        for day in start..start + 56 {
            for hour in 0..24 {
                say(&people, Duration::from_hours(day * 24 + hour), Value::Integer(SECRET))?;
                say(&trials[0], Duration::from_hours(day * 24 + hour), Value::Integer(UNTESTED_PEOPLE))?;
            }
        }
        for day in start..start + 56 {
            say(&visits, Duration::from_hours(day * 24), Value::Integer(SECRET))?;
            say(&trials[1], Duration::from_hours(day * 24), Value::Integer(UNTESTED_PEOPLE))?;
        }
    }
    for property in ["motion", "people-in-total", "battery-voltage", "vendor-secret"] {
        say(&stream("people", property)?, Duration::ZERO, Value::Number(UNTESTED))?;
    }
    // A word that everybody may read, from a sensor that nobody shall hear yet.
    say(&of("trial", "people", "water-temperature")?, Duration::ZERO, Value::Number(UNTESTED))?;
    transaction.commit(Durability::Now)?;
    Ok(store.close()?)
}

fn is_about_answers(address: &str) -> bool {
    ["/go/", "/take-part/", "/invited/"].iter().any(|part| address.contains(part))
}

/// Somebody comes by and taps.
async fn tap(base: &str) -> Result<()> {
    let form = [("form", "tap"), ("press", "send"), ("f.answer", "calm")];
    let body = form.map(|(name, value)| format!("{name}={value}")).join("&");
    let request = Client::new().post(format!("{base}/sv/take-part/mood/answer/at/people"));
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(body);
    request.send().await?.error_for_status()?;
    Ok(())
}

/// What is answered: the whole of it, or of a stream what comes in the first two seconds.
async fn told(base: &str, path: &str) -> Result<String> {
    let mut response = Client::new().get(format!("{base}{path}")).send().await?;
    let fine = response.status().is_success()
        || matches!(response.status(), StatusCode::UNAUTHORIZED | StatusCode::METHOD_NOT_ALLOWED)
        || path.ends_with("/components")
        || path.contains("card.png")
        || path.contains("picture.png");
    ensure!(fine, "{path} answers {}", response.status());
    let mut told = Vec::new();
    while let Ok(Some(piece)) = timeout(Duration::from_secs(2), response.chunk()).await.unwrap_or(Ok(None)) {
        told.extend(piece);
    }
    // In the bytes of a picture any number may stand by chance; the SVG that it is drawn from is asked for as well.
    if told.starts_with(b"\x89PNG") {
        return Ok(String::new());
    }
    Ok(String::from_utf8_lossy(&told).into_owned())
}

/// Where a number stands by itself, with what is around it: no part of an address, a size or another number.
fn alone(text: &str, number: &str) -> Option<String> {
    let part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || "-_%#".contains(c));
    let point = |c: Option<char>| matches!(c, Some('.' | ','));
    let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
    let at = text.match_indices(number).map(|(at, _)| at).find(|at| {
        let mut before = text[..*at].chars().rev();
        let mut after = text[at + number.len()..].chars();
        let (before, after) = ((before.next(), before.next()), (after.next(), after.next()));
        let within = (point(before.0) && digit(before.1)) || (point(after.0) && digit(after.1));
        !part(before.0) && !part(after.0) && !within
    })?;
    Some(text[..at + number.len()].chars().rev().take(80).collect::<Vec<_>>().into_iter().rev().collect())
}

#[test]
fn a_number_by_itself_is_found_and_a_part_of_another_is_not() {
    for told in ["83", "<p>83</p>", "är 83.", ">83 personer", "\"amount\":83,", "x,83,y"] {
        assert!(alone(told, "83").is_some(), "{told}");
    }
    for told in ["183", "83%", "0.83", "a83f", "83.5", "M12 830"] {
        assert!(alone(told, "83").is_none(), "{told}");
    }
}
