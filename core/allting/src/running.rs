//! A whole box, started and stopped.

use crate::backups::{self, run_nightly};
use crate::claims::{ClaimFile, dice, issue_claim};
use crate::clock::{boot, machine};
use crate::configuration::{Configuration, ready};
use crate::control;
use crate::data;
use crate::doors::{Doors, taken};
use crate::folder::{Wrong, read_files};
use crate::local_name::LocalName;
use crate::plugins::Plugins;
use crate::process;
use crate::tokens::Tokens;
use anyhow::{Context, Result};
use app::staff::Staff;
use app::{
    App, BoxTime, Clock, DeviceDownlinks, Filing, HeardFrame, Ingest, LiveUplink, NewDownlink, OpenHour, Painter,
    PlaceCard, PlacePage, Radio, SendRefused, Told, Trouble, Upkeep, UpkeepReport, run_digests, run_outbox, run_radio,
    run_rules, run_upkeep, run_watch,
};
use model::{AccessToken, ClockQuality, Day, DevEui, DownlinkId, DownlinkRecord, Municipality, PlaceId, Timestamp};
use netserver::NetworkServer;
use nix::sys::socket::{setsockopt, sockopt};
use plugin_host::Host;
use std::net::SocketAddr;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::Store;
use tokio::net::UdpSocket;
use tokio::sync::broadcast::Receiver;
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use web::{ReadError, Source};

/// Datagrams that the kernel keeps for the box while it is busy for a moment, in bytes with their overhead: a second of the uplinks the
/// box can hold. The kernel gives at most `net.core.rmem_max`, which the package raises.
const GWMP_BUFFER: usize = 4 * 1024 * 1024;

/// What a box is started with.
#[derive(Clone, Debug)]
pub struct Start {
    /// The municipality's folder.
    pub folder: PathBuf,
    /// Where the data file and the compiled plugins lie.
    pub data: PathBuf,
    /// Instead of the configured addresses: a test asks for port 0.
    pub listen: Option<(SocketAddr, SocketAddr)>,
}

/// A box that serves.
#[derive(Debug)]
pub struct Running {
    /// Where the portal is.
    pub web: SocketAddr,
    /// Where the portal is over HTTPS, if anywhere.
    pub https: Option<SocketAddr>,
    /// Where alone the rooms of the staff are; none when they are wherever the portal is.
    pub steward: Option<SocketAddr>,
    /// What is shown over HTTPS.
    pub certificate: Option<Arc<tls::Keeper>>,
    /// Where gateways send to.
    pub gwmp: SocketAddr,
    /// What readers see.
    pub app: Arc<App>,
    /// What staff may know of the radio, and may ask of it.
    pub radio: Radio,
    /// What staff may know of the care for the data file.
    pub upkeep: UpkeepReport,
    /// The folder, which is followed while the box runs.
    pub configuration: Arc<Configuration>,
    /// What an operator should know: warnings of the configuration, plugins that were refused.
    pub warnings: Vec<String>,
    /// The one-time code that makes somebody the operator; none once the box has one.
    pub claim: Option<String>,
    local_name: Option<LocalName>,
    stop: watch::Sender<bool>,
    web_task: JoinHandle<Result<()>>,
    radio_task: JoinHandle<Result<()>>,
    /// What goes on beside: it ends when it is told to, and not before.
    others: JoinSet<()>,
}

/// Starts a box. When it returns, the box serves pages and hears gateways.
pub async fn start(how: Start) -> Result<Running> {
    tls::settle_cryptography();
    let (folder, data) = (how.folder.clone(), how.data.clone());
    let upkeep = UpkeepReport::default();
    let report = upkeep.clone();
    let begin = move || put_together(folder, &data, || data::open_or_mend(&data, &report));
    let (app, configuration) =
        tokio::task::spawn_blocking(|| begin().inspect(|(_, made)| made.make_own_keys())).await??;
    let municipality = app.municipality();
    let server = network_server(&app)?;
    let mut warnings = in_english(&configuration);
    warnings.extend(upkeep.newest().gap);
    let (web_listen, gwmp_listen) = how.listen.unwrap_or((municipality.web_listen, municipality.gwmp_listen));
    let clock = box_clock(&app).await?;
    let doors = Doors::open(web_listen, &municipality, &how.folder, &how.data, clock()).await?;
    let gwmp_socket = gwmp_socket(gwmp_listen).await?;
    let (web, gwmp) = (doors.web()?, gwmp_socket.local_addr()?);
    let (https, steward, certificate) = (doors.https(), doors.steward(), doors.keeper());
    let local_name = doors.tell_name(&municipality, &mut warnings);
    concerns(&configuration, &doors, &app, &how.data, &clock);
    let (stop, stopped) = watch::channel(false);
    let (radio, desk) = app::radio();
    let ingest = Ingest::new(Arc::clone(&app));
    let serve_radio = run_radio(gwmp_socket, server, ingest, clock.clone(), desk, stopped.clone());
    let radio_task = tokio::spawn(async move { Ok(serve_radio.await?) });
    let tokens = Tokens::new(Arc::clone(&app), Arc::clone(&configuration));
    let mut others = JoinSet::new();
    others.spawn(Arc::clone(&configuration).watch(stopped.clone()));
    let nights = Upkeep::new(Arc::clone(&app), how.data.join(data::COPY), upkeep.clone());
    others.spawn(run_upkeep(nights, clock.clone(), stopped.clone()));
    let staff = the_staff(&app, &configuration, &radio, &upkeep, &how.data);
    let claim = if staff.is_claimed()? { None } else { Some(issue_claim(&how.data, clock())?) };
    let (listener, cannot) = control::bind(&how.data);
    warnings.extend(cannot);
    others.spawn(control::serve(listener, Arc::clone(&app), radio.clone(), how.data.clone(), stopped.clone()));
    let readers = Readers {
        app: Arc::clone(&app),
        radio: radio.clone(),
        upkeep: upkeep.clone(),
        data: how.data.clone(),
        gwmp_port: gwmp.port(),
        clock: clock.clone(),
        tokens,
    };
    let portal = web::Portal::new(Arc::new(readers), clock.clone()).with_staff(staff);
    let portal =
        with_tiles(portal.with_activities(Arc::clone(&app), dice()), &how.folder, &municipality, &mut warnings);
    look_after(&mut others, &app, &radio, web::painter(&portal), &clock, &stopped);
    others.spawn(run_nightly(Arc::clone(&app), how.folder, how.data, clock.clone(), stopped.clone()));
    let web_task = tokio::spawn(doors.serve(portal, clock, stopped));
    Ok(Running {
        web,
        https,
        steward,
        certificate,
        gwmp,
        app,
        radio,
        upkeep,
        configuration,
        warnings,
        claim,
        local_name,
        stop,
        web_task,
        radio_task,
        others,
    })
}

async fn gwmp_socket(listen: SocketAddr) -> Result<UdpSocket> {
    let socket = UdpSocket::bind(listen).await.with_context(|| taken("gwmp_listen", listen))?;
    // With less, a moment's stall beside a flood costs valid datagrams, which no gateway sends again.
    if let Err(error) = setsockopt(&socket, sockopt::RcvBuf, &GWMP_BUFFER) {
        tracing::warn!(%error, "the buffer of the gateways' socket stays as it was");
    }
    Ok(socket)
}

/// The staff's side of the box.
fn the_staff(
    app: &Arc<App>,
    configuration: &Arc<Configuration>,
    radio: &Radio,
    upkeep: &UpkeepReport,
    data: &Path,
) -> Arc<Staff> {
    let filing = Arc::clone(configuration) as Arc<dyn Filing>;
    let claims = Arc::new(ClaimFile::in_data(data));
    let staff = Staff::new(Arc::clone(app), filing, radio.report(), claims, dice());
    Arc::new(staff.with_upkeep(upkeep.clone()))
}

/// The clock by which the box lives.
async fn box_clock(app: &Arc<App>) -> Result<Clock> {
    let app = Arc::clone(app);
    let machine = machine(app.municipality().trust_clock);
    let time = tokio::task::spawn_blocking(move || app.keep_time(machine, boot())).await??;
    if time.health().quality == ClockQuality::Unknown {
        tracing::warn!(
            "nobody told this machine the time: what is heard is kept, and moved to when it was once the time is known"
        );
    }
    Ok(Arc::new(move || time.now()))
}

/// With the file of map tiles, when one is configured; why it is not served is a warning.
fn with_tiles(
    portal: web::Portal,
    folder: &Path,
    municipality: &Municipality,
    warnings: &mut Vec<String>,
) -> web::Portal {
    let Some(name) = &municipality.map.tiles else { return portal };
    match web::Tiles::open(&folder.join(name)) {
        Ok(tiles) => portal.with_tiles(tiles),
        Err(why) => {
            warnings.push(format!("the map tiles `{name}` are not shown: {why}"));
            portal
        }
    }
}

/// What staff are told of beside the folder.
fn concerns(configuration: &Configuration, doors: &Doors, app: &Arc<App>, data: &Path, clock: &Clock) {
    if let Some(keeper) = doors.keeper() {
        let clock = clock.clone();
        configuration.also_warns(move |standing| standing.warnings.extend(keeper.worry(clock()).map(Told::from)));
    }
    let (ending, now) = (Arc::clone(app), clock.clone());
    configuration
        .also_warns(move |standing| standing.warnings.extend(ending.secrets_ending(now()).into_iter().map(Told::from)));
    let (app, data, clock) = (Arc::clone(app), data.to_owned(), clock.clone());
    configuration.also_warns(move |standing| {
        standing.backup = backups::lack(&data, &app.municipality().door.backup, clock());
    });
}

/// What goes on by itself: silence is noticed, rules look, and what is in the outbox leaves.
fn look_after(
    others: &mut JoinSet<()>,
    app: &Arc<App>,
    radio: &Radio,
    painter: Arc<dyn Painter>,
    clock: &Clock,
    stopped: &watch::Receiver<bool>,
) {
    others.spawn(run_watch(Arc::clone(app), radio.report(), clock.clone(), stopped.clone()));
    others.spawn(run_rules(Arc::clone(app), painter, clock.clone(), stopped.clone()));
    others.spawn(run_outbox(Arc::clone(app), clock.clone(), stopped.clone()));
    others.spawn(run_digests(Arc::clone(app), clock.clone(), stopped.clone()));
}

impl Running {
    /// Ends cleanly: the last pages are answered, and what was heard is on disk.
    pub async fn stop(mut self) -> Result<()> {
        let _ = self.stop.send(true);
        drop(self.local_name);
        self.radio_task.await??;
        while let Some(ended) = self.others.join_next().await {
            ended?;
        }
        self.web_task.await??;
        // The next start has no journal to catch up with.
        Ok(tokio::task::spawn_blocking(move || self.app.store().settle()).await??)
    }

    /// Waits until the box ends by itself, which it should not.
    pub async fn ended(&mut self) -> Result<()> {
        tokio::select! {
            web = &mut self.web_task => web?.context("the portal ended"),
            radio = &mut self.radio_task => radio?.context("the radio ended"),
        }
    }
}

/// Puts a box together that neither serves nor hears yet: configuration read, plugins loaded, data file open. With it come
/// warnings for the operator.
pub fn assemble(folder: &Path, data: &Path) -> Result<(Arc<App>, Vec<String>)> {
    let (app, configuration) = put_together(folder.to_owned(), data, || data::open(data))?;
    let warnings = in_english(&configuration);
    Ok((app, warnings))
}

/// What an operator reads in a terminal.
fn in_english(configuration: &Configuration) -> Vec<String> {
    configuration.standing().warnings.iter().map(Told::to_string).collect()
}

fn put_together(
    folder: PathBuf,
    data: &Path,
    open: impl FnOnce() -> Result<Store>,
) -> Result<(Arc<App>, Arc<Configuration>)> {
    let files = read_files(&folder)?;
    let host = Host::new(plugin_host::Options { cache_dir: Some(data.join("compiled")), ..Default::default() })?;
    let mut plugins = Plugins::new(host);
    let mut ready = ready(&files, &folder, &mut plugins).map_err(Wrong::Configuration)?;
    let methods = std::mem::take(&mut ready.loaded.methods);
    let app = Arc::new(App::new(ready.municipality, open()?, ready.loaded.set())?);
    ready.warnings.extend(app.put_activities(ready.activities, &methods).into_iter().map(Told::from));
    app.put_rules(ready.rules);
    app.put_channels(ready.channels);
    ready.warnings.extend(app.store().keys_lost().then(|| keys_lost().into()));
    let configuration = Configuration::new(folder, Arc::clone(&app), plugins, ready.warnings)?;
    Ok((app, Arc::new(configuration)))
}

fn keys_lost() -> String {
    "keys.bin was lost, or is that of another box: what people said before cannot be read, and counts in no figure. \
     Stop the box and restore keys.bin from a backup of this box"
        .to_owned()
}

fn network_server(app: &App) -> Result<NetworkServer> {
    let municipality = app.municipality();
    let devices = municipality.sensors.iter().map(|s| s.device.clone()).collect();
    let states = app.store().read()?.device_states()?;
    Ok(NetworkServer::new((&municipality.radio).into(), devices, &municipality.gateways, states))
}

/// What the portal reads, and what programs may do.
struct Readers {
    app: Arc<App>,
    radio: Radio,
    upkeep: UpkeepReport,
    data: PathBuf,
    gwmp_port: u16,
    clock: Clock,
    tokens: Tokens,
}

impl Source for Readers {
    fn municipality(&self) -> Arc<Municipality> {
        self.app.municipality()
    }

    fn home(&self, now: Timestamp) -> Result<Vec<PlaceCard>, ReadError> {
        Ok(self.app.home(now)?)
    }

    fn place(&self, id: &PlaceId, now: Timestamp) -> Result<Option<PlacePage>, ReadError> {
        Ok(self.app.place(id, now)?)
    }

    fn hours(&self, id: &PlaceId, days: Range<Day>) -> Result<Option<Vec<OpenHour>>, ReadError> {
        Ok(self.app.hours(id, days)?)
    }

    fn follow_places(&self) -> Receiver<PlaceId> {
        self.app.follow_places()
    }

    fn program(&self, token: &str) -> Option<AccessToken> {
        self.tokens.holder(token, (self.clock)())
    }

    fn troubles(&self) -> Vec<Trouble> {
        let unknown = |time: &Arc<BoxTime>| time.health().quality == ClockQuality::Unknown;
        [
            self.radio.report().trouble().map(|_| Trouble::NotStoring),
            self.app.time().filter(|time| unknown(time)).map(|_| Trouble::TimeUnknown),
            self.upkeep.newest().gap.map(|_| Trouble::HistoryLost),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn metrics(&self, now: Timestamp) -> Result<String, ReadError> {
        let process = process::figures(&self.data, self.gwmp_port);
        Ok(self.app.metrics(now, &self.radio.report(), &self.upkeep.newest(), process)?)
    }

    fn follow_uplinks(&self) -> Receiver<Arc<LiveUplink>> {
        self.app.follow_uplinks()
    }

    fn follow_frames(&self) -> (Vec<Arc<HeardFrame>>, Receiver<Arc<HeardFrame>>) {
        self.radio.frames().follow()
    }

    fn downlinks(&self, dev_eui: DevEui) -> Result<Option<DeviceDownlinks>, ReadError> {
        Ok(self.app.downlinks(dev_eui)?)
    }

    fn send_downlink(&self, now: Timestamp, new: NewDownlink) -> Result<DownlinkRecord, SendRefused> {
        self.app.send_downlink(&self.radio, now, new)
    }

    fn withdraw_downlinks(&self, dev_eui: DevEui, id: Option<DownlinkId>) -> Result<Vec<DownlinkId>, SendRefused> {
        self.radio.withdraw(dev_eui, id)
    }
}
