//! How good was the forecast of one series, and how is that counted?

use super::figure::{Figure, Judged};
use serde::Serialize;
use terbia_lab::scores::{self, CENTRAL, Coverage};
use terbia_lab::stats;
use terbia_model::kernel::math::exp;

/// How many figures lie in the middle of the runs.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Count {
    /// Share of the runs that the middle is, 0..1: so many figures should lie in it.
    pub share: f64,
    /// Figures inside.
    pub inside: usize,
    /// All of them.
    pub of: usize,
    /// Lower end of the 95 % interval for the share that would lie inside, 0..1.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Count {
    pub(super) fn new(share: f64, inside: impl Iterator<Item = Option<bool>>) -> Self {
        let mut count = Coverage { share, inside: 0, of: 0 };
        for inside in inside.flatten() {
            count.inside += usize::from(inside);
            count.of += 1;
        }
        let (low, high) = count.interval();
        Self { share, inside: count.inside, of: count.of, low, high }
    }
}

/// The figures under one rule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// Name of the rule.
    pub series: String,
    /// Unit.
    pub unit: String,
    /// "log" or "as is".
    pub comparison: &'static str,
    /// First month of which a figure speaks, `YYYY-MM`.
    pub from: String,
    /// Last month of which a figure speaks.
    pub to: String,
    /// Numbers inside the middle 50, 80 and 95 % of the runs.
    pub coverage: [Count; 3],
    /// Bounds that the middle 80 % of the runs meet.
    pub bounds: Count,
    /// Mean CRPS, in the logarithm or in the unit.
    pub crps: Option<f64>,
    /// Energy score of all its numbers together, in the logarithm or in the unit; of two or more.
    pub energy: Option<f64>,
    /// Mean share of the runs below a figure: a half if the forecast is right.
    pub pit: Option<f64>,
    /// How far the median is above the figures on average: a share in the logarithm, or in the unit.
    pub bias: Option<f64>,
}

impl Series {
    /// Numbers.
    pub fn numbers(&self) -> usize {
        self.coverage[1].of
    }

    /// What puts one before another: the share of its figures that lie outside, then its CRPS, if it
    /// is one in the logarithm and so without a unit.
    pub(super) fn badness(&self) -> f64 {
        let (of, inside) =
            (self.numbers() + self.bounds.of, self.coverage[1].inside + self.bounds.inside);
        let outside = 1.0 - inside as f64 / of.max(1) as f64;
        let crps = self.crps.filter(|_| self.comparison == "log").unwrap_or_default();
        outside + 1e-3 * crps / (1.0 + crps)
    }
}

/// The series of the figures that were scored.
pub(super) fn of(judged: &[Judged]) -> Vec<Series> {
    let mut names: Vec<&str> = judged.iter().map(|j| j.figure.series.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let members = |name: &str| -> Vec<&Judged> {
        judged.iter().filter(|j| j.figure.series == name).collect()
    };
    names.into_iter().filter_map(|name| one(&members(name))).collect()
}

fn one(members: &[&Judged]) -> Option<Series> {
    let first = &members.first()?.figure;
    let figures = || members.iter().map(|j| &j.figure);
    let inside = |bound: bool, place: usize| {
        figures().filter(move |f| f.bound == bound).map(move |f| f.inside(place))
    };
    let mean = |of: fn(&Figure) -> Option<f64>| {
        let values: Vec<f64> = figures().filter_map(of).collect();
        (!values.is_empty()).then(|| stats::mean(&values))
    };
    let bias = mean(|f| f.bias);
    Some(Series {
        series: first.series.clone(),
        unit: first.unit.clone(),
        comparison: first.comparison,
        from: figures().map(|f| f.from.clone()).min()?,
        to: figures().map(|f| f.to.clone()).max()?,
        coverage: [0, 1, 2].map(|k| Count::new(CENTRAL[k], inside(false, k))),
        bounds: Count::new(CENTRAL[1], inside(true, 1)),
        crps: mean(|f| f.crps),
        energy: energy(members),
        pit: mean(|f| f.pit),
        bias: if first.comparison == "log" { bias.map(|b| exp(b) - 1.0) } else { bias },
    })
}

/// The energy score over all figures of a series that have a number to compare; nothing for fewer
/// than two. Runs that lack one of them are left out.
fn energy(members: &[&Judged]) -> Option<f64> {
    let compared = || members.iter().filter_map(|j| Some((j.observed?, &j.values)));
    let observed: Vec<f64> = compared().map(|(y, _)| y).collect();
    if observed.len() < 2 {
        return None;
    }
    let runs = compared().map(|(_, values)| values.len()).min()?;
    let run = |run: usize| -> Vec<f64> { compared().map(|(_, values)| values[run]).collect() };
    let runs: Vec<Vec<f64>> =
        (0..runs).map(run).filter(|run| run.iter().all(|x| !x.is_nan())).collect();
    (!runs.is_empty()).then(|| scores::energy_fair(&runs, &observed))
}
