//! Another order for each person, and always the same for the same one.

/// The numbers below `length`, mixed; those that are pinned stand at the end, as written.
pub(crate) fn mixed(length: usize, seed: u64, of: &str, pinned: impl Fn(usize) -> bool) -> Vec<usize> {
    let (last, mut free): (Vec<usize>, Vec<usize>) = (0..length).partition(|at| pinned(*at));
    let mut state = of
        .bytes()
        .fold(seed ^ 0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    for end in (1..free.len()).rev() {
        let with = usize::try_from(next(&mut state) % (end as u64 + 1)).unwrap_or(0);
        free.swap(end, with);
    }
    free.extend(last);
    free
}

/// `SplitMix64`.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_person_has_an_order_of_their_own_and_keeps_it() {
        let order = |seed| mixed(6, seed, "use", |at| at >= 4);
        assert_eq!(order(1), order(1));
        assert!((2..20).any(|seed| order(seed) != order(1)));
        assert!((0..50).all(|seed| order(seed)[4..] == [4, 5]));
    }

    #[test]
    fn every_option_comes_first_about_as_often() {
        let mut first = [0_u32; 5];
        for seed in 0..5000 {
            first[mixed(5, seed, "use", |_| false)[0]] += 1;
        }
        assert!(first.iter().all(|times| (850..1150).contains(times)), "{first:?}");
    }
}
