use super::check::channel_faults;
use super::{DATA, Failure, say};
use crate::backups;
use crate::clock::{machine, now};
use crate::configuration::sensor_faults;
use crate::control::{STATUS, accounts, ask};
use crate::data;
use crate::doors::FOLDER;
use crate::folder::{Wrong, read_files, read_folder};
use crate::plugins::load_plugins;
use app::BackupLack;
use clap::Args;
use config::Diagnostic;
use model::{CertificateSource, ClockQuality, Municipality, Role, Timestamp};
use plugin_host::{Host, Options};
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream, UdpSocket};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};
use tls::{ISSUED, kept_fingerprint, read_pair};

#[derive(Debug, Args)]
pub(crate) struct Doctor {
    /// The municipality's folder of TOML
    folder: PathBuf,
    /// Where the data lies
    #[arg(long, default_value = DATA)]
    data: PathBuf,
}

/// Below this a day of a busy town may fill the disk.
const FREE_KIB_MIN: u64 = 512 * 1024;
/// No box was built before this: a clock that says so was never set.
const BUILT: Timestamp = Timestamp::from_seconds(1_790_000_000);
/// A gateway sends something every ten seconds.
const GATEWAY_SILENT_AFTER: Duration = Duration::from_mins(5);
/// A certificate that was not renewed by now will not be by itself.
const ENDS_SOON: Duration = Duration::from_hours(14 * 24);
/// A box on this machine answers at once.
const ANSWERS_WITHIN: Duration = Duration::from_secs(3);

/// What was found: it is well, or what to do.
type Finding = Result<String, String>;

/// `allting doctor`: looks at what most often goes wrong, and says what to do about it.
pub(crate) fn run(doctor: &Doctor) -> Result<(), Failure> {
    let read = read_folder(&doctor.folder);
    let trusted = read.as_ref().is_ok_and(|(municipality, _)| municipality.trust_clock);
    let mut findings = vec![clock(&doctor.data, trusted), disk(&doctor.data), writable(&doctor.data)];
    match read {
        Ok((municipality, warnings)) => {
            findings.push(Ok(format!(
                "configuration: right, with {} warnings (`allting check` shows them)",
                warnings.len()
            )));
            findings.extend(plugins(&doctor.folder, &municipality)?);
            findings.extend(gateways(&municipality, &doctor.data));
            findings.extend(staff(&doctor.data));
            findings.push(portal(municipality.web_listen));
            findings.extend(tiles(&municipality, &doctor.folder));
            findings.extend(certificate(&municipality, &doctor.folder, &doctor.data));
            findings.push(backup(&municipality, &doctor.data));
            findings.push(radio(municipality.gwmp_listen));
        }
        Err(Wrong::Configuration(_)) => findings.push(Err(format!(
            "configuration: it has errors, so the box would not start; `allting check {}` shows where",
            doctor.folder.display()
        ))),
        Err(other) => findings.push(Err(format!("configuration: {other}"))),
    }
    let ill = findings.iter().filter(|finding| finding.is_err()).count();
    for finding in findings {
        match finding {
            Ok(well) => say(&format!("ok    {well}")),
            Err(advice) => say(&format!("CARE  {advice}")),
        }
    }
    if ill == 0 { Ok(()) } else { Err(Failure::Wrong(format!("{ill} of these need care"))) }
}

/// Whether the machine knows the time, and from where; `trusted` is the operator's word for it.
fn clock(data: &Path, trusted: bool) -> Finding {
    let now = now();
    let newest = fs::metadata(data.join("allting.redb")).and_then(|m| m.modified()).ok();
    let newest = newest.and_then(|at| i64::try_from(at.duration_since(UNIX_EPOCH).ok()?.as_millis()).ok());
    let newest = newest.map_or(BUILT, Timestamp::from_ms);
    if now < BUILT || now + Duration::from_mins(1) < newest {
        return Err(format!(
            "clock: it says {now}, which is too early; does the box reach a time server? `timedatectl` tells"
        ));
    }
    match machine(trusted)().quality {
        ClockQuality::Synchronized => Ok(format!("clock: {now}, by a time server")),
        ClockQuality::Kept if trusted => Ok(format!("clock: {now}, by the word of `trust_clock`")),
        ClockQuality::Kept => {
            Ok(format!("clock: {now}, kept by the machine; no time server has set it since the start"))
        }
        ClockQuality::Unknown => Err(format!(
            "clock: it says {now}, and nothing vouches for it: no time server has answered, and the machine has no \
             clock that runs while it is off; let it reach a time server (`timedatectl` tells), give it a clock with a \
             battery, or write `trust_clock = true` if something else sets it"
        )),
    }
}

fn disk(data: &Path) -> Finding {
    let told = Command::new("df").args(["-Pk"]).arg(data).output();
    let told = told.ok().and_then(|out| String::from_utf8(out.stdout).ok()).unwrap_or_default();
    let free = told.lines().nth(1).and_then(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok());
    match free {
        None => Err(format!("disk: {} cannot be looked at; does it exist?", data.display())),
        Some(free) if free < FREE_KIB_MIN => {
            Err(format!("disk: only {} MiB are free; remove what is not needed, or take a larger card", free / 1024))
        }
        Some(free) => Ok(format!("disk: {} MiB are free", free / 1024)),
    }
}

fn writable(data: &Path) -> Finding {
    let trial = data.join("doctor.trial");
    match fs::write(&trial, b"trial").and_then(|()| fs::remove_file(&trial)) {
        Ok(()) => Ok(format!("data folder: {} can be written", data.display())),
        Err(why) => Err(format!(
            "data folder: {} cannot be written ({why}); run this as the user of the box: \
             `sudo -u allting allting doctor ...`",
            data.display()
        )),
    }
}

fn plugins(folder: &Path, municipality: &Municipality) -> Result<Vec<Finding>, Failure> {
    let loaded = load_plugins(&Host::new(Options::default())?, folder, &municipality.plugins);
    let well = loaded.decoders.iter().map(|(id, decoder)| {
        Ok(format!("plugin {id}: loaded, and passes its {} examples", decoder.description().examples.len()))
    });
    let mut findings: Vec<Finding> = well.collect();
    findings.extend(loaded.methods.keys().chain(loaded.channels.keys()).map(|id| Ok(format!("plugin {id}: loaded"))));
    let told = |of: &str, fault: Diagnostic| Err(format!("{of}: {}; `allting check` shows where", fault.message));
    if let Ok(files) = read_files(folder) {
        findings.extend(sensor_faults(&files, &loaded.decoders).into_iter().map(|fault| told("sensors", fault)));
        let faults = channel_faults(&files, municipality, &loaded.channels);
        findings.extend(faults.into_iter().map(|fault| told("channels", fault)));
    }
    findings.extend(loaded.refused.into_iter().map(Err));
    if municipality.plugins.is_empty() {
        findings.push(Err("plugins: none is installed; `allting plugin install FILE FOLDER` installs one".to_owned()));
    }
    Ok(findings)
}

fn gateways(municipality: &Municipality, data: &Path) -> Vec<Finding> {
    if municipality.gateways.is_empty() {
        let advice = "gateways: none is adopted; point one at this box and adopt it on the page Gateways";
        return vec![Err(advice.to_owned())];
    }
    // A box that does not run is told of below.
    let Ok(status) = ask(data, STATUS) else { return Vec::new() };
    let rows = status.get("gateways").and_then(Value::as_array).into_iter().flatten();
    rows.map(gateway).collect()
}

fn gateway(row: &Value) -> Finding {
    let word = |key: &str| row.get(key).and_then(Value::as_str);
    let name = word("name").or_else(|| word("eui")).unwrap_or_default();
    let Some(heard) = word("lastHeard").and_then(Timestamp::from_rfc3339) else {
        return Err(format!(
            "gateway {name}: not heard since the box was started; has it power, and does it send to this box?"
        ));
    };
    let ago = now().since(heard);
    if ago > GATEWAY_SILENT_AFTER {
        return Err(format!(
            "gateway {name}: last heard {} minutes ago; has it power and network?",
            ago.as_secs() / 60
        ));
    }
    Ok(format!("gateway {name}: last heard {} s ago", ago.as_secs()))
}

/// Who can log in, by the running box or by the file of one that does not run.
fn staff(data: &Path) -> Option<Finding> {
    let accounts = match ask(data, STATUS) {
        Ok(status) => status.get("staff").cloned(),
        Err(_) if data.join(data::FILE).is_file() => {
            data::open(data).ok().and_then(|store| Some(accounts(&store.read().ok()?.accounts().ok()?)))
        }
        Err(_) => None,
    }?;
    let rows: Vec<&Value> = accounts.as_array()?.iter().collect();
    let word = |row: &Value, key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    if !rows.iter().any(|row| word(row, "role") == Role::Operator.name()) {
        return Some(Err(
            "staff: nobody can log in as operator; `allting claim` shows a code that makes one".to_owned()
        ));
    }
    let who = rows.iter().map(|row| {
        let alone = row.get("secondFactor").and_then(Value::as_bool) == Some(false);
        let factor = if alone { ", by password alone" } else { "" };
        format!("{} ({}{factor})", word(row, "login"), word(row, "role"))
    });
    Some(Ok(format!("staff: {} can log in", who.collect::<Vec<_>>().join(", "))))
}

/// Of the certificate that browsers know; how long it holds.
fn certificate(municipality: &Municipality, folder: &Path, data: &Path) -> Option<Finding> {
    let tls = municipality.door.tls.as_ref()?;
    let own = data.join(FOLDER);
    let (certificate, key) = match &tls.source {
        CertificateSource::Own => {
            let fingerprint = kept_fingerprint(&own)?;
            return Some(Ok(format!("certificate: the box made it; SHA-256 {fingerprint}")));
        }
        CertificateSource::Files { certificate, key } => (folder.join(certificate), folder.join(key)),
        CertificateSource::Acme { .. } => (own.join(ISSUED), own.join(ISSUED)),
    };
    Some(match read_pair(&certificate, &key, now()) {
        Ok(read) if read.until < now() + ENDS_SOON => {
            Err(format!("certificate: it ends at {}, and no newer one has come", read.until))
        }
        Ok(read) => {
            Ok(format!("certificate: for {} until {}; SHA-256 {}", read.names.join(", "), read.until, read.fingerprint))
        }
        Err(_) if matches!(tls.source, CertificateSource::Acme { .. }) => {
            Err("certificate: none was issued yet; the log of the box says why".to_owned())
        }
        Err(why) => Err(format!("certificate: {}: {why}", certificate.display())),
    })
}

fn backup(municipality: &Municipality, data: &Path) -> Finding {
    match backups::lack(data, &municipality.door.backup, now()) {
        Some(BackupLack::Key) => Err(
            "backup: none was ever made; `allting backup key FOLDER` makes a recovery key, `allting backup` a backup"
                .to_owned(),
        ),
        Some(BackupLack::Any) => Err("backup: none was ever made; `allting backup` makes one".to_owned()),
        Some(BackupLack::Newer(at)) => Err(format!("backup: the last one is of {at}; `allting backup` makes one")),
        None => Ok(backups::last(data).map_or_else(
            || "backup: none".to_owned(),
            |last| format!("backup: the last one is of {} in {}", last.at, last.file),
        )),
    }
}

/// A box that runs answers at its own address.
fn portal(listen: SocketAddr) -> Finding {
    let near = near(listen);
    let answer = TcpStream::connect_timeout(&near, ANSWERS_WITHIN).and_then(|mut line| {
        line.set_read_timeout(Some(ANSWERS_WITHIN))?;
        line.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        line.take(4096).read_to_string(&mut answer)?;
        Ok(answer)
    });
    match answer {
        Ok(answer) if answer.contains(" 200 ") && answer.contains("ok,") => {
            Ok(format!("portal: answers at http://{near}/"))
        }
        Ok(_) => Err(format!("portal: another program answers at {near}; stop it, or change `web_listen`")),
        Err(why) => Err(format!(
            "portal: nothing answers at {near} ({why}); `systemctl status allting` tells whether the box runs"
        )),
    }
}

/// Of the file of map tiles; whether it is whole.
fn tiles(municipality: &Municipality, folder: &Path) -> Option<Finding> {
    let name = municipality.map.tiles.as_ref()?;
    Some(match web::Tiles::open(&folder.join(name)) {
        Ok(_) => Ok(format!("map tiles: {name} is whole")),
        Err(why) => Err(format!("map tiles: `{name}` is not shown: {why}")),
    })
}

/// The port is taken while the box runs: by it, as far as one can see from outside.
fn radio(listen: SocketAddr) -> Finding {
    match UdpSocket::bind(listen) {
        Ok(_) => Err(format!(
            "radio: nobody listens to gateways at {listen}; `systemctl status allting` tells whether the box runs"
        )),
        Err(why) if why.kind() == std::io::ErrorKind::AddrInUse => {
            let only_here = if listen.ip().is_loopback() { ", for gateways on this machine alone" } else { "" };
            Ok(format!("radio: somebody listens to gateways at {listen}{only_here}"))
        }
        Err(why) => Err(format!("radio: {listen} cannot be listened at ({why}); change `gwmp_listen`")),
    }
}

/// Where a socket that listens everywhere is reached from here.
fn near(listen: SocketAddr) -> SocketAddr {
    let ip = if listen.ip().is_unspecified() { std::net::Ipv4Addr::LOCALHOST.into() } else { listen.ip() };
    SocketAddr::new(ip, listen.port())
}
