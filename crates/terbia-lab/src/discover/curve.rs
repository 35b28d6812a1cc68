//! How much density for how much coverage, and which box then? Every box on the way of the peeling.
//!
//! The boxes of a trajectory trade coverage for density. Which of them is worth having is the
//! reader's choice; any point may be taken. If nobody chooses, [`Curve::pick`] does:
//!
//! 1. of the boxes whose density reaches what was asked for, those with the fewest limited inputs,
//!    and among them the one with the best [balance](Tally::balance) of coverage and density;
//! 2. if no box reaches it, the one with the best balance of all.
//!
//! Among equals the earlier box, which is the larger one.

use super::region::{Region, Tally};

/// A box of a trajectory.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// Its limits.
    pub region: Region,
    /// How good it is, among the runs that no earlier box took; shares are of the whole table.
    pub tally: Tally,
    /// Whether pasting led to it, rather than peeling.
    pub pasted: bool,
}

/// The boxes of a trajectory, from all of the space to the last one.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// At least one.
    pub points: Vec<Point>,
}

impl Curve {
    /// The place of the box that the rule above picks, given the least density (0..1) asked for.
    pub fn pick(&self, least_density: f64) -> usize {
        let dense = |p: &&Point| p.tally.density >= least_density;
        let fewest = self.points.iter().filter(dense).map(|p| p.tally.dimensions).min();
        let eligible =
            |p: &Point| fewest.is_none_or(|fewest| dense(&p) && p.tally.dimensions == fewest);
        let (mut place, mut best) = (0, f64::NEG_INFINITY);
        for (i, point) in self.points.iter().enumerate() {
            let balance = point.tally.balance();
            if eligible(point) && balance > best {
                (place, best) = (i, balance);
            }
        }
        place
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(points: &[(f64, f64, usize)]) -> Curve {
        let point = |(coverage, density, dimensions): &(f64, f64, usize)| Point {
            region: Region::open(3),
            tally: Tally {
                runs: 0,
                of_interest: 0,
                coverage: *coverage,
                density: *density,
                mass: 0.0,
                dimensions: *dimensions,
            },
            pasted: false,
        };
        Curve { points: points.iter().map(point).collect() }
    }

    #[test]
    fn the_fewest_limits_that_reach_the_density_are_picked_and_the_best_balance_among_them() {
        let curve =
            curve(&[(1.0, 0.1, 0), (1.0, 0.5, 1), (0.9, 0.8, 2), (0.85, 0.9, 2), (0.84, 1.0, 3)]);
        assert_eq!(curve.pick(0.8), 3);
        assert_eq!(curve.pick(0.95), 4);
        assert_eq!(curve.pick(0.5), 1);
        assert_eq!(curve.pick(0.0), 0);
    }

    #[test]
    fn out_of_reach_the_best_balance_is_picked() {
        let curve = curve(&[(1.0, 0.1, 0), (0.7, 0.4, 2), (0.3, 0.6, 3), (0.1, 0.7, 3)]);
        assert_eq!(curve.pick(0.8), 1);
    }
}
