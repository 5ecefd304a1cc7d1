//! A server with one gateway and a device of each sort, for the targets to speak to.

#![allow(dead_code, reason = "each target uses its part")]

use model::{
    Activation, AppKey, AppSKey, CounterRule, DevAddr, DevEui, Device, Gateway, GatewayEui, JoinEui, MacVersion,
    NwkSKey, Timestamp,
};
use netserver::{NetworkServer, Settings};

pub const GATEWAY: GatewayEui = GatewayEui([0xaa, 0x55, 0x5a, 0, 0, 0, 0, 0]);

pub fn now() -> Timestamp {
    Timestamp::from_seconds(1_800_000_000)
}

pub fn server() -> NetworkServer {
    server_with([1; 16])
}

/// The same with another key for the device that was born with a session.
pub fn server_with(nwk_s_key: [u8; 16]) -> NetworkServer {
    let born = Activation::Abp {
        dev_addr: DevAddr(0x0404_0404),
        nwk_s_key: NwkSKey::new(nwk_s_key),
        app_s_key: AppSKey::new([2; 16]),
    };
    let joining = Activation::Otaa { join_eui: JoinEui([5; 8]), app_key: AppKey::new([3; 16]) };
    let devices = [(DevEui([6; 8]), born), (DevEui([7; 8]), joining)];
    let devices = devices.map(|(dev_eui, activation)| Device {
        dev_eui,
        mac_version: MacVersion::V1_0_3,
        activation,
        counter_rule: CounterRule::default(),
    });
    let gateway = Gateway { eui: GATEWAY, name: String::new() };
    NetworkServer::new(Settings::default(), devices.to_vec(), &[gateway], [])
}
