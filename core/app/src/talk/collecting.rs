//! The task that brings back what one channel can: what people said under posts, and how many those reached.

use super::harvest::Gathered;
use crate::channels::ReadyChannel;
use crate::outbox::{Performed, Performer, backoff, publication_name};
use crate::portal::App;
use crate::radio::Clock;
use model::channel::{Harvest, Job, Receipt, Reply, Step};
use model::{About, ChannelId, DeliveryState, PublicationRecord, PublicationState, Secrets, Timestamp, Watched};
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// Replies are looked for this often while a post is young, and later less often.
const EVERY: Duration = Duration::from_mins(5);
const EVERY_LATER: Duration = Duration::from_hours(1);
/// A post is young for so long: most of what is said is said by then.
const YOUNG: Duration = Duration::from_hours(48);
/// After so long nobody looks any more.
const WATCHED_FOR: Duration = Duration::from_hours(30 * 24);
/// Posts that are asked about, the newest.
const WATCHED_MAX: usize = 20;
/// Steps of one collection: two for each post, and some pages.
const STEPS_MAX: u32 = 200;
/// Collections in a row while each brings something new; then others have their turn.
const ROUNDS_MAX: u32 = 100;
/// A peer may ask for so much patience within a collection; who wants more is asked again next time.
const WAIT_MAX: Duration = Duration::from_mins(2);
/// How long the task sleeps when nobody wakes it.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// Collects for a channel until the box ends or the channel is not in the folder any more.
pub(crate) async fn run_collector(app: Arc<App>, channel: ChannelId, clock: Clock, mut stopped: watch::Receiver<bool>) {
    let (mut wanted, mut ready) = (app.talk.wanted.subscribe(), app.follow_channels());
    let mut collector = Collector::new(Arc::clone(&app), channel);
    while !*stopped.borrow() && stopped.has_changed().is_ok() {
        let Some(channel) = app.channel(&collector.channel).filter(|channel| channel.collects()) else { return };
        let wait = collector.step(&channel, &clock, &stopped).await.unwrap_or_else(|error| {
            tracing::warn!(%error, "replies could not be read or written; it is tried again in a minute");
            LOOK_EVERY
        });
        if wait.is_zero() {
            continue;
        }
        tokio::select! {
            biased;
            _ = stopped.wait_for(|stopped| *stopped) => {}
            _ = wanted.changed() => collector.now(),
            _ = ready.changed() => {}
            () = sleep(wait.min(LOOK_EVERY)) => {}
        }
    }
}

struct Collector {
    app: Arc<App>,
    channel: ChannelId,
    performer: Option<(Performer, Arc<ReadyChannel>, Secrets)>,
    /// When it is looked next.
    due: Timestamp,
    failures: u32,
    /// Rounds in a row that brought something.
    rounds: u32,
}

/// What came of a collection.
enum Outcome {
    Gathered(Harvest),
    /// It failed; there is no sense in trying earlier than that.
    Failed(String, Option<Duration>),
    Stopped,
}

impl Collector {
    fn new(app: Arc<App>, channel: ChannelId) -> Self {
        Self { app, channel, performer: None, due: Timestamp::default(), failures: 0, rounds: 0 }
    }

    fn now(&mut self) {
        self.due = Timestamp::default();
    }

    /// Collects once, if it is time; gives how long to wait before the next step.
    async fn step(
        &mut self,
        channel: &Arc<ReadyChannel>,
        clock: &Clock,
        stopped: &watch::Receiver<bool>,
    ) -> Result<Duration, StoreError> {
        let now = clock();
        // A clock that was set back must not keep anybody waiting.
        if self.due > now && self.due.since(now) <= EVERY_LATER * 2 {
            return Ok(self.due.since(now));
        }
        let watched = self.app.watched_posts(&self.channel, now)?;
        let Some(newest) = watched.first() else {
            self.due = now + EVERY;
            return Ok(EVERY);
        };
        let every = if now.since(newest.at) < YOUNG { EVERY } else { EVERY_LATER };
        let outcome = if self.app.has_room_for_replies()? {
            self.collect(channel, &watched, clock, stopped).await?
        } else {
            Outcome::Failed("too many replies wait to be looked at; look at these first".to_owned(), Some(every))
        };
        let now = clock();
        match outcome {
            Outcome::Stopped => Ok(Duration::ZERO),
            Outcome::Failed(why, again) => {
                self.failures = self.failures.saturating_add(1);
                let dice = u64::from_le_bytes(self.app.store().drawn());
                let wait = backoff(self.failures, dice).max(again.unwrap_or(every)).min(EVERY_LATER);
                (self.due, self.rounds) = (now + wait, 0);
                if self.app.talk.told.stuck(&self.channel, &why, now) {
                    tracing::warn!("{}: no replies: {why}", self.channel);
                }
                Ok(wait)
            }
            Outcome::Gathered(harvest) => {
                self.app.talk.told.moves(&self.channel);
                self.failures = 0;
                let Gathered { moved } = self.app.take_harvest(&self.channel, &watched, harvest, now)?;
                self.rounds = if moved { self.rounds + 1 } else { 0 };
                if moved && self.rounds < ROUNDS_MAX {
                    return Ok(Duration::ZERO);
                }
                (self.due, self.rounds) = (now + every, 0);
                Ok(every)
            }
        }
    }

    /// Lets the plugin ask until it has gathered what there is, or a page of it. A collection that a power cut ended begins again from its
    /// bookmark.
    async fn collect(
        &mut self,
        channel: &Arc<ReadyChannel>,
        watched: &[Watched],
        clock: &Clock,
        stopped: &watch::Receiver<bool>,
    ) -> Result<Outcome, StoreError> {
        let secrets = channel.secrets(&self.app.municipality().secrets);
        let is_same = |(_, made, shown): &(Performer, Arc<ReadyChannel>, Secrets)| {
            Arc::ptr_eq(made, channel) && *shown == secrets
        };
        let performer = match self.performer.take() {
            Some(made) if is_same(&made) => made.0,
            before => Performer::new(channel, secrets.clone(), before.map(|(before, _, _)| before)),
        };
        let bookmark = self.app.store().read()?.bookmark(&self.channel)?.unwrap_or_default();
        let outcome = walk(channel, &performer, (watched, &bookmark.place), &secrets, clock, stopped.clone()).await;
        self.performer = Some((performer, Arc::clone(channel), secrets));
        Ok(outcome)
    }
}

async fn walk(
    channel: &ReadyChannel,
    performer: &Performer,
    (watched, bookmark): (&[Watched], &[u8]),
    secrets: &Secrets,
    clock: &Clock,
    mut stopped: watch::Receiver<bool>,
) -> Outcome {
    let receipt = |handle: &String| Receipt { handle: handle.clone(), link: None, people: None };
    // Oldest first, as they went out.
    let posted: Vec<Receipt> = watched.iter().rev().flat_map(|post| &post.handles).map(receipt).collect();
    let job = || Job { settings: channel.plan.settings.clone(), idempotency_key: "0".repeat(32), now: clock() };
    let mut turn = channel.plugin.collect(&posted, bookmark, &job());
    for _ in 0..STEPS_MAX {
        let (state, step) = match turn {
            Ok(turn) => (turn.state, turn.step),
            Err(fault) => return Outcome::Failed(fault.to_string(), None),
        };
        let reply = match step {
            Step::Gathered(harvest) => return Outcome::Gathered(harvest),
            Step::Fail(failure) => return Outcome::Failed(failure.text, failure.again_after),
            Step::Wait(time) if time <= WAIT_MAX => {
                let is_over = timeout(time, stopped.wait_for(|stopped| *stopped)).await;
                if is_over.is_ok() {
                    return Outcome::Stopped;
                }
                Reply::Waited
            }
            Step::Wait(time) => return Outcome::Failed("it is asked to wait".to_owned(), Some(time)),
            Step::Http(_) => {
                let done = tokio::select! {
                    _ = stopped.wait_for(|stopped| *stopped) => return Outcome::Stopped,
                    done = performer.perform(&step, None, secrets) => done,
                };
                match done {
                    Performed::Away(why) => return Outcome::Failed(why, None),
                    Performed::Replied(reply, _) => reply,
                }
            }
            Step::Mqtt(_) | Step::Mail(_) | Step::Push(_) | Step::Done(_) => {
                return Outcome::Failed("its plugin does something else than collect".to_owned(), Some(EVERY_LATER));
            }
        };
        turn = channel.plugin.resume(&state, &reply, &job());
    }
    Outcome::Failed(format!("it did not come to an end within {STEPS_MAX} steps"), Some(EVERY_LATER))
}

impl App {
    /// What of a channel is looked at for replies: what went out in the last month, the newest first.
    pub(super) fn watched_posts(&self, channel: &ChannelId, now: Timestamp) -> Result<Vec<Watched>, StoreError> {
        let snapshot = self.store().read()?;
        let mut watched = Vec::new();
        for row in snapshot.publications()?.rev() {
            let record = match row {
                Err(StoreError::Corrupt(_)) => continue,
                row => row?.1,
            };
            if record.made_at < now - WATCHED_FOR || watched.len() >= WATCHED_MAX {
                break;
            }
            if record.state != PublicationState::Queued {
                continue;
            }
            let delivery = snapshot.delivery_named(&publication_name(&record.name, channel))?;
            let Some(delivery) = delivery.filter(|delivery| delivery.state == DeliveryState::Sent) else { continue };
            let handles: Vec<String> =
                delivery.handle.as_deref().unwrap_or_default().lines().map(str::to_owned).collect();
            if !handles.is_empty() {
                let about = about_of(&record);
                let (at, link) = (delivery.changed_at, delivery.link);
                watched.push(Watched { delivery: delivery.id, handles, link, about, at });
            }
        }
        Ok(watched)
    }
}

/// What a publication is about: its place, or the activity that its door leads to.
fn about_of(record: &PublicationRecord) -> About {
    if let Some(place) = &record.place {
        return About::Place(place.clone());
    }
    if let Some(activity) = &record.activity {
        return About::Activity(activity.clone());
    }
    let named = record.door.as_deref().and_then(|door| door.split_once("/take-part/"));
    let id = named.and_then(|(_, rest)| model::Slug::new(rest.split(['/', '?', '#']).next()?).ok());
    id.map_or(About::Municipality, About::Activity)
}
