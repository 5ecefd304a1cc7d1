//! People write under a place, without an account; staff look at it and answer, all by the pages that a browser gets.

use crate::staff::{self, Browser, encoded, hidden};
use crate::stage::{Stage, general, now};
use anyhow::{Context, Result, ensure};
use app::REMARKS_SHOWN;
use model::activity::Verdict;
use model::{About, Datastream, RemarkId, Slug, Value};
use reqwest::{Client, StatusCode};
use std::path::Path;
use std::time::Duration;
use store::{Durability, Options, Store};

const TALK: &str = "/nb/places/library/talk";

/// Somebody came to the library on each of the last days: so there is a picture to stand beside.
fn counted(data: &Path) -> Result<()> {
    std::fs::create_dir_all(data)?;
    let store = Store::open(&data.join("allting.redb"), Options::default())?;
    let calendar = model::Calendar::named("Europe/Oslo")?;
    let (place, sensor, property) = (Slug::new("library")?, Slug::new("door")?, "people-in".to_owned());
    let stream = Datastream { place, sensor, property, part: None };
    let transaction = store.begin(&calendar)?;
    for hours in 0..10 * 24 {
        let at = now() - Duration::from_hours(hours);
        transaction.observe(&stream, at, at, &Value::Integer(7))?;
    }
    transaction.commit(Durability::Now)?;
    Ok(store.close()?)
}

/// A box that somebody has claimed, and them; none where the plugin is not built.
async fn box_and_owner(more: &str) -> Result<Option<(staff::Stage, Browser)>> {
    let Some(stage) = Stage::new(9)? else { return Ok(None) };
    stage.write("municipality.toml", &general(more))?;
    counted(&stage.data())?;
    let stage = staff::Stage::on(stage.stage).await?;
    let owner = stage.claimed().await?;
    Ok(Some((stage, owner)))
}

struct Citizen {
    client: Client,
    base: String,
}

impl Citizen {
    fn of(stage: &staff::Stage) -> Self {
        Self { client: Client::new(), base: format!("http://{}", stage.running.web) }
    }

    async fn page(&self, path: &str) -> Result<String> {
        let answer = self.client.get(format!("{}{path}", self.base)).send().await?;
        Ok(answer.error_for_status()?.text().await?)
    }

    async fn token(&self) -> Result<String> {
        let page = self.page(TALK).await?;
        Ok(hidden(&page).into_iter().find(|(name, _)| name == "token").context("a token")?.1)
    }

    async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<(StatusCode, String)> {
        let request = self.client.post(format!("{}{path}", self.base)).body(encoded(fields));
        let answer = request.header("content-type", "application/x-www-form-urlencoded").send().await?;
        Ok((answer.status(), answer.text().await?))
    }

    async fn write(&self, who: &str, text: &str) -> Result<String> {
        let token = self.token().await?;
        let (status, page) = self.post(TALK, &[("token", &token), ("who", who), ("text", text)]).await?;
        ensure!(status == StatusCode::OK, "{status}: {page}");
        let code = page.split("<code>").nth(1).and_then(|rest| rest.split("</code>").next());
        Ok(code.context(page.clone())?.to_owned())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_and_a_visitor_write_staff_answer_and_the_receipt_shows_and_erases_it() -> Result<()> {
    let Some((stage, mut owner)) = box_and_owner("").await? else { return Ok(()) };
    let citizen = Citizen::of(&stage);
    let code = citizen.write("citizen", "Døra er <b>tung</b>!\n\u{202e}Fiks den.").await?;
    let other = citizen.write("visitor", "Fin utsikt. Ring meg: 48 21 30 11").await?;
    let page = citizen.page("/nb/places/library").await?;
    ensure!(!page.contains("tung") && !page.contains("Venter på å bli sett på"), "it tells that one waits: {page}");
    let (_, receipt) = citizen.post(&format!("{TALK}/receipt"), &[("me", &code.to_lowercase())]).await?;
    ensure!(receipt.contains("Døra er &lt;b&gt;tung") && receipt.contains("Bare du ser dette ennå"), "{receipt}");

    let overview = owner.page("/nb/staff/").await?;
    ensure!(overview.contains("Innspill som venter på å bli sett på: 2"), "{overview}");
    let room = owner.page("/nb/staff/talk").await?;
    for shown in ["Døra er", "En som bor her", "En besøkende", "telefonnummer", "Biblioteket"] {
        ensure!(room.contains(shown), "{shown}: {room}");
    }
    let token = hidden(&room).into_iter().find(|(name, _)| name == "token").context("a token")?.1;
    let fields =
        [("token", token.as_str()), ("id", "1"), ("is.1", "show"), ("id", "2"), ("is.2", "hide"), ("why.2", "")];
    let asked = owner.post("/nb/staff/talk", &fields).await?.text().await?;
    ensure!(asked.contains("Skriv hvorfor"), "{asked}");
    let fields = [("token", token.as_str()), ("id", "2"), ("is.2", "hide"), ("why.2", "nummeret ditt står i det")];
    ensure!(owner.post("/nb/staff/talk", &fields).await?.status() == StatusCode::SEE_OTHER);
    let (_, hidden_one) = citizen.post(&format!("{TALK}/receipt"), &[("me", &other)]).await?;
    ensure!(hidden_one.contains("nummeret ditt står i det"), "{hidden_one}");

    let page = citizen.page("/nb/places/library").await?;
    // A day tells of its hours when they are over, so after midnight there is nothing yet to stand beside.
    let first_hour = model::Calendar::named("Europe/Oslo")?.civil(now()).hour() == 0;
    let beside = if first_hour { "" } else { "på dagen med " };
    for shown in ["Døra er &lt;b&gt;tung&lt;/b&gt;!", beside, "class=\"voiced\""] {
        ensure!(page.contains(shown), "{shown}: {page}");
    }
    ensure!(!page.contains("Fra folk som bor her"), "fewer than five, beside a list of one: {page}");
    ensure!(!page.contains('\u{202e}') && !page.contains("48 21"), "{page}");
    ensure!(owner.page("/nb/staff/").await?.contains("Innspill uten svar: 1"));
    let long = "x".repeat(5000);
    let oil = [("token", token.as_str()), ("text", "Vi oljer den på mandag.")];
    ensure!(owner.post("/nb/staff/talk/1/answer", &oil).await?.status() == StatusCode::SEE_OTHER);
    let again = owner.post("/nb/staff/talk/1/answer", &[("token", &token), ("text", &long)]).await?;
    ensure!(again.headers()["location"].to_str()?.contains("talk-too-late"), "an answer is given once");
    let page = citizen.page("/nb/places/library").await?;
    ensure!(page.contains("Vi oljer den på mandag.") && page.contains("Kommunen svarer"), "{page}");
    ensure!(!owner.page("/nb/staff/").await?.contains("Innspill uten svar"));
    let (_, receipt) = citizen.post(&format!("{TALK}/receipt"), &[("me", &code)]).await?;
    ensure!(receipt.contains("Vi oljer den på mandag."), "{receipt}");

    let atom = citizen.page(&format!("{TALK}/feed.atom")).await?;
    ensure!(atom.contains("Døra er") && atom.contains("Vi oljer den") && !atom.contains("48 21"), "{atom}");
    let json: serde_json::Value = serde_json::from_str(&citizen.page("/nb/places/library/talk.json").await?)?;
    ensure!(json["doors"]["citizen"]["fewer_than"] == 5 && json["doors"]["visitor"] == 0, "{json}");
    ensure!(json["remarks"].as_array().is_some_and(|all| all.len() == 1), "{json}");
    let csv = citizen.page("/nb/places/library/talk.csv").await?;
    ensure!(csv.contains(",citizen,") && csv.contains("Vi oljer"), "{csv}");
    ensure!(citizen.page(&format!("{TALK}/feed.json")).await?.contains("Kommunen svarer"));

    let (_, erased) = citizen.post(&format!("{TALK}/receipt/erase"), &[("me", &code)]).await?;
    ensure!(erased.contains("Det er slettet."), "{erased}");
    ensure!(!citizen.page("/nb/places/library").await?.contains("Døra er"));
    let (_, unknown) = citizen.post(&format!("{TALK}/receipt"), &[("me", &code)]).await?;
    ensure!(unknown.contains("Kontroller") || unknown.contains("receipt-code") || unknown.contains("me-wrong"));
    let history = owner.page("/nb/staff/history").await?;
    ensure!(history.contains("Et innspill ble besvart: 1"), "{history}");
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_taken_once_and_what_is_wrong_with_it_is_said() -> Result<()> {
    let Some((stage, _)) = box_and_owner("[talk]\nmoderation = \"after\"\n").await? else { return Ok(()) };
    let citizen = Citizen::of(&stage);
    let token = citizen.token().await?;
    let long = "\u{e5}".repeat(1001);
    for (fields, expected) in [
        (vec![("token", token.as_str()), ("text", "")], "Velg om du bor her"),
        (vec![("token", &token), ("who", "mayor"), ("text", "hei")], "Velg om du bor her"),
        (vec![("token", &token), ("who", "citizen"), ("text", " \n ")], "Skriv noe"),
        (vec![("token", &token), ("who", "citizen"), ("text", &long)], "høyst 1\u{a0}000 tegn"),
        (vec![("token", "0123"), ("who", "citizen"), ("text", "hei")], "for gammelt"),
        (vec![("who", "citizen"), ("text", "hei")], "for gammelt"),
    ] {
        let (status, page) = citizen.post(TALK, &fields).await?;
        ensure!(status == StatusCode::OK && page.contains(expected), "{expected}: {page}");
        ensure!(page.contains("summary-of-errors") && !page.contains("receipt-code"), "{page}");
    }
    let sent = [("token", token.as_str()), ("who", "visitor"), ("text", "Hei fra fjellet")];
    let (_, first) = citizen.post(TALK, &sent).await?;
    let (_, second) = citizen.post(TALK, &sent).await?;
    let code = |page: &str| page.split("<code>").nth(1).map(|rest| rest[..19].to_owned());
    ensure!(code(&first).is_some() && code(&first) == code(&second), "{first}");
    let machine = [("token", token.as_str()), ("who", "visitor"), ("text", "sko"), ("website", "http://sko")];
    ensure!(citizen.post(TALK, &machine).await?.0 == StatusCode::OK);
    let app = &stage.running.app;
    let shown = app.talk_about(&About::Place(Slug::new("library")?), None, REMARKS_SHOWN)?;
    ensure!(shown.remarks.len() == 1, "{shown:?}");
    let page = citizen.page("/nb/places/library").await?;
    ensure!(page.contains("Hei fra fjellet") && page.contains("En besøkende"), "{page}");

    // Nobody can write under a place that does not say so, nor from another site; and who floods is told to wait.
    let quiet = citizen.client.get(format!("{}/nb/places/quiet/talk", citizen.base)).send().await?;
    ensure!(quiet.status() == StatusCode::NOT_FOUND);
    let (status, _) = citizen.post("/nb/places/quiet/talk", &sent).await?;
    ensure!(status == StatusCode::NOT_FOUND);
    let forged = citizen.client.post(format!("{}{TALK}", citizen.base)).body(encoded(&sent));
    let forged =
        forged.header("content-type", "application/x-www-form-urlencoded").header("origin", "https://evil.example");
    ensure!(forged.send().await?.status() == StatusCode::FORBIDDEN);
    for number in 0..40 {
        let token = citizen.token().await?;
        let text = format!("nr {number}");
        let (status, _) = citizen.post(TALK, &[("token", &token), ("who", "citizen"), ("text", &text)]).await?;
        if status != StatusCode::OK {
            ensure!(number >= 25, "told to wait after {number}");
            let older = citizen.page(TALK).await?;
            let next = older.split("?before=").nth(1).and_then(|rest| rest.split('"').next()).context("older ones")?;
            let older = citizen.page(&format!("{TALK}?before={next}")).await?;
            ensure!(older.contains("Hei fra fjellet") && !older.contains("<textarea"), "{older}");
            for odd in ["?before=x", "?before=99999999999999999999", "?before=-1"] {
                citizen.page(&format!("{TALK}{odd}")).await?;
            }
            return stage.running.stop().await;
        }
    }
    anyhow::bail!("nobody was told to wait");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_hidden_or_is_past_keeping_is_nowhere() -> Result<()> {
    let Some((stage, _)) = box_and_owner("[talk]\nmoderation = \"after\"\nkeep_days = 30\n").await? else {
        return Ok(());
    };
    let citizen = Citizen::of(&stage);
    citizen.write("citizen", "hemmeligheten om naboen").await?;
    stage.running.app.moderate_remark(RemarkId(1), &Verdict::Hidden("den gjelder naboen".to_owned()))?;
    for path in ["", "/talk", "/talk.csv", "/talk.json", "/talk/feed.atom", "/talk/feed.json"] {
        let page = citizen.page(&format!("/nb/places/library{path}")).await?;
        ensure!(!page.contains("hemmeligheten") && !page.contains("den gjelder"), "{path}: {page}");
    }
    let store = stage.running.app.store();
    let municipality = stage.running.app.municipality();
    let tx = store.begin(&municipality.calendar)?;
    ensure!(tx.forget_remarks(now() - municipality.talk.keep, 100)? == 0);
    ensure!(tx.forget_remarks(now() + Duration::from_secs(1), 100)? == 1);
    tx.commit(Durability::Now)?;
    ensure!(store.read()?.remark_heads()?.is_empty());
    stage.running.stop().await
}
