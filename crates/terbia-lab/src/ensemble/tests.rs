//! Does an ensemble give the same however it is run, and end cleanly however it ends?

use super::*;
use crate::design;

/// A made-up model of two columns, two inputs and one scalar; run 17 diverges.
struct Toy;

impl Model for Toy {
    type Worker = u32;

    fn worker(&self) -> u32 {
        0
    }
    fn months(&self) -> usize {
        3
    }
    fn columns(&self) -> usize {
        2
    }
    fn inputs(&self) -> usize {
        2
    }
    fn scalars(&self) -> usize {
        1
    }
    fn run(&self, made: &mut u32, run: u32, slot: &mut Slot<'_>) -> RunStatus {
        *made += 1;
        for dim in 0..2 {
            slot.set_input(dim, design::point(1, run, dim as u32));
        }
        let sum: f64 = slot.inputs().sum();
        slot.series(0).copy_from_slice(&[sum, 2.0 * sum, 3.0 * sum]);
        slot.set(1, 0, f64::from(run));
        slot.set_scalar(0, sum);
        if run == 17 { RunStatus::Diverged { month: 1, what: "test" } } else { RunStatus::Finished }
    }
}

fn plan(members: u32, jobs: usize) -> Plan {
    Plan { members, chunk_runs: 10, jobs, ..Plan::default() }
}

fn made(plan: &Plan) -> Vec<Chunk> {
    let sink = Collect::default();
    let ended = run(&Toy, plan, &sink, &AtomicBool::new(false), &|_| ());
    assert_eq!(ended, Ok(Ended::Complete));
    sink.into_chunks()
}

/// Bits of all numbers, so that NaN equals itself.
fn bits(chunks: &[Chunk]) -> Vec<(u32, u32, Vec<u64>, Vec<RunStatus>)> {
    let of = |c: &Chunk| {
        let all = [&c.series, &c.inputs, &c.scalars];
        let values = all.into_iter().flatten().flatten().map(|v| v.to_bits()).collect();
        (c.index, c.first_run, values, c.status.clone())
    };
    chunks.iter().map(of).collect()
}

/// A sink that does as it is told, and counts.
#[derive(Default)]
struct Odd {
    fails_at: Option<u32>,
    has: Vec<u32>,
    taken: Mutex<Vec<u32>>,
}

impl Sink for Odd {
    type Error = u32;

    fn finished(&self, chunk: u32) -> bool {
        self.has.contains(&chunk)
    }

    fn take(&self, chunk: &Chunk) -> Result<(), u32> {
        if self.fails_at == Some(chunk.index) {
            return Err(chunk.index);
        }
        self.taken.lock().unwrap().push(chunk.index);
        Ok(())
    }
}

#[test]
fn two_threads_and_three_give_what_one_gives() {
    let one = made(&plan(95, 1));
    assert_eq!(one.iter().map(|c| c.runs).sum::<usize>(), 95);
    assert_eq!(one.last().unwrap().runs, 5);
    for jobs in [0, 2, 3, 64] {
        assert_eq!(bits(&made(&plan(95, jobs))), bits(&one));
    }
}

#[test]
fn shards_together_are_the_whole() {
    let whole = plan(95, 2);
    let mut parts: Vec<Chunk> =
        (0..3).flat_map(|index| made(&Plan { shard: Shard { index, of: 3 }, ..whole })).collect();
    parts.sort_by_key(|c| c.index);
    assert_eq!(bits(&parts), bits(&made(&whole)));
    // Ten chunks in thirteen parts leave three without any.
    assert!(made(&Plan { shard: Shard { index: 0, of: 13 }, ..whole }).is_empty());
    for of in [1, 3, 13] {
        let chunks = (0..of).flat_map(|index| Shard { index, of }.of_chunks(10));
        assert!(chunks.eq(0..10), "{of}");
    }
}

#[test]
fn the_size_of_a_chunk_moves_no_run() {
    let column = |plan: &Plan| -> Vec<u64> {
        made(plan).iter().flat_map(|c| &c.series[0]).map(|v| v.to_bits()).collect()
    };
    assert_eq!(column(&Plan { chunk_runs: 7, ..plan(95, 2) }), column(&plan(95, 1)));
    assert_eq!(column(&Plan { chunk_runs: 0, ..plan(95, 2) }), column(&plan(95, 1)));
}

#[test]
fn a_diverged_run_keeps_its_inputs_and_loses_its_outcomes() {
    let chunks = made(&plan(20, 1));
    let chunk = &chunks[1];
    assert_eq!(chunk.status[7], RunStatus::Diverged { month: 1, what: "test" });
    assert!(chunk.months_of(0, 7).iter().all(|v| v.is_nan()) && chunk.scalars[0][7].is_nan());
    assert!(chunk.inputs[1][7] > 0.0 && chunk.months_of(0, 8)[0] > 0.0);
    assert_eq!(chunk.months_of(1, 8)[0], 18.0);
    assert!(chunk.months_of(1, 8)[1].is_nan());
}

#[test]
fn stopping_drops_only_the_chunk_under_way() {
    struct Halting(AtomicBool);
    impl Model for Halting {
        type Worker = ();
        fn worker(&self) {}
        fn months(&self) -> usize {
            0
        }
        fn columns(&self) -> usize {
            0
        }
        fn inputs(&self) -> usize {
            0
        }
        fn scalars(&self) -> usize {
            0
        }
        fn run(&self, (): &mut (), run: u32, _slot: &mut Slot<'_>) -> RunStatus {
            assert_eq!(current_run(), Some(run));
            self.0.fetch_or(run == 34, Ordering::Relaxed);
            RunStatus::Finished
        }
    }
    let model = Halting(AtomicBool::new(false));
    let (sink, told) = (Odd::default(), AtomicU32::new(0));
    let count = |runs| {
        told.fetch_add(runs, Ordering::Relaxed);
    };
    assert_eq!(run(&model, &plan(95, 1), &sink, &model.0, &count), Ok(Ended::Stopped));
    assert_eq!(*sink.taken.lock().unwrap(), [0, 1, 2]);
    assert_eq!(told.into_inner(), 30);
    assert_eq!(current_run(), None);

    // It goes on where it left off.
    let sink = Odd { has: vec![0, 1, 2], ..Odd::default() };
    let ended = run(&model, &plan(95, 1), &sink, &AtomicBool::new(false), &|_| ());
    assert_eq!(ended, Ok(Ended::Complete));
    assert_eq!(*sink.taken.lock().unwrap(), [3, 4, 5, 6, 7, 8, 9]);
}

#[test]
fn a_stop_during_the_last_run_comes_too_late() {
    let stop = AtomicBool::new(true);
    assert_eq!(run(&Toy, &plan(0, 2), &Discard, &stop, &|_| ()), Ok(Ended::Complete));
    assert_eq!(run(&Toy, &plan(1, 2), &Discard, &stop, &|_| ()), Ok(Ended::Stopped));
}

#[test]
fn what_a_sink_has_is_not_run_again_but_counts_as_progress() {
    let sink = Odd { has: (0..10).filter(|c| *c != 4).collect(), ..Odd::default() };
    let told = AtomicU32::new(0);
    let count = |runs| {
        told.fetch_add(runs, Ordering::Relaxed);
    };
    let ended = run(&Toy, &plan(95, 2), &sink, &AtomicBool::new(false), &count);
    assert_eq!(ended, Ok(Ended::Complete));
    assert_eq!(*sink.taken.lock().unwrap(), [4]);
    assert_eq!(told.into_inner(), 95);
}

#[test]
fn an_error_of_the_sink_ends_the_ensemble() {
    for jobs in [1, 2] {
        let sink = Odd { fails_at: Some(2), ..Odd::default() };
        let ended = run(&Toy, &plan(100_000, jobs), &sink, &AtomicBool::new(false), &|_| ());
        assert_eq!(ended, Err(2));
        assert!(sink.taken.lock().unwrap().len() < 10_000);
    }
}

#[test]
fn a_panic_calls_the_other_workers_off() {
    struct Buggy;
    impl Sink for Buggy {
        type Error = Infallible;
        fn finished(&self, chunk: u32) -> bool {
            assert_ne!(chunk, 3, "a bug, on purpose");
            false
        }
        fn take(&self, chunk: &Chunk) -> Result<(), Infallible> {
            assert!(chunk.index < 9_999, "the other worker went on to the end");
            Ok(())
        }
    }
    let stop = AtomicBool::new(false);
    let all = || run(&Toy, &plan(100_000, 2), &Buggy, &stop, &|_| ());
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(all)).is_err());
}
