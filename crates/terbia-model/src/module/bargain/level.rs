//! How high is the levy that two parties agree on? Alternating offers, with inside and outside
//! options.
//!
//! Inside options (what a party earns or loses while nothing is agreed) move the split at once;
//! outside options (what it could have by leaving) change nothing until they bind (Binmore, Shaked
//! and Sutton 1989; Muthoo 1999).

use super::{Input, Levy, Opening, Params};
use crate::kernel::dist::normal;
use crate::kernel::math::exp;

/// Step in which a share of the value is asked.
const ASK_STEP: f64 = 0.05;
/// Step in which a share of the value is agreed.
const SHARE_STEP: f64 = 0.01;
/// Step in which an amount is agreed, CNY/t gross.
const AMOUNT_STEP: f64 = 500.0;
/// Largest share of the value that anyone asks.
const ASK_MOST: f64 = 0.9;
/// Collected share below which a levy is not reckoned any higher to make up for it.
const COLLECTED_LEAST: f64 = 0.05;
/// A party that loses less than this by a closure, CNY/month, does not feel it.
const COST_LEAST: f64 = 1.0;

/// Share of the first proposer, 0..1, with discount factors `d1` (its own) and `d2` (Rubinstein
/// 1982); 1 if neither is patient at all.
pub fn rubinstein(d1: f64, d2: f64) -> f64 {
    (1.0 - d2) / (1.0 - d1 * d2)
}

/// The same when bargaining ends after `rounds` offers made in turn; 0 rounds give nothing.
pub fn rubinstein_finite(d1: f64, d2: f64, rounds: u32) -> f64 {
    // Backwards from the last offer: its proposer takes all, and each earlier one pays the other
    // the discounted value of waiting.
    let mut proposer = 0.0;
    for round in (1..=rounds).rev() {
        let responder_patience = if round % 2 == 1 { d2 } else { d1 };
        proposer = if round == rounds { 1.0 } else { 1.0 - responder_patience * proposer };
    }
    proposer
}

/// Share of the party with discount rate `r1` against `r2` (1/month) as offers follow each other
/// without a gap; an even split if neither discounts.
pub fn rubinstein_continuous(r1: f64, r2: f64) -> f64 {
    if r1 + r2 > 0.0 { r2 / (r1 + r2) } else { 0.5 }
}

/// The same with `gap` months between offers, for the party that proposes first.
pub fn rubinstein_gap(r1: f64, r2: f64, gap: f64) -> f64 {
    rubinstein(exp(-r1 * gap), exp(-r2 * gap))
}

/// What the responder gets, 0..1, when both discount by `d` and it could leave with `outside`.
pub fn responder_with_option(d: f64, outside: f64) -> f64 {
    (d * rubinstein(d, d)).max(outside)
}

/// What the holder gets of `surplus`, given what each earns in `disagreement`, its discount rate
/// and its `outside` option; the holder is index 0, the buyer 1. Money per month, rates 1/month.
pub fn split(surplus: f64, disagreement: [f64; 2], rates: [f64; 2], outside: [f64; 2]) -> f64 {
    let [own, other] = disagreement;
    let share = rubinstein_continuous(rates[0], rates[1]);
    let inside = own + share * (surplus - own - other);
    inside.max(outside[0]).min(surplus - outside[1])
}

/// What the parties weigh this month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Weighing {
    /// Concentrate at the border, CNY/t gross.
    pub(super) price: f64,
    /// What operators need, CNY/t gross.
    pub(super) cost: f64,
    /// What the buyer would pay rather than go without, CNY/t gross.
    pub(super) ceiling: f64,
    /// Levy beyond which more is evaded than is gained, CNY/t gross.
    peak: f64,
    /// Gross tonnes a month that would move.
    pub(super) volume: f64,
    /// What a closure keeps from moving, gross tonnes a month.
    stopped: f64,
    collected: f64,
    /// What each earns while nothing is agreed, CNY/month.
    disagreement: [f64; 2],
    /// What the holder could earn elsewhere, CNY/month.
    elsewhere: f64,
    /// Part of the surplus that the buyer could have elsewhere, 0..1.
    replaceable: f64,
    /// What the buyer's users lose by a closure, CNY/month.
    shortage: f64,
    /// The same if the buyer had no stock at all, CNY/month.
    pub(super) shortage_without_stock: f64,
    /// The buyer's ceiling if it had no stock at all, CNY/t gross.
    pub(super) ceiling_without_stock: f64,
    /// Income and reserves that a closure does not touch, CNY/month.
    cushion: f64,
}

impl Weighing {
    /// Weighs the month; `shut_months` have already eaten into what buyers laid in on purpose.
    pub(super) fn new(params: &Params, input: &Input, shut_months: f64) -> Self {
        let price = positive(input.price);
        let volume = positive(input.volume);
        let leak = share(input.leak);
        let laid_in = (positive(input.buyers_stock_months) - shut_months).max(0.0);
        let cover = positive(input.cover) + laid_in / positive(input.cover_normal_months).max(1.0);
        let exposed = share(input.dependence) * (1.0 - share(input.alternatives));
        let scarcity = exposed * exp(-params.shortage_shape * cover);
        let stopped = volume * (1.0 - leak);
        let without_stock = stopped * params.shortage_multiple * price;
        let household = params.household_cost_cny_per_month;
        let cushion = positive(input.other_income) + positive(input.fund) / params.fund_months;
        // What other income and the fund pay for, households do not go without.
        let hardship = household * household / (household + cushion).max(COST_LEAST);
        let shortage = without_stock * scarcity;
        Self {
            price,
            cost: positive(input.cost),
            peak: positive(input.peak),
            ceiling: price * (1.0 + params.ceiling_premium * scarcity),
            volume,
            stopped,
            collected: share(input.collected).max(COLLECTED_LEAST),
            disagreement: [leak * volume * params.leak_toll_cny_per_t - hardship, -shortage],
            elsewhere: positive(input.outside),
            replaceable: share(input.alternatives) * params.alternatives_margin,
            shortage,
            shortage_without_stock: without_stock * exposed,
            ceiling_without_stock: price * (1.0 + params.ceiling_premium * exposed),
            cushion,
        }
    }

    /// What the parties can share, CNY/t gross; negative if nothing is worth moving.
    pub(super) fn surplus_per_t(&self) -> f64 {
        self.ceiling - self.cost
    }

    /// The largest levy that leaves operators whole at today's price and is not evaded for the most
    /// part, CNY/t gross.
    pub(super) fn most(&self) -> f64 {
        (self.price - self.cost).clamp(0.0, self.peak)
    }

    /// The levy that the true terms give, CNY/t gross: `tau* = u_K / (collected Q)`.
    pub(super) fn levy(&self, params: &Params) -> f64 {
        self.levy_as_judged(params, 0.0, 0.0).min(self.most())
    }

    /// The levy that a holder would reckon who misjudges the logarithm of the operators' cost and
    /// of the buyer's need by these amounts; CNY/t gross, not bounded by what operators can bear.
    fn levy_as_judged(&self, params: &Params, cost_error: f64, need_error: f64) -> f64 {
        if self.volume <= 0.0 {
            return 0.0;
        }
        let surplus = (self.ceiling - self.cost * exp(cost_error)) * self.volume;
        let [own, other] = self.disagreement;
        let rates = [params.discount_holder_per_month, params.discount_buyer_per_month];
        let outside = [self.elsewhere, self.replaceable * surplus.max(0.0)];
        let gain = split(surplus, [own, other * exp(need_error)], rates, outside);
        (gain / (self.collected * self.volume)).max(0.0)
    }

    /// The opening: what the holder asks, and what the buyers say to it. `errors` are uniforms, two
    /// for how the holder misjudges the operators' cost and the buyer's need, two for how the
    /// buyers do; each errs on its own side. `imposed` is asked instead if the holder has no choice.
    pub(super) fn opening(
        &self,
        params: &Params,
        errors: [(f64, f64); 2],
        imposed: Option<Levy>,
    ) -> Opening {
        let fair = self.levy(params);
        let error = |u| params.judgement_optimism + params.judgement_spread * normal(u);
        let [asks, offers] = errors;
        let ask_share = match imposed {
            _ if self.price <= 0.0 => 0.0,
            Some(levy) => levy.burden(self.price) / self.price,
            None => {
                let (cost, need) = (-error(asks.0), error(asks.1));
                // Nobody asks for more than it believes operators to have, or than would be evaded.
                let believed = (self.price - self.cost * exp(cost)).clamp(0.0, self.peak);
                let judged = self.levy_as_judged(params, cost, need).min(believed);
                to_step(judged / self.price, ASK_STEP).min(ASK_MOST)
            }
        };
        let burden = ask_share * self.price;
        let last_operator = self.price - self.cost * (1.0 + params.marginal_cost_spread);
        Opening {
            ask_share,
            refused: burden > fair * (1.0 + params.refusal_tolerance)
                || (burden > 0.0 && burden > last_operator),
            counter_cny_per_t: self
                .rounded(self.levy_as_judged(params, error(offers.0), -error(offers.1)).min(fair)),
        }
    }

    /// The levy agreed on the true terms, in the form that gives the holder more for certain.
    pub(super) fn agreed(&self, params: &Params, declared: f64) -> Levy {
        let rate = self.levy(params);
        let by_value = positive(declared) * (1.0 - params.ad_valorem_risk);
        if by_value > 1.0 - params.specific_risk && self.price > 0.0 {
            let share = rate / self.price;
            let near = to_step(share, SHARE_STEP);
            let whole = if near * self.price > self.most() { share } else { near };
            return Levy { ad_valorem: whole, ..Levy::default() };
        }
        Levy { specific: self.rounded(rate), ..Levy::default() }
    }

    /// An amount as people agree on it, never above what leaves operators whole.
    fn rounded(&self, rate: f64) -> f64 {
        let near = to_step(rate, AMOUNT_STEP);
        if near > self.most() { (near - AMOUNT_STEP).max(0.0) } else { near }
    }

    /// What a month of closure costs holder and buyer at a levy of `burden` CNY/t, CNY/month; both
    /// above zero.
    pub(super) fn closure_cost(&self, params: &Params, burden: f64) -> [f64; 2] {
        let lost = self.collected * self.stopped * burden + params.household_cost_cny_per_month;
        let idle = params.operators_weight * (self.price - self.cost - burden).max(0.0);
        // A loss weighs by the share of the holder's means that it is.
        let felt = lost * lost / (lost + self.cushion).max(COST_LEAST);
        [felt.max(COST_LEAST), (self.stopped * idle + self.shortage).max(COST_LEAST)]
    }

    /// What a levy higher by `gap` CNY/t is worth to the holder and costs the buyer, CNY/month.
    pub(super) fn disputed(&self, gap: f64) -> [f64; 2] {
        let flow = gap * self.volume;
        [flow * self.collected, flow]
    }
}

fn to_step(x: f64, step: f64) -> f64 {
    (x / step).round() * step
}

/// A quantity that cannot be negative; what is not a number counts as none.
pub(super) fn positive(x: f64) -> f64 {
    if x.is_finite() { x.max(0.0) } else { 0.0 }
}

/// A share, 0..1; what is not a number counts as none.
pub(super) fn share(x: f64) -> f64 {
    positive(x).min(1.0)
}
