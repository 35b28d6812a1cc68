//! Which uncertain number decides which policy is best? Sensitivity of a choice, not of an outcome.
//!
//! A number may move an outcome a great deal and the choice not at all, because it moves the outcome
//! of every policy alike. So the outputs analysed are made of the outcomes of all policies at the
//! same point, under the same chance:
//!
//! ```text
//! best_j    1 if policy j is best, 1/m if m tie, else 0
//! regret_j  what policy j falls short of the best there, in the unit of the outcome, 0 or more
//! discord   pairs of policies that stand the other way round than on average, over all pairs, ties
//!           half: Kendall's distance, 0 (same order) to 1 (reversed)
//! ```
//!
//! The indices of `choice` are those of all `best_j` as one: the total of a number is the share of
//! what there is to know about which policy is best that stays open when all else is known. A point
//! at which any policy lacks a value is left out for all, and counted.

use super::sobol::{Indices, Radial, Settings, indices, joint_indices};
use super::{SensitivityError, check_lengths};
use crate::design::Points;
use crate::stats;

/// Which outcomes are good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// The larger the better.
    Higher,
    /// The smaller the better.
    Lower,
}

/// How policies compare, run by run; NaN in runs where one of them has no value.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// For each policy one value a run: whether it is best.
    pub best: Vec<Vec<f64>>,
    /// For each policy one value a run: what it falls short of the best.
    pub regret: Vec<Vec<f64>>,
    /// One value a run: how far the order of the policies is from `order`.
    pub discord: Vec<f64>,
    /// The policies by mean outcome, best first.
    pub order: Vec<usize>,
    /// Runs left out.
    pub dropped: usize,
}

/// Compares policies, given one outcome a run for each of them; fails unless there are two or more,
/// of equal length.
pub fn compare(outcomes: &[&[f64]], better: Better) -> Result<Comparison, SensitivityError> {
    let runs = outcomes.first().map_or(0, |values| values.len());
    check_lengths(outcomes, runs as u32)?;
    if outcomes.len() < 2 {
        return Err(SensitivityError::FewPolicies { policies: outcomes.len() });
    }
    let sign = if better == Better::Higher { 1.0 } else { -1.0 };
    // What each policy is worth in a run: the larger the better, whichever way outcomes run.
    let worth_in = |run: usize| -> Option<Vec<f64>> {
        let worth: Vec<f64> = outcomes.iter().map(|values| sign * values[run]).collect();
        worth.iter().all(|w| w.is_finite()).then_some(worth)
    };
    let worth: Vec<Option<Vec<f64>>> = (0..runs).map(worth_in).collect();
    let mean = |policy: usize| {
        let values: Vec<f64> = worth.iter().flatten().map(|worth| worth[policy]).collect();
        stats::mean(&values)
    };
    let means: Vec<f64> = (0..outcomes.len()).map(mean).collect();
    let mut order: Vec<usize> = (0..outcomes.len()).collect();
    order.sort_by(|a, b| means[*b].total_cmp(&means[*a]));
    let mut comparison = Comparison {
        best: vec![vec![f64::NAN; runs]; outcomes.len()],
        regret: vec![vec![f64::NAN; runs]; outcomes.len()],
        discord: vec![f64::NAN; runs],
        dropped: worth.iter().filter(|worth| worth.is_none()).count(),
        order,
    };
    for (run, worth) in worth.iter().enumerate() {
        if let Some(worth) = worth {
            comparison.enter(run, worth);
        }
    }
    Ok(comparison)
}

impl Comparison {
    fn enter(&mut self, run: usize, worth: &[f64]) {
        let most = worth.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let ties = worth.iter().filter(|w| **w == most).count() as f64;
        for (policy, worth) in worth.iter().enumerate() {
            self.best[policy][run] = if *worth == most { 1.0 / ties } else { 0.0 };
            self.regret[policy][run] = most - worth;
        }
        let mut discord = 0.0;
        for (place, above) in self.order.iter().enumerate() {
            for below in &self.order[place + 1..] {
                let (above, below) = (worth[*above], worth[*below]);
                discord +=
                    if above < below { 1.0 } else { f64::from(u8::from(above == below)) / 2.0 };
            }
        }
        let pairs = (worth.len() * (worth.len() - 1) / 2) as f64;
        self.discord[run] = discord / pairs;
    }
}

/// How much each number decides.
#[derive(Clone, Debug, PartialEq)]
pub struct RankIndices {
    /// What the policies' outcomes compare as.
    pub comparison: Comparison,
    /// For each policy, what decides whether it is best; NaN for one that always is, or never.
    pub best: Vec<Indices>,
    /// For each policy, what decides its regret.
    pub regret: Vec<Indices>,
    /// What decides how far the order is from that of the means.
    pub discord: Indices,
    /// What decides which policy is best.
    pub choice: Indices,
}

/// The indices of a choice among policies, each with one outcome a run of `design`; fails unless
/// there are two or more, of that length.
pub fn rank_indices(
    design: &Radial,
    outcomes: &[&[f64]],
    better: Better,
    settings: &Settings,
) -> Result<RankIndices, SensitivityError> {
    check_lengths(outcomes, design.runs())?;
    let comparison = compare(outcomes, better)?;
    let best: Vec<&[f64]> = comparison.best.iter().map(Vec::as_slice).collect();
    let regret: Vec<&[f64]> = comparison.regret.iter().map(Vec::as_slice).collect();
    Ok(RankIndices {
        best: indices(design, &best, settings)?,
        regret: indices(design, &regret, settings)?,
        discord: joint_indices(design, &[&comparison.discord], settings)?,
        choice: joint_indices(design, &best, settings)?,
        comparison,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::design::evaluate;

    #[test]
    fn best_regret_and_discord_of_a_few_runs() {
        let outcomes: [&[f64]; 3] = [
            &[3.0, 3.0, 1.0, 5.0, f64::NAN],
            &[2.0, 3.0, 2.0, 1.0, 9.0],
            &[1.0, 0.0, 3.0, 2.0, 9.0],
        ];
        let higher = compare(&outcomes, Better::Higher).unwrap();
        assert_eq!(higher.order, [0, 1, 2]);
        assert_eq!(higher.best[0][..4], [1.0, 0.5, 0.0, 1.0]);
        assert_eq!(higher.best[1][..4], [0.0, 0.5, 0.0, 0.0]);
        assert_eq!(higher.regret[2][..4], [2.0, 3.0, 0.0, 3.0]);
        assert_eq!(higher.discord[..4], [0.0, 0.5 / 3.0, 1.0, 1.0 / 3.0]);
        assert_eq!(higher.dropped, 1);
        assert!(higher.best[1][4].is_nan() && higher.regret[2][4].is_nan());
        assert!(higher.discord[4].is_nan());
        let lower = compare(&outcomes, Better::Lower).unwrap();
        assert_eq!(lower.order, [2, 1, 0]);
        assert_eq!(lower.best[2][..4], [1.0, 1.0, 0.0, 0.0]);
        assert_eq!(lower.regret[0][..4], [2.0, 3.0, 0.0, 4.0]);
    }

    #[test]
    fn what_moves_all_policies_alike_decides_nothing() {
        // The second number moves both outcomes by far the most, and the choice not at all.
        let design = Radial::new(4, 3, 1_024, false).unwrap();
        let y = evaluate(&design, 2, |run, out| {
            let x = run.point;
            (out[0], out[1]) = (10.0 * x[1] + x[0], 10.0 * x[1] + 0.25);
        });
        let outcomes = [y[0].as_slice(), y[1].as_slice()];
        let settings = Settings::default();
        let outcome = indices(&design, &outcomes, &settings).unwrap();
        assert!(outcome[0].factors[1].total.value > 0.98);
        let ranked = rank_indices(&design, &outcomes, Better::Higher, &settings).unwrap();
        assert_eq!(ranked.comparison.order, [0, 1]);
        for shares in [&ranked.choice, &ranked.discord, &ranked.best[1], &ranked.regret[0]] {
            let totals: Vec<f64> = shares.factors.iter().map(|f| f.total.value).collect();
            assert!((totals[0] - 1.0).abs() < 0.03, "{totals:?}");
            assert_eq!(totals[1..], [0.0, 0.0]);
        }
        // Best at three points in four.
        assert!((ranked.best[0].variance - 3.0 / 16.0).abs() < 1e-3);
    }

    #[test]
    fn a_choice_of_two_hangs_together_as_often_as_either() {
        // Policy 0 is best if both numbers are above a half: S = 1/3, T = 2/3 for either.
        let design = Radial::new(8, 2, 4_096, false).unwrap();
        let y = evaluate(&design, 2, |run, out| {
            let both = run.point.iter().all(|x| *x > 0.5);
            (out[0], out[1]) = (if both { 2.0 } else { 0.0 }, 1.0);
        });
        let outcomes = [y[0].as_slice(), y[1].as_slice()];
        let ranked =
            rank_indices(&design, &outcomes, Better::Higher, &Settings::default()).unwrap();
        for factor in &ranked.choice.factors {
            assert!((factor.first.value - 1.0 / 3.0).abs() < 0.02, "{factor:?}");
            assert!((factor.first_jansen.value - 1.0 / 3.0).abs() < 0.02, "{factor:?}");
            assert!((factor.total.value - 2.0 / 3.0).abs() < 0.02, "{factor:?}");
        }
    }

    #[test]
    fn a_policy_that_always_wins_leaves_nothing_to_decide() {
        let design = Radial::new(4, 2, 64, false).unwrap();
        let y = evaluate(&design, 2, |run, out| {
            (out[0], out[1]) = (run.point[0] + 2.0, run.point[1]);
        });
        let outcomes = [y[0].as_slice(), y[1].as_slice()];
        let settings = Settings::default();
        let ranked = rank_indices(&design, &outcomes, Better::Higher, &settings).unwrap();
        assert_eq!((ranked.choice.variance, ranked.discord.variance), (0.0, 0.0));
        assert!(ranked.choice.factors.iter().all(|f| f.total.value.is_nan()));
        assert!(ranked.regret[0].factors.iter().all(|f| f.total.value.is_nan()));
        assert!(ranked.regret[1].factors.iter().all(|f| f.total.value > 0.3));
    }

    #[test]
    fn a_policy_without_a_value_takes_the_point_from_all() {
        let design = Radial::new(4, 2, 64, false).unwrap();
        let mut y = evaluate(&design, 2, |run, out| {
            (out[0], out[1]) = (run.point[0], run.point[1]);
        });
        y[0][1] = f64::NAN;
        let outcomes = [y[0].as_slice(), y[1].as_slice()];
        let settings = Settings::default();
        let ranked = rank_indices(&design, &outcomes, Better::Higher, &settings).unwrap();
        assert_eq!(ranked.comparison.dropped, 1);
        for shares in [&ranked.choice, &ranked.best[1], &ranked.discord] {
            assert_eq!([shares.factors[0].dropped, shares.factors[1].dropped], [1, 0]);
        }
    }

    #[test]
    fn a_choice_needs_two_policies_of_equal_length() {
        let one = compare(&[&[1.0, 2.0]], Better::Higher);
        assert_eq!(one, Err(SensitivityError::FewPolicies { policies: 1 }));
        assert_eq!(compare(&[], Better::Lower), Err(SensitivityError::FewPolicies { policies: 0 }));
        let uneven = compare(&[&[1.0, 2.0], &[1.0]], Better::Higher);
        let error = SensitivityError::Length { output: 1, found: 1, expected: 2 };
        assert_eq!(uneven, Err(error));
    }
}
