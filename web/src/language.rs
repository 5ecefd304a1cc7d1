use model::Language;
use std::cmp::Reverse;

/// More wishes than this in one header are no person's.
const WISHES_MAX: usize = 32;

/// The language for a reader who sent this `Accept-Language` (RFC 9110 section 12.5.4), among those `offered`; else the first of these.
pub(crate) fn choose(header: Option<&str>, offered: &[Language]) -> Language {
    let mut wishes: Vec<_> = header.unwrap_or_default().split(',').take(WISHES_MAX).filter_map(wish).collect();
    // Stable: among equals the first one named wins.
    wishes.sort_by_key(|(weight, _)| Reverse(*weight));
    let met = wishes.into_iter().map(|(_, language)| language).find(|language| offered.contains(language));
    met.or(offered.first().copied()).unwrap_or(Language::En)
}

/// One `nb-NO;q=0.8`, with its weight in thousandths. A weight of zero is "anything but this".
fn wish(text: &str) -> Option<(u32, Language)> {
    let (tag, parameters) = text.split_once(';').unwrap_or((text, "q=1"));
    let weight: f32 = parameters.trim().strip_prefix("q=")?.parse().ok()?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped; NaN becomes 0")]
    let weight = (weight.clamp(0.0, 1.0) * 1000.0) as u32;
    let primary = tag.trim().split('-').next()?.to_ascii_lowercase();
    let language = match primary.as_str() {
        // The macrolanguage: most who send it write Bokmal.
        "no" => Language::Nb,
        other => other.parse().ok()?,
    };
    (weight > 0).then_some((weight, language))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(header: &str, expect: Language) {
        let offered = [Language::Sv, Language::Nb, Language::En];
        assert_eq!(choose(Some(header), &offered), expect, "{header}");
    }

    #[test]
    fn the_heaviest_wish_that_is_offered_wins() {
        check("nb-NO,nb;q=0.9,en;q=0.8", Language::Nb);
        check("fi, en;q=0.5, nb;q=0.7", Language::Nb);
        check("en, nb", Language::En);
    }

    #[test]
    fn norwegian_of_either_kind_is_understood() {
        check("no", Language::Nb);
        check("nn-NO, no;q=0.8", Language::Nb);
    }

    #[test]
    fn without_a_wish_that_can_be_met_it_is_the_first_language_of_the_municipality() {
        for header in ["", "fi", "*", "en;q=0", "en;q=NaN", ";;;,=", "nb;q=", &"x,".repeat(10_000)] {
            check(header, Language::Sv);
        }
        assert_eq!(choose(None, &[Language::Nn]), Language::Nn);
    }
}
