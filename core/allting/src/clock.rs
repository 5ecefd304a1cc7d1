//! The clocks of the machine: the only place in the box that reads them.

use app::{Machine, Reading};
use model::{BootId, ClockQuality, Timestamp};
use nix::time::{ClockId, clock_gettime};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Made by systemd-timesyncd when it has set the clock, and gone with the next start of the machine.
const SYNCHRONIZED: &str = "/run/systemd/timesync/synchronized";

/// Where Linux tells of clocks with a battery.
const BATTERY_CLOCKS: &str = "/sys/class/rtc";

/// The unit sets it, for `/proc/sys` is not shown to the box there.
const BOOT_ID: &str = "ALLTING_BOOT_ID";

/// How often it is looked whether the time is known.
const LOOK_EVERY_MS: u64 = 1000;

/// Reads the clock of the machine.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads the clock")]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The machine's clock, its uptime, and what the clock rests on; at least on a battery where the operator says that it is `trusted`.
pub(crate) fn machine(trusted: bool) -> Machine {
    let (looked_at, found) = (AtomicU64::new(0), AtomicU8::new(0));
    let least = if trusted { ClockQuality::Kept } else { ClockQuality::Unknown };
    Arc::new(move || {
        let up = uptime();
        let now_ms = u64::try_from(up.as_millis()).unwrap_or(u64::MAX);
        if now_ms.saturating_sub(looked_at.load(Ordering::Relaxed)) >= LOOK_EVERY_MS {
            found.store(quality() as u8, Ordering::Relaxed);
            looked_at.store(now_ms, Ordering::Relaxed);
        }
        let known = [ClockQuality::Unknown, ClockQuality::Kept, ClockQuality::Synchronized];
        let found = known.get(usize::from(found.load(Ordering::Relaxed))).copied();
        Reading { wall: now(), up, quality: found.unwrap_or(ClockQuality::Unknown).max(least) }
    })
}

/// Which start of the machine this is. All zeros where it is not told, and then each start of the box counts as one.
pub(crate) fn boot() -> BootId {
    let told = std::env::var(BOOT_ID).or_else(|_| fs::read_to_string("/proc/sys/kernel/random/boot_id"));
    let digits: String = told.unwrap_or_default().chars().filter(char::is_ascii_hexdigit).collect();
    BootId(u128::from_str_radix(&digits, 16).unwrap_or(0).to_be_bytes())
}

/// How long the machine has been on, sleep included.
fn uptime() -> Duration {
    clock_gettime(ClockId::CLOCK_BOOTTIME).map(Duration::from).unwrap_or_default()
}

fn quality() -> ClockQuality {
    if Path::new(SYNCHRONIZED).exists() {
        return ClockQuality::Synchronized;
    }
    let clocks = fs::read_dir(BATTERY_CLOCKS).into_iter().flatten().flatten();
    // Linux set its own clock by this one when it started.
    let mut set_by =
        clocks.filter(|clock| fs::read_to_string(clock.path().join("hctosys")).is_ok_and(|set| set.trim() == "1"));
    if set_by.next().is_some() { ClockQuality::Kept } else { ClockQuality::Unknown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_uptime_and_the_start_of_this_machine_can_be_read() {
        let machine = machine(true);
        let (first, second) = (machine(), machine());
        assert!(second.up >= first.up && first.up > Duration::ZERO, "{first:?} {second:?}");
        assert!(first.quality >= ClockQuality::Kept);
        assert_ne!(boot(), BootId::default());
    }
}
