//! Downlinks that programs and staff ask for: from bytes or a command of the sensor's decoder into the queue of the network server.

use crate::orders::Radio;
use crate::portal::{App, ReadError};
use model::{DecoderId, DevEui, Downlink, DownlinkId, DownlinkRecord, DownlinkState, PluginFault, Timestamp, Words};
use netserver::SendError;

/// A downlink that a program or a colleague asks for.
#[derive(Clone, Debug)]
pub struct NewDownlink {
    /// To which device.
    pub dev_eui: DevEui,
    /// What to say.
    pub message: Message,
    /// The device is to acknowledge it.
    pub confirmed: bool,
    /// Who asks: the name of a token, or of a colleague.
    pub by: String,
}

/// What to say to a device.
#[derive(Clone, Debug)]
pub enum Message {
    /// These bytes.
    Bytes {
        /// Port, 1 to 223.
        f_port: u8,
        /// In clear.
        payload: Vec<u8>,
    },
    /// What the sensor's decoder makes of a command.
    Command {
        /// Its name.
        name: String,
        /// Its arguments, a JSON object.
        arguments: String,
    },
}

/// Why a downlink was not queued.
#[derive(Debug, thiserror::Error)]
pub enum SendRefused {
    /// No sensor has this `DevEUI`.
    #[error("no sensor has this DevEUI; `dev_eui` in sensors.toml says which there are")]
    UnknownDevice,
    /// Its decoder is not there to ask.
    #[error("its decoder `{0}` is not installed, or its file was refused at start; send bytes, or install it")]
    NoDecoder(DecoderId),
    /// Its decoder knows no such command.
    #[error("its decoder knows no such command; it knows: {}", or_none(.0))]
    UnknownCommand(Vec<String>),
    /// Its decoder cannot make bytes of it.
    #[error("{0}")]
    Command(PluginFault),
    /// Enough waits for the device already.
    #[error("{}; it takes one after each uplink", SendError::QueueFull)]
    Full,
    /// No device can get it.
    #[error("{0}")]
    Impossible(SendError),
    /// The box is stopping.
    #[error("the box is stopping; try again in a minute")]
    Stopping,
}

/// What is known of the downlinks of a device.
#[derive(Clone, Debug)]
pub struct DeviceDownlinks {
    /// What its decoder can be asked to say; empty where it is not installed.
    pub commands: Vec<Command>,
    /// Those that wait and the newest that are done, oldest first.
    pub downlinks: Vec<DownlinkRecord>,
}

/// A command of a decoder.
#[derive(Clone, Debug)]
pub struct Command {
    /// Its name.
    pub name: String,
    /// Its name for people; may be empty.
    pub title: Words,
    /// JSON Schema 2020-12 of its arguments.
    pub schema: serde_json::Value,
}

impl App {
    /// The downlinks of a device; none when no sensor has it.
    pub fn downlinks(&self, dev_eui: DevEui) -> Result<Option<DeviceDownlinks>, ReadError> {
        if self.sensor_of(dev_eui).is_none() {
            return Ok(None);
        }
        let downlinks = self.store().read()?.downlinks(dev_eui)?;
        Ok(Some(DeviceDownlinks { commands: self.configured().decoders.commands(dev_eui), downlinks }))
    }

    /// Queues a downlink, which is on disk when this returns. Blocks for milliseconds.
    pub fn send_downlink(
        &self,
        radio: &Radio,
        now: Timestamp,
        new: NewDownlink,
    ) -> Result<DownlinkRecord, SendRefused> {
        let NewDownlink { dev_eui, message, confirmed, by } = new;
        let (f_port, payload, command) = match message {
            Message::Bytes { f_port, payload } => (f_port, payload, None),
            Message::Command { name, arguments } => {
                let (f_port, payload) = self.configured().decoders.encode(dev_eui, &name, &arguments)?;
                (f_port, payload, Some(name))
            }
        };
        radio.send(DownlinkRecord {
            dev_eui,
            id: DownlinkId(0),
            downlink: Downlink { f_port, payload, confirmed },
            command,
            by,
            queued_at: now,
            state: DownlinkState::Waiting,
            changed_at: now,
        })
    }
}

impl From<SendError> for SendRefused {
    fn from(why: SendError) -> Self {
        match why {
            SendError::UnknownDevice => Self::UnknownDevice,
            SendError::QueueFull => Self::Full,
            SendError::BadPort | SendError::TooLong => Self::Impossible(why),
        }
    }
}

fn or_none(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
