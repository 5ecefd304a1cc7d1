//! Gateways that send at a steady rate, and a reader that notes what became of each uplink.

use crate::clock::{check, now, sleep_until};
use crate::device_frames::Devices;
use crate::feed::{self, Told};
use crate::folder::Folder;
use crate::table::{Spread, duration};
use anyhow::{Result, bail, ensure};
use std::collections::HashMap;
use std::net::{Ipv4Addr, UdpSocket};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// A feed that tells nothing for this long after the last datagram will not tell the rest either.
const SILENCE: Duration = Duration::from_secs(2);
/// Held means: published within this time, but for one in a hundred.
const LATENCY_MAX: Duration = Duration::from_secs(1);
/// Held means also that no queue grows: after the last datagram the rest is told within this part of the span it was sent in.
const TAIL_PART: u32 = 10;

/// A line to a running box.
pub(crate) struct Load {
    devices: Devices,
    gateway: UdpSocket,
    told: Receiver<(Instant, Told)>,
}

/// What became of the uplinks of one run.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) sent: usize,
    /// Never published.
    pub(crate) lost: usize,
    /// Of these, skipped by the feed because its reader was too slow.
    pub(crate) missed: u64,
    /// From datagram to feed.
    pub(crate) latency: Spread,
    /// How long the sending took.
    took: Duration,
    /// From the last datagram to the last word of the feed.
    tail: Duration,
}

impl Load {
    /// Connects to a box that serves, with data in which no device of the folder has a session yet.
    pub(crate) fn on(folder: &Folder) -> Result<Self> {
        let gateway = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
        gateway.connect(folder.gwmp)?;
        Ok(Self { devices: Devices::of(&folder.municipality)?, gateway, told: feed::follow(folder)? })
    }

    /// The same devices, after the box was started again.
    pub(crate) fn again(&mut self, folder: &Folder) -> Result<()> {
        self.gateway.connect(folder.gwmp)?;
        self.told = feed::follow(folder)?;
        Ok(())
    }

    /// Sends at `rate` uplinks a second for `span`, and waits for what the feed tells of them.
    pub(crate) fn run(&mut self, rate: f64, span: Duration) -> Result<Outcome> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some ten thousand")]
        let frames = self.devices.frames((rate * span.as_secs_f64()).ceil() as usize)?;
        let mut sent = HashMap::with_capacity(frames.len());
        let start = now();
        for (due, frame) in (0_u32..).map(|n| start + Duration::from_secs_f64(f64::from(n) / rate)).zip(&frames) {
            wait(due)?;
            sent.insert((frame.device, frame.f_cnt), now());
            self.gateway.send(&frame.datagram)?;
        }
        self.listen(sent, start, now())
    }

    fn listen(&self, mut sent: HashMap<(u16, u32), Instant>, start: Instant, end: Instant) -> Result<Outcome> {
        let (mut missed, mut latencies, all, mut last) = (0, Vec::with_capacity(sent.len()), sent.len(), end);
        while !sent.is_empty() {
            check()?;
            match self.told.recv_timeout(SILENCE) {
                Ok((at, Told::Uplink { device, f_cnt, decoded })) => {
                    ensure!(decoded, "the decoder refused a frame of the bench");
                    latencies.extend(sent.remove(&(device, f_cnt)).map(|then| at.saturating_duration_since(then)));
                    last = at.max(last);
                }
                Ok((_, Told::Missed(n))) => missed += n,
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => bail!("the box ended"),
            }
        }
        let (took, tail) = (end.saturating_duration_since(start), last.saturating_duration_since(end));
        Ok(Outcome { sent: all, lost: sent.len(), missed, latency: Spread::of(latencies), took, tail })
    }
}

impl Outcome {
    pub(crate) fn is_held(&self) -> bool {
        self.lost == 0 && self.latency.percentile(99) <= LATENCY_MAX && self.tail <= self.took / TAIL_PART
    }

    /// One line.
    pub(crate) fn told(&self) -> String {
        let Self { sent, lost, missed, latency, took, tail } = self;
        let (p50, p99, tail) = (duration(latency.median()), duration(latency.percentile(99)), duration(*tail));
        let took = duration(*took);
        format!(
            "{sent} in {took}: {lost} lost, {missed} of them by the feed; p50 {p50}, p99 {p99}, \
             {tail} behind at the end"
        )
    }
}

/// Waits for a moment that is often less than a millisecond away.
fn wait(until: Instant) -> Result<()> {
    check()?;
    let left = until.saturating_duration_since(now());
    if left > Duration::from_millis(100) {
        return sleep_until(until);
    }
    if !left.is_zero() {
        thread::sleep(left);
    }
    Ok(())
}
