use super::*;

fn margin(name: &str, people: &[(&str, f64)]) -> Margin {
    Margin {
        name: name.to_owned(),
        people: people.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect(),
    }
}

/// The Californian school sample `apiclus1` (California Department of Education, Academic Performance Index 2000, 183 schools of 15
/// districts), by sort of school and whether it met the target of the whole school: how many schools, and the sums of their `api00` and
/// `enroll`. Raking treats schools of a cell alike, so sums are all it needs.
const SCHOOLS: [(usize, usize, u32, f64, f64); 6] = [
    (0, 0, 12, 7156.0, 5243.0),
    (0, 1, 132, 86281.0, 57088.0),
    (1, 0, 3, 1978.0, 2237.0),
    (1, 1, 11, 6682.0, 13587.0),
    (2, 0, 8, 4851.0, 5983.0),
    (2, 1, 17, 10935.0, 16460.0),
];

/// R's package `survey` gives a mean `api00` of 641.23 and a total `enroll` of 3 647 300 (`tests/rakecheck.R`, printed to five digits).
#[test]
fn the_californian_schools_come_out_as_in_r() {
    let margins = [
        margin("stype", &[("E", 4421.0), ("H", 755.0), ("M", 1018.0)]),
        margin("sch.wide", &[("No", 1072.0), ("Yes", 5122.0)]),
    ];
    let (mut schools, mut api00, mut enroll) = (Vec::new(), Vec::new(), Vec::new());
    for (stype, wide, many, api00_sum, enroll_sum) in SCHOOLS {
        for _ in 0..many {
            schools.push(Answerer { values: vec![Some(stype), Some(wide)], base: 33.846_996_31 });
            api00.push(Some(api00_sum / f64::from(many)));
            enroll.push(Some(enroll_sum / f64::from(many)));
        }
    }
    let weights = rake(&schools, &margins, Trim::NONE).unwrap();
    assert!((weights.mean(&api00).unwrap() - 641.23).abs() < 0.005);
    assert!((weights.total(&enroll) - 3_647_300.0).abs() < 50.0, "{}", weights.total(&enroll));
    assert!(weights.off() < 1e-9);
    assert!((weights.each().iter().sum::<f64>() - 6194.0).abs() < 1e-6);
}

fn town(many: usize) -> (Vec<Answerer>, Vec<Margin>) {
    let mut state = 3_u64;
    let mut dice = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((state >> 33) % below).unwrap()
    };
    let answers = (0..many).map(|_| Answerer { values: (0..4).map(|_| Some(dice(9).isqrt())).collect(), base: 1.0 });
    let answers = answers.collect();
    let margins = (0..4).map(|at| margin(&format!("m{at}"), &[("a", 500.0), ("b", 300.0), ("c", 200.0)])).collect();
    (answers, margins)
}

#[test]
fn nobody_counts_more_or_less_than_the_limits() {
    let (answers, margins) = town(400);
    let free = rake(&answers, &margins, Trim::NONE).unwrap();
    let trimmed = rake(&answers, &margins, Trim::USUAL).unwrap();
    let average = 1000.0 / 400.0;
    assert!(free.each().iter().any(|weight| *weight > 3.0 * average), "else nothing is tested");
    assert!(trimmed.each().iter().all(|weight| (0.299 * average..=3.001 * average).contains(weight)));
    assert!(free.off() < 1e-9 && trimmed.off() > 1e-9, "limits cost exactness, and it is told");
    assert!(trimmed.effective() > free.effective());
}

#[test]
fn the_effective_size_is_what_uneven_weights_leave() {
    let people = |value, many| std::iter::repeat_n(Answerer { values: vec![Some(value)], base: 1.0 }, many);
    let answers: Vec<_> = people(0, 90).chain(people(1, 10)).collect();
    let even = rake(&answers, &[margin("m", &[("a", 9.0), ("b", 1.0)])], Trim::NONE).unwrap();
    assert!((even.effective() - 100.0).abs() < 1e-9);
    // Half the people are b, so each b counts nine times as much: (90 + 90)^2 / (90 + 10 * 81).
    let uneven = rake(&answers, &[margin("m", &[("a", 5.0), ("b", 5.0)])], Trim::NONE).unwrap();
    assert!((uneven.effective() - 36.0).abs() < 1e-9, "{}", uneven.effective());
    let yes: Vec<_> = answers.iter().map(|own| Some(if own.values[0] == Some(1) { 1.0 } else { 0.0 })).collect();
    assert!((uneven.mean(&yes).unwrap() - 0.5).abs() < 1e-9);
}

#[test]
fn who_has_not_told_keeps_what_they_have_and_whom_nobody_reached_is_named() {
    let answer = |value| Answerer { values: vec![value], base: 1.0 };
    let answers = [answer(Some(0)), answer(Some(0)), answer(Some(1)), answer(None)];
    let margins = [margin("area", &[("north", 1.0), ("south", 1.0), ("isle", 2.0)])];
    let weights = rake(&answers, &margins, Trim::NONE).unwrap();
    let each: Vec<f64> = weights.each().iter().map(|weight| (weight * 1000.0).round() / 1000.0).collect();
    assert_eq!(each, [0.75, 0.75, 1.5, 1.0]);
    assert_eq!(weights.unreached(), [("area".to_owned(), "isle".to_owned())]);
}

#[test]
fn margins_that_contradict_one_another_end_and_say_how_far_off_they_are() {
    let answer = |a, b| Answerer { values: vec![Some(a), Some(b)], base: 1.0 };
    let answers = [answer(0, 0), answer(1, 1)];
    let margins = [margin("x", &[("0", 9.0), ("1", 1.0)]), margin("y", &[("0", 1.0), ("1", 9.0)])];
    let weights = rake(&answers, &margins, Trim::NONE).unwrap();
    assert!(weights.off() > 0.5 && weights.each().iter().all(|weight| weight.is_finite()));
}

#[test]
fn what_cannot_be_weighed_is_refused() {
    let margins = [margin("x", &[("0", 1.0)])];
    let answer = |value, base| [Answerer { values: vec![value], base }];
    assert_eq!(rake(&[], &margins, Trim::NONE), Err(RakeFault::Nobody));
    assert_eq!(rake(&answer(Some(1), 1.0), &margins, Trim::NONE), Err(RakeFault::Answer(0)));
    assert_eq!(rake(&answer(Some(0), f64::NAN), &margins, Trim::NONE), Err(RakeFault::Answer(0)));
    assert_eq!(
        rake(&answer(Some(0), 1.0), &[margin("x", &[("0", 0.0)])], Trim::NONE),
        Err(RakeFault::Margin("x".into()))
    );
    assert_eq!(rake(&answer(Some(0), 1.0), &margins, Trim { low: 2.0, high: 3.0 }), Err(RakeFault::Trim));
    let told = rake(&answer(None, 1.0), &margins, Trim::USUAL).unwrap();
    assert_eq!(told.mean(&[None]), None);
}
