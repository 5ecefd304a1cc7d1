use super::*;
use model::activity::{Choice, ChoiceLook};

const PLACES: &[(&str, &str, f64, f64)] = &[("library", "Biblioteket", 64.9, 19.5)];

fn places() -> Vec<(String, String, Position)> {
    let place = |(id, name, latitude, longitude): &(&str, &str, f64, f64)| {
        ((*id).to_owned(), (*name).to_owned(), Position { latitude: *latitude, longitude: *longitude })
    };
    PLACES.iter().map(place).collect()
}

fn field(kind: FieldKind) -> Field {
    let (label, help) = (String::new(), String::new());
    Field { key: "q".to_owned(), label, help, required: false, when: Vec::new(), kind, value: None }
}

fn options(most: u32, ranked: bool, other: Option<&str>) -> FieldKind {
    let option = |key: &str| {
        let (label, help) = (String::new(), String::new());
        Choice { key: key.to_owned(), label, help, alone: false }
    };
    FieldKind::Choice(ChoiceField {
        options: ["bus", "bike", "foot"].map(option).to_vec(),
        least: 0,
        most,
        ranked,
        look: ChoiceLook::List,
        other: other.map(str::to_owned),
    })
}

fn pairs(sent: &[(&str, &str)]) -> Pairs {
    Pairs::new(sent.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
}

#[track_caller]
fn check(kind: FieldKind, sent: &[(&str, &str)], expect: Result<&[(&str, Value)], &str>) {
    let field = field(kind);
    let (answers, wrongs) = answers(&[&field], &pairs(sent), &places());
    match expect {
        Ok(expected) => {
            assert!(wrongs.is_empty(), "{wrongs:?}");
            let got: Vec<(&str, Value)> = answers.iter().map(|a| (a.question.as_str(), a.value.clone())).collect();
            assert_eq!(got, expected);
        }
        Err(key) => {
            assert!(matches!(&wrongs[..], [Wrong { why: WrongWhy::Text(why), .. }] if *why == key), "{wrongs:?}");
        }
    }
}

fn chosen(keys: &[&str]) -> Value {
    Value::Choices(keys.iter().map(|key| (*key).to_owned()).collect())
}

#[test]
fn numbers_are_read_as_people_write_them_and_what_is_none_is_kept_as_words() {
    let number = || FieldKind::Number { least: None, most: None, whole: false, unit: String::new() };
    check(number(), &[("f.q", " 1 250,5 ")], Ok(&[("q", Value::Number(1250.5))]));
    check(number(), &[("f.q", "many")], Ok(&[("q", Value::Text("many".to_owned()))]));
    check(number(), &[("f.q", "NaN")], Ok(&[("q", Value::Text("NaN".to_owned()))]));
    check(number(), &[("f.q", "")], Ok(&[]));
}

#[test]
fn a_ranking_is_read_in_its_order_and_two_first_places_are_told() {
    let sent = [("f.q.rank.bus", "2"), ("f.q.rank.bike", ""), ("f.q.rank.foot", "1")];
    check(options(3, true, None), &sent, Ok(&[("q", chosen(&["foot", "bus"]))]));
    check(options(3, true, None), &[("f.q.rank.bus", "1"), ("f.q.rank.foot", "1")], Err("rank-twice"));
}

#[test]
fn the_free_answer_goes_with_options_where_several_may_be_chosen() {
    let skis = ("q.other", Value::Text("skis".to_owned()));
    let sent = [("f.q", "bus"), ("f.q", ".other"), ("f.q.other", "skis")];
    check(options(3, false, Some("Other")), &sent, Ok(&[("q", chosen(&["bus"])), skis.clone()]));
    check(options(1, false, Some("Other")), &sent, Err("other-and-option"));
    check(options(1, false, Some("Other")), &[("f.q", ".other"), ("f.q.other", "")], Err("other-empty"));
    check(options(1, false, Some("Other")), &[("f.q.other", "skis")], Ok(&[skis]));
}

#[test]
fn a_place_can_be_written_named_or_chosen() {
    let shape = |kinds: &[ShapeKind]| FieldKind::Shape { kinds: kinds.to_vec(), frame: None };
    let at = |points: &[(f64, f64)], kind| {
        let points = points.iter().map(|(latitude, longitude)| Position { latitude: *latitude, longitude: *longitude });
        Value::Shape(Shape { kind, points: points.collect() })
    };
    let point = [ShapeKind::Point];
    check(shape(&point), &[("f.q.at", "67.28, 14.37")], Ok(&[("q", at(&[(67.28, 14.37)], ShapeKind::Point))]));
    check(shape(&point), &[("f.q.at", "67,28; 14,37")], Ok(&[("q", at(&[(67.28, 14.37)], ShapeKind::Point))]));
    check(shape(&point), &[("f.q.at", "biblioteket")], Ok(&[("q", at(&[(64.9, 19.5)], ShapeKind::Point))]));
    check(shape(&point), &[("f.q.middle", "library")], Ok(&[("q", at(&[(64.9, 19.5)], ShapeKind::Point))]));
    check(shape(&point), &[("f.q.at", "nowhere")], Err("no-point"));
    check(shape(&point), &[("f.q.at", "1,1\n2,2")], Err("one-point"));
    let any = [ShapeKind::Point, ShapeKind::Line, ShapeKind::Area];
    let line = [("f.q.at", "1,1\n2,2"), ("f.q.sort", "line")];
    check(shape(&any), &line, Ok(&[("q", at(&[(1.0, 1.0), (2.0, 2.0)], ShapeKind::Line))]));
    check(shape(&any), &[("f.q.at", "1,1\n2,2"), ("f.q.sort", "area")], Err("area-short"));
    check(shape(&point), &[], Ok(&[]));
}
