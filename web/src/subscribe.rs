//! News by mail: the form, the link of the letter that confirms, and the way out that stands in every letter. Whoever writes an address
//! sees the same page, whether it is known or not; only who reads its mailbox learns more.

mod form;
mod links;

use crate::feeds::FeedLink;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::router::Way;
use crate::take_part::Hall;
use app::{App, SubscriptionError};
use axum::routing::get;
use std::sync::Arc;

/// Addresses for everybody.
pub(crate) fn answers() -> Vec<Way> {
    vec![
        ("/subscribe/stop/{code}", get(links::front).post(links::one_click)),
        ("/{lang}/subscribe", get(form::get).post(form::post)),
        ("/{lang}/subscribe/confirm/{code}", get(links::confirm).post(links::confirmed)),
        ("/{lang}/subscribe/stop/{code}", get(links::stop).post(links::stopped)),
    ]
}

/// Where news of something can be asked for by mail; none where no letters are written.
pub(crate) fn link(reader: &Reader, asked: &str, name: &str) -> Option<FeedLink> {
    reader.portal.hall.as_ref().filter(|hall| hall.app.takes_subscribers())?;
    let title = reader.speaker.text("subscribe-feed", &[("name", name.into())]);
    Some(FeedLink { href: format!("/{}/subscribe{asked}", reader.language()), kind: "text/html", title })
}

/// The box, where it writes letters.
fn hall(portal: &Portal) -> Result<Hall, Problem> {
    portal.hall.clone().ok_or_else(Problem::not_found)
}

/// Works away from the event loop.
async fn work<T: Send + 'static>(
    hall: &Hall,
    work: impl FnOnce(&App) -> Result<T, SubscriptionError> + Send + 'static,
) -> Result<T, Problem> {
    let app = Arc::clone(&hall.app);
    let done = tokio::task::spawn_blocking(move || work(&app)).await;
    done.map_err(Problem::internal)?.map_err(|error| match error {
        SubscriptionError::NoMail => Problem::not_found(),
        SubscriptionError::Wait(_) => Problem::refusal("problem-wait"),
        SubscriptionError::Full | SubscriptionError::Outbox(_) => Problem::refusal("problem-panel-closed"),
        SubscriptionError::Store(error) => Problem::internal(error),
    })
}
