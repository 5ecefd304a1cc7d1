use super::Broken;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac_of_sha2::{Hmac, Mac as _};
use model::{Secrets, Slug};
use sha2::Sha256;
use std::fmt::Write as _;

/// A place in a request where a text stands, or the name of a secret. The text of a secret is known to the box alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Slot {
    /// As it is.
    Plain(String),
    /// The secret itself.
    Secret(Slug),
    /// `Bearer` and the secret.
    Bearer(Slug),
    /// User and secret, as HTTP has it (RFC 7617).
    Basic(String, Slug),
    /// A signature over bytes (HMAC-SHA256).
    Hmac {
        /// The key. `whsec_` before it says that the rest is base64.
        secret: Slug,
        /// What is signed.
        over: Vec<u8>,
        /// What stands before the signature: `v1,`.
        before: String,
        /// How it is written.
        encoding: Encoding,
    },
}

/// How bytes are written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// RFC 4648, section 4.
    Base64,
    /// Small letters.
    Hex,
}

impl Slot {
    /// The text, for a host that may be shown it.
    pub(super) fn filled(&self, host: &str, secrets: &Secrets) -> Result<String, Broken> {
        let shown = |name: &Slug| {
            let secret = secrets.get(name).ok_or_else(|| Broken::NotGranted(format!("there is no secret `{name}`")))?;
            let refused = || Broken::NotGranted(format!("the secret `{name}` may not be shown to {host}"));
            secret.shown_to(host).ok_or_else(refused)
        };
        Ok(match self {
            Self::Plain(text) => text.clone(),
            Self::Secret(name) => shown(name)?.to_owned(),
            Self::Bearer(name) => format!("Bearer {}", shown(name)?),
            Self::Basic(user, name) => format!("Basic {}", BASE64.encode(format!("{user}:{}", shown(name)?))),
            Self::Hmac { secret, over, before, encoding } => {
                let key = shown(secret)?;
                let key = match key.strip_prefix("whsec_") {
                    Some(rest) => BASE64.decode(rest).map_err(|_| {
                        Broken::Unfit(format!("the secret `{secret}` begins with whsec_, and the rest is no base64"))
                    })?,
                    None => key.as_bytes().to_vec(),
                };
                format!("{before}{}", encoding.of(&signature(&key, over)))
            }
        })
    }

    /// The whole address that stands here.
    pub(super) fn whole_address(&self, secrets: &Secrets) -> Result<String, Broken> {
        match self {
            Self::Plain(address) => Ok(address.clone()),
            Self::Secret(name) => {
                let secret =
                    secrets.get(name).ok_or_else(|| Broken::NotGranted(format!("there is no secret `{name}`")))?;
                Ok(secret.within().to_owned())
            }
            Self::Bearer(_) | Self::Basic(..) | Self::Hmac { .. } => {
                Err(Broken::Unfit("an address is a text or a secret, and nothing else".to_owned()))
            }
        }
    }

    /// Whether the secret that this is may be shown to a host.
    pub(super) fn may_go_to(&self, host: &str, secrets: &Secrets) -> bool {
        match self {
            Self::Secret(name) => secrets.get(name).is_some_and(|secret| secret.shown_to(host).is_some()),
            _ => true,
        }
    }
}

impl Encoding {
    fn of(self, bytes: &[u8]) -> String {
        match self {
            Self::Base64 => BASE64.encode(bytes),
            Self::Hex => bytes.iter().fold(String::new(), |mut hex, byte| {
                // Writing to a text cannot fail.
                let _ = write!(hex, "{byte:02x}");
                hex
            }),
        }
    }
}

fn signature(key: &[u8], over: &[u8]) -> Vec<u8> {
    // A key of any length will do.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(over);
    mac.finalize().into_bytes().to_vec()
}
