//! What does discovery read? The inputs of each run, and whether it is of interest.

use super::region::Counts;

/// Runs below which no box is looked for: a twentieth of fewer is not even one run.
pub const LEAST_RUNS: usize = 20;

/// Why nothing can be discovered.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum DiscoverError {
    /// There is no column.
    #[error("the runs have no inputs; give at least one column")]
    NoInputs,
    /// A column is longer or shorter than the list of runs.
    #[error(
        "input {input} (from 0) has {found} values for {runs} runs; give one value for each run"
    )]
    Length {
        /// Place of the column, from 0.
        input: usize,
        /// Its values.
        found: usize,
        /// Runs.
        runs: usize,
    },
    /// A value is no number, or infinite.
    #[error(
        "input {input} of run {run} (both from 0) is no finite number; leave such runs out, and count them"
    )]
    NotFinite {
        /// Place of the column, from 0.
        input: usize,
        /// Place of the run, from 0.
        run: usize,
    },
    /// There are fewer than [`LEAST_RUNS`] runs.
    #[error("{runs} runs are too few to find a box among; make at least {LEAST_RUNS}")]
    TooFewRuns {
        /// Runs.
        runs: usize,
    },
    /// No run is of interest.
    #[error("none of the {runs} runs is of interest; ask for less, or make more runs")]
    NoneOfInterest {
        /// Runs.
        runs: usize,
    },
    /// Every run is of interest.
    #[error("all {runs} runs are of interest, so nothing sets them apart; ask for more")]
    AllOfInterest {
        /// Runs.
        runs: usize,
    },
    /// A setting is out of its range.
    #[error("the setting '{name}' is {value}; it must be {range}")]
    Setting {
        /// Its name.
        name: &'static str,
        /// Its value.
        value: f64,
        /// What it may be.
        range: &'static str,
    },
    /// There is not one label for each input.
    #[error("{found} labels were given for {inputs} inputs; give one for each")]
    Labels {
        /// Labels.
        found: usize,
        /// Inputs.
        inputs: usize,
    },
}

impl DiscoverError {
    /// Fails unless `value` is good.
    pub(super) fn unless(
        good: bool,
        name: &'static str,
        value: f64,
        range: &'static str,
    ) -> Result<(), Self> {
        if good { Ok(()) } else { Err(Self::Setting { name, value, range }) }
    }
}

/// Inputs of runs, and which of the runs are of interest.
#[derive(Clone, Debug)]
pub struct Table<'a> {
    inputs: Vec<&'a [f64]>,
    of_interest: &'a [bool],
    /// Of each input, whether all of its values are whole numbers.
    whole: Vec<bool>,
    counts: Counts,
}

impl<'a> Table<'a> {
    /// One column of `inputs` (any unit) for each input and one value of it for each of the runs.
    ///
    /// Fails if there is nothing to tell apart (fewer than [`LEAST_RUNS`] runs, none or all of
    /// interest) or if a value is not finite: runs that diverged are the caller's to leave out. An
    /// input that never varies is no fault; it is never limited.
    pub fn new(inputs: &[&'a [f64]], of_interest: &'a [bool]) -> Result<Self, DiscoverError> {
        let runs = of_interest.len();
        if inputs.is_empty() {
            return Err(DiscoverError::NoInputs);
        }
        for (input, values) in inputs.iter().enumerate() {
            if values.len() != runs {
                return Err(DiscoverError::Length { input, found: values.len(), runs });
            }
            if let Some(run) = values.iter().position(|x| !x.is_finite()) {
                return Err(DiscoverError::NotFinite { input, run });
            }
        }
        if runs < LEAST_RUNS {
            return Err(DiscoverError::TooFewRuns { runs });
        }
        let counts = Counts { runs, of_interest: of_interest.iter().filter(|y| **y).count() };
        match counts.of_interest {
            0 => return Err(DiscoverError::NoneOfInterest { runs }),
            all if all == runs => return Err(DiscoverError::AllOfInterest { runs }),
            _ => {}
        }
        let whole = inputs.iter().map(|x| x.iter().all(|x| x.fract() == 0.0)).collect();
        Ok(Self { inputs: inputs.to_vec(), of_interest, whole, counts })
    }

    /// Number of runs.
    pub fn runs(&self) -> usize {
        self.counts.runs
    }

    /// Number of runs of interest.
    pub fn runs_of_interest(&self) -> usize {
        self.counts.of_interest
    }

    /// Number of inputs.
    pub fn inputs(&self) -> usize {
        self.inputs.len()
    }

    /// The values of an input, one a run.
    pub fn values(&self, input: usize) -> &'a [f64] {
        self.inputs[input]
    }

    /// Whether a run is of interest.
    pub fn is_of_interest(&self, run: usize) -> bool {
        self.of_interest[run]
    }

    /// Whether all values of an input are whole numbers; its limits then are values that it takes.
    pub fn is_whole(&self, input: usize) -> bool {
        self.whole[input]
    }

    /// The inputs that have the same value in every run.
    pub fn constant(&self) -> Vec<usize> {
        let same = |i: &usize| self.inputs[*i].windows(2).all(|pair| pair[0] == pair[1]);
        (0..self.inputs()).filter(same).collect()
    }

    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// The counts of some runs.
    pub(super) fn count(&self, runs: &[usize]) -> Counts {
        let of_interest = runs.iter().filter(|r| self.of_interest[**r]).count();
        Counts { runs: runs.len(), of_interest }
    }

    /// For each input the runs in ascending order of its values.
    pub(super) fn sorted(&self) -> Vec<Vec<usize>> {
        let by = |x: &&[f64]| {
            let mut keyed: Vec<(f64, usize)> = x.iter().copied().zip(0..).collect();
            keyed.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
            keyed.into_iter().map(|(_, run)| run).collect()
        };
        self.inputs.iter().map(by).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(inputs: &[&[f64]], of_interest: &[bool]) -> Option<DiscoverError> {
        Table::new(inputs, of_interest).err()
    }

    /// Thirty runs, of which the first `count` are of interest.
    fn first(count: usize) -> Vec<bool> {
        (0..30).map(|run| run < count).collect()
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused_with_its_reason() {
        let (x, y) = (vec![0.5; 30], first(10));
        assert_eq!(fault(&[], &y), Some(DiscoverError::NoInputs));
        let short = DiscoverError::Length { input: 1, found: 29, runs: 30 };
        assert_eq!(fault(&[&x, &x[1..]], &y), Some(short));
        let none = DiscoverError::NoneOfInterest { runs: 30 };
        assert_eq!(fault(&[&x], &first(0)), Some(none));
        let all = DiscoverError::AllOfInterest { runs: 30 };
        assert_eq!(fault(&[&x], &first(30)), Some(all));
        for runs in [0, 1, 19] {
            let few = DiscoverError::TooFewRuns { runs };
            assert_eq!(fault(&[&x[..runs]], &y[..runs]), Some(few));
        }
        assert_eq!(fault(&[&x[..20]], &y[..20]), None);
    }

    #[test]
    fn a_value_that_is_no_number_is_refused_with_its_place() {
        for bad in [f64::NAN, f64::INFINITY] {
            let mut x = vec![0.5; 30];
            x[7] = bad;
            let fault = fault(&[&[0.0; 30], &x], &first(10)).unwrap();
            assert_eq!(fault, DiscoverError::NotFinite { input: 1, run: 7 });
            assert!(fault.to_string().contains("input 1 of run 7"));
        }
    }

    #[test]
    fn whole_and_constant_inputs_are_known() {
        let count: Vec<f64> = (0..30).map(|run| f64::from(run % 4)).collect();
        let share: Vec<f64> = (0..30).map(|run| f64::from(run) / 30.0).collect();
        let y = first(10);
        let table = Table::new(&[&count, &share, &[2.5; 30]], &y).unwrap();
        assert_eq!([0, 1, 2].map(|i| table.is_whole(i)), [true, false, false]);
        assert_eq!(table.constant(), [2]);
        assert_eq!((table.runs(), table.runs_of_interest(), table.inputs()), (30, 10, 3));
    }
}
