//! `cargo xtask fuzz`: what strangers may send, without end. `fuzz/README.md` says what each target is given and what must hold.

use crate::run::{self, target_folder};
use anyhow::{Context, Result, bail, ensure};
use std::collections::VecDeque;
use std::fs::{self, File};
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

/// How long each target runs when nobody says otherwise.
pub(crate) const MINUTES: u32 = 60;

/// A target that runs, and where what it says is kept.
struct Running {
    target: String,
    child: Child,
    log: PathBuf,
}

/// Runs every target, or the one of this name, for so many minutes each: as many at once as there are processors. One line a target
/// says how many inputs were tried; a finding is an error that names the input.
pub(crate) fn run(root: &Path, only: Option<&str>, minutes: u32) -> Result<()> {
    let mut waiting: VecDeque<String> = targets(root)?.into();
    waiting.retain(|target| only.is_none_or(|only| only == target));
    ensure!(!waiting.is_empty(), "no such target; `fuzz/README.md` lists them");
    let lines = thread::available_parallelism().map_or(1, NonZero::get);
    let mut running: Vec<Running> = Vec::new();
    let mut findings = Vec::new();
    build(root, &waiting)?;
    while !waiting.is_empty() || !running.is_empty() {
        while running.len() < lines
            && let Some(target) = waiting.pop_front()
        {
            running.push(begin(root, target, minutes)?);
        }
        thread::sleep(Duration::from_millis(200));
        for at in (0..running.len()).rev() {
            let ended = running.get_mut(at).map_or(Ok(None), |one| one.child.try_wait())?;
            if let Some(status) = ended {
                findings.extend(told(&running.swap_remove(at), status.success())?);
            }
        }
    }
    ensure!(findings.is_empty(), "{}", findings.join("\n"));
    Ok(())
}

/// Why it cannot run here, if it cannot.
pub(crate) fn missing() -> Option<&'static str> {
    let there = nightly().args(["fuzz", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let why = "fuzzing needs a nightly compiler (`rustup toolchain install nightly`) and `cargo install cargo-fuzz`";
    (!there.is_ok_and(|status| status.success())).then_some(why)
}

/// The cargo that rustup puts in front, for only it knows `+nightly`.
fn nightly() -> Command {
    let mut command = Command::new("cargo");
    command.env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO").env_remove("RUSTC").arg("+nightly");
    command
}

/// The names of the targets, which are those of the folders of seeds.
fn targets(root: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join("fuzz/seeds")).context("fuzz/seeds")? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// All at first, so that no minute of a target goes to the compiler.
fn build(root: &Path, targets: &VecDeque<String>) -> Result<()> {
    if let Some(why) = missing() {
        bail!("missing: {why}");
    }
    for target in targets {
        run::run(fuzz(root, "build").arg(target))?;
    }
    Ok(())
}

fn fuzz(root: &Path, what: &str) -> Command {
    let mut command = nightly();
    command.args(["fuzz", what, "--fuzz-dir", "fuzz", "--target-dir"]).arg(target_folder(root).join("fuzz"));
    command.current_dir(root);
    command
}

fn begin(root: &Path, target: String, minutes: u32) -> Result<Running> {
    let kept = target_folder(root).join("fuzz-kept").join(&target);
    let learnt = kept.join("corpus");
    fs::create_dir_all(&learnt)?;
    let log = kept.join("log");
    let mut command = fuzz(root, "run");
    command.arg(&target).arg(&learnt).arg(root.join("fuzz/seeds").join(&target)).arg("--");
    command.arg(format!("-max_total_time={}", minutes * 60)).arg("-print_final_stats=1");
    command.arg(format!("-artifact_prefix={}/", kept.display()));
    let dictionary = root.join("fuzz/seeds").join(format!("{target}.dict"));
    if dictionary.is_file() {
        command.arg(format!("-dict={}", dictionary.display()));
    }
    let said = File::create(&log)?;
    let child = command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said).spawn()?;
    Ok(Running { target, child, log })
}

/// One line for a target that has ended; what it found, if it found something.
fn told(ended: &Running, clean: bool) -> Result<Option<String>> {
    // What was found may stand there byte by byte.
    let log = String::from_utf8_lossy(&fs::read(&ended.log)?).into_owned();
    let inputs = log.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    say(&format!(
        "{}: {} inputs, {}",
        ended.target,
        inputs.unwrap_or("?").trim(),
        if clean { "no finding" } else { "A FINDING" }
    ));
    Ok((!clean).then(|| format!("{} found something; {} says what", ended.target, ended.log.display())))
}

#[expect(clippy::print_stdout, reason = "a command for a person at a terminal")]
fn say(line: &str) {
    println!("{line}");
}
