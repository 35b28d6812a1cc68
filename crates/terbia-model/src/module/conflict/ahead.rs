//! How strong will each side be, if things go on as they are?
//!
//! Mechanism: means wear out and are replaced at present incomes, so they tend to a balance.
//!
//! ```text
//! K*  = inflow / delta                        means in balance at present incomes, CNY
//! K_t = K* + (K − K*) (1 − delta)^t           means t months ahead, CNY
//! p   = mean over fronts of the contest of strengths, the challenger's
//! ```
//!
//! Reads: means, incomes that arm, fronts. Limits: losses in battle are not foreseen; incomes are those
//! of the memory.

use super::{Params, State, contest_of};
use crate::kernel::math::pow;

impl State {
    /// The challenger's chance to prevail, 0..1, as a mean over fronts: with the means of last month, and
    /// with those that both sides will have in `months` if incomes stay, when the challenger has given up
    /// a share `given_up` of its own. One half where there is no front.
    pub fn power(&self, params: &Params, months: f64, given_up: f64) -> [f64; 2] {
        let left = pow(1.0 - params.capability_decay_per_month, months);
        let mut ahead = [0, 1].map(|k| {
            // What does not wear out adds up.
            if params.capability_decay_per_month <= 0.0 {
                return self.capability[k] + self.inflow[k] * months;
            }
            let balance = self.inflow[k] / params.capability_decay_per_month;
            balance + (self.capability[k] - balance) * left
        });
        ahead[0] *= 1.0 - given_up;
        [self.capability, ahead].map(|means| self.odds(params, means))
    }

    /// The challenger's chance to prevail with some means, a mean over fronts.
    fn odds(&self, params: &Params, means: [f64; 2]) -> f64 {
        let (form, coefficient) = contest_of(params);
        let fronts = self.fronts.len();
        if fronts == 0 {
            return 0.5;
        }
        let win = |strength: [f64; 2]| {
            form.win(coefficient, means[0] * strength[0], means[1] * strength[1])
        };
        self.fronts.iter().map(|(_, terms)| win(terms.strength)).sum::<f64>() / fronts as f64
    }
}
