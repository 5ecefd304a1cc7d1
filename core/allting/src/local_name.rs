//! The name of the box on the local network: `allting.local`, by multicast DNS (RFC 6762), and that it is a web site (RFC 6763).

use mdns_sd::{DaemonEvent, Receiver, ServiceDaemon, ServiceInfo};
use model::Municipality;
use std::fmt;
use std::net::SocketAddr;

/// A name that is told as long as this lives.
pub(crate) struct LocalName {
    daemon: ServiceDaemon,
}

impl LocalName {
    /// Tells it, where others can reach the box; nothing where only this machine can.
    pub(crate) fn tell(
        municipality: &Municipality,
        plain: SocketAddr,
        https: Option<SocketAddr>,
    ) -> Result<Option<Self>, mdns_sd::Error> {
        let Some(name) = &municipality.door.local_name else { return Ok(None) };
        let sites = [("_https._tcp.local.", https), ("_http._tcp.local.", Some(plain))];
        let sites: Vec<(&str, u16)> = sites
            .into_iter()
            .filter_map(|(kind, at)| at.filter(|at| !at.ip().is_loopback()).map(|at| (kind, at.port())))
            .collect();
        if sites.is_empty() {
            return Ok(None);
        }
        let daemon = ServiceDaemon::new()?;
        let events = daemon.monitor()?;
        let (host, none): (String, &[(&str, &str)]) = (format!("{name}.local."), &[]);
        for (kind, port) in sites {
            daemon.register(ServiceInfo::new(kind, name.as_str(), &host, "", port, none)?.enable_addr_auto())?;
        }
        std::thread::spawn(move || listen(&events));
        Ok(Some(Self { daemon }))
    }
}

/// Says so when the network has another box of this name. Ends when the name is not told any more.
fn listen(events: &Receiver<DaemonEvent>) {
    while let Ok(event) = events.recv() {
        match event {
            DaemonEvent::NameChange(change) => tracing::warn!(
                was = change.original,
                is = change.new_name,
                "another machine has this name: give the box one of its own with `local_name`"
            ),
            DaemonEvent::Error(error) => tracing::warn!(%error, "the local name could not be told"),
            _ => {}
        }
    }
}

impl Drop for LocalName {
    fn drop(&mut self) {
        // It says goodbye, so that nobody looks for a box that is off.
        if let Ok(ended) = self.daemon.shutdown() {
            let _ = ended.recv_timeout(std::time::Duration::from_secs(2));
        }
    }
}

impl fmt::Debug for LocalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LocalName")
    }
}
