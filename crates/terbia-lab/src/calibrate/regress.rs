//! What do some numbers say of others? Ridge regression, all targets at once.
//!
//! ```text
//! y = a + B (x − m)/s,   B = (X'WX + λ I)⁻¹ X'W Y,   X the standardised inputs, W weights
//! ```
//!
//! Hoerl and Kennard (1970). The sums are taken in the order of the rows whatever the threads, so
//! that equal inputs give equal bits. Inputs that do not vary say nothing and get no coefficient.

use nalgebra::{Cholesky, DMatrix, DVector};
use rayon::prelude::*;
use terbia_model::kernel::math::sqrt;

/// A fitted regression of several targets on the same inputs.
#[derive(Clone, Debug, PartialEq)]
pub struct Ridge {
    mean: Vec<f64>,
    scale: Vec<f64>,
    intercept: Vec<f64>,
    /// For each target one coefficient an input, on standardised inputs.
    coefficients: Vec<Vec<f64>>,
    /// For each target the variance that is left, over the rows it was fitted to.
    residual_variance: Vec<f64>,
}

impl Ridge {
    /// Fits `targets` (one value a row each) on `inputs` (one row each), with `weights` (none: all
    /// equal) and a `penalty` in units of rows. `None` without rows, or if nothing can be solved.
    pub fn fit(
        inputs: &[Vec<f64>],
        targets: &[Vec<f64>],
        weights: Option<&[f64]>,
        penalty: f64,
    ) -> Option<Self> {
        let columns = inputs.first()?.len();
        let weight = |row: usize| weights.map_or(1.0, |w| w[row]);
        let total: f64 = (0..inputs.len()).map(weight).sum();
        let moment = |value: &dyn Fn(usize) -> f64| {
            (0..inputs.len()).map(|row| weight(row) * value(row)).sum::<f64>() / total
        };
        let mean: Vec<f64> = (0..columns).map(|c| moment(&|row| inputs[row][c])).collect();
        let scale: Vec<f64> = (0..columns)
            .map(|c| {
                let sd = sqrt(moment(&|row| (inputs[row][c] - mean[c]).powi(2)));
                // What does not vary is left out by never leaving its mean.
                if sd > 1e-12 * mean[c].abs().max(1e-12) { sd } else { f64::INFINITY }
            })
            .collect();
        // Column by column, so that the sums below run along memory.
        let standard: Vec<Vec<f64>> = (0..columns)
            .into_par_iter()
            .map(|c| inputs.iter().map(|row| (row[c] - mean[c]) / scale[c]).collect())
            .collect();
        let weighted: Vec<Vec<f64>> = standard
            .par_iter()
            .map(|x| x.iter().enumerate().map(|(row, x)| weight(row) * x).collect())
            .collect();
        let gram: Vec<Vec<f64>> = (0..columns)
            .into_par_iter()
            .map(|i| (0..=i).map(|j| dot(&weighted[i], &standard[j])).collect())
            .collect();
        let matrix = DMatrix::from_fn(columns, columns, |i, j| {
            let (low, high) = (i.min(j), i.max(j));
            gram[high][low] + if i == j { penalty.max(1e-9 * total) } else { 0.0 }
        });
        let solved = Cholesky::new(matrix)?;
        let intercept: Vec<f64> = targets.iter().map(|y| moment(&|row| y[row])).collect();
        let fitted: Vec<(Vec<f64>, f64)> = targets
            .par_iter()
            .zip(&intercept)
            .map(|(target, intercept)| {
                let y: Vec<f64> = target.iter().map(|y| y - intercept).collect();
                let right: Vec<f64> = weighted.iter().map(|x| dot(x, &y)).collect();
                let b = solved.solve(&DVector::from_vec(right));
                let residual = |row: usize| {
                    let explained: f64 = b.iter().zip(&standard).map(|(b, x)| b * x[row]).sum();
                    weight(row) * (y[row] - explained).powi(2)
                };
                let left = (0..inputs.len()).map(residual).sum::<f64>() / total;
                (b.iter().copied().collect(), left)
            })
            .collect();
        let (coefficients, residual_variance) = fitted.into_iter().unzip();
        Some(Self { mean, scale, intercept, coefficients, residual_variance })
    }

    /// Number of targets.
    pub fn targets(&self) -> usize {
        self.intercept.len()
    }

    /// For each target the variance that the inputs leave.
    pub fn residual_variance(&self) -> &[f64] {
        &self.residual_variance
    }

    /// What is expected of a target at `input`.
    pub fn predict(&self, target: usize, input: &[f64]) -> f64 {
        self.intercept[target] + self.slope(target, |c| input[c] - self.mean[c])
    }

    /// How much more is expected of a target at `to` than at `from`.
    pub fn change(&self, target: usize, from: &[f64], to: &[f64]) -> f64 {
        self.slope(target, |c| to[c] - from[c])
    }

    fn slope(&self, target: usize, difference: impl Fn(usize) -> f64) -> f64 {
        let b = &self.coefficients[target];
        b.iter().zip(&self.scale).enumerate().map(|(c, (b, s))| b * difference(c) / s).sum()
    }

    /// For each target the share of its variance that the regression explains of rows that it was
    /// not fitted to; below 0 if it is worse than the mean.
    pub fn explained(&self, inputs: &[Vec<f64>], targets: &[Vec<f64>]) -> Vec<f64> {
        let of = |(place, target): (usize, &Vec<f64>)| {
            let mean = target.iter().sum::<f64>() / target.len() as f64;
            let (mut left, mut all) = (0.0, 0.0);
            for (input, y) in inputs.iter().zip(target) {
                left += (y - self.predict(place, input)).powi(2);
                all += (y - mean).powi(2);
            }
            1.0 - left / all
        };
        targets.par_iter().enumerate().map(of).collect()
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The input, its squares and its products: what a quadratic regression takes.
pub fn quadratic(input: &[f64]) -> Vec<f64> {
    let mut row = input.to_vec();
    for (i, a) in input.iter().enumerate() {
        row.extend(input[i..].iter().map(|b| a * b));
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A deterministic scatter in (−1, 1).
    fn scatter(row: usize, column: usize) -> f64 {
        2.0 * crate::design::point(3, row as u32, column as u32) - 1.0
    }

    fn rows() -> Vec<Vec<f64>> {
        (0..256).map(|row| vec![scatter(row, 0), 5.0 + 2.0 * scatter(row, 1), 7.0]).collect()
    }

    #[test]
    fn a_plane_is_found_and_what_does_not_vary_is_left_out() {
        let inputs = rows();
        let plane: Vec<f64> = inputs.iter().map(|x| 3.0 + 2.0 * x[0] - 0.5 * x[1]).collect();
        let fit = Ridge::fit(&inputs, &[plane.clone(), vec![4.0; 256]], None, 0.0).unwrap();
        assert!((fit.predict(0, &[0.3, 4.0, 7.0]) - 1.6).abs() < 1e-6);
        assert!((fit.predict(1, &[0.3, 4.0, 9.0]) - 4.0).abs() < 1e-12);
        assert!((fit.change(0, &[0.0, 0.0, 0.0], &[1.0, 2.0, 5.0]) - 1.0).abs() < 1e-6);
        assert!(fit.residual_variance()[0] < 1e-12);
        assert!(fit.explained(&inputs, &[plane, vec![4.0; 256]])[0] > 0.999_999);
    }

    #[test]
    fn a_penalty_of_as_many_rows_halves_a_single_coefficient() {
        // One standardised input: b = n r/(n + λ).
        let inputs: Vec<Vec<f64>> = (0..256).map(|row| vec![scatter(row, 0)]).collect();
        let line: Vec<f64> = inputs.iter().map(|x| 2.0 * x[0]).collect();
        let fit = Ridge::fit(&inputs, &[line], None, 256.0).unwrap();
        assert!((fit.change(0, &[0.0], &[1.0]) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn rows_without_weight_do_not_count() {
        let inputs = rows();
        let mut line: Vec<f64> = inputs.iter().map(|x| x[0]).collect();
        let mut weights = vec![1.0; 256];
        for row in 0..50 {
            line[row] = 1e6;
            weights[row] = 0.0;
        }
        let fit = Ridge::fit(&inputs, &[line], Some(&weights), 0.0).unwrap();
        assert!((fit.predict(0, &[0.5, 5.0, 7.0]) - 0.5).abs() < 1e-6);
    }

    #[test]
    fn a_quadratic_is_found() {
        let inputs = rows();
        let bowl: Vec<f64> = inputs.iter().map(|x| x[0] * x[0] + x[0] * x[1]).collect();
        let square: Vec<Vec<f64>> = inputs.iter().map(|x| quadratic(x)).collect();
        let fit = Ridge::fit(&square, &[bowl], None, 0.0).unwrap();
        assert!((fit.predict(0, &quadratic(&[0.5, 4.0, 7.0])) - 2.25).abs() < 1e-4);
        assert_eq!(quadratic(&[2.0, 3.0]), [2.0, 3.0, 4.0, 6.0, 9.0]);
    }

    #[test]
    fn nothing_is_learnt_from_nothing() {
        assert_eq!(Ridge::fit(&[], &[], None, 1.0), None);
    }
}
