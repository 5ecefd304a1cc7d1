//! A file that somebody sent as a photo: a plain picture within bounds, or a refusal; never a panic.
#![no_main]

libfuzzer_sys::fuzz_target!(|file: &[u8]| {
    // `clean` would catch a panic of a decoder; here one shall be seen, and the hook of the fuzzer ends the run at once.
    if let Ok(picture) = photo::clean(file) {
        assert!(picture.width.max(picture.height) <= photo::EDGE_MAX && picture.jpeg.len() <= photo::PICTURE_BYTES_MAX);
        assert!(photo::clean(&picture.jpeg).is_ok(), "what we wrote we can read");
    }
});
