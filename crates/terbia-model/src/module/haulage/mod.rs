//! How does product get from the mine over a gate to the buyer, and what leaks?
//!
//! Mechanism: output joins the stock at the mine. Stock is sent off at a rate that mud slows and an
//! announced closure hastens. What can go by an open gate spreads over the gates by their cost; part
//! of it goes past the levy on unofficial tracks. What finds the gates shut stays, but for a leak.
//! Gates pass what their capacity allows; the rest waits in their yards. What a holder takes in kind goes
//! into its store and leaves that in time, by the same gates, without a levy.
//!
//! ```text
//! want_n   = min(S_n + q_n, [S_n/tau' + q_n (1 − exp(−1/tau'))] · road · (1 − blocked_n))   t REO
//! tau'     = tau / (1 + zeta · P(closure within the horizon))
//! road     = min(1, floor + (1 − floor) · season/max season)
//! a_{n,g}  = capacity_g exp(−theta C_{n,g})       how much gate g draws from township n
//! w_{n,g}  = a_{n,g} open_g / Σ_h a_{n,h} open_h
//! open_n   = Σ_g a_{n,g} open_g / Σ_g a_{n,g}     part of township n's ways that is open
//! sent_n   = want_n · open_n,  leak_n = min(want_n, usual_n) (1 − open_n) leak
//! usual_n <- usual_n + (sent_n − usual_n)/12 in months of an open way
//! flow_g   = min(Y_g + Σ_n legal_n w_{n,g}, capacity_g open_g)
//! sold_n   = K_n · sale_n · open_n,  K_n <- K_n + taken_n − sold_n          the holder's store
//! flow_g   has sold_n among its arrivals, and legal_n is less taken_n
//! elsewhere_n = min(wish_n, what is left of S_n + q_n)       over ways to other buyers
//! S_n     <- S_n + q_n − sent_n − leak_n − elsewhere_n ;  Y_g <- Y_g + arrivals − flow_g
//! ```
//!
//! Reads: output, gates, legal share, announcements. Writes: stocks, exports, leaks, seizures.
//! Limits: ASSUME M-011, M-012, M-013, M-014, M-072; war slows all roads of a township alike; what was
//! bound for a shut gate waits and does not turn to another within the month; a stop of output that was
//! announced is a closure ahead (ASSUME M-078).

use crate::config::Corridor;
use crate::kernel::graph;
use crate::kernel::id::{Dense, GateId, Id, TownshipId};
use crate::kernel::math::{exp, exp_m1};

crate::params! { "haulage" from "params.toml" {
    release_months, road_floor, haul_cost_cny_per_t_km, route_choice_t_per_cny, leak_share,
    seizure_share, rush_response, rush_horizon_months, stock_at_start_months, war_road_loss,
} }

/// For `explain`.
pub const ABOUT: &str = "Stocks at mines and yards, roads, choice of gate by cost, gate capacity, leaks, \
    the rush before an announced closure and the flush after one.";

/// Openness above which a month counts as usual.
const OPEN_WAY: f64 = 0.9;
/// Months over which the usual month is reckoned.
const MEMORY_MONTHS: f64 = 12.0;

/// Stocks and routes.
#[derive(Clone, Debug, Default)]
pub struct State {
    mine_stock: Dense<TownshipId, f64>,
    yard: Dense<GateId, f64>,
    /// What holders have taken in kind and not sold, t REO.
    store: Dense<TownshipId, f64>,
    /// What of it was sold this month, t REO.
    sold: Dense<TownshipId, f64>,
    /// Capacity × `exp(−theta C)` by township and gate; zero where there is no road.
    ease: Dense<TownshipId, Vec<f64>>,
    /// Haulage cost to each gate, CNY for each gross tonne; infinite where there is no road.
    cost: Dense<TownshipId, Vec<f64>>,
    weights: Vec<f64>,
    arrivals: Dense<GateId, f64>,
    access: Dense<TownshipId, Access>,
    /// Openness to product and to reagents that `access` was reckoned for.
    reckoned: [Dense<GateId, f64>; 2],
    sent: Dense<TownshipId, f64>,
    /// What is sent in a usual month, t REO: tracks do not widen with the stock that waits.
    usual: Dense<TownshipId, f64>,
    totals: Totals,
}

/// How well a township reaches open gates this month.
#[derive(Clone, Copy, Debug, Default)]
pub struct Access {
    /// Share of the month in which product can leave, 0..1.
    pub open: f64,
    /// Share in which reagents can come in, 0..1.
    pub reagents_open: f64,
    /// Haulage cost by the gates in use, CNY for each gross tonne.
    pub cost_cny_per_t: f64,
}

/// Mass that moved this month, t REO.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Totals {
    /// Over gates, with the levy settled.
    pub through_gates: f64,
    /// Past closed gates or past the levy, arrived.
    pub leaked: f64,
    /// Lost on unofficial tracks.
    pub seized: f64,
    /// Sold over ways to other buyers.
    pub elsewhere: f64,
}

/// What moved this month.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'a> {
    /// Stock at the mines, t REO.
    pub mine_stock: &'a Dense<TownshipId, f64>,
    /// Stock in the yards, t REO.
    pub yard: &'a Dense<GateId, f64>,
    /// Product taken in kind and not sold, t REO.
    pub store: &'a Dense<TownshipId, f64>,
    /// Product taken in kind that was sold, t REO.
    pub sold: &'a Dense<TownshipId, f64>,
    /// Sent by open gates and to other buyers, levied or not, t REO.
    pub sent: &'a Dense<TownshipId, f64>,
    /// Sums.
    pub totals: Totals,
}

/// What one township sends this month.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dispatch {
    /// Output, t REO.
    pub mined: f64,
    /// Share of what is sent that settles the levy, 0..1.
    pub legal_share: f64,
    /// Share of its haulage that war stops, 0..1.
    pub blocked: f64,
    /// What is wanted over ways to other buyers, t REO.
    pub elsewhere: f64,
    /// Share of what is sent legally that the holder takes in kind, 0..1.
    pub taken_share: f64,
    /// Share of its store that the holder sells in a month of an open way, 0..1.
    pub sale_share: f64,
}

/// Stock that wants to leave, as in the equations above; t REO.
pub fn wanted(stock: f64, mined: f64, release_months: f64, road: f64) -> f64 {
    let rate = stock / release_months - mined * exp_m1(-1.0 / release_months);
    // Not `clamp`, which panics where a number has left the finite world: that run diverges.
    (rate * road).max(0.0).min(stock + mined)
}

/// Logit weights over `costs`; the cheapest is taken out first, so that large `theta` is safe.
pub fn logit(theta: f64, costs: &[f64], weights: &mut Vec<f64>) {
    let least = costs.iter().copied().fold(f64::INFINITY, f64::min);
    weights.clear();
    weights.extend(costs.iter().map(|c| exp(-theta * (c - least))));
    let sum: f64 = weights.iter().sum();
    for weight in weights {
        *weight /= sum;
    }
}

impl State {
    /// The state before the first month; `stock` and the `usual` month's output by township in t REO.
    pub fn start(
        &mut self,
        params: &Params,
        corridor: &Corridor,
        values: &[f64],
        (stock, usual): (impl Fn(TownshipId) -> f64, impl Fn(TownshipId) -> f64),
    ) {
        let (towns, gates) = (corridor.townships.len(), corridor.gates.len());
        self.mine_stock = corridor.townships.ids().map(stock).collect();
        self.usual = corridor.townships.ids().map(usual).collect();
        self.yard = Dense::filled(0.0, gates);
        self.store = Dense::filled(0.0, towns);
        self.sold = Dense::filled(0.0, towns);
        self.arrivals = Dense::filled(0.0, gates);
        self.access = Dense::filled(Access::default(), towns);
        self.reckoned = [0; 2].map(|_| Dense::filled(f64::NAN, gates));
        self.sent = Dense::filled(0.0, towns);
        let roads: Vec<(usize, usize, f64)> =
            corridor.roads.iter().map(|r| (r.from, r.to, values[r.km.index()])).collect();
        self.cost = corridor
            .townships
            .ids()
            .map(|township| {
                let km = graph::shortest_paths(corridor.nodes, &roads, township.index());
                let to_gate = |g: GateId| km[towns + g.index()].unwrap_or(f64::INFINITY);
                let cost = |g| to_gate(g) * params.haul_cost_cny_per_t_km;
                corridor.gates.ids().map(cost).collect()
            })
            .collect();
        self.ease = self.cost.map(|costs| {
            logit(params.route_choice_t_per_cny, costs, &mut self.weights);
            // A gate draws traffic in proportion to what it can clear.
            for (weight, gate) in self.weights.iter_mut().zip(&corridor.gates) {
                *weight *= values[gate.capacity_t_per_month.index()];
            }
            self.weights.clone()
        });
    }

    /// How well each township reaches open gates; fills and returns this month's table.
    pub fn access(
        &mut self,
        product: &Dense<GateId, f64>,
        reagents: &Dense<GateId, f64>,
    ) -> &Dense<TownshipId, Access> {
        // In most months no gate moves.
        if self.reckoned[0] == *product && self.reckoned[1] == *reagents {
            return &self.access;
        }
        for (reckoned, open) in self.reckoned.iter_mut().zip([product, reagents]) {
            for (reckoned, open) in reckoned.iter_mut().zip(open) {
                *reckoned = *open;
            }
        }
        for (township, ease) in self.ease.enumerate() {
            let all: f64 = ease.iter().sum();
            let mean_open = |open: &Dense<GateId, f64>| {
                let open: f64 = ease.iter().zip(open).map(|(e, o)| e * o).sum();
                if all > 0.0 { open / all } else { 0.0 }
            };
            let mut cost = (0.0, 0.0);
            let mut least = f64::INFINITY;
            for ((e, c), open) in ease.iter().zip(&self.cost[township]).zip(product) {
                if *e > 0.0 {
                    cost.0 += e * open * c;
                    cost.1 += e * open;
                }
                least = least.min(*c);
            }
            self.access[township] = Access {
                open: mean_open(product),
                reagents_open: mean_open(reagents),
                cost_cny_per_t: if cost.1 > 0.0 { cost.0 / cost.1 } else { least },
            };
        }
        &self.access
    }

    /// What moved this month.
    pub fn flow(&self) -> Flow<'_> {
        let Self { mine_stock, yard, store, sold, sent, totals, .. } = self;
        Flow { mine_stock, yard, store, sold, sent, totals: *totals }
    }

    /// Stock at mines, in yards and in holders' stores, t REO.
    pub fn stock(&self) -> f64 {
        let waiting = self.mine_stock.iter().sum::<f64>() + self.yard.iter().sum::<f64>();
        waiting + self.store.iter().sum::<f64>()
    }
}

/// One month: stock is sent, gates pass what they can; what moved is then in [`State::flow`].
///
/// `closure_ahead` is the probability of a closure within the horizon, `capacity` is by gate in
/// t REO a month, `dryness` is the season as a share of the driest month.
pub fn step(
    state: &mut State,
    params: &Params,
    dispatch: &Dense<TownshipId, Dispatch>,
    open: &Dense<GateId, f64>,
    capacity: &Dense<GateId, f64>,
    (dryness, closure_ahead): (f64, f64),
) {
    let release = params.release_months / (1.0 + params.rush_response * closure_ahead);
    let road = (params.road_floor + (1.0 - params.road_floor) * dryness).min(1.0);
    let mut totals = Totals::default();
    state.arrivals.iter_mut().for_each(|a| *a = 0.0);
    for (township, d) in dispatch.enumerate() {
        let access = state.access[township].open;
        let stock = &mut state.mine_stock[township];
        let want = wanted(*stock, d.mined, release, road * (1.0 - d.blocked));
        let sent = want * access;
        let usual = &mut state.usual[township];
        let leak = want.min(*usual) * (1.0 - access) * params.leak_share;
        if access > OPEN_WAY {
            *usual += (sent - *usual) / MEMORY_MONTHS;
        }
        let legal = sent * d.legal_share;
        let store = &mut state.store[township];
        let (taken, sold) = (legal * d.taken_share, *store * d.sale_share * access);
        *store = (*store - sold).max(0.0) + taken;
        state.sold[township] = sold;
        let by_gate = legal - taken + sold;
        let unofficial = leak + (sent - legal);
        let seized = unofficial * params.seizure_share;
        // All of it may go; rounding must not leave less than nothing.
        let left = (*stock + d.mined - sent - leak).max(0.0);
        let elsewhere = d.elsewhere.min(left);
        *stock = left - elsewhere;
        // What goes elsewhere passes the same taxman.
        state.sent[township] = sent + elsewhere;
        totals.elsewhere += elsewhere;
        totals.leaked += unofficial - seized;
        totals.seized += seized;
        let ease = &state.ease[township];
        let weight: f64 = ease.iter().zip(open).map(|(e, o)| e * o).sum();
        if weight > 0.0 {
            for ((arrivals, e), o) in state.arrivals.iter_mut().zip(ease).zip(open) {
                *arrivals += by_gate * e * o / weight;
            }
        }
    }
    for gate in open.ids() {
        let ready = state.yard[gate] + state.arrivals[gate];
        let flow = ready.min(capacity[gate] * open[gate]);
        state.yard[gate] = ready - flow;
        totals.through_gates += flow;
    }
    state.totals = totals;
}

#[cfg(test)]
mod tests;
