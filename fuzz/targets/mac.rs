//! What a device with the right keys may say: any MAC commands in an uplink, and any gateway's word on the answer.
#![no_main]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use lrwn::{
    AES128Key, DevAddr, FCtrl, FHDR, FRMPayload, FType, MACCommandSet, MACPayload, MACVersion, MHDR, Major, Payload,
    PhyPayload,
};
use netserver::Action;

mod town;

/// An uplink on port 0 of the device that [`town`] was born with.
fn uplink(f_cnt: u32, commands: &[u8]) -> Option<Vec<u8>> {
    let fhdr = FHDR {
        devaddr: DevAddr::from_be_bytes([4; 4]),
        f_ctrl: FCtrl { adr: true, ack: f_cnt % 2 == 0, ..FCtrl::default() },
        f_cnt,
        f_opts: MACCommandSet::new(vec![]),
    };
    let frm_payload = (!commands.is_empty()).then(|| FRMPayload::Raw(commands.to_vec()));
    let mut phy = PhyPayload {
        mhdr: MHDR { f_type: FType::ConfirmedDataUp, major: Major::LoRaWANR1 },
        payload: Payload::MACPayload(MACPayload { fhdr, f_port: Some(0), frm_payload }),
        mic: None,
    };
    let nwk_s_key = AES128Key::from_bytes([1; 16]);
    phy.encrypt_frm_payload(&nwk_s_key).ok()?;
    phy.set_uplink_data_mic(MACVersion::LoRaWAN1_0, 0, 0, 0, &nwk_s_key, &nwk_s_key).ok()?;
    phy.to_vec().ok()
}

libfuzzer_sys::fuzz_target!(|input: &[u8]| {
    let mut server = town::server();
    let from = "10.0.0.1:1700".parse().unwrap();
    let speaks = |identifier: u8, token: [u8; 2], json: &[u8]| {
        [&[2, token[0], token[1], identifier], &town::GATEWAY.0[..], json].concat()
    };
    server.datagram(town::now(), from, &speaks(2, [0, 0], b""));
    for (f_cnt, commands) in (0..).zip(input.split(|byte| *byte == 0xff).take(64)) {
        let Some(frame) = uplink(f_cnt, &commands[..commands.len().min(222)]) else { continue };
        let (data, tmst) = (STANDARD.encode(frame), f_cnt * 5_000_000 % u32::MAX);
        let json = format!(
            r#"{{"rxpk":[{{"tmst":{tmst},"freq":868.1,"datr":"SF12BW125","rssi":-40,"lsnr":9,"data":"{data}"}}]}}"#
        );
        let actions = server.datagram(town::now(), from, &speaks(0, [0, 0], json.as_bytes()));
        assert!(actions.iter().any(|a| matches!(a, Action::Uplink(_))), "a true uplink gets in");
        for action in actions {
            if let Action::Transmit { bytes, .. } = action {
                server.datagram(town::now(), from, &speaks(5, [bytes[1], bytes[2]], commands));
            }
        }
    }
});
