//! Can a user turn a data file into rows, read what became of it, and never lose a file?

#![allow(clippy::expect_used, reason = "a test that cannot set up its folder has failed")]

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../terbia-store/tests/foreign").join(name)
}

fn convert(dir: &Path, file: &Path, more: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_terbia"));
    command.arg("convert").arg(file).args(more).current_dir(dir).env("NO_COLOR", "1");
    command.stdin(Stdio::null()).output().expect("terbia starts")
}

fn said(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn the_report_fits_a_terminal_and_says_what_was_left_out() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    fs::copy(fixture("comtrade.csv"), dir.path().join("trade.csv")).expect("a copy");
    let output = convert(dir.path(), Path::new("trade.csv"), &["--out", "rows.csv"]);
    let (text, words) = said(&output);
    assert!(output.status.success() && words.is_empty(), "{words}");
    for part in [
        "trade.csv: comtrade, for it has the columns of a UN Comtrade export; 15 rows",
        "15 observations, written to rows.csv",
        "rows of whole chapters or of all goods: 1",
        "Sources cited: comtrade.",
    ] {
        assert!(text.contains(part), "no {part} in: {text}");
    }
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "longer than a line: {line}");
    }
    let rows = fs::read_to_string(dir.path().join("rows.csv")).expect("the rows");
    assert_eq!(rows.lines().count(), 16);
}

#[test]
fn rows_on_standard_output_are_nothing_but_rows() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let output = convert(dir.path(), &fixture("acled.csv"), &["--out", "-", "--format", "json"]);
    let (rows, report) = said(&output);
    assert!(rows.starts_with("id,quantity,entity,subject,from,to,value,"), "{rows}");
    assert_eq!(rows.lines().count(), 10);
    let report: Value = serde_json::from_str(&report).expect("the report is JSON");
    assert_eq!(report["observations"], 9);
    assert_eq!(report["files"][0]["kind"], "acled");
    assert_eq!(report["left_out"][0]["count"], 2);
    assert_eq!(report["sources"][0]["key"], "acled");
    assert!(fs::read_dir(dir.path()).expect("the folder").next().is_none(), "a file was written");
}

#[test]
fn a_file_that_cannot_be_read_leaves_earlier_rows_as_they_were() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| dir.path().join(name);
    fs::write(path("rows.csv"), "earlier").expect("a file");
    let whole = fs::read_to_string(fixture("printed.csv")).expect("a fixture");
    fs::write(path("cut.csv"), &whole[..whole.len() - 40]).expect("a file");
    let output = convert(dir.path(), Path::new("cut.csv"), &["--out", "rows.csv"]);
    assert_eq!(output.status.code(), Some(1));
    let (_, words) = said(&output);
    assert!(
        words.contains("terbia::foreign::cut") && words.contains("cut.csv is cut off"),
        "{words}"
    );
    assert_eq!(fs::read_to_string(path("rows.csv")).expect("a file"), "earlier");
    let output = convert(dir.path(), Path::new("cut.csv"), &["--out", "cut.csv"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).1.contains("one of the files that are read"));
    assert!(fs::read_to_string(path("cut.csv")).expect("a file").starts_with("id,"));
}

#[test]
fn a_kind_that_does_not_fit_is_refused_and_one_that_is_none_is_a_slip() {
    let dir = tempfile::tempdir().expect("a temporary folder");
    let forced = |kind: &str| {
        let more = ["--out", "rows.csv", "--kind", kind];
        convert(dir.path(), &fixture("usgs_world.csv"), &more)
    };
    assert!(forced("usgs").status.success());
    let output = forced("comtrade");
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).1.contains("it looks like usgs"), "{}", said(&output).1);
    assert_eq!(forced("customs").status.code(), Some(2));
}
