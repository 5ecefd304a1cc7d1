//! What may go with an anonymous answer of what was declared of a person: so little that enough others share it.

use model::activity::Answer;
use std::collections::BTreeMap;

/// Makes what was declared of people coarser until at least `least` of them share each result, "nothing" included. What is declared first
/// is kept longest. Who knows all that was declared of all can then tell nobody from `least - 1` others.
pub fn coarsened(mut people: Vec<Vec<Answer>>, least: u32) -> Vec<Vec<Answer>> {
    let least = usize::try_from(least.max(1)).unwrap_or(usize::MAX);
    // Each round makes somebody's shorter, so it ends.
    while let Some(small) = smallest_class(&people, least) {
        people.iter_mut().filter(|own| label(own) == small).for_each(|own| drop(own.pop()));
    }
    people
}

/// The class that must grow coarser: the longest of those too small, or, when only "nothing" is too small, the smallest of the others.
fn smallest_class(people: &[Vec<Answer>], least: usize) -> Option<String> {
    let mut classes: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for own in people {
        let class = classes.entry(label(own)).or_insert((own.len(), 0));
        class.1 += 1;
    }
    let told = || classes.iter().filter(|(_, (length, _))| *length > 0);
    let small = told().filter(|(_, (_, size))| *size < least).max_by_key(|(_, (length, _))| *length);
    let nothing_is_small = classes.values().any(|(length, size)| *length == 0 && *size < least);
    let given = || told().filter(|_| nothing_is_small).min_by_key(|(_, (_, size))| *size);
    small.or_else(given).map(|(label, _)| label.clone())
}

fn label(own: &[Answer]) -> String {
    format!("{own:?}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::activity::Value;

    fn person(age: &str, area: &str) -> Vec<Answer> {
        let answer = |question: &str, key: &str| Answer {
            question: question.to_owned(),
            value: Value::Choices(vec![key.to_owned()]),
        };
        vec![answer("age-band", age), answer("area", area)]
    }

    fn sizes(people: Vec<Vec<Answer>>) -> Vec<(usize, usize)> {
        let mut classes = BTreeMap::new();
        for own in coarsened(people, 5) {
            classes.entry(label(&own)).or_insert((own.len(), 0)).1 += 1;
        }
        classes.into_values().collect()
    }

    #[test]
    fn what_five_share_goes_with_their_answers() {
        let mut everyone = vec![person("30-39", "north"); 5];
        everyone.extend(vec![person("30-39", "south"); 3]);
        everyone.extend(vec![person("30-39", "west"); 3]);
        // Neither three tell their area, and six tell their age.
        assert_eq!(sizes(everyone), [(2, 5), (1, 6)]);
    }

    #[test]
    fn nobody_stands_out_by_telling_less() {
        // One alone would be the one of whom nothing is told.
        let mut everyone = vec![person("30-39", "north"); 6];
        everyone.push(person("90-", "south"));
        assert_eq!(sizes(everyone), [(0, 7)]);
        assert_eq!(sizes(vec![person("30-39", "north"); 3]), [(0, 3)]);
    }

    #[test]
    fn every_class_is_large_enough_whatever_was_declared() {
        for seed in 0..200_u32 {
            let band = |n: u32| ["a", "b", "c", "d"][(n % 4) as usize];
            let number = |k: u32| seed.wrapping_mul(2_654_435_761).wrapping_add(k.wrapping_mul(40_503)) >> 7;
            let everyone: Vec<_> = (0..(seed % 40)).map(|k| person(band(number(k)), band(number(k) >> 3))).collect();
            let many = everyone.len();
            assert!(sizes(everyone).iter().all(|(length, size)| *size >= 5 || (*length == 0 && *size == many)));
        }
    }
}
