//! The letters as pages: a list, and each letter with links that can be followed.

use super::Letters;
use super::letter::Letter;
use anyhow::{Result, bail};
use std::fmt::Write as _;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The head of a request.
const HEAD_BYTES_MAX: usize = 8 * 1024;
const PATIENCE: Duration = Duration::from_secs(10);
/// Letters in the list.
const LISTED_MAX: usize = 200;
const STYLE: &str = "body{max-width:46rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark;\
                     font:1.05rem/1.6 system-ui,sans-serif}li{padding:.6rem 0;border-bottom:1px solid #8884;\
                     list-style:none}ul{padding:0}pre{white-space:pre-wrap;font:inherit;overflow-wrap:anywhere}\
                     small{opacity:.75}input,button{font:inherit;padding:.4rem .7rem}";

/// Answers one request of one line.
pub(super) async fn answer(mut line: TcpStream, letters: Letters) -> Result<()> {
    let mut head = Vec::new();
    while !head.windows(4).any(|end| end == b"\r\n\r\n") {
        let mut some = [0; 1024];
        let read = timeout(PATIENCE, line.read(&mut some)).await??;
        if read == 0 || head.len() > HEAD_BYTES_MAX {
            bail!("no whole head came");
        }
        head.extend_from_slice(some.get(..read).unwrap_or_default());
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let path = head.split(' ').nth(1).unwrap_or("/");
    let number = path.strip_prefix("/letter/").and_then(|number| number.parse().ok());
    let page = match number.map(|number| letters.find(number)) {
        Some(Some(letter)) => Some(shown(&letter)),
        None if path == "/" || path.starts_with("/?") => Some(list(&letters, &wanted(path))),
        Some(None) | None => None,
    };
    let status = if page.is_some() || path == "/style.css" { "200 OK" } else { "404 Not Found" };
    let (kind, content) = if path == "/style.css" {
        ("text/css", STYLE.to_owned())
    } else {
        ("text/html; charset=utf-8", whole(&page.unwrap_or_else(|| "<p>Nothing here.</p>".to_owned())))
    };
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nCache-Control: no-store\r\n\
         Referrer-Policy: no-referrer\r\nConnection: close\r\n\
         Content-Security-Policy: default-src 'none'; style-src 'self'; form-action 'self'\r\n\r\n",
        content.len()
    );
    line.write_all(head.as_bytes()).await?;
    line.write_all(content.as_bytes()).await?;
    Ok(())
}

fn whole(page: &str) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Mailbox</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"/style.css\"></head>\n<body>{page}</body></html>\n"
    )
}

/// What is looked for: `/?q=kari%40`.
fn wanted(path: &str) -> String {
    let query = path.split_once("q=").map_or("", |(_, query)| query);
    let plain = query.split('&').next().unwrap_or_default().replace('+', " ");
    let mut bytes = Vec::new();
    let mut rest = plain.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let digits = (*first == b'%').then(|| more.get(..2)).flatten();
        let byte = digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { more.get(2..).unwrap_or_default() } else { more };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn list(letters: &Letters, with: &str) -> String {
    let (taken, found) = letters.list(with, LISTED_MAX);
    let mut page = format!(
        "<h1>Mailbox</h1><p>Every letter that the box of the demo writes ends here: {taken} so far. Nothing leaves \
         this machine.</p><form><input name=\"q\" value=\"{}\" aria-label=\"Address or subject\" \
         placeholder=\"Address or subject\"> <button>Find</button></form><ul>",
        escaped(with)
    );
    for (number, letter) in &found {
        let _ = write!(
            page,
            "<li><a href=\"/letter/{number}\">{}</a><br><small>to {}</small></li>",
            escaped(&letter.subject),
            escaped(&letter.to)
        );
    }
    if found.is_empty() {
        page += "<li>No letters.</li>";
    }
    page + "</ul>"
}

fn shown(letter: &Letter) -> String {
    let way_out = letter.unsubscribe.as_ref().map(|way| format!("<br>way out: {}", linked(way)));
    format!(
        "<p><a href=\"/\">Mailbox</a></p><h1>{}</h1><p><small>from {}<br>to {}{}</small></p><pre>{}</pre>",
        escaped(&letter.subject),
        escaped(&letter.from),
        escaped(&letter.to),
        way_out.unwrap_or_default(),
        linked(&letter.text)
    )
}

/// A text in which addresses of pages can be followed.
fn linked(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("http://").into_iter().chain(rest.find("https://")).min() {
        let (before, from) = rest.split_at(at);
        let end = from.find(|c: char| c.is_whitespace()).unwrap_or(from.len());
        let (address, after) = from.split_at(end);
        let address_only = address.trim_end_matches(['.', ',', ')']);
        let tail = address.get(address_only.len()..).unwrap_or_default();
        let shown = escaped(address_only);
        let _ = write!(out, "{}<a href=\"{shown}\">{shown}</a>{tail}", escaped(before));
        rest = after;
    }
    out + &escaped(rest)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_can_be_followed_and_nothing_else_is_markup() {
        let page = linked("Se her: http://a.example/x?a=1&b=2.\n<script>");
        assert_eq!(
            page,
            "Se her: <a href=\"http://a.example/x?a=1&amp;b=2\">http://a.example/x?a=1&amp;b=2</a>.\n&lt;script&gt;"
        );
        assert_eq!(wanted("/?q=kari%40a+b&x=1"), "kari@a b");
    }
}
