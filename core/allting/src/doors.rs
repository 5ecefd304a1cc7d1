//! The sockets of the portal, and the certificate it shows at them.

use crate::local_name::LocalName;
use anyhow::{Context, Result};
use model::{CertificateSource, Municipality, Timestamp};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tls::{Keeper, Plan, Source};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use web::{Entrance, Portal};

/// The folder of keys and certificates, within the data.
pub(crate) const FOLDER: &str = "tls";

/// Sockets that are open, and nobody is served at yet.
#[derive(Debug)]
pub(crate) struct Doors {
    plain: TcpListener,
    https: Option<(TcpListener, Arc<Keeper>)>,
    steward: Option<TcpListener>,
}

impl Doors {
    /// Opens them. A certificate that is missing or wrong keeps nobody out: the box shows its own.
    pub(crate) async fn open(
        web: SocketAddr,
        municipality: &Municipality,
        folder: &Path,
        data: &Path,
        now: Timestamp,
    ) -> Result<Self> {
        let door = &municipality.door;
        let listener = bind("web_listen", web).await?;
        let https = match &door.tls {
            None => None,
            Some(tls) => {
                let plan = Plan {
                    folder: data.join(FOLDER),
                    local: local_names(municipality),
                    source: source(&tls.source, folder),
                };
                Some((bind("listen` in `[tls]", tls.listen).await?, Keeper::open(plan, now)?))
            }
        };
        let steward = match door.steward_listen {
            None => None,
            Some(address) => Some(bind("steward_listen", address).await?),
        };
        Ok(Self { plain: listener, https, steward })
    }

    pub(crate) fn web(&self) -> Result<SocketAddr> {
        Ok(self.plain.local_addr()?)
    }

    pub(crate) fn https(&self) -> Option<SocketAddr> {
        self.https.as_ref()?.0.local_addr().ok()
    }

    pub(crate) fn steward(&self) -> Option<SocketAddr> {
        self.steward.as_ref()?.local_addr().ok()
    }

    pub(crate) fn keeper(&self) -> Option<Arc<Keeper>> {
        self.https.as_ref().map(|(_, keeper)| Arc::clone(keeper))
    }

    /// Tells the name of the box on the local network, or why it cannot be told.
    pub(crate) fn tell_name(&self, municipality: &Municipality, warnings: &mut Vec<String>) -> Option<LocalName> {
        let told = LocalName::tell(municipality, self.web().ok()?, self.https());
        told.unwrap_or_else(|why| {
            warnings.push(format!("the name of the box is not told on the local network: {why}"));
            None
        })
    }

    /// Serves at all of them until `stop` turns true.
    pub(crate) async fn serve(self, portal: Portal, clock: tls::Clock, stop: watch::Receiver<bool>) -> Result<()> {
        let mut serving = JoinSet::new();
        let https = self.https().map(|address| address.port()).zip(self.keeper());
        let portal = match https {
            Some((port, keeper)) => portal.with_https(keeper, port),
            None => portal,
        };
        let public = if self.steward.is_some() { portal.clone().without_staff() } else { portal.clone() };
        serving.spawn(web::serve(self.plain, Entrance::Plain, public.clone(), stop.clone()));
        let mut entrance = Entrance::Plain;
        if let Some((listener, keeper)) = self.https {
            entrance = Entrance::Encrypted(keeper.acceptor());
            serving.spawn(web::serve(listener, entrance.clone(), public, stop.clone()));
            let keeping = stop.clone();
            serving.spawn(async move {
                keeper.run(clock, keeping).await;
                Ok(())
            });
        }
        if let Some(listener) = self.steward {
            serving.spawn(web::serve(listener, entrance, portal, stop.clone()));
        }
        while let Some(ended) = serving.join_next().await {
            ended??;
        }
        Ok(())
    }
}

/// Names under which the box is found without asking the world.
pub(crate) fn local_names(municipality: &Municipality) -> Vec<String> {
    let name = municipality.door.local_name.as_ref().map_or("allting", |name| name.as_str());
    vec![format!("{name}.local"), "localhost".to_owned()]
}

fn source(source: &CertificateSource, folder: &Path) -> Source {
    match source {
        CertificateSource::Own => Source::Own,
        CertificateSource::Files { certificate, key } => {
            Source::Files { certificate: folder.join(certificate), key: folder.join(key) }
        }
        CertificateSource::Acme { directory, contact, root, names } => Source::Acme {
            directory: directory.clone(),
            contact: contact.clone(),
            root: root.as_ref().map(|path| folder.join(path)),
            names: names.clone(),
        },
    }
}

async fn bind(key: &str, address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| taken(key, address))
}

/// Why an address could not be had, most likely.
pub(crate) fn taken(key: &str, address: SocketAddr) -> String {
    format!(
        "could not listen on {address}; is another program there, or another box, or is it not an address of this \
         machine? `{key}` in municipality.toml sets it"
    )
}
