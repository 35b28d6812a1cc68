//! What was the best that was ever seen, as finely as anybody cares? An archive by epsilon dominance.
//!
//! Objectives are cut into boxes as wide as the differences that matter. No box that another dominates
//! is kept, and of each box one point: the one that dominates the others, else the one nearest to the
//! corner of the box (Laumanns et al. 2002). So the archive is never larger than the front has boxes,
//! loses nothing by more than a box, and never gets worse, which populations may.
//!
//! The order in which points arrive decides between points of one box. It is that of the caller.

use super::{Evaluation, dominates};

/// A front of all that it was shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Archive {
    widths: Vec<f64>,
    entries: Vec<Entry>,
    /// For each objective, the box of each entry along it, counted in widths: side by side, as every
    /// candidate is held against all.
    corners: Vec<Vec<f64>>,
}

/// A point that is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// What was decided.
    pub decision: Vec<f64>,
    /// What it costs.
    pub objectives: Vec<f64>,
}

impl Archive {
    /// An empty archive with boxes of these widths, one for each objective, in its unit. A width of 0
    /// (or below, or no number) keeps every difference.
    pub fn new(widths: Vec<f64>) -> Self {
        Self { entries: Vec::new(), corners: vec![Vec::new(); widths.len()], widths }
    }

    /// The points that are kept, in order of their boxes along the first objective.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Shows it a candidate; whether it was kept. What is not feasible, or has not as many objectives
    /// as there are widths, never is.
    pub fn offer(&mut self, decision: &[f64], evaluation: &Evaluation) -> bool {
        let objectives = &evaluation.objectives;
        if !evaluation.feasible() || objectives.len() != self.widths.len() {
            return false;
        }
        let to_box = |(o, w): (&f64, &f64)| if *w > 0.0 { (o / w).floor() } else { *o };
        let corner: Vec<f64> = objectives.iter().zip(&self.widths).map(to_box).collect();
        let (Some(first), Some(along)) = (corner.first(), self.corners.first()) else {
            return false;
        };
        // In order of the first objective, only boxes up to here can be better or the same, and as no
        // box in here dominates another, the first of either kind decides.
        let to = along.partition_point(|c| c <= first);
        if let Some(place) = self.no_worse(to, &corner) {
            let same = self.corners.iter().zip(&corner).all(|(along, x)| along[place] == *x);
            let taken = same && !self.holds(place, objectives, &corner);
            if taken {
                self.entries[place] = entry(decision, objectives);
            }
            return taken;
        }
        let from = along.partition_point(|c| c < first);
        let worse = |place: &usize| self.corners.iter().zip(&corner).all(|(a, x)| a[*place] >= *x);
        let beaten: Vec<usize> = (from..self.entries.len()).filter(worse).collect();
        // From the end, so that the places before stay what they are.
        for place in beaten.into_iter().rev() {
            self.entries.remove(place);
            for along in &mut self.corners {
                along.remove(place);
            }
        }
        self.entries.insert(from, entry(decision, objectives));
        for (along, x) in self.corners.iter_mut().zip(corner) {
            along.insert(from, x);
        }
        true
    }

    /// The last place before `to` whose box is nowhere worse than `corner`: block by block from the end,
    /// where boxes are nearest along the first objective.
    fn no_worse(&self, to: usize, corner: &[f64]) -> Option<usize> {
        const BLOCK: usize = 64;
        let mut to = to;
        while to > 0 {
            let from = to.saturating_sub(BLOCK);
            let mut holds = [true; BLOCK];
            for (along, x) in self.corners.iter().zip(corner) {
                for (holds, c) in holds.iter_mut().zip(&along[from..to]) {
                    *holds &= c <= x;
                }
            }
            if let Some(place) = holds[..to - from].iter().rposition(|h| *h) {
                return Some(from + place);
            }
            to = from;
        }
        None
    }

    /// Whether the entry at a place keeps its box against another point of the same box: it dominates, or
    /// is not dominated and no farther from the corner.
    fn holds(&self, place: usize, objectives: &[f64], corner: &[f64]) -> bool {
        let own = &self.entries[place].objectives;
        let distance = |of: &[f64]| -> f64 {
            let scaled = of.iter().zip(corner).zip(&self.widths);
            scaled.map(|((o, c), w)| if *w > 0.0 { (o / w - c).powi(2) } else { 0.0 }).sum()
        };
        let nearer = || distance(own) <= distance(objectives);
        dominates(own, objectives) || (!dominates(objectives, own) && nearer())
    }
}

fn entry(decision: &[f64], objectives: &[f64]) -> Entry {
    Entry { decision: decision.to_vec(), objectives: objectives.to_vec() }
}
