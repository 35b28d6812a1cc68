//! What does the first corridor do when the model decides, over a thousand runs, and where does the
//! record lie among them?

#![allow(clippy::unwrap_used, reason = "a crowd that cannot be run has failed")]

mod crowd;
#[path = "live/truce.rs"]
mod truce;

use crowd::Crowd;
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::OnceLock;
use terbia_lab::stats;

const MEMBERS: u32 = 1000;
const SEED: u64 = 1;

/// The levy of March 2025, CNY/t gross, and what it was as a share of the value of concentrate.
const LEVY: [f64; 2] = [35_000.0, 0.185];
/// From 22 October 2024 to 27 March 2025, months.
const CLOSURE_MONTHS: f64 = 5.2;
/// Months of October 2024 that the closure had filled when the model took over.
const SHUT_IN_OCTOBER: f64 = 10.0 / 31.0;
/// Offensives, closures and truces on record from 2018 to May 2025.
const EVENTS: [(&str, f64); 3] = [("offensives", 4.0), ("closures", 5.0), ("truces", 0.0)];

/// Values of runs, in order, with what the record has.
#[derive(Debug)]
struct Spread {
    runs: Vec<f64>,
    record: f64,
}

impl Spread {
    fn new(runs: impl Iterator<Item = f64>, record: f64) -> Self {
        Self { runs: stats::sorted(&runs.collect::<Vec<_>>()), record }
    }

    fn quantile(&self, p: f64) -> f64 {
        stats::quantile(&self.runs, p)
    }

    /// Whether the record lies in the central interval that holds `share` of the runs.
    fn holds(&self, share: f64) -> bool {
        let tail = 0.5 * (1.0 - share);
        (self.quantile(tail)..=self.quantile(1.0 - tail)).contains(&self.record)
    }

    /// Share of the runs below the record; half of those at it.
    fn rank(&self) -> f64 {
        let below = self.runs.iter().filter(|x| **x < self.record).count() as f64;
        let at = self.runs.iter().filter(|x| **x == self.record).count() as f64;
        (below + 0.5 * at) / self.runs.len() as f64
    }
}

/// What the live runs were asked.
struct Measured {
    /// First levy agreed: CNY/t gross, and as a share of the value of concentrate.
    levy: [Spread; 2],
    /// Share of the runs in which none is agreed by the end of 2027.
    never_agreed: f64,
    /// Length of the closure of October 2024 until most gates are open, months.
    closure: Spread,
    /// The same until the dispute with who holds the mines is over.
    dispute: Spread,
    /// Runs by first ask, in hundredths of the value, and whether it was refused; most first.
    asks: Vec<((i64, bool), usize)>,
    /// Offensives, closures and truces in a run from 2018 to May 2025.
    events: [Spread; 3],
    /// Runs that diverged, of those from 2024 and of those from 2017.
    diverged: [usize; 2],
}

/// A run from October 2024 on.
#[derive(Default)]
struct Deal {
    shut: f64,
    reopened: bool,
    disputed: f64,
    settled: bool,
    ask: Option<(f64, bool)>,
    levy: Option<(f64, f64)>,
    price: f64,
}

/// A run from 2017 on.
#[derive(Default)]
struct Events {
    count: [f64; 3],
    shut: bool,
    truce: bool,
}

impl Measured {
    fn take() -> Self {
        let project = crowd::kachin();
        let deals = deals(&Crowd::new(&project, "live-2024", &[]));
        let events = events(&Crowd::new(&project, "live-2017", &[]));
        let diverged = [
            deals.iter().filter(|d| d.is_none()).count(),
            events.iter().filter(|e| e.is_none()).count(),
        ];
        let deals: Vec<Deal> = deals.into_iter().flatten().collect();
        let levy = |f: fn((f64, f64)) -> f64, record| {
            Spread::new(deals.iter().filter_map(|d| d.levy).map(f), record)
        };
        let length = |of: fn(&Deal) -> (f64, bool)| {
            let months = |d| match of(d) {
                (months, true) => months,
                (_, false) => f64::INFINITY,
            };
            Spread::new(deals.iter().map(months), CLOSURE_MONTHS)
        };
        let mut asks: BTreeMap<(i64, bool), usize> = BTreeMap::new();
        for (share, refused) in deals.iter().filter_map(|d| d.ask) {
            *asks.entry(((100.0 * share).round() as i64, refused)).or_default() += 1;
        }
        let mut asks: Vec<_> = asks.into_iter().collect();
        asks.sort_by_key(|(_, runs)| std::cmp::Reverse(*runs));
        let never = deals.iter().filter(|d| d.levy.is_none()).count();
        let counted =
            |k: usize| Spread::new(events.iter().flatten().map(|e| e.count[k]), EVENTS[k].1);
        Self {
            levy: [levy(|(rate, _)| rate, LEVY[0]), levy(|(_, share)| share, LEVY[1])],
            never_agreed: never as f64 / deals.len() as f64,
            closure: length(|d| (d.shut, d.reopened)),
            dispute: length(|d| (d.disputed, d.settled)),
            asks,
            events: [0, 1, 2].map(counted),
            diverged,
        }
    }

    /// Share of first asks that were refused.
    fn refused(&self) -> f64 {
        let all: usize = self.asks.iter().map(|(_, n)| n).sum();
        let refused: usize = self.asks.iter().filter(|((_, r), _)| *r).map(|(_, n)| n).sum();
        refused as f64 / all as f64
    }
}

fn deals(crowd: &Crowd) -> Vec<Option<Deal>> {
    let [open, cause, agreed, ask, refused, price] = [
        "gate_open_share",
        "closure_cause",
        "levy_agreed",
        "levy_asked_share",
        "levy_refused",
        "concentrate_price_cny_per_t",
    ]
    .map(|name| crowd.column(name));
    let from = crowd.index("2024-11");
    crowd.gather((SEED, MEMBERS), crowd.index("2027-12") + 1, |run: &mut Deal, month, row| {
        if month >= from {
            if !run.reopened {
                run.shut += 1.0 - row[open];
                run.reopened = row[open] >= 0.5;
            }
            if !run.settled {
                run.disputed += 1.0;
                run.settled = row[cause] == 0.0;
            }
            if row[ask] > 0.0 {
                run.ask.get_or_insert((row[ask], row[refused] > 0.0));
            }
            // What is agreed by value is reckoned at last month's price.
            if row[agreed] > 0.0 {
                run.levy.get_or_insert((row[agreed], row[agreed] / run.price));
            }
        } else {
            (run.shut, run.disputed) = (SHUT_IN_OCTOBER, SHUT_IN_OCTOBER);
        }
        run.price = row[price];
    })
}

fn events(crowd: &Crowd) -> Vec<Option<Events>> {
    let launched = ["offensive_launched.challenger", "offensive_launched.incumbent"]
        .map(|name| crowd.column(name));
    let [shut, truce] = ["closure", "truce"].map(|name| crowd.column(name));
    let from = crowd.index("2018-01");
    crowd.gather((SEED, MEMBERS), crowd.index("2025-05") + 1, |run: &mut Events, month, row| {
        let (is_shut, is_truce) = (row[shut] > 0.5, row[truce] > 0.5);
        if month >= from {
            run.count[0] += launched.iter().map(|side| row[*side]).sum::<f64>();
            run.count[1] += f64::from(u8::from(is_shut && !run.shut));
            run.count[2] += f64::from(u8::from(is_truce && !run.truce));
        }
        (run.shut, run.truce) = (is_shut, is_truce);
    })
}

fn measured() -> &'static Measured {
    static MEASURED: OnceLock<Measured> = OnceLock::new();
    MEASURED.get_or_init(Measured::take)
}

#[test]
fn the_first_levy_agreed_is_the_size_of_the_record() {
    for levy in &measured().levy {
        assert!(levy.holds(0.8), "{levy:?}");
    }
}

#[test]
fn the_closure_of_2024_may_last_as_long_as_it_did() {
    assert!(measured().closure.holds(0.8), "{:?}", measured().closure);
}

#[test]
fn a_first_ask_is_rather_refused() {
    assert!(measured().refused() > 0.5, "{:?}", measured().asks);
}

#[test]
fn wars_closures_and_truces_are_as_many_as_on_record() {
    for (events, (name, _)) in measured().events.iter().zip(EVENTS) {
        assert!(events.holds(0.9), "{name}: {events:?}");
    }
}

#[test]
fn no_live_run_diverges() {
    assert_eq!(measured().diverged, [0, 0]);
}

#[test]
#[ignore = "writes a part of the book, for `cargo xtask docs`"]
fn book() {
    let m = measured();
    let row = |name: &str, unit: &str, spread: &Spread| {
        let quantiles = [0.05, 0.1, 0.5, 0.9, 0.95].map(|p| spread.quantile(p));
        json!({
            "name": name, "unit": unit, "record": spread.record, "quantiles": quantiles,
            "rank": spread.rank(), "runs": spread.runs.len(),
        })
    };
    let deals = [
        row("first levy agreed", "CNY/t gross", &m.levy[0]),
        row("the same as a share of the value of concentrate", "1", &m.levy[1]),
        row(
            "closure of 22 October 2024, to the month in which most gates are open",
            "months",
            &m.closure,
        ),
        row("the same, to the end of the dispute over the levy", "months", &m.dispute),
    ];
    let events: Vec<_> =
        m.events.iter().zip(EVENTS).map(|(e, (name, _))| row(name, "a run", e)).collect();
    let asks: Vec<_> = m
        .asks
        .iter()
        .map(|((percent, refused), runs)| json!({"percent": percent, "refused": refused, "runs": runs}))
        .collect();
    crowd::tell_the_book(&json!({
        "members": MEMBERS, "seed": SEED, "deals": deals, "events": events, "asks": asks,
        "refused": m.refused(), "never_agreed": m.never_agreed, "diverged": m.diverged,
    }));
}
