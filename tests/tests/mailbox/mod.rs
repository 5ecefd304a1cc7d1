//! A municipality with a mail server that nobody here wrote (aiosmtpd).

#![allow(dead_code, reason = "each test crate uses a part of it")]

use allting::{Running, Start};
use anyhow::{Context, Result, ensure};
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::time::sleep;

pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// A mail server on this machine. Dropped, it is gone.
pub(crate) struct Server {
    pub(crate) child: Child,
    pub(crate) port: u16,
    pub(crate) folder: PathBuf,
}

/// A municipality, its mail server, and the keys and certificates of both.
pub(crate) struct Stage {
    pub(crate) stage: TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn outside() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("outside/mail.py")
}

pub(crate) fn python() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/mail/bin/python")
}

fn run(program: &str, folder: &Path, arguments: &str) -> Result<()> {
    let done = Command::new(program).args(arguments.split(' ')).current_dir(folder).output()?;
    ensure!(done.status.success(), "{program} {arguments}: {}", String::from_utf8_lossy(&done.stderr));
    Ok(())
}

impl Stage {
    /// None, and it is said, where the server could not be had.
    pub(crate) fn new() -> Result<Option<Self>> {
        if !python().parent().is_some_and(|bin| bin.join("../whole").is_file()) {
            println!("skipped: aiosmtpd and dkimpy: pip could not bring them");
            return Ok(None);
        }
        let stage = tempfile::tempdir()?;
        fs::create_dir_all(stage.path().join("folder"))?;
        fs::create_dir_all(stage.path().join("mail"))?;
        run("openssl", stage.path(), "genrsa -out dkim.pem 2048")?;
        run(
            "openssl",
            stage.path(),
            "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 3650 -subj /CN=localhost -addext \
             subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE",
        )?;
        fs::copy(stage.path().join("cert.pem"), stage.path().join("folder/root.pem"))?;
        Ok(Some(Self { stage }))
    }

    pub(crate) fn path(&self) -> &Path {
        self.stage.path()
    }

    pub(crate) fn serve(&self, port: u16) -> Result<Server> {
        let folder = self.path().join("mail");
        let mut command = Command::new(python());
        command.arg(outside()).arg("serve").arg(&folder).args(["cert.pem", "key.pem", "box", "a secret of the town"]);
        command.env("PORT", port.to_string()).current_dir(self.path()).stdout(Stdio::piped());
        let mut child = command.spawn()?;
        let mut line = String::new();
        BufReader::new(child.stdout.take().context("its port")?).read_line(&mut line)?;
        Ok(Server { port: line.trim().parse().context("its port")?, child, folder })
    }

    /// A box whose mail goes to a port.
    pub(crate) async fn start(&self, port: u16, password: &str) -> Result<Running> {
        self.start_with("", port, password).await
    }

    /// The same with more in its general file.
    pub(crate) async fn start_with(&self, more: &str, port: u16, password: &str) -> Result<Running> {
        let folder = self.path().join("folder");
        let general = format!(
            "name = \"Lillevik\"\nlanguages = [\"nb\", \"en\"]\n{more}[mail]\nserver = \"localhost\"\nport = {port}\n\
             root = \"root.pem\"\nuser = \"box\"\npassword = \"smtp\"\nfrom = \"allting@lillevik.example\"\n\
             from_name = {{ nb = \"Lillevik kommune på nett\" }}\nreply_to = \"post@lillevik.example\"\n\
             dkim_domain = \"lillevik.example\"\ndkim_selector = \"allting\"\ndkim_key = \"dkim\"\nper_minute = 600\n"
        );
        fs::write(folder.join("municipality.toml"), general)?;
        let key = fs::read_to_string(self.path().join("dkim.pem"))?;
        let secrets = format!(
            "[secret.smtp]\nvalue = \"{password}\"\nhosts = [\"localhost\"]\n\
             [secret.dkim]\nvalue = \"\"\"\n{key}\"\"\"\n"
        );
        fs::write(folder.join("secrets.toml"), secrets)?;
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listen = Some((any_port, any_port));
        allting::start(Start { folder, data: self.path().join("data"), listen }).await
    }
}

impl Server {
    pub(crate) fn behave(&self, mode: &str) -> Result<()> {
        Ok(fs::write(self.folder.join("mode"), mode)?)
    }

    pub(crate) fn letters(&self) -> Result<Vec<PathBuf>> {
        let files = fs::read_dir(&self.folder)?.flatten().map(|file| file.path());
        Ok(files.filter(|file| file.extension().is_some_and(|ending| ending == "eml")).collect())
    }

    pub(crate) async fn has(&self, many: usize) -> Result<Vec<PathBuf>> {
        let begun = Instant::now();
        loop {
            let letters = self.letters()?;
            if letters.len() >= many {
                return Ok(letters);
            }
            ensure!(begun.elapsed() < PATIENCE, "{} letters came, not {many}", letters.len());
            sleep(Duration::from_millis(50)).await;
        }
    }
}
