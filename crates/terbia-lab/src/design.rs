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
//! A Latin hypercube ([`latin`]) is there for comparison: it is even in every dimension alone, but
//! only for the number of runs that it was made for.

mod latin;

pub use latin::latin;

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
            Self::Latin { runs } => latin(seed, run, runs, dim),
        }
    }
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
