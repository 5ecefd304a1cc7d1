//! Who may speak as a gateway, and where its downlinks go. GWMP has no authentication: an EUI is only a claim.

use crate::clock::{Now, Uptime};
use crate::duty_cycle::{Emission, Transmitter};
use crate::rate::{Bucket, Sources};
use crate::report::{GatewayReport, GatewayStat, Stranger};
use crate::{Rejection, Settings};
use model::{Gateway, GatewayEui, Timestamp};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// Strangers shown to staff. More than this is an attack; those silent longest are forgotten.
const STRANGERS_MAX: usize = 64;

/// A gateway that missed this many keepalives is gone, and may come back from another address.
const KEEPALIVES_MISSED_MAX: u32 = 3;

/// A port that said so within this many keepalives is where a gateway takes downlinks.
const PATH_KEEPALIVES: u32 = 2;

/// Where a gateway takes downlinks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DownlinkPath {
    pub(crate) to: SocketAddr,
    pub(crate) version: u8,
}

#[derive(Debug)]
struct Known {
    /// The machine that speaks for it, and when it last did. All its ports are believed: forwarders use two.
    home: Option<(IpAddr, Uptime)>,
    /// Where it takes downlinks, and when it last said so.
    path: Option<(DownlinkPath, Uptime)>,
    bucket: Bucket,
    last_heard: Option<Timestamp>,
    received: u64,
    downlinks: u64,
    stat: Option<GatewayStat>,
    transmitter: Transmitter,
}

/// All gateways, adopted and not.
#[derive(Debug)]
pub(crate) struct Gateways {
    known: BTreeMap<GatewayEui, Known>,
    strangers: BTreeMap<GatewayEui, Stranger>,
    sources: Sources,
    keepalive: Duration,
    silence_max: Duration,
    gateway_rate: u32,
}

impl Gateways {
    pub(crate) fn new(settings: &Settings, gateways: &[Gateway]) -> Self {
        let mut all = Self {
            known: BTreeMap::new(),
            strangers: BTreeMap::new(),
            sources: Sources::new(settings.stranger_rate),
            keepalive: settings.keepalive,
            silence_max: settings.keepalive * KEEPALIVES_MISSED_MAX,
            gateway_rate: settings.gateway_rate,
        };
        all.adopt(gateways);
        all
    }

    /// Makes exactly these the adopted ones; those that stay keep their address.
    pub(crate) fn adopt(&mut self, gateways: &[Gateway]) {
        self.known.retain(|eui, _| gateways.iter().any(|g| g.eui == *eui));
        for Gateway { eui, .. } in gateways {
            self.strangers.remove(eui);
            self.known.entry(*eui).or_insert_with(|| Known {
                home: None,
                path: None,
                bucket: Bucket::full(Uptime::default(), self.gateway_rate),
                last_heard: None,
                received: 0,
                downlinks: 0,
                stat: None,
                transmitter: Transmitter::default(),
            });
        }
    }

    /// May this datagram speak for this gateway?
    pub(crate) fn check_speaker(&mut self, now: Now, eui: GatewayEui, from: SocketAddr) -> Result<(), Rejection> {
        let Some(known) = self.known.get_mut(&eui) else {
            self.check_stranger(now, from)?;
            self.remember_stranger(now, eui, from);
            return Err(Rejection::UnknownGateway);
        };
        if let Some((ip, heard)) = known.home
            && ip != from.ip()
            && now.uptime.since(heard) <= self.silence_max
        {
            self.check_stranger(now, from)?;
            return Err(Rejection::OtherAddress);
        }
        if !known.bucket.allows(now.uptime, self.gateway_rate) {
            return Err(Rejection::RateLimited);
        }
        known.home = Some((from.ip(), now.uptime));
        known.last_heard = Some(now.wall);
        Ok(())
    }

    /// May a machine that is no gateway of ours take up our time?
    pub(crate) fn check_stranger(&mut self, now: Now, from: SocketAddr) -> Result<(), Rejection> {
        let allowed = self.sources.allows(now.uptime, from.ip());
        if allowed { Ok(()) } else { Err(Rejection::RateLimited) }
    }

    /// The gateway says where it takes downlinks. Whoever writes its address on a datagram could say so too, so a port that still
    /// speaks keeps them; a forwarder that was started again is believed when its old port missed a keepalive.
    pub(crate) fn open_path(&mut self, now: Uptime, eui: GatewayEui, path: DownlinkPath) {
        let patience = self.keepalive * PATH_KEEPALIVES;
        if let Some(known) = self.known.get_mut(&eui) {
            let is_taken = |(other, said): (DownlinkPath, Uptime)| other.to != path.to && now.since(said) <= patience;
            if !known.path.is_some_and(is_taken) {
                known.path = Some((path, now));
            }
        }
    }

    pub(crate) fn path(&self, eui: GatewayEui) -> Option<DownlinkPath> {
        self.known.get(&eui)?.path.map(|(path, _)| path)
    }

    /// How many gateways are on the air now.
    pub(crate) fn live(&self, now: Uptime) -> usize {
        let live = |known: &&Known| known.home.is_some_and(|(_, heard)| now.since(heard) <= self.silence_max);
        self.known.values().filter(live).count()
    }

    pub(crate) fn note_push(&mut self, eui: GatewayEui, packets: usize, stat: Option<GatewayStat>) {
        if let Some(known) = self.known.get_mut(&eui) {
            known.received += u64::try_from(packets).unwrap_or(u64::MAX);
            known.stat = stat.or(known.stat.take());
        }
    }

    /// May and can this gateway send this?
    pub(crate) fn check_emission(
        &mut self,
        now: Uptime,
        eui: GatewayEui,
        emission: &Emission,
    ) -> Result<(), Rejection> {
        self.known.get_mut(&eui).ok_or(Rejection::NoDownlinkPath)?.transmitter.check(now, emission)
    }

    pub(crate) fn note_downlink(&mut self, now: Uptime, eui: GatewayEui, emission: Emission) {
        if let Some(known) = self.known.get_mut(&eui) {
            known.downlinks += 1;
            known.transmitter.take(now, emission);
        }
    }

    /// It was refused: it is not on the air.
    pub(crate) fn note_refusal(&mut self, eui: GatewayEui, emission: &Emission) {
        if let Some(known) = self.known.get_mut(&eui) {
            known.transmitter.give_back(emission);
        }
    }

    pub(crate) fn report(&self, now: Uptime) -> (Vec<GatewayReport>, Vec<Stranger>) {
        let gateways = self.known.iter().map(|(eui, known)| GatewayReport {
            eui: *eui,
            downlink_address: known.path.map(|(path, _)| path.to),
            last_heard: known.last_heard,
            received: known.received,
            downlinks: known.downlinks,
            stat: known.stat.clone(),
            bands: known.transmitter.report(now),
        });
        (gateways.collect(), self.strangers.values().cloned().collect())
    }

    fn remember_stranger(&mut self, now: Now, eui: GatewayEui, address: SocketAddr) {
        if self.strangers.len() >= STRANGERS_MAX && !self.strangers.contains_key(&eui) {
            let silent_longest = self.strangers.values().min_by_key(|s| s.last_seen).map(|s| s.eui);
            silent_longest.and_then(|eui| self.strangers.remove(&eui));
        }
        let first = Stranger { eui, address, first_seen: now.wall, last_seen: now.wall, datagrams: 0 };
        let stranger = self.strangers.entry(eui).or_insert(first);
        (stranger.address, stranger.last_seen) = (address, now.wall);
        stranger.datagrams += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Clock;

    const OURS: GatewayEui = GatewayEui([1; 8]);

    struct Desk {
        gateways: Gateways,
        clock: Clock,
    }

    impl Desk {
        fn new() -> Self {
            let ours = Gateway { eui: OURS, name: "roof".to_owned() };
            Self { gateways: Gateways::new(&Settings::default(), &[ours]), clock: Clock::default() }
        }

        fn hears(&mut self, second: i64, eui: GatewayEui, from: &str) -> Result<(), Rejection> {
            let now = self.clock.read(Timestamp::from_seconds(second));
            self.gateways.check_speaker(now, eui, from.parse().unwrap())
        }
    }

    #[test]
    fn a_gateway_may_use_two_ports_of_its_machine() {
        let mut desk = Desk::new();
        assert_eq!(desk.hears(0, OURS, "10.0.0.2:40001"), Ok(()));
        assert_eq!(desk.hears(1, OURS, "10.0.0.2:40002"), Ok(()));
    }

    #[test]
    fn another_machine_cannot_speak_for_a_gateway_that_is_on_the_air() {
        let mut desk = Desk::new();
        desk.hears(0, OURS, "10.0.0.2:1700").unwrap();
        for second in 1..=30 {
            assert_eq!(desk.hears(second, OURS, "10.0.0.66:1700"), Err(Rejection::OtherAddress));
        }
    }

    #[test]
    fn a_gateway_that_was_silent_may_come_back_from_a_new_address() {
        let mut desk = Desk::new();
        desk.hears(0, OURS, "10.0.0.2:1700").unwrap();
        assert_eq!(desk.hears(31, OURS, "10.0.0.3:1700"), Ok(()));
        assert_eq!(desk.hears(32, OURS, "10.0.0.2:1700"), Err(Rejection::OtherAddress));
    }

    #[test]
    fn a_forged_datagram_from_the_gateways_own_address_does_not_divert_its_downlinks() {
        let mut desk = Desk::new();
        let mut says = |second, port: u16| {
            desk.hears(second, OURS, &format!("10.0.0.2:{port}")).unwrap();
            let path = DownlinkPath { to: ([10, 0, 0, 2], port).into(), version: 2 };
            desk.gateways.open_path(desk.clock.uptime(), OURS, path);
            desk.gateways.path(OURS).unwrap().to.port()
        };
        assert_eq!(says(0, 40_001), 40_001);
        for second in 1..60 {
            assert_eq!(says(second, 6_666), 40_001, "{second}");
            if second % 10 == 0 {
                says(second, 40_001);
            }
        }
        assert_eq!(says(71, 40_002), 40_002, "it was started again");
    }

    #[test]
    fn a_stranger_is_listed_and_the_list_has_an_end() {
        let mut desk = Desk::new();
        for n in 0..=255 {
            let from = format!("10.0.0.{n}:1700");
            assert_eq!(desk.hears(n.into(), GatewayEui([n; 8]), &from).is_ok(), n == 1);
        }
        let (known, strangers) = desk.gateways.report(Uptime::default());
        assert_eq!((known.len(), strangers.len()), (1, STRANGERS_MAX));
        assert_eq!(strangers.last().unwrap().eui, GatewayEui([255; 8]));
    }

    #[test]
    fn an_adopted_stranger_is_one_no_more() {
        let mut desk = Desk::new();
        let other = GatewayEui([2; 8]);
        assert_eq!(desk.hears(0, other, "10.0.0.9:1700"), Err(Rejection::UnknownGateway));
        desk.gateways.adopt(&[Gateway { eui: other, name: "mast".to_owned() }]);
        assert_eq!(desk.hears(1, other, "10.0.0.9:1700"), Ok(()));
        assert_eq!(desk.hears(1, OURS, "10.0.0.2:1700"), Err(Rejection::UnknownGateway));
        assert_eq!(desk.gateways.report(Uptime::default()).1.len(), 1);
    }

    #[test]
    fn a_flood_from_a_stranger_does_not_silence_a_gateway_on_the_same_machine() {
        let mut desk = Desk::new();
        desk.hears(0, OURS, "127.0.0.1:1").unwrap();
        let flood = (0..5_000).map(|_| desk.hears(0, GatewayEui([9; 8]), "127.0.0.1:2"));
        let stopped = flood.filter(|result| *result == Err(Rejection::RateLimited)).count();
        assert!(stopped > 4_900, "{stopped}");
        assert_eq!(desk.hears(0, OURS, "127.0.0.1:1"), Ok(()));
    }
}
