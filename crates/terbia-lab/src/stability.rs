//! Can six figures of stability be one? Only on request, only beside the six, and only with the
//! weights that made it.
//!
//! The index is a weighted geometric mean, so that what one leg lacks no other makes up in full: with
//! a leg at 0 the index is 0. Beside it stands the weakest leg. Whether one policy beats another is
//! asked over all weights, not over one choice of them.
//!
//! ```text
//! legs   x_j = S_j for S1..S5;  x_6 = exp(min(0, S6))      erosion counts, growth earns nothing
//! index  = prod x_j^(w_j / sum w)
//! above  = share of weights, uniform on the simplex, under which index(A) > index(B)
//! ```

use terbia_model::kernel::dist::exponential;
use terbia_model::kernel::math::{exp, ln};
use terbia_model::kernel::rng::{Draws, Purpose};
use terbia_model::module::stability::COMPONENTS;

/// Six figures of stability, or as many weights: S1 to S6 of the stability module.
pub type Vector = [f64; COMPONENTS];

/// Every figure weighs the same.
pub const EVEN: Vector = [1.0; COMPONENTS];

/// Weights that a comparison tries.
const TRIES: u32 = 10_000;
/// Draws of weights; no run of the model uses them.
const WEIGHTS: Purpose = Purpose(0x5742);

/// An index, and everything that it hides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Index {
    /// The six figures.
    pub vector: Vector,
    /// The weights, which add up to 1.
    pub weights: Vector,
    /// The six as legs, 0..1 with 1 good.
    pub legs: Vector,
    /// The weighted geometric mean, 0..1.
    pub value: f64,
    /// The smallest leg, 0..1.
    pub minimum: f64,
    /// Which one that is; the first of equals.
    pub weakest: usize,
    /// Whether any leg is 0, which makes the index 0 whatever the weights.
    pub broken: bool,
}

/// How two policies rank over all weights.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ranking {
    /// The six figures of A and of B.
    pub vectors: [Vector; 2],
    /// Share of the weights under which A stays above B, 0..1.
    pub above: f64,
    /// Share under which they tie, 0..1.
    pub tied: f64,
    /// Whether A is nowhere worse and somewhere better: then it is above under almost all weights.
    pub dominates: bool,
    /// Weights tried.
    pub tries: u32,
}

/// Why there is no index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// A weight is below 0 or no number, or all are 0.
    #[error("weights must be numbers of 0 or more, not all 0")]
    Weights,
    /// A figure is no number, or one of the first five lies outside 0..1.
    #[error("figure {0} of the stability vector is not a share from 0 to 1")]
    Figure(usize),
}

/// The six figures as legs; fails if one of them is not what it should be.
fn legs(vector: &Vector) -> Result<Vector, IndexError> {
    let mut legs = *vector;
    if let Some(drift) = legs.last_mut() {
        *drift = exp(drift.min(0.0));
    }
    // S6 may be any number, which exp() would hide.
    let good =
        |i: usize, x: &f64| (0.0..=1.0).contains(x) && vector.get(i).is_some_and(|v| !v.is_nan());
    match legs.iter().enumerate().find(|(i, x)| !good(*i, x)) {
        Some((i, _)) => Err(IndexError::Figure(i + 1)),
        None => Ok(legs),
    }
}

/// Geometric mean under weights that add up to 1; 0 if a leg is, also one that weighs nothing, which
/// is its limit as the leg goes to 0 before the weight does.
fn mean(legs: &Vector, weights: &Vector) -> f64 {
    if legs.contains(&0.0) {
        return 0.0;
    }
    exp(legs.iter().zip(weights).map(|(x, w)| w * ln(*x)).sum())
}

/// The index of a vector under `weights`, of which only the proportions count.
pub fn index(vector: &Vector, weights: &Vector) -> Result<Index, IndexError> {
    let legs = legs(vector)?;
    let sum: f64 = weights.iter().sum();
    if !(weights.iter().all(|w| *w >= 0.0) && sum > 0.0 && sum.is_finite()) {
        return Err(IndexError::Weights);
    }
    let weights = weights.map(|w| w / sum);
    let (mut weakest, mut minimum) = (0, f64::INFINITY);
    for (i, leg) in legs.iter().enumerate() {
        if *leg < minimum {
            (weakest, minimum) = (i, *leg);
        }
    }
    // Rounding must not lift the mean over the largest leg or push it under the smallest.
    let most = legs.iter().copied().fold(0.0, f64::max);
    let value = if minimum == 0.0 { 0.0 } else { mean(&legs, &weights).clamp(minimum, most) };
    Ok(Index { vector: *vector, weights, legs, value, minimum, weakest, broken: minimum == 0.0 })
}

/// Under which share of weights does policy A stay above policy B?
///
/// Weights are drawn uniformly from the simplex (normalised exponentials) at fixed addresses under
/// `seed`: the same question has the same answer.
pub fn rank(a: &Vector, b: &Vector, seed: u64) -> Result<Ranking, IndexError> {
    let [left, right] = [legs(a)?, legs(b)?];
    let (mut above, mut tied) = (0_u32, 0_u32);
    for run in 0..TRIES {
        let weights = simplex(&Draws::new(seed, run));
        let (x, y) = (mean(&left, &weights), mean(&right, &weights));
        above += u32::from(x > y);
        tied += u32::from(x == y);
    }
    let pairs = || left.iter().zip(&right);
    Ok(Ranking {
        vectors: [*a, *b],
        above: f64::from(above) / f64::from(TRIES),
        tied: f64::from(tied) / f64::from(TRIES),
        dominates: pairs().all(|(x, y)| x >= y) && pairs().any(|(x, y)| x > y),
        tries: TRIES,
    })
}

fn simplex(draws: &Draws) -> Vector {
    let mut weights = [0.0; COMPONENTS];
    for (entity, w) in (0..).zip(&mut weights) {
        *w = exponential(draws.uniform(WEIGHTS, entity, 0, 0), 1.0);
    }
    let sum: f64 = weights.iter().sum();
    weights.map(|w| w / sum)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A vector whose six legs are all `a`.
    fn equal(a: f64) -> Vector {
        [a, a, a, a, a, ln(a)]
    }

    #[test]
    fn k5_equal_components_are_the_index_and_its_minimum() {
        for a in [1e-6, 0.2, 0.5, 0.99, 1.0] {
            for weights in [EVEN, [5.0, 0.0, 1.0, 2.0, 0.5, 1.0]] {
                let i = index(&equal(a), &weights).unwrap();
                assert!((i.value / a - 1.0).abs() < 1e-9 && (i.minimum / a - 1.0).abs() < 1e-9);
                assert!(!i.broken);
            }
        }
    }

    #[test]
    fn k5_any_component_at_zero_makes_the_index_zero_and_says_so() {
        for leg in 0..5 {
            let mut vector = [0.9; COMPONENTS];
            vector[leg] = 0.0;
            for weights in [EVEN, [1.0, 0.0, 1.0, 0.0, 1.0, 0.0]] {
                let i = index(&vector, &weights).unwrap();
                assert_eq!((i.value, i.minimum, i.weakest, i.broken), (0.0, 0.0, leg, true));
            }
        }
        let worn_out = [0.9, 0.9, 0.9, 0.9, 0.9, f64::NEG_INFINITY];
        assert!(index(&worn_out, &EVEN).unwrap().broken);
    }

    #[test]
    fn an_index_carries_its_vector_and_its_weights() {
        let vector = [0.8, 0.6, 0.4, 0.9, 0.7, 0.3];
        let i = index(&vector, &[2.0, 1.0, 1.0, 2.0, 1.0, 1.0]).unwrap();
        assert_eq!((i.vector, i.weakest, i.minimum), (vector, 2, 0.4));
        assert!((i.weights.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        // Leverage that grows is worth no more than leverage that lasts.
        assert_eq!(i.legs[5], 1.0);
        let logs = 2.0 * ln(0.8) + ln(0.6) + ln(0.4) + 2.0 * ln(0.9) + ln(0.7);
        assert!((i.value - exp(logs / 8.0)).abs() < 1e-12);
    }

    #[test]
    fn what_is_no_share_and_no_weight_is_refused() {
        let vector = equal(0.5);
        let bad = [[-1.0, 1.0, 1.0, 1.0, 1.0, 1.0], [0.0; 6], [f64::NAN; 6], [f64::INFINITY; 6]];
        for weights in bad {
            assert_eq!(index(&vector, &weights), Err(IndexError::Weights));
        }
        for (place, value) in [(0, f64::NAN), (2, 1.2), (4, -0.1), (5, f64::NAN)] {
            let mut vector = vector;
            vector[place] = value;
            assert_eq!(index(&vector, &EVEN), Err(IndexError::Figure(place + 1)));
            assert_eq!(rank(&vector, &EVEN, 1), Err(IndexError::Figure(place + 1)));
        }
    }

    #[test]
    fn a_rank_that_turns_on_one_weight_is_as_robust_as_that_weight_is_likely() {
        // A is better on one leg and worse on another by the same ratio: it leads when the first
        // weighs more, which is half of the simplex.
        let a = [0.8, 0.4, 0.7, 0.7, 0.7, 0.0];
        let b = [0.4, 0.8, 0.7, 0.7, 0.7, 0.0];
        let r = rank(&a, &b, 7).unwrap();
        assert!((r.above - 0.5).abs() < 0.02 && r.tied < 0.001 && !r.dominates);
        assert_eq!(r, rank(&a, &b, 7).unwrap());
        // By a quarter of the ratio (in logs): it leads where w1 > w2/4, which is 4 in 5.
        let c = [0.8, 0.8, 0.7, 0.7, 0.7, 0.0];
        let d = [0.4, 0.8 * 2.0_f64.sqrt().sqrt(), 0.7, 0.7, 0.7, 0.0];
        assert!((rank(&c, &d, 7).unwrap().above - 0.8).abs() < 0.02);
    }

    #[test]
    fn who_is_better_everywhere_stays_above_under_all_weights() {
        let a = [0.8, 0.6, 0.7, 0.7, 0.7, -0.1];
        let b = [0.7, 0.6, 0.6, 0.7, 0.7, -0.2];
        let r = rank(&a, &b, 1).unwrap();
        assert!(r.dominates && r.above == 1.0 && r.tied == 0.0);
        assert_eq!(rank(&b, &a, 1).unwrap().above, 0.0);
        let same = rank(&a, &a, 1).unwrap();
        assert_eq!((same.above, same.tied, same.dominates), (0.0, 1.0, false));
    }

    proptest! {
        #[test]
        fn k5_the_index_rises_with_each_component(
            v in prop::array::uniform5(0.01_f64..0.9),
            drift in -2.0_f64..-0.2,
            weights in prop::array::uniform6(0.01_f64..5.0),
            leg in 0_usize..6,
            step in 0.01_f64..0.1,
        ) {
            let vector = [v[0], v[1], v[2], v[3], v[4], drift];
            let mut better = vector;
            better[leg] += step;
            let (a, b) = (index(&vector, &weights).unwrap(), index(&better, &weights).unwrap());
            prop_assert!(b.value > a.value);
            prop_assert!(a.value >= a.minimum && a.value <= 1.0);
            prop_assert_eq!(a.legs[a.weakest], a.minimum);
        }
    }
}
