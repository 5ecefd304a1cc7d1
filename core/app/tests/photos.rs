//! Photos that people give: kept as long as their answers, and not a day longer.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "test code outside of test functions"
)]

mod people;
#[path = "people/photo_file.rs"]
mod photo_file;
mod test_box;

use app::{Listing, Pass, PhotoRefusal, PhotoTaken, Shown, Taken, Upkeep, UpkeepReport};
use engagement::Why;
use model::activity::{Activity, Code, Entry, FormToken, OpenTo, PhotoId, Tag, Value};
use model::{Language, Timestamp};
use people::{NOW, SURVEY, Town, park, slug, visitor};
use photo_file::png;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

const SETTINGS: &str = r#"{"page":[
    {"key":"one","question":[{"key":"view","kind":"photo","most":2,"ask":{"nb":"Ta et bilde"}}]},
    {"key":"two","question":[{"key":"walk","kind":"single","ask":{"nb":"Hvor ofte?"},"option":[
        {"key":"often","label":{"nb":"Ofte"}},{"key":"seldom","label":{"nb":"Sjelden"}}]}]}]}"#;
const DAY: Duration = Duration::from_hours(24);

/// A town whose survey asks for photos.
struct Album(Town);

impl Album {
    fn open_to(open_to: OpenTo) -> Option<Self> {
        Some(Self::of(Town::open_to(open_to)?, open_to))
    }

    fn of(town: Town, open_to: OpenTo) -> Self {
        let activity = Activity { settings: SETTINGS.to_owned(), ..park(open_to) };
        town.app.put_activity(activity, SURVEY.as_ref().unwrap().clone()).unwrap();
        Self(town)
    }

    fn page(&self, pass: Pass) -> Shown {
        self.0.page(pass, "one").unwrap()
    }

    fn takes(&self, shown: &Shown, file: &[u8]) -> PhotoId {
        let taken = self.0.app.take_photo(&slug("park"), &visitor(shown.pass, NOW), shown.token, file).unwrap();
        let PhotoTaken::Kept(photo) = taken else { panic!("{taken:?}") };
        photo
    }

    fn says(&self, shown: &Shown, photos: &[PhotoId]) -> Taken {
        let references = photos.iter().map(PhotoId::reference).collect();
        self.0.fills(shown, "one", "view", Value::References(references))
    }

    fn finishes(&self, pass: Pass) -> Taken {
        self.0.fills(&self.0.page(pass, "two").unwrap(), "two", "walk", people::often())
    }

    fn is_there(&self, photo: PhotoId) -> bool {
        self.0.app.store().read().unwrap().photo(&slug("park"), photo).unwrap().is_some()
    }

    fn with_photo(&self) -> Entry {
        self.0.log().into_iter().find(|entry| entry.said.photos().next().is_some()).unwrap()
    }
}

fn red() -> Vec<u8> {
    png(40, 30, [200, 0, 0])
}

fn code(shown: &Shown) -> Code {
    let Pass::Holder(code) = shown.pass else { panic!("no code") };
    code
}

#[test]
fn a_photo_stays_with_an_answer_over_a_restart_and_a_second_click_says_it_once() {
    let Some(album) = Album::open_to(OpenTo::Everyone) else { return };
    let shown = album.page(Pass::Newcomer);
    let photo = album.takes(&shown, &red());
    assert_eq!(album.takes(&shown, &red()), photo, "the same file on the same form");
    assert!(matches!(album.says(&shown, &[photo]), Taken::Kept(_)));
    assert!(matches!(album.says(&shown, &[photo]), Taken::Before(_)));
    let album = Album::of(album.0.restarted(), OpenTo::Everyone);
    let again = album.page(shown.pass);
    let stands = again.page.page.blocks.iter().find_map(|block| match &block.is {
        model::activity::Content::Field(field) => field.value.clone(),
        _ => None,
    });
    assert_eq!(stands, Some(Value::References(vec![photo.reference()])), "who goes on finds it there");
    let small = album.0.app.thumbnails(&slug("park"), [photo]).unwrap();
    assert!(small[&photo].starts_with(&[0xff, 0xd8]));
    assert_eq!(album.0.app.store().read().unwrap().photos(&slug("park")).unwrap().len(), 1);
}

#[test]
fn what_is_no_photo_and_what_nobody_sent_is_told_and_nothing_is_kept() {
    let Some(album) = Album::open_to(OpenTo::Everyone) else { return };
    let shown = album.page(Pass::Newcomer);
    let visitor_now = visitor(shown.pass, NOW);
    let page = album.0.app.take_photo(&slug("park"), &visitor_now, shown.token, b"<svg onload=alert(1)>").unwrap();
    assert_eq!(page, PhotoTaken::Refused(PhotoRefusal::Unknown));
    let Taken::Misfits(misfits) = album.says(&shown, &[PhotoId([9; 16])]) else { panic!("it was taken") };
    assert_eq!((misfits[0].at.as_str(), &misfits[0].why), ("view", &Why::NoSuchPhoto));
    let late = visitor(shown.pass, NOW + Duration::from_hours(3));
    let late = album.0.app.take_photo(&slug("park"), &late, shown.token, &red()).unwrap();
    assert_eq!(late, PhotoTaken::NotOpen, "nobody fills the disk through what is closed");
    assert_eq!(album.0.log(), []);
    assert!(album.0.app.store().read().unwrap().photos(&slug("park")).unwrap().is_empty());
}

#[test]
fn a_photo_that_is_taken_back_is_gone_and_the_other_stays() {
    let Some(album) = Album::open_to(OpenTo::Everyone) else { return };
    let shown = album.page(Pass::Newcomer);
    let (one, two) = (album.takes(&shown, &red()), album.takes(&shown, &png(8, 8, [0, 0, 200])));
    album.says(&shown, &[one, two]);
    assert!(album.is_there(one) && album.is_there(two));
    album.says(&album.page(shown.pass), &[two]);
    assert!(!album.is_there(one) && album.is_there(two));
}

#[test]
fn an_erased_photo_is_gone_from_the_file_and_from_a_backup_that_comes_back() {
    let Some(album) = Album::open_to(OpenTo::Everyone) else { return };
    let shown = album.page(Pass::Newcomer);
    let photo = album.takes(&shown, &red());
    album.says(&shown, &[photo]);
    let folder = album.0.folder.path().to_owned();
    album.0.app.store().settle().unwrap();
    let backup = tempfile::tempdir().unwrap();
    for name in ["allting.redb", "keys.bin"] {
        fs::copy(folder.join(name), backup.path().join(name)).unwrap();
    }
    let jpeg = album.0.app.store().read().unwrap().photo(&slug("park"), photo).unwrap().unwrap().jpeg;
    let before = fs::read(folder.join("keys.bin")).unwrap();
    album.0.app.erase_by_receipt(&slug("park"), &code(&shown)).unwrap();
    let after = fs::read(folder.join("keys.bin")).unwrap();
    let slots = |file: &[u8]| file[4096..].chunks(32).map(<[u8]>::to_vec).collect::<Vec<_>>();
    let gone: Vec<_> = slots(&before).into_iter().zip(slots(&after)).filter(|(was, is)| was != is).collect();
    assert_eq!(gone.len(), 2, "the key of what they said, and that of the photo");
    for file in fs::read_dir(&folder).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let holds = |wanted: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
        assert!(!holds(&jpeg[..64]) && !holds(&red()[..64]), "it never lay there in clear");
        assert!(gone.iter().all(|(key, _)| !holds(key)));
    }
    for name in ["allting.redb", "keys.bin"] {
        fs::copy(backup.path().join(name), folder.join(name)).unwrap();
    }
    let album = Album::of(album.0.restarted(), OpenTo::Everyone);
    assert!(!album.is_there(photo), "the older files have its bytes, and nobody can read them");
}

#[test]
fn only_what_a_steward_let_through_is_seen_by_others() {
    let Some(album) = Album::open_to(OpenTo::Everyone) else { return };
    let shown = album.page(Pass::Newcomer);
    let photo = album.takes(&shown, &red());
    album.says(&shown, &[photo]);
    assert!(matches!(album.finishes(shown.pass), Taken::Kept(_)));
    let (app, entry) = (&album.0.app, album.with_photo().id);
    let seen = || app.public_photo(&slug("park"), entry, 0).unwrap().is_some();
    assert!(!seen() && app.photo_of(&slug("park"), entry, 0).unwrap().is_some());
    let words = app.own_words(&slug("park"), &[Tag::from(Language::Nb)], NOW).unwrap();
    assert_eq!((words[0].question.as_str(), words[0].photos.as_slice()), ("view", [0].as_slice()));
    app.list_words(&slug("park"), entry, "view", Listing::Listed).unwrap();
    assert!(seen());
    let report = app.report(&slug("park"), &[Tag::from(Language::Nb)], NOW, app::Counting::All).unwrap();
    assert_eq!(report.texts[0].photos, [(entry, 0)]);
    app.list_words(&slug("park"), entry, "view", Listing::Held).unwrap();
    assert!(!seen());
    assert!(app.public_photo(&slug("park"), entry, 1).unwrap().is_none());
}

#[test]
fn at_night_a_photo_that_nothing_names_goes_and_in_the_end_all_go() {
    let Some(album) = Album::open_to(OpenTo::Everyone) else { return };
    let shown = album.page(Pass::Newcomer);
    let (named, unnamed) = (album.takes(&shown, &red()), album.takes(&shown, &png(8, 8, [0, 0, 200])));
    album.says(&shown, &[named]);
    assert!(matches!(album.finishes(shown.pass), Taken::Kept(_)));
    let Album(Town { app, folder, .. }) = album;
    let app = Arc::new(app);
    let mut upkeep = Upkeep::new(Arc::clone(&app), folder.path().join("copy.redb"), UpkeepReport::default());
    let mut night = |now: Timestamp| {
        for _ in 0..200 {
            upkeep.step(now);
        }
    };
    let is_there = |photo| app.store().read().unwrap().photo(&slug("park"), photo).unwrap().is_some();
    night(NOW + DAY);
    assert!(is_there(named) && is_there(unnamed), "its form may still be open");
    night(NOW + 3 * DAY);
    assert!(is_there(named) && !is_there(unnamed));
    night(NOW + 367 * DAY);
    assert!(!is_there(named));
}

/// The journal had a photo and the draft that named it in one line of time; and the number of a photo must not follow from a link.
#[test]
fn the_photo_of_an_invited_person_is_bound_to_nothing_of_their_link() {
    let Some(album) = Album::open_to(OpenTo::Invited) else { return };
    let codes = album.0.invite(6);
    let mut photos = Vec::new();
    for (at, code) in (0_u8..).zip(&codes) {
        let shown = album.page(Pass::Invited(*code));
        let photo = album.takes(&shown, &png(20 + u32::from(at), 20, [at, 0, 0]));
        album.says(&shown, &[photo]);
        assert!(matches!(album.page(Pass::Invited(*code)).pass, Pass::Invited(_)));
        assert!(matches!(album.finishes(Pass::Invited(*code)), Taken::Kept(_)));
        photos.push(photo);
    }
    album.0.app.store().settle().unwrap();
    assert!(photos.iter().all(|photo| album.is_there(*photo)), "they came along with the answer");
    let store = album.0.app.store();
    for code in &codes {
        for token in [[0; 16], album.page(Pass::Preview(*code)).token.0] {
            let FormToken(token) = FormToken(token);
            let followed = store.derived("photo", &[b"park", code.bytes(), &token]);
            assert!(photos.iter().all(|photo| photo.0 != followed[..16]));
        }
    }
    let file = fs::read(album.0.folder.path().join("allting.redb")).unwrap();
    assert!(file[4096..(4 << 20)].iter().all(|byte| *byte == 0), "the journal still says what came together");
}

#[test]
fn what_staff_try_out_is_kept_in_memory_alone() {
    let Some(album) = Album::open_to(OpenTo::Everyone) else { return };
    let trial = Pass::Preview(Code::new([7; Code::BYTES]));
    let shown = album.page(trial);
    let photo = album.takes(&shown, &red());
    assert!(matches!(album.says(&shown, &[photo]), Taken::Kept(_)));
    assert!(!album.is_there(photo));
    assert_eq!(album.0.app.thumbnails(&slug("park"), [photo]).unwrap().len(), 1);
    for at in 0..20 {
        album.takes(&shown, &png(8, 8, [at, at, 9]));
    }
    assert!(album.0.app.thumbnails(&slug("park"), [photo]).unwrap().is_empty(), "the oldest goes");
}
