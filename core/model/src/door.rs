use crate::Slug;
use std::net::SocketAddr;

/// Where the box is reached, how its lines are kept private, and what leaves it as a backup.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Door {
    /// Where alone the rooms of the staff are; none when they are wherever the portal is.
    pub steward_listen: Option<SocketAddr>,
    /// Name on the local network, without `.local`; none when it is not told there.
    pub local_name: Option<Slug>,
    /// How HTTPS is spoken; none when it is not.
    pub tls: Option<Tls>,
    /// Backups.
    pub backup: BackupPlan,
}

/// HTTPS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tls {
    /// Where it is spoken.
    pub listen: SocketAddr,
    /// Where the certificate comes from that browsers know.
    pub source: CertificateSource,
}

/// Where a certificate comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CertificateSource {
    /// The box makes it; browsers warn, and a person compares its fingerprint.
    Own,
    /// Two PEM files; paths are taken from the municipality's folder.
    Files {
        /// The certificate, with its chain.
        certificate: String,
        /// Its private key.
        key: String,
    },
    /// An issuer that speaks ACME.
    Acme {
        /// The address of its directory.
        directory: String,
        /// Whom it may write to.
        contact: Option<String>,
        /// PEM file of the root that its own certificate comes from, when that is a private one.
        root: Option<String>,
        /// Names to be issued. Never empty.
        names: Vec<String>,
    },
}

/// To whom backups are locked, and where they go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BackupPlan {
    /// Public halves of recovery keys: `age1...`.
    pub recipients: Vec<String>,
    /// Where one is written each night; none when nobody wants that.
    pub folder: Option<String>,
    /// How many of them are kept.
    pub keep: u32,
}

impl Default for BackupPlan {
    fn default() -> Self {
        Self { recipients: Vec::new(), folder: None, keep: 14 }
    }
}
