//! What a panel must look like.

use serde::{Deserialize, Serialize};

/// How many seats there are, and how they are spread.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rules {
    /// Whether two of one household may be drawn.
    pub households: Households,
    /// How many are drawn.
    pub seats: u32,
    /// What is spread. A person has a value in each, or has not told.
    pub strata: Vec<Stratum>,
}

/// One thing that is spread: age, area.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stratum {
    /// What it is called.
    pub name: String,
    /// One for each value there is.
    pub quotas: Vec<Quota>,
}

/// How many of those with a value are drawn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// At most.
    pub max: u32,
    /// At least.
    pub min: u32,
    /// The value.
    pub value: String,
}

/// Whether a household may have more than one seat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Households {
    /// It may.
    #[default]
    Ignored,
    /// It may not.
    OneSeatEach,
}

impl Quota {
    /// `min` to `max` seats for a value.
    pub fn new(value: impl Into<String>, min: u32, max: u32) -> Self {
        Self { max, min, value: value.into() }
    }
}

impl Stratum {
    /// Quotas in proportion to the people of a table: the share of the seats, `slack` seats less to `slack` seats more, whole ones.
    /// Where the slack is none, a share that is no whole number leaves both its neighbours open.
    pub fn of_population(name: impl Into<String>, table: &[(String, u64)], seats: u32, slack: u32) -> Self {
        let all = table.iter().map(|(_, people)| u128::from(*people)).sum::<u128>().max(1);
        let quota = |(value, people): &(String, u64)| {
            let share = u128::from(*people) * u128::from(seats);
            let whole = |part: u128| u32::try_from(part).unwrap_or(seats).min(seats);
            let (down, up) = (whole(share / all), whole(share.div_ceil(all)));
            Quota::new(value.clone(), down.saturating_sub(slack), up.saturating_add(slack).min(seats))
        };
        Self { name: name.into(), quotas: table.iter().map(quota).collect() }
    }

    pub(super) fn position(&self, value: &str) -> Option<usize> {
        self.quotas.iter().position(|quota| quota.value == value)
    }
}
