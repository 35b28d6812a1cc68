//! Which crossings let what through?
//!
//! Mechanism: a gate has two sides and two goods. Product leaves only as far as both sides let it;
//! reagents come in only as far as both sides let them; the two goods are shut separately.
//!
//! ```text
//! open_product(g)  = near_product(g)  · far_product(g)  · decided_product(g)     0..1, mean over days
//! open_reagents(g) = near_reagents(g) · far_reagents(g) · decided_reagents(g)
//! gate_open_share  = Σ capacity(g) open_product(g) / Σ capacity(g)
//! ```
//!
//! Reads: the timeline, and what the parties decide (the bargain, levers). Writes: openness by gate.
//! Limits: two sides shut on different days of one month count as independent.

use crate::config::Corridor;
use crate::kernel::id::{Dense, GateId};
use crate::timeline::Profile;

/// For `explain`.
pub const ABOUT: &str = "Openness of each crossing, 0..1, for product (out) and reagents (in): \
    the holder's side times the buyer's side, averaged over the days of the month.";

/// Openness over the whole run, evaluated at its start.
#[derive(Clone, Debug, Default)]
pub struct State {
    months: usize,
    product_by_month: Dense<GateId, Vec<f64>>,
    reagents_by_month: Dense<GateId, Vec<f64>>,
    product: Dense<GateId, f64>,
    reagents: Dense<GateId, f64>,
    side: Vec<f64>,
    /// Openness to product on the last day that the record gives.
    closing: Dense<GateId, f64>,
}

/// Openness this month.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'a> {
    /// Product, out: 0..1 by gate.
    pub product: &'a Dense<GateId, f64>,
    /// Reagents, in: 0..1 by gate.
    pub reagents: &'a Dense<GateId, f64>,
    /// Share of the product capacity that is open, 0..1.
    pub open_share: f64,
}

impl State {
    /// Evaluates the timeline under the run's values.
    pub fn start(&mut self, corridor: &Corridor, values: &[f64], months: usize) {
        let gates = corridor.gates.len();
        self.months = months;
        self.side.resize(months, 1.0);
        self.product = Dense::filled(1.0, gates);
        self.reagents = Dense::filled(1.0, gates);
        if self.product_by_month.len() != gates {
            self.product_by_month = Dense::filled(Vec::new(), gates);
            self.reagents_by_month = Dense::filled(Vec::new(), gates);
        }
        self.closing = Dense::filled(1.0, gates);
        for (id, gate) in corridor.timeline.gates.enumerate() {
            if let Some(last) = corridor.timeline.live_from.checked_sub(1) {
                self.closing[id] =
                    gate.near_product.at_end(last, values) * gate.far_product.at_end(last, values);
            }
            let mut both = |near: &Profile, far: &Profile, out: &mut Vec<f64>| {
                out.resize(months, 1.0);
                near.fill(values, out);
                far.fill(values, &mut self.side);
                for (open, side) in out.iter_mut().zip(&self.side) {
                    *open *= side;
                }
            };
            both(&gate.near_product, &gate.far_product, &mut self.product_by_month[id]);
            both(&gate.near_reagents, &gate.far_reagents, &mut self.reagents_by_month[id]);
        }
    }
}

impl State {
    /// Openness of a gate to product on the last day that the record gives, 0..1.
    pub fn closing(&self, gate: GateId) -> f64 {
        self.closing[gate]
    }

    /// Openness of a gate to product that the timeline gives in a month, 0..1.
    pub fn given(&self, gate: GateId, month: usize) -> f64 {
        self.product_by_month[gate].get(month).copied().unwrap_or(1.0)
    }
}

/// One month: what the two sides of each gate let through.
///
/// `decided` gives for each gate the openness (product, reagents) that the parties decide on, by which
/// what the timeline gives is multiplied.
pub fn step<'a>(
    state: &'a mut State,
    capacity_t_per_month: &Dense<GateId, f64>,
    month: usize,
    decided: impl Fn(GateId) -> (f64, f64),
) -> Flow<'a> {
    let (mut open, mut capacity) = (0.0, 0.0);
    for gate in capacity_t_per_month.ids() {
        let (product, reagents) = decided(gate);
        state.product[gate] = state.product_by_month[gate][month] * product;
        state.reagents[gate] = state.reagents_by_month[gate][month] * reagents;
        open += capacity_t_per_month[gate] * state.product[gate];
        capacity += capacity_t_per_month[gate];
    }
    let open_share = if capacity > 0.0 { open / capacity } else { 0.0 };
    Flow { product: &state.product, reagents: &state.reagents, open_share }
}
