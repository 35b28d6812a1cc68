//! How far does the record drift about the model, and how is that told from chance?
//!
//! What a model leaves out makes the record run above it for some time, then below. Kennedy and
//! O'Hagan (2001) give that a process of its own; here it is the simplest with a memory, an
//! Ornstein-Uhlenbeck process in the logarithm, taken once a month:
//!
//! ```text
//! observed(t) = model(t) exp(d(t)) × error
//! d(0) ~ N(0, s²),   d(t+1) = a d(t) + s sqrt(1 − a²) e(t),   a = exp(−1/m)
//! ```
//!
//! with `s` the standard deviation and `m` the memory in months. It stays what it is on average, so
//! it claims no trend; and after the last figure on record it fades with its memory, so that a
//! forecast starts where the record stands and returns to the model.
//!
//! Given a run, the figures of a series are then a Gaussian process with noise, whose likelihood a
//! Kalman filter (Kalman 1960) gives in closed form: the drift need not be simulated to be fitted.

use std::f64::consts::PI;
use terbia_model::kernel::dist::normal;
use terbia_model::kernel::math::{exp, ln, sqrt};
use terbia_model::kernel::rng::{Draws, Purpose};

/// Steps of a drift, by series and month.
const STEP: Purpose = Purpose(0x4452_4654);
/// Keeps the quantile of a uniform off 0, where the normal has none.
const SMALLEST: f64 = 1.0 / (1_u64 << 53) as f64;

/// A drift about the model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Drift {
    /// Standard deviation, in the logarithm; 0 for none.
    pub sd: f64,
    /// Months after which it has faded to 1/e; above 0.
    pub memory_months: f64,
}

/// What is known of a drift in one month.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Belief {
    /// Expected value, in the logarithm.
    pub mean: f64,
    /// Its variance.
    pub variance: f64,
}

/// A figure of the record over what a run says, both in the logarithm.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Residual {
    /// Month, counted from the start of the run; for a window its middle.
    pub month: usize,
    /// log(observed / model).
    pub log_ratio: f64,
    /// Standard deviation of the error of the figure, in the logarithm.
    pub error_sd: f64,
}

/// A drift after the figures that speak of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Filtered {
    /// What is known of it in the month asked for.
    pub belief: Belief,
    /// Log density of the figures, given the run.
    pub log_likelihood: f64,
}

/// A standard normal at an address.
pub fn standard_normal(draws: &Draws, purpose: Purpose, entity: u32, step: u32, index: u32) -> f64 {
    normal(draws.uniform(purpose, entity, step, index).max(SMALLEST))
}

impl Drift {
    /// Share that is left after a month.
    fn kept(&self) -> f64 {
        exp(-1.0 / self.memory_months)
    }

    /// What is known without a figure.
    pub fn prior(&self) -> Belief {
        Belief { mean: 0.0, variance: self.sd * self.sd }
    }

    /// What is known `months` later, if nothing more is heard.
    pub fn later(&self, belief: Belief, months: usize) -> Belief {
        let kept = exp(-(months as f64) / self.memory_months);
        let stationary = self.sd * self.sd;
        Belief {
            mean: kept * belief.mean,
            variance: stationary + kept * kept * (belief.variance - stationary),
        }
    }

    /// A path of the drift over the months of `out`, the first of which is month `first` of the run
    /// and is drawn from `belief`. `series` tells the drifts of one run apart.
    pub fn path(&self, belief: Belief, draws: &Draws, series: u32, first: usize, out: &mut [f64]) {
        let kept = self.kept();
        let step = self.sd * sqrt(1.0 - kept * kept);
        let mut value = 0.0;
        for (place, out) in out.iter_mut().enumerate() {
            let e = standard_normal(draws, STEP, series, (first + place) as u32, 0);
            value = if place == 0 {
                belief.mean + sqrt(belief.variance.max(0.0)) * e
            } else {
                kept * value + step * e
            };
            *out = value;
        }
    }

    /// What `residuals` (in order of their months) say of the drift in `month`, and how likely they
    /// are. Residuals after `month` are not looked at.
    pub fn filter(&self, residuals: &[Residual], month: usize) -> Filtered {
        let (mut belief, mut at) = (self.prior(), 0);
        let mut log_likelihood = 0.0;
        for residual in residuals.iter().take_while(|r| r.month <= month) {
            belief = self.later(belief, residual.month.saturating_sub(at));
            at = residual.month;
            let variance = belief.variance + residual.error_sd * residual.error_sd;
            if variance <= 0.0 {
                continue;
            }
            let surprise = residual.log_ratio - belief.mean;
            log_likelihood -= 0.5 * (ln(2.0 * PI * variance) + surprise * surprise / variance);
            let gain = belief.variance / variance;
            belief = Belief {
                mean: belief.mean + gain * surprise,
                variance: belief.variance * (1.0 - gain),
            };
        }
        Filtered { belief: self.later(belief, month - at), log_likelihood }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DRIFT: Drift = Drift { sd: 0.3, memory_months: 6.0 };

    #[test]
    fn a_path_has_the_size_and_the_memory_that_it_claims() {
        let mut sums = [0.0; 3];
        let runs = 20_000;
        for run in 0..runs {
            let mut path = [0.0; 7];
            DRIFT.path(DRIFT.prior(), &Draws::new(1, run), 0, 0, &mut path);
            sums[0] += path[0] * path[0];
            sums[1] += path[6] * path[6];
            sums[2] += path[0] * path[6];
        }
        // The standard error of a variance of 0.09 over 20,000 runs is 0.0009.
        let [first, last, product] = sums.map(|s| s / f64::from(runs));
        assert!((first - 0.09).abs() < 0.0036 && (last - 0.09).abs() < 0.0036, "{first} {last}");
        assert!((product / 0.09 - exp(-1.0)).abs() < 0.04, "{product}");
    }

    #[test]
    fn the_filter_agrees_with_the_joint_normal_of_two_figures() {
        // Two figures three months apart: covariance s² a³, variance s² + error².
        let (x, y, e) = (0.2, -0.1, 0.1);
        let residual = |month, log_ratio| Residual { month, log_ratio, error_sd: e };
        let filtered = DRIFT.filter(&[residual(2, x), residual(5, y)], 5);
        let (v, c) = (0.09 + e * e, 0.09 * exp(-0.5));
        let det = v * v - c * c;
        let square = (v * x * x - 2.0 * c * x * y + v * y * y) / det;
        let expected = -0.5 * (square + ln(det)) - ln(2.0 * PI);
        assert!((filtered.log_likelihood - expected).abs() < 1e-12);
        // E[d(5) | x, y], with covariances of d(5) to the figures c and s².
        let mean = ((c * v - 0.09 * c) * x + (0.09 * v - c * c) * y) / det;
        assert!((filtered.belief.mean - mean).abs() < 1e-12);
    }

    #[test]
    fn a_drift_fades_to_what_is_known_without_a_figure() {
        let known = Belief { mean: 0.5, variance: 0.0 };
        let soon = DRIFT.later(known, 6);
        assert!((soon.mean - 0.5 * exp(-1.0)).abs() < 1e-12);
        assert!((soon.variance - 0.09 * (1.0 - exp(-2.0))).abs() < 1e-12);
        let late = DRIFT.later(known, 1_000);
        assert!(late.mean.abs() < 1e-12 && (late.variance - 0.09).abs() < 1e-12);
    }

    #[test]
    fn figures_after_the_month_are_not_looked_at() {
        let early = Residual { month: 1, log_ratio: 0.3, error_sd: 0.05 };
        let late = Residual { month: 9, ..early };
        assert_eq!(DRIFT.filter(&[early, late], 4), DRIFT.filter(&[early], 4));
    }

    #[test]
    fn no_drift_leaves_nothing_to_learn() {
        let none = Drift { sd: 0.0, memory_months: 6.0 };
        let sure = Residual { month: 1, log_ratio: 0.3, error_sd: 0.0 };
        assert_eq!(none.filter(&[sure], 3).belief, Belief { mean: 0.0, variance: 0.0 });
    }
}
