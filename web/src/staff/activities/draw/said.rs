//! What is wrong with a list, with quotas or with a seed, in the reader's language.

use crate::staff::sheet_fault;
use app::{DrawError, Impossible, PoolFault, QuotaChange as Change, SeedFault, Side, TableFault, WILLING_MAX};
use words::{Arg, Speaker};

/// None for what is no fault of what was written.
pub(super) fn said(error: &DrawError, speaker: &Speaker) -> Option<String> {
    match error {
        DrawError::Sheet(fault) => Some(table(fault, speaker)),
        DrawError::Pool(fault) => Some(pool(fault, speaker)),
        DrawError::Impossible(why) => Some(impossible(why, speaker)),
        DrawError::Seed(fault) => Some(seed(fault, speaker)),
        _ => None,
    }
}

/// Where a value stands among the gaps of a text.
type Gap<'a> = (&'a str, Arg<'a>);

fn count(many: usize) -> u32 {
    u32::try_from(many).unwrap_or(u32::MAX)
}

fn table(fault: &TableFault, speaker: &Speaker) -> String {
    let say = |key: &str, gaps: &[Gap<'_>]| speaker.text(&format!("draw-wrong-{key}"), gaps);
    let at = |line: &usize| line.to_string();
    match fault {
        TableFault::Sheet(fault) => sheet_fault(fault, speaker),
        TableFault::Heading(heading) => say("heading", &[("heading", heading.into())]),
        TableFault::Number { line, heading, said } => {
            say("number", &[("line", (&at(line)).into()), ("heading", heading.into()), ("said", said.into())])
        }
        TableFault::Address { line, said } => say("address", &[("line", (&at(line)).into()), ("said", said.into())]),
        TableFault::Nobody(line) => say("nobody", &[("line", (&at(line)).into())]),
        TableFault::Unknown(line) => say("unknown", &[("line", (&at(line)).into())]),
        TableFault::Full(has) => say("full", &[("has", count(*has).into()), ("most", count(WILLING_MAX).into())]),
    }
}

fn pool(fault: &PoolFault, speaker: &Speaker) -> String {
    use app::Pool;
    let say = |key: &str, gaps: &[Gap<'_>]| speaker.text(&format!("draw-wrong-{key}"), gaps);
    match fault {
        PoolFault::TooMany(has) => {
            say("full", &[("has", count(*has).into()), ("most", count(Pool::CANDIDATES_MAX).into())])
        }
        PoolFault::Seats(seats) => say("seats", &[("seats", (*seats).into()), ("most", Pool::SEATS_MAX.into())]),
        PoolFault::Stratum(stratum) => {
            say("stratum", &[("stratum", stratum.into()), ("most", count(Pool::STRATA_MAX).into())])
        }
        PoolFault::Quota { stratum, value } => say("quota", &[("stratum", stratum.into()), ("value", value.into())]),
        PoolFault::Code(code) | PoolFault::Profile { code, .. } | PoolFault::Sign(code) => {
            say("person", &[("code", code.into())])
        }
        PoolFault::Value { code, value, stratum, expected } => {
            let gaps = [("code", code), ("value", value), ("stratum", stratum), ("expected", expected)];
            say("value", &gaps.map(|(name, text)| (name, Arg::from(text))))
        }
        PoolFault::Chances { code, chances } => {
            let most = Pool::CHANCES_MAX.into();
            say("chances", &[("code", code.into()), ("chances", (*chances).into()), ("most", most)])
        }
    }
}

fn impossible(why: &Impossible, speaker: &Speaker) -> String {
    match why {
        Impossible::Quotas(changes) => {
            let changes: Vec<String> = changes.iter().map(|one| change(one, speaker)).collect();
            speaker.text("draw-wrong-quotas", &[("changes", (&changes.join("; ")).into())])
        }
        Impossible::TooFew { seats, possible } => {
            speaker.text("draw-wrong-few", &[("seats", (*seats).into()), ("possible", (*possible).into())])
        }
        Impossible::TooHard => speaker.text("draw-wrong-hard", &[]),
    }
}

fn change(change: &Change, speaker: &Speaker) -> String {
    let Change { stratum, value, side, from, to, willing } = change;
    let key = if *side == Side::Min { "draw-change-least" } else { "draw-change-most" };
    let (from, to, willing) = ((*from).into(), (*to).into(), (*willing).into());
    let gaps = [("stratum", stratum.into()), ("value", value.into()), ("from", from), ("to", to), ("willing", willing)];
    speaker.text(key, &gaps)
}

fn seed(fault: &SeedFault, speaker: &Speaker) -> String {
    match fault {
        SeedFault::Length => speaker.text("draw-wrong-seed", &[("most", count(app::Proof::SEED_MAX).into())]),
        SeedFault::Held(seed) => speaker.text("draw-wrong-held", &[("seed", seed.into())]),
        SeedFault::Empty => speaker.text("draw-wrong-empty", &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Language;

    #[test]
    fn quotas_that_cannot_be_met_are_told_in_each_language_with_the_smallest_change() {
        let change = Change {
            stratum: "age".to_owned(),
            value: "old".to_owned(),
            side: Side::Min,
            from: 13,
            to: 12,
            willing: 12,
        };
        let error = DrawError::Impossible(Impossible::Quotas(vec![change]));
        let told = Language::ALL.map(|language| said(&error, Speaker::of(language)).unwrap_or_default());
        for text in &told {
            for part in ["old", "age", "13", "12"] {
                assert!(text.contains(part), "{part}: {text}");
            }
        }
        assert!(told[0].contains("minst 12 i stedet for 13"), "{told:?}");
        assert!(told[1..].iter().all(|text| *text != told[0]), "each in its own words: {told:?}");
    }

    #[test]
    fn whatever_is_wrong_with_a_draw_has_words_in_every_language() {
        let text = || "x".to_owned();
        let faults = vec![
            DrawError::Sheet(TableFault::Heading(text())),
            DrawError::Sheet(TableFault::Number { line: 2, heading: text(), said: text() }),
            DrawError::Sheet(TableFault::Address { line: 2, said: text() }),
            DrawError::Sheet(TableFault::Nobody(2)),
            DrawError::Sheet(TableFault::Unknown(2)),
            DrawError::Sheet(TableFault::Full(2001)),
            DrawError::Sheet(app::SheetFault::Empty.into()),
            DrawError::Sheet(app::SheetFault::Bytes(1).into()),
            DrawError::Sheet(app::SheetFault::Unclosed(3).into()),
            DrawError::Sheet(app::SheetFault::Rows { has: 3, max: 2 }.into()),
            DrawError::Sheet(app::SheetFault::Ragged { line: 2, has: 3, wants: 2 }.into()),
            DrawError::Pool(PoolFault::TooMany(30_000)),
            DrawError::Pool(PoolFault::Seats(0)),
            DrawError::Pool(PoolFault::Stratum(text())),
            DrawError::Pool(PoolFault::Quota { stratum: text(), value: text() }),
            DrawError::Pool(PoolFault::Code(text())),
            DrawError::Pool(PoolFault::Value { code: text(), value: text(), stratum: text(), expected: text() }),
            DrawError::Pool(PoolFault::Chances { code: text(), chances: 11 }),
            DrawError::Impossible(Impossible::TooFew { seats: 20, possible: 3 }),
            DrawError::Impossible(Impossible::TooHard),
            DrawError::Seed(SeedFault::Length),
            DrawError::Seed(SeedFault::Held(text())),
            DrawError::Seed(SeedFault::Empty),
        ];
        for error in &faults {
            for language in Language::ALL {
                let told = said(error, Speaker::of(language)).unwrap_or_default();
                assert!(told.contains(' ') && !told.contains('{'), "{error}: {told}");
            }
        }
        assert_eq!(said(&DrawError::Step, Speaker::of(Language::En)), None);
    }
}
