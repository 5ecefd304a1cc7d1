//! Says in the log when a sensor or a gateway falls silent, and when it is back: once each.

use crate::orders::RadioReport;
use crate::portal::App;
use crate::radio::Clock;
use model::Timestamp;
use netserver::Report;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use store::StoreError;
use tokio::sync::watch;
use tokio::time::sleep;

/// How often to look.
const LOOK_EVERY: Duration = Duration::from_mins(1);

/// A gateway asks for downlinks several times a minute, whether devices speak or not.
pub(crate) const GATEWAY_SILENT_AFTER: Duration = Duration::from_mins(5);

/// Who is silent, and was told to be.
#[derive(Debug, Default)]
struct Watch {
    silent: BTreeMap<String, Timestamp>,
}

impl Watch {
    fn news(&mut self, app: &App, radio: Option<&Report>, now: Timestamp) -> Result<Vec<String>, StoreError> {
        let sensors = app.sensor_health(now, None)?.into_iter();
        let sensors = sensors.filter_map(|s| Some((format!("sensor {} at {}", s.sensor, s.place), s.silent_since?)));
        let gateways = radio.into_iter().flat_map(|report| &report.gateways);
        let gateways = gateways.filter_map(|g| {
            let since = g.last_heard.filter(|at| now.since(*at) > GATEWAY_SILENT_AFTER)?;
            Some((format!("gateway {}", g.eui), since))
        });
        let silent: BTreeMap<String, Timestamp> = sensors.chain(gateways).collect();
        let fell = silent.iter().filter(|(who, _)| !self.silent.contains_key(*who));
        let mut lines: Vec<String> = fell.map(|(who, since)| format!("{who} is silent since {since}")).collect();
        let back = self.silent.keys().filter(|who| !silent.contains_key(*who));
        lines.extend(back.map(|who| format!("{who} is heard again")));
        self.silent = silent;
        Ok(lines)
    }
}

/// Watches until `stop` turns true.
pub async fn run_watch(app: Arc<App>, radio: RadioReport, clock: Clock, mut stop: watch::Receiver<bool>) {
    let mut watch = Watch::default();
    while !*stop.borrow() {
        tokio::select! {
            () = sleep(LOOK_EVERY) => {}
            _ = stop.changed() => return,
        }
        let (app, report, now) = (Arc::clone(&app), radio.newest(), clock());
        let looked = tokio::task::spawn_blocking(move || {
            let news = watch.news(&app, report.as_ref(), now);
            (watch, news)
        });
        let Ok((again, news)) = looked.await else { return };
        watch = again;
        match news {
            Ok(lines) => lines.iter().for_each(|line| tracing::warn!("{line}")),
            Err(error) => tracing::error!(%error, "the health of the sensors could not be read"),
        }
    }
}
