use super::Broken;
use crate::reach::{Network, Target, is_public};
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Looking a name up, reaching it, and settling how to encrypt: each may take so long.
const STEP_MAX: Duration = Duration::from_secs(10);
/// A name with more addresses than this is no help.
const ADDRESSES_MAX: usize = 8;

/// A line to somebody.
pub(crate) trait Line: AsyncRead + AsyncWrite + Send + Unpin {}

impl<L: AsyncRead + AsyncWrite + Send + Unpin> Line for L {}

type Found = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// Looks names up and dials what they lead to, if that may be dialled.
#[derive(Clone)]
pub(crate) struct Dialler {
    look_up: Arc<dyn Fn(String) -> Found + Send + Sync>,
    tls: TlsConnector,
}

impl Dialler {
    /// Trusts what this machine trusts, and the certificates in `pem`.
    pub(crate) fn of_this_machine(pem: &[u8]) -> Self {
        let mut roots = RootCertStore::empty();
        // What is no certificate was refused where it was read.
        roots.add_parsable_certificates(CertificateDer::pem_slice_iter(pem).flatten());
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        Self::new(roots, |host| {
            Box::pin(async move {
                // The port is none of the resolver's business.
                let found = tokio::net::lookup_host((host, 0)).await?;
                Ok(found.map(|address| address.ip()).take(ADDRESSES_MAX).collect())
            })
        })
    }

    pub(super) fn new(roots: RootCertStore, look_up: impl Fn(String) -> Found + Send + Sync + 'static) -> Self {
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            // ring knows both versions of TLS that are safe.
            .unwrap_or_else(|_| unreachable!("ring speaks TLS 1.2 and 1.3"))
            .with_root_certificates(roots)
            .with_no_client_auth();
        Self { look_up: Arc::new(look_up), tls: TlsConnector::from(Arc::new(config)) }
    }

    /// Looks the host up once, checks every address it has, and dials these: a name that changes its mind in between changes nothing.
    pub(crate) async fn dial(&self, target: &Target) -> Result<Box<dyn Line>, Broken> {
        let host = &target.host;
        let addresses = if let Ok(address) = host.parse::<IpAddr>() {
            vec![address]
        } else {
            let found = timeout(STEP_MAX, (self.look_up)(host.clone())).await.map_err(|_| Broken::TimedOut)?;
            found.map_err(|error| Broken::Unreachable(format!("{host} cannot be looked up: {error}")))?
        };
        if addresses.is_empty() {
            return Err(Broken::Unreachable(format!("{host} has no address")));
        }
        // One that is not public is enough: such a name is not what it says.
        if let Some(own) = addresses.iter().find(|address| target.network == Network::World && !is_public(**address)) {
            return Err(Broken::NotGranted(format!("{host} leads to {own}, which is on this network")));
        }
        let stream = reach_one(host, &addresses, target.port).await?;
        if target.network == Network::World && is_this_machine(&stream) {
            return Err(Broken::NotGranted(format!("{host} leads to this box itself")));
        }
        if target.url.scheme() != "https" {
            return Ok(Box::new(stream));
        }
        let unreachable = |why: String| Broken::Unreachable(format!("{host}: {why}"));
        let name =
            ServerName::try_from(host.clone()).map_err(|_| unreachable("no certificate can be for it".to_owned()))?;
        let encrypted = timeout(STEP_MAX, self.tls.connect(name, stream)).await.map_err(|_| Broken::TimedOut)?;
        Ok(Box::new(encrypted.map_err(|error| unreachable(error.to_string()))?))
    }
}

async fn reach_one(host: &str, addresses: &[IpAddr], port: u16) -> Result<TcpStream, Broken> {
    let mut why = Broken::TimedOut;
    for address in addresses.iter().take(ADDRESSES_MAX) {
        match timeout(STEP_MAX, TcpStream::connect(SocketAddr::new(*address, port))).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => why = Broken::Unreachable(format!("{host}: {error}")),
            Err(_) => {}
        }
    }
    Err(why)
}

/// A line from an address to the same address does not leave the machine.
fn is_this_machine(stream: &TcpStream) -> bool {
    match (stream.local_addr(), stream.peer_addr()) {
        (Ok(local), Ok(peer)) => local.ip() == peer.ip(),
        _ => true,
    }
}
