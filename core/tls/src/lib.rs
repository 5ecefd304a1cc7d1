//! The certificate of the box: made, read, watched, renewed.
//!
//! Hides rustls, X.509 and ACME (RFC 8555). A [`Keeper`] keeps the certificate that a [`Plan`] asks for, an [`Acceptor`] shows it to
//! whoever calls, and a [`Report`] says what is shown, until when, and what is wrong. Beside the certificate that a plan names there is
//! always one that the box made itself, for the names of the local network; a person compares its fingerprint.
//!
//! ```
//! # let folder = tempfile::tempdir().unwrap();
//! use tls::{Keeper, Plan, Source};
//! let plan = Plan { folder: folder.path().join("tls"), local: vec!["allting.local".into()], source: Source::Own };
//! let keeper = Keeper::open(plan, model::Timestamp::from_seconds(1_790_000_000)).unwrap();
//! assert_eq!(keeper.report().own.names, ["allting.local"]);
//! assert!(!keeper.is_trusted_for("allting.local"), "only its fingerprint says that it is this box");
//! ```
//!
//! It deliberately opens no socket of its own and knows no HTTP: names are proved by TLS-ALPN-01 (RFC 8737), on the connections that
//! are there already. It reads no clock.

mod acceptor;
mod acme;
mod certificate;
mod files;
mod keeper;
mod own;
mod show;

pub use acceptor::{Acceptor, settle_cryptography};
pub use certificate::{Certificate, CertificateError};
pub use files::{WATCH_EVERY, read_pair};
pub use keeper::{Clock, ISSUED, Keeper, OpenError, Plan, Report, Source};
pub use own::kept_fingerprint;
pub use tokio_rustls::server::TlsStream;
