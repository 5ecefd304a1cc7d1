//! Answers that others have found: by hand, by other programs, by looking at every panel there is.

use super::*;
use crate::draw::leximin::{SEARCHES_MAX, leximin};
use crate::draw::program::Program;

/// The pools of the worked examples by which the panels of the world test their programs, in our own words: a child and an adult of each
/// of two families, and so on. The odds were worked out by hand there.
#[test]
fn a_small_pool_has_the_odds_that_were_worked_out_by_hand() {
    let ages_and_teams = [("age", &[("child", 1, 2), ("adult", 1, 2)][..]), ("team", &[("red", 1, 2), ("blue", 1, 2)])];
    let people = [
        ("a", "child red", "1"),
        ("b", "adult red", "3"),
        ("c", "child blue", "2"),
        ("d", "child blue", "2"),
        ("e", "adult blue", "1"),
    ];
    let third = 1.0 / 3.0;
    let pool = Pool::new(at_home(&people), rules(2, &ages_and_teams)).unwrap();
    assert_odds(&pool, &[("a", third), ("b", 2.0 * third), ("c", third), ("d", third), ("e", third)]);

    // Where a household has one seat, a and e cannot sit together, and neither has a place beside anyone else.
    let one_each = Rules { households: Households::OneSeatEach, ..rules(2, &ages_and_teams) };
    let pool = Pool::new(at_home(&people), one_each).unwrap();
    assert_odds(&pool, &[("a", 0.0), ("b", 1.0), ("c", 0.5), ("d", 0.5), ("e", 0.0)]);
}

#[test]
fn whoever_must_come_lets_the_others_share() {
    let quotas: &[(&str, u32, u32)] = &[("1", 1, 2), ("2", 0, 2)];
    let people = [("a", "1 1 1", ""), ("b", "1 2 2", ""), ("c", "2 1 2", ""), ("d", "2 2 1", "")];
    let strata = [("x", quotas), ("y", quotas), ("z", quotas)];
    let pool = Pool::new(at_home(&people), rules(2, &strata)).unwrap();
    let third = 1.0 / 3.0;
    assert_odds(&pool, &[("a", 1.0), ("b", third), ("c", third), ("d", third)]);
}

/// Maximin alone would leave the four men of the majority anything from a half up; LEXIMIN gives them 7/8 each.
#[test]
fn after_the_least_likely_the_next_are_thought_of() {
    let strata = [("sex", &[("f", 1, 1), ("m", 4, 4)][..]), ("side", &[("left", 4, 4), ("right", 1, 1)])];
    let people = [
        ("a", "m left", ""),
        ("b", "m left", ""),
        ("c", "m left", ""),
        ("d", "m left", ""),
        ("e", "f left", ""),
        ("f", "m right", ""),
        ("g", "f right", ""),
    ];
    let pool = Pool::new(at_home(&people), rules(5, &strata)).unwrap();
    let many = [("a", 0.875), ("b", 0.875), ("c", 0.875), ("d", 0.875), ("e", 0.5), ("f", 0.5), ("g", 0.5)];
    assert_odds(&pool, &many);
}

#[test]
fn somebody_for_whom_no_panel_has_room_takes_nothing_from_the_others() {
    let quotas: &[(&str, u32, u32)] = &[("1", 15, 46), ("2", 15, 46), ("3", 0, 46)];
    let kinds = ["1 1 3", "1 3 1", "3 1 1", "2 2 3", "2 3 2", "3 2 2"];
    let mut people: Vec<_> = (0..60).map(|n| Candidate::new(format!("p{n}"), kinds[n / 10].split(' '))).collect();
    people.push(Candidate::new("last", ["3", "3", "3"]));
    let pool = Pool::new(people, rules(46, &[("x", quotas), ("y", quotas), ("z", quotas)])).unwrap();
    let lottery = pool.lottery().unwrap();
    assert_eq!(lottery.odds()["last"], 0);
    assert!((lottery.least() - 46.0 / 60.0).abs() < 1e-6, "{}", lottery.least());
}

/// The published example of Flanigan et al. (Nature 2021): one woman of one leaning among 99 of the other and 100 men, and quotas that a
/// lottery by turns fills so that she is nearly always drawn or nearly never. Fair is ten percent for everyone.
#[test]
fn twenty_of_two_hundred_and_two_hundred_of_two_thousand_have_ten_percent_each() {
    for (all, seats, least) in [(200, 20, 9), (2_000, 200, 99)] {
        let sides = [
            ("sex", &[("f", least, seats), ("m", least, seats)][..]),
            ("side", &[("left", least, seats), ("right", least, seats)]),
        ];
        let profile = |n| match n {
            0 => ["f", "right"],
            n if n < all / 2 => ["f", "left"],
            _ => ["m", "right"],
        };
        let people = (0..all).map(|n| Candidate::new(format!("p{n}"), profile(n))).collect();
        let lottery = Pool::new(people, rules(seats, &sides)).unwrap().lottery().unwrap();
        assert!((lottery.least() - 0.1).abs() < 1e-9, "{}", lottery.least());
        // And so it is with panels that can be counted: each is in a hundred of the thousand.
        assert!(lottery.odds().values().all(|panels| *panels == 100), "{all}");
    }
}

/// Worked out with the Python package `sortition-algorithms` 0.12.15: `find_distribution_maximin` with its `HiGHS` backend, without
/// addresses, on the same pools and quotas; the least of the odds that come of its panels.
#[test]
fn the_least_likely_are_as_likely_as_another_program_makes_them() {
    for (all, sizes, seats, seed, least) in
        [(150, &[3, 5, 4, 8][..], 22, 13, 0.049_295_774_6), (600, &[2, 5, 4, 3], 40, 7, 0.024_793_388_4)]
    {
        let lottery = town(all, sizes, seats, seed).lottery().unwrap();
        assert!((lottery.least() - least).abs() < 1e-6, "seed {seed}: {}", lottery.least());
    }
}

/// All odds, from the least: found by going through every panel of five of twelve and solving the linear programs of LEXIMIN over all of
/// them with `SciPy` 1.17 (`HiGHS`), person by person.
#[test]
fn all_odds_are_those_found_by_looking_at_every_panel() {
    for (seed, expected) in [
        (1, &[(0.0, 3), (1.0 / 3.0, 6), (1.0, 3)][..]),
        (2, &[(0.2, 5), (0.4, 1), (0.5, 4), (0.6, 1), (1.0, 1)]),
        (7, &[(2.0 / 7.0, 7), (0.5, 3), (4.0 / 7.0, 1), (13.0 / 14.0, 1)]),
        (8, &[(0.25, 8), (0.625, 2), (0.75, 1), (1.0, 1)]),
    ] {
        let lottery = town(12, &[2, 3, 2], 5, seed).lottery().unwrap();
        let mut odds: Vec<f64> = lottery.fairest().values().copied().collect();
        odds.sort_by(f64::total_cmp);
        let expected = expected.iter().flat_map(|(odds, times)| std::iter::repeat_n(*odds, *times));
        for (own, expected) in odds.iter().zip(expected) {
            assert!((own - expected).abs() < 1e-6, "seed {seed}: {odds:?}");
        }
    }
    assert!(matches!(town(12, &[2, 3, 2], 5, 3).lottery(), Err(Impossible::Quotas(_))));
}

#[test]
fn panels_keep_the_quotas_and_come_near_the_fairest_odds() {
    let pool = town(600, &[2, 5, 4, 3], 40, 7);
    let lottery = pool.lottery().unwrap();
    assert_eq!(lottery.panels().len(), PANELS);
    for panel in lottery.panels() {
        assert_eq!(panel.len(), 40);
        assert!(panel.is_sorted_by(|a, b| a < b));
        let people = panel.iter().map(|code| pool.candidate(code).unwrap());
        assert_eq!(pool.misses(people), 0);
    }
    for (code, panels) in lottery.odds() {
        let off = (f64::from(panels) / 1000.0 - lottery.fairest()[code]).abs();
        assert!(off < 0.003, "{code} is in {panels}, fair are {}", lottery.fairest()[code]);
    }
}

/// Families of alike people share their seats out evenly: no sister is always the one.
#[test]
fn households_share_their_seat_among_them() {
    let strata = [("age", &[("young", 3, 3), ("old", 3, 3)][..])];
    let mut people: Vec<_> = (0..20).map(|n| Candidate::new(format!("s{n}"), [["young", "old"][n % 2]])).collect();
    for (index, own) in people.iter_mut().enumerate() {
        own.household = format!("h{}", index / 4);
    }
    // Nobody is known to live with these two.
    people.extend([Candidate::new("t0", ["young"]), Candidate::new("t1", ["old"])]);
    let one_each = Rules { households: Households::OneSeatEach, ..rules(6, &strata) };
    let pool = Pool::new(people, one_each).unwrap();
    let lottery = pool.lottery().unwrap();
    for panel in lottery.panels() {
        assert_eq!(pool.misses(panel.iter().map(|code| pool.candidate(code).unwrap())), 0);
    }
    let odds = lottery.odds();
    let own: Vec<u32> = (0..20).map(|n| odds[format!("s{n}").as_str()]).collect();
    let (least, most) = (own.iter().min().unwrap(), own.iter().max().unwrap());
    assert!(most - least <= 3, "{own:?}");
}

#[test]
fn who_was_not_drawn_before_may_have_twice_the_odds() {
    let mut people: Vec<_> = (0..30).map(|n| Candidate::new(format!("p{n}"), ["any"])).collect();
    people.iter_mut().take(10).for_each(|own| own.chances = 2);
    let lottery = Pool::new(people, rules(8, &[("all", &[("any", 0, 8)])])).unwrap().lottery().unwrap();
    assert!((lottery.fairest()["p0"] - 0.4).abs() < 1e-6);
    assert!((lottery.fairest()["p20"] - 0.2).abs() < 1e-6);
}

#[track_caller]
fn assert_odds(pool: &Pool, expected: &[(&str, f64)]) {
    let lottery = pool.lottery().unwrap();
    for (code, odds) in expected {
        let fairest = lottery.fairest()[*code];
        assert!((fairest - odds).abs() < 1e-6, "{code}: {fairest} where {odds} was expected");
        let counted = f64::from(lottery.odds()[*code]) / 1000.0;
        assert!((counted - odds).abs() <= 0.001, "{code} is in {counted} of the panels, fair is {odds}");
    }
}

/// Where nearly everybody is a kind of their own, working all odds out would take long. It ends, and the least likely come first.
#[test]
fn a_draw_that_is_too_hard_to_work_out_ends_with_the_least_likely_seen_to() {
    let pool = town(150, &[3, 5, 4, 8], 22, 11);
    let program = Program::new(&pool);
    let whole = leximin(&program, SEARCHES_MAX).unwrap().unwrap();
    let least = |seats: &[f64]| {
        let odds = seats.iter().zip(&program.kinds).map(|(seats, kind)| seats / f64::from(kind.people()));
        odds.fold(1.0, f64::min)
    };
    let mut before = 0.0;
    for searches in [1, 20, 40, 60] {
        let some = leximin(&program, searches).unwrap().unwrap();
        assert!((some.seats.iter().sum::<f64>() - 22.0).abs() < 1e-6);
        assert!(least(&some.seats) <= least(&whole.seats) + 1e-6 && least(&some.seats) >= before - 1e-6);
        before = least(&some.seats);
    }
    assert!((before - least(&whole.seats)).abs() < 1e-6, "{before} after 60 searches");
}
