//! A real box: the released binary as a process of its own, so that its time and memory are its own.

use crate::clock::{check, now, sleep_until};
use crate::folder::Folder;
use crate::http::Connection;
use anyhow::{Context, Result, bail, ensure};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// A box that does not serve after this long will not.
const START_MAX: Duration = Duration::from_mins(1);
/// How often a box that starts is asked whether it serves.
const ASK_EVERY: Duration = Duration::from_millis(1);
/// A box that is told to stop writes what it has and ends.
const STOP_MAX: Duration = Duration::from_secs(30);
/// After this long a box has done what it does once after a start.
const REST_WITHIN: Duration = Duration::from_mins(5);
/// It is looked at for this long at a time,
const LOOK_AT_REST: Duration = Duration::from_secs(3);
/// and rests when it used no more than this: one part in a hundred.
const AT_REST: Duration = Duration::from_millis(30);
/// What Linux calls `USER_HZ`; it is 100 on every platform we know.
const TICKS_PER_SECOND: u32 = 100;

/// The binary, and the processors it may use.
#[derive(Clone, Debug)]
pub(crate) struct Binary {
    pub(crate) path: PathBuf,
    /// As `taskset` wants them; none: all.
    pub(crate) processors: Option<String>,
    /// A library that takes the place of some calls of the C library.
    pub(crate) preload: Option<PathBuf>,
}

/// A box that serves. Dropped, it is killed.
pub(crate) struct BoxProcess {
    child: Child,
    log: PathBuf,
    /// From starting the process to the first answered page.
    pub(crate) started_in: Duration,
}

/// Resident memory, kibibytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Memory {
    pub(crate) now_kib: u64,
    pub(crate) peak_kib: u64,
}

impl BoxProcess {
    /// Starts a box, and waits until it has answered a page.
    pub(crate) fn start(binary: &Binary, folder: &Folder, data: &Path) -> Result<Self> {
        let log = folder.path.with_extension("log");
        let mut command = match &binary.processors {
            Some(list) => {
                let mut command = Command::new("taskset");
                command.args(["--cpu-list", list]).arg(&binary.path);
                command
            }
            None => Command::new(&binary.path),
        };
        if let Some(library) = &binary.preload {
            command.env("LD_PRELOAD", library);
        }
        command.arg("serve").arg(&folder.path).arg("--data").arg(data);
        // A developer's shell may ask for backtraces, which cost; a service has none of its variables.
        command
            .env("ALLTING_LOG", "warn")
            .env_remove("RUST_BACKTRACE")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(&log)?);
        let begun = now();
        let child = command.spawn().with_context(|| format!("cannot start {}", binary.path.display()))?;
        let mut started = Self { child, log, started_in: Duration::ZERO };
        while Connection::open(folder.web).and_then(|mut line| line.get("/healthz", "")).is_err() {
            started.still_runs(begun)?;
            thread::sleep(ASK_EVERY);
        }
        started.started_in = now().saturating_duration_since(begun);
        Ok(started)
    }

    /// Tells it to stop, and waits until it has.
    pub(crate) fn stop(mut self) -> Result<()> {
        let told = Command::new("kill").arg(self.child.id().to_string()).status()?;
        ensure!(told.success(), "the box could not be told to stop");
        let begun = now();
        while self.child.try_wait()?.is_none() {
            ensure!(now().saturating_duration_since(begun) < STOP_MAX, "the box does not stop");
            thread::sleep(ASK_EVERY);
        }
        Ok(())
    }

    /// Pulls the plug of the process: kill -9.
    pub(crate) fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Processor time used so far, by all threads, those that ended included.
    pub(crate) fn processor_time(&self) -> Result<Duration> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        parse_stat(&stat).context("/proc/PID/stat reads otherwise than proc(5) says")
    }

    /// Waits until the box has done what it does once after a start: learning each sensor's pace, and what a night missed.
    pub(crate) fn come_to_rest(&self) -> Result<()> {
        let begun = now();
        while now().saturating_duration_since(begun) < REST_WITHIN {
            let before = self.processor_time()?;
            sleep_until(now() + LOOK_AT_REST)?;
            if self.processor_time()?.saturating_sub(before) <= AT_REST {
                return Ok(());
            }
        }
        bail!("the box is still busy with itself {} s after its start", REST_WITHIN.as_secs())
    }

    pub(crate) fn memory(&self) -> Result<Memory> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        parse_status(&status).context("/proc/PID/status reads otherwise than proc(5) says")
    }

    fn still_runs(&mut self, since: Instant) -> Result<()> {
        check()?;
        let ended = self.child.try_wait()?;
        if ended.is_some() || now().saturating_duration_since(since) > START_MAX {
            bail!("the box does not start: {}", fs::read_to_string(&self.log).unwrap_or_default());
        }
        Ok(())
    }
}

impl Drop for BoxProcess {
    fn drop(&mut self) {
        // Errors say that it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// User and system time, fields 14 and 15. The name before them may hold anything, and ends with the last parenthesis.
fn parse_stat(stat: &str) -> Option<Duration> {
    let (_, rest) = stat.rsplit_once(") ")?;
    let mut fields = rest.split(' ').skip(11);
    let mut ticks = || fields.next()?.parse::<u32>().ok();
    Some(Duration::from_secs(1) * (ticks()? + ticks()?) / TICKS_PER_SECOND)
}

fn parse_status(status: &str) -> Option<Memory> {
    let kib =
        |key: &str| status.lines().find_map(|line| line.strip_prefix(key)?.trim().strip_suffix(" kB")?.parse().ok());
    Some(Memory { now_kib: kib("VmRSS:")?, peak_kib: kib("VmHWM:")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_is_found_behind_any_name() {
        let stat = "42 (a) b (c) S 1 42 42 0 -1 4194304 9 0 0 0 120 35 7 8 20 0 9 0 100 1 1";
        assert_eq!(parse_stat(stat), Some(Duration::from_millis(1550)));
        assert_eq!(parse_stat("42 (cut) S 1"), None);
    }

    #[test]
    fn memory_is_read_in_kibibytes() {
        let status = "Name:\tallting\nVmHWM:\t   61440 kB\nVmRSS:\t   51200 kB\n";
        assert_eq!(parse_status(status), Some(Memory { now_kib: 51_200, peak_kib: 61_440 }));
        assert_eq!(parse_status("Name:\tzombie\n"), None);
    }
}
