use std::marker::PhantomData;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::bindings::exports::allting::decoder::decoding::Guest;
use crate::{Command, Decoded, Description, Downlink, Fault, Uplink};

/// A decoder: turns a device's bytes into observations, and commands into bytes.
///
/// Every call stands alone: the box makes a fresh instance for each, so there is nothing to remember and nothing to lock.
pub trait Decoder {
    /// What the municipality sets, read from JSON. Give it `#[serde(deny_unknown_fields)]` and a schema in the description.
    type Settings: DeserializeOwned;

    /// Says who the decoder is, what it can be told, and gives examples that prove it.
    fn describe() -> Description;

    /// Reads one frame. A frame that says nothing new is a success without observations.
    fn decode(uplink: &Uplink, settings: Self::Settings) -> Result<Decoded, Fault>;

    /// Turns a command into the bytes that the device understands.
    fn encode(command: &Command, _settings: Self::Settings) -> Result<Downlink, Fault> {
        Err(Fault::UnsupportedCommand(command.name.clone()))
    }

    /// Says as JSON what a queued downlink means.
    fn decode_downlink(downlink: &Downlink, _settings: Self::Settings) -> Result<String, Fault> {
        Err(Fault::UnsupportedPort(downlink.f_port))
    }
}

/// For a decoder with nothing to set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoSettings {}

fn read_settings<S: DeserializeOwned>(json: &str) -> Result<S, Fault> {
    serde_json::from_str(json).map_err(|e| Fault::Other(format!("the settings do not fit: {e}")))
}

/// Joins a [`Decoder`] to the generated bindings: reads the settings and hands the rest on.
#[derive(Debug)]
pub struct Glue<D>(PhantomData<D>);

impl<D: Decoder + 'static> Guest for Glue<D> {
    fn describe() -> Description {
        D::describe()
    }

    fn decode(uplink: Uplink) -> Result<Decoded, Fault> {
        D::decode(&uplink, read_settings(&uplink.settings)?)
    }

    fn encode(command: Command, settings: String) -> Result<Downlink, Fault> {
        D::encode(&command, read_settings(&settings)?)
    }

    fn decode_downlink(downlink: Downlink, settings: String) -> Result<String, Fault> {
        D::decode_downlink(&downlink, read_settings(&settings)?)
    }
}

/// Makes a type that implements [`Decoder`] the decoder of this plugin. Once per crate; does nothing when built natively.
#[macro_export]
macro_rules! export_decoder {
    ($decoder:ident) => {
        #[cfg(target_arch = "wasm32")]
        #[allow(unsafe_code, reason = "the exported functions of the canonical ABI")]
        mod exported_decoder {
            #[global_allocator]
            static MEMORY: $crate::Arena = $crate::Arena::new();
            type Exported = $crate::Glue<super::$decoder>;
            $crate::bindings::export_component!(Exported with_types_in $crate::bindings);
        }
    };
}
