use model::{Hex, Scope, Slug};
use toml_edit::{Array, ArrayOfTables, DocumentMut, Item, Table, Value, value};

/// Why a file cannot be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// It is no TOML.
    #[error("the file cannot be read as TOML; `allting check` shows where")]
    NotToml,
    /// It is TOML, but what should be a list of tables such as `[[plugin]]` is something else.
    #[error("the file has the list written in another way than with [[ ]]; `allting check` shows where")]
    NotAList,
    /// What should be a table such as `[backup]` is something else.
    #[error("the file has the table written in another way than with [ ]; `allting check` shows where")]
    NotATable,
    /// A new thing has a name that is taken.
    #[error("there is one of this name already")]
    Exists,
    /// What was to be changed is not there any more.
    #[error("it is not in the folder any more")]
    Gone,
    /// Somebody else changed it first.
    #[error("somebody changed it in the meantime")]
    ChangedMeanwhile,
}

/// The text of `plugins.toml` with plugin `id` installed or updated. Comments and the order of lines are kept.
pub fn install_plugin(plugins_toml: &str, id: &Slug, file: &str, sha256: &[u8; 32]) -> Result<String, EditError> {
    put(
        plugins_toml,
        "plugin",
        ("id", id.as_str()),
        &[("file", file.into()), ("sha256", Hex(sha256).to_string().into())],
    )
}

/// The text of `secrets.toml` with the digest of a program's token; an older one of the same name is replaced.
pub fn put_token(secrets_toml: &str, name: &str, sha256: &[u8; 32], may: &[Scope]) -> Result<String, EditError> {
    let words = may.iter().map(|scope| match scope {
        Scope::Read => "read",
        Scope::Send => "send",
    });
    let may = Value::Array(words.collect());
    put(secrets_toml, "token", ("name", name), &[("sha256", Hex(sha256).to_string().into()), ("may", may)])
}

/// The text of `secrets.toml` with a key that the box made for itself, and why it is there. One of that name stays as it is.
pub fn put_own_key(secrets_toml: &str, name: &Slug, key: &str, why: &str) -> Result<String, EditError> {
    let mut document: DocumentMut = secrets_toml.parse().map_err(|_| EditError::NotToml)?;
    let all = document.entry("secret").or_insert_with(|| {
        let mut all = Table::new();
        all.set_implicit(true);
        Item::Table(all)
    });
    let all = all.as_table_mut().ok_or(EditError::NotATable)?;
    if all.contains_key(name.as_str()) {
        return Err(EditError::Exists);
    }
    let mut table = Table::new();
    table.decor_mut().set_prefix(format!("\n# {why}\n"));
    table.insert("value", value(key));
    all.insert(name.as_str(), Item::Table(table));
    Ok(document.to_string())
}

/// The text of `municipality.toml` with one more recipient of backups. Comments and the order of lines are kept.
pub fn put_recipient(municipality_toml: &str, recipient: &str) -> Result<String, EditError> {
    let mut document: DocumentMut = municipality_toml.parse().map_err(|_| EditError::NotToml)?;
    let table = document.entry("backup").or_insert_with(|| Item::Table(Table::new()));
    let table = table.as_table_mut().ok_or(EditError::NotATable)?;
    let list = table.entry("recipients").or_insert_with(|| value(Array::new()));
    list.as_array_mut().ok_or(EditError::NotAList)?.push(recipient);
    Ok(document.to_string())
}

/// Sets `values` in the table of the list `[[heading]]` that has this name, and adds one when none has.
fn put(text: &str, heading: &str, name: (&str, &str), values: &[(&str, Value)]) -> Result<String, EditError> {
    let mut document: DocumentMut = text.parse().map_err(|_| EditError::NotToml)?;
    let is_it = |table: &Table| table.get(name.0).and_then(Item::as_str) == Some(name.1);
    let is_there = list_of(&mut document, heading)?.iter().any(is_it);
    if !is_there {
        new_entry(&mut document, heading, name)?;
    }
    for table in list_of(&mut document, heading)?.iter_mut().filter(|table| is_it(table)) {
        for (key, value) in values {
            set(table, key, value.clone());
        }
    }
    Ok(document.to_string())
}

/// The list `[[heading]]`, which is begun when there is none.
pub(crate) fn list_of<'d>(document: &'d mut DocumentMut, heading: &str) -> Result<&'d mut ArrayOfTables, EditError> {
    let list = document.entry(heading).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
    list.as_array_of_tables_mut().ok_or(EditError::NotAList)
}

/// A new last table of the list `[[heading]]`, with its name in it.
pub(crate) fn new_entry<'d>(
    document: &'d mut DocumentMut,
    heading: &str,
    name: (&str, &str),
) -> Result<&'d mut Table, EditError> {
    let mut table = Table::new();
    table.insert(name.0, value(name.1));
    // In a file of comments alone they belong above what is written into it.
    let nothing_yet = document.iter().all(|(_, item)| item.as_array_of_tables().is_some_and(ArrayOfTables::is_empty));
    let above = document.trailing().as_str().unwrap_or_default().to_owned();
    if nothing_yet && !above.is_empty() {
        document.set_trailing("");
        table.decor_mut().set_prefix(format!("{above}\n"));
    }
    let list = list_of(document, heading)?;
    list.push(table);
    list.iter_mut().last().ok_or(EditError::NotAList)
}

/// Replaces a value and keeps what stands around it.
pub(crate) fn set(table: &mut Table, key: &str, new: impl Into<Value>) {
    match table.get_mut(key).and_then(Item::as_value_mut) {
        Some(old) => {
            let around = old.decor().clone();
            *old = new.into();
            *old.decor_mut() = around;
        }
        None => _ = table.insert(key, Item::Value(new.into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn elsys() -> Slug {
        Slug::new("elsys").unwrap()
    }

    #[test]
    fn a_first_plugin_is_written_below_the_comment() {
        let edited =
            install_plugin("# Written by `allting plugin install`.\n", &elsys(), "plugins/elsys.wasm", &[0xab; 32]);
        let digest = "ab".repeat(32);
        let expected = format!(
            "# Written by `allting plugin install`.\n\n\
             [[plugin]]\nid = \"elsys\"\nfile = \"plugins/elsys.wasm\"\nsha256 = \"{digest}\"\n"
        );
        assert_eq!(edited.unwrap(), expected);
    }

    #[test]
    fn a_key_of_the_box_is_put_beside_what_is_there_and_is_never_replaced() {
        let name = Slug::new("vapid").unwrap();
        let before = "# Mail.\n[secret.smtp]\nvalue = \"a\" # ours\n";
        let after = put_own_key(before, &name, "key", "Made by the box.").unwrap();
        assert_eq!(after, format!("{before}\n# Made by the box.\n[secret.vapid]\nvalue = \"key\"\n"));
        assert_eq!(put_own_key(&after, &name, "other", "").unwrap_err(), EditError::Exists);
        let first = put_own_key("", &name, "key", "Made by the box.").unwrap();
        assert!(first.contains("[secret.vapid]\nvalue = \"key\"\n") && !first.contains("[secret]\n"), "{first}");
        assert_eq!(put_own_key("secret = 1", &name, "key", "").unwrap_err(), EditError::NotATable);
    }

    #[test]
    fn an_update_keeps_comments_and_the_other_plugins() {
        let before = "[[plugin]] # ours\nid = \"elsys\"\nfile = \"old.wasm\" # moved in May\nsha256 = \"00\"\n\n\
                      # next\n[[plugin]]\nid = \"js-codec\"\n";
        let after = install_plugin(before, &elsys(), "new.wasm", &[0; 32]).unwrap();
        let expected = before.replace("old.wasm", "new.wasm").replace("\"00\"", &format!("\"{}\"", "00".repeat(32)));
        assert_eq!(after, expected);
    }

    #[test]
    fn what_is_installed_can_be_read_again() {
        let text = install_plugin("", &elsys(), "plugins/elsys.wasm", &[7; 32]).unwrap();
        let (municipality, _) = crate::read(&[("plugins.toml", text)].into_iter().collect()).unwrap();
        assert_eq!(municipality.plugins[0].id, elsys());
        assert_eq!(municipality.plugins[0].sha256, [7; 32]);
    }

    #[test]
    fn a_new_token_replaces_the_one_of_that_name_only() {
        let keys = "[sensor.door] # front\napp_key = \"00\"\n";
        let first = put_token(keys, "grafana", &[1; 32], &[Scope::Read]).unwrap();
        let both = put_token(&first, "map", &[2; 32], &[Scope::Read, Scope::Send]).unwrap();
        let renewed = put_token(&both, "grafana", &[3; 32], &[Scope::Send]).unwrap();
        assert!(renewed.starts_with(keys));
        assert!(!renewed.contains(&"01".repeat(32)) && renewed.contains(&"02".repeat(32)));
        assert_eq!(renewed.matches("[[token]]").count(), 2);
        assert_eq!((both.matches(r#"may = ["read"]"#).count(), renewed.matches(r#"may = ["send"]"#).count()), (1, 1));
    }

    #[test]
    fn a_recovery_key_comes_beside_the_others_and_leaves_the_rest_as_it_was() {
        let before = "# Ours\nname = \"Norsjö\"\n\n[look] # calm\naccent = \"#0b5362\"\n";
        let first = put_recipient(before, "age1first").unwrap();
        assert_eq!(first, format!("{before}\n[backup]\nrecipients = [\"age1first\"]\n"));
        let both = put_recipient(&first, "age1second").unwrap();
        assert!(both.contains("recipients = [\"age1first\", \"age1second\"]"), "{both}");
        assert_eq!(put_recipient("backup = 1", "age1first"), Err(EditError::NotATable));
    }

    #[test]
    fn refuses_what_it_would_spoil() {
        assert_eq!(install_plugin("id = ", &elsys(), "e.wasm", &[0; 32]), Err(EditError::NotToml));
        assert_eq!(install_plugin("plugin = 1", &elsys(), "e.wasm", &[0; 32]), Err(EditError::NotAList));
    }
}
