use super::{Failure, say};
use crate::tokens::new_token;
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// Makes a token, prints it once, and keeps only its digest; an older one of the same name stops working
    New {
        /// Who will use it: `grafana`
        name: String,
        /// The municipality's folder of TOML
        folder: PathBuf,
    },
}

/// `allting token`: a running box takes a new token in at once.
pub(crate) fn run(what: &What) -> Result<(), Failure> {
    let What::New { name, folder } = what;
    say(&new_token(name, folder)?);
    Ok(())
}
