//! When does a decision to build become supply? After an Erlang-3 lag.

use crate::kernel::math::exp;

/// Capacity under way, in three stages, and installed; all as a share of demand.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Pipeline {
    stages: [f64; 3],
    installed: f64,
}

impl Pipeline {
    /// A month passes; `ordered` is started at its end, with a mean lag of `lag_months`.
    ///
    /// What is under way moves exactly as three exponential stages in a row move in a month.
    pub fn step(&mut self, ordered: f64, lag_months: f64) {
        if self.stages == [0.0; 3] {
            self.stages[0] += ordered;
            return;
        }
        let k = 3.0 / lag_months;
        let stay = exp(-k);
        let (one, two) = (k * stay, 0.5 * k * k * stay);
        let [a, b, c] = self.stages;
        let next = [a * stay, a * one + b * stay, a * two + b * one + c * stay];
        self.installed += a + b + c - next.iter().sum::<f64>();
        self.stages = next;
        self.stages[0] += ordered;
    }

    /// Capacity that supplies.
    pub fn installed(&self) -> f64 {
        self.installed
    }

    /// Everything ordered so far.
    pub fn total(&self) -> f64 {
        self.stages.iter().sum::<f64>() + self.installed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(months: u32, lag: f64) -> f64 {
        let mut pipeline = Pipeline::default();
        pipeline.step(1.0, lag);
        (0..months).for_each(|_| pipeline.step(0.0, lag));
        assert!((pipeline.total() - 1.0).abs() < 1e-12);
        pipeline.installed()
    }

    #[test]
    fn l2_the_lag_of_three_stages() {
        for (months, share) in
            [(12, 0.080_301_40), (24, 0.323_323_58), (36, 0.576_809_92), (60, 0.875_347_98)]
        {
            assert!((after(months, 36.0) - share).abs() < 5e-9, "{months}");
        }
        // One stage of the same mean, for comparison.
        for (months, share) in
            [(12.0, 0.283_468_69), (24.0, 0.486_582_88), (36.0, 0.632_120_56), (60.0, 0.811_124_40)]
        {
            assert!((1.0 - exp(-months / 36.0) - share).abs() < 5e-9);
        }
    }

    #[test]
    fn a_longer_lag_brings_supply_later() {
        assert!(after(24, 60.0) < after(24, 36.0));
    }
}
