//! Certificates that a real issuer gives: ordered, kept, renewed; and one that cannot reach the box.

use super::{Authority, NAME, Stage, openssl, unverified};
use anyhow::{Context, Result, ensure};
use model::Timestamp;
use rcgen::{CertificateParams, KeyPair};
use reqwest::StatusCode;
use std::fs;
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};
use town::peer::free_port;

/// Pebble, the issuer that Let's Encrypt tests clients with (Debian's package `pebble`). It believes a name's address from the resolver
/// beside it.
struct Pebble {
    issuer: Child,
    resolver: Child,
    folder: TempDir,
    port: u16,
}

impl Pebble {
    fn start(tls_port: u16) -> Result<Self> {
        let (folder, authority) = (tempfile::tempdir()?, Authority::new()?);
        let path = |name: &str| folder.path().join(name);
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&key, &authority.0)?;
        fs::write(path("root.pem"), authority.0.pem())?;
        fs::write(path("cert.pem"), certificate.pem())?;
        fs::write(path("key.pem"), key.serialize_pem())?;
        let (port, management, dns, unused) = (free_port()?, free_port()?, free_port()?, free_port()?);
        let config = serde_json::json!({ "pebble": {
            "listenAddress": format!("127.0.0.1:{port}"), "managementListenAddress": format!("127.0.0.1:{management}"),
            "certificate": path("cert.pem"), "privateKey": path("key.pem"),
            "httpPort": unused, "tlsPort": tls_port, "ocspResponderURL": "", "externalAccountBindingRequired": false,
        }});
        fs::write(path("pebble.json"), config.to_string())?;
        let quiet = |command: &mut Command| command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        let dns = format!("127.0.0.1:{dns}");
        let nothing = ["-http01", "", "-https01", "", "-tlsalpn01", "", "-management", ""];
        let resolver = quiet(Command::new("pebble-challtestsrv").args(nothing).args([
            "-dns01",
            &dns,
            "-defaultIPv4",
            "127.0.0.1",
            "-defaultIPv6",
            "",
        ]))?;
        let mut pebble = Command::new("pebble");
        pebble.args(["-strict", "-dnsserver", &dns, "-config"]).arg(path("pebble.json"));
        // It waits up to 15 s before it looks, as a busy issuer might, and forgets a twentieth of its nonces.
        let issuer = quiet(pebble.env("PEBBLE_VA_NOSLEEP", "1"))?;
        let pebble = Self { issuer, resolver, folder, port };
        for _ in 0..200 {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return Ok(pebble);
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        anyhow::bail!("pebble does not answer")
    }

    fn toml(&self, https: &str) -> String {
        format!(
            "[tls]\nlisten = \"{https}\"\nacme = \"https://localhost:{}/dir\"\nacme_names = [\"{NAME}\"]\n\
             acme_root = \"{}\"\n",
            self.port,
            self.folder.path().join("root.pem").display(),
        )
    }
}

impl Drop for Pebble {
    fn drop(&mut self) {
        for child in [&mut self.issuer, &mut self.resolver] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn has(program: &str) -> bool {
    Command::new(program).arg("-h").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_real_issuer_gives_a_certificate_and_it_is_kept_over_a_restart() -> Result<()> {
    if !has("pebble") || !has("pebble-challtestsrv") {
        println!("skipped: a real ACME issuer: Debian's package is pebble");
        return Ok(());
    }
    let tls_port = free_port()?;
    let pebble = Pebble::start(tls_port)?;
    let toml = pebble.toml(&format!("127.0.0.1:{tls_port}"));
    let stage = Stage::with(&toml).await?;
    let issued = async |stage: &Stage| -> Result<tls::Certificate> {
        let keeper = stage.running.certificate.clone().context("a certificate")?;
        for _ in 0..300 {
            if let Some(certificate) = keeper.report().trusted {
                return Ok(certificate);
            }
            ensure!(keeper.report().problem.is_none(), "{:?}", keeper.report().problem);
            sleep(Duration::from_millis(200)).await;
        }
        anyhow::bail!("no certificate came")
    };
    let first = issued(&stage).await?;
    ensure!(first.names == [NAME], "{first:?}");
    let seen = openssl(&["s_client", "-connect", &stage.https()?.to_string(), "-servername", NAME])?;
    ensure!(seen.contains("issuer=CN = Pebble Intermediate CA"), "{seen}");
    stage.running.stop().await?;
    let again = Stage::beside(stage.stage, &toml).await?;
    ensure!(
        again.running.certificate.as_ref().and_then(|k| k.report().trusted) == Some(first),
        "kept, and not ordered again"
    );
    again.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_issuer_that_cannot_reach_the_box_is_told_of_and_the_box_shows_its_own_certificate() -> Result<()> {
    if !has("pebble") || !has("pebble-challtestsrv") {
        println!("skipped: a real ACME issuer: Debian's package is pebble");
        return Ok(());
    }
    let elsewhere = free_port()?;
    let pebble = Pebble::start(elsewhere)?;
    let stage = Stage::with(&pebble.toml("127.0.0.1:0")).await?;
    let keeper = stage.running.certificate.clone().context("a certificate")?;
    let told = async {
        loop {
            if let Some(problem) = keeper.worry(allting::now()) {
                return problem;
            }
            sleep(Duration::from_millis(200)).await;
        }
    };
    let problem = timeout(Duration::from_mins(1), told).await?;
    ensure!(problem.contains(NAME) && problem.contains(&format!("connect to 127.0.0.1:{elsewhere}")), "{problem}");
    let mut visitor = unverified(stage.https()?.port())?;
    ensure!(visitor.get("/nb/").await?.status() == StatusCode::OK);
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_renewed_when_two_thirds_of_its_time_are_over() -> Result<()> {
    if !has("pebble") || !has("pebble-challtestsrv") {
        println!("skipped: a real ACME issuer: Debian's package is pebble");
        return Ok(());
    }
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let pebble = Pebble::start(listener.local_addr()?.port())?;
    let folder = tempfile::tempdir()?;
    let source = tls::Source::Acme {
        directory: format!("https://localhost:{}/dir", pebble.port),
        contact: Some("it@lillevik.example".to_owned()),
        root: Some(pebble.folder.path().join("root.pem")),
        names: vec![NAME.to_owned()],
    };
    let plan = tls::Plan { folder: folder.path().join("tls"), local: vec!["allting.local".to_owned()], source };
    let ahead = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&ahead);
    let clock = move || Timestamp::from_ms(allting::now().as_ms() + clock.load(Ordering::Relaxed));
    let keeper = tls::Keeper::open(plan, allting::now())?;
    let (stop, stopped) = watch::channel(false);
    let acceptor = keeper.acceptor();
    let answering = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move { acceptor.accept(stream).await });
        }
    });
    let keeping = tokio::spawn(Arc::clone(&keeper).run(Arc::new(clock), stopped));
    let other_than = async |known: Option<tls::Certificate>| -> Result<tls::Certificate> {
        for _ in 0..300 {
            match keeper.report().trusted {
                Some(certificate) if Some(&certificate) != known.as_ref() => return Ok(certificate),
                _ => sleep(Duration::from_millis(200)).await,
            }
        }
        anyhow::bail!("no certificate came: {:?}", keeper.report().problem)
    };
    let first = other_than(None).await?;
    let whole = first.until.since(first.from);
    ahead.store(i64::try_from((whole * 3 / 5).as_millis())?, Ordering::Relaxed);
    sleep(Duration::from_secs(12)).await;
    ensure!(keeper.report().trusted.as_ref() == Some(&first), "it was renewed too early");
    ahead.store(i64::try_from((whole * 7 / 10).as_millis())?, Ordering::Relaxed);
    let second = other_than(Some(first)).await?;
    ensure!(second.names == [NAME]);
    stop.send_replace(true);
    keeping.await?;
    answering.abort();
    Ok(())
}
