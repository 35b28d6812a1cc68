//! Does a truce of the past, left to the model from its first month on, last as long as it did, and
//! what ends it?

use super::crowd::Crowd;
use super::{MEMBERS, SEED};
use terbia_lab::stats;
use terbia_store::Project;

/// Months from March 1994 to May 2011, all of them under the truce.
const LASTED: f64 = 207.0;
/// Kinds of dispute, as `truce_broken_over` numbers them.
const ARMS_AND_CONTROL: f64 = 1.0;
const TRADE: f64 = 2.0;

/// A run: months that the truce lasted, and what kind of dispute ended it; 0 if it held.
#[derive(Default)]
struct Truce {
    months: f64,
    over: bool,
    kind: f64,
}

fn truces() -> Vec<Truce> {
    let project = Project::load("hpakant-jade").unwrap();
    let crowd = Crowd::new(&project, "live-1994", &[]);
    let [truce, kind] = ["truce", "truce_broken_over"].map(|name| crowd.column(name));
    let (from, until) = (crowd.index("1994-03"), crowd.index("2016-12") + 1);
    let runs = crowd.gather((SEED, MEMBERS), until, |run: &mut Truce, month, row| {
        if month < from || run.over {
            return;
        }
        if row[truce] > 0.5 {
            run.months += 1.0;
        } else {
            (run.over, run.kind) = (true, row[kind]);
        }
    });
    let all = runs.len();
    let runs: Vec<_> = runs.into_iter().flatten().collect();
    assert_eq!(runs.len(), all, "no run diverges");
    runs
}

#[test]
fn the_truce_of_1994_may_last_as_long_as_it_did_and_ends_rather_over_arms_than_over_trade() {
    let runs = truces();
    let months = stats::sorted(&runs.iter().map(|r| r.months).collect::<Vec<_>>());
    let interval = [0.1, 0.9].map(|p| stats::quantile(&months, p));
    assert!(interval[0] <= LASTED && LASTED <= interval[1], "{interval:?}");
    let over = |kind: f64| runs.iter().filter(|r| r.over && r.kind == kind).count();
    let (arms, trade) = (over(ARMS_AND_CONTROL), over(TRADE));
    assert!(arms > trade, "{arms} over arms and control, {trade} over trade");
}
