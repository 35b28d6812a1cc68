//! Which policies does a study compare? Those that it names, then every combination of settings.

use crate::load::lever_path;
use crate::spec::{Factorial, Study, StudyOutcome};
use std::collections::BTreeMap;
use terbia_model::outcome::Column;

/// Most policies of a study: each needs an engine of its own on every thread.
pub const MOST_POLICIES: usize = 100;
/// Id of the policy in which nobody turns a lever, where a study names none.
pub const REFERENCE: &str = "reference";

/// Levers turned together.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    /// Short name.
    pub id: String,
    /// What it is, in a few words.
    pub label: String,
    /// Levers turned, by path.
    pub set: BTreeMap<String, f64>,
}

/// The policies of a study; the first is the reference.
pub fn policies_of(study: &Study) -> Vec<Policy> {
    let mut policies: Vec<Policy> = study
        .policies
        .iter()
        .map(|p| Policy {
            id: p.id.get().clone(),
            label: p.label.clone().unwrap_or_else(|| p.id.get().clone()),
            set: p.set.iter().map(|(path, value)| (path.get().clone(), *value.get())).collect(),
        })
        .collect();
    if policies.is_empty() {
        let label = "Nobody turns a lever".to_owned();
        policies.push(Policy { id: REFERENCE.to_owned(), label, set: BTreeMap::new() });
    }
    policies.extend(combined(&study.factorials));
    policies
}

/// All combinations of settings, those of the last lever changing first.
fn combined(factorials: &[Factorial]) -> Vec<Policy> {
    if factorials.is_empty() {
        return Vec::new();
    }
    let mut all = vec![(Vec::new(), BTreeMap::new())];
    for factorial in factorials {
        let lever = factorial.lever.get();
        let from = factorial.from.as_ref().map(|m| m.get().as_str());
        let turned = |(names, set): &(Vec<String>, BTreeMap<String, f64>)| {
            let one = |value: &f64| {
                let (mut names, mut set) = (names.clone(), set.clone());
                let at = from.filter(|_| twice(factorials, lever)).map(|m| format!("@{m}"));
                names.push(format!("{lever}{}={value}", at.unwrap_or_default()));
                set.insert(lever_path(lever, from), *value);
                (names, set)
            };
            factorial.values.iter().map(one).collect::<Vec<_>>()
        };
        all = all.iter().flat_map(turned).collect();
    }
    let policy = |(names, set): (Vec<String>, _)| {
        let id = names.join(",");
        Policy { label: id.clone(), id, set }
    };
    all.into_iter().map(policy).collect()
}

/// Whether a lever is turned at more than one date.
fn twice(factorials: &[Factorial], lever: &str) -> bool {
    factorials.iter().filter(|f| f.lever.get() == lever).count() > 1
}

/// The unit of an outcome: its own, or that of the column that is measured where the measure makes
/// no other; nothing where it does, and the study does not say which.
pub fn unit_of(outcome: &StudyOutcome, columns: &[Column]) -> Option<String> {
    if let Some(unit) = &outcome.unit {
        return Some(unit.get().clone());
    }
    let measure = outcome.measure.get();
    let column = |name: &str| columns.iter().find(|c| c.name == name);
    let unit = column(&measure.outcome)?.unit;
    if measure.multiply.is_some() || measure.scale.is_some() {
        return None;
    }
    match &measure.divide {
        None => Some(unit.to_owned()),
        Some(below) => {
            let plain = below.divide.is_none() && below.multiply.is_none() && below.scale.is_none();
            let same = column(&below.outcome).is_some_and(|c| c.unit == unit);
            (plain && same).then(|| "1".to_owned())
        }
    }
}
