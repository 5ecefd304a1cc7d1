//! Mail by the municipality's own server: a letter becomes plain text beside HTML, signed, with a name that stays the same at every try.

mod body;
mod dkim;
mod line;
mod written;

pub use dkim::check_dkim_key;
pub use line::MailLine;
pub use written::Written;

use crate::{Failure, Hope};
use dkim::Signer;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use model::{DeliveryKey, Language, Letter, MailAddress, MailPlan, MailSecurity, Secrets, Timestamp, Words};
use std::fmt;

/// Writes letters and opens lines to the municipality's mail server.
pub struct Mailer {
    plan: MailPlan,
    name: Words,
    credentials: Option<Credentials>,
    /// For blanking.
    secrets: Secrets,
    tls: Option<TlsParameters>,
    signer: Option<Signer>,
    hello: ClientId,
}

impl Mailer {
    /// A mailer by a plan; `name` is the municipality's. Fails in words for staff when a password, a key or a certificate is of no use.
    pub fn new(plan: &MailPlan, name: &Words, secrets: &Secrets) -> Result<Self, Failure> {
        let lacks = |what: &str| Failure::new(Hope::Mended, what);
        let credentials = match &plan.login {
            None => None,
            Some((user, secret)) => {
                let password = secrets.get(secret).and_then(|secret| secret.shown_to(&plan.server));
                let password =
                    password.ok_or_else(|| lacks("the password of the mail server is not in secrets.toml"))?;
                Some(Credentials::new(user.clone(), password.to_owned()))
            }
        };
        let signer = match &plan.dkim {
            None => None,
            Some(dkim) => {
                let key = secrets.get(&dkim.key).ok_or_else(|| lacks("the key that signs letters is not there"))?;
                Some(Signer::new(&dkim.domain, &dkim.selector, key.within())?)
            }
        };
        Ok(Self {
            tls: tls(plan)?,
            // A name that the server can look up: the one letters come from.
            hello: ClientId::Domain(plan.from.domain().to_owned()),
            name: plan.name.clone().unwrap_or_else(|| name.clone()),
            plan: plan.clone(),
            secrets: secrets.clone(),
            credentials,
            signer,
        })
    }

    /// Writes a letter. `at` is when its cause came about, and `key` makes its Message-ID: each try of it is the same letter.
    pub fn write(&self, letter: &Letter, key: &DeliveryKey, at: Timestamp) -> Result<Written, Failure> {
        written::write(self, letter, key, at)
    }

    /// Opens a line to the server: encrypted as planned, and signed in.
    pub async fn open(&self) -> Result<MailLine, Failure> {
        MailLine::open(self).await
    }

    fn mailbox(&self, address: &MailAddress, language: Option<Language>) -> Result<Mailbox, Failure> {
        let email =
            address.as_str().parse().map_err(|_| Failure::new(Hope::None, "the address cannot be written to"))?;
        let name = language.map(|language| self.name.best(language).0.to_owned());
        Ok(Mailbox::new(name, email))
    }
}

fn tls(plan: &MailPlan) -> Result<Option<TlsParameters>, Failure> {
    if plan.security == MailSecurity::Plain {
        return Ok(None);
    }
    let unusable = |error| Failure::new(Hope::Mended, format!("no encrypted line to {}: {error}", plan.server));
    let mut parameters = TlsParameters::builder(plan.server.clone());
    if let Some(root) = &plan.root {
        parameters = parameters.add_root_certificate(Certificate::from_pem(root).map_err(unusable)?);
    }
    parameters.build_rustls().map(Some).map_err(unusable)
}

impl fmt::Debug for Mailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mailer").field("plan", &self.plan).finish_non_exhaustive()
    }
}
