//! One rule written into its file: comments and order stay, and only what differs is touched.

use super::activities::{put, renumber};
use model::Language;
use serde_json::Value as Json;
use toml_edit::{DocumentMut, Item, Table};

/// A rule as a form has it: what stands in its file, as written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleEntry {
    /// When it speaks.
    pub when: String,
    /// What must hold before it may speak again.
    pub until: Option<String>,
    /// The place it tells of, where `when` names none.
    pub place: Option<String>,
    /// It says nothing for now.
    pub off: bool,
    /// Hours of the day at which it is silent.
    pub quiet: Option<String>,
    /// Posts on one day; none leaves it to the box.
    pub at_most: Option<u8>,
    /// No picture goes with it.
    pub without_picture: bool,
    /// Where people can answer; none is the page of what it tells of.
    pub reply: Option<String>,
    /// By which channels; none is all.
    pub channels: Option<Vec<String>>,
    /// A second pair of eyes looks at each post.
    pub approval: bool,
    /// So long a post is worth sending.
    pub valid_for: Option<String>,
    /// What it says: language, title and body.
    pub texts: Vec<(Language, String, String)>,
}

/// Writes the rule over what stands in the document. Its `languages` stay as they are written there.
pub(super) fn write_rule(document: &mut DocumentMut, entry: &RuleEntry) {
    let table = document.as_table_mut();
    let text = |text: &Option<String>| text.as_deref().map_or(Json::Null, Json::from);
    let flag = |flag: bool| if flag { Json::Bool(true) } else { Json::Null };
    put(table, "when", Json::from(entry.when.as_str()));
    put(table, "until", text(&entry.until));
    put(table, "place", text(&entry.place));
    write_off(table, entry.off);
    put(table, "quiet", text(&entry.quiet));
    put(table, "at_most", entry.at_most.map_or(Json::Null, Json::from));
    put(table, "picture", if entry.without_picture { Json::Bool(false) } else { Json::Null });
    put(table, "reply", text(&entry.reply));
    put(table, "channels", entry.channels.clone().map_or(Json::Null, Json::from));
    put(table, "approval", flag(entry.approval));
    put(table, "valid_for", text(&entry.valid_for));
    write_texts(table, &entry.texts);
    renumber(table, &mut 0);
}

/// The texts, and no others: a title stands above its body.
fn write_texts(table: &mut Table, texts: &[(Language, String, String)]) {
    if texts.is_empty() || !table.get("text").is_some_and(Item::is_table) {
        table.remove("text");
    }
    if texts.is_empty() {
        return;
    }
    // `[text.sv]` needs no `[text]` above it.
    let mut implicit = Table::new();
    implicit.set_implicit(true);
    let all = table.entry("text").or_insert(Item::Table(implicit));
    let Some(all) = all.as_table_mut() else { return };
    all.retain(|tag, _| texts.iter().any(|(language, ..)| language.tag() == tag));
    for (language, title, body) in texts {
        let said = all.entry(language.tag()).or_insert_with(|| Item::Table(Table::new()));
        if !said.is_table() {
            *said = Item::Table(Table::new());
        }
        if let Some(said) = said.as_table_mut() {
            put(said, "title", Json::from(title.as_str()));
            put(said, "body", Json::from(body.as_str()));
        }
    }
}

/// Writes whether the rule is silent.
pub(super) fn write_off(table: &mut Table, off: bool) {
    put(table, "off", if off { Json::Bool(true) } else { Json::Null });
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "\
# When the library is full.
when = \"library.people > 40\" # forty
at_most = 2

[text.sv] # plain
title = \"Fullt\"
body = \"Kom senare\"
";

    fn entry() -> RuleEntry {
        RuleEntry {
            when: "library.people > 45".to_owned(),
            at_most: Some(2),
            texts: vec![(Language::Sv, "Fullt".to_owned(), "Kom senare!".to_owned())],
            ..RuleEntry::default()
        }
    }

    fn written(before: &str, entry: &RuleEntry) -> String {
        let mut document: DocumentMut = before.parse().unwrap();
        write_rule(&mut document, entry);
        document.to_string()
    }

    #[test]
    fn comments_stay_and_only_what_differs_is_touched() {
        let after = written(BEFORE, &entry());
        assert_eq!(after, BEFORE.replace("> 40", "> 45").replace("senare", "senare!"));
    }

    #[test]
    fn a_new_rule_is_a_whole_file_and_writing_it_again_changes_nothing() {
        let first = written("", &entry());
        assert_eq!(
            first,
            "when = \"library.people > 45\"\nat_most = 2\n\n[text.sv]\ntitle = \"Fullt\"\nbody = \"Kom senare!\"\n"
        );
        assert_eq!(written(&first, &entry()), first);
        let bare = written(&first, &RuleEntry { texts: Vec::new(), off: true, ..entry() });
        assert_eq!(bare, "when = \"library.people > 45\"\nat_most = 2\noff = true\n");
    }
}
