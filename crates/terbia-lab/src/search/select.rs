//! Which half of parents and children goes on? Fronts first; of the last, those in empty directions.
//!
//! ```text
//! scaled    f' = (f − ideal)/(intercepts − ideal), the intercepts of the plane through the extremes
//! company   each member goes with the direction to whose line it is nearest
//! last      again and again: the direction with the least company takes one member of the last front,
//!           its nearest if it had none, any otherwise
//! ```
//!
//! Deb and Jain (2014). Where the extremes span no plane, the worst of the first front stands in for the
//! intercepts. Members that break a constraint are ranked by how much, and need no directions.

use super::Member;
use crate::pareto::sort;
use nalgebra::{DMatrix, DVector};
use terbia_model::kernel::math::sqrt;
use terbia_model::kernel::rng::{Draws, Purpose};

/// Which of equally empty directions, and which of its members.
const NICHE: Purpose = Purpose(0x4E49_4348);
/// How little the other objectives may weigh when the extreme along one is looked for.
const ASIDE: f64 = 1e-6;
/// Below this a range is none.
const NO_RANGE: f64 = 1e-12;

/// Where the front was seen to begin and to end.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Frame {
    ideal: Vec<f64>,
    extremes: Vec<Vec<f64>>,
}

impl Frame {
    /// Nothing seen yet.
    pub(super) fn new(objectives: usize) -> Self {
        Self { ideal: vec![f64::INFINITY; objectives], extremes: Vec::new() }
    }

    /// Places of the members that go on, `keep` of them or all.
    pub(super) fn survivors(
        &mut self,
        members: &[Member],
        keep: usize,
        directions: &[Vec<f64>],
        draws: &Draws,
    ) -> Vec<usize> {
        let fronts = sort::fronts(members.iter().map(|m| &m.evaluation));
        let mut kept: Vec<usize> = Vec::with_capacity(keep);
        for front in &fronts {
            let room = keep - kept.len();
            if front.len() <= room {
                kept.extend(front);
                continue;
            }
            if room > 0 && members[front[0]].evaluation.feasible() {
                let cost = |place: &usize| &members[*place].evaluation.objectives[..];
                let considered: Vec<&[f64]> = kept.iter().chain(front).map(cost).collect();
                let first: Vec<&[f64]> = fronts[0].iter().map(cost).collect();
                let upper = self.upper(&considered, &first);
                let scaled = |f: &&[f64]| -> Vec<f64> {
                    let ends = self.ideal.iter().zip(&upper);
                    f.iter().zip(ends).map(|(x, (low, high))| (x - low) / (high - low)).collect()
                };
                let nearest: Vec<(usize, f64)> =
                    considered.iter().map(scaled).map(|f| nearest(&f, directions)).collect();
                let (settled, open) = nearest.split_at(kept.len());
                let chosen = fill(settled, open, directions.len(), room, draws);
                kept.extend(chosen.into_iter().map(|c| front[c]));
            } else {
                kept.extend(&front[..room]);
            }
            break;
        }
        kept
    }

    /// Moves the ideal and the extremes on, and says where each objective ends.
    fn upper(&mut self, considered: &[&[f64]], first: &[&[f64]]) -> Vec<f64> {
        for f in considered {
            for (ideal, x) in self.ideal.iter_mut().zip(*f) {
                *ideal = ideal.min(*x);
            }
        }
        let objectives = self.ideal.len();
        let reach = |f: &[f64], axis: usize| {
            let weighed = f.iter().zip(&self.ideal).enumerate();
            let along = |(k, (x, low)): (usize, (&f64, &f64))| {
                (x - low) / if k == axis { 1.0 } else { ASIDE }
            };
            weighed.map(along).fold(f64::NEG_INFINITY, f64::max)
        };
        let extreme = |axis: usize| -> Vec<f64> {
            let old = self.extremes.iter().map(Vec::as_slice);
            let all = old.chain(considered.iter().copied());
            let best = all.min_by(|a, b| reach(a, axis).total_cmp(&reach(b, axis)));
            best.unwrap_or_default().to_vec()
        };
        let extremes: Vec<Vec<f64>> = (0..objectives).map(extreme).collect();
        self.extremes = extremes;
        let worst =
            |of: &[&[f64]], k: usize| of.iter().map(|f| f[k]).fold(f64::NEG_INFINITY, f64::max);
        let plane = self.intercepts();
        let end = |k: usize| {
            let low = self.ideal[k];
            let usable = |x: &f64| x - low > NO_RANGE * low.abs().max(1.0);
            let all = worst(considered, k);
            let from_plane = plane.as_ref().map(|p| p[k]).filter(|x| usable(x) && *x <= all);
            let otherwise = || Some(worst(first, k)).filter(usable);
            // An objective in which all are equal is divided by anything.
            from_plane.or_else(otherwise).or(Some(all).filter(usable)).unwrap_or(low + 1.0)
        };
        (0..objectives).map(end).collect()
    }

    /// Where the plane through the extremes cuts the axes; `None` if there is no such plane.
    fn intercepts(&self) -> Option<Vec<f64>> {
        let size = self.ideal.len();
        let matrix = DMatrix::from_fn(size, size, |i, k| self.extremes[i][k] - self.ideal[k]);
        let normal = matrix.lu().solve(&DVector::from_element(size, 1.0))?;
        let cut = |(n, low): (&f64, &f64)| low + 1.0 / n;
        let cuts: Vec<f64> = normal.iter().zip(&self.ideal).map(cut).collect();
        cuts.iter().all(|c| c.is_finite()).then_some(cuts)
    }
}

/// The direction to whose line a point is nearest, and how far it is from it.
fn nearest(point: &[f64], directions: &[Vec<f64>]) -> (usize, f64) {
    let mut best = (0, f64::INFINITY);
    for (place, direction) in directions.iter().enumerate() {
        let (mut along, mut length, mut own) = (0.0, 0.0, 0.0);
        for (x, d) in point.iter().zip(direction) {
            along += x * d;
            length += d * d;
            own += x * x;
        }
        let squared = own - along * along / length;
        if squared < best.1 {
            best = (place, squared);
        }
    }
    (best.0, sqrt(best.1.max(0.0)))
}

/// Which `room` of the open members to take, given where those stand that are settled.
fn fill(
    settled: &[(usize, f64)],
    open: &[(usize, f64)],
    directions: usize,
    room: usize,
    draws: &Draws,
) -> Vec<usize> {
    let mut company = vec![0_usize; directions];
    for (direction, _) in settled {
        company[*direction] += 1;
    }
    let mut waiting: Vec<Vec<usize>> = vec![Vec::new(); directions];
    for (member, (direction, _)) in open.iter().enumerate() {
        waiting[*direction].push(member);
    }
    let mut chosen = Vec::with_capacity(room);
    for turn in 0..room as u32 {
        let live = || (0..directions).filter(|d| !waiting[*d].is_empty());
        let Some(least) = live().map(|d| company[d]).min() else { break };
        let emptiest: Vec<usize> = live().filter(|d| company[*d] == least).collect();
        let (u, v) = draws.pair(NICHE, turn, 0, 0);
        let pick = |u: f64, of: usize| (u * of as f64) as usize;
        let direction = emptiest[pick(u, emptiest.len())];
        let queue = &mut waiting[direction];
        let place = if least == 0 {
            let far = |member: &usize| open[*member].1;
            (0..queue.len()).min_by(|a, b| far(&queue[*a]).total_cmp(&far(&queue[*b]))).unwrap_or(0)
        } else {
            pick(v, queue.len())
        };
        chosen.push(queue.remove(place));
        company[direction] += 1;
    }
    chosen
}
