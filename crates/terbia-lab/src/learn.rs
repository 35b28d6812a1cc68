//! What would the record say if these were the numbers? A corridor's runs, read as figures.
//!
//! Learning needs the record *as it would have been printed* by a run: the outcomes drift about the
//! model ([`crate::discrepancy`]), a figure is taken over its own window, and it has an error. Each
//! uncertain number of the corridor, and the size and memory of each drift, is a coordinate: the
//! normal score of its prior, so that a priori all are independent and standard normal whatever
//! their unit or shape.
//!
//! ```text
//! a level     y = log(max(figure × exp(drift), observed/20)) + error_sd × e
//! a change    y = figure + error_sd × e
//! ```
//!
//! (A twentieth of what was observed is as wrong as nothing at all.) A bound, and a figure that a run may leave without a value, teaches nothing here; both are
//! scored all the same.

use crate::design;
use crate::discrepancy::{Drift, standard_normal};
use crate::measure::Compiled;
use std::collections::BTreeMap;
use terbia_model::config::Corridor;
use terbia_model::kernel::dist::normal_cdf;
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
    /// Whether it is a level, compared in the logarithm; a change is compared as it is.
    pub level: bool,
    /// Observed value, transformed.
    pub observed: f64,
    /// Standard deviation of its error, transformed.
    pub error_sd: f64,
}

/// Levels below this share of what was observed are as wrong as nothing at all.
const FLOOR_SHARE: f64 = 0.05;

impl Figure {
    /// A level or a change that was observed as `value`, with an error in the unit of the
    /// comparison: relative for a level, absolute for a change.
    pub fn new(id: String, measure: Compiled, level: bool, value: f64, error_sd: f64) -> Self {
        let observed = if level { ln(value) } else { value };
        Self { id, measure, level, observed, error_sd }
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
        let coordinates =
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
            coordinates,
            numbers,
            columns,
        }
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
    pub fn prior_scores(&self, (stage, index): (u32, u32), scores: &mut Vec<f64>) {
        let seed = self.stage_seed(stage);
        let of =
            |dim: usize| terbia_model::kernel::dist::normal(design::point(seed, index, dim as u32));
        scores.clear();
        scores.extend((0..self.coordinates.len()).map(of));
    }

    fn stage_seed(&self, stage: u32) -> u64 {
        self.seed ^ (u64::from(stage) + 1) << 32
    }

    /// The value of a coordinate whose normal score is `score`.
    pub fn value(&self, coordinate: usize, score: f64) -> f64 {
        self.coordinates[coordinate].quantile(normal_cdf(score))
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
