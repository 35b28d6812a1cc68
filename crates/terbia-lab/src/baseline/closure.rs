//! What do rivals say who also know when the gates were shut?

use super::{Guess, History, Seen, middle, spread};
use nalgebra::{DMatrix, DVector};
use std::f64::consts::{FRAC_PI_2, TAU};
use terbia_model::kernel::math::{cos, sqrt};

/// A month counts as one of a closure if more than this share of the gates is shut.
pub(super) const SHUT_ABOVE: f64 = 0.5;
/// Months before a closure that make its level.
const BEFORE_MONTHS: usize = 6;
/// Months after a closure in which it still shows.
const AFTER_MONTHS: usize = 3;
/// Figures over more months than this are of no single phase.
const LONGEST_MONTHS: usize = 4;
/// Months back that a regression looks.
const REGRESSION_MONTHS: usize = 60;
/// Fewest figures for a regression of five coefficients.
const LEAST_FIGURES: usize = 10;

/// Where a month stands towards a closure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// No closure near.
    Usual,
    /// Within the closure that begins in the month.
    During(usize),
    /// In the first months after the closure that began in the month.
    After(usize),
}

/// The closures among months, as their first month and the one after their last.
pub fn closures(closed: &[f64]) -> Vec<(usize, usize)> {
    let mut spells = Vec::new();
    let mut start = None;
    for (month, share) in closed.iter().chain(std::iter::once(&0.0)).enumerate() {
        match (start, *share > SHUT_ABOVE) {
            (None, true) => start = Some(month),
            (Some(first), false) => {
                spells.push((first, month));
                start = None;
            }
            _ => {}
        }
    }
    spells
}

fn phase(spells: &[(usize, usize)], window: (usize, usize)) -> Phase {
    let at = middle(window);
    for &(first, end) in spells.iter().rev() {
        if at >= first as f64 && at <= end as f64 {
            return Phase::During(first);
        }
        if at > end as f64 && at <= (end + AFTER_MONTHS) as f64 {
            return Phase::After(first);
        }
    }
    Phase::Usual
}

/// The mean of the figures within the months before one; nothing if there is none.
fn level_before(seen: &[Seen], month: usize) -> Option<f64> {
    let from = month.saturating_sub(BEFORE_MONTHS);
    let inside = |s: &&Seen| from <= s.window.0 && s.window.1 <= month;
    let rates: Vec<f64> = seen.iter().filter(inside).map(|s| s.log_rate).collect();
    (!rates.is_empty()).then(|| rates.iter().sum::<f64>() / rates.len() as f64)
}

/// The level before the closure, times what past closures left of theirs in the same phase.
pub(super) fn past(history: &History<'_>, window: (usize, usize)) -> Option<Guess> {
    let spells = closures(history.closed);
    let here = phase(&spells, window);
    let fine = |s: &&Seen| s.window.1 - s.window.0 <= LONGEST_MONTHS;
    let start = match here {
        Phase::During(first) | Phase::After(first) => first.min(history.known),
        Phase::Usual => history.known,
    };
    let level = level_before(history.seen, start)?;
    let mut ratios = Vec::new();
    for figure in history.taught.iter().filter(fine) {
        let there = phase(&spells, figure.window);
        let before = match (here, there) {
            (Phase::During(now), Phase::During(then)) | (Phase::After(now), Phase::After(then)) => {
                (now != then).then_some(then)
            }
            (Phase::Usual, Phase::Usual) => Some(figure.window.0),
            _ => None,
        };
        let before = before.and_then(|month| level_before(history.taught, month));
        ratios.extend(before.map(|before| figure.log_rate - before));
    }
    let (mean, sd) = spread(&ratios)?;
    let more = sqrt(1.0 + 1.0 / ratios.len() as f64);
    Some(Guess { mean: level + mean, sd: sd * more })
}

/// What a regression looks at: one, years, season, and the share that is shut.
fn row(closed: &[f64], known: usize, window: (usize, usize)) -> Option<[f64; 5]> {
    let shut = closed.get(window.0..window.1)?;
    let at = middle(window);
    let season = TAU * at / 12.0;
    let share = shut.iter().sum::<f64>() / shut.len() as f64;
    Some([1.0, (at - known as f64) / 12.0, cos(season - FRAC_PI_2), cos(season), share])
}

/// Least squares on trend, season and closed share, with its predictive spread.
pub(super) fn regression(history: &History<'_>, window: (usize, usize)) -> Option<Guess> {
    let from = history.known.saturating_sub(REGRESSION_MONTHS);
    let recent = |s: &&Seen| s.window.0 >= from && s.window.1 - s.window.0 <= LONGEST_MONTHS;
    let mut rows = Vec::new();
    let mut rates = Vec::new();
    for figure in history.taught.iter().filter(recent) {
        rows.extend(row(history.closed, history.known, figure.window)?);
        rates.push(figure.log_rate);
    }
    let count = rates.len();
    if count < LEAST_FIGURES {
        return None;
    }
    let inputs = DMatrix::from_row_slice(count, 5, &rows);
    let rates = DVector::from_vec(rates);
    let at = DVector::from_row_slice(&row(history.closed, history.known, window)?);
    // A hair of a ridge: where no gate was ever shut the last column is nought.
    let normal = inputs.transpose() * &inputs + DMatrix::identity(5, 5) * 1e-6;
    let inverse = normal.try_inverse()?;
    let fit = &inverse * inputs.transpose() * &rates;
    let residuals = &rates - &inputs * &fit;
    let variance = residuals.norm_squared() / (count - 5) as f64;
    let leverage = at.dot(&(&inverse * &at));
    Some(Guess { mean: at.dot(&fit), sd: sqrt(variance * (1.0 + leverage)) })
}
