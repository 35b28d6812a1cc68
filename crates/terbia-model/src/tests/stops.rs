//! What does a stop of output do that its holder announces, to stocks, exports and the price?

use super::fixture::Fixture;
use super::limits::STILL;
use crate::kernel::id::TownshipId;
use crate::kernel::time::Date;
use crate::run::RunStatus;
use crate::timeline::{Combine, ForetoldStop, Profile, Span};

/// First month of the stop, 2021-08, and the one in which it was announced, 2021-04.
const BEGINS: usize = 55;
const TOLD: usize = 51;
/// Months that it lasts.
const LASTS: usize = 18;

/// A stop of all output from the first of a month on; foretold from the month `announced` on.
pub(crate) fn stopped(mut f: Fixture, announced: Option<usize>, output: f64) -> Fixture {
    let output = f.number("event.output", output, output, output);
    let c = &mut f.corridor;
    let day = |month: usize| -> Date { c.start.plus(month as i32).first_day() };
    let span = Span { from: day(BEGINS), until: Some(day(BEGINS + LASTS)), number: output };
    let profile = Profile::new(Combine::Smallest, &[span], c.start, c.months);
    c.timeline.halt.iter_mut().for_each(|halt| *halt = profile.clone());
    if let Some(announced) = announced {
        let townships: Vec<TownshipId> = c.townships.ids().collect();
        c.timeline.stops.push(ForetoldStop {
            announced,
            from: BEGINS,
            begun: BEGINS,
            until: BEGINS + LASTS,
            townships,
            output,
            permanent: false,
        });
    }
    f
}

fn column(f: &Fixture, name: &str, more: &[(&str, f64)]) -> Vec<f64> {
    let mut changes = STILL.to_vec();
    changes.extend_from_slice(more);
    let (rows, status) = f.run(&f.values(&changes), 3);
    assert_eq!(status, RunStatus::Finished);
    f.column(&rows, name)
}

#[test]
fn before_an_announced_stop_stock_is_drawn_down_and_exports_rise() {
    let (told, sudden) =
        (stopped(Fixture::new(), Some(TOLD), 0.0), stopped(Fixture::new(), None, 0.0));
    let exports = |f: &Fixture| column(f, "exports_t", &[]);
    let (rush, calm) = (exports(&told), exports(&sudden));
    // The rush begins two months before, and nothing differs until then.
    assert_eq!(rush[..BEGINS - 2], calm[..BEGINS - 2]);
    assert!(rush[BEGINS - 2] > 1.1 * calm[BEGINS - 2]);
    let stock = |f: &Fixture| column(f, "stock_t", &[])[BEGINS - 1];
    assert!(stock(&told) < 0.8 * stock(&sudden));
}

#[test]
fn after_a_stop_begins_exports_come_out_of_stock() {
    let f = stopped(Fixture::new(), Some(TOLD), 0.0);
    let slow = [("haulage.release_months", 3.0)];
    let (mined, exports) = (column(&f, "output_t", &slow), column(&f, "exports_t", &slow));
    assert!(mined[BEGINS..BEGINS + LASTS].iter().all(|x| *x == 0.0));
    assert!(exports[BEGINS..BEGINS + 3].iter().all(|x| *x > 0.1 * exports[TOLD - 1]));
    assert!(exports[BEGINS + 12] < 0.05 * exports[TOLD - 1]);
}

#[test]
fn an_announced_stop_raises_the_price_before_it_begins_and_while_it_lasts() {
    let (told, sudden) =
        (stopped(Fixture::new(), Some(TOLD), 0.0), stopped(Fixture::new(), None, 0.0));
    let price = |f: &Fixture| column(f, "price_cny_per_kg.heavy", &[]);
    let (told, sudden) = (price(&told), price(&sudden));
    assert_eq!(told[..TOLD], sudden[..TOLD]);
    assert!(told[BEGINS - 1] > sudden[BEGINS - 1]);
    // Stocks still send in the first months; then buyers miss what no longer comes.
    assert!(told[BEGINS + 6] > sudden[BEGINS + 6]);
}

#[test]
fn a_stop_that_stops_nothing_changes_nothing() {
    let (plain, idle) = (Fixture::new(), stopped(Fixture::new(), Some(TOLD), 1.0));
    assert_eq!(plain.run(&plain.values(&[]), 4), idle.run(&idle.values(&[]), 4));
}

#[test]
fn output_comes_back_along_the_ramp_after_a_whole_stop_and_at_once_after_a_partial_one() {
    let back = |output: f64| {
        let f = stopped(Fixture::new(), Some(TOLD), output);
        let mined = column(&f, "output_t", &[("extraction.ramp_months", 6.0)]);
        mined[BEGINS + LASTS] / mined[BEGINS - 1]
    };
    // The first month of the ramp is 1 - exp(-1/6) of capacity.
    assert!((back(0.0) - 0.153_518).abs() < 0.005, "{}", back(0.0));
    assert!(back(0.3) > 0.95, "{}", back(0.3));
}
