//! What does the record teach about the numbers of a corridor? `terbia calibrate`.
//!
//! ```text
//! DIR/
//!   posterior.parquet    the particles, as `run --posterior DIR` takes them
//!   calibration.json     what was learnt from, how, and what came of it
//!   stages/              each stage of the sampler, so that one that was stopped goes on
//! ```
//!
//! 1. *Pilot*: runs of the prior, read as the record would print them.
//! 2. *What can be learnt*: a regression of every number on the figures, judged on runs that it has
//!    not seen. Numbers of which it explains a fair share are parameters; the others are chance to
//!    the sampler, as if they were drawn anew by nature.
//! 3. *History matching*, then *approximate Bayesian computation* on what it leaves.
//! 4. *Correction* of what the tolerance leaves, and particles of equal weight.
//!
//! What another corridor's record taught of numbers that both have can go in before ([`Shared`]).
//!
//! Every number of a corridor is in the posterior, learnt or not, together with what was drawn with
//! it; nothing depends on the number of threads.

mod error;
mod repeat;
mod shared;
mod stages;
mod told;

pub use error::CalibrateError;
pub use shared::{Apart, CORRELATION, Moved, Shared, SharedError, Sharing, Taught as SharedNumber};

use crate::load::Project;
use crate::observe;
use crate::output::{Column, Doubles, OutputError, json, write_file};
use crate::posterior::TABLE;
use crate::study::{Progress, StudyError};
use serde::{Deserialize, Serialize};
use stages::Store;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use terbia_lab::calibrate::history::{self, Wave};
use terbia_lab::calibrate::regress::Ridge;
use terbia_lab::calibrate::smc::{Observed, Population, Settings};
use terbia_lab::calibrate::{Crew, Sample, Simulator};
use terbia_lab::learn::{Features, Learner, Taught};
use terbia_lab::particle::systematic;
use terbia_lab::stats;
use terbia_model::kernel::time::Month;
use terbia_model::outcome;
use told::told;

/// What a calibration says of itself.
pub const CALIBRATION: &str = "calibration.json";
/// A number of which the regression explains less than this is chance to the sampler.
const ACTIVE_FROM: f64 = 0.15;
/// Most parameters: each more makes the sampler keep fewer runs.
const MOST_ACTIVE: usize = 14;
/// A number of which this much is explained is one that can be learnt: its standard deviation is
/// expected to halve.
pub const LEARNABLE_FROM: f64 = 0.75;
/// Quantile of the runs of the prior up to which what the record says is sought.
const REACH: f64 = 0.99;
/// Penalty of regressions, in rows.
const PENALTY: f64 = 50.0;
/// Waves of history matching, and runs of each.
const WAVES: (u32, u32) = (2, 4_000);
/// Stage of the pilot: apart from all stages of the sampler.
const PILOT_STAGE: u32 = 1 << 20;

/// How to calibrate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Name of the scenario; the corridor's default if absent.
    pub scenario: Option<String>,
    /// Last month whose figures are learnt from; that of the last figure if absent.
    pub until: Option<Month>,
    /// Figures that are left out: those whose windows touch these months.
    pub leave_out: Vec<(Month, Month)>,
    /// Runs of the pilot.
    pub pilot: u32,
    /// Number of particles.
    pub particles: u32,
    /// Runs of the sampler, pilot and waves not counted.
    pub budget: u64,
    /// Seed.
    pub seed: u64,
    /// What another corridor's record has taught of numbers that both have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared: Option<Shared>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            scenario: None,
            until: None,
            leave_out: Vec::new(),
            pilot: 20_000,
            particles: 1_000,
            budget: 600_000,
            seed: 1,
            shared: None,
        }
    }
}

/// What is known of a number before and after.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Learnt {
    /// Its path.
    pub path: String,
    /// Unit.
    pub unit: String,
    /// 5 %, 50 % and 95 % of the prior.
    pub prior: [f64; 3],
    /// The same of what was believed before this record was looked at, if another corridor's record
    /// had moved it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<[f64; 3]>,
    /// The same of the posterior.
    pub posterior: [f64; 3],
    /// Mean and standard deviation of the normal score that the prior gives to the posterior; absent
    /// in what older versions wrote.
    #[serde(default)]
    pub score: Option<[f64; 2]>,
    /// Share by which the central 90 % shrank from what was believed before; below 0 if it grew.
    pub contraction: f64,
    /// Share of its variance that the figures explain in runs that the regression has not seen.
    pub explained: f64,
    /// Whether it was a parameter of the sampler.
    pub parameter: bool,
}

impl Learnt {
    /// Whether the record should teach it, judged before it was looked at.
    pub fn learnable(&self) -> bool {
        self.explained >= LEARNABLE_FROM
    }
}

/// Two numbers that the record knows better together than apart.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pair {
    /// Path of one.
    pub one: String,
    /// Path of the other.
    pub other: String,
    /// Correlation of their normal scores in the posterior.
    pub correlation: f64,
}

/// A stage, in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What was done.
    pub what: String,
    /// Runs so far.
    pub runs: u64,
    /// Largest distance let through, or share of the prior that is left.
    pub measure: f64,
    /// Share of the runs that was kept.
    pub kept: f64,
}

/// What came of a calibration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// Version.
    pub terbia: String,
    /// Corridor.
    pub corridor: String,
    /// SHA-256 of its files.
    pub corridor_sha256: String,
    /// Scenario.
    pub scenario: String,
    /// First month.
    pub start: Month,
    /// Last month whose figures were learnt from.
    pub until: Month,
    /// What was asked for.
    pub options: Options,
    /// Ids of the figures.
    pub figures: Vec<String>,
    /// What of another corridor's record was shared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sharing: Option<Sharing>,
    /// How it went.
    pub steps: Vec<Step>,
    /// Every number, those that shrank most first.
    pub numbers: Vec<Learnt>,
    /// Pairs of parameters that are correlated, the strongest first.
    pub pairs: Vec<Pair>,
    /// Parameters that the record pulls further than their priors allow.
    pub conflicts: Vec<Conflict>,
}

/// A parameter that the record pulls further than runs of the prior reach: the prior is too narrow,
/// or the model wrong where the parameter is all that can give way.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Conflict {
    /// Its path.
    pub path: String,
    /// What the figures say of its normal score.
    pub pulled: f64,
    /// 1 % and 99 % of what they say in runs of the prior.
    pub reach: [f64; 2],
}

/// Fewest figures to learn from.
const LEAST_FIGURES: usize = 8;

/// Calibrates a corridor and keeps the posterior in `dir`; what was finished there is gone on with.
/// `progress` is told the runs of each stage.
pub fn calibrate(
    project: &Project,
    options: &Options,
    dir: &Path,
    jobs: usize,
    stop: &AtomicBool,
    progress: Progress<'_>,
) -> Result<Calibration, CalibrateError> {
    let scenario = options.scenario.clone().unwrap_or_else(|| project.default_scenario().into());
    let start = project.corridor.start;
    let all = project.months();
    let until = match options.until {
        Some(until) => until,
        None => last_figure(project, all)?,
    };
    let months = crate::study::months_to(project, until)?;
    let compiled = project.compile(&scenario, Some(months), &[]).map_err(StudyError::from)?;
    let columns = outcome::columns(&compiled.corridor);
    let column = |name: &str| columns.iter().position(|c| c.name == name);
    let mut figures =
        observe::figures(&project.evidence, &column, start, months).map_err(StudyError::from)?;
    figures.retain(|figure| {
        let (first, end) = figure.measure.months();
        let outside = |(from, to): &(Month, Month)| {
            i64::from(to.since(start)) < first as i64 || i64::from(from.since(start)) >= end as i64
        };
        options.leave_out.iter().all(outside)
    });
    if figures.len() < LEAST_FIGURES {
        let found = figures.len();
        return Err(CalibrateError::Figures { found, least: LEAST_FIGURES, until });
    }
    let ids: Vec<String> = figures.iter().map(|f| f.id.clone()).collect();
    let discrepancies = observe::discrepancies(&project.evidence, &column);
    let fixed = compiled.fixed.clone();
    let learner =
        Learner::new(&compiled.corridor, months, options.seed, fixed, figures, discrepancies);
    let (learner, sharing) = sharing(project, learner, options.shared.as_ref())?;
    let head = Calibration {
        terbia: env!("CARGO_PKG_VERSION").into(),
        corridor: project.id.clone(),
        corridor_sha256: project.sha256.clone(),
        scenario,
        start,
        until,
        options: options.clone(),
        figures: ids,
        sharing,
        steps: Vec::new(),
        numbers: Vec::new(),
        pairs: Vec::new(),
        conflicts: Vec::new(),
    };
    let store = Store::open(dir, &head)?;
    let crew = Crew::new(jobs);
    crew.install(|| learn(&learner, head, &store, &crew, stop, progress))
}

/// The learner as another corridor's record leaves it, and what that moved.
fn sharing<'c>(
    project: &Project,
    learner: Learner<'c>,
    shared: Option<&Shared>,
) -> Result<(Learner<'c>, Option<Sharing>), CalibrateError> {
    let Some(shared) = shared else { return Ok((learner, None)) };
    if shared.corridor == project.id {
        return Err(SharedError::Itself { corridor: project.id.clone() }.into());
    }
    let (mut sharing, beliefs) = shared.of(project, &learner);
    if beliefs.is_empty() {
        let (there, here) = (shared.corridor.clone(), project.id.clone());
        let learnt = shared.taught.len();
        return Err(SharedError::Nothing { there, here, learnt, apart: sharing.apart }.into());
    }
    let learner = learner.believing(beliefs);
    sharing.believed(&learner);
    Ok((learner, Some(sharing)))
}

fn last_figure(project: &Project, months: usize) -> Result<Month, CalibrateError> {
    let start = project.corridor.start;
    let compiled =
        project.compile(project.default_scenario(), Some(months), &[]).map_err(StudyError::from)?;
    let columns = outcome::columns(&compiled.corridor);
    let column = |name: &str| columns.iter().position(|c| c.name == name);
    let figures =
        observe::figures(&project.evidence, &column, start, months).map_err(StudyError::from)?;
    let end = figures.iter().map(|f| f.measure.months().1).max().unwrap_or(1);
    Ok(start.plus(end as i32 - 1))
}

/// What the pilot says.
struct Pilot {
    features: Features,
    fit: Ridge,
    active: Vec<usize>,
    explained: Vec<f64>,
    /// For each parameter what its summary reaches in the runs.
    reach: Vec<[f64; 2]>,
}

/// Parameters that the record pulls further than runs of the prior reach.
fn conflicts(learner: &Learner<'_>, pilot: &Pilot, said: &[f64]) -> Vec<Conflict> {
    let of = |(place, k): (usize, &usize)| {
        let [low, high] = pilot.reach[place];
        let pulled = said[place];
        let outside = pulled < low || pulled > high;
        outside.then(|| Conflict {
            path: learner.coordinates()[*k].path.clone(),
            pulled,
            reach: [low, high],
        })
    };
    pilot.active.iter().enumerate().filter_map(of).collect()
}

fn learn(
    learner: &Learner<'_>,
    mut head: Calibration,
    store: &Store,
    crew: &Crew,
    stop: &AtomicBool,
    progress: Progress<'_>,
) -> Result<Calibration, CalibrateError> {
    let stopped = || CalibrateError::Stopped { dir: store.dir.clone() };
    let asked = (head.until, head.options.pilot);
    let pilot = pilot(learner, asked, crew, stop, progress)?.ok_or_else(stopped)?;
    let Pilot { features, fit, active, explained, .. } = &pilot;
    let taught = Taught { learner, active, features, fit };
    let mut said = vec![0.0; active.len()];
    taught.said(&learner.observed(), &mut said);
    // Beyond what the prior can show the summaries are not sought: the rest is a conflict between
    // prior and record, and told as one.
    let reach = &pilot.reach;
    head.conflicts = conflicts(learner, &pilot, &said);
    let summaries = said.iter().zip(reach).map(|(s, [low, high])| s.clamp(*low, *high)).collect();
    let observed = Observed {
        summaries,
        scale: fit.residual_variance().iter().map(|v| v.sqrt().max(1e-6)).collect(),
    };
    let settings = Settings {
        particles: head.options.particles as usize,
        quantile: 0.5,
        budget: head.options.budget,
        least_acceptance: 0.01,
        first: 8,
        seed: head.options.seed,
    };
    let waves = history::waves(&taught, &observed, &settings, WAVES, crew);
    let runs: u64 = waves.iter().map(|w| w.runs).sum();
    progress(runs as u32);
    let keep = |z: &[f64]| history::plausible(&waves, z);
    let population = sample(&taught, &observed, &settings, &keep, store, crew, stop, progress)?
        .ok_or_else(stopped)?;
    head.steps = steps(&waves, &store.history());
    let scores = finish(&taught, &observed, &population);
    write_posterior(learner, &scores, &store.dir.join(TABLE))?;
    (head.numbers, head.pairs) = told(learner, &scores, active, explained);
    let path = store.dir.join(CALIBRATION);
    write_file(&path, json(&path, &head)?.as_bytes())?;
    Ok(head)
}

/// Runs of the prior, and what they say can be learnt; nothing if it was stopped.
fn pilot(
    learner: &Learner<'_>,
    (until, runs): (Month, u32),
    crew: &Crew,
    stop: &AtomicBool,
    progress: Progress<'_>,
) -> Result<Option<Pilot>, CalibrateError> {
    let step = 1_000;
    let mut samples: Vec<Sample> = Vec::new();
    for first in (0..runs).step_by(step as usize) {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        samples.extend(crew.from_prior(learner, 0, PILOT_STAGE, first..runs.min(first + step)));
        progress(step);
    }
    if samples.len() < runs as usize / 2 {
        return Err(CalibrateError::Diverged { ok: samples.len(), all: runs });
    }
    let figures: Vec<Vec<f64>> = samples.iter().map(|s| s.summaries.clone()).collect();
    let features = Features::new(learner, &figures);
    let inputs: Vec<Vec<f64>> = figures.iter().map(|f| features.of(f)).collect();
    let coordinates = learner.coordinates().len();
    let scores = |rows: &[Sample]| -> Vec<Vec<f64>> {
        (0..coordinates).map(|k| rows.iter().map(|s| s.parameters[k]).collect()).collect()
    };
    // Judged on a quarter that it has not seen.
    let seen = samples.len() * 3 / 4;
    let nothing = || CalibrateError::Nothing { until };
    let (shown, hidden) = samples.split_at(seen);
    let trial = Ridge::fit(&inputs[..seen], &scores(shown), None, PENALTY).ok_or_else(nothing)?;
    let explained = trial.explained(&inputs[seen..], &scores(hidden));
    let mut active: Vec<usize> =
        (0..coordinates).filter(|k| explained[*k] >= ACTIVE_FROM).collect();
    active.sort_by(|a, b| explained[*b].total_cmp(&explained[*a]));
    active.truncate(MOST_ACTIVE);
    if active.is_empty() {
        return Err(nothing());
    }
    let targets: Vec<Vec<f64>> =
        active.iter().map(|k| samples.iter().map(|s| s.parameters[*k]).collect()).collect();
    let fit = Ridge::fit(&inputs, &targets, None, PENALTY).ok_or_else(nothing)?;
    let reach = (0..active.len())
        .map(|k| {
            let said: Vec<f64> = inputs.iter().map(|x| fit.predict(k, x)).collect();
            let said = stats::sorted(&said);
            [1.0 - REACH, REACH].map(|p| stats::quantile(&said, p))
        })
        .collect();
    Ok(Some(Pilot { features, fit, active, explained, reach }))
}

/// The last population of the sampler; nothing if it was stopped.
#[expect(clippy::too_many_arguments, reason = "one for each thing that the sampler rests on")]
fn sample(
    taught: &Taught<'_, '_>,
    observed: &Observed,
    settings: &Settings,
    keep: &(dyn Fn(&[f64]) -> bool + Sync),
    store: &Store,
    crew: &Crew,
    stop: &AtomicBool,
    progress: Progress<'_>,
) -> Result<Option<Population>, CalibrateError> {
    let mut population = if let Some(population) = store.last(taught.parameters())? {
        population
    } else {
        let first = Population::first(taught, observed, settings, keep, crew);
        store.keep(&first)?;
        first
    };
    progress(population.runs as u32);
    loop {
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let next = population.next(taught, observed, settings, keep, crew, stop);
        if stop.load(Ordering::Relaxed) {
            return Ok(None);
        }
        let Some(next) = next else { return Ok(Some(population)) };
        store.keep(&next)?;
        progress((next.runs - population.runs) as u32);
        population = next;
    }
}

fn steps(waves: &[Wave], populations: &[Population]) -> Vec<Step> {
    let wave = |(place, w): (usize, &Wave)| Step {
        what: format!("history matching, wave {}: share of the prior left", place + 1),
        runs: w.runs,
        measure: w.left,
        kept: 1.0,
    };
    let stage = |p: &Population| Step {
        what: format!("sampler, stage {}: tolerance", p.stage),
        runs: p.runs,
        measure: p.tolerance,
        kept: p.acceptance,
    };
    waves.iter().enumerate().map(wave).chain(populations.iter().map(stage)).collect()
}

/// Normal scores of all coordinates of particles of equal weight, one row each.
fn finish(taught: &Taught<'_, '_>, observed: &Observed, population: &Population) -> Vec<Vec<f64>> {
    let mut rows = Vec::with_capacity(population.samples.len());
    for sample in &population.samples {
        let mut scores = Vec::new();
        taught.scores(sample.address, &sample.parameters, &mut scores);
        rows.push(scores);
    }
    let targets: Vec<Vec<f64>> =
        taught.active.iter().map(|k| rows.iter().map(|r| r[*k]).collect()).collect();
    // What is chance to the sampler is not corrected: next to nothing is known of it, and noise
    // would pass for knowledge.
    let adjusted = population.adjusted(observed, &targets);
    for (k, column) in taught.active.iter().zip(&adjusted) {
        for (row, score) in rows.iter_mut().zip(column) {
            row[*k] = *score;
        }
    }
    let chosen = systematic(&population.weights, 0.5);
    chosen.into_iter().filter_map(|particle| rows.get(particle).cloned()).collect()
}

fn write_posterior(
    learner: &Learner<'_>,
    scores: &[Vec<f64>],
    path: &Path,
) -> Result<(), OutputError> {
    let coordinates = learner.coordinates();
    let values = (0..coordinates.len())
        .map(|k| scores.iter().map(|row| learner.value(k, row[k])).collect())
        .collect();
    let columns = coordinates.iter().map(|d| Column::new(&d.path, &d.unit, &d.doc)).collect();
    Doubles { columns, values }.write(path)
}
