//! What is it worth to know some parameters, or what a study would find? By regression.
//!
//! ```text
//! g_d(x) = E[NB_d | x]  ≈  regression of NB_d on terms of x, over the samples
//! value  = mean of max_d g_d  −  max_d mean of g_d
//! ```
//!
//! With x the parameters themselves it is EVPPI (Strong, Oakley and Brennan 2014); with x a summary of
//! data that the caller draws for each sample, given that sample's parameters, it is EVSI (Strong et al.
//! 2015). No run is made beyond those that there are.
//!
//! Of a parameter that is measured with normal error no data need be drawn: what such a study leaves of
//! the expected benefits is g pulled towards its mean, so that its variance is a share
//! ([`super::normal::told`]) of what it was. This matches two moments (Heath, Manolopoulou and Baio 2018),
//! and is exact if g is linear and the parameter normal.
//!
//! Two biases pull against each other. The regression follows noise, which makes the first mean too
//! large, the more so the more terms a sample; and the best of several sample means, which is taken off, is
//! too large where policies are close. Hence beside the value stands what the same regression brings in
//! samples that it was not fitted to: policies chosen by it there, judged by what they brought, against
//! the policy that would have been chosen without it. Where the two are far apart, there are too few
//! samples for so many terms.

use super::{Basis, Benefits, Bootstrap, VoiError, best, mean, means, worth};
use crate::calibrate::regress::Ridge;
use terbia_model::kernel::math::sqrt;
use terbia_model::kernel::rng::{Draws, Purpose};

/// Which fold a sample belongs to.
const FOLD: Purpose = Purpose(0x464F_4C44);
/// Folds.
const FOLDS: usize = 5;
/// Fewer samples a term tell no signal from noise.
const LEAST_SAMPLES_A_TERM: usize = 10;

/// What it is worth to know some of all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Partial {
    /// The value, in the unit of the net benefit.
    pub value: f64,
    /// Its standard error by the bootstrap; NaN with fewer than two replicates.
    pub standard_error: f64,
    /// What the regression is worth in samples that it was not fitted to, in the same unit; may fall below
    /// 0. NaN of a measured parameter, where it cannot be had.
    pub cross: f64,
    /// Share of the variance of the policies' gains over the chosen one that the regression explains,
    /// 0..1; NaN if none varies.
    pub explained: f64,
    /// The value before it was cut to that of knowing everything, which it can only exceed by noise.
    pub uncut: f64,
    /// Terms of the regression.
    pub terms: usize,
}

/// A regression of gains on terms.
struct Regression<'a> {
    benefits: &'a Benefits,
    rows: Vec<Vec<f64>>,
    terms: usize,
    /// For each policy the gain over the one that is chosen without knowledge.
    gains: Vec<Vec<f64>>,
}

impl Benefits {
    /// What it is worth to know `inputs`, each with one value a sample: parameters for EVPPI, summaries of
    /// data drawn for each sample for EVSI. Fails if inputs do not fit the samples or are too many.
    pub fn partial(
        &self,
        inputs: &[Vec<f64>],
        basis: Basis,
        bootstrap: &Bootstrap,
    ) -> Result<Partial, VoiError> {
        let regression = self.regression(inputs, basis)?;
        let mut partial = regression.partial(1.0, bootstrap)?;
        partial.cross = regression.cross(bootstrap.seed)?;
        Ok(partial)
    }

    /// What it is worth to measure one parameter, `told` of whose variance (0..1) the measurements are
    /// expected to explain. At 1 it is EVPPI, at 0 nothing. Fails as [`Benefits::partial`] does.
    pub fn measured(
        &self,
        parameter: &[f64],
        told: f64,
        basis: Basis,
        bootstrap: &Bootstrap,
    ) -> Result<Partial, VoiError> {
        let inputs = [parameter.to_vec()];
        self.regression(&inputs, basis)?.partial(sqrt(told.clamp(0.0, 1.0)), bootstrap)
    }

    fn regression(&self, inputs: &[Vec<f64>], basis: Basis) -> Result<Regression<'_>, VoiError> {
        let whole = |(input, values): (usize, &Vec<f64>)| {
            self.whole(values).ok_or(VoiError::Input { input, samples: self.samples })
        };
        let inputs: Vec<Vec<f64>> =
            inputs.iter().enumerate().map(whole).collect::<Result<_, _>>()?;
        let samples = self.kept.len();
        let columns = basis.terms(inputs.len()).unwrap_or(usize::MAX);
        if columns.saturating_mul(LEAST_SAMPLES_A_TERM) > samples {
            return Err(VoiError::Few { samples, columns });
        }
        let rows = if inputs.is_empty() { vec![Vec::new(); samples] } else { basis.rows(&inputs) };
        let terms = rows.first().map_or(0, Vec::len);
        Ok(Regression { benefits: self, rows, terms, gains: self.gains(self.choice()) })
    }
}

impl Regression<'_> {
    /// What is expected of each policy's gain in each sample, fitted under weights.
    fn expected(&self, weights: Option<&[f64]>) -> Option<Vec<Vec<f64>>> {
        let fit = Ridge::fit(&self.rows, &self.gains, weights, 0.0)?;
        let of = |policy| self.rows.iter().map(|row| fit.predict(policy, row)).collect();
        Some((0..self.gains.len()).map(of).collect())
    }

    /// The value, with what is expected pulled to its mean by `kept` (1: left as it is).
    fn partial(&self, kept: f64, bootstrap: &Bootstrap) -> Result<Partial, VoiError> {
        let value = |weights: Option<&[f64]>| {
            let expected = self.expected(weights)?;
            Some(worth(&pulled(expected, kept, weights), weights))
        };
        let unsolved = VoiError::Unsolved { columns: self.terms };
        let uncut = value(None).ok_or_else(|| unsolved.clone())?;
        let most = worth(&self.benefits.rows, None);
        Ok(Partial {
            value: uncut.min(most),
            standard_error: self.benefits.spread(bootstrap, |weights| value(Some(weights))),
            cross: f64::NAN,
            explained: self.explained().ok_or(unsolved)?,
            uncut,
            terms: self.terms,
        })
    }

    fn explained(&self) -> Option<f64> {
        let variance = |row: &Vec<f64>| {
            let middle = mean(row.iter().copied(), None);
            row.iter().map(|v| (v - middle) * (v - middle)).sum::<f64>()
        };
        let all: f64 = self.gains.iter().map(variance).sum();
        let told: f64 = self.expected(None)?.iter().map(variance).sum();
        Some(told / all)
    }

    /// Mean gain of choosing by a regression on the other folds, over the policy that the other folds
    /// would have chosen without it.
    fn cross(&self, seed: u64) -> Result<f64, VoiError> {
        let samples = self.rows.len();
        let draws = Draws::new(seed, 0);
        let fold = |s: usize| (draws.uniform(FOLD, s as u32, 0, 0) * FOLDS as f64) as usize;
        let folds: Vec<usize> = (0..samples).map(fold).collect();
        let mut sum = 0.0;
        for left_out in 0..FOLDS {
            let weights: Vec<f64> =
                folds.iter().map(|f| if *f == left_out { 0.0 } else { 1.0 }).collect();
            let unsolved = VoiError::Unsolved { columns: self.terms };
            let expected = self.expected(Some(&weights)).ok_or(unsolved)?;
            let otherwise = best(&means(&self.gains, Some(&weights)));
            for s in (0..samples).filter(|s| folds[*s] == left_out) {
                let hopes: Vec<f64> = expected.iter().map(|row| row[s]).collect();
                sum += self.gains[best(&hopes)][s] - self.gains[otherwise][s];
            }
        }
        Ok(sum / samples as f64)
    }
}

/// Rows pulled towards their mean so that `kept` of their standard deviation is left.
fn pulled(rows: Vec<Vec<f64>>, kept: f64, weights: Option<&[f64]>) -> Vec<Vec<f64>> {
    if kept == 1.0 {
        return rows;
    }
    let towards = |row: Vec<f64>| {
        let middle = mean(row.iter().copied(), weights);
        row.into_iter().map(|v| middle + kept * (v - middle)).collect()
    };
    rows.into_iter().map(towards).collect()
}
