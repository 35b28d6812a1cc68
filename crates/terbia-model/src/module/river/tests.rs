//! Do loads, rivers and stations follow their closed forms? Verification cases I1 to I7.

use super::load::{
    carried_share, concentration_mg_per_l, exceedance, released_share, time_constant, wash_by_month,
};
use super::*;
use crate::config::{Basin, Reach, Station};
use crate::kernel::dist::normal_cdf;
use crate::kernel::math::sqrt;
use crate::tests::Fixture;
use proptest::prelude::*;
use std::f64::consts::SQRT_2;

const DAYS: f64 = 365.25 / 12.0;
const SEASON: [f64; 12] = [0.4, 0.3, 0.3, 0.5, 0.8, 1.5, 2.1, 2.2, 1.7, 1.0, 0.7, 0.5];

fn params() -> Params {
    let values: Vec<f64> = Params::definitions().unwrap().iter().map(|d| d.value).collect();
    Params::from_values(&mut values.iter())
}

/// The same without chance in the flow.
fn calm() -> Params {
    Params { flow_log_sd: 0.0, ..params() }
}

/// Two basins: one measured, with a confluence and a rival; one not. Reaches in order: 0 and 1 meet
/// in 2; 3 flows into 4. Townships drain to 0 and 3, the rival to 1 in part.
fn corridor(season: [f64; 12]) -> Corridor {
    let mut f = Fixture::new();
    let emission = f.number("emission", 20.0, 1.0, 100.0);
    for (id, emission_kg_per_t) in [("measured", Some(emission)), ("other", None)] {
        let (id, name) = (id.to_owned(), id.to_owned());
        f.corridor.basins.push(Basin { id, name, season, emission_kg_per_t });
    }
    let rivers = [
        (0, Some(2), 40.0, 20.0),
        (0, Some(2), 60.0, 30.0),
        (0, None, 100.0, 60.0),
        (1, Some(4), 40.0, 20.0),
        (1, None, 100.0, 500.0),
    ];
    for (i, (basin, to, km, flow)) in rivers.into_iter().enumerate() {
        let flow_m3_per_s = f.number(&format!("flow.{i}"), flow, flow, flow);
        let (basin, to) = (BasinId::new(basin), to.map(ReachId::new));
        let (id, name) = (format!("r{i}"), format!("r{i}"));
        f.corridor.reaches.push(Reach { id, name, basin, to, km, flow_m3_per_s });
    }
    for reach in [2, 4] {
        let (id, name) = (format!("s{reach}"), format!("s{reach}"));
        let standard_mg_per_l = f.number("standard", 0.01, 0.01, 0.01);
        let background_mg_per_l = f.number("background", 0.002, 0.0, 0.01);
        let spread = f.number("spread", 1.8, 1.1, 3.0);
        let reach = ReachId::new(reach);
        f.corridor.stations.push(Station {
            id,
            name,
            reach,
            standard_mg_per_l,
            background_mg_per_l,
            spread,
        });
    }
    for (township, reach) in [(0, 0), (1, 3)] {
        f.corridor.townships[TownshipId::new(township)].reach = Some(ReachId::new(reach));
    }
    let share = f.number("drains", 0.25, 0.0, 1.0);
    f.corridor.origins[OriginId::new(0)].drains = vec![(ReachId::new(1), share)];
    f.corridor
}

/// What a month of the tests is told.
#[derive(Clone, Copy)]
struct Month {
    mined: [f64; 2],
    rival: f64,
    treat: f64,
    restoration: f64,
}

const QUIET: Month = Month { mined: [0.0; 2], rival: 0.0, treat: 0.0, restoration: 0.0 };
const BUSY: Month = Month { mined: [300.0, 300.0], rival: 80.0, ..QUIET };

struct Run {
    corridor: Corridor,
    params: Params,
    state: State,
    month: usize,
}

impl Run {
    fn new(params: Params, season: [f64; 12]) -> Self {
        let corridor = corridor(season);
        let mut state = State::default();
        state.start(&params, &corridor, &corridor.best_values());
        Self { corridor, params, state, month: 0 }
    }

    fn step(&mut self, m: Month) -> Flow<'_> {
        let mined: Dense<TownshipId, f64> = m.mined.into_iter().collect();
        let inputs = Inputs {
            mined: &mined,
            opened: &Dense::filled(1.0, 2),
            treat: &Dense::filled(m.treat, 2),
            rival: &Dense::filled(m.rival, self.corridor.origins.len()),
            rival_treat: m.treat,
            restoration_per_year: m.restoration,
            month: self.month,
            of_year: (self.month % 12) as u8 + 1,
        };
        step(&mut self.state, &self.params, inputs, &Draws::new(7, 0));
        self.month += 1;
        self.state.flow()
    }

    fn index(&mut self, m: Month, reach: usize) -> f64 {
        self.step(m).index[ReachId::new(reach)]
    }
}

fn close(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * b.abs().max(1e-300)
}

#[test]
fn i1_a_hundred_kilograms_a_day_in_a_small_river_are_the_standard() {
    let c = concentration_mg_per_l(100.0 * DAYS, 115.740_740);
    assert!((c - 0.01).abs() < 5e-8, "{c}");
}

#[test]
fn i2_first_order_loss_along_a_reach() {
    assert!(close(carried_share(0.1, 80.0, 0.8), 0.890_706_117_173_647_8, 1e-9));
}

/// Ogata and Banks with first-order decay: concentration over that at the inlet at distance `x`
/// after time `t`, velocity `v`, dispersion `d`, decay `k`.
fn front(x: f64, t: f64, v: f64, d: f64, k: f64) -> f64 {
    let erfc = |z: f64| 2.0 * normal_cdf(-z * SQRT_2);
    let w = v * sqrt(1.0 + 4.0 * k * d / (v * v));
    let width = 2.0 * sqrt(d * t);
    let behind = exp(x * (v - w) / (2.0 * d)) * erfc((x - w * t) / width);
    let ahead = exp(x * (v + w) / (2.0 * d)) * erfc((x + w * t) / width);
    0.5 * (behind + ahead)
}

#[test]
fn i3_dispersion_is_no_matter_at_the_step_of_a_month() {
    assert!(close(front(10.0, 20.0, 0.5, 1.0, 0.0), 0.616_163_147_138_428_2, 1e-9));
    assert!(close(front(10.0, 20.0, 0.5, 1.0, 0.05), 0.337_514_632_038_543_5, 1e-9));
    // After a month the front has long passed 80 km at 0.8 m/s, and a dispersion of 100 m²/s, large
    // for a river, moves what gets there by far less than the loss itself is known. km and days.
    let (v, d) = (0.8 * 86.4, 100.0 * 0.086_4);
    let settled = front(80.0, 30.0, v, d, 0.1);
    assert!(close(carried_share(0.1, 80.0, 0.8), settled, 1e-3), "{settled}");
}

#[test]
fn i4_sorption_makes_a_legacy_of_years_out_of_months_of_pore_water() {
    let retardation = 1.0 + 1.6 * 2.0 / 0.35;
    assert!(close(retardation, 10.142_857_142_857_144, 1e-12));
    // Pore water that is renewed in half a year to a year and a half, so retarded, empties the
    // ground within the half-lives that the model allows.
    let range = Params::definitions().unwrap();
    let range = range.iter().find(|p| p.path == "river.legacy_half_life_months").unwrap();
    for renewal in [6.0, 18.0] {
        let half_life = renewal * retardation * std::f64::consts::LN_2;
        assert!(half_life > range.low && half_life < range.high, "{half_life}");
    }
}

#[test]
fn i5_the_legacy_halves_in_its_half_life_whatever_the_season() {
    let left = |wash: [f64; 12]| {
        (0..24).fold(10.0, |m, i| m * (1.0 - released_share(time_constant(60.0), wash[i % 12])))
    };
    assert!(close(left([1.0; 12]), 7.578_582_832_551_991, 1e-9));
    assert!(close(left(wash_by_month(&SEASON, 0.7)), 7.578_582_832_551_991, 1e-9));
    // The same through a whole run: mined once, all of it into the ground.
    let mut run = Run::new(
        Params { surface_share: 0.0, capture_share: 0.0, legacy_half_life_months: 60.0, ..calm() },
        SEASON,
    );
    run.step(Month { mined: [10.0, 0.0], ..QUIET });
    let mut legacy = 0.0;
    for _ in 0..24 {
        legacy = run.step(QUIET).legacy_t_reo;
    }
    assert!(close(legacy, 7.578_582_832_551_991, 1e-9), "{legacy}");
}

#[test]
fn i6_chance_that_a_sample_exceeds_the_standard() {
    assert!(close(exceedance(0.008, ln(1.8), 0.01), 0.352_108_718_124_926_17, 1e-9));
    assert_eq!(exceedance(0.0, ln(1.8), 0.01), 0.0);
    assert_eq!((exceedance(0.011, 0.0, 0.01), exceedance(0.009, 0.0, 0.01)), (1.0, 0.0));
}

#[test]
fn i7_reaches_in_series_are_one_and_a_confluence_conserves_load() {
    let (k, u) = (0.1, 0.7);
    let series = carried_share(k, 30.0, u) * carried_share(k, 45.0, u);
    assert!(close(series, carried_share(k, 75.0, u), 1e-12));
    let mut run = Run::new(params(), SEASON);
    for _ in 0..30 {
        run.step(BUSY);
        let load = |r: usize| run.state.load[ReachId::new(r)];
        let carried = run.state.stretches[ReachId::new(2)].carried;
        assert!(close(load(2), (load(0) + load(1)) * carried, 1e-12));
    }
    // Without loss what mines release is what leaves at the two mouths.
    let mut run = Run::new(Params { loss_per_day: 0.0, ..params() }, SEASON);
    let mut out = 0.0;
    for _ in 0..30 {
        let flow = run.step(BUSY);
        out += flow.load[ReachId::new(2)] + flow.load[ReachId::new(4)];
    }
    assert!(close(out, run.state.balance.released, 1e-12));
}

#[test]
fn a_station_reads_background_and_load_over_flow() {
    let mut run = Run::new(calm(), [1.0; 12]);
    for _ in 0..40 {
        let flow = run.step(BUSY);
        let reach = ReachId::new(2);
        let kg = flow.load_kg(reach).unwrap();
        assert!(close(kg, 20.0 * flow.load[reach], 1e-12));
        let expected = 0.002 + kg * 1e6 / (60.0 * 1e3 * DAYS * 86_400.0);
        let reading = flow.readings[StationId::new(0)];
        let c = reading.concentration_mg_per_l.unwrap();
        assert!(close(c, expected, 1e-12));
        assert!(close(reading.exceedance, exceedance(c, ln(1.8), 0.01), 1e-12));
    }
}

#[test]
fn where_nobody_measured_there_is_an_index_and_no_number() {
    let mut run = Run::new(calm(), SEASON);
    let flow = run.step(BUSY);
    assert!(flow.exposure[TownshipId::new(1)] > 0.0);
    assert_eq!(flow.load_kg(ReachId::new(3)), None);
    assert_eq!(flow.readings[StationId::new(1)], Reading::default());
}

#[test]
fn the_index_of_the_reference_output_settles_at_what_is_not_held_back() {
    let p = Params { legacy_half_life_months: 24.0, index_basis: 0.0, ..calm() };
    let mut run = Run::new(p, [1.0; 12]);
    let reference = Month { mined: [100.0, 100.0], ..QUIET };
    let settled = p.surface_share + (1.0 - p.surface_share) * (1.0 - p.capture_share);
    let index = (0..1000).map(|_| run.index(reference, 0)).last().unwrap();
    assert!(close(index, settled, 1e-6), "{index}");
    // On the same reach it does not depend on the mean flow; downstream, not on its size either.
    assert!(close(run.index(reference, 3), settled, 1e-6));
    assert!(run.index(reference, 4) > 0.5 * settled);
    // Against one stream a large river is the cleaner.
    let mut run = Run::new(Params { index_basis: 1.0, ..p }, [1.0; 12]);
    let small = (0..1000).map(|_| run.index(reference, 3)).last().unwrap();
    let large = run.index(reference, 4);
    let carried = run.state.stretches[ReachId::new(4)].carried;
    assert!(close(large, small * 20.0 / 500.0 * carried, 1e-6), "{large}");
}

#[test]
fn loads_outlive_mining_and_fade_with_the_half_life() {
    let p = Params { surface_months: 0.5, ..calm() };
    let mut run = Run::new(p, [1.0; 12]);
    let running = (0..120).map(|_| run.index(BUSY, 0)).last().unwrap();
    let stopped: Vec<f64> = (0..121).map(|_| run.index(QUIET, 0)).collect();
    assert!(stopped[12] > 0.1 * running && stopped[12] < 0.9 * running);
    assert!(stopped.windows(2).all(|w| w[1] < w[0]));
    // Once the surface is clean only the ground is left.
    let years = |n: f64| pow(2.0, -12.0 * n / p.legacy_half_life_months);
    assert!(close(stopped[72], years(5.0) * stopped[12], 1e-6));
    assert!(close(stopped[120], years(9.0) * stopped[12], 1e-6));
}

#[test]
fn wet_months_carry_more_and_are_cleaner_or_dirtier_by_the_wash() {
    let months = |response: f64| {
        let mut run = Run::new(Params { wash_response: response, ..calm() }, SEASON);
        let mut last = [(0.0, 0.0); 12];
        for m in 0..240 {
            let flow = run.step(BUSY);
            let c = flow.readings[StationId::new(0)].concentration_mg_per_l.unwrap();
            last[m % 12] = (flow.load[ReachId::new(2)], c);
        }
        last
    };
    let (dry, wet) = (1, 7);
    let diluted = months(0.7);
    assert!(diluted[wet].0 > diluted[dry].0 && diluted[wet].1 < diluted[dry].1);
    // A first flush: the onset of the rains is dirtier than the dry season if wash outruns flow.
    let flushed = months(1.5);
    assert!(flushed[5].1 > flushed[dry].1);
    let even = months(0.0);
    assert!(even[wet].1 < diluted[wet].1);
}

#[test]
fn treatment_and_capture_together_leave_nothing() {
    let mut run = Run::new(Params { capture_share: 1.0, ..params() }, SEASON);
    for _ in 0..24 {
        let flow = run.step(Month { treat: 1.0, ..BUSY });
        assert!(flow.load.iter().chain(flow.index).chain(flow.exposure).all(|x| *x == 0.0));
        let c = flow.readings[StationId::new(0)].concentration_mg_per_l;
        assert_eq!(c, Some(0.002));
    }
    assert_eq!(run.state.stored(), 0.0);
}

#[test]
fn treatment_and_restoration_never_make_a_river_dirtier() {
    let last = |m: Month| {
        let mut run = Run::new(params(), SEASON);
        (0..60).map(|_| run.index(m, 0)).last().unwrap()
    };
    let plain = last(BUSY);
    assert!(last(Month { treat: 0.5, ..BUSY }) < plain);
    assert!(last(Month { restoration: 0.2, ..BUSY }) < plain);
    assert!(last(Month { restoration: 1.0, ..BUSY }) < last(Month { restoration: 0.5, ..BUSY }));
}

#[test]
fn restoration_takes_its_share_in_a_year() {
    let p = Params { surface_share: 0.0, legacy_half_life_months: 1e9, ..calm() };
    let mut run = Run::new(p, [1.0; 12]);
    let before = run.step(BUSY).legacy_t_reo;
    let mut after = 0.0;
    for _ in 0..12 {
        after = run.step(Month { restoration: 0.3, ..QUIET }).legacy_t_reo;
    }
    assert!(close(after, 0.7 * before, 1e-6));
}

#[test]
fn rivals_pollute_their_rivers_only() {
    let mut run = Run::new(params(), SEASON);
    let flow = run.step(Month { rival: 80.0, ..QUIET });
    let at = |r: usize| flow.load[ReachId::new(r)];
    assert!(at(1) > 0.0 && at(2) > 0.0);
    assert_eq!((at(0), at(3), at(4)), (0.0, 0.0, 0.0));
    assert_eq!(flow.legacy_t_reo, 0.0);
    assert!(close(flow.balance.generated, 20.0, 1e-12));
}

#[test]
fn index_and_load_follow_the_drawn_flow_and_the_drawn_wash() {
    let p = Params { wash_response: 0.6, index_basis: 0.0, ..params() };
    let mut run = Run::new(p, SEASON);
    let wash = wash_by_month(&SEASON, p.wash_response);
    for i in 0..36 {
        let before = run.state.sources[0].stores;
        let flow = run.step(BUSY);
        let runoff = flow.runoff(BasinId::new(0));
        let index = flow.load[ReachId::new(0)] / flow.stretches[ReachId::new(0)].carried;
        assert!(close(flow.exposure[TownshipId::new(0)], index / (100.0 * runoff), 1e-12));
        // The same draw moves flow and wash: anomaly^b, rescaled to mean 1.
        let (b, sigma) = (p.wash_response, p.flow_log_sd);
        let anomaly = runoff / SEASON[i % 12] * exp(0.5 * sigma * sigma);
        let wash = wash[i % 12] * pow(anomaly, b) * exp(-0.5 * b * b * sigma * sigma);
        let surface = before.surface + 300.0 * p.surface_share;
        let ground = released_share(time_constant(p.legacy_half_life_months), wash);
        let out = surface * released_share(p.surface_months, wash) + before.ground * ground;
        assert!(close(index, out, 1e-9), "{i}: {index} {out}");
    }
}

#[test]
fn flow_is_drawn_by_address_with_mean_one() {
    let mut run = Run::new(Params { flow_log_sd: 0.3, ..params() }, [1.0; 12]);
    let n = 20_000;
    let (mut a, mut b, mut together) = (0.0, 0.0, 0.0);
    for _ in 0..n {
        let flow = run.step(QUIET);
        let (x, y) = (flow.runoff(BasinId::new(0)), flow.runoff(BasinId::new(1)));
        (a, b, together) = (a + x, b + y, together + x * y);
    }
    let n = f64::from(n);
    assert!((a / n - 1.0).abs() < 0.01 && (b / n - 1.0).abs() < 0.01);
    assert!((together / n - a / n * b / n).abs() < 0.005, "basins do not share their weather");
    // Mining more changes no draw.
    let mut other = Run::new(Params { flow_log_sd: 0.3, ..params() }, [1.0; 12]);
    other.step(BUSY);
    let mut again = Run::new(Params { flow_log_sd: 0.3, ..params() }, [1.0; 12]);
    let first = again.step(QUIET).runoff(BasinId::new(0));
    assert_eq!(other.state.flow().runoff(BasinId::new(0)), first);
}

#[test]
fn forest_goes_with_new_sites_and_fuel_and_stays_within_the_record() {
    let p = params();
    let mut run = Run::new(p, SEASON);
    let flow = run.step(BUSY);
    let each = p.site_ha + p.road_ha_per_site + 300.0 * p.fuelwood_ha_per_t_reo;
    assert!(close(flow.forest_loss_ha, 2.0 * each, 1e-12));
    let before = flow.forest_loss_ha;
    assert!(close(flow.new_land_ha[TownshipId::new(0)], each, 1e-12));
    assert!(run.step(QUIET).forest_loss_ha > before);
    // Some 700 sites and 200,000 t in seven years, all numbers at their upper ends, stay below all
    // losses of forest from any cause in the mining area, 32,720 ha.
    let high = |name: &str| {
        let all = Params::definitions().unwrap();
        all.iter().find(|d| d.path.ends_with(name)).unwrap().high
    };
    let most = 700.0 * (high("site_ha") + high("road_ha_per_site"))
        + 200_000.0 * high("fuelwood_ha_per_t_reo");
    assert!(most < 32_720.0, "{most}");
}

#[test]
fn without_reaches_there_are_no_rivers() {
    let corridor = Fixture::new().corridor;
    let mut state = State::default();
    state.start(&params(), &corridor, &corridor.best_values());
    let inputs = Inputs {
        mined: &Dense::filled(500.0, 2),
        opened: &Dense::filled(0.0, 2),
        treat: &Dense::filled(0.0, 2),
        rival: &Dense::filled(500.0, corridor.origins.len()),
        rival_treat: 0.0,
        restoration_per_year: 0.0,
        month: 0,
        of_year: 1,
    };
    step(&mut state, &params(), inputs, &Draws::new(1, 0));
    let flow = state.flow();
    assert!(flow.load.is_empty() && flow.readings.is_empty());
    assert!(flow.exposure.iter().all(|x| *x == 0.0));
    assert_eq!((flow.legacy_t_reo, flow.balance), (0.0, Balance::default()));
}

#[test]
fn starting_again_forgets_the_last_run() {
    let mut run = Run::new(params(), SEASON);
    let first: Vec<f64> = (0..20).map(|_| run.index(BUSY, 2)).collect();
    run.state.start(&run.params, &run.corridor, &run.corridor.best_values());
    run.month = 0;
    let second: Vec<f64> = (0..20).map(|_| run.index(BUSY, 2)).collect();
    assert_eq!(first, second);
}

proptest! {
    #[test]
    fn tracer_is_neither_made_nor_lost(
        us in prop::collection::vec(0.0_f64..1.0, 14),
        mined in prop::collection::vec((0.0_f64..3000.0, 0.0_f64..500.0), 1..80),
        treat in 0.0_f64..1.0, restoration in 0.0_f64..1.0,
    ) {
        let values: Vec<f64> = Params::definitions().unwrap().iter().zip(&us)
            .map(|(d, u)| d.quantile(*u)).collect();
        let mut run = Run::new(Params::from_values(&mut values.iter()), SEASON);
        for (i, (own, rival)) in mined.into_iter().enumerate() {
            // Treatment comes and goes.
            let treat = if i % 5 == 0 { 0.0 } else { treat };
            run.step(Month { mined: [own, 0.5 * own], rival, treat, restoration });
            let balance = run.state.balance;
            let gap = balance.gap(run.state.stored());
            prop_assert!(gap.abs() <= 1e-9 * balance.generated.max(1.0), "{}", gap);
            let flow = run.state.flow();
            prop_assert!(flow.load.iter().chain(flow.index).chain(flow.exposure)
                .all(|x| x.is_finite() && *x >= 0.0));
            prop_assert!(flow.readings.iter().all(|r| (0.0..=1.0).contains(&r.exceedance)));
        }
    }
}
