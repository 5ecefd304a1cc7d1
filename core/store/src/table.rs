//! A table with typed keys and sealed values: the only code that touches redb's tables.

use crate::error::{Corrupt, StoreError};
use crate::keys::{Key, Moment, SeriesKey};
use crate::record::{Stored, seal, unseal};
use model::DatastreamId;
use redb::{ReadOnlyTable, ReadTransaction, ReadableTable, TableDefinition, TableHandle, WriteTransaction};
use std::fmt::Write as _;
use std::marker::PhantomData;
use std::ops::{Bound, Range, RangeInclusive};

/// Keys of `N` bytes that mean a `K`, values that are a sealed `V`.
pub(crate) struct Table<const N: usize, K, V> {
    definition: TableDefinition<'static, [u8; N], &'static [u8]>,
    row: PhantomData<fn() -> (K, V)>,
}

/// The rows of a table, open for reading.
pub(crate) type Opened<const N: usize> = ReadOnlyTable<[u8; N], &'static [u8]>;

impl<const N: usize, K: Key<N>, V: Stored> Table<N, K, V> {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self { definition: TableDefinition::new(name), row: PhantomData }
    }

    pub(crate) fn create(&self, write: &WriteTransaction) -> Result<(), StoreError> {
        self.open_to_write(write)?;
        Ok(())
    }

    pub(crate) fn open(&self, read: &ReadTransaction) -> Result<Opened<N>, StoreError> {
        Ok(read.open_table(self.definition)?)
    }

    pub(crate) fn open_to_write<'w>(
        &self,
        write: &'w WriteTransaction,
    ) -> Result<redb::Table<'w, [u8; N], &'static [u8]>, StoreError> {
        Ok(write.open_table(self.definition)?)
    }

    pub(crate) fn get(&self, read: &ReadTransaction, key: &K) -> Result<Option<V>, StoreError> {
        self.find(&self.open(read)?, key.to_bytes())
    }

    pub(crate) fn put(&self, write: &WriteTransaction, key: &K, value: &V) -> Result<(), StoreError> {
        let key = key.to_bytes();
        self.open_to_write(write)?.insert(key, seal(&key, value).as_slice())?;
        Ok(())
    }

    /// Puts a row unless its key is taken; says whether it did.
    pub(crate) fn put_new(&self, write: &WriteTransaction, key: &K, value: &V) -> Result<bool, StoreError> {
        let key = key.to_bytes();
        let mut rows = self.open_to_write(write)?;
        if rows.get(key)?.is_some() {
            return Ok(false);
        }
        rows.insert(key, seal(&key, value).as_slice())?;
        Ok(true)
    }

    /// Puts what `change` makes of the row that is there, or of its damage. `change` may read other tables, not this one.
    pub(crate) fn update(
        &self,
        write: &WriteTransaction,
        key: &K,
        change: impl FnOnce(Result<Option<V>, Corrupt>) -> Result<V, StoreError>,
    ) -> Result<(), StoreError> {
        let key = key.to_bytes();
        let mut rows = self.open_to_write(write)?;
        let found = match self.find(&rows, key) {
            Ok(found) => Ok(found),
            Err(StoreError::Corrupt(corrupt)) => Err(corrupt),
            Err(error) => return Err(error),
        };
        rows.insert(key, seal(&key, &change(found)?).as_slice())?;
        Ok(())
    }

    /// Removes a row; says whether it was there.
    pub(crate) fn remove(&self, write: &WriteTransaction, key: &K) -> Result<bool, StoreError> {
        Ok(self.open_to_write(write)?.remove(key.to_bytes())?.is_some())
    }

    /// The greatest key.
    pub(crate) fn last_key(&self, write: &WriteTransaction) -> Result<Option<K>, StoreError> {
        Ok(self.open_to_write(write)?.last()?.map(|(key, _)| K::from_bytes(key.value())))
    }

    /// Key and value of each row that redb walks over.
    pub(crate) fn rows<'r>(
        &'static self,
        range: redb::Range<'r, [u8; N], &'static [u8]>,
    ) -> impl DoubleEndedIterator<Item = Result<(K, V), StoreError>> + 'r
    where
        K: 'r,
        V: 'r,
    {
        range.map(|row| {
            let (key, sealed) = row?;
            let key = key.value();
            Ok((K::from_bytes(key), self.unsealed(key, sealed.value())?))
        })
    }

    fn find(&self, rows: &impl ReadableTable<[u8; N], &'static [u8]>, key: [u8; N]) -> Result<Option<V>, StoreError> {
        rows.get(key)?.map(|sealed| Ok(self.unsealed(key, sealed.value())?)).transpose()
    }

    fn unsealed(&self, key: [u8; N], sealed: &[u8]) -> Result<V, Corrupt> {
        unseal(&key, sealed).ok_or_else(|| corrupt(self.definition.name(), &key))
    }
}

impl<M: Moment + 'static, V: Stored + 'static> Table<16, SeriesKey<M>, V> {
    /// The values of one datastream in a span of time, oldest first. Costs one seek for each bucket of the span between the
    /// first and the last of the table.
    pub(crate) fn series<'r>(
        &'static self,
        rows: impl ReadableTable<[u8; 16], &'static [u8]> + 'r,
        datastream: DatastreamId,
        span: Range<M>,
    ) -> Result<impl DoubleEndedIterator<Item = Result<(M, V), StoreError>> + 'r, StoreError> {
        let buckets = match (rows.first()?, rows.last()?, SeriesKey::buckets(&span)) {
            (Some(first), Some(last), Some(asked)) => {
                let kept = SeriesKey::<M>::bucket_of(first.0.value())..=SeriesKey::<M>::bucket_of(last.0.value());
                *asked.start().max(kept.start())..=*asked.end().min(kept.end())
            }
            _ => RangeInclusive::new(1, 0),
        };
        Ok(buckets.flat_map(move |bucket| self.within_bucket(&rows, &SeriesKey::within(bucket, datastream, &span))))
    }

    /// A bucket of one datastream is small (an hour of observations, a day of hours, eight days), so it is read whole. An error
    /// of the disk is its last row.
    fn within_bucket(
        &'static self,
        rows: &impl ReadableTable<[u8; 16], &'static [u8]>,
        keys: &Range<[u8; 16]>,
    ) -> Vec<Result<(M, V), StoreError>> {
        let mut bucket = Vec::new();
        if let Err(error) = self.walk(rows, keys, &mut bucket) {
            bucket.push(Err(error));
        }
        bucket
    }

    /// With a cursor, which goes down the tree once; a range goes down for each of its ends.
    fn walk(
        &'static self,
        rows: &impl ReadableTable<[u8; 16], &'static [u8]>,
        keys: &Range<[u8; 16]>,
        bucket: &mut Vec<Result<(M, V), StoreError>>,
    ) -> Result<(), StoreError> {
        let mut cursor = rows.lower_bound(Bound::Included(keys.start))?;
        while let Some((key, sealed)) = cursor.next()? {
            let key = key.value();
            if key >= keys.end {
                break;
            }
            let value = self.unsealed(key, sealed.value()).map_err(StoreError::from);
            bucket.push(value.map(|value| (SeriesKey::from_bytes(key).at, value)));
        }
        Ok(())
    }
}

/// Keys of any length that are looked up and never walked over, values that are a sealed `V`.
pub(crate) struct NameTable<V> {
    definition: TableDefinition<'static, &'static [u8], &'static [u8]>,
    row: PhantomData<fn() -> V>,
}

impl<V: Stored> NameTable<V> {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self { definition: TableDefinition::new(name), row: PhantomData }
    }

    pub(crate) fn create(&self, write: &WriteTransaction) -> Result<(), StoreError> {
        write.open_table(self.definition)?;
        Ok(())
    }

    pub(crate) fn get(&self, read: &ReadTransaction, name: &[u8]) -> Result<Option<V>, StoreError> {
        self.find(&read.open_table(self.definition)?, name)
    }

    /// The value of a name; when there is none yet, what `first` gives, which is kept.
    pub(crate) fn get_or_put(
        &self,
        write: &WriteTransaction,
        name: &[u8],
        first: impl FnOnce() -> Result<V, StoreError>,
    ) -> Result<V, StoreError> {
        let mut rows = write.open_table(self.definition)?;
        if let Some(value) = self.find(&rows, name)? {
            return Ok(value);
        }
        let value = first()?;
        rows.insert(name, seal(name, &value).as_slice())?;
        Ok(value)
    }

    fn find(
        &self,
        rows: &impl ReadableTable<&'static [u8], &'static [u8]>,
        name: &[u8],
    ) -> Result<Option<V>, StoreError> {
        let Some(sealed) = rows.get(name)? else { return Ok(None) };
        let value = unseal(name, sealed.value()).ok_or_else(|| corrupt(self.definition.name(), name))?;
        Ok(Some(value))
    }
}

fn corrupt(table: &str, key: &[u8]) -> Corrupt {
    let key = key.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    Corrupt { table: table.to_owned(), key }
}
