//! Do the six figures of stability say what they are defined to say?

use super::*;
use crate::kernel::math::pow;
use proptest::prelude::*;

fn calm() -> Inputs {
    Inputs { net_revenue: 100.0, capability: 1_000.0, leverage: 1.0, ..Inputs::default() }
}

/// The figures after months of `inputs`.
fn after(months: usize, inputs: impl Fn(usize) -> Inputs) -> Flow {
    let mut state = State::default();
    for month in 0..months {
        step(&mut state, &inputs(month));
    }
    state.flow()
}

#[test]
fn a_calm_corridor_has_nothing_to_mend() {
    for months in [1, 12, 40] {
        assert_eq!(after(months, |_| calm()).vector(), [1.0, 1.0, 1.0, 1.0, 1.0, 0.0]);
    }
}

#[test]
fn survival_is_that_of_the_hazard_of_the_month() {
    let war = Inputs { offensive_per_month: 0.05, ..calm() };
    assert!((after(1, |_| war).survival - 0.301_194_211_912_202_1).abs() < 1e-12);
    let truce = Inputs { breakdown: Some(0.5), ..war };
    assert!((after(1, |_| truce).survival - 0.606_530_659_712_633_4).abs() < 1e-12);
    assert_eq!(after(1, |_| Inputs { offensive: true, ..truce }).survival, 0.0);
}

#[test]
fn continuity_counts_the_closed_months_of_the_last_twelve() {
    let shut =
        |from: usize| move |m| Inputs { closed_share: if m >= from { 0.5 } else { 0.0 }, ..calm() };
    assert!((after(24, shut(18)).continuity - 0.75).abs() < 1e-12);
    assert!((after(24, shut(0)).continuity - 0.5).abs() < 1e-12);
    // What is older than a year is forgotten.
    let once = |m| Inputs { closed_share: if m == 3 { 1.0 } else { 0.0 }, ..calm() };
    assert!((after(15, once).continuity - 11.0 / 12.0).abs() < 1e-12);
    assert_eq!(after(16, once).continuity, 1.0);
}

#[test]
fn steadiness_is_one_less_the_variation_of_revenue() {
    let swings =
        |m: usize| Inputs { net_revenue: if m.is_multiple_of(2) { 80.0 } else { 120.0 }, ..calm() };
    assert!((after(12, swings).steadiness - 0.8).abs() < 1e-12);
    assert_eq!(after(12, |_| Inputs { net_revenue: 0.0, ..calm() }).steadiness, 0.0);
    let one = |m| Inputs { net_revenue: if m == 0 { 900.0 } else { 0.0 }, ..calm() };
    assert_eq!(after(12, one).steadiness, 0.0);
}

#[test]
fn quiet_falls_with_moves_and_losses() {
    let moved = |m| Inputs { front_moves: if m == 0 { 2.0 } else { 0.0 }, ..calm() };
    assert!((after(5, moved).quiet - exp(-2.0)).abs() < 1e-12);
    assert_eq!(after(13, moved).quiet, 1.0);
    let lost = |_| Inputs { losses: 20.0, ..calm() };
    assert!((after(12, lost).quiet - exp(-0.24)).abs() < 1e-12);
}

#[test]
fn licence_needs_both_silence_and_clean_water() {
    let f = after(1, |_| Inputs { protest: 0.2, exceedance: 0.5, ..calm() });
    assert!((f.licence - 0.4).abs() < 1e-12);
}

#[test]
fn leverage_drifts_by_its_growth_over_a_year() {
    let eroding = |m: usize| Inputs { leverage: pow(0.99, m as f64), ..calm() };
    assert_eq!(after(12, eroding).leverage_drift, 0.0);
    for months in [13, 30] {
        assert!((after(months, eroding).leverage_drift - 12.0 * ln(0.99)).abs() < 1e-12);
    }
    assert!(after(20, |_| Inputs { leverage: 0.0, ..calm() }).leverage_drift.is_finite());
}

proptest! {
    #[test]
    fn figures_stay_in_bounds(
        rows in prop::collection::vec(
            (0.0_f64..2.0, 0.0_f64..1.5, -50.0_f64..200.0, 0.0_f64..3.0, 0.0_f64..500.0, 0.0_f64..1.5),
            1..40,
        ),
    ) {
        let mut state = State::default();
        for (hazard, share, revenue, moves, losses, chance) in rows {
            step(&mut state, &Inputs {
                offensive: chance > 1.2,
                offensive_per_month: hazard,
                breakdown: (share > 0.7).then_some(hazard),
                closed_share: share,
                net_revenue: revenue,
                front_moves: moves,
                losses,
                capability: losses + revenue,
                protest: chance,
                exceedance: share,
                leverage: hazard,
            });
            let v = state.flow().vector();
            prop_assert!(v[..5].iter().all(|x| (0.0..=1.0).contains(x)), "{v:?}");
            prop_assert!(v[5].is_finite());
        }
        state.start();
        step(&mut state, &calm());
        prop_assert_eq!(state.flow().vector(), [1.0, 1.0, 1.0, 1.0, 1.0, 0.0]);
    }
}
