//! A town of invented places for tests and the showcase: a calm library, a busy pool, a silent rink, a museum with hidden counts, a
//! path, a car park, a bathing place without a count, and a hall that has just been set up. It is Thursday 19 November 2026, 15:05.

#![allow(dead_code, reason = "each test uses its part")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "this is a test: it may fail")]

mod site;

use app::{
    Command, DayUse, DeviceDownlinks, Freshness, HeardFrame, LiveUplink, Message, NewDownlink, NowUse, OpenHour,
    OtherValue, PlaceCard, PlacePage, SendRefused, WeekCell,
};
use engagement::{Gate, Share};
use model::{
    AccessToken, Busyness, Calendar, Day, DevEui, Downlink, DownlinkId, DownlinkRecord, DownlinkState, Hour,
    HourOfWeek, Language, Measure, Municipality, Place, PlaceId, PlaceKind, Position, Scope, Slug, Timestamp, Value,
    Words,
};
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::broadcast;
use web::{ReadError, Source};

#[allow(unused_imports, reason = "each test uses its part")]
pub(crate) use site::{Site, has, header, said, text};

pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_795_097_100);
pub(crate) const TOKEN: &str = "a-read-token";
/// A token that may send and not read.
pub(crate) const SENDER: &str = "a-send-token";
/// The only device.
pub(crate) const DOOR: DevEui = DevEui([0xa8; 8]);
const THURSDAY_AT_15: HourOfWeek = HourOfWeek { weekday: 3, hour: 15 };
const GATE: Gate = Gate::new(5);

pub(crate) struct Town {
    municipality: Arc<Municipality>,
    pages: Mutex<Vec<PlacePage>>,
    news: broadcast::Sender<PlaceId>,
    /// Reading a place fails.
    pub(crate) broken: AtomicBool,
    pub(crate) uplinks: broadcast::Sender<Arc<LiveUplink>>,
    queue: Mutex<Vec<DownlinkRecord>>,
    pub(crate) troubles: Mutex<Vec<app::Trouble>>,
    pub(crate) frames: Mutex<Vec<Arc<HeardFrame>>>,
    pub(crate) more_frames: broadcast::Sender<Arc<HeardFrame>>,
}

impl Town {
    pub(crate) fn new() -> Self {
        let pages = pages();
        let municipality = Municipality {
            name: words("Norsjö kommun", Language::Sv),
            languages: vec![Language::Nb, Language::Nn, Language::Sv, Language::En],
            look: model::Look::default(),
            almanac: model::Almanac::default(),
            map: model::BaseMap { drawing: Some(lake()), ..model::BaseMap::default() },
            screens: vec![model::Screen {
                id: Slug::new("lobby").unwrap(),
                title: None,
                places: ["library", "pool", "rink"].map(|id| Slug::new(id).unwrap()).to_vec(),
                seconds: 15,
            }],
            calendar: Calendar::named("Europe/Oslo").unwrap(),
            smallest_count: 5,
            post_approval: false,
            public_url: None,
            trusted_proxies: Vec::new(),
            web_listen: ([127, 0, 0, 1], 0).into(),
            gwmp_listen: ([127, 0, 0, 1], 0).into(),
            door: model::Door::default(),
            uplink_commit_seconds: 30,
            trust_clock: false,
            keep: model::Keep::default(),
            radio: model::RadioSettings::default(),
            places: pages.iter().map(|page| page.card.place.clone()).collect(),
            sensors: Vec::new(),
            gateways: Vec::new(),
            plugins: Vec::new(),
            tokens: Vec::new(),
            mail: None,
            panel: None,
            talk: model::TalkPlan::default(),
            channels: Vec::new(),
            secrets: model::Secrets::default(),
        };
        Self {
            municipality: Arc::new(municipality),
            pages: Mutex::new(pages),
            news: broadcast::Sender::new(16),
            broken: AtomicBool::new(false),
            uplinks: broadcast::Sender::new(16),
            queue: Mutex::default(),
            troubles: Mutex::default(),
            frames: Mutex::default(),
            more_frames: broadcast::Sender::new(16),
        }
    }

    /// The same town drawn on something else.
    pub(crate) fn with_map(self, map: model::BaseMap) -> Self {
        Self { municipality: Arc::new(Municipality { map, ..Municipality::clone(&self.municipality) }), ..self }
    }

    /// So many people are in a place now.
    pub(crate) fn set(&self, id: &str, people: u32) {
        let mut pages = self.pages.lock().unwrap();
        let page = pages.iter_mut().find(|page| page.card.place.id.as_str() == id).unwrap();
        let now = page.card.now.as_mut().unwrap();
        now.amount = GATE.count(people.into());
        now.busyness = Some(if people > 25 { Busyness::Busy } else { Busyness::Calm });
        now.free = now.amount.known().and_then(|n| page.card.place.capacity?.checked_sub(n));
        let _ = self.news.send(page.card.place.id.clone());
    }
}

impl Source for Town {
    fn municipality(&self) -> Arc<Municipality> {
        Arc::clone(&self.municipality)
    }

    fn home(&self, _: Timestamp) -> Result<Vec<PlaceCard>, ReadError> {
        Ok(self.pages.lock().unwrap().iter().map(|page| page.card.clone()).collect())
    }

    fn place(&self, id: &PlaceId, _: Timestamp) -> Result<Option<PlacePage>, ReadError> {
        if self.broken.load(Ordering::Relaxed) {
            return Err("table people-1: checksum of row 17".into());
        }
        Ok(self.pages.lock().unwrap().iter().find(|page| page.card.place.id == *id).cloned())
    }

    fn hours(&self, _: &PlaceId, days: Range<Day>) -> Result<Option<Vec<OpenHour>>, ReadError> {
        let hours = (0..24).map(|hour| OpenHour {
            hour: Hour(Hour::of(self.municipality.calendar.day_start(days.start)).0 + hour),
            amount: GATE.count(usual(3, u8::try_from(hour).unwrap(), 20.0)),
        });
        Ok(Some(hours.collect()))
    }

    fn follow_places(&self) -> broadcast::Receiver<PlaceId> {
        self.news.subscribe()
    }

    fn program(&self, token: &str) -> Option<AccessToken> {
        let may = if token == SENDER { vec![Scope::Send] } else { vec![Scope::Read] };
        let known = [TOKEN, SENDER].contains(&token);
        known.then(|| AccessToken { name: "heating".to_owned(), sha256: [0; 32], may })
    }

    fn troubles(&self) -> Vec<app::Trouble> {
        self.troubles.lock().unwrap().clone()
    }

    fn metrics(&self, _: Timestamp) -> Result<String, ReadError> {
        Ok("# EOF\n".to_owned())
    }

    fn follow_uplinks(&self) -> broadcast::Receiver<Arc<LiveUplink>> {
        self.uplinks.subscribe()
    }

    fn follow_frames(&self) -> (Vec<Arc<HeardFrame>>, broadcast::Receiver<Arc<HeardFrame>>) {
        (self.frames.lock().unwrap().clone(), self.more_frames.subscribe())
    }

    fn downlinks(&self, dev_eui: DevEui) -> Result<Option<DeviceDownlinks>, ReadError> {
        let commands = vec![Command {
            name: "restart".to_owned(),
            title: Words::default(),
            schema: serde_json::json!({"type": "object"}),
        }];
        let downlinks = self.queue.lock().unwrap().clone();
        Ok((dev_eui == DOOR).then_some(DeviceDownlinks { commands, downlinks }))
    }

    fn send_downlink(&self, now: Timestamp, new: NewDownlink) -> Result<DownlinkRecord, SendRefused> {
        let NewDownlink { dev_eui, message, confirmed, by } = new;
        let (f_port, payload, command) = match message {
            Message::Bytes { f_port, payload } => (f_port, payload, None),
            Message::Command { name, .. } if name == "restart" => (10, vec![0xff], Some(name)),
            Message::Command { .. } => return Err(SendRefused::UnknownCommand(vec!["restart".to_owned()])),
        };
        if dev_eui != DOOR {
            return Err(SendRefused::UnknownDevice);
        }
        let mut queue = self.queue.lock().unwrap();
        let id = DownlinkId(u32::try_from(queue.len()).unwrap());
        let downlink = Downlink { f_port, payload, confirmed };
        let (queued_at, changed_at, state) = (now, now, DownlinkState::Waiting);
        queue.push(DownlinkRecord { dev_eui, id, downlink, command, by, queued_at, state, changed_at });
        Ok(queue[queue.len() - 1].clone())
    }

    fn withdraw_downlinks(&self, _: DevEui, id: Option<DownlinkId>) -> Result<Vec<DownlinkId>, SendRefused> {
        let mut taken = Vec::new();
        for record in self.queue.lock().unwrap().iter_mut().filter(|r| r.state == DownlinkState::Waiting) {
            if id.is_none_or(|id| id == record.id) {
                record.state = DownlinkState::Withdrawn;
                taken.push(record.id);
            }
        }
        Ok(taken)
    }
}

/// A lake beside the centre.
fn lake() -> model::Drawing {
    let corners = [(64.903, 19.455), (64.915, 19.458), (64.918, 19.47), (64.909, 19.476), (64.902, 19.468)];
    let shore = corners.map(|(latitude, longitude)| Position { latitude, longitude }).to_vec();
    let shape = model::Shape { kind: model::ShapeKind::Water, name: Some("Vannet".into()), lines: vec![shore] };
    model::Drawing { shapes: vec![shape], attribution: Some("drawn by hand".into()) }
}

fn words(text: &str, language: Language) -> Words {
    [(language, text.to_owned())].into_iter().collect()
}

fn names(nb: &str, en: &str) -> Words {
    [(Language::Nb, nb.to_owned()), (Language::En, en.to_owned())].into_iter().collect()
}

fn place(id: &str, name: Words, kind: PlaceKind, measure: Option<Measure>, capacity: Option<u32>) -> Place {
    let area = match kind {
        PlaceKind::Trail | PlaceKind::BathingPlace => Some(names("Ved sjøen", "By the lake")),
        _ => Some(names("Sentrum", "The centre")),
    };
    // Spread over the centre and the lake, by the letters of the name.
    let spread = |factor: u32| f64::from(id.bytes().map(u32::from).sum::<u32>() * factor % 100) / 100.0;
    let position = Some(Position { latitude: 64.905 + spread(7) * 0.015, longitude: 19.465 + spread(13) * 0.03 });
    Place { id: Slug::new(id).unwrap(), name, kind, area, capacity, position, measure, talk: false }
}

/// What is usual for a place that has `peak` at its busiest: open 8 to 20, busiest in the afternoon, less on weekends.
fn usual(weekday: u8, hour: u8, peak: f64) -> f64 {
    if !(8..20).contains(&hour) {
        return 0.0;
    }
    let afternoon = 1.0 - ((f64::from(hour) - 15.0) / 9.0).powi(2);
    let day = [0.75, 0.7, 0.8, 1.0, 0.85, 0.6, 0.35][usize::from(weekday)];
    peak * afternoon * day
}

fn week(peak: f64) -> Vec<[Option<WeekCell>; 24]> {
    let cell = |weekday, hour| {
        let usual = GATE.count(usual(weekday, hour, peak));
        Some(WeekCell { usual, share: usual.share_of(peak) })
    };
    (0..7).map(|weekday| std::array::from_fn(|hour| cell(weekday, u8::try_from(hour).unwrap()))).collect()
}

fn days(peak: f64) -> Vec<DayUse> {
    let today = Calendar::named("Europe/Oslo").unwrap().day(NOW);
    let day = |back: i32| {
        let day = Day(today.0 - back);
        let wave = 1.0 + 0.25 * f64::from((back * 7) % 5 - 2) / 2.0;
        let amount = (back != 11).then(|| GATE.count(usual(day.weekday(), 15, peak) * wave));
        DayUse { day, amount, share: amount.map_or(Share(0), |a| a.share_of(peak)) }
    };
    (0..30).rev().map(day).collect()
}

fn years(daily: f64) -> Vec<app::YearOnYear> {
    let mean = |days, amount: f64| app::DayMean { days, amount: GATE.count(amount) };
    vec![
        app::YearOnYear { kind: model::DayKind::Ordinary, this: mean(23, daily * 0.8), last: mean(20, daily * 0.7) },
        app::YearOnYear { kind: model::DayKind::SchoolBreak, this: mean(5, daily), last: mean(5, daily * 1.1) },
    ]
}

fn counted(place: Place, measure: Measure, now: f64, busyness: Option<Busyness>, peak: f64) -> PlacePage {
    let things = measure == Measure::BaysTaken;
    let amount = if things { GATE.things(now) } else { GATE.count(now) };
    let free = amount.known().and_then(|n| place.capacity?.checked_sub(n));
    let use_now = NowUse {
        measure,
        amount,
        busyness,
        usual: Some(GATE.count(usual(3, 15, peak))),
        hour: THURSDAY_AT_15,
        free: free.filter(|_| measure != Measure::Visits),
        calmest: Some((HourOfWeek { weekday: 3, hour: 19 }, GATE.count(usual(3, 19, peak)))),
    };
    let freshness = Freshness::Fresh(NOW - Duration::from_mins(4));
    let daily = if measure == Measure::Visits { peak * 8.0 } else { peak };
    let card = PlaceCard { place, now: Some(use_now), freshness, others: Vec::new() };
    PlacePage { card, week: week(peak), days: days(daily), years: years(daily), free: None }
}

fn other(property: &str, value: f64, unit: &'static str) -> OtherValue {
    let at = NOW - Duration::from_mins(11);
    OtherValue {
        sensor: Slug::new("sensor").unwrap(),
        property: property.into(),
        part: None,
        value: Value::Number(value),
        unit,
        at,
    }
}

fn pages() -> Vec<PlacePage> {
    use Measure::{BaysTaken, PeopleNow, Visits};
    let library = place("library", names("Biblioteket", "The library"), PlaceKind::Library, Some(PeopleNow), Some(60));
    let pool =
        place("pool", names("Svømmehallen", "The swimming pool"), PlaceKind::SwimmingPool, Some(PeopleNow), Some(120));
    let rink = place("rink", names("Ishallen", "The ice rink"), PlaceKind::IceRink, Some(Visits), None);
    let museum = place("museum", words("Åsgårds bruksmuseum", Language::Sv), PlaceKind::Museum, Some(PeopleNow), None);
    let path =
        place("path", names("Stien rundt vannet", "The path round the lake"), PlaceKind::Trail, Some(Visits), None);
    let parking = place(
        "parking",
        names("Torgparkeringen", "Market square parking"),
        PlaceKind::Parking,
        Some(BaysTaken),
        Some(20),
    );
    let beach = place("beach", names("Badeplassen", "The bathing place"), PlaceKind::BathingPlace, None, None);
    let hall = place("hall", names("Idrettshallen", "The sports hall"), PlaceKind::SportsHall, Some(Visits), None);

    let mut rink = counted(rink, Visits, 0.0, None, 30.0);
    rink.card.freshness = Freshness::SilentSince(NOW - Duration::from_hours(1));
    rink.card.others = vec![other("ice-temperature", -4.26, "Cel")];
    let mut library = counted(library, PeopleNow, 8.0, Some(Busyness::Calm), 20.0);
    library.card.others = vec![
        OtherValue { part: Some("Lesesalen".to_owned()), ..other("temperature", 21.4, "Cel") },
        other("co2", 612.0, "[ppm]"),
        other("sound-level", 41.0, "dB[A]"),
    ];
    let mut museum = counted(museum, PeopleNow, 2.0, Some(Busyness::Usual), 4.0);
    museum.card.now.as_mut().unwrap().calmest = None;
    let fresh = Freshness::Fresh(NOW - Duration::from_mins(11));
    let nothing = |place, freshness, others| PlacePage {
        card: PlaceCard { place, now: None, freshness, others },
        week: Vec::new(),
        days: Vec::new(),
        years: Vec::new(),
        free: None,
    };
    vec![
        library,
        counted(pool, PeopleNow, 97.0, Some(Busyness::Busy), 60.0),
        museum,
        rink,
        counted(parking, BaysTaken, 7.0, Some(Busyness::Usual), 8.0),
        counted(path, Visits, 31.0, Some(Busyness::Usual), 28.0),
        nothing(beach, fresh, vec![other("water-temperature", 4.2, "Cel"), other("temperature", -1.6, "Cel")]),
        nothing(hall, Freshness::Never, Vec::new()),
    ]
}
