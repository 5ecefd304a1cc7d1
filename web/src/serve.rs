use crate::{Portal, router};
use std::io;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Serves the portal until `stop` turns true. Live streams end then, and requests under way are answered.
pub async fn serve(listener: TcpListener, portal: Portal, mut stop: watch::Receiver<bool>) -> io::Result<()> {
    let closing = portal.clone();
    let stopped = async move {
        // An error says that nobody can tell us any more: that is a reason to stop as well.
        let _ = stop.wait_for(|stop| *stop).await;
        closing.close();
    };
    axum::serve(listener, router(portal)).with_graceful_shutdown(stopped).await
}
