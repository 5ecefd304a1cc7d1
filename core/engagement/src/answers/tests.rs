use super::*;
use model::activity::{Block, Choice, ChoiceLook, Condition, Item, Subject, Tag, Test, Whose};

fn field(key: &str, kind: FieldKind) -> Field {
    let key = key.to_owned();
    Field { label: key.clone(), key, help: String::new(), required: false, when: Vec::new(), kind, value: None }
}

fn choice(least: u32, most: u32) -> FieldKind {
    let option = |key: &str| Choice { key: key.into(), label: key.into(), help: String::new(), alone: key == "none" };
    FieldKind::Choice(ChoiceField {
        options: ["bus", "bike", "walk", "none"].map(option).into(),
        least,
        most,
        ranked: false,
        look: ChoiceLook::List,
        other: Some("Something else".to_owned()),
    })
}

fn form(reach: Reach) -> Form {
    let (key, submit) = ("say".to_owned(), String::new());
    Form { key, submit, reach, whose: Whose::Personal, subject: Subject::Whole, back: None }
}

fn page(fields: impl IntoIterator<Item = Field>) -> Page {
    let mut blocks = vec![Block { parent: None, language: None, is: Content::Form(form(Reach::Once)) }];
    blocks.extend(fields.into_iter().map(|f| Block { parent: Some(0), language: None, is: Content::Field(f) }));
    Page { title: "t".into(), language: Tag::new("nb").unwrap(), progress: None, until: None, blocks }
}

fn sent(values: impl IntoIterator<Item = (&'static str, Value)>) -> Sent<'static> {
    let answer = |(question, value): (&str, Value)| Answer { question: question.to_owned(), value };
    let values = values.into_iter().map(answer).collect();
    Sent { form: "say", press: Press::Send, about: None, values }
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn keys(keys: &[&str]) -> Value {
    Value::Choices(keys.iter().map(|key| (*key).to_owned()).collect())
}

#[track_caller]
fn misfits(fields: impl IntoIterator<Item = Field>, sent: Sent<'_>, why: &Why) {
    let found = fit(&page(fields), sent).unwrap_err();
    assert_eq!(&found[0].why, why, "{found:?}");
}

#[test]
fn what_fits_is_let_through_in_the_order_of_the_form() {
    let fields = [field("how", choice(0, 2)), field("why", FieldKind::LongText(20))];
    let fitting = fit(&page(fields), sent([("why", text("fordi")), ("how", keys(&["bus"]))])).unwrap();
    let order: Vec<&str> = fitting.values.iter().map(|answer| answer.question.as_str()).collect();
    assert_eq!(order, ["how", "why"]);
}

#[test]
fn an_option_that_is_not_offered_or_named_twice_is_refused() {
    let how = || [field("how", choice(0, 2))];
    misfits(how(), sent([("how", keys(&["plane"]))]), &Why::NotOffered);
    misfits(how(), sent([("how", keys(&["bus", "bus"]))]), &Why::NotOffered);
    misfits(how(), sent([("how", keys(&["bus", "bike", "walk"]))]), &Why::TooMany(2));
    misfits(how(), sent([("how", keys(&["bus", "none"]))]), &Why::Alone);
    misfits([field("how", choice(2, 3))], sent([("how", keys(&["bus"]))]), &Why::TooFew(2));
    misfits(how(), sent([("how", text("bus"))]), &Why::WrongKind);
}

#[test]
fn a_free_answer_counts_as_one_of_the_choices() {
    let how = || [Field { required: true, ..field("how", choice(0, 1)) }];
    let fitting = fit(&page(how()), sent([("how.other", text("hest"))])).unwrap();
    assert_eq!(fitting.values[0].question, "how.other");
    misfits(how(), sent([("how", keys(&["bus"])), ("how.other", text("hest"))]), &Why::TooMany(1));
    misfits(how(), sent([("how.other", text("  "))]), &Why::Missing);
    misfits([field("why", FieldKind::Text(9))], sent([("why.other", text("x"))]), &Why::NoSuchField);
}

#[test]
fn what_is_missing_is_missed_only_when_the_form_is_sent() {
    let why = || [Field { required: true, ..field("why", FieldKind::Text(9)) }];
    misfits(why(), sent([("why", text(" "))]), &Why::Missing);
    for press in [Press::Back, Press::Pause] {
        assert!(fit(&page(why()), Sent { press, ..sent([]) }).is_ok());
    }
}

#[test]
fn an_answer_to_what_was_not_asked_is_left_out_even_when_required() {
    let when = vec![Condition { field: "how".into(), holds: Test::Chosen(vec!["bus".into()]) }];
    let fields = || {
        [field("how", choice(0, 1)), Field { required: true, when: when.clone(), ..field("line", FieldKind::Text(9)) }]
    };
    let fitting = fit(&page(fields()), sent([("how", keys(&["bike"])), ("line", text("31"))])).unwrap();
    assert_eq!(fitting.values.len(), 1);
    misfits(fields(), sent([("how", keys(&["bus"]))]), &Why::Missing);
}

#[test]
fn numbers_dates_and_scales_keep_within_their_bounds() {
    let number = || FieldKind::Number { least: Some(0.0), most: Some(10.0), whole: true, unit: String::new() };
    for (value, why) in [(11.0, Why::OutOfBounds), (f64::NAN, Why::OutOfBounds), (2.5, Why::NotWhole)] {
        misfits([field("n", number())], sent([("n", Value::Number(value))]), &why);
    }
    let date = || FieldKind::Date { first: Some("2026-01-01".into()), last: None };
    misfits([field("d", date())], sent([("d", Value::Date("2025-12-31".into()))]), &Why::OutOfBounds);
    misfits([field("d", date())], sent([("d", Value::Date("2026-02-31".into()))]), &Why::WrongKind);
    let unsure = |unsure: Option<&str>| FieldKind::Scale {
        first: 1,
        last: 5,
        low: String::new(),
        high: String::new(),
        unsure: unsure.map(str::to_owned),
    };
    misfits([field("s", unsure(None))], sent([("s", Value::Number(6.0))]), &Why::OutOfBounds);
    misfits([field("s", unsure(None))], sent([("s", keys(&["unsure"]))]), &Why::NotOffered);
    assert!(fit(&page([field("s", unsure(Some("Vet ikke")))]), sent([("s", keys(&["unsure"]))])).is_ok());
}

#[test]
fn a_text_of_a_megabyte_is_refused_and_emoji_count_as_people_count_them() {
    misfits(
        [field("why", FieldKind::LongText(2000))],
        sent([("why", text(&"x".repeat(1 << 20)))]),
        &Why::TooLong(2000),
    );
    assert!(fit(&page([field("why", FieldKind::LongText(3))]), sent([("why", text("\u{1f525}\r\n\u{5d0}"))])).is_ok());
}

#[test]
fn an_address_is_kept_apart_and_never_among_the_answers() {
    let fields = || [field("mail", FieldKind::Contact)];
    let fitting = fit(&page(fields()), sent([("mail", text(" kari@example.no "))])).unwrap();
    assert_eq!((fitting.values.len(), fitting.contact.as_deref()), (0, Some("kari@example.no")));
    for bad in ["kari", "kari@no", "a@b@c.no", "kari@example.no\nbcc: x@y.no", "<k@example.no>"] {
        misfits(fields(), sent([("mail", text(bad))]), &Why::NoAddress);
    }
}

#[test]
fn what_the_page_no_longer_has_is_told_and_not_dropped() {
    misfits([], sent([("gone", text("x"))]), &Why::NoSuchField);
    let gone = Sent { form: "gone", ..sent([]) };
    misfits([], gone, &Why::NoSuchForm);
    misfits([], Sent { about: Some(EntryId(1)), ..sent([]) }, &Why::NoSuchEntry);
}

#[test]
fn a_form_at_each_note_takes_only_notes_that_are_shown() {
    let group = Group {
        key: "g".into(),
        title: String::new(),
        titled_by: None,
        items: vec![Item { entry: EntryId(7), tallies: Vec::new() }],
    };
    let mut shown = page([]);
    shown.blocks.insert(0, Block { parent: None, language: None, is: Content::Notes(group) });
    shown.blocks[1] = Block { parent: Some(0), language: None, is: Content::Form(form(Reach::Each)) };
    assert!(fit(&shown, Sent { about: Some(EntryId(7)), ..sent([]) }).is_ok());
    let hidden = fit(&shown, Sent { about: Some(EntryId(8)), ..sent([]) }).unwrap_err();
    assert_eq!(hidden[0].why, Why::NoSuchEntry);
}
