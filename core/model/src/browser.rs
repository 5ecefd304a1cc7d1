use std::fmt;

/// A browser that shows what is pushed to it: where its push service takes that (RFC 8030), and the keys with which it is encrypted for this
/// browser alone (RFC 8291). The address is all that it takes to disturb somebody, so it stands in no `Debug` and no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Browser {
    endpoint: String,
    p256dh: [u8; 65],
    auth: [u8; 16],
}

/// What a browser told of itself is not what browsers tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoBrowser {
    /// The address.
    #[error("a push service has a web address of at most {} characters", Browser::ENDPOINT_BYTES_MAX)]
    Endpoint,
    /// One of the keys.
    #[error("a browser has a public key of 65 bytes on the curve P-256 and a secret of 16 bytes")]
    Keys,
}

impl Browser {
    /// The longest address of any service that is known has a quarter of this.
    pub const ENDPOINT_BYTES_MAX: usize = 2000;

    /// Takes what `PushSubscription` of the Push API says.
    pub fn new(endpoint: &str, p256dh: &[u8], auth: &[u8]) -> Result<Self, NoBrowser> {
        let is_web = endpoint.starts_with("https://") || endpoint.starts_with("http://");
        let is_plain = endpoint.bytes().all(|byte| byte.is_ascii_graphic());
        if !is_web || !is_plain || endpoint.len() > Self::ENDPOINT_BYTES_MAX {
            return Err(NoBrowser::Endpoint);
        }
        // A point that is written out, as browsers do it (X9.62, section 4.3.6).
        let p256dh = p256dh.try_into().ok().filter(|key: &[u8; 65]| key.first() == Some(&4)).ok_or(NoBrowser::Keys)?;
        let auth = auth.try_into().map_err(|_| NoBrowser::Keys)?;
        Ok(Self { endpoint: endpoint.to_owned(), p256dh, auth })
    }

    /// Where its push service takes what is for it.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Its public key: a point on P-256, uncompressed.
    pub const fn p256dh(&self) -> &[u8; 65] {
        &self.p256dh
    }

    /// What it shares with those who may push to it.
    pub const fn auth(&self) -> &[u8; 16] {
        &self.auth
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Browser(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_browsers_tell_is_taken_and_nonsense_is_not() {
        let mut key = [7; 65];
        key[0] = 4;
        let endpoint = "https://push.example/send/abc";
        let browser = Browser::new(endpoint, &key, &[1; 16]).unwrap();
        assert_eq!((browser.endpoint(), browser.p256dh(), browser.auth()), (endpoint, &key, &[1; 16]));
        assert!(!format!("{browser:?}").contains("abc"));
        let long = format!("https://push.example/{}", "x".repeat(2000));
        for endpoint in
            ["", "push.example", "file:///etc/passwd", "https://push.example/a b", "https://\u{e5}.example", &long]
        {
            assert_eq!(Browser::new(endpoint, &key, &[1; 16]), Err(NoBrowser::Endpoint), "{endpoint}");
        }
        for (key, auth) in [(&[7; 65][..], &[1; 16][..]), (&key[..64], &[1; 16]), (&key, &[1; 15]), (&[], &[])] {
            assert_eq!(Browser::new(endpoint, key, auth), Err(NoBrowser::Keys));
        }
    }
}
