use super::*;
use model::Timestamp;

const SALT: &str = "7K3M-Q9XA";

fn announced() -> (Pool, Proof) {
    let quotas = [("s0", &[("0", 4, 20), ("1", 10, 16)][..]), ("s1", &[("0", 2, 2), ("1", 7, 10), ("2", 6, 9)])];
    let willing = town(39, &[2, 3], 1, 4).candidates().to_vec();
    let pool = Pool::new(willing, rules(20, &quotas)).unwrap();
    let lottery = pool.lottery().unwrap();
    let at = Timestamp::from_seconds(1_795_000_000);
    let announced = Announced::new("Min side", "Lotto, 5 December", at, (&pool, SALT), &lottery);
    (pool, Proof { announced, held: None })
}

fn kept(pool: &Pool) -> Kept {
    Kept { candidates: pool.candidates().to_vec(), salt: SALT.to_owned() }
}

#[test]
fn the_same_seed_draws_the_same_and_another_draws_nothing_any_more() {
    let (_, mut proof) = announced();
    let first = proof.hold(" 3 9 14 21 27 30 33\n").unwrap().clone();
    assert_eq!(first.seed, "3 9 14 21 27 30 33");
    assert_eq!((first.panel.len(), first.reserves.len()), (20, 19));
    assert_eq!(proof.hold("3 9 14 21 27 30 33").unwrap(), &first);
    assert_eq!(proof.hold("1 2 3"), Err(SeedFault::Held("3 9 14 21 27 30 33".to_owned())));
    let (_, mut again) = announced();
    assert_eq!(again.hold("3 9 14 21 27 30 33").unwrap(), &first);
    assert_eq!(announced().1.hold("  "), Err(SeedFault::Length));
}

#[test]
fn every_panel_can_be_drawn_and_none_much_oftener_than_others() {
    let (_, proof) = announced();
    let mut drawn = vec![0; PANELS];
    for seed in 0..20_000 {
        drawn[usize::try_from(proof.announced.held(&seed.to_string()).unwrap().number).unwrap()] += 1;
    }
    assert!(drawn.iter().all(|times| (2..=45).contains(times)), "{drawn:?}");
}

#[test]
fn a_proof_tells_nothing_of_anyone_but_codes() {
    let people =
        (0..8).map(|n| Candidate { household: "Storgata 1".to_owned(), ..Candidate::new(format!("c{n}"), ["secret"]) });
    let pool = Pool::new(people.collect(), rules(4, &[("s", &[("secret", 0, 4), ("other", 0, 4)])])).unwrap();
    let lottery = pool.lottery().unwrap();
    let announced = Announced::new("t", "s", Timestamp::default(), (&pool, SALT), &lottery);
    let text = serde_json::to_string(&Proof { announced, held: None }).unwrap();
    assert_eq!(text.matches("secret").count(), 1, "as a quota and nowhere else: {text}");
    assert!(!text.contains("Storgata") && !text.contains(SALT));
}

#[test]
fn a_right_proof_is_right_with_and_without_the_pool() {
    let (pool, mut proof) = announced();
    assert_eq!(verify(&proof, Some(&kept(&pool))), []);
    proof.hold("seed").unwrap();
    assert_eq!(verify(&proof, None), []);
    let read: Proof = serde_json::from_str(&serde_json::to_string_pretty(&proof).unwrap()).unwrap();
    assert_eq!(verify(&read, Some(&kept(&pool))), []);
}

#[test]
fn whatever_is_changed_is_found() {
    let changed = |change: &dyn Fn(&mut Proof)| {
        let (pool, mut proof) = announced();
        proof.hold("seed").unwrap();
        change(&mut proof);
        verify(&proof, Some(&kept(&pool)))
    };
    // Somebody is put into the panel for somebody else.
    let doubts = changed(&|proof| {
        let held = proof.held.as_mut().unwrap();
        std::mem::swap(&mut held.panel[0], &mut held.reserves[0]);
    });
    assert!(doubts.iter().any(|doubt| matches!(doubt, Doubt::Panel(_))) && doubts.contains(&Doubt::Reserves));
    // The panels are put in another order once the seed is known.
    let doubts = changed(&|proof| proof.announced.panels.rotate_left(1));
    assert!(doubts.iter().any(|doubt| matches!(doubt, Doubt::Announcement { .. })));
    // Somebody is in more panels than is stated.
    let doubts = changed(&|proof| *proof.announced.odds.values_mut().next().unwrap() += 1);
    assert!(doubts.iter().any(|doubt| matches!(doubt, Doubt::Odds { .. })));
    let doubts = changed(&|proof| proof.held.as_mut().unwrap().number ^= 1);
    assert!(doubts.iter().any(|doubt| matches!(doubt, Doubt::Number { .. })));
    let doubts = changed(&|proof| proof.held.as_mut().unwrap().seed.clear());
    assert_eq!(doubts, [Doubt::Seed]);
    assert_eq!(changed(&|proof| proof.announced.version = 2), [Doubt::Version(2)]);
    assert_eq!(changed(&|proof| proof.announced.panels.clear()), [Doubt::Panels(0)]);
    let doubts = changed(&|proof| proof.announced.panels[0][0] = 999);
    assert!(doubts.contains(&Doubt::Seats(0)));
    // And what is larger than any draw is not worked through.
    assert_eq!(changed(&|proof| proof.announced.rules.seats = u32::MAX), [Doubt::Seats(0)]);
    assert_eq!(changed(&|proof| proof.announced.codes.extend((0..30_000).map(|n| format!("z{n:05}")))), [Doubt::Codes]);
}

/// Whoever draws could make the panels so that a friend is in more of them. With the pool, that is found though all digests are right.
#[test]
fn a_lottery_that_favours_somebody_is_found_with_the_pool() {
    let (pool, honest) = announced();
    let friend = honest.announced.codes.iter().position(|code| honest.announced.odds[code] < 900).unwrap();
    let mut panels = honest.announced.panels.clone();
    let friend = u32::try_from(friend).unwrap();
    let with: Vec<_> = panels.iter().filter(|panel| panel.contains(&friend)).cloned().collect();
    let without: Vec<_> = (0..PANELS).filter(|at| !panels[*at].contains(&friend)).take(100).collect();
    without.into_iter().zip(with).for_each(|(at, panel)| panels[at] = panel);
    let mut proof = Proof { announced: Announced { panels, ..honest.announced }, held: None };
    let mut odds = std::collections::BTreeMap::new();
    for code in proof.announced.panels.iter().flatten() {
        *odds.entry(proof.announced.codes[*code as usize].clone()).or_insert(0) += 1;
    }
    proof.announced.odds = odds;
    assert_eq!(verify(&proof, None), [], "alone it looks right");
    assert!(verify(&proof, Some(&kept(&pool))).iter().any(|doubt| matches!(doubt, Doubt::Unfair { .. })));
}

#[test]
fn another_pool_than_the_announced_one_is_found() {
    let (pool, proof) = announced();
    let mut other = kept(&pool);
    other.candidates[0].profile[0] = "1".to_owned();
    other.candidates[1].profile[0] = "0".to_owned();
    assert!(matches!(verify(&proof, Some(&other))[..], [Doubt::Pool { .. }]));
    let salted = Kept { salt: "other".to_owned(), ..kept(&pool) };
    assert!(matches!(verify(&proof, Some(&salted))[..], [Doubt::Pool { .. }]));
}

/// A member who leaves between draw and invitation is followed by the first of the reserves who keeps the quotas.
#[test]
fn who_leaves_after_the_draw_is_followed_by_somebody_who_keeps_the_quotas() {
    let (pool, mut proof) = announced();
    let held = proof.hold("seed").unwrap().clone();
    let mut panel = held.panel.clone();
    let mut gone = Vec::new();
    for _ in 0..5 {
        gone.push(panel.remove(0));
        let next = stand_in(&pool, &panel, &held.reserves, &gone).unwrap().to_owned();
        assert!(!gone.contains(&next) && !panel.contains(&next));
        panel.push(next);
        assert_eq!(pool.misses(panel.iter().map(|code| pool.candidate(code).unwrap())), 0);
    }
    assert_eq!(stand_in(&pool, &panel, &[], &gone), None);
}
