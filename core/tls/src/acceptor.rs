//! The handshake with a caller.

use crate::show::{ACME_TLS, Showcase};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::{Error as RustlsError, ServerConfig};
use tokio_rustls::server::TlsStream;

/// A handshake is two round trips. Who needs longer keeps a seat from somebody else.
const HANDSHAKE_WITHIN: Duration = Duration::from_secs(10);

/// Makes the one cryptography of the box that of the whole process, for whoever speaks TLS without saying by which.
pub fn settle_cryptography() {
    // Settled already is settled as well.
    let _ = ring::default_provider().install_default();
}

/// Makes an encrypted connection of a plain one: TLS 1.3 or 1.2, HTTP/2 or HTTP/1.1. Cheap to clone.
#[derive(Clone)]
pub struct Acceptor(TlsAcceptor);

impl Acceptor {
    pub(crate) fn new(showcase: Arc<Showcase>) -> Result<Self, RustlsError> {
        let provider = Arc::new(ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let mut config = config.with_no_client_auth().with_cert_resolver(showcase);
        config.alpn_protocols = [b"h2".as_slice(), b"http/1.1", ACME_TLS].map(<[u8]>::to_vec).to_vec();
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    /// Shakes hands, or hangs up. None when the caller only wanted a proof.
    pub async fn accept(&self, stream: TcpStream) -> io::Result<Option<TlsStream<TcpStream>>> {
        let shaken = timeout(HANDSHAKE_WITHIN, self.0.accept(stream)).await;
        let stream = shaken.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        let was_proof = stream.get_ref().1.alpn_protocol() == Some(ACME_TLS);
        Ok((!was_proof).then_some(stream))
    }
}

impl std::fmt::Debug for Acceptor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Acceptor")
    }
}
