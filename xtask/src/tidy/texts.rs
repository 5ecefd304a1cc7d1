//! What the files of the project may look like.

use super::{Source, Violation};
use std::collections::{BTreeMap, BTreeSet};

/// Longest line of code, as in rustfmt.toml.
const CODE_CHARS_MAX: usize = 120;

/// A sentence may stand on one line, in comments, documents and templates.
const PROSE_CHARS_MAX: usize = 200;

/// More lines than this, tests apart, are two files.
const FILE_LINES_MAX: usize = 400;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 8] = ["utils", "util", "common", "helpers", "helper", "manager", "service", "misc"];

/// The files that may say `unsafe`, each with its reason beside the word.
const UNSAFE_FILES: [&str; 10] = [
    // Tells libc how many heaps to keep.
    "core/allting/src/main.rs",
    // Maps compiled plugins from a folder that only the box writes to.
    "core/plugin-host/src/cache.rs",
    // The allocator of decoders: growing memory cost as much as a whole call.
    "plugin-sdk/src/arena.rs",
    // The canonical ABI, generated.
    "plugin-sdk/src/bindings.rs",
    "plugin-sdk/src/decoder.rs",
    "plugin-sdk/src/channel/bindings.rs",
    "plugin-sdk/src/channel/sender.rs",
    "plugin-sdk/src/method/bindings.rs",
    "plugin-sdk/src/method/activity.rs",
    // The clock that the JavaScript engine asks its host for.
    "plugins/js-codec/src/clock.rs",
];

/// Where all tables of the database are.
const TABLES: &str = "core/store/src/tables.rs";

/// Where the texts for people are: one folder for each language.
const LOCALES: &str = "core/words/locales/";

/// Checks all sources; `exists` says whether there is a file or folder of that path from the root.
pub(super) fn check(sources: &[Source], exists: &dyn Fn(&str) -> bool) -> Vec<Violation> {
    let mut found = locales(sources);
    for source in sources {
        found.extend(long_lines(source));
        match ending(&source.path) {
            "rs" => {
                found.extend([long_file(source), empty_name(source), unsafe_elsewhere(source)].into_iter().flatten());
            }
            "md" => found.extend(dead_links(source, exists)),
            "html" => found.extend(fields_of_no_kind(source)),
            _ => {}
        }
        if source.path == TABLES {
            found.extend(tables_without_key(source));
        }
    }
    found
}

/// A field that does not say what it takes, or a button what it does: html-validate asks for it, and that runs only in the full sweep.
fn fields_of_no_kind(source: &Source) -> Vec<Violation> {
    let mut found = Vec::new();
    for (kind, usual) in [("input", "text"), ("button", "submit")] {
        for (at, _) in source.text.match_indices(&format!("<{kind}")) {
            let (before, tag) = source.text.split_at(at);
            let tag = tag.get(1..).and_then(|rest| rest.split('<').next()).unwrap_or_default();
            if !tag.contains("type=") {
                let line = before.matches('\n').count() + 1;
                found.push(source.wrong(line, format!("a `<{kind}` without `type`; write `type=\"{usual}\"`")));
            }
        }
    }
    found
}

impl Source {
    fn wrong(&self, line: usize, what: impl Into<String>) -> Violation {
        Violation { path: self.path.clone(), line, what: what.into() }
    }

    /// Lines with their numbers.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }
}

fn ending(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or("")
}

fn long_lines(source: &Source) -> Vec<Violation> {
    let max = |line: &str| {
        let comment = ["//", "#", "<!--"].iter().any(|mark| line.trim_start().starts_with(mark));
        match ending(&source.path) {
            // A break in a text for people would be shown to them.
            "ftl" => usize::MAX,
            "md" | "html" => PROSE_CHARS_MAX,
            _ if comment => PROSE_CHARS_MAX,
            _ => CODE_CHARS_MAX,
        }
    };
    let too_long = source.lines().filter(|(_, line)| line.chars().count() > max(line));
    too_long.map(|(at, line)| source.wrong(at, format!("more than {} characters: break the line", max(line)))).collect()
}

fn long_file(source: &Source) -> Option<Violation> {
    if is_test(&source.path) {
        return None;
    }
    let lines = source.text.lines().take_while(|line| *line != "#[cfg(test)]").count();
    let what = || format!("{lines} lines, more than {FILE_LINES_MAX}: it holds two things, give each its file");
    (lines > FILE_LINES_MAX).then(|| source.wrong(1, what()))
}

fn is_test(path: &str) -> bool {
    path.ends_with("tests.rs") || path.contains("/tests/")
}

fn empty_name(source: &Source) -> Option<Violation> {
    let mut steps = source.path.trim_end_matches(".rs").split('/');
    let name = steps.find(|step| EMPTY_NAMES.contains(step))?;
    Some(source.wrong(1, format!("`{name}` says nothing: name it after the thing inside")))
}

fn unsafe_elsewhere(source: &Source) -> Option<Violation> {
    if UNSAFE_FILES.contains(&source.path.as_str()) {
        return None;
    }
    let says =
        |line: &str| words(code(line)).any(|word| word == concat!("un", "safe") || word == concat!("un", "safe_code"));
    let (line, _) = source.lines().find(|(_, line)| says(line))?;
    Some(source.wrong(
        line,
        "code beyond the guarantees of Rust: do without, or argue for an entry in xtask/src/tidy/texts.rs",
    ))
}

/// The line up to its comment. A `//` in a string cuts it short too: what is lost then is no code.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or("")
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

/// Relative links that lead nowhere. Anchors and addresses on the web are not followed.
fn dead_links(source: &Source, exists: &dyn Fn(&str) -> bool) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut fenced = false;
    for (at, line) in source.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        }
        for target in line.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|_| !fenced) {
            let path = target.split(['#', ' ']).next().unwrap_or("");
            if !path.is_empty() && !path.contains(':') && !exists(&beside(&source.path, path)) {
                found.push(source.wrong(at, format!("the link to `{path}` leads nowhere: mend or remove it")));
            }
        }
    }
    found
}

/// `link` from the folder of `path`, from the root.
fn beside(path: &str, link: &str) -> String {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut steps: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in link.split('/') {
        match step {
            "" | "." => {}
            ".." => _ = steps.pop(),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// Tables whose comment does not spell out key and value.
fn tables_without_key(source: &Source) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut comment = String::new();
    for (at, line) in source.lines() {
        if line.starts_with("///") {
            comment.push_str(line);
            continue;
        }
        let is_table = line.contains("const ") && line.contains("Table") && line.contains("::new(");
        if is_table && !(comment.contains("Key: ") && comment.contains("Value: ")) {
            found.push(source.wrong(at, "the table does not say what is in it: write `Key: ... Value: ...` above it"));
        }
        comment.clear();
    }
    found
}

/// English of the mistakes in the folder: it stands where they are found, in `core/config`.
const SAID_IN_CODE: (&str, &str) = ("en", "folder.ftl");

/// Texts that one language has and another has not.
fn locales(sources: &[Source]) -> Vec<Violation> {
    // By file, by language.
    let mut files: BTreeMap<&str, BTreeMap<&str, (&Source, BTreeSet<String>)>> = BTreeMap::new();
    let mut languages = BTreeSet::new();
    for source in sources {
        let place = source.path.strip_prefix(LOCALES).filter(|rest| ending(rest) == "ftl");
        if let Some((language, file)) = place.and_then(|rest| rest.split_once('/')) {
            languages.insert(language);
            files.entry(file).or_default().insert(language, (source, messages(&source.text)));
        }
    }
    let mut found = Vec::new();
    for (file, versions) in &files {
        let all: BTreeSet<String> = versions.values().flat_map(|(_, messages)| messages.iter().cloned()).collect();
        for (source, messages) in versions.values() {
            let missing = all.difference(messages);
            found.extend(
                missing.map(|key| source.wrong(1, format!("no text `{key}`, which another language has: add it"))),
            );
        }
        let said_in_code = |language: &str| (language, *file) == SAID_IN_CODE;
        let missing = |language: &&&str| !versions.contains_key(**language) && !said_in_code(language);
        for language in languages.iter().filter(missing) {
            let path = format!("{LOCALES}{language}/{file}");
            found.push(Violation {
                path,
                line: 1,
                what: "the file is missing in this language: translate it".to_owned(),
            });
        }
    }
    found
}

/// Names of the messages of a Fluent file; an attribute stands with its message, as `name.attribute`.
fn messages(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut message = "";
    for line in text.lines() {
        let Some((name, _)) = line.split_once('=') else { continue };
        let (indented, name) = (name.starts_with(' '), name.trim());
        if !indented && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '-') {
            message = name;
            found.insert(name.to_owned());
        } else if indented && name.starts_with('.') {
            found.insert(format!("{message}{name}"));
        }
    }
    found
}

#[cfg(test)]
mod tests;
