//! From a stranger's file to bare pixels, and from these to a file of our own.

use crate::header::{Format, webp_frame};
use crate::{MEMORY_MAX, Refusal};
use image::codecs::jpeg::{JpegDecoder, JpegEncoder};
use image::codecs::png::PngDecoder;
use image::codecs::webp::WebPDecoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, Limits, Rgb, RgbImage};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The longer side of a picture, pixels: as wide as a page on a good screen.
pub const EDGE_MAX: u32 = 1600;
/// That of its thumbnail.
pub const THUMBNAIL_EDGE_MAX: u32 = 320;
/// A picture of ours is never longer; most are a quarter of it.
pub const PICTURE_BYTES_MAX: usize = 1 << 20;

/// How well a JPEG keeps what it shows. The next is taken where a file would be too long: foliage, noise at night.
const QUALITIES: [u8; 4] = [82, 70, 55, 35];
const THUMBNAIL_QUALITY: u8 = 72;

/// A photo, clean: pixels and nothing else.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels from left to right.
    pub width: u32,
    /// From top to bottom.
    pub height: u32,
    /// A JPEG file of at most [`PICTURE_BYTES_MAX`].
    pub jpeg: Vec<u8>,
    /// The same, small.
    pub thumbnail: Vec<u8>,
}

/// Makes a picture of a stranger's file.
pub fn clean(file: &[u8]) -> Result<Picture, Refusal> {
    // Decoders are written with care and fuzzed, and all the same one may meet what nobody thought of.
    let made = catch_unwind(AssertUnwindSafe(|| made(file)));
    made.unwrap_or(Err(Refusal::Damaged))
}

fn made(file: &[u8]) -> Result<Picture, Refusal> {
    let (pixels, orientation) = match Format::of(file)? {
        format @ Format::Jpeg { .. } => unpacked(JpegDecoder::new(Cursor::new(file)), format)?,
        Format::Png => unpacked(PngDecoder::with_limits(Cursor::new(file), limits()), Format::Png)?,
        Format::WebP => {
            let decoder = WebPDecoder::new(Cursor::new(file));
            let told = decoder.as_ref().map(ImageDecoder::dimensions).ok();
            // The frame is what is unpacked, whatever the head says.
            if told.is_none() || told != webp_frame(file) {
                return Err(Refusal::Damaged);
            }
            unpacked(decoder, Format::WebP)?
        }
    };
    let mut small = fitted(pixels, EDGE_MAX);
    small.apply_orientation(orientation);
    within(on_white(&small))
}

fn unpacked(
    decoder: image::ImageResult<impl ImageDecoder>,
    format: Format,
) -> Result<(DynamicImage, Orientation), Refusal> {
    let damaged = |_| Refusal::Damaged;
    let mut decoder = decoder.map_err(damaged)?;
    format.check(decoder.dimensions(), decoder.total_bytes())?;
    // Which side is up is worth a look, and no reason to refuse a photo.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    decoder.set_limits(limits()).map_err(damaged)?;
    Ok((DynamicImage::from_decoder(decoder).map_err(damaged)?, orientation))
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MEMORY_MAX);
    limits
}

/// Scaled down to an edge; never up. Each pixel is the mean of those it stands for, which needs no second picture in memory.
fn fitted(pixels: DynamicImage, edge: u32) -> DynamicImage {
    let (width, height) = (pixels.width(), pixels.height());
    let longer = u64::from(width.max(height));
    if longer <= u64::from(edge) {
        return pixels;
    }
    let scaled = |side: u32| u32::try_from(u64::from(side) * u64::from(edge) / longer).unwrap_or(edge).max(1);
    pixels.thumbnail_exact(scaled(width), scaled(height))
}

/// What was transparent becomes paper.
fn on_white(pixels: &DynamicImage) -> RgbImage {
    if !pixels.color().has_alpha() {
        return pixels.to_rgb8();
    }
    let pixels = pixels.to_rgba8();
    let mut plain = RgbImage::new(pixels.width(), pixels.height());
    for (to, from) in plain.pixels_mut().zip(pixels.pixels()) {
        let [red, green, blue, opaque] = from.0.map(u32::from);
        let over = |colour: u32| u8::try_from((colour * opaque + 255 * (255 - opaque)) / 255).unwrap_or(u8::MAX);
        *to = Rgb([over(red), over(green), over(blue)]);
    }
    plain
}

/// As good as fits; noise that fits at no quality is made smaller.
fn within(picture: RgbImage) -> Result<Picture, Refusal> {
    let thumbnail = fitted(DynamicImage::ImageRgb8(picture.clone()), THUMBNAIL_EDGE_MAX).to_rgb8();
    let thumbnail = written(&thumbnail, THUMBNAIL_QUALITY)?;
    let mut picture = picture;
    for edge in [EDGE_MAX, EDGE_MAX / 2] {
        picture = fitted(DynamicImage::ImageRgb8(picture), edge).to_rgb8();
        let (width, height) = picture.dimensions();
        for quality in QUALITIES {
            let jpeg = written(&picture, quality)?;
            if jpeg.len() <= PICTURE_BYTES_MAX {
                return Ok(Picture { width, height, jpeg, thumbnail });
            }
        }
    }
    Err(Refusal::Damaged)
}

fn written(picture: &RgbImage, quality: u8) -> Result<Vec<u8>, Refusal> {
    let mut jpeg = Vec::new();
    let (width, height) = picture.dimensions();
    let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, quality);
    let done = encoder.encode(picture.as_raw(), width, height, ExtendedColorType::Rgb8);
    done.map(|()| jpeg).map_err(|_| Refusal::Damaged)
}

/// What somebody photographed does not belong into a log.
impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Picture").field("width", &self.width).field("height", &self.height).finish_non_exhaustive()
    }
}
