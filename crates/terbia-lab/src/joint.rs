//! What is known of several quantities together, and what does a figure about some of them teach?
//!
//! They are jointly normal. A figure is a weighted sum of them with an error; it is taken in by the
//! exact step of a Kalman filter (Kalman 1960):
//!
//! ```text
//! y = c'x + e, e ~ N(0, r)      y ~ N(c'm, c'Pc + r)
//! k = Pc / (c'Pc + r)           m <- m + k (y - c'm),   P <- P - k c'P
//! ```

use crate::discrepancy::{Belief, Drift};
use terbia_model::kernel::math::exp;

/// Quantities that are jointly normal.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Joint {
    mean: Vec<f64>,
    /// Rows of the covariance, one after another.
    covariance: Vec<f64>,
}

/// A weighted sum of quantities: places and weights, each place once.
pub type Sum = [(usize, f64)];

impl Joint {
    /// Number of quantities.
    pub fn len(&self) -> usize {
        self.mean.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.mean.is_empty()
    }

    /// Adds the months of a drift from one on of which `belief` is known, `months` in all; they are
    /// independent of what is there. Returns the place of the first.
    pub fn add_drift(&mut self, drift: &Drift, belief: Belief, months: usize) -> usize {
        let known: Vec<Belief> = (0..months).map(|m| drift.later(belief, m)).collect();
        let (old, new) = (self.len(), self.len() + months);
        let mut covariance = vec![0.0; new * new];
        for row in 0..old {
            let from = &self.covariance[row * old..(row + 1) * old];
            covariance[row * new..row * new + old].copy_from_slice(from);
        }
        let kept = |m: usize| exp(-(m as f64) / drift.memory_months);
        let kept: Vec<f64> = (0..months).map(kept).collect();
        for i in 0..months {
            for j in i..months {
                let c = kept[j - i] * known[i].variance;
                covariance[(old + i) * new + old + j] = c;
                covariance[(old + j) * new + old + i] = c;
            }
        }
        self.mean.extend(known.iter().map(|b| b.mean));
        self.covariance = covariance;
        old
    }

    /// Expected value of a quantity.
    pub fn mean(&self, place: usize) -> f64 {
        self.mean[place]
    }

    /// What is known of one quantity.
    pub fn of(&self, place: usize) -> Belief {
        Belief { mean: self.mean[place], variance: self.covariance[place * self.len() + place] }
    }

    /// What is known of a sum of them.
    pub fn of_sum(&self, sum: &Sum) -> Belief {
        let mean = sum.iter().map(|(place, c)| c * self.mean[*place]).sum();
        let variance: f64 = sum.iter().map(|(place, c)| c * self.product(*place, sum)).sum();
        Belief { mean, variance: variance.max(0.0) }
    }

    /// Covariance of a quantity with a sum.
    fn product(&self, place: usize, sum: &Sum) -> f64 {
        let row = &self.covariance[place * self.len()..(place + 1) * self.len()];
        sum.iter().map(|(other, c)| c * row[*other]).sum()
    }

    /// Learns that a sum turned out `surprise` above what was expected, measured with an error of
    /// this variance. A sum of which all is known already teaches nothing.
    pub fn learn(&mut self, sum: &Sum, surprise: f64, error_variance: f64) {
        self.half_learn(sum, surprise, error_variance, 1.0);
    }

    /// The same where the figure is right with probability `trust` and says nothing otherwise: mean and
    /// covariance of the two cases together, as in the filter of Bar-Shalom and Tse (1975).
    pub fn half_learn(&mut self, sum: &Sum, surprise: f64, error_variance: f64, trust: f64) {
        let variance = self.of_sum(sum).variance + error_variance;
        if variance <= 0.0 || sum.is_empty() {
            return;
        }
        let count = self.len();
        let with: Vec<f64> = (0..count).map(|place| self.product(place, sum)).collect();
        for (mean, w) in self.mean.iter_mut().zip(&with) {
            *mean += trust * w / variance * surprise;
        }
        // What is gained if it is right, less what it leaves open whether it is.
        let gained = trust * (1.0 - (1.0 - trust) * surprise * surprise / variance) / variance;
        for (row, a) in self.covariance.chunks_exact_mut(count).zip(&with) {
            if *a != 0.0 {
                row.iter_mut().zip(&with).for_each(|(c, b)| *c -= gained * a * b);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discrepancy::Residual;
    use crate::mixture::Normal;
    use terbia_model::kernel::math::sqrt;

    const DRIFT: Drift = Drift { sd: 0.3, memory_months: 6.0 };

    #[test]
    fn figures_of_single_months_teach_what_the_filter_of_a_drift_says() {
        let residuals = [(2, 0.2, 0.1), (5, -0.1, 0.05), (5, 0.05, 0.2), (9, 0.4, 0.1)]
            .map(|(month, log_ratio, error_sd)| Residual { month, log_ratio, error_sd });
        let mut joint = Joint::default();
        let first = joint.add_drift(&DRIFT, DRIFT.prior(), 12);
        let mut log_likelihood = 0.0;
        for r in &residuals {
            let sum = [(first + r.month, 1.0)];
            let Belief { mean, variance } = joint.of_sum(&sum);
            let error = r.error_sd * r.error_sd;
            let expected = Normal { mean, sd: sqrt(variance + error) };
            log_likelihood += expected.log_density(r.log_ratio);
            joint.learn(&sum, r.log_ratio - mean, error);
        }
        let filtered = DRIFT.filter(&residuals, 11);
        assert!((log_likelihood - filtered.log_likelihood).abs() < 1e-12);
        let Belief { mean, variance } = joint.of(first + 11);
        assert!((mean - filtered.belief.mean).abs() < 1e-12);
        assert!((variance - filtered.belief.variance).abs() < 1e-12);
    }

    #[test]
    fn the_order_in_which_figures_come_teaches_the_same() {
        let (a, b) = ([(1, 0.5), (2, 0.5)], [(2, 1.0), (7, -1.0)]);
        let learnt = |first: bool| {
            let mut joint = Joint::default();
            joint.add_drift(&DRIFT, Belief { mean: 0.1, variance: 0.02 }, 4);
            joint.add_drift(&Drift { sd: 0.1, memory_months: 2.0 }, DRIFT.prior(), 5);
            let steps = [(&a, 0.3, 0.01), (&b, -0.2, 0.02)];
            let mut order = steps.to_vec();
            if !first {
                order.reverse();
            }
            for (sum, y, error) in order {
                let surprise = y - joint.of_sum(sum).mean;
                joint.learn(sum, surprise, error);
            }
            joint
        };
        let (one, other) = (learnt(true), learnt(false));
        for place in 0..9 {
            let (x, y) = (one.of(place), other.of(place));
            assert!((x.mean - y.mean).abs() < 1e-12 && (x.variance - y.variance).abs() < 1e-12);
        }
        // A figure about both makes them depend on each other.
        assert!(one.product(3, &[(8, 1.0)]).abs() > 1e-6);
    }

    #[test]
    fn a_figure_that_may_be_wrong_teaches_the_mixture_of_both_cases() {
        let belief = Belief { mean: 0.1, variance: 0.04 };
        let known = |trust: f64| {
            let mut joint = Joint::default();
            joint.add_drift(&DRIFT, belief, 3);
            joint.half_learn(&[(0, 1.0)], 0.5, 0.01, trust);
            joint.of(0)
        };
        let (none, all, some) = (known(0.0), known(1.0), known(0.3));
        assert_eq!(none, belief);
        let mean = 0.3 * all.mean + 0.7 * none.mean;
        let second = |b: Belief| b.variance + b.mean * b.mean;
        let variance = 0.3 * second(all) + 0.7 * second(none) - mean * mean;
        assert!((some.mean - mean).abs() < 1e-12 && (some.variance - variance).abs() < 1e-12);
    }

    #[test]
    fn what_is_known_already_teaches_nothing() {
        let mut joint = Joint::default();
        let none = Drift { sd: 0.0, memory_months: 6.0 };
        joint.add_drift(&none, none.prior(), 2);
        joint.learn(&[(0, 1.0)], 0.5, 0.0);
        assert_eq!(joint.of(0), Belief { mean: 0.0, variance: 0.0 });
        joint.learn(&[], 0.5, 0.1);
        assert_eq!(joint.of(1), Belief { mean: 0.0, variance: 0.0 });
    }
}
