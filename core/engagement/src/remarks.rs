//! What holds for remarks, wherever they were written: what is left of a stranger's text, and who may see it at first.

use crate::personal_data;
use model::Sight;
use model::activity::Moderation;

/// Characters of a remark: what is longer is a letter.
pub const REMARK_CHARS_MAX: usize = 1000;
/// Blank lines in a row say no more than one does.
const LINE_ENDS_MAX: usize = 2;

/// A stranger's text as plain words: without control characters, and without signs that turn what follows them around. What is too long
/// is cut, and says so.
pub fn plain_words(text: &str) -> String {
    let mut words = String::new();
    let mut ends = 0;
    for letter in text.trim().chars().filter(|letter| !turns(*letter) && *letter != '\r') {
        let letter = if letter.is_control() && letter != '\n' { ' ' } else { letter };
        ends = if letter == '\n' { ends + 1 } else { 0 };
        if ends <= LINE_ENDS_MAX {
            words.push(letter);
        }
    }
    let words = words.trim();
    if words.chars().count() <= REMARK_CHARS_MAX {
        return words.to_owned();
    }
    let cut: String = words.chars().take(REMARK_CHARS_MAX - 2).collect();
    cut.trim_end().to_owned() + " \u{2026}"
}

/// Signs that override the direction of all that follows (Unicode Standard Annex 9, explicit formatting).
const fn turns(letter: char) -> bool {
    matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Who sees a remark at first. What may tell who somebody is waits in any case.
pub fn first_sight(moderation: Moderation, text: &str) -> Sight {
    if moderation == Moderation::After && personal_data(text).is_empty() { Sight::Shown } else { Sight::Waiting }
}

/// Who sees a remark whose author changed it: hiding is not undone by writing it again, and neither is looking.
pub fn sight_when_edited(before: &Sight, moderation: Moderation, text: &str) -> Sight {
    match before {
        Sight::Hidden(why) => Sight::Hidden(why.clone()),
        Sight::Waiting => Sight::Waiting,
        Sight::Shown => first_sight(moderation, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_strangers_text_moves_the_page_it_stands_on() {
        assert_eq!(plain_words("  a\u{202e}b\u{2066}c\u{0}d\r\n\n\n\n\ne\t"), "abc d\n\ne");
        assert_eq!(plain_words("\u{5e9}\u{5dc}\u{5d5}\u{5dd} <script>"), "\u{5e9}\u{5dc}\u{5d5}\u{5dd} <script>");
        let long = plain_words(&"\u{1f525}".repeat(1 << 18));
        assert_eq!((long.chars().count(), long.chars().last()), (REMARK_CHARS_MAX, Some('\u{2026}')));
        assert_eq!(plain_words("\u{202e} \n\u{7}"), "");
    }

    #[test]
    fn what_may_tell_who_somebody_is_waits_even_where_all_is_shown_at_once() {
        assert_eq!(first_sight(Moderation::Before, "fine"), Sight::Waiting);
        assert_eq!(first_sight(Moderation::After, "fine"), Sight::Shown);
        assert_eq!(first_sight(Moderation::After, "ring 48 21 30 11"), Sight::Waiting);
    }

    #[test]
    fn neither_looking_nor_hiding_is_undone_by_writing_it_again() {
        let hidden = Sight::Hidden("rude".to_owned());
        assert_eq!(sight_when_edited(&hidden, Moderation::After, "fine"), hidden);
        assert_eq!(sight_when_edited(&Sight::Shown, Moderation::Before, "other"), Sight::Waiting);
        assert_eq!(sight_when_edited(&Sight::Shown, Moderation::After, "other"), Sight::Shown);
        assert_eq!(sight_when_edited(&Sight::Waiting, Moderation::After, "other"), Sight::Waiting);
    }
}
