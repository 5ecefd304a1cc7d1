//! Checks a published draw.

use super::lottery::Lottery;
use super::pool::{Candidate, Pool};
use super::proof::{Announced, Kept, Proof, millionths};
use std::collections::BTreeMap;

/// Thousandths by which the odds in the panels may differ from those of the fairest lottery: panels are whole.
const WHOLE_PANELS: u32 = 5;
/// Millionths by which the fairest odds may differ when they are worked out again.
const ROUNDING: u32 = 20;
/// Panels that are looked at. More is no draw of ours.
const PANELS_MAX: usize = 10_000;

/// Something in a published draw that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Doubt {
    /// A file of a release that is not known here.
    #[error("version {0} is not known; expected {known}: use a newer allting", known = Announced::VERSION)]
    Version(u32),
    /// No panels, or more than there ever are.
    #[error("there are {0} panels; expected 1 to {max}", max = PANELS_MAX)]
    Panels(usize),
    /// A panel that has not as many different people of the pool as there are seats.
    #[error("panel {0} has not as many different people as there are seats")]
    Seats(usize),
    /// Codes that are not in order, or stand twice, or are more than a pool may have.
    #[error("the codes are not in order, one stands twice, or there are more than {max}", max = Pool::CANDIDATES_MAX)]
    Codes,
    /// Odds that the panels do not give.
    #[error("`{code}` is in {counted} panels, and {said} are stated")]
    Odds {
        /// Whose.
        code: String,
        /// As counted.
        counted: u32,
        /// As stated.
        said: u32,
    },
    /// The announcement was changed after it was published, or the result is that of another.
    #[error("the announcement's digest is {is}, and the result was drawn from {said}")]
    Announcement {
        /// As it is now.
        is: String,
        /// As the result says.
        said: String,
    },
    /// The seed gives another panel.
    #[error("the seed gives panel {is}, and {said} is stated")]
    Number {
        /// As the seed gives it.
        is: u32,
        /// As stated.
        said: u32,
    },
    /// The panel lists other people than the number says.
    #[error("the people of the panel are not those of panel {0}")]
    Panel(u32),
    /// The reserves stand in another order than the seed gives.
    #[error("the reserves are not in the order that the seed gives")]
    Reserves,
    /// A seed that cannot be one.
    #[error("the seed is not one that can be drawn with")]
    Seed,
    /// The pool that was shown is not the one that was announced.
    #[error("the pool's digest is {is}, and {said} was announced")]
    Pool {
        /// Of the pool that was shown.
        is: String,
        /// As announced.
        said: String,
    },
    /// A pool that does not fit the rules.
    #[error("the pool does not fit the rules: {0}")]
    Unfit(String),
    /// A panel that misses a quota.
    #[error("panel {0} does not keep the quotas")]
    Quotas(usize),
    /// A lottery that is not the fairest.
    #[error("`{code}` has odds of {said} in a million, and could have {could}")]
    Unfair {
        /// Whose.
        code: String,
        /// As announced.
        said: u32,
        /// As worked out again.
        could: u32,
    },
}

/// Looks for anything that is wrong: in the file itself, and, with the pool, in what the file says of it. Empty is right.
pub fn verify(proof: &Proof, kept: Option<&Kept>) -> Vec<Doubt> {
    let announced = &proof.announced;
    if announced.version != Announced::VERSION {
        return vec![Doubt::Version(announced.version)];
    }
    if !(1..=PANELS_MAX).contains(&announced.panels.len()) {
        return vec![Doubt::Panels(announced.panels.len())];
    }
    let mut doubts = panels(announced);
    if !doubts.is_empty() {
        // A file that contradicts itself, or that is larger than any draw, is not looked at any further.
        return doubts;
    }
    doubts.extend(result(proof));
    if let Some(kept) = kept {
        doubts.extend(pool(announced, kept));
    }
    doubts
}

fn panels(announced: &Announced) -> Vec<Doubt> {
    let mut doubts = Vec::new();
    if !announced.codes.is_sorted_by(|a, b| a < b) || announced.codes.len() > Pool::CANDIDATES_MAX {
        return vec![Doubt::Codes];
    }
    if announced.rules.seats > Pool::SEATS_MAX {
        return vec![Doubt::Seats(0)];
    }
    let mut counted: BTreeMap<&str, u32> = announced.codes.iter().map(|code| (code.as_str(), 0)).collect();
    for (number, panel) in announced.panels.iter().enumerate() {
        let seats = usize::try_from(announced.rules.seats).ok();
        let known = |place: &u32| usize::try_from(*place).is_ok_and(|place| place < announced.codes.len());
        if Some(panel.len()) != seats || !panel.is_sorted_by(|a, b| a < b) || !panel.iter().all(known) {
            doubts.push(Doubt::Seats(number));
        }
        for code in panel.iter().filter_map(|place| announced.codes.get(usize::try_from(*place).ok()?)) {
            *counted.entry(code).or_default() += 1;
        }
    }
    let said = |code: &str| announced.odds.get(code).copied().unwrap_or(u32::MAX);
    let wrong = counted.iter().filter(|(code, counted)| said(code) != **counted);
    doubts.extend(wrong.map(|(code, counted)| Doubt::Odds {
        code: (*code).to_owned(),
        counted: *counted,
        said: said(code),
    }));
    let strangers = announced.odds.iter().filter(|(code, _)| !counted.contains_key(code.as_str()));
    doubts.extend(strangers.map(|(code, said)| Doubt::Odds { code: code.clone(), counted: 0, said: *said }));
    doubts
}

fn result(proof: &Proof) -> Vec<Doubt> {
    let Some(said) = &proof.held else { return Vec::new() };
    let Ok(is) = proof.announced.held(&said.seed) else { return vec![Doubt::Seed] };
    let checks = [
        (
            is.announcement != said.announcement,
            Doubt::Announcement { is: is.announcement, said: said.announcement.clone() },
        ),
        (is.number != said.number, Doubt::Number { is: is.number, said: said.number }),
        (proof.announced.panel(said.number) != said.panel, Doubt::Panel(said.number)),
        (is.reserves != said.reserves, Doubt::Reserves),
    ];
    checks.into_iter().filter(|(wrong, _)| *wrong).map(|(_, doubt)| doubt).collect()
}

fn pool(announced: &Announced, kept: &Kept) -> Vec<Doubt> {
    let pool = match Pool::new(kept.candidates.clone(), announced.rules.clone()) {
        Ok(pool) => pool,
        Err(fault) => return vec![Doubt::Unfit(fault.to_string())],
    };
    let digest = pool.digest(&kept.salt);
    if digest != announced.pool || !pool.candidates().iter().map(|own| &own.code).eq(&announced.codes) {
        return vec![Doubt::Pool { is: digest, said: announced.pool.clone() }];
    }
    let keeps = |panel: &Vec<u32>| {
        let people = panel.iter().filter_map(|place| pool.candidates().get(usize::try_from(*place).ok()?));
        pool.misses(people.collect::<Vec<&Candidate>>().into_iter()) == 0
    };
    let missing = announced.panels.iter().enumerate().filter(|(_, panel)| !keeps(panel));
    let mut doubts: Vec<_> = missing.map(|(number, _)| Doubt::Quotas(number)).collect();
    match pool.lottery() {
        Ok(lottery) => doubts.extend(fair(announced, &lottery)),
        Err(fault) => doubts.push(Doubt::Unfit(fault.to_string())),
    }
    doubts
}

/// Whoever has other odds than LEXIMIN gives, which is the fairest in one way only; or whom the panels short-change.
fn fair(announced: &Announced, lottery: &Lottery) -> Vec<Doubt> {
    let many = u32::try_from(announced.panels.len()).unwrap_or(u32::MAX).max(1);
    let mut doubts = Vec::new();
    for (code, odds) in lottery.fairest() {
        let could = millionths(*odds);
        let said = announced.fairest.get(code).copied().unwrap_or(0);
        let counted = announced.odds.get(code).copied().unwrap_or(0);
        let counted = u32::try_from(u64::from(counted) * 1_000_000 / u64::from(many)).unwrap_or(u32::MAX);
        if said.abs_diff(could) > ROUNDING || counted.abs_diff(could) > WHOLE_PANELS * 1_000 {
            doubts.push(Doubt::Unfair { code: code.clone(), said: said.min(counted), could });
        }
    }
    doubts
}
