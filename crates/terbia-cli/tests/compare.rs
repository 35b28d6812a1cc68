//! Does `terbia compare` do what its users rely on?

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

#[test]
fn corridors_stand_side_by_side_in_eighty_columns_and_again_without_runs() {
    let dir = tempfile::tempdir().unwrap();
    let args = ["compare", "regimes", "--members", "10"];
    let output = terbia(dir.path(), &args);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = stdout(&output);
    for part in ["WHAT DIFFERS", "WHAT FOLLOWS", "grade D", "*[1]", "–["] {
        assert!(text.contains(part), "{part}: {text}");
    }
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "longer than a line: {line}");
    }
    let again = terbia(dir.path(), &args);
    assert!(stderr(&again).contains("nothing to run"), "{}", stderr(&again));
    assert_eq!(stdout(&again), text);
    let folders: Vec<_> = fs::read_dir(dir.path().join("runs")).unwrap().collect();
    assert_eq!(folders.len(), 1);
}

#[test]
fn comparisons_are_listed_and_answered_as_json() {
    let dir = tempfile::tempdir().unwrap();
    let listed = stdout(&terbia(dir.path(), &["compare"]));
    assert!(listed.starts_with("regimes\n  What differs"), "{listed}");
    let args = ["compare", "regimes", "--members", "4", "--format", "json", "--quiet"];
    let output = terbia(dir.path(), &args);
    assert!(output.stderr.is_empty(), "{}", stderr(&output));
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).unwrap();
    let rows = json["comparison"]["rows"].as_array().unwrap();
    assert!(rows.iter().any(|row| row["cells"][1]["kind"] == "stated"));
    assert_eq!(json["comparison"]["of"]["members"], 4);
}

#[test]
fn a_comparison_that_is_not_there_is_told_from_those_that_are() {
    let dir = tempfile::tempdir().unwrap();
    let output = terbia(dir.path(), &["compare", "regime"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("did you mean 'regimes'?"), "{}", stderr(&output));
    let output = terbia(dir.path(), &["compare", "nothing.toml"]);
    assert!(stderr(&output).contains("nothing.toml cannot be read"), "{}", stderr(&output));
}
