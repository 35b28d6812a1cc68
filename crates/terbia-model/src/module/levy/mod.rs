//! Who taxes what at which rate, who evades, who bears it, and what is it spent on?
//!
//! Mechanism: the holder of a township levies what leaves it: an amount for each gross tonne, a
//! share of the value, or the larger of a share and a floor. A load pays or evades by a logit on the
//! levy and the cost and risk of evading. A levy in kind takes a share of the product instead, into the
//! holder's own store, from which it is sold in time; it counts by its value, and brings money when it is
//! sold. A settled administration collects what is due; a new one
//! less. Buyers bear the part of the levy that elasticities give them. Revenue is budgeted; part may
//! be put aside for lean months, part given to the other side under a truce.
//!
//! ```text
//! tau    = specific + max(floor, ad_valorem · P_b)                     CNY/t gross
//! b      = tau + in_kind · P_b                                         what a load gives up, CNY/t gross
//! l      = 1 / (1 + exp(theta (b − c_s − p_s P_b)))                    legal share
//! taken  = l · sent · in_kind · kappa                                  into the store of the township's holder
//! kappa  = capacity_k · (1 − exp(−tenure/settling))                    share that reaches the treasury
//! due    = l · sent · tau ;  revenue = kappa · due                     CNY
//! revenue += sold · (P_b (1 − charges) − haulage)                     of what was taken before
//! revenue += reach · share · P_b · sent                               of who does not hold the ground: `parallel`
//! capacity_k <- capacity_k · learnt_k                                 where administration is learnt: `parallel`
//! buyers bear es/(es + ed) of tau, operators the rest and all of what is taken in kind
//! arms + services + administration = revenue − given + got − saved + drawn       CNY
//! fund  <- fund + saved − drawn ;  drawn = min(fund, release · (usual − revenue)+)
//! ```
//!
//! Reads: holder and tenure, last month's basket price, what is sent, the risk of seizure and the
//! elasticity of demand. Writes: rates, legal share, revenue and budgets by holder. Limits: ASSUME
//! M-015, M-016, M-017; what is taken in kind, ASSUME M-081; what buyers bear comes out of their own
//! margin and moves no price.

mod parallel;

use crate::config::Corridor;
use crate::kernel::id::{ActorId, Dense, Id, PlaceId, TownshipId};
use crate::kernel::math::{exp, ln, sigmoid};
use crate::kernel::quantity::{Cny, CnyPerTonneGross, TonnesGross};
use crate::module::control;
use crate::settings::Settings;

crate::params! { "levy" from "params.toml" {
    evasion_slope_t_per_cny, smuggling_cost_cny_per_t, supply_elasticity, settling_months,
    fund_release_share, permits_unsettled_share,
} }

/// For `explain`.
pub const ABOUT: &str = "Specific, ad valorem or hybrid levy on what leaves a township; logit evasion; \
    incidence by elasticities; revenue to the holder and its budget.";

/// Steps of Newton's method to the levy that brings the most: the error is then below rounding.
const PEAK_STEPS: u32 = 5;
/// Months over which a holder takes stock of its usual revenue.
const USUAL_MONTHS: f64 = 12.0;

/// Rates over the run, and the books of each holder.
#[derive(Clone, Debug, Default)]
pub struct State {
    specific: Dense<ActorId, Vec<f64>>,
    ad_valorem: Dense<ActorId, Vec<f64>>,
    minimum: Dense<ActorId, Vec<f64>>,
    in_kind: Dense<ActorId, Vec<f64>>,
    /// Rates in force.
    rates: Dense<ActorId, Rates>,
    /// Put aside so far, CNY.
    fund: Dense<ActorId, Cny>,
    /// Revenue of a usual month, CNY.
    usual: Dense<ActorId, f64>,
    quotes: Dense<TownshipId, Quote>,
    receipts: Dense<ActorId, Receipts>,
    parallel: parallel::State,
}

/// How a levy is reckoned: an amount, plus the larger of a share of the value and a floor.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// Amount, CNY/t gross.
    pub specific: f64,
    /// Share of the value, 0..1.
    pub ad_valorem: f64,
    /// Least amount, CNY/t gross.
    pub minimum: f64,
    /// Share of the product itself, 0..1.
    pub in_kind: f64,
}

impl Rates {
    /// The levy at a price of concentrate, both CNY/t gross.
    pub fn at(self, price: f64) -> f64 {
        self.specific + (self.ad_valorem * price).max(self.minimum)
    }
}

/// What leaving a township costs this month.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quote {
    /// Levy for each gross tonne, in money.
    pub rate: CnyPerTonneGross,
    /// Value of what is taken of each gross tonne in kind.
    pub kind: CnyPerTonneGross,
    /// Share of what is sent legally that goes to the holder's store, 0..1.
    pub taken_share: f64,
    /// Part of it that operators bear.
    pub operators: CnyPerTonneGross,
    /// Share of loads that pay, 0..1.
    pub legal_share: f64,
    /// Share of what is due that reaches the treasury, 0..1.
    pub collected_share: f64,
}

/// A holder's month, yuan.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Receipts {
    /// Levies that loads paid.
    pub due: Cny,
    /// Lost in collecting.
    pub lost: Cny,
    /// Reached the treasury.
    pub revenue: Cny,
    /// Given to the other side under a truce.
    pub given: Cny,
    /// Got from the other side under a truce.
    pub got: Cny,
    /// Put aside.
    pub saved: Cny,
    /// Taken from what was put aside.
    pub drawn: Cny,
    /// Spent on arms.
    pub arms: Cny,
    /// Spent on services and benefit sharing.
    pub services: Cny,
    /// The rest: administration.
    pub administration: Cny,
}

/// Levies of the month.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'a> {
    /// Asked, by township.
    pub quotes: &'a Dense<TownshipId, Quote>,
    /// Paid, by holder.
    pub receipts: &'a Dense<ActorId, Receipts>,
    /// Rates in force, by holder.
    pub rates: &'a Dense<ActorId, Rates>,
    /// Put aside, by holder.
    pub fund: &'a Dense<ActorId, Cny>,
    /// How much of its administration of mines each holder has learnt, 0..1.
    pub learnt: &'a Dense<ActorId, f64>,
}

/// What a levy is reckoned with this month.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Last month's price of concentrate.
    pub price: CnyPerTonneGross,
    /// Share of the levy that buyers bear, 0..1.
    pub buyers_share: f64,
    /// Share of what evades that is seized, 0..1.
    pub seizure_share: f64,
    /// Months since the start.
    pub month: usize,
    /// Whether a truce holds.
    pub truce: bool,
}

/// Share of loads that pay a levy of `rate`, 0..1, when evading risks a loss of `risk`; both CNY/t
/// gross.
pub fn legal_share(params: &Params, rate: f64, risk: f64) -> f64 {
    let evading = params.smuggling_cost_cny_per_t + risk;
    sigmoid(-params.evasion_slope_t_per_cny * (rate - evading))
}

/// Levy that brings the most when loads can evade it, CNY/t gross: `[1 + W(exp(theta c − 1))]/theta`
/// with `c` the cost of evading, `risk` of it the loss risked.
pub fn peak_rate(params: &Params, risk: f64) -> f64 {
    let theta = params.evasion_slope_t_per_cny;
    let x = theta * (params.smuggling_cost_cny_per_t + risk) - 1.0;
    // w + ln w = x is W(exp(x)) without the overflow; Newton's steps from above converge at once.
    let mut w = if x > 1.0 { x } else { exp(x.min(1.0)).min(1.0) };
    for _ in 0..PEAK_STEPS {
        w *= (1.0 + x - ln(w)) / (1.0 + w);
    }
    (1.0 + w) / theta
}

/// Share of a levy that buyers bear, 0..1.
pub fn buyers_share(supply_elasticity: f64, demand_elasticity: f64) -> f64 {
    let sum = supply_elasticity + demand_elasticity;
    if sum > 0.0 { supply_elasticity / sum } else { 0.5 }
}

impl State {
    /// Evaluates the timeline under the run's values.
    pub fn start(&mut self, corridor: &Corridor, values: &[f64], months: usize) {
        let actors = corridor.actors.len();
        let Self { specific, ad_valorem, minimum, in_kind, .. } = self;
        for table in [specific, ad_valorem, minimum, in_kind] {
            if table.len() != actors {
                *table = Dense::filled(Vec::new(), actors);
            }
            table.iter_mut().for_each(|row| row.resize(months, 0.0));
        }
        for (actor, levy) in corridor.timeline.levy.enumerate() {
            levy.specific.fill(values, &mut self.specific[actor]);
            levy.ad_valorem.fill(values, &mut self.ad_valorem[actor]);
            levy.minimum.fill(values, &mut self.minimum[actor]);
            levy.in_kind.fill(values, &mut self.in_kind[actor]);
        }
        self.quotes = Dense::filled(Quote::default(), corridor.townships.len());
        self.receipts = Dense::filled(Receipts::default(), actors);
        self.rates = Dense::filled(Rates::default(), actors);
        self.fund = Dense::filled(Cny::ZERO, actors);
        self.usual = Dense::filled(0.0, actors);
        self.parallel.start(corridor, values, months);
    }

    /// Levies of the month.
    pub fn flow(&self) -> Flow<'_> {
        let Self { quotes, receipts, rates, fund, parallel, .. } = self;
        Flow { quotes, receipts, rates, fund, learnt: parallel.learnt() }
    }

    /// The levy that the timeline gives an actor in a month; all zero if it gives none.
    pub fn given(&self, actor: ActorId, month: usize) -> Rates {
        Rates {
            specific: self.specific[actor][month],
            ad_valorem: self.ad_valorem[actor][month],
            minimum: self.minimum[actor][month],
            in_kind: self.in_kind[actor][month],
        }
    }

    /// Settles which rates are in force: those that an actor's levers say, else those of the timeline,
    /// else (once the model decides) those that it bargained for, else those that it had.
    pub fn settle(
        &mut self,
        corridor: &Corridor,
        settings: &Settings,
        (month, live): (usize, bool),
        bargained: Option<(ActorId, Rates)>,
    ) {
        for (actor, _) in corridor.holders() {
            let given = self.given(actor, month);
            if !live || corridor.timeline.levy[actor].specific.holds(month) {
                self.rates[actor] = given;
            } else if let Some((_, rates)) = bargained.filter(|(who, _)| *who == actor) {
                self.rates[actor] = rates;
            }
            let own = settings.of(actor);
            if own.levy_rate.is_some() || own.levy_share.is_some() {
                let (rate, share) = (own.levy_rate, own.levy_share);
                self.rates[actor] = Rates {
                    specific: if share.is_some() { 0.0 } else { rate.unwrap_or(0.0) },
                    ad_valorem: share.unwrap_or(0.0),
                    // Both levers together make a hybrid.
                    minimum: if share.is_some() { rate.unwrap_or(0.0) } else { 0.0 },
                    in_kind: 0.0,
                };
            }
        }
    }

    /// What leaving each township costs this month, at the rates in force.
    pub fn quote(
        &mut self,
        params: &Params,
        corridor: &Corridor,
        values: &[f64],
        control: control::Flow<'_>,
        terms: Terms,
    ) {
        self.parallel.learn(corridor, control.holder, &terms);
        // Townships that one actor has held for as long meet the same levy.
        let mut last: Option<(ActorId, f64, Quote)> = None;
        for township in corridor.townships.ids() {
            let place = Corridor::place(township);
            let (holder, tenure) = (control.holder[place], control.tenure_months[place]);
            if let Some((_, _, quote)) = last.filter(|(h, t, _)| *h == holder && *t == tenure) {
                self.quotes[township] = quote;
                continue;
            }
            let rate = self.rates[holder].at(terms.price.get());
            let risk = terms.seizure_share * terms.price.get();
            let capacity =
                corridor.actors[holder].budget.map_or(0.0, |b| values[b.admin_capacity.index()]);
            let settled = 1.0 - exp(-tenure / params.settling_months);
            let in_kind = self.rates[holder].in_kind;
            // Nothing of a price without bounds is nothing.
            let kind = if in_kind > 0.0 { in_kind * terms.price.get() } else { 0.0 };
            let burden = rate + kind;
            let legal = if burden > 0.0 { legal_share(params, burden, risk) } else { 1.0 };
            // Who evades bears what evading costs, if that is less.
            let evading = params.smuggling_cost_cny_per_t + risk;
            let paid = legal * burden + (1.0 - legal) * burden.min(evading);
            // A buyer pays for what it gets: what is taken before is no cost of its.
            let shifted = if kind > 0.0 { rate / burden } else { 1.0 } * terms.buyers_share;
            let collected = capacity * settled * self.parallel.learnt()[holder];
            let quote = Quote {
                rate: CnyPerTonneGross(rate),
                kind: CnyPerTonneGross(kind),
                taken_share: in_kind * collected,
                operators: CnyPerTonneGross(paid * (1.0 - shifted)),
                legal_share: legal,
                collected_share: collected,
            };
            self.quotes[township] = quote;
            last = Some((holder, tenure, quote));
        }
        self.parallel.quote(control.holder, terms.price.get(), &mut self.quotes);
    }
}

/// What holders decide, and owe each other, about this month's revenue.
#[derive(Clone, Copy, Debug)]
pub struct Spending<'a> {
    /// Levers of the holders.
    pub settings: &'a Settings,
    /// Share of revenue that a truce gives to the other side, 0..1.
    pub sharing: f64,
    /// What sales of product taken in kind bring, by township.
    pub sold: &'a Dense<TownshipId, Cny>,
}

/// One month: what was sent legally pays, and each holder budgets its revenue; see [`State::flow`].
///
/// `sent` is by township in gross tonnes.
pub fn step(
    state: &mut State,
    params: &Params,
    (corridor, values): (&Corridor, &[f64]),
    holder: &Dense<PlaceId, ActorId>,
    sent: &Dense<TownshipId, TonnesGross>,
    spending: Spending<'_>,
) {
    state.receipts.iter_mut().for_each(|r| *r = Receipts::default());
    for (township, quote) in state.quotes.enumerate() {
        let due = sent[township] * quote.legal_share * quote.rate;
        let receipts = &mut state.receipts[holder[Corridor::place(township)]];
        let sold = spending.sold[township];
        receipts.due += due + sold;
        receipts.revenue += due * quote.collected_share + sold;
        receipts.lost += due - due * quote.collected_share;
    }
    state.parallel.collect(sent, &mut state.receipts);
    if spending.sharing > 0.0 {
        share(&mut state.receipts, corridor, spending.sharing);
    }
    for (actor, budget) in corridor.holders() {
        let own = spending.settings.of(actor);
        let r = &mut state.receipts[actor];
        let income = r.revenue - r.given + r.got;
        let usual = &mut state.usual[actor];
        let missing = Cny((*usual - income.get()).max(0.0));
        r.saved = income * own.fund.unwrap_or(0.0);
        r.drawn = (missing * params.fund_release_share).min(state.fund[actor]);
        state.fund[actor] += r.saved;
        state.fund[actor] -= r.drawn;
        *usual += (income.get() - *usual) / USUAL_MONTHS;
        let spent = income - r.saved + r.drawn;
        r.arms = spent * own.arms.unwrap_or(values[budget.arms_share.index()]);
        let services = own.benefit.unwrap_or(values[budget.services_share.index()]);
        // Both shares at their highest may add up to more than there is.
        r.services = (spent * services).min(spent - r.arms);
        r.administration = spent - r.arms - r.services;
    }
}

/// Each side gives a share of its members' revenue to the leader of the other side.
fn share(receipts: &mut Dense<ActorId, Receipts>, corridor: &Corridor, share: f64) {
    let Some(politics) = &corridor.politics else { return };
    for (side, other) in [(0, 1), (1, 0)] {
        for member in &politics.sides[side].members {
            let given = receipts[*member].revenue * share;
            receipts[*member].given += given;
            receipts[politics.sides[other].lead].got += given;
        }
    }
}

#[cfg(test)]
mod tests;
