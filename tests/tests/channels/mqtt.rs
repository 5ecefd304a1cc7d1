//! A broker that nobody here wrote (mosquitto), and what is found at it.

use super::broker::Broker;
use super::stage::{SECRET, Stage, all_are, deliveries, publication, put, stuck};
use anyhow::{Result, ensure};
use model::DeliveryState;
use std::fs;
use std::time::Duration;
use tokio::time::sleep;

#[tokio::test(flavor = "multi_thread")]
async fn a_broker_keeps_what_is_published_and_home_assistant_can_find_it() -> Result<()> {
    let Some(broker) = Broker::start(SECRET)? else { return Ok(()) };
    let port = broker.port;
    let channel = format!(
        "[[channel]]\nid = \"town\"\nplugin = \"mqtt\"\nown_hosts = [\"127.0.0.1:{port}\"]\n[channel.settings]\n\
         broker = \"mqtt://127.0.0.1:{port}\"\nuser = \"box\"\npassword = \"peer\"\n"
    );
    let Some(stage) = Stage::new("mqtt", &channel)? else { return Ok(()) };
    let running = stage.start().await?;
    put(&running, &[publication("rule/library-calm/1")], None)?;
    all_are(&running, DeliveryState::Sent).await?;
    let newest: serde_json::Value = serde_json::from_str(&broker.kept("allting/rule-library-calm")?)?;
    assert_eq!((&newest["title"], &newest["picture"]), (&"Rolig på biblioteket".into(), &"En bakke og en sol.".into()));
    let config = broker.kept("homeassistant/sensor/allting_rule-library-calm/config")?;
    let config: serde_json::Value = serde_json::from_str(&config)?;
    assert_eq!(config["state_topic"], "allting/rule-library-calm");
    // A password that is wrong stops the channel, and is held against no post.
    let secrets = "[secret.peer]\nvalue = \"another password\"\nhosts = [\"127.0.0.1\"]\n";
    fs::write(stage.folder().join("secrets.toml"), secrets)?;
    sleep(Duration::from_secs(2)).await;
    put(&running, &[publication("rule/library-busy/1")], None)?;
    let why = stuck(&running).await?;
    ensure!(why.contains("are user and password right?"), "{why}");
    let waits = deliveries(&running)?.pop();
    ensure!(waits.is_some_and(|delivery| delivery.is_waiting() && delivery.tries == 0));
    running.stop().await
}
