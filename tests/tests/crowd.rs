//! Many at one address: a crowd is answered, a flood is told to wait, and nobody else notices. The box stands behind a proxy that says whom
//! it asks for.

use anyhow::{Context, Result, ensure};
use reqwest::{Client, Response, StatusCode};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use tempfile::TempDir;
use tokio::task::JoinSet;

/// A whole school behind one address.
const SCHOOL: &str = "198.51.100.7";
const VIEWERS: usize = 500;

struct Stage {
    running: allting::Running,
    client: Client,
    _folders: TempDir,
}

impl Stage {
    async fn new() -> Result<Self> {
        let folders = tempfile::tempdir()?;
        let folder = folders.path().join("folder");
        fs::create_dir(&folder)?;
        let toml =
            "name = \"Lillevik\"\nlanguages = [\"nb\", \"nn\", \"sv\", \"en\"]\ntrusted_proxies = [\"127.0.0.1\"]\n";
        fs::write(folder.join("municipality.toml"), toml)?;
        fs::write(folder.join("places.toml"), "[[place]]\nid = \"library\"\nmeasure = \"people_now\"\n")?;
        let listen = Some(((Ipv4Addr::LOCALHOST, 0).into(), (Ipv4Addr::LOCALHOST, 0).into()));
        let how = allting::Start { folder, data: folders.path().join("data"), listen };
        Ok(Self { running: allting::start(how).await?, client: Client::new(), _folders: folders })
    }

    async fn asked(&self, path: &str, from: &str) -> Result<Response> {
        Self::ask(&self.client, self.running.web, path, from).await
    }

    async fn ask(client: &Client, at: SocketAddr, path: &str, from: &str) -> Result<Response> {
        Ok(client.get(format!("http://{at}{path}")).header("x-forwarded-for", from).send().await?)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_viewers_behind_one_address_are_all_answered() -> Result<()> {
    let stage = Stage::new().await?;
    let mut viewers = JoinSet::new();
    for _ in 0..VIEWERS {
        let (client, at) = (stage.client.clone(), stage.running.web);
        viewers.spawn(async move {
            for path in ["/nb/", "/nb/places/library"] {
                let page = Stage::ask(&client, at, path, SCHOOL).await?;
                ensure!(page.status() == StatusCode::OK, "{path} answers {}", page.status());
                page.bytes().await?;
            }
            let stream = Stage::ask(&client, at, "/nb/places/library/live", SCHOOL).await?;
            ensure!(stream.status() == StatusCode::OK, "the stream answers {}", stream.status());
            Ok(stream)
        });
    }
    // Each keeps its stream open until all have one.
    let streams: Vec<Response> = viewers.join_all().await.into_iter().collect::<Result<_>>()?;
    ensure!(streams.len() == VIEWERS);
    drop(streams);
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flood_is_told_to_wait_in_its_own_language_and_others_are_answered() -> Result<()> {
    let stage = Stage::new().await?;
    let mut flood = JoinSet::new();
    for _ in 0..16 {
        let (client, at) = (stage.client.clone(), stage.running.web);
        flood.spawn(async move {
            for _ in 0..20_000 {
                let answer = Stage::ask(&client, at, "/healthz", "2001:db8::1").await?;
                if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                    return Ok(());
                }
            }
            anyhow::bail!("a flood is answered without end")
        });
    }
    flood.join_all().await.into_iter().collect::<Result<()>>()?;
    for (path, lang, words) in [
        ("/nb/", "nb", "Det kom for mange forespørsler fra deg"),
        ("/sv/places/library", "sv", "Det kom för många förfrågningar från dig"),
    ] {
        // Another address of the same household, until the flood has used up what came back meanwhile.
        let mut told = None;
        for _ in 0..5000 {
            let answer = stage.asked(path, "2001:db8::2").await?;
            if answer.status() == StatusCode::TOO_MANY_REQUESTS {
                told = Some(answer);
                break;
            }
        }
        let told = told.context("one household is one")?;
        ensure!(told.headers()["retry-after"] == "60" && told.headers()["cache-control"] == "no-store");
        let page = told.text().await?;
        ensure!(page.contains(&format!("<html lang=\"{lang}\">")) && page.contains(words), "{page}");
    }
    let program = stage.asked("/api/v1/places", "2001:db8::3").await?;
    if program.status() == StatusCode::TOO_MANY_REQUESTS {
        ensure!(program.headers()["content-type"] == "application/problem+json");
    }
    ensure!(stage.asked("/nb/", SCHOOL).await?.status() == StatusCode::OK, "others are answered");
    stage.running.stop().await
}
