//! Anonymous by invitation: a link is good for one answer, and nothing on the disk says which link gave which answer.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "test code outside of test functions"
)]

mod people;
mod test_box;

use app::{ActivityError, InviteError, Pass, Refusal, Taken, Visitor};
use model::activity::{Answer, Code, Content, OpenTo, PagePath, Phase, Value};
use people::{NOW, SURVEY, Town, often, park, slug, visitor};
use std::fs;
use std::time::Duration;
use test_box::municipality;

fn refusal<T: std::fmt::Debug>(result: Result<T, ActivityError>) -> Refusal {
    match result.unwrap_err() {
        ActivityError::Refused(refusal) => refusal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_link_is_good_for_one_finished_answer_and_the_receipt_for_the_rest() {
    let Some(town) = Town::new() else { return };
    let codes = town.invite(3);
    let thanks = town.answers(codes[0], "Ved elva");
    assert!(thanks.finished);
    let receipt = thanks.receipt.unwrap();
    assert_ne!(receipt, codes[0]);
    assert_eq!(refusal(town.page(Pass::Invited(codes[0]), "one")), Refusal::InvitationUsed);
    assert_eq!(town.app.invitations(&slug("park")).unwrap(), app::Invitations { made: 3, used: 1 });

    let holder = visitor(Pass::Holder(receipt), NOW);
    let held = town.app.by_receipt(&slug("park"), &holder).unwrap().unwrap();
    assert_eq!(held.entries[0].said.answers[0].value, Value::Text("Ved elva".to_owned()));
    // They change their mind, and then take it all back.
    assert!(matches!(town.writes(Pass::Holder(receipt), "Ved skolen"), Taken::Kept(_)));
    assert!(town.app.erase_by_receipt(&slug("park"), &receipt).unwrap().entries > 0);
    assert_eq!(town.log(), []);
    assert_eq!(refusal(town.page(Pass::Holder(receipt), "one")), Refusal::InvitationNeeded);
}

#[test]
fn guessed_mistyped_and_missing_links_are_told_apart_from_used_ones() {
    let Some(town) = Town::new() else { return };
    town.invite(1);
    assert_eq!(refusal(town.page(Pass::Invited(Code::new([9; 10])), "one")), Refusal::InvitationUnknown);
    assert_eq!(refusal(town.page(Pass::Newcomer, "one")), Refusal::InvitationNeeded);
    assert_eq!(refusal(town.page(Pass::Holder(Code::new([9; 10])), "one")), Refusal::InvitationNeeded);
    let guesser = Visitor {
        client: Some(town.app.client("192.0.2.7".parse().unwrap(), NOW)),
        ..visitor(Pass::Invited(Code::new([8; 10])), NOW)
    };
    let guess = |_| refusal(town.app.page_of(&slug("park"), &guesser, &PagePath::front()));
    assert!((0..40).map(guess).any(|refused| matches!(refused, Refusal::Wait(_))), "a guesser must wait");
    // Others are not shut out by that.
    assert_eq!(refusal(town.page(Pass::Invited(Code::new([7; 10])), "one")), Refusal::InvitationUnknown);
}

#[test]
fn what_was_written_waits_for_who_holds_the_link_and_counts_only_when_it_is_sent() {
    let Some(town) = Town::new() else { return };
    let code = town.invite(1)[0];
    town.writes(Pass::Invited(code), "Ved elva");
    let town = town.restarted();
    assert_eq!(town.log(), []);
    let shown = town.page(Pass::Invited(code), "one").unwrap();
    let stands = shown.page.page.blocks.iter().find_map(|block| match &block.is {
        Content::Field(field) => field.value.clone(),
        _ => None,
    });
    assert_eq!(stands, Some(Value::Text("Ved elva".to_owned())));
    assert!(matches!(town.finishes(code), Taken::Kept(_)));
    let log = town.log();
    assert!(log.iter().all(|entry| entry.by.door.as_deref() == Some("invitation")));
}

/// The power goes between the answer and the thanks: the same form sent again shows the same thanks and the same receipt.
#[test]
fn the_last_form_sent_again_after_a_power_cut_gives_the_same_receipt() {
    let Some(town) = Town::new() else { return };
    let code = town.invite(1)[0];
    town.writes(Pass::Invited(code), "Ved elva");
    let last = town.page(Pass::Invited(code), "two").unwrap();
    let Taken::Kept(first) = town.fills(&last, "two", "walk", often()) else { panic!("not kept") };
    let town = town.restarted();
    assert_eq!(town.fills(&last, "two", "walk", often()), Taken::Before(first));
    assert_eq!(town.app.invitations(&slug("park")).unwrap().used, 1);
}

#[test]
fn an_answer_knows_the_day_and_no_more_than_five_share() {
    let Some(town) = Town::new() else { return };
    let stratum =
        |key: &str| vec![Answer { question: "age-band".to_owned(), value: Value::Choices(vec![key.to_owned()]) }];
    let mut people = vec![stratum("30-39"); 6];
    people.extend(vec![stratum("80-"); 2]);
    people.extend(vec![Vec::new(); 3]);
    let codes = town.app.invite(&slug("park"), people).unwrap();
    for code in &codes {
        town.answers(*code, "Ved elva");
    }
    let midnight = municipality().calendar.day_start(municipality().calendar.day(NOW));
    let log = town.log();
    assert!(log.iter().all(|entry| entry.at.at == midnight));
    let with = |key: &str| log.iter().filter(|e| e.said.finished && e.by.fields == stratum(key)).count();
    assert_eq!((with("30-39"), with("80-")), (6, 0));
}

#[test]
fn nobody_is_invited_to_what_is_open_to_everyone() {
    let Some(town) = Town::new() else { return };
    town.app.put_activity(park(OpenTo::Everyone), SURVEY.clone().unwrap()).unwrap();
    assert!(matches!(town.app.invite(&slug("park"), vec![Vec::new()]), Err(InviteError::Open)));
}

#[test]
fn an_invitation_to_what_is_closed_says_so() {
    let Some(town) = Town::new() else { return };
    let code = town.invite(1)[0];
    let later = visitor(Pass::Invited(code), NOW + Duration::from_hours(9));
    let shown = town.app.page_of(&slug("park"), &later, &PagePath::front()).unwrap();
    assert_eq!(shown.phase, Phase::Closed);
}

#[test]
fn withdrawn_links_lead_nowhere_and_what_was_answered_stays() {
    let Some(town) = Town::new() else { return };
    let codes = town.invite(4);
    town.writes(Pass::Invited(codes[0]), "halvveis");
    let receipt = town.answers(codes[2], "Ved elva").receipt.unwrap();
    assert_eq!(town.app.withdraw_invitations(&slug("park")).unwrap(), 3);
    assert_eq!(town.app.invitations(&slug("park")).unwrap(), app::Invitations { made: 1, used: 1 });
    let town = town.restarted();
    for unused in [0, 1, 3] {
        assert_eq!(refusal(town.page(Pass::Invited(codes[unused]), "one")), Refusal::InvitationUnknown);
    }
    assert_eq!(refusal(town.page(Pass::Invited(codes[2]), "one")), Refusal::InvitationUsed);
    assert!(town.app.by_receipt(&slug("park"), &visitor(Pass::Holder(receipt), NOW)).unwrap().is_some());
    assert_eq!(town.app.withdraw_invitations(&slug("park")).unwrap(), 0);
}

/// Marks of what was used go by number. Once some links were withdrawn there were fewer of them than the highest number, so a new one could
/// have got the number of one that was used: its holder would have been told that they answered already.
#[test]
fn a_link_made_after_others_were_withdrawn_is_not_taken_for_a_used_one() {
    let Some(town) = Town::new() else { return };
    let first = town.invite(5);
    town.answers(first[4], "Ved elva");
    town.app.withdraw_invitations(&slug("park")).unwrap();
    let second = town.invite(5);
    for code in &second {
        assert!(town.answers(*code, "Ved skolen").finished);
    }
    assert_eq!(town.app.invitations(&slug("park")).unwrap(), app::Invitations { made: 6, used: 6 });
}

/// Who holds data file, keys and the list of links, and knows in which order the letters went out, learns who answered, and not what.
#[test]
fn with_file_keys_and_the_list_of_links_nobody_learns_which_gave_which() {
    let Some(town) = Town::new() else { return };
    let codes = town.invite(40);
    // Each third answers, in an order of its own; each word is another.
    let order: Vec<usize> = (0..13).map(|n| (n * 7 + 3) % 40).collect();
    for who in &order {
        town.answers(codes[*who], &format!("benk nummer {who} ved elva"));
    }
    town.app.store().settle().unwrap();
    // The attacker's own box, on the stolen files.
    let stolen = town.restarted();
    let log = stolen.log();
    assert_eq!(log.iter().filter(|entry| entry.said.finished).count(), order.len());
    for (at, code) in codes.iter().enumerate() {
        let found = stolen.page(Pass::Invited(*code), "one");
        // Whether somebody answered can be seen; what they wrote on the way cannot be read any more.
        assert_eq!(found.is_err(), order.contains(&at));
        let by_code = stolen.app.by_receipt(&slug("park"), &visitor(Pass::Holder(*code), NOW)).unwrap();
        assert_eq!(by_code, None);
    }
    // No pseudonym follows from a link, whatever it is hashed for.
    let pseudonyms: Vec<u64> = log.iter().filter_map(|entry| entry.by.pseudonym).map(|who| who.0).collect();
    for code in &codes {
        for purpose in ["author", "invitation", "draft", "contact", "receipt", "seed", "submission"] {
            let hash = stolen.app.store().derived(purpose, &[b"park", code.bytes()]);
            assert!(!pseudonyms.contains(&u64::from_le_bytes(*hash.first_chunk().unwrap())), "{purpose}");
        }
    }
    // The journal holds no record that has a link beside an answer: it was wiped.
    let file = fs::read(stolen.folder.path().join("allting.redb")).unwrap();
    assert!(file[4096..(4 << 20)].iter().all(|byte| *byte == 0), "the journal still says what came together");
}
