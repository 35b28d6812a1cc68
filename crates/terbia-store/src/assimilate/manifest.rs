//! How did what figures say come about? The types of its `manifest.json`.

use super::{Left, Nowcast, Weighed};
use crate::observations::Note;
use crate::output::{self, CorridorRef, Counts, FileEntry};
use crate::spec::Observation;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use terbia_lab::filter::Renewed;

/// Version of the layout of the folder.
const FORMAT: u32 = 1;

/// What was taken in by what; hashes of the files.
///
/// It holds no time, no number of threads and nothing of the order of rows: the same figures write the
/// same bytes.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NowcastManifest {
    /// Version of the layout of the folder.
    pub format: u32,
    /// The command that repeats it into a folder DIR.
    pub command: String,
    /// Version of terbia.
    pub terbia: String,
    /// The corridor, with one hash of all its files.
    pub corridor: CorridorRef,
    /// Scenario.
    pub scenario: String,
    /// Last month that the record drove, `YYYY-MM`.
    pub origin: String,
    /// Last month with a figure, `YYYY-MM`.
    pub until: String,
    /// Months behind of which beliefs were revised.
    pub lag: usize,
    /// Seed.
    pub seed: u64,
    /// Number of runs.
    pub members: u32,
    /// How they ended by themselves; those that diverged weigh nothing.
    pub runs: Counts,
    /// SHA-256 of the posterior that values and drifts come from; none for the prior.
    pub posterior_sha256: Option<String>,
    /// Numbers held at a value, by path.
    pub sets: BTreeMap<String, f64>,
    /// SHA-256 of the figures, row by row in the order of their dates, whatever the file's.
    pub figures_sha256: String,
    /// Rows of figures.
    pub figures: usize,
    /// Figures that were left out, in order of id.
    pub left: Vec<Left>,
    /// What is odd about the figures.
    pub notes: Vec<Note>,
    /// Effective numbers of runs, month by month.
    pub months: Vec<MonthRef>,
    /// Effective number of runs in the end.
    pub effective: f64,
    /// Effective number of runs that are not kin.
    pub lines: f64,
    /// Log density of all figures that were taken in.
    pub log_likelihood: f64,
    /// The other files of the folder, by name.
    pub files: Vec<FileEntry>,
    /// Hash of the lines `SHA256  NAME` of those files: what `sha256sum` prints of them.
    pub sha256: String,
}

/// A month after its figures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MonthRef {
    /// The month, `YYYY-MM`.
    pub month: String,
    /// Figures that were taken in.
    pub figures: usize,
    /// Effective number of runs.
    pub effective: f64,
    /// How runs were renewed afterwards, if few of them were left.
    pub renewed: Option<RenewedRef>,
}

/// How runs were renewed.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct RenewedRef {
    /// Steps in which the month's figures were let in.
    pub stages: usize,
    /// Share of moves that were taken, 0..1.
    pub moves_taken: f64,
    /// Effective number of runs afterwards.
    pub effective: f64,
    /// Effective number of runs that are not kin.
    pub lines: f64,
}

impl From<Renewed> for RenewedRef {
    fn from(r: Renewed) -> Self {
        Self { stages: r.stages, moves_taken: r.taken, effective: r.effective, lines: r.lines }
    }
}

impl From<&Weighed> for MonthRef {
    fn from(m: &Weighed) -> Self {
        Self {
            month: m.month.to_string(),
            figures: m.figures,
            effective: m.effective,
            renewed: m.renewed.map(RenewedRef::from),
        }
    }
}

impl NowcastManifest {
    /// The manifest of `nowcast`, of which no file is written yet.
    pub(super) fn new(nowcast: &Nowcast, command: String) -> Self {
        let print = &nowcast.fingerprint;
        Self {
            format: FORMAT,
            command,
            terbia: print.terbia.clone(),
            corridor: print.corridor.clone(),
            scenario: print.scenario.clone(),
            origin: nowcast.origin.to_string(),
            until: nowcast.last.to_string(),
            lag: nowcast.ask.lag,
            seed: print.seed,
            members: print.members,
            runs: nowcast.runs,
            posterior_sha256: print.posterior_sha256.clone(),
            sets: print.sets.clone(),
            figures_sha256: digest(&nowcast.ask.figures.rows),
            figures: nowcast.ask.figures.rows.len(),
            left: nowcast.left.clone(),
            notes: nowcast.notes().cloned().collect(),
            months: nowcast.months.iter().map(MonthRef::from).collect(),
            effective: nowcast.effective,
            lines: nowcast.lines,
            log_likelihood: nowcast.log_likelihood,
            files: Vec::new(),
            sha256: String::new(),
        }
    }

    /// The same with the files that were written.
    pub(super) fn with(mut self, files: Vec<FileEntry>) -> Self {
        self.sha256 = output::sum(&files);
        self.files = files;
        self
    }
}

/// One hash of all that rows of figures say.
fn digest(rows: &[Observation]) -> String {
    let mut text = String::new();
    for o in rows {
        let number = |x: Option<f64>| x.map_or_else(String::new, |x| x.to_string());
        let words = [o.id.get(), &o.quantity, &o.entity, &o.subject, &o.from, &o.to, &o.unit];
        let lists = [o.source.join(" "), o.evidence.join(" "), o.basis.name().to_owned()];
        let numbers = [o.value, o.low, o.high].map(number);
        let cells = words.into_iter().chain(&numbers).chain(&lists).chain([&o.method, &o.note]);
        for cell in cells {
            // Its length tells a cell from its neighbours. Writing to a string cannot fail.
            let _ = write!(text, "{}:{cell}", cell.len());
        }
    }
    format!("{:x}", Sha256::digest(text))
}
