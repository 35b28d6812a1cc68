//! What was asked, of what, and how did it end? The types of a study's `manifest.json`.

use super::sketch::Sketch;
use crate::output::{self, Column, CorridorRef, Counts, FileEntry, OutputError, Status};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Version of the layout of a study's folder.
const FORMAT: u32 = 1;
/// Runs that diverged that are listed one by one.
pub(super) const MOST_FAILURES: usize = 20;

/// All that decides the bits of the results; parts of one study have equal fingerprints.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyFingerprint {
    /// Version of terbia.
    pub terbia: String,
    /// Corridor, with the hash of all its files but studies.
    pub corridor: CorridorRef,
    /// Hash of its files of evidence alone.
    pub evidence_sha256: String,
    /// Name of the study.
    pub study: String,
    /// Hash of its text.
    pub study_sha256: String,
    /// Seed of the design and of all draws.
    pub seed: u64,
    /// How values are spread over the members: "sobol" or "lhs".
    pub design: String,
    /// Members asked for.
    pub members: u32,
    /// Most members, if they are added until a difference is known closely enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_members: Option<u32>,
    /// SHA-256 of the posterior that values come from; absent for the prior.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posterior_sha256: Option<String>,
    /// Whether months are kept, as fans.
    pub series: bool,
    /// Members of a chunk.
    pub chunk_members: u32,
    /// Hash of names, units and meanings of all columns.
    pub columns_sha256: String,
}

/// A scenario of the study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScenarioRef {
    /// Name of its file.
    pub name: String,
    /// What it is, in a few words.
    pub label: String,
}

/// A policy of the study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRef {
    /// Short name.
    pub id: String,
    /// What it is, in a few words.
    pub label: String,
    /// Levers turned, by path.
    pub set: BTreeMap<String, f64>,
}

/// An outcome of the study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyOutcomeRef {
    /// Its column in `results.parquet`.
    pub id: String,
    /// What it is, in a few words.
    pub label: String,
    /// Whom it falls on, if the study says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub who: Option<String>,
    /// Where, if the study says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Unit.
    pub unit: String,
    /// Whether less is better; if not, more is.
    pub lower_is_better: bool,
    /// The value from which on it is good enough, itself included.
    pub threshold: Option<f64>,
    /// Outcome of the model that is measured.
    pub outcome: String,
    /// Meaning of that outcome.
    pub description: String,
    /// What is taken of its months.
    pub statistic: String,
    /// First month, `YYYY-MM`.
    pub from: String,
    /// Last month, `YYYY-MM`.
    pub until: String,
}

/// An input of the study: a number that differs from run to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InputRef {
    /// Its column in `inputs.parquet`: its path, but for a number that differs between scenarios.
    pub column: String,
    /// Its path.
    pub path: String,
    /// Unit.
    pub unit: String,
    /// Meaning.
    pub description: String,
    /// Best value.
    pub value: f64,
    /// Lower end of its range in the study.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Belief over the range, by its name in a corridor's files.
    pub prior: String,
    /// How well it is known, A to D.
    pub grade: char,
    /// Whether its values come from a posterior instead.
    pub believed: bool,
    /// Scenarios in which it varies.
    pub scenarios: Vec<String>,
    /// Keys of sources, observations, facts, events or assumptions that it rests on.
    #[serde(default)]
    pub source: Vec<String>,
}

/// What the columns of the files are.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contents {
    /// First month of a run, `YYYY-MM`.
    pub start: String,
    /// First month of evaluation.
    pub from: String,
    /// Last month of evaluation and of a run.
    pub until: String,
    /// Scenarios.
    pub scenarios: Vec<ScenarioRef>,
    /// Policies; the first is the reference.
    pub policies: Vec<PolicyRef>,
    /// Outcomes.
    pub outcomes: Vec<StudyOutcomeRef>,
    /// Inputs.
    pub inputs: Vec<InputRef>,
    /// Outcomes of the model of which months are kept, if any are.
    pub months_of: Vec<Column>,
    /// How the corridor hangs together.
    #[serde(default)]
    pub sketch: Sketch,
}

impl Contents {
    /// Number of scenarios times policies.
    pub fn cases(&self) -> usize {
        self.scenarios.len() * self.policies.len()
    }
}

/// What was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyText {
    /// The question.
    pub question: String,
    /// Larger questions that it helps to answer.
    pub asks: Vec<String>,
    /// The whole file.
    pub text: String,
}

/// A part of a study, in members.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShardRef {
    /// Which part, from 1.
    pub part: u32,
    /// How many parts.
    pub of: u32,
    /// Its first run.
    pub first_run: u32,
}

impl ShardRef {
    /// As it is typed.
    pub fn text(&self) -> String {
        format!("{}/{}", self.part, self.of)
    }
}

/// How closely the difference is known that decides on the number of members.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closeness {
    /// Id of the outcome.
    pub outcome: String,
    /// Half-width of the 90 % interval that was wanted.
    pub wanted: f64,
    /// The widest that is left, over scenarios and policies; nothing with one member.
    pub reached: Option<f64>,
}

/// A run that was given up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// Number of the run.
    pub run: u32,
    /// Scenario.
    pub scenario: String,
    /// Policy.
    pub policy: String,
    /// Month, `YYYY-MM`.
    pub month: String,
    /// What diverged.
    pub what: String,
}

/// What was asked and how it ended: enough to repeat it, or to refuse to go on with another study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StudyManifest {
    /// Version of the layout of the folder.
    pub format: u32,
    /// How far the study has come.
    pub status: Status,
    /// How its runs ended, diverged ones first; each scenario and policy counts.
    pub runs: Counts,
    /// The first runs that diverged.
    pub failures: Vec<Failure>,
    /// Members in the files.
    pub members: u32,
    /// How closely the difference is known that decides on the members, if one does.
    pub closeness: Option<Closeness>,
    /// Which part it is; nothing if it is the whole.
    pub shard: Option<ShardRef>,
    /// The exact command that repeats it.
    pub command: String,
    /// All that decides the results.
    pub fingerprint: StudyFingerprint,
    /// What was asked.
    pub study: StudyText,
    /// What the columns of the files are.
    pub contents: Contents,
    /// Threads of the last session.
    pub jobs: usize,
    /// Seconds spent, over all sessions.
    pub wall_s: f64,
    /// When the first session began, UTC.
    pub started_utc: String,
    /// When the last session completed it, UTC.
    pub finished_utc: Option<String>,
    /// The results.
    pub files: Vec<FileEntry>,
}

impl StudyManifest {
    /// The manifest of a study that starts now.
    pub(super) fn new(
        fingerprint: StudyFingerprint,
        study: StudyText,
        contents: Contents,
        shard: Option<ShardRef>,
        (jobs, command): (usize, String),
    ) -> Self {
        Self {
            format: FORMAT,
            status: Status::Running,
            runs: Counts::default(),
            failures: Vec::new(),
            members: 0,
            closeness: None,
            shard,
            command,
            fingerprint,
            study,
            contents,
            jobs,
            wall_s: 0.0,
            started_utc: output::now_utc(),
            finished_utc: None,
            files: Vec::new(),
        }
    }

    /// Reads the manifest in `dir`; nothing if there is none.
    pub fn read(dir: &Path) -> Result<Option<Self>, OutputError> {
        output::read_manifest(dir, FORMAT)
    }

    /// Writes it to `dir`, atomically.
    pub(super) fn write(&self, dir: &Path) -> Result<(), OutputError> {
        output::write_manifest(dir, self)
    }

    /// Checks that the files in `dir` are those that it describes.
    pub fn verify(&self, dir: &Path) -> Result<(), OutputError> {
        output::verify_files(dir, &self.files)
    }

    /// The manifest with its end: the time spent since `began`, and the files.
    pub(super) fn complete(&mut self, files: Vec<FileEntry>) {
        self.files = files;
        self.finished_utc = Some(output::now_utc());
        self.status = Status::Complete;
    }
}
