//! What is it worth to know a normal number? Closed forms for two policies.
//!
//! ```text
//! value   L(m, s) = s φ(m/s) − |m| Φ(−|m|/s)        gain of one policy over the other ~ N(m, s²)
//! share   ρ = v/(v + e²/n)                          n measurements with normal error of sd e,
//!                                                   of a parameter whose variance is v
//! ```
//!
//! The unit normal loss of Raiffa and Schlaifer (1961). Before it is made, a study leaves the expected
//! gain with a standard deviation of s sqrt(ρ), if the gain is linear in the parameter: so much of what
//! there is to know it tells.

use std::f64::consts::PI;
use terbia_model::kernel::dist::normal_cdf;
use terbia_model::kernel::math::{exp, sqrt};

/// Value of knowing a gain that is normal with this mean and standard deviation, in its unit: EVPI of
/// two policies. 0 without spread.
pub fn perfect(mean: f64, sd: f64) -> f64 {
    if sd <= 0.0 {
        return 0.0;
    }
    let z = mean.abs() / sd;
    let density = exp(-0.5 * z * z) / sqrt(2.0 * PI);
    (sd * density - mean.abs() * normal_cdf(-z)).max(0.0)
}

/// Share of a parameter's variance, 0..1, that `measurements` of it are expected to explain: its prior
/// and the error of a measurement are normal with these standard deviations.
pub fn told(prior_sd: f64, error_sd: f64, measurements: f64) -> f64 {
    if measurements <= 0.0 {
        return 0.0;
    }
    let (prior, error) = (prior_sd * prior_sd, error_sd * error_sd / measurements);
    if prior > 0.0 { prior / (prior + error) } else { 0.0 }
}

/// Value of a study with one measurement of a gain that is normal with this mean and standard deviation,
/// in its unit: EVSI of two policies.
pub fn sample(mean: f64, prior_sd: f64, error_sd: f64) -> f64 {
    perfect(mean, prior_sd * sqrt(told(prior_sd, error_sd, 1.0)))
}
