//! Text messages: strict answers as 46elks documents them, for there is no server to be had.

use super::{PATIENCE, SECRET, Stage, all_are, deliveries, publication, put};
use anyhow::{Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::DeliveryState;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::sleep;
use town::peer::{Asked, Peer, Says, says};

/// Messages that were taken: to whom, and what they say.
type Taken = Arc<Mutex<Vec<(String, String)>>>;

fn answer(taken: &Taken, asked: &Asked) -> Says {
    let login = format!("Basic {}", STANDARD.encode(format!("u1234:{SECRET}")));
    if asked.headers.get("authorization") != Some(&login) {
        return says(401, "API access requires Basic HTTP authentication");
    }
    let form = reqwest::Url::parse(&format!("http://form/?{}", String::from_utf8_lossy(&asked.body)));
    let fields: BTreeMap<String, String> =
        form.map(|form| form.query_pairs().into_owned().collect()).unwrap_or_default();
    let (Some(to), Some(message), Some("Lillevik")) =
        (fields.get("to"), fields.get("message"), fields.get("from").map(String::as_str))
    else {
        return says(400, "Missing key");
    };
    if asked.method != "POST" || asked.path != "/a1/sms" {
        return says(404, "Not found");
    }
    if to == "+4700000" {
        return says(400, "Invalid to number");
    }
    let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
    taken.push((to.clone(), message.clone()));
    says(
        200,
        &format!(r#"{{"status":"created","direction":"outgoing","parts":1,"cost":3500,"id":"s{}"}}"#, taken.len()),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_reach_who_must_know_and_no_more_is_spent_than_is_allowed() -> Result<()> {
    let taken = Taken::default();
    let sent = Arc::clone(&taken);
    let peer = Peer::new(move |_, asked| answer(&sent, asked)).await?;
    let port = peer.port;
    let channel = format!(
        "[[channel]]\nid = \"town\"\nplugin = \"sms-46elks\"\nown_hosts = [\"127.0.0.1:{port}\"]\ncost_per_month = 4\n\
         [channel.settings]\nuser = \"u1234\"\npassword = \"peer\"\nfrom = \"Lillevik\"\n\
         to = [\"+4790000001\", \"+4700000\", \"+4790000002\"]\nserver = \"http://127.0.0.1:{port}\"\n"
    );
    let Some(stage) = Stage::new("sms-46elks", &channel)? else { return Ok(()) };
    let running = stage.start().await?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    put(&running, &[publication("rule/1")], None)?;
    let out = all_are(&running, DeliveryState::Sent).await?.remove(0);
    assert_eq!((out.cost, out.handle.as_deref(), out.said.as_str()), (3, Some("s1 s2"), "taken for 2"));
    let text = "Rolig på biblioteket: Det er god plass nå. https://lillevik.example/go/her?door=town";
    let all = taken.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert_eq!(all.iter().map(|(to, _)| to.as_str()).collect::<Vec<_>>(), ["+4790000001", "+4790000002"]);
    assert!(all.iter().all(|(_, said)| said == text), "{all:?}");
    put(&running, &[publication("rule/2")], None)?;
    let begun = Instant::now();
    let dead = loop {
        if let Some(dead) = deliveries(&running)?.into_iter().find(|delivery| delivery.state == DeliveryState::Dead) {
            break dead;
        }
        ensure!(begun.elapsed() < PATIENCE, "{:?}", deliveries(&running)?);
        sleep(Duration::from_millis(20)).await;
    };
    ensure!(dead.said.contains("3 of the 4 of this month are spent"), "{}", dead.said);
    assert_eq!(peer.asked().len(), 3);
    running.stop().await
}
