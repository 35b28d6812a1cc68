//! When does a random event fire? When its integrated hazard crosses a threshold drawn beforehand.
//!
//! Each (entity, kind, ordinal) owns a unit-exponential threshold. A policy that changes the hazard
//! then moves the *same* event in time instead of drawing it anew, so the difference between two
//! policies is not buried in noise (random time change; `verification case A4`).
//!
//! What is left of a threshold that has not been crossed is again unit exponential, whatever has
//! been used up: an exponential has no memory. A run that goes on with other chances may therefore
//! draw the rest anew ([`EventClock::redraw`]) and has the same law as before.

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

    /// Draws what is left of the threshold anew out of `draws`, which must not have been those of
    /// this clock before: the rest of a threshold that was not crossed is unit exponential given all
    /// that has happened, and to use the same draw again would tell what has not. A clock that was
    /// never looked at will draw out of them anyway.
    pub fn redraw(&mut self, draws: &Draws, purpose: Purpose) {
        if !self.remaining.is_nan() {
            self.remaining = self.threshold(draws, purpose);
        }
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
    fn a_clock_redrawn_half_way_rings_as_if_it_had_not_been() {
        // Of clocks that have not rung by month 7, all are redrawn. Waiting times stay exponential:
        // mean and standard deviation are 10 months, the standard error of the mean 0.022.
        let (draws, anew) = (Draws::new(2, 0), Draws::new(2, 1));
        let n = 200_000_u32;
        let (mut sum, mut squares) = (0.0, 0.0);
        for entity in 0..n {
            let mut clock = EventClock::new(&draws, Purpose(9), (entity, 0));
            let time = if let Some(part) = clock.advance(&draws, Purpose(9), 0.1, 7.0) {
                7.0 * part
            } else {
                clock.redraw(&anew, Purpose(9));
                7.0 + clock.advance(&anew, Purpose(9), 0.1, 1e3).unwrap() * 1e3
            };
            sum += time;
            squares += time * time;
        }
        let mean = sum / f64::from(n);
        let sd = (squares / f64::from(n) - mean * mean).sqrt();
        assert!((mean - 10.0).abs() < 0.08 && (sd - 10.0).abs() < 0.12, "{mean} {sd}");
    }

    #[test]
    fn a_clock_that_nobody_looked_at_draws_when_it_is() {
        let anew = Draws::new(3, 1);
        let mut redrawn = EventClock::unwound((4, 2));
        redrawn.redraw(&anew, Purpose(9));
        let mut fresh = EventClock::unwound((4, 2));
        let rings = |clock: &mut EventClock| clock.advance(&anew, Purpose(9), 1.0, 50.0);
        assert_eq!(rings(&mut redrawn), rings(&mut fresh));
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
