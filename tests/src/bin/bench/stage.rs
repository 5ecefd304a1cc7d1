//! What all rows are measured with: the released box, its plugins, a folder to write in, and a year of data.

use crate::box_process::Binary;
use crate::clock;
use crate::device_frames::report;
use crate::folder::{Decoder, Folder, SENSORS, Window};
use crate::processors::Processors;
use crate::say;
use crate::table::{duration, thousands};
use anyhow::{Context, Result};
use app::Ingest;
use model::{DataRate, DevAddr, DevEui, GatewayEui, Reception, Timestamp, Uplink};
use netserver::Action;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;
use town::payload::Instrument;

/// What a sensor of the year reports: four times a day. Each hour would be six times the data, and six times the wait for it.
const YEAR_STEP: Duration = Duration::from_hours(6);
const YEAR: Duration = Duration::from_hours(365 * 24);
/// Uplinks in one transaction while the year is made.
const AT_ONCE: usize = 5_000;
/// A year that ended longer ago than this is made anew: pages would call its sensors silent.
const STALE_AFTER: Duration = Duration::from_hours(24 * 7);

pub(crate) struct Stage {
    pub(crate) binary: Binary,
    plugins: PathBuf,
    /// `target/bench`.
    root: PathBuf,
}

impl Stage {
    pub(crate) fn new(processors: &Processors) -> Result<Self> {
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("tests lie in the workspace")?;
        let beside = env::current_exe()?.with_file_name("allting");
        let path = env::var_os("ALLTING_BINARY").map_or(beside, PathBuf::from);
        let plugins = env::var_os("ALLTING_PLUGINS").map_or_else(|| workspace.join("target/plugins"), PathBuf::from);
        let root = workspace.join("target/bench");
        fs::create_dir_all(&root)?;
        Ok(Self { binary: Binary { path, processors: processors.of_box.clone(), preload: None }, plugins, root })
    }

    /// A folder of 500 sensors; those that are served at the same time have different names.
    pub(crate) fn folder(&self, name: &str, decoder: Decoder, window: Window) -> Result<Folder> {
        Folder::write(&self.root.join(name).join("folder"), &self.plugins, decoder, window)
    }

    /// A data folder with the year in it, in the place of the last one.
    pub(crate) fn data(&self) -> Result<PathBuf> {
        self.forget_data()?;
        let data = self.root.join("data");
        self.copy_year(&data)?;
        Ok(data)
    }

    /// Removes what was measured with: it is as large as the year.
    pub(crate) fn forget_data(&self) -> Result<()> {
        let data = self.root.join("data");
        if data.exists() {
            fs::remove_dir_all(data)?;
        }
        Ok(())
    }

    pub(crate) fn copy_year(&self, to: &Path) -> Result<()> {
        fs::create_dir_all(to)?;
        let copy = to.join("allting.redb");
        fs::copy(self.year().join("allting.redb"), &copy)?;
        // A box whose nightly copy is of today had its night: else it would read the whole year while something is measured.
        fs::File::create(to.join("allting-precious.redb"))?;
        // Else the kernel would write it out while something is measured.
        Ok(fs::File::open(&copy)?.sync_all()?)
    }

    /// Where a plugin lies.
    pub(crate) fn plugin(&self, name: &str) -> PathBuf {
        self.plugins.join(name).with_extension("wasm")
    }

    /// Where disks may be put.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    fn year(&self) -> PathBuf {
        self.root.join(concat!("year-", env!("CARGO_PKG_VERSION")))
    }

    /// Makes the year unless it is there from an earlier run.
    pub(crate) fn make_year(&self) -> Result<()> {
        let (year, done) = (self.year(), self.year().join("until"));
        let until = fs::read_to_string(&done).ok().and_then(|text| text.parse().ok()).map(Timestamp::from_seconds);
        let now = allting::now();
        if until.is_some_and(|until| now.since(until) < STALE_AFTER) {
            return Ok(());
        }
        if year.exists() {
            fs::remove_dir_all(&year)?;
        }
        let folder = self.folder("year", Decoder::Elsys, Window::Default)?;
        let begun = clock::now();
        let uplinks = live_through(&folder, &year, now)?;
        let took = clock::now().saturating_duration_since(begun);
        say(&format!("made a year of {} uplinks in {}", thousands(uplinks), duration(took)));
        Ok(fs::write(done, (now.as_ms() / 1000).to_string())?)
    }

    /// Says how large the year is, for the lines above the table.
    pub(crate) fn title(&self) -> Result<String> {
        let bytes = fs::metadata(self.year().join("allting.redb"))?.len();
        Ok(format!("500 sensors with a year of 4 uplinks a day each, a data file of {} MB", bytes / 1_000_000))
    }
}

/// Takes the uplinks of the year before `until` in, as the box does.
fn live_through(folder: &Folder, data: &Path, until: Timestamp) -> Result<u64> {
    let (app, _) = allting::assemble(&folder.path, data)?;
    let gateway = folder.municipality.gateways.first().context("the bench has no gateway")?.eui;
    let instruments: Vec<Instrument> = folder.municipality.sensors.iter().filter_map(Instrument::of).collect();
    let mut ingest = Ingest::new(app.clone());
    let (first, step) = (until - YEAR, YEAR_STEP / u32::try_from(SENSORS)?);
    let turns = u32::try_from(YEAR.as_millis() / step.as_millis())?;
    let mut batch = Vec::with_capacity(AT_ONCE);
    for turn in 0..turns {
        let (index, at) = (turn as usize % SENSORS, first + step * turn);
        let sensor = folder.municipality.sensors.get(index).context("the bench has too few sensors")?;
        let instrument = instruments.get(index).context("a sensor of the bench has no device")?;
        let (f_port, payload) = instrument.encode(&report(turn as usize, index));
        let uplink = heard(sensor.device.dev_eui, turn, f_port, payload, gateway, at);
        batch.push(Action::Uplink(uplink));
        if batch.len() == AT_ONCE {
            clock::check()?;
            ingest.take(at, &batch)?;
            batch.clear();
        }
    }
    ingest.take(until, &batch)?;
    ingest.flush()?;
    Ok(turns.into())
}

fn heard(
    dev_eui: DevEui,
    turn: u32,
    f_port: u8,
    frm_payload: Vec<u8>,
    gateway: GatewayEui,
    received_at: Timestamp,
) -> Uplink {
    Uplink {
        dev_eui,
        dev_addr: DevAddr(0),
        f_cnt: turn / 500,
        f_port: Some(f_port),
        frm_payload,
        confirmed: false,
        adr: false,
        received_at,
        frequency_hz: 868_100_000,
        data_rate: DataRate::Lora { spreading_factor: 7, bandwidth_khz: 125 },
        receptions: vec![Reception { gateway, rssi_dbm: -97.0, snr_db: Some(6.5), received_at }],
    }
}
