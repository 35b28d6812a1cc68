//! Where does a calibration stand? Its folder, stage by stage, so that one that was stopped goes on.

use super::{CalibrateError, Calibration};
use crate::output::{Column, Doubles, OutputError, json, write_file};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use terbia_lab::calibrate::smc::Population;
use terbia_lab::calibrate::{Address, Sample};

/// Where stages are kept.
const STAGES: &str = "stages";

/// The folder of a calibration.
pub(super) struct Store {
    pub(super) dir: PathBuf,
}

/// What a stage says beside its particles.
#[derive(Serialize, Deserialize)]
struct StageHead {
    stage: u32,
    tolerance: f64,
    runs: u64,
    acceptance: f64,
    last: bool,
}

/// Columns of a stage before its parameters and summaries.
const STAGE_COLUMNS: [&str; 4] = ["stage", "index", "weight", "distance"];

impl Store {
    /// Opens the folder of the calibration that `head` describes, making it if need be.
    pub(super) fn open(dir: &Path, head: &Calibration) -> Result<Self, CalibrateError> {
        let stages = dir.join(STAGES);
        std::fs::create_dir_all(&stages).map_err(|e| OutputError::io(&stages, "make", e))?;
        let path = stages.join("calibration.json");
        let text = json(&path, head)?;
        match std::fs::read_to_string(&path) {
            Ok(there) if there != text => {
                let there: Option<Calibration> = serde_json::from_str(&there).ok();
                let differs = |f: &dyn Fn(&Calibration) -> bool| there.as_ref().is_none_or(f);
                let what = if differs(&|c| c.corridor_sha256 != head.corridor_sha256) {
                    "the corridor"
                } else if differs(&|c| c.options != head.options) {
                    "what was asked for"
                } else {
                    "the version of terbia or the record"
                };
                Err(CalibrateError::Other { dir: dir.to_owned(), what })
            }
            Ok(_) => Ok(Self { dir: dir.to_owned() }),
            Err(_) => {
                write_file(&path, text.as_bytes())?;
                Ok(Self { dir: dir.to_owned() })
            }
        }
    }

    fn path(&self, stage: u32, ending: &str) -> PathBuf {
        self.dir.join(STAGES).join(format!("stage-{stage:02}.{ending}"))
    }

    /// Keeps a stage: particles first, so that what has a head is whole.
    pub(super) fn keep(&self, population: &Population) -> Result<(), OutputError> {
        let Population { samples, weights, distances, .. } = population;
        let size = samples.first().map_or(0, |s| s.parameters.len());
        let summaries = samples.first().map_or(0, |s| s.summaries.len());
        let names = STAGE_COLUMNS.iter().map(ToString::to_string);
        let names = names.chain((0..size).map(|k| format!("parameter.{k}")));
        let names = names.chain((0..summaries).map(|k| format!("summary.{k}")));
        let mut values: Vec<Vec<f64>> = vec![
            samples.iter().map(|s| f64::from(s.address.stage)).collect(),
            samples.iter().map(|s| f64::from(s.address.index)).collect(),
            weights.clone(),
            distances.clone(),
        ];
        values.extend((0..size).map(|k| samples.iter().map(|s| s.parameters[k]).collect()));
        values.extend((0..summaries).map(|k| samples.iter().map(|s| s.summaries[k]).collect()));
        let columns = names.map(|n| Column::new(n, "1", "")).collect();
        Doubles { columns, values }.write(&self.path(population.stage, "parquet"))?;
        let head = StageHead {
            stage: population.stage,
            tolerance: population.tolerance,
            runs: population.runs,
            acceptance: population.acceptance,
            last: population.last,
        };
        let path = self.path(population.stage, "json");
        write_file(&path, json(&path, &head)?.as_bytes())
    }

    fn head(&self, stage: u32) -> Option<StageHead> {
        let text = std::fs::read_to_string(self.path(stage, "json")).ok()?;
        serde_json::from_str(&text).ok()
    }

    /// The last stage that is kept, with so many parameters.
    pub(super) fn last(&self, parameters: usize) -> Result<Option<Population>, OutputError> {
        let Some(head) = (0..).map_while(|stage| self.head(stage)).last() else {
            return Ok(None);
        };
        let table = Doubles::read(&self.path(head.stage, "parquet"))?;
        let column = |place: usize| table.values.get(place).cloned().unwrap_or_default();
        let fixed = STAGE_COLUMNS.len();
        let row = |i: usize, from: usize, to: usize| -> Vec<f64> {
            table.values.iter().take(to).skip(from).map(|c| c[i]).collect()
        };
        let (stages, indices) = (column(0), column(1));
        let sample = |i: usize| Sample {
            address: Address { stage: stages[i] as u32, index: indices[i] as u32 },
            parameters: row(i, fixed, fixed + parameters),
            summaries: row(i, fixed + parameters, table.values.len()),
        };
        Ok(Some(Population {
            stage: head.stage,
            samples: (0..table.rows()).map(sample).collect(),
            weights: column(2),
            distances: column(3),
            tolerance: head.tolerance,
            runs: head.runs,
            acceptance: head.acceptance,
            last: head.last,
        }))
    }

    /// The stages so far, without their particles.
    pub(super) fn history(&self) -> Vec<Population> {
        let bare = |head: StageHead| Population {
            stage: head.stage,
            tolerance: head.tolerance,
            runs: head.runs,
            acceptance: head.acceptance,
            last: head.last,
            ..Population::default()
        };
        (0..).map_while(|stage| self.head(stage)).map(bare).collect()
    }
}
