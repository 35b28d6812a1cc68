//! Verification cases F10 and F11 on the running step: what it does in steady state, and in weeks.

use super::*;
use crate::draw;
use crate::kernel::event::EventClock;

/// Log of the challenger's hazard, and what the step reports, when incomes have long been steady.
fn settled(war: &mut War, hostage: f64, factor: f64) -> (f64, Totals) {
    let (trade, other) = (hostage * 100e6 * factor, (1.0 - hostage) * 100e6);
    let side = &mut war.sides[0];
    side.trade_income_cny = trade;
    side.other_income_cny = other;
    side.arms_cny = side.arms_share * trade;
    war.start();
    let mut last = Totals::default();
    for _ in 0..1200 {
        last = war.step();
        assert_eq!(last.launched, [0; 2], "a war would disturb the steady state");
    }
    (ln(last.hazard[0]), last)
}

/// `d ln h / d ln R_t` of the running module by one per cent either way, and what it reports.
fn response(war: &mut War, hostage: f64) -> (f64, Totals) {
    let (high, _) = settled(war, hostage, 1.01);
    let (low, _) = settled(war, hostage, 0.99);
    ((high - low) / (ln(1.01) - ln(0.99)), settled(war, hostage, 1.0).1)
}

fn textbook() -> War {
    let mut war = War::new([1e-7, 0.0], 1);
    war.params.capability_response = 1.0;
    war.params.hostage_response = 4.0;
    war.sides[0].conditionality = 0.6;
    war
}

#[test]
fn f10_a_month_of_hazard_is_its_weeks() {
    assert!((probability(0.2, 1.0) - 0.181_269_246_922_018_15).abs() < 1e-15);
    let draws = Draws::new(3, 0);
    let (n, mut fired) = (100_000, 0);
    for entity in 0..n {
        let clock = EventClock::new(&draws, draw::OFFENSIVE, (entity, 0));
        let (mut month, mut weeks) = (clock, clock);
        let at_once = month.advance(&draws, draw::OFFENSIVE, 0.2, 1.0).is_some();
        let in_weeks = (0..4).any(|_| weeks.advance(&draws, draw::OFFENSIVE, 0.2, 0.25).is_some());
        assert_eq!(at_once, in_weeks);
        fired += u32::from(at_once);
    }
    let share = f64::from(fired) / f64::from(n);
    // Three standard errors; a step of Euler's would give 0.2.
    assert!((share - 0.181_269_246_922).abs() < 0.003_7, "{share}");
}

#[test]
fn f10_fronts_see_the_same_events_in_weeks_as_in_months() {
    let war = War::new([0.1, 0.1], 9);
    let hazards = Hazards { onset: [0.15, 0.1], end: 0.4, advance: [0.6, 0.5] };
    let mut events = 0;
    for index in 0..400 {
        let id = FrontId::new(index);
        let config = &war.corridor.politics.as_ref().unwrap().fronts[FrontId::new(0)];
        let run = |pieces: u32| {
            let mut front = Front::new(id, &war.draws);
            let side = |a: &ActorId| war.state.side_of[*a];
            let mut held: Dense<PlaceId, _> = war.corridor.places.map(|p| side(&p.holder_at_start));
            let (mut moves, mut fought) = (Vec::new(), 0.0);
            for _ in 0..24 * pieces {
                front.clear();
                let mut ground = Ground { front: (id, config), held: &mut held, moves: &mut moves };
                front.pass(1.0 / f64::from(pieces), &hazards, &mut ground, &war.draws);
                fought += front.fought[0] + front.fought[1];
            }
            (moves, fought)
        };
        let (by_month, by_week) = (run(1), run(4));
        assert_eq!(by_month.0, by_week.0);
        assert!((by_month.1 - by_week.1).abs() < 1e-9);
        events += by_month.0.len();
    }
    assert!(events > 400, "{events}");
}

#[test]
fn f11_the_running_step_obeys_the_net_restraint_condition() {
    let mut war = textbook();
    for hostage in [0.3, 0.55, 0.61, 0.8] {
        let (measured, reported) = response(&mut war, hostage);
        let closed = hostage * (1.0 - 2.4 * (1.0 - hostage));
        assert!((measured + reported.net_restraint[0]).abs() < 1e-3, "{hostage}: {measured}");
        assert!((reported.net_restraint[0] + closed).abs() < 1e-9);
        assert!((reported.hostage_share[0] - hostage).abs() < 1e-12);
        assert!((reported.arms_ratio[0] - 1.0).abs() < 1e-12);
    }
}

#[test]
fn f11_the_sign_switches_at_the_critical_share() {
    let mut war = textbook();
    let (mut low, mut high) = (0.55, 0.61);
    assert!(response(&mut war, low).0 < 0.0 && response(&mut war, high).0 > 0.0);
    while high - low > 2e-4 {
        let middle = 0.5 * (low + high);
        *(if response(&mut war, middle).0 < 0.0 { &mut low } else { &mut high }) = middle;
    }
    assert!((0.5 * (low + high) - 0.583_333).abs() < 1e-3, "{low}..{high}");
}

#[test]
fn f11_ring_fencing_allies_and_recruitment_enter_as_reported() {
    for (arms, allied, recruitment) in [(0.075, 0.0, 1.0), (0.3, 8e6, 1.0), (0.2, 15e6, 0.6)] {
        let mut war = textbook();
        war.sides[0].arms_share = arms;
        war.sides[0].allied_supply_cny = allied;
        war.sides[0].recruitment = recruitment;
        let (measured, reported) = response(&mut war, 0.65);
        assert!((measured + reported.net_restraint[0]).abs() < 1e-3, "{measured}");
        let plain = restraint::elasticity_of_ratio(arms / 0.3, 0.65);
        let net = restraint::net_restraint(1.0, 4.0, 0.6, 0.65, plain);
        assert_eq!(allied == 0.0, (reported.net_restraint[0] - net).abs() < 1e-9);
    }
}
