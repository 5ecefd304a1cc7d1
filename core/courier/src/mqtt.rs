//! Messages to a broker (MQTT 3.1.1): come in, say them, wait until it has them, leave. The line is dialled and checked by others, which
//! no library of the protocol lets us do, and of the protocol five packets are enough.

use crate::Broken;
use crate::http::Line;
use model::channel::Message;
use std::io;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// First bytes of packets (MQTT 3.1.1, section 2.2).
const CONNECT: u8 = 0x10;
const CONNACK: u8 = 0x20;
const PUBLISH: u8 = 0x30;
const PUBACK: u8 = 0x40;
const DISCONNECT: [u8; 2] = [0xe0, 0];
/// Flags of a PUBLISH: quality of service 1, and retain.
const AT_LEAST_ONCE: u8 = 0x02;
const RETAIN: u8 = 0x01;
/// Flags of a CONNECT: nothing is kept from an earlier line; user name and password follow.
const CLEAN: u8 = 0x02;
const WITH_LOGIN: u8 = 0xc0;
/// A broker that hears nothing for so long may hang up, seconds.
const KEEP_ALIVE: u16 = 60;
/// What a broker says to us is a few bytes.
const HEARD_BYTES_MAX: usize = 1024;

pub(crate) async fn say(
    mut line: Box<dyn Line>,
    host: &str,
    who: &str,
    login: Option<(&str, String)>,
    messages: &[Message],
) -> Result<(), Broken> {
    let cut = |error: io::Error| Broken::Garbled(format!("{host}: {error}"));
    line.write_all(&connect(who, login)?).await.map_err(cut)?;
    line.flush().await.map_err(cut)?;
    match heard(&mut line).await.map_err(cut)? {
        (CONNACK, body) if body.get(1) == Some(&0) => {}
        (CONNACK, body) => return Err(refused(host, body.get(1).copied().unwrap_or(u8::MAX))),
        _ => return Err(Broken::Garbled(format!("{host} does not speak MQTT"))),
    }
    let mut waited_for = 0;
    for (number, message) in (1_u16..).zip(messages) {
        line.write_all(&publish(message, number)?).await.map_err(cut)?;
        waited_for += u16::from(message.at_least_once);
    }
    line.flush().await.map_err(cut)?;
    while waited_for > 0 {
        // What a broker says beside goes unheard: nothing was asked for.
        if let (PUBACK, _) = heard(&mut line).await.map_err(cut)? {
            waited_for -= 1;
        }
    }
    line.write_all(&DISCONNECT).await.map_err(cut)?;
    line.flush().await.map_err(cut)?;
    let _ = line.shutdown().await;
    Ok(())
}

/// Section 3.2.2.3.
fn refused(host: &str, code: u8) -> Broken {
    match code {
        1 => Broken::Unfit(format!("{host} does not speak MQTT 3.1.1")),
        2 => Broken::Unfit(format!("{host} will not have the name of the box")),
        3 => Broken::Unreachable(format!("{host} is not ready")),
        4 | 5 => Broken::NotGranted(format!("{host} does not let the box in; are user and password right?")),
        _ => Broken::Garbled(format!("{host} refuses the box ({code})")),
    }
}

fn connect(who: &str, login: Option<(&str, String)>) -> Result<Vec<u8>, Broken> {
    let mut body = Vec::new();
    text(&mut body, b"MQTT")?;
    body.push(4);
    body.push(CLEAN | if login.is_some() { WITH_LOGIN } else { 0 });
    body.extend(KEEP_ALIVE.to_be_bytes());
    text(&mut body, who.as_bytes())?;
    if let Some((user, password)) = login {
        text(&mut body, user.as_bytes())?;
        text(&mut body, password.as_bytes())?;
    }
    packet(CONNECT, &body)
}

fn publish(message: &Message, number: u16) -> Result<Vec<u8>, Broken> {
    let mut first = PUBLISH;
    first |= if message.retain { RETAIN } else { 0 };
    first |= if message.at_least_once { AT_LEAST_ONCE } else { 0 };
    let mut body = Vec::new();
    text(&mut body, message.topic.as_bytes())?;
    if message.at_least_once {
        body.extend(number.to_be_bytes());
    }
    body.extend_from_slice(&message.payload);
    packet(first, &body)
}

/// With its length before it (section 1.5.3).
fn text(out: &mut Vec<u8>, text: &[u8]) -> Result<(), Broken> {
    let length = u16::try_from(text.len()).map_err(|_| Broken::Unfit("a name is too long for a broker".to_owned()))?;
    out.extend(length.to_be_bytes());
    out.extend_from_slice(text);
    Ok(())
}

/// With its remaining length, seven bits a byte (section 2.2.3).
fn packet(first: u8, body: &[u8]) -> Result<Vec<u8>, Broken> {
    let mut out = vec![first];
    let mut left = u32::try_from(body.len()).ok().filter(|length| *length < 1 << 28);
    let Some(mut length) = left.take() else {
        return Err(Broken::Unfit("a message is too long for a broker".to_owned()));
    };
    loop {
        let seven = u8::try_from(length & 0x7f).unwrap_or(0);
        length >>= 7;
        out.push(if length > 0 { seven | 0x80 } else { seven });
        if length == 0 {
            break;
        }
    }
    out.extend_from_slice(body);
    Ok(out)
}

/// The next packet: its sort, and what is in it.
async fn heard(line: &mut Box<dyn Line>) -> io::Result<(u8, Vec<u8>)> {
    let first = line.read_u8().await?;
    let (mut length, mut shift) = (0_usize, 0);
    loop {
        let byte = line.read_u8().await?;
        length |= usize::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            break;
        }
        if shift > 21 {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "it says something without an end"));
        }
    }
    if length > HEARD_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it says more than was asked"));
    }
    let mut body = vec![0; length];
    line.read_exact(&mut body).await?;
    Ok((first & 0xf0, body))
}

#[cfg(test)]
mod tests;
