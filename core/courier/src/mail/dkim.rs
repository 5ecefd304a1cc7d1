//! Signs letters (DKIM, RFC 6376; Ed25519 by RFC 8463), relaxed/relaxed. The cryptography is that of rustls: a second implementation of
//! RSA would bring a known side channel along.

use crate::{Failure, Hope};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use model::Timestamp;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use tokio_rustls::rustls::SignatureScheme;
use tokio_rustls::rustls::crypto::ring::sign::any_supported_type;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::sign::SigningKey;

/// What is signed where it is there. `from` stands twice: nobody can add a second one unseen (section 8.15).
const SIGNED: [&str; 13] = [
    "from",
    "from",
    "to",
    "reply-to",
    "subject",
    "date",
    "message-id",
    "mime-version",
    "content-type",
    "content-language",
    "auto-submitted",
    "list-unsubscribe",
    "list-unsubscribe-post",
];

/// Letters of base64 to a line of the signature.
const FOLD: usize = 72;

/// A key that signs for a domain.
pub(super) struct Signer {
    domain: String,
    selector: String,
    algorithm: &'static str,
    key: Arc<dyn SigningKey>,
    scheme: SignatureScheme,
}

/// What the DNS must say of a private key (PEM), so that receivers can check what it signed: the text of the record at
/// `<selector>._domainkey.<domain>`.
pub fn check_dkim_key(pem: &str) -> Result<String, Failure> {
    let signer = Signer::new("", "", pem)?;
    let kind = signer.algorithm.split('-').next().unwrap_or_default();
    let public = signer.key.public_key().ok_or_else(|| unusable("it has no public half"))?;
    // For Ed25519 the record has the bare key, the last 32 bytes (RFC 8463, section 3).
    let bytes = if kind == "ed25519" { public.last_chunk::<32>().map_or(&[][..], |key| key) } else { &public };
    Ok(format!("v=DKIM1; k={kind}; p={}", BASE64.encode(bytes)))
}

fn unusable(why: impl std::fmt::Display) -> Failure {
    Failure::new(Hope::Mended, format!("the key that signs letters is of no use: {why}"))
}

impl Signer {
    pub(super) fn new(domain: &str, selector: &str, pem: &str) -> Result<Self, Failure> {
        // What is wrong with a private key is told without a word of it.
        let key =
            PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| unusable("it is no PEM of a private key"))?;
        let key = any_supported_type(&key).map_err(|_| unusable("expected RSA (2048 bits or more) or Ed25519"))?;
        let known = [(SignatureScheme::RSA_PKCS1_SHA256, "rsa-sha256"), (SignatureScheme::ED25519, "ed25519-sha256")];
        let found = known.into_iter().find(|(scheme, _)| key.choose_scheme(&[*scheme]).is_some());
        let (scheme, algorithm) = found.ok_or_else(|| unusable("expected RSA or Ed25519"))?;
        Ok(Self { domain: domain.to_owned(), selector: selector.to_owned(), algorithm, key, scheme })
    }

    /// The letter with its signature before it.
    pub(super) fn signed(&self, letter: Vec<u8>, at: Timestamp) -> Result<Vec<u8>, Failure> {
        let text = String::from_utf8(letter).map_err(|_| unusable("the letter is no text"))?;
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
        let headers = headers(head);
        let mut names = Vec::new();
        let mut data = String::new();
        let mut taken = Vec::new();
        for name in SIGNED {
            // From below, as verifiers do; a name that is there no more is signed as absent.
            let found = headers.iter().enumerate().rev().find(|(at, (n, _))| n == name && !taken.contains(at));
            match found {
                Some((at, (name, value))) => {
                    taken.push(at);
                    names.push(name.as_str());
                    data.extend([name, ":", value, "\r\n"]);
                }
                None if name == "from" => names.push("from"),
                None => {}
            }
        }
        let bh = BASE64.encode(Sha256::digest(relaxed_body(body)));
        let unsigned = format!(
            "v=1; a={}; c=relaxed/relaxed; d={}; s={}; t={}; h={}; bh={bh}; b=",
            self.algorithm,
            self.domain,
            self.selector,
            at.as_ms() / 1000,
            names.join(":"),
        );
        data.extend(["dkim-signature:", &unsigned]);
        let signature = self.sign(data.as_bytes())?;
        let signature: Vec<&str> = pieces(&signature);
        let folded = unsigned.replace("; h=", ";\r\n\th=").replace("; bh=", ";\r\n\tbh=").replace("; b=", ";\r\n\tb=");
        Ok(format!("DKIM-Signature: {folded}{}\r\n{text}", signature.join("\r\n\t")).into_bytes())
    }

    fn sign(&self, data: &[u8]) -> Result<String, Failure> {
        let signer = self.key.choose_scheme(&[self.scheme]).ok_or_else(|| unusable("it signs no more"))?;
        // Ed25519 signs the hash (RFC 8463, section 3).
        let bytes = match self.scheme {
            SignatureScheme::ED25519 => signer.sign(&Sha256::digest(data)),
            _ => signer.sign(data),
        };
        bytes.map(|bytes| BASE64.encode(bytes)).map_err(|_| unusable("it could not sign"))
    }
}

fn pieces(base64: &str) -> Vec<&str> {
    let ends = (0..base64.len()).step_by(FOLD);
    ends.filter_map(|from| base64.get(from..(from + FOLD).min(base64.len()))).collect()
}

/// Names in small letters, values as section 3.4.2 has them.
fn headers(head: &str) -> Vec<(String, String)> {
    let mut lines: Vec<String> = Vec::new();
    for line in head.split("\r\n") {
        match lines.last_mut() {
            Some(before) if line.starts_with([' ', '\t']) => before.push_str(line),
            _ => lines.push(line.to_owned()),
        }
    }
    let split = |line: &String| {
        let (name, value) = line.split_once(':')?;
        Some((name.trim().to_ascii_lowercase(), spaced(value).trim().to_owned()))
    };
    lines.iter().filter_map(split).collect()
}

/// Every run of blanks as one.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            ' ' | '\t' if out.ends_with(' ') => {}
            ' ' | '\t' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Section 3.4.4.
fn relaxed_body(body: &str) -> String {
    let mut out = String::with_capacity(body.len());
    for line in body.split("\r\n") {
        out.push_str(spaced(line).trim_end_matches(' '));
        out.push_str("\r\n");
    }
    while out.ends_with("\r\n\r\n") {
        out.truncate(out.len() - 2);
    }
    if out == "\r\n" { String::new() } else { out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_signed_is_what_the_standard_shows() {
        // RFC 6376, section 3.4.5.
        let headers = headers("A: X\r\nB : Y\t\r\n\tZ  ");
        assert_eq!(headers, [("a".into(), "X".into()), ("b".into(), "Y Z".into())]);
        assert_eq!(relaxed_body(" C \r\nD \t E\r\n\r\n\r\n"), " C\r\nD E\r\n");
        assert_eq!(relaxed_body(""), "");
        assert_eq!(relaxed_body("\r\n\r\n"), "");
    }

    #[test]
    fn a_key_of_no_use_is_told_without_a_word_of_it() {
        let said =
            Signer::new("a.example", "s", "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----").err();
        let said = said.unwrap().to_string();
        assert!(said.contains("of no use") && !said.contains("c2VjcmV0"), "{said}");
    }
}
