//! The rules of the house that no compiler knows: `cargo xtask tidy`.
//!
//! Which crate may see which is in [`crates`], what a text may look like in [`texts`]. All violations are shown at once, each
//! as `path:line: what, what to do`. A rule that turns out to be wrong is changed here, with its reason, and not worked around.

mod crates;
mod texts;

use anyhow::{Context, bail};
use std::fs;
use std::io::{Write, stdout};
use std::path::Path;

/// Folders in which nothing is ours.
const FOREIGN: [&str; 4] = ["target", ".git", "node_modules", "__pycache__"];

/// Endings of the files that are read.
const ENDINGS: [&str; 5] = ["rs", "toml", "md", "html", "ftl"];

/// One place that breaks one rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Violation {
    /// From the root, with `/`.
    path: String,
    /// From 1.
    line: usize,
    /// What is wrong, and what to do.
    what: String,
}

/// A file of the project.
#[derive(Debug)]
struct Source {
    /// From the root, with `/`.
    path: String,
    text: String,
}

/// Checks the whole project under `root`.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let mut sources = Vec::new();
    collect(root, "", &mut sources)?;
    let metadata = cargo_metadata::MetadataCommand::new().manifest_path(root.join("Cargo.toml")).no_deps().exec()?;

    let mut violations = crates::check(&metadata, root);
    violations.extend(texts::check(&sources, &|path| root.join(path).exists()));
    violations.sort();
    for Violation { path, line, what } in &violations {
        writeln!(stdout(), "{path}:{line}: {what}")?;
    }
    if !violations.is_empty() {
        bail!("{} places are untidy", violations.len());
    }
    Ok(())
}

fn collect(folder: &Path, prefix: &str, sources: &mut Vec<Source>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !FOREIGN.contains(&name.as_str()) {
            collect(&path, &format!("{prefix}{name}/"), sources)?;
        } else if path.extension().is_some_and(|ending| ENDINGS.iter().any(|known| ending == *known)) {
            let text = fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))?;
            sources.push(Source { path: format!("{prefix}{name}"), text });
        }
    }
    Ok(())
}
