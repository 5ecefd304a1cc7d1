//! The loop around the radio socket: datagrams in, acknowledgements out at once, everything else to the writer.

use crate::gossip::Gossip;
use crate::ingest::Ingest;
use model::Timestamp;
use netserver::{Action, NetworkServer};
use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::StoreError;
use tokio::net::UdpSocket;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};
use tokio::time::{MissedTickBehavior, interval, sleep};

/// Reads the time. Only the binary makes one.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// Larger than any datagram a gateway sends; what is longer is cut and refused by the parser.
const DATAGRAM_MAX: usize = 65_536;

/// Batches that may wait for the writer. When it is full the loop stops reading, and the kernel drops datagrams that were never acknowledged.
const BATCHES_MAX: usize = 4096;

/// How many waiting batches the writer takes into one transaction.
const GROUP_MAX: usize = 256;

/// Pause before a transaction that failed is tried again: a full disk is not free at once.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// What staff may know of the radio.
#[derive(Clone, Debug, Default)]
pub struct RadioReport {
    server: Arc<Mutex<Option<netserver::Report>>>,
}

impl RadioReport {
    /// The newest report; none before the loop began.
    pub fn newest(&self) -> Option<netserver::Report> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, report: netserver::Report) {
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(report);
    }
}

/// How often the report is renewed.
const REPORT_EVERY: Duration = Duration::from_secs(1);

/// Serves the radio until `stop` turns true; what was taken is on disk when it returns.
pub async fn run_radio(
    socket: UdpSocket,
    mut server: NetworkServer,
    ingest: Ingest,
    clock: Clock,
    report: RadioReport,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let socket = Arc::new(socket);
    let (batches, waiting) = mpsc::channel(BATCHES_MAX);
    let mut configuration = ingest.follow_configuration();
    let writer = tokio::task::spawn_blocking({
        let (socket, clock) = (Arc::clone(&socket), Arc::clone(&clock));
        let runtime = Handle::current();
        move || Writer { ingest, waiting, socket, clock, runtime }.run()
    });
    let mut buffer = vec![0; DATAGRAM_MAX];
    let mut alarms = BTreeSet::new();
    let mut gossip = Gossip::default();
    let mut reports = interval(REPORT_EVERY);
    reports.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !*stop.borrow() {
        let actions = tokio::select! {
            received = socket.recv_from(&mut buffer) => match received {
                Ok((length, from)) => server.datagram(clock(), from, buffer.get(..length).unwrap_or_default()),
                // An unreachable gateway shows up here as an ICMP error: no reason to stop listening.
                Err(error) => {
                    tracing::debug!(%error, "a datagram could not be received");
                    continue;
                }
            },
            () = until(alarms.first().copied(), &clock) => {
                alarms.pop_first();
                server.wake(clock())
            }
            changed = configuration.changed() => {
                // The app outlives the radio, so there is always one to follow.
                if changed.is_ok() {
                    let municipality = Arc::clone(&configuration.borrow_and_update().municipality);
                    let devices = municipality.sensors.iter().map(|s| s.device.clone()).collect();
                    server.configure(devices, &municipality.gateways);
                }
                continue;
            }
            _ = reports.tick() => {
                let newest = server.report();
                gossip.tell(&newest, clock());
                report.set(newest);
                continue;
            }
            _ = stop.changed() => break,
        };
        let rest = acknowledge(&socket, actions, &mut alarms).await;
        if !rest.is_empty() && batches.send(rest).await.is_err() {
            break;
        }
    }
    drop(batches);
    writer.await.map_err(io::Error::other)
}

/// Sends what needs no disk, notes when to wake, and gives back the rest.
async fn acknowledge(socket: &UdpSocket, actions: Vec<Action>, alarms: &mut BTreeSet<Timestamp>) -> Vec<Action> {
    let mut rest = Vec::new();
    for action in actions {
        match action {
            Action::Acknowledge { to, bytes } => send(socket, to, &bytes).await,
            Action::WakeAt(at) => {
                alarms.insert(at);
            }
            other => rest.push(other),
        }
    }
    rest
}

async fn send(socket: &UdpSocket, to: SocketAddr, bytes: &[u8]) {
    if let Err(error) = socket.send_to(bytes, to).await {
        tracing::warn!(%error, %to, "a datagram could not be sent to a gateway");
    }
}

/// Sleeps until the wall clock says `at`; for ever without one.
async fn until(at: Option<Timestamp>, clock: &Clock) {
    match at {
        Some(at) => sleep(at.since(clock())).await,
        None => std::future::pending().await,
    }
}

/// The thread that owns the one writer.
struct Writer {
    ingest: Ingest,
    waiting: mpsc::Receiver<Vec<Action>>,
    socket: Arc<UdpSocket>,
    clock: Clock,
    runtime: Handle,
}

impl Writer {
    fn run(mut self) {
        while let Some(actions) = self.next_group() {
            let departures = self.insist(|ingest, now| ingest.take(now, &actions));
            for (to, bytes) in departures {
                self.runtime.block_on(send(&self.socket, to, &bytes));
            }
        }
        self.insist(|ingest, _| ingest.flush());
    }

    /// What has come, as one group; empty when a flush is due; none when nothing will come any more.
    fn next_group(&mut self) -> Option<Vec<Action>> {
        let due = self.ingest.flush_due();
        let mut group = self.runtime.block_on(async {
            tokio::select! {
                first = self.waiting.recv() => first,
                () = until(due, &self.clock) => Some(Vec::new()),
            }
        })?;
        for _ in 1..GROUP_MAX {
            let Ok(more) = self.waiting.try_recv() else { break };
            group.extend(more);
        }
        Some(group)
    }

    /// Tries until it works. Meanwhile uplinks wait in their queue, then in the gateways: nothing acknowledged is dropped.
    fn insist<T>(&mut self, mut work: impl FnMut(&mut Ingest, Timestamp) -> Result<T, StoreError>) -> T {
        loop {
            match work(&mut self.ingest, (self.clock)()) {
                Ok(done) => return done,
                Err(error) => tracing::error!(%error, "could not write to the data file; trying again in a second"),
            }
            self.runtime.block_on(sleep(RETRY_AFTER));
        }
    }
}
