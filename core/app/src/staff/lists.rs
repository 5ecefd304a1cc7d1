//! Sensors by the list: what a spreadsheet or another network server wrote down comes into the folder, all of it or nothing.

use super::Staff;
use super::desk::ChangeError;
use super::sessions::Colleague;
use config::{Choices, Diagnostic, Enrolment, List, Maker};
use model::Timestamp;
use std::collections::BTreeMap;
use std::sync::PoisonError;

/// Why a list was not taken in.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// All that is wrong with it, each with line and column.
    #[error("{} mistakes in the list", .0.len())]
    Mistakes(Vec<Diagnostic>),
    /// The folder could not be changed.
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl Staff {
    /// What taking a list in would bring. Nothing is written.
    pub fn try_list(&self, list: &List, choices: &Choices) -> Result<Enrolment, ListError> {
        let folder = self.filing.read().map_err(ChangeError::from)?;
        config::enrol(&folder, list, &self.with_models(choices)).map_err(ListError::Mistakes)
    }

    /// Takes a list in.
    pub fn take_list(
        &self,
        by: &Colleague,
        list: &List,
        choices: &Choices,
        now: Timestamp,
    ) -> Result<Enrolment, ListError> {
        let _turn = self.editing.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = self.filing.read().map_err(ChangeError::from)?;
        let enrolment = config::enrol(&folder, list, &self.with_models(choices)).map_err(ListError::Mistakes)?;
        if !enrolment.files.is_empty() {
            let subject = enrolment.sensors.len().to_string();
            self.put(by, "sensors-imported", &subject, &folder, &enrolment.files, now)?;
        }
        Ok(enrolment)
    }

    /// The same, with what the decoders that are loaded call their models.
    fn with_models(&self, choices: &Choices) -> Choices {
        let configured = self.app.configured();
        let asking = configured
            .decoders
            .plugins()
            .filter(|(id, _)| Maker::of_decoder(id.as_str()).is_some_and(|m| m.asks_model));
        let names = |(id, decoder): (&model::DecoderId, &plugin_host::Decoder)| {
            let listed =
                decoder.description().schema.pointer("/properties/model/enum").and_then(|list| list.as_array());
            let names = listed.into_iter().flatten().filter_map(|name| Some(name.as_str()?.to_owned())).collect();
            (id.to_string(), names)
        };
        let models: BTreeMap<String, Vec<String>> = asking.map(names).collect();
        Choices { models, ..choices.clone() }
    }
}
