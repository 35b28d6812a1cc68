//! How sure is a share, a mean or a median of so many futures? Intervals that need few assumptions.
//!
//! ```text
//! share    p = (k + z²/2)/(n + z²) ± z/(n + z²) sqrt(k (n − k)/n + z²/4)        (Wilson 1927)
//! median   between the values of rank k and n + 1 − k, with the largest k for which
//!          P(Binomial(n, ½) < k) <= (1 − coverage)/2: at least that coverage, whatever the
//!          distribution                                                        (the sign test)
//! ```
//!
//! Wilson's interval is never empty at a share of 0 or 1, stays within 0..1, and covers about as often
//! as it says from n = 10 on (Brown, Cai and Das Gupta 2001); the exact one of Clopper and Pearson
//! covers more often than it says.

use terbia_model::kernel::dist::normal;
use terbia_model::kernel::math::{exp, ln, sqrt};

/// A share, and where it may lie given how many were counted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// What was counted, 0..1.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// Half-width of a central interval of a standard normal with this coverage (0..1).
pub fn half_width(coverage: f64) -> f64 {
    normal(0.5 + 0.5 * coverage)
}

/// The share `count` of `all`, with Wilson's interval; NaN of nothing.
pub fn wilson(count: usize, all: usize, coverage: f64) -> Share {
    let (k, n) = (count as f64, all as f64);
    let z = half_width(coverage);
    let middle = (k + 0.5 * z * z) / (n + z * z);
    let half = z / (n + z * z) * sqrt(k * (n - k) / n + 0.25 * z * z);
    // At the ends the formula gives 0 and 1 but for rounding.
    let low = if count == 0 { 0.0 } else { middle - half };
    let high = if count == all { 1.0 } else { middle + half };
    Share { value: k / n, low, high }
}

/// Probabilities of 0, 1, .. heads in `n` throws of a fair coin.
fn fair(n: usize) -> impl Iterator<Item = f64> {
    let count = n as f64;
    let first = -count * std::f64::consts::LN_2;
    (0..=n).scan(first, move |log, k| {
        let now = exp(*log);
        *log += ln((count - k as f64) / (k as f64 + 1.0));
        Some(now)
    })
}

/// Interval of the median of a sorted sample by the sign test. `None` if the sample is too small for
/// the coverage (for 90 %: fewer than five).
pub fn median(sorted: &[f64], coverage: f64) -> Option<(f64, f64)> {
    let n = sorted.len();
    let tail = 0.5 * (1.0 - coverage);
    // Rounding must not cost a rank where the tail is met exactly.
    let within = |cumulated: &f64| *cumulated <= tail + 1e-12;
    let mut sum = 0.0;
    let cumulated = fair(n).map(|p| {
        sum += p;
        sum
    });
    let rank = cumulated.take_while(within).count().min(n / 2);
    (rank > 0).then(|| (sorted[rank - 1], sorted[n - rank]))
}

/// Probability, if better and worse were equally likely, of counts at least as uneven as `a` and `b`;
/// two-sided. 1 of nothing.
pub fn sign_test(a: usize, b: usize) -> f64 {
    let tail: f64 = fair(a + b).take(a.min(b) + 1).sum();
    (2.0 * tail).min(1.0)
}
