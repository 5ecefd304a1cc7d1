//! Talk under places: what people write in the portal and under posts elsewhere, and what the municipality answers. Everybody reads it;
//! who writes has no account, and gets a receipt.

mod data;
mod page;
mod receipt;
mod shown;

pub(crate) use shown::{Remarks, author, channel_name};

use crate::problem::Problem;
use crate::router::Way;
use crate::take_part::Hall;
use app::App;
use axum::routing::{get, post};
use std::fmt::Display;
use std::sync::Arc;

/// Addresses for everybody.
pub(crate) fn answers() -> Vec<Way> {
    vec![
        ("/{lang}/places/{id}/talk", get(page::get).post(page::post)),
        ("/{lang}/places/{id}/talk.csv", get(data::csv)),
        ("/{lang}/places/{id}/talk.json", get(data::json)),
        ("/{lang}/places/{id}/talk/receipt", get(receipt::get).post(receipt::post)),
        ("/{lang}/places/{id}/talk/receipt/erase", post(receipt::erase)),
    ]
}

/// Works away from the event loop.
pub(crate) async fn work<T: Send + 'static, E: Display + Send + 'static>(
    hall: &Hall,
    work: impl FnOnce(&App) -> Result<T, E> + Send + 'static,
) -> Result<Result<T, E>, Problem> {
    let app = Arc::clone(&hall.app);
    tokio::task::spawn_blocking(move || work(&app)).await.map_err(Problem::internal)
}
