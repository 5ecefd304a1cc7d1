//! A draw at the command line: announced, held, checked by the box and by a script that shares no code with it.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "test code outside of test functions"
)]

mod town;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;
use town::{allting, text};

/// 39 want to come, as Latin-1 with semicolons.
fn announced(folder: &TempDir, more: &[&str]) -> String {
    let mut people = "Code;Age;Area;household\r\n".to_owned();
    for n in 0..39 {
        let (age, area) = (["15-39", "40-64", "65-"][n * n % 7 % 3], ["S\u{f8}r", "Nord"][n % 2]);
        write!(people, "c{n:02};{age};{area};h{}\r\n", n / 2).unwrap();
    }
    let latin = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("people.csv"), latin(&people)).unwrap();
    let quotas =
        "stratum,value,min,max\nage,15-39,2,9\nage,40-64,2,15\nage,65-,0,9\narea,S\u{f8}r,5,7\narea,Nord,5,7\n";
    fs::write(at("quotas.csv"), quotas).unwrap();
    let (people, quotas, proof, pool) = (at("people.csv"), at("quotas.csv"), at("draw.json"), at("pool.json"));
    let mut words = vec!["draw", "announce", "--candidates", text(&people), "--quotas", text(&quotas), "--seats", "12"];
    words.extend(["--title", "Min side: b\u{f8}r vi?", "--source", "Lotto \u{201c}5 December\u{201d}"]);
    words.extend(["--proof", text(&proof), "--pool", text(&pool)]);
    words.extend(more);
    allting(words, 0)
}

fn script(files: &[&Path]) -> Option<(bool, String)> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/verify_draw.py");
    let Ok(output) = Command::new("python3").arg(script).args(files).output() else {
        println!("skipped: checking the draw with the independent script: there is no python3");
        return None;
    };
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    Some((output.status.success(), said))
}

#[test]
fn a_draw_is_announced_held_and_checked_by_the_box_and_by_another_program() {
    for more in [&[][..], &["--one-per-household"]] {
        let folder = tempfile::tempdir().unwrap();
        let said = announced(&folder, more);
        assert!(said.contains("least likely person has odds of"), "{said}");
        let (proof, pool) = (folder.path().join("draw.json"), folder.path().join("pool.json"));
        assert!(allting(["draw", "verify", text(&proof)], 0).contains("not drawn yet"));

        let seed = "3 9 14 21 27 30 33";
        let drawn = allting(["draw", "hold", text(&proof), "--seed", seed], 0);
        assert_eq!(allting(["draw", "hold", text(&proof), "--seed", seed], 0), drawn, "the same again");
        let refused = allting(["draw", "hold", text(&proof), "--seed", "another"], 1);
        assert!(refused.contains("a draw is held once"), "{refused}");
        let right = allting(["draw", "verify", text(&proof), "--pool", text(&pool)], 0);
        assert!(right.contains("no lottery is fairer"), "{right}");
        for files in [&[proof.as_path()][..], &[&proof, &pool]] {
            let Some((right, said)) = script(files) else { return };
            assert!(right && said.ends_with("RIGHT\n"), "{said}");
        }
    }
}

#[test]
fn a_result_that_was_tampered_with_is_found_by_both() {
    let folder = tempfile::tempdir().unwrap();
    announced(&folder, &[]);
    let proof = folder.path().join("draw.json");
    allting(["draw", "hold", text(&proof), "--seed", "7"], 0);
    let honest = fs::read_to_string(&proof).unwrap();
    let changed = honest.replace("\"seed\":\"7\"", "\"seed\":\"8\"");
    assert_ne!(changed, honest);
    fs::write(&proof, changed).unwrap();
    let said = allting(["draw", "verify", text(&proof)], 1);
    assert!(said.contains("the seed gives panel"), "{said}");
    fs::write(&proof, honest.replace("5 December", "6 December")).unwrap();
    assert!(allting(["draw", "verify", text(&proof)], 1).contains("the announcement's digest is"));
    if let Some((right, said)) = script(&[&proof]) {
        assert!(!right && said.contains("WRONG: the announcement"), "{said}");
    }
    fs::write(&proof, "{}").unwrap();
    assert!(allting(["draw", "verify", text(&proof)], 1).contains("expected a file that"));
}

#[test]
fn what_cannot_be_drawn_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("people.csv"), "code,age\na,young\nb,old\nc,old\n").unwrap();
    let refused = |quotas: &str, seats: &str| {
        fs::write(at("quotas.csv"), quotas).unwrap();
        let (people, quotas, proof, pool) = (at("people.csv"), at("quotas.csv"), at("draw.json"), at("pool.json"));
        let mut words = vec!["draw", "announce", "--candidates", text(&people), "--quotas", text(&quotas)];
        words.extend([
            "--seats",
            seats,
            "--title",
            "t",
            "--source",
            "s",
            "--proof",
            text(&proof),
            "--pool",
            text(&pool),
        ]);
        let said = allting(words, 1);
        assert!(!proof.exists() && !pool.exists());
        said
    };
    let said = refused("stratum,value,min,max\nage,young,2,2\nage,old,0,1\n", "2");
    assert!(said.contains("`young` of `age` at least 1 instead of 2 (1 are willing)"), "{said}");
    assert!(refused("stratum,value,min,max\nage,young,0,4\nage,old,0,4\n", "4").contains("3 can be filled"));
    assert!(refused("stratum,value,people\nage,old,many\n", "2").contains("quotas.csv: line 2: `many`"));
    assert!(refused("stratum,value,min\nage,old,1\n", "2").contains("heading `max` is missing"));
    assert!(refused("stratum,value,min,max\nage,old,1,2\n", "2").contains("`young` is no value of `age`"));
}
