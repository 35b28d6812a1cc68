//! What do stocks, beliefs about reopening and scarcity do to prices, and what do prices call forth?
//!
//! Mechanism: each priced constituent has its own inventory on the buyer's side. The price follows
//! cover: the stock in months of demand, less the supply that buyers expect to lose while gates stay
//! shut, or output is stopped. How long that is they learn from past closures; a closure held to be permanent, or announced,
//! weighs more. State stocks may be sold into a shortfall: they stand in for part of what is lost.
//! High prices save demand, wake unpublished supply and, years later, bring alternative projects.
//!
//! ```text
//! I_e     <- I_e + S_e − D_e                                                        t
//! S_e      = x_e·arrivals + Σ_o x_{e,o}·supply_o·(1, min(m_e, 1) under a quota, m_e if inferred) + m_e·residual_e
//!            + alternatives_e + reserve_e·x_e·what does not arrive
//! m_e     <- m_e + (m0_e·(Cov*_e/cover_e)^k − m_e)/lag
//! T_e      = D0_e (1+growth)^years                                                  trend
//! D_e      = T_e (1 − z_e) (P_e/Pbar_e)^−eps
//! Short_e  = s_e·cut·(1 − exp(−hhat·Hz))/hhat · (1 − reserve_e)                     months of demand
//! cut      = closed·(1 − leak) + (1 − closed)·stopped       stopped: by a stop of output that was foretold
//! ln P*_e  = ln Pbar_e − phi_e ln(max(I_e/T_e − Short_e, floor)/Cov*_e)
//! ln P_e  <- ln P_e + g (ln P*_e − ln P_e) + sigma_e·eps
//! hhat     = a/(b + months shut);  a closure that ends adds 1 to a and its length to b
//! Pbar_e   = price_e · conditions^elasticity_e
//! P_b      = pay · (Σ_e x_e P_e + P_rest · conditions)                              CNY/t REO
//! ```
//!
//! Reads: arrivals, openness, series, reserve events. Writes: prices, cover, alternatives. Limits:
//! ASSUME M-018 to M-023; one buyer, one currency, no speculation but in beliefs.

mod belief;
mod pipeline;
mod price;

pub use belief::Belief;
pub use pipeline::Pipeline;
use price::log_coverage_price;
pub use price::{coverage_price, expected_shortfall_months};

use crate::config::{Corridor, Origin, Swing};
use crate::draw;
use crate::kernel::dist;
use crate::kernel::id::{ConstituentId, Dense, Id, OriginId};
use crate::kernel::math::{exp, ln, pow};
use crate::kernel::quantity::CnyPerTonneReo;
use crate::kernel::rng::Draws;

crate::params! { "market" from "params.toml" {
    reopen_prior_closures, reopen_prior_months, permanent_belief_factor, announcement_weight,
    horizon_months, cover_floor_months, demand_elasticity, price_adjustment_per_month,
    swing_elasticity, swing_lag_months, thrift_cap_per_year, thrift_response_per_month,
    thrift_return_per_month, alternative_lag_months, alternative_cap_per_year,
    alternative_response_per_month, alternative_premium, strategic_orders_per_year, conditions_volatility_per_month,
    conditions_persistence,
} }

/// For `explain`.
pub const ABOUT: &str = "Inventories of each constituent, beliefs about reopening learnt from past closures, \
    the forward-looking coverage price, basket price, swing supply, substitution and the pipeline of \
    alternative projects.";

/// Months over which buyers take stock of what normally arrives.
const MEMORY_MONTHS: f64 = 6.0;
/// Unpublished supply can fall to this part and grow to this multiple of its usual.
const LEAST_SWING: f64 = 0.05;
const MOST_SWING: f64 = 3.0;
/// Kilograms in a tonne.
const KG: f64 = 1000.0;

/// Stocks, beliefs and prices.
#[derive(Clone, Debug, Default)]
pub struct State {
    elements: Dense<ConstituentId, Element>,
    reserve: Dense<ConstituentId, Vec<f64>>,
    belief: Belief,
    pipeline: Pipeline,
    /// Log deviation of market conditions from their series, after the record.
    conditions_gap: f64,
    /// Arrivals of a normal month, t REO.
    normal_arrivals: f64,
    rest_price: f64,
    pay_share: f64,
    conditions: f64,
    /// Price of each constituent, CNY/kg.
    prices: Dense<ConstituentId, f64>,
}

/// One constituent.
#[derive(Clone, Copy, Debug, Default)]
struct Element {
    content: f64,
    demand_start: f64,
    /// Demand before thrift and price, t a month.
    trend: f64,
    /// Factor on it each month.
    growth: f64,
    log_anchor: f64,
    conditions_elasticity: f64,
    response: f64,
    cover_normal: f64,
    noise: f64,
    inventory: f64,
    /// Logarithm of the price in CNY/kg.
    log_price: f64,
    residual: f64,
    swing_start: f64,
    swing: f64,
    thrift: f64,
    cover: f64,
    shortfall: f64,
    scarcity: f64,
    /// Part of the corridor in this month's supply, were its arrivals normal, 0..1.
    dependence: f64,
}

/// What reached the buyer this month and how the way stands.
#[derive(Clone, Copy, Debug)]
pub struct Arrivals {
    /// Product arrived, t REO.
    pub reo: f64,
    /// Share of the way that is open, 0..1.
    pub open: f64,
    /// Share of the usual supply that a foretold stop of output keeps back, 0..1.
    pub stopped: f64,
    /// Share that leaks through a closure, 0..1.
    pub leak: f64,
    /// Part of the way that a closure announced within the horizon will shut, 0..1.
    pub announced: f64,
    /// Months until it does.
    pub announced_lead_months: f64,
    /// Whether the present closure is taken for permanent.
    pub permanent: bool,
    /// Whether the announced one is.
    pub announced_permanent: bool,
}

/// What politics does to the market this month.
#[derive(Clone, Copy, Debug)]
pub struct Policy<'a> {
    /// Factor on the series of each origin; absent where nothing changes it.
    pub origin_factor: Option<&'a Dense<OriginId, f64>>,
    /// Factor on quotas.
    pub quota: f64,
    /// Factor on demand.
    pub demand: f64,
    /// Factor on the response and the ceiling of investment in alternatives.
    pub diversification: f64,
    /// Factor on the response and the ceiling of substitution.
    pub thrifting: f64,
    /// Share of an expected shortfall that state stocks cover at least, 0..1.
    pub stock_release: f64,
}

impl Policy<'_> {
    /// Nothing is changed.
    pub const NEUTRAL: Self = Self {
        origin_factor: None,
        quota: 1.0,
        demand: 1.0,
        diversification: 1.0,
        thrifting: 1.0,
        stock_release: 0.0,
    };

    /// The factor on the series of an origin.
    pub fn factor(&self, id: OriginId, origin: &Origin) -> f64 {
        let rival = self.origin_factor.map_or(1.0, |f| f[id]);
        if origin.swing == Swing::Down { rival * self.quota } else { rival }
    }
}

/// Supply of a constituent from an origin in a month, t, before it swings.
fn month_supply(
    corridor: &Corridor,
    values: &[f64],
    origin: &Origin,
    id: ConstituentId,
    month: usize,
) -> f64 {
    let series = &corridor.series[origin.supply];
    series.values[month] * values[series.scale.index()] * values[origin.contents[id].index()]
}

impl Element {
    /// Closes the balance of the first month, given the supply that is `sure` and the supply that
    /// `swings`, t: by a residual if something is missing, by less swinging supply if there is too
    /// much, and by more demand if even the sure supply exceeds it. ASSUME M-020.
    fn balance(&mut self, sure: f64, swings: f64) {
        let gap = self.demand_start - sure;
        if gap < 0.0 {
            self.demand_start = sure;
            self.inventory = self.cover_normal * sure;
        }
        let gap = gap.max(0.0);
        self.residual = (gap - swings).max(0.0) / self.demand_start;
        self.trend = self.demand_start;
        self.swing_start = if swings > 0.0 { (gap / swings).clamp(LEAST_SWING, 1.0) } else { 1.0 };
        self.swing = self.swing_start;
    }
}

impl State {
    /// The state before the first month, in balance at normal cover.
    pub fn start(
        &mut self,
        params: &Params,
        corridor: &Corridor,
        values: &[f64],
        (normal_arrivals, months): (f64, usize),
    ) {
        let of = |n: crate::kernel::id::NumberId| values[n.index()];
        let conditions = corridor.series[corridor.roles.conditions].values[0]
            * of(corridor.series[corridor.roles.conditions].scale);
        let log_conditions = ln(conditions.max(f64::MIN_POSITIVE));
        self.elements.clone_from(&corridor.constituents.map(|c| {
            let log_anchor = ln(of(c.price_cny_per_kg));
            let demand = of(c.demand_t_per_month);
            Element {
                content: of(c.content_t_per_t),
                demand_start: demand,
                trend: demand,
                growth: pow(1.0 + of(c.demand_growth_per_year), 1.0 / 12.0),
                log_anchor,
                conditions_elasticity: of(c.conditions_elasticity),
                response: of(c.price_response),
                cover_normal: of(c.cover_normal_months),
                noise: of(c.price_noise),
                inventory: of(c.cover_normal_months) * demand,
                log_price: log_anchor + of(c.conditions_elasticity) * log_conditions,
                residual: 0.0,
                swing_start: 1.0,
                swing: 1.0,
                thrift: 0.0,
                cover: of(c.cover_normal_months),
                shortfall: 0.0,
                scarcity: 0.0,
                dependence: 0.0,
            }
        }));
        for (id, element) in corridor.constituents.ids().zip(self.elements.iter_mut()) {
            let supply = |fixed: bool| -> f64 {
                let of_kind = |o: &&Origin| (o.swing == Swing::Fixed) == fixed;
                let origins = corridor.origins.iter().filter(of_kind);
                origins.map(|o| month_supply(corridor, values, o, id, 0)).sum()
            };
            element.balance(supply(true) + element.content * normal_arrivals, supply(false));
        }
        if self.reserve.len() != corridor.constituents.len() {
            self.reserve = Dense::filled(Vec::new(), corridor.constituents.len());
        }
        for (profile, out) in corridor.timeline.reserve.iter().zip(self.reserve.iter_mut()) {
            out.resize(months, 0.0);
            profile.fill(values, out);
        }
        self.belief = Belief::new(params.reopen_prior_closures, params.reopen_prior_months);
        self.pipeline = Pipeline::default();
        self.conditions_gap = 0.0;
        self.normal_arrivals = normal_arrivals;
        self.rest_price = of(corridor.commodity.rest_price_cny_per_kg);
        self.pay_share = of(corridor.commodity.pay_share);
        self.conditions = conditions;
        self.prices.clone_from(&self.elements.map(|e| exp(e.log_price)));
    }

    /// What a tonne REO of the corridor's concentrate brings at the border.
    pub fn basket_price(&self) -> CnyPerTonneReo {
        CnyPerTonneReo(self.basket(|e, _| e.content))
    }

    /// What a tonne REO from another origin is worth by the same reckoning.
    pub fn basket_price_of(&self, corridor: &Corridor, values: &[f64], origin: OriginId) -> f64 {
        let contents = &corridor.origins[origin].contents;
        self.basket(|_, id| values[contents[id].index()])
    }

    fn basket(&self, content: impl Fn(&Element, ConstituentId) -> f64) -> f64 {
        let priced: f64 =
            self.elements.enumerate().map(|(id, e)| content(e, id) * self.prices[id]).sum();
        self.pay_share * (priced + self.rest_price * self.conditions) * KG
    }

    /// Price of a constituent, CNY/kg.
    pub fn price(&self, id: ConstituentId) -> f64 {
        self.prices[id]
    }

    /// Stock of a constituent, months of demand.
    pub fn cover_months(&self, id: ConstituentId) -> f64 {
        self.elements[id].cover
    }

    /// Supply of a constituent that buyers expect to lose, months of demand.
    pub fn shortfall_months(&self, id: ConstituentId) -> f64 {
        self.elements[id].shortfall
    }

    /// The buyer's least stock cover over normal, as a ratio.
    pub fn least_cover(&self) -> f64 {
        let covers = self.elements.iter().map(|e| e.cover / e.cover_normal);
        covers.fold(f64::INFINITY, f64::min).min(1e6)
    }

    /// Normal cover of the constituent of least cover, months.
    pub fn cover_normal_months(&self) -> f64 {
        let scarcest = |a: &&Element, b: &&Element| {
            (a.cover / a.cover_normal).total_cmp(&(b.cover / b.cover_normal))
        };
        self.elements.iter().min_by(scarcest).map_or(1.0, |e| e.cover_normal)
    }

    /// Price of each constituent, CNY/kg.
    pub fn prices(&self) -> &Dense<ConstituentId, f64> {
        &self.prices
    }

    /// The corridor's share in the supply of the constituent that leans on it most, 0..1.
    pub fn dependence(&self) -> f64 {
        self.elements.iter().map(|e| e.dependence).fold(0.0, f64::max)
    }

    /// Arrivals of a normal month, t REO.
    pub fn normal_arrivals(&self) -> f64 {
        self.normal_arrivals
    }

    /// Mean log price over its anchor that buyers expect, smoothed over a year.
    pub fn scarcity(&self) -> f64 {
        let n = self.elements.len().max(1) as f64;
        self.elements.iter().map(|e| e.scarcity).sum::<f64>() / n
    }

    /// Supply from alternative projects, as a share of demand.
    pub fn alternative_share(&self) -> f64 {
        self.pipeline.installed()
    }
}

/// One month: conditions move, stocks change, beliefs are revised, prices follow.
pub fn step(
    state: &mut State,
    params: &Params,
    corridor: &Corridor,
    values: &[f64],
    (arrivals, policy, month): (&Arrivals, Policy<'_>, usize),
    draws: &Draws,
) {
    let series = &corridor.series[corridor.roles.conditions];
    if month > series.last_known {
        let shock = dist::normal(draws.uniform(draw::CONDITIONS, 0, month as u32, 0));
        state.conditions_gap = state.conditions_gap * params.conditions_persistence
            + params.conditions_volatility_per_month * shock;
    }
    state.conditions =
        series.values[month] * values[series.scale.index()] * exp(state.conditions_gap);

    // A stop of output is to the buyer a way shut as far as nothing comes.
    let open = arrivals.open * (1.0 - arrivals.stopped);
    state.belief.observe(open);
    let hazard = |permanent| {
        state.belief.hazard(if permanent { params.permanent_belief_factor } else { 1.0 })
    };
    let (now, later) = (hazard(arrivals.permanent), hazard(arrivals.announced_permanent));
    if open > 0.9 {
        state.normal_arrivals += (arrivals.reo - state.normal_arrivals) / MEMORY_MONTHS;
    }
    // Through a closure something leaks; what is not mined does not.
    let closed = (1.0 - arrivals.open) * (1.0 - arrivals.leak) + arrivals.open * arrivals.stopped;
    let ahead = arrivals.announced * params.announcement_weight;
    let lead = (params.horizon_months - arrivals.announced_lead_months).max(0.0);
    let over = |weight: f64, horizon: f64, hazard: f64| {
        if weight > 0.0 { weight * expected_shortfall_months(1.0, horizon, hazard) } else { 0.0 }
    };
    let lost = over(closed, params.horizon_months, now) + over((1.0 - closed) * ahead, lead, later);

    let log_conditions = ln(state.conditions.max(f64::MIN_POSITIVE));
    let mut scarcity = 0.0;
    for id in corridor.constituents.ids() {
        let e = &mut state.elements[id];
        if month > 0 {
            e.trend *= e.growth;
        }
        let trend = e.trend;
        let log_anchor = e.log_anchor + e.conditions_elasticity * log_conditions;
        let log_ratio = e.log_price - log_anchor;
        let demand =
            trend * policy.demand * (1.0 - e.thrift) * exp(-params.demand_elasticity * log_ratio);
        let mut supply = e.content * arrivals.reo
            + e.residual * trend * e.swing
            + state.pipeline.installed() * trend;
        for (o, origin) in corridor.origins.enumerate() {
            let supplied =
                month_supply(corridor, values, origin, id, month) * policy.factor(o, origin);
            supply += supplied * origin.swing.factor(e.swing);
        }
        let normal = e.content * state.normal_arrivals;
        let others = supply - e.content * arrivals.reo;
        e.dependence = if normal > 0.0 { normal / (normal + others) } else { 0.0 };
        let release = state.reserve[id][month].max(policy.stock_release);
        supply += release * closed * normal;
        e.inventory = (e.inventory + supply - demand).max(0.0);
        e.cover = e.inventory / trend;
        let share = (e.content * state.normal_arrivals / trend).min(1.0);
        e.shortfall = share * lost * (1.0 - release);
        let log_premium = log_coverage_price(
            e.cover - e.shortfall,
            e.cover_normal,
            e.response,
            params.cover_floor_months,
        );
        let shock =
            e.noise * dist::normal(draws.uniform(draw::PRICE, id.address(), month as u32, 0));
        e.log_price +=
            params.price_adjustment_per_month * (log_anchor + log_premium - e.log_price) + shock;
        state.prices[id] = exp(e.log_price);
        let scarce = ln(e.cover_normal / e.cover.max(params.cover_floor_months));
        let pull = exp(params.swing_elasticity * scarce);
        let wish = (e.swing_start * pull).clamp(LEAST_SWING, MOST_SWING);
        e.swing += (wish - e.swing) / params.swing_lag_months;
        let dear = (e.log_price - log_anchor).max(0.0);
        let saving = policy.thrifting
            * (params.thrift_response_per_month * dear).min(params.thrift_cap_per_year / 12.0);
        e.thrift = (e.thrift + saving - e.thrift * params.thrift_return_per_month).clamp(0.0, 0.9);
        e.scarcity += (log_premium - e.scarcity) / 12.0;
        scarcity += e.scarcity;
    }
    scarcity /= corridor.constituents.len().max(1) as f64;
    let wish =
        params.alternative_response_per_month * (scarcity - params.alternative_premium).max(0.0);
    // A state that wants to depend less does not wait for scarcity.
    let strategic = (policy.diversification - 1.0).max(0.0) * params.strategic_orders_per_year;
    let orders = policy.diversification * wish.min(params.alternative_cap_per_year / 12.0)
        + strategic / 12.0;
    state.pipeline.step(orders, params.alternative_lag_months);
}

#[cfg(test)]
mod tests;
