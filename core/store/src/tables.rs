//! The whole file on one page. No other module knows a table's name.
//!
//! Values are sealed (`record`); keys are fixed width and sort as what they mean (`keys`). A change of a key's shape makes a
//! new table with the next generation in its name; a change of a value's shape makes a new version of its layout (`stored`).

use crate::keys::{ActivityNumber, DownlinkKey, EntryKey, FormKey, Note, SeriesKey, UplinkKey};
use crate::stored::{Joins, Said, Seen};
use crate::table::Worth::{Plain, Precious};
use crate::table::{NameTable, Raw, Table};
use model::activity::Submission;
use model::{
    Account, AccountId, AuditEntry, Datastream, DatastreamId, Day, DevEui, DownlinkRecord, FolderChange, Hour,
    Observation, Rollup, Session, StaffSession, StoredUplink, Timestamp,
};

/// What the box notes about this file.  Key: which note (1).  Value: the number that the note says it is.
pub(crate) static NOTES: Table<1, Note, i64> = Table::new(0, "notes-1", Precious);

/// Raw uplinks, newest last: ground truth while kept.  Key: received at, ms (8), `DevEui` (8), `FCntUp` (4).  Value: the uplink.
pub(crate) static UPLINKS: Table<20, UplinkKey, StoredUplink> = Table::new(1, "uplinks-1", Plain);

/// The session in use: ground truth, rewritten when a counter moves.  Key: `DevEui` (8).  Value: keys and counters.
pub(crate) static SESSIONS: Table<8, DevEui, Session> = Table::new(2, "sessions-1", Precious);

/// What joins leave behind: ground truth, rewritten by joins only.  Key: `DevEui` (8).  Value: pending session and nonces.
pub(crate) static JOINS: Table<8, DevEui, Joins> = Table::new(3, "joins-1", Precious);

/// Datastreams by number; rows are never removed, so the next number is the last plus one.  Key: id (4).  Value: the datastream.
pub(crate) static DATASTREAMS: Table<4, DatastreamId, Datastream> = Table::new(4, "datastreams-1", Precious);

/// Numbers of datastreams.  Key: place, sensor, property and part, each with its length (variable).  Value: the id.
pub(crate) static DATASTREAM_IDS: NameTable<DatastreamId> = NameTable::new(5, "datastream-ids-1", Precious);

/// Observations.  Key: hour as bucket (4), datastream id (4), phenomenon time, ms (8).  Value: result time and result.
pub(crate) static OBSERVATIONS: Table<16, SeriesKey<Timestamp>, Seen> = Table::new(6, "observations-1", Plain);

/// The newest observation of each datastream.  Key: datastream id (4).  Value: the observation.
pub(crate) static LATEST: Table<4, DatastreamId, Observation> = Table::new(7, "latest-1", Plain);

/// Hours, of numbers only.  Key: UTC day as bucket (4), datastream id (4), hour since 1970 UTC (8).  Value: the rollup.
pub(crate) static HOURS: Table<16, SeriesKey<Hour>, Rollup> = Table::new(8, "hours-1", Plain);

/// Local days, of numbers only.  Key: eight days as bucket (4), datastream id (4), day since 1970-01-01 (8).  Value: the rollup.
pub(crate) static DAYS: Table<16, SeriesKey<Day>, Rollup> = Table::new(9, "days-1", Plain);

/// Accounts of the staff: ground truth.  Key: account number (4).  Value: the account.
pub(crate) static ACCOUNTS: Table<4, AccountId, Account> = Table::new(10, "accounts-1", Precious);

/// Browsers the staff came in with.  Key: SHA-256 of the cookie (32).  Value: whose, and since when.
pub(crate) static STAFF_SESSIONS: Table<32, [u8; 32], StaffSession> = Table::new(11, "staff-sessions-1", Plain);

/// What staff did, newest last: ground truth.  Key: rising number (8).  Value: when, who, what, to what.
pub(crate) static AUDIT: Table<8, u64, AuditEntry> = Table::new(12, "audit-1", Precious);

/// What forms changed in the folder, newest last.  Key: rising number (8).  Value: who, what, files before and after.
pub(crate) static FOLDER_CHANGES: Table<8, u64, FolderChange> = Table::new(13, "folder-changes-1", Precious);

/// Downlinks and what became of them, the newest of each device.  Key: `DevEui` (8), number (4).  Value: the downlink and its state.
pub(crate) static DOWNLINKS: Table<12, DownlinkKey, DownlinkRecord> = Table::new(14, "downlinks-1", Precious);

/// Numbers of activities.  Key: the activity's name (variable).  Value: its number.
pub(crate) static ACTIVITIES: NameTable<ActivityNumber> = NameTable::new(15, "activities-1", Precious);

/// The last number given to an entry, so that none is given twice.  Key: activity number (4).  Value: the entry's number.
pub(crate) static LAST_ENTRIES: Table<4, ActivityNumber, i64> = Table::new(16, "last-entries-1", Precious);

/// What people said: ground truth, never changed, erased whole.  Key: activity number (4), entry number (8).  Value: the entry.
pub(crate) static ENTRIES: Table<12, EntryKey, Said> = Table::new(17, "entries-1", Precious);

/// Forms that were sent, so that sending one twice says it once.  Key: activity number (4), form token (16).  Value: what came of it.
pub(crate) static SUBMISSIONS: Table<20, FormKey, Submission> = Table::new(18, "submissions-1", Precious);

/// How many tables there are.
pub(crate) const COUNT: usize = 19;

/// Every table. Its place is its number.
pub(crate) static ALL: [&Raw; COUNT] = [
    &NOTES.raw,
    &UPLINKS.raw,
    &SESSIONS.raw,
    &JOINS.raw,
    &DATASTREAMS.raw,
    &DATASTREAM_IDS.raw,
    &OBSERVATIONS.raw,
    &LATEST.raw,
    &HOURS.raw,
    &DAYS.raw,
    &ACCOUNTS.raw,
    &STAFF_SESSIONS.raw,
    &AUDIT.raw,
    &FOLDER_CHANGES.raw,
    &DOWNLINKS.raw,
    &ACTIVITIES.raw,
    &LAST_ENTRIES.raw,
    &ENTRIES.raw,
    &SUBMISSIONS.raw,
];

/// The table that a journal calls by this number.
pub(crate) fn numbered(number: u8) -> Option<&'static Raw> {
    ALL.get(usize::from(number)).copied()
}
