//! What a clerk meets who hangs up gateways and sensors: what a sensor says before it goes live, forms that choose nothing by
//! themselves, ways that lead to the thing itself, and no door that stays shut.

#![expect(clippy::print_stdout, reason = "a test that cannot run says so")]

mod staff;

use anyhow::{Context, Result};
use model::GatewayEui;
use reqwest::StatusCode;
use staff::{Browser, PASSWORD, Stage};
use std::path::Path;
use tokio::sync::mpsc;
use town::radio::{Air, Confirm, EndDevice, Memory};

const KEY: &str = "0f0e0d0c0b0a09080706050403020100";

async fn done(browser: &mut Browser, form: &str, fields: &[(&str, &str)]) -> Result<()> {
    let answer = browser.fill(form, fields).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{form}: {}", answer.text().await?);
    Ok(())
}

/// Somebody who may do everything, in a box with two places.
async fn at_home(stage: &Stage) -> Result<Browser> {
    let mut owner = stage.claimed().await?;
    for name in ["Biblioteket", "Ishallen"] {
        let place = [("name-nb", name), ("kind", "library"), ("measure", "visits")];
        done(&mut owner, "/nb/staff/places/new", &place).await?;
    }
    Ok(owner)
}

/// Puts one more decoder into the folder, once it is built.
fn with_milesight(stage: &Stage) -> Result<bool> {
    let built = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/plugins/milesight.wasm");
    let has = built.is_file() && !stage.running.app.municipality().plugins.is_empty();
    if has {
        allting::install_plugin(&built, &stage.stage.path().join("folder")).map_err(anyhow::Error::msg)?;
    } else {
        println!("skipped: forms of decoders: `cargo xtask plugins` builds them");
    }
    Ok(has)
}

/// A sensor was let go live blindly: nothing showed what it said before the public saw it.
#[tokio::test(flavor = "multi_thread")]
async fn staff_see_what_a_sensor_says_while_the_public_does_not() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = at_home(&stage).await?;
    if stage.running.app.municipality().plugins.is_empty() {
        println!("skipped: what a sensor says: `cargo xtask plugins` builds what reads it");
        return stage.running.stop().await;
    }
    let gateway: GatewayEui = "00005eef100000f1".parse()?;
    let (events, _told) = mpsc::unbounded_channel();
    let air = Air::with_gateways(stage.running.gwmp, &[gateway], events).await?;
    done(&mut owner, &format!("/nb/staff/gateways/{gateway}/edit"), &[("name", "Taket")]).await?;
    let sensor = [("name", "Lesesal"), ("place", "biblioteket"), ("dev_eui", "a81758fffe0011aa"), ("app_key", KEY)];
    done(&mut owner, "/nb/staff/sensors/new", &sensor).await?;

    let room = "/nb/staff/sensors/lesesal";
    let before = owner.page(room).await?;
    for part in ["Den har ikke sagt noe ennå", ">Sensorer fra ELSYS<", "href=\"/nb/staff/places/biblioteket\""] {
        assert!(before.contains(part), "{part} is not in {before}");
    }
    let overview = owner.page("/nb/staff/").await?;
    let never = "Sensoren Lesesal er ikke hørt ennå";
    assert!(overview.contains(never) && overview.contains(&format!("href=\"{room}\"")), "{overview}");
    assert!(!overview.contains("Lesesal er stille") && !overview.contains("Lesesal er under"), "once: {overview}");

    let municipality = stage.running.app.municipality();
    let mut device = EndDevice::new(&municipality.sensors.first().context("a sensor")?.device, &air, Memory::default());
    while device.join().await.is_none() {}
    let sent = device.send(5, &[0x01, 0x00, 0xD7], Confirm::No).await;
    assert!(sent.is_ok(), "21.5 degrees are sent");
    let after = owner.once(room, |page| page.contains("Temperaturen er 21,5 grader.")).await?;
    assert!(after.contains("under prøving"), "{after}");
    let public = stage.browser().page("/nb/places/biblioteket").await?;
    assert!(!public.contains("21,5"), "under test it is no fact: {public}");
    stage.running.stop().await
}

/// The first place and the first make of the list were taken for the right ones, and a make that must be told its model was not.
#[tokio::test(flavor = "multi_thread")]
async fn the_form_of_a_sensor_chooses_nothing_of_several_and_asks_what_its_make_needs() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = at_home(&stage).await?;
    if !with_milesight(&stage)? {
        return stage.running.stop().await;
    }
    let form = "/nb/staff/sensors/new";
    owner.once(form, |page| page.contains("Boksen finner det ut av DevEUI")).await?;
    let heard = owner.page(&format!("{form}?dev_eui=24E124FFFE0011AA")).await?;
    assert!(heard.contains("value=\"24e124fffe0011aa\""), "a press on a stranger fills it in: {heard}");
    let odd = owner.page(&format!("{form}?dev_eui=%3Cscript%3E")).await?;
    assert!(!odd.contains("script&") && !odd.contains("<script>"), "what is no DevEUI is not filled in: {odd}");

    let empty = owner.fill(form, &[]).await?.text().await?;
    for field in ["name", "place", "dev_eui", "app_key", "decoder"] {
        assert!(empty.contains(&format!("<a href=\"#{field}\">")), "{field} is asked for: {empty}");
    }
    let sensor = [("name", "Luft"), ("place", "ishallen"), ("dev_eui", "24e124fffe0011aa"), ("app_key", KEY)];
    let asked = owner.fill(form, &sensor).await?.text().await?;
    assert!(asked.contains("Merket har egne innstillinger") && asked.contains("id=\"set-model\""), "{asked}");
    assert!(!asked.contains("role=\"alert\""), "nothing is wrong with what was not asked yet: {asked}");
    let hidden = staff::hidden(&asked);
    let hidden: Vec<_> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let again = [&hidden[..], &sensor, &[("decoder", "milesight")]].concat();
    let wrong = owner.post(form, &again).await?.text().await?;
    assert!(wrong.contains("<a href=\"#set-model\">Fyll ut dette feltet."), "{wrong}");
    let answer = owner.post(form, &[&again[..], &[("set-model", "em300-th")]].concat()).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await?);
    let municipality = stage.running.app.municipality();
    let known = municipality.sensors.first().context("a sensor")?;
    assert_eq!((known.place.as_str(), known.decoder.as_str()), ("ishallen", "milesight"));
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_only_look_is_led_to_no_door_that_stays_shut() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = at_home(&stage).await?;
    let stranger: GatewayEui = "00005eef100000f9".parse()?;
    let (events, _told) = mpsc::unbounded_channel();
    let _air = Air::with_gateways(stage.running.gwmp, &[stranger], events).await?;
    let adopt = format!("href=\"/nb/staff/gateways/{stranger}\"");
    owner.once("/nb/staff/gateways", |page| page.contains(&adopt)).await?;
    let frames = owner.once("/nb/staff/frames", |page| page.contains("Trykk på EUI-en over")).await?;
    assert!(frames.contains(&adopt), "a frame leads to the gateway that brought it: {frames}");

    let invite = [("name", "Ola"), ("login", "ola"), ("role", "viewer")];
    let page = owner.fill("/nb/staff/colleagues/new", &invite).await?.text().await?;
    let password = page.split("<pre class=\"said\" tabindex=\"0\">").nth(1).and_then(|rest| rest.split('<').next());
    let password = password.context("a password to hand over")?;
    let mut viewer = stage.browser();
    viewer.post("/nb/staff/login", &[("login", "ola"), ("password", password)]).await?;
    done(&mut viewer, "/nb/staff/account/password", &[("old", password), ("password", PASSWORD)]).await?;
    for room in ["", "places", "sensors", "gateways", "frames", "plugins", "history"] {
        let page = viewer.page(&format!("/nb/staff/{room}")).await?;
        let main = page.split_once("<main").context("a page")?.1;
        for link in main.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert_eq!(viewer.get(link).await?.status(), StatusCode::OK, "{link} in {room}");
        }
    }
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_says_in_words_what_was_undone() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = at_home(&stage).await?;
    done(&mut owner, "/nb/staff/history/2", &[]).await?;
    let history = owner.page("/nb/staff/history").await?;
    assert!(history.contains("Angret: Stedet er lagt til: ishallen") && history.contains("kl."), "{history}");
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_claim_is_told_all_that_is_missing_at_once() -> Result<()> {
    let stage = Stage::new().await?;
    let code = stage.code()?;
    let mut browser = stage.browser();
    let page = browser.post("/nb/staff/claim", &[("step", "who"), ("code", &code)]).await?.text().await?;
    for field in ["name", "login", "password"] {
        assert!(page.contains(&format!("<a href=\"#{field}\">")), "{field}: {page}");
    }
    let mut owner = stage.claimed().await?;
    let gateways = owner.page("/nb/staff/gateways").await?;
    assert!(gateways.contains("går på samme maskin, port 1700"), "where others are not heard it says so: {gateways}");
    for (typed, said) in [("", "Skriv de seks sifrene"), ("000000", "Koden passer ikke")] {
        let page = owner.fill("/nb/staff/account/factor", &[("code", typed)]).await?.text().await?;
        assert!(page.contains(said), "{said}: {page}");
    }
    stage.running.stop().await
}

/// Whoever removed a place read the mistakes of a file that they never saw.
#[tokio::test(flavor = "multi_thread")]
async fn a_place_goes_after_its_sensors_and_who_asks_is_told_which() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = at_home(&stage).await?;
    if stage.running.app.municipality().plugins.is_empty() {
        println!("skipped: a place with sensors: `cargo xtask plugins` builds what reads them");
        return stage.running.stop().await;
    }
    let hidden = staff::hidden(&owner.page("/nb/staff/places/biblioteket/remove").await?);
    let from_before: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let sensor = [
        ("name", "Lesesal"),
        ("place", "biblioteket"),
        ("dev_eui", "a81758fffe0011aa"),
        ("app_key", KEY),
        ("decoder", "elsys"),
    ];
    done(&mut owner, "/nb/staff/sensors/new", &sensor).await?;
    let asked = owner.page("/nb/staff/places/biblioteket/remove").await?;
    assert!(asked.contains("Flytt hver av dem") && asked.contains("/nb/staff/sensors/lesesal"), "{asked}");
    assert!(!asked.contains("class=\"button grave\""), "there is nothing to press yet: {asked}");
    let late = owner.post("/nb/staff/places/biblioteket/remove", &from_before).await?.text().await?;
    assert!(late.contains("Fjerne Biblioteket?") && late.contains("/nb/staff/sensors/lesesal"), "{late}");
    assert_eq!(stage.running.app.municipality().places.len(), 2);
    done(&mut owner, "/nb/staff/sensors/lesesal/remove", &[]).await?;
    done(&mut owner, "/nb/staff/places/biblioteket/remove", &[]).await?;
    assert_eq!(stage.running.app.municipality().places.len(), 1);
    stage.running.stop().await
}
