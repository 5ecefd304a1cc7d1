//! `cargo xtask test`: every check and test, with what was skipped and why.

use crate::run::{self, cargo};
use crate::{browser, fuzz, outside, plugins, tidy};
use anyhow::{Result, bail};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

/// What came of the tests so far.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    skipped: Vec<String>,
}

/// Runs all; `long` asks for the full sweep, and says for how many minutes it fuzzes each door.
pub(crate) fn run(root: &Path, long: Option<u32>) -> Result<()> {
    let mut tally = Tally::default();
    crate::assets::try_bring(root);
    heading("Plugins");
    plugins::build()?;
    if long.is_some() {
        // Their compilers come from npm and PyPI. The tests say `skipped` for each that could not be had; here stands why.
        for why in plugins::examples() {
            say(&format!("{why:#}"));
        }
    }
    heading("Habits");
    tally.check("tidy", tidy::run(root));
    tally.cargo_tool(root, "fmt", &["fmt", "--all", "--check"]);
    tally.cargo_tool(root, "clippy", &["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]);
    heading("Tests");
    if let Err(why) = browser::prepare(root) {
        // The tests that need a browser say `skipped` themselves; here stands what to do.
        say(&format!("{why:#}"));
    }
    for why in outside::prepare_peers(root) {
        say(&format!("{why:#}"));
    }
    let mut tests = cargo(root, &["test", "--workspace", "--no-fail-fast"]);
    if long.is_some() {
        // Their test says `skipped` for each that is missing; here stands what to do.
        for why in outside::prepare(root) {
            say(&format!("{why:#}"));
        }
        // Its presence alone asks for more power cuts, and for what takes minutes.
        tests.env("ALLTING_LONG", "1");
    }
    tally.tests(&mut tests)?;
    if let Some(minutes) = long.filter(|minutes| *minutes > 0) {
        heading("What strangers may send");
        match fuzz::missing() {
            Some(why) => tally.skip(why.to_owned()),
            None => tally.check("fuzz", fuzz::run(root, None, minutes)),
        }
    }
    tally.close()
}

impl Tally {
    fn check(&mut self, name: &str, outcome: Result<()>) {
        match outcome {
            Ok(()) => {
                self.passed += 1;
                say(&format!("{name} ... ok"));
            }
            Err(error) => {
                self.failed += 1;
                say(&format!("{name} ... FAILED: {error:#}"));
            }
        }
    }

    /// A check by a tool that a minimal toolchain may lack.
    fn cargo_tool(&mut self, root: &Path, name: &str, arguments: &[&str]) {
        let there = cargo(root, &[name, "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
        if there.is_ok_and(|status| status.success()) {
            self.check(name, run::run(&mut cargo(root, arguments)));
        } else {
            self.skip(format!("{name}: not in this toolchain; `rustup component add {name}` brings it"));
        }
    }

    /// Runs cargo's tests, shows them, and counts what the runner says, and the lines that say `skipped: why`.
    fn tests(&mut self, command: &mut Command) -> Result<()> {
        command.args(["--", "--nocapture", "--test-threads=4"]);
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let lines =
            BufReader::new(child.stdout.take().into_iter().next().map_or_else(|| bail!("no output"), Ok)?).lines();
        let before = self.failed;
        for line in lines {
            let line = line?;
            say(&line);
            if let Some(why) = line.split_once("skipped: ").map(|(_, why)| why) {
                self.skip(why.to_owned());
            } else if let Some(counts) = line.strip_prefix("test result: ") {
                self.passed += count_before(counts, " passed");
                self.failed += count_before(counts, " failed");
            }
        }
        if !child.wait()?.success() && self.failed == before {
            self.failed += 1;
        }
        Ok(())
    }

    fn skip(&mut self, why: String) {
        self.skipped.push(why);
    }

    /// The closing lines: what was skipped and why, then the counts.
    fn close(self) -> Result<()> {
        self.skipped.iter().for_each(|why| say(&format!("skipped: {why}")));
        // A skipped test passed as far as its runner knows.
        let passed = self.passed.saturating_sub(self.skipped.len() as u64);
        say(&format!("{passed} passed, {} failed, {} skipped", self.failed, self.skipped.len()));
        anyhow::ensure!(self.failed == 0, "{} failed", self.failed);
        Ok(())
    }
}

fn count_before(text: &str, word: &str) -> u64 {
    let before = text.split(word).next().unwrap_or_default();
    before.rsplit(|c: char| !c.is_ascii_digit()).next().and_then(|n| n.parse().ok()).unwrap_or(0)
}

fn heading(what: &str) {
    say(&format!("\n==> {what}"));
}

#[expect(clippy::print_stdout, reason = "a command for a person at a terminal")]
fn say(line: &str) {
    println!("{line}");
}

#[cfg(test)]
mod tests {
    use super::count_before;

    #[test]
    fn counts_what_the_runner_says() {
        let line = "ok. 16 passed; 2 failed; 0 ignored; 0 measured";
        assert_eq!((count_before(line, " passed"), count_before(line, " failed")), (16, 2));
        assert_eq!(count_before("nothing", " passed"), 0);
    }
}
