//! What became of what people put on a map: told by staff, seen by everybody, added to, late, erased with its author; and the letters to
//! those who wanted to be told.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "test code outside of test functions"
)]

#[path = "people/on_map.rs"]
mod on_map;
mod people;
mod test_box;

use app::{DigestError, NewOutcome, Outcomes, Pass};
use model::activity::{
    Author, Contribution, Draft, EntryId, Evidence, Moderation, Moment, OutcomeState, Pseudonym, Subject, Verdict,
};
use model::{AuditEntry, Delivery, DeliveryState, Language, Municipality, Timestamp, Words};
use on_map::Town;
use people::{NOW, slug, visitor};
use std::time::Duration;
use store::Durability;

const DAY: Duration = Duration::from_hours(24);

fn told(about: &[Option<u64>], state: OutcomeState, text: &str) -> NewOutcome {
    NewOutcome {
        about: about.iter().map(|of| of.map(EntryId)).collect(),
        state,
        text: words(text),
        by: "Park og idrett".to_owned(),
        evidence: vec![Evidence::Place(slug("library")), Evidence::Report],
    }
}

fn words(text: &str) -> Words {
    [(Language::Nb, text.to_owned())].into_iter().collect()
}

fn log() -> AuditEntry {
    AuditEntry { at: NOW, who: Some("kari".to_owned()), what: "outcome-told".to_owned(), subject: "park".to_owned() }
}

fn reachable() -> Municipality {
    Municipality { public_url: Some("https://testbygd.example".to_owned()), ..test_box::municipality() }
}

impl Town {
    fn tells(&self, about: &[Option<u64>], state: OutcomeState, text: &str, now: Timestamp) -> usize {
        self.app.tell_outcome(&slug("park"), &told(about, state, text), &log(), now).unwrap()
    }

    fn outcomes(&self) -> Outcomes {
        self.app.outcomes(&slug("park")).unwrap()
    }

    /// Leaves an address, as whoever holds this.
    fn leaves(&self, pass: Pass, address: &str) -> bool {
        let Pass::Holder(code) = pass else { panic!("no code") };
        self.app.tell_me(&slug("park"), &code, &address.parse().unwrap(), Language::Nb).unwrap()
    }

    fn sends(&self, now: Timestamp) -> Result<usize, DigestError> {
        self.app.send_digest(&slug("park"), &log(), now)
    }

    fn letters(&self) -> Vec<(Delivery, String)> {
        let snapshot = self.app.store().read().unwrap();
        let all: Vec<_> = snapshot.deliveries().unwrap().map(Result::unwrap).map(|(_, delivery)| delivery).collect();
        let content = |id| snapshot.delivery_content(id).unwrap().map(|bytes| String::from_utf8(bytes).unwrap());
        all.into_iter().map(|own| (own.clone(), content(own.id).unwrap_or_default())).collect()
    }
}

#[test]
fn an_answer_stands_beside_what_it_answers_and_a_later_one_beside_the_first() {
    let Some(town) = Town::new(Moderation::After) else { return };
    for text in ["Mørk underføring", "Flere benker", "En vei til"] {
        town.puts(text, &[]);
    }
    assert_eq!(town.tells(&[Some(1), Some(2)], OutcomeState::BeingLookedAt, "Vi har spurt veivesenet.", NOW), 2);
    assert_eq!((town.outcomes().answered(), town.outcomes().proposals.len()), (0, 3), "that is no answer yet");
    town.tells(&[Some(1)], OutcomeState::WillBe, "Lys kommer i høst.", NOW + DAY);
    town.tells(&[None], OutcomeState::Partly, "Lys og benker.", NOW + DAY);
    assert_eq!(town.tells(&[Some(99)], OutcomeState::Not, "Ingenting.", NOW + DAY), 0, "nobody put that forward");
    let town = town.restarted(Moderation::After);
    let outcomes = town.outcomes();
    assert_eq!((outcomes.answered(), outcomes.is_answered()), (1, true));
    let first = outcomes.proposals.iter().find(|own| own.entry.id == EntryId(1)).unwrap();
    let states: Vec<_> = first.outcomes.iter().map(|outcome| (outcome.state, outcome.at)).collect();
    assert_eq!(states, [(OutcomeState::WillBe, NOW + DAY), (OutcomeState::BeingLookedAt, NOW)]);
    assert_eq!(first.outcomes[0].evidence, [Evidence::Place(slug("library")), Evidence::Report]);
    let seen = town.app.seen(&slug("park"), &visitor(Pass::Newcomer, NOW), &[EntryId(1), EntryId(3)]).unwrap();
    assert_eq!((seen.entries[&EntryId(1)].outcomes.len(), seen.entries[&EntryId(3)].outcomes.len()), (2, 0));
    let audit: Vec<_> = town.app.store().read().unwrap().audit().unwrap().map(|row| row.unwrap().1.what).collect();
    assert_eq!(audit, ["outcome-told"; 3], "and nothing for what nobody put forward");
}

#[test]
fn two_that_are_told_in_the_same_moment_both_stay() {
    let Some(town) = Town::new(Moderation::After) else { return };
    town.tells(&[None], OutcomeState::WillBe, "A", NOW);
    town.tells(&[None], OutcomeState::CarriedOut, "B", NOW);
    let whole = town.outcomes().whole;
    assert_eq!(whole.iter().map(|own| own.text.best(Language::Nb).0).collect::<Vec<_>>(), ["B", "A"]);
}

#[test]
fn only_what_everybody_may_see_counts_as_a_proposal() {
    let Some(town) = Town::new(Moderation::Before) else { return };
    for text in ["A", "B", "C"] {
        town.puts(text, &[]);
    }
    assert_eq!(town.outcomes().proposals.len(), 0, "nobody has looked at them");
    let moderate = |entry, verdict| town.app.moderate(&slug("park"), EntryId(entry), verdict, NOW).unwrap();
    moderate(1, Verdict::LetThrough);
    moderate(2, Verdict::LetThrough);
    town.tells(&[Some(1), Some(2)], OutcomeState::CarriedOut, "Gjort.", NOW);
    assert_eq!((town.outcomes().answered(), town.outcomes().proposals.len()), (2, 2));
    moderate(2, Verdict::Hidden("Navn på en nabo".to_owned()));
    assert_eq!((town.outcomes().answered(), town.outcomes().proposals.len()), (1, 1));
}

#[test]
fn what_has_no_answer_on_its_day_is_late() {
    let Some(town) = Town::new(Moderation::After) else { return };
    for text in ["A", "B"] {
        town.puts(text, &[]);
    }
    // It closes in an hour; answers are promised 90 days after that.
    let late = |now| town.app.overdue(&slug("park"), now).unwrap();
    let due = NOW + Duration::from_hours(1) + 90 * DAY;
    assert_eq!((late(due - Duration::from_secs(1)), late(due)), (0, 3), "both, and the activity itself");
    town.tells(&[Some(1)], OutcomeState::BeingLookedAt, "Vi ser på det.", NOW);
    assert_eq!(late(due), 3, "to look at it is no answer");
    town.tells(&[None, Some(1)], OutcomeState::Not, "Nei, fordi veien er fylkets.", NOW);
    assert_eq!(late(due), 1);
}

#[test]
fn an_author_who_leaves_takes_the_answer_along_and_one_who_writes_anew_keeps_it() {
    let Some(town) = Town::new(Moderation::After) else { return };
    let pass = town.puts("Mørk underføring", &[]);
    town.puts("Flere benker", &[]);
    town.tells(&[Some(1), Some(2)], OutcomeState::WillBe, "Ja.", NOW);
    let calendar = test_box::municipality().calendar;
    let transaction = town.app.store().begin(&calendar).unwrap();
    let by = Author { pseudonym: Some(Pseudonym(7)), ..Author::default() };
    let contribution = Some(Contribution { text: "Enda flere benker".to_owned(), ..Contribution::default() });
    let anew = Draft { subject: Subject::InsteadOf(EntryId(2)), contribution, ..Draft::default() };
    transaction.append(&slug("park"), Moment { at: NOW, offset_minutes: 120 }, &by, vec![anew]).unwrap();
    transaction.commit(Durability::Now).unwrap();
    let outcomes = town.outcomes();
    let newest: Vec<_> = outcomes.proposals.iter().map(|own| (own.entry.id.0, own.outcomes.len())).collect();
    assert_eq!(newest, [(3, 1), (1, 1)], "what was written anew has the answer of what it took the place of");
    let Pass::Holder(code) = pass else { panic!("no code") };
    town.app.erase_by_receipt(&slug("park"), &code).unwrap();
    assert_eq!(town.outcomes().proposals.len(), 1);
    let told = town.app.store().read().unwrap().outcomes(&slug("park")).unwrap();
    assert_eq!(told.iter().map(|outcome| outcome.about).collect::<Vec<_>>(), [Some(EntryId(2))]);
}

#[test]
fn one_letter_a_week_tells_each_address_once_what_is_new() {
    let Some(town) = Town::of(Moderation::After, reachable()) else { return };
    let (kari, ola) = (town.puts("Mørk underføring", &[]), town.puts("Flere benker", &[]));
    assert!(town.leaves(kari, "kari@example.org") && town.leaves(ola, "KARI@example.org"));
    let quiet = town.app.digest_state(&slug("park"), NOW).unwrap();
    assert_eq!((quiet.addresses, quiet.next), (1, None), "one mailbox, and nothing to tell");
    assert!(matches!(town.sends(NOW), Err(DigestError::Nothing)));

    town.tells(&[None], OutcomeState::WillBe, "Lys *kommer* i høst.", NOW);
    town.tells(&[Some(1), Some(2)], OutcomeState::Not, "Nei.", NOW);
    let morning = town.app.municipality().calendar.parse("2026-07-03 09:00").unwrap();
    assert_eq!(town.app.digest_state(&slug("park"), NOW).unwrap().next, Some(morning), "the next morning");
    assert_eq!(town.sends(NOW).unwrap(), 1, "or when staff press the button");
    let letters = town.letters();
    let [(delivery, content)] = letters.as_slice() else { panic!("{letters:?}") };
    assert!(content.contains("kari@example.org") || content.contains("KARI@example.org"));
    for said in ["Hva skjedde: Parken", "**Blir gjennomført**", "Lys *kommer* i høst.", "2 innspill har fått svar"] {
        assert!(content.contains(said), "{said}: {content}");
    }
    assert!(content.contains("https://testbygd.example/nb/take-part/park/what-happened"), "{content}");
    assert!(!content.contains("underføring") && !format!("{delivery:?}").contains("example.org"), "{content}");
    assert!(matches!(town.sends(NOW + DAY), Err(DigestError::TooSoon(next)) if next == NOW + 7 * DAY));

    town.tells(&[None], OutcomeState::CarriedOut, "Lyset er på.", NOW + DAY);
    let state = town.app.digest_state(&slug("park"), NOW + DAY).unwrap();
    assert_eq!(state.next, Some(NOW + 7 * DAY), "not before a week is over");
    assert_eq!(town.sends(NOW + 7 * DAY).unwrap(), 1);
    let second = &town.letters()[1].1;
    assert!(second.contains("Lyset er på.") && !second.contains("Nei.") && !second.contains("innspill"), "{second}");
}

#[test]
fn the_way_out_ends_the_letters_of_that_mailbox_and_says_nothing_of_others() {
    let Some(town) = Town::of(Moderation::After, reachable()) else { return };
    let passes: Vec<Pass> = ["A", "B", "C"].map(|text| town.puts(text, &[])).into();
    for (pass, address) in passes.iter().zip(["kari@example.org", "Kari@example.org", "ola@example.org"]) {
        assert!(town.leaves(*pass, address));
    }
    town.tells(&[None], OutcomeState::CarriedOut, "Gjort.", NOW);
    assert_eq!(town.sends(NOW).unwrap(), 2);
    let letters = town.letters();
    let (_, content) = letters.iter().find(|(_, content)| content.to_lowercase().contains("kari@")).unwrap();
    let mark = content.split("/stop/").nth(1).unwrap()[..32].to_owned();
    town.app.stop_telling(&slug("park"), &"0".repeat(32), NOW).unwrap();
    assert_eq!(town.app.digest_state(&slug("park"), NOW).unwrap().addresses, 2);
    town.app.stop_telling(&slug("park"), &mark, NOW).unwrap();
    assert_eq!(town.app.digest_state(&slug("park"), NOW).unwrap().addresses, 1);
    let waiting: Vec<_> = town.letters().into_iter().map(|(delivery, _)| delivery.state).collect();
    assert_eq!(waiting.iter().filter(|state| **state == DeliveryState::Withdrawn).count(), 1, "{waiting:?}");
    // Whoever has all erased takes back the letter that waits for them too.
    let Pass::Holder(code) = passes[2] else { panic!("no code") };
    town.app.erase_by_receipt(&slug("park"), &code).unwrap();
    assert!(town.letters().into_iter().all(|(delivery, _)| delivery.state == DeliveryState::Withdrawn));
    assert!(!town.letters().iter().any(|(_, content)| content.contains("example.org")));
}

#[test]
fn nobody_gets_letters_by_a_code_that_was_made_up_and_none_leave_without_an_address_that_leads_here() {
    let Some(town) = Town::new(Moderation::After) else { return };
    let code = model::activity::Code::new([9; model::activity::Code::BYTES]);
    assert!(!town.leaves(Pass::Holder(code), "kari@example.org"));
    let pass = town.puts("A", &[]);
    assert!(town.leaves(pass, "kari@example.org"));
    town.tells(&[None], OutcomeState::CarriedOut, "Gjort.", NOW);
    assert!(matches!(town.sends(NOW), Err(DigestError::NoAddress)));
    assert_eq!(town.app.store().read().unwrap().told_until(&slug("park")).unwrap(), None, "nothing was told");
}

#[test]
fn hostile_words_in_a_title_or_an_office_are_only_words_in_a_letter() {
    let Some(town) = Town::of(Moderation::After, reachable()) else { return };
    let pass = town.puts("A", &[]);
    town.leaves(pass, "kari@example.org");
    let hostile = "[her](https://evil.example) <script>\u{202e}";
    let new = NewOutcome { by: hostile.to_owned(), ..told(&[None], OutcomeState::Not, "Nei.") };
    town.app.tell_outcome(&slug("park"), &new, &log(), NOW).unwrap();
    town.sends(NOW).unwrap();
    let content = &town.letters()[0].1;
    assert!(content.contains(r"\\[her\\]\\(https\\:") && content.contains(r"\\<script\\>"), "{content}");
}
