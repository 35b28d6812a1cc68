//! Where do runs begin, and what lies near the beginning of one?
//!
//! A [`Point`] has a coordinate in 0..1 for every uncertain number, that of the design
//! ([`crate::design`]), and perhaps the particle of a posterior. The step to a point near by is that of
//! a preconditioned Crank-Nicolson proposal (Cotter, Roberts, Stuart and White 2013) on the normal scores
//!
//! ```text
//! z' = sqrt(1 − size²) z + size e,   e ~ N(0, 1)
//! ```
//!
//! which leaves them standard normal. With particles, a step goes to any of them half of the time.

use crate::corridor::Particles;
use crate::design;
use crate::discrepancy::{Drift, standard_normal};
use terbia_model::kernel::dist::{normal, normal_cdf};
use terbia_model::kernel::math::sqrt;
use terbia_model::kernel::param::Definition;
use terbia_model::kernel::rng::{Draws, Purpose};

/// Steps of coordinates.
const STEP: Purpose = Purpose(0x5354_4550);
/// Whether to go to another particle, and to which.
const OTHER: Purpose = Purpose(0x4F54_4852);

/// Where runs begin.
#[derive(Clone, Debug)]
pub struct Start<'c> {
    /// All numbers, in order.
    pub numbers: &'c [Definition],
    /// Those that are held, parallel to them.
    pub fixed: &'c [Option<f64>],
    /// Seed of the design.
    pub seed: u64,
    /// What is believed of the numbers, if not their prior.
    pub particles: Option<&'c Particles>,
    /// The drifts of the record, for each particle; one set for all without.
    pub drifts: Vec<Vec<Drift>>,
}

/// A beginning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Point {
    /// A coordinate in 0..1 for each uncertain number.
    units: Vec<f64>,
    /// The particle.
    particle: usize,
}

impl Start<'_> {
    fn particles(&self) -> usize {
        self.particles.map_or(1, |p| p.count.max(1))
    }

    /// Where a run begins: as it does in an ensemble.
    pub fn first(&self, run: u32) -> Point {
        let count = self.numbers.iter().filter(|n| n.uncertain()).count() as u32;
        let units = (0..count).map(|dim| design::point(self.seed, run, dim)).collect();
        Point { units, particle: run as usize % self.particles() }
    }

    /// A point near another, and their correlation.
    pub fn near(&self, point: &Point, size: f64, draws: &Draws) -> (Point, f64) {
        let kept = sqrt((1.0 - size * size).max(0.0));
        let step = |(place, unit): (usize, &f64)| {
            let e = standard_normal(draws, STEP, place as u32, 0, 0);
            normal_cdf(kept * normal(*unit) + size * e)
        };
        let units = point.units.iter().enumerate().map(step).collect();
        let (whether, which) = draws.pair(OTHER, 0, 0, 0);
        if self.particles() > 1 && whether < 0.5 {
            let particle = (which * self.particles() as f64) as usize;
            return (Point { units, particle: particle.min(self.particles() - 1) }, 0.0);
        }
        (Point { units, particle: point.particle }, kept)
    }

    /// The value of every number at a point.
    pub fn values(&self, point: &Point) -> Vec<f64> {
        let mut units = point.units.iter();
        let value = |(place, number): (usize, &Definition)| {
            let unit = if number.uncertain() { units.next() } else { None };
            let held = self.fixed.get(place).copied().flatten();
            held.unwrap_or_else(|| unit.map_or(number.value, |u| number.quantile(*u)))
        };
        let mut values: Vec<f64> = self.numbers.iter().enumerate().map(value).collect();
        if let Some(particles) = self.particles {
            particles.fill(self.fixed, point.particle, &mut values);
        }
        values
    }

    /// The drifts of the record at a point.
    pub fn drifts(&self, point: &Point) -> &[Drift] {
        let at = self.drifts.get(point.particle).or(self.drifts.first());
        at.map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use terbia_model::kernel::param::{Grade, Prior};

    fn numbers() -> Vec<Definition> {
        let number = |path: &str, prior, low: f64, high: f64| Definition {
            path: path.into(),
            doc: String::new(),
            unit: "1".into(),
            value: 2.0,
            low,
            high,
            prior,
            grade: Grade::D,
            source: vec!["A-001".into()],
        };
        vec![
            number("a", Prior::Uniform, 1.0, 3.0),
            number("known", Prior::Fixed, 2.0, 2.0),
            number("b", Prior::LogUniform, 1.0, 10.0),
            number("c", Prior::Normal, 1.0, 3.0),
        ]
    }

    fn start<'a>(numbers: &'a [Definition], particles: Option<&'a Particles>) -> Start<'a> {
        Start { numbers, fixed: &[], seed: 7, particles, drifts: Vec::new() }
    }

    #[test]
    fn a_run_begins_where_it_does_in_an_ensemble() {
        let numbers = numbers();
        let held = [None, None, None, Some(1.5)];
        let particles = Particles {
            numbers: vec![None, None, Some(vec![4.0, 5.0, 6.0]), Some(vec![2.0; 3])],
            count: 3,
        };
        for fixed in [&[None; 4], &held] {
            let start = Start { fixed, ..start(&numbers, None) };
            let mut values = vec![f64::NAN; 4];
            design::draw(&numbers, fixed, 7, 11, &mut values);
            assert_eq!(start.values(&start.first(11)), values);
            let start = Start { particles: Some(&particles), ..start };
            values[2] = 6.0;
            values[3] = fixed[3].unwrap_or(2.0);
            assert_eq!(start.values(&start.first(11)), values);
        }
    }

    #[test]
    fn steps_leave_the_law_of_beginnings_as_it_is() {
        let numbers = numbers();
        let start = start(&numbers, None);
        let (mut sums, mut count) = ([0.0; 3], 0.0);
        for run in 0..4_000 {
            let first = start.first(run);
            let (near, kinship) = start.near(&first, 0.6, &Draws::new(3, run));
            assert!((kinship - 0.8).abs() < 1e-12);
            for (a, b) in first.units.iter().zip(&near.units) {
                let (x, y) = (normal(*a), normal(*b));
                for (sum, term) in sums.iter_mut().zip([y, y * y, x * y]) {
                    *sum += term;
                }
                count += 1.0;
            }
        }
        // Of 12,000 scores: the standard error of a mean is 0.009, of a mean square 0.013.
        let [mean, square, product] = sums.map(|s| s / count);
        assert!(mean.abs() < 0.035 && (square - 1.0).abs() < 0.05, "{mean} {square}");
        assert!((product - 0.8).abs() < 0.04, "{product}");
    }

    #[test]
    fn half_of_the_steps_go_to_any_particle() {
        let numbers = numbers();
        let particles = Particles { numbers: vec![None; 4], count: 10 };
        let start = start(&numbers, Some(&particles));
        let mut others = [0; 10];
        for run in 0..2_000 {
            let (near, kinship) = start.near(&start.first(0), 0.2, &Draws::new(1, run));
            assert!(kinship == 0.0 || near.particle == 0);
            others[near.particle] += 1;
        }
        assert!(
            (others[0] - 1_100_i32).abs() < 120 && others[1..].iter().all(|n| *n > 60),
            "{others:?}"
        );
    }
}
