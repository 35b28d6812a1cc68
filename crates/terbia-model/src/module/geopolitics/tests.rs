//! Do rivals, ways and engagements move only when they should? Verification cases L1 to L3.

use super::*;
use crate::config::{Origin, Partner, Politics, Route, Side, Swing};
use crate::kernel::math::{exp, ln};
use crate::kernel::rng::Purpose;
use crate::tests::Fixture;
use proptest::prelude::*;

/// The origin that is a rival, and the one that is not.
const RIVAL: usize = 1;
const OTHER: usize = 0;

struct Scene {
    fixture: Fixture,
    params: Params,
    price: Dense<ConstituentId, f64>,
    supply: Dense<OriginId, f64>,
    holder: Dense<PlaceId, ActorId>,
    road: Dense<RouteId, Option<f64>>,
    offers: Vec<Offer>,
    draws: Draws,
}

fn best() -> Params {
    let values: Vec<f64> = Params::definitions().unwrap().iter().map(|d| d.value).collect();
    Params::from_values(&mut values.iter())
}

fn politics(f: &mut Fixture) -> Politics {
    let zero = f.number("blank", 0.0, 0.0, 0.0);
    let side = |actor| Side {
        lead: ActorId::new(actor),
        members: vec![ActorId::new(actor)],
        other_income_cny_per_month: zero,
        other_arms_share: zero,
        allied_supply_cny_per_month: zero,
        capability_at_start_cny: zero,
        supply_factor: None,
        claim_share: None,
    };
    Politics {
        buyer: ActorId::new(0),
        sides: [side(1), side(0)],
        fronts: Dense::new(),
        stances: Vec::new(),
        mediator: None,
        partners: vec![Partner {
            actor: ActorId::new(5),
            offtake_t_reo_per_month: f.number("partner.offtake", 60.0, 0.0, 200.0),
            premium_share: f.number("partner.premium", 0.5, 0.0, 1.0),
        }],
        routes: [Route {
            id: "west".into(),
            name: "west".into(),
            partner: ActorId::new(5),
            place: PlaceId::new(0),
            build_hazard_per_month: f.number("route.hazard", 0.05, 0.0, 0.1),
            first_capacity_t_per_month: f.number("route.first", 100.0, 20.0, 300.0),
            premium_cny_per_t: f.number("route.premium", 90_000.0, 60_000.0, 150_000.0),
        }]
        .into_iter()
        .collect(),
        commitment: None,
    }
}

impl Scene {
    fn new() -> Self {
        let mut f = Fixture::new();
        let first = f.corridor.origins[OriginId::new(OTHER)].clone();
        f.corridor.origins.push(Origin {
            id: "nextdoor".into(),
            swing: Swing::Fixed,
            rival: Some(ActorId::new(0)),
            ..first
        });
        f.corridor.politics = Some(politics(&mut f));
        Self {
            params: best(),
            price: [1700.0, 5500.0].into_iter().collect(),
            supply: [800.0, 220.0].into_iter().collect(),
            holder: Dense::filled(ActorId::new(1), 2),
            road: Dense::filled(None, 1),
            offers: vec![Offer::default()],
            draws: Draws::new(7, 0),
            fixture: f,
        }
    }

    fn calm(&self, month: usize) -> Inputs<'_> {
        Inputs {
            live: true,
            month,
            closed: 0.0,
            idle: self.params.idle_usual_share,
            margin_ratio: 1.0,
            price: &self.price,
            basket_cny_per_t: 190_000.0,
            levy_cny_per_t: 35_000.0,
            reo_per_gross: 0.9,
            scarcity: 0.0,
            supply: &self.supply,
            holder: &self.holder,
            export_licensing: None,
            tariff: None,
            rival_permits: 1.0,
            downstream_pressure: 0.0,
            offers: &self.offers,
            road: &self.road,
            trust: 1.0,
            supply_elasticity: 0.3,
            demand_elasticity: 0.25,
        }
    }

    fn start(&self) -> State {
        let mut state = State::default();
        state.start(&self.fixture.corridor, &self.fixture.values(&[]), &self.draws);
        state
    }

    /// Runs `months` from `from`, each with inputs changed by `change`; calls `see` after each.
    fn run(
        &self,
        state: &mut State,
        months: std::ops::Range<usize>,
        change: impl Fn(&mut Inputs<'_>),
        mut see: impl FnMut(usize, Flow<'_>),
    ) {
        for month in months {
            let mut inputs = self.calm(month);
            change(&mut inputs);
            step(state, &self.params, &inputs, &self.draws);
            see(month, state.flow());
        }
    }

    fn factors(&self, months: usize, change: impl Fn(&mut Inputs<'_>)) -> Vec<f64> {
        let mut out = Vec::new();
        self.run(&mut self.start(), 0..months, change, |_, flow| {
            out.push(flow.origin_factor[OriginId::new(RIVAL)]);
        });
        out
    }

    /// The first draws under which the way is built after at least six months.
    fn slow_builder(mut self) -> (Self, usize) {
        for run in 0..200 {
            self.draws = Draws::new(7, run);
            self.road = Dense::filled(Some(1.0), 1);
            let mut built = None;
            self.run(
                &mut self.start(),
                0..60,
                |_| (),
                |month, flow| {
                    if flow.route_capacity_t_gross > 0.0 {
                        built.get_or_insert(month);
                    }
                },
            );
            if let Some(month) = built.filter(|m| *m >= 6) {
                return (self, month);
            }
        }
        panic!("no way took six months to build");
    }
}

#[test]
fn l1_tariffs_split_by_incidence() {
    let share = crate::module::levy::buyers_share(0.3, 0.25);
    assert!((share - 0.545_454_545_5).abs() < 5e-11);
    // The factor on demand is that of a price risen by the buyers' part, and of no other.
    let passed: f64 = 0.2 * 0.545_454_545_454_545_4;
    let expected = exp(-0.25 * ln(1.0 + passed));
    assert!((tariff_factor(0.2, 0.3, 0.25) - expected).abs() < 1e-12);
    // If supply cannot react, makers bear all of it and demand does not notice.
    assert_eq!(tariff_factor(0.2, 0.0, 0.25), 1.0);
    assert_eq!(tariff_factor(0.0, 0.3, 0.25), 1.0);
}

#[test]
fn l2_extensions_come_with_the_lag_of_three_stages() {
    // The lag itself is verified in market/pipeline.rs, `l2_the_lag_of_three_stages`; here, that
    // extensions of ways go through it.
    let (mut scene, built) = Scene::new().slow_builder();
    scene.params.route_growth_per_year = 1e9;
    scene.params.route_response_per_month = 1e9;
    scene.params.route_cap_multiple = 2.0;
    scene.params.shortage_cost_share = 3.0;
    scene.params.extension_lag_months = 36.0;
    let mut carried = Vec::new();
    let short = |i: &mut Inputs<'_>| i.scarcity = 1.0;
    scene.run(&mut scene.start(), 0..built + 61, short, |month, flow| {
        if month >= built {
            carried.push(flow.route_capacity_t_gross);
        }
    });
    // Ordered as a whole at the end of the month of completion.
    for (months, share) in
        [(12, 0.080_301_40), (24, 0.323_323_58), (36, 0.576_809_92), (60, 0.875_347_98)]
    {
        assert!((carried[months] / 100.0 - 1.0 - share).abs() < 5e-9, "{months}");
    }
}

#[test]
fn l3_without_an_expected_shortage_nothing_is_ordered() {
    assert_eq!(orders(0.1, 0.0, 0.0, 1.0), 0.0);
    assert_eq!(orders(0.1, 0.3, 0.5, 1.0), 0.0);
    assert!(orders(0.1, 0.9, 0.5, 1.0) > 0.0);
    assert_eq!(orders(0.1, 9.0, 0.5, 0.04), 0.04);
    // A wedge that alone would pay for the way: without a shortage it is still no reason to build.
    let (mut scene, built) = Scene::new().slow_builder();
    (scene.params.outside_wedge, scene.params.wedge_to_seller) = (2.5, 0.8);
    let last = |scarcity: f64| {
        let mut capacity = 0.0;
        scene.run(
            &mut scene.start(),
            0..built + 60,
            |i| {
                i.scarcity = scarcity;
                i.export_licensing = Some(1.0);
            },
            |_, flow| capacity = flow.route_capacity_t_gross,
        );
        capacity
    };
    assert_eq!(last(0.0), 100.0);
    assert!(last(1.0) > 120.0);
}

#[test]
fn nothing_moves_while_the_corridor_is_open_and_no_lever_is_turned() {
    let scene = Scene::new();
    scene.run(
        &mut scene.start(),
        0..120,
        |_| (),
        |month, flow| {
            assert!(flow.origin_factor.iter().all(|f| *f == 1.0), "{month}");
            assert_eq!(flow.displaced, 0.0);
            assert_eq!((flow.demand_factor, flow.outside_factor), (1.0, 1.0));
            assert_eq!(flow.outside_price, &scene.price);
            assert_eq!((flow.outside_wish_t_gross, flow.outside_option_cny), (0.0, 0.0));
            assert_eq!((flow.engagement, flow.route_capacity_t_gross), (0.0, 0.0));
            assert_eq!(flow.rival_sites[OriginId::new(RIVAL)], 20.0);
            assert_eq!(flow.rival_sites[OriginId::new(OTHER)], 0.0);
            assert_eq!(flow.rival_supply_t_reo, 220.0);
        },
    );
}

#[test]
fn a_rival_grows_after_the_corridor_stands_still_with_a_lag_and_no_more_than_room() {
    let scene = Scene::new();
    let idle = |i: &mut Inputs<'_>| (i.idle, i.closed) = (1.0, 1.0);
    let still = scene.factors(600, idle);
    assert!(still[0] > 1.0 && still[0] < 1.03, "{}", still[0]);
    // It gathers pace before it slows: the lag of those who only begin to look.
    assert!(still[3] - still[2] > 2.0 * (still[0] - 1.0));
    assert!(still.windows(2).all(|w| w[1] >= w[0]));
    assert!(still[599] > 1.95 && still.iter().all(|f| *f <= 1.0 + scene.params.rival_room));
    // Fewer permits next door, or pressure from downstream, slow it; a buyer's distrust speeds it up.
    let few = scene.factors(12, |i| (i.idle, i.closed, i.rival_permits) = (1.0, 1.0, 0.3));
    let pressed =
        scene.factors(12, |i| (i.idle, i.closed, i.downstream_pressure) = (1.0, 1.0, 1.0));
    let wary = scene.factors(12, |i| (i.idle, i.closed, i.trust) = (1.0, 1.0, 0.0));
    assert!(few[11] < still[11] && pressed[11] < still[11] && wary[11] > still[11]);
}

#[test]
fn moved_crews_return_slowly_when_the_corridor_works_and_sooner_when_it_pays() {
    let scene = Scene::new();
    let after = |margin: f64, closed: f64| {
        let mut state = scene.start();
        scene.run(&mut state, 0..24, |i| (i.idle, i.closed) = (1.0, 1.0), |_, _| ());
        let peak = state.flow().origin_factor[OriginId::new(RIVAL)];
        let back = |i: &mut Inputs<'_>| (i.margin_ratio, i.closed) = (margin, closed);
        scene.run(&mut state, 24..84, back, |_, _| ());
        (peak, state.flow().origin_factor[OriginId::new(RIVAL)])
    };
    let (peak, usual) = after(1.0, 0.0);
    assert!(usual < peak && usual > 1.0);
    assert!(after(2.0, 0.0).1 < usual);
    assert!(after(1.0, 1.0).1 > usual);
}

#[test]
fn sites_next_door_follow_permits_and_pay_as_they_are_replaced() {
    let scene = Scene::new();
    let few = scene.factors(240, |i| i.rival_permits = 0.5);
    assert!((few[0] - (1.0 - 0.033 * 0.5)).abs() < 1e-12 && (few[239] - 0.5).abs() < 1e-3);
    // The price doubles after the first month; the pay of rivals answers by its response.
    let dear = scene.factors(240, |i| i.basket_cny_per_t *= if i.month > 0 { 2.0 } else { 1.0 });
    assert!((dear[239] - 1.4).abs() < 1e-3);
    // A drier mix of product forms is dearer by the gross tonne, and no better pay.
    let drier = scene.factors(240, |i| {
        let dry = if i.month > 0 { 1.1 } else { 1.0 };
        (i.basket_cny_per_t, i.reo_per_gross) = (190_000.0 * dry, 0.9 * dry);
    });
    assert!(drier.iter().all(|f| (f - 1.0).abs() < 1e-12));
}

#[test]
fn on_record_rivals_are_what_their_series_says() {
    let scene = Scene::new();
    let mut state = scene.start();
    let record = |i: &mut Inputs<'_>| {
        (i.live, i.idle, i.closed, i.rival_permits) = (false, 1.0, 1.0, 3.0);
    };
    scene.run(&mut state, 0..24, record, |_, flow| {
        assert!(flow.origin_factor.iter().all(|f| *f == 1.0));
        assert_eq!(flow.displaced, 0.0);
    });
    // Those who looked by then move once the model decides, without waiting for the lag again.
    let later = |i: &mut Inputs<'_>| (i.idle, i.closed) = (1.0, 1.0);
    scene.run(&mut state, 24..25, later, |_, _| ());
    let fresh = scene.factors(1, later)[0];
    assert!(state.flow().origin_factor[OriginId::new(RIVAL)] > 1.0 + 2.0 * (fresh - 1.0));
}

#[test]
fn a_way_carries_nothing_until_it_is_decided_and_built() {
    let (mut scene, built) = Scene::new().slow_builder();
    let carried = |scene: &Scene, live: bool| {
        let mut out = Vec::new();
        let shut = |i: &mut Inputs<'_>| (i.live, i.closed) = (live, 1.0);
        scene.run(&mut scene.start(), 0..60, shut, |_, flow| {
            out.push((flow.route_capacity_t_gross, flow.outside_wish_t_gross));
        });
        out
    };
    let decided = carried(&scene, true);
    assert!(decided[..built].iter().all(|c| *c == (0.0, 0.0)));
    assert!(decided[built].0 <= 100.0);
    assert!(decided[built + 1..].iter().all(|c| c.0 == 100.0));
    // Half the pace builds it at twice the age, by the same threshold.
    scene.road = Dense::filled(Some(0.5), 1);
    let slower = carried(&scene, true);
    let late = slower.iter().position(|c| c.0 > 0.0).unwrap_or(60);
    assert!((2 * built..=2 * built + 1).contains(&late), "{built} {late}");
    // Undecided, at no pace, or on record, nothing is built.
    for (road, live) in [(None, true), (Some(0.0), true), (Some(1.0), false)] {
        scene.road = Dense::filled(road, 1);
        assert!(carried(&scene, live).iter().all(|c| *c == (0.0, 0.0)));
    }
    // Who does not hold where it starts cannot use it.
    scene.road = Dense::filled(Some(1.0), 1);
    scene.holder = Dense::filled(ActorId::new(0), 2);
    assert!(carried(&scene, true).iter().all(|c| *c == (0.0, 0.0)));
}

#[test]
fn product_goes_the_other_way_if_it_pays_or_the_gates_are_shut() {
    let (mut scene, built) = Scene::new().slow_builder();
    scene.params.transactional_end_per_month = 0.0;
    let month = |change: &dyn Fn(&mut Inputs<'_>)| {
        let mut seen = None;
        scene.run(&mut scene.start(), 0..built + 2, change, |_, flow| {
            seen = Some((
                flow.outside_wish_t_gross,
                flow.outside_net_cny_per_t,
                flow.outside_option_cny,
            ));
        });
        seen.unwrap()
    };
    // 60 t REO at 0.9 t/t are less than the 100 t that the way carries.
    let most = 60.0 / 0.9;
    // 190,000 · 1.5 − 90,000 is more than 190,000 − 35,000.
    let (wish, net, option) = month(&|_| ());
    assert!((wish - most).abs() < 1e-9 && (net - 195_000.0).abs() < 1e-6);
    assert!((option - most * 40_000.0).abs() < 1e-3);
    // At a lower price the way costs more than the premium pays; half the gates shut, half goes.
    let poor = |closed: f64| {
        month(&|i: &mut Inputs<'_>| {
            (i.basket_cny_per_t, i.levy_cny_per_t, i.closed) = (100_000.0, 20_000.0, closed);
        })
    };
    assert_eq!(poor(0.0).0, 0.0);
    assert_eq!(poor(1.0).2, 0.0);
    assert!((poor(0.5).0 - 0.5 * most).abs() < 1e-9);
    // Licences that are withheld raise what another buyer pays.
    let licensed = month(&|i| i.export_licensing = Some(1.0));
    assert!(licensed.1 > net && licensed.2 > option);
}

#[test]
fn two_ways_to_one_partner_do_not_sell_it_more_than_it_wants() {
    let mut scene = Scene::new();
    let politics = scene.fixture.corridor.politics.as_mut().unwrap();
    let twin = politics.routes[RouteId::new(0)].clone();
    politics.routes.push(twin);
    scene.road = Dense::filled(Some(1e6), 2);
    scene.params.transactional_end_per_month = 0.0;
    scene.run(
        &mut scene.start(),
        0..3,
        |i| i.live = i.month > 0,
        |month, flow| {
            if month == 2 {
                assert_eq!(flow.route_capacity_t_gross, 200.0);
                assert!((flow.outside_wish_t_gross - 60.0 / 0.9).abs() < 1e-9);
                assert!((flow.outside_option_cny - 60.0 / 0.9 * 40_000.0).abs() < 1e-3);
            }
        },
    );
}

#[test]
fn a_way_under_construction_counts_only_under_a_guarantee() {
    let (mut scene, _) = Scene::new().slow_builder();
    let option = |scene: &Scene| {
        let mut state = scene.start();
        scene.run(&mut state, 0..1, |_| (), |_, _| ());
        state.flow().outside_option_cny
    };
    assert_eq!(option(&scene), 0.0);
    scene.offers = vec![Offer { offtake: None, guarantee: 1.0 }];
    let built: f64 = 1.0 - exp(-0.05 * 12.0);
    let expected = (100.0 * built).min(60.0 / 0.9) * 40_000.0;
    assert!((option(&scene) - expected).abs() < 1e-6 * expected);
    // Undecided it counts for nothing, whatever is guaranteed.
    scene.road = Dense::filled(None, 1);
    scene.offers = vec![Offer { offtake: Some(60.0), guarantee: 1.0 }];
    assert_eq!(option(&scene), 0.0);
}

#[test]
fn a_guaranteed_engagement_outlasts_a_transactional_one() {
    let mut scene = Scene::new();
    assert_eq!(end_hazard(&scene.params, 0.0), 0.04);
    assert!((end_hazard(&scene.params, 1.0) - 0.004).abs() < 1e-15);
    let (mut brief, mut lasting) = (0, 0);
    for run in 0..200 {
        scene.draws = Draws::new(3, run);
        let mut ends = [0.0, 1.0].map(|guarantee| {
            scene.offers = vec![Offer { offtake: Some(60.0), guarantee }];
            let mut state = scene.start();
            let mut seen = Vec::new();
            scene.run(&mut state, 0..48, |_| (), |_, flow| seen.push(flow.engagement));
            let (since, end) = state.engagement.span(0);
            assert_eq!(since, Some(0));
            // Once ended it stays so, though the offer stands.
            let end = end.unwrap_or(48);
            let weight = if guarantee > 0.5 { 1.0 } else { scene.params.transactional_weight };
            assert!(seen[..end].iter().all(|e| (e - weight).abs() < 1e-12));
            assert!(seen[end..].iter().all(|e| *e == 0.0));
            end
        });
        assert!(ends[1] >= ends[0]);
        brief += usize::from(ends[0] < 48);
        lasting += usize::from(ends[1] < 48);
        ends.sort_unstable();
    }
    // 1 − exp(−1.92) and 1 − exp(−0.192) of 200.
    assert!((150..=188).contains(&brief), "{brief}");
    assert!((20..=52).contains(&lasting), "{lasting}");
}

#[test]
fn engagement_begins_and_is_withdrawn_by_decision_but_ends_by_chance_only_when_live() {
    let mut scene = Scene::new();
    scene.params.transactional_end_per_month = 50.0;
    scene.offers = vec![Offer { offtake: Some(60.0), guarantee: 0.0 }];
    let mut state = scene.start();
    scene.run(&mut state, 0..24, |i| i.live = false, |_, flow| assert!(flow.engagement > 0.0));
    scene.run(&mut state, 24..25, |_| (), |_, _| ());
    assert_eq!(state.engagement.span(0), (Some(0), Some(24)));
    // Withdrawn: over, though the offer is renewed.
    let mut state = scene.start();
    scene.run(&mut state, 0..1, |i| i.live = false, |_, _| ());
    scene.run(&mut state, 1..2, |i| (i.live, i.offers) = (false, &[]), |_, _| ());
    scene.run(&mut state, 2..3, |i| i.live = false, |_, _| ());
    assert_eq!(state.engagement.span(0), (Some(0), Some(1)));
    assert_eq!(state.flow().engagement, 0.0);
}

#[test]
fn licensing_raises_the_price_outside_and_lowers_demand_inside() {
    let scene = Scene::new();
    let mut state = scene.start();
    scene.run(&mut state, 0..1, |i| i.export_licensing = Some(0.5), |_, _| ());
    let flow = state.flow();
    assert!((flow.outside_factor - 1.75).abs() < 1e-12);
    for (outside, inside) in flow.outside_price.iter().zip(&scene.price) {
        assert!((outside / inside - 1.75).abs() < 1e-12);
    }
    assert!((flow.demand_factor - (1.0 - 0.5 * 0.3 * 0.4)).abs() < 1e-12);
    scene.run(
        &mut state,
        1..2,
        |i| (i.export_licensing, i.tariff) = (Some(0.5), Some(1.0)),
        |_, flow| assert!(flow.demand_factor < 0.94 && flow.demand_factor > 0.9),
    );
}

#[test]
fn without_politics_or_rivals_it_is_inert() {
    let f = Fixture::new();
    let scene = Scene::new();
    let mut state = State::default();
    state.start(&f.corridor, &f.values(&[]), &scene.draws);
    let (supply, road) = (Dense::filled(800.0, 1), Dense::new());
    for month in 0..24 {
        let calm = scene.calm(month);
        let inputs = Inputs { supply: &supply, road: &road, idle: 1.0, closed: 1.0, ..calm };
        step(&mut state, &scene.params, &inputs, &scene.draws);
        let flow = state.flow();
        assert_eq!(flow.origin_factor[OriginId::new(0)], 1.0);
        assert_eq!((flow.rival_supply_t_reo, flow.displaced, flow.engagement), (0.0, 0.0, 0.0));
        assert_eq!((flow.outside_wish_t_gross, flow.outside_option_cny), (0.0, 0.0));
    }
}

#[test]
fn a_state_started_again_repeats_itself() {
    let mut scene = Scene::new();
    scene.road = Dense::filled(Some(1.0), 1);
    let trace = |state: &mut State| {
        state.start(&scene.fixture.corridor, &scene.fixture.values(&[]), &scene.draws);
        let mut out = Vec::new();
        let busy = |i: &mut Inputs<'_>| (i.idle, i.closed, i.scarcity) = (0.8, 0.6, 0.5);
        scene.run(state, 0..90, busy, |_, f| {
            out.push((f.rival_supply_t_reo, f.route_capacity_t_gross, f.engagement));
        });
        out
    };
    let mut state = State::default();
    assert_eq!(trace(&mut state), trace(&mut state));
}

fn drawn(seed: u64) -> Params {
    let draws = Draws::new(seed, 1);
    let definitions = Params::definitions().unwrap();
    let values: Vec<f64> = definitions
        .iter()
        .enumerate()
        .map(|(i, d)| d.quantile(draws.uniform(Purpose(99), i as u32, 0, 0)))
        .collect();
    Params::from_values(&mut values.iter())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn flows_are_finite_and_within_bounds(
        seed in 0_u64..10_000,
        from_live in 0_usize..40,
        (idle, closed, trust) in (0.0..=1.0, 0.0..=1.0, 0.0..=1.0),
        (margin, basket, levy) in (0.0..4.0, 0.0..1e6, 0.0..2e5),
        (licensing, tariff) in
            (proptest::option::of(0.0..=1.0), proptest::option::of(0.0..3.0)),
        (permits, pressure, scarcity) in (0.0..10.0, 0.0..=1.0, 0.0..=1.0),
        (pace, offtake) in
            (proptest::option::of(0.0..50.0), proptest::option::of(0.0..5000.0)),
        guarantee in 0.0..=1.0,
    ) {
        let mut scene = Scene::new();
        scene.params = drawn(seed);
        scene.draws = Draws::new(seed, 0);
        scene.road = Dense::filled(pace, 1);
        scene.offers = vec![Offer { offtake, guarantee }];
        let room = 1.0 + scene.params.rival_room;
        let widest = 100.0 * scene.params.route_cap_multiple;
        let change = |i: &mut Inputs<'_>| {
            // Every seventh month all is calm, so that things turn round.
            if i.month % 7 != 6 {
                (i.idle, i.closed, i.margin_ratio) = (idle, closed, margin);
                (i.basket_cny_per_t, i.levy_cny_per_t) = (basket, levy);
                (i.rival_permits, i.downstream_pressure) = (permits, pressure);
                (i.scarcity, i.trust) = (scarcity, trust);
                (i.export_licensing, i.tariff) = (licensing, tariff);
            }
            i.live = i.month >= from_live;
        };
        scene.run(&mut scene.start(), 0..120, change, |month, flow| {
            let rival = flow.origin_factor[OriginId::new(RIVAL)];
            assert!((0.05..=room).contains(&rival), "{month} {rival}");
            assert!(month >= from_live || rival == 1.0);
            assert_eq!(flow.origin_factor[OriginId::new(OTHER)], 1.0);
            assert!((0.0..=1.0).contains(&flow.displaced));
            assert!(flow.demand_factor > 0.0 && flow.demand_factor <= 1.0);
            assert!((1.0..=3.5).contains(&flow.outside_factor));
            assert!((0.0..=1.0).contains(&flow.engagement));
            assert!((0.0..=widest * (1.0 + 1e-12)).contains(&flow.route_capacity_t_gross));
            assert!(flow.outside_wish_t_gross >= 0.0);
            assert!(flow.outside_wish_t_gross <= flow.route_capacity_t_gross);
            assert!(flow.outside_option_cny >= 0.0 && flow.outside_option_cny.is_finite());
            assert!(flow.outside_price_cny_per_t.is_finite());
            assert!(flow.outside_net_cny_per_t <= flow.outside_price_cny_per_t);
            assert!(flow.rival_sites.iter().all(|s| s.is_finite() && *s >= 0.0));
        });
    }
}
