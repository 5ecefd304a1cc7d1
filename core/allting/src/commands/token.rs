use super::{Failure, say};
use crate::tokens::new_token;
use clap::{Subcommand, ValueEnum};
use model::Scope;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// Makes a token, prints it once, and keeps only its digest; an older one of the same name stops working
    New {
        /// Who will use it: `grafana`
        name: String,
        /// The municipality's folder of TOML
        folder: PathBuf,
        /// What it may do: `read` the live feeds, `send` to devices; several with a comma between
        #[arg(long, value_delimiter = ',', default_value = "read")]
        may: Vec<May>,
    },
}

/// What a token is good for.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum May {
    /// Follow the live feeds
    Read,
    /// Queue, see and withdraw what is said to devices
    Send,
}

impl From<May> for Scope {
    fn from(may: May) -> Self {
        match may {
            May::Read => Self::Read,
            May::Send => Self::Send,
        }
    }
}

/// `allting token`: a running box takes a new token in at once.
pub(crate) fn run(what: &What) -> Result<(), Failure> {
    let What::New { name, folder, may } = what;
    let may: Vec<Scope> = may.iter().map(|may| (*may).into()).collect();
    say(&new_token(name, folder, &may)?);
    Ok(())
}
