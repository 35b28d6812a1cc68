//! Which outsiders deal with the challenger, for how long, and on which terms?

use super::{Inputs, Offer, Params};
use crate::config::Corridor;
use crate::draw;
use crate::kernel::event::EventClock;
use crate::kernel::id::{Dense, Id, RouteId};
use crate::kernel::rng::Draws;

/// Hazard that an engagement ends at a guarantee of 0..1, 1/month. ASSUME M-053.
pub fn end_hazard(params: &Params, guarantee: f64) -> f64 {
    let held = guarantee.clamp(0.0, 1.0) * (1.0 - params.guaranteed_hazard_ratio);
    params.transactional_end_per_month * (1.0 - held)
}

/// Engagement of every partner.
#[derive(Clone, Debug, Default)]
pub struct Engagement {
    partners: Vec<Partner>,
    weights: Vec<f64>,
    total: f64,
}

/// One partner.
#[derive(Clone, Copy, Debug)]
struct Partner {
    clock: EventClock,
    /// What it would buy once a road to it is decided, t REO/month.
    usual_offtake: f64,
    /// Over the buyer's price, as a share.
    premium_share: f64,
    since: Option<usize>,
    ended: Option<usize>,
    /// What it wishes to buy this month, t REO.
    offtake: f64,
    guarantee: f64,
}

impl Engagement {
    pub(super) fn start(&mut self, corridor: &Corridor, values: &[f64], draws: &Draws) {
        self.partners.clear();
        let partners = corridor.politics.iter().flat_map(|p| &p.partners);
        self.partners.extend(partners.map(|p| Partner {
            clock: EventClock::new(draws, draw::ENGAGEMENT, (p.actor.address(), 0)),
            usual_offtake: values[p.offtake_t_reo_per_month.index()],
            premium_share: values[p.premium_share.index()],
            since: None,
            ended: None,
            offtake: 0.0,
            guarantee: 0.0,
        }));
        self.weights.clear();
        self.weights.resize(self.partners.len(), 0.0);
        self.total = 0.0;
    }

    /// Partners draw anew what is left of the thresholds at which they leave.
    pub(super) fn redraw(&mut self, draws: &Draws) {
        self.partners.iter_mut().for_each(|p| p.clock.redraw(draws, draw::ENGAGEMENT));
    }

    /// How far outsiders are engaged, 0..1.
    pub fn total(&self) -> f64 {
        self.total
    }

    /// The same for each partner.
    pub fn by_partner(&self) -> &[f64] {
        &self.weights
    }

    /// Month since which a partner is engaged, and the month in which that ended.
    pub fn span(&self, partner: usize) -> (Option<usize>, Option<usize>) {
        self.partners.get(partner).map_or((None, None), |p| (p.since, p.ended))
    }

    /// What a partner buys this month, t REO; its premium as a share; its guarantee, 0..1.
    pub(super) fn terms(&self, partner: usize) -> (f64, f64, f64) {
        self.partners
            .get(partner)
            .map_or((0.0, 0.0, 0.0), |p| (p.offtake, p.premium_share, p.guarantee))
    }

    /// One month. `ends` names the partner at the end of each route.
    pub(super) fn step(
        &mut self,
        params: &Params,
        inputs: &Inputs<'_>,
        ends: &Dense<RouteId, Option<usize>>,
        draws: &Draws,
    ) {
        let mut apart = 1.0;
        for (index, partner) in self.partners.iter_mut().enumerate() {
            let offer = inputs.offers.get(index).copied().unwrap_or_default();
            let decided =
                ends.iter().zip(inputs.road).any(|(e, r)| *e == Some(index) && r.is_some());
            partner.step(params, inputs, (offer, decided), draws);
            let base = params.transactional_weight;
            let weight =
                if partner.engaged() { base + (1.0 - base) * partner.guarantee } else { 0.0 };
            if let Some(w) = self.weights.get_mut(index) {
                *w = weight;
            }
            apart *= 1.0 - weight;
        }
        self.total = 1.0 - apart;
    }
}

impl Partner {
    fn engaged(&self) -> bool {
        self.since.is_some() && self.ended.is_none()
    }

    fn step(
        &mut self,
        params: &Params,
        inputs: &Inputs<'_>,
        (offer, decided): (Offer, bool),
        draws: &Draws,
    ) {
        let usual = if decided { self.usual_offtake } else { 0.0 };
        let wish = offer.offtake.unwrap_or(usual).max(0.0);
        self.guarantee = offer.guarantee.clamp(0.0, 1.0);
        if self.since.is_none() && wish > 0.0 {
            self.since = Some(inputs.month);
        }
        if self.engaged() {
            if wish <= 0.0 {
                // Withdrawn by decision: as good as ended.
                self.ended = Some(inputs.month);
            } else if inputs.live {
                let hazard = end_hazard(params, self.guarantee);
                if self.clock.advance(draws, draw::ENGAGEMENT, hazard, 1.0).is_some() {
                    self.ended = Some(inputs.month);
                }
            }
        }
        self.offtake = if self.engaged() { wish } else { 0.0 };
    }
}
