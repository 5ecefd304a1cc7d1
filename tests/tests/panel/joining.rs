//! Joining, one's own page, and leaving.

use crate::staff::hidden;
use crate::stage::{Panel, code_in, now, scanned};
use anyhow::{Context, Result};
use model::{Membership, Segment, Slug};
use reqwest::StatusCode;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread")]
async fn somebody_joins_tells_is_asked_answers_and_leaves_without_a_trace() -> Result<()> {
    let panel = Panel::new().await?;
    let mut browser = panel.stage.browser();
    let front = browser.page("/nb/panel").await?;
    for shown in ["Lillevik innbyggerpanel", "Du har fylt 15 år.", "høyst 2 brev", "Ingenting ennå"] {
        assert!(front.contains(shown), "{shown}: {front}");
    }
    panel.member(&mut browser, "kari@eksempel.example").await?;
    let welcome = panel.letter("kari@eksempel.example", 2).await?;
    assert!(welcome.contains("Velkommen til Lillevik innbyggerpanel"), "{welcome}");
    let own = code_in(&welcome, "/nb/panel/me/").context("the link to their page")?;
    let page = browser.page(&format!("/nb/panel/me/{own}")).await?;
    assert!(page.contains("k...@eksempel.example") && !page.contains("kari@eksempel"), "{page}");
    assert!(page.contains("Da ser vi hvem vi ikke hører fra."), "each item with its reason");
    let told = [("me", own.as_str()), ("do", "save"), ("item.age", "40"), ("interest", "traffic"), ("language", "nb")];
    let saved = browser.post("/nb/panel/me", &[&told[..], &[("letters", "yes")]].concat()).await?.text().await?;
    assert!(saved.contains("Det er lagret."), "{saved}");
    let odd = [("me", own.as_str()), ("do", "save"), ("item.age", "17"), ("item.shoe", "43"), ("took-part", "x y")];
    browser.post("/nb/panel/me", &odd).await?.error_for_status()?;
    browser.post("/nb/panel/me", &[&told[..], &[("letters", "yes")]].concat()).await?.error_for_status()?;

    if panel.asks() {
        let (app, park) = (&panel.stage.running.app, Slug::new("park")?);
        assert_eq!(app.ask_panel(&park, &Segment::default(), now(), |_, _| Ok(()))?, 1);
        let letter = panel.letter("kari@eksempel.example", 3).await?;
        assert!(letter.contains("way out") && letter.contains("/panel/stop/"), "{letter}");
        assert!(!letter.contains("/panel/me/"), "a letter that is passed on opens nobody's page");
        let invited = code_in(&letter, "/nb/invited/park/").context("the link to answer by")?;
        let shown = browser.page(&format!("/nb/invited/park/{invited}")).await?;
        let me = hidden(&shown).into_iter().find(|(name, _)| name == "me").context("a code in the form")?.1;
        let first = browser.post("/nb/take-part/park/answer", &[("me", &me), ("go", "1")]).await?.text().await?;
        let carried = hidden(&first);
        let mut fields: Vec<(&str, &str)> = carried.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        fields.extend([("f.where", "Ved elva"), ("press", "send")]);
        browser.post("/nb/take-part/park/answer", &fields).await?.error_for_status()?;
        let sending = app.panel_sending(&park, now())?;
        assert_eq!((sending.asked, sending.answered), (1, 1));
        let page = browser.page(&format!("/nb/panel/me/{own}")).await?;
        assert!(page.contains("Lenken din er brukt."), "{page}");
    }
    let export = browser.post("/nb/panel/me", &[("me", &own), ("do", "export")]).await?;
    let export: serde_json::Value = serde_json::from_str(&export.text().await?)?;
    assert_eq!(export["address"], "kari@eksempel.example");
    assert_eq!(export["profile"]["age"], serde_json::json!(["40"]));

    let sure = browser.post("/nb/panel/me", &[("me", &own), ("do", "leave")]).await?.text().await?;
    assert!(sure.contains("Vil du gå ut av panelet?"), "{sure}");
    let backup = tempfile::tempdir()?;
    let data = panel.stage.stage.path().join("data");
    fs::copy(data.join("allting.redb"), backup.path().join("allting.redb"))?;
    let left = browser.post("/nb/panel/me", &[("me", &own), ("do", "leave-now")]).await?.text().await?;
    assert!(left.contains("Alt vi visste om deg, er slettet."), "{left}");
    assert!(browser.page(&format!("/nb/panel/me/{own}")).await?.contains("Denne lenken virker ikke."));
    assert_eq!(panel.stage.running.app.panel_size(Membership::Active)?, engagement::PublicCount::FewerThan(5));
    assert_eq!(panel.stage.running.app.store().read()?.members()?.count(), 0);
    assert_eq!(scanned(&data, "kari@eksempel")?, Vec::<String>::new());

    // A copy of the file from before, put back beside the keys of now.
    let Panel { stage, .. } = &panel;
    let folder = stage.stage.path().join("folder");
    let again = tempfile::tempdir()?;
    for file in ["keys.bin", "erased.txt"] {
        fs::copy(data.join(file), again.path().join(file))?;
    }
    fs::copy(backup.path().join("allting.redb"), again.path().join("allting.redb"))?;
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let how = allting::Start { folder, data: again.path().to_owned(), listen: Some((any_port, any_port)) };
    let restored = allting::start(how).await?;
    assert_eq!(restored.app.store().read()?.members()?.count(), 0, "a backup brings nobody back");
    restored.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_address_gets_the_same_page_in_the_same_time_and_a_letter_that_fits() -> Result<()> {
    let panel = Panel::new().await?;
    let mut browser = panel.stage.browser();
    panel.member(&mut browser, "kari@eksempel.example").await?;
    let mut pages = Vec::new();
    let mut times = Vec::new();
    for address in ["kari@eksempel.example", "ola.kari@eksempel.example", "Kari+nytt@Eksempel.example"] {
        let begun = Instant::now();
        let (status, page) = panel.join(&mut browser, address).await?;
        times.push(begun.elapsed());
        assert_eq!(status, StatusCode::OK);
        pages.push(page.replace(address, "ADDRESS"));
    }
    assert!(pages.windows(2).all(|pair| pair[0] == pair[1]), "{pages:?}");
    let (least, most) = (times.iter().min().context("a time")?, times.iter().max().context("a time")?);
    assert!(most.saturating_sub(*least) < Duration::from_millis(250), "{times:?}");
    let known = panel.letter("kari@eksempel.example", 4).await?;
    assert!(known.contains("Du er allerede med"), "{known}");
    let plus = reqwest::get(format!("{}/letters?q=nytt", panel.mail)).await?.text().await?;
    assert!(plus.contains("No letters."), "a letter goes to the address that the member gave: {plus}");
    let new = panel.letter("ola.kari@eksempel.example", 1).await?;
    assert!(new.contains("Bekreft at du vil være med"), "{new}");

    // The same for who asks for a link.
    let mut asked = Vec::new();
    for address in ["nobody@eksempel.example", "ola.kari@eksempel.example"] {
        let answer = browser.post("/nb/panel/me", &[("do", "link"), ("address", address)]).await?;
        assert_eq!(answer.status(), StatusCode::OK);
        asked.push(answer.text().await?.replace(address, "ADDRESS"));
    }
    assert_eq!(asked[0], asked[1]);
    assert!(panel.letter("nobody@eksempel.example", 1).await?.contains("Du er ikke med"));

    for (address, lives) in [("no address", "yes"), ("<script>alert(1)</script>", "yes"), ("per@eksempel.example", "")]
    {
        let fields = [("lives", lives), ("age", "yes"), ("address", address)];
        let page = browser.post("/nb/panel/join", &fields).await?.text().await?;
        assert!(page.contains("Noe må rettes") && !page.contains("<script>alert"), "{page}");
    }
    let robot = [("lives", "yes"), ("age", "yes"), ("address", "robot@eksempel.example"), ("website", "x")];
    assert!(browser.post("/nb/panel/join", &robot).await?.text().await?.contains("Se i innboksen din"));
    let none = reqwest::get(format!("{}/letters?q=robot", panel.mail)).await?.text().await?;
    assert!(none.contains("No letters."), "{none}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn nobodys_mailbox_is_filled_by_others() -> Result<()> {
    let panel = Panel::new().await?;
    let mut browser = panel.stage.browser();
    let address: model::MailAddress = "victim@eksempel.example".parse()?;
    let app = &panel.stage.running.app;
    for number in 0..12 {
        let other: model::MailAddress = format!("victim+{number}@eksempel.example").parse()?;
        app.join_panel(if number % 2 == 0 { &address } else { &other }, model::Language::Nb, None, now())?;
    }
    panel.letter("victim", 3).await?;
    assert_eq!(app.store().read()?.deliveries()?.count(), 3, "three letters a day");
    assert_eq!(app.store().read()?.members()?.count(), 1);
    let from = app.client([192, 0, 2, 1].into(), now());
    let many = (0..40).map(|n| {
        app.join_panel(&format!("p{n}@x.example").parse()?, model::Language::Nb, Some(from), now())
            .map_err(anyhow::Error::from)
    });
    let refused = many.filter(Result::is_err).count();
    assert!((15..=25).contains(&refused), "{refused}");
    assert_eq!(browser.get("/nb/panel").await?.status(), StatusCode::OK);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_way_out_of_a_letter_stops_letters_and_can_do_nothing_else() -> Result<()> {
    let panel = Panel::new().await?;
    let mut browser = panel.stage.browser();
    panel.member(&mut browser, "kari@eksempel.example").await?;
    let letter = panel.letter("kari@eksempel.example", 2).await?;
    let stop = code_in(&letter, "/panel/stop/").context("a way out")?;
    let page = browser.page(&format!("/nb/panel/stop/{stop}")).await?;
    assert!(page.contains("Stopp brevene"), "{page}");
    assert!(browser.page(&format!("/nb/panel/me/{stop}")).await?.contains("Denne lenken virker ikke."));
    // As the programs of a mail provider send it: from elsewhere, and no browser.
    let one_click = reqwest::Client::new().post(format!("{}/panel/stop/{stop}", browser.base));
    let one_click =
        one_click.header("content-type", "application/x-www-form-urlencoded").header("origin", "https://mail.example");
    let answer = one_click.body("List-Unsubscribe=One-Click").send().await?;
    assert_eq!(answer.status(), StatusCode::OK);
    let app = &panel.stage.running.app;
    let resting = app.store().read()?.members()?.find_map(Result::ok).context("a member")?;
    assert_eq!(resting.membership, Membership::Resting);
    let wrong = reqwest::Client::new().post(format!("{}/panel/stop/0000-0000-0000-0000", browser.base)).send().await?;
    assert_eq!(wrong.status(), StatusCode::OK, "a link that leads nowhere tells nothing");
    Ok(())
}
