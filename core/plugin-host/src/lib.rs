//! Loads, limits, calls and blames plugins.
//!
//! Hides wasmtime and the component model: a plugin goes in as bytes and answers in `model` types. The main types
//! are [`Host`] (the engines of all plugins), [`Decoder`] (understands a make of sensor) and [`Method`] (leads an engagement; an open
//! activity is kept [`Warm`]). A [`Channel`] is a way out of the box: it composes posts and says which step is next.
//!
//! ```no_run
//! use model::{Slug, Timestamp};
//! use plugin_host::{Host, Options, Request};
//!
//! let host = Host::new(Options::default())?;
//! let elsys = host.load(&Slug::new("elsys")?, &std::fs::read("elsys.wasm")?)?;
//! let frame = Request { f_port: 5, payload: &[1, 0, 226], received_at: Timestamp::from_ms(0), settings: "{}" };
//! println!("{:?}", elsys.decode(&frame)?.observations);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A plugin can only compute: a file that asks for anything is refused before it runs. Each call gets an instance of its
//! own with a budget of steps, memory and output, so one that loops, grows or lies costs a bounded time and a fault that
//! names it. It deliberately never retries, keeps no instance, reads no folder of plugins and knows no device: a
//! [`Breaker`] stands ready for who does.

mod bindings;
mod boundary;
mod breaker;
mod cache;
mod channel;
mod decoder;
mod describe;
mod host;
mod limits;
mod method;
mod pool;
mod ticker;
mod wrap;

pub use breaker::Breaker;
pub use channel::{Channel, ChannelDescription, PICTURE};
pub use decoder::{Decoder, Downlink, ExampleOutcome, Request};
pub use describe::{CommandKind, Description, Example};
pub use host::{Host, HostError, LoadError, Options, Plugin};
pub use limits::Limits;
pub use method::{Method, MethodDescription, MethodExample, Warm};
pub use wrap::wrapped;
