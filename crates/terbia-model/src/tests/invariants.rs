//! What must hold whatever the numbers are? Mass, money, ranges, order. Cases A2, A3, T1, T2, T3.

use super::fixture::{Fixture, MONTHS};
use crate::config::Actor;
use crate::kernel::id::Id;
use crate::kernel::rng::Draws;
use crate::outcome;
use crate::run::{Engine, RunStatus};

#[test]
fn t1_t2_ledgers_close_over_the_whole_prior() {
    // Each month checks its own ledgers and the run would end as diverged; here the sums again.
    let f = Fixture::new().shut("2021-07-15", "2021-11-30", 0.0, 0.0).levy(35_000.0);
    let mut engine = Engine::new(&f.corridor, MONTHS);
    for run in 0..300 {
        let values = f.drawn(&Draws::new(17, run));
        let mut exported = 0.0;
        let columns = outcome::columns(&f.corridor);
        let at = columns.iter().position(|c| c.name == "exports_reo_t").unwrap();
        let of_output = columns.iter().position(|c| c.name == "output_reo_t").unwrap();
        let mut mined = Vec::new();
        let status = engine.run(&values, (17, run), |_, row| {
            exported += row[at];
            mined.push(row[of_output]);
        });
        assert_eq!(status, RunStatus::Finished);
        let books = &engine.state().books;
        let [official, leaked, ..] = books.left();
        assert!((official + leaked - exported).abs() <= 1e-9 * exported.max(1.0));
        // What was mined has left the ground, and is exported, leaked, seized or still on the way.
        let state = engine.state();
        let [_, _, seized, _] = books.left();
        let mined: f64 = mined.iter().sum();
        let elsewhere = official + leaked + seized + state.haulage.stock() - books.opening_stock();
        assert!((mined - elsewhere).abs() <= 1e-9 * mined.max(1.0), "{mined} is not {elsewhere}");
        assert!(books.total_money().abs() <= 1e-9 * books.turnover_money().max(1.0));
    }
}

#[test]
fn t3_nothing_leaves_its_range_anywhere_in_the_prior() {
    let f = Fixture::new().shut("2019-05-15", "2019-09-30", 0.0, 0.0).levy(35_000.0);
    let columns = outcome::columns(&f.corridor);
    let shares: Vec<usize> = columns
        .iter()
        .enumerate()
        .filter(|(_, c)| c.name.contains("share"))
        .map(|(i, _)| i)
        .collect();
    let prices: Vec<usize> = columns
        .iter()
        .enumerate()
        .filter(|(_, c)| c.name.contains("price"))
        .map(|(i, _)| i)
        .collect();
    let mut engine = Engine::new(&f.corridor, 40);
    for run in 0..100_000 {
        let values = f.drawn(&Draws::new(3, run));
        let status = engine.run(&values, (3, run), |month, row| {
            for (x, c) in row.iter().zip(&columns) {
                assert!(*x >= 0.0, "run {run} month {month}: {} is {x}", c.name);
            }
            assert!(shares.iter().all(|&i| row[i] <= 1.0 + 1e-12), "run {run} month {month}");
            assert!(prices.iter().all(|&i| row[i] > 0.0), "run {run} month {month}");
        });
        assert_eq!(status, RunStatus::Finished, "run {run}");
    }
}

#[test]
fn t3_nor_over_the_whole_horizon() {
    let f = Fixture::new().shut("2024-10-18", "2025-03-27", 0.0, 0.0);
    let mut engine = Engine::new(&f.corridor, MONTHS);
    for run in 0..3_000 {
        let values = f.drawn(&Draws::new(4, run));
        let status = engine.run(&values, (4, run), |_, row| assert!(row.iter().all(|x| *x >= 0.0)));
        assert_eq!(status, RunStatus::Finished);
    }
}

#[test]
fn a2_the_order_of_sites_changes_nothing() {
    let f = Fixture::new().shut("2021-07-15", "2021-11-30", 0.0, 0.2);
    let values = f.values(&[("extraction.entry_sites_per_month", 12.0)]);
    let mut engine = Engine::new(&f.corridor, MONTHS);
    let mut plain = Vec::new();
    engine.run(&values, (5, 0), |_, row| plain.extend(row.iter().map(|x| x.to_bits())));
    let mut permuted = Vec::new();
    engine.run_permuted(&values, (5, 0), |_, row| permuted.extend(row.iter().map(|x| x.to_bits())));
    assert_eq!(plain, permuted);
}

#[test]
fn a3_a_policy_that_does_nothing_changes_nothing() {
    let plain = Fixture::new();
    let idle = Fixture::new().shut("2021-07-15", "2021-11-30", 1.0, 1.0).levy(0.0);
    let rows = plain.run(&plain.values(&[]), 7).0;
    assert_eq!(rows, idle.run(&idle.values(&[]), 7).0);
}

#[test]
fn an_inert_actor_changes_nothing() {
    let plain = Fixture::new();
    let mut crowded = Fixture::new();
    crowded.corridor.actors.push(Actor {
        id: "onlooker".into(),
        name: "Onlooker".into(),
        budget: None,
    });
    let levy = crowded.corridor.timeline.levy.iter().next().unwrap().clone();
    crowded.corridor.timeline.levy.push(levy);
    assert_eq!(plain.run(&plain.values(&[]), 8), crowded.run(&crowded.values(&[]), 8));
}

#[test]
fn an_engine_remembers_nothing_from_run_to_run() {
    let f = Fixture::new().shut("2021-07-15", "2021-11-30", 0.0, 0.0).levy(20_000.0);
    let mut engine = Engine::new(&f.corridor, MONTHS);
    let values = f.values(&[]);
    let mut first = Vec::new();
    engine.run(&values, (1, 0), |_, row| first.extend_from_slice(row));
    engine.run(&f.drawn(&Draws::new(1, 9)), (1, 9), |_, _| {});
    let mut again = Vec::new();
    engine.run(&values, (1, 0), |_, row| again.extend_from_slice(row));
    assert_eq!(first, again);
}

#[test]
fn every_column_has_its_value() {
    let f = Fixture::new();
    let (rows, status) = f.run(&f.values(&[]), 1);
    assert_eq!(status, RunStatus::Finished);
    assert_eq!(rows.len(), MONTHS);
    assert!(rows.iter().all(|r| r.len() == outcome::columns(&f.corridor).len()));
    let (township, gate) = Fixture::first();
    assert_eq!((township.index(), gate.index()), (0, 0));
}
