use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use model::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::json;
use std::fmt;
use std::time::Duration;

/// A token is good for so long; a day is the most that services take (RFC 8292, section 2).
const TOKEN_HOLDS: Duration = Duration::from_hours(12);

/// The key by which push services know this box. Browsers ask for messages of this key alone, so it is made once.
pub struct PushKey {
    pair: EcdsaKeyPair,
    public: String,
}

impl PushKey {
    /// A new one, as it is kept: PKCS #8 in base64url. None where this machine has no good dice.
    pub fn make() -> Option<String> {
        let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).ok()?;
        Some(BASE64URL.encode(made))
    }

    /// One as it was kept; none when it is no key.
    pub fn read(kept: &str) -> Option<Self> {
        let bytes = BASE64URL.decode(kept.trim()).ok()?;
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &bytes, &SystemRandom::new()).ok()?;
        let public = BASE64URL.encode(pair.public_key());
        Some(Self { pair, public })
    }

    /// Its public half, as browsers want it (`applicationServerKey`): a point on P-256 in base64url.
    pub fn public(&self) -> &str {
        &self.public
    }

    /// Says to the push service at `audience` who asks (a JWT with ES256).
    pub(super) fn token(&self, audience: &str, contact: &str, now: Timestamp) -> Option<String> {
        let ends = (now + TOKEN_HOLDS).as_ms() / 1000;
        let head = json!({ "typ": "JWT", "alg": "ES256" }).to_string();
        let claims = json!({ "aud": audience, "exp": ends, "sub": contact }).to_string();
        let said = format!("{}.{}", BASE64URL.encode(head), BASE64URL.encode(claims));
        let signature = self.pair.sign(&SystemRandom::new(), said.as_bytes()).ok()?;
        Some(format!("{said}.{}", BASE64URL.encode(signature)))
    }
}

/// Its private half must not slip into a log.
impl fmt::Debug for PushKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushKey").field("public", &self.public).finish_non_exhaustive()
    }
}
