use super::{Failure, say};
use app::{Spread, candidates_of, strata_of};
use clap::{Args, Subcommand};
use config::Sheet;
use engagement::draw::{Announced, Households, Impossible, Kept, Pool, Proof, Rules, verify};
use model::activity::Code;
use serde::{Serialize, de::DeserializeOwned};
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Lines of a table of quotas at most.
const QUOTAS_MAX: usize = 1_000;
/// A published draw of the largest pool and panel is some ten megabytes.
const PROOF_BYTES_MAX: u64 = 64 << 20;

#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// Works out the fairest lottery, and writes what is to be published before the seed can be known
    Announce(Announce),
    /// Draws with the seed, and writes the result into the published file
    Hold {
        /// The published file
        proof: PathBuf,
        /// What the source gave
        #[arg(long)]
        seed: String,
    },
    /// Checks a published draw; with the pool also that quotas hold and that no lottery would be fairer
    Verify {
        /// The published file
        proof: PathBuf,
        /// The pool, where the municipality shows it
        #[arg(long)]
        pool: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Announce {
    /// Who is willing: a CSV with the headings `code` and each stratum, and `household` and `chances` where they are known
    #[arg(long)]
    candidates: PathBuf,
    /// A CSV with the headings `stratum`, `value`, and either `min` and `max` or `people`, the count of the population
    #[arg(long)]
    quotas: PathBuf,
    /// How many are drawn
    #[arg(long)]
    seats: u32,
    /// Seats that a quota made of the population may be off
    #[arg(long, default_value_t = 0)]
    slack: u32,
    /// Whoever lives together gets one seat at most
    #[arg(long)]
    one_per_household: bool,
    /// What is drawn for
    #[arg(long)]
    title: String,
    /// Where the seed will come from, and when: `Lotto of 5 December 2026, the main numbers in order, a blank between`
    #[arg(long)]
    source: String,
    /// The file to publish; it must not be there
    #[arg(long)]
    proof: PathBuf,
    /// The pool, to be kept and shown to auditors only; it must not be there
    #[arg(long)]
    pool: PathBuf,
}

/// `allting draw`: by lot, and so that anyone can check it.
pub(crate) fn run(what: &What) -> Result<(), Failure> {
    match what {
        What::Announce(asked) => announce(asked),
        What::Hold { proof, seed } => hold(proof, seed),
        What::Verify { proof, pool } => check(proof, pool.as_deref()),
    }
}

fn announce(asked: &Announce) -> Result<(), Failure> {
    if let Some(path) = [&asked.proof, &asked.pool].into_iter().find(|path| path.exists()) {
        return Err(wrong(path, "is there already, and may be published; name another file"));
    }
    let spread = Spread { seats: asked.seats, slack: asked.slack };
    let strata =
        strata_of(&sheet(&asked.quotas, QUOTAS_MAX)?, spread).map_err(|why| wrong(&asked.quotas, &why.to_string()))?;
    let people = candidates_of(&sheet(&asked.candidates, Pool::CANDIDATES_MAX)?, &strata);
    let people = people.map_err(|why| wrong(&asked.candidates, &why.to_string()))?;
    let households = if asked.one_per_household { Households::OneSeatEach } else { Households::Ignored };
    let pool = Pool::new(people, Rules { seats: asked.seats, strata, households });
    let pool = pool.map_err(|fault| Failure::Wrong(fault.to_string()))?;
    let lottery = pool.lottery().map_err(|why: Impossible| Failure::Wrong(why.to_string()))?;
    let mut dice = [0; Code::BYTES];
    getrandom::fill(&mut dice).map_err(|error| anyhow::anyhow!("no random numbers: {error}"))?;
    let salt = Code::new(dice).to_string();
    let announced = Announced::new(&asked.title, &asked.source, crate::now(), (&pool, &salt), &lottery);
    let digest = announced.digest();
    write(&asked.pool, &Kept { candidates: pool.candidates().to_vec(), salt }, 0o600)?;
    write(&asked.proof, &Proof { announced, held: None }, 0o644)?;
    let none = lottery.fairest().values().filter(|odds| **odds <= 0.0).count();
    say(&format!(
        "{}: publish it before the seed can be known, with its digest {digest}. The least likely person has odds of \
         {:.2} %{}.",
        asked.proof.display(),
        lottery.least() * 100.0,
        if none == 0 { String::new() } else { format!("; {none} people fit into no panel that keeps the quotas") }
    ));
    Ok(())
}

fn hold(path: &Path, seed: &str) -> Result<(), Failure> {
    let mut proof: Proof = read(path)?;
    let held = proof.hold(seed).map_err(|fault| Failure::Wrong(fault.to_string()))?;
    let text = format!("panel {}: {}", held.number, held.panel.join(", "));
    let beside = path.with_extension("unfinished");
    write(&beside, &proof, 0o644)?;
    fs::rename(&beside, path)?;
    say(&text);
    Ok(())
}

fn check(path: &Path, pool: Option<&Path>) -> Result<(), Failure> {
    let proof: Proof = read(path)?;
    let kept: Option<Kept> = pool.map(read).transpose()?;
    let doubts = verify(&proof, kept.as_ref());
    if !doubts.is_empty() {
        let lines: Vec<_> = doubts.iter().map(|doubt| format!("{}: {doubt}", path.display())).collect();
        return Err(Failure::Wrong(lines.join("\n")));
    }
    let Proof { announced, held } = &proof;
    say(&format!(
        "{}: {} of {} by {} panels, announced {} with the digest {}",
        path.display(),
        announced.rules.seats,
        announced.codes.len(),
        announced.panels.len(),
        announced.at,
        announced.digest()
    ));
    say(&match held {
        Some(held) => format!("the seed `{}` gives panel {}, its people and the reserves", held.seed, held.number),
        None => format!("not drawn yet; the seed will come from: {}", announced.source),
    });
    say(match kept {
        Some(_) => "the pool is the announced one, every panel keeps the quotas, and no lottery is fairer",
        None => "quotas and fairness were not looked at: give --pool if you were shown it",
    });
    Ok(())
}

fn sheet(path: &Path, rows_max: usize) -> Result<Sheet, Failure> {
    let bytes = fs::read(path).map_err(|error| wrong(path, &format!("cannot be read: {error}")))?;
    Sheet::read(&bytes, rows_max).map_err(|fault| wrong(path, &fault.to_string()))
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    let size = fs::metadata(path).map_err(|error| wrong(path, &format!("cannot be read: {error}")))?.len();
    if size > PROOF_BYTES_MAX {
        return Err(wrong(
            path,
            &format!("has {size} bytes; at most {PROOF_BYTES_MAX} are read: is it the right file?"),
        ));
    }
    let bytes = fs::read(path).map_err(|error| wrong(path, &format!("cannot be read: {error}")))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| wrong(path, &format!("{error}; expected a file that `allting draw announce` wrote")))
}

/// Writes a new file. What is there already is not written over: it may be published.
fn write(path: &Path, what: &impl Serialize, mode: u32) -> Result<(), Failure> {
    let text = serde_json::to_string(what)? + "\n";
    let file = fs::OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let mut file = file.map_err(|error| wrong(path, &format!("cannot be made: {error}")))?;
    file.write_all(text.as_bytes())?;
    Ok(file.sync_all()?)
}

fn wrong(path: &Path, why: &str) -> Failure {
    Failure::Wrong(format!("{}: {why}", path.display()))
}
