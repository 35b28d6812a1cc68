//! What is in the folder of a search?
//!
//! ```text
//! DIR/
//!   manifest.json        what was asked, by which version, how long it took; hashes of the others
//!   search.json          what was found
//!   portfolios.parquet   every portfolio that was tried: generation, front, levers, means, differences
//! ```
//!
//! It appears whole or not at all, and nothing that is there is written over. `search.json` and the table
//! hold no time and no number of threads: equal fingerprints give equal bytes.

use super::breed::Bred;
use super::{SearchFingerprint, SearchPlanned, Searched};
use crate::output::{self, Column, Data, Draft, FileEntry, Frame, OutputError, Standing, Table};
use crate::question::error::QuestionError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::Path;
use std::time::Instant;

/// Name of what was found.
pub const SEARCH: &str = "search.json";
/// Name of the table of all portfolios.
pub const PORTFOLIOS: &str = "portfolios.parquet";
/// Version of the layout of the folder.
pub(super) const FORMAT: u32 = 1;

/// What was asked, and how it was answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchManifest {
    /// Version of the layout of the folder.
    pub format: u32,
    /// The exact command that repeats it.
    pub command: String,
    /// All that decides the result.
    pub fingerprint: SearchFingerprint,
    /// Threads.
    pub jobs: usize,
    /// Seconds spent.
    pub wall_s: f64,
    /// When it began, UTC.
    pub started_utc: String,
    /// When it ended, UTC.
    pub finished_utc: String,
    /// The other files.
    pub files: Vec<FileEntry>,
}

impl SearchManifest {
    /// Reads the manifest in `dir`; nothing if there is none.
    pub fn read(dir: &Path) -> Result<Option<Self>, OutputError> {
        output::read_manifest(dir, FORMAT)
    }
}

/// When a search began.
pub(super) struct Began {
    clock: Instant,
    utc: String,
}

impl Began {
    pub(super) fn now() -> Self {
        Self { clock: Instant::now(), utc: output::now_utc() }
    }
}

/// What the search in `dir` found; nothing if there is none. Fails if its files were changed.
pub fn read(dir: &Path) -> Result<Option<Searched>, OutputError> {
    let path = dir.join(SEARCH);
    if !path.exists() {
        return Ok(None);
    }
    let Some(manifest) = SearchManifest::read(dir)? else { return Ok(None) };
    output::verify_files(dir, &manifest.files)?;
    let text = fs::read_to_string(&path).map_err(|e| OutputError::io(&path, "read", e))?;
    let fail = |e: serde_json::Error| OutputError::Manifest { path, what: e.to_string() };
    serde_json::from_str(&text).map(Some).map_err(fail)
}

/// What is in `dir` of exactly this search, if it is there.
pub(super) fn kept(
    dir: &Path,
    fingerprint: &SearchFingerprint,
) -> Result<Option<Searched>, OutputError> {
    Ok(read(dir)?.filter(|searched| searched.of == *fingerprint))
}

/// Whether `dir` can be made: it is not there, or it is empty.
pub(super) fn free(dir: &Path) -> Result<(), QuestionError> {
    match output::standing(dir, SEARCH)? {
        Standing::Free => Ok(()),
        Standing::Alike | Standing::Taken => Err(QuestionError::Taken { dir: dir.to_owned() }),
    }
}

/// Writes the folder of a search.
pub(super) fn write(
    dir: &Path,
    planned: &SearchPlanned,
    (searched, bred): (&Searched, &Bred),
    command: &str,
    began: &Began,
) -> Result<(), QuestionError> {
    free(dir)?;
    let draft = Draft::create(dir)?;
    let path = draft.path.join(SEARCH);
    let json = output::json(&path, searched)?;
    output::write_file(&path, json.as_bytes())?;
    let sha256 = format!("{:x}", Sha256::digest(&json));
    let entry = FileEntry { name: SEARCH.to_owned(), bytes: json.len() as u64, sha256 };
    let table = table(&draft.path, searched, bred)?;
    let manifest = SearchManifest {
        format: FORMAT,
        command: command.to_owned(),
        fingerprint: planned.fingerprint.clone(),
        jobs: planned.jobs,
        wall_s: began.clock.elapsed().as_secs_f64(),
        started_utc: began.utc.clone(),
        finished_utc: output::now_utc(),
        files: vec![entry, table],
    };
    output::write_manifest(&draft.path, &manifest)?;
    draft.publish(dir)?;
    Ok(())
}

/// Every portfolio that was tried, in order.
fn table(dir: &Path, searched: &Searched, bred: &Bred) -> Result<FileEntry, OutputError> {
    let path = dir.join(PORTFOLIOS);
    let mut columns: Vec<Column> =
        searched.levers.iter().map(|l| Column::new(&l.path, &l.unit, &l.label)).collect();
    for (of, what) in
        [("mean", "mean over the futures"), ("difference", "mean difference to the reference")]
    {
        columns.extend(searched.objectives.iter().map(|o| {
            Column::new(format!("{}.{of}", o.id), &o.unit, format!("{}: {what}.", o.label))
        }));
    }
    let table =
        Table::portfolios(&columns).map_err(|e| OutputError::parquet(&path, "describe", e))?;
    let tried = &bred.tried;
    let on_front = bred.on_front();
    let mut data = vec![
        Data::Whole((0..tried.len() as i32).collect()),
        Data::Whole(tried.iter().map(|t| t.generation as i32).collect()),
        Data::Whole(tried.iter().map(|t| i32::from(on_front(t))).collect()),
    ];
    let count = (searched.levers.len(), searched.objectives.len());
    data.extend((0..count.0).map(|n| Data::Double(tried.iter().map(|t| t.settings[n]).collect())));
    data.extend((0..count.1).map(|n| Data::Double(tried.iter().map(|t| t.means[n]).collect())));
    data.extend(
        (0..count.1).map(|n| Data::Double(tried.iter().map(|t| t.differences[n]).collect())),
    );
    output::save_frame(&table, Frame { columns: data }, &path)
}
