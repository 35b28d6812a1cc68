//! What do the formulas of mining say, one by one? Trigger, annuity, ramp, season, grade.

use crate::kernel::math::{cos, exp, exp_m1, sqrt};
use std::f64::consts::PI;

/// Value over investment at which an option to invest should be used.
///
/// `r` discount rate, `delta` payout rate, both 1/year; `sigma` volatility. Dixit and Pindyck 1994,
/// chapter 5: `beta/(beta − 1)`. If the option itself dies at rate h, add h to `r` and `delta`.
pub fn entry_trigger(r: f64, delta: f64, sigma: f64) -> f64 {
    let beta = trigger_exponent(r, delta, sigma);
    beta / (beta - 1.0)
}

/// The exponent beta > 1 of that trigger.
fn trigger_exponent(r: f64, delta: f64, sigma: f64) -> f64 {
    let variance = sigma * sigma;
    let drift = (r - delta) / variance - 0.5;
    sqrt(drift * drift + 2.0 * r / variance) - drift
}

/// Present value of one a month for `months`, at `rate` per month (discount plus hazard).
pub fn annuity(rate: f64, months: f64) -> f64 {
    if rate == 0.0 { months } else { -exp_m1(-rate * months) / rate }
}

/// Share of capacity that a site reaches `age` months after it opened; `tau` in months.
pub fn ramp(age: f64, tau: f64) -> f64 {
    -exp_m1(-age / tau)
}

/// Grade of ore over that of the first month when `mined` tonnes have been taken and it falls by half in
/// the first `1/decline_per_t`, hyperbolically: exactly 1 without a decline.
pub fn grade(mined: f64, decline_per_t: f64) -> f64 {
    1.0 / (1.0 + mined * decline_per_t)
}

/// Season of the twelve months as a factor on output with mean 1, lowest in the eighth month.
pub fn season(depth: f64, width: f64) -> [f64; 12] {
    let mut factors = [0.0; 12];
    for (i, factor) in factors.iter_mut().enumerate() {
        let angle = 2.0 * PI * (i as f64 + 1.0 - 8.0) / 12.0;
        *factor = 1.0 - depth * exp(width * (cos(angle) - 1.0));
    }
    let mean = factors.iter().sum::<f64>() / 12.0;
    factors.map(|f| f / mean)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-9 * b.abs().max(1e-9), "{a} is not {b}");
    }

    #[test]
    fn b1_the_textbook_trigger() {
        close(trigger_exponent(0.04, 0.04, 0.2), 2.0);
        close(entry_trigger(0.04, 0.04, 0.2), 2.0);
    }

    #[test]
    fn b2_an_option_that_may_die_is_used_sooner() {
        close(trigger_exponent(0.14, 0.14, 0.2), 3.192_582_403_567_252);
        close(entry_trigger(0.14, 0.14, 0.2), 1.456_083_200_509_607_4);
    }

    #[test]
    fn b3_the_trigger_at_other_rates() {
        close(entry_trigger(0.10, 0.05, 0.35), 3.681_785_267_247_480_2);
        close(entry_trigger(0.35, 0.30, 0.35), 1.673_828_385_347_171_4);
    }

    #[test]
    fn b4_annuities() {
        close(annuity(0.01, 30.0), 25.918_177_931_828_21);
        close(annuity(0.03, 30.0), 19.781_011_341_980_026);
        close(annuity(0.0, 30.0), 30.0);
    }

    #[test]
    fn b5_the_ramp() {
        for (age, share) in [
            (1.0, 0.283_468_689_43),
            (2.0, 0.486_582_880_97),
            (3.0, 0.632_120_558_83),
            (6.0, 0.864_664_716_76),
        ] {
            assert!((ramp(age, 3.0) - share).abs() < 5e-12);
        }
        // Continuous output of a year: 12 − tau ramp(12).
        close(12.0 - 3.0 * ramp(12.0, 3.0), 9.054_946_916_666_204);
    }

    #[test]
    fn b6_exponential_depletion() {
        // dR/dt = −q0 R/R0, in steps small enough to be continuous.
        let (r0, q0, steps) = (350.0, 11.6, 1_200_000);
        let mut r = r0;
        for _ in 0..steps {
            let half = r - 0.5 * (12.0 / f64::from(steps)) * q0 * r / r0;
            r -= (12.0 / f64::from(steps)) * q0 * half / r0;
        }
        close(r, 235.148_885_480_555_32);
        close(r0 - r, 114.851_114_519_444_66);
    }

    #[test]
    fn ore_is_half_as_rich_after_its_half_and_never_richer() {
        assert_eq!(grade(1e6, 0.0), 1.0);
        close(grade(2e5, 1.0 / 2e5), 0.5);
        close(grade(6e5, 1.0 / 2e5), 0.25);
        let grades: Vec<f64> = (0..50).map(|i| grade(f64::from(i) * 1e4, 5e-6)).collect();
        assert!(grades.windows(2).all(|w| w[1] < w[0]));
    }

    #[test]
    fn the_season_has_mean_one_and_its_trough_in_august() {
        let s = season(0.64, 2.5);
        close(s.iter().sum::<f64>(), 12.0);
        assert!(s.iter().all(|&x| x >= s[7]));
    }
}
