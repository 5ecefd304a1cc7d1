use super::{DATA, Failure, say};
use crate::claims::issue_claim;
use crate::clock::now;
use crate::doors::FOLDER;
use app::staff::CLAIM_HOLDS;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Claim {
    /// Where the data lies, as for `allting serve`
    #[arg(long, default_value = DATA)]
    data: PathBuf,
}

/// `allting claim`: whoever can run it may become the operator of the box.
pub(crate) fn run(claim: &Claim) -> Result<(), Failure> {
    // A code for a box that is not there would fit none.
    if !claim.data.is_dir() {
        return Err(Failure::Wrong(format!(
            "{} is not there, so no box would know the code; say with --data where the data lies, as `serve` has it",
            claim.data.display()
        )));
    }
    let code = issue_claim(&claim.data, now())?;
    say(&format!(
        "{code}\nType this code on the page /staff/claim of the box within {} minutes. \
         It works once; codes from before work no more.",
        CLAIM_HOLDS.as_secs() / 60
    ));
    if let Some(fingerprint) = tls::kept_fingerprint(&claim.data.join(FOLDER)) {
        say(&format!(
            "Your browser will warn of the certificate of the box. Go on when its SHA-256 fingerprint is\n{fingerprint}"
        ));
    }
    Ok(())
}
