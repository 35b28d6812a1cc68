//! Which portfolios of levers does no other beat in everything at once? What `terbia search` does.
//!
//! 1. The section `[search]` of a study names levers, with bounds, and outcomes of the study as objectives.
//! 2. Portfolios are bred generation by generation ([`terbia_lab::search`]). All of them and the reference
//!    meet the same futures, and are compared by what they change in each.
//! 3. Of the front of all that was tried at most ten are chosen, spread over it, and judged anew under other
//!    futures, of which there are more.
//!
//! The same search gives the same bytes on however many threads. Stopped, it leaves nothing behind: it takes
//! a minute, not hours.
//!
//! Limits: a heuristic, which proves nothing about what it did not find; means over futures, which hide in
//! how many something is worse (the judgement says). Levers are turned once, in months that the study names.

mod breed;
mod found;
mod judge;
mod keep;
mod plan;
mod trial;

pub use found::{LeverRef, ObjectiveRef, Portfolio, SearchFingerprint, Searched};
pub use keep::{PORTFOLIOS, SEARCH, SearchManifest, read};
pub use plan::{SearchOptions, SearchPlanned};

use super::Watch;
use super::error::QuestionError;
use crate::study::Keep;
use breed::Bred;
use judge::SHOWN;
use std::path::PathBuf;
use std::sync::atomic::AtomicBool;
use terbia_lab::pareto::dominates;
use trial::Trials;

/// A search on disk.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its folder.
    pub dir: PathBuf,
    /// What it found.
    pub searched: Searched,
    /// Whether it was there already and nothing had to be run.
    pub again: bool,
}

/// Searches and keeps what is found. If the same search is in its own folder already, nothing is run.
pub fn run(
    planned: &SearchPlanned,
    keep: &Keep,
    stop: &AtomicBool,
    watch: &Watch<'_>,
) -> Result<Found, QuestionError> {
    let dir = keep.dir.clone().unwrap_or_else(|| planned.default_dir());
    if keep.dir.is_none()
        && let Some(searched) = keep::kept(&dir, &planned.fingerprint)?
    {
        return Ok(Found { dir, searched, again: true });
    }
    keep::free(&dir)?;
    let began = keep::Began::now();
    let (searched, bred) = search(planned, stop, watch)?;
    keep::write(&dir, planned, (&searched, &bred), &keep.command, &began)?;
    Ok(Found { dir, searched, again: false })
}

/// Breeds portfolios, chooses a few and judges them.
fn search(
    planned: &SearchPlanned,
    stop: &AtomicBool,
    watch: &Watch<'_>,
) -> Result<(Searched, Bred), QuestionError> {
    let print = &planned.fingerprint;
    let portfolios = u64::from(print.population) * u64::from(print.generations);
    let judging = u64::from(print.judged_members) * (SHOWN as u64 + 1);
    (watch.planned)(u64::from(print.members) * (portfolios + 1) + judging);
    let trials = Trials { plan: planned, stop, watch };
    let bred = breed::bred(&trials)?;
    let chosen =
        judge::spread(&bred.front).into_iter().map(|place| bred.portfolio(place)).collect();
    let judged = judge::judged(&trials, chosen, &bred.lower)?;
    let searched = searched(planned, &bred, judged);
    Ok((searched, bred))
}

fn searched(planned: &SearchPlanned, bred: &Bred, judged: judge::Judged) -> Searched {
    let print = &planned.fingerprint;
    let contents = &planned.runs.manifest.contents;
    let moved = bred.moved();
    let objective = |(place, o): (usize, &super::StudyOutcomeRef)| ObjectiveRef {
        id: o.id.clone(),
        label: o.label.clone(),
        unit: o.unit.clone(),
        lower_is_better: o.lower_is_better,
        negligible: bred.widths[place],
        moved: moved[place],
        reference: judged.reference[place],
    };
    let still = vec![0.0; bred.lower.len()];
    let costs = || bred.tried.iter().map(|t| trial::cost(&t.differences, &bred.lower));
    let tried = bred.tried.len() as u64;
    let runs = u64::from(print.members) * (tried + 1)
        + u64::from(print.judged_members) * (judged.portfolios.len() as u64 + 1);
    let reference = contents.policies.first();
    Searched {
        format: keep::FORMAT,
        of: print.clone(),
        question: planned.question.clone(),
        reference: reference.map(|p| (p.id.clone(), p.label.clone())).unwrap_or_default(),
        levers: planned.levers.clone(),
        objectives: contents.outcomes.iter().enumerate().map(objective).collect(),
        tried: bred.tried.len(),
        without_number: costs().filter(|c| !c.feasible()).count(),
        front: bred.front.len(),
        beat_reference: costs().filter(|c| dominates(&c.objectives, &still)).count(),
        runs: [runs, bred.diverged + judged.diverged],
        chosen: judged.portfolios,
    }
}
