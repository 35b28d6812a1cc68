//! What do the priors alone say of a seizure: which ask, which levy, how long a closure?

use super::tests::{from_prior, input};
use super::*;
use crate::kernel::id::Id;

/// How one seizure went.
struct Case {
    opening: Opening,
    /// Months for which the way was shut.
    months: f64,
    levy: Levy,
    burden: f64,
    package: bool,
}

/// A seizure under numbers out of the priors, at a price and cost that fit the corridor.
fn seizure(form: f64, run: u32) -> Case {
    let params = Params {
        unconditional_onset_per_month: 0.0,
        renegotiation_per_month: 0.0,
        duration_form: form,
        ..from_prior(run)
    };
    let draws = Draws::new(91, run);
    let u = |i| draws.uniform(Purpose(251), i, 0, 0);
    let rules = Input {
        holder: ActorId::new(2),
        price: 180e3 + 20e3 * u(0),
        cost: 110e3 + 30e3 * u(1),
        volume: 2_500.0 + 1_000.0 * u(2),
        ..input()
    };
    let mut state = State::default();
    state.start(&params, &draws);
    step(&mut state, &params, &Input { holder: ActorId::new(1), live: false, ..rules }, &draws);
    step(&mut state, &params, &Input { seized: true, ..rules }, &draws);
    let opening = state.flow().opening.unwrap();
    let mut months = 1.0 - state.flow().holder_open;
    while state.flow().phase != Phase::Open {
        step(&mut state, &params, &rules, &draws);
        months += 1.0 - state.flow().holder_open;
    }
    let flow = state.flow();
    let package = flow.package_restraint > 0.0;
    Case { opening, months, levy: flow.levy.unwrap(), burden: flow.agreed_cny_per_t, package }
}

#[allow(clippy::print_stdout, reason = "made to be read")]
fn describe(name: &str, mut list: Vec<f64>, mark: f64) {
    list.sort_by(f64::total_cmp);
    let n = list.len() as f64;
    let at = |p: f64| list[(p * (n - 1.0)) as usize];
    let mean = list.iter().sum::<f64>() / n;
    let quantiles = [0.05, 0.25, 0.5, 0.75, 0.95].map(at);
    let below = list.iter().filter(|x| **x < mark).count() as f64 / n;
    println!("  {name}: n {n} mean {mean:.2} 5/25/50/75/95% {quantiles:.2?}");
    println!("    {below:.3} lie below {mark}");
}

/// Not a test of anything: prints what the priors say of a seizure, for the record.
#[test]
#[ignore = "prints the predictive distribution over the priors"]
#[allow(clippy::print_stdout, reason = "made to be read")]
fn predictive_distribution_of_a_seizure() {
    for form in [0.0, 1.0] {
        let cases: Vec<Case> = (0..10_000).map(|run| seizure(form, run)).collect();
        let share = |is: &dyn Fn(&Case) -> bool| {
            cases.iter().filter(|c| is(c)).count() as f64 / cases.len() as f64
        };
        println!("duration form {form}: {} seizures", cases.len());
        println!("  ask refused {:.3}", share(&|c| c.opening.refused));
        println!("  an amount for each tonne {:.3}", share(&|c| c.levy.specific > 0.0));
        println!(
            "  refused, then an amount {:.3}",
            share(&|c| c.opening.refused && c.levy.specific > 0.0)
        );
        println!("  package {:.3}", share(&|c| c.package));
        describe("levy, CNY/t", cases.iter().map(|c| c.burden).collect(), 35_000.0);
        let shut = cases.iter().map(|c| c.months).filter(|m| *m > 0.0);
        describe("months shut, if shut", shut.collect(), 5.2);
        for step in 0_u32..19 {
            let ask = f64::from(step) * 0.05;
            let of = |refused: bool| {
                share(&|c| (c.opening.ask_share - ask).abs() < 0.01 && c.opening.refused == refused)
            };
            println!("  ask {ask:.2}: taken {:.3} refused {:.3}", of(false), of(true));
        }
    }
}
