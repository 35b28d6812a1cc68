//! Is a policy better than the reference, in how many futures and by how much? Paired differences.
//!
//! ```text
//! d_m     = outcome of the policy in member m − outcome of the reference in member m
//! mean    = Σ d_m / n            half-width = z sqrt(Var(d) / n), z for 90 %
//! cut     = (Var(a) + Var(b)) / Var(a − b)
//! ```
//!
//! The cut is the number of independent runs that one paired run is worth: with draws of their own,
//! the two sides would have given the difference a variance of Var(a) + Var(b) (Law & Kelton 2000,
//! common random numbers). Members that diverged on either side are left out.
//!
//! Limits: the half-width takes members for independent draws; the evenly spread ones of a design
//! have a smaller error, so it errs on the safe side. With few members it is rough.

use crate::stats;
use crate::summary::Band;
use terbia_model::kernel::math;

/// Standard errors to either side of a mean that make a 90 % interval.
pub const Z90: f64 = 1.644_853_626_951_472_7;

/// An outcome under a policy beside the same outcome under the reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// Members in which both have a value.
    pub members: usize,
    /// The differences, policy less reference.
    pub differences: Band,
    /// Their mean; NaN of none.
    pub mean: f64,
    /// Half the width of the 90 % interval of that mean; NaN of fewer than two.
    pub half_width: f64,
    /// Share of members in which the policy is higher, 0..1.
    pub higher: f64,
    /// Share of members in which the policy is lower, 0..1.
    pub lower: f64,
    /// By how much common random numbers cut the variance of the difference; infinite where all
    /// differences are alike, NaN where there is nothing to compare.
    pub variance_cut: f64,
}

impl Comparison {
    /// Holds `policy` against `reference`: both have one value a member, NaN where it diverged.
    pub fn of(reference: &[f64], policy: &[f64]) -> Self {
        let pairs = reference.iter().zip(policy).filter(|(a, b)| !a.is_nan() && !b.is_nan());
        let (a, b): (Vec<f64>, Vec<f64>) = pairs.map(|(a, b)| (*a, *b)).unzip();
        let differences: Vec<f64> = a.iter().zip(&b).map(|(a, b)| b - a).collect();
        let (mean, half_width) = mean_and_half_width(&differences);
        let share = |side: fn(f64) -> bool| {
            let count = differences.iter().filter(|d| side(**d)).count();
            count as f64 / differences.len() as f64
        };
        let apart = variance(&a) + variance(&b);
        let paired = variance(&differences);
        Self {
            members: differences.len(),
            differences: Band::of(&differences),
            mean,
            half_width,
            higher: share(|d| d > 0.0),
            lower: share(|d| d < 0.0),
            variance_cut: apart / paired,
        }
    }

    /// Whether no member differs.
    pub fn identical(&self) -> bool {
        self.higher == 0.0 && self.lower == 0.0
    }
}

/// The mean of `values` without NaN, and half the width of its 90 % interval.
pub fn mean_and_half_width(values: &[f64]) -> (f64, f64) {
    let kept: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    let error = math::sqrt(variance(&kept) / kept.len() as f64);
    (stats::mean(&kept), Z90 * error)
}

/// Unbiased variance; NaN of fewer than two values.
fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 {
        return f64::NAN;
    }
    let mean = stats::mean(values);
    let squares: f64 = values.iter().map(|v| (v - mean) * (v - mean)).sum();
    squares / (values.len() - 1) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design;

    #[test]
    fn a4_common_thresholds_cut_the_variance_of_a_difference_of_waiting_times() {
        // Thresholds E ~ Exp(1), hazards 0.05 and 0.04: T = E/h, so the difference is 5 E.
        let n = 1 << 16;
        let threshold = |r| -math::ln(1.0 - design::point(3, r, 0));
        let at = |h: f64| -> Vec<f64> { (0..n).map(|r| threshold(r) / h).collect() };
        let c = Comparison::of(&at(0.05), &at(0.04));
        assert!((c.mean - 5.0).abs() < 0.01, "{}", c.mean);
        let paired = (c.half_width / Z90).powi(2) * f64::from(n);
        assert!((paired - 25.0).abs() < 0.3, "{paired}");
        assert!((c.variance_cut * paired - 1_025.0).abs() < 12.0, "{}", c.variance_cut * paired);
        assert!((1.0 / c.variance_cut - 0.024_390).abs() < 1e-5, "{}", c.variance_cut);
        assert_eq!((c.higher, c.lower), (1.0, 0.0));
    }

    #[test]
    fn a3_a_policy_that_changes_nothing_differs_by_exactly_nothing() {
        let values = [1.0, f64::NAN, 3.0, 0.1 + 0.2];
        let c = Comparison::of(&values, &values);
        assert_eq!((c.members, c.mean, c.half_width), (3, 0.0, 0.0));
        assert!(c.identical() && c.variance_cut.is_infinite());
    }

    #[test]
    fn a_member_that_diverged_on_one_side_counts_on_neither() {
        let c = Comparison::of(&[1.0, 2.0, f64::NAN, 4.0], &[2.0, f64::NAN, 3.0, 3.0]);
        assert_eq!((c.members, c.mean), (2, 0.0));
        assert_eq!((c.higher, c.lower), (0.5, 0.5));
        assert_eq!((c.differences.q05, c.differences.q50), (-0.9, 0.0));
    }

    #[test]
    fn one_member_has_a_difference_and_no_interval() {
        let c = Comparison::of(&[1.0], &[3.0]);
        assert_eq!((c.mean, c.higher), (2.0, 1.0));
        assert!(c.half_width.is_nan() && c.variance_cut.is_nan());
        assert!(Comparison::of(&[], &[]).mean.is_nan());
    }
}
