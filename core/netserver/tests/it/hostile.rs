use crate::simulated::*;
use netserver::Rejection;

/// Xorshift: the same noise in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(n).unwrap()).unwrap()
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next().to_le_bytes()[0]).collect()
    }
}

fn town() -> (Town, Sensor) {
    let sensor = Sensor::personalized();
    (Town::new(&[ROOF], &[sensor.device()]), sensor)
}

#[track_caller]
fn still_works(mut town: Town, sensor: &Sensor) {
    assert_eq!(uplinks(&town.hears(&ROOF, 7.0, &sensor.unconfirmed(9_999, b"alive"))).len(), 1);
}

#[test]
fn random_datagrams_never_panic() {
    let (mut town, sensor) = town();
    let mut noise = Noise(0x5eed);
    for n in 0..200_000 {
        let length = noise.below(80);
        let mut bytes = noise.bytes(length);
        // Half of them get past the header.
        if n % 2 == 0 && length >= 12 {
            bytes[0] = 2;
            bytes[3] = [0, 2, 5][noise.below(3)];
            bytes[4..12].copy_from_slice(&ROOF.eui.0);
        }
        town.passes(1);
        let actions = town.from(ROOF.address, &bytes);
        assert!(uplinks(&actions).is_empty() && downlinks(&actions).is_empty());
    }
    still_works(town, &sensor);
}

#[test]
fn random_frames_never_panic_and_never_get_in() {
    let (mut town, sensor) = town();
    let mut noise = Noise(0xf00d);
    for _ in 0..50_000 {
        let length = noise.below(64);
        let mut frame = noise.bytes(length);
        // Half of them carry the address of the device.
        if length >= 12 && noise.below(2) == 0 {
            frame[0] = [0x40, 0x80][noise.below(2)];
            frame[1..5].copy_from_slice(&sensor.dev_addr.0.to_le_bytes());
        }
        town.passes(1);
        let actions = town.hears(&ROOF, 7.0, &frame);
        assert!(uplinks(&actions).is_empty() && downlinks(&actions).is_empty());
    }
    still_works(town, &sensor);
}

#[test]
fn mutated_datagrams_never_panic_and_never_forge_an_uplink() {
    let (mut town, sensor) = town();
    let mut noise = Noise(0xcafe);
    let frame = sensor.confirmed(1, b"payload");
    let good = ROOF.datagram(0, &format!(r#"{{"rxpk":[{}],"stat":{{"rxnb":1}}}}"#, ROOF.rxpk(7.0, &frame)));
    for _ in 0..100_000 {
        let mut bad = good.clone();
        for _ in 0..=noise.below(4) {
            let at = noise.below(bad.len());
            match noise.below(3) {
                0 => bad[at] = noise.next().to_le_bytes()[0],
                1 => bad.truncate(at.max(1)),
                _ => bad.insert(at, b"\"{}[],:\\09-"[noise.below(10)]),
            }
        }
        town.passes(1);
        for uplink in uplinks(&town.from(ROOF.address, &bad)) {
            assert_eq!((uplink.f_cnt, uplink.frm_payload.as_slice()), (1, &b"payload"[..]));
        }
    }
    still_works(town, &sensor);
}

/// Even a device that has gone mad, with the right keys, asks, answers and acknowledges what it likes.
#[test]
fn a_device_that_says_anything_at_all_never_panics_the_server_and_is_still_heard() {
    let (mut town, sensor) = town();
    let mut noise = Noise(0xadd);
    for f_cnt in 0..9_000 {
        let length = noise.below(16);
        let said = Sensor {
            f_opts: noise.bytes(length).iter().map(|byte| byte & 0x0f).collect(),
            adr: noise.below(2) == 0,
            ack: noise.below(2) == 0,
            ..sensor.clone()
        };
        let downlink = model::Downlink { f_port: 1, payload: noise.bytes(9), confirmed: noise.below(2) == 0 };
        let _ = town.server.send(town.now, DOOR, downlink);
        town.passes(5_000);
        let frame = if noise.below(4) == 0 {
            let commands = noise.bytes(40);
            Sensor { f_opts: vec![], ..said }.frame(lrwn::FType::UnconfirmedDataUp, f_cnt, Some(0), &commands)
        } else {
            said.confirmed(f_cnt, b"mad")
        };
        assert_eq!(uplinks(&town.hears(&ROOF, 9.0, &frame)).len(), 1);
    }
    still_works(town, &sensor);
}

#[test]
fn any_bit_flipped_in_a_frame_keeps_it_out() {
    let (mut town, sensor) = town();
    let good = sensor.unconfirmed(1, b"bits");
    for bit in 0..good.len() * 8 {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        assert!(uplinks(&town.hears(&ROOF, 7.0, &bad)).is_empty(), "bit {bit}");
    }
    let mut town = Town::new(&[ROOF], &[joining(model::MacVersion::V1_0_3)]);
    let good = join_request(5);
    for bit in 0..good.len() * 8 {
        let mut bad = good.clone();
        bad[bit / 8] ^= 1 << (bit % 8);
        town.hears(&ROOF, 7.0, &bad);
        assert!(downlinks(&town.waits()).is_empty(), "bit {bit}");
    }
}

#[test]
fn a_flood_of_strangers_costs_the_gateway_beside_them_nothing() {
    let (mut town, sensor) = town();
    let mut noise = Noise(0xbad);
    for second in 0..10 {
        for _ in 0..2_000 {
            let stranger = [&[2, 0, 0, 0], &noise.bytes(8)[..], b"{}"].concat();
            town.from("10.0.0.1:9", &stranger);
        }
        let actions = town.hears(&ROOF, 7.0, &sensor.confirmed(second, b"x"));
        assert_eq!((uplinks(&actions).len(), downlinks(&actions)[0].to), (1, ROOF.address.parse().unwrap()));
        town.passes(1000);
    }
    let report = town.server.report();
    assert!(report.strangers.len() <= 64);
    assert!(report.rejected[&Rejection::RateLimited] > 19_000);
}

#[test]
fn a_flood_from_invented_addresses_costs_the_gateway_nothing_and_is_hardly_answered() {
    let (mut town, sensor) = town();
    let mut noise = Noise(0xdead);
    let mut answered = 0;
    for second in 0..10 {
        for _ in 0..20_000 {
            let address = std::net::Ipv4Addr::from(u32::try_from(noise.next() >> 32).unwrap());
            let stranger = [&[2, 0, 0, 0], &noise.bytes(8)[..], b"{}"].concat();
            answered += town.from(&format!("{address}:9"), &stranger).len();
        }
        let actions = town.hears(&ROOF, 7.0, &sensor.confirmed(second, b"x"));
        assert_eq!((uplinks(&actions).len(), downlinks(&actions)[0].to), (1, ROOF.address.parse().unwrap()));
        town.passes(1000);
    }
    assert!(answered < 10 * 1_000, "{answered}");
}
