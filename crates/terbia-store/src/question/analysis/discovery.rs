//! In which futures does it happen? Boxes of uncertain numbers, and a tree beside them.
//!
//! With hundreds of numbers to choose from, chance finds some that seem to matter. Hence the level
//! at which an end of a box is kept is 5 % over the number of ends that it is chosen from
//! (Bonferroni), and the search is made once more on every other run, so that its first box can be
//! told on the runs that it has not seen.

use super::figure::{Interval, clustered};
use super::{Part, UnderRef};
use crate::question::manifest::InputRef;
use crate::spec::{Prim, Study};
use serde::{Deserialize, Serialize};
use std::panic::resume_unwind;
use terbia_lab::discover::prim::{Choice, Found, Settings, boxes};
use terbia_lab::discover::words::{Label, words};
use terbia_lab::discover::{Region, Side, Table, Tally, cart};

/// Boxes looked for.
const MOST_BOXES: usize = 3;
/// Level of an end, before it is shared out.
const LEVEL: f64 = 0.05;

/// What is looked for, and what was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discovery {
    /// Id of the outcome.
    pub outcome: String,
    /// Id of the policy.
    pub policy: String,
    /// "above" or "below".
    pub interest: String,
    /// The threshold, in the unit of the outcome.
    pub threshold: f64,
    /// Runs of interest among those with a value.
    pub share: Interval,
    /// The boxes, or why there are none.
    pub answer: Part<Discovered>,
}

/// Boxes of inputs in which the runs of interest concentrate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Discovered {
    /// Runs that were looked at.
    pub runs: usize,
    /// Runs of interest among them.
    pub of_interest: usize,
    /// The boxes, each among the runs that the earlier ones left; none if nothing sets them apart.
    pub boxes: Vec<FoundBox>,
    /// The first box of a search among every other run, told on the others.
    pub elsewhere: Option<Elsewhere>,
    /// Leaves of a tree cut back by cross-validation; one alone says that no cut held.
    pub leaves: Vec<Leaf>,
    /// Numbers that the tree cuts by, with their share in what the cuts gain.
    pub importance: Vec<Cutting>,
}

/// A box.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoundBox {
    /// Its limits.
    pub limits: Vec<Limit>,
    /// Share of all runs of interest that lie in it, 0..1.
    pub coverage: f64,
    /// Share of its runs that are of interest.
    pub density: Interval,
    /// Share of all runs that lie in it, 0..1.
    pub mass: f64,
    /// The box in words.
    pub sentence: String,
    /// The trade-off that it is from, from all of the space to the last box.
    pub curve: Vec<CurvePoint>,
    /// Its place there, before ends were dropped that chance could have drawn.
    pub place: usize,
}

/// Limits of a box on one number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// Path of the number, or label of the outcome.
    pub path: String,
    /// Its unit.
    pub unit: String,
    /// Lower end; nothing if it is open.
    pub low: Option<f64>,
    /// Upper end; nothing if it is open.
    pub high: Option<f64>,
    /// Lower end of what the runs tried.
    pub prior_low: f64,
    /// Upper end of what the runs tried.
    pub prior_high: f64,
    /// In words.
    pub text: String,
    /// Quasi-p-value of the lower end, then of the upper one; nothing for an open one.
    pub quasi_p: [Option<f64>; 2],
}

/// A box on the way.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CurvePoint {
    /// Coverage, 0..1.
    pub coverage: f64,
    /// Density, 0..1.
    pub density: f64,
    /// Mass, 0..1.
    pub mass: f64,
    /// Numbers that are limited.
    pub dimensions: usize,
}

/// A box on runs that it was not found on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elsewhere {
    /// The box in words, as the search told it.
    pub limits: String,
    /// Density where it was found, 0..1.
    pub density_found: f64,
    /// Density on the other runs.
    pub density: Interval,
    /// Share of interest among all the other runs, 0..1: what no box would bring.
    pub base: f64,
}

/// A leaf of the tree.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// Its limits in words.
    pub text: String,
    /// Runs in it.
    pub runs: usize,
    /// Share of them that is of interest.
    pub density: Interval,
}

/// A number that a tree cuts by.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cutting {
    /// Path.
    pub path: String,
    /// Share in what the cuts gain, 0..1.
    pub share: f64,
}

/// All that a study looks for, under one scenario.
pub(super) fn all(study: &Study, under: &UnderRef<'_>) -> Vec<Discovery> {
    // Each search is alone with its columns, and takes longer than anything else that is analysed.
    std::thread::scope(|threads| {
        let begin = |prim| threads.spawn(move || one(prim, under));
        let begun: Vec<_> = study.prims.iter().map(begin).collect();
        begun.into_iter().filter_map(|t| t.join().unwrap_or_else(|p| resume_unwind(p))).collect()
    })
}

fn one(prim: &Prim, under: &UnderRef<'_>) -> Option<Discovery> {
    let id = prim.policy.as_ref().map_or(under.policies.first()?, |id| id.get());
    let place = under.outcomes.iter().position(|o| o.id == *prim.outcome.get())?;
    let values = under.scenario.policy(id)?.outcomes.get(place)?;
    let (threshold, interest) = (*prim.threshold.get(), prim.interest);
    let about: Vec<&InputRef> = under.scenario.inputs.iter().map(|i| &i.about).collect();
    let columns: Vec<&[f64]> = under.scenario.inputs.iter().map(|i| i.values.as_slice()).collect();
    let labels = |whole: &dyn Fn(usize) -> bool| {
        about.iter().enumerate().map(|(i, a)| label(a, whole(i))).collect::<Vec<_>>()
    };
    let hits: Vec<Option<bool>> =
        values.iter().map(|v| (!v.is_nan()).then(|| interest.holds(*v, threshold))).collect();
    let known = hits.iter().flatten().count();
    let share = Interval::share(hits.iter().flatten().filter(|h| **h).count(), known);
    Some(Discovery {
        outcome: prim.outcome.get().clone(),
        policy: id.clone(),
        interest: format!("{interest:?}").to_lowercase(),
        threshold,
        share,
        answer: discover(&columns, &hits, &labels, None),
    })
}

fn label(about: &InputRef, whole: bool) -> Label {
    let InputRef { path, unit, low, high, .. } = about;
    Label { name: path.clone(), unit: unit.clone(), low: *low, high: *high, whole }
}

/// What the columns are called, given whether the input at a place holds whole numbers alone.
type Labels<'a> = &'a dyn Fn(&dyn Fn(usize) -> bool) -> Vec<Label>;

/// Rows of which several belong to one member: how many members, and the seed for intervals of shares.
/// The rows of a policy come one after the other, one for each member.
pub(super) type Members = (usize, u64);

/// What the runs that are `Some(true)` have in common, by these columns.
pub(super) fn discover(
    columns: &[&[f64]],
    hits: &[Option<bool>],
    labels: Labels<'_>,
    members: Option<Members>,
) -> Part<Discovered> {
    let finite = |run: &usize| columns.iter().all(|c| c[*run].is_finite());
    let runs: Vec<usize> = (0..hits.len()).filter(|r| hits[*r].is_some() && finite(r)).collect();
    let taken = |runs: &[usize]| -> (Vec<Vec<f64>>, Vec<bool>) {
        let of = |c: &&[f64]| runs.iter().map(|r| c[*r]).collect();
        let flags = runs.iter().map(|r| hits[*r] == Some(true)).collect();
        (columns.iter().map(of).collect(), flags)
    };
    let (own, flags) = taken(&runs);
    let slices: Vec<&[f64]> = own.iter().map(Vec::as_slice).collect();
    let table = match Table::new(&slices, &flags) {
        Ok(table) => table,
        Err(because) => return Part::NotPossible(because.to_string()),
    };
    let labels = labels(&|input| table.is_whole(input));
    let level = LEVEL / (2 * columns.len()) as f64;
    let choice = Choice { level, most: MOST_BOXES, ..Choice::default() };
    let found = match boxes(&table, &Settings::default(), &choice) {
        Ok(found) => found,
        Err(because) => return Part::NotPossible(because.to_string()),
    };
    let (leaves, importance) = leaves(&table, &labels);
    let member = |run: usize| members.map_or(run, |(members, _)| run % members.max(1));
    let (even, odd): (Vec<usize>, Vec<usize>) = runs.iter().partition(|r| member(**r) % 2 == 0);
    let share = |rows: &[usize], flags: &[bool]| match members {
        Some((_, seed)) => clustered(rows.iter().map(|r| (member(odd[*r]), flags[*r])), seed),
        None => Interval::share(rows.iter().filter(|r| flags[**r]).count(), rows.len()),
    };
    Part::Found(Discovered {
        runs: table.runs(),
        of_interest: table.runs_of_interest(),
        boxes: found.iter().map(|b| told(b, &labels)).collect(),
        elsewhere: elsewhere(&taken(&even), &taken(&odd), &choice, &labels, &share),
        leaves,
        importance,
    })
}

fn told(found: &Found, labels: &[Label]) -> FoundBox {
    let judged = &found.significant;
    let p_of = |input: usize, side: Side| {
        let test = judged.tests.iter().find(|t| t.edge.input == input && t.edge.side == side);
        test.map(|t| t.quasi_p)
    };
    let said = words(&judged.region, &judged.tally, labels);
    let (parts, sentence) =
        said.map_or_else(|_| (Vec::new(), String::new()), |words| (words.parts, words.sentence));
    let limit = |part: &terbia_lab::discover::words::Part| Limit {
        path: part.label.name.clone(),
        unit: part.label.unit.clone(),
        low: part.limits.low,
        high: part.limits.high,
        prior_low: part.label.low,
        prior_high: part.label.high,
        text: part.text.clone(),
        quasi_p: [Side::Low, Side::High].map(|side| p_of(part.input, side)),
    };
    let on_the_way = |tally: &Tally| CurvePoint {
        coverage: tally.coverage,
        density: tally.density,
        mass: tally.mass,
        dimensions: tally.dimensions,
    };
    let Tally { coverage, mass, runs, of_interest, .. } = judged.tally;
    FoundBox {
        limits: parts.iter().map(limit).collect(),
        coverage,
        density: Interval::share(of_interest, runs),
        mass,
        sentence,
        curve: found.curve.points.iter().map(|p| on_the_way(&p.tally)).collect(),
        place: found.place,
    }
}

/// A box of the first runs, told on the second ones.
fn elsewhere(
    (own, flags): &(Vec<Vec<f64>>, Vec<bool>),
    (others, other_flags): &(Vec<Vec<f64>>, Vec<bool>),
    choice: &Choice,
    labels: &[Label],
    share: &dyn Fn(&[usize], &[bool]) -> Interval,
) -> Option<Elsewhere> {
    let slices: Vec<&[f64]> = own.iter().map(Vec::as_slice).collect();
    let table = Table::new(&slices, flags).ok()?;
    let found = boxes(&table, &Settings::default(), &Choice { most: 1, ..*choice }).ok()?;
    let judged = &found.first()?.significant;
    let holds = |run: usize| {
        judged.region.limits.iter().zip(others).all(|(limits, column)| limits.hold(column[run]))
    };
    let inside: Vec<usize> = (0..other_flags.len()).filter(|run| holds(*run)).collect();
    let all = other_flags.iter().filter(|flag| **flag).count();
    Some(Elsewhere {
        limits: in_words(&judged.region, &judged.tally, labels),
        density_found: judged.tally.density,
        density: share(&inside, other_flags),
        base: all as f64 / other_flags.len() as f64,
    })
}

fn in_words(region: &Region, tally: &Tally, labels: &[Label]) -> String {
    let parts = words(region, tally, labels).map(|words| words.parts).unwrap_or_default();
    let texts: Vec<&str> = parts.iter().map(|p| p.text.as_str()).collect();
    if texts.is_empty() { "anywhere".to_owned() } else { texts.join(" and ") }
}

fn leaves(table: &Table<'_>, labels: &[Label]) -> (Vec<Leaf>, Vec<Cutting>) {
    let settings = cart::Settings::default();
    let Ok(tree) = cart::Tree::grow(table, &settings) else { return (Vec::new(), Vec::new()) };
    let leaf = |leaf: &cart::Leaf| Leaf {
        text: in_words(&leaf.region, &leaf.tally, labels),
        runs: leaf.tally.runs,
        density: Interval::share(leaf.tally.of_interest, leaf.tally.runs),
    };
    let cutting = |(input, share): (usize, &f64)| {
        let path = labels.get(input)?.name.clone();
        (*share > 0.0).then_some(Cutting { path, share: *share })
    };
    let mut importance: Vec<Cutting> =
        tree.importance.iter().enumerate().filter_map(cutting).collect();
    importance.sort_by(|a, b| b.share.total_cmp(&a.share));
    (tree.leaves.iter().map(leaf).collect(), importance)
}
