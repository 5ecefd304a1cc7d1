//! A box without sockets, and two kinds of sensors for it: uplinks go in through `Ingest`.

#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "each test file uses its part; a test fails by panicking"
)]

use app::{App, Ingest, PlaceCard};
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
pub(crate) const THURSDAY_AT_15: Timestamp = Timestamp::from_seconds(1_782_997_200);
pub(crate) const MINUTE: Duration = Duration::from_mins(1);

pub(crate) struct TestBox {
    pub(crate) folder: TempDir,
    pub(crate) app: Arc<App>,
    pub(crate) ingest: Ingest,
    pub(crate) counter: u32,
}

impl TestBox {
    /// An ELSYS frame of two beams: pulses since the last report, in and out.
    pub(crate) fn passes(&mut self, sensor: &str, at: Timestamp, people_in: u16, people_out: u16) {
        let mut payload = vec![0x0a];
        payload.extend(people_in.to_be_bytes());
        payload.push(0x16);
        payload.extend(people_out.to_be_bytes());
        self.says(sensor, at, &payload);
    }

    pub(crate) fn says(&mut self, sensor: &str, at: Timestamp, payload: &[u8]) {
        let uplink = self.uplink(sensor, at, payload);
        self.ingest.take(at, &[Action::Uplink(uplink)]).unwrap();
    }

    pub(crate) fn uplink(&mut self, sensor: &str, at: Timestamp, payload: &[u8]) -> Uplink {
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

    pub(crate) fn card(&self, place: &str, now: Timestamp) -> PlaceCard {
        self.app.place(&slug(place), now).unwrap().unwrap().card
    }

    pub(crate) fn amount(&self, place: &str, now: Timestamp) -> Option<PublicCount> {
        self.card(place, now).now.map(|n| n.amount)
    }

    pub(crate) fn today(&self) -> model::Day {
        self.app.municipality().calendar.day(THURSDAY_AT_15)
    }

    pub(crate) fn restarted(self) -> Self {
        let municipality = Municipality::clone(&self.app.municipality());
        self.restarted_with(municipality)
    }

    /// Started again with another configuration.
    pub(crate) fn restarted_with(mut self, municipality: Municipality) -> Self {
        self.ingest.flush().unwrap();
        let Self { folder, app, ingest, counter } = self;
        drop((app, ingest));
        Self::open(folder, counter, municipality)
    }

    pub(crate) fn open(folder: TempDir, counter: u32, municipality: Municipality) -> Self {
        let (app, ingest) = open(folder.path(), municipality).unwrap();
        Self { folder, app, ingest, counter }
    }
}

pub(crate) fn test_box() -> Option<TestBox> {
    test_box_of(municipality())
}

pub(crate) fn test_box_of(municipality: Municipality) -> Option<TestBox> {
    let folder = tempfile::tempdir().unwrap();
    let (app, ingest) = open(folder.path(), municipality)?;
    Some(TestBox { folder, app, ingest, counter: 0 })
}

/// None, and it is said, when the plugins are not built.
fn open(folder: &Path, municipality: Municipality) -> Option<(Arc<App>, Ingest)> {
    let host = Host::new(Options::default()).unwrap();
    let load = |name: &str| {
        let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/plugins");
        let wasm = std::fs::read(plugins.join(format!("{name}.wasm"))).ok()?;
        Some((slug(name), host.load(&slug(name), &wasm).unwrap()))
    };
    let Some(plugins) = ["elsys", "milesight"].map(load).into_iter().collect::<Option<HashMap<_, _>>>() else {
        println!("skipped: app: the plugins are not built; `cargo xtask plugins` does it");
        return None;
    };
    let store = Store::open(&folder.join("allting.redb"), store::Options::default()).unwrap();
    let app = Arc::new(App::new(municipality, store, plugins).unwrap());
    Some((Arc::clone(&app), Ingest::new(app)))
}

pub(crate) fn slug(name: &str) -> Slug {
    Slug::new(name).unwrap()
}

pub(crate) fn municipality() -> Municipality {
    let nowhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    Municipality {
        name: [(Language::Nb, "Testbygd".to_owned())].into_iter().collect(),
        languages: vec![Language::Nb],
        calendar: Calendar::named("Europe/Oslo").unwrap(),
        smallest_count: 5,
        post_approval: false,
        public_url: None,
        trusted_proxies: Vec::new(),
        web_listen: nowhere,
        gwmp_listen: nowhere,
        door: model::Door::default(),
        uplink_commit_seconds: 30,
        trust_clock: false,
        keep: model::Keep::default(),
        radio: model::RadioSettings::default(),
        look: model::Look::default(),
        almanac: model::Almanac::default(),
        map: model::BaseMap::default(),
        screens: Vec::new(),
        places: vec![place("library", Measure::PeopleNow), place("forest", Measure::Visits)],
        sensors: vec![
            sensor("door", 1, "library", false),
            sensor("door-under-test", 2, "library", true),
            sensor("trail", 3, "forest", false),
        ],
        gateways: Vec::new(),
        plugins: Vec::new(),
        tokens: Vec::new(),
        mail: None,
        panel: None,
        talk: model::TalkPlan::default(),
        channels: Vec::new(),
        secrets: model::Secrets::default(),
    }
}

pub(crate) fn place(id: &str, measure: Measure) -> Place {
    Place {
        id: slug(id),
        name: [(Language::Nb, id.to_owned())].into_iter().collect(),
        kind: PlaceKind::Other,
        area: None,
        capacity: Some(60),
        position: None,
        measure: Some(measure),
        talk: true,
    }
}

pub(crate) fn sensor(id: &str, number: u8, place: &str, test: bool) -> Sensor {
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
