//! Where does a run lie in a Latin hypercube, if only its own address is known?
//!
//! In each dimension the range is cut into as many strata as there are runs, and each run has one
//! of them to itself (`McKay`, Beckman & Conover 1979). Which one is the run's place in a keyed
//! permutation: a Feistel network over the next power of four, walked on until it comes back into
//! range (Black & Rogaway 2002). So no table of places is kept, and any run can be made anywhere,
//! provided that the number of all runs is known.

use terbia_model::kernel::rng::philox4x32_10;

/// Sets the keys of this generator apart from all others.
const PURPOSE: u32 = 0x4C41_5449;
/// Rounds of the network: four would do for a random permutation, and two more cost little.
const ROUNDS: u32 = 6;

/// The point in (0, 1) of `run` among `runs` (1 or more; `run` lies below it) in dimension `dim`.
pub fn latin(seed: u64, run: u32, runs: u32, dim: u32) -> f64 {
    let key = [seed as u32, (seed >> 32) as u32];
    let stratum = place(run, runs.max(1), dim, key);
    let [word, ..] = philox4x32_10([run, dim, PURPOSE, ROUNDS], key);
    let within = (f64::from(word) + 0.5) / (1_u64 << 32) as f64;
    (f64::from(stratum) + within) / f64::from(runs.max(1))
}

/// The place of `run` in the permutation of `runs` that belongs to `dim`.
fn place(run: u32, runs: u32, dim: u32, key: [u32; 2]) -> u32 {
    let bits = u32::BITS - (runs - 1).leading_zeros();
    let half = bits.div_ceil(2);
    if half == 0 {
        return 0;
    }
    let mask = (1_u32 << half) - 1;
    let mut at = run % runs;
    loop {
        let (mut left, mut right) = (at >> half, at & mask);
        for round in 0..ROUNDS {
            let [word, ..] = philox4x32_10([right, dim, PURPOSE, round], key);
            (left, right) = (right, left ^ (word & mask));
        }
        at = (left << half) | right;
        if at < runs {
            return at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stratum_has_one_run_in_every_dimension() {
        for runs in [1, 2, 3, 10, 64, 1_000] {
            for dim in [0, 1, 77] {
                let mut hit = vec![0; runs as usize];
                for run in 0..runs {
                    let u = latin(5, run, runs, dim);
                    assert!(u > 0.0 && u < 1.0, "{run} of {runs}: {u}");
                    hit[(u * f64::from(runs)) as usize] += 1;
                }
                assert!(hit.iter().all(|h| *h == 1), "{runs} runs, dimension {dim}");
            }
        }
    }

    #[test]
    fn dimensions_and_seeds_are_unrelated() {
        let correlation = |a: (u64, u32), b: (u64, u32)| {
            let (runs, at) = (4_096, |(seed, dim), run| latin(seed, run, 4_096, dim) - 0.5);
            let sum: f64 = (0..runs).map(|run| at(a, run) * at(b, run)).sum();
            12.0 * sum / f64::from(runs)
        };
        for other in [(1, 1), (2, 0), (1 + (1 << 32), 0), (1, 300)] {
            assert!(correlation((1, 0), other).abs() < 0.06, "{other:?}");
        }
    }
}
