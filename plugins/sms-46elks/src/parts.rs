//! Into how many parts a text is cut on its way to a telephone (3GPP TS 23.038 and 23.040).

/// The basic alphabet: one septet each.
const BASIC: &str = "@\u{a3}$\u{a5}\u{e8}\u{e9}\u{f9}\u{ec}\u{f2}\u{c7}\n\u{d8}\u{f8}\r\u{c5}\u{e5}\u{394}_\u{3a6}\
     \u{393}\u{39b}\u{3a9}\u{3a0}\u{3a8}\u{3a3}\u{398}\u{39e}\u{c6}\u{e6}\u{df}\u{c9} !\"#\u{a4}%&'()*+,-./:;<=>?\u{a1}\
     \u{c4}\u{d6}\u{d1}\u{dc}\u{a7}\u{bf}\u{e4}\u{f6}\u{f1}\u{fc}\u{e0}";
/// Its extension: an escape stands before each.
const EXTENDED: &str = "^{}\\[~]|\u{20ac}\u{c}";

/// How long a text is, and what fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Measure {
    /// Septets, or UTF-16 units where the alphabet does not hold it.
    pub(super) units: u32,
    /// Parts that it becomes.
    pub(super) parts: u32,
    /// What fits into one message, and into each part of one that is cut.
    one: u32,
    part: u32,
}

impl Measure {
    pub(super) fn of(text: &str) -> Self {
        let septets = text.chars().map(|sign| match sign {
            sign if sign.is_ascii_alphanumeric() || BASIC.contains(sign) => Some(1),
            sign if EXTENDED.contains(sign) => Some(2),
            _ => None,
        });
        match septets.collect::<Option<Vec<u32>>>() {
            Some(signs) => Self::cut(&signs, 160, 153),
            None => Self::cut(&vec![1; text.encode_utf16().count()], 70, 67),
        }
    }

    /// An escape and what it stands before are never cut apart (3GPP TS 23.038, section 6.2.1.1).
    fn cut(signs: &[u32], one: u32, part: u32) -> Self {
        let units = signs.iter().sum();
        let pack = |(parts, filled): (u32, u32), sign: &u32| {
            if filled + sign > part { (parts + 1, *sign) } else { (parts, filled + sign) }
        };
        let parts = if units <= one { 1 } else { signs.iter().fold((1, 0), pack).0 };
        Self { units, parts, one, part }
    }

    /// Units that fit into so many parts.
    pub(super) const fn room(self, parts: u32) -> u32 {
        if parts <= 1 { self.one } else { self.part * parts }
    }
}
