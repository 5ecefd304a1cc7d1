//! Time, and the wish to stop: every wait of the bench ends early when somebody presses Ctrl-C.

use anyhow::{Result, bail};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// How long a wait may go on after Ctrl-C.
const NOTICE: Duration = Duration::from_millis(100);

/// From now on Ctrl-C ends the next wait with an error, so that children are ended and disks unmounted on the way out.
pub(crate) fn end_on_interrupt() -> Result<()> {
    Ok(ctrlc::set_handler(|| INTERRUPTED.store(true, Ordering::Relaxed))?)
}

/// The one place where the bench looks at a clock.
#[expect(clippy::disallowed_methods, reason = "a process of its own, outside the box")]
pub(crate) fn now() -> Instant {
    Instant::now()
}

/// Goes on unless somebody wants to stop.
pub(crate) fn check() -> Result<()> {
    if INTERRUPTED.load(Ordering::Relaxed) {
        bail!("interrupted");
    }
    Ok(())
}

/// Waits until then.
pub(crate) fn sleep_until(then: Instant) -> Result<()> {
    loop {
        check()?;
        let left = then.saturating_duration_since(now());
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(NOTICE));
    }
}
