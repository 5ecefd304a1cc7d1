//! A page on which contributions stand hears of new ones; a page that shows nobody's words hears nothing.

use anyhow::{Context, Result};
use reqwest::{Client, StatusCode};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

const SURVEY: &str = "method = \"survey\"\ntitle.nb = \"Byparken\"\n[settings]\n[[settings.page]]\n\
    [[settings.page.question]]\nkind = \"text\"\nkey = \"more\"\nask.nb = \"Hva mer?\"\n";

/// What a form carries that nobody fills in.
fn hidden(page: &str) -> Vec<(String, String)> {
    let form = page.split("class=\"asking").nth(1).unwrap_or_default().split("</form>").next().unwrap_or_default();
    let pair = |field: &str| {
        let (name, rest) = field.split_once('"')?;
        Some((name.to_owned(), rest.split_once("value=\"")?.1.split_once('"')?.0.to_owned()))
    };
    form.split("<input type=\"hidden\" name=\"").skip(1).filter_map(pair).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_map_hears_of_a_new_input_and_a_survey_tells_nobody_that_somebody_answered() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let plugins = ["input-map", "survey"].map(|name| root.join("target/plugins").join(name).with_extension("wasm"));
    if !plugins.iter().all(|plugin| plugin.is_file()) {
        println!("skipped: follow: the plugins are not built; `cargo xtask plugins` does it");
        return Ok(());
    }
    let stage = tempfile::tempdir()?;
    let folder = stage.path().join("folder");
    fs::create_dir_all(folder.join("activities"))?;
    for file in ["municipality.toml", "places.toml", "map.geojson", "activities/bydel-kart.toml"] {
        fs::copy(root.join("examples/bodo").join(file), folder.join(file))?;
    }
    fs::write(folder.join("activities/park.toml"), SURVEY)?;
    for plugin in &plugins {
        allting::install_plugin(plugin, &folder).map_err(anyhow::Error::msg)?;
    }
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let how = allting::Start { folder, data: stage.path().join("data"), listen: Some((any_port, any_port)) };
    let running = allting::start(how).await?;
    let base = format!("http://{}/nb/take-part", running.web);
    let client = Client::new();

    let survey = client.get(format!("{base}/park/live")).send().await?;
    assert_eq!(survey.status(), StatusCode::NOT_FOUND);
    let nothing = client.get(format!("{base}/bydel-kart/live/thanks")).send().await?;
    assert_eq!(nothing.status(), StatusCode::NOT_FOUND, "no words stand on that page");

    let mut told = client.get(format!("{base}/bydel-kart/live")).send().await?.error_for_status()?;
    let page = client.get(format!("{base}/bydel-kart/answer/list")).send().await?.error_for_status()?.text().await?;
    assert!(page.contains("data-follow=\"/nb/take-part/bydel-kart/live/list\""), "the page follows: {page}");
    let filled = [("f.kind", "idea"), ("f.text", "Flere benker"), ("f.place", "Ved kaia")];
    let filled = filled.map(|(name, text)| (name.to_owned(), text.to_owned()));
    let fields = [hidden(&page), filled.to_vec()].concat();
    let body = fields.iter().map(|(name, text)| format!("{name}={}", text.replace(' ', "+"))).collect::<Vec<_>>();
    let sent = client.post(format!("{base}/bydel-kart/answer/list")).body(body.join("&"));
    let sent = sent.header("content-type", "application/x-www-form-urlencoded").send().await?;
    assert_eq!(sent.status(), StatusCode::OK);
    let news = tokio::time::timeout(Duration::from_secs(30), told.chunk()).await?;
    assert_eq!(news?.context("the stream goes on")?.as_ref(), b"event: new\ndata: {}\n\n");
    drop(told);
    running.stop().await
}
