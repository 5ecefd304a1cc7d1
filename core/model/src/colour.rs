use std::fmt;
use std::str::FromStr;

/// A colour of the sRGB space.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Colour {
    red: u8,
    green: u8,
    blue: u8,
}

/// Text that is no colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a colour is written as # and six hexadecimal digits")]
pub struct ParseColourError;

/// What text needs against what it stands on: WCAG 2.2, success criterion 1.4.3 (AA).
pub const TEXT_CONTRAST_MIN: f64 = 4.5;

/// Steps in which a colour is made darker or lighter until it can be read.
const STEPS: u32 = 200;

impl Colour {
    /// From `0xRRGGBB`.
    pub const fn rgb(rgb: u32) -> Self {
        let [_, red, green, blue] = rgb.to_be_bytes();
        Self { red, green, blue }
    }

    /// Contrast with `other`, from 1 (none) to 21 (black on white): WCAG 2.2, contrast ratio.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance() + 0.05, other.luminance() + 0.05);
        (a / b).max(b / a)
    }

    /// Itself when it has a contrast of at least `ratio` on `ground`, else the nearest darker (on a light ground) or lighter one
    /// of the same hue that has; black or white when none has.
    #[must_use]
    pub fn readable_on(self, ground: Self, ratio: f64) -> Self {
        let lab = Lab::of(self);
        let end = if ground.luminance() > 0.18 { 0.0 } else { 1.0 };
        let step = |n: u32| {
            let share = f64::from(n) / f64::from(STEPS);
            // Towards black and white a hue fades, or the colour would leave what a screen can show.
            let faded = 1.0 - share * share;
            Lab { l: lab.l + (end - lab.l) * share, a: lab.a * faded, b: lab.b * faded }.colour()
        };
        if self.contrast(ground) >= ratio {
            return self;
        }
        (1..=STEPS).map(step).find(|c| c.contrast(ground) >= ratio).unwrap_or_else(|| step(STEPS))
    }

    /// `share` of the way from this colour to `other`, as the eye sees it.
    #[must_use]
    pub fn mixed(self, other: Self, share: f64) -> Self {
        let (from, to) = (Lab::of(self), Lab::of(other));
        let between = |a: f64, b: f64| a + (b - a) * share;
        Lab { l: between(from.l, to.l), a: between(from.a, to.a), b: between(from.b, to.b) }.colour()
    }

    /// The same hue at another lightness (0 black, 1 white), with `strength` times its saturation.
    #[must_use]
    pub fn at_lightness(self, lightness: f64, strength: f64) -> Self {
        let lab = Lab::of(self);
        Lab { l: lightness, a: lab.a * strength, b: lab.b * strength }.colour()
    }

    /// WCAG 2.2, relative luminance.
    fn luminance(self) -> f64 {
        let [red, green, blue] = [self.red, self.green, self.blue].map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

/// Bjorn Ottosson's `Oklab`: equal steps look equal.
#[derive(Clone, Copy)]
struct Lab {
    l: f64,
    a: f64,
    b: f64,
}

impl Lab {
    fn of(colour: Colour) -> Self {
        let [red, green, blue] = [colour.red, colour.green, colour.blue].map(linear);
        let long = (0.412_221_470_8 * red + 0.536_332_536_3 * green + 0.051_445_992_9 * blue).cbrt();
        let medium = (0.211_903_498_2 * red + 0.680_699_545_1 * green + 0.107_396_956_6 * blue).cbrt();
        let short = (0.088_302_461_9 * red + 0.281_718_837_6 * green + 0.629_978_700_5 * blue).cbrt();
        Self {
            l: 0.210_454_255_3 * long + 0.793_617_785_0 * medium - 0.004_072_046_8 * short,
            a: 1.977_998_495_1 * long - 2.428_592_205_0 * medium + 0.450_593_709_9 * short,
            b: 0.025_904_037_1 * long + 0.782_771_766_2 * medium - 0.808_675_766_0 * short,
        }
    }

    /// The nearest colour a screen can show.
    fn colour(self) -> Colour {
        let long = (self.l + 0.396_337_777_4 * self.a + 0.215_803_757_3 * self.b).powi(3);
        let medium = (self.l - 0.105_561_345_8 * self.a - 0.063_854_172_8 * self.b).powi(3);
        let short = (self.l - 0.089_484_177_5 * self.a - 1.291_485_548_0 * self.b).powi(3);
        Colour {
            red: channel(4.076_741_662_1 * long - 3.307_711_591_3 * medium + 0.230_969_929_2 * short),
            green: channel(-1.268_438_004_6 * long + 2.609_757_401_1 * medium - 0.341_319_396_5 * short),
            blue: channel(-0.004_196_086_3 * long - 0.703_418_614_7 * medium + 1.707_614_701_0 * short),
        }
    }
}

fn linear(channel: u8) -> f64 {
    let channel = f64::from(channel) / 255.0;
    if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped; NaN becomes 0")]
fn channel(linear: f64) -> u8 {
    let linear = linear.clamp(0.0, 1.0);
    let encoded = if linear <= 0.003_130_8 { linear * 12.92 } else { 1.055 * linear.powf(1.0 / 2.4) - 0.055 };
    (encoded * 255.0).round() as u8
}

/// `#13525f`.
impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

impl FromStr for Colour {
    type Err = ParseColourError;
    fn from_str(text: &str) -> Result<Self, ParseColourError> {
        let digits = text.strip_prefix('#').filter(|d| d.len() == 6 && d.bytes().all(|b| b.is_ascii_hexdigit()));
        let rgb = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        rgb.map(Self::rgb).ok_or(ParseColourError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHITE: Colour = Colour::rgb(0xff_ff_ff);
    const BLACK: Colour = Colour::rgb(0);

    #[test]
    fn contrast_is_that_of_wcag() {
        assert!((BLACK.contrast(WHITE) - 21.0).abs() < 1e-9);
        // The grey that everybody quotes.
        let grey = Colour::rgb(0x76_76_76);
        assert!((4.5..4.6).contains(&grey.contrast(WHITE)), "{}", grey.contrast(WHITE));
    }

    #[test]
    fn a_colour_that_can_be_read_stays_and_another_becomes_one_of_its_hue() {
        let teal = Colour::rgb(0x13_52_5f);
        assert_eq!(teal.readable_on(WHITE, TEXT_CONTRAST_MIN), teal);
        let yellow = Colour::rgb(0xff_d5_00);
        let ochre = yellow.readable_on(WHITE, TEXT_CONTRAST_MIN);
        assert!((4.5..4.75).contains(&ochre.contrast(WHITE)), "{ochre}");
        assert!(ochre.red > ochre.green && ochre.green > ochre.blue, "{ochre} is no yellow");
        let lit = teal.readable_on(Colour::rgb(0x0c_18_1c), TEXT_CONTRAST_MIN);
        assert!(lit.blue > lit.red && lit.contrast(Colour::rgb(0x0c_18_1c)) >= 4.5, "{lit}");
    }

    #[test]
    fn whatever_the_colour_something_readable_comes_of_it() {
        for rgb in (0..0x0100_0000).step_by(0x3_0507) {
            for ground in [WHITE, BLACK, Colour::rgb(0x80_80_80), Colour::rgb(rgb)] {
                let text = Colour::rgb(rgb).readable_on(ground, TEXT_CONTRAST_MIN);
                assert!(text.contrast(ground) >= TEXT_CONTRAST_MIN, "{text} on {ground}");
            }
        }
    }

    #[test]
    fn a_mix_ends_where_its_parts_begin() {
        let (teal, sand) = (Colour::rgb(0x13_52_5f), Colour::rgb(0xf6_f4_ee));
        assert_eq!(teal.mixed(sand, 0.0), teal);
        assert_eq!(teal.mixed(sand, 1.0), sand);
    }

    #[test]
    fn a_colour_is_read_as_it_is_printed_and_in_no_other_way() {
        assert_eq!("#13525F".parse::<Colour>().unwrap().to_string(), "#13525f");
        for bad in ["", "13525f", "#135", "#13525g", "#13525f0", "teal", "#+13525"] {
            assert_eq!(bad.parse::<Colour>(), Err(ParseColourError), "{bad}");
        }
    }
}
