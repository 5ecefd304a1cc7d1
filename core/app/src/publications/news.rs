//! What everybody may read of what was said: the news of the portal, and what was taken back.

use crate::portal::App;
use model::{PlaceId, PublicationId, PublicationRecord, Timestamp};
use store::StoreError;

/// News are looked for among so many of the newest rows: a page must not read them all.
const LOOKED_FOR: usize = 600;

impl App {
    /// The newest that everybody may read, newest first, behind `skipped` others.
    pub fn news(&self, at_most: usize, skipped: usize, now: Timestamp) -> Result<Vec<PublicationRecord>, StoreError> {
        let mut news = self.newest_publications(LOOKED_FOR)?;
        news.retain(|record| record.is_public(now));
        // What was scheduled is as new as its day.
        news.sort_by_key(|record| std::cmp::Reverse((record.due_at, record.id)));
        Ok(news.into_iter().skip(skipped).take(at_most).collect())
    }

    /// The newest that are about a place: itself, or something to take part in there. What has lost its value is left out.
    pub fn news_of(
        &self,
        place: &PlaceId,
        at_most: usize,
        now: Timestamp,
    ) -> Result<Vec<PublicationRecord>, StoreError> {
        let about: Vec<_> = self
            .activity_list()
            .into_iter()
            .filter(|activity| activity.places.iter().any(|(id, _)| id == place))
            .map(|activity| activity.id)
            .collect();
        let mut news = self.news(LOOKED_FOR, 0, now)?;
        news.retain(|record| {
            let here =
                record.place.as_ref() == Some(place) || record.activity.as_ref().is_some_and(|id| about.contains(id));
            here && has_value(record, now)
        });
        news.truncate(at_most);
        Ok(news)
    }

    /// The newest that have value still.
    pub fn newest_news(&self, at_most: usize, now: Timestamp) -> Result<Vec<PublicationRecord>, StoreError> {
        let mut news = self.news(LOOKED_FOR, 0, now)?;
        news.retain(|record| has_value(record, now));
        news.truncate(at_most);
        Ok(news)
    }

    /// One of them, if everybody may read it.
    pub fn news_item(&self, id: PublicationId, now: Timestamp) -> Result<Option<PublicationRecord>, StoreError> {
        Ok(self.store().read()?.publication(id)?.filter(|record| record.is_public(now)))
    }
}

/// "Busy now" is no news an hour later.
fn has_value(record: &PublicationRecord, now: Timestamp) -> bool {
    record.expires_at.is_none_or(|at| at > now)
}
