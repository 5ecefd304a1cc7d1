//! A certificate from an issuer that browsers know (RFC 8555), by a proof over TLS (RFC 8737): only the port for HTTPS must be reached.

use crate::files::{read, write};
use crate::show::Showcase;
use instant_acme::{
    Account, AccountCredentials, AuthorizationStatus, ChallengeType, Error as AcmeError, Identifier, NewAccount,
    NewOrder, Order, OrderStatus, RetryPolicy,
};
use model::Timestamp;
use rcgen::{CertificateParams, CustomExtension, DistinguishedName, KeyPair};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;

/// An issuer answers in seconds. One that takes this long does not.
const ORDER_WITHIN: Duration = Duration::from_mins(5);
/// After a failure; it doubles with each further one. Let's Encrypt allows five failures of a name an hour.
const AGAIN_AFTER: Duration = Duration::from_mins(15);
/// At the longest.
const AGAIN_AFTER_MAX: Duration = Duration::from_hours(24);

/// With whom to order, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Issuer {
    pub(crate) directory: String,
    pub(crate) contact: Option<String>,
    pub(crate) root: Option<PathBuf>,
    pub(crate) names: Vec<String>,
}

/// When the issuer was last asked in vain, and how often since the start. The moment is kept on disk: a box that is started again and
/// again asks no more often than every quarter of an hour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tries {
    at: Option<Timestamp>,
    failures: u32,
}

impl Tries {
    fn path(folder: &Path) -> PathBuf {
        folder.join("acme-tried")
    }

    pub(crate) fn read(folder: &Path) -> Self {
        let text = read(&Self::path(folder)).ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default();
        let at = text.trim().parse().ok().map(Timestamp::from_ms);
        Self { at, failures: u32::from(at.is_some()) }
    }

    /// A clock that was set back keeps nobody from trying.
    pub(crate) fn is_too_early(self, now: Timestamp) -> bool {
        self.at.is_some_and(|at| at <= now && now < at + self.wait())
    }

    fn wait(self) -> Duration {
        // A clock that is years ahead calls every certificate old, also the one that just came.
        if self.failures == 0 {
            return AGAIN_AFTER_MAX;
        }
        let doubled = 2_u32.saturating_pow(self.failures.saturating_sub(1));
        AGAIN_AFTER.saturating_mul(doubled).min(AGAIN_AFTER_MAX)
    }

    /// Notes a failure before it happens: a power cut in the middle counts as one.
    pub(crate) fn begin(&mut self, folder: &Path, now: Timestamp) -> std::io::Result<()> {
        *self = Self { at: Some(now), failures: self.failures.saturating_add(1) };
        write(&Self::path(folder), now.as_ms().to_string().as_bytes())
    }

    pub(crate) fn succeed(&mut self) {
        self.failures = 0;
    }
}

/// Orders a certificate. Gives chain and key as PEM, or what is told to staff.
pub(crate) async fn order(folder: &Path, issuer: &Issuer, showcase: &Showcase) -> Result<String, String> {
    let ordered = tokio::time::timeout(ORDER_WITHIN, ordered(folder, issuer, showcase)).await;
    showcase.prove(Vec::new());
    match ordered {
        Ok(Ok(pem)) => Ok(pem),
        Ok(Err(why)) => {
            Err(format!("{} issued no certificate for {}: {why}", issuer.directory, issuer.names.join(", ")))
        }
        Err(_) => Err(format!("{} did not answer within {} s", issuer.directory, ORDER_WITHIN.as_secs())),
    }
}

async fn ordered(folder: &Path, issuer: &Issuer, showcase: &Showcase) -> Result<String, String> {
    let account = account(folder, issuer).await?;
    let identifiers: Vec<Identifier> = issuer.names.iter().cloned().map(Identifier::Dns).collect();
    let mut order = match account.new_order(&NewOrder::new(&identifiers)).await {
        Ok(order) => order,
        Err(why) => {
            // An issuer that lost our account gets to know us again the next time.
            if why.to_string().contains("accountDoesNotExist") {
                let _ = std::fs::remove_file(account_path(folder));
            }
            return Err(said(&why));
        }
    };
    prove(&mut order, showcase).await?;
    if order.poll_ready(&RetryPolicy::default()).await.map_err(|why| said(&why))? != OrderStatus::Ready {
        return Err(refused(&mut order).await);
    }
    let key = KeyPair::generate().map_err(|why| why.to_string())?;
    let mut request = CertificateParams::new(issuer.names.clone()).map_err(|why| why.to_string())?;
    request.distinguished_name = DistinguishedName::new();
    let request = request.serialize_request(&key).map_err(|why| why.to_string())?;
    order.finalize_csr(request.der()).await.map_err(|why| said(&why))?;
    let chain = order.poll_certificate(&RetryPolicy::default()).await.map_err(|why| said(&why))?;
    Ok(format!("{}\n{}", chain.trim_end(), key.serialize_pem()))
}

/// Gets every proof ready before the issuer is told to look at the first: it may look at once.
async fn prove(order: &mut Order, showcase: &Showcase) -> Result<(), String> {
    let mut proofs = Vec::new();
    let mut asked = order.authorizations();
    while let Some(authorization) = asked.next().await {
        let mut authorization = authorization.map_err(|why| said(&why))?;
        if authorization.status != AuthorizationStatus::Pending {
            continue;
        }
        let challenge = authorization
            .challenge(ChallengeType::TlsAlpn01)
            .ok_or("it offers no proof over TLS (tls-alpn-01), the only one this box can give")?;
        let name = challenge.identifier().to_string();
        proofs.push((name.clone(), proof(name, challenge.key_authorization().digest().as_ref())?));
    }
    showcase.prove(proofs);
    let mut asked = order.authorizations();
    while let Some(authorization) = asked.next().await {
        let mut authorization = authorization.map_err(|why| said(&why))?;
        if authorization.status == AuthorizationStatus::Pending
            && let Some(mut challenge) = authorization.challenge(ChallengeType::TlsAlpn01)
        {
            challenge.set_ready().await.map_err(|why| said(&why))?;
        }
    }
    Ok(())
}

/// The certificate that proves that we answer under a name (RFC 8737, section 3).
fn proof(name: String, digest: &[u8]) -> Result<Arc<CertifiedKey>, String> {
    let make = || -> Result<(Vec<u8>, Vec<u8>), rcgen::Error> {
        let mut params = CertificateParams::new(vec![name])?;
        params.custom_extensions = vec![CustomExtension::new_acme_identifier(digest)];
        let key = KeyPair::generate()?;
        Ok((params.self_signed(&key)?.der().to_vec(), key.serialize_der()))
    };
    let (certificate, key) = make().map_err(|why| why.to_string())?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key));
    // `from_der` would refuse the extension that makes it a proof: it is critical, and known to nobody but issuers.
    let key = ring::sign::any_supported_type(&key).map_err(|why| why.to_string())?;
    Ok(Arc::new(CertifiedKey::new(vec![certificate.into()], key)))
}

/// Why the issuer did not believe a proof.
async fn refused(order: &mut Order) -> String {
    let mut asked = order.authorizations();
    let mut reasons = Vec::new();
    while let Some(Ok(mut authorization)) = asked.next().await {
        let _ = authorization.refresh().await;
        let errors = authorization.challenges.iter().filter_map(|challenge| challenge.error.as_ref());
        reasons.extend(errors.map(|error| format!("{}: {error}", authorization.identifier())));
    }
    if reasons.is_empty() { "it did not believe us".to_owned() } else { reasons.join("; ") }
}

fn account_path(folder: &Path) -> PathBuf {
    folder.join("acme-account.json")
}

/// The account with this issuer, made when there is none.
async fn account(folder: &Path, issuer: &Issuer) -> Result<Account, String> {
    let builder = match &issuer.root {
        Some(root) => Account::builder_with_root(root),
        None => Account::builder(),
    };
    let builder = builder.map_err(|why| said(&why))?;
    if let Some(credentials) = kept(folder, &issuer.directory) {
        return builder.from_credentials(credentials).await.map_err(|why| said(&why));
    }
    let contact = issuer.contact.as_ref().map(|address| format!("mailto:{address}"));
    let contact: Vec<&str> = contact.as_deref().into_iter().collect();
    let new = NewAccount { contact: &contact, terms_of_service_agreed: true, only_return_existing: false };
    let made = builder.create(&new, issuer.directory.clone(), None).await;
    let (account, credentials) = made.map_err(|why| said(&why))?;
    let text = json!({ "directory": issuer.directory, "credentials": credentials }).to_string();
    write(&account_path(folder), text.as_bytes()).map_err(|why| format!("its account could not be kept: {why}"))?;
    Ok(account)
}

fn kept(folder: &Path, directory: &str) -> Option<AccountCredentials> {
    let mut kept: Value = serde_json::from_slice(&read(&account_path(folder)).ok()?).ok()?;
    let same = kept.get("directory").and_then(Value::as_str) == Some(directory);
    serde_json::from_value(kept.get_mut("credentials")?.take()).ok().filter(|_| same)
}

/// With its causes: `client error (Connect)` alone helps nobody.
fn said(error: &AcmeError) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(why) = cause {
        let why_text = why.to_string();
        if !text.contains(&why_text) {
            text = format!("{text}: {why_text}");
        }
        cause = why.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_that_refuses_is_asked_less_and_less_often_and_not_at_once_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let mut now = Timestamp::from_seconds(1_790_000_000);
        let mut tries = Tries::read(folder.path());
        assert!(!tries.is_too_early(now), "the first try waits for nothing");
        let mut waits = Vec::new();
        for _ in 0..9 {
            tries.begin(folder.path(), now).unwrap();
            let wait = tries.wait();
            assert!(tries.is_too_early(now + wait - Duration::from_secs(1)) && !tries.is_too_early(now + wait));
            waits.push(wait.as_secs() / 60);
            now = now + wait;
        }
        assert_eq!(waits, [15, 30, 60, 120, 240, 480, 960, 1440, 1440]);
        let last = now - Duration::from_hours(24);
        let again = Tries::read(folder.path());
        assert!(
            again.is_too_early(last + Duration::from_mins(14)) && !again.is_too_early(last + Duration::from_mins(15))
        );
        assert!(!again.is_too_early(last - Duration::from_hours(1)), "a clock that was set back");
        tries.succeed();
        assert!(
            tries.is_too_early(last + Duration::from_hours(23)),
            "nor is one that gave asked again on the same day"
        );
    }
}
