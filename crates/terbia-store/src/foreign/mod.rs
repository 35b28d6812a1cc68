//! How do the files that other people publish become rows of terbia's own table of observations?
//!
//! ```text
//! file ─▶ input (text? which form?) ─▶ detect (whose?) ─▶ sheet or JSON, row by row
//!      ─▶ a reader for each kind, which collects over all files of its kind
//!      ─▶ rows in an order that does not depend on that of the file
//! ```
//!
//! | kind | files | becomes |
//! |---|---|---|
//! | record | a table of observations, or of printed figures with their publications | itself |
//! | comtrade | UN Comtrade, JSON of the API or CSV, now and before 2022 | volumes, t gross; values, USD |
//! | acled | export of conflict events | events by type, deaths; by township and month |
//! | usgs | commodity summaries: world data, salient statistics | production, capacity, reserves, … |
//!
//! Nothing is guessed: what cannot be read fails with its line, what is left out is counted with the
//! reason, and what is missing stays missing: **no row says nought unless its file prints it**.
//! Figures that contradict each other are all kept, and each names the other.
//!
//! Limits: what a publisher has revised is not told from what it has repeated, unless the file says
//! so. A file whose last figure has lost digits, but no cell, looks whole.

mod acled;
mod comtrade;
mod detect;
mod error;
mod fault;
mod input;
mod number;
mod record;
mod row;
mod sheet;
mod told;
mod usgs;

pub use error::ForeignError;
pub use fault::{CellFault, Place, RowFault};
pub use told::Told;

use crate::output::{OutputError, write_file};
use crate::spec::{Observation, Source};
use input::Input;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Whose files can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// terbia's own observations, and figures with their publications.
    Record,
    /// UN Comtrade.
    Comtrade,
    /// Armed Conflict Location & Event Data.
    Acled,
    /// Mineral commodity summaries of the US Geological Survey.
    Usgs,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Record, Self::Comtrade, Self::Acled, Self::Usgs];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Comtrade => "comtrade",
            Self::Acled => "acled",
            Self::Usgs => "usgs",
        }
    }
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileRead {
    /// Where it lies.
    pub path: PathBuf,
    /// Whose it is.
    pub kind: Kind,
    /// How that was told.
    pub why: &'static str,
    /// Rows that it holds.
    pub rows: u64,
}

/// What became of files.
#[derive(Clone, Debug, Default)]
pub struct Converted {
    /// The rows, in an order that does not depend on that of the files' rows.
    pub rows: Vec<Observation>,
    /// The publications that the rows cite, with their keys, as far as the files name them.
    pub sources: Vec<(String, Source)>,
    /// The files.
    pub files: Vec<FileRead>,
    /// What was left out, and what else there is to know.
    pub told: Told,
}

/// A reader of one kind.
trait Collect {
    /// Takes in a file; the number of its rows.
    fn read(&mut self, input: Input, told: &mut Told) -> Result<u64, ForeignError>;

    /// Makes rows of all that was taken in.
    fn finish(self, told: &mut Told) -> (Vec<Observation>, Vec<(String, Source)>);
}

/// Reads `files`, each of the kind that it shows to be or of the kind `asked`, and makes rows of them;
/// fails on the first file that cannot be read. Files of one kind are read as one: what two of them
/// hold is counted once.
pub fn convert(files: &[PathBuf], asked: Option<Kind>) -> Result<Converted, ForeignError> {
    let mut converted = Converted::default();
    let told = &mut converted.told;
    let mut record = record::Records::default();
    let mut comtrade = comtrade::Trade::default();
    let mut acled = acled::Events::default();
    let mut usgs = usgs::Summaries::default();
    for path in files {
        let input = Input::open(path)?;
        let (kind, why) = detect::kind(&input, asked)?;
        let rows = match kind {
            Kind::Record => record.read(input, told),
            Kind::Comtrade => comtrade.read(input, told),
            Kind::Acled => acled.read(input, told),
            Kind::Usgs => usgs.read(input, told),
        }?;
        converted.files.push(FileRead { path: path.clone(), kind, why, rows });
    }
    let made = [record.finish(told), comtrade.finish(told), acled.finish(told), usgs.finish(told)];
    for (rows, sources) in made {
        converted.rows.extend(rows);
        converted.sources.extend(sources);
    }
    Ok(converted)
}

/// Fails if `out` is one of `files`, which would then be lost.
pub fn apart(out: &Path, files: &[PathBuf]) -> Result<(), ForeignError> {
    let whole = |path: &Path| fs::canonicalize(path).ok();
    let there = whole(out);
    if there.is_some() && files.iter().any(|file| whole(file) == there) {
        return Err(ForeignError::SameFile { path: out.to_owned() });
    }
    Ok(())
}

/// Writes rows to the file `path`, which appears whole or not at all.
pub fn save(rows: &[Observation], path: &Path) -> Result<(), ForeignError> {
    let failed = |source| ForeignError::Write { path: path.to_owned(), source };
    let mut bytes = Vec::new();
    write(rows, &mut bytes).map_err(|e| failed(OutputError::io(path, "write", e)))?;
    write_file(path, &bytes).map_err(failed)
}

/// Writes rows as a table of observations.
pub fn write(rows: &[Observation], out: &mut dyn Write) -> io::Result<()> {
    row::write(rows, out)
}

/// Remarks on how a table ended, if that is a reason to look again.
fn remark_on_end(sheet: &sheet::Sheet, path: &Path, told: &mut Told) {
    if !sheet.ended() {
        told.remark(format!(
            "the last line of {} has no end; if the file was cut there, its last figure may be cut too",
            path.display()
        ));
    }
}
