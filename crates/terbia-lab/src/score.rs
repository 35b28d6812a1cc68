//! Where does the ensemble stand against the record? Each figure of the record beside the runs.
//!
//! A figure claims an interval `[L, H]`. Of a number, `L` and `H` are its stated ends, or the
//! observed value where an end is not stated. Of a bound ("over 370", "almost 300") they are the
//! end that is stated, and infinity on the other side. A stated share of error moves both ends
//! outward by that share of the observed value (of the end itself if no value is given).
//!
//! ```text
//! inside:  q95 >= L  and  q05 <= H                  the 90 % of the runs overlap the claim
//! crps:    of a number, against the observed value (the middle of [L, H] if none is given)
//!          of a bound, against the end that the median violates; 0 if it violates none
//! ```
//!
//! The CRPS is that of the ensemble as it is; [`crate::stats::crps_fair`] is there to compare
//! ensembles of different size. Runs without a value are left out of all of it and counted.

use crate::across::Across;
use crate::measure::{Measure, MeasureError, evaluate};
use crate::stats;
use terbia_model::kernel::time::Month;

/// What a figure of the record claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Kind {
    /// A value, perhaps with an interval.
    #[default]
    Number,
    /// At least, or at most.
    Bound,
}

impl Kind {
    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Bound => "bound",
        }
    }
}

/// A figure of the record, and where the model shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Id of the observation or fact.
    pub id: String,
    /// What it claims. A number without a value and with one end only is a bound all the same.
    pub kind: Kind,
    /// Value, in its own unit.
    pub observed: Option<f64>,
    /// Lower end.
    pub low: Option<f64>,
    /// Upper end.
    pub high: Option<f64>,
    /// Error on either side, as a share of the value.
    pub error_share: f64,
    /// The same number of a run, in the same unit.
    pub measure: Measure,
    /// Unit.
    pub unit: String,
    /// Where it is written.
    pub source: String,
    /// What a reader should know.
    pub note: String,
}

/// A figure of the record beside the ensemble.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Id of the observation or fact.
    pub id: String,
    /// What it claims.
    pub kind: Kind,
    /// Value.
    pub observed: Option<f64>,
    /// Lower end as stated.
    pub low: Option<f64>,
    /// Upper end as stated.
    pub high: Option<f64>,
    /// Median of the runs; nothing if no run has a value, and so for the rest.
    pub median: Option<f64>,
    /// Lower end of the central 90 % of the runs.
    pub q05: Option<f64>,
    /// Upper end of the central 90 % of the runs.
    pub q95: Option<f64>,
    /// Whether the 90 % overlap the claim.
    pub inside: Option<bool>,
    /// Continuous ranked probability score, in `unit`.
    pub crps: Option<f64>,
    /// Runs that have a value.
    pub runs: usize,
    /// Unit.
    pub unit: String,
    /// Where it is written.
    pub source: String,
    /// What a reader should know; says why if there is no score.
    pub note: String,
}

/// The interval that a target claims; `None` if it claims nothing.
fn claim(target: &Target) -> Option<(f64, f64)> {
    let Target { observed, low, high, error_share, .. } = *target;
    let (below, above) = match target.kind {
        Kind::Number => (low.or(observed), high.or(observed)),
        Kind::Bound => (low, high),
    };
    if below.is_none() && above.is_none() {
        return None;
    }
    let error = |end: f64| error_share.max(0.0) * observed.unwrap_or(end).abs();
    Some((
        below.map_or(f64::NEG_INFINITY, |b| b - error(b)),
        above.map_or(f64::INFINITY, |a| a + error(a)),
    ))
}

/// What the score is taken against, given the claim and the median of the runs; `None` if the runs
/// keep within a bound.
fn mark(target: &Target, (low, high): (f64, f64), median: f64) -> Option<f64> {
    let bound = target.kind == Kind::Bound || low.is_infinite() || high.is_infinite();
    if !bound {
        return Some(target.observed.unwrap_or(f64::midpoint(low, high)));
    }
    if median < low {
        Some(low)
    } else if median > high {
        Some(high)
    } else {
        None
    }
}

/// The row of `target`, given its value in each run.
pub fn compare(target: &Target, values: &[f64]) -> Row {
    let runs = stats::sorted(values);
    let quantile = |p| (!runs.is_empty()).then(|| stats::quantile(&runs, p));
    let (median, q05, q95) = (quantile(0.5), quantile(0.05), quantile(0.95));
    let claim = claim(target);
    let against = |claim: (f64, f64)| {
        median.map(|m| mark(target, claim, m).map_or(0.0, |y| stats::crps(&runs, y)))
    };
    let overlap = |(low, high): (f64, f64)| Some(q95? >= low && q05? <= high);
    let why = match (claim, runs.is_empty()) {
        (None, _) => "not scored: it states neither a value nor a bound",
        (_, true) => "not scored: no run has a value",
        _ => "",
    };
    Row {
        id: target.id.clone(),
        kind: target.kind,
        observed: target.observed,
        low: target.low,
        high: target.high,
        median,
        q05,
        q95,
        inside: claim.and_then(overlap),
        crps: claim.and_then(against),
        runs: runs.len(),
        unit: target.unit.clone(),
        source: target.source.clone(),
        note: joined(&target.note, why),
    }
}

fn joined(note: &str, why: &str) -> String {
    match (note.is_empty(), why.is_empty()) {
        (_, true) => note.into(),
        (true, false) => why.into(),
        (false, false) => format!("{note}; {why}"),
    }
}

/// Every target beside the ensemble, which starts in `start`, in the order of the targets.
pub fn score(
    targets: &[Target],
    across: &impl Across,
    start: Month,
) -> Result<Vec<Row>, MeasureError> {
    let row = |target: &Target| {
        let mut row = compare(target, &evaluate(&target.measure, across, start)?);
        if !target.measure.covered(start, across.months()) {
            row.note = joined(&target.note, "not scored: outside the months of the runs");
        }
        Ok(row)
    };
    targets.iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::across::tests::ensemble;
    use crate::measure::Statistic;

    const NAN: f64 = f64::NAN;

    fn target(kind: Kind, observed: Option<f64>, low: Option<f64>, high: Option<f64>) -> Target {
        Target {
            id: "T1".into(),
            kind,
            observed,
            low,
            high,
            error_share: 0.0,
            measure: Measure::new("a", Statistic::Sum),
            unit: "t".into(),
            source: "S1".into(),
            note: String::new(),
        }
    }

    /// Eleven runs from 0 to 100: q05 = 5, q95 = 95, median 50; and one without a value.
    fn runs() -> Vec<f64> {
        let mut runs: Vec<f64> = (0..11).rev().map(|i| 10.0 * f64::from(i)).collect();
        runs.insert(3, NAN);
        runs
    }

    fn inside(target: &Target) -> Option<bool> {
        compare(target, &runs()).inside
    }

    #[test]
    fn a_number_is_inside_if_its_interval_meets_the_central_runs() {
        let number = |observed, low, high| inside(&target(Kind::Number, observed, low, high));
        assert_eq!(number(Some(5.0), None, None), Some(true));
        assert_eq!(number(Some(4.9), None, None), Some(false));
        assert_eq!(number(Some(95.1), None, None), Some(false));
        assert_eq!(number(Some(120.0), Some(90.0), None), Some(true));
        assert_eq!(number(Some(-10.0), None, Some(6.0)), Some(true));
        assert_eq!(number(None, Some(96.0), Some(99.0)), Some(false));
        assert_eq!(number(None, None, None), None);
    }

    #[test]
    fn a_stated_error_widens_the_claim() {
        let of = |observed, error_share| {
            inside(&Target { error_share, ..target(Kind::Number, Some(observed), None, None) })
        };
        assert_eq!(of(100.0, 0.04), Some(false));
        assert_eq!(of(100.0, 0.06), Some(true));
        assert_eq!(of(-100.0, 1.0), Some(false));
        assert_eq!(of(-100.0, 1.1), Some(true));
    }

    #[test]
    fn a_bound_is_inside_unless_the_central_runs_are_beyond_it() {
        let bound = |low, high| inside(&target(Kind::Bound, Some(1e9), low, high));
        assert_eq!(bound(Some(95.0), None), Some(true));
        assert_eq!(bound(Some(95.1), None), Some(false));
        assert_eq!(bound(None, Some(5.0)), Some(true));
        assert_eq!(bound(None, Some(4.9)), Some(false));
        assert_eq!(bound(None, None), None);
        // One end and no value is a bound whatever it is called.
        assert_eq!(inside(&target(Kind::Number, None, Some(-3.0), None)), Some(true));
    }

    #[test]
    fn the_score_of_a_bound_is_that_of_its_violation() {
        let crps = |low, high| compare(&target(Kind::Bound, Some(0.0), low, high), &runs()).crps;
        let sorted = stats::sorted(&runs());
        assert_eq!(crps(Some(49.0), None), Some(0.0));
        assert_eq!(crps(Some(51.0), None), Some(stats::crps(&sorted, 51.0)));
        assert_eq!(crps(None, Some(20.0)), Some(stats::crps(&sorted, 20.0)));
        assert_eq!(crps(Some(0.0), Some(60.0)), Some(0.0));
    }

    #[test]
    fn the_score_of_a_number_is_against_its_value() {
        let sorted = stats::sorted(&runs());
        let crps = |observed| {
            compare(&target(Kind::Number, observed, Some(0.0), Some(40.0)), &runs()).crps
        };
        assert_eq!(crps(Some(30.0)), Some(stats::crps(&sorted, 30.0)));
        assert_eq!(crps(None), Some(stats::crps(&sorted, 20.0)));
    }

    #[test]
    fn runs_without_a_value_are_left_out_and_counted() {
        let row = compare(&target(Kind::Number, Some(50.0), None, None), &runs());
        assert_eq!(
            (row.runs, row.median, row.q05, row.q95),
            (11, Some(50.0), Some(5.0), Some(95.0))
        );
        let row = compare(&target(Kind::Number, Some(50.0), None, None), &[NAN; 4]);
        assert_eq!((row.runs, row.median, row.inside, row.crps), (0, None, None, None));
        assert_eq!(row.note, "not scored: no run has a value");
    }

    #[test]
    fn targets_are_scored_in_order_and_tallied() {
        let across = ensemble(&[("a", &[&[1.0, 2.0], &[3.0, 4.0]])]);
        let start: Month = "2020-01".parse().unwrap();
        let mut outside = target(Kind::Number, Some(5.0), None, None);
        outside.measure.to = Some(start.plus(2));
        outside.note = "a note".into();
        let targets = [
            target(Kind::Number, Some(5.0), None, None),
            target(Kind::Number, Some(50.0), None, None),
            outside,
        ];
        let rows = score(&targets, &across, start).unwrap();
        assert_eq!(
            rows.iter().map(|r| r.inside).collect::<Vec<_>>(),
            [Some(true), Some(false), None]
        );
        assert_eq!(rows[2].note, "a note; not scored: outside the months of the runs");
    }
}
