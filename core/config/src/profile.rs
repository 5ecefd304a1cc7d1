//! What people may tell of themselves, on the pages of the panel and when they want to be drawn.

use crate::diagnostic::Fault;
use crate::file::{Unique, slug};
use crate::said::say;
use crate::text::Text;
use crate::written::Written;
use model::{Language, PanelChoice, ProfileItem};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One thing that people may tell of themselves.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ItemEntry {
    /// Short name, the key of the same question in surveys and of their `[[population]]`: `age`, `area`.
    id: Written<String>,
    /// What people call it.
    name: Text,
    /// Why it is asked. People read it beside the question.
    reason: Text,
    /// What may be told: `option = [{ id = "15-39", name = "15-39" }, { id = "40-", name = "40+" }]`.
    #[schemars(length(max = 100))]
    option: Vec<ChoiceEntry>,
    /// Whether several of the options may be told.
    #[serde(default)]
    several: Option<Written<bool>>,
}

/// One thing to choose.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoiceEntry {
    /// Short name: a-z, 0-9 and `-`. Do not change it later: what members told hangs on it.
    id: Written<String>,
    /// What people call it: one text, or one for each language.
    name: Text,
}

/// The items of a list that can be read; `faults` says what is wrong with the others.
pub(crate) fn items(entries: Vec<ItemEntry>, first: Language, faults: &mut Vec<Fault>) -> Vec<ProfileItem> {
    let mut ids = Unique::default();
    entries.into_iter().filter_map(|entry| item(entry, first, &mut ids, faults)).collect()
}

/// The same for strata of a draw: a seat counts for one value of each, so of an item that allows several it could not be said for which.
pub(crate) fn strata(entries: Vec<ItemEntry>, first: Language, faults: &mut Vec<Fault>) -> Vec<ProfileItem> {
    for several in entries.iter().filter_map(|entry| entry.several.as_ref()).filter(|several| several.value) {
        let message = say!("seats-by-one", "seats are spread by one value for each person");
        let help = say!("no-several", "take `several` away here");
        faults.push(Fault::error(several.span.clone(), message).help(help));
    }
    items(entries, first, faults)
}

fn item(entry: ItemEntry, first: Language, ids: &mut Unique, faults: &mut Vec<Fault>) -> Option<ProfileItem> {
    let span = entry.id.span.clone();
    let id = slug("id", &entry.id, faults)?;
    if let Some(earlier) = ids.earlier(&id, span.clone()) {
        let fault = Fault::twice(span.clone(), &id, earlier);
        faults.push(fault.help(say!("another-id", "give one of them another `id`")));
    }
    let options = choices(entry.option, first, faults);
    if options.len() < 2 {
        let fault = Fault::error(span, say!("nothing-to-choose", "`{name}` leaves nothing to choose", name = id));
        let fault = fault.expected(say!("expect-two-options", "expected two options or more"));
        let line = "option = [{ id = .., name = .. }, ..]";
        faults.push(fault.help(say!("write-line", "write `{line}`", line)));
    }
    let several = entry.several.is_some_and(|several| several.value);
    let (name, reason) = (entry.name.words(first), entry.reason.words(first));
    Some(ProfileItem { id, name, reason, options, several })
}

/// The choices of a list that can be read; `faults` says what is wrong with the others.
pub(crate) fn choices(entries: Vec<ChoiceEntry>, first: Language, faults: &mut Vec<Fault>) -> Vec<PanelChoice> {
    let mut ids = Unique::default();
    let mut choice = |entry: ChoiceEntry| {
        let span = entry.id.span.clone();
        let id = slug("id", &entry.id, faults)?;
        if let Some(earlier) = ids.earlier(&id, span.clone()) {
            let fault = Fault::twice(span, &id, earlier);
            faults.push(fault.help(say!("another-id", "give one of them another `id`")));
        }
        Some(PanelChoice { id, name: entry.name.words(first) })
    };
    entries.into_iter().filter_map(&mut choice).collect()
}
