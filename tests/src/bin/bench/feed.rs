//! The live feed, read line by line and noted with the moment it came.

use crate::clock::now;
use crate::folder::{Folder, sensor_of};
use crate::http::Connection;
use anyhow::Result;
use std::io::BufRead;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

/// What a line of the feed tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// An uplink was published.
    Uplink { device: u16, f_cnt: u32, decoded: bool },
    /// The box could not write to us as fast as it heard.
    Missed(u64),
}

/// Follows the feed from a thread of its own, which ends with the box.
pub(crate) fn follow(folder: &Folder) -> Result<Receiver<(Instant, Told)>> {
    let (sender, told) = channel();
    let asked = format!("Authorization: Bearer {}\r\nAccept: application/x-ndjson\r\n", folder.token);
    let stream = Connection::open(folder.web)?.follow("/api/v1/uplinks/live", &asked)?;
    thread::spawn(move || read(stream, &sender));
    Ok(told)
}

fn read(mut stream: impl BufRead, sender: &Sender<(Instant, Told)>) {
    let mut line = String::new();
    // An error is the end as well: the box was stopped.
    while stream.read_line(&mut line).is_ok_and(|length| length > 0) {
        if let Some(told) = parse(&line)
            && sender.send((now(), told)).is_err()
        {
            return;
        }
        line.clear();
    }
}

/// Looks for three fields, and does not read the other forty.
fn parse(line: &str) -> Option<Told> {
    if let Some(missed) = number(line, "{\"missed\":") {
        return Some(Told::Missed(missed));
    }
    let dev_eui = after(line, "\"devEui\":\"")?.get(..16)?;
    let f_cnt = u32::try_from(number(line, "\"fCnt\":")?).ok()?;
    Some(Told::Uplink { device: sensor_of(dev_eui)?, f_cnt, decoded: line.contains("\"error\":null") })
}

fn number(line: &str, key: &str) -> Option<u64> {
    let rest = after(line, key)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    rest.get(..end)?.parse().ok()
}

fn after<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.get(line.find(key)? + key.len()..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_whose_uplink_it_is() {
        let line = r#"{"devEui":"00005eef20000007","devAddr":"00b00007","fCnt":12,"observations":[],"error":null}"#;
        assert_eq!(parse(line), Some(Told::Uplink { device: 7, f_cnt: 12, decoded: true }));
        let fault = r#"{"devEui":"00005eef20000007","fCnt":13,"error":{"plugin":"elsys"}}"#;
        assert_eq!(parse(fault), Some(Told::Uplink { device: 7, f_cnt: 13, decoded: false }));
        assert_eq!(parse(r#"{"missed":40}"#), Some(Told::Missed(40)));
        assert_eq!(parse("\n"), None);
    }
}
