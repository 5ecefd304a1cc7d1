//! What a file says of itself, read without unpacking anything.

use crate::{BYTES_MAX, MEMORY_MAX, PIXELS_MAX, Refusal};

/// The formats that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// `unpacking`: bytes a pixel that its decoder needs beside the picture.
    Jpeg {
        unpacking: u64,
    },
    Png,
    WebP,
}

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";
/// Halves of a decoder's work on WebP: the planes of a frame, and the picture before its transparency.
const WEBP_UNPACKING: u64 = 6;

impl Format {
    /// Looks at what a file begins with.
    pub(crate) fn of(file: &[u8]) -> Result<Self, Refusal> {
        if file.len() > BYTES_MAX {
            return Err(Refusal::TooLong);
        }
        if file.starts_with(&[0xff, 0xd8, 0xff]) {
            return jpeg(file).ok_or(Refusal::Damaged);
        }
        if file.starts_with(PNG) {
            return Ok(Self::Png);
        }
        match (file.get(..4), file.get(4..8), file.get(8..12)) {
            (Some(b"RIFF"), _, Some(b"WEBP")) => Ok(Self::WebP),
            (_, Some(b"ftyp"), Some(b"heic" | b"heix" | b"hevc" | b"mif1" | b"msf1" | b"avif" | b"avis")) => {
                Err(Refusal::Heic)
            }
            _ => Err(Refusal::Unknown),
        }
    }

    /// Whether a picture of that size may be unpacked; `bytes` is what it takes as a picture.
    pub(crate) fn check(self, (width, height): (u32, u32), bytes: u64) -> Result<(), Refusal> {
        let pixels = u64::from(width) * u64::from(height);
        if pixels == 0 {
            return Err(Refusal::Damaged);
        }
        let unpacking = match self {
            Self::Jpeg { unpacking } => unpacking,
            Self::Png => 0,
            Self::WebP => WEBP_UNPACKING,
        };
        let most = (MEMORY_MAX / (bytes.div_ceil(pixels) + unpacking)).min(PIXELS_MAX);
        if pixels <= most {
            return Ok(());
        }
        let millions = |pixels: u64| u32::try_from(pixels / 1_000_000).unwrap_or(u32::MAX);
        Err(Refusal::TooLarge { megapixels: millions(pixels.div_ceil(1_000_000) * 1_000_000), most: millions(most) })
    }
}

/// Walks the segments up to the scan. A progressive file is unpacked whole before its first line is known: two bytes for each pixel of each
/// colour. None when it is cut off, or not made as the standard (ITU-T T.81, annex B) has it.
fn jpeg(file: &[u8]) -> Option<Format> {
    let mut at = 2;
    let mut unpacking = None;
    loop {
        let (marker, length) = match file.get(at..at + 4)? {
            // Any number of fill bytes may stand before a marker.
            [0xff, 0xff, ..] => {
                at += 1;
                continue;
            }
            [0xff, marker, high, low] => (*marker, usize::from(u16::from_be_bytes([*high, *low]))),
            _ => return None,
        };
        let segment = file.get(at + 4..at + 2 + length)?;
        at += 2 + length;
        match marker {
            // A frame: which it is, and of how many colours.
            0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                let colours = u64::from(*segment.get(5)?);
                let is_whole = matches!(marker, 0xc0 | 0xc1);
                let before = unpacking.replace(if is_whole { 0 } else { 2 * colours });
                if before.is_some() {
                    return None;
                }
            }
            0xda => {
                // What ends in the middle has no end.
                let ends = file.get(at..)?.windows(2).any(|pair| pair == [0xff, 0xd9]);
                return unpacking.filter(|_| ends).map(|unpacking| Format::Jpeg { unpacking });
            }
            _ => {}
        }
    }
}

/// The size of the frame within a WebP file, which its head may tell otherwise; none when it has none, or moves.
pub(crate) fn webp_frame(file: &[u8]) -> Option<(u32, u32)> {
    let mut at = 12;
    loop {
        let name = file.get(at..at + 4)?;
        let length = u32::from_le_bytes(*file.get(at + 4..)?.first_chunk()?);
        let body = file.get(at + 8..)?;
        match name {
            b"VP8 " => {
                let side =
                    |from: usize| Some(u32::from(u16::from_le_bytes(*body.get(from..)?.first_chunk()?) & 0x3fff));
                return Some((side(6)?, side(8)?));
            }
            b"VP8L" => {
                let bits = u32::from_le_bytes(*body.get(1..)?.first_chunk()?);
                return Some(((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1));
            }
            b"ANIM" | b"ANMF" => return None,
            _ => at = at.checked_add(8)?.checked_add(usize::try_from(length).ok()?.next_multiple_of(2))?,
        }
    }
}
