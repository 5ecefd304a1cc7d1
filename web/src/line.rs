//! The line a request came by: from whom, whether others on the way can read it, and that it is an encrypted one where it can be.

use crate::portal::Portal;
use crate::reader::{header, is_plain};
use axum::extract::{Request, State};
use axum::http::header::{HOST, HeaderName, LOCATION, STRICT_TRANSPORT_SECURITY};
use axum::http::{Extensions, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use tls::Keeper;

/// For so long a browser asks by HTTPS only: a year.
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// That HTTPS is spoken, and how.
#[derive(Clone, Debug)]
pub(crate) struct Https {
    pub(crate) keeper: Arc<Keeper>,
    /// Where the world reaches it.
    pub(crate) port: u16,
}

/// Looks at the line of every request. Who can be sent to an encrypted one is: to the portal where browsers trust its certificate, to the
/// rooms of the staff in any case.
pub(crate) async fn take(State(portal): State<Portal>, mut request: Request, next: Next) -> Response {
    let line = Line::of(&request, &portal.municipality().trusted_proxies);
    request.extensions_mut().insert(line);
    let Some(https) = portal.https() else { return next.run(request).await };
    let asked = header(request.headers(), &HOST).filter(|host| is_plain(host));
    let host = asked.map_or("", without_port);
    let trusted = https.keeper.is_trusted_for(host);
    if !line.encrypted && (trusted || wants_privacy(&request, line)) && !host.is_empty() {
        return https.redirect(host, &request);
    }
    let mut response = next.run(request).await;
    if line.encrypted && trusted {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, HSTS);
    }
    response
}

impl Https {
    fn redirect(&self, host: &str, request: &Request) -> Response {
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
        let port = if self.port == 443 { String::new() } else { format!(":{}", self.port) };
        match HeaderValue::from_str(&format!("https://{host}{port}{path}")) {
            Ok(to) => (StatusCode::PERMANENT_REDIRECT, [(LOCATION, to)]).into_response(),
            Err(_) => StatusCode::BAD_REQUEST.into_response(),
        }
    }
}

/// A hop as proxies write it, some of them with its port.
fn address(hop: &str) -> Option<IpAddr> {
    let with_port = || hop.parse().map(|at: SocketAddr| at.ip());
    hop.parse().or_else(|_| with_port()).ok().map(|ip: IpAddr| ip.to_canonical())
}

pub(crate) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        // The colons of `[::1]` are no port.
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

fn wants_privacy(request: &Request, line: Line) -> bool {
    let mut steps = request.uri().path().trim_start_matches('/').split('/');
    let staff = [steps.next(), steps.next()].contains(&Some("staff"));
    staff && !line.is_private()
}

/// Set by whoever took the connection over TLS.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Encrypted;

/// Whom a request is from, and whether others on the way can read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) from: IpAddr,
    encrypted: bool,
}

impl Line {
    /// Forwarded words are believed of a trusted proxy only: anybody can write a header.
    fn of(request: &Request, trusted: &[IpAddr]) -> Self {
        let peer = request.extensions().get::<axum::extract::ConnectInfo<SocketAddr>>();
        // A test without a socket asks from here.
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0.ip().to_canonical());
        let encrypted = request.extensions().get::<Encrypted>().is_some();
        if !trusted.contains(&peer) {
            return Self { from: peer, encrypted };
        }
        let header = |name| request.headers().get_all(name).iter().filter_map(|value| value.to_str().ok());
        let hops = header(HeaderName::from_static("x-forwarded-for")).flat_map(|value| value.split(','));
        let hops: Vec<Option<IpAddr>> = hops.map(|hop| address(hop.trim())).collect();
        // The last hop that is no proxy of ours was seen by one of ours; what stands before it anybody may have written. So does what
        // stands before a hop that cannot be read.
        let from = hops.into_iter().rev().map_while(|hop| hop).find(|hop| !trusted.contains(hop));
        let said = header(HeaderName::from_static("x-forwarded-proto")).next_back();
        Self { from: from.unwrap_or(peer), encrypted: encrypted || said == Some("https") }
    }

    /// As [`take`] found it out.
    pub(crate) fn found(extensions: &Extensions) -> Self {
        extensions.get().copied().unwrap_or(Self { from: IpAddr::V4(Ipv4Addr::LOCALHOST), encrypted: false })
    }

    /// The scheme that the reader sees in the address.
    pub(crate) fn scheme(self) -> &'static str {
        if self.encrypted { "https" } else { "http" }
    }

    /// Over TLS, or from this machine itself: somebody who sits at it.
    pub(crate) fn is_private(self) -> bool {
        self.encrypted || self.from.is_loopback()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::body::Body;
    use axum::extract::ConnectInfo;

    const PROXY: &str = "192.0.2.1";

    fn line(peer: &str, headers: &[(&'static str, &str)]) -> Line {
        let mut request = Request::new(Body::empty());
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)));
        for (name, value) in headers {
            request.headers_mut().append(*name, value.parse().unwrap());
        }
        Line::of(&request, &[PROXY.parse().unwrap()])
    }

    #[test]
    fn a_trusted_proxy_says_whom_it_asks_for() {
        let said = [("x-forwarded-for", "127.0.0.1, 198.51.100.7"), ("x-forwarded-proto", "https")];
        let through = line(PROXY, &said);
        assert_eq!(through, Line { from: "198.51.100.7".parse().unwrap(), encrypted: true });
        assert!(through.is_private());
    }

    #[test]
    fn a_stranger_who_writes_the_same_headers_is_not_believed() {
        let said = [("x-forwarded-for", "127.0.0.1"), ("x-forwarded-proto", "https")];
        let stranger = line("198.51.100.9", &said);
        assert_eq!(stranger, Line { from: "198.51.100.9".parse().unwrap(), encrypted: false });
        assert!(!stranger.is_private());
        assert!(line("127.0.0.1", &[]).is_private());
    }

    /// Some proxies write a port behind the address. Such a hop was once passed over, and what the caller had written before it was
    /// believed: that the request came from the box itself, say.
    #[test]
    fn what_a_stranger_wrote_before_a_hop_with_a_port_is_not_believed() {
        for (hop, from) in [
            ("198.51.100.7:4711", "198.51.100.7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("2001:db8::7", "2001:db8::7"),
            ("unknown", PROXY),
            ("", PROXY),
        ] {
            let through = line(PROXY, &[("x-forwarded-for", &format!("127.0.0.1, {hop}"))]);
            assert_eq!(through, Line { from: from.parse().unwrap(), encrypted: false }, "{hop}");
        }
    }

    #[test]
    fn the_port_of_plain_http_is_not_carried_over() {
        for (host, name) in
            [("box.local:80", "box.local"), ("box.local", "box.local"), ("[::1]:8080", "[::1]"), ("[::1]", "[::1]")]
        {
            assert_eq!(without_port(host), name);
        }
    }
}
