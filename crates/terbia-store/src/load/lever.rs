//! How is a lever turned from outside? `lever.ID@YYYY-MM = value` in `[set]` and `--set`.

use super::fault::Fault;
use super::names::{nearest, siblings};
use super::time;
use crate::spec::{CorridorFile, Lever};
use terbia_model::kernel::param::{Definition, Grade, Prior};
use terbia_model::kernel::time::Month;

/// What the path of a turn begins with.
const PREFIX: &str = "lever.";

/// A lever turned for good.
#[derive(Clone, Debug)]
pub(crate) struct Turn<'a> {
    /// The path that says so: that of its number.
    pub(crate) path: &'a str,
    /// The lever.
    pub(crate) lever: &'a Lever,
    /// Month of the decision.
    pub(crate) month: Month,
    /// To what.
    pub(crate) value: f64,
}

/// Whether `path` turns a lever rather than holds a number.
pub(crate) fn is_turn(path: &str) -> bool {
    path.starts_with(PREFIX)
}

/// The path that turns the lever `id` from the month `from` on; from the first month without one.
pub(crate) fn path(id: &str, from: Option<&str>) -> String {
    let from = from.map_or_else(String::new, |month| format!("@{month}"));
    format!("{PREFIX}{id}{from}")
}

/// Reads a turn; nothing where the corridor has no period that could be read.
pub(crate) fn turn<'a>(
    spec: &'a CorridorFile,
    path: &'a str,
    value: f64,
) -> Result<Option<Turn<'a>>, Fault> {
    let name = path.strip_prefix(PREFIX).unwrap_or(path);
    let (id, month) = name.split_once('@').map_or((name, None), |(id, month)| (id, Some(month)));
    let Some(lever) = spec.levers.iter().find(|l| l.id.get() == id) else {
        let known = spec.levers.iter().map(|l| l.id.as_str());
        return Err(Fault::UnknownId {
            kind: "lever",
            id: id.to_owned(),
            near: nearest(id, known.clone()),
            known: siblings(id, known),
        });
    };
    let month: Option<Month> = month.map(str::parse).transpose().map_err(time::fault)?;
    within_bounds(lever, value)?;
    let (Ok(start), Ok(end)) = (spec.start.parse::<Month>(), spec.end.parse::<Month>()) else {
        return Ok(None);
    };
    let month = month.unwrap_or(start);
    if month < start || month > end {
        let what = format!("the lever '{id}' is turned");
        return Err(Fault::outside(what, month, (start, end)));
    }
    Ok(Some(Turn { path, lever, month, value }))
}

/// Whether a lever can be turned to `value`.
pub(crate) fn within_bounds(lever: &Lever, value: f64) -> Result<(), Fault> {
    let [low, high] = *lever.bounds.get();
    if (low..=high).contains(&value) {
        return Ok(());
    }
    let bounds = with_unit(lever);
    Err(Fault::LeverOutOfBounds { lever: lever.id.get().clone(), value, bounds })
}

/// The bounds of a lever, in words.
pub(crate) fn with_unit(lever: &Lever) -> String {
    let [low, high] = lever.bounds.get();
    match lever.kind.0.info().unit {
        "1" => format!("{low} to {high}"),
        unit => format!("{low} to {high} {unit}"),
    }
}

impl Turn<'_> {
    /// The number that it is in a run.
    pub(crate) fn define(&self) -> Definition {
        let info = self.lever.kind.0.info();
        Definition {
            path: self.path.to_owned(),
            doc: format!("{}, turned in {}", info.doc, self.month),
            unit: info.unit.to_owned(),
            value: self.value,
            low: self.value,
            high: self.value,
            prior: Prior::Fixed,
            grade: Grade::A,
            source: vec!["by choice".to_owned()],
        }
    }
}
