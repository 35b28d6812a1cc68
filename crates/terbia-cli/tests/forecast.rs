//! Can a user make a forecast, read it in a terminal or a program, and never lose one?

#![allow(clippy::expect_used, reason = "a test that cannot set up its folder has failed")]

use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn forecast(dir: &Path, more: &[&str]) -> Output {
    let fixed = ["forecast", "kachin", "--origin", "2025-05", "--members", "40", "--horizon"];
    let mut command = Command::new(env!("CARGO_BIN_EXE_terbia"));
    command.args(fixed).args(more).current_dir(dir).env("NO_COLOR", "1").stdin(Stdio::null());
    command.output().expect("terbia starts")
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

fn bytes(dir: &Path) -> Vec<Vec<u8>> {
    let mut paths: Vec<_> =
        fs::read_dir(dir).expect("a folder").map(|e| e.expect("an entry").path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).expect("a file")).collect()
}

#[test]
fn quarters_and_events_fit_a_terminal_and_the_folder_is_named() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let output = forecast(dir.path(), &["8", "--out", "made"]);
    let (text, words) = said(&output);
    assert!(output.status.success(), "{words}");
    for part in ["Known to 2025-05, forecast for 8 months to 2026-01", "2025-12 to 01", "within"] {
        assert!(text.contains(part), "no {part} in: {text}");
    }
    assert!(text.contains("3 months  6 months  8 months"), "{text}");
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "longer than a line: {line}");
    }
    assert!(words.contains("made: written; SHA-256 "), "{words}");
    let one = forecast(dir.path(), &["1", "--out", "short", "--quiet"]);
    let (text, words) = said(&one);
    assert!(text.contains(" 2025-06 ") && text.contains("1 month\n"), "{text}");
    assert!(words.is_empty(), "{words}");
}

#[test]
fn a_second_forecast_leaves_the_first_as_it_was() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let [a, b] = [("a", "1"), ("b", "2")].map(|(out, jobs)| {
        let output = forecast(dir.path(), &["4", "--out", out, "--jobs", jobs, "--quiet"]);
        assert!(output.status.success(), "{}", said(&output).1);
        bytes(&dir.path().join(out))
    });
    assert_eq!(a, b, "the same command, other bytes");
    let again = forecast(dir.path(), &["6", "--out", "a"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(said(&again).1.contains("never written over"), "{}", said(&again).1);
    assert_eq!(bytes(&dir.path().join("a")), a);
}

#[test]
fn a_program_reads_what_the_files_say() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let output = forecast(dir.path(), &["4", "--out", "made", "--format", "json", "--quiet"]);
    let json: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let outcome = &json["outcomes"][0];
    assert_eq!(outcome["months"].as_array().map(Vec::len), Some(4));
    assert_eq!(outcome["quarters"].as_array().map(Vec::len), Some(2));
    assert_eq!(outcome["months"][0]["month"], "2025-06");
    let (q05, q95) = (outcome["months"][0]["q05"].as_f64(), outcome["months"][0]["q95"].as_f64());
    assert!(q05 < q95 && q05.is_some(), "{outcome}");
    assert!(json["events"][0]["months"][3]["by_month"].as_f64().is_some(), "{}", json["events"]);
    let text = fs::read_to_string(dir.path().join("made/manifest.json")).expect("a manifest");
    let manifest: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(json["manifest"], manifest);
    assert_eq!(manifest["files"].as_array().map(Vec::len), Some(5));
}

#[test]
fn a_month_or_a_horizon_that_cannot_be_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let output = forecast(dir.path(), &["600", "--out", "made"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).1.contains("--horizon 1 to 91"), "{}", said(&output).1);
    let output = forecast(dir.path(), &["June", "--out", "made"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!dir.path().join("made").exists());
}
