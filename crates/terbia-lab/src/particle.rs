//! Which of many runs does an observation speak for? Weights of particles, and drawing them anew.
//!
//! ```text
//! weight      w_i <- w_i p(y | i);   p(y | past) is estimated by sum w_i p(y | i)
//! effective   (sum w)² / sum w²                                  (Kong, Liu and Wong 1994)
//! anew        systematic, once it is below half of the particles (Carpenter et al. 1999)
//! ```

use terbia_model::kernel::math::{exp, ln};

/// Weights of particles, and the likelihood of what they have been weighed by.
#[derive(Clone, Debug, PartialEq)]
pub struct Weights {
    weights: Vec<f64>,
    log_likelihood: f64,
}

impl Weights {
    /// So many particles, all alike.
    pub fn even(count: usize) -> Self {
        Self { weights: vec![1.0 / count.max(1) as f64; count], log_likelihood: 0.0 }
    }

    /// Particles with these weights, not all nought.
    pub fn of(weights: &[f64]) -> Self {
        Self { weights: weights.to_vec(), log_likelihood: 0.0 }
    }

    /// Takes a particle out.
    pub fn drop(&mut self, place: usize) {
        self.weights[place] = 0.0;
    }

    /// The weights, made to sum to 1; nothing if none is left.
    pub fn shares(&self) -> Option<Vec<f64>> {
        let total: f64 = self.weights.iter().sum();
        (total > 0.0).then(|| self.weights.iter().map(|w| w / total).collect())
    }

    /// Weighs the particles by the log density that each gives to an observation. Returns the log
    /// density that all give it together; nothing, and no change, if none makes it possible.
    pub fn weigh(&mut self, log_densities: &[f64]) -> Option<f64> {
        let shares = self.shares()?;
        let possible = |(w, l): (&f64, &f64)| if *w > 0.0 { *l } else { f64::NEG_INFINITY };
        let top = shares.iter().zip(log_densities).map(possible).fold(f64::NEG_INFINITY, f64::max);
        if !top.is_finite() {
            return None;
        }
        let raised = |(w, l): (&f64, &f64)| if *w > 0.0 { w * exp(l - top) } else { 0.0 };
        let weights: Vec<f64> = shares.iter().zip(log_densities).map(raised).collect();
        let sum: f64 = weights.iter().sum();
        self.weights = weights.iter().map(|w| w / sum).collect();
        let log_density = top + ln(sum);
        self.log_likelihood += log_density;
        Some(log_density)
    }

    /// Log likelihood of all that the particles have been weighed by.
    pub fn log_likelihood(&self) -> f64 {
        self.log_likelihood
    }

    /// Effective number of particles.
    pub fn effective(&self) -> f64 {
        effective(&self.weights)
    }

    /// If fewer than half of the particles are effective: which of them to go on with, in order, one
    /// for each place; all weigh alike then.
    pub fn refresh(&mut self, u: f64) -> Option<Vec<usize>> {
        let count = self.weights.len();
        if self.effective() >= 0.5 * count as f64 {
            return None;
        }
        let chosen = systematic(&self.weights, u);
        self.weights = vec![1.0 / count as f64; count];
        Some(chosen)
    }
}

/// Effective number of particles with these weights.
pub fn effective(weights: &[f64]) -> f64 {
    let sum: f64 = weights.iter().sum();
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

/// As many places as there are weights, in proportion to them, from one uniform `u`.
pub fn systematic(weights: &[f64], u: f64) -> Vec<usize> {
    let count = weights.len();
    let total: f64 = weights.iter().sum();
    let mut chosen = Vec::with_capacity(count);
    let (mut place, mut below) = (0, weights.first().copied().unwrap_or(0.0));
    for i in 0..count {
        let at = (i as f64 + u) / count as f64 * total;
        while at > below && place + 1 < count {
            place += 1;
            below += weights[place];
        }
        chosen.push(place);
    }
    chosen
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::discrepancy::standard_normal;
    use std::f64::consts::PI;
    use terbia_model::kernel::math::sqrt;
    use terbia_model::kernel::rng::{Draws, Purpose};

    /// Annual flow of the Nile at Aswan, 1871 to 1970, 10⁸ m³ (Durbin and Koopman 2012).
    pub(crate) const NILE: [f64; 100] = [
        1120.0, 1160.0, 963.0, 1210.0, 1160.0, 1160.0, 813.0, 1230.0, 1370.0, 1140.0, 995.0, 935.0,
        1110.0, 994.0, 1020.0, 960.0, 1180.0, 799.0, 958.0, 1140.0, 1100.0, 1210.0, 1150.0, 1250.0,
        1260.0, 1220.0, 1030.0, 1100.0, 774.0, 840.0, 874.0, 694.0, 940.0, 833.0, 701.0, 916.0,
        692.0, 1020.0, 1050.0, 969.0, 831.0, 726.0, 456.0, 824.0, 702.0, 1120.0, 1100.0, 832.0,
        764.0, 821.0, 768.0, 845.0, 864.0, 862.0, 698.0, 845.0, 744.0, 796.0, 1040.0, 759.0, 781.0,
        865.0, 845.0, 944.0, 984.0, 897.0, 822.0, 1010.0, 771.0, 676.0, 649.0, 846.0, 812.0, 742.0,
        801.0, 1040.0, 860.0, 874.0, 848.0, 890.0, 744.0, 749.0, 838.0, 1050.0, 918.0, 986.0,
        797.0, 923.0, 975.0, 815.0, 1020.0, 906.0, 901.0, 1170.0, 912.0, 746.0, 919.0, 718.0,
        714.0, 740.0,
    ];
    pub(crate) const NOISE: f64 = 15_099.0;
    pub(crate) const STEP: f64 = 1_469.1;
    pub(crate) const DIFFUSE: f64 = 1e7;

    fn log_normal(y: f64, mean: f64, variance: f64) -> f64 {
        -0.5 * ((y - mean) * (y - mean) / variance + ln(2.0 * PI * variance))
    }

    #[test]
    fn m6_the_exact_filter_of_the_nile() {
        let exact = |first: usize, mut mean: f64, mut variance: f64| {
            let (mut log_likelihood, mut filtered) = (0.0, 0.0);
            for y in &NILE[first..] {
                log_likelihood += log_normal(*y, mean, variance + NOISE);
                let gain = variance / (variance + NOISE);
                mean += gain * (y - mean);
                filtered = variance * (1.0 - gain);
                variance = filtered + STEP;
            }
            (log_likelihood, mean, filtered)
        };
        let (log_likelihood, mean, filtered) = exact(0, 0.0, DIFFUSE);
        assert!((log_likelihood + 641.585_578_459_4).abs() < 1e-9, "{log_likelihood}");
        assert!((mean - 798.370_292_6).abs() < 1e-7, "{mean}");
        assert!((filtered - 4_032.157_942).abs() < 1e-6, "{filtered}");
        // From the second year on, with the first as all there is to start from.
        let (log_likelihood, ..) = exact(1, NILE[0], NOISE + STEP);
        assert!((log_likelihood + 632.545_625_115_7).abs() < 1e-9, "{log_likelihood}");
    }

    #[test]
    fn m6_particles_come_within_0_2_of_the_exact_likelihood() {
        let count = 100_000;
        let mut weights = Weights::even(count);
        let normal = |place: usize, year: usize| {
            standard_normal(&Draws::new(6, place as u32), Purpose(1), 0, year as u32, 0)
        };
        let mut level: Vec<f64> = (0..count).map(|p| sqrt(DIFFUSE) * normal(p, 0)).collect();
        for (year, y) in NILE.iter().enumerate() {
            if year > 0 {
                for (place, level) in level.iter_mut().enumerate() {
                    *level += sqrt(STEP) * normal(place, year);
                }
            }
            let logs: Vec<f64> = level.iter().map(|l| log_normal(*y, *l, NOISE)).collect();
            weights.weigh(&logs).unwrap();
            let u = Draws::new(6, 0).uniform(Purpose(2), 0, year as u32, 0);
            if let Some(chosen) = weights.refresh(u) {
                level = chosen.iter().map(|c| level[*c]).collect();
            }
        }
        let error = weights.log_likelihood() + 641.585_578_459_4;
        assert!(error.abs() < 0.2, "{error}");
        let shares = weights.shares().unwrap();
        let mean: f64 = shares.iter().zip(&level).map(|(w, l)| w * l).sum();
        // One posterior standard deviation over the root of the particles is 0.2.
        assert!((mean - 798.370_292_6).abs() < 2.0, "{mean}");
    }

    #[test]
    fn m14_effective_number_of_particles() {
        assert!((effective(&[0.5, 0.25, 0.125, 0.125]) - 2.909_090_909).abs() < 1e-9);
        assert_eq!(effective(&[0.0; 3]), 0.0);
    }

    #[test]
    fn systematic_resampling_takes_each_in_proportion() {
        assert_eq!(systematic(&[0.5, 0.25, 0.125, 0.125], 0.6), [0, 0, 1, 3]);
        assert_eq!(systematic(&[0.0, 0.0, 1.0], 0.9), [2, 2, 2]);
        assert_eq!(systematic(&[0.25; 4], 0.1), [0, 1, 2, 3]);
    }

    #[test]
    fn what_no_particle_makes_possible_changes_nothing() {
        let mut weights = Weights::even(2);
        weights.drop(0);
        assert_eq!(weights.weigh(&[0.0, f64::NEG_INFINITY]), None);
        assert_eq!(weights.shares().unwrap(), [0.0, 1.0]);
        assert!((weights.weigh(&[5.0, -2.0]).unwrap() + 2.0).abs() < 1e-12);
    }
}
