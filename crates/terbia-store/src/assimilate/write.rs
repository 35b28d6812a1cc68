//! How is what figures say kept? Files, each with its hash, as a forecast is.

use super::readme;
use super::{AssimilateError, Judged, Moved, Nowcast, NowcastManifest, Series};
use crate::forecast::{README, csv, digits};
use crate::output::{self, OutputError, Standing};
use std::path::Path;
use terbia_lab::filter::Fate;

/// What is believed now of each outcome, by month.
pub const NOWCAST: &str = "nowcast.csv";
/// The same before the figures came.
pub const BEFORE: &str = "before.csv";
/// Each figure beside what was expected of it.
pub const FIGURES: &str = "figures.csv";
/// Which belief moved.
pub const MOVED: &str = "moved.csv";

/// Whether what figures say can be written to `dir`: it is not there, or it is empty.
pub fn free(dir: &Path) -> Result<(), AssimilateError> {
    match output::standing(dir, NOWCAST)? {
        Standing::Free => Ok(()),
        Standing::Alike => Err(AssimilateError::Exists { dir: dir.to_owned() }),
        Standing::Taken => Err(AssimilateError::Taken { dir: dir.to_owned() }),
    }
}

/// Writes `nowcast` to the new folder `dir`, which appears whole or not at all. `command` repeats it;
/// it names no folder, since the files are the same in any.
pub fn write(
    nowcast: &Nowcast,
    dir: &Path,
    command: String,
) -> Result<NowcastManifest, AssimilateError> {
    free(dir)?;
    let manifest = NowcastManifest::new(nowcast, command);
    // In the order of their names: that of the lines under the one hash.
    let files: Vec<(&str, Vec<u8>)> = vec![
        (README, readme::text(nowcast, &manifest).into_bytes()),
        (BEFORE, beliefs(&nowcast.before)?),
        (FIGURES, figures(&nowcast.figures)?),
        (MOVED, moved(&nowcast.moved)?),
        (NOWCAST, beliefs(&nowcast.after)?),
    ];
    Ok(output::publish(dir, files, |entries| manifest.with(entries))?)
}

/// `nowcast.csv` and `before.csv`.
fn beliefs(series: &[Series]) -> Result<Vec<u8>, OutputError> {
    let head =
        ["outcome", "label", "month", "q05", "q10", "q25", "q50", "q75", "q90", "q95", "unit"];
    let rows = series.iter().flat_map(|s| {
        s.months.iter().zip(&s.bands).map(move |(month, band)| {
            let words = [s.outcome.clone(), s.label.clone(), month.to_string()];
            let numbers = band.quantiles.map(digits);
            words.into_iter().chain(numbers).chain([s.unit.clone()]).collect()
        })
    });
    csv(&head, rows)
}

/// `figures.csv`.
fn figures(figures: &[Judged]) -> Result<Vec<u8>, OutputError> {
    let head = [
        "id",
        "outcome",
        "from",
        "month",
        "observed",
        "q10",
        "q50",
        "q90",
        "unit",
        "pit",
        "surprise_sd",
        "log_density",
        "believed",
        "effective_runs",
        "taken",
    ];
    let number = |x: f64| if x.is_finite() { digits(x) } else { String::new() };
    let row = |f: &Judged| {
        let expected = f.expected.map_or([f64::NAN; 3], |e| e).map(number);
        let words = [f.id.clone(), f.outcome.clone(), f.from.to_string(), f.month.to_string()];
        let judged = [f.pit, f.surprise_sd, f.log_density, f.trust, f.effective].map(number);
        words
            .into_iter()
            .chain([digits(f.observed)])
            .chain(expected)
            .chain([f.unit.clone()])
            .chain(judged)
            .chain([fate(f.fate).to_owned()])
            .collect()
    };
    csv(&head, figures.iter().map(row))
}

/// What became of a figure, in a word or two.
fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Taken => "yes",
        Fate::Contradicts { .. } => "contradicts every run",
        Fate::NoValue => "no run gives it a value",
    }
}

/// `moved.csv`.
fn moved(moved: &[Moved]) -> Result<Vec<u8>, OutputError> {
    let head =
        ["about", "name", "month", "before", "after", "unit", "shift_sd", "beyond_noise", "label"];
    let row = |m: &Moved| {
        let noise = if m.beyond_noise { "yes" } else { "no" };
        vec![
            m.about.name().to_owned(),
            m.name.clone(),
            m.month.clone().unwrap_or_default(),
            digits(m.before),
            digits(m.after),
            m.unit.clone(),
            digits(m.shift_sd),
            noise.to_owned(),
            m.label.clone(),
        ]
    };
    csv(&head, moved.iter().map(row))
}
