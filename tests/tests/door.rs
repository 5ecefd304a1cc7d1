//! The lines to a whole box: HTTPS with its own certificate, with one from files, with one that a real issuer gives; rooms of the staff
//! at an address of their own; callers who keep a line busy.

mod staff;

use anyhow::{Context, Result, ensure};
use model::Timestamp;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use reqwest::{Certificate, Client, StatusCode, redirect};
use staff::Browser;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::watch;
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
        let [port, management, dns, unused] = free_ports()?;
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

fn free_ports<const N: usize>() -> Result<[u16; N]> {
    let sockets: Vec<_> =
        (0..N).map(|_| std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))).collect::<std::io::Result<_>>()?;
    let ports: Vec<u16> = sockets.iter().map(|s| Ok(s.local_addr()?.port())).collect::<std::io::Result<_>>()?;
    ports.try_into().ok().context("as many as asked for")
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
    let [tls_port] = free_ports()?;
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
    let [elsewhere] = free_ports()?;
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
