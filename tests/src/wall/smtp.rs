//! What a mail server says (RFC 5321), as far as a letter needs it.

use super::Letters;
use super::letter::Letter;
use anyhow::{Result, bail};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A line of a letter, and of a command.
const LINE_BYTES_MAX: u64 = 16 * 1024;
/// A letter.
const LETTER_BYTES_MAX: usize = 1024 * 1024;
/// Recipients of one letter.
const RECIPIENTS_MAX: usize = 100;
/// Who says nothing for so long is gone.
const PATIENCE: Duration = Duration::from_mins(5);

/// Takes the letters of one line.
pub(super) async fn take(line: TcpStream, letters: Letters) -> Result<()> {
    let (reading, mut writing) = line.into_split();
    let mut reading = BufReader::new(reading);
    writing.write_all(b"220 mailbox of the demo\r\n").await?;
    let mut recipients: Vec<String> = Vec::new();
    loop {
        let command = read_line(&mut reading).await?;
        let text = String::from_utf8_lossy(&command).trim().to_owned();
        let word: String = text.chars().take(4).collect::<String>().to_uppercase();
        let said: &[u8] = match word.as_str() {
            "EHLO" => b"250-mailbox\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n",
            "HELO" | "NOOP" | "MAIL" => b"250 ok\r\n",
            "RSET" => {
                recipients.clear();
                b"250 ok\r\n"
            }
            "RCPT" if recipients.len() >= RECIPIENTS_MAX => b"452 too many recipients\r\n",
            "RCPT" => {
                let address =
                    text.split_once('<').and_then(|(_, rest)| rest.split_once('>')).map(|(address, _)| address);
                recipients.push(address.unwrap_or_default().to_owned());
                b"250 ok\r\n"
            }
            "DATA" if recipients.is_empty() => b"503 to whom?\r\n",
            "DATA" => {
                writing.write_all(b"354 go on\r\n").await?;
                let content = read_letter(&mut reading).await?;
                for to in recipients.drain(..) {
                    letters.put(Letter::read(&to, &content));
                }
                b"250 taken\r\n"
            }
            "QUIT" => {
                writing.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"502 not here\r\n",
        };
        writing.write_all(said).await?;
    }
}

async fn read_line(from: &mut (impl AsyncBufReadExt + Unpin)) -> Result<Vec<u8>> {
    let mut line = Vec::new();
    let read = timeout(PATIENCE, from.take(LINE_BYTES_MAX).read_until(b'\n', &mut line)).await??;
    if read == 0 || !line.ends_with(b"\n") {
        bail!("the line ended, or was too long");
    }
    Ok(line)
}

/// Until the dot alone; a dot more at the beginning of a line goes (section 4.5.2).
async fn read_letter(from: &mut (impl AsyncBufReadExt + Unpin)) -> Result<Vec<u8>> {
    let mut content = Vec::new();
    loop {
        let line = read_line(from).await?;
        if line == b".\r\n" {
            return Ok(content);
        }
        content.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        if content.len() > LETTER_BYTES_MAX {
            bail!("a letter too long");
        }
    }
}
