//! Which figures of a file can be taken in, and why not the others?

use super::AssimilateError;
use crate::load::{Covered, Evidence, Project, matched, units_taken};
use crate::observations::{Figures, Note};
use crate::observe::{self, Unfit};
use crate::record;
use crate::spec::{Observation, Targets};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use terbia_lab::learn::Figure;
use terbia_lab::score::Target;
use terbia_model::kernel::time::Month;
use terbia_model::outcome;

/// A figure that is taken in.
#[derive(Clone, Debug)]
pub(super) struct Chosen {
    pub(super) figure: Figure,
    pub(super) row: Observation,
    /// The last month that it speaks of.
    pub(super) until: Month,
}

/// A figure that is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Left {
    /// Its id.
    pub id: String,
    /// Why.
    pub why: Why,
}

/// Why a figure is left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Why {
    /// The record drives the runs to its last month.
    BeforeOrigin {
        /// Its last month, `YYYY-MM`.
        until: String,
    },
    /// No rule covers it.
    NoRule {
        /// Units in which it would be compared, if its own is all that is wrong.
        units: Vec<String>,
    },
    /// A rule says that it is not compared.
    Context {
        /// Why not.
        reason: String,
    },
    /// It only says what the number is not.
    Bound,
    /// A level of no more than nought has no logarithm.
    Nought,
    /// It does not say of which months it speaks.
    NoDates,
    /// It speaks of months before the corridor's first.
    BeforeStart,
    /// Another says the same of the same thing.
    SaidAlready {
        /// Its id.
        by: String,
    },
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BeforeOrigin { until } => {
                write!(f, "it ends in {until}, and the record drives the runs to that month or on")
            }
            Self::NoRule { units } if units.is_empty() => {
                write!(f, "no rule of evidence/targets.toml covers it")
            }
            Self::NoRule { units } => {
                write!(f, "its unit is not one in which it is compared ({})", units.join(", "))
            }
            Self::Context { reason } => write!(f, "{reason}"),
            Self::Bound => write!(f, "a bound weighs no run"),
            Self::Nought => write!(f, "a nought cannot be compared in the logarithm"),
            Self::NoDates => write!(f, "it does not say of which months it speaks"),
            Self::BeforeStart => write!(f, "it speaks of months before the corridor's first"),
            Self::SaidAlready { by } => write!(f, "{by} says the same: counted once"),
        }
    }
}

/// The figures to take in after `origin`, those first whose last month comes first, and the others.
pub(super) fn choose(
    project: &Project,
    figures: &Figures,
    origin: Month,
) -> Result<(Vec<Chosen>, Vec<Left>), AssimilateError> {
    let columns = outcome::columns(&project.corridor);
    let column = |name: &str| columns.iter().position(|c| c.name == name);
    let (start, months) = (project.corridor.start, project.months());
    let end = start.plus(months as i32 - 1);
    let targets = &project.evidence.targets;
    let mut ways = targets_of(targets, &figures.rows).into_iter();
    let (mut chosen, mut left, mut late) = (Vec::new(), Vec::new(), Vec::new());
    let relays = relays(&figures.notes);
    let mut said: BTreeMap<usize, String> = BTreeMap::new();
    for (row, rule) in figures.rows.iter().zip(matched(targets, &figures.rows)) {
        let id = row.id.get();
        let mut leave = |why| left.push(Left { id: id.clone(), why });
        let target = match rule {
            Covered::Target(_) => ways.next(),
            Covered::Context(place) => {
                let reason = targets.contexts.get(place).map(|c| c.reason.clone());
                leave(Why::Context { reason: reason.unwrap_or_default() });
                continue;
            }
            Covered::Nothing => {
                leave(Why::NoRule { units: units_taken(targets, row) });
                continue;
            }
        };
        let Some(target) = target else { continue };
        let Some(until) = last_month(&target) else {
            leave(Why::NoDates);
            continue;
        };
        if until <= origin {
            leave(Why::BeforeOrigin { until: until.to_string() });
            continue;
        }
        if until > end {
            late.push((id.clone(), until));
            continue;
        }
        if let Some(by) = relays.get(id.as_str()).and_then(|topic| said.get(topic)) {
            leave(Why::SaidAlready { by: by.clone() });
            continue;
        }
        match observe::figure(&target, &column, start, months)? {
            Ok(figure) => {
                if let Some(topic) = relays.get(id.as_str()) {
                    said.insert(*topic, id.clone());
                }
                chosen.push(Chosen { figure, row: row.clone(), until });
            }
            Err(Unfit::Bound) => leave(Why::Bound),
            Err(Unfit::Nought) => leave(Why::Nought),
            Err(Unfit::Outside) => leave(Why::BeforeStart),
        }
    }
    if let Some((id, until)) = late.first() {
        let (id, until, count) = (id.clone(), *until, late.len());
        return Err(AssimilateError::AfterEnd { id, until, count, end });
    }
    chosen.sort_by(|a, b| (a.until, a.row.id.get()).cmp(&(b.until, b.row.id.get())));
    left.sort_by(|a, b| a.id.cmp(&b.id));
    Ok((chosen, left))
}

/// How the rows that a target covers are compared, in their order.
fn targets_of(targets: &Targets, rows: &[Observation]) -> Vec<Target> {
    let evidence = Evidence {
        observations: rows.to_vec(),
        rules: matched(targets, rows),
        targets: targets.clone(),
        ..Evidence::default()
    };
    record::targets(&evidence)
}

/// The last month that anything of a figure speaks of; nothing if it leaves its window open.
fn last_month(target: &Target) -> Option<Month> {
    let mut last = None;
    let mut measures = vec![&target.measure];
    while let Some(measure) = measures.pop() {
        measure.from?;
        last = last.max(Some(measure.to?));
        measures.extend(measure.multiply.as_deref());
        measures.extend(measure.divide.as_deref());
    }
    last
}

/// For each figure that another says again, a number of what they say.
fn relays(notes: &[Note]) -> BTreeMap<&str, usize> {
    let mut relays = BTreeMap::new();
    for (topic, note) in notes.iter().enumerate() {
        if let Note::SaidAgain { ids, .. } = note {
            relays.extend(ids.iter().map(|id| (id.as_str(), topic)));
        }
    }
    relays
}
