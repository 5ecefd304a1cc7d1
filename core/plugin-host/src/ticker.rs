use std::io;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread;
use std::time::Duration;

use wasmtime::Engine;

/// Moves the epoch of some engines, one tick at a time, from a thread of its own. The thread ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Ticker {
    /// Nothing is ever sent; dropping it wakes the thread.
    _alive: Sender<()>,
}

/// A backstop need not be sharp, and an idle box should sleep.
const TICKS_PER_BACKSTOP: u32 = 10;

impl Ticker {
    /// Starts a thread that ticks ten times within `backstop`.
    pub(crate) fn start(engines: Vec<Engine>, backstop: Duration) -> io::Result<Self> {
        let (alive, dropped) = mpsc::channel();
        let period = backstop / TICKS_PER_BACKSTOP;
        thread::Builder::new().name("plugin-epoch".to_owned()).spawn(move || {
            while dropped.recv_timeout(period) == Err(RecvTimeoutError::Timeout) {
                engines.iter().for_each(Engine::increment_epoch);
            }
        })?;
        Ok(Self { _alive: alive })
    }
}

/// Ticks until the backstop. One more, for the first may come at once.
pub(crate) const DEADLINE: u64 = TICKS_PER_BACKSTOP as u64 + 1;
