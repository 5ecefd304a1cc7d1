//! A small group is recruited: from the list to a draw that anyone can check, letters, and who moves up.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "test code outside of test functions"
)]

mod people;
mod test_box;
mod willing;

use app::{App, DrawError, Households, Recruiting, Seat, Terms};
use engagement::draw::verify;
use model::activity::{Activity, Code, OpenTo};
use model::{AuditEntry, Delivery, Language, Municipality, Timestamp};
use people::{NOW, SURVEY, park, slug};
use std::fmt::Write as _;
use std::time::Duration;
use store::Store;
use tempfile::TempDir;

struct Town {
    folder: TempDir,
    app: App,
}

fn log() -> AuditEntry {
    AuditEntry { at: NOW, who: Some("kari".to_owned()), what: "draw".to_owned(), subject: "park".to_owned() }
}

fn activity() -> Activity {
    park(OpenTo::Everyone)
}

/// 39 who are willing, of whom 12 are young: as a spreadsheet sends them.
fn willing() -> String {
    let mut table = "name,mail,walk,household\n".to_owned();
    for n in 0..39 {
        let walk = if n < 12 { "often" } else { "seldom" };
        let _ = writeln!(table, "Person {n},person{n}@example.org,{walk},{}", n / 2);
    }
    table
}

fn terms(seats: u32) -> Terms {
    Terms {
        seats,
        slack: 0,
        households: Households::OneSeatEach,
        source: "Lotto of 5 December 2026".to_owned(),
        quotas: Some(b"stratum;value;min;max\nwalk;often;5;6\nwalk;seldom;5;6\n".to_vec()),
    }
}

impl Town {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        Some(Self { app: open(&folder)?, folder })
    }

    fn restarted(self) -> Self {
        let Self { folder, app } = self;
        drop(app);
        Self { app: open(&folder).unwrap(), folder }
    }

    fn puts(&self, table: &str) -> Result<usize, DrawError> {
        self.app.put_recruits(&slug("park"), table.as_bytes(), Language::Nb, (&log(), NOW))
    }

    fn announces(&self, terms: &Terms) -> Result<(), DrawError> {
        self.app.announce_draw(&activity(), terms, "Parken", (&log(), NOW))
    }

    fn holds(&self, seed: &str, now: Timestamp) -> Result<Vec<String>, DrawError> {
        self.app.hold_draw(&activity(), seed, (&log(), now)).map(|held| held.panel)
    }

    fn list(&self) -> Recruiting {
        self.app.recruiting(&slug("park")).unwrap()
    }

    fn letters(&self) -> Vec<(Delivery, String)> {
        let snapshot = self.app.store().read().unwrap();
        let all: Vec<_> = snapshot.deliveries().unwrap().map(Result::unwrap).map(|(_, delivery)| delivery).collect();
        let content = |id| snapshot.delivery_content(id).unwrap().map(|bytes| String::from_utf8(bytes).unwrap());
        all.into_iter().map(|own| (own.clone(), content(own.id).unwrap_or_default())).collect()
    }
}

fn open(folder: &TempDir) -> Option<App> {
    let method = SURVEY.as_ref()?;
    let store = Store::open(&folder.path().join("allting.redb"), store::Options::default()).unwrap();
    let reachable = Some("https://testbygd.example".to_owned());
    let municipality = Municipality { public_url: reachable, ..test_box::municipality() };
    let app = App::new(municipality, store, app::DecoderSet::default()).unwrap();
    app.put_activity(activity(), method.clone()).unwrap();
    app.put_activity(Activity { id: slug("next"), ..activity() }, method.clone()).unwrap();
    Some(app)
}

#[test]
fn eleven_of_thirty_nine_are_drawn_and_anybody_can_check_it() {
    let Some(town) = Town::new() else { return };
    assert_eq!(town.puts(&willing()).unwrap(), 39);
    assert_eq!(town.puts(&willing()).unwrap(), 39);
    assert_eq!(town.list().people.len(), 39, "the same table again adds nobody");
    town.announces(&terms(11)).unwrap();
    assert!(town.letters().is_empty(), "nobody is told before it is drawn");
    let (_, announced) = town.app.published_draw(&slug("park")).unwrap().unwrap();
    assert_eq!(announced.held, None);
    let published = serde_json::to_string(&announced).unwrap();
    assert!(!published.contains("Person") && !published.contains("example.org") && !published.contains("often,"));

    let town = town.restarted();
    let panel = town.holds("3 7 11 19 23 29 31", NOW).unwrap();
    assert_eq!(panel.len(), 11);
    let list = town.list();
    assert_eq!((list.count(Seat::Asked), list.count(Seat::Reserve)), (11, 28));
    let (_, proof) = town.app.published_draw(&slug("park")).unwrap().unwrap();
    assert_eq!(verify(&proof, None), []);
    let pool = town.app.draw_pool(&slug("park")).unwrap();
    assert_eq!(verify(&proof, pool.as_ref()), [], "with the pool also quotas and fairness hold");
    assert_eq!(town.letters().len(), 11);

    assert_eq!(town.holds("3 7 11 19 23 29 31", NOW + Duration::from_secs(9)).unwrap(), panel, "the same seed again");
    assert_eq!(town.letters().len(), 11, "and nobody is asked twice");
    assert!(matches!(town.holds("1 2 3", NOW), Err(DrawError::Seed(_))), "a draw is held once");
    assert!(matches!(town.announces(&terms(11)), Err(DrawError::Step)));
    assert!(matches!(town.app.withdraw_draw(&slug("park"), &log(), NOW), Err(DrawError::Step)));
}

#[test]
fn who_says_no_by_the_link_makes_room_for_the_first_who_keeps_the_quotas() {
    let Some(town) = Town::new() else { return };
    town.puts(&willing()).unwrap();
    town.announces(&terms(11)).unwrap();
    town.holds("3 7 11", NOW).unwrap();
    let (_, content) = town.letters().remove(0);
    let link = content.split("/seat/").nth(1).unwrap().split(')').next().unwrap().to_owned();
    let code = Code::parse(&link).unwrap();
    let person = town.app.person_by_link(&slug("park"), &code, NOW).unwrap().unwrap();
    assert!(content.contains(&person.code) && content.contains(person.address.as_ref().unwrap().as_str()));
    assert_eq!(town.app.person_by_link(&slug("park"), &Code::new([1; Code::BYTES]), NOW).unwrap(), None);
    let later = NOW + Duration::from_mins(1);
    let say = |seat| town.app.answer_seat(&activity(), &code, seat, later).unwrap().unwrap().seat;
    assert_eq!(say(Seat::Coming), Seat::Coming);
    assert_eq!(say(Seat::NotComing), Seat::NotComing);
    assert_eq!(say(Seat::Coming), Seat::NotComing, "the seat went to another");
    let list = town.list();
    assert_eq!((list.count(Seat::Asked), list.count(Seat::NotComing)), (11, 1));
    let often = list.people.iter().filter(|own| own.seat == Seat::Asked && own.profile["walk"] == "often").count();
    assert!((5..=6).contains(&often), "{often}");
    assert_eq!(town.letters().len(), 12);
}

#[test]
fn who_leaves_between_draw_and_invitation_is_gone_and_replaced() {
    let Some(town) = Town::new() else { return };
    town.puts(&willing()).unwrap();
    town.announces(&terms(11)).unwrap();
    let gone = town.list().people[0].code.clone();
    town.app.remove_recruit(&activity(), &gone, (Some(&log()), NOW)).unwrap();
    let panel = town.holds("3 7 11", NOW).unwrap();
    assert_eq!(town.list().count(Seat::Asked), 11, "whether they were drawn or not ({})", panel.contains(&gone));
    let asked = town.list().people.iter().find(|own| own.seat == Seat::Asked).unwrap().clone();
    town.app.remove_recruit(&activity(), &asked.code, (Some(&log()), NOW)).unwrap();
    assert_eq!(town.list().count(Seat::Asked), 11);
    assert!(town.list().people.iter().all(|own| own.code != asked.code));
    assert!(matches!(town.app.remove_recruit(&activity(), &asked.code, (Some(&log()), NOW)), Err(DrawError::Step)));
    let Town { folder, app } = town;
    drop(app);
    let file = std::fs::read(folder.path().join("allting.redb")).unwrap();
    assert!(!file.windows(11).any(|part| part == b"example.org"), "an address lies in clear on the disk");
}

#[test]
fn who_was_thanked_has_one_chance_more_the_next_time() {
    let Some(town) = Town::new() else { return };
    town.puts(&willing()).unwrap();
    town.announces(&terms(11)).unwrap();
    town.holds("3 7 11", NOW).unwrap();
    assert_eq!(town.app.thank_reserves(&activity(), (&log(), NOW)).unwrap(), 28);
    assert_eq!(town.app.thank_reserves(&activity(), (&log(), NOW)).unwrap(), 0, "once");
    assert_eq!(town.letters().len(), 39);
    let next = slug("next");
    town.app.put_recruits(&next, willing().as_bytes(), Language::Nb, (&log(), NOW)).unwrap();
    let chances: Vec<u32> = town.app.recruiting(&next).unwrap().people.iter().map(|own| own.chances).collect();
    assert_eq!((chances.iter().filter(|many| **many == 2).count(), chances.len()), (28, 39));
}

#[test]
fn quotas_that_cannot_be_met_are_said_with_the_smallest_change() {
    let Some(town) = Town::new() else { return };
    town.puts(&willing()).unwrap();
    let table = b"stratum;value;min;max\nwalk;often;13;14\nwalk;seldom;1;6\n".to_vec();
    let narrow = Terms { quotas: Some(table), households: Households::Ignored, ..terms(15) };
    let Err(DrawError::Impossible(why)) = town.announces(&narrow) else { panic!("it cannot be") };
    assert!(why.to_string().contains("`often` of `walk` at least 12 instead of 13"), "{why}");
    for (table, says) in [
        ("mail\nkari@example.org\n", "`name`"),
        ("name,mail\nKari,kari\n", "line 2"),
        ("name,mail,chances\nKari,kari@example.org,many\n", "chances"),
        ("", "empty"),
    ] {
        let Err(DrawError::Sheet(why)) = town.puts(table) else { panic!("{table}") };
        assert!(why.to_string().contains(says), "{why}");
    }
    // Latin-1 with semicolons, as an office sends it.
    let latin = b"name;mail;walk\nP\xe5l;pal@example.org;often\n";
    town.app.put_recruits(&slug("park"), latin, Language::Nb, (&log(), NOW)).unwrap();
    assert!(town.list().people.iter().any(|own| own.name == "P\u{e5}l"));
}

#[test]
fn groups_and_roles_can_be_changed_after_the_draw_and_nothing_else() {
    let Some(town) = Town::new() else { return };
    town.puts(&willing()).unwrap();
    town.announces(&terms(11)).unwrap();
    let before = town.list();
    let (code, mail) = (&before.people[0].code, before.people[1].address.clone().unwrap());
    let table =
        format!("code,mail,group,role,walk\n{code},,Planning,chair,never\n,{},Planning,,never\n", mail.as_str());
    assert_eq!(town.puts(&table).unwrap(), 2);
    let after = town.list();
    assert_eq!((after.people[0].role.as_str(), after.people[1].group.as_str()), ("chair", "Planning"));
    assert_eq!(after.people[0].profile, before.people[0].profile);
    assert!(town.puts("code,group\nnobody,A\n").is_err());
}
