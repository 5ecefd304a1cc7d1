use super::*;

#[track_caller]
fn check_one(path: &str, text: &str, expected: &[(usize, &str)]) {
    let sources = [Source { path: path.to_owned(), text: text.to_owned() }];
    let found = check(&sources, &|path| path == "docs/DESIGN.md" || path == "README.md");
    let seen: Vec<_> = found.iter().map(|v| (v.line, v.what.as_str())).collect();
    assert_eq!(seen.len(), expected.len(), "{seen:?}");
    for ((line, what), (expected_line, part)) in seen.iter().zip(expected) {
        assert!(line == expected_line && what.contains(part), "{line}: {what}");
    }
}

#[test]
fn code_is_short_and_prose_may_be_longer() {
    check_one("web/src/a.rs", &format!("let x = {};", "y".repeat(130)), &[(1, "more than 120")]);
    check_one("web/src/a.rs", &format!("/// {}", "y".repeat(130)), &[]);
    check_one("README.md", &"\u{e5}".repeat(200), &[]);
    check_one("README.md", &format!("\n{}", "y".repeat(201)), &[(2, "more than 200")]);
    check_one("core/words/locales/nb/a.ftl", &format!("a = {}", "y".repeat(380)), &[]);
}

#[test]
fn a_long_file_is_two_and_its_tests_do_not_count() {
    check_one("web/src/a.rs", &"x\n".repeat(401), &[(1, "401 lines")]);
    check_one("web/src/a.rs", &format!("{}#[cfg(test)]\n{}", "x\n".repeat(399), "y\n".repeat(300)), &[]);
    check_one("web/src/a/tests.rs", &"x\n".repeat(900), &[]);
    check_one("tests/src/long.rs", &"x\n".repeat(401), &[(1, "401 lines")]);
}

#[test]
fn a_module_is_named_after_what_is_inside() {
    check_one("web/src/utils.rs", "", &[(1, "`utils` says nothing")]);
    check_one("web/src/helpers/text.rs", "", &[(1, "`helpers` says nothing")]);
    check_one("web/src/commonplace.rs", "", &[]);
}

#[test]
fn unsafe_code_stands_only_where_it_was_argued_for() {
    let text = concat!("fn f() {\n    un", "safe { g() }\n}\n");
    check_one("web/src/a.rs", text, &[(2, "do without")]);
    check_one("core/plugin-host/src/cache.rs", text, &[]);
    check_one("web/src/a.rs", concat!("#![allow(un", "safe_code)]\n"), &[(1, "do without")]);
    check_one("web/src/a.rs", concat!("// not un", "safe\nlet un", "safe_ops = 1;\n"), &[]);
}

#[test]
fn a_dead_link_is_found_and_code_is_no_link() {
    check_one("README.md", "[d](docs/DESIGN.md#rooms) [w](https://example.org) [a](#here)\n", &[]);
    check_one("docs/GUIDE.md", "[r](../README.md)\n[x](DESING.md)\n", &[(2, "`DESING.md` leads nowhere")]);
    check_one("README.md", "```\n[x](nowhere.md)\n```\n", &[]);
}

#[test]
fn a_table_says_its_key_and_value() {
    let good =
        "/// Notes.  Key: which (1).  Value: a number.\nconst NOTES: Table<1, Note, u32> = Table::new(\"notes-1\");\n";
    check_one(TABLES, good, &[]);
    check_one(TABLES, &good.replace("Key: ", "By "), &[(2, "does not say what is in it")]);
}

#[test]
fn every_language_has_every_text() {
    let file =
        |language: &str, text: &str| Source { path: format!("{LOCALES}{language}/place.ftl"), text: text.to_owned() };
    let nb =
        file("nb", "# hei\ncalm = Rolig\npeople = { $n ->\n    [one] 1 = en\n   *[other] { $n }\n}\n    .alt = Folk\n");
    let en = file("en", "calm = Calm\nbusy = Busy\n");
    let found = check(&[nb, en], &|_| true);
    let seen: Vec<_> = found.iter().map(|v| format!("{}: {}", v.path, v.what)).collect();
    assert_eq!(seen.len(), 3, "{seen:?}");
    assert!(seen[0].starts_with("core/words/locales/en/place.ftl: no text `people`"));
    assert!(seen[1].contains("en/place.ftl: no text `people.alt`") && seen[2].contains("nb/place.ftl: no text `busy`"));
}

#[test]
fn a_field_of_a_page_says_what_it_takes() {
    check_one("web/templates/a.html", "<p>\n<input id=\"a\"\n name=\"a\">", &[(2, "without `type`")]);
    check_one("web/templates/a.html", "<input\n id=\"a\" type=\"text\"><input type=\"date\">", &[]);
    check_one("web/templates/a.html", "<p><input id=\"a\"><b type=\"text\">", &[(1, "without `type`")]);
}
