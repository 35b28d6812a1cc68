//! Does a model that is not the product's give its published answers on this kernel?

#[path = "corridor400/mod.rs"]
mod corridor400;

use corridor400::kernel::Corridor400;
use corridor400::scalar::{Platform, Portable, Sites};
use corridor400::{Inputs, SCALARS, SEED, SERIES, design, reference, scalar};
use std::sync::atomic::AtomicBool;
use terbia_lab::ensemble::{Chunk, Collect, Plan, run};

fn made(jobs: usize) -> Vec<Chunk> {
    let sink = Collect::default();
    let plan = Plan { members: 64, chunk_runs: 8, jobs, ..Plan::default() };
    run(&Corridor400::new(design(), SEED), &plan, &sink, &AtomicBool::new(false), &|_| ()).unwrap();
    sink.into_chunks()
}

fn agree(run: usize, scalars: &[f64]) {
    let expected = &reference()[run];
    assert_eq!(expected.len(), SCALARS);
    for (i, (got, expected)) in scalars.iter().zip(expected).enumerate() {
        let error = (got / expected - 1.0).abs();
        assert!(error <= 1e-9, "run {run}, scalar {i}: {got}, published {expected}");
    }
}

#[test]
fn the_published_scalars_come_out_to_nine_digits() {
    let chunk = &made(1)[0];
    let (sites, rows) = (Sites::new(), design());
    for run in 0..reference().len() {
        agree(run, &chunk.scalars.iter().map(|s| s[run]).collect::<Vec<_>>());
        let p = Inputs::from_row(&rows[run]);
        agree(run, &scalar::run::<Portable>(&sites, &p, SEED, run as u32).scalars);
        agree(run, &scalar::run::<Platform>(&sites, &p, SEED, run as u32).scalars);
    }
}

#[test]
fn tables_and_runner_give_the_bits_of_the_plain_loop() {
    let (sites, rows) = (Sites::new(), design());
    for jobs in [1, 2] {
        for chunk in made(jobs) {
            for row in 0..chunk.runs {
                let run = chunk.first_run + row as u32;
                let p = Inputs::from_row(&rows[run as usize]);
                let plain = scalar::run::<Portable>(&sites, &p, SEED, run);
                for (column, value) in chunk.scalars.iter().zip(plain.scalars) {
                    assert_eq!(column[row].to_bits(), value.to_bits());
                }
                for column in 0..SERIES {
                    let months = chunk.months_of(column, row);
                    assert!(months.iter().zip(&plain.series).all(|(a, b)| *a == b[column]));
                }
            }
        }
    }
}
