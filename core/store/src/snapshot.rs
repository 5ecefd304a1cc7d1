use crate::error::StoreError;
use crate::keyring::Keyring;
use crate::keys::{Key, Moment, SeriesKey, UplinkKey};
use crate::record::Stored;
use crate::stored::{Joins, index_key};
use crate::table::{Table, typed};
use crate::tables::{DATASTREAM_IDS, DATASTREAMS, DAYS, HOURS, JOINS, LATEST, OBSERVATIONS, SESSIONS, UPLINKS};
use crate::view::{ALL_KEYS, View};
use model::{
    Datastream, DatastreamId, Day, DevEui, DeviceState, Hour, Observation, Rollup, Session, StoredUplink, Timestamp,
};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Bound, Range};
use std::sync::Arc;

/// All that was committed at one moment.
///
/// Lists are [`Rows`]: lazy, so a caller takes as many as it wants, from either end. A damaged row comes as
/// [`StoreError::Corrupt`] in its place and the rows after it follow; any other error ends the list.
pub struct Snapshot {
    view: View,
    keyring: Arc<Keyring>,
}

impl Snapshot {
    pub(crate) fn new(view: View, keyring: Arc<Keyring>) -> Self {
        Self { view, keyring }
    }

    pub(crate) fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    pub(crate) fn view(&self) -> &View {
        &self.view
    }

    /// Uplinks received in a span, oldest first.
    pub fn uplinks(&self, span: Range<Timestamp>) -> Result<Rows<'_, StoredUplink>, StoreError> {
        let (from, to) = (UplinkKey::first_at(span.start), UplinkKey::first_at(span.end));
        let range = self.view.open(&UPLINKS.raw)?.range((Bound::Included(&from), Bound::Excluded(&to)))?;
        Ok(Rows::new(UPLINKS.rows(range).map(|row| row.map(|(_, uplink)| uplink))))
    }

    /// Which devices were heard when, in a span, oldest first. No frame is read.
    pub fn heard(&self, span: Range<Timestamp>) -> Result<Rows<'_, (DevEui, Timestamp)>, StoreError> {
        let (from, to) = (UplinkKey::first_at(span.start), UplinkKey::first_at(span.end));
        let range = self.view.open(&UPLINKS.raw)?.range((Bound::Included(&from), Bound::Excluded(&to)))?;
        Ok(Rows::new(range.map(|row| {
            let UplinkKey { dev_eui, received_at, .. } = typed(&row?.0);
            Ok((dev_eui, received_at))
        })))
    }

    /// Uplinks of one device received in a span, oldest first. Walks over the others' keys; only its own are read.
    pub fn uplinks_of(&self, device: DevEui, span: Range<Timestamp>) -> Result<Rows<'_, StoredUplink>, StoreError> {
        let (from, to) = (UplinkKey::first_at(span.start), UplinkKey::first_at(span.end));
        let range = self.view.open(&UPLINKS.raw)?.range((Bound::Included(&from), Bound::Excluded(&to)))?;
        Ok(Rows::new(range.filter_map(move |row| {
            let (key, sealed) = match row {
                Ok(row) => row,
                Err(error) => return Some(Err(error)),
            };
            let own = typed::<20, UplinkKey>(&key).dev_eui == device;
            own.then(|| Ok(UPLINKS.unsealed(&key, &sealed)?))
        })))
    }

    /// Every datastream there ever was, by number.
    pub fn datastreams(&self) -> Result<Rows<'_, (DatastreamId, Datastream)>, StoreError> {
        all(&DATASTREAMS, &self.view)
    }

    /// The datastream of a number.
    pub fn datastream(&self, id: DatastreamId) -> Result<Option<Datastream>, StoreError> {
        DATASTREAMS.get(&self.view, &id)
    }

    /// The number of a datastream; none when it never had a value.
    pub fn datastream_id(&self, datastream: &Datastream) -> Result<Option<DatastreamId>, StoreError> {
        DATASTREAM_IDS.get(&self.view, &index_key(datastream))
    }

    /// The observation with the newest phenomenon time.
    pub fn latest(&self, id: DatastreamId) -> Result<Option<Observation>, StoreError> {
        LATEST.get(&self.view, &id)
    }

    /// Observations of a span, oldest first. Costs a seek for each hour of it.
    pub fn observations(&self, id: DatastreamId, span: Range<Timestamp>) -> Result<Rows<'_, Observation>, StoreError> {
        let rows = OBSERVATIONS.series(self.view.open(&OBSERVATIONS.raw)?, id, span)?;
        Ok(Rows::new(rows.map(move |row| {
            row.map(|(phenomenon_time, seen)| Observation {
                datastream: id,
                phenomenon_time,
                result_time: seen.result_time,
                result: seen.result,
            })
        })))
    }

    /// Hours of a span that have a number, oldest first. Costs a seek for each UTC day of it.
    pub fn hours(&self, id: DatastreamId, span: Range<Hour>) -> Result<Rows<'_, (Hour, Rollup)>, StoreError> {
        self.rollups(&HOURS, id, span)
    }

    /// Local days of a span that have a number, oldest first. Costs a seek for each eight days of it.
    pub fn days(&self, id: DatastreamId, span: Range<Day>) -> Result<Rows<'_, (Day, Rollup)>, StoreError> {
        self.rollups(&DAYS, id, span)
    }

    /// What is known of every device. One that never joined has a session only.
    pub fn device_states(&self) -> Result<BTreeMap<DevEui, DeviceState>, StoreError> {
        let mut states: BTreeMap<DevEui, DeviceState> = BTreeMap::new();
        for row in all(&SESSIONS, &self.view)? {
            let (device, session): (DevEui, Session) = row?;
            states.entry(device).or_default().session = Some(session);
        }
        for row in all(&JOINS, &self.view)? {
            let (device, joins) = row?;
            let state = states.entry(device).or_default();
            let Joins { pending, dev_nonces, join_nonce, downlinks, status } = joins;
            *state = DeviceState { session: state.session.take(), pending, dev_nonces, join_nonce, downlinks, status };
        }
        Ok(states)
    }

    fn rollups<M: Moment + 'static>(
        &self,
        table: &'static Table<16, SeriesKey<M>, Rollup>,
        id: DatastreamId,
        span: Range<M>,
    ) -> Result<Rows<'_, (M, Rollup)>, StoreError> {
        Ok(Rows::new(table.series(self.view.open(&table.raw)?, id, span)?))
    }
}

pub(crate) fn all<'v, const N: usize, K: Key<N> + 'static, V: Stored + 'static>(
    table: &'static Table<N, K, V>,
    view: &'v View,
) -> Result<Rows<'v, (K, V)>, StoreError> {
    let range = view.open(&table.raw)?.range(ALL_KEYS)?;
    Ok(Rows::new(table.rows(range)))
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").finish_non_exhaustive()
    }
}

/// Rows of a [`Snapshot`], from either end. Ends after an error of the disk, so no caller can wait on a broken one for ever.
pub struct Rows<'s, T> {
    rows: Box<dyn DoubleEndedIterator<Item = Result<T, StoreError>> + 's>,
    ended: bool,
}

impl<'s, T> Rows<'s, T> {
    pub(crate) fn new(rows: impl DoubleEndedIterator<Item = Result<T, StoreError>> + 's) -> Self {
        Self { rows: Box::new(rows), ended: false }
    }

    fn step(&mut self, step: impl FnOnce(&mut Self) -> Option<Result<T, StoreError>>) -> Option<Result<T, StoreError>> {
        if self.ended {
            return None;
        }
        let row = step(self);
        self.ended = matches!(&row, Some(Err(error)) if error.closes_file());
        row
    }
}

impl<T> Iterator for Rows<'_, T> {
    type Item = Result<T, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.step(|rows| rows.rows.next())
    }
}

impl<T> DoubleEndedIterator for Rows<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.step(|rows| rows.rows.next_back())
    }
}

impl<T> fmt::Debug for Rows<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rows").field("ended", &self.ended).finish_non_exhaustive()
    }
}
