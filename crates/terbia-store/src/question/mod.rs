//! Which policy does better, in which futures? The operations behind `terbia study` and `merge`.
//!
//! A [`Study`] is a question in a file of some twenty lines. [`Planned::new`] compiles every
//! policy under every scenario; [`run`] gives all of them the same members and keeps their outcomes;
//! [`merge()`] joins what was run in parts. [`Results::open`] reads the outcomes and inputs back as
//! columns, by run; [`answer`] compares policies with the reference, [`analysis`] says which holds up,
//! in which futures, what decides and what it would be worth to know, [`loops`] which feedback carries a
//! difference, [`search`] which portfolios of levers no other beats. [`comparison`] asks several corridors the
//! same and lays the answers side by side.

pub mod analysis;
pub mod answer;
pub mod comparison;
mod error;
mod fans;
mod gather;
mod input;
mod keep;
pub mod loops;
mod manifest;
mod merge;
mod plan;
mod policy;
pub mod report;
mod results;
pub mod search;
mod sketch;
mod switch;
mod write;

pub use error::{MOST_RUNS, QuestionError};
pub use manifest::{
    Closeness, Contents, Failure, InputRef, PolicyRef, ScenarioRef, ShardRef, StudyFingerprint,
    StudyManifest, StudyOutcomeRef, StudyText,
};
pub use merge::merge;
pub use plan::{Months, Options, Planned, ROOM};
pub use policy::{MOST_POLICIES, Policy, REFERENCE, policies_of, unit_of};
pub use results::{InputColumn, PolicyResults, Results, ScenarioResults};
pub use sketch::{Kind, Node, Sketch, Way};
pub use switch::{Stuck, switched};
pub use write::{FANS, INPUTS, RESULTS};

use crate::load::{Project, Sheet, nearest};
use crate::output::Status;
use crate::spec::Study;
use crate::study::Keep;
use keep::Folder;
use std::borrow::Borrow;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use terbia_lab::ensemble::{self, Ended, Plan, Shard};
use terbia_lab::paired::{Comparison, mean_and_half_width};
use write::Layout;

/// The study of this name, with its name; the file at this path if it is one.
pub fn find(
    project: &Project,
    name_or_path: &str,
) -> Result<(String, Sheet<Study>), QuestionError> {
    if let Some(sheet) = project.studies.get(name_or_path) {
        return Ok((name_or_path.to_owned(), sheet.clone()));
    }
    let path = Path::new(name_or_path);
    if path.extension().is_none_or(|e| e != "toml") {
        let known: Vec<String> = project.studies.keys().cloned().collect();
        let near = nearest(name_or_path, known.iter().map(String::as_str));
        return Err(QuestionError::Unknown { name: name_or_path.to_owned(), near, known });
    }
    let text = std::fs::read_to_string(path)
        .map_err(|source| QuestionError::Read { path: path.to_owned(), source })?;
    let name = path.file_stem().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let invalid = |problems| QuestionError::Invalid { name: name.clone(), problems };
    let sheet = project.study(name_or_path, text).map_err(invalid)?;
    Ok((name, sheet))
}

/// How far a study has got: told from the worker threads.
pub struct Watch<'a> {
    /// So many runs are to be made; what was told before no longer counts.
    pub planned: &'a (dyn Fn(u64) + Sync),
    /// So many more runs have ended.
    pub ran: &'a (dyn Fn(u32) + Sync),
}

/// A study on disk.
#[derive(Debug)]
pub struct Answered {
    /// Its folder.
    pub dir: PathBuf,
    /// Its manifest.
    pub manifest: StudyManifest,
    /// Whether it was there already, complete, and nothing had to be run.
    pub found: bool,
}

/// Runs a study and keeps it. If the same study is there already, complete, nothing is run again.
pub fn run(
    planned: impl Borrow<Planned>,
    keep: &Keep,
    stop: &AtomicBool,
    watch: &Watch<'_>,
) -> Result<Answered, QuestionError> {
    let planned = planned.borrow();
    let dir = keep.dir.clone().unwrap_or_else(|| planned.default_dir());
    let mut manifest = planned.manifest.clone();
    manifest.command.clone_from(&keep.command);
    let layout = Layout::new(&manifest.contents, manifest.fingerprint.chunk_members)?;
    // A folder named after the study can hold no other one: going on with it is what is meant.
    let complete = keep.dir.is_none()
        && matches!(StudyManifest::read(&dir), Ok(Some(m)) if m.status == Status::Complete);
    let folder = if keep.resume || complete {
        Folder::resume(&dir, manifest, layout)?
    } else {
        Folder::create(&dir, manifest, layout)?
    };
    if folder.complete() {
        let manifest = folder.pause()?;
        return Ok(Answered { dir, manifest, found: true });
    }
    let manifest = fill(planned, folder, &dir, stop, watch)?;
    Ok(Answered { dir, manifest, found: false })
}

/// Makes the runs that are missing, and more if a difference is to be known more closely.
fn fill(
    planned: &Planned,
    mut folder: Folder,
    dir: &Path,
    stop: &AtomicBool,
    watch: &Watch<'_>,
) -> Result<StudyManifest, QuestionError> {
    let paired = planned.paired()?;
    let cases = planned.cases() as u32;
    let print = &planned.manifest.fingerprint;
    let shard = planned.manifest.shard;
    let shard = shard.map_or(Shard::WHOLE, |s| Shard { index: s.part - 1, of: s.of });
    let most = print.most_members.unwrap_or(print.members);
    let mut members = print.members;
    loop {
        folder.grow(members);
        let chunk_runs = print.chunk_members * cases;
        let plan = Plan { members: members * cases, chunk_runs, jobs: planned.jobs, shard };
        let chunks = shard.of_chunks(plan.chunks());
        let runs: u64 = chunks.clone().map(|chunk| u64::from(plan.chunk(chunk).1)).sum();
        (watch.planned)(runs);
        match ensemble::run(&paired, &plan, &folder, stop, watch.ran) {
            Ok(Ended::Complete) => {}
            Ok(Ended::Stopped) => {
                let counts = folder.pause()?.runs;
                let (finished, dir) = (counts.diverged + counts.ok, dir.to_owned());
                return Err(QuestionError::Stopped { finished, runs, dir });
            }
            Err(error) => {
                // The parts that stand are kept whatever the manifest can still be told.
                let _ = folder.pause();
                return Err(error.into());
            }
        }
        let closeness = closeness(planned, &folder)?;
        let close = |c: &Closeness| c.reached.is_some_and(|reached| reached <= c.wanted);
        let enough = closeness.as_ref().is_none_or(close) || members >= most;
        folder.manifest.closeness = closeness;
        if enough {
            return Ok(folder.finish(chunks)?);
        }
        members = members.saturating_mul(2).min(most);
    }
}

/// How closely the difference is known that decides on the members, if one does.
fn closeness(planned: &Planned, folder: &Folder) -> Result<Option<Closeness>, QuestionError> {
    let Some((wanted, place)) = planned.until else { return Ok(None) };
    let contents = &planned.manifest.contents;
    let values = folder.outcome(place)?;
    let mut widths = Vec::new();
    for policies in values.chunks(contents.policies.len().max(1)) {
        let Some((reference, others)) = policies.split_first() else { continue };
        widths.extend(others.iter().map(|policy| Comparison::of(reference, policy).half_width));
        if others.is_empty() {
            widths.push(mean_and_half_width(reference).1);
        }
    }
    // A difference of which nothing is known yet is not known closely.
    let known = !widths.iter().any(|width| width.is_nan());
    let reached = known.then(|| widths.into_iter().fold(0.0, f64::max));
    let outcome = contents.outcomes.get(place).map(|o| o.id.clone()).unwrap_or_default();
    Ok(Some(Closeness { outcome, wanted, reached }))
}
