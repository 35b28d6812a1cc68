//! Do talks, truces and breakdowns follow their hazards? Verification case K3 and the loops.

use super::*;
use crate::config::{Politics, Side};
use crate::kernel::id::{ActorId, Dense, NumberId};
use crate::kernel::math::{exp, ln};
use crate::kernel::param::Definition;
use crate::tests::Fixture;
use crate::timeline::Truce;
use proptest::prelude::*;

const NEVER: usize = 10_000;

fn best() -> Params {
    let values: Vec<f64> = Params::definitions().unwrap().iter().map(|d| d.value).collect();
    Params::from_values(&mut values.iter())
}

/// Values at a random point of the priors.
fn drawn(definitions: &[Definition], run: u32) -> Params {
    let draws = Draws::new(77, run);
    let values: Vec<f64> = (0_u32..)
        .zip(definitions)
        .map(|(i, d)| d.quantile(draws.uniform(Purpose(99), i, 0, 0)))
        .collect();
    Params::from_values(&mut values.iter())
}

/// Two sides at war, with truces (from, until, guarantee, sharing).
fn corridor(truces: &[(usize, usize, f64, f64)]) -> (Fixture, Vec<f64>) {
    let mut f = Fixture::new();
    let blank = NumberId::new(0);
    let side = |actor| Side {
        lead: ActorId::new(actor),
        members: vec![ActorId::new(actor)],
        other_income_cny_per_month: blank,
        other_arms_share: blank,
        allied_supply_cny_per_month: blank,
        capability_at_start_cny: blank,
        supply_factor: None,
        claim_share: None,
    };
    f.corridor.politics = Some(Politics {
        buyer: ActorId::new(0),
        sides: [side(1), side(0)],
        fronts: Dense::new(),
        stances: Vec::new(),
        mediator: None,
        partners: Vec::new(),
        routes: Dense::new(),
        commitment: None,
    });
    for &(from, until, guarantee, sharing) in truces {
        let guarantee = f.number("truce.guarantee", guarantee, 0.0, 1.0);
        let sharing = f.number("truce.sharing", sharing, 0.0, 1.0);
        f.corridor.timeline.truces.push(Truce {
            from,
            until,
            guarantee,
            sharing,
            age_months: None,
        });
    }
    let values = f.values(&[]);
    (f, values)
}

fn started(params: &Params, truces: &[(usize, usize, f64, f64)]) -> State {
    let (f, values) = corridor(truces);
    let mut state = State::default();
    state.start(params, &f.corridor, &values);
    state
}

/// Months until a truce signed on the first month breaks down; the months run if it does not.
fn lasts(state: &State, inputs: &Inputs, run: u32, months: usize) -> f64 {
    let (mut state, draws) = (state.clone(), Draws::new(3, run));
    for month in 0..months {
        step(&mut state, &Inputs { live: true, month, ..*inputs }, &draws);
        if state.flow().broken_by.is_some() {
            break;
        }
    }
    state.flow().truce_months
}

#[test]
fn k3_weibull_survival_at_two_hazard_ratios() {
    let p = Params { breakdown_shape: 0.7, breakdown_scale_months: 30.0, ..best() };
    for (ratio, expected) in [(1.0, 0.425_118_349_252_757_6), (1.5, 0.277_181_841_687_620_94)] {
        let survival = exp(-integrated(&p, ln(ratio), 0.0, 24.0));
        assert!((survival / expected - 1.0).abs() < 1e-12, "{survival}");
        let median = median_months(&p, ln(ratio));
        assert!((exp(-integrated(&p, ln(ratio), 0.0, median)) - 0.5).abs() < 1e-12);
    }
}

#[test]
fn breakdowns_come_when_the_closed_form_says() {
    let p = best();
    let state = started(&p, &[(0, NEVER, 0.0, 0.0)]);
    let inputs = Inputs { smuggled_share: 1.0, resource_contested: 1.0, ..Inputs::default() };
    let log = ln(p.ratio_smuggled) + ln(p.ratio_conflict_zone);
    let n = 4_000;
    for horizon in [1_usize, 6, 48] {
        let broken = (0..n).filter(|r| lasts(&state, &inputs, *r, horizon) < horizon as f64);
        let expected = 1.0 - exp(-integrated(&p, log, 0.0, horizon as f64));
        let share = broken.count() as f64 / f64::from(n);
        let error = 4.0 * (expected * (1.0 - expected) / f64::from(n)).sqrt();
        assert!((share - expected).abs() < error, "{horizon}: {share} against {expected}");
    }
}

#[test]
fn the_day_of_a_breakdown_inverts_the_integrated_hazard() {
    let p = best();
    let state = started(&p, &[(0, NEVER, 0.0, 0.0)]);
    for run in 0..300 {
        let draws = Draws::new(3, run);
        let threshold = -ln(1.0 - draws.uniform(BREAKDOWN, BREAK, 1, 0));
        let due = p.breakdown_scale_months * pow(threshold, 1.0 / p.breakdown_shape);
        if due < 400.0 {
            let at = lasts(&state, &Inputs::default(), run, 500);
            assert!((at / due - 1.0).abs() < 1e-9, "{at} against {due}");
        }
    }
}

#[test]
fn a_truce_that_is_old_when_it_begins_here_breaks_as_an_old_one_does() {
    let p = best();
    let (mut f, _) = corridor(&[(0, NEVER, 0.0, 0.0)]);
    let age = f.number("truce.age", 240.0, 0.0, 400.0);
    f.corridor.timeline.truces[0].age_months = Some(age);
    let mut state = State::default();
    state.start(&p, &f.corridor, &f.values(&[]));
    let n = 4_000;
    let broken = (0..n).filter(|r| lasts(&state, &Inputs::default(), *r, 48) < 48.0).count();
    let expected = 1.0 - exp(-integrated(&p, 0.0, 240.0, 288.0));
    let error = 4.0 * (expected * (1.0 - expected) / f64::from(n)).sqrt();
    let share = broken as f64 / f64::from(n);
    assert!((share - expected).abs() < error, "{share} against {expected}");
    let young = 1.0 - exp(-integrated(&p, 0.0, 0.0, 48.0));
    assert!(share < 0.6 * young, "{share} against {young} of a young one");
}

#[test]
fn a_guaranteed_truce_outlasts_one_without_under_the_same_draws() {
    let p = best();
    let plain = started(&p, &[(0, NEVER, 0.0, 0.0)]);
    let firm = started(&p, &[(0, NEVER, 1.0, 0.0)]);
    let shared = started(&p, &[(0, NEVER, 1.0, 0.5)]);
    let (mut longer, mut equal) = (0, 0);
    for run in 0..400 {
        let of = |state| lasts(state, &Inputs::default(), run, 600);
        let (a, b, c) = (of(&plain), of(&firm), of(&shared));
        assert!(b >= a && c >= b, "run {run}: {a}, {b}, {c}");
        longer += u32::from(b > a);
        equal += u32::from(a == 600.0);
    }
    assert_eq!(longer + equal, 400);
    assert!(longer > 200);
}

#[test]
fn each_covariate_moves_the_truce_its_own_way() {
    let state = started(&best(), &[(0, NEVER, 0.0, 0.0)]);
    let base = Inputs { leverage: 2.0, mediation: 1.0, ..Inputs::default() };
    let worse = [
        Inputs { smuggled_share: 1.0, ..base },
        Inputs { resource_contested: 1.0, ..base },
        Inputs { grievance_sd: 1.0, ..base },
    ];
    let better = [
        Inputs { monitoring: 1.0, ..base },
        Inputs { sharing: 1.0, ..base },
        Inputs { hostage: [1.0, 0.0], ..base },
    ];
    for run in 0..60 {
        let of = |inputs: &Inputs| lasts(&state, inputs, run, 2_000);
        let usual = of(&base);
        assert!(worse.iter().all(|i| of(i) < usual) || usual == 2_000.0);
        assert!(better.iter().all(|i| of(i) >= usual), "run {run}");
        assert!(usual == 2_000.0 || better.iter().all(|i| of(i) > usual));
    }
}

#[test]
fn leverage_counts_from_the_month_of_signing_and_only_if_a_third_party_had_a_hand_in_it() {
    let p = best();
    let draws = Draws::new(1, 1);
    for (mediation, expected) in [(1.0, 0.75 * ln(p.ratio_fallen_leverage)), (0.0, 0.0)] {
        let mut state = started(&p, &[(0, NEVER, 0.0, 0.0)]);
        let first = Inputs { leverage: 4.0, mediation, ..Inputs::default() };
        step(&mut state, &first, &draws);
        assert_eq!(state.flow().terms[4], 0.0);
        step(&mut state, &Inputs { month: 1, leverage: 1.0, mediation: 0.0, ..first }, &draws);
        assert!((state.flow().terms[4] - expected).abs() < 1e-12);
    }
}

#[test]
fn before_the_model_decides_the_timeline_does() {
    let mut state = started(&best(), &[(3, 5, 0.0, 0.0), (8, 12, 0.0, 0.0)]);
    let draws = Draws::new(9, 9);
    let hurry = Inputs {
        mediation: 1.0,
        recognition: 1.0,
        smuggled_share: 1.0,
        grievance_sd: 3.0,
        ..Inputs::default()
    };
    for month in 0..20 {
        step(&mut state, &Inputs { month, ..hurry }, &draws);
        let flow = state.flow();
        let truce = (3..5).contains(&month) || (8..12).contains(&month);
        assert_eq!(flow.truce, truce, "month {month}");
        assert_eq!(flow.broken_by, None);
        assert_eq!(flow.breakdown_per_month > 0.0, truce);
        assert_eq!(flow.talks_per_month > 0.0, !truce);
    }
    assert_eq!(state.flow().truce_months, 6.0);
}

#[test]
fn months_on_record_leave_the_clocks_alone() {
    // A truce in force when the model takes over has the same hazard left as one that aged alone.
    let p = best();
    let draws = Draws::new(5, 5);
    let mut state = started(&p, &[(0, 400, 0.0, 0.0)]);
    for month in 0..100 {
        step(&mut state, &Inputs { month, ..Inputs::default() }, &draws);
    }
    assert_eq!(state.clocks, [None; 2]);
    assert!((state.flow().breakdown_per_month - integrated(&p, 0.0, 100.0, 101.0)).abs() < 1e-12);
    assert!((state.flow().breakdown_24_months - integrated(&p, 0.0, 100.0, 124.0)).abs() < 1e-12);
}

#[test]
fn a_truce_on_record_ends_with_it_and_one_in_the_models_hands_goes_on() {
    let still = Params { breakdown_scale_months: 1e12, talks_per_month: 1e-12, ..best() };
    for (live_from, after) in [(10, Phase::War), (9, Phase::Truce)] {
        let mut state = started(&still, &[(4, 10, 0.0, 0.0)]);
        let draws = Draws::new(2, 2);
        for month in 0..12 {
            let live = month >= live_from;
            step(&mut state, &Inputs { live, month, ..Inputs::default() }, &draws);
        }
        assert_eq!(state.flow().state, after, "live from {live_from}");
    }
}

#[test]
fn a_scripted_truce_that_breaks_early_is_not_signed_again() {
    let hasty = Params { breakdown_scale_months: 1e-3, talks_per_month: 1e-12, ..best() };
    let mut state = started(&hasty, &[(2, 30, 0.0, 0.0)]);
    let draws = Draws::new(4, 4);
    let inputs =
        Inputs { smuggled_share: 0.5, offensive_per_month: [0.0, 0.1], ..Inputs::default() };
    let mut broken = Vec::new();
    for month in 0..30 {
        step(&mut state, &Inputs { live: true, month, ..inputs }, &draws);
        if let Some(side) = state.flow().broken_by {
            broken.push((month, side));
            assert!(state.flow().terms[2] > 0.0, "what led to it is reported in its month");
        }
    }
    // Only the incumbent had any mind to fight.
    assert_eq!(broken, [(2, 1)]);
    assert_eq!(state.flow().last_cause, Some(0));
    assert_eq!(state.flow().terms, &[0.0; TERM_COUNT]);
}

#[test]
fn who_breaks_it_follows_the_hazards_of_offensives() {
    let hasty = Params { breakdown_scale_months: 1e-3, ..best() };
    let state = started(&hasty, &[(0, NEVER, 0.0, 0.0)]);
    let inputs = Inputs { live: true, offensive_per_month: [0.03, 0.01], ..Inputs::default() };
    let n = 4_000;
    let mut challenger = 0;
    for run in 0..n {
        let mut state = state.clone();
        step(&mut state, &inputs, &Draws::new(8, run));
        challenger += u32::from(state.flow().broken_by == Some(0));
    }
    assert!((f64::from(challenger) / f64::from(n) - 0.75).abs() < 0.03);
}

#[test]
fn wars_find_talks_at_their_hazard_and_talks_split_by_theirs() {
    let p = Params { breakdown_scale_months: 1e12, ..best() };
    let state = started(&p, &[]);
    let inputs = Inputs { live: true, ..Inputs::default() };
    let (n, months) = (3_000, 120);
    let (mut at_war, mut truces) = (0, 0);
    for run in 0..n {
        let (mut state, draws) = (state.clone(), Draws::new(6, run));
        let mut quiet = true;
        for month in 0..months {
            step(&mut state, &Inputs { month, ..inputs }, &draws);
            quiet &= state.occasions[Phase::Talks as usize] == 0;
        }
        at_war += u32::from(quiet);
        truces += u32::from(state.flow().truce);
    }
    let silent = exp(-p.talks_per_month * months as f64);
    assert!((f64::from(at_war) / f64::from(n) - silent).abs() < 0.04);
    // Each round of talks ends in a truce with probability a / (a + f).
    let rate =
        p.talks_per_month * p.truce_per_month / (p.truce_per_month + p.talks_failure_per_month);
    let expected = 1.0 - exp(-rate * months as f64);
    assert!((f64::from(truces) / f64::from(n) - expected).abs() < 0.04, "{truces}");
}

#[test]
fn a_truce_deepens_only_where_something_is_shared_or_recognised() {
    let p = Params { breakdown_scale_months: 1e12, ..best() };
    let reach = |sharing: f64, recognition: f64| {
        let state = started(&p, &[(0, NEVER, 0.0, sharing)]);
        let inputs = Inputs { live: true, recognition, ..Inputs::default() };
        let deep = (0..400_u32).filter(|run| {
            let (mut state, draws) = (state.clone(), Draws::new(12, *run));
            (0..100).for_each(|month| step(&mut state, &Inputs { month, ..inputs }, &draws));
            state.flow().state == Phase::Accommodation
        });
        deep.count() as f64 / 400.0
    };
    assert_eq!(reach(0.0, 0.0), 0.0);
    let expected = 1.0 - exp(-100.0 * p.accommodation_per_month);
    for (sharing, recognition) in [(1.0, 0.0), (0.0, 1.0)] {
        assert!((reach(sharing, recognition) - expected).abs() < 0.1);
    }
}

#[test]
fn without_two_sides_nothing_ever_happens() {
    let f = Fixture::new();
    let mut state = State::default();
    state.start(&best(), &f.corridor, &f.values(&[]));
    for month in 0..50 {
        let inputs = Inputs { live: true, month, mediation: 1.0, ..Inputs::default() };
        step(&mut state, &inputs, &Draws::new(1, 0));
        let flow = state.flow();
        assert_eq!((flow.state, flow.talks_per_month, flow.truce_months), (Phase::War, 0.0, 0.0));
    }
}

#[test]
fn starting_again_forgets_the_run_before() {
    let (f, values) = corridor(&[(0, NEVER, 0.0, 1.0)]);
    let mut state = State::default();
    let mut course = || {
        state.start(&best(), &f.corridor, &values);
        let draws = Draws::new(21, 0);
        let months = 0..300;
        months
            .map(|month| {
                step(&mut state, &Inputs { live: true, month, ..Inputs::default() }, &draws);
                (state.flow().state, state.flow().breakdown_per_month)
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(course(), course());
}

/// Sorted ages at which truces break down over the priors, years; each at its own random number.
fn predictive(log_ratio: impl Fn(&Params) -> f64) -> Vec<f64> {
    let definitions = Params::definitions().unwrap();
    let mut ages: Vec<f64> = (0..20_000)
        .map(|run| {
            let p = drawn(&definitions, run);
            let u = Draws::new(78, run).uniform(Purpose(99), 0, 0, 0);
            let reach = -ln(1.0 - u) * exp(-log_ratio(&p));
            p.breakdown_scale_months * pow(reach, 1.0 / p.breakdown_shape) / 12.0
        })
        .collect();
    ages.sort_unstable_by(f64::total_cmp);
    ages
}

#[test]
fn the_longest_truce_on_record_is_no_surprise_to_the_prior() {
    // Nothing shared, nobody watching, the mines lost to the incumbent: 17.3 years.
    let lost = predictive(|_| 0.0);
    let rank = lost.partition_point(|y| *y < 17.3) as f64 / lost.len() as f64;
    assert!((0.25..0.9).contains(&rank), "{rank}");
    // The one that neither side was ready for lasted twenty days: rare, but not ruled out.
    let claimed = predictive(|p| ln(p.ratio_conflict_zone) + ln(p.ratio_smuggled));
    let brief = claimed.partition_point(|y| *y < 20.0 / 365.25) as f64 / claimed.len() as f64;
    assert!((0.01..0.4).contains(&brief), "{brief}");
}

proptest! {
    #[test]
    fn phases_hazards_and_ages_stay_in_bounds(
        run in 0_u32..1_000_000,
        shares in prop::collection::vec(-0.5_f64..1.5, 8),
        restraint in (0.0_f64..1.0, 0.0_f64..1.0),
        hostage in (0.0_f64..5.0, 0.0_f64..5.0),
        leverage in 0.0_f64..3.0,
        sd in -8.0_f64..8.0,
        from in 0_usize..60,
        live_from in 0_usize..80,
    ) {
        let p = drawn(&Params::definitions().unwrap(), run);
        let draws = Draws::new(31, run);
        let mut state = started(&p, &[(from, from + 30, 0.5, 0.5)]);
        let mut in_truce = 0.0;
        for month in 0..120_usize {
            let inputs = Inputs {
                live: month >= live_from,
                month,
                mediation: shares[0],
                recognition: shares[1],
                monitoring: shares[2],
                guarantee: shares[3],
                sharing: shares[4],
                losses_share: shares[5],
                restraint: restraint.into(),
                smuggled_share: shares[6],
                formal_share: 1.0 - shares[6],
                leverage: leverage * (1.0 + 0.01 * month as f64),
                hostage: hostage.into(),
                grievance_sd: sd,
                resource_contested: shares[7],
                offensive_per_month: [0.02, 0.01],
                power: None,
            };
            step(&mut state, &inputs, &draws);
            let f = state.flow();
            prop_assert_eq!(f.truce, f.state.is_truce());
            prop_assert!(!(f.truce && f.broken_by.is_some()));
            prop_assert!(f.breakdown_per_month >= 0.0 && f.breakdown_per_month.is_finite());
            prop_assert!(f.breakdown_24_months >= f.breakdown_per_month);
            prop_assert!(f.talks_per_month >= 0.0 && f.talks_per_month.is_finite());
            prop_assert!(f.terms.iter().all(|t| t.is_finite() && t.abs() < 8.0));
            // A truce that begins with the last of a month is one, and has no age yet.
            prop_assert!(f.months >= 0.0 && (f.truce || f.months == 0.0));
            prop_assert!(f.truce_months >= in_truce && f.truce_months <= in_truce + 1.0 + 1e-12);
            in_truce = f.truce_months;
        }
        prop_assert!(in_truce <= 120.0 + 1e-9);
    }
}
