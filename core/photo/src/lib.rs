//! Hides the formats of photos, and what strangers do with them.
//!
//! A photo comes in as bytes that anybody may have made. What goes out is a [`Picture`]: the same scene upright, small enough for a page, as
//! JPEG files written here from bare pixels. So nothing else of the file comes along: no place, no time, no name of the camera, no profile, and
//! nothing that was hidden behind the picture.
//!
//! ```
//! let not_a_photo = photo::clean(b"<svg onload=alert(1)>");
//! assert_eq!(not_a_photo, Err(photo::Refusal::Unknown));
//! ```
//!
//! It looks at the header first and refuses what would cost more memory than [`MEMORY_MAX`]. It takes a second or two of a processor on a
//! small computer: call it away from what answers pages, and few at once. It does not keep colour profiles (a picture of a wide-gamut camera
//! loses some glow), and it does not read HEIC, whose decoders are neither free of patents nor of C.

mod header;
mod picture;

pub use picture::{EDGE_MAX, PICTURE_BYTES_MAX, Picture, THUMBNAIL_EDGE_MAX, clean};

/// The longest file: phones write 3 to 8 MB.
pub const BYTES_MAX: usize = 12 << 20;
/// The largest picture, in pixels: the largest that common cameras take.
pub const PIXELS_MAX: u64 = 40_000_000;
/// What reading one photo may take of memory, beside the file itself: 40 megapixels of red, green, blue and transparency.
pub const MEMORY_MAX: u64 = 192 << 20;

/// Why a file was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is longer than [`BYTES_MAX`].
    #[error("a photo has at most {BYTES_MAX} bytes")]
    TooLong,
    /// It begins like no photo that is taken.
    #[error("it is no JPEG, PNG or WebP")]
    Unknown,
    /// It is one of the formats of newer phones.
    #[error("it is HEIC or AVIF; the phone can save it as JPEG")]
    Heic,
    /// It has too many pixels.
    #[error("it has {megapixels} megapixels; at most {most} are taken of this sort")]
    TooLarge {
        /// So many, in millions.
        megapixels: u32,
        /// At most so many, in millions, written in this way.
        most: u32,
    },
    /// It is cut off, or makes no sense.
    #[error("it cannot be read: only a part of it came, or it is damaged")]
    Damaged,
}
