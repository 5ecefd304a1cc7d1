use std::fmt;
use std::sync::Arc;

use model::{Blame, Decoded, PluginFault, Slug, Timestamp};
use wasmtime::Store;

use crate::bindings::DecoderPre;
use crate::bindings::exports::allting::decoder::decoding::{self as wit, Guest};
use crate::boundary;
use crate::describe::{Description, describe};
use crate::host::LoadError;
use crate::limits::{Limits, Meter, Phase, blame};
use crate::ticker::{DEADLINE, Ticker};

/// A frame for a decoder.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Port, 1 to 223.
    pub f_port: u8,
    /// Decrypted bytes.
    pub payload: &'a [u8],
    /// The only clock a plugin has.
    pub received_at: Timestamp,
    /// JSON, as the sensor is configured.
    pub settings: &'a str,
}

/// Bytes for a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Downlink {
    /// Port, 1 to 223.
    pub f_port: u8,
    /// Before encryption.
    pub payload: Vec<u8>,
}

/// What came of one of a plugin's own examples.
#[derive(Clone, Debug)]
pub struct ExampleOutcome {
    /// What it shows.
    pub title: String,
    /// How the answer differs; none when it is as the author says.
    pub failure: Option<String>,
    /// Steps used, of [`Limits::fuel`].
    pub fuel: u64,
}

/// The longest payload `LoRaWAN` carries.
const PAYLOAD_MAX: usize = 242;

/// A decoder plugin that was let in. Cheap to clone; calls block, and may run side by side.
#[derive(Clone)]
pub struct Decoder(Arc<Inner>);

struct Inner {
    id: Slug,
    description: Description,
    /// As the plugin gave them: they are compared with what it says when called.
    examples: Vec<wit::Example>,
    command_examples: Vec<(String, wit::CommandExample)>,
    sandbox: Sandbox,
}

impl Decoder {
    /// Asks a plugin who it is, under the limits of any call.
    pub(crate) fn let_in(
        id: &Slug,
        pre: DecoderPre<Meter>,
        limits: Limits,
        ticker: Arc<Ticker>,
    ) -> Result<Self, LoadError> {
        let sandbox = Sandbox { pre, limits, _ticker: ticker };
        let (said, _) = sandbox.call(|guest, store| guest.call_describe(store)).map_err(|(blame, what)| {
            LoadError::Silent(PluginFault { plugin: id.to_string(), version: "?".to_owned(), blame, what })
        })?;
        let description = describe(&said).map_err(LoadError::BadDescription)?;
        let wit::Description { examples, commands, .. } = said;
        let command_examples = commands
            .into_iter()
            .flat_map(|kind| kind.examples.into_iter().map(move |example| (kind.name.clone(), example)))
            .collect();
        Ok(Self(Arc::new(Inner { id: id.clone(), description, examples, command_examples, sandbox })))
    }

    /// What the plugin says of itself.
    pub fn description(&self) -> &Description {
        &self.0.description
    }

    /// Decodes one frame in a fresh instance.
    pub fn decode(&self, request: &Request<'_>) -> Result<Decoded, PluginFault> {
        let (said, _) = self.call(|guest, store| guest.call_decode(store, &boundary::uplink(request)))?;
        boundary::decoded(self.unless_fault(said)?).map_err(|what| self.fault(Blame::Plugin, what))
    }

    /// Turns a command into bytes. `arguments` and `settings` are JSON objects.
    pub fn encode(&self, command: &str, arguments: &str, settings: &str) -> Result<Downlink, PluginFault> {
        let (said, _) =
            self.call(|guest, store| guest.call_encode(store, &to_wit(command, arguments), &settings.to_owned()))?;
        let wit::Downlink { f_port, payload, extra: _ } = self.unless_fault(said)?;
        if payload.len() > PAYLOAD_MAX || !(1..=223).contains(&f_port) {
            let what = format!("gave a downlink of {} bytes on port {f_port}, which no device can get", payload.len());
            return Err(self.fault(Blame::Plugin, what));
        }
        Ok(Downlink { f_port, payload })
    }

    /// Says as JSON what a downlink means, so that a person can read it before it is sent.
    pub fn decode_downlink(&self, downlink: &Downlink, settings: &str) -> Result<String, PluginFault> {
        let Downlink { f_port, payload } = downlink.clone();
        let given = wit::Downlink { f_port, payload, extra: Vec::new() };
        let (said, _) = self.call(|guest, store| guest.call_decode_downlink(store, &given, &settings.to_owned()))?;
        let json = self.unless_fault(said)?;
        boundary::checked_json(json, "a downlink").map_err(|what| self.fault(Blame::Plugin, what))
    }

    /// Tries the plugin's own examples on this very machine, with the limits of real work.
    pub fn run_examples(&self) -> Vec<ExampleOutcome> {
        let frames = self.0.examples.iter().map(|example| {
            let got = self.call(|guest, store| guest.call_decode(store, &example.uplink));
            outcome(&example.title, got, &example.gives)
        });
        let commands = self.0.command_examples.iter().map(|(name, example)| {
            let command = to_wit(name, &example.arguments);
            let got = self.call(|guest, store| guest.call_encode(store, &command, &example.settings));
            outcome(&example.title, got, &example.gives)
        });
        frames.chain(commands).collect()
    }

    fn call<T>(
        &self,
        work: impl FnOnce(&Guest, &mut Store<Meter>) -> wasmtime::Result<T>,
    ) -> Result<(T, u64), PluginFault> {
        self.0.sandbox.call(work).map_err(|(blame, what)| self.fault(blame, what))
    }

    fn unless_fault<T>(&self, said: Result<T, wit::Fault>) -> Result<T, PluginFault> {
        said.map_err(|fault| {
            let (blame, what) = boundary::fault(&fault);
            self.fault(blame, what)
        })
    }

    fn fault(&self, blame: Blame, what: String) -> PluginFault {
        PluginFault { plugin: self.0.id.to_string(), version: self.0.description.version.clone(), blame, what }
    }
}

impl fmt::Debug for Decoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decoder({} {})", self.0.id, self.0.description.version)
    }
}

/// A compiled plugin and what it may use.
struct Sandbox {
    pre: DecoderPre<Meter>,
    limits: Limits,
    /// The backstop works as long as any plugin does.
    _ticker: Arc<Ticker>,
}

impl Sandbox {
    /// One call in an instance of its own, which is dropped whole however it ends. Gives the answer and the steps used.
    fn call<T>(
        &self,
        work: impl FnOnce(&Guest, &mut Store<Meter>) -> wasmtime::Result<T>,
    ) -> Result<(T, u64), (Blame, String)> {
        let mut store = Store::new(self.pre.engine(), Meter::new(&self.limits));
        store.limiter(|meter| meter);
        store.set_epoch_deadline(DEADLINE);
        store.set_hostcall_fuel(self.limits.output_bytes);
        let begun = store.set_fuel(self.limits.fuel).and_then(|()| self.pre.instantiate(&mut store));
        let instance = begun.map_err(|e| blame(&e, store.data(), &self.limits, Phase::Instantiate))?;
        let answer = work(instance.allting_decoder_decoding(), &mut store);
        let answer = answer.map_err(|e| blame(&e, store.data(), &self.limits, Phase::Run))?;
        let left = store.get_fuel().unwrap_or(0);
        Ok((answer, self.limits.fuel.saturating_sub(left)))
    }
}

fn to_wit(name: &str, arguments: &str) -> wit::Command {
    wit::Command { name: name.to_owned(), arguments: arguments.to_owned(), extra: Vec::new() }
}

/// Compares what a plugin answered with what its author says.
fn outcome<T: PartialEq + fmt::Debug>(title: &str, got: Result<(T, u64), PluginFault>, want: &T) -> ExampleOutcome {
    let title = boundary::one_line(title);
    match got {
        Ok((got, fuel)) if got == *want => ExampleOutcome { title, failure: None, fuel },
        Ok((got, fuel)) => {
            let failure = boundary::one_line(&format!("expected {want:?}, got {got:?}"));
            ExampleOutcome { title, failure: Some(failure), fuel }
        }
        Err(fault) => ExampleOutcome { title, failure: Some(fault.to_string()), fuel: 0 },
    }
}
