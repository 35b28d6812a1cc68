//! Which figures of the record can be learnt from, and how far may the model be off?
//!
//! The observation model: figures as printed, over their own windows, with their errors, about a
//! model that may drift. What of it holds for all corridors is in [`terbia_lab::learn`]; here the
//! evidence of one corridor is turned into it.

use crate::load::Evidence;
use crate::record;
use crate::spec;
use terbia_lab::learn::{Discrepancy, Figure};
use terbia_lab::measure::{Compiled, MeasureError};
use terbia_lab::score::{Kind, Target};
use terbia_model::kernel::param::Definition;
use terbia_model::kernel::time::Month;

/// Least error of a figure, relative: rounding and revision.
pub const LEAST_ERROR_SHARE: f64 = 0.01;
/// Half the central 90 % of a normal, in standard deviations.
const HALF_90: f64 = 1.645;

/// The figures that runs of `months` from `start` can be compared with, those first whose windows
/// end first.
pub fn figures(
    evidence: &Evidence,
    column: &impl Fn(&str) -> Option<usize>,
    start: Month,
    months: usize,
) -> Result<Vec<Figure>, MeasureError> {
    let mut figures = Vec::new();
    for target in record::targets(evidence) {
        figures.extend(figure(&target, column, start, months)?.ok());
    }
    figures.sort_by_key(|figure: &Figure| figure.measure.months().1);
    Ok(figures)
}

/// Why a figure teaches nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// It only says what the number is not.
    Bound,
    /// It is a level of no more than nought, which has no logarithm.
    Nought,
    /// Its window does not lie within the months of a run.
    Outside,
}

/// A figure as runs of `months` from `start` can be compared with it, or why they cannot.
pub fn figure(
    target: &Target,
    column: &impl Fn(&str) -> Option<usize>,
    start: Month,
    months: usize,
) -> Result<Result<Figure, Unfit>, MeasureError> {
    let Some((value, error_sd)) = claim(target) else { return Ok(Err(Unfit::Bound)) };
    let level = !target.measure.minus_one;
    if level && value <= 0.0 {
        return Ok(Err(Unfit::Nought));
    }
    let Some(measure) = Compiled::new(&target.measure, column, start, months)? else {
        return Ok(Err(Unfit::Outside));
    };
    let error_sd = if level { error_sd / value.abs() } else { error_sd };
    let source = (target.measure.clone(), measure);
    Ok(Ok(Figure::new(target.id.clone(), source, level, value, error_sd)))
}

/// Value and standard deviation of a figure, in its own unit; none for a bound.
fn claim(target: &Target) -> Option<(f64, f64)> {
    let Target { kind, observed, low, high, error_share, .. } = *target;
    if kind == Kind::Bound {
        return None;
    }
    let value = observed.or_else(|| Some(f64::midpoint(low?, high?)))?;
    let half = low.zip(high).map_or(0.0, |(low, high)| (high - low) / (2.0 * HALF_90));
    let share = error_share.max(LEAST_ERROR_SHARE) * value.abs();
    Some((value, (share * share + half * half).sqrt()))
}

/// The drifts that a corridor's evidence allows for.
pub fn discrepancies(
    evidence: &Evidence,
    column: &impl Fn(&str) -> Option<usize>,
) -> Vec<Discrepancy> {
    let of = |table: &spec::Discrepancy| {
        let id = table.id.get();
        let number = |part: &str, unit: &str, num: &spec::Num| -> Definition {
            num.define(format!("discrepancy.{id}.{part}"), table.doc.clone(), unit)
        };
        Discrepancy {
            id: id.clone(),
            columns: table.outcomes.iter().filter_map(|o| column(o.as_str())).collect(),
            sd: number("sd", "1", &table.sd),
            memory_months: number("memory_months", "month", &table.memory_months),
        }
    };
    evidence.targets.discrepancies.iter().map(|table| of(table)).collect()
}
