//! The loop around the radio socket: datagrams in, acknowledgements out at once, everything else to the writer.

use crate::box_time::Step;
use crate::gossip::Gossip;
use crate::ingest::{Departure, Ingest};
use crate::orders::{Desk, RadioReport, Taken};
use crate::portal::App;
use model::Timestamp;
use netserver::{Action, NetworkServer};
use std::collections::BTreeSet;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
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
pub(crate) const BATCHES_MAX: usize = 4096;

/// How many waiting batches the writer takes into one transaction.
const GROUP_MAX: usize = 256;

/// While uplinks come faster than one in this time, the writer lets as many gather as come meanwhile: waking up for each costs more than
/// the uplink itself. One that comes alone waits for nothing.
const GATHER: Duration = Duration::from_millis(10);

/// With so many waiting there is enough to do.
const GATHERED: usize = 32;

/// Pause before a transaction that failed is tried again: a full disk is not free at once.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// How often the report is renewed.
const REPORT_EVERY: Duration = Duration::from_secs(1);

/// Serves the radio until `stop` turns true; what was taken is on disk when it returns.
pub async fn run_radio(
    socket: UdpSocket,
    mut server: NetworkServer,
    ingest: Ingest,
    clock: Clock,
    mut desk: Desk,
    mut stop: watch::Receiver<bool>,
) -> io::Result<()> {
    let socket = Arc::new(socket);
    let app = Arc::clone(ingest.app());
    let (batches, waiting) = mpsc::channel(BATCHES_MAX);
    let mut configuration = ingest.follow_configuration();
    let writer = tokio::task::spawn_blocking({
        let (socket, clock) = (Arc::clone(&socket), Arc::clone(&clock));
        let runtime = Handle::current();
        let (report, idle_since) = (desk.report.clone(), clock());
        move || Writer { ingest, waiting, group: Vec::new(), socket, clock, runtime, report, idle_since }.run()
    });
    let mut buffer = vec![0; DATAGRAM_MAX];
    let mut alarms = BTreeSet::new();
    let mut gossip = Gossip::default();
    let mut reports = interval(REPORT_EVERY);
    reports.set_missed_tick_behavior(MissedTickBehavior::Delay);
    while !*stop.borrow() {
        let (actions, order) = tokio::select! {
            received = socket.recv_from(&mut buffer) => match received {
                Ok((length, from)) => (server.datagram(clock(), from, buffer.get(..length).unwrap_or_default()), None),
                // An unreachable gateway shows up here as an ICMP error: no reason to stop listening.
                Err(error) => {
                    tracing::debug!(%error, "a datagram could not be received");
                    continue;
                }
            },
            () = until(alarms.first().copied(), &clock) => {
                alarms.pop_first();
                (server.wake(clock()), None)
            }
            changed = configuration.changed() => {
                // The app outlives the radio, so there is always one to follow.
                if changed.is_ok() {
                    let municipality = Arc::clone(&configuration.borrow_and_update().municipality);
                    let devices = municipality.sensors.iter().map(|s| s.device.clone()).collect();
                    server.configure(devices, &municipality.gateways);
                    server.adjust((&municipality.radio).into());
                }
                continue;
            }
            Some(order) = desk.orders.recv() => match order.carry_out(&mut server, clock()) {
                Some(mut taken) => (std::mem::take(&mut taken.actions), Some(taken)),
                None => continue,
            },
            _ = reports.tick() => {
                if let Some(step) = improve_clock(&app, &mut server, &mut alarms)
                    && batches.send(Work::Clock(step)).await.is_err()
                {
                    break;
                }
                let newest = server.report();
                gossip.tell(&newest, clock());
                desk.report.set(newest);
                desk.report.note_waiting(BATCHES_MAX - batches.capacity());
                continue;
            }
            _ = stop.changed() => break,
        };
        desk.frames.note(&app, clock(), &actions);
        let rest = acknowledge(&socket, actions, &mut alarms).await;
        let work = match order {
            Some(taken) => Work::Order(Taken { actions: rest, ..taken }),
            None if rest.is_empty() => continue,
            None => Work::Heard(rest),
        };
        if batches.send(work).await.is_err() {
            break;
        }
    }
    drop(batches);
    writer.await.map_err(io::Error::other)
}

/// Looks whether a better time is known, and lets the radio go on by it as if nothing had happened.
fn improve_clock(app: &App, server: &mut NetworkServer, alarms: &mut BTreeSet<Timestamp>) -> Option<Step> {
    let time = app.time()?;
    let step = time.improve();
    if let Some(Step { by_ms, .. }) = step {
        server.correct_clock(by_ms);
        *alarms = alarms.iter().map(|at| at.moved(by_ms)).collect();
    }
    server.know_time(time.health().quality);
    step
}

/// Sends what needs no disk, notes when to wake, and gives back the rest. What was dropped is no business of the disk: a flood of it
/// must not reach the writer.
async fn acknowledge(socket: &UdpSocket, actions: Vec<Action>, alarms: &mut BTreeSet<Timestamp>) -> Vec<Action> {
    let mut rest = Vec::new();
    for action in actions {
        match action {
            Action::Acknowledge { to, bytes } => send(socket, to, &bytes).await,
            Action::WakeAt(at) => {
                alarms.insert(at);
            }
            Action::Rejected { .. } => {}
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

/// What waits for the writer.
enum Work {
    Heard(Vec<Action>),
    Order(Taken),
    Clock(Step),
}

/// What is done after a group, alone.
enum Errand {
    None,
    Order(Taken),
    Clock(Step),
}

/// The thread that owns the one writer.
struct Writer {
    ingest: Ingest,
    waiting: mpsc::Receiver<Work>,
    /// What is taken together. It keeps its room: asked for anew with each group, that was a thirtieth of an uplink's time.
    group: Vec<Action>,
    socket: Arc<UdpSocket>,
    clock: Clock,
    runtime: Handle,
    report: RadioReport,
    /// When the last group was done.
    idle_since: Timestamp,
}

impl Writer {
    fn run(mut self) {
        self.insist(|ingest, _| ingest.finish_correction());
        while let Some(errand) = self.next_group() {
            let heard = std::mem::take(&mut self.group);
            let departures = self.insist(|ingest, now| ingest.take(now, &heard));
            self.group = heard;
            self.depart(departures);
            match errand {
                Errand::Order(Taken { entry, actions, tell }) => {
                    let departures = self.insist(|ingest, now| ingest.take_order(now, &actions, &entry));
                    tell();
                    self.depart(departures);
                }
                Errand::Clock(step) => self.insist(|ingest, _| ingest.correct_clock(&step)),
                Errand::None => {}
            }
            self.idle_since = (self.clock)();
        }
        self.insist(|ingest, _| ingest.flush());
    }

    fn depart(&self, departures: Vec<Departure>) {
        for (to, bytes) in departures {
            self.runtime.block_on(send(&self.socket, to, &bytes));
        }
    }

    /// Fills the group with what has come, with nothing when a flush is due; gives the errand that came after it. None when nothing
    /// will come any more.
    fn next_group(&mut self) -> Option<Errand> {
        let due = self.ingest.flush_due();
        let next = self.runtime.block_on(async {
            tokio::select! {
                first = self.waiting.recv() => first,
                () = until(due, &self.clock) => Some(Work::Heard(Vec::new())),
            }
        })?;
        if (self.clock)().since(self.idle_since) < GATHER && self.waiting.len() < GATHERED {
            // On this thread: a timer of the runtime would wake its reactor each time.
            thread::sleep(GATHER);
        }
        Some(gather(&mut self.group, next, &mut self.waiting))
    }

    /// Tries until it works. Meanwhile uplinks wait in their queue, then in the gateways: nothing acknowledged is dropped.
    fn insist<T>(&mut self, mut work: impl FnMut(&mut Ingest, Timestamp) -> Result<T, StoreError>) -> T {
        loop {
            match work(&mut self.ingest, (self.clock)()) {
                Ok(done) => {
                    self.report.note_trouble(None);
                    return done;
                }
                Err(error) => {
                    tracing::error!(%error, "could not write to the data file; trying again in a second");
                    self.report.note_trouble(Some(error.to_string()));
                }
            }
            self.runtime.block_on(sleep(RETRY_AFTER));
        }
    }
}

/// Puts into `group` the first and what waits behind it, up to an errand or as much as one transaction takes.
fn gather(group: &mut Vec<Action>, first: Work, waiting: &mut mpsc::Receiver<Work>) -> Errand {
    group.clear();
    let mut next = Some(first);
    for left in (0..GROUP_MAX).rev() {
        match next {
            Some(Work::Heard(actions)) => group.extend(actions),
            Some(Work::Order(taken)) => return Errand::Order(taken),
            Some(Work::Clock(step)) => return Errand::Clock(step),
            None => break,
        }
        // What is taken out when the group is full would be in nobody's hands.
        next = if left > 0 { waiting.try_recv().ok() } else { None };
    }
    Errand::None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A group that was full once took one more out of the queue and let it go: under load an uplink in 256 was acknowledged and lost.
    #[test]
    fn however_much_waits_nothing_is_lost_between_two_groups() {
        let (batches, mut waiting) = mpsc::channel(BATCHES_MAX);
        for n in 0..1000_u16 {
            batches.try_send(Work::Heard(vec![Action::WakeAt(Timestamp::from_ms(n.into()))])).unwrap();
        }
        let (mut seen, mut group) = (Vec::new(), Vec::new());
        while let Ok(first) = waiting.try_recv() {
            let errand = gather(&mut group, first, &mut waiting);
            assert!(group.len() <= GROUP_MAX && matches!(errand, Errand::None));
            seen.append(&mut group);
        }
        let sent: Vec<_> = (0..1000_u16).map(|n| Action::WakeAt(Timestamp::from_ms(n.into()))).collect();
        assert_eq!(seen, sent);
    }
}
