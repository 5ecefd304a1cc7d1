//! The web socket: takes connections, bounds them, and hangs up on those who never finish a request.

use crate::{Portal, router};
use axum::extract::ConnectInfo;
use axum::{Extension, Router};
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::collections::HashMap;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// Connections at once: 500 viewers, each with a page and its stream.
const CONNECTIONS_MAX: usize = 1024;
/// Connections of one machine elsewhere. A browser opens six; a school behind one address has some dozens open.
const CONNECTIONS_OF_ONE_MAX: usize = 256;
/// A browser sends its headers in one go. Who needs longer keeps a seat from somebody else.
const HEADERS_WITHIN: Duration = Duration::from_secs(10);
/// How long requests under way are waited for when the box stops.
const FAREWELL: Duration = Duration::from_secs(10);
/// Pause after the system could not give a connection: it may be out of files.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// Serves the portal until `stop` turns true. Live streams end then, and requests under way are answered.
pub async fn serve(listener: TcpListener, portal: Portal, mut stop: watch::Receiver<bool>) -> io::Result<()> {
    let answers = router(portal.clone());
    let seats = Arc::new(Seats::default());
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            // An error says that nobody can tell us any more: that is a reason to stop as well.
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let Ok((stream, peer)) = accepted else {
            tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
            continue;
        };
        // Without a seat the line is dropped: a browser tries again, and an attacker costs nothing.
        if let Some(seat) = seats.take(peer.ip().to_canonical()) {
            let answers = answers.clone().layer(Extension(ConnectInfo(peer)));
            connections.spawn(converse(stream, answers, stop.clone(), seat));
        }
    }
    portal.close();
    let _ = tokio::time::timeout(FAREWELL, async { while connections.join_next().await.is_some() {} }).await;
    Ok(())
}

async fn converse(stream: TcpStream, answers: Router, mut stop: watch::Receiver<bool>, _seat: Seat) {
    let _ = stream.set_nodelay(true);
    let mut protocol = http1::Builder::new();
    protocol.timer(TokioTimer::new()).header_read_timeout(HEADERS_WITHIN);
    let connection = protocol.serve_connection(TokioIo::new(stream), TowerToHyperService::new(answers));
    let mut connection = std::pin::pin!(connection);
    tokio::select! {
        // How a stranger's connection ends is no news.
        _ = connection.as_mut() => return,
        _ = stop.wait_for(|stop| *stop) => connection.as_mut().graceful_shutdown(),
    }
    let _ = connection.await;
}

/// Who is connected.
#[derive(Debug, Default)]
struct Seats(Mutex<HashMap<IpAddr, usize>>);

/// One connection's seat, free again when it is dropped.
#[derive(Debug)]
struct Seat {
    of: IpAddr,
    seats: Arc<Seats>,
}

impl Seats {
    fn take(self: &Arc<Self>, of: IpAddr) -> Option<Seat> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = taken.get(&of).copied().unwrap_or(0);
        // A proxy on this machine brings everybody.
        let own_max = if of.is_loopback() { CONNECTIONS_MAX } else { CONNECTIONS_OF_ONE_MAX };
        if own >= own_max || taken.values().sum::<usize>() >= CONNECTIONS_MAX {
            return None;
        }
        taken.insert(of, own + 1);
        Some(Seat { of, seats: Arc::clone(self) })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.0.lock().unwrap_or_else(PoisonError::into_inner);
        match taken.get_mut(&self.of) {
            Some(own) if *own > 1 => *own -= 1,
            _ => _ = taken.remove(&self.of),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_machine_cannot_take_every_seat_and_gives_them_back() {
        let seats = Arc::new(Seats::default());
        let (one, other) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));
        let taken: Vec<Seat> = std::iter::from_fn(|| seats.take(one)).collect();
        assert_eq!(taken.len(), CONNECTIONS_OF_ONE_MAX);
        assert!(seats.take(other).is_some());
        drop(taken);
        assert!(seats.take(one).is_some());
        assert!(seats.0.lock().unwrap().is_empty());
    }

    #[test]
    fn a_proxy_on_this_machine_may_bring_everybody() {
        let seats = Arc::new(Seats::default());
        let taken: Vec<Seat> = std::iter::from_fn(|| seats.take(IpAddr::from([127, 0, 0, 1]))).collect();
        assert_eq!(taken.len(), CONNECTIONS_MAX);
    }
}
