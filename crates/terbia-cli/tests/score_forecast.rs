//! Can a user score a forecast, read the scores in a terminal or a program, and trust what is refused?

#![allow(clippy::expect_used, reason = "a test that cannot set up its folder has failed")]

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn terbia(dir: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terbia"));
    command.args(args).current_dir(dir).env("NO_COLOR", "1").stdin(Stdio::null());
    command.output().expect("terbia starts")
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

/// A folder with a forecast `made` of ten months.
fn made() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let fixed = ["forecast", "kachin", "--origin", "2024-06", "--horizon", "10", "--members", "60"];
    let output = terbia(dir.path(), &[&fixed[..], &["--out", "made", "--quiet"]].concat());
    assert!(output.status.success(), "{}", said(&output).1);
    dir
}

/// The record of the corridor, a file of figures like any other.
fn record() -> String {
    let path = "../../corridors/kachin/evidence/observations.csv";
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path).display().to_string()
}

#[test]
fn scores_fit_a_terminal_and_failures_come_first() {
    let dir = made();
    let output = terbia(dir.path(), &["score-forecast", "made", &record()]);
    let (text, words) = said(&output);
    assert!(output.status.success(), "{words}");
    assert!(words.is_empty(), "{words}");
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "longer than a line: {line}");
    }
    let place = |part: &str| text.find(part).unwrap_or_else(|| panic!("no {part} in: {text}"));
    let parts = ["lie OUTSIDE the middle 80 %", "Series, worst first", "CRPS: how far", " NO\n"];
    let places = parts.map(place);
    assert!(places.is_sorted(), "{places:?}");
    assert!(place("yes\n") > places[3] && place("Not scored:\n") > place("yes\n"));
    assert!(text.contains("before the first month forecast"), "{text}");
    assert!(text.contains("Events are not scored"), "{text}");
    // Every table of figures has those outside first.
    for table in text.split("\n\n").filter(|t| t.contains("observed")) {
        let marks: Vec<bool> = table
            .lines()
            .filter_map(|line| match line.rsplit(' ').next() {
                Some("NO") => Some(false),
                Some("yes") => Some(true),
                _ => None,
            })
            .collect();
        assert!(marks.is_sorted() && !marks.is_empty(), "{table}");
    }
}

#[test]
fn a_program_reads_every_figure_and_why_it_is_not_scored() {
    let dir = made();
    let events = "event,month,happened\nclosure,2024-07,0\nclosure,2024-08,1\n";
    fs::write(dir.path().join("events.csv"), events).expect("a file");
    let args = ["score-forecast", "made", &record(), "--events", "events.csv", "--format", "json"];
    let json: Value =
        serde_json::from_slice(&terbia(dir.path(), &args).stdout).expect("nothing but JSON");
    let count = |key: &str| json[key].as_array().map_or(0, Vec::len);
    let rows = fs::read_to_string(record()).expect("the record").lines().count();
    assert_eq!(count("figures") + count("unscored"), rows - 1);
    let figure = &json["figures"][0];
    assert!(figure["crps"].as_f64().is_some() && figure["inside"].as_array().is_some(), "{figure}");
    assert!(
        json["unscored"][0]["reason"]["kind"].is_string() && json["coverage"][1]["share"] == 0.8
    );
    let closure = &json["events"]["events"][0];
    assert_eq!(closure["happened_in"], "2024-08");
    assert_eq!(closure["months"].as_array().map(Vec::len), Some(2));
    assert!(json["events"]["untold"].as_array().is_some_and(|untold| untold.len() > 1));
}

#[test]
fn what_was_changed_or_cannot_be_read_is_refused_with_its_place() {
    let dir = made();
    let refused = |args: &[&str]| {
        let output = terbia(dir.path(), args);
        assert_eq!(output.status.code(), Some(1));
        said(&output).1
    };
    let bad =
        "id,quantity,entity,subject,from,to,value,unit\nN1,stock,A,B,2024-08,2024-08,many,t\n";
    fs::write(dir.path().join("bad.csv"), bad).expect("a file");
    let words = refused(&["score-forecast", "made", "bad.csv"]);
    assert!(words.contains("bad.csv:2:1") && words.contains("'many' in column 'value'"), "{words}");
    assert!(refused(&["score-forecast", "made", "none.csv"]).contains("there is no file"));
    assert!(refused(&["score-forecast", ".", &record()]).contains("holds no forecast"));
    let paths = dir.path().join("made/paths.parquet");
    let mut bytes = fs::read(&paths).expect("the paths");
    bytes[1000] ^= 1;
    fs::write(&paths, bytes).expect("the paths");
    let words = refused(&["score-forecast", "made", &record()]);
    assert!(words.contains("not as it was written"), "{words}");
}
