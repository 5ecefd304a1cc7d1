//! The clock of the box. A machine without a battery clock begins somewhere in the past and jumps when it hears of the time; until then
//! the box goes on from the newest thing it knows, by the machine's uptime, and remembers that these times are not certain. When a
//! better time comes, all that was taken meanwhile is corrected once, and the box goes on by the better time. It never steps back on
//! its own: what a known clock does backwards is waited out, slowly, unless it is hours.

#[cfg(test)]
mod tests;

use crate::portal::App;
use model::{BootId, ClockCorrection, ClockQuality, ClockSpan, CorrectionLeft, Timestamp};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::{Durability, StoreError};

/// No clock that is right shows less: this release did not exist then.
const EARLIEST: Timestamp = Timestamp::from_seconds(1_767_225_600);

/// A difference below this is no reason to touch what is stored: gateways and devices are not more exact.
const WORTH_CORRECTING: Duration = Duration::from_secs(1);

/// A clock that moves against the uptime by more than this was set by somebody.
const STEP_MIN: Duration = Duration::from_secs(5);

/// While the box waits for a clock that was set back, its own goes slower by one part in so many.
const SLOWER_BY: u32 = 32;

/// Further back than this a known clock is followed: what was known before had been wrong, and a box that waited would live in the
/// future for days.
const WAITED_FOR_MAX: Duration = Duration::from_hours(2);

/// What the machine says of the time, all at one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// What its clock shows.
    pub wall: Timestamp,
    /// How long it has been on. Never steps.
    pub up: Duration,
    /// What its clock rests on.
    pub quality: ClockQuality,
}

/// The machine's clock. Only the binary reads one.
pub type Machine = Arc<dyn Fn() -> Reading + Send + Sync>;

/// A better time became known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Step {
    /// The span that ended, with the correction that it needs, if any.
    pub(crate) ended: ClockSpan,
    /// The span that begins; none when the time is certain now.
    pub(crate) begins: Option<ClockSpan>,
    /// By how much the box's clock moved, milliseconds.
    pub(crate) by_ms: i64,
}

/// How the clock of the box is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockHealth {
    /// What its times rest on.
    pub quality: ClockQuality,
    /// Since when, by its own time, if they are not certain.
    pub uncertain_since: Option<Timestamp>,
    /// How far it is ahead of the machine's clock, which was set back.
    pub ahead: Duration,
    /// By how much times were corrected since the start, milliseconds.
    pub corrected_ms: Option<i64>,
}

/// The clock of the box.
pub struct BoxTime {
    machine: Machine,
    boot: BootId,
    clock: Mutex<Clock>,
}

#[derive(Clone, Copy, Debug)]
struct Clock {
    /// What it would have shown when the machine was started.
    boot_at: Timestamp,
    quality: ClockQuality,
    /// Open while the time is not certain.
    span: Option<ClockSpan>,
    /// What the machine's clock would have shown when the machine was started, as it was first read.
    machine_boot_at: Timestamp,
    /// What it showed last, and how long the machine had been on.
    last: (Timestamp, Duration),
    corrected_ms: Option<i64>,
}

impl BoxTime {
    /// A clock that goes on from what is known: the newest span in which the time was not certain, and the newest thing stored.
    /// Gives what is to be stored of it, if anything.
    pub fn new(
        machine: Machine,
        boot: BootId,
        known: Option<&ClockSpan>,
        newest: Option<Timestamp>,
    ) -> (Self, Option<ClockSpan>) {
        let reading = machine();
        let same = known.filter(|span| span.boot == boot && boot != BootId::default() && span.until.is_none());
        let floor = newest.unwrap_or(EARLIEST).max(EARLIEST);
        // A battery that ran out counts from 1970.
        let quality = if reading.wall < floor { ClockQuality::Unknown } else { reading.quality };
        let machine_boot_at = reading.wall - reading.up;
        let (boot_at, span, begun) = match same {
            Some(span) => (span.boot_at, Some(*span), None),
            None if reading.quality == ClockQuality::Synchronized => (machine_boot_at, None, None),
            None => {
                let from = reading.wall.max(floor.moved(1));
                let boot_at = from - reading.up;
                let span = ClockSpan { from, until: None, boot, boot_at, quality, correction: None };
                (boot_at, Some(span), Some(span))
            }
        };
        let quality = span.map_or(reading.quality, |span| span.quality);
        let running = boot_at + reading.up;
        let in_future = span.is_none() && floor.since(running) > WAITED_FOR_MAX;
        let last = (if in_future { running } else { running.max(floor) }, reading.up);
        // Somebody may have set the clock while the box alone was stopped.
        let machine_boot_at = same.filter(|_| quality >= ClockQuality::Kept).map_or(machine_boot_at, |s| s.boot_at);
        let clock = Clock { boot_at, quality, span, machine_boot_at, last, corrected_ms: None };
        (Self { machine, boot, clock: Mutex::new(clock) }, begun)
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        let reading = (self.machine)();
        self.clock.lock().unwrap_or_else(PoisonError::into_inner).read(reading)
    }

    /// How the clock is.
    pub fn health(&self) -> ClockHealth {
        let reading = (self.machine)();
        let clock = *self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        let ahead = if clock.span.is_none() { clock.last.0.since(reading.wall) } else { Duration::ZERO };
        ClockHealth {
            quality: clock.quality,
            uncertain_since: clock.span.filter(|span| span.quality == ClockQuality::Unknown).map(|span| span.from),
            ahead: if ahead < WORTH_CORRECTING { Duration::ZERO } else { ahead },
            corrected_ms: clock.corrected_ms,
        }
    }

    /// Takes over a better time, if there is one. Whoever calls this sees to it that what was taken before is corrected before
    /// anything is stored that was taken after.
    pub(crate) fn improve(&self) -> Option<Step> {
        let reading = (self.machine)();
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        clock.improve(reading, self.boot)
    }
}

impl App {
    /// Tells the time by a machine from now on: by what is stored where the machine does not know it. Once.
    pub fn keep_time(&self, machine: Machine, boot: BootId) -> Result<Arc<BoxTime>, StoreError> {
        let snapshot = self.store().read()?;
        let (time, begun) = BoxTime::new(machine, boot, snapshot.clock_spans()?.last(), snapshot.newest_uplink()?);
        if let Some(span) = begun {
            let calendar = self.municipality().calendar.clone();
            let tx = self.store().begin(&calendar)?;
            tx.put_clock_span(&span)?;
            tx.commit(Durability::Soon)?;
        }
        Ok(Arc::clone(self.time.get_or_init(|| Arc::new(time))))
    }

    /// The clock of the box; none where somebody else tells the time.
    pub fn time(&self) -> Option<&Arc<BoxTime>> {
        self.time.get()
    }
}

impl Clock {
    fn read(&mut self, reading: Reading) -> Timestamp {
        let (last, last_up) = self.last;
        if self.span.is_some() {
            let now = (self.boot_at + reading.up).max(last);
            self.last = (now, reading.up);
            return now;
        }
        let passed = reading.up.saturating_sub(last_up);
        let slowly = last + passed.saturating_sub(passed / SLOWER_BY);
        if reading.wall >= slowly || last.since(reading.wall) > WAITED_FOR_MAX {
            self.last = (reading.wall, reading.up);
        } else if slowly > last {
            // Only what was told counts as passed: else whoever reads it often would make time stand still.
            let told = slowly.since(last);
            self.last = (slowly, last_up + told + told / (SLOWER_BY - 1));
        }
        self.last.0
    }

    fn improve(&mut self, reading: Reading, boot: BootId) -> Option<Step> {
        let span = self.span?;
        let machine_boot_at = reading.wall - reading.up;
        let moved = distance(machine_boot_at, self.machine_boot_at);
        let set = moved >= STEP_MIN && reading.wall >= EARLIEST;
        let believable = reading.quality == ClockQuality::Synchronized || reading.wall >= span.from;
        let quality = if set { reading.quality.max(ClockQuality::Kept) } else { reading.quality };
        if !believable || !(set || quality > span.quality) {
            return None;
        }
        let running = self.read(reading);
        let by_ms = reading.wall.as_ms().saturating_sub(running.as_ms());
        let by_ms = if distance(reading.wall, running) < WORTH_CORRECTING { 0 } else { by_ms };
        let until = running.moved(1);
        let left = if by_ms > 0 { until } else { span.from };
        let correction = (by_ms != 0).then_some(ClockCorrection { by_ms, left: Some(CorrectionLeft::Uplinks(left)) });
        let ended = ClockSpan { until: Some(until), correction, ..span };
        let from = until.moved(by_ms);
        let boot_at = machine_boot_at;
        let begins = (quality < ClockQuality::Synchronized).then_some(ClockSpan {
            from,
            until: None,
            boot,
            boot_at,
            quality,
            correction: None,
        });
        let corrected_ms = Some(self.corrected_ms.unwrap_or(0).saturating_add(by_ms)).filter(|ms| *ms != 0);
        let last = (running.moved(by_ms), reading.up);
        *self = Self { boot_at, quality, span: begins, machine_boot_at, last, corrected_ms };
        Some(Step { ended, begins, by_ms })
    }
}

fn distance(a: Timestamp, b: Timestamp) -> Duration {
    a.since(b).max(b.since(a))
}

impl fmt::Debug for BoxTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BoxTime").field("clock", &self.clock).finish_non_exhaustive()
    }
}
