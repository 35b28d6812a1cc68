//! Do the numbers stand still? Six scenarios at best values: a summary to read, a hash of every bit.
//!
//! A golden moves only together with a *Numbers* line in the changelog.

#![allow(clippy::unwrap_used, reason = "a golden that cannot be made has failed")]

use sha2::{Digest, Sha256};
use std::fmt::Write;
use terbia_lab::corridor::Study;
use terbia_lab::ensemble::{self, Chunk, Collect, Plan};
use terbia_store::Project;

/// Outcomes in the summary.
const ECONOMY: &[&str] = &[
    "exports_t",
    "sites_total",
    "exports_value_usd",
    "levy_revenue_total_usd",
    "basket_price_cny_per_t",
    "import_share",
];

/// Outcomes in the summary where a holder takes its levy in kind and stops its own mines.
const BAN: &[&str] =
    &["output_reo_t", "exports_reo_t", "stock_t", "levy_revenue_total_usd", "import_share"];

/// Outcomes in the summary where the model decides from the first month.
const POLITICS: &[&str] = &[
    "offensives",
    "closure",
    "net_restraint",
    "leverage",
    "legitimacy",
    "protests_total",
    "truce",
    "forest_loss_ha",
];

/// Outcomes in the summary where a truce moves the mines to the other side.
const TRUCE: &[&str] = &[
    "truce",
    "truce_breakdown_per_month",
    "commitment_loss",
    "commitment_bound",
    "levy_revenue_total_usd",
    "exports_t",
    "arms_demanded",
];

fn golden(corridor: &str, scenario: &str, shown: &[&str]) -> String {
    let project = Project::load(corridor).unwrap();
    let compiled = project.compile(scenario, None, &[]).unwrap();
    let corridor = &compiled.corridor;
    let study = Study::new(corridor, corridor.months, 1).at_best_values();
    let sink = Collect::default();
    let plan = Plan { members: 1, jobs: 1, ..Plan::default() };
    ensemble::run(&study, &plan, &sink, &false.into(), &|_| {}).unwrap();
    let chunk = sink.into_chunks().remove(0);
    let mut text = format!("{:<6}", "");
    for &name in shown {
        write!(text, " {name:>24}").unwrap();
    }
    let years = corridor.months / 12;
    for year in 0..years {
        write!(text, "\n{:<6}", corridor.start.year() + year as i32).unwrap();
        for &name in shown {
            let (place, column) =
                study.columns().iter().enumerate().find(|(_, c)| c.name == name).unwrap();
            let months = &chunk.months_of(place, 0)[year * 12..(year + 1) * 12];
            write!(text, " {:>24.6e}", column.scalar.of(months)).unwrap();
        }
    }
    write!(text, "\nsha256 of all series: {}", hash(&chunk)).unwrap();
    text
}

fn hash(chunk: &Chunk) -> String {
    let mut hash = Sha256::new();
    for value in chunk.series.iter().flatten() {
        hash.update(value.to_bits().to_le_bytes());
    }
    format!("{:x}", hash.finalize())
}

#[test]
fn the_replay_stands_still() {
    insta::assert_snapshot!(golden("kachin", "replay", ECONOMY));
}

#[test]
fn an_announced_closure_stands_still() {
    insta::assert_snapshot!(golden("kachin", "announced-closure-2027", ECONOMY));
}

#[test]
fn the_template_stands_still() {
    insta::assert_snapshot!(golden("template", "replay", ECONOMY));
}

#[test]
fn an_announced_ban_with_a_levy_in_kind_stands_still() {
    insta::assert_snapshot!(golden("wa-tin", "replay", BAN));
}

#[test]
fn the_live_model_stands_still() {
    insta::assert_snapshot!(golden("kachin", "live-2017", POLITICS));
}

#[test]
fn a_truce_that_moves_the_mines_stands_still() {
    insta::assert_snapshot!(golden("hpakant-jade", "replay", TRUCE));
}
