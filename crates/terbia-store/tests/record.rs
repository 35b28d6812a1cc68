//! Does the first corridor still meet its record where its validation says that it does?

#![allow(clippy::unwrap_used, reason = "a record that cannot be scored has failed")]

use std::sync::atomic::AtomicBool;
use terbia_store::Project;
use terbia_store::study::{self, Options};

/// Widest ratio of the ends of a headline interval that still says something.
const WIDEST: f64 = 4.0;

#[test]
fn headline_facts_lie_inside_intervals_that_say_something() {
    let project = Project::load("kachin").unwrap();
    let options = Options {
        scenario: None,
        members: 600,
        seed: 1,
        until: None,
        sets: Vec::new(),
        jobs: 0,
        replay_until: None,
    };
    let rows = study::score(&project, &options, &AtomicBool::new(false), &|_| {}).unwrap();
    for id in ["F02a", "F02b", "F04", "F05", "F06", "F07", "F08", "F13", "F14"] {
        let row = rows.iter().find(|r| r.id == id).unwrap();
        assert_eq!(row.inside, Some(true), "{id}: {row:?}");
        let (low, high) = (row.q05.unwrap(), row.q95.unwrap());
        assert!(high / low <= WIDEST, "{id}: {low} to {high}");
    }
}

#[test]
fn patterns_that_hold_go_on_holding() {
    let project = Project::load("kachin").unwrap();
    let mut patterns = study::patterns(&project);
    patterns.retain(|p| ["P1", "P2", "P4", "P6", "P8-rush"].contains(&p.id.as_str()));
    assert_eq!(patterns.len(), 5);
    let stop = AtomicBool::new(false);
    let results = study::check_patterns(&project, &patterns, 0, &stop, &|_| {}).unwrap();
    for result in results {
        assert_eq!(result.held, Some(true), "{result:?}");
    }
}
