//! `rules/<name>.toml`: what is read, and what is said about what cannot be.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code outside of test functions")]

use config::{Colour, Diagnostic, Folder, RULES_MAX, Severity};
use model::{Bound, Language, News, Quantity, QuietHours, Reply, Rule, Slot, Test, Than, Trigger};
use std::time::Duration;

const PLACES: &str = r#"
[[place]]
id = "library"
name = { nb = "Biblioteket", sv = "Biblioteket" }
measure = "people_now"
capacity = 60
[[place]]
id = "hall"
measure = "visits"
[[place]]
id = "beach"
"#;
const MOOD: &str = "method = \"quick-question\"\ntitle = \"Mood\"\nplaces = [\"library\"]\n";
const PLUGINS: &str = "[[plugin]]\nid = \"board\"\nfile = \"plugins/board.wasm\"\n\
                       sha256 = \"0000000000000000000000000000000000000000000000000000000000000000\"\n";
const CHANNELS: &str = "[[channel]]\nid = \"mastodon\"\nplugin = \"board\"\n";
const MUNICIPALITY: &str = "languages = [\"sv\", \"en\"]\ntime_zone = \"Europe/Stockholm\"\n";

fn read(rules: &[(&str, &str)]) -> (Vec<Rule>, Vec<Diagnostic>) {
    let files = [("places.toml", PLACES), ("municipality.toml", MUNICIPALITY), ("activities/mood.toml", MOOD)];
    let ways = [("plugins.toml", PLUGINS), ("channels.toml", CHANNELS)];
    let folder: Folder = files.into_iter().chain(ways).chain(rules.iter().copied()).collect();
    let (municipality, _) = config::read(&folder).unwrap();
    let (activities, _) = config::activities(&folder, &municipality);
    config::rules(&folder, &municipality, &activities)
}

#[track_caller]
fn right(text: &str) -> Rule {
    let (rules, diagnostics) = read(&[("rules/busy.toml", text)]);
    assert!(diagnostics.is_empty(), "{}", diagnostics.iter().map(|d| d.render(Colour::Plain)).collect::<String>());
    rules[0].clone()
}

#[track_caller]
fn when(text: &str) -> Trigger {
    right(&format!("when = \"{text}\"")).when
}

#[track_caller]
fn wrong(text: &str, says: &[&str]) {
    let (rules, diagnostics) = read(&[("rules/busy.toml", text)]);
    let said: String = diagnostics.iter().map(|d| d.render(Colour::Plain)).collect();
    assert!(rules.is_empty(), "{text} was read: {said}");
    assert!(says.iter().all(|part| said.contains(part)), "{said}");
}

#[test]
fn a_rule_is_read_with_all_it_can_say() {
    let rule = right(
        r#"
        when = "library.occupancy > 80 % for 20 min" # crowded
        until = "library.occupancy < 60 %"
        quiet = "21:00-07:00"
        at_most = 2
        languages = ["sv"]
        picture = false
        reply = "mood"
        channels = ["mastodon"]
        approval = true
        valid_for = "90 min"

        [text.sv]
        title = "Mycket folk på {place}"
        body = """
        {value} nu, {age}. [Det vanliga är {usual}.]

        Lugnast blir det [{best}]."""
        "#,
    );
    let Trigger::Holds(condition) = &rule.when else { panic!("{:?}", rule.when) };
    assert_eq!(condition.test, Test::Is(Quantity::Occupancy, Than::Above, Bound::Number(80.0)));
    assert_eq!((condition.place.as_str(), condition.held_for), ("library", Duration::from_mins(20)));
    let until = rule.until.as_ref().unwrap();
    assert_eq!(until.test, Test::Is(Quantity::Occupancy, Than::Below, Bound::Number(60.0)));
    assert_eq!(rule.quiet, Some(QuietHours { from: 21 * 60, to: 7 * 60 }));
    assert_eq!((rule.at_most, rule.approval, rule.picture, rule.off), (2, true, false, false));
    assert!(matches!(&rule.reply, Reply::Activity(name) if name.as_str() == "mood"));
    assert_eq!(rule.channels.as_ref().map(|c| c[0].as_str()), Some("mastodon"));
    assert_eq!(rule.valid_for, Duration::from_mins(90));
    assert_eq!(rule.texts[0].body.slots().collect::<Vec<_>>(), [Slot::Value, Slot::Age, Slot::Usual, Slot::Best]);
}

#[test]
fn sentences_are_read_as_a_clerk_writes_them() {
    let test = |text: &str| match when(text) {
        Trigger::Holds(condition) => (condition.test, condition.held_for),
        other => panic!("{other:?}"),
    };
    let half_hour = Duration::from_mins(30);
    let usual = Test::Is(Quantity::Amount, Than::Above, Bound::UsualBy(50.0));
    assert_eq!(test("hall.visits > usual by 50 % for 30 min"), (usual, half_hour));
    assert_eq!(
        test("library.people>=40"),
        (Test::Is(Quantity::Amount, Than::AtLeast, Bound::Number(40.0)), Duration::ZERO)
    );
    assert_eq!(test("library is busy for 30min"), (Test::Mood(model::Busyness::Busy), half_hour));
    let warm = Test::Is(Quantity::Value("water-temperature".to_owned()), Than::Above, Bound::Number(20.5));
    assert_eq!(test("beach.water-temperature > 20.5").0, warm);
    assert_eq!(test("library.free < 10").0, Test::Is(Quantity::Free, Than::Below, Bound::Number(10.0)));
    let days = |text: &str| match when(text) {
        Trigger::At(schedule) => (schedule.days.iter().filter(|day| **day).count(), schedule.minute),
        other => panic!("{other:?}"),
    };
    assert_eq!(days("every Friday at 14:00"), (1, 14 * 60));
    assert_eq!(days("every Monday, Wednesday and Friday at 8:05"), (3, 8 * 60 + 5));
    assert_eq!((days("every weekday at 08:00"), days("every day at 7.30")), ((5, 480), (7, 450)));
    let news = |text: &str| match when(text) {
        Trigger::Happens(happening) => (happening.news, happening.activity.map(|name| name.to_string())),
        other => panic!("{other:?}"),
    };
    assert_eq!(news("any activity opens"), (News::Opens, None));
    assert_eq!(news("activity mood is reported"), (News::Reported, Some("mood".to_owned())));
    assert_eq!(news("any outcome is set"), (News::OutcomeSet, None));
}

#[test]
fn without_texts_it_says_what_the_page_says_in_every_language() {
    let rule = right("when = \"library is calm\"");
    let languages: Vec<Language> = rule.texts.iter().map(|text| text.language).collect();
    assert_eq!(languages, [Language::Sv, Language::En]);
    assert!(rule.texts[0].body.slots().any(|slot| slot == Slot::Sentence) && rule.picture);
    let weekly = right("when = \"every Monday at 08:00, summary\"");
    assert_eq!((weekly.texts[0].body.slots().collect::<Vec<_>>(), weekly.picture), (vec![Slot::Summary], false));
}

#[test]
fn a_fault_in_a_sentence_points_at_the_word() {
    let (_, diagnostics) = read(&[("rules/busy.toml", "when = \"libary.occupancy > 80 %\"\n")]);
    let said = diagnostics[0].render(Colour::Plain);
    let expected = r#"
error: there is no place `libary`
 --> rules/busy.toml:1:9
  |
1 | when = "libary.occupancy > 80 %"
  |         ^^^^^^ did you mean `library`?
"#;
    assert_eq!(said.trim(), expected.trim());
}

#[test]
fn what_cannot_be_read_is_told_with_what_was_expected() {
    let when = |text: &str, says: &[&str]| wrong(&format!("when = \"{text}\""), says);
    when("library.occupency > 80 %", &["did you mean `occupancy`?", "1:17"]);
    when("library.visits > 20", &["not told by visits", "expected `people`"]);
    when("beach.people > 20", &["give the place a `measure`"]);
    when("hall.occupancy > 20 %", &["measure"]);
    when("library.occupancy > 80", &["expected `80 %`"]);
    when("library.people > 80 %", &["only `occupancy` is told in percent"]);
    when("library.people > many", &["`many` is no number"]);
    when("library.people", &["ends too early", "expected `>` or `<`"]);
    when("library.people > 20 for ever", &["ends too early", "`min`, `h` or `days`"]);
    when("library.people > 20 for 99 days", &["up to 30 days"]);
    when("library.people > 20 now", &["more than was expected"]);
    when("library.battery-voltage > 2", &["not told to the public"]);
    when("library is crowded", &["`busy` or `calm`"]);
    when("beach is busy", &["neither busy nor calm"]);
    when("every Fryday at 14:00", &["did you mean `friday`?"]);
    when("every Friday at 25:00", &["no time of the day"]);
    when("activity moot opens", &["no activity `moot`", "did you mean `mood`?"]);
    when("", &["empty"]);
    wrong("whn = \"x\"", &["did you mean `when`?"]);
    let busy = "when = \"library is busy\"\n";
    wrong(&format!("{busy}place = \"hall\""), &["`when` is about `library`"]);
    wrong(&format!("{busy}quiet = \"late\""), &["21:00-07:00"]);
    wrong(&format!("{busy}at_most = 500"), &["from 1 to 24"]);
    wrong(&format!("{busy}until = \"every day at 08:00\""), &["this cannot end anything"]);
    wrong(&format!("{busy}reply = \"moood\""), &["did you mean `mood`?"]);
    wrong(&format!("{busy}channels = [\"mastadon\"]"), &["no channel `mastadon`", "did you mean `mastodon`?"]);
    wrong(&format!("{busy}valid_for = \"soon\""), &["no length of time"]);
    wrong("when = \"every day at 23:00\"\nquiet = \"22:00-06:00\"", &["would never speak"]);
}

#[test]
fn a_gap_that_nothing_fills_is_told_at_load() {
    let text =
        |body: &str| format!("when = \"library is busy\"\n[text.sv]\ntitle = \"{{place}}\"\nbody = \"{body}\"\n");
    wrong(&text("Nu {valu} här"), &["busy.toml:4:12", "did you mean `{value}`?", "{place}, {value}"]);
    wrong(&text("Nu {value här"), &["busy.toml:4:12", "no other half"]);
    wrong(&text("{activity}"), &["nothing that this rule knows", "rule about an activity"]);
    wrong("when = \"every day at 08:00\"\n[text.sv]\ntitle = \"a\"\nbody = \"{value}\"", &["place = "]);
    wrong(&text("x").replace("text.sv", "text.nb"), &["does not speak `nb`", "sv, en"]);
}

#[test]
fn a_threshold_below_what_is_told_is_refused_or_said_to_act_later() {
    wrong("when = \"library.people < 3\"", &["never holds", "5 or more"]);
    wrong("when = \"library.occupancy < 5 %\"", &["never holds"]);
    let (rules, diagnostics) = read(&[("rules/busy.toml", "when = \"library.people > 2\"")]);
    assert_eq!((rules.len(), diagnostics[0].severity), (1, Severity::Warning));
    assert!(diagnostics[0].render(Colour::Plain).contains("this holds from 5 on"));
    right("when = \"library.people < 5\"");
    right("when = \"library.people > 4\"");
}

#[test]
fn a_thousand_rules_are_read_and_no_more() {
    let names: Vec<String> = (0..RULES_MAX + 2).map(|n| format!("rules/busy-{n}.toml")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "when = \"library is busy\"")).collect();
    let (rules, diagnostics) = read(&files);
    assert_eq!((rules.len(), diagnostics.len()), (RULES_MAX, 2));
}

#[test]
fn one_wrong_rule_leaves_the_others() {
    let (rules, diagnostics) =
        read(&[("rules/a.toml", "when = \"library is busy\""), ("rules/b.toml", "when ="), ("rules/C.toml", "x = 1")]);
    assert_eq!((rules.len(), diagnostics.len()), (1, 2));
}
