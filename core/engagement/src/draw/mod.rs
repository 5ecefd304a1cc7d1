//! Drawing a small group from many who are willing, as fairly as the quotas allow.
//!
//! Of all lotteries whose every panel keeps the quotas, LEXIMIN (Flanigan, Goelz, Gupta, Hennig, Procaccia: Fair algorithms for selecting
//! citizens' assemblies, Nature 2021) is the one whose least likely person is as likely as can be, then the next, and so on. It is
//! found by column generation over kinds of people and not over persons: who is alike has the same odds.
//!
//! ```
//! use engagement::draw::{Candidate, Households, Pool, Quota, Rules, Stratum};
//! let ages = Stratum { name: "age".into(), quotas: vec![Quota::new("young", 1, 1), Quota::new("old", 1, 1)] };
//! let rules = Rules { seats: 2, strata: vec![ages], households: Households::Ignored };
//! let person = |code: &str, age: &str| Candidate::new(code, [age]);
//! let pool = Pool::new(vec![person("a", "young"), person("b", "old"), person("c", "old")], rules)?;
//! let lottery = pool.lottery()?;
//! assert_eq!(lottery.least(), 0.5);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Nothing here rolls dice: the panels of a [`Lottery`] follow from pool and rules, and which of them it is follows from a seed that comes
//! from a public source named before ([`Proof`]). It deliberately sends nothing, and knows people by codes alone.

mod leximin;
mod lottery;
mod pool;
mod program;
mod proof;
mod rules;
mod verify;

pub use lottery::{Lottery, PANELS};
pub use pool::{Candidate, Pool, PoolFault};
pub use program::{Change, Impossible, Side};
pub use proof::{Announced, Held, Kept, Proof, SeedFault, stand_in};
pub use rules::{Households, Quota, Rules, Stratum};
pub use verify::{Doubt, verify};

#[cfg(test)]
mod tests;
