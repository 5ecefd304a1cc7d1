//! Somebody outside who takes web requests (HTTP/1.1): writes each down, and answers as the test says.

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use std::net::Ipv4Addr;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

/// A box on a busy machine may take so long.
const PATIENCE: Duration = Duration::from_mins(2);
/// A head, and a body: a post has one picture.
const HEAD_BYTES_MAX: usize = 64 << 10;
const BODY_BYTES_MAX: usize = 16 << 20;

/// A request as it came. Names of headers are small letters.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// `GET`, `POST` ...
    pub method: String,
    /// With the query behind it.
    pub path: String,
    /// By name.
    pub headers: BTreeMap<String, String>,
    /// Whole.
    pub body: Vec<u8>,
}

/// What is answered.
#[derive(Clone, Debug)]
pub enum Says {
    /// Status, further headers and body.
    Answer(u16, String, String),
    /// A file of this media type.
    File(&'static str, Vec<u8>),
    /// These bytes, and then the line ends.
    Bytes(&'static [u8]),
    /// Nothing, for ever.
    Nothing,
}

/// One that listens on this machine until the runtime ends.
#[derive(Debug)]
pub struct Peer {
    /// Where.
    pub port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    count: watch::Receiver<usize>,
}

/// A port for a program that opens it itself. Each is given once, and all lie below those that the system gives to whoever asks for any: nobody
/// takes it before that program listens.
///
/// # Errors
/// When there is none left.
pub fn free_port() -> Result<u16> {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let of_this_process = u16::try_from(std::process::id() % 1_000)? * 20;
    let next = || Some(10_000 + (of_this_process + NEXT.fetch_add(1, Ordering::Relaxed)) % 20_000);
    let is_free = |port: &u16| std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok();
    std::iter::from_fn(next).take(20_000).find(is_free).context("a free port")
}

/// An answer with no header of its own.
pub fn says(status: u16, body: &str) -> Says {
    Says::Answer(status, String::new(), body.to_owned())
}

impl Peer {
    /// One that answers each request, which it counts from 0.
    pub async fn new(answer: impl Fn(usize, &Asked) -> Says + Send + Sync + 'static) -> Result<Self> {
        Self::at(0, answer).await
    }

    /// One at a port of its own.
    pub async fn at(port: u16, answer: impl Fn(usize, &Asked) -> Says + Send + Sync + 'static) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let port = listener.local_addr()?.port();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let (told, count) = watch::channel(0);
        let (kept, answer, told) = (Arc::clone(&asked), Arc::new(answer), Arc::new(told));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (kept, answer, told) = (Arc::clone(&kept), Arc::clone(&answer), Arc::clone(&told));
                tokio::spawn(async move { serve(stream, &kept, &*answer, &told).await });
            }
        });
        Ok(Self { port, asked, count })
    }

    /// What it was asked so far.
    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until it was asked so often.
    pub async fn was_asked(&self, times: usize) -> Result<Vec<Asked>> {
        let mut count = self.count.clone();
        let waited = timeout(PATIENCE, count.wait_for(|count| *count >= times)).await;
        waited.with_context(|| format!("{times} requests, and there were {}", self.asked().len()))??;
        Ok(self.asked())
    }
}

async fn serve(
    mut stream: TcpStream,
    kept: &Mutex<Vec<Asked>>,
    answer: &(dyn Fn(usize, &Asked) -> Says + Send + Sync),
    told: &watch::Sender<usize>,
) -> Option<()> {
    let asked = read(&mut stream).await?;
    let number = {
        let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push(asked.clone());
        kept.len() - 1
    };
    let says = answer(number, &asked);
    told.send_modify(|count| *count += 1);
    reply(&mut stream, says).await
}

/// Answers, and ends the line.
pub async fn reply(stream: &mut (impl AsyncWrite + Unpin), says: Says) -> Option<()> {
    let head = |status: u16, headers: &str, length: usize| {
        format!("HTTP/1.1 {status} X\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n")
    };
    match says {
        Says::Answer(status, headers, body) => {
            let head = head(status, &headers, body.len());
            stream.write_all((head + &body).as_bytes()).await.ok()?;
        }
        Says::File(kind, bytes) => {
            let head = head(200, &format!("Content-Type: {kind}\r\n"), bytes.len());
            stream.write_all(&[head.as_bytes(), &bytes].concat()).await.ok()?;
        }
        Says::Bytes(bytes) => stream.write_all(bytes).await.ok()?,
        Says::Nothing => std::future::pending().await,
    }
    stream.shutdown().await.ok()
}

/// A whole request; none when the line ends before, or it is too long.
pub async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Option<Asked> {
    let mut all = Vec::new();
    let head = loop {
        let mut chunk = vec![0; 16 << 10];
        let length = stream.read(&mut chunk).await.ok().filter(|length| *length > 0)?;
        all.extend_from_slice(chunk.get(..length)?);
        if let Some(end) = all.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if all.len() > HEAD_BYTES_MAX {
            return None;
        }
    };
    let text = String::from_utf8_lossy(all.get(..head)?).into_owned();
    let mut lines = text.lines();
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let pair =
        |line: &str| Some((line.split_once(':')?.0.to_ascii_lowercase(), line.split_once(':')?.1.trim().to_owned()));
    let headers: BTreeMap<String, String> = lines.filter_map(pair).collect();
    let length: usize = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    if head > HEAD_BYTES_MAX || length > BODY_BYTES_MAX {
        return None;
    }
    let mut body = all.split_off(head);
    while body.len() < length {
        let mut chunk = vec![0; 64 << 10];
        let read = stream.read(&mut chunk).await.ok().filter(|length| *length > 0)?;
        body.extend_from_slice(chunk.get(..read)?);
    }
    Some(Asked { method, path, headers, body })
}
