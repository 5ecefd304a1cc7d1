//! Tools that nobody here wrote look at every page and every public address of a box that has lived, over HTTPS with its own certificate:
//! html-validate, pa11y, Lighthouse, schemathesis. It takes the better part of an hour, so only `cargo xtask test --long` asks for it.

#![expect(clippy::print_stdout, reason = "a test that cannot run here says so")]

mod staff;

use anyhow::{Context, Result, ensure};
use model::Scope;
use reqwest::{Client, StatusCode, redirect};
use staff::Browser;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use town::live::{Live, Pace};

const LANGUAGES: [&str; 4] = ["nb", "nn", "sv", "en"];

/// Activities of each method: name, and which of the examples it is from.
const ACTIVITIES: [(&str, &str); 7] = [
    ("her-na", "baerum"),
    ("aldersvennlig", "baerum"),
    (RECRUITING, "baerum"),
    ("ombruk", "baerum"),
    ("bydel-kart", "bodo"),
    ("samskaping", "bodo"),
    ("problemverksted", "gjovik"),
];
/// This one is over, and its report published.
const REPORTED: &str = "ombruk";

/// People may put themselves on the list of this one.
const RECRUITING: &str = "min-side";

/// What Lighthouse measures, five times each.
const LIT: [&str; 5] =
    ["/sv/", "/sv/places/library", "/sv/places/library/data", "/sv/take-part/aldersvennlig", "/sv/staff/login"];

#[tokio::test(flavor = "multi_thread")]
async fn tools_that_nobody_here_wrote_find_no_fault_in_the_pages() -> Result<()> {
    let checkers = here().join("browser/outside");
    let tools = checkers.join("node_modules/pa11y");
    let Some(stage) = Stage::for_tools("pa11y, html-validate, Lighthouse", &tools).await? else { return Ok(()) };
    let errand = stage.errand().await?;
    let mut look = Command::new("node");
    look.arg(checkers.join("outside.mjs")).arg(&stage.base);
    let report = satisfied(look, errand.to_string()).await?;
    let seen = |what: &str| report.lines().filter(|line| line.ends_with(what)).count();
    ensure!(seen("pleases pa11y") > 400 && seen("is valid HTML") > 200, "too little was looked at: {report}");
    report.lines().filter(|line| line.contains("in Lighthouse")).for_each(|line| println!("{line}"));
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tool_that_nobody_here_wrote_finds_no_fault_in_what_programs_ask_for() -> Result<()> {
    let schemathesis = here().join("../target/schemathesis/bin/schemathesis");
    let Some(stage) = Stage::for_tools("schemathesis", &schemathesis).await? else { return Ok(()) };
    let mut look = Command::new(schemathesis);
    // What it keeps for its next run is thrown away.
    look.current_dir(stage.folders.path());
    look.arg("--config-file").arg(here().join("browser/outside/schemathesis.toml"));
    look.args(["run", "--max-examples", "50", "--checks", "all", "--header"]);
    look.arg(format!("Authorization: Bearer {}", stage.token));
    look.arg(format!("http://{}/api/v1/openapi.json", stage.running.web));
    satisfied(look, String::new()).await?;
    stage.running.stop().await
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A box that has lived, with activities of every method, a colleague who is in, and a town around it.
struct Stage {
    running: allting::Running,
    base: String,
    /// Of a program that may do all that programs may.
    token: String,
    colleague: Browser,
    _town: Live,
    folders: TempDir,
}

impl Stage {
    /// None without the long sweep, and where the tools or the plugins are missing.
    async fn for_tools(names: &str, tools: &Path) -> Result<Option<Self>> {
        if std::env::var_os("ALLTING_LONG").is_none() {
            println!("skipped: {names}: `cargo xtask test --long` runs them");
            return Ok(None);
        }
        if !tools.exists() {
            println!("skipped: {names}: npm or pip could not bring them");
            return Ok(None);
        }
        let root = here().parent().context("tests lie in the workspace")?;
        let plugins: Vec<PathBuf> =
            ["elsys", "js-codec", "survey", "quick-question", "input-map", "guide", "newsletter"]
                .map(|name| root.join(format!("target/plugins/{name}.wasm")))
                .into();
        if plugins.iter().any(|plugin| !plugin.is_file()) {
            println!("skipped: outside tools: the plugins are not built; `cargo xtask plugins` does it");
            return Ok(None);
        }
        let folders = tempfile::tempdir()?;
        let (folder, data) = (folders.path().join("norsjo"), folders.path().join("data"));
        town::copy_folder(&root.join("examples/norsjo"), &folder)?;
        // A panel beside the places, of which nobody is asked anything: no letter leaves.
        let told = fs::read_to_string(folder.join("municipality.toml"))?;
        let more = "\n[tls]\nlisten = \"127.0.0.1:0\"\n[mail]\nserver = \"localhost\"\nport = 1\nsecurity = \"plain\"\n\
                    from = \"panel@norsjo.example\"\n";
        fs::write(folder.join("municipality.toml"), format!("public_url = \"https://norsjo.example\"\n{told}{more}"))?;
        fs::copy(root.join("examples/baerum/panel.toml"), folder.join("panel.toml"))?;
        fs::write(folder.join("channels.toml"), "[[channel]]\nid = \"news\"\nplugin = \"newsletter\"\n")?;
        fs::create_dir(folder.join("activities"))?;
        for (activity, example) in ACTIVITIES {
            let text = fs::read_to_string(root.join(format!("examples/{example}/activities/{activity}.toml")))?;
            let here =
                |line: &str| if line.starts_with("places = ") { "places = [\"library\"]" } else { line }.to_owned();
            let text: Vec<String> = text.lines().map(here).collect();
            fs::write(folder.join(format!("activities/{activity}.toml")), text.join("\n"))?;
        }
        for plugin in &plugins {
            allting::install_plugin(plugin, &folder).map_err(anyhow::Error::msg)?;
        }
        let mut past = Command::new(env!("CARGO_BIN_EXE_town"));
        past.args(["history", "--days", "60", "--folder"]).arg(&folder).arg("--data").arg(&data);
        satisfied(past, String::new()).await?;
        let token = allting::new_token("schemathesis", &folder, &[Scope::Read, Scope::Send])?;
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let how = allting::Start { folder: folder.clone(), data, listen: Some((any_port, any_port)) };
        let running = allting::start(how).await?;
        let pace = Pace { to: running.gwmp, every: Duration::from_secs(5), now: allting::now };
        let town = Live::start(&town::municipality(&folder)?, pace, BTreeMap::new()).await?;
        let base = format!("https://localhost:{}", running.https.context("HTTPS is spoken")?.port());
        let colleague = claimed(&base, running.claim.as_deref().context("the box shows a code")?).await?;
        Ok(Some(Self { running, base, token, colleague, _town: town, folders }))
    }

    /// What `outside.mjs` is to look at.
    async fn errand(&self) -> Result<serde_json::Value> {
        let mut colleague = Browser { cookies: self.colleague.cookies.clone(), ..self.stranger()? };
        let report = format!("/en/staff/activities/{REPORTED}/report");
        let token = staff::hidden(&colleague.page(&report).await?);
        let token: Vec<(&str, &str)> = token.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let published = colleague.post(&format!("{report}/publish"), &token).await?;
        ensure!(published.status() == StatusCode::SEE_OTHER, "{}", published.text().await?);
        busy_day(&mut colleague, &mut self.stranger()?).await?;
        let rooms = LANGUAGES.map(|language| format!("/{language}/staff/"));
        // No such page, and one that only those who were invited may see.
        let refused = ["nowhere", "take-part/min-side/answer"];
        let refused: Vec<String> =
            refused.into_iter().flat_map(|page| LANGUAGES.map(|language| format!("/{language}/{page}"))).collect();
        let mut pages = pages();
        pages.retain(|page| !refused.contains(page));
        Ok(serde_json::json!({
            "pages": pages, "refused": refused, "rooms": rooms, "known": web::rooms(), "cookie": colleague.jar(),
            "lit": LIT,
        }))
    }

    fn stranger(&self) -> Result<Browser> {
        stranger(&self.base)
    }
}

/// Some rooms are there only after somebody did something: changed a place, sent a text, wrote under a place, announced a draw.
async fn busy_day(colleague: &mut Browser, visitor: &mut Browser) -> Result<()> {
    let draw = format!("/sv/staff/activities/{REPORTED}/draw");
    let place = [("name-sv", "Torget"), ("kind", "square"), ("measure", "nothing")];
    let titles = LANGUAGES.map(|language| [format!("title-{language}"), format!("body-{language}")]);
    let texts = titles.iter().flat_map(|[title, body]| [(title.as_str(), "Mandag"), (body.as_str(), "Kom innom.")]);
    let news: Vec<(&str, &str)> = texts.chain([("about", "place:library"), ("picture", "none")]).collect();
    let people: Vec<String> = (0..30).map(|n| format!("Person {n};person{n}@example.org")).collect();
    let people = format!("name;mail\n{}", people.join("\n"));
    let terms = [("seats", "20"), ("slack", "0"), ("source", "Lotto 5. desember 2026")];
    sends(colleague, "/sv/staff/places/new", "/sv/staff/places/new", &place).await?;
    sends(colleague, "/sv/staff/publish/new", "/sv/staff/publish/new", &news).await?;
    sends(colleague, "/sv/staff/publish/1/preview", "/sv/staff/publish/1/send", &[]).await?;
    sends(colleague, "/sv/staff/publish/new", "/sv/staff/publish/new", &news).await?;
    let (list, announce) = (format!("{draw}/list"), format!("{draw}/announce"));
    sends(colleague, &list, &list, &[("text", &people)]).await?;
    sends(colleague, &announce, &announce, &terms).await?;
    let said = visitor.fill("/sv/places/library/talk", &[("who", "citizen"), ("text", "Dörren är tung.")]).await?;
    ensure!(said.status() == StatusCode::OK, "{}", said.text().await?);
    Ok(())
}

/// Sends a form, with what its page had hidden in it.
async fn sends(colleague: &mut Browser, page: &str, to: &str, fields: &[(&str, &str)]) -> Result<()> {
    let token = staff::hidden(&colleague.page(page).await?);
    let token = token.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let answer = colleague.post(to, &token.chain(fields.iter().copied()).collect::<Vec<_>>()).await?;
    ensure!(answer.status() == StatusCode::SEE_OTHER, "{to}: {}", answer.text().await?);
    Ok(())
}

/// Who has looked at the browser's warning and goes on.
fn stranger(base: &str) -> Result<Browser> {
    let client = Client::builder().redirect(redirect::Policy::none()).tls_danger_accept_invalid_certs(true).build()?;
    Ok(Browser { client, base: base.to_owned(), cookies: BTreeMap::new() })
}

async fn claimed(base: &str, code: &str) -> Result<Browser> {
    let mut colleague = stranger(base)?;
    ensure!(colleague.claim(code).await?.status() == StatusCode::SEE_OTHER);
    Ok(colleague)
}

/// No pages: what is for programs and pictures, what only somebody with a code of a letter sees, and a page that only builders ask for.
const NO_PAGES: [&str; 16] = [
    "/api/v1/",
    "/assets/",
    "/live",
    "/metrics",
    "/map/",
    "/photo/",
    "/components",
    "/draw",
    "/seat/",
    "/what-happened.",
    "/panel/confirm/",
    "/panel/me/",
    "/panel/stop/",
    "/subscribe/confirm/",
    "/subscribe/stop/",
    "/news/",
];

/// Every address of the portal in every language, with what there is here. A new one is looked at as well.
fn pages() -> Vec<String> {
    let doors = ["/{lang}/staff/login", "/{lang}/staff/claim"];
    let mut pages: Vec<String> = web::addresses()
        .into_iter()
        .chain(doors)
        .filter(|address| NO_PAGES.iter().all(|part| !address.contains(part)))
        .flat_map(filled)
        .flat_map(|address| LANGUAGES.map(|language| address.replace("{lang}", language)))
        .collect();
    pages.sort();
    pages.dedup();
    pages
}

fn filled(address: &str) -> Vec<String> {
    if address.ends_with("/report") {
        return vec![address.replace("{id}", REPORTED)];
    }
    if address.ends_with("/join") {
        return vec![address.replace("{id}", RECRUITING)];
    }
    let about_activities = ["/go/", "/take-part/{id}", "/invited/"].iter().any(|part| address.contains(part));
    if !about_activities {
        return vec![address.replace("{id}", "library")];
    }
    let address = address.replace("{code}", "7K3M-Q9XA-00TD-WEHR").replace("{door}", "poster");
    let address = address.replace("{mark}", &"0".repeat(32));
    if address.contains("{*path}") {
        return vec![address.replace("{id}", "her-na").replace("{*path}", "at/library")];
    }
    ACTIVITIES.iter().map(|(activity, _)| address.replace("{id}", activity)).collect()
}

/// Runs a tool to its end and gives what it said; what it complains of is the failure.
async fn satisfied(mut tool: Command, input: String) -> Result<String> {
    let looked = tokio::task::spawn_blocking(move || {
        let mut child = tool.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        child.stdin.take().context("a way in")?.write_all(input.as_bytes())?;
        anyhow::Ok(child.wait_with_output()?)
    });
    let looked = looked.await??;
    let report = String::from_utf8_lossy(&looked.stdout).into_owned();
    ensure!(looked.status.success(), "{report}{}", String::from_utf8_lossy(&looked.stderr));
    Ok(report)
}
