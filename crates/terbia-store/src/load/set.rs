//! May this number be held at that value? The door for `[set]` of a scenario and `--set`.

use super::fault::Fault;
use super::names::{nearest, siblings};
use miette::Diagnostic;
use std::fmt;
use terbia_model::config::Corridor;
use terbia_model::kernel::id::Id;

/// A setting that cannot be made.
#[derive(Clone, Debug, PartialEq)]
pub struct SetError(pub(super) Fault);

impl SetError {
    /// What is wrong.
    pub fn fault(&self) -> &Fault {
        &self.0
    }

    pub(crate) fn into_fault(self) -> Fault {
        self.0
    }
}

impl fmt::Display for SetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for SetError {}

impl Diagnostic for SetError {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(self.0.help()))
    }
}

/// Holds the number at `path` at `value` in `fixed`, which is parallel to the corridor's numbers.
pub fn set(
    corridor: &Corridor,
    fixed: &mut [Option<f64>],
    path: &str,
    value: f64,
) -> Result<(), SetError> {
    let Some(id) = corridor.number(path) else {
        let known = corridor.numbers.iter().map(|d| d.path.as_str());
        return Err(SetError(Fault::UnknownId {
            kind: "number",
            id: path.to_owned(),
            near: nearest(path, known.clone()),
            known: siblings(path, known),
        }));
    };
    let definition = &corridor.numbers[id.index()];
    let (low, high) = (definition.low, definition.high);
    if !(low..=high).contains(&value) {
        let unit = definition.unit.clone();
        return Err(SetError(Fault::SetOutOfRange {
            path: path.to_owned(),
            value,
            low,
            high,
            unit,
        }));
    }
    if let Some(slot) = fixed.get_mut(id.index()) {
        *slot = Some(value);
    }
    Ok(())
}
