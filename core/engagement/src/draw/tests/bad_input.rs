use super::*;

#[test]
fn quotas_that_cannot_be_met_are_named_with_the_smallest_change() {
    let strata = [("age", &[("young", 4, 6), ("old", 3, 6)][..]), ("area", &[("north", 0, 3), ("south", 0, 3)])];
    let mut people: Vec<_> = (0..2).map(|n| Candidate::new(format!("y{n}"), ["young", "north"])).collect();
    people.extend((0..20).map(|n| Candidate::new(format!("o{n}"), ["old", "south"])));
    let refused = Pool::new(people, rules(8, &strata)).unwrap().lottery().unwrap_err();
    let text = refused.to_string();
    let Impossible::Quotas(changes) = refused else { panic!("{text}") };
    let change = |stratum: &str, value: &str, side, from, to, willing| Change {
        stratum: stratum.to_owned(),
        value: value.to_owned(),
        side,
        from,
        to,
        willing,
    };
    // Two young people are willing; the other six seats are for old people, who all live in the south.
    assert_eq!(changes, [change("age", "young", Side::Min, 4, 2, 2), change("area", "south", Side::Max, 3, 6, 20),]);
    assert!(text.contains("`young` of `age` at least 2 instead of 4 (2 are willing)"), "{text}");
    // With these changes it can be drawn.
    let mended = [("age", &[("young", 2, 6), ("old", 3, 6)][..]), ("area", &[("north", 0, 3), ("south", 0, 6)])];
    let mut people: Vec<_> = (0..2).map(|n| Candidate::new(format!("y{n}"), ["young", "north"])).collect();
    people.extend((0..20).map(|n| Candidate::new(format!("o{n}"), ["old", "south"])));
    assert!(Pool::new(people, rules(8, &mended)).unwrap().lottery().is_ok());
}

#[test]
fn quotas_that_each_can_be_met_and_not_together_are_found_out() {
    let fixed: &[(&str, u32, u32)] = &[("1", 1, 1), ("2", 0, 2)];
    let people = [("a", "1 1 1", ""), ("b", "1 2 2", ""), ("c", "2 1 2", ""), ("d", "2 2 1", "")];
    let pool = Pool::new(at_home(&people), rules(2, &[("x", fixed), ("y", fixed), ("z", fixed)])).unwrap();
    let Impossible::Quotas(changes) = pool.lottery().unwrap_err() else { panic!("the quotas cannot be met") };
    assert_eq!(changes.len(), 1, "{changes:?}");
}

#[test]
fn too_few_people_or_households_are_told_apart_from_quotas() {
    let any = [("all", &[("any", 0, 9)][..])];
    let people = at_home(&[("a", "any", "1"), ("b", "any", "1"), ("c", "any", "2")]);
    let few = Pool::new(people.clone(), rules(4, &any)).unwrap().lottery().unwrap_err();
    assert_eq!(few, Impossible::TooFew { seats: 4, possible: 3 });
    let one_each = Rules { households: Households::OneSeatEach, ..rules(3, &any) };
    assert_eq!(
        Pool::new(people, one_each).unwrap().lottery().unwrap_err(),
        Impossible::TooFew { seats: 3, possible: 2 }
    );
    let nobody = Pool::new(Vec::new(), rules(3, &any)).unwrap().lottery().unwrap_err();
    assert_eq!(nobody, Impossible::TooFew { seats: 3, possible: 0 });
}

#[test]
fn who_has_not_told_can_be_drawn_too() {
    let strata = [("age", &[("young", 1, 2), ("old", 1, 2)][..])];
    let people = at_home(&[("a", "young", ""), ("b", "old", ""), ("c", "", "")]);
    let lottery = Pool::new(people, rules(3, &strata)).unwrap().lottery().unwrap();
    assert_eq!(lottery.odds()["c"], 1000);
}

#[test]
fn a_pool_that_does_not_fit_is_refused_with_whose_value_and_what_was_expected() {
    let strata = [("age", &[("young", 1, 2), ("old", 1, 2)][..])];
    let check = |people: &[(&str, &str, &str)], rules: Rules, expected: &str| {
        let text = Pool::new(at_home(people), rules).unwrap_err().to_string();
        assert!(text.contains(expected), "{text}");
    };
    check(
        &[("a", "yuong", "")],
        rules(1, &strata),
        "candidate `a`: `yuong` is no value of `age`; expected `young`, `old`",
    );
    check(&[("a", "young", ""), ("a", "old", "")], rules(1, &strata), "candidate `a`");
    check(&[("a b", "young", "")], rules(1, &strata), "candidate `a b`");
    check(&[("a", "young old", "")], rules(1, &strata), "2 values for 1 strata");
    check(&[("a", "young", "one\ttwo")], rules(1, &strata), "tab");
    check(&[], rules(0, &strata), "0 seats");
    check(&[], rules(2, &[("age", &[("young", 3, 2)])]), "`young` of `age`");
    check(&[], rules(2, &[("age", &[]), ("age", &[])]), "stratum `age`");
}

#[test]
fn quotas_follow_from_a_table_of_the_population() {
    let table = [("north".to_owned(), 5_000), ("south".to_owned(), 3_333), ("isle".to_owned(), 1)];
    let stratum = Stratum::of_population("area", &table, 20, 0);
    assert_eq!(stratum.quotas, [Quota::new("north", 11, 12), Quota::new("south", 7, 8), Quota::new("isle", 0, 1)]);
    let wide = Stratum::of_population("area", &table, 20, 2);
    assert_eq!(wide.quotas, [Quota::new("north", 9, 14), Quota::new("south", 5, 10), Quota::new("isle", 0, 3)]);
    // Nobody lives there: nothing is asked of anybody.
    assert_eq!(Stratum::of_population("area", &[("x".to_owned(), 0)], 20, 0).quotas, [Quota::new("x", 0, 0)]);
}
