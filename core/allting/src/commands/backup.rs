use super::{DATA, Failure, complain, say};
use crate::backups::{make, make_open};
use crate::folder::{read_folder, read_texts, replace_files};
use backup::{BackupError, Lock, RecoveryKey};
use clap::{Args, Subcommand};
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct Backup {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    made: Option<Made>,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Makes a recovery key, shows it once, and writes its public half into municipality.toml
    Key {
        /// The municipality's folder of TOML
        folder: PathBuf,
    },
}

#[derive(Debug, Args)]
struct Made {
    /// The municipality's folder of TOML
    folder: PathBuf,
    /// Where the data lies
    #[arg(long, default_value = DATA)]
    data: PathBuf,
    /// The file to write; it must not be there
    #[arg(long)]
    to: PathBuf,
    /// Lock it to this public half of a recovery key instead of those in municipality.toml; may be said several times
    #[arg(long, value_name = "AGE1...")]
    recipient: Vec<String>,
    /// Lock it with the passphrase in the first line of this file instead
    #[arg(long, conflicts_with = "recipient")]
    passphrase_file: Option<PathBuf>,
    /// Write a plain .tar.gz for somebody who looks for a fault or at the figures: without keys, accounts, contact data and what people
    /// wrote. No box can be restored from it
    #[arg(long, conflicts_with_all = ["recipient", "passphrase_file"])]
    without_secrets: bool,
}

/// `allting backup`: the whole box in one locked file, whether it runs or not.
pub(crate) fn run(backup: &Backup) -> Result<(), Failure> {
    match (&backup.what, &backup.made) {
        (Some(What::Key { folder }), _) => key(folder),
        (None, Some(made)) => file(made),
        (None, None) => Err(Failure::Wrong("which folder is meant? `allting backup --help` tells more".to_owned())),
    }
}

fn file(made: &Made) -> Result<(), Failure> {
    if made.without_secrets {
        let written = make_open(&made.folder, &made.data, &made.to).map_err(told)?;
        say(&format!(
            "{}: {} files, {} KB, for everybody to read. It is no backup: no box can be restored from it.",
            made.to.display(),
            written.files,
            written.bytes.div_ceil(1000)
        ));
        return Ok(());
    }
    let lock = match (&made.passphrase_file, made.recipient.is_empty()) {
        (Some(file), _) => Lock::Passphrase(passphrase(file)?),
        (None, false) => Lock::Recipients(made.recipient.clone()),
        (None, true) => {
            let (municipality, _) = read_folder(&made.folder).map_err(|wrong| Failure::Wrong(wrong.to_string()))?;
            Lock::Recipients(municipality.door.backup.recipients)
        }
    };
    let written = make(&made.folder, &made.data, &made.to, &lock).map_err(told)?;
    say(&format!(
        "{}: {} files, {} KB. `allting restore --verify` proves that it can be restored.",
        made.to.display(),
        written.files,
        written.bytes.div_ceil(1000)
    ));
    Ok(())
}

/// What the person can mend is what was given; the rest is the disk's.
pub(super) fn told(why: anyhow::Error) -> Failure {
    match why.downcast_ref::<BackupError>() {
        Some(BackupError::Disk { .. } | BackupError::NoRoom(_)) | None => Failure::CouldNot(why),
        Some(wrong) => Failure::Wrong(wrong.to_string()),
    }
}

/// The first line of a file.
pub(super) fn passphrase(file: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(file).map_err(|why| Failure::Wrong(format!("{}: {why}", file.display())))?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

fn key(folder: &Path) -> Result<(), Failure> {
    let key = RecoveryKey::new();
    let mut texts = read_texts(folder, &["toml"]).map_err(|wrong| Failure::Wrong(wrong.to_string()))?;
    let before = texts.remove("municipality.toml").unwrap_or_default();
    let after = config::put_recipient(&before, key.public())
        .map_err(|why| Failure::Wrong(format!("municipality.toml: {why}")))?;
    replace_files(folder, &[("municipality.toml".to_owned(), after)].into_iter().collect())?;
    say(key.secret());
    complain(&format!(
        "This is the recovery key. It is shown this once and kept nowhere on the box: print it, and put it where \
         neither fire nor thieves take it together with the box. Whoever has it can read every backup; without it \
         nobody can.\nIts public half {} is written into municipality.toml.",
        key.public()
    ));
    Ok(())
}
