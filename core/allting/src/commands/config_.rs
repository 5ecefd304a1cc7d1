use super::{Failure, say};
use crate::folder::read_files;
use clap::Subcommand;
use config::Folder;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// Prints the JSON Schema of the files, for editors that complete
    Schema,
    /// Prints every key with what it means, its default, and what a folder sets it to
    Show {
        /// The municipality's folder of TOML; without one, the defaults
        folder: Option<PathBuf>,
    },
}

/// `allting config`: what may stand in the folder.
pub(crate) fn run(what: &What) -> Result<(), Failure> {
    say(&match what {
        What::Schema => config::schema(),
        What::Show { folder: None } => config::printed(&Folder::default()),
        What::Show { folder: Some(folder) } => {
            config::printed(&read_files(folder).map_err(|w| Failure::Wrong(w.to_string()))?)
        }
    });
    Ok(())
}
