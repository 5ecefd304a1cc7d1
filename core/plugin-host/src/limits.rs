use std::time::Duration;

use model::Blame;
use wasmtime::{Error, ResourceLimiter, Trap};

/// What one call of a plugin may use. The same on every box, so that a verdict of the author's tests holds there too.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Steps of the sandbox, about 70 ms on a laptop. A native decoder needs some 15 thousand, a codec in `JavaScript` some
    /// 4 million.
    pub fuel: u64,
    /// Linear memory, bytes.
    pub memory_bytes: usize,
    /// Bytes that an answer may copy out.
    pub output_bytes: usize,
    /// When the fuel would last longer than this, the box itself is too busy.
    pub backstop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { fuel: 200_000_000, memory_bytes: 16 << 20, output_bytes: 1 << 20, backstop: Duration::from_secs(10) }
    }
}

/// Entries of a table: functions that are called through a pointer. `QuickJS` has two thousand.
pub(crate) const TABLE_ENTRIES_MAX: usize = 20_000;
/// A component of one language is a handful of core instances with one memory: none of ours has more than three, one in Python 38.
const CORE_INSTANCES_MAX: usize = 40;
const TABLES_MAX: usize = 20;
const MEMORIES_MAX: usize = 4;

/// Watches one call. Unlike wasmtime's own limiter it remembers who ran short: the plugin of its cap, or the box.
#[derive(Debug)]
pub(crate) struct Meter {
    memory_bytes: usize,
    /// All its memories together.
    taken: usize,
    short: Option<Short>,
}

#[derive(Clone, Copy, Debug)]
enum Short {
    /// The plugin wanted more than its cap.
    Plugin,
    /// The box had no memory to give.
    Box,
}

impl Meter {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self { memory_bytes: limits.memory_bytes, taken: 0, short: None }
    }

    /// What its memories have grown to, bytes.
    pub(crate) fn memory_taken(&self) -> usize {
        self.taken
    }

    fn over_the_cap(&mut self) -> wasmtime::Result<bool> {
        self.short = Some(Short::Plugin);
        Err(Error::msg("over the cap"))
    }

    fn box_ran_short(&mut self, error: Error) -> wasmtime::Result<()> {
        self.short = Some(Short::Box);
        Err(error)
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, now: usize, wanted: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if wanted > self.memory_bytes {
            return self.over_the_cap();
        }
        self.taken = self.taken.saturating_add(wanted.saturating_sub(now));
        Ok(true)
    }

    fn memory_grow_failed(&mut self, error: Error) -> wasmtime::Result<()> {
        self.box_ran_short(error)
    }

    fn table_growing(&mut self, _: usize, wanted: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        if wanted > TABLE_ENTRIES_MAX { self.over_the_cap() } else { Ok(true) }
    }

    fn table_grow_failed(&mut self, error: Error) -> wasmtime::Result<()> {
        self.box_ran_short(error)
    }

    fn instances(&self) -> usize {
        CORE_INSTANCES_MAX
    }

    fn tables(&self) -> usize {
        TABLES_MAX
    }

    fn memories(&self) -> usize {
        MEMORIES_MAX
    }
}

/// Whether the plugin had begun when the call broke.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Instantiate,
    Run,
}

/// Says whose fault a broken call is, and what happened, in words for an operator.
pub(crate) fn blame(error: &Error, meter: &Meter, limits: &Limits, phase: Phase) -> (Blame, String) {
    match (meter.short, error.downcast_ref::<Trap>()) {
        (Some(Short::Box), _) => (Blame::Box, "the box had no memory to give it".to_owned()),
        (Some(Short::Plugin), _) => {
            (Blame::Plugin, format!("wanted more than its {} MiB of memory", limits.memory_bytes >> 20))
        }
        (None, Some(Trap::Interrupt)) => {
            (Blame::Box, format!("was not done after {} s: the box is too busy", limits.backstop.as_secs()))
        }
        (None, Some(Trap::OutOfFuel)) => (
            Blame::Plugin,
            format!("used up its {} million steps: it may loop, or do too much for one frame", limits.fuel / 1_000_000),
        ),
        (None, Some(Trap::StackOverflow)) => (Blame::Plugin, "called itself too deep".to_owned()),
        (None, Some(Trap::UnreachableCodeReached)) => (Blame::Plugin, "panicked".to_owned()),
        (None, Some(trap)) => (Blame::Plugin, format!("crashed ({trap})")),
        // No memory to map, no address space: nothing of the plugin has run yet.
        (None, None) if phase == Phase::Instantiate => (Blame::Box, format!("could not be started: {error:#}")),
        (None, None) => (Blame::Plugin, format!("gave an answer that breaks the contract: {error:#}")),
    }
}
