//! What differs between two worlds that share their chances? Many runs of each, side by side.

use std::collections::BTreeSet;

use super::fixture::Fixture;
use crate::kernel::math::sqrt;
use crate::outcome;
use crate::run::{Engine, RunStatus};

/// Changes of values under which no dispute ever shuts the way and no threat is made.
pub(crate) const OPEN_TRADE: &[(&str, f64)] = &[
    ("bargain.unconditional_onset_per_month", 0.0),
    ("bargain.seizure_closure_probability", 0.0),
    ("bargain.conditionality", 0.0),
    ("bargain.threats_per_closure", 0.0),
    ("bargain.renegotiation_per_month", 0.0),
    ("bargain.refusal_tolerance", 1e9),
    ("bargain.marginal_cost_spread", -1.0),
];

/// Nobody ever attacks, and nobody talks.
pub(crate) const NO_WAR: &[(&str, f64)] =
    &[("hills.base.0", 0.0), ("hills.base.1", 0.0), ("ceasefire.talks_per_month", 0.0)];

/// A corridor that the buyer depends on: about half of its supply.
pub(crate) const WEIGHTY: &[(&str, f64)] = &[
    ("upper.sites", 60.0),
    ("lower.sites", 30.0),
    ("pass.capacity", 5e3),
    ("bridge.capacity", 5e3),
];

/// Many runs of one world.
pub(crate) struct Runs {
    names: Vec<String>,
    /// Run, month, column.
    rows: Vec<Vec<Vec<f64>>>,
}

impl Runs {
    /// `count` runs over `months` months; run `i` of every world has the same chances.
    pub(crate) fn of(
        f: &Fixture,
        changes: &[&[(&str, f64)]],
        (count, months): (u32, usize),
    ) -> Self {
        let names = outcome::columns(&f.corridor).into_iter().map(|c| c.name).collect();
        let values = f.values(&changes.concat());
        let mut engine = Engine::new(&f.corridor, months);
        let run = |i| {
            let mut rows = Vec::with_capacity(months);
            let status = engine.run(&values, (41, i), |_, row| rows.push(row.to_vec()));
            assert_eq!(status, RunStatus::Finished, "run {i}");
            rows
        };
        Self { names, rows: (0..count).map(run).collect() }
    }

    fn index(&self, name: &str) -> usize {
        self.names.iter().position(|n| n == name).unwrap_or_else(|| panic!("no column {name}"))
    }

    /// A column of every run, by month.
    pub(crate) fn column(&self, name: &str) -> Vec<Vec<f64>> {
        let at = self.index(name);
        self.rows.iter().map(|run| run.iter().map(|row| row[at]).collect()).collect()
    }

    /// Sum of a column over the months of each run.
    pub(crate) fn sums(&self, name: &str) -> Vec<f64> {
        self.column(name).iter().map(|months| months.iter().sum()).collect()
    }

    /// Mean of a column over runs and months.
    pub(crate) fn mean(&self, name: &str) -> f64 {
        let all = self.column(name).concat();
        all.iter().sum::<f64>() / all.len() as f64
    }

    /// Columns that are not equal to the bit in every month before `until` of every run.
    pub(crate) fn differing_before(&self, other: &Self, until: usize) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        for (mine, theirs) in self.rows.iter().zip(&other.rows) {
            for (a, b) in mine.iter().zip(theirs).take(until) {
                let unequal = a.iter().zip(b).enumerate().filter(|(_, (x, y))| x != y);
                found.extend(unequal.map(|(i, _)| self.names[i].as_str()));
            }
        }
        found
    }

    /// Columns that are not equal to the bit in every month of every run.
    pub(crate) fn differing(&self, other: &Self) -> BTreeSet<&str> {
        assert_eq!(self.names, other.names);
        assert_eq!(self.rows.len(), other.rows.len());
        self.differing_before(other, usize::MAX)
    }

    /// Columns that are the first to differ, in any run.
    pub(crate) fn first_to_differ(&self, other: &Self) -> BTreeSet<&str> {
        let mut found = BTreeSet::new();
        for (mine, theirs) in self.rows.iter().zip(&other.rows) {
            if let Some((a, b)) = mine.iter().zip(theirs).find(|(a, b)| a != b) {
                let unequal = a.iter().zip(b).enumerate().filter(|(_, (x, y))| x != y);
                found.extend(unequal.map(|(i, _)| self.names[i].as_str()));
            }
        }
        found
    }

    /// By how many standard errors the sum of a column rises from this world to another, run by run.
    pub(crate) fn rise(&self, other: &Self, name: &str) -> f64 {
        let pairs = self.sums(name).into_iter().zip(other.sums(name));
        let differences: Vec<f64> = pairs.map(|(a, b)| b - a).collect();
        let n = differences.len() as f64;
        let mean = differences.iter().sum::<f64>() / n;
        let square = differences.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / (n - 1.0);
        if mean == 0.0 { 0.0 } else { mean / sqrt(square / n) }
    }
}

/// Names as a set, to compare with what differs.
pub(crate) fn only<'a>(names: &[&'a str]) -> BTreeSet<&'a str> {
    names.iter().copied().collect()
}
