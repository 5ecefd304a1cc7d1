//! One record of `aes128gcm` (RFC 8188) for one browser (RFC 8291).

use model::Browser;
use ring::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::agreement::{ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey, agree_ephemeral};
use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt};
use ring::rand::{SecureRandom as _, SystemRandom};

/// What every push service takes (RFC 8030, section 7.2).
const RECORD_BYTES: u32 = 4096;
const SALT_BYTES: usize = 16;
/// Salt, size of the record, length of the key, key.
const HEAD_BYTES: usize = SALT_BYTES + 4 + 1 + 65;
/// What stands behind the text of the last record, and the mark of its integrity.
const TAIL_BYTES: usize = 1 + 16;
/// The longest text.
pub const PUSH_BYTES_MAX: usize = RECORD_BYTES as usize - HEAD_BYTES - TAIL_BYTES;
/// No record comes behind this one (RFC 8188, section 2).
const LAST: u8 = 2;

/// The text as only that browser can read it; none when it is too long, or the browser's key is no point on the curve.
pub(super) fn sealed(said: &[u8], to: &Browser) -> Option<Vec<u8>> {
    let dice = SystemRandom::new();
    let mut salt = [0; SALT_BYTES];
    dice.fill(&mut salt).ok()?;
    let ours = EphemeralPrivateKey::generate(&ECDH_P256, &dice).ok()?;
    let public = ours.compute_public_key().ok()?;
    let theirs = UnparsedPublicKey::new(&ECDH_P256, to.p256dh());
    let public: [u8; 65] = public.as_ref().try_into().ok()?;
    agree_ephemeral(ours, &theirs, |shared| record(said, to, shared, &public, salt)).ok()?
}

/// The record, of what the two keys have in common.
pub(super) fn record(
    said: &[u8],
    to: &Browser,
    shared: &[u8],
    public: &[u8; 65],
    salt: [u8; SALT_BYTES],
) -> Option<Vec<u8>> {
    if said.len() > PUSH_BYTES_MAX {
        return None;
    }
    let of_both = Salt::new(HKDF_SHA256, to.auth()).extract(shared);
    let material: [u8; 32] = expanded(&of_both, &[b"WebPush: info\0", to.p256dh(), public])?;
    let root = Salt::new(HKDF_SHA256, &salt).extract(&material);
    let key: [u8; 16] = expanded(&root, &[b"Content-Encoding: aes128gcm\0"])?;
    let nonce: [u8; NONCE_LEN] = expanded(&root, &[b"Content-Encoding: nonce\0"])?;
    let mut text = said.to_vec();
    text.push(LAST);
    let key = LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &key).ok()?);
    key.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::empty(), &mut text).ok()?;
    let mut out = Vec::with_capacity(HEAD_BYTES + text.len());
    out.extend_from_slice(&salt);
    out.extend_from_slice(&RECORD_BYTES.to_be_bytes());
    out.push(u8::try_from(public.len()).ok()?);
    out.extend_from_slice(public);
    out.append(&mut text);
    Some(out)
}

/// So many bytes.
struct Length(usize);

impl KeyType for Length {
    fn len(&self) -> usize {
        self.0
    }
}

fn expanded<const N: usize>(from: &Prk, info: &[&[u8]]) -> Option<[u8; N]> {
    let mut out = [0; N];
    from.expand(info, Length(N)).ok()?.fill(&mut out).ok()?;
    Some(out)
}
