//! A report is published: frozen as it is, in every language of the activity. Its figures have passed the gate, so they stay when details
//! are erased later; what people wrote is never frozen but looked up, so it goes with its author.

use super::report::{Counting, Report};
use super::{ActivityError, json};
use crate::portal::App;
use model::Timestamp;
use model::activity::{ActivityId, Tag};
use serde_json::{Map, Value};
use store::Durability;

/// A report as it was published.
#[derive(Clone, Debug, PartialEq)]
pub struct PublishedReport {
    /// When.
    pub published_at: Timestamp,
    /// What it said then; the words that people wrote are those that still stand and are listed.
    pub report: Report,
}

impl App {
    /// Publishes the report on an activity as it stands now, in place of an earlier one.
    pub fn publish_report(&self, id: &ActivityId, now: Timestamp) -> Result<(), ActivityError> {
        self.freeze_report(id, now)
    }

    /// Takes the published report back; says whether there was one.
    pub fn withdraw_report(&self, id: &ActivityId) -> Result<bool, ActivityError> {
        self.running(id)?;
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        let was_there = transaction.remove_report(id)?;
        transaction.commit(Durability::Now)?;
        Ok(was_there)
    }

    /// The published report, in the first of `languages` the activity is held in; none when there is none.
    pub fn published_report(
        &self,
        id: &ActivityId,
        languages: &[Tag],
        now: Timestamp,
    ) -> Result<Option<PublishedReport>, ActivityError> {
        self.running(id)?;
        let Some((published_at, text)) = self.store().read()?.report(id)? else { return Ok(None) };
        let frozen: Map<String, Value> = serde_json::from_str(&text).unwrap_or_default();
        let wanted = languages.iter().find_map(|language| frozen.get(language.as_str()));
        let Some(report) = wanted.or_else(|| frozen.values().next()).and_then(json::read_report) else {
            return Ok(None);
        };
        let texts = self.listed_words(id, languages, now).unwrap_or_default();
        Ok(Some(PublishedReport { published_at, report: Report { texts, ..report } }))
    }

    /// When the report that is published was; none when there is none.
    pub fn report_published_at(&self, id: &ActivityId) -> Result<Option<Timestamp>, ActivityError> {
        Ok(self.store().read()?.report(id)?.map(|(published_at, _)| published_at))
    }

    /// The report as JSON, for programs and stewards: the public figures, and words that are listed.
    pub fn report_json(&self, report: &Report) -> Value {
        let mut value = json::report(report);
        if let Some(fields) = value.as_object_mut() {
            fields.insert("texts".to_owned(), report.texts.iter().map(json::question).collect());
        }
        value
    }

    pub(super) fn freeze_report(&self, id: &ActivityId, now: Timestamp) -> Result<(), ActivityError> {
        let running = self.running(id)?;
        let mut frozen = Map::new();
        for language in &running.activity.languages {
            let report = self.report(id, std::slice::from_ref(language), now, Counting::All)?;
            frozen.insert(language.as_str().to_owned(), json::report(&report));
        }
        let municipality = self.municipality();
        let transaction = self.store().begin(&municipality.calendar)?;
        transaction.put_report(id, now, Value::Object(frozen).to_string())?;
        transaction.commit(Durability::Now)?;
        self.tell_activity(id);
        Ok(())
    }
}
