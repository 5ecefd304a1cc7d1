//! What can be wrong with a backup: nothing of it is restored, and the reason is said.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code outside of test functions")]

use backup::{About, BackupError, Key, Lock, Part, RecoveryKey, unpack, write};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A town of three files, one of them large, and the key to its backups.
struct Stage {
    room: TempDir,
    key: RecoveryKey,
    parts: Vec<Part>,
}

impl Stage {
    fn new() -> Self {
        let room = tempfile::tempdir().unwrap();
        let mut dice = 1_u64;
        let mut noise = || {
            dice ^= dice << 13;
            dice ^= dice >> 7;
            dice ^= dice << 17;
            dice.to_be_bytes()[0]
        };
        let noise: Vec<u8> = std::iter::repeat_with(&mut noise).take(300_000).collect();
        let files =
            [("folder/places.toml", b"# Ours\n".to_vec()), ("data/tls/own.pem", b"key".to_vec()), ("data/rows", noise)];
        let part = |(name, bytes): (&str, Vec<u8>)| {
            let file = room.path().join(name.replace('/', "-"));
            fs::write(&file, bytes).unwrap();
            Part { name: name.to_owned(), file }
        };
        let parts = files.into_iter().map(part).collect();
        Self { key: RecoveryKey::new(), parts, room }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.room.path().join(name)
    }

    fn lock(&self) -> Lock {
        Lock::Recipients(vec![self.key.public().to_owned()])
    }

    fn key(&self) -> Key {
        Key::Recovery(format!("# the drawer of the clerk\n\n{}\n", self.key.secret()))
    }

    fn backup(&self) -> PathBuf {
        let to = self.path("town.age");
        write(&to, &self.lock(), &about(), &self.parts).unwrap();
        to
    }

    /// What unpacking it says, and that nothing is left of it.
    #[track_caller]
    fn refused(&self, backup: &Path, key: &Key) -> BackupError {
        let into = self.path("out");
        let why = unpack(backup, key, &into).unwrap_err();
        assert!(!into.exists(), "something was left of a restore that failed: {why}");
        why
    }
}

fn about() -> About {
    About { made_at_ms: 1_790_000_000_000, version: "0.1.0".to_owned() }
}

#[test]
fn another_key_or_passphrase_opens_nothing_and_says_which_is_meant() {
    let stage = Stage::new();
    let backup = stage.backup();
    let other = Key::Recovery(RecoveryKey::new().secret().to_owned());
    assert!(matches!(stage.refused(&backup, &other), BackupError::WrongKey));
    assert!(matches!(stage.refused(&backup, &Key::Passphrase("some calm words".into())), BackupError::NeedsKey));
    assert!(matches!(stage.refused(&backup, &Key::Recovery("age1abc".into())), BackupError::BadKey));
    assert!(matches!(stage.refused(&backup, &Key::Recovery("# nothing\n".into())), BackupError::BadKey));
    let phrase = stage.path("phrase.age");
    let short = write(&phrase, &Lock::Passphrase("short".into()), &about(), &stage.parts);
    assert!(matches!(short, Err(BackupError::ShortPassphrase(12))));
    write(&phrase, &Lock::Passphrase("four calm words here".into()), &about(), &stage.parts).unwrap();
    let wrong = Key::Passphrase("four other words here".into());
    assert!(matches!(stage.refused(&phrase, &wrong), BackupError::WrongPassphrase));
    assert!(matches!(stage.refused(&phrase, &stage.key()), BackupError::NeedsPassphrase));
    unpack(&phrase, &Key::Passphrase("four calm words here".into()), &stage.path("out")).unwrap();
}

#[test]
fn a_backup_that_was_cut_anywhere_restores_nothing() {
    let stage = Stage::new();
    let bytes = fs::read(stage.backup()).unwrap();
    let cut = stage.path("cut.age");
    for length in (0..bytes.len()).step_by(9973).chain([1, 20, 100, 200, bytes.len() - 1, bytes.len() - 17]) {
        fs::write(&cut, &bytes[..length]).unwrap();
        let why = stage.refused(&cut, &stage.key());
        assert!(
            matches!(why, BackupError::Damaged(_) | BackupError::NotABackup(_) | BackupError::WrongKey),
            "{length} of {} bytes: {why}",
            bytes.len()
        );
    }
}

#[test]
fn a_flipped_bit_anywhere_restores_nothing() {
    let stage = Stage::new();
    let bytes = fs::read(stage.backup()).unwrap();
    let flipped = stage.path("flipped.age");
    for at in (0..bytes.len()).step_by(9973).chain([1, 30, 60, 150, bytes.len() - 1]) {
        let mut spoilt = bytes.clone();
        spoilt[at] ^= 0x10;
        fs::write(&flipped, spoilt).unwrap();
        let why = stage.refused(&flipped, &stage.key());
        assert!(!matches!(why, BackupError::Disk { .. }), "byte {at}: {why}");
    }
    let mut longer = bytes.clone();
    longer.push(0);
    fs::write(&flipped, longer).unwrap();
    assert!(matches!(stage.refused(&flipped, &stage.key()), BackupError::Damaged(_)));
}

#[test]
fn nothing_that_is_there_is_replaced() {
    let stage = Stage::new();
    let backup = stage.backup();
    let before = fs::read(&backup).unwrap();
    assert!(matches!(write(&backup, &stage.lock(), &about(), &stage.parts), Err(BackupError::Exists(_))));
    assert_eq!(fs::read(&backup).unwrap(), before);
    fs::create_dir(stage.path("out")).unwrap();
    fs::write(stage.path("out/mine"), "mine").unwrap();
    assert!(matches!(unpack(&backup, &stage.key(), &stage.path("out")), Err(BackupError::Exists(_))));
    assert_eq!(fs::read_to_string(stage.path("out/mine")).unwrap(), "mine");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&backup).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "for its owner's eyes");
}

#[test]
fn nobody_to_lock_to_means_no_backup() {
    let stage = Stage::new();
    let to = stage.path("open.age");
    assert!(matches!(
        write(&to, &Lock::Recipients(Vec::new()), &about(), &stage.parts),
        Err(BackupError::NobodyToLockTo)
    ));
    let bad = Lock::Recipients(vec!["age1nobody".to_owned()]);
    assert!(matches!(write(&to, &bad, &about(), &stage.parts), Err(BackupError::BadRecipient(_))));
    let missing = [Part { name: "data/x".into(), file: stage.path("nowhere") }];
    assert!(matches!(write(&to, &stage.lock(), &about(), &missing), Err(BackupError::Disk { .. })));
    assert_eq!(fs::read_dir(stage.room.path()).unwrap().count(), 3, "no half of a backup is left");
}

#[test]
fn a_full_disk_is_said_to_be_full() {
    let stage = Stage::new();
    let full = [Part { name: "data/x".into(), file: stage.path("data-rows") }];
    // A small file system of its own, where this machine allows one.
    let small = stage.path("small");
    fs::create_dir(&small).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=64k", "tmpfs"]).arg(&small).status();
    if !mounted.is_ok_and(|status| status.success()) {
        println!("skipped: a full disk: needs root, to mount one of 64 KiB");
        return;
    }
    let written = write(&small.join("town.age"), &stage.lock(), &about(), &full);
    let left = fs::read_dir(&small).unwrap().count();
    let backup = stage.backup();
    let unpacked = unpack(&backup, &stage.key(), &small.join("out"));
    let left_too = fs::read_dir(&small).unwrap().count();
    Command::new("umount").arg(&small).status().unwrap();
    assert!(matches!(written, Err(BackupError::NoRoom(_))), "{written:?}");
    assert!(matches!(unpacked, Err(BackupError::NoRoom(_))), "{unpacked:?}");
    assert_eq!((left, left_too), (0, 0), "something was left on the full disk");
}

/// Whoever has no Allting any more still gets at their town: with Debian's `age` and `tar`.
#[test]
fn the_ordinary_tools_open_a_backup() {
    let stage = Stage::new();
    let backup = stage.backup();
    fs::write(stage.path("key"), stage.key.secret()).unwrap();
    let Ok(age) = Command::new("age").args(["-d", "-i"]).arg(stage.path("key")).arg(&backup).output() else {
        println!("skipped: opening a backup with age: Debian's package is age");
        return;
    };
    assert!(age.status.success(), "{}", String::from_utf8_lossy(&age.stderr));
    let mut tar = Command::new("tar")
        .args(["xzO", "folder/places.toml"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    // tar has what it wants before the end.
    let _ = tar.stdin.take().unwrap().write_all(&age.stdout);
    assert_eq!(tar.wait_with_output().unwrap().stdout, b"# Ours\n");
}
