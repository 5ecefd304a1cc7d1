//! Activities: a page is shown, a form is taken, findings are told. Each is kept warm in the sandbox while there is room, and built
//! again from the log when it is not.

use crate::portal::App;
use engagement::{Gate, Misfit, PublicFinding, PublicPage, Sent, fit};
use model::activity::{
    Activity, ActivityId, Audience, Decision, Entry, EntryId, FormToken, PagePath, Phase, Problem, Pseudonym, Role,
    Subject, Submission, Viewer,
};
use model::{PluginFault, Slug, Timestamp};
use plugin_host::{Breaker, Method, Warm};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use store::{Durability, Snapshot, StoreError};

/// What all warm activities together may take of memory: some twenty of the size of a lively survey.
const WARM_BYTES_MAX: usize = 64 << 20;

/// Why an activity did not answer.
#[derive(Debug, thiserror::Error)]
pub enum ActivityError {
    /// There is none of that name.
    #[error("there is no activity `{0}`")]
    Unknown(ActivityId),
    /// The data file did not do it.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its plugin broke. What people said is kept.
    #[error(transparent)]
    Plugin(#[from] PluginFault),
    /// Its plugin broke several times and rests for a while.
    #[error("the plugin of activity `{0}` broke several times; it is tried again soon")]
    Resting(ActivityId),
    /// The settings do not open any more; each says where and why.
    #[error("the settings of activity `{0}` do not open it")]
    Settings(ActivityId, Vec<Problem>),
}

/// A form as it came in, and the token it was shown with.
#[derive(Clone, Debug)]
pub struct SentForm<'a> {
    /// The page it was sent from.
    pub path: PagePath,
    /// What was filled in.
    pub sent: Sent<'a>,
    /// Random, made when the form was shown: the same form sent twice says it once.
    pub token: FormToken,
}

/// What came of a form.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// It is on disk. An address to be told what happened comes with it, for the room that keeps addresses; it is not in the log.
    Kept(Submission, Option<String>),
    /// This very form was taken before; nothing was added.
    Before(Submission),
    /// Something in it must be mended first; nothing is kept.
    Misfits(Vec<Misfit>),
    /// The method found something to mend; nothing is kept.
    Problems(Vec<Problem>),
    /// It does not take answers now.
    NotOpen(Phase),
    /// They may not change what another wrote.
    NotTheirs,
}

/// All activities of a box.
#[derive(Debug, Default)]
pub(crate) struct Activities {
    running: RwLock<BTreeMap<ActivityId, Arc<Running>>>,
    breaker: Mutex<Breaker<ActivityId>>,
    /// Counts uses, so that what was used longest ago is let go first.
    uses: Mutex<u64>,
}

/// One activity: what it is, and the instance that is warm.
#[derive(Debug)]
struct Running {
    activity: Activity,
    method: Method,
    warmth: Mutex<Warmth>,
}

#[derive(Debug, Default)]
struct Warmth {
    warm: Option<Warm>,
    /// The last entry it has taken in.
    applied: EntryId,
    used: u64,
}

impl App {
    /// Opens an activity, or puts another version of it or of its plugin in its place. When the new one does not open, the old one goes
    /// on and the reasons come back.
    pub fn put_activity(&self, activity: Activity, method: Method) -> Result<(), ActivityError> {
        let id = activity.id.clone();
        if let Err(problems) = method.open(&activity.setup())? {
            return Err(ActivityError::Settings(id, problems));
        }
        let running = Arc::new(Running { activity, method, warmth: Mutex::default() });
        self.activities().running.write().unwrap_or_else(PoisonError::into_inner).insert(id, running);
        Ok(())
    }

    /// Opens what is configured and closes what no longer is. Says, a sentence each, what does not open; what ran before under that name
    /// goes on.
    pub fn put_activities(&self, activities: Vec<Activity>, methods: &HashMap<Slug, Method>) -> Vec<String> {
        let listed: Vec<ActivityId> = activities.iter().map(|activity| activity.id.clone()).collect();
        let mut running = self.activities().running.write().unwrap_or_else(PoisonError::into_inner);
        running.retain(|id, _| listed.contains(id));
        drop(running);
        let mut wrong = Vec::new();
        for activity in activities {
            let Some(method) = methods.get(&activity.method) else {
                wrong.push(format!("activity {} is not open: no plugin `{}` is loaded", activity.id, activity.method));
                continue;
            };
            let file = format!("activities/{}.toml", activity.id);
            match self.put_activity(activity, method.clone()) {
                Ok(()) => {}
                Err(ActivityError::Settings(_, problems)) => {
                    let stops = problems.iter().filter(|problem| problem.stops);
                    wrong.extend(stops.map(|problem| format!("{file}, settings{}: {}", problem.at, problem.text)));
                }
                Err(error) => wrong.push(format!("{file}: {error}")),
            }
        }
        wrong
    }

    /// What is running, by name.
    pub fn activity_list(&self) -> Vec<Activity> {
        let running = self.activities().running.read().unwrap_or_else(PoisonError::into_inner);
        running.values().map(|running| running.activity.clone()).collect()
    }

    /// A page of an activity as somebody sees it; counts of people have passed the gate.
    pub fn page_of(&self, id: &ActivityId, viewer: &Viewer, path: &PagePath) -> Result<PublicPage, ActivityError> {
        let viewer = &self.standing_viewer(id, viewer)?;
        let page = self.with_warm(id, viewer.now.at, |warm| warm.view(viewer, path))?;
        Ok(self.gate().page(page))
    }

    /// What was found, as the public may know it.
    pub fn findings_of(&self, id: &ActivityId, audience: &Audience) -> Result<Vec<PublicFinding>, ActivityError> {
        let gate: Gate = self.gate();
        let found = self.with_warm(id, audience.now.at, |warm| warm.findings(audience))?;
        Ok(found.into_iter().map(|finding| gate.finding(finding)).collect())
    }

    /// Takes a form in: on disk before it says so, all of it or nothing, once however often it is sent.
    pub fn take_answer(&self, id: &ActivityId, viewer: &Viewer, form: SentForm<'_>) -> Result<Taken, ActivityError> {
        let running = self.running(id)?;
        let viewer = &self.standing_viewer(id, viewer)?;
        // One at a time in an activity: what was checked is what is stored.
        let mut warmth = lock(&running.warmth);
        let snapshot = self.store().read()?;
        if let Some(before) = snapshot.submission(id, form.token)? {
            return Ok(Taken::Before(before));
        }
        if viewer.phase != Phase::Open {
            return Ok(Taken::NotOpen(viewer.phase));
        }
        let SentForm { path, sent, token } = form;
        let (form_key, press, about) = (sent.form.to_owned(), sent.press, sent.about);
        let page = self.asked(id, &running, &mut warmth, &snapshot, viewer.now.at, |warm| warm.view(viewer, &path))?;
        let fitting = match fit(&page, sent) {
            Ok(fitting) => fitting,
            Err(misfits) => return Ok(Taken::Misfits(misfits)),
        };
        let action = model::activity::Action { path, form: form_key, press, about, values: fitting.values };
        let decided =
            self.asked(id, &running, &mut warmth, &snapshot, viewer.now.at, |warm| warm.decide(viewer, &action))?;
        let Decision { drafts, next } = match decided {
            Ok(decision) => decision,
            Err(problems) => return Ok(Taken::Problems(problems)),
        };
        for draft in &drafts {
            if !may_replace(&snapshot, id, viewer, &draft.subject)? {
                return Ok(Taken::NotTheirs);
            }
        }
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        let entries = transaction.append(id, viewer.now, &viewer.who, drafts)?;
        let submission = Submission { entries: entries.iter().map(|entry| entry.id).collect(), next };
        transaction.put_submission(id, token, &submission)?;
        transaction.commit(Durability::Now)?;
        // It is kept. If the plugin breaks on it now, the next look builds it again, and says so.
        take_in(&mut warmth, &entries);
        Ok(Taken::Kept(submission, fitting.contact))
    }

    /// What an author said in an activity, in the order they said it.
    pub fn said_by(&self, id: &ActivityId, author: Pseudonym) -> Result<Vec<Entry>, ActivityError> {
        self.running(id)?;
        let own = |entry: &Entry| entry.by.pseudonym == Some(author);
        let snapshot = self.store().read()?;
        let entries: Result<Vec<Entry>, StoreError> = snapshot.entries(id, EntryId(0))?.collect();
        Ok(entries?.into_iter().filter(own).collect())
    }

    /// Removes all that an author said from the log, and with it from every page and figure.
    pub fn erase_author(&self, id: &ActivityId, author: Pseudonym) -> Result<usize, ActivityError> {
        let running = self.running(id)?;
        let mut warmth = lock(&running.warmth);
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        let gone = transaction.erase_author(id, author)?;
        transaction.commit(Durability::Now)?;
        // The past has changed: the next look builds it from the log as it now stands.
        *warmth = Warmth::default();
        Ok(gone.len())
    }

    fn running(&self, id: &ActivityId) -> Result<Arc<Running>, ActivityError> {
        let running = self.activities().running.read().unwrap_or_else(PoisonError::into_inner);
        running.get(id).cloned().ok_or_else(|| ActivityError::Unknown(id.clone()))
    }

    /// The viewer at the phase in which the activity really stands. A preview stays one.
    fn standing_viewer(&self, id: &ActivityId, viewer: &Viewer) -> Result<Viewer, ActivityError> {
        let phase = self.running(id)?.activity.phase(viewer.now.at);
        let phase = if viewer.phase == Phase::Preview { Phase::Preview } else { phase };
        Ok(Viewer { phase, ..viewer.clone() })
    }

    fn with_warm<T>(
        &self,
        id: &ActivityId,
        now: Timestamp,
        ask: impl FnOnce(&mut Warm) -> Result<T, PluginFault>,
    ) -> Result<T, ActivityError> {
        let running = self.running(id)?;
        let mut warmth = lock(&running.warmth);
        let snapshot = self.store().read()?;
        self.asked(id, &running, &mut warmth, &snapshot, now, ask)
    }

    /// Brings the activity up to what the snapshot holds, and asks it. A fault drops it; the next call builds it again, unless it has
    /// broken too often.
    fn asked<T>(
        &self,
        id: &ActivityId,
        running: &Arc<Running>,
        warmth: &mut Warmth,
        snapshot: &Snapshot,
        now: Timestamp,
        ask: impl FnOnce(&mut Warm) -> Result<T, PluginFault>,
    ) -> Result<T, ActivityError> {
        if !lock(&self.activities().breaker).lets_through(now, id) {
            return Err(ActivityError::Resting(id.clone()));
        }
        let done = warmed(id, running, warmth, snapshot).and_then(|warm| Ok(ask(warm)?));
        let fault = if let Err(ActivityError::Plugin(fault)) = &done { Some(fault) } else { None };
        lock(&self.activities().breaker).note(now, id, fault);
        if fault.is_some() {
            *warmth = Warmth::default();
        }
        warmth.used = self.activities().next_use();
        self.activities().keep_within_bound(id, warmth);
        done
    }
}

impl Activities {
    fn next_use(&self) -> u64 {
        let mut uses = lock(&self.uses);
        *uses += 1;
        *uses
    }

    /// Lets go of what was used longest ago until all fit. One that is in use just now is left alone.
    fn keep_within_bound(&self, current: &ActivityId, own: &Warmth) {
        let running = self.running.read().unwrap_or_else(PoisonError::into_inner);
        let others = running.iter().filter(|(id, _)| *id != current);
        let mut idle: Vec<MutexGuard<'_, Warmth>> = others.filter_map(|(_, one)| one.warmth.try_lock().ok()).collect();
        idle.sort_by_key(|warmth| warmth.used);
        let bytes = |warmth: &Warmth| warmth.warm.as_ref().map_or(0, Warm::memory_bytes);
        let mut taken = bytes(own) + idle.iter().map(|warmth| bytes(warmth)).sum::<usize>();
        for mut warmth in idle {
            if taken <= WARM_BYTES_MAX {
                break;
            }
            taken -= bytes(&warmth);
            *warmth = Warmth::default();
        }
    }
}

/// The open activity with all that the snapshot holds taken in.
fn warmed<'w>(
    id: &ActivityId,
    running: &Running,
    warmth: &'w mut Warmth,
    snapshot: &Snapshot,
) -> Result<&'w mut Warm, ActivityError> {
    let mut warm = if let Some(warm) = warmth.warm.take().filter(|warm| !warm.is_spent()) {
        warm
    } else {
        warmth.applied = EntryId(0);
        let opened = running.method.open(&running.activity.setup())?;
        opened.map_err(|problems| ActivityError::Settings(id.clone(), problems))?
    };
    let newer: Vec<Entry> = snapshot.entries(id, warmth.applied)?.collect::<Result<_, _>>()?;
    warm.apply(&newer)?;
    if let Some(last) = newer.last() {
        warmth.applied = last.id;
    }
    Ok(warmth.warm.insert(warm))
}

fn take_in(warmth: &mut Warmth, entries: &[Entry]) {
    let (Some(warm), Some(last)) = (&mut warmth.warm, entries.last()) else { return };
    match warm.apply(entries) {
        Ok(()) => warmth.applied = last.id,
        Err(fault) => {
            tracing::warn!("{fault}; what was said is kept, and the activity is built again");
            *warmth = Warmth::default();
        }
    }
}

/// Another's words are changed by who leads or answers for the activity only.
fn may_replace(snapshot: &Snapshot, id: &ActivityId, viewer: &Viewer, subject: &Subject) -> Result<bool, StoreError> {
    let Subject::InsteadOf(replaced) = subject else { return Ok(true) };
    if viewer.who.role >= Role::Facilitator {
        return Ok(true);
    }
    let author = snapshot.entry(id, *replaced)?.and_then(|entry| entry.by.pseudonym);
    Ok(author.is_some() && author == viewer.who.pseudonym)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
