//! What will happen after a month, as far as was known then? The operation behind `terbia forecast`.
//!
//! In steps, so that something may be put between them:
//!
//! 1. [`simulate`]: the record drives every run to the origin, then the model decides.
//! 2. [`of`]: the outcomes and events that `[forecast]` of the corridor names are read off the runs.
//!    A factor for each run, outcome and month may be given: what the model cannot explain.
//! 3. [`write()`]: the folder, with a hash of all that is in it.
//!
//! All figures come from values as `paths.parquet` holds them, so that the quantiles can be made
//! again from the paths.

mod error;
mod event;
mod manifest;
mod quarter;
mod readme;
mod write;

pub use error::ForecastError;
pub use event::Chance;
pub use manifest::{ForecastManifest, OutcomeRef};
pub use quarter::Quarter;
pub use write::{EVENTS, FORECAST, PATHS, README, RULES, free, write};

pub(crate) use write::{csv, digits};

use crate::calibrate::Calibration;
use crate::load::{AsOf, Given, Project};
use crate::output::{Column, Cube, Manifest, OutputError, Paths};
use crate::posterior::Anchored;
use crate::spec;
use crate::study::{self, Options, Passed, Progress, StudyError};
use std::io;
use std::path::Path;
use std::sync::atomic::AtomicBool;
use terbia_lab::across::Across;
use terbia_lab::stats;
use terbia_model::config::Corridor;
use terbia_model::kernel::time::Month;
use terbia_model::outcome::{self, Scalar};

/// Quantiles of a forecast, in the order of its columns.
pub const QUANTILES: [f64; 7] = [0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95];

/// What is to be forecast.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// Last month that the record drives.
    pub origin: Month,
    /// Months after it, 1 or more.
    pub horizon: u32,
    /// What is run; `until` and `replay_until` follow from the two above.
    pub options: Options,
}

/// By what a run's outcome in a month is multiplied, 1 or about it: what is known to be wrong with
/// the level of the model. Asked for every run, every outcome that the forecast names (of events
/// too) and every month from the origin to the end. The run is its number, from 0.
pub type Factor<'a> = &'a dyn Fn(u32, &str, Month) -> f64;

/// An ensemble from which a forecast is read.
#[derive(Debug)]
pub struct Simulated {
    /// What was asked.
    pub ask: Ask,
    /// Every outcome of every run from the corridor's first month on.
    pub cube: Cube,
    /// The corridor that was run.
    pub corridor: Corridor,
    /// What was run, and how it ended.
    pub run: Manifest,
    /// What is given to change after the origin, rather than left to the model.
    pub given: Vec<Given>,
    /// Last month of the record, as it stands in the corridor.
    pub record: Option<Month>,
}

/// An outcome that is forecast.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Its name.
    pub outcome: String,
    /// What it is, in a few words.
    pub label: String,
    /// Unit.
    pub unit: String,
    /// Meaning.
    pub doc: String,
    /// How several months are summed up.
    pub scalar: Scalar,
    /// For each month the values of all runs, in their order.
    pub values: Vec<Vec<f64>>,
    /// For each month its [`QUANTILES`].
    pub bands: Vec<[f64; 7]>,
}

/// What may come, and how likely it is.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// What was asked.
    pub ask: Ask,
    /// What was run, and how it ended.
    pub run: Manifest,
    /// What is given to change after the origin.
    pub given: Vec<Given>,
    /// Last month of the record, as it stands in the corridor.
    pub record: Option<Month>,
    /// The months after the origin.
    pub months: Vec<Month>,
    /// Numbers of the runs that reached the last month.
    pub runs: Vec<u32>,
    /// Outcomes, in the order of the corridor's file.
    pub outcomes: Vec<Series>,
    /// Events, in the order of the corridor's file.
    pub events: Vec<Chance>,
}

/// Runs what is asked, from the corridor's start to the end of the forecast.
pub fn simulate(
    project: &Project,
    ask: &Ask,
    stop: &AtomicBool,
    progress: Progress<'_>,
) -> Result<Simulated, ForecastError> {
    table(project)?;
    let scenario = ask.options.scenario.as_deref().unwrap_or(project.default_scenario());
    let as_of = AsOf { origin: ask.origin, politics: ask.options.politics_until };
    let given = project.given_after(as_of, scenario, &ask.options.sets)?;
    let record = project.record_until(scenario);
    let options = Options {
        until: Some(last(project, ask)?),
        replay_until: Some(ask.origin),
        ..ask.options.clone()
    };
    let Passed { cube, manifest, compiled } = study::passing(project, &options, stop, progress)?;
    if manifest.runs.ok == 0 {
        return Err(ForecastError::AllDiverged { runs: manifest.runs.diverged });
    }
    let ask = Ask { options, ..ask.clone() };
    Ok(Simulated { ask, cube, corridor: compiled.corridor, run: manifest, given, record })
}

impl Simulated {
    /// How the record drifts about each run from the origin on, if a posterior says so.
    pub fn drifts(&self, project: &Project) -> Result<Option<Anchored>, ForecastError> {
        let Some(posterior) = &self.ask.options.posterior else { return Ok(None) };
        let months = self.ask.horizon as usize + 1;
        let when = (self.corridor.start, self.ask.origin, months);
        let drifts = posterior.anchored(project, &self.cube, when, self.ask.options.seed);
        Ok(Some(drifts.map_err(StudyError::from)?))
    }
}

/// Reads the forecast of `project` off its runs, each value multiplied by `factor` if there is one.
pub fn of(
    project: &Project,
    simulated: &Simulated,
    factor: Option<Factor<'_>>,
) -> Result<Forecast, ForecastError> {
    let Simulated { ask, corridor, .. } = simulated;
    let spec = table(project)?;
    let reader = Reader { simulated, factor };
    let fail = |e: io::Error| OutputError::io(Path::new("the ensemble"), "read", e);
    let columns = outcome::columns(corridor);
    let mut read = Vec::new();
    for foretold in &spec.outcomes {
        let name = foretold.outcome.get();
        let column = columns.iter().find(|c| c.name == *name);
        let column = column.ok_or_else(|| ForecastError::no_outcome(name))?;
        read.push((foretold, column, reader.read(name).map_err(fail)?));
    }
    let mut events = Vec::new();
    for event in &spec.events {
        events.push((event, reader.read(&event.outcome).map_err(fail)?));
    }
    // A run that diverged has no value anywhere.
    let tables: Vec<&Table> =
        read.iter().map(|(.., t)| t).chain(events.iter().map(|(_, t)| t)).collect();
    let lives = |run: &usize| tables.iter().any(|t| t.iter().any(|m| !m[*run].is_nan()));
    let runs: Vec<usize> = (0..simulated.cube.runs()).filter(lives).collect();
    let of_runs = |month: &Vec<f64>| -> Vec<f64> {
        runs.iter().map(|&run| f64::from(Paths::kept(month[run]))).collect()
    };
    let series = |(foretold, column, table): (&spec::Foretold, &outcome::Column, Table)| {
        let values: Vec<Vec<f64>> = table.iter().skip(1).map(of_runs).collect();
        Series {
            outcome: column.name.clone(),
            label: foretold.label.get().clone(),
            unit: column.unit.to_owned(),
            doc: column.doc.clone(),
            scalar: column.scalar,
            bands: values.iter().map(|of_month| bands(of_month)).collect(),
            values,
        }
    };
    let chance = |(event, table): (&spec::Occasion, Table)| {
        let values: Vec<Vec<f64>> = table.iter().map(of_runs).collect();
        Chance::of(event, &values)
    };
    Ok(Forecast {
        ask: ask.clone(),
        run: simulated.run.clone(),
        given: simulated.given.clone(),
        record: simulated.record,
        months: (1..=ask.horizon as i32).map(|m| ask.origin.plus(m)).collect(),
        outcomes: read.into_iter().map(series).collect(),
        events: events.into_iter().map(chance).collect(),
        runs: runs.iter().map(|&run| run as u32).collect(),
    })
}

impl Forecast {
    /// How the values of the numbers were learnt, if they were and their folder still says so.
    fn learnt(&self) -> Option<Calibration> {
        Calibration::read(&self.ask.options.posterior.as_ref()?.dir)
    }

    /// All runs, as `paths.parquet` holds them.
    pub fn paths(&self) -> Paths {
        let column = |s: &Series| Column::new(&s.outcome, &s.unit, &s.doc);
        let of_runs = |s: &Series| {
            let runs = 0..self.runs.len();
            runs.flat_map(|run| s.values.iter().map(move |m| Paths::kept(m[run]))).collect()
        };
        Paths {
            columns: self.outcomes.iter().map(column).collect(),
            months: self.months.iter().map(Month::to_string).collect(),
            runs: self.runs.clone(),
            values: self.outcomes.iter().map(of_runs).collect(),
        }
    }
}

/// The quantiles of the values of one month.
fn bands(values: &[f64]) -> [f64; 7] {
    let sorted = stats::sorted(values);
    QUANTILES.map(|p| stats::quantile(&sorted, p))
}

/// What the corridor wants to have forecast.
fn table(project: &Project) -> Result<&spec::Forecast, ForecastError> {
    let none = || ForecastError::NoTable { corridor: project.id.clone() };
    project.spec.forecast.as_ref().filter(|f| !f.outcomes.is_empty()).ok_or_else(none)
}

/// The last month of the forecast.
fn last(project: &Project, ask: &Ask) -> Result<Month, ForecastError> {
    let end = project.corridor.start.plus(project.months() as i32 - 1);
    let most = end.since(ask.origin).max(0).cast_unsigned();
    if ask.horizon == 0 || ask.horizon > most {
        let (origin, horizon) = (ask.origin, ask.horizon);
        return Err(ForecastError::Horizon { origin, horizon, most, end });
    }
    Ok(ask.origin.plus(ask.horizon.cast_signed()))
}

/// From the origin on, for each month the values of all runs.
type Table = Vec<Vec<f64>>;

struct Reader<'a> {
    simulated: &'a Simulated,
    factor: Option<Factor<'a>>,
}

impl Reader<'_> {
    fn read(&self, outcome: &str) -> io::Result<Table> {
        let Simulated { ask, cube, corridor, .. } = self.simulated;
        let column = cube.column(outcome).ok_or(io::ErrorKind::NotFound)?;
        let mut table = Vec::new();
        for month in (0..=ask.horizon as i32).map(|m| ask.origin.plus(m)) {
            let mut values = Vec::new();
            let place = usize::try_from(month.since(corridor.start));
            cube.read(column, place.map_err(io::Error::other)?, &mut values)?;
            if let Some(factor) = self.factor {
                for (run, value) in values.iter_mut().enumerate() {
                    *value *= factor(run as u32, outcome, month);
                }
            }
            table.push(values);
        }
        Ok(table)
    }
}
