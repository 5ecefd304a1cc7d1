use super::*;

/// Answerers by age and area, with what they chose: (age, area, option, how many).
fn town(people: &[(Option<usize>, usize, usize, usize)]) -> (Vec<Answerer>, AskedOf) {
    let (mut answers, mut chosen) = (Vec::new(), Vec::new());
    for (age, area, option, many) in people {
        for _ in 0..*many {
            answers.push(Answerer { values: vec![*age, Some(*area)], base: 1.0 });
            chosen.push(Some(vec![*option]));
        }
    }
    let options = ["yes", "no"].map(str::to_owned).into();
    (answers, AskedOf { key: "q".to_owned(), label: "Q?".to_owned(), options, chosen })
}

fn margins() -> Vec<Margin> {
    let margin = |name: &str, people: &[(&str, f64)]| Margin {
        name: name.to_owned(),
        people: people.iter().map(|(value, count)| ((*value).to_owned(), *count)).collect(),
    };
    vec![
        margin("age", &[("15-39", 400.0), ("40-66", 400.0), ("67-", 200.0)]),
        margin("area", &[("north", 500.0), ("south", 500.0)]),
    ]
}

#[test]
fn weighted_shares_stand_beside_raw_ones_with_what_they_cost() {
    // The young say yes and are few: their yes counts for more.
    let (answers, asked) = town(&[(Some(0), 0, 0, 10), (Some(1), 1, 1, 20), (Some(2), 0, 1, 10), (Some(2), 1, 0, 10)]);
    let told = Gate::new(5).weighted(&answers, &margins(), &[asked]).unwrap();
    assert_eq!((told.margins.len(), told.answered, told.together.len()), (2, 50, 0));
    assert!((30..50).contains(&told.effective), "{}", told.effective);
    let rows = &told.questions[0].rows;
    assert_eq!((rows[0].raw, rows[1].raw), (40.0, 60.0));
    assert!(rows[0].weighted > 45.0 && (rows[0].weighted + rows[1].weighted - 100.0).abs() < 0.1, "{rows:?}");
    assert!((told.each.iter().sum::<f64>() - 50.0).abs() < 1e-6, "1 on average");
}

#[test]
fn a_question_with_a_hidden_count_has_no_weighted_share_at_all() {
    let (answers, asked) = town(&[(Some(0), 0, 0, 3), (Some(0), 1, 1, 20), (Some(1), 0, 1, 10), (Some(2), 1, 1, 10)]);
    let told = Gate::new(5).weighted(&answers, &margins(), std::slice::from_ref(&asked)).unwrap();
    assert_eq!(told.questions, [], "three said yes");
    // Nor one that few left out: with how many answered in all they could be had.
    let mut silent = AskedOf { chosen: asked.chosen.iter().map(|_| Some(vec![1])).collect(), ..asked };
    silent.chosen.iter_mut().take(6).for_each(|own| *own = Some(vec![0]));
    assert_eq!(Gate::new(5).weighted(&answers, &margins(), &[silent.clone()]).unwrap().questions.len(), 1);
    silent.chosen.iter_mut().rev().take(2).for_each(|own| *own = None);
    assert_eq!(Gate::new(5).weighted(&answers, &margins(), &[silent]).unwrap().questions, []);
}

/// Two who are over 67 would get a weight that only they have: the difference of weighted and raw shares would tell what they said.
#[test]
fn a_group_too_small_to_be_told_is_weighed_with_its_neighbour() {
    let small = [(Some(0), 0, 0, 20), (Some(1), 1, 1, 20), (Some(2), 0, 0, 2)];
    let (answers, asked) = town(&small);
    let told = Gate::new(5).weighted(&answers, &margins(), std::slice::from_ref(&asked)).unwrap();
    assert_eq!(told.together, ["40-66 + 67-"]);
    // Whatever the two said, it moves the weighted share by no more than two of those they are weighed with would.
    let (others, asked_others) = town(&[(Some(0), 0, 0, 20), (Some(1), 1, 1, 20), (Some(1), 0, 0, 2)]);
    let same = Gate::new(5).weighted(&others, &margins(), &[asked_others]).unwrap();
    assert_eq!(told.questions, same.questions);
    assert_eq!(told.each, same.each);
}

#[test]
fn few_answers_and_few_who_have_not_told_are_not_weighed_by() {
    let (answers, asked) = town(&[(Some(0), 0, 0, 10), (Some(1), 1, 1, 19)]);
    assert_eq!(Gate::new(5).weighted(&answers, &margins(), std::slice::from_ref(&asked)), None, "29 are too few");
    let (answers, asked) = town(&[(Some(0), 0, 0, 15), (Some(1), 1, 1, 15), (Some(2), 1, 1, 10), (None, 0, 0, 2)]);
    let told = Gate::new(5).weighted(&answers, &margins(), &[asked]).unwrap();
    assert_eq!(told.margins, ["area"], "two have not told their age");
}

/// Whatever people answer: no weight is that of fewer than five by any one margin, and no question with a small count is told.
#[test]
fn no_weight_is_that_of_a_few_whatever_was_answered() {
    for seed in 0..300_usize {
        let number = |k: usize| (seed * 2_654_435_761 + k * 40_503) >> 7;
        let many = 30 + seed % 40;
        let people: Vec<_> =
            (0..many).map(|k| (Some(number(k) % 3), number(k + 99) % 2, number(k + 7) % 2, 1)).collect();
        let (answers, asked) = town(&people);
        let Some(told) = Gate::new(5).weighted(&answers, &margins(), std::slice::from_ref(&asked)) else { continue };
        let yes = asked.chosen.iter().filter(|own| own.as_ref().is_some_and(|own| own.contains(&0))).count();
        assert_eq!(told.questions.is_empty(), yes < 5 || many - yes < 5, "{seed}");
        for age in 0..3 {
            let own = people.iter().filter(|one| one.0 == Some(age)).count();
            let joined = told.together.iter().any(|name| name.contains(["15-39", "40-66", "67-"][age]));
            assert!(own >= 5 || joined || !told.margins.contains(&"age".to_owned()), "{seed}: {own} of {age}");
        }
    }
}
