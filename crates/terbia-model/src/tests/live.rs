//! What must hold whatever the numbers are, with parties that decide? T1 to T5, A2, A3 with politics.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::fixture::{Fixture, MONTHS};
use super::levers::{busy, owner};
use super::parties::{MILITIA, OUTSIDER, REBELS};
use super::twin::{NO_WAR, OPEN_TRADE, Runs, only};
use crate::kernel::id::Id;
use crate::kernel::rng::Draws;
use crate::lever::{ALL, Kind};
use crate::outcome;
use crate::run::{Engine, RunStatus};

/// A corridor with a fund, revenue shared under a truce, and another buyer at the end of a road.
fn traders() -> Fixture {
    busy()
        .turn(Kind::BufferFund, MILITIA, 0.3, 0)
        .turn(Kind::BufferFund, REBELS, 0.5, 24)
        .turn(Kind::RevenueSharing, OUTSIDER, 0.4, 36)
        .turn(Kind::OfftakeGuarantee, OUTSIDER, 1.0, 0)
}

#[test]
fn t1_t2_ledgers_close_whatever_parties_do() {
    // Each month checks its own ledgers, and the run would end as diverged; here the sums again.
    let f = traders();
    let columns = outcome::columns(&f.corridor);
    let at = |name: &str| columns.iter().position(|c| c.name == name).unwrap();
    let [output, exports, revenue] =
        ["output_reo_t", "exports_reo_t", "levy_revenue_total_usd"].map(at);
    let funds = ["fund_usd.militia", "fund_usd.rebels"].map(at);
    let mut engine = Engine::new(&f.corridor, 120);
    let (mut to_others, mut funded, mut shared) = (0.0, 0.0, 0.0);
    for run in 0..250 {
        let values = f.drawn(&Draws::new(29, run));
        let (mut mined, mut exported, mut last) = (0.0, 0.0, 0.0);
        let mut fund = [[0.0; 2]; 2];
        let status = engine.run(&values, (29, run), |_, row| {
            fund = [fund[1], funds.map(|column| row[column])];
            mined += row[output];
            exported += row[exports];
            last = row[revenue];
        });
        assert_eq!(status, RunStatus::Finished, "run {run}");
        let state = engine.state();
        let [official, leaked, seized, elsewhere] = state.books.left();
        assert!((official + leaked - exported).abs() <= 1e-9 * exported.max(1.0));
        let stock = state.haulage.stock() - state.books.opening_stock();
        let left = official + leaked + seized + elsewhere + stock;
        assert!((mined - left).abs() <= 1e-9 * mined.max(1.0), "run {run}: {mined} is not {left}");
        assert!(state.books.total_money().abs() <= 1e-9 * state.books.turnover_money().max(1.0));
        to_others += elsewhere;

        let fx = values[f.corridor.number("series.fx.scale").unwrap().index()] * 7.0;
        for (k, r) in state.levy.flow().receipts.iter().enumerate().take(2) {
            let (before, after) = (fund[0][k] * fx, fund[1][k] * fx);
            let expected = before + (r.saved - r.drawn).get();
            assert!((after - expected).abs() <= 1e-9 * after.max(1.0), "run {run}: {after}");
        }
        let (mut given, mut got, mut all) = (0.0, 0.0, 0.0);
        for (r, fund) in state.levy.flow().receipts.iter().zip(state.levy.flow().fund) {
            let had = r.revenue - r.given + r.got - r.saved + r.drawn;
            let spent = r.arms + r.services + r.administration;
            assert!((had - spent).get().abs() <= 1e-9 * had.get().max(1.0), "run {run}");
            assert!((r.due - r.lost - r.revenue).get().abs() <= 1e-9 * r.due.get().max(1.0));
            let parts = [r.lost, r.revenue, r.saved, r.drawn, r.arms, r.services, r.administration];
            assert!(parts.iter().all(|p| p.get() >= 0.0) && fund.get() >= 0.0, "run {run}: {r:?}");
            (given, got) = (given + r.given.get(), got + r.got.get());
            all += r.revenue.get();
            funded += fund.get();
        }
        assert!((given - got).abs() <= 1e-9 * given.max(1.0));
        assert!((all / fx - last).abs() <= 1e-9 * last.max(1.0));
        shared += given;
    }
    // The corners of the books were in use.
    assert!(to_others > 0.0 && funded > 0.0 && shared > 0.0, "{to_others} {funded} {shared}");
}

/// What a column may hold.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Range {
    Share,
    Positive,
    NotNegative,
    Any,
}

/// Columns that are ratios or counts although their unit says nothing.
fn range(column: &outcome::Column) -> Range {
    let name = column.name.split('.').next().unwrap_or_default();
    match name {
        "net_restraint" | "S6" => Range::Any,
        // A lever may ask for more than the goods are worth.
        "levy_asked_share" | "arms_ratio" | "grievance" | "closure_cause"
        | "truce_broken_cause" | "load_index" => Range::NotNegative,
        "leverage" => Range::Positive,
        name if name.contains("price") => Range::Positive,
        _ if column.unit == "1" => Range::Share,
        _ => Range::NotNegative,
    }
}

fn check(ranges: &[Range], columns: &[outcome::Column], month: usize, row: &[f64]) {
    for ((x, range), column) in row.iter().zip(ranges).zip(columns) {
        let held = match range {
            Range::Share => (0.0..=1.0 + 1e-12).contains(x),
            Range::Positive => *x > 0.0,
            Range::NotNegative => *x >= 0.0,
            Range::Any => x.is_finite(),
        };
        assert!(held, "month {month}: {} is {x}, which is not {range:?}", column.name);
    }
}

/// The busy corridor with every kind of lever turned somewhere, at a value out of a range.
fn everything_turned() -> Fixture {
    let mut f = busy();
    for (i, info) in ALL.iter().enumerate() {
        let [low, high] = info.bounds;
        let high = match info.kind {
            Kind::LevyRate => 150e3,
            Kind::Offtake => 500.0,
            Kind::BuyersStock => 24.0,
            _ => high.min(4.0),
        };
        let number = format!("lever.{:?}.{}", info.kind, owner(info.kind));
        f = f.turn(info.kind, owner(info.kind), low, 3 * (i % 12));
        let place = f.corridor.numbers.iter().rposition(|n| n.path == number).unwrap();
        f.corridor.numbers[place].high = high;
    }
    f
}

/// Draws runs at random out of the priors, or out of their corners, and checks every month.
fn sweep(f: &Fixture, (cases, months): (u32, usize), corners: bool) {
    let columns = outcome::columns(&f.corridor);
    let ranges: Vec<Range> = columns.iter().map(range).collect();
    let engine = std::cell::RefCell::new(Engine::new(&f.corridor, months));
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(
        config,
        proptest::test_runner::TestRng::deterministic_rng(
            proptest::test_runner::RngAlgorithm::ChaCha,
        ),
    );
    let result = runner.run(&(any::<u64>(), any::<u32>()), |(seed, run)| {
        let draws = Draws::new(seed, run);
        let mut values = f.drawn(&draws);
        if corners {
            for (value, number) in values.iter_mut().zip(&f.corridor.numbers) {
                let middle = 0.5 * (number.low + number.high);
                *value = if *value < middle { number.low } else { number.high };
            }
        }
        let status = engine.borrow_mut().run(&values, (seed, run), |month, row| {
            check(&ranges, &columns, month, row);
        });
        prop_assert_eq!(status, RunStatus::Finished);
        Ok(())
    });
    result.unwrap();
}

#[test]
fn t3_nothing_leaves_its_range_when_parties_decide() {
    sweep(&busy(), (3_000, 60), false);
}

#[test]
fn t3_nor_whatever_levers_are_turned() {
    sweep(&everything_turned(), (2_000, 60), false);
}

#[test]
fn t3_nor_in_the_corners_of_the_priors() {
    sweep(&busy(), (300, 60), true);
    sweep(&everything_turned(), (300, 60), true);
}

#[test]
fn t3_nor_over_the_whole_horizon_of_live_months() {
    sweep(&busy(), (300, MONTHS), false);
    sweep(&everything_turned(), (150, MONTHS), false);
}

#[test]
fn a2_the_order_of_sites_changes_nothing_when_parties_decide() {
    let f = busy();
    let mut engine = Engine::new(&f.corridor, MONTHS);
    for run in 0..3 {
        let values = f.drawn(&Draws::new(8, run));
        let bits = |rows: &mut Vec<u64>, row: &[f64]| rows.extend(row.iter().map(|x| x.to_bits()));
        let (mut plain, mut permuted, mut again) = (Vec::new(), Vec::new(), Vec::new());
        engine.run(&values, (5, run), |_, row| bits(&mut plain, row));
        engine.run_permuted(&values, (5, run), |_, row| bits(&mut permuted, row));
        assert!(plain == permuted, "run {run}");
        // An engine that has run other worlds in between remembers nothing of them.
        engine.run(&f.drawn(&Draws::new(8, 77)), (9, 1), |_, _| {});
        engine.run(&values, (5, run), |_, row| bits(&mut again, row));
        assert!(plain == again, "run {run}");
        let mut fresh = Vec::new();
        let mut other = Engine::new(&f.corridor, MONTHS);
        other.run(&values, (5, run), |_, row| bits(&mut fresh, row));
        assert!(plain == fresh, "run {run}");
    }
}

#[test]
fn a2_the_order_of_stances_changes_only_rounding() {
    let plain = Fixture::new().parties(1);
    let mut turned = Fixture::new().parties(1);
    turned.corridor.politics.as_mut().unwrap().stances.reverse();
    let runs = |f: &Fixture| Runs::of(f, &[NO_WAR, OPEN_TRADE], (3, 96));
    let (a, b) = (runs(&plain), runs(&turned));
    for name in ["trade_posture", "axis_posture", "trust", "exports_reo_t", "leverage"] {
        let pairs = a.column(name).concat().into_iter().zip(b.column(name).concat());
        for (x, y) in pairs {
            assert!((x - y).abs() <= 1e-9 * x.abs().max(1.0), "{name}: {x} {y}");
        }
    }
}

#[test]
fn replay_is_live_that_never_begins() {
    // Events that fall before the model decides are given; the same months must come out alike.
    let of = |live_from| {
        let mut f = busy();
        f.corridor.timeline.live_from = live_from;
        Runs::of(&f, &[], (3, 120))
    };
    let replay = of(MONTHS);
    assert_eq!(replay.differing(&of(MONTHS + 50)), only(&[]));
    // Nothing fires by chance: what happens is on record.
    for months in replay.column("offensives") {
        assert!((0..120).all(|m| (months[m] > 0.0) == (80..86).contains(&m)));
    }
    for months in replay.column("truce") {
        assert!((0..120).all(|m| (months[m] > 0.0) == (30..60).contains(&m)));
    }
    for name in ["closure_cause", "cancelled.upper", "cancelled.lower", "closure_threat"] {
        assert_eq!(replay.mean(name), 0.0, "{name}");
    }
    assert_eq!((replay.mean("control.upper"), replay.mean("control.lower")), (0.0, 1.0));
    for live_from in [1, 25, 90] {
        let live = of(live_from);
        assert_eq!(replay.differing_before(&live, live_from), only(&[]), "live from {live_from}");
        assert!(!replay.differing(&live).is_empty());
    }
}

#[test]
fn parties_that_only_watch_leave_the_economy_alone() {
    let shut = |f: Fixture| f.shut("2021-07-15", "2021-11-30", 0.0, 0.0).levy(30e3);
    let plain = shut(Fixture::new());
    let watched = shut(Fixture::new().parties(MONTHS));
    // Operators do look at fronts: what a war might take is the one thing that watching changes.
    let calm = watched.values(&[("hills.base.0", 0.0), ("hills.base.1", 0.0)]);
    let (a, b) = (plain.run(&plain.values(&[]), 7).0, watched.run(&calm, 7).0);
    let economy = outcome::columns(&plain.corridor);
    let made = ["extraction", "haulage", "gate", "levy", "market"];
    let columns: Vec<_> = economy.iter().filter(|c| made.contains(&c.module)).collect();
    assert!(columns.len() > 20, "{}", columns.len());
    for column in columns {
        let (x, y) = (plain.column(&a, &column.name), watched.column(&b, &column.name));
        assert_eq!(x, y, "{}", column.name);
    }
}
