//! New figures came in: what is to be believed now, and how surprising were they?
//!
//! A bootstrap particle filter (Gordon, Salmond and Smith 1993) whose particles are whole runs, each
//! with its own numbers, made month by month. A figure is weighed when the last month of its window
//! is made. The drift of the record about the model ([`crate::discrepancy`]) is not sampled: each
//! particle carries what is known of it in closed form (Rao-Blackwellised, Doucet et al. 2000).
//!
//! ```text
//! weight  w_i <- w_i p(figure | run i),      p normal about model × exp(drift)
//! ESS     (sum w)² / sum w²;  below half of the particles they are drawn anew in proportion
//! surprise of a figure: PIT and log density under the particles before it was weighed
//! ```
//!
//! Particles drawn twice share their past and part from there: chance is another run's from then
//! on. Beliefs about past months come from the ancestors of today's particles, for as many months
//! back as are kept (fixed-lag smoothing, Kitagawa 1996). Figures up to `known` have been learnt
//! from already, by a posterior: they move the drifts, not the weights.

use crate::discrepancy::{Belief, Drift};
use crate::learn::Figure;
use crate::particle::Weights;
use rayon::prelude::*;
use std::collections::BTreeMap;
use std::f64::consts::PI;
use terbia_model::config::Corridor;
use terbia_model::kernel::dist::normal_cdf;
use terbia_model::kernel::math::{ln, sqrt};
use terbia_model::kernel::rng::{Draws, Purpose};
use terbia_model::run::Engine;

/// Which particles are drawn anew.
const RESAMPLING: Purpose = Purpose(0x5245_5341);

/// What is filtered.
#[derive(Clone, Debug)]
pub struct Setup<'c> {
    /// The corridor, under a scenario in which the model decides after the record ends.
    pub corridor: &'c Corridor,
    /// Months of the run; the last is that of the last figure.
    pub months: usize,
    /// Months that the figures of which have been learnt from already.
    pub known: usize,
    /// The figures, those first whose windows end first.
    pub figures: Vec<Figure>,
    /// For each drift the columns that it moves.
    pub drifting: Vec<Vec<usize>>,
    /// Columns that beliefs are wanted of.
    pub columns: Vec<usize>,
    /// Months back that beliefs are kept for.
    pub lag: usize,
    /// Seed of all chance.
    pub seed: u64,
}

/// A particle at the start: the values of all numbers, and its drifts.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// One value for each number of the corridor.
    pub values: Vec<f64>,
    /// One for each of the setup's drifts.
    pub drifts: Vec<Drift>,
}

/// A run under way.
#[derive(Clone, Debug)]
struct Particle<'c> {
    engine: Engine<'c>,
    /// Which start it goes back to.
    origin: usize,
    /// Months of the columns that figures read or beliefs are wanted of.
    series: BTreeMap<usize, Vec<f64>>,
    /// For each drift what is known, and in which month.
    drifts: Vec<(Belief, usize)>,
    alive: bool,
}

/// How surprising a figure was.
#[derive(Clone, Debug, PartialEq)]
pub struct Surprise {
    /// Id of the figure.
    pub id: String,
    /// Observed, as compared.
    pub observed: f64,
    /// Expected, as compared.
    pub mean: f64,
    /// Standard deviation, as compared.
    pub sd: f64,
    /// Probability that a figure no larger had been expected, 0..1.
    pub pit: f64,
    /// Log density of the figure.
    pub log_density: f64,
    /// Effective number of particles after it was weighed.
    pub effective: f64,
}

/// What is believed of an outcome in a month: values and weights, one for each particle.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Cloud {
    /// Values.
    pub values: Vec<f64>,
    /// Weights, which sum to 1.
    pub weights: Vec<f64>,
}

/// What the filter leaves behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Filtered {
    /// For each figure weighed, in order.
    pub surprises: Vec<Surprise>,
    /// Log likelihood of all figures weighed.
    pub log_likelihood: f64,
    /// For each column asked for, and each month kept: believed before the figures came in.
    pub before: Vec<Vec<Cloud>>,
    /// The same with them.
    pub after: Vec<Vec<Cloud>>,
    /// First month that is kept.
    pub first: usize,
    /// For each particle at the end, the start that it goes back to.
    pub origins: Vec<usize>,
    /// Weights of the particles at the end.
    pub weights: Vec<f64>,
    /// Particles that diverged.
    pub diverged: usize,
}

/// Why nothing can be filtered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NowcastError {
    /// No particle came through.
    #[error("every run diverged before the last figure")]
    Diverged,
    /// No particle makes a figure possible.
    #[error("no run comes near the figures: all weights vanished")]
    Impossible,
}

/// Filters `starts` through the figures of `setup`, on the threads of the current pool.
pub fn filter(setup: &Setup<'_>, starts: &[Start]) -> Result<Filtered, NowcastError> {
    // Twice over: once without weights, for what was believed before.
    let mut blind = Crowd::new(setup, starts);
    for month in 0..setup.months {
        blind.step(month);
    }
    let before = blind.clouds()?;
    let mut crowd = Crowd::new(setup, starts);
    for month in 0..setup.months {
        crowd.step(month);
        crowd.weigh(month)?;
        crowd.refresh(month);
    }
    let after = crowd.clouds()?;
    let Crowd { particles, weights, surprises, .. } = crowd;
    Ok(Filtered {
        surprises,
        log_likelihood: weights.log_likelihood(),
        before,
        after,
        first: setup.months.saturating_sub(setup.lag),
        origins: particles.iter().map(|p| p.origin).collect(),
        weights: weights.shares().unwrap_or_default(),
        diverged: blind.particles.iter().filter(|p| !p.alive).count(),
    })
}

/// All particles.
struct Crowd<'s, 'c> {
    setup: &'s Setup<'c>,
    starts: &'s [Start],
    particles: Vec<Particle<'c>>,
    weights: Weights,
    surprises: Vec<Surprise>,
    redrawn: u32,
}

impl<'s, 'c> Crowd<'s, 'c> {
    fn new(setup: &'s Setup<'c>, starts: &'s [Start]) -> Self {
        let mut columns: Vec<usize> = setup.columns.clone();
        columns.extend(setup.figures.iter().flat_map(|f| f.measure.columns()));
        columns.sort_unstable();
        columns.dedup();
        let particle = |(origin, start): (usize, &Start)| {
            let mut engine = Engine::new(setup.corridor, setup.months);
            engine.begin(&start.values, (setup.seed, origin as u32));
            Particle {
                engine,
                origin,
                series: columns.iter().map(|c| (*c, vec![f64::NAN; setup.months])).collect(),
                drifts: start.drifts.iter().map(|d| (d.prior(), 0)).collect(),
                alive: true,
            }
        };
        let particles: Vec<_> = starts.par_iter().enumerate().map(particle).collect();
        let weights = Weights::even(starts.len());
        Self { setup, starts, particles, weights, surprises: Vec::new(), redrawn: 0 }
    }

    fn step(&mut self, month: usize) {
        self.particles.par_iter_mut().filter(|p| p.alive).for_each(|particle| {
            match particle.engine.step(month) {
                Ok(row) => {
                    for (column, months) in &mut particle.series {
                        months[month] = row[*column];
                    }
                }
                Err(_) => particle.alive = false,
            }
        });
        for (place, _) in self.particles.iter().enumerate().filter(|(_, p)| !p.alive) {
            self.weights.drop(place);
        }
    }

    /// Takes in the figures whose windows end with `month`.
    fn weigh(&mut self, month: usize) -> Result<(), NowcastError> {
        let setup = self.setup;
        for figure in setup.figures.iter().filter(|f| f.measure.months().1 == month + 1) {
            let drifting = |c: usize| setup.drifting.iter().position(|d| d.contains(&c));
            let moved = figure.measure.columns().first().and_then(|c| drifting(*c));
            let starts = self.starts;
            let told: Vec<(f64, f64)> = self
                .particles
                .par_iter_mut()
                .map(|p| p.told(figure, moved, &starts[p.origin].drifts, month))
                .collect();
            if month < setup.known {
                continue;
            }
            self.surprise(figure, &told)?;
        }
        Ok(())
    }

    /// Weighs the particles by what each expected of a figure: mean and variance.
    fn surprise(&mut self, figure: &Figure, told: &[(f64, f64)]) -> Result<(), NowcastError> {
        let weights = self.weights.shares().ok_or(NowcastError::Diverged)?;
        let (mut mean, mut square, mut pit) = (0.0, 0.0, 0.0);
        let mut logs = Vec::with_capacity(told.len());
        for (share, &(expected, variance)) in weights.iter().zip(told) {
            if *share == 0.0 || !expected.is_finite() {
                logs.push(f64::NEG_INFINITY);
                continue;
            }
            let z = (figure.observed - expected) / sqrt(variance);
            mean += share * expected;
            square += share * (expected * expected + variance);
            pit += share * normal_cdf(z);
            logs.push(-0.5 * (z * z + ln(2.0 * PI * variance)));
        }
        let log_density = self.weights.weigh(&logs).ok_or(NowcastError::Impossible)?;
        self.surprises.push(Surprise {
            id: figure.id.clone(),
            observed: figure.observed,
            mean,
            sd: sqrt((square - mean * mean).max(0.0)),
            pit,
            log_density,
            effective: self.weights.effective(),
        });
        Ok(())
    }

    /// Draws the particles anew if too few of them carry the weight.
    fn refresh(&mut self, month: usize) {
        let u = Draws::new(self.setup.seed, 0).uniform(RESAMPLING, 0, month as u32, 0);
        let Some(chosen) = self.weights.refresh(u) else { return };
        let count = self.particles.len();
        self.redrawn += 1;
        let (seed, redrawn) = (self.setup.seed, self.redrawn);
        let mut last = None;
        let particles = chosen.iter().enumerate().map(|(place, from)| {
            let mut particle = self.particles[*from].clone();
            // The first of several goes on as it was.
            if last == Some(*from) {
                let run = (place as u32).wrapping_add(redrawn.wrapping_mul(count as u32));
                particle.engine.redraw((seed ^ (1 << 40), run));
            }
            last = Some(*from);
            particle
        });
        self.particles = particles.collect();
    }

    /// Each column asked for in each month that is kept.
    fn clouds(&self) -> Result<Vec<Vec<Cloud>>, NowcastError> {
        let weights = self.weights.shares().ok_or(NowcastError::Diverged)?;
        let months = self.setup.months.saturating_sub(self.setup.lag)..self.setup.months;
        let cloud = |column: usize, month: usize| {
            let value = |p: &Particle<'_>| p.series.get(&column).map_or(f64::NAN, |s| s[month]);
            let values = self.particles.iter().map(value).collect();
            Cloud { values, weights: weights.clone() }
        };
        let of = |column: &usize| months.clone().map(|m| cloud(*column, m)).collect();
        Ok(self.setup.columns.iter().map(of).collect())
    }
}

impl Particle<'_> {
    /// What the particle expects of a figure, mean and variance as compared; then it takes the
    /// figure in as news of the drift.
    fn told(
        &mut self,
        figure: &Figure,
        moved: Option<usize>,
        drifts: &[Drift],
        month: usize,
    ) -> (f64, f64) {
        let of = |column: usize| self.series.get(&column).map_or(&[][..], Vec::as_slice);
        let value = figure.measure.value(&of);
        let expected = figure.transformed(value);
        let error = figure.error_sd * figure.error_sd;
        let Some((drift, known)) =
            moved.and_then(|place| Some((drifts.get(place)?, self.drifts.get_mut(place)?)))
        else {
            return (expected, error);
        };
        let belief = drift.later(known.0, month - known.1);
        if !figure.level {
            // A change over time: the drift may have gone any way in between.
            let size = 1.0 + value.abs();
            return (expected, error + 2.0 * size * size * drift.prior().variance);
        }
        let variance = belief.variance + error;
        let gain = belief.variance / variance;
        let surprise = figure.observed - expected - belief.mean;
        let news = Belief {
            mean: belief.mean + gain * surprise,
            variance: belief.variance * (1.0 - gain),
        };
        if surprise.is_finite() {
            *known = (news, month);
        }
        (expected + belief.mean, variance)
    }
}
