//! Pools for tests.

mod bad_input;
mod fairness;
mod proofs;

use super::*;

/// Value, least and most.
type Quotas<'a> = &'a [(&'a str, u32, u32)];

fn rules(seats: u32, strata: &[(&str, Quotas<'_>)]) -> Rules {
    let quotas = |own: Quotas<'_>| own.iter().map(|(value, min, max)| Quota::new(*value, *min, *max)).collect();
    let strata = strata.iter().map(|(name, own)| Stratum { name: (*name).to_owned(), quotas: quotas(own) }).collect();
    Rules { seats, strata, households: Households::Ignored }
}

/// Code, values with blanks between, household.
fn at_home(people: &[(&str, &str, &str)]) -> Vec<Candidate> {
    let person = |(code, values, household): &(&str, &str, &str)| Candidate {
        household: (*household).to_owned(),
        ..Candidate::new(*code, values.split(' '))
    };
    people.iter().map(person).collect()
}

/// People with uneven values in each stratum, and quotas as if values were even: so a few have much better odds than most. The dice are
/// those of Knuth's MMIX, so that another program can make the same pool.
fn town(all: u32, sizes: &[u64], seats: u32, seed: u64) -> Pool {
    let mut state = seed;
    let mut dice = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut values = || sizes.iter().map(|size| dice(size * size).isqrt().to_string()).collect::<Vec<_>>();
    let people = (0..all).map(|n| Candidate::new(format!("p{n}"), values())).collect();
    let stratum = |(place, size): (usize, &u64)| {
        let table: Vec<_> = (0..*size).map(|value| (value.to_string(), 1)).collect();
        Stratum::of_population(format!("s{place}"), &table, seats, 0)
    };
    let strata = sizes.iter().enumerate().map(stratum).collect();
    Pool::new(people, Rules { seats, strata, households: Households::Ignored }).unwrap()
}
