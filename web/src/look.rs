//! From the municipality's colour to every colour of a page, by day and by night. Whatever colour was chosen, text can be read:
//! each is moved until it has the contrast it needs (WCAG 2.2 AA).

use model::{Colour, Corners, Look, Spacing};
use std::fmt::Write as _;

/// The colours of one scheme by the names the style sheet knows them by.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Palette(Vec<(&'static str, Colour)>);

/// Text that is read for long or in the sun: WCAG 2.2, 1.4.6 (AAA).
const EASY: f64 = 7.0;
/// The least for any text, with a little to spare for rounding.
const ENOUGH: f64 = 4.6;

/// What state a place is in has the same hue everywhere; a word always says it too.
const STATES: [(&str, u32); 4] =
    [("calm", 0x1f_6e_4d), ("usual", 0x2c_5f_86), ("busy", 0xa3_4a_0b), ("silent", 0x5c_64_66)];

impl Palette {
    /// By day: dark ink on paper, a pale sky above hills.
    pub(crate) fn day(accent: Colour) -> Self {
        let tone = |lightness, strength| accent.at_lightness(lightness, strength);
        let (paper, sky) = (Look::PAPER, tone(0.905, 0.32));
        let mut colours = vec![
            ("paper", paper),
            ("surface", Colour::rgb(0xff_ff_ff)),
            ("ink", tone(0.25, 0.45).readable_on(sky, EASY)),
            ("muted", tone(0.44, 0.4).readable_on(sky, ENOUGH)),
            ("line", tone(0.87, 0.14)),
            ("accent", accent.readable_on(paper, ENOUGH).readable_on(sky, ENOUGH)),
            ("sky-high", sky),
            ("sky-low", tone(0.965, 0.12)),
            ("far", tone(0.82, 0.4)),
            ("hill", tone(0.52, 0.95).readable_on(Colour::rgb(0xff_ff_ff), ENOUGH)),
            ("on-hill", Colour::rgb(0xff_ff_ff)),
            ("land", Colour::rgb(0xef_ed_e4)),
            ("forest", Colour::rgb(0xdc_e5_d3)),
            ("built", Colour::rgb(0xe4_dc_d0)),
            ("water", tone(0.84, 0.42)),
            ("road", Colour::rgb(0xff_ff_ff)),
        ];
        for (name, hue) in STATES {
            colours.push((name, Colour::rgb(hue).readable_on(sky, ENOUGH)));
        }
        for (name, tint) in TINTS {
            let state = STATES.iter().find(|(state, _)| *state == name).map_or(accent, |(_, hue)| Colour::rgb(*hue));
            colours.push((tint, state.at_lightness(0.945, 0.3)));
        }
        Self(colours)
            .with_heat([(0.945, 0.1), (0.885, 0.32), (0.80, 0.55), (0.70, 0.8), (0.47, 1.0), (0.34, 0.9)], accent)
    }

    /// By night: light ink, and the hills against a dark sky.
    pub(crate) fn night(accent: Colour) -> Self {
        let tone = |lightness, strength| accent.at_lightness(lightness, strength);
        let (paper, surface) = (tone(0.185, 0.24), tone(0.225, 0.28));
        let sky = tone(0.26, 0.4);
        let mut colours = vec![
            ("paper", paper),
            ("surface", surface),
            ("ink", tone(0.955, 0.08).readable_on(sky, EASY)),
            ("muted", tone(0.78, 0.16).readable_on(sky, ENOUGH)),
            ("line", tone(0.34, 0.3)),
            ("accent", tone(0.83, 0.65).readable_on(sky, ENOUGH)),
            ("sky-high", tone(0.16, 0.3)),
            ("sky-low", sky),
            ("far", tone(0.34, 0.5)),
            ("hill", tone(0.47, 0.75)),
            ("on-hill", Colour::rgb(0xff_ff_ff).readable_on(tone(0.47, 0.75), ENOUGH)),
            ("land", Colour::rgb(0x20_25_23)),
            ("forest", Colour::rgb(0x24_30_29)),
            ("built", Colour::rgb(0x33_33_2f)),
            ("water", tone(0.33, 0.5)),
            ("road", Colour::rgb(0x4a_50_4e)),
        ];
        for (name, hue) in STATES {
            let lit = Colour::rgb(hue).at_lightness(0.82, if name == "silent" { 0.6 } else { 0.85 });
            colours.push((name, lit.readable_on(sky, ENOUGH)));
        }
        for (name, tint) in TINTS {
            let state = STATES.iter().find(|(state, _)| *state == name).map_or(accent, |(_, hue)| Colour::rgb(*hue));
            colours.push((tint, state.at_lightness(0.30, 0.45)));
        }
        Self(colours)
            .with_heat([(0.26, 0.25), (0.31, 0.42), (0.39, 0.58), (0.48, 0.75), (0.72, 0.7), (0.87, 0.45)], accent)
    }

    /// The steps of the heatmap, and for each the ink that can be read on it.
    fn with_heat(mut self, steps: [(f64, f64); 6], accent: Colour) -> Self {
        const HEAT: [(&str, &str); 6] = [
            ("l0", "l0-ink"),
            ("l1", "l1-ink"),
            ("l2", "l2-ink"),
            ("l3", "l3-ink"),
            ("l4", "l4-ink"),
            ("l5", "l5-ink"),
        ];
        let (ink, paper) = (self.colour("ink"), self.colour("surface"));
        for ((name, ink_name), (lightness, strength)) in HEAT.into_iter().zip(steps) {
            let step = accent.at_lightness(lightness, strength);
            let better = if ink.contrast(step) >= paper.contrast(step) { ink } else { paper };
            self.0.extend([(name, step), (ink_name, better.readable_on(step, ENOUGH))]);
        }
        let accent = self.colour("accent");
        let on_accent = paper.readable_on(accent, ENOUGH);
        self.0.push(("on-accent", on_accent));
        self
    }

    /// The colour of that name; black for one there is not, which a test would see.
    pub(crate) fn colour(&self, name: &str) -> Colour {
        self.0.iter().find(|(n, _)| *n == name).map_or(Colour::rgb(0), |(_, colour)| *colour)
    }

    /// All of them by name.
    pub(crate) fn colours(&self) -> impl Iterator<Item = (&'static str, Colour)> {
        self.0.iter().copied()
    }

    fn tokens(&self) -> String {
        self.0.iter().fold(String::new(), |mut tokens, (name, colour)| {
            let _ = write!(tokens, "--{name}:{colour};");
            tokens
        })
    }
}

const TINTS: [(&str, &str); 4] =
    [("calm", "calm-tint"), ("usual", "usual-tint"), ("busy", "busy-tint"), ("silent", "silent-tint")];

/// The tokens of a look, to stand before the style sheet. Paper is always light.
pub(crate) fn tokens(look: &Look) -> String {
    let (day, night) = (Palette::day(look.accent), Palette::night(look.accent));
    let (round, pill) = match look.corners {
        Corners::Round => ("16px", "999px"),
        Corners::Square => ("0", "0"),
    };
    let air = match look.spacing {
        Spacing::Generous => "1",
        Spacing::Compact => "0.65",
    };
    format!(
        ":root{{color-scheme:light dark;{}--round:{round};--pill:{pill};--air:{air}}}\n\
         @media screen and (prefers-color-scheme:dark){{:root{{{}}}}}\n",
        day.tokens(),
        night.tokens()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::TEXT_CONTRAST_MIN;

    /// Text and what it stands on.
    const PAIRS: &[(&str, &[&str])] = &[
        ("ink", &["paper", "surface", "sky-high", "sky-low"]),
        ("muted", &["paper", "surface", "sky-high", "sky-low", "l0", "land"]),
        ("accent", &["paper", "surface", "sky-high", "sky-low"]),
        ("on-accent", &["accent"]),
        ("on-hill", &["hill"]),
        ("calm", &["surface", "sky-high", "sky-low", "calm-tint"]),
        ("usual", &["surface", "sky-high", "sky-low", "usual-tint"]),
        ("busy", &["surface", "sky-high", "sky-low", "busy-tint"]),
        ("silent", &["surface", "sky-high", "sky-low", "silent-tint"]),
        ("l0-ink", &["l0"]),
        ("l1-ink", &["l1"]),
        ("l2-ink", &["l2"]),
        ("l3-ink", &["l3"]),
        ("l4-ink", &["l4"]),
        ("l5-ink", &["l5"]),
    ];

    #[test]
    fn all_text_can_be_read_by_day_and_by_night_whatever_colour_a_municipality_has() {
        let chosen =
            [Look::ACCENT, Colour::rgb(0), Colour::rgb(0xff_ff_ff), Colour::rgb(0xff_d5_00), Colour::rgb(0xc8_10_2e)];
        let all = (0..0x0100_0000).step_by(0x7_1357).map(Colour::rgb).chain(chosen);
        for accent in all {
            for (scheme, palette) in [("day", Palette::day(accent)), ("night", Palette::night(accent))] {
                for (text, grounds) in PAIRS {
                    for ground in *grounds {
                        let contrast = palette.colour(text).contrast(palette.colour(ground));
                        assert!(
                            contrast >= TEXT_CONTRAST_MIN,
                            "{accent} by {scheme}: {text} on {ground} is {contrast:.2}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn every_colour_the_style_sheet_names_is_there() {
        let tokens = tokens(&Look::default());
        let style = include_str!("../assets/style.css");
        for (at, _) in style.match_indices("var(--") {
            let name = style[at + 4..].split([')', ',']).next().unwrap();
            assert!(tokens.contains(&format!("{name}:")) || style.contains(&format!("{name}: ")), "{name} is nowhere");
        }
    }
}
