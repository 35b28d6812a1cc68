//! How much of a corridor is known, and how much is guessed? The weakest numbers first.

use crate::load::{Covered, Project};
use std::collections::BTreeMap;
use terbia_model::config::Corridor;
use terbia_model::kernel::param::{Definition, Grade};
use terbia_model::module;

/// What a corridor rests on.
#[derive(Clone, Debug, PartialEq)]
pub struct EvidenceSummary {
    /// How many numbers have each grade, D first.
    pub grades: Vec<(Grade, usize)>,
    /// Numbers graded D, then C; within a grade those with the widest range first.
    pub weak: Vec<Definition>,
    /// How many more of these grades there are, of modules that sleep in the corridor.
    pub asleep: usize,
    /// Observations by what they count.
    pub observed: Vec<Observed>,
    /// Sources, events on record, assumptions and facts.
    pub counts: Counts,
}

/// How many entries each kind of evidence has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Publications.
    pub sources: usize,
    /// Figures.
    pub observations: usize,
    /// Figures that the model is compared with.
    pub compared: usize,
    /// Events on record.
    pub events: usize,
    /// Assumptions of the corridor.
    pub assumptions: usize,
    /// Facts that a history must show.
    pub facts: usize,
}

/// Observations of one quantity of one entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed {
    /// What was counted.
    pub quantity: String,
    /// Whose.
    pub entity: String,
    /// How many.
    pub count: usize,
    /// How many of them the model is compared with.
    pub compared: usize,
}

/// High end over low end: how uncertain a number is, whatever its unit.
fn width(definition: &Definition) -> f64 {
    let size = definition.value.abs().max(f64::MIN_POSITIVE);
    (definition.high - definition.low) / size
}

/// Whether a number belongs to a module that nothing wakes in the corridor.
fn sleeps(corridor: &Corridor, path: &str) -> bool {
    let of = path.split('.').next().unwrap_or_default();
    match of {
        // Of these some outcomes move all the same, by levers and mines.
        "geopolitics" => corridor.politics.is_none(),
        "river" => corridor.basins.is_empty(),
        _ => module::lacks(corridor, of).is_some(),
    }
}

impl Project {
    /// What the corridor, compiled for some scenario, rests on.
    pub fn evidence_summary(&self, corridor: &Corridor) -> EvidenceSummary {
        let numbers = &corridor.numbers;
        let count = |grade| (grade, numbers.iter().filter(|d| d.grade == grade).count());
        let weak = numbers.iter().filter(|d| matches!(d.grade, Grade::C | Grade::D));
        let (asleep, weak): (Vec<_>, Vec<_>) = weak.partition(|d| sleeps(corridor, &d.path));
        let mut weak: Vec<Definition> = weak.into_iter().cloned().collect();
        weak.sort_by(|a, b| b.grade.cmp(&a.grade).then(width(b).total_cmp(&width(a))));
        let evidence = &self.evidence;
        let compared = |rule: &&Covered| matches!(rule, Covered::Target(_));
        EvidenceSummary {
            grades: [Grade::D, Grade::C, Grade::B, Grade::A].map(count).to_vec(),
            weak,
            asleep: asleep.len(),
            observed: self.observed(),
            counts: Counts {
                sources: evidence.sources.len(),
                observations: evidence.observations.len(),
                compared: evidence.rules.iter().filter(compared).count(),
                events: evidence.events.len(),
                assumptions: evidence.assumptions.len(),
                facts: evidence.facts.len(),
            },
        }
    }

    fn observed(&self) -> Vec<Observed> {
        let mut series: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
        // Without targets.toml there are no rules, and nothing is compared.
        let rules = self.evidence.rules.iter().map(Some).chain(std::iter::repeat(None));
        for (observation, rule) in self.evidence.observations.iter().zip(rules) {
            let key = (observation.quantity.as_str(), observation.entity.as_str());
            let (count, compared) = series.entry(key).or_default();
            *count += 1;
            *compared += usize::from(matches!(rule, Some(Covered::Target(_))));
        }
        let row = |((quantity, entity), (count, compared)): ((&str, &str), (usize, usize))| {
            Observed { quantity: quantity.to_owned(), entity: entity.to_owned(), count, compared }
        };
        let mut rows: Vec<Observed> = series.into_iter().map(row).collect();
        rows.sort_by_key(|row| std::cmp::Reverse(row.count));
        rows
    }
}
