//! How does a box shrink onto the runs of interest? By peeling slices off and pasting some back.
//!
//! Peeling (Friedman and Fisher 1999): of all slices that hold about a share `peel` of the runs in
//! the box, at the lower or the upper end of any input, the one that leaves the best box goes. It
//! stops when none leaves a better box, or when what is left would fall under the least mass.
//! Pasting: of all slices just beyond a limit, `paste` of the runs there, the one that makes the
//! best box comes back, as long as density rises.
//!
//! The slices, the objectives and the order among equals are those of the EMA Workbench (Kwakkel
//! 2017), whose quantile never cuts between runs of equal value: a slice is a whole number of
//! *ties*. Where an input takes few values, a slice may be much more than its share. Three things
//! are our own: a slice that would fall under the least mass is passed over rather than ending it;
//! an end beyond which no run is left is open; the ends of whole numbers are values that they take.

use super::curve::{Curve, Point};
use super::prim::{Objective, Settings};
use super::region::{Counts, Region, Side, Tally, apart};
use super::table::Table;
use std::ops::Range;

/// A step from one box to the next.
struct Step {
    input: usize,
    side: Side,
    limit: Option<f64>,
    /// What the next box holds.
    counts: Counts,
    /// Inputs that it limits.
    dimensions: usize,
    score: f64,
    /// Peeling only: how many runs stand before the cut in the order of the input.
    cut: usize,
}

impl Objective {
    /// What a step from `old` to `new` is worth.
    fn score(self, old: Counts, new: Counts) -> f64 {
        let gain = new.density() - old.density();
        let change = old.runs.abs_diff(new.runs) as f64;
        match self {
            Self::Original => new.density(),
            // Where nothing changes, nothing is gained.
            _ if gain == 0.0 => 0.0,
            Self::Lenient1 => gain / change,
            Self::Lenient2 => new.runs as f64 * gain / change,
        }
    }
}

/// The trajectory among the runs that are `left`, of which `sorted` has the order for each input.
pub(super) fn trajectory(
    table: &Table<'_>,
    settings: &Settings,
    left: &[bool],
    mut sorted: Vec<Vec<usize>>,
) -> Curve {
    let mut region = Region::open(table.inputs());
    let mut counts = table.count(sorted.first().map_or(&[], Vec::as_slice));
    let point = |region: &Region, counts, pasted| Point {
        region: region.clone(),
        tally: Tally::new(table, region, counts),
        pasted,
    };
    let mut points = vec![point(&region, counts, false)];
    let mut inside = left.to_vec();
    while let Some(step) = peel(table, settings, &region, counts, &sorted) {
        let order = &sorted[step.input];
        let off = match step.side {
            Side::Low => &order[..step.cut],
            Side::High => &order[step.cut..],
        };
        for run in off {
            inside[*run] = false;
        }
        for order in &mut sorted {
            order.retain(|run| inside[*run]);
        }
        (region, counts) = (region.with(step.input, step.side, step.limit), step.counts);
        points.push(point(&region, counts, false));
    }
    while let Some(step) = paste(table, settings, &region, left) {
        (region, counts) = (region.with(step.input, step.side, step.limit), step.counts);
        points.push(point(&region, counts, true));
    }
    Curve { points }
}

/// Takes a step for the best so far if it scores higher, or as high with fewer limits.
fn keep_better(best: &mut Option<Step>, step: Step) {
    let better = best.as_ref().is_none_or(|best| {
        step.score > best.score || (step.score == best.score && step.dimensions < best.dimensions)
    });
    if better {
        *best = Some(step);
    }
}

/// The best slice to peel off.
fn peel(
    table: &Table<'_>,
    settings: &Settings,
    region: &Region,
    counts: Counts,
    sorted: &[Vec<usize>],
) -> Option<Step> {
    let mut best = None;
    let dimensions = region.dimensions();
    for (input, order) in sorted.iter().enumerate() {
        let x = table.values(input);
        let dimensions = dimensions + usize::from(!region.limits[input].restrict());
        for side in [Side::High, Side::Low] {
            let Some(cut) = slice(order, x, side, settings.peel) else { continue };
            let off = match side {
                Side::Low => &order[..cut],
                Side::High => &order[cut..],
            };
            let left = counts.minus(table.count(off));
            if (left.runs as f64 / table.runs() as f64) < settings.least_mass {
                continue;
            }
            let limit = Some(between(table, input, side, x[order[cut - 1]], x[order[cut]]));
            let score = settings.objective.score(counts, left);
            let step = Step { input, side, limit, counts: left, dimensions, score, cut };
            keep_better(&mut best, step);
        }
    }
    best.filter(|step| step.score > 0.0)
}

/// Where the order of an input is cut so that about `share` of its runs lie on `side` of the cut;
/// nothing if all have one value.
fn slice(order: &[usize], x: &[f64], side: Side, share: f64) -> Option<usize> {
    let ties = ties(order, x, side, share);
    let after = (ties.end < order.len()).then_some(ties.end);
    let before = (ties.start > 0).then_some(ties.start);
    match side {
        Side::Low => after.or(before),
        Side::High => before.or(after),
    }
}

/// The runs that share the value at the quantile `share` from a side.
fn ties(order: &[usize], x: &[f64], side: Side, share: f64) -> Range<usize> {
    let Some(last) = order.len().checked_sub(1) else { return 0..0 };
    let rank = match side {
        Side::Low => (last as f64 * share).floor(),
        Side::High => (last as f64 * (1.0 - share)).ceil(),
    };
    let value = x[order[(rank as usize).min(last)]];
    order.partition_point(|r| x[*r] < value)..order.partition_point(|r| x[*r] <= value)
}

/// A limit on a side that parts two neighbouring values of an input.
fn between(table: &Table<'_>, input: usize, side: Side, below: f64, above: f64) -> f64 {
    let middle = f64::midpoint(below, above);
    // Neighbours may be so close that no number lies between them.
    if !table.is_whole(input) && middle > below && middle < above {
        return middle;
    }
    match side {
        Side::Low => above,
        Side::High => below,
    }
}

/// The best slice to paste back.
fn paste(table: &Table<'_>, settings: &Settings, region: &Region, left: &[bool]) -> Option<Step> {
    let apart = apart(table, left, region);
    let mut best = None;
    for (edge, mut order) in apart.beyond {
        let (input, side) = (edge.input, edge.side);
        let x = table.values(input);
        order.sort_unstable_by(|a, b| x[*a].total_cmp(&x[*b]));
        // The slice lies next to the box: at the upper end of what is beyond a lower limit.
        let (on, far) = match side {
            Side::Low => {
                let start = ties(&order, x, Side::High, settings.paste).start;
                (&order[start..], start.checked_sub(1).map(|far| (far, start)))
            }
            Side::High => {
                let end = ties(&order, x, Side::Low, settings.paste).end;
                (&order[..end], (end < order.len()).then(|| (end.saturating_sub(1), end)))
            }
        };
        if on.is_empty() {
            continue;
        }
        let limit = far.map(|(a, b)| between(table, input, side, x[order[a]], x[order[b]]));
        let counts = apart.inside.plus(table.count(on));
        let next = region.with(input, side, limit);
        let score = settings.objective.score(apart.inside, counts);
        let dimensions = next.dimensions();
        keep_better(&mut best, Step { input, side, limit, counts, dimensions, score, cut: 0 });
    }
    best.filter(|step| step.counts.density() > apart.inside.density())
}

#[cfg(test)]
mod tests {
    use super::*;

    const X: [f64; 10] = [0.0, 1.0, 1.0, 1.0, 2.0, 3.0, 4.0, 4.0, 4.0, 5.0];

    fn cut(x: &[f64], side: Side, share: f64) -> Option<usize> {
        let order: Vec<usize> = (0..x.len()).collect();
        slice(&order, x, side, share)
    }

    #[test]
    fn a_slice_never_parts_runs_of_equal_value() {
        assert_eq!(cut(&X, Side::Low, 0.05), Some(1));
        assert_eq!(cut(&X, Side::Low, 0.15), Some(4));
        assert_eq!(cut(&X, Side::High, 0.05), Some(9));
        assert_eq!(cut(&X, Side::High, 0.15), Some(6));
    }

    #[test]
    fn ties_up_to_the_far_end_stay_and_the_rest_goes() {
        assert_eq!(cut(&[0.0, 1.0, 1.0, 1.0, 1.0], Side::Low, 0.3), Some(1));
        assert_eq!(cut(&[0.0, 0.0, 0.0, 0.0, 1.0], Side::High, 0.3), Some(4));
        assert_eq!(cut(&[2.0; 5], Side::Low, 0.3), None);
        assert_eq!(cut(&[2.0; 5], Side::High, 0.3), None);
        assert_eq!(cut(&[], Side::High, 0.3), None);
    }

    #[test]
    fn the_objectives_value_density_gained_and_runs_lost() {
        let counts = |runs, of_interest| Counts { runs, of_interest };
        let (old, new) = (counts(100, 20), counts(80, 20));
        assert!((Objective::Lenient1.score(old, new) - 0.05 / 20.0).abs() < 1e-15);
        assert!((Objective::Lenient2.score(old, new) - 80.0 * 0.05 / 20.0).abs() < 1e-15);
        assert_eq!(Objective::Original.score(old, new), 0.25);
        assert_eq!(Objective::Lenient1.score(old, counts(50, 10)), 0.0);
        assert!(Objective::Lenient2.score(old, counts(80, 10)) < 0.0);
    }

    #[test]
    fn limits_between_neighbours_that_touch_are_values_of_the_input() {
        let x: Vec<f64> = (0..20).map(|i| 0.5 + f64::from(i)).collect();
        let y: Vec<bool> = (0..20).map(|i| i < 9).collect();
        let table = Table::new(&[&x], &y).unwrap();
        let (below, above) = (1.5, 1.5_f64.next_up());
        assert_eq!(between(&table, 0, Side::Low, below, above), above);
        assert_eq!(between(&table, 0, Side::High, below, above), below);
        assert_eq!(between(&table, 0, Side::High, 1.5, 2.5), 2.0);
    }
}
