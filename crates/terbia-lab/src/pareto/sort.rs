//! Who is better than whom, in layers? Non-dominated sorting.
//!
//! The first front is what nothing beats; the second what only the first beats, and so on. Points are
//! taken in lexicographic order, so that none is beaten by a later one, and each joins the first front
//! in which nobody beats it (efficient non-dominated sort: Zhang et al. 2015).

use super::{Evaluation, dominates};
use std::cmp::Ordering;

/// The fronts of some candidates, best first: places in the list, ascending within a front.
pub fn fronts<'a>(candidates: impl IntoIterator<Item = &'a Evaluation>) -> Vec<Vec<usize>> {
    let ranked: Vec<(f64, &[f64])> =
        candidates.into_iter().map(|c| (c.fault(), &c.objectives[..])).collect();
    let mut order: Vec<usize> = (0..ranked.len()).collect();
    order.sort_by(|a, b| {
        let ((fault, f), (other, g)) = (ranked[*a], ranked[*b]);
        fault.total_cmp(&other).then_with(|| lexicographic(f, g)).then(a.cmp(b))
    });
    let mut fronts: Vec<Vec<usize>> = Vec::new();
    for place in order {
        let (fault, objectives) = ranked[place];
        // Latest first: they are nearest in the order, and most likely to beat it.
        let beaten = |front: &Vec<usize>| {
            front.iter().rev().any(|rival| {
                let (least, best) = ranked[*rival];
                least < fault || (fault == 0.0 && dominates(best, objectives))
            })
        };
        match fronts.iter_mut().find(|front| !beaten(front)) {
            Some(front) => front.push(place),
            None => fronts.push(vec![place]),
        }
    }
    for front in &mut fronts {
        front.sort_unstable();
    }
    fronts
}

/// Order by the first objective, then the second, and so on.
pub(super) fn lexicographic(a: &[f64], b: &[f64]) -> Ordering {
    let different = a.iter().zip(b).map(|(a, b)| a.total_cmp(b)).find(|o| o.is_ne());
    different.unwrap_or(Ordering::Equal)
}

/// The points that no other dominates, each once, in lexicographic order; those with a number that is
/// not finite are left out.
pub fn front(points: &[Vec<f64>]) -> Vec<Vec<f64>> {
    let mut order: Vec<&Vec<f64>> =
        points.iter().filter(|p| p.iter().all(|x| x.is_finite())).collect();
    order.sort_by(|a, b| lexicographic(a, b));
    order.dedup();
    let mut kept: Vec<Vec<f64>> = Vec::new();
    for point in order {
        if !kept.iter().rev().any(|k| dominates(k, point)) {
            kept.push(point.clone());
        }
    }
    kept
}
