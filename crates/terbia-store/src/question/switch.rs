//! What is turned when one policy takes over from another, and what is run to know what that brings?
//!
//! ```text
//! before the switch   the first policy, as it is
//! in its month        every lever of the second policy, to where that has it
//!                     every other lever that the first had turned, to what changes nothing
//! ```
//!
//! What the first policy would have turned later is left out.

use super::error::QuestionError;
use super::manifest::Contents;
use super::plan::{Months, Options, Planned};
use super::policy::{Policy, policies_of};
use crate::load::{Project, Sheet, lever_path, lever_turn};
use crate::spec::{At, CorridorFile, Pathway, Policy as Written, Study};
use std::collections::{BTreeMap, BTreeSet};
use terbia_model::kernel::time::Month;

/// Why one policy cannot take over from another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stuck {
    /// A lever is not there, or not so far.
    Unknown,
    /// The second policy turns a lever more than once.
    Twice {
        /// The lever.
        lever: String,
    },
    /// A lever that the first policy turns has no setting that changes nothing.
    Kept {
        /// The lever.
        lever: String,
    },
}

/// The levers that are turned, by path, where `to` takes over from `from` in `month`.
pub fn switched(
    spec: &CorridorFile,
    from: &Policy,
    to: &Policy,
    month: Month,
) -> Result<BTreeMap<String, f64>, Stuck> {
    let turn = |path, value| lever_turn(spec, path, value).ok().flatten().ok_or(Stuck::Unknown);
    let date = month.to_string();
    let mut set = BTreeMap::new();
    let mut taken = BTreeSet::new();
    for (path, value) in &to.set {
        let id = turn(path, *value)?.lever.id.get();
        if !taken.insert(id) {
            return Err(Stuck::Twice { lever: id.clone() });
        }
        set.insert(lever_path(id, Some(&date)), *value);
    }
    for (path, value) in &from.set {
        let turn = turn(path, *value)?;
        if turn.month >= month {
            continue;
        }
        set.insert(path.clone(), *value);
        let id = turn.lever.id.get();
        if taken.contains(id) {
            continue;
        }
        let back = lever_path(id, Some(&date));
        let neutral = turn.lever.kind.0.info().neutral;
        let neutral = neutral.filter(|n| lever_turn(spec, &back, *n).is_ok());
        let neutral = neutral.ok_or_else(|| Stuck::Kept { lever: id.clone() })?;
        set.insert(back, neutral);
    }
    Ok(set)
}

/// A study of these policies that asks for no analysis and is of the same futures: its numbers have the
/// dimensions that they have in the whole.
pub(super) fn bare(study: &Study, policies: &[Policy], outcomes: &[&At<String>]) -> Study {
    let written = |p: &Policy| Written {
        id: At::new(p.id.clone(), 0..0),
        label: Some(p.label.clone()),
        doc: None,
        set: p
            .set
            .iter()
            .map(|(path, x)| (At::new(path.clone(), 0..0), At::new(*x, 0..0)))
            .collect(),
    };
    let mut study = Study {
        policies: policies.iter().map(written).collect(),
        outcomes: outcomes
            .iter()
            .filter_map(|id| study.outcomes.iter().find(|o| o.id == **id))
            .cloned()
            .collect(),
        factorials: Vec::new(),
        prims: Vec::new(),
        data: Vec::new(),
        sensitivity: None,
        value: None,
        plane: None,
        survivals: Vec::new(),
        search: None,
        pathway: None,
        ..study.clone()
    };
    study.design.until_half_width = None;
    study
}

/// Place and name of the scenario that is asked for; the first if none is.
pub(super) fn under(contents: &Contents, asked: Option<&At<String>>) -> (usize, String) {
    let named = |name: &At<String>| contents.scenarios.iter().position(|s| s.name == *name.get());
    let place = asked.and_then(named).unwrap_or_default();
    (place, contents.scenarios.get(place).map(|s| s.name.clone()).unwrap_or_default())
}

/// The runs that a pathway takes: the first policy, then for each month in which a sign is looked at the
/// second one from the month after.
pub(super) fn planned(
    project: &Project,
    name: &str,
    sheet: &Sheet<Study>,
    asked: &Pathway,
    options: &Options,
) -> Result<Planned, QuestionError> {
    let study = &sheet.spec;
    let known = policies_of(study);
    let policy = |id: &At<String>| known.iter().find(|p| p.id == *id.get());
    let mut policies: Vec<Policy> = policy(&asked.from).cloned().into_iter().collect();
    let both = policy(&asked.from).zip(policy(&asked.to));
    for text in asked.months.iter() {
        // Months and levers were checked with the file.
        let Some(((from, to), month)) = both.zip(text.parse::<Month>().ok()) else { continue };
        let month = month.plus(1);
        let set = switched(&project.spec, from, to, month).unwrap_or_default();
        let id = format!("switched-{month}");
        policies.push(Policy { label: id.clone(), id, set });
    }
    let spec = bare(study, &policies, &[&asked.outcome]);
    let options = Options { part: None, series: Months::Leave, ..options.clone() };
    Planned::new(project, name, &Sheet { file: sheet.file.clone(), spec }, &options)
}
