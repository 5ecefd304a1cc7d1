//! Devices that were born with a session, and what they put on the air: frames that the crate `lorawan` built and encrypted, and the
//! datagrams in which a gateway brings them.

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lorawan::creator::DataPayloadCreator;
use lorawan::keys::{AppSKey, NewSKey};
use model::{Activation, DevEui, GatewayEui, Municipality};

/// What a device says when nothing is asked of it: a temperature, as ELSYS writes it.
pub const TEMPERATURE: [u8; 3] = [1, 0, 226];

/// All devices of a municipality that need not join.
#[derive(Debug)]
pub struct Born {
    devices: Vec<Device>,
    gateway: GatewayEui,
    turn: usize,
}

#[derive(Debug)]
struct Device {
    dev_eui: DevEui,
    dev_addr: u32,
    nwk_s_key: [u8; 16],
    app_s_key: [u8; 16],
    f_cnt: u32,
}

impl Born {
    /// Devices that never spoke, and the gateway that will hear them.
    pub fn of(municipality: &Municipality) -> Result<Self> {
        let born = municipality.sensors.iter().filter_map(|sensor| match &sensor.device.activation {
            Activation::Abp { dev_addr, nwk_s_key, app_s_key } => Some(Device {
                dev_eui: sensor.device.dev_eui,
                dev_addr: dev_addr.0,
                nwk_s_key: nwk_s_key.bytes(),
                app_s_key: app_s_key.bytes(),
                f_cnt: 0,
            }),
            Activation::Otaa { .. } => None,
        });
        let gateway = municipality.gateways.first().context("a gateway")?.eui;
        let devices: Vec<Device> = born.collect();
        anyhow::ensure!(!devices.is_empty(), "no device was born with a session");
        Ok(Self { devices, gateway, turn: 0 })
    }

    /// The gateway that hears them.
    pub fn gateway(&self) -> GatewayEui {
        self.gateway
    }

    /// Which device speaks next, and with which counter.
    pub fn next(&self) -> Option<(DevEui, u32)> {
        self.devices.get(self.turn % self.devices.len()).map(|device| (device.dev_eui, device.f_cnt))
    }

    /// The next frame; each device speaks in its turn.
    pub fn frame(&mut self, payload: &[u8]) -> Result<Vec<u8>> {
        self.built(payload, false)
    }

    /// The same, and the device wants an answer.
    pub fn confirmed_frame(&mut self, payload: &[u8]) -> Result<Vec<u8>> {
        self.built(payload, true)
    }

    fn built(&mut self, payload: &[u8], confirmed: bool) -> Result<Vec<u8>> {
        let index = self.turn % self.devices.len();
        let device = self.devices.get_mut(index).context("a device")?;
        self.turn += 1;
        let (network, app): (NewSKey, AppSKey) = (device.nwk_s_key.into(), device.app_s_key.into());
        let mut creator = DataPayloadCreator::new();
        creator.set_uplink(true).set_confirmed(confirmed).set_dev_addr(&device.dev_addr.to_le_bytes());
        creator.set_f_port(5).set_fcnt(device.f_cnt);
        device.f_cnt += 1;
        Ok(creator.build(payload, &[], &network, &app).ok().context("a short payload")?.to_vec())
    }

    /// PULL_DATA: the gateway says where it takes downlinks.
    pub fn pull_data(&self) -> Vec<u8> {
        datagram(2, self.gateway, "")
    }

    /// PUSH_DATA with one frame, as most forwarders write it.
    pub fn push_data(&self, frame: &[u8]) -> Vec<u8> {
        let (tmst, data) = (self.turn * 20_000 % 0xffff_ffff, STANDARD.encode(frame));
        let rxpk = format!(r#"{{"tmst":{tmst},"freq":868.1,"datr":"SF7BW125","rssi":-60,"lsnr":9,"data":"{data}"}}"#);
        self.push_json(&format!(r#"{{"rxpk":[{rxpk}]}}"#))
    }

    /// PUSH_DATA with this text.
    pub fn push_json(&self, json: &str) -> Vec<u8> {
        datagram(0, self.gateway, json)
    }
}

/// A datagram of the gateway protocol, version 2.
pub fn datagram(identifier: u8, gateway: GatewayEui, json: &str) -> Vec<u8> {
    [&[2, 7, 7, identifier], &gateway.0[..], json.as_bytes()].concat()
}

/// How many downlinks a gateway was asked to send since it was last asked.
pub fn downlinks_on(socket: &std::net::UdpSocket) -> usize {
    let (mut buffer, mut count) = ([0; 4096], 0);
    while let Ok(length) = socket.recv(&mut buffer) {
        count += usize::from(length > 3 && buffer.get(3) == Some(&3));
    }
    count
}
