//! By how much does a policy miss what its best rival would have brought?
//!
//! ```text
//! regret(p, f) = best over policies q of outcome(q, f)  −  outcome(p, f)    >= 0, the outcome's unit
//! ```
//!
//! Savage (1951). In every future at least one policy has none. Regret is measured against the
//! policies of the table: one that is better still, and is not in it, would raise it; one that is the
//! best nowhere changes nothing.

use super::Table;
use crate::stats;

/// How regrets over the futures become one figure.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Over {
    /// Their mean.
    Mean,
    /// Their quantile at this probability, 0..1.
    Quantile(f64),
    /// The largest.
    Worst,
}

impl Over {
    /// That figure of sorted values.
    pub(super) fn of(self, sorted: &[f64]) -> f64 {
        match self {
            Self::Mean => stats::mean(sorted),
            Self::Quantile(p) => stats::quantile(sorted, p),
            Self::Worst => stats::quantile(sorted, 1.0),
        }
    }
}

/// The regret of a policy over all futures, in the unit of the outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Regret {
    /// Mean.
    pub mean: f64,
    /// Half of the futures bring less.
    pub median: f64,
    /// Nine tenths of the futures bring less.
    pub q90: f64,
    /// The largest.
    pub worst: f64,
    /// Number of the future that brings the largest; the first of equals.
    pub worst_future: usize,
    /// Share of the futures in which it has none, 0..1: it is the best, or among the best.
    pub none: f64,
}

/// A cell of the table for a heat map.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell {
    /// Regret in the unit of the outcome.
    pub regret: f64,
    /// Regret over the largest of the same outcome, 0..1: how dark the cell is. 0 where no policy has
    /// any.
    pub shade: f64,
}

impl Table {
    /// Regrets by an outcome: for each policy one a future, in the unit of the outcome.
    pub fn regrets(&self, outcome: usize) -> Vec<Vec<f64>> {
        let better = self.outcomes[outcome].better;
        let rows: Vec<&[f64]> = (0..self.policies.len()).map(|p| self.values(outcome, p)).collect();
        let best: Vec<f64> = (0..self.futures.len())
            .map(|f| better.best(rows.iter().map(|row| row[f])).unwrap_or(f64::NAN))
            .collect();
        rows.iter()
            .map(|row| row.iter().zip(&best).map(|(v, best)| better.gain(*best, *v)).collect())
            .collect()
    }

    /// The regrets by an outcome in short, one for each policy.
    pub fn regret(&self, outcome: usize) -> Vec<Regret> {
        let short = |regrets: &Vec<f64>| {
            let sorted = stats::sorted(regrets);
            let worst = Over::Worst.of(&sorted);
            let place = regrets.iter().position(|r| *r == worst).unwrap_or(0);
            let none = regrets.iter().filter(|r| **r == 0.0).count();
            Regret {
                mean: stats::mean(&sorted),
                median: stats::quantile(&sorted, 0.5),
                q90: stats::quantile(&sorted, 0.9),
                worst,
                worst_future: self.futures[place],
                none: none as f64 / regrets.len() as f64,
            }
        };
        self.regrets(outcome).iter().map(short).collect()
    }

    /// Regret of each policy (row) by each outcome (column), as a heat map wants it: units differ
    /// between columns, shades do not.
    pub fn regret_table(&self, over: Over) -> Vec<Vec<Cell>> {
        let columns: Vec<Vec<f64>> = (0..self.outcomes.len())
            .map(|o| self.regrets(o).iter().map(|r| over.of(&stats::sorted(r))).collect())
            .collect();
        let cell = |column: &Vec<f64>, policy: usize| {
            let most = column.iter().copied().fold(0.0, f64::max);
            let regret = column[policy];
            Cell { regret, shade: if most > 0.0 { regret / most } else { 0.0 } }
        };
        (0..self.policies.len()).map(|p| columns.iter().map(|c| cell(c, p)).collect()).collect()
    }
}
