//! What the steward rooms show of the box.

use super::Staff;
use crate::health::GATEWAY_SILENT_AFTER;
use crate::{BackupLack, SensorHealth, Told};
use model::activity::ActivityId;
use model::{Battery, ChannelId, ClockQuality, Gateway, GatewayEui, Sensor, SensorId, StoredUplink, Timestamp, Words};
use netserver::{GatewayReport, Rejection, Stranger};
use std::collections::BTreeMap;
use std::time::Duration;
use store::StoreError;

/// A battery below this wants changing.
const BATTERY_LOW_PERCENT: u8 = 15;
/// How far back frames are looked for.
const FRAMES_SPAN: Duration = Duration::from_hours(24);

/// Something that needs somebody of the staff today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Worry {
    /// The folder on disk is wrong, and the box works by an older one.
    FolderRefused,
    /// Keys whose new value holds after a restart.
    RestartFor(Vec<&'static str>),
    /// Something in the folder does not work.
    Warning(Told),
    /// What the backups lack.
    Backup(BackupLack),
    /// Nothing can be stored, and why.
    NotStoring(String),
    /// A part of the history was lost, and which.
    HistoryLost(String),
    /// So many rows were damaged and could not be made anew.
    RowsLost(usize),
    /// Something cannot leave the box, and why.
    OutboxStuck(ChannelId, String),
    /// So many deliveries were given up.
    OutboxDead(usize),
    /// The box does not know what time it is.
    TimeUnknown,
    /// The machine's clock was set back, by so many minutes; the box waits for it.
    ClockSetBack(u64),
    /// There is no gateway yet.
    NoGateway,
    /// There is no place yet.
    NoPlace,
    /// There is no sensor yet.
    NoSensor,
    /// A gateway was seen that nobody adopted.
    StrangerSeen(String),
    /// An adopted gateway is silent.
    GatewaySilent(GatewayEui, String),
    /// A sensor is silent.
    SensorSilent(SensorId, String),
    /// A sensor was never heard: it is not switched on yet, or set up wrong.
    NeverHeard(SensorId, String),
    /// A sensor's battery is low.
    BatteryLow(SensorId, String, u8),
    /// A sensor speaks and is under test: its values are not shown.
    UnderTest(SensorId, String),
    /// So many posts wait for a second pair of eyes.
    PostsWait(usize),
    /// So many remarks wait to be looked at.
    RemarksWait(usize),
    /// So many remarks have no answer, and the oldest is there since then.
    RemarksUnanswered(usize, Timestamp),
    /// In an activity so much waits to be looked at.
    Waiting(ActivityId, Words, usize),
    /// In an activity so much should have an answer by now.
    Overdue(ActivityId, Words, usize),
}

/// What needs somebody, and how much there is.
#[derive(Clone, Debug, Default)]
pub struct Overview {
    /// The most pressing first.
    pub worries: Vec<Worry>,
    /// Places.
    pub places: usize,
    /// Sensors, and how many of them were heard of late.
    pub sensors: (usize, usize),
    /// Gateways, and how many of them were heard of late.
    pub gateways: (usize, usize),
}

/// An adopted gateway.
#[derive(Clone, Debug)]
pub struct GatewayRow {
    /// As configured.
    pub gateway: Gateway,
    /// What the radio knows of it; none before the radio began.
    pub report: Option<GatewayReport>,
    /// It was heard of late.
    pub heard: bool,
}

/// A sensor.
#[derive(Clone, Debug)]
pub struct SensorRow {
    /// As configured.
    pub sensor: Sensor,
    /// It spoke as often as it usually does.
    pub heard: bool,
    /// All that is known of it.
    pub health: SensorHealth,
}

/// An installed plugin that works.
#[derive(Clone, Debug)]
pub struct PluginRow {
    /// Its name in the folder.
    pub id: String,
    /// Its version.
    pub version: String,
    /// Its name for people.
    pub title: Words,
    /// What it is for.
    pub help: Words,
    /// How many of its own examples it passed when it was loaded: all, or it would not be here.
    pub examples: usize,
    /// JSON Schema of its settings.
    pub schema: serde_json::Value,
    /// How many sensors it decodes.
    pub sensors: usize,
}

impl Staff {
    /// What needs somebody today.
    pub fn overview(&self, now: Timestamp) -> Result<Overview, StoreError> {
        let (gateways, strangers) = self.gateways(now);
        let sensors = self.sensors(now)?;
        let municipality = self.app.municipality();
        let standing = self.standing();
        let mut worries = Vec::new();
        worries.extend(standing.refused.map(|_| Worry::FolderRefused));
        worries.extend((!standing.restart_for.is_empty()).then_some(Worry::RestartFor(standing.restart_for)));
        worries.extend(self.radio.trouble().map(Worry::NotStoring));
        worries.extend(self.clock_worry());
        let night = self.upkeep.newest();
        worries.extend(night.gap.map(Worry::HistoryLost));
        worries.extend((!night.lost.is_empty()).then_some(Worry::RowsLost(night.lost.len())));
        let outbox = self.app.outbox_report(0, now)?;
        worries.extend(outbox.stuck.into_iter().map(|(channel, why, _)| Worry::OutboxStuck(channel, why)));
        worries.extend((outbox.dead > 0).then_some(Worry::OutboxDead(outbox.dead)));
        worries.extend(strangers.iter().map(|stranger| Worry::StrangerSeen(stranger.eui.to_string())));
        worries.extend((gateways.is_empty() && strangers.is_empty()).then_some(Worry::NoGateway));
        let silent = gateways.iter().filter(|row| !row.heard);
        worries.extend(silent.map(|row| Worry::GatewaySilent(row.gateway.eui, row.gateway.name.clone())));
        worries.extend(municipality.places.is_empty().then_some(Worry::NoPlace));
        worries.extend(sensors.is_empty().then_some(Worry::NoSensor));
        let named = |row: &SensorRow| (row.sensor.id.clone(), row.sensor.name.clone());
        let (silent, never): (Vec<_>, Vec<_>) =
            sensors.iter().filter(|row| !row.heard).partition(|row| row.health.last_heard.is_some());
        worries.extend(silent.into_iter().map(named).map(|(id, name)| Worry::SensorSilent(id, name)));
        worries.extend(sensors.iter().filter_map(low_battery));
        worries.extend(never.into_iter().map(named).map(|(id, name)| Worry::NeverHeard(id, name)));
        let under_test = sensors.iter().filter(|row| row.heard && row.sensor.test);
        worries.extend(under_test.map(named).map(|(id, name)| Worry::UnderTest(id, name)));
        for activity in self.app.activity_list() {
            let waiting = self.app.waiting(&activity.id).unwrap_or_default();
            let (id, title) = (activity.id, activity.title);
            worries.extend((waiting > 0).then(|| Worry::Waiting(id.clone(), title.clone(), waiting)));
            let late = self.app.overdue(&id, now).unwrap_or_default();
            worries.extend((late > 0).then_some(Worry::Overdue(id, title, late)));
        }
        let posts = self.app.publications_waiting(now)?.len();
        worries.extend((posts > 0).then_some(Worry::PostsWait(posts)));
        let ((waiting, _), (unanswered, oldest)) = self.app.talk_to_do()?;
        worries.extend((waiting > 0).then_some(Worry::RemarksWait(waiting)));
        worries.extend(oldest.map(|oldest| Worry::RemarksUnanswered(unanswered, oldest)));
        worries.extend(standing.warnings.into_iter().map(Worry::Warning));
        worries.extend(standing.backup.map(Worry::Backup));
        Ok(Overview {
            worries,
            places: municipality.places.len(),
            sensors: (sensors.len(), sensors.iter().filter(|row| row.heard).count()),
            gateways: (gateways.len(), gateways.iter().filter(|row| row.heard).count()),
        })
    }

    fn clock_worry(&self) -> Option<Worry> {
        let clock = self.app.time()?.health();
        if clock.quality == ClockQuality::Unknown {
            return Some(Worry::TimeUnknown);
        }
        let minutes = clock.ahead.as_secs().div_ceil(60);
        (minutes > 0).then_some(Worry::ClockSetBack(minutes))
    }

    /// Adopted gateways, and those that were seen and may be adopted.
    pub fn gateways(&self, now: Timestamp) -> (Vec<GatewayRow>, Vec<Stranger>) {
        let report = self.radio.newest().unwrap_or_default();
        let row = |gateway: &Gateway| {
            let known = report.gateways.iter().find(|known| known.eui == gateway.eui).cloned();
            let heard = known.as_ref().and_then(|known| known.last_heard);
            let heard = heard.is_some_and(|at| now.since(at) < GATEWAY_SILENT_AFTER);
            GatewayRow { gateway: gateway.clone(), report: known, heard }
        };
        let municipality = self.app.municipality();
        let strangers = report.strangers.iter().filter(|s| municipality.gateways.iter().all(|g| g.eui != s.eui));
        (municipality.gateways.iter().map(row).collect(), strangers.cloned().collect())
    }

    /// Every sensor and how it is.
    pub fn sensors(&self, now: Timestamp) -> Result<Vec<SensorRow>, StoreError> {
        let health = self.app.sensor_health(now, self.radio.newest().as_ref())?;
        let municipality = self.app.municipality();
        let row = |health: SensorHealth| {
            let sensor = municipality.sensors.iter().find(|sensor| sensor.id == health.sensor)?.clone();
            Some(SensorRow { heard: health.last_heard.is_some() && health.silent_since.is_none(), sensor, health })
        };
        Ok(health.into_iter().filter_map(row).collect())
    }

    /// The newest frames, and what was dropped since the start and why.
    pub fn frames(
        &self,
        now: Timestamp,
        at_most: usize,
    ) -> Result<(Vec<StoredUplink>, BTreeMap<Rejection, u64>), StoreError> {
        let snapshot = self.app.store().read()?;
        let frames = snapshot.uplinks(now - FRAMES_SPAN..now + Duration::from_secs(1))?;
        let newest = frames.rev().take(at_most).collect::<Result<Vec<_>, _>>()?;
        Ok((newest, self.radio.newest().unwrap_or_default().rejected))
    }

    /// The plugins that work.
    pub fn plugins(&self) -> Vec<PluginRow> {
        let municipality = self.app.municipality();
        let row = |(id, decoder): (&model::DecoderId, &plugin_host::Decoder)| {
            let about = decoder.description();
            PluginRow {
                id: id.to_string(),
                version: about.version.clone(),
                title: about.title.clone(),
                help: about.help.clone(),
                examples: about.examples.len(),
                schema: about.schema.clone(),
                sensors: municipality.sensors.iter().filter(|sensor| sensor.decoder == *id).count(),
            }
        };
        let mut rows: Vec<_> = self.app.configured().decoders.plugins().map(row).collect();
        rows.sort_by(|one, other| one.id.cmp(&other.id));
        rows
    }
}

fn low_battery(row: &SensorRow) -> Option<Worry> {
    let percent = row.health.battery_percent().filter(|percent| *percent < BATTERY_LOW_PERCENT)?;
    Some(Worry::BatteryLow(row.sensor.id.clone(), row.sensor.name.clone(), percent))
}

impl SensorHealth {
    /// What is left in the battery, by the frames or by the status answer; none for mains, and while nothing is known.
    pub fn battery_percent(&self) -> Option<u8> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped; NaN becomes 0")]
        let said = self.battery.percent.map(|percent| percent.clamp(0.0, 100.0) as u8);
        match self.battery.status {
            Some(Battery::Percent(percent)) => Some(said.unwrap_or(percent)),
            _ => said,
        }
    }
}
