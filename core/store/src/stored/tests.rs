use crate::record::{Stored, seal, unseal};
use crate::stored::{Joins, Seen};
use model::{
    AppSKey, Battery, DataRate, Datastream, DatastreamId, DevAddr, DevEui, DevNonce, DeviceStatus, Downlink,
    DownlinkFailure, DownlinkId, DownlinkQueue, DownlinkRecord, DownlinkState, GatewayEui, LinkSettings, NwkSKey,
    Observation, QueuedDownlink, Reception, Rollup, Rx2, Session, Slug, StoredUplink, Timestamp, Uplink, Value,
};
use std::fmt::Debug;
use std::time::Duration;

const KEY: &[u8] = b"some key";

/// The value comes back; no other key, no shorter row and no flipped bit gives any value at all.
#[track_caller]
fn check<V: Stored + PartialEq + Debug>(value: &V) {
    let sealed = seal(KEY, value);
    assert_eq!(unseal::<V>(KEY, &sealed).as_ref(), Some(value));
    assert_eq!(unseal::<V>(b"some kez", &sealed), None);
    for length in 0..sealed.len() {
        assert_eq!(unseal::<V>(KEY, &sealed[..length]), None, "cut to {length}");
    }
    for bit in 0..sealed.len() * 8 {
        let mut flipped = sealed.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(unseal::<V>(KEY, &flipped), None, "bit {bit}");
    }
}

/// Bytes of an older layout, which are read and not written any more.
#[track_caller]
fn check_opens<V: Stored + PartialEq + Debug>(value: &V, hex: &str) {
    let byte = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    let sealed: Vec<u8> = (0..hex.len()).step_by(2).map(byte).collect();
    assert_eq!(unseal::<V>(KEY, &sealed).as_ref(), Some(value));
}

#[track_caller]
fn check_bytes<V: Stored>(value: &V, hex: &str) {
    let bytes: Vec<u8> =
        (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
    assert_eq!(seal(KEY, value), bytes);
}

fn session() -> Session {
    Session {
        dev_addr: DevAddr(0x2601_1bda),
        nwk_s_key: NwkSKey::new([1; 16]),
        app_s_key: AppSKey::new([2; 16]),
        f_cnt_up: Some(65_537),
        f_cnt_down: 3,
        f_cnt_down_reserved: 16,
        rx1_delay: Duration::from_secs(5),
        since: Timestamp::from_ms(-5),
        link: LinkSettings::default(),
    }
}

fn joins() -> Joins {
    let waiting = |id, confirmed, payload: &[u8]| QueuedDownlink {
        id: DownlinkId(id),
        downlink: Downlink { f_port: 10, payload: payload.to_vec(), confirmed },
        attempts: 2,
    };
    let status = DeviceStatus { battery: Battery::Percent(87), margin_db: -7, at: Timestamp::from_ms(1) };
    Joins {
        pending: Some(session()),
        dev_nonces: [1, 9].map(DevNonce).into(),
        join_nonce: 77,
        downlinks: DownlinkQueue { next_id: 9, waiting: vec![waiting(7, true, b"open"), waiting(8, false, b"")] },
        status: Some(status),
    }
}

#[test]
fn an_uplink_comes_back_and_its_damage_shows() {
    let at = Timestamp::from_ms(1_782_997_200_123);
    let uplink = Uplink {
        dev_eui: DevEui([1, 2, 3, 4, 5, 6, 7, 8]),
        dev_addr: DevAddr(9),
        f_cnt: u32::MAX,
        f_port: None,
        frm_payload: vec![0, 255],
        confirmed: true,
        adr: false,
        received_at: at,
        frequency_hz: 868_100_000,
        data_rate: DataRate::Lora { spreading_factor: 12, bandwidth_khz: 125 },
        receptions: vec![
            Reception { gateway: GatewayEui([7; 8]), rssi_dbm: -120.5, snr_db: Some(-20.0), received_at: at },
            Reception { gateway: GatewayEui([8; 8]), rssi_dbm: -99.0, snr_db: None, received_at: at },
        ],
    };
    let sensor = Slug::new("library-door").ok();
    for data_rate in [uplink.data_rate, DataRate::Fsk { bit_rate: 50_000 }, DataRate::LrFhss] {
        check(&StoredUplink { uplink: Uplink { data_rate, ..uplink.clone() }, sensor: sensor.clone(), fault: None });
    }
    check(&StoredUplink { uplink, sensor: None, fault: Some("plugin elsys 1.0.0: out of fuel".to_owned()) });
}

#[test]
fn observations_and_rollups_come_back_and_their_damage_shows() {
    let at = Timestamp::from_ms(i64::MAX);
    let values = [Value::Number(-0.25), Value::Integer(i64::MIN), Value::Text("s\u{f8}ndag".into()), Value::Flag(true)];
    for result in values {
        check(&Seen { result_time: at, result: result.clone() });
        check(&Observation { datastream: DatastreamId(3), phenomenon_time: at, result_time: at, result });
    }
    check(&Rollup { count: 4, sum: 10.5, min: -1.0, max: 9.0, last: (at, 2.5) });
}

#[test]
fn datastreams_and_devices_come_back_and_their_damage_shows() {
    let (place, sensor) = (Slug::new("library").unwrap(), Slug::new("library-door").unwrap());
    let part = Some("north".to_owned());
    check(&Datastream { place: place.clone(), sensor: sensor.clone(), property: "people-in".into(), part });
    check(&Datastream { place, sensor, property: String::new(), part: None });
    check(&session());
    check(&Session { f_cnt_up: None, ..session() });
    check(&Joins::default());
    check(&joins());
    for battery in [Battery::External, Battery::Percent(0), Battery::Percent(100), Battery::Unknown] {
        check(&Joins { status: joins().status.map(|status| DeviceStatus { battery, ..status }), ..joins() });
    }
    let link = LinkSettings {
        tx_power: 3,
        nb_trans: 2,
        channels: 0xff,
        rx1_dr_offset: 1,
        rx2: Some(Rx2 { frequency_hz: 869_525_000, data_rate: 3 }),
        max_duty_cycle: 7,
        rx1_frequencies_hz: [(4, 868_100_000)].into(),
    };
    check(&Session { link, ..session() });
}

/// Format 1 is for ever: files of this release must open in every later one.
#[test]
fn the_bytes_of_layout_1_do_not_change() {
    let at = Timestamp::from_ms(1_782_997_200_123);
    check_bytes(
        &Rollup { count: 4, sum: 10.5, min: -1.0, max: 9.0, last: (at, 2.5) },
        "01040000000000000000002540000000000000f0bf0000000000002240fb2cea229f0100000000000000000440e21b4dd6",
    );
    check_bytes(&Seen { result_time: at, result: Value::Integer(-2) }, "01fb2cea229f01000001feffffffffffffffbbe08d78");
    check_opens(
        &session(),
        "01da1b0126010101010101010101010101010101010202020202020202020202020202020201010001\
         0003000000100000008813000000000000fbffffffffffffff85926e2a",
    );
}

#[test]
fn the_bytes_of_layout_2_do_not_change() {
    check_bytes(
        &session(),
        "02da1b012601010101010101010101010101010101020202020202020202020202020202020101000100\
         03000000100000008813000000000000fbffffffffffffff0001070000000000000000d5b59b46",
    );
    check_bytes(
        &joins(),
        "0201da1b0126010101010101010101010101010101010202020202020202020202020202020201010001\
         0003000000100000008813000000000000fbffffffffffffff0001070000000000000000020000000100\
         09004d000000090000000200000007000000020a01040000006f70656e08000000020a00000000000158\
         f90100000000000000351f0784",
    );
}

#[test]
fn a_downlink_comes_back_with_what_became_of_it() {
    let states = [
        DownlinkState::Waiting,
        DownlinkState::Sent(GatewayEui([7; 8])),
        DownlinkState::Acknowledged,
        DownlinkState::Failed(DownlinkFailure::TooLong { room: 51 }),
        DownlinkState::Failed(DownlinkFailure::NotAcknowledged),
        DownlinkState::Failed(DownlinkFailure::Refused),
        DownlinkState::Withdrawn,
    ];
    for state in states {
        check(&DownlinkRecord {
            dev_eui: DevEui([1; 8]),
            id: DownlinkId(9),
            downlink: Downlink { f_port: 3, payload: vec![1, 2], confirmed: true },
            command: Some("restart".to_owned()),
            by: "heating".to_owned(),
            queued_at: Timestamp::from_ms(5),
            state,
            changed_at: Timestamp::from_ms(6),
        });
    }
}

#[test]
fn a_publication_and_what_a_rule_knows_come_back() {
    use model::{Author, PublicationId, PublicationRecord, PublicationState, PublicationText, RuleState, Shows};
    let states = [
        PublicationState::Waiting,
        PublicationState::Queued,
        PublicationState::Refused,
        PublicationState::Expired,
        PublicationState::Withdrawn,
        PublicationState::Draft,
    ];
    for (number, state) in (1..).zip(states) {
        let author = if number % 2 == 0 { Author::Rule("busy".into()) } else { Author::Staff("kari".into()) };
        let slug = |name| Slug::new(name).unwrap();
        check(&PublicationRecord {
            id: PublicationId(number),
            name: "rule/busy/x".into(),
            author,
            place: Some(slug("library")),
            texts: vec![PublicationText { language: model::Language::Nn, title: "T".into(), body: "B".into() }],
            door: Some("https://a.example/".into()),
            alternative: Some([(model::Language::Sv, "Kulle".to_owned())].into_iter().collect()),
            channels: Some(vec![slug("mastodon")]),
            made_at: Timestamp::from_ms(1),
            due_at: Timestamp::from_ms(2),
            expires_at: Some(Timestamp::from_ms(3)),
            state,
            changed_at: Timestamp::from_ms(4),
            looked_by: Some("ola".into()),
            activity: Some(slug("survey")),
            shows: [Shows::Nothing, Shows::Place, Shows::Own][usize::try_from(number % 3).unwrap()],
            revision: 7,
            corrected_at: Some(Timestamp::from_ms(5)),
        });
    }
    let at = |ms| Some(Timestamp::from_ms(ms));
    let (since, told, over_since, handled) = (at(1), at(2), at(3), at(4));
    let posts = vec![Timestamp::from_ms(5)];
    check(&RuleState { wording: "library is busy".into(), since, told, over_since, handled, posts });
}
