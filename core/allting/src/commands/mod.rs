//! The verbs of the command line, one file each.

mod backup;
mod check;
mod claim;
mod codec;
mod config_;
mod decode;
mod doctor;
mod draw;
mod gateway;
mod invite;
mod mail;
mod plugin;
mod replay;
mod restore;
mod rules;
mod sensor;
mod serve;
mod status;
mod token;

use clap::{Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// Where the package keeps the data.
const DATA: &str = "/var/lib/allting";

/// What was given is wrong.
const WRONG: u8 = 1;
/// The box could not do it.
const COULD_NOT: u8 = 3;

#[derive(Debug, Parser)]
#[command(
    name = "allting",
    version,
    about = "A box that shows how public places are used, and what people say of them",
    after_help = "Exit codes: 0 all is well; 1 what was given is wrong; 2 the command was not understood; \
                  3 the box could not do it."
)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Serves the portal and listens to gateways, until it is told to stop
    Serve {
        /// The municipality's folder of TOML
        folder: PathBuf,
        /// Where the data lies
        #[arg(long)]
        data: PathBuf,
    },
    /// Makes one locked file of the whole box, running or not; `allting backup key` makes the key to it
    Backup(backup::Backup),
    /// Says what is wrong in a folder, with an arrow under each fault
    Check {
        /// The municipality's folder of TOML
        folder: PathBuf,
        /// For programs: one JSON array
        #[arg(long)]
        json: bool,
    },
    /// Shows a new one-time code that makes somebody the operator of the box, for the first time or after all are locked out
    Claim(claim::Claim),
    /// Looks at clock, disk, ports, plugins and configuration, and says what to do
    Doctor(doctor::Doctor),
    /// Draws people by lot, as fairly as quotas allow, and checks a draw that was published
    Draw {
        #[command(subcommand)]
        what: draw::What,
    },
    /// Explains the configuration
    Config {
        #[command(subcommand)]
        what: config_::What,
    },
    /// Decodes one payload, as the box would, and shows what it means
    Decode(decode::Decode),
    /// Tests and imports vendors' JavaScript codecs
    Codec {
        #[command(subcommand)]
        what: codec::What,
    },
    /// Shows gateways, and how to adopt one
    Gateway {
        #[command(subcommand)]
        what: gateway::What,
    },
    /// Makes invitations to an activity that is open to those who were invited, and prints their links
    Invite(invite::Invite),
    /// Tries the mail of a folder, and says what belongs into the DNS
    Mail {
        #[command(subcommand)]
        what: mail::What,
    },
    /// Writes, explains, tests, installs and lists plugins
    Plugin {
        #[command(subcommand)]
        what: plugin::What,
    },
    /// Decodes history again, after a plugin, a codec or a sensor's settings were corrected
    Replay(replay::Replay),
    /// Puts a box together again from a backup, or proves that one can be
    Restore(restore::Restore),
    /// Tries rules on what was, so that nobody is surprised by what the box says
    Rules {
        #[command(subcommand)]
        what: rules::What,
    },
    /// Takes sensors into the folder: lists of networks and makers, and the codes on labels
    Sensor {
        #[command(subcommand)]
        what: sensor::What,
    },
    /// Says as JSON how the gateways and sensors of a running box are
    Status {
        /// Where the data of the running box lies
        #[arg(long, default_value = DATA)]
        data: PathBuf,
    },
    /// Makes tokens for programs that follow the live feeds or say something to devices
    Token {
        #[command(subcommand)]
        what: token::What,
    },
}

/// Why a command failed.
enum Failure {
    /// What was given is wrong; the text is for the person.
    Wrong(String),
    /// The box could not do it.
    CouldNot(anyhow::Error),
}

impl<E: Into<anyhow::Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::CouldNot(error.into())
    }
}

pub(crate) fn run() -> ExitCode {
    let done = match Arguments::parse().verb {
        Verb::Sensor { what } => sensor::run(&what),
        Verb::Serve { folder, data } => serve::run(folder, data),
        Verb::Backup(backup) => backup::run(&backup),
        Verb::Restore(restore) => restore::run(&restore),
        Verb::Check { folder, json } => check::run(&folder, json),
        Verb::Claim(claim) => claim::run(&claim),
        Verb::Codec { what } => codec::run(&what),
        Verb::Doctor(doctor) => doctor::run(&doctor),
        Verb::Draw { what } => draw::run(&what),
        Verb::Config { what } => config_::run(&what),
        Verb::Decode(decode) => decode::run(&decode),
        Verb::Gateway { what } => gateway::run(&what),
        Verb::Invite(invite) => invite::run(&invite),
        Verb::Mail { what } => mail::run(&what),
        Verb::Status { data } => status::run(&data),
        Verb::Plugin { what } => plugin::run(&what),
        Verb::Replay(replay) => replay::run(&replay),
        Verb::Rules { what } => rules::run(&what),
        Verb::Token { what } => token::run(&what),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Wrong(text)) => {
            complain(&text);
            ExitCode::from(WRONG)
        }
        Err(Failure::CouldNot(error)) => {
            complain(&format!("{error:#}"));
            ExitCode::from(COULD_NOT)
        }
    }
}

/// Prints a result. Standard output is for results alone, so that programs can read it.
#[expect(clippy::print_stdout, reason = "the command line speaks here")]
fn say(line: &str) {
    println!("{line}");
}

#[expect(clippy::print_stderr, reason = "the command line complains here")]
fn complain(line: &str) {
    eprintln!("{line}");
}
