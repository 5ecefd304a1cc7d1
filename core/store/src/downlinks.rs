//! Downlinks and what became of them.

use crate::error::{StoreError, unless_damaged};
use crate::keys::DownlinkKey;
use crate::snapshot::Snapshot;
use crate::table::typed;
use crate::tables::DOWNLINKS;
use crate::transaction::Transaction;
use crate::view::Span;
use model::{DevEui, DownlinkId, DownlinkRecord, DownlinkState, Timestamp};
use std::ops::{Bound, RangeInclusive};

/// Downlinks that are remembered of one device: those that wait, and the newest of those that are done.
const KEPT_MAX: usize = 64;

impl Transaction<'_> {
    /// Keeps a downlink. What is oldest of its device makes room.
    pub fn put_downlink(&self, record: &DownlinkRecord) -> Result<(), StoreError> {
        let keys = DownlinkKey::of_device(record.dev_eui);
        let mut known = Vec::new();
        for row in self.write().open(&DOWNLINKS.raw)?.range(span(&keys))? {
            known.push(typed::<12, DownlinkKey>(&row?.0));
        }
        let too_many = (known.len() + 1).saturating_sub(KEPT_MAX);
        for oldest in known.iter().take(too_many) {
            DOWNLINKS.remove(self.write(), oldest)?;
        }
        DOWNLINKS.put(self.write(), &DownlinkKey { dev_eui: record.dev_eui, id: record.id }, record);
        Ok(())
    }

    /// Notes how far a downlink has come. One that is not remembered is left so.
    pub fn note_downlink(
        &self,
        dev_eui: DevEui,
        id: DownlinkId,
        state: DownlinkState,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let key = DownlinkKey { dev_eui, id };
        let Some(record) = unless_damaged(DOWNLINKS.get_written(self.write(), &key))? else { return Ok(()) };
        DOWNLINKS.put(self.write(), &key, &DownlinkRecord { state, changed_at: at, ..record });
        Ok(())
    }
}

impl Snapshot {
    /// The downlinks of a device that are remembered, oldest first; damaged ones are left out.
    pub fn downlinks(&self, dev_eui: DevEui) -> Result<Vec<DownlinkRecord>, StoreError> {
        let keys = DownlinkKey::of_device(dev_eui);
        let rows = DOWNLINKS.rows(self.view().open(&DOWNLINKS.raw)?.range(span(&keys))?);
        let rows = rows.filter(|row| !matches!(row, Err(StoreError::Corrupt(_))));
        rows.map(|row| row.map(|(_, record)| record)).collect()
    }
}

fn span(keys: &RangeInclusive<[u8; 12]>) -> Span<'_> {
    (Bound::Included(keys.start()), Bound::Included(keys.end()))
}
