//! What the outside asks of the radio while it runs, and what it may see of it.

use crate::downlinks::SendRefused;
use crate::frames::FrameLog;
use model::{DevEui, DownlinkId, DownlinkRecord, Timestamp};
use netserver::{Action, NetworkServer, SendError};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{mpsc, oneshot};

/// Orders that may wait for the radio loop; who has more to say waits with them.
const ORDERS_MAX: usize = 64;

/// The radio as the rest of the box sees it. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Radio {
    report: RadioReport,
    frames: FrameLog,
    orders: mpsc::Sender<Order>,
}

/// The other end: the radio loop takes orders here, and shows what it did.
#[derive(Debug)]
pub struct Desk {
    pub(crate) report: RadioReport,
    pub(crate) frames: FrameLog,
    pub(crate) orders: mpsc::Receiver<Order>,
}

/// Both ends of one radio.
pub fn radio() -> (Radio, Desk) {
    let (orders, taken) = mpsc::channel(ORDERS_MAX);
    let (report, frames) = (RadioReport::default(), FrameLog::default());
    (Radio { report: report.clone(), frames: frames.clone(), orders }, Desk { report, frames, orders: taken })
}

/// What staff may know of the radio.
#[derive(Clone, Debug, Default)]
pub struct RadioReport {
    server: Arc<Mutex<Option<netserver::Report>>>,
    batches_waiting: Arc<AtomicUsize>,
    trouble: Arc<Mutex<Option<String>>>,
}

impl RadioReport {
    /// The newest report; none before the loop began.
    pub fn newest(&self) -> Option<netserver::Report> {
        self.server.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the radio brought and the writer has not taken yet.
    pub fn batches_waiting(&self) -> usize {
        self.batches_waiting.load(Ordering::Relaxed)
    }

    /// Shows a report as if a radio had made it.
    pub fn set(&self, report: netserver::Report) {
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(report);
    }

    /// Why nothing can be stored at this moment; none when all is well. What is heard meanwhile waits.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn note_trouble(&self, why: Option<String>) {
        *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = why;
    }

    pub(crate) fn note_waiting(&self, batches: usize) {
        self.batches_waiting.store(batches, Ordering::Relaxed);
    }
}

/// What is asked of the radio loop.
#[derive(Debug)]
pub(crate) enum Order {
    /// Queue this downlink, under a number of its own.
    Send(DownlinkRecord, oneshot::Sender<Result<DownlinkRecord, SendError>>),
    /// Take back one downlink of a device, or all.
    Withdraw(DevEui, Option<DownlinkId>, oneshot::Sender<Vec<DownlinkId>>),
}

/// An order that the network server took: what goes to disk, and whom to tell when it is there.
pub(crate) struct Taken {
    pub(crate) entry: Entry,
    pub(crate) actions: Vec<Action>,
    pub(crate) tell: Box<dyn FnOnce() + Send>,
}

/// What an order leaves in the book of downlinks.
#[derive(Clone, Debug)]
pub(crate) enum Entry {
    Queued(DownlinkRecord),
    Withdrawn(DevEui, Vec<DownlinkId>),
}

impl Radio {
    /// The newest report of the network server; none before the loop began.
    pub fn newest(&self) -> Option<netserver::Report> {
        self.report.newest()
    }

    /// What staff may know of the radio, renewed as it goes on.
    pub fn report(&self) -> RadioReport {
        self.report.clone()
    }

    /// The live frame log.
    pub fn frames(&self) -> &FrameLog {
        &self.frames
    }

    /// Queues a downlink; it is on disk when this returns. Blocks.
    pub(crate) fn send(&self, record: DownlinkRecord) -> Result<DownlinkRecord, SendRefused> {
        let (tell, told) = oneshot::channel();
        self.orders.blocking_send(Order::Send(record, tell)).map_err(|_| SendRefused::Stopping)?;
        Ok(told.blocking_recv().map_err(|_| SendRefused::Stopping)??)
    }

    /// Takes back one downlink of a device, or all; gives the numbers of those that were not done yet, and are not sent again.
    /// That is on disk when this returns. Blocks.
    pub fn withdraw(&self, dev_eui: DevEui, id: Option<DownlinkId>) -> Result<Vec<DownlinkId>, SendRefused> {
        let (tell, told) = oneshot::channel();
        self.orders.blocking_send(Order::Withdraw(dev_eui, id, tell)).map_err(|_| SendRefused::Stopping)?;
        told.blocking_recv().map_err(|_| SendRefused::Stopping)
    }
}

impl Order {
    /// Asks the network server. None when it refused, and said so.
    pub(crate) fn carry_out(self, server: &mut NetworkServer, now: Timestamp) -> Option<Taken> {
        // Who asked may be gone by the time it is done; it is done nevertheless.
        match self {
            Self::Send(record, tell) => match server.send(now, record.dev_eui, record.downlink.clone()) {
                Ok((id, actions)) => {
                    let record = DownlinkRecord { id, ..record };
                    let entry = Entry::Queued(record.clone());
                    Some(Taken { entry, actions, tell: Box::new(move || drop(tell.send(Ok(record)))) })
                }
                Err(why) => {
                    drop(tell.send(Err(why)));
                    None
                }
            },
            Self::Withdraw(dev_eui, id, tell) => {
                let (ids, actions) = server.withdraw(now, dev_eui, id);
                let entry = Entry::Withdrawn(dev_eui, ids.clone());
                Some(Taken { entry, actions, tell: Box::new(move || drop(tell.send(ids))) })
            }
        }
    }
}

impl fmt::Debug for Taken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Taken").field("entry", &self.entry).finish_non_exhaustive()
    }
}
