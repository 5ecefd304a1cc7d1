use crate::almanac::{self, BreakEntry, Holidays};
use crate::diagnostic::Fault;
use crate::door::{self, BackupTable, DoorKeys, TlsTable};
use crate::file::Toml;
use crate::folder::Folder;
use crate::look::{self, LookTable};
use crate::mail::{self, MailTable};
use crate::map::{self, MapTable};
use crate::nearest::nearest;
use crate::said::say;
use crate::screens::{self, ScreenEntry};
use crate::secrets::Keys;
use crate::talk::TalkTable;
use crate::text::{Tag, Text};
use crate::written::Written;
use model::channel::ChannelPlan;
use model::{
    Almanac, BaseMap, Calendar, Door, Gateway, Keep, Language, Look, MailPlan, Municipality, PanelPlan, Place, Plugin,
    RadioSettings, Screen, Sensor, TalkPlan, UnknownTimeZone, Words,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::time::Duration;

/// The only version of the folder's format so far.
const VERSION: u32 = 1;

/// Stands for a name until there is one.
const NAMELESS: &str = "Allting";

/// Zones of the countries the box has texts for; all others of the IANA table are known too.
const NEAR_ZONES: [&str; 6] =
    ["Europe/Oslo", "Europe/Stockholm", "Europe/Copenhagen", "Europe/Helsinki", "Atlantic/Reykjavik", "Atlantic/Faroe"];

/// What holds for the whole box.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct MunicipalityFile {
    /// Version of the format of this folder.
    version: Written<u32>,
    /// What the municipality is called: one text, or one for each language.
    /// `name = "Norsjö"` or `name = { sv = "Norsjö kommun", en = "Norsjö municipality" }`.
    name: Option<Text>,
    /// Languages of the portal: `nb`, `nn`, `sv`, `en`. The first is what a stranger reads.
    languages: Vec<Written<Tag>>,
    /// Local time, by its IANA name: `Europe/Oslo`, `Europe/Stockholm`.
    time_zone: Written<String>,
    /// Counts of people below this are shown as "fewer than". Lower values can reveal single persons.
    #[schemars(range(min = 1, max = 100))]
    smallest_count: u32,
    /// What a colleague writes for the channels leaves only when another colleague has approved it.
    post_approval: bool,
    /// Address under which the public finds the portal, for links in posts and mails: `https://allting.norsjo.se`.
    public_url: Option<Written<String>>,
    /// Addresses of proxies in front of the box. Only these are believed when they say whom they ask for and that the line is
    /// encrypted: `["192.168.1.2"]`.
    #[schemars(length(max = 16))]
    trusted_proxies: Vec<Written<String>>,
    /// Address and port at which the portal answers.
    /// `127.0.0.1` is this machine alone, `0.0.0.0` is everybody who can reach it.
    web_listen: Written<String>,
    /// Address and UDP port to which radio gateways send (Semtech protocol).
    /// It has no passwords: open it to the gateways' network only.
    gwmp_listen: Written<String>,
    /// Address and port at which the rooms of the staff are, and nowhere else: that of the municipality's own network. Over HTTPS
    /// where there is `[tls]`. Unless written, they are wherever the portal is.
    steward_listen: Option<Written<String>>,
    /// Name by which machines on the local network find the box: `allting` makes `allting.local`. Empty: it is not told there.
    local_name: Written<String>,
    /// Uplinks are on disk at the latest after so many seconds; a power cut can lose as many.
    /// 0 writes each at once, and wears out a memory card.
    #[schemars(range(min = 0, max = 600))]
    uplink_commit_seconds: u32,
    /// The machine's clock is right whenever the box starts. Not needed where it has a battery or systemd-timesyncd sets it: that
    /// is found out.
    trust_clock: bool,
    /// Raw frames are kept for so many days. While they are, `allting replay` can decode them again.
    #[schemars(range(min = 2, max = 36_600))]
    keep_uplinks_days: u32,
    /// Single values are kept for so many days.
    #[schemars(range(min = 2, max = 36_600))]
    keep_observations_days: u32,
    /// What an hour comes to is kept for so many days; what a day comes to, for ever.
    #[schemars(range(min = 60, max = 36_600))]
    keep_hours_days: u32,
    /// Seconds from what a device says to the answer (RX1). 1 suits gateways on the local network; 5 suits those
    /// that are reached over a mobile network. Devices are told when they join, or with the next answer.
    #[schemars(range(min = 1, max = 15))]
    rx1_delay_seconds: u8,
    /// How many steps of data rate the answer (RX1) is slower than what the device said: slower reaches further.
    #[schemars(range(min = 0, max = 5))]
    rx1_data_rate_offset: u8,
    /// Data rate of the second chance for an answer (RX2, 869.525 MHz): 0 is slow and reaches far, 5 is fast.
    #[schemars(range(min = 0, max = 5))]
    rx2_data_rate: u8,
    /// How long an answer waits for other gateways that may have heard the device better, milliseconds.
    #[schemars(range(min = 0, max = 900))]
    gather_milliseconds: u16,
    /// How much better than just heard a device is to be that lets the network choose its data rate, dB.
    /// More makes it slower and safer; less saves its battery.
    #[schemars(range(min = 0, max = 30))]
    adr_margin_db: u8,
    /// How often a device is asked how full its battery is and how well it hears, hours.
    #[schemars(range(min = 1, max = 8760))]
    device_status_hours: u16,
    /// HTTPS.
    tls: Option<TlsTable>,
    /// Backups.
    backup: BackupTable,
    /// Mail.
    mail: Option<MailTable>,
    /// How people talk under places, and how replies to posts are shown.
    talk: TalkTable,
    /// How the portal looks: choose a colour and a logo, and the rest follows.
    look: LookTable,
    /// Whose public holidays are kept apart from other days; those of the time zone's country unless written.
    holidays: Option<Holidays>,
    /// Days on which the schools are closed: they are kept apart from other days.
    school_break: Vec<BreakEntry>,
    /// What the places are drawn on.
    map: MapTable,
    /// Screens on walls that show places in turn.
    screen: Vec<ScreenEntry>,
}

impl Default for MunicipalityFile {
    fn default() -> Self {
        let unplaced = |text: &str| Written::nowhere(text.to_owned());
        Self {
            version: Written::nowhere(VERSION),
            name: None,
            languages: [Tag::Nb, Tag::Nn, Tag::Sv, Tag::En].map(Written::nowhere).into(),
            time_zone: unplaced("Europe/Oslo"),
            smallest_count: 5,
            post_approval: false,
            public_url: None,
            trusted_proxies: Vec::new(),
            web_listen: unplaced("127.0.0.1:8080"),
            gwmp_listen: unplaced("127.0.0.1:1700"),
            steward_listen: None,
            local_name: unplaced("allting"),
            uplink_commit_seconds: 30,
            trust_clock: false,
            keep_uplinks_days: 400,
            keep_observations_days: 400,
            keep_hours_days: 3660,
            rx1_delay_seconds: 1,
            rx1_data_rate_offset: 0,
            rx2_data_rate: 0,
            gather_milliseconds: 150,
            adr_margin_db: 10,
            device_status_hours: 24,
            tls: None,
            backup: BackupTable::default(),
            mail: None,
            talk: TalkTable::default(),
            look: LookTable::default(),
            holidays: None,
            school_break: Vec::new(),
            map: MapTable::default(),
            screen: Vec::new(),
        }
    }
}

/// `municipality.toml`, checked.
#[derive(Debug)]
pub(crate) struct General {
    name: Words,
    languages: Vec<Language>,
    first_language: Language,
    /// None when the zone is unknown, which is reported.
    calendar: Option<Calendar>,
    smallest_count: u32,
    post_approval: bool,
    public_url: Option<String>,
    trusted_proxies: Vec<IpAddr>,
    web_listen: SocketAddr,
    gwmp_listen: SocketAddr,
    door: Door,
    uplink_commit_seconds: u32,
    trust_clock: bool,
    keep: Keep,
    radio: RadioSettings,
    look: Look,
    almanac: Almanac,
    map: BaseMap,
    screens: Vec<Screen>,
    mail: Option<MailTable>,
    talk: TalkPlan,
}

pub(crate) fn read(file: &mut Toml<'_>, folder: &Folder, places: Option<&[&str]>) -> General {
    let written: MunicipalityFile = file.whole();
    check_version(file, &written.version);
    let languages = languages(file, &written.languages);
    let first_language = languages.first().copied().unwrap_or(Language::Nb);
    let name = written.name.map(|text| text.words(first_language)).filter(|words| !words.is_empty());
    let radio = RadioSettings {
        rx1_delay: Duration::from_secs(written.rx1_delay_seconds.into()),
        rx1_dr_offset: written.rx1_data_rate_offset,
        rx2_data_rate: written.rx2_data_rate,
        adr_margin_db: written.adr_margin_db.into(),
        status_every: Duration::from_hours(written.device_status_hours.into()),
        gather: Duration::from_millis(written.gather_milliseconds.into()),
    };
    let public_url = written.public_url.as_ref().and_then(|url| public_url(file, url));
    let door = DoorKeys {
        steward_listen: written.steward_listen.as_ref(),
        local_name: &written.local_name,
        tls: written.tls.as_ref(),
        backup: &written.backup,
    };
    General {
        door: door::read(file, &door, public_url.as_deref()),
        name: name.unwrap_or_else(|| [(first_language, NAMELESS.to_owned())].into_iter().collect()),
        languages,
        first_language,
        calendar: calendar(file, &written.time_zone),
        smallest_count: written.smallest_count,
        post_approval: written.post_approval,
        public_url,
        trusted_proxies: written.trusted_proxies.iter().filter_map(|address| proxy(file, address)).collect(),
        web_listen: listen(file, "web_listen", &written.web_listen, 8080),
        gwmp_listen: listen(file, "gwmp_listen", &written.gwmp_listen, 1700),
        uplink_commit_seconds: written.uplink_commit_seconds,
        trust_clock: written.trust_clock,
        keep: Keep {
            uplinks: days(written.keep_uplinks_days),
            observations: days(written.keep_observations_days),
            hours: days(written.keep_hours_days),
        },
        radio,
        look: look::read(file, &written.look, folder),
        almanac: almanac::read(file, written.holidays, &written.time_zone.value, written.school_break, first_language),
        map: map::read(file, &written.map, folder),
        screens: screens::read(file, written.screen, places, first_language),
        mail: written.mail,
        talk: written.talk.plan(),
    }
}

impl General {
    /// The language of texts that name none.
    pub(crate) fn first_language(&self) -> Language {
        self.first_language
    }

    /// The languages of the portal.
    pub(crate) fn languages(&self) -> &[Language] {
        &self.languages
    }

    /// How mail is sent. It names secrets, so they are read before.
    pub(crate) fn mail(&self, file: &mut Toml<'_>, folder: &Folder, keys: &Keys) -> Option<MailPlan> {
        self.mail.as_ref().and_then(|table| mail::read(file, table, (folder, keys), self.first_language))
    }

    /// The municipality, if its general part makes one.
    pub(crate) fn with(
        self,
        places: Vec<Place>,
        sensors: Vec<Sensor>,
        gateways: Vec<Gateway>,
        plugins: Vec<Plugin>,
        (mail, panel, channels, keys): (Option<MailPlan>, Option<PanelPlan>, Vec<ChannelPlan>, Keys),
    ) -> Option<Municipality> {
        Some(Municipality {
            name: self.name,
            languages: self.languages,
            look: self.look,
            almanac: self.almanac,
            map: self.map,
            screens: self.screens,
            calendar: self.calendar?,
            smallest_count: self.smallest_count,
            post_approval: self.post_approval,
            public_url: self.public_url,
            trusted_proxies: self.trusted_proxies,
            web_listen: self.web_listen,
            gwmp_listen: self.gwmp_listen,
            door: self.door,
            uplink_commit_seconds: self.uplink_commit_seconds,
            trust_clock: self.trust_clock,
            keep: self.keep,
            radio: self.radio,
            places,
            sensors,
            gateways,
            plugins,
            tokens: keys.tokens,
            mail,
            panel,
            talk: self.talk,
            channels,
            secrets: keys.secrets,
        })
    }
}

fn days(days: u32) -> Duration {
    Duration::from_hours(24 * u64::from(days))
}

fn check_version(file: &mut Toml<'_>, version: &Written<u32>) {
    if version.value != VERSION {
        let message = say!("folder-version", "this folder is of version {version}", version = version.value);
        let expected = say!("expect-version-of-folder", "this Allting reads version {version}", version = VERSION);
        let help = say!("newer-allting", "install a newer Allting");
        file.report(Fault::error(version.span.clone(), message).expected(expected).help(help));
    }
}

fn languages(file: &mut Toml<'_>, tags: &[Written<Tag>]) -> Vec<Language> {
    let mut languages: Vec<Language> = Vec::new();
    let mut spans: Vec<Range<usize>> = Vec::new();
    for tag in tags {
        let language = Language::from(tag.value);
        if let Some(first) = languages.iter().position(|known| *known == language).and_then(|at| spans.get(at)) {
            let fault = Fault::twice(tag.span.clone(), language, first.clone());
            file.report(fault.help(say!("remove-one", "remove one of the two")));
        } else {
            languages.push(language);
            spans.push(tag.span.clone());
        }
    }
    if languages.is_empty() {
        let fault = Fault::error(file.key_span("languages"), say!("empty", "`{key}` is empty", key = "languages"));
        file.report(fault.expected(say!("expect-language", "expected at least one of nb, nn, sv, en")));
    }
    languages
}

fn calendar(file: &mut Toml<'_>, zone: &Written<String>) -> Option<Calendar> {
    let report = |unknown: UnknownTimeZone| {
        let message = say!("no-time-zone", "no time zone is called `{name}`", name = unknown.0);
        let expected = say!("expect-zone", "expected a name of the IANA table");
        let help = say!("zones-nearby", "time zones nearby: {names}", names = NEAR_ZONES.join(", "));
        let fault = Fault::error(zone.span.clone(), message);
        file.report(fault.meant(nearest(&zone.value, NEAR_ZONES), expected).help(help));
    };
    Calendar::named(&zone.value).map_err(report).ok()
}

/// The address without a slash at its end.
fn public_url(file: &mut Toml<'_>, url: &Written<String>) -> Option<String> {
    let text = url.value.trim_end_matches('/');
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    if host.is_some_and(|host| !host.is_empty() && !host.contains([' ', '?', '#', '@', '"', '<', '>'])) {
        return Some(text.to_owned());
    }
    let fault = Fault::error(url.span.clone(), say!("no-web-address", "`public_url` is no web address"))
        .expected(say!("expect-https", "expected https:// and a name"));
    let fault = match host {
        None if text.contains('.') && !text.contains("://") => {
            fault.rewritten(format!("public_url = \"https://{text}\""))
        }
        _ => fault.help(say!(
            "write-address",
            "write what people type to get to the portal, such as \"https://allting.norsjo.se\""
        )),
    };
    file.report(fault);
    None
}

fn proxy(file: &mut Toml<'_>, address: &Written<String>) -> Option<IpAddr> {
    let read = address.value.parse::<IpAddr>().ok();
    if read.is_none() {
        let message = say!("no-machine", "`{address}` is no address of a machine", address = address.value);
        let expected = say!("expect-machine", "expected numbers such as 192.168.1.2, without a port");
        file.report(Fault::error(address.span.clone(), message).expected(expected));
    }
    read.map(|address| address.to_canonical())
}

pub(crate) fn listen(file: &mut Toml<'_>, key: &str, address: &Written<String>, usual_port: u16) -> SocketAddr {
    let text = &address.value;
    text.parse().unwrap_or_else(|_| {
        let fault = Fault::error(address.span.clone(), say!("no-listen", "`{key}` is no address and port", key));
        let host = text.split(':').next().filter(|host| host.parse::<Ipv4Addr>().is_ok()).unwrap_or("127.0.0.1");
        let fault = fault.expected(say!("expect-listen", "expected numbers, a colon, and a port from 0 to 65535"));
        file.report(fault.rewritten(format!("{key} = \"{host}:{usual_port}\"")));
        (Ipv4Addr::LOCALHOST, usual_port).into()
    })
}
