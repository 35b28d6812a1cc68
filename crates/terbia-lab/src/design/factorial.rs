//! How is every combination of a few levels tried? Run by run, as an odometer counts.
//!
//! The number of a run, written with one digit a factor, each to the base of its number of levels,
//! is the combination: the last factor turns fastest. Runs beyond the last combination go round
//! again, so that a second pass under other chance is a replicate.

use super::{DesignError, Points};

/// All combinations of the levels of some factors.
#[derive(Clone, Debug, PartialEq)]
pub struct Factorial {
    levels: Vec<Vec<f64>>,
    runs: u32,
}

impl Factorial {
    /// All combinations of `levels`, a list for each factor; fails without factors, if one of them
    /// has no level, or if the combinations are too many to be numbered.
    pub fn new(levels: Vec<Vec<f64>>) -> Result<Self, DesignError> {
        if levels.is_empty() {
            return Err(DesignError::NoParameters);
        }
        if let Some(factor) = levels.iter().position(Vec::is_empty) {
            return Err(DesignError::NoLevels { factor });
        }
        let combinations = |n: u32, list: &Vec<f64>| n.checked_mul(u32::try_from(list.len()).ok()?);
        let runs = levels.iter().try_fold(1, combinations).ok_or(DesignError::TooManyRuns)?;
        Ok(Self { levels, runs })
    }

    /// Which level (from 0) a run tries of each factor, in their order.
    pub fn places(&self, run: u32) -> Vec<usize> {
        let mut left = run as usize;
        let mut places: Vec<usize> = self
            .levels
            .iter()
            .rev()
            .map(|list| {
                let place = left % list.len();
                left /= list.len();
                place
            })
            .collect();
        places.reverse();
        places
    }
}

impl Points for Factorial {
    fn parameters(&self) -> u32 {
        self.levels.len() as u32
    }

    fn runs(&self) -> u32 {
        self.runs
    }

    /// Writes the levels themselves, whatever their scale.
    fn write(&self, run: u32, out: &mut [f64]) {
        for ((value, list), place) in out.iter_mut().zip(&self.levels).zip(self.places(run)) {
            *value = list.get(place).copied().unwrap_or(f64::NAN);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_last_factor_turns_fastest() {
        let levels = vec![vec![0.0, 1.0], vec![10.0], vec![5.0, 6.0, 7.0]];
        let design = Factorial::new(levels).unwrap();
        assert_eq!((design.runs(), design.parameters()), (6, 3));
        let mut point = [f64::NAN; 3];
        let expected = [[0.0, 10.0, 5.0], [0.0, 10.0, 6.0], [0.0, 10.0, 7.0], [1.0, 10.0, 5.0]];
        for (run, expected) in expected.iter().enumerate() {
            design.write(run as u32, &mut point);
            assert_eq!(point, *expected);
        }
        design.write(6 + 1, &mut point);
        assert_eq!(point, expected[1]);
    }

    #[test]
    fn every_combination_comes_once() {
        let design = Factorial::new(vec![vec![0.0; 3], vec![0.0; 4], vec![0.0; 5]]).unwrap();
        let seen: BTreeSet<Vec<usize>> = (0..60).map(|run| design.places(run)).collect();
        assert_eq!(seen.len(), 60);
        assert!(seen.contains(&vec![2, 3, 4]));
    }

    #[test]
    fn what_cannot_be_tried_is_refused() {
        assert_eq!(Factorial::new(vec![]), Err(DesignError::NoParameters));
        let gap = Factorial::new(vec![vec![1.0], vec![]]);
        assert_eq!(gap, Err(DesignError::NoLevels { factor: 1 }));
        let many = Factorial::new(vec![vec![0.0; 10]; 10]);
        assert_eq!(many, Err(DesignError::TooManyRuns));
    }
}
