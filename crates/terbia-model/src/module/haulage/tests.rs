//! Do stocks, routes and gates do what the equations say? Verification cases C1 to C5.

use super::*;
use crate::kernel::math::ln;
use microlp::{ComparisonOp, OptimizationDirection, Problem};

const SUPPLY: [f64; 2] = [350.0, 600.0];
const DEMAND: [f64; 3] = [325.0, 300.0, 275.0];
/// Distances of the classic transport problem, thousand miles.
const MILES: [[f64; 3]; 2] = [[2.5, 1.7, 1.8], [2.5, 1.8, 1.4]];
/// Freight, thousand dollars a case and thousand miles.
const FREIGHT: f64 = 90.0 / 1000.0;

fn transport_optimum(free_supply: bool) -> (f64, Vec<f64>) {
    let mut problem = Problem::new(OptimizationDirection::Minimize);
    let mut vars = Vec::new();
    for row in MILES {
        for miles in row {
            vars.push(problem.add_var(FREIGHT * miles, (0.0, f64::INFINITY)));
        }
    }
    for (i, supply) in SUPPLY.iter().enumerate() {
        if !free_supply {
            let row: Vec<_> = (0..3).map(|j| (vars[3 * i + j], 1.0)).collect();
            problem.add_constraint(&row, ComparisonOp::Le, *supply);
        }
    }
    for (j, demand) in DEMAND.iter().enumerate() {
        let column: Vec<_> = (0..2).map(|i| (vars[3 * i + j], 1.0)).collect();
        problem.add_constraint(&column, ComparisonOp::Ge, *demand);
    }
    let outcome = problem.solve().expect("the transport problem has a solution");
    let solution = outcome.into_solution().expect("no time limit was set");
    (solution.objective(), vars.iter().map(|&v| solution[v]).collect())
}

#[test]
fn c1_the_classic_transport_problem() {
    let (cost, _) = transport_optimum(false);
    assert!((cost - 153.675).abs() < 1e-9);
}

#[test]
fn c2_logit_shares_and_their_log_sum() {
    let costs = [1.0, 1.5, 3.0];
    let mut w = Vec::new();
    logit(1.2, &costs, &mut w);
    for (a, b) in w.iter().zip([0.609_931_05, 0.334_737_26, 0.055_331_7]) {
        assert!((a - b).abs() < 5e-8);
    }
    let sum: f64 = costs.iter().map(|c| exp(-1.2 * c)).sum();
    assert!((-ln(sum) / 1.2 - 0.587_992_195_875_781_6).abs() < 1e-12);
}

#[test]
fn c3_a_sharp_logit_is_the_cheapest_assignment() {
    // Without capacity ties each market takes all from its cheapest plant; market 0 is a tie.
    let (_, optimum) = transport_optimum(true);
    let mut w = Vec::new();
    for j in 1..3 {
        logit(1e6, &[FREIGHT * MILES[0][j], FREIGHT * MILES[1][j]], &mut w);
        for (i, weight) in w.iter().enumerate() {
            assert!((weight * DEMAND[j] - optimum[3 * i + j]).abs() < 1e-6);
        }
    }
}

fn one_gate() -> State {
    let mut state = State {
        mine_stock: Dense::filled(0.0, 1),
        yard: Dense::filled(0.0, 1),
        store: Dense::filled(0.0, 1),
        sold: Dense::filled(0.0, 1),
        ease: Dense::filled(vec![1.0], 1),
        cost: Dense::filled(vec![0.0], 1),
        arrivals: Dense::filled(0.0, 1),
        access: Dense::filled(Access::default(), 1),
        sent: Dense::filled(0.0, 1),
        usual: Dense::filled(0.0, 1),
        ..State::default()
    };
    state.yard[GateId::new(0)] = 12_000.0;
    state
}

fn params() -> Params {
    let values: Vec<f64> = Params::definitions().unwrap().iter().map(|d| d.value).collect();
    Params::from_values(&mut values.iter())
}

#[test]
fn c4_a_backlog_clears_at_the_spare_capacity() {
    // With no time to release, all that is mined is sent in the same month.
    let p = Params { road_floor: 1.0, release_months: 1e-6, ..params() };
    let mut state = one_gate();
    let (open, capacity) = (Dense::filled(1.0, 1), Dense::filled(9_000.0, 1));
    let dispatch =
        Dense::filled(Dispatch { mined: 3_500.0, legal_share: 1.0, ..Dispatch::default() }, 1);
    let mut yards = vec![12_000.0];
    for _ in 0..3 {
        state.access(&open, &open);
        step(&mut state, &p, &dispatch, &open, &capacity, (1.0, 0.0));
        yards.push(state.flow().yard[GateId::new(0)]);
    }
    let cleared = yards.windows(2).position(|w| w[1] == 0.0).unwrap();
    let months = cleared as f64 + yards[cleared] / (9_000.0 - 3_500.0);
    assert!((months - 12_000.0 / (9_000.0 - 3_500.0)).abs() < 1e-9);
    assert!((months - 2.181_818_181_8).abs() < 1e-9);
}

#[test]
fn c5_behind_a_shut_gate_without_a_leak_nothing_moves() {
    let p = Params { leak_share: 0.0, ..params() };
    let mut state = one_gate();
    let shut = Dense::filled(0.0, 1);
    let capacity = Dense::filled(9_000.0, 1);
    let dispatch = Dense::filled(Dispatch { legal_share: 1.0, ..Dispatch::default() }, 1);
    state.mine_stock[TownshipId::new(0)] = 800.0;
    let before = state.stock();
    for _ in 0..12 {
        state.access(&shut, &shut);
        step(&mut state, &p, &dispatch, &shut, &capacity, (1.0, 0.0));
        let moved = state.flow().totals;
        assert_eq!(moved.through_gates + moved.leaked + moved.seized, 0.0);
    }
    assert_eq!(state.stock(), before);
}

#[test]
fn more_rush_never_sends_less() {
    let calm = wanted(500.0, 300.0, 1.25, 0.9);
    let rush = wanted(500.0, 300.0, 1.25 / 2.0, 0.9);
    assert!(rush > calm && rush <= 800.0);
}
