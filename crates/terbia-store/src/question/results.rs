//! What did the runs of a study say? Columns by run, for analyses that know nothing of files.

use super::error::QuestionError;
use super::manifest::{InputRef, PolicyRef, StudyManifest, StudyOutcomeRef};
use super::write::{INPUTS, RESULTS};
use crate::output::{Data, Frame, MANIFEST, OutputError, RESULT_KEYS, RUNS, Status};
use crate::spec::Study;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The results of a study.
#[derive(Clone, Debug)]
pub struct Results {
    /// Where they stand.
    pub dir: PathBuf,
    /// What was asked, and how it ended.
    pub manifest: StudyManifest,
    /// Numbers of the runs, parallel to all columns: from 0, or from the first one of a part.
    pub runs: Vec<u32>,
    /// The scenarios, in the order of the study.
    pub scenarios: Vec<ScenarioResults>,
}

/// The results under one scenario.
#[derive(Clone, Debug)]
pub struct ScenarioResults {
    /// Name of the scenario.
    pub name: String,
    /// What it is, in a few words.
    pub label: String,
    /// What varies under it; empty if only outcomes were read.
    pub inputs: Vec<Arc<InputColumn>>,
    /// The policies, the reference first.
    pub policies: Vec<PolicyResults>,
}

/// An input: one value a run.
#[derive(Clone, Debug, PartialEq)]
pub struct InputColumn {
    /// Path, unit, range, prior and grade.
    pub about: InputRef,
    /// Its values.
    pub values: Vec<f64>,
}

/// The results of a policy.
#[derive(Clone, Debug)]
pub struct PolicyResults {
    /// Which policy.
    pub about: PolicyRef,
    /// For each outcome of the study one value a run; NaN where the run diverged.
    pub outcomes: Vec<Vec<f64>>,
}

impl Results {
    /// Reads the results of the study kept in `dir`, outcomes and inputs.
    pub fn open(dir: &Path) -> Result<Self, QuestionError> {
        let mut results = Self::open_outcomes(dir)?;
        let about = &results.manifest.contents.inputs;
        let mut columns = vec![Vec::with_capacity(results.runs.len()); about.len()];
        let path = dir.join(INPUTS);
        Frame::each(&path, |frame| {
            for (data, column) in frame.columns.iter().skip(1).zip(&mut columns) {
                column.extend_from_slice(doubles(data, &path)?);
            }
            Ok(())
        })?;
        expect(&path, columns.iter().all(|c| c.len() == results.runs.len()))?;
        let column = |(about, values): (&InputRef, Vec<f64>)| {
            Arc::new(InputColumn { about: about.clone(), values })
        };
        let all: Vec<Arc<InputColumn>> = about.iter().zip(columns).map(column).collect();
        for scenario in &mut results.scenarios {
            let varies = |i: &&Arc<InputColumn>| i.about.scenarios.contains(&scenario.name);
            scenario.inputs = all.iter().filter(varies).cloned().collect();
        }
        Ok(results)
    }

    /// The same without the inputs, which are the larger part.
    pub fn open_outcomes(dir: &Path) -> Result<Self, QuestionError> {
        if dir.join(RUNS).exists() && !dir.join(RESULTS).exists() {
            return Err(QuestionError::IsRun { dir: dir.to_owned() });
        }
        let manifest = StudyManifest::read(dir)?;
        let manifest = manifest.ok_or_else(|| QuestionError::NoResults { dir: dir.to_owned() })?;
        if manifest.status != Status::Complete {
            return Err(QuestionError::Unfinished { dir: dir.to_owned() });
        }
        let (cases, outcomes) = (manifest.contents.cases(), manifest.contents.outcomes.len());
        let members = manifest.members as usize;
        let mut runs = Vec::with_capacity(members);
        let mut values = vec![vec![Vec::with_capacity(members); outcomes]; cases];
        let path = dir.join(RESULTS);
        let mut row = 0;
        Frame::each(&path, |frame| {
            // A row group may end anywhere; which case a row is follows from its place.
            let case = |n: usize| (row + n) % cases.max(1);
            if let Some(Data::Whole(numbers)) = frame.columns.first() {
                let first = numbers.iter().enumerate().filter(|(n, _)| case(*n) == 0);
                runs.extend(first.map(|(_, run)| run.cast_unsigned()));
            }
            for (outcome, data) in frame.columns.iter().skip(RESULT_KEYS.len()).enumerate() {
                for (n, value) in doubles(data, &path)?.iter().enumerate() {
                    if let Some(column) = values.get_mut(case(n)).and_then(|c| c.get_mut(outcome)) {
                        column.push(*value);
                    }
                }
            }
            row += frame.rows();
            Ok(())
        })?;
        let whole = |column: &Vec<f64>| column.len() == members;
        expect(&path, runs.len() == members && values.iter().flatten().all(whole))?;
        let scenarios = scenarios(&manifest, values);
        Ok(Self { dir: dir.to_owned(), manifest, runs, scenarios })
    }

    /// What was asked, with the analyses that the study names.
    pub fn study(&self) -> Result<Study, QuestionError> {
        let broken = |e: toml::de::Error| OutputError::Manifest {
            path: self.dir.join(MANIFEST),
            what: format!("the text of the study cannot be read: {}", e.message()),
        };
        Ok(toml::from_str(&self.manifest.study.text).map_err(broken)?)
    }

    /// The outcomes, in the order of the columns of each policy, with unit, direction, threshold.
    pub fn outcomes(&self) -> &[StudyOutcomeRef] {
        &self.manifest.contents.outcomes
    }

    /// The place of the outcome of this id.
    pub fn outcome(&self, id: &str) -> Option<usize> {
        self.outcomes().iter().position(|o| o.id == id)
    }

    /// The results under the scenario of this name.
    pub fn scenario(&self, name: &str) -> Option<&ScenarioResults> {
        self.scenarios.iter().find(|s| s.name == name)
    }
}

impl ScenarioResults {
    /// The results of the policy of this id.
    pub fn policy(&self, id: &str) -> Option<&PolicyResults> {
        self.policies.iter().find(|p| p.about.id == id)
    }

    /// The values of an outcome, by its place, under every policy, the reference first.
    pub fn of_outcome(&self, place: usize) -> Vec<&[f64]> {
        let columns = self.policies.iter().filter_map(|p| p.outcomes.get(place));
        columns.map(Vec::as_slice).collect()
    }
}

fn scenarios(manifest: &StudyManifest, values: Vec<Vec<Vec<f64>>>) -> Vec<ScenarioResults> {
    let mut values = values.into_iter();
    let mut scenarios = Vec::with_capacity(manifest.contents.scenarios.len());
    for scenario in &manifest.contents.scenarios {
        let policy = |about: &PolicyRef| PolicyResults {
            about: about.clone(),
            outcomes: values.next().unwrap_or_default(),
        };
        scenarios.push(ScenarioResults {
            name: scenario.name.clone(),
            label: scenario.label.clone(),
            inputs: Vec::new(),
            policies: manifest.contents.policies.iter().map(policy).collect(),
        });
    }
    scenarios
}

fn doubles<'a>(data: &'a Data, path: &Path) -> Result<&'a [f64], OutputError> {
    match data {
        Data::Double(values) => Ok(values),
        _ => Err(misfit(path)),
    }
}

fn expect(path: &Path, holds: bool) -> Result<(), OutputError> {
    if holds { Ok(()) } else { Err(misfit(path)) }
}

fn misfit(path: &Path) -> OutputError {
    let what = "it does not have the rows and columns that the manifest promises".to_owned();
    OutputError::Parquet { path: path.to_owned(), doing: "read", what }
}
