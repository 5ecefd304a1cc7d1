//! Engagement methods: let in, checked, and kept warm one activity at a time.

mod bindings;
mod blocks;
mod fields;
mod heard;
mod told;
mod warm;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use model::activity::{Problem, Setup};
use model::{Blame, PluginFault, Slug, Words};
use wasmtime::Store;
use wasmtime::component::{Component, Linker};

use crate::decoder::ExampleOutcome;
use crate::describe::{schema, version, words};
use crate::host::{LoadError, one_line};
use crate::limits::{Limits, Meter, Phase, blame};
use crate::ticker::{DEADLINE, Ticker};
use bindings::MethodPre;
use bindings::exports::allting::method::deciding::{self as wit, Guest};
use heard::Heard;

pub use warm::Warm;

/// The interface a method exports.
pub(crate) const DECIDING: &str = "allting:method/deciding@1.0.0";

/// Linear memory of one activity, bytes. Ten thousand answers need some 3 MiB, words are not kept.
const MEMORY_BYTES: usize = 32 << 20;
const MIB: usize = 1 << 20;
/// More examples are no help to start from.
const EXAMPLES_MAX: usize = 50;
/// Participant fields.
const WANTS_MAX: usize = 32;

/// What a call is for: each kind has a budget of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Call {
    Describe,
    Open,
    Apply,
    View,
    Decide,
    Findings,
}

impl Call {
    /// Steps, and bytes that an answer may copy out.
    const fn limits(self, backstop: Duration) -> Limits {
        let (fuel, output_bytes) = match self {
            Self::Describe => (200_000_000, MIB),
            Self::Open => (1_000_000_000, MIB),
            Self::Apply => (500_000_000, MIB),
            Self::View | Self::Decide => (50_000_000, MIB),
            Self::Findings => (1_000_000_000, 4 * MIB),
        };
        Limits { fuel, memory_bytes: MEMORY_BYTES, output_bytes, backstop }
    }
}

/// What a method says of itself.
#[derive(Clone, Debug)]
pub struct MethodDescription {
    /// The name its author gave it.
    pub id: Slug,
    /// Its version.
    pub version: String,
    /// Its name for people.
    pub title: Words,
    /// What it is for.
    pub help: Words,
    /// JSON Schema 2020-12 of the settings of an activity.
    pub schema: serde_json::Value,
    /// Participant fields it would like to know.
    pub wants: Vec<String>,
    /// Ready settings to start from.
    pub examples: Vec<MethodExample>,
}

/// Ready settings to start from.
#[derive(Clone, Debug)]
pub struct MethodExample {
    /// What it is called.
    pub title: Words,
    /// JSON.
    pub settings: String,
}

/// An engagement method that was let in. Cheap to clone; calls block, and may run side by side.
#[derive(Clone)]
pub struct Method(Arc<Inner>);

struct Inner {
    id: Slug,
    pre: MethodPre<Meter>,
    backstop: Duration,
    description: MethodDescription,
    /// The backstop works as long as any plugin does.
    _ticker: Arc<Ticker>,
}

impl Method {
    /// Asks a plugin who it is, under the limits of any call.
    pub(crate) fn let_in(
        id: &Slug,
        linker: &Linker<Meter>,
        component: &Component,
        backstop: Duration,
        ticker: Arc<Ticker>,
    ) -> Result<Self, LoadError> {
        let dialect = |e: &wasmtime::Error| LoadError::WrongTypes(DECIDING, one_line(e));
        let pre = linker.instantiate_pre(component).map_err(|e| dialect(&e))?;
        let pre = MethodPre::new(pre).map_err(|e| dialect(&e))?;
        let said = call(&pre, Call::Describe, backstop, |guest, store| guest.call_describe(store));
        let said = said.map_err(|(blame, what)| {
            LoadError::Silent(PluginFault { plugin: id.to_string(), version: "?".to_owned(), blame, what })
        })?;
        let description = describe(&said).map_err(LoadError::BadDescription)?;
        Ok(Self(Arc::new(Inner { id: id.clone(), pre, backstop, description, _ticker: ticker })))
    }

    /// Its name in `plugins.toml`.
    pub fn id(&self) -> &Slug {
        &self.0.id
    }

    /// What the plugin says of itself.
    pub fn description(&self) -> &MethodDescription {
        &self.0.description
    }

    /// What is wrong or odd about a setup.
    pub fn check(&self, setup: &Setup) -> Result<Vec<Problem>, PluginFault> {
        let setup = told::setup(setup);
        let said = call(&self.0.pre, Call::Open, self.0.backstop, |guest, store| guest.call_check(store, &setup));
        let said = said.map_err(|(blame, what)| self.fault(blame, what))?;
        Heard::default().problems(said).map_err(|what| self.fault(Blame::Plugin, what))
    }

    /// Opens an activity in an instance of its own. The inner error says what of the setup stops it.
    pub fn open(&self, setup: &Setup) -> Result<Result<Warm, Vec<Problem>>, PluginFault> {
        Warm::open(self.clone(), setup)
    }

    /// Opens the plugin's own examples on this very machine, with the limits of real work, and looks at each.
    pub fn run_examples(&self) -> Vec<ExampleOutcome> {
        self.0.description.examples.iter().map(|example| warm::try_example(self, example)).collect()
    }

    fn fault(&self, blame: Blame, what: String) -> PluginFault {
        PluginFault { plugin: self.0.id.to_string(), version: self.0.description.version.clone(), blame, what }
    }
}

impl fmt::Debug for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Method({} {})", self.0.id, self.0.description.version)
    }
}

/// One call in an instance of its own, which is dropped whole however it ends.
fn call<T>(
    pre: &MethodPre<Meter>,
    what: Call,
    backstop: Duration,
    work: impl FnOnce(&Guest, &mut Store<Meter>) -> wasmtime::Result<T>,
) -> Result<T, (Blame, String)> {
    let limits = what.limits(backstop);
    let (mut store, instance) = instance(pre, &limits)?;
    work(instance.allting_method_deciding(), &mut store).map_err(|e| blame(&e, store.data(), &limits, Phase::Run))
}

fn instance(pre: &MethodPre<Meter>, limits: &Limits) -> Result<(Store<Meter>, bindings::Method), (Blame, String)> {
    let mut store = Store::new(pre.engine(), Meter::new(limits));
    store.limiter(|meter| meter);
    refill(&mut store, limits).map_err(|e| blame(&e, store.data(), limits, Phase::Instantiate))?;
    let instance = pre.instantiate(&mut store);
    let instance = instance.map_err(|e| blame(&e, store.data(), limits, Phase::Instantiate))?;
    Ok((store, instance))
}

/// Gives a store the whole budget of one call.
fn refill(store: &mut Store<Meter>, limits: &Limits) -> wasmtime::Result<()> {
    store.set_epoch_deadline(DEADLINE);
    store.set_hostcall_fuel(limits.output_bytes);
    store.set_fuel(limits.fuel)
}

fn describe(said: &wit::Description) -> Result<MethodDescription, String> {
    let id = Slug::new(&said.id).map_err(|e| format!("its id `{}`: {e}", crate::boundary::one_line(&said.id)))?;
    version(&said.version)?;
    if said.title.is_empty() {
        return Err("it has no title in any language".to_owned());
    }
    let example =
        |example: &wit::Example| MethodExample { title: words(&example.title), settings: example.settings.clone() };
    Ok(MethodDescription {
        id,
        version: said.version.clone(),
        title: words(&said.title),
        help: words(&said.help),
        schema: schema(&said.schema, "its settings")?,
        wants: said.wants.iter().filter(|name| Slug::new(name).is_ok()).take(WANTS_MAX).cloned().collect(),
        examples: said.examples.iter().take(EXAMPLES_MAX).map(example).collect(),
    })
}
