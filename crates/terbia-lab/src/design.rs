//! Which values do the runs of an ensemble try? Points that fill the space of the uncertain
//! numbers evenly, each computed from its own address.
//!
//! A point is an Owen-scrambled Sobol' number (Burley 2020): it is addressed by (seed, run,
//! dimension) and nothing else, so any subset of the runs, in any order and on any machine, has
//! the points of the whole. Compared with independent draws, the error of an ensemble mean falls
//! faster with the number of runs, and best where that number is a power of two.
//!
//! The tables behind it serve 65,536 runs and 256 dimensions. Beyond them, each *block* of runs
//! and each *group* of dimensions is scrambled anew: even within itself, independent of the
//! others.
//!
//! The dimension of a number is its place among the uncertain numbers of the *whole* list, fixed
//! or not, so fixing one moves no other.
//!
//! Other questions need other [`Points`]: a [`latin`] hypercube, all combinations of a [`factorial`],
//! or the designs of [`crate::sensitivity`]. [`adaptive`] says how many runs are enough.

pub mod adaptive;
pub mod factorial;
pub mod latin;
pub(crate) mod permutation;

use rayon::prelude::*;
use sobol_burley::parts::{hash, owen_scramble_rev, sobol_rev};
use terbia_model::kernel::param::Definition;
use terbia_model::kernel::rng::philox4x32_10;

/// Runs that share one scramble.
pub const BLOCK_RUNS: u32 = 1 << 16;
/// Dimensions that share one scramble.
pub const GROUP_DIMENSIONS: u32 = sobol_burley::NUM_DIMENSIONS;

/// Sets the keys of this generator apart from those of the draws inside a run.
const PURPOSE: u32 = 0x5359_4C41;
/// Odd, so that every dimension gets a scramble of its own.
const STRIDE: u32 = 0x9E37_79B1;

/// How points are spread over the runs of an ensemble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Design {
    /// Scrambled Sobol' numbers: more runs go on where fewer ended.
    Sobol,
    /// A Latin hypercube of so many runs.
    Latin {
        /// Number of all runs.
        runs: u32,
    },
}

impl Design {
    /// The point in (0, 1) of `run` in dimension `dim`.
    pub fn point(self, seed: u64, run: u32, dim: u32) -> f64 {
        match self {
            Self::Sobol => point(seed, run, dim),
            Self::Latin { runs } => latin::point(seed, (run, runs.max(1)), dim),
        }
    }
}

/// Points at which a model is run, each computed from the number of the run alone.
pub trait Points: Sync {
    /// Numbers that a point has.
    fn parameters(&self) -> u32;
    /// Points of the whole design.
    fn runs(&self) -> u32;
    /// Writes the point of `run` into `out`, one entry for each parameter.
    fn write(&self, run: u32, out: &mut [f64]);
    /// The number under which `run` draws its own chance: runs that are to differ by their point
    /// alone share it.
    fn chance(&self, run: u32) -> u32 {
        run
    }
}

/// Why there is no such design.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DesignError {
    /// Nothing varies.
    #[error("a design needs a parameter that varies; free at least one")]
    NoParameters,
    /// Nothing is run.
    #[error("a design needs runs; ask for at least one")]
    NoRuns,
    /// A factor has nothing to be set to.
    #[error("factor {factor} (from 0) of the design has no level; give it at least one")]
    NoLevels {
        /// Place of the factor, from 0.
        factor: usize,
    },
    /// Runs could not be numbered.
    #[error("the design has more than 4,294,967,295 runs; vary less, or less finely")]
    TooManyRuns,
    /// Elementary effects need a grid that a step divides evenly.
    #[error("a grid of {levels} levels has no step that visits them evenly; take 4, 6 or 8")]
    UnevenLevels {
        /// Levels asked for.
        levels: u32,
    },
}

/// A run of a design, as its model sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Run<'a> {
    /// Its number.
    pub run: u32,
    /// The number under which it draws its own chance; see [`Points::chance`].
    pub chance: u32,
    /// Its point.
    pub point: &'a [f64],
}

/// Runs `model`, which writes its outputs, at all points, on the threads of the pool it is called
/// in. The answer has for each output one value a run, in the order of the runs.
pub fn evaluate<P: Points>(
    points: &P,
    outputs: usize,
    model: impl Fn(Run<'_>, &mut [f64]) + Sync,
) -> Vec<Vec<f64>> {
    let row = |point: &mut Vec<f64>, run| {
        points.write(run, point);
        let mut out = vec![f64::NAN; outputs];
        model(Run { run, chance: points.chance(run), point }, &mut out);
        out
    };
    let point = || vec![f64::NAN; points.parameters() as usize];
    let rows: Vec<Vec<f64>> = (0..points.runs()).into_par_iter().map_init(point, row).collect();
    (0..outputs).map(|output| rows.iter().map(|row| row[output]).collect()).collect()
}

/// The point in (0, 1) of `run` in dimension `dim`.
pub fn point(seed: u64, run: u32, dim: u32) -> f64 {
    Group::new(seed, run, dim / GROUP_DIMENSIONS).point(dim % GROUP_DIMENSIONS)
}

/// Writes the value of every number for `run` into `out`: the fixed value where there is one, the
/// best value of a known number, a draw from the prior of an uncertain one.
///
/// `fixed` and `out` are parallel to `numbers`; a shorter `fixed` leaves the rest free.
pub fn draw(numbers: &[Definition], fixed: &[Option<f64>], seed: u64, run: u32, out: &mut [f64]) {
    let mut dim = 0;
    let mut group = Group::new(seed, run, 0);
    for (i, (number, value)) in numbers.iter().zip(out).enumerate() {
        let free = number.uncertain().then(|| {
            let at = dim % GROUP_DIMENSIONS;
            if dim > 0 && at == 0 {
                group = Group::new(seed, run, dim / GROUP_DIMENSIONS);
            }
            dim += 1;
            at
        });
        *value = match (fixed.get(i).copied().flatten(), free) {
            (Some(fixed), _) => fixed,
            (None, Some(at)) => number.quantile(group.point(at)),
            (None, None) => number.value,
        };
    }
}

/// One run within one group of dimensions: what its points have in common.
struct Group {
    index_rev: u32,
    scramble: u32,
}

impl Group {
    fn new(seed: u64, run: u32, group: u32) -> Self {
        let (block, index) = (run / BLOCK_RUNS, run % BLOCK_RUNS);
        let key = [seed as u32, (seed >> 32) as u32];
        let [shuffle, scramble, ..] = philox4x32_10([block, group, PURPOSE, 0], key);
        Self { index_rev: owen_scramble_rev(index.reverse_bits(), shuffle), scramble }
    }

    fn point(&self, dim: u32) -> f64 {
        // The crate's own `sample` keeps 23 bits of it; these are all 32, at mid-cell so that no
        // point is 0 or 1 and no prior is asked for an infinite value.
        let sobol = sobol_rev(self.index_rev, dim);
        let scramble = hash(self.scramble ^ dim.wrapping_mul(STRIDE));
        let bits = owen_scramble_rev(sobol, scramble).reverse_bits();
        (f64::from(bits) + 0.5) / (1_u64 << 32) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use terbia_model::kernel::param::{Grade, Prior};

    fn number(path: &str, low: f64, high: f64) -> Definition {
        Definition {
            path: path.into(),
            doc: String::new(),
            unit: "1".into(),
            value: f64::midpoint(low, high),
            low,
            high,
            prior: Prior::Uniform,
            grade: Grade::D,
            source: vec!["A-001".into()],
        }
    }

    fn drawn(numbers: &[Definition], fixed: &[Option<f64>], run: u32) -> Vec<f64> {
        let mut out = vec![f64::NAN; numbers.len()];
        draw(numbers, fixed, 7, run, &mut out);
        out
    }

    #[test]
    fn points_lie_strictly_between_0_and_1() {
        for run in [0, 1, 199, 65_535, 65_536, 200_000, u32::MAX] {
            for dim in [0, 1, 255, 256, 1_000, u32::MAX] {
                let u = point(3, run, dim);
                assert!(u > 0.0 && u < 1.0, "{run} {dim} {u}");
            }
        }
    }

    #[test]
    fn the_points_of_today_are_those_of_tomorrow() {
        let cases = [
            (0, 0, 0.543_618_172_057_904_3),
            (1, 0, 0.474_457_572_796_382),
            (0, 1, 0.123_895_148_397_423_33),
            (123, 45, 0.211_963_144_945_912_06),
            (70_000, 300, 0.631_073_883_851_058_8),
        ];
        for (run, dim, expected) in cases {
            assert_eq!(point(42, run, dim), expected, "{run} {dim}");
        }
    }

    /// A point of the sequence as Joe and Kuo count it: in the order of the reflected binary code.
    fn unscrambled(index: u32, dim: u32) -> f64 {
        let code = index ^ (index >> 1);
        f64::from(sobol_rev(code.reverse_bits(), dim).reverse_bits()) / (1_u64 << 32) as f64
    }

    #[test]
    fn m1_the_tables_are_those_of_joe_and_kuo() {
        let expected = [
            [0.0, 0.0, 0.0],
            [0.5, 0.5, 0.5],
            [0.75, 0.25, 0.25],
            [0.25, 0.75, 0.75],
            [0.375, 0.375, 0.625],
            [0.875, 0.875, 0.125],
            [0.625, 0.125, 0.875],
            [0.125, 0.625, 0.375],
        ];
        for (index, expected) in expected.iter().enumerate() {
            let point = [0, 1, 2].map(|dim| unscrambled(index as u32, dim));
            assert_eq!(point, *expected, "{index}");
        }
        // Further out, from SciPy 1.17 (Joe and Kuo 2008): the six dimensions of case M2b.
        let far = [0.414_062_5, 0.257_812_5, 0.773_437_5, 0.726_562_5, 0.882_812_5, 0.742_187_5];
        for (dim, expected) in far.iter().enumerate() {
            assert_eq!(unscrambled(100, dim as u32), *expected, "{dim}");
        }
    }

    #[test]
    fn outputs_stand_in_the_order_of_the_runs_whatever_the_threads() {
        let design = latin::LatinHypercube::new(4, 3, 500).unwrap();
        let model = |run: Run<'_>, out: &mut [f64]| {
            (out[0], out[1]) = (run.point.iter().sum(), f64::from(run.chance));
        };
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| evaluate(&design, 2, model))
        };
        let outputs = on(1);
        assert_eq!(outputs, on(3));
        let sum: f64 = (0..3).map(|dim| design.point(77, dim)).sum();
        assert_eq!((outputs[0][77], outputs[1][77]), (sum, 77.0));
    }

    #[test]
    fn every_power_of_two_of_runs_is_stratified_in_every_dimension() {
        for (first, dim) in [(0, 0), (0, 17), (256, 255), (65_536, 3), (131_072, 700)] {
            let mut hit = [0; 256];
            for run in first..first + 256 {
                hit[(point(11, run, dim) * 256.0) as usize] += 1;
            }
            assert!(hit.iter().all(|h| *h == 1), "{first} {dim}");
        }
    }

    #[test]
    fn dimensions_seeds_blocks_and_groups_are_unrelated() {
        let correlation = |f: &dyn Fn(u32) -> (f64, f64)| {
            let n = 4_096;
            let sum: f64 = (0..n).map(f).map(|(a, b)| (a - 0.5) * (b - 0.5)).sum();
            12.0 * sum / f64::from(n)
        };
        let pairs: [&dyn Fn(u32) -> (f64, f64); 5] = [
            &|r| (point(1, r, 0), point(1, r, 1)),
            &|r| (point(1, r, 0), point(2, r, 0)),
            &|r| (point(1, r, 0), point(1 + (1 << 32), r, 0)),
            &|r| (point(1, r, 0), point(1, r + BLOCK_RUNS, 0)),
            &|r| (point(1, r, 5), point(1, r, 5 + GROUP_DIMENSIONS)),
        ];
        for (i, pair) in pairs.iter().enumerate() {
            assert!(correlation(pair).abs() < 0.06, "{i} {}", correlation(pair));
        }
    }

    #[test]
    fn the_mean_of_a_smooth_outcome_is_found_much_faster_than_by_chance() {
        // Product of 1 + 0.5 (u - 1/2) over eight dimensions: mean 1, variance (1 + 1/48)^8 - 1.
        let n = 1_024;
        let value = |r| (0..8).map(|d| 1.0 + 0.5 * (point(5, r, d) - 0.5)).product::<f64>();
        let mean: f64 = (0..n).map(value).sum::<f64>() / f64::from(n);
        let error_by_chance = (0.179_f64 / f64::from(n)).sqrt();
        assert!((mean - 1.0).abs() < error_by_chance / 10.0, "{mean}");
    }

    #[test]
    fn fixing_a_number_moves_no_other() {
        let numbers: Vec<_> = (0..600).map(|i| number(&format!("n{i}"), 0.0, 1.0)).collect();
        let free = drawn(&numbers, &[], 12);
        let mut fixed = vec![None; 600];
        fixed[3] = Some(9.0);
        fixed[300] = Some(8.0);
        let held = drawn(&numbers, &fixed, 12);
        for i in 0..600 {
            match i {
                3 => assert_eq!(held[i], 9.0),
                300 => assert_eq!(held[i], 8.0),
                _ => assert_eq!(held[i], free[i]),
            }
        }
    }

    #[test]
    fn a_draw_takes_its_points_in_the_order_of_the_uncertain_numbers() {
        let mut numbers: Vec<_> = (0..520).map(|i| number(&format!("n{i}"), 0.0, 1.0)).collect();
        numbers.insert(2, number("known", 4.0, 4.0));
        let values = drawn(&numbers, &[], 99);
        assert_eq!(values[2], 4.0);
        for (dim, value) in
            values.iter().enumerate().filter(|(i, _)| *i != 2).map(|(_, v)| v).enumerate()
        {
            assert_eq!(*value, point(7, 99, dim as u32));
        }
    }

    #[test]
    fn draws_stay_in_their_range_in_every_block() {
        let numbers = [number("a", -2.0, 5.0), number("b", 10.0, 20.0)];
        for run in (0..1_000_000).step_by(9_973) {
            let values = drawn(&numbers, &[], run);
            assert!((-2.0..=5.0).contains(&values[0]) && (10.0..=20.0).contains(&values[1]));
        }
    }
}
