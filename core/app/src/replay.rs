//! History decoded again, after a decoder was corrected. What was heard is lived through once more, with the code that hears it
//! live, into a file of its own; where that file and the box's own disagree is the difference. To apply it is to correct only
//! those observations, so a replay that was interrupted is simply run again.

mod difference;
mod past;

pub use difference::{Difference, Example, Faults, ReplayReport};

use crate::doors::Doors;
use crate::meaning::{AGE_MAX, observe_all, stored};
use crate::portal::{App, Configured};
use difference::Judged;
use model::{Blame, Datastream, DatastreamId, DevEui, Hour, SensorId, StoredUplink, Timestamp, Uplink};
use past::Chosen;
use plugin_host::Breaker;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::{Correction, Durability, Snapshot, Store, StoreError};

/// Frames in one transaction.
const FRAMES_AT_ONCE: usize = 500;

/// Frames that could not be decoded because the box ran short, and are left as they are. More means that something is wrong.
const LEFT_FRAMES_MAX: usize = 1000;

/// Is shown an hour's observations.
type Visit<'v> = &'v mut dyn FnMut(Hour, &[Judged]) -> Result<(), StoreError>;

/// Why history could not be decoded again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// The data file or its copy could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no sensor of that name.
    #[error("no sensor is called `{0}`: it must stand in sensors.toml")]
    UnknownSensor(SensorId),
    /// The box ran short again and again.
    #[error("the box ran short in {LEFT_FRAMES_MAX} frames ({0}): stop other programs and try again")]
    RanShort(String),
}

/// History, lived through once more. It holds a file beside the data file until it is dropped.
#[derive(Debug)]
pub struct Replay<'a> {
    app: &'a App,
    /// One configuration for all of it.
    configured: Arc<Configured>,
    span: Range<Timestamp>,
    chosen: Chosen,
    path: PathBuf,
    /// None only while it is dropped.
    scratch: Option<Store>,
    names: BTreeMap<DatastreamId, Datastream>,
    /// Frames that the box was too short to decode.
    left: BTreeSet<(Timestamp, DevEui)>,
    report: ReplayReport,
}

impl App {
    /// Decodes again what was received in a span, of one sensor or of all, and compares. Changes nothing yet. `scratch` is where
    /// a file may lie meanwhile, which grows as large as the observations of the span; `progress` is told how far it is.
    pub fn replay(
        &self,
        span: Range<Timestamp>,
        sensor: Option<&SensorId>,
        scratch: &Path,
        progress: &mut dyn FnMut(Timestamp),
    ) -> Result<Replay<'_>, ReplayError> {
        let configured = self.configured();
        let chosen = Chosen::of(self, &configured, sensor)?;
        let mut replay = Replay {
            app: self,
            configured,
            span,
            path: scratch.to_owned(),
            scratch: Some(self.store().scratch(scratch)?),
            names: BTreeMap::new(),
            left: BTreeSet::new(),
            report: ReplayReport { left: chosen.left.clone(), ..ReplayReport::default() },
            chosen,
        };
        replay.live_again(progress)?;
        replay.compare()?;
        Ok(replay)
    }
}

impl Replay<'_> {
    /// What is different.
    pub fn report(&self) -> &ReplayReport {
        &self.report
    }

    /// Makes the box's history say what its decoders say now; gives how many observations were corrected. When it is interrupted,
    /// what was done stays, and the next replay finds the rest.
    pub fn apply(&self, progress: &mut dyn FnMut(Timestamp)) -> Result<u64, ReplayError> {
        let corrected = self.correct(progress)?;
        self.keep_faults()?;
        self.app.store().sync()?;
        Ok(corrected)
    }

    /// The same without the reasons why frames were not understood.
    pub(crate) fn correct(&self, progress: &mut dyn FnMut(Timestamp)) -> Result<u64, StoreError> {
        let calendar = &self.configured.municipality.calendar;
        let mut corrected = 0;
        self.hour_by_hour(&mut |hour, judged| {
            progress(hour.start());
            let mut corrections = BTreeMap::<DatastreamId, Vec<Correction>>::new();
            for one in judged.iter().filter(|one| one.differs()) {
                corrections.entry(one.datastream).or_default().push(one.correction());
            }
            if corrections.is_empty() {
                return Ok(());
            }
            let tx = self.app.store().begin(calendar)?;
            for (id, corrections) in &corrections {
                let Some(stream) = self.names.get(id) else { continue };
                tx.correct(stream, corrections)?;
                corrected += corrections.len() as u64;
            }
            tx.commit(Durability::Soon)
        })?;
        Ok(corrected)
    }

    /// Frames keep the reason why they were not understood; that has changed with the decoder.
    fn keep_faults(&self) -> Result<(), StoreError> {
        let calendar = &self.configured.municipality.calendar;
        let snapshot = self.scratch()?.read()?;
        let mut changed = snapshot.uplinks(self.span.clone())?.peekable();
        while changed.peek().is_some() {
            let tx = self.app.store().begin(calendar)?;
            for stored in changed.by_ref().take(FRAMES_AT_ONCE) {
                tx.put_uplink(&stored?)?;
            }
            tx.commit(Durability::Soon)?;
        }
        Ok(())
    }

    fn live_again(&mut self, progress: &mut dyn FnMut(Timestamp)) -> Result<(), ReplayError> {
        self.remember()?;
        let snapshot = self.app.store().read()?;
        let mut doors = Doors::default();
        let mut frames = snapshot.uplinks(self.span.clone())?;
        let mut ended = false;
        while !ended {
            let mut batch = Vec::with_capacity(FRAMES_AT_ONCE);
            while batch.len() < FRAMES_AT_ONCE && !ended {
                match frames.next() {
                    Some(Ok(frame)) if self.chosen.decodes(frame.uplink.dev_eui) => batch.push(frame),
                    Some(Ok(_)) => {}
                    Some(Err(StoreError::Corrupt(_))) => self.report.damaged_frames += 1,
                    Some(Err(error)) => return Err(error.into()),
                    None => ended = true,
                }
            }
            if let Some(last) = batch.last() {
                progress(last.uplink.received_at);
            }
            self.live_batch(&batch, &mut doors)?;
        }
        Ok(())
    }

    /// What a total counts from, and who was inside, at the beginning of the span.
    fn remember(&self) -> Result<(), StoreError> {
        let snapshot = self.app.store().read()?;
        let tx = self.scratch()?.begin(&self.configured.municipality.calendar)?;
        for row in snapshot.datastreams()? {
            let (id, stream) = row?;
            if !self.chosen.remembers(&stream) {
                continue;
            }
            let known = snapshot.observations(id, Timestamp::from_ms(i64::MIN)..self.span.start)?.rev();
            let newest = known.flatten().find(|o| o.result_time < self.span.start);
            if let Some(o) = newest {
                tx.observe(&stream, o.phenomenon_time, o.result_time, &o.result)?;
            }
        }
        tx.commit(Durability::Soon)
    }

    fn live_batch(&mut self, batch: &[StoredUplink], doors: &mut Doors) -> Result<(), ReplayError> {
        let municipality = &self.configured.municipality;
        let uplinks: Vec<&Uplink> = batch.iter().map(|frame| &frame.uplink).collect();
        // Nothing is paused: here a codec may fail as often as there are frames.
        let now = batch.last().map_or(self.span.start, |frame| frame.uplink.received_at);
        let heard = self.configured.decoders.decode(now, &uplinks, &mut Breaker::default());
        if heard.len() != batch.len() {
            return Err(ReplayError::RanShort("a decoder thread ended".to_owned()));
        }
        let tx = scratch(self.scratch.as_ref())?.begin(&municipality.calendar)?;
        for (frame, heard) in batch.iter().zip(heard) {
            let heard = self.chosen.as_it_was(frame, heard);
            self.report.frames += 1;
            if let Err(fault) = &heard.outcome
                && fault.blame == Blame::Box
            {
                self.left.insert((frame.uplink.received_at, frame.uplink.dev_eui));
                if self.left.len() >= LEFT_FRAMES_MAX {
                    return Err(ReplayError::RanShort(fault.to_string()));
                }
                continue;
            }
            let again = StoredUplink { uplink: frame.uplink.clone(), ..stored(&heard) };
            if self.chosen.compares(&heard.sensor) {
                self.report.note_fault(&heard.sensor, frame.fault.as_deref(), again.fault.as_deref());
                if again.fault != frame.fault {
                    tx.put_uplink(&again)?;
                }
            }
            self.chosen.note_name(&heard.sensor, frame.uplink.dev_eui);
            observe_all(municipality, &tx, doors, &heard)?;
        }
        Ok(tx.commit(Durability::Soon)?)
    }

    fn compare(&mut self) -> Result<(), ReplayError> {
        self.names = self.scratch()?.read()?.datastreams()?.collect::<Result<_, _>>()?;
        let mut report = std::mem::take(&mut self.report);
        self.hour_by_hour(&mut |_, judged| {
            for one in judged {
                if let Some(stream) = self.names.get(&one.datastream) {
                    report.note(stream, one);
                }
            }
            Ok(())
        })?;
        self.report = report;
        Ok(())
    }

    /// Judges every observation of the span, an hour at a time: so the file is never held in one piece.
    fn hour_by_hour(&self, each: Visit<'_>) -> Result<(), StoreError> {
        let mut from = self.span.start - AGE_MAX;
        loop {
            let (own, scratch) = (self.app.store().read()?, self.scratch()?.read()?);
            let mut judged = Vec::new();
            let mut hour = None;
            for pair in own.beside(&scratch, &(from..self.span.end))? {
                let pair = pair?;
                if *hour.get_or_insert(Hour::of(pair.at)) != Hour::of(pair.at) {
                    break;
                }
                let Some(stream) = self.names.get(&pair.datastream).filter(|s| self.chosen.compares_stream(s)) else {
                    continue;
                };
                judged.extend(Judged::of(pair, &self.span, |heard_at| self.was_decoded(&own, stream, heard_at)));
            }
            let Some(hour) = hour else { return Ok(()) };
            drop((own, scratch));
            each(hour, &judged)?;
            from = Hour(hour.0.saturating_add(1)).start();
        }
    }

    /// Whether the frame that said something is still there, and was decoded again.
    fn was_decoded(&self, own: &Snapshot, stream: &Datastream, heard_at: Timestamp) -> bool {
        let at = heard_at..Timestamp::from_ms(heard_at.as_ms().saturating_add(1));
        let Ok(frames) = own.uplinks(at) else { return false };
        frames.flatten().any(|frame| {
            let device = frame.uplink.dev_eui;
            self.chosen.may_say(device, stream) && !self.left.contains(&(heard_at, device))
        })
    }

    fn scratch(&self) -> Result<&Store, StoreError> {
        scratch(self.scratch.as_ref())
    }
}

fn scratch(store: Option<&Store>) -> Result<&Store, StoreError> {
    store.ok_or_else(|| StoreError::Disk(std::io::ErrorKind::NotFound.into()))
}

impl Drop for Replay<'_> {
    fn drop(&mut self) {
        drop(self.scratch.take());
        // If it stays, the next replay begins by replacing it.
        let _ = fs::remove_file(&self.path);
    }
}
