//! Who wins a contest of arms, what does the fight cost, and what would theory have rivals spend?
//!
//! Closed forms only. The running step uses [`Form`], [`at_distance`] and [`lanchester_after`]; the
//! equilibria are the theory that its hazards and its effort abstract from, kept to check against.

use crate::kernel::math::{exp, exp_m1, ln, sigmoid, sqrt};

/// How strengths turn into a probability of winning: a structural choice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Ratio: `p = a^m / (a^m + b^m)` (Tullock 1980). Only the ratio of strengths counts.
    #[default]
    Ratio,
    /// Logit of the difference: `p = 1 / (1 + exp(−k (a − b)))` (Hirshleifer 1989).
    LogitDifference,
    /// Relative difference: `p = 1/2 + b (a − b)/(a + b)`, clipped to 0..1 (Beviá and Corchón
    /// 2015). At a coefficient of 1/2 it is the ratio form with exponent 1.
    RelativeDifference,
}

impl Form {
    /// The form that a structural switch stands for: 0 ratio, 1 logit of the difference, 2 relative
    /// difference; numbers between go to the nearest.
    pub fn from_switch(switch: f64) -> Self {
        if switch < 0.5 {
            Self::Ratio
        } else if switch < 1.5 {
            Self::LogitDifference
        } else {
            Self::RelativeDifference
        }
    }

    /// Probability, 0..1, that a side of strength `own` prevails over one of strength `other`.
    ///
    /// `coefficient` is the exponent m, the slope k (1/unit of strength) or the weight b. Two sides
    /// without strength are even.
    pub fn win(self, coefficient: f64, own: f64, other: f64) -> f64 {
        let (own, other) = (own.max(0.0), other.max(0.0));
        let sum = own + other;
        if sum <= 0.0 {
            return 0.5;
        }
        match self {
            // The logarithm keeps large exponents from overflowing; a side without strength has -inf.
            Self::Ratio => sigmoid(coefficient * ln(own / other)),
            Self::LogitDifference => sigmoid(coefficient * (own - other)),
            Self::RelativeDifference => (0.5 + coefficient * (own - other) / sum).clamp(0.0, 1.0),
        }
    }
}

/// What is left of `strength` at `km` from its base, when it falls by e over `reach_km`
/// (loss-of-strength gradient: Boulding 1962; Buhaug, Gates and Lujala 2009).
pub fn at_distance(strength: f64, km: f64, reach_km: f64) -> f64 {
    strength * exp(-km / reach_km)
}

/// Efforts of two rivals for prizes that each values in its own way, in a ratio contest with
/// exponent `m` not above 1: `x_i = m V_i p_i p_j`, `p_i = V_i^m / (V_i^m + V_j^m)` (Tullock 1980;
/// Nti 1999). Efforts in the unit of `values`.
pub fn tullock_pair(values: [f64; 2], m: f64) -> [f64; 2] {
    let first = Form::Ratio.win(m, values[0], values[1]);
    values.map(|v| m * v * first * (1.0 - first))
}

/// Efforts of any number of rivals in a ratio contest with exponent 1, in the unit and order of
/// `values`: `x_i = L (1 − L/V_i)`, `L = (n − 1) / sum 1/V_j` over the n who take part; those who
/// value the prize at L or less stay away (Hillman and Riley 1989).
pub fn tullock(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let (mut rivals, mut inverse, mut level) = (0.0, 0.0, 0.0);
    for v in sorted {
        // Whoever is drawn in by the level that the more eager ones set takes part.
        if v <= level {
            break;
        }
        rivals += 1.0;
        inverse += 1.0 / v;
        level = (rivals - 1.0) / inverse;
    }
    let effort = |v: &f64| if *v > level { level * (1.0 - level / v) } else { 0.0 };
    values.iter().map(effort).collect()
}

/// What two sides do who split their means between fighting and producing what they fight over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Equilibrium {
    /// Means that each puts into fighting.
    pub effort: [f64; 2],
    /// Share of the joint product that each wins, 0..1.
    pub share: [f64; 2],
    /// What each ends up with.
    pub income: [f64; 2],
}

/// Equilibrium of conflict and production with means `means` and decisiveness `m`, when the efforts
/// that are not spent on fighting add up to the prize (Hirshleifer 1991, "The paradox of power",
/// complementarity 1): `F_i = m p_j sum (R − F)`, and no one fights with more than it has.
pub fn hirshleifer(means: [f64; 2], m: f64) -> Equilibrium {
    // In the interior both fight alike, however unequal they are: the strong form of the paradox.
    let inside = m * (means[0] + means[1]) / (2.0 * (1.0 + m));
    let mut effort = [inside; 2];
    for (poor, rich) in [(0, 1), (1, 0)] {
        if inside > means[poor] {
            effort[poor] = means[poor];
            effort[rich] = answer(means[rich], means[poor], m);
        }
    }
    let prize = means[0] + means[1] - effort[0] - effort[1];
    let first = Form::Ratio.win(m, effort[0], effort[1]);
    let share = [first, 1.0 - first];
    Equilibrium { effort, share, income: share.map(|s| s * prize) }
}

/// Best effort of a side with `means` against one that fights with all it has, by bisection.
fn answer(means: f64, other: f64, m: f64) -> f64 {
    let (mut low, mut high) = (0.0, means);
    for _ in 0..200 {
        let effort = 0.5 * (low + high);
        let marginal = m * Form::Ratio.win(m, other, effort) * (means - effort);
        if effort < marginal {
            low = effort;
        } else {
            high = effort;
        }
    }
    0.5 * (low + high)
}

/// What Lanchester's square law keeps: `r_1 A² − r_0 B²` (Lanchester 1916). Its sign says who is left.
///
/// `rates` are what each side loses for each unit of the other's strength, 1/month.
pub fn lanchester_invariant(strength: [f64; 2], rates: [f64; 2]) -> f64 {
    rates[1] * strength[0] * strength[0] - rates[0] * strength[1] * strength[1]
}

/// Months until one side has nothing left; infinite if neither ever comes to that.
pub fn lanchester_end(strength: [f64; 2], rates: [f64; 2]) -> f64 {
    let pace = sqrt(rates[0] * rates[1]);
    if pace <= 0.0 {
        // Only one of them, or none, can hurt the other: losses are linear in time.
        let hits = [0, 1].map(|k| rates[k] * strength[1 - k]);
        let ends =
            [0, 1].map(|k| if hits[k] > 0.0 { strength[k] / hits[k] } else { f64::INFINITY });
        return ends[0].min(ends[1]);
    }
    let [first, second] = [0, 1].map(|k| strength[k] * sqrt(rates[1 - k]));
    let (weak, strong) = (first.min(second), first.max(second));
    if weak <= 0.0 {
        return 0.0;
    }
    let x = weak / strong;
    0.5 * ln((1.0 + x) / (1.0 - x)) / pace
}

/// Strengths after `months` of battle under the square law `dA = −r_0 B, dB = −r_1 A`, exactly; the
/// battle ends when one side has nothing left.
pub fn lanchester_after(strength: [f64; 2], rates: [f64; 2], months: f64) -> [f64; 2] {
    let pace = sqrt(rates[0] * rates[1]);
    if pace <= 0.0 {
        return [0, 1].map(|k| (strength[k] - rates[k] * strength[1 - k] * months).max(0.0));
    }
    let time = pace * months.min(lanchester_end(strength, rates));
    let grown = exp_m1(time);
    let fallen = grown / (1.0 + grown);
    let (cosh, sinh) = (1.0 + 0.5 * (grown - fallen), 0.5 * (grown + fallen));
    [0, 1].map(|k| {
        let hit = sqrt(rates[k] / rates[1 - k]) * strength[1 - k];
        (strength[k] * cosh - hit * sinh).clamp(0.0, strength[k].max(0.0))
    })
}
