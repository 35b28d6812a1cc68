//! How is a forecast kept so that nobody can change it unseen? Files, each with its hash.

use super::readme;
use super::{Chance, Forecast, ForecastError, ForecastManifest, Series};
use crate::load::Project;
use crate::output::{self, OutputError, Standing};
use std::io;
use std::path::Path;

/// Quantiles of each outcome by month.
pub const FORECAST: &str = "forecast.csv";
/// Probability of each event by month.
pub const EVENTS: &str = "events.csv";
/// Every run.
pub const PATHS: &str = "paths.parquet";
/// How observations meet outcomes: the corridor's own rules.
pub const RULES: &str = "rules.toml";
/// What the folder is.
pub const README: &str = "README.md";

/// Significant digits in the tables: what the paths hold has no more.
const DIGITS: usize = 5;

/// Whether a forecast can be written to `dir`: it is not there, or it is empty.
pub fn free(dir: &Path) -> Result<(), ForecastError> {
    match output::standing(dir, FORECAST)? {
        Standing::Free => Ok(()),
        Standing::Alike => Err(ForecastError::Exists { dir: dir.to_owned() }),
        Standing::Taken => Err(ForecastError::Taken { dir: dir.to_owned() }),
    }
}

/// Writes `forecast` to the new folder `dir`, which appears whole or not at all. `command` repeats
/// it; it names no folder, since the files are the same in any.
pub fn write(
    project: &Project,
    forecast: &Forecast,
    dir: &Path,
    command: String,
) -> Result<ForecastManifest, ForecastError> {
    free(dir)?;
    let manifest = ForecastManifest::new(forecast, command);
    let rules = project.texts.iter().find(|f| f.name() == "evidence/targets.toml");
    // In the order of their names: that of the lines under the one hash.
    let files: Vec<(&str, Vec<u8>)> = vec![
        (README, readme::text(forecast, &manifest).into_bytes()),
        (EVENTS, events(forecast)?),
        (FORECAST, table(forecast)?),
        (PATHS, forecast.paths().to_parquet()?),
        (RULES, rules.map_or("", |f| f.text()).as_bytes().to_vec()),
    ];
    Ok(output::publish(dir, files, |entries| manifest.with(entries))?)
}

/// `forecast.csv`.
fn table(forecast: &Forecast) -> Result<Vec<u8>, ForecastError> {
    let head =
        ["outcome", "label", "month", "q05", "q10", "q25", "q50", "q75", "q90", "q95", "unit"];
    let rows = |series: &Series| {
        let months = forecast.months.iter().zip(&series.bands);
        let row = |(month, band): (_, &[f64; 7])| {
            let first = [series.outcome.clone(), series.label.clone(), format!("{month}")];
            let numbers = band.map(digits);
            first.into_iter().chain(numbers).chain([series.unit.clone()]).collect()
        };
        months.map(row).collect::<Vec<Vec<String>>>()
    };
    Ok(csv(&head, forecast.outcomes.iter().flat_map(rows))?)
}

/// `events.csv`.
fn events(forecast: &Forecast) -> Result<Vec<u8>, ForecastError> {
    let rows = |chance: &Chance| {
        let months = forecast.months.iter().zip(chance.first.iter().zip(&chance.by));
        let row = |(month, (first, by)): (_, (&f64, &f64))| {
            let words = [chance.id.clone(), chance.label.clone(), format!("{month}")];
            words.into_iter().chain([digits(*first), digits(*by)]).collect()
        };
        months.map(row).collect::<Vec<Vec<String>>>()
    };
    let head = ["event", "label", "month", "probability", "by_month"];
    Ok(csv(&head, forecast.events.iter().flat_map(rows))?)
}

/// A table under a header.
pub(crate) fn csv(
    head: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<Vec<u8>, OutputError> {
    let fail = |e: io::Error| OutputError::io(Path::new("a table"), "write", e);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(head).map_err(|e| fail(e.into()))?;
    for row in rows {
        writer.write_record(row).map_err(|e| fail(e.into()))?;
    }
    writer.into_inner().map_err(|e| fail(io::Error::other(e.to_string())))
}

/// The value with [`DIGITS`] significant digits, as short as it reads back the same.
pub(crate) fn digits(value: f64) -> String {
    let rounded = format!("{value:.*e}", DIGITS - 1).parse::<f64>().unwrap_or(value);
    // A nought has no sign.
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_five_digits_and_reads_back_the_same() {
        let cases = [
            (1_234_567.8, "1234600"),
            (0.000_123_456_7, "0.00012346"),
            (-0.0, "0"),
            (1.0 / 3.0, "0.33333"),
            (99_999.6, "100000"),
            (0.047, "0.047"),
        ];
        for (value, text) in cases {
            assert_eq!(digits(value), text);
            assert_eq!(digits(text.parse().unwrap()), text);
        }
    }
}
