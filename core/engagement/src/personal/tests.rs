//! Numbers that the two tax agencies publish as examples and for tests, which nobody has, and what only looks like one.

use super::PersonalKind::{Mail, NorwegianNumber, SwedishNumber, Telephone};
use super::*;

#[track_caller]
fn check(text: &str, expect: &[(PersonalKind, &str)]) {
    let found = personal_data(text);
    let found: Vec<_> = found.iter().map(|one| (one.kind, text.get(one.at.clone()).unwrap())).collect();
    assert_eq!(found, expect, "{text}");
}

fn digits(number: &str) -> Vec<u8> {
    number.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect()
}

/// Completes nine digits with the check digits of the rule, worked out from the other side: by trying all hundred.
fn completed(nine: &str) -> Vec<String> {
    let all = (0..100).map(|check| format!("{nine}{check:02}"));
    all.filter(|number| is_norwegian_number(&digits(number))).collect()
}

#[test]
fn national_identity_numbers_are_known_by_their_check_digits() {
    check("Mitt nummer er 010190 00083, ring meg", &[(NorwegianNumber, "010190 00083")]);
    // Numbers that test data of the national register and of payment services use.
    for number in ["01010750160", "13116900216", "150765 00565", "210164-00952"] {
        check(&format!("({number})"), &[(NorwegianNumber, number)]);
    }
    // The example of the Swedish tax agency, in its four ways.
    for number in ["811228-9874", "8112289874", "19811228-9874", "670919-9530"] {
        check(&format!("Jag \u{e4}r {number}."), &[(SwedishNumber, number)]);
    }
}

#[test]
fn a_wrong_check_digit_is_no_identity_number() {
    assert!(!is_swedish_number(&digits("811228-9875")));
    for wrong in ["01019000084", "01019000093", "99999999999", "00000000000", "0101900008"] {
        assert!(!is_norwegian_number(&digits(wrong)), "{wrong}");
    }
}

#[test]
fn at_most_one_pair_of_check_digits_fits_and_one_slip_is_always_noticed() {
    for nine in ["010190000", "410190123", "014190123", "018190123", "311299499", "290200500"] {
        let fitting = completed(nine);
        assert!(fitting.len() <= 1, "{nine}: {fitting:?}");
        for number in fitting {
            let whole = digits(&number);
            for at in 0..11 {
                for other in (0..10).filter(|other| *other != whole[at]) {
                    let mut slip = whole.clone();
                    slip[at] = other;
                    assert!(!is_norwegian_number(&slip), "{number} {at} {other}");
                }
            }
        }
    }
}

#[test]
fn telephones_and_mail_are_found_as_people_write_them() {
    check("Ring 912 34 567 eller +47 22 12 34 56", &[(Telephone, "912 34 567"), (Telephone, "+47 22 12 34 56")]);
    check("N\u{e5} meg p\u{e5} 070-123 45 67", &[(Telephone, "070-123 45 67")]);
    check("Skriv til kari.nordmann@example.no.", &[(Mail, "kari.nordmann@example.no")]);
    check("\u{e5}se@s\u{f8}ndre-land.kommune.no \u{1f525}", &[(Mail, "\u{e5}se@s\u{f8}ndre-land.kommune.no")]);
}

#[test]
fn years_prices_times_and_distances_are_left_alone() {
    for plain in [
        "I 2019 2020 var det fint, 17. mai 2026 kl. 15.30",
        "Det koster 12500000 kroner, gnr 12 bnr 345",
        "E6 og rv. 4, 100 m fra nr 22",
        "Vi er @ biblioteket, se a@b",
        "x12345678y 1234567890123456789",
        "",
    ] {
        check(plain, &[]);
    }
}

#[test]
fn any_text_is_read_to_its_end() {
    for text in ["+", "+ +", "@", "@@.@", "1-", "1 1 1 1", "\u{202e}911 23 456", "00", "0".repeat(100_000).as_str()] {
        for one in personal_data(text) {
            assert!(text.get(one.at).is_some());
        }
    }
}
