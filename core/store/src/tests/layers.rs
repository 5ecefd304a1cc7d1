//! Rows lie in redb, in memory and in a write under way. Whoever reads sees one table, from either end.

use super::disk::{Dice, Disk as Simulated, Syncing};
use crate::Durability;
use crate::disk::Disk;
use crate::error::StoreError;
use crate::medium::Layout;
use crate::tables::DATASTREAM_IDS;
use crate::view::{Merged, Span};
use std::collections::BTreeMap;
use std::ops::Bound;
use std::path::Path;
use std::sync::Arc;

type Plain = BTreeMap<Vec<u8>, Vec<u8>>;
type Rows = Vec<(Vec<u8>, Vec<u8>)>;

fn key(dice: &mut Dice) -> Vec<u8> {
    vec![u8::try_from(dice.roll(40)).unwrap()]
}

/// Takes rows from both ends as the dice say; gives them in order.
fn from_both_ends(mut rows: Merged<'_>, dice: &mut Dice) -> Result<Rows, StoreError> {
    let (mut front, mut back) = (Vec::new(), Vec::new());
    loop {
        let at_front = dice.roll(2) == 0;
        let Some(row) = (if at_front { rows.next() } else { rows.next_back() }) else { break };
        let (key, sealed) = row?;
        let side = if at_front { &mut front } else { &mut back };
        side.push((key.to_vec(), sealed.to_vec()));
    }
    assert!(rows.next().is_none() && rows.next_back().is_none(), "what has ended stays so");
    front.extend(back.into_iter().rev());
    Ok(front)
}

fn bound(kind: u64, key: &[u8]) -> Bound<&[u8]> {
    match kind {
        0 => Bound::Included(key),
        1 => Bound::Excluded(key),
        _ => Bound::Unbounded,
    }
}

/// As a plain map would: it panics at a span that ends before it begins.
fn expected(plain: &Plain, (from, to): Span<'_>) -> Rows {
    let after = |key: &[u8]| match from {
        Bound::Included(from) => from <= key,
        Bound::Excluded(from) => from < key,
        Bound::Unbounded => true,
    };
    let before = |key: &[u8]| match to {
        Bound::Included(to) => key <= to,
        Bound::Excluded(to) => key < to,
        Bound::Unbounded => true,
    };
    let rows = plain.iter().filter(|(key, _)| after(key) && before(key));
    rows.map(|(key, value)| (key.clone(), value.clone())).collect()
}

#[test]
fn rows_of_all_layers_read_as_one_table_from_either_end() {
    let table = &DATASTREAM_IDS.raw;
    for seed in 0..60 {
        let mut dice = Dice(seed);
        let medium = Arc::new(Simulated::empty(Syncing::Honest));
        let disk = Disk::on(Path::new("simulated"), 1 << 20, medium, Layout::with_journal_pages(2)).unwrap();
        let mut plain = Plain::new();
        for _ in 0..40 {
            let (mut turn, write) = disk.begin_write().unwrap();
            let mut changed = plain.clone();
            for _ in 0..dice.roll(12) {
                match dice.roll(8) {
                    0 => {
                        let (a, b) = (key(&mut dice), key(&mut dice));
                        let gone = write.remove_range(table, a.as_slice()..b.as_slice()).unwrap();
                        let before = changed.len();
                        changed.retain(|key, _| !(a <= *key && *key < b));
                        assert_eq!(gone, before - changed.len(), "seed {seed}");
                    }
                    1 | 2 => {
                        let key = key(&mut dice);
                        assert_eq!(write.remove(table, &key).unwrap(), changed.remove(&key).is_some(), "seed {seed}");
                    }
                    _ => {
                        let (key, value) = (key(&mut dice), dice.roll(1000).to_be_bytes());
                        write.put(table, &key, &value);
                        changed.insert(key, value.to_vec());
                    }
                }
                let (a, b) = (key(&mut dice), key(&mut dice));
                let span = (bound(dice.roll(3), &a), bound(dice.roll(3), &b));
                let opened = write.open(table).unwrap();
                let rows = from_both_ends(opened.range(span).unwrap(), &mut dice).unwrap();
                assert_eq!(rows, expected(&changed, span), "seed {seed}");
                assert_eq!(write.get(table, &a).unwrap().map(|row| row.to_vec()), changed.get(&a).cloned());
                let outer = opened.outer_keys().unwrap();
                assert!(changed.keys().all(|key| outer.as_ref().is_some_and(|outer| outer.contains(key))));
            }
            if dice.roll(5) > 0 {
                let durability = if dice.roll(3) == 0 { Durability::Now } else { Durability::Soon };
                disk.commit(&mut turn, write, durability).unwrap();
                plain = changed;
            }
            drop(turn);
            let view = disk.begin_read().unwrap();
            let all = view.open(table).unwrap().range((Bound::Unbounded, Bound::Unbounded)).unwrap();
            assert_eq!(from_both_ends(all, &mut dice).unwrap(), expected(&plain, crate::view::ALL_KEYS), "seed {seed}");
        }
    }
}
