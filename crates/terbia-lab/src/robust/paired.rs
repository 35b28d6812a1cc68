//! Is one policy better than another, future by future?
//!
//! Policies run under the same values and seeds, so that what they share cancels in the difference:
//!
//! ```text
//! d_f     = gain of the policy over the reference in future f        > 0: better, whatever the unit's way
//! mean    ± z sd(d)/sqrt(n)                                          normal, good from some dozens on
//! median  by the sign test                                           no assumption on the shape
//! factor  = (Var(a) + Var(b)) / Var(a − b)                           what common random numbers saved
//! ```
//!
//! With independent seeds the difference of the means would have the variance (Var(a) + Var(b))/n; the
//! factor says how many times more runs that would have taken (Law 2015, section 11.2). It also holds
//! what the policies share through the same values of the uncertain numbers, which runs with
//! independent seeds under a common design would share too.
//!
//! [`Comparison`](crate::paired::Comparison) asks the same of a study's columns as they come: it leaves out
//! pairs without a number and sums in the order of the members. Here futures are whole, and sums ascend, as
//! in all of [`robust`](super); so the two agree but for the last bits, and neither is made from the other.

use super::interval::{Share, half_width, median, sign_test, wilson};
use super::{Direction, Table, moments};
use crate::stats;
use std::cmp::Ordering;
use terbia_model::kernel::math::sqrt;

/// A policy beside a reference, by one outcome. Differences are gains: above 0 is better.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Paired {
    /// Futures.
    pub futures: usize,
    /// Mean difference, in the unit of the outcome.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: f64,
    /// Its interval if means are normal, lower and upper end.
    pub mean_interval: (f64, f64),
    /// Median difference.
    pub median: f64,
    /// Its interval by the sign test; none if there are too few futures for one.
    pub median_interval: Option<(f64, f64)>,
    /// Where the differences themselves lie with the coverage of the intervals: quantiles.
    pub range: (f64, f64),
    /// Futures in which the policy is better.
    pub better: usize,
    /// Futures in which it is worse.
    pub worse: usize,
    /// Probability of counts so uneven if neither were better, two-sided; ties do not count.
    pub sign_probability: f64,
    /// How many times more runs independent seeds would have taken; none if the difference does not
    /// vary or there is only one future.
    pub variance_reduction: Option<f64>,
}

/// In how many futures one policy beats another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Beats {
    /// Share of the futures in which it is better, with its interval.
    pub better: Share,
    /// Share in which they tie, 0..1.
    pub tied: f64,
    /// Coverage of the interval, 0..1.
    pub coverage: f64,
    /// Futures.
    pub futures: usize,
}

impl Beats {
    /// It as a sentence.
    pub fn sentence(&self, policy: &str, rival: &str) -> String {
        let Share { value, low, high } = self.better;
        let percent = |x: f64| 100.0 * x;
        let ties = match self.tied {
            0.0 => String::new(),
            tied => format!("; they tie in {:.0} %", percent(tied)),
        };
        format!(
            "{policy} beats {rival} in {:.0} % of {} futures, {:.0} % interval {:.0} to {:.0} %{ties}",
            percent(value),
            self.futures,
            percent(self.coverage),
            percent(low),
            percent(high),
        )
    }
}

/// Values `a` beside values `b` of the same futures; the shorter counts. `coverage` is of all
/// intervals, 0..1.
pub fn paired(a: &[f64], b: &[f64], better: Direction, coverage: f64) -> Paired {
    let gains: Vec<f64> = a.iter().zip(b).map(|(a, b)| better.gain(*a, *b)).collect();
    let sorted = stats::sorted(&gains);
    let (mean, variance) = moments(&gains);
    let standard_error = sqrt(variance / gains.len() as f64);
    let half = half_width(coverage) * standard_error;
    let tail = 0.5 * (1.0 - coverage);
    let count = |way| gains.iter().filter(|g| g.partial_cmp(&&0.0) == Some(way)).count();
    let (over, under) = (count(Ordering::Greater), count(Ordering::Less));
    let apart = moments(a).1 + moments(b).1;
    Paired {
        futures: gains.len(),
        mean,
        standard_error,
        mean_interval: (mean - half, mean + half),
        median: stats::quantile(&sorted, 0.5),
        median_interval: median(&sorted, coverage),
        range: (stats::quantile(&sorted, tail), stats::quantile(&sorted, 1.0 - tail)),
        better: over,
        worse: under,
        sign_probability: sign_test(over, under),
        variance_reduction: (variance > 0.0).then(|| apart / variance),
    }
}

impl Table {
    /// Each policy beside a reference, by one outcome; that of the reference beside itself is all
    /// zero.
    pub fn against(&self, outcome: usize, reference: usize, coverage: f64) -> Vec<Paired> {
        let better = self.outcomes[outcome].better;
        let base = self.values(outcome, reference);
        (0..self.policies.len())
            .map(|p| paired(self.values(outcome, p), base, better, coverage))
            .collect()
    }

    /// In which share of the futures `policy` is better than `rival` by an outcome.
    pub fn beats(&self, outcome: usize, policy: usize, rival: usize, coverage: f64) -> Beats {
        let better = self.outcomes[outcome].better;
        let pairs = || self.values(outcome, policy).iter().zip(self.values(outcome, rival));
        let over = pairs().filter(|(a, b)| better.gain(**a, **b) > 0.0).count();
        let tied = pairs().filter(|(a, b)| a == b).count();
        let futures = self.futures.len();
        Beats {
            better: wilson(over, futures, coverage),
            tied: tied as f64 / futures as f64,
            coverage,
            futures,
        }
    }
}
