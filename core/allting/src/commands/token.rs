use super::{Failure, say};
use crate::plugins::digest;
use crate::tokens;
use anyhow::Context;
use clap::Subcommand;
use std::fs;
use std::path::{Path, PathBuf};

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
    let token = tokens::draw()?;
    let path = folder.join("secrets.toml");
    let before = if path.exists() {
        fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))?
    } else {
        String::new()
    };
    let after =
        config::put_token(&before, name, &digest(token.as_bytes())).map_err(|e| Failure::Wrong(e.to_string()))?;
    write_secret(&path, &after)?;
    say(&token);
    Ok(())
}

/// Writes beside and renames into place, readable by the owner alone: a power cut leaves the old file or the new one.
fn write_secret(path: &Path, text: &str) -> Result<(), anyhow::Error> {
    use std::io::Write;
    use std::os::unix::fs::OpenOptionsExt;
    let beside = path.with_extension("toml.new");
    let cannot = || format!("could not write {}", path.display());
    let _ = fs::remove_file(&beside);
    let mut file =
        fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside).with_context(cannot)?;
    if let Ok(metadata) = fs::metadata(path) {
        use std::os::unix::fs::MetadataExt;
        let _ = std::os::unix::fs::chown(&beside, Some(metadata.uid()), Some(metadata.gid()));
    }
    file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).with_context(cannot)?;
    fs::rename(&beside, path).with_context(cannot)
}
