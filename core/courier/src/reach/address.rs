use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// `IPv4` networks that lead to no stranger (IANA special-purpose registry): address and length of the prefix.
const NOT_PUBLIC_V4: [([u8; 4], u32); 16] = [
    ([0, 0, 0, 0], 8),
    ([10, 0, 0, 0], 8),
    ([100, 64, 0, 0], 10),
    ([127, 0, 0, 0], 8),
    ([169, 254, 0, 0], 16),
    ([172, 16, 0, 0], 12),
    ([192, 0, 0, 0], 24),
    ([192, 0, 2, 0], 24),
    ([192, 31, 196, 0], 24),
    ([192, 52, 193, 0], 24),
    ([192, 88, 99, 0], 24),
    ([192, 168, 0, 0], 16),
    ([198, 18, 0, 0], 15),
    ([198, 51, 100, 0], 24),
    ([203, 0, 113, 0], 24),
    // Multicast, reserved, broadcast.
    ([224, 0, 0, 0], 3),
];

/// `IPv6` networks within what is given out (`2000::/3`) that lead to no stranger, or hide an `IPv4` address: Teredo and benchmarking,
/// documentation, 6to4, documentation again.
const NOT_PUBLIC_V6: [(u128, u32); 4] =
    [(0x2001 << 112, 23), (0x2001_0db8 << 96, 32), (0x2002 << 112, 16), (0x3fff << 112, 20)];

/// Only from here addresses are given out to strangers.
const GIVEN_OUT_V6: (u128, u32) = (0x2000 << 112, 3);

/// Behind these an `IPv4` address is meant: mapped (RFC 4291), and translated (NAT64, RFC 6052).
const MEANS_V4: [(u128, u32); 2] = [(0xffff << 32, 96), (0x0064_ff9b << 96, 96)];

/// Whether an address belongs to somebody out in the world: not this machine, not its network, and none of those that mean such a one.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let bits = address.to_bits();
    let within = |(network, length): ([u8; 4], u32)| (bits ^ u32::from_be_bytes(network)) >> (32 - length) == 0;
    !NOT_PUBLIC_V4.into_iter().any(within)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let bits = address.to_bits();
    let within = |(network, length): (u128, u32)| (bits ^ network) >> (128 - length) == 0;
    if MEANS_V4.into_iter().any(within) {
        // The last 32 bits.
        let meant = u32::try_from(bits & u128::from(u32::MAX)).unwrap_or(0);
        return is_public_v4(Ipv4Addr::from_bits(meant));
    }
    within(GIVEN_OUT_V6) && !NOT_PUBLIC_V6.into_iter().any(within)
}
