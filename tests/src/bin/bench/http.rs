//! As much of HTTP/1.1 as a load generator needs: it costs the box's reader less than any library would.

use anyhow::{Context, Result, ensure};
use std::io::{BufRead, BufReader, Read, Write, sink};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// A box that is silent for longer has a fault, and the bench should say so.
const PATIENCE: Duration = Duration::from_secs(30);

/// A connection that is kept alive.
pub(crate) struct Connection {
    stream: BufReader<TcpStream>,
    host: SocketAddr,
}

/// How an answer is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    Length(usize),
    Chunked,
    UntilClosed,
}

impl Connection {
    pub(crate) fn open(host: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::new(stream), host })
    }

    /// Asks for `path` and reads all of the answer. `more` are header lines, each with its line end. Gives how many bytes came.
    pub(crate) fn get(&mut self, path: &str, more: &str) -> Result<usize> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{more}\r\n", self.host);
        let (head, body) = self.told(path, &request)?;
        Ok(head + read_body(&mut self.stream, body, &mut sink())?)
    }

    /// Asks for a page and gives it.
    pub(crate) fn page(&mut self, path: &str, more: &str) -> Result<String> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: {}\r\n{more}\r\n", self.host);
        self.text(path, &request)
    }

    /// Sends a form and gives the page that comes of it.
    pub(crate) fn send(&mut self, path: &str, more: &str, form: &str) -> Result<String> {
        let length = form.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {length}\r\n{more}\r\n{form}",
            self.host
        );
        self.text(path, &request)
    }

    fn text(&mut self, path: &str, request: &str) -> Result<String> {
        let (_, body) = self.told(path, request)?;
        let mut text = Vec::new();
        read_body(&mut self.stream, body, &mut text)?;
        Ok(String::from_utf8(text)?)
    }

    fn told(&mut self, path: &str, request: &str) -> Result<(usize, Body)> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        head(&mut self.stream).with_context(|| format!("asking for {path}"))
    }

    /// Asks for a stream that never ends, of which nothing is chunked: HTTP/1.0 knows no chunks.
    pub(crate) fn follow(mut self, path: &str, more: &str) -> Result<BufReader<TcpStream>> {
        self.stream.get_mut().write_all(format!("GET {path} HTTP/1.0\r\n{more}\r\n").as_bytes())?;
        let (_, body) = head(&mut self.stream)?;
        ensure!(body == Body::UntilClosed, "the box gave an answer that ends where a stream was asked for");
        self.stream.get_ref().set_read_timeout(None)?;
        Ok(self.stream)
    }
}

/// Reads status and headers; an answer other than 200 is an error. Gives how many bytes they were.
fn head(stream: &mut impl BufRead) -> Result<(usize, Body)> {
    let (mut bytes, mut body) = (0, Body::UntilClosed);
    for index in 0.. {
        let mut line = String::new();
        bytes += stream.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        if index == 0 {
            ensure!(line.split(' ').nth(1) == Some("200"), "the box answered `{line}`");
        }
        match line.split_once(": ") {
            Some(("content-length", length)) => body = Body::Length(length.parse()?),
            Some(("transfer-encoding", "chunked")) => body = Body::Chunked,
            _ if line.is_empty() => break,
            _ => {}
        }
    }
    Ok((bytes, body))
}

/// Reads a body to its end into `out`. Gives how many bytes it was on the wire.
fn read_body(stream: &mut impl BufRead, body: Body, out: &mut impl Write) -> Result<usize> {
    match body {
        Body::Length(length) => copy(stream, length, out),
        Body::UntilClosed => Ok(usize::try_from(std::io::copy(stream, out)?)?),
        Body::Chunked => {
            let mut bytes = 0;
            loop {
                let mut size = String::new();
                bytes += stream.read_line(&mut size)?;
                let length =
                    usize::from_str_radix(size.trim_end(), 16).with_context(|| format!("chunk of `{size}`"))?;
                // Each chunk is followed by an end of line, and the last, empty one as well.
                bytes += copy(stream, length, out)? + copy(stream, 2, &mut sink())?;
                if length == 0 {
                    return Ok(bytes);
                }
            }
        }
    }
}

fn copy(stream: &mut impl BufRead, length: usize, out: &mut impl Write) -> Result<usize> {
    let read = std::io::copy(&mut stream.take(length as u64), out)?;
    ensure!(read == length as u64, "the answer was cut short");
    Ok(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(answer: &str, rest: &str) {
        let mut stream = answer.as_bytes();
        let (head, body) = head(&mut stream).unwrap();
        let length = head + read_body(&mut stream, body, &mut sink()).unwrap();
        assert_eq!((length, stream), (answer.len() - rest.len(), rest.as_bytes()));
    }

    #[test]
    fn an_answer_ends_where_it_says() {
        check("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP", "HTTP");
        check(
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0a\r\n0123456789\r\n0\r\n\r\nHTTP",
            "HTTP",
        );
        check("HTTP/1.0 200 OK\r\n\r\nall the rest", "");
    }

    #[test]
    fn anything_but_200_is_an_error() {
        assert!(head(&mut "HTTP/1.1 503 Service Unavailable\r\n\r\n".as_bytes()).is_err());
        assert!(head(&mut "".as_bytes()).is_err());
    }
}
