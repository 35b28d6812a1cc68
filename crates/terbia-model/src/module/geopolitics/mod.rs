//! What do neighbours, outsiders and the terms of world trade do to the corridor?
//!
//! Mechanism: the buyer may licence exports, which splits the market and dulls its own demand, and
//! goods that contain the constituents may meet a tariff. Origins next door take in crews that find
//! no work in the corridor, and lose some again when it works and pays. A way to another buyer moves
//! nothing until it has been decided and built, and grows as its partner fears a shortage.
//! Outsiders engage when they wish to buy; a transactional engagement soon ends, a guaranteed one
//! lasts, and neither comes back.
//!
//! ```text
//! P_out,e  = P_e (1 + wedge·s)                                       CNY/kg, s: strictness 0..1
//! demand   = (1 − s·exported·response) (1 − exposed (1 − (1 + es/(es + ed)·t)^−ed))
//! A       <- A + (max(0, idle − usual)/(1 − usual) − A)/lag          crews that look next door
//! moved_o <- moved_o + go·A·favour·pay·permits (room − moved_o) − back·open (1 − A) w·moved_o
//! own_o   <- own_o + turnover (pay·permits − own_o)                  sites replaced next door
//! m_o      = min(own_o + moved_o, 1 + room)                          factor on the origin's series
//! capacity = first·(1 + installed);  orders = min(cap, iota·max(0, c·scarcity + gain − premium))
//! net      = (P_b + sigma·wedge·s·P_b,priced)(1 + premium_share) − route premium    CNY/t gross
//! wish     = Σ min(capacity, offtake)·(1 if net > P_b − tau else closed)             t gross
//! w_K      = max(0, net − (P_b − tau))·(capacity or g·P(built within a horizon)·first)  CNY/month
//! h_end    = h_0 (1 − g (1 − ratio))                                 1/month, g: guarantee 0..1
//! ```
//!
//! Reads: the state of the corridor's way and sites, prices, levy, supply of origins, holders, levers.
//! Writes: factors on origins and demand, price outside, what could be sold elsewhere and for how
//! much, the outside option, engagement. Limits: ASSUME M-047 to M-054; one wedge for all
//! constituents, no retaliation, and a way is built whoever fights over the land that it crosses.

mod engagement;
mod incidence;
mod rival;
mod route;

pub use engagement::{Engagement, end_hazard};
pub use incidence::{demand_factor, licensing_factor, outside_factor, tariff_factor};
pub use rival::Rivals;
pub use route::{Routes, built_within, orders};

use crate::config::Corridor;
use crate::kernel::id::{ActorId, ConstituentId, Dense, Id, OriginId, PlaceId, RouteId};
use crate::kernel::rng::Draws;

crate::params! { "geopolitics" from "params.toml" {
    outside_wedge, wedge_to_seller, export_share, licence_response, exposed_share,
    idle_usual_share, move_lag_months, move_per_month, return_per_month, rival_room,
    rival_turnover_per_month, rival_price_response, pressure_drag, distrust_favour,
    rival_site_t_reo_per_month, route_growth_per_year, route_cap_multiple,
    route_response_per_month, shortage_cost_share, extension_lag_months, option_horizon_months,
    transactional_end_per_month, guaranteed_hazard_ratio, transactional_weight,
} }

/// For `explain`.
pub const ABOUT: &str = "Export licensing and tariffs on the buyer's demand; rival origins that take in idle \
    crews; ways to another buyer that must be decided and built; engagement of outsiders, \
    transactional or guaranteed.";

/// Kilograms in a tonne.
const KG: f64 = 1000.0;

/// Rivals, routes and engagements over the run.
#[derive(Clone, Debug, Default)]
pub struct State {
    rivals: Rivals,
    routes: Routes,
    engagement: Engagement,
    members: Vec<ActorId>,
    contents: Dense<ConstituentId, f64>,
    pay_share: f64,
    outside_price: Dense<ConstituentId, f64>,
    outside_factor: f64,
    demand_factor: f64,
}

/// What a partner is set to do.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Offer {
    /// Product that it wishes to buy, t REO/month; `None` if nobody has turned the lever. A decided
    /// road to it then stands for a wish for what the corridor says that it would buy.
    pub offtake: Option<f64>,
    /// How far its engagement is guaranteed rather than transactional, 0..1.
    pub guarantee: f64,
}

/// What the module is told each month.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// Whether the model decides. If not, rivals stay as the record has them and nothing fires.
    pub live: bool,
    /// Months since the start.
    pub month: usize,
    /// Share of the corridor's way to the buyer that is shut, 0..1.
    pub closed: f64,
    /// Share of the corridor's sites that stand still, 0..1.
    pub idle: f64,
    /// Margin of operators in the corridor over its normal; 1 is usual.
    pub margin_ratio: f64,
    /// Price of each constituent with the buyer, CNY/kg.
    pub price: &'a Dense<ConstituentId, f64>,
    /// Price of the corridor's product at the border, CNY/t gross.
    pub basket_cny_per_t: f64,
    /// Levy that operators bear when they sell to the buyer, CNY/t gross.
    pub levy_cny_per_t: f64,
    /// Oxide in a gross tonne of this month's mix, t REO/t gross.
    pub reo_per_gross: f64,
    /// Scarcity that users expect, 0..1; 0 if they expect no shortage.
    pub scarcity: f64,
    /// Supply of each origin as its series has it, t REO/month.
    pub supply: &'a Dense<OriginId, f64>,
    /// Who holds each place.
    pub holder: &'a Dense<PlaceId, ActorId>,
    /// Strictness of export licensing, 0..1; `None` if there is none.
    pub export_licensing: Option<f64>,
    /// Tariff on goods that contain the constituents, as a share of their price.
    pub tariff: Option<f64>,
    /// Factor on permits next door; 1 is neutral.
    pub rival_permits: f64,
    /// Pressure from downstream on the areas next door, 0..1.
    pub downstream_pressure: f64,
    /// What each partner is set to do, parallel to the partners of the corridor.
    pub offers: &'a [Offer],
    /// Pace of building of each route, a factor on its hazard; `None` while undecided.
    pub road: &'a Dense<RouteId, Option<f64>>,
    /// Trust of the buyer in the challenger, 0..1.
    pub trust: f64,
    /// Elasticity of supply, for the incidence of a tariff.
    pub supply_elasticity: f64,
    /// Elasticity of demand, likewise and for its answer.
    pub demand_elasticity: f64,
}

/// The month's geopolitics.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'a> {
    /// Factor on the series of each origin; exactly 1 for those that are no rivals.
    pub origin_factor: &'a Dense<OriginId, f64>,
    /// Sites at work in each rival origin; 0 for others.
    pub rival_sites: &'a Dense<OriginId, f64>,
    /// Supply of all rivals together, t REO/month.
    pub rival_supply_t_reo: f64,
    /// Part of it that is there because crews moved, 0..1.
    pub displaced: f64,
    /// Price of each constituent outside the buyer's country, CNY/kg.
    pub outside_price: &'a Dense<ConstituentId, f64>,
    /// The same over the price inside.
    pub outside_factor: f64,
    /// Factor on the buyer's demand.
    pub demand_factor: f64,
    /// Product that could go to other buyers this month, t gross; not more than they want and than
    /// ways carry. How much of it there is to sell is the caller's to say.
    pub outside_wish_t_gross: f64,
    /// What they pay for it at the end of the way, CNY/t gross; 0 if there is no way.
    pub outside_price_cny_per_t: f64,
    /// What is left of that after the way's extra cost, CNY/t gross.
    pub outside_net_cny_per_t: f64,
    /// Outside option of the challenger, CNY/month.
    pub outside_option_cny: f64,
    /// Capacity of all ways that the challenger can use, t gross/month.
    pub route_capacity_t_gross: f64,
    /// How far outsiders are engaged, 0..1.
    pub engagement: f64,
    /// The same for each partner.
    pub engaged: &'a [f64],
}

impl State {
    /// The state before the first month.
    pub fn start(&mut self, corridor: &Corridor, values: &[f64], draws: &Draws) {
        self.rivals.start(corridor);
        self.routes.start(corridor, values, draws);
        self.engagement.start(corridor, values, draws);
        self.members.clear();
        if let Some(politics) = &corridor.politics {
            self.members.extend_from_slice(&politics.sides[0].members);
        }
        self.contents.clone_from(&corridor.constituents.map(|c| values[c.content_t_per_t.index()]));
        self.pay_share = values[corridor.commodity.pay_share.index()];
        self.outside_price = Dense::filled(0.0, corridor.constituents.len());
        self.outside_factor = 1.0;
        self.demand_factor = 1.0;
    }

    /// Goes on with other chances: clocks draw anew what is left of their thresholds.
    pub fn redraw(&mut self, draws: &Draws) {
        self.routes.redraw(draws);
        self.engagement.redraw(draws);
    }

    /// The month's geopolitics.
    pub fn flow(&self) -> Flow<'_> {
        let sales = self.routes.sales();
        Flow {
            origin_factor: self.rivals.factor(),
            rival_sites: self.rivals.sites(),
            rival_supply_t_reo: self.rivals.supply(),
            displaced: self.rivals.displaced(),
            outside_price: &self.outside_price,
            outside_factor: self.outside_factor,
            demand_factor: self.demand_factor,
            outside_wish_t_gross: sales.wish,
            outside_price_cny_per_t: sales.price,
            outside_net_cny_per_t: sales.net,
            outside_option_cny: sales.option,
            route_capacity_t_gross: sales.capacity,
            engagement: self.engagement.total(),
            engaged: self.engagement.by_partner(),
        }
    }

    /// Part of the price of a gross tonne that the priced constituents make up, CNY/t gross.
    fn priced_part(&self, inputs: &Inputs<'_>) -> f64 {
        let value: f64 = self.contents.iter().zip(inputs.price).map(|(x, p)| x * p).sum();
        let gross = self.pay_share * value * KG * inputs.reo_per_gross;
        gross.clamp(0.0, inputs.basket_cny_per_t.max(0.0))
    }
}

/// One month; see [`State::flow`].
pub fn step(state: &mut State, params: &Params, inputs: &Inputs<'_>, draws: &Draws) {
    let strictness = inputs.export_licensing.unwrap_or(0.0).clamp(0.0, 1.0);
    let tariff = inputs.tariff.unwrap_or(0.0).max(0.0);
    let elasticities = (inputs.supply_elasticity, inputs.demand_elasticity);
    state.outside_factor = outside_factor(params, strictness);
    state.demand_factor = demand_factor(params, strictness, tariff, elasticities);
    for (outside, inside) in state.outside_price.iter_mut().zip(inputs.price) {
        *outside = inside * state.outside_factor;
    }
    state.rivals.step(params, inputs);
    state.engagement.step(params, inputs, state.routes.partners(), draws);
    let terms = route::Terms {
        wedge_cny_per_t: params.wedge_to_seller
            * (state.outside_factor - 1.0)
            * state.priced_part(inputs),
        engagement: &state.engagement,
        members: &state.members,
    };
    state.routes.step(params, inputs, &terms, draws);
}

#[cfg(test)]
mod tests;
