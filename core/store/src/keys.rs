//! Keys: fixed width, big-endian with the sign bit flipped, so that the order of the bytes is the order of the values.

mod activities;

pub(crate) use activities::{ActivityNumber, AuthorKey, Digest, DigestKey, EntryKey, FormKey, OutcomeKey};

use model::{AccountId, DatastreamId, Day, DevEui, DownlinkId, Hour, StoredUplink, Timestamp};
use std::ops::{Range, RangeInclusive};

/// A key and its bytes. Every `N` bytes are some key.
pub(crate) trait Key<const N: usize> {
    fn to_bytes(&self) -> [u8; N];
    fn from_bytes(bytes: [u8; N]) -> Self;
}

/// When an uplink came, from which device, with which counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct UplinkKey {
    pub(crate) received_at: Timestamp,
    pub(crate) dev_eui: DevEui,
    pub(crate) f_cnt: u32,
}

impl UplinkKey {
    pub(crate) fn of(stored: &StoredUplink) -> Self {
        let uplink = &stored.uplink;
        Self { received_at: uplink.received_at, dev_eui: uplink.dev_eui, f_cnt: uplink.f_cnt }
    }

    /// The smallest key of a moment.
    pub(crate) fn first_at(received_at: Timestamp) -> [u8; 20] {
        Self { received_at, dev_eui: DevEui([0; 8]), f_cnt: 0 }.to_bytes()
    }
}

impl Key<20> for UplinkKey {
    fn to_bytes(&self) -> [u8; 20] {
        concat([&ordered(self.received_at.as_ms()), &self.dev_eui.0, &self.f_cnt.to_be_bytes()])
    }

    fn from_bytes(bytes: [u8; 20]) -> Self {
        Self {
            received_at: Timestamp::from_ms(number(part(bytes, 0))),
            dev_eui: DevEui(part(bytes, 8)),
            f_cnt: u32::from_be_bytes(part(bytes, 16)),
        }
    }
}

/// Which downlink of which device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DownlinkKey {
    pub(crate) dev_eui: DevEui,
    pub(crate) id: DownlinkId,
}

impl DownlinkKey {
    /// The smallest and the greatest key of a device.
    pub(crate) fn of_device(dev_eui: DevEui) -> RangeInclusive<[u8; 12]> {
        let [first, last] = [0, u32::MAX].map(|id| Self { dev_eui, id: DownlinkId(id) }.to_bytes());
        first..=last
    }
}

impl Key<12> for DownlinkKey {
    fn to_bytes(&self) -> [u8; 12] {
        concat([&self.dev_eui.0, &self.id.0.to_be_bytes(), &[]])
    }

    fn from_bytes(bytes: [u8; 12]) -> Self {
        Self { dev_eui: DevEui(part(bytes, 0)), id: DownlinkId(u32::from_be_bytes(part(bytes, 8))) }
    }
}

/// A moment at which a series has a value, and how many such moments share a bucket.
///
/// A series key starts with the bucket, not with the datastream. What arrives together then lies together: the four
/// datastreams of one device share a page instead of touching four, a commit of many uplinks writes a third to a fifth
/// of the bytes, and the oldest buckets are one key range to drop. The price is one seek per bucket in a read.
pub(crate) trait Moment: Copy {
    const PER_BUCKET: i64;
    fn number(self) -> i64;
    fn from_number(number: i64) -> Self;
}

/// Observations of one hour lie together.
impl Moment for Timestamp {
    const PER_BUCKET: i64 = 3_600_000;
    fn number(self) -> i64 {
        self.as_ms()
    }
    fn from_number(number: i64) -> Self {
        Self::from_ms(number)
    }
}

/// Hours of one UTC day lie together: a year of hours is 365 seeks.
impl Moment for Hour {
    const PER_BUCKET: i64 = 24;
    fn number(self) -> i64 {
        i64::from(self.0)
    }
    fn from_number(number: i64) -> Self {
        Self(u32::try_from(number).unwrap_or(0))
    }
}

/// Eight days lie together, which is about a page for one device.
impl Moment for Day {
    const PER_BUCKET: i64 = 8;
    fn number(self) -> i64 {
        i64::from(self.0)
    }
    fn from_number(number: i64) -> Self {
        Self(i32::try_from(number).unwrap_or(0))
    }
}

/// A datastream at a moment. Bytes: bucket (4), datastream id (4), moment (8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SeriesKey<M> {
    pub(crate) datastream: DatastreamId,
    pub(crate) at: M,
}

impl<M: Moment> Key<16> for SeriesKey<M> {
    fn to_bytes(&self) -> [u8; 16] {
        in_bucket(bucket::<M>(self.at.number()), self.datastream, self.at.number())
    }

    fn from_bytes(bytes: [u8; 16]) -> Self {
        Self {
            datastream: DatastreamId(u32::from_be_bytes(part(bytes, 4))),
            at: M::from_number(number(part(bytes, 8))),
        }
    }
}

impl<M: Moment> SeriesKey<M> {
    /// The smallest key of the bucket in which a moment lies.
    pub(crate) fn first_of_bucket(at: M) -> [u8; 16] {
        in_bucket(bucket::<M>(at.number()), DatastreamId(0), i64::MIN)
    }

    /// Which bucket the bytes of a key lie in.
    pub(crate) fn bucket_of(bytes: [u8; 16]) -> i32 {
        i32::from_be_bytes(part(bytes, 0)) ^ i32::MIN
    }

    /// The buckets that a span of time touches; none when it is empty.
    pub(crate) fn buckets(span: &Range<M>) -> Option<RangeInclusive<i32>> {
        let last = span.end.number().checked_sub(1).filter(|last| *last >= span.start.number())?;
        Some(bucket::<M>(span.start.number())..=bucket::<M>(last))
    }

    /// The keys of a span of time within one bucket.
    pub(crate) fn within(bucket: i32, datastream: DatastreamId, span: &Range<M>) -> Range<[u8; 16]> {
        in_bucket(bucket, datastream, span.start.number())..in_bucket(bucket, datastream, span.end.number())
    }
}

impl Key<4> for DatastreamId {
    fn to_bytes(&self) -> [u8; 4] {
        self.0.to_be_bytes()
    }

    fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(u32::from_be_bytes(bytes))
    }
}

impl Key<4> for AccountId {
    fn to_bytes(&self) -> [u8; 4] {
        self.0.to_be_bytes()
    }

    fn from_bytes(bytes: [u8; 4]) -> Self {
        Self(u32::from_be_bytes(bytes))
    }
}

/// When something began.
impl Key<8> for Timestamp {
    fn to_bytes(&self) -> [u8; 8] {
        ordered(self.as_ms())
    }

    fn from_bytes(bytes: [u8; 8]) -> Self {
        Self::from_ms(number(bytes))
    }
}

/// A number that rises.
impl Key<8> for u64 {
    fn to_bytes(&self) -> [u8; 8] {
        self.to_be_bytes()
    }

    fn from_bytes(bytes: [u8; 8]) -> Self {
        Self::from_be_bytes(bytes)
    }
}

/// A SHA-256.
impl Key<32> for [u8; 32] {
    fn to_bytes(&self) -> [u8; 32] {
        *self
    }

    fn from_bytes(bytes: [u8; 32]) -> Self {
        bytes
    }
}

impl Key<8> for DevEui {
    fn to_bytes(&self) -> [u8; 8] {
        self.0
    }

    fn from_bytes(bytes: [u8; 8]) -> Self {
        Self(bytes)
    }
}

/// Which note of the box about its own file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Note(u8);

impl Note {
    /// The format of the file.
    pub(crate) const FORMAT: Self = Self(0);
    /// The number of the last record of the journal that redb includes.
    pub(crate) const JOURNAL: Self = Self(1);
    /// When this file was copied from another, ms.
    pub(crate) const COPIED_AT: Self = Self(2);
    /// Observations before this are past keeping, ms.
    pub(crate) const OBSERVED_FROM: Self = Self(3);
    /// Hours before this are past keeping, ms.
    pub(crate) const HOURS_FROM: Self = Self(4);
    /// The next slot of the keyring that was never given away.
    pub(crate) const NEXT_SLOT: Self = Self(5);
    /// The keyring this file was written with.
    pub(crate) const KEYRING: Self = Self(6);
    /// The last number that a remark got.
    pub(crate) const LAST_REMARK: Self = Self(7);
}

impl Key<1> for Note {
    fn to_bytes(&self) -> [u8; 1] {
        [self.0]
    }

    fn from_bytes([note]: [u8; 1]) -> Self {
        Self(note)
    }
}

fn bucket<M: Moment>(number: i64) -> i32 {
    let bucket = number.div_euclid(M::PER_BUCKET);
    i32::try_from(bucket).unwrap_or(if bucket < 0 { i32::MIN } else { i32::MAX })
}

fn in_bucket(bucket: i32, datastream: DatastreamId, number: i64) -> [u8; 16] {
    concat([&(bucket ^ i32::MIN).to_be_bytes(), &datastream.0.to_be_bytes(), &ordered(number)])
}

fn ordered(number: i64) -> [u8; 8] {
    (number ^ i64::MIN).to_be_bytes()
}

fn number(ordered: [u8; 8]) -> i64 {
    i64::from_be_bytes(ordered) ^ i64::MIN
}

/// Joins parts whose lengths add up to `N`.
fn concat<const N: usize>(parts: [&[u8]; 3]) -> [u8; N] {
    let mut joined = [0; N];
    joined.iter_mut().zip(parts.into_iter().flatten()).for_each(|(to, from)| *to = *from);
    joined
}

/// `N` bytes from `start`, which lie within the key.
fn part<const K: usize, const N: usize>(bytes: [u8; K], start: usize) -> [u8; N] {
    let mut taken = [0; N];
    taken.iter_mut().zip(bytes.iter().skip(start)).for_each(|(to, from)| *to = *from);
    taken
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_its_bytes() {
        for ms in [i64::MIN, -1, 0, 1, 1_782_997_200_123, i64::MAX] {
            let key = SeriesKey { datastream: DatastreamId(7), at: Timestamp::from_ms(ms) };
            assert_eq!(SeriesKey::from_bytes(key.to_bytes()), key);
            let key = UplinkKey { received_at: Timestamp::from_ms(ms), dev_eui: DevEui([9; 8]), f_cnt: 3 };
            assert_eq!(UplinkKey::from_bytes(key.to_bytes()), key);
        }
        let key = SeriesKey { datastream: DatastreamId(u32::MAX), at: Day(-400) };
        assert_eq!(SeriesKey::from_bytes(key.to_bytes()), key);
    }

    #[test]
    fn bytes_sort_as_moments_do_even_before_1970() {
        let moments = [i64::MIN, -3_600_001, -1, 0, 3_599_999, 3_600_000, i64::MAX];
        let keys = moments.map(|ms| SeriesKey { datastream: DatastreamId(1), at: Timestamp::from_ms(ms) }.to_bytes());
        assert!(keys.is_sorted());
    }

    #[test]
    fn one_hour_of_all_datastreams_lies_together() {
        let key = |id, ms| SeriesKey { datastream: DatastreamId(id), at: Timestamp::from_ms(ms) }.to_bytes();
        assert!(key(9, 3_599_999) < key(1, 3_600_000));
        assert_eq!(SeriesKey::<Timestamp>::bucket_of(key(9, 3_600_000)), 1);
    }
}
