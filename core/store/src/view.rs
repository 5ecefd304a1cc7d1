//! A view of all rows that stands still: those of redb, and over them the fresh ones. Reading a table means reading both as one.

use crate::error::StoreError;
use crate::fresh::{Fresh, FreshRows, Shared, copied};
use crate::table::{Bytes, Raw};
use crate::tables;
use redb::{AccessGuard, ReadOnlyTable, ReadTransaction};
use std::cmp::Ordering;
use std::collections::btree_map;
use std::ops::{Bound, Deref, RangeInclusive};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};
use std::vec;

/// A span of keys.
pub(crate) type Span<'k> = (Bound<&'k [u8]>, Bound<&'k [u8]>);

/// Every key.
pub(crate) const ALL_KEYS: Span<'static> = (Bound::Unbounded, Bound::Unbounded);

/// What redb holds of a table.
type Settled = ReadOnlyTable<Bytes, Bytes>;

pub(crate) struct View {
    read: ReadTransaction,
    /// Opened when first asked for: most views look at few tables, some at one of them a hundred times.
    settled: [OnceLock<Settled>; tables::COUNT],
    fresh: Fresh,
}

impl View {
    pub(crate) fn new(read: ReadTransaction, fresh: Fresh) -> Self {
        Self { read, settled: std::array::from_fn(|_| OnceLock::new()), fresh }
    }

    pub(crate) fn open(&self, table: &'static Raw) -> Result<Opened<'_>, StoreError> {
        Ok(Opened {
            settled: self.settled(table)?,
            fresh: self.fresh.table(table.number).map(Arc::as_ref),
            newest: None,
        })
    }

    /// The value of a row, as it was sealed.
    pub(crate) fn get(&self, table: &'static Raw, key: &[u8]) -> Result<Option<Held>, StoreError> {
        if let Some(row) = self.fresh.get(table.number, key) {
            return Ok(row.clone().map(Held::Fresh));
        }
        let settled = self.settled(table)?;
        Ok(sound(|| settled.get(key).map(|row| row.map(Held::settled)))??)
    }

    fn settled(&self, table: &'static Raw) -> Result<&Settled, StoreError> {
        let Some(place) = self.settled.get(usize::from(table.number)) else {
            return Err(StoreError::Damaged(format!("no table has the number {}", table.number)));
        };
        if let Some(opened) = place.get() {
            return Ok(opened);
        }
        let opened = sound(|| self.read.open_table(table.definition()))??;
        Ok(place.get_or_init(|| opened))
    }
}

/// A table, open for reading.
pub(crate) struct Opened<'v> {
    settled: &'v Settled,
    fresh: Option<&'v FreshRows>,
    /// What a write under way has changed.
    newest: Option<Arc<FreshRows>>,
}

impl<'v> Opened<'v> {
    /// With the changes of a write under way.
    pub(crate) fn under(self, newest: Option<Arc<FreshRows>>) -> Self {
        Self { newest, ..self }
    }

    /// Rows of a span of keys, in order.
    pub(crate) fn range(&self, span: Span<'_>) -> Result<Merged<'v>, StoreError> {
        if is_empty(span) {
            return Ok(Merged { layers: Vec::new() });
        }
        let mut layers = Vec::with_capacity(3);
        if let Some(newest) = &self.newest {
            layers.push(Layer::of(Rows::Newest(copied(newest, span).into_iter())));
        }
        if let Some(fresh) = self.fresh.filter(|rows| !rows.is_empty()) {
            layers.push(Layer::of(Rows::Fresh(fresh.range::<[u8], _>(span))));
        }
        layers.push(Layer::of(Rows::Settled(Some(Box::new(sound(|| self.settled.range::<&[u8]>(span))??)))));
        Ok(Merged { layers })
    }

    /// The table in redb alone, when nothing in memory lies in a span of keys.
    pub(crate) fn settled_alone(&self, from: &[u8], to: &[u8]) -> Option<&'v Settled> {
        let span = (Bound::Included(from), Bound::Excluded(to));
        let has = |rows: &FreshRows| from < to && rows.range::<[u8], _>(span).next().is_some();
        let in_memory = self.fresh.is_some_and(has) || self.newest.as_deref().is_some_and(has);
        (!in_memory).then_some(self.settled)
    }

    /// Keys between which all rows lie; there may be none at the ends themselves. None when the table is empty.
    pub(crate) fn outer_keys(&self) -> Result<Option<RangeInclusive<Vec<u8>>>, StoreError> {
        use redb::ReadableTable;
        let settled = sound(|| {
            let (first, last) = (self.settled.first()?, self.settled.last()?);
            Ok::<_, StoreError>((first.map(|(key, _)| key.value().to_vec()), last.map(|(key, _)| key.value().to_vec())))
        })??;
        let ends = |rows: &'_ FreshRows| {
            let (first, last) = rows.first_key_value().zip(rows.last_key_value())?;
            Some((Arc::clone(first.0), Arc::clone(last.0)))
        };
        let (fresh, newest) = (self.fresh.and_then(ends), self.newest.as_deref().and_then(ends));
        let in_memory = || fresh.iter().chain(&newest);
        let firsts = in_memory().map(|(first, _)| first.as_ref()).chain(settled.0.as_deref());
        let lasts = in_memory().map(|(_, last)| last.as_ref()).chain(settled.1.as_deref());
        let (first, last) = (firsts.min(), lasts.max());
        Ok(first.zip(last).map(|(first, last)| first.to_vec()..=last.to_vec()))
    }
}

/// Both kinds of tree take a span that ends before it begins for a mistake of the programmer.
fn is_empty((from, to): Span<'_>) -> bool {
    match (from, to) {
        (Bound::Included(from), Bound::Included(to)) => from > to,
        (Bound::Included(from) | Bound::Excluded(from), Bound::Included(to) | Bound::Excluded(to)) => from >= to,
        _ => false,
    }
}

/// Bytes of a key or a value, wherever they lie.
pub(crate) enum Held {
    Fresh(Shared),
    Settled(AccessGuard<'static, Bytes>),
}

impl Held {
    /// To be called within [`sound`]: redb looks where a row lies only when it is asked for its bytes, and on a page that makes no
    /// sense it panics then. Whoever holds the row may ask at any time.
    fn settled(row: AccessGuard<'static, Bytes>) -> Self {
        let _ = row.value();
        Self::Settled(row)
    }
}

impl Deref for Held {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Fresh(bytes) => bytes,
            Self::Settled(guard) => guard.value(),
        }
    }
}

/// A row of one layer: none for its value when it was removed there.
type LayerRow = Result<(Held, Option<Held>), StoreError>;

/// Where the rows of a layer come from.
enum Rows<'v> {
    Newest(vec::IntoIter<(Shared, Option<Shared>)>),
    Fresh(btree_map::Range<'v, Shared, Option<Shared>>),
    /// None after a page that made no sense: nothing is known of what comes behind it.
    Settled(Option<Box<SettledRows>>),
}

type SettledRows = redb::Range<'static, Bytes, Bytes>;

type SettledRow = Result<(AccessGuard<'static, Bytes>, AccessGuard<'static, Bytes>), redb::StorageError>;

impl Iterator for Rows<'_> {
    type Item = LayerRow;

    fn next(&mut self) -> Option<LayerRow> {
        match self {
            Self::Newest(rows) => rows.next().map(|(key, row)| Ok(in_memory(key, row))),
            Self::Fresh(rows) => rows.next().map(|(key, row)| Ok(in_memory(Arc::clone(key), row.clone()))),
            Self::Settled(rows) => in_redb(rows, Iterator::next),
        }
    }
}

impl DoubleEndedIterator for Rows<'_> {
    fn next_back(&mut self) -> Option<LayerRow> {
        match self {
            Self::Newest(rows) => rows.next_back().map(|(key, row)| Ok(in_memory(key, row))),
            Self::Fresh(rows) => rows.next_back().map(|(key, row)| Ok(in_memory(Arc::clone(key), row.clone()))),
            Self::Settled(rows) => in_redb(rows, DoubleEndedIterator::next_back),
        }
    }
}

fn in_memory(key: Shared, row: Option<Shared>) -> (Held, Option<Held>) {
    (Held::Fresh(key), row.map(Held::Fresh))
}

fn in_redb(
    rows: &mut Option<Box<SettledRows>>,
    step: impl FnOnce(&mut SettledRows) -> Option<SettledRow>,
) -> Option<LayerRow> {
    let held = |row: SettledRow| row.map(|(key, sealed)| (Held::settled(key), Some(Held::settled(sealed))));
    let row = match sound(|| rows.as_deref_mut().and_then(step).map(held)) {
        Ok(row) => row?,
        Err(damage) => {
            *rows = None;
            return Some(Err(damage));
        }
    };
    Some(row.map_err(StoreError::from))
}

/// Works in redb, which panics on some pages that make no sense. What it had begun to write is not committed then.
pub(crate) fn sound<T>(work: impl FnOnce() -> T) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| StoreError::Damaged("its pages make no sense".to_owned()))
}

/// A layer and the rows of it that were looked at and not yet taken, at either end.
struct Layer<'v> {
    rows: Rows<'v>,
    front: Option<LayerRow>,
    back: Option<LayerRow>,
}

impl<'v> Layer<'v> {
    fn of(rows: Rows<'v>) -> Self {
        Self { rows, front: None, back: None }
    }
}

/// The end of the rows that is asked for.
#[derive(Clone, Copy)]
enum End {
    Front,
    Back,
}

impl Layer<'_> {
    fn peek(&mut self, end: End) -> Option<&LayerRow> {
        let slot = match end {
            End::Front => {
                if self.front.is_none() {
                    self.front = self.rows.next().or_else(|| self.back.take());
                }
                &self.front
            }
            End::Back => {
                if self.back.is_none() {
                    self.back = self.rows.next_back().or_else(|| self.front.take());
                }
                &self.back
            }
        };
        slot.as_ref()
    }

    fn take(&mut self, end: End) -> Option<LayerRow> {
        match end {
            End::Front => self.front.take(),
            End::Back => self.back.take(),
        }
    }
}

/// Rows of several layers as those of one table, newest layer first: it says what a row is. From either end.
pub(crate) struct Merged<'v> {
    layers: Vec<Layer<'v>>,
}

impl Merged<'_> {
    fn step(&mut self, end: End) -> Option<Result<(Held, Held), StoreError>> {
        loop {
            let nearest = self.nearest(end)?;
            let (key, sealed) = match self.layers.get_mut(nearest)?.take(end)? {
                Ok(row) => row,
                Err(error) => return Some(Err(error)),
            };
            for older in self.layers.iter_mut().skip(nearest + 1) {
                if matches!(older.peek(end), Some(Ok((other, _))) if **other == *key) {
                    older.take(end);
                }
            }
            if let Some(sealed) = sealed {
                return Some(Ok((key, sealed)));
            }
        }
    }

    /// Which layer has the next row; the newest of those that have it. An error is always next.
    fn nearest(&mut self, end: End) -> Option<usize> {
        let mut nearest: Option<(usize, &[u8])> = None;
        for (number, layer) in self.layers.iter_mut().enumerate() {
            match layer.peek(end) {
                None => {}
                Some(Err(_)) => return Some(number),
                Some(Ok((key, _))) => {
                    let wanted = match end {
                        End::Front => Ordering::Less,
                        End::Back => Ordering::Greater,
                    };
                    if nearest.is_none_or(|(_, best)| (**key).cmp(best) == wanted) {
                        nearest = Some((number, key));
                    }
                }
            }
        }
        nearest.map(|(number, _)| number)
    }
}

impl Iterator for Merged<'_> {
    type Item = Result<(Held, Held), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.step(End::Front)
    }
}

impl DoubleEndedIterator for Merged<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.step(End::Back)
    }
}
