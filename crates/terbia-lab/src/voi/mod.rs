//! What is it worth to know something before a policy is chosen?
//!
//! Each sample is a draw of all that is uncertain, with the net benefit of every policy in it. Without
//! further knowledge the policy with the best mean is taken; who knew more would sometimes take another.
//!
//! ```text
//! EVPI   = E[max_d NB_d] − max_d E[NB_d]               if all were known       Benefits::perfect
//! EVPPI  = E[max_d E[NB_d | φ]] − max_d E[NB_d]        if parameters φ were    Benefits::partial
//! EVSI   = E[max_d E[NB_d | x]] − max_d E[NB_d]        if a study gave x       Benefits::partial, measured
//! ```
//!
//! Raiffa and Schlaifer (1961). All have the unit of the net benefit: yuan if it is in yuan, tonnes if
//! it is in tonnes. What knowledge costs is for the caller to take off. [`normal`] has closed forms.
//!
//! Limits. What is valued is a better choice among the policies of the table, by one decision maker who
//! takes the best mean; knowledge that changes no choice is worth nothing here, whatever else it may be
//! good for. The uncertainty is that of the samples: a parameter whose prior is too narrow looks
//! worthless. Values do not add up over parameters. Samples in which a policy has no number are left out
//! and counted.

mod basis;
pub mod normal;
mod partial;

pub use basis::Basis;
pub use partial::Partial;

use rayon::prelude::*;
use terbia_model::kernel::math::sqrt;
use terbia_model::kernel::rng::{Draws, Purpose};

/// Samples of a replicate.
const REPLICATE: Purpose = Purpose(0x424F_4F54);

/// How standard errors are found: by drawing samples anew with replacement (Efron 1979).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bootstrap {
    /// How often; below two there is no standard error.
    pub replicates: u32,
    /// Seed.
    pub seed: u64,
}

/// Why there is no value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VoiError {
    /// No policy, no sample, or policies with different numbers of samples.
    #[error("policies have {samples:?} samples; hand over as many of each, and one at least")]
    Shape {
        /// Samples of each policy.
        samples: Vec<usize>,
    },
    /// A net benefit is infinite.
    #[error(
        "the net benefit of policy {policy} is infinite in sample {sample}; cut it off at the horizon"
    )]
    Infinite {
        /// Place of the policy, from 0.
        policy: usize,
        /// Place of the sample, from 0.
        sample: usize,
    },
    /// In no sample has every policy a number.
    #[error("in none of {samples} samples has every policy a net benefit; see which runs diverge")]
    Empty {
        /// Samples handed over.
        samples: usize,
    },
    /// What is to be known has not one finite number for each sample.
    #[error(
        "input {input} lacks a finite number for each of {samples} samples; leave none out, and give no NaN"
    )]
    Input {
        /// Its place, from 0.
        input: usize,
        /// Samples handed over with the net benefits.
        samples: usize,
    },
    /// Too few samples to tell signal from noise.
    #[error(
        "{samples} samples for {columns} terms of a regression; it takes ten for each, so draw more or choose a smaller basis"
    )]
    Few {
        /// Samples that are kept.
        samples: usize,
        /// Terms.
        columns: usize,
    },
    /// The regression has no solution.
    #[error("the regression on {columns} terms has no solution; choose a smaller basis")]
    Unsolved {
        /// Terms.
        columns: usize,
    },
}

/// An estimate and how sure it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate, in the unit of the net benefit.
    pub value: f64,
    /// Its standard error by the bootstrap; NaN with fewer than two replicates.
    pub standard_error: f64,
}

/// Net benefits of policies over samples.
#[derive(Clone, Debug, PartialEq)]
pub struct Benefits {
    /// For each policy one value a kept sample.
    rows: Vec<Vec<f64>>,
    /// Places of the samples that are kept, of all.
    kept: Vec<usize>,
    samples: usize,
}

impl Benefits {
    /// Net benefits, for each policy one a sample. Samples with NaN are left out for all policies. Fails
    /// if the shape is wrong, a value infinite, or no sample whole.
    pub fn new(policies: &[Vec<f64>]) -> Result<Self, VoiError> {
        let lengths: Vec<usize> = policies.iter().map(Vec::len).collect();
        let samples = lengths.first().copied().unwrap_or(0);
        if samples == 0 || lengths.iter().any(|l| *l != samples) {
            return Err(VoiError::Shape { samples: lengths });
        }
        for (policy, row) in policies.iter().enumerate() {
            if let Some(sample) = row.iter().position(|b| b.is_infinite()) {
                return Err(VoiError::Infinite { policy, sample });
            }
        }
        let whole = |s: &usize| policies.iter().all(|row| !row[*s].is_nan());
        let kept: Vec<usize> = (0..samples).filter(whole).collect();
        if kept.is_empty() {
            return Err(VoiError::Empty { samples });
        }
        let rows = policies.iter().map(|row| kept.iter().map(|s| row[*s]).collect()).collect();
        Ok(Self { rows, kept, samples })
    }

    /// How many samples were left out because a policy has no number in them.
    pub fn dropped(&self) -> usize {
        self.samples - self.kept.len()
    }

    /// The policy that is taken without further knowledge: the best mean, the first of equals.
    pub fn choice(&self) -> usize {
        best(&means(&self.rows, None))
    }

    /// What it would be worth to know everything: EVPI. Its standard error shrinks with the root of the
    /// samples; it is biased upwards where policies are nearly as good as each other and samples few.
    pub fn perfect(&self, bootstrap: &Bootstrap) -> Estimate {
        let again = |weights: &[f64]| Some(worth(&self.rows, Some(weights)));
        Estimate { value: worth(&self.rows, None), standard_error: self.spread(bootstrap, again) }
    }

    /// By how much each policy gains over one of them, sample by sample.
    fn gains(&self, over: usize) -> Vec<Vec<f64>> {
        let less = |row: &Vec<f64>| row.iter().zip(&self.rows[over]).map(|(a, b)| a - b).collect();
        self.rows.iter().map(less).collect()
    }

    /// Those of some values, one a sample, that belong to the samples kept; `None` if there are not as
    /// many, or one is not finite.
    fn whole(&self, values: &[f64]) -> Option<Vec<f64>> {
        let kept: Vec<f64> = self.kept.iter().filter_map(|s| values.get(*s).copied()).collect();
        let whole = values.len() == self.samples && kept.iter().all(|v| v.is_finite());
        whole.then_some(kept)
    }

    /// Standard deviation of a figure over replicates of the samples, given as how often each counts.
    fn spread(&self, bootstrap: &Bootstrap, figure: impl Fn(&[f64]) -> Option<f64> + Sync) -> f64 {
        let count = self.kept.len();
        let replicate = |replicate: u32| {
            let draws = Draws::new(bootstrap.seed, replicate);
            let mut weights = vec![0.0; count];
            for draw in 0..count {
                let u = draws.uniform(REPLICATE, draw as u32, 0, 0);
                weights[(u * count as f64) as usize] += 1.0;
            }
            figure(&weights)
        };
        let figures: Vec<Option<f64>> =
            (0..bootstrap.replicates).into_par_iter().map(replicate).collect();
        let figures: Vec<f64> = figures.into_iter().flatten().collect();
        let n = figures.len() as f64;
        let mean = figures.iter().sum::<f64>() / n;
        let squares: f64 = figures.iter().map(|f| (f - mean) * (f - mean)).sum();
        if figures.len() < 2 { f64::NAN } else { sqrt(squares / (n - 1.0)) }
    }
}

/// Mean of each row, under weights if there are any.
fn means(rows: &[Vec<f64>], weights: Option<&[f64]>) -> Vec<f64> {
    rows.iter().map(|row| mean(row.iter().copied(), weights)).collect()
}

fn mean(values: impl ExactSizeIterator<Item = f64>, weights: Option<&[f64]>) -> f64 {
    let count = values.len() as f64;
    match weights {
        None => values.sum::<f64>() / count,
        Some(weights) => {
            let total: f64 = weights.iter().sum();
            values.zip(weights).map(|(v, w)| v * w).sum::<f64>() / total
        }
    }
}

/// Place of the largest; the first of equals.
fn best(values: &[f64]) -> usize {
    let mut best = 0;
    for (place, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = place;
        }
    }
    best
}

/// Mean of the largest in each sample, less the largest mean.
fn worth(rows: &[Vec<f64>], weights: Option<&[f64]>) -> f64 {
    let samples = rows.first().map_or(0, Vec::len);
    let top = |s: usize| rows.iter().map(|row| row[s]).fold(f64::NEG_INFINITY, f64::max);
    let known = mean((0..samples).map(top), weights);
    let unknown = means(rows, weights).into_iter().fold(f64::NEG_INFINITY, f64::max);
    // Rounding must not make knowledge harmful.
    (known - unknown).max(0.0)
}

#[cfg(test)]
mod tests;
