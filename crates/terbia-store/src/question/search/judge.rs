//! Which portfolios of the front are shown, and what are they worth in futures that did not choose them?
//!
//! The best in each objective come first, then whoever is farthest from all that are chosen, objectives
//! counted in widths of the front. All of them and the reference then meet other futures, since the best
//! of many looks better than it is in the futures that it was chosen in.

use super::Portfolio;
use super::trial::{Futures, Trials, cost, means, whole};
use crate::question::analysis::{Interval, some};
use crate::question::error::QuestionError;
use terbia_lab::paired::{Comparison, mean_and_half_width};
use terbia_lab::pareto::archive::Entry;
use terbia_lab::pareto::{Evaluation, dominates};

/// Portfolios that are shown at most.
pub(super) const SHOWN: usize = 10;

/// What the judgement says.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Judged {
    /// Means of the objectives under the reference.
    pub(super) reference: Vec<Interval>,
    /// The portfolios that were judged.
    pub(super) portfolios: Vec<Portfolio>,
    /// Runs that were given up.
    pub(super) diverged: u64,
}

/// Places of at most [`SHOWN`] points spread over a front.
pub(super) fn spread(front: &[Entry]) -> Vec<usize> {
    let objectives = front.first().map_or(0, |e| e.objectives.len());
    let ends = |o: usize| {
        let along = front.iter().map(|e| e.objectives[o]);
        along.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), x| (a.min(x), b.max(x)))
    };
    let ends: Vec<(f64, f64)> = (0..objectives).map(ends).collect();
    let apart = |a: &Entry, b: &Entry| -> f64 {
        let each = ends.iter().zip(a.objectives.iter().zip(&b.objectives));
        let scaled = each.filter(|((low, high), _)| high > low);
        scaled.map(|((low, high), (a, b))| ((a - b) / (high - low)).powi(2)).sum()
    };
    let mut chosen: Vec<usize> = Vec::new();
    for objective in 0..objectives {
        let cost = |place: &usize| front[*place].objectives[objective];
        let best = (0..front.len()).min_by(|a, b| cost(a).total_cmp(&cost(b)));
        if let Some(best) = best.filter(|b| !chosen.contains(b) && chosen.len() < SHOWN) {
            chosen.push(best);
        }
    }
    while chosen.len() < SHOWN.min(front.len()) {
        let far = |place: usize| {
            let to = chosen.iter().map(|c| apart(&front[place], &front[*c]));
            to.fold(f64::INFINITY, f64::min)
        };
        let left = (0..front.len()).filter(|p| !chosen.contains(p));
        let farthest = left.map(|p| (far(p), p)).reduce(|a, b| if b.0 > a.0 { b } else { a });
        let Some((_, place)) = farthest else { break };
        chosen.push(place);
    }
    let first = |place: &usize| front[*place].objectives.first().copied().unwrap_or_default();
    chosen.sort_by(|a, b| first(a).total_cmp(&first(b)).then(a.cmp(b)));
    chosen
}

/// Runs the chosen few and the reference in other futures.
pub(super) fn judged(
    trials: &Trials<'_>,
    chosen: Vec<(Vec<f64>, Vec<f64>)>,
    lower: &[bool],
) -> Result<Judged, QuestionError> {
    let settings: Vec<Vec<f64>> = chosen.iter().map(|(settings, _)| settings.clone()).collect();
    let gathered = trials.run(Futures::Judged, true, &settings)?;
    let Some((reference, others)) = gathered.outcomes.split_first() else {
        return Err(QuestionError::NoFront { tried: 0 });
    };
    let futures = whole(reference);
    let costs: Vec<Evaluation> = std::iter::once(reference)
        .chain(others)
        .map(|own| cost(&means(own, reference, &futures).1, lower))
        .collect();
    let level = |values: &Vec<f64>| {
        let (mean, half) = mean_and_half_width(values);
        Interval::new(mean, mean - half, mean + half)
    };
    let mut portfolios = Vec::with_capacity(chosen.len());
    for (place, ((settings, searched), own)) in chosen.into_iter().zip(others).enumerate() {
        let beside: Vec<Comparison> =
            reference.iter().zip(own).map(|(base, own)| Comparison::of(base, own)).collect();
        let difference =
            |c: &Comparison| Interval::new(c.mean, c.mean - c.half_width, c.mean + c.half_width);
        let share = |c: &Comparison, lower: bool| some(if lower { c.lower } else { c.higher });
        let each = || beside.iter().zip(lower);
        let mine = &costs[place + 1];
        let (all, none_worse) = counts(own, reference, lower);
        portfolios.push(Portfolio {
            name: format!("P{}", place + 1),
            settings,
            searched: searched.into_iter().map(some).collect(),
            means: own.iter().map(level).collect(),
            differences: beside.iter().map(difference).collect(),
            better: each().map(|(c, lower)| share(c, *lower)).collect(),
            worse: each().map(|(c, lower)| share(c, !*lower)).collect(),
            better_in_all: all,
            worse_in_none: none_worse,
            holds: mine.feasible() && !costs.iter().any(|other| other.beats(mine)),
        });
    }
    Ok(Judged {
        reference: reference.iter().map(level).collect(),
        diverged: gathered.diverged,
        portfolios,
    })
}

/// Share of the futures in which a portfolio is better than the reference in every objective, and in which
/// it is worse in none and better in some.
fn counts(own: &[Vec<f64>], reference: &[Vec<f64>], lower: &[bool]) -> (Interval, Interval) {
    let futures = reference.first().map_or(0, Vec::len);
    let (mut all, mut none_worse, mut of) = (0, 0, 0);
    for future in 0..futures {
        let pairs = own.iter().zip(reference).map(|(own, base)| own[future] - base[future]);
        let costs = cost(&pairs.collect::<Vec<f64>>(), lower).objectives;
        if costs.iter().all(|c| c.is_finite()) {
            of += 1;
            all += usize::from(costs.iter().all(|c| *c < 0.0));
            none_worse += usize::from(dominates(&costs, &vec![0.0; costs.len()]));
        }
    }
    (Interval::share(all, of), Interval::share(none_worse, of))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(x: f64, y: f64) -> Entry {
        Entry { decision: vec![x], objectives: vec![x, y] }
    }

    #[test]
    fn the_few_that_are_shown_are_the_best_in_each_and_lie_far_from_each_other() {
        let line = |n: u32| (0..n).map(|i| point(f64::from(i), f64::from(n - 1 - i))).collect();
        let front: Vec<Entry> = line(101);
        let chosen = spread(&front);
        assert_eq!(chosen.len(), SHOWN);
        assert_eq!((chosen[0], chosen[SHOWN - 1]), (0, 100));
        assert!(chosen.windows(2).all(|p| p[1] - p[0] >= 6), "{chosen:?}");
        assert_eq!(spread(&front[..3]), [0, 1, 2]);
        assert!(spread(&[]).is_empty());
    }

    #[test]
    fn a_tie_is_no_victory_and_a_missing_number_counts_on_neither_side() {
        let reference = vec![vec![1.0, 1.0, 1.0, 1.0], vec![1.0, 1.0, 1.0, f64::NAN]];
        let own = vec![vec![0.0, 1.0, 1.0, 0.0], vec![2.0, 2.0, 1.0, 2.0]];
        let (all, none_worse) = counts(&own, &reference, &[true, false]);
        assert_eq!((all.value, none_worse.value), (Some(1.0 / 3.0), Some(2.0 / 3.0)));
    }
}
