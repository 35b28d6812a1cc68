//! When do mines open, how much do they give, and when do they stop?
//!
//! Mechanism: each site is an agent with a reserve, a capacity and a cost. Prospects are taken up
//! when the value of a site exceeds its cost by the margin that an option to wait demands; a young
//! site ramps up, rains and reagents hold it back, a gate that stays shut lets only the hardiest run
//! on, losses suspend it and an empty hill ends it. Where an order stops all output, workings decay and
//! crews leave: when it ends, sites ramp up like new ones.
//!
//! ```text
//! q_i     = min(R_i, capacity_i · ramp(age_i) · s(month) · halt_n · min(1, B_n / (kappa Σ_j q_j)))   t REO/month
//! ramp(a) = 1 − exp(−a/tau)
//! s(m)    = [1 − A exp(w (cos(2 pi (m−8)/12) − 1))] / mean, less eta × rain anomaly × (1 − s/max s)
//! R_i    <- R_i − q_i                                                                              t REO
//! B_n    <- B_n + arrivals − kappa Σ q_i                                                           t reagent
//! age_i   <- 0 in a month of which an order takes all                                             months
//! runs    : a site runs on while frailty_i < open_n + (1 − open_n) retention                       frailty uniform
//! margin  = P (1 − charges) − haulage − levy that operators bear − cost_i                           CNY/t REO
//! V       = margin · capacity · (1 − exp(−(r+h)T))/(r+h),  T = life                 CNY
//! entry   ~ Poisson(lambda · prospectivity_n · licence_n · way_n · sigmoid((V/I − Theta)/spread))
//! g_n     = 1/(1 + mined so far_n/half_n)           grade of ore, where a township has half_n; output of its
//!           sites, reserves of new ones and what is paid for a tonne of rock go with it
//! way_n   = open_n + (1 − open_n) share             crews and kit still get in while product cannot get out
//! Theta   = beta/(beta − 1)                                          Dixit and Pindyck 1994, ch. 5
//! ```
//!
//! Reads: last month's basket price, this month's gates, levies and licences. Writes: output and
//! counts by township, reagent stock. Limits: ASSUME M-001, M-004, M-006, M-079, M-080; hills never run short.
//!
//! Masses of single sites are rounded to 2⁻²⁰ t (about a gram), so that sums over sites are exact
//! and the order of the sites cannot matter.

mod site;
mod trigger;

use site::Mould;
pub use site::{Site, Sites};
pub use trigger::{annuity, entry_trigger, grade, ramp, season};

use crate::config::Corridor;
use crate::draw;
use crate::kernel::dist;
use crate::kernel::id::{Dense, TownshipId};
use crate::kernel::math::sigmoid;
use crate::kernel::rng::Draws;

crate::params! { "extraction" from "params.toml" {
    site_output_t_reo_per_month, site_output_log_sd, site_life_months, site_life_log_sd,
    ramp_months, monsoon_depth, monsoon_width, rain_response, reagent_t_per_t_reo,
    reagent_cover_months, reagent_leak_share, retention_share, unit_cost_cny_per_t,
    unit_cost_log_sd, charges_share, investment_cny, discount_per_month, price_volatility_per_year,
    payout_per_year, window_share, entry_sites_per_month, entry_while_shut_share, entry_spread, expectation_months,
    suspension_hazard_per_month, restart_margin_cny_per_t, abandon_after_months, pits_per_site,
    treatment_cost_cny_per_t,
} }

/// For `explain`.
pub const ABOUT: &str = "Sites as agents: entry by the real-option trigger, ramp-up, reserve, rains, \
    reagents, closure, suspension. q_i = min(R_i, capacity_i · ramp(age) · season · reagents).";

/// Months of the ramp that are tabulated; beyond, a site runs at capacity.
const RAMP_TABLE: usize = 240;
/// Oldest age of a site on the first month.
const OLDEST_AT_START: u16 = 24;

/// Sites, reagents and expectations.
#[derive(Clone, Debug, Default)]
pub struct State {
    sites: Dense<TownshipId, Sites>,
    reagent_t: Dense<TownshipId, f64>,
    mould: Mould,
    ramp: Vec<f64>,
    season: [f64; 12],
    theta: Dense<TownshipId, f64>,
    annuity: Dense<TownshipId, f64>,
    /// Mined since the first month, t REO.
    mined: Dense<TownshipId, f64>,
    flow: Dense<TownshipId, Output>,
    expected_price: f64,
    dryness: f64,
}

/// What one township's mines meet this month. Prices in CNY/t REO, shares 0..1.
#[derive(Clone, Copy, Debug, Default)]
pub struct Conditions {
    /// Share of the month in which product can leave.
    pub open: f64,
    /// Share in which reagents can come in.
    pub reagents_open: f64,
    /// Factor on the entry of sites.
    pub licence: f64,
    /// Factor on output.
    pub halt: f64,
    /// Whether an order stops all output.
    pub stopped: bool,
    /// Haulage to the gate.
    pub haulage: f64,
    /// Part of the levy that operators bear, for each tonne.
    pub levy: f64,
    /// Weight among townships in the entry of sites.
    pub prospectivity: f64,
    /// Monthly hazard of losing site or licence.
    pub tenure_hazard: f64,
    /// One over the mass mined after which ore is half as rich, 1/t REO; 0 if ore stays as it is.
    pub decline_per_t: f64,
    /// Sites on the first month.
    pub sites_at_start: f64,
}

/// What one township's mines did this month.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Output {
    /// Oxide produced, t REO.
    pub mined: f64,
    /// Oxide found in sites that opened, t REO.
    pub discovered: f64,
    /// Oxide left in sites that closed, t REO.
    pub forsaken: f64,
    /// Sites that exist.
    pub sites: u32,
    /// Sites that produced.
    pub producing: u32,
    /// Sites that opened.
    pub opened: u32,
    /// Sites that were given up.
    pub closed: u32,
    /// Reagents in stock, t.
    pub reagent_t: f64,
    /// Grade of the ore over that of the first month, 0..1.
    pub grade: f64,
}

/// What all mines did this month.
#[derive(Clone, Copy, Debug)]
pub struct Flow<'a> {
    /// By township.
    pub by_township: &'a Dense<TownshipId, Output>,
    /// Season and rain as a share of the driest month, 0..1, for the roads.
    pub dryness: f64,
}

impl State {
    /// The state before the first month.
    pub fn start(
        &mut self,
        params: &Params,
        corridor: &Corridor,
        conditions: &Dense<TownshipId, Conditions>,
        price: f64,
        draws: &Draws,
    ) {
        let n = corridor.townships.len();
        self.mould = Mould::new(params);
        self.ramp.clear();
        self.ramp.extend((0..RAMP_TABLE).map(|age| ramp(age as f64, params.ramp_months)));
        self.season = season(params.monsoon_depth, params.monsoon_width);
        self.expected_price = price;
        self.flow = Dense::filled(Output::default(), n);
        self.reagent_t = Dense::filled(0.0, n);
        self.mined = Dense::filled(0.0, n);
        if self.sites.len() != n {
            self.sites = Dense::filled(Sites::default(), n);
        }
        self.secure(params, conditions);
        for township in corridor.townships.ids() {
            let sites = &mut self.sites[township];
            sites.clear();
            for ordinal in 0..conditions[township].sites_at_start.round() as u32 {
                let site =
                    Site::drawn(params, &self.mould, draws, (township.address(), 0, ordinal));
                let entity = site::address(township.address(), ordinal);
                let age = draws.uniform(draw::SITE, entity, 0, 2) * f64::from(OLDEST_AT_START);
                let age = age as u16;
                sites.push(site.aged(age, &self.ramp));
            }
            let use_per_month = sites.potential(&self.ramp) * params.reagent_t_per_t_reo;
            self.reagent_t[township] = use_per_month * params.reagent_cover_months;
            self.flow[township].reagent_t = self.reagent_t[township];
            self.flow[township].discovered = sites.reserve();
        }
    }

    /// Reckons anew, from the hazards of losing site or licence, what a site is worth and when entry
    /// pays. ASSUME M-077.
    pub fn secure(&mut self, params: &Params, conditions: &Dense<TownshipId, Conditions>) {
        let life = params.site_life_months;
        self.theta.clone_from(&conditions.map(|c| {
            let rush = 12.0 * params.window_share * c.tenure_hazard;
            let (r, delta) =
                (12.0 * params.discount_per_month + rush, params.payout_per_year + rush);
            entry_trigger(r, delta, params.price_volatility_per_year)
        }));
        self.annuity.clone_from(
            &conditions.map(|c| annuity(params.discount_per_month + c.tenure_hazard, life)),
        );
    }

    /// Goes on with other chances: sites stay as they are, what is left of their patience is drawn
    /// anew.
    pub fn redraw(&mut self, draws: &Draws) {
        self.sites.iter_mut().for_each(|sites| sites.redraw(draws));
    }

    /// What all mines did this month.
    pub fn flow(&self) -> Flow<'_> {
        Flow { by_township: &self.flow, dryness: self.dryness }
    }

    /// Oxide left in the ground under existing sites of a township, t REO.
    pub fn reserve(&self, township: TownshipId) -> f64 {
        self.sites[township].reserve()
    }

    /// Oxide under the sites of the first month, t REO; valid after [`State::start`].
    pub fn reserve_at_start(&self, township: TownshipId) -> f64 {
        self.flow[township].discovered
    }

    /// Output of all sites at capacity in a month of average season, t REO.
    pub fn potential(&self) -> f64 {
        self.sites.iter().map(|s| s.potential(&self.ramp)).sum()
    }

    /// Reverses the order in which sites are kept: nothing else may change.
    #[cfg(test)]
    pub(crate) fn permute(&mut self) {
        self.sites.iter_mut().for_each(Sites::reverse);
    }
}

/// One month of all mines; what they did is then in [`State::flow`].
pub fn step(
    state: &mut State,
    params: &Params,
    conditions: &Dense<TownshipId, Conditions>,
    price: f64,
    (month, of_year): (usize, u8),
    draws: &Draws,
) {
    state.expected_price += (price - state.expected_price) / params.expectation_months;
    let anomaly = dist::normal(draws.uniform(draw::RAIN, 0, month as u32, 0));
    let calm = state.season[usize::from(of_year) - 1];
    let top = state.season.iter().copied().fold(0.0, f64::max);
    // An anomaly matters in the rains and hardly at all in the dry season.
    let season = (calm - params.rain_response * anomaly * (top - calm) / top).max(0.0);

    for township in conditions.ids() {
        let c = &conditions[township];
        let sites = &mut state.sites[township];
        let take_home = 1.0 - params.charges_share;
        // What a tonne of rock gives: a site moves as much rock as ever.
        let grade = grade(state.mined[township], c.decline_per_t);
        let net = (price * take_home - c.haulage - c.levy) * grade;
        let (closed, forsaken) = sites.settle(params, net, draws);
        let running_share = c.open + (1.0 - c.open) * params.retention_share;
        let potential = sites.plan(running_share, season * c.halt * grade, &state.ramp);

        if c.stopped {
            sites.rest();
        }

        let need = params.reagent_t_per_t_reo * potential;
        let target = need * params.reagent_cover_months;
        let stock = &mut state.reagent_t[township];
        let order = (need + target - *stock).max(0.0);
        let inflow = c.reagents_open + (1.0 - c.reagents_open) * params.reagent_leak_share;
        *stock += order * inflow;
        let enough = if need > 0.0 { (*stock / need).min(1.0) } else { 1.0 };
        let (mined, producing) = sites.produce(enough);
        *stock = (*stock - params.reagent_t_per_t_reo * mined).max(0.0);

        let expected_net = (state.expected_price * take_home - c.haulage - c.levy) * grade;
        let margin = (expected_net - params.unit_cost_cny_per_t).max(0.0);
        let value = margin * params.site_output_t_reo_per_month * state.annuity[township];
        let taken_up =
            sigmoid((value / params.investment_cny - state.theta[township]) / params.entry_spread);
        let way_in = c.open + (1.0 - c.open) * params.entry_while_shut_share;
        let mean = params.entry_sites_per_month * c.prospectivity * c.licence * way_in * taken_up;
        let opened = if mean > 0.0 {
            dist::poisson(draws.uniform(draw::ENTRY, township.address(), month as u32, 0), mean)
        } else {
            0
        };
        let mut discovered = 0.0;
        for ordinal in 0..opened {
            let site = Site::drawn(
                params,
                &state.mould,
                draws,
                (township.address(), month as u32 + 1, ordinal),
            )
            .poorer(grade);
            discovered += site.reserve;
            sites.push(site);
        }
        state.mined[township] += mined;
        state.flow[township] = Output {
            mined,
            discovered,
            forsaken,
            sites: sites.len() as u32,
            producing,
            opened,
            closed,
            reagent_t: *stock,
            grade,
        };
    }
    state.dryness = (season / top).min(1.0);
}
