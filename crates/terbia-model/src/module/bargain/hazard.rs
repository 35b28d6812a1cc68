//! How likely is it this month that the way shuts, and that either side gives in?

use super::level::{positive, share};
use super::{Cause, Input, Month, Params, State, duration};
use crate::kernel::math::{exp, ln};

/// Highest conditionality: certainty would be an infinite hazard.
const CONDITIONALITY_MOST: f64 = 0.99;

impl State {
    /// Hazards of a closure while the way is open, in the order of `ONSETS`, 1/month.
    pub(super) fn onsets(&self, month: &Month<'_>) -> [f64; 3] {
        let (params, input) = (month.params, month.input);
        let burden = self.burden(month);
        let levied = match burden {
            Some(burden) if month.weighing.price > 0.0 => share(burden / month.weighing.price),
            _ => 0.0,
        };
        let scarce = 1.0 - share(input.cover);
        let unconditional = params.unconditional_onset_per_month
            * exp(params.onset_levy_response * (levied - params.onset_reference_levy_share)
                - params.onset_cover_response * scarce)
            * aversion(params, input.posture);
        let room = 1.0 + params.drift_tolerance;
        let adrift = burden.is_some_and(|b| b > room * month.fair || b * room < month.fair);
        let levy = if adrift { params.renegotiation_per_month } else { 0.0 };
        [unconditional, self.pressure(params, input), levy]
    }

    /// Hazard with which an offensive is answered, 1/month.
    pub(super) fn pressure(&self, params: &Params, input: &Input) -> f64 {
        if !input.offensive || self.settled {
            return 0.0;
        }
        let answered = share(input.conditionality).min(CONDITIONALITY_MOST);
        let breach = if self.package { params.breach_factor } else { 1.0 };
        -ln(1.0 - answered) / params.pressure_months * breach
    }

    /// Hazards with which holder and buyer give in, 1/month.
    pub(super) fn ends(&self, month: &Month<'_>, cause: Cause) -> [f64; 2] {
        let params = month.params;
        if cause == Cause::Unconditional {
            return [0.0, params.unconditional_end_per_month];
        }
        if params.duration_form >= 0.5 {
            return [0.0, 1.0 / self.delay(month)];
        }
        let costs = month.weighing.closure_cost(params, self.burden(month).unwrap_or(month.fair));
        let stakes = self.stakes(month, cause);
        // Nobody settles faster than talks take.
        let hazard = |cost: f64, stake: f64| {
            duration::concession_hazard(cost, 0.0, stake.max(cost * params.shortest_talks_months))
        };
        [hazard(costs[1], stakes[1]), hazard(costs[0], stakes[0])]
    }

    /// What winning is worth over giving in, to holder and buyer, CNY.
    fn stakes(&self, month: &Month<'_>, cause: Cause) -> [f64; 2] {
        let (params, input) = (month.params, month.input);
        let flow = if cause == Cause::Offensive {
            if input.offensive { restraint_values(params, input) } else { [0.0; 2] }
        } else {
            // Who gives in takes the other's offer: at stake is what lies between the two. Of a levy
            // in force that nobody asked for anew, as far as it is not what the terms give.
            let gap = match (self.asked(month), self.opening) {
                (Some(asked), Some(o)) => (asked - o.counter_cny_per_t).max(0.0),
                _ => (self.burden(month).unwrap_or(0.0) - month.fair).abs(),
            };
            month.weighing.disputed(gap)
        };
        [flow[0] * self.annuity[0], flow[1] * self.annuity[1]]
    }

    /// Months for which a buyer of today's need waits to show that it is not in dire need.
    fn delay(&self, month: &Month<'_>) -> f64 {
        let (params, w) = (month.params, &month.weighing);
        let worth = |ceiling: f64| (ceiling - w.cost).max(0.0) * w.volume * self.annuity[1];
        let (high, low) = (worth(w.ceiling_without_stock), worth(w.ceiling));
        let cost = w.shortage_without_stock;
        duration::signalling_delay(high, low, params.discount_buyer_per_month, cost)
            .max(params.shortest_talks_months)
    }
}

/// Factor on the odds and hazards of a closure that the posture of the many actors gives.
pub(super) fn aversion(params: &Params, posture: f64) -> f64 {
    exp(-params.onset_posture_response * (2.0 * share(posture) - 1.0))
}

/// What giving up offensives costs the holder and is worth to the buyer, CNY/month. A buyer whose
/// actors want trade whatever happens gives nothing for restraint.
pub(super) fn restraint_values(params: &Params, input: &Input) -> [f64; 2] {
    let military = input.military_value.unwrap_or(params.military_value_cny_per_month);
    let wanted = 2.0 * (1.0 - share(input.posture));
    [positive(military), params.restraint_value_cny_per_month * wanted]
}
