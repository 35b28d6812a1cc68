//! What do a few cases do in the same futures? Runs whose outcomes are kept in memory.

use super::Watch;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::atomic::AtomicBool;
use std::sync::{Mutex, PoisonError};
use terbia_lab::ensemble::{self, Chunk, Ended, Plan, RunStatus, Shard, Sink};
use terbia_lab::paired::Paired;

/// Members of a chunk: few, so that few members keep all threads busy too.
const CHUNK_MEMBERS: u32 = 4;

/// The outcomes of all runs.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Gathered {
    /// Case by case, outcome by outcome, one value a member; NaN where the run diverged.
    pub(super) outcomes: Vec<Vec<Vec<f64>>>,
    /// Columns that the first case keeps: for each the months that were asked for, member by member.
    pub(super) months: Vec<Vec<f64>>,
    /// Runs that were given up.
    pub(super) diverged: u64,
}

/// Makes all runs of so many members on `jobs` threads, keeping the columns of the first case in `months`;
/// nothing if it was told to stop. Memory is one number for each run, outcome and month.
pub(super) fn gather(
    paired: &Paired<'_>,
    (members, months): (u32, &[usize]),
    jobs: usize,
    stop: &AtomicBool,
    watch: &Watch<'_>,
) -> Option<Gathered> {
    let cases = paired.cases.len();
    let sink = Kept { cases, months, chunks: Mutex::default() };
    let plan = Plan {
        members: members.saturating_mul(cases as u32),
        chunk_runs: CHUNK_MEMBERS * cases as u32,
        jobs,
        shard: Shard::WHOLE,
    };
    let Ok(ended) = ensemble::run(paired, &plan, &sink, stop, watch.ran);
    if ended == Ended::Stopped {
        return None;
    }
    let outcomes = paired.cases.first().map_or(0, |c| c.outcomes.len());
    let columns = paired.cases.first().map_or(0, |c| c.series.len());
    let mut all = Gathered {
        outcomes: vec![vec![Vec::with_capacity(members as usize); outcomes]; cases],
        months: vec![Vec::new(); columns],
        diverged: 0,
    };
    let chunks = sink.chunks.into_inner().unwrap_or_else(PoisonError::into_inner);
    for part in chunks.into_values() {
        for (outcome, values) in part.outcomes.iter().enumerate() {
            for (run, value) in values.iter().enumerate() {
                all.outcomes[run % cases][outcome].push(*value);
            }
        }
        all.months.iter_mut().zip(&part.months).for_each(|(all, part)| all.extend(part));
        all.diverged += part.diverged;
    }
    Some(all)
}

/// What is kept of a chunk.
struct Part {
    outcomes: Vec<Vec<f64>>,
    months: Vec<Vec<f64>>,
    diverged: u64,
}

struct Kept<'a> {
    cases: usize,
    months: &'a [usize],
    chunks: Mutex<BTreeMap<u32, Part>>,
}

impl Sink for Kept<'_> {
    type Error = Infallible;

    fn finished(&self, _: u32) -> bool {
        false
    }

    fn take(&self, chunk: &Chunk) -> Result<(), Infallible> {
        let of_column = |column: usize| {
            let rows = (0..chunk.runs).step_by(self.cases.max(1));
            let months = |row| {
                let series = chunk.months_of(column, row);
                self.months.iter().map(move |m| series.get(*m).copied().unwrap_or(f64::NAN))
            };
            rows.flat_map(months).collect()
        };
        let part = Part {
            outcomes: chunk.scalars.clone(),
            months: (0..chunk.series.len()).map(of_column).collect(),
            diverged: chunk.status.iter().filter(|s| **s != RunStatus::Finished).count() as u64,
        };
        let mut chunks = self.chunks.lock().unwrap_or_else(PoisonError::into_inner);
        chunks.insert(chunk.index, part);
        Ok(())
    }
}
