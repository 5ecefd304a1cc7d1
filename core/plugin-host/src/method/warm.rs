use std::fmt;

use model::activity::{Action, Audience, Decision, Entry, Finding, Page, PagePath, Problem, Setup, Tag, Viewer};
use model::activity::{Author, Moment, Phase as Stands};
use model::{Blame, PluginFault, Timestamp};
use wasmtime::Store;
use wasmtime::component::ResourceAny;

use super::bindings::exports::allting::method::deciding::GuestActivity;
use super::{Call, Heard, Method, MethodExample, bindings, blocks, instance, refill, told};
use crate::decoder::ExampleOutcome;
use crate::limits::{Meter, Phase, blame};

/// Entries sent into the sandbox at once: its memory never shrinks, so this sets its high-water mark.
const ENTRIES_AT_ONCE: usize = 100;
const BYTES_AT_ONCE: usize = 256 << 10;

/// One activity, open in an instance of its own: setup, and the entries applied so far.
///
/// After a fault it is spent: whoever holds it drops it and builds a new one from the log. It says so itself when asked again.
pub struct Warm {
    method: Method,
    store: Store<Meter>,
    instance: bindings::Method,
    activity: ResourceAny,
    spent: bool,
}

impl Warm {
    pub(super) fn open(method: Method, setup: &Setup) -> Result<Result<Self, Vec<Problem>>, PluginFault> {
        let limits = Call::Open.limits(method.0.backstop);
        let begun = instance(&method.0.pre, &limits);
        let (mut store, instance) = begun.map_err(|(blame, what)| method.fault(blame, what))?;
        let guest = instance.allting_method_deciding().activity();
        let opened = guest.call_open(&mut store, &told::setup(setup));
        match opened {
            Ok(Ok(activity)) => Ok(Ok(Self { method, store, instance, activity, spent: false })),
            Ok(Err(problems)) => {
                let heard = Heard::default().problems(problems);
                heard.map(Err).map_err(|what| method.fault(Blame::Plugin, what))
            }
            Err(error) => {
                let (blame, what) = blame(&error, store.data(), &limits, Phase::Run);
                Err(method.fault(blame, what))
            }
        }
    }

    /// The method it is an activity of.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// Takes entries in, in the order of their numbers, in batches.
    pub fn apply<'e>(&mut self, entries: impl IntoIterator<Item = &'e Entry>) -> Result<(), PluginFault> {
        let (mut batch, mut bytes) = (Vec::with_capacity(ENTRIES_AT_ONCE), 0);
        for entry in entries {
            let size = told::entry_bytes(entry);
            if batch.len() >= ENTRIES_AT_ONCE || (!batch.is_empty() && bytes + size > BYTES_AT_ONCE) {
                self.apply_batch(&batch)?;
                batch.clear();
                bytes = 0;
            }
            batch.push(told::entry(entry));
            bytes += size;
        }
        if batch.is_empty() { Ok(()) } else { self.apply_batch(&batch) }
    }

    /// A page, as somebody sees it.
    pub fn view(&mut self, viewer: &Viewer, path: &PagePath) -> Result<Page, PluginFault> {
        let viewer = told::viewer(viewer);
        let said = self.call(Call::View, |guest, store, activity| {
            guest.call_view(store, activity, &viewer, &path.as_str().to_owned())
        })?;
        self.heard(blocks::page(said))
    }

    /// Judges a form whose values have been checked. The inner error says what the person must mend.
    pub fn decide(&mut self, viewer: &Viewer, action: &Action) -> Result<Result<Decision, Vec<Problem>>, PluginFault> {
        let (viewer, action) = (told::viewer(viewer), told::action(action));
        let said =
            self.call(Call::Decide, |guest, store, activity| guest.call_decide(store, activity, &viewer, &action))?;
        match said {
            Ok(decision) => self.heard(Heard::decision(decision)).map(Ok),
            Err(problems) => self.heard(Heard::default().problems(problems)).map(Err),
        }
    }

    /// What was found so far. Its counts of people have not passed the gate.
    pub fn findings(&mut self, audience: &Audience) -> Result<Vec<Finding>, PluginFault> {
        let audience = told::audience(audience);
        let said =
            self.call(Call::Findings, |guest, store, activity| guest.call_findings(store, activity, &audience))?;
        self.heard(Heard::findings(said))
    }

    /// What its memory takes, bytes.
    pub fn memory_bytes(&self) -> usize {
        self.store.data().memory_taken()
    }

    /// Whether a fault has ended it.
    pub const fn is_spent(&self) -> bool {
        self.spent
    }

    fn apply_batch(
        &mut self,
        batch: &[bindings::exports::allting::method::deciding::Entry],
    ) -> Result<(), PluginFault> {
        self.call(Call::Apply, |guest, store, activity| guest.call_apply(store, activity, batch))
    }

    fn call<T>(
        &mut self,
        what: Call,
        work: impl FnOnce(GuestActivity<'_>, &mut Store<Meter>, ResourceAny) -> wasmtime::Result<T>,
    ) -> Result<T, PluginFault> {
        if self.spent {
            let why = "broke before on this activity, which must be built again".to_owned();
            return Err(self.method.fault(Blame::Box, why));
        }
        let limits = what.limits(self.method.0.backstop);
        let done = refill(&mut self.store, &limits)
            .and_then(|()| work(self.instance.allting_method_deciding().activity(), &mut self.store, self.activity));
        done.map_err(|error| {
            self.spent = true;
            let (blame, what) = blame(&error, self.store.data(), &limits, Phase::Run);
            self.method.fault(blame, what)
        })
    }

    /// What breaks the contract ends it as a trap does: who lies once cannot be believed about the rest.
    fn heard<T>(&mut self, checked: Result<T, String>) -> Result<T, PluginFault> {
        checked.map_err(|what| {
            self.spent = true;
            self.method.fault(Blame::Plugin, what)
        })
    }
}

impl fmt::Debug for Warm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Warm({:?}, {} KiB)", self.method, self.memory_bytes() >> 10)
    }
}

/// Opens an example and looks at its front, at all it may ask, and at what was found among nobody.
pub(super) fn try_example(method: &Method, example: &MethodExample) -> ExampleOutcome {
    let title = example.title.best(model::Language::En).0.to_owned();
    let languages = vec![Tag::from(model::Language::En)];
    let setup = Setup {
        settings: example.settings.clone(),
        title: example.title.clone(),
        languages: languages.clone(),
        places: Vec::new(),
    };
    let now = Moment { at: Timestamp::from_seconds(1_767_225_600), offset_minutes: 60 };
    let viewer = Viewer { who: Author::default(), languages: languages.clone(), now, phase: Stands::Preview, seed: 0 };
    let audience = Audience { role: viewer.who.role, languages, now, phase: Stands::Preview };
    let tried = method.open(&setup).and_then(|opened| {
        Ok(match opened {
            Ok(mut warm) => {
                warm.view(&viewer, &PagePath::front())?;
                warm.view(&viewer, &PagePath::whole())?;
                warm.findings(&audience)?;
                None
            }
            Err(problems) => {
                Some(problems.first().map_or("it does not open".to_owned(), |p| format!("{}: {}", p.at, p.text)))
            }
        })
    });
    let failure = tried.unwrap_or_else(|fault| Some(fault.to_string()));
    ExampleOutcome { title, failure, fuel: 0 }
}
