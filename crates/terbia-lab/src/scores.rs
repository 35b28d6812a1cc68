//! How good was a forecast, once what it spoke of is known? Scores of many figures together, of
//! chances, and of one forecast against another; [`crate::stats`] has those of one number.
//!
//! Amounts and prices are compared in the logarithm, so that a miss by a tenth weighs the same in a
//! small month and a large one; shares, counts and changes are compared as they are
//! ([`Comparison`]). In the logarithm a run below a twentieth of what was observed counts as that:
//! it is as wrong as nothing at all, and nothing has no logarithm.
//!
//! ```text
//! energy (fair)     mean|x_i - y| - sum_{i<j} |x_i - x_j| / (n (n - 1))     x_i, y vectors
//! PIT (mid-rank)    (runs below + (runs equal + 1) / 2) / (n + 1)
//! Brier             (p - o)^2                      o = 1 if it happened, 0 if not
//! log score         -ln(p), or -ln(1 - p) if it did not happen, with p kept in 1/2n..1-1/2n
//! skill             1 - score / score of a reference
//! Diebold-Mariano   mean d / sqrt((g_0 + 2 (g_1 + .. + g_{h-1})) / n)       d = loss a - loss b
//! Harvey's factor   sqrt((n + 1 - 2h + h (h - 1) / n) / n)
//! ```
//!
//! The energy score is of Gneiting and Raftery (2007), in the form that scores the distribution of
//! which the runs are a sample; in one dimension it is the fair CRPS. The PIT takes the middle of
//! the ranks that a figure may have: nothing is drawn, so it is the same each time, and ranks of a
//! sample of the forecast have a mean of one half; where many runs are equal it is narrower than a
//! uniform. A forecast of `n` runs cannot tell a chance of 0 from one below 1/n, which is why the
//! log score keeps off both ends. Coverage has the interval of Wilson (1927). The test of two
//! forecasts is that of Diebold and Mariano (1995) with the factor of Harvey, Leybourne and Newbold
//! (1997) and Student's t with n - 1 degrees of freedom.
//!
//! Limits: the intervals and p-values suppose that figures err independently. Those of one forecast
//! rise and fall together, so they are narrower and smaller than they should be.

use crate::calibrate::sbc::{self, Ranks};
use crate::stats;
use statrs::distribution::{ContinuousCDF, StudentsT};
use terbia_model::kernel::dist::normal;
use terbia_model::kernel::math::{ln, sqrt};

/// Levels below this share of what was observed are as wrong as nothing at all.
pub const FLOOR_SHARE: f64 = 0.05;
/// Shares of the runs in the central intervals whose coverage is counted.
pub const CENTRAL: [f64; 3] = [0.5, 0.8, 0.95];
/// Fewer PITs than this have no histogram: its bins would hold too few each.
const FEWEST_PITS: usize = 10;
/// PITs in a bin of the histogram, on average, until there are ten bins.
const PITS_OF_A_BIN: usize = 5;

/// How figures of a kind are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// In the logarithm: amounts, prices, concentrations.
    Logarithm,
    /// As they are: shares, counts, changes.
    AsIs,
}

impl Comparison {
    /// How numbers of this unit are compared. Masses, areas, volumes, money (three capital letters)
    /// and what is reckoned by them are amounts; any other unit is that of a share, of an index or
    /// of things that are counted.
    pub fn of_unit(unit: &str) -> Self {
        const AMOUNTS: [&str; 11] =
            ["t", "kt", "Mt", "kg", "g", "mg", "µg", "ha", "km2", "m3", "l"];
        let first = unit.split([' ', '/']).next().unwrap_or_default();
        let money = first.len() == 3 && first.bytes().all(|b| b.is_ascii_uppercase());
        if money || AMOUNTS.contains(&first) { Self::Logarithm } else { Self::AsIs }
    }

    /// Its name in files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Logarithm => "log",
            Self::AsIs => "as is",
        }
    }

    /// What `observed` is compared as; nothing in the logarithm of zero or less.
    pub fn observed(self, observed: f64) -> Option<f64> {
        match self {
            Self::Logarithm => (observed > 0.0).then(|| ln(observed)),
            Self::AsIs => Some(observed),
        }
    }

    /// What the value of a run is compared as, beside `observed` (above 0 in the logarithm).
    pub fn run(self, value: f64, observed: f64) -> f64 {
        match self {
            Self::Logarithm if !value.is_nan() => ln(value.max(FLOOR_SHARE * observed)),
            _ => value,
        }
    }
}

/// Energy score of an ensemble of vectors against `y`, the runs taken as a sample of the forecast.
///
/// All vectors are as long as `y` and free of NaN; its cost grows with the square of the runs. Of a
/// single run it is the distance, of none NaN.
pub fn energy_fair(runs: &[Vec<f64>], y: &[f64]) -> f64 {
    let n = runs.len() as f64;
    let to_y = runs.iter().map(|run| distance(run, y)).sum::<f64>() / n;
    if runs.len() < 2 {
        return to_y;
    }
    let pairs = |(place, run): (usize, &Vec<f64>)| {
        runs[..place].iter().map(|other| distance(run, other)).sum::<f64>()
    };
    to_y - runs.iter().enumerate().map(pairs).sum::<f64>() / (n * (n - 1.0))
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    sqrt(a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum())
}

/// Where `y` stands among a sorted ensemble, 0..1: the probability integral transform, by the
/// middle of the ranks that it may have.
pub fn pit(sorted: &[f64], y: f64) -> f64 {
    let below = sorted.partition_point(|x| *x < y);
    let equal = sorted.partition_point(|x| *x <= y) - below;
    (below as f64 + 0.5 * (equal as f64 + 1.0)) / (sorted.len() as f64 + 1.0)
}

/// The histogram of PITs, and how likely one at least as uneven is if they are uniform; nothing for
/// fewer than ten. It has a bin for each five, ten at most.
pub fn pit_histogram(pits: &[f64]) -> Option<Ranks> {
    (pits.len() >= FEWEST_PITS)
        .then(|| sbc::evenness(pits, (pits.len() / PITS_OF_A_BIN).clamp(2, 10)))?
}

/// The central interval of a sorted ensemble that holds this `share` (0..1) of it.
pub fn central(sorted: &[f64], share: f64) -> (f64, f64) {
    let tail = 0.5 * (1.0 - share);
    (stats::quantile(sorted, tail), stats::quantile(sorted, 1.0 - tail))
}

/// How many figures lay inside an interval that was to hold a share of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Coverage {
    /// Share that the interval was to hold, 0..1.
    pub share: f64,
    /// Figures inside.
    pub inside: usize,
    /// All figures.
    pub of: usize,
}

impl Coverage {
    /// Share of the figures inside, 0..1; NaN of none.
    pub fn found(&self) -> f64 {
        self.inside as f64 / self.of as f64
    }

    /// The 95 % interval of Wilson for the share of which [`Self::found`] is a sample; all of 0..1
    /// if there are no figures.
    pub fn interval(&self) -> (f64, f64) {
        if self.of == 0 {
            return (0.0, 1.0);
        }
        let (n, p, z) = (self.of as f64, self.found(), normal(0.975));
        let square = z * z / n;
        let middle = p + 0.5 * square;
        let half = z * sqrt(p * (1.0 - p) / n + 0.25 * square / n);
        // Rounding must not leave a share below 0 or above 1.
        let end = |x: f64| (x / (1.0 + square)).clamp(0.0, 1.0);
        (end(middle - half), end(middle + half))
    }
}

/// Brier score of the chance `p` (0..1) of what happened or did not.
pub fn brier(p: f64, happened: bool) -> f64 {
    let miss = p - f64::from(u8::from(happened));
    miss * miss
}

/// Mean Brier score of the constant chance that would have done best, which is known only
/// afterwards: the share of what happened. NaN of nothing.
pub fn brier_of_constant(happened: &[bool]) -> f64 {
    let share = happened.iter().filter(|h| **h).count() as f64 / happened.len() as f64;
    share * (1.0 - share)
}

/// Minus the logarithm of the chance given to what happened, `p` (0..1) being counted in `runs`.
pub fn log_score(p: f64, happened: bool, runs: usize) -> f64 {
    let least = 0.5 / runs.max(1) as f64;
    let p = p.clamp(least, 1.0 - least);
    -ln(if happened { p } else { 1.0 - p })
}

/// By how much `score` is better than that of a `reference`: 1 is perfect, 0 no better, below 0
/// worse. NaN if the reference is perfect.
pub fn skill(score: f64, reference: f64) -> f64 {
    if reference == 0.0 { f64::NAN } else { 1.0 - score / reference }
}

/// CRPS skill of a forecast: [`skill`] of the mean of its CRPS against that of a reference, figure
/// by figure.
pub fn crps_skill(crps: &[f64], reference: &[f64]) -> f64 {
    skill(stats::mean(crps), stats::mean(reference))
}

/// Whether one forecast has done better than another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DieboldMariano {
    /// Mean of the differences of losses, first less second: below 0 the first has done better.
    pub mean: f64,
    /// The statistic, with Harvey's factor.
    pub statistic: f64,
    /// Probability of one at least as far from 0 if both are as good, 0..1.
    pub p_value: f64,
}

/// The factor of Harvey, Leybourne and Newbold for `n` forecasts `horizon` steps ahead.
pub fn harvey_factor(n: usize, horizon: usize) -> f64 {
    let (n, h) = (n as f64, horizon as f64);
    sqrt((n + 1.0 - 2.0 * h + h * (h - 1.0) / n) / n)
}

/// Tests losses of two forecasts of the same figures, in order of time, `horizon` (1 or more) steps
/// ahead. `None` without two figures, with no more figures than the horizon, or if the differences
/// do not vary.
pub fn diebold_mariano(first: &[f64], second: &[f64], horizon: usize) -> Option<DieboldMariano> {
    let differences: Vec<f64> = first.iter().zip(second).map(|(a, b)| a - b).collect();
    let n = differences.len();
    if n < 2 || horizon == 0 || horizon >= n {
        return None;
    }
    let mean = stats::mean(&differences);
    let covariance = |lag: usize| {
        let pairs = differences.iter().zip(&differences[lag..]);
        pairs.map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / n as f64
    };
    let variance = covariance(0) + 2.0 * (1..horizon).map(covariance).sum::<f64>();
    // With few figures the sum of covariances may be negative; then there is no test.
    let positive = variance > f64::EPSILON * mean * mean;
    let statistic =
        positive.then(|| harvey_factor(n, horizon) * mean / sqrt(variance / n as f64))?;
    let law = StudentsT::new(0.0, 1.0, (n - 1) as f64).ok()?;
    Some(DieboldMariano { mean, statistic, p_value: 2.0 * law.sf(statistic.abs()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use terbia_model::kernel::rng::{Draws, Purpose};

    fn close(a: f64, b: f64) -> bool {
        (a - b).abs() <= 1e-9 * b.abs().max(1e-9)
    }

    #[test]
    fn m5_harveys_factor() {
        assert!((harvey_factor(18, 3) - 0.860_662_965_8).abs() < 5e-11);
        assert!(close(harvey_factor(10, 1), sqrt(0.9)));
    }

    #[test]
    fn the_energy_score_of_one_dimension_is_the_fair_crps() {
        let runs = [1.0, 2.0, 4.0, 7.0];
        let vectors: Vec<Vec<f64>> = runs.iter().map(|x| vec![*x]).collect();
        assert!(close(energy_fair(&vectors, &[3.0]), 1.0 / 3.0));
        assert!(close(energy_fair(&vectors, &[9.0]), stats::crps_fair(&runs, 9.0)));
    }

    #[test]
    fn the_energy_score_of_the_plane_is_that_of_its_definition() {
        // Distances to y: 5, 0, 10; between the runs: 5, 5, 10, whose sum over n (n - 1) is 20 / 6.
        let runs = [vec![0.0, 0.0], vec![3.0, 4.0], vec![-3.0, -4.0]];
        assert!(close(energy_fair(&runs, &[3.0, 4.0]), 5.0 - 20.0 / 6.0));
        assert_eq!(energy_fair(&runs[..1], &[3.0, 4.0]), 5.0);
        assert!(energy_fair(&[], &[3.0]).is_nan());
    }

    #[test]
    fn the_pit_is_the_middle_of_the_ranks() {
        let runs = [1.0, 2.0, 4.0, 4.0];
        for (y, expected) in [(0.0, 0.1), (1.5, 0.3), (3.0, 0.5), (9.0, 0.9)] {
            assert!(close(pit(&runs, y), expected), "{y}");
        }
        // One of ranks 2, 3, 4 of 0..=4.
        assert!(close(pit(&runs, 4.0), 0.7));
    }

    #[test]
    fn pits_of_a_forecast_that_is_right_are_even_and_of_one_that_is_narrow_are_not() {
        let draws = Draws::new(7, 0);
        let of = |spread: f64| -> Vec<f64> {
            let figure = |k: u32| {
                let value =
                    |run: u32| normal(0.5 / 64.0 + draws.uniform(Purpose(1), k, run, 0) * 0.98);
                let runs: Vec<f64> = (1..40).map(|run| spread * value(run)).collect();
                pit(&stats::sorted(&runs), value(0))
            };
            (0..300).map(figure).collect()
        };
        let even = pit_histogram(&of(1.0)).unwrap();
        assert_eq!((even.counts.len(), even.counts.iter().sum::<usize>()), (10, 300));
        assert!(even.p_value > 0.01, "{even:?}");
        assert!(pit_histogram(&of(0.4)).unwrap().p_value < 1e-6);
        assert_eq!(pit_histogram(&[0.5; 10]).unwrap().counts, [0, 10]);
        assert!(pit_histogram(&[0.5; 9]).is_none());
    }

    #[test]
    fn wilsons_interval() {
        let interval = |inside, of| Coverage { share: 0.8, inside, of }.interval();
        let near = |(low, high): (f64, f64), (a, b): (f64, f64)| {
            assert!((low - a).abs() < 5e-5 && (high - b).abs() < 5e-5, "{low} {high}");
        };
        near(interval(5, 10), (0.2366, 0.7634));
        near(interval(0, 10), (0.0, 0.2775));
        near(interval(10, 10), (0.7225, 1.0));
        near(interval(81, 263), (0.2553, 0.3662));
        assert_eq!(interval(0, 0), (0.0, 1.0));
    }

    #[test]
    fn the_central_interval_leaves_as_much_on_either_side() {
        let runs: Vec<f64> = (0..=100).map(f64::from).collect();
        let (low, high) = central(&runs, 0.8);
        assert!(close(low, 10.0) && close(high, 90.0));
    }

    #[test]
    fn chances_are_scored_by_their_square_and_by_their_logarithm() {
        assert!(close(brier(0.7, true), 0.09) && close(brier(0.7, false), 0.49));
        assert!(close(brier_of_constant(&[true, false, false, false]), 3.0 / 16.0));
        assert!(close(log_score(0.25, true, 100), ln(4.0)));
        assert!(close(log_score(0.25, false, 100), ln(4.0 / 3.0)));
        // None of a hundred runs: as if it had been half a run.
        assert!(close(log_score(0.0, true, 100), ln(200.0)));
        assert!(close(log_score(1.0, false, 100), ln(200.0)));
        assert!(log_score(0.0, false, 100) > 0.0);
        assert!(close(skill(0.15, 0.2), 0.25) && skill(0.1, 0.0).is_nan());
        assert!(close(crps_skill(&[1.0, 3.0], &[4.0, 4.0]), 0.5));
    }

    #[test]
    fn the_better_of_two_forecasts_is_told_by_diebold_and_mariano() {
        let first = [1.0, 2.0, 0.5, 1.5, 1.0, 0.8, 1.2, 0.9];
        let second = [1.5, 2.1, 1.4, 1.6, 1.9, 1.1, 1.1, 1.8];
        // Mean -0.45 and variance 0.1475; the probability by numerical integration of Student's t.
        let one = diebold_mariano(&first, &second, 1).unwrap();
        assert!(
            close(one.mean, -0.45) && close(one.statistic, -3.100_027_337_222_275_3),
            "{one:?}"
        );
        assert!((one.p_value - 0.017_321_625).abs() < 1e-8, "{one:?}");
        let other = diebold_mariano(&second, &first, 1).unwrap();
        assert!(close(other.statistic, -one.statistic) && close(other.p_value, one.p_value));
        // Two steps ahead the covariances add up to less than nothing.
        assert_eq!(diebold_mariano(&first, &second, 2), None);
        assert_eq!(diebold_mariano(&first, &first, 1), None);
        assert_eq!(diebold_mariano(&first, &second, 8), None);
        assert_eq!(diebold_mariano(&first[..1], &second, 1), None);
    }

    #[test]
    fn differences_that_follow_each_other_count_for_less() {
        let d = [0.3, 0.5, 0.4, 0.1, -0.1, -0.3, 0.0, 0.2, 0.4, 0.6, 0.3, 0.1];
        let test = |horizon| diebold_mariano(&d, &[0.0; 12], horizon).unwrap();
        for (horizon, statistic, p_value) in
            [(1, 2.765_390_747_150_779, 0.018_377_853), (3, 1.547_066_038_191_454_7, 0.150_118_149)]
        {
            let found = test(horizon);
            assert!(close(found.statistic, statistic), "{found:?}");
            assert!((found.p_value - p_value).abs() < 1e-8, "{found:?}");
        }
    }

    #[test]
    fn amounts_are_compared_in_the_logarithm_and_counts_as_they_are() {
        for unit in ["t gross", "CNY/kg", "USD", "mg/l", "CNY/t REO", "ha"] {
            assert_eq!(Comparison::of_unit(unit), Comparison::Logarithm, "{unit}");
        }
        for unit in ["1", "percent", "sites", "1/month", "months", "trucks", ""] {
            assert_eq!(Comparison::of_unit(unit), Comparison::AsIs, "{unit}");
        }
        let log = Comparison::Logarithm;
        assert_eq!(log.observed(0.0), None);
        assert_eq!(log.run(-3.0, 100.0), ln(5.0));
        assert!(log.run(f64::NAN, 100.0).is_nan());
        assert_eq!(Comparison::AsIs.run(-3.0, 100.0), -3.0);
    }

    proptest! {
        #[test]
        fn a_shift_of_runs_and_figure_leaves_the_energy_score(
            xs in prop::collection::vec(-10.0_f64..10.0, 4..12), shift in -5.0_f64..5.0,
        ) {
            let runs: Vec<Vec<f64>> = xs.chunks_exact(2).map(<[f64]>::to_vec).collect();
            let moved: Vec<Vec<f64>> =
                runs.iter().map(|r| r.iter().map(|x| x + shift).collect()).collect();
            let (a, b) = (energy_fair(&runs, &[0.0, 1.0]), energy_fair(&moved, &[shift, 1.0 + shift]));
            prop_assert!((a - b).abs() < 1e-9);
        }
    }
}
