//! Which certificate a caller is shown.

use crate::certificate::Shown;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use tokio_rustls::rustls::server::{ClientHello, ResolvesServerCert};
use tokio_rustls::rustls::sign::CertifiedKey;

/// The protocol by which an issuer asks for a proof (RFC 8737).
pub(crate) const ACME_TLS: &[u8] = b"acme-tls/1";

/// What can be shown.
#[derive(Debug)]
struct Hand {
    /// Made by the box.
    own: Shown,
    /// Vouched for by somebody that browsers know.
    trusted: Option<Shown>,
    /// Proofs for an issuer, by name.
    proofs: Vec<(String, Arc<CertifiedKey>)>,
}

/// Shared between the keeper and every connection.
#[derive(Debug)]
pub(crate) struct Showcase(RwLock<Hand>);

impl Showcase {
    pub(crate) fn new(own: Shown) -> Self {
        Self(RwLock::new(Hand { own, trusted: None, proofs: Vec::new() }))
    }

    pub(crate) fn own(&self) -> Shown {
        self.hand().own.clone()
    }

    pub(crate) fn trusted(&self) -> Option<Shown> {
        self.hand().trusted.clone()
    }

    pub(crate) fn show(&self, trusted: Shown) {
        self.hand_mut().trusted = Some(trusted);
    }

    pub(crate) fn prove(&self, proofs: Vec<(String, Arc<CertifiedKey>)>) {
        self.hand_mut().proofs = proofs;
    }

    fn hand(&self) -> RwLockReadGuard<'_, Hand> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn hand_mut(&self) -> RwLockWriteGuard<'_, Hand> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ResolvesServerCert for Showcase {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let asks_for_proof = hello.alpn().is_some_and(|mut offered| offered.any(|one| one == ACME_TLS));
        let (hand, name) = (self.hand(), hello.server_name());
        if asks_for_proof {
            let proof = hand.proofs.iter().find(|(of, _)| Some(of.as_str()) == name);
            return proof.map(|(_, key)| Arc::clone(key));
        }
        let of_local_network = name.is_none_or(|name| hand.own.says.is_for(name));
        match &hand.trusted {
            // Who asks for a name of the local network, or by number, gets what their fingerprint fits.
            Some(trusted) if !of_local_network || name.is_some_and(|name| trusted.says.is_for(name)) => {
                Some(Arc::clone(&trusted.key))
            }
            _ => Some(Arc::clone(&hand.own.key)),
        }
    }
}
