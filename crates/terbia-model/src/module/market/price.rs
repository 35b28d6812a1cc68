//! What does the coverage price say for given stocks and beliefs? Closed forms, one by one.

use crate::kernel::math::{exp, exp_m1, ln};

/// Supply that buyers expect to lose, in months of normal demand.
///
/// `share` of demand that is cut off (0..1), `horizon` months ahead, believed `hazard` of reopening
/// (1/month): `share · (1 − exp(−hazard·horizon))/hazard`, and `share · horizon` without hope.
pub fn expected_shortfall_months(share: f64, horizon: f64, hazard: f64) -> f64 {
    if hazard <= 1e-12 { share * horizon } else { -share * exp_m1(-hazard * horizon) / hazard }
}

/// Price relative to its anchor at `cover` months (net of the expected shortfall).
///
/// `(max(cover, floor)/normal)^−phi`; all covers in months of demand.
pub fn coverage_price(cover: f64, normal: f64, phi: f64, floor: f64) -> f64 {
    exp(log_coverage_price(cover, normal, phi, floor))
}

/// Logarithm of [`coverage_price`], in which prices move.
pub(super) fn log_coverage_price(cover: f64, normal: f64, phi: f64, floor: f64) -> f64 {
    -phi * ln(cover.max(floor) / normal)
}
