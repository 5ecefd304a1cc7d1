//! `GET /{lang}/take-part/{id}/live/...`: tells a page on which contributions stand that there are new ones, as server-sent events. What is
//! new is read from the page itself. Pages that show nobody's words tell nothing: when somebody answers a survey is nobody's business.

use super::hall;
use crate::live::{BEAT, HEARTBEAT, Says, event, stream};
use crate::problem::Problem;
use crate::reader::Reader;
use axum::extract::Path;
use axum::response::Response;
use model::activity::{ActivityId, Content, Page, PagePath};
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::{sleep, timeout};

/// However much is written, a page hears of it at most this often.
const PACE: Duration = Duration::from_secs(3);

pub(crate) async fn get(reader: Reader, Path(path): Path<Vec<String>>) -> Result<Response, Problem> {
    let hall = hall(&reader.portal)?;
    let activity = hall.public(path.get(1).map_or("", String::as_str))?;
    let at = PagePath::new(path.get(2).map_or("", String::as_str)).map_err(|_| Problem::not_found())?;
    let (visitor, id) = (hall.visitor(&reader, &activity, app::Pass::Newcomer), activity.id.clone());
    let news = hall.app.follow_activities();
    let page = hall.work(move |app| app.page_of(&id, &visitor, &at)).await?;
    if !shows_words(&page.page.page) {
        return Err(Problem::not_found());
    }
    let seat = reader.portal.live.viewer()?;
    Ok(stream(seat, "text/event-stream", |says| tell(activity.id, news, says)))
}

/// Whether people's contributions stand on it.
pub(super) fn shows_words(page: &Page) -> bool {
    page.blocks.iter().any(|block| matches!(block.is, Content::Map(_) | Content::Board(_) | Content::Notes(_)))
}

async fn tell(id: ActivityId, mut news: Receiver<ActivityId>, says: Says) {
    loop {
        let said = match timeout(HEARTBEAT, news_of(&id, &mut news)).await {
            Ok(()) => event("new", "{}"),
            Err(_) => BEAT,
        };
        if says.send(said).await.is_err() {
            return;
        }
        sleep(PACE).await;
    }
}

/// Waits for news of this activity. Missed news may have been of it.
async fn news_of(id: &ActivityId, news: &mut Receiver<ActivityId>) {
    loop {
        match news.recv().await {
            Ok(of) if of != *id => {}
            Ok(_) | Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending().await,
        }
    }
}
