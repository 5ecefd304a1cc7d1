//! A thread for each way out: one that is slow or away holds up no other.

use super::posting::Posting;
use super::pusher::Pusher;
use super::queue::LOOK_EVERY;
use super::sender::Sender;
use crate::portal::App;
use crate::radio::Clock;
use crate::talk::run_collector;
use model::ChannelId;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Sends what is in the outbox until the box ends. What is under way is finished first.
pub async fn run_outbox(app: Arc<App>, clock: Clock, mut stopped: watch::Receiver<bool>) {
    let built_in = [spawn_letters(&app, &clock, &stopped), spawn_pushes(&app, &clock, &stopped)];
    let mut channels: BTreeMap<ChannelId, JoinHandle<()>> = BTreeMap::new();
    let mut collectors: BTreeMap<ChannelId, JoinHandle<()>> = BTreeMap::new();
    let mut ready = app.follow_channels();
    while !*stopped.borrow() {
        channels.retain(|_, task| !task.is_finished());
        collectors.retain(|_, task| !task.is_finished());
        for (id, channel) in ready.borrow_and_update().iter() {
            if channel.collects() && !collectors.contains_key(id) {
                collectors.insert(id.clone(), spawn_collector(&app, id.clone(), &clock, &stopped));
            }
            if !channels.contains_key(id) {
                channels.insert(id.clone(), spawn_channel(&app, id.clone(), &clock, &stopped));
            }
        }
        tokio::select! {
            _ = stopped.wait_for(|stopped| *stopped) => {}
            // A task that ended by itself is begun anew.
            _ = timeout(LOOK_EVERY, ready.changed()) => {}
        }
    }
    for task in built_in.into_iter().chain(channels.into_values()).chain(collectors.into_values()) {
        if let Err(error) = task.await {
            tracing::error!(%error, "a part of the outbox ended unexpectedly; it begins again with the next start");
        }
    }
}

/// A thread of its own: the data file blocks, and nothing that leaves must wait for a page.
fn spawn_letters(app: &Arc<App>, clock: &Clock, stopped: &watch::Receiver<bool>) -> JoinHandle<()> {
    let (runtime, app, clock, until) = (Handle::current(), Arc::clone(app), clock.clone(), stopped.clone());
    tokio::task::spawn_blocking(move || {
        runtime.block_on(async move {
            let mut sender = Sender::new(Arc::clone(&app));
            let mut woken = Waking::new(&app, until);
            while !woken.is_over() {
                let wait = sender.step(&clock, &woken.stopped).await;
                woken.sleep(wait).await;
            }
        });
    })
}

fn spawn_pushes(app: &Arc<App>, clock: &Clock, stopped: &watch::Receiver<bool>) -> JoinHandle<()> {
    let (runtime, app, clock, until) = (Handle::current(), Arc::clone(app), clock.clone(), stopped.clone());
    tokio::task::spawn_blocking(move || {
        runtime.block_on(async move {
            let mut pusher = Pusher::new(Arc::clone(&app));
            let mut woken = Waking::new(&app, until);
            while !woken.is_over() {
                let wait = pusher.step(&clock, &woken.stopped).await;
                woken.sleep(wait).await;
            }
        });
    })
}

/// Ends when the channel is in the folder no more.
fn spawn_channel(app: &Arc<App>, id: ChannelId, clock: &Clock, stopped: &watch::Receiver<bool>) -> JoinHandle<()> {
    let (runtime, app, clock, until) = (Handle::current(), Arc::clone(app), clock.clone(), stopped.clone());
    tokio::task::spawn_blocking(move || {
        runtime.block_on(async move {
            let mut posting = Posting::new(Arc::clone(&app), id.clone());
            let mut woken = Waking::new(&app, until);
            while !woken.is_over() && app.channel(&id).is_some() {
                let wait = posting.step(&clock, &woken.stopped).await;
                woken.sleep(wait).await;
            }
        });
    })
}

/// A thread of its own, so that a peer that takes its time holds up no post. Ends when the channel is in the folder no more.
fn spawn_collector(app: &Arc<App>, id: ChannelId, clock: &Clock, stopped: &watch::Receiver<bool>) -> JoinHandle<()> {
    let (runtime, app, clock, until) = (Handle::current(), Arc::clone(app), clock.clone(), stopped.clone());
    tokio::task::spawn_blocking(move || runtime.block_on(run_collector(app, id, clock, until)))
}

/// What a sender waits for between two steps.
struct Waking {
    changed: watch::Receiver<u64>,
    ready: watch::Receiver<crate::channels::ByName>,
    stopped: watch::Receiver<bool>,
}

impl Waking {
    fn new(app: &App, stopped: watch::Receiver<bool>) -> Self {
        Self { changed: app.tray.changed.subscribe(), ready: app.follow_channels(), stopped }
    }

    /// A box that was dropped without being stopped is over, too: nobody is left who could say so.
    fn is_over(&self) -> bool {
        *self.stopped.borrow() || self.stopped.has_changed().is_err()
    }

    async fn sleep(&mut self, wait: Result<Duration, StoreError>) {
        let wait = wait.unwrap_or_else(|error| {
            tracing::warn!(%error, "the outbox could not be read or written; it is tried again in a minute");
            LOOK_EVERY
        });
        if wait.is_zero() {
            return;
        }
        // The end is looked at first: with the runtime gone, a timer must not be asked.
        tokio::select! {
            biased;
            _ = self.stopped.wait_for(|stopped| *stopped) => {}
            _ = self.changed.changed() => {}
            _ = self.ready.changed() => {}
            () = tokio::time::sleep(wait.min(LOOK_EVERY)) => {}
        }
    }
}
