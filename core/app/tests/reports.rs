//! What came of a survey: the report, what is frozen of it, the table for a spreadsheet, and what is gone when somebody has it erased.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "test code outside of test functions"
)]

mod people;
mod test_box;

use app::{Counting, Listing, Pass, Taken, Trap, Upkeep, UpkeepReport, Visitor};
use engagement::{PersonalKind, PublicCell, PublicCount, Sent};
use model::activity::{Answer, Author, Code, Draft, EntryId, Moment, OpenTo, PagePath, Press, Pseudonym, Tag, Value};
use model::{Language, Timestamp};
use people::{NOW, Town, often, slug, visitor};
use std::fs;
use std::sync::Arc;
use std::time::{Duration, Instant};
use store::Durability;

fn nb() -> Vec<Tag> {
    vec![Tag::from(Language::Nb)]
}

impl Town {
    fn answers_openly(&self, door: &str, bench: &str) -> Code {
        let comes = |pass| Visitor { door: Some(door.to_owned()), ..visitor(pass, NOW) };
        let page =
            |pass, path: &str| self.app.page_of(&slug("park"), &comes(pass), &PagePath::new(path).unwrap()).unwrap();
        let one = page(Pass::Newcomer, "one");
        let two_of = |pass| page(pass, "two");
        for (shown, path, question, value) in
            [(&one, "one", "bench", Value::Text(bench.to_owned())), (&two_of(one.pass), "two", "walk", often())]
        {
            let form = shown.page.page.blocks.iter().find_map(|block| match &block.is {
                model::activity::Content::Form(form) => Some(form.key.clone()),
                _ => None,
            });
            let (form, values) = (form.unwrap(), vec![Answer { question: question.to_owned(), value }]);
            let sent = Sent { form: &form, press: Press::Send, about: None, values };
            let path = PagePath::new(path).unwrap();
            let form = app::SentForm { path, sent, token: shown.token, trap: Trap::Untouched };
            let taken = self.app.take_answer(&slug("park"), &comes(shown.pass), &form).unwrap();
            assert!(matches!(taken, Taken::Kept(_)), "{taken:?}");
        }
        let Pass::Holder(code) = one.pass else { panic!("no code") };
        code
    }

    fn many(&self, people: u32, door: &str) {
        for _ in 0..people {
            self.answers_openly(door, "Ved elva");
        }
    }

    fn report(&self, counting: Counting) -> app::Report {
        self.app.report(&slug("park"), &nb(), NOW, counting).unwrap()
    }

    fn csv(&self) -> String {
        let mut csv = Vec::new();
        self.app.answer_table(&slug("park"), &nb(), NOW).unwrap().write_csv(&mut csv).unwrap();
        String::from_utf8(csv).unwrap()
    }

    fn texts(&self) -> Vec<String> {
        self.report(Counting::All).texts.into_iter().flat_map(|question| question.texts).collect()
    }

    fn lists(&self, text: &str) {
        let words = self.app.own_words(&slug("park"), &nb(), NOW).unwrap();
        let word = words.into_iter().find(|word| word.text == text).unwrap();
        self.app.list_words(&slug("park"), word.entry, &word.question, Listing::Listed).unwrap();
    }
}

#[test]
fn a_report_tells_who_took_part_by_door_and_day_and_hides_the_few() {
    let Some(town) = Town::open_to(OpenTo::Everyone) else { return };
    town.many(6, "poster");
    town.many(6, "mail");
    town.many(2, "screen");
    let report = town.report(Counting::All);
    assert_eq!(report.taking.finished, PublicCount::Exactly(14));
    let doors: Vec<_> = report.taking.doors.rows.iter().map(|row| (row.label.as_str(), row.cells[0].clone())).collect();
    let told = PublicCell::Count(PublicCount::Exactly(6));
    let few = PublicCell::Count(PublicCount::FewerThan(5));
    assert_eq!(doors, [("mail", PublicCell::Withheld), ("poster", told), ("screen", few)]);
    assert_eq!(report.findings.iter().find(|finding| finding.key == "walk").unwrap().people, PublicCount::Exactly(14));
}

#[test]
fn words_are_listed_after_a_steward_has_seen_the_warnings_and_not_before() {
    let Some(town) = Town::open_to(OpenTo::Everyone) else { return };
    town.answers_openly("poster", "Ring meg: 912 34 567");
    town.answers_openly("poster", "Ved elva");
    assert!(town.texts().is_empty());
    let words = town.app.own_words(&slug("park"), &nb(), NOW).unwrap();
    let warned: Vec<_> = words.iter().map(|word| word.warnings.first().map(|warning| warning.kind)).collect();
    assert_eq!(warned, [Some(PersonalKind::Telephone), None]);
    assert_eq!(words[0].label, "Hvor mangler det en benk?");
    town.lists("Ved elva");
    assert_eq!(town.texts(), ["Ved elva"]);
}

#[test]
fn what_was_published_stays_as_it_was_but_for_the_words_of_who_left() {
    let Some(town) = Town::open_to(OpenTo::Everyone) else { return };
    let codes: Vec<Code> = (0..6).map(|n| town.answers_openly("poster", &format!("Benk {n}"))).collect();
    for n in 0..2 {
        town.lists(&format!("Benk {n}"));
    }
    let before = town.report(Counting::All);
    town.app.publish_report(&slug("park"), NOW).unwrap();
    town.app.erase_by_receipt(&slug("park"), &codes[0]).unwrap();
    let town = town.restarted();
    let published = town.app.published_report(&slug("park"), &nb(), NOW).unwrap().unwrap();
    assert_eq!(published.report.findings, before.findings);
    assert_eq!(published.report.taking, before.taking);
    assert_eq!(published.report.texts[0].texts, ["Benk 1"]);
    assert_eq!(town.report(Counting::All).taking.finished, PublicCount::Exactly(5));
    assert!(town.app.withdraw_report(&slug("park")).unwrap());
    assert_eq!(town.app.published_report(&slug("park"), &nb(), NOW).unwrap(), None);
}

#[test]
fn who_is_missing_is_told_and_frozen_with_the_report() {
    let Some(town) = Town::open_to(OpenTo::Everyone) else { return };
    assert_eq!(town.report(Counting::All).missing, Some(Vec::new()), "nobody answered yet");
    town.many(14, "poster");
    let missing = town.report(Counting::All).missing;
    // Half the people walk seldom, and none of them answered; that it is none is not told.
    let [group] = missing.as_deref().unwrap() else { panic!("{missing:?}") };
    assert_eq!((group.margin.as_str(), group.value.as_str()), ("Hvor ofte g\u{e5}r du tur?", "Sjelden"));
    assert_eq!((group.of_people, group.answered), (50.0, Some(PublicCount::FewerThan(5))));
    assert_eq!(group.of_answers, None);
    town.app.publish_report(&slug("park"), NOW).unwrap();
    let published = town.restarted().app.published_report(&slug("park"), &nb(), NOW).unwrap().unwrap();
    assert_eq!(published.report.missing, missing);
}

#[test]
fn a_spreadsheet_gets_a_row_for_each_person_and_no_formula() {
    let Some(town) = Town::open_to(OpenTo::Everyone) else { return };
    town.answers_openly("poster", "=HYPERLINK(\"https://example.net\";\"klikk\")");
    town.answers_openly("mail", "Linje, med komma\nog \u{202e}mer \u{1f525}");
    let csv = town.csv();
    let mut rows = csv.split("\r\n");
    assert_eq!(rows.next(), Some("answer,day,door,about,finished,odd,bench,walk"));
    let first = "1,2026-07-02,poster,,1,,\"'=HYPERLINK(\"\"https://example.net\"\";\"\"klikk\"\")\",often";
    assert_eq!(rows.next(), Some(first));
    assert!(csv.contains("\"Linje, med komma\nog \u{202e}mer \u{1f525}\",often\r\n"), "{csv}");
    let table = town.app.answer_table(&slug("park"), &nb(), NOW).unwrap();
    let csvw = table.csvw("park.csv");
    assert_eq!(csvw["tableSchema"]["columns"][7]["titles"], "walk");
    let mut dictionary = Vec::new();
    table.write_dictionary(&mut dictionary).unwrap();
    assert!(String::from_utf8(dictionary).unwrap().contains("walk,Hvor ofte g\u{e5}r du tur?,string,often,Ofte\r\n"));
    let mut json = Vec::new();
    table.write_json(&mut json).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json[0]["door"], "poster");
}

/// Nothing is dropped: a steward may look at the figures without those of whom something was odd.
#[test]
fn what_a_machine_filled_in_is_counted_and_can_be_left_out() {
    let Some(town) = Town::open_to(OpenTo::Everyone) else { return };
    town.many(6, "poster");
    let shown = town.page(Pass::Newcomer, "two").unwrap();
    let form = shown.page.page.blocks.iter().find_map(|block| match &block.is {
        model::activity::Content::Form(form) => Some(form.key.clone()),
        _ => None,
    });
    let form = form.unwrap();
    let values = vec![Answer { question: "walk".to_owned(), value: often() }];
    let sent = Sent { form: &form, press: Press::Send, about: None, values };
    let path = PagePath::new("two").unwrap();
    let form = app::SentForm { path, sent, token: shown.token, trap: Trap::Touched };
    town.app.take_answer(&slug("park"), &visitor(shown.pass, NOW), &form).unwrap();
    assert_eq!(town.report(Counting::All).taking.finished, PublicCount::Exactly(7));
    assert_eq!(town.report(Counting::WithoutOdd).taking.finished, PublicCount::Exactly(6));
    let odd = town.app.odd_answers(&slug("park")).unwrap();
    assert_eq!((odd.people, odd.by_sign), (1, [0, 1, 0, 0, 0]));
}

/// redb keeps old pages, and so does its journal: erased means that nothing in the folder can read it any more, nor a backup put back.
#[test]
fn what_was_erased_is_gone_from_the_file_and_from_a_backup_that_comes_back() {
    let Some(town) = Town::open_to(OpenTo::Everyone) else { return };
    let words = "Jeg heter ingenting og bor ingen steder";
    let code = town.answers_openly("poster", words);
    let backup = tempfile::tempdir().unwrap();
    for name in ["allting.redb", "keys.bin"] {
        fs::copy(town.folder.path().join(name), backup.path().join(name)).unwrap();
    }
    let before = fs::read(town.folder.path().join("keys.bin")).unwrap();
    town.app.erase_by_receipt(&slug("park"), &code).unwrap();

    let after = fs::read(town.folder.path().join("keys.bin")).unwrap();
    let slots = |file: &[u8]| file[4096..].chunks(32).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let gone: Vec<_> = slots(&before).into_iter().zip(slots(&after)).filter(|(was, is)| was != is).collect();
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0].1, [0; 32]);
    for file in fs::read_dir(town.folder.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let holds = |wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
        assert!(!holds(words.as_bytes()) && !holds(&gone[0].0));
    }

    // The older files come back; the list of what was erased stays.
    for name in ["allting.redb", "keys.bin"] {
        fs::copy(backup.path().join(name), town.folder.path().join(name)).unwrap();
    }
    let town = town.restarted();
    assert_eq!(town.log(), []);
    assert_eq!(town.report(Counting::All).taking.finished, PublicCount::FewerThan(5));
}

#[test]
fn keys_that_were_lost_are_told_and_what_they_sealed_is_left_out() {
    let Some(town) = Town::open_to(OpenTo::Everyone) else { return };
    town.answers_openly("poster", "Ved elva");
    assert!(!town.app.store().keys_lost());
    fs::remove_file(town.folder.path().join("keys.bin")).unwrap();
    let town = town.restarted();
    assert!(town.app.store().keys_lost());
    assert_eq!(town.log(), []);
    town.answers_openly("poster", "Ved skolen");
    assert_eq!(town.restarted().log().len(), 2);
}

#[test]
fn at_night_what_is_past_keeping_goes_and_the_report_stays() {
    let Some(town) = Town::open_to(OpenTo::Everyone) else { return };
    town.many(6, "poster");
    let before = town.report(Counting::All);
    let Town { app, folder, .. } = town;
    let app = Arc::new(app);
    let mut upkeep = Upkeep::new(Arc::clone(&app), folder.path().join("copy.redb"), UpkeepReport::default());
    let mut night = |now: Timestamp| {
        for _ in 0..200 {
            upkeep.step(now);
        }
    };
    let held = || app.store().read().unwrap().entries(&slug("park"), EntryId(0)).unwrap().count();
    night(NOW + Duration::from_hours(24 * 364));
    assert_eq!(held(), 12);
    night(NOW + Duration::from_hours(24 * 367));
    assert_eq!(held(), 0);
    let published = app.published_report(&slug("park"), &nb(), NOW).unwrap().unwrap();
    assert_eq!(published.report.taking, before.taking);
}

#[test]
fn who_began_and_never_came_back_is_forgotten_after_a_month() {
    let Some(town) = Town::open_to(OpenTo::Everyone) else { return };
    town.answers_openly("poster", "Ved elva");
    let shown = town.page(Pass::Newcomer, "one").unwrap();
    town.fills(&shown, "one", "bench", Value::Text("Ved skolen".to_owned()));
    assert_eq!(town.log().len(), 3);
    let Town { app, folder, .. } = town;
    let app = Arc::new(app);
    let mut upkeep = Upkeep::new(Arc::clone(&app), folder.path().join("copy.redb"), UpkeepReport::default());
    for _ in 0..200 {
        upkeep.step(NOW + Duration::from_hours(24 * 31));
    }
    assert_eq!(app.store().read().unwrap().entries(&slug("park"), EntryId(0)).unwrap().count(), 2);
}

/// The reach of the issue. The limits here are those of a busy machine and an unoptimized build; `cargo xtask bench` has the real ones.
#[test]
fn ten_thousand_answers_are_reported_and_exported_without_a_wait() {
    let Some(town) = Town::open_to(OpenTo::Everyone) else { return };
    let calendar = test_box::municipality().calendar;
    let transaction = town.app.store().begin(&calendar).unwrap();
    for who in 0..10_000 {
        let answer = |question: &str, value| Answer { question: question.to_owned(), value };
        let answers = vec![answer("bench", Value::Text(format!("Benk {who}"))), answer("walk", often())];
        let by = Author { pseudonym: Some(Pseudonym(who)), door: Some("mail".to_owned()), ..Author::default() };
        let said = Draft { answers, finished: true, ..Draft::default() };
        transaction.append(&slug("park"), Moment { at: NOW, offset_minutes: 120 }, &by, vec![said]).unwrap();
    }
    transaction.commit(Durability::Now).unwrap();
    let begun = Instant::now();
    assert_eq!(town.report(Counting::All).taking.finished, PublicCount::Exactly(10_000));
    let reported = begun.elapsed();
    let begun = Instant::now();
    assert_eq!(town.csv().lines().count(), 10_001);
    let exported = begun.elapsed();
    println!("10 000 answers: reported in {reported:?}, exported in {exported:?}");
    assert!(reported < Duration::from_secs(20) && exported < Duration::from_secs(20), "{reported:?} {exported:?}");
}
