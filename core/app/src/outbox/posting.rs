//! The task that sends what one channel composes: step by step, each written down before it is performed.

mod order;

use super::QueueError;
use super::content::Content;
use super::performing::{Performed, Performer, undescribed};
use super::progress::{Progress, Task};
use super::queue::{LOOK_EVERY, Queue};
use super::spending::Spending;
use super::token::{self, Token};
use crate::channels::ReadyChannel;
use crate::portal::App;
use crate::radio::Clock;
use crate::subscriptions::{Said, SpreadError, Spreading};
use model::channel::{Failure, Job, Power, Reply, Step};
use model::{Blame, ChannelId, Delivery, DeliveryKey, Language, PluginFault, Publication, Secrets, Timestamp};
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use tokio::sync::watch;

/// Posts between two looks at what is new.
const POSTS_AT_ONCE: usize = 100;
/// Steps of one post: a picture that is sent, asked after some times, and shown. More is a plugin that runs in circles.
const STEPS_MAX: u32 = 200;
/// A box that had no memory for a plugin has some a little later.
const BOX_BUSY: Duration = Duration::from_secs(10);
/// An outbox that is full has room when some of it is out.
const OUTBOX_FULL: Duration = Duration::from_mins(10);
/// So long a peer may ask all posts of a channel to wait for the sake of one.
const REST_MAX: Duration = Duration::from_mins(15);

/// What waits for one channel, and how it gets on.
pub(super) struct Posting {
    queue: Queue,
    spending: Spending,
    performer: Option<Performer>,
    /// What the performer was made of.
    made_of: Option<(Arc<ReadyChannel>, Secrets)>,
    /// When its peer is next asked how long its token is good.
    ask_at: Option<Timestamp>,
}

/// What became of a try.
enum Outcome {
    /// All posts are out.
    Out,
    /// The next step is due later.
    Later(Duration),
    /// Nobody is there.
    Away(String),
    /// The peer will not have us until staff have mended something.
    Stuck(String),
    /// It failed; a new try may help after a while, or none will.
    Failed(String, Option<Duration>),
    /// The box ends.
    Stopped,
}

/// What a post is sent with.
struct Work<'a> {
    channel: &'a ReadyChannel,
    performer: &'a Performer,
    delivery: &'a Delivery,
    publication: &'a Publication,
    /// The comment that it answers, as the peer calls it.
    answers: Option<&'a str>,
    clock: &'a Clock,
    stopped: &'a watch::Receiver<bool>,
}

impl Posting {
    pub(super) fn new(app: Arc<App>, channel: ChannelId) -> Self {
        let queue = Queue::new(app, channel);
        Self { queue, spending: Spending::default(), performer: None, made_of: None, ask_at: None }
    }

    /// Sends what is due; gives how long to wait before the next step.
    pub(super) async fn step(
        &mut self,
        clock: &Clock,
        stopped: &watch::Receiver<bool>,
    ) -> Result<Duration, StoreError> {
        self.queue.take_in()?;
        let now = clock();
        let Some(channel) = self.queue.app.channel(&self.queue.channel) else { return Ok(LOOK_EVERY) };
        self.settle(&channel);
        if let Some(wait) = self.queue.wait(now).or_else(|| self.queue.still(now)) {
            // Nothing that could leave waits for this.
            self.watch_token(&channel, clock).await;
            if self.performer.as_ref().is_some_and(|performer| performer.may(Power::Mail)) {
                self.queue.app.send_digests(now)?;
            }
            return Ok(wait);
        }
        let municipality = self.queue.app.municipality();
        let quiet = channel.plan.quiet.and_then(|q| q.end(&municipality.calendar, &municipality.almanac, now));
        if let Some(end) = quiet {
            return Ok(end.since(now));
        }
        let room = self.queue.rate.room(channel.plan.per_minute, now);
        if room == 0 {
            return Ok(self.queue.rate.wait(now));
        }
        for delivery in self.queue.ready(room.min(POSTS_AT_ONCE), now)? {
            if *stopped.borrow() || self.queue.still(clock()).is_some() {
                break;
            }
            self.deliver(&channel, &delivery, clock, stopped).await?;
        }
        Ok(Duration::ZERO)
    }

    /// Makes ready what steps are performed with, when the folder has changed.
    fn settle(&mut self, channel: &Arc<ReadyChannel>) {
        let secrets = channel.secrets(&self.queue.app.municipality().secrets);
        let is_same = |(made, shown): &(Arc<ReadyChannel>, Secrets)| Arc::ptr_eq(made, channel) && *shown == secrets;
        if self.performer.is_none() || !self.made_of.as_ref().is_some_and(is_same) {
            self.performer = Some(Performer::new(channel, secrets.clone(), self.performer.take()));
            self.made_of = Some((Arc::clone(channel), secrets));
            self.queue.try_at_once();
            self.ask_at = None;
        }
    }

    /// Asks once a day how long the peer takes the token. One that it takes no more stops the channel, before a post finds out.
    async fn watch_token(&mut self, channel: &ReadyChannel, clock: &Clock) {
        let (now, Some(performer)) = (clock(), &self.performer) else { return };
        // A clock that was set back must not put it off for longer than the day.
        if self.ask_at.is_some_and(|at| at > now && at.since(now) <= token::ASKED_EVERY) {
            return;
        }
        let said = token::ask(channel, performer, now).await;
        self.ask_at = Some(now + said.asked_again_after());
        match said {
            Token::Good(ends) => {
                self.queue.moves();
                self.queue.app.note_token(&self.queue.channel, ends);
            }
            Token::Over(why) => _ = self.queue.stand_still(&why, now),
            Token::Unsaid => {}
        }
    }

    async fn deliver(
        &mut self,
        channel: &ReadyChannel,
        delivery: &Delivery,
        clock: &Clock,
        stopped: &watch::Receiver<bool>,
    ) -> Result<(), StoreError> {
        let Some(performer) = self.performer.take() else { return Ok(()) };
        let snapshot = self.queue.app.store().read()?;
        let content = snapshot.delivery_content(delivery.id)?.and_then(|bytes| Content::from_bytes(&bytes));
        let kept = snapshot.delivery_progress(delivery.id)?.and_then(|bytes| Progress::from_bytes(&bytes));
        let kept = kept.filter(Progress::is_begun);
        drop(snapshot);
        let mut delivery = delivery.clone();
        let mut progress = kept.clone().unwrap_or_default();
        let answers = match &content {
            Some(Content::Answer(comment, _)) => Some(comment.clone()),
            _ => None,
        };
        let outcome = match content.and_then(order::ordered) {
            Some((publication, order)) => {
                let publication = channel.with_door(&publication);
                let work = Work {
                    channel,
                    performer: &performer,
                    delivery: &delivery,
                    publication: &publication,
                    answers: answers.as_deref(),
                    clock,
                    stopped,
                };
                let begun = match kept {
                    Some(kept) => Ok(kept),
                    None => self.begin(&work, order, clock())?,
                };
                match begun {
                    Ok(begun) => {
                        progress = begun;
                        self.queue.rate.note(clock());
                        self.walk(&work, &mut progress).await?
                    }
                    Err(outcome) => outcome,
                }
            }
            None => Outcome::Failed(super::GONE.to_owned(), None),
        };
        self.performer = Some(performer);
        delivery.cost = progress.cost();
        self.note(&delivery, outcome, progress, clock())
    }

    /// Goes on with what is under way until it is out, must wait, or fails.
    async fn walk(&mut self, work: &Work<'_>, progress: &mut Progress) -> Result<Outcome, StoreError> {
        let mut reply = progress.answered();
        while let Some((task, number)) = progress.next() {
            let job = job(work, number);
            // A first step that was not performed for certain is made anew: it may carry the time.
            let again = progress.turn.clone().filter(|_| progress.steps > 1 || reply.is_some());
            let repeats = again.is_some() && reply.is_none();
            let turned = match (again, reply.take()) {
                (Some(turn), None) => Ok(turn),
                (Some(turn), Some(reply)) => work.channel.plugin.resume(&turn.state, &reply, &job),
                (None, _) => {
                    progress.begin_anew();
                    let (plugin, publication) = (&work.channel.plugin, work.publication);
                    match &task {
                        Task::Send(post) => match work.answers {
                            Some(comment) => plugin.answer(comment, post, publication, &job),
                            None => plugin.start(post, publication, &job),
                        },
                        Task::Correct(posted, post) => plugin.correct(posted, post, publication, &job),
                        Task::Withdraw(posted) => plugin.withdraw(posted, &job),
                    }
                }
            };
            let turn = match turned {
                Ok(turn) => turn,
                Err(fault) => return Ok(broken(&fault)),
            };
            if progress.steps >= STEPS_MAX {
                return Ok(Outcome::Failed(format!("it did not come to an end within {STEPS_MAX} steps"), None));
            }
            let step = turn.step.clone();
            if !repeats {
                progress.step(turn);
            }
            match self.perform(work, progress, step, repeats).await? {
                Ok(next) => reply = next,
                Err(outcome) => return Ok(outcome),
            }
        }
        Ok(Outcome::Out)
    }

    /// Performs one step; gives the reply to it, or none when a post is out, or what ends the try.
    async fn perform(
        &self,
        work: &Work<'_>,
        progress: &mut Progress,
        step: Step,
        repeats: bool,
    ) -> Result<Result<Option<Reply>, Outcome>, StoreError> {
        match &step {
            Step::Http(_) | Step::Mqtt(_) => {}
            Step::Done(receipt) => {
                progress.is_out(receipt.clone());
                return Ok(Ok(None));
            }
            Step::Wait(time) => {
                progress.waits = true;
                return Ok(Err(Outcome::Later(*time)));
            }
            Step::Fail(failure) => {
                progress.begin_anew();
                return Ok(Err(failed(failure.clone())));
            }
            Step::Mail(said) => return self.spread(work, progress, Power::Mail, Said::Letter(said)),
            Step::Push(said) => return self.spread(work, progress, Power::Push, Said::Push(said)),
            Step::Gathered(_) => {
                progress.begin_anew();
                let text = "its plugin asks for something that this box does not do".to_owned();
                return Ok(Err(Outcome::Failed(text, None)));
            }
        }
        if *work.stopped.borrow() {
            return Ok(Err(Outcome::Stopped));
        }
        if !repeats && !self.queue.keep(work.delivery.id, &progress.to_bytes())? {
            return Ok(Err(Outcome::Stopped));
        }
        let secrets = progress.with_kept(work.performer.secrets().clone());
        let picture = work.publication.picture.as_ref();
        Ok(match work.performer.perform(&step, picture, &secrets).await {
            Performed::Away(why) => Err(Outcome::Away(why)),
            Performed::Replied(reply, kept) => {
                progress.keep(&kept);
                Ok(Some(reply))
            }
        })
    }

    /// Has the box tell an audience: all letters or messages, and that they are written, are one transaction.
    fn spread(
        &self,
        work: &Work<'_>,
        progress: &mut Progress,
        power: Power,
        said: Said<'_>,
    ) -> Result<Result<Option<Reply>, Outcome>, StoreError> {
        if !work.performer.may(power) {
            return Ok(Ok(Some(undescribed())));
        }
        let app = &self.queue.app;
        let spoken: Vec<Language> = progress.posts.iter().map(|post| post.language).collect();
        let spreading = Spreading { delivery: work.delivery.id, publication: work.publication, spoken: &spoken, said };
        let written = |people| progress.sent_to(people).to_bytes();
        match app.spread(&spreading, written, (work.clock)()) {
            Ok(None) => Ok(Err(Outcome::Stopped)),
            Ok(Some(people)) => {
                progress.sent = Some(people);
                app.outbox_changed();
                Ok(Ok(Some(Reply::Sent(people))))
            }
            Err(SpreadError::Queue(QueueError::Store(error))) => Err(error),
            Err(full @ SpreadError::Queue(QueueError::Full(_))) => {
                Ok(Err(Outcome::Failed(full.to_string(), Some(OUTBOX_FULL))))
            }
            Err(long @ SpreadError::TooLong(_)) => Ok(Err(Outcome::Failed(long.to_string(), None))),
            Err(stuck) => Ok(Err(Outcome::Stuck(stuck.to_string()))),
        }
    }

    /// Writes down what became of a try.
    fn note(
        &mut self,
        before: &Delivery,
        outcome: Outcome,
        mut progress: Progress,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let after = match outcome {
            Outcome::Stopped => return Ok(()),
            Outcome::Away(why) => {
                self.queue.stand_still(&why, now);
                return Ok(());
            }
            Outcome::Stuck(why) => {
                self.queue.stand_still(&why, now);
                return self.queue.keep(before.id, &progress.to_bytes()).map(drop);
            }
            Outcome::Out => {
                self.queue.moves();
                self.spending.add(u64::from(before.cost));
                progress.all_out(before, now)
            }
            Outcome::Later(time) => {
                self.queue.moves();
                Delivery { due_at: now + time, changed_at: now, ..before.clone() }
            }
            Outcome::Failed(why, again) => {
                progress.begin_anew();
                if let Some(time) = again {
                    self.queue.rest(time.min(REST_MAX), now);
                }
                self.queue.failed(before, &why, again, now)
            }
        };
        let kept = progress.is_begun().then(|| progress.to_bytes());
        self.queue.note(before, &after, kept.as_deref())
    }
}

fn failed(failure: Failure) -> Outcome {
    if failure.needs_steward {
        Outcome::Stuck(failure.text)
    } else {
        Outcome::Failed(failure.text, failure.again_after)
    }
}

/// A plugin that broke breaks again on the same bytes; a box that ran short does not.
fn broken(fault: &PluginFault) -> Outcome {
    let again = (fault.blame == Blame::Box).then_some(BOX_BUSY);
    Outcome::Failed(fault.to_string(), again)
}

fn job(work: &Work<'_>, number: usize) -> Job {
    // The first has the delivery's own key; what follows from it is no secret, and the same at every try.
    let key = match number {
        0 => work.delivery.key,
        _ => DeliveryKey(
            Sha256::new().chain_update(work.delivery.key.0).chain_update(number.to_be_bytes()).finalize().into(),
        ),
    };
    let idempotency_key = key.to_string();
    Job { settings: work.channel.plan.settings.clone(), idempotency_key, now: (work.clock)() }
}
