//! What only the inside can know: that schema, reader and print speak of the same keys.

use crate::{File, Folder, printed};
use serde_json::Value;

/// Visits every schema within a schema.
fn visit(schema: &Value, see: &mut impl FnMut(&serde_json::Map<String, Value>)) {
    let Some(keywords) = schema.as_object() else { return };
    see(keywords);
    let tables = ["properties"].iter().filter_map(|k| keywords.get(*k)?.as_object()).flat_map(|m| m.values());
    let lists = ["anyOf", "oneOf"].iter().filter_map(|k| keywords.get(*k)?.as_array()).flatten();
    let single = ["items", "additionalProperties"].iter().filter_map(|k| keywords.get(*k));
    tables.chain(lists).chain(single).for_each(|inner| visit(inner, see));
}

#[test]
fn the_shape_check_knows_every_keyword() {
    let checked =
        ["type", "properties", "required", "additionalProperties", "items", "anyOf", "oneOf", "const", "enum"];
    let bounds = ["minimum", "maximum", "minLength", "maxLength", "maxItems"];
    let notes = ["$schema", "title", "description", "default", "format"];
    let known: Vec<&str> = [&checked[..], &bounds, &notes].concat();
    for file in File::ALL {
        visit(&file.schema(), &mut |keywords| {
            let strange: Vec<_> = keywords.keys().filter(|k| !known.contains(&k.as_str())).collect();
            assert!(strange.is_empty(), "{} uses {strange:?}, which src/shape.rs does not check", file.name());
        });
    }
}

#[test]
fn every_key_has_a_description_and_appears_in_the_printed_config() {
    let print = printed(&Folder::default());
    for file in File::ALL {
        visit(&file.schema(), &mut |keywords| {
            for (key, schema) in keywords.get("properties").and_then(Value::as_object).into_iter().flatten() {
                assert!(schema.get("description").is_some(), "{}: {key} has no doc comment", file.name());
                let forms = [format!("# {key} ="), format!("# [[{key}]]"), format!("# [{key}."), format!("# [{key}]")];
                // Parts of a value on one line are shown in the example of that value.
                let inline = ["latitude", "longitude", "nb", "nn", "sv", "en"].contains(&key.as_str());
                assert!(
                    inline || forms.iter().any(|form| print.contains(form)),
                    "{}: {key} is not printed",
                    file.name()
                );
            }
        });
    }
}

#[test]
fn the_printed_config_shows_what_is_set_and_no_secret() {
    let folder: Folder = [
        ("municipality.toml", "smallest_count = 7 # agreed in May\n[look]\ncorners = \"square\"\n"),
        ("secrets.toml", "[sensor.door]\napp_key = \"00112233445566778899aabbccddeeff\"\n"),
    ]
    .into_iter()
    .collect();
    let print = printed(&folder);
    assert!(print.contains("\nsmallest_count = 7 # agreed in May\n"), "{print}");
    assert!(print.contains("\n# uplink_commit_seconds = 30\n"), "{print}");
    assert!(print.contains("\n[look]\n") && print.contains("\ncorners = \"square\"\n"), "{print}");
    assert!(!print.contains("00112233"), "{print}");
}
