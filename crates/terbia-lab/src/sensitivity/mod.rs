//! Which uncertain number matters, for an outcome and for the choice of a policy?
//!
//! In the order in which a question is answered:
//!
//! 1. [`morris`] screens many numbers with few runs: how much does the outcome move when one number
//!    does, and is that the same wherever the others stand?
//! 2. [`sobol`] shares the variance of an outcome out among a few numbers: what each does alone, and
//!    what it has a part in.
//! 3. [`rank`] asks the same of a choice: which number decides which policy is best?
//! 4. [`worth`] lays what matters beside how well it is known: which weak number should be measured?
//!
//! A design is computed from the number of a run, an estimator takes what the runs gave; neither
//! knows the model. A run without a value (NaN) takes with it the comparisons that it stands in, and
//! they are counted: where runs fail for some values more than for others, what is left is about the
//! rest. [`known`] has functions with known answers.
//!
//! Inputs are independent and uniform on the unit interval; the caller turns them into values by the
//! quantiles of their priors. All chance is addressed, sums are taken in the order of the runs.

pub mod known;
mod moments;
pub mod morris;
pub mod rank;
pub mod sobol;
pub mod worth;

use crate::bootstrap::Bootstrap;

/// A number and how sure it is; NaN throughout where nothing could be estimated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Lower end of its bootstrap interval.
    pub low: f64,
    /// Upper end of its bootstrap interval.
    pub high: f64,
}

impl Estimate {
    /// `value` with the interval of what the resamples gave.
    fn new(value: f64, resampled: &[f64], bootstrap: &Bootstrap) -> Self {
        let (low, high) = bootstrap.interval(resampled);
        Self { value, low, high }
    }
}

/// Why outputs cannot be analysed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SensitivityError {
    /// The outputs do not belong to the design.
    #[error(
        "output {output} (from 0) has {found} values, the design {expected} runs; give one value \
         a run, NaN for a run that has none"
    )]
    Length {
        /// Place of the output, from 0.
        output: usize,
        /// Values it has.
        found: usize,
        /// Runs of the design.
        expected: usize,
    },
    /// A choice needs something to choose from.
    #[error("{policies} policies leave nothing to choose; give the outcomes of two or more")]
    FewPolicies {
        /// Policies given.
        policies: usize,
    },
}

/// Fails unless every output has one value for each of `runs`.
fn check_lengths(outputs: &[&[f64]], runs: u32) -> Result<(), SensitivityError> {
    let expected = runs as usize;
    match outputs.iter().enumerate().find(|(_, values)| values.len() != expected) {
        Some((output, values)) => {
            Err(SensitivityError::Length { output, found: values.len(), expected })
        }
        None => Ok(()),
    }
}
