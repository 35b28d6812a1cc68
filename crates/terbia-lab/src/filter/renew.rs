//! How do runs become many again when figures have left few?
//!
//! The figures of the month are let in by a power `p` of their density that rises from 0 to 1, as fast
//! as half of the runs go on counting. At each power runs are drawn anew and moved: each proposes
//! another near it, which takes its place with the odds
//!
//! ```text
//! min(1, L'/L),   L = density of the figures before the month x (density of those of the month)^p
//! ```
//!
//! (Metropolis; the law of runs before any figure cancels because proposals are in balance with it). The
//! size of the steps follows the share of proposals that are taken. A run of which more than half has
//! changed, by correlation, counts as one of its own.

use super::{Filter, Member, Near, Step};
use crate::particle::{Weights, effective, systematic};
use rayon::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use terbia_model::kernel::math::exp;
use terbia_model::kernel::rng::{Draws, Purpose};

/// Whether a proposal is taken.
const TAKE: Purpose = Purpose(0x5441_4B45);
/// The one uniform with which runs are drawn anew at a power.
const ANEW: Purpose = Purpose(0x414E_4558);

/// Rounds of moves at each power but the last.
const ROUNDS: usize = 2;
/// Rounds at the last one, at least and at most; it ends when this share of the runs are not kin.
const LAST_ROUNDS: (usize, usize) = (2, 30);
/// See [`LAST_ROUNDS`].
const UNLIKE: f64 = 0.1;
/// Size of the first steps.
const FIRST_SIZE: f64 = 0.4;
/// Shares of proposals taken outside of which steps get smaller or larger, and by which factor.
const TAKEN: [(f64, f64); 2] = [(0.15, 0.6), (0.40, 1.5)];
/// Least rise of the power, so that there is an end to it.
const LEAST_RISE: f64 = 0.005;
/// Halvings in which the next power is found.
const HALVINGS: u32 = 40;
/// Correlation below which a run is one of its own.
const KIN: f64 = 0.5;

/// How runs were renewed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Renewed {
    /// Powers at which they were drawn anew.
    pub stages: usize,
    /// Share of proposals that were taken, 0..1.
    pub taken: f64,
    /// Effective number of runs afterwards.
    pub effective: f64,
    /// Effective number of lines afterwards.
    pub lines: f64,
}

/// A proposal that was judged.
struct Judged<M> {
    near: Near<M>,
    logs: [f64; 2],
}

impl<M: Member> Filter<M> {
    /// Lets the figures of the month, which were taken in, come again bit by bit, and moves the runs
    /// meanwhile, if few are left that count. `stop` ends it early, with what there is then.
    /// `progress` is told of runs that are made.
    pub fn renew(
        &mut self,
        month: usize,
        stop: &AtomicBool,
        progress: &(dyn Fn(u32) + Sync),
    ) -> Option<Renewed> {
        let half = 0.5 * self.members.len() as f64;
        if self.effective() >= half {
            return None;
        }
        let mut weights = self.before.0.shares()?;
        let (mut power, mut stages, mut size) = (0.0, 0, FIRST_SIZE);
        let (mut tried, mut taken) = (0_u32, 0_u32);
        while !stop.load(Ordering::Relaxed) {
            let next = self.next_power(&weights, power, half);
            weights = self.raised(&weights, next - power);
            power = next;
            let last = power >= 1.0;
            if effective(&weights) < half || !last {
                let address = Draws::new(self.seed, 0);
                let u = address.uniform(ANEW, stages as u32, month as u32, 0);
                let chosen = systematic(&weights, u);
                self.copy(&chosen, self.seed_of(month, stages, 0));
                weights = vec![1.0 / self.members.len() as f64; self.members.len()];
                stages += 1;
            }
            for round in 1..=if last { LAST_ROUNDS.1 } else { ROUNDS } {
                let seed = self.seed_of(month, stages, round);
                let (t, n) = self.move_all((seed, size, power), stop, progress);
                (tried, taken) = (tried + t, taken + n);
                size = next_size(size, f64::from(n) / f64::from(t.max(1)));
                self.weights = Weights::of(&weights);
                if last && round >= LAST_ROUNDS.0 && self.lines() >= UNLIKE * 2.0 * half {
                    break;
                }
            }
            if last {
                break;
            }
        }
        self.weights = Weights::of(&weights);
        let taken = f64::from(taken) / f64::from(tried.max(1));
        Some(Renewed { stages, taken, effective: self.effective(), lines: self.lines() })
    }

    /// Weights when the power rises by so much.
    fn raised(&self, weights: &[f64], rise: f64) -> Vec<f64> {
        let log = |place: usize| {
            let [before, all] = self.lines[place].logs;
            if weights[place] > 0.0 { rise * (all - before) } else { f64::NEG_INFINITY }
        };
        let logs: Vec<f64> = (0..weights.len()).map(log).collect();
        let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let raised: Vec<f64> = weights.iter().zip(&logs).map(|(w, l)| w * exp(l - top)).collect();
        let sum: f64 = raised.iter().sum();
        raised.iter().map(|w| w / sum).collect()
    }

    /// The highest power, up to 1, at which half of the runs count.
    fn next_power(&self, weights: &[f64], power: f64, half: f64) -> f64 {
        let counts = |next: f64| effective(&self.raised(weights, next - power)) >= half;
        if counts(1.0) {
            return 1.0;
        }
        let (mut low, mut high) = (power, 1.0);
        for _ in 0..HALVINGS {
            let middle = f64::midpoint(low, high);
            if counts(middle) { low = middle } else { high = middle }
        }
        low.max(power + LEAST_RISE).min(1.0)
    }

    /// Every run that counts proposes another; how many did, and how many of these were taken.
    fn move_all(
        &mut self,
        (seed, size, power): (u64, f64, f64),
        stop: &AtomicBool,
        progress: &(dyn Fn(u32) + Sync),
    ) -> (u32, u32) {
        let (heard, before) = (&self.heard, self.before.1);
        let tried = AtomicU32::new(0);
        let rows = self.members.par_iter_mut().zip(&mut self.lines).enumerate();
        let moved = rows.map(|(place, (member, line))| {
            if stop.load(Ordering::Relaxed) {
                return false;
            }
            tried.fetch_add(1, Ordering::Relaxed);
            let chance = (seed, place as u32);
            let Some(near) = member.propose(&Step { size, chance }) else { return false };
            progress(1);
            let judged = judged(near, heard, before);
            let log = |[before, all]: [f64; 2]| before + power * (all - before);
            let odds = log(judged.logs) - log(line.logs);
            let u = Draws::new(seed, place as u32).uniform(TAKE, 0, 0, 0);
            // A comparison with what is no number is false.
            let taken = u < exp(odds.min(0.0));
            if taken {
                *member = judged.near.run;
                line.kinship *= judged.near.kinship;
                line.logs = judged.logs;
            }
            taken
        });
        let taken = moved.filter(|taken| *taken).count() as u32;
        for line in self.lines.iter_mut().filter(|line| line.kinship < KIN) {
            *line = super::Line { root: self.lines_begun, kinship: 1.0, logs: line.logs };
            self.lines_begun += 1;
        }
        (tried.into_inner(), taken)
    }
}

/// The size of steps of which the last ones were taken so often.
fn next_size(size: f64, share: f64) -> f64 {
    let [(low, smaller), (high, larger)] = TAKEN;
    if share < low {
        size * smaller
    } else if share > high {
        (size * larger).min(1.0)
    } else {
        size
    }
}

/// Lets a proposal hear all figures; the first `before` are those before the month.
fn judged<M: Member>(mut near: Near<M>, heard: &[super::Heard], before: usize) -> Judged<M> {
    let mut logs = [0.0; 2];
    for (place, figure) in heard.iter().enumerate() {
        let (log, trust) = figure.judge(near.run.expects(figure.reading.figure));
        near.run.learn(figure.reading.figure, figure.reading.observed, trust);
        logs[1] += log;
        if place < before {
            logs[0] += log;
        }
    }
    Judged { near, logs }
}
