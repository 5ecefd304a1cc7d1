//! Who is missing among those who answered.

use crate::gate::{Gate, PublicCount};
use crate::weights::{Answerer, Margin};

/// Missing is who answered less than two thirds of what their share of the people would be,
const LESS_THAN: f64 = 2.0 / 3.0;
/// and are so few fewer that chance alone would seldom do it: two standard deviations of a draw by lot.
const DEVIATIONS: f64 = 2.0;

/// A value of a margin that too few have who answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Missing {
    /// The margin.
    pub margin: String,
    /// The value.
    pub value: String,
    /// Of how many people in a hundred it is.
    pub of_people: f64,
    /// How many answered, as the public may see it; none where that would tell how few others are.
    pub answered: Option<PublicCount>,
    /// Of how many answers in a hundred it is; told only where none of the margin's counts is hidden.
    pub of_answers: Option<f64>,
}

impl Gate {
    /// Who is missing, those first of whom most are missing. Whoever has not told is left out of both sides.
    pub fn missing(self, answers: &[Answerer], margins: &[Margin]) -> Vec<Missing> {
        let mut found: Vec<(f64, Missing)> = Vec::new();
        for (place, margin) in margins.iter().enumerate() {
            let told: Vec<usize> = answers.iter().filter_map(|own| own.values.get(place).copied().flatten()).collect();
            let (all, people) = (count(told.iter()), margin.people.iter().map(|(_, people)| people).sum::<f64>());
            let counts: Vec<f64> =
                (0..margin.people.len()).map(|at| count(told.iter().filter(|own| **own == at))).collect();
            let untold = count(answers.iter()) - all;
            let few = |people: &f64| self.count(*people).known().is_none();
            // Those who have not told are a count like the others: with it and the shares it could be had.
            let hides = counts.iter().any(few) || (untold > 0.0 && few(&untold));
            for ((value, of), answered) in margin.people.iter().zip(&counts).filter(|_| people > 0.0 && all > 0.0) {
                let (share, expected) = (of / people, of / people * all);
                let deviation = (expected * (1.0 - share)).sqrt();
                if *answered < LESS_THAN * expected && expected - answered > DEVIATIONS * deviation {
                    let missing = Missing {
                        margin: margin.name.clone(),
                        value: value.clone(),
                        of_people: share * 100.0,
                        answered: (few(answered) || !hides).then(|| self.count(*answered)),
                        of_answers: (!hides).then(|| answered / all * 100.0),
                    };
                    found.push(((expected - answered) / all, missing));
                }
            }
        }
        found.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        found.into_iter().map(|(_, missing)| missing).collect()
    }
}

fn count(people: impl Iterator<Item = impl Sized>) -> f64 {
    f64::from(u32::try_from(people.count()).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(answers: &[(usize, usize)], untold: usize, people: &[(&str, f64)]) -> Vec<Missing> {
        let own = |value| Answerer { values: vec![value], base: 1.0 };
        let many = |(value, times): &(usize, usize)| std::iter::repeat_n(own(Some(*value)), *times);
        let mut answers: Vec<_> = answers.iter().flat_map(many).collect();
        answers.extend(std::iter::repeat_n(own(None), untold));
        let people = people.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect();
        Gate::new(5).missing(&answers, &[Margin { name: "age".to_owned(), people }])
    }

    #[test]
    fn whoever_answered_much_less_than_their_share_is_named_those_first_of_whom_most_are_missing() {
        let people = [("15-29", 2_000.0), ("30-64", 5_000.0), ("65-79", 2_000.0), ("80-", 1_000.0)];
        let missing = asked(&[(0, 8), (1, 60), (2, 47), (3, 5)], 0, &people);
        let named: Vec<_> = missing.iter().map(|own| own.value.as_str()).collect();
        assert_eq!(named, ["15-29", "80-"]);
        assert_eq!((missing[0].answered, missing[0].of_people), (Some(PublicCount::Exactly(8)), 20.0));
        assert!((missing[0].of_answers.unwrap() - 100.0 * 8.0 / 120.0).abs() < 1e-9);
    }

    /// With the shares of the others, and how many answered in all, a hidden count could be had by subtraction.
    #[test]
    fn no_share_is_told_where_a_count_is_hidden_or_those_who_have_not_told_are_few() {
        let people = [("15-29", 2_000.0), ("30-64", 5_000.0), ("65-79", 2_000.0), ("80-", 1_000.0)];
        let missing = asked(&[(0, 8), (1, 60), (2, 50), (3, 2)], 0, &people);
        assert_eq!((missing[0].answered, missing[0].of_answers), (None, None));
        assert_eq!((missing[1].answered, missing[1].of_answers), (Some(PublicCount::FewerThan(5)), None));
        let missing = asked(&[(0, 8), (1, 60), (2, 47), (3, 5)], 2, &people);
        assert!(missing.iter().all(|own| own.answered.is_none() && own.of_answers.is_none()));
    }

    #[test]
    fn nobody_is_called_missing_by_what_chance_does() {
        // Of ten answers two were to be expected and one came: that is nothing.
        assert_eq!(asked(&[(0, 1), (1, 9)], 2, &[("15-29", 20.0), ("30-", 80.0)]), []);
        assert_eq!(asked(&[], 2, &[("15-29", 20.0), ("30-", 80.0)]), []);
        assert_eq!(asked(&[(0, 30)], 0, &[("all", 20.0), ("nobody", 0.0)]), []);
    }
}
