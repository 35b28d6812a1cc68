//! What was learnt of each number? Ranges before and after, and pairs known better together.

use super::{Learnt, Pair};
use terbia_lab::learn::Learner;
use terbia_lab::stats;

/// Correlations weaker than this are not told.
const LEAST_CORRELATION: f64 = 0.3;

/// Every number before and after, and the pairs of parameters that are correlated.
pub(super) fn told(
    learner: &Learner<'_>,
    scores: &[Vec<f64>],
    active: &[usize],
    explained: &[f64],
) -> (Vec<Learnt>, Vec<Pair>) {
    let ends = [0.05, 0.5, 0.95];
    let mut numbers: Vec<Learnt> = learner
        .coordinates()
        .iter()
        .enumerate()
        .map(|(k, definition)| {
            let values: Vec<f64> = scores.iter().map(|row| learner.value(k, row[k])).collect();
            let sorted = stats::sorted(&values);
            let prior = ends.map(|p| definition.quantile(p));
            let posterior = ends.map(|p| stats::quantile(&sorted, p));
            Learnt {
                path: definition.path.clone(),
                unit: definition.unit.clone(),
                prior,
                posterior,
                contraction: 1.0 - (posterior[2] - posterior[0]) / (prior[2] - prior[0]),
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
