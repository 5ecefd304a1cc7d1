//! Those who get news by mail. All that is known of one is sealed with a key of their own, so that who stops is gone from every copy of
//! the file. The rows are what the caller wrote: only it can read them.

use crate::error::StoreError;
use crate::keyring::{Keyring, Slot};
use crate::keys::Key;
use crate::outbox::{NewDelivery, OutboxFull, Queued};
use crate::people::bound_to;
use crate::snapshot::{Snapshot, all};
use crate::stored::Sealed;
use crate::tables::SUBSCRIBERS;
use crate::transaction::Transaction;
use model::SubscriberId;

/// The number of a subscriber.
impl Key<8> for SubscriberId {
    fn to_bytes(&self) -> [u8; 8] {
        self.0.to_be_bytes()
    }

    fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(u64::from_be_bytes(bytes))
    }
}

impl Snapshot {
    /// Every subscriber, in an order that tells nothing. Who was erased is not among them, nor whose row is damaged.
    pub fn subscribers(&self) -> Result<Vec<(SubscriberId, Vec<u8>)>, StoreError> {
        let mut found = Vec::new();
        for row in all(&SUBSCRIBERS, self.view())? {
            let (id, sealed) = match row {
                Err(StoreError::Corrupt(_)) => continue,
                row => row?,
            };
            found.extend(opened(self.keyring(), id, &sealed)?.map(|person| (id, person)));
        }
        Ok(found)
    }

    /// A subscriber.
    pub fn subscriber(&self, id: SubscriberId) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(sealed) = SUBSCRIBERS.get(self.view(), &id)? else { return Ok(None) };
        opened(self.keyring(), id, &sealed)
    }
}

impl Transaction<'_> {
    /// A subscriber, as this transaction sees it.
    pub fn subscriber(&self, id: SubscriberId) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(sealed) = SUBSCRIBERS.get_written(self.write(), &id)? else { return Ok(None) };
        opened(self.keyring(), id, &sealed)
    }

    /// Keeps a subscriber.
    pub fn put_subscriber(&self, id: SubscriberId, person: &[u8]) -> Result<(), StoreError> {
        let slot = match self.slot_of_subscriber(id)? {
            Some(slot) => slot,
            None => self.new_slot()?,
        };
        let bytes = self.keyring().seal(slot, &[], &bound_to(SUBSCRIBERS.raw.name, &id.to_bytes()), person)?;
        SUBSCRIBERS.put(self.write(), &id, &Sealed { slot, bytes });
        Ok(())
    }

    /// Erases a subscriber: the row goes, and with the commit the key, and with that what letters to them still say. Says whether there
    /// was one.
    pub fn erase_subscriber(&self, id: SubscriberId) -> Result<bool, StoreError> {
        let Some(sealed) = SUBSCRIBERS.get_written(self.write(), &id)? else { return Ok(false) };
        self.erase_slot(sealed.slot);
        self.veil();
        SUBSCRIBERS.remove(self.write(), &id)
    }

    /// Puts a letter to a subscriber into the outbox: what it says is sealed with their own key, and goes with them.
    pub fn put_delivery_to_subscriber(
        &self,
        id: SubscriberId,
        new: &NewDelivery<'_>,
    ) -> Result<Result<Queued, OutboxFull>, StoreError> {
        self.put_sealed(new, self.slot_of_subscriber(id)?)
    }

    fn slot_of_subscriber(&self, id: SubscriberId) -> Result<Option<Slot>, StoreError> {
        let slot = SUBSCRIBERS.get_written(self.write(), &id)?.map(|sealed| sealed.slot);
        Ok(match slot {
            Some(slot) if self.keyring().holds(slot)? => Some(slot),
            _ => None,
        })
    }
}

/// None when the key was erased.
fn opened(keyring: &Keyring, id: SubscriberId, sealed: &Sealed) -> Result<Option<Vec<u8>>, StoreError> {
    keyring.open_sealed(sealed.slot, &[], &bound_to(SUBSCRIBERS.raw.name, &id.to_bytes()), &sealed.bytes)
}
