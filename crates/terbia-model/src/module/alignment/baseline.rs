//! Where would a simple compromise end, and who could force whom? Baselines for the election.
//!
//! Mean and median weighted by capability and salience are reported beside the election: in the
//! comparative data on law-making, compromise forecasts about as well as anything procedural. The
//! pairwise contest of Bueno de Mesquita (1994) in the notation of Scholz et al. (2011) is here for
//! comparison only. Its rounds of challenges are left out: their published path has not been
//! reproduced by others. ASSUME M-042.
//!
//! ```text
//! mean     = Σ c s x / Σ c s ;   median = least x with Σ_{x_k <= x} c s >= ½ Σ c s
//! p(a, b)  = Σ⁺ c s (|x − b| − |x − a|) / Σ |c s (|x − b| − |x − a|)|
//! E(i → j) = s_j [p U_s + (1 − p) U_f] + (1 − s_j) U_s − U_q         U_s = 2 g, U_f = −2 g, U_q = 0
//!            g = |x_i − x_j| / range
//! r_i      = (1 − R_i/3)/(1 + R_i/3) ,  R_i = (2 Σ_j E(j → i) − max − min)/(max − min)
//! ```

/// Mean of `positions` by `weights`; `None` if nothing has weight.
pub fn weighted_mean(positions: &[f64], weights: &[f64]) -> Option<f64> {
    let total: f64 = weights.iter().sum();
    let sum: f64 = positions.iter().zip(weights).map(|(x, w)| x * w).sum();
    (total > 0.0).then(|| sum / total)
}

/// Lower median of `positions` by `weights`: the least position up to which half of the weight
/// lies; `None` if nothing has weight.
///
/// Quadratic, as it sorts nothing and so needs no room; there are about a dozen actors.
pub fn weighted_median(positions: &[f64], weights: &[f64]) -> Option<f64> {
    let half = 0.5 * weights.iter().sum::<f64>();
    let enough = |x: f64| weight_up_to(positions, weights, x) >= half;
    let mut median: Option<f64> = None;
    for (&x, &w) in positions.iter().zip(weights) {
        if w > 0.0 && median.is_none_or(|m| x < m) && enough(x) {
            median = Some(x);
        }
    }
    median
}

/// Weight of all positions up to `x`, in the unit of `weights`.
pub fn weight_up_to(positions: &[f64], weights: &[f64], x: f64) -> f64 {
    positions.iter().zip(weights).map(|(y, w)| if *y <= x { *w } else { 0.0 }).sum()
}

/// Probability that position `a` prevails over `b` when all take sides by how much nearer it is to
/// them, 0..1; even if nobody minds.
pub fn prevail(positions: &[f64], weights: &[f64], a: f64, b: f64) -> f64 {
    let (mut with, mut all) = (0.0, 0.0);
    for (x, w) in positions.iter().zip(weights) {
        let vote = w * ((x - b).abs() - (x - a).abs());
        with += vote.max(0.0);
        all += vote.abs();
    }
    if all > 0.0 { with / all } else { 0.5 }
}

/// Expected utility to `challenger` of challenging `target`, −2..2: risk neutral, nothing changes if
/// it does not, distances relative to the range of the positions.
///
/// `saliences` are 0..1; weights are capability times salience. `None` if there is no such actor.
pub fn challenge(
    positions: &[f64],
    weights: &[f64],
    saliences: &[f64],
    challenger: usize,
    target: usize,
) -> Option<f64> {
    let (&own, &other) = (positions.get(challenger)?, positions.get(target)?);
    let salience = *saliences.get(target)?;
    let low = positions.iter().copied().fold(f64::INFINITY, f64::min);
    let high = positions.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let gain = if high > low { 2.0 * (own - other).abs() / (high - low) } else { 0.0 };
    let chance = prevail(positions, weights, own, other);
    // Who does not care gives way without a contest.
    Some(salience * (chance * gain - (1.0 - chance) * gain) + (1.0 - salience) * gain)
}

/// Risk exponent of each actor after the first pass, ½..2: who has little to fear from the
/// challenges of others is at its best already and takes no risk to stay there.
///
/// Not for the monthly path: it allocates.
pub fn risk_exponents(positions: &[f64], weights: &[f64], saliences: &[f64]) -> Vec<f64> {
    let threat = |target: usize| -> f64 {
        (0..positions.len())
            .filter(|&i| i != target)
            .filter_map(|i| challenge(positions, weights, saliences, i, target))
            .sum()
    };
    let threats: Vec<f64> = (0..positions.len()).map(threat).collect();
    let low = threats.iter().copied().fold(f64::INFINITY, f64::min);
    let high = threats.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let exponent = |t: &f64| {
        let risk = if high > low { (2.0 * t - high - low) / (high - low) } else { 0.0 };
        (1.0 - risk / 3.0) / (1.0 + risk / 3.0)
    };
    threats.iter().map(exponent).collect()
}
