//! What staff do about what could not leave the box.

use super::sessions::Colleague;
use super::{Staff, line};
use crate::outbox::{DeliveryError, OutboxReport};
use model::{DeliveryId, PublicationText, Timestamp};
use store::StoreError;

impl Staff {
    /// How the outbox stands, with at most so many lines.
    pub fn outbox(&self, lines_max: usize, now: Timestamp) -> Result<OutboxReport, StoreError> {
        self.app.outbox_report(lines_max, now)
    }

    /// What a post in the outbox says, while it is kept; none of a letter.
    pub fn delivery_texts(&self, id: DeliveryId) -> Result<Option<Vec<PublicationText>>, StoreError> {
        self.app.delivery_texts(id)
    }

    /// Sends again what was given up.
    pub fn resend(&self, by: &Colleague, id: DeliveryId, now: Timestamp) -> Result<(), DeliveryError> {
        self.app.resend_delivery(id, now)?;
        Ok(self.write(|tx| tx.audit(&line(now, Some(&by.login), "resent", &id.to_string())))?)
    }

    /// Takes back what waits, or was given up.
    pub fn take_back(&self, by: &Colleague, id: DeliveryId, now: Timestamp) -> Result<(), DeliveryError> {
        self.app.drop_delivery(id, now)?;
        Ok(self.write(|tx| tx.audit(&line(now, Some(&by.login), "taken-back", &id.to_string())))?)
    }
}
