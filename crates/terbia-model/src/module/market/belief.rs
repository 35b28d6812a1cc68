//! How soon do buyers think a shut gate will open? A Gamma belief about the hazard of reopening.

/// Openness below which the way counts as shut.
const SHUT_BELOW: f64 = 0.5;

/// Gamma belief with `a` closures in `b` months.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Belief {
    closures: f64,
    months: f64,
    shut_for: f64,
    /// Shut part of the last month, if it was mostly open: a closure may have begun in it.
    begun: f64,
}

impl Belief {
    /// The belief before any closure was seen.
    pub fn new(closures: f64, months: f64) -> Self {
        Self { closures, months, shut_for: 0.0, begun: 0.0 }
    }

    /// A month passes with the way open to `open` (0..1). A closure that ends is learnt from.
    pub fn observe(&mut self, open: f64) {
        let shut = 1.0 - open;
        if open < SHUT_BELOW {
            self.shut_for += shut + self.begun;
            self.begun = 0.0;
        } else if self.shut_for > 0.0 {
            self.closures += 1.0;
            self.months += self.shut_for + shut;
            self.shut_for = 0.0;
        } else {
            self.begun = shut;
        }
    }

    /// Mean of the believed hazard of reopening, 1/month, times `factor`.
    pub fn hazard(&self, factor: f64) -> f64 {
        factor * self.closures / (self.months + self.shut_for)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_closures_give_the_posterior_of_the_record() {
        // Gamma(1, 4) and closures of 1.35, 4.4, 2.5, 4.4 and 5.2 months: mean 6/21.85.
        let mut belief = Belief::new(1.0, 4.0);
        for length in [1.35, 4.4, 2.5, 4.4, 5.2] {
            belief.shut_for = length;
            belief.observe(1.0);
        }
        assert!((belief.hazard(1.0) - 0.274_599_5).abs() < 5e-8);
    }

    #[test]
    fn a_closure_that_drags_on_looks_longer() {
        let mut belief = Belief::new(1.0, 4.0);
        let before = belief.hazard(1.0);
        belief.observe(0.0);
        belief.observe(0.0);
        assert!(belief.hazard(1.0) < before);
    }
}
