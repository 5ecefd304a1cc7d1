//! What Linux knows of this process. Figures for whoever watches the box; where one cannot be had it is left out.

use crate::data;
use app::ProcessFigures;
use std::fs::{metadata, read_to_string};
use std::path::Path;

/// As they are now; `gwmp_port` is where gateways send to.
pub(crate) fn figures(data: &Path, gwmp_port: u16) -> ProcessFigures {
    let status = read_to_string("/proc/self/status").unwrap_or_default();
    let sockets = ["/proc/self/net/udp", "/proc/self/net/udp6"].map(|table| read_to_string(table).unwrap_or_default());
    ProcessFigures {
        resident_bytes: resident_bytes(&status),
        data_file_bytes: metadata(data.join(data::FILE)).ok().map(|file| file.len()),
        datagrams_dropped: sockets.iter().find_map(|table| dropped(table, gwmp_port)),
    }
}

/// `VmRSS` of `/proc/self/status`.
fn resident_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()?.checked_mul(1024)
}

/// The last column of a socket's line in `/proc/net/udp`; the second is its address and port in hexadecimal.
fn dropped(table: &str, port: u16) -> Option<u64> {
    let of_port = |line: &&str| {
        let local = line.split_whitespace().nth(1).and_then(|address| address.rsplit(':').next());
        local.and_then(|port| u16::from_str_radix(port, 16).ok()) == Some(port)
    };
    table.lines().skip(1).find(of_port)?.split_whitespace().next_back()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::UdpSocket;

    #[test]
    fn a_socket_that_nobody_reads_shows_what_the_kernel_dropped() {
        let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
        let address = socket.local_addr().unwrap();
        let before = figures(Path::new("/"), address.port());
        assert_eq!(before.datagrams_dropped, Some(0));
        assert!(before.resident_bytes.unwrap() > 1 << 20);
        let sender = UdpSocket::bind("127.0.0.1:0").unwrap();
        for _ in 0..20_000 {
            sender.send_to(&[0; 1024], address).unwrap();
        }
        let after = figures(Path::new("/"), address.port()).datagrams_dropped.unwrap();
        assert!((1..20_000).contains(&after), "{after}");
    }

    #[test]
    fn a_port_without_a_socket_has_no_figure() {
        assert_eq!(dropped("  sl  local_address\n", 1700), None);
        assert_eq!(resident_bytes("Name: allting\n"), None);
    }
}
