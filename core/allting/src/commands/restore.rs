use super::backup::{passphrase, told};
use super::{DATA, Failure, say};
use crate::backups::{self, Unpacked};
use crate::control;
use backup::Key;
use clap::Args;
use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct Restore {
    /// The backup
    backup: PathBuf,
    /// Where the municipality's folder of TOML goes
    #[arg(long, default_value = "/etc/allting")]
    folder: PathBuf,
    /// Where the data goes
    #[arg(long, default_value = DATA)]
    data: PathBuf,
    /// The file with the recovery key
    #[arg(long, required_unless_present = "passphrase_file")]
    key_file: Option<PathBuf>,
    /// The file with the passphrase
    #[arg(long, conflicts_with = "key_file")]
    passphrase_file: Option<PathBuf>,
    /// Only prove that a box could start from it; nothing is put in place
    #[arg(long)]
    verify: bool,
    /// Put aside what is in these places now
    #[arg(long, conflicts_with = "verify")]
    replace: bool,
}

/// `allting restore`: a box out of a backup, whole or not at all.
pub(crate) fn run(restore: &Restore) -> Result<(), Failure> {
    if !restore.backup.is_file() {
        return Err(Failure::Wrong(format!("{} is no file; expected a backup", restore.backup.display())));
    }
    let key = match (&restore.key_file, &restore.passphrase_file) {
        (Some(file), _) => {
            Key::Recovery(fs::read_to_string(file).map_err(|why| Failure::Wrong(format!("{}: {why}", file.display())))?)
        }
        (None, Some(file)) => Key::Passphrase(passphrase(file)?),
        (None, None) => return Err(Failure::Wrong("say with --key-file where the recovery key is".to_owned())),
    };
    if restore.verify {
        return verify(restore, &key);
    }
    if control::is_answered(&restore.data) {
        return Err(Failure::Wrong(format!(
            "a box runs on {}; stop it first: `systemctl stop allting`",
            restore.data.display()
        )));
    }
    for target in [&restore.folder, &restore.data] {
        if !restore.replace && !is_free(target)? {
            return Err(Failure::Wrong(format!(
                "{} is there already, and nothing in it was touched; --replace puts it aside, --folder and --data name \
                 other places",
                target.display()
            )));
        }
    }
    // On the disk of the data, so that at the end a name changes and nothing is copied.
    let beside = suffixed(&restore.data, ".restoring");
    let unpacked = backups::open(&restore.backup, &key, &beside).map_err(told)?;
    let placed = place(restore, &unpacked);
    let _ = fs::remove_dir_all(&beside);
    placed?;
    say(&format!(
        "{} and {} are as they were at {} ({} rows). Start the box, and `allting doctor` says whether all is well.",
        restore.folder.display(),
        restore.data.display(),
        unpacked.made_at,
        unpacked.rows
    ));
    Ok(())
}

fn verify(restore: &Restore, key: &Key) -> Result<(), Failure> {
    let room = suffixed(&restore.backup, ".verifying");
    let unpacked = backups::open(&restore.backup, key, &room).map_err(told)?;
    let _ = fs::remove_dir_all(&room);
    say(&format!(
        "{}: right. A box can start from it as it was at {} ({} rows).",
        restore.backup.display(),
        unpacked.made_at,
        unpacked.rows
    ));
    Ok(())
}

fn suffixed(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.components().as_path().as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn is_free(path: &Path) -> Result<bool, Failure> {
    match fs::read_dir(path) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(why) => Err(Failure::Wrong(format!("{}: {why}", path.display()))),
    }
}

/// Puts both in place, or neither.
fn place(restore: &Restore, unpacked: &Unpacked) -> Result<(), Failure> {
    let folder = suffixed(&restore.folder, ".restoring");
    move_over(&unpacked.folder, &folder)?;
    store::carry_erased(&restore.data, &unpacked.data)?;
    let aside = put_aside(&restore.data)?;
    let placed = settle(&unpacked.data, &restore.data, aside.as_deref()).and_then(|()| {
        let other = put_aside(&restore.folder)?;
        settle(&folder, &restore.folder, other.as_deref()).inspect_err(|_| put_back(&restore.folder, other.as_deref()))
    });
    if let Err(why) = placed {
        let _ = fs::remove_dir_all(&folder);
        put_back(&restore.data, aside.as_deref());
        return Err(Failure::CouldNot(why.into()));
    }
    Ok(())
}

/// To another disk it is copied: `/etc` and `/var` may be two.
fn move_over(from: &Path, to: &Path) -> Result<(), Failure> {
    if fs::rename(from, to).is_ok() {
        return Ok(());
    }
    let copied = copy(from, to);
    if copied.is_err() {
        let _ = fs::remove_dir_all(to);
    }
    Ok(copied?)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), &to)?;
            fs::File::open(&to)?.sync_all()?;
        }
    }
    Ok(())
}

/// Gives what is there another name, and tells it.
fn put_aside(path: &Path) -> io::Result<Option<PathBuf>> {
    if !fs::exists(path)? {
        return Ok(None);
    }
    let names = (1..).map(|number| suffixed(path, &format!(".before-restore-{number}")));
    let Some(aside) = names.take(1000).find(|name| !name.exists()) else {
        return Err(io::ErrorKind::AlreadyExists.into());
    };
    fs::rename(path, &aside)?;
    Ok(Some(aside))
}

fn put_back(path: &Path, aside: Option<&Path>) {
    if let Some(aside) = aside {
        let _ = fs::remove_dir_all(path);
        let _ = fs::rename(aside, path);
    }
}

/// With owner and mode of what was there: root restores, and the box must read it.
fn settle(from: &Path, to: &Path, before: Option<&Path>) -> io::Result<()> {
    if let Some(before) = before {
        let there = fs::metadata(before)?;
        fs::set_permissions(from, there.permissions())?;
        give(from, there.uid(), there.gid());
    }
    fs::rename(from, to)
}

fn give(path: &Path, uid: u32, gid: u32) {
    // Who is not root restores what is theirs already.
    let _ = chown(path, Some(uid), Some(gid));
    let entries = fs::read_dir(path).into_iter().flatten().flatten();
    entries.for_each(|entry| give(&entry.path(), uid, gid));
}
