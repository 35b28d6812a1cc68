//! How much of an outcome's variance does each number account for, alone and with the others?
//! Sobol' indices.
//!
//! Two points A and B are drawn for each *base*, and between them stand the points `C_i`: A with number
//! `i` taken from B. With `a`, `b`, `c_i` what the model gives there, and V the variance of all `a`
//! and `b`:
//!
//! ```text
//! first order   S_i = mean(b (c_i - a)) / V              Saltelli et al. (2010)
//! first order   S_i = 1 - mean((b - c_i)^2) / 2V         Jansen (1999)
//! total         T_i = mean((a - c_i)^2) / 2V             Jansen (1999)
//! ```
//!
//! `S_i` is the share of the variance that would go, on average, if number `i` were known; `T_i` the
//! share that would be left if all others were. The estimators are noisy: `S_i` near 0 comes out
//! negative as often as not, and the sum of all `S_i` may exceed 1. Between the two first orders, the
//! first is better where the index is small, the second where it is large.
//!
//! Points are Owen-scrambled Sobol' numbers of twice as many dimensions ([`crate::design::point`]);
//! bases should be a power of two. Bootstrap intervals take the bases for independent and so are
//! rather too wide.
//!
//! A model with chance of its own has one uncertain number more. Runs A and `C_i` share it, B has
//! another, so that it enters the indices of no number; with `chance` on, one more point changes it
//! alone, and it gets an index beside the others.

use super::moments::Moments;
use super::{Estimate, SensitivityError, check_lengths};
use crate::bootstrap::Bootstrap;
use crate::design::{DesignError, Points, point};

/// Chance of the first A and of the first B. What a model draws from its chance may be numbers of an even
/// design of the same seed (those that are not among the parameters). Near each other such numbers are
/// anything but independent, and at the base's own number they are those of the parameters themselves. So
/// far apart each lot is scrambled anew. One is odd, so that of a list of particles B gets not the one of A.
const FIRST: [u32; 2] = [1 << 30, (1 << 31) + 1];

/// The points at which a model is run for Sobol' indices: for each base A, then A with each factor
/// taken from B in turn, then B.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Radial {
    seed: u64,
    parameters: u32,
    bases: u32,
    chance: bool,
    runs: u32,
}

/// Where a run stands in its base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The first point.
    A,
    /// The first point, with this factor taken from the second.
    Swapped(u32),
    /// The second point.
    B,
}

impl Radial {
    /// A design for `parameters` numbers on so many `bases`; fails without either, or if the runs
    /// are too many. `chance` adds the model's own chance as a last factor.
    pub fn new(seed: u64, parameters: u32, bases: u32, chance: bool) -> Result<Self, DesignError> {
        if parameters == 0 {
            return Err(DesignError::NoParameters);
        }
        if bases == 0 {
            return Err(DesignError::NoRuns);
        }
        let block = parameters.checked_add(2 + u32::from(chance));
        let runs = block.and_then(|block| block.checked_mul(bases));
        // Both points of a base need dimensions and a number for their chance.
        let fits = parameters <= u32::MAX / 2 && bases <= FIRST[0];
        let runs = runs.filter(|_| fits).ok_or(DesignError::TooManyRuns)?;
        Ok(Self { seed, parameters, bases, chance, runs })
    }

    /// Numbers that get an index: the parameters, then chance if it is one of them.
    pub fn factors(&self) -> u32 {
        self.parameters + u32::from(self.chance)
    }

    /// Number of bases.
    pub fn bases(&self) -> u32 {
        self.bases
    }

    /// The base of a run and its place there.
    pub fn place(&self, run: u32) -> (u32, Place) {
        let block = self.factors() + 2;
        let place = match run % block {
            0 => Place::A,
            n if n + 1 == block => Place::B,
            n => Place::Swapped(n - 1),
        };
        (run / block, place)
    }
}

impl Points for Radial {
    fn parameters(&self) -> u32 {
        self.parameters
    }

    fn runs(&self) -> u32 {
        self.runs
    }

    fn write(&self, run: u32, out: &mut [f64]) {
        let (base, place) = self.place(run);
        for (i, value) in (0..self.parameters).zip(out) {
            let second = place == Place::B || place == Place::Swapped(i);
            *value = point(self.seed, base, if second { self.parameters + i } else { i });
        }
    }

    fn chance(&self, run: u32) -> u32 {
        let (base, place) = self.place(run);
        let second = place == Place::B || place == Place::Swapped(self.parameters);
        base + FIRST[usize::from(second)]
    }
}

/// How indices are estimated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Whether the first order by Saltelli takes outputs about their mean, so that a constant added
    /// to them changes nothing. Off it is as printed in 2010.
    pub centred: bool,
    /// Intervals.
    pub bootstrap: Bootstrap,
}

impl Default for Settings {
    fn default() -> Self {
        Self { centred: true, bootstrap: Bootstrap::default() }
    }
}

/// How the variance of an output is shared out.
#[derive(Clone, Debug, PartialEq)]
pub struct Indices {
    /// Variance of the output over A and B.
    pub variance: f64,
    /// Bases of which A and B both have a value.
    pub bases: usize,
    /// For each factor its indices; NaN if the output never varies.
    pub factors: Vec<Index>,
}

/// The indices of a factor.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Index {
    /// First order, Saltelli et al. (2010).
    pub first: Estimate,
    /// First order, Jansen (1999).
    pub first_jansen: Estimate,
    /// Total, Jansen (1999).
    pub total: Estimate,
    /// Bases left out because A, B or the point between has no value.
    pub dropped: usize,
}

/// The indices of each of `outputs`, which have one value a run of `design`; fails if one has not.
pub fn indices(
    design: &Radial,
    outputs: &[&[f64]],
    settings: &Settings,
) -> Result<Vec<Indices>, SensitivityError> {
    check_lengths(outputs, design.runs())?;
    Ok(outputs.iter().map(|output| analyse(design, &[output], settings)).collect())
}

/// The indices of `outputs` as one (Lamboni, Monod and Makowski 2011): variances are summed before
/// they are shared out, so that an output counts by how much it varies.
pub fn joint_indices(
    design: &Radial,
    outputs: &[&[f64]],
    settings: &Settings,
) -> Result<Indices, SensitivityError> {
    check_lengths(outputs, design.runs())?;
    Ok(analyse(design, outputs, settings))
}

fn analyse(design: &Radial, outputs: &[&[f64]], settings: &Settings) -> Indices {
    let moments = Moments::new(outputs, design.factors() as usize, settings.centred);
    let sums = moments.sums();
    let (bases, missing) = moments.counts(&sums);
    let shares = moments.shares(&sums);
    let resampled = moments.resample(&settings.bootstrap);
    let mut column = Vec::with_capacity(resampled.len());
    let mut estimate = |factor: usize, which: usize| {
        column.clear();
        column.extend(resampled.iter().map(|shares| shares.factors[factor][which]));
        Estimate::new(shares.factors[factor][which], &column, &settings.bootstrap)
    };
    let index = |(factor, missing): (usize, usize)| Index {
        first: estimate(factor, 0),
        first_jansen: estimate(factor, 1),
        total: estimate(factor, 2),
        dropped: design.bases() as usize - bases + missing,
    };
    let factors = missing.into_iter().enumerate().map(index).collect();
    Indices { variance: shares.variance, bases, factors }
}

#[cfg(test)]
mod tests;
