//! What may a hindcast have learnt? Only what was known at its origin.

use super::{Ask, HindcastError};
use crate::calibrate::{self, CALIBRATION, Calibration};
use crate::load::Project;
use crate::posterior::Posterior;
use crate::study::Progress;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Where the fit is kept, in the folder of the hindcast.
pub(super) const DIR: &str = "posterior";

/// The posterior, and the number of figures that it was learnt from: the one that was given, if it
/// knows nothing of the months foreseen, or one learnt here.
pub(super) fn posterior(
    project: &Project,
    ask: &Ask,
    dir: &Path,
    stop: &AtomicBool,
    progress: Progress<'_>,
) -> Result<(Arc<Posterior>, usize), HindcastError> {
    if let Some(posterior) = &ask.options.posterior {
        let learnt_from = ignorant(&posterior.dir, ask)?;
        return Ok((Arc::clone(posterior), learnt_from));
    }
    let months = (ask.origin.plus(1), ask.origin.plus(ask.horizon.cast_signed()));
    let options = calibrate::Options {
        scenario: ask.options.scenario.clone(),
        until: (!ask.leave_out).then_some(ask.origin),
        leave_out: if ask.leave_out { vec![months] } else { Vec::new() },
        particles: ask.particles,
        budget: ask.budget,
        seed: ask.options.seed,
        ..calibrate::Options::default()
    };
    let dir = dir.join(DIR);
    let learnt = calibrate::calibrate(project, &options, &dir, ask.options.jobs, stop, progress)?;
    Ok((Arc::new(Posterior::read(&dir)?), learnt.figures.len()))
}

/// Number of figures that the posterior in `dir` was learnt from, none of them of the months foreseen.
fn ignorant(dir: &Path, ask: &Ask) -> Result<usize, HindcastError> {
    let Some(said) = Calibration::read(dir) else {
        return Err(HindcastError::Unsaid { path: dir.join(CALIBRATION) });
    };
    let months = (ask.origin.plus(1), ask.origin.plus(ask.horizon.cast_signed()));
    let left_out = |(from, to): &(_, _)| *from <= months.0 && months.1 <= *to;
    let ignorant =
        said.until <= ask.origin || (ask.leave_out && said.options.leave_out.iter().any(left_out));
    // What another corridor taught may know of later months as well.
    let shared = said.options.shared.as_ref().map(|s| s.until).filter(|until| *until > ask.origin);
    if !ignorant || shared.is_some() {
        let (dir, until) = (dir.to_owned(), shared.unwrap_or(said.until));
        return Err(HindcastError::Knows { dir, until, origin: ask.origin });
    }
    Ok(said.figures.len())
}
