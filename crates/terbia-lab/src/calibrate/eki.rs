//! Where are the parameters, quickly, if all is nearly linear? Ensemble Kalman inversion.
//!
//! An ensemble of the prior is moved towards what was observed by the covariances that it shows
//! between parameters and outputs, with the observation perturbed for each member so that the spread
//! is that of the posterior (Iglesias, Law and Stuart 2013). Exact for a linear model with normal
//! errors as the ensemble grows; for others a place to start from.
//!
//! ```text
//! z' = z + C_zy (C_yy + Γ)⁻¹ (y + e − g(z)),   e ~ N(0, Γ)
//! ```

use super::{Address, Crew, Simulator};
use crate::discrepancy::standard_normal;
use nalgebra::{Cholesky, DMatrix, DVector};
use terbia_model::kernel::math::sqrt;
use terbia_model::kernel::rng::{Draws, Purpose};

/// Perturbations of the observation.
const PERTURBATION: Purpose = Purpose(0x454B_4931);

/// The members after one step from the prior, each a set of parameters: `members` of them, given
/// what was observed and the variance of its error. `None` if the covariances cannot be solved.
pub fn step<S: Simulator>(
    simulator: &S,
    (observed, variance): (&[f64], &[f64]),
    members: u32,
    seed: u64,
    crew: &Crew,
) -> Option<Vec<Vec<f64>>> {
    let samples = crew.from_prior(simulator, seed, 0, 0..members);
    let count = samples.len() as f64;
    let (size, outputs) = (simulator.parameters(), simulator.summaries());
    let mean = |of: &dyn Fn(usize) -> f64| (0..samples.len()).map(of).sum::<f64>() / count;
    let z: Vec<f64> = (0..size).map(|k| mean(&|i| samples[i].parameters[k])).collect();
    let g: Vec<f64> = (0..outputs).map(|k| mean(&|i| samples[i].summaries[k])).collect();
    let with = |a: &dyn Fn(usize) -> f64, b: &dyn Fn(usize) -> f64| {
        (0..samples.len()).map(|i| a(i) * b(i)).sum::<f64>() / (count - 1.0)
    };
    let off = |k: usize| {
        let (samples, g) = (&samples, &g);
        move |i: usize| samples[i].summaries[k] - g[k]
    };
    let zy =
        DMatrix::from_fn(size, outputs, |k, l| with(&|i| samples[i].parameters[k] - z[k], &off(l)));
    let yy = DMatrix::from_fn(outputs, outputs, |k, l| {
        with(&off(k), &off(l)) + if k == l { variance[k] } else { 0.0 }
    });
    let solved = Cholesky::new(yy)?;
    let moved = samples.iter().map(|sample| {
        let Address { index, .. } = sample.address;
        let draws = Draws::new(seed, index);
        let surprise = DVector::from_fn(outputs, |k, _| {
            let e = standard_normal(&draws, PERTURBATION, k as u32, 0, 0);
            observed[k] + sqrt(variance[k]) * e - sample.summaries[k]
        });
        let pull = &zy * solved.solve(&surprise);
        sample.parameters.iter().zip(pull.iter()).map(|(z, d)| z + d).collect()
    });
    Some(moved.collect())
}
