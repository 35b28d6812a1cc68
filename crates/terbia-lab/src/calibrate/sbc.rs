//! Is a posterior one? Ranks of truths among posteriors made for them.
//!
//! Draw parameters from the prior, a record from the simulator at them, and a posterior from the
//! record: then the rank of the truth among the posterior's draws is uniform, whatever the model
//! (Cook, Gelman and Rubin 2006; Talts et al. 2018). A posterior that is too narrow puts truths at
//! the ends, one that is too wide in the middle, one that is off on a side.

use statrs::distribution::{ChiSquared, ContinuousCDF};

/// How even a set of ranks is.
#[derive(Clone, Debug, PartialEq)]
pub struct Ranks {
    /// How many truths fell into each bin of equal probability.
    pub counts: Vec<usize>,
    /// Pearson's statistic against even counts.
    pub chi_squared: f64,
    /// Probability of a statistic at least as large if ranks are uniform, 0..1.
    pub p_value: f64,
}

/// Rank of `truth` among draws of a posterior, as a share 0..1: draws below it over all.
pub fn rank(truth: f64, draws: &[f64]) -> f64 {
    draws.iter().filter(|d| **d < truth).count() as f64 / draws.len() as f64
}

/// Sorts ranks (0..1) into `bins` bins and compares their counts with even ones; `None` without
/// ranks or with fewer than two bins.
pub fn evenness(ranks: &[f64], bins: usize) -> Option<Ranks> {
    let mut counts = vec![0; bins];
    for rank in ranks {
        let place = (rank * bins as f64) as usize;
        counts[place.min(bins.checked_sub(1)?)] += 1;
    }
    let expected = ranks.len() as f64 / bins as f64;
    let square = |count: &usize| (*count as f64 - expected).powi(2) / expected;
    let chi_squared: f64 = counts.iter().map(square).sum();
    let law = ChiSquared::new(bins as f64 - 1.0).ok()?;
    let p_value = (expected > 0.0).then(|| law.sf(chi_squared))?;
    Some(Ranks { counts, chi_squared, p_value })
}
