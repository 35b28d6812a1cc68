//! How good is a forecast that is a crowd of runs? Quantiles and proper scores.
//!
//! A score is *proper* if nobody can better it by saying something other than what they believe.
//! All of them are negatively oriented: smaller is better, and the continuous ranked probability
//! score (CRPS) has the unit of the forecast.
//!
//! ```text
//! CRPS(ensemble, y)      = mean|x_i - y| - sum_ij |x_i - x_j| / (2 n^2)
//! CRPS_fair(ensemble, y) = mean|x_i - y| - sum_ij |x_i - x_j| / (2 n (n - 1))
//! ```
//!
//! The first scores the ensemble as the forecast; the fair one scores the distribution that the
//! ensemble is a sample of, so that ensembles of different size compare.
//!
//! An ensemble is handed over as a slice sorted by [`f64::total_cmp`] and free of NaN; [`sorted`]
//! makes one. An empty ensemble has no quantile and no score: the answer is NaN.

use std::f64::consts::PI;
use terbia_model::kernel::dist::normal_cdf;
use terbia_model::kernel::math;

/// The values of runs that have one, in ascending order.
pub fn sorted(values: &[f64]) -> Vec<f64> {
    let mut kept: Vec<f64> = values.iter().copied().filter(|v| !v.is_nan()).collect();
    kept.sort_unstable_by(f64::total_cmp);
    kept
}

/// The quantile at `p` (0..1) of a sorted ensemble, interpolated linearly between the runs on
/// either side of rank `p (n - 1)`, which is the default of the common statistics packages.
pub fn quantile(sorted: &[f64], p: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else { return f64::NAN };
    let rank = p.clamp(0.0, 1.0) * last as f64;
    let below = rank as usize;
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    // Equal neighbours are returned as they are, so that two infinities do not make a NaN.
    if low == high { low } else { low + (rank - below as f64) * (high - low) }
}

/// Arithmetic mean; NaN of nothing.
pub fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// CRPS of a sorted ensemble against `y`, the ensemble taken as the forecast itself.
pub fn crps(sorted: &[f64], y: f64) -> f64 {
    let n = sorted.len() as f64;
    distance(sorted, y) - spread(sorted) / (n * n)
}

/// CRPS of a sorted ensemble against `y`, the ensemble taken as a sample of the forecast.
///
/// Of a single run it is the distance, as there is no spread to estimate.
pub fn crps_fair(sorted: &[f64], y: f64) -> f64 {
    let n = sorted.len() as f64;
    if sorted.len() < 2 {
        return distance(sorted, y);
    }
    distance(sorted, y) - spread(sorted) / (n * (n - 1.0))
}

/// Mean distance to `y`.
fn distance(sorted: &[f64], y: f64) -> f64 {
    sorted.iter().map(|x| (x - y).abs()).sum::<f64>() / sorted.len() as f64
}

/// Sum of the distances of all pairs, each pair once: with the ensemble in order, the run at rank
/// `i` is the upper end of `i` of them and the lower end of the others.
fn spread(sorted: &[f64]) -> f64 {
    let n = sorted.len() as f64;
    sorted.iter().enumerate().map(|(i, x)| (2.0 * i as f64 - n + 1.0) * x).sum()
}

/// CRPS of a normal forecast with this `mean` and `sd` > 0 against `y`.
pub fn crps_normal(mean: f64, sd: f64, y: f64) -> f64 {
    let z = (y - mean) / sd;
    let density = math::exp(-0.5 * z * z) / math::sqrt(2.0 * PI);
    sd * (z * (2.0 * normal_cdf(z) - 1.0) + 2.0 * density - 1.0 / math::sqrt(PI))
}

/// Minus the log density of a normal forecast with this `mean` and `sd` > 0 at `y`.
pub fn log_score_normal(mean: f64, sd: f64, y: f64) -> f64 {
    let z = (y - mean) / sd;
    0.5 * z * z + math::ln(sd) + 0.5 * math::ln(2.0 * PI)
}

/// Score of the central interval `low..high` that is to hold `y` with probability `coverage`
/// (0..1, for example 0.9): its width, and a fine in proportion to the miss.
pub fn interval_score(low: f64, high: f64, coverage: f64, y: f64) -> f64 {
    let miss = (low - y).max(0.0) + (y - high).max(0.0);
    high - low + 2.0 / (1.0 - coverage) * miss
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * b.abs()
    }

    #[test]
    fn m4_crps_of_the_standard_normal() {
        let cases = [
            (0.0, 0.233_694_977_255_109_13),
            (1.0, 0.602_441_357_627_616_3),
            (2.0, 1.452_791_821_685_903_3),
        ];
        for (y, expected) in cases {
            assert!(close(crps_normal(0.0, 1.0, y), expected), "{y}");
            assert!(close(crps_normal(5.0, 2.0, 5.0 + 2.0 * y), 2.0 * expected), "{y}");
        }
    }

    #[test]
    fn m5_scores_of_a_small_ensemble() {
        let ensemble = [1.0, 2.0, 4.0, 7.0];
        assert!(close(crps(&ensemble, 3.0), 0.75));
        assert!(close(crps_fair(&ensemble, 3.0), 1.0 / 3.0));
        assert!((log_score_normal(0.0, 1.0, 1.0) - 1.418_938_533_2).abs() < 5e-11);
        assert!(close(interval_score(10.0, 20.0, 0.8, 23.0), 40.0));
        assert_eq!(interval_score(10.0, 20.0, 0.8, 15.0), 10.0);
    }

    #[test]
    fn quantiles_lie_between_their_neighbours() {
        let ensemble = [1.0, 2.0, 4.0, 7.0];
        for (p, expected) in [(0.0, 1.0), (0.5, 3.0), (0.25, 1.75), (0.95, 6.55), (1.0, 7.0)] {
            assert!(close(quantile(&ensemble, p), expected), "{p}");
        }
        assert_eq!(quantile(&[3.0], 0.3), 3.0);
        assert_eq!(quantile(&[f64::NEG_INFINITY; 2], 0.3), f64::NEG_INFINITY);
    }

    #[test]
    fn nothing_has_no_quantile_and_no_score() {
        let none = sorted(&[f64::NAN]);
        assert!(quantile(&none, 0.5).is_nan() && crps(&none, 1.0).is_nan());
        assert!(crps_fair(&none, 1.0).is_nan() && mean(&none).is_nan());
        assert_eq!(crps_fair(&[2.0], 5.0), 3.0);
    }

    #[test]
    fn a_sorted_ensemble_is_free_of_runs_without_a_value() {
        assert_eq!(sorted(&[3.0, f64::NAN, -1.0, f64::INFINITY]), [-1.0, 3.0, f64::INFINITY]);
    }

    proptest! {
        #[test]
        fn crps_is_that_of_its_definition(
            values in prop::collection::vec(-100.0_f64..100.0, 1..30), y in -150.0_f64..150.0,
        ) {
            let n = values.len() as f64;
            let pairs: f64 = values.iter().flat_map(|a| values.iter().map(move |b| (a - b).abs())).sum();
            let direct = distance(&values, y) - pairs / (2.0 * n * n);
            prop_assert!((crps(&sorted(&values), y) - direct).abs() < 1e-9);
            prop_assert!(crps(&sorted(&values), y) >= -1e-9);
        }
    }
}
