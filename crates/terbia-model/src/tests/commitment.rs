//! Does a shift of power shorten a truce, a claim keep it in danger, and a parallel levy pay?

use super::fixture::{Fixture, MONTHS};
use super::limits::STILL;
use super::parties::{MILITIA, REBELS};
use super::twin::{NO_WAR, OPEN_TRADE, Runs};
use crate::config::Commitment;
use crate::kernel::id::{ActorId, Id, TownshipId};
use crate::kernel::rng::Draws;
use crate::module::ceasefire::commitment::{bound, loss};
use crate::run::{Engine, RunStatus};
use crate::timeline::{Combine, Demand, ParallelLevy, Profile, Span, Truce};

/// A truce from the first month on, and the commitment problem with a demand at a rate.
fn wary(demand_per_month: f64) -> Fixture {
    let mut f = Fixture::new().parties(1);
    let guarantee = f.exact("truce.guarantee", 0.0);
    let sharing = f.exact("truce.sharing", 0.0);
    f.corridor.timeline.truces.push(Truce {
        from: 0,
        until: MONTHS,
        guarantee,
        sharing,
        age_months: None,
    });
    let commitment = Commitment {
        war_waste_share: f.number("commitment.waste", 0.2, 0.05, 0.5),
        prize_ratio: f.number("commitment.prize", 8.0, 2.0, 20.0),
        horizon_months: f.number("commitment.horizon", 60.0, 12.0, 120.0),
        ratio: f.number("commitment.ratio", 4.0, 1.0, 8.0),
        demand_per_month: f.number("commitment.demand", demand_per_month, 0.0, 0.2),
        demand_share: f.number("commitment.share", 1.0, 0.2, 1.0),
    };
    f.corridor.politics.as_mut().unwrap().commitment = Some(commitment);
    f
}

/// Months of truce, mean over runs.
fn months_of_truce(f: &Fixture, changes: &[(&str, f64)]) -> f64 {
    let runs = Runs::of(f, &[OPEN_TRADE, NO_WAR, changes], (200, MONTHS));
    runs.mean("truce") * MONTHS as f64
}

#[test]
fn the_bound_of_the_worked_example_is_a_tenth() {
    // model: p = 0.5, d = 0.2, beta V = 8.
    assert!((bound(0.5, 0.2, 8.0) - 0.093_75).abs() < 1e-12);
    assert!(bound(0.9, 0.2, 8.0) < bound(0.1, 0.2, 8.0), "the strong can bear less");
    assert_eq!(loss([0.5, 0.3]), (0.5, 0.2));
    let (win, lost) = loss([0.3, 0.5]);
    assert!((win - 0.7).abs() < 1e-12 && (lost - 0.2).abs() < 1e-12, "the other side loses");
}

#[test]
fn whoever_is_sure_to_prevail_loses_nothing_and_stays_a_number() {
    // Without waste a sure winner can bear no loss at all; it has none.
    let sure = [
        ("commitment.waste", 0.0),
        ("militia.capability", 0.0),
        ("militia.other", 0.0),
        ("militia.allied", 0.0),
    ];
    let runs = Runs::of(&wary(0.0), &[OPEN_TRADE, NO_WAR, &sure], (10, MONTHS));
    assert!(runs.mean("commitment_loss").is_finite() && runs.mean("truce").is_finite());
}

#[test]
fn means_that_do_not_wear_out_add_up() {
    let f = Fixture::new().parties(1);
    let lasting = f.values(&[STILL, &[("conflict.capability_decay_per_month", 0.0)]].concat());
    let mut engine = Engine::new(&f.corridor, MONTHS);
    let _ = engine.run(&lasting, (3, 0), |_, _| {});
    let p = crate::module::Params::from_values(&mut lasting.iter());
    let war = &engine.state().conflict;
    let [now, soon] = war.power(&p.conflict, 1.0, 0.0);
    let [_, later] = war.power(&p.conflict, 60.0, 0.0);
    assert!((soon - now).abs() < 0.05 && later.is_finite() && (later - 0.5).abs() > 1e-6);
}

#[test]
fn a_demand_for_all_arms_shortens_the_truce() {
    let quiet = months_of_truce(&wary(0.0), &[]);
    let pressed = months_of_truce(&wary(0.05), &[]);
    assert!(pressed < 0.95 * quiet, "{pressed} months against {quiet}");
}

#[test]
fn without_a_ratio_the_commitment_problem_is_told_and_does_nothing() {
    let plain = {
        let mut f = wary(0.05);
        f.corridor.politics.as_mut().unwrap().commitment = None;
        f
    };
    let (a, b) = (wary(0.05), plain);
    let even = [("commitment.ratio", 1.0)];
    assert_eq!(months_of_truce(&a, &even).to_bits(), months_of_truce(&b, &[]).to_bits());
    let runs = Runs::of(&a, &[OPEN_TRADE, NO_WAR, &even], (20, MONTHS));
    assert!(runs.mean("commitment_bound") > 0.05 && runs.mean("arms_demanded") > 0.2);
}

#[test]
fn the_month_of_a_breakdown_tells_what_led_to_it() {
    let f = wary(0.05);
    let mut broken = 0;
    for run in 0..60 {
        let (rows, status) = f.run(&f.values(&[OPEN_TRADE, NO_WAR].concat()), run);
        assert_eq!(status, RunStatus::Finished);
        let [truce, arms, over] =
            ["truce", "arms_demanded", "truce_broken_over"].map(|name| f.column(&rows, name));
        let end = (1..truce.len()).find(|m| truce[m - 1] > 0.5 && truce[*m] < 0.5);
        let Some(end) = end.filter(|m| arms[m - 1] > 0.0) else { continue };
        broken += 1;
        assert_eq!(arms[end].to_bits(), arms[end - 1].to_bits(), "run {run}, month {end}");
        assert!(over[end] > 0.0, "run {run}: something weighed");
    }
    assert!(broken > 10, "{broken} broke under a demand");
}

#[test]
fn a_demand_that_is_given_is_told_in_its_months_and_in_no_other() {
    let mut f = wary(0.0);
    let arms = f.exact("demand.arms", 0.6);
    f.corridor.timeline.demands.push(Demand { from: 12, until: 24, arms });
    let mut still = f.values(STILL);
    still[f.corridor.number("ceasefire.breakdown_scale_months").unwrap().index()] = 1e9;
    let (rows, status) = f.run(&still, 3);
    assert_eq!(status, RunStatus::Finished);
    let told = f.column(&rows, "arms_demanded");
    for (month, share) in told.iter().enumerate() {
        let expected = if (12..24).contains(&month) { 0.6 } else { 0.0 };
        assert_eq!(share.to_bits(), f64::to_bits(expected), "month {month}");
    }
}

#[test]
fn a_claim_to_mines_that_the_other_side_holds_shortens_the_truce() {
    let mut f = wary(0.0);
    let claim = f.number("claim", 0.0, 0.0, 1.0);
    f.corridor.politics.as_mut().unwrap().sides[0].claim_share = Some(claim);
    let without = months_of_truce(&f, &[("claim", 0.0)]);
    let with = months_of_truce(&f, &[("claim", 1.0)]);
    assert!(with < without, "{with} months against {without}");
}

#[test]
fn power_ahead_is_power_now_when_means_are_in_balance() {
    // Both sides get what wears out: nothing shifts, and giving up a share is all the loss.
    let f = Fixture::new().parties(1);
    let still = f.values(STILL);
    let mut engine = Engine::new(&f.corridor, MONTHS);
    let _ = engine.run(&still, (3, 0), |_, _| {});
    let (war, p) =
        (&engine.state().conflict, crate::module::Params::from_values(&mut still.iter()));
    let [now, soon] = war.power(&p.conflict, 0.0, 0.0);
    assert!((now - soon).abs() < 1e-12);
    let [_, given] = war.power(&p.conflict, 0.0, 0.5);
    assert!(given < now);
    let [_, far] = war.power(&p.conflict, 24.0, 0.0);
    let [_, farther] = war.power(&p.conflict, 48.0, 0.0);
    assert!((far - now) * (farther - far) >= -1e-12, "it moves one way: {now} {far} {farther}");
}

/// The rebels tax a share of what leaves ground that the militia holds, from the start.
fn taxed(reach: f64, war: Option<bool>) -> Fixture {
    let mut f = Fixture::new().parties(1);
    let reach = f.number("reach", reach, 0.0, 1.0);
    let share = f.number("share", 0.1, 0.0, 1.0);
    let c = &mut f.corridor;
    let span = Span { from: c.start.first_day(), until: None, number: reach };
    c.timeline.parallel.push(ParallelLevy {
        actor: ActorId::new(REBELS),
        townships: c.townships.ids().collect(),
        reach: Profile::new(Combine::Latest, &[span], c.start, c.months),
        share,
        war,
    });
    f
}

fn column(f: &Fixture, name: &str) -> Vec<f64> {
    let (rows, status) = f.run(&f.values(&[STILL, NO_WAR, OPEN_TRADE].concat()), 6);
    assert_eq!(status, RunStatus::Finished);
    f.column(&rows, name)
}

#[test]
fn a_parallel_levy_brings_its_share_of_the_value_that_leaves() {
    let f = taxed(0.5, None);
    let revenue = column(&f, "levy_revenue_usd.rebels");
    let (sent, price) = (column(&f, "exports_reo_t"), column(&f, "basket_price_cny_per_t"));
    let year = 60..72;
    let paid: f64 = revenue[year.clone()].iter().sum();
    let value: f64 = year.map(|m| sent[m] * price[m] / 7.0).sum();
    // What leaves the mines is exported weeks later, at a price that may have moved.
    assert!((paid / (0.05 * value) - 1.0).abs() < 0.1, "{paid} of {value}");
}

#[test]
fn a_levy_of_war_is_not_raised_under_a_truce() {
    for (war, truce, raised) in
        [(Some(true), false, true), (Some(true), true, false), (Some(false), true, true)]
    {
        let mut f = taxed(0.5, war);
        if truce {
            let one = f.exact("truce.guarantee", 1.0);
            f.corridor.timeline.truces.push(Truce {
                from: 0,
                until: MONTHS,
                guarantee: one,
                sharing: one,
                age_months: None,
            });
            f.corridor.timeline.live_from = MONTHS;
        }
        let total: f64 = column(&f, "levy_revenue_usd.rebels").iter().sum();
        assert_eq!(total > 0.0, raised, "war {war:?}, truce {truce}: {total}");
    }
}

#[test]
fn administration_is_forgotten_without_mines_and_learnt_with_them() {
    let mut f = taxed(0.0, None);
    let months = f.number("growth", 24.0, 6.0, 120.0);
    for actor in [MILITIA, REBELS] {
        let budget = f.corridor.actors[ActorId::new(actor)].budget.as_mut().unwrap();
        budget.admin_growth_months = Some(months);
    }
    let change = crate::timeline::ControlChange {
        month: 36,
        place: crate::config::Corridor::place(TownshipId::new(0)),
        holder: ActorId::new(REBELS),
    };
    f.corridor.timeline.control.push(change);
    let (rebels, militia) = (column(&f, "admin_learnt.rebels"), column(&f, "admin_learnt.militia"));
    assert!(rebels[..36].iter().all(|x| *x == 0.0), "nothing to learn from");
    assert!(
        (rebels[36 + 23] - (1.0 - crate::kernel::math::exp(-1.0))).abs() < 1e-9,
        "{}",
        rebels[59]
    );
    assert!(militia.iter().all(|x| (*x - 1.0).abs() < 1e-12), "it still holds the other mines");
}

#[test]
fn ledgers_close_with_parallel_levies_and_demands_over_the_whole_prior() {
    let mut f = taxed(0.4, Some(true));
    let wary = wary(0.02);
    let commitment = wary.corridor.politics.as_ref().unwrap().commitment;
    let number = |f: &mut Fixture, n: crate::kernel::id::NumberId| {
        let d = &wary.corridor.numbers[n.index()];
        f.number(&d.path, d.value, d.low, d.high)
    };
    let c = commitment.unwrap();
    let commitment = Commitment {
        war_waste_share: number(&mut f, c.war_waste_share),
        prize_ratio: number(&mut f, c.prize_ratio),
        horizon_months: number(&mut f, c.horizon_months),
        ratio: number(&mut f, c.ratio),
        demand_per_month: number(&mut f, c.demand_per_month),
        demand_share: number(&mut f, c.demand_share),
    };
    f.corridor.politics.as_mut().unwrap().commitment = Some(commitment);
    let mut engine = Engine::new(&f.corridor, MONTHS);
    for run in 0..150 {
        let values = f.drawn(&Draws::new(23, run));
        let status = engine.run(&values, (23, run), |_, row| {
            assert!(row.iter().all(|x| x.is_finite()));
        });
        assert_eq!(status, RunStatus::Finished, "run {run}");
        let state = engine.state();
        assert!(state.books.total_money().abs() <= 1e-9 * state.books.turnover_money().max(1.0));
    }
}
