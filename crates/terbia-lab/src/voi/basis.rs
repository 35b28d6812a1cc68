//! In which shapes may a benefit depend on what is known? Terms of a regression.
//!
//! ```text
//! polynomial   all products of the standardised inputs up to a total degree
//! spline       of each input a cubic spline that is straight beyond its outer knots (Harrell 2015,
//!              section 2.4.5), knots at even quantiles; and the products of any two inputs
//! ```

use crate::stats;
use terbia_model::kernel::math::sqrt;

/// Terms for the regression of benefits on inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// Products up to this total degree, 1 at least.
    Polynomial(u32),
    /// Splines with so many knots, 3 at least, and products of pairs.
    Spline(usize),
}

impl Basis {
    /// A usual one: a spline of five knots for one or two inputs; for more the largest polynomial, up to
    /// degree three, that leaves thirty samples a term.
    pub fn suited(inputs: usize, samples: usize) -> Self {
        if inputs <= 2 && samples >= 300 {
            return Self::Spline(5);
        }
        let fits = |degree: &u32| terms(inputs, *degree).is_some_and(|t| 30 * t <= samples);
        Self::Polynomial((1..=3).rev().find(fits).unwrap_or(1))
    }

    /// How many terms it has at most for so many inputs; `None` if that is beyond counting.
    pub(super) fn terms(self, inputs: usize) -> Option<usize> {
        match self {
            Self::Polynomial(degree) => terms(inputs, degree.max(1)),
            Self::Spline(knots) => {
                let pairs = inputs.checked_mul(inputs.saturating_sub(1))? / 2;
                inputs.checked_mul(knots.max(3) - 1)?.checked_add(pairs)
            }
        }
    }

    /// A row of terms for each sample of some inputs, each with one value a sample.
    pub(super) fn rows(self, inputs: &[Vec<f64>]) -> Vec<Vec<f64>> {
        let samples = inputs.first().map_or(0, Vec::len);
        let standard: Vec<Vec<f64>> = inputs.iter().map(|input| standardised(input)).collect();
        let point = |s: usize| -> Vec<f64> { standard.iter().map(|x| x[s]).collect() };
        match self {
            Self::Polynomial(degree) => {
                let row = |s| {
                    let mut row = Vec::new();
                    products(&point(s), degree.max(1), 1.0, &mut row);
                    row
                };
                (0..samples).map(row).collect()
            }
            Self::Spline(count) => {
                let knots: Vec<Vec<f64>> =
                    standard.iter().map(|x| knots(x, count.max(3))).collect();
                let row = |s| {
                    let point = point(s);
                    let mut row = Vec::new();
                    for (place, (x, knots)) in point.iter().zip(&knots).enumerate() {
                        row.push(*x);
                        bends(*x, knots, &mut row);
                        row.extend(point[place + 1..].iter().map(|y| x * y));
                    }
                    row
                };
                (0..samples).map(row).collect()
            }
        }
    }
}

/// C(inputs + degree, degree) − 1.
fn terms(inputs: usize, degree: u32) -> Option<usize> {
    let step = |so_far: usize, k: usize| Some(so_far.checked_mul(inputs.checked_add(k)?)? / k);
    (1..=degree as usize).try_fold(1, step).map(|all| all - 1)
}

/// A column with mean 0 and variance 1; all 0 if it does not vary.
fn standardised(input: &[f64]) -> Vec<f64> {
    let mean = stats::mean(input);
    let squares: Vec<f64> = input.iter().map(|x| (x - mean) * (x - mean)).collect();
    let sd = sqrt(stats::mean(&squares));
    let varies = sd > 1e-12 * mean.abs();
    input.iter().map(|x| if varies { (x - mean) / sd } else { 0.0 }).collect()
}

/// All products of the inputs of degree 1 up to `degree`, times `factor`.
fn products(inputs: &[f64], degree: u32, factor: f64, row: &mut Vec<f64>) {
    if degree == 0 {
        return;
    }
    for (place, x) in inputs.iter().enumerate() {
        row.push(factor * x);
        products(&inputs[place..], degree - 1, factor * x, row);
    }
}

/// Knots at even quantiles from 5 to 95 %, each once.
fn knots(input: &[f64], count: usize) -> Vec<f64> {
    let sorted = stats::sorted(input);
    let at = |k: usize| stats::quantile(&sorted, 0.05 + 0.9 * k as f64 / (count - 1) as f64);
    let mut knots: Vec<f64> = (0..count).map(at).collect();
    knots.dedup();
    knots
}

/// The bends of a spline at `x`: one for each knot but the last two, cubic between, straight beyond.
fn bends(x: f64, knots: &[f64], row: &mut Vec<f64>) {
    let [inner @ .., next, last] = knots else { return };
    let Some(first) = inner.first() else { return };
    let cube = |knot: f64| (x - knot).max(0.0).powi(3);
    let scale = (last - first) * (last - first);
    for knot in inner {
        let outer = cube(*next) * (last - knot) - cube(*last) * (next - knot);
        row.push((cube(*knot) - outer / (last - next)) / scale);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(count: u32) -> Vec<f64> {
        (0..count).map(f64::from).collect()
    }

    #[test]
    fn terms_are_as_many_as_counted() {
        let inputs: Vec<Vec<f64>> = (1..=4_u32)
            .map(|k| line(60).iter().map(|x| (x * f64::from(k)) % 17.0).collect())
            .collect();
        for count in 1..=4 {
            for basis in [Basis::Polynomial(1), Basis::Polynomial(3), Basis::Spline(4)] {
                let rows = basis.rows(&inputs[..count]);
                assert_eq!(Some(rows[0].len()), basis.terms(count), "{basis:?} {count}");
                assert_eq!(rows.len(), 60);
            }
        }
        assert_eq!(Basis::Polynomial(3).terms(4), Some(34));
        assert_eq!(Basis::Polynomial(60).terms(1 << 20), None);
    }

    #[test]
    fn a_suited_basis_leaves_enough_samples_a_term() {
        assert_eq!(Basis::suited(1, 1_000), Basis::Spline(5));
        assert_eq!(Basis::suited(5, 5_000), Basis::Polynomial(3));
        assert_eq!(Basis::suited(5, 1_000), Basis::Polynomial(2));
        assert_eq!(Basis::suited(5, 10), Basis::Polynomial(1));
    }

    #[test]
    fn a_spline_is_straight_beyond_its_knots_and_smooth_within() {
        let knots = [0.0, 1.0, 2.0, 4.0];
        let at = |x: f64| {
            let mut row = Vec::new();
            bends(x, &knots, &mut row);
            row
        };
        let bend = |x: f64, h: f64, k: usize| at(x + h)[k] - 2.0 * at(x)[k] + at(x - h)[k];
        for k in 0..2 {
            assert_eq!(at(-0.5)[k], 0.0);
            assert!(bend(6.0, 1.0, k).abs() < 1e-9 && bend(1.5, 0.3, k).abs() > 1e-3);
            // No jump of the second difference across a knot.
            let jump = (bend(2.0 - 1e-3, 1e-3, k) - bend(2.0 + 1e-3, 1e-3, k)) / 1e-6;
            assert!(jump.abs() < 0.02, "{jump}");
        }
    }

    #[test]
    fn what_does_not_vary_or_has_two_values_makes_no_bends() {
        let rows = Basis::Spline(5).rows(&[vec![3.0; 8]]);
        assert!(rows.iter().all(|row| row[..] == [0.0]));
        let two = [0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0, 0.0].to_vec();
        assert!(Basis::Spline(3).rows(&[two])[0].len() <= 2);
    }
}
