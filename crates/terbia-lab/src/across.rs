//! What did all runs do in one month? The view across an ensemble that every statistic reads.
//!
//! An ensemble on disk is too large to hold, but one column in one month is a number for each run.
//! Statistics that need more read month after month and keep an accumulator for each run.

use crate::ensemble::Chunk;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

/// Results of an ensemble, readable by column and month.
pub trait Across {
    /// Number of runs.
    fn runs(&self) -> usize;
    /// Months of each.
    fn months(&self) -> usize;
    /// The column with this name, if there is one.
    fn column(&self, name: &str) -> Option<usize>;
    /// Replaces `out` by the values of a column in a month (from 0): one for each run, in the order
    /// of the runs, NaN for a run that diverged.
    fn read(&self, column: usize, month: usize, out: &mut Vec<f64>) -> io::Result<()>;
}

/// An ensemble held in memory: for tests and small ensembles.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct InMemory {
    names: Vec<String>,
    months: usize,
    runs: usize,
    /// For each column the runs of the first month, then those of the second, and so on.
    columns: Vec<Vec<f64>>,
}

impl InMemory {
    /// The runs of `chunks`, which are in order and have one column for each of `names`.
    pub fn new(names: Vec<String>, chunks: &[Chunk]) -> Self {
        let months = chunks.first().map_or(0, |c| c.months);
        let runs = chunks.iter().map(|c| c.runs).sum();
        let column = |column: usize| {
            let rows = |month: usize| {
                chunks.iter().flat_map(move |chunk| {
                    (0..chunk.runs).map(move |row| chunk.months_of(column, row)[month])
                })
            };
            (0..months).flat_map(rows).collect()
        };
        let columns = (0..names.len()).map(column).collect();
        Self { names, months, runs, columns }
    }
}

impl Across for InMemory {
    fn runs(&self) -> usize {
        self.runs
    }

    fn months(&self) -> usize {
        self.months
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|n| n == name)
    }

    fn read(&self, column: usize, month: usize, out: &mut Vec<f64>) -> io::Result<()> {
        let values = self
            .columns
            .get(column)
            .and_then(|c| c.get(month * self.runs..(month + 1) * self.runs))
            .ok_or(io::ErrorKind::InvalidInput)?;
        out.clear();
        out.extend_from_slice(values);
        Ok(())
    }
}

/// An ensemble some of whose columns are multiplied, run by run and month by month.
#[derive(Clone, Debug)]
pub struct Scaled<'a, A> {
    inner: &'a A,
    /// By column, factors in the order of [`InMemory`]: all runs of the first month, then the next.
    factors: BTreeMap<usize, Arc<[f64]>>,
}

impl<'a, A: Across> Scaled<'a, A> {
    /// `inner` as it is.
    pub fn new(inner: &'a A) -> Self {
        Self { inner, factors: BTreeMap::new() }
    }

    /// Multiplies a column by `factors`: all runs of the first month, then those of the second.
    pub fn scale(&mut self, column: usize, factors: Arc<[f64]>) {
        self.factors.insert(column, factors);
    }
}

impl<A: Across> Across for Scaled<'_, A> {
    fn runs(&self) -> usize {
        self.inner.runs()
    }

    fn months(&self) -> usize {
        self.inner.months()
    }

    fn column(&self, name: &str) -> Option<usize> {
        self.inner.column(name)
    }

    fn read(&self, column: usize, month: usize, out: &mut Vec<f64>) -> io::Result<()> {
        self.inner.read(column, month, out)?;
        if let Some(factors) = self.factors.get(&column) {
            let factors = factors.get(month * out.len()..(month + 1) * out.len());
            let factors = factors.ok_or(io::ErrorKind::InvalidInput)?;
            out.iter_mut().zip(factors).for_each(|(value, factor)| *value *= factor);
        }
        Ok(())
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ensemble::RunStatus;

    /// An ensemble given as columns of runs of months.
    pub(crate) fn ensemble(columns: &[(&str, &[&[f64]])]) -> InMemory {
        let runs = columns[0].1.len();
        let chunk = Chunk {
            runs,
            months: columns[0].1[0].len(),
            series: columns.iter().map(|(_, runs)| runs.concat()).collect(),
            status: vec![RunStatus::Finished; runs],
            ..Chunk::default()
        };
        InMemory::new(columns.iter().map(|(name, _)| (*name).into()).collect(), &[chunk])
    }

    #[test]
    fn a_month_is_read_across_the_runs() {
        let (a, b): ([&[f64]; 3], [&[f64]; 3]) =
            ([&[1.0, 2.0], &[3.0, 4.0], &[5.0, 6.0]], [&[7.0; 2]; 3]);
        let across = ensemble(&[("a", &a), ("b", &b)]);
        let mut out = vec![9.0];
        across.read(across.column("a").unwrap(), 1, &mut out).unwrap();
        assert_eq!(out, [2.0, 4.0, 6.0]);
        assert_eq!((across.runs(), across.months(), across.column("c")), (3, 2, None));
        assert!(across.read(0, 2, &mut out).is_err() && across.read(2, 0, &mut out).is_err());
    }

    #[test]
    fn factors_multiply_their_column_only() {
        let (a, b): ([&[f64]; 2], [&[f64]; 2]) = ([&[1.0, 2.0], &[3.0, 4.0]], [&[7.0; 2]; 2]);
        let across = ensemble(&[("a", &a), ("b", &b)]);
        let mut scaled = Scaled::new(&across);
        scaled.scale(0, vec![1.0, 10.0, 100.0, 1_000.0].into());
        let mut out = Vec::new();
        scaled.read(0, 1, &mut out).unwrap();
        assert_eq!(out, [200.0, 4_000.0]);
        scaled.read(1, 1, &mut out).unwrap();
        assert_eq!(out, [7.0; 2]);
    }
}
