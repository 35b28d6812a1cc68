//! Which parameters make what was observed? Approximate Bayesian computation, closer and closer.
//!
//! A parameter is kept if a run at it comes within a tolerance of what was observed; the kept ones
//! are moved a little and run again under a smaller tolerance, and weighted so that the prior is
//! still what they are drawn from (Toni et al. 2009; kernel of Beaumont et al. 2009; tolerances from
//! quantiles of the distances, Del Moral et al. 2012):
//!
//! ```text
//! distance  d = |(s − s_observed)/scale|,  kept if d <= e
//! move      z* ~ N(z_j, 2 cov(z)),  j drawn by weight
//! weight    w ∝ N(z*; 0, I) / sum_j w_j N(z*; z_j, 2 cov(z))
//! after     z' = z + E[z | s_observed] − E[z | s],  local linear (Beaumont et al. 2002)
//! ```
//!
//! Proposals have addresses, and the first ones kept are taken in the order of their addresses.
//! A [`Population`] is all there is to a stage: who stores it can go on from it later.

use super::regress::Ridge;
use super::{Address, Crew, Sample, Simulator};
use crate::discrepancy::standard_normal;
use crate::particle::effective;
use nalgebra::{Cholesky, DMatrix};
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, Ordering};
use terbia_model::kernel::math::{exp, sqrt};
use terbia_model::kernel::rng::{Draws, Purpose};

/// Which particle a proposal comes from.
const ANCESTOR: Purpose = Purpose(0x414E_4345);
/// How it moves.
const MOVE: Purpose = Purpose(0x4D4F_5645);
/// Proposals that are made before those kept are counted.
const BATCH: u32 = 2_048;

/// How to go about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Number of particles.
    pub particles: usize,
    /// Share of the distances that the next tolerance lets through.
    pub quantile: f64,
    /// Runs after which no further stage is begun.
    pub budget: u64,
    /// A stage that keeps less than this share of its runs is the last.
    pub least_acceptance: f64,
    /// Runs of the prior for each particle of the first stage.
    pub first: u32,
    /// Seed.
    pub seed: u64,
}

/// The particles of a stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Population {
    /// Which stage, from 0.
    pub stage: u32,
    /// The particles.
    pub samples: Vec<Sample>,
    /// Their weights, which sum to 1.
    pub weights: Vec<f64>,
    /// Their distances to what was observed.
    pub distances: Vec<f64>,
    /// Largest distance that was let through.
    pub tolerance: f64,
    /// Runs of all stages so far.
    pub runs: u64,
    /// Share of the runs of this stage that was kept.
    pub acceptance: f64,
    /// Whether it is the last.
    pub last: bool,
}

/// What was observed, and in which unit each summary counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Observed {
    /// One value a summary.
    pub summaries: Vec<f64>,
    /// Its unit, above 0.
    pub scale: Vec<f64>,
}

/// Which parameters are worth a run.
pub type Keep<'a> = &'a (dyn Fn(&[f64]) -> bool + Sync);

impl Observed {
    /// Distance of `summaries` to it.
    pub fn distance(&self, summaries: &[f64]) -> f64 {
        let square = |((s, o), scale): ((&f64, &f64), &f64)| ((s - o) / scale).powi(2);
        let squares = summaries.iter().zip(&self.summaries).zip(&self.scale).map(square);
        sqrt(squares.sum())
    }
}

impl Population {
    /// The first stage: runs of the prior, the nearest of which are kept.
    pub fn first<S: Simulator>(
        simulator: &S,
        observed: &Observed,
        settings: &Settings,
        keep: Keep<'_>,
        crew: &Crew,
    ) -> Self {
        let count = settings.first.max(1) * settings.particles as u32;
        let mut proposals = Vec::new();
        let mut index = 0;
        // What is ruled out costs nothing, but nothing may be left either.
        while proposals.len() < count as usize && index < 4_096 * count {
            let address = Address { stage: 0, index };
            let mut parameters = vec![0.0; simulator.parameters()];
            simulator.prior(settings.seed, address, &mut parameters);
            if keep(&parameters) {
                proposals.push((address, parameters));
            }
            index += 1;
        }
        let mut samples: Vec<(f64, Sample)> = crew
            .simulate(simulator, &proposals)
            .into_iter()
            .map(|s| (observed.distance(&s.summaries), s))
            .collect();
        samples.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.address.index.cmp(&b.1.address.index)));
        samples.truncate(settings.particles);
        let (distances, samples): (Vec<f64>, Vec<Sample>) = samples.into_iter().unzip();
        let runs = proposals.len() as u64;
        Self {
            weights: vec![1.0 / samples.len().max(1) as f64; samples.len()],
            tolerance: distances.last().copied().unwrap_or(f64::INFINITY),
            acceptance: samples.len() as f64 / runs.max(1) as f64,
            last: samples.len() < 2,
            stage: 0,
            samples,
            distances,
            runs,
        }
    }

    /// The next stage; `None` if it was stopped or if this one is the last.
    pub fn next<S: Simulator>(
        &self,
        simulator: &S,
        observed: &Observed,
        settings: &Settings,
        keep: Keep<'_>,
        crew: &Crew,
        stop: &AtomicBool,
    ) -> Option<Self> {
        let tolerance = self.quantile(settings.quantile);
        let at = |tolerance| (tolerance, settings.budget.saturating_sub(self.runs));
        self.at_tolerance(simulator, observed, settings, keep, crew, stop, at(tolerance))
    }

    /// The next stage at a given tolerance, with at most so many runs.
    #[expect(clippy::too_many_arguments, reason = "one for each thing that a stage rests on")]
    pub fn at_tolerance<S: Simulator>(
        &self,
        simulator: &S,
        observed: &Observed,
        settings: &Settings,
        keep: Keep<'_>,
        crew: &Crew,
        stop: &AtomicBool,
        (tolerance, budget): (f64, u64),
    ) -> Option<Self> {
        if self.last || budget == 0 {
            return None;
        }
        let kernel = Kernel::new(self)?;
        let stage = self.stage + 1;
        let (mut kept, mut distances) = (Vec::new(), Vec::new());
        let (mut runs, mut first) = (0_u64, 0_u32);
        while kept.len() < settings.particles {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            if runs >= budget {
                // Not enough were kept: this tolerance is out of reach, and nobody knows which of
                // those kept are missing.
                return None;
            }
            let propose = |index: u32| {
                let address = Address { stage, index };
                let parameters = kernel.propose(self, settings.seed, address);
                keep(&parameters).then_some((address, parameters))
            };
            let proposals: Vec<_> = (first..first + BATCH).filter_map(propose).collect();
            first += BATCH;
            runs += proposals.len() as u64;
            for sample in crew.simulate(simulator, &proposals) {
                let distance = observed.distance(&sample.summaries);
                if distance <= tolerance {
                    kept.push(sample);
                    distances.push(distance);
                }
            }
            if proposals.is_empty() && first > 4_096 * BATCH {
                return None;
            }
        }
        let acceptance = kept.len() as f64 / runs as f64;
        kept.truncate(settings.particles);
        distances.truncate(settings.particles);
        let weights = kernel.weights(self, &kept);
        let runs = self.runs + runs;
        let last = acceptance < settings.least_acceptance || runs >= settings.budget;
        Some(Self { stage, samples: kept, weights, distances, tolerance, runs, acceptance, last })
    }

    /// The distance that a share of the particles keep within.
    fn quantile(&self, share: f64) -> f64 {
        let sorted = crate::stats::sorted(&self.distances);
        crate::stats::quantile(&sorted, share)
    }

    /// Effective number of particles.
    pub fn effective(&self) -> f64 {
        effective(&self.weights)
    }

    /// What `targets` (one value a particle each) would be if the summaries were those observed:
    /// corrected by a local linear regression on the summaries, weights falling with the distance
    /// (Epanechnikov). As they are if nothing can be fitted.
    pub fn adjusted(&self, observed: &Observed, targets: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let reach = self.tolerance.max(f64::MIN_POSITIVE);
        let weights: Vec<f64> = self
            .weights
            .iter()
            .zip(&self.distances)
            .map(|(w, d)| w * (1.0 - (d / reach).powi(2)).max(1e-3) * self.samples.len() as f64)
            .collect();
        let inputs: Vec<Vec<f64>> = self.samples.iter().map(|s| s.summaries.clone()).collect();
        let Some(fit) = Ridge::fit(&inputs, targets, Some(&weights), 1.0) else {
            return targets.to_vec();
        };
        let corrected = |(place, target): (usize, &Vec<f64>)| {
            let rows = target.iter().zip(&inputs);
            rows.map(|(y, s)| y + fit.change(place, s, &observed.summaries)).collect()
        };
        targets.iter().enumerate().map(corrected).collect()
    }
}

/// How particles move.
struct Kernel {
    /// Lower triangle of the covariance's root.
    root: Vec<Vec<f64>>,
    cumulated: Vec<f64>,
}

impl Kernel {
    fn new(population: &Population) -> Option<Self> {
        let samples = &population.samples;
        let size = samples.first()?.parameters.len();
        let weights = &population.weights;
        let mean: Vec<f64> = (0..size)
            .map(|k| samples.iter().zip(weights).map(|(s, w)| w * s.parameters[k]).sum())
            .collect();
        let matrix = DMatrix::from_fn(size, size, |i, j| {
            let product = |s: &Sample| (s.parameters[i] - mean[i]) * (s.parameters[j] - mean[j]);
            let covariance: f64 = samples.iter().zip(weights).map(|(s, w)| w * product(s)).sum();
            2.0 * covariance + if i == j { 1e-6 } else { 0.0 }
        });
        let root = Cholesky::new(matrix)?.l();
        let root = (0..size).map(|i| (0..=i).map(|j| root[(i, j)]).collect()).collect();
        let mut total = 0.0;
        let cumulated = weights.iter().map(|w| {
            total += w;
            total
        });
        Some(Self { root, cumulated: cumulated.collect() })
    }

    fn propose(&self, population: &Population, seed: u64, address: Address) -> Vec<f64> {
        let draws = Draws::new(seed, address.index);
        let total = self.cumulated.last().copied().unwrap_or(1.0);
        let u = total * draws.uniform(ANCESTOR, 0, address.stage, 0);
        let last = population.samples.len() - 1;
        let ancestor = self.cumulated.partition_point(|c| *c <= u).min(last);
        let from = &population.samples[ancestor].parameters;
        let size = from.len();
        let e: Vec<f64> =
            (0..size).map(|k| standard_normal(&draws, MOVE, k as u32, address.stage, 0)).collect();
        let moved = |(row, from): (&Vec<f64>, &f64)| {
            from + row.iter().zip(&e).map(|(l, e)| l * e).sum::<f64>()
        };
        self.root.iter().zip(from).map(moved).collect()
    }

    /// Prior over proposal, up to a factor.
    fn weights(&self, population: &Population, kept: &[Sample]) -> Vec<f64> {
        let weight = |sample: &Sample| {
            let z = &sample.parameters;
            let prior = exp(-0.5 * z.iter().map(|z| z * z).sum::<f64>());
            let density: f64 = population
                .samples
                .iter()
                .zip(&population.weights)
                .map(|(from, w)| w * exp(-0.5 * self.square(z, &from.parameters)))
                .sum();
            prior / density.max(f64::MIN_POSITIVE)
        };
        let weights: Vec<f64> = kept.par_iter().map(weight).collect();
        let total: f64 = weights.iter().sum();
        weights.iter().map(|w| w / total).collect()
    }

    /// Squared Mahalanobis distance, by forward substitution.
    fn square(&self, to: &[f64], from: &[f64]) -> f64 {
        let mut solved = Vec::with_capacity(to.len());
        let mut square = 0.0;
        for ((row, to), from) in self.root.iter().zip(to).zip(from) {
            let known: f64 = row.iter().zip(&solved).map(|(l, y)| l * y).sum();
            let y = (to - from - known) / row[solved.len()];
            square += y * y;
            solved.push(y);
        }
        square
    }
}
