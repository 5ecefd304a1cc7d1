use crate::channel::ChannelPlan;
use crate::{
    Almanac, BaseMap, Calendar, DecoderId, Device, Door, GatewayEui, Keep, Language, Look, MailPlan, PanelPlan,
    PlaceId, Screen, Secrets, SensorId, TalkPlan, Words,
};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// All that a municipality configured: its folder of TOML, checked. Names in it refer to things that are there.
#[derive(Clone, Debug)]
pub struct Municipality {
    /// What it is called.
    pub name: Words,
    /// Languages of the portal, the first is the default. Never empty.
    pub languages: Vec<Language>,
    /// How the portal looks.
    pub look: Look,
    /// Its local time.
    pub calendar: Calendar,
    /// Which days are not like others.
    pub almanac: Almanac,
    /// What its places are drawn on.
    pub map: BaseMap,
    /// Screens on walls.
    pub screens: Vec<Screen>,
    /// Counts of people under this are shown as "fewer than".
    pub smallest_count: u32,
    /// What staff write for the channels leaves only when a colleague has approved it.
    pub post_approval: bool,
    /// Address the portal is known under, for links that leave the box.
    pub public_url: Option<String>,
    /// Proxies that are believed when they say whom they ask for.
    pub trusted_proxies: Vec<IpAddr>,
    /// Where the portal listens.
    pub web_listen: SocketAddr,
    /// Where gateways send to (UDP).
    pub gwmp_listen: SocketAddr,
    /// Where else the box is reached, HTTPS, and backups.
    pub door: Door,
    /// Plain uplinks are on disk at the latest after this; 0 = each at once.
    pub uplink_commit_seconds: u32,
    /// The machine's clock is right whenever the box starts.
    pub trust_clock: bool,
    /// How long what was heard is kept.
    pub keep: Keep,
    /// How the network server deals with devices.
    pub radio: RadioSettings,
    /// Public places, in the order of the file.
    pub places: Vec<Place>,
    /// Sensors, in the order of the file.
    pub sensors: Vec<Sensor>,
    /// Gateways that may send downlinks.
    pub gateways: Vec<Gateway>,
    /// Plugins to load.
    pub plugins: Vec<Plugin>,
    /// Tokens of programs: `[[token]]` (name, sha256, may) in `secrets.toml`, written by `allting token new`.
    pub tokens: Vec<AccessToken>,
    /// How mail is sent; none where it is not.
    pub mail: Option<MailPlan>,
    /// The citizen panel; none where there is none.
    pub panel: Option<PanelPlan>,
    /// How people talk.
    pub talk: TalkPlan,
    /// Ways out of the box, in the order of the file.
    pub channels: Vec<ChannelPlan>,
    /// Passwords and keys for those outside, by name.
    pub secrets: Secrets,
}

impl Municipality {
    /// The place of that name.
    pub fn place(&self, id: &PlaceId) -> Option<&Place> {
        self.places.iter().find(|p| p.id == *id)
    }

    /// The sensors of a place.
    pub fn sensors_of<'a>(&'a self, place: &'a PlaceId) -> impl Iterator<Item = &'a Sensor> {
        self.sensors.iter().filter(move |s| s.place == *place)
    }
}

/// What sort of place it is: it picks words and symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlaceKind {
    /// A library.
    Library,
    /// An indoor swimming pool.
    SwimmingPool,
    /// A bathing place at a lake or the sea.
    BathingPlace,
    /// An ice rink.
    IceRink,
    /// A sports hall.
    SportsHall,
    /// A track for running or skiing.
    Trail,
    /// A youth centre.
    YouthCentre,
    /// A museum.
    Museum,
    /// A square or park.
    Square,
    /// A car park.
    Parking,
    /// Anything else.
    Other,
}

impl PlaceKind {
    /// Its name in addresses, texts and symbols.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Library => "library",
            Self::SwimmingPool => "pool",
            Self::BathingPlace => "bathing",
            Self::IceRink => "rink",
            Self::SportsHall => "hall",
            Self::Trail => "trail",
            Self::YouthCentre => "youth",
            Self::Museum => "museum",
            Self::Square => "square",
            Self::Parking => "parking",
            Self::Other => "place",
        }
    }
}

/// How the use of a place is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// How many are there now: `people-count`, or `people-in` minus `people-out` since 04 in the morning.
    PeopleNow,
    /// How many came in the last hour: `people-in`.
    Visits,
    /// How many bays are taken now: `parking-occupied`, one sensor or part a bay.
    BaysTaken,
}

/// WGS 84 degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// North is positive.
    pub latitude: f64,
    /// East is positive.
    pub longitude: f64,
}

/// A public place that is observed and talked about.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// Name in addresses.
    pub id: PlaceId,
    /// Name for people.
    pub name: Words,
    /// What sort of place.
    pub kind: PlaceKind,
    /// Part of the municipality it lies in.
    pub area: Option<Words>,
    /// How many people (or cars) it is made for.
    pub capacity: Option<u32>,
    /// Where on the map.
    pub position: Option<Position>,
    /// How its use is told; none for a place that only has other sensors.
    pub measure: Option<Measure>,
    /// People can write under it.
    pub talk: bool,
}

/// A device at a place, and who understands it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensor {
    /// Name in addresses and columns.
    pub id: SensorId,
    /// What staff call it.
    pub name: String,
    /// Where it is.
    pub place: PlaceId,
    /// Its radio identity and keys.
    pub device: Device,
    /// The plugin that understands it.
    pub decoder: DecoderId,
    /// Settings for that plugin, JSON; files it names are already read in.
    pub settings: String,
    /// Still being tested: nothing of it is shown as fact.
    pub test: bool,
}

/// How the network server deals with devices. The defaults suit gateways on the local network.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RadioSettings {
    /// From the end of an uplink to the first receive window, whole seconds.
    pub rx1_delay: Duration,
    /// How many steps of data rate the first receive window is slower than the uplink.
    pub rx1_dr_offset: u8,
    /// Data rate of the second receive window, index in the region's table.
    pub rx2_data_rate: u8,
    /// How much better than needed a device that lets the network choose shall be heard, dB.
    pub adr_margin_db: f32,
    /// How often a device is asked for battery and margin.
    pub status_every: Duration,
    /// How long an answer waits for other gateways that may have heard the device better.
    pub gather: Duration,
}

impl Default for RadioSettings {
    fn default() -> Self {
        Self {
            rx1_delay: Duration::from_secs(1),
            rx1_dr_offset: 0,
            rx2_data_rate: 0,
            adr_margin_db: 10.0,
            status_every: Duration::from_hours(24),
            gather: Duration::from_millis(150),
        }
    }
}

/// A gateway that was adopted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Gateway {
    /// Which one.
    pub eui: GatewayEui,
    /// What staff call it.
    pub name: String,
}

/// A plugin an operator installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plugin {
    /// Name by which sensors ask for it.
    pub id: DecoderId,
    /// File within the folder.
    pub file: String,
    /// SHA-256 of the file. A changed file is not loaded.
    pub sha256: [u8; 32],
}

/// A program that was given a token. The token itself is nowhere kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessToken {
    /// Who uses it.
    pub name: String,
    /// SHA-256 of the token.
    pub sha256: [u8; 32],
    /// What it may do.
    pub may: Vec<Scope>,
}

/// What a program may do with its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Follow the live feeds.
    Read,
    /// Say something to devices.
    Send,
}
