//! Which belief moved when the figures came, and by how much?
//!
//! ```text
//! shift = (mean after − mean before) / standard deviation before
//! ```
//!
//! Numbers whose prior is one of the logarithm, and drifts, are taken in the logarithm. Means rather than
//! medians: a gate that is open or shut has a median that does not move until half the runs do. With
//! `n` runs left that count and are not kin, a shift of `1/√n` is nothing but noise; what moved less than
//! three times that did not move.

use super::Series;
use serde::Serialize;
use terbia_lab::assimilate::{Told, in_logs};
use terbia_lab::mixture::Normal;
use terbia_model::kernel::math::{exp, sqrt};
use terbia_model::kernel::param::Definition;
use terbia_model::kernel::time::Month;
use terbia_model::outcome::Column;

/// Times the noise that a belief has to move.
const NOISES: f64 = 3.0;
/// Correlation of two outcomes over the runs, before, beyond which one is told for both.
const ALIKE: f64 = 0.9;
/// Most beliefs about the corridor, and about its numbers, that are told in words.
const MOST: (usize, usize) = (7, 3);

/// What a belief is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// An outcome that the corridor wants forecast, as the record would show it.
    Forecast,
    /// Another outcome of the model.
    Outcome,
    /// How far the record runs above the model.
    Drift,
    /// A number of the corridor.
    Number,
}

impl About {
    /// In a word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Forecast => "forecast",
            Self::Outcome => "outcome",
            Self::Drift => "drift",
            Self::Number => "number",
        }
    }
}

/// A belief before the figures and after them.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Moved {
    /// What it is about.
    pub about: About,
    /// Name of the outcome, id of the drift, path of the number.
    pub name: String,
    /// What that is, in words.
    pub label: String,
    /// The month, `YYYY-MM`; none for a number.
    pub month: Option<String>,
    /// Expected value before.
    pub before: f64,
    /// Expected value after.
    pub after: f64,
    /// Unit of both.
    pub unit: String,
    /// How far it moved, in standard deviations of what was believed before.
    pub shift_sd: f64,
    /// Whether that is more than noise.
    pub beyond_noise: bool,
    /// Column of the model, if it is one.
    #[serde(skip)]
    pub(super) column: Option<usize>,
}

/// What beliefs are compared by.
pub(super) struct Compared<'a> {
    pub(super) told: &'a Told,
    pub(super) columns: &'a [Column],
    pub(super) before: &'a [Series],
    pub(super) after: &'a [Series],
    /// First month after the origin, and the last.
    pub(super) months: (Month, Month),
    /// Ids of drifts and what they stand for.
    pub(super) drifts: Vec<(&'a str, &'a str)>,
    pub(super) numbers: &'a [Definition],
}

impl Compared<'_> {
    /// All beliefs about what the corridor wants forecast, and all others that moved, the furthest
    /// first.
    pub(super) fn moved(&self) -> Vec<Moved> {
        let mut all: Vec<Moved> = self.forecast();
        let others = [self.outcomes(), self.drifts(), self.numbers()].concat();
        all.extend(others.into_iter().filter(|m| m.beyond_noise));
        all.sort_by(|a, b| {
            let size = |m: &Moved| m.shift_sd.abs();
            let key = |m: &Moved| (m.about, m.name.clone(), m.month.clone());
            size(b).total_cmp(&size(a)).then_with(|| key(a).cmp(&key(b)))
        });
        all
    }

    fn shift(&self, before: Normal, after: Normal) -> Option<(f64, bool)> {
        let shift = (after.mean - before.mean) / before.sd;
        // What is the same in all runs but for rounding has nothing to move in.
        let varies = before.sd > 1e-9 * before.mean.abs();
        (varies && shift.is_finite())
            .then(|| (shift, shift.abs() * sqrt(self.told.lines.max(1.0)) > NOISES))
    }

    fn forecast(&self) -> Vec<Moved> {
        let mut all = Vec::new();
        for (before, after) in self.before.iter().zip(self.after) {
            let column = self.columns.iter().position(|c| c.name == before.outcome);
            for ((month, b), a) in before.months.iter().zip(&before.bands).zip(&after.bands) {
                let late = *month >= self.months.0;
                let Some((shift_sd, beyond_noise)) =
                    self.shift(b.moments, a.moments).filter(|_| late)
                else {
                    continue;
                };
                all.push(Moved {
                    about: About::Forecast,
                    name: before.outcome.clone(),
                    label: before.label.clone(),
                    month: Some(month.to_string()),
                    before: b.moments.mean,
                    after: a.moments.mean,
                    unit: before.unit.clone(),
                    shift_sd,
                    beyond_noise,
                    column,
                });
            }
        }
        all
    }

    fn outcomes(&self) -> Vec<Moved> {
        let last = self.told.before.last.iter().zip(&self.told.after.last);
        let of = |(place, (column, (before, after))): (usize, (&Column, (&Normal, &Normal)))| {
            let told = self.before.iter().any(|s| s.outcome == column.name);
            let (shift_sd, beyond_noise) = self.shift(*before, *after).filter(|_| !told)?;
            Some(Moved {
                about: About::Outcome,
                name: column.name.clone(),
                label: column.doc.clone(),
                month: Some(self.months.1.to_string()),
                before: before.mean,
                after: after.mean,
                unit: column.unit.to_owned(),
                shift_sd,
                beyond_noise,
                column: Some(place),
            })
        };
        self.columns.iter().zip(last).enumerate().filter_map(of).collect()
    }

    fn drifts(&self) -> Vec<Moved> {
        type Beliefs<'a> = (&'a Option<Normal>, &'a Option<Normal>);
        let last = self.told.before.drifts.iter().zip(&self.told.after.drifts);
        let of = |((id, doc), (before, after)): (&(&str, &str), Beliefs<'_>)| {
            let (before, after) = (before.as_ref()?, after.as_ref()?);
            let (shift_sd, beyond_noise) = self.shift(*before, *after)?;
            Some(Moved {
                about: About::Drift,
                name: (*id).to_owned(),
                label: (*doc).to_owned(),
                month: Some(self.months.1.to_string()),
                before: exp(before.mean) - 1.0,
                after: exp(after.mean) - 1.0,
                unit: "1".to_owned(),
                shift_sd,
                beyond_noise,
                column: None,
            })
        };
        self.drifts.iter().zip(last).filter_map(of).collect()
    }

    fn numbers(&self) -> Vec<Moved> {
        let beliefs = self.told.before.numbers.iter().zip(&self.told.after.numbers);
        let of = |(number, (before, after)): (&Definition, (&Normal, &Normal))| {
            let (shift_sd, beyond_noise) = self.shift(*before, *after)?;
            let back = |x: f64| if in_logs(number) { exp(x) } else { x };
            Some(Moved {
                about: About::Number,
                name: number.path.clone(),
                label: number.doc.clone(),
                month: None,
                before: back(before.mean),
                after: back(after.mean),
                unit: number.unit.clone(),
                shift_sd,
                beyond_noise,
                column: None,
            })
        };
        self.numbers.iter().zip(beliefs).filter_map(of).collect()
    }

    /// The few of `moved` that say the most: each outcome once, and of those that move together in
    /// the runs one.
    pub(super) fn movers(&self, moved: &[Moved]) -> Vec<Moved> {
        let mut movers: Vec<Moved> = Vec::new();
        for belief in moved.iter().filter(|m| m.beyond_noise) {
            let number = |m: &Moved| m.about == About::Number;
            let most = if number(belief) { MOST.1 } else { MOST.0 };
            let told = movers.iter().filter(|m| number(m) == number(belief)).count() >= most;
            if !told && !movers.iter().any(|m| self.alike(m, belief)) {
                movers.push(belief.clone());
            }
        }
        movers
    }

    fn alike(&self, a: &Moved, b: &Moved) -> bool {
        match (a.column, b.column) {
            (Some(a), Some(b)) => a == b || self.correlation(a, b).abs() > ALIKE,
            _ => a.about == b.about && a.name == b.name,
        }
    }

    /// Correlation of two outcomes in the last month over the runs, before.
    fn correlation(&self, a: usize, b: usize) -> f64 {
        let [x, y] = [a, b].map(|c| self.told.before.last.get(c).copied());
        let (Some(x), Some(y)) = (x, y) else { return 0.0 };
        let rows = || self.told.rows.iter().flatten();
        let product = |row: &Vec<f64>| Some((row.get(a)? - x.mean) * (row.get(b)? - y.mean));
        rows().filter_map(product).sum::<f64>() / rows().count().max(1) as f64 / (x.sd * y.sd)
    }
}
