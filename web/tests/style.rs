//! The promise at the head of the style sheet: text has a contrast of at least 4.5 : 1 (WCAG 2.2, 1.4.3) in both schemes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "this is a test: it may fail")]

use std::collections::HashMap;

const STYLE: &str = include_str!("../assets/style.css");

/// Text and what it stands on.
const PAIRS: &[(&str, &[&str])] = &[
    ("ink", &["paper", "surface"]),
    ("muted", &["paper", "surface", "l0"]),
    ("accent", &["paper", "surface"]),
    ("on-accent", &["accent"]),
    ("on-deep", &["deep", "deep-far", "deep-mid"]),
    ("on-deep-muted", &["deep", "deep-far"]),
    ("calm", &["deep", "deep-far"]),
    ("usual", &["deep", "deep-far"]),
    ("busy", &["deep", "deep-far"]),
    ("silent", &["deep", "deep-far"]),
    ("card-calm", &["surface"]),
    ("card-usual", &["surface"]),
    ("card-busy", &["surface"]),
    ("card-silent", &["surface"]),
    ("low-ink", &["l1", "l2", "l3"]),
    ("high-ink", &["l4", "l5"]),
];

/// The colour tokens of one `:root { ... }`.
fn tokens(style: &str) -> HashMap<&str, u32> {
    fn token(line: &str) -> Option<(&str, &str)> {
        line.trim().strip_prefix("--")?.strip_suffix(';')?.split_once(": #")
    }
    let (_, block) = style.split_once(":root {").unwrap();
    let (block, _) = block.split_once('}').unwrap();
    block.lines().filter_map(token).map(|(name, hex)| (name, u32::from_str_radix(hex, 16).unwrap())).collect()
}

/// WCAG 2.2, relative luminance.
fn luminance(rgb: u32) -> f64 {
    let [_, red, green, blue] = rgb.to_be_bytes();
    let [red, green, blue] = [red, green, blue].map(|channel| {
        let channel = f64::from(channel) / 255.0;
        if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(a: u32, b: u32) -> f64 {
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    (a / b).max(b / a)
}

#[test]
fn all_text_can_be_read_in_both_schemes() {
    let (light, rest) = STYLE.split_once("@media (prefers-color-scheme: dark)").unwrap();
    let light = tokens(light);
    let mut dark = light.clone();
    dark.extend(tokens(rest));
    for (scheme, colours) in [("light", light), ("dark", dark)] {
        for (text, grounds) in PAIRS {
            for ground in *grounds {
                let contrast = contrast(colours[text], colours[ground]);
                assert!(contrast >= 4.5, "{scheme}: {text} on {ground} is {contrast:.2}");
            }
        }
    }
}
