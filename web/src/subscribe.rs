//! News by mail, or in a browser: the form, the link of the letter that confirms, and the way out that stands in every letter and message.
//! Whoever writes an address sees the same page, whether it is known or not; only who reads its mailbox learns more.

mod browser;
mod form;
mod links;

use crate::feeds::FeedLink;
use crate::portal::Portal;
use crate::problem::Problem;
use crate::reader::Reader;
use crate::router::Way;
use crate::take_part::Hall;
use app::{App, SubscriptionError};
use axum::routing::{get, post};
use std::sync::Arc;

/// Addresses for everybody.
pub(crate) fn answers() -> Vec<Way> {
    vec![
        ("/subscribe/stop/{code}", get(links::front).post(links::one_click)),
        ("/subscribe/worker.js", get(browser::worker)),
        ("/{lang}/subscribe", get(form::get).post(form::post)),
        ("/{lang}/subscribe/browser", post(browser::asks)),
        ("/{lang}/subscribe/browser/stop", post(browser::stops)),
        ("/{lang}/subscribe/confirm/{code}", get(links::confirm).post(links::confirmed)),
        ("/{lang}/subscribe/stop/{code}", get(links::stop).post(links::stopped)),
    ]
}

/// Where news of something can be asked for; none where neither letters are written nor anything is pushed.
pub(crate) fn link(reader: &Reader, asked: &str, name: &str) -> Option<FeedLink> {
    let ways = Ways::of(&reader.portal.hall.as_ref()?.app)?;
    let key = ways.key_for("subscribe-feed");
    let title = reader.speaker.text(&key, &[("name", name.into())]);
    Some(FeedLink { href: format!("/{}/subscribe{asked}", reader.language()), kind: "text/html", title })
}

/// By what news can be had.
struct Ways {
    mail: bool,
    /// The public key that browsers ask with.
    browsers: Option<String>,
}

impl Ways {
    /// None where there is neither.
    fn of(app: &App) -> Option<Self> {
        let ways = Self { mail: app.takes_subscribers(), browsers: app.takes_browsers() };
        (ways.mail || ways.browsers.is_some()).then_some(ways)
    }

    /// A text that says by what.
    fn key_for(&self, key: &str) -> String {
        match (self.mail, &self.browsers) {
            (true, None) => key.to_owned(),
            (true, Some(_)) => format!("{key}-both"),
            (false, _) => format!("{key}-here"),
        }
    }
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
        SubscriptionError::NoMail | SubscriptionError::NoPush => Problem::not_found(),
        SubscriptionError::PushService => Problem::bad_form(),
        SubscriptionError::Wait(_) => Problem::refusal("problem-wait"),
        SubscriptionError::Full | SubscriptionError::Outbox(_) => Problem::refusal("problem-panel-closed"),
        SubscriptionError::Store(error) => Problem::internal(error),
    })
}
