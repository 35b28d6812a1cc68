//! What does a levy do that takes a share of the product itself, to stocks, revenue and mines?

use super::fixture::{Fixture, MONTHS};
use super::limits::STILL;
use super::stops::stopped;
use crate::kernel::id::Id;
use crate::kernel::rng::Draws;
use crate::run::{Engine, RunStatus};
use crate::timeline::{Combine, Profile, Span};

/// Every holder takes a share in kind from the start and sells it within some months.
fn in_kind(mut f: Fixture, share: f64, sale_months: f64) -> Fixture {
    let number = f.number("event.in_kind", share, 0.0, 1.0);
    let sale = f.number("sale_months", sale_months, 0.1, 48.0);
    let c = &mut f.corridor;
    let span = Span { from: c.start.first_day(), until: None, number };
    for levy in &mut c.timeline.levy {
        levy.in_kind = Profile::new(Combine::Latest, &[span], c.start, c.months);
    }
    for budget in c.actors.iter_mut().filter_map(|a| a.budget.as_mut()) {
        budget.stock_sale_months = Some(sale);
    }
    f
}

fn column(f: &Fixture, name: &str) -> Vec<f64> {
    let (rows, status) = f.run(&f.values(STILL), 6);
    assert_eq!(status, RunStatus::Finished);
    f.column(&rows, name)
}

#[test]
fn ledgers_close_with_a_store_over_the_whole_prior() {
    // The books of each month count the store among what is on the way; a gap ends the run.
    let f = in_kind(Fixture::new().shut("2021-07-15", "2021-11-30", 0.0, 0.0), 0.3, 9.0);
    let mut engine = Engine::new(&f.corridor, MONTHS);
    for run in 0..200 {
        let values = f.drawn(&Draws::new(21, run));
        let status =
            engine.run(&values, (21, run), |_, row| assert!(row.iter().all(|x| *x >= 0.0)));
        assert_eq!(status, RunStatus::Finished, "run {run}");
        let state = engine.state();
        assert!(state.haulage.flow().store.iter().all(|kept| *kept >= 0.0));
    }
}

#[test]
fn in_a_steady_state_the_share_taken_is_sold_and_brings_its_net_value() {
    let f = in_kind(Fixture::new(), 0.1, 9.0);
    let (sold, exported) = (column(&f, "holder_sales_reo_t.militia"), column(&f, "exports_reo_t"));
    let last = 90;
    // Of the share, what the administration collects: the holder's capacity, long settled. A tenth
    // is too little for loads to evade.
    let values = f.values(STILL);
    let capacity = values[f.corridor.number("militia.capacity").unwrap().index()];
    let share = sold[last] / exported[last];
    assert!((share - 0.1 * capacity).abs() < 0.003, "{share}");
    let revenue = column(&f, "levy_revenue_total_usd")[last];
    let gross_value = sold[last] * column(&f, "basket_price_cny_per_t")[last] / 7.0;
    assert!(revenue > 0.6 * gross_value && revenue < gross_value, "{revenue} {gross_value}");
    // A store sold within m months holds about m months of what is taken.
    let store = column(&f, "holder_stock_reo_t.militia")[last];
    assert!((store / (9.0 * sold[last]) - 1.0).abs() < 0.1, "{store}");
}

#[test]
fn a_store_goes_on_selling_after_output_stops() {
    let kept = stopped(in_kind(Fixture::new(), 0.3, 12.0), None, 0.0);
    let none = stopped(Fixture::new(), None, 0.0);
    let (kept, none) = (column(&kept, "exports_t"), column(&none, "exports_t"));
    // Half a year after the stop of 2021-08.
    assert!(kept[61] > 2.0 * none[61], "{} {}", kept[61], none[61]);
}

#[test]
fn taking_more_in_kind_never_draws_more_mines_and_a_levy_shows_its_value() {
    let sites = |share: f64| {
        let f = in_kind(Fixture::new(), share, 9.0);
        let entry = [("extraction.entry_sites_per_month", 6.0)];
        f.column(&f.run(&f.values(&entry), 2).0, "sites_total")[100]
    };
    assert!(sites(0.45) < sites(0.0));
    let f = in_kind(Fixture::new(), 0.3, 9.0);
    let (asked, price) =
        (column(&f, "levy_cny_per_t")[10], column(&f, "concentrate_price_cny_per_t")[9]);
    assert!((asked / price - 0.3).abs() < 0.01, "{asked} {price}");
}

#[test]
fn a_levy_in_kind_of_nothing_changes_nothing() {
    let (plain, idle) = (Fixture::new(), in_kind(Fixture::new(), 0.0, 9.0));
    for name in ["exports_t", "levy_revenue_total_usd", "sites_total", "basket_price_cny_per_t"] {
        assert_eq!(column(&plain, name), column(&idle, name), "{name}");
    }
}
