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

const FORM: &str = r#"
[recruiting]
household = true
[[recruiting.profile]]
id = "age"
name.nb = "Alder"
reason.nb = "Så alle aldre er med."
option = [{ id = "young", name.nb = "Ung" }, { id = "old", name.nb = "Gammel" }]
"#;

async fn stage() -> Result<Option<Stage>> {
    let stage = tempfile::tempdir()?;
    let folder = stage.path().join("folder");
    fs::create_dir_all(folder.join("activities"))?;
    let general = "name = \"Lillevik\"\nlanguages = [\"nb\", \"en\"]\npublic_url = \"https://lillevik.example\"\n";
    fs::write(folder.join("municipality.toml"), general)?;
    let (before, settings) = SURVEY.split_once("[[settings.page]]").context("a page")?;
    fs::write(folder.join("activities/park.toml"), format!("{before}{FORM}[[settings.page]]{settings}"))?;
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
    assert!(refused.contains("Skriv et tall fra 1 til 1"), "{refused}");
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
    assert!(again.contains("Det trekkes bare én gang"), "{again}");
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

#[tokio::test(flavor = "multi_thread")]
async fn somebody_puts_themselves_on_the_list_by_the_form_and_leaves_it_by_their_link() -> Result<()> {
    let Some(stage) = stage().await? else { return Ok(()) };
    let (mut owner, mut visitor) = (stage.claimed().await?, stage.browser());
    let front = visitor.page("/nb/take-part/park").await?;
    assert!(front.contains("/nb/take-part/park/join") && front.contains("Meld deg på lista"), "{front}");
    let form = visitor.page("/nb/take-part/park/join").await?;
    for shown in ["Så alle aldre er med.", "Gate og nummer", "Vil ikke si"] {
        assert!(form.contains(shown), "{shown}: {form}");
    }
    // This box has no mail: nobody is asked for an address that no letter could reach.
    assert!(!form.contains("type=\"email\""), "{form}");
    let empty = visitor.post("/nb/take-part/park/join", &[("item.age", "old")]).await?.text().await?;
    assert!(empty.contains("Skriv et navn") && empty.contains("value=\"old\" checked"), "{empty}");
    let fields = [("name", "Kari <b>"), ("item.age", "old"), ("home", "Storgata 5"), ("website", "")];
    let robot = [("name", "Robot"), ("website", "http://x.example")];
    visitor.post("/nb/take-part/park/join", &robot).await?.error_for_status()?;
    let kept = visitor.post("/nb/take-part/park/join", &fields).await?.text().await?;
    let link = kept.split('"').find(|part| part.contains("/seat/")).context("a link")?.to_owned();
    let own = visitor.page(&link).await?;
    for shown in ["Det er ikke trukket ennå", "Kari &lt;b&gt;", "Gammel", "bare et avtrykk"] {
        assert!(own.contains(shown), "{shown}: {own}");
    }
    let room = owner.page(ROOM).await?;
    assert!(room.contains("Kari &lt;b&gt;") && room.contains("Vil være med") && !room.contains("Robot"), "{room}");
    let code = link.rsplit('/').next().context("a code")?;
    assert!(!room.contains(code), "staff do not have their link");
    let sure = visitor.post(&format!("{link}/leave"), &[]).await?.text().await?;
    assert!(sure.contains("Vil du gå ut av lista?"), "{sure}");
    assert!(owner.page(ROOM).await?.contains("Kari &lt;b&gt;"), "asked, and not yet gone");
    for _ in 0..2 {
        let gone = visitor.post(&format!("{link}/leave-now"), &[]).await?.text().await?;
        assert!(gone.contains("Det vi visste om deg, er slettet"), "{gone}");
    }
    assert_eq!(visitor.get(&link).await?.status(), StatusCode::NOT_FOUND);
    assert!(!owner.page(ROOM).await?.contains("Kari &lt;b&gt;"));
    for path in ["/nb/take-part/nothing/join", "/nb/take-part/park/seat/x"] {
        assert_eq!(visitor.get(path).await?.status(), StatusCode::NOT_FOUND, "{path}");
    }
    stage.running.stop().await
}
