//! Talk under places: what people write in the portal and under posts elsewhere, and what the municipality answers. Everybody reads it;
//! who writes has no account, and gets a receipt.

mod data;
mod page;
mod receipt;
mod shown;

pub(crate) use shown::{Remarks, author, channel_name};

use crate::router::Way;
use axum::routing::{get, post};

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
