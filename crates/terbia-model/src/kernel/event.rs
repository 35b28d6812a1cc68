//! When does a random event fire? When its integrated hazard crosses a threshold drawn beforehand.
//!
//! Each (entity, kind, ordinal) owns a unit-exponential threshold. A policy that changes the hazard
//! then moves the *same* event in time instead of drawing it anew, so the difference between two
//! policies is not buried in noise (random time change; `verification case A4`).

use super::dist;
use super::rng::{Draws, Purpose};

/// The next event of one kind for one entity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EventClock {
    remaining: f64,
    ordinal: u32,
    /// Entity and, for entities that are born in a run, their birth.
    address: (u32, u32),
}

impl EventClock {
    /// Draws the threshold of the first event of the entity at `address` (entity, birth).
    pub fn new(draws: &Draws, purpose: Purpose, address: (u32, u32)) -> Self {
        let mut clock = Self { remaining: 0.0, ordinal: 0, address };
        clock.remaining = clock.threshold(draws, purpose);
        clock
    }

    /// The same clock, but its first threshold is drawn when it is first looked at: for entities of
    /// which most never are.
    pub fn unwound(address: (u32, u32)) -> Self {
        Self { remaining: f64::NAN, ordinal: 0, address }
    }

    /// Lets `hazard` work for `duration`; if the event fires, says after which part of the
    /// duration (0..=1) and draws the threshold of the next one.
    ///
    /// At most one event fires in a call: what is left of the duration is the caller's to use.
    pub fn advance(
        &mut self,
        draws: &Draws,
        purpose: Purpose,
        hazard: f64,
        duration: f64,
    ) -> Option<f64> {
        if self.remaining.is_nan() {
            self.remaining = self.threshold(draws, purpose);
        }
        let exposure = hazard * duration;
        if exposure < self.remaining {
            self.remaining -= exposure;
            return None;
        }
        let part = if exposure > 0.0 { self.remaining / exposure } else { 0.0 };
        self.ordinal += 1;
        self.remaining = self.threshold(draws, purpose);
        Some(part)
    }

    fn threshold(&self, draws: &Draws, purpose: Purpose) -> f64 {
        let (entity, birth) = self.address;
        dist::exponential(draws.uniform(purpose, entity, birth, self.ordinal), 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_time(draws: &Draws, entity: u32, hazard: f64, step: f64) -> f64 {
        let mut clock = EventClock::new(draws, Purpose(9), (entity, 0));
        let mut time = 0.0;
        loop {
            if let Some(part) = clock.advance(draws, Purpose(9), hazard, step) {
                return time + part * step;
            }
            time += step;
        }
    }

    #[test]
    fn a4_common_thresholds_shrink_the_variance_of_a_difference() {
        let draws = Draws::new(11, 0);
        let n = 200_000;
        let (mut sum, mut sum_sq) = (0.0, 0.0);
        for entity in 0..n {
            let d = first_time(&draws, entity, 0.04, 50.0) - first_time(&draws, entity, 0.05, 50.0);
            sum += d;
            sum_sq += d * d;
        }
        let n = f64::from(n);
        let (mean, var) = (sum / n, sum_sq / n - (sum / n) * (sum / n));
        assert!((mean - 5.0).abs() < 0.05, "mean {mean}");
        assert!((var - 25.0).abs() < 0.6, "variance {var}");
        // Independent draws would give 1/0.04² + 1/0.05² = 1025.
        assert!((var / 1025.0 - 0.024_390).abs() < 0.000_6);
    }

    #[test]
    fn halving_the_step_leaves_the_event_where_it_was() {
        let draws = Draws::new(5, 3);
        for entity in 0..500 {
            let month = first_time(&draws, entity, 0.1, 1.0);
            let week = first_time(&draws, entity, 0.1, 0.25);
            assert!((month - week).abs() < 1e-9);
        }
    }
}
