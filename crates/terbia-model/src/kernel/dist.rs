//! Which value does this uniform stand for? Inverse distribution functions, and nothing else.
//!
//! A rejection sampler uses a varying number of uniforms and would break the addressing of draws,
//! so every distribution here is its quantile function: one uniform in, one value out, monotone.

use super::math::{exp, ln, sqrt};
use std::f64::consts::SQRT_2;

/// Distribution function of the standard normal.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x / SQRT_2)
}

/// Quantile of the standard normal; `u` in (0, 1).
///
/// Wichura's AS 241, PPND16: relative accuracy about 1e-16. At `u` of exactly 0 or 1 the value is
/// the quantile at the nearest representable uniform, so that no draw is infinite.
pub fn normal(u: f64) -> f64 {
    const A: [f64; 8] = [
        3.387_132_872_796_366_6,
        1.331_416_678_917_843_8e2,
        1.971_590_950_306_551_3e3,
        1.373_169_376_550_946e4,
        4.592_195_393_154_987e4,
        6.726_577_092_700_87e4,
        3.343_057_558_358_813e4,
        2.509_080_928_730_122_7e3,
    ];
    const B: [f64; 7] = [
        4.231_333_070_160_091e1,
        6.871_870_074_920_579e2,
        5.394_196_021_424_751e3,
        2.121_379_430_158_659_7e4,
        3.930_789_580_009_271e4,
        2.872_908_573_572_194_3e4,
        5.226_495_278_852_854e3,
    ];
    const C: [f64; 8] = [
        1.423_437_110_749_683_5,
        4.630_337_846_156_546,
        5.769_497_221_460_691,
        3.647_848_324_763_204_5,
        1.270_458_252_452_368_4,
        2.417_807_251_774_506e-1,
        2.272_384_498_926_918_4e-2,
        7.745_450_142_783_414e-4,
    ];
    const D: [f64; 7] = [
        2.053_191_626_637_759,
        1.676_384_830_183_803_8,
        6.897_673_349_851e-1,
        1.481_039_764_274_800_8e-1,
        1.519_866_656_361_645_7e-2,
        5.475_938_084_995_345e-4,
        1.050_750_071_644_416_9e-9,
    ];
    const E: [f64; 8] = [
        6.657_904_643_501_103,
        5.463_784_911_164_114,
        1.784_826_539_917_291_3,
        2.965_605_718_285_048_7e-1,
        2.653_218_952_657_612_4e-2,
        1.242_660_947_388_078_4e-3,
        2.711_555_568_743_487_6e-5,
        2.010_334_399_292_288_1e-7,
    ];
    const F: [f64; 7] = [
        5.998_322_065_558_88e-1,
        1.369_298_809_227_358e-1,
        1.487_536_129_085_061_5e-2,
        7.868_691_311_456_133e-4,
        1.846_318_317_510_054_8e-5,
        1.421_511_758_316_446e-7,
        2.044_263_103_389_939_8e-15,
    ];
    let tiny = 1.0 / (1_u64 << 54) as f64;
    let u = u.clamp(tiny, 1.0 - f64::EPSILON / 2.0);
    let q = u - 0.5;
    if q.abs() <= 0.425 {
        let r = 0.180_625 - q * q;
        return q * rational(r, &A, &B);
    }
    let r = sqrt(-ln(if q < 0.0 { u } else { 1.0 - u }));
    let x = if r <= 5.0 { rational(r - 1.6, &C, &D) } else { rational(r - 5.0, &E, &F) };
    if q < 0.0 { -x } else { x }
}

fn rational(r: f64, numerator: &[f64], denominator: &[f64]) -> f64 {
    let horner = |c: &[f64]| c.iter().rev().fold(0.0, |sum, k| sum * r + k);
    horner(numerator) / (1.0 + r * horner(denominator))
}

/// Quantile of the uniform between `low` and `high`.
pub fn uniform(u: f64, low: f64, high: f64) -> f64 {
    low + u * (high - low)
}

/// Quantile of the uniform in the logarithm between `low` > 0 and `high`.
pub fn loguniform(u: f64, low: f64, high: f64) -> f64 {
    exp(uniform(u, ln(low), ln(high)))
}

/// Quantile of the triangle over `low..high` with its peak at `mode`.
pub fn triangular(u: f64, low: f64, mode: f64, high: f64) -> f64 {
    let width = high - low;
    if width <= 0.0 {
        return low;
    }
    let left = (mode - low) / width;
    if u < left {
        low + sqrt(u * width * (mode - low))
    } else {
        high - sqrt((1.0 - u) * width * (high - mode))
    }
}

/// Quantile of the exponential with `rate` > 0.
pub fn exponential(u: f64, rate: f64) -> f64 {
    -ln(1.0 - u) / rate
}

/// Quantile of the log-normal with this `median` and log standard deviation.
pub fn lognormal(u: f64, median: f64, log_sd: f64) -> f64 {
    median * exp(log_sd * normal(u))
}

/// Quantile of the Poisson with this `mean` ≥ 0: the smallest count whose cumulated probability
/// exceeds `u`.
pub fn poisson(u: f64, mean: f64) -> u32 {
    if mean <= 0.0 {
        return 0;
    }
    // Beyond this the sum would underflow; the normal limit is then good to a count or two.
    if mean > 500.0 {
        return (mean + sqrt(mean) * normal(u) + 0.5).max(0.0) as u32;
    }
    // exp(-mean) is no less than 1 - mean: of something rare most draws need know no more.
    if u < (1.0 - mean) * (1.0 - 4.0 * f64::EPSILON) {
        return 0;
    }
    let mut term = exp(-mean);
    let mut sum = term;
    let mut count = 0_u32;
    while u >= sum && count < 5_000 {
        count += 1;
        term *= mean / f64::from(count);
        sum += term;
    }
    count
}

/// Half-width in standard deviations of a central 90 % interval.
pub const Z_90: f64 = 1.644_853_626_951_472_2;

/// Quantile of the normal with this `mean` whose central 90 % is as wide as `low..high`, cut off
/// at both.
pub fn normal_in_range(u: f64, mean: f64, low: f64, high: f64) -> f64 {
    let sd = (high - low) / (2.0 * Z_90);
    if sd <= 0.0 {
        return mean;
    }
    let (from, to) = (normal_cdf((low - mean) / sd), normal_cdf((high - mean) / sd));
    (mean + sd * normal(uniform(u, from, to))).clamp(low, high)
}

/// The same in the logarithm: `median` and `low..high` above zero.
pub fn lognormal_in_range(u: f64, median: f64, low: f64, high: f64) -> f64 {
    exp(normal_in_range(u, ln(median), ln(low), ln(high))).clamp(low, high)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_normal_quantile_has_its_textbook_values() {
        assert_eq!(normal(0.5), 0.0);
        assert!((normal(0.975) - 1.959_963_984_540_054).abs() < 1e-14);
        assert!((normal(1e-10) + 6.361_340_902_404_056).abs() < 1e-13);
        assert!((normal(0.95) - Z_90).abs() < 1e-14);
        assert!(normal(0.0).is_finite() && normal(1.0).is_finite());
    }

    #[test]
    fn poisson_counts_have_their_mean() {
        for mean in [0.3, 4.0, 40.0] {
            let n = 20_000;
            let sum: f64 =
                (0..n).map(|i| f64::from(poisson((f64::from(i) + 0.5) / f64::from(n), mean))).sum();
            assert!((sum / f64::from(n) - mean).abs() < 0.01 * mean.max(1.0));
        }
        assert_eq!(poisson(0.999, 0.0), 0);
    }

    proptest! {
        #[test]
        fn quantile_and_distribution_function_undo_each_other(u in 1e-12_f64..1.0) {
            prop_assert!((normal_cdf(normal(u)) - u).abs() < 1e-14);
        }

        #[test]
        fn quantiles_stay_in_their_range_and_never_fall(
            u in 0.0_f64..1.0, v in 0.0_f64..1.0, a in 0.1_f64..10.0, w in 0.0_f64..10.0, m in 0.0_f64..1.0,
        ) {
            let (low, high) = (a, a + w);
            let mode = low + m * w;
            let (u, v) = (u.min(v), u.max(v));
            for q in [uniform, loguniform] {
                prop_assert!(q(u, low, high) <= q(v, low, high));
            }
            for q in [triangular, |u, l, m, h| normal_in_range(u, m, l, h), |u, l, m, h| lognormal_in_range(u, m, l, h)] {
                let (x, y) = (q(u, low, mode, high), q(v, low, mode, high));
                prop_assert!(x <= y + 1e-12);
                prop_assert!(x >= low - 1e-12 && y <= high + 1e-12);
            }
        }
    }
}
