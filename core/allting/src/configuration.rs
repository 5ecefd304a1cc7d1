//! The folder while the box runs: looked at once a moment, taken in when it is right, refused with the reason when it is not.

use crate::clock::now;
use crate::codecs::withhold_failing;
use crate::folder::{Fingerprint, Wrong, read_files, replace_files, stamp};
use crate::own_keys;
use crate::plugins::{Loaded, Plugins};
use app::{App, Filing, FilingError, ReadyChannel, Refused, Standing, Told};
use config::{ChannelSchema, Diagnostic, Folder, Texts};
use model::activity::Activity;
use model::{DecoderId, Municipality, Rule, Slug};
use plugin_host::{Channel, Decoder};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// How often the folder is looked at: a few stats of small files.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The folder of a running box.
pub struct Configuration {
    path: PathBuf,
    app: Arc<App>,
    started: Arc<Municipality>,
    standing: watch::Sender<Standing>,
    known: Mutex<Known>,
    /// What else staff should know.
    concerns: Mutex<Vec<Concern>>,
}

/// Something beside the folder that can need care: says what it is, if anything.
type Concern = Box<dyn Fn(&mut Standing) + Send + Sync>;

/// What was seen of the folder.
struct Known {
    plugins: Plugins,
    /// As it was when it was last taken in or refused.
    settled: Fingerprint,
    /// As it was at the last look: an editor may be in the middle of its work.
    seen: Fingerprint,
}

/// A folder that can be worked by.
pub(crate) struct Ready {
    pub(crate) municipality: Municipality,
    pub(crate) loaded: Loaded,
    pub(crate) activities: Vec<Activity>,
    pub(crate) rules: Vec<Rule>,
    pub(crate) channels: Vec<ReadyChannel>,
    pub(crate) warnings: Vec<Told>,
}

/// Checks a folder and makes everything ready that it names.
pub(crate) fn ready(files: &Folder, path: &Path, plugins: &mut Plugins) -> Result<Ready, Vec<Diagnostic>> {
    let (municipality, diagnostics) = config::read(files)?;
    let mut loaded = plugins.load(path, &municipality);
    withhold_failing(files, &municipality, &mut loaded);
    let mut warnings: Vec<Told> = diagnostics.into_iter().map(Told::from).collect();
    warnings.extend(sensor_faults(files, &loaded.decoders).into_iter().map(Told::from));
    warnings.extend(std::mem::take(&mut loaded.refused).into_iter().map(Told::from));
    let (activities, faults) = config::activities(files, &municipality);
    warnings.extend(faults.into_iter().map(Told::from));
    let (rules, faults) = config::rules(files, &municipality, &activities);
    warnings.extend(faults.into_iter().map(Told::from));
    let channels = channels(files, &municipality, &mut loaded, &mut warnings);
    Ok(Ready { municipality, loaded, activities, rules, channels, warnings })
}

/// The channels that can work: their plugin does, and their settings fit it.
fn channels(
    files: &Folder,
    municipality: &Municipality,
    loaded: &mut Loaded,
    warnings: &mut Vec<Told>,
) -> Vec<ReadyChannel> {
    let plugins = std::mem::take(&mut loaded.channels);
    let schemas = schemas(&plugins);
    let (sound, faults) = config::check_channels(files, &municipality.channels, &schemas);
    warnings.extend(faults.into_iter().map(Told::from));
    let ready = sound.into_iter().filter_map(|(plan, wishes)| {
        let plugin = plugins.get(&plan.plugin)?.clone();
        Some(ReadyChannel { plan, plugin, wishes })
    });
    ready.collect()
}

/// What is wrong with the settings of sensors, which their decoders alone know.
pub(crate) fn sensor_faults(files: &Folder, decoders: &HashMap<DecoderId, Decoder>) -> Vec<Diagnostic> {
    let schemas = decoders.iter().map(|(id, decoder)| (id.clone(), decoder.description().schema.clone())).collect();
    config::check_sensors(files, &schemas)
}

/// What each plugin says its channels can be set to.
pub(crate) fn schemas(plugins: &HashMap<Slug, Channel>) -> BTreeMap<Slug, ChannelSchema> {
    let schema = |(id, plugin): (&Slug, &Channel)| {
        let said = plugin.description();
        (id.clone(), ChannelSchema { settings: said.schema.clone(), hosts: said.hosts.clone() })
    };
    plugins.iter().map(schema).collect()
}

impl Configuration {
    /// The folder that `app` was just put together from.
    pub(crate) fn new(path: PathBuf, app: Arc<App>, plugins: Plugins, warnings: Vec<Told>) -> Result<Self, Wrong> {
        let seen = stamp(&path)?;
        let standing = Standing { taken_at: now(), warnings, ..Standing::default() };
        Ok(Self {
            started: app.municipality(),
            standing: watch::Sender::new(standing),
            known: Mutex::new(Known { plugins, settled: seen.clone(), seen }),
            path,
            app,
            concerns: Mutex::default(),
        })
    }

    /// From now on this is among what staff are told.
    pub(crate) fn also_warns(&self, concern: impl Fn(&mut Standing) + Send + Sync + 'static) {
        self.concerns.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(concern));
    }

    /// Tells how the box stands to the folder, whenever that changes.
    pub fn follow(&self) -> watch::Receiver<Standing> {
        self.standing.subscribe()
    }

    /// Looks at the folder once a moment until `stop` turns true. What was written in one go is taken in as one.
    pub(crate) async fn watch(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        while tokio::time::timeout(LOOK_EVERY, stop.wait_for(|stop| *stop)).await.is_err() {
            let configuration = Arc::clone(&self);
            let looked = tokio::task::spawn_blocking(move || configuration.look()).await;
            if let Err(error) = looked {
                tracing::error!(%error, "the folder could not be looked at");
            }
        }
    }

    /// Takes the folder in as it is now, whole or half written. For what cannot wait for the next look.
    pub(crate) fn look_now(&self) {
        let mut known = self.known();
        if let Ok(seen) = stamp(&self.path)
            && seen != known.settled
        {
            self.take_in(&mut known, seen);
        }
    }

    /// A change counts once the folder has been still from one look to the next.
    fn look(&self) {
        let mut known = self.known();
        match stamp(&self.path) {
            Ok(seen) if seen == known.settled => known.seen = seen,
            Ok(seen) if seen == known.seen => self.take_in(&mut known, seen),
            Ok(seen) => known.seen = seen,
            Err(wrong) if self.standing.borrow().refused.is_none() => self.refuse(vec![wrong.to_string().into()]),
            Err(_) => {}
        }
    }

    /// Takes the folder in; and once more with the keys that the box has to make for it.
    fn take_in(&self, known: &mut Known, seen: Fingerprint) {
        self.take_in_as_it_is(known, seen);
        self.add_own_keys(known);
    }

    /// Makes the keys that the folder lacks and nobody but the box can make.
    pub(crate) fn make_own_keys(&self) {
        self.add_own_keys(&mut self.known());
    }

    fn add_own_keys(&self, known: &mut Known) {
        let told = self.standing.borrow().warnings.clone();
        let made = own_keys::make(&self.path, &self.app).and_then(|made| Ok(made.then_some(stamp(&self.path)?)));
        match made {
            Ok(Some(seen)) => self.take_in_as_it_is(known, seen),
            Ok(None) => return,
            Err(why) => {
                let why = format!("the key for push services could not be made, so nothing is pushed: {why:#}");
                tracing::warn!("{why}");
                self.standing.send_modify(|standing| standing.warnings.push(why.into()));
            }
        }
        // What was told of the start, and not of the folder, still holds.
        self.standing.send_modify(|standing| {
            let new: Vec<Told> = told.into_iter().filter(|one| !standing.warnings.contains(one)).collect();
            standing.warnings.extend(new);
        });
    }

    fn take_in_as_it_is(&self, known: &mut Known, seen: Fingerprint) {
        known.settled = seen.clone();
        known.seen = seen;
        let files = match read_files(&self.path) {
            Ok(files) => files,
            Err(wrong) => return self.refuse(vec![wrong.to_string().into()]),
        };
        match ready(&files, &self.path, &mut known.plugins) {
            Ok(ready) => self.work_by(ready),
            Err(faults) => self.refuse(faults.into_iter().map(Told::from).collect()),
        }
    }

    fn work_by(&self, mut ready: Ready) {
        let restart_for = restart_for(&self.started, &ready.municipality);
        let places = ready.municipality.places.len();
        let sensors = ready.municipality.sensors.len();
        let methods = std::mem::take(&mut ready.loaded.methods);
        self.app.reconfigure(ready.municipality, ready.loaded.set());
        self.app.put_channels(ready.channels);
        let closed = self.app.put_activities(ready.activities, &methods);
        ready.warnings.extend(closed.into_iter().map(Told::from));
        self.app.put_rules(ready.rules);
        tracing::info!(places, sensors, "the folder was changed and taken in");
        for warning in &ready.warnings {
            tracing::warn!("{warning}");
        }
        for key in &restart_for {
            tracing::warn!("`{key}` was changed: it holds after a restart");
        }
        self.standing.send_modify(|standing| {
            let looks = standing.looks + 1;
            let (taken_at, warnings) = (now(), ready.warnings);
            *standing = Standing { looks, taken_at, refused: None, warnings, restart_for, backup: None };
        });
    }

    fn refuse(&self, faults: Vec<Told>) {
        let drawn = faults.iter().map(Told::to_string).collect::<Vec<_>>().join("\n");
        tracing::error!("the folder was changed and is wrong now: the box goes on as before\n{drawn}");
        self.standing.send_modify(|standing| {
            standing.looks += 1;
            standing.refused = Some(Refused { at: now(), faults });
        });
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Sockets and the file of map tiles are opened once, the clock is judged once, and who keeps the certificate was told then where it comes from.
fn restart_for(started: &Municipality, now: &Municipality) -> Vec<&'static str> {
    let (door, new) = (&started.door, &now.door);
    let differ = [
        ("web_listen", started.web_listen != now.web_listen),
        ("gwmp_listen", started.gwmp_listen != now.gwmp_listen),
        ("trust_clock", started.trust_clock != now.trust_clock),
        ("steward_listen", door.steward_listen != new.steward_listen),
        ("local_name", door.local_name != new.local_name),
        ("tls", door.tls != new.tls),
        ("tiles", started.map.tiles != now.map.tiles),
    ];
    differ.into_iter().filter(|(_, differs)| *differs).map(|(key, _)| key).collect()
}

impl Filing for Configuration {
    fn read(&self) -> Result<Folder, FilingError> {
        read_files(&self.path).map_err(|wrong| FilingError(wrong.to_string()))
    }

    fn write(&self, texts: &Texts) -> Result<(), FilingError> {
        let mut known = self.known();
        replace_files(&self.path, texts).map_err(|why| FilingError(format!("{}: {why}", self.path.display())))?;
        let seen = stamp(&self.path).map_err(|wrong| FilingError(wrong.to_string()))?;
        self.take_in(&mut known, seen);
        Ok(())
    }

    fn standing(&self) -> Standing {
        let mut standing = self.standing.borrow().clone();
        let concerns = self.concerns.lock().unwrap_or_else(PoisonError::into_inner);
        concerns.iter().for_each(|concern| concern(&mut standing));
        standing
    }
}

impl fmt::Debug for Configuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Configuration").field("path", &self.path).finish_non_exhaustive()
    }
}
