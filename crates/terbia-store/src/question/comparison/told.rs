//! What does a comparison say? The types of `comparison.json` and of the manifest beside it.

use crate::load::Project;
use crate::output::{Counts, FileEntry};
use crate::question::StudyFingerprint;
use crate::spec::{self, ComparisonPart};
use serde::{Deserialize, Serialize};

/// Version of the layout of the folder.
pub(super) const FORMAT: u32 = 1;

/// All that decides the answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparisonFingerprint {
    /// Version of terbia.
    pub terbia: String,
    /// Name of the comparison.
    pub comparison: String,
    /// Hash of its text.
    pub comparison_sha256: String,
    /// Seed of the designs and of all draws.
    pub seed: u64,
    /// Futures of each corridor.
    pub members: u32,
    /// What is run of each corridor, with the hash of its files.
    pub corridors: Vec<StudyFingerprint>,
}

/// What was asked, and how it was answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ComparisonManifest {
    /// Version of the layout of the folder.
    pub format: u32,
    /// The exact command that repeats it.
    pub command: String,
    /// All that decides the answer.
    pub fingerprint: ComparisonFingerprint,
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

/// The table of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Version of the layout of the folder.
    pub format: u32,
    /// What was asked of what.
    pub of: ComparisonFingerprint,
    /// The question.
    pub question: String,
    /// What to bear in mind.
    pub doc: Option<String>,
    /// The corridors, in the order of their columns.
    pub corridors: Vec<ToldCorridor>,
    /// The rows, in their order.
    pub rows: Vec<ToldRow>,
}

/// A corridor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToldCorridor {
    /// Short name in the comparison.
    pub id: String,
    /// What heads its column.
    pub label: String,
    /// Full name.
    pub name: String,
    /// Name of the scenario.
    pub scenario: String,
    /// First month that is measured, `YYYY-MM`.
    pub from: String,
    /// Last one.
    pub until: String,
    /// What these months are.
    pub doc: Option<String>,
    /// How its runs ended; none if nothing of it is simulated.
    pub runs: Counts,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToldRow {
    /// Short name.
    pub id: String,
    /// `differs` or `follows`.
    pub part: String,
    /// What it is, in a few words.
    pub label: String,
    /// Unit.
    pub unit: String,
    /// What it means.
    pub doc: String,
    /// One cell for each corridor.
    pub cells: Vec<ToldCell>,
}

/// How a cell came about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CellKind {
    /// Median of the futures, and the 80 % of them in the middle.
    Spread,
    /// Share of the futures, with the 90 % interval that their number leaves.
    Share,
    /// Share of spells that last (Kaplan-Meier), with its 90 % interval.
    Survival,
    /// A number of the corridor: best value, and 80 % of its prior. Not simulated.
    Number,
    /// A range that is stated. Not simulated.
    Stated,
    /// There is none.
    None,
}

impl CellKind {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Spread => "spread",
            Self::Share => "share",
            Self::Survival => "survival",
            Self::Number => "number",
            Self::Stated => "stated",
            Self::None => "none",
        }
    }

    /// Whether it was read off runs.
    pub fn simulated(self) -> bool {
        matches!(self, Self::Spread | Self::Share | Self::Survival)
    }
}

/// A figure of one corridor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToldCell {
    /// Short name of the corridor.
    pub corridor: String,
    /// How it came about.
    pub kind: CellKind,
    /// The figure; nothing where only a range is stated.
    pub value: Option<f64>,
    /// Lower end of its interval.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Futures, or spells, that it comes from.
    pub count: Option<usize>,
    /// How well it is known, A to D, if it is not simulated.
    pub grade: Option<char>,
    /// Keys of the corridor's evidence, if it is not simulated.
    pub source: Vec<String>,
    /// What must be known to read it, or why there is none.
    pub note: Option<String>,
}

/// What is told of a corridor.
pub(super) fn corridor(compared: &spec::Compared, project: &Project, runs: Counts) -> ToldCorridor {
    let own = || project.default_scenario().to_owned();
    ToldCorridor {
        id: compared.id.get().clone(),
        label: compared.label.get().clone(),
        name: project.corridor.name.clone(),
        scenario: compared.scenario.as_ref().map_or_else(own, |s| s.get().clone()),
        from: compared.from.get().clone(),
        until: compared.until.get().clone(),
        doc: compared.doc.clone(),
        runs,
    }
}

/// A row with its cells.
pub(super) fn row(row: &spec::ComparisonRow, cells: Vec<ToldCell>) -> ToldRow {
    let part = match row.part.get() {
        ComparisonPart::Differs => "differs",
        ComparisonPart::Follows => "follows",
    };
    ToldRow {
        id: row.id.get().clone(),
        part: part.to_owned(),
        label: row.label.get().clone(),
        unit: row.unit.get().clone(),
        doc: row.doc.get().clone(),
        cells,
    }
}
