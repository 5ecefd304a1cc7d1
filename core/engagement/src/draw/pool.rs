//! Who is willing.

use super::rules::{Households, Rules};
use model::Hex;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// One who is willing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// What they are called in this draw. It says nothing of them, and they alone know whose it is.
    pub code: String,
    /// Their value of each stratum, in the order of the strata; empty where they have not told.
    pub profile: Vec<String>,
    /// Whom they live with: the same word for all of a household; empty where it is not known.
    pub household: String,
    /// How many times as likely as others they should be: 1, and more for whoever was not drawn before.
    pub chances: u32,
}

/// All who are willing, checked against the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pool {
    rules: Rules,
    candidates: Vec<Candidate>,
}

/// What is wrong with a pool or with rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PoolFault {
    /// More than the draw is made for.
    #[error("there are {0} candidates; expected at most {max}", max = Pool::CANDIDATES_MAX)]
    TooMany(usize),
    /// A panel of nobody, or of more than a panel can have.
    #[error("{0} seats are asked for; expected 1 to {max}", max = Pool::SEATS_MAX)]
    Seats(u32),
    /// Too many strata, or one that is named twice.
    #[error("stratum `{0}` is one too many or named twice; expected at most {max}", max = Pool::STRATA_MAX)]
    Stratum(String),
    /// A value named twice in a stratum, or one whose least is more than its most.
    #[error("quota `{value}` of `{stratum}` stands twice, or its min is above its max")]
    Quota {
        /// The stratum.
        stratum: String,
        /// The value.
        value: String,
    },
    /// A code that is empty, stands twice, or has signs that a list cannot hold.
    #[error("candidate `{0}`: the code is empty, stands twice, or has other signs than letters, digits and `-`")]
    Code(String),
    /// Fewer or more values than strata.
    #[error("candidate `{code}` has {has} values for {strata} strata; leave a value empty that is not known")]
    Profile {
        /// Whose.
        code: String,
        /// How many values.
        has: usize,
        /// How many strata.
        strata: usize,
    },
    /// A value without a quota.
    #[error("candidate `{code}`: `{value}` is no value of `{stratum}`; expected {expected}, or nothing if unknown")]
    Value {
        /// Whose.
        code: String,
        /// The value.
        value: String,
        /// The stratum.
        stratum: String,
        /// The values there are.
        expected: String,
    },
    /// Chances that are none, or so many that the others have none.
    #[error("candidate `{code}` has {chances} chances; expected 1 to {max}", max = Pool::CHANCES_MAX)]
    Chances {
        /// Whose.
        code: String,
        /// How many.
        chances: u32,
    },
    /// A word with a tab or a line break, which the pool's digest could not tell from another word.
    #[error("candidate `{0}`: a value or household has a tab or a line break; take it out")]
    Sign(String),
}

impl Pool {
    /// Candidates at most.
    pub const CANDIDATES_MAX: usize = 20_000;
    /// Seats at most.
    pub const SEATS_MAX: u32 = 1_000;
    /// Strata at most. More make every person a kind of their own, and then nothing is spread.
    pub const STRATA_MAX: usize = 10;
    /// Chances at most.
    pub const CHANCES_MAX: u32 = 10;

    /// Checks candidates against rules. Their order does not matter: they are sorted by code.
    pub fn new(mut candidates: Vec<Candidate>, rules: Rules) -> Result<Self, PoolFault> {
        check_rules(&rules)?;
        if candidates.len() > Self::CANDIDATES_MAX {
            return Err(PoolFault::TooMany(candidates.len()));
        }
        let mut codes = BTreeSet::new();
        for candidate in &candidates {
            check_candidate(candidate, &rules)?;
            if !codes.insert(candidate.code.as_str()) {
                return Err(PoolFault::Code(candidate.code.clone()));
            }
        }
        candidates.sort_by(|a, b| a.code.cmp(&b.code));
        Ok(Self { rules, candidates })
    }

    /// The rules.
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The candidates, by code.
    pub fn candidates(&self) -> &[Candidate] {
        &self.candidates
    }

    /// SHA-256 of the salt and a line for each candidate: code, chances, household and values with tabs between. Nobody who has the digest
    /// alone can try values, for the salt is a secret; nobody who has published it can change the pool.
    pub fn digest(&self, salt: &str) -> String {
        let mut text = format!("{salt}\n");
        for Candidate { code, profile, household, chances } in &self.candidates {
            let _ = writeln!(text, "{code}\t{chances}\t{household}\t{}", profile.join("\t"));
        }
        Hex(&Sha256::digest(text)).to_string()
    }

    pub(super) fn candidate(&self, code: &str) -> Option<&Candidate> {
        let at = self.candidates.binary_search_by(|own| own.code.as_str().cmp(code)).ok()?;
        self.candidates.get(at)
    }

    /// The quotas that a panel misses, by how many seats in all, and the households that have a seat too many.
    pub(super) fn misses<'a>(&self, panel: impl Iterator<Item = &'a Candidate> + Clone) -> u32 {
        let mut missing = 0_u32;
        for (place, stratum) in self.rules.strata.iter().enumerate() {
            for quota in &stratum.quotas {
                let has = panel.clone().filter(|own| own.profile.get(place) == Some(&quota.value)).count();
                let has = u32::try_from(has).unwrap_or(u32::MAX);
                missing = missing.saturating_add(quota.min.saturating_sub(has) + has.saturating_sub(quota.max));
            }
        }
        let mut homes = BTreeMap::<&str, u32>::new();
        for own in panel.filter(|own| self.rules.households == Households::OneSeatEach && !own.household.is_empty()) {
            *homes.entry(&own.household).or_default() += 1;
        }
        missing.saturating_add(homes.values().map(|seats| seats - 1).sum())
    }
}

impl Candidate {
    /// Somebody with these values, who lives with nobody known and has one chance.
    pub fn new<V: Into<String>>(code: impl Into<String>, profile: impl IntoIterator<Item = V>) -> Self {
        let profile = profile.into_iter().map(Into::into).collect();
        Self { code: code.into(), profile, household: String::new(), chances: 1 }
    }
}

fn check_rules(rules: &Rules) -> Result<(), PoolFault> {
    if !(1..=Pool::SEATS_MAX).contains(&rules.seats) {
        return Err(PoolFault::Seats(rules.seats));
    }
    let mut names = BTreeSet::new();
    for stratum in &rules.strata {
        if !names.insert(&stratum.name) || names.len() > Pool::STRATA_MAX {
            return Err(PoolFault::Stratum(stratum.name.clone()));
        }
        let mut values = BTreeSet::new();
        for quota in &stratum.quotas {
            if quota.min > quota.max || !values.insert(&quota.value) {
                return Err(PoolFault::Quota { stratum: stratum.name.clone(), value: quota.value.clone() });
            }
        }
    }
    Ok(())
}

fn check_candidate(candidate: &Candidate, rules: &Rules) -> Result<(), PoolFault> {
    let Candidate { code, profile, household, chances } = candidate;
    if code.is_empty() || !code.bytes().all(|sign| sign.is_ascii_alphanumeric() || sign == b'-') {
        return Err(PoolFault::Code(code.clone()));
    }
    if profile.len() != rules.strata.len() {
        return Err(PoolFault::Profile { code: code.clone(), has: profile.len(), strata: rules.strata.len() });
    }
    if !(1..=Pool::CHANCES_MAX).contains(chances) {
        return Err(PoolFault::Chances { code: code.clone(), chances: *chances });
    }
    if profile.iter().chain([household]).any(|word| word.contains(['\t', '\n', '\r'])) {
        return Err(PoolFault::Sign(code.clone()));
    }
    for (value, stratum) in profile.iter().zip(&rules.strata) {
        if !value.is_empty() && stratum.position(value).is_none() {
            let expected: Vec<_> = stratum.quotas.iter().map(|quota| format!("`{}`", quota.value)).collect();
            return Err(PoolFault::Value {
                code: code.clone(),
                value: value.clone(),
                stratum: stratum.name.clone(),
                expected: expected.join(", "),
            });
        }
    }
    Ok(())
}
