//! A small group is recruited in the rooms of a whole box: the list, the announcement, the draw, the page that anybody can check, and a seat that
//! is taken and given back by the link of a letter.

#![expect(clippy::print_stdout, reason = "a test that cannot run says so")]

mod staff;

use anyhow::{Context, Result, ensure};
use engagement::draw::{Proof, verify};
use reqwest::StatusCode;
use staff::Stage;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

const SURVEY: &str = r#"
method = "survey"
title.nb = "Minside <script>alert(1)</script>"
[[population]]
question = "age"
people = { young = 300, old = 600 }
[[settings.page]]
key = "one"
[[settings.page.question]]
key = "age"
kind = "single"
ask.nb = "Hvor gammel er du?"
option = [{ key = "young", label.nb = "Ung" }, { key = "old", label.nb = "Gammel" }]
"#;
const ROOM: &str = "/nb/staff/activities/park/draw";

async fn stage() -> Result<Option<Stage>> {
    let stage = tempfile::tempdir()?;
    let folder = stage.path().join("folder");
    fs::create_dir_all(folder.join("activities"))?;
    let general = "name = \"Lillevik\"\nlanguages = [\"nb\", \"en\"]\npublic_url = \"https://lillevik.example\"\n";
    fs::write(folder.join("municipality.toml"), general)?;
    fs::write(folder.join("activities/park.toml"), SURVEY)?;
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/survey.wasm");
    if !plugin.is_file() {
        println!("skipped: recruiting: the plugins are not built; `cargo xtask plugins` does it");
        return Ok(None);
    }
    allting::install_plugin(&plugin, &folder).map_err(anyhow::Error::msg)?;
    Stage::on(stage).await.map(Some)
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_of_thirty_nine_are_drawn_in_the_rooms_and_a_seat_goes_on_by_a_link() -> Result<()> {
    let Some(stage) = stage().await? else { return Ok(()) };
    let (mut owner, mut visitor) = (stage.claimed().await?, stage.browser());
    assert!(owner.page(ROOM).await?.contains("Ingen er satt opp ennå"));
    let mut table = "name;mail;age\n".to_owned();
    for n in 0..39 {
        let age = if n % 3 == 0 { "young" } else { "old" };
        writeln!(table, "Person {n} <b>;person{n}@example.org;{age}")?;
    }
    let put = owner.fill(&format!("{ROOM}/list"), &[("text", &table)]).await?;
    assert_eq!(put.status(), StatusCode::SEE_OTHER);
    let room = owner.page(ROOM).await?;
    assert!(room.contains("Person 7 &lt;b&gt;") && !room.contains("<b>"), "{room}");

    let terms = [("seats", "39000"), ("slack", "0"), ("source", "Lotto 5. desember 2026")];
    let refused = owner.fill(&format!("{ROOM}/announce"), &terms).await?.text().await?;
    assert!(refused.contains("expected 1 to"), "{refused}");
    let terms = [("seats", "20"), ("slack", "1"), ("source", "Lotto 5. desember 2026, i rekkefølge")];
    assert_eq!(owner.fill(&format!("{ROOM}/announce"), &terms).await?.status(), StatusCode::SEE_OTHER);
    let public = visitor.page("/nb/take-part/park/draw").await?;
    assert!(public.contains("Det er ikke trukket ennå") && public.contains("Lotto 5. desember 2026"), "{public}");
    assert!(!public.contains("Person") && !public.contains("<script>alert"), "{public}");

    assert_eq!(
        owner.fill(&format!("{ROOM}/hold"), &[("seed", "4 8 15 16 23 42 7")]).await?.status(),
        StatusCode::SEE_OTHER
    );
    let again = owner.fill(&format!("{ROOM}/hold"), &[("seed", "1 2 3")]).await?.text().await?;
    assert!(again.contains("a draw is held once"), "{again}");
    let file = visitor.page("/nb/take-part/park/draw.json").await?;
    let proof: Proof = serde_json::from_str(&file)?;
    assert_eq!(verify(&proof, None), []);
    assert_eq!(proof.held.as_ref().map(|held| held.panel.len()), Some(20));
    assert!(!file.contains("example.org") && !file.contains("Person"));
    let pool = owner.page(&format!("{ROOM}/pool.json")).await?;
    assert_eq!(verify(&proof, Some(&serde_json::from_str(&pool)?)), []);

    let snapshot = stage.running.app.store().read()?;
    let mut letters = Vec::new();
    for row in snapshot.deliveries()? {
        letters.extend(snapshot.delivery_content(row?.0)?.map(String::from_utf8).transpose()?);
    }
    assert_eq!(letters.len(), 20);
    let letter = letters.first().context("a letter")?;
    let link = letter.split("https://lillevik.example").find(|part| part.contains("/seat/")).context("a link")?;
    let link = link.split(')').next().context("a link")?.to_owned();
    assert!(visitor.page(&link).await?.contains("Kommer du?"), "a look answers nothing");
    assert!(visitor.post(&format!("{link}/yes"), &[]).await?.text().await?.contains("Du har en plass"));
    assert!(owner.page(ROOM).await?.contains("Kommer"));
    assert!(visitor.post(&format!("{link}/no"), &[]).await?.text().await?.contains("Takk for at du sa fra"));
    assert!(visitor.post(&format!("{link}/yes"), &[]).await?.text().await?.contains("Takk for at du sa fra"));
    let made_up = visitor.get("/nb/take-part/park/seat/7K3M-Q9XA-00TD-WEHR").await?;
    assert_eq!(made_up.status(), StatusCode::NOT_FOUND);
    let csv = owner.page(&format!("{ROOM}/people.csv")).await?;
    let (asked, out) = (csv.matches(",asked,").count(), csv.matches(",not-coming,").count());
    ensure!((asked, out) == (20, 1), "{asked} asked, {out} not coming: {csv}");
    let turned = stage.browser().post(&format!("{ROOM}/thank"), &[]).await?;
    assert!(turned.status() != StatusCode::OK && turned.status() != StatusCode::INTERNAL_SERVER_ERROR);
    stage.running.stop().await
}
