use super::Broken;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hmac_of_sha2::{Hmac, Mac as _};
use model::channel::{Encoding, Slot};
use model::{Hex, Secrets, Slug};
use sha2::Sha256;

/// The text, for a host that may be shown it.
pub(super) fn filled(slot: &Slot, host: &str, secrets: &Secrets) -> Result<String, Broken> {
    let shown = |name: &Slug| {
        let secret = secrets.get(name).ok_or_else(|| Broken::NotGranted(format!("there is no secret `{name}`")))?;
        let refused = || Broken::NotGranted(format!("the secret `{name}` may not be shown to {host}"));
        secret.shown_to(host).ok_or_else(refused)
    };
    Ok(match slot {
        Slot::Plain(text) => text.clone(),
        Slot::Secret(name) => shown(name)?.to_owned(),
        Slot::Bearer(name) => format!("Bearer {}", shown(name)?),
        Slot::Basic(user, name) => format!("Basic {}", BASE64.encode(format!("{user}:{}", shown(name)?))),
        Slot::Hmac { secret, over, before, encoding } => {
            let key = shown(secret)?;
            let key = match key.strip_prefix("whsec_") {
                Some(rest) => BASE64.decode(rest).map_err(|_| {
                    Broken::Unfit(format!("the secret `{secret}` begins with whsec_, and the rest is no base64"))
                })?,
                None => key.as_bytes().to_vec(),
            };
            format!("{before}{}", written(*encoding, &signature(&key, over)))
        }
    })
}

/// The whole address that stands here.
pub(super) fn whole_address(slot: &Slot, secrets: &Secrets) -> Result<String, Broken> {
    match slot {
        Slot::Plain(address) => Ok(address.clone()),
        Slot::Secret(name) => {
            let secret = secrets.get(name).ok_or_else(|| Broken::NotGranted(format!("there is no secret `{name}`")))?;
            Ok(secret.within().to_owned())
        }
        Slot::Bearer(_) | Slot::Basic(..) | Slot::Hmac { .. } => {
            Err(Broken::Unfit("an address is a text or a secret, and nothing else".to_owned()))
        }
    }
}

/// Whether the secret that this is may be shown to a host.
pub(super) fn may_go_to(slot: &Slot, host: &str, secrets: &Secrets) -> bool {
    match slot {
        Slot::Secret(name) => secrets.get(name).is_some_and(|secret| secret.shown_to(host).is_some()),
        _ => true,
    }
}

fn written(encoding: Encoding, bytes: &[u8]) -> String {
    match encoding {
        Encoding::Base64 => BASE64.encode(bytes),
        Encoding::Hex => Hex(bytes).to_string(),
    }
}

fn signature(key: &[u8], over: &[u8]) -> Vec<u8> {
    // A key of any length will do.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Vec::new() };
    mac.update(over);
    mac.finalize().into_bytes().to_vec()
}
