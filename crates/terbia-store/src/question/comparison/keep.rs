//! What is in the folder of a comparison?
//!
//! ```text
//! DIR/
//!   manifest.json     what was asked, by which version, with the hash of each corridor and of the others
//!   comparison.json   the table
//!   comparison.csv    the same, one line for each cell
//!   comparison.svg    the figure
//!   comparison.html   table and figure on one page
//!   comparison.pdf    the same on paper
//! ```
//!
//! It appears whole or not at all, and nothing that is there is written over. But for the manifest no file
//! holds a time or a number of threads: equal fingerprints give equal bytes.

use super::error::ComparisonError;
use super::page;
use super::told::{Answer, ComparisonFingerprint, ComparisonManifest, FORMAT};
use crate::output::{self, OutputError, Standing};
use crate::paper;
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The table, for programs.
pub const JSON: &str = "comparison.json";
/// The table, for sheets.
pub const TABLE: &str = "comparison.csv";
/// The figure.
pub const FIGURE: &str = "comparison.svg";
/// The page.
pub const PAGE: &str = "comparison.html";
/// The same on paper.
pub const PAPER: &str = "comparison.pdf";

/// When a comparison began.
pub(super) struct Began {
    clock: Instant,
    utc: String,
}

impl Began {
    pub(super) fn now() -> Self {
        Self { clock: Instant::now(), utc: output::now_utc() }
    }
}

/// The folder that a comparison gets when the user names none: the same comparison, the same folder.
pub(super) fn default_dir(print: &ComparisonFingerprint) -> PathBuf {
    let text = serde_json::to_string(print).unwrap_or_default();
    let hash = format!("{:x}", Sha256::digest(text));
    let short = hash.get(..8).unwrap_or_default();
    PathBuf::from("runs").join(format!("compare-{}-{short}", print.comparison))
}

/// What is in `dir` of exactly this comparison, if it is there and whole.
pub(super) fn kept(
    dir: &Path,
    print: &ComparisonFingerprint,
) -> Result<Option<Answer>, OutputError> {
    let path = dir.join(JSON);
    if !path.exists() {
        return Ok(None);
    }
    let manifest: Option<ComparisonManifest> = output::read_manifest(dir, FORMAT)?;
    let Some(manifest) = manifest.filter(|m| m.fingerprint == *print) else { return Ok(None) };
    output::verify_files(dir, &manifest.files)?;
    let text = fs::read_to_string(&path).map_err(|e| OutputError::io(&path, "read", e))?;
    let fail = |e: serde_json::Error| OutputError::Manifest { path, what: e.to_string() };
    serde_json::from_str(&text).map(Some).map_err(fail)
}

/// Whether `dir` can be made: it is not there, or it is empty.
pub(super) fn free(dir: &Path) -> Result<(), ComparisonError> {
    match output::standing(dir, JSON)? {
        Standing::Free => Ok(()),
        Standing::Alike | Standing::Taken => Err(ComparisonError::Taken { dir: dir.to_owned() }),
    }
}

/// Writes the folder of a comparison.
pub(super) fn write(
    dir: &Path,
    answer: &Answer,
    (command, jobs): (&str, usize),
    began: &Began,
) -> Result<(), ComparisonError> {
    free(dir)?;
    let json = output::json(&dir.join(JSON), answer)?;
    let drawing = page::drawing(answer);
    let svg = drawing.scene.svg(&drawing.alt);
    let document = page::document(answer, drawing);
    // In the order of their names.
    let files = vec![
        (TABLE, table(&dir.join(TABLE), answer)?),
        (PAGE, paper::html(&document).into_bytes()),
        (JSON, json.into_bytes()),
        (PAPER, paper::pdf(&document)),
        (FIGURE, svg.into_bytes()),
    ];
    output::publish(dir, files, |files| ComparisonManifest {
        format: FORMAT,
        command: command.to_owned(),
        fingerprint: answer.of.clone(),
        jobs,
        wall_s: began.clock.elapsed().as_secs_f64(),
        started_utc: began.utc.clone(),
        finished_utc: output::now_utc(),
        files,
    })?;
    Ok(())
}

/// One line for each cell.
fn table(path: &Path, answer: &Answer) -> Result<Vec<u8>, OutputError> {
    const HEAD: [&str; 14] = [
        "row", "part", "label", "unit", "corridor", "from", "until", "kind", "value", "low",
        "high", "count", "grade", "source",
    ];
    let mut writer = csv::Writer::from_writer(Vec::new());
    let number = |x: Option<f64>| x.map_or(String::new(), |x| x.to_string());
    let mut rows: Vec<Vec<String>> = Vec::new();
    for row in &answer.rows {
        for (cell, corridor) in row.cells.iter().zip(&answer.corridors) {
            rows.push(vec![
                row.id.clone(),
                row.part.clone(),
                row.label.clone(),
                row.unit.clone(),
                cell.corridor.clone(),
                corridor.from.clone(),
                corridor.until.clone(),
                cell.kind.name().to_owned(),
                number(cell.value),
                number(cell.low),
                number(cell.high),
                cell.count.map_or(String::new(), |n| n.to_string()),
                cell.grade.map_or(String::new(), String::from),
                cell.source.join(" "),
            ]);
        }
    }
    let fail = |e: csv::Error| OutputError::io(path, "write", e.into());
    writer.write_record(HEAD).map_err(fail)?;
    for row in rows {
        writer.write_record(row).map_err(fail)?;
    }
    writer.into_inner().map_err(|e| OutputError::io(path, "write", e.into_error()))
}
