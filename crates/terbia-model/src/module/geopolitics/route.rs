//! How much could leave by another way, what would it bring, and what is the way worth in a bargain?

use super::{Engagement, Inputs, Params};
use crate::config::Corridor;
use crate::draw;
use crate::kernel::event::EventClock;
use crate::kernel::id::{ActorId, Dense, Id, PlaceId, RouteId};
use crate::kernel::math::probability;
use crate::kernel::rng::Draws;
use crate::module::market::Pipeline;

/// Extension started a month, in first capacities: nothing unless the shortage that users expect
/// costs more than going round it, at most `cap`. Costs are shares of the price.
pub fn orders(response: f64, expected_cost: f64, premium: f64, cap: f64) -> f64 {
    (response * (expected_cost - premium).max(0.0)).min(cap)
}

/// Probability that a way which is built at `hazard` is finished within a horizon of months.
pub fn built_within(hazard: f64, horizon_months: f64) -> f64 {
    probability(hazard, horizon_months)
}

/// Ways to other buyers, and what they carry this month.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    ways: Dense<RouteId, Way>,
    partners: Dense<RouteId, Option<usize>>,
    /// What each partner still wants after the ways before this one, t gross: of this month's
    /// product, and in the outside option; scratch.
    wanted: Vec<[f64; 2]>,
    sales: Sales,
}

/// One way.
#[derive(Clone, Copy, Debug)]
struct Way {
    clock: EventClock,
    place: PlaceId,
    hazard: f64,
    first: f64,
    premium: f64,
    /// Part of its first month that it was open; `None` before completion.
    built: Option<f64>,
    pipeline: Pipeline,
}

/// All ways together; t gross, CNY/t gross and CNY a month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Sales {
    pub(super) wish: f64,
    pub(super) price: f64,
    pub(super) net: f64,
    pub(super) option: f64,
    pub(super) capacity: f64,
}

/// What ways are reckoned with this month.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms<'a> {
    /// Part of the wedge between prices outside and inside that the seller gets.
    pub(super) wedge_cny_per_t: f64,
    /// Partners.
    pub(super) engagement: &'a Engagement,
    /// Holders on the challenger's side.
    pub(super) members: &'a [ActorId],
}

/// What a tonne brings by one way, CNY/t gross.
#[derive(Clone, Copy, Debug)]
struct Value {
    paid: f64,
    net: f64,
    /// Over what it brings operators with the buyer.
    advantage: f64,
}

impl Routes {
    pub(super) fn start(&mut self, corridor: &Corridor, values: &[f64], draws: &Draws) {
        self.sales = Sales::default();
        self.wanted.clear();
        let Some(politics) = &corridor.politics else {
            (self.ways, self.partners) = (Dense::new(), Dense::new());
            return;
        };
        let of = |n: crate::kernel::id::NumberId| values[n.index()].max(0.0);
        self.partners =
            politics.routes.map(|r| politics.partners.iter().position(|p| p.actor == r.partner));
        self.ways = politics
            .routes
            .enumerate()
            .map(|(id, r)| Way {
                clock: EventClock::new(draws, draw::ROUTE, (id.address(), 0)),
                place: r.place,
                hazard: of(r.build_hazard_per_month),
                first: of(r.first_capacity_t_per_month),
                premium: of(r.premium_cny_per_t),
                built: None,
                pipeline: Pipeline::default(),
            })
            .collect();
        self.wanted.resize(politics.partners.len(), [0.0; 2]);
    }

    /// Ways that are not built yet draw anew what is left of their thresholds.
    pub(super) fn redraw(&mut self, draws: &Draws) {
        self.ways.iter_mut().for_each(|way| way.clock.redraw(draws, draw::ROUTE));
    }

    /// The partner at the end of each route, as its place among the partners.
    pub(super) fn partners(&self) -> &Dense<RouteId, Option<usize>> {
        &self.partners
    }

    pub(super) fn sales(&self) -> Sales {
        self.sales
    }

    pub(super) fn step(
        &mut self,
        params: &Params,
        inputs: &Inputs<'_>,
        terms: &Terms<'_>,
        draws: &Draws,
    ) {
        self.sales = Sales::default();
        let gross = if inputs.reo_per_gross > 0.0 { 1.0 / inputs.reo_per_gross } else { 0.0 };
        for (index, wanted) in self.wanted.iter_mut().enumerate() {
            *wanted = [terms.engagement.terms(index).0 * gross; 2];
        }
        let inside = inputs.basket_cny_per_t - inputs.levy_cny_per_t;
        let (mut paid, mut net) = (0.0, 0.0);
        for (way, (partner, pace)) in
            self.ways.iter_mut().zip(self.partners.iter().zip(inputs.road))
        {
            let (_, premium_share, guarantee) =
                partner.map_or((0.0, 0.0, 0.0), |p| terms.engagement.terms(p));
            let outside = (inputs.basket_cny_per_t + terms.wedge_cny_per_t) * (1.0 + premium_share);
            let value = Value {
                paid: outside,
                net: outside - way.premium,
                advantage: outside - way.premium - inside,
            };
            way.build(inputs.live, pace.unwrap_or(0.0), draws);
            way.extend(params, inputs, terms.wedge_cny_per_t);
            if !terms.members.contains(&inputs.holder[way.place]) {
                continue;
            }
            let capacity = way.capacity(params);
            self.sales.capacity += capacity;
            let likely = if way.built.is_some() {
                capacity
            } else {
                let hazard = way.hazard * pace.unwrap_or(0.0).max(0.0);
                guarantee * way.first * built_within(hazard, params.option_horizon_months)
            };
            let Some([free, open]) = partner.and_then(|p| self.wanted.get_mut(p)) else {
                continue;
            };
            let wish = value.share_sent(inputs.closed) * capacity.min(*free);
            *free -= wish;
            self.sales.wish += wish;
            paid += wish * value.paid;
            net += wish * value.net;
            if value.advantage > 0.0 {
                let counted = likely.min(*open);
                *open -= counted;
                self.sales.option += counted * value.advantage;
            }
        }
        if self.sales.wish > 0.0 {
            self.sales.price = paid / self.sales.wish;
            self.sales.net = net / self.sales.wish;
        }
    }
}

impl Value {
    /// Share of what fits that goes this way: all if it pays better than the buyer, else what finds
    /// the buyer's gates shut and brings anything at all.
    fn share_sent(&self, closed: f64) -> f64 {
        if self.net <= 0.0 {
            0.0
        } else if self.advantage > 0.0 {
            1.0
        } else {
            closed.clamp(0.0, 1.0)
        }
    }
}

impl Way {
    fn build(&mut self, live: bool, pace: f64, draws: &Draws) {
        if self.built.is_some() {
            self.built = Some(1.0);
        } else if live && pace > 0.0 {
            let fired = self.clock.advance(draws, draw::ROUTE, self.hazard * pace, 1.0);
            self.built = fired.map(|part| 1.0 - part);
        }
    }

    fn extend(&mut self, params: &Params, inputs: &Inputs<'_>, wedge: f64) {
        if self.built.is_none() || !inputs.live {
            return;
        }
        let price = inputs.basket_cny_per_t;
        let ordered = if price > 0.0 && inputs.scarcity > 0.0 {
            let cost = params.shortage_cost_share * inputs.scarcity.min(1.0) + wedge / price;
            let room = (params.route_cap_multiple - 1.0 - self.pipeline.total()).max(0.0);
            let cap = (params.route_growth_per_year / 12.0).min(room);
            orders(params.route_response_per_month, cost, self.premium / price, cap)
        } else {
            0.0
        };
        self.pipeline.step(ordered, params.extension_lag_months.max(1.0));
    }

    /// Capacity this month, t gross.
    fn capacity(&self, params: &Params) -> f64 {
        let multiple = (1.0 + self.pipeline.installed()).min(params.route_cap_multiple.max(1.0));
        self.built.map_or(0.0, |part| part * self.first * multiple)
    }
}
