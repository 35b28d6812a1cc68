//! What would the record say if these were the numbers? A corridor's runs, read as figures.
//!
//! Learning needs the record *as it would have been printed* by a run: the outcomes drift about the
//! model ([`crate::discrepancy`]), a figure is taken over its own window, and it has an error. Each
//! uncertain number of the corridor, and the size and memory of each drift, is a coordinate: the
//! normal score of its prior, so that a priori all are independent and standard normal whatever
//! their unit or shape. Where another corridor has taught something of a number that both share, its
//! score is about that instead ([`Learner::believing`]).
//!
//! ```text
//! a level     y = log(max(figure × exp(drift), observed/20)) + error_sd × e
//! a change    y = figure + error_sd × e
//! ```
//!
//! (A twentieth of what was observed is as wrong as nothing at all.) A bound, and a figure that a run may leave without a value, teaches nothing here; both are
//! scored all the same.

use crate::calibrate::pool::Score;
use crate::calibrate::regress::Ridge;
use crate::calibrate::{Address, Simulator};
use crate::design;
use crate::discrepancy::{Drift, standard_normal};
use crate::measure::{Compiled, Measure};
use crate::scores::FLOOR_SHARE;
use std::collections::BTreeMap;
use terbia_model::config::Corridor;
use terbia_model::kernel::dist::{normal, normal_cdf};
use terbia_model::kernel::math::{exp, ln};
use terbia_model::kernel::param::Definition;
use terbia_model::kernel::rng::{Draws, Purpose};
use terbia_model::run::{Engine, RunStatus};

/// Errors of figures.
const ERROR: Purpose = Purpose(0x4552_524F);

/// A figure of the record that can be learnt from.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// Id of the observation.
    pub id: String,
    /// How a run shows it.
    pub measure: Compiled,
    /// The same by name, for results that are read back.
    pub source: Measure,
    /// Whether it is a level, compared in the logarithm; a change is compared as it is.
    pub level: bool,
    /// Observed value, transformed.
    pub observed: f64,
    /// Standard deviation of its error, transformed.
    pub error_sd: f64,
}

impl Figure {
    /// A level or a change that was observed as `value`, with an error in the unit of the
    /// comparison: relative for a level, absolute for a change.
    pub fn new(
        id: String,
        (source, measure): (Measure, Compiled),
        level: bool,
        value: f64,
        error_sd: f64,
    ) -> Self {
        let observed = if level { ln(value) } else { value };
        Self { id, measure, source, level, observed, error_sd }
    }

    /// What a run's `value` is compared as.
    pub fn transformed(&self, value: f64) -> f64 {
        if self.level && !value.is_nan() {
            ln(value.max(0.0)).max(self.observed + ln(FLOOR_SHARE))
        } else {
            value
        }
    }
}

/// A drift whose size and memory are to be learnt.
#[derive(Clone, Debug, PartialEq)]
pub struct Discrepancy {
    /// Short name.
    pub id: String,
    /// Columns that it moves.
    pub columns: Vec<usize>,
    /// Its standard deviation in the logarithm.
    pub sd: Definition,
    /// Months after which it has faded to 1/e.
    pub memory_months: Definition,
}

/// A corridor under a scenario, beside what is on record.
#[derive(Clone, Debug)]
pub struct Learner<'c> {
    corridor: &'c Corridor,
    months: usize,
    seed: u64,
    fixed: Vec<Option<f64>>,
    figures: Vec<Figure>,
    discrepancies: Vec<Discrepancy>,
    /// For each coordinate its prior; those of numbers first.
    coordinates: Vec<Definition>,
    /// For each coordinate what is believed of its normal score before the figures.
    beliefs: Vec<Score>,
    /// For each coordinate of a number, the place of the number.
    numbers: Vec<usize>,
    /// Columns that a figure reads.
    columns: Vec<usize>,
}

/// What one thread needs.
#[derive(Clone, Debug)]
pub struct Worker<'c> {
    engine: Engine<'c>,
    values: Vec<f64>,
    series: BTreeMap<usize, Vec<f64>>,
    path: Vec<f64>,
}

impl<'c> Learner<'c> {
    /// The first `months` of a corridor beside `figures`; `fixed` numbers are not varied.
    pub fn new(
        corridor: &'c Corridor,
        months: usize,
        seed: u64,
        fixed: Vec<Option<f64>>,
        figures: Vec<Figure>,
        discrepancies: Vec<Discrepancy>,
    ) -> Self {
        let free = |i: &usize| {
            let held = fixed.get(*i).copied().flatten().is_some();
            !held && corridor.numbers[*i].uncertain()
        };
        let numbers: Vec<usize> = (0..corridor.numbers.len()).filter(free).collect();
        let drifts = discrepancies.iter().flat_map(|d| {
            let name = |part: &str| format!("discrepancy.{}.{part}", d.id);
            [
                Definition { path: name("sd"), ..d.sd.clone() },
                Definition { path: name("memory_months"), ..d.memory_months.clone() },
            ]
        });
        let coordinates: Vec<Definition> =
            numbers.iter().map(|i| corridor.numbers[*i].clone()).chain(drifts).collect();
        let mut columns: Vec<usize> = figures.iter().flat_map(|f| f.measure.columns()).collect();
        columns.sort_unstable();
        columns.dedup();
        Self {
            corridor,
            months: months.min(corridor.months),
            seed,
            fixed,
            figures,
            discrepancies,
            beliefs: vec![Score::PRIOR; coordinates.len()],
            coordinates,
            numbers,
            columns,
        }
    }

    /// The same with another belief of some coordinates than their priors: [`Score`]s of these.
    #[must_use]
    pub fn believing(mut self, beliefs: impl IntoIterator<Item = (usize, Score)>) -> Self {
        for (coordinate, belief) in beliefs {
            if let Some(place) = self.beliefs.get_mut(coordinate) {
                *place = belief;
            }
        }
        self
    }

    /// The prior of each coordinate, in order.
    pub fn coordinates(&self) -> &[Definition] {
        &self.coordinates
    }

    /// The figures, in order.
    pub fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// The drifts, in order.
    pub fn discrepancies(&self) -> &[Discrepancy] {
        &self.discrepancies
    }

    /// What is on record, as [`Self::figures_of`] writes it.
    pub fn observed(&self) -> Vec<f64> {
        self.figures.iter().map(|f| f.observed).collect()
    }

    /// A fresh worker.
    pub fn worker(&self) -> Worker<'c> {
        Worker {
            engine: Engine::new(self.corridor, self.months),
            values: vec![f64::NAN; self.corridor.numbers.len()],
            series: self.columns.iter().map(|c| (*c, vec![0.0; self.months])).collect(),
            path: vec![0.0; self.months],
        }
    }

    /// The normal score of every coordinate at an address of the design.
    pub fn prior_scores(&self, at: (u32, u32), scores: &mut Vec<f64>) {
        scores.clear();
        scores.extend((0..self.coordinates.len()).map(|k| self.prior_score(at, k)));
    }

    /// The same of one coordinate.
    fn prior_score(&self, (stage, index): (u32, u32), coordinate: usize) -> f64 {
        normal(design::point(self.stage_seed(stage), index, coordinate as u32))
    }

    fn stage_seed(&self, stage: u32) -> u64 {
        self.seed ^ (u64::from(stage) + 1) << 32
    }

    /// What is believed of the normal score of each coordinate before the figures.
    pub fn beliefs(&self) -> &[Score] {
        &self.beliefs
    }

    /// The value of a coordinate whose normal score is `score` under what is believed of it.
    pub fn value(&self, coordinate: usize, score: f64) -> f64 {
        let own = self.beliefs[coordinate].at(score);
        self.coordinates[coordinate].quantile(normal_cdf(own))
    }

    /// The values of all numbers of the corridor, in its order, at `scores`.
    pub fn values(&self, scores: &[f64], values: &mut Vec<f64>) {
        values.clear();
        let held = |(i, number): (usize, &Definition)| {
            self.fixed.get(i).copied().flatten().unwrap_or(number.value)
        };
        values.extend(self.corridor.numbers.iter().enumerate().map(held));
        for (coordinate, place) in self.numbers.iter().enumerate() {
            values[*place] = self.value(coordinate, scores[coordinate]);
        }
    }

    /// The drift of a discrepancy at `scores`.
    pub fn drift(&self, discrepancy: usize, scores: &[f64]) -> Drift {
        let sd = self.numbers.len() + 2 * discrepancy;
        Drift { sd: self.value(sd, scores[sd]), memory_months: self.value(sd + 1, scores[sd + 1]) }
    }

    /// Writes the figures that the record would show if the coordinates had these `scores`; false
    /// if the run diverged. All chance comes from the address.
    pub fn figures_of(
        &self,
        worker: &mut Worker<'c>,
        (stage, index): (u32, u32),
        scores: &[f64],
        out: &mut [f64],
    ) -> bool {
        let Worker { engine, values, series, path } = worker;
        self.values(scores, values);
        let seed = self.stage_seed(stage);
        let status = engine.run(values, (seed, index), |month, row| {
            for (column, months) in series.iter_mut() {
                months[month] = row[*column];
            }
        });
        if status != RunStatus::Finished {
            return false;
        }
        let draws = Draws::new(seed, index);
        for (place, discrepancy) in self.discrepancies.iter().enumerate() {
            let drift = self.drift(place, scores);
            drift.path(drift.prior(), &draws, place as u32, 0, path);
            for d in path.iter_mut() {
                *d = exp(*d);
            }
            for column in &discrepancy.columns {
                if let Some(months) = series.get_mut(column) {
                    months.iter_mut().zip(&*path).for_each(|(m, d)| *m *= d);
                }
            }
        }
        let of = |column: usize| series.get(&column).map_or(&[][..], Vec::as_slice);
        for (place, (figure, out)) in self.figures.iter().zip(out).enumerate() {
            let value = figure.measure.value(&of);
            let error = standard_normal(&draws, ERROR, place as u32, 0, 0);
            *out = figure.transformed(value) + figure.error_sd * error;
        }
        true
    }
}

impl<'c> Simulator for Learner<'c> {
    type Worker = Worker<'c>;

    fn worker(&self) -> Worker<'c> {
        Self::worker(self)
    }

    fn parameters(&self) -> usize {
        self.coordinates.len()
    }

    fn summaries(&self) -> usize {
        self.figures.len()
    }

    fn simulate(
        &self,
        worker: &mut Worker<'c>,
        at: Address,
        scores: &[f64],
        figures: &mut [f64],
    ) -> bool {
        self.figures_of(worker, (at.stage, at.index), scores, figures)
    }

    fn prior(&self, _: u64, at: Address, scores: &mut [f64]) {
        let mut all = Vec::new();
        self.prior_scores((at.stage, at.index), &mut all);
        scores.copy_from_slice(&all);
    }
}

/// How figures become inputs of a regression.
///
/// A figure counts in standard deviations about its mean over runs of the prior, two and a half at
/// most, so that no single figure that the model cannot show decides. What
/// it says of the *size* of a drift is in no linear function of the figures, so for each drift the
/// log mean square of its figures, and of their differences in order of time, go in too.
#[derive(Clone, Debug, PartialEq)]
pub struct Features {
    mean: Vec<f64>,
    sd: Vec<f64>,
    /// For each drift the figures that it moves.
    groups: Vec<Vec<usize>>,
}

/// Beyond this many standard deviations a figure says no more.
const FEATURE_MOST: f64 = 2.5;

impl Features {
    /// From the figures of runs of the prior.
    pub fn new(learner: &Learner<'_>, runs: &[Vec<f64>]) -> Self {
        let count = runs.len().max(1) as f64;
        let figures = 0..learner.figures.len();
        let mean: Vec<f64> =
            figures.clone().map(|f| runs.iter().map(|r| r[f]).sum::<f64>() / count).collect();
        let square = |f: usize| runs.iter().map(|r| (r[f] - mean[f]).powi(2)).sum::<f64>() / count;
        // A figure that is always the same would be divided by nothing.
        let sd = figures.clone().map(|f| square(f).sqrt().max(1e-12)).collect();
        let moved = |discrepancy: &Discrepancy| {
            let by = |f: &usize| {
                let figure = &learner.figures[*f];
                let column = figure.measure.columns().first().copied();
                figure.level && column.is_some_and(|c| discrepancy.columns.contains(&c))
            };
            figures.clone().filter(by).collect()
        };
        let groups = learner.discrepancies.iter().map(moved).collect();
        Self { mean, sd, groups }
    }

    /// Number of inputs.
    pub fn count(&self) -> usize {
        self.mean.len() + 2 * self.groups.len()
    }

    /// The inputs that these figures make.
    pub fn of(&self, figures: &[f64]) -> Vec<f64> {
        let standard =
            |((y, m), s): ((&f64, &f64), &f64)| ((y - m) / s).clamp(-FEATURE_MOST, FEATURE_MOST);
        let mut row: Vec<f64> =
            figures.iter().zip(&self.mean).zip(&self.sd).map(standard).collect();
        for group in &self.groups {
            let values: Vec<f64> = group.iter().map(|f| row[*f]).collect();
            let size = |squares: f64, count: usize| ln((squares / count.max(1) as f64).max(1e-6));
            let squares = values.iter().map(|x| x * x).sum();
            let steps = values.windows(2).map(|w| (w[1] - w[0]).powi(2)).sum();
            row.push(size(squares, values.len()));
            row.push(size(steps, values.len().saturating_sub(1)));
        }
        row
    }
}

/// A learner some of whose coordinates are parameters, the rest chance; its summaries are what the
/// figures say of each parameter.
#[derive(Debug)]
pub struct Taught<'a, 'c> {
    /// The corridor beside the record.
    pub learner: &'a Learner<'c>,
    /// The coordinates that are parameters.
    pub active: &'a [usize],
    /// How figures become inputs.
    pub features: &'a Features,
    /// What inputs say of each parameter.
    pub fit: &'a Ridge,
}

impl Taught<'_, '_> {
    /// The scores of all coordinates of a run: those of the parameters as given, the rest as the
    /// address has them.
    pub fn scores(&self, at: Address, parameters: &[f64], scores: &mut Vec<f64>) {
        self.learner.prior_scores((at.stage, at.index), scores);
        for (coordinate, score) in self.active.iter().zip(parameters) {
            scores[*coordinate] = *score;
        }
    }

    /// What figures say of each parameter.
    pub fn said(&self, figures: &[f64], summaries: &mut [f64]) {
        let input = self.features.of(figures);
        for (place, summary) in summaries.iter_mut().enumerate() {
            *summary = self.fit.predict(place, &input);
        }
    }
}

impl<'c> Simulator for Taught<'_, 'c> {
    type Worker = (Worker<'c>, Vec<f64>, Vec<f64>);

    fn worker(&self) -> Self::Worker {
        let figures = vec![f64::NAN; self.learner.figures.len()];
        (self.learner.worker(), Vec::new(), figures)
    }

    fn parameters(&self) -> usize {
        self.active.len()
    }

    fn summaries(&self) -> usize {
        self.active.len()
    }

    fn simulate(
        &self,
        (worker, scores, figures): &mut Self::Worker,
        at: Address,
        parameters: &[f64],
        summaries: &mut [f64],
    ) -> bool {
        self.scores(at, parameters, scores);
        let ran = self.learner.figures_of(worker, (at.stage, at.index), scores, figures)
            && figures.iter().all(|f| f.is_finite());
        if ran {
            self.said(figures, summaries);
        }
        ran
    }

    fn prior(&self, _: u64, at: Address, parameters: &mut [f64]) {
        for (coordinate, parameter) in self.active.iter().zip(parameters) {
            *parameter = self.learner.prior_score((at.stage, at.index), *coordinate);
        }
    }
}
