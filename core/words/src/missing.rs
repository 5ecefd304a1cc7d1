use crate::{Arg, Speaker};

/// A group of whom fewer answered than their share of the people would be.
#[derive(Clone, Debug, PartialEq)]
pub struct MissingGroup {
    /// What the municipality calls it: `15-29`.
    pub group: String,
    /// In a hundred people.
    pub of_people: f64,
    /// In a hundred answers, or that there were fewer than so many.
    pub answers: Answers,
}

/// How many answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Answers {
    /// In a hundred answers.
    PerCent(f64),
    /// Too few to tell.
    FewerThan(u32),
    /// Not told, for others' sake.
    Untold,
}

/// What weights did.
#[derive(Clone, Debug, PartialEq)]
pub struct WeightedState<'a> {
    /// What was weighed by, as the municipality calls it.
    pub margins: &'a [&'a str],
    /// How many answered.
    pub answered: u32,
    /// How many evenly spread answers would tell as much.
    pub effective: u32,
    /// How far shares still are from those of the people at most, in percentage points.
    pub off: f64,
    /// Groups that were weighed together, for few answered in one of them.
    pub together: &'a [&'a str],
}

/// Less than this is no difference that anyone would see in a report, percentage points.
const OFF_MIN: f64 = 0.5;
/// Groups that a sentence names at most. Those come first of whom most are missing.
const NAMED_MAX: usize = 4;

impl Speaker {
    /// Who is missing among those who answered: `Dette vet vi mindre om, for få av dem svarte: 15-29 (4 prosent ...)`.
    pub fn missing(&self, groups: &[MissingGroup]) -> String {
        if groups.is_empty() {
            return self.text("missing-none", &[]);
        }
        let named: Vec<_> = groups.iter().take(NAMED_MAX).map(|group| self.missing_group(group)).collect();
        self.text("missing-some", &[("groups", (&Self::list(&named)).into())])
    }

    /// What weights did, and what they cost.
    pub fn weighted(&self, state: &WeightedState<'_>) -> String {
        let WeightedState { margins, answered, effective, off, together } = state;
        let margins = Self::list(margins);
        let counts = [("answered", Arg::Count(*answered)), ("effective", Arg::Count(*effective))];
        let mut said = self.text("weighted", &[&counts[..], &[("margins", (&margins).into())]].concat());
        if *off >= OFF_MIN {
            let points = self.number(off.ceil(), 0);
            said = said + " " + &self.text("weighted-off", &[("points", (&points).into())]);
        }
        if !together.is_empty() {
            let groups = Self::list(together);
            said = said + " " + &self.text("weighted-together", &[("groups", (&groups).into())]);
        }
        said
    }

    fn missing_group(&self, MissingGroup { group, of_people, answers }: &MissingGroup) -> String {
        let people = self.number(*of_people, 0);
        let known = [("group", group.into()), ("people", (&people).into())];
        match answers {
            Answers::PerCent(share) => {
                let share = self.number(*share, 0);
                self.text("missing-group", &[&known[..], &[("answers", (&share).into())]].concat())
            }
            Answers::Untold => self.text("missing-group-untold", &known),
            Answers::FewerThan(limit) => {
                self.text("missing-group-few", &[&known[..], &[("limit", (*limit).into())]].concat())
            }
        }
    }

    /// Names one after another; semicolons where commas stand in names.
    fn list(names: &[impl AsRef<str>]) -> String {
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        names.join(if names.iter().any(|name| name.contains(',')) { "; " } else { ", " })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Language;

    #[test]
    fn who_is_missing_is_said_in_each_language() {
        let group = |group: &str, of_people, answers| MissingGroup { group: group.to_owned(), of_people, answers };
        let few = group("80-", 6.0, Answers::FewerThan(5));
        let groups = [group("15-29", 18.2, Answers::PerCent(4.4)), few, group("x", 3.0, Answers::Untold)];
        let spoken = Speaker::of(Language::En).missing(&groups);
        assert_eq!(
            spoken,
            "We know less about these, for few of them answered: 15-29 (4 per cent of the answers, 18 per cent of the \
             people); 80- (fewer than 5 answers, 6 per cent of the people); x (3 per cent of the people)."
        );
        for language in Language::ALL {
            let speaker = Speaker::of(language);
            let spoken = speaker.missing(&groups);
            assert!(spoken.contains("15-29 (4 ") && spoken.contains("18 ") && spoken.contains("80- ("), "{spoken}");
            assert!(!speaker.missing(&[]).contains(':'));
        }
    }

    #[test]
    fn what_weights_cost_is_said() {
        let nb = Speaker::of(Language::Nb);
        let state = WeightedState {
            margins: &["alder", "omr\u{e5}de"],
            answered: 212,
            effective: 150,
            off: 0.0,
            together: &[],
        };
        assert_eq!(
            nb.weighted(&state),
            "Vektet, slik at de som svarte, teller som innbyggerne etter alder, omr\u{e5}de. De 212 svarene sier da \
             like mye som 150 jevnt fordelte svar."
        );
        let more = WeightedState { off: 1.2, together: &["67-79 + 80-"], ..state };
        let said = nb.weighted(&more);
        assert!(said.contains("opptil 2 prosentpoeng") && said.contains("67-79 + 80- er regnet sammen"), "{said}");
    }
}
