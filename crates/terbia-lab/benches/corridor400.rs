//! What does terbia's structure cost beside a plain loop? CORRIDOR-400 on the kernel and the
//! ensemble runner against the loop that one would write for it alone, in one process.
//!
//! Both use the same mathematics and give the same bits, so the ratio compares structure alone.
//! Repetitions are interleaved and the best of each is compared: on a shared machine every
//! disturbance only ever adds time.

#![allow(clippy::print_stdout, reason = "the table is what a bench is for")]
#![allow(clippy::expect_used, reason = "a bench that cannot start has nobody to tell but this")]

#[path = "../tests/corridor400/mod.rs"]
mod corridor400;

use corridor400::kernel::Corridor400;
use corridor400::scalar::{Maths, Platform, Portable, Sites};
use corridor400::{Inputs, MONTHS, SEED, SERIES, SITES, design, reference, scalar};
use std::hint::black_box;
use std::sync::atomic::AtomicBool;
use std::time::Instant;
use terbia_lab::ensemble::{Collect, Discard, Plan, Sink, run};

/// Runs in a repetition: few milliseconds, so that many of them pass undisturbed.
const RUNS: u32 = 10;
/// Repetitions.
const REPETITIONS: usize = 300;
/// Runs in a repetition of the comparison of threads, where starting them must not count.
const RUNS_THREADED: u32 = 80;

fn main() {
    let model = Corridor400::new(design(), SEED);
    let (sites, rows) = (Sites::new(), design());
    verify(&model, &sites, &rows);

    let (mut kernel, mut portable, mut platform) = (Times::new(), Times::new(), Times::new());
    let (mut one, mut two) = (Times::new(), Times::new());
    for _ in 0..REPETITIONS {
        kernel.add(RUNS, || ensemble(&model, RUNS, 1, &Discard));
        portable.add(RUNS, || plain::<Portable>(&sites, &rows));
        platform.add(RUNS, || plain::<Platform>(&sites, &rows));
    }
    for _ in 0..REPETITIONS / 4 {
        one.add(RUNS_THREADED, || ensemble(&model, RUNS_THREADED, 1, &Discard));
        two.add(RUNS_THREADED, || ensemble(&model, RUNS_THREADED, 2, &Discard));
    }

    println!("CORRIDOR-400: {SITES} sites, {MONTHS} months; best of {REPETITIONS} x {RUNS} runs\n");
    println!("{:<38} {:>8} {:>8} {:>8} {:>8}", "", "us/run", "median", "runs/s", "ns/site");
    kernel.print("terbia: tables, libm, ensemble runner");
    portable.print("plain loop, libm");
    platform.print("plain loop, platform's exp and powf");
    one.print("terbia, one thread");
    two.print("terbia, two threads");
    println!();
    println!("ratio corridor400/scalar-platform {:.2}", kernel.best() / platform.best());
    println!("ratio corridor400/two-threads {:.2}", one.best() / two.best());
    println!("ratio corridor400/scalar {:.2}", kernel.best() / portable.best());
}

/// Nothing wrong is worth timing: both must be as published, and agree with each other in all they
/// hand back.
fn verify(model: &Corridor400, sites: &Sites, rows: &[Vec<f64>]) {
    let sink = Collect::default();
    ensemble(model, 8, 1, &sink);
    let chunk = &sink.into_chunks()[0];
    for (run, expected) in reference().iter().enumerate() {
        let p = Inputs::from_row(&rows[run]);
        let plain = scalar::run::<Portable>(sites, &p, SEED, run as u32);
        for ((column, plain), expected) in chunk.scalars.iter().zip(plain.scalars).zip(expected) {
            assert!((plain / expected - 1.0).abs() <= 1e-9, "run {run} is not as published");
            assert_eq!(column[run].to_bits(), plain.to_bits(), "run {run}");
        }
        for column in 0..SERIES {
            let months = chunk.months_of(column, run).iter();
            assert!(months.zip(&plain.series).all(|(a, b)| *a == b[column]), "run {run}");
        }
    }
}

fn ensemble(model: &Corridor400, members: u32, jobs: usize, sink: &impl Sink) {
    let plan = Plan { members, chunk_runs: RUNS, jobs, ..Plan::default() };
    let ended = run(model, &plan, sink, &AtomicBool::new(false), &|_| ());
    black_box(ended.ok().expect("these sinks never fail"));
}

fn plain<M: Maths>(sites: &Sites, rows: &[Vec<f64>]) {
    for run in 0..RUNS {
        let p = Inputs::from_row(&rows[run as usize]);
        black_box(scalar::run::<M>(sites, &p, SEED, run));
    }
}

/// Seconds a run, of each repetition.
struct Times(Vec<f64>);

impl Times {
    fn new() -> Self {
        Self(Vec::new())
    }

    fn add(&mut self, runs: u32, work: impl FnOnce()) {
        let start = Instant::now();
        work();
        self.0.push(start.elapsed().as_secs_f64() / f64::from(runs));
        self.0.sort_by(f64::total_cmp);
    }

    fn best(&self) -> f64 {
        self.0[0]
    }

    fn print(&self, what: &str) {
        let (best, median) = (self.best(), self.0[self.0.len() / 2]);
        let each = best * 1e9 / (SITES * MONTHS) as f64;
        println!(
            "{what:<38} {:>8.1} {:>8.1} {:>8.0} {each:>8.2}",
            best * 1e6,
            median * 1e6,
            1.0 / best
        );
    }
}
