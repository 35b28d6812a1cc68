//! What was learnt of each number? Ranges before and after, and pairs known better together.

use super::shared::ENDS;
use super::{Learnt, Pair};
use terbia_lab::calibrate::pool::Score;
use terbia_lab::learn::Learner;
use terbia_lab::stats;
use terbia_model::kernel::dist::normal;

/// Correlations weaker than this are not told.
const LEAST_CORRELATION: f64 = 0.3;

/// Every number before and after, and the pairs of parameters that are correlated.
pub(super) fn told(
    learner: &Learner<'_>,
    scores: &[Vec<f64>],
    active: &[usize],
    explained: &[f64],
) -> (Vec<Learnt>, Vec<Pair>) {
    let mut numbers: Vec<Learnt> = learner
        .coordinates()
        .iter()
        .enumerate()
        .map(|(k, definition)| {
            let values: Vec<f64> = scores.iter().map(|row| learner.value(k, row[k])).collect();
            let sorted = stats::sorted(&values);
            let prior = ENDS.map(|p| definition.quantile(p));
            let belief = learner.beliefs()[k];
            let moved = belief != Score::PRIOR;
            let before = moved.then(|| ENDS.map(|p| learner.value(k, normal(p))));
            let posterior = ENDS.map(|p| stats::quantile(&sorted, p));
            let [low, _, high] = before.unwrap_or(prior);
            let own: Vec<f64> = scores.iter().map(|row| belief.at(row[k])).collect();
            let Score { mean, sd } = Score::of(&own);
            Learnt {
                path: definition.path.clone(),
                unit: definition.unit.clone(),
                prior,
                before,
                posterior,
                score: Some([mean, sd]),
                contraction: 1.0 - (posterior[2] - posterior[0]) / (high - low),
                explained: explained[k],
                parameter: active.contains(&k),
            }
        })
        .collect();
    numbers.sort_by(|a, b| b.contraction.total_cmp(&a.contraction));
    let mut pairs = Vec::new();
    for (place, one) in active.iter().enumerate() {
        for other in &active[place + 1..] {
            let correlation = correlation(scores, *one, *other);
            if correlation.abs() >= LEAST_CORRELATION {
                let path = |k: usize| learner.coordinates()[k].path.clone();
                pairs.push(Pair { one: path(*one), other: path(*other), correlation });
            }
        }
    }
    pairs.sort_by(|a, b| b.correlation.abs().total_cmp(&a.correlation.abs()));
    (numbers, pairs)
}

fn correlation(rows: &[Vec<f64>], a: usize, b: usize) -> f64 {
    let count = rows.len() as f64;
    let mean = |k: usize| rows.iter().map(|r| r[k]).sum::<f64>() / count;
    let (x, y) = (mean(a), mean(b));
    let product = |i: usize, m: f64, j: usize, n: f64| {
        rows.iter().map(|r| (r[i] - m) * (r[j] - n)).sum::<f64>()
    };
    product(a, x, b, y) / (product(a, x, a, x) * product(b, y, b, y)).sqrt()
}
