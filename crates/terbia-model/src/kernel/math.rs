//! How do we get the same bits on every platform? Transcendental functions from `libm` only.
//!
//! The standard library's `exp`, `ln`, `powf` differ in the last bit between platforms; `libm` is
//! the same Rust source everywhere. `clippy.toml` bans the others in this crate.

/// Exponential function.
pub fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// Natural logarithm; `-inf` at zero.
pub fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// `base` to the power `exponent`.
pub fn pow(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// Square root (exactly rounded by IEEE 754, so the platform's own is safe).
pub fn sqrt(x: f64) -> f64 {
    x.sqrt()
}

/// Cosine of an angle in radians.
pub fn cos(x: f64) -> f64 {
    libm::cos(x)
}

/// `exp(x) - 1`, accurate near zero.
pub fn exp_m1(x: f64) -> f64 {
    libm::expm1(x)
}

/// Logistic function `1 / (1 + exp(-x))`, in 0..1.
pub fn sigmoid(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// Probability of at least one event at a constant `hazard` over `duration`, in 0..1.
///
/// Exact, so refining the step leaves it unchanged.
pub fn probability(hazard: f64, duration: f64) -> f64 {
    -exp_m1(-hazard * duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_of_hazard_is_its_weeks_in_a_row() {
        let month = probability(0.2, 1.0);
        let weeks = 1.0 - pow(1.0 - probability(0.2, 0.25), 4.0);
        assert!((month - 0.181_269_246_922_018_15).abs() < 1e-15);
        assert!((month - weeks).abs() < 1e-15);
    }

    #[test]
    fn the_logistic_function_is_symmetric() {
        assert_eq!(sigmoid(0.0), 0.5);
        assert!((sigmoid(3.0) + sigmoid(-3.0) - 1.0).abs() < 1e-15);
    }
}
