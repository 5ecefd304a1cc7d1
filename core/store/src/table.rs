//! A table with typed keys and sealed values.

use crate::error::{Corrupt, StoreError};
use crate::fresh::Fresh;
use crate::keys::{Key, Moment, SeriesKey};
use crate::record::{Stored, seal, unseal};
use crate::view::{ALL_KEYS, Held, Merged, Opened, View, sound};
use crate::write::Write;
use model::{DatastreamId, Hex};
use redb::{ReadableTable, TableDefinition};
use std::marker::PhantomData;
use std::ops::{Bound, Range, RangeInclusive};

/// What redb sees of every key and every value.
pub(crate) type Bytes = &'static [u8];

/// Whether the rows of a table can be had again when the file is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    /// They cannot, and they are few: each night they are copied.
    Precious,
    /// They can, or they are too many for a nightly copy; a backup has them.
    Plain,
}

/// A table without its types.
pub(crate) struct Raw {
    /// By which the journal names it. Never used for another table.
    pub(crate) number: u8,
    pub(crate) name: &'static str,
    pub(crate) worth: Worth,
}

impl Raw {
    pub(crate) const fn definition(&self) -> TableDefinition<'static, Bytes, Bytes> {
        TableDefinition::new(self.name)
    }

    pub(crate) fn corrupt(&self, key: &[u8]) -> Corrupt {
        Corrupt { table: self.name.to_owned(), key: Hex(key).to_string() }
    }
}

/// Keys that are `N` bytes and mean a `K`, values that are a sealed `V`.
pub(crate) struct Table<const N: usize, K, V> {
    pub(crate) raw: Raw,
    row: PhantomData<fn() -> (K, V)>,
}

impl<const N: usize, K: Key<N>, V: Stored> Table<N, K, V> {
    pub(crate) const fn new(number: u8, name: &'static str, worth: Worth) -> Self {
        Self { raw: Raw { number, name, worth }, row: PhantomData }
    }

    pub(crate) fn get(&'static self, view: &View, key: &K) -> Result<Option<V>, StoreError> {
        let key = key.to_bytes();
        view.get(&self.raw, &key)?.map(|sealed| Ok(self.unsealed(&key, &sealed)?)).transpose()
    }

    /// As a transaction under way sees it.
    pub(crate) fn get_written(&'static self, write: &Write, key: &K) -> Result<Option<V>, StoreError> {
        let key = key.to_bytes();
        write.get(&self.raw, &key)?.map(|sealed| Ok(self.unsealed(&key, &sealed)?)).transpose()
    }

    pub(crate) fn put(&self, write: &Write, key: &K, value: &V) {
        let key = key.to_bytes();
        write.put(&self.raw, &key, &seal(&key, value));
    }

    /// Puts a row among others that are written elsewhere.
    pub(crate) fn put_into(&self, rows: &mut Fresh, key: &K, value: &V) {
        let key = key.to_bytes();
        rows.put(self.raw.number, key.as_slice().into(), Some(seal(&key, value).into()));
    }

    /// Puts a row unless its key is taken; says whether it did.
    pub(crate) fn put_new(&'static self, write: &Write, key: &K, value: &V) -> Result<bool, StoreError> {
        let is_new = write.get(&self.raw, &key.to_bytes())?.is_none();
        if is_new {
            self.put(write, key, value);
        }
        Ok(is_new)
    }

    /// Puts what `change` makes of the row that is there, or of its damage.
    pub(crate) fn update(
        &'static self,
        write: &Write,
        key: &K,
        change: impl FnOnce(Result<Option<V>, Corrupt>) -> Result<V, StoreError>,
    ) -> Result<(), StoreError> {
        let found = match self.get_written(write, key) {
            Ok(found) => Ok(found),
            Err(StoreError::Corrupt(corrupt)) => Err(corrupt),
            Err(error) => return Err(error),
        };
        self.put(write, key, &change(found)?);
        Ok(())
    }

    /// Removes a row; says whether it was there.
    pub(crate) fn remove(&'static self, write: &Write, key: &K) -> Result<bool, StoreError> {
        write.remove(&self.raw, &key.to_bytes())
    }

    /// Every row, as a transaction under way sees it; damaged ones left out. For small tables.
    pub(crate) fn all_written<C: FromIterator<(K, V)>>(&'static self, write: &Write) -> Result<C, StoreError> {
        let rows = write.open(&self.raw)?;
        let rows = self.rows(rows.range(ALL_KEYS)?);
        rows.filter(|row| !matches!(row, Err(StoreError::Corrupt(_)))).collect()
    }

    /// The greatest key.
    pub(crate) fn last_key(&'static self, write: &Write) -> Result<Option<K>, StoreError> {
        let last = write.open(&self.raw)?.range(ALL_KEYS)?.next_back().transpose()?;
        Ok(last.map(|(key, _)| typed(&key)))
    }

    /// Key and value of each row that a range walks over.
    pub(crate) fn rows<'r>(
        &'static self,
        range: Merged<'r>,
    ) -> impl DoubleEndedIterator<Item = Result<(K, V), StoreError>> + 'r
    where
        K: 'r,
        V: 'r,
    {
        range.map(|row| {
            let (key, sealed) = row?;
            Ok((typed(&key), self.unsealed(&key, &sealed)?))
        })
    }

    pub(crate) fn unsealed(&self, key: &[u8], sealed: &[u8]) -> Result<V, Corrupt> {
        unseal(key, sealed).ok_or_else(|| self.raw.corrupt(key))
    }
}

/// The key that bytes mean. A key of another length is damage, which the checksum of its row tells.
pub(crate) fn typed<const N: usize, K: Key<N>>(bytes: &[u8]) -> K {
    K::from_bytes(fixed(bytes))
}

/// More buckets than this no box has: hours of more than a century. A search of more would take minutes, and of all there can be, days.
const BUCKETS_MAX: u32 = 1_000_000;

impl<M: Moment + 'static, V: Stored + 'static> Table<16, SeriesKey<M>, V> {
    /// The values of one datastream in a span of time, oldest first. Costs one seek for each bucket of the span between the
    /// first and the last of the table.
    pub(crate) fn series<'r>(
        &'static self,
        rows: Opened<'r>,
        datastream: DatastreamId,
        span: Range<M>,
    ) -> Result<impl DoubleEndedIterator<Item = Result<(M, V), StoreError>> + 'r, StoreError> {
        let buckets = self.kept_buckets(&rows, &span)?;
        Ok(buckets.flat_map(move |bucket| self.within_bucket(&rows, &SeriesKey::within(bucket, datastream, &span))))
    }

    /// When a datastream has rows in a span, damaged ones too, as a transaction under way sees it.
    pub(crate) fn moments(
        &'static self,
        write: &Write,
        datastream: DatastreamId,
        span: Range<M>,
    ) -> Result<Vec<M>, StoreError> {
        let rows = write.open(&self.raw)?;
        let mut moments = Vec::new();
        for bucket in self.kept_buckets(&rows, &span)? {
            let keys = SeriesKey::within(bucket, datastream, &span);
            for row in rows.range((Bound::Included(&keys.start), Bound::Excluded(&keys.end)))? {
                moments.push(typed::<16, SeriesKey<M>>(&row?.0).at);
            }
        }
        Ok(moments)
    }

    /// The buckets that a span touches, from the first to the last that the table has.
    fn kept_buckets(&'static self, rows: &Opened<'_>, span: &Range<M>) -> Result<RangeInclusive<i32>, StoreError> {
        let Some(asked) = SeriesKey::buckets(span) else { return Ok(RangeInclusive::new(1, 0)) };
        let within = |(first, last): (i32, i32)| *asked.start().max(&first)..=*asked.end().min(&last);
        let bucket_of = |key: &[u8]| SeriesKey::<M>::bucket_of(fixed(key));
        let Some(keys) = rows.outer_keys()? else { return Ok(RangeInclusive::new(1, 0)) };
        let kept = within((bucket_of(keys.start()), bucket_of(keys.end())));
        if kept.end().abs_diff(*kept.start()) < BUCKETS_MAX {
            return Ok(kept);
        }
        // A bit flipped in one of these keys: the rows whose checksum holds say how far the table really goes.
        let sound = |row: Result<(SeriesKey<M>, V), StoreError>| row.ok().map(|(key, _)| bucket_of(&key.to_bytes()));
        let first = self.rows(rows.range(ALL_KEYS)?).find_map(sound);
        let last = self.rows(rows.range(ALL_KEYS)?).rev().find_map(sound);
        Ok(first.zip(last).map_or_else(|| RangeInclusive::new(1, 0), within))
    }

    /// A bucket of one datastream is small (an hour of observations, a day of hours, eight days), so it is read whole. An error
    /// of the disk is its last row.
    fn within_bucket(&'static self, rows: &Opened<'_>, keys: &Range<[u8; 16]>) -> Vec<Result<(M, V), StoreError>> {
        let mut bucket = Vec::new();
        if let Err(error) = self.walk(rows, keys, &mut bucket) {
            bucket.push(Err(error));
        }
        bucket
    }

    /// Where redb alone has rows, with a cursor, which goes down the tree once; a range goes down for each of its ends.
    fn walk(
        &'static self,
        rows: &Opened<'_>,
        keys: &Range<[u8; 16]>,
        bucket: &mut Vec<Result<(M, V), StoreError>>,
    ) -> Result<(), StoreError> {
        let Some(settled) = rows.settled_alone(&keys.start, &keys.end) else {
            let range = rows.range((Bound::Included(&keys.start), Bound::Excluded(&keys.end)))?;
            bucket.extend(self.rows(range).map(|row| row.and_then(|(key, value)| self.asked(keys, key, value))));
            return Ok(());
        };
        sound(|| {
            let mut cursor = settled.lower_bound(Bound::Included(keys.start.as_slice()))?;
            while let Some((key, sealed)) = cursor.next()? {
                let key = key.value();
                if key >= keys.end.as_slice() {
                    break;
                }
                let value = self.unsealed(key, sealed.value()).map_err(StoreError::from);
                bucket.push(value.and_then(|value| self.asked(keys, typed(key), value)));
            }
            Ok(())
        })?
    }

    /// A broken page above can lead a search to rows before those it is for: whole in themselves, and of another datastream.
    fn asked(&self, keys: &Range<[u8; 16]>, key: SeriesKey<M>, value: V) -> Result<(M, V), StoreError> {
        let bytes = key.to_bytes();
        if keys.contains(&bytes) { Ok((key.at, value)) } else { Err(self.raw.corrupt(&bytes).into()) }
    }
}

fn fixed<const N: usize>(bytes: &[u8]) -> [u8; N] {
    *bytes.first_chunk().unwrap_or(&[0; N])
}

/// Keys of any length that are looked up and never walked over, values that are a sealed `V`.
pub(crate) struct NameTable<V> {
    pub(crate) raw: Raw,
    row: PhantomData<fn() -> V>,
}

impl<V: Stored> NameTable<V> {
    pub(crate) const fn new(number: u8, name: &'static str, worth: Worth) -> Self {
        Self { raw: Raw { number, name, worth }, row: PhantomData }
    }

    pub(crate) fn get(&'static self, view: &View, name: &[u8]) -> Result<Option<V>, StoreError> {
        self.found(name, view.get(&self.raw, name)?)
    }

    /// As a transaction under way sees it.
    pub(crate) fn get_written(&'static self, write: &Write, name: &[u8]) -> Result<Option<V>, StoreError> {
        self.found(name, write.get(&self.raw, name)?)
    }

    pub(crate) fn put(&self, write: &Write, name: &[u8], value: &V) {
        write.put(&self.raw, name, &seal(name, value));
    }

    /// A name that has this value.
    pub(crate) fn names_of(&'static self, write: &Write, value: &V) -> Result<Option<Vec<u8>>, StoreError>
    where
        V: PartialEq,
    {
        for row in write.open(&self.raw)?.range(ALL_KEYS)? {
            let (name, sealed) = row?;
            if unseal(&name, &sealed).is_some_and(|found: V| found == *value) {
                return Ok(Some(name.to_vec()));
            }
        }
        Ok(None)
    }

    fn found(&self, name: &[u8], sealed: Option<Held>) -> Result<Option<V>, StoreError> {
        let Some(sealed) = sealed else { return Ok(None) };
        Ok(Some(unseal(name, &sealed).ok_or_else(|| self.raw.corrupt(name))?))
    }
}
