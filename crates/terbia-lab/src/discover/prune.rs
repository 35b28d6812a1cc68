//! Which branches of a tree hold on runs that it has not seen? Pruning by cost and complexity.
//!
//! The branch that gains least for each of its leaves goes first (Breiman et al. 1984, chapter 3);
//! that gives a sequence of trees from the whole one to the root, each the best under a *penalty*
//! on leaves. Which penalty, cross-validation says: trees grown without a part of the runs forecast
//! that part, and the error is Brier's, since what a leaf claims is a density (their class
//! probability trees, section 4.6). Counting wrong classes instead would cut away every leaf that
//! is denser than the rest and still below one half.
//!
//! ```text
//! cost of a node    runs q (1 - q) / all runs
//! weakest           min over nodes of (cost of node - cost of its leaves) / (its leaves - 1)
//! penalties tried   geometric means of neighbours in the sequence
//! error             mean over runs left out of (1 or 0 - density of their leaf)^2
//! ```
//!
//! The parts are dealt out by addressed shuffling, runs of interest and others each for themselves,
//! so that the rare ones are in all parts. Runs are numbered by rank of what they hold for that, so
//! that the order in which they are listed moves nothing.

use super::cart::{Node, Rule, Settings, grow};
use super::region::Counts;
use super::table::Table;
use std::cmp::Ordering;
use terbia_model::kernel::math::sqrt;
use terbia_model::kernel::rng::{Draws, Purpose};

/// Deals runs out to the parts of a cross-validation.
const PART: Purpose = Purpose(0x464F_4C44);

/// A tree of the sequence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pruning {
    /// Penalty on a leaf from which this tree is the best.
    pub penalty: f64,
    /// Its leaves.
    pub leaves: usize,
    /// Mean squared error of its densities on runs left out, 0..1.
    pub error: f64,
    /// Standard error of that.
    pub standard_error: f64,
}

fn cost(counts: Counts, all: f64) -> f64 {
    counts.of_interest as f64 * (1.0 - counts.density()) / all
}

/// Of each node, the penalty from which it is a leaf or gone; 0 of a leaf.
fn collapse(nodes: &[Node]) -> Vec<f64> {
    let all = nodes.first().map_or(1.0, |n| n.runs as f64);
    let mut collapse: Vec<f64> =
        nodes.iter().map(|n| if n.cut.is_some() { f64::INFINITY } else { 0.0 }).collect();
    let mut penalty: f64 = 0.0;
    loop {
        // Children stand behind their parents, so one pass from the back knows every branch.
        let mut below: Vec<(usize, f64)> = vec![(1, 0.0); nodes.len()];
        let mut weakest = f64::INFINITY;
        let mut links = Vec::new();
        for (place, node) in nodes.iter().enumerate().rev() {
            let own = cost(node.counts(), all);
            below[place] = (1, own);
            let Some(cut) = node.cut.filter(|_| collapse[place].is_infinite()) else { continue };
            let [left, right] = cut.children.map(|c| below[c]);
            below[place] = (left.0 + right.0, left.1 + right.1);
            let link = (own - below[place].1) / (below[place].0 - 1) as f64;
            weakest = weakest.min(link);
            links.push((place, link));
        }
        if links.is_empty() {
            return collapse;
        }
        penalty = penalty.max(weakest);
        for (place, link) in links {
            // Equals go together, and so does what differs by rounding alone.
            if link <= weakest + 1e-12 {
                collapse[place] = penalty;
            }
        }
        for (place, node) in nodes.iter().enumerate() {
            let Some(cut) = node.cut.filter(|_| collapse[place].is_finite()) else { continue };
            for child in cut.children {
                collapse[child] = collapse[child].min(collapse[place]);
            }
        }
    }
}

/// Number of leaves, and a sum over them, of the tree under a penalty.
fn over_leaves(
    nodes: &[Node],
    collapse: &[f64],
    penalty: f64,
    at: usize,
    visit: &mut impl FnMut(usize),
) -> usize {
    match nodes[at].cut {
        Some(cut) if collapse[at] > penalty => cut
            .children
            .iter()
            .map(|child| over_leaves(nodes, collapse, penalty, *child, visit))
            .sum(),
        _ => {
            visit(at);
            1
        }
    }
}

/// The tree under a penalty.
pub(super) fn cut_back(nodes: &[Node], penalty: f64) -> Vec<Node> {
    fn copy(
        nodes: &[Node],
        collapse: &[f64],
        penalty: f64,
        at: usize,
        out: &mut Vec<Node>,
    ) -> usize {
        let place = out.len();
        out.push(Node { cut: None, ..nodes[at].clone() });
        if let Some(mut cut) = nodes[at].cut.filter(|_| collapse[at] > penalty) {
            cut.children = cut.children.map(|child| copy(nodes, collapse, penalty, child, out));
            out[place].cut = Some(cut);
        }
        place
    }
    let mut out = Vec::new();
    copy(nodes, &collapse(nodes), penalty, 0, &mut out);
    out
}

/// The sequence of trees, and the place of the one that the rule chooses.
pub(super) fn sequence(
    table: &Table<'_>,
    settings: &Settings,
    whole: &[Node],
    sorted: &[Vec<usize>],
) -> (Vec<Pruning>, usize) {
    let links = collapse(whole);
    let mut penalties: Vec<f64> = whole
        .iter()
        .zip(&links)
        .filter_map(|(node, link)| node.cut.map(|_| *link))
        .chain([0.0])
        .collect();
    penalties.sort_unstable_by(f64::total_cmp);
    penalties.dedup();
    let next = penalties.iter().skip(1).copied().chain([f64::INFINITY]);
    let tried: Vec<f64> = penalties.iter().zip(next).map(|(a, b)| sqrt(a * b)).collect();
    let errors = cross_validate(table, settings, sorted, &tried);
    let pruning: Vec<Pruning> = penalties
        .iter()
        .zip(errors)
        .map(|(penalty, (error, standard_error))| Pruning {
            penalty: *penalty,
            leaves: over_leaves(whole, &links, *penalty, 0, &mut |_| {}),
            error,
            standard_error,
        })
        .collect();
    let chosen = choose(&pruning, settings.rule);
    (pruning, chosen)
}

fn choose(pruning: &[Pruning], rule: Rule) -> usize {
    let least = |best: usize, place: usize| {
        // Of equals the later, which is smaller.
        if pruning[place].error <= pruning[best].error { place } else { best }
    };
    let best = (0..pruning.len()).reduce(least).unwrap_or_default();
    match rule {
        Rule::Whole => 0,
        Rule::LeastError => best,
        Rule::OneStandardError => {
            let most = pruning[best].error + pruning[best].standard_error;
            pruning.iter().rposition(|p| p.error <= most).unwrap_or(best)
        }
    }
}

/// Mean and standard error of the squared error on runs left out, for each penalty.
fn cross_validate(
    table: &Table<'_>,
    settings: &Settings,
    sorted: &[Vec<usize>],
    penalties: &[f64],
) -> Vec<(f64, f64)> {
    let part = parts(table, sorted, settings);
    let mut sums = vec![(0.0, 0.0); penalties.len()];
    for fold in 0..settings.folds {
        let without = |order: &Vec<usize>| -> Vec<usize> {
            order.iter().copied().filter(|run| part[*run] != fold).collect()
        };
        let nodes = grow(table, settings, sorted.iter().map(without).collect());
        let links = collapse(&nodes);
        let unseen = fall(table, &nodes, (0..table.runs()).filter(|run| part[*run] == fold));
        for (penalty, (sum, squares)) in penalties.iter().zip(&mut sums) {
            over_leaves(&nodes, &links, *penalty, 0, &mut |leaf| {
                let claim = nodes[leaf].counts().density();
                let Counts { runs, of_interest } = unseen[leaf];
                let (hits, misses) = (of_interest as f64, (runs - of_interest) as f64);
                let (hit, miss) = ((1.0 - claim) * (1.0 - claim), claim * claim);
                *sum += hits * hit + misses * miss;
                *squares += hits * hit * hit + misses * miss * miss;
            });
        }
    }
    let n = table.runs() as f64;
    let moments = |(sum, squares): &(f64, f64)| {
        let mean = sum / n;
        (mean, sqrt((squares / n - mean * mean).max(0.0) / n))
    };
    sums.iter().map(moments).collect()
}

/// How many of `runs` pass through each node.
fn fall(table: &Table<'_>, nodes: &[Node], runs: impl Iterator<Item = usize>) -> Vec<Counts> {
    let mut counts = vec![Counts::default(); nodes.len()];
    for run in runs {
        let one = table.count(&[run]);
        let mut place = 0;
        counts[place] = counts[place].plus(one);
        while let Some(cut) = nodes[place].cut {
            place = cut.child(table.values(cut.input)[run]);
            counts[place] = counts[place].plus(one);
        }
    }
    counts
}

/// The part that each run belongs to.
fn parts(table: &Table<'_>, sorted: &[Vec<usize>], settings: &Settings) -> Vec<usize> {
    // Ordered by the first input, then by the rest; runs alike in all are interchangeable.
    let mut ranked = sorted.first().cloned().unwrap_or_default();
    let compare = |a: &usize, b: &usize| {
        let by = |input: usize| table.values(input)[*a].total_cmp(&table.values(input)[*b]);
        (0..table.inputs())
            .map(by)
            .find(|o| *o != Ordering::Equal)
            .unwrap_or_else(|| table.is_of_interest(*a).cmp(&table.is_of_interest(*b)))
    };
    ranked.sort_by(compare);
    let draws = Draws::new(settings.seed, 0);
    let mut dealt: Vec<(bool, f64, usize)> = ranked
        .iter()
        .zip(0..)
        .map(|(run, rank)| (table.is_of_interest(*run), draws.uniform(PART, rank, 0, 0), *run))
        .collect();
    // Stable, so that equal draws stay in the order of their ranks.
    dealt.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut part = vec![0; table.runs()];
    for (place, (_, _, run)) in dealt.iter().enumerate() {
        part[*run] = place % settings.folds;
    }
    part
}

#[cfg(test)]
mod tests {
    use super::super::cart::Cut;
    use super::*;

    fn node(runs: usize, of_interest: usize, children: Option<[usize; 2]>) -> Node {
        let cut = |children| Cut { input: 0, below: 0.0, above: 0.0, children, gain: 0.0 };
        Node { runs, of_interest, cut: children.map(cut) }
    }

    /// A root with a branch that gains much and, under it, one that gains little.
    fn nodes() -> Vec<Node> {
        vec![
            node(100, 50, Some([1, 2])),
            node(50, 5, None),
            node(50, 45, Some([3, 4])),
            node(25, 25, None),
            node(25, 20, None),
        ]
    }

    #[test]
    fn the_weakest_branch_goes_first() {
        // Costs: root 0.25; 1: 0.045; 2: 0.045; 3: 0; 4: 0.04.
        let links = collapse(&nodes());
        let expected = [0.16, 0.0, 0.005, 0.0, 0.0];
        assert!(links.iter().zip(expected).all(|(l, e)| (l - e).abs() < 1e-12), "{links:?}");
        let sizes = [0.0, 0.005 + 1e-9, 0.2].map(|p| cut_back(&nodes(), p).len());
        assert_eq!(sizes, [5, 3, 1]);
    }

    #[test]
    fn a_branch_that_is_weaker_whole_than_in_part_goes_at_once() {
        let mut nodes = nodes();
        // The root gains nothing by itself, only with the branch under it.
        (nodes[1], nodes[2]) = (node(50, 25, None), node(50, 25, Some([3, 4])));
        (nodes[3], nodes[4]) = (node(25, 25, None), node(25, 0, None));
        let links = collapse(&nodes);
        assert!((links[0] - 0.0625).abs() < 1e-12 && links[2] >= links[0], "{links:?}");
        assert_eq!(cut_back(&nodes, 0.0625).len(), 1);
    }

    #[test]
    fn the_rules_choose_the_least_error_or_the_smallest_tree_near_it() {
        let of = |leaves, error| Pruning { penalty: 0.0, leaves, error, standard_error: 0.02 };
        let pruning = [of(9, 0.12), of(5, 0.10), of(3, 0.11), of(2, 0.119), of(1, 0.2)];
        let chosen = [Rule::Whole, Rule::LeastError, Rule::OneStandardError]
            .map(|rule| choose(&pruning, rule));
        assert_eq!(chosen, [0, 1, 3]);
    }
}
