//! Which functions have indices that are known exactly? Two that every estimator is tried on.
//!
//! ```text
//! Ishigami and Homma (1990)   y = sin x1 + a sin^2 x2 + b x3^4 sin x1,   x uniform on (-pi, pi)
//! g-function (Sobol' 1993)    y = prod_i (|4 u_i - 2| + a_i) / (1 + a_i),  u uniform on (0, 1)
//! ```
//!
//! The first is neither additive nor monotone, and its third number acts only together with the
//! first; the second orders as many numbers as one likes from weighty to idle.

use std::f64::consts::{FRAC_PI_2, PI};
use terbia_model::kernel::math::cos;

/// The variance of a function and how it is shared out.
#[derive(Clone, Debug, PartialEq)]
pub struct Truth {
    /// Variance of the function.
    pub variance: f64,
    /// First-order index of each number.
    pub first: Vec<f64>,
    /// Total index of each number.
    pub total: Vec<f64>,
}

/// The function of Ishigami and Homma.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ishigami {
    /// Weight of the second number.
    pub a: f64,
    /// Weight of the third.
    pub b: f64,
}

/// The function as it is mostly used.
impl Default for Ishigami {
    fn default() -> Self {
        Self { a: 7.0, b: 0.1 }
    }
}

impl Ishigami {
    /// Its value at a point of the unit cube; NaN unless the point has three numbers.
    pub fn at(&self, point: &[f64]) -> f64 {
        let &[u, v, w] = point else { return f64::NAN };
        let angle = |u: f64| PI * (2.0 * u - 1.0);
        let sin = |x: f64| cos(x - FRAC_PI_2);
        let (first, second, third) = (sin(angle(u)), sin(angle(v)), angle(w) * angle(w));
        first + self.a * second * second + self.b * third * third * first
    }

    /// Its variance and indices.
    pub fn truth(&self) -> Truth {
        let (a, b, pi4) = (self.a, self.b, PI * PI * PI * PI);
        let factor = 1.0 + b * pi4 / 5.0;
        let alone = [0.5 * factor * factor, a * a / 8.0, 0.0];
        let together = b * b * pi4 * pi4 * (1.0 / 18.0 - 1.0 / 50.0);
        let variance = alone[0] + alone[1] + together;
        let total = [alone[0] + together, alone[1], together];
        Truth {
            variance,
            first: alone.map(|v| v / variance).to_vec(),
            total: total.map(|v| v / variance).to_vec(),
        }
    }
}

/// The g-function: one entry for each number, the larger the less it matters.
#[derive(Clone, Debug, PartialEq)]
pub struct GFunction(pub Vec<f64>);

impl GFunction {
    /// Its value at a point of the unit cube with as many numbers.
    pub fn at(&self, point: &[f64]) -> f64 {
        self.0.iter().zip(point).map(|(a, u)| ((4.0 * u - 2.0).abs() + a) / (1.0 + a)).product()
    }

    /// Its variance and indices.
    pub fn truth(&self) -> Truth {
        let alone: Vec<f64> = self.0.iter().map(|a| 1.0 / (3.0 * (1.0 + a) * (1.0 + a))).collect();
        let all: f64 = alone.iter().map(|v| 1.0 + v).product();
        let variance = all - 1.0;
        Truth {
            variance,
            first: alone.iter().map(|v| v / variance).collect(),
            total: alone.iter().map(|v| v * all / (1.0 + v) / variance).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: &[f64], expected: &[f64], tolerance: f64) -> bool {
        found.len() == expected.len()
            && found.iter().zip(expected).all(|(f, e)| (f - e).abs() < tolerance)
    }

    #[test]
    fn m2a_indices_of_ishigami() {
        let truth = Ishigami::default().truth();
        assert!((truth.variance - 13.844_587_940_719_254).abs() < 1e-13);
        let first = [0.313_905_191_147_811_46, 0.442_411_144_790_040_9, 0.0];
        let total = [0.557_588_855_209_959_2, 0.442_411_144_790_040_9, 0.243_683_664_062_147_73];
        assert!(close(&truth.first, &first, 1e-15) && close(&truth.total, &total, 1e-15));
    }

    #[test]
    fn m2c_indices_of_the_g_function() {
        let truth = GFunction(vec![0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0]).truth();
        assert!((truth.variance - 0.465_424_43).abs() < 5e-9);
        let first = [0.716_192_17, 0.179_048_04, 0.023_675_77, 0.007_161_92, 0.000_071_62];
        // The case prints …18 for the second; in fractions it is 0.242198192818.
        let total = [0.787_144_13, 0.242_198_19, 0.034_316_91, 0.010_460_39, 0.000_104_95];
        assert!(close(&truth.first[..5], &first, 5e-9), "{:?}", truth.first);
        assert!(close(&truth.total[..5], &total, 5e-9), "{:?}", truth.total);
        assert_eq!(truth.first[4], truth.first[7]);
    }

    #[test]
    fn the_functions_are_what_their_formulas_say() {
        let ishigami = Ishigami::default();
        assert!((ishigami.at(&[0.75, 0.75, 1.0]) - (8.0 + 0.1 * PI.powi(4))).abs() < 1e-12);
        assert!(ishigami.at(&[0.5; 3]).abs() < 1e-12);
        assert!(ishigami.at(&[0.5; 2]).is_nan());
        assert_eq!(GFunction(vec![0.0, 1.0]).at(&[0.0, 1.0]), 2.0 * 1.5);
        assert_eq!(GFunction(vec![0.0, 1.0]).at(&[0.5, 1.0]), 0.0);
    }
}
