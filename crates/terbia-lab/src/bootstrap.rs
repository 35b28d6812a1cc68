//! How sure is a number that was computed from a sample? As sure as it is steady when the sample is
//! drawn again, from itself, many times (Efron 1979).
//!
//! A resample takes as many rows as there are, with replacement. Which ones is addressed by (seed,
//! resample), so that numbers computed from the same rows are resampled alike, and neither threads
//! nor order move a bit. Intervals are percentile intervals (Efron and Tibshirani 1993): the central
//! part of what the resamples give.
//!
//! Rows count as independent. Those of a space-filling design are better than that: intervals are
//! then wider than they need be, never narrower by design.

use crate::stats;
use terbia_model::kernel::rng::philox4x32_10;

/// Sets the keys of resamples apart from those of other chance.
const PURPOSE: u32 = 0x424F_4F54;

/// How often a sample is drawn again, and how wide the interval is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bootstrap {
    /// Where the chance comes from.
    pub seed: u64,
    /// Number of resamples.
    pub resamples: u32,
    /// Share of the resamples that the interval holds, 0..1.
    pub level: f64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { seed: 0, resamples: 1_000, level: 0.95 }
    }
}

impl Bootstrap {
    /// Writes how often each row is taken by `resample` into `counts`, one entry a row.
    pub fn count(&self, resample: u32, counts: &mut [u32]) {
        counts.fill(0);
        let rows = counts.len();
        let key = [self.seed as u32, (self.seed >> 32) as u32];
        for four in 0..rows.div_ceil(4) {
            let words = philox4x32_10([four as u32, resample, PURPOSE, 0], key);
            for word in words.iter().take(rows - 4 * four) {
                // A word as a share of all words, taken of the rows.
                let row = (u64::from(*word) * rows as u64) >> 32;
                counts[row as usize] += 1;
            }
        }
    }

    /// The percentile interval of what the resamples gave; NaN is left out, and of nothing the
    /// interval is NaN.
    pub fn interval(&self, values: &[f64]) -> (f64, f64) {
        let sorted = stats::sorted(values);
        let outside = 0.5 * (1.0 - self.level);
        (stats::quantile(&sorted, outside), stats::quantile(&sorted, 1.0 - outside))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resample_takes_as_many_rows_as_there_are_and_each_as_often_as_the_others() {
        let bootstrap = Bootstrap { seed: 3, ..Bootstrap::default() };
        let mut taken = [0; 7];
        for resample in 0..7_000 {
            let mut counts = [9; 7];
            bootstrap.count(resample, &mut counts);
            assert_eq!(counts.iter().sum::<u32>(), 7);
            taken.iter_mut().zip(counts).for_each(|(t, c)| *t += c);
        }
        // The count of a row has variance 49,000 / 7 × 6 / 7.
        assert!(taken.iter().all(|t| t.abs_diff(7_000) < 350), "{taken:?}");
    }

    #[test]
    fn a_resample_of_today_is_that_of_tomorrow() {
        let mut counts = [9; 8];
        Bootstrap { seed: 42, ..Bootstrap::default() }.count(5, &mut counts);
        assert_eq!(counts, [2, 1, 0, 0, 2, 1, 1, 1]);
        let mut other = [0; 8];
        Bootstrap { seed: 43, ..Bootstrap::default() }.count(5, &mut other);
        assert_ne!(counts, other);
    }

    #[test]
    fn an_interval_leaves_out_what_has_no_value() {
        let values: Vec<f64> = (0..=100).map(f64::from).chain([f64::NAN]).collect();
        let bootstrap = Bootstrap { level: 0.9, ..Bootstrap::default() };
        let (low, high) = bootstrap.interval(&values);
        assert!((low - 5.0).abs() < 1e-9 && (high - 95.0).abs() < 1e-9);
        assert!(bootstrap.interval(&[f64::NAN]).0.is_nan());
    }

    #[test]
    fn nothing_is_resampled_from_nothing() {
        Bootstrap::default().count(0, &mut []);
    }
}
