//! Letters leave a whole box by a mail server that nobody here wrote (aiosmtpd), signed so that another library (dkimpy) believes them.

#![expect(
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test says when it cannot run; its box reads the real clock, and patience is measured"
)]

mod mailbox;

use allting::Running;
use anyhow::{Context, Result, ensure};
use app::NewLetter;
use mailbox::{PATIENCE, Server, Stage, outside, python};
use model::{DeliveryState, Language, Letter, Timestamp};
use std::collections::BTreeSet;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, TcpListener};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use store::{Durability, Queued};
use tokio::time::sleep;

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(0))
}

fn letter(to: &str) -> Result<Letter> {
    Ok(Letter {
        to: to.parse()?,
        language: Language::Nb,
        subject: "Vil du være med i innbyggerpanelet? Bekreft at det er deg, så hører du fra oss igjen".to_owned(),
        page: "Hei!\n\nTrykk [her](https://lillevik.example/bli-med/7K3M) for å bli med.\n\n.\n\nHilsen **Lillevik**"
            .to_owned(),
        unsubscribe: Some("https://lillevik.example/ut/7K3M-Q9XA-00TD-WEHR?x=1".to_owned()),
    })
}

fn queue(running: &Running, names: &[&str]) -> Result<Vec<Queued>> {
    let municipality = running.app.municipality();
    let transaction = running.app.store().begin(&municipality.calendar)?;
    let mut queued = Vec::new();
    for name in names {
        let letter = letter(&format!("{name}@example.org"))?;
        queued.push(running.app.queue_letter(&transaction, &NewLetter::new(name, "a test", &letter, now()))?);
    }
    transaction.commit(Durability::Now)?;
    running.app.outbox_changed();
    Ok(queued)
}

async fn until(running: &Running, what: &str, is_so: impl Fn(&app::OutboxReport) -> bool) -> Result<app::OutboxReport> {
    let begun = Instant::now();
    loop {
        let report = running.app.outbox_report(50, now())?;
        if is_so(&report) {
            return Ok(report);
        }
        ensure!(begun.elapsed() < PATIENCE, "{what}: {report:?}");
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn letters_leave_once_signed_and_with_one_way_out() -> Result<()> {
    let Some(stage) = Stage::new()? else { return Ok(()) };
    let server = stage.serve(0)?;
    let running = stage.start(server.port, "a secret of the town").await?;
    queue(&running, &["kari", "ola"])?;
    queue(&running, &["kari", "per"])?;
    let letters = server.has(3).await?;
    let report = until(&running, "three left", |report| report.sent == 3 && report.waiting == 0).await?;
    assert!(report.lines.iter().all(|line| line.state == DeliveryState::Sent && line.said.contains("[address]")));
    assert!(!format!("{report:?}").contains("example.org"), "staff need not know to whom");

    let key = fs::read_to_string(stage.path().join("dkim.pem"))?;
    let record = courier::check_dkim_key(&key)?;
    let mut ids = BTreeSet::new();
    for file in letters {
        let read = Command::new(python()).arg(outside()).arg("verify").arg(&file).arg(&record).output()?;
        ensure!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
        let read: serde_json::Value = serde_json::from_slice(&read.stdout)?;
        assert_eq!(read["signed"], true, "{}", fs::read_to_string(&file)?);
        assert_eq!(read["changed"], serde_json::json!([false, false, false]), "a changed letter is believed");
        assert_eq!(read["defects"], serde_json::json!([]));
        let header = |name: &str| read["headers"][name].as_str().unwrap_or_default().to_owned();
        assert_eq!(header("List-Unsubscribe"), "<https://lillevik.example/ut/7K3M-Q9XA-00TD-WEHR?x=1>");
        assert_eq!(header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
        assert_eq!(header("Subject"), letter("kari@example.org")?.subject);
        assert_eq!(header("From"), "Lillevik kommune på nett <allting@lillevik.example>");
        assert_eq!(header("Auto-Submitted"), "auto-generated");
        let signed = header("DKIM-Signature");
        assert!(["list-unsubscribe", "list-unsubscribe-post", "message-id"].iter().all(|name| signed.contains(name)));
        let text = read["text"].as_str().unwrap_or_default().replace("\r\n", "\n");
        assert!(text.contains("Trykk her: https://lillevik.example/bli-med/7K3M for å bli med.\n\n.\n"), "{text}");
        assert!(read["html"].as_str().unwrap_or_default().contains("<strong>Lillevik</strong>"));
        ids.insert(header("Message-ID"));
    }
    assert_eq!(ids.len(), 3, "{ids:?}");
    running.stop().await?;
    let file = fs::read(stage.path().join("data/allting.redb"))?;
    assert!(!file.windows(11).any(|part| part == b"example.org"), "an address lies in clear on the disk");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_is_refused_waits_for_staff_and_one_that_is_not_taken_now_is_tried_again() -> Result<()> {
    let Some(stage) = Stage::new()? else { return Ok(()) };
    let server = stage.serve(0)?;
    server.behave("refuse")?;
    let running = stage.start(server.port, "a secret of the town").await?;
    queue(&running, &["kari"])?;
    let report = until(&running, "it is given up", |report| report.dead == 1).await?;
    let dead = report.lines.first().context("a dead letter")?;
    assert!(dead.said.contains("550") && dead.said.contains("[address]"), "{}", dead.said);
    assert!(!dead.said.contains("kari"), "{}", dead.said);
    server.behave("busy")?;
    running.app.resend_delivery(dead.id, now())?;
    let report = until(&running, "it is tried", |report| report.lines.iter().any(|line| line.tries == 1)).await?;
    assert!(report.waiting == 1 && report.lines.iter().all(|line| line.said.contains("451")), "{report:?}");
    server.behave("ok")?;
    until(&running, "it leaves by itself", |report| report.sent == 1).await?;
    assert_eq!(server.letters()?.len(), 1);
    assert!(running.app.resend_delivery(dead.id, now()).is_err(), "what left is not sent again");
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_or_will_not_have_us_costs_no_letter() -> Result<()> {
    let Some(stage) = Stage::new()? else { return Ok(()) };
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    let running = stage.start(port, "a wrong password").await?;
    queue(&running, &["kari", "ola"])?;
    let report = until(&running, "it is told", |report| !report.stuck.is_empty()).await?;
    assert_eq!((report.waiting, report.dead), (2, 0), "{report:?}");
    let server = stage.serve(port)?;
    let report = until(&running, "the password is wrong", |report| {
        report.stuck.iter().any(|(_, why, _)| why.contains("signing in"))
    });
    let report = report.await?;
    assert_eq!((report.waiting, report.dead), (2, 0), "{report:?}");
    assert!(!format!("{report:?}").contains("wrong password"), "{report:?}");
    running.stop().await?;
    let running = stage.start(port, "a secret of the town").await?;
    until(&running, "both leave", |report| report.sent == 2 && report.stuck.is_empty()).await?;
    assert_eq!(server.letters()?.len(), 2);
    running.stop().await
}

/// Each hour of a day somebody is written to, the box is started anew and tries at once; nobody is there.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_away_for_a_day_gets_each_letter_once_when_it_is_back() -> Result<()> {
    let Some(stage) = Stage::new()? else { return Ok(()) };
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
    for hour in 0..24 {
        let running = stage.start(port, "a secret of the town").await?;
        queue(&running, &[format!("hour-{hour}").as_str()])?;
        let report = until(&running, "it is told", |report| !report.stuck.is_empty()).await?;
        assert_eq!((report.waiting, report.dead), (hour + 1, 0), "{report:?}");
        running.stop().await?;
    }
    let server = stage.serve(port)?;
    let running = stage.start(port, "a secret of the town").await?;
    let report = until(&running, "all leave", |report| report.sent == 24 && report.stuck.is_empty()).await?;
    assert_eq!((report.waiting, report.dead, server.letters()?.len()), (0, 0, 24));
    running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_without_encryption_is_told_nothing() -> Result<()> {
    let Some(stage) = Stage::new()? else { return Ok(()) };
    let mut plain = Command::new(python());
    plain.arg(outside()).arg("serve").arg(stage.path().join("mail")).stdout(Stdio::piped());
    let mut child = plain.spawn()?;
    let mut line = String::new();
    BufReader::new(child.stdout.take().context("its port")?).read_line(&mut line)?;
    let server = Server { port: line.trim().parse()?, child, folder: stage.path().join("mail") };
    let running = stage.start(server.port, "a secret of the town").await?;
    queue(&running, &["kari"])?;
    let report = until(&running, "it is told", |report| !report.stuck.is_empty()).await?;
    assert!(report.stuck.iter().all(|(_, why, _)| why.contains("no encryption")), "{report:?}");
    assert_eq!(server.letters()?.len(), 0);
    running.stop().await
}

/// Answers each caller with what is no mail server's talk, or with nothing at all.
fn odd_server(says: &'static [u8]) -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    std::thread::spawn(move || {
        let mut lines = Vec::new();
        for line in listener.incoming().flatten() {
            let mut line = line;
            let _ = std::io::Write::write_all(&mut line, says);
            // It stays open: who calls must end it.
            lines.push(line);
        }
    });
    Ok(port)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_talks_garbage_or_says_nothing_costs_no_letter_and_no_more_than_half_a_minute() -> Result<()> {
    let garbage: &[u8] = b"\x00\xff\x16\x03 what? \r\n999 \xfe\xfe\r\n220-and so on\r\n220-\r\n";
    for says in [garbage, b"HTTP/1.1 400 Bad Request\r\n\r\n", b""] {
        let Some(stage) = Stage::new()? else { return Ok(()) };
        let running = stage.start(odd_server(says)?, "a secret of the town").await?;
        queue(&running, &["kari", "ola"])?;
        let report = until(&running, "it is told", |report| !report.stuck.is_empty()).await?;
        assert_eq!((report.waiting, report.dead, report.sent), (2, 0, 0), "{report:?}");
        assert!(report.lines.iter().all(|line| line.tries == 0), "held against no letter: {report:?}");
        running.stop().await?;
    }
    Ok(())
}
