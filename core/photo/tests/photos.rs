//! Photos as people take them, and files that only say they are photos.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code outside of test functions")]

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use photo::{BYTES_MAX, EDGE_MAX, PICTURE_BYTES_MAX, Refusal, THUMBNAIL_EDGE_MAX, clean};
use std::io::Cursor;

const SECRET: &[u8] = b"67.2804 N, 14.4049 E, Kari's phone <script>alert(1)</script>";

/// Left half red, right half blue.
fn halves(width: u32, height: u32) -> DynamicImage {
    let side = |x, _| if x < width / 2 { Rgb([220, 20, 20]) } else { Rgb([20, 20, 220]) };
    RgbImage::from_fn(width, height, side).into()
}

fn noise(width: u32, height: u32) -> RgbImage {
    let mut dice = Dice(7);
    RgbImage::from_fn(width, height, |_, _| Rgb([0; 3].map(|_: u8| dice.byte())))
}

fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A JPEG that says which side is up, where it was taken, and more in a comment.
fn tagged(picture: &DynamicImage, orientation: u8) -> Vec<u8> {
    let plain = file(picture, ImageFormat::Jpeg);
    // Exif: little-endian, one field in the first directory: 0x0112, orientation.
    let head = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0";
    let exif = [head.as_slice(), &[orientation, 0, 0, 0, 0, 0, 0, 0], SECRET].concat();
    [&plain[..2], &segment(0xe1, &exif), &segment(0xfe, SECRET), &plain[2..]].concat()
}

fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
    let length = u16::try_from(body.len() + 2).unwrap().to_be_bytes();
    [&[0xff, marker], length.as_slice(), body].concat()
}

fn holds(file: &[u8], what: &[u8]) -> bool {
    file.windows(what.len()).any(|window| window == what)
}

fn read(jpeg: &[u8]) -> RgbImage {
    image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).unwrap().to_rgb8()
}

/// Writes another size into the frame of a JPEG, and another marker.
fn claiming(width: u16, height: u16, marker: u8) -> Vec<u8> {
    let mut jpeg = file(&halves(16, 16), ImageFormat::Jpeg);
    let at = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    jpeg[at + 1] = marker;
    jpeg[at + 5..at + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[at + 7..at + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}

#[test]
fn a_photo_is_turned_upright_and_says_nothing_of_where_it_was_taken() {
    let picture = clean(&tagged(&halves(400, 200), 6)).unwrap();
    assert_eq!((picture.width, picture.height), (200, 400), "a quarter turn clockwise");
    let shown = read(&picture.jpeg);
    assert!(shown.get_pixel(100, 20).0[0] > 150, "red was left and is above");
    assert!(shown.get_pixel(100, 380).0[2] > 150, "blue was right and is below");
    for made in [&picture.jpeg, &picture.thumbnail] {
        for hidden in [b"Exif".as_slice(), b"67.2804", b"Kari", b"<script>"] {
            assert!(!holds(made, hidden), "{:?}", String::from_utf8_lossy(hidden));
        }
    }
}

#[test]
fn a_large_photo_becomes_as_large_as_a_page_and_a_small_one_stays() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let picture = clean(&file(&halves(3200, 1000), format)).unwrap();
        assert_eq!((picture.width, picture.height), (EDGE_MAX, 500), "{format:?}");
        assert_eq!(read(&picture.thumbnail).width(), THUMBNAIL_EDGE_MAX);
        let picture = clean(&file(&halves(90, 60), format)).unwrap();
        assert_eq!((picture.width, picture.height), (90, 60), "{format:?}");
    }
    let line = clean(&file(&halves(9000, 1), ImageFormat::Png)).unwrap();
    assert_eq!((line.width, line.height), (EDGE_MAX, 1));
}

#[test]
fn a_photo_of_leaves_at_night_fits_too() {
    let picture = clean(&file(&noise(EDGE_MAX, EDGE_MAX).into(), ImageFormat::Png)).unwrap();
    assert!(picture.jpeg.len() <= PICTURE_BYTES_MAX, "{}", picture.jpeg.len());
}

#[test]
fn what_was_transparent_is_white() {
    let clear: DynamicImage = RgbaImage::from_pixel(20, 20, Rgba([0, 0, 0, 0])).into();
    for format in [ImageFormat::Png, ImageFormat::WebP] {
        let picture = clean(&file(&clear, format)).unwrap();
        assert!(read(&picture.jpeg).pixels().all(|pixel| pixel.0 > [250; 3]), "{format:?}");
    }
}

#[test]
fn what_is_no_photo_is_told_so_whatever_it_is_called() {
    let gif = b"GIF89a\x01\0\x01\0\0\0\0;";
    let others: [&[u8]; 7] =
        [b"", b"<!doctype html><script>1</script>", b"<svg xmlns='x'/>", gif, b"%PDF-1.7", b"PK\x03\x04", b"\xff\xd8"];
    for other in others {
        assert_eq!(clean(other), Err(Refusal::Unknown), "{:?}", String::from_utf8_lossy(other));
    }
    assert_eq!(clean(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"), Err(Refusal::Heic));
    assert_eq!(clean(&vec![0xff; BYTES_MAX + 1]), Err(Refusal::TooLong));
}

#[test]
fn a_page_that_begins_like_a_photo_is_damaged_and_a_photo_with_a_page_behind_it_loses_the_page() {
    let page = b"<html><script>alert(1)</script></html>";
    for start in [b"\xff\xd8\xff\xe0".as_slice(), b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0WEBP"] {
        assert_eq!(clean(&[start, page].concat()), Err(Refusal::Damaged));
    }
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let both = [file(&halves(64, 64), format), page.to_vec()].concat();
        let picture = clean(&both).unwrap();
        assert!(!holds(&picture.jpeg, b"<script>"), "{format:?}");
    }
}

#[test]
fn a_photo_that_is_cut_off_anywhere_is_refused() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let whole = file(&noise(60, 60).into(), format);
        assert!(clean(&whole).is_ok());
        // A PNG ends in a chunk that says only that it ends.
        let needed = whole.len() - if format == ImageFormat::Png { 16 } else { 1 };
        for length in (0..needed).step_by(7).chain([needed - 1]) {
            let refused = clean(&whole[..length]).map(|picture| (picture.width, picture.height));
            assert!(matches!(refused, Err(Refusal::Damaged | Refusal::Unknown)), "{format:?} {length}: {refused:?}");
        }
    }
}

#[test]
fn a_bomb_is_refused_by_what_its_header_says() {
    assert_eq!(clean(&claiming(8000, 5001, 0xc0)), Err(Refusal::TooLarge { megapixels: 41, most: 40 }));
    assert_eq!(clean(&claiming(65000, 65000, 0xc0)), Err(Refusal::TooLarge { megapixels: 4225, most: 40 }));
    let progressive = clean(&claiming(6000, 4000, 0xc2));
    assert_eq!(progressive, Err(Refusal::TooLarge { megapixels: 24, most: 22 }), "it is unpacked whole, twice");
    let mut png = file(&halves(16, 16), ImageFormat::Png);
    png[16..24].copy_from_slice(&[0, 1, 0, 0, 0, 1, 0, 0]);
    // Its checksum would be wrong: made anew.
    let crc = crc32(&png[12..29]);
    png[29..33].copy_from_slice(&crc.to_be_bytes());
    assert_eq!(clean(&png), Err(Refusal::TooLarge { megapixels: 4295, most: 40 }));
}

/// The head of a WebP file said 100 by 100, and its frame 16 383 by 16 383: the decoder unpacked the frame before it compared the two.
#[test]
fn a_frame_larger_than_its_file_says_is_not_unpacked() {
    let frame = b"\x10\0\0\x9d\x01\x2a\xff\x3f\xff\x3f____";
    let chunk = |name: &[u8], body: &[u8]| [name, &u32::try_from(body.len()).unwrap().to_le_bytes(), body].concat();
    let chunks = [chunk(b"VP8X", &[0, 0, 0, 0, 99, 0, 0, 99, 0, 0]), chunk(b"VP8 ", frame)].concat();
    let all = [b"WEBP".as_slice(), &chunks].concat();
    assert_eq!(clean(&chunk(b"RIFF", &all)), Err(Refusal::Damaged));
}

#[test]
fn whatever_comes_it_is_a_picture_within_bounds_or_a_refusal() {
    let mut dice = Dice(99);
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        let honest = [file(&noise(24, 24).into(), format), file(&halves(200, 90), format)];
        for round in 0..600 {
            let mut wild = honest[round % 2].clone();
            for _ in 0..=dice.below(6) {
                let at = dice.below(wild.len());
                wild[at] = dice.byte();
            }
            if dice.below(4) == 0 {
                wild.truncate(dice.below(wild.len()));
            }
            if let Ok(picture) = clean(&wild) {
                assert!(picture.width.max(picture.height) <= EDGE_MAX && picture.jpeg.len() <= PICTURE_BYTES_MAX);
            }
        }
    }
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes
        .iter()
        .fold(!0_u32, |crc, byte| (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 * (crc & 1))))
}

struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[3]
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 8).unwrap() % end
    }
}
