//! Which of very many numbers move an outcome at all? Elementary effects (Morris 1991).
//!
//! A trajectory starts somewhere on a grid of `p` levels and moves one number at a time, each once,
//! by Δ; what the outcome moves by, over Δ, is the number's elementary effect there. `r` trajectories
//! through `k` numbers cost r (k + 1) runs.
//!
//! ```text
//! Δ     = p / (2 (p - 1)),  p even                  every level is visited equally often
//! d_i   = (y with number i up - y with it down) / Δ     in units of the outcome over the whole range
//! mu    = mean d_i        mu* = mean |d_i|        sigma = standard deviation of d_i
//! ```
//!
//! mu* (Campolongo, Cariboni and Saltelli 2007) is what a number does on average; sigma is large
//! where that depends on the others or bends; |mu| below mu* says that it pulls both ways. The start,
//! the order of the numbers and their directions are addressed by (seed, trajectory), so each point
//! is found alone. Trajectories are not chosen to lie far apart, which would need all of them at
//! once.
//!
//! A model's own chance is the same along a trajectory. A step spans at least half the range, so a
//! narrow peak between two levels goes unseen. Intervals of mu* resample trajectories; of a dozen
//! they are rather too narrow.

use super::{Estimate, SensitivityError, check_lengths};
use crate::bootstrap::Bootstrap;
use crate::design::permutation::Permutation;
use crate::design::{DesignError, Points};
use rayon::prelude::*;
use terbia_model::kernel::math::sqrt;
use terbia_model::kernel::rng::{Draws, Purpose};

/// Where trajectories start and which way they go.
const START: Purpose = Purpose(0x4D4F_5253);
/// In which order they move the numbers.
const ORDER: u32 = 0x4D4F_524F;
/// Levels of the grid that are mostly used.
pub const LEVELS: u32 = 4;

/// The points at which a model is run for elementary effects: trajectory by trajectory, step by
/// step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trajectories {
    seed: u64,
    parameters: u32,
    count: u32,
    levels: u32,
    runs: u32,
}

/// How a trajectory moves one of its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Move {
    /// Lower of its two levels, from 0.
    low: u32,
    /// Whether it goes up.
    up: bool,
    /// At which step, from 0.
    step: u32,
}

impl Trajectories {
    /// `count` trajectories through `parameters` numbers on a grid of so many `levels`; fails
    /// without numbers or trajectories, if the levels are not even, or if the runs are too many.
    pub fn new(seed: u64, parameters: u32, count: u32, levels: u32) -> Result<Self, DesignError> {
        if parameters == 0 {
            return Err(DesignError::NoParameters);
        }
        if count == 0 {
            return Err(DesignError::NoRuns);
        }
        if levels == 0 || levels % 2 == 1 {
            return Err(DesignError::UnevenLevels { levels });
        }
        let runs = parameters.checked_add(1).and_then(|steps| steps.checked_mul(count));
        let runs = runs.ok_or(DesignError::TooManyRuns)?;
        Ok(Self { seed, parameters, count, levels, runs })
    }

    /// Number of trajectories.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// The step Δ, as a share of the range.
    pub fn delta(&self) -> f64 {
        f64::from(self.levels / 2) / f64::from(self.levels - 1)
    }

    fn moves(&self, trajectory: u32) -> impl Iterator<Item = Move> {
        let draws = Draws::new(self.seed, trajectory);
        let order = Permutation::new(self.parameters, self.seed, ORDER, [trajectory, 0]);
        let half = self.levels / 2;
        (0..self.parameters).map(move |parameter| {
            let (u, v) = draws.pair(START, parameter, 0, 0);
            let low = ((u * f64::from(half)) as u32).min(half - 1);
            Move { low, up: v < 0.5, step: order.of(parameter) }
        })
    }
}

impl Points for Trajectories {
    fn parameters(&self) -> u32 {
        self.parameters
    }

    fn runs(&self) -> u32 {
        self.runs
    }

    /// Writes levels from 0 to 1, both ends included.
    fn write(&self, run: u32, out: &mut [f64]) {
        let (trajectory, steps) = (run / (self.parameters + 1), run % (self.parameters + 1));
        let top = f64::from(self.levels - 1);
        for (moved, value) in self.moves(trajectory).zip(out) {
            let high = (moved.step < steps) == moved.up;
            let level = if high { moved.low + self.levels / 2 } else { moved.low };
            *value = f64::from(level) / top;
        }
    }

    fn chance(&self, run: u32) -> u32 {
        run / (self.parameters + 1)
    }
}

/// What moving one number does to an output, in units of the output over the whole range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Mean effect.
    pub mu: f64,
    /// Mean size of the effect.
    pub mu_star: Estimate,
    /// Standard deviation of the effect; NaN of fewer than two.
    pub sigma: f64,
    /// Trajectories that have an effect.
    pub used: usize,
    /// Trajectories that lost it to a run without a value.
    pub dropped: usize,
}

/// For each of `outputs`, which have one value a run of `design`, the effect of each number; fails if
/// an output has another length.
pub fn effects(
    design: &Trajectories,
    outputs: &[&[f64]],
    bootstrap: &Bootstrap,
) -> Result<Vec<Vec<Effect>>, SensitivityError> {
    check_lengths(outputs, design.runs())?;
    let moves: Vec<Vec<Move>> = (0..design.count).map(|t| design.moves(t).collect()).collect();
    let analyse = |output: &&[f64]| {
        let elementary = elementary(design, &moves, output);
        summed_up(&elementary, design.parameters as usize, bootstrap)
    };
    Ok(outputs.iter().map(analyse).collect())
}

/// The elementary effects, trajectory by trajectory; NaN where a run at either end has no value.
fn elementary(design: &Trajectories, moves: &[Vec<Move>], output: &[f64]) -> Vec<f64> {
    let steps = design.parameters as usize + 1;
    let of_trajectory = |(moves, values): (&Vec<Move>, &[f64])| {
        let effect = |moved: &Move| {
            let at = moved.step as usize;
            let change = (values[at + 1] - values[at]) / design.delta();
            // An infinite output is no more of an answer than none.
            let change = if change.is_finite() { change } else { f64::NAN };
            if moved.up { change } else { -change }
        };
        moves.iter().map(effect).collect::<Vec<_>>()
    };
    moves.iter().zip(output.chunks_exact(steps)).flat_map(of_trajectory).collect()
}

fn summed_up(elementary: &[f64], parameters: usize, bootstrap: &Bootstrap) -> Vec<Effect> {
    let trajectories = elementary.len() / parameters;
    let resample = |counts: &mut Vec<u32>, resample| {
        bootstrap.count(resample, counts);
        let (mut sums, mut taken) = (vec![0.0; parameters], vec![0.0; parameters]);
        for (line, count) in elementary.chunks_exact(parameters).zip(&*counts) {
            let times = f64::from(*count);
            for ((sum, taken), effect) in sums.iter_mut().zip(&mut taken).zip(line) {
                if !effect.is_nan() {
                    *sum += times * effect.abs();
                    *taken += times;
                }
            }
        }
        sums.iter().zip(taken).map(|(sum, taken)| sum / taken).collect::<Vec<f64>>()
    };
    let room = || vec![0; trajectories];
    let resampled: Vec<Vec<f64>> =
        (0..bootstrap.resamples).into_par_iter().map_init(room, resample).collect();
    let effect = |parameter: usize| {
        let all = elementary.iter().skip(parameter).step_by(parameters);
        let kept: Vec<f64> = all.copied().filter(|e| !e.is_nan()).collect();
        let n = kept.len() as f64;
        let mu = kept.iter().sum::<f64>() / n;
        let squares: f64 = kept.iter().map(|e| (e - mu) * (e - mu)).sum();
        let size = kept.iter().map(|e| e.abs()).sum::<f64>() / n;
        let column: Vec<f64> = resampled.iter().map(|means| means[parameter]).collect();
        Effect {
            mu,
            mu_star: Estimate::new(size, &column, bootstrap),
            sigma: if kept.len() < 2 { f64::NAN } else { sqrt(squares / (n - 1.0)) },
            used: kept.len(),
            dropped: trajectories - kept.len(),
        }
    };
    (0..parameters).into_par_iter().map(effect).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::{Run, evaluate};
    use crate::sensitivity::known::GFunction;

    fn screened(
        design: &Trajectories,
        model: impl Fn(&[f64]) -> f64 + Sync,
    ) -> (Vec<f64>, Vec<Effect>) {
        let y = evaluate(design, 1, |run, out| out[0] = model(run.point)).remove(0);
        let effects = effects(design, &[&y], &Bootstrap::default()).unwrap().remove(0);
        (y, effects)
    }

    #[test]
    fn m3_effects_of_a_plane() {
        let design = Trajectories::new(1, 3, 20, LEVELS).unwrap();
        let (_, effects) = screened(&design, |x| 2.0 * x[0] + x[1]);
        for (effect, expected) in effects.iter().zip([2.0, 1.0, 0.0]) {
            let Effect { mu, mu_star, sigma, used, dropped } = *effect;
            assert!((mu - expected).abs() < 1e-12 && sigma < 1e-12);
            let ends = [mu_star.value, mu_star.low, mu_star.high];
            assert!(ends.iter().all(|m| (m - expected).abs() < 1e-12), "{mu_star:?}");
            assert_eq!((used, dropped), (20, 0));
        }
    }

    #[test]
    fn each_step_moves_one_number_by_delta_and_each_number_is_moved_once() {
        for levels in [2, 4, 8] {
            let design = Trajectories::new(9, 12, 50, levels).unwrap();
            let (mut before, mut after) = ([0.0; 12], [0.0; 12]);
            for trajectory in 0..50 {
                let mut moved = [0; 12];
                design.write(13 * trajectory, &mut before);
                for step in 1..13 {
                    design.write(13 * trajectory + step, &mut after);
                    let changed: Vec<usize> = (0..12).filter(|i| before[*i] != after[*i]).collect();
                    assert_eq!(changed.len(), 1);
                    let change = (after[changed[0]] - before[changed[0]]).abs();
                    assert!((change - design.delta()).abs() < 1e-15);
                    moved[changed[0]] += 1;
                    before = after;
                }
                assert_eq!(moved, [1; 12]);
            }
        }
    }

    #[test]
    fn the_points_of_today_are_those_of_tomorrow() {
        let design = Trajectories::new(42, 5, 4, LEVELS).unwrap();
        let levels = |run| {
            let mut point = [f64::NAN; 5];
            design.write(run, &mut point);
            point.map(|u| (3.0 * u + 0.5) as u32)
        };
        let expected = [[3, 0, 3, 0, 0], [3, 0, 3, 0, 2], [1, 2, 1, 2, 2]];
        assert_eq!([levels(6), levels(7), levels(11)], expected);
    }

    #[test]
    fn every_level_is_visited_equally_often_and_moves_go_both_ways() {
        let design = Trajectories::new(2, 5, 2_000, 4).unwrap();
        let mut visits = [[0; 4]; 5];
        let mut point = [0.0; 5];
        for run in 0..design.runs() {
            design.write(run, &mut point);
            for (visits, u) in visits.iter_mut().zip(point) {
                visits[(3.0 * u + 0.5) as usize] += 1;
            }
        }
        // 3,000 are expected, with the trajectory, not the run, as the unit of chance.
        assert!(visits.as_flattened().iter().all(|v: &i32| (v - 3_000).abs() < 300), "{visits:?}");
        let up = (0..2_000).flat_map(|t| design.moves(t)).filter(|m| m.up).count();
        assert!(up.abs_diff(5_000) < 250, "{up}");
        let early = (0..2_000).filter(|t| design.moves(*t).next().unwrap().step == 0).count();
        assert!(early.abs_diff(400) < 90, "{early}");
    }

    #[test]
    fn effects_of_the_g_function_are_those_of_its_grid() {
        // On the levels 0, 1/3, 2/3, 1 a factor is (2 + a)/(1 + a) or (2/3 + a)/(1 + a).
        let a = [0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0];
        let mean = |a: f64| (4.0 / 3.0 + a) / (1.0 + a);
        let all: f64 = a.iter().map(|a| mean(*a)).product();
        let design = Trajectories::new(3, 8, 4_000, LEVELS).unwrap();
        let g = GFunction(a.to_vec());
        let (_, effects) = screened(&design, |x| g.at(x));
        for (effect, a) in effects.iter().zip(a) {
            let expected = 2.0 / (1.0 + a) * all / mean(a);
            let Estimate { value, low, high } = effect.mu_star;
            assert!((value / expected - 1.0).abs() < 0.05, "{value} {expected}");
            assert!(low < value && value < high && high - low < 0.1 * value);
            // Up as often as down: the function is symmetric.
            assert!(effect.mu.abs() < 0.05 * value && effect.sigma > 0.9 * value);
        }
    }

    #[test]
    fn a_run_without_a_value_takes_its_two_effects_with_it() {
        let design = Trajectories::new(1, 3, 20, LEVELS).unwrap();
        let (mut y, _) = screened(&design, |x| 2.0 * x[0] + x[1]);
        // Inside the sixth trajectory, and the beginning of the eighth.
        (y[5 * 4 + 1], y[7 * 4]) = (f64::NAN, f64::INFINITY);
        let effects = effects(&design, &[&y], &Bootstrap::default()).unwrap().remove(0);
        let dropped: Vec<usize> = effects.iter().map(|e| e.dropped).collect();
        assert_eq!(dropped.iter().sum::<usize>(), 3);
        for (effect, expected) in effects.iter().zip([2.0, 1.0, 0.0]) {
            assert!((effect.mu_star.value - expected).abs() < 1e-12);
            assert_eq!(effect.used + effect.dropped, 20);
        }
        let none = vec![f64::NAN; 80];
        let effects = super::effects(&design, &[&none], &Bootstrap::default()).unwrap().remove(0);
        assert!(effects.iter().all(|e| e.mu.is_nan() && e.mu_star.low.is_nan() && e.used == 0));
    }

    #[test]
    fn the_intervals_hold_the_truth_as_often_as_they_say() {
        // y = x0 x1: the effect of x0 is x1, uniform on the levels, whose mean is 1/2.
        let covered = |seed| {
            let design = Trajectories::new(seed, 2, 60, LEVELS).unwrap();
            let y = evaluate(&design, 1, |run, out| out[0] = run.point[0] * run.point[1]).remove(0);
            let bootstrap = Bootstrap { resamples: 400, seed, ..Bootstrap::default() };
            let effect = effects(&design, &[&y], &bootstrap).unwrap()[0][0].mu_star;
            effect.low <= 0.5 && 0.5 <= effect.high
        };
        let share = (0..300).filter(|seed| covered(*seed)).count() as f64 / 300.0;
        assert!((0.90..=0.985).contains(&share), "{share}");
    }

    #[test]
    fn threads_and_company_move_no_bit() {
        let design = Trajectories::new(6, 40, 20, LEVELS).unwrap();
        let model = |run: Run<'_>, out: &mut [f64]| {
            out[0] = run.point.iter().enumerate().map(|(i, x)| x * x * i as f64).sum();
            out[1] = f64::from(run.chance);
        };
        let on = |threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| {
                let y = evaluate(&design, 2, model);
                effects(&design, &[&y[0], &y[1]], &Bootstrap::default()).unwrap()
            })
        };
        let both = on(1);
        assert_eq!(both, on(3));
        let y = evaluate(&design, 2, model);
        assert_eq!(both[0], effects(&design, &[&y[0]], &Bootstrap::default()).unwrap()[0]);
        // Chance stays the same along a trajectory, so it is no effect of any number.
        assert!(both[1].iter().all(|e| e.mu_star.value == 0.0));
    }

    #[test]
    fn what_makes_no_grid_is_refused() {
        assert_eq!(Trajectories::new(1, 0, 5, 4), Err(DesignError::NoParameters));
        assert_eq!(Trajectories::new(1, 5, 0, 4), Err(DesignError::NoRuns));
        assert_eq!(Trajectories::new(1, 5, 5, 5), Err(DesignError::UnevenLevels { levels: 5 }));
        assert_eq!(Trajectories::new(1, 5, 5, 0), Err(DesignError::UnevenLevels { levels: 0 }));
        assert_eq!(Trajectories::new(1, u32::MAX, 1, 4), Err(DesignError::TooManyRuns));
        let design = Trajectories::new(1, 3, 2, 4).unwrap();
        let short = effects(&design, &[&[0.0; 8], &[0.0; 7]], &Bootstrap::default());
        let error = SensitivityError::Length { output: 1, found: 7, expected: 8 };
        assert_eq!(short, Err(error));
    }
}
