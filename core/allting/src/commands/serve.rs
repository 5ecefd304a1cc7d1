use super::Failure;
use crate::folder::Wrong;
use crate::running::{Running, Start, start};
use model::Slug;
use sd_notify::NotifyState;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};
use tracing::{info, warn};

/// `allting serve`: until it is told to stop.
pub(crate) fn run(folder: PathBuf, data: PathBuf) -> Result<(), Failure> {
    let filter = tracing_subscriber::EnvFilter::try_from_env("ALLTING_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let colour = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(colour).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(Start { folder, data, listen: None }))
}

async fn serve(how: Start) -> Result<(), Failure> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    // Trying again does not mend a folder, and systemd does not when it is told so.
    let mut running = start(how).await.map_err(|why| match why.downcast_ref::<Wrong>() {
        Some(wrong) => Failure::Wrong(wrong.to_string()),
        None => Failure::CouldNot(why),
    })?;
    running.warnings.iter().for_each(|w| warn!("{w}"));
    let municipality = running.app.municipality();
    let at = |scheme, address| reached(scheme, address, municipality.door.local_name.as_ref());
    info!("the portal is at {}/, gateways send to {} (UDP)", at("http", running.web), running.gwmp);
    if let (Some(https), Some(keeper)) = (running.https, &running.certificate) {
        let report = keeper.report();
        let own = report.own.fingerprint;
        info!("and at {}/; SHA-256 of the certificate that the box made: {own}", at("https", https));
        report.problem.iter().for_each(|problem| warn!("{problem}"));
    }
    if let Some(code) = &running.claim {
        let staff = running.steward.or(running.https).unwrap_or(running.web);
        let scheme = if running.https.is_some() { "https" } else { "http" };
        let staff = at(scheme, staff);
        warn!("nobody has claimed this box yet: open {staff}/staff/claim and type {code} (30 minutes)");
    }
    let _ = sd_notify::notify(&[NotifyState::Ready]);
    let healthy = watch_over(&running);
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        ended = running.ended() => return Ok(ended?),
        () = healthy => {}
    }
    info!("stopping: what was heard goes to disk");
    let _ = sd_notify::notify(&[NotifyState::Stopping]);
    Ok(running.stop().await?)
}

/// What somebody types to get there. Nobody can type the address of a socket that listens everywhere: the box has a name then.
fn reached(scheme: &str, address: SocketAddr, local_name: Option<&Slug>) -> String {
    let at = match local_name {
        Some(name) if address.ip().is_unspecified() => format!("{name}.local:{}", address.port()),
        _ => address.to_string(),
    };
    let usual = if scheme == "https" { ":443" } else { ":80" };
    format!("{scheme}://{}", at.strip_suffix(usual).unwrap_or(&at))
}

/// Tells systemd that the box is healthy as long as a page can really be read: a timer alone would pet a dead box.
fn watch_over(running: &Running) -> impl Future<Output = ()> + use<> {
    let app = std::sync::Arc::clone(&running.app);
    async move {
        let Some(limit) = sd_notify::watchdog_enabled() else { return std::future::pending().await };
        loop {
            tokio::time::sleep(limit / 3).await;
            let app = std::sync::Arc::clone(&app);
            let read = tokio::task::spawn_blocking(move || app.home(crate::clock::now()).is_ok());
            if matches!(tokio::time::timeout(Duration::from_secs(5), read).await, Ok(Ok(true))) {
                let _ = sd_notify::notify(&[NotifyState::Watchdog]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_is_told_can_be_typed_on_another_machine() {
        let name = Slug::new("allting").unwrap();
        for (scheme, address, told) in [
            ("https", "0.0.0.0:443", "https://allting.local"),
            ("http", "[::]:80", "http://allting.local"),
            ("https", "0.0.0.0:8443", "https://allting.local:8443"),
            ("https", "10.0.0.5:443", "https://10.0.0.5"),
            ("http", "[::1]:80", "http://[::1]"),
            ("http", "127.0.0.1:8080", "http://127.0.0.1:8080"),
        ] {
            assert_eq!(reached(scheme, address.parse().unwrap(), Some(&name)), told);
        }
        assert_eq!(reached("http", "0.0.0.0:80".parse().unwrap(), None), "http://0.0.0.0");
    }
}
