//! Is each mechanism what makes its pattern? Take it out, and the pattern must go.

#![allow(clippy::unwrap_used, reason = "a mutant that cannot be run has failed")]

mod crowd;

use crowd::Crowd;
use terbia_lab::check::{Criterion, CriterionResult, judge};
use terbia_lab::measure::{Measure, evaluate};
use terbia_lab::stats;
use terbia_store::{Project, study};

const MEMBERS: u32 = 200;
const SEED: u64 = 1;

/// A criterion of the corridor's checks, with the scenario that it is for.
fn criterion(project: &Project, id: &str) -> (Criterion, String) {
    let patterns = study::patterns(project);
    let found = patterns
        .iter()
        .find_map(|p| Some((p.criteria.iter().find(|c| c.id == id)?.clone(), p.scenario.clone())));
    found.unwrap_or_else(|| panic!("no check has the criterion {id}"))
}

/// What the runs of `crowd` say to a criterion.
fn say(crowd: &Crowd, criterion: &Criterion) -> CriterionResult {
    let measures = [Some(&criterion.measure), criterion.measure.divide.as_deref()];
    let last = measures.into_iter().flatten().filter_map(|m| m.to).max().unwrap();
    let end = crowd.index(&last.to_string()) + 1;
    let across = crowd.in_memory((SEED, MEMBERS), end);
    judge(criterion, &evaluate(&criterion.measure, &across, crowd.corridor().start).unwrap())
}

/// The criterion holds as the model is, and no longer with the numbers in `held`.
fn only_intact(id: &str, held: &[(&str, f64)]) {
    let project = crowd::kachin();
    let (criterion, scenario) = criterion(&project, id);
    let intact = say(&Crowd::new(&project, &scenario, &[]), &criterion);
    let mutant = held.iter().fold(Crowd::new(&project, &scenario, &[]), |crowd, (path, value)| {
        crowd.with(path, *value)
    });
    let mutant = say(&mutant, &criterion);
    assert!(intact.held, "{intact:?}");
    assert!(!mutant.held, "{mutant:?}");
}

#[test]
fn t6_without_beliefs_no_jump_of_prices() {
    only_intact("P5-tb-june-2019", &[("market.horizon_months", 0.01)]);
}

#[test]
fn t6_without_stocks_no_flush() {
    let held = [("extraction.retention_share", 0.0), ("haulage.release_months", 0.02)];
    only_intact("P3-december-2021-to-first-half", &held);
    only_intact("P8-flush-after-closure", &held);
}

#[test]
fn t6_without_a_monsoon_no_trough() {
    let held = [("extraction.monsoon_depth", 0.0), ("haulage.road_floor", 1.0)];
    only_intact("P1-june-to-july", &held);
}

#[test]
fn t6_where_all_are_alike_protest_works_no_better_in_the_heartland() {
    let project = crowd::kachin();
    let (heartland, scenario) = criterion(&project, "P9-heartland-called-off");
    let (belt, _) = criterion(&project, "P9-belt-not");
    let called_off = |crowd: &Crowd| {
        let end = crowd.index(&heartland.measure.to.unwrap().to_string()) + 1;
        let across = crowd.in_memory((SEED, MEMBERS), end);
        [&heartland, &belt].map(|place| {
            // Both over the same months.
            let measure =
                Measure { outcome: place.measure.outcome.clone(), ..heartland.measure.clone() };
            stats::mean(&evaluate(&measure, &across, crowd.corridor().start).unwrap())
        })
    };
    let intact = Crowd::new(&project, &scenario, &[]);
    let alike = Crowd::new(&project, &scenario, &[]).with_communities_alike(0.35);
    let ([own, other], mutant) = (called_off(&intact), called_off(&alike));
    assert!(own > 1.15 * other, "{own} {other}");
    assert!(mutant[0] < mutant[1], "{mutant:?}");
}
