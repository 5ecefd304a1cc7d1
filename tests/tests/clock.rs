//! A box on a machine that does not know the time: its radio on a real socket, its file on a disk, and a machine's clock that the test
//! turns.

mod hamlet;

use anyhow::{Context, Result, ensure};
use app::{App, Ingest, Machine, Reading, run_radio};
use hamlet::{Hamlet, THERMOMETERS, ever, tenths, until};
use model::{BootId, ClockQuality, StoredUplink, Timestamp};
use netserver::NetworkServer;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::task::JoinHandle;

const QUARTER: Duration = Duration::from_mins(15);
const BOOT: BootId = BootId([3; 16]);

/// A machine's clocks.
#[derive(Clone)]
struct Turned(Arc<Mutex<Reading>>);

impl Turned {
    fn new(wall: Timestamp, quality: ClockQuality) -> Self {
        Self(Arc::new(Mutex::new(Reading { wall, up: Duration::from_secs(30), quality })))
    }

    fn change(&self, change: impl FnOnce(&mut Reading)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    fn passes(&self, time: Duration) {
        self.change(|reading| {
            reading.wall = reading.wall + time;
            reading.up += time;
        });
    }

    fn machine(&self) -> Machine {
        let read = Arc::clone(&self.0);
        Arc::new(move || *read.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A box without pages, whose time is the machine's.
struct Radio {
    app: Arc<App>,
    stop: watch::Sender<bool>,
    task: JoinHandle<std::io::Result<()>>,
}

impl Radio {
    async fn start(hamlet: &Hamlet, machine: &Turned, boot: BootId) -> Result<Self> {
        let (app, warnings) = allting::assemble(&hamlet.folder(), &hamlet.data())?;
        ensure!(warnings.is_empty(), "{warnings:?}");
        let time = app.keep_time(machine.machine(), boot)?;
        let municipality = app.municipality();
        let devices = municipality.sensors.iter().map(|sensor| sensor.device.clone()).collect();
        let states = app.store().read()?.device_states()?;
        let server = NetworkServer::new((&municipality.radio).into(), devices, &municipality.gateways, states);
        let socket = UdpSocket::bind("127.0.0.1:0").await?;
        hamlet.connect(socket.local_addr()?)?;
        let (stop, stopped) = watch::channel(false);
        let (_, desk) = app::radio();
        let clock: app::Clock = Arc::new(move || time.now());
        let task = tokio::spawn(run_radio(socket, server, Ingest::new(Arc::clone(&app)), clock, desk, stopped));
        Ok(Self { app, stop, task })
    }

    fn quality(&self) -> Option<ClockQuality> {
        self.app.time().map(|time| time.health().quality)
    }

    /// The time is known, and what was taken before it was is where it belongs.
    async fn corrected(&self) -> Result<()> {
        until("the time is known", || self.quality() == Some(ClockQuality::Synchronized)).await?;
        let done = || {
            let spans = self.app.store().read().and_then(|snapshot| snapshot.clock_spans()).unwrap_or_default();
            let closed = spans.last().is_some_and(|span| span.until.is_some());
            closed && spans.iter().all(|span| span.correction.is_none_or(|correction| correction.left.is_none()))
        };
        until("all is corrected", done).await
    }

    fn stored(&self) -> Result<Vec<StoredUplink>> {
        Ok(self.app.store().read()?.uplinks(ever())?.collect::<Result<_, _>>()?)
    }

    async fn stop(self) -> Result<()> {
        self.stop.send(true)?;
        self.task.await??;
        Ok(())
    }
}

/// Devices speak every quarter of an hour of the machine's uptime.
async fn lives(hamlet: &mut Hamlet, radio: &Radio, machine: &Turned, quarters: u16) -> Result<()> {
    let mut uplinks = radio.app.follow_uplinks();
    for quarter in 0..quarters {
        machine.passes(QUARTER);
        hamlet.says(&mut uplinks, &tenths(200 + quarter)).await?;
    }
    Ok(())
}

fn times(stored: &[StoredUplink]) -> Vec<Timestamp> {
    stored.iter().map(|stored| stored.uplink.received_at).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_that_boots_in_1970_loses_and_misplaces_nothing_and_is_right_once_it_hears_the_time() -> Result<()> {
    let Some(mut hamlet) = Hamlet::new(&THERMOMETERS, "")? else { return Ok(()) };
    let known = Timestamp::from_seconds(1_790_000_000);
    let machine = Turned::new(known, ClockQuality::Synchronized);
    let radio = Radio::start(&hamlet, &machine, BootId([1; 16])).await?;
    lives(&mut hamlet, &radio, &machine, 4).await?;
    radio.stop().await?;

    // The power goes; nobody tells the machine the time for two days, in which the box alone is started again once.
    let machine = Turned::new(Timestamp::from_seconds(30), ClockQuality::Unknown);
    let radio = Radio::start(&hamlet, &machine, BOOT).await?;
    assert_eq!(radio.quality(), Some(ClockQuality::Unknown));
    lives(&mut hamlet, &radio, &machine, 100).await?;
    radio.stop().await?;
    let radio = Radio::start(&hamlet, &machine, BOOT).await?;
    lives(&mut hamlet, &radio, &machine, 92).await?;
    let before = radio.stored()?;
    assert!(times(&before).is_sorted(), "also by the wrong time nothing lies before what was known");
    assert_eq!(before.len(), 196);

    let right = known + Duration::from_hours(24 * 30);
    machine.change(|reading| (reading.wall, reading.quality) = (right, ClockQuality::Synchronized));
    radio.corrected().await?;
    lives(&mut hamlet, &radio, &machine, 4).await?;

    let stored = radio.stored()?;
    let expected = (1..=4).map(|quarter| known + QUARTER * quarter);
    let unknown = (0..192).rev().map(|quarter| right - QUARTER * quarter);
    let after = (1..=4).map(|quarter| right + QUARTER * quarter);
    let expected: Vec<Timestamp> = expected.chain(unknown).chain(after).collect();
    assert_eq!(times(&stored), expected, "nothing is lost and everything is where it was");
    let snapshot = radio.app.store().read()?;
    let mut values = 0;
    for row in snapshot.datastreams()? {
        let (id, _) = row?;
        let observations = snapshot.observations(id, ever())?.collect::<Result<Vec<_>, _>>()?;
        assert!(observations.iter().all(|seen| expected.contains(&seen.phenomenon_time)));
        assert_eq!(snapshot.latest(id)?.as_ref(), observations.last());
        values += observations.len();
    }
    assert_eq!(values, expected.len());
    let spans = snapshot.clock_spans()?;
    let span = spans.last().context("the quality is remembered")?;
    assert_eq!((spans.len(), span.quality, span.boot), (1, ClockQuality::Unknown, BOOT));
    drop(snapshot);
    radio.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_known_clock_that_steps_back_an_hour_puts_nothing_before_what_is_stored() -> Result<()> {
    let Some(mut hamlet) = Hamlet::new(&THERMOMETERS, "")? else { return Ok(()) };
    let known = Timestamp::from_seconds(1_790_000_000);
    let machine = Turned::new(known, ClockQuality::Synchronized);
    let radio = Radio::start(&hamlet, &machine, BOOT).await?;
    lives(&mut hamlet, &radio, &machine, 20).await?;
    machine.change(|reading| reading.wall = reading.wall - Duration::from_hours(1));
    lives(&mut hamlet, &radio, &machine, 20).await?;
    let ahead = radio.app.time().context("a clock")?.health().ahead;
    assert!(ahead > Duration::from_mins(30), "staff are told: {ahead:?}");
    radio.stop().await?;

    // Started again it goes on from what it knows, and gets there.
    let radio = Radio::start(&hamlet, &machine, BOOT).await?;
    lives(&mut hamlet, &radio, &machine, 150).await?;
    let stored = times(&radio.stored()?);
    assert_eq!(stored.len(), 190);
    assert!(stored.array_windows().all(|[one, next]| one < next), "each lies after the one before it");
    let health = radio.app.time().context("a clock")?.health();
    assert_eq!(health.ahead, Duration::ZERO, "the machine's clock has caught up");
    radio.stop().await
}
