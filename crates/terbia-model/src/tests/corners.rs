//! Where does politics lead at its limits, and in which direction does it move things? T4, T5.

use super::fixture::Fixture;
use super::limits::STILL;
use super::parties::{BUYER, MILITIA, REBELS};
use super::twin::{NO_WAR, OPEN_TRADE, Runs, WEIGHTY, only};
use crate::kernel::id::{ActorId, Id, PlaceId};
use crate::kernel::math::pow;
use crate::lever::Kind;

type Changes<'a> = &'a [(&'a str, f64)];

fn levied(amount: f64) -> Fixture {
    let f = Fixture::new().parties(1);
    f.turn(Kind::LevyRate, REBELS, amount, 0).turn(Kind::LevyRate, MILITIA, amount, 0)
}

#[test]
fn t4_without_war_and_behind_open_gates_politics_stands_still() {
    let deaf: Changes = &[("grievance.cancel_intercept", -1e3)];
    let runs = Runs::of(&levied(35e3), &[OPEN_TRADE, NO_WAR, STILL, deaf], (2, 192));
    for name in [
        "price_cny_per_kg.rare",
        "output_reo_t",
        "levy_revenue_total_usd",
        "trade_posture",
        "axis_posture",
        "trust",
        "leverage",
        "hostage_share.incumbent",
        "rival_supply_reo_t.elsewhere",
    ] {
        let months = &runs.column(name)[0];
        let (before, last) = (months[179], months[191]);
        assert!((last / before - 1.0).abs() < 1e-3, "{name}: {before} then {last}");
    }
    for name in ["offensives", "closure", "truce", "offensive_hazard.incumbent"] {
        assert_eq!(runs.mean(name), 0.0, "{name}");
    }
    assert_eq!(runs.mean("S1"), 1.0);
    assert_eq!(runs.mean("S2"), 1.0);
    assert_eq!(runs.mean("S4"), 1.0);
}

#[test]
fn t4_means_that_nobody_feeds_wear_out() {
    let starved: Changes = &[
        ("rebels.other", 0.0),
        ("militia.other", 0.0),
        ("rebels.allied", 0.0),
        ("militia.allied", 0.0),
        ("rebels.arms", 0.0),
        ("militia.arms", 0.0),
    ];
    let runs = Runs::of(&levied(35e3), &[OPEN_TRADE, NO_WAR, starved], (1, 120));
    for side in ["challenger", "incumbent"] {
        let months = &runs.column(&format!("capability_cny.{side}"))[0];
        for (month, means) in months.iter().enumerate() {
            let expected = 6e8 * pow(0.98, month as f64 + 1.0);
            assert!((means / expected - 1.0).abs() < 1e-9, "{side} {month}: {means}");
        }
    }
}

#[test]
fn t4_behind_gates_shut_for_ever_income_hostage_and_restraint_run_dry() {
    let sure: Changes = &[
        ("bargain.belief_mean", 0.9),
        ("bargain.belief_weight_offensives", 1e9),
        ("conflict.capability_response", 0.0),
        ("conflict.prize_response", 0.0),
        ("conflict.restraint_response", 0.0),
        ("ceasefire.talks_per_month", 0.0),
        ("hills.base.0", 0.0),
        ("hills.base.1", 1e-9),
    ];
    let mut f = levied(35e3).turn(Kind::FarGate, BUYER, 0.0, 60);
    f.corridor.places[PlaceId::new(1)].holder_at_start = ActorId::new(REBELS);
    let runs = Runs::of(&f, &[OPEN_TRADE, sure], (2, 192));
    let of = |name: &str| runs.column(name)[0].clone();
    let (exports, leaks) = (of("exports_t"), of("leak_t"));
    assert!((61..192).all(|m| (exports[m] - leaks[m]).abs() < 1e-9), "only leaks leave");
    assert!(of("levy_revenue_total_usd")[62..].iter().all(|r| *r == 0.0));
    let (hostage, hazard) = (of("hostage_share.incumbent"), of("offensive_hazard.incumbent"));
    assert!(hostage[59] > 0.3 && hostage[191] < 1e-3, "{} {}", hostage[59], hostage[191]);
    // What is left is the hazard of the front itself.
    assert!(hazard[59] < 0.6e-9 && (hazard[191] / 1e-9 - 1.0).abs() < 2e-3, "{}", hazard[191]);
    assert!(of("S2")[191] == 0.0 && of("S3")[191] == 0.0);
}

#[test]
fn t4_an_offensive_that_is_sure_to_be_answered_is_and_one_that_is_not_never_is() {
    let base: Changes = &[
        ("bargain.unconditional_onset_per_month", 0.0),
        ("bargain.seizure_closure_probability", 0.0),
        ("bargain.renegotiation_per_month", 0.0),
        ("bargain.refusal_tolerance", 1e9),
        ("bargain.marginal_cost_spread", -1.0),
        ("conflict.offensive_months", 60.0),
        ("conflict.advance_per_month", 0.0),
        ("hills.base.0", 0.0),
        ("hills.base.1", 0.1),
    ];
    let mut f = levied(35e3);
    f.corridor.places[PlaceId::new(1)].holder_at_start = ActorId::new(REBELS);
    let shut = |p: f64| {
        let f = Fixture { corridor: f.corridor.clone() }.turn(Kind::Conditionality, BUYER, p, 0);
        let runs = Runs::of(&f, &[base], (20, 120));
        assert!(runs.mean("offensives") > 0.3);
        let cause = runs.column("closure_cause");
        assert!(cause.iter().flatten().all(|c| *c == 0.0 || *c == 3.0));
        1.0 - runs.mean("gate_open_share")
    };
    assert_eq!(shut(0.0), 0.0);
    // Where nobody attacks the threat never needs to be carried out.
    let calm = levied(35e3).turn(Kind::Conditionality, BUYER, 0.99, 0);
    assert_eq!(Runs::of(&calm, &[base, NO_WAR], (10, 120)).mean("gate_open_share"), 1.0);
    assert!(shut(0.99) > shut(0.3) && shut(0.3) > 0.0);
}

#[test]
fn t5_the_surer_the_answer_the_fewer_the_offensives() {
    // Over the whole scale of belief, and by the lever that announces it.
    let f = levied(35e3);
    let count = |belief: f64| {
        let own: Changes =
            &[("bargain.belief_mean", belief), ("bargain.belief_weight_offensives", 1e9)];
        let runs = Runs::of(&f, &[OPEN_TRADE, own], (60, 96));
        (runs.mean("offensive_hazard.incumbent"), runs.mean("offensive_launched.incumbent"))
    };
    let steps = [0.0, 0.3, 0.6, 0.95].map(count);
    assert!(steps.windows(2).all(|w| w[1].0 < w[0].0 && w[1].1 <= w[0].1), "{steps:?}");
    assert!(steps[3].1 < 0.7 * steps[0].1, "{steps:?}");
}

#[test]
fn t5_more_levy_means_less_legal_volume_with_parties_too() {
    let legal = |levy: f64| {
        // In a war a levy may also calm the side that it pays, and with it the roads; and a holder
        // whom mines pay is slower to call them off.
        let deaf: Changes = &[("grievance.cancel_intercept", -1e3)];
        let runs = Runs::of(&levied(levy), &[OPEN_TRADE, NO_WAR, deaf], (10, 120));
        runs.mean("exports_t") - runs.mean("leak_t")
    };
    let volumes = [0.0, 15e3, 30e3, 50e3, 80e3].map(legal);
    assert!(volumes.windows(2).all(|w| w[1] < w[0]), "{volumes:?}");
}

#[test]
fn t5_a_longer_lag_means_later_diversification() {
    let f = levied(35e3).turn(Kind::FarGate, BUYER, 0.0, 36);
    let share = |lag: f64| {
        let own: Changes = &[
            ("market.alternative_lag_months", lag),
            ("market.alternative_response_per_month", 0.03),
            ("market.alternative_premium", 0.0),
        ];
        Runs::of(&f, &[OPEN_TRADE, NO_WAR, WEIGHTY, own], (3, 192))
            .column("alternative_supply_share")
    };
    // Months until two per cent of demand comes from elsewhere, run by run.
    let reached = |runs: &[Vec<f64>]| {
        let month = |run: &Vec<f64>| run.iter().position(|s| *s >= 0.02).unwrap_or(usize::MAX);
        runs.iter().map(month).collect::<Vec<_>>()
    };
    let times = [24.0, 48.0, 84.0].map(|lag| reached(&share(lag)));
    assert!(times[0].iter().all(|m| (37..150).contains(m)), "{times:?}");
    for pair in times.windows(2) {
        assert!(pair[0].iter().zip(&pair[1]).all(|(a, b)| a < b), "{times:?}");
    }
}

/// Nobody stops a mine.
const DEAF: Changes<'_> = &[("grievance.cancel_intercept", -1e3)];

#[test]
fn t4_a_holder_that_never_levied_goes_on_as_it_did() {
    let sites =
        |f: Fixture| Runs::of(&f, &[OPEN_TRADE, NO_WAR, DEAF], (10, 96)).mean("sites_total");
    let (live, replay) =
        (sites(Fixture::new().parties(1)), sites(Fixture::new().parties(super::fixture::MONTHS)));
    assert!((live / replay - 1.0).abs() < 0.05, "{live} sites, {replay} on record");
}

#[test]
fn t4_behind_open_gates_no_crews_move_next_door() {
    let runs = |rate: f64| {
        let rate: Changes = &[("geopolitics.move_per_month", rate)];
        Runs::of(&levied(10e3), &[OPEN_TRADE, NO_WAR, DEAF, rate], (10, 96))
    };
    assert_eq!(runs(0.2).differing(&runs(0.0)), only(&[]));
}
