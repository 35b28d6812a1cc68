//! How do several policies meet the same futures? Runs in pairs: one member, every policy.
//!
//! A *case* is a corridor under one scenario and one policy. A *member* is a set of values for the
//! uncertain numbers and the draws of (seed, member); every case runs every member, so what differs
//! between two cases of a member is their policy and nothing else. A lever that is turned to what
//! changes nothing makes a difference of exactly zero.
//!
//! For the [`ensemble`](crate::ensemble) each pair of member and case is a run, numbered
//! `member × cases + case`: a chunk holds whole members if its size is a multiple of the cases. The
//! inputs are written with the first case of a member, and stay NaN with the others.

mod compare;
mod probe;

pub use compare::{Comparison, Z90, mean_and_half_width};
pub use probe::{Probe, Probed};

use crate::design::Design;
use crate::ensemble::{Model, RunStatus, Slot};
use crate::measure::Compiled;
use std::collections::BTreeMap;
use terbia_model::config::Corridor;
use terbia_model::kernel::param::Definition;
use terbia_model::run::Engine;

/// A number that differs from member to member.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Its prior.
    pub definition: Definition,
    /// Its dimension of the design.
    pub dimension: u32,
    /// What is believed instead of the prior, as equally likely values: member `m` takes the one at
    /// `m` modulo their number. All inputs that have it have as many.
    pub believed: Option<Vec<f64>>,
}

impl Input {
    /// Its value in a member.
    pub fn value(&self, design: Design, seed: u64, member: u32) -> f64 {
        let particle = |b: &Vec<f64>| b.get(member as usize % b.len().max(1)).copied();
        let believed = self.believed.as_ref().and_then(particle);
        let prior = || self.definition.quantile(design.point(seed, member, self.dimension));
        believed.unwrap_or_else(prior)
    }
}

/// Where a number of a case has its value from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Feed {
    /// It is the same in every member.
    Held(f64),
    /// It is the input at this place.
    Input(usize),
}

/// A corridor under one scenario and one policy.
#[derive(Clone, Debug)]
pub struct Case<'c> {
    /// What runs.
    pub corridor: &'c Corridor,
    /// Where each of its numbers has its value from.
    pub numbers: &'c [Feed],
    /// What is measured of a run; nothing where its window is not covered.
    pub outcomes: Vec<Option<Compiled>>,
    /// Columns of which the months are kept.
    pub series: Vec<usize>,
}

/// Cases that meet the same members.
#[derive(Clone, Debug)]
pub struct Paired<'c> {
    /// The cases; all measure the same outcomes and keep the same columns.
    pub cases: Vec<Case<'c>>,
    /// What differs between members.
    pub inputs: &'c [Input],
    /// Months of a run.
    pub months: usize,
    /// Seed of the design and of all draws.
    pub seed: u64,
    /// How values are spread over the members.
    pub design: Design,
}

/// What one thread needs.
#[derive(Clone, Debug)]
pub struct Worker<'c> {
    engines: Vec<Engine<'c>>,
    /// The member whose inputs these are.
    member: Option<u32>,
    inputs: Vec<f64>,
    values: Vec<f64>,
    /// Months of each column that is measured or kept, for all cases alike.
    series: BTreeMap<usize, Vec<f64>>,
}

impl Paired<'_> {
    /// The value of every input in a member.
    pub fn inputs_of(&self, member: u32) -> impl Iterator<Item = f64> + '_ {
        self.inputs.iter().map(move |input| input.value(self.design, self.seed, member))
    }

    /// Columns that a case measures or keeps.
    fn columns_of(case: &Case<'_>) -> impl Iterator<Item = usize> {
        let measured = case.outcomes.iter().flatten().flat_map(Compiled::columns);
        measured.chain(case.series.iter().copied())
    }
}

impl<'c> Model for Paired<'c> {
    type Worker = Worker<'c>;

    fn worker(&self) -> Worker<'c> {
        let columns = self.cases.iter().flat_map(Self::columns_of);
        Worker {
            engines: self.cases.iter().map(|c| Engine::new(c.corridor, self.months)).collect(),
            member: None,
            inputs: Vec::with_capacity(self.inputs.len()),
            values: Vec::new(),
            series: columns.map(|c| (c, vec![f64::NAN; self.months])).collect(),
        }
    }

    fn months(&self) -> usize {
        self.months
    }

    fn columns(&self) -> usize {
        self.cases.first().map_or(0, |c| c.series.len())
    }

    fn inputs(&self) -> usize {
        self.inputs.len()
    }

    fn scalars(&self) -> usize {
        self.cases.first().map_or(0, |c| c.outcomes.len())
    }

    fn run(&self, worker: &mut Worker<'c>, run: u32, slot: &mut Slot<'_>) -> RunStatus {
        let cases = self.cases.len() as u32;
        let (member, place) = (run / cases, (run % cases) as usize);
        if worker.member != Some(member) {
            worker.inputs.clear();
            worker.inputs.extend(self.inputs_of(member));
            worker.member = Some(member);
        }
        if place == 0 {
            worker.inputs.iter().enumerate().for_each(|(i, value)| slot.set_input(i, *value));
        }
        self.run_case(worker, place, member, slot)
    }
}

impl<'c> Paired<'c> {
    /// Runs a case on the inputs that the worker has, with the draws of `member`.
    fn run_case(
        &self,
        worker: &mut Worker<'c>,
        place: usize,
        member: u32,
        slot: &mut Slot<'_>,
    ) -> RunStatus {
        let Worker { engines, inputs, values, series, .. } = worker;
        let case = &self.cases[place];
        values.clear();
        values.extend(case.numbers.iter().map(|from| match *from {
            Feed::Held(value) => value,
            Feed::Input(place) => inputs[place],
        }));
        let status = engines[place].run(values, (self.seed, member), |month, row| {
            for (column, months) in series.iter_mut() {
                months[month] = row[*column];
            }
        });
        let of = |column: usize| series.get(&column).map_or(&[][..], Vec::as_slice);
        for (scalar, outcome) in case.outcomes.iter().enumerate() {
            slot.set_scalar(scalar, outcome.as_ref().map_or(f64::NAN, |o| o.value(&of)));
        }
        for (kept, column) in case.series.iter().enumerate() {
            slot.series(kept).copy_from_slice(of(*column));
        }
        status
    }
}
