//! The network server of the box against devices and gateways that other people wrote: `lorawan-device` makes the frames,
//! `semtech-udp` carries them, over a real socket and in real time.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "a test fails by panicking"
)]

use model::{
    Activation, AppKey, AppSKey, CounterRule, DevAddr, DevEui, Device, DeviceState, Gateway, GatewayEui, JoinEui,
    MacVersion, NwkSKey, Reception, Timestamp, Uplink,
};
use netserver::{Action, Change, NetworkServer, Rejection, Settings};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout};
use town::live::{Event, Live, Pace};
use town::radio::{Air, Confirm, EndDevice, GatewayEvent, Joined, Memory, Sent, Window};

const GATEWAYS: [GatewayEui; 2] = [GatewayEui([0xA8, 0, 0, 0, 0, 0, 0, 1]), GatewayEui([0xA8, 0, 0, 0, 0, 0, 0, 2])];
/// Answers take turns on the air: a join accept at SF9 takes 0.3 s.
const TURN: Duration = Duration::from_millis(500);

/// The sans-IO network server behind a socket: what `allting` does, in its dullest form.
struct Server {
    address: SocketAddr,
    log: Arc<Mutex<Vec<Action>>>,
    restart: mpsc::UnboundedSender<()>,
}

impl Server {
    async fn with(devices: Vec<Device>) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let (address, log) = (socket.local_addr().unwrap(), Arc::default());
        let (restart, restarts) = mpsc::unbounded_channel();
        tokio::spawn(serve(socket, devices, Arc::clone(&log), restarts));
        Self { address, log, restart }
    }

    /// Forgets all that was not persisted.
    fn restart(&self) {
        self.restart.send(()).unwrap();
    }

    fn uplinks(&self) -> Vec<Uplink> {
        let log = self.log.lock().unwrap();
        log.iter()
            .filter_map(|action| if let Action::Uplink(uplink) = action { Some(uplink.clone()) } else { None })
            .collect()
    }

    /// All hearings of one uplink, the first with it and the later ones after it.
    fn receptions(&self, of: &Uplink) -> Vec<Reception> {
        let mut all = of.receptions.clone();
        for action in self.log.lock().unwrap().iter() {
            if let Action::Reception { dev_eui, f_cnt, reception } = action
                && (*dev_eui, *f_cnt) == (of.dev_eui, of.f_cnt)
            {
                all.push(reception.clone());
            }
        }
        all
    }

    fn rejections(&self) -> Vec<Rejection> {
        let log = self.log.lock().unwrap();
        log.iter()
            .filter_map(|action| if let Action::Rejected { why, .. } = action { Some(*why) } else { None })
            .collect()
    }
}

async fn serve(
    socket: UdpSocket,
    devices: Vec<Device>,
    log: Arc<Mutex<Vec<Action>>>,
    mut restarts: mpsc::UnboundedReceiver<()>,
) {
    let started = Instant::now();
    let now = || Timestamp::from_seconds(1_800_000_000) + started.elapsed();
    let gateways = GATEWAYS.map(|eui| Gateway { eui, name: eui.to_string() });
    let mut disk: BTreeMap<DevEui, DeviceState> = BTreeMap::new();
    let switched_on = |disk| NetworkServer::new(Settings::default(), devices.clone(), &gateways, disk);
    let mut server = switched_on(disk.clone());
    let mut wake = started + Duration::from_hours(1);
    let mut buffer = [0; 4096];
    loop {
        let actions = tokio::select! {
            received = socket.recv_from(&mut buffer) => {
                let (length, from) = received.unwrap();
                server.datagram(now(), from, &buffer[..length])
            }
            () = sleep_until(wake) => {
                wake = Instant::now() + Duration::from_hours(1);
                server.wake(now())
            }
            Some(()) = restarts.recv() => {
                server = switched_on(disk.clone());
                Vec::new()
            }
        };
        for action in actions {
            match &action {
                Action::Acknowledge { to, bytes } | Action::Transmit { to, bytes } => {
                    socket.send_to(bytes, to).await.unwrap();
                }
                Action::Persist(Change::Device { dev_eui, state }) => {
                    disk.insert(*dev_eui, state.clone());
                }
                Action::Persist(Change::Session { dev_eui, session }) => {
                    disk.entry(*dev_eui).or_default().session = Some(session.clone());
                }
                Action::WakeAt(at) => wake = wake.min(Instant::now() + at.since(now())),
                _ => {}
            }
            log.lock().unwrap().push(action);
        }
    }
}

fn otaa(number: u8, mac_version: MacVersion) -> Device {
    let activation =
        Activation::Otaa { join_eui: JoinEui([0x70, 0xB3, 0xD5, 0, 0, 0, 0, 7]), app_key: AppKey::new([number; 16]) };
    let dev_eui = DevEui([0xA8, 0x40, 0x41, 0, 0, 0, 0, number]);
    Device { dev_eui, mac_version, activation, counter_rule: CounterRule::default() }
}

fn abp(number: u8) -> Device {
    let activation = Activation::Abp {
        dev_addr: DevAddr(0x0123_4500 + u32::from(number)),
        nwk_s_key: NwkSKey::new([number; 16]),
        app_s_key: AppSKey::new([0xFF - number; 16]),
    };
    Device { activation, ..otaa(number, MacVersion::V1_0_2) }
}

async fn air(server: &Server) -> (Air, mpsc::UnboundedReceiver<GatewayEvent>) {
    let (told, events) = mpsc::unbounded_channel();
    (Air::with_gateways(server.address, &GATEWAYS, told).await.unwrap(), events)
}

/// What one device lived through.
struct Life {
    dev_eui: DevEui,
    joined: Option<Joined>,
    /// Its uplinks: payload, whether it asked for an acknowledgement, and what came of it.
    sent: Vec<(Vec<u8>, Confirm, Sent)>,
}

/// Joins in its turn, and sends two uplinks in its turn: one to be forgotten, one to be acknowledged.
async fn live(mut device: EndDevice, turn: u32, turns: u32) -> Life {
    let born = Instant::now();
    sleep_until(born + TURN * turn).await;
    let joined = device.join().await;
    sleep_until(born + TURN * (turns + turn) + Duration::from_secs(6)).await;
    let mut sent = Vec::new();
    for confirm in [Confirm::No, Confirm::Yes] {
        let payload = vec![turn as u8; 3 + turn as usize];
        if let Ok(what) = device.send(5, &payload, confirm).await {
            sent.push((payload, confirm, what));
        }
    }
    Life { dev_eui: device.dev_eui(), joined, sent }
}

async fn live_all(devices: &[Device], air: &Air) -> Vec<Life> {
    let turns = devices.len() as u32;
    let devices = devices.iter().map(|device| EndDevice::new(device, air, Memory::default()));
    let lives: JoinSet<Life> = devices.zip(0..).map(|(device, turn)| live(device, turn, turns)).collect();
    lives.join_all().await
}

#[tokio::test]
async fn twelve_devices_join_and_are_heard_and_acknowledged() {
    let devices: Vec<Device> = (0..12)
        .map(|number| match number % 3 {
            0 => otaa(number, MacVersion::V1_0_3),
            1 => otaa(number, MacVersion::V1_0_4),
            _ => abp(number),
        })
        .collect();
    let server = Server::with(devices.clone()).await;
    let (air, mut events) = air(&server).await;
    let lives = live_all(&devices, &air).await;

    let uplinks = server.uplinks();
    for life in &lives {
        let joined = life.joined.unwrap_or_else(|| panic!("{} did not join: {:?}", life.dev_eui, server.rejections()));
        let device = devices.iter().find(|device| device.dev_eui == life.dev_eui).unwrap();
        let window = matches!(device.activation, Activation::Otaa { .. }).then_some(Window::Rx1);
        assert_eq!(joined.window, window, "{}", life.dev_eui);
        for ((payload, confirm, sent), f_cnt) in life.sent.iter().zip(0..) {
            let heard: Vec<_> = uplinks.iter().filter(|up| (up.dev_eui, up.f_cnt) == (life.dev_eui, f_cnt)).collect();
            let [uplink] = heard[..] else { panic!("{} {f_cnt}: {heard:?} for {:02x?}", life.dev_eui, sent.frame) };
            assert_eq!((sent.f_cnt, uplink.f_port), (f_cnt, Some(5)));
            assert_eq!(uplink.frm_payload, *payload);
            assert_eq!((uplink.dev_addr, uplink.confirmed), (joined.dev_addr, *confirm == Confirm::Yes));
            let receptions = server.receptions(uplink);
            let mut heard_by: Vec<_> = receptions.iter().map(|r| (r.gateway, r.snr_db.unwrap())).collect();
            heard_by.sort_by_key(|(gateway, _)| *gateway);
            let mut in_reach = air.hears(life.dev_eui);
            in_reach.sort_by_key(|(gateway, _)| *gateway);
            assert_eq!(heard_by, in_reach, "{}", life.dev_eui);
            if *confirm == Confirm::Yes {
                let received = sent.received.as_ref().unwrap_or_else(|| panic!("{}: no answer", life.dev_eui));
                assert_eq!((received.acknowledges, received.window), (true, Window::Rx1), "{}", life.dev_eui);
            }
        }
    }
    assert_eq!(uplinks.len(), 24);
    let told_when_joining = |uplink: &&Uplink| (867_100_000..=867_900_000).contains(&uplink.frequency_hz);
    assert!(
        uplinks.iter().filter(told_when_joining).count() > 2,
        "the devices learned the channels of the join accept"
    );
    assert!(lives.iter().any(|life| air.hears(life.dev_eui).len() == 2));
    let unwanted: Vec<_> = server.rejections().into_iter().filter(|why| *why != Rejection::Duplicate).collect();
    assert_eq!(unwanted, [], "the server understood every datagram");
    while let Ok(event) = events.try_recv() {
        assert!(matches!(event, GatewayEvent::Sends { .. }), "{event}: {event:02x?}");
    }
}

/// The whole town of the example, as the demo starts it.
#[tokio::test]
async fn the_example_town_is_alive_within_seconds() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/norsjo");
    let mut town = town::municipality(&folder).unwrap();
    town.gateways = GATEWAYS.map(|eui| Gateway { eui, name: eui.to_string() }).into();
    let server = Server::with(town.sensors.iter().map(|sensor| sensor.device.clone()).collect()).await;
    let pace =
        Pace { to: server.address, every: Duration::from_secs(20), now: || Timestamp::from_seconds(1_770_220_800) };
    let mut live = Live::start(&town, pace, BTreeMap::new()).await.unwrap();
    let mut told = Vec::new();
    let mut reported = BTreeMap::new();
    while reported.len() < town.sensors.len() {
        let event =
            timeout(Duration::from_secs(30), live.next()).await.unwrap_or_else(|_| panic!("{told:#?}")).unwrap();
        if let Event::Reported { sensor, payload, sent, .. } = &event {
            reported.entry(sensor.clone()).or_insert((payload.clone(), sent.f_cnt));
        }
        told.push(event.to_string());
    }
    for sensor in &town.sensors {
        let (payload, f_cnt) = &reported[&sensor.id];
        let uplinks = server.uplinks();
        let uplink = uplinks.iter().find(|up| (up.dev_eui, up.f_cnt) == (sensor.device.dev_eui, *f_cnt)).unwrap();
        assert_eq!(uplink.frm_payload, *payload, "{}", sensor.id);
    }
    assert_eq!(live.memories().len(), town.sensors.len());
}

#[tokio::test]
async fn a_session_outlives_a_restart_of_the_box() {
    let known = otaa(40, MacVersion::V1_0_4);
    let server = Server::with(vec![known.clone()]).await;
    let (air, _events) = air(&server).await;
    let mut device = EndDevice::new(&known, &air, Memory::default());
    assert!(device.join().await.is_some());
    let acknowledged = async |device: &mut EndDevice| {
        let sent = device.send(7, b"here", Confirm::Yes).await.unwrap();
        sent.received.is_some_and(|received| received.acknowledges)
    };
    assert!(acknowledged(&mut device).await);
    server.restart();
    // A gateway says where it is each 10 s, and until then the box can hear and not answer.
    let mut tries = 1;
    while !acknowledged(&mut device).await {
        tries += 1;
        assert!(tries < 8, "{:?}", server.rejections());
    }
    let counters: Vec<u32> = server.uplinks().iter().map(|uplink| uplink.f_cnt).collect();
    assert_eq!(counters, (0..=tries).collect::<Vec<u32>>(), "each was heard, also those that were not answered");
}

#[tokio::test]
async fn a_device_joins_again_and_its_old_session_is_over() {
    let known = otaa(41, MacVersion::V1_0_3);
    let server = Server::with(vec![known.clone()]).await;
    let (air, _events) = air(&server).await;
    let mut device = EndDevice::new(&known, &air, Memory::default());
    let first = device.join().await.unwrap();
    device.send(1, b"old", Confirm::No).await.unwrap();
    let second = device.join().await.unwrap();
    assert_ne!(first.dev_addr, second.dev_addr);
    let sent = device.send(1, b"new", Confirm::Yes).await.unwrap();
    assert_eq!((sent.f_cnt, sent.received.map(|received| received.acknowledges)), (0, Some(true)));
    let said: Vec<_> = server.uplinks().into_iter().map(|uplink| (uplink.dev_addr, uplink.frm_payload)).collect();
    assert_eq!(said, [(first.dev_addr, b"old".to_vec()), (second.dev_addr, b"new".to_vec())]);
}

#[tokio::test]
async fn a_device_with_another_key_is_told_nothing() {
    let server = Server::with(vec![otaa(42, MacVersion::V1_0_3)]).await;
    let (air, mut events) = air(&server).await;
    let mut stranger = otaa(42, MacVersion::V1_0_3);
    stranger.activation = otaa(43, MacVersion::V1_0_3).activation;
    assert_eq!(EndDevice::new(&stranger, &air, Memory::default()).join().await, None);
    assert!(server.rejections().contains(&Rejection::WrongMic));
    assert!(events.try_recv().is_err(), "nothing was sent");
}
