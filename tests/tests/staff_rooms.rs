//! What the steward rooms show and take: lists of sensors, labels, what a sensor is told, frames, gateways, and a folder that
//! somebody else writes in.

#![expect(clippy::print_stdout, reason = "a test that cannot run says so")]

mod staff;

use anyhow::{Context, Result};
use model::{GatewayEui, SensorId};
use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use staff::{Browser, Stage, hidden};
use std::fs;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::timeout;
use town::radio::{Air, Confirm, EndDevice, Memory};

const LIST: &str = "Name;Device EUI;App EUI;App key;Sted;Decoder;Garanti\n\
    Hoveddør;a81758fffe0011aa;;2b7e151628aed2a6abf7158809cf4f3c;biblioteket;elsys;2 år\n\
    Lesesal;a81758fffe0011ab;;3b7e151628aed2a6abf7158809cf4f3c;biblioteket;elsys;2 år\n";

async fn with_a_library(stage: &Stage) -> Result<Browser> {
    let mut owner = stage.claimed().await?;
    let place = [("name-nb", "Biblioteket"), ("kind", "library"), ("measure", "visits")];
    let answer = owner.fill("/nb/staff/places/new", &place).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await?);
    Ok(owner)
}

/// Whether the box has a decoder; without one a sensor has no settings and takes no commands.
fn has_decoder(stage: &Stage) -> bool {
    let has = !stage.running.app.municipality().plugins.is_empty();
    if !has {
        println!("skipped: forms of a decoder: `cargo xtask plugins` builds it");
    }
    has
}

fn names(stage: &Stage) -> Vec<String> {
    stage.running.app.municipality().sensors.iter().map(|sensor| sensor.name.clone()).collect()
}

/// Sends a file as a browser does (RFC 7578).
async fn upload(owner: &mut Browser, name: &str, content: &[u8]) -> Result<String> {
    let page = owner.page("/nb/staff/sensors/import").await?;
    assert!(page.contains("enctype=\"multipart/form-data\""), "{page}");
    let token = hidden(&page).into_iter().find(|(name, _)| name == "token").context("a token")?.1;
    let mut body = format!("--b\r\ncontent-disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n").into_bytes();
    let head = format!("--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n");
    body.extend([head.as_bytes(), content, b"\r\n--b--\r\n"].concat());
    let request = owner.client.post(format!("{}/nb/staff/sensors/import", owner.base)).header("cookie", owner.jar());
    let request = request.header("origin", &owner.base).header(CONTENT_TYPE, "multipart/form-data; boundary=b");
    Ok(request.body(body).send().await?.text().await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_shown_as_it_was_read_and_then_taken_in_under_test() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = with_a_library(&stage).await?;
    let pasted = owner.fill("/nb/staff/sensors/import", &[("list", LIST)]).await?.text().await?;
    for (heading, meaning) in [("Device EUI", "DevEUI"), ("Sted", "Sted"), ("Garanti", "ikke brukt")] {
        let row = pasted.split("<tr>").find(|row| row.contains(&format!(">{heading}</td>"))).context(heading)?;
        assert!(row.contains(meaning), "{heading} is read as {meaning}: {row}");
    }
    assert!(pasted.contains("Legg til 2 sensorer") && pasted.contains("a81758fffe0011aa"), "{pasted}");
    assert!(names(&stage).is_empty(), "nothing is written before somebody says so");

    let uploaded = upload(&mut owner, "delivery.csv", LIST.as_bytes()).await?;
    assert!(uploaded.contains("Legg til 2 sensorer"), "{uploaded}");
    let token = hidden(&uploaded).into_iter().find(|(name, _)| name == "token").context("a token")?.1;
    let take = [("token", token.as_str()), ("step", "take"), ("list", LIST)];
    let answer = owner.post("/nb/staff/sensors/import", &take).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await?);
    assert_eq!(names(&stage), ["Hoveddør", "Lesesal"]);
    assert!(stage.running.app.municipality().sensors.iter().all(|sensor| sensor.test), "they are under test");
    let again = owner.post("/nb/staff/sensors/import", &take).await?.text().await?;
    assert!(
        again.contains("Linje 2: DevEUI a81758fffe0011aa hører allerede til sensoren"),
        "who is there already is a mistake: {again}"
    );
    let history = owner.page("/nb/staff/history").await?;
    assert!(history.contains("Sensorene i lista er lagt til: 2"), "{history}");
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_with_one_mistake_is_explained_and_nothing_of_it_is_taken_in() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = with_a_library(&stage).await?;
    let wrong = LIST.replace("a81758fffe0011ab", "a81758fffe0011a");
    let page = owner.fill("/nb/staff/sensors/import", &[("list", &wrong), ("step", "take")]).await?.text().await?;
    assert!(
        page.contains("Lista er ikke tatt inn")
            && page.contains("Linje 3: DevEUI kan ikke leses. Det skal være 16 heksadesimale tegn"),
        "{page}"
    );
    assert!(page.contains("Hoveddør;a81758fffe0011aa"), "the list is still there to be mended");
    assert!(names(&stage).is_empty(), "all of it or nothing");
    for (name, content) in [
        ("photo.jpg", &b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01 no photo at all"[..]),
        ("empty.csv", b"\n"),
        ("script.csv", b"<script>alert(1)</script>;\xe2\x80\xae\n1;2\n"),
        ("quote.csv", b"name;dev_eui\n\"never closed;a81758fffe0011aa\n"),
    ] {
        let page = upload(&mut owner, name, content).await?;
        assert!(page.contains("Lista er ikke tatt inn"), "{name}: {page}");
        assert!(!page.contains("<script>alert"), "{name}");
    }
    let huge = upload(&mut owner, "huge.csv", &vec![b'x'; 3 << 20]).await;
    assert!(huge.is_err() || huge.is_ok_and(|page| page.contains("Det var for mye på én gang")), "three megabytes");
    assert!(names(&stage).is_empty());
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_that_was_misread_is_told_and_one_that_was_not_fills_in_the_form() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = with_a_library(&stage).await?;
    if !has_decoder(&stage) {
        return stage.running.stop().await;
    }
    let key = "0f".repeat(16);
    let fields = |scan: &'static str| {
        [("scan", scan), ("name", "Døra"), ("place", "biblioteket"), ("app_key", key.as_str()), ("decoder", "elsys")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    for (scan, why) in [
        ("https://example.com/", "ikke koden til en LoRaWAN-sensor"),
        ("LW:D0:1122334455667788", "ikke hel"),
        ("LW:D0:1122334455667788:AABBCCDDEEFF00ZZ:AABB1122", "kan ikke leses"),
        ("LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122:C0000", "Kontrolltallet"),
    ] {
        let fields = fields(scan);
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let page = owner.fill("/nb/staff/sensors/new", &fields).await?.text().await?;
        assert!(page.contains(why) && page.contains("href=\"#scan\""), "{scan}: {page}");
    }
    let fields = fields("LW:D0:1122334455667788:AABBCCDDEEFF0011:AABB1122");
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = owner.fill("/nb/staff/sensors/new", &fields).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await?);
    let municipality = stage.running.app.municipality();
    assert_eq!(municipality.sensors[0].device.dev_eui, "aabbccddeeff0011".parse()?);
    let id: &SensorId = &municipality.sensors[0].id;
    let page = owner.page(&format!("/nb/staff/sensors/{id}")).await?;
    for part in ["Den siste uka", "Det som ikke ble forstått", "Sett i drift", "under prøving"] {
        assert!(page.contains(part), "{part} is not in {page}");
    }
    // Its name is in the first language of the municipality, whichever the page is in.
    let name = &municipality.sensors[0].name;
    assert!(page.contains(&format!("<h1>{name}</h1>")), "{page}");
    for (path, marked) in [(format!("/{id}"), "<h1 lang=\"nb\">"), (String::new(), "<span lang=\"nb\">")] {
        let page = owner.page(&format!("/en/staff/sensors{path}")).await?;
        assert!(page.contains(&format!("{marked}{name}</")), "{marked}{name} is not in {page}");
    }
    stage.running.stop().await
}

/// The port of a sensor that somebody had set to another was for those alone who write TOML.
#[tokio::test(flavor = "multi_thread")]
async fn a_setting_that_is_a_number_is_asked_for_like_one_that_is_a_word() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = with_a_library(&stage).await?;
    if !has_decoder(&stage) {
        return stage.running.stop().await;
    }
    let key = "0f".repeat(16);
    let sensor = [("name", "Dør"), ("place", "biblioteket"), ("dev_eui", "a81758fffe0011aa"), ("decoder", "elsys")];
    let settings = || stage.running.app.municipality().sensors.first().map(|sensor| sensor.settings.clone());
    for port in ["fem", "7,5", "300"] {
        let filled = [&sensor[..], &[("app_key", &key), ("set-port", port)]].concat();
        let page = owner.fill("/nb/staff/sensors/new", &filled).await?.text().await?;
        assert!(page.contains("href=\"#set-port\">Skriv et helt tall fra 1 til 222."), "{port}: {page}");
        assert!(
            page.contains(&format!("name=\"set-port\" type=\"text\" value=\"{port}\"")),
            "it is there to be mended: {page}"
        );
    }
    assert_eq!(settings(), None);
    let filled = [&sensor[..], &[("app_key", &key), ("set-port", "7"), ("set-pulse1", "people-in")]].concat();
    let answer = owner.fill("/nb/staff/sensors/new", &filled).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await?);
    assert_eq!(settings().as_deref(), Some(r#"{"port":7,"pulse1":"people-in"}"#));

    let id = stage.running.app.municipality().sensors.first().context("a sensor")?.id.clone();
    let edit = format!("/nb/staff/sensors/{id}/edit");
    assert!(owner.page(&edit).await?.contains("name=\"set-port\" type=\"text\" value=\"7\""));
    let answer = owner.fill(&edit, &[&sensor[..], &[("set-port", ""), ("set-pulse1", "people-in")]].concat()).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await?);
    assert_eq!(settings().as_deref(), Some(r#"{"pulse1":"people-in"}"#), "left empty it is as the plugin has it");
    stage.running.stop().await
}

/// What the rooms queue goes over the air: the bytes of the maker's own description reach a device that nobody here wrote.
#[tokio::test(flavor = "multi_thread")]
async fn a_colleague_tells_a_sensor_how_often_to_report_and_the_device_hears_it() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = with_a_library(&stage).await?;
    if !has_decoder(&stage) {
        return stage.running.stop().await;
    }
    let gateway: GatewayEui = "00005eef100000f1".parse()?;
    let (events, _told) = mpsc::unbounded_channel();
    let air = Air::with_gateways(stage.running.gwmp, &[gateway], events).await?;
    let key = "0f".repeat(16);
    let sensor = [("name", "Dør"), ("place", "biblioteket"), ("dev_eui", "a81758fffe0011aa"), ("app_key", &key)];
    for (form, fields) in [
        (format!("/nb/staff/gateways/{gateway}/edit"), &[("name", "Vanntårnet")][..]),
        ("/nb/staff/sensors/new".to_owned(), &[&sensor[..], &[("decoder", "elsys")]].concat()),
    ] {
        let answer = owner.fill(&form, fields).await?;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await?);
    }
    let municipality = stage.running.app.municipality();
    let known = municipality.sensors.first().context("a sensor")?;
    let room = format!("/nb/staff/sensors/{}/downlinks", known.id);
    let (interval, bytes) = (format!("{room}/new?command=report-interval"), format!("{room}/new"));

    let empty = owner.page(&room).await?;
    for part in
        ["Den har ikke fått noen beskjed", "Bestem hvor ofte den melder seg", "Start sensoren på nytt", "Send byte"]
    {
        assert!(empty.contains(part), "{part} is not in {empty}");
    }
    for (form, fields, why) in [
        (&interval, &[("argument-minutes", "0")][..], "href=\"#argument-minutes\">Skriv et helt tall fra 1 til 1440."),
        (&interval, &[("argument-minutes", "ti")], "href=\"#argument-minutes\">Skriv et helt tall fra 1 til 1440."),
        (&interval, &[], "href=\"#argument-minutes\">Fyll ut dette feltet."),
        (&bytes, &[("port", "224"), ("payload", "01")], "Skriv en port fra 1 til 223"),
        (&bytes, &[("port", "6"), ("payload", "3E0")], "Skriv byte heksadesimalt"),
        (&bytes, &[("port", "6"), ("payload", &"00".repeat(300))], "242"),
    ] {
        let page = owner.fill(form, fields).await?.text().await?;
        assert!(page.contains("role=\"alert\"") && page.contains(why), "{fields:?}: {page}");
    }
    assert_eq!(owner.get(&format!("{room}/new?command=open")).await?.status(), StatusCode::NOT_FOUND);
    assert!(owner.page(&room).await?.contains("Den har ikke fått noen beskjed"), "nothing of that was queued");

    for (form, fields) in [
        (&interval, &[("argument-minutes", "10")][..]),
        (&bytes, &[("port", "9"), ("payload", "01 0a")]),
        (&bytes, &[("port", "9"), ("payload", "ff")]),
    ] {
        let answer = owner.fill(form, fields).await?;
        assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await?);
    }
    let mut device = EndDevice::new(&known.device, &air, Memory::default());
    while device.join().await.is_none() {}
    let mut heard = Vec::new();
    while heard.len() < 2 {
        let sent = device.send(5, &[0x0A, 0x00, 0x0C], Confirm::No).await;
        heard.extend(sent.ok().and_then(|sent| sent.received).and_then(|received| received.data));
    }
    assert_eq!(heard, [(6, vec![0x3E, 0x06, 0x14, 0, 0, 0x02, 0x58, 0xFE]), (9, vec![0x01, 0x0A])]);

    let shown = owner.page(&room).await?;
    for part in ["6: 3e061400000258fe", "9: 010a", "Vanntårnet", "Kari", ">venter<", ">sendt<"] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    let token = hidden(&shown).into_iter().find(|(name, _)| name == "token").context("a token")?.1;
    let forged = owner.post(&format!("{room}/withdraw"), &[("token", "guessed")]).await?;
    assert!(forged.status().is_client_error(), "a form of another site takes nothing back");
    let answer = owner.post(&format!("{room}/withdraw"), &[("token", &token)]).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await?);
    let after = owner.page(&room).await?;
    assert!(after.contains(">trukket tilbake<") && !after.contains(">venter<"), "{after}");
    let visitor = stage.browser().get(&room).await?;
    assert_eq!(visitor.status(), StatusCode::SEE_OTHER, "a visitor is shown the door");
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_shows_when_it_was_heard_and_its_air_time() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = stage.claimed().await?;
    let gateway: GatewayEui = "00005eef100000f1".parse()?;
    let (events, _told) = mpsc::unbounded_channel();
    let _air = Air::with_gateways(stage.running.gwmp, &[gateway], events).await?;
    let page = format!("/nb/staff/gateways/{gateway}");
    owner.once("/nb/staff/gateways", |list| list.contains(&page)).await?;
    assert!(owner.page(&page).await?.contains("Ta gatewayen i bruk"), "a stranger is asked about");
    let answer = owner.fill(&format!("{page}/edit"), &[("name", "Vanntårnet")]).await?;
    assert_eq!(answer.status(), StatusCode::SEE_OTHER, "{}", answer.text().await?);
    let shown = owner.once(&page, |shown| shown.contains("Den sender til boksen nå")).await?;
    for part in ["Vanntårnet", "Sist hørt", "Sendetid den siste timen", "MHz"] {
        assert!(shown.contains(part), "{part} is not in {shown}");
    }
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn frames_come_with_the_reason_in_plain_words_in_each_view() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = stage.claimed().await?;
    let stranger: GatewayEui = "00005eef100000f9".parse()?;
    let (events, _told) = mpsc::unbounded_channel();
    let _air = Air::with_gateways(stage.running.gwmp, &[stranger], events).await?;
    let reason = "Gatewayen er ikke tatt i bruk her";
    owner.once("/nb/staff/frames?show=dropped", |frames| frames.contains(reason)).await?;
    assert!(!owner.page("/nb/staff/frames?show=ours").await?.contains(&format!("busy\">{reason}")));
    for odd in ["/nb/staff/frames?show=everything", "/nb/staff/frames?show=%00"] {
        assert!(owner.get(odd).await?.status().is_client_error(), "{odd}");
    }
    let mut feed = owner.get("/nb/staff/frames/live").await?;
    assert_eq!(feed.headers()[CONTENT_TYPE], "text/event-stream");
    let mut told = String::new();
    while !told.contains(reason) {
        let next = timeout(Duration::from_mins(1), feed.chunk()).await.context(told.clone())??;
        told += std::str::from_utf8(&next.context("the feed ended")?)?;
    }
    let visitor = stage.browser().get("/nb/staff/frames/live").await?;
    assert_eq!(visitor.status(), StatusCode::SEE_OTHER, "the feed is for staff");
    stage.running.stop().await
}

/// The mistake on a page, which is in the language of the page.
fn drawn(page: &str) -> Result<String> {
    let text = page.split_once("<pre class=\"said\" tabindex=\"0\">").context("nothing is drawn")?.1;
    let text = text.split_once("</pre>").context("it ends")?.0;
    let signs = [
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&#x2f;", "/"),
        ("&#39;", "'"),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
    ];
    Ok(signs.iter().fold(text.to_owned(), |text, (escaped, sign)| text.replace(escaped, sign)))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_half_written_file_is_told_with_its_line_and_the_portal_goes_on() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = with_a_library(&stage).await?;
    let file = stage.stage.path().join("folder/places.toml");
    let whole = fs::read_to_string(&file)?;
    fs::write(&file, format!("{whole}\n[[place]]\nid = \"torget"))?;
    let refused = owner.once("/nb/staff/", |page| page.contains("En fil i mappa er feil")).await?;
    assert!(refused.contains("places.toml"), "{refused}");
    let drawn = drawn(&owner.page("/nn/staff/history").await?)?;
    let expected = format!(
        "feil: Teksten som byrjar her, manglar hermeteikn på slutten.\n --> places.toml:{line}:6\n  |\n\
         {line} | id = \"torget\n  |      ^^^^^^^ Det skal vere same hermeteikn på slutten.",
        line = whole.lines().count() + 3
    );
    assert_eq!(drawn, expected, "nothing but the file is in another language");
    assert!(owner.page("/nb/").await?.contains("Biblioteket"), "the portal goes on");
    let place = [("name-nb", "Torget"), ("kind", "square"), ("measure", "nothing")];
    let told = owner.fill("/nb/staff/places/new", &place).await?.text().await?;
    assert!(told.contains("skrives for hånd og kan ikke leses nå"), "{told}");
    fs::write(&file, whole)?;
    owner.once("/nb/staff/", |page| !page.contains("En fil i mappa er feil")).await?;
    stage.running.stop().await
}

/// A portal whose places nobody measures said that none is busier than usual, and explained a mark that stood on no page.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_compared_where_nothing_was_measured() -> Result<()> {
    let stage = Stage::new().await?;
    with_a_library(&stage).await?;
    let home = stage.browser().page("/en/").await?;
    assert!(home.contains("Biblioteket"), "{home}");
    for claim in ["no place is quieter", "The mark in the gauge"] {
        assert!(!home.contains(claim), "{claim}: {home}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_nobody_speaks_leads_to_no_page_and_to_no_crash() -> Result<()> {
    let stage = Stage::new().await?;
    let mut owner = stage.claimed().await?;
    for tag in ["tlh", "NB", "n%00b", "..nb", "%F0%9F%A6%8C", "xx-XX"] {
        for path in ["", "staff/", "staff/sensors/import"] {
            let answer = owner.get(&format!("/{tag}/{path}")).await?;
            assert_eq!(answer.status(), StatusCode::NOT_FOUND, "/{tag}/{path}");
        }
    }
    let answer = owner.client.get(format!("{}/nowhere", owner.base)).header("accept-language", "tlh, x;q=9").send();
    assert!(
        answer.await?.text().await?.contains("Siden finnes ikke"),
        "told in the first language of the municipality"
    );
    stage.running.stop().await
}
