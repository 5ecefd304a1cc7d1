//! A person answers: a page is shown, a form is taken, figures are told. With a real method in the sandbox and a real data file.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::indexing_slicing,
    reason = "test code outside of test functions"
)]

mod test_box;

use app::{ActivityError, App, GRACE, Pass, SentForm, Taken, Trap, Visitor};
use engagement::{PublicCount, Sent, Why};
use model::activity::{
    Activity, Answer, Audience, Author, Code, Content, Draft, FormToken, Moderation, OpenTo, PagePath, Phase, Press,
    Pseudonym, Role, Tag, Value,
};
use model::{Calendar, Language, Slug, Timestamp, Words};
use plugin_host::{Host, Method, Options};
use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;
use store::{Durability, Store};
use tempfile::TempDir;
use test_box::municipality;

/// Thursday 2026-07-02, 15 o'clock in Oslo.
const NOW: Timestamp = Timestamp::from_seconds(1_782_997_200);
const SETTINGS: &str = r#"{"question":{"nb":"Hvordan er det her?"},"option":[
    {"key":"calm","label":{"nb":"Rolig"}},{"key":"crowded","label":{"nb":"For fullt"}}]}"#;

static QUICK_QUESTION: LazyLock<Option<Method>> = LazyLock::new(|| {
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/plugins/quick-question.wasm");
    let Ok(wasm) = std::fs::read(plugin) else {
        println!("skipped: app: the plugins are not built; `cargo xtask plugins` does it");
        return None;
    };
    Some(Host::new(Options::default()).unwrap().load_method(&slug("quick-question"), &wasm).unwrap())
});

struct Town {
    folder: TempDir,
    app: App,
}

impl Town {
    fn new() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        Some(Self { app: open(folder.path())?, folder })
    }

    fn restarted(self) -> Self {
        let Self { folder, app } = self;
        drop(app);
        Self { app: open(folder.path()).unwrap(), folder }
    }

    fn taps(&self, who: u64, option: &str) -> Taken {
        self.sends(&visitor(who, NOW), &form(token(who), option)).unwrap()
    }

    fn sends(&self, visitor: &Visitor, form: &SentForm<'_>) -> Result<Taken, ActivityError> {
        self.app.take_answer(&slug("mood"), visitor, form)
    }

    fn said_by(&self, who: u64) -> usize {
        let held = self.app.by_receipt(&slug("mood"), &visitor(who, NOW)).unwrap();
        held.map_or(0, |held| held.entries.len())
    }

    fn people(&self) -> PublicCount {
        self.app.findings_of(&slug("mood"), &audience()).unwrap().remove(0).people
    }
}

fn open(folder: &Path) -> Option<App> {
    let method = QUICK_QUESTION.as_ref()?;
    let store = Store::open(&folder.join("allting.redb"), store::Options::default()).unwrap();
    let app = App::new(municipality(), store, app::DecoderSet::default()).unwrap();
    app.put_activity(mood(SETTINGS), method.clone()).unwrap();
    Some(app)
}

fn slug(name: &str) -> Slug {
    Slug::new(name).unwrap()
}

fn words(text: &str) -> Words {
    [(Language::Nb, text.to_owned())].into_iter().collect()
}

fn mood(settings: &str) -> Activity {
    Activity {
        id: slug("mood"),
        method: slug("quick-question"),
        title: words("Hvordan er det her?"),
        languages: vec![Tag::from(Language::Nb)],
        places: vec![(slug("library"), words("Biblioteket"))],
        settings: settings.to_owned(),
        opens: Some(NOW - Duration::from_hours(1)),
        closes: Some(NOW + Duration::from_hours(1)),
        draft: false,
        open_to: OpenTo::Everyone,
        moderation: Moderation::Before,
        purpose: Words::default(),
        legal_basis: Words::default(),
        decides: Words::default(),
        retention_days: 365,
        answer_days: 90,
        population: Vec::new(),
        recruiting: None,
    }
}

fn code(who: u64) -> Code {
    let mut bytes = [0; 10];
    bytes[..8].copy_from_slice(&who.to_le_bytes());
    Code::new(bytes)
}

fn visitor(who: u64, now: Timestamp) -> Visitor {
    let languages = vec![Tag::from(Language::Nb)];
    Visitor { pass: Pass::Holder(code(who)), role: Role::Anyone, door: None, languages, client: None, now }
}

fn audience() -> Audience {
    let now = municipality().calendar.moment(NOW);
    Audience { role: Role::Anyone, languages: vec![Tag::from(Language::Nb)], now, phase: Phase::Open }
}

fn token(number: u64) -> FormToken {
    let mut token = [0; 16];
    token[..8].copy_from_slice(&number.to_le_bytes());
    FormToken(token)
}

fn form(token: FormToken, option: &str) -> SentForm<'static> {
    let values = vec![Answer { question: "answer".to_owned(), value: Value::Choices(vec![option.to_owned()]) }];
    let sent = Sent { form: "tap", press: Press::Send, about: None, values };
    SentForm { path: PagePath::new("at/library").unwrap(), sent, token, trap: Trap::Untouched }
}

#[test]
fn an_answer_is_kept_and_counted_and_few_are_not_told() {
    let Some(town) = Town::new() else { return };
    for who in 1..=5 {
        assert_eq!(town.people(), PublicCount::FewerThan(5));
        let Taken::Kept(thanks) = town.taps(who, "calm") else { panic!("not kept") };
        assert_eq!((thanks.next.as_str(), thanks.receipt), ("at/library/thanks", Some(code(who))));
    }
    assert_eq!(town.people(), PublicCount::Exactly(5));
}

#[test]
fn a_page_carries_no_count_that_did_not_pass_the_gate() {
    let Some(town) = Town::new() else { return };
    town.taps(1, "calm");
    let shown = town.app.page_of(&slug("mood"), &visitor(2, NOW), &PagePath::front()).unwrap().page;
    let raw = shown.page.blocks.iter().any(|block| match &block.is {
        Content::Figure(figure) => !figure.rows.is_empty(),
        _ => false,
    });
    assert!(!raw);
    let figure = shown.figures.values().next().unwrap();
    assert_eq!(figure.rows[0].cells, [engagement::PublicCell::Count(PublicCount::FewerThan(5))]);
}

#[test]
fn the_same_form_sent_twice_says_it_once() {
    let Some(town) = Town::new() else { return };
    let Taken::Kept(kept) = town.taps(1, "calm") else { panic!("not kept") };
    assert_eq!(town.taps(1, "calm"), Taken::Before(kept.clone()));
    let town = town.restarted();
    assert_eq!(town.taps(1, "calm"), Taken::Before(kept));
    assert_eq!(town.said_by(1), 1);
}

/// The browser shows the page as it was, token and all: who presses back and answers otherwise means it.
#[test]
fn who_goes_back_and_answers_otherwise_has_changed_their_answer() {
    let Some(town) = Town::new() else { return };
    town.taps(1, "calm");
    assert!(matches!(town.taps(1, "crowded"), Taken::Kept(_)));
    let shown = town.app.page_of(&slug("mood"), &visitor(1, NOW), &PagePath::new("at/library").unwrap()).unwrap();
    let stands = shown.page.page.blocks.iter().find_map(|block| match &block.is {
        Content::Field(field) => field.value.clone(),
        _ => None,
    });
    assert_eq!(stands, Some(Value::Choices(vec!["crowded".to_owned()])));
}

#[test]
fn what_people_said_outlives_a_restart_and_a_new_version_of_the_settings() {
    let Some(town) = Town::new() else { return };
    (1..=7).for_each(|who| drop(town.taps(who, "calm")));
    let town = town.restarted();
    assert_eq!(town.people(), PublicCount::Exactly(7));
    // The option is called something else now; its key is the same, so its answers are.
    town.app.put_activity(mood(&SETTINGS.replace("Rolig", "Stille")), QUICK_QUESTION.clone().unwrap()).unwrap();
    assert_eq!(town.people(), PublicCount::Exactly(7));
}

#[test]
fn settings_that_do_not_open_leave_the_old_ones_running_and_say_why() {
    let Some(town) = Town::new() else { return };
    let broken = mood(r#"{"question":"","option":[]}"#);
    let refused = town.app.put_activity(broken, QUICK_QUESTION.clone().unwrap()).unwrap_err();
    assert!(matches!(refused, ActivityError::Settings(_, problems) if problems[0].at == "/question"));
    assert!(matches!(town.taps(1, "calm"), Taken::Kept(..)));
}

#[test]
fn what_is_erased_is_gone_from_the_log_and_from_every_figure() {
    let Some(town) = Town::new() else { return };
    (1..=6).for_each(|who| drop(town.taps(who, "calm")));
    assert_eq!(town.people(), PublicCount::Exactly(6));
    assert_eq!(town.app.erase_by_receipt(&slug("mood"), &code(3)).unwrap().entries, 1);
    assert_eq!(town.people(), PublicCount::Exactly(5));
    assert_eq!(town.said_by(3), 0);
    assert_eq!(town.restarted().people(), PublicCount::Exactly(5));
}

#[test]
fn before_and_after_its_days_nothing_is_taken_and_it_is_said() {
    let Some(town) = Town::new() else { return };
    for (hours, phase) in [(0, Phase::Announced), (4, Phase::Closed)] {
        let now = NOW - Duration::from_hours(2) + Duration::from_hours(hours);
        // Whatever a viewer claims, the dates decide.
        let taken = town.sends(&visitor(1, now), &form(token(1), "calm")).unwrap();
        assert_eq!(taken, Taken::NotOpen(phase));
    }
    assert_eq!(town.said_by(1), 0);
}

#[test]
fn a_form_that_was_tampered_with_keeps_nothing() {
    let Some(town) = Town::new() else { return };
    let Taken::Misfits(misfits) = town.taps(1, "no-such-option") else { panic!("taken") };
    assert_eq!((misfits[0].at.as_str(), &misfits[0].why), ("answer", &Why::NotOffered));
    let mut forged = form(token(2), "calm");
    forged.sent.form = "no-such-form";
    assert!(matches!(town.sends(&visitor(2, NOW), &forged).unwrap(), Taken::Misfits(_)));
    let unknown = town.app.take_answer(&slug("nowhere"), &visitor(3, NOW), &form(token(3), "calm"));
    assert!(matches!(unknown, Err(ActivityError::Unknown(_))));
}

#[test]
fn what_another_part_of_the_box_wrote_into_the_log_is_seen_at_the_next_look() {
    let Some(town) = Town::new() else { return };
    (1..=5).for_each(|who| drop(town.taps(who, "calm")));
    let said = Draft {
        answers: vec![Answer { question: "answer".to_owned(), value: Value::Choices(vec!["calm".to_owned()]) }],
        finished: true,
        ..Draft::default()
    };
    let calendar = Calendar::named("Europe/Oslo").unwrap();
    let transaction = town.app.store().begin(&calendar).unwrap();
    let who = Author { pseudonym: Some(Pseudonym(77)), ..Author::default() };
    transaction.append(&slug("mood"), calendar.moment(NOW), &who, vec![said]).unwrap();
    transaction.commit(Durability::Now).unwrap();
    assert_eq!(town.people(), PublicCount::Exactly(6));
}

#[test]
fn who_began_in_time_may_finish_within_an_hour_and_nobody_longer() {
    let Some(town) = Town::new() else { return };
    let closes = NOW + Duration::from_hours(1);
    let library = PagePath::new("at/library").unwrap();
    let shown = town.app.page_of(&slug("mood"), &visitor(1, closes - Duration::from_mins(1)), &library).unwrap();
    let late = |who, now, token| town.sends(&visitor(who, now), &form(token, "calm")).unwrap();
    assert!(matches!(late(1, closes + GRACE, shown.token), Taken::NotOpen(Phase::Closed)));
    assert!(matches!(late(1, closes + GRACE / 2, shown.token), Taken::Kept(_)));
    assert!(matches!(late(2, closes + GRACE / 2, token(9)), Taken::NotOpen(Phase::Closed)), "a token made up");
}

#[test]
fn a_newcomer_gets_a_code_that_no_other_has_and_it_brings_their_answer_back() {
    let Some(town) = Town::new() else { return };
    let newcomer = Visitor { pass: Pass::Newcomer, ..visitor(0, NOW) };
    let shown = || town.app.page_of(&slug("mood"), &newcomer, &PagePath::new("at/library").unwrap()).unwrap();
    let (one, other) = (shown(), shown());
    assert_ne!(one.pass, other.pass);
    let Taken::Kept(thanks) =
        town.sends(&Visitor { pass: one.pass, ..newcomer.clone() }, &form(one.token, "calm")).unwrap()
    else {
        panic!("not kept")
    };
    let receipt = thanks.receipt.unwrap();
    let typed = Code::parse(&receipt.to_string().to_lowercase()).unwrap();
    let held = town.app.by_receipt(&slug("mood"), &Visitor { pass: Pass::Holder(typed), ..newcomer }).unwrap().unwrap();
    assert_eq!(held.entries[0].said.answers[0].value, Value::Choices(vec!["calm".to_owned()]));
}

/// A tap on the page of a place is sent at once, by somebody who was given nothing yet.
#[test]
fn who_comes_with_nothing_and_answers_at_once_gets_a_receipt_too() {
    let Some(town) = Town::new() else { return };
    let newcomer = Visitor { pass: Pass::Newcomer, ..visitor(0, NOW) };
    let Taken::Kept(thanks) = town.sends(&newcomer, &form(token(1), "calm")).unwrap() else { panic!("not kept") };
    let holder = Visitor { pass: Pass::Holder(thanks.receipt.unwrap()), ..newcomer };
    assert!(town.app.by_receipt(&slug("mood"), &holder).unwrap().is_some());
}
