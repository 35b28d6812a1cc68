//! What is run when a study is? Every policy under every scenario, over the same inputs.

use super::error::{MOST_RUNS, QuestionError};
use super::input::Inputs;
use super::manifest::{
    Contents, PolicyRef, ScenarioRef, ShardRef, StudyFingerprint, StudyManifest, StudyOutcomeRef,
    StudyText,
};
use super::policy::{Policy, policies_of, unit_of};
use super::sketch::sketch;
use super::switch;
use crate::load::{Compiled, Project, Sheet};
use crate::output::{Column, CorridorRef};
use crate::posterior::Posterior;
use crate::record;
use crate::spec::{Better, DesignKind, Study, StudyOutcome};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use terbia_lab::design::Design;
use terbia_lab::measure::{self, Measure};
use terbia_lab::paired::{Case, Feed, Input, Paired};
use terbia_model::kernel::time::Month;
use terbia_model::outcome;

/// Members of a chunk.
pub(super) const CHUNK_MEMBERS: u32 = 64;

/// What is left to the command line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Options {
    /// Number of members, in place of the study's own: as many and no more.
    pub members: Option<u32>,
    /// Seed, in place of the study's own.
    pub seed: Option<u64>,
    /// What the values of the numbers are taken from; their priors if absent.
    pub posterior: Option<Arc<Posterior>>,
    /// Threads; 0 means all cores.
    pub jobs: usize,
    /// Which part of the members, from 0, and of how many; all of them if absent.
    pub part: Option<(u32, u32)>,
    /// Whether the months of the outcomes are kept too, as quantiles for each policy.
    pub series: Months,
}

/// Whether months are kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Months {
    /// They are not.
    #[default]
    Leave,
    /// They are.
    Keep,
    /// They are if that takes no more than [`ROOM`] while the study runs.
    IfSmall,
}

/// Bytes that months may take on disk unless they are asked for.
pub const ROOM: u64 = 1 << 30;

/// A study before it starts: everything compiled, the fingerprint taken.
#[derive(Debug)]
pub struct Planned {
    /// What is being asked.
    pub manifest: StudyManifest,
    /// What the values of its numbers come from, if not their priors.
    pub posterior: Option<Arc<Posterior>>,
    pub(super) jobs: usize,
    /// Half-width that is wanted, and of which outcome.
    pub(super) until: Option<(f64, usize)>,
    /// The runs of its pathway, if it asks for one.
    pub(super) pathway: Option<Box<Planned>>,
    cases: Vec<Compiled>,
    numbers: Vec<Vec<Feed>>,
    inputs: Vec<Input>,
    measures: Vec<Measure>,
    design: Design,
    months: usize,
}

impl Planned {
    /// Compiles what the study and the options ask for and checks them.
    pub fn new(
        project: &Project,
        name: &str,
        sheet: &Sheet<Study>,
        options: &Options,
    ) -> Result<Self, QuestionError> {
        let study = &sheet.spec;
        let posterior = options.posterior.clone();
        if study.uncertainties.posterior == Some(true) && posterior.is_none() {
            return Err(QuestionError::NoPosterior { name: name.to_owned() });
        }
        let policies = policies_of(study);
        let members = options.members.unwrap_or(*study.design.members.get());
        let adaptive = study.design.until_half_width.as_ref().filter(|_| options.members.is_none());
        let most = adaptive.map_or(members, |a| *a.most.get());
        limits(most, members, study.scenarios.len() * policies.len())?;
        if adaptive.is_some() && options.part.is_some() {
            return Err(QuestionError::OpenEnded);
        }
        let until = study.until.parse().unwrap_or(project.corridor.start);
        let start = project.corridor.start;
        let months = usize::try_from(until.since(start) + 1).unwrap_or(1);
        let cases = compiled(project, study, &policies, months)?;
        let list = Inputs::of(study, &cases, policies.len(), posterior.as_deref())?;
        let numbers = list.numbers(study, &cases, policies.len());
        let columns = outcome::columns(&project.corridor);
        let months_of = kept(study, &columns);
        let room = 8 * u64::from(most) * (cases.len() * months_of.len() * months) as u64;
        let series = match options.series {
            Months::Leave => false,
            Months::Keep => true,
            Months::IfSmall => room <= ROOM,
        };
        let months_of = if series { months_of } else { Vec::new() };
        let mut contents = contents(project, study, &policies, &columns);
        (contents.inputs, contents.months_of) = (list.about, months_of);
        let design = match study.design.kind.get() {
            DesignKind::Sobol => Design::Sobol,
            DesignKind::Lhs => Design::Latin { runs: members },
        };
        let fingerprint = StudyFingerprint {
            terbia: env!("CARGO_PKG_VERSION").into(),
            corridor: CorridorRef {
                id: project.id.clone(),
                name: project.corridor.name.clone(),
                sha256: project.sha256.clone(),
            },
            evidence_sha256: project.evidence_sha256(),
            study: name.to_owned(),
            study_sha256: format!("{:x}", Sha256::digest(sheet.file.text())),
            seed: options.seed.unwrap_or(study.design.seed),
            design: study.design.kind.name().to_owned(),
            members,
            most_members: adaptive.map(|_| most),
            posterior_sha256: posterior.as_deref().map(|p| p.sha256.clone()),
            series,
            chunk_members: CHUNK_MEMBERS,
            columns_sha256: hash_of(&contents),
        };
        let switch = |asked| switch::planned(project, name, sheet, asked, options).map(Box::new);
        let pathway = study.pathway.as_ref().map(switch).transpose()?;
        let text = StudyText {
            question: study.question.get().clone(),
            asks: study.asks.clone(),
            text: sheet.file.text().to_owned(),
        };
        let shard = options.part.map(|(part, of)| shard(members, part, of));
        let told = (options.jobs, String::new());
        Ok(Self {
            manifest: StudyManifest::new(fingerprint, text, contents, shard, told),
            posterior,
            jobs: options.jobs,
            pathway,
            until: adaptive.map(|a| {
                let place = study.outcomes.iter().position(|o| o.id == a.outcome);
                (*a.half_width.get(), place.unwrap_or_default())
            }),
            cases,
            numbers,
            inputs: list.inputs,
            measures: study.outcomes.iter().map(|o| measure_of(study, o)).collect(),
            design,
            months,
        })
    }

    /// The folder that a study gets when the user names none: the same study, the same folder.
    pub fn default_dir(&self) -> PathBuf {
        let print = &self.manifest.fingerprint;
        let text = serde_json::to_string(print).unwrap_or_default();
        let hash = format!("{:x}", Sha256::digest(text));
        let short = hash.get(..8).unwrap_or_default();
        let shard = self.manifest.shard.map(|s| format!("-{}-of-{}", s.part, s.of));
        let shard = shard.unwrap_or_default();
        PathBuf::from("runs").join(format!("{}-{}-{short}{shard}", print.corridor.id, print.study))
    }

    /// Scenarios times policies.
    pub fn cases(&self) -> usize {
        self.cases.len()
    }

    /// What runs.
    pub(super) fn paired(&self) -> Result<Paired<'_>, QuestionError> {
        let mut cases = Vec::with_capacity(self.cases.len());
        for (compiled, numbers) in self.cases.iter().zip(&self.numbers) {
            let corridor = &compiled.corridor;
            let columns = outcome::columns(corridor);
            let place = |name: &str| columns.iter().position(|c| c.name == name);
            let compile =
                |m: &Measure| measure::Compiled::new(m, &place, corridor.start, self.months);
            let outcomes = self.measures.iter().map(compile).collect::<Result<_, _>>()?;
            let kept = &self.manifest.contents.months_of;
            let series = kept.iter().filter_map(|c| place(&c.name)).collect();
            cases.push(Case { corridor, numbers, outcomes, series });
        }
        let (months, seed) = (self.months, self.manifest.fingerprint.seed);
        Ok(Paired { cases, inputs: &self.inputs, months, seed, design: self.design })
    }
}

fn limits(most: u32, members: u32, cases: usize) -> Result<(), QuestionError> {
    if members == 0 {
        return Err(QuestionError::NoMembers);
    }
    if u64::from(most) * cases as u64 > MOST_RUNS {
        return Err(QuestionError::TooMany { members: most, cases });
    }
    Ok(())
}

/// The part `part` (from 0) of so many, in members.
fn shard(members: u32, part: u32, of: u32) -> ShardRef {
    let chunks = members.div_ceil(CHUNK_MEMBERS);
    let first = terbia_lab::ensemble::Shard { index: part, of }.of_chunks(chunks).start;
    let first_run = (first * CHUNK_MEMBERS).min(members);
    ShardRef { part: part + 1, of, first_run }
}

/// Every policy under every scenario, scenario by scenario.
fn compiled(
    project: &Project,
    study: &Study,
    policies: &[Policy],
    months: usize,
) -> Result<Vec<Compiled>, QuestionError> {
    let mut cases = Vec::with_capacity(study.scenarios.len() * policies.len());
    for setting in &study.scenarios {
        for policy in policies {
            let sets: Vec<(String, f64)> =
                policy.set.iter().map(|(path, value)| (path.clone(), *value)).collect();
            cases.push(project.compile(setting.name.get(), Some(months), &sets)?);
        }
    }
    Ok(cases)
}

/// What an outcome measures, within the study's months where it names none.
fn measure_of(study: &Study, outcome: &StudyOutcome) -> Measure {
    let measure = record::measure(&outcome.measure);
    measure.within(study.from.parse().ok(), study.until.parse().ok())
}

/// The outcomes of the model that a study reads.
fn kept(study: &Study, columns: &[outcome::Column]) -> Vec<Column> {
    fn named<'a>(measure: &'a crate::spec::Measure, names: &mut BTreeSet<&'a str>) {
        names.insert(measure.outcome.get());
        for inner in measure.divide.iter().chain(&measure.multiply) {
            named(inner.get(), names);
        }
    }
    let mut names = BTreeSet::new();
    study.outcomes.iter().for_each(|o| named(o.measure.get(), &mut names));
    let kept = columns.iter().filter(|c| names.contains(c.name.as_str()));
    kept.map(|c| Column::new(&c.name, c.unit, &c.doc)).collect()
}

fn contents(
    project: &Project,
    study: &Study,
    policies: &[Policy],
    columns: &[outcome::Column],
) -> Contents {
    let outcome = |o: &StudyOutcome| {
        let measure = measure_of(study, o);
        let column = columns.iter().find(|c| c.name == measure.outcome);
        let or = |month: Option<Month>, text: &str| {
            month.map_or_else(|| text.to_owned(), |m| m.to_string())
        };
        StudyOutcomeRef {
            id: o.id.get().clone(),
            label: o.label.get().clone(),
            who: o.who.clone(),
            place: o.place.clone(),
            unit: unit_of(o, columns).unwrap_or_default(),
            lower_is_better: *o.better.get() == Better::Lower,
            threshold: o.threshold.as_ref().map(|t| *t.get()),
            description: column.map(|c| c.doc.clone()).unwrap_or_default(),
            statistic: measure.statistic.name().to_owned(),
            from: or(measure.from, &study.from),
            until: or(measure.to, &study.until),
            outcome: measure.outcome,
        }
    };
    let policy =
        |p: &Policy| PolicyRef { id: p.id.clone(), label: p.label.clone(), set: p.set.clone() };
    let full = |name: &str| project.scenarios.get(name).map(|s| s.spec.name.clone());
    let label = |s: &crate::spec::Setting| {
        let own = || full(s.name.get()).unwrap_or_else(|| s.name.get().clone());
        s.label.clone().unwrap_or_else(own)
    };
    let scenario =
        |s: &crate::spec::Setting| ScenarioRef { name: s.name.get().clone(), label: label(s) };
    Contents {
        start: project.corridor.start.to_string(),
        from: study.from.get().clone(),
        until: study.until.get().clone(),
        scenarios: study.scenarios.iter().map(scenario).collect(),
        policies: policies.iter().map(policy).collect(),
        outcomes: study.outcomes.iter().map(outcome).collect(),
        inputs: Vec::new(),
        months_of: Vec::new(),
        sketch: sketch(&project.spec, study),
    }
}

fn hash_of(contents: &Contents) -> String {
    format!("{:x}", Sha256::digest(serde_json::to_string(contents).unwrap_or_default()))
}
