use crate::diagnostic::Fault;
use crate::file::Toml;
use crate::said::say;
use crate::text::Text;
use crate::written::Written;
use model::{Almanac, Country, Day, Language, SchoolBreak};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whose public holidays hold.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Holidays {
    /// Those of Norway.
    Norway,
    /// Those of Sweden.
    Sweden,
    /// None: all days are compared with each other.
    None,
}

/// Days on which the schools are closed, first and last day included.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BreakEntry {
    /// What it is called: one text, or one for each language.
    name: Text,
    /// First day: `"2026-12-21"`.
    from: Written<String>,
    /// Last day.
    to: Written<String>,
}

/// Without a word of it, the holidays are those of the country whose time it is.
pub(crate) fn read(
    file: &mut Toml<'_>,
    holidays: Option<Holidays>,
    time_zone: &str,
    breaks: Vec<BreakEntry>,
    first: Language,
) -> Almanac {
    let country = match (holidays, time_zone) {
        (Some(Holidays::Norway), _) | (None, "Europe/Oslo") => Some(Country::Norway),
        (Some(Holidays::Sweden), _) | (None, "Europe/Stockholm") => Some(Country::Sweden),
        _ => None,
    };
    let school_breaks = breaks.into_iter().filter_map(|entry| school_break(file, entry, first)).collect();
    Almanac { country, school_breaks }
}

fn school_break(file: &mut Toml<'_>, entry: BreakEntry, first: Language) -> Option<SchoolBreak> {
    let (from, to) = (day(file, "from", &entry.from), day(file, "to", &entry.to));
    let (from, to) = (from?, to?);
    if from > to {
        let message = say!("break-backwards", "this school holiday ends before it begins");
        let fault = Fault::error(entry.to.span.clone(), message);
        let fault = fault.also(entry.from.span.clone(), say!("begins-here", "it begins here"));
        file.report(fault.expected(say!("expect-later-day", "expected a day after the first")));
        return None;
    }
    Some(SchoolBreak { name: entry.name.words(first), days: from..=to })
}

fn day(file: &mut Toml<'_>, key: &str, written: &Written<String>) -> Option<Day> {
    let day = written.value.parse().ok();
    if day.is_none() {
        let fault = Fault::error(written.span.clone(), say!("no-day", "`{key}` is no day", key));
        let fault = fault.expected(say!("expect-day", "expected year, month and day"));
        file.report(fault.rewritten(format!("{key} = \"2026-12-21\"")));
    }
    day
}
