//! What is published of a draw, so that anyone can check it: before the seed is known, and after.
//!
//! Fields stand in the order of the alphabet, so that the digest of an announcement is that of its JSON as any program writes it with
//! sorted keys and without blanks.

use super::lottery::Lottery;
use super::pool::{Candidate, Pool};
use super::rules::Rules;
use model::{Hex, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// A draw as it is published. It knows people by codes, and tells nothing else of anyone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// What is published before the seed can be known.
    pub announced: Announced,
    /// What came of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub held: Option<Held>,
}

/// What is published before the seed can be known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Announced {
    /// When, RFC 3339.
    pub at: String,
    /// Everybody in the pool, in order.
    pub codes: Vec<String>,
    /// How likely each person would be in the fairest lottery of all, in millionths.
    pub fairest: BTreeMap<String, u32>,
    /// In how many of the panels each person is.
    pub odds: BTreeMap<String, u32>,
    /// Each as likely as the others. People are given by their place in `codes`, from 0.
    pub panels: Vec<Vec<u32>>,
    /// [`Pool::digest`].
    pub pool: String,
    /// What each panel keeps.
    pub rules: Rules,
    /// Where the seed will come from, and when, so that everybody will find the same one.
    pub source: String,
    /// What is drawn for.
    pub title: String,
    /// The rules of this file: 1.
    pub version: u32,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Held {
    /// [`Announced::digest`].
    pub announcement: String,
    /// Which panel, from 0.
    pub number: u32,
    /// Who is in it.
    pub panel: Vec<String>,
    /// Everybody else, in the order in which they are asked when somebody cannot come.
    pub reserves: Vec<String>,
    /// As the source gave it.
    pub seed: String,
}

/// What the municipality keeps to itself, and shows to whoever it lets look: who has which code, by profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kept {
    /// The pool.
    pub candidates: Vec<Candidate>,
    /// Makes the pool's digest something nobody can try out.
    pub salt: String,
}

/// Why a seed is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeedFault {
    /// Nothing, or a whole book.
    #[error("the seed is empty or longer than {max} signs; give it as the source gave it", max = Proof::SEED_MAX)]
    Length,
    /// Somebody would like to draw again.
    #[error("this draw was held with the seed `{0}`; a draw is held once")]
    Held(String),
    /// There is nothing to draw from.
    #[error("the announcement has no panels; announce the draw again")]
    Empty,
}

impl Proof {
    /// Signs of a seed at most.
    pub const SEED_MAX: usize = 1_000;

    /// Draws. The same seed draws the same again.
    pub fn hold(&mut self, seed: &str) -> Result<&Held, SeedFault> {
        let seed = seed.trim();
        if let Some(before) = self.held.as_ref().filter(|held| held.seed != seed) {
            return Err(SeedFault::Held(before.seed.clone()));
        }
        let held = self.announced.held(seed)?;
        Ok(self.held.insert(held))
    }
}

impl Announced {
    /// The rules of the file that are written.
    pub const VERSION: u32 = 1;

    /// What is to be published of a lottery.
    pub fn new(title: &str, source: &str, at: Timestamp, (pool, salt): (&Pool, &str), lottery: &Lottery) -> Self {
        let codes: Vec<String> = pool.candidates().iter().map(|own| own.code.clone()).collect();
        let place = |code: &String| codes.binary_search(code).ok().and_then(|place| u32::try_from(place).ok());
        let panels = lottery.panels().iter().map(|panel| panel.iter().filter_map(place).collect()).collect();
        let fairest = lottery.fairest().iter().map(|(code, odds)| (code.clone(), millionths(*odds))).collect();
        let odds = lottery.odds().into_iter().map(|(code, panels)| (code.to_owned(), panels)).collect();
        Self {
            at: at.to_string(),
            fairest,
            odds,
            panels,
            pool: pool.digest(salt),
            rules: pool.rules().clone(),
            source: source.to_owned(),
            title: title.to_owned(),
            version: Self::VERSION,
            codes,
        }
    }

    /// SHA-256 of the announcement as JSON with sorted keys and no blanks.
    pub fn digest(&self) -> String {
        // Strings and whole numbers can always be written.
        Hex(&Sha256::digest(serde_json::to_vec(self).unwrap_or_default())).to_string()
    }

    pub(super) fn held(&self, seed: &str) -> Result<Held, SeedFault> {
        if seed.is_empty() || seed.chars().count() > Proof::SEED_MAX {
            return Err(SeedFault::Length);
        }
        let announcement = self.digest();
        let drawn = Sha256::digest(format!("{announcement}\n{seed}"));
        let many =
            u64::try_from(self.panels.len()).ok().filter(|many| (1..1 << 32).contains(many)).ok_or(SeedFault::Empty)?;
        // As one number of 256 bits, so the first panels are not more likely by anything that could be noticed.
        let number = drawn.iter().fold(0, |rest, byte| (rest * 256 + u64::from(*byte)) % many);
        let number = u32::try_from(number).map_err(|_| SeedFault::Empty)?;
        let panel = self.panel(number);
        let mut reserves: Vec<_> = self.codes.iter().filter(|code| !panel.contains(code)).cloned().collect();
        reserves.sort_by_cached_key(|code| Hex(&Sha256::digest(format!("{announcement}\n{seed}\n{code}"))).to_string());
        Ok(Held { announcement, number, panel, reserves, seed: seed.to_owned() })
    }

    /// Who is in a panel.
    pub(super) fn panel(&self, number: u32) -> Vec<String> {
        let panel = usize::try_from(number).ok().and_then(|number| self.panels.get(number));
        let code = |place: &u32| usize::try_from(*place).ok().and_then(|place| self.codes.get(place)).cloned();
        panel.into_iter().flatten().filter_map(code).collect()
    }
}

/// Who is asked when somebody of a panel cannot come: the first of the reserves with whom the quotas hold, or are missed by least.
/// `panel` is who is left, `gone` are those who cannot come.
pub fn stand_in<'a>(pool: &Pool, panel: &[String], reserves: &'a [String], gone: &[String]) -> Option<&'a str> {
    let left: Vec<&Candidate> = panel.iter().filter_map(|code| pool.candidate(code)).collect();
    let free = reserves.iter().filter(|code| !gone.contains(code) && !panel.contains(code));
    let able = free.filter_map(|code| Some((code, pool.candidate(code)?)));
    let best = able.min_by_key(|(_, own)| pool.misses(left.iter().copied().chain([*own])));
    best.map(|(code, _)| code.as_str())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "odds are between 0 and 1")]
pub(super) fn millionths(odds: f64) -> u32 {
    (odds * 1e6).round() as u32
}
