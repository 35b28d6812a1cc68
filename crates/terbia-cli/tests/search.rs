//! Does `terbia search` say what it found, and keep it?

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn terbia(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terbia"));
    command.args(args).current_dir(dir).env("NO_COLOR", "1").stdin(Stdio::null());
    command.output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

const QUICK: [&str; 4] = ["--members", "6", "--generations", "2"];

#[test]
fn a_front_is_told_in_eighty_columns_and_read_again_for_nothing() {
    let dir = tempfile::tempdir().unwrap();
    // Many levers and objectives, few futures.
    let study = "../../corridors/kachin/studies/levers.toml";
    let study = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(study)).unwrap();
    let few = study.replace("judged_members = 512", "judged_members = 6");
    let few = few.replace("population = 24", "population = 12");
    assert_ne!(study, few);
    fs::write(dir.path().join("few.toml"), few).unwrap();
    for (corridor, study) in [("template", "levy-or-closure"), ("kachin", "few.toml")] {
        let args = [&["search", corridor, study], &QUICK[..]].concat();
        let output = terbia(dir.path(), &args);
        assert!(output.status.success(), "{}", stderr(&output));
        let text = stdout(&output);
        let told = ["portfolios were tried", "Levers", "in the search", "worse in none"];
        assert!(told.iter().all(|t| text.contains(t)), "{text}");
        for line in text.lines() {
            assert!(line.chars().count() <= 80, "longer than a line: {line}");
        }
        let again = terbia(dir.path(), &args);
        assert!(again.status.success() && stderr(&again).contains("nothing to run"));
        assert_eq!(stdout(&again), text);
    }
    assert_eq!(fs::read_dir(dir.path().join("runs")).unwrap().count(), 2);
}

#[test]
fn what_is_found_is_there_for_programs_too() {
    let dir = tempfile::tempdir().unwrap();
    let args = ["search", "template", "levy-or-closure", "--out", "found", "--format", "json"];
    let output = terbia(dir.path(), &[&args[..], &QUICK].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    let kept = fs::read_to_string(dir.path().join("found/search.json")).unwrap();
    assert_eq!(stdout(&output), kept);
    let json: serde_json::Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(json["objectives"][0]["id"], "revenue_usd");
    let chosen = json["chosen"].as_array().unwrap();
    assert!(chosen.iter().all(|p| p["differences"][1]["low"].is_number()), "{kept}");
    let manifest = fs::read_to_string(dir.path().join("found/manifest.json")).unwrap();
    assert!(manifest.contains("terbia search template levy-or-closure --members 6"), "{manifest}");
}

#[test]
fn what_the_user_got_wrong_is_said_with_its_mend() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("full")).unwrap();
    fs::write(dir.path().join("full/mine.txt"), "mine").unwrap();
    let cases: &[(&[&str], i32, &str)] = &[
        (&["search", "template", "levy"], 1, "'levy-or-closure'?"),
        (&["search", "kachin", "water"], 1, "add [search]"),
        (&["search", "template", "levy-or-closure", "--population", "3"], 1, "--population 4"),
        (&["search", "template", "levy-or-closure", "--members", "1"], 1, "--members 2"),
        (&["search", "template", "levy-or-closure", "--generations", "0"], 1, "--generations 1"),
        (&["search", "template", "levy-or-closure", "--out", "full"], 1, "nothing is written over"),
        (&["search", "template"], 2, "STUDY"),
    ];
    for (args, code, expected) in cases {
        let output = terbia(dir.path(), args);
        assert_eq!(output.status.code(), Some(*code), "{args:?}: {}", stderr(&output));
        assert!(stderr(&output).contains(expected), "{args:?}: {}", stderr(&output));
        assert!(output.stdout.is_empty(), "{args:?}");
    }
}
