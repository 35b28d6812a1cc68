//! What do rivals say who look at nothing but the series itself?

use super::{Guess, Seen, middle, spread};
use std::f64::consts::PI;
use terbia_model::kernel::math::{exp, ln, sqrt};

/// Fewest changes from which the pace of a random walk is told.
const LEAST_CHANGES: usize = 3;
/// A figure over more months than this says nothing of single months.
const LONGEST_MONTHS: usize = 4;
/// A year before, give or take this many months.
const YEAR: (f64, f64) = (12.0, 1.0);
/// Variances of the local level that are tried, in the logarithm: from next to nothing to a factor
/// of seven, seven to a power of ten.
const GRID: (f64, f64, usize) = (1e-5, 4.0, 40);

/// Figures fine enough to follow a series month by month.
fn fine(seen: &[Seen]) -> impl Iterator<Item = &Seen> {
    seen.iter().filter(|s| s.window.1 - s.window.0 <= LONGEST_MONTHS)
}

/// The last figure, uncertain by the mean square of past changes a month.
pub(super) fn last_figure(seen: &[Seen], window: (usize, usize)) -> Option<Guess> {
    let fine: Vec<&Seen> = fine(seen).collect();
    let last = fine.last()?;
    let mut changes = Vec::new();
    for pair in fine.windows(2) {
        let months = pair[1].middle() - pair[0].middle();
        if months > 0.0 {
            let change = pair[1].log_rate - pair[0].log_rate;
            changes.push(change * change / months);
        }
    }
    if changes.len() < LEAST_CHANGES {
        return None;
    }
    let a_month = changes.iter().sum::<f64>() / changes.len() as f64;
    let months = (middle(window) - last.middle()).max(1.0);
    Some(Guess { mean: last.log_rate, sd: sqrt(a_month * months) })
}

/// The figures that lie within the same months a year before; the nearest one if none does.
pub(super) fn last_year(seen: &[Seen], window: (usize, usize)) -> Option<Guess> {
    let fine: Vec<&Seen> = fine(seen).collect();
    let year = YEAR.0 as usize;
    let (first, end) = (window.0.checked_sub(year)?, window.1.checked_sub(year)?);
    let inside = |s: &&&Seen| first <= s.window.0 && s.window.1 <= end;
    let within: Vec<f64> = fine.iter().filter(inside).map(|s| s.log_rate).collect();
    let mean = if within.is_empty() {
        let away = |s: &&Seen| (s.middle() - middle((first, end))).abs();
        let nearest = fine.iter().copied().min_by(|a, b| away(a).total_cmp(&away(b)))?;
        (away(&nearest) <= YEAR.1).then_some(nearest.log_rate)?
    } else {
        within.iter().sum::<f64>() / within.len() as f64
    };
    let mut squares = Vec::new();
    for (place, later) in fine.iter().enumerate() {
        for earlier in &fine[..place] {
            let months = later.middle() - earlier.middle();
            if (months - YEAR.0).abs() <= YEAR.1 {
                let change = later.log_rate - earlier.log_rate;
                squares.push(change * change);
            }
        }
    }
    if squares.len() >= LEAST_CHANGES {
        return Some(Guess { mean, sd: sqrt(squares.iter().sum::<f64>() / squares.len() as f64) });
    }
    // Too few pairs a year apart: two figures differ as any two do.
    let rates: Vec<f64> = fine.iter().map(|s| s.log_rate).collect();
    spread(&rates).map(|(_, sd)| Guess { mean, sd: sd * sqrt(2.0) })
}

/// What is known of a local level.
#[derive(Clone, Copy)]
struct Level {
    mean: f64,
    variance: f64,
    month: f64,
    log_likelihood: f64,
}

impl Level {
    /// After the figures, with variance `walk` a month of the level and `noise` of a figure.
    fn after(seen: &[&Seen], walk: f64, noise: f64) -> Option<Self> {
        let first = seen.first()?;
        let variance = noise + first.error_sd * first.error_sd;
        let start =
            Self { mean: first.log_rate, variance, month: first.middle(), log_likelihood: 0.0 };
        Some(seen.iter().skip(1).fold(start, |level, figure| level.told(figure, walk, noise)))
    }

    fn told(self, figure: &Seen, walk: f64, noise: f64) -> Self {
        let months = (figure.middle() - self.month).max(0.0);
        let before = self.variance + walk * months;
        let variance = before + noise + figure.error_sd * figure.error_sd;
        let surprise = figure.log_rate - self.mean;
        let gain = before / variance;
        let density = -0.5 * (ln(2.0 * PI * variance) + surprise * surprise / variance);
        Self {
            mean: self.mean + gain * surprise,
            variance: before * (1.0 - gain),
            month: figure.middle(),
            log_likelihood: self.log_likelihood + density,
        }
    }
}

/// A local level whose two variances are the likeliest on a grid.
pub(super) fn smoothing(seen: &[Seen], window: (usize, usize)) -> Option<Guess> {
    let fine: Vec<&Seen> = fine(seen).collect();
    if fine.len() <= LEAST_CHANGES {
        return None;
    }
    let (low, high, steps) = GRID;
    let step = (ln(high) - ln(low)) / (steps - 1) as f64;
    let grid: Vec<f64> = (0..steps).map(|i| exp(ln(low) + step * i as f64)).collect();
    let mut best: Option<(Level, f64, f64)> = None;
    for &walk in &grid {
        for &noise in &grid {
            let level = Level::after(&fine, walk, noise)?;
            if best.is_none_or(|(b, ..)| level.log_likelihood > b.log_likelihood) {
                best = Some((level, walk, noise));
            }
        }
    }
    let (level, walk, noise) = best?;
    let months = (middle(window) - level.month).max(0.0);
    Some(Guess { mean: level.mean, sd: sqrt(level.variance + walk * months + noise) })
}
