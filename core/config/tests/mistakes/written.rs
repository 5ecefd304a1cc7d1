//! Texts, numbers, names and keys that are written wrongly.

use super::check;

#[test]
fn text_without_quotation_marks_is_quoted_for_the_clerk() {
    check(
        &[(
            "municipality.toml",
            r"# Ours
name = Norsjö
",
        )],
        r#"
error: the text of `name` must stand in quotation marks
 --> municipality.toml:2:8
  |
2 | name = Norsjö
  |        ^^^^^^ expected straight quotation marks around it
  |
  = help: write `name = "Norsjö"`
"#,
    );
}

#[test]
fn a_lost_quotation_mark_is_found_where_it_should_open() {
    check(
        &[(
            "places.toml",
            r#"[[place]]
id = "library"
name = "Biblioteket
capacity = 60
"#,
        )],
        r#"
error: the text that begins here has no closing quotation mark
 --> places.toml:3:8
  |
3 | name = "Biblioteket
  |        ^^^^^^^^^^^^ expected the same quotation mark at its end
"#,
    );
}

#[test]
fn a_misspelt_key_is_named_with_the_one_that_was_meant() {
    check(
        &[(
            "places.toml",
            r#"[[place]]
id = "library"
capasity = 60
"#,
        )],
        r"
error: unknown key `capasity`
 --> places.toml:3:1
  |
3 | capasity = 60
  | ^^^^^^^^ did you mean `capacity`?
  |
  = help: keys that may stand here: area, capacity, id, kind, measure, name, position, talk
",
    );
}

#[test]
fn a_number_in_quotation_marks_and_one_out_of_range() {
    check(
        &[(
            "municipality.toml",
            r#"smallest_count = "5"
uplink_commit_seconds = 86400
"#,
        )],
        r#"
error: `smallest_count` must be a whole number
 --> municipality.toml:1:18
  |
1 | smallest_count = "5"
  |                  ^^^ expected a whole number, found a text
  |
  = help: write `smallest_count = 5`

error: `uplink_commit_seconds` is out of range
 --> municipality.toml:2:25
  |
2 | uplink_commit_seconds = 86400
  |                         ^^^^^ expected a number from 0 to 600
"#,
    );
}

#[test]
fn a_decimal_comma_becomes_a_point() {
    check(
        &[(
            "places.toml",
            r#"[[place]]
id = "beach"
[place.position]
latitude = 64,91
longitude = 19.48
"#,
        )],
        r"
error: `latitude` is not written as a number
 --> places.toml:4:12
  |
4 | latitude = 64,91
  |            ^^^^^ numbers have a decimal point, and no spaces and no zeros in front
  |
  = help: write `latitude = 64.91`
",
    );
}

#[test]
fn an_unknown_word_brings_the_nearest_known_one() {
    check(
        &[(
            "places.toml",
            r#"[[place]]
id = "pool"
measure = "visit"
"#,
        )],
        r#"
error: `measure` cannot be `visit`
 --> places.toml:3:11
  |
3 | measure = "visit"
  |           ^^^^^^^ did you mean `visits`?
  |
  = help: `measure` is one of: people_now, visits, bays_taken
"#,
    );
}

#[test]
fn two_places_of_one_name_are_both_pointed_at() {
    check(
        &[(
            "places.toml",
            r#"[[place]]
id = "library"

[[place]]
id = "library"
"#,
        )],
        r#"
error: `library` stands here twice
 --> places.toml:5:6
  |
2 | id = "library"
  |      --------- the first one
...
5 | id = "library"
  |      ^^^^^^^^^
  |
  = help: give one of them another `id`
"#,
    );
}

#[test]
fn one_bracket_where_two_belong() {
    check(
        &[(
            "gateways.toml",
            r#"[gateway]
eui = "a840410000000001"
"#,
        )],
        r"
error: `gateway` must be a list
 --> gateways.toml:1:1
  |
1 | [gateway]
  | ^^^^^^^^^ expected a list, found a table
  |
  = help: write `[[gateway]]`
",
    );
}

#[test]
fn a_file_under_a_wrong_name() {
    check(
        &[(
            "place.toml",
            r#"[[place]]
id = "library"
"#,
        )],
        r"
warning: no part of the box reads this file
--> place.toml
 = help: did you mean `places.toml`?
",
    );
}
