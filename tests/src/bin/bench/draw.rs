//! `draw`: the fairest lottery for a panel, and what it weighs answers with.

use crate::clock::now;
use crate::table::{Row, duration};
use anyhow::Result;
use engagement::draw::{Candidate, Households, Pool, Rules, Stratum};
use engagement::{Answerer, Margin, Trim, rake};

const WILLING: usize = 600;
const SEATS: u32 = 40;
/// Values of each stratum: sex, age, area, schooling.
const STRATA: [u32; 4] = [2, 5, 4, 3];

const ANSWERS: usize = 2_000;
const MARGINS: usize = 6;

pub(crate) fn draw() -> Result<Vec<Row>> {
    Ok(vec![fairest()?, raked()?])
}

fn fairest() -> Result<Row> {
    let mut state = 7_u64;
    let mut dice = |below: u32| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % u64::from(below)
    };
    // Who is willing is not like the people: the higher values are the commoner ones.
    let mut profile = || STRATA.map(|size| dice(size * size).isqrt().to_string());
    let people = (0..WILLING).map(|number| Candidate::new(format!("p{number}"), profile())).collect();
    let strata = STRATA.iter().enumerate().map(|(place, size)| {
        let table: Vec<_> = (0..*size).map(|value| (value.to_string(), 1)).collect();
        Stratum::of_population(format!("s{place}"), &table, SEATS, 0)
    });
    let rules = Rules { seats: SEATS, strata: strata.collect(), households: Households::Ignored };
    let pool = Pool::new(people, rules)?;
    let begun = now();
    let lottery = pool.lottery()?;
    let took = now().saturating_duration_since(begun);
    let what =
        format!("fairest draw of {SEATS} of {WILLING} over four strata, least odds {:.2} %", lottery.least() * 100.0);
    Ok(Row::new(what, duration(took), "<= 2 s"))
}

fn raked() -> Result<Row> {
    let mut state = 7_u64;
    let mut dice = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((state >> 33) % 25).map(usize::isqrt).ok()
    };
    let answers: Vec<_> =
        (0..ANSWERS).map(|_| Answerer { values: (0..MARGINS).map(|_| dice()).collect(), base: 1.0 }).collect();
    let people = |value: u32| (value.to_string(), 1_000.0);
    let margin = |number| Margin { name: format!("m{number}"), people: (0..5).map(people).collect() };
    let margins: Vec<_> = (0..MARGINS).map(margin).collect();
    let begun = now();
    let weights = rake(&answers, &margins, Trim::USUAL)?;
    let took = now().saturating_duration_since(begun);
    let what = format!("2 000 answers raked to 6 margins and trimmed, as good as {:.0} even ones", weights.effective());
    Ok(Row::new(what, duration(took), "<= 100 ms"))
}
