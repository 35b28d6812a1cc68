//! What do weighed runs say together when each of them leaves a normal spread of its own?
//!
//! A run that is known exactly is a point: a normal without spread. Its probability counts half
//! below and half above its place, so that the probability integral transform of what is always the
//! same is one half. A point may lie at minus infinity: nought, in the logarithm.
//!
//! ```text
//! F(y) = sum w_i Phi((y - m_i) / s_i)          f(y) = sum w_i phi((y - m_i) / s_i) / s_i
//! ```

use std::f64::consts::PI;
use terbia_model::kernel::dist::{normal, normal_cdf};
use terbia_model::kernel::math::{exp, ln, sqrt};

/// What one run expects.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Normal {
    /// Expected value.
    pub mean: f64,
    /// Standard deviation; 0 for a run that is sure.
    pub sd: f64,
}

impl Normal {
    /// A value that is sure.
    pub fn sure(value: f64) -> Self {
        Self { mean: value, sd: 0.0 }
    }

    /// By how many standard deviations `y` lies above it; infinite where it leaves none.
    pub fn distance(&self, y: f64) -> f64 {
        if y == self.mean { 0.0 } else { (y - self.mean) / self.sd }
    }

    /// Log density at `y`; minus infinity where it leaves no room.
    pub fn log_density(&self, y: f64) -> f64 {
        if !self.mean.is_finite() || self.sd <= 0.0 {
            return f64::NEG_INFINITY;
        }
        let z = self.distance(y);
        -0.5 * (z * z + ln(2.0 * PI)) - ln(self.sd)
    }

    /// Log density at `y` of a figure that is right or else, with this log density, anywhere; and the
    /// probability that it is right, 0..1.
    pub fn doubted(&self, y: f64, anywhere: f64) -> (f64, f64) {
        let right = self.log_density(y);
        let top = right.max(anywhere);
        let both = top + ln(exp(right - top) + exp(anywhere - top));
        (both, exp(right - both))
    }

    /// Density at `y`; nought for a point.
    fn density_at(y: f64) -> impl Fn(&Self) -> f64 {
        move |run| {
            let z = run.distance(y);
            if z.is_finite() && run.sd > 0.0 {
                exp(-0.5 * z * z) / (run.sd * sqrt(2.0 * PI))
            } else {
                0.0
            }
        }
    }

    /// Probability of no more than `y`; half the probability of `y` itself.
    pub fn below(&self, y: f64) -> f64 {
        if y == self.mean && self.sd <= 0.0 { 0.5 } else { normal_cdf(self.distance(y)) }
    }
}

/// Runs and their weights. A run without a value, and one that weighs nothing, is left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixture {
    /// Weights, which sum to 1, and what each run expects.
    parts: Vec<(f64, Normal)>,
}

/// Steps of Newton's by which a quantile is sought, and halvings after that, for mixtures that jump.
const STEPS: (u32, u32) = (20, 60);
/// How close to its level a quantile has to come.
const CLOSE: f64 = 1e-11;
/// Standard deviations that hold all of a normal.
const ALL: f64 = 9.0;
/// Least probability on either side of what a surprise is told apart by: some 6 standard deviations.
const LEAST_PROBABILITY: f64 = 1e-9;

impl Mixture {
    /// Of runs with these `weights`; nothing if none is left.
    pub fn new(weights: &[f64], runs: impl Iterator<Item = Option<Normal>>) -> Option<Self> {
        let whole = |(w, run): (&f64, Option<Normal>)| {
            run.filter(|run| *w > 0.0 && !run.mean.is_nan()).map(|run| (*w, run))
        };
        let mut parts: Vec<(f64, Normal)> = weights.iter().zip(runs).filter_map(whole).collect();
        let total: f64 = parts.iter().map(|(w, _)| w).sum();
        for (w, _) in &mut parts {
            *w /= total;
        }
        (total > 0.0).then_some(Self { parts })
    }

    fn sum(&self, of: impl Fn(&Normal) -> f64) -> f64 {
        self.parts.iter().map(|(w, run)| w * of(run)).sum()
    }

    /// Probability of no more than `y`: its probability integral transform, 0..1.
    pub fn below(&self, y: f64) -> f64 {
        self.sum(|run| run.below(y)).clamp(0.0, 1.0)
    }

    /// The normal score of the probability integral transform of `y`: how surprised to be, in
    /// standard deviations. It goes no further than about 6 to either side.
    pub fn surprise(&self, y: f64) -> f64 {
        normal(self.below(y).clamp(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY))
    }

    /// Log density at `y`; minus infinity where no run leaves room.
    pub fn log_density(&self, y: f64) -> f64 {
        let logs: Vec<f64> =
            self.parts.iter().map(|(w, run)| ln(*w) + run.log_density(y)).collect();
        let top = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if top.is_finite() { top + ln(logs.iter().map(|l| exp(l - top)).sum()) } else { top }
    }

    /// The density, as a logarithm, that the usual run of those that leave room at all gives to what is
    /// so many standard deviations off.
    pub fn log_density_off(&self, distance_sd: f64) -> f64 {
        let room = |run: &&(f64, Normal)| run.1.mean.is_finite() && run.1.sd > 0.0;
        let sum = |of: &dyn Fn(&Normal) -> f64| -> f64 {
            self.parts.iter().filter(room).map(|(w, run)| w * of(run)).sum()
        };
        let (weight, spread) = (sum(&|_| 1.0), sum(&|run| run.sd));
        if weight > 0.0 {
            Normal { mean: 0.0, sd: spread / weight }.log_density(spread / weight * distance_sd)
        } else {
            f64::NEG_INFINITY
        }
    }

    /// Standard deviations between `y` and the run that comes nearest to it.
    pub fn nearest(&self, y: f64) -> f64 {
        let distance = |(_, run): &(f64, Normal)| run.distance(y).abs();
        self.parts.iter().map(distance).fold(f64::INFINITY, f64::min)
    }

    /// Mean and standard deviation.
    pub fn moments(&self) -> Normal {
        let mean = self.sum(|run| run.mean);
        let variance = self.sum(|run| run.sd * run.sd + (run.mean - mean) * (run.mean - mean));
        Normal { mean, sd: sqrt(variance.max(0.0)) }
    }

    /// Mean and standard deviation of the exponential of what it is about.
    pub fn moments_of_exp(&self) -> Normal {
        // E exp(X) = exp(m + s²/2) and E exp(2X) = exp(2m + 2s²) for a normal.
        let mean = self.sum(|run| exp(run.mean + 0.5 * run.sd * run.sd));
        let square = self.sum(|run| exp(2.0 * run.mean + 2.0 * run.sd * run.sd));
        Normal { mean, sd: sqrt((square - mean * mean).max(0.0)) }
    }

    /// The quantiles at `levels` (0..1). Those of points are interpolated between the middles of
    /// their weights (Hazen 1914), so that they depend on no order.
    pub fn quantiles<const N: usize>(&self, levels: [f64; N]) -> [f64; N] {
        if self.parts.iter().all(|(_, run)| run.sd <= 0.0) {
            return self.of_points(levels);
        }
        let reach = |side: f64| self.parts.iter().map(move |(_, run)| run.mean + side * run.sd);
        let lowest = reach(-ALL).filter(|x| x.is_finite()).fold(f64::INFINITY, f64::min);
        let highest = reach(ALL).fold(f64::NEG_INFINITY, f64::max);
        let nothing = |(_, run): &&(f64, Normal)| run.mean == f64::NEG_INFINITY;
        let nothing: f64 = self.parts.iter().filter(nothing).map(|(w, _)| w).sum();
        levels.map(|level| {
            if level <= nothing { f64::NEG_INFINITY } else { self.quantile(level, lowest, highest) }
        })
    }

    /// The quantile at `level`, which lies between `low` and `high`.
    fn quantile(&self, level: f64, mut low: f64, mut high: f64) -> f64 {
        let mut x = f64::midpoint(low, high);
        for step in 0..STEPS.0 + STEPS.1 {
            let excess = self.below(x) - level;
            if excess.abs() < CLOSE {
                break;
            }
            if excess < 0.0 {
                low = x;
            } else {
                high = x;
            }
            let newton = x - excess / self.sum(Normal::density_at(x));
            let inside = step < STEPS.0 && newton > low && newton < high;
            x = if inside { newton } else { f64::midpoint(low, high) };
        }
        x
    }

    fn of_points<const N: usize>(&self, levels: [f64; N]) -> [f64; N] {
        let mut points: Vec<(f64, f64)> = self.parts.iter().map(|(w, r)| (r.mean, *w)).collect();
        points.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut sum = 0.0;
        let middles: Vec<(f64, f64)> = points
            .iter()
            .map(|(x, w)| {
                sum += w;
                (sum - 0.5 * w, *x)
            })
            .collect();
        levels.map(|level| {
            let above = middles.partition_point(|(p, _)| *p < level);
            let at = |place: usize| middles.get(place.min(middles.len() - 1)).copied();
            let (Some((p, x)), Some((q, y))) = (at(above.saturating_sub(1)), at(above)) else {
                return f64::NAN;
            };
            // Equal neighbours are returned as they are, so that two infinities do not make a NaN.
            if x == y || q <= p || !x.is_finite() {
                if level <= p { x } else { y }
            } else {
                x + (y - x) * ((level - p) / (q - p)).clamp(0.0, 1.0)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(parts: &[(f64, f64, f64)]) -> Mixture {
        let weights: Vec<f64> = parts.iter().map(|p| p.0).collect();
        let run = |p: &(f64, f64, f64)| Some(Normal { mean: p.1, sd: p.2 });
        Mixture::new(&weights, parts.iter().map(run)).unwrap()
    }

    #[test]
    fn one_normal_is_what_it_is() {
        let one = of(&[(2.0, 3.0, 0.5)]);
        assert!((one.below(3.0) - 0.5).abs() < 1e-15);
        assert!((one.surprise(4.0) - 2.0).abs() < 1e-12);
        // ln phi(2) = -2 - ln(2 pi)/2, and the density is twice as high.
        assert!((one.log_density(4.0) + 2.918_938_533_2 - ln(2.0)).abs() < 1e-9);
        let [low, middle, high] = one.quantiles([0.05, 0.5, 0.975]);
        assert!((low - (3.0 - 0.5 * 1.644_853_627)).abs() < 1e-8);
        assert!((middle - 3.0).abs() < 1e-9 && (high - (3.0 + 0.5 * 1.959_963_985)).abs() < 1e-8);
    }

    #[test]
    fn a_figure_in_doubt_weighs_all_far_runs_alike() {
        let nothing = f64::NEG_INFINITY;
        let runs = [(0.5, 0.8, 0.4), (0.3, -30.0, 0.8), (0.2, nothing, 0.01)];
        let mixture = of(&runs);
        // The usual spread of the first two is 0.55.
        let anywhere = mixture.log_density_off(3.5);
        assert!((anywhere - Normal { mean: 0.0, sd: 0.55 }.log_density(1.925)).abs() < 1e-12);
        let [near, far, none] =
            runs.map(|(_, mean, sd)| Normal { mean, sd }.doubted(1.0, anywhere));
        let plain = Normal { mean: 0.8, sd: 0.4 }.log_density(1.0);
        assert!((near.0 - plain).abs() < 0.003 && near.1 > 0.997);
        assert!((far.0 - anywhere).abs() < 1e-12 && far.1 < 1e-9);
        assert_eq!(none, (anywhere, 0.0));
        assert_eq!(of(&[(1.0, 2.0, 0.0)]).log_density_off(1.0), nothing);
    }

    #[test]
    fn quantiles_undo_probabilities() {
        let mixture = of(&[(0.5, 0.0, 1.0), (0.3, 4.0, 0.2), (0.2, -1.0, 2.0)]);
        for (x, level) in mixture
            .quantiles([0.01, 0.2, 0.5, 0.8, 0.99])
            .into_iter()
            .zip([0.01, 0.2, 0.5, 0.8, 0.99])
        {
            assert!((mixture.below(x) - level).abs() < 1e-10, "{x}");
        }
        let Normal { mean, sd } = mixture.moments();
        // 0.3 x 4 - 0.2, and 0.5 + 0.3 (0.04 + 16) + 0.2 (4 + 1) - 1.
        assert!((mean - 1.0).abs() < 1e-12 && (sd * sd - 5.312).abs() < 1e-12);
    }

    #[test]
    fn moments_of_an_exponential_are_those_of_the_lognormal() {
        let Normal { mean, sd } =
            of(&[(0.5, 1.0, 0.4), (0.5, f64::NEG_INFINITY, 0.4)]).moments_of_exp();
        // Half of exp(1.08); half of exp(2.32) less its square.
        assert!((mean - 1.472_339_777).abs() < 1e-8, "{mean}");
        assert!((sd * sd - 2.920_053_2).abs() < 1e-6, "{}", sd * sd);
    }

    #[test]
    fn weights_of_points_are_as_good_as_repetitions() {
        let levels = [0.1, 0.25, 0.5, 0.9];
        let weighed = of(&[(1.0, 5.0, 0.0), (2.0, 7.0, 0.0), (1.0, 6.0, 0.0)]);
        let [.., upper] = weighed.quantiles(levels);
        assert_eq!(upper, 7.0);
        assert_eq!(weighed.below(7.0), 0.75);
        // In any order, and a run that weighs nothing or has no value is not there.
        let other = of(&[
            (1.0, 6.0, 0.0),
            (0.0, 99.0, 0.0),
            (2.0, 7.0, 0.0),
            (3.0, f64::NAN, 0.0),
            (1.0, 5.0, 0.0),
        ]);
        assert_eq!(other.quantiles(levels), weighed.quantiles(levels));
        let even = of(&[(1.0, 1.0, 0.0), (1.0, 3.0, 0.0)]);
        assert_eq!(even.quantiles([0.25, 0.5, 0.75]), [1.0, 2.0, 3.0]);
        assert_eq!(even.surprise(3.0), normal(0.75));
    }

    #[test]
    fn nothing_at_all_is_a_place_like_any_other() {
        let nothing = f64::NEG_INFINITY;
        let mixture = of(&[(0.3, nothing, 0.1), (0.7, 2.0, 0.1)]);
        let [low, high] = mixture.quantiles([0.2, 0.65]);
        assert_eq!(low, nothing);
        assert!((high - 2.0).abs() < 1e-9, "{high}");
        assert!((mixture.below(2.0) - 0.65).abs() < 1e-12);
        assert_eq!(mixture.nearest(2.3).round(), 3.0);
        let shut = of(&[(1.0, nothing, 0.1)]);
        assert_eq!((shut.log_density(1.0), shut.below(1.0)), (nothing, 1.0));
        assert_eq!(shut.nearest(1.0), f64::INFINITY);
        assert_eq!(of(&[(0.6, nothing, 0.0), (0.4, 1.0, 0.0)]).quantiles([0.2]), [nothing]);
        assert_eq!(Mixture::new(&[0.0], [Some(Normal::sure(1.0))].into_iter()), None);
    }

    #[test]
    fn a_surprise_beyond_all_runs_stays_a_number() {
        let surprise = of(&[(1.0, 0.0, 1.0)]).surprise(50.0);
        assert!((surprise - 5.997_8).abs() < 1e-3, "{surprise}");
    }
}
