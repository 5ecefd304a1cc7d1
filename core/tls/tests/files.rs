//! Certificates that somebody else renews, and what goes wrong when they do.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code outside of test functions")]

use model::Timestamp;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tls::{Keeper, Plan, Source, WATCH_EVERY};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// 2026-09-21.
const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

/// A certificate of this name and its key, both as PEM.
fn issued(name: &str, until_year: i32) -> (String, String) {
    let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
    params.not_before = date_time_ymd(2020, 1, 1);
    params.not_after = date_time_ymd(until_year, 1, 1);
    let key = KeyPair::generate().unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

/// A keeper that follows two files.
struct Stage {
    folder: TempDir,
    keeper: Arc<Keeper>,
    stop: watch::Sender<bool>,
    running: JoinHandle<()>,
}

impl Stage {
    fn with(certificate: &str, key: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), certificate, key);
        let plan = Plan {
            folder: folder.path().join("data"),
            local: vec!["allting.local".into()],
            source: Source::Files { certificate: folder.path().join("chain.pem"), key: folder.path().join("key.pem") },
        };
        let keeper = Keeper::open(plan, NOW).unwrap();
        let (stop, stopped) = watch::channel(false);
        let running = tokio::spawn(Arc::clone(&keeper).run(Arc::new(|| NOW), stopped));
        Self { folder, keeper, stop, running }
    }

    /// Puts files there and waits until they were looked at twice.
    async fn put(&self, certificate: &str, key: &str) {
        write(self.folder.path(), certificate, key);
        tokio::time::sleep(WATCH_EVERY * 3).await;
    }

    fn names(&self) -> Vec<String> {
        self.keeper.report().trusted.map(|certificate| certificate.names).unwrap_or_default()
    }

    fn problem(&self) -> String {
        self.keeper.worry(NOW).unwrap_or_default()
    }

    async fn end(self) {
        self.stop.send(true).unwrap();
        self.running.await.unwrap();
    }
}

fn write(folder: &Path, certificate: &str, key: &str) {
    fs::write(folder.join("chain.pem"), certificate).unwrap();
    fs::write(folder.join("key.pem"), key).unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_renewed_certificate_is_taken_in_without_a_restart() {
    let ((first, first_key), (second, second_key)) = (issued("one.example", 2030), issued("two.example", 2030));
    let stage = Stage::with(&first, &first_key);
    assert_eq!((stage.names(), stage.problem()), (vec!["one.example".to_owned()], String::new()));
    assert!(stage.keeper.is_trusted_for("ONE.example.") && !stage.keeper.is_trusted_for("two.example"));
    stage.put(&second, &second_key).await;
    assert_eq!((stage.names(), stage.problem()), (vec!["two.example".to_owned()], String::new()));
    stage.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_wrong_file_is_refused_with_the_reason_while_the_old_certificate_stays() {
    let ((good, good_key), (_, other_key)) = (issued("one.example", 2030), issued("one.example", 2030));
    let (expired, expired_key) = issued("one.example", 2021);
    let cases = [
        (good.as_str(), other_key.as_str(), "does not belong to the certificate"),
        (&expired, &expired_key, "expired at 2021-01-01"),
        (&good[..good.len() / 2], &good_key, "no whole certificate"),
        (&good, &good_key[..good_key.len() / 2], "no whole private key"),
        ("", "", "no whole certificate"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", &good_key, "cannot be read"),
        (&good_key, &good, "no whole certificate"),
    ];
    let stage = Stage::with(&good, &good_key);
    let shown = stage.keeper.report().trusted;
    for (certificate, key, reason) in cases {
        stage.put(certificate, key).await;
        assert!(stage.problem().contains(reason), "`{}` does not say `{reason}`", stage.problem());
        assert!(stage.problem().ends_with("the one before is shown"), "{}", stage.problem());
        assert_eq!(stage.keeper.report().trusted, shown);
    }
    fs::remove_file(stage.folder.path().join("key.pem")).unwrap();
    tokio::time::sleep(WATCH_EVERY * 3).await;
    assert!(stage.problem().contains("key.pem cannot be read"), "{}", stage.problem());
    stage.put(&good, &good_key).await;
    assert_eq!(stage.problem(), "", "all is well again");
    stage.end().await;
}

#[tokio::test(start_paused = true)]
async fn a_box_whose_files_are_wrong_from_the_start_shows_its_own_certificate() {
    let stage = Stage::with("", "");
    assert!(stage.problem().ends_with("the box's own is shown"), "{}", stage.problem());
    assert!(!stage.keeper.is_trusted_for("allting.local"));
    stage.end().await;
}

#[tokio::test(start_paused = true)]
async fn staff_are_told_two_weeks_before_a_certificate_ends() {
    let (certificate, key) = issued("one.example", 2027);
    let stage = Stage::with(&certificate, &key);
    let end = stage.keeper.report().trusted.unwrap().until;
    assert_eq!(stage.keeper.worry(end - Duration::from_hours(15 * 24)), None);
    assert!(stage.keeper.worry(end - Duration::from_hours(13 * 24)).unwrap().contains("ends at 2027-01-01"));
    stage.end().await;
}

#[test]
fn the_certificate_of_the_box_itself_stays_the_same_until_its_name_changes_or_it_is_damaged() {
    let folder = tempfile::tempdir().unwrap();
    let kept = |name: &str| {
        let plan = Plan { folder: folder.path().join("tls"), local: vec![name.to_owned()], source: Source::Own };
        Keeper::open(plan, NOW).unwrap().report().own.fingerprint
    };
    let first = kept("allting.local");
    assert_eq!(first, kept("allting.local"));
    assert_eq!(Some(&first), tls::kept_fingerprint(&folder.path().join("tls")).as_ref());
    assert_eq!(first.len(), 95, "32 bytes as AB:CD:...: {first}");
    let second = kept("library.local");
    assert_ne!(first, second);
    fs::write(folder.path().join("tls/own.pem"), "-----BEGIN CERT").unwrap();
    assert_ne!(second, kept("library.local"));
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &fs::metadata(folder.path().join("tls/own.pem")).unwrap().permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
}
