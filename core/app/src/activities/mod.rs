//! Activities: a page is shown, a form is taken, findings are told. Each is kept warm in the sandbox while there is room, and built
//! again from the log when it is not.

mod changes;
mod digest;
mod export;
mod forward;
mod honest;
mod invitations;
mod json;
mod limits;
mod log;
mod moderation;
mod outcomes;
mod people;
mod photos;
mod publishing;
mod recalled;
mod receipts;
mod report;
mod retention;
mod signs;
mod taking;
mod visitor;

pub use digest::{DigestError, DigestState, run_digests};
pub(crate) use digest::{as_words, letter_name, news_in_words};
pub use export::Table;
pub use honest::Diversity;
pub use invitations::{Invitations, InviteError};
pub use moderation::{PutForward, Seen, SeenEntries};
pub use outcomes::{NewOutcome, News, Outcomes, Proposal};
pub use photos::PhotoTaken;
pub use publishing::PublishedReport;
pub use receipts::{Erased, Held};
pub use report::{Counting, Listing, OddAnswers, OwnWords, Question, Report};
pub use taking::{Shown, Taken, Thanks};
pub use visitor::{Client, GRACE, Pass, Refusal, Visitor};

pub(crate) use limits::LetterToll;

use crate::panel::Register;
use crate::portal::App;
use changes::Changes;
use engagement::{Gate, PublicFinding, Sent, Standing};
use forward::Forward;
use honest::population_problems;
use limits::Limits;
use log::Log;
use model::activity::{
    Activity, ActivityId, Audience, Code, Draft, Entry, EntryId, FormToken, PagePath, Photo, PhotoId, Problem, Tag,
    Whose,
};
use model::{Language, PluginFault, Slug, Timestamp};
use plugin_host::{Breaker, Method, MethodDescription, Warm};
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::atomic::AtomicU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use store::StoreError;
use tokio::sync::broadcast;

/// What all warm activities together may take of memory: some twenty of the size of a lively survey.
const WARM_BYTES_MAX: usize = 64 << 20;

/// Staff who try activities out at once.
const PREVIEWS_MAX: usize = 32;

/// Why an activity did not answer.
#[derive(Debug, thiserror::Error)]
pub enum ActivityError {
    /// There is none of that name.
    #[error("there is no activity `{0}`")]
    Unknown(ActivityId),
    /// Who asks may not take part like this.
    #[error(transparent)]
    Refused(Refusal),
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
    /// That of the page the form was shown on: the same form sent twice says it once.
    pub token: FormToken,
    /// Whether the field that people do not see was left alone.
    pub trap: Trap,
}

/// A field that people do not see, and machines fill in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Trap {
    /// It is empty.
    #[default]
    Untouched,
    /// Something is in it.
    Touched,
}

/// All activities of a box.
#[derive(Debug, Default)]
pub(crate) struct Activities {
    running: RwLock<BTreeMap<ActivityId, Arc<Running>>>,
    /// What can lead one.
    methods: RwLock<BTreeMap<Slug, Method>>,
    breaker: Mutex<Breaker<ActivityId>>,
    changes: Changes,
    /// Answers that the journal still holds beside a link or an address.
    linked: AtomicU32,
    limits: Limits,
    /// How members of the panel are found, who are asked to take part.
    pub(crate) register: Register,
    /// What staff wrote while they tried an activity out, newest last.
    previews: Mutex<VecDeque<(ActivityId, Code, Vec<Draft>)>>,
    /// Photos they tried it with.
    preview_photos: Mutex<VecDeque<(PhotoId, Photo)>>,
    /// Held by whoever reads a photo: one at a time.
    darkroom: Mutex<()>,
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
    /// What stands for all, whoever said it.
    shared: Standing,
    /// What people put forward.
    forward: Forward,
    used: u64,
}

impl Warmth {
    fn note(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.applied = self.applied.max(entry.id);
            if entry.said.whose == Whose::Shared {
                self.shared.put(entry);
            }
        }
    }
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
        let known = methods.iter().map(|(id, method)| (id.clone(), method.clone())).collect();
        *self.activities().methods.write().unwrap_or_else(PoisonError::into_inner) = known;
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
            match self.put_activity(activity.clone(), method.clone()) {
                Ok(()) => {
                    let problems = population_problems(&activity, method, &Language::En.into());
                    wrong.extend(problems.into_iter().flatten().map(|odd| format!("{file}: {}", odd.text)));
                }
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

    /// The methods that can lead an activity, by name, and what each says of itself.
    pub fn methods(&self) -> Vec<(Slug, MethodDescription)> {
        let methods = self.activities().methods.read().unwrap_or_else(PoisonError::into_inner);
        methods.iter().map(|(id, method)| (id.clone(), method.description().clone())).collect()
    }

    /// What the method of an activity says of its settings: what stops it, and what is odd. It speaks the language of whoever reads that, if
    /// the activity is held in it.
    pub fn check_activity(&self, activity: &Activity, reader: &Tag) -> Result<Vec<Problem>, ActivityError> {
        let methods = self.activities().methods.read().unwrap_or_else(PoisonError::into_inner);
        let method = methods.get(&activity.method).cloned();
        drop(methods);
        let method = method.ok_or_else(|| ActivityError::Unknown(activity.id.clone()))?;
        let mut setup = activity.setup();
        // Methods speak the first.
        setup.languages.sort_by_key(|language| language != reader);
        let mut problems = method.check(&setup)?;
        problems.extend(population_problems(activity, &method, reader)?);
        Ok(problems)
    }

    /// What was found, as the public may know it.
    pub fn findings_of(&self, id: &ActivityId, audience: &Audience) -> Result<Vec<PublicFinding>, ActivityError> {
        let gate: Gate = self.gate();
        let found = self.with_warm(id, audience.now.at, |warm| warm.findings(audience))?;
        Ok(found.into_iter().map(|finding| gate.finding(finding)).collect())
    }

    /// Memory that all warm activities take, bytes. One that is in use just now is left out.
    pub fn warm_bytes(&self) -> usize {
        let running = self.activities().running.read().unwrap_or_else(PoisonError::into_inner);
        let idle = running.values().filter_map(|one| one.warmth.try_lock().ok());
        idle.map(|warmth| warmth.warm.as_ref().map_or(0, Warm::memory_bytes)).sum()
    }

    /// Names of activities as something of them changes: for boards and timers. A slow reader loses the oldest.
    pub fn follow_activities(&self) -> broadcast::Receiver<ActivityId> {
        self.activities().changes.0.subscribe()
    }

    fn tell_activity(&self, id: &ActivityId) {
        // An error only says that nobody listens.
        let _ = self.activities().changes.0.send(id.clone());
    }

    fn running(&self, id: &ActivityId) -> Result<Arc<Running>, ActivityError> {
        let running = self.activities().running.read().unwrap_or_else(PoisonError::into_inner);
        running.get(id).cloned().ok_or_else(|| ActivityError::Unknown(id.clone()))
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

    /// Brings the activity up to what the log holds, and asks it. A fault drops it; the next call builds it again, unless it has
    /// broken too often.
    fn asked<'a, T>(
        &self,
        id: &ActivityId,
        running: &Arc<Running>,
        warmth: &mut Warmth,
        log: impl Into<Log<'a>>,
        now: Timestamp,
        ask: impl FnOnce(&mut Warm) -> Result<T, PluginFault>,
    ) -> Result<T, ActivityError> {
        let done = self.guarded(id, now, || {
            let warm = warmed(id, running, warmth, log.into())?;
            Ok(ask(warm)?)
        });
        if matches!(done, Err(ActivityError::Plugin(_))) {
            *warmth = Warmth::default();
        }
        warmth.used = self.activities().next_use();
        self.activities().keep_within_bound(id, warmth);
        done
    }

    /// Asks a plugin unless it broke too often, and notes how that went.
    fn guarded<T>(
        &self,
        id: &ActivityId,
        now: Timestamp,
        ask: impl FnOnce() -> Result<T, ActivityError>,
    ) -> Result<T, ActivityError> {
        if !lock(&self.activities().breaker).lets_through(now, id) {
            return Err(ActivityError::Resting(id.clone()));
        }
        let done = ask();
        let fault = if let Err(ActivityError::Plugin(fault)) = &done { Some(fault) } else { None };
        lock(&self.activities().breaker).note(now, id, fault);
        done
    }
}

impl Activities {
    /// What somebody wrote in a preview.
    fn preview(&self, id: &ActivityId, code: &Code) -> Vec<Draft> {
        let previews = lock(&self.previews);
        let own = previews.iter().find(|(activity, of, _)| activity == id && of == code);
        own.map(|(_, _, drafts)| drafts.clone()).unwrap_or_default()
    }

    fn keep_preview(&self, id: &ActivityId, code: Code, drafts: Vec<Draft>) {
        let mut previews = lock(&self.previews);
        previews.retain(|(activity, of, _)| !(activity == id && *of == code));
        previews.push_back((id.clone(), code, drafts));
        while previews.len() > PREVIEWS_MAX {
            previews.pop_front();
        }
    }

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

/// The open activity with all that the log holds taken in.
fn warmed<'w>(
    id: &ActivityId,
    running: &Running,
    warmth: &'w mut Warmth,
    log: Log<'_>,
) -> Result<&'w mut Warm, ActivityError> {
    let mut warm = if let Some(warm) = warmth.warm.take().filter(|warm| !warm.is_spent()) {
        warm
    } else {
        (warmth.applied, warmth.shared) = (EntryId(0), Standing::default());
        let opened = running.method.open(&running.activity.setup())?;
        opened.map_err(|problems| ActivityError::Settings(id.clone(), problems))?
    };
    let newer = log.after(running, warmth.applied)?;
    warm.apply(newer.as_ref())?;
    warmth.note(&newer);
    Ok(warmth.warm.insert(warm))
}

fn take_in(warmth: &mut Warmth, entries: &[Entry]) {
    let Some(warm) = &mut warmth.warm else { return };
    match warm.apply(entries) {
        Ok(()) => warmth.note(entries),
        Err(fault) => {
            tracing::warn!("{fault}; what was said is kept, and the activity is built again");
            *warmth = Warmth::default();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
