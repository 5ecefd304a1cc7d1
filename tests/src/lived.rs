//! A past for a box that has none yet: the same simulated town, lived through the box's own `Ingest` with `now` in the past.

use anyhow::{Context, Result};
use app::{App, Ingest, Pass, Visitor};
use engagement::Visibility;
use model::activity::{
    Activity, ActivityId, ChoiceLook, Content, EntryId, Field, FieldKind, PagePath, Phase, Role, Verdict,
};
use model::{DataRate, DevAddr, DevEui, GatewayEui, Reception, Timestamp, Uplink};
use netserver::Action;
use std::collections::HashMap;
use std::io::{IsTerminal, Write, stdout};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use town::citizens::{Came, take_part, tap};
use town::leads::lead;
use town::panel;
use town::taps::taps;
use town::{HistoryFrame, history};

/// Frames in one transaction: few enough for memory, enough that a year takes a minute.
const FRAMES_AT_ONCE: usize = 500;

/// Lives through what is missing up to `now`: `days` for an empty box, else what came after its newest value.
pub(crate) fn live_through(folder: &Path, data: &Path, days: u32, now: Timestamp) -> Result<()> {
    let (app, warnings) = allting::assemble(folder, data)?;
    for warning in warnings {
        writeln!(stdout(), "{warning}")?;
    }
    if !app.municipality().sensors.is_empty() {
        hear(&app, days, now)?;
    }
    people_take_part(&app, now)
}

/// People who took part in an activity that is closed, and in one that is open.
const PEOPLE: [u64; 2] = [240, 60];
/// An activity that was always open began so long ago; of taps as much is shown beside the sensors.
const BEFORE: Duration = Duration::from_hours(56 * 24);
/// A guide is worked with since then.
const LED: Duration = Duration::from_hours(9 * 24);
/// So much of what was put forward nobody has looked at yet.
const STILL_WAITING: usize = 4;
/// Members of the panel came so long before the first activity opened.
const MOVED_IN_BEFORE: Duration = Duration::from_hours(30 * 24);
/// They are asked so long after one opened.
const MORNING: Duration = Duration::from_hours(9);
/// People put themselves on the list of an activity that long ago.
const WILLING_SINCE: Duration = Duration::from_hours(2 * 24);
/// So much before now the last one came: nobody is in the middle of it.
const LATELY: Duration = Duration::from_mins(30);

/// Lets people take part in the activities nobody has said anything in, on the days those are open, and publishes the reports of those that
/// are closed. A quick question gets what was tapped since it was last looked at.
fn people_take_part(app: &App, now: Timestamp) -> Result<()> {
    members_move_in(app, now)?;
    for activity in app.activity_list() {
        let last = app.store().read()?.entries(&activity.id, EntryId(0))?.last().transpose()?;
        let (name, opens) = (&activity.id, activity.opens.unwrap_or(now - BEFORE));
        if activity.recruiting.is_some() && app.recruiting(name)?.people.is_empty() && app.panel_can_write() {
            let willing = panel::put_themselves_on_the_list(app, &activity, now - WILLING_SINCE)?;
            writeln!(stdout(), "{willing} people put themselves on the list of {name}")?;
        }
        if activity.recruiting.is_some() {
            // Whoever is drawn answers afterwards, and nobody was drawn yet.
            continue;
        }
        let until = activity.closes.map_or(now, |closes| closes.min(now)) - LATELY;
        if activity.draft || until <= opens {
            continue;
        }
        if is_tapped(app, &activity, until)? {
            let tapped = tapped(app, &activity, last.map_or(opens, |entry| entry.at.at), now)?;
            writeln!(stdout(), "{tapped} people tapped an answer to {name}")?;
        } else if last.is_none() {
            if lead(app, &activity, opens.max(now - LED))? {
                writeln!(stdout(), "colleagues and their guests worked with {name}")?;
                continue;
            }
            if activity.phase(now) == Phase::Closed && app.panel_plan().is_some() && app.panel_can_write() {
                let (asked, answered) = panel::ask(app, &activity, opens + MORNING)?;
                writeln!(stdout(), "{answered} of {asked} members of the panel answered {name}")?;
            }
            let people = if activity.phase(now) == Phase::Closed { PEOPLE[0] } else { PEOPLE[1] };
            let finished = come(app, &activity, people, (opens, until))?;
            writeln!(stdout(), "{finished} of {people} people came to the end of {name}")?;
            look_at(app, name, until)?;
            if let Some(closes) = activity.closes.filter(|closes| *closes < now) {
                app.publish_report(name, closes + Duration::from_hours(24))?;
            }
        }
    }
    Ok(())
}

/// Staff let through what was put forward, but for the newest few, which still wait.
fn look_at(app: &App, activity: &ActivityId, now: Timestamp) -> Result<()> {
    let waiting: Vec<_> =
        app.put_forward(activity)?.into_iter().filter(|one| one.visibility == Visibility::Waiting).collect();
    for one in waiting.iter().skip(STILL_WAITING).filter(|one| one.warnings.is_empty()) {
        app.moderate(activity, one.entry.id, Verdict::LetThrough, now)?;
    }
    Ok(())
}

/// Gives a panel that nobody has joined its members, before the first activity opened.
fn members_move_in(app: &App, now: Timestamp) -> Result<()> {
    if app.panel_plan().is_none() || app.store().read()?.members()?.next().is_some() {
        return Ok(());
    }
    let first = app.activity_list().iter().filter_map(|activity| activity.opens).min();
    let moved = panel::move_in(app, first.unwrap_or(now) - MOVED_IN_BEFORE)?;
    writeln!(stdout(), "{moved} people are members of the panel")?;
    Ok(())
}

/// Whether it is asked at a place and answered with one tap.
fn is_tapped(app: &App, activity: &Activity, at: Timestamp) -> Result<bool> {
    let Some(path) = activity.places.first().and_then(|(place, _)| PagePath::at_place(place)) else { return Ok(false) };
    let languages = activity.languages.clone();
    let reader = Visitor { pass: Pass::Newcomer, role: Role::Anyone, door: None, languages, client: None, now: at };
    let shown = app.page_of(&activity.id, &reader, &path)?;
    let page = &shown.page.page;
    let forms = page.blocks.iter().enumerate().filter(|(_, block)| matches!(block.is, Content::Form(_)));
    let fields: Vec<&Field> = forms.flat_map(|(at, _)| page.fields_of(at)).collect();
    Ok(match fields.as_slice() {
        [Field { kind: FieldKind::Choice(choice), .. }] => choice.look == ChoiceLook::Buttons,
        _ => false,
    })
}

fn tapped(app: &App, activity: &Activity, from: Timestamp, now: Timestamp) -> Result<usize> {
    let places: Vec<_> = activity.places.iter().map(|(place, _)| place.clone()).collect();
    let taps = taps(&app.municipality(), &places, from, now);
    for one in &taps {
        tap(app, activity, one)?;
    }
    Ok(taps.len())
}

/// Most come in the first days, and some at the end. Says how many came to the end of it.
fn come(app: &App, activity: &Activity, people: u64, (opens, until): (Timestamp, Timestamp)) -> Result<u64> {
    let mut finished = 0;
    for who in 0..people {
        let part = (who * who * 1000 / (people * people)).min(999);
        let at = opens + until.since(opens) / 1000 * u32::try_from(part).unwrap_or(0);
        finished += u64::from(take_part(app, activity, who, at)? == Came::ToTheEnd);
    }
    Ok(finished)
}

/// Lives through what the sensors said.
fn hear(app: &Arc<App>, days: u32, now: Timestamp) -> Result<()> {
    let from = newest(app)?.unwrap_or(now - Duration::from_hours(u64::from(days) * 24));
    let gateway = app.municipality().gateways.first().context("the example has no gateway to hear by")?.eui;
    let mut ingest = Ingest::new(Arc::clone(app));
    let mut counters = HashMap::<DevEui, u32>::new();
    let municipality = app.municipality();
    let mut frames = history(&municipality, from, now).peekable();
    let mut lived = 0;
    while frames.peek().is_some() {
        let batch: Vec<HistoryFrame> = frames.by_ref().take(FRAMES_AT_ONCE).collect();
        let until = batch.last().map_or(now, |f| f.at);
        lived += batch.len();
        let actions: Vec<Action> =
            batch.into_iter().map(|frame| Action::Uplink(heard(frame, gateway, &mut counters))).collect();
        ingest.take(until, &actions)?;
        show_progress(from, until, now)?;
    }
    ingest.flush()?;
    writeln!(stdout(), "\rlived through {lived} uplinks, up to {now}")?;
    Ok(())
}

/// When the box last knew anything.
fn newest(app: &App) -> Result<Option<Timestamp>> {
    let snapshot = app.store().read()?;
    let mut newest = None;
    for row in snapshot.datastreams()? {
        newest = newest.max(snapshot.latest(row?.0)?.map(|observation| observation.phenomenon_time));
    }
    Ok(newest)
}

fn heard(frame: HistoryFrame, gateway: GatewayEui, counters: &mut HashMap<DevEui, u32>) -> Uplink {
    let counter = counters.entry(frame.dev_eui).or_default();
    *counter += 1;
    Uplink {
        dev_eui: frame.dev_eui,
        dev_addr: DevAddr(0),
        f_cnt: *counter,
        f_port: Some(frame.f_port),
        frm_payload: frame.payload,
        confirmed: false,
        adr: false,
        received_at: frame.at,
        frequency_hz: 868_100_000,
        data_rate: DataRate::Lora { spreading_factor: 7, bandwidth_khz: 125 },
        receptions: vec![Reception { gateway, rssi_dbm: -97.0, snr_db: Some(6.5), received_at: frame.at }],
    }
}

fn show_progress(from: Timestamp, until: Timestamp, now: Timestamp) -> Result<()> {
    let mut out = stdout();
    if out.is_terminal() {
        let percent = until.since(from).as_secs() * 100 / now.since(from).as_secs().max(1);
        write!(out, "\r{percent:3} %")?;
        out.flush()?;
    }
    Ok(())
}
