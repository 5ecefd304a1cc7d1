//! Rows in memory that redb does not have yet: what was committed since redb was last brought to the disk. The journal has them
//! too, so they are as safe as what redb has; here they can be read. A row that changes a hundred times between two
//! checkpoints costs redb one change.

use crate::tables;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Bound;
use std::sync::Arc;

/// Bytes that many may hold: views that stand still share them with the writer.
pub(crate) type Shared = Arc<[u8]>;

/// The newest state of some rows of one table, by key. None: the row was removed.
pub(crate) type FreshRows = BTreeMap<Shared, Option<Shared>>;

/// What a row costs in memory beside its bytes: two counted allocations and its place in the tree, measured.
const ROW_OVERHEAD_BYTES: usize = 120;

/// Fresh rows of every table. Cheap to clone: a table is copied when it changes while a clone lives.
#[derive(Clone)]
pub(crate) struct Fresh {
    tables: [Arc<FreshRows>; tables::COUNT],
    bytes: usize,
}

impl Default for Fresh {
    fn default() -> Self {
        Self { tables: std::array::from_fn(|_| Arc::default()), bytes: 0 }
    }
}

impl Fresh {
    pub(crate) fn table(&self, number: u8) -> Option<&Arc<FreshRows>> {
        self.tables.get(usize::from(number))
    }

    /// What is known here of a row; none when redb knows it best.
    pub(crate) fn get(&self, table: u8, key: &[u8]) -> Option<&Option<Shared>> {
        self.table(table)?.get(key)
    }

    pub(crate) fn put(&mut self, table: u8, key: Shared, row: Option<Shared>) {
        let Some(rows) = self.tables.get_mut(usize::from(table)) else { return };
        let length = |row: &Option<Shared>| row.as_ref().map_or(0, |bytes| bytes.len());
        self.bytes += length(&row);
        match Arc::make_mut(rows).entry(key) {
            Entry::Occupied(mut entry) => self.bytes -= length(&entry.insert(row)),
            Entry::Vacant(entry) => {
                self.bytes += entry.key().len() + ROW_OVERHEAD_BYTES;
                entry.insert(row);
            }
        }
    }

    /// Takes over rows that are newer.
    pub(crate) fn take_over(&mut self, newer: Self) {
        for (number, rows) in (0_u8..).zip(newer.tables) {
            for (key, row) in Arc::unwrap_or_clone(rows) {
                self.put(number, key, row);
            }
        }
    }

    /// About how much memory the rows take.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }
}

/// Rows of a span of keys, copied.
pub(crate) fn copied(rows: &FreshRows, span: (Bound<&[u8]>, Bound<&[u8]>)) -> Vec<(Shared, Option<Shared>)> {
    if rows.is_empty() {
        return Vec::new();
    }
    rows.range::<[u8], _>(span).map(|(key, row)| (Arc::clone(key), row.clone())).collect()
}
