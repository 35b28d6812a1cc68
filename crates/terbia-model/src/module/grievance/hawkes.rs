//! How does one protest call forth the next? Hawkes processes, in continuous time and by month.
//!
//! Continuous time: intensities, compensator, likelihood (Hawkes 1971; Ozaki 1979), for checks and
//! for fits to dated events. By month: the same kernel summed over months (an INGARCH process, of
//! which INARCH(1) is the case without memory beyond a month).

use crate::kernel::math::{exp, ln, pow};

/// A Hawkes process with an exponential kernel: `mu + Σ alpha exp(−beta (t − t_j))`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hawkes {
    /// Intensity without earlier events, 1/time.
    pub mu: f64,
    /// Jump of the intensity at an event, 1/time.
    pub alpha: f64,
    /// Rate at which a jump decays, 1/time, above zero.
    pub beta: f64,
}

impl Hawkes {
    /// Events that one event calls forth itself, on average.
    pub fn branching(&self) -> f64 {
        self.alpha / self.beta
    }

    /// Intensity just before `at`, given the times of earlier events in any order, 1/time.
    pub fn intensity(&self, events: &[f64], at: f64) -> f64 {
        let earlier = events.iter().filter(|&&t| t < at);
        let kicks: f64 = earlier.map(|t| exp(-self.beta * (at - t))).sum();
        self.mu + self.alpha * kicks
    }

    /// Integral of the intensity from 0 to `end`: the number of events expected as they unfold.
    pub fn compensator(&self, events: &[f64], end: f64) -> f64 {
        let spent = |t: f64| 1.0 - exp(-self.beta * (end - t));
        let kicks: f64 = events.iter().filter(|&&t| t < end).map(|&t| spent(t)).sum();
        self.mu * end + self.branching() * kicks
    }

    /// Log-likelihood of events at rising times within 0..`end` (Ozaki's recursion).
    pub fn log_likelihood(&self, events: &[f64], end: f64) -> f64 {
        let (mut sum, mut memory, mut last) = (0.0, 0.0, None);
        for &t in events {
            if let Some(before) = last {
                memory = exp(-self.beta * (t - before)) * (1.0 + memory);
            }
            sum += ln(self.mu + self.alpha * memory);
            last = Some(t);
        }
        sum - self.compensator(events, end)
    }
}

/// Long-run mean intensity of a process with this base intensity and `branching` < 1.
pub fn stationary_mean(mu: f64, branching: f64) -> f64 {
    mu / (1.0 - branching)
}

/// Variance over mean of its counts over long times.
pub fn fano(branching: f64) -> f64 {
    1.0 / ((1.0 - branching) * (1.0 - branching))
}

/// Mean, variance and first autocorrelation of INARCH(1): counts that are Poisson with mean
/// `base` + `branching` × the last count.
pub fn inarch_moments(base: f64, branching: f64) -> [f64; 3] {
    let mean = stationary_mean(base, branching);
    [mean, mean / (1.0 - branching * branching), branching]
}

/// The kernel summed over months: excitation ← carry · excitation + gain · count.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Monthly {
    /// Part of the excitation that is left after a month.
    pub carry: f64,
    /// What an event adds to the excitation of the next month, 1/month.
    pub gain: f64,
    /// Part of a deviation from the long-run mean that is expected to be left after a month.
    persistence: f64,
    /// 1 / (1 − branching).
    multiplier: f64,
    /// A year's worth of the above: Σ persistence^k for k = 0..11.
    year: f64,
}

/// Months that [`Monthly::year_ahead`] looks ahead.
pub const YEAR: f64 = 12.0;

impl Monthly {
    /// The monthly kernel of a process with this `branching` (held below 1) and decay, 1/month.
    pub fn new(branching: f64, decay: f64) -> Self {
        // At 1 and above, protest would grow without bound.
        let branching = branching.clamp(0.0, 0.95);
        let carry = exp(-decay.max(0.0));
        let gain = branching * (1.0 - carry);
        let persistence = carry + gain;
        let left = 1.0 - persistence;
        let year = if left > 1e-9 { (1.0 - pow(persistence, YEAR)) / left } else { YEAR };
        Self { carry, gain, persistence, multiplier: stationary_mean(1.0, branching), year }
    }

    /// Excitation of the next month.
    pub fn excite(&self, excitation: f64, count: f64) -> f64 {
        self.carry * excitation + self.gain * count
    }

    /// Events expected over the next twelve months if the base stays and the first month's
    /// excitation is this; both 1/month.
    pub fn year_ahead(&self, base: f64, excitation: f64) -> f64 {
        let mean = base * self.multiplier;
        YEAR * mean + (base + excitation - mean) * self.year
    }

    /// Part of a deviation from the long-run mean that is expected to be left after a month.
    pub fn persistence(&self) -> f64 {
        self.persistence
    }
}

/// Probability that a count reaches a level, by a negative binomial with the mean and the Fano
/// factor of a self-exciting process; a Poisson where nothing excites.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tail {
    /// By count k = 1, 2, …: `p(k)/p(k − 1) = fixed + per_size · size`.
    ratios: Vec<(f64, f64)>,
    /// Size = mean × this.
    size_per_mean: f64,
    /// Logarithm of p(0) = size × this.
    log_zero_per_size: f64,
}

impl Tail {
    /// For counts of at least `level` ≥ 1 of a process with this `branching`.
    pub fn set(&mut self, level: u32, branching: f64) {
        // The limit of a Poisson is reached smoothly; at exactly 1 the size would be infinite.
        let fano = fano(branching.clamp(0.0, 0.95)).max(1.0 + 1e-6);
        let q = 1.0 - 1.0 / fano;
        self.size_per_mean = 1.0 / (fano - 1.0);
        self.log_zero_per_size = -ln(fano);
        self.ratios.clear();
        let of = |k: u32| (q * f64::from(k - 1) / f64::from(k), q / f64::from(k));
        self.ratios.extend((1..level.clamp(1, 500)).map(of));
    }

    /// Probability of reaching the level when this many are expected.
    pub fn reached(&self, mean: f64) -> f64 {
        let [reached] = self.reached_by([mean]);
        reached
    }

    /// The same for several: each term waits for the one before it, so they had better wait together.
    pub fn reached_by<const N: usize>(&self, means: [f64; N]) -> [f64; N] {
        let sizes = means.map(|mean| mean.max(0.0) * self.size_per_mean);
        let mut terms = sizes.map(|size| exp(size * self.log_zero_per_size));
        let mut below = terms;
        for (fixed, per_size) in &self.ratios {
            for ((term, below), size) in terms.iter_mut().zip(&mut below).zip(&sizes) {
                *term *= fixed + per_size * size;
                *below += *term;
            }
        }
        below.map(|below| (1.0 - below).clamp(0.0, 1.0))
    }
}
