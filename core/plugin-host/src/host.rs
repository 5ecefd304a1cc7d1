use std::fmt;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use model::{PluginFault, Slug, Words};
use wasmtime::component::{Component, Linker};
use wasmtime::{Config, Engine};

use crate::bindings::DecoderPre;
use crate::cache::Cache;
use crate::channel::{Channel, SENDING};
use crate::decoder::{Decoder, ExampleOutcome};
use crate::limits::{Limits, Meter};
use crate::method::{DECIDING, Method};
use crate::pool;
use crate::ticker::Ticker;

/// Bytes of unmapped address space behind each memory. Wasmtime's own figures reserve gigabytes, and boards with 39-bit
/// addresses then do not start.
const GUARD_BYTES: u64 = 64 << 10;
/// What all components begin with; a core module has 1 where a component has 13.
const WASM_MAGIC: &[u8] = b"\0asm";
const COMPONENT_VERSION: &[u8] = &[0x0d, 0x00, 0x01, 0x00];
/// The interface a decoder exports, without its patch version.
pub(crate) const DECODING: &str = "allting:decoder/decoding@1.0.0";

/// What this box can use.
const EXPECTED: &str = "allting:decoder/decoding@1.0.0, allting:method/deciding@1.0.0 or allting:channel/sending@1.0.0";

/// A plugin that was let in.
#[derive(Clone, Debug)]
pub enum Plugin {
    /// It understands a make of sensor.
    Decoder(Decoder),
    /// It leads an engagement.
    Method(Method),
    /// It is a way out of the box.
    Channel(Channel),
}

impl Plugin {
    /// The name its author gave it.
    pub fn own_name(&self) -> &str {
        match self {
            Self::Decoder(decoder) => &decoder.description().id,
            Self::Method(method) => method.description().id.as_str(),
            Self::Channel(channel) => channel.description().id.as_str(),
        }
    }

    /// Its version, as it says itself.
    pub fn version(&self) -> &str {
        match self {
            Self::Decoder(decoder) => &decoder.description().version,
            Self::Method(method) => &method.description().version,
            Self::Channel(channel) => &channel.description().version,
        }
    }

    /// Its name for people.
    pub fn title(&self) -> &Words {
        match self {
            Self::Decoder(decoder) => &decoder.description().title,
            Self::Method(method) => &method.description().title,
            Self::Channel(channel) => &channel.description().title,
        }
    }

    /// Tries the plugin's own examples on this very machine, with the limits of real work.
    pub fn run_examples(&self) -> Vec<ExampleOutcome> {
        match self {
            Self::Decoder(decoder) => decoder.run_examples(),
            Self::Method(method) => method.run_examples(),
            Self::Channel(channel) => channel.run_examples(),
        }
    }

    /// The interface it offers.
    const fn interface(&self) -> &'static str {
        match self {
            Self::Decoder(_) => DECODING,
            Self::Method(_) => DECIDING,
            Self::Channel(_) => SENDING,
        }
    }
}

/// How to run plugins.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where compiled plugins are kept between starts; none: compile at each start.
    pub cache_dir: Option<PathBuf>,
    /// What one call may use.
    pub limits: Limits,
}

/// Why no plugin at all can run here.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// Wasmtime does not know this processor or system.
    #[error("plugins cannot run on this machine: {0}")]
    Engine(String),
    /// The folder for compiled plugins cannot be used.
    #[error("the folder for compiled plugins, {0}, cannot be used")]
    Cache(PathBuf, #[source] io::Error),
    /// The thread that ends calls could not be started.
    #[error("no thread to watch over plugins")]
    Ticker(#[source] io::Error),
}

/// Why a file is not let in. Each says what was expected and what to do.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// Text, a picture, a download that became an error page.
    #[error("the file is no WebAssembly; expected a plugin ending in .wasm, as its author publishes it")]
    NotWasm,
    /// What `cargo build` gives before it is made a component.
    #[error("the file is a core module, not a component; `allting plugin install` wraps it")]
    CoreModule,
    /// A core module that holds no interface, or not ours.
    #[error("the file cannot be made a component: {0}; was it built with the plugin SDK, as a cdylib?")]
    Unwrappable(String),
    /// Cut short, or not valid.
    #[error("the file is broken or cut short; download it again ({0})")]
    Broken(String),
    /// It wants something. Plugins can only compute.
    #[error("the plugin asks for {}; plugins may only compute, so it must be built without", .0.join(", "))]
    Imports(Vec<String>),
    /// A component of another kind or another version.
    #[error("the plugin is none of this box: it offers {offers}, expected {expected}; look for a version made for it",
        offers = if .0.is_empty() { "nothing".to_owned() } else { .0.join(", ") }, expected = .1)]
    WrongWorld(Vec<String>, &'static str),
    /// It exports the interface, but other types.
    #[error("the plugin speaks another dialect of {0}: {1}; it must be built with the released contract")]
    WrongTypes(&'static str, String),
    /// It broke while saying who it is.
    #[error("{0}, when asked who it is")]
    Silent(PluginFault),
    /// What it says of itself cannot be used.
    #[error("what the plugin says of itself cannot be used: {0}")]
    BadDescription(String),
}

/// The engines for all plugins of a box.
pub struct Host {
    /// Takes memory from the system for each instance.
    engine: Engine,
    /// Has the memory of its instances at hand: for decoders, which live for a few microseconds and come in thousands.
    pool: Engine,
    cache: Option<Cache>,
    limits: Limits,
    ticker: Arc<Ticker>,
}

impl Host {
    /// Starts an engine and the thread that ends calls which take too long. It ends with the last [`Plugin`].
    pub fn new(options: Options) -> Result<Self, HostError> {
        let Options { cache_dir, limits } = options;
        let engine = Engine::new(&config(&limits)).map_err(|e| HostError::Engine(format!("{e:#}")))?;
        let pool = pool::engine(config(&limits), &limits).map_err(|e| HostError::Engine(format!("{e:#}")))?;
        let cache = match cache_dir {
            Some(folder) => Some(Cache::open(&folder).map_err(|e| HostError::Cache(folder, e))?),
            None => None,
        };
        let ticker =
            Arc::new(Ticker::start(vec![engine.clone(), pool.clone()], limits.backstop).map_err(HostError::Ticker)?);
        Ok(Self { engine, pool, cache, limits, ticker })
    }

    /// Lets a plugin in: audits what it asks for, checks its kind, compiles it and asks who it is. `id` names it in faults.
    pub fn load_any(&self, id: &Slug, wasm: &[u8]) -> Result<Plugin, LoadError> {
        let component = self.component(wasm)?;
        let kind = component.component_type();
        // Nothing is linked in: whatever it is, it runs alone.
        let linker: Linker<Meter> = Linker::new(&self.engine);
        let ticker = Arc::clone(&self.ticker);
        if kind.get_export(&self.engine, DECODING).is_some() {
            let wrong = |e: wasmtime::Error| LoadError::WrongTypes(DECODING, one_line(&e));
            let pre = match crate::cache::for_engine(&self.pool, &component) {
                Ok(pooled) => Linker::new(&self.pool).instantiate_pre(&pooled),
                // It is larger than a place in the pool.
                Err(_) => linker.instantiate_pre(&component),
            };
            let pre = DecoderPre::new(pre.map_err(wrong)?).map_err(wrong)?;
            return Decoder::let_in(id, pre, self.limits, ticker).map(Plugin::Decoder);
        }
        if kind.get_export(&self.engine, DECIDING).is_some() {
            let backstop = self.limits.backstop;
            return Method::let_in(id, &linker, &component, backstop, ticker).map(Plugin::Method);
        }
        if kind.get_export(&self.engine, SENDING).is_some() {
            return Channel::let_in(id, &linker, &component, self.limits, ticker).map(Plugin::Channel);
        }
        let offers = kind.exports(&self.engine).map(|(name, _)| name.to_owned()).collect();
        Err(LoadError::WrongWorld(offers, EXPECTED))
    }

    /// Lets a decoder in, and nothing else.
    pub fn load(&self, id: &Slug, wasm: &[u8]) -> Result<Decoder, LoadError> {
        match self.load_any(id, wasm)? {
            Plugin::Decoder(decoder) => Ok(decoder),
            other => Err(LoadError::WrongWorld(vec![other.interface().to_owned()], DECODING)),
        }
    }

    /// Lets a method in, and nothing else.
    pub fn load_method(&self, id: &Slug, wasm: &[u8]) -> Result<Method, LoadError> {
        match self.load_any(id, wasm)? {
            Plugin::Method(method) => Ok(method),
            other => Err(LoadError::WrongWorld(vec![other.interface().to_owned()], DECIDING)),
        }
    }

    /// Lets a channel in, and nothing else.
    pub fn load_channel(&self, id: &Slug, wasm: &[u8]) -> Result<Channel, LoadError> {
        match self.load_any(id, wasm)? {
            Plugin::Channel(channel) => Ok(channel),
            other => Err(LoadError::WrongWorld(vec![other.interface().to_owned()], SENDING)),
        }
    }

    fn component(&self, wasm: &[u8]) -> Result<Component, LoadError> {
        check_header(wasm)?;
        let compiled = match &self.cache {
            Some(cache) => cache.component(&self.engine, wasm),
            None => Component::from_binary(&self.engine, wasm),
        };
        let component = compiled.map_err(|e| LoadError::Broken(one_line(&e)))?;
        self.audit(&component)?;
        Ok(component)
    }

    /// The list of imports is the list of permissions; it must be empty.
    fn audit(&self, component: &Component) -> Result<(), LoadError> {
        let kind = component.component_type();
        let wants: Vec<String> = kind.imports(&self.engine).map(|(name, _)| name.to_owned()).collect();
        if !wants.is_empty() {
            return Err(LoadError::Imports(wants));
        }
        Ok(())
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("cache", &self.cache).field("limits", &self.limits).finish_non_exhaustive()
    }
}

fn config(limits: &Limits) -> Config {
    let mut config = Config::new();
    config
        .consume_fuel(true)
        .epoch_interruption(true)
        .memory_reservation(limits.memory_bytes as u64)
        .memory_reservation_for_growth(0)
        .memory_guard_size(GUARD_BYTES)
        // The same bytes in give the same bytes out, on every processor.
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        // Nobody reads a trace of addresses; without it the compiled file is a third smaller.
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false);
    config
}

fn check_header(wasm: &[u8]) -> Result<(), LoadError> {
    let Some(rest) = wasm.strip_prefix(WASM_MAGIC) else { return Err(LoadError::NotWasm) };
    match rest.first_chunk::<4>() {
        Some(version) if version == COMPONENT_VERSION => Ok(()),
        Some([_, _, 0, 0]) => Err(LoadError::CoreModule),
        Some(_) => Err(LoadError::Broken("unknown version".to_owned())),
        None => Err(LoadError::Broken("cut within its first eight bytes".to_owned())),
    }
}

pub(crate) fn one_line(error: &wasmtime::Error) -> String {
    format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" ")
}
