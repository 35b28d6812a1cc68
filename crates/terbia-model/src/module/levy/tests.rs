//! Do levy, evasion and revenue follow their closed forms? Verification cases E1 to E6.

use super::*;
use crate::kernel::math::pow;

/// Largest value of a single-peaked function on a range, by golden section.
fn peak(mut low: f64, mut high: f64, f: impl Fn(f64) -> f64) -> f64 {
    let ratio = (5.0_f64.sqrt() - 1.0) / 2.0;
    for _ in 0..200 {
        let (a, b) = (high - ratio * (high - low), low + ratio * (high - low));
        if f(a) < f(b) {
            low = a;
        } else {
            high = b;
        }
    }
    0.5 * (low + high)
}

fn evasion(theta: f64, cost: f64) -> Params {
    Params {
        evasion_slope_t_per_cny: theta,
        smuggling_cost_cny_per_t: cost,
        supply_elasticity: 0.3,
        settling_months: 4.0,
        fund_release_share: 0.6,
        permits_unsettled_share: 0.1,
    }
}

#[test]
fn e1_the_best_share_of_a_base_that_shrinks_with_the_net_of_tax_rate() {
    for (eta, best) in [(0.5, 0.6667), (1.0, 0.5), (2.0, 0.3333)] {
        let t = peak(0.0, 1.0, |t| t * pow(1.0 - t, eta));
        assert!((t - best).abs() < 5e-5, "{t}");
        assert!((t - 1.0 / (1.0 + eta)).abs() < 1e-6);
    }
}

#[test]
fn e2_the_best_specific_levy_on_an_exponential_base() {
    let revenue = |tau: f64| tau * exp(-tau / 70_000.0);
    let best = peak(0.0, 300_000.0, revenue);
    assert!((best - 70_000.0).abs() < 0.01);
    let relative = revenue(35_000.0) / revenue(70_000.0);
    assert!((relative - 0.824_360_635_350_064_1).abs() < 1e-12);
}

#[test]
fn e3_the_best_levy_when_loads_may_evade() {
    let p = evasion(1.0 / 8_000.0, 45_000.0);
    let best = peak(0.0, 200_000.0, |tau| tau * legal_share(&p, tau, 0.0));
    assert!((peak_rate(&p, 0.0) - 35_207.570_298_446_58).abs() < 1e-6);
    for cost in [1_000.0, 20_000.0, 90_000.0, 300_000.0] {
        let p = evasion(1.0 / 8_000.0, cost);
        let numeric = peak(0.0, 600_000.0, |tau| tau * legal_share(&p, tau, 0.0));
        assert!((peak_rate(&p, 0.0) / numeric - 1.0).abs() < 1e-4, "{cost}");
    }
    assert!((best - 35_207.570_298_446_58).abs() < 1e-3);
    let at = 35_207.570_298_446_58;
    let legal = legal_share(&p, at, 0.0);
    assert!((legal - 0.772_776_140_694_009_5).abs() < 1e-9);
    assert!((at * legal - 27_207.570_298_446_586).abs() < 1e-4);
}

#[test]
fn e4_a_specific_levy_weighs_more_when_prices_fall() {
    for (price, share) in [(150e3_f64, 23.33_f64), (175e3, 20.0), (200e3, 17.5), (240e3, 14.583)] {
        assert!((100.0 * 35_000.0 / price - share).abs() < 5e-3);
    }
}

#[test]
fn e6_without_a_levy_nothing_is_paid_and_nothing_evades() {
    // Over a whole run, with every load through an open gate.
    let f = crate::tests::Fixture::new().levy(0.0);
    let (rows, _) = f.run(&f.values(&[]), 4);
    for name in ["levy_revenue_total_usd", "leak_t", "levy_cny_per_t"] {
        assert!(f.column(&rows, name).iter().all(|x| *x == 0.0), "{name}");
    }
}

#[test]
fn raising_the_levy_never_raises_the_declared_share() {
    let p = evasion(1.0 / 8_000.0, 45_000.0);
    let shares: Vec<f64> = (0..100).map(|i| legal_share(&p, f64::from(i) * 2_000.0, 6e3)).collect();
    assert!(shares.windows(2).all(|w| w[1] <= w[0]));
}

#[test]
fn buyers_bear_what_elasticities_give_them() {
    assert!((buyers_share(0.3, 0.25) - 0.545_454_545_5).abs() < 1e-9);
}
