//! Does the election reproduce the reference run, do the baselines their closed forms, and does the
//! buyer move the right way? Verification cases H1 to H3.

use super::*;
use crate::config::{Partner, Side};
use crate::kernel::id::Dense;
use proptest::prelude::*;

/// An actor of the reference run: code, power, position and salience on both scales, attitude to
/// risk, chance of its position.
type Row = (&'static str, f64, [f64; 2], [f64; 2], f64, f64);

/// H1: numbers of the reference run `SOE-Pol-Comp` of KAPSARC's KTAB (MIT licence): power, positions
/// and saliences as given there; R and P of turn 0 as in its log. MEP stands where ZG does.
const REFERENCE: [Row; 13] = [
    ("XJ", 100.0, [30.0, 20.0], [24.0, 48.0], 1.000, 0.0618),
    ("LK", 60.2, [45.0, 65.0], [44.7, 41.3], -0.498, 0.0156),
    ("ZG", 35.0, [30.0, 15.0], [28.9, 65.1], -0.452, 0.0117),
    ("MK", 35.0, [45.0, 45.0], [20.6, 49.4], 0.362, 0.4340),
    ("LH", 40.0, [50.0, 65.0], [44.7, 47.8], -0.500, 0.0028),
    ("XS", 20.0, [15.0, 10.0], [32.0, 32.0], -0.500, 0.0000),
    ("NEA", 15.0, [20.0, 15.0], [32.0, 32.0], -0.497, 0.0020),
    ("MLR", 25.0, [60.0, 50.0], [43.9, 50.1], -0.499, 0.0013),
    ("MEP", 20.0, [30.0, 15.0], [26.4, 17.6], -0.452, 0.0117),
    ("MOF", 35.0, [45.0, 40.0], [35.9, 46.6], 0.643, 0.2481),
    ("SHX", 20.0, [50.0, 50.0], [44.7, 47.8], -0.383, 0.1533),
    ("HLJ", 20.0, [20.0, 30.0], [47.4, 40.6], -0.196, 0.0689),
    ("WY", 40.0, [15.0, 60.0], [49.0, 46.0], -0.500, 0.0005),
];

fn reference() -> (Election, Outcome) {
    let mut election = Election::default();
    election.register(REFERENCE.iter().map(|&(_, power, _, salience, ..)| (power, salience)));
    let column = |k: usize| REFERENCE.iter().map(|row| row.2[k] / 100.0).collect();
    let outcome = election.hold(&[column(0), column(1)]).unwrap();
    (election, outcome)
}

#[test]
fn h1_utilities_of_the_reference_run() {
    let (election, _) = reference();
    let neutral =
        [1.000, 0.592, 0.955, 0.767, 0.588, 0.888, 0.937, 0.700, 0.955, 0.809, 0.717, 0.900, 0.636];
    let aware = [
        1.0000, 0.8335, 0.9980, 0.9455, 0.8300, 0.9875, 0.9960, 0.9100, 0.9980, 0.9635, 0.9200,
        0.9900, 0.8675,
    ];
    for (other, (neutral, aware)) in neutral.into_iter().zip(aware).enumerate() {
        let d = election.distance(0, other).unwrap();
        assert!((utility(d, 0.0) - neutral).abs() <= 0.000_5, "neutral, {other}: {d}");
        assert!((utility(d, election.risk()[0]) - aware).abs() <= 0.000_05, "aware, {other}: {d}");
    }
}

#[test]
fn h1_risk_attitudes_and_chances_of_the_reference_run() {
    let (election, outcome) = reference();
    for (i, (actor, .., risk, chance)) in REFERENCE.into_iter().enumerate() {
        assert!(
            (election.risk()[i] - risk).abs() <= 0.000_5,
            "R of {actor}: {}",
            election.risk()[i]
        );
        let p = election.chance(i).unwrap();
        assert!((p - chance).abs() <= 0.000_05, "P of {actor}: {p}");
    }
    // Twelve positions among thirteen actors: the chances of the twelve add up to one.
    let twelve: f64 = (0..13).filter(|&i| i != 8).filter_map(|i| election.chance(i)).sum();
    assert!((twelve - 1.0).abs() < 1e-12);
    assert!(outcome.expected[0] > 0.15 && outcome.expected[0] < 0.60);
}

/// The mutation that H1 must catch: one option for each actor instead of each position.
#[test]
fn h1_options_are_distinct_positions_and_not_actors() {
    let (mut election, _) = reference();
    election.poll_over_all_voters();
    let chances = election.chances();
    assert!((chances[0] - 0.0722).abs() <= 0.000_05, "{}", chances[0]);
    assert!((chances[3] - 0.4300).abs() <= 0.000_05, "{}", chances[3]);
}

/// H2: emission standards, years (Bueno de Mesquita 1994): capability, position, salience.
const STANDARDS: [(&str, f64, f64, f64); 10] = [
    ("NL", 0.08, 4.0, 80.0),
    ("BE", 0.08, 7.0, 40.0),
    ("LU", 0.03, 4.0, 20.0),
    ("DE", 0.16, 4.0, 80.0),
    ("FR", 0.16, 10.0, 60.0),
    ("IT", 0.16, 10.0, 60.0),
    ("UK", 0.16, 10.0, 90.0),
    ("IE", 0.05, 7.0, 10.0),
    ("DK", 0.05, 4.0, 100.0),
    ("GR", 0.08, 7.0, 70.0),
];

/// Positions, weights, saliences and capabilities of H2.
fn standards() -> [Vec<f64>; 4] {
    let column = |f: fn(&(&str, f64, f64, f64)) -> f64| STANDARDS.iter().map(f).collect();
    [column(|r| r.2), column(|r| r.1 * r.3 / 100.0), column(|r| r.3 / 100.0), column(|r| r.1)]
}

fn close(value: f64, expected: f64) {
    assert!((value - expected).abs() <= 1e-9 * expected.abs(), "{value} is not {expected}");
}

#[test]
fn h2_mean_and_median_of_the_emission_standards() {
    let [x, w, _, c] = standards();
    let total: f64 = w.iter().sum();
    close(total, 0.677);
    close(weighted_mean(&x, &w).unwrap(), 7.389_955_686_853_766);
    close(weighted_mean(&x, &c).unwrap(), 7.475_247_524_752_476);
    close(weighted_median(&x, &w).unwrap(), 7.0);
    for (at, share) in [(4.0, 0.366_322), (7.0, 0.503_693), (10.0, 1.0)] {
        assert!((weight_up_to(&x, &w, at) / total - share).abs() <= 5e-7, "{at}");
    }
}

#[test]
fn h2_the_median_is_the_lower_one() {
    assert_eq!(weighted_median(&[9.0, 1.0, 5.0, 7.0], &[1.0; 4]), Some(5.0));
    assert_eq!(weighted_median(&[9.0, 1.0], &[0.0, 1.0]), Some(1.0));
    assert_eq!((weighted_median(&[], &[]), weighted_mean(&[1.0], &[0.0])), (None, None));
}

#[test]
fn h2_pairwise_contests_of_the_emission_standards() {
    let [x, w, s, _] = standards();
    close(prevail(&x, &w, 4.0, 7.0), 0.366_322_008_862_629_3);
    close(prevail(&x, &w, 7.0, 10.0), 0.503_692_762_186_115_3);
    close(prevail(&x, &w, 4.0, 10.0), 0.424_657_534_246_575_4);
    let index = |name: &str| STANDARDS.iter().position(|r| r.0 == name).unwrap();
    for (from, to, expected) in [
        ("FR", "DE", 0.641_095_890_410_958_7),
        ("DE", "FR", 0.619_178_082_191_780_9),
        ("UK", "NL", 0.641_095_890_410_958_7),
        ("NL", "UK", -0.071_232_876_712_328_7),
    ] {
        close(challenge(&x, &w, &s, index(from), index(to)).unwrap(), expected);
    }
    let r = risk_exponents(&x, &w, &s);
    for (name, expected) in [("UK", 2.0), ("LU", 0.5), ("NL", 1.1172), ("GR", 1.5569)] {
        assert!((r[index(name)] - expected).abs() <= 0.000_05, "{name}: {}", r[index(name)]);
    }
}

/// Capability, salience and position of a made-up voter.
type Voter = (f64, [f64; 2], [f64; 2]);

fn hold(voters: &[Voter]) -> (Election, Outcome) {
    let mut election = Election::default();
    election.register(voters.iter().map(|v| (v.0, v.1)));
    let column = |k: usize| voters.iter().map(|v| v.2[k]).collect();
    let outcome = election.hold(&[column(0), column(1)]).unwrap();
    (election, outcome)
}

fn voters() -> impl Strategy<Value = Vec<Voter>> {
    let one = |from: f64| from..1.0;
    let voter = (one(0.01), [one(0.01), one(0.01)], [one(0.0), one(0.0)]);
    prop::collection::vec(voter, 1..14)
}

fn baselines(voters: &[Voter], scale: usize) -> (f64, f64) {
    let x: Vec<f64> = voters.iter().map(|v| v.2[scale]).collect();
    let w: Vec<f64> = voters.iter().map(|v| v.0 * v.1[scale]).collect();
    (weighted_mean(&x, &w).unwrap(), weighted_median(&x, &w).unwrap())
}

proptest! {
    #[test]
    fn h3_where_all_stand_at_one_position_that_one_wins(all in voters(), at in [0.0..1.0, 0.0..1.0]) {
        let all: Vec<Voter> = all.into_iter().map(|(c, s, _)| (c, s, at)).collect();
        let (election, outcome) = hold(&all);
        for scale in [TRADE, AXIS] {
            prop_assert!((outcome.expected[scale] - at[scale]).abs() < 1e-12);
            prop_assert!(outcome.spread[scale] < 1e-12);
            let (mean, median) = baselines(&all, scale);
            prop_assert!((mean - at[scale]).abs() < 1e-12 && median == at[scale]);
        }
        prop_assert!((0..all.len()).all(|i| election.chance(i) == Some(1.0)));
        prop_assert!(election.risk().iter().all(|r| *r == 0.0));
    }

    #[test]
    fn h3_doubling_every_capability_changes_nothing(all in voters()) {
        let twice: Vec<Voter> = all.iter().map(|&(c, s, x)| (2.0 * c, s, x)).collect();
        prop_assert_eq!(hold(&all).1, hold(&twice).1);
        for scale in [TRADE, AXIS] {
            prop_assert_eq!(baselines(&all, scale), baselines(&twice, scale));
        }
    }

    #[test]
    fn h3_mirrored_positions_mirror_the_result(all in voters()) {
        let mirrored: Vec<Voter> =
            all.iter().map(|&(c, s, x)| (c, s, [1.0 - x[0], x[1]])).collect();
        let ((a, here), (b, there)) = (hold(&all), hold(&mirrored));
        prop_assert!((here.expected[0] + there.expected[0] - 1.0).abs() < 1e-6);
        prop_assert!((here.expected[1] - there.expected[1]).abs() < 1e-6);
        prop_assert!((here.spread[0] - there.spread[0]).abs() < 1e-5);
        for i in 0..all.len() {
            prop_assert!((a.chance(i).unwrap() - b.chance(i).unwrap()).abs() < 1e-6);
        }
        let (here, there) = (baselines(&all, 0), baselines(&mirrored, 0));
        prop_assert!((here.0 + there.0 - 1.0).abs() < 1e-9 && (here.1 + there.1 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn chances_and_moments_stay_in_bounds(all in voters()) {
        let (election, outcome) = hold(&all);
        let total: f64 = election.chances().iter().sum();
        prop_assert!((total - 1.0).abs() < 1e-9);
        prop_assert!(election.risk().iter().all(|r| (-0.500_001..=1.000_001).contains(r)));
        for scale in [TRADE, AXIS] {
            prop_assert!((0.0..=1.0).contains(&outcome.expected[scale]));
            prop_assert!((0.0..=0.500_001).contains(&outcome.spread[scale]));
        }
    }
}

/// Eleven made-up actors: capability, positions, saliences, bloc. The buyer, its province, its firms,
/// the incumbent, the challenger, its people, its neighbours, the resistance, three outsiders.
const ACTORS: [(f64, [f64; 2], [f64; 2], u32); 11] = [
    (100.0, [25.0, 20.0], [70.0, 60.0], 0),
    (30.0, [60.0, 30.0], [60.0, 40.0], 0),
    (30.0, [85.0, 35.0], [80.0, 10.0], 0),
    (50.0, [5.0, 0.0], [80.0, 100.0], 1),
    (40.0, [80.0, 75.0], [95.0, 80.0], 2),
    (15.0, [45.0, 85.0], [60.0, 70.0], 2),
    (40.0, [55.0, 50.0], [40.0, 40.0], 3),
    (20.0, [50.0, 100.0], [40.0, 100.0], 2),
    (15.0, [50.0, 40.0], [25.0, 40.0], 4),
    (20.0, [45.0, 80.0], [20.0, 50.0], 5),
    (10.0, [35.0, 45.0], [10.0, 20.0], 0),
];
const INERT: (f64, [f64; 2], [f64; 2], u32) = (0.0, [90.0, 10.0], [0.0, 0.0], 9);

/// Politics of the given actors, and their values. Outsiders 8 and 9 may engage, as may 10, of the
/// buyer's own bloc; 6 mediates.
fn world(actors: &[(f64, [f64; 2], [f64; 2], u32)]) -> (Politics, Vec<f64>) {
    let mut values = vec![0.0];
    let mut number = |x: f64| {
        values.push(x);
        NumberId::new(values.len() - 1)
    };
    let stance =
        |(i, &(capability, position, salience, bloc)): (usize, &(_, [f64; 2], [f64; 2], u32))| {
            Stance {
                actor: ActorId::new(i),
                position: position.map(&mut number),
                salience: salience.map(&mut number),
                capability: number(capability),
                bloc,
            }
        };
    let stances = actors.iter().enumerate().map(stance).collect();
    let blank = NumberId::new(0);
    let side = |lead: usize| Side {
        lead: ActorId::new(lead),
        members: vec![ActorId::new(lead)],
        other_income_cny_per_month: blank,
        other_arms_share: blank,
        allied_supply_cny_per_month: blank,
        capability_at_start_cny: blank,
        supply_factor: None,
        claim_share: None,
    };
    let partner = |actor: usize| Partner {
        actor: ActorId::new(actor),
        offtake_t_reo_per_month: blank,
        premium_share: blank,
    };
    let politics = Politics {
        buyer: ActorId::new(0),
        sides: [side(4), side(3)],
        fronts: Dense::new(),
        stances,
        mediator: Some(ActorId::new(6)),
        partners: [8, 9, 10].map(partner).to_vec(),
        routes: Dense::new(),
        commitment: None,
    };
    (politics, values)
}

fn params() -> Params {
    let values: Vec<f64> = Params::definitions().unwrap().iter().map(|d| d.value).collect();
    Params::from_values(&mut values.iter())
}

const QUIET: Inputs = Inputs {
    month: 0,
    scarcity: 0.0,
    escalation: 0.0,
    engagement: 0.0,
    restraint_lever: None,
    recognition: 0.0,
    mediation: 0.0,
    allied: 1.0,
};

/// Where things stand after some months of the same inputs.
fn after(actors: &[(f64, [f64; 2], [f64; 2], u32)], months: usize, inputs: Inputs) -> Flow {
    let (politics, values) = world(actors);
    let mut state = State::default();
    state.start(&params(), Some(&politics), &values);
    for month in 0..months {
        step(&mut state, &params(), Inputs { month, ..inputs });
    }
    state.flow()
}

#[test]
fn without_stances_everything_is_neutral_and_levers_still_act() {
    let mut state = State::default();
    state.start(&params(), None, &[]);
    let scarce = Inputs { scarcity: 1.0, escalation: 1.0, engagement: 1.0, ..QUIET };
    for month in 0..12 {
        step(&mut state, &params(), Inputs { month, ..scarce });
        assert_eq!(state.flow(), Flow { trust: params().trust_at_start, ..Flow::default() });
    }
    let turned = Inputs { restraint_lever: Some(0.7), mediation: 0.4, allied: 0.5, ..QUIET };
    step(&mut state, &params(), turned);
    assert_eq!(state.flow().restraint, [0.4, 0.7]);
    assert_eq!(state.flow().allied_factor, [0.5, 1.0]);
}

#[test]
fn stances_without_capability_or_salience_are_as_good_as_none() {
    let flow = after(&[INERT; 11], 7, QUIET);
    assert_eq!((flow.posture, flow.mean, flow.median), ([0.5; 2], [0.5; 2], [0.5; 2]));
    assert_eq!(flow.conditionality_factor, 1.0);
}

/// The mean answers strictly; the election overall, but it is no monotone function of a position: it
/// may go back by a hair near the end of a scale.
#[test]
fn scarcity_raises_and_escalation_lowers_the_trade_posture() {
    let at = |scarcity: f64, escalation: f64| {
        after(&ACTORS, 1, Inputs { scarcity, escalation, ..QUIET })
    };
    let calm = at(0.0, 0.0);
    for tenth in 1..=8 {
        let (now, before) = (f64::from(tenth) / 10.0, f64::from(tenth - 1) / 10.0);
        let (more, less) = (at(now, 0.0), at(before, 0.0));
        assert!(more.posture[TRADE] > less.posture[TRADE], "scarcity {now}");
        assert!(more.mean[TRADE] > less.mean[TRADE], "scarcity {now}");
        let (more, less) = (at(0.0, now), at(0.0, before));
        assert!(more.posture[TRADE] < less.posture[TRADE] + 1e-3, "escalation {now}");
        assert!(more.mean[TRADE] < less.mean[TRADE], "escalation {now}");
    }
    assert!(at(1.0, 0.0).posture[TRADE] > calm.posture[TRADE] + 0.05);
    assert!(at(0.0, 1.0).posture[TRADE] < calm.posture[TRADE] - 0.02);
}

#[test]
fn a_hard_posture_makes_pressure_more_conditional_and_division_less() {
    let soft = after(&ACTORS, 1, Inputs { scarcity: 1.0, ..QUIET });
    let hard = after(&ACTORS, 1, Inputs { escalation: 1.0, ..QUIET });
    assert!(
        hard.conditionality_factor > 1.0 && hard.conditionality_factor > soft.conditionality_factor
    );
    let expected = 1.0 - (2.0 * hard.posture[TRADE] - 1.0) * (1.0 - 2.0 * hard.spread[TRADE]);
    assert!((hard.conditionality_factor - expected).abs() < 1e-15);
    assert!(hard.spread[TRADE] > 0.0);
}

#[test]
fn closeness_to_outsiders_costs_trust_and_hardens_the_buyer() {
    let alone = after(&ACTORS, 25, QUIET);
    let engaged = after(&ACTORS, 25, Inputs { engagement: 1.0, ..QUIET });
    assert!(engaged.trust < alone.trust - 0.05, "{} {}", engaged.trust, alone.trust);
    assert!(engaged.posture[TRADE] < alone.posture[TRADE]);
    assert!(engaged.mean[TRADE] < alone.mean[TRADE]);
    // Who engages matters: outsiders of the buyer's own bloc cost nothing.
    let mut friends = ACTORS;
    (friends[8].3, friends[9].3) = (0, 0);
    assert_eq!(after(&friends, 25, Inputs { engagement: 1.0, ..QUIET }).trust, alone.trust);
}

#[test]
fn ties_to_the_resistance_cost_trust_and_distance_from_it_lets_trust_return() {
    let trust = |axis: f64| {
        let mut actors = ACTORS;
        actors[4].1[AXIS] = axis;
        after(&actors, 40, QUIET).trust
    };
    assert!(trust(100.0) < trust(60.0) && trust(60.0) < trust(20.0));
    // On the buyer's side of the axis nothing is lost, and trust comes back.
    assert_eq!(trust(20.0), trust(0.0));
    assert!(trust(20.0) > 0.7);
    let gone = Params { trust_loss_per_quarter: 0.0, trust_recovery_per_quarter: 0.0, ..params() };
    let (politics, values) = world(&ACTORS);
    let mut state = State::default();
    state.start(&gone, Some(&politics), &values);
    for month in 0..40 {
        step(&mut state, &gone, Inputs { month, engagement: 1.0, ..QUIET });
    }
    assert_eq!(state.flow().trust, gone.trust_at_start);
}

#[test]
fn holding_the_incumbent_back_moves_the_axis_and_its_restraint() {
    let free = after(&ACTORS, 1, QUIET);
    let held = after(&ACTORS, 1, Inputs { restraint_lever: Some(1.0), ..QUIET });
    assert!(held.posture[AXIS] > free.posture[AXIS] && held.mean[AXIS] > free.mean[AXIS]);
    assert!(held.restraint[1] == 1.0 && free.restraint[1] < 0.2);
    assert!(held.allied_factor[0] > free.allied_factor[0]);
    assert!((free.allied_factor[0] + free.allied_factor[1] - 2.0).abs() < 1e-15);
    let mediated = after(&ACTORS, 1, Inputs { mediation: 1.0, ..QUIET });
    assert!(mediated.mean[AXIS] > free.mean[AXIS] && mediated.mean[AXIS] < 0.6);
    assert_eq!(mediated.restraint[0], 1.0);
}

#[test]
fn mediation_never_carries_the_buyer_past_the_mediator() {
    let mut actors = ACTORS;
    actors[6].1[AXIS] = 25.0;
    let half = after(&actors, 1, Inputs { mediation: 0.25, ..QUIET });
    let full = after(&actors, 1, Inputs { mediation: 1.0, ..QUIET });
    assert_eq!(half.mean, full.mean);
}

#[test]
fn recognition_gives_the_challenger_a_voice() {
    let (mute, heard) =
        (after(&ACTORS, 1, QUIET), after(&ACTORS, 1, Inputs { recognition: 1.0, ..QUIET }));
    let mut twice = ACTORS;
    twice[4].0 *= 2.0;
    assert!(heard.mean[AXIS] > mute.mean[AXIS] && heard.mean[TRADE] > mute.mean[TRADE]);
    // Capabilities are shares, so both ways of doubling agree up to rounding and the floor.
    let doubled = after(&twice, 1, QUIET);
    for scale in [TRADE, AXIS] {
        assert!((heard.posture[scale] - doubled.posture[scale]).abs() < 1e-6);
        assert!((heard.mean[scale] - doubled.mean[scale]).abs() < 1e-12);
    }
}

#[test]
fn an_inert_actor_changes_nothing_wherever_it_stands() {
    let without = after(&ACTORS, 7, QUIET);
    for position in [[0.0, 0.0], [90.0, 10.0], [100.0, 100.0]] {
        for at in [1, 5, ACTORS.len()] {
            let mut actors = ACTORS.to_vec();
            if at < ACTORS.len() {
                // Ids follow places: put it in place of another, against leaving that one out.
                actors[at] = (0.0, position, [0.0; 2], 9);
                let mut other = ACTORS.to_vec();
                other[at] = INERT;
                assert_eq!(after(&actors, 7, QUIET), after(&other, 7, QUIET));
            } else {
                actors.push((0.0, position, [0.0; 2], 9));
                assert_eq!(after(&actors, 7, QUIET), without);
            }
        }
    }
}

#[test]
fn doubling_all_capabilities_changes_nothing_in_the_step() {
    let twice = ACTORS.map(|(c, x, s, bloc)| (2.0 * c, x, s, bloc));
    let inputs = Inputs { scarcity: 0.3, engagement: 0.5, recognition: 0.5, ..QUIET };
    assert_eq!(after(&ACTORS, 19, inputs), after(&twice, 19, inputs));
}

#[test]
fn positions_out_of_range_and_shifts_beyond_it_are_clamped() {
    let mut wild = ACTORS;
    wild[1].1 = [400.0, -50.0];
    let mut tame = ACTORS;
    tame[1].1 = [100.0, 0.0];
    assert_eq!(after(&wild, 4, QUIET), after(&tame, 4, QUIET));
    let hard = after(&ACTORS, 121, Inputs { escalation: 1.0, engagement: 1.0, ..QUIET });
    let soft = after(&ACTORS, 121, Inputs { scarcity: 1.0, recognition: 1.0, ..QUIET });
    for flow in [hard, soft] {
        assert!(
            flow.posture
                .iter()
                .chain(&flow.mean)
                .chain(&flow.median)
                .all(|x| (0.0..=1.0).contains(x))
        );
        assert!(
            (0.0..=1.0).contains(&flow.trust) && (0.0..=2.0).contains(&flow.conditionality_factor)
        );
    }
}

#[test]
fn elections_are_quarterly_and_see_the_whole_quarter() {
    let (politics, values) = world(&ACTORS);
    let mut state = State::default();
    state.start(&params(), Some(&politics), &values);
    let run = |state: &mut State, month: usize, scarcity: f64| {
        step(state, &params(), Inputs { month, scarcity, ..QUIET });
        state.flow().mean[TRADE]
    };
    let first = run(&mut state, 0, 0.0);
    assert_eq!(run(&mut state, 1, 1.0), first);
    assert_eq!(run(&mut state, 2, 0.0), first);
    // The shortage of the month in between is remembered by a third.
    let third = run(&mut state, 3, 0.0);
    assert!(third > first);
    // And forgotten once it has been counted.
    for month in 4..6 {
        run(&mut state, month, 0.0);
    }
    assert_eq!(run(&mut state, 6, 0.0), after(&ACTORS, 7, QUIET).mean[TRADE]);
    // A second start forgets it all.
    state.start(&params(), Some(&politics), &values);
    assert_eq!(run(&mut state, 0, 0.0), first);
}
