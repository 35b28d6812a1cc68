//! In which directions should a front be looked for? Evenly spread points on a simplex.
//!
//! ```text
//! (a_1, .., a_M)/H   with whole a_j >= 0 that add up to H:   C(H + M − 1, M − 1) directions
//! ```
//!
//! Das and Dennis (1998). With many objectives a lattice fine enough to have a point inside is too
//! large, so a coarse one is joined by another that is shrunk to half its size towards the middle (Deb
//! and Jain 2014).

/// All directions for `objectives` with `divisions` of each axis, in lexicographic order; each adds up
/// to 1.
pub fn das_dennis(objectives: usize, divisions: usize) -> Vec<Vec<f64>> {
    fn fill(left: usize, of: usize, prefix: &mut Vec<f64>, places: usize, out: &mut Vec<Vec<f64>>) {
        let share = |a: usize| if of == 0 { 1.0 / places as f64 } else { a as f64 / of as f64 };
        if prefix.len() + 1 == places {
            prefix.push(share(left));
            out.push(prefix.clone());
            prefix.pop();
            return;
        }
        for a in 0..=left {
            prefix.push(share(a));
            fill(left - a, of, prefix, places, out);
            prefix.pop();
        }
    }
    let mut directions = Vec::new();
    if objectives > 0 {
        fill(divisions, divisions, &mut Vec::new(), objectives, &mut directions);
    }
    directions
}

/// How many directions that would be; the largest number there is if it is larger still.
pub fn count(objectives: usize, divisions: usize) -> usize {
    // C(H + k, k) is C(H + k − 1, k − 1) (H + k)/k, whole at every step.
    let step = |so_far: usize, k: usize| so_far.checked_mul(divisions + k).map(|c| c / k);
    (1..objectives).try_fold(1, step).unwrap_or(usize::MAX)
}

/// As many directions as a population of this size can serve: the finest lattice, or the finest outer
/// one with the finest inner one where a lattice would lie on the rim.
pub fn suited(objectives: usize, population: usize) -> Vec<Vec<f64>> {
    let finest = |room: usize| {
        // With one objective there is one direction, however fine.
        let most = if objectives < 2 { 1 } else { room };
        (1..=most).take_while(|h| count(objectives, *h) <= room).last().unwrap_or(0)
    };
    let outer = finest(population);
    let mut directions = das_dennis(objectives, outer.max(1));
    if outer < objectives && objectives > 1 {
        let inner = finest(population.saturating_sub(directions.len()));
        if inner > 0 || directions.len() < population {
            let middle = 0.5 / objectives as f64;
            let shrunk = |d: Vec<f64>| d.iter().map(|x| 0.5 * x + middle).collect();
            directions.extend(das_dennis(objectives, inner).into_iter().map(shrunk));
        }
    }
    directions
}
