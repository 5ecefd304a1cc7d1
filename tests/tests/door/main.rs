//! The lines to a whole box: HTTPS with its own certificate, with one from files, with one that a real issuer gives; rooms of the staff
//! at an address of their own; callers who keep a line busy.

mod acme;
#[path = "../staff/mod.rs"]
mod staff;

use anyhow::{Context, Result, ensure};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use reqwest::{Certificate, Client, StatusCode, redirect};
use staff::Browser;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

const NAME: &str = "allting.lillevik.example";

/// A box with these lines in `municipality.toml`.
struct Stage {
    running: allting::Running,
    stage: TempDir,
}

impl Stage {
    async fn with(toml: &str) -> Result<Self> {
        Self::beside(tempfile::tempdir()?, toml).await
    }

    async fn beside(stage: TempDir, toml: &str) -> Result<Self> {
        Self::at(Ipv4Addr::LOCALHOST, stage, &format!("local_name = \"\"\n{toml}")).await
    }

    async fn at(address: Ipv4Addr, stage: TempDir, toml: &str) -> Result<Self> {
        let folder = stage.path().join("folder");
        fs::create_dir_all(&folder)?;
        let text = format!("name = \"Lillevik\"\nlanguages = [\"nb\", \"en\"]\n{toml}");
        fs::write(folder.join("municipality.toml"), text)?;
        let listen = Some(((address, 0).into(), (Ipv4Addr::LOCALHOST, 0).into()));
        let how = allting::Start { folder, data: stage.path().join("data"), listen };
        Ok(Self { running: allting::start(how).await?, stage })
    }

    fn https(&self) -> Result<SocketAddr> {
        self.running.https.context("HTTPS is spoken")
    }

    fn own_fingerprint(&self) -> Result<String> {
        Ok(self.running.certificate.as_ref().context("a certificate")?.report().own.fingerprint)
    }
}

/// Who has looked at the browser's warning and goes on.
fn unverified(port: u16) -> Result<Browser> {
    let client = Client::builder().redirect(redirect::Policy::none()).tls_danger_accept_invalid_certs(true).build()?;
    Ok(Browser { client, base: format!("https://localhost:{port}"), cookies: BTreeMap::new() })
}

/// Who trusts this issuer alone, and finds the name at that address.
fn trusting(issuer: &str, name: &str, at: IpAddr) -> Result<Client> {
    let client = Client::builder().redirect(redirect::Policy::none()).resolve(name, SocketAddr::new(at, 0));
    Ok(client.tls_certs_only([Certificate::from_pem(issuer.as_bytes())?]).build()?)
}

const OWN: &str = "[tls]\nlisten = \"127.0.0.1:0\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_claims_the_box_over_its_own_certificate_and_can_compare_it() -> Result<()> {
    let stage = Stage::with(OWN).await?;
    let https = stage.https()?;
    let mut newcomer = unverified(https.port())?;
    let page = newcomer.page("/nb/staff/claim").await?;
    let fingerprint = stage.own_fingerprint()?;
    ensure!(page.contains(&fingerprint), "the claim page tells the fingerprint");
    // What a stranger to this project says of the same certificate.
    let seen = openssl(&["s_client", "-connect", &https.to_string()])?;
    let told = fed(Command::new("openssl").args(["x509", "-noout", "-fingerprint", "-sha256"]), &seen)?;
    ensure!(told.contains(&fingerprint), "{told} is not {fingerprint}");
    let code = stage.running.claim.clone().context("the box shows a code")?;
    ensure!(newcomer.claim(&code).await?.status() == StatusCode::SEE_OTHER);
    ensure!(newcomer.is_in().await?, "forms and cookies work over HTTP/2");
    // Whoever reads the portal by plain HTTP is left in peace: their browser would only warn of that certificate.
    let plain = Client::builder().redirect(redirect::Policy::none()).build()?;
    let page = plain.get(format!("http://{}/nb/", stage.running.web)).send().await?;
    ensure!(page.status() == StatusCode::OK && !page.headers().contains_key("strict-transport-security"));
    stage.running.stop().await
}

/// An issuer, as a municipality may have one of its own.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Result<Self> {
        let mut params = CertificateParams::new(Vec::new())?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        // Of the same name as what it issues, it would be taken for a certificate that vouches for itself.
        params.distinguished_name.push(DnType::CommonName, "The authority of Lillevik");
        Ok(Self(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?))
    }

    /// Certificate and key, written as two files.
    fn issue(&self, stage: &TempDir, name: &str) -> Result<()> {
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(vec![name.to_owned()])?.signed_by(&key, &self.0)?;
        fs::create_dir_all(stage.path().join("folder"))?;
        fs::write(stage.path().join("folder/chain.pem"), certificate.pem())?;
        Ok(fs::write(stage.path().join("folder/key.pem"), key.serialize_pem())?)
    }
}

const FILES: &str = "[tls]\nlisten = \"127.0.0.1:0\"\ncertificate = \"chain.pem\"\nkey = \"key.pem\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn the_public_name_is_only_spoken_to_in_private_once_browsers_trust_it() -> Result<()> {
    let (authority, stage) = (Authority::new()?, tempfile::tempdir()?);
    authority.issue(&stage, NAME)?;
    let stage = Stage::beside(stage, FILES).await?;
    let (https, web) = (stage.https()?, stage.running.web);
    let client = trusting(&authority.0.pem(), NAME, https.ip())?;
    let page = client.get(format!("https://{NAME}:{}/nb/", https.port())).send().await?;
    ensure!(page.version() == reqwest::Version::HTTP_2, "a browser gets HTTP/2");
    ensure!(page.headers()["strict-transport-security"] == "max-age=31536000");
    let plain = Client::builder().redirect(redirect::Policy::none()).resolve(NAME, web).build()?;
    let sent = plain.get(format!("http://{NAME}:{}/nb/places/x?y=1", web.port())).send().await?;
    ensure!(sent.status() == StatusCode::PERMANENT_REDIRECT);
    ensure!(sent.headers()["location"] == format!("https://{NAME}:{}/nb/places/x?y=1", https.port()));
    // By number, as a health check does, it is answered.
    ensure!(plain.get(format!("http://{web}/healthz")).send().await?.status() == StatusCode::OK);
    // A name that the certificate does not hold for gets the box's own, which nobody believes unseen.
    ensure!(client.get(format!("https://localhost:{}/nb/", https.port())).send().await.is_err());
    // The next certificate is taken in while the box runs.
    let second = "kommune.lillevik.example";
    authority.issue(&stage.stage, second)?;
    let client = trusting(&authority.0.pem(), second, https.ip())?;
    let renewed = async {
        while client.get(format!("https://{second}:{}/nb/", https.port())).send().await.is_err() {
            sleep(Duration::from_millis(200)).await;
        }
    };
    timeout(Duration::from_secs(30), renewed).await.context("the renewed certificate is not shown")?;
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rooms_of_the_staff_are_at_their_own_address_and_nowhere_else() -> Result<()> {
    let stage = Stage::with(&format!("steward_listen = \"127.0.0.1:0\"\n{OWN}")).await?;
    let steward = stage.running.steward.context("an address of the staff")?;
    let mut public = unverified(stage.https()?.port())?;
    for path in ["/staff", "/staff/claim", "/nb/staff/", "/nb/staff/login", "/nb/staff/claim"] {
        ensure!(public.get(path).await?.status() == StatusCode::NOT_FOUND, "{path} is public");
    }
    ensure!(public.get("/nb/").await?.status() == StatusCode::OK);
    let mut staff = unverified(steward.port())?;
    ensure!(staff.claim(&stage.running.claim.clone().context("a code")?).await?.status() == StatusCode::SEE_OTHER);
    ensure!(staff.is_in().await?);
    // A cookie from there opens nothing here.
    public.cookies = staff.cookies.clone();
    ensure!(public.get("/nb/staff/").await?.status() == StatusCode::NOT_FOUND);
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn old_protocols_are_refused_and_new_ones_taken() -> Result<()> {
    let stage = Stage::with(OWN).await?;
    let address = stage.https()?.to_string();
    // `@SECLEVEL=0`: else openssl itself would not try the old ones.
    for (protocol, taken) in [("-tls1", false), ("-tls1_1", false), ("-tls1_2", true), ("-tls1_3", true)] {
        let said = openssl(&["s_client", "-connect", &address, protocol, "-cipher", "ALL:@SECLEVEL=0"])?;
        let shaken = said.contains("Cipher is ") && !said.contains("Cipher is (NONE)");
        ensure!(shaken == taken, "{protocol}: {said}");
    }
    for weak in ["AES128-SHA", "ECDHE-RSA-AES128-SHA", "DES-CBC3-SHA", "NULL"] {
        let said = openssl(&["s_client", "-connect", &address, "-tls1_2", "-cipher", &format!("{weak}:@SECLEVEL=0")])?;
        ensure!(said.contains("Cipher is (NONE)") || !said.contains("Cipher is "), "{weak}: {said}");
    }
    stage.running.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn callers_who_never_finish_a_handshake_or_a_request_keep_nobody_waiting() -> Result<()> {
    let stage = Stage::with(OWN).await?;
    let https = stage.https()?;
    let mut lines: Vec<TcpStream> = Vec::new();
    for at in 0..200 {
        let mut line = TcpStream::connect(https)?;
        line.set_read_timeout(Some(Duration::from_mins(1)))?;
        // The beginning of a handshake record of 512 bytes, or nothing at all.
        line.write_all(if at % 2 == 0 { &[0x16, 3, 1, 2, 0, 1] } else { &[] })?;
        lines.push(line);
    }
    let mut silent = http2_without_a_word(https).await?;
    let mut visitor = unverified(https.port())?;
    timeout(Duration::from_secs(10), visitor.page("/nb/")).await??;
    let ended = tokio::task::spawn_blocking(move || {
        lines.into_iter().take(2).all(|mut line| line.read_to_end(&mut Vec::new()).is_ok())
    });
    ensure!(ended.await?, "who never shakes hands is still on the line after a minute");
    let hung_up = timeout(Duration::from_secs(30), tokio::task::spawn_blocking(move || silent.wait())).await;
    hung_up.context("who chose HTTP/2 and says nothing is still on the line")???;
    stage.running.stop().await
}

/// Shakes hands for HTTP/2 and is silent then. The process ends when the box hangs up.
async fn http2_without_a_word(https: SocketAddr) -> Result<Child> {
    let mut child = Command::new("openssl")
        .args(["s_client", "-quiet", "-alpn", "h2", "-connect", &https.to_string()])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("openssl is needed; Debian's package is openssl")?;
    sleep(Duration::from_millis(500)).await;
    ensure!(child.try_wait()?.is_none(), "the handshake failed");
    Ok(child)
}

/// python-zeroconf, another's multicast DNS, looks for the box on the networks of this machine.
#[tokio::test(flavor = "multi_thread")]
async fn the_box_is_found_under_its_name_on_the_local_network() -> Result<()> {
    let python = |script: String| Command::new("/usr/bin/python3").args(["-c", &script]).output();
    if !python("import zeroconf".to_owned()).is_ok_and(|output| output.status.success()) {
        println!("skipped: finding the box by multicast DNS: Debian's package is python3-zeroconf");
        return Ok(());
    }
    let name = format!("allting-{}", std::process::id());
    let toml = format!("local_name = \"{name}\"\n[tls]\nlisten = \"0.0.0.0:0\"\n");
    let stage = Stage::at(Ipv4Addr::UNSPECIFIED, tempfile::tempdir()?, &toml).await?;
    let port = stage.https()?.port();
    let script = format!(
        "from zeroconf import Zeroconf\n\
         found = Zeroconf().get_service_info('_https._tcp.local.', '{name}._https._tcp.local.', 20000)\n\
         print(found.server, found.port, len(found.parsed_addresses()) > 0)\n"
    );
    let found = tokio::task::spawn_blocking(move || python(script)).await??;
    let said = String::from_utf8_lossy(&found.stdout).into_owned() + &String::from_utf8_lossy(&found.stderr);
    ensure!(said.trim() == format!("{name}.local. {port} True"), "{said}");
    stage.running.stop().await
}

/// The MDN HTTP Observatory gives its best grade over HTTPS, with a certificate of an issuer that it is told to trust.
#[tokio::test(flavor = "multi_thread")]
async fn the_observatory_finds_no_fault() -> Result<()> {
    let scanner = Path::new(env!("CARGO_MANIFEST_DIR")).join("browser/observatory");
    if std::env::var_os("ALLTING_LONG").is_none() || !scanner.join("node_modules/@mdn").is_dir() {
        println!("skipped: MDN HTTP Observatory: `cargo xtask test --long` brings it and runs it");
        return Ok(());
    }
    let (authority, stage) = (Authority::new()?, tempfile::tempdir()?);
    authority.issue(&stage, "localhost")?;
    fs::write(stage.path().join("root.pem"), authority.0.pem())?;
    let stage = Stage::beside(stage, FILES).await?;
    let ports = [stage.running.web, stage.https()?].map(|address| address.port().to_string());
    let mut scan = Command::new("node");
    scan.arg(scanner.join("observatory.mjs")).args(ports);
    scan.env("NODE_EXTRA_CA_CERTS", stage.stage.path().join("root.pem"));
    let looked = tokio::task::spawn_blocking(move || scan.output()).await??;
    let report = String::from_utf8_lossy(&looked.stdout).into_owned();
    println!("{report}");
    ensure!(looked.status.success(), "{report}{}", String::from_utf8_lossy(&looked.stderr));
    stage.running.stop().await
}

fn openssl(arguments: &[&str]) -> Result<String> {
    let output = Command::new("openssl").args(arguments).stdin(Stdio::null()).output();
    let output = output.context("openssl is needed; Debian's package is openssl")?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr))
}

fn fed(command: &mut Command, text: &str) -> Result<String> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    child.stdin.take().context("a way in")?.write_all(text.as_bytes())?;
    Ok(String::from_utf8_lossy(&child.wait_with_output()?.stdout).into_owned())
}
