//! Does the dispute behave as its causes, costs and options say?

use super::*;
use crate::kernel::id::Id;
use crate::kernel::math::exp;

fn best() -> Params {
    let values: Vec<f64> = Params::definitions().unwrap().iter().map(|d| d.value).collect();
    Params::from_values(&mut values.iter())
}

/// A corridor like the one that the module was written for, with the way open.
pub(super) fn input() -> Input {
    Input {
        live: true,
        holder: ActorId::new(1),
        seized: false,
        offensive: false,
        price: 190_000.0,
        cost: 125_000.0,
        volume: 3_000.0,
        collected: 0.75,
        leak: 0.07,
        declared: 0.9,
        cover: 1.0,
        cover_normal_months: 8.0,
        dependence: 0.55,
        alternatives: 0.2,
        other_income: 20e6,
        fund: 0.0,
        outside: 0.0,
        posture: 0.5,
        conditionality: 0.4,
        military_value: None,
        buyers_stock_months: 0.0,
        far_cap: 1.0,
        near_cap: 1.0,
        reagent_lever: None,
        peak: 1e6,
        given_open: 1.0,
        given_open_at_end: 1.0,
        given_levy: None,
        levy_lever: LevyLever::default(),
    }
}

fn quiet() -> Params {
    Params { unconditional_onset_per_month: 0.0, renegotiation_per_month: 0.0, ..best() }
}

pub(super) fn started(params: &Params, run: u32) -> (State, Draws) {
    let draws = Draws::new(77, run);
    let mut state = State::default();
    state.start(params, &draws);
    (state, draws)
}

/// A dispute over a seizure, in the month after it.
fn disputed(params: &Params, input: &Input, run: u32) -> (State, Draws) {
    let (mut state, draws) = started(params, run);
    step(&mut state, params, &Input { seized: true, holder: ActorId::new(2), ..*input }, &draws);
    (state, draws)
}

/// Months that pass until the way is open again, the part of the last one included.
fn length(params: &Params, input: &Input, run: u32) -> f64 {
    let (mut state, draws) = disputed(params, input, run);
    let mut shut = 1.0 - state.flow().holder_open;
    let input = Input { holder: ActorId::new(2), ..*input };
    for _ in 0..5_000 {
        if state.flow().phase == Phase::Open {
            return shut;
        }
        step(&mut state, params, &input, &draws);
        shut += 1.0 - state.flow().holder_open;
    }
    panic!("the closure does not end");
}

fn mean_length(params: &Params, input: &Input) -> f64 {
    let runs = 4_000;
    (0..runs).map(|run| length(params, input, run)).sum::<f64>() / f64::from(runs)
}

fn certain_seizure() -> Params {
    Params { seizure_closure_probability: 1.0, ..quiet() }
}

#[test]
fn a_state_that_was_not_started_is_neutral() {
    let mut state = State::default();
    step(&mut state, &best(), &input(), &Draws::new(1, 1));
    assert_eq!(state.flow(), Flow::default());
}

#[test]
fn a_closure_ends_with_the_hazards_that_it_states() {
    let params = certain_seizure();
    let mut product = 0.0;
    let runs = 4_000;
    for run in 0..runs {
        let (mut state, draws) = disputed(&params, &input(), run);
        // The share that ends in the coming month has the stated probability.
        let Phase::Shut(_) = state.flow().phase else {
            product += 1.0;
            continue;
        };
        let hazard: f64 = state.flow().ends_per_month.iter().sum();
        step(&mut state, &params, &Input { holder: ActorId::new(2), ..input() }, &draws);
        let ended = f64::from(u8::from(state.flow().phase == Phase::Open));
        product += (1.0 - ended) / exp(-hazard);
    }
    assert!((product / f64::from(runs) - 1.0).abs() < 0.03, "{product}");
}

#[test]
fn an_unconditional_closure_lasts_as_long_as_its_hazard_says() {
    let params = Params { unconditional_onset_per_month: 0.2, onset_levy_response: 0.0, ..quiet() };
    let (mut shut, mut closures, mut open) = (0.0, 0_u32, 0.0);
    for run in 0..60 {
        let (mut state, draws) = started(&params, run);
        for _ in 0..600 {
            let before = state.count[CLOSURES];
            step(&mut state, &params, &input(), &draws);
            let flow = state.flow();
            assert_eq!(flow.holder_open, flow.all_open);
            shut += 1.0 - flow.holder_open;
            open += flow.holder_open;
            closures += state.count[CLOSURES] - before;
        }
    }
    let (length, onset) = (shut / f64::from(closures), f64::from(closures) / open);
    assert!((length * params.unconditional_end_per_month - 1.0).abs() < 0.04, "{length}");
    // Posture and cover are neutral, and no levy is the only thing that lowers nothing here.
    assert!((onset / 0.2 - 1.0).abs() < 0.04, "{onset}");
}

#[test]
fn stocks_lengthen_a_closure_and_scarcity_shortens_it() {
    let params = certain_seizure();
    let usual = mean_length(&params, &input());
    let stocked = mean_length(&params, &Input { buyers_stock_months: 24.0, ..input() });
    assert!(stocked > 1.1 * usual, "{stocked} {usual}");
    // The same dispute, in which the buyer's stock runs down after the holder has asked.
    let hazard = |cover| {
        let (mut state, draws) = disputed(&params, &input(), 1);
        state.phase = Phase::Shut(Cause::Seizure);
        let slow = Params { shortest_talks_months: 1e-3, ..params };
        let later = Input { cover, holder: ActorId::new(2), ..input() };
        let weighing = Weighing::new(&slow, &later, 1.0);
        let fair = weighing.levy(&slow);
        let month = Month {
            params: &slow,
            input: &later,
            draws: &draws,
            weighing,
            fair,
            clocks: state.clocks.unwrap(),
            open: [0.0; 3],
            answered: false,
        };
        state.ends(&month, Cause::Seizure).iter().sum::<f64>()
    };
    assert!(hazard(0.8) > 1.1 * hazard(1.0));
    assert!(hazard(0.4) > hazard(0.8) && hazard(1.0) > hazard(1.5));
}

#[test]
fn alternatives_and_a_fund_lengthen_it_too() {
    let params = certain_seizure();
    let usual = mean_length(&params, &input());
    let replaced = mean_length(&params, &Input { alternatives: 0.8, ..input() });
    let saved = mean_length(&params, &Input { fund: 2e9, ..input() });
    assert!(replaced > usual, "{replaced} {usual}");
    assert!(saved > 1.2 * usual, "{saved} {usual}");
}

#[test]
fn a_signalling_delay_is_the_same_for_every_run_and_shorter_in_need() {
    let params = Params { duration_form: 1.0, ..certain_seizure() };
    let lengths: Vec<f64> = (0..50).map(|run| length(&params, &input(), run)).collect();
    let expected = 1.0 / disputed(&params, &input(), 0).0.flow().ends_per_month[1];
    for length in &lengths {
        assert!((length - expected).abs() < 1e-9 * expected, "{length} {expected}");
    }
    assert!(length(&params, &Input { cover: 0.1, ..input() }, 0) < lengths[0]);
}

#[test]
fn an_outside_option_changes_nothing_until_it_binds() {
    let params = best();
    let levy = |outside| Weighing::new(&params, &Input { outside, ..input() }, 0.0).levy(&params);
    let base = levy(0.0);
    let gain = base * 0.75 * 3_000.0;
    assert_eq!(levy(0.99 * gain), base);
    assert!(levy(1.1 * gain) > 1.09 * base);
}

#[test]
fn other_income_and_stocks_change_the_level_at_once() {
    let params = best();
    let levy = |input: Input| Weighing::new(&params, &input, 0.0).levy(&params);
    let base = levy(input());
    assert!(levy(Input { other_income: 40e6, ..input() }) > base);
    assert!(levy(Input { fund: 120e6, ..input() }) > base);
    assert!(levy(Input { cover: 1.5, ..input() }) < base);
    assert!(levy(Input { buyers_stock_months: 4.0, ..input() }) < base);
    assert!(levy(Input { price: 200_000.0, ..input() }) > base);
}

/// Share of runs in which an offensive of `months` is answered by a closure of any cause.
fn answered(params: &Params, input: &Input, months: usize) -> f64 {
    let runs = 20_000;
    let mut hits = 0_u32;
    for run in 0..runs {
        let (mut state, draws) = started(params, run);
        for _ in 0..months {
            step(&mut state, params, input, &draws);
        }
        hits += u32::from(state.count[CLOSURES] > 0);
    }
    f64::from(hits) / f64::from(runs)
}

#[test]
fn conditionality_means_what_it_says() {
    let alone = quiet();
    let months = alone.pressure_months as usize;
    for p in [0.0, 0.2, 0.4, 0.8] {
        let on = Input { offensive: true, conditionality: p, ..input() };
        let off = Input { offensive: false, ..on };
        let difference = answered(&alone, &on, months) - answered(&alone, &off, months);
        assert!((difference - p).abs() < 0.012, "{p}: {difference}");
        // Among other causes, it is the answer to those that no other cause got to first.
        let among = best();
        let without = answered(&among, &off, months);
        let difference = answered(&among, &on, months) - without;
        assert!((difference - p * (1.0 - without)).abs() < 0.015, "{p}: {difference}");
    }
}

#[test]
fn offensives_bring_nothing_without_conditionality() {
    let params = quiet();
    let on = Input { offensive: true, conditionality: 0.0, ..input() };
    assert_eq!(answered(&params, &on, 24), 0.0);
    assert_eq!(answered(&params, &Input { conditionality: 0.9, offensive: false, ..on }, 24), 0.0);
}

#[test]
fn a_policy_on_pressure_leaves_other_closures_where_they_were() {
    // Closures that never end: what comes first is all that is compared.
    let params = Params { shortest_talks_months: 1e12, unconditional_end_per_month: 0.0, ..best() };
    let first = |conditionality: f64, run| {
        let (mut state, draws) = started(&params, run);
        let on = Input { offensive: true, conditionality, ..input() };
        for month in 0..40 {
            step(&mut state, &params, &on, &draws);
            if state.flow().phase != Phase::Open {
                return Some((month, state.flow().phase));
            }
        }
        None
    };
    let mut moved = 0;
    for run in 0..400 {
        let (none, some) = (first(0.0, run), first(0.5, run));
        if let Some((_, Phase::Shut(Cause::Offensive))) = some {
            moved += 1;
        } else {
            assert_eq!(none, some);
        }
    }
    assert!(moved > 100);
}

#[test]
fn a_new_holder_asks_by_value_and_is_settled_with() {
    let params = certain_seizure();
    let (mut state, draws) = disputed(&params, &input(), 3);
    let opening = state.flow().opening.unwrap();
    assert!((opening.ask_share / 0.05 - (opening.ask_share / 0.05).round()).abs() < 1e-9);
    assert_eq!(opening.counter_cny_per_t % 500.0, 0.0);
    let rules = Input { holder: ActorId::new(2), ..input() };
    while state.flow().phase != Phase::Open {
        assert_eq!(state.flow().levy, None);
        assert!(state.flow().months_shut > 0.0);
        step(&mut state, &params, &rules, &draws);
    }
    let levy = state.flow().levy.unwrap();
    assert!(state.flow().agreed_cny_per_t > 0.0);
    assert!(!opening.refused || (levy.specific > 0.0 && levy.ad_valorem == 0.0));
}

#[test]
fn without_a_closure_trade_still_stands_until_a_levy_is_agreed() {
    let params = Params { seizure_closure_probability: 0.0, refusal_tolerance: 0.0, ..quiet() };
    let (mut refused, mut taken) = (0, 0);
    for run in 0..400 {
        let (state, _) = disputed(&params, &input(), run);
        let flow = state.flow();
        if flow.opening.unwrap().refused {
            refused += 1;
            let stands = flow.phase == Phase::Shut(Cause::Levy);
            assert!(stands || (flow.levy.is_some() && flow.holder_open < 1.0));
            assert_eq!(flow.all_open, 1.0);
        } else {
            taken += 1;
            assert_eq!(flow.phase, Phase::Open);
            assert_eq!(flow.levy.unwrap().ad_valorem, flow.opening.unwrap().ask_share);
        }
    }
    assert!(refused > 0 && taken > 0, "{refused} {taken}");
}

#[test]
fn buyers_refuse_what_the_terms_do_not_give() {
    let params = best();
    let w = Weighing::new(&params, &input(), 0.0);
    let fair = w.levy(&params);
    let ask = |rate: f64| {
        w.opening(&params, [(0.5, 0.5); 2], Some(Levy { specific: rate, ..Levy::default() }))
    };
    assert!(!ask(fair * 1.05).refused);
    assert!(ask(fair * 1.2).refused);
    // The marginal operator may have to go before the terms are broken.
    let tight = Input { price: 145_000.0, ..input() };
    let w = Weighing::new(&params, &tight, 0.0);
    assert!(
        w.opening(&params, [(0.5, 0.5); 2], Some(Levy { specific: 2_000.0, ..Levy::default() }))
            .refused
    );
}

#[test]
fn under_declaration_speaks_for_an_amount_and_honest_value_for_a_share() {
    let params = Params { specific_risk: 0.2, ..best() };
    let w = Weighing::new(&params, &input(), 0.0);
    assert!(w.agreed(&params, 0.7).specific > 0.0);
    assert!(w.agreed(&params, 1.0).ad_valorem > 0.0);
}

#[test]
fn levers_and_the_timeline_override_what_is_bargained() {
    let params = quiet();
    let (mut state, draws) = started(&params, 0);
    let given = Levy { specific: 35_000.0, ..Levy::default() };
    step(&mut state, &params, &Input { given_levy: Some(given), ..input() }, &draws);
    assert_eq!(state.flow().levy, Some(given));
    // What was given stays in force when it is no longer repeated.
    step(&mut state, &params, &input(), &draws);
    assert_eq!(state.flow().agreed_cny_per_t, 35_000.0);
    let lever = LevyLever { rate: Some(10_000.0), share: Some(0.1) };
    let set = Input {
        levy_lever: lever,
        far_cap: 0.7,
        near_cap: 0.6,
        reagent_lever: Some(0.3),
        ..input()
    };
    step(&mut state, &params, &set, &draws);
    let flow = state.flow();
    // A tenth of 190,000, which is more than the floor.
    assert_eq!(flow.agreed_cny_per_t, 19_000.0);
    assert_eq!((flow.holder_open, flow.all_open, flow.reagents_open), (0.6, 0.7, 0.3));
}

#[test]
fn a_closure_on_record_goes_on_as_a_dispute() {
    let params = best();
    let record = Input { live: false, ..input() };
    for (seized, cause) in [(true, Cause::Seizure), (false, Cause::Unconditional)] {
        let (mut state, draws) = started(&params, 4);
        step(&mut state, &params, &record, &draws);
        step(&mut state, &params, &Input { seized, given_open: 0.7, ..record }, &draws);
        for _ in 0..2 {
            step(
                &mut state,
                &params,
                &Input { given_open: 0.0, given_open_at_end: 0.0, ..record },
                &draws,
            );
        }
        assert_eq!(state.flow().months_shut, 2.0);
        assert_eq!(state.flow().holder_open, 1.0);
        let slow =
            Params { shortest_talks_months: 1e9, unconditional_end_per_month: 0.0, ..params };
        step(&mut state, &slow, &input(), &draws);
        assert_eq!(state.flow().phase, Phase::Shut(cause));
        assert_eq!(state.flow().months_shut, 3.0);
        assert_eq!(state.flow().opening.is_some(), seized);
    }
}

#[test]
fn months_on_record_do_not_disturb_the_clocks() {
    let params = best();
    let run = |tracked: usize| {
        let (mut state, draws) = started(&params, 9);
        for _ in 0..tracked {
            step(&mut state, &params, &Input { live: false, offensive: true, ..input() }, &draws);
        }
        let months = 60;
        let mut open = Vec::new();
        for _ in 0..months {
            step(&mut state, &params, &input(), &draws);
            open.push(state.flow().holder_open);
        }
        open
    };
    assert_eq!(run(0), run(30));
}

#[test]
fn beliefs_follow_answers_and_threats() {
    let params = quiet();
    let mean = |conditionality: f64| {
        let (mut state, draws) = started(&params, 1);
        for month in 0..240 {
            let on = Input { offensive: month % 8 < 6, conditionality, ..input() };
            step(&mut state, &params, &on, &draws);
        }
        state.flow().believed_conditionality
    };
    assert!(mean(0.0) < 0.1, "{}", mean(0.0));
    assert!(mean(0.9) > 0.75, "{}", mean(0.9));
}

#[test]
fn threats_come_with_offensives_only_and_raise_belief() {
    let params = Params { threats_per_closure: 20.0, ..quiet() };
    let (mut state, draws) = started(&params, 2);
    step(&mut state, &params, &input(), &draws);
    assert!(!state.flow().threat);
    let before = state.flow().believed_conditionality;
    let on = Input { offensive: true, conditionality: 0.1, ..input() };
    let warned = (0..12).any(|_| {
        step(&mut state, &params, &on, &draws);
        state.flow().threat
    });
    assert!(warned && state.flow().believed_conditionality > before);
    step(&mut state, &params, &input(), &draws);
    assert!(!state.flow().threat);
}

#[test]
fn a_package_holds_if_restraint_is_worth_more_and_its_breach_is_answered_harder() {
    let settled = |military: f64| {
        let params = certain_seizure();
        let rules = Input { military_value: Some(military), ..input() };
        let (mut state, draws) = disputed(&params, &rules, 5);
        let calm = Input { holder: ActorId::new(2), ..rules };
        while state.flow().phase != Phase::Open {
            step(&mut state, &params, &calm, &draws);
        }
        step(&mut state, &params, &calm, &draws);
        let restraint = state.flow().package_restraint;
        step(&mut state, &params, &Input { offensive: true, ..calm }, &draws);
        (restraint, state.pressure(&params, &Input { offensive: true, ..calm }))
    };
    let (kept, pressed) = settled(1e6);
    let (none, usual) = settled(1e9);
    assert_eq!((kept, none), (best().package_restraint, 0.0));
    assert!((pressed / usual - best().breach_factor).abs() < 1e-12);
}

#[test]
fn a_refused_levy_is_no_answer_to_an_offensive() {
    let params = Params { seizure_closure_probability: 0.0, refusal_tolerance: -1.0, ..quiet() };
    let fighting = Input { offensive: true, conditionality: 0.0, ..input() };
    let (state, _) = disputed(&params, &fighting, 0);
    assert_eq!(state.count[CLOSURES], 1);
    assert_eq!(state.flow().believed_conditionality, params.belief_mean);
    let (state, _) = disputed(&certain_seizure(), &fighting, 0);
    assert!(state.flow().believed_conditionality > params.belief_mean);
}

#[test]
fn a_levy_that_has_drifted_is_disputed() {
    let params = Params { renegotiation_per_month: 0.2, ..quiet() };
    let (mut state, draws) = started(&params, 6);
    let rate = Weighing::new(&params, &input(), 0.0).levy(&params);
    let kept = Input { given_levy: Some(Levy { specific: rate, ..Levy::default() }), ..input() };
    step(&mut state, &params, &kept, &draws);
    assert_eq!(state.flow().onset_per_month, 0.0);
    let fallen = Input { price: 135_000.0, given_levy: None, ..kept };
    step(&mut state, &params, &fallen, &draws);
    assert_eq!(state.flow().onset_per_month, 0.2);
}

#[test]
fn leverage_is_the_ratio_of_costs_and_falls_with_alternatives() {
    let params = quiet();
    let of = |input: Input| {
        let (mut state, draws) = started(&params, 0);
        step(&mut state, &params, &input, &draws);
        let flow = state.flow();
        let [holder, buyer] = flow.closure_cost_cny;
        assert!((flow.leverage - buyer / holder).abs() < 1e-12);
        flow.leverage
    };
    let base = of(input());
    assert!(of(Input { alternatives: 0.6, ..input() }) < base);
    assert!(of(Input { cover: 0.3, ..input() }) > base);
    assert!(of(Input { other_income: 200e6, ..input() }) > base);
    assert!(of(Input { volume: 0.0, ..input() }) > 0.0);
}

#[test]
fn trade_minded_actors_make_closures_rarer() {
    let params = best();
    let onset = |posture| {
        let (mut state, draws) = started(&params, 0);
        step(&mut state, &params, &Input { posture, ..input() }, &draws);
        state.flow().onset_per_month
    };
    assert!(onset(1.0) < onset(0.5) && onset(0.5) < onset(0.0));
    assert!((onset(0.0) / onset(0.5) - exp(params.onset_posture_response)).abs() < 1e-9);
    // At rest without a levy: the record's rate less its one answered seizure, less the levy.
    assert!((onset(0.5) - 0.06 * exp(-0.2)).abs() < 1e-12);
}

/// One value of each number out of its prior.
pub(super) fn from_prior(run: u32) -> Params {
    let draws = Draws::new(4, run);
    let quantile = |(i, d): (usize, &crate::kernel::param::Definition)| {
        d.quantile(draws.uniform(Purpose(250), i as u32, 0, 0))
    };
    let values: Vec<f64> =
        Params::definitions().unwrap().iter().enumerate().map(quantile).collect();
    Params::from_values(&mut values.iter())
}
