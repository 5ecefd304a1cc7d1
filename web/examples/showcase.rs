//! Serves the portal of an invented town, to look at: `cargo run -p web --example showcase -- 127.0.0.1:8080`. The library changes
//! every few seconds.

#[path = "../tests/town/mod.rs"]
mod town;

use std::sync::Arc;
use std::time::Duration;
use town::{NOW, Town};

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8080".to_owned());
    let town = Arc::new(Town::new());
    let portal = web::Portal::new(Arc::clone(&town) as Arc<dyn web::Source>, Arc::new(|| NOW)).with_components();
    if std::env::args().any(|arg| arg == "--live") {
        tokio::spawn(async move {
            for people in [8, 9, 31, 3].into_iter().cycle() {
                tokio::time::sleep(Duration::from_secs(4)).await;
                town.set("library", people);
            }
        });
    }
    let listener = tokio::net::TcpListener::bind(&address).await?;
    axum::serve(listener, web::router(portal)).await
}
