//! How was a forecast made, and is it still as it was? The types of its `manifest.json`.

use super::{Chance, Forecast, ForecastError, Series};
use crate::load::Given;
use crate::output::{self, CorridorRef, Counts, FileEntry, MANIFEST, OutputError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// Version of the layout of a forecast's folder.
const FORMAT: u32 = 1;

/// What was forecast, by what and from what; hashes of the files.
///
/// It holds no time and no number of threads: the same command writes the same bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ForecastManifest {
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
    /// Last month of the record when it was made, `YYYY-MM`: one after the origin makes it a hindcast.
    pub record_until: Option<String>,
    /// Months forecast.
    pub horizon: u32,
    /// Last month forecast, `YYYY-MM`.
    pub until: String,
    /// Seed.
    pub seed: u64,
    /// Number of runs.
    pub members: u32,
    /// How they ended; those that diverged are left out of everything.
    pub runs: Counts,
    /// Numbers held at a value, by path.
    pub sets: BTreeMap<String, f64>,
    /// SHA-256 of the particles that the values of the numbers come from; absent for the prior.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub posterior_sha256: Option<String>,
    /// What was given to change after the origin, rather than left to the model.
    pub given: Vec<Given>,
    /// Outcomes, in order.
    pub outcomes: Vec<OutcomeRef>,
    /// Events, in order.
    pub events: Vec<EventRef>,
    /// The other files of the folder, by name.
    pub files: Vec<FileEntry>,
    /// Hash of the lines `SHA256  NAME` of those files: what `sha256sum` prints of them.
    pub sha256: String,
}

/// An outcome of a forecast.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutcomeRef {
    /// Its name.
    pub outcome: String,
    /// What it is, in a few words.
    pub label: String,
    /// Unit.
    pub unit: String,
    /// How several months are summed up: "sum", "mean" or "last".
    pub statistic: String,
    /// Meaning.
    pub description: String,
}

/// An event of a forecast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRef {
    /// Short name.
    pub event: String,
    /// What happens, in a few words.
    pub label: String,
    /// Name of the outcome that shows it.
    pub outcome: String,
    /// How it shows.
    pub when: String,
    /// Share of the runs in which the outcome was on that side at the origin, 0..1.
    pub at_origin: f64,
}

impl From<&Series> for OutcomeRef {
    fn from(series: &Series) -> Self {
        Self {
            outcome: series.outcome.clone(),
            label: series.label.clone(),
            unit: series.unit.clone(),
            statistic: series.scalar.name().to_owned(),
            description: series.doc.clone(),
        }
    }
}

impl From<&Chance> for EventRef {
    fn from(chance: &Chance) -> Self {
        Self {
            event: chance.id.clone(),
            label: chance.label.clone(),
            outcome: chance.outcome.clone(),
            when: chance.when.clone(),
            at_origin: chance.at_origin,
        }
    }
}

impl ForecastManifest {
    /// The manifest of `forecast`, of which no file is written yet.
    pub(super) fn new(forecast: &Forecast, command: String) -> Self {
        let print = &forecast.run.fingerprint;
        Self {
            format: FORMAT,
            command,
            terbia: print.terbia.clone(),
            corridor: print.corridor.clone(),
            scenario: print.scenario.clone(),
            origin: forecast.ask.origin.to_string(),
            record_until: forecast.record.map(|month| month.to_string()),
            horizon: forecast.ask.horizon,
            until: print.until.clone(),
            seed: print.seed,
            members: print.members,
            runs: forecast.run.runs,
            sets: print.sets.clone(),
            posterior_sha256: print.posterior_sha256.clone(),
            given: forecast.given.clone(),
            outcomes: forecast.outcomes.iter().map(OutcomeRef::from).collect(),
            events: forecast.events.iter().map(EventRef::from).collect(),
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

    /// Reads the manifest of the forecast in `dir`.
    pub fn read(dir: &Path) -> Result<Self, ForecastError> {
        let path = dir.join(MANIFEST);
        let text = std::fs::read_to_string(&path).map_err(|e| OutputError::io(&path, "read", e))?;
        let manifest: Self = serde_json::from_str(&text)
            .map_err(|e| OutputError::Manifest { path: path.clone(), what: e.to_string() })?;
        if manifest.format != FORMAT {
            let what = format!("its format is {}, this one reads {FORMAT}", manifest.format);
            return Err(OutputError::Manifest { path, what }.into());
        }
        Ok(manifest)
    }

    /// Checks that the files in `dir` are those that were written.
    pub fn verify(&self, dir: &Path) -> Result<(), ForecastError> {
        let fail = |what| Err(ForecastError::Changed { dir: dir.to_owned(), what });
        for file in &self.files {
            let (bytes, sha256) = output::digest_file(&dir.join(&file.name))?;
            if (bytes, &sha256) != (file.bytes, &file.sha256) {
                return fail(format!(
                    "the SHA-256 of {} is {sha256}, not {}",
                    file.name, file.sha256
                ));
            }
        }
        let sha256 = output::sum(&self.files);
        if sha256 != self.sha256 {
            return fail(format!("the SHA-256 of all is {sha256}, not {}", self.sha256));
        }
        Ok(())
    }
}
