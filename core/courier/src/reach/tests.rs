use super::*;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// One machine in many spellings: this one.
const LOOPBACK: [&str; 60] = [
    "127.0.0.1",
    "127.0.0.2",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "2130706433",
    "017700000001",
    "0x7f000001",
    "0x7F000001",
    "0x7f.1",
    "0x7f.0.0.1",
    "0x7f.0x0.0x0.0x1",
    "0177.0.0.1",
    "0177.1",
    "0177.0.0x0.1",
    "00177.0.0.1",
    "127.0.0.01",
    "127.0.0.0x1",
    "127.00.0.1",
    "127.000.000.001",
    "0",
    "0.0.0.0",
    "0x0",
    "00",
    "0.0",
    "0.0.0",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "[0:0::1]",
    "[::0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::FFFF:7F00:0001]",
    "[0:0:0:0:0:ffff:127.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::7f00:1]",
    "[2002:7f00:1::]",
    "[2002:7f00:0001::1]",
    "[2001:0:7f00:1::]",
    "[::ffff:0.0.0.0]",
    "[fe80::1]",
    "[fec0::1]",
    "[fc00::1]",
    "[fd00::7f00:1]",
    "127.0.0.1.",
    "0x7f.1.",
    "2130706433.",
    "%31%32%37.0.0.1",
    "127%2e0%2e0%2e1",
    "\u{ff11}\u{ff12}\u{ff17}.0.0.1",
    "127\u{3002}0\u{3002}0\u{3002}1",
    "\u{2460}\u{2461}\u{2466}.0.0.1",
    "127.0.0\u{ff0e}1",
    "\u{ff10}x7f.1",
];

fn grant(host: &str, network: Network) -> Grant {
    Grant { host: host.to_owned(), port: None, network }
}

fn reach(host: &str) -> Reach {
    Reach::of(&["*".to_owned()], &[grant(host, Network::World)])
}

#[test]
fn no_spelling_of_this_machine_passes_for_a_host_that_was_granted() {
    let reach = reach("social.example.org");
    assert!(reach.check("https://social.example.org/api").is_ok());
    for spelling in LOOPBACK {
        for address in [format!("https://{spelling}/"), format!("https://social.example.org@{spelling}/")] {
            assert!(reach.check(&address).is_err(), "{address}");
        }
    }
}

#[test]
fn no_spelling_of_this_machine_is_a_public_address() {
    let mut numbers = 0;
    for spelling in LOOPBACK {
        let Ok(url) = Url::parse(&format!("https://{spelling}/")) else { continue };
        let address: IpAddr = match url.host() {
            Some(Host::Ipv4(v4)) => v4.into(),
            Some(Host::Ipv6(v6)) => v6.into(),
            // A name: it is looked up, and what it leads to is checked.
            _ => continue,
        };
        numbers += 1;
        assert!(!is_public(address), "{spelling} is {address}");
    }
    assert!(numbers >= 55, "only {numbers} were understood");
}

/// Small, seeded, repeatable (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

/// The standard library's own opinion of what is not for strangers, as far as it has one.
fn is_special(v4: Ipv4Addr) -> bool {
    let [a, b, ..] = v4.octets();
    v4.is_private()
        || v4.is_loopback()
        || v4.is_link_local()
        || v4.is_multicast()
        || v4.is_broadcast()
        || v4.is_documentation()
        || v4.is_unspecified()
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 198 && (b & 0xfe) == 18)
        || a >= 240
}

#[test]
fn whatever_means_an_address_that_is_not_public_is_not_public_either() {
    let mut dice = Dice(7);
    let firsts = [0, 10, 100, 127, 169, 172, 192, 198, 203, 224, 240, 255];
    let mut public = 0;
    for round in 0..200_000_usize {
        let [mut a, mut b, c, d, ..] = dice.roll().to_le_bytes();
        if round % 2 == 0 {
            a = firsts[round / 2 % firsts.len()];
            b = if round % 4 == 0 { [0, 16, 18, 31, 64, 127, 168, 254][round / 4 % 8] } else { b };
        }
        let v4 = Ipv4Addr::new(a, b, c, d);
        if is_special(v4) {
            assert!(!is_public(v4.into()), "{v4}");
        }
        public += usize::from(is_public(v4.into()));
        let high = u16::from_be_bytes([a, b]);
        let low = u16::from_be_bytes([c, d]);
        let mapped = Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, high, low);
        let translated = Ipv6Addr::new(0x64, 0xff9b, 0, 0, 0, 0, high, low);
        assert_eq!(is_public(mapped.into()), is_public(v4.into()), "{mapped}");
        assert_eq!(is_public(translated.into()), is_public(v4.into()), "{translated}");
        for hidden in [
            Ipv6Addr::new(0, 0, 0, 0, 0, 0, high, low),
            Ipv6Addr::new(0x64, 0xff9b, 1, 0, 0, 0, high, low),
            Ipv6Addr::new(0x2002, high, low, 0, 0, 0, 0, 1),
            Ipv6Addr::new(0x2001, 0, high, low, 0, 0, 0, 1),
        ] {
            assert!(!is_public(hidden.into()), "{hidden}");
        }
    }
    assert!(public > 80_000, "half of the dice are anybody's: {public}");
}

#[test]
fn neighbours_and_multicast_are_not_public_and_strangers_are() {
    for own in
        ["fe80::1", "fec0::1", "fc00::1", "fdff::1", "ff02::1", "100::1", "2001:db8::1", "3fff::1", "5f00::1", "::"]
    {
        assert!(!is_public(own.parse().unwrap()), "{own}");
    }
    for stranger in ["2a00:1450:400f:80c::200e", "2606:4700::1111", "8.8.8.8", "193.10.252.1", "2001:4860:4860::8888"] {
        assert!(is_public(stranger.parse().unwrap()), "{stranger}");
    }
}

#[test]
fn reach_is_what_the_plugin_wants_and_the_municipality_granted() {
    let grants = [grant("api.46elks.com", Network::World), grant("social.lillevik.no", Network::World)];
    let reach = Reach::of(&["api.46elks.com".to_owned(), "evil.example".to_owned()], &grants);
    assert!(reach.check("https://API.46elks.com./a1/sms").is_ok());
    let refused = reach.check("https://evil.example/").unwrap_err().to_string();
    assert_eq!(refused, "it wanted evil.example:443, granted is api.46elks.com");
    assert!(reach.check("https://social.lillevik.no/").is_err(), "granted, but this plugin never asked");
    let below = Reach::of(&["*.lillevik.no".to_owned()], &grants);
    assert!(below.check("https://social.lillevik.no/").is_ok());
    assert!(Reach::of(&["*.vik.no".to_owned()], &grants).check("https://social.lillevik.no/").is_err());
}

#[test]
fn strangers_are_spoken_to_encrypted_and_at_their_port_only() {
    let reach = reach("hooks.example.org");
    for address in [
        "http://hooks.example.org/",
        "https://hooks.example.org:8443/",
        "https://user:secret@hooks.example.org/",
        "ftp://hooks.example.org/",
        "file:///etc/passwd",
        "//hooks.example.org/",
        "",
        "https://",
    ] {
        assert!(reach.check(address).is_err(), "{address}");
    }
    let own = Grant { host: "homeassistant.local".to_owned(), port: Some(8123), network: Network::Own };
    let own = Reach::of(&["*".to_owned()], &[own]);
    assert!(own.check("http://homeassistant.local:8123/api").is_ok());
    assert!(own.check("http://homeassistant.local/api").is_err());
}
