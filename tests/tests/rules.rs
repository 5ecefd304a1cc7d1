//! Rules in a whole box: a place gets busy, and the post is on its way; staff write a rule and see what it would have said.

mod hamlet;
mod staff;

use anyhow::{Context, Result, ensure};
use app::NewOutcome;
use engagement::rules::Stand;
use hamlet::{DOOR, Hamlet, PATIENCE, came_in, told};
use model::activity::OutcomeState;
use model::{AuditEntry, Language, PublicationRecord, PublicationState, Slug};
use staff::Stage;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// What is promised: from the uplink to the post.
const WITHIN: Duration = Duration::from_secs(5);

const HALL: &str = "[[place]]\nid = \"hall\"\nname = { en = \"The hall\" }\nmeasure = \"people_now\"\ncapacity = 60\n";
const BUSY: &str = "when = \"hall.occupancy > 80 %\"\n\n[text.en]\ntitle = \"Many people at {place}\"\n\
                    body = \"{value} ({share}), {age}.[ Usual is {usual}.]\"\n";

fn put_rule(folder: &Path, text: &str) -> Result<()> {
    fs::create_dir_all(folder.join("rules"))?;
    Ok(fs::write(folder.join("rules/busy.toml"), text)?)
}

/// Waits for so many posts.
async fn posts(app: &app::App, wanted: usize) -> Result<(Vec<PublicationRecord>, Duration)> {
    let begun = Instant::now();
    loop {
        let posts = app.newest_publications(100)?;
        if posts.len() >= wanted {
            return Ok((posts, begun.elapsed()));
        }
        ensure!(begun.elapsed() < PATIENCE, "{wanted} posts did not come: {posts:?}");
        sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_hall_gets_busy_the_post_is_on_its_way_within_seconds() -> Result<()> {
    let Some(mut hamlet) = Hamlet::new(&DOOR, "public_url = \"https://hamlet.example\"\ntrust_clock = true\n")? else {
        return Ok(());
    };
    fs::write(hamlet.folder().join("places.toml"), HALL)?;
    put_rule(&hamlet.folder(), BUSY)?;
    let running = hamlet.start().await?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    let mut uplinks = running.app.follow_uplinks();
    hamlet.says(&mut uplinks, &came_in(30)).await?;
    let (dev_eui, f_cnt) = hamlet.born.next().context("the door")?;
    hamlet.sends(&came_in(23)).await?;
    let (found, took) = posts(&running.app, 1).await?;
    told(&mut uplinks, dev_eui, f_cnt).await?;
    ensure!(took < WITHIN, "it took {took:?}");
    let post = found.first().context("a post")?;
    let text = post.texts.first().context("a text")?;
    assert_eq!((text.title.as_str(), post.state), ("Many people at The hall", PublicationState::Queued));
    assert_eq!(text.body, "53 people (88%), just now.", "it says what the page says: {}", post.name);
    assert_eq!(post.door.as_deref(), Some("https://hamlet.example/en/places/hall"));
    let page = hamlet::get(&running, "/en/places/hall").await?;
    ensure!(page.contains("53 people are here."), "{page}");

    // More people are no news, and neither is the same box after a start.
    hamlet.says(&mut uplinks, &came_in(2)).await?;
    running.stop().await?;
    let running = hamlet.start().await?;
    let mut uplinks = running.app.follow_uplinks();
    hamlet.says(&mut uplinks, &came_in(1)).await?;
    hamlet::until("the rule looked", || {
        let reports = running.app.rule_reports().unwrap_or_default();
        reports.first().is_some_and(|report| report.stand.is_some())
    })
    .await?;
    let (found, _) = posts(&running.app, 1).await?;
    assert_eq!(found.len(), 1, "{found:?}");
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rule_is_written_in_the_browser_tried_kept_switched_off_and_undone() -> Result<()> {
    let stage = tempfile::tempdir()?;
    let folder = stage.path().join("folder");
    fs::create_dir(&folder)?;
    fs::write(
        folder.join("municipality.toml"),
        "name = \"Lillevik\"\nlanguages = [\"en\", \"nb\"]\ntrust_clock = true\n",
    )?;
    fs::write(folder.join("places.toml"), HALL)?;
    let box_ = Stage::on(stage).await?;
    let mut browser = box_.claimed().await?;
    let page = browser.page("/en/staff/rules").await?;
    ensure!(page.contains("There are no rules yet."), "{page}");

    let wrong = [("name", "Hall is full"), ("when", "hal.occupancy > 80 %"), ("picture", "yes")];
    let page = browser.fill("/en/staff/rules/new", &wrong).await?.text().await?;
    ensure!(page.contains("Did you mean “hall”?"), "{page}");
    let page = browser.fill("/nb/staff/rules/new", &wrong).await?.text().await?;
    ensure!(page.contains("Stedet «hal» finnes ikke.") && page.contains("Mente du «hall»?"), "{page}");
    let filled = [
        ("name", "Hall is full"),
        ("when", "hall.occupancy > 80 % for 10 min"),
        ("title-en", "Full: {place}"),
        ("body-en", "{value}\r\n\r\n<script>alert(1)</script>"),
        ("quiet", "21:00-07:00"),
        ("picture", "yes"),
    ];
    let page = browser.fill("/en/staff/rules/new", &filled).await?.text().await?;
    ensure!(page.contains("would have posted 0 times in the last 30 days"), "{page}");
    ensure!(!folder_has(&box_, "rules/hall-is-full.toml"), "nothing is kept before somebody says so");
    let kept = [&filled[..], &[("step", "keep")]].concat();
    let answer = browser.fill("/en/staff/rules/new", &kept).await?;
    assert_eq!(answer.headers()["location"], "/en/staff/rules/hall-is-full?done=rule-added");
    let path = box_.stage.path().join("folder/rules/hall-is-full.toml");
    let written = fs::read_to_string(&path)?;
    ensure!(written.starts_with("when = \"hall.occupancy > 80 % for 10 min\"\n"), "{written}");
    let page = browser.page("/en/staff/rules/hall-is-full").await?;
    ensure!(page.contains("Full: {place}") && !page.contains("<script>alert"), "{page}");

    // A comment that somebody writes into the file stays when the form changes it.
    fs::write(&path, format!("# For the caretaker.\n{written}"))?;
    let changed = [&filled[1..], &[("step", "keep"), ("at_most", "2")]].concat();
    browser.fill("/en/staff/rules/hall-is-full/edit", &changed).await?;
    let written = fs::read_to_string(&path)?;
    ensure!(written.starts_with("# For the caretaker.\n") && written.contains("at_most = 2"), "{written}");

    let page = browser.page("/en/staff/rules/hall-is-full").await?;
    let seen = staff::hidden(&page).into_iter().find(|(name, _)| name == "seen").context("a revision")?.1;
    let token = staff::hidden(&page).into_iter().find(|(name, _)| name == "token").context("a token")?.1;
    browser.post("/en/staff/rules/hall-is-full/off", &[("token", &token), ("seen", &seen)]).await?;
    ensure!(fs::read_to_string(&path)?.contains("off = true"), "it is off");
    let is_off =
        || box_.running.app.rule_reports().is_ok_and(|all| all.iter().all(|one| one.stand == Some(Stand::Off)));
    hamlet::until("the rule stands as it is switched", is_off).await?;
    let page = browser.page("/en/staff/rules").await?;
    ensure!(page.contains("Switched off"), "{page}");
    browser.fill("/en/staff/rules/hall-is-full/remove", &[]).await?;
    assert_eq!(fs::read_to_string(&path)?, "");
    let history = browser.page("/en/staff/history").await?;
    ensure!(history.contains("The rule is removed") && history.contains("The rule is saved"), "{history}");
    box_.running.stop().await
}

/// An activity opens, is reported and has an outcome: each is told once, with a door to where it can be read.
#[tokio::test(flavor = "multi_thread")]
async fn what_happens_to_a_real_activity_is_told_once() -> Result<()> {
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/quick-question.wasm");
    if !plugin.is_file() {
        println!("skipped: quick-question.wasm is not built; `cargo xtask plugins` does it");
        return Ok(());
    }
    let stage = tempfile::tempdir()?;
    let folder = stage.path().join("folder");
    fs::create_dir_all(folder.join("activities"))?;
    fs::write(
        folder.join("municipality.toml"),
        "name = \"Lillevik\"\nlanguages = [\"en\"]\npublic_url = \"https://lillevik.example\"\ntrust_clock = true\n",
    )?;
    fs::write(folder.join("places.toml"), HALL)?;
    allting::install_plugin(&plugin, &folder).map_err(anyhow::Error::msg)?;
    for (file, when, title) in [
        ("opens", "any activity opens", "{activity}"),
        ("reported", "any activity is reported", "Report: {activity}"),
        ("outcome", "any outcome is set", "What came of {activity}"),
    ] {
        let rule = format!("when = \"{when}\"\n\n[text.en]\ntitle = \"{title}\"\nbody = \"{{news}}\"\n");
        fs::create_dir_all(folder.join("rules"))?;
        fs::write(folder.join(format!("rules/{file}.toml")), rule)?;
    }
    let box_ = Stage::on(stage).await?;
    let app = Arc::clone(&box_.running.app);
    let looked = || app.rule_reports().is_ok_and(|all| all.iter().all(|one| one.stand.is_some()));
    hamlet::until("the rules looked", looked).await?;
    // Staff open it now: to the second, as the file has it.
    let calendar = app.municipality().calendar.clone();
    let opens = calendar.civil(allting::now() + Duration::from_secs(2)).strftime("%Y-%m-%d %H:%M:%S").to_string();
    let mood = format!(
        "method = \"quick-question\"\ntitle = \"How is it?\"\nplaces = [\"hall\"]\nopens = \"{opens}\"\n[settings]\n\
         question = \"How is it?\"\noption = [{{ key = \"calm\", label = \"Calm\" }}, \
         {{ key = \"full\", label = \"Full\" }}]\n"
    );
    fs::write(box_.stage.path().join("folder/activities/mood.toml"), mood)?;
    let (found, _) = posts(&app, 1).await?;
    let first = found.first().context("a post")?;
    assert_eq!(first.texts[0].title, "How is it?");
    assert_eq!(first.door.as_deref(), Some("https://lillevik.example/en/take-part/mood"));

    let mood = Slug::new("mood")?;
    app.publish_report(&mood, allting::now())?;
    let (found, _) = posts(&app, 2).await?;
    assert_eq!(found[0].texts[0].title, "Report: How is it?");
    assert_eq!(found[0].door.as_deref(), Some("https://lillevik.example/en/take-part/mood/report"));
    let new = NewOutcome {
        about: vec![None],
        state: OutcomeState::CarriedOut,
        text: [(Language::En, "It is open longer.".to_owned())].into_iter().collect(),
        by: "Culture".to_owned(),
        evidence: Vec::new(),
    };
    let now = allting::now();
    let log = AuditEntry {
        at: now,
        who: Some("kari".to_owned()),
        what: "outcome-told".to_owned(),
        subject: "mood".to_owned(),
    };
    assert_eq!(app.tell_outcome(&mood, &new, &log, now)?, 1);
    let (found, _) = posts(&app, 3).await?;
    assert_eq!(found[0].texts[0].title, "What came of How is it?");
    // The same box once more: all of it is told.
    drop(app);
    box_.running.stop().await?;
    let again = Stage::on(box_.stage).await?;
    let looked = || again.running.app.rule_reports().is_ok_and(|all| all.iter().all(|one| one.stand.is_some()));
    hamlet::until("the rules looked", looked).await?;
    assert_eq!(again.running.app.newest_publications(100)?.len(), 3);
    // What rules told is news, too, beside the place it is about.
    let page = hamlet::get(&again.running, "/en/places/hall").await?;
    ensure!(page.contains("What came of How is it?"), "{page}");
    again.running.stop().await
}

fn folder_has(stage: &Stage, file: &str) -> bool {
    stage.stage.path().join("folder").join(file).exists()
}
