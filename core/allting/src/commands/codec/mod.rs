mod import;
mod test;

use super::Failure;
use clap::Subcommand;
use std::path::PathBuf;

#[derive(Debug, Subcommand)]
pub(crate) enum What {
    /// Tries a vendor's codec on the examples beside it, in the sandbox and with the limits of the box
    Test {
        /// The codec: `codecs/x.js`, with its examples in `codecs/x.test.json`
        file: PathBuf,
        /// The examples, when they lie elsewhere
        #[arg(long)]
        examples: Option<PathBuf>,
        /// The plugin js-codec, when it is not where it is usually installed
        #[arg(long)]
        plugin: Option<PathBuf>,
    },
    /// Takes codecs and examples from a vendor's folder of another network server's device repository
    Import {
        /// The vendor's folder, in your copy of the one of `ChirpStack` or the Things Network
        vendor: PathBuf,
        /// The municipality's folder
        folder: PathBuf,
        /// Only devices whose name holds this
        #[arg(long)]
        device: Option<String>,
    },
}

/// `allting codec`: vendors' JavaScript.
pub(crate) fn run(what: &What) -> Result<(), Failure> {
    match what {
        What::Test { file, examples, plugin } => test::run(file, examples.as_deref(), plugin.as_deref()),
        What::Import { vendor, folder, device } => import::run(vendor, folder, device.as_deref()),
    }
}
