//! What staff write is kept, goes once and at its time, and nobody writes over a colleague.

use super::told::is_cut;
use super::{Draft, DraftError, LookError};
use crate::DecoderSet;
use crate::portal::App;
use config::Folder;
use model::channel::Post;
use model::{
    Language, Picture, PublicationId, PublicationRecord, PublicationState, PublicationText, Shows, Slug, Timestamp,
};
use std::time::Duration;
use store::{Options, Store};
use tempfile::TempDir;

/// Thursday 2026-11-19, 15:00 in Oslo.
const NOW: Timestamp = Timestamp::from_seconds(1_795_096_800);
const HOUR: Duration = Duration::from_hours(1);

fn town(general: &str) -> (TempDir, App) {
    let folder = tempfile::tempdir().unwrap();
    let general = format!("languages = [\"nb\", \"en\"]\n{general}");
    let files: Folder = [("municipality.toml", general.as_str())].into_iter().collect();
    let (municipality, _) = config::read(&files).unwrap();
    let store = Store::open(&folder.path().join("allting.redb"), Options::default()).unwrap();
    let app = App::new(municipality, store, DecoderSet::default()).unwrap();
    (folder, app)
}

fn draft(title: &str) -> Draft {
    let text = PublicationText { language: Language::Nb, title: title.to_owned(), body: "Velkommen.".to_owned() };
    Draft { texts: vec![text], ..Draft::default() }
}

fn record(app: &App, id: PublicationId) -> PublicationRecord {
    app.store().read().unwrap().publication(id).unwrap().unwrap()
}

#[test]
fn the_same_form_is_one_draft_and_an_old_writing_is_refused() {
    let (_folder, app) = town("");
    let id = app.put_draft("post/1", "kari", &draft("A"), None, NOW).unwrap();
    assert_eq!(app.put_draft("post/1", "kari", &draft("A"), None, NOW).unwrap(), id);
    app.change_draft((id, 0), "ola", &draft("B"), None, NOW).unwrap();
    let late = app.change_draft((id, 0), "kari", &draft("C"), None, NOW);
    assert!(matches!(late, Err(DraftError::Meanwhile)), "{late:?}");
    assert_eq!(record(&app, id).texts[0].title, "B");
    let late = app.send_draft((id, 0), "kari", None, NOW);
    assert!(matches!(late, Err(LookError::TooLate)), "{late:?}");
    assert_eq!(app.send_draft((id, 1), "kari", None, NOW).unwrap(), PublicationState::Queued);
    let again = app.send_draft((id, 1), "kari", None, NOW);
    assert!(matches!(again, Err(LookError::TooLate)), "pressed twice: {again:?}");
    let gone = app.change_draft((id, 1), "kari", &draft("D"), None, NOW);
    assert!(matches!(gone, Err(DraftError::Gone)), "{gone:?}");
}

#[test]
fn what_is_scheduled_is_news_from_its_time_on_and_a_correction_says_when() {
    let (_folder, app) = town("");
    let due_at = Some(NOW + HOUR);
    let later = app.put_draft("post/1", "kari", &Draft { due_at, ..draft("Later") }, None, NOW).unwrap();
    let first = app.put_draft("post/2", "kari", &draft("First"), None, NOW).unwrap();
    for id in [later, first] {
        app.send_draft((id, 0), "kari", None, NOW).unwrap();
    }
    let titles = |now| -> Vec<String> {
        app.news(10, 0, now).unwrap().into_iter().map(|record| record.texts[0].title.clone()).collect()
    };
    assert_eq!(titles(NOW), ["First"]);
    assert_eq!(titles(NOW + HOUR), ["Later", "First"], "as new as its day");
    app.correct_publication((later, 0), &draft("Later, mended").texts, NOW).unwrap();
    assert_eq!(record(&app, later).corrected_at, None, "nobody has read it yet");
    app.correct_publication((first, 0), &draft("First, mended").texts, NOW + HOUR).unwrap();
    assert_eq!(record(&app, first).corrected_at, Some(NOW + HOUR));
    let stale = app.correct_publication((first, 0), &draft("X").texts, NOW + HOUR);
    assert!(matches!(stale, Err(DraftError::Meanwhile)), "{stale:?}");
    app.withdraw_publication(first, "ola", NOW + HOUR * 2).unwrap();
    assert!(record(&app, first).is_public(NOW + HOUR * 2), "everybody may read that it was taken back");
    let again = app.withdraw_publication(first, "ola", NOW + HOUR * 2);
    assert!(matches!(again, Err(LookError::TooLate)), "{again:?}");
}

#[test]
fn two_pairs_of_eyes_are_two_people() {
    let (_folder, app) = town("post_approval = true\n");
    let id = app.put_draft("post/1", "kari", &draft("A"), None, NOW).unwrap();
    assert_eq!(app.send_draft((id, 0), "kari", None, NOW).unwrap(), PublicationState::Waiting);
    let own = app.decide_publication(id, "kari", PublicationState::Queued, NOW);
    assert!(matches!(own, Err(LookError::OwnWork)), "{own:?}");
    assert!(app.news(10, 0, NOW).unwrap().is_empty());
    app.decide_publication(id, "ola", PublicationState::Queued, NOW + HOUR).unwrap();
    let news = app.news(10, 0, NOW + HOUR).unwrap();
    assert_eq!((news.len(), news[0].due_at, news[0].looked_by.as_deref()), (1, NOW + HOUR, Some("ola")));
}

#[test]
fn letters_that_steer_how_others_are_shown_are_left_out() {
    let (_folder, app) = town("");
    let body = "one\r\n\r\n\u{202e}two\u{2069} \u{7}three \u{5e9}\u{5dc}\u{5d5}\u{5dd}".to_owned();
    let text = PublicationText { language: Language::En, title: " a\nb\u{0} ".to_owned(), body };
    let id = app.put_draft("post/1", "kari", &Draft { texts: vec![text], ..Draft::default() }, None, NOW).unwrap();
    let kept = &record(&app, id).texts[0];
    assert_eq!(kept.title, "a b");
    assert_eq!(kept.body, "one\n\ntwo three \u{5e9}\u{5dc}\u{5d5}\u{5dd}");
}

#[test]
fn a_photo_stays_while_its_draft_says_so_and_as_long_as_it_is_news() {
    let (_folder, app) = town("");
    let alternative: model::Words = [(Language::Nb, "En vegg".to_owned())].into_iter().collect();
    let own = Draft { shows: Shows::Own, alternative: alternative.clone(), ..draft("A") };
    let picture = Picture { bytes: b"\xff\xd8 a wall".to_vec(), width: 4, height: 3, alternative };
    let id = app.put_draft("post/1", "kari", &own, Some(&picture), NOW).unwrap();
    app.change_draft((id, 0), "kari", &own, None, NOW).unwrap();
    assert_eq!(app.picture_of(&record(&app, id)).unwrap().as_ref(), Some(&picture), "a form without a new file");
    assert_eq!(picture.media_type(), "image/jpeg");
    app.send_draft((id, 1), "kari", None, NOW).unwrap();
    assert!(app.picture_of(&record(&app, id)).unwrap().is_some(), "it is news");
    app.withdraw_publication(id, "kari", NOW).unwrap();
    assert_eq!(app.picture_of(&record(&app, id)).unwrap(), None);
}

#[test]
fn words_that_do_not_go_along_are_noticed() {
    let (_folder, app) = town("");
    let id = app.put_draft("post/1", "kari", &draft("A"), None, NOW).unwrap();
    let record = PublicationRecord { channels: Some(vec![Slug::new("town").unwrap()]), ..record(&app, id) };
    let post = |body: &str| Post {
        language: Language::Nb,
        title: String::new(),
        body: body.to_owned(),
        link: None,
        picture: None,
        length: 0,
        limit: 0,
        cost: 0,
        note: Vec::new(),
    };
    assert!(!is_cut(&record, &[post("A\n\nVelkommen.\n\n#tag")]));
    assert!(is_cut(&record, &[post("A\n\nVel \u{2026}")]));
    assert!(!is_cut(&record, &[Post { language: Language::En, ..post("Welcome") }]), "it does not speak that language");
}
