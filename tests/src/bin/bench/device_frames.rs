//! What 500 devices put on the air: frames that the crate `lorawan` built and encrypted, in datagrams as a gateway sends them.

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lorawan::creator::DataPayloadCreator;
use lorawan::keys::{AppSKey, NewSKey};
use model::{Activation, GatewayEui, Municipality};
use serde_json::json;
use town::Report;
use town::payload::Instrument;

/// All devices of a folder, and the counters they have used.
pub(crate) struct Devices {
    all: Vec<Device>,
    gateways: Vec<GatewayEui>,
    /// How many uplinks were built so far.
    built: usize,
}

struct Device {
    dev_addr: [u8; 4],
    network: NewSKey,
    app: AppSKey,
    instrument: Instrument,
    f_cnt: u32,
}

/// One uplink, ready to be sent.
pub(crate) struct Frame {
    /// Which device, counted from 0.
    pub(crate) device: u16,
    pub(crate) f_cnt: u32,
    pub(crate) datagram: Vec<u8>,
}

impl Devices {
    /// Devices that never spoke.
    pub(crate) fn of(municipality: &Municipality) -> Result<Self> {
        let device = |sensor: &model::Sensor| {
            let Activation::Abp { dev_addr, nwk_s_key, app_s_key } = &sensor.device.activation else { return None };
            Some(Device {
                // As on the wire, least byte first.
                dev_addr: dev_addr.0.to_le_bytes(),
                network: nwk_s_key.bytes().into(),
                app: app_s_key.bytes().into(),
                instrument: Instrument::of(sensor)?,
                f_cnt: 0,
            })
        };
        let all = municipality.sensors.iter().map(device).collect::<Option<_>>();
        let gateways = municipality.gateways.iter().map(|gateway| gateway.eui).collect();
        Ok(Self { all: all.context("a sensor of the bench has no device")?, gateways, built: 0 })
    }

    /// The next `count` uplinks of the town; each device speaks in its turn.
    pub(crate) fn frames(&mut self, count: usize) -> Result<Vec<Frame>> {
        (0..count).map(|_| self.frame()).collect()
    }

    fn frame(&mut self) -> Result<Frame> {
        let (turn, index) = (self.built, self.built % self.all.len());
        self.built += 1;
        let gateway = self.gateways.get(turn % self.gateways.len()).context("the bench has no gateway")?;
        let device = self.all.get_mut(index).context("the bench has no device")?;
        let f_cnt = device.f_cnt;
        device.f_cnt += 1;
        let datagram = push_data(*gateway, turn, &device.encrypted(&report(turn, index), f_cnt)?);
        Ok(Frame { device: u16::try_from(index)?, f_cnt, datagram })
    }
}

impl Device {
    fn encrypted(&self, report: &Report, f_cnt: u32) -> Result<Vec<u8>> {
        let (f_port, payload) = self.instrument.encode(report);
        let mut creator = DataPayloadCreator::new();
        creator.set_uplink(true).set_confirmed(false).set_dev_addr(&self.dev_addr).set_f_port(f_port).set_fcnt(f_cnt);
        let built = creator.build(&payload, &[], &self.network, &self.app);
        Ok(built.ok().context("the payload does not fit into a frame")?.to_vec())
    }
}

/// What a sensor measures in its turn: nothing twice the same, all of it plausible.
pub(crate) fn report(turn: usize, sensor: usize) -> Report {
    let swing = f64::from(u32::try_from((turn / 500 + sensor) % 200).unwrap_or(0)) / 10.0;
    let people = u32::try_from((turn / 500 * 7 + sensor) % 12).unwrap_or(0);
    Report {
        people_in: people,
        people_out: people.saturating_sub(1),
        people_count: people * 3,
        temperature: 10.0 + swing,
        relative_humidity: 30.0 + swing,
        co2: 420.0 + 20.0 * swing,
        light_intensity: 40.0 * swing,
        motion: people * 2,
        battery_voltage: 3.4,
        ..Report::default()
    }
}

/// A PUSH_DATA of GWMP 2 with one `rxpk`, as the forwarder of an SX1302 writes it.
fn push_data(gateway: GatewayEui, turn: usize, phy_payload: &[u8]) -> Vec<u8> {
    let json = json!({ "rxpk": [{
        "jver": 1, "tmst": (turn * 1000) & 0xffff_ffff, "chan": turn % 8, "rfch": 0, "freq": 868.1, "mid": 8,
        "stat": 1,
        "modu": "LORA", "datr": "SF7BW125", "codr": "4/5", "rssis": -89, "lsnr": 9.5, "foff": -402, "rssi": -88,
        "size": phy_payload.len(), "data": STANDARD.encode(phy_payload),
    }]});
    let token = u16::try_from(turn & 0xffff).unwrap_or(0).to_be_bytes();
    let mut datagram = vec![2, token[0], token[1], 0];
    datagram.extend(gateway.0);
    datagram.extend(json.to_string().into_bytes());
    datagram
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_datagram_begins_as_gwmp_says_and_carries_the_frame() {
        let datagram = push_data(GatewayEui([7; 8]), 0x0001_0203, &[0x40, 1, 2]);
        assert_eq!(datagram[..12], [2, 2, 3, 0, 7, 7, 7, 7, 7, 7, 7, 7]);
        let json: serde_json::Value = serde_json::from_slice(&datagram[12..]).unwrap();
        assert_eq!((json["rxpk"][0]["data"].as_str(), json["rxpk"][0]["size"].as_u64()), (Some("QAEC"), Some(3)));
    }
}
