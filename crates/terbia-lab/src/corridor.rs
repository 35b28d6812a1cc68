//! How is a corridor run many times? A [`Study`] gives each run its values and records all of it.

use crate::design;
use crate::ensemble::{Model, RunStatus, Slot};
use terbia_model::config::Corridor;
use terbia_model::kernel::id::{Id, NumberId};
use terbia_model::outcome::{self, Column};
use terbia_model::run::Engine;

/// A corridor, a seed, and the numbers that are held.
///
/// Run `r` tries point `r` of the design and the draws of (seed, `r`): nothing else decides what it
/// does. Inputs are all numbers of the corridor, in their order; series are
/// [`outcome::columns`]; scalars sum up each of those columns over the whole run.
#[derive(Clone, Debug)]
pub struct Study<'c> {
    corridor: &'c Corridor,
    months: usize,
    seed: u64,
    fixed: Vec<Option<f64>>,
    particles: Option<&'c Particles>,
    columns: Vec<Column>,
}

/// What is believed of the numbers of a corridor, as equally likely sets of values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Particles {
    /// For each number one value a particle; nothing where the prior holds.
    pub numbers: Vec<Option<Vec<f64>>>,
    /// How many there are.
    pub count: usize,
}

impl Particles {
    /// The particle that a run takes its values from: each in turn, and again from the first.
    pub fn of_run(&self, run: u32) -> usize {
        run as usize % self.count.max(1)
    }

    fn draw(&self, fixed: &[Option<f64>], run: u32, values: &mut [f64]) {
        self.fill(fixed, self.of_run(run), values);
    }

    /// Writes the values of a particle over those of numbers that it knows and that are not held.
    pub fn fill(&self, fixed: &[Option<f64>], particle: usize, values: &mut [f64]) {
        for ((value, column), fixed) in values.iter_mut().zip(&self.numbers).zip(fixed) {
            let believed = column.as_ref().and_then(|c| c.get(particle));
            if let (None, Some(believed)) = (fixed, believed) {
                *value = *believed;
            }
        }
    }
}

/// What one thread needs: an engine that keeps its memory, and the values of the run.
#[derive(Clone, Debug)]
pub struct Worker<'c> {
    engine: Engine<'c>,
    values: Vec<f64>,
}

impl<'c> Study<'c> {
    /// The first `months` of a corridor (at most as many as it covers), with every uncertain number
    /// free.
    pub fn new(corridor: &'c Corridor, months: usize, seed: u64) -> Self {
        Self {
            corridor,
            months: months.min(corridor.months),
            seed,
            fixed: vec![None; corridor.numbers.len()],
            particles: None,
            columns: outcome::columns(corridor),
        }
    }

    /// The same study with a number held at `value` in every run; the others stay as they were.
    #[must_use]
    pub fn with(mut self, number: NumberId, value: f64) -> Self {
        self.fixed[number.index()] = Some(value);
        self
    }

    /// The same study with the values of its numbers taken from `particles` instead of the prior,
    /// where neither is held.
    #[must_use]
    pub fn believing(mut self, particles: &'c Particles) -> Self {
        self.particles = Some(particles);
        self
    }

    /// The same study with every number that is still free held at its best value: runs then
    /// differ by chance alone.
    #[must_use]
    pub fn at_best_values(mut self) -> Self {
        for (fixed, number) in self.fixed.iter_mut().zip(&self.corridor.numbers) {
            fixed.get_or_insert(number.value);
        }
        self
    }

    /// The corridor.
    pub fn corridor(&self) -> &'c Corridor {
        self.corridor
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }

    /// The monthly series of a run.
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// Names of the scalar outcomes, `column.sum`, `column.mean` or `column.last`.
    pub fn scalar_names(&self) -> Vec<String> {
        self.columns.iter().map(|c| format!("{}.{}", c.name, c.scalar.name())).collect()
    }

    /// The value of every number in a run.
    pub fn values(&self, run: u32) -> Vec<f64> {
        let mut values = vec![f64::NAN; self.corridor.numbers.len()];
        self.draw(run, &mut values);
        values
    }

    fn draw(&self, run: u32, values: &mut [f64]) {
        design::draw(&self.corridor.numbers, &self.fixed, self.seed, run, values);
        if let Some(particles) = self.particles {
            particles.draw(&self.fixed, run, values);
        }
    }
}

impl<'c> Model for Study<'c> {
    type Worker = Worker<'c>;

    fn worker(&self) -> Worker<'c> {
        Worker {
            engine: Engine::new(self.corridor, self.months),
            values: vec![f64::NAN; self.corridor.numbers.len()],
        }
    }

    fn months(&self) -> usize {
        self.months
    }

    fn columns(&self) -> usize {
        self.columns.len()
    }

    fn inputs(&self) -> usize {
        self.corridor.numbers.len()
    }

    fn scalars(&self) -> usize {
        self.columns.len()
    }

    fn run(&self, worker: &mut Worker<'c>, run: u32, slot: &mut Slot<'_>) -> RunStatus {
        let Worker { engine, values } = worker;
        self.draw(run, values);
        for (input, value) in values.iter().enumerate() {
            slot.set_input(input, *value);
        }
        let status = engine.run(values, (self.seed, run), |month, row| {
            for (column, value) in row.iter().enumerate() {
                slot.set(column, month, *value);
            }
        });
        for (scalar, column) in self.columns.iter().enumerate() {
            let value = column.scalar.of(slot.series(scalar));
            slot.set_scalar(scalar, value);
        }
        status
    }
}
