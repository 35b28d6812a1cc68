//! What is printed in a cell of a commodity summary: a figure, a bound, or a reason why there is none?

use super::super::fault::{CellFault, quoted};
use super::super::number::grouped;
use super::super::row::also;
use super::super::told::Told;
use super::unit::Unit;
use crate::spec::{Basis, Observation};

/// Signs of a lower and of an upper bound.
const ABOVE: &[&str] = &[">=", "≥", ">", "more than ", "over "];
const BELOW: &[&str] = &["<=", "≤", "<", "less than ", "under "];

/// What the note of an estimate says.
pub(super) const ESTIMATED: &str = "ESTIMATED";

/// A figure as printed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Printed {
    /// A value, perhaps an estimate.
    Value { value: f64, estimated: bool },
    /// One or two limits.
    Bound { low: Option<f64>, high: Option<f64> },
    /// A dash, which stands for 0.
    Dash,
    /// `E` where imports are weighed against use: more is exported.
    NetExporter,
    /// No figure, and why.
    Absent(&'static str),
}

/// Reads a cell.
pub(super) fn read(text: &str, column: &str) -> Result<Printed, CellFault> {
    let absent = match text {
        "" => Some("cells that are empty"),
        "W" | "w" => Some("figures that are withheld (W)"),
        "NA" | "N/A" | "na" | "n.a." => Some("figures that are not available (NA)"),
        "XX" => Some("figures that do not apply (XX)"),
        _ => None,
    };
    if let Some(reason) = absent {
        return Ok(Printed::Absent(reason));
    }
    match text {
        "--" | "-" | "—" | "–" => return Ok(Printed::Dash),
        "E" => return Ok(Printed::NetExporter),
        _ => {}
    }
    let lower = text.to_lowercase();
    let number =
        |part: &str| grouped(part.trim()).ok_or_else(|| CellFault::not_number(column, text));
    let after = |signs: &[&str]| signs.iter().find_map(|sign| lower.strip_prefix(sign));
    if let Some(rest) = after(ABOVE) {
        return Ok(Printed::Bound { low: Some(number(rest)?), high: None });
    }
    if let Some(rest) = after(BELOW) {
        return Ok(Printed::Bound { low: None, high: Some(number(rest)?) });
    }
    if let Some((low, high)) = lower.split_once(['-', '–']).or_else(|| lower.split_once(" to ")) {
        let (low, high) = (number(low)?, number(high)?);
        if low > high {
            let (low, high) = (low.to_string(), high.to_string());
            return Err(CellFault::Backwards { low, high });
        }
        return Ok(Printed::Bound { low: Some(low), high: Some(high) });
    }
    // e estimated, r revised.
    let bare = lower.trim_matches(['e', 'r', ' ']);
    if let Some(value) = grouped(bare) {
        return Ok(Printed::Value { value, estimated: lower.contains('e') });
    }
    if !text.contains(|c: char| c.is_ascii_digit()) {
        return Ok(Printed::Absent("figures that are words"));
    }
    let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
    if inner.is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit())) {
        return Ok(Printed::Absent("figures that are footnotes"));
    }
    Err(CellFault::NotNumber { column: column.to_owned(), text: quoted(text) })
}

/// Puts a figure into a row in `unit`; nothing if there is none, which is counted.
pub(super) fn put(
    printed: Printed,
    unit: &Unit,
    mut row: Observation,
    told: &mut Told,
) -> Option<Observation> {
    let scaled = |x: f64| unit.scaled(x);
    match printed {
        Printed::Absent(reason) => {
            told.leave(reason);
            return None;
        }
        Printed::Value { value, estimated } => {
            row.value = Some(scaled(value));
            if estimated && !row.note.contains(ESTIMATED) {
                also(&mut row.note, ESTIMATED);
            }
        }
        Printed::Bound { low, high } => {
            (row.low, row.high) = (low.map(scaled), high.map(scaled));
            row.basis = Basis::Bound;
        }
        Printed::Dash => {
            row.value = Some(0.0);
            also(&mut row.note, "printed as a dash, which is 0");
        }
        Printed::NetExporter => {
            row.high = Some(0.0);
            row.basis = Basis::Bound;
            also(&mut row.note, "E: net exporter");
        }
    }
    unit.name.clone_into(&mut row.unit);
    Some(row)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(text: &str) -> Option<Printed> {
        read(text, "x").ok()
    }

    #[test]
    fn bounds_stay_bounds() {
        let bound = |low, high| Some(Printed::Bound { low, high });
        assert_eq!(reads(">25"), bound(Some(25.0), None));
        assert_eq!(reads("<1,000"), bound(None, Some(1_000.0)));
        assert_eq!(reads("Less than 50"), bound(None, Some(50.0)));
        assert_eq!(reads("10-15"), bound(Some(10.0), Some(15.0)));
        assert_eq!(reads("15-10"), None);
    }

    #[test]
    fn values_may_be_estimated_or_revised() {
        let value = |value, estimated| Some(Printed::Value { value, estimated });
        assert_eq!(reads("31,000"), value(31_000.0, false));
        assert_eq!(reads("e31,000"), value(31_000.0, true));
        assert_eq!(reads("31,000 e"), value(31_000.0, true));
        assert_eq!(reads("31,000r"), value(31_000.0, false));
    }

    #[test]
    fn what_is_no_figure_is_no_nought_and_a_damaged_figure_is_a_fault() {
        for text in ["", "W", "NA", "XX", "Large", "(4)"] {
            assert!(matches!(reads(text), Some(Printed::Absent(_))), "{text}");
        }
        assert_eq!(reads("--"), Some(Printed::Dash));
        assert_eq!(reads("E"), Some(Printed::NetExporter));
        for text in ["12x0", "1.2.3", "1,00", ">", "5 t"] {
            assert_eq!(reads(text), None, "{text}");
        }
    }
}
