//! A broker that nobody here wrote: mosquitto, which knows one user, `box`.

#![allow(clippy::print_stdout, reason = "it says when it cannot run")]

use anyhow::Result;
use std::fs;
use std::net::Ipv4Addr;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// A broker that nobody here wrote. Dropped, it is gone.
pub(crate) struct Broker {
    child: Child,
    pub(crate) port: u16,
    password: String,
    folder: TempDir,
}

impl Drop for Broker {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Broker {
    /// None, and it is said, where there is none.
    pub(crate) fn start(password: &str) -> Result<Option<Self>> {
        let folder = tempfile::tempdir()?;
        let at = |name: &str| folder.path().join(name);
        let port = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let made =
            Command::new("mosquitto_passwd").args(["-b", "-c"]).arg(at("users")).args(["box", password]).output();
        if !made.is_ok_and(|made| made.status.success()) {
            println!("skipped: mosquitto is not there; Debian's packages are mosquitto and mosquitto-clients");
            return Ok(None);
        }
        let config = format!(
            "listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {}\nuser root\n",
            at("users").display()
        );
        fs::write(at("mosquitto.conf"), config)?;
        let mut command = Command::new("/usr/sbin/mosquitto");
        let child = command.arg("-c").arg(at("mosquitto.conf")).stderr(Stdio::null()).stdout(Stdio::null()).spawn()?;
        Ok(Some(Self { child, port, password: password.to_owned(), folder }))
    }

    /// What it keeps for a topic.
    pub(crate) fn kept(&self, topic: &str) -> Result<String> {
        let port = self.port.to_string();
        let mut command = Command::new("mosquitto_sub");
        command.args([
            "-h",
            "127.0.0.1",
            "-p",
            &port,
            "-u",
            "box",
            "-P",
            &self.password,
            "-t",
            topic,
            "-C",
            "1",
            "-W",
            "20",
        ]);
        let heard = command.current_dir(self.folder.path()).output()?;
        Ok(String::from_utf8(heard.stdout)?.trim().to_owned())
    }
}
