//! What does the record of one place say of another?
//!
//! Two places are two draws from one population: of a number that both have, part is common to all
//! places and part is each one's own (partial pooling; Lindley and Smith 1972, Gelman et al. 2013,
//! chapter 5). In normal scores of the prior, which each place holds for itself:
//!
//! ```text
//! z      = sqrt(ρ) common + sqrt(1 − ρ) own           both standard normal, so z is too
//! there  ~ N(m, s²)                                   what the record taught of the other place
//! here   ~ N(ρ m, ρ² s² + 1 − ρ²)                     what follows for this one, before its record
//! ```
//!
//! since the correlation of z between two places is ρ, and the record of one speaks of the other
//! only through its number. What was not learnt there (m = 0, s = 1) stays the prior here, to the
//! bit; with ρ = 0 nothing follows, and with ρ = 1 the other place's posterior as it stands. However
//! much is known there, a spread of sqrt(1 − ρ²) is left here.
//!
//! Limits: ρ cannot be learnt from two places, so it is judged; numbers are taken one by one, so that
//! what is known of a pair better than of each is not carried; a posterior that is no normal in its
//! score is taken for one.

use terbia_model::kernel::math::sqrt;

/// What is believed of a normal score: it is normal itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Score {
    /// Mean; 0 in the prior.
    pub mean: f64,
    /// Standard deviation; 1 in the prior.
    pub sd: f64,
}

impl Score {
    /// What the prior says.
    pub const PRIOR: Self = Self { mean: 0.0, sd: 1.0 };

    /// Mean and standard deviation of `scores`; those of the prior if there are fewer than two.
    pub fn of(scores: &[f64]) -> Self {
        if scores.len() < 2 {
            return Self::PRIOR;
        }
        let count = scores.len() as f64;
        let mean = scores.iter().sum::<f64>() / count;
        let square = scores.iter().map(|z| (z - mean) * (z - mean)).sum::<f64>();
        Self { mean, sd: sqrt(square / (count - 1.0)) }
    }

    /// The score that lies `standard` standard deviations above the mean.
    pub fn at(self, standard: f64) -> f64 {
        self.mean + self.sd * standard
    }

    /// What this belief of one place says of another, whose score has a `correlation` of 0..1 with
    /// it.
    #[must_use]
    pub fn elsewhere(self, correlation: f64) -> Self {
        let carried = correlation * self.sd;
        let own = 1.0 - correlation * correlation;
        Self { mean: correlation * self.mean, sd: sqrt(carried * carried + own) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discrepancy::standard_normal;
    use terbia_model::kernel::rng::{Draws, Purpose};

    #[test]
    fn what_was_not_learnt_elsewhere_stays_the_prior_to_the_bit() {
        for correlation in [0.0, 0.5, 1.0] {
            assert_eq!(Score::PRIOR.elsewhere(correlation), Score::PRIOR);
        }
        assert_eq!([-2.5, 0.1].map(|z| Score::PRIOR.at(z)), [-2.5, 0.1]);
    }

    #[test]
    fn the_ends_of_the_correlation_are_nothing_and_all() {
        let there = Score { mean: 1.3, sd: 0.2 };
        assert_eq!(there.elsewhere(0.0), Score::PRIOR);
        let same = there.elsewhere(1.0);
        assert!((same.mean - 1.3).abs() < 1e-15 && (same.sd - 0.2).abs() < 1e-15);
    }

    #[test]
    fn a_belief_is_never_surer_of_another_place_than_of_its_own() {
        for sd in [0.05, 0.4, 0.9] {
            let mut last = 1.0;
            for correlation in [0.2, 0.5, 0.8, 0.95] {
                let here = Score { mean: 0.7, sd }.elsewhere(correlation);
                assert!(here.sd > sd && here.sd < last, "{sd} {correlation}");
                assert!(here.sd * here.sd >= 1.0 - correlation * correlation);
                last = here.sd;
            }
        }
    }

    /// The model itself, drawn: two places of one population, the first seen with an error.
    #[test]
    fn it_is_the_posterior_of_the_second_place_of_a_population() {
        let (correlation, error, seen) = (0.6_f64, 0.5_f64, 1.1_f64);
        let normal =
            |run: u32, place: u32| standard_normal(&Draws::new(24, run), Purpose(3), place, 0, 0);
        // The posterior there is normal: precision 1 + 1/error².
        let precision = 1.0 + 1.0 / (error * error);
        let there = Score { mean: seen / (error * error) / precision, sd: precision.powf(-0.5) };
        let expected = there.elsewhere(correlation);
        let (common, own) = (correlation.sqrt(), (1.0 - correlation).sqrt());
        let kept: Vec<f64> = (0..200_000)
            .filter_map(|run| {
                let shared = common * normal(run, 0);
                let [one, other] = [1, 2].map(|place| shared + own * normal(run, place));
                ((one + error * normal(run, 3) - seen).abs() < 0.05).then_some(other)
            })
            .collect();
        // Some 5,000 are kept: the standard error of the mean is 0.013.
        let found = Score::of(&kept);
        assert!((found.mean - expected.mean).abs() < 0.05, "{found:?} {expected:?}");
        assert!((found.sd - expected.sd).abs() < 0.04, "{found:?} {expected:?}");
    }

    #[test]
    fn moments_of_too_few_scores_are_those_of_the_prior() {
        assert_eq!(Score::of(&[3.0]), Score::PRIOR);
        assert_eq!(Score::of(&[1.0, 3.0]), Score { mean: 2.0, sd: 2.0_f64.sqrt() });
    }
}
