//! Into which boxes does the whole space fall? A classification tree whose leaves are boxes.
//!
//! CART (Breiman, Friedman, Olshen and Stone 1984): each node is cut in two at the value of one
//! input that parts runs of interest from others best, by Gini's measure, and so on until a leaf is
//! pure, deep or small. [`prune`] then cuts back what does not hold on runs that the tree has not
//! seen. Where [`prim`](super::prim) looks for one dense box, the tree divides all runs, and its
//! leaves tell where there is *nothing* of interest as well.
//!
//! ```text
//! impurity of a node   2 q (1 - q),  q = density
//! gain of a cut        runs x impurity - runs_left x impurity_left - runs_right x impurity_right
//! importance           gains of an input over gains of all
//! ```
//!
//! Among equal gains the first input and the lowest cut. A pattern in which no single cut gains
//! anything (a chessboard of two inputs) is found by luck or not at all.

use super::prune::{self, Pruning};
use super::region::{Counts, Region, Side, Tally};
use super::table::{DiscoverError, Table};

/// How to grow and prune.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Cuts between the root and a leaf at most, 1 to 30.
    pub most_depth: usize,
    /// Share of all runs that a leaf holds at least, from 0 and below 0.5; a leaf is never empty.
    pub least_mass: f64,
    /// Parts that cross-validation leaves out in turn, 2 to the number of runs.
    pub folds: usize,
    /// Which tree of those that pruning offers.
    pub rule: Rule,
    /// Seed of the parts.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { most_depth: 6, least_mass: 0.05, folds: 10, rule: Rule::OneStandardError, seed: 1 }
    }
}

/// Which tree of those that pruning offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Rule {
    /// The smallest whose error is within one standard error of the least.
    #[default]
    OneStandardError,
    /// The one with the least error.
    LeastError,
    /// The whole tree.
    Whole,
}

/// A node of a tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Runs that reach it.
    pub runs: usize,
    /// Runs of interest among them.
    pub of_interest: usize,
    /// Where it is cut; nothing at a leaf.
    pub cut: Option<Cut>,
}

/// A node cut in two. No run that the tree was grown on lies between `below` and `above`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cut {
    /// Place of the input, from 0.
    pub input: usize,
    /// Upper end of the left child.
    pub below: f64,
    /// Lower end of the right child.
    pub above: f64,
    /// Places of the left and the right child among the nodes.
    pub children: [usize; 2],
    /// What it gains, in runs.
    pub gain: f64,
}

/// A leaf as a box.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// Its limits.
    pub region: Region,
    /// How good it is.
    pub tally: Tally,
}

/// A tree, cut back, with the sequence of trees that it was chosen from.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// Its nodes; the root is the first.
    pub nodes: Vec<Node>,
    /// Leaves from left to right, which together hold every run once.
    pub leaves: Vec<Leaf>,
    /// Share of each input in what the cuts gain, adding up to 1; all 0 if there is no cut.
    pub importance: Vec<f64>,
    /// What pruning offered, from the whole tree to the root alone.
    pub pruning: Vec<Pruning>,
    /// Place of this tree among them.
    pub chosen: usize,
}

impl Node {
    pub(super) fn counts(&self) -> Counts {
        Counts { runs: self.runs, of_interest: self.of_interest }
    }
}

impl Cut {
    /// The child that a value of the input falls to.
    pub(super) fn child(&self, x: f64) -> usize {
        self.children[usize::from(x > self.below)]
    }
}

impl Tree {
    /// Grows a tree on all runs and cuts it back by cross-validation. Fails on a setting out of its
    /// range.
    pub fn grow(table: &Table<'_>, settings: &Settings) -> Result<Self, DiscoverError> {
        check(settings, table.runs())?;
        let sorted = table.sorted();
        let whole = grow(table, settings, sorted.clone());
        let (pruning, chosen) = prune::sequence(table, settings, &whole, &sorted);
        let nodes = prune::cut_back(&whole, pruning[chosen].penalty);
        let mut gains = vec![0.0; table.inputs()];
        for cut in nodes.iter().filter_map(|n| n.cut) {
            gains[cut.input] += cut.gain;
        }
        let sum: f64 = gains.iter().sum();
        let importance = gains.iter().map(|g| if sum > 0.0 { g / sum } else { 0.0 }).collect();
        let mut leaves = Vec::new();
        gather(table, &nodes, 0, Region::open(table.inputs()), &mut leaves);
        Ok(Self { nodes, leaves, importance, pruning, chosen })
    }

    /// The leaf (its place among the nodes) that an unseen run falls to, `value` giving its inputs.
    pub fn leaf_of(&self, value: impl Fn(usize) -> f64) -> usize {
        let mut place = 0;
        while let Some(cut) = self.nodes[place].cut {
            place = cut.child(value(cut.input));
        }
        place
    }
}

fn check(settings: &Settings, runs: usize) -> Result<(), DiscoverError> {
    let Settings { most_depth: depth, least_mass: mass, folds, .. } = *settings;
    let depth_range = "from 1 to 30";
    DiscoverError::unless((1..=30).contains(&depth), "most_depth", depth as f64, depth_range)?;
    let mass_range = "from 0 and below 0.5";
    DiscoverError::unless((0.0..0.5).contains(&mass), "least_mass", mass, mass_range)?;
    let folds_range = "from 2 to the number of runs";
    DiscoverError::unless((2..=runs).contains(&folds), "folds", folds as f64, folds_range)
}

fn gather(table: &Table<'_>, nodes: &[Node], at: usize, region: Region, leaves: &mut Vec<Leaf>) {
    let Some(cut) = nodes[at].cut else {
        let tally = Tally::new(table, &region, nodes[at].counts());
        leaves.push(Leaf { region, tally });
        return;
    };
    let left = region.with(cut.input, Side::High, Some(cut.below));
    gather(table, nodes, cut.children[0], left, leaves);
    let right = region.with(cut.input, Side::Low, Some(cut.above));
    gather(table, nodes, cut.children[1], right, leaves);
}

/// A tree on the runs in `sorted`, which has their order for each input.
pub(super) fn grow(table: &Table<'_>, settings: &Settings, sorted: Vec<Vec<usize>>) -> Vec<Node> {
    let runs = sorted.first().map_or(0, Vec::len);
    let growing = Growing {
        table,
        most_depth: settings.most_depth,
        least_runs: ((settings.least_mass * runs as f64) as usize).max(1),
    };
    let mut nodes = Vec::new();
    growing.node(sorted, 0, &mut nodes);
    nodes
}

struct Growing<'t, 'a> {
    table: &'t Table<'a>,
    most_depth: usize,
    least_runs: usize,
}

impl Growing<'_, '_> {
    /// Adds a node and all that is under it; returns its place.
    fn node(&self, sorted: Vec<Vec<usize>>, depth: usize, nodes: &mut Vec<Node>) -> usize {
        let counts = self.table.count(sorted.first().map_or(&[], Vec::as_slice));
        let place = nodes.len();
        let Counts { runs, of_interest } = counts;
        nodes.push(Node { runs, of_interest, cut: None });
        let pure = of_interest == 0 || of_interest == runs;
        if pure || depth == self.most_depth || runs < 2 * self.least_runs {
            return place;
        }
        let Some((mut cut, at)) = self.best_cut(&sorted, counts) else { return place };
        let mut goes_left = vec![false; self.table.runs()];
        for run in &sorted[cut.input][..at] {
            goes_left[*run] = true;
        }
        let part = |order: Vec<usize>| order.into_iter().partition(|run| goes_left[*run]);
        let (left, right): (Vec<Vec<usize>>, Vec<Vec<usize>>) =
            sorted.into_iter().map(part).unzip();
        cut.children = [left, right].map(|side| self.node(side, depth + 1, nodes));
        nodes[place].cut = Some(cut);
        place
    }

    /// The cut with the greatest gain, and how many runs of its input's order lie left of it.
    fn best_cut(&self, sorted: &[Vec<usize>], all: Counts) -> Option<(Cut, usize)> {
        let mut best: Option<(Cut, usize)> = None;
        // Rounding alone is no gain.
        let mut most = 1e-12 * all.runs as f64;
        for (input, order) in sorted.iter().enumerate() {
            let x = self.table.values(input);
            let mut left = Counts::default();
            for at in 1..order.len() {
                left = left.plus(self.table.count(&order[at - 1..at]));
                let (below, above) = (x[order[at - 1]], x[order[at]]);
                let right = all.minus(left);
                if below == above || left.runs < self.least_runs || right.runs < self.least_runs {
                    continue;
                }
                let gain = impurity(all) - impurity(left) - impurity(right);
                if gain > most {
                    most = gain;
                    let (below, above) = self.ends(input, below, above);
                    best = Some((Cut { input, below, above, children: [0, 0], gain }, at));
                }
            }
        }
        best
    }

    /// Ends of two boxes that meet between two values of an input.
    fn ends(&self, input: usize, below: f64, above: f64) -> (f64, f64) {
        let middle = f64::midpoint(below, above);
        let apart = !self.table.is_whole(input) && middle > below && middle < above;
        if apart { (middle, middle) } else { (below, above) }
    }
}

/// Gini's measure of a node, times its runs.
fn impurity(counts: Counts) -> f64 {
    2.0 * counts.of_interest as f64 * (1.0 - counts.density())
}
