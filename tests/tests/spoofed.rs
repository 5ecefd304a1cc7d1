//! A machine on the gateways' own network pretends to be a gateway, from its own address and from the gateway's: it gets no downlink,
//! and the devices join all the same. In network namespaces, so it needs root.

use anyhow::{Context, Result, ensure};
use std::fs::File;
use std::net::{IpAddr, SocketAddr, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use std::{env, thread};
use tokio::time::{Instant, sleep};

const BOX: &str = "10.77.0.1";
const GATEWAY: &str = "10.77.0.2";
const ATTACKER: &str = "10.77.0.66";
/// Tells the attacker where the box is.
const TARGET: &str = "ALLTING_TEST_TARGET";
/// A device that heard nothing asks again after twice as long: on a busy machine some ask for minutes.
const PATIENCE: Duration = Duration::from_mins(5);

/// A network of its own: a bridge with the box, and two machines on it. Gone when dropped.
///
/// Its names are the machine's, not the process's: a second run of this test beside the first once took the network down under it. So a
/// run waits until the one before is over; the lock goes with the process that holds it, however that ends.
struct Network {
    _only: File,
}

impl Network {
    /// None where there may be none.
    fn new() -> Option<Self> {
        let only = File::create(env::temp_dir().join("allting-test-network.lock")).ok()?;
        only.lock().ok()?;
        let network = Self { _only: only };
        // What an earlier run left behind goes, which the kernel does behind our back.
        let made = (0..10).any(|tries| {
            thread::sleep(Duration::from_millis(50) * tries);
            Self::make()
        });
        made.then_some(network)
    }

    fn make() -> bool {
        Self::take_down();
        let made = [
            "link add atbr0 type bridge",
            "addr add 10.77.0.1/24 dev atbr0",
            "link set atbr0 up",
            "netns add at-gw",
            "netns add at-bad",
            "link add at-gw type veth peer name eth0 netns at-gw",
            "link add at-bad type veth peer name eth0 netns at-bad",
            "link set at-gw master atbr0 up",
            "link set at-bad master atbr0 up",
            "-n at-gw addr add 10.77.0.2/24 dev eth0",
            "-n at-bad addr add 10.77.0.66/24 dev eth0",
            "-n at-gw link set lo up",
            "-n at-bad link set lo up",
            "-n at-gw link set eth0 up",
            "-n at-bad link set eth0 up",
            // It writes the gateway's address on its datagrams, and does not get those to that address.
            "netns exec at-bad sysctl -qw net.ipv4.conf.all.arp_ignore=1 net.ipv4.conf.all.arp_announce=2",
            "-n at-bad addr add 10.77.0.2/32 dev lo",
        ];
        made.iter().all(|line| ip(line))
    }

    fn take_down() {
        for line in ["netns del at-gw", "netns del at-bad", "link del atbr0"] {
            ip(line);
        }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        Self::take_down();
    }
}

fn ip(line: &str) -> bool {
    let run = Command::new("ip").args(line.split(' ')).stdout(Stdio::null()).stderr(Stdio::null()).status();
    run.is_ok_and(|status| status.success())
}

/// Ends with the test.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "is not a test but the attacker of one, in its own namespace"]
fn attacker() -> Result<()> {
    let Ok(target) = env::var(TARGET) else { return Ok(()) };
    let mut sockets = Vec::new();
    for address in [ATTACKER, GATEWAY] {
        let socket = UdpSocket::bind((address, 0))?;
        socket.connect(&target)?;
        socket.set_nonblocking(true)?;
        sockets.push(socket);
    }
    let mut stolen = 0;
    let until = Instant::now() + Duration::from_secs(20);
    while Instant::now() < until {
        for (socket, last) in sockets.iter().zip([0xf1, 0xf2]).chain(sockets.iter().zip([0xf2, 0xf1])) {
            // PULL_DATA: here I am, send me your downlinks.
            let _ = socket.send(&[2, 7, 7, 2, 0, 0, 0x5e, 0xef, 0x10, 0, 0, last]);
            let mut buffer = [0; 2048];
            while let Ok(length) = socket.recv(&mut buffer) {
                stolen += usize::from(length > 3 && buffer.get(3) == Some(&3));
            }
        }
        thread::sleep(Duration::from_millis(10));
    }
    println!("stolen {stolen}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_pretends_to_be_a_gateway_gets_no_downlink_and_keeps_nobody_from_joining() -> Result<()> {
    let Some(_network) = Network::new() else {
        println!("skipped: spoofed gateway: network namespaces need root and the command `ip`");
        return Ok(());
    };
    let stage = tempfile::tempdir()?;
    let folder = stage.path().join("norsjo");
    town::copy_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/norsjo"), &folder)?;
    let anywhere = SocketAddr::new(BOX.parse::<IpAddr>()?, 0);
    let data = stage.path().join("data");
    let start = allting::Start { folder: folder.clone(), data, listen: Some((anywhere, anywhere)) };
    let running = allting::start(start).await?;

    let target = running.gwmp.to_string();
    let town = env!("CARGO_BIN_EXE_town");
    let folder = folder.to_str().context("a path of letters")?;
    let live =
        ["netns", "exec", "at-gw", town, "live", "--quiet", "--every", "5s", "--folder", folder, "--to", &target];
    let _town = Process(Command::new("ip").args(live).stdout(Stdio::null()).spawn()?);
    let here = || running.radio.newest().unwrap_or_default();
    until("each gateway says where it is", || here().gateways.iter().all(|gateway| gateway.downlink_address.is_some()))
        .await?;
    let exe = env::current_exe()?;
    let attack = Command::new("ip")
        .args(["netns", "exec", "at-bad"])
        .arg(exe)
        .args(["--exact", "attacker", "--ignored", "--nocapture"])
        .env(TARGET, &target)
        .stdout(Stdio::piped())
        .spawn()?;

    // Who has a session heard its join accept.
    until("each device has joined", || here().devices.iter().all(|device| device.link.is_some())).await?;
    let said = tokio::task::spawn_blocking(move || attack.wait_with_output()).await??;
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("stolen 0"), "{said}");
    let report = here();
    assert!(report.rejected.get(&netserver::Rejection::OtherAddress).is_some_and(|count| *count > 50), "{report:?}");
    for gateway in &report.gateways {
        assert_eq!(gateway.downlink_address.map(|address| address.ip()), Some(GATEWAY.parse::<IpAddr>()?));
    }
    running.stop().await
}

async fn until(what: &str, so: impl Fn() -> bool) -> Result<()> {
    let begun = Instant::now();
    while !so() {
        ensure!(begun.elapsed() < PATIENCE, "it did not come about: {what}");
        sleep(Duration::from_millis(200)).await;
    }
    Ok(())
}
