//! What people put on a map is shown to others as the activity says, and what staff hide is gone from page, findings and table; with a real
//! method in the sandbox, which nobody asks.

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
#[path = "people/photo_file.rs"]
mod photo_file;
mod test_box;

use app::{Counting, Pass, Visitor};
use engagement::{PersonalKind, PublicCount, Visibility};
use model::Language;
use model::activity::{Audience, Content, EntryId, Moderation, Moment, PagePath, Phase, PhotoId, Role, Tag, Verdict};
use on_map::Town;
use people::{NOW, slug, visitor};

impl Town {
    /// The words on the map as somebody sees them, whether each is theirs, and how many wait.
    fn sees(&self, who: &Visitor) -> (Vec<(String, bool)>, usize) {
        let page = self.app.page_of(&slug("park"), who, &PagePath::front()).unwrap().page.page;
        let named: Vec<EntryId> = page
            .blocks
            .iter()
            .flat_map(|block| match &block.is {
                Content::Map(map) => map.groups.as_slice(),
                _ => &[],
            })
            .flat_map(|group| group.items.iter().map(|item| item.entry))
            .collect();
        let seen = self.app.seen(&slug("park"), who, &named).unwrap();
        let words = seen.entries.values().map(|seen| (seen.entry.said.contribution.clone().unwrap().text, seen.own));
        (words.collect(), seen.waiting.len())
    }

    fn anybody(&self) -> (Vec<(String, bool)>, usize) {
        self.sees(&visitor(Pass::Newcomer, NOW))
    }

    fn entry(&self, text: &str) -> EntryId {
        let all = self.app.put_forward(&slug("park")).unwrap();
        all.iter().find(|one| one.entry.said.contribution.as_ref().unwrap().text == text).unwrap().entry.id
    }

    fn decides(&self, text: &str, verdict: Verdict) {
        assert!(self.app.moderate(&slug("park"), self.entry(text), verdict, NOW).unwrap());
    }

    fn found(&self) -> PublicCount {
        let languages = vec![Tag::from(Language::Nb)];
        let now = Moment { at: NOW, offset_minutes: 120 };
        let audience = Audience { role: Role::Anyone, languages, now, phase: Phase::Open };
        let found = self.app.findings_of(&slug("park"), &audience).unwrap();
        found.into_iter().map(|finding| finding.people).next().unwrap()
    }

    fn csv(&self) -> String {
        let mut csv = Vec::new();
        let table = self.app.answer_table(&slug("park"), &[Tag::from(Language::Nb)], NOW).unwrap();
        table.write_csv(&mut csv).unwrap();
        String::from_utf8(csv).unwrap()
    }

    fn finished(&self) -> PublicCount {
        let nb = [Tag::from(Language::Nb)];
        self.app.report(&slug("park"), &nb, NOW, Counting::All).unwrap().taking.finished
    }
}

fn rude() -> Verdict {
    Verdict::Hidden("Det nevner en nabo ved navn.".to_owned())
}

fn own(text: &str) -> (String, bool) {
    (text.to_owned(), true)
}

fn others(text: &str) -> (String, bool) {
    (text.to_owned(), false)
}

#[test]
fn what_waits_is_seen_by_its_author_and_staff_and_counted_for_everybody() {
    let Some(town) = Town::new(Moderation::Before) else { return };
    let pass = town.puts("Mørk underføring, ring 412 34 567", &[]);
    assert_eq!(town.anybody(), (vec![], 1), "that something waits is told, and not what");
    assert_eq!(town.sees(&visitor(pass, NOW)), (vec![own("Mørk underføring, ring 412 34 567")], 0));
    let steward = Visitor { role: Role::Steward, ..visitor(Pass::Staff(model::AccountId(1)), NOW) };
    assert_eq!(town.sees(&steward).0.len(), 1);
    let waiting = town.app.put_forward(&slug("park")).unwrap();
    assert_eq!((waiting.len(), town.app.waiting(&slug("park")).unwrap()), (1, 1));
    assert_eq!(waiting[0].warnings[0].kind, PersonalKind::Telephone);
    let held = town.app.by_receipt(&slug("park"), &visitor(pass, NOW)).unwrap().unwrap();
    assert_eq!(held.seen.values().collect::<Vec<_>>(), [&Visibility::Waiting]);

    town.decides("Mørk underføring, ring 412 34 567", Verdict::LetThrough);
    let town = town.restarted(Moderation::Before);
    assert_eq!(town.anybody(), (vec![others("Mørk underføring, ring 412 34 567")], 0));
    assert_eq!(town.app.waiting(&slug("park")).unwrap(), 0);
}

#[test]
fn where_all_is_shown_at_once_it_is_and_can_be_hidden() {
    let Some(town) = Town::new(Moderation::After) else { return };
    town.puts("Flere benker", &[]);
    assert_eq!(town.anybody(), (vec![others("Flere benker")], 0));
    town.decides("Flere benker", rude());
    assert_eq!(town.anybody(), (vec![], 0));
}

#[test]
fn what_is_hidden_leaves_page_findings_and_table_and_the_person_stays_counted() {
    let Some(town) = Town::new(Moderation::After) else { return };
    let passes: Vec<Pass> = (0..6).map(|at| town.puts(&format!("innspill {at}"), &[])).collect();
    assert_eq!((town.found(), town.finished()), (PublicCount::Exactly(6), PublicCount::Exactly(6)));
    town.decides("innspill 3", rude());
    assert_eq!(town.anybody().0.len(), 5);
    assert_eq!(town.found(), PublicCount::Exactly(5), "the method was built again from what is left");
    assert_eq!(town.finished(), PublicCount::Exactly(6), "they took part");
    assert!(!town.csv().contains("innspill 3") && town.csv().contains("innspill 2"));
    let nb = [Tag::from(Language::Nb)];
    let report = town.app.report(&slug("park"), &nb, NOW, Counting::All).unwrap();
    assert_eq!(report.texts[0].texts.len(), 5);
    let held = town.app.by_receipt(&slug("park"), &visitor(passes[3], NOW)).unwrap().unwrap();
    let told = held.seen.values().next().unwrap();
    assert_eq!(told, &Visibility::Hidden("Det nevner en nabo ved navn.".to_owned()));
    // It was a mistake: it comes back.
    town.decides("innspill 3", Verdict::LetThrough);
    assert_eq!((town.anybody().0.len(), town.found()), (6, PublicCount::Exactly(6)));
}

#[test]
fn a_photo_on_the_map_is_public_with_its_words_and_no_longer() {
    let Some(town) = Town::new(Moderation::Before) else { return };
    town.puts("Her", &[&photo_file::png(30, 20, [0, 90, 0])]);
    let entry = town.entry("Her");
    let seen = || town.app.public_photo(&slug("park"), entry, 0).unwrap().is_some();
    assert!(!seen());
    town.decides("Her", Verdict::LetThrough);
    assert!(seen());
    town.decides("Her", rude());
    assert!(!seen());
    assert!(town.app.photo_of(&slug("park"), entry, 0).unwrap().is_some(), "staff can look at it again");
    let number: PhotoId = town.app.put_forward(&slug("park")).unwrap()[0].entry.said.photos().next().unwrap();
    assert!(!town.csv().contains(&number.reference()));
}

#[test]
fn a_decision_goes_with_what_it_is_about_and_there_is_none_about_nothing() {
    let Some(town) = Town::new(Moderation::Before) else { return };
    let Pass::Holder(code) = town.puts("Flere benker", &[]) else { panic!("no code") };
    let entry = town.entry("Flere benker");
    town.decides("Flere benker", rude());
    town.app.erase_by_receipt(&slug("park"), &code).unwrap();
    assert!(town.app.store().read().unwrap().moderated(&slug("park")).unwrap().is_empty(), "no reason without words");
    assert!(!town.app.moderate(&slug("park"), entry, Verdict::LetThrough, NOW).unwrap());
}
