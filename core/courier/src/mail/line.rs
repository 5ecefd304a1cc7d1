use super::{Mailer, Written};
use crate::{Failure, Hope};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use model::{MailSecurity, Secrets};
use std::fmt;
use std::time::Duration;
use tokio::time::timeout;

/// A server that does not answer its telephone for so long is away.
const OPEN_MAX: Duration = Duration::from_secs(30);
/// A letter has some kilobytes; a server may look at it with a slow filter before it says yes.
const SEND_MAX: Duration = Duration::from_mins(2);
/// Nobody waits for a farewell.
const CLOSE_MAX: Duration = Duration::from_secs(5);

/// A line to the mail server. Letters go over it one after the other.
pub struct MailLine {
    line: AsyncSmtpConnection,
    server: String,
    secrets: Secrets,
}

impl MailLine {
    pub(super) async fn open(mailer: &Mailer) -> Result<Self, Failure> {
        let server = &mailer.plan.server;
        let opened = timeout(OPEN_MAX, Self::dial(mailer)).await;
        opened.unwrap_or_else(|_| Err(Failure::new(Hope::Later, format!("{server} did not answer in time"))))
    }

    async fn dial(mailer: &Mailer) -> Result<Self, Failure> {
        let plan = &mailer.plan;
        let told = |error: &Error| told(error, &plan.server, &mailer.secrets);
        let at_once = mailer.tls.clone().filter(|_| plan.security == MailSecurity::Tls);
        let address = (plan.server.as_str(), plan.port);
        let line = AsyncSmtpConnection::connect_tokio1(address, Some(OPEN_MAX), &mailer.hello, at_once, None).await;
        let mut line = line.map_err(|error| told(&error))?;
        if let Some(tls) = mailer.tls.clone().filter(|_| plan.security == MailSecurity::StartTls) {
            if !line.can_starttls() {
                line.abort().await;
                let text = format!("{} offers no encryption; nothing was said to it", plan.server);
                return Err(Failure::new(Hope::Mended, text));
            }
            line.starttls(tls, &mailer.hello).await.map_err(|error| told(&error))?;
        }
        if let Some(credentials) = &mailer.credentials {
            let signed_in = line.auth(&[Mechanism::Plain, Mechanism::Login], credentials).await;
            signed_in.map_err(|error| {
                let failure = told(&error);
                // A 5xx here is about the password, not about a letter.
                let hope = if failure.hope == Hope::None { Hope::Mended } else { failure.hope };
                Failure::new(hope, format!("signing in: {failure}"))
            })?;
        }
        Ok(Self { line, server: plan.server.clone(), secrets: mailer.secrets.clone() })
    }

    /// Sends a letter; gives what the server said. After a failure the line may be of no more use ([`is_broken`](Self::is_broken)).
    pub async fn send(&mut self, written: &Written) -> Result<String, Failure> {
        let sent = timeout(SEND_MAX, self.line.send(&written.envelope, &written.bytes)).await;
        match sent {
            Ok(Ok(response)) => {
                let text = response.message().collect::<Vec<_>>().join(" ");
                Ok(crate::failure::one_line(&written.blank(&self.secrets.blank(&text))))
            }
            Ok(Err(error)) => {
                let failure = told(&error, &self.server, &self.secrets);
                Err(Failure::new(failure.hope, written.blank(&failure.text)))
            }
            Err(_) => {
                self.line.abort().await;
                Err(Failure::new(Hope::Later, format!("{} stopped answering", self.server)))
            }
        }
    }

    /// Whether nothing more can be sent over it.
    pub fn is_broken(&self) -> bool {
        self.line.has_broken()
    }

    /// Says farewell.
    pub async fn close(mut self) {
        let _ = timeout(CLOSE_MAX, self.line.quit()).await;
    }
}

/// What went wrong, for staff.
fn told(error: &Error, server: &str, secrets: &Secrets) -> Failure {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(deeper) = cause {
        let deeper_text = deeper.to_string();
        if !text.contains(&deeper_text) {
            text = format!("{text}: {deeper_text}");
        }
        cause = deeper.source();
    }
    let hope = if error.is_permanent() {
        Hope::None
    } else if error.is_tls() || error.is_client() {
        Hope::Mended
    } else {
        Hope::Later
    };
    Failure::new(hope, format!("{server}: {}", secrets.blank(&text)))
}

impl fmt::Debug for MailLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailLine").field("server", &self.server).finish_non_exhaustive()
    }
}
