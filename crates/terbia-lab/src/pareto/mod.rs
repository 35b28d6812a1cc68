//! Which of many trade-offs is no other better than? Dominance, and how much a front covers.
//!
//! Objectives are costs here: smaller is better; who wants more of something hands over its negative.
//! A point dominates another if it is nowhere worse and somewhere better. What nothing dominates is the
//! *front*: beyond it, one thing can only be had for another.
//!
//! [`sort`] splits points into fronts, [`volume`] says how much they cover, [`archive`] keeps a front of
//! all that was ever seen, as finely as is asked.
//!
//! A point with an objective that is no finite number is worse than every point without.

pub mod archive;
pub mod sort;
pub mod volume;

use std::cmp::Ordering;

/// What a candidate costs, and by how much it breaks what it may not.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Evaluation {
    /// Objectives, smaller is better. One that is not finite makes it worse than all that have none.
    pub objectives: Vec<f64>,
    /// By how much constraints are broken in all; 0 if none is, and that is what a negative one means.
    pub violation: f64,
}

impl From<Vec<f64>> for Evaluation {
    fn from(objectives: Vec<f64>) -> Self {
        Self { objectives, violation: 0.0 }
    }
}

impl Evaluation {
    /// The violation by which it is ranked: infinite if a number is missing.
    pub fn fault(&self) -> f64 {
        let whole = self.objectives.iter().all(|o| o.is_finite()) && !self.violation.is_nan();
        if whole { self.violation.max(0.0) } else { f64::INFINITY }
    }

    /// Whether it breaks nothing and lacks nothing.
    pub fn feasible(&self) -> bool {
        self.fault() == 0.0
    }

    /// Whether it is better than another: it breaks less, or neither breaks anything and it dominates
    /// (the rule of Deb et al. 2002).
    pub fn beats(&self, other: &Self) -> bool {
        let (a, b) = (self.fault(), other.fault());
        a < b || (a == 0.0 && b == 0.0 && dominates(&self.objectives, &other.objectives))
    }
}

/// Whether `a` is nowhere worse than `b` and somewhere better. With NaN on either side it is not.
pub fn dominates(a: &[f64], b: &[f64]) -> bool {
    let mut better = false;
    for (a, b) in a.iter().zip(b) {
        match a.partial_cmp(b) {
            Some(Ordering::Less) => better = true,
            Some(Ordering::Equal) => {}
            Some(Ordering::Greater) | None => return false,
        }
    }
    better
}

#[cfg(test)]
mod tests;
