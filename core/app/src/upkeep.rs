//! What the box does for its data file while the town sleeps, in steps that nobody waits for: a copy of what cannot be had again,
//! forgetting what is past keeping, reading every row to find damage while it can be mended, and emptying the journal.

use crate::portal::App;
use crate::radio::Clock;
use model::{DatastreamId, Day, DevEui, Keep, Rhythm, Timestamp};
use std::collections::{BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, UNIX_EPOCH};
use store::{Corrupt, Damage, Retention, StoreError};
use tokio::sync::watch;
use tokio::time::sleep;

/// Rows forgotten in one step, while the writer waits: a few milliseconds on a small computer.
const FORGOTTEN_AT_ONCE: usize = 200;

/// Rows read in one step of the scrub. Nobody waits for it; it only must not keep old pages from being used again.
const SCRUBBED_AT_ONCE: usize = 1000;

/// How much of the past is looked through in one step at the start.
const LEARNED_AT_ONCE: Duration = Duration::from_hours(6);

/// Between two steps, so that the box has its disk and its processor to itself most of the time.
const BREATH: Duration = Duration::from_millis(20);

/// How often to look whether it is night.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// Local hours in which the upkeep begins.
const NIGHT: std::ops::Range<i8> = 2..5;

/// A box that was off at night makes up for it when its last upkeep is older than this.
const OVERDUE: Duration = Duration::from_hours(36);

/// The scrub of a large file goes on the next night where it stopped.
const NIGHT_LASTS: Duration = Duration::from_hours(3);

/// Nothing is forgotten that is not also old by the newest frame: a clock that was set to a wrong year must not empty the file.
const SILENT_MAX: Duration = Duration::from_hours(30 * 24);

/// Damaged rows that are remembered, so that each is told once.
const DAMAGE_MAX: usize = 1000;

/// A frame that says something of the past says it within this time, when a damaged value is looked for.
const LOOKED_FOR_WITHIN: [Duration; 2] = [Duration::from_millis(1), Duration::from_hours(24)];

/// What staff may know of the upkeep.
#[derive(Clone, Debug, Default)]
pub struct UpkeepReport(Arc<Mutex<Night>>);

/// The last upkeep, and all damage since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Night {
    /// When the copy of what cannot be had again was made.
    pub copied_at: Option<Timestamp>,
    /// Rows forgotten since the start.
    pub forgotten: u64,
    /// When a scrub last reached the end of the file.
    pub scrubbed_at: Option<Timestamp>,
    /// Rows that were damaged and made anew, since the start.
    pub repaired: u64,
    /// What was damaged and cannot be made anew, in words for staff.
    pub lost: Vec<String>,
    /// What went wrong in the last upkeep.
    pub trouble: Option<String>,
    /// What was lost when the data file had to be replaced at this start.
    pub gap: Option<String>,
}

impl UpkeepReport {
    /// As it is now.
    pub fn newest(&self) -> Night {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes that the file had to be replaced.
    pub fn note_gap(&self, gap: String) {
        self.change(|night| night.gap = Some(gap));
    }

    /// Notes rows that were damaged at the start.
    pub fn note_mended(&self, damage: Vec<Damage>) {
        for one in damage {
            match one {
                Damage::Repaired(row) => self.note_repaired(&row),
                Damage::Observation(..) | Damage::Uplink(..) => {}
                Damage::Lost(row) => self.note_lost(row.to_string()),
            }
        }
    }

    fn note_repaired(&self, row: &Corrupt) {
        tracing::warn!("{row}; it was made anew from other rows");
        self.change(|night| night.repaired += 1);
    }

    fn note_lost(&self, lost: String) {
        tracing::error!("{lost}; a backup may have it");
        self.change(|night| night.lost.push(lost));
    }

    fn change(&self, change: impl FnOnce(&mut Night)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

/// Where the upkeep is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Learn,
    Rest,
    Answers,
    Copy,
    Forget,
    Scrub,
    Settle,
}

/// The upkeep of one box. Each [`step`](Self::step) is short.
#[derive(Debug)]
pub struct Upkeep {
    app: Arc<App>,
    /// Where the copy lies.
    copy: PathBuf,
    report: UpkeepReport,
    stage: Stage,
    begun: Timestamp,
    last: Option<Timestamp>,
    /// How often sensors spoke before the start, and how far that has been looked through.
    learned: HashMap<DevEui, Rhythm>,
    learned_to: Option<(Timestamp, Timestamp)>,
    known_damage: BTreeSet<String>,
}

impl Upkeep {
    /// Of `app`, whose precious rows are copied to `copy`.
    pub fn new(app: Arc<App>, copy: PathBuf, report: UpkeepReport) -> Self {
        let last = written_at(&copy);
        report.change(|night| night.copied_at = last);
        let begun = Timestamp::default();
        Self {
            app,
            copy,
            report,
            stage: Stage::Learn,
            begun,
            last,
            learned: HashMap::new(),
            learned_to: None,
            known_damage: BTreeSet::new(),
        }
    }

    /// Does what is next, if it is time; gives how long to wait before the step after it.
    pub fn step(&mut self, now: Timestamp) -> Duration {
        let done = match self.stage {
            Stage::Learn => self.learn(now),
            Stage::Rest if !self.is_due(now) => {
                self.app.unlink_answers();
                return LOOK_EVERY;
            }
            Stage::Rest => {
                (self.begun, self.last) = (now, Some(now));
                self.report.change(|night| night.trouble = None);
                Ok(Stage::Answers)
            }
            // Before the copy, so that it has nothing that is past keeping.
            Stage::Answers => self.look_after_answers(now),
            Stage::Copy => self.copy(now),
            Stage::Forget => self.forget(now),
            Stage::Scrub => self.scrub(now),
            Stage::Settle => self.app.store().settle().map(|()| Stage::Rest),
        };
        self.stage = done.unwrap_or_else(|error| {
            tracing::error!(%error, stage = ?self.stage, "the upkeep failed; it is tried again the next night");
            self.report.change(|night| night.trouble = Some(error.to_string()));
            self.stage.after_error(&error)
        });
        BREATH
    }

    fn is_due(&self, now: Timestamp) -> bool {
        let calendar = &self.app.municipality().calendar;
        let Some(last) = self.last else { return true };
        let tonight: Day = calendar.day(now);
        (NIGHT.contains(&calendar.civil(now).hour()) && calendar.day(last) != tonight) || now.since(last) > OVERDUE
    }

    /// At the start: how often sensors speak, from what they said in the last days. It is not kept, for a box starts seldom.
    fn learn(&mut self, now: Timestamp) -> Result<Stage, StoreError> {
        let (from, until) = self.learned_to.unwrap_or((now - Rhythm::LEARNED_FROM, now));
        let to = until.min(from + LEARNED_AT_ONCE);
        self.app.learn(&mut self.learned, from..to)?;
        self.learned_to = Some((to, until));
        if to < until {
            return Ok(Stage::Learn);
        }
        self.app.take_learned(std::mem::take(&mut self.learned));
        Ok(Stage::Rest)
    }

    fn look_after_answers(&self, now: Timestamp) -> Result<Stage, StoreError> {
        let people =
            self.app.look_after_panel(now)? + self.app.look_after_lists(now)? + self.app.look_after_subscribers(now)?;
        let talk = self.app.forget_remarks(now)?;
        let gone = self.app.look_after_answers(now)? + people + talk + self.app.forget_deliveries(now)?;
        self.report.change(|night| night.forgotten += gone as u64);
        Ok(Stage::Copy)
    }

    fn copy(&self, now: Timestamp) -> Result<Stage, StoreError> {
        let copied = self.app.store().copy_precious(&self.copy, now)?;
        tracing::debug!(rows = copied.rows, "copied what cannot be had again");
        self.report.change(|night| night.copied_at = Some(now));
        Ok(Stage::Forget)
    }

    fn forget(&self, now: Timestamp) -> Result<Stage, StoreError> {
        let Some(newest) = self.newest_frame()? else { return Ok(Stage::Scrub) };
        let Keep { uplinks, observations, hours } = self.app.municipality().keep;
        let now = now.min(newest + SILENT_MAX);
        let retention = Retention { uplinks: now - uplinks, observations: now - observations, hours: now - hours };
        let step = self.app.store().forget(retention, FORGOTTEN_AT_ONCE)?;
        self.report.change(|night| night.forgotten += step.rows);
        Ok(if step.finished { Stage::Scrub } else { Stage::Forget })
    }

    fn newest_frame(&self) -> Result<Option<Timestamp>, StoreError> {
        let ever = Timestamp::from_ms(i64::MIN)..Timestamp::from_ms(i64::MAX);
        let snapshot = self.app.store().read()?;
        let newest = snapshot.uplinks(ever)?.rev().find(|row| !matches!(row, Err(StoreError::Corrupt(_))));
        Ok(newest.transpose()?.map(|frame| frame.uplink.received_at))
    }

    fn scrub(&mut self, now: Timestamp) -> Result<Stage, StoreError> {
        let found = self.app.store().scrub(&self.app.municipality().calendar, SCRUBBED_AT_ONCE)?;
        for damage in found.damage {
            self.mend(damage)?;
        }
        if found.finished {
            self.report.change(|night| night.scrubbed_at = Some(now));
        }
        let over = found.finished || now.since(self.begun) > NIGHT_LASTS;
        Ok(if over { Stage::Settle } else { Stage::Scrub })
    }

    fn mend(&mut self, damage: Damage) -> Result<(), StoreError> {
        let lost = match damage {
            Damage::Repaired(row) => {
                self.report.note_repaired(&row);
                return Ok(());
            }
            Damage::Observation(id, at) => {
                if self.decode_again(id, at)? {
                    tracing::warn!("a value of {at} was damaged on disk; it was decoded again");
                    self.report.change(|night| night.repaired += 1);
                    return Ok(());
                }
                format!("a value of {at} (datastream {}) is damaged, and its frame is no longer kept", id.0)
            }
            Damage::Uplink(device, at) => format!("the frame of device {device} received {at} is damaged"),
            Damage::Lost(row) => row.to_string(),
        };
        if self.known_damage.len() < DAMAGE_MAX && self.known_damage.insert(lost.clone()) {
            self.report.note_lost(lost);
        }
        Ok(())
    }

    /// Makes a damaged observation anew from the frame that said it; false when that is gone.
    fn decode_again(&self, id: DatastreamId, at: Timestamp) -> Result<bool, StoreError> {
        let Some(stream) = self.app.store().read()?.datastream(id)? else { return Ok(false) };
        let municipality = self.app.municipality();
        let sensors = municipality.sensors_of(&stream.place);
        let own = sensors
            .map(|s| &s.id)
            .find(|id| stream.sensor.as_str() == crate::doors::ALL_DOORS || **id == stream.sensor);
        let Some(sensor) = own else { return Ok(false) };
        for within in LOOKED_FOR_WITHIN {
            let scratch = self.copy.with_extension("scratch");
            let Ok(replay) = self.app.replay(at..at + within, Some(sensor), &scratch, &mut |_| {}) else { continue };
            replay.correct(&mut |_| {})?;
            drop(replay);
            let moment = at..Timestamp::from_ms(at.as_ms().saturating_add(1));
            if matches!(self.app.store().read()?.observations(id, moment)?.next(), Some(Ok(_))) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Stage {
    /// A copy that could not be made is no reason to let the file grow; a scrub that cannot go on ends the night.
    fn after_error(self, error: &StoreError) -> Self {
        match self {
            Self::Answers => Self::Copy,
            Self::Copy => Self::Forget,
            Self::Forget if !matches!(error, StoreError::DiskFull) => Self::Scrub,
            Self::Learn | Self::Rest | Self::Forget | Self::Scrub | Self::Settle => Self::Rest,
        }
    }
}

fn written_at(path: &Path) -> Option<Timestamp> {
    let modified = fs::metadata(path).and_then(|file| file.modified()).ok()?;
    let ms = modified.duration_since(UNIX_EPOCH).ok()?.as_millis();
    i64::try_from(ms).ok().map(Timestamp::from_ms)
}

/// Keeps the file up, night after night, until `stop` turns true.
pub async fn run_upkeep(mut upkeep: Upkeep, clock: Clock, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        let now = clock();
        let stepped = tokio::task::spawn_blocking(move || {
            let pause = upkeep.step(now);
            (upkeep, pause)
        });
        let Ok((again, pause)) = stepped.await else {
            tracing::error!("the upkeep ended unexpectedly; it begins again with the next start");
            return;
        };
        upkeep = again;
        tokio::select! {
            () = sleep(pause) => {}
            _ = stop.changed() => {}
        }
    }
}
