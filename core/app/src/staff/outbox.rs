//! What staff do about what could not leave the box.

use super::sessions::Colleague;
use super::{Staff, line};
use crate::outbox::{DeliveryError, OutboxReport};
use engagement::PublicCount;
use model::{DeliveryId, PublicationText, Timestamp};
use store::StoreError;

impl Staff {
    /// How the outbox stands, with at most so many lines.
    pub fn outbox(&self, lines_max: usize, now: Timestamp) -> Result<OutboxReport, StoreError> {
        self.app.outbox_report(lines_max, now)
    }

    /// How many get news by mail; it has passed the gate. None where nobody can.
    pub fn subscriber_count(&self) -> Result<Option<PublicCount>, StoreError> {
        if !self.app.takes_subscribers() {
            return Ok(None);
        }
        let count = u32::try_from(self.app.subscriber_count()?).unwrap_or(u32::MAX);
        Ok(Some(self.app.gate().count(f64::from(count))))
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
