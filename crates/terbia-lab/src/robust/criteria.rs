//! Which policy would a cautious, an indifferent or a hopeful person choose? Rules of decision under
//! ignorance.
//!
//! ```text
//! maximin       the best worst outcome                                        (Wald 1950)
//! Laplace       the best mean: all futures alike
//! Hurwicz       the best of  a x best + (1 − a) x worst,  a the hope, 0..1    (Hurwicz 1951)
//! regret        the least mean, quantile or largest regret                    (Savage 1951)
//! satisficing   the largest share of the futures in which an outcome is good enough (Simon 1956)
//! domain        the largest share of the futures in which *all* thresholds are met at once
//!               (the domain criterion of Starr 1963, as a share of the futures instead of a volume)
//! ```
//!
//! The rules disagree, and which of them is right is no question for a program: tables show several.
//! A share is only as good as the futures: it is the probability of success if they are draws from a
//! belief, and the part of a box that is covered if they fill a box.

use super::interval::{Share, wilson};
use super::regret::Over;
use super::{COVERAGE, Direction, Table};
use crate::stats;

/// A rule that turns the outcomes of a policy over all futures into one figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Criterion {
    /// The worst outcome.
    Maximin,
    /// The mean.
    Laplace,
    /// Between the best (at 1) and the worst (at 0).
    Hurwicz(f64),
    /// Regret.
    Regret(Over),
}

/// Policies by one criterion.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// For each policy its figure, in the unit of the outcome.
    pub scores: Vec<f64>,
    /// Which policies have the best one: several if they tie.
    pub chosen: Vec<usize>,
}

impl Table {
    /// What a criterion makes of each policy, and whom it chooses.
    pub fn choose(&self, outcome: usize, criterion: Criterion) -> Choice {
        let better = self.outcomes[outcome].better;
        let ends = |policy: usize| {
            let values = || self.values(outcome, policy).iter().copied();
            let worst = better.worst(values()).unwrap_or(f64::NAN);
            (better.best(values()).unwrap_or(f64::NAN), worst)
        };
        let policies = 0..self.policies.len();
        let (scores, better): (Vec<f64>, Direction) = match criterion {
            Criterion::Maximin => (policies.map(|p| ends(p).1).collect(), better),
            Criterion::Laplace => {
                let mean = |p| stats::mean(&stats::sorted(self.values(outcome, p)));
                (policies.map(mean).collect(), better)
            }
            Criterion::Hurwicz(hope) => {
                let mix = |p| {
                    let (best, worst) = ends(p);
                    hope * best + (1.0 - hope) * worst
                };
                (policies.map(mix).collect(), better)
            }
            Criterion::Regret(over) => {
                let of = |r: &Vec<f64>| over.of(&stats::sorted(r));
                (self.regrets(outcome).iter().map(of).collect(), Direction::Lower)
            }
        };
        let best = better.best(scores.iter().copied());
        let chosen = (0..scores.len()).filter(|p| Some(scores[*p]) == best).collect();
        Choice { scores, chosen }
    }

    /// For each policy the share of the futures in which an outcome meets its threshold, with an
    /// interval of 90 %; `None` if the outcome has no threshold.
    pub fn satisficing(&self, outcome: usize) -> Option<Vec<Share>> {
        let threshold = self.outcomes[outcome].threshold?;
        let better = self.outcomes[outcome].better;
        let share = |policy| {
            let met = self.values(outcome, policy).iter().filter(|v| better.meets(**v, threshold));
            wilson(met.count(), self.futures.len(), COVERAGE)
        };
        Some((0..self.policies.len()).map(share).collect())
    }

    /// Starr's domain criterion: for each policy the share of the futures in which it meets all
    /// thresholds at once, with an interval of 90 %; `None` if no outcome has a threshold.
    pub fn starr(&self) -> Option<Vec<Share>> {
        self.outcomes.iter().any(|o| o.threshold.is_some()).then_some(())?;
        let meets = |policy: usize, future: usize| {
            self.outcomes.iter().enumerate().all(|(o, outcome)| {
                let value = self.values(o, policy)[future];
                outcome.threshold.is_none_or(|t| outcome.better.meets(value, t))
            })
        };
        let share = |policy| {
            let met = (0..self.futures.len()).filter(|f| meets(policy, *f)).count();
            wilson(met, self.futures.len(), COVERAGE)
        };
        Some((0..self.policies.len()).map(share).collect())
    }
}
