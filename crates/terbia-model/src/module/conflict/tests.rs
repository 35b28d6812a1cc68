//! Does the step of conflict keep its promises? Verification cases F1 to F12 are in the files below.

mod closed_forms;
mod running;

use super::*;
use crate::config::{Actor, Front as Ranks, Place, Side};
use crate::kernel::math::probability;
use crate::tests::Fixture;
use crate::timeline::Offensive;
use proptest::prelude::{Strategy, any, prop};
use proptest::test_runner::{Config, TestRunner};

/// A war on two fronts: three townships of which a bystander holds the middle one, and one.
struct War {
    corridor: Corridor,
    values: Vec<f64>,
    params: Params,
    holder: Dense<PlaceId, ActorId>,
    prize: Dense<FrontId, f64>,
    sides: [Means; 2],
    truce: bool,
    broken_by: Option<usize>,
    live: bool,
    state: State,
    draws: Draws,
    month: usize,
}

const REBELS: usize = 1;
const ARMY: usize = 0;
const BYSTANDER: usize = 2;

impl War {
    /// `base` is the hazard of each side on every front.
    fn new(base: [f64; 2], seed: u64) -> Self {
        let mut f = Fixture::new();
        let actor = Actor { id: "bystander".into(), name: "bystander".into(), budget: None };
        f.corridor.actors.push(actor);
        for (id, holder) in [("middle", BYSTANDER), ("far", ARMY)] {
            let holder_at_start = ActorId::new(holder);
            f.corridor.places.push(Place { id: id.into(), name: id.into(), holder_at_start });
        }
        let side = |f: &mut Fixture, actor: usize| Side {
            lead: ActorId::new(actor),
            members: vec![ActorId::new(actor)],
            other_income_cny_per_month: f.number("side.other", 60e6, 60e6, 60e6),
            other_arms_share: f.number("side.arms", 0.3, 0.3, 0.3),
            allied_supply_cny_per_month: f.number("side.allied", 0.0, 0.0, 0.0),
            capability_at_start_cny: f.number("side.capability", 1.5e9, 1.5e9, 1.5e9),
            supply_factor: None,
            claim_share: None,
        };
        let sides = [side(&mut f, REBELS), side(&mut f, ARMY)];
        let mut fronts = Dense::new();
        for (id, places) in [("hills", vec![0, 2, 3]), ("plain", vec![1])] {
            let base = base.map(|h| f.number("front.base", h, h, h));
            fronts.push(Ranks {
                id: id.into(),
                name: id.into(),
                places: places.into_iter().map(PlaceId::new).collect(),
                takers: [ActorId::new(REBELS), ActorId::new(ARMY)],
                base_hazard_per_month: base,
                distance_km: [60.0, 120.0].map(|km| f.number("front.km", km, km, km)),
                other_prize_cny_per_month: f.number("front.prize", 20e6, 20e6, 20e6),
            });
        }
        f.corridor.politics = Some(Politics {
            buyer: ActorId::new(BYSTANDER),
            sides,
            fronts,
            stances: Vec::new(),
            mediator: None,
            partners: Vec::new(),
            routes: Dense::new(),
            commitment: None,
        });
        Self::of(f.corridor, seed)
    }

    fn of(corridor: Corridor, seed: u64) -> Self {
        let values = corridor.best_values();
        let definitions = Params::definitions().unwrap();
        let params = Params::from_values(
            &mut definitions.iter().map(|d| d.value).collect::<Vec<_>>().iter(),
        );
        let means = Means {
            arms_cny: 12e6,
            trade_income_cny: 40e6,
            other_income_cny: 60e6,
            arms_share: 0.3,
            other_arms_share: 0.3,
            recruitment: 1.0,
            conditionality: 0.4,
            ..Means::default()
        };
        let mut war = Self {
            holder: corridor.places.map(|p| p.holder_at_start),
            prize: Dense::filled(0.0, corridor.politics.as_ref().map_or(0, |p| p.fronts.len())),
            corridor,
            values,
            params,
            sides: [means; 2],
            truce: false,
            broken_by: None,
            live: true,
            state: State::default(),
            draws: Draws::new(seed, 0),
            month: 0,
        };
        war.start();
        war
    }

    fn start(&mut self) {
        self.month = 0;
        self.holder = self.corridor.places.map(|p| p.holder_at_start);
        self.state.start(&self.params, &self.corridor, &self.values, &self.draws);
    }

    /// One month; moves take effect.
    fn step(&mut self) -> Totals {
        let inputs = Inputs {
            live: self.live,
            month: self.month,
            truce: self.truce,
            broken_by: self.broken_by.take(),
            sides: self.sides,
            prize_cny: &self.prize,
            holder: &self.holder,
        };
        step(&mut self.state, &self.params, &self.corridor, &inputs, &self.draws);
        self.month += 1;
        for m in self.state.flow().moves {
            self.holder[m.place] = m.to;
        }
        self.state.flow().sides
    }

    /// Some months; the last one.
    fn pass(&mut self, months: usize) -> Totals {
        (0..months).fold(Totals::default(), |_, _| self.step())
    }

    fn front(&self, index: usize) -> FrontFlow {
        self.state.flow().fronts[FrontId::new(index)]
    }

    /// What no month may break.
    fn check(&self) {
        let t = self.state.flow().sides;
        for k in [0, 1] {
            for x in [t.capability_cny[k], t.losses_cny[k], t.hazard[k], t.arms_ratio[k]] {
                assert!(x >= 0.0 && x.is_finite(), "{t:?}");
            }
            assert!((0.0..=1.0).contains(&t.hostage_share[k]) && t.net_restraint[k].is_finite());
        }
        for f in self.state.flow().fronts {
            let [p, q] = f.win;
            assert!(p >= 0.0 && q >= 0.0 && (p + q - 1.0).abs() < 1e-12, "{f:?}");
            assert!(f.fought[0] + f.fought[1] <= 1.0 + 1e-9, "{f:?}");
        }
        assert_eq!(self.holder[PlaceId::new(2)], ActorId::new(BYSTANDER), "bystanders keep theirs");
    }

    fn script(&mut self, front: usize, side: usize, from: usize, until: usize) {
        let front = FrontId::new(front);
        self.corridor.timeline.offensives.push(Offensive { front, side, from, until });
    }

    /// Launches by side and in all over `months` from the start.
    fn launches(&mut self, months: usize) -> [usize; 2] {
        self.start();
        let mut sum = [0; 2];
        for _ in 0..months {
            let month = self.step();
            sum = [0, 1].map(|k| sum[k] + month.launched[k]);
        }
        sum
    }
}

#[test]
fn conditional_pressure_means_fewer_offensives() {
    let mut counts = Vec::new();
    for p_cl in [0.0, 0.3, 0.6, 0.9] {
        let sum: usize = (0..60)
            .map(|seed| {
                let mut war = War::new([0.08, 0.0], seed);
                war.params.hostage_response = 4.0;
                war.sides[0].conditionality = p_cl;
                war.launches(36)[0]
            })
            .sum();
        counts.push(sum);
    }
    assert!(counts.windows(2).all(|w| w[1] < w[0]), "{counts:?}");
}

#[test]
fn what_enters_the_hazard_moves_it_the_right_way() {
    let hazard = |change: &dyn Fn(&mut War)| {
        let mut war = War::new([0.02, 0.02], 1);
        war.holder[PlaceId::new(3)] = ActorId::new(REBELS);
        war.step();
        change(&mut war);
        war.live = false;
        war.pass(24).hazard
    };
    let usual = hazard(&|_| {});
    let armed = hazard(&|w| w.sides[0].arms_cny *= 3.0);
    assert!(armed[0] > usual[0], "superiority tempts");
    // The incumbent has something to take back on one front only.
    let plain = 0.02 * exp(-2.5 * 0.4 * 0.4);
    assert!((usual[0] - 2.0 * plain).abs() < 1e-12 && (usual[1] - plain).abs() < 1e-12);
    let held = hazard(&|w| w.sides[0].restraint = 1.0);
    assert!((held[0] / usual[0] - exp(-1.5)).abs() < 1e-12 && held[1] == usual[1]);
    let rich = hazard(&|w| w.prize = Dense::filled(500e6, 2));
    assert!(rich[0] > usual[0], "prizes tempt");
    let believed = hazard(&|w| w.sides[0].conditionality = 0.8);
    assert!(believed[0] < usual[0]);
    // Whatever happens to means and prizes, hazards stay within the bounds of their logarithms.
    let absurd = hazard(&|w| {
        w.sides[0].arms_cny = 1e18;
        w.prize = Dense::filled(1e18, 2);
    });
    assert!(absurd[0] <= 2.0 * 0.02 * exp(4.0 * (0.8 + 0.6)));
}

#[test]
fn a_truce_stops_offensives() {
    let mut war = War::new([2.0, 2.0], 4);
    let before: usize = (0..12).map(|_| war.step().offensives).sum();
    assert!(before > 0);
    war.truce = true;
    for _ in 0..24 {
        let month = war.step();
        assert_eq!((month.offensives, month.hazard), (0, [0.0; 2]));
        assert!(war.state.flow().moves.is_empty());
    }
}

#[test]
fn the_breaker_of_a_truce_attacks_at_once_where_it_most_wants_to() {
    let mut war = War::new([1e-6, 0.0], 4);
    war.params.advance_per_month = 1e-9;
    war.truce = true;
    war.pass(12);
    // The value behind the second front has grown since the first year.
    war.prize[FrontId::new(1)] = 100e6;
    assert_eq!(war.pass(6).launched, [0; 2]);
    war.broken_by = Some(0);
    assert_eq!(war.step().launched, [1, 0]);
    assert_eq!((war.front(0).fought, war.front(1).fought[0] > 0.0), ([0.0; 2], true));
    // Who has nothing to take back breaks no truce by arms.
    war.broken_by = Some(1);
    assert_eq!(war.step().launched, [0; 2]);
}

#[test]
fn a_side_without_hazard_or_means_is_inert() {
    let mut war = War::new([0.0; 2], 2);
    for _ in 0..60 {
        let month = war.step();
        assert_eq!(month.offensives, 0);
        assert_eq!(month.losses_cny, [0.0; 2]);
    }
    war.sides = [Means::default(); 2];
    let capability = war.corridor.politics.as_ref().unwrap().sides[1].capability_at_start_cny;
    war.values[capability.index()] = 0.0;
    war.start();
    for _ in 0..60 {
        let month = war.step();
        assert_eq!(month.capability_cny[1], 0.0);
        assert_eq!((month.hostage_share, month.arms_ratio), ([0.0; 2], [0.0; 2]));
        assert_eq!(month.net_restraint, [0.0; 2]);
        assert_eq!(war.front(0).win, [1.0, 0.0]);
    }
}

#[test]
fn without_politics_nothing_happens() {
    let mut war = War::of(Fixture::new().corridor, 1);
    for _ in 0..3 {
        assert_eq!(war.step(), Totals::default());
        assert!(war.state.flow().fronts.is_empty() && war.state.flow().moves.is_empty());
    }
    // Nor does a state that was never started fail where there are politics.
    let mut other = War::new([0.1; 2], 1);
    other.state = State::default();
    other.broken_by = Some(0);
    assert_eq!(other.step().offensives, 0);
}

#[test]
fn townships_fall_in_order_and_come_back_in_reverse() {
    let mut war = War::new([0.0; 2], 5);
    war.params.advance_per_month = 1.0;
    war.script(0, 0, 0, 40);
    war.script(0, 1, 40, 80);
    let (mut taken, mut months) = (Vec::new(), 0);
    for _ in 0..80 {
        months += war.step().offensives;
        taken.extend(war.state.flow().moves.iter().map(|m| (m.place.index(), m.side, m.to)));
    }
    assert_eq!(months, 80, "a script holds its offensive even when there is nothing left to take");
    let (rebels, army) = (ActorId::new(REBELS), ActorId::new(ARMY));
    // The bystander in the middle is left alone.
    assert_eq!(taken, [(0, 0, rebels), (3, 0, rebels), (3, 1, army), (0, 1, army)]);
    assert_eq!(war.holder[PlaceId::new(2)], ActorId::new(BYSTANDER));
}

#[test]
fn ground_is_lost_at_the_odds_of_the_contest() {
    let mut war = War::new([0.0; 2], 0);
    war.params.advance_per_month = 1.0;
    war.script(1, 0, 0, 1);
    let (n, mut fallen) = (4000, 0);
    for seed in 0..n {
        war.draws = Draws::new(seed, 0);
        war.start();
        fallen += war.step().moves_by_side[0];
    }
    let expected = probability(war.front(1).win[0], 1.0);
    let share = fallen as f64 / n as f64;
    // Three standard errors.
    assert!((share - expected).abs() < 0.024, "{share} {expected}");
    assert!((war.front(1).win[0] - 1.0 / (1.0 + exp(-60.0 / 300.0))).abs() < 1e-12);
}

#[test]
fn an_offensive_elsewhere_moves_the_hazard_of_the_same_side_alone() {
    let mut war = War::new([0.02; 2], 1);
    war.holder[PlaceId::new(3)] = ActorId::new(REBELS);
    war.live = false;
    let before = war.step();
    assert!(before.hazard[1] > 0.0);
    war.params.other_fronts_response = 0.5;
    war.script(1, 0, 1, 9);
    war.step();
    let (plain, with) = (before.hazard[0] / 2.0, war.front(0).hazard);
    assert!((with[0] / plain - exp(0.5)).abs() < 1e-12);
    assert!((with[1] / before.hazard[1] - 1.0).abs() < 1e-12);
}

#[test]
fn an_offensive_ends_by_itself_and_when_nothing_is_left() {
    let (mut fought, mut begun) = (0.0, 0);
    for seed in 0..60 {
        let mut war = War::new([0.5, 0.0], seed);
        war.params.advance_per_month = 1e-9;
        for _ in 0..100 {
            begun += war.step().launched[0];
            fought += war.front(0).fought[0] + war.front(1).fought[0];
        }
    }
    let mean = fought / begun as f64;
    assert!((mean - 5.0).abs() < 0.5, "{mean}");
    let mut war = War::new([50.0, 0.0], 1);
    war.params.advance_per_month = 50.0;
    war.step();
    assert_eq!(war.state.flow().moves.len(), 3);
    for _ in 0..12 {
        let month = war.step();
        assert_eq!((month.offensives, month.hazard[0]), (0, 0.0));
    }
}

#[test]
fn the_record_decides_until_the_model_does() {
    let mut war = War::new([3.0, 3.0], 6);
    war.script(1, 0, 3, 90);
    war.live = false;
    for month in 0..20 {
        let totals = war.step();
        let given = month >= 3;
        assert_eq!(
            (totals.offensives, war.front(1).offensive),
            (usize::from(given), given.then_some(0))
        );
        assert!(war.state.flow().moves.is_empty());
        assert_eq!(totals.losses_cny[1] > 0.0, given);
        assert!(totals.hazard[0] > 0.0, "hazards are tracked");
    }
    assert_eq!(war.front(1).months, 17.0);
    // Live: what the record began is the model's to end, and a truce ends it at once.
    war.live = true;
    war.truce = true;
    assert_eq!(war.step().offensives, 0);
    // What a scenario sets from then on holds, truce or not, for as long as it says.
    war.script(1, 1, 22, 25);
    let seen: Vec<usize> = (21..28).map(|_| war.step().offensives).collect();
    assert_eq!(seen, [0, 1, 1, 1, 0, 0, 0]);
}

#[test]
fn a_record_that_ends_as_the_model_begins_leaves_no_offensive() {
    let mut war = War::new([0.0; 2], 6);
    war.script(0, 0, 2, 10);
    war.live = false;
    war.pass(10);
    assert_eq!(war.front(0).offensive, Some(0));
    war.live = true;
    assert_eq!(war.step().offensives, 0);
}

#[test]
fn months_that_are_not_live_leave_chance_alone() {
    let mut first = War::new([0.1, 0.1], 8);
    first.live = false;
    first.pass(30);
    first.live = true;
    let mut second = War::new([0.1, 0.1], 8);
    let (a, b): (Vec<_>, Vec<_>) =
        (0..36).map(|_| (first.step().launched, second.step().launched)).unzip();
    // Means and prizes are steady here, so the same events come as if the war had begun then.
    assert_eq!(a, b);
    assert!(a.iter().any(|launched| *launched != [0; 2]));
}

#[test]
fn restraint_puts_the_same_offensive_off() {
    let first = |restraint: f64, seed: u64| {
        let mut war = War::new([0.05, 0.0], seed);
        war.sides[0].restraint = restraint;
        (0..400).find(|_| war.step().launched[0] > 0).unwrap_or(400)
    };
    for seed in 0..60 {
        assert!(first(0.8, seed) >= first(0.2, seed));
    }
}

#[test]
fn battle_costs_both_sides_by_the_square_law() {
    let mut war = War::new([0.0; 2], 1);
    war.params.capability_decay_per_month = 0.0;
    war.sides = [Means::default(); 2];
    war.script(0, 0, 0, 12);
    war.script(1, 0, 0, 12);
    war.params.advance_per_month = 0.0;
    let capability = war.corridor.politics.as_ref().unwrap().sides[0].capability_at_start_cny;
    war.values[capability.index()] = 2e9;
    war.start();
    let last = war.pass(12);
    let exact = contest::lanchester_after([2e9, 1.5e9], [0.02; 2], 12.0);
    for k in [0, 1] {
        assert!((last.capability_cny[k] / exact[k] - 1.0).abs() < 1e-12);
    }
    let inv = |k: [f64; 2]| contest::lanchester_invariant(k, [0.02; 2]);
    assert!((inv(last.capability_cny) / inv([2e9, 1.5e9]) - 1.0).abs() < 1e-9);
}

#[test]
fn capability_settles_where_what_comes_in_wears_out() {
    let mut war = War::new([0.0; 2], 1);
    let last = war.pass(1200);
    let steady = (12e6 + 0.3 * 60e6) / 0.02;
    assert!((last.capability_cny[0] / steady - 1.0).abs() < 1e-9);
}

#[test]
fn every_contest_form_favours_the_stronger_and_the_nearer() {
    for form in [0.0, 1.0, 2.0] {
        let mut war = War::new([0.0; 2], 1);
        war.params.contest_form = form;
        war.step();
        let [near, far] = war.front(0).win;
        assert!(near > far && (near + far - 1.0).abs() < 1e-12, "equal means, but one is nearer");
        war.sides[1].arms_cny = 200e6;
        war.pass(60);
        assert!(war.front(0).win[1] > far);
    }
}

#[test]
fn another_front_leaves_the_chances_of_the_first_alone() {
    let front: FrontId = Id::new(0);
    let draws = Draws::new(1, 0);
    let (one, two) = (Front::new(front, &draws), Front::new(front, &draws));
    assert_eq!(format!("{one:?}"), format!("{two:?}"));
    assert_ne!(format!("{one:?}"), format!("{:?}", Front::new(FrontId::new(1), &draws)));
}

/// Anything a side might be told.
fn any_means() -> impl Strategy<Value = Means> {
    let amounts = prop::array::uniform4(prop::num::f64::POSITIVE.prop_map(|x| x % 1e11));
    (amounts, prop::array::uniform5(0.0..1.0_f64)).prop_map(|(cny, share)| Means {
        arms_cny: cny[0],
        trade_income_cny: cny[1],
        other_income_cny: cny[2],
        allied_supply_cny: cny[3],
        arms_share: share[0],
        other_arms_share: share[1],
        recruitment: 2.0 * share[2],
        conditionality: share[3],
        restraint: share[4],
    })
}

#[test]
fn means_stay_above_nothing_whatever_comes() {
    let strategy = (
        prop::array::uniform2(any_means()),
        prop::array::uniform2(0.0..1e10_f64),
        any::<[bool; 3]>(),
        prop::option::of(0..3_usize),
        (0.0..30.0_f64, 0..3_u8, 0.0..1.0_f64),
    );
    let war = std::cell::RefCell::new(War::new([0.5; 2], 1));
    let mut runner =
        TestRunner::new(Config { cases: 10_000, failure_persistence: None, ..Config::default() });
    let checked = runner.run(&strategy, |(sides, prize, flags, broken, (alpha, form, decay))| {
        let war = &mut *war.borrow_mut();
        if flags[2] {
            war.start();
        }
        (war.live, war.truce, war.broken_by) = (flags[0], flags[1], broken);
        war.params.attrition_per_month = alpha;
        war.params.contest_form = f64::from(form);
        war.params.capability_decay_per_month = decay;
        war.prize = prize.into_iter().collect();
        war.sides = sides;
        war.step();
        war.check();
        Ok(())
    });
    checked.unwrap();
}
