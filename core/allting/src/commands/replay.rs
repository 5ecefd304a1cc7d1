use super::{Failure, complain, say};
use crate::running::assemble;
use app::{Difference, Faults, ReplayReport};
use clap::Args;
use model::{Calendar, Datastream, Day, SensorId, Slug, Timestamp, Value};
use std::fmt::Write as _;
use std::io::IsTerminal;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// The municipality's folder of TOML
    folder: PathBuf,
    /// Where the data lies; the box that uses it must be stopped
    #[arg(long)]
    data: PathBuf,
    /// Only this sensor
    #[arg(long)]
    sensor: Option<String>,
    /// Only what was received from here on: 2026-07-01 (local), or 2026-07-01T12:00:00Z
    #[arg(long)]
    since: Option<String>,
    /// Only what was received before this
    #[arg(long)]
    until: Option<String>,
    /// Corrects the history; without it, only shows what is different
    #[arg(long)]
    apply: bool,
}

/// Where history is lived through once more, beside the data file.
const SCRATCH: &str = "replay.redb";

/// `allting replay`: shows what the decoders of today make of what was heard then, and with `--apply` keeps it.
pub(crate) fn run(asked: &Replay) -> Result<(), Failure> {
    let (app, warnings) = assemble(&asked.folder, &asked.data)?;
    for warning in &warnings {
        complain(warning);
    }
    let sensor = asked.sensor.as_deref().map(Slug::new).transpose().map_err(|e| Failure::Wrong(e.to_string()))?;
    let calendar = &app.municipality().calendar;
    let moment = |text: &Option<String>| text.as_deref().map(|text| moment(calendar, text)).transpose();
    let since = moment(&asked.since).map_err(Failure::Wrong)?.unwrap_or(Timestamp::from_ms(i64::MIN));
    let until = moment(&asked.until).map_err(Failure::Wrong)?.unwrap_or(Timestamp::from_ms(i64::MAX));
    let replay = app.replay(since..until, sensor.as_ref(), &asked.data.join(SCRATCH), &mut follow("decoding"));
    let replay = replay.map_err(refused)?;
    say(told(replay.report()).trim_end());
    match (asked.apply, replay.report().differences()) {
        (true, 0) | (false, _) => {}
        (true, _) => {
            let corrected = replay.apply(&mut follow("correcting")).map_err(refused)?;
            app.store().settle()?;
            say(&format!("{corrected} observations corrected; hours and days follow them."));
        }
    }
    if !asked.apply && replay.report().differences() > 0 {
        say("Nothing was changed. `--apply` corrects the history; it can be run again when it was interrupted.");
    }
    Ok(())
}

fn refused(error: app::ReplayError) -> Failure {
    match error {
        app::ReplayError::UnknownSensor(_) => Failure::Wrong(error.to_string()),
        other => other.into(),
    }
}

/// A local day or a moment.
fn moment(calendar: &Calendar, text: &str) -> Result<Timestamp, String> {
    let day = || text.parse::<Day>().ok().map(|day| calendar.day_start(day));
    Timestamp::from_rfc3339(text)
        .or_else(day)
        .ok_or_else(|| format!("`{text}` is no moment: expected a day such as 2026-07-01, or 2026-07-01T12:00:00Z"))
}

/// How far it is, for who sits and waits: once for each day of history.
fn follow(doing: &'static str) -> impl FnMut(Timestamp) {
    const DAY_MS: i64 = 86_400_000;
    let watched = std::io::stderr().is_terminal();
    let mut told = None;
    move |at| {
        let day = at.as_ms().div_euclid(DAY_MS);
        if watched && told != Some(day) {
            told = Some(day);
            complain(&format!("{doing} {at}"));
        }
    }
}

fn told(report: &ReplayReport) -> String {
    let mut text = format!("{} frames decoded again.\n", report.frames);
    let mut same = 0;
    for (stream, difference) in &report.streams {
        same += difference.unchanged;
        if difference.added + difference.removed + difference.changed > 0 {
            tell_stream(&mut text, stream, difference);
        }
    }
    for (sensor, faults) in &report.faults {
        tell_faults(&mut text, sensor, faults);
    }
    if report.damaged_frames > 0 {
        _ = writeln!(text, "{} frames are damaged on disk; what they said stays as it is.", report.damaged_frames);
    }
    for sensor in &report.left {
        _ = writeln!(text, "{sensor}: left as it is, for its decoder is not installed or fails its examples.");
    }
    _ = writeln!(text, "{same} observations are the same, {} are different.", report.differences());
    text
}

fn tell_stream(text: &mut String, stream: &Datastream, difference: &Difference) {
    let Datastream { place, sensor, property, part } = stream;
    let part = part.as_ref().map_or(String::new(), |part| format!(" ({part})"));
    let Difference { unchanged, added, removed, changed, examples } = difference;
    _ = writeln!(
        text,
        "{sensor} {property}{part} at {place}: {added} added, {removed} removed, {changed} changed, \
         {unchanged} the same"
    );
    for example in examples {
        let shown = |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), shown);
        _ = writeln!(text, "    {}: {} -> {}", example.at, shown(&example.before), shown(&example.after));
    }
}

fn tell_faults(text: &mut String, sensor: &SensorId, faults: &Faults) {
    let Faults { before, after, example } = faults;
    let example = example.as_ref().map_or(String::new(), |example| format!(": {example}"));
    _ = writeln!(text, "{sensor}: {after} frames are not understood ({before} were not){example}");
}

fn shown(value: &Value) -> String {
    match value {
        Value::Number(n) => n.to_string(),
        Value::Integer(n) => n.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::Flag(flag) => flag.to_string(),
    }
}
