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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DecoderSet;
    use config::Folder;
    use model::GatewayEui;
    use netserver::GatewayReport;
    use store::{Options, Store};

    fn heard_at(at: Timestamp) -> Report {
        let gateway = GatewayReport {
            eui: GatewayEui([1; 8]),
            downlink_address: None,
            last_heard: Some(at),
            received: 0,
            downlinks: 0,
            stat: None,
            bands: Vec::new(),
        };
        Report { gateways: vec![gateway], ..Report::default() }
    }

    #[test]
    fn a_gateway_that_falls_silent_is_told_once_and_told_again_when_it_is_heard() {
        let folder = tempfile::tempdir().unwrap();
        let (municipality, _) = config::read(&Folder::default()).unwrap();
        let store = Store::open(&folder.path().join("allting.redb"), Options::default()).unwrap();
        let app = App::new(municipality, store, DecoderSet::default()).unwrap();
        let begun = Timestamp::from_seconds(1_790_000_000);
        let after = |minutes| begun + Duration::from_mins(minutes);
        let mut watch = Watch::default();
        let mut told = |report: &Report, now| watch.news(&app, Some(report), now).unwrap();
        assert_eq!(told(&heard_at(begun), after(4)), [] as [String; 0]);
        let silent = format!("gateway 0101010101010101 is silent since {begun}");
        assert_eq!(told(&heard_at(begun), after(6)), [silent]);
        assert_eq!(told(&heard_at(begun), after(7)), [] as [String; 0], "once is enough");
        assert_eq!(told(&heard_at(after(8)), after(8)), ["gateway 0101010101010101 is heard again"]);
    }
}
