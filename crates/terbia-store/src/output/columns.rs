//! Which columns does a table have, and what does each mean?

use super::error::OutputError;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;

/// A column of doubles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// Its name in the file.
    pub name: String,
    /// Unit of its values.
    pub unit: String,
    /// What it means, in one sentence.
    pub description: String,
}

/// The columns of doubles of both tables, in the order in which a chunk holds them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Columns {
    /// Outcomes by month, in `series.parquet`.
    pub series: Vec<Column>,
    /// Numbers that a run reads, in `runs.parquet`; the name is the path.
    pub inputs: Vec<Column>,
    /// Scalars of the outcomes, in `runs.parquet`.
    pub scalars: Vec<Column>,
}

/// Columns of `series.parquet` that are no outcomes.
pub(super) const SERIES_KEYS: [&str; 2] = ["run", "month"];
/// Columns of `runs.parquet` that are neither numbers nor scalars.
pub(super) const RUNS_KEYS: [&str; 4] = ["run", "status", "diverged_month", "diverged_what"];

/// Columns of the results of a study that are no outcomes.
pub(crate) const RESULT_KEYS: [&str; 6] =
    ["run", "scenario", "policy", "status", "diverged_month", "diverged_what"];

impl Column {
    /// A column.
    pub fn new(
        name: impl Into<String>,
        unit: impl Into<String>,
        description: impl Into<String>,
    ) -> Self {
        Self { name: name.into(), unit: unit.into(), description: description.into() }
    }
}

impl Columns {
    /// A hash of all names, units and descriptions: equal tables have equal hashes.
    pub fn sha256(&self) -> String {
        let mut hash = Sha256::new();
        for (table, columns) in [&self.series, &self.inputs, &self.scalars].iter().enumerate() {
            for column in *columns {
                // The separators cannot occur inside a name, so no two lists share one text.
                hash.update(format!("{table}\0{}\0{}\0", column.name, column.unit));
                hash.update(format!("{}\0", column.description));
            }
        }
        format!("{:x}", hash.finalize())
    }

    /// Refuses two columns of one name in one table.
    pub(super) fn check(&self) -> Result<(), OutputError> {
        let distinct = |keys: &[&str], columns: &mut dyn Iterator<Item = &Column>| {
            let mut seen: BTreeSet<&str> = keys.iter().copied().collect();
            columns.map(|c| c.name.as_str()).find(|name| !seen.insert(name)).map(str::to_owned)
        };
        let twice = distinct(&SERIES_KEYS, &mut self.series.iter())
            .or_else(|| distinct(&RUNS_KEYS, &mut self.inputs.iter().chain(&self.scalars)));
        match twice {
            Some(name) => Err(OutputError::Shape { what: format!("two columns named '{name}'") }),
            None => Ok(()),
        }
    }
}
