//! `town`: the simulated town of a municipality's folder. `live` speaks to a box over UDP; `history` gives a box a past.

mod lived;

use anyhow::{Context, Result};
use clap::{Args, Parser, Subcommand};
use jiff::SignedDuration;
use model::{DevEui, Timestamp};
use std::collections::BTreeMap;
use std::fs;
use std::io::{Write, stdout};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::signal::unix::{SignalKind, signal};
use town::live::{Live, Pace};
use town::radio::Memory;
use town::wall::{Doors, Wall};

#[derive(Parser)]
#[command(about = "A simulated town: gateways, devices and the people who use its places")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Live now: join, report and listen until told to stop
    Live(LiveArgs),
    /// Give a box that does not run the past it missed
    History {
        /// The municipality's folder of TOML
        #[arg(long)]
        folder: PathBuf,
        /// Where the box keeps its data
        #[arg(long)]
        data: PathBuf,
        /// How long a past an empty box gets: a year, and the weeks of the year before that the latest are compared with
        #[arg(long, default_value_t = 400)]
        days: u32,
    },
}

#[derive(Args)]
struct LiveArgs {
    /// The municipality's folder of TOML
    #[arg(long)]
    folder: PathBuf,
    /// Where the box listens for gateways
    #[arg(long, default_value = "127.0.0.1:1700")]
    to: SocketAddr,
    /// How often each sensor reports, such as `20s` or `2m`
    #[arg(long, default_value = "20s", value_parser = interval)]
    every: Duration,
    /// What the devices keep in flash: without it, a box that knew an earlier town refuses some frames of this one
    #[arg(long)]
    memory: Option<PathBuf>,
    /// Show here what the box posts, tells programs and writes to people (HTTP)
    #[arg(long, requires = "smtp")]
    wall: Option<SocketAddr>,
    /// Take letters here (SMTP)
    #[arg(long, requires = "wall")]
    smtp: Option<SocketAddr>,
    /// Print nothing while all is well
    #[arg(long)]
    quiet: bool,
}

#[tokio::main]
async fn main() -> Result<()> {
    match Cli::parse().command {
        Command::Live(args) => live(args).await,
        Command::History { folder, data, days } => lived::live_through(&folder, &data, days, now()),
    }
}

async fn live(args: LiveArgs) -> Result<()> {
    let municipality = town::municipality(&args.folder)?;
    let memories = args.memory.as_deref().map(remembered).transpose()?.unwrap_or_default();
    let pace = Pace { to: args.to, every: args.every, now };
    let mut live = Live::start(&municipality, pace, memories).await?;
    for sensor in live.silent() {
        writeln!(stdout(), "{sensor} stays silent: the town has no device for its decoder")?;
    }
    if let (Some(web), Some(smtp)) = (args.wall, args.smtp) {
        let (_, serve) = Wall::new(now).with_crowd(live.crowd()).open(Doors { smtp, web }).await?;
        tokio::spawn(serve);
    }
    let (mut interrupted, mut terminated) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    loop {
        let event = tokio::select! {
            Some(event) = live.next() => event,
            _ = interrupted.recv() => break,
            _ = terminated.recv() => break,
        };
        if !args.quiet {
            writeln!(stdout(), "{event}")?;
        }
        if let Some(memory) = &args.memory {
            remember(memory, &live.memories())?;
        }
    }
    Ok(())
}

/// The memories in `file`; none when there is no such file yet.
fn remembered(file: &Path) -> Result<BTreeMap<DevEui, Memory>> {
    if !file.exists() {
        return Ok(BTreeMap::new());
    }
    let memories: BTreeMap<String, Memory> =
        serde_json::from_slice(&fs::read(file)?).with_context(|| format!("{} holds no memories", file.display()))?;
    memories.into_iter().map(|(eui, memory)| Ok((eui.parse()?, memory))).collect()
}

fn remember(file: &Path, memories: &BTreeMap<DevEui, Memory>) -> Result<()> {
    let named: BTreeMap<String, Memory> = memories.iter().map(|(eui, memory)| (eui.to_string(), *memory)).collect();
    // Written beside and renamed, so that a kill in between leaves the old one whole.
    let fresh = file.with_extension("new");
    fs::write(&fresh, serde_json::to_vec_pretty(&named)?)?;
    fs::rename(&fresh, file).with_context(|| format!("cannot write {}", file.display()))
}

fn interval(text: &str) -> Result<Duration> {
    let every: SignedDuration = text.parse()?;
    Duration::try_from(every).ok().filter(|every| !every.is_zero()).context("expected a time such as 20s")
}

/// The one place where the town looks at the clock on the wall.
#[expect(clippy::disallowed_methods, reason = "a process of its own, outside the box")]
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
