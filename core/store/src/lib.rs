//! The one data file of a box.
//!
//! Hides redb: no type of it passes this door. What is kept is bytes that this crate writes itself, each row with a
//! version and a checksum over key and value, for redb does not check what it reads. A commit goes to a journal at the front
//! of the file and to memory; redb takes over many at once, for it would write twenty pages for each, and a row that changed a
//! hundred times meanwhile costs it one change. Three types matter: [`Store`] (the open
//! file), [`Transaction`] (one use case, written whole or not at all) and [`Snapshot`] (a view that stands still).
//!
//! ```
//! use model::{Calendar, Datastream, Hour, Slug, Timestamp, Value};
//! use store::{Durability, Options, Store};
//! # let folder = tempfile::tempdir().unwrap();
//! # let path = folder.path().join("allting.redb");
//! let store = Store::open(&path, Options::default()).unwrap();
//! let oslo = Calendar::named("Europe/Oslo").unwrap();
//! let door = Datastream {
//!     place: Slug::new("library").unwrap(),
//!     sensor: Slug::new("library-door").unwrap(),
//!     property: "people-in".to_owned(),
//!     part: None,
//! };
//! let now = Timestamp::from_seconds(1_782_997_200);
//!
//! let transaction = store.begin(&oslo).unwrap();
//! transaction.observe(&door, now, now, &Value::Integer(3)).unwrap();
//! transaction.commit(Durability::Soon).unwrap();
//!
//! let snapshot = store.read().unwrap();
//! let id = snapshot.datastream_id(&door).unwrap().unwrap();
//! let hours: Result<Vec<_>, _> = snapshot.hours(id, Hour::of(now)..Hour(Hour::of(now).0 + 1)).unwrap().collect();
//! assert_eq!(hours.unwrap()[0].1.sum, 3.0);
//! ```
//!
//! It deliberately reads no clock, decides no retention, starts no thread, and knows nothing of who may see what.
//! Every call blocks; whoever has an async runtime puts it on a thread that may.

mod activities;
mod beside;
mod clock;
mod contacts;
mod copy;
mod disk;
mod downlinks;
mod error;
mod figures;
mod format;
mod fresh;
mod journal;
mod keyring;
mod keys;
mod medium;
mod moderated;
mod outbox;
mod outcomes;
mod panel;
mod people;
mod photos;
mod publications;
mod record;
mod recruits;
mod remarks;
mod rollups;
mod rules;
mod snapshot;
mod staff;
mod store;
mod stored;
mod subscribers;
mod table;
mod tables;
#[cfg(test)]
mod tests;
mod transaction;
mod upkeep;
mod view;
mod write;

pub use beside::{Correction, Kept, Pair};
pub use contacts::Contact;
pub use copy::{Copied, Restored};
pub use error::{Corrupt, OpenError, StoreError};
pub use keyring::carry_erased;
pub use outbox::{NewDelivery, OUTBOX_WAITING_MAX, OutboxFull, Queued};
pub use people::{INVITATIONS_MAX, Invitation};
pub use publications::PUBLICATIONS_MAX;
pub use remarks::{PutRemark, REMARKS_MAX};
pub use snapshot::{Rows, Snapshot};
pub use store::{Durability, Options, Stats, Store};
pub use transaction::Transaction;
pub use upkeep::{Damage, Forgotten, Retention, Scrubbed};
