//! Which uncertain number decides, and which is most worth measuring? Runs of their own.
//!
//! 1. All numbers that vary are screened by elementary effects: of each outcome under the reference, and of
//!    what each policy changes in it.
//! 2. The numbers whose effects are largest, summed over all that over the largest of each, get
//!    Sobol' indices; so does everything else together, the other numbers and chance.
//! 3. The same runs say what decides which policy is best.
//!
//! Numbers that a posterior knows move together and cannot be moved alone: they count among the rest.

#![allow(
    clippy::result_large_err,
    reason = "an analysis that is not possible is an answer, made once a study"
)]

use super::Part;
use super::figure::{Interval, bootstrap, some};
use crate::question::error::QuestionError;
use crate::question::manifest::{InputRef, StudyOutcomeRef};
use crate::question::{Planned, Watch};
use crate::spec::{At, Sensitivity as Asked};
use serde::{Deserialize, Serialize};
use std::sync::atomic::AtomicBool;
use terbia_lab::design::Points;
use terbia_lab::paired::{Paired, Probe, Probed};
use terbia_lab::sensitivity::morris::{Effect, LEVELS, Trajectories, effects};
use terbia_lab::sensitivity::rank::{Better, rank_indices};
use terbia_lab::sensitivity::sobol::{Index, Indices, Radial, Settings, indices};
use terbia_lab::sensitivity::worth::most_worth_measuring;
use terbia_lab::stats;
use terbia_model::kernel::param::Grade;

/// Runs that screening may take unless the study says otherwise, and the fewest and most trajectories.
const SCREENING: (u32, u32, u32) = (20_000, 4, 20);
/// Runs that indices may take unless the study says otherwise, and the fewest and most bases.
const CLOSE: (u32, u32, u32) = (25_000, 64, 1024);
/// Numbers that are looked at closely.
const TOP: u32 = 8;
/// Numbers of a screening that are listed.
const LISTED: usize = 20;
/// How often trajectories and bases are drawn again.
const RESAMPLES: u32 = 500;

/// What decides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sensitivity {
    /// Scenario.
    pub scenario: String,
    /// Ids of the policies, the reference first.
    pub policies: Vec<String>,
    /// Numbers that were screened.
    pub numbers: usize,
    /// Numbers that vary but could not be moved alone, since a posterior knows them together.
    pub kept_together: usize,
    /// Trajectories of the screening.
    pub trajectories: u32,
    /// Runs of the screening.
    pub screening_runs: u32,
    /// What moves each outcome, and each policy's difference in it.
    pub screened: Vec<Screened>,
    /// Bases of the close look.
    pub bases: u32,
    /// Runs of the close look.
    pub close_runs: u32,
    /// How the variance is shared out.
    pub shared: Vec<Shared>,
    /// What decides which policy is best, outcome by outcome; empty with one policy.
    pub ranking: Vec<Ranked>,
}

/// What moves an outcome.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Screened {
    /// Id of the outcome.
    pub outcome: String,
    /// Nothing for the outcome under the reference; else the policy whose difference to it moves.
    pub policy: Option<String>,
    /// The numbers that move it most, in order, 20 at most.
    pub movers: Vec<Mover>,
    /// Numbers that move it not at all in any trajectory.
    pub still: usize,
}

/// A number that moves an outcome; effects are in the outcome's unit over the number's whole range.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mover {
    /// Path.
    pub path: String,
    /// How well it is known, A to D.
    pub grade: char,
    /// Mean effect.
    pub mu: Option<f64>,
    /// Mean size of the effect.
    pub mu_star: Interval,
    /// Standard deviation of the effect.
    pub sigma: Option<f64>,
    /// Trajectories lost to runs without a value.
    pub dropped: usize,
}

/// How the variance of an outcome is shared out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shared {
    /// Id of the outcome.
    pub outcome: String,
    /// Nothing for the outcome under the reference; else the policy whose difference to it varies.
    pub policy: Option<String>,
    /// Variance, in the unit squared.
    pub variance: Option<f64>,
    /// The indices of the numbers, by total.
    pub numbers: Vec<Share>,
    /// Those of everything else: the other numbers and chance.
    pub rest: Share,
    /// The numbers by what measuring them is worth; nothing if the outcome does not vary.
    pub worth: Vec<Candidate>,
}

/// What a number accounts for, as a share of the variance.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Share {
    /// Path; empty for everything else.
    pub path: String,
    /// How well it is known, A to D; nothing for everything else.
    pub grade: Option<char>,
    /// Alone.
    pub first: Interval,
    /// With all that it has a part in.
    pub total: Interval,
}

/// A number that might be measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Candidate {
    /// Path.
    pub path: String,
    /// How well it is known, A to D.
    pub grade: char,
    /// Share of the variance that a measurement could take away: total index times what the grade
    /// leaves open.
    pub worth: Interval,
    /// Numbers that come before it whatever the grades leave open.
    pub outdone_by: usize,
}

/// What decides which policy is best.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ranked {
    /// Id of the outcome.
    pub outcome: String,
    /// Policies by mean, the best first, each with the share of the points in which it is best; ties
    /// share.
    pub order: Vec<(String, f64)>,
    /// What decides which is best, by total; no interval where one always is.
    pub choice: Vec<Share>,
    /// Everything else.
    pub rest: Share,
    /// What decides how far the order is from that of the means, by total.
    pub order_hangs_on: Vec<Share>,
}

/// Makes the runs that the study asks for and says what they show.
pub(super) fn sensitivity(
    planned: &Planned,
    asked: &Asked,
    stop: &AtomicBool,
    watch: &Watch<'_>,
) -> Result<Part<Sensitivity>, QuestionError> {
    let contents = &planned.manifest.contents;
    let seed = planned.manifest.fingerprint.seed;
    let scenario = asked.scenario.as_ref().map(|s| s.get().clone());
    let scenario = scenario.or_else(|| contents.scenarios.first().map(|s| s.name.clone()));
    let scenario = scenario.unwrap_or_default();
    let place = contents.scenarios.iter().position(|s| s.name == scenario).unwrap_or_default();
    let named = |ids: &Option<Vec<At<String>>>, id: &str| {
        ids.as_ref().is_none_or(|ids| ids.iter().any(|i| i.get() == id))
    };
    let (mut cases, mut policies) = (Vec::new(), Vec::new());
    let mut all = planned.paired()?;
    for (n, policy) in contents.policies.iter().enumerate() {
        if n == 0 || named(&asked.policies, &policy.id) {
            cases.push(all.cases[place * contents.policies.len() + n].clone());
            policies.push(policy.id.clone());
        }
    }
    all.cases = cases;
    let varies = |i: &usize| contents.inputs[*i].scenarios.contains(&scenario);
    let varying: Vec<usize> = (0..contents.inputs.len()).filter(varies).collect();
    let (together, moved): (Vec<usize>, Vec<usize>) =
        varying.into_iter().partition(|i| contents.inputs[*i].believed);
    if moved.is_empty() {
        return Ok(Part::NotPossible("no number varies that could be moved alone".into()));
    }
    let outcomes: Vec<usize> = (0..contents.outcomes.len())
        .filter(|o| named(&asked.outcomes, &contents.outcomes[*o].id))
        .collect();
    let look = Look {
        paired: &all,
        jobs: planned.jobs,
        seed,
        inputs: &contents.inputs,
        about: outcomes.iter().map(|o| &contents.outcomes[*o]).collect(),
        outcomes,
        policies: &policies,
        stop,
        watch,
    };
    let (trajectories, screened) = match look.screen(asked, &moved) {
        Ok(screened) => screened,
        Err(stopped) => return stopped,
    };
    let top = asked.top.as_ref().map_or(TOP, |t| *t.get()) as usize;
    let closest = Look::closest(&screened, &moved, top);
    let (radial, close) = match look.close(asked, &closest) {
        Ok(close) => close,
        Err(stopped) => return stopped,
    };
    Ok(Part::Found(Sensitivity {
        scenario,
        numbers: moved.len(),
        kept_together: together.len(),
        trajectories: trajectories.count(),
        screening_runs: trajectories.runs() * policies.len() as u32,
        screened: look.told_screened(&screened, &moved),
        bases: radial.bases(),
        close_runs: radial.runs() * policies.len() as u32,
        shared: look.shared(&radial, &close, &closest),
        ranking: look.ranking(&radial, &close, &closest),
        policies,
    }))
}

/// Either what was found or what is to be handed on: that it cannot be, or that the user stopped.
type Looked<T> = Result<T, Result<Part<Sensitivity>, QuestionError>>;

struct Look<'a> {
    paired: &'a Paired<'a>,
    jobs: usize,
    seed: u64,
    inputs: &'a [InputRef],
    /// Places of the outcomes that are asked of, and what they are.
    outcomes: Vec<usize>,
    about: Vec<&'a StudyOutcomeRef>,
    policies: &'a [String],
    stop: &'a AtomicBool,
    watch: &'a Watch<'a>,
}

/// For each outcome the values under the reference, then for each other policy the difference.
type Columns = Vec<Vec<Vec<f64>>>;

impl Look<'_> {
    fn probe<P: Points>(&self, design: &P, moved: &[usize]) -> Looked<Probed> {
        (self.watch.planned)(u64::from(design.runs()) * self.policies.len() as u64);
        let probe = Probe { paired: self.paired, design, moved };
        let probed = probe.run(self.jobs, self.stop, self.watch.ran);
        probed.ok_or(Err(QuestionError::StoppedLooking))
    }

    /// The outcomes that are asked of, and the differences.
    fn columns(&self, probed: &Probed) -> Columns {
        let of = |outcome: &usize| {
            let base = &probed[0][*outcome];
            let beside = |policy: &Vec<Vec<f64>>| {
                policy[*outcome].iter().zip(base).map(|(a, b)| a - b).collect()
            };
            let others = probed.iter().skip(1).map(beside);
            std::iter::once(base.clone()).chain(others).collect()
        };
        self.outcomes.iter().map(of).collect()
    }

    fn screen(
        &self,
        asked: &Asked,
        moved: &[usize],
    ) -> Looked<(Trajectories, Vec<Vec<Vec<Effect>>>)> {
        let (budget, least, most) = SCREENING;
        let runs = (moved.len() as u32 + 1) * self.policies.len() as u32;
        let count = asked.trajectories.as_ref().map(|t| *t.get());
        let count = count.unwrap_or_else(|| (budget / runs.max(1)).clamp(least, most));
        let design = Trajectories::new(self.seed, moved.len() as u32, count, LEVELS)
            .map_err(|e| Ok(Part::NotPossible(e.to_string())))?;
        let probed = self.probe(&design, moved)?;
        let again = bootstrap(self.seed, RESAMPLES);
        let of = |columns: &Vec<Vec<f64>>| {
            let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            effects(&design, &columns, &again).map_err(|e| Ok(Part::NotPossible(e.to_string())))
        };
        let effects = self.columns(&probed).iter().map(of).collect::<Looked<_>>()?;
        Ok((design, effects))
    }

    fn told_screened(&self, screened: &[Vec<Vec<Effect>>], moved: &[usize]) -> Vec<Screened> {
        let mover = |(n, effect): (usize, &Effect)| Mover {
            path: self.inputs[moved[n]].path.clone(),
            grade: self.inputs[moved[n]].grade,
            mu: some(effect.mu),
            mu_star: effect.mu_star.into(),
            sigma: some(effect.sigma),
            dropped: effect.dropped,
        };
        let one = |outcome: usize, column: usize, effects: &[Effect]| {
            let mut order: Vec<(usize, &Effect)> =
                effects.iter().enumerate().filter(|(_, e)| e.mu_star.value > 0.0).collect();
            order.sort_by(|a, b| b.1.mu_star.value.total_cmp(&a.1.mu_star.value));
            Screened {
                outcome: self.about[outcome].id.clone(),
                policy: (column > 0).then(|| self.policies[column].clone()),
                movers: order.into_iter().take(LISTED).map(mover).collect(),
                still: effects.iter().filter(|e| e.mu_star.value == 0.0).count(),
            }
        };
        let of = |(outcome, columns): (usize, &Vec<Vec<Effect>>)| {
            columns.iter().enumerate().map(|(c, e)| one(outcome, c, e)).collect::<Vec<_>>()
        };
        screened.iter().enumerate().flat_map(of).collect()
    }

    /// The numbers that move most, of all that was screened.
    fn closest(screened: &[Vec<Vec<Effect>>], moved: &[usize], top: usize) -> Vec<usize> {
        let mut scores = vec![0.0; moved.len()];
        for effects in screened.iter().flatten() {
            let sizes =
                || effects.iter().map(|e| e.mu_star.value).map(|x| if x > 0.0 { x } else { 0.0 });
            let most = sizes().fold(0.0, f64::max);
            if most > 0.0 {
                scores.iter_mut().zip(sizes()).for_each(|(score, size)| *score += size / most);
            }
        }
        let mut order: Vec<usize> = (0..moved.len()).filter(|n| scores[*n] > 0.0).collect();
        order.sort_by(|a, b| scores[*b].total_cmp(&scores[*a]));
        order.into_iter().take(top).map(|n| moved[n]).collect()
    }

    fn close(&self, asked: &Asked, closest: &[usize]) -> Looked<(Radial, Probed)> {
        if closest.is_empty() {
            let because = "no number moves any of the outcomes".to_owned();
            return Err(Ok(Part::NotPossible(because)));
        }
        let (budget, least, most) = CLOSE;
        let runs = (closest.len() as u32 + 3) * self.policies.len() as u32;
        let bases = asked.bases.as_ref().map(|b| *b.get());
        let fitting = || 1 << (budget / runs).clamp(least, most).ilog2();
        let bases = bases.unwrap_or_else(fitting);
        let design = Radial::new(self.seed, closest.len() as u32, bases, true)
            .map_err(|e| Ok(Part::NotPossible(e.to_string())))?;
        let probed = self.probe(&design, closest)?;
        Ok((design, probed))
    }

    fn settings(&self) -> Settings {
        Settings { centred: true, bootstrap: bootstrap(self.seed, RESAMPLES) }
    }

    fn share(&self, number: usize, index: &Index) -> Share {
        Share {
            path: self.inputs[number].path.clone(),
            grade: Some(self.inputs[number].grade),
            first: index.first.into(),
            total: index.total.into(),
        }
    }

    /// Indices of the numbers by total, and those of the rest.
    fn shares(&self, indices: &Indices, closest: &[usize]) -> (Vec<Share>, Share) {
        let mut numbers: Vec<Share> =
            closest.iter().zip(&indices.factors).map(|(n, i)| self.share(*n, i)).collect();
        let total = |s: &Share| s.total.value.unwrap_or(f64::NEG_INFINITY);
        numbers.sort_by(|a, b| total(b).total_cmp(&total(a)));
        let rest = indices.factors.get(closest.len());
        let rest = Share {
            path: String::new(),
            grade: None,
            first: rest.map(|i| i.first.into()).unwrap_or_default(),
            total: rest.map(|i| i.total.into()).unwrap_or_default(),
        };
        (numbers, rest)
    }

    fn shared(&self, design: &Radial, probed: &Probed, closest: &[usize]) -> Vec<Shared> {
        let mut all = Vec::new();
        for (outcome, columns) in self.columns(probed).iter().enumerate() {
            let columns: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
            let found = indices(design, &columns, &self.settings()).unwrap_or_default();
            for (column, indices) in found.iter().enumerate() {
                let (numbers, rest) = self.shares(indices, closest);
                all.push(Shared {
                    outcome: self.about[outcome].id.clone(),
                    policy: (column > 0).then(|| self.policies[column].clone()),
                    variance: some(indices.variance),
                    worth: self.worth(indices, closest),
                    numbers,
                    rest,
                });
            }
        }
        all
    }

    fn worth(&self, indices: &Indices, closest: &[usize]) -> Vec<Candidate> {
        let graded = closest.iter().zip(&indices.factors);
        let graded: Vec<_> = graded.map(|(n, i)| (grade(self.inputs[*n].grade), i.total)).collect();
        let candidate = |c: terbia_lab::sensitivity::worth::Candidate| Candidate {
            path: self.inputs[closest[c.place]].path.clone(),
            grade: c.grade.letter(),
            worth: c.worth.into(),
            outdone_by: c.outdone_by,
        };
        let known = |c: &terbia_lab::sensitivity::worth::Candidate| c.worth.value.is_finite();
        most_worth_measuring(&graded).into_iter().filter(known).map(candidate).collect()
    }

    fn ranking(&self, design: &Radial, probed: &Probed, closest: &[usize]) -> Vec<Ranked> {
        if self.policies.len() < 2 {
            return Vec::new();
        }
        let one = |(outcome, about): (&usize, &&StudyOutcomeRef)| {
            let better = if about.lower_is_better { Better::Lower } else { Better::Higher };
            let columns: Vec<&[f64]> = probed.iter().map(|p| p[*outcome].as_slice()).collect();
            let found = rank_indices(design, &columns, better, &self.settings()).ok()?;
            let share = |p: &usize| {
                let known: Vec<f64> =
                    found.comparison.best[*p].iter().copied().filter(|v| !v.is_nan()).collect();
                (self.policies[*p].clone(), stats::mean(&known))
            };
            let (choice, rest) = self.shares(&found.choice, closest);
            Some(Ranked {
                outcome: about.id.clone(),
                order: found
                    .comparison
                    .order
                    .iter()
                    .map(share)
                    .filter(|s| s.1.is_finite())
                    .collect(),
                choice,
                rest,
                order_hangs_on: self.shares(&found.discord, closest).0,
            })
        };
        self.outcomes.iter().zip(&self.about).filter_map(one).collect()
    }
}

fn grade(letter: char) -> Grade {
    match letter {
        'A' => Grade::A,
        'B' => Grade::B,
        'C' => Grade::C,
        _ => Grade::D,
    }
}
