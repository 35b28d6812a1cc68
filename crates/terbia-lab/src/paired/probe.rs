//! What do the cases do at the points of a design? Runs for sensitivity analysis.
//!
//! A design ([`Points`]) moves some of the inputs over their priors, by quantile; the others, and all
//! draws, are those of the member that the design names for the run's chance. Runs with the same
//! chance so differ by their point alone, and every case meets every point.
//!
//! Runs are numbered `point × cases + case`, as those of the [ensemble](super::Paired).

use super::{Case, Paired, Worker};
use crate::design::Points;
use crate::ensemble::{self, Chunk, Ended, Model, Plan, RunStatus, Shard, Sink, Slot};
use std::convert::Infallible;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};

/// Points of a chunk.
const CHUNK_POINTS: u32 = 16;

/// Cases at the points of a design.
#[derive(Clone, Debug)]
pub struct Probe<'p, 'c, P> {
    /// What runs.
    pub paired: &'p Paired<'c>,
    /// Where.
    pub design: &'p P,
    /// Which input each parameter of the design moves.
    pub moved: &'p [usize],
}

/// For each case and each outcome, one value a point; NaN where the run diverged.
pub type Probed = Vec<Vec<Vec<f64>>>;

impl<P: Points> Probe<'_, '_, P> {
    /// Makes all runs on `jobs` threads (0: one for each core); nothing if it was told to stop.
    pub fn run(
        &self,
        jobs: usize,
        stop: &AtomicBool,
        progress: &(dyn Fn(u32) + Sync),
    ) -> Option<Probed> {
        let cases = self.paired.cases.len();
        let points = self.design.runs();
        let outcomes = self.paired.scalars();
        let gathered = Gathered {
            cases,
            values: Mutex::new(vec![vec![vec![f64::NAN; points as usize]; outcomes]; cases]),
        };
        let plan = Plan {
            members: points.saturating_mul(cases as u32),
            chunk_runs: CHUNK_POINTS * cases as u32,
            jobs,
            shard: Shard::WHOLE,
        };
        match ensemble::run(self, &plan, &gathered, stop, progress) {
            Ok(Ended::Complete) => {
                Some(gathered.values.into_inner().unwrap_or_else(PoisonError::into_inner))
            }
            Ok(Ended::Stopped) => None,
            Err(never) => match never {},
        }
    }
}

impl<'c, P: Points> Model for Probe<'_, 'c, P> {
    type Worker = (Worker<'c>, Vec<f64>);

    fn worker(&self) -> Self::Worker {
        (self.paired.worker(), vec![0.0; self.design.parameters() as usize])
    }

    fn months(&self) -> usize {
        self.paired.months
    }

    fn columns(&self) -> usize {
        self.paired.columns()
    }

    fn inputs(&self) -> usize {
        0
    }

    fn scalars(&self) -> usize {
        self.paired.cases.first().map_or(0, |case: &Case<'_>| case.outcomes.len())
    }

    fn run(&self, worker: &mut Self::Worker, run: u32, slot: &mut Slot<'_>) -> RunStatus {
        let cases = self.paired.cases.len() as u32;
        let (at, place) = (run / cases, (run % cases) as usize);
        let member = self.design.chance(at);
        let (worker, point) = worker;
        if worker.member != Some(at) {
            worker.inputs.clear();
            worker.inputs.extend(self.paired.inputs_of(member));
            self.design.write(at, point);
            for (input, share) in self.moved.iter().zip(&*point) {
                worker.inputs[*input] = self.paired.inputs[*input].definition.quantile(*share);
            }
            worker.member = Some(at);
        }
        self.paired.run_case(worker, place, member, slot)
    }
}

/// The outcomes of all chunks.
struct Gathered {
    cases: usize,
    values: Mutex<Probed>,
}

impl Sink for Gathered {
    type Error = Infallible;

    fn finished(&self, _: u32) -> bool {
        false
    }

    fn take(&self, chunk: &Chunk) -> Result<(), Infallible> {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        for (outcome, column) in chunk.scalars.iter().enumerate() {
            for (row, value) in column.iter().enumerate() {
                let run = chunk.first_run as usize + row;
                values[run % self.cases][outcome][run / self.cases] = *value;
            }
        }
        Ok(())
    }
}
