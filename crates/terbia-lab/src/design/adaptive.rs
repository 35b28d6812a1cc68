//! How many more runs until a number is known well enough? As many as its interval asks for, and so
//! that the design stays whole.
//!
//! The half-width of an interval shrinks as one over the root of the runs, so the runs so far say
//! how many are wanted. Sobol' points are even only in whole blocks, so the total goes up by
//! doubling, and from 65,536 on by further blocks of that size.
//!
//! ```text
//! mean, difference   h = z s / sqrt(n)                  or half the width of a bootstrap interval
//! share              h = z sqrt(p (1 - p) / n + z^2 / 4 n^2) / (1 + z^2 / n)        (Wilson 1927)
//! wanted             the least whole N with h(N) <= w,  h(N) = h(n) sqrt(n / N), or Wilson's at N
//! ```
//!
//! Runs count as independent, which makes the answer cautious for an even design. The rule looks at
//! the runs before it decides whether to go on, so that the interval at the stop covers a little
//! less than it says; with doublings that is one look or two, and little. From fewer than
//! [`FEWEST`] runs nothing is concluded.

use super::BLOCK_RUNS;
use crate::bootstrap::Bootstrap;
use crate::stats;
use rayon::prelude::*;
use terbia_model::kernel::dist::normal;
use terbia_model::kernel::math::sqrt;

/// Runs below which no spread is believed.
pub const FEWEST: u32 = 32;

/// A number that an ensemble is made for. Values stand one a run; NaN is a run without a value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Statistic<'a> {
    /// The mean of an outcome.
    Mean(&'a [f64]),
    /// The share of runs whose outcome is above 0.
    Share(&'a [f64]),
    /// The mean of first minus second, the runs being paired; the shorter list counts.
    Difference(&'a [f64], &'a [f64]),
}

/// How the interval is made. A share has Wilson's either way: a resampled share of nothing has no
/// width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Interval {
    /// From the normal distribution, with this coverage (0..1).
    Normal(f64),
    /// From resamples of the runs.
    Bootstrap(Bootstrap),
}

/// How well the number is to be known, and what that may cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Target {
    /// Half-width wanted, in the unit of the statistic.
    pub half_width: f64,
    /// Most runs in all.
    pub most_runs: u32,
}

/// Whether to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The number is known as well as wanted.
    Enough,
    /// More runs are expected to do.
    More,
    /// The most that are allowed will not do, or have not done.
    Capped,
}

/// What the runs so far say, and how many are still to be made.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// The statistic; NaN without values.
    pub value: f64,
    /// Half-width of its interval; infinite if there are too few values for one.
    pub half_width: f64,
    /// Runs that have a value.
    pub used: usize,
    /// Runs that have none.
    pub dropped: usize,
    /// Runs to be added to those there are.
    pub more: u32,
    /// Half-width expected then.
    pub expected: f64,
    /// Whether that will do.
    pub verdict: Verdict,
}

/// The number of runs after which a design of more than `runs` is whole again.
pub fn whole_above(runs: u32) -> Option<u32> {
    let next = runs.checked_add(1)?;
    if next <= BLOCK_RUNS {
        Some(next.next_power_of_two())
    } else {
        next.checked_next_multiple_of(BLOCK_RUNS)
    }
}

/// How far `statistic` is from what is wanted of it.
pub fn progress(statistic: Statistic<'_>, interval: Interval, target: Target) -> Progress {
    let (values, runs) = values(statistic);
    let sample = sample(statistic, interval, &values, runs);
    let now = Progress {
        value: sample.value,
        half_width: sample.half_width,
        used: values.len(),
        dropped: runs - values.len(),
        more: 0,
        expected: sample.half_width,
        verdict: Verdict::Enough,
    };
    let runs = u32::try_from(runs).unwrap_or(u32::MAX);
    let enough = |half_width: f64| half_width <= target.half_width;
    if runs >= FEWEST && enough(sample.half_width) {
        return now;
    }
    // The best whole total that is allowed, until one is expected to do.
    let mut best = Progress { verdict: Verdict::Capped, ..now };
    let mut total = whole_above(runs.max(FEWEST - 1));
    while let Some(tried) = total.filter(|tried| *tried <= target.most_runs) {
        best.more = tried - runs;
        best.expected = sample.expected(tried);
        // Nothing is known of the spread yet: look again when something is.
        if enough(best.expected) || sample.half_width.is_infinite() || runs < FEWEST {
            return Progress { verdict: Verdict::More, ..best };
        }
        total = whole_above(tried);
    }
    best
}

/// The values of the runs that have one, and the number of all runs.
fn values(statistic: Statistic<'_>) -> (Vec<f64>, usize) {
    let (values, runs): (Vec<f64>, usize) = match statistic {
        Statistic::Mean(values) => (values.to_vec(), values.len()),
        Statistic::Share(values) => {
            let share = |v: &f64| if v.is_nan() { *v } else { f64::from(*v > 0.0) };
            (values.iter().map(share).collect(), values.len())
        }
        Statistic::Difference(first, second) => {
            (first.iter().zip(second).map(|(a, b)| a - b).collect(), first.len().min(second.len()))
        }
    };
    (values.into_iter().filter(|v| v.is_finite()).collect(), runs)
}

/// What is known of a statistic.
struct Sample {
    value: f64,
    half_width: f64,
    used: usize,
    runs: usize,
    /// The quantile of the normal that a share's interval uses; none for a mean.
    share: Option<f64>,
}

fn sample(statistic: Statistic<'_>, interval: Interval, values: &[f64], runs: usize) -> Sample {
    let n = values.len() as f64;
    let value = stats::mean(values);
    let level = match interval {
        Interval::Normal(level) => level,
        Interval::Bootstrap(bootstrap) => bootstrap.level,
    };
    let z = normal(0.5 + 0.5 * level);
    let share = matches!(statistic, Statistic::Share(_)).then_some(z);
    let half_width = match (share, interval) {
        _ if values.len() < 2 => f64::INFINITY,
        (Some(z), _) => wilson(value, n, z),
        (None, Interval::Normal(_)) => {
            let squares: f64 = values.iter().map(|v| (v - value) * (v - value)).sum();
            z * sqrt(squares / (n - 1.0) / n)
        }
        (None, Interval::Bootstrap(bootstrap)) => resampled(values, bootstrap),
    };
    Sample { value, half_width, used: values.len(), runs, share }
}

impl Sample {
    /// The half-width expected at a total of `runs`, if as many of them have a value as so far.
    fn expected(&self, runs: u32) -> f64 {
        if self.half_width.is_infinite() {
            return f64::INFINITY;
        }
        let used = self.used as f64 / self.runs as f64 * f64::from(runs);
        match self.share {
            Some(z) => wilson(self.value, used, z),
            None => self.half_width * sqrt(self.used as f64 / used),
        }
    }
}

/// Half-width of Wilson's interval of a share `p` of `n`.
fn wilson(p: f64, n: f64, z: f64) -> f64 {
    z / (1.0 + z * z / n) * sqrt(p * (1.0 - p) / n + z * z / (4.0 * n * n))
}

/// Half the width of the bootstrap interval of a mean.
fn resampled(values: &[f64], bootstrap: Bootstrap) -> f64 {
    let mean = |counts: &mut Vec<u32>, resample| {
        bootstrap.count(resample, counts);
        let sum: f64 = values.iter().zip(&*counts).map(|(v, c)| v * f64::from(*c)).sum();
        sum / values.len() as f64
    };
    let room = || vec![0; values.len()];
    let means: Vec<f64> = (0..bootstrap.resamples).into_par_iter().map_init(room, mean).collect();
    let (low, high) = bootstrap.interval(&means);
    let half_width = 0.5 * (high - low);
    if half_width.is_nan() { f64::INFINITY } else { half_width }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::point;

    const NORMAL: Interval = Interval::Normal(0.95);

    fn uniform(runs: u32) -> Vec<f64> {
        (0..runs).map(|run| point(1, run, 0)).collect()
    }

    fn target(half_width: f64, most_runs: u32) -> Target {
        Target { half_width, most_runs }
    }

    #[test]
    fn totals_double_and_then_go_up_by_blocks() {
        let totals = [0, 1, 2, 3, 1_000, 1_024, 65_535, 65_536, 65_537, 131_072].map(whole_above);
        let expected = [1, 2, 4, 4, 1_024, 2_048, 65_536, 131_072, 131_072, 196_608];
        assert_eq!(totals, expected.map(Some));
        assert_eq!(whole_above(u32::MAX), None);
    }

    #[test]
    fn a_mean_asks_for_the_runs_that_its_spread_wants() {
        // A uniform has a standard deviation of 0.288675: 1.959964 × 0.288675 / sqrt(n).
        let now = progress(Statistic::Mean(&uniform(256)), NORMAL, target(0.01, 1 << 20));
        assert!((now.half_width - 0.0354).abs() < 1e-4, "{}", now.half_width);
        // 0.0354 × 16 = 0.566, and (0.566 / 0.01)² = 3,201: the next whole total is 4,096.
        assert_eq!((now.verdict, now.more), (Verdict::More, 4_096 - 256));
        assert!((now.expected - now.half_width / 4.0).abs() < 1e-12);
        let then = progress(Statistic::Mean(&uniform(4_096)), NORMAL, target(0.01, 1 << 20));
        assert_eq!((then.verdict, then.more), (Verdict::Enough, 0));
    }

    #[test]
    fn a_bootstrap_interval_is_that_of_the_normal_for_a_mean() {
        let values = uniform(512);
        let bootstrap = Interval::Bootstrap(Bootstrap::default());
        let normal = progress(Statistic::Mean(&values), NORMAL, target(0.01, 8_192));
        let resampled = progress(Statistic::Mean(&values), bootstrap, target(0.01, 8_192));
        assert!((resampled.half_width / normal.half_width - 1.0).abs() < 0.1);
        assert_eq!(resampled.more, normal.more);
    }

    #[test]
    fn a_share_that_was_never_seen_is_not_known_to_be_nothing() {
        // Wilson at p = 0: half of z²/(n + z²), which is 0.0566 at 32 and 0.0074 at 256.
        let none = vec![0.0; 32];
        let now = progress(Statistic::Share(&none), NORMAL, target(0.01, 1 << 16));
        assert!((now.half_width - 0.053_589_4).abs() < 1e-6, "{}", now.half_width);
        assert_eq!((now.verdict, now.more), (Verdict::More, 256 - 32));
        assert!((now.expected - 0.007_391_8).abs() < 1e-6, "{}", now.expected);
    }

    #[test]
    fn paired_runs_need_fewer() {
        let (a, noise) = (uniform(128), uniform(128));
        let b: Vec<f64> = a.iter().zip(&noise).map(|(a, n)| a + 0.1 * n * n + 0.5).collect();
        let paired = progress(Statistic::Difference(&b, &a), NORMAL, target(0.01, 1 << 16));
        let alone = progress(Statistic::Mean(&b), NORMAL, target(0.01, 1 << 16));
        assert!(paired.half_width < 0.2 * alone.half_width);
        assert_eq!((paired.verdict, alone.verdict), (Verdict::Enough, Verdict::More));
        assert!((paired.value - (0.5 + 0.1 / 3.0)).abs() < 1e-3);
    }

    #[test]
    fn the_cap_is_kept_and_said() {
        let values = uniform(256);
        let now = progress(Statistic::Mean(&values), NORMAL, target(0.001, 1_000));
        assert_eq!((now.verdict, now.more), (Verdict::Capped, 512 - 256));
        assert!(now.expected > 0.001);
        let now = progress(Statistic::Mean(&values), NORMAL, target(0.001, 300));
        assert_eq!((now.verdict, now.more), (Verdict::Capped, 0));
        assert_eq!(now.expected, now.half_width);
    }

    #[test]
    fn runs_without_a_value_are_made_up_for() {
        let mut values = uniform(256);
        for run in (0..256).step_by(2) {
            values[run] = f64::NAN;
        }
        let now = progress(Statistic::Mean(&values), NORMAL, target(0.01, 1 << 20));
        assert_eq!((now.used, now.dropped, now.more), (128, 128, 8_192 - 256));
    }

    #[test]
    fn nothing_is_concluded_from_a_handful_of_runs() {
        let now = progress(Statistic::Mean(&[1.0, 1.0]), NORMAL, target(0.01, 1_024));
        assert_eq!((now.verdict, now.more), (Verdict::More, FEWEST - 2));
        let none = progress(Statistic::Mean(&[]), NORMAL, target(0.01, 1_024));
        assert_eq!((none.verdict, none.more), (Verdict::More, FEWEST));
        assert!(none.value.is_nan() && none.half_width.is_infinite());
        let all = [f64::NAN; 64];
        let diverged = progress(Statistic::Mean(&all), NORMAL, target(0.01, 1_024));
        assert_eq!((diverged.verdict, diverged.more, diverged.dropped), (Verdict::More, 64, 64));
    }
}
