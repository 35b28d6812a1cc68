//! Which policy does well whatever the future brings? A table of futures, policies and outcomes.
//!
//! A *future* is one vector of values and one seed; a *policy* is what is done in it; every policy
//! meets every future. Nobody says how likely a future is: what counts is where a policy holds and
//! where it fails (Lempert, Popper and Bankes 2003; Lempert et al. 2006).
//!
//! 1. [`regret`] says by how much a policy misses the best of its rivals, future by future.
//! 2. [`criteria`] condenses a row into one figure, in the ways that decision theory has: maximin,
//!    Laplace, Hurwicz, regret, satisficing, the domain criterion of Starr.
//! 3. [`paired`] compares two policies future by future, which is what common random numbers are for.
//! 4. [`interval`] has the intervals.
//!
//! A future in which any policy has no number (its run diverged) is left out of all of it, because a
//! comparison over unlike futures compares the futures. Such futures are listed, and counted by policy:
//! a policy that runs off the model in hard futures must not be judged by the easy ones in silence.
//!
//! Sums are taken over values in ascending order, so that the order of the futures moves no bit.
//! Intervals take futures for independent draws. Those of an even design ([`crate::design`]) spread
//! more evenly than that, so that intervals of means and shares are, if anything, too wide.

pub mod criteria;
pub mod interval;
pub mod paired;
pub mod regret;

use crate::stats;

/// Coverage of an interval unless another is asked for.
pub const COVERAGE: f64 = 0.9;

/// Which way an outcome is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The more the better.
    Higher,
    /// The less the better.
    Lower,
}

impl Direction {
    /// By how much `a` is better than `b`; below 0 if it is worse.
    pub fn gain(self, a: f64, b: f64) -> f64 {
        match self {
            Self::Higher => a - b,
            Self::Lower => b - a,
        }
    }

    /// Whether a value at `threshold` or on its better side is what `value` is.
    pub fn meets(self, value: f64, threshold: f64) -> bool {
        self.gain(value, threshold) >= 0.0
    }

    /// The best of some values; `None` of nothing.
    fn best(self, values: impl Iterator<Item = f64>) -> Option<f64> {
        values.reduce(|a, b| if self.gain(b, a) > 0.0 { b } else { a })
    }

    /// The worst of some values; `None` of nothing.
    fn worst(self, values: impl Iterator<Item = f64>) -> Option<f64> {
        values.reduce(|a, b| if self.gain(a, b) > 0.0 { b } else { a })
    }
}

/// Something that policies are judged by.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Name.
    pub name: String,
    /// Which way it is better.
    pub better: Direction,
    /// What is good enough, in the outcome's unit; none if that is not asked.
    pub threshold: Option<f64>,
}

/// What becomes of every policy in every future, judged by every outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    policies: Vec<String>,
    outcomes: Vec<Outcome>,
    /// Numbers of the futures that are kept, and of those that are not.
    futures: Vec<usize>,
    dropped: Vec<usize>,
    /// For each policy, futures in which it lacks a number.
    missing: Vec<usize>,
    /// Outcome by outcome, policy by policy: one value a kept future.
    values: Vec<f64>,
}

/// Why there is no table.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TableError {
    /// Not one value for each outcome, policy and future.
    #[error(
        "{given} values for {outcomes} outcomes x {policies} policies x {futures} futures; hand over one each"
    )]
    Shape {
        /// Values handed over.
        given: usize,
        /// Outcomes.
        outcomes: usize,
        /// Policies.
        policies: usize,
        /// Futures.
        futures: usize,
    },
    /// A value is infinite, so that neither a regret nor a mean exists.
    #[error(
        "outcome '{outcome}' of policy '{policy}' is infinite in future {future}; cut it off at the horizon"
    )]
    Infinite {
        /// Outcome.
        outcome: String,
        /// Policy.
        policy: String,
        /// Number of the future.
        future: usize,
    },
    /// No future in which every policy has every number.
    #[error(
        "in none of {futures} futures has every policy a value of every outcome; see which diverge"
    )]
    Empty {
        /// Futures handed over.
        futures: usize,
    },
}

impl Table {
    /// A table from one value for each outcome, policy and future, the future varying fastest. NaN
    /// stands for a run without a number. Fails if the shape is wrong, a value infinite, or no future
    /// whole.
    pub fn new(
        policies: Vec<String>,
        outcomes: Vec<Outcome>,
        futures: usize,
        values: &[f64],
    ) -> Result<Self, TableError> {
        let rows = outcomes.len() * policies.len();
        if rows.checked_mul(futures) != Some(values.len()) {
            return Err(TableError::Shape {
                given: values.len(),
                outcomes: outcomes.len(),
                policies: policies.len(),
                futures,
            });
        }
        if let Some(place) = values.iter().position(|v| v.is_infinite()) {
            let row = place / futures;
            return Err(TableError::Infinite {
                outcome: outcomes[row / policies.len()].name.clone(),
                policy: policies[row % policies.len()].clone(),
                future: place % futures,
            });
        }
        let lacks = |policy: usize, future: usize| {
            (0..outcomes.len())
                .any(|o| values[(o * policies.len() + policy) * futures + future].is_nan())
        };
        let mut missing = vec![0; policies.len()];
        let (mut kept, mut dropped) = (Vec::new(), Vec::new());
        for future in 0..futures {
            let mut whole = true;
            for (policy, missing) in missing.iter_mut().enumerate() {
                let lacks = lacks(policy, future);
                *missing += usize::from(lacks);
                whole &= !lacks;
            }
            if whole { kept.push(future) } else { dropped.push(future) }
        }
        if kept.is_empty() || rows == 0 {
            return Err(TableError::Empty { futures });
        }
        let of_row = |row: usize| kept.iter().map(move |f| values[row * futures + f]);
        let values = (0..rows).flat_map(of_row).collect();
        Ok(Self { policies, outcomes, futures: kept, dropped, missing, values })
    }

    /// Names of the policies.
    pub fn policies(&self) -> &[String] {
        &self.policies
    }

    /// The outcomes.
    pub fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// Numbers of the futures that count.
    pub fn futures(&self) -> &[usize] {
        &self.futures
    }

    /// Numbers of the futures that are left out because some policy has no number in them.
    pub fn dropped(&self) -> &[usize] {
        &self.dropped
    }

    /// For each policy, in how many futures it has no number.
    pub fn missing(&self) -> &[usize] {
        &self.missing
    }

    /// An outcome of a policy in each of the futures that count.
    pub fn values(&self, outcome: usize, policy: usize) -> &[f64] {
        let first = (outcome * self.policies.len() + policy) * self.futures.len();
        &self.values[first..first + self.futures.len()]
    }
}

/// Mean, and variance over n − 1, summed in ascending order; NaN of too few values.
fn moments(values: &[f64]) -> (f64, f64) {
    let sorted = stats::sorted(values);
    let mean = stats::mean(&sorted);
    let mut squares: Vec<f64> = sorted.iter().map(|v| (v - mean) * (v - mean)).collect();
    squares.sort_unstable_by(f64::total_cmp);
    (mean, squares.iter().sum::<f64>() / (squares.len() as f64 - 1.0))
}

#[cfg(test)]
mod tests;
