//! `GET /{lang}/staff/`: what needs me today.

use super::insider::{Answer, Insider};
use super::room::Done;
use crate::problem::Problem;
use crate::take_part::door_name;
use crate::view::Fragment;
use app::staff::Worry;
use app::{BackupLack, Told};
use axum::extract::Query;
use model::{Role, Words};
use serde::Serialize;
use words::Arg;

/// More than this on one page helps nobody.
const WORRIES_MAX: usize = 30;

#[derive(Debug, Serialize)]
struct Page {
    title: String,
    told: Option<String>,
    worries: Vec<Need>,
    more: usize,
    counts: Vec<Count>,
}

/// One thing that needs somebody, and where to go about it.
#[derive(Debug, Serialize)]
struct Need {
    text: String,
    /// Its language when that is not the page's.
    lang: Option<&'static str>,
    href: String,
    action: String,
    grave: bool,
    /// Where and what, line by line.
    faults: Vec<Fragment>,
}

#[derive(Debug, Serialize)]
struct Count {
    href: String,
    number: String,
    text: String,
}

pub(crate) async fn get(insider: Insider, Query(done): Query<Done>) -> Answer {
    let overview = insider.staff.overview(insider.reader.now).map_err(Problem::internal)?;
    let mut worries: Vec<Need> = Vec::new();
    if !insider.own.second_factor {
        worries.push(need(&insider, "no-factor", &[], "account/factor", false));
    }
    worries.extend(overview.worries.iter().map(|worry| of(&insider, worry)));
    let more = worries.len().saturating_sub(WORRIES_MAX);
    worries.truncate(WORRIES_MAX);
    let count = |room: &str, key: &str, (all, heard): (usize, usize)| Count {
        href: insider.to(room),
        number: insider.reader.speaker.number(number(all).into(), 0),
        text: insider.reader.speaker.text(key, &[("count", number(all).into()), ("heard", number(heard).into())]),
    };
    let page = Page {
        title: insider.text("staff-overview-title"),
        told: insider.told(done.done.as_deref()),
        worries,
        more,
        counts: vec![
            count("places", "staff-count-places", (overview.places, overview.places)),
            count("sensors", "staff-count-sensors", overview.sensors),
            count("gateways", "staff-count-gateways", overview.gateways),
        ],
    };
    insider.page("staff/overview.html", page.title.clone(), "", &page)
}

fn of(insider: &Insider, worry: &Worry) -> Need {
    let named = |name: &str| vec![("name", name.to_owned())];
    match worry {
        Worry::FolderRefused => {
            let faults = insider.staff.standing().refused.map(|refused| refused.faults).unwrap_or_default();
            let faults = faults.iter().map(|told| insider.of_the_folder(told)).collect();
            Need { faults, ..need(insider, "refused", &[], "history", true) }
        }
        Worry::RestartFor(keys) => need(insider, "restart", &named(&keys.join(", ")), "history", false),
        Worry::Warning(Told::Mistake(mistake)) => {
            let told = app::mistake_in(insider.reader.speaker, mistake);
            need(insider, "warning", &named(&format!("{}: {}", told.file, told.message)), "plugins", false)
        }
        Worry::Warning(Told::Words(text)) => {
            let first = text.lines().next().unwrap_or_default();
            // Plugins speak English.
            Need { lang: insider.english("").lang, ..need(insider, "warning", &named(first), "plugins", false) }
        }
        Worry::Backup(BackupLack::Key) => need(insider, "backup-key", &[], "", false),
        Worry::Backup(BackupLack::Any) => need(insider, "backup-none", &[], "", false),
        Worry::Backup(BackupLack::Newer(at)) => {
            let days = insider.reader.now.since(*at).as_secs() / 86_400;
            need(insider, "backup-old", &[("days", days.to_string())], "", true)
        }
        Worry::NotStoring(why) => need(insider, "not-storing", &named(why), "", true),
        Worry::HistoryLost(what) => need(insider, "history-lost", &named(what), "", true),
        Worry::RowsLost(count) => need(insider, "rows-lost", &[("count", count.to_string())], "", true),
        Worry::OutboxStuck(channel, why) => {
            let values = [("channel", door_name(channel.as_str(), &insider.reader)), ("why", why.clone())];
            need(insider, "outbox-stuck", &values, "outbox", true)
        }
        Worry::OutboxDead(count) => need(insider, "outbox-dead", &[("count", count.to_string())], "outbox", true),
        Worry::PostsWait(count) => need(insider, "posts-wait", &[("count", count.to_string())], "rules", true),
        Worry::RemarksWait(count) => need(insider, "remarks-wait", &[("count", count.to_string())], "talk", true),
        Worry::RemarksUnanswered(count, oldest) => {
            let days = insider.reader.now.since(*oldest).as_secs() / 86_400;
            let values = [("count", count.to_string()), ("days", days.to_string())];
            need(insider, "remarks-unanswered", &values, "talk?sort=unanswered", false)
        }
        Worry::TimeUnknown => need(insider, "time-unknown", &[], "", true),
        Worry::ClockSetBack(minutes) => need(insider, "clock-back", &[("minutes", minutes.to_string())], "", false),
        Worry::NoGateway => need(insider, "no-gateway", &[("port", insider.gateway_port())], "gateways", false),
        Worry::NoPlace => need(insider, "no-place", &[], "places/new", false),
        Worry::NoSensor => need(insider, "no-sensor", &[], "sensors/new", false),
        Worry::StrangerSeen(eui) => need(insider, "stranger", &named(eui), &format!("gateways/{eui}"), false),
        Worry::GatewaySilent(eui, name) => {
            need(insider, "gateway-silent", &named(name), &format!("gateways/{eui}"), true)
        }
        Worry::SensorSilent(id, name) => need(insider, "sensor-silent", &named(name), &format!("sensors/{id}"), true),
        Worry::NeverHeard(id, name) => need(insider, "never-heard", &named(name), &format!("sensors/{id}"), false),
        Worry::BatteryLow(id, name, percent) => {
            let values = [("name", name.clone()), ("percent", percent.to_string())];
            need(insider, "battery", &values, &format!("sensors/{id}"), true)
        }
        Worry::Waiting(id, title, count) => {
            of_activity(insider, "waiting", (title, *count), &format!("activities/{id}/said"))
        }
        Worry::Overdue(id, title, count) => {
            of_activity(insider, "overdue", (title, *count), &format!("activities/{id}/outcomes"))
        }
        Worry::UnderTest(id, name) => need(insider, "under-test", &named(name), &format!("sensors/{id}"), false),
    }
}

/// A sentence of so many things in an activity.
fn of_activity(insider: &Insider, key: &str, (title, count): (&Words, usize), path: &str) -> Need {
    let name = title.best(insider.reader.language()).0;
    told(insider, key, &[("name", name.into()), ("count", number(count).into())], path, false)
}

fn need(insider: &Insider, key: &str, values: &[(&str, String)], path: &str, grave: bool) -> Need {
    let values: Vec<_> = values.iter().map(|(name, value)| (*name, Arg::from(value))).collect();
    told(insider, key, &values, path, grave)
}

fn told(insider: &Insider, key: &str, values: &[(&str, Arg<'_>)], path: &str, grave: bool) -> Need {
    // A viewer is told, and sent where they can look.
    let viewer = insider.own.role < Role::Steward;
    let path = if viewer { path.split('/').next().unwrap_or_default() } else { path };
    Need {
        text: insider.reader.speaker.text(&format!("staff-need-{key}"), values),
        lang: None,
        href: insider.to(path),
        action: insider.text(&format!("staff-need-{key}-do")),
        grave,
        faults: Vec::new(),
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
