//! From verified frames to what they mean: each goes through its sensor's decoder, in a fresh sandbox.

use crate::downlinks::{Command, SendRefused};
use crate::views::LiveUplink;
use model::{Blame, Decoded, DecoderId, DevEui, PluginFault, Sensor, SensorId, Timestamp, Uplink};
use plugin_host::{Breaker, CommandKind, Decoder, Request};
use std::collections::HashMap;
use std::sync::Arc;
use std::thread;

/// A frame and what became of it.
pub(crate) type Heard = Arc<LiveUplink>;

/// Fewer frames than this are decoded where they are: starting threads would cost more than it saves. When decoding is slow, more gather.
const WORTH_THREADS: usize = 32;

/// What can decode, and which sensors may not use it.
#[derive(Debug, Default)]
pub struct DecoderSet {
    /// Decoders that work, by name.
    pub decoders: HashMap<DecoderId, Decoder>,
    /// Sensors whose settings were found wanting (a codec that fails its vendor's examples), and why. Their frames are kept.
    pub refused: HashMap<SensorId, String>,
}

impl From<HashMap<DecoderId, Decoder>> for DecoderSet {
    fn from(decoders: HashMap<DecoderId, Decoder>) -> Self {
        Self { decoders, refused: HashMap::new() }
    }
}

/// Knows each sensor's decoder.
#[derive(Debug)]
pub(crate) struct Decoders {
    sensors: HashMap<DevEui, Sensor>,
    plugins: DecoderSet,
    workers: usize,
}

impl Decoders {
    pub(crate) fn new(sensors: &[Sensor], plugins: DecoderSet) -> Self {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        Self { sensors: sensors.iter().map(|s| (s.device.dev_eui, s.clone())).collect(), plugins, workers }
    }

    /// Whether the frames of this sensor can be decoded: its decoder is loaded, and may be used for it.
    pub(crate) fn understands(&self, sensor: &Sensor) -> bool {
        self.plugins.decoders.contains_key(&sensor.decoder) && !self.plugins.refused.contains_key(&sensor.id)
    }

    /// The plugins that were loaded, by name.
    pub(crate) fn plugins(&self) -> impl Iterator<Item = (&DecoderId, &Decoder)> {
        self.plugins.decoders.iter()
    }

    /// Decodes frames, in order; those of unknown sensors are left out, for the network server only hears configured ones.
    pub(crate) fn decode(&self, now: Timestamp, uplinks: &[&Uplink], breaker: &mut Breaker<DevEui>) -> Vec<Heard> {
        let heard = self.decode_side_by_side(now, uplinks, breaker);
        for one in &heard {
            breaker.note(now, &one.uplink.dev_eui, one.outcome.as_ref().err());
        }
        heard
    }

    /// What a device is called.
    pub(crate) fn sensor_of(&self, dev_eui: DevEui) -> Option<SensorId> {
        self.sensors.get(&dev_eui).map(|sensor| sensor.id.clone())
    }

    /// The decoder of a sensor, if it may be used for it.
    fn decoder_of(&self, sensor: &Sensor) -> Option<&Decoder> {
        self.plugins.decoders.get(&sensor.decoder).filter(|_| self.understands(sensor))
    }

    /// What the decoder of a device can be asked to say.
    pub(crate) fn commands(&self, dev_eui: DevEui) -> Vec<Command> {
        let decoder = self.sensors.get(&dev_eui).and_then(|sensor| self.decoder_of(sensor));
        let kinds = decoder.map_or(&[][..], |decoder| &decoder.description().commands);
        let command = |kind: &CommandKind| Command {
            name: kind.name.clone(),
            title: kind.title.clone(),
            schema: kind.schema.clone(),
        };
        kinds.iter().map(command).collect()
    }

    /// Port and bytes of a command.
    pub(crate) fn encode(&self, dev_eui: DevEui, command: &str, arguments: &str) -> Result<(u8, Vec<u8>), SendRefused> {
        let sensor = self.sensors.get(&dev_eui).ok_or(SendRefused::UnknownDevice)?;
        let no_decoder = || SendRefused::NoDecoder(sensor.decoder.clone());
        let decoder = self.decoder_of(sensor).ok_or_else(no_decoder)?;
        let known = &decoder.description().commands;
        if !known.iter().any(|kind| kind.name == command) {
            return Err(SendRefused::UnknownCommand(known.iter().map(|kind| kind.name.clone()).collect()));
        }
        let downlink = decoder.encode(command, arguments, &sensor.settings).map_err(SendRefused::Command)?;
        Ok((downlink.f_port, downlink.payload))
    }

    fn decode_side_by_side(&self, now: Timestamp, uplinks: &[&Uplink], breaker: &Breaker<DevEui>) -> Vec<Heard> {
        let decode = |part: &[&Uplink]| -> Vec<Heard> {
            part.iter().filter_map(|u| self.decode_one(u, breaker.lets_through(now, &u.dev_eui))).collect()
        };
        if uplinks.len() < WORTH_THREADS || self.workers < 2 {
            return decode(uplinks);
        }
        thread::scope(|scope| {
            let parts = uplinks.chunks(uplinks.len().div_ceil(self.workers));
            let running: Vec<_> = parts.map(|part| scope.spawn(move || decode(part))).collect();
            running.into_iter().flat_map(|r| r.join().unwrap_or_default()).collect()
        })
    }

    fn decode_one(&self, uplink: &Uplink, may_call: bool) -> Option<Heard> {
        let sensor = self.sensors.get(&uplink.dev_eui)?;
        let outcome = if may_call { self.call(sensor, uplink) } else { Err(paused(sensor)) };
        Some(Arc::new(LiveUplink {
            sensor: sensor.id.clone(),
            place: sensor.place.clone(),
            test: sensor.test,
            uplink: uplink.clone(),
            outcome,
        }))
    }

    fn call(&self, sensor: &Sensor, uplink: &Uplink) -> Result<Decoded, PluginFault> {
        let f_port = match uplink.f_port {
            None | Some(0) => return Ok(Decoded::default()),
            Some(port) => port,
        };
        if let Some(why) = self.plugins.refused.get(&sensor.id) {
            return Err(fault_of_box(sensor, why));
        }
        let not_here = "is not installed, or its file was refused at start; the frame is kept and can be decoded later";
        let plugin = self.plugins.decoders.get(&sensor.decoder).ok_or_else(|| fault_of_box(sensor, not_here))?;
        plugin.decode(&Request {
            f_port,
            payload: &uplink.frm_payload,
            received_at: uplink.received_at,
            settings: &sensor.settings,
        })
    }
}

fn paused(sensor: &Sensor) -> PluginFault {
    fault_of_box(sensor, "is paused for this device after repeated faults; the frame is kept and can be decoded later")
}

fn fault_of_box(sensor: &Sensor, what: &str) -> PluginFault {
    PluginFault { plugin: sensor.decoder.to_string(), version: String::new(), blame: Blame::Box, what: what.into() }
}
