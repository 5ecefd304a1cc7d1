//! What feed readers and calendars make of a box: feedparser, icalendar and jsonschema read what it sends.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test says when it cannot run; its box is of today"
)]

use anyhow::{Context, Result, ensure};
use model::{Calendar, Datastream, Day, Slug, Timestamp, Value};
use reqwest::{Client, StatusCode};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use store::{Durability, Options, Store};

const PLACES: &str = r#"
[[place]]
id = "library"
name = { nb = "Biblioteket & kafeen", en = "The library" }
kind = "library"
area = { nb = "Indre by", en = "The centre" }
measure = "visits"
[[place]]
id = "pool"
name = { nb = "Badet" }
kind = "swimming_pool"
measure = "visits"
"#;

/// A title in which every sign has a meaning somewhere.
const TITLE: &str = r#"Parken <grønn>; "åpen", ja & nei\\eller"#;

struct Stage {
    running: allting::Running,
    base: String,
    folder: tempfile::TempDir,
    today: Day,
}

impl Stage {
    /// A library with twelve visits a day, and three that nobody may count at the pool. None where the plugins are not built.
    async fn new() -> Result<Option<Self>> {
        let stage = tempfile::tempdir()?;
        let folder = stage.path().join("folder");
        fs::create_dir_all(folder.join("activities"))?;
        fs::create_dir_all(stage.path().join("data"))?;
        let calendar = Calendar::named("Europe/Oslo")?;
        let now = Timestamp::from_seconds(i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())?);
        let today = calendar.day(now);
        fs::write(folder.join("municipality.toml"), "name = \"Lillevik\"\nlanguages = [\"nb\", \"en\"]\n")?;
        fs::write(folder.join("places.toml"), PLACES)?;
        let (opens, closes) = (Day(today.0 - 3), Day(today.0 + 5));
        let activity = |title: &str, place: &str, opens: &str, closes: &str| {
            format!(
                "method = \"quick-question\"\ntitle.nb = '{title}'\nplaces = [\"{place}\"]\nopens = \"{opens}\"\n\
                 closes = \"{closes}\"\n[settings]\nquestion = \"Hva nå?\"\n\
                 option = [{{ key = \"a\", label = \"A\" }}, {{ key = \"b\", label = \"B\" }}]\n"
            )
        };
        let park = activity(TITLE, "library", &opens.to_string(), &closes.to_string());
        fs::write(folder.join("activities/park.toml"), park)?;
        let evening = activity("Kveld", "pool", &format!("{today} 18:00"), &format!("{today} 20:30"));
        fs::write(folder.join("activities/evening.toml"), evening)?;
        fs::write(
            folder.join("activities/secret.toml"),
            "draft = true\n".to_owned() + &activity("Hemmelig", "pool", "2026-01-01", "2036-01-01"),
        )?;
        let store = Store::open(&stage.path().join("data/allting.redb"), Options::default())?;
        let transaction = store.begin(&calendar)?;
        for (place, count) in [("library", 12), ("pool", 3)] {
            let (id, sensor) = (Slug::new(place)?, Slug::new("door")?);
            let stream = Datastream { place: id, sensor, property: "people-in".to_owned(), part: None };
            for back in 1..=5 {
                let noon = calendar.day_start(Day(today.0 - back)) + Duration::from_hours(12);
                transaction.observe(&stream, noon, noon, &Value::Integer(count))?;
            }
        }
        transaction.commit(Durability::Now)?;
        store.close()?;
        let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/quick-question.wasm");
        if !plugin.is_file() {
            println!("skipped: feeds: the plugins are not built; `cargo xtask plugins` does it");
            return Ok(None);
        }
        allting::install_plugin(&plugin, &folder).map_err(anyhow::Error::msg)?;
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let how = allting::Start { folder, data: stage.path().join("data"), listen: Some((any_port, any_port)) };
        let running = allting::start(how).await?;
        running.app.publish_report(&Slug::new("park")?, now)?;
        let base = format!("http://{}", running.web);
        Ok(Some(Self { running, base, folder: stage, today }))
    }

    async fn get(&self, path: &str) -> Result<String> {
        let answer = Client::new().get(format!("{}{path}", self.base)).send().await?;
        ensure!(answer.status() == StatusCode::OK, "{path} answers {}", answer.status());
        ensure!(answer.headers().get("allting-gate").is_some_and(|gate| gate == "public"), "{path} says no gate");
        Ok(answer.text().await?)
    }

    /// What the parsers of others make of Atom, JSON Feed and iCalendar below an address.
    async fn read(&self, below: &str, asked: &str) -> Result<serde_json::Value> {
        let mut files: Vec<PathBuf> = Vec::new();
        for name in ["feed.atom", "feed.json", "calendar.ics"] {
            let asked = if name == "calendar.ics" { "" } else { asked };
            let file = self.folder.path().join(name);
            fs::write(&file, self.get(&format!("{below}/{name}{asked}")).await?)?;
            files.push(file);
        }
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let python = here.join("../target/feeds/bin/python");
        let read = Command::new(python).arg(here.join("outside/feeds.py")).args(files).output()?;
        ensure!(read.status.success(), "{below}{asked}: {}", String::from_utf8_lossy(&read.stderr));
        Ok(serde_json::from_slice(&read.stdout)?)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn feeds_and_calendars_of_a_box_are_read_by_the_parsers_of_others() -> Result<()> {
    if !Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/feeds/whole").is_file() {
        println!("skipped: feedparser, icalendar and jsonschema: pip could not bring them");
        return Ok(());
    }
    let Some(stage) = Stage::new().await? else { return Ok(()) };
    let title = TITLE;
    let all = stage.read("/nb", "").await?;
    let entries: Vec<String> = serde_json::from_value(all["entries"].clone())?;
    assert_eq!(entries.iter().filter(|entry| entry.contains("12 besøk")).count(), 3, "{entries:?}");
    assert_eq!(entries.iter().filter(|entry| entry.contains("færre enn 5 besøk")).count(), 3, "{entries:?}");
    assert!(entries.contains(&format!("Nå kan du ta del: {title}")), "{entries:?}");
    assert!(entries.contains(&format!("Rapporten er her: {title}")), "{entries:?}");
    assert!(!all.to_string().contains("Hemmelig"), "a draft is nobody's business");
    let today = stage.today;
    let day = |ahead: i32| Day(today.0 + ahead).to_string();
    let place = "Biblioteket & kafeen";
    let events: Vec<[String; 4]> = serde_json::from_value(all["events"].clone())?;
    assert!(events.contains(&[format!("Åpner: {title}"), day(-3), day(-2), place.to_owned()]), "{events:?}");
    assert!(events.contains(&[format!("Siste dag: {title}"), day(5), day(6), place.to_owned()]), "{events:?}");
    let held = events.iter().find(|event| event[0] == "Kveld").context("an evening")?;
    let calendar = Calendar::named("Europe/Oslo")?;
    let utc = |text: &str| calendar.parse(&format!("{today} {text}")).map(|at| at.to_string()[..16].replace('T', " "));
    assert_eq!([&held[1][..16], &held[2][..16]], [utc("18:00").context("18")?, utc("20:30").context("20")?]);

    let library = stage.read("/nb/places/library", "").await?;
    assert_eq!(library["title"], "Biblioteket & kafeen – Lillevik");
    let entries: Vec<String> = serde_json::from_value(library["entries"].clone())?;
    assert_eq!(entries.iter().filter(|entry| entry.contains("12 besøk")).count(), 5, "{entries:?}");
    assert!(!entries.iter().any(|entry| entry.contains("Badet") || entry.contains("Kveld")), "{entries:?}");
    for (asked, names, not) in [("?area=The%20centre", "Biblioteket", "Badet"), ("?kind=pool", "Badet", "Biblioteket")]
    {
        let told = stage.read("/nb", asked).await?["entries"].to_string();
        assert!(told.contains(names) && !told.contains(not), "{asked}: {told}");
    }
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_says_where_it_can_be_followed_and_nothing_is_sent_twice() -> Result<()> {
    let Some(stage) = Stage::new().await? else { return Ok(()) };
    let page = Client::new().get(format!("{}/nb/places/library", stage.base)).send().await?.text().await?;
    let links: Vec<&str> = page.lines().filter(|line| line.starts_with("<link rel=\"alternate\" type=")).collect();
    assert_eq!(links.len(), 6, "{links:?}");
    for link in links {
        let path = link.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).context("an address")?;
        stage.get(path).await?;
    }
    let url = format!("{}/nb/feed.atom", stage.base);
    let first = Client::new().get(&url).send().await?;
    let tag = first.headers().get("etag").context("an etag")?.clone();
    assert_eq!(first.headers()["content-type"], "application/atom+xml; charset=utf-8");
    let again = Client::new().get(&url).header("if-none-match", tag).send().await?;
    assert_eq!(again.status(), StatusCode::NOT_MODIFIED);
    for path in ["/nb/feed.atom?area=Nowhere", "/nb/places/none/feed.json", "/nb/take-part/secret/calendar.ics"] {
        let answer = Client::new().get(format!("{}{path}", stage.base)).send().await?;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{path}");
    }
    stage.running.stop().await
}
