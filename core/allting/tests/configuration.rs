//! A folder that changes while the box runs: what is right is taken in without a restart, what is wrong leaves the box as it was.

#![allow(clippy::unwrap_used, clippy::panic, reason = "test code outside of test functions")]

mod town;

use allting::{Running, Start, start};
use app::{Filing, Standing};
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::UdpSocket;
use tokio::sync::watch;
use tokio::time::timeout;

/// Nothing here takes longer on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

struct Stage {
    folder: TempDir,
    _data: TempDir,
    running: Running,
    standing: watch::Receiver<Standing>,
}

async fn stage() -> Stage {
    let (folder, data) = (town::municipality(&[("door", "elsys", "")]), tempfile::tempdir().unwrap());
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let how = Start { folder: folder.path().into(), data: data.path().into(), listen: Some((any_port, any_port)) };
    let running = start(how).await.unwrap();
    let standing = running.configuration.follow();
    Stage { folder, _data: data, running, standing }
}

impl Stage {
    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// How the box stands to the folder once it has looked at it again.
    async fn looked(&mut self) -> Standing {
        timeout(PATIENCE, self.standing.changed()).await.unwrap().unwrap();
        self.standing.borrow_and_update().clone()
    }

    fn places(&self) -> usize {
        self.running.app.municipality().places.len()
    }
}

const TWO_PLACES: &str = "[[place]]\nid = \"library\"\n\n[[place]]\nid = \"beach\"\nkind = \"bathing_place\"\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_new_place_is_there_without_a_restart() {
    let mut stage = stage().await;
    stage.write("places.toml", TWO_PLACES);
    assert_eq!(stage.looked().await.refused, None);
    assert_eq!(stage.places(), 2);
    stage.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_folder_is_refused_with_the_reason_and_mended_folders_are_taken_in() {
    let mut stage = stage().await;
    stage.write("places.toml", "[[place]]\nid = \"beach\"\n");
    let refused = stage.looked().await.refused.unwrap();
    assert!(refused.faults.iter().any(|told| told.to_string().contains("there is no place `library`")), "{refused:?}");
    assert_eq!(stage.places(), 1, "the box goes on as before");
    assert!(stage.running.app.municipality().place(&model::Slug::new("library").unwrap()).is_some());
    stage.write("places.toml", TWO_PLACES);
    assert_eq!(stage.looked().await.refused, None);
    assert_eq!(stage.places(), 2);
    stage.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_still_being_written_does_no_harm() {
    let mut stage = stage().await;
    for end in (0..TWO_PLACES.len()).step_by(3) {
        stage.write("places.toml", &TWO_PLACES[..end]);
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert_eq!(stage.places(), 1);
    }
    stage.write("places.toml", TWO_PLACES);
    while stage.places() < 2 {
        stage.looked().await;
    }
    assert_eq!(stage.running.configuration.standing().refused, None);
    stage.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_that_was_seen_is_adopted_by_a_line_in_the_folder() {
    let mut stage = stage().await;
    let gateway = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let pull_data = [2, 0, 0, 2, 0, 0, 0x5e, 0xef, 0x10, 0, 0, 0xf1];
    let report = stage.running.radio.clone();
    let heard = |adopted: bool| {
        let report = report.newest().unwrap_or_default();
        if adopted { report.gateways.iter().any(|g| g.last_heard.is_some()) } else { !report.strangers.is_empty() }
    };
    for adopted in [false, true] {
        if adopted {
            stage.write("gateways.toml", "[[gateway]]\neui = \"00005eef100000f1\"\n");
            assert_eq!(stage.looked().await.refused, None);
        }
        timeout(PATIENCE, async {
            while !heard(adopted) {
                gateway.send_to(&pull_data, stage.running.gwmp).await.unwrap();
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        })
        .await
        .unwrap();
    }
    stage.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_address_waits_for_a_restart_and_says_so() {
    let mut stage = stage().await;
    stage.write("municipality.toml", "web_listen = \"127.0.0.1:8099\"\ngwmp_listen = \"127.0.0.1:1799\"\n");
    assert_eq!(stage.looked().await.restart_for, ["web_listen", "gwmp_listen"]);
    stage.running.stop().await.unwrap();
}

/// The file was once opened at a start alone, and who named one later saw the drawn map and no reason.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_map_tiles_that_is_named_later_waits_for_a_restart_and_says_so() {
    let mut stage = stage().await;
    stage.write("municipality.toml", "[map]\ntiles = \"town.pmtiles\"\n");
    assert_eq!(stage.looked().await.restart_for, ["tiles"]);
    stage.running.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_box_writes_is_taken_in_at_once_and_keys_stay_secret() {
    use std::os::unix::fs::PermissionsExt;
    let stage = stage().await;
    let mode = |name: &str| fs::metadata(stage.folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    let keys = fs::read_to_string(stage.folder.path().join("secrets.toml")).unwrap();
    let texts = [("secrets.toml", keys.as_str()), ("places.toml", TWO_PLACES)];
    let texts = texts.map(|(name, text)| (name.to_owned(), text.to_owned())).into_iter().collect();
    stage.running.configuration.write(&texts).unwrap();
    assert_eq!(stage.places(), 2);
    assert_eq!(mode("secrets.toml"), 0o600);
    assert!(left_behind(stage.folder.path()).is_empty());
    stage.running.stop().await.unwrap();
}

fn left_behind(folder: &Path) -> Vec<String> {
    let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "new")).collect()
}
