//! The whole file on one page. No other module knows a table's name.
//!
//! Values are sealed (`record`); keys are fixed width and sort as what they mean (`keys`). A change of a key's shape makes a
//! new table with the next generation in its name; a change of a value's shape makes a new version of its layout (`stored`).

use crate::error::StoreError;
use crate::keys::{Note, SeriesKey, UplinkKey};
use crate::stored::{Joins, Seen};
use crate::table::{NameTable, Table};
use model::{Datastream, DatastreamId, Day, DevEui, Hour, Observation, Rollup, Session, StoredUplink, Timestamp};
use redb::WriteTransaction;

/// What the box notes about this file.  Key: which note (1).  Value: for `FORMAT`, the number of the file's format.
pub(crate) const NOTES: Table<1, Note, u32> = Table::new("notes-1");

/// Raw uplinks, newest last: ground truth while kept.  Key: received at, ms (8), `DevEui` (8), `FCntUp` (4).  Value: the uplink.
pub(crate) const UPLINKS: Table<20, UplinkKey, StoredUplink> = Table::new("uplinks-1");

/// The session in use: ground truth, rewritten when a counter moves.  Key: `DevEui` (8).  Value: keys and counters.
pub(crate) const SESSIONS: Table<8, DevEui, Session> = Table::new("sessions-1");

/// What joins leave behind: ground truth, rewritten by joins only.  Key: `DevEui` (8).  Value: pending session and nonces.
pub(crate) const JOINS: Table<8, DevEui, Joins> = Table::new("joins-1");

/// Datastreams by number; rows are never removed, so the next number is the last plus one.  Key: id (4).  Value: the datastream.
pub(crate) const DATASTREAMS: Table<4, DatastreamId, Datastream> = Table::new("datastreams-1");

/// Numbers of datastreams.  Key: place, sensor, property and part, each with its length (variable).  Value: the id.
pub(crate) const DATASTREAM_IDS: NameTable<DatastreamId> = NameTable::new("datastream-ids-1");

/// Observations.  Key: hour as bucket (4), datastream id (4), phenomenon time, ms (8).  Value: result time and result.
pub(crate) const OBSERVATIONS: Table<16, SeriesKey<Timestamp>, Seen> = Table::new("observations-1");

/// The newest observation of each datastream.  Key: datastream id (4).  Value: the observation.
pub(crate) const LATEST: Table<4, DatastreamId, Observation> = Table::new("latest-1");

/// Hours, of numbers only.  Key: UTC day as bucket (4), datastream id (4), hour since 1970 UTC (8).  Value: the rollup.
pub(crate) const HOURS: Table<16, SeriesKey<Hour>, Rollup> = Table::new("hours-1");

/// Local days, of numbers only.  Key: eight days as bucket (4), datastream id (4), day since 1970-01-01 (8).  Value: the rollup.
pub(crate) const DAYS: Table<16, SeriesKey<Day>, Rollup> = Table::new("days-1");

/// Creates every table that is not there.
pub(crate) fn create_all(write: &WriteTransaction) -> Result<(), StoreError> {
    NOTES.create(write)?;
    UPLINKS.create(write)?;
    SESSIONS.create(write)?;
    JOINS.create(write)?;
    DATASTREAMS.create(write)?;
    DATASTREAM_IDS.create(write)?;
    OBSERVATIONS.create(write)?;
    LATEST.create(write)?;
    HOURS.create(write)?;
    DAYS.create(write)
}
