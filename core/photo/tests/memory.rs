//! One test in a process of its own: the most memory that it ever had is that of the photo.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code outside of test functions")]

use image::{ImageFormat, RgbImage};
use photo::{BYTES_MAX, EDGE_MAX, MEMORY_MAX};
use std::io::Cursor;

#[test]
fn forty_megapixels_are_taken_within_the_bound() {
    let mut file = Cursor::new(Vec::new());
    let step = |at: u32| u8::try_from((at / 40) % 256).unwrap_or(0);
    RgbImage::from_fn(8000, 5000, |x, y| image::Rgb([step(x), step(y), step(x + y)]))
        .write_to(&mut file, ImageFormat::Jpeg)
        .unwrap();
    let file = file.into_inner();
    assert!(file.len() <= BYTES_MAX, "{}", file.len());
    // Writing 5 to it makes the kernel forget the most it saw (proc(5)).
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = most();
    let picture = photo::clean(&file).unwrap();
    assert_eq!((picture.width, picture.height), (EDGE_MAX, 1000));
    let taken = most() - before;
    assert!(taken <= MEMORY_MAX + 3 * BYTES_MAX as u64, "{} MB", taken >> 20);
}

/// The most memory this process had, bytes.
fn most() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}
