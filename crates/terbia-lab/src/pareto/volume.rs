//! How much does a front cover? The hypervolume: what it dominates, up to a reference point.
//!
//! ```text
//! 2 objectives   a sweep along the first                                            n log n
//! 3 objectives   a sweep along the third over the staircase of the other two        n² at worst
//! more           Σ_k (ref_d − p_kd) (volume of p_k − volume of what earlier points leave of it),
//!                points by their last objective, the volumes in the others          exponential in d
//! ```
//!
//! The last is the recursion of While, Bradstreet and Barone (2012) on the last objective. It is the
//! only measure of a front that rises whenever a point is added that no other dominates (Zitzler et al.
//! 2003). It depends on the reference point: compare only volumes with the same one, and objectives
//! brought to like size.
//!
//! Points that do not reach the reference in every objective, or lack a number, cover nothing.

use super::sort::{front, lexicographic};
use std::cmp::Ordering;

/// The volume between `points` and `reference`, which is worse than they are; 0 of nothing. Exact; a
/// hundred points with five objectives take some milliseconds, and every further objective multiplies
/// that. Points whose length is not that of the reference count for nothing.
pub fn hypervolume(points: &[Vec<f64>], reference: &[f64]) -> f64 {
    let inside = |p: &&Vec<f64>| {
        p.len() == reference.len() && p.iter().zip(reference).all(|(x, r)| x.is_finite() && x < r)
    };
    let within: Vec<Vec<f64>> = points.iter().filter(inside).cloned().collect();
    volume(&within, reference)
}

/// The volume of points inside the reference, which may dominate one another.
fn volume(points: &[Vec<f64>], reference: &[f64]) -> f64 {
    match reference.len() {
        0 => 0.0,
        1 => points.iter().map(|p| reference[0] - p[0]).fold(0.0, f64::max),
        2 => area(points, reference),
        3 => sweep(points, reference),
        _ => recursion(&front(points), reference),
    }
}

/// Two objectives: strips along the first, each as high as the best second one so far.
fn area(points: &[Vec<f64>], reference: &[f64]) -> f64 {
    let mut order: Vec<&Vec<f64>> = points.iter().collect();
    order.sort_by(|a, b| lexicographic(a, b));
    let mut height = reference[1];
    let mut sum = 0.0;
    for p in order {
        if p[1] < height {
            sum += (reference[0] - p[0]) * (height - p[1]);
            height = p[1];
        }
    }
    sum
}

/// Three objectives: slices along the third, each as high as the step to the next point.
fn sweep(points: &[Vec<f64>], reference: &[f64]) -> f64 {
    let order = by_last(points);
    let mut stairs = Staircase { steps: Vec::new(), area: 0.0 };
    let mut sum = 0.0;
    for (place, p) in order.iter().enumerate() {
        stairs.add([p[0], p[1]], reference);
        let next = order.get(place + 1).map_or(reference[2], |q| q[2]);
        sum += stairs.area * (next - p[2]);
    }
    sum
}

/// Points in order of their last objective.
fn by_last(points: &[Vec<f64>]) -> Vec<&Vec<f64>> {
    let mut order: Vec<&Vec<f64>> = points.iter().collect();
    let last = |p: &Vec<f64>| p.last().copied().unwrap_or(f64::NAN);
    order.sort_by(|a, b| last(a).total_cmp(&last(b)).then_with(|| lexicographic(a, b)));
    order
}

/// A front of two objectives that grows, and the area that it covers.
struct Staircase {
    /// In order of the first objective; the second falls.
    steps: Vec<[f64; 2]>,
    area: f64,
}

impl Staircase {
    fn add(&mut self, p: [f64; 2], reference: &[f64]) {
        let from = self.steps.partition_point(|s| s[0] < p[0]);
        let ceiling = if from == 0 { reference[1] } else { self.steps[from - 1][1] };
        if ceiling <= p[1] || self.steps.get(from).is_some_and(|s| s[0] == p[0] && s[1] <= p[1]) {
            return;
        }
        // Steps from here that are no lower are covered; the first that is lower bounds the gain.
        let mut to = from;
        let (mut x, mut height) = (p[0], ceiling);
        while let Some(s) = self.steps.get(to) {
            self.area += (s[0] - x) * (height - p[1]);
            (x, height) = (s[0], s[1]);
            if s[1] < p[1] {
                break;
            }
            to += 1;
        }
        if to == self.steps.len() {
            self.area += (reference[0] - x) * (height - p[1]);
        }
        self.steps.splice(from..to, [p]);
    }
}

/// Four and more: each point adds its own volume less what earlier ones cover of it. Earlier ones are
/// no worse in the last objective, so that what they cover reaches as far along it as the point does.
fn recursion(points: &[Vec<f64>], reference: &[f64]) -> f64 {
    let last = reference.len() - 1;
    let below = &reference[..last];
    let order = by_last(points);
    let mut sum = 0.0;
    for (place, p) in order.iter().enumerate() {
        let own: f64 = below.iter().zip(p.iter()).map(|(r, x)| r - x).product();
        let shared: Vec<Vec<f64>> = order[..place]
            .iter()
            .map(|q| q[..last].iter().zip(p.iter()).map(|(a, b)| larger(*a, *b)).collect())
            .collect();
        sum += (reference[last] - p[last]) * (own - volume(&shared, below));
    }
    sum
}

fn larger(a: f64, b: f64) -> f64 {
    if a.total_cmp(&b) == Ordering::Less { b } else { a }
}
