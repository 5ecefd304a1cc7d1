//! Chance that repeats itself: the same seed, name and moment always throw the same.

/// A stream of chance (`SplitMix64`), keyed by what it decides about. History and live throw the same dice, so they agree.
#[derive(Clone, Debug)]
pub(crate) struct Dice(u64);

impl Dice {
    /// The dice for one question: `name` says which (FNV-1a), `when` says for which moment.
    pub(crate) fn of(seed: u64, name: &str, when: i64) -> Self {
        let named = name
            .bytes()
            .fold(0xcbf2_9ce4_8422_2325 ^ seed, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
        let mut dice = Self(named ^ when.cast_unsigned().wrapping_mul(0x9e37_79b9_7f4a_7c15));
        dice.next();
        dice
    }

    /// 64 even bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Evenly from 0 up to, not including, 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits fit a double")]
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Evenly between two numbers.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// How many of many rare things happen when `mean` are expected (Knuth's product of units). A mean of some tens is the most it is good for.
    pub(crate) fn poisson(&mut self, mean: f64) -> u32 {
        let floor = (-mean.clamp(0.0, 60.0)).exp();
        let (mut product, mut count) = (self.unit(), 0);
        while product > floor {
            product *= self.unit();
            count += 1;
        }
        count
    }
}

/// A number between -1 and 1 that wanders smoothly: fresh at each multiple of `period_ms`, eased between.
#[expect(clippy::cast_precision_loss, reason = "a period of some days in milliseconds fits a double")]
pub(crate) fn wander(seed: u64, name: &str, at_ms: i64, period_ms: i64) -> f64 {
    let step = at_ms.div_euclid(period_ms);
    let part = at_ms.rem_euclid(period_ms) as f64 / period_ms as f64;
    let eased = part * part * (3.0 - 2.0 * part);
    let fresh = |step| Dice::of(seed, name, step).between(-1.0, 1.0);
    fresh(step) * (1.0 - eased) + fresh(step + 1) * eased
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_always_gets_the_same_answer() {
        assert_eq!(Dice::of(1, "library", 7).next(), Dice::of(1, "library", 7).next());
        assert_ne!(Dice::of(1, "library", 7).next(), Dice::of(1, "library", 8).next());
        assert_ne!(Dice::of(1, "library", 7).next(), Dice::of(2, "library", 7).next());
    }

    #[test]
    fn poisson_keeps_its_mean() {
        let mut dice = Dice::of(1, "visitors", 0);
        let total: u32 = (0..10_000).map(|_| dice.poisson(3.0)).sum();
        assert!((29_000..31_000).contains(&total), "{total}");
        assert_eq!(dice.poisson(0.0), 0);
    }
}
