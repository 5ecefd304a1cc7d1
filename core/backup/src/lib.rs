//! The one file that leaves the box, and comes back: a town's folder and its data, locked with age.
//!
//! Hides age, tar and gzip. [`write`] packs [`Part`]s into a file that only a [`Key`] opens; [`unpack`] gives them back, all of them or
//! none. The format is that of the ordinary tools: `age -d -i key FILE | tar xz` opens a backup where there is no Allting.
//! [`write_open`] leaves the lock away, for what may be shown to others.
//!
//! ```
//! use backup::{About, Key, Lock, Part, RecoveryKey, unpack, write};
//! let stage = tempfile::tempdir().unwrap();
//! let (file, out) = (stage.path().join("town.age"), stage.path().join("out"));
//! std::fs::write(stage.path().join("places.toml"), "# Ours\n").unwrap();
//! let key = RecoveryKey::new();
//! let parts = [Part { name: "folder/places.toml".into(), file: stage.path().join("places.toml") }];
//! let about = About { made_at_ms: 1_790_000_000_000, version: "0.1.0".into() };
//! write(&file, &Lock::Recipients(vec![key.public().to_owned()]), &about, &parts).unwrap();
//! assert_eq!(unpack(&file, &Key::Recovery(key.secret().to_owned()), &out).unwrap(), about);
//! assert_eq!(std::fs::read_to_string(out.join("folder/places.toml")).unwrap(), "# Ours\n");
//! ```
//!
//! It deliberately does not know what is in the files, and reads no clock.

mod error;
mod key;
mod pack;
mod unpack;

pub use error::BackupError;
pub use key::{Key, Lock, RecoveryKey};
pub use pack::{About, Part, Written, write, write_open};
pub use unpack::unpack;

/// The format that this release writes, and the newest it reads.
const FORMAT: u32 = 1;
/// The first entry: what the backup is.
const ABOUT: &str = "about.json";
/// The last entry: a SHA-256 for each entry between.
const DIGESTS: &str = "digests.json";
/// More files than this is no town.
const FILES_MAX: usize = 20_000;
/// What the box itself writes into a backup beside the files.
const NOTE_BYTES_MAX: u64 = 8 << 20;
