//! What somebody said before, put into the fields of the page they see.

use super::visitor::{Kept, Seat};
use engagement::Standing;
use model::activity::{ActivityId, Content, Draft, Entry, EntryId, FieldKind, Page, Reach, Value, Viewer, Whose};
use std::collections::BTreeMap;
use store::{Snapshot, StoreError};

/// What is not in the log yet, as entries.
pub(super) fn entries_of_drafts(drafts: &[Draft], viewer: &Viewer) -> Vec<Entry> {
    let numbered = (1..).zip(drafts);
    let entry = |(id, said): (u64, &Draft)| Entry {
        id: EntryId(id),
        at: viewer.now,
        by: viewer.who.clone(),
        said: said.clone(),
    };
    numbered.map(entry).collect()
}

/// What somebody said, in the order they said it.
pub(super) fn said_before(snapshot: &Snapshot, id: &ActivityId, seat: &Seat) -> Result<Vec<Entry>, StoreError> {
    let Some(who) = seat.viewer.who.pseudonym else { return Ok(Vec::new()) };
    match &seat.kept {
        Kept::Log => snapshot.entries_of(id, who),
        Kept::Drafts(_, drafts) | Kept::Preview(drafts) => Ok(entries_of_drafts(drafts, &seat.viewer)),
    }
}

/// Puts the answers that stand into the fields of forms that are offered once; gives the words for "other".
pub(super) fn put_in(
    page: &mut Page,
    own: &Standing,
    shared: &Standing,
    viewer: &Viewer,
    contact: Option<&str>,
) -> BTreeMap<String, String> {
    let mut found: BTreeMap<String, Value> = BTreeMap::new();
    let mut others = BTreeMap::new();
    for (at, block) in page.blocks.iter().enumerate() {
        let Content::Form(form) = &block.is else { continue };
        if form.reach != Reach::Once {
            continue;
        }
        let answers = match form.whose {
            Whose::Personal => viewer.who.pseudonym.and_then(|who| own.answers_of(who, &form.subject)),
            Whose::Shared => shared.shared(&form.subject),
        };
        for field in page.fields_of(at) {
            let said = |key: &str| answers.and_then(|answers| answers.get(key));
            if matches!(field.kind, FieldKind::Contact) {
                found.extend(contact.map(|address| (field.key.clone(), Value::Text(address.to_owned()))));
            }
            found.extend(said(&field.key).map(|value| (field.key.clone(), value.clone())));
            let other = said(&format!("{}{}", field.key, FieldKind::OTHER_SUFFIX)).and_then(Value::words);
            others.extend(other.filter(|w| !w.is_empty()).map(|words| (field.key.clone(), words.to_owned())));
        }
    }
    for block in &mut page.blocks {
        if let Content::Field(field) = &mut block.is
            && let Some(value) = found.remove(&field.key)
        {
            field.value = Some(value);
        }
    }
    others
}
