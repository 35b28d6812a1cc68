//! What is a box, and how good is it? Limits on some of the inputs, and counts of the runs inside.

use super::table::Table;

/// Runs, and how many of them are of interest.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) runs: usize,
    pub(super) of_interest: usize,
}

impl Counts {
    /// Share of interest, 0..1; 0 of nothing.
    pub(super) fn density(self) -> f64 {
        share(self.of_interest, self.runs)
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { runs: self.runs + other.runs, of_interest: self.of_interest + other.of_interest }
    }

    pub(super) fn minus(self, other: Self) -> Self {
        Self { runs: self.runs - other.runs, of_interest: self.of_interest - other.of_interest }
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A side of an interval.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The lower end.
    Low,
    /// The upper end.
    High,
}

/// The values of an input that a box holds, in the unit of the input. Ends belong to the box.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// Lower end; nothing if it is open.
    pub low: Option<f64>,
    /// Upper end; nothing if it is open.
    pub high: Option<f64>,
}

impl Limits {
    /// Whether the interval holds `x`.
    pub fn hold(&self, x: f64) -> bool {
        self.low.is_none_or(|low| x >= low) && self.high.is_none_or(|high| x <= high)
    }

    /// Whether either end is set.
    pub fn restrict(&self) -> bool {
        self.low.is_some() || self.high.is_some()
    }

    /// The end on a side.
    pub fn at(&self, side: Side) -> Option<f64> {
        match side {
            Side::Low => self.low,
            Side::High => self.high,
        }
    }
}

/// One end of one interval of a box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Edge {
    /// Place of the input, from 0.
    pub input: usize,
    /// Which end.
    pub side: Side,
    /// Where, in the unit of the input.
    pub limit: f64,
}

impl Edge {
    fn keeps_out(&self, table: &Table<'_>, run: usize) -> bool {
        let x = table.values(self.input)[run];
        match self.side {
            Side::Low => x < self.limit,
            Side::High => x > self.limit,
        }
    }
}

/// A box: limits for each input, most of them open.
#[derive(Clone, Debug, PartialEq)]
pub struct Region {
    /// One for each input.
    pub limits: Vec<Limits>,
}

impl Region {
    /// Everywhere.
    pub fn open(inputs: usize) -> Self {
        Self { limits: vec![Limits::default(); inputs] }
    }

    /// The inputs that are limited, in order.
    pub fn restricted(&self) -> Vec<usize> {
        (0..self.limits.len()).filter(|i| self.limits[*i].restrict()).collect()
    }

    /// Number of inputs that are limited: the fewer, the easier a box is to say.
    pub fn dimensions(&self) -> usize {
        self.limits.iter().filter(|l| l.restrict()).count()
    }

    /// Every end that is set, inputs in order, the lower end first.
    pub fn edges(&self) -> Vec<Edge> {
        let of = |(input, limits): (usize, &Limits)| {
            let edge = |side| limits.at(side).map(|limit| Edge { input, side, limit });
            [edge(Side::Low), edge(Side::High)].into_iter().flatten().collect::<Vec<_>>()
        };
        self.limits.iter().enumerate().flat_map(of).collect()
    }

    /// The same box with one end moved, or opened.
    #[must_use]
    pub fn with(&self, input: usize, side: Side, limit: Option<f64>) -> Self {
        let mut region = self.clone();
        match (side, &mut region.limits[input]) {
            (Side::Low, limits) => limits.low = limit,
            (Side::High, limits) => limits.high = limit,
        }
        region
    }

    /// Whether it holds a run of the table.
    pub fn holds(&self, table: &Table<'_>, run: usize) -> bool {
        let inside = |(i, limits): (usize, &Limits)| limits.hold(table.values(i)[run]);
        self.limits.iter().enumerate().all(inside)
    }

    /// How good it is among all runs of the table.
    pub fn tally(&self, table: &Table<'_>) -> Tally {
        Tally::new(table, self, apart(table, &vec![true; table.runs()], self).inside)
    }
}

/// How good a box is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tally {
    /// Runs in the box.
    pub runs: usize,
    /// Runs of interest in the box.
    pub of_interest: usize,
    /// Share of all runs of interest that lie in the box, 0..1.
    pub coverage: f64,
    /// Share of the runs in the box that are of interest, 0..1; 0 of an empty box.
    pub density: f64,
    /// Share of all runs that lie in the box, 0..1.
    pub mass: f64,
    /// Inputs that the box limits.
    pub dimensions: usize,
}

impl Tally {
    pub(super) fn new(table: &Table<'_>, region: &Region, inside: Counts) -> Self {
        let all = table.counts();
        Self {
            runs: inside.runs,
            of_interest: inside.of_interest,
            coverage: share(inside.of_interest, all.of_interest),
            density: inside.density(),
            mass: share(inside.runs, all.runs),
            dimensions: region.dimensions(),
        }
    }

    /// Harmonic mean of coverage and density, 0..1: high only if both are (van Rijsbergen 1979).
    pub fn balance(&self) -> f64 {
        let sum = self.coverage + self.density;
        if sum > 0.0 { 2.0 * self.coverage * self.density / sum } else { 0.0 }
    }
}

/// The runs inside a box, and for each of its ends the runs that nothing but that end keeps out.
#[derive(Debug)]
pub(super) struct Apart {
    pub(super) inside: Counts,
    pub(super) beyond: Vec<(Edge, Vec<usize>)>,
}

/// Tells the runs that are `left` apart by the ends of a box.
pub(super) fn apart(table: &Table<'_>, left: &[bool], region: &Region) -> Apart {
    let mut beyond: Vec<(Edge, Vec<usize>)> =
        region.edges().into_iter().map(|e| (e, Vec::new())).collect();
    let mut inside = Counts::default();
    for run in (0..table.runs()).filter(|r| left[*r]) {
        let mut keepers = (0..beyond.len()).filter(|e| beyond[*e].0.keeps_out(table, run));
        match (keepers.next(), keepers.next()) {
            (None, _) => inside = inside.plus(table.count(&[run])),
            (Some(only), None) => beyond[only].1.push(run),
            _ => {}
        }
    }
    Apart { inside, beyond }
}
