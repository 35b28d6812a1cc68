//! How long does it last, and what ends it? Kaplan-Meier curves, policy by policy.

use super::figure::{Interval, clustered, some};
use super::{Part, UnderRef};
use crate::question::PolicyResults;
use crate::spec::Survival as Asked;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use terbia_lab::bootstrap::Bootstrap;
use terbia_lab::survival::{Point, Spell, kaplan_meier, survival_at};

/// Months at which survival is told.
const AT: [f64; 4] = [12.0, 24.0, 48.0, 72.0];
/// How often spells are drawn again.
const RESAMPLES: u32 = 200;

/// How long something lasts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Survived {
    /// What lasts, in a few words.
    pub label: String,
    /// Id of the outcome that measures its months.
    pub outcome: String,
    /// How long, policy by policy.
    pub policies: Vec<Lasting>,
}

/// How long it lasts under a policy.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lasting {
    /// Id of the policy.
    pub policy: String,
    /// The curve, or why there is none.
    pub answer: Part<Lasted>,
}

/// A curve of survival.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lasted {
    /// Runs in which there was something to last.
    pub spells: usize,
    /// Of these, those that ended.
    pub ended: usize,
    /// Runs in which there was nothing to last.
    pub without: usize,
    /// Share that lasts longer than so many months: time, share; the curve steps down at these.
    pub curve: Vec<(f64, Interval)>,
    /// The same at 12, 24, 48 and 72 months; only as far as anything was seen.
    pub at: Vec<(f64, Interval)>,
    /// Months by which half have ended; nothing if fewer do within the window.
    pub median_months: Interval,
    /// The most frequent causes of an end, at most three, each with its share of all ends that have one.
    pub causes: Vec<(String, Interval)>,
}

/// Survival under one scenario, policy by policy.
pub(super) fn survival(asked: &Asked, under: &UnderRef<'_>) -> Survived {
    let one = |policy: &PolicyResults| {
        let mut spells = Spells::default();
        spells.add(asked, under, policy, &|_| true);
        Lasting { policy: policy.about.id.clone(), answer: lasted(asked, &spells, under.seed) }
    };
    let outcome = asked.length.get().clone();
    let own = under.outcomes.iter().find(|o| o.id == outcome).map(|o| o.label.clone());
    let label = asked.label.clone().or(own).unwrap_or_else(|| outcome.clone());
    Survived { label, outcome, policies: under.scenario.policies.iter().map(one).collect() }
}

/// What there was to last.
#[derive(Debug, Default)]
pub(super) struct Spells {
    /// Of which member, and how long it was seen.
    seen: Vec<(usize, Spell)>,
    /// Of which member, and what ended it.
    why: Vec<(usize, usize)>,
    without: usize,
}

impl Spells {
    /// Adds those of the runs of a policy that are `wanted`.
    pub(super) fn add(
        &mut self,
        asked: &Asked,
        under: &UnderRef<'_>,
        policy: &PolicyResults,
        wanted: &dyn Fn(usize) -> bool,
    ) {
        let place = |id: &str| under.outcomes.iter().position(|o| o.id == id);
        let column = |id: &str| policy.outcomes.get(place(id)?).map(Vec::as_slice);
        let lengths = column(asked.length.get()).unwrap_or_default();
        let ended = column(asked.ended.get()).unwrap_or_default();
        let causes = asked.cause.as_ref().and_then(|id| column(id.get()));
        for (run, (length, ended)) in lengths.iter().zip(ended).enumerate() {
            if !wanted(run) {
                continue;
            }
            self.one(run, *length, *ended);
            if *length > 0.0 && *ended > 0.5 {
                let cause = causes.and_then(|c| c.get(run)).filter(|c| **c >= 1.0);
                self.why.extend(cause.map(|c| (run, *c as usize)));
            }
        }
    }

    /// Adds the one of a run.
    fn one(&mut self, run: usize, length: f64, ended: f64) {
        if length > 0.0 && ended > 0.5 {
            self.seen.push((run, Spell::over(length)));
        } else if length > 0.0 && ended.is_finite() {
            self.seen.push((run, Spell::going_on(length)));
        } else if length == 0.0 {
            self.without += 1;
        }
    }
}

/// The share of first spells that last longer than `months`, given how long they last in each run and
/// whether they ended, and how many there are; nothing if none was followed for so long.
pub(in crate::question) fn longer(
    lengths: &[f64],
    ended: &[f64],
    months: f64,
    seed: u64,
) -> Option<(Interval, usize)> {
    let mut told = Spells::default();
    for (run, (length, ended)) in lengths.iter().zip(ended).enumerate() {
        told.one(run, *length, *ended);
    }
    let spells: Vec<Spell> = told.seen.iter().map(|(_, spell)| *spell).collect();
    let longest = spells.iter().map(|s| s.duration).fold(0.0, f64::max);
    if longest < months {
        return None;
    }
    let drawn: Vec<f64> = again(&told.seen, seed).iter().map(|c| survival_at(c, months)).collect();
    let (low, high) = resampling(seed).interval(&drawn);
    Some((Interval::new(survival_at(&kaplan_meier(&spells), months), low, high), spells.len()))
}

pub(super) fn lasted(asked: &Asked, told: &Spells, seed: u64) -> Part<Lasted> {
    let spells: Vec<Spell> = told.seen.iter().map(|(_, spell)| *spell).collect();
    if spells.is_empty() {
        return Part::NotPossible("in no run was there anything to last".into());
    }
    let curve = kaplan_meier(&spells);
    let longest = spells.iter().map(|s| s.duration).fold(0.0, f64::max);
    let drawn = again(&told.seen, seed);
    let interval = |of: &dyn Fn(&[Point]) -> f64| {
        let (low, high) =
            resampling(seed).interval(&drawn.iter().map(|c| of(c)).collect::<Vec<_>>());
        Interval::new(of(&curve), low, high)
    };
    let at = |time: f64| (time, interval(&|curve| survival_at(curve, time)));
    // A resample of which fewer than half end has a median beyond the window.
    let median = |c: &[Point]| median(c).unwrap_or(f64::INFINITY);
    let mut median_months = Interval { value: some(median(&curve)), ..Interval::default() };
    if median_months.value.is_some() {
        let all: Vec<f64> = drawn.iter().map(|c| median(c).min(longest)).collect();
        let (low, high) = resampling(seed).interval(&all);
        (median_months.low, median_months.high) = (some(low), some(high));
    }
    Part::Found(Lasted {
        spells: spells.len(),
        ended: spells.iter().filter(|s| s.cause.is_some()).count(),
        without: told.without,
        curve: curve.iter().map(|p| at(p.time)).collect(),
        at: AT.into_iter().filter(|time| *time <= longest).map(at).collect(),
        median_months,
        causes: most_frequent(asked, &told.why, seed),
    })
}

fn median(curve: &[Point]) -> Option<f64> {
    curve.iter().find(|p| p.survival <= 0.5).map(|p| p.time)
}

fn resampling(seed: u64) -> Bootstrap {
    super::figure::bootstrap(seed, RESAMPLES)
}

/// Curves of the spells of members drawn again.
fn again(seen: &[(usize, Spell)], seed: u64) -> Vec<Vec<Point>> {
    let mut members: BTreeMap<usize, Vec<Spell>> = BTreeMap::new();
    for (member, spell) in seen {
        members.entry(*member).or_default().push(*spell);
    }
    let members: Vec<Vec<Spell>> = members.into_values().collect();
    let mut counts = vec![0; members.len()];
    let draw = |resample| {
        resampling(seed).count(resample, &mut counts);
        let times = |(spells, count): (&Vec<Spell>, &u32)| spells.repeat(*count as usize);
        let drawn: Vec<Spell> = members.iter().zip(&counts).flat_map(times).collect();
        kaplan_meier(&drawn)
    };
    (0..RESAMPLES).map(draw).collect()
}

fn most_frequent(asked: &Asked, why: &[(usize, usize)], seed: u64) -> Vec<(String, Interval)> {
    let most = why.iter().map(|(_, cause)| *cause).max().unwrap_or(0);
    let mut counts: Vec<(usize, usize)> = (1..=most)
        .map(|cause| (cause, why.iter().filter(|(_, w)| *w == cause).count()))
        .filter(|(_, count)| *count > 0)
        .collect();
    counts.sort_by_key(|(cause, count)| (std::cmp::Reverse(*count), *cause));
    let members: BTreeSet<usize> = why.iter().map(|(member, _)| *member).collect();
    let named = |(cause, count): &(usize, usize)| {
        let name = asked.causes.get(cause - 1).cloned();
        let share = if members.len() == why.len() {
            Interval::share(*count, why.len())
        } else {
            clustered(why.iter().map(|(member, w)| (*member, w == cause)), seed)
        };
        (name.unwrap_or_else(|| format!("cause {cause}")), share)
    };
    counts.iter().take(3).map(named).collect()
}
