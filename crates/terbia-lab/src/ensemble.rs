//! How are many runs made at once, without the answer depending on how?
//!
//! The runs of a [`Plan`] are cut into chunks of consecutive ids. A worker takes the next chunk
//! that nobody has, makes its runs one after another in buffers that it keeps, and hands the full
//! chunk to the [`Sink`] on its own thread. A run is addressed by its id alone, so neither the
//! number of workers, nor the order in which they finish, nor a split into [`Shard`]s moves a bit.
//!
//! Memory is one chunk for each worker, however many runs there are. A chunk is kept whole or not
//! at all: an ensemble that was stopped can go on later, skipping what its sink already has.
//!
//! A run that diverges is data, not an error: its inputs stay, all its outcomes become NaN, and
//! every statistic skips it. Its id is enough to make it again and look at the months before.

use rayon::ThreadPoolBuilder;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::num::NonZero;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
pub use terbia_model::run::RunStatus;

/// Something that can be run many times.
pub trait Model: Sync {
    /// What one thread needs, reused from run to run; a run must not see what an earlier one left.
    type Worker: Send;

    /// A fresh worker.
    fn worker(&self) -> Self::Worker;
    /// Months of a run.
    fn months(&self) -> usize;
    /// Monthly series of a run.
    fn columns(&self) -> usize;
    /// Numbers that went into a run.
    fn inputs(&self) -> usize;
    /// Outcomes of a run as one number each.
    fn scalars(&self) -> usize;
    /// Makes the run with this id and writes what it did into `slot`.
    fn run(&self, worker: &mut Self::Worker, run: u32, slot: &mut Slot<'_>) -> RunStatus;
}

/// What receives the runs.
pub trait Sink: Sync {
    /// Why a chunk could not be kept.
    type Error: Send;

    /// Whether the chunk is kept already, and so need not be run.
    fn finished(&self, chunk: u32) -> bool;
    /// Keeps a chunk. Called on the worker's thread, in any order of chunks.
    fn take(&self, chunk: &Chunk) -> Result<(), Self::Error>;
}

/// How many runs, and how to go about them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Runs of the whole ensemble, with ids from 0.
    pub members: u32,
    /// Runs in a chunk; the last one may have fewer.
    pub chunk_runs: u32,
    /// Threads; 0 means one for each core.
    pub jobs: usize,
    /// Which of the chunks are to be made here.
    pub shard: Shard,
}

/// One part of an ensemble that is spread over several processes or machines: consecutive chunks,
/// as many in each part as in any other, give or take one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    /// Which part, from 0.
    pub index: u32,
    /// How many parts.
    pub of: u32,
}

impl Shard {
    /// The whole ensemble.
    pub const WHOLE: Self = Self { index: 0, of: 1 };

    /// Which of so many `chunks` are in this part.
    pub fn of_chunks(self, chunks: u32) -> Range<u32> {
        let of = u64::from(self.of.max(1));
        let until = |part: u64| (u64::from(chunks) * part.min(of) / of) as u32;
        until(u64::from(self.index))..until(u64::from(self.index) + 1)
    }
}

impl Default for Plan {
    fn default() -> Self {
        Self { members: 0, chunk_runs: 100, jobs: 0, shard: Shard::WHOLE }
    }
}

impl Plan {
    /// Number of chunks of the whole ensemble.
    pub fn chunks(&self) -> u32 {
        self.members.div_ceil(self.chunk_runs.max(1))
    }

    /// First run of a chunk, and the number of its runs.
    pub fn chunk(&self, index: u32) -> (u32, u32) {
        let size = self.chunk_runs.max(1);
        let first = index.saturating_mul(size).min(self.members);
        (first, size.min(self.members - first))
    }

    fn threads(&self) -> usize {
        match self.jobs {
            0 => thread::available_parallelism().map_or(1, NonZero::get),
            jobs => jobs,
        }
        .min(self.chunks().max(1) as usize)
    }
}

/// How an ensemble ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every chunk is kept.
    Complete,
    /// It was told to stop while chunks were left.
    Stopped,
}

/// Consecutive runs, column by column.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chunk {
    /// Its place in the ensemble.
    pub index: u32,
    /// Id of its first run.
    pub first_run: u32,
    /// Number of its runs.
    pub runs: usize,
    /// Months of each run.
    pub months: usize,
    /// For each column the months of the first run, then those of the second, and so on.
    pub series: Vec<Vec<f64>>,
    /// For each input one value a run.
    pub inputs: Vec<Vec<f64>>,
    /// For each scalar outcome one value a run.
    pub scalars: Vec<Vec<f64>>,
    /// How each run ended.
    pub status: Vec<RunStatus>,
}

impl Chunk {
    /// A chunk with room for what `model` writes.
    pub fn for_model<M: Model>(model: &M) -> Self {
        Self {
            months: model.months(),
            series: vec![Vec::new(); model.columns()],
            inputs: vec![Vec::new(); model.inputs()],
            scalars: vec![Vec::new(); model.scalars()],
            ..Self::default()
        }
    }

    /// Makes room for other runs; memory is kept, and each run blanks its own slot.
    fn reset(&mut self, index: u32, first_run: u32, runs: usize) {
        (self.index, self.first_run, self.runs) = (index, first_run, runs);
        let resize = |columns: &mut [Vec<f64>], len| {
            for column in columns {
                column.resize(len, f64::NAN);
            }
        };
        resize(&mut self.series, runs * self.months);
        resize(&mut self.inputs, runs);
        resize(&mut self.scalars, runs);
        self.status.clear();
    }

    /// The months of run `row` (from 0 within the chunk) in a column.
    pub fn months_of(&self, column: usize, row: usize) -> &[f64] {
        &self.series[column][row * self.months..(row + 1) * self.months]
    }
}

/// Where one run writes. All of it is NaN at first.
#[derive(Debug)]
pub struct Slot<'a> {
    chunk: &'a mut Chunk,
    row: usize,
}

impl Slot<'_> {
    /// The months of a column.
    pub fn series(&mut self, column: usize) -> &mut [f64] {
        let months = self.chunk.months;
        &mut self.chunk.series[column][self.row * months..(self.row + 1) * months]
    }

    /// Writes one month of a column.
    pub fn set(&mut self, column: usize, month: usize, value: f64) {
        self.chunk.series[column][self.row * self.chunk.months + month] = value;
    }

    /// Writes an input.
    pub fn set_input(&mut self, input: usize, value: f64) {
        self.chunk.inputs[input][self.row] = value;
    }

    /// The inputs written so far, in order.
    pub fn inputs(&self) -> impl ExactSizeIterator<Item = f64> + '_ {
        self.chunk.inputs.iter().map(|column| column[self.row])
    }

    /// Writes a scalar outcome.
    pub fn set_scalar(&mut self, scalar: usize, value: f64) {
        self.chunk.scalars[scalar][self.row] = value;
    }

    fn blank(&mut self) {
        for input in &mut self.chunk.inputs {
            input[self.row] = f64::NAN;
        }
        self.blank_outcomes();
    }

    fn blank_outcomes(&mut self) {
        for column in 0..self.chunk.series.len() {
            self.series(column).fill(f64::NAN);
        }
        for scalar in &mut self.chunk.scalars {
            scalar[self.row] = f64::NAN;
        }
    }
}

thread_local! {
    static CURRENT: Cell<Option<u32>> = const { Cell::new(None) };
}

/// The run that this thread is making, for the words of a panic hook: a panic is a bug, and the id
/// of the run is what it takes to see it again.
pub fn current_run() -> Option<u32> {
    CURRENT.get()
}

/// Makes the runs of `plan` and hands them to `sink`, chunk by chunk.
///
/// `stop` is looked at between runs; what is unfinished then is dropped. `progress` is told the
/// number of runs of every chunk that is kept, be it new or found finished. The first error of the
/// sink ends the ensemble and is returned.
pub fn run<M: Model, S: Sink>(
    model: &M,
    plan: &Plan,
    sink: &S,
    stop: &AtomicBool,
    progress: &(dyn Fn(u32) + Sync),
) -> Result<Ended, S::Error> {
    let crew = Crew {
        model,
        plan,
        sink,
        stop,
        progress,
        next: AtomicU32::new(plan.shard.of_chunks(plan.chunks()).start),
        left: AtomicBool::new(false),
        error: Mutex::new(None),
        failed: AtomicBool::new(false),
    };
    let threads = plan.threads();
    let pool = (threads > 1).then(|| ThreadPoolBuilder::new().num_threads(threads).build());
    match pool {
        Some(Ok(pool)) => {
            pool.broadcast(|_| crew.work());
        }
        // One worker needs no pool; and where the system refuses threads, this one is still there.
        None | Some(Err(_)) => crew.work(),
    }
    match crew.error.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(error) => Err(error),
        None if crew.left.into_inner() => Ok(Ended::Stopped),
        None => Ok(Ended::Complete),
    }
}

/// What the workers of one ensemble share.
struct Crew<'a, M, S: Sink> {
    model: &'a M,
    plan: &'a Plan,
    sink: &'a S,
    stop: &'a AtomicBool,
    progress: &'a (dyn Fn(u32) + Sync),
    /// The next chunk that nobody has.
    next: AtomicU32,
    /// Whether a chunk was left undone.
    left: AtomicBool,
    error: Mutex<Option<S::Error>>,
    failed: AtomicBool,
}

impl<M: Model, S: Sink> Crew<'_, M, S> {
    fn halted(&self) -> bool {
        self.stop.load(Ordering::Relaxed) || self.failed.load(Ordering::Relaxed)
    }

    /// The next chunk of this shard, if there is one.
    fn claim(&self) -> Option<u32> {
        let end = self.plan.shard.of_chunks(self.plan.chunks()).end;
        let step = |n: u32| (n < end).then(|| n.saturating_add(1));
        self.next.fetch_update(Ordering::Relaxed, Ordering::Relaxed, step).ok()
    }

    fn work(&self) {
        let _alarm = Alarm(&self.failed);
        // Made on the first chunk that needs running, so that a finished ensemble costs nothing.
        let mut tools = None;
        while let Some(index) = self.claim() {
            let (first_run, runs) = self.plan.chunk(index);
            if !self.sink.finished(index) {
                let (worker, chunk) = tools
                    .get_or_insert_with(|| (self.model.worker(), Chunk::for_model(self.model)));
                chunk.reset(index, first_run, runs as usize);
                if !self.fill(worker, chunk) {
                    self.left.store(true, Ordering::Relaxed);
                    return;
                }
                if let Err(error) = self.sink.take(chunk) {
                    self.failed.store(true, Ordering::Relaxed);
                    let mut first = self.error.lock().unwrap_or_else(PoisonError::into_inner);
                    first.get_or_insert(error);
                    return;
                }
            }
            (self.progress)(runs);
        }
    }

    /// Makes the runs of a chunk; false if it was halted before the last.
    fn fill(&self, worker: &mut M::Worker, chunk: &mut Chunk) -> bool {
        for row in 0..chunk.runs {
            if self.halted() {
                return false;
            }
            let run = chunk.first_run + row as u32;
            CURRENT.set(Some(run));
            let mut slot = Slot { chunk, row };
            slot.blank();
            let status = self.model.run(worker, run, &mut slot);
            if status != RunStatus::Finished {
                slot.blank_outcomes();
            }
            chunk.status.push(status);
            CURRENT.set(None);
        }
        true
    }
}

/// Calls the other workers off when one of them panics, so that the bug is seen at once.
struct Alarm<'a>(&'a AtomicBool);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

/// Keeps nothing: for measuring speed.
#[derive(Clone, Copy, Debug, Default)]
pub struct Discard;

impl Sink for Discard {
    type Error = Infallible;

    fn finished(&self, _chunk: u32) -> bool {
        false
    }

    fn take(&self, _chunk: &Chunk) -> Result<(), Infallible> {
        Ok(())
    }
}

/// Keeps every chunk in memory: for tests and small ensembles.
#[derive(Debug, Default)]
pub struct Collect {
    chunks: Mutex<BTreeMap<u32, Chunk>>,
}

impl Collect {
    /// The chunks in order.
    pub fn into_chunks(self) -> Vec<Chunk> {
        let chunks = self.chunks.into_inner().unwrap_or_else(PoisonError::into_inner);
        chunks.into_values().collect()
    }
}

impl Sink for Collect {
    type Error = Infallible;

    fn finished(&self, chunk: u32) -> bool {
        self.chunks.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&chunk)
    }

    fn take(&self, chunk: &Chunk) -> Result<(), Infallible> {
        let mut chunks = self.chunks.lock().unwrap_or_else(PoisonError::into_inner);
        chunks.insert(chunk.index, chunk.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests;
