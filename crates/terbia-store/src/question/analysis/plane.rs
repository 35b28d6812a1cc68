//! On which side of the boundary does a future lie? Runs of all policies on a plane of outcomes.
//!
//! The boundary is where an outcome that the study names changes its sign. It depends on more than
//! two numbers, so runs of both kinds may lie at one place; the region where one kind prevails is
//! told as a box of the outcomes that span the plane. It is looked for among the runs of all policies
//! together, since policies are what moves runs over the plane; how many of the runs of each lie in it is
//! told beside it, and, if the study asks how long something lasts, how long it does within and without.
//!
//! Limits. Runs of one member under several policies are no independent witnesses: intervals are of
//! members drawn again ([`super::figure`]), but the levels at which the ends of the box are kept take runs
//! one by one and so are too lenient. The held-out half shares no member with the other.

use super::discovery::{Discovered, FoundBox, discover};
use super::figure::{Interval, clustered};
use super::survival::{Lasted, Spells, lasted};
use super::{Part, UnderRef};
use crate::question::PolicyResults;
use crate::spec::{Plane as Asked, Survival};
use serde::{Deserialize, Serialize};
use terbia_lab::discover::words::Label;

/// The plane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plane {
    /// Ids of the outcomes: to the right, upwards, perhaps a third, and the one with the sign.
    pub axes: Vec<String>,
    /// For each policy, its id and the share of its runs with a sign above 0.
    pub above: Vec<(String, Interval)>,
    /// Where runs with a sign above 0 lie, of all policies together, or why nobody can tell. One box at
    /// most, with no leaves.
    pub region: Part<Discovered>,
    /// Runs within the box, then those without; empty if there is no box.
    pub sides: Vec<Side>,
}

/// The runs within a region, or without.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// Whether they lie within.
    pub within: bool,
    /// Share of the runs of each policy, by id.
    pub runs: Vec<(String, Interval)>,
    /// Share of the runs here that have a sign above 0.
    pub above: Interval,
    /// How long it lasts here; nothing if the study does not ask.
    pub lasting: Option<Part<Lasted>>,
}

/// The outcomes that make a plane: those that span it, and the one with the sign.
struct Axes {
    spanning: Vec<usize>,
    sign: usize,
}

/// The plane under one scenario; nothing if an outcome is not there, which a study that loads rules out.
pub(super) fn plane(
    asked: &Asked,
    lasting: Option<&Survival>,
    under: &UnderRef<'_>,
) -> Option<Plane> {
    let ids = [Some(&asked.x), Some(&asked.y), asked.z.as_ref(), Some(&asked.sign)];
    let axes: Vec<String> = ids.into_iter().flatten().map(|id| id.get().clone()).collect();
    let place = |id: &String| under.outcomes.iter().position(|o| o.id == *id);
    let mut spanning = axes.iter().map(place).collect::<Option<Vec<usize>>>()?;
    let sign = spanning.pop()?;
    let places = Axes { spanning, sign };
    let share = |policy: &PolicyResults| {
        let known = policy.outcomes[sign].iter().filter(|v| v.is_finite());
        let above = known.clone().filter(|v| **v > 0.0).count();
        (policy.about.id.clone(), Interval::share(above, known.count()))
    };
    let above = under.scenario.policies.iter().map(share).collect();
    let mut region = region(&places, under);
    let mut sides = Vec::new();
    if let Part::Found(found) = &mut region
        && let Some(first) = found.boxes.first_mut()
    {
        sides = [true, false].map(|within| side(within, &places, first, lasting, under)).into();
        first.density = sides[0].above;
    }
    Some(Plane { axes, above, region, sides })
}

/// Where the runs with a sign above 0 lie.
fn region(axes: &Axes, under: &UnderRef<'_>) -> Part<Discovered> {
    let policies = &under.scenario.policies;
    let column = |place: &usize| -> Vec<f64> {
        policies.iter().flat_map(|p| p.outcomes[*place].iter().copied()).collect()
    };
    let columns: Vec<Vec<f64>> = axes.spanning.iter().map(column).collect();
    let slices: Vec<&[f64]> = columns.iter().map(Vec::as_slice).collect();
    let hits: Vec<Option<bool>> =
        column(&axes.sign).into_iter().map(|v| v.is_finite().then_some(v > 0.0)).collect();
    let labels = |whole: &dyn Fn(usize) -> bool| {
        let label = |(i, place): (usize, &usize)| {
            let values = columns[i].iter().copied().filter(|v| v.is_finite());
            let (low, high) =
                values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
            let about = &under.outcomes[*place];
            let (name, unit) = (about.label.clone(), about.unit.clone());
            Label { name, unit, low, high, whole: whole(i) }
        };
        axes.spanning.iter().enumerate().map(label).collect()
    };
    let mut region = discover(&slices, &hits, &labels, Some((under.runs.len(), under.seed)));
    if let Part::Found(found) = &mut region {
        found.boxes.truncate(1);
        found.leaves.clear();
    }
    region
}

/// What there is to say of the runs within `found`, or without.
fn side(
    within: bool,
    axes: &Axes,
    found: &FoundBox,
    lasting: Option<&Survival>,
    under: &UnderRef<'_>,
) -> Side {
    let limits: Vec<(usize, Option<f64>, Option<f64>)> = axes
        .spanning
        .iter()
        .filter_map(|place| {
            let label = &under.outcomes[*place].label;
            found.limits.iter().find(|l| l.path == *label).map(|l| (*place, l.low, l.high))
        })
        .collect();
    let whole = |policy: &PolicyResults, run: usize| {
        axes.spanning.iter().chain([&axes.sign]).all(|p| policy.outcomes[*p][run].is_finite())
    };
    let here = |policy: &PolicyResults, run: usize| {
        let held = limits.iter().all(|(place, low, high)| {
            let value = policy.outcomes[*place][run];
            low.is_none_or(|low| value >= low) && high.is_none_or(|high| value <= high)
        });
        whole(policy, run) && held == within
    };
    let all = 0..under.runs.len();
    let policies = &under.scenario.policies;
    let share = |policy: &PolicyResults| {
        let known = all.clone().filter(|run| whole(policy, *run)).count();
        let count = all.clone().filter(|run| here(policy, *run)).count();
        (policy.about.id.clone(), Interval::share(count, known))
    };
    let rows = policies.iter().flat_map(|policy| {
        let here = all.clone().filter(move |run| here(policy, *run));
        here.map(move |run| (run, policy.outcomes[axes.sign][run] > 0.0))
    });
    let lasting = lasting.map(|asked| {
        let mut spells = Spells::default();
        for policy in policies {
            spells.add(asked, under, policy, &|run| here(policy, run));
        }
        lasted(asked, &spells, under.seed)
    });
    Side {
        within,
        runs: policies.iter().map(share).collect(),
        above: clustered(rows, under.seed),
        lasting,
    }
}
