//! Which parameters make what was observed? Approximate Bayesian computation, closer and closer.
//!
//! A parameter is kept if a run at it comes within a tolerance of what was observed. Stage by stage
//! the tolerance shrinks to a quantile of the distances; particles that lie beyond it are replaced by
//! copies of others, and then all are moved by a Metropolis rule that leaves the distribution within
//! the tolerance as it is (Del Moral, Doucet and Jasra 2012; Sisson, Fan and Tanaka 2007):
//!
//! ```text
//! distance  d = |(s − s_observed)/scale|,  kept if d <= e
//! move      z* = z + L x,  x ~ N(0, I),  L L' = c cov(z),  c = min(2, 2.38²/dimensions)
//! taken     if u < N(z*; 0, I)/N(z; 0, I)  and  d(run at z*) <= e
//! after     z' = z + E[z | s_observed] − E[z | s],  local linear (Beaumont et al. 2002)
//! ```
//!
//! Particles weigh alike throughout. Importance weights (Toni et al. 2009), which were tried, left
//! 14 of 1,000 particles effective with fourteen parameters; moves leave most of them.
//!
//! Proposals have addresses, so threads move nothing. A [`Population`] is all there is to a stage:
//! who stores it can go on from it later.

use super::regress::Ridge;
use super::{Address, Crew, Sample, Simulator};
use crate::discrepancy::standard_normal;
use nalgebra::{Cholesky, DMatrix};
use std::sync::atomic::{AtomicBool, Ordering};
use terbia_model::kernel::math::{exp, sqrt};
use terbia_model::kernel::rng::{Draws, Purpose};

/// How a particle moves.
const MOVE: Purpose = Purpose(0x4D4F_5645);
/// Whether the prior lets it.
const TAKEN: Purpose = Purpose(0x5441_4B45);
/// A stage is done once this share of its particles has moved,
const MOVED: f64 = 0.8;
/// or after so many proposals for each.
const MOST_SWEEPS: u32 = 160;

/// How to go about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// Number of particles.
    pub particles: usize,
    /// Share of the distances that the next tolerance lets through.
    pub quantile: f64,
    /// Runs after which no further stage is begun.
    pub budget: u64,
    /// A stage in which less than this share of the proposals is taken is the last.
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
    /// Their weights, all alike.
    pub weights: Vec<f64>,
    /// Their distances to what was observed.
    pub distances: Vec<f64>,
    /// Largest distance that was let through.
    pub tolerance: f64,
    /// Runs of all stages so far.
    pub runs: u64,
    /// Share of the proposals of this stage that was taken; of the runs, in the first.
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
        let stage = self.stage + 1;
        let alive: Vec<usize> =
            (0..self.samples.len()).filter(|i| self.distances[*i] <= tolerance).collect();
        let root = root(&alive.iter().map(|i| &self.samples[*i]).collect::<Vec<_>>())?;
        // Copies in equal numbers, up to one.
        let copies = spread(alive.len(), settings.particles);
        let mut samples: Vec<Sample> =
            copies.iter().map(|i| self.samples[alive[*i]].clone()).collect();
        let mut distances: Vec<f64> = copies.iter().map(|i| self.distances[alive[*i]]).collect();
        let count = samples.len();
        let mut moved = vec![false; count];
        let (mut runs, mut proposed, mut taken) = (0_u64, 0_u64, 0_u64);
        let share = |moved: &[bool]| moved.iter().filter(|m| **m).count() as f64 / count as f64;
        for sweep in 0..MOST_SWEEPS {
            if stop.load(Ordering::Relaxed) {
                return None;
            }
            let propose = |place: usize| {
                let address = Address { stage, index: sweep * count as u32 + place as u32 };
                let z = propose(&root, &samples[place].parameters, settings.seed, address)?;
                keep(&z).then_some((address, z))
            };
            let proposals: Vec<_> = (0..count).filter_map(propose).collect();
            proposed += count as u64;
            runs += proposals.len() as u64;
            for sample in crew.simulate(simulator, &proposals) {
                let distance = observed.distance(&sample.summaries);
                if distance <= tolerance {
                    let place = (sample.address.index - sweep * count as u32) as usize;
                    samples[place] = sample;
                    distances[place] = distance;
                    moved[place] = true;
                    taken += 1;
                }
            }
            if share(&moved) >= MOVED || runs >= budget {
                break;
            }
        }
        let acceptance = taken as f64 / proposed.max(1) as f64;
        let weights = vec![1.0 / count as f64; count];
        let runs = self.runs + runs;
        let last = acceptance < settings.least_acceptance
            || runs >= settings.budget
            || share(&moved) < MOVED;
        Some(Self { stage, samples, weights, distances, tolerance, runs, acceptance, last })
    }

    /// The distance that a share of the particles keep within.
    fn quantile(&self, share: f64) -> f64 {
        let sorted = crate::stats::sorted(&self.distances);
        crate::stats::quantile(&sorted, share)
    }

    /// Number of particles that are not copies of another.
    pub fn distinct(&self) -> usize {
        let mut addresses: Vec<(u32, u32)> =
            self.samples.iter().map(|s| (s.address.stage, s.address.index)).collect();
        addresses.sort_unstable();
        addresses.dedup();
        addresses.len()
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

/// Rows of the lower triangular root of the covariance by which particles move; nothing if they do
/// not differ.
fn root(samples: &[&Sample]) -> Option<Vec<Vec<f64>>> {
    let size = samples.first()?.parameters.len();
    let count = samples.len() as f64;
    let mean: Vec<f64> =
        (0..size).map(|k| samples.iter().map(|s| s.parameters[k]).sum::<f64>() / count).collect();
    let factor = (2.38 * 2.38 / size as f64).min(2.0);
    let matrix = DMatrix::from_fn(size, size, |i, j| {
        let product = |s: &&Sample| (s.parameters[i] - mean[i]) * (s.parameters[j] - mean[j]);
        let covariance = samples.iter().map(product).sum::<f64>() / count;
        factor * covariance + if i == j { 1e-6 } else { 0.0 }
    });
    let root = Cholesky::new(matrix)?.l();
    Some((0..size).map(|i| (0..=i).map(|j| root[(i, j)]).collect()).collect())
}

/// A move from `from`, if the prior lets it.
fn propose(root: &[Vec<f64>], from: &[f64], seed: u64, at: Address) -> Option<Vec<f64>> {
    let draws = Draws::new(seed, at.index);
    let normal = |k: usize| standard_normal(&draws, MOVE, k as u32, at.stage, 0);
    let e: Vec<f64> = (0..from.len()).map(normal).collect();
    let moved =
        |(row, from): (&Vec<f64>, &f64)| from + row.iter().zip(&e).map(|(l, e)| l * e).sum::<f64>();
    let to: Vec<f64> = root.iter().zip(from).map(moved).collect();
    let square = |z: &[f64]| z.iter().map(|z| z * z).sum::<f64>();
    let ratio = exp(0.5 * (square(from) - square(&to)));
    (draws.uniform(TAKEN, 0, at.stage, 0) < ratio).then_some(to)
}

/// `wanted` places out of `count`, each as often as any other up to one.
fn spread(count: usize, wanted: usize) -> Vec<usize> {
    (0..wanted).map(|i| i * count / wanted.max(1)).collect()
}
