//! What in somebody's own words may tell who somebody is: warnings for the steward who decides what is listed. It finds what has a form
//! (numbers, addresses); names and stories only a reader finds.

use std::ops::Range;

/// Something in a text that may be about a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Personal {
    /// What it looks like.
    pub kind: PersonalKind,
    /// Where it stands, bytes.
    pub at: Range<usize>,
}

/// What it looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PersonalKind {
    /// An e-mail address.
    Mail,
    /// A telephone number.
    Telephone,
    /// A Norwegian national identity number or D-number; its check digits are right.
    NorwegianNumber,
    /// A Swedish personal identity number or coordination number; its check digit is right.
    SwedishNumber,
}

/// Finds them, in the order in which they stand.
pub fn personal_data(text: &str) -> Vec<Personal> {
    let mut found = mails(text);
    found.extend(runs(text).filter_map(|run| Some(Personal { kind: run.kind()?, at: run.at })));
    found.sort_by_key(|one| one.at.start);
    found
}

fn mails(text: &str) -> Vec<Personal> {
    let of_name = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
    let of_domain = |c: char| c.is_alphanumeric() || ".-".contains(c);
    let mut found = Vec::new();
    for (at, _) in text.match_indices('@') {
        let (before, after) = (text.get(..at).unwrap_or_default(), text.get(at + 1..).unwrap_or_default());
        let name: usize = before.chars().rev().take_while(|c| of_name(*c)).map(char::len_utf8).sum();
        let domain: usize = after.chars().take_while(|c| of_domain(*c)).map(char::len_utf8).sum();
        let domain = after.get(..domain).unwrap_or_default().trim_end_matches(['.', '-']);
        let is_domain = domain.rsplit_once('.').is_some_and(|(host, top)| !host.is_empty() && top.len() >= 2);
        if name > 0 && is_domain {
            found.push(Personal { kind: PersonalKind::Mail, at: at - name..at + 1 + domain.len() });
        }
    }
    found
}

/// Digits that stand together, as people group them.
struct Run {
    digits: Vec<u8>,
    /// How they were grouped.
    groups: Vec<usize>,
    with_plus: bool,
    at: Range<usize>,
}

/// More digits are an account or an order, and no person.
const DIGITS_MAX: usize = 15;

fn runs(text: &str) -> impl Iterator<Item = Run> + '_ {
    let mut letters = text.char_indices().peekable();
    let mut before = ' ';
    std::iter::from_fn(move || {
        loop {
            let (start, first) = letters.next()?;
            let digit_follows = letters.peek().is_some_and(|next| next.1.is_ascii_digit());
            let starts = first.is_ascii_digit() || (first == '+' && digit_follows);
            if !starts || before.is_alphanumeric() {
                before = first;
                continue;
            }
            let mut run = Run { digits: Vec::new(), groups: Vec::new(), with_plus: first == '+', at: start..start + 1 };
            run.take(first, start);
            let mut gap = 0;
            while let Some((at, next)) = letters.peek().copied() {
                let separates = matches!(next, ' ' | '-' | '+' | '\u{a0}' | '\u{2013}');
                if next.is_ascii_digit() {
                    if gap > 0 || run.groups.is_empty() {
                        run.groups.push(0);
                    }
                    gap = 0;
                    run.take(next, at);
                } else if separates && gap == 0 {
                    gap += 1;
                } else {
                    break;
                }
                letters.next();
            }
            before = ' ';
            return Some(run);
        }
    })
}

impl Run {
    fn take(&mut self, letter: char, at: usize) {
        if let Some(digit) = letter.to_digit(10).and_then(|digit| u8::try_from(digit).ok()) {
            if self.groups.is_empty() {
                self.groups.push(0);
            }
            if let Some(last) = self.groups.last_mut() {
                *last += 1;
            }
            self.digits.push(digit);
            self.at.end = at + 1;
        }
    }

    fn kind(&self) -> Option<PersonalKind> {
        match self.digits.len() {
            11 if is_norwegian_number(&self.digits) => Some(PersonalKind::NorwegianNumber),
            10 | 12 if is_swedish_number(&self.digits) => Some(PersonalKind::SwedishNumber),
            _ if self.is_telephone() => Some(PersonalKind::Telephone),
            _ => None,
        }
    }

    /// A number in full (E.164), a Norwegian one of eight digits, or a Swedish one, which begins with zero.
    fn is_telephone(&self) -> bool {
        let many = self.digits.len();
        if many > DIGITS_MAX {
            return false;
        }
        if self.with_plus {
            return many >= 8;
        }
        match self.digits.as_slice() {
            [0, 0, ..] => many >= 10,
            [0, 1..=9, ..] => (8..=11).contains(&many),
            [2..=9, ..] => many == 8 && self.groups != [4, 4],
            _ => false,
        }
    }
}

/// A day and month of birth, where numbers that are not of birth add to them.
fn is_day(day: u32, month: u32) -> bool {
    (1..=31).contains(&day) && (1..=12).contains(&month)
}

fn pair(digits: &[u8], at: usize) -> u32 {
    let digit = |at: usize| digits.get(at).copied().map_or(0, u32::from);
    digit(at) * 10 + digit(at + 1)
}

/// Eleven digits: day, month and year of birth, an individual number, and two check digits (modulus 11). A D-number adds 40 to the day; an
/// auxiliary number of hospitals adds 40 to the month, one made for tests 80.
pub fn is_norwegian_number(digits: &[u8]) -> bool {
    let (day, month) = (pair(digits, 0), pair(digits, 2));
    let day = if day > 40 { day - 40 } else { day };
    let month = match month {
        81.. => month - 80,
        41.. => month - 40,
        _ => month,
    };
    let sum = |weights: &[u32]| {
        let weighed = weights.iter().zip(digits).map(|(weight, digit)| weight * u32::from(*digit));
        weighed.sum::<u32>()
    };
    let first = sum(&[3, 7, 6, 1, 8, 9, 4, 5, 2, 1]);
    let second = sum(&[5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1]);
    digits.len() == 11 && is_day(day, month) && first % 11 == 0 && second % 11 == 0
}

/// Ten digits, or twelve with the century: year, month and day of birth, a number, and a check digit (Luhn, modulus 10). A coordination
/// number adds 60 to the day.
pub fn is_swedish_number(digits: &[u8]) -> bool {
    let digits = match digits {
        [1, 8 | 9, short @ ..] | [2, 0, short @ ..] if short.len() == 10 => short,
        short => short,
    };
    let (month, day) = (pair(digits, 2), pair(digits, 4));
    let day = if day > 60 { day - 60 } else { day };
    let luhn = digits.iter().enumerate().map(|(at, digit)| {
        let doubled = u32::from(*digit) * if at % 2 == 0 { 2 } else { 1 };
        doubled / 10 + doubled % 10
    });
    digits.len() == 10 && is_day(day, month) && luhn.sum::<u32>() % 10 == 0
}

#[cfg(test)]
mod tests;
