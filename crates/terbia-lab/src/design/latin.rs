//! Which values do a fixed number of runs try, if every one of them is to count in every dimension?
//! A Latin hypercube (`McKay`, Beckman and Conover 1979).
//!
//! With `n` runs, each of the `n` equal slices of each dimension holds one run; which one is a
//! permutation of its own, and where in the slice is chance. Both are addressed by (seed, run,
//! dimension), so a run finds its values alone. Unlike a Sobol' design it is whole at one number of
//! runs only: ask for more, and each further `n` are another hypercube. Nothing keeps two dimensions
//! apart from looking alike by chance.

use super::permutation::Permutation;
use super::{DesignError, Points};
use terbia_model::kernel::rng::philox4x32_10;

/// Sets the keys of the shuffles apart from those of other designs.
const SHUFFLE: u32 = 0x4C41_5449;
/// The same of the places inside the slices.
const JITTER: u32 = 0x4C41_544A;

/// A Latin hypercube of so many runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatinHypercube {
    seed: u64,
    parameters: u32,
    runs: u32,
}

impl LatinHypercube {
    /// `runs` points in so many dimensions; fails without either.
    pub fn new(seed: u64, parameters: u32, runs: u32) -> Result<Self, DesignError> {
        if parameters == 0 {
            return Err(DesignError::NoParameters);
        }
        if runs == 0 {
            return Err(DesignError::NoRuns);
        }
        Ok(Self { seed, parameters, runs })
    }

    /// The point in (0, 1) of `run` in dimension `dim`.
    pub fn point(&self, run: u32, dim: u32) -> f64 {
        point(self.seed, (run, self.runs), dim)
    }
}

/// The point in (0, 1) of `run` in dimension `dim`, in hypercubes of so many `runs`, 1 or more.
pub(super) fn point(seed: u64, (run, runs): (u32, u32), dim: u32) -> f64 {
    let block = run / runs;
    let slice = Permutation::new(runs, seed, SHUFFLE, [dim, block]).of(run);
    let key = [seed as u32, (seed >> 32) as u32];
    let [word, ..] = philox4x32_10([dim, run, JITTER, 0], key);
    let within = (f64::from(word) + 0.5) / (1_u64 << 32) as f64;
    let u = (f64::from(slice) + within) / f64::from(runs);
    // The last slice of very many runs rounds up.
    u.min(1.0 - f64::EPSILON / 2.0)
}

impl Points for LatinHypercube {
    fn parameters(&self) -> u32 {
        self.parameters
    }

    fn runs(&self) -> u32 {
        self.runs
    }

    fn write(&self, run: u32, out: &mut [f64]) {
        for (dim, value) in out.iter_mut().enumerate() {
            *value = self.point(run, dim as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slice_of_every_dimension_holds_one_run() {
        for runs in [1, 2, 7, 100, 1_000] {
            let design = LatinHypercube::new(11, 400, runs).unwrap();
            for (first, dim) in [(0, 0), (0, 399), (runs, 3), (5 * runs, 7)] {
                let mut hit = vec![0; runs as usize];
                for run in first..first + runs {
                    hit[(design.point(run, dim) * f64::from(runs)) as usize] += 1;
                }
                assert!(hit.iter().all(|h| *h == 1), "{runs} {first} {dim}");
            }
        }
    }

    #[test]
    fn the_points_of_today_are_those_of_tomorrow() {
        let design = LatinHypercube::new(42, 2, 100).unwrap();
        let points = [design.point(0, 0), design.point(99, 0), design.point(123, 1)];
        let expected = [0.336_966_818_590_881_3, 0.694_774_042_296_921_9, 0.104_982_606_958_365_07];
        assert_eq!(points, expected);
    }

    #[test]
    fn points_lie_strictly_between_0_and_1() {
        for runs in [1, 3, 1 << 20, u32::MAX] {
            let design = LatinHypercube::new(3, 2, runs).unwrap();
            for run in [0, 1, 2, 77, u32::MAX] {
                let u = design.point(run, 1);
                assert!(u > 0.0 && u < 1.0, "{runs} {run} {u}");
            }
        }
    }

    #[test]
    fn the_mean_of_a_sum_is_found_much_faster_than_by_chance() {
        // What is additive is what a Latin hypercube is good at: variance of the mean 1/n³, not 1/n.
        let design = LatinHypercube::new(5, 8, 1_000).unwrap();
        let mut point = [0.0; 8];
        let sum: f64 = (0..1_000)
            .map(|run| {
                design.write(run, &mut point);
                point.iter().sum::<f64>()
            })
            .sum();
        let error_by_chance = (8.0_f64 / 12.0 / 1_000.0).sqrt();
        assert!((sum / 1_000.0 - 4.0).abs() < error_by_chance / 100.0, "{sum}");
    }

    #[test]
    fn dimensions_and_seeds_are_unrelated() {
        let design = |seed| LatinHypercube::new(seed, 300, 4_096).unwrap();
        let correlation = |a: &dyn Fn(u32) -> f64, b: &dyn Fn(u32) -> f64| {
            12.0 * (0..4_096).map(|r| (a(r) - 0.5) * (b(r) - 0.5)).sum::<f64>() / 4_096.0
        };
        let first = |run| design(1).point(run, 0);
        assert!(correlation(&first, &|run| design(1).point(run, 1)).abs() < 0.07);
        assert!(correlation(&first, &|run| design(1).point(run, 299)).abs() < 0.07);
        assert!(correlation(&first, &|run| design(2).point(run, 0)).abs() < 0.07);
        assert!(correlation(&first, &|run| design(1).point(run + 4_096, 0)).abs() < 0.07);
    }

    #[test]
    fn a_design_without_runs_or_parameters_is_refused() {
        assert_eq!(LatinHypercube::new(1, 0, 5), Err(DesignError::NoParameters));
        assert_eq!(LatinHypercube::new(1, 5, 0), Err(DesignError::NoRuns));
    }
}
