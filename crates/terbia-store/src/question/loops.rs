//! Which feedback loop carries the difference between two policies? Loops are switched off one at a time.
//!
//! ```text
//! d(m)        outcome under the policy − under the other, in member m, all loops on
//! d_L(m)      the same with loop L cut under both
//! carried_L   = mean over m of d(m) − d_L(m)                 half-width from its spread over m
//! direct      = mean over m of d_none(m)                     all loops cut
//! together    = mean over m of d(m) − d_none(m) − Σ_L (d(m) − d_L(m))
//! ```
//!
//! Every case has the same members: the same values but for those at which loops are cut, the same chances.
//! Direct effect, what loops carry and `together` add up to the difference. `together` is not an
//! error: two loops in a row, or two that can stand in for each other, carry more or less as a pair.
//!
//! Limits: a cut holds numbers at one value, in all months, and so also moves the level about which the
//! two policies differ ([`Loop::leaves`]); the interval knows members alone, not how right the model is.

use super::Watch;
use super::error::QuestionError;
use super::manifest::{PolicyRef, StudyOutcomeRef};
use super::plan::{CHUNK_MEMBERS, Planned};
use crate::load::nearest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use terbia_lab::ensemble::{self, Chunk, Ended, Plan, RunStatus, Shard, Sink};
use terbia_lab::paired::{Feed, Paired, mean_and_half_width};
use terbia_model::kernel::id::Id;
use terbia_model::loops::{self, Loop};

/// Members where the user asks for no number.
pub const USUAL_MEMBERS: u32 = 500;
/// Rest of a sum, next to its terms, below which it is rounding.
const ROUNDING: f64 = 1e-12;

/// A difference to be explained, in the words of the study.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Name of the scenario; the study's first if absent.
    pub scenario: Option<String>,
    /// Id of the policy.
    pub policy: String,
    /// Id of what it is held against; the study's reference if absent.
    pub against: Option<String>,
    /// Id of the outcome.
    pub outcome: String,
}

/// A mean over members.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Members that have a value.
    pub members: usize,
    /// The mean; NaN of none.
    pub mean: f64,
    /// Half the width of its 90 % interval; NaN of fewer than two.
    pub half_width: f64,
    /// Whether no member has anything but exactly 0.
    pub nothing: bool,
}

/// What a loop carries of a difference.
#[derive(Clone, Debug, PartialEq)]
pub struct Carried {
    /// The loop.
    pub of: Loop,
    /// The difference with it cut.
    pub left: Estimate,
    /// What is missing then.
    pub carried: Estimate,
}

/// How a difference comes about.
#[derive(Clone, Debug, PartialEq)]
pub struct Why {
    /// Name of the scenario.
    pub scenario: String,
    /// The policy.
    pub policy: PolicyRef,
    /// What it is held against.
    pub against: PolicyRef,
    /// The outcome.
    pub outcome: StudyOutcomeRef,
    /// Members that every case met.
    pub members: u32,
    /// Seed of the design and of all draws.
    pub seed: u64,
    /// Runs that were given up, all cases together, and of how many.
    pub diverged: [u64; 2],
    /// The difference and its parts.
    pub parts: Parts,
}

/// A difference, divided.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// The difference.
    pub total: Estimate,
    /// Loop by loop, as the model lists them.
    pub loops: Vec<Carried>,
    /// The sum of what they carry.
    pub sum: Estimate,
    /// What is left with all of them cut.
    pub direct: Estimate,
    /// What neither of these is: loops act on each other.
    pub together: Estimate,
}

impl Estimate {
    fn of(values: &[f64]) -> Self {
        let (mean, half_width) = mean_and_half_width(values);
        let known = || values.iter().filter(|v| !v.is_nan());
        let nothing = known().all(|v| *v == 0.0);
        Self { members: known().count(), mean, half_width, nothing }
    }

    /// Whether the 90 % interval is there and does not hold 0.
    pub fn told_from_zero(&self) -> bool {
        self.mean.abs() > self.half_width
    }
}

/// Runs two policies of a study with every loop on, each off in turn, and all off.
pub fn why(
    planned: &Planned,
    asked: &Asked,
    stop: &AtomicBool,
    watch: &Watch<'_>,
) -> Result<Why, QuestionError> {
    let contents = &planned.manifest.contents;
    let loops = loops::all().map_err(|e| QuestionError::Loops(Box::new(e)))?;
    let scenarios: Vec<&str> = contents.scenarios.iter().map(|s| s.name.as_str()).collect();
    let policies: Vec<&str> = contents.policies.iter().map(|p| p.id.as_str()).collect();
    let outcomes: Vec<&str> = contents.outcomes.iter().map(|o| o.id.as_str()).collect();
    let named = |kind, name: &Option<String>, known: &[&str]| {
        name.as_deref().map_or(Ok(0), |name| place(kind, name, known))
    };
    let scenario = named("scenario", &asked.scenario, &scenarios)?;
    let against = named("policy", &asked.against, &policies)?;
    let policy = place("policy", &asked.policy, &policies)?;
    let outcome = place("outcome", &asked.outcome, &outcomes)?;
    let sides = [against, policy].map(|p| scenario * policies.len() + p);
    let kept = measured(planned, sides, outcome, &loops, stop, watch)?;
    let names = (scenarios[scenario].to_owned(), &contents.policies);
    Ok(Why {
        scenario: names.0,
        policy: names.1[policy].clone(),
        against: names.1[against].clone(),
        outcome: contents.outcomes[outcome].clone(),
        members: planned.manifest.fingerprint.members,
        seed: planned.manifest.fingerprint.seed,
        diverged: kept.diverged,
        parts: split(&kept.differences, loops),
    })
}

/// The place of a name among those of its kind.
fn place(kind: &'static str, name: &str, known: &[&str]) -> Result<usize, QuestionError> {
    known.iter().position(|k| *k == name).ok_or_else(|| QuestionError::NotInStudy {
        kind,
        name: name.to_owned(),
        near: nearest(name, known.iter().copied()),
        known: known.iter().map(|k| (*k).to_owned()).collect(),
    })
}

/// Differences by variant (all on, each loop off, all off) and member.
struct Measured {
    differences: Vec<Vec<f64>>,
    diverged: [u64; 2],
}

/// Makes the runs: both sides of every variant, side by side for each member.
fn measured(
    planned: &Planned,
    sides: [usize; 2],
    outcome: usize,
    loops: &[Loop],
    stop: &AtomicBool,
    watch: &Watch<'_>,
) -> Result<Measured, QuestionError> {
    let whole = planned.paired()?;
    let mut cuts = vec![BTreeMap::new()];
    cuts.extend(loops.iter().map(|l| l.off.clone()));
    cuts.push(loops::all_off(loops));
    let chosen: Vec<_> = sides.iter().filter_map(|case| whole.cases.get(*case)).collect();
    let numbers: Vec<Vec<Feed>> = cuts
        .iter()
        .flat_map(|cut| chosen.iter().map(move |case| (cut, case)))
        .map(|(cut, case)| {
            let mut numbers = case.numbers.to_vec();
            for (path, value) in cut {
                // The one place where a number may leave its range: nobody believes a cut.
                let number = case.corridor.number(path).map(Id::index);
                if let Some(from) = number.and_then(|n| numbers.get_mut(n)) {
                    *from = Feed::Held(*value);
                }
            }
            numbers
        })
        .collect();
    let cases = numbers
        .iter()
        .zip(chosen.iter().cycle())
        .map(|(numbers, case)| {
            let mut case = (*case).clone();
            case.numbers = numbers;
            case.outcomes = case.outcomes.get(outcome).cloned().into_iter().collect();
            case.series = Vec::new();
            case
        })
        .collect();
    let paired = Paired { cases, ..whole };
    let cases = numbers.len() as u32;
    let (jobs, shard) = (planned.jobs, Shard::WHOLE);
    let members = planned.manifest.fingerprint.members;
    let runs = members
        .checked_mul(cases)
        .ok_or(QuestionError::TooMany { members, cases: numbers.len() })?;
    // Small chunks, so that few members keep all threads busy too.
    let chunk_runs = CHUNK_MEMBERS / 8 * cases;
    let plan = Plan { members: runs, chunk_runs, jobs, shard };
    (watch.planned)(u64::from(runs));
    let kept = Kept::default();
    let Ok(ended) = ensemble::run(&paired, &plan, &kept, stop, watch.ran);
    let (values, diverged) = kept.into_values();
    if ended == Ended::Stopped {
        let (finished, runs) = (values.len() as u64, u64::from(runs));
        return Err(QuestionError::Abandoned { finished, runs });
    }
    let of_variant = |variant: usize| {
        let member = |m: &[f64]| match m.get(2 * variant..2 * variant + 2) {
            Some([against, policy]) => policy - against,
            _ => f64::NAN,
        };
        values.chunks_exact(numbers.len().max(1)).map(member).collect()
    };
    let differences = (0..cuts.len()).map(of_variant).collect();
    Ok(Measured { differences, diverged: [diverged, u64::from(runs)] })
}

/// Divides differences among loops.
fn split(differences: &[Vec<f64>], loops: Vec<Loop>) -> Parts {
    let none = Vec::new();
    let total = differences.first().unwrap_or(&none);
    let direct = differences.last().unwrap_or(&none);
    let less = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a - b).collect::<Vec<f64>>();
    let mut sum = vec![0.0; total.len()];
    let mut all = Vec::with_capacity(loops.len());
    for (of, left) in loops.into_iter().zip(differences.iter().skip(1)) {
        let carried = less(total, left);
        sum.iter_mut().zip(&carried).for_each(|(sum, c)| *sum += c);
        all.push(Carried { of, left: Estimate::of(left), carried: Estimate::of(&carried) });
    }
    let mut together = less(&less(total, direct), &sum);
    for ((rest, total), sum) in together.iter_mut().zip(total).zip(&sum) {
        // What rounding leaves of parts that cancel is no interaction.
        if rest.abs() <= ROUNDING * (total.abs() + sum.abs()) {
            *rest = 0.0;
        }
    }
    Parts {
        total: Estimate::of(total),
        loops: all,
        sum: Estimate::of(&sum),
        direct: Estimate::of(direct),
        together: Estimate::of(&together),
    }
}

/// The outcome of every run, in order, and how many diverged.
#[derive(Default)]
struct Kept {
    chunks: Mutex<BTreeMap<u32, (Vec<f64>, u64)>>,
}

impl Kept {
    fn into_values(self) -> (Vec<f64>, u64) {
        let chunks = self.chunks.into_inner().unwrap_or_else(PoisonError::into_inner);
        let diverged = chunks.values().map(|(_, diverged)| diverged).sum();
        (chunks.into_values().flat_map(|(values, _)| values).collect(), diverged)
    }
}

impl Sink for Kept {
    type Error = Infallible;

    fn finished(&self, _: u32) -> bool {
        false
    }

    fn take(&self, chunk: &Chunk) -> Result<(), Infallible> {
        let values = chunk.scalars.first().cloned().unwrap_or_default();
        let diverged = chunk.status.iter().filter(|s| **s != RunStatus::Finished).count() as u64;
        let mut chunks = self.chunks.lock().unwrap_or_else(PoisonError::into_inner);
        chunks.insert(chunk.index, (values, diverged));
        Ok(())
    }
}

/// The same for programs.
pub fn json(why: &Why) -> Value {
    let estimate = |e: &Estimate| {
        json!({
            "members": e.members,
            "mean": (!e.mean.is_nan()).then_some(e.mean),
            "half_width_90": (!e.half_width.is_nan()).then_some(e.half_width),
            "told_from_zero": e.told_from_zero(),
            "exactly_zero": e.nothing,
        })
    };
    let carried = |c: &Carried| {
        json!({
            "id": c.of.id, "label": c.of.label, "path": c.of.path, "sign": c.of.sign,
            "off": c.of.off, "leaves": c.of.leaves,
            "difference_off": estimate(&c.left), "carried": estimate(&c.carried),
        })
    };
    let parts = &why.parts;
    json!({
        "scenario": why.scenario, "policy": why.policy, "against": why.against,
        "outcome": why.outcome, "members": why.members, "seed": why.seed,
        "runs": why.diverged[1], "diverged": why.diverged[0],
        "difference": estimate(&parts.total),
        "loops": parts.loops.iter().map(carried).collect::<Vec<Value>>(),
        "sum_of_loops": estimate(&parts.sum), "direct": estimate(&parts.direct),
        "together": estimate(&parts.together),
    })
}
