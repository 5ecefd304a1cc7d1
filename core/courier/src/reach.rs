//! Whom a channel may reach: what its plugin wants *and* the municipality granted, and never this machine or its network by accident.

mod address;

pub(crate) use address::is_public;

use std::fmt;
use url::{Host, Url};

/// A host that the municipality lets a channel reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Name or address, as it stands in the folder: `social.lillevik.no`; or every name below one: `*.notify.windows.com`.
    pub host: String,
    /// Only that port; none: the usual one of the scheme.
    pub port: Option<u16>,
    /// Where it is.
    pub network: Network,
}

/// Where a host is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Network {
    /// Somewhere in the world: spoken to over HTTPS only, and only at public addresses.
    World,
    /// On the municipality's own network, which it has written down as such: private addresses and plain HTTP are fine.
    Own,
}

/// Whom one channel may reach.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach(Vec<Grant>);

/// An address that a channel may not reach, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotGranted(pub String);

impl Reach {
    /// What a plugin wants and the municipality granted. A wish of `*.example.org` fits each name below; one for a host that was
    /// not granted is worth nothing, and so is a grant that the plugin never asked for.
    pub fn of(wishes: &[String], grants: &[Grant]) -> Self {
        let wanted = |grant: &&Grant| wishes.iter().any(|wish| fits(wish, &grant.host));
        Self(grants.iter().filter(wanted).cloned().collect())
    }

    /// The hosts that may be reached, as they stand in the folder.
    pub fn hosts(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(ToString::to_string)
    }

    /// Checks a whole web address; gives it as it will be dialled.
    pub fn check(&self, address: &str) -> Result<Target, NotGranted> {
        let url = parsed(address)?;
        let usual = match url.scheme() {
            "https" => 443,
            "http" => 80,
            scheme => return refuse(format!("it asked for `{scheme}:`, which is not the web")),
        };
        self.target(url, usual)
    }

    /// Checks the address of a broker, `mqtt://host` or `mqtts://host`; gives it as it will be dialled.
    pub fn check_broker(&self, address: &str) -> Result<Target, NotGranted> {
        // Read as an address of the web, so that no spelling of a host slips by here either.
        let (web, usual) = match address.split_once("://") {
            Some(("mqtts", rest)) => (format!("https://{rest}"), 8883),
            Some(("mqtt", rest)) => (format!("http://{rest}"), 1883),
            _ => return refuse("it asked for something that is no broker".to_owned()),
        };
        let mut url = parsed(&web)?;
        // The web's usual port, written out, is forgotten by its parser.
        let written = [(":443", 443), (":80", 80)].into_iter().find(|(port, _)| authority(&web).ends_with(port));
        let port = url.port().or(written.map(|(_, port)| port)).unwrap_or(usual);
        if url.set_port(Some(port)).is_err() {
            return refuse("it asked for something that is no broker".to_owned());
        }
        let mut target = self.target_at(url, port, usual)?;
        target.port = port;
        Ok(target)
    }

    fn target(&self, url: Url, usual: u16) -> Result<Target, NotGranted> {
        let port = url.port().unwrap_or(usual);
        self.target_at(url, port, usual)
    }

    fn target_at(&self, url: Url, port: u16, usual: u16) -> Result<Target, NotGranted> {
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("it wrote a password into an address".to_owned());
        }
        let name = match url.host() {
            Some(Host::Domain(name)) => name.trim_end_matches('.').to_ascii_lowercase(),
            Some(Host::Ipv4(ip)) => ip.to_string(),
            Some(Host::Ipv6(ip)) => ip.to_string(),
            None => return refuse("it asked for an address without a host".to_owned()),
        };
        let known = self.0.iter().find(|grant| grant.covers(&name) && grant.port.unwrap_or(usual) == port);
        let Some(grant) = known else {
            let granted: Vec<String> = self.0.iter().map(ToString::to_string).collect();
            let granted = if granted.is_empty() { "nothing".to_owned() } else { granted.join(", ") };
            return refuse(format!("it wanted {name}:{port}, granted is {granted}"));
        };
        if url.scheme() == "http" && grant.network == Network::World {
            return refuse(format!("it wanted {name} without encryption"));
        }
        Ok(Target { network: grant.network, host: name, port, url })
    }
}

impl Grant {
    /// Whether it is for a host, written as [`canonical`] has it.
    fn covers(&self, name: &str) -> bool {
        match self.host.strip_prefix("*.") {
            Some(above) => below(name, above),
            None => canonical(&self.host).is_some_and(|granted| granted == name),
        }
    }
}

fn refuse<T>(why: String) -> Result<T, NotGranted> {
    Err(NotGranted(why))
}

/// The parser of browsers: it knows every spelling of an address, so that none slips by as a name.
fn parsed(address: &str) -> Result<Url, NotGranted> {
    Url::parse(address).or_else(|_| refuse("it asked for something that is no address".to_owned()))
}

/// What stands between `://` and the path.
fn authority(address: &str) -> &str {
    let rest = address.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// A host that was granted, as it is dialled.
#[derive(Clone, Debug)]
pub struct Target {
    pub(crate) url: Url,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) network: Network,
}

/// A host as an address has it: small letters, no dot at the end, numbers in one spelling.
fn canonical(host: &str) -> Option<String> {
    Host::parse(host).ok().map(|host| match host {
        Host::Domain(name) => name.trim_end_matches('.').to_ascii_lowercase(),
        Host::Ipv4(ip) => ip.to_string(),
        Host::Ipv6(ip) => ip.to_string(),
    })
}

/// Whether a name lies below another: a dot stands between.
fn below(name: &str, above: &str) -> bool {
    name.strip_suffix(&above.to_ascii_lowercase()).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

fn fits(wish: &str, host: &str) -> bool {
    let Some(host) = canonical(host.trim_start_matches('[').trim_end_matches(']')).or_else(|| canonical(host)) else {
        return false;
    };
    match wish.strip_prefix("*.") {
        Some(above) => below(&host, above),
        // A setting of the format `host` is wished for by whoever fills it in.
        None => wish == "*" || canonical(wish).is_some_and(|wish| wish == host),
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.port {
            Some(port) => write!(f, "{}:{port}", self.host),
            None => f.write_str(&self.host),
        }
    }
}

#[cfg(test)]
mod tests;
