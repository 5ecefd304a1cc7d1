//! The steward rooms of a whole box: who comes in, who does not, and what a form may carry.

mod staff;

use anyhow::{Context, Result, ensure};
use model::{AppKey, CounterRule, DevEui, Device, GatewayEui, JoinEui, MacVersion};
use reqwest::StatusCode;
use staff::{PASSWORD, Stage, encoded, hidden};
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;
use town::radio::{Air, Confirm, EndDevice, Memory};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_code_claims_no_box() -> Result<()> {
    let stage = Stage::new().await?;
    let mut stranger = stage.browser();
    assert_eq!(stranger.get("/nb/staff/").await?.headers()["location"], "/nb/staff/claim", "an unclaimed box says so");
    let page = stranger.claim("WRNG-WRNG-WRNG").await?.text().await?;
    assert!(page.contains("ikke den boksen viser"), "{page}");
    assert!(!stranger.is_in().await?);
    assert!(stage.claimed().await?.is_in().await?, "one wrong try leaves the right code in force");
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_claims_a_box_once() -> Result<()> {
    let stage = Stage::new().await?;
    let code = stage.code()?;
    let (mut owner, mut stranger) = (stage.claimed().await?, stage.browser());
    let page = stranger.claim(&code).await?.text().await?;
    assert!(page.contains("ikke den boksen viser"), "{page}");
    assert!(!stranger.is_in().await?);
    assert!(owner.is_in().await?, "and whoever was first stays in");
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_claims_a_box_within_half_an_hour_and_then_only_a_new_one_does() -> Result<()> {
    let stage = Stage::new().await?;
    let data = stage.stage.path().join("data");
    let mut browser = stage.browser();
    let drawn_ago = |minutes: u64| allting::issue_claim(&data, allting::now() - Duration::from_mins(minutes));
    let page = browser.claim(&drawn_ago(30)?).await?.text().await?;
    assert!(page.contains("eldre enn 30 minutter"), "{page}");
    assert!(!browser.is_in().await?);
    let (older, newer) = (drawn_ago(29)?, drawn_ago(29)?);
    let page = browser.claim(&older).await?.text().await?;
    assert!(page.contains("ikke den boksen viser"), "a newer one was drawn: {page}");
    assert_eq!(browser.claim(&newer).await?.status(), StatusCode::SEE_OTHER);
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_in_the_history_is_told_on_the_overview_and_to_programs() -> Result<()> {
    let Stage { running, stage } = Stage::new().await?;
    running.stop().await?;
    let file = stage.path().join("data/allting.redb");
    let mut bytes = fs::read(&file)?;
    // Behind the first page and the journal, where redb says what its file is.
    bytes.get_mut(4096 + (4 << 20)..).context("redb's part")?.iter_mut().take(512).for_each(|byte| *byte ^= 0x55);
    fs::write(&file, bytes)?;
    let box_ = Stage::on(stage).await?;
    let mut browser = box_.claimed().await?;
    let page = browser.page("/nb/staff/").await?;
    ensure!(page.contains("En del av historien er borte: the data file was damaged"), "{page}");
    let health = browser.page("/healthz").await?;
    ensure!(health.starts_with("ok, ") && health.contains("\nhistory-lost\n"), "{health}");
    box_.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_wrong_codes_burn_the_right_one_until_a_new_one_is_shown() -> Result<()> {
    let stage = Stage::new().await?;
    let mut guesser = stage.browser();
    for _ in 0..10 {
        guesser.post("/nb/staff/claim", &[("code", "AAAA-AAAA-AAAA")]).await?;
    }
    let page = guesser.claim(&stage.code()?).await?.text().await?;
    assert!(page.contains("ikke den boksen viser"), "{page}");
    let renewed = allting::issue_claim(&stage.stage.path().join("data"), allting::now())?;
    assert_eq!(guesser.claim(&renewed).await?.status(), StatusCode::SEE_OTHER);
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_guesses_get_nowhere_and_the_owner_still_comes_in() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = stage.claimed().await?;
    let mut guesser = stage.browser();
    let mut tried = 0;
    for guess in 0..10_000 {
        let page = guesser.log_in(&format!("guess number {guess}")).await?.text().await?;
        assert!(!guesser.cookies.contains_key("__Host-allting-staff"));
        tried += u32::from(page.contains("Brukernavn eller passord er galt"));
    }
    assert!(tried <= 30, "{tried} of 10 000 guesses were really tried");
    owner.cookies.remove("__Host-allting-staff");
    assert_eq!(owner.log_in(PASSWORD).await?.status(), StatusCode::SEE_OTHER, "a browser that came in before");
    assert!(owner.is_in().await?);
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_learns_from_an_answer_whether_there_is_such_an_account() -> Result<()> {
    let stage = Stage::new().await?;
    stage.claimed().await?;
    let mut stranger = stage.browser();
    let mut page = async |login: &str| -> Result<String> {
        let answer = stranger.post("/nb/staff/login", &[("login", login), ("password", "wrong wrong wrong")]).await?;
        Ok(answer.text().await?.replace(login, "somebody"))
    };
    assert_eq!(page("kari").await?, page("nobody").await?);
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cookie_that_was_planted_is_worth_nothing() -> Result<()> {
    let stage = Stage::new().await?;
    stage.claimed().await?;
    let planted = "f".repeat(64);
    let mut victim = stage.browser();
    victim.cookies.insert("__Host-allting-staff".to_owned(), planted.clone());
    victim.log_in(PASSWORD).await?;
    assert!(victim.is_in().await?);
    assert_ne!(victim.cookies["__Host-allting-staff"], planted);
    let mut attacker = stage.browser();
    attacker.cookies.insert("__Host-allting-staff".to_owned(), planted);
    assert!(!attacker.is_in().await?);
    let left = victim.cookies["__Host-allting-staff"].clone();
    let page = victim.page("/nb/staff/").await?;
    let token = hidden(&page).into_iter().find(|(name, _)| name == "token").context("a token")?.1;
    victim.post("/nb/staff/logout", &[("token", &token)]).await?;
    attacker.cookies.insert("__Host-allting-staff".to_owned(), left);
    assert!(!attacker.is_in().await?, "a session that was left is over");
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_room_opens_to_who_is_not_in() -> Result<()> {
    const DOORS: [&str; 6] =
        ["/staff", "/staff/claim", "/{lang}/staff", "/{lang}/staff/claim", "/{lang}/staff/login", "/{lang}/staff/code"];
    let stage = Stage::new().await?;
    stage.claimed().await?;
    let rooms: Vec<&str> = web::rooms().into_iter().filter(|address| !DOORS.contains(address)).collect();
    assert!(rooms.len() > 100, "only {} rooms are known", rooms.len());
    for room in rooms {
        let numbered = ["outbox", "posts", "talk", "colleagues", "publish"].iter().any(|of| room.contains(of));
        let room = room.replace("{lang}", "nb").replace("{eui}", "0000000000000001").replace("{number}", "1");
        let room =
            room.replace("{at}", "1").replace("{entry}", "1").replace("{id}", if numbered { "1" } else { "library" });
        let room = room.replace(['{', '}', '*'], "");
        for answer in [stage.browser().get(&room).await?, stage.browser().post(&room, &[("token", "x")]).await?] {
            let to_the_door = answer.headers().get("location").is_some_and(|to| to == "/nb/staff/login");
            let (status, no_such_way) = (answer.status(), answer.status() == StatusCode::METHOD_NOT_ALLOWED);
            assert!(to_the_door || no_such_way, "{room} answered {status}: {}", answer.text().await?);
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_of_another_site_or_without_its_token_changes_nothing() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = stage.claimed().await?;
    let place = [("name-nb", "Torget"), ("kind", "square"), ("measure", "nothing")];
    assert_eq!(owner.post("/nb/staff/places/new", &place).await?.status(), StatusCode::FORBIDDEN, "no token");
    let token = hidden(&owner.page("/nb/staff/places/new").await?).into_iter().find(|(name, _)| name == "token");
    let token = token.context("a token")?.1;
    let url = format!("{}/nb/staff/places/new", owner.base);
    for origin in [Some("https://evil.example"), Some("null"), None] {
        let mut request = owner.client.post(&url).header("cookie", owner.jar());
        request = request.header("content-type", "application/x-www-form-urlencoded");
        request = origin.into_iter().fold(request, |request, origin| request.header("origin", origin));
        let answer = request.body(encoded(&[&place[..], &[("token", &token)]].concat())).send().await?;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{origin:?}");
    }
    assert!(stage.running.app.municipality().places.is_empty());
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_take_what_people_paste_and_show_it_as_text() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = stage.claimed().await?;
    let hostile = "<script>alert(1)</script> \u{202e}\u{5e1}\u{5e4}\u{5e8}\u{5d9}\u{5d4} \"''\" [[place]]";
    let fields = |name: &'static str| [("name-nb", name), ("kind", "library"), ("measure", "people-now")];
    let answer =
        owner.fill("/nb/staff/places/new", &[("name-nb", hostile), ("kind", "library"), ("measure", "visits")]).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await?);
    let municipality = stage.running.app.municipality();
    assert_eq!(municipality.places[0].name.best(model::Language::Nb).0, hostile);
    for path in ["/nb/staff/places", "/nb/", "/nb/staff/history"] {
        let page = owner.page(path).await?;
        assert!(!page.contains("<script>alert"), "{path}");
    }
    let huge = "x".repeat(1 << 20);
    let answer =
        owner.fill("/nb/staff/places/new", &[("name-nb", &huge), ("kind", "library"), ("measure", "visits")]).await?;
    assert_eq!(answer.status(), StatusCode::PAYLOAD_TOO_LARGE, "a megabyte is no name");
    let page = answer.text().await?;
    assert!(page.contains("<html lang=\"nb\">") && page.contains("for mye på én gang"), "and that is told: {page}");
    let answer = owner.fill("/nb/staff/places/new", &fields("")).await?;
    let answer = answer.text().await?;
    assert!(answer.contains("href=\"#name-nb\""), "the error summary leads to the field");
    assert_eq!(stage.running.app.municipality().places.len(), 1);
    for path in [
        "/nb/staff/places/..%2f..%2fetc%2fpasswd",
        "/nb/staff/sensors/..%2fsecrets.toml",
        "/assets/..%2f..%2fsecrets.toml",
    ] {
        assert_eq!(owner.get(path).await?.status(), StatusCode::NOT_FOUND, "{path}");
    }
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_may_do_what_their_role_says_and_no_more() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = stage.claimed().await?;
    let invite = [("name", "Ola"), ("login", "ola"), ("role", "viewer")];
    let page = owner.fill("/nb/staff/colleagues/new", &invite).await?.text().await?;
    let password = page.split("<pre class=\"said\" tabindex=\"0\">").nth(1).and_then(|rest| rest.split('<').next());
    let password = password.context("a password to hand over")?.to_owned();
    let mut viewer = stage.browser();
    viewer.post("/nb/staff/login", &[("login", "ola"), ("password", &password)]).await?;
    assert_eq!(viewer.get("/nb/staff/").await?.headers()["location"], "/nb/staff/account/password");
    let own = "another four calm words";
    let answer = viewer.fill("/nb/staff/account/password", &[("old", &password), ("password", own)]).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER);
    assert_eq!(viewer.get("/nb/staff/places").await?.status(), StatusCode::OK);
    for path in ["/nb/staff/places/new", "/nb/staff/sensors/new", "/nb/staff/colleagues"] {
        assert_eq!(viewer.get(path).await?.status(), StatusCode::FORBIDDEN, "{path}");
    }
    let log = owner.page("/nb/staff/history").await?;
    for done in ["Boksen er tatt i bruk", "En konto er laget", "Et passord er byttet"] {
        assert!(log.contains(done), "{done} is not in the log");
    }
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn visitors_get_no_cookie_and_staff_cookies_are_shut_in() -> Result<()> {
    let stage = Stage::new().await?;
    let mut visitor = stage.browser();
    for path in ["/", "/nb/", "/nb/about", "/nb/data", "/nb/staff/login", "/nb/staff/claim"] {
        assert!(!visitor.get(path).await?.headers().contains_key("set-cookie"), "{path}");
    }
    let answer = stage.browser().claim(&stage.code()?).await?;
    for cookie in answer.headers().get_all("set-cookie") {
        let cookie = cookie.to_str()?;
        for needed in ["__Host-", "; Secure", "; HttpOnly", "; SameSite=Strict", "; Path=/"] {
            assert!(cookie.contains(needed), "{cookie}");
        }
    }
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_slow_callers_keep_nobody_waiting() -> Result<()> {
    // One never comes to the end of its headers, the other never to the end of its form.
    const HEAD: &str = "GET / HTTP/1.1\r\nhost: x\r\nx-slow: ";
    const FORM: &str = "POST /nb/staff/login HTTP/1.1\r\nhost: x\r\ncontent-length: 4000\r\n\
                        content-type: application/x-www-form-urlencoded\r\n\r\nlogin=";
    let stage = Stage::new().await?;
    let slow = [HEAD, FORM].iter().cycle().take(100).map(|begun| {
        let mut line = TcpStream::connect(stage.running.web)?;
        line.write_all(begun.as_bytes())?;
        line.set_read_timeout(Some(Duration::from_mins(2)))?;
        Ok(line)
    });
    let slow: Vec<TcpStream> = slow.collect::<Result<_>>()?;
    let mut visitor = stage.browser();
    timeout(Duration::from_secs(10), visitor.page("/nb/")).await??;
    timeout(Duration::from_secs(10), visitor.page("/nb/staff/login")).await??;
    // The box hangs up on both.
    for mut line in slow {
        let ended = tokio::task::spawn_blocking(move || line.read_to_end(&mut Vec::new())).await?;
        assert!(ended.is_ok(), "a caller that says nothing more is still on the line after two minutes");
    }
    stage.running.stop().await
}

/// A steward who never saw a terminal claims the box, adopts a gateway, adds a place and a sensor, lets it go live and sees the place.
#[tokio::test(flavor = "multi_thread")]
async fn a_steward_sees_the_first_live_place_within_ten_minutes() -> Result<()> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser");
    let elsys: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/elsys.wasm");
    if !scripts.join("node_modules/playwright-core").is_dir() || !elsys.is_file() {
        println!("skipped: browser: `cargo xtask test` brings Chromium, the packages of tests/browser and the plugins");
        return Ok(());
    }
    let stage = Stage::new().await?;
    let device = door();
    let gateway: GatewayEui = "00005eef100000f1".parse()?;
    let (events, _told) = mpsc::unbounded_channel();
    let air = Air::with_gateways(stage.running.gwmp, &[gateway], events).await?;
    let living = tokio::spawn(async move {
        let mut device = EndDevice::new(&device, &air, Memory::default());
        loop {
            while device.join().await.is_none() {
                tokio::time::sleep(Duration::from_secs(2)).await;
            }
            // Twelve people came in.
            for _ in 0..50 {
                let _ = device.send(5, &[0x0A, 0x00, 0x0C], Confirm::No).await;
                tokio::time::sleep(Duration::from_secs(4)).await;
            }
        }
    });
    let (base, code) = (format!("http://localhost:{}", stage.running.web.port()), stage.code()?);
    let walked = tokio::task::spawn_blocking(move || {
        Command::new("node").arg(scripts.join("steward.mjs")).args([&base, &code]).output()
    });
    let walked = walked.await??;
    living.abort();
    let report = String::from_utf8_lossy(&walked.stdout).into_owned();
    println!("{report}");
    assert!(walked.status.success(), "{report}{}", String::from_utf8_lossy(&walked.stderr));
    let seconds = report
        .lines()
        .find_map(|line| line.strip_prefix("the first live place after ")?.split(' ').next()?.parse::<f64>().ok());
    assert!(seconds.is_some_and(|seconds| seconds < 600.0), "{report}");
    stage.running.stop().await
}

fn door() -> Device {
    Device {
        dev_eui: DevEui([0, 0, 0x5e, 0xef, 0x10, 0, 0, 0x31]),
        mac_version: MacVersion::V1_0_3,
        activation: model::Activation::Otaa { join_eui: JoinEui([0; 8]), app_key: AppKey::new([0x0f; 16]) },
        counter_rule: CounterRule::default(),
    }
}
