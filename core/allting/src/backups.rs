//! Backups of a whole box: what goes into them, and how it comes back.

use crate::clock::now;
use crate::control;
use crate::data;
use anyhow::{Context, Result, bail};
use app::{App, BackupLack, Clock};
use backup::{About, Key, Lock, Part, Written, unpack, write, write_open};
use model::{BackupPlan, Municipality, Timestamp};
use serde_json::{Value, json};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio::sync::watch;

/// The copy of the data file from which a backup is made, in the data folder while it is made.
const SNAPSHOT: &str = "backup.snapshot";
/// Of the folder, the file that holds every key and every secret.
const SECRETS_FILE: &str = "secrets.toml";
/// Where what may be shown to others is picked from it, in the data folder.
const PICKED: &str = "backup.picked";
/// Of the folder, what may be shown to others: by ending, so that nobody's key or list goes along by oversight.
const OPEN_ENDINGS: [&str; 9] = ["toml", "js", "json", "geojson", "pmtiles", "wasm", "svg", "png", "md"];
/// A note of the last backup, in the data folder.
const NOTE: &str = "last-backup.json";
/// In the data folder, and made again by a box: the data file itself (a copy of it goes in), what is of this machine or this moment.
const LEFT_OUT: [&str; 9] =
    [data::FILE, data::COPY, "compiled", "control.sock", "claim", "doctor.trial", SNAPSHOT, PICKED, NOTE];
/// Endings of files that something is in the middle of writing, or that were put aside.
const UNFINISHED: [&str; 3] = [".new", ".part", ".tmp"];

/// Local hours in which the nightly backup is made: after the upkeep, before the day.
const NIGHT: std::ops::Range<u8> = 3..6;
/// A box that was off at night makes up for it.
const OVERDUE: Duration = Duration::from_hours(36);
/// Twice in a night is once too much.
const FRESH: Duration = Duration::from_hours(20);
/// How often to look whether it is night, and how soon to try again after a failure.
const LOOK_EVERY: Duration = Duration::from_mins(10);
/// Staff are told when the last one is so old.
const OLD: Duration = Duration::from_hours(72);

/// Makes a backup of a box, running or not.
pub(crate) fn make(folder: &Path, data: &Path, to: &Path, lock: &Lock) -> Result<Written> {
    take_snapshot(data)?;
    pack(folder, data, now(), to, lock)
}

/// Makes a file of what may be shown to others: no secret, no key, and nothing that a person wrote or left of themselves. It is no
/// backup: no box begins from it.
pub(crate) fn make_open(folder: &Path, data: &Path, to: &Path) -> Result<Written> {
    take_snapshot(data)?;
    // In a folder of its own, where no keys of people lie beside it.
    let picked = data.join(PICKED);
    let made = pick(folder, data, &picked, to);
    let _ = fs::remove_dir_all(&picked);
    made
}

fn pick(folder: &Path, data: &Path, picked: &Path, to: &Path) -> Result<Written> {
    let (all, open) = (picked.join("all.redb"), picked.join(data::FILE));
    let _ = fs::remove_dir_all(picked);
    fs::create_dir(picked).with_context(|| format!("{} cannot be made", picked.display()))?;
    fs::rename(data.join(SNAPSHOT), &all)?;
    let store = Store::open(&all, store::Options::default())?;
    store.copy_open(&open)?;
    store.close()?;
    let mut parts = vec![Part { name: format!("data/{}", data::FILE), file: open }];
    collect(folder, "folder", &|name| name != SECRETS_FILE, &mut parts)?;
    parts.retain(|part| {
        let ending = Path::new(&part.name).extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        part.name.starts_with("data/") || OPEN_ENDINGS.contains(&ending)
    });
    let about = About { made_at_ms: now().as_ms(), version: env!("CARGO_PKG_VERSION").to_owned() };
    Ok(write_open(to, &about, &parts)?)
}

fn take_snapshot(data: &Path) -> Result<()> {
    match control::ask(data, control::SNAPSHOT) {
        Ok(_) => Ok(()),
        Err(why) if control::is_answered(data) => Err(why),
        Err(_) => snapshot_of_stopped(data, &data.join(SNAPSHOT)),
    }
}

fn snapshot_of_stopped(data: &Path, snapshot: &Path) -> Result<()> {
    if !data.join(data::FILE).is_file() {
        bail!("{} holds no data file; expected the data folder of a box, such as /var/lib/allting", data.display());
    }
    let store = data::open(data)?;
    store.snapshot_to(snapshot)?;
    Ok(store.close()?)
}

/// Has the running box write a copy of its data file, at the moment the call is made.
pub(crate) fn snapshot(app: &App, data: &Path) -> Result<Value, store::StoreError> {
    let copied = app.store().snapshot_to(&data.join(SNAPSHOT))?;
    Ok(json!({ "rows": copied.rows, "damaged": copied.damaged }))
}

/// Packs the copy of the data file that was just made, and all else. The copy is gone then.
fn pack(folder: &Path, data: &Path, at: Timestamp, to: &Path, lock: &Lock) -> Result<Written> {
    let snapshot = data.join(SNAPSHOT);
    let packed = pack_with(&snapshot, folder, data, at, to, lock);
    let _ = fs::remove_file(&snapshot);
    packed
}

fn pack_with(snapshot: &Path, folder: &Path, data: &Path, at: Timestamp, to: &Path, lock: &Lock) -> Result<Written> {
    let mut parts = vec![Part { name: format!("data/{}", data::FILE), file: snapshot.to_owned() }];
    // After the copy: a key that was erased meanwhile is erased here as well.
    collect(data, "data", &|name| !LEFT_OUT.contains(&name) && !name.contains(".damaged-"), &mut parts)?;
    collect(folder, "folder", &|_| true, &mut parts)?;
    let about = About { made_at_ms: at.as_ms(), version: env!("CARGO_PKG_VERSION").to_owned() };
    let written = write(to, lock, &about, &parts)?;
    let to = fs::canonicalize(to).unwrap_or_else(|_| to.to_owned());
    let note = json!({ "at": at.as_ms(), "file": to, "bytes": written.bytes }).to_string();
    if let Err(why) = note_down(&data.join(NOTE), note.as_bytes()) {
        tracing::warn!(%why, "the backup is made, and could not be noted");
    }
    Ok(written)
}

/// With the owner of the folder it lies in, whoever runs the command.
fn note_down(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let beside = path.with_extension("new");
    fs::write(&beside, bytes)?;
    if let Some(folder) = path.parent().and_then(|folder| fs::metadata(folder).ok()) {
        let _ = std::os::unix::fs::chown(&beside, Some(folder.uid()), Some(folder.gid()));
    }
    fs::rename(&beside, path)
}

fn collect(folder: &Path, prefix: &str, wanted: &dyn Fn(&str) -> bool, parts: &mut Vec<Part>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut entries: Vec<_> = entries.collect::<std::io::Result<_>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        if !wanted(&name) || UNFINISHED.iter().any(|ending| name.ends_with(ending)) {
            continue;
        }
        // A link is followed: a certificate, or a map on another disk, is a part of the town.
        let Ok(there) = fs::metadata(entry.path()) else { continue };
        let name = format!("{prefix}/{name}");
        if there.is_dir() {
            collect(&entry.path(), &name, &|_| true, parts)?;
        } else if there.is_file() {
            parts.push(Part { name, file: entry.path() });
        }
    }
    Ok(())
}

/// What came out of a backup.
#[derive(Debug)]
pub(crate) struct Unpacked {
    /// When it was made.
    pub(crate) made_at: Timestamp,
    /// The folder in it.
    pub(crate) folder: PathBuf,
    /// The data in it.
    pub(crate) data: PathBuf,
    /// Rows that the data file has.
    pub(crate) rows: u64,
}

/// Unpacks a backup into a place that is not there yet, and makes sure that a box can start from it.
pub(crate) fn open(backup: &Path, key: &Key, into: &Path) -> Result<Unpacked> {
    let about = unpack(backup, key, into)?;
    let checked = check(into, Timestamp::from_ms(about.made_at_ms));
    if checked.is_err() {
        let _ = fs::remove_dir_all(into);
    }
    checked
}

fn check(into: &Path, made_at: Timestamp) -> Result<Unpacked> {
    let (folder, data) = (into.join("folder"), into.join("data"));
    fs::create_dir_all(&folder)?;
    fs::set_permissions(&data, fs::Permissions::from_mode(0o700))?;
    let (file, packed) = (data.join(data::FILE), data.join(SNAPSHOT));
    fs::rename(&file, &packed).context("there is no data file in the backup")?;
    Store::open(&packed, store::Options::default())?.close()?;
    // No device may be told a number twice: what was counted since the backup is skipped.
    let restored = Store::restore(&file, &packed)?;
    fs::remove_file(&packed)?;
    data::open(&data)?.close()?;
    crate::folder::read_folder(&folder).map_err(|wrong| anyhow::anyhow!("the folder in the backup: {wrong}"))?;
    Ok(Unpacked { made_at, folder, data, rows: restored.copied.rows })
}

/// The last backup that was made of this box.
#[derive(Clone, Debug)]
pub(crate) struct Last {
    pub(crate) at: Timestamp,
    pub(crate) file: String,
}

pub(crate) fn last(data: &Path) -> Option<Last> {
    let note: Value = serde_json::from_slice(&fs::read(data.join(NOTE)).ok()?).ok()?;
    let file = note.get("file").and_then(Value::as_str).unwrap_or_default().to_owned();
    Some(Last { at: Timestamp::from_ms(note.get("at")?.as_i64()?), file })
}

/// What the backups lack at `now`; none when all is well.
pub(crate) fn lack(data: &Path, plan: &BackupPlan, now: Timestamp) -> Option<BackupLack> {
    match last(data) {
        Some(last) if now.since(last.at) < OLD => None,
        Some(last) => Some(BackupLack::Newer(last.at)),
        None if plan.recipients.is_empty() => Some(BackupLack::Key),
        None => Some(BackupLack::Any),
    }
}

/// Makes a backup each night where the folder asks for it, until `stop` turns true; at once when none was made for long.
pub(crate) async fn run_nightly(
    app: Arc<App>,
    folder: PathBuf,
    data: PathBuf,
    clock: Clock,
    mut stop: watch::Receiver<bool>,
) {
    loop {
        let now = clock();
        let municipality = app.municipality();
        let plan = municipality.door.backup.clone();
        if let Some(target) = plan.folder.clone().filter(|_| is_due(&municipality, &data, now)) {
            let (app, folder, data) = (Arc::clone(&app), folder.clone(), data.clone());
            let made = move || tonight(&app, &folder, &data, Path::new(&target), &plan, now);
            match tokio::task::spawn_blocking(made).await {
                Ok(Ok(file)) => tracing::info!(file = %file.display(), "the nightly backup is made"),
                Ok(Err(why)) => tracing::error!("the nightly backup could not be made: {why:#}"),
                Err(why) => tracing::error!(%why, "the nightly backup ended"),
            }
        }
        if tokio::time::timeout(LOOK_EVERY, stop.wait_for(|stop| *stop)).await.is_ok() {
            return;
        }
    }
}

fn is_due(municipality: &Municipality, data: &Path, now: Timestamp) -> bool {
    let Some(last) = last(data) else { return true };
    let age = now.since(last.at);
    age > OVERDUE || (age > FRESH && NIGHT.contains(&municipality.calendar.hour_of_week(now).hour))
}

/// One backup into `target`; the oldest go.
fn tonight(app: &App, folder: &Path, data: &Path, target: &Path, plan: &BackupPlan, now: Timestamp) -> Result<PathBuf> {
    snapshot(app, data)?;
    let stamp: String = now.to_string().chars().take(19).filter(char::is_ascii_alphanumeric).collect();
    let to = target.join(format!("{PREFIX}{stamp}{SUFFIX}"));
    let made = pack(folder, data, now, &to, &Lock::Recipients(plan.recipients.clone()));
    made?;
    let mut kept: Vec<PathBuf> =
        fs::read_dir(target)?.flatten().map(|entry| entry.path()).filter(|p| is_ours(p)).collect();
    // The moment is in the name, so they sort by age.
    kept.sort();
    let too_many = kept.len().saturating_sub(plan.keep as usize);
    for old in kept.into_iter().take(too_many) {
        fs::remove_file(&old).with_context(|| format!("{} is too old, and could not be removed", old.display()))?;
    }
    Ok(to)
}

const PREFIX: &str = "allting-";
const SUFFIX: &str = ".tar.gz.age";

fn is_ours(path: &Path) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(|name| {
        let stamp = name.strip_prefix(PREFIX).and_then(|rest| rest.strip_suffix(SUFFIX));
        stamp.is_some_and(|stamp| stamp.len() == 15 && stamp.bytes().all(|b| b.is_ascii_digit() || b == b'T'))
    })
}
