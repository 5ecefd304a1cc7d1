use super::*;
use model::{LinkSettings, Timestamp};

fn bytes<const N: usize>(hex: &str) -> [u8; N] {
    let byte = |at: usize| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap();
    assert_eq!(hex.len(), N * 2);
    std::array::from_fn(byte)
}

fn app_key() -> AppKey {
    "0102030405060708090a0b0c0d0e0f10".parse().unwrap()
}

fn join_request() -> JoinRequest {
    match parse(&bytes::<23>("000807060504030201080706050403020202018d6a68cd")).unwrap() {
        Frame::JoinRequest(request) => request,
        Frame::Data(_) => panic!("no join request"),
    }
}

fn accept(cf_list: Option<CFList>) -> JoinAccept {
    JoinAccept {
        join_nonce: 0,
        dev_addr: DevAddr(0x0102_0304),
        rx1_delay: Duration::from_secs(1),
        rx1_dr_offset: 0,
        rx2_data_rate: 0,
        cf_list,
    }
}

#[test]
fn reads_a_join_request_computed_by_others() {
    let request = join_request();
    assert_eq!(request.join_eui.to_string(), "0102030405060708");
    assert_eq!(request.dev_eui.to_string(), "0202030405060708");
    assert_eq!(request.dev_nonce, DevNonce(258));
    assert!(request.is_signed_with(&app_key()));
    assert!(!request.is_signed_with(&AppKey::new([0; 16])));
}

#[test]
fn seals_the_join_accept_that_others_computed() {
    let sealed = accept(None).seal(&join_request(), &app_key()).unwrap();
    assert_eq!(sealed, bytes::<17>("20983be4bfa5b2bc0660d35189de8db892"));
}

#[test]
fn seals_the_join_accept_with_the_channels_of_eu868() {
    let cf_list = crate::region::Region::eu868().cf_list();
    let sealed = accept(cf_list).seal(&join_request(), &app_key()).unwrap();
    assert_eq!(sealed, bytes::<33>("203ec472f09e47b6ff9a841cb737113a1e89e13078cf14b51bd6ff33cfe36e6086"));
}

#[test]
fn derives_the_session_keys_that_others_computed() {
    let (nwk_s_key, app_s_key) = accept(None).session_keys(&join_request(), &app_key()).unwrap();
    assert_eq!(nwk_s_key.bytes(), bytes("802fa8293ed7d44f1353b7c92ba97dc8"));
    assert_eq!(app_s_key.bytes(), bytes("05d3def03334170fda9bede4c625c875"));
}

/// The well-known frame of the `lora-packet` tests, which decrypts to "test".
const TEST_FRAME: &str = "40f17dbe4900020001954378762b11ff0d";

fn session() -> Session {
    Session {
        dev_addr: DevAddr(0x49be_7df1),
        nwk_s_key: NwkSKey::new(bytes("44024241ed4ce9a68c6a8bc055233fd3")),
        app_s_key: AppSKey::new(bytes("ec925802ae430ca77fd3dd73cb2cc588")),
        f_cnt_up: None,
        f_cnt_down: 0,
        f_cnt_down_reserved: 0,
        rx1_delay: Duration::from_secs(1),
        since: Timestamp::default(),
        link: LinkSettings::default(),
    }
}

fn data(frame: &[u8]) -> DataUp {
    match parse(frame).unwrap() {
        Frame::Data(data) => data,
        Frame::JoinRequest(_) => panic!("no data frame"),
    }
}

#[test]
fn opens_a_data_frame_made_by_others() {
    let mut frame = data(&bytes::<17>(TEST_FRAME));
    assert_eq!((frame.dev_addr.to_string().as_str(), frame.wire_f_cnt), ("49be7df1", 2));
    assert_eq!(frame.verify(&session(), 65_538), None);
    let uplink = frame.verify(&session(), 2).unwrap();
    assert_eq!((uplink.frm_payload.as_slice(), uplink.f_port, uplink.confirmed), (&b"test"[..], Some(1), false));
}

#[test]
fn any_bit_flipped_makes_a_frame_invalid() {
    let good: [u8; 17] = bytes(TEST_FRAME);
    for bit in 0..good.len() * 8 {
        let mut bad = good;
        bad[bit / 8] ^= 1 << (bit % 8);
        if let Ok(Frame::Data(mut frame)) = parse(&bad) {
            let f_cnt = frame.wire_f_cnt.into();
            assert_eq!(frame.verify(&session(), f_cnt), None, "bit {bit}");
        }
    }
}

/// Another parser died of 21 bytes that promise more options than there are.
#[test]
fn promised_options_that_are_not_there_are_refused() {
    for length in 0..64 {
        let mut bad = vec![0x40; length];
        if let Some(f_ctrl) = bad.get_mut(5) {
            *f_ctrl = 0x0f;
        }
        let readable = length >= 12 + 15;
        assert_eq!(parse(&bad).is_ok(), readable, "{length}");
    }
}

#[test]
fn what_no_end_device_sends_is_told_apart() {
    for first in [0x20, 0x60, 0xa0, 0xe0] {
        let mut frame = bytes::<17>(TEST_FRAME);
        frame[0] = first;
        assert_eq!(parse(&frame).unwrap_err(), Rejection::NotAnUplink, "{first:02x}");
    }
    assert_eq!(parse(&[]).unwrap_err(), Rejection::NotLorawan);
}

#[test]
fn a_downlink_carries_acknowledgement_and_answers() {
    let down = DataDown { ack: true, commands: vec![0x02, 20, 1], ..DataDown::default() };
    let sealed = down.seal(&session(), 7).unwrap();
    assert_eq!(&sealed[..11], [0x60, 0xf1, 0x7d, 0xbe, 0x49, 0x23, 7, 0, 0x02, 20, 1]);
    assert_eq!(sealed.len(), 11 + 4);
}

/// Opens a downlink with others' code.
fn opened(sealed: &[u8], key: [u8; 16]) -> MACPayload {
    let mut phy = PhyPayload::from_slice(sealed).unwrap();
    let nwk_s_key = AES128Key::from_bytes(session().nwk_s_key.bytes());
    assert!(phy.validate_downlink_data_mic(MACVersion::LoRaWAN1_0, 0, &nwk_s_key).unwrap());
    phy.decrypt_frm_payload(&AES128Key::from_bytes(key)).unwrap();
    let Payload::MACPayload(mac) = phy.payload else { panic!("no data frame") };
    mac
}

#[test]
fn a_payload_goes_under_the_key_of_the_application_beside_commands() {
    let payload = Some(Downlink { f_port: 9, payload: b"open".to_vec(), confirmed: true });
    let down = DataDown { adr: true, pending: true, commands: vec![0x06], payload, ..DataDown::default() };
    let bytes = down.bytes();
    let sealed = down.seal(&session(), 7).unwrap();
    assert_eq!((sealed.len(), sealed[0], sealed[5]), (bytes, 0xa0, 0x80 | 0x10 | 1));
    let mac = opened(&sealed, session().app_s_key.bytes());
    assert_eq!((mac.f_port, mac.frm_payload.unwrap().to_vec().unwrap()), (Some(9), b"open".to_vec()));
}

#[test]
fn many_commands_go_alone_on_port_0_under_the_key_of_the_network() {
    let commands = [0x06; 16].to_vec();
    let sealed = DataDown { commands: commands.clone(), ..DataDown::default() }.seal(&session(), 7).unwrap();
    assert_ne!(sealed[9..25], commands);
    let mac = opened(&sealed, session().nwk_s_key.bytes());
    assert_eq!((mac.f_port, mac.fhdr.f_ctrl.f_opts_len), (Some(0), 0));
    assert_eq!(mac.frm_payload.unwrap().to_vec().unwrap(), commands);
}
