//! Would the model have foreseen what the record says next, and better than somebody without one?
//! `terbia hindcast`.
//!
//! 1. *Fit* only on what was known at the origin: figures whose windows end by then, or, where one
//!    closure is left out in turn, figures of all months but those that are forecast.
//! 2. *Forecast* from the origin. Politics is the model's (live) or, if asked, as it was: which gates
//!    are shut, who holds what, which levy is asked. Nothing else of later months is given: no series,
//!    no halt, no permit, no sale of stocks.
//! 3. *Score* each figure of the record whose window lies wholly within the months forecast, beside
//!    rivals who have the same figures and no model ([`terbia_lab::baseline`]), and each event beside
//!    how often it happened before, how long past closures lasted, and what was expected in print.
//!
//! | figures | scored by |
//! |---|---|
//! | a level (amount, price, concentration) | fair CRPS of the logarithm |
//! | a share, a count | fair CRPS as it is; no rivals |
//! | a bound, a ratio of two months, a window that straddles origin or end | not scored, counted |
//!
//! The error of a printed figure is not added to the runs: it is a few per cent, the spread of the runs
//! ten times that.

mod error;
mod event;
mod figure;
mod fit;
mod series;

pub use error::HindcastError;
pub use event::{EventScore, Expecting};
pub use figure::{FigureScore, RivalScore};
pub use series::{EARLY_MONTHS, SeriesScore};

use crate::forecast;
use crate::load::Project;
use crate::output::{self, CorridorRef, OutputError};
use crate::study::{self, Options, Progress, StudyError};
use figure::Past;
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use terbia_lab::scores::Coverage;
use terbia_model::kernel::time::Month;

/// Runs that show what happened: the record drives them, and they only have to agree.
const WITNESSES: u32 = 16;

/// What is to be foreseen, and from what.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// Last month that is known.
    pub origin: Month,
    /// Months to foresee.
    pub horizon: u32,
    /// Whether politics of the months foreseen is given as it was, rather than left to the model.
    pub politics_given: bool,
    /// Whether figures after the months foreseen are learnt from as well as those before them.
    pub leave_out: bool,
    /// Particles and runs of the fit, if it is made here.
    pub particles: u32,
    /// Runs after which the sampler of the fit begins no further stage.
    pub budget: u64,
    /// What is run; its posterior is used if there is one.
    pub options: Options,
}

/// How a hindcast fared.
#[derive(Clone, Debug, Serialize)]
pub struct Hindcast {
    /// The corridor, with one hash of all its files.
    pub corridor: CorridorRef,
    /// Scenario.
    pub scenario: String,
    /// Last month that was known.
    pub origin: Month,
    /// Months foreseen.
    pub horizon: u32,
    /// "given" or "live".
    pub politics: &'static str,
    /// Whether figures after the months foreseen were learnt from.
    pub leave_out: bool,
    /// SHA-256 of the posterior.
    pub posterior_sha256: String,
    /// Figures that the fit learnt from.
    pub learnt_from: usize,
    /// Runs that reached the last month.
    pub runs: u64,
    /// Runs that did not.
    pub diverged: u64,
    /// Series, those first in which a rival is furthest ahead.
    pub series: Vec<SeriesScore>,
    /// Figures, in order of time.
    pub figures: Vec<FigureScore>,
    /// Figures within the months foreseen that cannot be scored, by reason.
    pub unscored: Vec<(&'static str, usize)>,
    /// Coverage of all series together by the central 50, 80 and 95 %.
    pub coverage: Vec<Covered>,
    /// Events; none if politics is given.
    pub events: Vec<EventScore>,
}

/// How many figures lay inside a central interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Covered {
    /// Share that the interval was to hold, 0..1.
    pub share: f64,
    /// Figures inside.
    pub inside: usize,
    /// All figures.
    pub of: usize,
    /// 95 % interval of the share of which this is a sample.
    pub interval: (f64, f64),
}

impl From<Coverage> for Covered {
    fn from(coverage: Coverage) -> Self {
        let Coverage { share, inside, of } = coverage;
        Self { share, inside, of, interval: coverage.interval() }
    }
}

/// Fits, forecasts and scores. What the fit learnt is kept in `dir`, if there is one, and gone on with
/// if it was stopped; `progress` is told of runs.
pub fn hindcast(
    project: &Project,
    ask: &Ask,
    dir: Option<&Path>,
    stop: &AtomicBool,
    progress: Progress<'_>,
) -> Result<Hindcast, HindcastError> {
    let temporary = |e| OutputError::io(&std::env::temp_dir(), "make a folder in", e);
    let scratch = tempfile::tempdir().map_err(temporary)?;
    let dir = dir.unwrap_or(scratch.path());
    let scenario = ask.options.scenario.clone();
    let scenario = scenario.unwrap_or_else(|| project.default_scenario().into());
    let record = project.record_until(&scenario);
    let record = record.ok_or_else(|| HindcastError::NoRecord { scenario: scenario.clone() })?;
    if ask.origin >= record {
        return Err(HindcastError::NothingLater { origin: ask.origin, record });
    }
    let (posterior, learnt_from) = fit::posterior(project, ask, dir, stop, progress)?;
    let end = ask.origin.plus(ask.horizon.cast_signed());
    let politics_until = ask.politics_given.then(|| end.min(record));
    let options =
        Options { posterior: Some(Arc::clone(&posterior)), politics_until, ..ask.options.clone() };
    let asked = forecast::Ask { origin: ask.origin, horizon: ask.horizon, options };
    let simulated = forecast::simulate(project, &asked, stop, progress)?;
    // Where figures after the months foreseen may be learnt from, so may the closures.
    let seen = if ask.leave_out { record } else { end.min(record) };
    let witnessed = witness(project, ask, seen, stop, progress)?;
    let past = Past::new(project, ask, &witnessed)?;
    let (figures, unscored) = figure::scores(project, ask, &simulated, &past)?;
    let series = series::scores(&figures);
    let events = if ask.politics_given {
        Vec::new()
    } else {
        event::scores(project, ask, &simulated, &witnessed, &past)?
    };
    let coverage = series::coverage(&figures);
    Ok(Hindcast {
        corridor: simulated.run.fingerprint.corridor.clone(),
        scenario,
        origin: ask.origin,
        horizon: ask.horizon,
        politics: if ask.politics_given { "given" } else { "live" },
        leave_out: ask.leave_out,
        posterior_sha256: posterior.sha256.clone(),
        learnt_from,
        runs: simulated.run.runs.ok,
        diverged: simulated.run.runs.diverged,
        series,
        figures,
        unscored,
        coverage,
        events,
    })
}

/// Runs that the record drives throughout: what is on record of gates and events.
fn witness(
    project: &Project,
    ask: &Ask,
    until: Month,
    stop: &AtomicBool,
    progress: Progress<'_>,
) -> Result<study::Passed, StudyError> {
    let Options { scenario, seed, jobs, .. } = ask.options.clone();
    let options = Options { scenario, jobs, until: Some(until), ..Options::new(WITNESSES, seed) };
    study::passing(project, &options, stop, progress)
}

/// Writes `hindcast.json` and `figures.csv` into `dir`.
pub fn keep(told: &Hindcast, dir: &Path) -> Result<(), HindcastError> {
    let path = dir.join("hindcast.json");
    output::write_file(&path, output::json(&path, told)?.as_bytes())?;
    output::write_file(&dir.join("figures.csv"), figure::table(&told.figures)?.as_bytes())?;
    Ok(())
}
