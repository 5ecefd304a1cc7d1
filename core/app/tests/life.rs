//! What a box shows of what it hears, at its boundary: uplinks go in through `Ingest`, pages come out of `App`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and one that cannot run here says so"
)]

use app::{App, Freshness, Ingest, PlaceCard};
use engagement::PublicCount;
use model::{
    Activation, AppKey, Calendar, CounterRule, DataRate, DevAddr, DevEui, Device, GatewayEui, JoinEui, Language,
    MacVersion, Measure, Municipality, Place, PlaceKind, Reception, Sensor, Slug, Timestamp, Uplink,
};
use netserver::Action;
use plugin_host::{Host, Options};
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tempfile::TempDir;

/// Thursday 2026-07-02, 15 o'clock in Oslo.
const THURSDAY_AT_15: Timestamp = Timestamp::from_seconds(1_782_997_200);
const MINUTE: Duration = Duration::from_mins(1);

struct TestBox {
    folder: TempDir,
    app: Arc<App>,
    ingest: Ingest,
    counter: u32,
}

#[test]
fn doors_say_how_many_are_inside() {
    let Some(mut b) = test_box() else { return };
    b.passes("door", THURSDAY_AT_15, 12, 3);
    b.passes("door", THURSDAY_AT_15 + MINUTE, 2, 1);
    assert_eq!(b.amount("library", THURSDAY_AT_15 + MINUTE), Some(PublicCount::Exactly(10)));
}

#[test]
fn fewer_than_five_people_are_never_counted_out() {
    let Some(mut b) = test_box() else { return };
    for (minute, people_in) in [4, 0].into_iter().enumerate() {
        let at = THURSDAY_AT_15 + MINUTE * u32::try_from(minute).unwrap();
        b.passes("door", at, people_in, 0);
        assert_eq!(b.amount("library", at), Some(PublicCount::FewerThan(5)));
    }
    let hours = b.app.hours(&slug("library"), b.today()..model::Day(b.today().0 + 1)).unwrap().unwrap();
    assert!(hours.iter().all(|h| h.amount == PublicCount::FewerThan(5)), "{hours:?}");
}

#[test]
fn a_sensor_under_test_is_never_shown_as_fact() {
    let Some(mut b) = test_box() else { return };
    let mut places = b.app.follow_places();
    b.passes("door-under-test", THURSDAY_AT_15, 40, 0);
    assert_eq!(b.card("library", THURSDAY_AT_15).freshness, Freshness::Never);
    assert!(places.try_recv().is_err(), "its place is not woken");
}

#[test]
fn a_silent_sensor_is_said_openly() {
    let Some(mut b) = test_box() else { return };
    b.passes("door", THURSDAY_AT_15, 12, 3);
    let card = b.card("library", THURSDAY_AT_15 + MINUTE * 180);
    assert_eq!((card.now, card.freshness), (None, Freshness::SilentSince(THURSDAY_AT_15)));
}

#[test]
fn the_balance_of_the_doors_outlives_a_restart() {
    let Some(mut b) = test_box() else { return };
    b.passes("door", THURSDAY_AT_15, 12, 3);
    let mut b = b.restarted();
    b.passes("door", THURSDAY_AT_15 + MINUTE, 2, 1);
    assert_eq!(b.amount("library", THURSDAY_AT_15 + MINUTE), Some(PublicCount::Exactly(10)));
}

#[test]
fn a_frame_its_decoder_does_not_understand_is_kept_with_the_reason() {
    let Some(mut b) = test_box() else { return };
    let mut feed = b.app.follow_uplinks();
    b.says("door", THURSDAY_AT_15, &[0x0a, 0x00]);
    let told = feed.try_recv().unwrap();
    assert!(told.outcome.as_ref().unwrap_err().to_string().contains("elsys"), "{:?}", told.outcome);
    let snapshot = b.app.store().read().unwrap();
    let kept = snapshot.uplinks(THURSDAY_AT_15..THURSDAY_AT_15 + MINUTE).unwrap().next().unwrap().unwrap();
    assert_eq!((kept.uplink.frm_payload.as_slice(), kept.fault.is_some()), (&[0x0a, 0x00][..], true));
}

#[test]
fn a_second_gateways_copy_adds_its_reception_to_the_stored_frame() {
    let Some(mut b) = test_box() else { return };
    let uplink = b.uplink("door", THURSDAY_AT_15, &[0x0a, 0x00, 0x07]);
    let reception = Reception { gateway: GatewayEui([2; 8]), ..uplink.receptions[0].clone() };
    let (dev_eui, f_cnt) = (uplink.dev_eui, uplink.f_cnt);
    b.ingest.take(THURSDAY_AT_15, &[Action::Uplink(uplink)]).unwrap();
    b.ingest.take(THURSDAY_AT_15, &[Action::Reception { dev_eui, f_cnt, reception }]).unwrap();
    let snapshot = b.app.store().read().unwrap();
    let kept: Vec<_> = snapshot.uplinks(THURSDAY_AT_15..THURSDAY_AT_15 + MINUTE).unwrap().map(Result::unwrap).collect();
    assert_eq!((kept.len(), kept[0].uplink.receptions.len()), (1, 2));
}

#[test]
fn usual_is_what_the_last_weeks_were_at_this_hour() {
    let Some(mut b) = test_box() else { return };
    for week in (1..=4).rev() {
        b.passes("trail", THURSDAY_AT_15 - MINUTE * (week * 7 * 24 * 60), 20, 0);
    }
    b.passes("trail", THURSDAY_AT_15, 40, 0);
    let now = b.card("forest", THURSDAY_AT_15 + MINUTE * 30).now.unwrap();
    assert_eq!(now.amount, PublicCount::Exactly(40));
    assert_eq!(now.usual, Some(PublicCount::Exactly(20)));
    assert_eq!(now.busyness, Some(model::Busyness::Busy));
}

impl TestBox {
    /// An ELSYS frame of two beams: pulses since the last report, in and out.
    fn passes(&mut self, sensor: &str, at: Timestamp, people_in: u16, people_out: u16) {
        let mut payload = vec![0x0a];
        payload.extend(people_in.to_be_bytes());
        payload.push(0x16);
        payload.extend(people_out.to_be_bytes());
        self.says(sensor, at, &payload);
    }

    fn says(&mut self, sensor: &str, at: Timestamp, payload: &[u8]) {
        let uplink = self.uplink(sensor, at, payload);
        self.ingest.take(at, &[Action::Uplink(uplink)]).unwrap();
    }

    fn uplink(&mut self, sensor: &str, at: Timestamp, payload: &[u8]) -> Uplink {
        self.counter += 1;
        let dev_eui = self.app.municipality().sensors.iter().find(|s| s.id.as_str() == sensor).unwrap().device.dev_eui;
        Uplink {
            dev_eui,
            dev_addr: DevAddr(1),
            f_cnt: self.counter,
            f_port: Some(5),
            frm_payload: payload.to_vec(),
            confirmed: false,
            adr: false,
            received_at: at,
            frequency_hz: 868_100_000,
            data_rate: DataRate::Lora { spreading_factor: 7, bandwidth_khz: 125 },
            receptions: vec![Reception { gateway: GatewayEui([1; 8]), rssi_dbm: -90.0, snr_db: None, received_at: at }],
        }
    }

    fn card(&self, place: &str, now: Timestamp) -> PlaceCard {
        self.app.place(&slug(place), now).unwrap().unwrap().card
    }

    fn amount(&self, place: &str, now: Timestamp) -> Option<PublicCount> {
        self.card(place, now).now.map(|n| n.amount)
    }

    fn today(&self) -> model::Day {
        self.app.municipality().calendar.day(THURSDAY_AT_15)
    }

    fn restarted(mut self) -> Self {
        self.ingest.flush().unwrap();
        let Self { folder, app, ingest, counter } = self;
        drop((app, ingest));
        let (app, ingest) = open(folder.path()).unwrap();
        Self { folder, app, ingest, counter }
    }
}

fn test_box() -> Option<TestBox> {
    let folder = tempfile::tempdir().unwrap();
    let (app, ingest) = open(folder.path())?;
    Some(TestBox { folder, app, ingest, counter: 0 })
}

/// None, and it is said, when the plugin is not built.
fn open(folder: &Path) -> Option<(Arc<App>, Ingest)> {
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/plugins/elsys.wasm");
    let Ok(wasm) = std::fs::read(plugin) else {
        println!("skipped: app: the plugins are not built; `cargo xtask plugins` does it");
        return None;
    };
    let elsys = Host::new(Options::default()).unwrap().load(&slug("elsys"), &wasm).unwrap();
    let store = Store::open(&folder.join("allting.redb"), store::Options::default()).unwrap();
    let app = Arc::new(App::new(municipality(), store, HashMap::from([(slug("elsys"), elsys)])).unwrap());
    Some((Arc::clone(&app), Ingest::new(app)))
}

fn slug(name: &str) -> Slug {
    Slug::new(name).unwrap()
}

fn municipality() -> Municipality {
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Municipality {
        name: [(Language::Nb, "Testbygd".to_owned())].into_iter().collect(),
        languages: vec![Language::Nb],
        look: model::Look::default(),
        calendar: Calendar::named("Europe/Oslo").unwrap(),
        smallest_count: 5,
        public_url: None,
        web_listen: nowhere,
        gwmp_listen: nowhere,
        uplink_commit_seconds: 30,
        places: vec![place("library", Measure::PeopleNow), place("forest", Measure::Visits)],
        sensors: vec![
            sensor("door", 1, "library", false),
            sensor("door-under-test", 2, "library", true),
            sensor("trail", 3, "forest", false),
        ],
        gateways: Vec::new(),
        plugins: Vec::new(),
        tokens: Vec::new(),
    }
}

fn place(id: &str, measure: Measure) -> Place {
    Place {
        id: slug(id),
        name: [(Language::Nb, id.to_owned())].into_iter().collect(),
        kind: PlaceKind::Other,
        area: None,
        capacity: Some(60),
        position: None,
        measure: Some(measure),
    }
}

fn sensor(id: &str, number: u8, place: &str, test: bool) -> Sensor {
    let app_key = AppKey::new([number; 16]);
    Sensor {
        id: slug(id),
        name: id.to_owned(),
        place: slug(place),
        device: Device {
            dev_eui: DevEui([number; 8]),
            mac_version: MacVersion::V1_0_3,
            activation: Activation::Otaa { join_eui: JoinEui([0; 8]), app_key },
            counter_rule: CounterRule::default(),
        },
        decoder: slug("elsys"),
        settings: r#"{"pulse1":"people-in","pulse2":"people-out"}"#.to_owned(),
        test,
    }
}
