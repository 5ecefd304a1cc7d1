//! Text messages: strict answers as 46elks documents them, for there is no server of theirs to be had.

use super::stage::{PATIENCE, SECRET, Stage, all_are, deliveries, publication, put};
use anyhow::{Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::DeliveryState;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::time::sleep;
use town::peer::{Asked, Peer, Says, says};

/// Messages that were taken.
type Taken = Arc<Mutex<Vec<Message>>>;

/// A text message as 46elks takes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) from: String,
    pub(crate) to: String,
    pub(crate) text: String,
}

/// What 46elks wants (docs, "Send SMS"): the login of the account, the three fields of a form, a number as E.164 has it, and a sender of
/// at most eleven letters. Else, what it answers.
pub(crate) fn message(asked: &Asked) -> Result<Message, Says> {
    let login = format!("Basic {}", STANDARD.encode(format!("u1234:{SECRET}")));
    if asked.headers.get("authorization") != Some(&login) {
        return Err(says(401, "API access requires Basic HTTP authentication"));
    }
    if asked.method != "POST" || asked.path != "/a1/sms" {
        return Err(says(404, "Not found"));
    }
    let kind = asked.headers.get("content-type").map(String::as_str);
    let form = reqwest::Url::parse(&format!("http://form/?{}", String::from_utf8_lossy(&asked.body)));
    let mut fields: BTreeMap<String, String> =
        form.map(|form| form.query_pairs().into_owned().collect()).unwrap_or_default();
    let (Some("application/x-www-form-urlencoded"), Some(from), Some(to), Some(text), true) =
        (kind, fields.remove("from"), fields.remove("to"), fields.remove("message"), fields.is_empty())
    else {
        return Err(says(400, "Missing key"));
    };
    let number = to.strip_prefix('+').filter(|number| (8..=15).contains(&number.len()) && !number.starts_with('0'));
    if !number.is_some_and(|number| number.bytes().all(|digit| digit.is_ascii_digit())) {
        return Err(says(400, "Invalid to number"));
    }
    if from.len() > 11 || !from.starts_with(|letter: char| letter.is_ascii_alphabetic()) {
        return Err(says(400, "Invalid from"));
    }
    Ok(Message { from, to, text })
}

pub(crate) fn created(parts: usize, id: usize) -> Says {
    let cost = 3500 * parts;
    says(200, &format!(r#"{{"status":"created","direction":"outgoing","parts":{parts},"cost":{cost},"id":"s{id}"}}"#))
}

fn answer(taken: &Taken, asked: &Asked) -> Says {
    let message = match message(asked) {
        Ok(message) => message,
        Err(refused) => return refused,
    };
    let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
    taken.push(message);
    created(1, taken.len())
}

pub(crate) fn channel(port: u16, to: &[&str], more: &str) -> String {
    format!(
        "[[channel]]\nid = \"town\"\nplugin = \"sms-46elks\"\nown_hosts = [\"127.0.0.1:{port}\"]\n{more}\
         [channel.settings]\nuser = \"u1234\"\npassword = \"peer\"\nfrom = \"Lillevik\"\nparts = 6\n\
         to = {to:?}\nserver = \"http://127.0.0.1:{port}\"\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_reach_who_must_know_and_no_more_is_spent_than_is_allowed() -> Result<()> {
    let taken = Taken::default();
    let sent = Arc::clone(&taken);
    let peer = Peer::new(move |_, asked| answer(&sent, asked)).await?;
    let to = ["+4790000001", "+4700000", "+4790000002"];
    let channel = channel(peer.port, &to, "cost_per_month = 4\n");
    let Some(stage) = Stage::new("sms-46elks", &channel)? else { return Ok(()) };
    let running = stage.start().await?;
    ensure!(running.warnings.is_empty(), "{:?}", running.warnings);
    put(&running, &[publication("rule/1")], None)?;
    let out = all_are(&running, DeliveryState::Sent).await?.remove(0);
    assert_eq!((out.cost, out.handle.as_deref(), out.said.as_str()), (3, Some("s1 s2"), "taken for 2"));
    let text = "Rolig på biblioteket: Det er god plass nå. https://lillevik.example/go/her?door=town";
    let all = taken.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert_eq!(all.iter().map(|message| message.to.as_str()).collect::<Vec<_>>(), ["+4790000001", "+4790000002"]);
    assert!(all.iter().all(|message| message.text == text && message.from == "Lillevik"), "{all:?}");
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
