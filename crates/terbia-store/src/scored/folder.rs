//! What does the folder of a forecast hold, and is it as it was written?

use super::ScoreError;
use crate::forecast::{EVENTS, FORECAST, ForecastError, ForecastManifest, PATHS, RULES};
use crate::load::files::File;
use crate::load::problem::Problems;
use crate::load::structure;
use crate::output::{MANIFEST, OutputError, Paths};
use crate::spec::Targets;
use std::path::Path;
use terbia_model::kernel::time::Month;

/// A forecast that was kept, read from the files under its hash.
#[derive(Clone, Debug)]
pub struct Folder {
    /// How it was made. Of this only names and the hash are used.
    pub manifest: ForecastManifest,
    /// First month forecast.
    pub start: Month,
    /// Every run.
    pub paths: Paths,
    /// How a figure meets an outcome.
    pub targets: Targets,
    /// Outcomes, in order.
    pub outcomes: Vec<Foretold>,
    /// Events, in order.
    pub events: Vec<Chances>,
}

/// An outcome that was forecast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Foretold {
    /// Its name.
    pub outcome: String,
    /// What it is, in a few words.
    pub label: String,
    /// Unit.
    pub unit: String,
}

/// An event that was forecast.
#[derive(Clone, Debug, PartialEq)]
pub struct Chances {
    /// Short name.
    pub event: String,
    /// What happens, in a few words.
    pub label: String,
    /// For each month the chance that it happens first in it, 0..1.
    pub first: Vec<f64>,
    /// For each month the chance that it has happened by its end, 0..1.
    pub by: Vec<f64>,
}

impl Folder {
    /// Reads the forecast in `dir`; an error if it is not as it was written.
    pub fn read(dir: &Path) -> Result<Self, ScoreError> {
        let there = |name: &str| dir.join(name).is_file();
        // Other folders of terbia have a manifest too.
        if !there(MANIFEST) || !(there(FORECAST) || there(PATHS)) {
            return Err(ScoreError::NoForecast { dir: dir.to_owned() });
        }
        let manifest = ForecastManifest::read(dir)?;
        manifest.verify(dir)?;
        let hashed = |name: &&str| manifest.files.iter().any(|file| file.name == **name);
        if let Some(name) = [EVENTS, FORECAST, PATHS, RULES].iter().find(|name| !hashed(name)) {
            let what = format!("its manifest has no hash of {name}");
            return Err(ForecastError::Changed { dir: dir.to_owned(), what }.into());
        }
        let unfit = |what: &str| ScoreError::Unfit { dir: dir.to_owned(), what: what.to_owned() };
        let paths = Paths::read(&dir.join(PATHS))?;
        let start = start(&paths).ok_or_else(|| unfit("its months do not follow each other"))?;
        if paths.runs.is_empty() {
            return Err(unfit("it has no runs"));
        }
        let outcomes = outcomes(dir)?;
        let events = events(dir)?;
        let whole = |e: &Chances| e.first.len() == paths.months.len();
        if !events.iter().all(whole) {
            return Err(unfit("its events do not cover its months"));
        }
        Ok(Self { start, targets: rules(dir)?, outcomes, events, paths, manifest })
    }

    /// Last month forecast.
    pub fn end(&self) -> Month {
        self.start.plus(self.paths.months.len() as i32 - 1)
    }
}

/// The first of months that follow each other; nothing if there are none, or gaps.
fn start(paths: &Paths) -> Option<Month> {
    let start: Month = paths.months.first()?.parse().ok()?;
    let follows = |(place, month): (usize, &String)| *month == start.plus(place as i32).to_string();
    paths.months.iter().enumerate().all(follows).then_some(start)
}

fn rules(dir: &Path) -> Result<Targets, ScoreError> {
    let path = dir.join(RULES);
    let text = std::fs::read_to_string(&path).map_err(|e| OutputError::io(&path, "read", e))?;
    let mut problems = Problems::default();
    let rules = structure::parse(&File::new(0, RULES, text), &mut problems);
    let fail = |problems: Problems| {
        Err(ScoreError::Rules { dir: dir.to_owned(), problems: problems.into_sorted() })
    };
    rules.filter(|_| problems.is_empty()).map_or_else(|| fail(problems), Ok)
}

/// The rows of a table, each cut to its columns.
fn table(dir: &Path, name: &str) -> Result<Vec<csv::StringRecord>, ScoreError> {
    let unfit = |e: csv::Error| {
        let what = format!("{name}: {e}");
        ScoreError::Unfit { dir: dir.to_owned(), what }
    };
    let mut reader = csv::Reader::from_path(dir.join(name)).map_err(unfit)?;
    reader.records().collect::<Result<_, _>>().map_err(unfit)
}

fn outcomes(dir: &Path) -> Result<Vec<Foretold>, ScoreError> {
    let mut outcomes: Vec<Foretold> = Vec::new();
    for row in table(dir, FORECAST)? {
        let cell = |place: usize| row.get(place).unwrap_or_default().to_owned();
        if outcomes.last().is_none_or(|last| last.outcome != cell(0)) {
            let unit = cell(row.len().saturating_sub(1));
            outcomes.push(Foretold { outcome: cell(0), label: cell(1), unit });
        }
    }
    Ok(outcomes)
}

fn events(dir: &Path) -> Result<Vec<Chances>, ScoreError> {
    let mut events: Vec<Chances> = Vec::new();
    for row in table(dir, EVENTS)? {
        let cell = |place: usize| row.get(place).unwrap_or_default().to_owned();
        let chance = |place: usize| cell(place).parse::<f64>().unwrap_or(f64::NAN);
        if events.last().is_none_or(|last| last.event != cell(0)) {
            let (event, label) = (cell(0), cell(1));
            events.push(Chances { event, label, first: Vec::new(), by: Vec::new() });
        }
        if let Some(event) = events.last_mut() {
            event.first.push(chance(3));
            event.by.push(chance(4));
        }
    }
    Ok(events)
}
