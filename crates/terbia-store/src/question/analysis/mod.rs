//! What do the futures of a study say beyond the differences? All analyses, in one value.
//!
//! [`analyse`] reads the results that there are; [`Sensitivity`] and [`Pathway`] take runs of their own,
//! which [`answered`] makes if the study asks for them. What cannot be said stands as
//! [`Part::NotPossible`] with its reason. Kept as `analysis.json` beside the results; the same results give
//! the same bytes, on however many threads.

pub mod discovery;
mod figure;
pub mod pathway;
pub mod plane;
pub mod robust;
pub mod sensitivity;
pub mod survival;
pub mod value;
mod words;

pub use figure::Interval;
pub(in crate::question) use figure::some;
pub use pathway::Pathway;
pub use sensitivity::Sensitivity;
pub(in crate::question) use survival::longer;
pub use words::Sentence;

use super::error::QuestionError;
use super::manifest::{StudyFingerprint, StudyOutcomeRef};
use super::results::{Results, ScenarioResults};
use super::{Planned, Watch};
use crate::output::{self, OutputError};
use crate::spec::Study;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::atomic::AtomicBool;

/// Name of the file.
pub const ANALYSIS: &str = "analysis.json";
/// Version of its layout.
const FORMAT: u32 = 2;

/// Something found, or why it cannot be had.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part<T> {
    /// What was found.
    Found(T),
    /// Why not.
    NotPossible(String),
}

impl<T> Part<T> {
    /// What was found, if anything was.
    pub fn found(&self) -> Option<&T> {
        match self {
            Self::Found(found) => Some(found),
            Self::NotPossible(_) => None,
        }
    }
}

/// All analyses of a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analysis {
    /// Version of the layout.
    pub format: u32,
    /// The results that it is of.
    pub of: StudyFingerprint,
    /// Members in them.
    pub members: u32,
    /// The answers in words, in the order in which they are best read.
    pub words: Vec<Sentence>,
    /// Scenario by scenario.
    pub scenarios: Vec<Under>,
    /// What decides; nothing if the study does not ask, or it was left out.
    pub sensitivity: Option<Part<Sensitivity>>,
    /// Which sign should change the policy; nothing if the study does not ask, or it was left out.
    pub pathway: Option<Part<Pathway>>,
}

/// All analyses under one scenario.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Under {
    /// Name of the scenario.
    pub scenario: String,
    /// What it is.
    pub label: String,
    /// Regret and rules of decision, outcome by outcome.
    pub robust: Vec<robust::ByOutcome>,
    /// All thresholds at once; nothing if the study has none.
    pub domain: Option<Part<robust::Choice>>,
    /// Regions that the study looks for.
    pub discovery: Vec<discovery::Discovery>,
    /// What knowledge is worth; nothing if the study does not ask.
    pub value: Option<Part<value::Value>>,
    /// The plane; nothing if the study does not ask.
    pub plane: Option<plane::Plane>,
    /// How long things last that the study asks of.
    pub survival: Vec<survival::Survived>,
}

/// What the analyses read.
struct UnderRef<'a> {
    scenario: &'a ScenarioResults,
    outcomes: &'a [StudyOutcomeRef],
    policies: Vec<String>,
    runs: &'a [u32],
    seed: u64,
}

/// The study of a folder of results, as its manifest keeps it.
fn study_of(dir: &Path, text: &str) -> Result<Study, QuestionError> {
    let fail = |e: toml::de::Error| QuestionError::Text {
        dir: dir.to_owned(),
        what: e.message().to_owned(),
    };
    toml::from_str(text).map_err(fail)
}

/// What takes runs of its own.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Looked {
    /// What decides.
    pub sensitivity: Option<Part<Sensitivity>>,
    /// Which sign should change the policy.
    pub pathway: Option<Part<Pathway>>,
}

/// Analyses the results of a study, inputs included. What takes runs of its own is handed in.
pub fn analyse(results: &Results, looked: Looked) -> Result<Analysis, QuestionError> {
    let manifest = &results.manifest;
    let study = study_of(&results.dir, &manifest.study.text)?;
    let of = |scenario: &ScenarioResults| {
        let under = UnderRef {
            scenario,
            outcomes: results.outcomes(),
            policies: scenario.policies.iter().map(|p| p.about.id.clone()).collect(),
            runs: &results.runs,
            seed: manifest.fingerprint.seed,
        };
        // The search for boxes takes about as long as all else together.
        std::thread::scope(|threads| {
            let boxes = threads.spawn(|| discovery::all(&study, &under));
            let robust = robust::by_outcome(&study, &under);
            let domain = robust::domain(&under);
            let value = study.value.as_ref().map(|asked| value::value(&study, asked, &under));
            let lasting = study.survivals.first();
            let plane = study.plane.as_ref().and_then(|asked| plane::plane(asked, lasting, &under));
            let survival = study.survivals.iter().map(|s| survival::survival(s, &under)).collect();
            Under {
                scenario: scenario.name.clone(),
                label: scenario.label.clone(),
                robust,
                domain,
                discovery: boxes.join().unwrap_or_else(|p| std::panic::resume_unwind(p)),
                value,
                plane,
                survival,
            }
        })
    };
    let mut analysis = Analysis {
        format: FORMAT,
        of: manifest.fingerprint.clone(),
        members: manifest.members,
        words: Vec::new(),
        scenarios: results.scenarios.iter().map(of).collect(),
        sensitivity: looked.sensitivity,
        pathway: looked.pathway,
    };
    analysis.words = words::of(&analysis, &manifest.contents);
    Ok(analysis)
}

/// The analysis of `results`, inputs included: what is kept beside them if it is of them, else made anew,
/// without what takes runs of its own.
pub(super) fn kept(results: &Results) -> Result<Analysis, QuestionError> {
    let manifest = &results.manifest;
    let same = |a: &Analysis| a.of == manifest.fingerprint && a.members == manifest.members;
    let kept = Analysis::read(&results.dir)?.filter(same);
    kept.map_or_else(|| analyse(results, Looked::default()), Ok)
}

/// The analysis of the results in `dir`: what is kept there if it is of them, else made and kept. What
/// takes runs of its own is looked for if the study asks and `look` is on; without it what is kept still
/// counts.
pub fn answered(
    planned: &Planned,
    dir: &Path,
    look: bool,
    stop: &AtomicBool,
    watch: &Watch<'_>,
) -> Result<Analysis, QuestionError> {
    let study = study_of(dir, &planned.manifest.study.text)?;
    let (asked, path) = (study.sensitivity.as_ref(), study.pathway.as_ref());
    let kept = Analysis::read(dir)?;
    let results = Results::open(dir)?;
    let manifest = &results.manifest;
    let same = |a: &Analysis| a.of == manifest.fingerprint && a.members == manifest.members;
    let kept = kept.filter(same);
    if let Some(kept) = kept
        && (!look
            || (kept.sensitivity.is_some() || asked.is_none())
                && (kept.pathway.is_some() || path.is_none()))
    {
        return Ok(kept);
    }
    let decides = |asked| sensitivity::sensitivity(planned, asked, stop, watch);
    let sign = |asked| pathway::pathway(planned, asked, stop, watch);
    let looked = Looked {
        sensitivity: asked.filter(|_| look).map(decides).transpose()?,
        pathway: path.filter(|_| look).map(sign).transpose()?,
    };
    let analysis = analyse(&results, looked)?;
    analysis.write(dir)?;
    Ok(analysis)
}

impl Analysis {
    /// Reads what is kept in `dir`; nothing if there is none, or one of another layout.
    pub fn read(dir: &Path) -> Result<Option<Self>, OutputError> {
        let path = dir.join(ANALYSIS);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(OutputError::io(&path, "read", e)),
        };
        // One that another version wrote is made anew.
        let read: Option<Self> = serde_json::from_str(&text).ok();
        Ok(read.filter(|a| a.format == FORMAT))
    }

    /// Keeps it in `dir`, whole or not at all.
    pub fn write(&self, dir: &Path) -> Result<(), OutputError> {
        let path = dir.join(ANALYSIS);
        output::write_file(&path, output::json(&path, self)?.as_bytes())?;
        output::sync_dir(dir)
    }
}
