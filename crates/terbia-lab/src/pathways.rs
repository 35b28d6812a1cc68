//! When should one switch from one policy to another, and what would tell? Thresholds on signals.
//!
//! An adaptive pathway begins with one policy and switches if a signal says so in time (Haasnoot et al.
//! 2013). What is looked for is the simplest such rule: *in month t, switch if the signal is above (below)
//! a threshold*. Every run has its signals under the first policy, whether staying with it ends in failure,
//! and, where the runs were made again with a switch in month t, what that would have gained:
//!
//! ```text
//! gain         g_i(t) = benefit of switching in t − benefit of staying,   paired: same values, same seed
//! expected     mean over all runs of g_i(t) where the rule fires and 0 where it does not
//! sensitivity  share of the runs that fail in which it fires
//! specificity  share of the runs that do not fail in which it keeps silent
//! area         chance that a run that fails shows more (less) of the signal than one that does not
//! ```
//!
//! Rules are fitted on one half of the runs, by expected gain or by sensitivity + specificity − 1 (Youden
//! 1950), and judged on the other: the best of many rules looks better than it is on the runs that it was
//! chosen by. Halves are drawn by addressed chance and not by even and odd numbers, which in an even
//! design are halves of the first dimension.
//!
//! A rule that fires always needs no signal. What the signal adds is measured against the better of never
//! switching and always switching in one month.
//!
//! Limits. A rule looks once, in one month, at one signal; one that waits until a threshold is crossed, or
//! reads two signals, may be better. A signal is known as it is in the model, without delay or error. The
//! benefit is an average over runs: who fears the worst wants another. A signal that is not finite never
//! fires; a run without a gain in a month counts neither for nor against rules of that month.

use crate::stats;
use rayon::prelude::*;
use terbia_model::kernel::math::sqrt;
use terbia_model::kernel::rng::{Draws, Purpose};

/// Which half a run belongs to.
const HALF: Purpose = Purpose(0x4841_4C46);
/// Fewer runs make no halves.
const LEAST_RUNS: usize = 20;

/// Something that can be watched under the first policy.
#[derive(Clone, Debug, PartialEq)]
pub struct Signal {
    /// Name.
    pub name: String,
    /// Its value in each month of each run, the month varying fastest.
    pub values: Vec<f64>,
}

/// What staying and switching bring, in one unit, more is better.
#[derive(Clone, Debug, PartialEq)]
pub struct Benefit {
    /// Of staying, one a run.
    pub stay: Vec<f64>,
    /// Of switching in each month of each run, the month varying fastest; NaN where that was not run.
    pub switch: Vec<f64>,
}

/// Runs of the first policy, and what switching would have brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Histories {
    /// Months of a run.
    pub months: usize,
    /// What can be watched.
    pub signals: Vec<Signal>,
    /// For each run, whether staying ends in failure.
    pub fails: Vec<bool>,
    /// What staying and switching bring; none if no run was made with a switch.
    pub benefit: Option<Benefit>,
}

/// On which side of the threshold a rule fires.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Above it.
    Above,
    /// Below it.
    Below,
}

/// When to switch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rule {
    /// Place of the signal.
    pub signal: usize,
    /// Month in which it is looked at, from 0.
    pub month: usize,
    /// Threshold, in the unit of the signal. Infinite of a rule that fires always, or never.
    pub threshold: f64,
    /// Side on which it fires.
    pub side: Side,
}

impl Rule {
    /// Whether it fires at a value of its signal.
    pub fn fires(&self, value: f64) -> bool {
        value.is_finite()
            && match self.side {
                Side::Above => value > self.threshold,
                Side::Below => value < self.threshold,
            }
    }
}

/// How a rule does on some runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Performance {
    /// Runs that count.
    pub runs: usize,
    /// Share of them in which it fires, 0..1.
    pub fires: f64,
    /// Share of those that fail in which it fires, 0..1; NaN if none fails.
    pub sensitivity: f64,
    /// Share of those that do not fail in which it keeps silent, 0..1; NaN if all fail.
    pub specificity: f64,
    /// Expected gain over staying, in the unit of the benefit; NaN without benefits, and so its error.
    pub gain: f64,
    /// Standard error of the expected gain.
    pub standard_error: f64,
}

/// The best rule by one signal in one month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// The rule.
    pub rule: Rule,
    /// On the half that it was fitted to.
    pub fitted: Performance,
    /// On the other half: this is what it can be expected to do.
    pub judged: Performance,
    /// How well the signal tells failing runs from others whatever the threshold, on the other half: 0.5 is
    /// not at all, 1 always. NaN if all fail or none.
    pub area: f64,
}

/// What a search for a rule found.
#[derive(Clone, Debug, PartialEq)]
pub struct Pathway {
    /// The rule that does best on the half that rules were fitted to.
    pub best: Candidate,
    /// The best rule of each month and signal, by month, then by signal.
    pub candidates: Vec<Candidate>,
    /// The month in which always switching gains most on that half; none if staying beats it, or
    /// there are no benefits.
    pub always: Option<usize>,
    /// What the best rule gains over the better of never switching and always switching in that month, on
    /// the other half: mean and standard error, in the unit of the benefit. NaN without benefits.
    pub added: (f64, f64),
}

/// What a rule is fitted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Aim {
    /// The expected gain.
    Gain,
    /// Sensitivity + specificity − 1.
    Telling,
}

/// Why no rule was looked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathwayError {
    /// Too few runs to fit on a half and judge on the other.
    #[error("{runs} runs make no two halves; hand over {LEAST_RUNS} at least")]
    Few {
        /// Runs handed over.
        runs: usize,
    },
    /// A table has not one value for each month of each run.
    #[error("'{table}' has {given} values for {runs} runs x {months} months; hand over one each")]
    Shape {
        /// Name of the signal, or 'stay' or 'switch' (months is 1 for 'stay').
        table: String,
        /// Values handed over.
        given: usize,
        /// Runs.
        runs: usize,
        /// Months.
        months: usize,
    },
    /// A month outside the runs, or none, or no signal.
    #[error(
        "a rule needs a signal and a month before {months}; {signals} signals and months {asked:?} were given"
    )]
    Nothing {
        /// Signals handed over.
        signals: usize,
        /// Months asked for.
        asked: Vec<usize>,
        /// Months of a run.
        months: usize,
    },
    /// Rules are to be fitted by gain, and nothing says what is gained.
    #[error("no run was made with a switch, so no gain is known; fit rules by what they tell")]
    Gains,
}

impl Histories {
    /// The best rule that looks in one of `months`, fitted by `aim`, with halves drawn under `seed`. Fails
    /// if there is nothing to look for, or tables do not fit.
    pub fn search(&self, months: &[usize], aim: Aim, seed: u64) -> Result<Pathway, PathwayError> {
        self.check(months)?;
        if aim == Aim::Gain && self.benefit.is_none() {
            return Err(PathwayError::Gains);
        }
        let halves = self.halves(seed);
        let pairs: Vec<(usize, usize)> =
            months.iter().flat_map(|m| (0..self.signals.len()).map(move |s| (*m, s))).collect();
        let scored: Vec<(f64, Candidate)> =
            pairs.par_iter().map(|(m, s)| self.candidate(*m, *s, aim, &halves)).collect();
        let mut best = scored[0];
        for scored in &scored[1..] {
            if scored.0 > best.0 {
                best = *scored;
            }
        }
        let always = self.always(months, &halves[0]);
        Ok(Pathway {
            best: best.1,
            candidates: scored.into_iter().map(|(_, c)| c).collect(),
            always,
            added: self.added(&best.1.rule, always, &halves[1]),
        })
    }

    fn check(&self, months: &[usize]) -> Result<(), PathwayError> {
        let runs = self.fails.len();
        if runs < LEAST_RUNS {
            return Err(PathwayError::Few { runs });
        }
        let signals = self.signals.len();
        if signals == 0 || months.is_empty() || months.iter().any(|m| *m >= self.months) {
            let asked = months.to_vec();
            return Err(PathwayError::Nothing { signals, asked, months: self.months });
        }
        let fits = |table: &str, values: &[f64], months: usize| {
            let given = values.len();
            let shape = || PathwayError::Shape { table: table.into(), given, runs, months };
            if runs.checked_mul(months) == Some(given) { Ok(()) } else { Err(shape()) }
        };
        for signal in &self.signals {
            fits(&signal.name, &signal.values, self.months)?;
        }
        if let Some(Benefit { stay, switch }) = &self.benefit {
            fits("stay", stay, 1)?;
            fits("switch", switch, self.months)?;
        }
        Ok(())
    }

    /// Runs to fit on and runs to judge by, each in ascending order.
    fn halves(&self, seed: u64) -> [Vec<usize>; 2] {
        let chance = |run: &usize| Draws::new(seed, *run as u32).uniform(HALF, 0, 0, 0);
        let mut order: Vec<usize> = (0..self.fails.len()).collect();
        order.sort_by(|a, b| chance(a).total_cmp(&chance(b)).then(a.cmp(b)));
        let mut judge = order.split_off(order.len() / 2);
        order.sort_unstable();
        judge.sort_unstable();
        [order, judge]
    }

    fn value(&self, signal: usize, run: usize, month: usize) -> f64 {
        self.signals[signal].values[run * self.months + month]
    }

    /// What switching in a month gains in a run; NaN if that is not known.
    fn gain(&self, run: usize, month: usize) -> f64 {
        let of = |b: &Benefit| b.switch[run * self.months + month] - b.stay[run];
        self.benefit.as_ref().map_or(f64::NAN, of)
    }

    /// Those of some runs that count in a month: all if there are no benefits, else those with a gain.
    fn counted(&self, runs: &[usize], month: usize) -> Vec<usize> {
        let counts = |run: &usize| self.benefit.is_none() || self.gain(*run, month).is_finite();
        runs.iter().copied().filter(counts).collect()
    }

    /// The best rule by a signal in a month, and how good it is at what it aims at where it was fitted.
    fn candidate(
        &self,
        month: usize,
        signal: usize,
        aim: Aim,
        halves: &[Vec<usize>; 2],
    ) -> (f64, Candidate) {
        let runs = self.counted(&halves[0], month);
        let failing = runs.iter().filter(|r| self.fails[**r]).count();
        let holding = runs.len() - failing;
        // What firing in a run adds to the aim.
        let weight = |run: usize| match aim {
            Aim::Gain => self.gain(run, month) / runs.len() as f64,
            Aim::Telling if failing == 0 || holding == 0 => 0.0,
            Aim::Telling if self.fails[run] => 1.0 / failing as f64,
            Aim::Telling => -1.0 / holding as f64,
        };
        let mut seen: Vec<(f64, f64)> = runs
            .iter()
            .map(|r| (self.value(signal, *r, month), weight(*r)))
            .filter(|(v, _)| v.is_finite())
            .collect();
        seen.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let (above, below) = (cut(&seen, Side::Above), cut(&seen, Side::Below));
        let ((score, threshold), side) =
            if below.0 > above.0 { (below, Side::Below) } else { (above, Side::Above) };
        let rule = Rule { signal, month, threshold, side };
        let candidate = Candidate {
            rule,
            fitted: self.performance(&rule, &halves[0]),
            judged: self.performance(&rule, &halves[1]),
            area: self.area(&rule, &halves[1]),
        };
        (score, candidate)
    }

    /// How a rule does on some runs.
    pub fn performance(&self, rule: &Rule, runs: &[usize]) -> Performance {
        let runs = self.counted(runs, rule.month);
        let fires = |run: &usize| rule.fires(self.value(rule.signal, *run, rule.month));
        let share = |of: &dyn Fn(&usize) -> bool, is: &dyn Fn(&usize) -> bool| {
            let all = runs.iter().filter(|r| of(r)).count();
            runs.iter().filter(|r| of(r) && is(r)).count() as f64 / all as f64
        };
        let paid = |run: &usize| {
            let gain = self.gain(*run, rule.month);
            if fires(run) || gain.is_nan() { gain } else { 0.0 }
        };
        let (gain, standard_error) = mean_and_error(&runs.iter().map(paid).collect::<Vec<_>>());
        Performance {
            runs: runs.len(),
            fires: share(&|_| true, &fires),
            sensitivity: share(&|r| self.fails[*r], &fires),
            specificity: share(&|r| !self.fails[*r], &|r| !fires(r)),
            gain,
            standard_error,
        }
    }

    /// Chance that a failing run lies further on the rule's side than one that holds; ties count half.
    fn area(&self, rule: &Rule, runs: &[usize]) -> f64 {
        let of = |r: &usize| (self.value(rule.signal, *r, rule.month), self.fails[*r]);
        let mut seen: Vec<(f64, bool)> =
            runs.iter().map(of).filter(|(v, _)| v.is_finite()).collect();
        seen.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (mut holding, mut failing, mut pairs) = (0.0, 0.0, 0.0);
        for equal in seen.chunk_by(|a, b| a.0 == b.0) {
            let fail = equal.iter().filter(|(_, f)| *f).count() as f64;
            let hold = equal.len() as f64 - fail;
            pairs += fail * (holding + 0.5 * hold);
            holding += hold;
            failing += fail;
        }
        let area = pairs / (holding * failing);
        if rule.side == Side::Above { area } else { 1.0 - area }
    }

    /// The month in which always switching gains most on some runs, if that is more than nothing.
    fn always(&self, months: &[usize], runs: &[usize]) -> Option<usize> {
        let gain = |month: usize| {
            let gains = self.counted(runs, month).into_iter().map(|r| self.gain(r, month));
            mean_and_error(&gains.collect::<Vec<_>>()).0
        };
        let mut best = (0.0, None);
        for month in months {
            let gain = gain(*month);
            if gain > best.0 {
                best = (gain, Some(*month));
            }
        }
        best.1
    }

    /// What a rule gains over staying, or over always switching in a month.
    fn added(&self, rule: &Rule, always: Option<usize>, runs: &[usize]) -> (f64, f64) {
        let added = |run: &usize| {
            let gain = self.gain(*run, rule.month);
            let fires = rule.fires(self.value(rule.signal, *run, rule.month));
            let otherwise = always.map_or(0.0, |month| self.gain(*run, month));
            if fires || gain.is_nan() { gain - otherwise } else { -otherwise }
        };
        let added: Vec<f64> = runs.iter().map(added).filter(|a| a.is_finite()).collect();
        mean_and_error(&added)
    }
}

/// Mean and its standard error; NaN of nothing.
fn mean_and_error(values: &[f64]) -> (f64, f64) {
    let mean = stats::mean(values);
    let n = values.len() as f64;
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    (mean, sqrt(squares / (n - 1.0) / n))
}

/// The best sum of weights on one side of a threshold, and that threshold, given values and weights in
/// order of the values. Firing never is best unless something is better.
fn cut(seen: &[(f64, f64)], side: Side) -> (f64, f64) {
    let groups: Vec<&[(f64, f64)]> = seen.chunk_by(|a, b| a.0 == b.0).collect();
    let ordered: Vec<&[(f64, f64)]> = match side {
        Side::Above => groups.into_iter().rev().collect(),
        Side::Below => groups,
    };
    let end = match side {
        Side::Above => f64::INFINITY,
        Side::Below => f64::NEG_INFINITY,
    };
    let mut best = (0.0, end);
    let mut sum = 0.0;
    for (place, group) in ordered.iter().enumerate() {
        sum += group.iter().map(|(_, w)| w).sum::<f64>();
        if sum > best.0 {
            let inside = group[0].0;
            let outside = ordered.get(place + 1).map_or(-end, |next| next[0].0);
            best = (sum, between(inside, outside));
        }
    }
    best
}

/// A threshold at which `inside` is on its side, and `outside` not.
fn between(inside: f64, outside: f64) -> f64 {
    let middle = f64::midpoint(inside, outside);
    // Neighbouring floats have nothing between them.
    if middle == inside { outside } else { middle }
}

#[cfg(test)]
mod tests;
