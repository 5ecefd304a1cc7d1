//! A backup of a real box, made while it runs, and the box that comes out of it: page by page the same.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code outside of test functions")]

mod town;

use allting::{Running, Start, start};
use model::{Account, AccountId, Calendar, Datastream, Role, Slug, Timestamp, Value};
use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use store::{Durability, Options, Store};
use tempfile::TempDir;
use town::{allting, text};

const MUNICIPALITY: &str = "# Ours\nname = { sv = \"Norsjö kommun\" }\nlanguages = [\"sv\", \"nb\", \"nn\", \"en\"]\n\
    time_zone = \"Europe/Stockholm\"\n[[screen]]\nid = \"wall\"\nplaces = [\"library\"]\n\
    [look]\naccent = \"#0b5362\"\n";
const PLACES: &str = "[[place]]\nid = \"library\"\nname = { sv = \"Biblioteket\" }\nkind = \"library\"\ncapacity = 60\n\
    measure = \"people_now\"\nposition = { latitude = 64.9, longitude = 19.5 }\n";

/// A town with eight weeks of visits.
struct Stage(TempDir);

impl Stage {
    fn new() -> Self {
        Self::of(None)
    }

    /// With somebody of the staff.
    fn of(account: Option<&Account>) -> Self {
        let stage = Self(tempfile::tempdir().unwrap());
        fs::create_dir_all(stage.folder().join("codecs")).unwrap();
        for (name, text) in
            [("municipality.toml", MUNICIPALITY), ("places.toml", PLACES), ("codecs/door.js", "// ours\n")]
        {
            fs::write(stage.folder().join(name), text).unwrap();
        }
        stage.lived(account);
        stage
    }

    fn lived(&self, account: Option<&Account>) {
        fs::create_dir_all(self.data()).unwrap();
        let store = Store::open(&self.data().join("allting.redb"), Options::default()).unwrap();
        let (calendar, now) = (Calendar::named("Europe/Stockholm").unwrap(), allting::now());
        let visits = Datastream {
            place: Slug::new("library").unwrap(),
            sensor: Slug::new("library-door").unwrap(),
            property: "people-count".to_owned(),
            part: None,
        };
        let transaction = store.begin(&calendar).unwrap();
        for hour in 0..24 * 56_u64 {
            let at: Timestamp = now - Duration::from_hours(hour);
            let people = i64::try_from(7 + hour % 24 * 2).unwrap();
            transaction.observe(&visits, at, at, &Value::Integer(people)).unwrap();
        }
        if let Some(account) = account {
            transaction.put_account(account).unwrap();
        }
        transaction.commit(Durability::Now).unwrap();
        store.close().unwrap();
    }

    fn folder(&self) -> PathBuf {
        self.0.path().join("folder")
    }

    fn data(&self) -> PathBuf {
        self.0.path().join("data")
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Makes a recovery key as an operator would, and keeps it in a file.
    fn recovery_key(&self) -> PathBuf {
        let said = allting(["backup", "key", text(&self.folder())], 0);
        let key = self.path("key");
        fs::write(&key, said.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1")).unwrap()).unwrap();
        key
    }

    fn back_up(&self, to: &Path, ends: i32) -> String {
        allting(["backup", text(&self.folder()), "--data", text(&self.data()), "--to", text(to)], ends)
    }
}

async fn run(folder: PathBuf, data: PathBuf) -> Running {
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    start(Start { folder, data, listen: Some((any_port, any_port)) }).await.unwrap()
}

/// Every address of the portal that has one answer, for this town.
fn paths() -> Vec<String> {
    let not_asked = ["/live", "/frames/", "/uplinks/", "{dev_eui}", "/assets/", "/map/tiles", "/healthz"];
    let addresses = web::addresses().into_iter().filter(|address| not_asked.iter().all(|part| !address.contains(part)));
    let filled = |address: &str| {
        let id = if address.starts_with("/screen") { "wall" } else { "library" };
        ["sv", "nb", "nn", "en"].map(|lang| address.replace("{id}", id).replace("{lang}", lang))
    };
    let mut paths: Vec<String> = addresses.flat_map(filled).collect();
    paths.dedup();
    paths
}

/// What a box answers, but for what names this very answer.
fn answer(at: SocketAddr, path: &str) -> String {
    let mut line = TcpStream::connect(at).unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: norsjo.example\r\naccept-language: sv\r\nconnection: close\r\n\r\n");
    line.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    line.read_to_end(&mut bytes).unwrap();
    let answer = String::from_utf8_lossy(&bytes).into_owned();
    answer.lines().filter(|line| !line.to_lowercase().starts_with("date: ")).collect::<Vec<_>>().join("\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_box_equals_the_old_one_page_by_page() {
    let stage = Stage::new();
    let key = stage.recovery_key();
    let old = run(stage.folder(), stage.data()).await;
    let backup = stage.path("town.age");
    let said = stage.back_up(&backup, 0);
    assert!(said.contains("files"), "{said}");
    let said = allting(["restore", text(&backup), "--verify", "--key-file", text(&key)], 0);
    assert!(said.contains("A box can start from it"), "{said}");
    let (folder, data) = (stage.path("new/folder"), stage.path("new/data"));
    fs::create_dir(stage.path("new")).unwrap();
    let places = ["--folder", text(&folder), "--data", text(&data)];
    allting([["restore", text(&backup), "--key-file", text(&key)], places].concat(), 0);
    assert_eq!(fs::read(folder.join("codecs/door.js")).unwrap(), b"// ours\n");
    assert_eq!(
        fs::read(folder.join("municipality.toml")).unwrap(),
        fs::read(stage.folder().join("municipality.toml")).unwrap()
    );
    let new = run(folder, data).await;
    let paths = paths();
    assert!(paths.len() > 60, "only {} addresses", paths.len());
    let mut shown = 0;
    for path in &paths {
        // A minute may pass between the two; hardly three times.
        let same = (0..3).any(|_| answer(old.web, path) == answer(new.web, path));
        assert!(same, "{path} differs:\n{}\n--- restored:\n{}", answer(old.web, path), answer(new.web, path));
        shown += usize::from(answer(new.web, path).contains("Biblioteket"));
    }
    assert!(shown > 10, "the pages say something of this town: {shown}");
    let status = allting(["status", "--data", text(&stage.data())], 0);
    assert!(status.contains("gateways"), "the box goes on: {status}");
    old.stop().await.unwrap();
    new.stop().await.unwrap();
}

#[test]
fn a_box_that_does_not_run_is_backed_up_as_well_and_restored_where_another_was() {
    let stage = Stage::new();
    let key = stage.recovery_key();
    let backup = stage.path("town.age");
    stage.back_up(&backup, 0);
    assert!(stage.back_up(&backup, 1).contains("is there already"));
    let restore = |more: &[&str], ends| {
        let places = ["--folder", text(&stage.folder()), "--data", text(&stage.data())].map(str::to_owned);
        let given = ["restore", text(&backup), "--key-file", text(&key)].map(str::to_owned);
        let all: Vec<String> =
            given.into_iter().chain(places).chain(more.iter().map(|&word| word.to_owned())).collect();
        allting(all.iter().map(String::as_str).collect::<Vec<_>>(), ends)
    };
    fs::write(stage.folder().join("places.toml"), "# lost\n").unwrap();
    let refused = restore(&[], 1);
    assert!(refused.contains("--replace puts it aside"), "{refused}");
    assert_eq!(fs::read_to_string(stage.folder().join("places.toml")).unwrap(), "# lost\n");
    restore(&["--replace"], 0);
    assert_eq!(fs::read_to_string(stage.folder().join("places.toml")).unwrap(), PLACES);
    let aside = stage.path("folder.before-restore-1/places.toml");
    assert_eq!(fs::read_to_string(aside).unwrap(), "# lost\n");
    let left: Vec<_> = fs::read_dir(stage.0.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().contains("restoring")), "{left:?}");
}

/// What is shown to others is searched for everything that is nobody else's business, as it would lie on their disk.
#[test]
fn what_is_shown_to_others_holds_no_secret_and_nobody_s_words() {
    let secrets = ["5ec2e7aaaaaaaaaaaaaaaaaaaaaaaaaa", "$argon2id$not-for-others", "karis-login", "BEGIN PRIVATE KEY"];
    let account = Account {
        id: AccountId(1),
        login: secrets[2].to_owned(),
        name: secrets[2].to_owned(),
        role: Role::Operator,
        password: secrets[1].to_owned(),
        second_factor: None,
        devices: Vec::new(),
        created_at: allting::now(),
        last_login: None,
        open: true,
    };
    let stage = Stage::of(Some(&account));
    let toml = format!("[sensor.door]\napp_key = \"{}\"\n", secrets[0]);
    fs::write(stage.folder().join("secrets.toml"), toml).unwrap();
    fs::write(stage.folder().join("key.pem"), secrets[3]).unwrap();
    fs::create_dir_all(stage.data().join("tls")).unwrap();
    fs::write(stage.data().join("tls/own.pem"), secrets[3]).unwrap();
    let shown = stage.path("town.tar.gz");
    let (folder, data) = (stage.folder(), stage.data());
    let made = ["backup", text(&folder), "--data", text(&data), "--to", text(&shown), "--without-secrets"];
    let said = allting(made, 0);
    assert!(said.contains("no box can be restored from it"), "{said}");
    let out = stage.path("out");
    fs::create_dir(&out).unwrap();
    let unpacked = Command::new("tar").arg("xzf").arg(&shown).arg("-C").arg(&out).status().unwrap();
    assert!(unpacked.success());
    let files = files_of(&out);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "about.json",
            "data/allting.redb",
            "digests.json",
            "folder/codecs/door.js",
            "folder/municipality.toml",
            "folder/places.toml"
        ]
    );
    for (name, bytes) in &files {
        for secret in secrets {
            assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()), "{secret} is in {name}");
        }
    }
    let shown = Store::open(&out.join("data/allting.redb"), Options::default()).unwrap();
    let read = shown.read().unwrap();
    assert_eq!((read.datastreams().unwrap().count(), read.accounts().unwrap().len()), (1, 0), "the figures are there");
    let left: Vec<_> = fs::read_dir(stage.data()).unwrap().map(|e| e.unwrap().file_name()).collect();
    assert!(left.iter().all(|name| !name.to_string_lossy().starts_with("backup.")), "{left:?}");
}

/// Every file below a folder, by name.
fn files_of(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().into_owned();
                files.push((name, fs::read(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

#[test]
fn what_cannot_be_restored_leaves_nothing_behind_and_says_why() {
    let stage = Stage::new();
    let (key, backup) = (stage.recovery_key(), stage.path("town.age"));
    stage.back_up(&backup, 0);
    let bytes = fs::read(&backup).unwrap();
    let (cut, flipped, other) = (stage.path("cut.age"), stage.path("flipped.age"), stage.path("other"));
    fs::write(&cut, &bytes[..bytes.len() * 2 / 3]).unwrap();
    let mut spoilt = bytes.clone();
    spoilt[bytes.len() / 2] ^= 1;
    fs::write(&flipped, spoilt).unwrap();
    fs::write(&other, allting(["backup", "key", text(&stage.folder())], 0).lines().next().unwrap()).unwrap();
    let (folder, data) = (stage.path("new-folder"), stage.path("new-data"));
    let cases = [
        (&cut, &key, "the backup is damaged"),
        (&flipped, &key, "the backup is damaged"),
        (&backup, &other, "the recovery key does not open this backup"),
        (&key, &key, "is no backup of Allting"),
    ];
    for (backup, key, why) in cases {
        let places = ["--folder", text(&folder), "--data", text(&data)];
        let said = allting([["restore", text(backup), "--key-file", text(key)], places].concat(), 1);
        assert!(said.contains(why), "{said}");
        assert!(!folder.exists() && !data.exists() && !stage.path("new-data.restoring").exists(), "{why}");
        let said = allting(["restore", text(backup), "--key-file", text(key), "--verify"], 1);
        assert!(said.contains(why), "{said}");
    }
    let phrase = stage.path("phrase");
    fs::write(&phrase, "four calm words here\n").unwrap();
    let locked = stage.path("phrase.age");
    let (folder, data) = (stage.folder(), stage.data());
    let given = ["backup", text(&folder), "--data", text(&data), "--to", text(&locked)];
    allting([&given[..], &["--passphrase-file", text(&phrase)]].concat(), 0);
    allting(["restore", text(&locked), "--verify", "--passphrase-file", text(&phrase)], 0);
    fs::write(&phrase, "four other words here\n").unwrap();
    let said = allting(["restore", text(&locked), "--verify", "--passphrase-file", text(&phrase)], 1);
    assert!(said.contains("the passphrase does not open"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_that_runs_is_not_restored_over() {
    let stage = Stage::new();
    let (key, backup) = (stage.recovery_key(), stage.path("town.age"));
    stage.back_up(&backup, 0);
    let running = run(stage.folder(), stage.data()).await;
    let (folder, data) = (stage.folder(), stage.data());
    let places = ["--folder", text(&folder), "--data", text(&data), "--replace"];
    let said = allting([&["restore", text(&backup), "--key-file", text(&key)], &places[..]].concat(), 1);
    assert!(said.contains("stop it first"), "{said}");
    running.stop().await.unwrap();
}

#[test]
fn without_a_key_there_is_no_backup_and_the_key_itself_is_not_kept() {
    let stage = Stage::new();
    let to = stage.path("town.age");
    let said = stage.back_up(&to, 1);
    assert!(said.contains("allting backup key"), "{said}");
    assert!(!to.exists());
    let secret = fs::read_to_string(stage.recovery_key()).unwrap();
    let written = fs::read_to_string(stage.folder().join("municipality.toml")).unwrap();
    assert!(written.starts_with("# Ours\n") && written.contains("recipients = [\"age1") && !written.contains(&secret));
    allting(["check", text(&stage.folder())], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_box_that_is_told_where_makes_a_backup_by_itself_and_keeps_so_many() {
    let stage = Stage::new();
    let (key, target) = (stage.recovery_key(), stage.path("disk"));
    fs::create_dir(&target).unwrap();
    for old in ["allting-20200101T000000.tar.gz.age", "allting-20200102T000000.tar.gz.age", "mine.age"] {
        fs::write(target.join(old), "old").unwrap();
    }
    let file = stage.folder().join("municipality.toml");
    let toml = fs::read_to_string(&file).unwrap() + &format!("folder = {target:?}\nkeep = 2\n");
    fs::write(&file, toml).unwrap();
    let running = run(stage.folder(), stage.data()).await;
    let note = stage.data().join("last-backup.json");
    for _ in 0..600 {
        if note.exists() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    running.stop().await.unwrap();
    let mut names: Vec<String> =
        fs::read_dir(&target).unwrap().map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(
        (names.len(), &*names[0], &*names[2]),
        (3, "allting-20200102T000000.tar.gz.age", "mine.age"),
        "{names:?}"
    );
    let said = allting(["restore", text(&target.join(&names[1])), "--verify", "--key-file", text(&key)], 0);
    assert!(said.contains("A box can start from it"), "{said}");
    let said = allting(["doctor", text(&stage.folder()), "--data", text(&stage.data())], 1);
    assert!(said.contains("ok    backup: the last one is of"), "{said}");
    assert!(said.contains("CARE  staff: nobody can log in as operator"), "{said}");
}
