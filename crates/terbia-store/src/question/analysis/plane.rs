//! On which side of the boundary does a future lie? Runs of the reference on a plane of outcomes.
//!
//! The boundary is where an outcome that the study names changes its sign. It depends on more than
//! two numbers, so runs of both kinds may lie at one place; the region where one kind prevails is
//! told as boxes of the outcomes that span the plane.

use super::discovery::{Discovered, discover};
use super::figure::Interval;
use super::{Part, UnderRef};
use crate::spec::Plane as Asked;
use serde::{Deserialize, Serialize};
use terbia_lab::discover::words::Label;

/// The plane.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plane {
    /// Ids of the outcomes: to the right, upwards, perhaps a third, and the one with the sign.
    pub axes: Vec<String>,
    /// For each run of the reference with a value of all: its number, then a value for each axis.
    pub points: Vec<(u32, Vec<f64>)>,
    /// For each policy, its id and the share of its runs with a sign above 0.
    pub above: Vec<(String, Interval)>,
    /// Where the reference's runs with a sign above 0 lie, or why nobody can tell.
    pub region: Part<Discovered>,
}

/// The plane under one scenario; nothing if an outcome is not there, which a study that loads rules out.
pub(super) fn plane(asked: &Asked, under: &UnderRef<'_>) -> Option<Plane> {
    let ids = [Some(&asked.x), Some(&asked.y), asked.z.as_ref(), Some(&asked.sign)];
    let axes: Vec<String> = ids.into_iter().flatten().map(|id| id.get().clone()).collect();
    let place = |id: &String| under.outcomes.iter().position(|o| o.id == *id);
    let places = axes.iter().map(place).collect::<Option<Vec<usize>>>()?;
    let (sign, spanning) = places.split_last()?;
    let reference = under.scenario.policies.first()?;
    let columns: Vec<&[f64]> = places.iter().map(|p| reference.outcomes[*p].as_slice()).collect();
    let whole = |run: &usize| columns.iter().all(|c| c[*run].is_finite());
    let point =
        |run: usize| (under.runs[run], columns.iter().map(|c| c[run]).collect::<Vec<f64>>());
    let share = |policy: &crate::question::PolicyResults| {
        let known: Vec<f64> =
            policy.outcomes[*sign].iter().copied().filter(|v| v.is_finite()).collect();
        let above = known.iter().filter(|v| **v > 0.0).count();
        (policy.about.id.clone(), Interval::share(above, known.len()))
    };
    let hits: Vec<Option<bool>> =
        reference.outcomes[*sign].iter().map(|v| v.is_finite().then_some(*v > 0.0)).collect();
    let spanned: Vec<&[f64]> = spanning.iter().map(|p| reference.outcomes[*p].as_slice()).collect();
    let labels = |whole: &dyn Fn(usize) -> bool| {
        let label = |(i, place): (usize, &usize)| {
            let values = spanned[i].iter().copied().filter(|v| v.is_finite());
            let (low, high) =
                values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
            let about = &under.outcomes[*place];
            let (name, unit) = (about.id.clone(), about.unit.clone());
            Label { name, unit, low, high, whole: whole(i) }
        };
        spanning.iter().enumerate().map(label).collect()
    };
    Some(Plane {
        points: (0..under.runs.len()).filter(whole).map(point).collect(),
        above: under.scenario.policies.iter().map(share).collect(),
        region: discover(&spanned, &hits, &labels),
        axes,
    })
}
