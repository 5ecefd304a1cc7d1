//! The socket beside the data file, through which the operator's commands ask the running box. Who may enter the data folder may ask.
//!
//! One line with a question in, one JSON object out.

use crate::backups;
use crate::clock::now;
use crate::doors::FOLDER;
use anyhow::{Context, bail};
use app::{App, ClockHealth, Radio};
use model::activity::Answer;
use model::{Account, Battery, DeviceStatus, GatewayEui, Municipality, Slug};
use netserver::{DeviceReport, GatewayReport, Report, Stranger};
use serde_json::{Map, Value, json};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UnixListener;
use tokio::sync::watch;

/// How the radio is, the gateways and the sensors.
pub(crate) const STATUS: &str = "status";

/// A copy of the data file, for a backup: `backup.snapshot` in the data folder.
pub(crate) const SNAPSHOT: &str = "snapshot";

/// Makes invitations: what follows is JSON, `{"activity": "park", "people": [[["age-band", "30-39"]]]}`.
pub(crate) const INVITE: &str = "invite";

/// A question is a word, or a list of everybody who is invited.
const QUESTION_BYTES_MAX: u64 = 8 << 20;

/// Who asks is a command on the same machine.
const PATIENCE: Duration = Duration::from_secs(5);
/// A copy of years of data takes a while on an old card.
const SNAPSHOT_PATIENCE: Duration = Duration::from_mins(15);

fn path(data: &Path) -> PathBuf {
    data.join("control.sock")
}

/// Opens the socket, or says why it cannot. A box without it does all else.
pub(crate) fn bind(data: &Path) -> (Option<UnixListener>, Option<String>) {
    match listen(data) {
        Ok(listener) => (Some(listener), None),
        Err(error) => (None, Some(format!("`allting status` will find no box: its socket could not be made: {error}"))),
    }
}

/// Takes the place of a socket that an earlier run left. The data file is locked by then, so no other box is using it.
fn listen(data: &Path) -> io::Result<UnixListener> {
    let path = path(data);
    match std::fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let listener = UnixListener::bind(&path)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    Ok(listener)
}

/// Answers questions, one after the other, until `stop` turns true.
pub(crate) async fn serve(
    listener: Option<UnixListener>,
    app: Arc<App>,
    radio: Radio,
    data: PathBuf,
    mut stop: watch::Receiver<bool>,
) {
    let Some(listener) = listener else { return };
    loop {
        let caller = tokio::select! {
            caller = listener.accept() => caller.and_then(|(stream, _)| stream.into_std()),
            _ = stop.wait_for(|stop| *stop) => return,
        };
        let (app, radio, data) = (Arc::clone(&app), radio.clone(), data.clone());
        let answered = caller.map(|stream| tokio::task::spawn_blocking(move || answer(stream, &app, &radio, &data)));
        let answered = match answered {
            Ok(answering) => answering.await.unwrap_or_else(|error| Err(io::Error::other(error))),
            Err(error) => Err(error),
        };
        if let Err(error) = answered {
            tracing::debug!(%error, "a question of a command could not be answered");
        }
    }
}

fn answer(mut stream: UnixStream, app: &App, radio: &Radio, data: &Path) -> io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut question = String::new();
    BufReader::new((&stream).take(QUESTION_BYTES_MAX)).read_line(&mut question)?;
    let answer = match question.trim() {
        STATUS => status(app, &radio.newest().unwrap_or_default(), data),
        SNAPSHOT => backups::snapshot(app, data)
            .unwrap_or_else(|why| json!({ "error": format!("the data file could not be copied: {why}") })),
        question if question.starts_with(INVITE) => {
            invite(app, question.trim_start_matches(INVITE)).unwrap_or_else(|error| json!({ "error": error }))
        }
        other => {
            json!({ "error": format!("this box does not know the question `{other}`; is it older than the command?") })
        }
    };
    stream.write_all(answer.to_string().as_bytes())
}

fn invite(app: &App, asked: &str) -> Result<Value, String> {
    let asked: Value = serde_json::from_str(asked).map_err(|error| format!("the list makes no sense: {error}"))?;
    let name = asked.get("activity").and_then(Value::as_str).unwrap_or_default();
    let id = Slug::new(name).map_err(|error| format!("`{name}` is no name of an activity: {error}"))?;
    let list = |value: Option<&Value>| value.and_then(Value::as_array).cloned().unwrap_or_default();
    let declared = |pair: &Value| {
        let (question, value) = (pair.get(0)?.as_str()?, pair.get(1)?.as_str()?);
        let value = model::activity::Value::Choices(vec![value.to_owned()]);
        Some(Answer { question: question.to_owned(), value })
    };
    let person = |person: &Value| list(Some(person)).iter().filter_map(declared).collect();
    let people: Vec<Vec<Answer>> = list(asked.get("people")).iter().map(person).collect();
    let codes = app.invite(&id, people).map_err(|error| error.to_string())?;
    let municipality = app.municipality();
    let base = municipality.public_url.as_deref().unwrap_or_default().trim_end_matches('/');
    let links: Vec<String> = codes.iter().map(|code| format!("{base}/invited/{id}/{code}")).collect();
    Ok(json!({ "links": links }))
}

/// Asks the box that runs on this data folder.
pub(crate) fn ask(data: &Path, question: &str) -> anyhow::Result<Value> {
    let path = path(data);
    let mut box_ = UnixStream::connect(&path).with_context(|| {
        format!(
            "no box answers at {}; does `allting serve` run with this data folder, and may you enter it?",
            path.display()
        )
    })?;
    box_.set_read_timeout(Some(if question == SNAPSHOT { SNAPSHOT_PATIENCE } else { PATIENCE }))?;
    box_.write_all(format!("{question}\n").as_bytes())?;
    let mut answer = String::new();
    box_.read_to_string(&mut answer)?;
    let answer: Value = serde_json::from_str(&answer)?;
    match answer.get("error").and_then(Value::as_str) {
        Some(error) => bail!("{error}"),
        None => Ok(answer),
    }
}

/// Whether a box runs on this data folder.
pub(crate) fn is_answered(data: &Path) -> bool {
    UnixStream::connect(path(data)).is_ok()
}

fn status(app: &App, report: &Report, data: &Path) -> Value {
    let municipality = &*app.municipality();
    let staff = app.store().read().and_then(|read| read.accounts()).unwrap_or_default();
    let rejected: Map<String, Value> =
        report.rejected.iter().map(|(why, count)| (why.word().to_owned(), (*count).into())).collect();
    json!({
        "at": app.time().map_or_else(now, |time| time.now()).to_string(),
        "clock": app.time().map(|time| clock(&time.health())),
        "gateways": report.gateways.iter().map(|gateway| adopted(municipality, gateway)).collect::<Vec<_>>(),
        "strangers": report.strangers.iter().map(stranger).collect::<Vec<_>>(),
        "sensors": report.devices.iter().map(|device| sensor(municipality, device)).collect::<Vec<_>>(),
        "staff": accounts(&staff),
        // Of the certificate that the box made itself, to compare with what a browser warns of.
        "ownCertificateSha256": tls::kept_fingerprint(&data.join(FOLDER)),
        "dropped": rejected,
    })
}

fn clock(health: &ClockHealth) -> Value {
    json!({
        "quality": health.quality.word(),
        "uncertainSince": health.uncertain_since.map(|at| at.to_string()),
        "aheadMs": health.ahead.as_millis(),
        "correctedMs": health.corrected_ms,
    })
}

/// Who can log in. No secret of theirs is among it.
pub(crate) fn accounts(accounts: &[Account]) -> Value {
    let open = accounts.iter().filter(|account| account.open);
    let told = open.map(|account| {
        json!({
            "login": account.login,
            "role": account.role.name(),
            "secondFactor": account.second_factor.is_some(),
        })
    });
    told.collect()
}

fn adopted(municipality: &Municipality, gateway: &GatewayReport) -> Value {
    let known = municipality.gateways.iter().find(|known| known.eui == gateway.eui).map(|known| known.name.clone());
    let bands = gateway.bands.iter().map(|band| {
        let (used, allowed) = (band.used.as_millis(), band.allowed.as_millis());
        json!({ "fromHz": band.from_hz, "toHz": band.to_hz, "usedMs": used, "allowedMs": allowed })
    });
    json!({
        "eui": gateway.eui.to_string(),
        "name": known,
        "address": gateway.downlink_address.map(|address| address.to_string()),
        "lastHeard": gateway.last_heard.map(|at| at.to_string()),
        "received": gateway.received,
        "sent": gateway.downlinks,
        "bands": bands.collect::<Vec<_>>(),
    })
}

fn stranger(stranger: &Stranger) -> Value {
    json!({
        "eui": stranger.eui.to_string(),
        "address": stranger.address.to_string(),
        "firstSeen": stranger.first_seen.to_string(),
        "lastSeen": stranger.last_seen.to_string(),
        "datagrams": stranger.datagrams,
        "toml": adoption(stranger.eui),
    })
}

/// What to add to `gateways.toml`.
fn adoption(eui: GatewayEui) -> String {
    format!("[[gateway]]\neui = \"{eui}\"\nname = \"Where it hangs\"\n")
}

fn sensor(municipality: &Municipality, device: &DeviceReport) -> Value {
    let sensor = municipality.sensors.iter().find(|sensor| sensor.device.dev_eui == device.dev_eui);
    json!({
        "sensor": sensor.map(|sensor| sensor.id.as_str()),
        "devEui": device.dev_eui.to_string(),
        "joined": device.link.is_some(),
        "battery": device.status.map(battery),
        "marginDb": device.status.map(|status| status.margin_db),
        "statusAt": device.status.map(|status| status.at.to_string()),
        "bestSnrDb": device.best_snr_db,
        "lostPercent": device.lost_percent,
        "downlinksWaiting": device.downlinks_waiting,
    })
}

fn battery(status: DeviceStatus) -> Value {
    match status.battery {
        Battery::External => "mains".into(),
        Battery::Percent(percent) => percent.into(),
        Battery::Unknown => Value::Null,
    }
}
