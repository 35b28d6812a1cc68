//! Do the files of other people become the rows that they say, and do damaged ones say what is wrong?
//!
//! The files under `foreign/` have the shapes of the publishers' own, and made-up names and figures.

#![allow(clippy::unwrap_used, reason = "a test that cannot be set up has failed")]

#[path = "foreign/acled.rs"]
mod acled;
#[path = "foreign/comtrade.rs"]
mod comtrade;
#[path = "foreign/damage.rs"]
mod damage;
#[path = "foreign/record.rs"]
mod record;
#[path = "foreign/usgs.rs"]
mod usgs;

use std::fs;
use std::path::{Path, PathBuf};
use terbia_store::foreign::{self, Converted, ForeignError};
use terbia_store::spec::Observation;

/// A file of this folder.
fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/foreign").join(name)
}

fn text(name: &str) -> String {
    fs::read_to_string(fixture(name)).unwrap()
}

/// A file with this content.
struct Made {
    path: PathBuf,
    _dir: tempfile::TempDir,
}

fn made(name: &str, bytes: impl AsRef<[u8]>) -> Made {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, bytes).unwrap();
    Made { path, _dir: dir }
}

fn convert(paths: &[&Path]) -> Result<Converted, ForeignError> {
    let paths: Vec<PathBuf> = paths.iter().map(|p| p.to_path_buf()).collect();
    foreign::convert(&paths, None)
}

/// What the fixture becomes.
fn of(name: &str) -> Converted {
    convert(&[&fixture(name)]).unwrap()
}

/// What a text becomes.
fn of_text(text: impl AsRef<[u8]>) -> Result<Converted, ForeignError> {
    convert(&[&made("file", text).path])
}

/// The rows as they are written.
fn table(converted: &Converted) -> String {
    let mut bytes = Vec::new();
    foreign::write(&converted.rows, &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

fn row<'a>(converted: &'a Converted, id: &str) -> &'a Observation {
    let found = converted.rows.iter().find(|row| row.id.as_str() == id);
    found.unwrap_or_else(|| panic!("no {id} in {}", table(converted)))
}

fn has(converted: &Converted, id: &str) -> bool {
    converted.rows.iter().any(|row| row.id.as_str() == id)
}

/// How many were left out for a reason that begins so.
fn left(converted: &Converted, reason: &str) -> u64 {
    converted.told.left_out().filter(|(_, r)| r.starts_with(reason)).map(|(count, _)| count).sum()
}

fn remarked(converted: &Converted, part: &str) -> bool {
    converted.told.remarks().iter().any(|remark| remark.contains(part))
}

/// The message with its mend and those of its rows, as a reader gets it.
fn said(error: &ForeignError) -> String {
    let mut text = String::new();
    let handler = miette::NarratableReportHandler::new();
    handler.render_report(&mut text, error).unwrap();
    text
}

/// Why a text cannot be read.
fn refused(text: impl AsRef<[u8]>) -> String {
    said(&of_text(text).unwrap_err())
}

/// The table with its rows in another order.
fn reversed(text: &str) -> String {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let mut rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    rows.reverse();
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    writer.write_record(reader.headers().unwrap()).unwrap();
    for row in rows {
        writer.write_record(&row).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

#[test]
fn the_order_of_rows_does_not_matter() {
    let tables = [
        "comtrade.csv",
        "comtrade_legacy.csv",
        "acled.csv",
        "usgs_world.csv",
        "usgs_salient.csv",
        "printed.csv",
    ];
    for name in tables {
        let shuffled = of_text(reversed(&text(name))).unwrap();
        assert_eq!(table(&of(name)), table(&shuffled), "{name}");
    }
}

#[test]
fn a_file_given_twice_is_counted_once() {
    for name in ["comtrade.csv", "acled.csv", "usgs_world.csv", "printed.csv"] {
        let path = fixture(name);
        let twice = convert(&[&path, &path]).unwrap();
        assert_eq!(table(&of(name)), table(&twice), "{name}");
    }
}

#[test]
fn the_kind_is_told_from_the_columns_and_said() {
    let kinds = [
        ("printed.csv", "record"),
        ("series.csv", "record"),
        ("comtrade.json", "comtrade"),
        ("comtrade_legacy.csv", "comtrade"),
        ("acled_semicolon.csv", "acled"),
        ("usgs_world.csv", "usgs"),
        ("usgs_salient.csv", "usgs"),
    ];
    for (name, kind) in kinds {
        let file = &of(name).files[0];
        assert_eq!(file.kind.name(), kind, "{name}");
        assert!(file.why.starts_with("it has the "), "{}", file.why);
    }
}

#[test]
fn files_of_several_kinds_go_together() {
    let names = ["usgs_world.csv", "acled.csv", "comtrade.csv", "printed.csv"];
    let paths: Vec<PathBuf> = names.iter().map(|name| fixture(name)).collect();
    let together = foreign::convert(&paths, None).unwrap();
    let sum: usize = names.iter().map(|name| of(name).rows.len()).sum();
    assert_eq!(together.rows.len(), sum);
    let mut ids: Vec<&str> = together.rows.iter().map(|row| row.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), sum, "a number is there twice");
}

#[test]
fn numbers_of_rows_are_ids_that_a_corridor_takes() {
    for name in ["comtrade.csv", "acled.csv", "usgs_world.csv", "usgs_salient.csv", "series.csv"] {
        for row in &of(name).rows {
            let good = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            assert!(row.id.chars().all(good) && !row.id.starts_with('-'), "{}", *row.id);
        }
    }
}
