//! A certificate with its key, read from PEM and checked before anybody is shown it.

use model::Timestamp;
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::sync::Arc;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::{Error as PemError, PemObject};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::{Error as RustlsError, InconsistentKeys};
use x509_parser::extensions::GeneralName;
use x509_parser::prelude::{FromDer, X509Certificate};

/// More is no certificate with its chain.
pub(crate) const PEM_BYTES_MAX: u64 = 256 * 1024;

/// What a certificate says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Certificate {
    /// The names it holds for; `*.norsjo.se` for all one level below.
    pub names: Vec<String>,
    /// From when it holds.
    pub from: Timestamp,
    /// Until when it holds.
    pub until: Timestamp,
    /// SHA-256 over it, as browsers show it: `AB:CD:...`.
    pub fingerprint: String,
}

/// Why a certificate is not shown. The text says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// The file is not there, or may not be read.
    #[error("{path} cannot be read: {why}; the box needs to read it as its own user")]
    Unreadable {
        /// Which file.
        path: String,
        /// What the system said.
        why: String,
    },
    /// There is no certificate in it.
    #[error("there is no whole certificate in it; it begins with -----BEGIN CERTIFICATE----- and may be half written")]
    NoCertificate,
    /// There is no key in it.
    #[error("there is no whole private key in it; it begins with -----BEGIN PRIVATE KEY----- and may be half written")]
    NoKey,
    /// What stands in it is no certificate.
    #[error("the certificate cannot be read: {0}")]
    Malformed(String),
    /// The key cannot be used.
    #[error("the private key cannot be used ({0}); RSA from 2048 bits, ECDSA P-256 and P-384, and Ed25519 can")]
    BadKey(String),
    /// The key is that of another certificate.
    #[error("the private key does not belong to the certificate; both must be of the same order")]
    OtherKey,
    /// It does not hold any more.
    #[error("the certificate expired at {0}; renew it where it comes from")]
    Expired(Timestamp),
    /// It names nobody.
    #[error("the certificate names no host (subject alternative name); browsers refuse such a one")]
    Nameless,
}

/// A certificate that can be shown.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    pub(crate) says: Certificate,
    pub(crate) key: Arc<CertifiedKey>,
}

impl Shown {
    /// Reads chain and key, which may stand in one text, and checks that they belong together and hold at `now`.
    pub(crate) fn read(chain: &[u8], key: &[u8], now: Timestamp) -> Result<Self, CertificateError> {
        let chain: Vec<CertificateDer<'static>> =
            CertificateDer::pem_slice_iter(chain).collect::<Result<_, PemError>>().unwrap_or_default();
        let says = Certificate::of(chain.first().ok_or(CertificateError::NoCertificate)?)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(|_| CertificateError::NoKey)?;
        let key = CertifiedKey::from_der(chain, key, &ring::default_provider()).map_err(|why| match why {
            RustlsError::InconsistentKeys(InconsistentKeys::KeyMismatch) => CertificateError::OtherKey,
            why => CertificateError::BadKey(why.to_string()),
        })?;
        if now >= says.until {
            return Err(CertificateError::Expired(says.until));
        }
        Ok(Self { says, key: Arc::new(key) })
    }
}

impl Certificate {
    fn of(der: &CertificateDer<'_>) -> Result<Self, CertificateError> {
        let malformed = |why: &dyn std::fmt::Display| CertificateError::Malformed(why.to_string());
        let (_, read) = X509Certificate::from_der(der).map_err(|why| malformed(&why))?;
        let alternatives = read.subject_alternative_name().map_err(|why| malformed(&why))?;
        let alternatives = alternatives.iter().flat_map(|extension| &extension.value.general_names);
        let names: Vec<String> = alternatives
            .filter_map(|name| match name {
                GeneralName::DNSName(name) => Some(name.to_lowercase()),
                _ => None,
            })
            .collect();
        if names.is_empty() {
            return Err(CertificateError::Nameless);
        }
        let validity = read.validity();
        Ok(Self {
            names,
            from: Timestamp::from_seconds(validity.not_before.timestamp()),
            until: Timestamp::from_seconds(validity.not_after.timestamp()),
            fingerprint: fingerprint(der),
        })
    }

    /// Whether it holds for this host (RFC 6125: a star stands for one label).
    pub fn is_for(&self, host: &str) -> bool {
        let host = host.trim_end_matches('.').to_lowercase();
        let parent = host.split_once('.').map(|(_, parent)| parent);
        self.names.iter().any(|name| *name == host || name.strip_prefix("*.").is_some_and(|of| Some(of) == parent))
    }
}

fn fingerprint(der: &[u8]) -> String {
    let mut text = String::with_capacity(95);
    for byte in Sha256::digest(der) {
        if !text.is_empty() {
            text.push(':');
        }
        let _ = write!(text, "{byte:02X}");
    }
    text
}
