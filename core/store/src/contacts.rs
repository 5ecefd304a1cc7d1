//! Addresses of those who want to be told what happened. They lie apart from all that was said: the code that a person holds leads to both,
//! and neither leads to the other.

use crate::error::StoreError;
use crate::keyring::Keyring;
use crate::keys::{Digest, DigestKey, Key};
use crate::people::bound_to;
use crate::snapshot::Snapshot;
use crate::stored::Sealed;
use crate::tables::CONTACTS;
use crate::transaction::Transaction;
use model::activity::{ActivityId, Tag};
use std::fmt;
use std::ops::Bound;

/// An address that somebody left to be told what happened.
#[derive(Clone, PartialEq, Eq)]
pub struct Contact {
    /// By which it is found: the keyed hash of their code. It leads to nothing they said.
    pub digest: Digest,
    /// The address.
    pub address: String,
    /// The language they read; none for those who left it before languages were kept.
    pub language: Option<Tag>,
}

impl Snapshot {
    /// The address that somebody left, by the keyed hash of their code.
    pub fn contact(&self, activity: &ActivityId, digest: &Digest) -> Result<Option<String>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(None) };
        let key = DigestKey { activity: number, digest: *digest };
        let Some(sealed) = CONTACTS.get(self.view(), &key)? else { return Ok(None) };
        Ok(opened_contact(self.keyring(), key, &sealed)?.map(|contact| contact.address))
    }

    /// All addresses that were left, in no order that tells who is who: for telling them what happened.
    pub fn contacts(&self, activity: &ActivityId) -> Result<Vec<Contact>, StoreError> {
        let Some(number) = self.number_of(activity)? else { return Ok(Vec::new()) };
        let keys = DigestKey::of_activity(number);
        let range = (Bound::Included(keys.start().as_slice()), Bound::Included(keys.end().as_slice()));
        let mut addresses = Vec::new();
        for row in CONTACTS.rows(self.view().open(&CONTACTS.raw)?.range(range)?) {
            let (key, sealed) = row?;
            addresses.extend(opened_contact(self.keyring(), key, &sealed)?);
        }
        Ok(addresses)
    }
}

impl Transaction<'_> {
    /// Keeps an address apart from everything, and the language of who left it; takes the place of an earlier one of the same person.
    pub fn put_contact(
        &self,
        activity: &ActivityId,
        digest: &Digest,
        address: &str,
        language: &Tag,
    ) -> Result<(), StoreError> {
        self.erase_contact(activity, digest)?;
        let key = DigestKey { activity: self.activity_number(activity)?, digest: *digest };
        let slot = self.new_slot_apart(&self.slots_apart()?)?;
        let to = bound_to(CONTACTS.raw.name, &key.to_bytes());
        let plain = format!("{address}\n{}", language.as_str());
        let bytes = self.keyring().seal(slot, &[], &to, plain.as_bytes())?;
        CONTACTS.put(self.write(), &key, &Sealed { slot, bytes });
        // The journal would tell which answer was written just before.
        self.veil();
        Ok(())
    }

    /// Erases an address; says whether there was one.
    pub fn erase_contact(&self, activity: &ActivityId, digest: &Digest) -> Result<bool, StoreError> {
        let key = DigestKey { activity: self.activity_number(activity)?, digest: *digest };
        let Some(sealed) = CONTACTS.get_written(self.write(), &key)? else { return Ok(false) };
        self.erase_slot(sealed.slot);
        CONTACTS.remove(self.write(), &key)
    }
}

/// The address, and behind a line break the language. Those of before languages were kept are an address alone.
fn opened_contact(keyring: &Keyring, key: DigestKey, sealed: &Sealed) -> Result<Option<Contact>, StoreError> {
    let to = bound_to(CONTACTS.raw.name, &key.to_bytes());
    let opened = keyring.open_sealed(sealed.slot, &[], &to, &sealed.bytes)?;
    let contact = |text: String| {
        let (address, language) = text.split_once('\n').unwrap_or((text.as_str(), ""));
        Contact { digest: key.digest, address: address.to_owned(), language: Tag::new(language).ok() }
    };
    Ok(opened.and_then(|bytes| String::from_utf8(bytes).ok()).map(contact))
}

impl fmt::Debug for Contact {
    /// An address stands in no log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Contact(..)")
    }
}
