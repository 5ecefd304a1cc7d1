//! What the network server says to devices, heard by devices that other people wrote, over a real socket and in real time.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use model::{
    Activation, AppKey, AppSKey, CounterRule, DevAddr, DevEui, Device, Downlink, DownlinkId, Gateway, GatewayEui,
    JoinEui, MacVersion, NwkSKey, Timestamp,
};
use netserver::{Action, Change, DownlinkEvent, NetworkServer, Settings};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use town::radio::{Air, Confirm, EndDevice, Memory, Window};

const GATEWAY: GatewayEui = GatewayEui([0xA8, 0, 0, 0, 0, 0, 0, 1]);

/// The network server behind a socket. It keeps nothing: no test here restarts it.
struct Server {
    address: SocketAddr,
    says: mpsc::UnboundedSender<(DevEui, Downlink)>,
    told: mpsc::UnboundedReceiver<Action>,
}

impl Server {
    async fn with(settings: Settings, device: &Device) -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let address = socket.local_addr().unwrap();
        let (says, to_say) = mpsc::unbounded_channel();
        let (tell, told) = mpsc::unbounded_channel();
        let gateway = Gateway { eui: GATEWAY, name: String::new() };
        let server = NetworkServer::new(settings, vec![device.clone()], &[gateway], []);
        tokio::spawn(serve(socket, server, to_say, tell));
        Self { address, says, told }
    }

    /// All that was told of downlinks so far.
    fn news(&mut self) -> Vec<(DownlinkId, DownlinkEvent)> {
        let mut news = Vec::new();
        while let Ok(action) = self.told.try_recv() {
            if let Action::Downlink { id, event, .. } = action {
                news.push((id, event));
            }
        }
        news
    }

    /// The newest delay of RX1 that went to disk.
    fn rx1_delay(&mut self) -> Option<Duration> {
        let mut delay = None;
        while let Ok(action) = self.told.try_recv() {
            if let Action::Persist(Change::Session { session, .. }) = action {
                delay = Some(session.rx1_delay);
            }
        }
        delay
    }
}

async fn serve(
    socket: UdpSocket,
    mut server: NetworkServer,
    mut to_say: mpsc::UnboundedReceiver<(DevEui, Downlink)>,
    tell: mpsc::UnboundedSender<Action>,
) {
    let started = Instant::now();
    let now = || Timestamp::from_seconds(1_800_000_000) + started.elapsed();
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
            Some((dev_eui, downlink)) = to_say.recv() => server.send(now(), dev_eui, downlink).unwrap().1,
        };
        for action in actions {
            match &action {
                Action::Acknowledge { to, bytes } | Action::Transmit { to, bytes } => {
                    socket.send_to(bytes, to).await.unwrap();
                }
                Action::WakeAt(at) => wake = wake.min(Instant::now() + at.since(now())),
                _ => {}
            }
            // The test may be over.
            let _ = tell.send(action);
        }
    }
}

fn device(mac_version: MacVersion, activation: Activation) -> Device {
    let dev_eui = DevEui([0xA8, 0x40, 0x41, 0, 0, 0, 0, 60]);
    Device { dev_eui, mac_version, activation, counter_rule: CounterRule::default() }
}

async fn on_the_air(known: &Device, server: &Server) -> EndDevice {
    let (told, _) = mpsc::unbounded_channel();
    let air = Air::with_gateways(server.address, &[GATEWAY], told).await.unwrap();
    EndDevice::new(known, &air, Memory::default())
}

#[tokio::test]
async fn a_device_gets_what_was_queued_in_order_and_acknowledges_what_was_to_be() {
    let activation = Activation::Otaa { join_eui: JoinEui([7; 8]), app_key: AppKey::new([60; 16]) };
    let known = device(MacVersion::V1_0_4, activation);
    let mut server = Server::with(Settings::default(), &known).await;
    let mut device = on_the_air(&known, &server).await;
    let queue = |payload: &[u8], confirmed| {
        let downlink = Downlink { f_port: 9, payload: payload.to_vec(), confirmed };
        server.says.send((known.dev_eui, downlink)).unwrap();
    };
    queue(b"first", true);
    queue(b"second", false);
    device.join().await.unwrap();
    for payload in [&b"first"[..], b"second"] {
        let received = device.send(5, b"here", Confirm::No).await.unwrap().received.unwrap();
        assert_eq!((received.data, received.window), (Some((9, payload.to_vec())), Window::Rx1));
    }
    device.send(5, b"here", Confirm::No).await.unwrap();
    let sent = DownlinkEvent::Sent { gateway: GATEWAY };
    let expect = [(0, sent), (0, DownlinkEvent::Acknowledged), (1, sent)];
    assert_eq!(server.news(), expect.map(|(id, event)| (DownlinkId(id), event)));
}

#[tokio::test]
async fn a_device_without_a_join_follows_the_delay_of_the_town() {
    let activation = Activation::Abp {
        dev_addr: DevAddr(0x0123_4560),
        nwk_s_key: NwkSKey::new([60; 16]),
        app_s_key: AppSKey::new([61; 16]),
    };
    let known = device(MacVersion::V1_0_2, activation);
    let settings = Settings { rx1_delay: Duration::from_secs(2), ..Settings::default() };
    let mut server = Server::with(settings, &known).await;
    let mut device = on_the_air(&known, &server).await;
    let mut waited = Vec::new();
    for _ in 0..3 {
        let began = Instant::now();
        let received = device.send(5, b"here", Confirm::Yes).await.unwrap().received;
        let received = received.unwrap_or_else(|| panic!("not heard after {waited:?}"));
        assert_eq!((received.acknowledges, received.window), (true, Window::Rx1));
        waited.push(began.elapsed().as_secs());
    }
    assert_eq!(waited, [1, 2, 2]);
    assert_eq!(server.rx1_delay(), Some(Duration::from_secs(2)));
}
